"""Exercise 5.2: the best accuracy possible."""

from __future__ import annotations

import math
from statistics import NormalDist

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.theory import bayes_accuracy as theory

Phi = NormalDist().cdf


@exercise("bayes_accuracy(deg_dispersion, num_inputs, num_class)")
def bayes_accuracy(call: Exercise) -> str:
    """Check ``bayes_accuracy(deg_dispersion, num_inputs=2, num_class=3)``, the ceiling of the data.

    Parameters
    ----------
    function : callable
        Takes `deg_dispersion`, a list ``[mean, std]``, and two ints with the defaults 2 and 3;
        returns a number.

    Notes
    -----
    Lesson 5. Checked: several data, no spread of the centres, a single class, a negative mean,
    the defaults.
    """
    words = "It is 1 - 2 (C - 1) / C * Phi(-d / (2 std)), where d = mean * sqrt(num_inputs)."
    for (mean, std), D, C in [
        ((2, 4), 3, 4),
        ((6, 2), 2, 3),
        ((3, 4), 10, 2),
        ((1, 2), 1, 5),
        ((0.5, 0.2), 2, 3),
    ]:
        case = call(f"[{mean}, {std}], {D} inputs, {C} classes", [mean, std], D, C)
        case.equals(theory((mean, std), D, C), mistakes(mean, std, D, C), words)
    guess = "All centres are at one place, so nothing is better than guessing: 1 / num_class."
    call("mean 0", [0, 4], 2, 3).equals(1 / 3, otherwise=guess)
    call("one class", [6, 4], 2, 1).equals(1.0, otherwise="With a single class every answer is right.")
    mirror = "A negative mean only turns the row of centres around: take abs(mean)."
    call("a negative mean", [-6, 4], 2, 3).equals(theory((-6, 4), 2, 3), otherwise=mirror)
    default = "Called with deg_dispersion alone, it takes num_inputs=2 and num_class=3."
    call("the defaults", [6, 4]).equals(theory((6, 4), 2, 3), otherwise=default)
    return (
        "Notice: mean, std and the number of features count only through mean * sqrt(num_inputs) / std. More "
        "features help, if they all say something."
    )


def mistakes(mean: float, std: float, D: int, C: int) -> Mistakes:
    """Return what mistakes in the formula give."""

    def accuracy(d: float, factor: float = 2 * (C - 1) / C) -> float:
        return 1 - factor * Phi(-d / 2)

    d = mean * math.sqrt(D) / std
    return [
        (1 - accuracy(d), "That is the share of errors; the accuracy is 1 minus it."),
        (Phi(-d / 2), "That is one tail, Phi(-d / (2 std)); it is lost on 2 (C - 1) of 2 C sides."),
        (accuracy(mean / std), "Centres lie mean apart in each coordinate, mean * sqrt(num_inputs) in all."),
        (accuracy(mean * D / std), "The distance grows with the square root of num_inputs (Pythagoras)."),
        (accuracy(mean * math.sqrt(2) / std), "sqrt(2) holds for two inputs only: sqrt(num_inputs)."),
        (accuracy(2 * d), "The border lies halfway: d / 2 from each centre, not d."),
        (accuracy(d / 2), "d / 2 is halved once, not twice."),
        (accuracy(d / std), "Divide by the standard deviation std, not by the variance."),
        (accuracy(d * std), "Divide by std: a distance counts in standard deviations."),
        (accuracy(d, (C - 1) / C), "Inner classes lose on both sides: 2 (C - 1) sides for C classes."),
        (accuracy(d, 1 / C), "Inner classes lose on both sides: 2 (C - 1) sides for C classes."),
        (accuracy(d, 2), "The outer classes lose on one side only: 2 (C - 1) / C, not 2."),
        (accuracy(d, 1), "The inner classes lose on both sides: 2 (C - 1) / C, not 1."),
        (accuracy(d, 2 * (C - 1)), "Divide by C: that is the mean over the classes."),
        (accuracy(d, 4 / 3), "4 / 3 holds for three classes only: 2 (C - 1) / C."),
        (accuracy(-d), "The sign: an error is the far tail, Phi(-d / (2 std))."),
        (100 * accuracy(d), "That is in percent; an accuracy lies between 0 and 1."),
    ]
