"""Errors that help: each names the argument, what was given and what is allowed.

Each check takes the name of the argument first and returns the value in the form to use.
"""

from torchlearning._arguments.numbers import (
    finite,
    flag,
    function,
    generator,
    given,
    kind,
    mean_and_std,
    positive,
    text,
    texts,
    total,
    whole_number,
)
from torchlearning._arguments.tensors import (
    all_finite,
    class_labels,
    column,
    factors,
    floating,
    matrix,
    no_nan,
    probability_rows,
    same_dtype,
    scores,
    tensor,
    unit_interval,
)

__all__ = [
    "all_finite",
    "class_labels",
    "column",
    "factors",
    "finite",
    "flag",
    "floating",
    "function",
    "generator",
    "given",
    "kind",
    "matrix",
    "mean_and_std",
    "no_nan",
    "positive",
    "probability_rows",
    "same_dtype",
    "scores",
    "tensor",
    "text",
    "texts",
    "total",
    "unit_interval",
    "whole_number",
]
