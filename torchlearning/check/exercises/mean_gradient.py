"""Exercise 8.3: the gradient of a batch from those of its shards."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import has_nan, random_normal

WORDS = "Each shard counts by its size: the sum of n g, divided by the sum of n."
EMPTY = "0 times nan is nan: leave the empty shards out of the sum."
NUMBER = "Divide by the number of examples, sum(sizes), not by the number or the size of shards."
CAUSES = {
    "must match the size of tensor": "The sizes weight the shards, which lie along the first dimension: make "
    "them a column with reshape(-1, 1), or take one shard after the other.",
    "division by zero": "An empty shard has the size 0: leave it out.",
}


@exercise("mean_gradient(gradients, sizes)", causes=CAUSES)
def mean_gradient(call: Exercise) -> str:
    """Check ``mean_gradient(gradients, sizes)``: the mean over all examples from the means of shards.

    Parameters
    ----------
    function : callable
        Takes a list of floating-point tensors of one shape, the mean gradient of each shard, nan
        for an empty one, and a list of their sizes; returns the gradient of the whole batch. It
        gets copies.

    Notes
    -----
    Lesson 8. Checked: unequal and equal shards, an empty one, one shard, gradients that are tables.
    """
    gradients, sizes = [torch.tensor([8.0, 5]), torch.tensor([2.0, 1])], [1, 3]
    right = weighted(gradients, sizes)
    call("unequal shards", gradients, sizes).equals(right, mistakes(gradients, sizes), WORDS)
    nothing = torch.full((2,), torch.nan)
    for statement, gradients, sizes in (
        ("equal shards", [torch.tensor([1.0, 2]), torch.tensor([3.0, 6])], [5, 5]),
        ("an empty shard", [torch.tensor([1.0, 2]), nothing, torch.tensor([5.0, 0])], [3, 0, 1]),
        ("an empty shard first", [nothing, torch.tensor([3.0, 1])], [0, 2]),
        ("one shard", [torch.tensor([1.0, 4])], [7]),
        (
            "tables",
            [random_normal(3, 4), random_normal(4, 3).T, random_normal(2, 6).reshape(3, 4)],
            [7, 3, 2],
        ),
    ):
        call(statement, gradients, sizes).equals(weighted(gradients, sizes), [(has_nan, EMPTY)], WORDS)
    return "Notice: with equal shards the sizes cancel, which leaves the plain mean that DDP takes."


def weighted(gradients: Sequence[Tensor], sizes: Sequence[int]) -> Tensor:
    """Return the mean over all examples."""
    full = [g * n for g, n in zip(gradients, sizes, strict=True) if n]
    return torch.stack(full).sum(0) / sum(sizes)


def mistakes(gradients: Sequence[Tensor], sizes: Sequence[int]) -> Mistakes:
    """Return what mistakes in the mean of shards, none of them empty, give."""
    each, counts = torch.stack(list(gradients)), torch.tensor([float(n) for n in sizes])
    total, column = counts @ each, counts.reshape(-1, 1)
    return [
        (
            each.mean(0),
            "That is the plain mean of the means: a shard of one example counts as much as one of three.",
        ),
        (each.sum(0), "That is the sum of the means; each has to be weighted by the size of its shard."),
        (total, "That is the sum over all examples; divide by their number, sum(sizes)."),
        (total / len(sizes), NUMBER),
        (total / counts.max(), NUMBER),
        (each.sum(0) / counts.sum(), "Weight each mean by the size of its shard before you add them up."),
        (
            (each / column).sum(0) / (1 / counts).sum(),
            "A large shard counts less here: multiply each mean by its size, do not divide.",
        ),
        (0 * total, "All weights are 0: n // sum(sizes) rounds down, n / sum(sizes) does not."),
        *((g, "That is the gradient of one shard alone; the others count, too.") for g in each),
        (each.mean(), "All entries are averaged, too; take the mean over the shards only, dim=0."),
        (
            (each * counts).sum(0) / counts.sum(),
            "The sizes weight the columns here, not the shards: reshape(-1, 1) makes them a column.",
        ),
    ]
