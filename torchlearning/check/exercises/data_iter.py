"""Exercise 3.3: shuffled mini-batches, each example once, with its label."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from torchlearning.check.case import Case
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.words import show

SHORT = "The last batch holds what is left: a slice may reach past the end, and X[8:12] is then short."
SAME_ORDER = "Both times the examples come in this order. Shuffle anew at each call, and set no seed inside."


@exercise("data_iter(batch_size, features, labels)")
def data_iter(call: Exercise) -> str:
    """Check ``data_iter(batch_size, features, labels)``, shuffled mini-batches of all examples.

    Parameters
    ----------
    function : callable
        Takes `batch_size`, an int, `features`, shape ``(N, D)``, and `labels`, shape ``(N, 1)``;
        returns or yields pairs ``(X, y)``. It gets copies. The time limit holds
        until its last batch has come.

    Notes
    -----
    Lesson 3. Checked: pairs, each example exactly once with its label, sizes with a short last
    batch, a new order each time, a batch larger than the data.
    """
    call.function = collected(call.function, limit=20)
    labels = torch.arange(10).reshape(10, 1)
    features = torch.cat([labels, labels + 100], 1).float()
    orders = []
    for size in (4, 4, 5, 1, 30):
        orders.append(judge(call(f"batches of {size}", size, features, labels), size, labels))
    orders[1].refuse_if(orders[0].result == orders[1].result, SAME_ORDER)
    return (
        "Notice: the last batch is short. Its mean is taken over fewer examples, so an example in it weighs "
        "more in its step, and the mean over an epoch has to be weighted by batch size."
    )


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
    read = _are_together(case, batches, N)
    sizes = [len(y) for _, y in batches]
    _are_all(read, sizes, [min(batch_size, N - i) for i in range(0, N, batch_size)])
    _are_shuffled(read, batches, batch_size, N)
    last = "The short batch, with what is left, should be the last."
    read.refuse_if(sizes != sorted(sizes, reverse=True), last, came=f"batches of {sizes} examples")
    columns = all(y.shape[1:] == (1,) for _, y in batches)
    read.refuse_if(not columns, "The labels should keep their shape: a column, (n, 1).", came="other shapes")
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


def _are_together(case: Case, batches: list[Any], N: int) -> Case:
    """Demand that each label comes with its features, and return a case about the order."""
    rows = [*case.rows, ("", f"where the example of label i has features [i, 100 + i], and N = {N}")]
    read = Case(rows, [int(label) for label in torch.cat([y.flatten() for _, y in batches])])
    for X, y in batches:
        came = f"features {show(X)} with labels {show(y)}"
        swapped = "The pair is turned around: features first, then labels."
        read.refuse_if(X.shape[1:] != (2,) and y.shape[1:] == (2,), swapped, came=came)
        wants = torch.stack([y.flatten(), y.flatten() + 100], 1)
        read.refuse_if(
            X.shape != wants.shape or not torch.equal(X.double(), wants.double()),
            "Features and labels no longer belong together. Shuffle the places once, and take both at the "
            "same places.",
            came=came,
        )
    return read


def _are_all(read: Case, sizes: list[int], right: list[int]) -> None:
    """Demand every example, none twice, in batches of the right sizes."""
    order = read.result
    lost = sorted(set(range(sum(right))) - set(order))
    doubled = sorted({label for label in order if order.count(label) > 1})
    came = f"batches of {sizes} examples, labels {order}"
    expected = f"batches of {right} examples"
    draws = "Shuffle by a permutation, as torch.randperm makes: a random draw for each place repeats some."
    again = f"The examples {doubled} come more than once. {draws if lost else 'Do the batches overlap?'}"
    read.refuse_if(bool(doubled), again, came=came, expected=expected)
    read.refuse_if(bool(lost), f"The examples {lost} are lost. {SHORT}", came=came, expected=expected)
    wrong = f"The batches have the wrong sizes. {SHORT}"
    read.refuse_if(
        sorted(sizes) != sorted(right), wrong, came=f"batches of {sizes} examples", expected=expected
    )


def _are_shuffled(read: Case, batches: list[Any], batch_size: int, N: int) -> None:
    """Demand another order than the one given, across the borders of the batches."""
    in_order = N > 1 and read.result == sorted(read.result)
    read.refuse_if(in_order, "The examples come in the order given: shuffle them.")
    blocks = [sorted(y.flatten().tolist()) for _, y in batches]
    read.refuse_if(
        1 < batch_size < N and all(block[-1] - block[0] == len(block) - 1 for block in blocks),
        "The batches are shuffled, but each holds neighbours of the given order: shuffle the examples, "
        "then cut.",
        came=f"batches with the labels {blocks}",
    )
