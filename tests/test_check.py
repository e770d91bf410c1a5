"""The checks of the exercises: right answers pass, each wrong one gets its own hint."""

import random
import threading
import time

import numpy as np
import pytest
import torch
from answers import ADVISED, PARAMETERS, RIGHT, WRONG, answer

from torchlearning import check
from torchlearning.check.case import Case
from torchlearning.check.values import fits


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
        result = getattr(check, name)(function, **options)
        words = " ".join(capsys.readouterr().out.split())
        assert isinstance(result, check.Result)
        assert result.exercise == name
        assert result.right == (f"{name}: right. " in words)
        assert (result.statement is None) == result.right
        return words

    return run


def test_every_check_has_answers():
    assert set(check.__all__) == set(PARAMETERS) == set(RIGHT) == set(WRONG)
    assert all(len(set(RIGHT[name])) + len(ADVISED[name]) >= 8 for name in RIGHT)
    assert all(len(dict(answers)) >= 12 for answers in WRONG.values())


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in RIGHT for text in RIGHT[name]])
def test_right_answers_pass(said, name, text):
    assert said(name, answer(name, text)).startswith(f"{name}: right. Notice: ")


@pytest.mark.parametrize(
    ("name", "text", "advice"), [(name, text, words) for name in ADVISED for text, words in ADVISED[name]]
)
def test_what_the_statement_leaves_open_passes_with_advice(said, name, text, advice):
    words = said(name, answer(name, text))
    assert words.startswith(f"{name}: right. Notice: ")
    assert advice in words.split(" advice ")[1]


@pytest.mark.parametrize(
    ("name", "text", "hint"), [(name, text, hint) for name in WRONG for text, hint in WRONG[name]]
)
def test_wrong_answers_get_their_hint(said, name, text, hint):
    words = said(name, answer(name, text))
    assert f"{name}: not right yet. called {name}(" in words
    assert " came " in words
    assert hint in words.split(" hint ")[1]


def listed_mistakes(name, monkeypatch):
    """Return for each comparison of a check what is right and the mistakes that it knows."""
    comparisons, equals = [], Case.equals

    def recording(self, expected, mistakes=(), otherwise=""):
        comparisons.append((torch.as_tensor(expected).detach(), tuple(mistakes)))
        return equals(self, expected, mistakes, otherwise)

    monkeypatch.setattr(Case, "equals", recording)
    getattr(check, name)(answer(name, RIGHT[name][0]))
    return comparisons


@pytest.mark.parametrize("name", RIGHT)
def test_a_listed_mistake_differs_from_all_others_where_it_first_shows(name, monkeypatch, capsys):
    shown = {}
    for right, mistakes in listed_mistakes(name, monkeypatch):
        seen = shown.setdefault(tuple(hint for _, hint in mistakes), set())
        for place, (mistake, hint) in enumerate(mistakes):
            if callable(mistake):
                assert not mistake(right), hint
                seen.add(place)
            elif place not in seen and not fits(mistake, right, right):
                value = torch.as_tensor(mistake).detach()
                assert next(words for other, words in mistakes if fits(other, value, right)) == hint
                seen.add(place)
    for hints, seen in shown.items():
        assert [hint for place, hint in enumerate(hints) if place not in seen] == []


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


@pytest.mark.parametrize("text", ["def forward(self, X): return 1", "def __init__(self, *a, **k): 1 / 0"])
def test_odd_classes_are_the_readers_fault(said, text):
    words = said(
        "SoftmaxRegression", answer("SoftmaxRegression", f"class SoftmaxRegression(nn.Module):\n    {text}")
    )
    assert words.startswith("SoftmaxRegression: not right yet. called ")
    assert "cannot judge" not in words


def unwritten(X, w): ...


def to_do(X, w):
    raise NotImplementedError("still to do")


