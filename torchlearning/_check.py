"""Errors that help: each names the argument, what was given and what is allowed."""

from __future__ import annotations

import math
from numbers import Integral, Real

import torch
from torch import Tensor


def whole_number(name: str, value: object, minimum: int = 1) -> int:
    """Return `value` if it is an int of at least `minimum` (a bool is not)."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an int, got {value!r} ({type(value).__name__})")
    if int(value) < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value}")
    return int(value)


def finite(name: str, value: object) -> float:
    """Return `value` if it is a finite int or float."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r} ({type(value).__name__})")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")
    return float(value)


def positive(name: str, value: object) -> float:
    """Return `value` if it is a finite number above 0."""
    number = finite(name, value)
    if number <= 0:
        raise ValueError(f"{name} must be greater than 0, got {value}")
    return number


def tensor(name: str, value: object) -> Tensor:
    """Return `value` if it is a tensor."""
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} must be a torch.Tensor, got {type(value).__name__}")
    return value


def floating(name: str, value: object) -> Tensor:
    """Return `value` if it is a tensor of floating-point numbers."""
    value = tensor(name, value)
    if not value.is_floating_point():
        raise TypeError(f"{name} must be a floating-point tensor, got {value.dtype}; use .float()")
    return value


def matrix(name: str, value: object) -> Tensor:
    """Return `value` if it is a floating-point tensor with at least one row and one column."""
    value = floating(name, value)
    if value.ndim != 2 or 0 in value.shape:
        raise ValueError(f"{name} must have two non-empty dimensions, got shape {shape(value)}")
    return value


def column(name: str, value: object) -> Tensor:
    """Return a floating-point tensor of shape (N, 1) or (N,), N at least 1, as shape (N,)."""
    value = floating(name, value)
    if value.ndim not in (1, 2) or value.shape[1:] not in ((), (1,)) or not len(value):
        raise ValueError(f"{name} must have shape (N,) or (N, 1) with N at least 1, got {shape(value)}")
    return value.flatten()


def product(X: object, w: object) -> Tensor:
    """Return the matrix product X w, or say why there is none."""
    X, w = matrix("X", X), matrix("w", w)
    if X.shape[1] != w.shape[0]:
        raise ValueError(
            f"w must have as many rows as X has columns ({X.shape[1]}), got w of shape {shape(w)} "
            f"for X of shape {shape(X)}; a bias needs a column of ones in X (bias=True)"
        )
    if X.dtype != w.dtype:
        raise TypeError(f"w must have the dtype of X ({X.dtype}), got {w.dtype}")
    return torch.mm(X, w)


def class_labels(y: object, num_examples: int, num_class: int | None = None, name: str = "y") -> Tensor:
    """Return labels of shape (N, 1) or (N,), integer or whole-valued float, as int64 (N,)."""
    y = tensor(name, y)
    if y.shape not in ((num_examples,), (num_examples, 1)):
        raise ValueError(
            f"{name} must have shape ({num_examples},) or ({num_examples}, 1), "
            f"one label for each example, got {shape(y)}"
        )
    if y.is_complex() or (y.is_floating_point() and not torch.equal(y, y.round())):
        raise ValueError(f"{name} must hold whole class numbers, got {y.dtype} with other values")
    low, high = y.min().item(), y.max().item()
    if low < 0 or (num_class is not None and high >= num_class):
        allowed = "0 and up" if num_class is None else f"0 to {num_class - 1}"
        raise ValueError(f"{name} must hold labels from {allowed}, got {low:g} to {high:g}")
    return y.flatten().long()


def shape(value: Tensor) -> tuple[int, ...]:
    """Return a shape that prints as a plain tuple."""
    return tuple(value.shape)
