"""Gradient descent: one step by hand, and the whole loop with torch's parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from tqdm.auto import tqdm

from torchlearning import _arguments, _fit_input
from torchlearning._fit_input import Batches
from torchlearning.device import num_threads

SMALL = 100_000  # numbers in a batch that are not worth sharing out among threads


@torch.no_grad()
def sgd(params: Tensor | Iterable[Tensor], lr: float) -> None:
    """Take one step of gradient descent in place, then set the gradients to zero.

    ``sgd`` of the original; lesson 3.

    Parameters
    ----------
    params : Tensor or iterable of Tensor
        Weights whose ``.grad`` a ``backward()`` has filled.
    lr : float
        Learning rate, above 0 and of a size that float32 can hold.

    Raises
    ------
    TypeError, ValueError
        If `lr` is not positive, or a weight is no leaf or has no gradient; then none has changed.

    Examples
    --------
    >>> w = torch.tensor([1.0], requires_grad=True)
    >>> (w**2).sum().backward()
    >>> sgd(w, lr=0.25)
    >>> w.detach(), w.grad
    (tensor([0.5000]), tensor([0.]))
    """
    lr = _arguments.positive("lr", lr, torch.finfo(torch.float32).max)
    params = _several(params)
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
    any_loss: bool = False,
) -> list[float]:
    """Train a classifier and return the mean loss of each epoch.

    The mean over its examples, each taken when its batch was met: the weights move meanwhile.
    ``fit`` of the original; lesson 4.

    Parameters
    ----------
    net : torch.nn.Module
        Maps features ``(N, D)`` to logits ``(N, C)``, C at least 2. Left in training mode.
    criterion : callable
        Maps logits and labels, int64 ``(N,)``, to the mean loss of a batch. (Class weights do not
        weigh the mean over an epoch.)
    optimizer : torch.optim.Optimizer
        Holds the parameters of `net`.
    batchdata : iterable of (Tensor, Tensor)
        A ``DataLoader``, `data_iter` or list of batches ``(X, y)``; y is integer or
        whole-valued float, ``(N, 1)`` or ``(N,)``.
    epochs : int
        Passes over `batchdata`; 0 trains nothing.
    progress : bool
        Show a bar with the loss so far.
    any_loss : bool
        Allow losses that are nan, infinite or negative, to show a divergence or because
        `criterion` is no usual loss.

    Returns
    -------
    list of float
        `epochs` numbers, in the units of `criterion`.

    Raises
    ------
    TypeError, ValueError
        If an argument or a batch does not fit, `criterion` does not average or `batchdata` can be
        read only once: as soon as it can be known. If a loss is impossible: after that epoch, with
        the losses before it in the error's ``losses``.
    RuntimeError
        Where there are no gradients or within ``torch.autocast``.

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
    epochs = _arguments.whole_number("epochs", epochs, minimum=0)
    silent, any_loss = not _arguments.flag("progress", progress), _arguments.flag("any_loss", any_loss)
    _fit_input.parts(net, criterion, optimizer, batchdata, epochs)
    _fit_input.surroundings()
    batches = _fit_input.CheckedBatches(batchdata)

    net.train()
    weights = [w for group in optimizer.param_groups for w in group["params"]]
    history: list[float] = []
    bar = tqdm(range(epochs), desc="fit", unit="epoch", disable=silent)
    with num_threads():
        for _ in bar:
            losses: list[Tensor] = []
            sizes: list[int] = []
            for X, y in batches:
                first = not (history or losses)  # it stands for the rest
                if first and X.numel() < SMALL:
                    torch.set_num_threads(1)
                z = net(X)
                if first:
                    batches.fit_logits(z, y)
                loss = criterion(z, y)
                if first:
                    _fit_input.first_loss(criterion, z, y, loss)
                for w in weights:  # zero_grad() with less ado: an eighth of a small step
                    w.grad = None
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())  # .item() would make a GPU wait here
                sizes.append(len(y))
            history.append(_fit_input.mean_loss(losses, sizes, history, any_loss=any_loss))
            bar.set_postfix(loss=f"{history[-1]:.4f}", refresh=False)
    return history


def _several(params: Tensor | Iterable[Tensor]) -> list[Tensor]:
    """Return one tensor or several as a list."""
    if isinstance(params, Tensor):
        return [params]
    try:
        several = list(params) if not isinstance(params, str) else None
    except TypeError:  # no iterable, or in name only, as numbers of NumPy are
        several = None
    if several is None:
        raise TypeError(f"params must be a tensor or several, such as net.parameters(), got {params!r}")
    if not several:
        raise ValueError("params must hold at least one tensor, got none (a used-up generator?)")
    return several


def _gradient(name: str, w: object) -> Tensor:
    """Return the gradient of `w`, or say how to get one."""
    w = _arguments.tensor(name, w)
    if not (w.is_leaf and w.requires_grad):
        raise ValueError(f"{name} must be made with requires_grad=True, got a constant or a computed tensor")
    if w.grad is None:
        raise ValueError(f"{name} must have a gradient, got None; call loss.backward() first")
    return w.grad
