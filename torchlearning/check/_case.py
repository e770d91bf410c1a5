"""One call of the reader's function: what was called, what came, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import GeneratorType
from typing import Any, NoReturn

import torch
from torch import Tensor

from torchlearning.check._words import show

Rows = list[tuple[str, str]]
Mistakes = Sequence[tuple[Any, str]]  # what a mistake gives, or a test that knows it; and its hint

MISSING = (
    "Nothing has come back yet. Replace the ... in your function by lines of your own; the last is a return."
)
CUT = (
    "No gradient flows back from your result. Something in your function cuts it off: detach(), item(), "
    ".data, torch.no_grad(), or a tensor made anew by torch.tensor(...)."
)


class Fault(Exception):  # noqa: N818 - the reader's, not ours
    """The first thing wrong, as labelled lines."""

    def __init__(self, rows: Rows) -> None:
        super().__init__(rows)
        self.rows = rows


class Case:
    """A call that has ended: `rows` say what was called, `result` is what came.

    Its methods are the statements of which a check consists. Each ends the check with a `Fault`
    if it does not hold.
    """

    def __init__(self, rows: Rows, result: Any, arguments: Sequence[Any] = ()) -> None:
        self.rows, self.result, self.arguments = rows, result, arguments

    def refuse(self, hint: str, *, came: str | None = None, expected: str | None = None) -> NoReturn:
        """End the check."""
        rows = [*self.rows, ("came", show(self.result) if came is None else came)]
        raise Fault([*rows, *([("expected", expected)] if expected else []), ("hint", hint)])

    def refuse_if(
        self, fault: bool, hint: str, *, came: str | None = None, expected: str | None = None
    ) -> None:
        """End the check if `fault`."""
        if fault:
            self.refuse(hint, came=came, expected=expected)

    def is_there(self) -> None:
        """Demand that something has come back."""
        self.refuse_if(self.result is None or self.result is Ellipsis, MISSING, came="nothing")

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
            )
        self.refuse(otherwise or first_difference(value, wants), expected=show(expected))

    def _value(self, expected: Tensor | float) -> Tensor:
        """Return the result as a tensor, or say that it is something else."""
        value, number = self.result, not isinstance(expected, Tensor)
        if number and isinstance(value, int | float) and not isinstance(value, bool):
            return torch.tensor(value, dtype=torch.float64)
        kind = "one number" if number else "a tensor"
        hint = f"The result should be {kind}."
        if isinstance(value, GeneratorType):
            hint += " A function with yield in it returns a generator; write return."
        elif isinstance(value, float):
            hint += " item() makes a number without a gradient; leave it out."
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
            Case(case.rows, came).equals(
                right,
                [(has_nan, "The value is right, but its gradient is nan: somewhere 0 is multiplied by inf.")],
                "The value is right, but its gradient is not: part of the formula is cut off from it "
                "(detach(), item(), .data, torch.no_grad()) or counted twice.",
            )


def fits(mistake: Any, value: Tensor, wants: Tensor) -> bool:
    """Say whether a mistake, given as its value or as a test, explains `value`."""
    if callable(mistake):
        return value.shape == wants.shape and bool(mistake(value))
    given = torch.as_tensor(mistake)
    return value.shape == given.shape and same(value, given)


def same(value: Tensor, other: Tensor) -> bool:
    """Say whether two tensors of one shape hold the same numbers, up to rounding."""
    return torch.allclose(value.double(), other.detach().double(), rtol=1e-5, atol=1e-5, equal_nan=True)


def has_nan(value: Tensor) -> bool:
    """Say whether a tensor holds nan."""
    return bool(value.isnan().any())


def first_difference(value: Tensor, wants: Tensor) -> str:
    """Say where two tensors of one shape part."""
    differs = ~torch.isclose(value.double(), wants.detach().double(), rtol=1e-5, atol=1e-5, equal_nan=True)
    place = differs.nonzero()[0].tolist()
    came, right = value[tuple(place)].item(), wants[tuple(place)].item()
    where = f"The first difference is at {place}: " if place else ""
    return f"{where}{show(came)} came, {show(right)} is right (difference {abs(came - right):.1e})."
