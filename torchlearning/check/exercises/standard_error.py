"""Exercise 5.4: how far an accuracy is off by chance."""

from __future__ import annotations

import math

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise


@exercise("standard_error(accuracy, num_examples)")
def standard_error(call: Exercise) -> str:
    """Check ``standard_error(accuracy, num_examples)``, the standard deviation of an accuracy.

    Parameters
    ----------
    function : callable
        Takes a float between 0 and 1 and an int; returns ``sqrt(a (1 - a) / n)``, a number.

    Notes
    -----
    Lesson 5. Checked: several accuracies and sizes, and both ends.
    """
    words = "It is sqrt(a * (1 - a) / n)."
    for a, n in [(0.8, 10), (0.2, 25), (0.8, 1500), (0.5, 4), (0.9, 1)]:
        case = call(f"accuracy {a} on {n} examples", a, n)
        case.equals(math.sqrt(a * (1 - a) / n), mistakes(a, n), words)
    call("all right", 1.0, 20).equals(0.0, otherwise="If every example is right, a * (1 - a) is 0.")
    call("all wrong", 0.0, 20).equals(0.0, otherwise="If no example is right, a * (1 - a) is 0.")
    return (
        "Notice: to halve it takes four times as many examples. Two accuracies on 1,500 examples that differ "
        "by one point do not differ for certain."
    )


def mistakes(a: float, n: int) -> Mistakes:
    """Return what mistakes in the formula give."""
    root = math.sqrt(a * (1 - a))
    error = root / math.sqrt(n)
    return [
        (a * (1 - a) / n, "That is the variance: the standard error is its square root."),
        (a * (1 - a), "That is the variance of one example: divide by n, and take the square root."),
        (a * (1 - a) / math.sqrt(n), "a * (1 - a) belongs under the root, too: sqrt(a * (1 - a) / n)."),
        (root, "That is the spread of one example; the mean of n is steadier by sqrt(n)."),
        (root / n, "Divide by sqrt(n), not by n: n belongs under the root."),
        (math.sqrt(a / n), "The factor 1 - a is missing."),
        (math.sqrt((1 - a) / n), "The factor a is missing."),
        (math.sqrt(1 / n), "a * (1 - a) is missing under the root."),
        (100 * error, "That is in percentage points; stay between 0 and 1."),
        (math.sqrt(a * (1 - a) / max(n - 1, 0.5)), "Divide by n, not by n - 1: a is taken as known."),
        (math.sqrt(a * (1 - a) / (n + 1)), "Divide by n, not by n + 1."),
        (math.sqrt(a * (1 + a) / n), "The sign: a * (1 - a)."),
        (math.sqrt((a - 1) ** 2 / n), "(1 - a)**2 stands in the place of a * (1 - a)."),
        (root * math.sqrt(n), "Divide by n: more examples make it smaller, not larger."),
        (
            math.sqrt(a) * (1 - a) / n,
            "All of a * (1 - a) / n belongs under the root: look at the parentheses.",
        ),
        (2 * error, "That is two standard errors."),
        (1.96 * error, "That is the half width of a 95% interval; the standard error is without 1.96."),
    ]
