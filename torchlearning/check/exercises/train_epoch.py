"""Exercise 3.4: an epoch of mini-batches in the order given."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check.case import Case, Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.exercises.sgd import NOT_MOVED, after
from torchlearning.check.values import random_normal
from torchlearning.check.words import show

NO_LOSS = (
    "w is right, and nothing has come back: return the mean loss over the examples. (print shows a value and "
    "does not return it.)"
)
LEFT = "w and the loss are right, but a gradient is left on w: set it to zero after the last step, too."
KINDS = {
    "not zeroed": "The gradients of earlier batches are still there, and backward() adds to them: zero "
    "them once a batch.",
    "sum": "You step along the sum over the batch; the loss is the mean over it.",
    "batch_size": "The last batch is short: divide by its own size, len(X_batch), not by batch_size.",
    "whole": "Each gradient is divided by the number of all examples; the loss of a batch is its own mean.",
    "last batch dropped": "The last, short batch is left out.",
    "first batch": "Only the first batch was used: is there a return, or a break, inside the loop?",
    "all at the start": "Every gradient was taken at the w of the start: one step after each batch, "
    "before the next.",
    "softmax twice": "Softmax twice: F.cross_entropy wants the logits as they are.",
}


@exercise("train_epoch(w, X, y, lr, batch_size)")
def train_epoch(call: Exercise) -> str:
    """Check ``train_epoch(w, X, y, lr, batch_size)``, one epoch of mini-batches in the given order.

    Parameters
    ----------
    function : callable
        Takes `w`, a leaf that requires a gradient, shape ``(D, C)``, `X`, shape ``(N, D)``, `y`,
        int64 class numbers, shape ``(N, 1)``, `lr` and `batch_size`; moves `w` in
        place, one step for each batch of the mean cross-entropy; leaves its gradient zero or
        None; returns the mean over the examples of the losses before each step, a number.

    Notes
    -----
    Lesson 3. Checked: w after an epoch, the mean loss and the gradient, with and without a short
    last batch, with a batch of one example, one larger than the data.
    """
    X, y = random_normal(8, 3).mul(2).round(), torch.tensor([[0], [1], [2], [0], [2], [1], [1], [0]])
    for seed, lr, batch_size in [(0, 0.5, 3), (1, 0.3, 4), (2, 0.2, 7), (2, 0.1, 20)]:
        w = random_normal(3, 3).round().roll(seed).requires_grad_()
        arguments = w.detach(), X, y, lr, batch_size
        case = call(f"w after batches of {batch_size}", w, X, y, lr, batch_size, pure=False)
        right, losses = epoch(*arguments)
        words = "For each batch, in the order given: the mean loss, backward(), a step, the gradient to zero."
        moved = after(case)
        moved.equals(right, mistakes(*arguments), words)
        call.statement = "the mean loss is returned"
        _returns_loss(case, arguments, losses)
        call.statement = "the gradient is zero afterwards"
        grad = moved.result.grad
        moved.refuse_if(grad is not None and bool(grad.any()), LEFT, came=f".grad is {show(grad)}")
    return (
        "Notice: three batches are three steps, each from where the last one ended. In a real run shuffle "
        "first: in the order of the file a batch may hold a single class."
    )


def _returns_loss(case: Case, arguments: tuple[Tensor, Tensor, Tensor, float, int], losses: Tensor) -> None:
    case.refuse_if(case.result is None or case.result is Ellipsis, NO_LOSS, came="nothing")
    words = (
        "w is right, the loss is not. Add the loss of each batch before its step, times the size of the "
        "batch, "
        "and divide by the number of examples."
    )
    right = losses.mean().item()
    Case(case.rows, case.result).equals(right, wrong_losses(*arguments, losses), words)


def epoch(
    w: Tensor, X: Tensor, y: Tensor, lr: float, batch_size: int, *, kind: str = "right"
) -> tuple[Tensor, Tensor]:
    """Return w after an epoch, right or with a mistake of this kind, and each example's loss on the way."""
    start, total, losses = w, torch.zeros_like(w), []
    for X_batch, labels in zip(X.split(batch_size), y.flatten().split(batch_size), strict=True):
        if kind == "last batch dropped" and len(X_batch) < batch_size:
            break
        at = (start if kind == "all at the start" else w).clone().requires_grad_()
        z = X_batch @ at
        each = F.cross_entropy(z.softmax(1) if kind == "softmax twice" else z, labels, reduction="none")
        scale = {"sum": 1.0, "batch_size": 1 / batch_size, "whole": 1 / len(X)}.get(kind, 1 / len(X_batch))
        (gradient,) = torch.autograd.grad(scale * each.sum(), at)
        total = total + gradient
        w = w - lr * (total if kind == "not zeroed" else gradient)
        losses.append(each.detach())
        if kind == "first batch":
            break
    return w, torch.cat(losses) if losses else torch.zeros(1)


