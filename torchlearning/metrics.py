"""How many predictions are right."""

from __future__ import annotations

from torch import Tensor

from torchlearning import _check


def cal(sigma: Tensor, p: float = 0.5) -> Tensor:
    """Return predicted labels: 1 where the probability of class 1 reaches `p`, else 0.

    Parameters
    ----------
    sigma : Tensor
        Floating point, any shape: probabilities of class 1.
    p : float
        Threshold in [0, 1].

    Returns
    -------
    Tensor
        float32, same shape, values 0 and 1.

    Raises
    ------
    TypeError, ValueError
        If `sigma` is not floating point, holds nan or leaves [0, 1], or `p` leaves [0, 1].

    Notes
    -----
    Source: ``cal`` of the original lesson.

    Examples
    --------
    >>> cal(torch.tensor([0.2, 0.5, 0.9]))
    tensor([0., 1., 1.])
    """
    p = _check.finite("p", p)
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    sigma = _check.no_nan("sigma", _check.floating("sigma", sigma))
    return (_check.unit_interval("sigma", sigma) >= p).float()


def accuracy(sigma: Tensor, y: Tensor) -> Tensor:
    """Return the share of right predictions, from probabilities of class 1.

    Parameters
    ----------
    sigma : Tensor
        Floating point, shape ``(N, 1)`` or ``(N,)``: what `logistic` returns.
    y : Tensor
        Labels 0 or 1, integer or float, shape ``(N, 1)`` or ``(N,)``.

    Returns
    -------
    Tensor
        float32 scalar in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, `sigma` holds nan or leaves [0, 1], or `y` is not 0 or 1.

    Notes
    -----
    Source: ``accuracy`` of the original lesson.

    Examples
    --------
    >>> accuracy(torch.tensor([0.2, 0.9]), torch.tensor([0, 0]))
    tensor(0.5000)
    """
    predicted = cal(_check.column("sigma", sigma))
    return (predicted == _check.class_labels("y", y, len(predicted), num_class=2)).float().mean()


def acc_zhat(zhat: Tensor, y: Tensor) -> Tensor:
    """Return the share of right predictions, from log-odds.

    Log-odds of at least 0 mean class 1: there the `sigmoid` reaches one half.

    Parameters
    ----------
    zhat : Tensor
        Floating point, shape ``(N, 1)`` or ``(N,)``: what a linear layer returns.
    y : Tensor
        Labels 0 or 1, integer or float, shape ``(N, 1)`` or ``(N,)``.

    Returns
    -------
    Tensor
        float32 scalar in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, `zhat` holds nan or `y` is not 0 or 1.

    Notes
    -----
    Source: ``acc_zhat`` of the original lesson.

    Examples
    --------
    >>> acc_zhat(torch.tensor([-2.0, 3.0]), torch.tensor([0, 1]))
    tensor(1.)
    """
    predicted = _check.no_nan("zhat", _check.column("zhat", zhat)) >= 0
    return (predicted == _check.class_labels("y", y, len(predicted), num_class=2)).float().mean()


def m_accuracy(soft_z: Tensor, y: Tensor) -> Tensor:
    """Return the share of rows whose largest entry stands at the true class.

    Softmax keeps the order of a row, so logits give the same accuracy as probabilities.

    Parameters
    ----------
    soft_z : Tensor
        Floating point, shape ``(N, C)``: probabilities or logits.
    y : Tensor
        Class numbers 0 … C-1, integer or whole-valued float, shape ``(N, 1)`` or ``(N,)``.

    Returns
    -------
    Tensor
        float32 scalar in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, `soft_z` holds nan or `y` leaves 0 … C-1.

    Notes
    -----
    Source: ``m_accuracy`` of the original lesson. Lesson 3.

    Examples
    --------
    >>> m_accuracy(torch.tensor([[0.6, 0.2, 0.2], [0.3, 0.4, 0.3]]), torch.tensor([0, 2]))
    tensor(0.5000)
    """
    labels = _check.class_labels("y", y, *_check.matrix("soft_z", soft_z).shape)
    return (_check.no_nan("soft_z", soft_z).argmax(dim=1) == labels).float().mean()
