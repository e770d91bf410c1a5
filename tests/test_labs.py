"""The labs from Python: traits, errors, what a page gets, and that its numbers are torch's."""

import base64
import configparser
import json
import math
import re
from pathlib import Path

import ipywidgets
import nbformat
import pytest
import torch
from torch.nn import functional as F
from traitlets import TraitError

from torchlearning import bayes_accuracy, crossover, sweep, tensorGenCla
from torchlearning.cost import predict_gpu
from torchlearning.figures.words import describe
from torchlearning.labs import CrossEntropyLab, CrossoverLab, DispersionLab, SoftmaxLab, TrainingLab

ROOT = Path(__file__).resolve().parent.parent
LESSONS = {
    "PlaygroundLab": "00_playground",
    "SoftmaxLab": "01_softmax_intuition",
    "CrossEntropyLab": "02_cross_entropy_and_gather",
    "TrainingLab": "03_manual_training",
    "DispersionLab": "05_dispersion_and_difficulty",
    "CrossoverLab": "06_gpu_vs_cpu",
    "DigitLab": "07_real_data",
}


def lesson_html(name):
    """Return a lab's page form as it is stored in its lesson."""
    notebook = nbformat.read(ROOT / "book" / f"{LESSONS[name]}.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    found = [
        output.data["text/html"] for output in outputs if name in str(output.get("data", {}).get("text/html"))
    ]
    assert len(found) == 1
    return found[0]


def state(page):
    """Decode the state in a lab's page form: bytes become float32 tensors, labels and rows int64."""
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(text)["_data"]
    kinds = {"labels": torch.uint8, "batches": torch.int32}
    for name, value in data.items():
        if isinstance(value, dict):
            raw = bytearray(base64.b64decode(value["base64"]))
            data[name] = torch.frombuffer(raw, dtype=kinds.get(name, torch.float32))
    return data


def full_weights(flat, shape):
    """Put the column of class 0 back: zeros, since weights are stored less that column."""
    *lead, rows, C = shape
    return F.pad(flat.reshape(*lead, rows, C - 1), (1, 0))


def scores(X, labels, weights):
    """Return losses and accuracies of weights ``(..., 3, C)`` by the plain formulas."""
    z = X @ weights
    targets = labels.long().expand(z.shape[:-1])
    losses = F.cross_entropy(z.flatten(0, -2), targets.flatten(), reduction="none").view(z.shape[:-1])
    return losses.mean(-1), (z.argmax(-1) == targets).float().mean(-1)


@pytest.fixture(scope="module")
def small():
    return sweep(
        [1, 4], [0.01, 0.1], num_examples=20, num_epochs=5, generator=torch.Generator().manual_seed(0)
    )


@pytest.fixture
def runs():
    X, y = tensorGenCla(20, deg_dispersion=(6, 2), bias=True)
    return X, y, torch.randn(2, 5, 3, 3), torch.randint(60, (4, 10))


# What a lesson stores is what torch computes.


