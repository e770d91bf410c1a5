"""Exercise 4.2: the weights of a matrix into an nn.Linear."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from torchlearning.check.case import Case, Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.exercises.fit import matrix
from torchlearning.check.values import random_normal

SIDE = "nn.Linear keeps its weight as (C, D), on its side: copy w[:-1].T, and the bias w[-1]."
SIZES = "w has D + 1 rows, the last for the bias, and C columns: nn.Linear(D, C)."
SHARED = (
    "Notice: your layer and w share their memory, so training the one moves the other. copy_() under "
    "torch.no_grad(), or clone(), makes two."
)
APART = (
    "Notice: nn.Linear stores its weight as (C, D), one row for each class, and computes X @ weight.T + bias."
)
CAUSES = {
    "must match the size of tensor": "The tensor does not fit into the parameter. weight has shape (C, D), "
    "on its side, and bias (C,): nn.Linear(D, C), then copy w[:-1].T and w[-1].",
    "as parameter": "A parameter is replaced by an nn.Parameter(...) only; or copy_ into the one there is.",
    "requires grad is being used in an in-place": "Copy under with torch.no_grad(): that is no training.",
}


@exercise("to_linear(w)", causes=CAUSES)
def to_linear(call: Exercise) -> str:
    """Check ``to_linear(w)``, which puts the weights of a matrix into an ``nn.Linear``.

    Parameters
    ----------
    function : callable
        Takes `w`, float32, shape ``(D + 1, C)``, whose last row is the bias, with or without
        ``requires_grad``; returns an ``nn.Linear`` that gives X the logits which ``[X, 1] @ w``
        has. It gets copies.

    Notes
    -----
    Lesson 4. Checked: sizes, weight, bias, parameters that train. A layer that shares its memory
    with w passes and is told.
    """
    layers = []
    for w in (torch.arange(1.0, 11).reshape(5, 2), torch.arange(8.0).reshape(2, 4), random_normal(5, 3)):
        w.requires_grad_(len(w) != 2)
        case = call(f"w of shape {tuple(w.shape)}", w)
        case.is_there()
        layers.append(_layer(case, len(w) - 1, w.shape[1]))
        hint = "weight is w[:-1].T and bias is w[-1]. A fresh nn.Linear has random ones: copy w into it."
        side = case.look("weight and bias, side by side", matrix(layers[-1]))
        side.equals(w.detach().T, mistakes(w.detach()), hint)
        frozen = not all(p.is_leaf and p.requires_grad for p in layers[-1].parameters())
        case.refuse_if(frozen, "The parameters of the layer must be leaves that require a gradient.")
    w = torch.arange(12.0).reshape(4, 3)
    case = call("as many features as classes", w)
    side = case.look("weight and bias, side by side", matrix(_layer(case, 3, 3)))
    side.equals(w.T, mistakes(w), SIDE)
    return SHARED if _shares(case) else APART


def _layer(case: Case, D: int, C: int) -> nn.Linear:
    """Return the layer, after a demand that it is one of the right sizes."""
    layer = case.result
    case.refuse_if(not isinstance(layer, nn.Linear), "The result should be an nn.Linear.")
    came, expected = str(layer), f"Linear(in_features={D}, out_features={C}, bias=True)"
    swapped = "The sizes are swapped: nn.Linear(D, C), features first."
    case.refuse_if(
        (layer.in_features, layer.out_features) == (C, D) != (D, C), swapped, came=came, expected=expected
    )
    case.refuse_if(
        layer.bias is None,
        "The bias is missing: of the D + 1 rows of w it is the last.",
        came=came,
        expected=expected,
    )
    case.refuse_if(came != expected, SIZES, came=came, expected=expected)
    case.refuse_if(
        layer.weight.shape != (C, D) or layer.bias.shape != (C,),
        SIDE,
        came=f"weight of shape {tuple(layer.weight.shape)}, bias of shape {tuple(layer.bias.shape)}",
        expected=f"weight of shape {(C, D)}, bias of shape {(C,)}",
    )
    return layer


def _shares(case: Case) -> bool:
    given = case.arguments[0].detach().clone()
    with torch.no_grad():
        case.result.weight += 1
        case.result.bias += 1
    return not torch.equal(given, case.arguments[0])


def mistakes(w: Tensor) -> Mistakes:
    """Return the weights and bias, as one matrix (C, D + 1), that mistakes in copying w give."""
    weight, bias = w[:-1], w[-1]
    D, C = weight.shape
    mixed = torch.cat([weight.reshape(C, D), bias[:, None]], 1)
    first = torch.cat([w[1:].T, w[:1].T], 1)
    mixes = "The weight is on its side, and reshape mixes the classes: use .T."
    found = [
        (first, "The bias is the last row of w, where X has its column of ones, not the first."),
        (torch.cat([weight.T, torch.zeros(C, 1)], 1), "The bias is 0: it is the last row of w."),
        (torch.cat([torch.zeros(C, D), bias[:, None]], 1), "The weight is 0: it is w[:-1].T."),
        (
            torch.cat([weight.T, w[:1].T], 1),
            "The weight is right; the bias is the last row of w, not the first.",
        ),
        (torch.cat([w[1:].T, bias[:, None]], 1), "The weight is w[:-1].T, all rows but the last."),
        (torch.cat([-weight.T, -bias[:, None]], 1), "The sign is turned."),
        (torch.cat([weight.T.flip(1), bias[:, None]], 1), "The features come in the wrong order."),
        (torch.ones(C, D + 1), "All entries are 1: copy w into weight and bias."),
        (torch.zeros(C, D + 1), "All entries are 0: copy w into weight and bias."),
    ]
    return [(mixed, SIDE if D == C else mixes), *found]
