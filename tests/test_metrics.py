"""Accuracies against scikit-learn."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score
from torch.nn import functional as F

from torchlearning import acc_zhat, accuracy, cal, m_accuracy


@given(n=st.integers(1, 30), c=st.integers(2, 5), seed=st.integers(0, 999))
def test_m_accuracy_equals_scikit_learn_for_logits_and_probabilities(n, c, seed):
    generator = torch.Generator().manual_seed(seed)
    z, y = torch.randn(n, c, generator=generator), torch.randint(c, (n, 1), generator=generator)
    expected = pytest.approx(accuracy_score(y.flatten(), z.argmax(1)))
    assert m_accuracy(z, y).item() == expected
    assert m_accuracy(F.softmax(z, 1), y.flatten().float()).item() == expected


@given(n=st.integers(1, 30), seed=st.integers(0, 999))
def test_two_class_accuracies_equal_scikit_learn(n, seed):
    generator = torch.Generator().manual_seed(seed)
    zhat, y = torch.randn(n, 1, generator=generator), torch.randint(2, (n, 1), generator=generator)
    expected = pytest.approx(accuracy_score(y, zhat >= 0))
    assert acc_zhat(zhat, y).item() == expected
    assert accuracy(torch.sigmoid(zhat).flatten(), y).item() == expected


def test_log_odds_decide_by_their_sign_however_small():
    assert acc_zhat(torch.tensor([-1e-9, 1e-9, torch.inf]), torch.tensor([0, 1, 1])) == 1


def test_even_odds_count_as_class_1():
    assert acc_zhat(torch.tensor([0.0, -0.0]), torch.tensor([1, 1])) == 1
    assert accuracy(torch.tensor([0.5]), torch.tensor([1])) == 1


def test_cal_compares_with_the_threshold():
    sigma = torch.tensor([[0.2], [0.5], [0.9]])
    assert cal(sigma).flatten().tolist() == [0, 1, 1]
    assert cal(sigma, p=0.8).flatten().tolist() == [0, 0, 1]
    assert cal(sigma, p=0).flatten().tolist() == [1, 1, 1]
    assert cal(torch.tensor([0.9, 1.0]), p=1).tolist() == [0, 1]
    assert cal(sigma).shape == sigma.shape
    assert cal(sigma).dtype == torch.float32


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: cal(torch.tensor([0.5]), p=1.5), ValueError, r"p must lie in \[0, 1\], got 1.5"),
        (lambda: cal(torch.tensor([0.5]), p="half"), TypeError, "p must be a number, got 'half'"),
        (lambda: cal(torch.tensor([torch.nan])), ValueError, "sigma must not hold nan, got 1"),
        (
            lambda: accuracy(torch.tensor([5.0]), torch.ones(1)),
            ValueError,
            r"sigma must lie in \[0, 1\], got 5 to 5",
        ),
        (lambda: acc_zhat(torch.tensor([torch.nan]), torch.ones(1)), ValueError, "zhat must not hold nan"),
        (lambda: accuracy(torch.ones(2, 2), torch.ones(2)), ValueError, "sigma must have shape"),
        (
            lambda: accuracy(torch.ones(2), torch.tensor([0, 2])),
            ValueError,
            "y must hold whole numbers from 0 to 1",
        ),
        (lambda: acc_zhat(torch.ones(2), torch.ones(3)), ValueError, r"y must have shape \(2,\)"),
        (
            lambda: acc_zhat(torch.ones(2), torch.tensor([0, 2])),
            ValueError,
            "y must hold whole numbers from 0 to 1",
        ),
        (
            lambda: acc_zhat(torch.tensor([1]), torch.ones(1)),
            TypeError,
            "zhat must be a floating-point tensor",
        ),
        (
            lambda: m_accuracy(torch.ones(2, 3), torch.tensor([0, 3])),
            ValueError,
            "numbers from 0 to 2, got 0 to 3",
        ),
        (lambda: m_accuracy(torch.ones(2, 3), torch.zeros(3, 1)), ValueError, r"y must have shape \(2,\)"),
        (
            lambda: m_accuracy(torch.full((2, 3), torch.nan), torch.zeros(2)),
            ValueError,
            "soft_z must not hold nan, got 6; did training diverge",
        ),
    ],
)
def test_bad_arguments_are_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
