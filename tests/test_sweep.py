"""The whole grid against the plain loop of lesson 3, one model at a time."""

import inspect
import random
import sys
from dataclasses import FrozenInstanceError

import pytest
import torch
from torch.nn import functional as F

from torchlearning import data_iter, m_accuracy, m_cross_entropy, sgd, softmax, tensorGenCla
from torchlearning.grid import sweep

STDS, RATES = [1, 1.5, 2.0, 3.0, 5.0], [0.003, 0.03, 0.1, 0.3]  # at these, training is stable
SIZES = {"num_examples": 25, "num_epochs": 3, "batch_size": 8}  # 75 examples: the last batch holds 3


def seeded(seed=420):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def result():
    return sweep(STDS, RATES, generator=seeded(), **SIZES)


def plain_loop(std, rate, C, D, mean=6.0):
    """Train one model as lesson 3 does, and return its weights after each epoch."""
    generator = seeded()
    X, y = tensorGenCla(25, D, C, (mean, std), bias=True, generator=generator)
    w = torch.randn(D + 1, C, generator=generator).requires_grad_()
    history = [w.detach().clone()]
    for _ in range(3):
        for x_batch, y_batch in data_iter(8, X, y, generator=generator):
            m_cross_entropy(softmax(x_batch, w), y_batch).backward()
            sgd(w, rate)
        history.append(w.detach().clone())
    return torch.stack(history)


corners = [(0, 0), (0, -1), (-1, 0), (-1, -1)]
inner = random.Random(5).sample([(s, r) for s in (1, 2, 3) for r in (1, 2)], 3)


@pytest.mark.parametrize(("s", "r"), corners + inner)
def test_each_model_is_that_of_the_plain_loop(result, s, r):
    expected = plain_loop(STDS[s], RATES[r], C=3, D=2)
    torch.testing.assert_close(result.weights_at(STDS[s], RATES[r]), expected, atol=1e-4, rtol=0)
    assert (expected[-1] - expected[0]).abs().max() > 0.01


@pytest.mark.parametrize(("C", "D", "mean"), [(4, 3, 6.0), (2, 1, -4.0), (5, 10, 2.5)])
def test_any_number_of_classes_and_inputs(C, D, mean):
    stds, rates = [1.0, 2.5, 5.0], [0.01, 0.1]
    grid = sweep(stds, rates, mean=mean, num_class=C, num_inputs=D, generator=seeded(), **SIZES)
    assert grid.weights.shape == (3, 2, 4, D + 1, C)
    for std in stds:
        for rate in rates:
            expected = plain_loop(std, rate, C, D, mean)
            torch.testing.assert_close(grid.weights_at(std, rate), expected, atol=1e-4, rtol=0)
    assert grid.losses().shape == grid.accuracies().shape == (3, 2, 4)


def test_the_gradient_is_that_of_a_smaller_last_batch_too():
    """One epoch of one batch, then one of batches of 74 and 1."""
    for batch_size, batches in [(75, 1), (1000, 1), (74, 2), (1, 75)]:
        options = {"num_examples": 25, "num_epochs": 1, "batch_size": batch_size}
        grid = sweep([2], [0.01], generator=seeded(), **options)
        generator = seeded()
        X, y = tensorGenCla(25, deg_dispersion=(6, 2), bias=True, generator=generator)
        w = torch.randn(3, 3, generator=generator).requires_grad_()
        for X_batch, y_batch in (found := data_iter(batch_size, X, y, generator=generator)):
            F.cross_entropy(X_batch @ w, y_batch.flatten()).backward()
            sgd(w, 0.01)
        assert len(found) == batches
        torch.testing.assert_close(grid.weights[0, 0, 1], w.detach(), atol=1e-5, rtol=0)


