"""Checks of lesson 2: gather, cross-entropy from probabilities and from logits, its gradient."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from torchlearning.check import _wrong_2 as wrong
from torchlearning.check._case import has_nan
from torchlearning.check._exercise import LIMIT, Exercise, Function, random_normal


def gather(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``gather(values, index)``, which picks one entry of each row.

    Parameters
    ----------
    function : callable
        Takes `values`, floating point, shape ``(N, C)``, and `index`, int64, shape ``(N, 1)``;
        returns shape ``(N, 1)``. It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 2. Checked: shape, the right entries, infinite entries elsewhere, gradient.
    """
    with Exercise("gather(values, index)", function, seconds) as call:
        values, index = torch.arange(1.0, 13).reshape(3, 4), torch.tensor([[2], [0], [1]])
        words = "Entry i is values[i, index[i]]."
        call(values, index).equals(values.gather(1, index), wrong.gather(values, index), words)
        values, index = torch.tensor([[0.5, -torch.inf], [torch.inf, 2]]), torch.tensor([[0], [1]])
        call(values, index).equals(values.gather(1, index), [(has_nan, wrong.BY_MASK)], words)
        values, index = random_normal(20, 3).requires_grad_(), torch.arange(20).reshape(20, 1) % 3
        case, right = call(values, index), values.gather(1, index)
        case.equals(right, otherwise="On 20 random rows, torch.gather(values, 1, index) says otherwise.")
        case.gradient(right, [values], call.run)
        call.right(
            "Notice: the gradient is 1 at the picked entries and 0 at all others. So a loss of the picked "
            "ones says nothing directly to the rest of the row."
        )


def m_cross_entropy(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``m_cross_entropy(soft_z, y)``, the mean cross-entropy of class probabilities.

    Parameters
    ----------
    function : callable
        Takes `soft_z`, rows of probabilities, shape ``(N, C)``, and `y`, int64 class numbers,
        shape ``(N, 1)`` or ``(N,)``; returns a scalar. It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 2. Checked: value, both shapes of labels, a probability of 0 at a wrong class, 1,500
    examples (a product would underflow), gradient.
    """
    with Exercise("m_cross_entropy(soft_z, y)", function, seconds) as call:
        soft_z, y = (
            torch.tensor([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]]),
            torch.tensor([[0], [2], [2]]),
        )
        right, mistakes = F.nll_loss(soft_z.log(), y.flatten()), wrong.m_cross_entropy(soft_z, y)
        words = "Pick the probability of the true class from each row; the loss is minus the mean of log."
        call(soft_z, y).equals(right, mistakes, words)
        call(soft_z, y.flatten()).equals(right, mistakes, wrong.BOTH_SHAPES)
        sure = torch.tensor([[1.0, 0.0, 0.0]])
        call(sure, torch.tensor([[0]])).equals(torch.tensor(0.0), [(has_nan, wrong.BY_MASK)], words)
        many = torch.tensor([[0.8, 0.2]]).repeat(1500, 1)
        under = "The product of 1500 probabilities rounds to 0: add logarithms instead of multiplying."
        case = call(many, torch.zeros(1500, 1, dtype=torch.int64))
        case.equals(-torch.log(many[0, 0]), [(lambda loss: loss == torch.inf, under)], words)
        soft_z, y = (
            torch.softmax(random_normal(20, 4), 1).requires_grad_(),
            torch.arange(20).reshape(20, 1) % 4,
        )
        case, right = call(soft_z, y), F.nll_loss(soft_z.log(), y.flatten())
        case.equals(
            right, otherwise="On 20 random rows, F.nll_loss(soft_z.log(), y.flatten()) says otherwise."
        )
        case.gradient(right, [soft_z], call.run)
        call.right(
            "Notice: a model that says 1/C everywhere pays log C, whatever the labels. A loss above that "
            "is worse than not looking."
        )


def cross_entropy_from_logits(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``cross_entropy_from_logits(z, y)``, the mean cross-entropy of logits, stable.

    Parameters
    ----------
    function : callable
        Takes logits `z`, floating point, shape ``(N, C)``, and `y`, int64 class numbers, shape
        ``(N, 1)`` or ``(N,)``; returns a scalar. It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 2. Checked: value, both shapes of labels, confident mistakes, agreement with
    ``F.cross_entropy``, gradient.
    """
    with Exercise("cross_entropy_from_logits(z, y)", function, seconds) as call:
        z, y = torch.tensor([[1.0, 3, -1], [2, 0, 1]]), torch.tensor([[0], [2]])
        right, mistakes = F.cross_entropy(z, y.flatten()), wrong.cross_entropy_from_logits(z, y)
        call(z, y).equals(right, mistakes, wrong.FROM_LOGITS)
        call(z, y.flatten()).equals(right, mistakes, wrong.BOTH_SHAPES)
        z, y = torch.tensor([[1000.0, 0], [-3000, 0]]), torch.tensor([[1], [0]])
        call(z, y).equals(F.cross_entropy(z, y.flatten()), wrong.LARGE_LOSS, wrong.FROM_LOGITS)
        z, y = random_normal(20, 4).requires_grad_(), torch.arange(20).reshape(20, 1) % 4
        case, right = call(z, y), F.cross_entropy(z, y.flatten())
        case.equals(right, otherwise="On 20 random rows, F.cross_entropy(z, y.flatten()) says otherwise.")
        case.gradient(right, [z], call.run)
        call.right(
            "Notice: for a confident mistake the loss is about the gap between the largest logit and the "
            "true one, so it grows like a straight line, and its gradient never vanishes."
        )


def gradient(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``gradient(X, w, y)``, the gradient of the mean cross-entropy in w, by its formula.

    Parameters
    ----------
    function : callable
        Takes `X`, floating point, shape ``(N, D)``, `w`, shape ``(D, C)``, and `y`, int64 class
        numbers, shape ``(N, 1)`` or ``(N,)``; returns ``X.T @ (P - Y) / N``, shape ``(D, C)``.
        It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 2. Checked: value, both shapes of labels, a class without examples, agreement with
    autograd.
    """
    with Exercise("gradient(X, w, y)", function, seconds) as call:
        X, w = torch.tensor([[1.0, 2], [0, 1], [3, 1], [1, 0]]), torch.tensor([[0.5, 0, -1], [1, -1, 0]])
        y, words = torch.tensor([[0], [2], [1], [2]]), "The gradient is X.T @ (P - Y) / N."
        right, mistakes = _by_autograd(X, w, y), wrong.gradient(X, w, y)
        call(X, w, y).equals(right, mistakes, words)
        call(X, w, y.flatten()).equals(right, mistakes, wrong.BOTH_SHAPES)
        y = torch.tensor([[0], [1], [1], [0]])
        absent = "No example is of class 2, and still it has a column: F.one_hot(y, w.shape[1])."
        call(X, w, y).equals(_by_autograd(X, w, y), otherwise=absent)
        X, w, y = random_normal(20, 5), random_normal(5, 4), torch.arange(20).reshape(20, 1) % 4
        call(X, w, y).equals(
            _by_autograd(X, w, y), otherwise="On 20 random examples, autograd says otherwise."
        )
        call.right(
            "Notice: each row sums to 0, since P and Y both have rows that sum to 1. A step never changes "
            "the sum of the weights of a feature over the classes."
        )


def _by_autograd(X: torch.Tensor, w: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    w = w.clone().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(X @ w, y.flatten()), w)[0]
