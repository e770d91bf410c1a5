"""Known mistakes in the exercises of lesson 3: what each gives, and the hint."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check._case import Mistakes

NOT_MOVED = (
    "The weights are where they were. If your lines are written: w = w - ... gives the name w to a new "
    "tensor and leaves the caller's alone; w -= ... moves it in place."
)
NOT_ZEROED = (
    "The step is right, but the gradient is still there, and backward() adds to it: .grad.zero_() at the end."
)
CONSTANT = "The tensor no longer records: it must stay a leaf with requires_grad=True."


def m_accuracy(p: Tensor, y: Tensor) -> Mistakes:
    """Return what mistakes in the share of right predictions give."""
    flat, choice = y.flatten(), p.argmax(1)
    hits = choice == flat
    share = hits.double().mean()
    rounded = (p > 0.5).double().gather(1, flat[:, None]).mean()
    return [
        (hits.sum(), "That is the number of right predictions; divide by the number of examples."),
        (1 - share, "That is the share of wrong predictions."),
        (100 * share, "That is in percent; the share lies between 0 and 1."),
        (hits, "One answer for each example came: .float().mean() makes the share of them."),
        (hits[:, None], "One answer for each example came: .float().mean() makes the share of them."),
        (
            (choice == flat[:, None]).double().mean(),
            "Labels of shape (N, 1) against predictions of shape (N,) make a table of all pairs: "
            "y.flatten() first.",
        ),
        (rounded, "A choice need not reach one half. It is the largest of its row: argmax(1)."),
        (
            (p.argmax(0) == flat[:, None]).double().mean(),
            "argmax goes down the columns; dim=1 goes along the row.",
        ),
        (
            p.gather(1, flat[:, None]).mean(),
            "That is the mean probability of the true class; count hits instead.",
        ),
        (share * len(p) / p.numel(), "Divide by the number of examples, not of all entries."),
        (share.round(), "The share is rounded, to a whole number."),
    ]


def sgd(w: Tensor, grad: Tensor, lr: float) -> Mistakes:
    """Return where mistakes in a step take w."""
    return [
        (w, NOT_MOVED + " And the gradient must be zeroed after the step, not before."),
        (w + lr * grad, "That is uphill: the step goes against the gradient, w -= lr * grad."),
        (w - grad, "The learning rate plays no part: w -= lr * grad."),
        (w - grad / lr, "The gradient is multiplied by lr, not divided."),
        (w - 2 * lr * grad, "That is two steps at once."),
        (-lr * grad, "That is the step alone; it is added to w."),
        (w - lr * grad.sign(), "That is the sign of the gradient only."),
    ]


def epoch(w: Tensor, X: Tensor, y: Tensor, lr: float, batch_size: int, *, kind: str = "right") -> Tensor:
    """Return w after an epoch of gradient descent, right or with a mistake of this kind."""
    w, start, total = w.detach().clone(), w.detach().clone(), torch.zeros_like(w)
    for i in range(0, len(X), batch_size):
        X_batch, labels = X[i : i + batch_size], y[i : i + batch_size].flatten()
        if kind == "last batch dropped" and len(X_batch) < batch_size:
            break
        P = torch.softmax(X_batch @ (start if kind == "all at the start" else w), 1)
        error = P - F.one_hot(labels, w.shape[1])
        if kind == "softmax twice":
            error = through_softmax(P, torch.softmax(P, 1) - F.one_hot(labels, w.shape[1]))
        scale = {"sum": 1.0, "batch_size": 1 / batch_size}.get(kind, 1 / len(X_batch))
        gradient = X_batch.T @ error * scale
        total += gradient
        w = w - lr * (total if kind == "not zeroed" else gradient)
        if kind == "first batch":
            break
    return w


def through_softmax(P: Tensor, error: Tensor) -> Tensor:
    """Return the gradient in the logits of probabilities P whose own gradient is `error`."""
    return P * (error - (P * error).sum(1, keepdim=True))


KINDS = {
    "not zeroed": "The gradients of earlier batches are still there, and backward() adds to them: zero "
    "them once a batch.",
    "sum": "You step along the sum over the batch; the loss is the mean over it.",
    "batch_size": "The last batch is short: divide by its own size, len(X_batch), not by batch_size.",
    "last batch dropped": "The last, short batch is left out.",
    "first batch": "Only the first batch was used: is there a return, or a break, inside the loop?",
    "all at the start": "Every gradient was taken at the w of the start: one step after each batch, "
    "before the next.",
    "softmax twice": "Softmax twice: F.cross_entropy wants the logits as they are.",
}


def train_epoch(w: Tensor, X: Tensor, y: Tensor, lr: float, batch_size: int) -> Mistakes:
    """Return where mistakes in an epoch take w."""
    right = epoch(w, X, y, lr, batch_size)
    kinds = [(epoch(w, X, y, lr, batch_size, kind=kind), hint) for kind, hint in KINDS.items()]
    return [
        (w, NOT_MOVED),
        *kinds,
        (
            epoch(w, X, y, lr, len(X)),
            "That is one step for all examples: a step for each batch of batch_size.",
        ),
        (epoch(w, X, y, lr, 1), "That is a step for each example: a step for each batch of batch_size."),
        (epoch(w, X, y, -lr, batch_size), "That is uphill: the step goes against the gradient."),
        (epoch(w, X, y, 1.0, batch_size), "The learning rate plays no part."),
        (epoch(right, X, y, lr, batch_size), "That is two epochs."),
        (
            epoch(w, X.flip(0), y.flip(0), lr, batch_size),
            "Take the batches in the order given, from the front.",
        ),
    ]
