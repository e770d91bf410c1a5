"""What a step of training costs: its work counted, and a model of its time on one device."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from torchlearning import _arguments

LARGEST = 1e12  # of a size: products of three stay finite


class StepTime(NamedTuple):
    """The measured time of a step, in seconds: median and quartiles, for one size."""

    batch_size: int
    num_inputs: int
    num_class: int
    median: float
    low: float
    high: float


@dataclass(frozen=True)
class CostModel:
    """Time of a step from its fixed cost and its work.

    A CPU does one after the other: *fixed + work*. A GPU works through a queue that the CPU fills,
    so that the two overlap when steps follow each other: *max(fixed, work)*. The work is
    rows · per_row + operations / throughput + bytes / bandwidth.

    Attributes
    ----------
    fixed : float
        Seconds that even an empty step takes: Python, and handing each operation to the device.
    per_row : float
        Seconds for each example of the batch: a softmax over few classes fills no vector unit.
    throughput, bandwidth : float
        Additions and multiplications a second, and bytes a second; inf where they cost nothing.
        From a data sheet they are peaks. Fitted they are what describes the times best, which is
        neither a peak nor a measurement of either.
    queue : bool
        Whether fixed cost and work overlap.

    Raises
    ------
    TypeError, ValueError
        If a number is negative or not finite, or a rate is not positive.

    Notes
    -----
    New in this course. Lesson 6.

    Examples
    --------
    >>> cpu = CostModel(50e-6, 100e-9, throughput=1e11, bandwidth=1e10)
    >>> gpu = CostModel(90e-6, 0.0, throughput=1e13, bandwidth=1e12, queue=True)
    >>> [f"{1e6 * model.seconds(1000, 2, 3):.0f} µs" for model in (cpu, gpu)]
    ['159 µs', '90 µs']
    """

    fixed: float
    per_row: float
    throughput: float
    bandwidth: float
    queue: bool = False

    def __post_init__(self) -> None:
        for name in ("fixed", "per_row"):
            _at_most(1e100, name, _arguments.finite(name, getattr(self, name), minimum=0))
        for name in ("throughput", "bandwidth"):
            value = getattr(self, name)
            if not (isinstance(value, float) and value == math.inf):
                _arguments.finite(name, value, minimum=1e-100)
        _arguments.flag("queue", self.queue)

    def seconds(self, batch_size: float, num_inputs: float, num_class: float) -> float:
        """Return the time of a step, one of many."""
        work = self.work(batch_size, num_inputs, num_class)
        return max(self.fixed, work) if self.queue else self.fixed + work

    def work(self, batch_size: float, num_inputs: float, num_class: float) -> float:
        """Return the time that the work alone takes."""
        operations, moved = step_work(batch_size, num_inputs, num_class)
        return batch_size * self.per_row + operations / self.throughput + moved / self.bandwidth

    def line(self, num_inputs: float, num_class: float) -> tuple[float, float]:
        """Return the work as a line in the batch size: seconds at 0, and seconds a row."""
        operations, moved = step_work(1, num_inputs, num_class)
        weights = step_work(0, num_inputs, num_class)[1]
        per_row = self.per_row + operations / self.throughput + (moved - weights) / self.bandwidth
        return weights / self.bandwidth, per_row

    def balance(self, num_inputs: float, num_class: float) -> float:
        """Return the batch size at which work and fixed cost are equal; 0 or inf if they never are."""
        start, per_row = self.line(num_inputs, num_class)
        if start >= self.fixed:
            return 0.0
        return (self.fixed - start) / per_row if per_row else math.inf


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
        If one of them is not a number from 0 to 1e12.

    Notes
    -----
    New in this course. Lesson 6.

    Examples
    --------
    >>> step_work(10, 2, 3)
    (240.0, 1000.0)
    """
    B, D, C = (
        _at_most(LARGEST, name, _arguments.finite(name, value, minimum=0))
        for name, value in (("batch_size", batch_size), ("num_inputs", num_inputs), ("num_class", num_class))
    )
    return 4.0 * B * D * C, 4.0 * (2 * B * D + 6 * B * C + 5 * D * C)


def crossover(slow_start: CostModel, quick_start: CostModel, num_inputs: float, num_class: float) -> float:
    """Return the batch size from which on the device with the higher fixed cost wins.

    Parameters
    ----------
    slow_start, quick_start : CostModel
        The device that may win on large batches (a GPU) and the other (a CPU).
    num_inputs, num_class : float
        D and C.

    Returns
    -------
    float
        0 if `slow_start` never loses, inf if it loses however large the batch becomes.

    Raises
    ------
    TypeError, ValueError
        If a device is no CostModel, or `num_inputs` or `num_class` no number from 0 to 1e12.

    Notes
    -----
    Both times are straight lines in the batch size, that of a queue with one corner. New in this
    course. Lesson 6.

    Examples
    --------
    >>> cpu, gpu = CostModel(1e-4, 0, 1e11, 1e10), CostModel(3e-4, 0, 1e13, 1e12, queue=True)
    >>> round(crossover(gpu, cpu, num_inputs=100, num_class=10))
    1375
    """
    models = [_arguments.kind("slow_start", slow_start, CostModel, "a CostModel")]
    models.append(_arguments.kind("quick_start", quick_start, CostModel, "a CostModel"))
    corners = {model.balance(num_inputs, num_class) for model in models if model.queue} - {math.inf}
    at = sorted({0.0, *corners})
    behind = [slow_start.seconds(B, num_inputs, num_class) - quick_start.seconds(B, num_inputs, num_class)
              for B in at]  # fmt: skip
    gain = quick_start.line(num_inputs, num_class)[1] - slow_start.line(num_inputs, num_class)[1]

    if gain < 0 or (gain == 0 and behind[-1] > 0):
        return math.inf
    if behind[-1] > 0:
        return at[-1] + behind[-1] / gain
    for (low, b), (high, a) in pairwise(reversed(list(zip(at, behind, strict=True)))):
        if a > 0:  # behind at `high`, the smaller of the two, and no longer at `low`
            return high + a * (low - high) / (a - b)
    return 0.0


def _at_most(largest: float, name: str, value: float) -> float:
    """Return a number that is not too large."""
    if value > largest:
        raise ValueError(f"{name} must be at most {largest:g}, got {value:g}")
    return value
