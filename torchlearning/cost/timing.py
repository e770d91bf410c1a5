"""Time calls so that the numbers mean something."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch.utils.benchmark import Timer

from torchlearning import _arguments


class Timing(NamedTuple):
    """Seconds that a call takes: the median of several rounds, and the lower and upper quartile."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{1e6 * self.median:.4g} µs ({1e6 * self.low:.4g} to {1e6 * self.high:.4g})"


def time_calls(
    calls: Mapping[str, Callable[[], object]], *, rounds: int = 9, seconds: float = 0.01
) -> dict[str, Timing]:
    """Time several calls against each other, fairly.

    Each is warmed up first; then they take turns, so that a hiccup of the machine does not hit
    only one; an accelerator is waited for before the clock starts and before it stops.

    Parameters
    ----------
    calls : mapping of str to callable
        What to time, without arguments.
    rounds : int
        How often each has its turn.
    seconds : float
        About how long a turn lasts; a short call is repeated meanwhile.

    Returns
    -------
    dict of str to Timing
        Median over the rounds with lower and upper quartile, in seconds a call.

    Raises
    ------
    TypeError, ValueError
        If a call is not callable, or `rounds` or `seconds` is not positive.

    Notes
    -----
    Built on ``torch.utils.benchmark.Timer``, with torch's present number of threads. New in this
    course. Lesson 6.

    Examples
    --------
    >>> times = time_calls({"sum": lambda: sum(range(10)), "longer": lambda: sum(range(10_000))})
    >>> times["sum"].median < times["longer"].median
    True
    """
    rounds, seconds = _arguments.whole_number("rounds", rounds), _arguments.positive("seconds", seconds)
    for name, call in _arguments.kind("calls", calls, Mapping, "a mapping of names to callables").items():
        if not callable(call):
            raise TypeError(f"calls[{name!r}] must be callable without arguments, got {type(call).__name__}")
    threads = torch.get_num_threads()
    timers = {n: Timer("call()", globals={"call": call}, num_threads=threads) for n, call in calls.items()}
    counts = {}
    for name, timer in timers.items():
        timer.timeit(1)  # the very first call pays for what is set up once
        counts[name] = max(1, round(seconds / max(timer.timeit(1).median, 1e-9)))
    turns: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, timer in timers.items():
            turns[name].append(timer.timeit(counts[name]).median)
    return {name: summary(values) for name, values in turns.items()}


def summary(values: list[float]) -> Timing:
    """Return the median and the quartiles of several rounds."""
    low, median, high = (
        statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else 3 * values
    )
    return Timing(median, low, high)
