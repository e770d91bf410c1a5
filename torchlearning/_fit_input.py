"""What `fit` is given, checked: errors that help, and no check more often than needed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

from torch import Tensor, nn
from torch.optim import Optimizer

from torchlearning import _check
from torchlearning.data import MiniBatches

Batches = Iterable[tuple[Tensor, Tensor]]


def labels_checked(batchdata: Batches) -> tuple[Batches, float]:
    """Check all labels of a `data_iter` now, for speed; of others each batch when it is met.

    Also return how many classes the labels that have been checked need; inf says "not checked".
    """
    if not isinstance(batchdata, MiniBatches):
        return batchdata, math.inf
    y = _check.class_labels("y", batchdata.labels, len(batchdata.features))
    return replace(batchdata, labels=y), int(y.max()) + 1


def parts(net: nn.Module, criterion: object, optimizer: Optimizer, batchdata: object) -> None:
    """Refuse what is no network, loss, data or optimizer, or is the optimizer of another network."""
    _check.kind("net", net, nn.Module, "a torch.nn.Module")
    _check.kind("criterion", criterion, Callable, "a function of logits and labels")
    _check.kind("optimizer", optimizer, Optimizer, "a torch.optim.Optimizer")
    pairs = None if isinstance(batchdata, Tensor) else batchdata
    _check.kind("batchdata", pairs, Iterable, "an iterable of pairs (X, y)")
    held = {id(w) for group in optimizer.param_groups for w in group["params"]}
    if held.isdisjoint(map(id, net.parameters())):
        raise ValueError("optimizer must hold the parameters of net, got those of another network")


def pair(batch: object) -> tuple[Tensor, Tensor]:
    """Return the two tensors of a batch."""
    if not isinstance(batch, list | tuple) or len(batch) != 2:
        given = f"{len(batch)} items" if isinstance(batch, list | tuple) else type(batch).__name__
        raise TypeError(f"batchdata must yield pairs (X, y), got {given}")
    return _check.tensor("X", batch[0]), _check.tensor("y", batch[1])
