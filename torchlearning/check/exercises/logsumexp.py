"""Exercise 1.2: log-sum-exp of each row, stable."""

from __future__ import annotations

import torch
from torch import Tensor

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import has_nan, random_normal

PULL_OUT = "Subtract the largest of each row before exp and add it after log: m + log(sum(exp(z - m)))."


@exercise("logsumexp(z)")
def logsumexp(call: Exercise) -> str:
    """Check ``logsumexp(z)``, the logarithm of the sum of the exponentials of a row, stable.

    Parameters
    ----------
    function : callable
        Takes `z`, floating point, shape ``(N, C)``; returns shape ``(N,)``. It gets copies.

    Notes
    -----
    Lesson 1. Checked: shape, large and very negative logits, a single row, agreement with torch.
    Gradients are not demanded; where they would fail, there is advice.
    """
    z = torch.tensor([[0.0, 1], [2, 3], [1, 1]])
    words = "Each row gives log(exp(z_0) + exp(z_1) + ...)."
    call("small logits", z).equals(torch.logsumexp(z, 1), mistakes(z), words)
    z = torch.tensor([[1000.0, 999, 0], [-1000, -1001, -1002], [5, -1000, 1000], [1000, 900, 900]])
    call("large logits", z).equals(torch.logsumexp(z, 1), large(z), PULL_OUT)
    z = torch.tensor([[0.5, -1, 2], [3, 1, 0], [-2, 0.25, 1]])
    square = "Here N = C, so that a row of maxima can be taken for a column without any error: keepdim=True."
    call("as many rows as columns", z).equals(torch.logsumexp(z, 1), in_a_square(z), square)
    one = torch.tensor([[2.5]])
    call("one row", one).equals(one[0], otherwise="One row, so one number, in a tensor of shape (1,).")
    z = random_normal(20, 5)
    differs = "On 20 random rows, torch.logsumexp(z, dim=1) says otherwise."
    call("random rows", z).equals(torch.logsumexp(z, 1), otherwise=differs)
    call.lets_gradients_through(lambda z: torch.logsumexp(z, 1), z)
    return (
        "Notice: it lies between the largest entry and that plus log C, so it is a smooth maximum; and its "
        "gradient is softmax."
    )


def mistakes(z: Tensor) -> Mistakes:
    """Return what mistakes give on small logits."""
    right, e, m = torch.logsumexp(z, 1), z.exp(), z.amax(1)
    return [
        (right[:, None], "One number for each row, shape (N,): drop the last dimension with squeeze(1)."),
        (torch.logsumexp(z, 0), "One number for each column came: which dim? dim=1 sums along a row."),
        (e.sum().log(), "One number for the whole table came: sum along each row, dim=1."),
        (right - m, "You subtract the maximum and never add it back: m + log(sum(exp(z - m)))."),
        (right + m, "You add the maximum without having subtracted it: m + log(sum(exp(z - m)))."),
        (right - 2 * m, "The maximum is subtracted twice: after log it is added, m + log(sum(exp(z - m)))."),
        (e.sum(1), "The logarithm of the sum is missing."),
        (z.sum(1), "That is the sum of the logits: log and exp do not cancel across a sum."),
        (z.sum(1).log(), "exp is missing: the sum is over exp(z)."),
        (e.mean(1).log(), "That is the logarithm of the mean: sum, do not average."),
        (m, "That is the maximum alone; log-sum-exp is a little more than it."),
        (torch.log_softmax(z, 1), "That is z minus its log-sum-exp: log_softmax."),
        (
            m[:, None] + (right - m),
            "(N, 1) plus (N,) makes a table of all pairs. Give both the same shape: m.squeeze(1).",
        ),
        (e.sum(1).log2(), "That is the logarithm to the base 2: torch.log."),
        (e.sum(1).log10(), "That is the logarithm to the base 10: torch.log."),
        ((1 + e.sum(1)).log(), "1 is added to the sum before log."),
        (-right, "The sign is turned."),
    ]


def in_a_square(z: Tensor) -> Mistakes:
    """Return what a row of maxima in the place of a column gives."""
    m = z.amax(1)
    keepdim = (
        "Each entry of a row was shifted differently: z.amax(1) needs keepdim=True to stand as a column."
    )
    column = z - z.amax(0)
    return [
        (m + (z - m).exp().sum(1).log(), keepdim),
        (z.amax(0) + column.exp().sum(1).log(), "The maximum is that of the column: dim=1."),
    ]


def large(z: Tensor) -> Mistakes:
    """Return what shifts other than by the largest of the row give on large logits."""

    def shifted(m: Tensor) -> Tensor:
        return m + (z - m[:, None]).exp().sum(1).log()

    whole = z.max().repeat(len(z))
    return [
        (
            shifted(whole),
            "In the second row every exp is 0, and log(0) is -inf: what is subtracted there is far too "
            "large. "
            "One maximum for all rows will not do, nor one of absolute values. " + PULL_OUT,
        ),
        (
            shifted(z[:, 0]),
            f"You subtract the first entry of each row; a later one may be larger. {PULL_OUT}",
        ),
        (shifted(z.amin(1)), f"You subtract the smallest of each row. {PULL_OUT}"),
        (shifted(z.mean(1)), f"You subtract the mean of each row. {PULL_OUT}"),
        (shifted(0 * whole), f"exp(1000) overflows to inf, and exp(-1000) rounds to 0. {PULL_OUT}"),
        (lambda s: s.isinf().any(), f"Perhaps an exp overflows, or all of a row round to 0. {PULL_OUT}"),
        (has_nan, f"Somewhere inf meets inf. {PULL_OUT}"),
        (
            lambda s: s[1] > -999,
            f"The second row is far below 0, and so is its log-sum-exp. Perhaps a small "
            f"number is added before log, or something is clamped. {PULL_OUT}",
        ),
    ]
