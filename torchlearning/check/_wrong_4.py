"""Known mistakes in the exercises of lesson 4: what each gives, and the hint."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check._case import Mistakes
from torchlearning.check._wrong_3 import through_softmax

Batches = list[tuple[Tensor, Tensor]]

KINDS = {
    "no zero_grad": "optimizer.zero_grad() is missing: the gradients of all batches pile up.",
    "no step": "The weights have not moved: is optimizer.step() or loss.backward() missing, or "
    "zero_grad() between?",
    "softmax twice": "Softmax twice: the criterion wants the logits, net(X), as they are.",
    "step for an epoch": "One step for an epoch: step after each batch.",
}
MOVED_WRONGLY = "The losses are right, but the net has ended at other weights: one step for each batch."


def training(
    w: Tensor, batches: Batches, epochs: int, lr: float, *, kind: str = "right"
) -> tuple[Tensor, Tensor]:
    """Return the weights, bias last, after training, right or not, and the losses (epochs, batches)."""
    losses, total = [], torch.zeros_like(w)
    for _ in range(epochs):
        for i, (X, y) in enumerate(batches):
            X1, labels = torch.cat([X, X.new_ones(len(X), 1)], 1), y.flatten()
            z, Y = X1 @ w, F.one_hot(labels, w.shape[1])
            P = torch.softmax(z, 1)
            twice = kind == "softmax twice"
            losses.append(F.cross_entropy(P if twice else z, labels))
            gradient = X1.T @ (through_softmax(P, torch.softmax(P, 1) - Y) if twice else P - Y) / len(X)
            total = total + gradient if kind == "no zero_grad" else gradient
            if kind != "no step" and (kind != "step for an epoch" or i == len(batches) - 1):
                w = w - lr * total
    return w, torch.tensor(losses).reshape(epochs, len(batches)).double()


def fit(w: Tensor, batches: Batches, epochs: int, lr: float) -> Mistakes:
    """Return what mistakes in the training loop give."""
    sizes = torch.tensor([len(X) for X, _ in batches]).double()
    _, losses = training(w, batches, epochs, lr)
    share = sizes / sizes.sum()
    mistakes = [
        (losses.mean(1), "That is the mean over the batches. Weigh each by its size: the last one is short."),
        (
            losses.sum(1),
            "That is the sum over the batches; weigh each by its size and divide by all examples.",
        ),
        (losses @ sizes, "That is the sum over the examples: divide by how many there are."),
        (losses[:, -1], "That is the loss of the last batch of each epoch; average over all of them."),
        (losses[:, 0], "That is the loss of the first batch of each epoch; average over all of them."),
        ((losses @ share)[-1:], "One loss came for all epochs: append in the outer loop."),
        ((losses @ share)[:1], "One epoch only: is there a return inside the loop over epochs?"),
        ((losses @ sizes).cumsum(0) / sizes.sum(), "Sum and count must start anew at 0 with each epoch."),
        (
            (losses @ share).cumsum(0) / torch.arange(1, epochs + 1),
            "Sum and count must start anew with each epoch.",
        ),
        (losses @ sizes / len(batches), "Divide by the number of examples, not of batches."),
        (losses @ share / sizes.sum(), "You divide twice: the loss is a mean already."),
        (
            losses.sum(1) / sizes.sum(),
            "Each loss is a mean over its batch: multiply it by the size before adding.",
        ),
    ]
    for kind, hint in KINDS.items():
        _, wrong = training(w, batches, epochs, lr, kind=kind)
        mistakes += [(wrong @ share, hint), (wrong.mean(1), hint + " And weigh the batches by size.")]
    return mistakes


PROBABILITIES = (
    "The rows sum to 1: there is a softmax in your forward. Return the logits; nn.CrossEntropyLoss applies "
    "softmax itself, and twice is once too often."
)
LOG_PROBABILITIES = (
    "The exponentials of each row sum to 1: there is a log_softmax in your forward. Return the logits."
)
BENT = (
    "Logits are a straight line in X: the logits at a + b are those at a plus those at b minus those at 0. "
    "Yours are not; leave out the sigmoid, relu or softmax."
)


def to_linear(w: Tensor) -> Mistakes:
    """Return the weights and bias, as one matrix (C, D + 1), that mistakes in copying w give."""
    weight, bias = w[:-1], w[-1]
    D, C = weight.shape
    rows = torch.cat([weight.reshape(C, D), bias[:, None]], 1)
    first = torch.cat([w[1:].T, w[:1].T], 1)
    mistakes = [
        (first, "The bias is the last row of w, where X has its column of ones, not the first."),
        (torch.cat([weight.T, torch.zeros(C, 1)], 1), "The bias is missing: it is the last row of w."),
    ]
    if D == C:
        side = "nn.Linear keeps its weight as (C, D), on its side: copy w[:-1].T."
        return [(torch.cat([weight, bias[:, None]], 1), side), *mistakes]
    return [(rows, "reshape keeps the order of reading and mixes the classes: use .T instead."), *mistakes]


SHARED = (
    "Notice: your layer and w share their memory, so training the one moves the other. copy_() under "
    "torch.no_grad(), or clone(), makes two."
)
APART = (
    "Notice: nn.Linear stores its weight as (C, D), one row for each class, and computes X @ weight.T + bias."
)
