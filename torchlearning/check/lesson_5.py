"""Checks of lesson 5: the best accuracy possible, and how far an accuracy is off by chance."""

from __future__ import annotations

import math
from statistics import NormalDist

from torchlearning.check._case import Mistakes
from torchlearning.check._exercise import LIMIT, Exercise, Function
from torchlearning.theory import bayes_accuracy as theory

Phi = NormalDist().cdf


def bayes_accuracy(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``bayes_accuracy(deg_dispersion, num_inputs, num_class)``, the ceiling of the data.

    Parameters
    ----------
    function : callable
        Takes `deg_dispersion`, a list ``[mean, std]``, and two ints; returns a number.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 5. Checked: the course's data, more features and classes, no spread of the centres, a
    single class, a negative mean.
    """
    with Exercise("bayes_accuracy(deg_dispersion, num_inputs, num_class)", function, seconds) as call:
        words = "It is 1 - 2 (C - 1) / C * Phi(-d / (2 std)), where d = mean * sqrt(num_inputs)."
        for arguments in [((6, 4), 3, 4), ((6, 2), 2, 3), ((3, 4), 10, 2), ((1, 2), 1, 5)]:
            (mean, std), D, C = arguments
            case = call([mean, std], D, C)
            case.equals(theory((mean, std), D, C), _wrong_ceiling(mean, std, D, C), words)
        guess = "All centres are at one place, so nothing is better than guessing: 1 / num_class."
        call([0, 4], 2, 3).equals(1 / 3, otherwise=guess)
        call([6, 4], 2, 1).equals(1.0, otherwise="With a single class every answer is right.")
        mirror = "A negative mean only turns the row of centres around: take abs(mean)."
        call([-6, 4], 2, 3).equals(theory((-6, 4), 2, 3), otherwise=mirror)
        call.right(
            "Notice: mean, std and the number of features count only through mean * sqrt(num_inputs) / "
            "std. More features help, if they all say something."
        )


def _wrong_ceiling(mean: float, std: float, D: int, C: int) -> Mistakes:
    def accuracy(d: float, factor: float = 2 * (C - 1) / C) -> float:
        return 1 - factor * Phi(-d / 2)

    d = mean * math.sqrt(D) / std
    return [
        (1 - accuracy(d), "That is the share of errors; the accuracy is 1 minus it."),
        (accuracy(mean / std), "Centres lie mean apart in each coordinate, mean * sqrt(num_inputs) in all."),
        (accuracy(mean * D / std), "The distance grows with the square root of num_inputs (Pythagoras)."),
        (accuracy(2 * d), "The border lies halfway: d / 2 from each centre, not d."),
        (accuracy(d / 2), "d / 2 is halved once, not twice."),
        (accuracy(d / std), "Divide by the standard deviation std, not by the variance."),
        (accuracy(d * std), "Divide by std: a distance counts in standard deviations."),
        (accuracy(d, (C - 1) / C), "Inner classes lose on both sides: 2 (C - 1) sides for C classes."),
        (accuracy(d, 1 / C), "Inner classes lose on both sides: 2 (C - 1) sides for C classes."),
        (accuracy(d, 2), "The outer classes lose on one side only: 2 (C - 1) / C, not 2."),
        (accuracy(d, 1), "The inner classes lose on both sides: 2 (C - 1) / C, not 1."),
        (accuracy(d, 2 * (C - 1)), "Divide by C: that is the mean over the classes."),
        (accuracy(-d), "The sign: an error is the far tail, Phi(-d / (2 std))."),
        (accuracy(d, 4 / 3), "4 / 3 holds for three classes only: 2 (C - 1) / C."),
    ]


def standard_error(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``standard_error(accuracy, num_examples)``, the standard deviation of an accuracy.

    Parameters
    ----------
    function : callable
        Takes a float between 0 and 1 and an int; returns ``sqrt(a (1 - a) / n)``, a number.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 5. Checked: several accuracies and sizes, and both ends.
    """
    with Exercise("standard_error(accuracy, num_examples)", function, seconds) as call:
        words = "It is sqrt(a * (1 - a) / n)."
        for a, n in [(0.8, 10), (0.2, 25), (0.8, 1500), (0.5, 4)]:
            call(a, n).equals(math.sqrt(a * (1 - a) / n), _wrong_error(a, n), words)
        call(1.0, 20).equals(0.0, otherwise="If every example is right, a * (1 - a) is 0.")
        call(0.0, 20).equals(0.0, otherwise="If no example is right, a * (1 - a) is 0.")
        call.right(
            "Notice: to halve it takes four times as many examples. Two accuracies on 1,500 examples that "
            "differ by one point do not differ for certain."
        )


def _wrong_error(a: float, n: int) -> Mistakes:
    root = math.sqrt(a * (1 - a))
    return [
        (a * (1 - a) / n, "That is the variance: the standard error is its square root."),
        (root, "That is the spread of one example; the mean of n is steadier by sqrt(n)."),
        (root / n, "Divide by sqrt(n), not by n: n belongs under the root."),
        (math.sqrt(a / n), "The factor 1 - a is missing."),
        (math.sqrt((1 - a) / n), "The factor a is missing."),
        (100 * root / math.sqrt(n), "That is in percentage points; stay between 0 and 1."),
        (math.sqrt(a * (1 - a) / (n - 1)), "Divide by n, not by n - 1: a is taken as known."),
        (math.sqrt(a * (1 + a) / n), "The sign: a * (1 - a)."),
        (root * math.sqrt(n), "Divide by n: more examples make it smaller, not larger."),
        (2 * root / math.sqrt(n), "That is two standard errors."),
        (
            1.96 * root / math.sqrt(n),
            "That is the half width of a 95% interval; the standard error is without 1.96.",
        ),
    ]