def mistakes(w: Tensor, X: Tensor, y: Tensor, lr: float, batch_size: int) -> Mistakes:
    """Return where mistakes in an epoch take w."""

    def ends(w: Tensor = w, X: Tensor = X, y: Tensor = y, lr: float = lr, size: int = batch_size) -> Tensor:
        return epoch(w, X, y, lr, size)[0]

    return [
        (w, NOT_MOVED),
        *((epoch(w, X, y, lr, batch_size, kind=kind)[0], hint) for kind, hint in KINDS.items()),
        (ends(size=len(X)), "That is one step for all examples: a step for each batch of batch_size."),
        (ends(size=1), "That is a step for each example: a step for each batch of batch_size."),
        (ends(lr=-lr), "That is uphill: the step goes against the gradient."),
        (ends(lr=1.0), "The learning rate plays no part."),
        (ends(ends()), "That is two epochs."),
        (ends(X=X.flip(0), y=y.flip(0)), "Take the batches in the order given, from the front."),
    ]


def wrong_losses(w: Tensor, X: Tensor, y: Tensor, lr: float, batch_size: int, losses: Tensor) -> Mistakes:
    """Return what mistakes in the mean loss give."""
    parts = losses.split(batch_size)
    means, sizes = torch.stack([part.mean() for part in parts]), torch.tensor([len(part) for part in parts])
    end, flat, before = epoch(w, X, y, lr, batch_size)[0], y.flatten(), w
    later = []
    for A, b in zip(X.split(batch_size), flat.split(batch_size), strict=True):
        before = epoch(before, A, b, lr, len(A))[0]
        later.append(F.cross_entropy(A @ before, b, reduction="none"))
    weigh = "The last batch is short: weigh the loss of each batch by its size."
    return [
        (means.mean(), f"That is the mean of the batches' means. {weigh}"),
        (means.sum(), f"That is the sum over the batches. {weigh} Then divide by the number of examples."),
        (losses.sum(), "That is the sum over the examples: divide by how many there are."),
        (means[-1], "That is the loss of the last batch; the mean over all examples is asked for."),
        (means[0], "That is the loss of the first batch; the mean over all examples is asked for."),
        (means.sum() / len(X), "Each loss is a mean over its batch: multiply it by the size before adding."),
        (losses.sum() / len(parts), "Divide by the number of examples, not of batches."),
        ((means * batch_size).sum() / len(X), "The last batch is short: its loss counts len(X_batch) times."),
        (losses.sum() / sizes.sum() / len(parts), "You divide twice."),
        (
            torch.cat(later).mean(),
            "These are the losses after each step; take that of backward(), before it.",
        ),
        (F.cross_entropy(X @ end, flat), "That is the loss at the end of the epoch; take those on the way."),
        (F.cross_entropy(X @ w, flat), "That is the loss before the first step; take those on the way."),
        (((X @ end).argmax(1) == flat).double().mean(), "That is an accuracy; the mean loss is asked for."),
        (-losses.mean(), "The sign: a cross-entropy is above 0."),
    ]
