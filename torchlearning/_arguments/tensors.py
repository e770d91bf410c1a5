"""Tensors: features, labels, weights and what a model returns."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from torchlearning._arguments.numbers import given

FLOATING = (torch.float32, torch.float64, torch.float16, torch.bfloat16)


def tensor(name: str, value: object) -> Tensor:
    """Return a tensor that holds its numbers one by one."""
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} must be a torch.Tensor, got {given(value)}{_way_in(name, value)}")
    if value.is_nested or value.layout is not torch.strided or value.is_meta or value.is_quantized:
        what = "quantized" if value.is_quantized else "nested or sparse"
        what = "without numbers (meta)" if value.is_meta else what
        raise TypeError(f"{name} must be an ordinary dense tensor, got one that is {what}")
    return value


def _way_in(name: str, table: Any) -> str:
    """Return how a table that is no tensor becomes one: a list, an array, or a frame of pandas."""
    if not isinstance(table, list | tuple | np.ndarray) and not hasattr(table, "to_numpy"):
        return ""
    try:
        array = table.to_numpy() if hasattr(table, "to_numpy") else np.asarray(table)
    except (TypeError, ValueError, RuntimeError):  # ragged
        return ""
    if array.dtype.kind not in "biuf":
        return "; make numbers of its texts first, as np.unique(…, return_inverse=True) does"
    return f"; use torch.tensor({name}{'.to_numpy()' if hasattr(table, 'to_numpy') else ''})"


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


def scores(name: str, value: object, instead: str) -> Tensor:
    """Return a matrix with a column for each class; `instead` says what to use for a single one."""
    value = matrix(name, value)
    if value.shape[1] == 1:
        raise ValueError(
            f"{name} must have a column for each class, at least two, got shape {tuple(value.shape)}; "
            f"one column is logistic regression: {instead}"
        )
    return value


def all_finite(name: str, value: Tensor) -> Tensor:
    """Return a tensor without nan and inf."""
    if not bool(value.isfinite().all()):
        odd = int((~value.isfinite()).sum())
        raise ValueError(f"{name} must hold finite numbers only, got {odd} nan or inf; are values missing?")
    return value


def no_nan(name: str, value: Tensor) -> Tensor:
    """Return a tensor without nan, which would count as a prediction."""
    if bool(value.isnan().any()):
        raise ValueError(
            f"{name} must not hold nan, got {int(value.isnan().sum())}; did training diverge, "
            "or are values missing in the features?"
        )
    return value


def unit_interval(name: str, value: Tensor) -> Tensor:
    """Return a tensor of numbers in [0, 1]; nan passes."""
    if bool(((value < 0) | (value > 1)).any()):
        low, high = value.min(), value.max()
        raise ValueError(f"{name} must lie in [0, 1], got {low:.4g} to {high:.4g}; apply sigmoid first")
    return value


def probability_rows(name: str, value: object) -> Tensor:
    """Return a matrix of rows in [0, 1] that sum to 1; a row that is nan throughout passes."""
    value = scores(name, value, "use cross_entropy")
    rows = value.detach()
    tolerance = max(1e-3, 4 * torch.finfo(rows.dtype).eps)
    bad = ((rows.sum(dim=1) - 1).abs() > tolerance) | (rows < 0).any(dim=1)
    bad |= rows.isnan().any(dim=1) & ~rows.isnan().all(dim=1)
    if bool(bad.any()):
        i = int(bad.nonzero()[0])
        row = ", ".join(f"{p:.4g}" for p in rows[i].tolist())
        raise ValueError(
            f"{name} must hold rows of probabilities, numbers in [0, 1] that sum to 1, "
            f"got row {i} ({row}); apply softmax over dim=1 first"
        )
    return value


def factors(X: object, w: object) -> tuple[Tensor, Tensor]:
    """Return two matrices that can be multiplied, or say why they cannot."""
    X, w = matrix("X", X), matrix("w", w)
    if X.shape[1] != w.shape[0]:
        raise ValueError(
            f"w must have as many rows as X has columns ({X.shape[1]}), got w of shape {tuple(w.shape)} "
            f"for X of shape {tuple(X.shape)}; a bias needs a column of ones in X (bias=True)"
        )
    return X, same_dtype("w", w, "X", X)


def same_dtype(name: str, value: Tensor, other_name: str, other: Tensor) -> Tensor:
    """Return a tensor that has the dtype of another."""
    if value.dtype != other.dtype:
        raise TypeError(
            f"{name} must have the dtype of {other_name} ({other.dtype}), got {value.dtype}; "
            f"use {name}.to({other.dtype})"
        )
    return value


def class_labels(
    name: str, y: object, num_examples: int, num_class: int | None = None, *, of: str = ""
) -> Tensor:
    """Return labels of shape (N, 1) or (N,), integer or whole-valued float, as int64 (N,).

    They must be below `num_class`: the number of columns of what `of` names, if it is given.
    """
    y = tensor(name, y)
    if not num_examples or y.shape not in ((num_examples,), (num_examples, 1)):
        one_hot = y.ndim == 2 and len(y) == num_examples and y.shape[1] > 1
        hint = f"; of one-hot rows take {name}.argmax(dim=1)" if one_hot else ""
        raise ValueError(
            f"{name} must have shape ({num_examples},) or ({num_examples}, 1), one label for each of at "
            f"least one example, got {tuple(y.shape)}{hint}"
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
        raise ValueError(
            f"{name} must hold whole numbers from {allowed}, got {low:g} to {high:g}"
            f"{_renumber(name, whole, num_class, of)}"
        )
    return whole.long()


def _renumber(name: str, labels: Tensor, num_class: int | None, of: str) -> str:
    """Return what to do with labels that are out of range."""
    low, high = labels.min().item(), labels.max().item()
    if (low, high) == (-1, 1) and bool((labels != 0).all()):
        return f"; of -1 and +1 make 0 and 1: ({name} > 0).long()"
    if low == 1 and high == num_class:
        return f"; classes are counted from 0: use {name} - 1"
    if of and low >= 0:
        return f"; {of} has {num_class} columns, one for each class, and these labels need {high + 1:g}"
    return ""
