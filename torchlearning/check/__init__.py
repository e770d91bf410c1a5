"""Exercises that answer back: one check for each function that a reader is asked to write.

``check.softmax(your_function)`` calls your function on examples, stops at the first thing wrong
and prints what was called, what came, what should have come, and the usual cause. If nothing is
wrong, it prints what to notice next. It returns the same as a `Result`, for programs. Your
function gets copies of the examples, an error in it is shown at your line, an endless loop is
stopped, and whatever it changes in the kernel is put back.

Each check is a module of its own in `exercises`, found by its name and loaded when it is used.

Examples
--------
>>> from torchlearning import check
>>> result = check.softmax(lambda X, w: torch.softmax(X @ w, dim=0))
softmax: not right yet.
  called    softmax(X, w)
            X = [[1, 0], [0, 1], [1, 1]]
            w = [[0, 1, 2], [2, 0, 1]]
  came      [[0.0634, 0.4223, 0.2447],
             [0.4683, 0.1554, 0.09],
             [0.4683, 0.4223, 0.6652]]
  expected  [[0.09, 0.2447, 0.6652],
             [0.6652, 0.09, 0.2447],
             [0.2447, 0.09, 0.6652]]
  hint      Your columns sum to 1 but your rows do not: which dim? dim=1 sums
            along a row.
>>> result.right, result.statement
(False, 'small logits')
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from torchlearning.check.exercise import Check as Check
from torchlearning.check.result import Result as Result

NAMES = sorted(module.name for module in iter_modules([f"{folder}/exercises" for folder in __path__]))
__all__ = NAMES


def __getattr__(name: str) -> Check:
    if name not in NAMES:
        raise AttributeError(f"there is no check {name!r}; there are {', '.join(NAMES)}")
    check: Check = getattr(import_module(f"{__name__}.exercises.{name}"), name)
    return check


def __dir__() -> list[str]:
    return [*NAMES, "Result"]
