"""The numbers of a `CostModel`, fitted to measured times."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from torchlearning import _arguments
from torchlearning.cost.model import CostModel, StepTime, step_work


def fit_cost(times: Sequence[StepTime], *, queue: bool = False) -> CostModel:
    """Fit the four numbers of a `CostModel` to measured times.

    The criterion: the sum over all sizes of ``2 (sqrt(1 + (e / 0.3)**2) - 1)``, where e is the
    logarithm of model / measured, is smallest. So a factor counts the same at a microsecond and at
    a second, and a size that is far off counts in proportion, not by its square.

    Parameters
    ----------
    times : sequence of StepTime
        At least four sizes.
    queue : bool
        Whether fixed cost and work overlap, as on a GPU.

    Returns
    -------
    CostModel

    Raises
    ------
    TypeError, ValueError
        If there are too few times, or one is no StepTime of numbers from 1e-12 to 1e12.

    Notes
    -----
    New in this course. Lesson 6.

    Examples
    --------
    >>> true = CostModel(fixed=1e-5, per_row=1e-8, throughput=1e10, bandwidth=1e9)
    >>> sizes = [(B, D, C) for B in (10, 1000) for D in (2, 1000) for C in (3, 1000)]
    >>> model = fit_cost([StepTime(*size, *[true.seconds(*size)] * 3) for size in sizes])
    >>> [f"{value:.3g}" for value in (model.fixed, model.per_row, model.throughput, model.bandwidth)]
    ['1e-05', '1e-08', '1e+10', '1e+09']
    """
    from scipy.optimize import least_squares  # here, since it takes long to load and only this needs it

    if len(_arguments.kind("times", times, Sequence, "a list of StepTime")) < 4:
        raise ValueError(f"times must hold at least 4 measurements, got {len(times)}")
    rows = [_numbers(f"times[{i}]", t) for i, t in enumerate(times)]
    _arguments.flag("queue", queue)
    medians = np.array([median for *_, median in rows])
    work = np.array([(1.0, size[0], *step_work(*size)) for *size, _ in rows])
    unit = (medians[:, None] / work).min(axis=0)  # the most that each number can be
    work *= unit

    def errors(shares: np.ndarray) -> np.ndarray:
        fixed, rest = work[:, 0] * shares[0], work[:, 1:] @ shares[1:]
        return np.log(np.maximum(fixed, rest) if queue else fixed + rest) - np.log(medians)

    options = {"loss": "soft_l1", "f_scale": 0.3, "xtol": 1e-12, "ftol": 1e-12, "gtol": 1e-12}
    starts = [(1.0, s, s, s) for s in (0.3, 0.03, 0.003)] if queue else [(0.5, 0.5, 0.5, 0.5)]
    fits = [least_squares(errors, start, bounds=(1e-30, np.inf), **options) for start in starts]
    shares = min(fits, key=lambda fit: fit.cost).x
    fixed, per_row, per_operation, per_byte = (unit * shares).tolist()
    return CostModel(fixed, per_row, 1 / per_operation, 1 / per_byte, queue)


def typical_factor(model: CostModel, times: Sequence[StepTime]) -> float:
    """Return by which factor, up or down, half of the times are missed at most."""
    return math.exp(np.median([abs(math.log(t.median / model.seconds(*t[:3]))) for t in times]))


def _numbers(name: str, time: StepTime) -> tuple[float, float, float, float]:
    """Return the size and the median of a measurement, as floats that can be fitted."""
    _arguments.kind(name, time, StepTime, "a StepTime")
    B, D, C, median = (
        _arguments.positive(f"{name}.{field}", _arguments.finite(f"{name}.{field}", value, 1e-12), 1e12)
        for field, value in zip(("batch_size", "num_inputs", "num_class", "median"), time, strict=False)
    )
    return B, D, C, median
