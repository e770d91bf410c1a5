"""How many predictions are right; all four names are the original's."""

from __future__ import annotations

from torch import Tensor

from torchlearning import _arguments


def cal(sigma: Tensor, p: float = 0.5) -> Tensor:
    """Return predicted labels: 1 where the probability of class 1 reaches `p`, else 0.

    Parameters
    ----------
    sigma : Tensor
        Probabilities of class 1: floating point, any shape.
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

    Examples
    --------
    >>> cal(torch.tensor([0.2, 0.5, 0.9]))
    tensor([0., 1., 1.])
    """
    p = _arguments.finite("p", p)
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], got {p}")
    sigma = _arguments.no_nan("sigma", _arguments.floating("sigma", sigma))
    sigma = _arguments.unit_interval("sigma", sigma)

    return (sigma >= p).float()


def accuracy(sigma: Tensor, y: Tensor) -> Tensor:
    """Return the share of right predictions, from probabilities of class 1.

    Parameters
    ----------
    sigma, y : Tensor
        Probabilities, floating point, and labels 0 or 1, integer or float: ``(N, 1)`` or ``(N,)``.

    Returns
    -------
    Tensor
        float32 scalar in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, `sigma` holds nan or leaves [0, 1], or `y` is not 0 or 1.

    Examples
    --------
    >>> accuracy(torch.tensor([0.2, 0.9]), torch.tensor([0, 0]))
    tensor(0.5000)
    """
    sigma = _arguments.column("sigma", sigma)
    y = _arguments.class_labels("y", y, len(sigma), num_class=2)

    return (cal(sigma) == y).float().mean()


def acc_zhat(zhat: Tensor, y: Tensor) -> Tensor:
    """Return the share of right predictions, from log-odds: at least 0 means class 1.

    Parameters
    ----------
    zhat, y : Tensor
        As for `accuracy`, but log-odds: what a linear layer with one output returns.

    Returns
    -------
    Tensor
        float32 scalar in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, `zhat` holds nan or `y` is not 0 or 1.

    Examples
    --------
    >>> acc_zhat(torch.tensor([-2.0, 3.0]), torch.tensor([0, 1]))
    tensor(1.)
    """
    zhat = _arguments.no_nan("zhat", _arguments.column("zhat", zhat))
    y = _arguments.class_labels("y", y, len(zhat), num_class=2)

    return ((zhat >= 0) == y).float().mean()


def m_accuracy(soft_z: Tensor, y: Tensor) -> Tensor:
    """Return the share of rows whose largest entry stands at the true class.

    Softmax keeps the order of a row, so logits give the same accuracy as probabilities, unless
    rounding has made some of these equal: then the logits are the better judge. Lesson 3.

    Parameters
    ----------
    soft_z : Tensor
        Probabilities or logits, a column for each class: floating point, ``(N, C)``.
    y : Tensor
        Class numbers 0 … C-1, integer or whole-valued float, ``(N, 1)`` or ``(N,)``.

    Returns
    -------
    Tensor
        float32 scalar in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, `soft_z` holds nan or `y` leaves 0 … C-1.

    Examples
    --------
    >>> m_accuracy(torch.tensor([[0.6, 0.2, 0.2], [0.3, 0.4, 0.3]]), torch.tensor([0, 2]))
    tensor(0.5000)
    """
    soft_z = _arguments.scores("soft_z", soft_z, "use accuracy for probabilities, acc_zhat for log-odds")
    soft_z = _arguments.no_nan("soft_z", soft_z)
    y = _arguments.class_labels("y", y, *soft_z.shape, of="soft_z")

    return (soft_z.argmax(dim=1) == y).float().mean()
