"""One call of the reader's function: what was called, what came, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import GeneratorType
from typing import Any, NoReturn

import numpy as np
import torch
from torch import Tensor

from torchlearning.check.values import first_difference, fits, has_nan, same
from torchlearning.check.words import NOTHING, show

Rows = list[tuple[str, str]]
Mistakes = Sequence[tuple[Any, str]]  # what a mistake gives, or a test that knows it; and its hint

CUT = (
    "No gradient flows back from your result. Something in your function cuts it off: detach(), item(), "
    ".data, numpy(), torch.no_grad(), or a tensor made anew by torch.tensor(...)."
)
CUT_IN_PART = (
    "The value is right, but its gradient is not: perhaps part of the formula is cut off from it "
    "(detach(), item(), .data, torch.no_grad()), or a function such as abs() has no slope where it bends."
)
NAN_GRADIENT = "The value is right, but its gradient is nan: somewhere 0 is multiplied by inf."


class Fault(Exception):  # noqa: N818 - the reader's, not ours
    """The first thing wrong, as labelled lines; and the mistake, if it is a known one."""

    def __init__(self, rows: Rows, mistake: str | None = None) -> None:
        super().__init__(rows)
        self.rows, self.mistake = rows, mistake


class Case:
    """A call that has ended: `rows` say what was called, `result` is what came.

    Its methods are the statements of which a check consists. Each ends the check with a `Fault`
    if it does not hold.
    """

    missing = NOTHING  # the hint if nothing has come

    def __init__(self, rows: Rows, result: Any, arguments: Sequence[Any] = ()) -> None:
        self.rows, self.result, self.arguments = rows, result, arguments

    def look(self, at: str, result: Any) -> Case:
        """Return a case about something else that the call has left."""
        return Case([*self.rows, ("then", f"looked at {at}")], result, self.arguments)

    def refuse(
        self, hint: str, *, came: str | None = None, expected: str | None = None, known: bool = True
    ) -> NoReturn:
        """End the check; `known` says that the hint names the mistake."""
        rows = [*self.rows, ("came", show(self.result) if came is None else came)]
        rows += [("expected", expected)] if expected else []
        raise Fault([*rows, ("hint", hint)], hint if known else None)

    def refuse_if(
        self, fault: bool, hint: str, *, came: str | None = None, expected: str | None = None
    ) -> None:
        """End the check if `fault`."""
        if fault:
            self.refuse(hint, came=came, expected=expected)

    def is_there(self) -> None:
        """Demand that something has come back."""
        self.refuse_if(self.result is None or self.result is Ellipsis, self.missing, came="nothing")

    def equals(self, expected: Tensor | float, mistakes: Mistakes = (), otherwise: str = "") -> None:
        """Demand that the result is `expected`; otherwise give the hint of the mistake that explains it."""
        self.is_there()
        value, wants = self._value(expected), torch.as_tensor(expected)
        if value.shape == wants.shape and same(value, wants):
            return
        for mistake, hint in mistakes:
            if fits(mistake, value, wants):
                self.refuse(hint, expected=show(expected))
        if value.shape != wants.shape:
            self.refuse(
                f"The shape should be {tuple(wants.shape)}. {otherwise}",
                came=f"{show(value)}, of shape {tuple(value.shape)}",
                expected=f"{show(expected)}, of shape {tuple(wants.shape)}",
                known=False,
            )
        self.refuse(otherwise or first_difference(value, wants), expected=show(expected), known=False)

    def _value(self, expected: Tensor | float) -> Tensor:
        """Return the result as a tensor, or say that it is something else."""
        value, number = self.result, not isinstance(expected, Tensor)
        if number and isinstance(value, int | float | np.number) and not isinstance(value, bool):
            return torch.tensor(float(value), dtype=torch.float64)
        kind = "one number" if number else "a tensor"
        hint = f"The result should be {kind}."
        if isinstance(value, GeneratorType):
            hint += " A function with yield in it returns a generator; write return."
        elif isinstance(value, float):
            hint += " item() makes a number without a gradient; leave it out."
        elif isinstance(value, np.ndarray):
            hint += " torch.from_numpy makes one of an array."
        self.refuse_if(not isinstance(value, Tensor), hint, expected=show(expected))
        odd = value.layout != torch.strided or value.is_complex() or value.device.type != "cpu"
        self.refuse_if(odd, hint, expected=f"an ordinary tensor, {show(expected)}")
        return value.detach().reshape(()) if number and value.numel() == 1 else value.detach()

    def gradient(self, expected: Tensor, inputs: Sequence[Tensor], run: Callable[..., Case]) -> None:
        """Demand that the gradient of the result in the arguments is that of `expected` in `inputs`."""
        self.refuse_if(not self.result.requires_grad, CUT)
        weights = torch.linspace(1, 2, expected.numel()).reshape(expected.shape)
        given = [value for value in self.arguments if isinstance(value, Tensor) and value.requires_grad]
        rights = torch.autograd.grad((expected * weights).sum(), inputs, materialize_grads=True)
        case = run(
            "the gradient of your result",
            [text for _, text in self.rows],
            lambda: torch.autograd.grad((self.result * weights).sum(), given, materialize_grads=True),
        )
        for came, right in zip(case.result, rights, strict=True):
            Case(case.rows, came).equals(right, [(has_nan, NAN_GRADIENT)], CUT_IN_PART)