@pytest.mark.parametrize("std", STDS)
@pytest.mark.parametrize(("n", "C", "D", "mean"), [(25, 3, 2, 6.0), (7, 4, 3, -0.1), (2, 2, 1, 1e4)])
def test_the_data_are_those_of_tensorgencla(std, n, C, D, mean):
    options = {"num_examples": n, "num_class": C, "num_inputs": D}
    grid = sweep(STDS, [0.1], mean=mean, num_epochs=0, generator=seeded(), **options)
    X, y = grid.data(std)
    expected_X, expected_y = tensorGenCla(
        **options, deg_dispersion=(mean, std), bias=True, generator=seeded()
    )
    torch.testing.assert_close(X, expected_X, atol=1e-5, rtol=1e-6)
    assert torch.equal(y, expected_y)
    assert torch.equal(y.flatten(), grid.labels)
    assert (X.dtype, y.dtype, grid.z.dtype) == (torch.float32, torch.int64, torch.float32)


def test_losses_and_accuracies_are_those_of_all_the_data(result):
    losses, accuracies = result.losses(), result.accuracies()
    assert losses.shape == accuracies.shape == (5, 4, 4)
    assert losses.dtype == accuracies.dtype == torch.float32
    for s, r, epoch in [(0, 0, 0), (4, 3, 3), (2, 1, 2), (3, 2, 1)]:
        X, y = result.data(STDS[s])
        Z = X @ result.weights[s, r, epoch]
        torch.testing.assert_close(losses[s, r, epoch], F.cross_entropy(Z, y.flatten()))
        assert accuracies[s, r, epoch].item() == pytest.approx(m_accuracy(Z, y).item(), abs=1.1 / len(y))


def test_losses_stay_finite_at_wild_rates():
    grid = sweep([5], [1e4], generator=seeded(), **SIZES)
    X, y = grid.data(5)
    losses = grid.losses()[0, 0]
    assert losses[-1] > 1000
    torch.testing.assert_close(losses[-1], F.cross_entropy(X @ grid.weights[0, 0, -1], y.flatten()))


def test_scores_do_not_depend_on_how_they_are_chunked():
    grid = sweep([1, 4], [0.03], num_examples=5, num_epochs=40, generator=seeded())
    for s, std in enumerate((1, 4)):
        X, y = grid.data(std)
        expected = torch.stack([F.cross_entropy(X @ w, y.flatten()) for w in grid.weights[s, 0]])
        torch.testing.assert_close(grid.losses()[s, 0], expected)


def test_all_models_share_the_start_and_the_noise(result):
    start = result.weights[:, :, 0]
    assert torch.equal(start, start[0, 0].expand_as(start))
    small = sweep(STDS[2:3], RATES[1:2], generator=seeded(), **SIZES)
    assert torch.equal(small.z, result.z)
    torch.testing.assert_close(small.weights[0, 0], result.weights[2, 1], atol=1e-5, rtol=0)


def test_a_generator_repeats_and_leaves_the_global_one_alone():
    state = torch.get_rng_state()
    first, again, other = (sweep([2], [0.1], generator=seeded(seed), **SIZES) for seed in (1, 1, 2))
    assert torch.equal(state, torch.get_rng_state())
    assert torch.equal(first.weights, again.weights)
    assert not torch.equal(first.z, other.z)
    torch.manual_seed(1)
    assert torch.equal(sweep([2], [0.1], **SIZES).weights, first.weights)