def test_the_dispersion_lab_holds_the_lessons_sweep():
    data = state(lesson_html("DispersionLab"))
    grid = sweep(data["dispersions"], data["rates"], generator=torch.Generator().manual_seed(420))
    fresh, shape = grid.weights, grid.weights.shape
    stored = full_weights(data["weights"], shape)
    calm = (
        torch.tensor(data["rates"]) <= 0.1
    )  # larger ones magnify rounding: another processor, other weights
    assert calm.sum() >= 7
    torch.testing.assert_close(stored[:, calm], (fresh - fresh[..., :1])[:, calm], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(data["z"].view(1500, 2), grid.z, atol=1e-6, rtol=0)
    torch.testing.assert_close(
        data["losses"].view(shape[:3])[:, calm], grid.losses()[:, calm], atol=1e-4, rtol=1e-4
    )
    for i, std in enumerate(data["dispersions"]):  # the chaotic ones too are what their weights give
        X, y = grid.data(std)
        losses, accuracies = scores(X, y.flatten(), stored[i])
        torch.testing.assert_close(data["losses"].view(shape[:3])[i], losses, atol=1e-4, rtol=1e-4)
        assert (data["accuracies"].view(shape[:3])[i] - accuracies).abs().max() < 1.5 / 1500
        assert data["ceilings"][i] == pytest.approx(bayes_accuracy((6, std)))


def test_the_training_lab_holds_the_lessons_runs():
    data = state(lesson_html("TrainingLab"))
    torch.manual_seed(420)
    X, y = tensorGenCla(deg_dispersion=[6, 2], bias=True)
    torch.testing.assert_close(data["X"].view(1500, 2), X[:, :2])
    torch.manual_seed(420)
    w = torch.stack([torch.randn(3, 3) for _ in range(10)])
    order = torch.cat([torch.randperm(1500), torch.randperm(1500)])
    assert torch.equal(data["batches"].long(), order)
    weights, Y = [w], F.one_hot(y.flatten()).float()
    for rows in order.split(10):
        w = w - 0.03 / 10 * X[rows].T @ (F.softmax(X[rows] @ w, 2) - Y[rows])
        weights.append(w)
    fresh = torch.stack(weights, 1)
    stored = full_weights(data["weights"], fresh.shape)
    torch.testing.assert_close(stored, fresh - fresh[..., :1], atol=1e-4, rtol=1e-4)
    losses, accuracies = scores(X, y.flatten(), stored)
    torch.testing.assert_close(data["losses"].view(10, 301), losses, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(data["accuracies"].view(10, 301), accuracies, atol=1e-3, rtol=0)


def test_the_dispersion_labs_state_is_compact():
    blobs = re.findall(r'"base64": "([^"]*)"', lesson_html("DispersionLab"))
    assert sum(map(len, blobs)) < 150_000


# The page form.


def test_the_page_form_is_the_same_each_time(small):
    assert DispersionLab(small).to_html() == DispersionLab(small).to_html()


@pytest.mark.parametrize("name", LESSONS)
def test_the_page_form_brings_all_it_needs(name):
    page = lesson_html(name)
    addresses = set(re.findall(r"https?://[^\s\"'`]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, not a place
    assert "import " not in re.sub(r"//.*|/\*.*?\*/", "", page.split('<script type="module">')[1])
    assert "export " not in page
    assert len(re.search(r'<img alt="([^"]*)"', page)[1]) >= 40
    assert "need JavaScript" in page


def test_the_page_form_escapes_the_state(small):
    lab = DispersionLab(small)
    lab._data = {"C": "</script><b>"}
    assert "</script><b>" not in lab.to_html()


def test_a_cell_shows_words_a_page_form_and_a_live_form(small):
    lab = DispersionLab(small)
    data, _ = lab._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"] == f"DispersionLab: {lab.summary()}"


def test_nbval_compares_all_but_the_bytes():
    rules = configparser.RawConfigParser()
    rules.read(ROOT / "tests" / "nbval.cfg")
    for name in LESSONS:
        page = lesson_html(name)
        for rule in rules.sections():
            page = re.sub(rules[rule]["regex"], rules[rule]["replace"], page)
        page = re.sub(r'"(images|labels)": "\w*"', "", page)  # a letter each: compared as they stand
        assert not re.search(r"[A-Za-z0-9+/]{200}", page)
        assert "export" not in page
        assert f'mount(view, "{name}")' in page


# Traits.


def test_dispersion_lab_shows_what_the_sweep_has(small):
    lab = DispersionLab(small, dispersion=1, lr=0.1, epoch=3)
    assert lab.loss == small.losses()[0, 1, 3].item()
    assert lab.accuracy == small.accuracies()[0, 1, 3].item()
    assert lab.ceiling == bayes_accuracy((6, 1))
    seen = []
    lab.observe(lambda change: seen.append(change["new"]), names="dispersion")
    lab.dispersion = 4
    assert seen == [4.0]
    assert f"dispersion 4, learning rate 0.1, epoch 3: accuracy {lab.accuracy:.4f}" in lab.summary()


def test_a_sweep_can_be_replaced(small):
    lab = DispersionLab(small, dispersion=4, lr=0.1, epoch=5)
    other = sweep([2, 3, 5.5], [0.5], num_examples=7, num_class=4, num_epochs=2, mean=-4)
    lab.sweep = other
    assert (lab.dispersion, lab.lr, lab.epoch) == (3.0, 0.5, 2)
    assert lab._data["C"] == 4
    assert len(lab._data["weights"]) == 3 * 1 * 3 * 3 * 3 * 4
    assert lab.loss == other.losses()[1, 0, 2].item()
    lab.to_html()


def test_two_labs_move_together(small):
    one, two = DispersionLab(small, lr=0.01), DispersionLab(small, lr=0.1)
    ipywidgets.link((one, "dispersion"), (two, "dispersion"))
    one.dispersion = 1
    assert two.dispersion == 1.0


def test_what_the_page_sends_arrives(small):
    lab = DispersionLab(small)
    lab.set_state({"dispersion": 1.0, "epoch": 0})
    assert (lab.dispersion, lab.epoch) == (1.0, 0)


def test_training_lab_shows_what_it_was_given(runs):
    X, y, weights, batches = runs
    lab = TrainingLab(X, y, weights, batches, start=1, step=4)
    z = X @ weights[1, 4]
    assert lab.loss == pytest.approx(F.cross_entropy(z, y.flatten()).item(), abs=1e-5)
    assert lab.accuracy == (z.argmax(1) == y.flatten()).float().mean()


def test_softmax_and_cross_entropy_labs_agree_with_torch():
    lab = SoftmaxLab(logits=[3, -1, 0.5], temperature=2, shift=120)
    torch.testing.assert_close(
        lab.probabilities, F.softmax(torch.tensor([1.5, -0.5, 0.25]), 0), atol=1e-5, rtol=0
    )
    lab = CrossEntropyLab(probabilities=[0.5, 0.3, 0.2], y=2)
    z = torch.tensor([[0.5, 0.3, 0.2]]).log().requires_grad_()
    loss = F.cross_entropy(z, torch.tensor([2]))
    loss.backward()
    assert lab.loss == pytest.approx(loss.item(), abs=1e-6)
    torch.testing.assert_close(lab.gradient, z.grad[0])
    assert CrossEntropyLab(probabilities=[1, 0, 0], y=2).loss == float("inf")


def test_crossover_lab_shows_measurements_and_models(two_devices):
    times, cpu, _ = two_devices
    lab = CrossoverLab(times, batch_size=1000, num_class=30, gpu="H100", launch_price=10.0)
    assert lab.measured == pytest.approx([times[n][5].median for n in times])
    assert times["CPU"][5][:3] == (1000, 2, 30)
    assert lab.modelled[0] == pytest.approx(lab.measured[0], rel=1e-3)
    predicted = predict_gpu("H100", host=lab.models[0].fixed, launches=10, price=1e-5)
    assert lab.modelled[1] == predicted.seconds(1000, 2, 30)
    assert lab.crossover == crossover(predicted, lab.models[0], 2, 30)
    assert lab.models[0].fixed == pytest.approx(1.1 * cpu.fixed, rel=1e-3)
    lab.batch_size, lab.num_inputs = 100_000, 100
    assert all(map(math.isnan, lab.measured))
    assert f"predicted, {1e6 * lab.modelled[1]:.3g} µs" in lab.summary()


def test_crossover_lab_needs_no_gpu(two_devices):
    times, *_ = two_devices
    lab = CrossoverLab({"CPU": times["CPU"]})
    assert math.isnan(lab.measured[1])
    assert lab.modelled[1] == pytest.approx(lab.models[0].fixed + 10 * 5e-6)


def test_crossover_lab_refuses(two_devices):
    times, *_ = two_devices
    lab = CrossoverLab(times)
    with pytest.raises(TraitError, match="batch_size must be one of 10, 1000, 100000, got 20"):
        lab.batch_size = 20
    assert lab.batch_size == 10
    with pytest.raises(TraitError, match="gpu must be one of T4, A100, H100, got B200"):
        lab.gpu = "B200"
    with pytest.raises(TraitError, match=r"launch_price must be one of 2\.5, .* 10\.0, got 4\.0"):
        lab.launch_price = 4.0
    with pytest.raises(TraitError, match="lecture must be greater than 0, got 0"):
        CrossoverLab(times, lecture=0)
    with pytest.raises(TraitError, match="times must hold one or two devices, got 0"):
        CrossoverLab({})
    with pytest.raises(TraitError, match="times must hold at least 4 measurements, got 2"):
        CrossoverLab({"CPU": times["CPU"][:2]})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lab: setattr(lab, "dispersion", 2), "dispersion must be one of 1, 4, got 2"),
        (lambda lab: setattr(lab, "lr", float("nan")), "lr must be one of 0.01, 0.1, got nan"),
        (lambda lab: setattr(lab, "epoch", 6), "epoch must be one of 0, 1, 2, 3, 4, 5, got 6"),
        (lambda lab: setattr(lab, "epoch", 2.5), "'epoch' trait of a DispersionLab instance expected an int"),
        (lambda lab: setattr(lab, "dispersion", "wide"), "'dispersion' trait of a DispersionLab instance"),
        (lambda lab: setattr(lab, "sweep", "grid"), "'sweep' trait of a DispersionLab instance"),
        (
            lambda lab: setattr(lab, "sweep", sweep([1], [1], num_inputs=3, num_epochs=0)),
            "sweep must have 2 inputs",
        ),
        (
            lambda lab: setattr(lab, "sweep", sweep([1], [1], num_class=7, num_epochs=0)),
            "2 to 6 classes, got 2 and 7",
        ),
    ],
)
def test_dispersion_lab_refuses(small, change, words):
    lab = DispersionLab(small, dispersion=4, lr=0.01, epoch=2)
    with pytest.raises(TraitError, match=re.escape(words)):
        change(lab)
    assert (lab.dispersion, lab.lr, lab.epoch, lab.sweep) == (4.0, 0.01, 2, small)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: DispersionLab("grid"), "sweep must be what torchlearning.sweep returns, got str"),
        (lambda: SoftmaxLab(logits=[1, 2]), "logits"),
        (lambda: SoftmaxLab(logits=[1, 2, 11]), "logits"),
        (lambda: SoftmaxLab(logits=[1, 2, float("nan")]), "logits"),
        (lambda: SoftmaxLab(temperature=0), "temperature"),
        (lambda: SoftmaxLab(shift=1000), "shift"),
        (lambda: SoftmaxLab(temperature=float("nan")), "temperature must be from 0.05 to 20.0, got nan"),
        (lambda: SoftmaxLab(logits=5), "logits"),
        (lambda: CrossEntropyLab(probabilities=[float("nan"), 0, 1]), "must be from 0 to 1, got nan"),
        (lambda: CrossEntropyLab(probabilities=[0.5, 0.5, 0.5]), "probabilities must sum to 1"),
        (lambda: CrossEntropyLab(probabilities=[-0.5, 0.5, 1]), "probabilities"),
        (lambda: CrossEntropyLab(y=3), "y"),
    ],
)
def test_labs_refuse(make, words):
    with pytest.raises(TraitError, match=re.escape(words)):
        make()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda X, y, w, b: (X[:, :2], y, w, b), "X must have shape (N, 3), the last column ones"),
        (lambda X, y, w, b: (X.flip(1), y, w, b), "X must have shape (N, 3), the last column ones"),
        (lambda X, y, w, b: (X.double(), y, w, b), "weights must have the dtype of X"),
        (lambda X, y, w, b: (X, y[1:], w, b), "y must have shape (60,) or (60, 1)"),
        (lambda X, y, w, b: (X, y + 1, w, b), "y must hold whole numbers from 0 to 2"),
        (lambda X, y, w, b: (X, y, w[0], b), "weights must have 4 non-empty dimensions"),
        (
            lambda X, y, w, b: (X, y, w[:, :, :2], b),
            "weights must be finite, of shape (runs, steps + 1, 3, C)",
        ),
        (lambda X, y, w, b: (X, y, w / 0, b), "weights must be finite"),
        (
            lambda X, y, w, b: (X, y, w, b[1:]),
            "batches must be integers of shape (4, B), got torch.int64 (3, 10)",
        ),
        (
            lambda X, y, w, b: (X, y, w, b.float()),
            "batches must be integers of shape (4, B), got torch.float32",
        ),
        (lambda X, y, w, b: (X, y, w, b + 60), "batches must hold rows of X, 0 to 59"),
        (lambda X, y, w, b: ([1], y, w, b), "X must be a torch.Tensor, got list"),
    ],
)
def test_training_lab_refuses(runs, spoil, words):
    with pytest.raises(TraitError, match=re.escape(words)):
        TrainingLab(*spoil(*runs))


