"""Exercise 2.2: the mean cross-entropy of probabilities."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.exercises.gather import BY_MASK
from torchlearning.check.values import has_nan, random_normal

BOTH_SHAPES = (
    "The labels may have shape (N, 1) or (N,), and here your result depends on which: y.flatten() or "
    "y.reshape(-1, 1) makes one out of either."
)
WORDS = "Pick the probability of the true class from each row; the loss is minus the mean of log."
FULL_PRICE = (
    "A small probability of the true class has its full price, minus its logarithm, and 0 costs inf. Perhaps "
    "something is added before log, clamped, replaced (nan_to_num) or left out."
)


@exercise("m_cross_entropy(soft_z, y)")
def m_cross_entropy(call: Exercise) -> str:
    """Check ``m_cross_entropy(soft_z, y)``, the mean cross-entropy of class probabilities.

    Parameters
    ----------
    function : callable
        Takes `soft_z`, rows of probabilities, shape ``(N, C)``, and `y`, int64 class numbers,
        shape ``(N, 1)`` or ``(N,)``; returns a scalar. It gets copies.

    Notes
    -----
    Lesson 2. Checked: value, both shapes of labels, a single example, absent classes, a
    probability of 0 at a wrong class, tiny ones and 0 at the true class (the loss is inf), 1,500
    examples (a product would underflow), gradient.
    """
    soft_z = torch.tensor([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]])
    y = torch.tensor([[0], [2], [2]])
    right = F.nll_loss(soft_z.log(), y.flatten())
    call("three examples", soft_z, y).equals(right, mistakes(soft_z, y), WORDS)
    call("labels of shape (N,)", soft_z, y.flatten()).equals(right, mistakes(soft_z, y), BOTH_SHAPES)
    first = torch.tensor([[0], [0], [0]])
    absent = "Only class 0 occurs among the labels: F.one_hot(y, C) has a column for the others all the same."
    call("one class only", soft_z, first).equals(-soft_z[:, 0].log().mean(), otherwise=absent)
    one, sure = torch.tensor([[0.2, 0.7, 0.1]]), torch.tensor([[1.0, 0.0, 0.0]])
    call("one example", one, torch.tensor([[1]])).equals(-one[0, 1].log(), otherwise=WORDS)
    masked = [(has_nan, BY_MASK)]
    call("0 at a wrong class", sure, torch.tensor([[0]])).equals(torch.tensor(0.0), masked, WORDS)
    small = torch.tensor([[1e-3, 0.999], [0.5, 0.5], [1e-20, 1.0]])
    call("tiny probabilities", small, torch.tensor([[0], [1], [0]])).equals(
        -small[:, 0].log().mean(), [(lambda loss: loss < -small[:, 0].log().mean(), FULL_PRICE)], WORDS
    )
    many = torch.tensor([[0.8, 0.2]]).repeat(1500, 1)
    under = "The product of 1500 probabilities rounds to 0: add logarithms instead of multiplying."
    case = call("1,500 examples", many, torch.zeros(1500, 1, dtype=torch.int64))
    case.equals(-torch.log(many[0, 0]), [(lambda loss: loss == torch.inf, under)], WORDS)
    soft_z, y = torch.softmax(random_normal(20, 4), 1), torch.arange(20).reshape(20, 1) % 4
    case, right = call("random rows", soft_z.requires_grad_(), y), F.nll_loss(soft_z.log(), y.flatten())
    case.equals(right, otherwise="On 20 random rows, F.nll_loss(soft_z.log(), y.flatten()) says otherwise.")
    call.statement = "gradient"
    case.gradient(right, [soft_z], call.run)
    never = call("0 at the true class", torch.tensor([[0.0, 1], [0.5, 0.5]]), torch.tensor([[0], [0]]))
    never.equals(torch.tensor(torch.inf), masked, FULL_PRICE)
    return (
        "Notice: a model that says 1/C everywhere pays log C, whatever the labels. A loss above that is "
        "worse "
        "than not looking."
    )


def mistakes(p: Tensor, y: Tensor) -> Mistakes:
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
        (-picked.mean(), "log is missing. (F.nll_loss wants soft_z.log().)"),
        (1 - picked.mean(), "log is missing: minus log p, not 1 - p."),
        (-picked.mean().log(), "Logarithm first, then the mean: the logarithm of a mean is another number."),
        (-picked.log2().mean(), "That is in bits (log2); the loss is in nats, by torch.log."),
        (-picked.log10().mean(), "That is with log10; the loss takes the natural logarithm, torch.log."),
        (-picked.log().median(), "That is the median; the loss is the mean."),
        (-picked.log().amax(), "That is the largest of the losses; the loss is their mean."),
        (
            F.cross_entropy(p, flat),
            "F.cross_entropy has a softmax inside; here the probabilities come ready.",
        ),
        (-p.log().mean(), "The labels play no part: pick from each row the probability of the true class."),
        (-p.log().sum(1).mean(), "The labels play no part: pick from each row that of the true class."),
        (-p.amax(1).log().mean(), "You take the largest of each row; the label says which one counts."),
        (
            -p[:, flat].log().mean(),
            "soft_z[:, y], like soft_z[arange, y] with y of shape (N, 1), pairs every row with every "
            "label; gather picks one entry of each row.",
        ),
        (-(mask * p.log()).mean(), "You average over all N C entries, also the zeros; divide by N alone."),
        (-p.gather(0, flat[:, None]).log().mean(), "You go down the columns: gather along dim=1."),
        (-(p * p.log()).sum(1).mean(), "That is the entropy of the predictions; the labels play no part."),
    ]
