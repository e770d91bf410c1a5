"""Checks of lesson 6: code for any device, and where the GPU catches up."""

from __future__ import annotations

import math
from contextlib import suppress

import torch
from torch import Tensor

from torchlearning.check._case import Case, Mistakes
from torchlearning.check._exercise import LIMIT, Exercise, Function, random_normal


def with_ones(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``with_ones(X)``, which appends a column of ones on X's own device and in its dtype.

    Parameters
    ----------
    function : callable
        Takes `X`, floating point, shape ``(N, D)``, on any device; returns shape ``(N, D + 1)``
        of the same dtype on the same device. It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 6. Checked: values, float64 and float16, and torch's device ``meta``, which holds
    shapes without numbers: on a machine without a GPU it finds code that is tied to the CPU.
    """
    with Exercise("with_ones(X)", function, seconds) as call:
        X = torch.tensor([[2.0, 3], [4, 5], [6, 7]])
        words = "The last column holds ones, the others are X."
        call(X).equals(torch.cat([X, torch.ones(3, 1)], 1), _wrong_ones(X), words)
        for dtype in (torch.float64, torch.float16):
            X = random_normal(2, 3).to(dtype)
            case = call(X, words=[f"a tensor of {dtype}"])
            case.equals(torch.cat([X, X.new_ones(2, 1)], 1), otherwise=words)
            hint = "The ones should have the dtype of X: X.new_ones(...), or dtype=X.dtype."
            given = case.result.dtype
            case.refuse_if(given != dtype, hint, came=f"a tensor of {given}", expected=f"a tensor of {dtype}")
        with suppress(RuntimeError):  # its first error makes torch load for seconds, not to be timed
            torch.cat([torch.empty(1, device="meta"), torch.empty(1)])
        case = call(torch.empty(3, 2, device="meta"), words=['a tensor of shape (3, 2) on device="meta"'])
        _is_on_meta(case, (3, 3))
        call.right(
            "Notice: the device meta holds shapes without numbers. Code that passes there makes its "
            "tensors where its argument is, so it will run on a GPU as well."
        )


def _wrong_ones(X: Tensor) -> Mistakes:
    one, row = torch.ones(len(X), 1), torch.ones(1, X.shape[1])
    return [
        (
            torch.cat([one, X], 1),
            "The ones are the first column; the bias is the last row of w, so they go last.",
        ),
        (torch.cat([X, row]), "The ones are a row. dim=1 puts them beside X, as a column of shape (N, 1)."),
        (torch.cat([row, X]), "The ones are a row. dim=1 puts them beside X, as a column of shape (N, 1)."),
        (torch.cat([X, 0 * one], 1), "The last column holds zeros; it should hold ones."),
        (X + 1, "1 is added to every entry; append a column of ones with torch.cat."),
        (X, "That is X as it was: torch.cat returns a new tensor, which is to be returned."),
        (one, "That is the column of ones alone: torch.cat([X, ones], dim=1)."),
        (torch.ones(len(X), X.shape[1] + 1), "All columns hold ones; X itself should come first."),
        (torch.cat([X, one, one], 1), "One column of ones is enough."),
    ]


def _is_on_meta(case: Case, shape: tuple[int, int]) -> None:
    case.is_there()
    result = case.result
    hint = "The result should be on the device of X: X.new_ones(...), or device=X.device."
    device = str(result.device) if isinstance(result, Tensor) else "none"
    case.refuse_if(device != "meta", hint, came=f"a result on device {device}", expected="a tensor on meta")
    case.refuse_if(result.shape != shape, f"The shape should be {shape}.")
    case.refuse_if(result.dtype != torch.float32, "The dtype should be that of X, torch.float32.")


def crossover(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``crossover``, the batch size at which CPU and GPU take the same time.

    Parameters
    ----------
    function : callable
        Takes `cpu_fixed`, `cpu_per_example`, `gpu_fixed` and `gpu_per_example`, floats, in any
        one unit of time; a step over b examples takes ``fixed + per_example * b``. Returns a
        number: ``inf`` if the GPU is slower at every b above 0, 0.0 if it never is.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 6. Checked: a crossing, parallel lines, a GPU that never catches up, one that is never
    slower.
    """
    signature = "crossover(cpu_fixed, cpu_per_example, gpu_fixed, gpu_per_example)"
    with Exercise(signature, function, seconds) as call:
        words = "The times are equal at b = (gpu_fixed - cpu_fixed) / (cpu_per_example - gpu_per_example)."
        for times in [(10.0, 2.0, 48.0, 0.5), (5.0, 0.25, 30.0, 0.05), (0.5, 0.25, 0.75, 0.1)]:
            b = (times[2] - times[0]) / (times[1] - times[3])
            call(*times).equals(b, _wrong_crossings(*times), words)
        never = "Here the GPU is slower at every batch size above 0, so it never catches up: math.inf."
        for times in [(10.0, 0.5, 50.0, 2.0), (10.0, 1.0, 50.0, 1.0), (10.0, 1.0, 10.0, 2.0)]:
            negative = "A negative batch size: the lines cross on the wrong side of 0. " + never
            call(*times).equals(math.inf, [(lambda b: b < 0, negative)], never)
        always = "Here the GPU is never slower, at no batch size: 0.0."
        for times in [
            (50.0, 2.0, 10.0, 0.5),
            (50.0, 1.0, 10.0, 1.0),
            (10.0, 2.0, 10.0, 1.0),
            (10.0, 1.0, 10.0, 1.0),
        ]:
            negative = "A negative batch size: the lines cross on the wrong side of 0. " + always
            call(*times).equals(0.0, [(lambda b: b < 0, negative)], always)
        call.right(
            "Notice: only the time per example can pay back the fixed costs of a GPU. A longer run of the "
            "same small batches never does: it repeats both."
        )


def _wrong_crossings(cpu_fixed: float, cpu: float, gpu_fixed: float, gpu: float) -> Mistakes:
    gain, debt = cpu - gpu, gpu_fixed - cpu_fixed
    return [
        (-debt / gain, "The sign: the later start of the GPU is divided by what it gains with each example."),
        (gain / debt, "Upside down: the fixed costs are divided by the gain per example."),
        (debt / (cpu + gpu), "The gain per example is the difference of the two, not their sum."),
        (
            (gpu_fixed + cpu_fixed) / gain,
            "What the GPU has to catch up is the difference of the fixed times.",
        ),
        (gpu_fixed / gain, "The CPU has a fixed time, too: subtract it."),
        (debt / cpu, "With each example the GPU gains the difference of the two times only."),
        (debt * gain, "Divide: so many examples are needed that their gains pay back the fixed costs."),
        (float(math.ceil(debt / gain)), "Do not round: where the lines cross is asked for."),
        (float(math.floor(debt / gain)), "Do not round: where the lines cross is asked for."),
        (math.inf, "The GPU is slower to start but faster with each example, so it catches up."),
        (0.0, "The GPU starts later, so for small batches it is slower."),
    ]
