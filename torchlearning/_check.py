"""Errors that help: each names the argument, what was given and what is allowed.

Each check takes the name of the argument first and returns the value in the form to use.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, TypeVar

import torch
from torch import Tensor

T = TypeVar("T")
FLOATING = (torch.float32, torch.float64, torch.float16, torch.bfloat16)


def whole_number(name: str, value: object, minimum: int = 1, maximum: int = 2**31 - 1) -> int:
    """Return an int from `minimum` to `maximum` (a bool is none)."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an int, got {value!r} ({type(value).__name__})")
    if int(value) < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value}")
    if int(value) > maximum:
        raise ValueError(f"{name} must be at most {maximum}, got a larger number")
    return int(value)


def total(names: str, *counts: int) -> None:
    """Refuse to make more numbers than fit a small machine."""
    if math.prod(counts) > 2**28:
        given = " x ".join(map(str, counts))
        raise ValueError(f"{names} must ask for at most {2**28} numbers, got {given}")


def kind(name: str, value: T, types: Any, allowed: str) -> T:
    """Return a value of one of some types, which `allowed` says in words."""
    if not isinstance(value, types):
        raise TypeError(f"{name} must be {allowed}, got {type(value).__name__}")
    return value


def flag(name: str, value: bool) -> bool:
    """Return True or False."""
    return kind(name, value, bool, "True or False")


def texts(name: str, values: Sequence[str]) -> list[str]:
    """Return several strings as a list."""
    kind(name, None if isinstance(values, str) else values, Sequence, "a list of strings")
    return [kind(f"{name}[{i}]", value, str, "a string") for i, value in enumerate(values)]


