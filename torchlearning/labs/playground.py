"""The playground: softmax regression trained live in the page, on made-up or drawn points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional as F
from traitlets import Bool, TraitError, Unicode, observe, validate

from torchlearning.figures.classes import plot_classes
from torchlearning.figures.regions import plot_decision_regions
from torchlearning.labs import seeded
from torchlearning.labs.base import HERE, Lab, Number, Whole, front_end, pack
from torchlearning.labs.playground_data import KINDS, classes, clouds, expand, noise, unpack
from torchlearning.labs.traits import OneOf, Weights
from torchlearning.newton import minimum_loss

FILES = ("train", "data", "draw", "pen", "challenges")


class PlaygroundLab(Lab):
    """Softmax regression on two features, trained live in the page; in Jupyter a bridge to your own loop.

    The page trains in float64 by the same steps as ``torch.optim.SGD``, with batches in the order
    of `batches`. Whatever you assign to `weights` it shows, and takes as the next point of its curves.

    Parameters
    ----------
    small : bool
        Show the main controls only.
    **settings
        Any of the attributes below.

    Attributes
    ----------
    data : str
        ``"clouds"`` (the lecture's), ``"row"`` (four clouds, class 0 at both ends), ``"ring"``, or
        ``"own"``, points drawn by hand.
    num_class, num_points : int
        Classes of clouds and drawn points, 2 to 4; made-up points: 12, 60, 300 or 1500.
    dispersion : float
        Standard deviation of each cloud, 0.1 to 8.
    points : str
        The points drawn, three letters each, up to 2,000; those of classes beyond `num_class` rest.
    model : str
        ``"linear"``, or ``"squares"`` for features x0²/10, x1²/10 and x0 x1/10 besides.
    lr : float
        Learning rate, 1e-4 to 10.
    batch_size : int
        1, 10, 100, or 2000 for all.
    start : str
        ``"random"`` or ``"zero"``.
    seed : int
        0 to 9999, for the random start and the order of the batches.
    shade, pace : str
        ``"regions"`` or ``"probability"``; a ``"step"`` or an ``"epoch"`` for each picture.
    weights : Tensor or None
        float32, shape ``(D + 1, C)``, the bias last: what the page last came to rest with, or what you
        have set. ``dlink`` links it.
    features, labels : Tensor
        float32 ``(N, D + 1)`` with a column of ones, and int64 ``(N, 1)``. Read only.

    Raises
    ------
    TraitError
        If a value is not allowed, or weights do not fit the features and classes.

    Notes
    -----
    New in this course. The playground.

    Examples
    --------
    >>> lab = PlaygroundLab(data="ring", num_points=60, model="squares")
    >>> lab.features.shape, lab.labels.shape
    (torch.Size([60, 6]), torch.Size([60, 1]))
    >>> lab.weights = torch.zeros(6, 2)
    """

    _esm = front_end(*(f"playground_{name}.js" for name in FILES), "playground.js")
    _css = Lab._css + (HERE / "playground.css").read_text(encoding="utf-8")
    data = OneOf(*KINDS).tag(sync=True)
    num_class = Whole(3, min=2, max=4).tag(sync=True)
    num_points = OneOf(1500, 12, 60, 300).tag(sync=True)
    dispersion = Number(2.0, min=0.1, max=8).tag(sync=True)
    points = Unicode().tag(sync=True)
    model = OneOf("linear", "squares").tag(sync=True)
    lr = Number(0.03, min=1e-4, max=10).tag(sync=True)
    batch_size = OneOf(10, 1, 100, 2000).tag(sync=True)
    start = OneOf("random", "zero").tag(sync=True)
    seed = Whole(1, min=0, max=9999).tag(sync=True)
    shade = OneOf("regions", "probability").tag(sync=True)
    pace = OneOf("step", "epoch").tag(sync=True)
    weights = Weights()
    small = Bool(False).tag(sync=True)

    def __init__(self, *, small: bool = False, **settings: Any) -> None:
        if unknown := set(settings) - set(self.class_trait_names(sync=True)):
            raise TraitError(f"PlaygroundLab has no setting {', '.join(sorted(unknown))}")
        super().__init__(_data={"noise": pack(noise())}, small=small, **settings)

    @validate("points")
    def _drawn(self, proposal: dict[str, Any]) -> str:
        try:
            unpack(proposal["value"])
        except ValueError as error:
            raise TraitError(f"points {error}") from None
        return proposal["value"]

    @validate("weights")
    def _fitting(self, proposal: dict[str, Any]) -> Tensor | None:
        w, shape = proposal["value"], self._shape()
        if w is not None and tuple(w.shape) != shape:
            raise TraitError(f"weights must have shape {shape}, got {tuple(w.shape)}")
        return w

    @observe("data", "num_class", "model")
    def _forget(self, _: object) -> None:
        if self.weights is not None and tuple(self.weights.shape) != self._shape():
            self.weights = None

    def _shape(self) -> tuple[int, int]:
        return (6 if self.model == "squares" else 3), len(set(classes(self.data, self.num_class)))

    def _points(self) -> tuple[Tensor, Tensor]:
        if self.data == "own":
            points, labels = unpack(self.points)
            return points[labels < self.num_class], labels[labels < self.num_class]
        return clouds(self.data, self.num_class, self.num_points, self.dispersion)

    @property
    def features(self) -> Tensor:
        """What the model is fed."""
        return expand(self._points()[0], self.model == "squares").float()

    @property
    def labels(self) -> Tensor:
        """The classes of the points, a column as in the lecture."""
        return self._points()[1].unsqueeze(1)

    def batches(self) -> Iterator[Tensor]:
        """Yield the rows of each batch in the page's order, epoch after epoch, without end."""
        return seeded.batches(len(self.labels), self.batch_size, self.seed)

    def first_weights(self) -> Tensor:
        """Return the weights that the page begins with: float64, shape ``(D + 1, C)``."""
        w = seeded.first_weights(*self._shape(), self.seed)
        return w if self.start == "random" else torch.zeros_like(w)

    def summary(self) -> str:
        """Return what is set."""
        dispersed = "" if self.data == "own" else f", dispersion {self.dispersion:g}"
        return (
            f"{len(self.labels)} points ({self.data}{dispersed}) of {self._shape()[1]} classes, "
            f"{self.model} features, learning rate {self.lr:g}, batch size {self.batch_size}"
        )

    def still(self) -> Figure:
        """Return the points, and the regions of the weights or of the lowest loss, if there are any."""
        figure = Figure(figsize=(5, 4), layout="constrained")
        ax, (points, labels), squares = figure.subplots(), self._points(), self.model == "squares"
        if not len(labels):
            return figure
        plot_classes(points.float(), labels, ax=ax, size=6)
        w = self.weights
        if w is None:
            try:
                w = minimum_loss(self.features, labels, self._shape()[1])[0].float()
            except ValueError:  # there is none
                w = self.first_weights().float()
        plot_decision_regions(lambda X: F.linear(expand(X, squares), w.T), ax=ax)
        return figure
