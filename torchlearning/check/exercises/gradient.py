"""Exercise 2.5: the gradient of the mean cross-entropy by its formula."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.exercises.m_cross_entropy import BOTH_SHAPES
from torchlearning.check.exercises.softmax import SHIFT
from torchlearning.check.values import has_nan, random_normal

WORDS = "The gradient is X.T @ (P - Y) / N."


@exercise("gradient(X, w, y)")
def gradient(call: Exercise) -> str:
    """Check ``gradient(X, w, y)``, the gradient of the mean cross-entropy in w, by its formula.

    Parameters
    ----------
    function : callable
        Takes `X`, floating point, shape ``(N, D)``, `w`, shape ``(D, C)``, and `y`, int64 class
        numbers, shape ``(N, 1)`` or ``(N,)``; returns ``X.T @ (P - Y) / N``, shape ``(D, C)``.
        It gets copies.

    Notes
    -----
    Lesson 2. Checked: value, both shapes of labels, a class without examples, large logits, a
    single example, agreement with autograd.
    """
    X, w = torch.tensor([[1.0, 2], [0, 1], [3, 1], [1, 0]]), torch.tensor([[0.5, 0, -1], [1, -1, 0]])
    y = torch.tensor([[0], [2], [1], [2]])
    call("four examples", X, w, y).equals(by_autograd(X, w, y), mistakes(X, w, y), WORDS)
    flat = call("labels of shape (N,)", X, w, y.flatten())
    flat.equals(by_autograd(X, w, y), mistakes(X, w, y), BOTH_SHAPES)
    y = torch.tensor([[0], [0], [0], [0]])
    absent = "F.one_hot(y, w.shape[1]) has all columns even if a class is absent, here 1 and 2."
    call("absent classes", X, w, y).equals(by_autograd(X, w, y), otherwise=absent)
    X, w = torch.eye(2), torch.tensor([[1000.0, 999, 0], [-1000, -999, -1002]])
    y, large = torch.tensor([[1], [0]]), "An exp overflows to inf or a whole row rounds to 0: nan. " + SHIFT
    call("large logits", X, w, y).equals(by_autograd(X, w, y), [(has_nan, large)], WORDS)
    X, w, y = random_normal(1, 3), random_normal(3, 4), torch.tensor([[2]])
    call("one example", X, w, y).equals(by_autograd(X, w, y), otherwise="One example is a row: keep it one.")
    X, w, y = random_normal(20, 5), random_normal(5, 4), torch.arange(20).reshape(20, 1) % 4
    differs = "On 20 random examples, autograd says otherwise."
    call("random examples", X, w, y).equals(by_autograd(X, w, y), otherwise=differs)
    return (
        "Notice: each row sums to 0, since P and Y both have rows that sum to 1. A step never changes "
        "the sum "
        "of the weights of a feature over the classes."
    )


def by_autograd(X: Tensor, w: Tensor, y: Tensor) -> Tensor:
    """Return the gradient as torch has it."""
    w = w.clone().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(X @ w, y.flatten()), w)[0]


def mistakes(X: Tensor, w: Tensor, y: Tensor) -> Mistakes:
    """Return what mistakes in X^T (P - Y) / N give."""
    z, N, C = X @ w, len(X), w.shape[1]
    P, Y = torch.softmax(z, 1), F.one_hot(y.flatten(), C)
    right = X.T @ (P - Y) / N
    one_hot = "Y is the one-hot form of the labels, F.one_hot(y, C), not y itself."
    return [
        (right * N, "Divide by N: the loss is a mean over the examples."),
        (right / C, "Divide by N only; mean() over the table divides by C as well."),
        (right * N / C, "Divide by the number of examples, len(X), not of classes."),
        (right * N / X.shape[1], "Divide by the number of examples, len(X), not of features."),
        (-right, "The sign: prediction minus truth, P - Y."),
        (-right * N, "The sign: prediction minus truth, P - Y; and divide by N."),
        (right.T, "The table is on its side: w has shape (D, C), so X.T comes first."),
        ((P - Y) / N, "That is the gradient in the logits. The chain rule adds X.T from the left."),
        (P - Y, "That is the error of each prediction. The gradient in w is X.T @ (P - Y) / N."),
        (X.T @ P / N, "The truth Y is not subtracted."),
        (X.T @ P, "The truth Y is not subtracted, and the loss is a mean: divide by N."),
        (X.T @ (z - Y) / N, "softmax is missing: P are probabilities, not logits."),
        (X.T @ (torch.log_softmax(z, 1) - Y) / N, "That is log_softmax; P are the probabilities themselves."),
        (X.T @ (torch.softmax(z, 0) - Y) / N, "Softmax runs along the row: dim=1."),
        (X.T @ (P - y.reshape(-1, 1)) / N, one_hot),
        (X.T @ (P * (P - Y)) / N, "The factor P is too much: it belongs to other losses."),
        (right + w, "w is added: that is the gradient of a loss with weight decay."),
    ]