def test_training_lab_refuses_what_was_not_recorded(runs):
    lab = TrainingLab(*runs)
    for name, value in (("start", 2), ("step", 5), ("step", -1)):
        with pytest.raises(TraitError, match=f"{name} must be from 0 to"):
            setattr(lab, name, value)
    assert (lab.start, lab.step) == (0, 0)


# The still pictures.


def test_the_still_pictures_show_the_state(small, runs, two_devices):
    words = describe(DispersionLab(small, dispersion=1).still())
    assert words.count("class") >= 3
    assert '"accuracy" (-o): 6 points' in words
    words = describe(TrainingLab(*runs).still())
    assert '"GPU, measured" (' in describe(CrossoverLab(two_devices[0]).still())
    assert '"loss" (-o): 5 points' in words
    assert "0.67" in describe(SoftmaxLab().still())
    assert "-0.40" in describe(CrossEntropyLab().still())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: CrossEntropyLab(y=True), "y must be a number, got True"),
        (lambda: CrossEntropyLab([True, False, False]), "each number must be a number, got True"),
        (lambda: SoftmaxLab(temperature=True), "temperature must be a number, got True"),
        (lambda: SoftmaxLab([1.0, False, 0.0]), "each number must be a number, got False"),
        (
            lambda: DispersionLab(sweep([1, 4], [0.1, 1], num_examples=5), epoch=True),
            "epoch must be a number",
        ),
        (lambda: DispersionLab(sweep([1, 4], [0.1], num_examples=5), lr=True), "lr must be a number"),
    ],
)
def test_a_bool_is_no_number(call, words):
    with pytest.raises(TraitError, match=words):
        call()
