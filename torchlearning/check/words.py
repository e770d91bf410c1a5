"""Values and reports in words: four digits, the same on every machine."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

WIDTH, INDENT = 79, 12 * " "
# How the docstring of every check goes on after its parameters.
COMMON = """
    seconds : float
        Time limit of each call.

    Returns
    -------
    Result
        What is printed, for programs: the exercise, right or not, the statement that failed, the
        mistake if it is a known one.

    Raises
    ------
    TypeError, ValueError
        If `function` is not of the kind asked for or `seconds` is not a positive number. What is
        wrong with `function` is printed.
"""
MISSING = (
    "Nothing has come back yet. Replace the ... in your function by lines of your own; the last is a return."
)
NOTHING = (
    "Nothing has come back yet: your function ends without a return, or returns None. (print shows a value "
    "and does not return it.)"
)

USUAL_CAUSES = {
    "leaf Variable that requires grad": "A step such as w -= lr * w.grad must not be recorded: put it under "
    "with torch.no_grad():",
    "does not require grad": "backward() finds no way back to the weights. Perhaps something has cut it off: "
    "detach(), .data, torch.no_grad(), or a loss made anew by torch.tensor(...).",
    "through the graph a second time": "Compute the loss anew for each batch, inside the loop.",
    "modified by an inplace operation": "backward() needs a value that an operation in place, such as /= or "
    "exp_(), has overwritten: write e = e / ... instead.",
    "for index": "An index must be whole numbers: y.long().",
    "expected target dtype": "nn.CrossEntropyLoss wants class numbers of type int64: y.long().",
    "multi-target not supported": "nn.CrossEntropyLoss wants labels of shape (N,): y.flatten().",
    "same number of dimensions as input": "gather wants an index with as many dimensions as the values, here "
    "shape (N, 1): y.reshape(-1, 1).",
    "no attribute 'zero_'": "The gradient is None here. Either no backward() has run before this line, or a "
    "line such as w = w - ... has given the name to a new tensor, which has no gradient: w -= ... moves w "
    "itself.",
    "'NoneType' and 'float'": "Perhaps a gradient that is None: no backward() has run before this line.",
    "before Module.__init__() call": "The first line of __init__ is super().__init__().",
    "CUDA": "Stay on the device of the argument: device=X.device, or X.new_ones(...).",
    "device meta": "Everything must be on one device: device=X.device, or X.new_ones(...).",
    "meta tensor": "Stay on the device of the argument: no cpu(), numpy(), item() or tolist().",
    "must match the size of tensor": "Two shapes do not go together: print both. Perhaps a sum or maximum "
    "needs keepdim=True, which makes it a column that goes with every row; or F.one_hot needs C, "
    "F.one_hot(y, C), to have a column for a class that is absent.",
    "shapes cannot be multiplied": "In X @ w, X has as many columns as w has rows.",
    "is invalid for input of size": "reshape needs as many entries as there are. (bincount ends at the "
    "largest number that occurs, unless minlength makes room for the rest.)",
    "required positional argument": "It is called without this one too: give the parameter its default.",
    "to match target batch_size": "There should be a label for each row of logits: compare their shapes. "
    "(y.squeeze() takes a single label's last dimension, too: y.flatten().)",
    "could not infer output dtype": "A comparison gives bool: .float() before mean().",
    "only for scalar outputs": "backward() starts from a single number, such as a mean loss.",
    "iteration over a 0-d tensor": "Any shape may come, here that of a single number: work with the whole "
    "tensor at once.",
    "is ambiguous": "if asks one question, the tensor has many answers: use torch.where.",
    "Can't call numpy() on Tensor that requires grad": "NumPy knows no gradients: stay with torch, or take "
    "detach() first where no gradient has to flow.",
    "input() cannot be used": "Take what you need from the arguments.",
    "SystemExit": "exit() would end the whole program; return the result instead.",
}


def number(x: float) -> str:
    """Return a number with at most four decimals, without trailing zeros."""
    if isinstance(x, int) or x != x or x in (float("inf"), float("-inf")):
        return str(x)
    text = f"{x:.4f}" if abs(x) < 1e6 else f"{x:.4g}"
    text = text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
    return "0" if text == "-0" else text


def show(value: Any) -> str:
    """Return a value as a reader would write it, or what kind of thing it is."""
    if isinstance(value, Tensor):
        return _show_tensor(value)
    if isinstance(value, bool | None | str):
        return textwrap.shorten(repr(value), 60)
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list | tuple) and len(value) <= 8:
        inner = ", ".join(map(show, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return f"a value of type {type(value).__name__}"


def _show_tensor(value: Tensor) -> str:
    shape = f"shape {tuple(value.shape)}"
    if value.layout != torch.strided or value.device.type == "meta" or value.is_complex():
        return f"a tensor of {shape}, {value.dtype}, {value.layout}, on {value.device}"
    if value.numel() == 0 or value.numel() > 24 or (value.ndim > 1 and len(value) > 8):
        return f"a tensor of {shape}"
    text = _nested(value.detach().tolist())
    return text if len(text) < 56 else text.replace("], [", "],\n [")


def _nested(values: Any) -> str:
    if isinstance(values, list):
        return "[" + ", ".join(map(_nested, values)) + "]"
    return str(values) if isinstance(values, bool) else number(values)


def aligned(start: str, text: str) -> str:
    """Return a text after its start, with further lines below each other."""
    return start + text.replace("\n", "\n" + " " * len(start))


def error_text(error: BaseException) -> str:
    """Return an error in words, even if its own message cannot be had."""
    try:
        words = str(error)
    except Exception:
        words = "(its message raises an error itself)"
    return textwrap.shorten(f"{type(error).__name__}: {words}", 300)


def usual_cause(error: str, causes: Mapping[str, str]) -> list[str]:
    """Return the hint for a well-known message, if it is one; `causes` go first."""
    return [
        hint
        for words, hint in {**causes, **{k: v for k, v in USUAL_CAUSES.items() if k not in causes}}.items()
        if words in error
    ][:1]


def report(title: str, rows: list[tuple[str, str]]) -> str:
    """Return a title and labelled lines, wrapped, with the texts below each other."""
    lines = [title]
    for label, text in rows:
        indent = f"  {label:10}"
        for part in text.split("\n"):
            lines += textwrap.wrap(
                part, WIDTH, initial_indent=indent, subsequent_indent=INDENT, break_on_hyphens=False
            )
            indent = INDENT
    return "\n".join(lines)
