"""Known mistakes in the exercises of lesson 2: what each gives, and the hint."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check._case import Mistakes, has_nan

BY_MASK = (
    "You multiply by a mask of zeros and ones, and 0 times inf is nan. Pick the entry, so that the others "
    "are never looked at."
)
BOTH_SHAPES = (
    "The labels may have shape (N, 1) or (N,), and here your result depends on which: y.flatten() or "
    "y.reshape(-1, 1) makes one out of either."
)
FROM_LOGITS = "The loss is log-sum-exp minus the true logit; with the maximum shifted out, nothing overflows."


def gather(values: Tensor, index: Tensor) -> Mistakes:
    """Return what mistakes in picking one entry of each row give."""
    flat, right = index.flatten(), values.gather(1, index)
    mask = F.one_hot(flat, values.shape[1])
    return [
        (right.flatten(), "The entries are right; the result has the shape of the index, (N, 1)."),
        (right.T, "The entries are right, but lie in a row: shape (N, 1), please."),
        (values.gather(0, index), "You go down the columns: dim=1 picks along the row."),
        (values[:, flat], "values[:, index] takes these columns of every row; you want one entry of each."),
        (values[:, index], "values[:, index] takes these columns of every row; you want one entry of each."),
        (values[flat], "values[index] takes whole rows. The index says which entry of row 0, of row 1, ..."),
        (values[index], "values[index] takes whole rows. The index says which entry of row 0, of row 1, ..."),
        (
            values.take(index),
            "take counts through the table as one long row; the index counts in its own row.",
        ),
        (
            values.take(flat),
            "take counts through the table as one long row; the index counts in its own row.",
        ),
        (values * mask, "The other entries are 0 but still there: sum over the row, keepdim=True."),
        (
            values.gather(1, index - 1 + values.shape[1] * (index < 1)),
            "One place too far left: indices start at 0.",
        ),
        (
            values.amax(1, keepdim=True),
            "That is the largest of each row; the index says which one is asked for.",
        ),
        (index, "That is the index itself; it says where to look in values."),
    ]


def m_cross_entropy(p: Tensor, y: Tensor) -> Mistakes:
    """Return what mistakes in the cross-entropy of probabilities give."""
    flat = y.flatten()
    picked = p.gather(1, flat[:, None])
    mask = F.one_hot(flat, p.shape[1])
    return [
        (picked.log().mean(), "The sign: minus the mean of the logarithms, so that a loss is positive."),
        (-picked.log().sum(), "That is the sum over the examples; the loss is their mean."),
        (picked.log().sum(), "That is the sum over the examples, and the sign is missing: minus the mean."),
        (-picked.log(), "One loss for each example came: take their mean."),
        (-picked.log().flatten(), "One loss for each example came: take their mean."),
        (picked.mean(), "That is the mean probability of the true class; take minus the logarithm first."),
        (-picked.mean(), "log is missing."),
        (1 - picked.mean(), "log is missing: minus log p, not 1 - p."),
        (-picked.mean().log(), "Logarithm first, then the mean: the logarithm of a mean is another number."),
        (-picked.log2().mean(), "That is in bits (log2); the loss is in nats, by torch.log."),
        (-picked.log10().mean(), "That is with log10; the loss takes the natural logarithm, torch.log."),
        (
            F.cross_entropy(p, flat),
            "F.cross_entropy has a softmax inside; here the probabilities come ready.",
        ),
        (-p.log().mean(), "The labels play no part: pick from each row the probability of the true class."),
        (-p.amax(1).log().mean(), "You take the largest of each row; the label says which one counts."),
        (
            -p[:, flat].log().mean(),
            "soft_z[:, y], like soft_z[arange, y] with y of shape (N, 1), pairs every row with every "
            "label; gather picks one entry of each row.",
        ),
        (-(mask * p.log()).mean(), "You average over all N C entries, also the zeros; divide by N alone."),
        (-p.gather(0, flat[:, None]).log().mean(), "You go down the columns: gather along dim=1."),
    ]


def cross_entropy_from_logits(z: Tensor, y: Tensor) -> Mistakes:
    """Return what mistakes in the cross-entropy of logits give."""
    flat = y.flatten()
    true, lse, m = z.gather(1, flat[:, None]).flatten(), z.logsumexp(1), z.amax(1)
    loss, p = F.cross_entropy(z, flat), torch.softmax(z, 1)
    pairs = z.log_softmax(1)[torch.arange(len(z)), flat[:, None]]
    return [
        (-loss, "The sign: log-sum-exp minus the true logit, not the other way round."),
        (loss * len(z), "That is the sum over the examples; the loss is their mean."),
        (lse - true, "One loss for each example came: take their mean."),
        ((lse - true)[:, None], "One loss for each example came: take their mean."),
        (
            F.cross_entropy(p, flat),
            "Softmax twice: F.cross_entropy wants the logits as they are.",
        ),
        (-p.gather(1, flat[:, None]).mean(), "log is missing."),
        (
            -true.log().mean(),
            "These are logits, whose log means nothing. " + FROM_LOGITS,
        ),
        (-true.mean(), "The log-sum-exp of each row is missing. " + FROM_LOGITS),
        (lse.mean(), "The true logit is not subtracted. " + FROM_LOGITS),
        ((lse - m - true).mean(), "The maximum is subtracted in log-sum-exp but not from z_y."),
        ((lse + m - true).mean(), "The maximum is added without having been subtracted."),
        (
            z.exp().sum().log() - true.mean(),
            "One log-sum-exp for the whole table: sum along each row, dim=1.",
        ),
        ((lse - m).mean(), "You subtract the largest logit; the label says which one counts."),
        (-torch.log_softmax(z, 1).mean(), "The labels play no part: pick the true class of each row."),
        (-pairs.mean(), "Indexing [arange, y] with y of shape (N, 1) makes all pairs: y.flatten() first."),
        (F.nll_loss(z.log_softmax(0), flat), "Softmax runs along the row: dim=1."),
    ]


LARGE_LOSS: Mistakes = [
    (has_nan, f"exp(1000) is inf, and inf / inf is nan. {FROM_LOGITS}"),
    (
        lambda loss: loss == torch.inf,
        "The right loss is large but finite. Either exp(1000) overflows, or a probability was rounded to 0 "
        f"and log(0) taken: softmax first and log later is too late. {FROM_LOGITS}",
    ),
    (
        lambda loss: loss < 500,
        "The probability of the true class is 0 here. A small number added before log, or a clamp, hides "
        f"that, and lies about the loss. {FROM_LOGITS}",
    ),
]


def gradient(X: Tensor, w: Tensor, y: Tensor) -> Mistakes:
    """Return what mistakes in X^T (P - Y) / N give."""
    z, N, C = X @ w, len(X), w.shape[1]
    P, Y = torch.softmax(z, 1), F.one_hot(y.flatten(), C)
    right = X.T @ (P - Y) / N
    return [
        (right * N, "Divide by N: the loss is a mean over the examples."),
        (right / C, "Divide by N only; mean() over the table divides by C as well."),
        (-right, "The sign: prediction minus truth, P - Y."),
        (-right * N, "The sign: prediction minus truth, P - Y; and divide by N."),
        (
            right.T,
            "The table is on its side: w has shape (D, C), so X.T comes first.",
        ),
        ((P - Y) / N, "That is the gradient in the logits. The chain rule adds X.T from the left."),
        (P - Y, "That is the error of each prediction. The gradient in w is X.T @ (P - Y) / N."),
        (X.T @ P / N, "The truth Y is not subtracted."),
        (X.T @ (z - Y) / N, "softmax is missing: P are probabilities, not logits."),
        (X.T @ (torch.softmax(z, 0) - Y) / N, "Softmax runs along the row: dim=1."),
        (
            X.T @ (P - y.reshape(-1, 1)) / N,
            "Y is the one-hot form of the labels, F.one_hot(y, C), not y itself.",
        ),
        (X.T @ (P - Y) / X.shape[1], "Divide by the number of examples, len(X), not of features."),
    ]
