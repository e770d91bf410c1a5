"""Exercise 3.2: one step of gradient descent, in place."""

from __future__ import annotations

import torch
from torch import Tensor

from torchlearning.check.case import Case, Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import fits
from torchlearning.check.words import show

REBOUND = (
    "Before the call the tensor had a gradient. Perhaps a line such as w = w - ... gives the name w to "
    "a new tensor, "
    "which has none, and leaves the caller's alone; w -= ... moves it in place."
)
NOT_MOVED = (
    "The weights are where they were. If your lines are written: w = w - ... gives the name w to a new "
    "tensor and leaves the caller's alone; w -= ... moves it in place."
)
ZEROED_FIRST = (
    "The weights are where they were, and the gradient is 0: perhaps it must be zeroed after the step."
)
RETURNED = "The weights are where they were. You return a moved copy; the caller's tensor itself should move."
NOT_ZEROED = (
    "The step is right, but the gradient is still there, and backward() adds to it: .grad.zero_() at the end."
)
CONSTANT = "The tensor no longer records: it must stay a leaf with requires_grad=True."


BACKWARD = "No backward() here: the gradient is there already, in params.grad."


@exercise("sgd(params, lr)", causes={"'NoneType'": REBOUND, "only for scalar outputs": BACKWARD})
def sgd(call: Exercise) -> str:
    """Check ``sgd(params, lr)``, a step of gradient descent in place that zeroes the gradient.

    Parameters
    ----------
    function : callable
        Takes `params`, a leaf that requires a gradient and has one, and `lr`, a float; moves
        `params` in place and sets its gradient to zero (or None). What it returns is ignored.

    Notes
    -----
    Lesson 3. Checked: the step, zeroed gradient, still a leaf that records.
    """
    for values, grad, lr in [([1.0, -2], [2.0, -5], 0.1), ([[3.0], [0.5]], [[-4.0], [3]], 0.25)]:
        w = torch.tensor(values, requires_grad=True)
        w.grad = torch.tensor(grad)
        words = [f"{show(w)}, whose .grad is {show(w.grad)}", show(lr)]
        case = call("the step", w, lr, words=words, pure=False)
        moved, right = after(case), w.detach() - lr * w.grad
        _is_moved(case, moved, w.detach(), right)
        moved.equals(right, mistakes(w.detach(), w.grad, lr), "The step is w -= lr * grad.")
        call.statement = "the gradient is zero afterwards"
        left = moved.result.grad
        gone = left is None or not bool((left != 0).any())
        moved.refuse_if(not gone, NOT_ZEROED, came=f".grad is {show(left)}")
    return (
        "Notice: without torch.no_grad() the step itself would be recorded, which torch refuses for a leaf; "
        "and without zero_() the next backward() would add to this gradient."
    )


def after(case: Case) -> Case:
    """Return a case whose result is the first argument as the function left it."""
    name, moved = case.rows[1][1].split(" = ")[0], case.arguments[0]
    left = case.look(name, moved)
    left.refuse_if(not (moved.is_leaf and moved.requires_grad), CONSTANT)
    return left


def _is_moved(case: Case, moved: Case, w: Tensor, right: Tensor) -> None:
    """Demand that w is not where it was, and say why it may be."""
    if not fits(w, moved.result.detach(), w):
        return
    returned = isinstance(case.result, Tensor) and fits(right, case.result.detach(), right)
    left = moved.result.grad
    zeroed = left is None or not bool(left.any())
    hint = RETURNED if returned else ZEROED_FIRST if zeroed else NOT_MOVED
    moved.refuse(hint, expected=show(right))


def mistakes(w: Tensor, grad: Tensor, lr: float) -> Mistakes:
    """Return where mistakes in a step take w."""
    return [
        (w + lr * grad, "That is uphill: the step goes against the gradient, w -= lr * grad."),
        (w - grad, "The learning rate plays no part: w -= lr * grad."),
        (w + grad, "The learning rate plays no part, and the sign is turned: w -= lr * grad."),
        (w - grad / lr, "The gradient is multiplied by lr, not divided."),
        (w - 2 * lr * grad, "That is two steps at once."),
        (-lr * grad, "That is the step alone; it is added to w."),
        (lr * grad - w, "Turned around: w minus the step."),
        (w - lr * grad.sign(), "That is the sign of the gradient only."),
        (w - lr * grad / grad.norm(), "The gradient is divided by its length; take it as it is."),
        (w - lr * w, "The step goes along w itself; take w.grad."),
        (w - lr, "lr alone is subtracted; multiply it by the gradient."),
        (w * (1 - lr * grad), "The step is subtracted from w, not multiplied with it."),
        (w - lr * grad.mean(), "Each weight has its own gradient; do not average them."),
        (w - lr * grad / len(w), "The gradient is divided by a length; the loss has its mean already."),
    ]
