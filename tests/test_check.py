"""The checks of the exercises: right answers pass, each wrong one gets its own hint."""

import random
import threading
import time

import numpy as np
import pytest
import torch
from answers import PARAMETERS, RIGHT, WRONG, answer

from torchlearning import check


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # many tiny steps
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def said(capsys):
    """Run a check and return what it printed, on one line."""

    def run(name, function, **options):
        assert getattr(check, name)(function, **options) is None
        return " ".join(capsys.readouterr().out.split())

    return run


def test_every_check_has_answers():
    assert set(check.__all__) == set(PARAMETERS) == set(RIGHT) == set(WRONG)
    assert all(len(answers) >= 2 for answers in RIGHT.values())
    assert all(len(answers) >= 3 for answers in WRONG.values())


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in RIGHT for text in RIGHT[name]])
def test_right_answers_pass(said, name, text):
    assert said(name, answer(name, text)).startswith(f"{name}: right. Notice: ")


@pytest.mark.parametrize(
    ("name", "text", "hint"), [(name, text, hint) for name in WRONG for text, hint in WRONG[name]]
)
def test_wrong_answers_get_their_hint(said, name, text, hint):
    words = said(name, answer(name, text))
    assert words.startswith(f"{name}: not right yet. called {name}(")
    assert " came " in words
    assert hint in words.split(" hint ")[1]


ODD = [
    "return None",
    "...",
    "return 0",
    "return 'softmax'",
    "return []",
    "return [torch.ones(2), 3]",
    "return {1: 2}",
    "return object()",
    "return float('nan')",
    "return torch.tensor(float('nan'))",
    "return torch.zeros(0)",
    "return torch.zeros(3, 3, device='meta')",
    "return torch.eye(3).to_sparse()",
    "return torch.eye(3, dtype=torch.complex64)",
    "return torch.ones(3, 3, dtype=torch.bool)",
    "return numpy.ones((3, 3))",
    "return nn.Linear(2, 2)",
    "return (torch.ones(2, 2), torch.ones(2, 2))",
    "return [(torch.ones(3, 2), torch.ones(3, 1))] * 3",
    "return [(torch.tensor(1), torch.tensor(1))]",
    "yield 1",
    "return lambda: 1",
    "raise NotImplementedError",
    "raise SystemExit",
    "raise KeyError(3)",
    "return 1 / 0",
    "return torch.float32",
]


@pytest.mark.parametrize("name", sorted(set(PARAMETERS) - {"SoftmaxRegression"}))
def test_whatever_comes_is_told_as_the_readers_fault(said, name):
    for text in ODD:
        words = said(name, answer(name, text))
        assert words.startswith(f"{name}: not right yet. called {name}("), text
        assert " hint " in words or " where " in words, text
        assert "cannot judge" not in words, text
        assert "0x" not in words, text


@pytest.mark.parametrize(
    "text", ["pass", "def forward(self, X): return 1", "def __init__(self, *a, **k): 1 / 0"]
)
def test_odd_classes_are_the_readers_fault(said, text):
    words = said(
        "SoftmaxRegression", answer("SoftmaxRegression", f"class SoftmaxRegression(nn.Module):\n    {text}")
    )
    assert words.startswith("SoftmaxRegression: not right yet. called ")
    assert "cannot judge" not in words


def unwritten(X, w): ...


def to_do(X, w):
    raise NotImplementedError("still to do")


@pytest.mark.parametrize("function", [unwritten, to_do])
def test_a_missing_answer_is_met_kindly(said, function):
    assert "Nothing has come back yet. Replace the ..." in said("softmax", function)


def test_a_report_says_what_was_called_what_came_and_what_is_right(capsys):
    check.logsumexp(lambda z: torch.logsumexp(z, 0))
    assert capsys.readouterr().out == (
        "logsumexp: not right yet.\n"
        "  called    logsumexp(z)\n"
        "            z = [[0, 1], [2, 3], [1, 1]]\n"
        "  came      [2.4076, 3.2395]\n"
        "  expected  [1.3133, 3.3133, 1.6931]\n"
        "  hint      One number for each column came: which dim? dim=1 sums along a row.\n"
    )


def test_lines_fit_the_page(capsys):
    for name, answers in WRONG.items():
        for text, _ in answers:
            getattr(check, name)(answer(name, text))
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 79


def helper(z):
    return z.no_such_method()


def failing(X, w):
    z = X @ w
    return helper(z)


def test_an_error_is_shown_at_the_line_of_the_reader(said):
    words = said("softmax", failing)
    assert "came AttributeError: 'Tensor' object has no attribute 'no_such_method'" in words
    assert words.endswith("where in your helper, line 2: return z.no_such_method()")
    assert "Traceback" not in words
    assert ".py" not in words


def test_an_error_inside_torch_is_shown_at_the_line_that_called_it(said):
    def wrong(X, w):
        # w has no place here
        return torch.nn.functional.cross_entropy(X, "w")

    words = said("softmax", wrong)
    assert words.endswith('where in your function, line 3: return torch.nn.functional.cross_entropy(X, "w")')


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda X: X, "came a function that takes (X) hint Give it the parameters (X, w), in this order."),
        (lambda: 1, "takes ()"),
        (lambda a, b, c: a, "takes (a, b, c)"),
    ],
)
def test_a_wrong_number_of_parameters_is_told(said, function, words):
    assert words in said("softmax", function)


