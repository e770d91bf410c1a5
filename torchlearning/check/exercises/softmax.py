"""Exercise 1.2: softmax of X w, stable."""

from __future__ import annotations

import torch
from torch import Tensor

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import has_nan, random_normal, same

SHIFT = "Subtract from each row its largest entry before exp: the result is the same, and no exp overflows."
KEEPDIM = "without keepdim=True they form a row, and torch lays it under every row."


@exercise("softmax(X, w)")
def softmax(call: Exercise) -> str:
    """Check ``softmax(X, w)``, the row-wise softmax of X w, stable for logits of any size.

    Parameters
    ----------
    function : callable
        Takes `X`, floating point, shape ``(N, D)``, and `w`, shape ``(D, C)``; returns shape
        ``(N, C)``. It gets copies.

    Notes
    -----
    Lesson 1. Checked: rows, large logits, a single example, agreement with torch. Gradients are
    not demanded; where they would fail, there is advice.
    """
    X, w = torch.tensor([[1.0, 0], [0, 1], [1, 1]]), torch.tensor([[0.0, 1, 2], [2, 0, 1]])
    words = "Each entry is exp of its logit, divided by the sum of these over its row."
    call("small logits", X, w).equals(torch.softmax(X @ w, 1), mistakes(X @ w), words)
    X = torch.eye(4)
    w = torch.tensor([[900.0, 1000, -900], [-900, -1000, -1998], [990, 999, 998], [1000, 1000, 850]])
    call("large logits", X, w).equals(torch.softmax(w, 1), large(w), SHIFT)
    X, w = torch.tensor([[1.0, 2]]), torch.tensor([[0.0, 1, -1], [1, 0, 0.5]])
    call("one example", X, w).equals(torch.softmax(X @ w, 1), otherwise="One example is a row: keep it one.")
    one = torch.tensor([[1.0]])
    alone = "One example and one class: keep both dimensions."
    call("one example and one class", one, one).equals(one, otherwise=alone)
    X, w = random_normal(20, 4), random_normal(4, 5)
    differs = "On 20 random examples, torch.softmax(X @ w, dim=1) says otherwise."
    call("random examples", X, w).equals(torch.softmax(X @ w, 1), otherwise=differs)
    call.lets_gradients_through(lambda X, w: torch.softmax(X @ w, 1), X, w)
    return (
        "Notice: the same number added to all logits of a row changes nothing. That is why the largest "
        "may be "
        "subtracted, and why only differences between logits count."
    )


def mistakes(z: Tensor) -> Mistakes:
    """Return what mistakes in the softmax of small logits give."""
    p, e = torch.softmax(z, 1), z.exp()
    return [
        (
            torch.softmax(z, 0),
            "Your columns sum to 1 but your rows do not: which dim? dim=1 sums along a row.",
        ),
        (e / e.sum(), "All entries together sum to 1; each row should: e.sum(dim=1, keepdim=True)."),
        (e / e.sum(1), f"Each column was divided by the sum of another row. Sums of rows: {KEEPDIM}"),
        (torch.softmax(z - z.amax(1), 1), f"Each entry of a row was shifted differently. Maxima: {KEEPDIM}"),
        (torch.softmax(z - z.amax(0), 1), "Subtract the maximum of the row (dim=1), not of the column."),
        (e, "These are the exponentials. Divide each row by its sum."),
        ((z - z.amax(1, keepdim=True)).exp(), "The largest of each row is 1. Divide by the sum of the row."),
        (z, "These are the logits X @ w. Take exp, then divide each row by its sum."),
        (z / z.sum(1, keepdim=True), "exp is missing: with negative logits these are no probabilities."),
        (p.log(), "These are the logarithms of the probabilities, log_softmax."),
        (torch.softmax(p, 1), "That is softmax applied twice. Apply it once, to the logits."),
        (torch.softmax(-z, 1), "The smallest logit has the largest probability: exp(z), not exp(-z)."),
        (torch.sigmoid(z), "That is the sigmoid of each entry; softmax lets the entries of a row compete."),
        (2**z / (2**z).sum(1, keepdim=True), "The powers are those of 2; take those of e: torch.exp."),
        (
            e / (1 + e.sum(1, keepdim=True)),
            "The rows sum to less than 1: is there a number added to the sum?",
        ),
        (lambda q: not same(q.sum(1), p.sum(1)), "Each row should sum to 1; yours do not."),
    ]


def large(z: Tensor) -> Mistakes:
    """Return what shifts other than by the largest of the row give."""

    def shifted(by: Tensor) -> Tensor:
        e = torch.exp(z - by)
        return e / e.sum(1, keepdim=True)

    return [
        (
            shifted(z.max()),
            "Only the second row is nan. You subtract one number from the whole table; "
            f"in a row far below it every exp is 0, and 0 / 0 is nan. {SHIFT}",
        ),
        (shifted(z[:, :1]), f"You subtract the first entry of each row; a later one may be larger. {SHIFT}"),
        (shifted(z.amin(1, keepdim=True)), f"You subtract the smallest entry of each row. {SHIFT}"),
        (shifted(z.mean(1, keepdim=True)), f"You subtract the mean of each row. {SHIFT}"),
        (shifted(torch.tensor(0.0)), f"In float32 exp(89) is already inf, and inf / inf is nan. {SHIFT}"),
        (
            shifted(torch.tensor(0.0)).nan_to_num(),
            "Replacing nan by 0 hides the overflow, and the rows no longer sum to 1. " + SHIFT,
        ),
        (has_nan, f"Perhaps an exp overflows to inf, or all of a row round to 0. {SHIFT}"),
    ]
