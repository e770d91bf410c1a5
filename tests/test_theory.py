"""The best accuracy, weights and loss: against draws, SciPy and scikit-learn."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from torch.nn import functional as F

from torchlearning import m_accuracy, m_cross_entropy, softmax, tensorGenCla
from torchlearning.newton import minimum_loss
from torchlearning.theory import bayes_accuracy, bayes_cuts, bayes_weights

SETTINGS = [
    ((6, 2), 2, 3),
    ((6, 4), 2, 3),
    ((6, 4), 10, 3),
    ((6, 4), 2, 10),
    ((-3, 2), 1, 2),
    ((0.5, 1), 3, 4),
]


def centres(deg_dispersion, num_class):
    """The coordinate of each centre, written as in the data's definition."""
    mean = deg_dispersion[0]
    return torch.tensor([mean * i - mean * (num_class - 1) / 2 for i in range(num_class)])


def nearest_centre(X, deg_dispersion, num_class):
    """The Bayes rule: the class of the nearest centre."""
    return torch.cdist(X, centres(deg_dispersion, num_class).reshape(-1, 1).repeat(1, X.shape[1])).argmin(1)


def with_ones(X):
    return torch.cat([X, torch.ones(len(X), 1)], 1)


def original_data(deg_dispersion, **settings):
    torch.manual_seed(420)
    return tensorGenCla(deg_dispersion=deg_dispersion, bias=True, **settings)


@pytest.mark.parametrize("setting", SETTINGS)
def test_bayes_accuracy_equals_the_rate_of_the_bayes_rule(setting):
    deg_dispersion, num_inputs, num_class = setting
    X, y = tensorGenCla(120_000 // num_class, num_inputs, num_class, deg_dispersion)
    rate = (nearest_centre(X, deg_dispersion, num_class) == y.flatten()).double().mean().item()
    expected = bayes_accuracy(*setting)
    assert abs(rate - expected) < 4 * math.sqrt(expected * (1 - expected) / len(y))


@pytest.mark.parametrize("setting", SETTINGS)
def test_bayes_accuracy_equals_scipy_between_the_cuts(setting):
    (mean, std), num_inputs, num_class = setting
    edges = [-np.inf, *bayes_cuts((mean, std), num_class), np.inf]
    where = np.sort(centres((mean, std), num_class).numpy())
    mass = [np.diff(norm.cdf(edges[i : i + 2], where[i], std / num_inputs**0.5)) for i in range(num_class)]
    assert bayes_accuracy(*setting) == pytest.approx(np.mean(mass), abs=1e-12)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (((6, 2),), 0.9774),
        (((6, 4),), 0.8074),
        (((6, 4), 10), 0.988),
        (((6, 4), 2, 10), 0.740),
        (([-6, 4],), 0.8074),
        (((6, 4), 2, 1), 1),
        (((0, 4), 2, 5), 1 / 5),
        (((1e300, 1e-300),), 1),
    ],
)
def test_bayes_accuracy_known_values(setting, expected):
    assert bayes_accuracy(*setting) == pytest.approx(
        expected, abs=5e-4 if expected in (0.988, 0.740) else 5e-5
    )


@pytest.mark.parametrize("setting", [((12, 4), 1), ((60, 20), 1), ((6, 4), 4), ((-3, 1), 1), ((1.5, 1), 4)])
def test_bayes_accuracy_depends_on_the_ratio_alone(setting):
    assert bayes_accuracy(*setting) == pytest.approx(bayes_accuracy((3, 1), 1), abs=1e-12)


@pytest.mark.parametrize("setting", SETTINGS)
def test_bayes_weights_give_the_exact_posterior_and_the_nearest_centre(setting):
    deg_dispersion, num_inputs, num_class = setting
    X, _ = tensorGenCla(50, num_inputs, num_class, deg_dispersion)
    at = centres(deg_dispersion, num_class).numpy()
    density = np.exp(norm.logpdf(X.double().numpy()[:, :, None], at, deg_dispersion[1]).sum(1))
    w = bayes_weights(*setting)
    assert w.dtype == torch.float32
    assert w.shape == (num_inputs + 1, num_class)
    p = softmax(with_ones(X), w)
    np.testing.assert_allclose(p.numpy(), density / density.sum(1, keepdims=True), atol=1e-4)
    assert torch.equal(p.argmax(1), nearest_centre(X, deg_dispersion, num_class))
    torch.testing.assert_close(w.sum(1), torch.zeros(num_inputs + 1), rtol=0, atol=1e-4)


