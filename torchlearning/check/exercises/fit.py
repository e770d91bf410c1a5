"""Exercise 4.3: the training loop."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn, optim

from torchlearning.check.case import Case, Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import random_normal

Batches = list[tuple[Tensor, Tensor]]
WORDS = "For each epoch, add loss.item() * len(X) over the batches; divide by the examples."
MOVED_WRONGLY = "The losses are right, but the net has ended at other weights: one step for each batch."
KINDS = {
    "no zero_grad": "optimizer.zero_grad() is missing: the gradients of all batches pile up.",
    "zero once": "optimizer.zero_grad() comes once an epoch: clear the gradient for each batch.",
    "no step": "The weights have not moved: is optimizer.step() or loss.backward() missing, or "
    "zero_grad() between?",
    "softmax twice": "Softmax twice: the criterion wants the logits, net(X), as they are.",
    "step for an epoch": "One step for an epoch: step after each batch.",
    "gradients of an epoch": "One step for an epoch, along all its gradients: clear and step for each batch.",
    "two steps": "Two steps for each batch: optimizer.step() once.",
    "after the step": "These are the losses after each step; take that of backward(), before it.",
}
OWN_CRITERION = "Your loop takes nn.CrossEntropyLoss() whatever the criterion: call criterion(net(X), y)."


@exercise("fit(net, criterion, optimizer, batchdata, epochs)")
def fit(call: Exercise) -> str:
    """Check ``fit(net, criterion, optimizer, batchdata, epochs)``, the training loop.

    Parameters
    ----------
    function : callable
        Trains `net` and returns a list of the mean loss of each epoch, over the examples, each
        batch's before its step. `batchdata` is a list of pairs ``(X, y)``, y int64 of shape
        ``(N, 1)``.

    Notes
    -----
    Lesson 4. Checked: losses weighted by batch size, weights after training, a short last batch
    of one example, one epoch, no epoch, another criterion, another optimizer.
    """
    y = torch.tensor([[0], [1], [2], [2], [0], [1], [0]])
    X = random_normal(7, 2) + 1
    batches = [(X[:3], y[:3]), (X[3:6], y[3:6]), (X[6:], y[6:])]
    plain, smooth = nn.CrossEntropyLoss(), nn.CrossEntropyLoss(label_smoothing=0.3)
    _trains(call, "three epochs", batches, 3, plain, lr=0.5)
    _trains(call, "one epoch", batches, 1, plain, lr=0.1)
    _trains(call, "another criterion", batches, 2, smooth, lr=0.3)
    _trains(call, "another optimizer", batches, 2, plain, lr=0.3, momentum=0.5)
    _trains(call, "no epoch", batches, 0, plain, lr=0.1)
    return (
        "Notice: the loss of an epoch is an average over weights that moved meanwhile, so it lags behind the "
        "loss at the end of the epoch."
    )


def _trains(
    call: Exercise, statement: str, batches: Batches, epochs: int, criterion: nn.Module, **options: Any
) -> None:
    start = _net()
    net, right = deepcopy(start), deepcopy(start)
    losses = training(right, criterion, optim.SGD(right.parameters(), **options), batches, epochs)
    settings = ", ".join(f"{name}={value}" for name, value in options.items())
    words = ["nn.Linear(2, 3)", str(criterion).replace("CrossEntropyLoss", "nn.CrossEntropyLoss")]
    if getattr(criterion, "label_smoothing", 0):
        words[1] = f"nn.CrossEntropyLoss(label_smoothing={criterion.label_smoothing})"
    words += [f"SGD(net.parameters(), {settings})", "3, 3 and 1 examples", str(epochs)]
    optimizer = optim.SGD(net.parameters(), **options)
    case = call(statement, net, criterion, optimizer, batches, epochs, words=words)
    listed = _as_list(case)
    each = "One loss for each batch came; the list has one number for each epoch."
    listed.refuse_if(epochs > 0 and len(listed.result) == epochs * len(batches), each)
    empty = "The list is empty: append one loss for each epoch."
    listed.refuse_if(epochs > 0 and not len(listed.result), empty, came="[]")
    known = mistakes(start, criterion, options, batches, epochs) if epochs else ()
    listed.equals(losses @ sizes(batches) / 7, known, WORDS)
    case.look("weight and bias of net, side by side", matrix(net)).equals(
        matrix(right), otherwise=MOVED_WRONGLY
    )


def _net() -> nn.Linear:
    net = nn.utils.skip_init(nn.Linear, 2, 3)
    with torch.no_grad():
        net.weight.copy_(random_normal(3, 2))
        net.bias.copy_(random_normal(3))
    return net


def matrix(net: nn.Linear) -> Tensor:
    """Return weight and bias of a linear layer side by side, shape (C, D + 1)."""
    return torch.cat([p.detach().reshape(len(p), -1) for p in net.parameters()], 1)


def sizes(batches: Batches) -> Tensor:
    """Return how many examples each batch has."""
    return torch.tensor([len(X) for X, _ in batches]).double()


def _as_list(case: Case) -> Case:
    """Return a case whose result, a list of numbers, is a tensor."""
    case.is_there()
    losses: Any = case.result
    listed = isinstance(losses, list | tuple | np.ndarray) or (
        isinstance(losses, Tensor) and losses.ndim == 1
    )
    hint = "Return a list with a number for each epoch."
    case.refuse_if(not listed, hint)
    tensors = [loss for loss in losses if isinstance(loss, Tensor)]
    graph = " A loss kept as a tensor keeps the whole graph behind it alive: loss.item()."
    case.refuse_if(any(loss.requires_grad for loss in tensors), hint + graph)
    kinds = all(
        isinstance(loss, int | float | np.number) or getattr(loss, "numel", int)() == 1 for loss in losses
    )
    case.refuse_if(not kinds, hint)
    return Case(case.rows, torch.tensor([float(loss) for loss in losses], dtype=torch.float64))


def training(
    net: nn.Module, criterion: Any, optimizer: Any, batches: Batches, epochs: int, *, kind: str = "right"
) -> Tensor:
    """Train `net`, right or with a mistake of this kind, and return the losses (epochs, batches)."""
    losses = []
    once = kind in ("zero once", "step for an epoch", "gradients of an epoch")
    for _ in range(epochs):
        for i, (X, y) in enumerate(batches):
            last = i == len(batches) - 1
            if kind != "no zero_grad" and (i == 0 or not once):
                optimizer.zero_grad()
            z = net(X).softmax(1) if kind == "softmax twice" else net(X)
            loss = criterion(z, y.flatten())
            if last or kind != "step for an epoch":
                loss.backward()
            for _ in range(
                {"no step": 0, "two steps": 2}.get(kind, int(last or not once or kind == "zero once"))
            ):
                optimizer.step()
            losses.append(criterion(net(X), y.flatten()) if kind == "after the step" else loss)
    return torch.tensor([loss.item() for loss in losses]).reshape(epochs, len(batches)).double()


def mistakes(
    start: nn.Linear, criterion: nn.Module, options: dict[str, Any], batches: Batches, epochs: int
) -> Mistakes:
    """Return what mistakes in the training loop give."""

    def losses_of(kind: str = "right", criterion: nn.Module = criterion) -> Tensor:
        net = deepcopy(start)
        optimizer = optim.SGD(net.parameters(), **options)
        return training(net, criterion, optimizer, batches, epochs, kind=kind)

    share = sizes(batches) / sizes(batches).sum()
    found = [*averages(losses_of(), sizes(batches))]
    for kind, hint in KINDS.items():
        wrong = losses_of(kind)
        found += [(wrong @ share, hint), (wrong.mean(1), hint + " And weigh the batches by size.")]
    return [*found, (losses_of(criterion=nn.CrossEntropyLoss()) @ share, OWN_CRITERION)]


def averages(losses: Tensor, sizes: Tensor) -> Mistakes:
    """Return what mistakes in averaging the losses (epochs, batches) give."""
    share, epochs = sizes / sizes.sum(), torch.arange(1, len(losses) + 1)
    anew = "Sum and count must start anew with each epoch."
    return [
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
        ((losses @ sizes).cumsum(0) / sizes.sum(), anew),
        ((losses @ share).cumsum(0) / epochs, anew),
        (losses @ sizes / len(sizes), "Divide by the number of examples, not of batches."),
        (losses @ share / sizes.sum(), "You divide twice: the loss is a mean already."),
        (
            losses.sum(1) / sizes.sum(),
            "Each loss is a mean over its batch: multiply it by the size before adding.",
        ),
        (losses.sum(1) * sizes[0] / sizes.sum(), "The last batch is short: its loss counts len(X) times."),
        ((losses @ share).flip(0), "The epochs come in the wrong order: append each at the end."),
    ]
