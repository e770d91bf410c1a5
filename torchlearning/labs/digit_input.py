"""What the digit lab is given: checks of its data, and traits for drawings."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from traitlets import HasTraits, List, TraitError, Unicode

from torchlearning import _arguments
from torchlearning.labs.digit_ink import unpack

PIXELS, CLASSES, FULL = 64, 10, 16


class Strokes(Unicode[str, str]):
    """A trait for a drawing, as `digit_ink.pack` writes it."""

    def validate(self, obj: HasTraits, value: object) -> str:
        """Return the text."""
        return drawable(self.name or "strokes", super().validate(obj, value))


class Labelled(List):  # type: ignore[type-arg] # traitlets 5.10 has no parameter there
    """A trait for drawings, each with the digit that was meant."""

    def validate(self, obj: HasTraits, value: object) -> list[Any]:
        """Return a list of lists."""
        pairs = super().validate(obj, value) or []
        for i, pair in enumerate(pairs):
            name = f"{self.name}[{i}]"
            if not isinstance(pair, list | tuple) or len(pair) != 2 or not isinstance(pair[1], str):
                raise TraitError(f"{name} must be a digit and its strokes, got {pair!r}")
            if type(pair[0]) is not int or not 0 <= pair[0] < CLASSES:
                raise TraitError(f"{name}[0] must be a digit, 0 to 9, got {pair[0]!r}")
            drawable(f"{name}[1]", pair[1])
        return [list(pair) for pair in pairs]


def drawable(name: str, text: str) -> str:
    """Return strokes that can be drawn."""
    try:
        unpack(text)
    except ValueError as error:
        raise TraitError(f"{name} {error}") from None
    return text


def digits(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return counts as float32 ``(N, 64)`` and labels as int64 ``(N,)``, on the CPU."""
    shape = tuple(_arguments.tensor("images", images).shape)
    if len(shape) != 2 or shape[1] != PIXELS or not shape[0] or images.is_complex():
        raise ValueError(f"images must hold real numbers of shape (N, {PIXELS}), got {images.dtype} {shape}")
    counts = images.detach().cpu().resolve_neg().double()
    if not bool(((counts >= 0) & (counts <= FULL) & (counts == counts.round())).all()):
        raise ValueError(f"images must hold counts, whole numbers from 0 to {FULL}")
    return counts.float(), _arguments.class_labels("labels", labels, shape[0], CLASSES).cpu()


def column(name: str, values: Tensor | None, otherwise: float) -> Tensor:
    """Return a number for each pixel as float32 on the CPU."""
    if values is None:
        return torch.full((PIXELS,), otherwise, dtype=torch.float32, device="cpu")
    numbers = _arguments.floating(name, values).detach().cpu().resolve_neg().float().clone()
    if numbers.shape != (PIXELS,):
        raise ValueError(f"{name} must have shape ({PIXELS},), got {tuple(numbers.shape)}")
    return _arguments.all_finite(name, numbers)


def deviations(std: Tensor | None) -> Tensor:
    """Return standard deviations to divide by: 1 where one is 0."""
    numbers = column("std", std, 1.0)
    if bool((numbers < 0).any()):
        raise ValueError(f"std must not be negative, got {numbers.min():.4g}")
    return torch.where(numbers == 0, 1.0, numbers)
