"""Cross-entropy: minus the mean log-probability of what really happened."""

from __future__ import annotations

import torch
from torch import Tensor

from torchlearning import _check


def cross_entropy(sigma: Tensor, y: Tensor) -> Tensor:
    """Return the mean cross-entropy of predicted probabilities of class 1.

    Parameters
    ----------
    sigma : Tensor
        Floating point, shape ``(N, 1)`` or ``(N,)``, values in [0, 1]: what `logistic` returns.
    y : Tensor
        Labels 0 or 1, integer or float, shape ``(N, 1)`` or ``(N,)``.

    Returns
    -------
    Tensor
        Scalar of the dtype of `sigma`, in nats; ``inf`` if a true class has probability 0.
        Close to that, the gradient overflows first: train on logits.

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, `sigma` leaves [0, 1] or `y` is not 0 or 1.

    Notes
    -----
    Source: ``cross_entropy`` of the original lesson. Lesson 2. The original's
    ``y * log(sigma) + (1 - y) * log(1 - sigma)`` is ``nan`` at a sure and right prediction
    (0 times minus infinity); picking the probability first is not.

    Examples
    --------
    >>> cross_entropy(torch.tensor([0.5, 0.5]), torch.tensor([0, 1]))
    tensor(0.6931)
    """
    p = _check.unit_interval("sigma", _check.column("sigma", sigma))
    labels = _check.class_labels("y", y, len(p), num_class=2)
    return (-torch.log(torch.where(labels == 1, p, 1 - p))).mean()


def m_cross_entropy(soft_z: Tensor, y: Tensor) -> Tensor:
    """Return the mean cross-entropy of predicted class probabilities.

    It gathers from each row the probability of the true class, and averages minus its
    logarithm. It wants probabilities; ``nn.CrossEntropyLoss`` wants logits.

    Parameters
    ----------
    soft_z : Tensor
        Floating point, shape ``(N, C)``, rows of probabilities: what `softmax` returns.
    y : Tensor
        Class numbers 0 … C-1, integer or whole-valued float, shape ``(N, 1)`` or ``(N,)``.

    Returns
    -------
    Tensor
        Scalar of the dtype of `soft_z`, in nats; ``inf`` if a true class has probability 0.
        Close to that, the gradient overflows first: train with ``nn.CrossEntropyLoss``.

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, a row of `soft_z` is negative or nan somewhere or does
        not sum to 1, or `y` leaves 0 … C-1. A row that is nan throughout gives nan.

    Notes
    -----
    Source: ``m_cross_entropy`` of the original lesson. Lesson 2.

    Examples
    --------
    >>> soft_z = torch.tensor([[0.6, 0.2, 0.2], [0.3, 0.4, 0.3]])
    >>> m_cross_entropy(soft_z, torch.tensor([0, 1]))
    tensor(0.7136)
    """
    labels = _check.class_labels("y", y, *_check.probability_rows("soft_z", soft_z).shape)
    return (-torch.log(torch.gather(soft_z, 1, labels.reshape(-1, 1)))).mean()
