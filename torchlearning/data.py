"""Made-up data with a known difficulty, and mini-batches of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor

from torchlearning import _check


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
    ``mean * i - mean * (num_class - 1) / 2`` and standard deviation ``std``. The centres lie
    on the diagonal, evenly spaced around 0.

    Parameters
    ----------
    num_examples : int
        Examples in each class.
    num_inputs : int
        Features, D.
    num_class : int
        Classes, C.
    deg_dispersion : pair of float
        Spacing ``mean`` of the class centres and standard deviation ``std``, both in the
        units of the features. The larger ``std`` is for its ``mean``, the more the classes
        overlap.
    bias : bool
        Append a column of ones, so that the last row of a weight matrix acts as the bias.
    generator : torch.Generator, optional
        Source of randomness; torch's global generator if not given.

    Returns
    -------
    features : Tensor
        float32, shape ``(C * num_examples, D)``, or ``D + 1`` columns with `bias`.
    labels : Tensor
        int64, shape ``(C * num_examples, 1)``; the classes come in order 0 … C-1.

    Raises
    ------
    TypeError, ValueError
        If a count is not an int of at least 1, `deg_dispersion` is not a list or tuple of two
        finite numbers, ``std`` is not positive, or the features would overflow float32.

    Notes
    -----
    Source: ``tensorGenCla`` of the original lesson. Used from lesson 1 on.

    Examples
    --------
    >>> features, labels = tensorGenCla(num_examples=2, bias=True)
    >>> features.shape, labels.flatten()
    (torch.Size([6, 3]), tensor([0, 0, 1, 1, 2, 2]))
    """
    size = _check.whole_number("num_examples", num_examples), _check.whole_number("num_inputs", num_inputs)
    num_class = _check.whole_number("num_class", num_class)
    mean, std = _check.mean_and_std(deg_dispersion)
    _check.generator(generator)
    _check.total(
        "num_examples, num_inputs and num_class", size[0], size[1] + _check.flag("bias", bias), num_class
    )
    centres = [mean * i - mean * (num_class - 1) / 2 for i in range(num_class)]
    if max(std, *map(abs, centres)) > torch.finfo(torch.float32).max:
        raise ValueError(f"deg_dispersion must give numbers that float32 can hold, got {deg_dispersion!r}")
    clouds = [torch.normal(c, std, size, generator=generator, dtype=torch.float32) for c in centres]
    features = torch.cat(clouds)
    if not features.isfinite().all():
        raise ValueError(f"deg_dispersion must give numbers that float32 can hold, got {deg_dispersion!r}")
    labels = torch.arange(num_class).repeat_interleave(size[0]).reshape(-1, 1)
    if bias:
        features = torch.cat([features, features.new_ones(len(features), 1)], dim=1)
    return features, labels


def data_iter(
    batch_size: int, features: Tensor, labels: Tensor, *, generator: Generator | None = None
) -> MiniBatches:
    """Return one epoch of shuffled mini-batches; iterating again shuffles again.

    Parameters
    ----------
    batch_size : int
        Examples in each batch; the last batch holds what is left.
    features : Tensor
        Any dtype, shape ``(N, …)``.
    labels : Tensor
        Any dtype, shape ``(N, …)``, one entry for each example.
    generator : torch.Generator, optional
        Source of the order; torch's global generator if not given.

    Returns
    -------
    MiniBatches
        An iterable of pairs ``(X, y)``; ``len()`` is the number of batches. The batches are
        copies, detached from whatever computed the features.

    Raises
    ------
    TypeError, ValueError
        If `batch_size` is not an int of at least 1, or the lengths differ or are 0.

    Notes
    -----
    Source: ``data_iter`` of the original lesson, which shuffled with Python's ``random`` and
    gathered example by example. Lesson 3.

    Examples
    --------
    >>> batches = data_iter(2, torch.arange(5), torch.arange(5))
    >>> len(batches), sorted(torch.cat([y for _, y in batches]).tolist())
    (3, [0, 1, 2, 3, 4])
    """
    batch_size = _check.whole_number("batch_size", batch_size)
    _check.generator(generator)
    if _check.tensor("features", features).ndim == 0 or len(features) == 0:
        raise ValueError(f"features must hold at least one example, got shape {tuple(features.shape)}")
    if _check.tensor("labels", labels).ndim == 0 or len(labels) != len(features):
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
        order = torch.randperm(len(self.features), generator=self.generator)
        X, y = self.features[order], self.labels[order]
        yield from zip(X.split(self.batch_size), y.split(self.batch_size), strict=True)
