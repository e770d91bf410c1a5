"""Checks of lesson 7: the confusion matrix, and scaling without a leak."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.check._case import Case, Mistakes, fits, has_nan
from torchlearning.check._exercise import LIMIT, Exercise, Function, random_normal


def confusion_matrix(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``confusion_matrix(z, y, num_class)``: true classes in rows, predicted in columns.

    Parameters
    ----------
    function : callable
        Takes logits `z`, floating point, shape ``(N, C)``, `y`, int64 class numbers, shape
        ``(N,)`` or ``(N, 1)``, and C; returns counts, int64, shape ``(C, C)``. It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 7. Checked: counts, a class that never occurs, both shapes of labels, dtype.
    """
    with Exercise("confusion_matrix(z, y, num_class)", function, seconds) as call:
        z = F.one_hot(torch.tensor([0, 0, 1, 1, 2, 2, 2]), 3).float()
        y = torch.tensor([0, 0, 0, 1, 2, 2, 1])
        words = "Entry [i, j] counts the examples of class i predicted as j."
        right, mistakes = _counts(z, y, 3), _wrong_matrix(z, y, 3)
        case = call(z, y, 3)
        case.equals(right, mistakes, words)
        counts = "Counts are whole numbers: an int64 tensor, please."
        case.refuse_if(case.result.dtype != torch.int64, counts, came=f"a tensor of {case.result.dtype}")
        shapes = (
            "The labels may have shape (N,) or (N, 1), and here your result depends on which: y.flatten()."
        )
        call(z, y.reshape(-1, 1), 3).equals(right, mistakes, shapes)
        absent = "Classes that never occur have a row and a column of zeros, also at the end: minlength, say."
        call(z[:3], y[:3], 5).equals(_counts(z[:3], y[:3], 5), otherwise=absent)
        z, y = random_normal(60, 4), torch.arange(60) % 4
        call(z, y, 4).equals(
            _counts(z, y, 4), otherwise="On 60 random examples the counts are others. " + words
        )
        call.right(
            "Notice: the diagonal divided by the sums of the rows is how much of each class was found "
            "(recall); divided by the sums of the columns, how far to trust each answer (precision)."
        )


def _counts(z: Tensor, y: Tensor, C: int) -> Tensor:
    return (C * y + z.argmax(1)).bincount(minlength=C * C).reshape(C, C)


def _wrong_matrix(z: Tensor, y: Tensor, C: int) -> Mistakes:
    right, choice = _counts(z, y, C), z.argmax(1)
    shares = right / right.sum(1, keepdim=True)
    once = (
        "M[y, choice] += 1 counts a pair only once, however often it occurs: index_put_(accumulate=True) "
        "or bincount."
    )
    return [
        (right.T, "Turned around: rows are the true classes, columns the predicted ones."),
        ((right > 0).long(), once),
        (shares, "These are shares; the entries should be counts."),
        (right / right.sum(), "These are shares; the entries should be counts."),
        (right.diag(), "That is the diagonal alone, the right predictions of each class."),
        (right.diag().diag(), "The errors are missing: count every pair of true and predicted class."),
        (right - right.diag().diag(), "The right predictions are missing: they are the diagonal."),
        (
            _counts(F.one_hot(y, C).float(), y, C),
            "Every prediction counts as right: take z.argmax(1) for the columns.",
        ),
        (_counts(F.one_hot(choice, C).float(), choice, C), "The labels y play no part; they are the rows."),
        (right.flatten(), "The counts are right; make them a table with reshape(num_class, num_class)."),
        (_counts(-z, y, C), "The smallest logit was taken: argmax, not argmin."),
    ]


