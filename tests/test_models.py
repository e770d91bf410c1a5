"""Sigmoid, softmax and the network, against torch and SciPy."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special
from torch.nn import functional as F

from torchlearning import SoftmaxRegression, logistic, sigmoid, softmax

logits = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(2, 5)), elements=st.floats(-1e4, 1e4))


def softmax_of(z):
    """Our softmax takes X and w; with the identity as w, X is the logits."""
    return softmax(z, torch.eye(z.shape[1], dtype=z.dtype))


@given(logits)
def test_softmax_equals_scipy_at_any_size(z):
    ours = softmax_of(torch.from_numpy(z)).numpy()
    np.testing.assert_allclose(ours, special.softmax(z, axis=1), rtol=1e-12, atol=1e-300)


@given(logits)
def test_softmax_rows_sum_to_one_and_keep_their_order(z):
    p = softmax_of(torch.from_numpy(z))
    assert torch.allclose(p.sum(1), torch.ones(len(z), dtype=torch.float64))
    best = torch.from_numpy(z).argmax(1, keepdim=True)
    assert torch.equal(p.gather(1, best), p.amax(1, keepdim=True))


@given(logits, st.floats(-1e3, 1e3))
def test_softmax_forgets_a_shift(z, c):
    z = torch.from_numpy(z)
    torch.testing.assert_close(softmax_of(z + c), softmax_of(z), rtol=1e-9, atol=1e-12)


@given(logits, st.randoms(use_true_random=False))
def test_softmax_follows_a_permutation_of_the_classes(z, random):
    order = list(range(z.shape[1]))
    random.shuffle(order)
    z = torch.from_numpy(z)
    torch.testing.assert_close(softmax_of(z[:, order]), softmax_of(z)[:, order])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_large_logits_are_finite_and_right(dtype):
    z = torch.tensor([[1e4, -1e4, 0], [1e4, 1e4, -1e4], [-1e4, -1e4, -1e4]], dtype=dtype)
    expected = torch.tensor([[1, 0, 0], [1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3]], dtype=dtype)
    torch.testing.assert_close(softmax_of(z), expected)
    torch.testing.assert_close(
        sigmoid(torch.tensor([1e4, 0, -1e4], dtype=dtype)), torch.tensor([1, 0.5, 0], dtype=dtype)
    )


@given(arrays(np.float64, st.integers(1, 9), elements=st.floats(-1e4, 1e4)))
def test_sigmoid_equals_scipy_at_any_size(z):
    np.testing.assert_allclose(
        sigmoid(torch.from_numpy(z)).numpy(), special.expit(z), rtol=1e-12, atol=1e-300
    )


@pytest.mark.parametrize("value", [-1e4, -3.0, 0.0, 3.0, 1e4])
def test_sigmoid_has_the_right_gradient_everywhere(value):
    z = torch.tensor(value, requires_grad=True)
    sigmoid(z).backward()
    expected = special.expit(value) * special.expit(-value)
    torch.testing.assert_close(z.grad, torch.tensor(expected, dtype=torch.float32))


def test_gradients_pass_gradcheck_also_at_ties():
    z = torch.tensor([-2.0, 0.0, 1.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(sigmoid, z)
    assert torch.autograd.gradgradcheck(sigmoid, z)
    X = torch.tensor([[1.0, 2.0], [0.0, 0.0]], dtype=torch.float64)
    w = torch.tensor([[1.0, 1.0, 0.0], [0.5, 0.5, -1.0]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda w: softmax(X, w), w)
    assert torch.autograd.gradgradcheck(lambda w: softmax(X, w), w)


def test_sigmoid_reaches_its_limits():
    assert sigmoid(torch.tensor([torch.inf, -torch.inf])).tolist() == [1, 0]


def test_two_classes_are_logistic_regression():
    X, w = torch.randn(20, 3), torch.randn(3, 2)
    torch.testing.assert_close(softmax(X, w)[:, 1:], logistic(X, w[:, 1:] - w[:, :1]))


def test_network_returns_the_logits_of_softmax():
    net, X = SoftmaxRegression(4, 3), torch.randn(7, 4)
    w = torch.cat([net.linear.weight.T, net.linear.bias.reshape(1, -1)])
    expected = softmax(torch.cat([X, torch.ones(7, 1)], 1), w)
    torch.testing.assert_close(F.softmax(net(X), 1), expected)


def test_network_keeps_its_parameters_under_stable_names():
    assert list(SoftmaxRegression().state_dict()) == ["linear.weight", "linear.bias"]
    assert list(SoftmaxRegression(bias=False).state_dict()) == ["linear.weight"]


X, w = torch.ones(4, 2), torch.ones(2, 3)


@pytest.mark.parametrize("function", [logistic, softmax])
@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((X.tolist(), w), TypeError, "X must be a torch.Tensor, got list"),
        ((X, w.long()), TypeError, "w must be a floating-point tensor, got torch.int64"),
        ((X, w.double()), TypeError, "w must have the dtype of X"),
        ((X[0], w), ValueError, r"X must have 2 non-empty dimensions, got shape \(2,\)"),
        ((X[:0], w), ValueError, r"X must have 2 non-empty dimensions, got shape \(0, 2\)"),
        ((X, torch.ones(3, 3)), ValueError, r"as many rows as X has columns \(2\)"),
    ],
)
def test_bad_matrices_are_named(function, arguments, error, words):
    with pytest.raises(error, match=words):
        function(*arguments)


def test_by_default_a_network_is_the_lectures():
    net = SoftmaxRegression().linear
    assert (net.in_features, net.out_features, net.bias is not None) == (2, 3, True)


def test_bad_network_arguments_are_named():
    with pytest.raises(ValueError, match="out_features must be at least 1, got 0"):
        SoftmaxRegression(2, 0)
    with pytest.raises(ValueError, match="in_features and out_features must ask for at most"):
        SoftmaxRegression(2**20, 2**20)
    with pytest.raises(ValueError, match=r"X must have 2 columns, got shape \(4, 3\)"):
        SoftmaxRegression()(torch.ones(4, 3))
    with pytest.raises(
        TypeError, match=r"X must have the dtype of the weights \(torch.float32\), got torch.float64"
    ):
        SoftmaxRegression()(torch.ones(4, 2).double())
    with pytest.raises(ValueError, match="w must have one column, got 3; use softmax"):
        logistic(X, w)
    with pytest.raises(TypeError, match="z must be a floating-point tensor"):
        sigmoid(torch.tensor([1]))
