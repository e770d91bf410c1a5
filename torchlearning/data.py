"""Made-up data with a known difficulty, and mini-batches of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from torchlearning import _arguments


def centres(mean: float, num_class: int) -> Tensor:
    """Return where the classes of `tensorGenCla` lie on the diagonal: float64 ``(C,)``, around 0."""
    i = torch.arange(num_class, dtype=torch.float64, device="cpu")
    return mean * i - mean * (num_class - 1) / 2


def tensorGenCla(
    num_examples: int = 500,
    num_inputs: int = 2,
    num_class: int = 3,
    deg_dispersion: Sequence[float] = (4, 2),
    bias: bool = False,
    *,
    generator: Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Draw a classification data set: one normal cloud for each class.

    With ``mean, std = deg_dispersion``, every coordinate of class ``i`` is normal with mean
    ``mean * i - mean * (num_class - 1) / 2`` and standard deviation ``std``: the larger ``std`` is
    for its ``mean``, the more the classes overlap. ``tensorGenCla`` of the original; lesson 1 on.

    Parameters
    ----------
    num_examples, num_inputs, num_class : int
        Examples in each class, features, D, and classes, C.
    deg_dispersion : pair of float
        ``(mean, std)``, in the units of the features.
    bias : bool
        Append a column of ones, so that the last row of a weight matrix acts as the bias.
    generator : torch.Generator, optional
        Source of randomness, whose device the data are made on; torch's on the CPU if not given.

    Returns
    -------
    features, labels : Tensor
        float32 ``(C * num_examples, D)``, with `bias` a column more, and int64
        ``(C * num_examples, 1)``, class after class.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or size, or the features would overflow float32.

    Examples
    --------
    >>> features, labels = tensorGenCla(num_examples=2, bias=True)
    >>> features.shape, labels.flatten()
    (torch.Size([6, 3]), tensor([0, 0, 1, 1, 2, 2]))
    """
    n = _arguments.whole_number("num_examples", num_examples)
    D = _arguments.whole_number("num_inputs", num_inputs)
    C = _arguments.whole_number("num_class", num_class)
    mean, std = _arguments.mean_and_std(deg_dispersion)
    _arguments.total("num_examples, num_inputs and num_class", n, D + _arguments.flag("bias", bias), C)
    device, at = _arguments.generator(generator), centres(mean, C).tolist()
    _float32_holds(deg_dispersion, max(abs(at[0]), std))

    def cloud(centre: float) -> Tensor:
        return torch.normal(centre, std, (n, D), generator=generator, dtype=torch.float32, device=device)

    features = torch.cat([cloud(centre) for centre in at])
    labels = torch.arange(C, device=device).repeat_interleave(n)
    _float32_holds(deg_dispersion, features.abs().max().item())
    if bias:
        features = F.pad(features, (0, 1), value=1.0)
    return features, labels.reshape(-1, 1)


def _float32_holds(deg_dispersion: object, largest: float) -> None:
    """Refuse what would overflow."""
    if not largest <= torch.finfo(torch.float32).max:
        raise ValueError(f"deg_dispersion must give numbers that float32 can hold, got {deg_dispersion!r}")


def data_iter(
    batch_size: int, features: Tensor, labels: Tensor, *, generator: Generator | None = None
) -> MiniBatches:
    """Return one epoch of shuffled mini-batches; iterating again shuffles again.

    ``data_iter`` of the original, which gathered example by example; lesson 3.

    Parameters
    ----------
    batch_size : int
        Examples in each batch; the last one holds what is left.
    features, labels : Tensor
        Any dtype, ``(N, …)``, one entry for each example.
    generator : torch.Generator, optional
        Source of the order; torch's on the CPU if not given.

    Returns
    -------
    MiniBatches
        An iterable of pairs ``(X, y)``, detached copies; ``len()`` is their number.

    Raises
    ------
    TypeError, ValueError
        If `batch_size` is not an int of at least 1, or the lengths differ or are 0.

    Examples
    --------
    >>> batches = data_iter(2, torch.arange(5), torch.arange(5))
    >>> len(batches), sorted(torch.cat([y for _, y in batches]).tolist())
    (3, [0, 1, 2, 3, 4])
    """
    batch_size = _arguments.whole_number("batch_size", batch_size)
    _arguments.generator(generator)
    if _arguments.tensor("features", features).ndim == 0 or len(features) == 0:
        raise ValueError(f"features must hold at least one example, got shape {tuple(features.shape)}")
    if _arguments.tensor("labels", labels).ndim == 0 or len(labels) != len(features):
        raise ValueError(
            f"labels must hold one entry for each of the {len(features)} examples in features, "
            f"got shape {tuple(labels.shape)}"
        )
    return MiniBatches(batch_size, features.detach(), labels.detach(), generator)


@dataclass(frozen=True, eq=False)
class MiniBatches:
    """The batches that `data_iter` returns: each example exactly once an epoch."""

    batch_size: int
    features: Tensor = field(repr=False)
    labels: Tensor = field(repr=False)
    generator: Generator | None = None

    def __len__(self) -> int:
        return -(-len(self.features) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        device = self.generator.device if self.generator else "cpu"  # whatever the default is
        order = torch.randperm(len(self.features), generator=self.generator, device=device)
        X, y = self.features[order.to(self.features.device)], self.labels[order.to(self.labels.device)]
        yield from zip(X.split(self.batch_size), y.split(self.batch_size), strict=True)