def test_the_number_of_threads_is_put_back(monkeypatch, result):
    def interrupted(*_):
        assert torch.get_num_threads() == 1
        raise KeyboardInterrupt

    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        sweep([2], [0.1], **SIZES).losses()
        assert torch.get_num_threads() == 3
        monkeypatch.setattr(sys.modules["torchlearning.grid"], "_step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sweep([2], [0.1], **SIZES)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_the_result_is_frozen_and_short_to_print(result):
    with pytest.raises(FrozenInstanceError):
        result.mean = 1.0
    assert repr(result) == f"Sweep(dispersions={tuple(map(float, STDS))}, rates={tuple(RATES)}, mean=6.0)"
    assert not result.weights.requires_grad
    assert result.weights.is_contiguous()


def test_a_bar_only_if_asked(capsys):
    sweep([2], [0.1], **SIZES)
    assert capsys.readouterr().err == ""
    sweep([2], [0.1], progress=True, **SIZES)
    assert "3/3" in capsys.readouterr().err


def test_zero_epochs_give_the_start():
    assert sweep([2], [0.1, 0.2], num_epochs=0, num_examples=2).weights.shape == (1, 2, 1, 3, 3)


@pytest.mark.parametrize("name", ["dispersions", "rates"])
@pytest.mark.parametrize(
    ("grid", "error", "words"),
    [
        ([], ValueError, r"{} must be a list or tuple of at least one number, got \[\]"),
        ((), ValueError, r"{} must be a list or tuple of at least one number, got \(\)"),
        (0.1, ValueError, "{} must be a list or tuple of at least one number, got 0.1"),
        ("12", ValueError, "{} must be a list or tuple of at least one number, got '12'"),
        (torch.ones(2), ValueError, r"{} must be a list or tuple of at least one number, got tensor\("),
        ([1, 0], ValueError, r"{}\[1\] must be greater than 0, got 0"),
        ([-1.0], ValueError, r"{}\[0\] must be greater than 0, got -1.0"),
        ([float("nan")], ValueError, r"{}\[0\] must be finite, got nan"),
        ((1, float("inf")), ValueError, r"{}\[1\] must be finite, got inf"),
        (["1"], TypeError, r"{}\[0\] must be a number, got '1' \(str\)"),
        ([True], TypeError, r"{}\[0\] must be a number, got True"),
    ],
)
def test_bad_grids_are_named(name, grid, error, words):
    with pytest.raises(error, match=words.format(name)):
        sweep(**{"dispersions": [1.0], "rates": [0.1], name: grid})


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"mean": float("inf")}, ValueError, "mean must be finite, got inf"),
        ({"mean": "6"}, TypeError, "mean must be a number, got '6'"),
        ({"num_examples": 0}, ValueError, "num_examples must be at least 1, got 0"),
        ({"num_inputs": 2.0}, TypeError, "num_inputs must be an int, got 2.0"),
        ({"num_class": -3}, ValueError, "num_class must be at least 1, got -3"),
        ({"num_epochs": -1}, ValueError, "num_epochs must be at least 0, got -1"),
        ({"batch_size": True}, TypeError, "batch_size must be an int, got True"),
        ({"generator": 420}, TypeError, "generator must be a torch.Generator or None, got 420"),
        ({"dispersions": [1, 1e39]}, ValueError, "mean and dispersions must give features that float32 can"),
        ({"mean": 1e39}, ValueError, "mean and dispersions must give features that float32 can hold"),
        (
            {"rates": [0.1, 1e39]},
            ValueError,
            r"rates must give weights that float32 can hold, got \[0.1, 1e\+39",
        ),
    ],
)
def test_bad_arguments_are_named(options, error, words):
    with pytest.raises(error, match=words):
        sweep(**({"dispersions": [1.0], "rates": [0.1]} | SIZES | options))


def test_asking_off_the_grid_lists_the_grid(result):
    grid = r"\(1.0, 1.5, 2.0, 3.0, 5.0\)"
    for ask in (result.data, lambda std: result.weights_at(std, 0.1)):
        with pytest.raises(ValueError, match=rf"dispersion must be on the grid {grid}, got 4"):
            ask(4)
    with pytest.raises(ValueError, match=r"rate must be on the grid \(0.003, 0.03, 0.1, 0.3\), got 0.2"):
        result.weights_at(1, 0.2)
    with pytest.raises(TypeError, match=r"rate must be a number, got '0.1'"):
        result.weights_at(1, "0.1")


def test_logits_that_float32_cannot_hold_are_refused_though_the_weights_could_be_held():
    step = {"num_examples": 1, "batch_size": 3, "num_epochs": 1}
    assert sweep([0.1], [1e35], generator=seeded(), **step).weights.abs().max() > 1e34
    with pytest.raises(ValueError, match="rates must give weights that float32 can hold"):
        sweep([0.1], [2e37], generator=seeded(), **step)


def test_by_default_a_sweep_trains_as_the_lessons_do():
    ours, theirs = (inspect.signature(function).parameters for function in (sweep, tensorGenCla))
    for name in ("num_examples", "num_inputs", "num_class"):
        assert ours[name].default == theirs[name].default
    assert (ours["mean"].default, ours["num_epochs"].default, ours["batch_size"].default) == (6, 20, 10)
