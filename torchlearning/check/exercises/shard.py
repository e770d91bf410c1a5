"""Exercise 8.2: which examples of a batch a rank gets."""

from __future__ import annotations

import torch
from torch import Tensor

from torchlearning.check.case import Case
from torchlearning.check.exercise import Exercise, exercise

CAUSES = {
    "bound inconsistent": "arange cannot start beyond its end, as for a rank beyond the last example; "
    "with max(num_examples, rank) as its end it gives an empty tensor there.",
    "index out of range": "There are fewer examples than ranks here, so some ranks get an empty tensor.",
}


@exercise("shard(num_examples, rank, ranks)", causes=CAUSES)
def shard(call: Exercise) -> str:
    """Check ``shard(num_examples, rank, ranks)``: every example to exactly one rank, evenly.

    Parameters
    ----------
    function : callable
        Takes three whole numbers; returns the row numbers of a rank, int64, in any order. Any
        even partition is right.

    Notes
    -----
    Lesson 8. Checked: each example exactly once, sizes that differ by one at most, fewer examples
    than ranks.
    """
    for num_examples, ranks in ((6, 2), (10, 4), (3, 4), (1, 3), (7, 1), (0, 2), (23, 5)):
        statement = f"{num_examples} examples on {ranks} ranks"
        cases = [call(statement, num_examples, rank, ranks) for rank in range(ranks)]
        for rank, case in enumerate(cases):
            _are_rows(case, num_examples, rank, ranks)
        _is_partition(cases, num_examples, ranks)
    return "Notice: no rank has to ask another. All know the three numbers, and each works out its own rows."


def _are_rows(case: Case, num_examples: int, rank: int, ranks: int) -> None:
    """Demand whole numbers of existing rows, each once."""
    case.is_there()
    rows, right = case.result, torch.arange(num_examples).tensor_split(ranks)[rank]
    is_tensor = isinstance(rows, Tensor) and rows.layout == torch.strided and rows.device.type == "cpu"
    case.refuse_if(not is_tensor, "Return a tensor of row numbers, such as torch.arange gives.")
    case.refuse_if(rows.ndim != 1, f"One row number after the other: shape (n,), not {tuple(rows.shape)}.")
    mask = "True and False mark rows; their numbers are asked for: mask.nonzero().flatten()."
    case.refuse_if(rows.dtype == torch.bool, mask)
    whole = f"Row numbers are whole numbers, dtype int64, also where there are none. Came {rows.dtype}."
    case.refuse_if(rows.dtype != torch.int64, whole)
    outside = bool(((rows < 0) | (rows >= num_examples)).any())
    hint = f"With {num_examples} examples the rows are numbered from 0 to {num_examples - 1}."
    case.refuse_if(outside, hint if num_examples else "Of no examples nobody gets any.")
    even = f"{len(right)} rows, such as {right.tolist()}"
    case.refuse_if(len(rows.unique()) < len(rows), "A row comes twice on one rank.", expected=even)


def _is_partition(cases: list[Case], num_examples: int, ranks: int) -> None:
    """Demand that all ranks together have each row once, and none two more than another."""
    counts = torch.stack([case.result.bincount(minlength=num_examples) for case in cases]).sum(0)
    sizes = [len(case.result) for case in cases]
    everywhere = num_examples > 0 and ranks > 1 and bool((counts == ranks).all())
    hints = [
        (everywhere, "Every rank has all rows; each should have its own part of them."),
        (bool((counts > 1).any()), "Some row goes to two ranks, so it would count twice."),
        (
            bool((counts == 0).any()),
            "Some row goes to no rank. num_examples // ranks rounds down: who takes what is left over?",
        ),
        (
            max(sizes) > min(sizes) + 1,
            "One rank has two rows more than another, and the others would wait for it: spread the rest.",
        ),
    ]
    for fault, hint in hints:
        cases[-1].refuse_if(fault, hint, came=f"sizes {sizes} for ranks 0 to {ranks - 1}")
