"""What a step of training costs: its work counted, and a model of its time fitted to measurements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares

from torchlearning import _check


class StepTime(NamedTuple):
    """The measured time of a step, in seconds: median and quartiles, for one size."""

    batch_size: int
    num_inputs: int
    num_class: int
    median: float
    low: float
    high: float


class CostModel(NamedTuple):
    """Time of a step = fixed + rows · per_row + operations / throughput + bytes / bandwidth.

    Attributes
    ----------
    fixed : float
        Seconds that even an empty step takes: Python, and handing each operation to the device.
    per_row : float
        Seconds for each example of the batch: a softmax over few classes fills no vector unit.
    throughput : float
        Additions and multiplications a second.
    bandwidth : float
        Bytes a second.
    """

    fixed: float
    per_row: float
    throughput: float
    bandwidth: float

    def seconds(self, batch_size: float, num_inputs: float, num_class: float) -> float:
        """Return the time of a step."""
        operations, moved = step_work(batch_size, num_inputs, num_class)
        return self.fixed + batch_size * self.per_row + operations / self.throughput + moved / self.bandwidth

    def work(self, batch_size: float, num_inputs: float, num_class: float) -> float:
        """Return the time that the work alone would take, without the fixed cost."""
        return self.seconds(batch_size, num_inputs, num_class) - self.fixed


def step_work(batch_size: float, num_inputs: float, num_class: float) -> tuple[float, float]:
    """Count the work of one step of softmax regression in float32.

    Parameters
    ----------
    batch_size, num_inputs, num_class : float
        B, D and C; they need not be whole.

    Returns
    -------
    operations : float
        Additions and multiplications of the two matrix products, ``X w`` and ``X.T (P - Y)``.
    moved : float
        Bytes to and from memory: X twice, six passes over ``(B, C)``, five over the weights.

    Raises
    ------
    TypeError, ValueError
        If one of them is not a finite number of at least 0.

    Notes
    -----
    New in this course. Lesson 6.

    Examples
    --------
    >>> step_work(10, 2, 3)
    (240.0, 1000.0)
    """
    B, D, C = (
        _check.finite(name, value, minimum=0)
        for name, value in (("batch_size", batch_size), ("num_inputs", num_inputs), ("num_class", num_class))
    )
    return 4.0 * B * D * C, 4.0 * (2 * B * D + 6 * B * C + 5 * D * C)


def fit_cost(times: Sequence[StepTime]) -> CostModel:
    """Fit the four numbers of a `CostModel` to measured times.

    Least squares of the *logarithms*, so that a factor counts the same at a microsecond and at a
    second, with a loss that forgives an outlier.

    Parameters
    ----------
    times : sequence of StepTime
        At least four sizes.

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
    >>> [f"{value:.3g}" for value in model]
    ['1e-05', '1e-08', '1e+10', '1e+09']
    """
    if len(_check.kind("times", times, Sequence, "a list of StepTime")) < 4:
        raise ValueError(f"times must hold at least 4 measurements, got {len(times)}")
    for i, t in enumerate(times):
        _check.kind(f"times[{i}]", t, StepTime, "a StepTime")
        for name in ("batch_size", "num_inputs", "num_class", "median"):
            value = _check.finite(f"times[{i}].{name}", getattr(t, name), minimum=1e-12)
            _check.positive(f"times[{i}].{name}", value, maximum=1e12)
    medians = np.array([float(t.median) for t in times])
    work = np.array([(1.0, t.batch_size, *step_work(*t[:3])) for t in times])
    unit = (medians[:, None] / work).min(axis=0)  # the most that each number can be
    work *= unit

    def errors(shares: np.ndarray) -> np.ndarray:
        return np.log(work @ shares) - np.log(medians)

    options = {"loss": "soft_l1", "f_scale": 0.3, "xtol": 1e-12, "ftol": 1e-12, "gtol": 1e-12}
    shares = least_squares(errors, np.full(4, 0.5), bounds=(0, np.inf), **options).x
    fixed, per_row, per_operation, per_byte = (unit * shares).tolist()
    return CostModel(fixed, per_row, *(1 / v if v else math.inf for v in (per_operation, per_byte)))


def crossover(slow_start: CostModel, quick_start: CostModel, num_inputs: float, num_class: float) -> float:
    """Return the batch size from which on the device with the higher fixed cost wins.

    Parameters
    ----------
    slow_start, quick_start : CostModel
        The device that may win on large batches (a GPU) and the other (a CPU).
    num_inputs, num_class : int
        D and C.

    Returns
    -------
    float
        0 if `slow_start` always wins, inf if it never does.

    Raises
    ------
    TypeError, ValueError
        If a device is no CostModel, or `num_inputs` or `num_class` no finite number of at least 0.

    Notes
    -----
    Both times are straight lines in the batch size, so they cross at most once. New in this
    course. Lesson 6.

    Examples
    --------
    >>> gpu, cpu = CostModel(3e-4, 0, 1e13, 1e12), CostModel(1e-4, 0, 1e11, 1e10)
    >>> round(crossover(gpu, cpu, num_inputs=100, num_class=10))
    1389
    """
    _check.kind("slow_start", slow_start, CostModel, "a CostModel")
    _check.kind("quick_start", quick_start, CostModel, "a CostModel")
    head_start = slow_start.seconds(0, num_inputs, num_class) - quick_start.seconds(0, num_inputs, num_class)
    gain = quick_start.work(1, num_inputs, num_class) - quick_start.work(0, num_inputs, num_class)
    gain -= slow_start.work(1, num_inputs, num_class) - slow_start.work(0, num_inputs, num_class)
    if gain <= 0:
        return math.inf if head_start > 0 or (gain < 0) else 0.0
    return max(head_start / gain, 0.0)
