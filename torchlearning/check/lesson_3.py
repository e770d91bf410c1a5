"""Checks of lesson 3: accuracy, the step, mini-batches, an epoch."""

from __future__ import annotations

import torch
from torch import Tensor

from torchlearning.check import _wrong_3 as wrong
from torchlearning.check._batches import collected, judge
from torchlearning.check._case import Case
from torchlearning.check._exercise import LIMIT, Exercise, Function, random_normal
from torchlearning.check._words import show


def m_accuracy(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``m_accuracy(soft_z, y)``, the share of rows whose largest entry is at the label.

    Parameters
    ----------
    function : callable
        Takes `soft_z`, floating point, shape ``(N, C)``, and `y`, int64 class numbers, shape
        ``(N, 1)`` or ``(N,)``; returns a scalar tensor or a number. It gets copies.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 3. Checked: value, both shapes of labels, all right, all wrong, 50 random rows.
    """
    with Exercise("m_accuracy(soft_z, y)", function, seconds) as call:
        soft_z = torch.tensor(
            [[0.4, 0.3, 0.3], [0.1, 0.2, 0.7], [0.3, 0.45, 0.25], [0.5, 0.1, 0.4], [0.1, 0.1, 0.8]]
        )
        y, words = torch.tensor([[0], [2], [1], [2], [0]]), "3 of 5 labels are where their row is largest."
        call(soft_z, y).equals(0.6, wrong.m_accuracy(soft_z, y), words)
        call(soft_z, y.flatten()).equals(0.6, wrong.m_accuracy(soft_z, y), "Labels may have shape (N,), too.")
        call(soft_z[:3], y[:3]).equals(1.0, otherwise="All three rows are right.")
        call(soft_z[3:], y[3:]).equals(0.0, otherwise="Both rows are wrong.")
        soft_z, y = torch.softmax(random_normal(50, 4), 1), torch.arange(50).reshape(50, 1) % 4
        share = (soft_z.argmax(1) == y.flatten()).double().mean().item()
        call(soft_z, y).equals(share, otherwise="On 50 random rows the share is another one.")
        call.right(
            "Notice: only the order within a row counts, so logits give the same accuracy; and its "
            "gradient is 0 or does not exist, so training needs a loss."
        )


def sgd(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``sgd(params, lr)``, a step of gradient descent in place that zeroes the gradient.

    Parameters
    ----------
    function : callable
        Takes `params`, a leaf that requires a gradient and has one, and `lr`, a float; moves
        `params` in place and sets its gradient to zero (or None). What it returns is ignored.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 3. Checked: the step, zeroed gradient, still a leaf that records, two steps in a row.
    """
    with Exercise("sgd(params, lr)", function, seconds) as call:
        for values, grad, lr in [([1.0, -2], [2.0, 5], 0.1), ([[3.0], [0.5]], [[-4.0], [3]], 0.25)]:
            w = torch.tensor(values, requires_grad=True)
            w.grad = torch.tensor(grad)
            words = [f"{show(w)}, whose .grad is {show(w.grad)}", show(lr)]
            moved = _after(call(w, lr, words=words, pure=False))
            mistakes = wrong.sgd(w.detach(), w.grad, lr)
            moved.equals(w.detach() - lr * w.grad, mistakes, "The step is w -= lr * grad.")
            after = moved.result.grad
            came = f".grad is {show(after)}"
            moved.refuse_if(after is not None and bool((after != 0).any()), wrong.NOT_ZEROED, came=came)
        call.right(
            "Notice: without torch.no_grad() the step itself would be recorded, which torch refuses for a "
            "leaf; and without zero_() the next backward() would add to this gradient."
        )


def data_iter(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``data_iter(batch_size, features, labels)``, shuffled mini-batches of all examples.

    Parameters
    ----------
    function : callable
        Takes `batch_size`, an int, `features`, shape ``(N, D)``, and `labels`, shape ``(N, 1)``;
        returns or yields pairs ``(X, y)``. It gets copies.
    seconds : float
        Time limit of each call of `function`, until its last batch has come.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 3. Checked: pairs, sizes with a short last batch, each example exactly once with its
    label, a new order each time, a batch larger than the data.
    """
    with Exercise("data_iter(batch_size, features, labels)", function, seconds) as call:
        call.function = collected(function, limit=20)
        labels = torch.arange(10).reshape(10, 1)
        features = torch.cat([labels, labels + 100], 1).float()
        orders = [judge(call(size, features, labels), size, labels) for size in (4, 4, 5, 1, 30)]
        same = (
            "Both times the examples come in this order. Shuffle anew at each call, and set no seed inside."
        )
        orders[1].refuse_if(orders[0].result == orders[1].result, same)
        call.right(
            "Notice: the last batch is short. Its mean is taken over fewer examples, so an example in it "
            "weighs more in its step, and the mean over an epoch has to be weighted by batch size."
        )


def train_epoch(function: Function, *, seconds: float = LIMIT) -> None:
    """Check ``train_epoch(w, X, y, lr, batch_size)``, one epoch of mini-batches in the given order.

    Parameters
    ----------
    function : callable
        Takes `w`, a leaf that requires a gradient, shape ``(D, C)``, `X`, shape ``(N, D)``, `y`,
        int64 class numbers, shape ``(N, 1)``, `lr` and `batch_size`; moves `w` in place, one
        step for each batch of the mean cross-entropy. What it returns is ignored.
    seconds : float
        Time limit of each call of `function`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    Notes
    -----
    Lesson 3. Checked: w after an epoch with and without a short last batch, still a leaf that
    records; the same from another w.
    """
    with Exercise("train_epoch(w, X, y, lr, batch_size)", function, seconds) as call:
        X, y = random_normal(8, 3).mul(2).round(), torch.tensor([[0], [1], [2], [0], [2], [1], [1], [0]])
        for seed, lr, batch_size in [(0, 0.5, 3), (1, 0.3, 4), (2, 0.1, 20)]:
            w = random_normal(3, 3).round().roll(seed).requires_grad_()
            moved = _after(call(w, X, y, lr, batch_size, pure=False))
            right = wrong.epoch(w, X, y, lr, batch_size)
            words = (
                "For each batch, in the order given: the mean loss, backward(), a step, the gradient to zero."
            )
            moved.equals(right, wrong.train_epoch(w.detach(), X, y, lr, batch_size), words)
        call.right(
            "Notice: three batches are three steps, each from where the last one ended. In a real run "
            "shuffle first: in the order of the file a batch may hold a single class."
        )


def _after(case: Case) -> Case:
    """Return a case whose result is the first argument as the function left it."""
    moved: Tensor = case.arguments[0]
    rows = [*case.rows, ("then", f"looked at {case.rows[1][1].split(' = ')[0]}")]
    after = Case(rows, moved, case.arguments)
    after.refuse_if(not (moved.is_leaf and moved.requires_grad), wrong.CONSTANT)
    return after