def standardize(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``standardize(train, test)``: both scaled by the mean and std of the training data.

    Parameters
    ----------
    function : callable
        Takes two floating-point tensors of shapes ``(N, D)`` and ``(M, D)``; returns both as
        ``(x - mean) / std``, feature by feature. The sample standard deviation (torch's default)
        and that of the population are both right. A feature that is constant in training gives
        zeros. It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 7. Checked: training part, test part (its own statistics would be a leak), a constant
    feature.
    """
    with Exercise("standardize(train, test)", function, seconds) as call:
        train = torch.tensor([[0.0, 100], [20, 300], [40, 300], [60, 500]])
        test = torch.tensor([[10.0, 200], [30, 500], [80, 700]])
        _is_scaled(call(train, test), train, test)
        train = torch.tensor([[10.0, 7, 0], [30, 7, 0], [80, 7, 0]])
        test = torch.tensor([[20.0, 7, 0], [50, 7, 0]])
        _is_scaled(call(train, test), train, test)
        train, test = 30 * random_normal(20, 4) + 50, 60 * random_normal(10, 4)
        _is_scaled(call(train, test), train, test)
        call.right(
            "Notice: the test part has neither mean 0 nor std 1, and should not. In use, examples come one "
            "at a time, and a single one has no std."
        )


CONSTANT = (
    "A feature that is constant in training has std 0, and 0 / 0 is nan. Divide by 1 where std is 0 (or "
    "leave the feature out of the division)."
)
LEAK = (
    "The test part is scaled by its own mean and std. Use those of the training part: the test data are "
    "not known yet."
)
JOINT = (
    "Mean and std are those of both parts together. Take them from the training part alone: the test data "
    "are not known yet."
)


def _is_scaled(case: Case, train: Tensor, test: Tensor) -> None:
    """Demand both parts, scaled by the sample or by the population standard deviation."""
    case.is_there()
    pair = case.result
    both = isinstance(pair, list | tuple) and len(pair) == 2
    case.refuse_if(not both, "Return both parts: return train, test.")
    parts = [
        Case([*case.rows, ("then", f"looked at the {name} part")], part)
        for name, part in zip(("training", "test"), pair, strict=True)
    ]
    sample = not (isinstance(pair[0], Tensor) and fits(_scaled(train, train, 0), pair[0].detach(), train))
    everything = torch.cat([train, test])
    joint = [[(_scaled(x, everything, correction), JOINT) for correction in (0, 1)] for x in (train, test)]
    words = "Each feature is (x - mean) / std."
    parts[0].equals(_scaled(train, train, sample), [*joint[0], *_wrong_scale(train, train)], words)
    words = "The test part is (x - mean) / std with the very mean and std of the training part."
    again = (_scaled(train, train, sample), "That is the training part again.")
    own = [again, *joint[1], *((_scaled(test, test, correction), LEAK) for correction in (0, 1))]
    parts[1].equals(_scaled(test, train, sample), [*own, *_wrong_scale(test, train)], words)


def _scaled(x: Tensor, by: Tensor, correction: int) -> Tensor:
    std = by.std(0, correction=correction)
    return (x - by.mean(0)) / torch.where(std == 0, 1, std)


def _wrong_scale(x: Tensor, train: Tensor) -> Mistakes:
    mean, std = train.mean(0), train.std(0)
    low, high = train.amin(0), train.amax(0)
    found: list[tuple[Tensor | object, str]] = [
        (has_nan, CONSTANT),
        (lambda came: came.isinf().any(), CONSTANT),
        (x, "That is as it was: subtract the mean of each feature and divide by its std."),
        (x - mean, "The mean is subtracted; divide by the std, too."),
        (x / std, "Subtract the mean of each feature before dividing."),
        ((x - mean) / (high - low), "That is divided by the range; divide by the standard deviation."),
        ((x - low) / (high - low), "That is scaled to 0 … 1; subtract the mean and divide by the std."),
    ]
    for correction in (0, 1):
        s = train.std(0, correction=correction)
        found += [
            ((x - mean) / s**2, "You divide by the variance; its square root is the standard deviation."),
            (x - mean / s, "Parentheses: (x - mean) / std, not x - mean / std."),
            (
                (x - train.mean()) / train.std(correction=correction),
                "One mean and std for all features: dim=0 gives each its own.",
            ),
        ]
        if len(x) > 1 and x.shape[1] > 1:
            rows = (x - x.mean(1, keepdim=True)) / x.std(1, correction=correction, keepdim=True)
            found.append(
                (rows, "You scale each example by its own mean and std: dim=0 runs over the examples.")
            )
    return found