def test_a_missing_answer_is_met_kindly(said):
    assert said("softmax", unwritten).startswith("softmax: still empty. Write your lines in place of the ...")
    assert "Nothing has come back yet. Replace the ..." in said("softmax", to_do)
    text = "class SoftmaxRegression(nn.Module):\n    'Softmax regression; it returns logits.'"
    assert "still empty" in said("SoftmaxRegression", answer("SoftmaxRegression", text))


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
        match=r"function must be the class itself, without \(\).*; got a value of type Linear",
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
        "class SoftmaxRegression(nn.Module):\n    def __init__(self, *sizes):\n        super().__init__()\n"
        "        self.linear = nn.Linear(2, 3)\n    def forward(self, X):\n        while True:\n        "
        "    pass"
    )
    assert "Still running" in said("SoftmaxRegression", answer("SoftmaxRegression", text), seconds=0.3)


def test_a_check_in_another_thread_works(said, capsys):
    thread = threading.Thread(target=check.sigmoid, args=(torch.sigmoid,))
    thread.start()
    thread.join()
    assert "right. " in capsys.readouterr().out


@pytest.mark.parametrize("name", ["data_iter", "fit", "SoftmaxRegression", "to_linear"])
def test_a_check_says_the_same_twice(said, name):
    for text in [*RIGHT[name], *(text for text, _ in WRONG[name])]:
        first = said(name, answer(name, text))
        torch.rand(7), random.random(), np.random.rand()
        assert said(name, answer(name, text)) == first


def test_what_the_reader_prints_is_shown_and_an_interrupt_passes(said):
    def talking(z):
        print("my z has shape", tuple(z.shape))
        return torch.sigmoid(z)

    assert said("sigmoid", talking).startswith("my z has shape (5,) my z has shape () my z")

    def interrupted(z):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check.sigmoid(interrupted)


def test_notices_depend_on_the_answer(said):
    assert "its gradient is nan" in said("sigmoid", answer("sigmoid", RIGHT["sigmoid"][0]))
    assert "its gradient is 0" in said("sigmoid", torch.sigmoid)
    copied, shared = (said("to_linear", answer("to_linear", text)) for text in RIGHT["to_linear"][:2])
    assert "one row for each class" in copied
    assert "share their memory" in shared


def test_a_negative_zero_and_a_tiny_difference_are_told_well(said):
    words = said("standard_error", lambda a, n: (a * (1 - a) / n) ** 0.5 + 2e-5)
    assert "came 0.1265 expected 0.1265" in words
    words = said("logsumexp", lambda z: torch.logsumexp(z, 1) * -0.0)
    assert "came [0, 0, 0]" in words


def test_a_result_says_which_statement_failed_and_which_mistake_it_was(capsys):
    result = check.softmax(answer("softmax", "e = torch.exp(X @ w)\nreturn e / e.sum(1, keepdim=True)"))
    assert (result.right, result.statement) == (False, "large logits")
    assert result.mistake.startswith("In float32 exp(89) is already inf")
    assert check.softmax(lambda X, w: torch.ones(3, 3)).mistake == "Each row should sum to 1; yours do not."
    assert check.standard_error(lambda a, n: 0.123).mistake is None
    assert check.softmax(unwritten).mistake == "Nothing is written yet."
    assert check.m_accuracy(lambda p, y: p.no_such_method()).mistake is None


def test_a_result_shows_nothing_in_a_notebook(capsys):
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell.instance()
    try:
        shell.run_cell("import torch\nfrom torchlearning import check\ncheck.sigmoid(torch.sigmoid)")
        assert "Result(" not in capsys.readouterr().out
    finally:
        type(shell).clear_instance()


def test_a_stub_is_told_from_an_answer_that_gives_up_on_purpose(said):
    def on_purpose(X, w):
        if len(X) > 1:
            raise NotImplementedError("one row only")
        return torch.softmax(X @ w, 1)

    words = said("softmax", on_purpose)
    assert "came NotImplementedError: one row only where in your function, line 3" in words
    assert "Replace the ..." not in words

    def forgetful(X, w):
        torch.softmax(X @ w, 1)

    assert "ends without a return" in said("softmax", forgetful)
    assert "missing NotImplementedError" not in said(
        "softmax", lambda X, w: torch.empty(2, device="meta").item()
    )


def test_a_name_that_no_check_has_is_refused_with_the_names_there_are():
    with pytest.raises(
        AttributeError, match="there is no check 'sofmax'; there are SoftmaxRegression, bayes"
    ):
        check.sofmax  # noqa: B018
