"""Cross-entropy against torch, autograd and scikit-learn."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss
from torch.nn import functional as F

from torchlearning import cross_entropy, m_cross_entropy, softmax


@given(n=st.integers(1, 20), c=st.integers(2, 6), seed=st.integers(0, 999))
def test_m_cross_entropy_equals_torch_and_scikit_learn(n, c, seed):
    generator = torch.Generator().manual_seed(seed)
    z = torch.randn(n, c, generator=generator, dtype=torch.float64)
    y = torch.randint(c, (n,), generator=generator)
    ours = m_cross_entropy(F.softmax(z, 1), y)
    torch.testing.assert_close(ours, F.cross_entropy(z, y))
    assert ours.item() == pytest.approx(log_loss(y.numpy(), F.softmax(z, 1).numpy(), labels=range(c)))


@given(n=st.integers(1, 20), seed=st.integers(0, 999))
def test_cross_entropy_equals_torch_and_the_two_class_case(n, seed):
    generator = torch.Generator().manual_seed(seed)
    sigma = torch.rand(n, generator=generator, dtype=torch.float64)
    y = torch.randint(2, (n,), generator=generator)
    ours = cross_entropy(sigma, y)
    torch.testing.assert_close(ours, F.binary_cross_entropy(sigma, y.double()))
    torch.testing.assert_close(ours, m_cross_entropy(torch.stack([1 - sigma, sigma], 1), y))


@pytest.mark.parametrize(
    "form", [lambda y: y, lambda y: y.reshape(-1, 1), lambda y: y.float(), lambda y: y.byte()]
)
def test_labels_of_any_form_give_the_same_loss(form):
    y = torch.tensor([0, 1, 1])
    sigma, soft_z = torch.tensor([[0.2], [0.9], [0.5]]), F.softmax(torch.randn(3, 2), 1)
    torch.testing.assert_close(cross_entropy(sigma, form(y)), cross_entropy(sigma, y))
    torch.testing.assert_close(m_cross_entropy(soft_z, form(y)), m_cross_entropy(soft_z, y))


def test_sure_predictions_cost_nothing_or_everything():
    y = torch.tensor([1, 0])
    assert cross_entropy(torch.tensor([1.0, 0.0]), y) == 0
    assert cross_entropy(torch.tensor([0.0, 0.0]), y) == torch.inf
    assert m_cross_entropy(torch.tensor([[0.0, 1.0], [1.0, 0.0]]), y) == 0
    assert m_cross_entropy(torch.tensor([[1.0, 0.0], [1.0, 0.0]]), y) == torch.inf


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_probabilities_of_every_precision_pass(dtype):
    soft_z = softmax(torch.randn(50, 3).to(dtype), torch.randn(3, 9).to(dtype))
    assert m_cross_entropy(soft_z, torch.zeros(50)).dtype == dtype


def test_nan_is_passed_on():
    assert m_cross_entropy(torch.full((1, 2), torch.nan), torch.tensor([0])).isnan()
    assert cross_entropy(torch.tensor([torch.nan]), torch.tensor([0])).isnan()


def test_gradient_in_the_logits_is_softmax_minus_one_hot():
    z = torch.randn(5, 4, dtype=torch.float64, requires_grad=True)
    y = torch.tensor([0, 3, 1, 1, 2])
    m_cross_entropy(F.softmax(z, 1), y).backward()
    torch.testing.assert_close(z.grad, (F.softmax(z, 1) - F.one_hot(y, 4)) / 5)
    assert torch.autograd.gradcheck(lambda z: m_cross_entropy(F.softmax(z, 1), y), z)


def test_the_order_of_the_examples_does_not_matter():
    soft_z, y = F.softmax(torch.randn(9, 3), 1), torch.randint(3, (9, 1))
    order = torch.randperm(9)
    torch.testing.assert_close(m_cross_entropy(soft_z[order], y[order]), m_cross_entropy(soft_z, y))


good = torch.full((2, 4), 0.25)


@pytest.mark.parametrize(
    ("soft_z", "y", "error", "words"),
    [
        (good, torch.tensor([0, 4]), ValueError, "y must hold whole numbers from 0 to 3, got 0 to 4"),
        (good, torch.tensor([0, -1]), ValueError, "y must hold whole numbers from 0 to 3, got -1 to 0"),
        (good, torch.tensor([0.5, 1]), ValueError, "y must hold whole numbers, got"),
        (good, torch.tensor([torch.nan, 1]), ValueError, "y must hold whole numbers, got"),
        (good, torch.tensor([0]), ValueError, r"y must have shape \(2,\) or \(2, 1\).*got \(1,\)"),
        (good, [0, 1], TypeError, "y must be a torch.Tensor, got list"),
        (
            good[0],
            torch.tensor([0]),
            ValueError,
            r"soft_z must have 2 non-empty dimensions, got shape \(4,\)",
        ),
        (good.long(), torch.tensor([0, 1]), TypeError, "soft_z must be a floating-point tensor"),
        (
            8 * good - 3,
            torch.tensor([0, 1]),
            ValueError,
            "soft_z must hold rows of probabilities.*apply softmax over dim=1",
        ),
        (torch.tensor([[0.5, torch.nan]]), torch.tensor([0]), ValueError, r"got row 0 \(0.5, nan\)"),
        (
            torch.tensor([[torch.nan, torch.nan], [5, 3]]),
            torch.tensor([0, 0]),
            ValueError,
            r"got row 1 \(5, 3\)",
        ),
        (2 * good, torch.tensor([0, 1]), ValueError, r"got row 0 \(0.5, 0.5, 0.5, 0.5\)"),
    ],
)
def test_bad_arguments_of_m_cross_entropy_are_named(soft_z, y, error, words):
    with pytest.raises(error, match=words):
        m_cross_entropy(soft_z, y)


@pytest.mark.parametrize(
    ("sigma", "y", "error", "words"),
    [
        (
            torch.tensor([0.5]),
            torch.tensor([2]),
            ValueError,
            "y must hold whole numbers from 0 to 1, got 2 to 2",
        ),
        (torch.tensor([1.5]), torch.tensor([1]), ValueError, r"sigma must lie in \[0, 1\], got 1.5 to 1.5"),
        (torch.ones(2, 3), torch.tensor([1, 1]), ValueError, r"sigma must have shape \(N,\) or \(N, 1\)"),
        (torch.ones(0), torch.ones(0), ValueError, "N at least 1"),
        (torch.tensor([1]), torch.tensor([1]), TypeError, "sigma must be a floating-point tensor"),
    ],
)
def test_bad_arguments_of_cross_entropy_are_named(sigma, y, error, words):
    with pytest.raises(error, match=words):
        cross_entropy(sigma, y)


@pytest.mark.parametrize("off", [0.002, -0.002])
def test_rows_that_miss_one_by_two_thousandths_are_no_probabilities(off):
    with pytest.raises(ValueError, match="soft_z must hold rows of probabilities"):
        m_cross_entropy(good[:1] + off / 4, torch.tensor([0]))
    assert m_cross_entropy(good[:1] + off / 16, torch.tensor([0])) > 0
