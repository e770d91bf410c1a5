"""What a step costs on several processes: a model of its time, and its numbers from measured times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from torchlearning import _arguments


class RankTime(NamedTuple):
    """The measured time of a step on several ranks, in seconds: median and quartiles.

    The batch is that of all ranks together.
    """

    batch_size: int
    num_inputs: int
    num_class: int
    ranks: int
    median: float
    low: float
    high: float

    @property
    def size(self) -> tuple[int, int, int]:
        """Batch size, features and classes."""
        return self[:3]

    @property
    def bytes(self) -> int:
        """Bytes of the gradient, float32."""
        return 4 * self.num_inputs * self.num_class


class Price(NamedTuple):
    """Time of a step on `p` ranks, with a ring all-reduce of the gradient.

    ``(p · fixed + work) / min(p, cores) + 2(p-1) · latency + 2(p-1)/p · bytes / bandwidth``

    Attributes
    ----------
    fixed : float
        Seconds that every rank spends on a step, however small its shard.
    latency : float
        Seconds for each of the ``2(p-1)`` messages that a rank sends.
    bandwidth : float
        Bytes a second from a rank to the next.
    cores : float
        How many ranks can compute at the same time.
    """

    fixed: float
    latency: float
    bandwidth: float
    cores: float = math.inf

    def seconds(self, ranks: float, work: float, size: float) -> float:
        """Return the time of a step with `work` seconds of divisible work and a gradient of `size` bytes."""
        compute = (ranks * self.fixed + work) / min(ranks, self.cores)
        return compute + 2 * (ranks - 1) * (self.latency + size / ranks / self.bandwidth)


def fit_price(times: Sequence[RankTime], cores: int) -> Price:
    """Fit a `Price` to measured times, all relative errors counting alike.

    The fixed part is the fastest step of one rank, the work of a size the rest of its time on one
    rank; latency and bandwidth come from the times of several ranks by non-negative least squares.

    Parameters
    ----------
    times : sequence of RankTime
        Each size also on one rank; at least two on several.
    cores : int
        Of the machine.

    Returns
    -------
    Price

    Raises
    ------
    TypeError, ValueError
        If a time is no RankTime of positive numbers, or there are too few.

    Notes
    -----
    New in this course. Lesson 8.

    Examples
    --------
    >>> true = Price(fixed=1e-4, latency=5e-5, bandwidth=1e9, cores=2)
    >>> work = {(10, 2, 3): 0.0, (1000, 100, 100): 0.02}
    >>> times = [
    ...     RankTime(*size, p, *[true.seconds(p, work[size], 4 * size[1] * size[2])] * 3)
    ...     for size in work for p in (1, 2, 4)
    ... ]
    >>> [f"{value:.3g}" for value in fit_price(times, cores=2)]
    ['0.0001', '5e-05', '1e+09', '2']
    """
    cores = _arguments.whole_number("cores", cores)
    for i, t in enumerate(_arguments.kind("times", times, Sequence, "a list of RankTime")):
        _arguments.kind(f"times[{i}]", t, RankTime, "a RankTime")
        _arguments.positive(f"times[{i}].median", t.median, 1e12)
    alone = {t.size: t.median for t in times if t.ranks == 1}
    several = [t for t in times if t.ranks > 1]
    if len(several) < 2 or {t.size for t in several} - set(alone):
        raise ValueError(
            f"times must hold at least two sizes or numbers of ranks, each size also on one rank, got {times}"
        )

    import numpy as np
    from scipy.optimize import nnls

    fixed = min(alone.values())
    free = Price(fixed, 0.0, math.inf, cores)
    rest = [t.median - free.seconds(t.ranks, alone[t.size] - fixed, 0) for t in several]
    parts = [(2 * (t.ranks - 1), 2 * (t.ranks - 1) / t.ranks * t.bytes) for t in several]
    weights = np.array([1 / t.median for t in several])
    scale = np.abs(np.array(parts)).max(axis=0)
    found, _ = nnls(np.array(parts) / scale * weights[:, None], np.array(rest) * weights)
    latency, per_byte = (found / scale).tolist()
    return Price(fixed, latency, 1 / per_byte if per_byte else math.inf, cores)
