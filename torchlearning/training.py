"""Gradient descent: one step by hand, and the whole loop with torch's parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from tqdm.auto import tqdm

from torchlearning import _check


@torch.no_grad()
def sgd(params: Tensor | Iterable[Tensor], lr: float) -> None:
    """Take one step of gradient descent in place, then set the gradients to zero.

    Parameters
    ----------
    params : Tensor or iterable of Tensor
        Weights whose ``.grad`` a ``backward()`` has filled.
    lr : float
        Learning rate, a finite number above 0.

    Raises
    ------
    TypeError, ValueError
        If `lr` is not positive, `params` is empty, or one of them has no gradient; then no
        weight has been changed.

    Notes
    -----
    Source: ``sgd`` of the original lesson. Lesson 3.

    Examples
    --------
    >>> w = torch.tensor([1.0], requires_grad=True)
    >>> (w**2).sum().backward()
    >>> sgd(w, lr=0.25)
    >>> w.detach(), w.grad
    (tensor([0.5000]), tensor([0.]))
    """
    _check.positive("lr", lr)
    params = [params] if isinstance(params, Tensor) else list(params)
    if not params:
        raise ValueError("params must hold at least one tensor, got none (a used-up generator?)")
    grads = [_gradient(f"params[{i}]", w) for i, w in enumerate(params)]
    for w, grad in zip(params, grads, strict=True):
        w -= lr * grad
        grad.zero_()


def fit(
    net: nn.Module,
    criterion: Callable[[Tensor, Tensor], Tensor],
    optimizer: Optimizer,
    batchdata: Iterable[tuple[Tensor, Tensor]],
    epochs: int,
    *,
    progress: bool = False,
) -> list[float]:
    """Train a classifier and return the mean loss of each epoch.

    The loss of an epoch is the mean over its examples, each taken when its batch was met:
    the weights move meanwhile. Labels go to `criterion` as int64 of shape ``(N,)``, which is
    what ``nn.CrossEntropyLoss`` wants.

    Parameters
    ----------
    net : torch.nn.Module
        Maps features ``(N, D)`` to logits ``(N, C)``.
    criterion : callable
        Maps logits and labels to a scalar, the mean loss of a batch.
    optimizer : torch.optim.Optimizer
        Holds the parameters of `net`.
    batchdata : iterable of (Tensor, Tensor)
        A ``DataLoader``, `data_iter` or list of batches ``(X, y)``; y is integer or
        whole-valued float of shape ``(N, 1)`` or ``(N,)``.
    epochs : int
        Passes over `batchdata`; 0 trains nothing.
    progress : bool
        Show a bar with the loss so far.

    Returns
    -------
    list of float
        `epochs` numbers, in the units of `criterion`.

    Raises
    ------
    TypeError, ValueError
        If `epochs` is not an int of at least 0, `batchdata` can be read only once or holds no
        batch, or labels are not whole class numbers that fit the logits.

    Notes
    -----
    Source: ``fit`` of the original lesson. Lesson 4.

    Examples
    --------
    >>> net = nn.Linear(1, 2)
    >>> losses = fit(
    ...     net, nn.CrossEntropyLoss(), torch.optim.SGD(net.parameters(), lr=0.1),
    ...     [(torch.tensor([[-1.0], [1.0]]), torch.tensor([[0], [1]]))], epochs=3,
    ... )
    >>> losses[0] > losses[1] > losses[2]
    True
    """
    _check.whole_number("epochs", epochs, minimum=0)
    if epochs > 1 and iter(batchdata) is batchdata:
        raise ValueError(
            "batchdata must be readable once an epoch, got an iterator, which is empty after the first; "
            "pass a DataLoader, data_iter(...) or a list"
        )
    net.train()
    bar = tqdm(range(epochs), desc="fit", unit="epoch", disable=not progress)
    losses: list[float] = []
    for _ in bar:
        losses.append(_train_epoch(net, criterion, optimizer, batchdata))
        bar.set_postfix(loss=f"{losses[-1]:.4f}", refresh=False)
    return losses


def _train_epoch(
    net: nn.Module,
    criterion: Callable[[Tensor, Tensor], Tensor],
    optimizer: Optimizer,
    batchdata: Iterable[tuple[Tensor, Tensor]],
) -> float:
    """Take one step for each batch and return the mean loss over the examples."""
    total, count = torch.zeros(()), 0
    for X, y in batchdata:
        z = net(X)
        loss = criterion(z, _check.class_labels(y, *z.shape))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total = total + loss.detach() * len(z)
        count += len(z)
    if not count:
        raise ValueError("batchdata must hold at least one batch, got none")
    return float(total / count)


def _gradient(name: str, w: Tensor) -> Tensor:
    """Return the gradient of `w`, or say how to get one."""
    grad = _check.tensor(name, w).grad
    if grad is None:
        raise ValueError(f"{name} must have a gradient, got None; call loss.backward() first")
    return grad