@pytest.mark.parametrize("setting", SETTINGS)
def test_best_decision_changes_at_the_cuts(setting):
    deg_dispersion, num_inputs, num_class = setting
    cuts = bayes_cuts(deg_dispersion, num_class)
    places = torch.tensor([cut + side for cut in cuts for side in (-0.01, 0.01)])
    chosen = (with_ones(places.reshape(-1, 1).repeat(1, num_inputs)) @ bayes_weights(*setting)).argmax(1)
    order = range(num_class) if deg_dispersion[0] > 0 else range(num_class - 1, -1, -1)
    assert chosen.tolist() == [c for i in range(num_class - 1) for c in (order[i], order[i + 1])]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (((6, 2),), [-3, 3]),
        (((-6, 2), 4), [-6, 0, 6]),
        (((4, 1), 2), [0]),
        (((4, 1), 1), []),
        (((0, 1), 3), []),
    ],
)
def test_bayes_cuts_known_values(arguments, expected):
    assert bayes_cuts(*arguments) == expected


@pytest.mark.parametrize(("deg_dispersion", "expected"), [((6, 2), 0.0748), ((6, 4), 0.4672)])
def test_minimum_loss_equals_scikit_learn(deg_dispersion, expected):
    X, y = original_data(deg_dispersion)
    w, loss = minimum_loss(X, y, 3)
    model = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000).fit(X[:, :-1].numpy(), y.flatten().numpy())
    theirs = model.predict_proba(X[:, :-1].numpy())
    assert loss == pytest.approx(expected, abs=5e-5)
    assert loss == pytest.approx(log_loss(y.flatten().numpy(), theirs), abs=1e-5)
    assert loss == pytest.approx(m_cross_entropy(softmax(X.double(), w), y).item(), abs=1e-12)
    np.testing.assert_allclose(softmax(X.double(), w).numpy(), theirs, atol=1e-3)


@pytest.mark.parametrize(
    "settings",
    [
        {"deg_dispersion": (6, 2)},
        {"deg_dispersion": (-6, 4), "num_class": 5},
        {"deg_dispersion": (1, 2), "num_inputs": 6},
        {"deg_dispersion": (6, 4), "num_class": 2},
    ],
)
def test_gradient_is_zero_at_the_minimum_and_rows_sum_to_zero(settings):
    X, y = original_data(**settings)
    w, loss = minimum_loss(X, y, settings.get("num_class", 3))
    assert w.dtype == torch.float64
    w.requires_grad_()
    F.cross_entropy(X.double() @ w, y.flatten()).backward()
    assert w.grad.abs().max() < 1e-10
    assert w.sum(1).abs().max() < 1e-10
    assert loss < F.cross_entropy(X.double() @ (w + 0.01 * torch.randn_like(w)), y.flatten()).item()


def test_minimum_loss_without_a_constant_equals_scikit_learn_without_an_intercept():
    X, y = original_data((6, 4))
    X, y = X[:, :-1] * torch.tensor([100.0, 0.01]), y.flatten()
    w, loss = minimum_loss(X, y, 3)
    model = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000, fit_intercept=False)
    theirs = model.fit(X / torch.tensor([100.0, 0.01]), y).predict_proba(X / torch.tensor([100.0, 0.01]))
    np.testing.assert_allclose(softmax(X.double(), w).numpy(), theirs, atol=1e-3)
    assert loss == pytest.approx(log_loss(y, theirs), abs=1e-5)


def test_minimum_loss_does_not_depend_on_the_units_of_the_features():
    X, y = original_data((6, 2))
    scale = torch.tensor([1e5, 1e-4, 1.0], dtype=torch.float64)
    w, loss = minimum_loss(X, y, 3)
    scaled_w, scaled_loss = minimum_loss(X.double() * scale, y.flatten().float(), 3)
    assert scaled_loss == pytest.approx(loss, abs=1e-12)
    torch.testing.assert_close(scaled_w * scale.reshape(-1, 1), w)


def test_minimum_loss_without_information_is_the_entropy_of_the_classes():
    y = torch.tensor([0, 1, 1, 2, 2, 2])
    entropy = -sum(k / 6 * math.log(k / 6) for k in (1, 2, 3))
    assert minimum_loss(torch.ones(6, 1), y, 3)[1] == pytest.approx(entropy)
    assert minimum_loss(torch.ones(6, 3), y, 3)[1] == pytest.approx(entropy)  # columns that repeat
    assert minimum_loss(torch.zeros(6, 2), y, 3)[1] == pytest.approx(math.log(3))
    assert minimum_loss(torch.ones(6, 2), y * 0, 1)[1] == 0


