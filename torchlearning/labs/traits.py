"""Traits of the playground: one of a few values, and weights that travel both ways."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from traitlets import HasTraits, TraitError, TraitType

from torchlearning import _arguments
from torchlearning.labs.base import trait_errors


class OneOf(TraitType[Any, Any]):
    """A trait for one of a few values; the first is the default."""

    def __init__(self, *values: str | int) -> None:
        self.values = values
        super().__init__(values[0])

    def validate(self, obj: HasTraits, value: object) -> Any:
        """Return the value."""
        if isinstance(value, bool) or not isinstance(value, str | int) or value not in self.values:
            raise TraitError(f"{self.name} must be one of {', '.join(map(str, self.values))}, got {value!r}")
        return value


class Weights(TraitType[Any, Any]):
    """A trait for a finite floating-point matrix, kept as float32 on the CPU, or, if `optional`, None."""

    def __init__(self, *, optional: bool = True) -> None:
        super().__init__(None, allow_none=optional)
        self.tag(sync=True, to_json=send, from_json=receive)

    def validate(self, obj: HasTraits, value: object) -> Tensor:
        """Return the matrix."""
        if not isinstance(value, Tensor) or not value.is_floating_point() or value.ndim != 2:
            what = (
                f"{value.dtype} {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
            )
            raise TraitError(
                f"{self.name} must be {'None or ' * self.allow_none}a floating-point matrix, got {what}"
            )
        with trait_errors():
            _arguments.tensor(self.name or "weights", value)
        w = value.detach().cpu().resolve_neg().float().clone()
        if not w.isfinite().all():
            raise TraitError(f"{self.name} must hold numbers that float32 can hold, got inf or nan")
        return w


def send(w: Tensor | None, _: object) -> dict[str, Any] | None:
    """Return weights as the page takes them: a shape, and float64 row by row."""
    return None if w is None else {"shape": list(w.shape), "values": w.double().numpy().tobytes()}


def receive(sent: dict[str, Any] | None, _: object) -> Tensor | None:
    """Return weights that the page has sent."""
    if sent is None:
        return None
    return torch.frombuffer(bytearray(sent["values"]), dtype=torch.float64).view(sent["shape"]).float()
