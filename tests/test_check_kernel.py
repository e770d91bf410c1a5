"""A check leaves the kernel as it was, whatever the reader's code does, and works in any state of it."""

import builtins
import contextlib
import sys
import warnings

import pytest
import torch
from answers import RIGHT, answer
from torch.nn import functional as F

from torchlearning import check
from torchlearning.check.kernel import OWN, PLACES, SETTINGS

NAMES = list(RIGHT)


def state():
    """Return all that a check has to leave alone, as something to compare."""
    settings = [read() for read, _, _ in SETTINGS]
    flat = [value.tolist() if isinstance(value, torch.Tensor) else str(value) for value in settings]
    functions = [{name: id(value) for name, value in vars(place).items()} for place in PLACES]
    functions = [{name: f[name] for name in own if name in f} for f, own in zip(functions, OWN, strict=True)]
    modes = torch.is_grad_enabled(), torch.is_inference_mode_enabled(), str(torch.get_default_device())
    return flat, functions, modes, list(warnings.filters), builtins.input, sys.stdout


HOSTILE = {
    "dtype": "torch.set_default_dtype(torch.float64)",
    "deterministic": "torch.use_deterministic_algorithms(True)",
    "threads": "torch.set_num_threads(3)",
    "anomaly": "torch.autograd.set_detect_anomaly(True)",
    "seeds": "torch.manual_seed(5)\nrandom.seed(5)\nnumpy.random.seed(5)\ntorch.rand(3)",
    "grad mode": "torch.set_grad_enabled(False)",
    "inference mode": "torch.inference_mode().__enter__()",
    "device": "torch.set_default_device('meta')",
    "warnings": "import warnings\nwarnings.simplefilter('error')\nwarnings.filterwarnings('error')",
    "torch": "torch.softmax = torch.logsumexp = torch.allclose = torch.equal = lambda *a, **k: True",
    "functional": "F.cross_entropy = F.one_hot = F.nll_loss = lambda *a, **k: 0",
    "tensor": "torch.Tensor.double = torch.Tensor.argmax = torch.Tensor.sum = lambda *a, **k: 1",
    "deleted": "del torch.linspace\ndel math.sqrt",
    "layer": "nn.Linear.forward = nn.Module.parameters = lambda *a: []",
    "stdout": "import sys\nsys.stdout = sys.stderr = None",
    "input": "input('your name? ')",
    "exit": "exit()",
    "a silent exception": "class Silent(Exception):\n    def __str__(self):\n        raise "
    "ValueError\nraise Silent",
    "base exception": "raise BaseException('nothing less')",
}


@pytest.mark.parametrize("lines", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["softmax", "data_iter", "fit", "confusion_matrix"])
def test_the_kernel_is_as_it_was(capsys, name, lines):
    before = state()
    for end in (f"\n{RIGHT[name][0]}", "\nreturn 1 / 0"):
        result = getattr(check, name)(answer(name, lines + end))
        said = capsys.readouterr().out
        assert "cannot judge" not in said
        assert said.startswith(f"{name}: ")
        assert state() == before
    assert not result.right


@contextlib.contextmanager
def setting(read, write, value):
    before = read()
    write(value)
    try:
        yield
    finally:
        write(before)


@contextlib.contextmanager
def patched(place, name, value):
    own = vars(place)[name]
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, own)


def no_number(*args, **options):
    return "patched"


STATES = {
    "float64": lambda: setting(torch.get_default_dtype, torch.set_default_dtype, torch.float64),
    "inference mode": torch.inference_mode,
    "no grad": torch.no_grad,
    "anomaly mode": torch.autograd.detect_anomaly,
    "deterministic": lambda: setting(
        torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode, "error"
    ),
    "meta device": lambda: torch.device("meta"),
    "patched": lambda: patched(torch, "allclose", no_number),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", STATES)
@pytest.mark.filterwarnings("ignore:Anomaly Detection")
def test_right_answers_pass_in_any_state(capsys, name, kind):
    with STATES[kind]():
        before = state()
        assert getattr(check, name)(answer(name, RIGHT[name][0])).right
        assert state() == before


def test_the_readers_own_patches_hold_for_the_reader(capsys):
    with patched(F, "softmax", lambda z, dim: torch.zeros(3, 3)):
        assert not check.softmax(lambda X, w: F.softmax(X @ w, 1)).right
        assert check.softmax(lambda X, w: torch.softmax(X @ w, 1)).right


def test_exit_in_a_notebook_does_not_end_the_kernel(capsys):
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell.instance()
    try:
        shell.run_cell("from torchlearning import check\nresult = check.sigmoid(lambda z: exit())")
        assert shell.user_ns["result"].mistake.startswith("exit() would end")
        assert "ask_exit" not in vars(shell)
        assert not shell.exit_now
    finally:
        type(shell).clear_instance()
