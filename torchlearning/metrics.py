"""How many predictions are right."""

from __future__ import annotations

from torch import Tensor

from torchlearning import _check
from torchlearning.models import sigmoid


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
        If `sigma` is not floating point, holds nan, or `p` leaves [0, 1].

    Notes
    -----
    Source: ``cal`` of the original lesson.

    Examples
    --------
    >>> cal(torch.tensor([0.2, 0.5, 0.9]))
    tensor([0., 1., 1.])
    """
    if not 0 <= _check.finite("p", p) <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    return (_no_nan("sigma", sigma) >= p).float()


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
        If a shape or dtype does not fit, `sigma` holds nan or `y` is not 0 or 1.

    Notes
    -----
    Source: ``accuracy`` of the original lesson.

    Examples
    --------
    >>> accuracy(torch.tensor([0.2, 0.9]), torch.tensor([0, 0]))
    tensor(0.5000)
    """
    predicted = cal(_check.column("sigma", sigma))
    return (predicted == _check.class_labels(y, len(predicted), num_class=2)).float().mean()


def acc_zhat(zhat: Tensor, y: Tensor) -> Tensor:
    """Return the share of right predictions, from log-odds: `accuracy` of their `sigmoid`.

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
    return accuracy(sigmoid(_check.column("zhat", zhat)), y)


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
    labels = _check.class_labels(y, *_check.matrix("soft_z", soft_z).shape)
    return (_no_nan("soft_z", soft_z).argmax(dim=1) == labels).float().mean()


def _no_nan(name: str, value: Tensor) -> Tensor:
    """Return `value`, or refuse nan: comparing with it would count as a prediction."""
    if bool(_check.floating(name, value).isnan().any()):
        raise ValueError(f"{name} must not hold nan, got {int(value.isnan().sum())}; did training diverge?")
    return value
