"""Exercise 1.3: the sigmoid, stable."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check.case import Case, Fault, Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import has_nan

HOLE = (
    "Notice: the value at -10000 or 10000 is right, but its gradient is nan: there an exp is inf, and the "
    "chain rule multiplies it by 0. The gradient of torch.sigmoid has no such hole."
)
NO_HOLE = "Notice: at -10000 and 10000 its gradient is 0: a neuron that is sure learns no more."
BEND = (
    "Notice: every value is right, and the gradient at exactly 0 is 0 in place of 1/4, since for torch the "
    "slope of |z| and of a maximum at the bend is a convention. The gradient of torch.sigmoid is right "
    "there, "
    "too."
)


@exercise("sigmoid(z)")
def sigmoid(call: Exercise) -> str:
    """Check ``sigmoid(z)``, 1 / (1 + exp(-z)) for each entry, stable for logits of any size.

    Parameters
    ----------
    function : callable
        Takes `z`, floating point, any shape; returns the same shape. It gets copies.

    Notes
    -----
    Lesson 1. Checked: small and large logits of both signs, any shape. Gradients are not
    demanded; one that is nan at large logits or wrong at 0 is told.
    """
    z = torch.tensor([-2.0, -1, 0, 1, 3])
    call("small logits", z).equals(torch.sigmoid(z), mistakes(z), "Each entry is 1 / (1 + exp(-z)).")
    z = torch.tensor(0.5)
    call("a single number", z).equals(torch.sigmoid(z), otherwise="Any shape will do, here of one number.")
    z = torch.tensor([[0.75], [-1.25]])
    call("a column", z).equals(torch.sigmoid(z), otherwise="Any shape will do, here a column.")
    z = torch.tensor([[-1e4, -100, 0], [90, 100, 1e4]])
    words = "For large logits it is 0 on the negative side and 1 on the positive side."
    call("large logits", z).equals(torch.sigmoid(z), LARGE, words)
    z = torch.linspace(-4, 4, 8)
    differs = "On these eight numbers torch.sigmoid says otherwise."
    call("eight numbers", z).equals(torch.sigmoid(z), otherwise=differs)
    call.lets_gradients_through(torch.sigmoid, z)
    return NO_HOLE if call.advice else _gradient_at_the_edges(call)


def _gradient_at_the_edges(call: Exercise) -> str:
    far, middle = torch.tensor([-1e4, 1e4], requires_grad=True), torch.zeros(1, requires_grad=True)
    try:
        far_slope, at_0 = (_slope(call("gradient", z)) for z in (far, middle))
    except (Fault, RuntimeError):  # such as an operation in place that is taken for some logits only
        return NO_HOLE
    return HOLE if has_nan(far_slope) else BEND if at_0 == 0 else NO_HOLE


def _slope(case: Case) -> Tensor:
    (slope,) = torch.autograd.grad(case.result.sum(), list(case.arguments))
    return slope


def mistakes(z: Tensor) -> Mistakes:
    """Return what mistakes give on small logits."""
    e = z.exp()
    return [
        (torch.sigmoid(-z), "It falls where it should rise: turn the sign of z in exp around."),
        (e, "That is exp(z), not yet divided by 1 + exp(z)."),
        (1 / e, "That is exp(-z): 1 / (1 + exp(-z))."),
        (1 + 1 / e, "That is 1 + exp(-z). Divide 1 by all of it: 1 / (1 + exp(-z)), with parentheses."),
        (1 + e, "That is 1 + exp(z). Parentheses: exp(z) / (1 + exp(z))."),
        (1 / (1 - 1 / e), "The sign between 1 and exp(-z) is a plus."),
        (torch.tanh(z), "That is tanh, between -1 and 1; the sigmoid lies between 0 and 1."),
        (torch.softmax(z, -1), "The entries sum to 1: that is softmax. Each entry has a sigmoid of its own."),
        (F.logsigmoid(z), "That is the logarithm of the sigmoid: take exp of it."),
        (F.softplus(z), "That is log(1 + exp(z)), whose slope is the sigmoid."),
        (torch.sigmoid(z).round(), "These are decisions, 0 or 1; the probability itself is asked for."),
        (torch.sigmoid(z) * (1 - torch.sigmoid(z)), "That is the slope of the sigmoid."),
        (z / (1 + z.abs()), "That has the right look only: the sigmoid is 1 / (1 + exp(-z))."),
        (torch.sigmoid(z.abs()), "For negative z it is below 1/2: do not return what |z| gives."),
    ]


LARGE: Mistakes = [
    (
        lambda s: s[1].isnan().any(),
        "exp(z) overflows to inf, and inf / inf is nan. Divide numerator and denominator by exp(z): only "
        "exp(-z) is left, which is 0 for large z.",
    ),
    (
        lambda s: s[0].isnan().any(),
        "At a very negative z, exp(-z) overflows to inf, and something makes nan of it: inf / inf, or 0 "
        "· inf.",
    ),
    (
        lambda s: (s[1] == 0).any(),
        "At a large z it is 1. Replacing nan by 0 hides the overflow, and is wrong.",
    ),
]
