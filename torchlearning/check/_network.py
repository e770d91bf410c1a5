"""What is asked of a network with one layer of weights: its parameters, and logits."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from torchlearning.check import _wrong_4 as wrong
from torchlearning.check._case import CUT, Case
from torchlearning.check._exercise import Exercise, random_normal
from torchlearning.check._words import number


def has_parameters(made: Case, D: int, C: int, bias: bool) -> None:
    """Demand a module with a weight for each feature and class, and a bias for each class."""
    net = made.result
    if not isinstance(net, nn.Module):
        made.refuse("Derive your class from nn.Module.", came="an object that is no nn.Module")
    shapes = [tuple(p.shape) for p in net.parameters()]
    came = f"parameters of shapes {shapes}" if shapes else "a module without parameters"
    expected = f"weights of shape {(C, D)}" + (f" and a bias of shape {(C,)}" if bias else ", no bias")
    weights = [shape for shape in shapes if len(shape) == 2 and 1 not in shape]
    made.refuse_if(
        not weights,
        "No weights are among the parameters. Keep an nn.Linear, or an nn.Parameter(...), as "
        "self.something; a plain tensor is not trained.",
        came=came,
        expected=expected,
    )
    made.refuse_if(
        sorted(weights[0]) != sorted((C, D)) and len(weights) == 1,
        "The sizes are those of the arguments: nn.Linear(in_features, out_features, bias).",
        came=came,
        expected=expected,
    )
    made.refuse_if(len(weights) > 1, "One layer of weights is enough.", came=came, expected=expected)
    total, right = sum(p.numel() for p in net.parameters()), C * D + C * bias
    hint = "With bias=True there is one bias for each class, with bias=False there is none: pass it on."
    made.refuse_if(total != right, hint, came=came, expected=expected)


def returns_logits(call: Exercise, made: Case, text: str, D: int, C: int, bias: bool) -> None:
    """Demand logits: linear in X, and the ones which the parameters give."""
    net = made.result
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(random_normal(*p.shape))
    X = torch.cat([torch.zeros(1, D), torch.eye(D), torch.ones(1, D), -torch.ones(1, D)])
    case = call.run(f"{text}(X)", [f"X of shape {tuple(X.shape)}"], lambda: net(X))
    case.is_there()
    z: Tensor = case.result
    fits = isinstance(z, Tensor) and z.shape == (len(X), C)
    case.refuse_if(not fits, f"forward(X) should return a tensor of shape {(len(X), C)}.")
    case.refuse_if(not z.requires_grad, CUT)
    ones = torch.ones(len(z))
    case.refuse_if(torch.allclose(z.sum(1), ones), wrong.PROBABILITIES)
    case.refuse_if(torch.allclose(z.exp().sum(1), ones), wrong.LOG_PROBABILITIES)
    at_0, units = z[0], z[1 : D + 1] - z[0]
    straight = torch.stack([at_0 + units.sum(0), at_0 - units.sum(0)])
    case.refuse_if(not torch.allclose(z[-2:], straight, atol=1e-4), wrong.BENT)
    entries = torch.cat([p.detach().flatten() for p in net.parameters()])
    used = torch.cat([units.flatten(), at_0] if bias else [units.flatten()])
    same = torch.allclose(entries.sort().values, used.sort().values, atol=1e-4)
    hint = (
        "The logits are not X times the weights plus the bias; at X = 0 they are "
        f"{number(at_0[0].item())}, ..."
    )
    case.refuse_if(not same or (not bias and bool(at_0.any())), hint)
    for p in torch.autograd.grad(z.square().sum(), list(net.parameters()), materialize_grads=True):
        case.refuse_if(not p.any(), "A parameter plays no part: its gradient is 0.")
