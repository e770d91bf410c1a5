"""Numbers, texts, functions: arguments that are no tensors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any, TypeVar

import torch

T = TypeVar("T")


def given(value: object) -> str:
    """Return what kind of thing a value is; a class is often an object without its parentheses."""
    if isinstance(value, type):
        return f"the class {value.__name__}; make an object of it: {value.__name__}(…)"
    return type(value).__name__


def kind(name: str, value: T, types: Any, allowed: str) -> T:
    """Return a value of one of some types, which `allowed` says in words."""
    if not isinstance(value, types):
        raise TypeError(f"{name} must be {allowed}, got {given(value)}")
    return value


def function(name: str, value: T, allowed: str) -> T:
    """Return what can be called and is no class, which returns an object and no result."""
    return kind(name, value, () if isinstance(value, type) else Callable, allowed)


def flag(name: str, value: bool) -> bool:
    """Return True or False."""
    return kind(name, value, bool, "True or False")


def text(name: str, value: object) -> str:
    """Return a string that can be written to a file."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, got {value!r} ({given(value)})")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{name} must be text, got half a character at {error.start}: {value!r}") from None
    return value


def texts(name: str, values: Sequence[str]) -> list[str]:
    """Return several strings as a list."""
    kind(name, None if isinstance(values, str) else values, Sequence, "a list of strings")
    return [text(f"{name}[{i}]", value) for i, value in enumerate(values)]


def whole_number(name: str, value: object, minimum: int = 1, maximum: int = 2**31 - 1) -> int:
    """Return an int from `minimum` to `maximum` (a bool is none)."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an int, got {value!r} ({given(value)})")
    if int(value) < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value}")
    if int(value) > maximum:
        raise ValueError(f"{name} must be at most {maximum}, got a larger number")
    return int(value)


def total(names: str, *counts: int) -> None:
    """Refuse to make more numbers than fit a small machine."""
    if math.prod(counts) > 2**28:
        asked = " x ".join(map(str, counts))
        raise ValueError(f"{names} must ask for at most {2**28} numbers, got {asked}")


def finite(name: str, value: object, minimum: float = -math.inf) -> float:
    """Return a finite int or float of at least `minimum` as a float."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r} ({given(value)})")
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


def mean_and_std(deg_dispersion: object) -> tuple[float, float]:
    """Return the two numbers of a `deg_dispersion`, far enough from the largest float."""
    if not isinstance(deg_dispersion, list | tuple) or len(deg_dispersion) != 2:
        raise ValueError(f"deg_dispersion must be a list or tuple (mean, std), got {deg_dispersion!r}")
    mean = finite("deg_dispersion[0], the mean,", deg_dispersion[0])
    std = positive("deg_dispersion[1], the std,", deg_dispersion[1])
    if max(abs(mean), std) > 1e300:
        raise ValueError(f"deg_dispersion must hold numbers of at most 1e300, got {deg_dispersion!r}")
    return mean, std


def generator(value: object) -> torch.device:
    """Return where numbers are drawn: on the device of the generator, or without one on the CPU."""
    if value is not None and not isinstance(value, torch.Generator):
        raise TypeError(
            f"generator must be a torch.Generator or None, got {value!r}; "
            "for a seed use torch.Generator().manual_seed(seed)"
        )
    return torch.device("cpu") if value is None else value.device
