"""What the data allow: the best accuracy and the weights that reach it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import torch
from torch import Tensor

from torchlearning import _arguments
from torchlearning.data import centres


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
    mean, std = _arguments.mean_and_std(deg_dispersion)
    num_inputs = _arguments.whole_number("num_inputs", num_inputs)
    num_class = _arguments.whole_number("num_class", num_class)

    d = abs(mean) / std * math.sqrt(num_inputs)  # in units of std
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
    mean, std = _arguments.mean_and_std(deg_dispersion)
    num_inputs = _arguments.whole_number("num_inputs", num_inputs)
    num_class = _arguments.whole_number("num_class", num_class, 1, 2**24)
    _arguments.total("num_inputs and num_class", num_inputs, num_class)

    m = centres(mean / std, num_class).repeat(num_inputs, 1)  # (D, C), in units of std
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
    mean, _ = _arguments.mean_and_std(deg_dispersion)
    at = centres(abs(mean), _arguments.whole_number("num_class", num_class, 1, 2**24))

    return ((at[:-1] + at[1:]) / 2).tolist() if mean else []
