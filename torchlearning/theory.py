"""What the data allow: the best accuracy, the best weights and the least training loss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning import _check


def bayes_accuracy(deg_dispersion: Sequence[float], num_inputs: int = 2, num_class: int = 3) -> float:
    """Return the accuracy that no model can beat, on average, on new data of `tensorGenCla`.

    Neighbouring centres lie ``d = |mean| * sqrt(D)`` apart; an example is lost when it falls
    more than ``d / 2`` towards a neighbour. The outer classes have one neighbour, the others
    two: ``1 - 2 (C - 1) / C * Phi(-d / (2 std))``, where Phi is the normal distribution function.

    Parameters
    ----------
    deg_dispersion : pair of float
        ``(mean, std)``: spacing of the centres, of either sign, and standard deviation.
    num_inputs, num_class : int
        Features, D, and equally frequent classes, C.

    Returns
    -------
    float
        Between 1 / C (``mean`` 0: all classes look alike) and 1.

    Raises
    ------
    TypeError, ValueError
        If `deg_dispersion` is not a list or tuple of two finite numbers, ``std`` is not
        positive, or a count is not an int of at least 1.

    Notes
    -----
    New in this course. Lesson 5.

    Examples
    --------
    >>> round(bayes_accuracy((6, 2)), 4), round(bayes_accuracy((6, 4)), 4)
    (0.9774, 0.8074)
    """
    mean, std = _check.mean_and_std(deg_dispersion)
    num_class = _check.whole_number("num_class", num_class)
    d = abs(mean) / std * math.sqrt(_check.whole_number("num_inputs", num_inputs))  # in units of std
    return 1 - 2 * (num_class - 1) / num_class * NormalDist().cdf(-d / 2)


def bayes_weights(deg_dispersion: Sequence[float], num_inputs: int = 2, num_class: int = 3) -> Tensor:
    """Return the weights with which softmax regression reaches `bayes_accuracy`.

    For normal classes with centres ``m_j`` and one standard deviation, the softmax of
    ``z_j = m_j · x / std² - |m_j|² / (2 std²)`` is the exact probability of class j given x.

    Parameters
    ----------
    deg_dispersion, num_inputs, num_class
        As for `bayes_accuracy`.

    Returns
    -------
    Tensor
        float32, shape ``(D + 1, C)``; the last row is the bias, for a column of ones. Each row
        sums to 0; any vector added to all columns alike would give the same probabilities.

    Raises
    ------
    TypeError, ValueError
        As `bayes_accuracy`, or if a weight would overflow float32.

    Notes
    -----
    New in this course. Lesson 5.

    Examples
    --------
    >>> bayes_weights((6, 2))
    tensor([[-1.5000,  0.0000,  1.5000],
            [-1.5000,  0.0000,  1.5000],
            [-3.0000,  6.0000, -3.0000]])
    """
    mean, std = _check.mean_and_std(deg_dispersion)
    num_inputs = _check.whole_number("num_inputs", num_inputs)
    i = torch.arange(_check.whole_number("num_class", num_class, 1, 2**24), dtype=torch.float64)
    _check.total("num_inputs and num_class", num_inputs, len(i))
    m = (mean / std * (i - i.mean())).repeat(num_inputs, 1)  # (D, C), in units of std
    w = torch.cat([m / std, -m.square().sum(dim=0, keepdim=True) / 2])
    w = (w - w.mean(dim=1, keepdim=True)).float()
    if not w.isfinite().all():
        raise ValueError(f"deg_dispersion must give weights that float32 can hold, got {deg_dispersion!r}")
    return w


def bayes_cuts(deg_dispersion: Sequence[float], num_class: int = 3) -> list[float]:
    """Return where the best decision changes: halfway between neighbouring centres.

    Parameters
    ----------
    deg_dispersion, num_class
        As for `bayes_accuracy`; ``std`` does not move the cuts.

    Returns
    -------
    list of float
        C - 1 places on the diagonal, ascending, each the mean of the coordinates there: that
        mean is all the best rule needs, for any number of features. Empty if ``mean`` is 0.

    Raises
    ------
    TypeError, ValueError
        As `bayes_accuracy`.

    Notes
    -----
    New in this course. Lesson 5.

    Examples
    --------
    >>> bayes_cuts((6, 2))
    [-3.0, 3.0]
    """
    mean, _ = _check.mean_and_std(deg_dispersion)
    C = _check.whole_number("num_class", num_class, 1, 2**24)
    return [abs(mean) * (i - C / 2) for i in range(1, C) if mean]


def minimum_loss(X: Tensor, y: Tensor, num_class: int) -> tuple[Tensor, float]:
    """Return the weights at the minimum of the training loss, and that loss.

    Newton's method from zero weights: the loss is convex, so that every minimum is as low, and
    there is no learning rate to choose. It ends when a step hardly moves the logits.

    Parameters
    ----------
    X : Tensor
        Floating point, shape ``(N, D)``; for a bias the last column holds ones.
    y : Tensor
        Class numbers 0 … C-1, integer or whole-valued float, shape ``(N, 1)`` or ``(N,)``.
    num_class : int
        Classes, C.

    Returns
    -------
    tuple of Tensor and float
        Weights, float64, shape ``(D, C)``, whose rows sum to 0; their mean cross-entropy in nats.

    Raises
    ------
    TypeError, ValueError
        If `X` is not a finite floating-point matrix, a shape or dtype does not fit, `y` leaves
        0 … C-1, or lines can separate the classes, at least in part: there is no minimum then.

    Notes
    -----
    New in this course. Lesson 5.

    Examples
    --------
    >>> w, loss = minimum_loss(torch.ones(4, 1), torch.tensor([0, 1, 1, 1]), num_class=2)
    >>> torch.softmax(w, dim=1), round(loss, 4)
    (tensor([[0.2500, 0.7500]], dtype=torch.float64), 0.5623)
    """
    X = _check.matrix("X", X).detach().double()
    if not X.isfinite().all():
        raise ValueError("X must hold finite numbers only")
    labels = _check.class_labels("y", y, len(X), _check.whole_number("num_class", num_class))
    _check.total("num_class", max(len(X), X.shape[1] ** 2), num_class**2)  # curvature, Hessian
    U, s, _ = torch.linalg.svd(X, full_matrices=False)
    Q = U[:, s > s.max() * 1e-12] * math.sqrt(len(X))  # same span as X, without units
    v = X.new_zeros(Q.shape[1], num_class)
    for _ in range(25):  # overlapping classes take about 10; separated ones never end
        v = v + (step := _newton_step(Q, labels, v))
        if (Q @ step).abs().max() < 1e-7:
            w = torch.linalg.pinv(X, rtol=1e-12) @ Q @ (v - v.mean(dim=1, keepdim=True))
            return w, F.cross_entropy(X @ w, labels).item()
    raise ValueError(
        "X must hold classes that overlap: these can be separated by lines at least in part (some examples "
        "made ever surer at no cost to the rest; or one class is empty, or sizes too different hide it), so "
        "that the loss has no minimum; it falls for ever as the weights grow"
    )


def _newton_step(X: Tensor, labels: Tensor, w: Tensor) -> Tensor:
    """Return minus inverse Hessian times gradient, halved until the loss does not rise."""
    p = torch.softmax(X @ w, dim=1)
    gradient = (X.T @ (p - F.one_hot(labels, w.shape[1])))[:, 1:]  # class 0 stays: no shift
    curvature = torch.diag_embed(p) - p[:, :, None] * p[:, None, :]  # (N, C, C)
    hessian = torch.einsum("nab,ni,nj->iajb", curvature, X, X)[:, 1:, :, 1:]
    inverse = torch.linalg.pinv(hessian.reshape(gradient.numel(), gradient.numel()), hermitian=True)
    step = F.pad(-(inverse @ gradient.flatten()).reshape(gradient.shape), (1, 0))
    while F.cross_entropy(X @ (w + step), labels) > F.cross_entropy(X @ w, labels) + 1e-14:  # rounding
        step = step / 2
    return step
