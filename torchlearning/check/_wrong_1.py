"""Known mistakes in the exercises of lesson 1: what each gives, and the hint."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check._case import Mistakes, has_nan, same

SHIFT = "Subtract from each row its largest entry before exp: the result is the same, and no exp overflows."
PULL_OUT = "Subtract the largest of each row before exp and add it after log: m + log(sum(exp(z - m)))."


def softmax(z: Tensor) -> Mistakes:
    p, e = torch.softmax(z, 1), z.exp()
    keepdim = "without keepdim=True they form a row, and torch lays it under every row."
    return [
        (
            torch.softmax(z, 0),
            "Your columns sum to 1 but your rows do not: which dim? dim=1 sums along a row.",
        ),
        (e / e.sum(), "All entries together sum to 1; each row should: e.sum(dim=1, keepdim=True)."),
        (e / e.sum(1), f"Each column was divided by the sum of another row. Sums of rows: {keepdim}"),
        (torch.softmax(z - z.amax(1), 1), f"Each entry of a row was shifted differently. Maxima: {keepdim}"),
        (torch.softmax(z - z.amax(0), 1), "Subtract the maximum of the row (dim=1), not of the column."),
        (e, "These are the exponentials. Divide each row by its sum."),
        (e / e.amax(1, keepdim=True), "The largest of each row is 1. Divide by the sum of the row instead."),
        (z, "These are the logits X @ w. Take exp, then divide each row by its sum."),
        (z / z.sum(1, keepdim=True), "exp is missing: with negative logits these are no probabilities."),
        (p.log(), "These are the logarithms of the probabilities, log_softmax."),
        (torch.softmax(p, 1), "That is softmax applied twice. Apply it once, to the logits."),
        (torch.softmax(-z, 1), "The smallest logit has the largest probability: exp(z), not exp(-z)."),
        (lambda q: not same(q.sum(1), p.sum(1)), "Each row should sum to 1; yours do not."),
    ]


LARGE_LOGITS: Mistakes = [
    (
        lambda p: p[1].isnan().any() and not p[0].isnan().any(),
        "Only the second row is nan. You subtract one number from the whole table; in a row far below it "
        f"every exp is 0, and 0 / 0 is nan. {SHIFT}",
    ),
    (has_nan, f"In float32 exp(89) is already inf, and inf / inf is nan. {SHIFT}"),
]


def logsumexp(z: Tensor) -> Mistakes:
    right, e, m = torch.logsumexp(z, 1), z.exp(), z.amax(1)
    return [
        (right[:, None], "One number for each row, shape (N,): drop the last dimension with squeeze(1)."),
        (torch.logsumexp(z, 0), "One number for each column came: which dim? dim=1 sums along a row."),
        (e.sum().log(), "One number for the whole table came: sum along each row, dim=1."),
        (right - m, "You subtract the maximum and never add it back: m + log(sum(exp(z - m)))."),
        (right + m, "You add the maximum without having subtracted it: m + log(sum(exp(z - m)))."),
        (e.sum(1), "The logarithm of the sum is missing."),
        (z.sum(1), "That is the sum of the logits: log and exp do not cancel across a sum."),
        (z.sum(1).log(), "exp is missing: the sum is over exp(z)."),
        (e.mean(1).log(), "That is the logarithm of the mean: sum, do not average."),
        (m, "That is the maximum alone; log-sum-exp is a little more than it."),
        (torch.log_softmax(z, 1), "That is z minus its log-sum-exp: log_softmax."),
    ]


LARGE_SUMS: Mistakes = [
    (lambda s: s[0] == torch.inf, f"exp(1000) overflows to inf. {PULL_OUT}"),
    (
        lambda s: s[1] == -torch.inf,
        "In the second row every exp is 0, and log(0) is -inf. One maximum for all rows will not do. "
        + PULL_OUT,
    ),
    (has_nan, f"Somewhere inf meets inf. {PULL_OUT}"),
]

HOLE = (
    "Notice: the value at -10000 is right, but its gradient is nan: there exp(10000) is inf, and the chain "
    "rule multiplies it by 0. The gradient of torch.sigmoid has no such hole."
)
NO_HOLE = "Notice: at -10000 and 10000 its gradient is 0: a neuron that is sure learns no more."


def sigmoid(z: Tensor) -> Mistakes:
    e = z.exp()
    return [
        (torch.sigmoid(-z), "It falls where it should rise: turn the sign of z in exp around."),
        (e, "That is exp(z), not yet divided by 1 + exp(z)."),
        (1 + 1 / e, "That is 1 + exp(-z). Divide 1 by all of it: 1 / (1 + exp(-z)), with parentheses."),
        (1 + e, "That is 1 + exp(z). Parentheses: exp(z) / (1 + exp(z))."),
        (torch.tanh(z), "That is tanh, between -1 and 1; the sigmoid lies between 0 and 1."),
        (torch.softmax(z, -1), "The entries sum to 1: that is softmax. Each entry has a sigmoid of its own."),
        (F.logsigmoid(z), "That is the logarithm of the sigmoid: take exp of it."),
    ]


LARGE_Z: Mistakes = [
    (
        has_nan,
        "exp(z) overflows to inf, and inf / inf is nan. Divide numerator and denominator by exp(z): only "
        "exp(-z) is left, which is 0 for large z.",
    ),
    (
        lambda s: (s[1] == 0).any(),
        "At a large z it is 1. Replacing nan by 0 hides the overflow, and is wrong.",
    ),
]
