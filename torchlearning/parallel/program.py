"""Softmax regression on any number of processes, with the weights of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor
from torch.nn import functional as F

from torchlearning import _arguments
from torchlearning.data import tensorGenCla
from torchlearning.parallel import checkpoint
from torchlearning.training import sgd


class Settings(NamedTuple):
    """What decides the weights at the end, and nothing else: the number of processes is not in it.

    Attributes
    ----------
    batch_size : int
        Examples in a step, of all ranks together.
    lr : float
        Learning rate.
    seed : int
        Of the data, the first weights, and the order of each epoch.
    std : float
        Standard deviation of the clouds of `tensorGenCla`, whose centres are 6 apart.
    dtype : str
        "float32" or "float64".
    """

    batch_size: int = 50
    lr: float = 0.03
    seed: int = 420
    std: float = 4.0
    dtype: str = "float32"


def train(
    settings: Settings = Settings(),  # noqa: B008 - a NamedTuple, which nobody can change
    epochs: int = 20,
    *,
    device: str | torch.device = "cpu",
    file: str | Path | None = None,
    tell: Callable[[str], Any] | None = None,
) -> Tensor:
    """Train on the ranks of the present process group; every rank calls this and gets the weights.

    Each batch is cut into one shard a rank, as equal as can be, perhaps empty. A rank's loss is the
    *sum* over its shard divided by the size of the whole batch, so the gradients of all ranks add up
    to that of one process, whatever the shards.

    Parameters
    ----------
    settings : Settings
        What decides the weights.
    epochs : int
        Passes over the data, those before a resumed checkpoint included.
    device : str or torch.device
        Where this rank computes.
    file : path, optional
        The checkpoint: written by rank 0 after each epoch, and resumed if it is there.
    tell : callable, optional
        Called on rank 0 with a line about each epoch, such as ``print``.

    Returns
    -------
    Tensor
        Weights, shape ``(3, 3)``, the biases in the last row; on the CPU.

    Raises
    ------
    RuntimeError
        If there is no process group, or another rank is lost.
    TypeError, ValueError
        If an argument is of the wrong kind, or the checkpoint is unreadable or of another run: then
        on every rank.

    Notes
    -----
    New in this course. Lesson 8.
    """
    epochs = _arguments.whole_number("epochs", epochs, minimum=0)
    if not dist.is_initialized():
        raise RuntimeError("train needs a process group: with process_group() as device: ...")
    rank, ranks, file = dist.get_rank(), dist.get_world_size(), None if file is None else Path(file)
    X, y, w = _start(settings, device)
    done = _resume(file, settings, w) if file else 0
    dist.broadcast(w.data, 0)  # from here on, rank 0's weights are everybody's

    for epoch in range(done, epochs):
        total = torch.zeros((), dtype=X.dtype, device=device)
        order = torch.randperm(len(X), generator=torch.Generator().manual_seed(settings.seed + epoch))
        for batch in order.to(device).split(settings.batch_size):
            shard = batch.tensor_split(ranks)[rank]
            loss = F.cross_entropy(X[shard] @ w, y[shard], reduction="sum") / len(batch)
            loss.backward()
            dist.all_reduce(w.grad)
            sgd(w, settings.lr)
            total += loss.detach() * len(batch)
        dist.all_reduce(total)
        if rank == 0 and file:
            state = {"settings": settings._asdict(), "epoch": epoch + 1, "w": w.detach().cpu()}
            checkpoint.save(file, state)
        if rank == 0 and tell:
            tell(f"epoch {epoch + 1} of {epochs}: loss {total.item() / len(X):.4f}")
    return w.detach().cpu()


def _start(settings: Settings, device: str | torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Return features with a column of ones, labels, and first weights, the same on every rank."""
    _arguments.kind("settings", settings, Settings, "Settings")
    _arguments.whole_number("settings.batch_size", settings.batch_size)
    seed = _arguments.whole_number("settings.seed", settings.seed, minimum=0, maximum=2**62)
    if settings.dtype not in ("float32", "float64"):
        raise ValueError(f"settings.dtype must be 'float32' or 'float64', got {settings.dtype!r}")
    dtype, generator = getattr(torch, settings.dtype), torch.Generator().manual_seed(seed)
    X, y = tensorGenCla(deg_dispersion=(6, settings.std), bias=True, generator=generator)
    w = torch.randn(3, 3, generator=generator).to(device, dtype).requires_grad_()
    return X.to(device, dtype), y.flatten().to(device), w


def _resume(file: Path, settings: Settings, w: Tensor) -> int:
    """Fill the weights on rank 0; return on every rank how many epochs are done, or raise on every rank."""
    found: list[Any] = [0, None]
    if dist.get_rank() == 0:
        try:
            if state := checkpoint.load(file, settings._asdict()):
                w.data.copy_(state["w"])
                found[0] = state["epoch"]
        except ValueError as error:
            found[1] = str(error)
    dist.broadcast_object_list(found)
    if found[1]:
        raise ValueError(found[1])
    return int(found[0])
