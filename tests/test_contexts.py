"""torch's contexts and defaults: the same results as without them, or a refusal by name."""

import subprocess
import sys
from contextlib import contextmanager

import pytest
import torch
from torch import nn, optim
from torch.nn import functional as F

import torchlearning as tl
from torchlearning import labs

X, y = tl.tensorGenCla(6, deg_dispersion=(6, 4), bias=True, generator=torch.Generator().manual_seed(0))
w = torch.linspace(-1, 1, 9).reshape(3, 3)
p = F.softmax(X @ w, dim=1)
half = torch.tensor([0.2, 0.7, 0.5, 1.0])
bits = torch.tensor([0, 1, 1, 1])


def plane(X):
    return F.pad(X, (0, 1), value=1.0) @ w.to(X.dtype)


def seeded():
    return torch.Generator().manual_seed(1)


def swept():
    return tl.sweep([1, 4], [0.01, 0.1], num_examples=5, num_epochs=2, generator=seeded())


digit_model = torch.linspace(-1, 1, 650).view(65, 10), torch.zeros(1, 64), torch.tensor([3])


def digit_lab():
    lab = labs.DigitLab(*digit_model)
    lab.strokes, lab.box = "gEg7.AA", "fitted"
    return lab


CALLS = {
    "sigmoid": lambda: tl.sigmoid(half),
    "logistic": lambda: tl.logistic(X, w[:, :1]),
    "softmax": lambda: tl.softmax(X, w),
    "cross_entropy": lambda: tl.cross_entropy(half, bits),
    "m_cross_entropy": lambda: tl.m_cross_entropy(p, y),
    "cal": lambda: tl.cal(half),
    "accuracy": lambda: tl.accuracy(half, bits),
    "acc_zhat": lambda: tl.acc_zhat(half, bits),
    "m_accuracy": lambda: tl.m_accuracy(p, y),
    "tensorGenCla": lambda: tl.tensorGenCla(3, bias=True, generator=seeded()),
    "tensorGenCla, global seed": lambda: torch.manual_seed(1) and tl.tensorGenCla(3),
    "data_iter": lambda: list(tl.data_iter(4, X, y, generator=seeded())),
    "data_iter, global seed": lambda: torch.manual_seed(1) and list(tl.data_iter(4, X, y)),
    "bayes_accuracy": lambda: tl.bayes_accuracy((6, 2)),
    "bayes_cuts": lambda: tl.bayes_cuts((6, 2)),
    "bayes_weights": lambda: tl.bayes_weights((6, 2)),
    "minimum_loss": lambda: tl.minimum_loss(X, y, 3),
    "sweep": lambda: (swept().weights, swept().losses(), swept().accuracies(), swept().data(4)),
    "plot_decision_regions": lambda: (
        tl.plot_decision_regions(plane, extent=(-1, 1, -1, 1), resolution=9).images[0].get_array().tolist()
    ),
    "SoftmaxLab": lambda: labs.SoftmaxLab().probabilities,
    "CrossEntropyLab": lambda: (labs.CrossEntropyLab().loss, labs.CrossEntropyLab().gradient),
    "DispersionLab": lambda: labs.DispersionLab(swept()).to_html(),
    "DigitLab": lambda: (digit_lab().drawing, digit_lab().probabilities, digit_lab().parts),
}


@contextmanager
def default_dtype():
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


@contextmanager
def deterministic():
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(False)


CONTEXTS = {
    "autocast": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    "inference_mode": torch.inference_mode,
    "no_grad": torch.no_grad,
    "default dtype": default_dtype,
    "default device meta": lambda: torch.device("meta"),
    "deterministic": deterministic,
}


@pytest.mark.parametrize("name", CALLS)
def test_results_do_not_depend_on_the_context(name):
    expected = CALLS[name]()
    for context, enter in CONTEXTS.items():
        with enter():
            result = CALLS[name]()
        compare(result, expected, context)


def compare(result, expected, context):
    if isinstance(expected, torch.Tensor):
        assert (result.dtype, result.device) == (expected.dtype, expected.device), context
        assert torch.equal(result, expected), context
    elif isinstance(expected, list | tuple):
        assert len(result) == len(expected)
        for a, b in zip(result, expected, strict=True):
            compare(a, b, context)
    else:
        assert result == expected, context


def train(net=None):
    torch.manual_seed(3)
    net = net or tl.SoftmaxRegression(3, 3)
    batches = tl.data_iter(4, X.to(net.linear.weight.dtype), y)
    return tl.fit(net, nn.CrossEntropyLoss(), optim.SGD(net.parameters(), lr=0.1), batches, 3)


