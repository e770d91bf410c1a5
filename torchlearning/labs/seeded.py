"""The playground's generator of random numbers: one line, and the same numbers in Python and JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

MODULUS = 2**31 - 1


def minstd(state: int) -> Iterator[int]:
    """Yield Park and Miller's numbers 1 … 2³¹ - 2, those of ``std::minstd_rand`` in C++.

    Parameters
    ----------
    state : int
        Where to begin, 1 … 2³¹ - 2.

    Examples
    --------
    >>> numbers = minstd(1)
    >>> next(numbers), next(numbers)
    (48271, 182605794)
    """
    while True:
        state = 48271 * state % MODULUS
        yield state


def first_weights(D: int, C: int, seed: int) -> Tensor:
    """Return the playground's random start: float64, ``(D, C)``, close to standard normal.

    Examples
    --------
    >>> first_weights(3, 2, seed=0).shape
    torch.Size([3, 2])
    """
    numbers = minstd(16807 * (seed + 1) % MODULUS)
    sums = [sum(next(numbers) for _ in range(12)) for _ in range(D * C)]
    return torch.tensor(sums, dtype=torch.float64, device="cpu").view(D, C) / MODULUS - 6


def batches(N: int, batch_size: int, seed: int) -> Iterator[Tensor]:
    """Yield the rows of each batch of the playground, epoch after epoch, without end.

    Examples
    --------
    >>> order = batches(5, 2, seed=0)
    >>> [len(next(order)) for _ in range(4)]
    [2, 2, 1, 2]
    """
    numbers, order = minstd(seed + 1), list(range(N))
    while True:
        for i in range(N - 1, 0, -1):
            j = next(numbers) % (i + 1)
            order[i], order[j] = order[j], order[i]
        yield from torch.tensor(order, device="cpu").split(batch_size)