def test_more_parameters_with_defaults_and_functions_of_torch_are_welcome(said):
    assert "right. " in said("softmax", lambda X, w, dim=1: torch.softmax(X @ w, dim))
    assert "right. " in said("sigmoid", torch.sigmoid)
    assert "right. " in said("sigmoid", torch.nn.Sigmoid())


@pytest.mark.parametrize("name", sorted(set(PARAMETERS) - {"SoftmaxRegression"}))
def test_a_result_for_a_function_is_refused(name):
    words = rf"function must be the function itself, as in check.{name}\(your_function\).*got \[1\]"
    with pytest.raises(TypeError, match=words):
        getattr(check, name)(torch.ones(1))


def test_an_instance_for_a_class_is_refused():
    with pytest.raises(
        TypeError,
        match=r"cls must be the class itself, without \(\), got a value of "
        "type Linear",
    ):
        check.SoftmaxRegression(torch.nn.Linear(2, 3))


@pytest.mark.parametrize(
    ("seconds", "error"), [(0, ValueError), ("1", TypeError), (float("inf"), ValueError)]
)
def test_a_bad_time_limit_is_named(seconds, error):
    with pytest.raises(error, match="seconds must be"):
        check.softmax(torch.mm, seconds=seconds)


ENDLESS = {
    "python": "while True:\n    pass",
    "torch": "while True:\n    X = X + w.sum()",
    "catches errors": "while True:\n    try:\n        X = X + 1\n    except Exception:\n        pass",
    "catches everything": "while True:\n    try:\n        X = X + 1\n    except:\n        pass",
    "sleeps": "import time\nwhile True:\n    time.sleep(0.05)",
    "in a hook": "def hook(gradient):\n    while True:\n        pass\nz = X @ w\n"
    "if z.requires_grad:\n    z.register_hook(hook)\nreturn torch.softmax(z, 1)",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_loop_is_stopped(said, text):
    threads, start = threading.active_count(), time.monotonic()
    words = said("softmax", answer("softmax", text), seconds=0.3)
    assert "Still running after 0.3 s, so" in words
    assert time.monotonic() - start < 10
    assert threading.active_count() == threads


def test_an_endless_iterator_and_an_endless_network_are_stopped(said):
    assert "Still running" in said(
        "data_iter", answer("data_iter", "while True:\n    pass\nyield 1"), seconds=0.3
    )
    text = (
        "class SoftmaxRegression(nn.Linear):\n    def forward(self, X):\n        while True:\n       "
        "     pass"
    )
    text += "\n    def __init__(self, in_features=2, out_features=3, bias=True):"
    text += "\n        super().__init__(in_features, out_features, bias)"
    assert "Still running" in said("SoftmaxRegression", answer("SoftmaxRegression", text), seconds=0.3)


def test_a_check_in_another_thread_works(said, capsys):
    thread = threading.Thread(target=check.sigmoid, args=(torch.sigmoid,))
    thread.start()
    thread.join()
    assert "right. " in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ["torch.manual_seed(5)\n", "torch.rand(3)\nrandom.random()\nnumpy.random.rand()\n"]
)
def test_the_random_state_is_as_it_was(said, text):
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    said("data_iter", answer("data_iter", text + RIGHT["data_iter"][0]))
    said("softmax", answer("softmax", text + "return 1 / 0"))
    after = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    assert torch.equal(before[0], after[0])
    assert before[1:] == after[1:]


@pytest.mark.parametrize("name", ["data_iter", "fit", "SoftmaxRegression", "to_linear"])
def test_a_check_says_the_same_twice(said, name):
    for text in [*RIGHT[name], *(text for text, _ in WRONG[name])]:
        first = said(name, answer(name, text))
        torch.rand(7), random.random(), np.random.rand()
        assert said(name, answer(name, text)) == first


def test_a_check_works_without_recording_and_leaves_the_switch_alone(said):
    with torch.no_grad():
        assert "right. " in said("softmax", answer("softmax", RIGHT["softmax"][0]))
        assert not torch.is_grad_enabled()
    said("softmax", lambda X, w: torch.set_grad_enabled(False))
    assert torch.is_grad_enabled()


def test_what_the_reader_prints_is_shown_and_an_interrupt_passes(said):
    def talking(z):
        print("my z has shape", tuple(z.shape))
        return torch.sigmoid(z)

    assert said("sigmoid", talking).startswith("my z has shape (5,) my z has shape (2, 3) my z")

    def interrupted(z):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check.sigmoid(interrupted)


def test_notices_depend_on_the_answer(said):
    assert "its gradient is nan" in said("sigmoid", answer("sigmoid", RIGHT["sigmoid"][0]))
    assert "its gradient is 0" in said("sigmoid", torch.sigmoid)
    copied, shared = (said("to_linear", answer("to_linear", text)) for text in RIGHT["to_linear"])
    assert "one row for each class" in copied
    assert "share their memory" in shared


def test_a_negative_zero_and_a_tiny_difference_are_told_well(said):
    words = said("standard_error", lambda a, n: (a * (1 - a) / n) ** 0.5 + 2e-5)
    assert "came 0.1265 expected 0.1265" in words
    words = said("logsumexp", lambda z: torch.logsumexp(z, 1) * -0.0)
    assert "came [0, 0, 0]" in words