def test_minimum_loss_falls_below_the_best_weights_on_the_same_data():
    X, y = original_data((6, 4))
    w = bayes_weights((6, 4))
    assert minimum_loss(X, y, 3)[1] < m_cross_entropy(softmax(X, w), y).item()
    assert m_accuracy(softmax(X, w), y).item() == pytest.approx(0.7973, abs=5e-5)


def test_bayes_weights_are_what_a_large_sample_teaches():
    X, y = original_data((6, 4), num_examples=10_000)
    w, _ = minimum_loss(X, y, 3)
    torch.testing.assert_close(w.float(), bayes_weights((6, 4)), rtol=0, atol=0.02)


SEPARABLE = torch.tensor([[-2.0, 1.0], [-1.0, 1.0], [1.0, 1.0], [2.0, 1.0]])


@pytest.mark.parametrize(
    ("X", "labels", "num_class"),
    [
        (SEPARABLE, [0, 0, 1, 1], 2),
        (SEPARABLE * 1e-3, [0, 0, 1, 1], 2),
        (SEPARABLE[[0, 1, 1, 3]], [0, 0, 1, 1], 2),  # two classes that touch
        (SEPARABLE[[0, 2, 2, 2]], [0, 1, 2, 1], 3),  # one class apart from two that overlap
        (SEPARABLE[[1, 1, 2, 2]], [0, 1, 0, 1], 3),  # an empty class
    ],
)
def test_separable_data_are_refused(X, labels, num_class):
    with pytest.raises(ValueError, match=r"can be separated by lines .* the loss has no minimum"):
        minimum_loss(X, torch.tensor(labels), num_class)


@pytest.mark.parametrize("function", [bayes_accuracy, bayes_weights, bayes_cuts])
@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"deg_dispersion": (6, 0)}, ValueError, "the std, must be greater than 0, got 0"),
        ({"deg_dispersion": (6, -2)}, ValueError, "the std, must be greater than 0, got -2"),
        ({"deg_dispersion": (math.nan, 2)}, ValueError, "the mean, must be finite, got nan"),
        ({"deg_dispersion": 6}, ValueError, "deg_dispersion must be a list or tuple"),
        ({"deg_dispersion": ("6", 2)}, TypeError, "the mean, must be a number, got '6'"),
        ({"num_class": 0}, ValueError, "num_class must be at least 1, got 0"),
        ({"num_class": 3.0}, TypeError, "num_class must be an int, got 3.0"),
    ],
)
def test_bad_settings_are_named(function, arguments, error, words):
    with pytest.raises(error, match=words):
        function(**{"deg_dispersion": (6, 2), **arguments})


@pytest.mark.parametrize("function", [bayes_accuracy, bayes_weights])
def test_no_features_are_refused(function):
    with pytest.raises(ValueError, match="num_inputs must be at least 1, got 0"):
        function((6, 2), num_inputs=0)


@pytest.mark.parametrize("function", [bayes_weights, bayes_cuts])
def test_more_classes_than_float32_can_count_are_refused(function):
    with pytest.raises(ValueError, match="num_class must be at most 16777216, got"):
        function((6, 2), num_class=16777217)


def test_weights_too_large_for_float32_are_refused():
    with pytest.raises(ValueError, match="deg_dispersion must give weights that float32 can hold"):
        bayes_weights((1e30, 1e-30))


X, y = torch.ones(4, 2), torch.tensor([0, 1, 2, 0])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((X.tolist(), y, 3), TypeError, "X must be a torch.Tensor, got list"),
        ((X.long(), y, 3), TypeError, "X must be a floating-point tensor"),
        ((X[0], y, 3), ValueError, r"X must have 2 non-empty dimensions, got shape \(2,\)"),
        ((X / 0, y, 3), ValueError, "X must hold finite numbers"),
        ((X, y[:3], 3), ValueError, r"y must have shape \(4,\) or \(4, 1\)"),
        ((X, y, 2), ValueError, "y must hold whole numbers from 0 to 1, got 0 to 2"),
        ((X, y + 0.5, 3), ValueError, "y must hold whole numbers, got 0.5"),
        ((X, y, 0), ValueError, "num_class must be at least 1, got 0"),
        ((X, y, "3"), TypeError, "num_class must be an int, got '3'"),
    ],
)
def test_bad_data_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        minimum_loss(*arguments)


# Units and origins


