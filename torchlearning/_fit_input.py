"""What `fit` is given and what its loss says, checked: no check more often than needed."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from torchlearning import _arguments
from torchlearning.data import MiniBatches
from torchlearning.device import autocasts

IMPOSSIBLE = {
    "negative": "criterion(net(X), y) must not be negative, got {}; for logits use nn.CrossEntropyLoss "
    "(nn.NLLLoss takes log-probabilities), or with a loss that may be negative any_loss=True",
    "diverged": "criterion(net(X), y) must stay finite, got {}; the usual causes: a learning rate that is "
    "too large, features that are not scaled, or that hold nan (missing values?). The losses before are in "
    "this error's .losses; any_loss=True goes on all the same",
}
Batches = Iterable[tuple[Tensor, Tensor]]


class DivergedError(ValueError):
    """Training has left what numbers can say; `losses` holds the mean loss of each epoch before."""

    def __init__(self, words: str, losses: list[float]) -> None:
        super().__init__(words)
        self.losses = losses


def parts(net: nn.Module, criterion: object, optimizer: Optimizer, batchdata: object, epochs: int) -> None:
    """Refuse what cannot be trained, before anything is."""
    _arguments.kind("net", net, nn.Module, "a torch.nn.Module")
    _arguments.function("criterion", criterion, "a function of logits and labels")
    _arguments.kind("optimizer", optimizer, Optimizer, "a torch.optim.Optimizer")
    pairs = None if isinstance(batchdata, Tensor) else batchdata
    _arguments.kind("batchdata", pairs, Iterable, "an iterable of pairs (X, y)")
    if epochs > 1 and isinstance(batchdata, Iterator):
        raise ValueError(
            "batchdata must be readable once an epoch, got an iterator, which is empty after the first; "
            "pass a DataLoader, data_iter(...) or a list"
        )
    held = {id(w) for group in optimizer.param_groups for w in group["params"]}
    if held.isdisjoint(map(id, net.parameters())):
        raise ValueError("optimizer must hold the parameters of net, got those of another network")
    closure = inspect.signature(type(optimizer).step).parameters.get("closure")
    if closure and closure.default is closure.empty:
        given = type(optimizer).__name__
        raise ValueError(f"optimizer must step once a batch, as SGD and Adam do; {given} asks for more")
    if _reduction(criterion) != "mean":
        raise ValueError(f"criterion must average over the batch (reduction='mean'), got {criterion!r}")
    if any(w.is_inference() or w.is_meta for w in net.parameters()):
        raise ValueError("net must hold weights that can be trained, not made in inference_mode or on meta")


def surroundings() -> None:
    """Refuse to train where no gradient is computed, or where the weights are read only once."""
    if not torch.is_grad_enabled():
        raise RuntimeError("fit must run outside of torch.no_grad and inference_mode: it needs gradients")
    if autocasts():
        raise RuntimeError(
            "fit must run outside of torch.autocast, which keeps the rounded weights of the first step: "
            "put the autocast into net's forward"
        )


def _reduction(criterion: object) -> str:
    """Return the reduction that a loss, or a partial of one, is made with."""
    if isinstance(criterion, partial):
        return criterion.keywords.get("reduction") or _reduction(criterion.func)
    return getattr(criterion, "reduction", "mean")


class CheckedBatches:
    """Batches with labels int64 ``(N,)`` that fit the logits; those of `data_iter` take no extra time."""

    def __init__(self, batchdata: Batches) -> None:
        self.batchdata, self.ready = batchdata, isinstance(batchdata, MiniBatches)
        self.num_class: int | None = None
        if isinstance(batchdata, MiniBatches):
            self.labels = _arguments.class_labels("y", batchdata.labels, len(batchdata.features))
            self.batchdata = replace(batchdata, labels=self.labels)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return iter(self.batchdata) if self.ready else map(self._pair, self.batchdata)

    def _pair(self, batch: object) -> tuple[Tensor, Tensor]:
        if not isinstance(batch, list | tuple) or len(batch) != 2:
            given = f"{len(batch)} items" if isinstance(batch, list | tuple) else type(batch).__name__
            raise TypeError(f"batchdata must yield pairs (X, y), got {given}")
        X, y = _arguments.tensor("X", batch[0]), batch[1]
        if not X.ndim:
            raise ValueError("X must have a row for each example, got a single number")
        return X, _arguments.class_labels("y", y, len(X), self.num_class, of="net(X)")

    def fit_logits(self, z: object, y: Tensor) -> None:
        """Refuse logits without a row for each example and a column for each class."""
        z = _arguments.scores(
            "net(X)", z, "give net two outputs, or train the one by hand with nn.BCEWithLogitsLoss"
        )
        if len(z) != len(y):
            raise ValueError(f"net(X) must have a row for each of {len(y)} examples, got {len(z)}")
        self.num_class = z.shape[1]
        known = self.labels if self.ready else y
        _arguments.class_labels("y", known, len(known), self.num_class, of="net(X)")


def first_loss(criterion: Callable[[Tensor, Tensor], Tensor], z: Tensor, y: Tensor, loss: object) -> None:
    """Refuse a loss that is no scalar, leads to no weight, or adds up: examples twice over cost it twice."""
    loss = _arguments.floating("criterion(net(X), y)", loss, ndim=0)
    if not loss.requires_grad:
        raise ValueError("criterion(net(X), y) must depend on weights that require a gradient")
    ratio = 1.0
    if not hasattr(criterion, "reduction"):
        with torch.no_grad(), torch.random.fork_rng(devices=[]), suppress(Exception):  # one that fits N only
            ratio = float(criterion(torch.cat([z, z]), torch.cat([y, y])) / loss)
    if abs(ratio - 2) < 1e-3:
        raise ValueError(f"criterion must average over the batch, got a sum from {criterion!r}")


def mean_loss(losses: list[Tensor], sizes: list[int], before: list[float], *, any_loss: bool) -> float:
    """Return the mean loss over the examples of an epoch, if it is one that a classifier can have."""
    if not losses:
        raise ValueError("batchdata must hold at least one batch, got none")
    values = torch.stack(losses).tolist()
    odd = [(i, v) for i, v in enumerate(values, 1) if not -1e-6 <= v < math.inf]
    if odd and not any_loss:
        step, value = odd[0]
        words = IMPOSSIBLE["negative" if -math.inf < value < 0 else "diverged"]
        raise DivergedError(words.format(f"{value:.4g} in epoch {len(before) + 1}, step {step}"), before)
    return sum(v * n for v, n in zip(values, sizes, strict=True)) / sum(sizes)
