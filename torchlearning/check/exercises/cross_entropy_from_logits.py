"""Exercise 2.3: the mean cross-entropy of logits, stable."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.exercises.m_cross_entropy import BOTH_SHAPES
from torchlearning.check.values import has_nan, random_normal

FROM_LOGITS = "The loss is log-sum-exp minus the true logit; with the maximum shifted out, nothing overflows."
TOO_LATE = (
    "The right loss is large but finite. The probability of the true class was rounded to 0 and log(0) "
    "taken: "
    f"softmax first and log later is too late. {FROM_LOGITS}"
)


@exercise("cross_entropy_from_logits(z, y)")
def cross_entropy_from_logits(call: Exercise) -> str:
    """Check ``cross_entropy_from_logits(z, y)``, the mean cross-entropy of logits, stable.

    Parameters
    ----------
    function : callable
        Takes logits `z`, floating point, shape ``(N, C)``, and `y`, int64 class numbers, shape
        ``(N, 1)`` or ``(N,)``; returns a scalar. It gets copies.

    Notes
    -----
    Lesson 2. Checked: value, both shapes of labels, a single example, absent classes, large
    logits, confident mistakes, rows far apart, agreement with ``F.cross_entropy``, gradient.
    """
    z, y = torch.tensor([[1.0, 0, 3], [4, -1, 2], [-2, 0, -2]]), torch.tensor([[0], [2], [2]])
    right = F.cross_entropy(z, y.flatten())
    call("three examples", z, y).equals(right, mistakes(z, y), FROM_LOGITS)
    call("labels of shape (N,)", z, y.flatten()).equals(right, mistakes(z, y), BOTH_SHAPES)
    y = torch.tensor([[0], [0], [0]])
    absent = "Only class 0 occurs among the labels: F.one_hot(y, C) has a column for the others all the same."
    call("one class only", z, y).equals(F.cross_entropy(z, y.flatten()), otherwise=absent)
    z = torch.tensor([[1000.0, 0]])
    over = [
        (has_nan, f"exp(1000) is inf, and inf / inf is nan. {FROM_LOGITS}"),
        (lambda loss: loss.isinf(), f"exp(1000) overflows to inf. {FROM_LOGITS}"),
    ]
    call("a large logit", z, torch.tensor([[0]])).equals(torch.tensor(0.0), over, FROM_LOGITS)
    call("a confident mistake", z, torch.tensor([[1]])).equals(torch.tensor(1000.0), CONFIDENT, FROM_LOGITS)
    z, y = torch.tensor([[50.0, 49], [-100, -101]]), torch.tensor([[1], [0]])
    apart = (
        "The second row lies far below the first. Subtract from each row its own maximum, not one for all."
    )
    call("rows far apart", z, y).equals(F.cross_entropy(z, y.flatten()), otherwise=f"{apart} {FROM_LOGITS}")
    z, y = random_normal(20, 4).requires_grad_(), torch.arange(20).reshape(20, 1) % 4
    case, right = call("random rows", z, y), F.cross_entropy(z, y.flatten())
    case.equals(right, otherwise="On 20 random rows, F.cross_entropy(z, y.flatten()) says otherwise.")
    call.statement = "gradient"
    case.gradient(right, [z], call.run)
    return (
        "Notice: for a confident mistake the loss is about the gap between the largest logit and the "
        "true one, "
        "so it grows like a straight line, and its gradient never vanishes."
    )


def mistakes(z: Tensor, y: Tensor) -> Mistakes:
    """Return what mistakes in the cross-entropy of logits give."""
    flat = y.flatten()
    true, lse, m = z.gather(1, flat[:, None]).flatten(), z.logsumexp(1), z.amax(1)
    loss, p = F.cross_entropy(z, flat), torch.softmax(z, 1)
    pairs = z.log_softmax(1)[torch.arange(len(z)), flat[:, None]]
    return [
        (-loss, "The sign: log-sum-exp minus the true logit, not the other way round."),
        (loss * len(z), "That is the sum over the examples; the loss is their mean."),
        (-loss * len(z), "The sign is turned, and that is the sum; the loss is the mean."),
        (lse - true, "One loss for each example came: take their mean."),
        ((lse - true)[:, None], "One loss for each example came: take their mean."),
        (F.cross_entropy(p, flat), "Softmax twice: F.cross_entropy wants the logits as they are."),
        (-p.gather(1, flat[:, None]).mean(), "log is missing."),
        (1 - p.gather(1, flat[:, None]).mean(), "log is missing: minus log p, not 1 - p."),
        (-true.log().mean(), "These are logits, whose log means nothing. " + FROM_LOGITS),
        (-true.mean(), "The log-sum-exp of each row is missing. " + FROM_LOGITS),
        (lse.mean(), "The true logit is not subtracted. " + FROM_LOGITS),
        ((lse + true).mean(), "The true logit is added; subtract it."),
        ((lse - m - true).mean(), "The maximum is subtracted in log-sum-exp but not from z_y."),
        ((lse + m - true).mean(), "The maximum is added without having been subtracted."),
        ((z.exp().sum(1) - true).mean(), "log is missing: the log-sum-exp, not the sum of exponentials."),
        (
            z.exp().sum().log() - true.mean(),
            "One log-sum-exp for the whole table: sum along each row, dim=1.",
        ),
        ((lse - m).mean(), "You subtract the largest logit; the label says which one counts."),
        (-torch.log_softmax(z, 1).mean(), "The labels play no part: pick the true class of each row."),
        (-pairs.mean(), "Indexing [arange, y] with y of shape (N, 1) makes all pairs: y.flatten() first."),
        (F.nll_loss(z.log_softmax(0), flat), "Softmax runs along the row: dim=1."),
        ((m - true).mean(), "That is the largest logit minus the true one; log-sum-exp is a little more."),
    ]


CONFIDENT: Mistakes = [
    (has_nan, f"exp(1000) is inf, and inf / inf is nan. {FROM_LOGITS}"),
    (lambda loss: loss == torch.inf, TOO_LATE),
    (
        lambda loss: loss < 500,
        "The probability of the true class is 0 here. A small number added before log, or a clamp, hides "
        f"that, and lies about the loss. {FROM_LOGITS}",
    ),
]
