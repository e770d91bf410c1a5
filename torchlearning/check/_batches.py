"""What is asked of mini-batches: pairs, sizes, each example once with its label, shuffled."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from torchlearning.check._case import Case
from torchlearning.check._words import show

SHORT = "The last batch holds what is left: a slice may reach past the end, and X[8:12] is then short."


def collected(function: Callable[..., Any], limit: int) -> Callable[..., Any]:
    """Return `function` with its batches read into a list, of at most so many."""

    @functools.wraps(function, updated=())
    def read(*arguments: Any) -> Any:
        result = function(*arguments)
        readable = isinstance(result, Iterable) and not isinstance(result, Tensor | str)
        return list(islice(result, limit)) if readable else result

    return read


def judge(case: Case, batch_size: int, labels: Tensor) -> Case:
    """Demand batches of all examples, and return a case whose result is their order."""
    case.is_there()
    batches, N = case.result, len(labels)
    _are_pairs(case, batches)
    case.refuse_if(len(batches) > N, "The batches do not end after N examples.", came="batch after batch")
    sizes = [len(y) for _, y in batches]
    right = [min(batch_size, N - i) for i in range(0, N, batch_size)]
    order = torch.cat([y.flatten() for _, y in batches]).tolist()
    rows = [*case.rows, ("", f"where the example of label i has features [i, 100 + i], and N = {N}")]
    read = Case(rows, [int(label) for label in order])
    for X, y in batches:
        wants = torch.stack([y.flatten(), y.flatten() + 100], 1)
        read.refuse_if(
            X.shape != wants.shape or not torch.equal(X.double(), wants.double()),
            "Features and labels no longer belong together. Shuffle the places once, and take both at the "
            "same places.",
            came=f"features {show(X)} with labels {show(y)}",
        )
    _are_all(read, sizes, right)
    in_order = N > 1 and read.result == sorted(read.result)
    read.refuse_if(in_order, "The examples come in the order given: shuffle them.")
    blocks = [sorted(y.flatten().tolist()) for _, y in batches]
    read.refuse_if(
        1 < batch_size < N and all(block[-1] - block[0] == len(block) - 1 for block in blocks),
        "The batches are shuffled, but each holds neighbours of the given order: shuffle the examples, "
        "then cut.",
        came=f"batches with the labels {blocks}",
    )
    came, expected = f"batches of {sizes} examples", f"batches of {right} examples"
    read.refuse_if(sizes != right, f"The batches have the wrong sizes. {SHORT}", came=came, expected=expected)
    return read


def _are_pairs(case: Case, batches: Any) -> None:
    hint = "Yield pairs (X, y), one for each batch."
    if isinstance(batches, list) and len(batches) == 2 and all(isinstance(part, Tensor) for part in batches):
        hint = "One pair came, not several. return inside the loop ends it at the first batch: yield instead."
    pairs = isinstance(batches, list) and all(
        isinstance(batch, list | tuple)
        and len(batch) == 2
        and all(isinstance(part, Tensor) and part.ndim for part in batch)
        for batch in batches
    )
    case.refuse_if(not pairs, hint)
    case.refuse_if(not batches, "No batch came at all.", came="nothing")


def _are_all(read: Case, sizes: list[int], right: list[int]) -> None:
    """Demand every example, and none twice."""
    order = read.result
    lost = sorted(set(range(sum(right))) - set(order))
    doubled = sorted({label for label in order if order.count(label) > 1})
    came = f"batches of {sizes} examples, labels {order}"
    expected = f"batches of {right} examples"
    draws = "Shuffle by a permutation, as torch.randperm makes: a random draw for each place repeats some."
    again = f"The examples {doubled} come more than once. {draws if lost else 'Do the batches overlap?'}"
    read.refuse_if(bool(doubled), again, came=came, expected=expected)
    read.refuse_if(bool(lost), f"The examples {lost} are lost. {SHORT}", came=came, expected=expected)
