"""Gradient descent: one step by hand, and the whole loop with torch's parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from tqdm.auto import tqdm

from torchlearning import _check, _fit_input
from torchlearning._fit_input import Batches
from torchlearning.device import num_threads

SMALL = 100_000  # numbers in a batch that are not worth sharing out among threads


@torch.no_grad()
def sgd(params: Tensor | Iterable[Tensor], lr: float) -> None:
    """Take one step of gradient descent in place, then set the gradients to zero.

    Parameters
    ----------
    params : Tensor or iterable of Tensor
        Weights whose ``.grad`` a ``backward()`` has filled.
    lr : float
        Learning rate, above 0 and of a size that float32 can hold.

    Raises
    ------
    TypeError, ValueError
        If `lr` is not positive, `params` is empty, or one of them is no leaf or has no
        gradient; then no weight has been changed.

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
    lr = _check.positive("lr", lr, torch.finfo(torch.float32).max)
    if isinstance(params, str) or not isinstance(params, Iterable):
        raise TypeError(f"params must be a tensor or several, such as net.parameters(), got {params!r}")
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
    batchdata: Batches,
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
        Maps logits and labels to a scalar, the mean loss of a batch. (With class weights, as in
        ``nn.CrossEntropyLoss(weight=…)``, the mean over an epoch is not weighted by them.)
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
        If an argument is of the wrong kind, `epochs` is below 0, `criterion` does not average,
        `optimizer` holds none of the parameters of `net`, or `batchdata` can be read only once or
        holds no batch: before anything is trained. If a batch is no pair, its labels are not
        whole class numbers that fit the logits, or its loss has no gradient: when it is met.

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
    epochs = _check.whole_number("epochs", epochs, minimum=0)
    _fit_input.parts(net, criterion, optimizer, batchdata)
    if getattr(criterion, "reduction", "mean") != "mean":
        raise ValueError(f"criterion must average over the batch (reduction='mean'), got {criterion!r}")
    if epochs > 1 and isinstance(batchdata, Iterator):
        raise ValueError(
            "batchdata must be readable once an epoch, got an iterator, which is empty after the first; "
            "pass a DataLoader, data_iter(...) or a list"
        )
    net.train()
    batchdata, num_class = _fit_input.labels_checked(batchdata)
    bar = tqdm(range(epochs), desc="fit", unit="epoch", disable=not _check.flag("progress", progress))
    losses: list[float] = []
    with num_threads():
        for _ in bar:
            losses.append(_train_epoch(net, criterion, optimizer, batchdata, num_class))
            if progress:
                bar.set_postfix(loss=f"{losses[-1]:.4f}", refresh=False)
    return losses


def _train_epoch(
    net: nn.Module,
    criterion: Callable[[Tensor, Tensor], Tensor],
    optimizer: Optimizer,
    batchdata: Batches,
    num_class: float,
) -> float:
    """Take one step for each batch and return the mean loss over the examples."""
    weights = [w for group in optimizer.param_groups for w in group["params"]]
    losses: list[Tensor] = []
    sizes: list[int] = []
    for batch in batchdata:
        X, y = _fit_input.pair(batch)
        if not losses and X.numel() < SMALL:
            torch.set_num_threads(1)
        z = _check.matrix("net(X)", net(X))
        if num_class > z.shape[1] or len(z) != len(y):
            y = _check.class_labels("y", y, *z.shape)
        loss = _check.floating("criterion(net(X), y)", criterion(z, y), ndim=0)
        if not loss.requires_grad:
            raise ValueError("criterion(net(X), y) must depend on weights that require a gradient")
        for w in weights:  # zero_grad() with less ado: an eighth of a small step
            w.grad = None
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())  # .item() would make a GPU wait here
        sizes.append(len(z))
    if not losses:
        raise ValueError("batchdata must hold at least one batch, got none")
    values = torch.stack(losses).tolist()
    return sum(value * size for value, size in zip(values, sizes, strict=True)) / sum(sizes)


def _gradient(name: str, w: object) -> Tensor:
    """Return the gradient of `w`, or say how to get one."""
    w = _check.tensor(name, w)
    if not (w.is_leaf and w.requires_grad):
        raise ValueError(f"{name} must be made with requires_grad=True, got a constant or a computed tensor")
    if w.grad is None:
        raise ValueError(f"{name} must have a gradient, got None; call loss.backward() first")
    return w.grad
