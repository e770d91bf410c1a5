"""Exercise 7.3: scaling without a leak."""

from __future__ import annotations

import torch
from torch import Tensor

from torchlearning.check.case import Case, Mistakes
from torchlearning.check.exercise import Exercise, exercise
from torchlearning.check.values import fits, has_nan, random_normal

CONSTANT = (
    "A feature that is constant in training has std 0, and 0 / 0 is nan. Divide by 1 where std is 0 (or "
    "leave the feature out of the division)."
)
ONLY_IN_TRAINING = (
    "A feature that is constant in training has std 0, and in the test part something else over 0 is inf "
    "(nan_to_num makes 3e38 of it). Divide by 1 where std is 0."
)
LEAK = (
    "The test part is scaled by its own mean or std. Use those of the training part: the test data are "
    "not known yet."
)
JOINT = (
    "Mean and std are those of both parts together. Take them from the training part alone: the test data "
    "are not known yet."
)
CLIPPED = (
    "Only a std of exactly 0 needs care; here a small but real one is raised, or something is added to it."
)


@exercise("standardize(train, test)")
def standardize(call: Exercise) -> str:
    """Check ``standardize(train, test)``: both scaled by the mean and std of the training data.

    Parameters
    ----------
    function : callable
        Takes two floating-point tensors of shapes ``(N, D)`` and ``(M, D)``; returns both as
        ``(x - mean) / std``, feature by feature. The sample standard deviation (torch's default)
        and that of the population are both right. A feature that is constant in training gives
        zeros there, and numbers that are not inf or nan in the test part. It gets copies.

    Notes
    -----
    Lesson 7. Checked: training part, test part (its own statistics would be a leak), small
    deviations, a constant feature, one that is constant only in training, a test part of a single
    example.
    """
    train = torch.tensor([[0.0, 100], [20, 300], [40, 300], [60, 500]])
    test = torch.tensor([[10.0, 200], [30, 500], [80, 700]])
    _is_scaled(call("four and three examples", train, test), train, test)
    train = torch.tensor([[0.0, 5, 1.1], [0.002, 9, 1.5], [0.001, 7, 1.4], [0.004, 6, 1.2]])
    _is_scaled(call("small deviations", train, train[:3] + 0.1), train, train[:3] + 0.1)
    train = torch.tensor([[10.0, 7, 0], [30, 7, 0], [80, 7, 0]])
    test = torch.tensor([[20.0, 7, 0], [50, 7, 0]])
    _is_scaled(call("constant features", train, test), train, test)
    train = 30 * random_normal(20, 4) + 50
    test = 60 * random_normal(10, 4)
    _is_scaled(call("random examples", train, test), train, test)
    _is_scaled(call("a test part of one example", train, test[:1]), train, test[:1])
    train, test = torch.tensor([[1.0, 3], [2, 3], [4, 3]]), torch.tensor([[2.0, 8], [3, 3]])
    case = call("constant only in training", train, test)
    parts = _parts(case)
    parts[0].equals(_scaled(train, train, _sample(case, train)), [(has_nan, CONSTANT)], CONSTANT)
    rest = parts[1].result
    huge = not isinstance(rest, Tensor) or bool((~(rest.detach().abs() < 1e30)).any())
    parts[1].refuse_if(huge, ONLY_IN_TRAINING)
    return (
        "Notice: the test part has neither mean 0 nor std 1, and should not. In use, examples come one at a "
        "time, and a single one has no std."
    )


def _parts(case: Case) -> list[Case]:
    case.is_there()
    pair = case.result
    both = isinstance(pair, list | tuple) and len(pair) == 2
    case.refuse_if(not both, "Return both parts: return train, test.")
    return [
        case.look(f"the {name} part", part) for name, part in zip(("training", "test"), pair, strict=True)
    ]


def _sample(case: Case, train: Tensor) -> bool:
    """Say whether the answer takes the sample standard deviation, and not that of the population."""
    came = case.result[0]
    return not (isinstance(came, Tensor) and fits(_scaled(train, train, 0), came.detach(), train))


def _is_scaled(case: Case, train: Tensor, test: Tensor) -> None:
    """Demand both parts, scaled by the sample or by the population standard deviation."""
    parts, sample = _parts(case), _sample(case, train)
    words = "Each feature is (x - mean) / std."
    parts[0].equals(_scaled(train, train, sample), _known(train, train, test), words)
    words = "The test part is (x - mean) / std with the very mean and std of the training part."
    own: list[tuple[object, str]] = [
        (_scaled(test, test, correction), LEAK) for correction in (0, 1) if len(test) > 1
    ]
    if len(test) == 1:
        own = [(0 * test, LEAK), (has_nan, LEAK)]
    own += [((test - test.mean(0)) / train.std(0, correction=c), LEAK) for c in (0, 1)]
    again = (_scaled(train, train, sample), "That is the training part again.")
    parts[1].equals(_scaled(test, train, sample), [again, *own, *_known(test, train, test)], words)


def _known(x: Tensor, train: Tensor, test: Tensor) -> Mistakes:
    everything = torch.cat([train, test])
    joint = [(_scaled(x, everything, correction), JOINT) for correction in (0, 1)]
    return [*joint, *mistakes(x, train)]


def _scaled(x: Tensor, by: Tensor, correction: int) -> Tensor:
    std = by.std(0, correction=correction)
    return (x - by.mean(0)) / torch.where(std == 0, 1, std)


def mistakes(x: Tensor, train: Tensor) -> Mistakes:
    """Return what mistakes in scaling x give."""
    mean, std = train.mean(0), train.std(0)
    low, high = train.amin(0), train.amax(0)
    found: list[tuple[object, str]] = [
        (has_nan, CONSTANT),
        (lambda came: came.isinf().any(), CONSTANT),
        (x, "That is as it was: subtract the mean of each feature and divide by its std."),
        (x - mean, "The mean is subtracted; divide by the std, too."),
        ((x - mean) / (high - low), "That is divided by the range; divide by the standard deviation."),
        ((x - low) / (high - low), "That is scaled to 0 … 1; subtract the mean and divide by the std."),
        ((x - train.median(0).values) / std, "The median is subtracted; take the mean."),
    ]
    for correction in (0, 1):
        s = train.std(0, correction=correction)
        found += [
            (x / s, "Subtract the mean of each feature before dividing."),
            ((x - mean) / s**2, "You divide by the variance; its square root is the standard deviation."),
            ((x - mean) * s, "Multiplied by the std; divide."),
            ((mean - x) / s, "The sign is turned: x - mean, not mean - x."),
            (x - mean / s, "Parentheses: (x - mean) / std, not x - mean / std."),
            (
                (x - train.mean()) / train.std(correction=correction),
                "One mean and std for all features: dim=0 gives each its own.",
            ),
            *(((x - mean) / torch.where(s < floor, 1, s), CLIPPED) for floor in (1.0, 0.1, 0.01)),
            *(((x - mean) / s.clamp(min=floor), CLIPPED) for floor in (1.0, 0.1, 0.01)),
            *(((x - mean) / (s + eps), CLIPPED) for eps in (1.0, 0.1, 0.01, 1e-3)),
        ]
        rows = (x - x.mean(1, keepdim=True)) / x.std(1, correction=correction, keepdim=True)
        found.append((rows, "You scale each example by its own mean and std: dim=0 runs over the examples."))
    return found
