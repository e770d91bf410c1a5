"""Exercise 3.2: the probability of a right choice, counted."""

from __future__ import annotations

import torch
from torch import Tensor

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import random_normal

DOWN = "argmax goes down the columns; dim=1 goes along the row."
CAUSES = {
    "must match the size of tensor": "There is one choice and one label for each row, so both should have N "
    "entries. Perhaps argmax goes down the columns, argmax(0), and gives C of them: dim=1 goes along the row."
}


@exercise("m_accuracy(soft_z, y)", causes=CAUSES)
def m_accuracy(call: Exercise) -> str:
    """Check ``m_accuracy(soft_z, y)``, the share of rows whose largest entry is at the label.

    Parameters
    ----------
    function : callable
        Takes `soft_z`, floating point, shape ``(N, C)``, and `y`, int64 class numbers, shape
        ``(N, 1)`` or ``(N,)``; returns a scalar tensor or a number. It gets copies.

    Notes
    -----
    Lesson 3. Checked: value, both shapes of labels, as many rows as classes, all right, all
    wrong, a single row, 50 random rows.
    """
    soft_z = torch.tensor(
        [
            [0.6, 0.25, 0.15],
            [0.1, 0.55, 0.35],
            [0.05, 0.2, 0.75],
            [0.25, 0.3, 0.45],
            [0.05, 0.65, 0.3],
            [0.2, 0.05, 0.75],
            [0.55, 0.05, 0.4],
        ]
    )
    y = torch.tensor([[0], [1], [2], [2], [1], [0], [1]])
    words = "5 of 7 labels are where their row is largest."
    call("seven rows", soft_z, y).equals(5 / 7, mistakes(soft_z, y), words)
    flat = "The labels may have shape (N,), too: y.flatten() makes one out of either."
    call("labels of shape (N,)", soft_z, y.flatten()).equals(5 / 7, mistakes(soft_z, y), flat)
    square, labels = soft_z[[0, 4, 6]], torch.tensor([[0], [1], [2]])
    down = [((square.argmax(0) == labels.flatten()).double().mean(), DOWN)]
    call("as many rows as classes", square, labels).equals(2 / 3, down, "2 of 3 labels are right.")
    call("all right", soft_z[:3], y[:3]).equals(1.0, otherwise="All three rows are right.")
    call("all wrong", soft_z[5:], y[5:]).equals(0.0, otherwise="Both rows are wrong.")
    call("one row", soft_z[:1], y[:1]).equals(1.0, otherwise="The only row is right.")
    soft_z, y = torch.softmax(random_normal(50, 4), 1), torch.arange(50).reshape(50, 1) % 4
    share = (soft_z.argmax(1) == y.flatten()).double().mean().item()
    call("random rows", soft_z, y).equals(share, otherwise="On 50 random rows the share is another one.")
    return (
        "Notice: only the order within a row counts, so logits give the same accuracy; and its gradient is 0 "
        "or does not exist, so training needs a loss."
    )


def mistakes(p: Tensor, y: Tensor) -> Mistakes:
    """Return what mistakes in the share of right predictions give."""
    flat, choice, C = y.flatten(), p.argmax(1), p.shape[1]
    hits = choice == flat
    share = hits.double().mean()
    own = p.gather(1, flat[:, None])
    each = "One answer for each example came: .float().mean() makes the share of them."
    pairs = (
        "Labels of shape (N, 1) against predictions of shape (N,) make a table of all pairs: "
        "y.flatten() first."
    )
    none = (
        "No row counts as right. Perhaps the share is cut to a whole number (//, int), or argmax() without "
        "dim=1 gives one place in the whole table."
    )
    table = choice == flat[:, None]
    return [
        (hits.sum(), "That is the number of right predictions; divide by the number of examples."),
        (1 - share, "That is the share of wrong predictions."),
        ((~hits).sum(), "That is the number of wrong predictions."),
        (100 * share, "That is in percent; the share lies between 0 and 1."),
        (hits, each),
        (hits[:, None], each),
        (table, pairs),
        (table.double().mean(), pairs),
        (table.sum() / len(p), pairs),
        (
            (own > 0.5).double().mean(),
            "A choice need not reach one half. It is the largest of its row: argmax(1).",
        ),
        ((p.argmax(0) == flat[:, None]).double().mean(), DOWN),
        (own.mean(), "That is the mean probability of the true class; count hits instead."),
        (p.amax(1).mean(), "That is the mean of the largest entries; compare where they are with y."),
        (share * len(p) / p.numel(), "Divide by the number of examples, not of all entries."),
        (hits.sum() / C, "Divide by the number of examples, not of classes."),
        (share.round(), "The share is rounded, to a whole number."),
        (share.floor(), none),
        ((p.argmin(1) == flat).double().mean(), "Perhaps the smallest entry was taken: argmax, not argmin."),
        (choice.double().mean(), "That is the mean of the choices; compare them with y."),
    ]
