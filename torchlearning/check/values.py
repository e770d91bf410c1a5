"""Tensors that are given and that come back: drawn, copied, compared."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from torchlearning.check.words import show


def random_normal(*size: int) -> Tensor:
    """Return the same random numbers each time, without touching the global state."""
    return torch.randn(size, generator=torch.Generator().manual_seed(sum(size)))


def copied(value: Any) -> Any:
    """Return a copy that the reader may break: tensors, and lists and tuples of them."""
    if isinstance(value, Tensor):
        copy = value.detach().clone().requires_grad_(value.requires_grad)
        copy.grad = None if value.grad is None else value.grad.clone()
        return copy
    return type(value)(map(copied, value)) if type(value) in (list, tuple) else value


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
