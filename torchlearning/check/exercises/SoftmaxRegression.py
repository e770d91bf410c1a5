"""Exercise 4.2: the model as a class."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from torchlearning.check.case import CUT, Case, Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import random_normal

NAMED = "Keep one nn.Linear, as self.linear: other parts of the lesson look for it under this name."
UNWRITTEN = (
    "Nothing has come back yet. Write __init__, which keeps an nn.Linear as self.linear, and forward, which "
    "returns the logits."
)
NO_WEIGHTS = (
    "No weights are among the parameters. Keep an nn.Linear as self.linear; a plain tensor is not trained."
)
ANEW = "Two calls with the same X differ. Make the layer once, in __init__: forward makes another each time."
FORWARD = "forward is not written yet: def forward(self, X), which returns the logits."


@exercise(
    "SoftmaxRegression(in_features, out_features, bias)",
    kind=type,
    causes={
        'required "forward" function': FORWARD,
        "cannot assign module before": "The first line of __init__ is super().__init__().",
        "unexpected keyword argument": "The parameters are called in_features, out_features and bias.",
        "positional argument": "It is called as SoftmaxRegression(), and as SoftmaxRegression(2, 3, True): "
        "three parameters after self, each with its default.",
    },
)
def SoftmaxRegression(call: Exercise) -> str:
    """Check ``SoftmaxRegression``, a class of networks with one linear layer that return logits.

    Parameters
    ----------
    function : type
        A class derived from ``nn.Module``; made with ``(in_features=2, out_features=3,
        bias=True)``, it holds an ``nn.Linear`` named ``linear`` and maps ``(N, in_features)`` to
        logits ``(N, out_features)``.

    Notes
    -----
    Lesson 4. Checked: the layer and its name, its sizes, defaults, arguments by place and by
    name, without bias; no other parameters; logits that are those of the layer, with a gradient.
    """
    for D, C, bias, arguments, names in [
        (2, 3, True, (), {}),
        (4, 5, True, (), {"in_features": 4, "out_features": 5}),
        (4, 3, True, (4, 3), {}),
        (5, 2, False, (5, 2, False), {}),
        (3, 4, False, (), {"in_features": 3, "out_features": 4, "bias": False}),
    ]:
        inside = [*map(str, arguments), *(f"{name}={value}" for name, value in names.items())]
        text = call.statement = f"SoftmaxRegression({', '.join(inside)})"
        made = call.run(text, [], partial(call.function, *arguments, **names))
        _has_layer(call, made, D, C, bias)
        _returns_logits(call, made, text, D)
    return (
        "Notice: nothing in the class says softmax. The model returns logits, and who needs probabilities "
        "applies softmax to them; their order, so the choice, is the same."
    )


def _has_layer(call: Exercise, made: Case, D: int, C: int, bias: bool) -> None:
    """Demand a module whose only parameters are those of an nn.Linear(D, C) named linear."""
    net: Any = made.result
    made.refuse_if(not isinstance(net, nn.Module), "Derive your class from nn.Module.", came="no nn.Module")
    shapes = [tuple(p.shape) for p in net.parameters()]
    came = f"parameters of shapes {shapes}" if shapes else "a module without parameters"
    unwritten = not shapes and not {"__init__", "forward"} & set(vars(type(net)))
    made.refuse_if(unwritten, UNWRITTEN, came=came)
    made.refuse_if(all(len(shape) < 2 for shape in shapes), NO_WEIGHTS, came=came)
    layer = getattr(net, "linear", None)
    names = [name for name, _ in net.named_children()]
    made.refuse_if(not isinstance(layer, nn.Linear), NAMED, came=f"{came}, and layers named {names}")
    assert isinstance(layer, nn.Linear)
    _has_sizes(made, layer, D, C, bias)
    total = sum(p.numel() for p in layer.parameters())
    more = "There are other parameters besides those of self.linear: one layer is enough."
    made.refuse_if(sum(p.numel() for p in net.parameters()) != total, more, came=came)


def _has_sizes(made: Case, layer: nn.Linear, D: int, C: int, bias: bool) -> None:
    came, expected = str(layer), f"Linear(in_features={D}, out_features={C}, bias={bias})"
    shape = tuple(layer.weight.shape)
    swapped = "The sizes are swapped: nn.Linear(in_features, out_features, bias), in this order."
    made.refuse_if(shape == (D, C) != (C, D), swapped, came=came, expected=expected)
    sizes = "The sizes are those of the arguments: nn.Linear(in_features, out_features, bias)."
    made.refuse_if(shape != (C, D), sizes, came=came, expected=expected)
    passed = "With bias=True there is one bias for each class, with bias=False there is none: pass it on."
    made.refuse_if((layer.bias is not None) != bias, passed, came=came, expected=expected)


def _returns_logits(call: Exercise, made: Case, text: str, D: int) -> None:
    """Demand the logits of the layer, for parameters of our own, and that a gradient flows back."""
    net, layer = made.result, made.result.linear
    with torch.no_grad():
        for p in layer.parameters():
            p.copy_(random_normal(*p.shape))
    X, rows = random_normal(6, D), [f"X of shape (6, {D})"]
    weight, b = layer.weight.detach().clone(), layer.bias.detach().clone() if layer.bias is not None else 0
    case, again = (call.run(f"{text}(X)", rows, lambda: net(X.clone())) for _ in range(2))
    case.is_there()
    both = isinstance(case.result, Tensor) and isinstance(again.result, Tensor)
    case.refuse_if(
        both and case.result.shape == again.result.shape and not torch.equal(case.result, again.result), ANEW
    )
    case.equals(
        X @ weight.T + b, mistakes(X, weight, b), "The logits are those of the layer: self.linear(X)."
    )
    case.refuse_if(not case.result.requires_grad, CUT)
    one = call.run(f"{text}(X)", [f"X of shape (1, {D})"], lambda: net(X[:1].clone()))
    one.equals(X[:1] @ weight.T + b, otherwise="One example is a row: keep both dimensions.")


def mistakes(X: Tensor, weight: Tensor, bias: Tensor | int) -> Mistakes:
    """Return what a forward gives that does something to the logits."""
    z = X @ weight.T + bias
    bent = "Logits are a straight line in X: leave out the "
    return [
        (
            z.softmax(1),
            "The rows sum to 1: there is a softmax in your forward. Return the logits; nn.CrossEntropyLoss "
            "applies softmax itself, and twice is once too often.",
        ),
        (z.softmax(0), "The columns sum to 1: there is a softmax in your forward. Return the logits."),
        (
            z.log_softmax(1),
            "The exponentials of each row sum to 1: there is a log_softmax in your forward. Return logits.",
        ),
        (z.relu(), bent + "relu."),
        (z.sigmoid(), bent + "sigmoid."),
        (z.tanh(), bent + "tanh."),
        (z.exp(), bent + "exp."),
        (z.argmax(1), "That is the choice; return the logits themselves."),
        (X @ weight.T, "The bias plays no part: self.linear(X) adds it."),
        (z + bias, "The bias is added twice: self.linear(X) has it."),
        (z.T, "The logits lie on their side: one row for each example."),
        (-z, "The sign of the logits is turned."),
        (X, "That is X as it came: return self.linear(X)."),
    ]
