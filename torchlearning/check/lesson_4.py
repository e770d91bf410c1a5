"""Checks of lesson 4: the training loop, the model as a class, weights into a layer."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn, optim

from torchlearning.check import _wrong_4 as wrong
from torchlearning.check._case import Case
from torchlearning.check._exercise import LIMIT, Exercise, Function, random_normal
from torchlearning.check._network import has_parameters, returns_logits
from torchlearning.check._words import show

NAMES = "nn.Linear(2, 3)", "nn.CrossEntropyLoss()"


def fit(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``fit(net, criterion, optimizer, batchdata, epochs)``, the training loop.

    Parameters
    ----------
    function : callable
        Trains `net` and returns a list of the mean loss of each epoch, over the examples.
        `batchdata` is a list of pairs ``(X, y)``, y int64 of shape ``(N, 1)``.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 4. Checked: losses weighted by batch size, weights after training, a short last
    batch, one epoch, no epoch.
    """
    with Exercise("fit(net, criterion, optimizer, batchdata, epochs)", function, seconds) as call:
        y = torch.tensor([[0], [1], [2], [2], [0], [1], [0]])
        X = random_normal(7, 2) + 1
        batches = [(X[:3], y[:3]), (X[3:6], y[3:6]), (X[6:], y[6:])]
        for epochs, lr in [(3, 0.5), (1, 0.1), (0, 0.1)]:
            w = random_normal(3, 3)
            net = _linear(w)
            case = call(
                net,
                nn.CrossEntropyLoss(),
                optim.SGD(net.parameters(), lr=lr),
                batches,
                epochs,
                words=[*NAMES, f"SGD(net.parameters(), lr={lr})", "3, 3 and 1 examples", str(epochs)],
            )
            right, losses = wrong.training(w, batches, epochs, lr)
            listed = _as_list(case)
            each = "One loss for each batch came; the list has one number for each epoch."
            listed.refuse_if(epochs > 0 and len(listed.result) == epochs * len(batches), each)
            words = "For each epoch, add loss.item() * len(X) over the batches; divide by the examples."
            expected = losses @ torch.tensor([3.0, 3, 1]).double() / 7
            listed.equals(expected, wrong.fit(w, batches, epochs, lr) if epochs else (), words)
            Case(case.rows, _matrix(net)).equals(right.T, otherwise=wrong.MOVED_WRONGLY)
        call.right(
            "Notice: the loss of an epoch is an average over weights that moved meanwhile, so it lags "
            "behind the loss at the end of the epoch."
        )


def SoftmaxRegression(cls: Function, *, seconds: float = LIMIT) -> None:
    """Check ``SoftmaxRegression``, a class of networks with one layer of weights that return logits.

    Parameters
    ----------
    cls : type
        Derived from ``nn.Module``; made with ``(in_features=2, out_features=3, bias=True)``, it
        maps ``(N, in_features)`` to logits ``(N, out_features)``.
    seconds : float
        Time limit of each call.

    Raises
    ------
    TypeError, ValueError
        If `cls` is not a class, or as `softmax`.

    Notes
    -----
    Lesson 4. Checked: parameters and their number, shapes, defaults, other sizes, without bias;
    logits that are linear in X and are what the parameters say.
    """
    if not isinstance(cls, type):
        raise TypeError(f"cls must be the class itself, without (), got {show(cls)}")
    with Exercise("SoftmaxRegression(in_features, out_features, bias)", cls, seconds) as call:
        for D, C, bias, arguments in [
            (2, 3, True, {}),
            (4, 5, True, {"in_features": 4, "out_features": 5}),
            (5, 2, False, {"in_features": 5, "out_features": 2, "bias": False}),
        ]:
            text = f"SoftmaxRegression({', '.join(f'{name}={value}' for name, value in arguments.items())})"
            made = call.run(text, [], partial(cls, **arguments))
            has_parameters(made, D, C, bias)
            returns_logits(call, made, text, D, C, bias)
        call.right(
            "Notice: nothing in the class says softmax. The model returns logits, and who needs "
            "probabilities applies softmax to them; their order, so the choice, is the same."
        )


def to_linear(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``to_linear(w)``, which puts the weights of a matrix into an ``nn.Linear``.

    Parameters
    ----------
    function : callable
        Takes `w`, float32, shape ``(D + 1, C)``, whose last row is the bias; returns an
        ``nn.Linear`` that gives X the logits which ``[X, 1] @ w`` has. It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 4. Checked: sizes, weight, bias, logits, parameters that train. A layer that shares
    its memory with w passes and is told.
    """
    with Exercise("to_linear(w)", function, seconds) as call:
        for w in (torch.arange(6.0).reshape(3, 2), torch.arange(8.0).reshape(2, 4), random_normal(5, 3)):
            w = w.requires_grad_()
            case, (D, C) = call(w), (len(w) - 1, w.shape[1])
            case.is_there()
            layer = case.result
            case.refuse_if(not isinstance(layer, nn.Linear), "The result should be an nn.Linear.")
            came, expected = str(layer), f"Linear(in_features={D}, out_features={C}, bias=True)"
            sizes = "w has D + 1 rows, the last for the bias, and C columns: nn.Linear(D, C)."
            case.refuse_if(came != expected, sizes, came=came, expected=expected)
            case.refuse_if(
                layer.weight.shape != (C, D) or layer.bias.shape != (C,),
                "nn.Linear keeps its weight as (C, D), on its side: copy w[:-1].T, and the bias w[-1].",
                came=f"weight of shape {tuple(layer.weight.shape)}, bias of shape {tuple(layer.bias.shape)}",
                expected=f"weight of shape {(C, D)}, bias of shape {(C,)}",
            )
            rows = [*case.rows, ("then", "looked at weight and bias, side by side")]
            hint = "weight is w[:-1].T and bias is w[-1]. A fresh nn.Linear has random ones: copy w into it."
            Case(rows, _matrix(layer)).equals(w.detach().T, wrong.to_linear(w.detach()), hint)
            frozen = not all(p.is_leaf and p.requires_grad for p in layer.parameters())
            case.refuse_if(frozen, "The parameters of the layer must be leaves that require a gradient.")
        given = case.arguments[0].detach().clone()
        with torch.no_grad():
            layer.weight += 1
            layer.bias += 1
        call.right(wrong.APART if torch.equal(given, case.arguments[0]) else wrong.SHARED)


def _linear(w: Tensor) -> nn.Linear:
    layer = nn.utils.skip_init(nn.Linear, len(w) - 1, w.shape[1])
    with torch.no_grad():
        layer.weight.copy_(w[:-1].T)
        layer.bias.copy_(w[-1])
    return layer


def _matrix(net: nn.Module) -> Tensor:
    """Return weight and bias of a linear layer side by side, shape (C, D + 1)."""
    return torch.cat([p.detach().reshape(len(p), -1) for p in net.parameters()], 1)


def _as_list(case: Case) -> Case:
    """Return a case whose result, a list of numbers, is a tensor."""
    case.is_there()
    losses: Any = case.result
    numbers = isinstance(losses, list) and all(isinstance(loss, int | float) for loss in losses)
    hint = "Return a list with a number for each epoch."
    if isinstance(losses, list) and any(isinstance(loss, Tensor) for loss in losses):
        hint += " A loss kept as a tensor keeps the whole graph behind it alive: loss.item()."
    case.refuse_if(not numbers, hint)
    return Case(case.rows, torch.tensor(losses, dtype=torch.float64))
