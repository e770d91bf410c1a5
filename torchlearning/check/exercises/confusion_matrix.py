"""Exercise 7.2: counts by true and predicted class."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import random_normal

WORDS = "Entry [i, j] counts the examples of class i predicted as j."
CAUSES = {
    "expected m1 and m2 to have the same dtype": "A product of tables wants one dtype: .long() on both.",
    "1-d non-negative integral": "bincount wants one row of whole numbers: y.flatten(), of dtype int64.",
    "shape": "Is there a row and a column for each class, also for one that never occurs? F.one_hot(y, C), "
    "minlength=C * C, or a table of zeros of shape (C, C).",
}


@exercise("confusion_matrix(z, y, num_class)", causes=CAUSES)
def confusion_matrix(call: Exercise) -> str:
    """Check ``confusion_matrix(z, y, num_class)``: true classes in rows, predicted in columns.

    Parameters
    ----------
    function : callable
        Takes logits `z`, floating point, shape ``(N, C)``, `y`, int64 class numbers, shape
        ``(N,)`` or ``(N, 1)``, and C; returns counts, int64, shape ``(C, C)``. It gets copies.

    Notes
    -----
    Lesson 7. Checked: counts, dtype, both shapes of labels, classes that never occur, a single
    example, 60 random ones.
    """
    z = 2 * F.one_hot(torch.tensor([0, 0, 1, 1, 2, 2, 2, 0]), 3).float() - 0.5
    y = torch.tensor([0, 0, 0, 1, 2, 2, 1, 0])
    right = counts(z, y, 3)
    case = call("eight examples", z, y, 3)
    case.equals(right, mistakes(z, y, 3), WORDS)
    whole = "Counts are whole numbers: an int64 tensor, please."
    case.refuse_if(case.result.dtype != torch.int64, whole, came=f"a tensor of {case.result.dtype}")
    shapes = "The labels may have shape (N,) or (N, 1), and here your result depends on which: y.flatten()."
    call("labels of shape (N, 1)", z, y.reshape(-1, 1), 3).equals(right, mistakes(z, y, 3), shapes)
    wide, absent = (
        F.pad(z[:3], (0, 2), value=-1.0),
        "Classes that never occur have a row and a column of zeros, ",
    )
    absent += "also at the end: minlength, or F.one_hot(y, num_class)."
    call("absent classes", wide, y[:3], 5).equals(counts(wide, y[:3], 5), otherwise=absent)
    call("one example", z[4:5], y[4:5], 3).equals(counts(z[4:5], y[4:5], 3), otherwise=WORDS)
    z, y = random_normal(60, 4), torch.arange(60) % 4
    differs = "On 60 random examples the counts are others. " + WORDS
    call("random examples", z, y, 4).equals(counts(z, y, 4), otherwise=differs)
    return (
        "Notice: the diagonal divided by the sums of the rows is how much of each class was found (recall); "
        "divided by the sums of the columns, how far to trust each answer (precision)."
    )


def counts(z: Tensor, y: Tensor, C: int) -> Tensor:
    """Return the matrix."""
    return (C * y + z.argmax(1)).bincount(minlength=C * C).reshape(C, C)


def mistakes(z: Tensor, y: Tensor, C: int) -> Mistakes:
    """Return what mistakes in counting give."""
    right, choice = counts(z, y, C), z.argmax(1)
    shares = "These are shares; the entries should be counts."
    once = (
        "M[y, choice] += 1 counts a pair only once, however often it occurs: index_put_(accumulate=True) "
        "or bincount."
    )
    rows = torch.stack([(y == i).sum() for i in range(C)])
    all_pairs = rows[:, None] * choice.bincount(minlength=C)
    return [
        (right.T, "Turned around: rows are the true classes, columns the predicted ones."),
        ((right > 0).long(), once),
        (right / right.sum(1, keepdim=True), shares),
        (right / right.sum(0, keepdim=True), shares),
        (right / right.sum(), shares),
        (100 * right / right.sum(), shares),
        (right.diag(), "That is the diagonal alone, the right predictions of each class."),
        (right.diag().diag(), "The errors are missing: count every pair of true and predicted class."),
        (right - right.diag().diag(), "The right predictions are missing: they are the diagonal."),
        (
            counts(F.one_hot(y, C).float(), y, C),
            "Every prediction counts as right: take z.argmax(1) for the columns.",
        ),
        (counts(F.one_hot(choice, C).float(), choice, C), "The labels y play no part; they are the rows."),
        (right.flatten(), "The counts are right; make them a table with reshape(num_class, num_class)."),
        (counts(-z, y, C), "The smallest logit was taken: argmax, not argmin."),
        (all_pairs, "Every label is paired with every prediction: count the pairs of one example only."),
        (right.sum(), "That is the number of examples; the table itself is asked for."),
        (rows, "These are the numbers of each true class, the sums of the rows."),
        (right + 1, "Each entry is one too many: begin with zeros."),
    ]
