"""Exercise 2.2: one entry of each row."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import has_nan, random_normal

BY_MASK = (
    "You multiply by a mask of zeros and ones, and 0 times inf is nan. Pick the entry, so that the others "
    "are never looked at."
)
COLUMNS = "values[:, index] takes these columns of every row; you want one entry of each."
WHOLE = "values[index] takes whole rows. The index says which entry of row 0, of row 1, ..."
TAKE = "take counts through the table as one long row; the index counts in its own row."


@exercise("gather(values, index)")
def gather(call: Exercise) -> str:
    """Check ``gather(values, index)``, which picks one entry of each row.

    Parameters
    ----------
    function : callable
        Takes `values`, floating point, shape ``(N, C)``, and `index`, int64, shape ``(N, 1)``;
        returns shape ``(N, 1)``. It gets copies.

    Notes
    -----
    Lesson 2. Checked: shape, the right entries, a single row, a column that no index names,
    infinite entries elsewhere, gradient.
    """
    values, index = torch.arange(1.0, 13).reshape(3, 4), torch.tensor([[2], [0], [1]])
    words = "Entry i is values[i, index[i]]."
    call("three rows", values, index).equals(values.gather(1, index), mistakes(values, index), words)
    values, index = torch.tensor([[4.0, 5, 6], [7, 8, 9]]), torch.tensor([[0], [0]])
    absent = "No index names column 2, or column 1: F.one_hot(index, C) makes a column for it all the same."
    call("columns that no index names", values, index).equals(values[:, :1], otherwise=absent)
    values, index = torch.tensor([[0.5, 2, 8]]), torch.tensor([[1]])
    one = "One row, so one entry, in a tensor of shape (1, 1): squeeze() drops every dimension of size 1."
    call("one row", values, index).equals(values[:, 1:2], otherwise=one)
    values, index = torch.tensor([[0.5, -torch.inf], [torch.inf, 2]]), torch.tensor([[0], [1]])
    masked = [(has_nan, BY_MASK)]
    call("inf in the other entries", values, index).equals(values.gather(1, index), masked, words)
    values, index = random_normal(20, 3).requires_grad_(), torch.arange(20).reshape(20, 1) % 3
    case, right = call("random rows", values, index), values.gather(1, index)
    case.equals(right, otherwise="On 20 random rows, torch.gather(values, 1, index) says otherwise.")
    call.statement = "gradient"
    case.gradient(right, [values], call.run)
    return (
        "Notice: the gradient is 1 at the picked entries and 0 at all others. So a loss of the picked ones "
        "says nothing directly to the rest of the row."
    )


def mistakes(values: Tensor, index: Tensor) -> Mistakes:
    """Return what mistakes in picking one entry of each row give."""
    flat, right, C = index.flatten(), values.gather(1, index), values.shape[1]
    mask = F.one_hot(flat, C)
    return [
        (right.flatten(), "The entries are right; the result has the shape of the index, (N, 1)."),
        (right.T, "The entries are right, but lie in a row: shape (N, 1), please."),
        (right.sum(), "The entries are added up: sum over each row only, dim=1, keepdim=True."),
        (values.gather(0, index), "You go down the columns: dim=1 picks along the row."),
        (values[:, flat], COLUMNS),
        (values[:, index], COLUMNS),
        (
            values[torch.arange(len(values)), index],
            "Row numbers of shape (N,) and an index of shape (N, 1) "
            "make all pairs: give both the same shape.",
        ),
        (values[flat], WHOLE),
        (values[index], WHOLE),
        (values.take(index), TAKE),
        (values.take(flat), TAKE),
        (values * mask, "The other entries are 0 but still there: sum over the row, keepdim=True."),
        (values.gather(1, index - 1 + C * (index < 1)), "One place too far left: indices start at 0."),
        (values.gather(1, (index + 1) % C), "One place too far right: indices start at 0."),
        (values.amax(1, keepdim=True), "That is the largest of each row; the index says which one counts."),
        (index, "That is the index itself; it says where to look in values."),
        (values, "That is values as it was: pick one entry of each row."),
    ]
