"""Checks of lesson 1: softmax, log-sum-exp, sigmoid."""

from __future__ import annotations

import torch

from torchlearning.check import _wrong_1 as wrong
from torchlearning.check._case import has_nan
from torchlearning.check._exercise import LIMIT, Exercise, Function, random_normal


def softmax(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``softmax(X, w)``, the row-wise softmax of X w, stable for logits of any size.

    Parameters
    ----------
    function : callable
        Takes `X`, floating point, shape ``(N, D)``, and `w`, shape ``(D, C)``; returns shape
        ``(N, C)``. It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        If `function` is not callable or `seconds` is not a positive number. What is wrong with
        `function` is printed.

    Notes
    -----
    Lesson 1. Checked: rows, large logits, a single example, agreement with torch, gradient.

    Examples
    --------
    >>> softmax(lambda X, w: torch.softmax(X @ w, dim=0))
    softmax: not right yet.
      called    softmax(X, w)
                X = [[1, 0], [0, 1], [1, 1]]
                w = [[0, 1, 2], [2, 0, 1]]
      came      [[0.0634, 0.4223, 0.2447],
                 [0.4683, 0.1554, 0.09],
                 [0.4683, 0.4223, 0.6652]]
      expected  [[0.09, 0.2447, 0.6652],
                 [0.6652, 0.09, 0.2447],
                 [0.2447, 0.09, 0.6652]]
      hint      Your columns sum to 1 but your rows do not: which dim? dim=1 sums
                along a row.
    """
    with Exercise("softmax(X, w)", function, seconds) as call:
        X, w = torch.tensor([[1.0, 0], [0, 1], [1, 1]]), torch.tensor([[0.0, 1, 2], [2, 0, 1]])
        words = "Each entry is exp of its logit, divided by the sum of these over its row."
        call(X, w).equals(torch.softmax(X @ w, 1), wrong.softmax(X @ w), words)
        X, w = torch.eye(2), torch.tensor([[1000.0, 900, -1000], [-1000, -900, -1998]])
        call(X, w).equals(torch.softmax(w, 1), wrong.LARGE_LOGITS, wrong.SHIFT)
        one = torch.tensor([[1.0]])
        call(one, one).equals(one, otherwise="One example and one class: keep both dimensions.")
        X, w = (random_normal(*size).requires_grad_() for size in ((20, 4), (4, 5)))
        case, right = call(X, w), torch.softmax(X @ w, 1)
        case.equals(right, otherwise="On 20 random examples, torch.softmax(X @ w, dim=1) says otherwise.")
        case.gradient(right, [X, w], call.run)
        call.right(
            "Notice: the same number added to all logits of a row changes nothing. That is why the largest "
            "may be subtracted, and why only differences between logits count."
        )


def logsumexp(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``logsumexp(z)``, the logarithm of the sum of the exponentials of a row, stable.

    Parameters
    ----------
    function : callable
        Takes `z`, floating point, shape ``(N, C)``; returns shape ``(N,)``. It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 1. Checked: shape, large and very negative logits, agreement with torch, gradient.
    """
    with Exercise("logsumexp(z)", function, seconds) as call:
        z = torch.tensor([[0.0, 1], [2, 3], [1, 1]])
        words = "Each row gives log(exp(z_0) + exp(z_1) + ...)."
        call(z).equals(torch.logsumexp(z, 1), wrong.logsumexp(z), words)
        z = torch.tensor([[1000.0, 999, 0], [-1000, -1001, -1002], [5, -1000, 1000]])
        call(z).equals(torch.logsumexp(z, 1), wrong.LARGE_SUMS, wrong.PULL_OUT)
        one = torch.tensor([[2.5]])
        call(one).equals(one[0], otherwise="One row, so one number, in a tensor of shape (1,).")
        z = random_normal(20, 5).requires_grad_()
        case, right = call(z), torch.logsumexp(z, 1)
        case.equals(right, otherwise="On 20 random rows, torch.logsumexp(z, dim=1) says otherwise.")
        case.gradient(right, [z], call.run)
        call.right(
            "Notice: it lies between the largest entry and that plus log C, so it is a smooth maximum; and "
            "its gradient is softmax."
        )


def sigmoid(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``sigmoid(z)``, 1 / (1 + exp(-z)) for each entry, stable for logits of any size.

    Parameters
    ----------
    function : callable
        Takes `z`, floating point, any shape; returns the same shape. It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 1. Checked: small and large logits of both signs, any shape, gradient. A gradient that
    is nan at large logits, as that of the formula is, passes and is told.
    """
    with Exercise("sigmoid(z)", function, seconds) as call:
        z = torch.tensor([-2.0, -1, 0, 1, 3])
        call(z).equals(torch.sigmoid(z), wrong.sigmoid(z), "Each entry is 1 / (1 + exp(-z)).")
        z = torch.tensor([[-1e4, -100, 0], [90, 100, 1e4]])
        words = "For large logits it is 0 on the negative side and 1 on the positive side."
        call(z).equals(torch.sigmoid(z), wrong.LARGE_Z, words)
        z = torch.tensor(0.5)
        call(z).equals(torch.sigmoid(z), otherwise="Any shape will do, here that of a single number.")
        z = torch.linspace(-4, 4, 9).requires_grad_()
        case, right = call(z), torch.sigmoid(z)
        case.equals(right, otherwise="On these nine numbers torch.sigmoid says otherwise.")
        case.gradient(right, [z], call.run)
        case = call(torch.tensor([-1e4, 1e4], requires_grad=True))
        (slope,) = torch.autograd.grad(case.result.sum(), list(case.arguments))
        call.right(wrong.HOLE if has_nan(slope) else wrong.NO_HOLE)
