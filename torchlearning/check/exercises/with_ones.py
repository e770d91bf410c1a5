"""Exercise 6.3: a column of ones, on any device and of any dtype."""

from __future__ import annotations

from contextlib import suppress

import torch
from torch import Tensor

from torchlearning.check.case import Case, Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import random_normal

WORDS = "The last column holds ones, the others are X."
CAUSES = {
    "Expected all tensors to be on the same device": "Make the ones on the device of X: X.new_ones(...), or "
    "device=X.device.",
    "Sizes of tensors must match": "The ones do not fit beside X: a column of shape (len(X), 1), and dim=1.",
    "Tensors must have same number of dimensions": "The ones need two dimensions, as X has: (len(X), 1).",
}


@exercise("with_ones(X)", causes=CAUSES)
def with_ones(call: Exercise) -> str:
    """Check ``with_ones(X)``, which appends a column of ones on X's own device and in its dtype.

    Parameters
    ----------
    function : callable
        Takes `X`, floating point, shape ``(N, D)``, on any device; returns shape ``(N, D + 1)``
        of the same dtype on the same device, through which a gradient flows. It gets copies.

    Notes
    -----
    Lesson 6. Checked: values, one example, float64, float16 and bfloat16, gradient, and torch's
    device ``meta``, which holds shapes without numbers: on a machine without a GPU it finds code
    that is tied to the CPU.
    """
    X = torch.tensor([[2.0, 3, 4], [5, 6, 7]])
    call("two examples", X).equals(torch.cat([X, torch.ones(2, 1)], 1), mistakes(X), WORDS)
    X = torch.tensor([[2.0, 3, 4], [4, 5, 6], [6, 7, 8]])
    call("as many examples as features", X).equals(torch.cat([X, torch.ones(3, 1)], 1), mistakes(X), WORDS)
    X = torch.tensor([[5.0, 6]])
    call("one example", X).equals(torch.tensor([[5.0, 6, 1]]), otherwise=WORDS)
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        X = random_normal(2, 3).to(dtype)
        case = call(f"{dtype}", X, words=[f"a tensor of {dtype}"])
        case.equals(torch.cat([X, X.new_ones(2, 1)], 1), otherwise=WORDS)
        hint = "The ones should have the dtype of X: X.new_ones(...), or dtype=X.dtype."
        given = case.result.dtype
        case.refuse_if(given != dtype, hint, came=f"a tensor of {given}", expected=f"a tensor of {dtype}")
    X = random_normal(4, 2).requires_grad_()
    case, right = call("gradient", X), torch.cat([X, torch.ones(4, 1)], 1)
    case.equals(right, otherwise=WORDS)
    case.gradient(right, [X], call.run)
    with suppress(RuntimeError):  # its first error makes torch load for seconds, not to be timed
        torch.cat([torch.empty(1, device="meta"), torch.empty(1)])
    case = call("the device meta", torch.empty(3, 2, device="meta"), words=['shape (3, 2), on device="meta"'])
    _is_on_meta(case, (3, 3))
    return (
        "Notice: the device meta holds shapes without numbers. Code that passes there makes its tensors "
        "where "
        "its argument is, so it will run on a GPU as well."
    )


def mistakes(X: Tensor) -> Mistakes:
    """Return what mistakes in appending the column give."""
    one, row = torch.ones(len(X), 1), torch.ones(1, X.shape[1])
    rows = "The ones are a row. dim=1 puts them beside X, as a column of shape (N, 1)."
    return [
        (
            torch.cat([one, X], 1),
            "The ones are the first column; the bias is the last row of w, so they go last.",
        ),
        (torch.cat([X, row]), rows),
        (torch.cat([row, X]), rows),
        (torch.cat([X, 0 * one], 1), "The last column holds zeros; it should hold ones."),
        (
            torch.cat([X, torch.arange(len(X))[:, None]], 1),
            "The last column should hold ones, not 0, 1, 2, ...",
        ),
        (X + 1, "1 is added to every entry; append a column of ones with torch.cat."),
        (X, "That is X as it was: torch.cat returns a new tensor, which is to be returned."),
        (one, "That is the column of ones alone: torch.cat([X, ones], dim=1)."),
        (torch.ones(len(X), X.shape[1] + 1), "All columns hold ones; X itself should come first."),
        (torch.cat([X, one, one], 1), "One column of ones is enough."),
        (
            torch.cat([X, torch.ones_like(X)], 1),
            "One column of ones is enough: ones_like(X) has as many as X.",
        ),
        (torch.cat([X[:, :-1], one], 1), "The last column of X is overwritten; append one."),
        (torch.cat([X, one], 1).T, "The table is on its side."),
    ]


def _is_on_meta(case: Case, shape: tuple[int, int]) -> None:
    case.is_there()
    result = case.result
    hint = "The result should be on the device of X: X.new_ones(...), or device=X.device."
    device = str(result.device) if isinstance(result, Tensor) else "none"
    case.refuse_if(device != "meta", hint, came=f"a result on device {device}", expected="a tensor on meta")
    case.refuse_if(result.shape != shape, f"The shape should be {shape}.")
    case.refuse_if(result.dtype != torch.float32, "The dtype should be that of X, torch.float32.")
