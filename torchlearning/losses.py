"""Cross-entropy: minus the mean log-probability of what really happened."""

from __future__ import annotations

import torch
from torch import Tensor

from torchlearning import _arguments
from torchlearning.device import full_precision


@full_precision
def cross_entropy(sigma: Tensor, y: Tensor) -> Tensor:
    """Return the mean cross-entropy of predicted probabilities of class 1.

    ``cross_entropy`` of the original, whose ``y * log(sigma) + (1 - y) * log(1 - sigma)`` is nan at
    a sure and right prediction (0 times minus infinity). Lesson 2.

    Parameters
    ----------
    sigma, y : Tensor
        Probabilities, floating point, and labels 0 or 1, integer or float: ``(N, 1)`` or ``(N,)``.

    Returns
    -------
    Tensor
        Scalar of the dtype of the probabilities, in nats; ``inf`` if a true class has probability
        0. Close to that, the gradient overflows first: train on logits.

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, `sigma` leaves [0, 1] or `y` is not 0 or 1.

    Examples
    --------
    >>> cross_entropy(torch.tensor([0.5, 0.5]), torch.tensor([0, 1]))
    tensor(0.6931)
    """
    sigma = _arguments.unit_interval("sigma", _arguments.column("sigma", sigma))
    y = _arguments.class_labels("y", y, len(sigma), num_class=2)

    p = torch.where(y == 1, sigma, 1 - sigma)
    return (-torch.log(p)).mean()


@full_precision
def m_cross_entropy(soft_z: Tensor, y: Tensor) -> Tensor:
    """Return the mean cross-entropy of class probabilities: minus the mean log of the true class's.

    It wants probabilities; ``nn.CrossEntropyLoss`` wants logits. ``m_cross_entropy`` of the
    original; lesson 2.

    Parameters
    ----------
    soft_z : Tensor
        Rows of probabilities, what `softmax` returns: floating point, ``(N, C)``.
    y : Tensor
        Class numbers 0 … C-1, integer or whole-valued float, ``(N, 1)`` or ``(N,)``.

    Returns
    -------
    Tensor
        As from `cross_entropy`.

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, a row is no distribution, or `y` leaves 0 … C-1. A row
        that is nan throughout gives nan.

    Examples
    --------
    >>> soft_z = torch.tensor([[0.6, 0.2, 0.2], [0.3, 0.4, 0.3]])
    >>> m_cross_entropy(soft_z, torch.tensor([0, 1]))
    tensor(0.7136)
    """
    soft_z = _arguments.probability_rows("soft_z", soft_z)
    y = _arguments.class_labels("y", y, *soft_z.shape, of="soft_z")

    p = torch.gather(soft_z, 1, y.reshape(-1, 1))
    return (-torch.log(p)).mean()