def finite(name: str, value: object, minimum: float = -math.inf) -> float:
    """Return a finite int or float of at least `minimum` as a float."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r} ({type(value).__name__})")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number < minimum:
        allowed = "finite" if minimum == -math.inf else f"finite and at least {minimum:g}"
        raise ValueError(f"{name} must be {allowed}, got {value}")
    return number


def positive(name: str, value: object, maximum: float = math.inf) -> float:
    """Return a finite number above 0, up to `maximum`, as a float."""
    number = finite(name, value)
    if not 0 < number <= maximum:
        allowed = "greater than 0" if number <= 0 else f"at most {maximum:.4g}"
        raise ValueError(f"{name} must be {allowed}, got {value}")
    return number


def tensor(name: str, value: object) -> Tensor:
    """Return a tensor that holds its numbers one by one."""
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} must be a torch.Tensor, got {type(value).__name__}")
    if value.is_nested or value.layout is not torch.strided or value.is_meta:
        given = "without numbers (meta)" if value.is_meta else "nested or sparse"
        raise TypeError(f"{name} must be an ordinary dense tensor, got one that is {given}")
    return value


def floating(name: str, value: object, ndim: int | None = None) -> Tensor:
    """Return a tensor of floating-point numbers, with `ndim` non-empty dimensions if given."""
    value = tensor(name, value)
    if value.dtype not in FLOATING:
        raise TypeError(f"{name} must be a floating-point tensor, got {value.dtype}; use .float()")
    if ndim is not None and (value.ndim != ndim or 0 in value.shape):
        raise ValueError(f"{name} must have {ndim} non-empty dimensions, got shape {tuple(value.shape)}")
    return value


def matrix(name: str, value: object) -> Tensor:
    """Return a floating-point tensor with at least one row and one column."""
    return floating(name, value, ndim=2)


def column(name: str, value: object) -> Tensor:
    """Return a floating-point tensor of shape (N, 1) or (N,), N at least 1, as shape (N,)."""
    value = floating(name, value)
    if value.ndim not in (1, 2) or value.shape[1:] not in ((), (1,)) or not len(value):
        raise ValueError(f"{name} must have shape (N,) or (N, 1) with N at least 1, got {tuple(value.shape)}")
    return value.flatten()


def no_nan(name: str, value: Tensor) -> Tensor:
    """Return a tensor without nan, which would count as a prediction."""
    if bool(value.isnan().any()):
        raise ValueError(f"{name} must not hold nan, got {int(value.isnan().sum())}; did training diverge?")
    return value


def unit_interval(name: str, value: Tensor) -> Tensor:
    """Return a tensor of numbers in [0, 1]; nan passes."""
    if bool(((value < 0) | (value > 1)).any()):
        low, high = value.min(), value.max()
        raise ValueError(f"{name} must lie in [0, 1], got {low:.4g} to {high:.4g}; apply sigmoid first")
    return value


def probability_rows(name: str, value: object) -> Tensor:
    """Return a matrix of rows in [0, 1] that sum to 1; a row that is nan throughout passes."""
    rows = matrix(name, value).detach()
    tolerance = max(1e-3, 4 * torch.finfo(rows.dtype).eps)
    bad = ((rows.sum(dim=1) - 1).abs() > tolerance) | (rows < 0).any(dim=1)
    bad |= rows.isnan().any(dim=1) & ~rows.isnan().all(dim=1)
    if bool(bad.any()):
        i = int(bad.nonzero()[0])
        given = ", ".join(f"{p:.4g}" for p in rows[i].tolist())
        raise ValueError(
            f"{name} must hold rows of probabilities, numbers in [0, 1] that sum to 1, "
            f"got row {i} ({given}); apply softmax over dim=1 first"
        )
    return matrix(name, value)


def product(X: object, w: object) -> Tensor:
    """Return the matrix product X w, or say why there is none."""
    X, w = matrix("X", X), matrix("w", w)
    if X.shape[1] != w.shape[0]:
        raise ValueError(
            f"w must have as many rows as X has columns ({X.shape[1]}), got w of shape {tuple(w.shape)} "
            f"for X of shape {tuple(X.shape)}; a bias needs a column of ones in X (bias=True)"
        )
    return torch.mm(X, same_dtype("w", w, "X", X))


def same_dtype(name: str, value: Tensor, other_name: str, other: Tensor) -> Tensor:
    """Return a tensor that has the dtype of another."""
    if value.dtype != other.dtype:
        raise TypeError(f"{name} must have the dtype of {other_name} ({other.dtype}), got {value.dtype}")
    return value


def class_labels(name: str, y: object, num_examples: int, num_class: int | None = None) -> Tensor:
    """Return labels of shape (N, 1) or (N,), integer or whole-valued float, as int64 (N,)."""
    y = tensor(name, y)
    if not num_examples or y.shape not in ((num_examples,), (num_examples, 1)):
        raise ValueError(
            f"{name} must have shape ({num_examples},) or ({num_examples}, 1), "
            f"one label for each of at least one example, got {tuple(y.shape)}"
        )
    if y.is_complex() or (y.is_floating_point() and y.dtype not in FLOATING):
        raise TypeError(f"{name} must hold whole numbers, got {y.dtype}")
    flat = y.detach().flatten()
    whole = flat.double() if flat.is_floating_point() else flat.long()
    if whole.is_floating_point() and not torch.equal(whole, whole.round()):
        raise ValueError(f"{name} must hold whole numbers, got {float(whole[whole != whole.round()][0])}")
    low, high = whole.min().item(), whole.max().item()
    if low < 0 or high >= (2**31 if num_class is None else num_class):
        allowed = "0 and up" if num_class is None else f"0 to {num_class - 1}"
        raise ValueError(f"{name} must hold whole numbers from {allowed}, got {low:g} to {high:g}")
    return whole.long()


def mean_and_std(deg_dispersion: object) -> tuple[float, float]:
    """Return the two numbers of a `deg_dispersion`, far enough from the largest float."""
    if not isinstance(deg_dispersion, list | tuple) or len(deg_dispersion) != 2:
        raise ValueError(f"deg_dispersion must be a list or tuple (mean, std), got {deg_dispersion!r}")
    mean = finite("deg_dispersion[0], the mean,", deg_dispersion[0])
    std = positive("deg_dispersion[1], the std,", deg_dispersion[1])
    if max(abs(mean), std) > 1e300:
        raise ValueError(f"deg_dispersion must hold numbers of at most 1e300, got {deg_dispersion!r}")
    return mean, std


def generator(value: object) -> None:
    """Refuse what is neither a generator nor None, such as a seed."""
    if value is not None and not isinstance(value, torch.Generator):
        raise TypeError(
            f"generator must be a torch.Generator or None, got {value!r}; "
            "for a seed use torch.Generator().manual_seed(seed)"
        )
