"""Softmax regression for a whole grid of dispersions and learning rates, trained at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor
from torch.nn import functional as F
from tqdm.auto import tqdm

from torchlearning import _arguments
from torchlearning.data import centres
from torchlearning.device import full_precision, num_threads


@dataclass(frozen=True, eq=False)
class Sweep:
    """What `sweep` returns: a model after each of E epochs for S dispersions and R rates.

    Attributes
    ----------
    dispersions, rates, mean : tuples of float and float
        The grid, and the spacing of the class centres in the units of the features.
    z, labels : Tensor
        float32 ``(N, D)``, the standard normal noise of all data sets, and int64 ``(N,)``.
    weights : Tensor
        float32 ``(S, R, E + 1, D + 1, C)``: the start, then the weights after each epoch.
    """

    dispersions: tuple[float, ...]
    rates: tuple[float, ...]
    mean: float
    z: Tensor = field(repr=False)
    labels: Tensor = field(repr=False)
    weights: Tensor = field(repr=False)

    def data(self, dispersion: float) -> tuple[Tensor, Tensor]:
        """Return features ``(N, D + 1)``, the last column ones, and labels ``(N, 1)``.

        To float32 rounding what ``tensorGenCla(deg_dispersion=(mean, dispersion), bias=True)``
        gives with the same seed. ValueError if `dispersion` is not on the grid.
        """
        std = self.dispersions[_index("dispersion", dispersion, self.dispersions)]
        return _features(self.z, self.labels, self.mean, std), self.labels.reshape(-1, 1)

    def weights_at(self, dispersion: float, rate: float) -> Tensor:
        """Return one model, a view ``(E + 1, D + 1, C)``; ValueError if it is not on the grid."""
        s, r = _index("dispersion", dispersion, self.dispersions), _index("rate", rate, self.rates)
        return self.weights[s, r]

    def losses(self) -> Tensor:
        """Return the mean cross-entropy over all N examples, in nats: float32 ``(S, R, E + 1)``."""
        return self._scores(lambda Z, y: F.cross_entropy(Z, y, reduction="none").mean(dim=1))

    def accuracies(self) -> Tensor:
        """Return the share of the N examples that are right: float32 ``(S, R, E + 1)``."""
        return self._scores(lambda Z, y: (Z.max(dim=1).indices == y).float().mean(dim=1))

    @full_precision
    @num_threads(1)
    def _scores(self, score: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """Score 16 weight matrices at a time, from logits ``(16, C, N)`` and labels ``(16, N)``."""
        scores = []
        for std, weights in zip(self.dispersions, self.weights, strict=True):
            X, y = self.data(std)
            chunks = weights.flatten(0, 1).split(16)
            scores += [score(w.mT @ X.T, y.T.expand(len(w), -1)) for w in chunks]
        return torch.cat(scores).reshape(self.weights.shape[:3])


@full_precision
def sweep(
    dispersions: Sequence[float],
    rates: Sequence[float],
    *,
    mean: float = 6.0,
    num_examples: int = 500,
    num_inputs: int = 2,
    num_class: int = 3,
    num_epochs: int = 20,
    batch_size: int = 10,
    generator: Generator | None = None,
    progress: bool = False,
) -> Sweep:
    """Train softmax regression by mini-batch SGD for every pair of a dispersion and a rate.

    All share noise, start and batches. Each equals the model of lesson 3's plain loop, with
    `tensorGenCla`, the start ``torch.randn(D + 1, C)`` and `data_iter` on one generator.

    Parameters
    ----------
    dispersions, rates : list or tuple of float
        Standard deviations of the classes and learning rates, each above 0.
    mean, num_examples, num_inputs, num_class
        As for `tensorGenCla`: spacing of the centres, examples in each class, D and C.
    num_epochs, batch_size : int
        Passes over the data, E, at least 0, and examples in each step; the last takes the rest.
    generator, progress
        As for `tensorGenCla` and `fit`.

    Returns
    -------
    Sweep
        The grid, the data and the weights at the start and after each epoch.

    Raises
    ------
    TypeError, ValueError
        If a grid is no list or tuple of at least one finite number above 0, `mean` is not
        finite, a count is no int or too small, or features or weights would overflow float32.

    Notes
    -----
    New in this course. Lesson 5. At rates too large for the data, SGD magnifies rounding.

    Examples
    --------
    >>> result = sweep([1, 4], [0.01, 0.1], num_examples=20, num_epochs=5)
    >>> result.weights.shape, result.losses().shape
    (torch.Size([2, 2, 6, 3, 3]), torch.Size([2, 2, 6]))
    """
    stds, lrs = _grid("dispersions", dispersions), _grid("rates", rates)
    mean = _arguments.finite("mean", mean)
    n = _arguments.whole_number("num_examples", num_examples)
    D = _arguments.whole_number("num_inputs", num_inputs)
    C = _arguments.whole_number("num_class", num_class)
    batch_size = _arguments.whole_number("batch_size", batch_size)
    num_epochs = _arguments.whole_number("num_epochs", num_epochs, minimum=0)
    _arguments.total("num_examples, num_inputs and num_class", len(stds), n, D + 1, C)
    _arguments.total("num_epochs, num_inputs and num_class", len(stds), len(lrs), num_epochs + 1, D + 1, C)
    device, silent = _arguments.generator(generator), not _arguments.flag("progress", progress)

    def noise(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float32, device=device)

    z = torch.cat([noise(n, D) for _ in range(C)])
    labels = torch.arange(C, device=device).repeat_interleave(n)
    X = torch.stack([_features(z, labels, mean, std) for std in stds])
    Y = F.one_hot(labels, C).float().unsqueeze(2)
    start, lr = noise(D + 1, C), torch.tensor(lrs, dtype=torch.float32, device=device)
    bar = tqdm(range(num_epochs), desc="sweep", unit="epoch", disable=silent)
    orders = (torch.randperm(len(z), generator=generator, device=device) for _ in bar)
    weights = _train(X, Y, start, lr, orders, batch_size)
    if not (weights.abs().max() * X.abs().max() * (D + 1)).isfinite():  # a bound on all logits
        raise ValueError(f"rates must give weights that float32 can hold, got {rates!r}")
    return Sweep(stds, lrs, mean, z, labels, weights)


@num_threads(1)
def _train(X: Tensor, Y: Tensor, w: Tensor, lr: Tensor, orders: Iterator[Tensor], size: int) -> Tensor:
    """Return weights ``(S, R, E + 1, D + 1, C)`` for features ``(S, N, D + 1)`` and start ``(D + 1, C)``.

    The R models of a dispersion stand side by side in one matrix: column ``c * R + r``.
    """
    S, R, (D1, C) = len(X), len(lr), w.shape
    W, lr = w.repeat_interleave(R, dim=1).repeat(S, 1, 1), lr.repeat(C)
    history = [W.clone()]
    for order in orders:
        for x, y in zip(X[:, order].split(size, 1), Y[order].split(size), strict=True):
            _step(W, x, y, lr)
        history.append(W.clone())
    return torch.stack(history).view(-1, S, D1, C, R).permute(1, 4, 0, 2, 3).contiguous()


def _step(W: Tensor, X: Tensor, Y: Tensor, lr: Tensor) -> None:
    """Take one step of all models in place: W minus lr times the gradient, ``X^T (P - Y) / B``.

    W is ``(S, D + 1, C * R)``, X ``(S, B, D + 1)``, one-hot Y ``(B, C, 1)``, lr ``(C * R,)``.
    """
    S, B, C = len(W), len(Y), Y.shape[1]
    P = torch.bmm(X, W).view(S, B, C, -1).softmax(dim=2)
    W.addcmul_(lr, torch.bmm(X.mT, P.sub_(Y).view(S, B, -1)), value=-1 / B)


def _features(z: Tensor, labels: Tensor, mean: float, std: float) -> Tensor:
    """Return ``centre + std * z`` with a column of ones, ``(N, D + 1)``."""
    at = centres(mean, int(labels.max()) + 1).float().to(z.device)
    X = at[labels].unsqueeze(1) + std * z
    if not X.isfinite().all():
        raise ValueError(f"mean and dispersions must give features that float32 can hold, got {mean}, {std}")
    return F.pad(X, (0, 1), value=1.0)


def _grid(name: str, values: Sequence[float]) -> tuple[float, ...]:
    """Return one axis of the grid."""
    if not isinstance(values, list | tuple) or not values:
        raise ValueError(f"{name} must be a list or tuple of at least one number, got {values!r}")
    return tuple(_arguments.positive(f"{name}[{i}]", value) for i, value in enumerate(values))


def _index(name: str, value: float, grid: tuple[float, ...]) -> int:
    """Return the place of `value` on the grid."""
    if (value := _arguments.finite(name, value)) not in grid:
        raise ValueError(f"{name} must be on the grid {grid}, got {value}")
    return grid.index(value)
