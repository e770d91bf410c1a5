"""The least training loss that softmax regression can reach, by Newton's method."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning import _arguments


def minimum_loss(X: Tensor, y: Tensor, num_class: int) -> tuple[Tensor, float]:
    """Return the weights at the minimum of the training loss, and that loss.

    Newton's method from zero weights: the loss is convex, so that every minimum is as low, and
    there is no learning rate to choose. It ends when a step hardly moves the logits. The units of
    a feature do not matter, nor, if there is a column of ones, where its zero lies.

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
        0 … C-1, lines can separate the classes, at least in part (there is no minimum then), or
        float64 is too coarse for the columns of `X`.

    Notes
    -----
    New in this course. Lesson 5.

    Examples
    --------
    >>> w, loss = minimum_loss(torch.ones(4, 1), torch.tensor([0, 1, 1, 1]), num_class=2)
    >>> torch.softmax(w, dim=1), round(loss, 4)
    (tensor([[0.2500, 0.7500]], dtype=torch.float64), 0.5623)
    """
    X = _arguments.all_finite("X", _arguments.matrix("X", X)).detach().double()
    labels = _arguments.class_labels("y", y, len(X), _arguments.whole_number("num_class", num_class))
    _arguments.total("num_class", max(len(X), X.shape[1] ** 2), num_class**2)  # curvature, Hessian

    Q, B = _basis(X)
    v = X.new_zeros(Q.shape[1], num_class)
    for _ in range(25):  # overlapping classes take about 10; separated ones never end
        v = v + (step := _newton_step(Q, labels, v))
        if (Q @ step).abs().max() < 1e-7 and _gradient(Q, labels, v).norm() < 1e-9:
            w = B @ (v - v.mean(dim=1, keepdim=True))
            return w, _same_loss(X, w, Q, v, labels)
    raise ValueError(
        "X must hold classes that overlap: these can be separated by lines at least in part (some examples "
        "made ever surer at no cost to the rest; or one class is empty, or sizes too different hide it), so "
        "that the loss has no minimum; it falls for ever as the weights grow"
    )


def _basis(X: Tensor) -> tuple[Tensor, Tensor]:
    """Return orthogonal columns Q without units that span what X spans, and B with X B = Q."""
    size = 2.0 ** (torch.frexp(X.abs().amax(dim=0)).exponent.double() - 1)  # a power of 2: dividing is exact
    Z, one = X / size, X.new_ones(len(X), 1)
    U, s, V = _svd(Z)
    a = V @ ((U.T @ one) / s)
    if (Z @ a - one).abs().max() > 1e-12:
        return U * math.sqrt(len(X)), V * math.sqrt(len(X)) / s.T / size.unsqueeze(1)
    middle = (Z.amax(dim=0) + Z.amin(dim=0)) / 2  # the columns span a constant: it stands for this
    spread = (Z - middle).abs().amax(dim=0)
    spread[spread == 0] = 1
    U, s, V = _svd((Z - middle) / spread)
    B = V * math.sqrt(len(X)) / s.T / spread.unsqueeze(1)
    B = torch.cat([a, B - a * (middle @ B)], dim=1) / size.unsqueeze(1)
    return torch.cat([one, U * math.sqrt(len(X))], dim=1), B


def _svd(Z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return U ``(N, K)``, s ``(K, 1)`` and V ``(D, K)`` without what is only rounding; columns of size 1."""
    U, s, Vh = torch.linalg.svd(Z, full_matrices=False)
    kept = s > s.max() * 64 * torch.finfo(s.dtype).eps
    return U[:, kept], s[kept].unsqueeze(1), Vh[kept].T


def _same_loss(X: Tensor, w: Tensor, Q: Tensor, v: Tensor, labels: Tensor) -> float:
    """Return the loss of w if it is that of v, or say which column is too far from 0."""
    loss = F.cross_entropy(X @ w, labels).item()
    if abs(loss - F.cross_entropy(Q @ v, labels).item()) <= 1e-6:
        return loss
    low, high = X.aminmax(dim=0)
    k = int(((high - low) / torch.maximum(high.abs(), low.abs())).nan_to_num().where(high > low, 3).argmin())
    raise ValueError(
        "X must hold columns that float64 can tell from a constant and from each other; the closest case is "
        f"column {k}, {low[k]:.6g} to {high[k]:.6g}: subtract its mean, or drop it if it is an id"
    )


def _gradient(X: Tensor, labels: Tensor, w: Tensor) -> Tensor:
    """Return the derivative of the mean loss with respect to each weight."""
    return X.T @ (torch.softmax(X @ w, dim=1) - F.one_hot(labels, w.shape[1])) / len(X)


def _newton_step(X: Tensor, labels: Tensor, w: Tensor) -> Tensor:
    """Return minus inverse Hessian times gradient, halved until the loss does not rise."""
    p = torch.softmax(X @ w, dim=1)
    gradient = _gradient(X, labels, w)[:, 1:]  # class 0 stays: no shift
    curvature = torch.diag_embed(p) - p[:, :, None] * p[:, None, :]  # (N, C, C)
    hessian = torch.einsum("nab,ni,nj->iajb", curvature, X, X)[:, 1:, :, 1:] / len(X)
    inverse = torch.linalg.pinv(hessian.reshape(gradient.numel(), gradient.numel()), hermitian=True)
    step = F.pad(-(inverse @ gradient.flatten()).reshape(gradient.shape), (1, 0))
    while F.cross_entropy(X @ (w + step), labels) > F.cross_entropy(X @ w, labels) + 1e-14:  # rounding
        step = step / 2
    return step