@pytest.mark.parametrize("context", ["default dtype", "deterministic"])
def test_fit_trains_in_a_context(context):
    with CONTEXTS[context]():
        assert train() == train()


def test_fit_trains_under_a_default_device():
    net = tl.SoftmaxRegression(3, 3)
    state = {k: v.clone() for k, v in net.state_dict().items()}
    expected = train(net)
    net.load_state_dict(state)
    with torch.device("meta"):
        assert train(net) == expected


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ("autocast", "fit must run outside of torch.autocast"),
        ("inference_mode", "fit must run outside of torch.no_grad and inference_mode"),
        ("no_grad", "fit must run outside of torch.no_grad and inference_mode"),
    ],
)
def test_fit_refuses_a_context_in_which_it_could_not_train(context, words):
    net = tl.SoftmaxRegression(3, 3)
    with CONTEXTS[context](), pytest.raises(RuntimeError, match=words):
        train(net)


@pytest.mark.parametrize("context", ["inference_mode", "default device meta"])
def test_fit_refuses_weights_that_cannot_be_trained(context):
    with CONTEXTS[context]():
        net = tl.SoftmaxRegression(3, 3)
    with pytest.raises(ValueError, match="net must hold weights that can be trained"):
        train(net)


def test_batches_made_in_inference_mode_can_be_trained_on():
    with torch.inference_mode():
        data = tl.data_iter(4, X.clone(), y.clone())
    net = tl.SoftmaxRegression(3, 3)
    assert len(tl.fit(net, nn.CrossEntropyLoss(), optim.SGD(net.parameters(), lr=0.1), data, 1)) == 1


def test_sgd_steps_in_inference_mode():
    v = torch.tensor([1.0], requires_grad=True)
    (v**2).sum().backward()
    with torch.inference_mode():
        tl.sgd(v, lr=0.25)
    assert v.item() == 0.5


# What looks at a model leaves it as it was


class Noisy(nn.Module):
    """A network that batch norm and dropout make different in training."""

    def __init__(self):
        super().__init__()
        self.frozen = nn.BatchNorm1d(2).eval()
        self.layers = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5), nn.Linear(2, 3))

    def forward(self, X):
        return self.layers(self.frozen(X))


@pytest.mark.parametrize("through", ["itself", "a function", "a method", "training off"])
def test_drawing_a_network_leaves_it_as_it_was(through):
    net = Noisy()
    if through == "training off":
        net.eval()
    scores = {"a function": lambda X: net(X), "a method": net.forward}.get(through, net)
    modes = [part.training for part in net.modules()]
    before = {name: value.clone() for name, value in net.state_dict().items()}
    state = torch.get_rng_state()
    ax = tl.plot_decision_regions(scores, extent=(-9, 9, -9, 9), resolution=20)
    assert [part.training for part in net.modules()] == modes
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert all(weight.grad is None for weight in net.parameters())
    assert torch.equal(torch.get_rng_state(), state)
    again = tl.plot_decision_regions(net.eval(), extent=(-9, 9, -9, 9), resolution=20)
    assert ax.images[0].get_array().tolist() == again.images[0].get_array().tolist()


def test_a_network_that_fails_is_left_in_its_mode():
    net = nn.Sequential(nn.Linear(3, 3))
    with pytest.raises(RuntimeError, match="shapes"):
        tl.plot_decision_regions(net, extent=(-9, 9, -9, 9), resolution=20)
    assert net.training
    assert net[0].training


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_network_is_asked_in_its_own_dtype(dtype):
    net = tl.SoftmaxRegression().to(dtype)
    for scores in (net, lambda X: net(X)):
        assert tl.plot_decision_regions(scores, extent=(-9, 9, -9, 9), resolution=20).images


# What importing costs


def test_the_package_loads_neither_scipy_nor_anywidget():
    code = "import sys, torchlearning, torchlearning.quiz; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {"torch", "matplotlib"} <= set(loaded.split())
    assert not {"scipy", "anywidget", "ipywidgets", "sklearn", "pandas", "IPython"} & set(loaded.split())


def test_a_wrong_backend_for_figures_is_said_in_one_sentence():
    code = "import torchlearning"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"MPLBACKEND": "nonsense"}
    )
    words = "ImportError: MPLBACKEND must name a backend of matplotlib, such as agg, got 'nonsense'"
    assert result.stderr.splitlines()[-1] == words
    assert "rcsetup" not in result.stderr  # nothing of matplotlib's own traceback