@pytest.fixture(scope="module")
def two_features():
    """Two features of ±1, one that says little, and labels that they explain in part."""
    generator = torch.Generator().manual_seed(0)
    X = torch.tensor([[1.0, 1], [1, -1], [-1, 1], [-1, -1]], dtype=torch.float64).repeat(10, 1)
    y = (torch.rand(40, generator=generator) < torch.where(X[:, 0] > 0, 0.8, 0.3)).long()
    return X, y


def column_of_ones(X):
    return torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], 1)


@pytest.mark.parametrize("unit", [1e13, 1e-13, 1e200, 1e-200])
def test_the_minimum_is_the_same_in_any_unit(two_features, unit):
    X, y = two_features
    w, loss = minimum_loss(column_of_ones(X), y, 2)
    for units in ([unit, unit, 1.0], [unit, 1.0, 1.0], [1.0, 1.0, unit]):
        units = torch.tensor(units, dtype=torch.float64)
        scaled_w, scaled_loss = minimum_loss(column_of_ones(X) * units, y, 2)
        assert scaled_loss == pytest.approx(loss, abs=1e-12)
        torch.testing.assert_close(scaled_w * units.reshape(-1, 1), w, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("origin", [1e6, -1e9, 3e10])
@pytest.mark.parametrize("constant", ["ones", "a column for each half"])
def test_with_a_constant_the_minimum_is_the_same_from_any_origin(two_features, origin, constant):
    X, y = two_features
    first = (torch.arange(len(X)) < 20).double().reshape(-1, 1)
    constants = torch.ones_like(first) if constant == "ones" else torch.cat([first, 1 - first], 1)
    loss = minimum_loss(torch.cat([X, constants], 1), y, 2)[1]
    assert minimum_loss(torch.cat([X + origin, constants], 1), y, 2)[1] == pytest.approx(loss, abs=1e-6)


def test_an_hour_of_unix_times_is_as_good_as_minutes():
    generator = torch.Generator().manual_seed(0)
    minutes = torch.arange(60, dtype=torch.float64).reshape(-1, 1)
    y = (torch.rand(60, 1, generator=generator) < torch.sigmoid(minutes / 10 - 3)).long()
    loss = minimum_loss(column_of_ones(minutes), y, 2)[1]
    theirs = LogisticRegression(C=np.inf, tol=1e-10, max_iter=9999).fit(minutes, y.flatten())
    assert loss == pytest.approx(log_loss(y, theirs.predict_proba(minutes)), abs=1e-6)
    assert minimum_loss(column_of_ones(1.7e9 + 60 * minutes), y, 2)[1] == pytest.approx(loss, abs=1e-9)
    alone = minimum_loss(1.7e9 + 60 * minutes, y, 2)[1]  # without a column of ones it is but a constant
    assert alone == pytest.approx(minimum_loss(torch.ones(60, 1), y, 2)[1], abs=1e-4)


def test_float32_features_far_from_zero_keep_what_they_say():
    X, y = original_data((6, 4))
    far = column_of_ones(X[:, :2] + 1e6)
    near = column_of_ones(far[:, :2].double() - 1e6)  # float32 has rounded both alike
    assert minimum_loss(far, y, 3)[1] == pytest.approx(minimum_loss(near, y, 3)[1], abs=1e-9)


@pytest.mark.parametrize(
    "column",
    [1e18 + 1000 * torch.arange(40.0).double(), 1e15 + torch.arange(40.0).double()],
)
def test_a_column_beyond_float64_is_named(two_features, column):
    X, y = two_features
    generator = torch.Generator().manual_seed(1)
    ids = column[torch.randperm(40, generator=generator)].reshape(-1, 1)
    with pytest.raises(ValueError, match=r"X must hold columns that float64 can tell .* column 2, 1e\+1"):
        minimum_loss(column_of_ones(torch.cat([X, ids], 1)), y, 2)


def test_columns_that_depend_on_each_other_do_no_harm(two_features):
    X, y = two_features
    loss = minimum_loss(column_of_ones(X), y, 2)[1]
    celsius = X[:, :1] * 10 + 20
    more = torch.cat([X, celsius, 1.8 * celsius + 32, 0.1 * X[:, :1] + 0.7 * X[:, 1:]], 1)
    assert minimum_loss(column_of_ones(more), y, 2)[1] == pytest.approx(loss, abs=1e-9)


def test_nan_in_the_features_is_called_a_missing_value():
    X, y = original_data((6, 4))
    X[3, 0] = torch.nan
    with pytest.raises(
        ValueError, match="X must hold finite numbers only, got 1 nan or inf; are values missing"
    ):
        minimum_loss(X, y, 3)
