"""The digit lab: draw a digit, see it counted, and see what a linear model makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional as F
from traitlets import TraitError, validate

from torchlearning.device import full_precision
from torchlearning.figures.classes import plot_images
from torchlearning.figures.diagrams import plot_probabilities
from torchlearning.labs import digit_ink
from torchlearning.labs.base import HERE, Lab, Number, Whole, front_end, pack, trait_errors
from torchlearning.labs.digit_input import (
    CLASSES,
    FULL,
    PIXELS,
    Labelled,
    Strokes,
    column,
    deviations,
    digits,
)
from torchlearning.labs.traits import OneOf, Weights

LETTERS = "ABCDEFGHIJKLMNOPQ"  # of a count from 0 to 16


class DigitLab(Lab):
    """Draw a digit at 32 × 32, see it counted into 8 × 8, and what a linear model says; lesson 7.

    The score of a class is its bias and a part for each pixel: the pixel's weight times what
    the model is fed there, ``(count - mean) / std``.

    Parameters
    ----------
    weights, digit, strokes, pen, box, own
        What the attributes are at first.
    images : Tensor
        Counts of the digits to load, whole numbers from 0 to 16: any real dtype, ``(N, 64)``.
    labels : Tensor
        What they are, 0 to 9: integer or whole-valued float, ``(N,)`` or ``(N, 1)``.
    mean, std : Tensor, optional
        Of each pixel, as the model was trained: floating point, ``(64,)``; 0 and 1 if not given.
        A `std` of 0 counts as 1.

    Attributes
    ----------
    weights : Tensor
        A linear model, floating point ``(65, 10)``, the bias last; kept as float32. Assign any other.
    digit : int
        The row of `images` that is loaded, or -1 for a clean sheet. Strokes add their ink to it.
    strokes : str
        What has been drawn: two letters a point, a dot between strokes.
    pen : float
        Its width in pixels, 0.5 to 8.
    box : str
        ``"drawn"``: counted where it was drawn. ``"fitted"``: first made to fit the box, as the
        data set's digits were.
    own : list of (int, str)
        Drawings that were counted: which digit was meant, and its strokes.
    drawing : Tensor
        float32, shape ``(8, 8)``: the counts shown, from 0 to 16. Read only.
    probabilities : Tensor
        float32, shape ``(10,)``: the softmax of the scores. Read only.
    parts : Tensor
        float32, shape ``(8, 8)``: each pixel's part in the largest score. Read only.
    own_digits : tuple of Tensor
        Those counted, by the present pen and box: counts float32 ``(n, 64)`` and int64 ``(n,)``. Read only.

    Raises
    ------
    TraitError
        If a value is of the wrong kind, shape or size.

    Notes
    -----
    New in this course. Lesson 7.

    Examples
    --------
    >>> lab = DigitLab(torch.zeros(65, 10), torch.zeros(1, 64), torch.tensor([7]))
    >>> lab.strokes = "gEg7"  # a line down the middle
    >>> lab.drawing.sum(0)
    tensor([ 0.,  0.,  0., 61., 61.,  0.,  0.,  0.])
    """

    _esm = front_end(*(f"digit_{name}.js" for name in ("ink", "model", "pen", "draw")), "digit.js")
    _css = Lab._css + (HERE / "digit.css").read_text(encoding="utf-8")
    weights = Weights(optional=False)
    digit = Whole(-1).tag(sync=True)
    strokes = Strokes().tag(sync=True)
    pen = Number(4.0, min=0.5, max=8).tag(sync=True)
    box = OneOf("drawn", "fitted").tag(sync=True)
    own = Labelled().tag(sync=True)

    @full_precision
    def __init__(
        self, weights: Tensor, images: Tensor, labels: Tensor, *, mean: Tensor | None = None,
        std: Tensor | None = None, digit: int = -1, strokes: str = "", pen: float = 4.0, box: str = "drawn",
        own: Sequence[tuple[int, str]] = (),
    ) -> None:  # fmt: skip
        with trait_errors():
            self._images, self._labels = digits(images, labels)
            self._mean, self._std = column("mean", mean, 0.0), deviations(std)
        data = {
            "images": "".join(LETTERS[n] for n in self._images.flatten().int().tolist()),
            "labels": "".join(map(str, self._labels.tolist())),
            "mean": pack(self._mean), "std": pack(self._std),
        }  # fmt: skip
        shown: dict[str, Any] = {"digit": digit, "strokes": strokes, "pen": pen, "box": box, "own": own}
        super().__init__(_data=data, weights=weights, **shown)

    @validate("weights")
    def _linear(self, proposal: dict[str, Any]) -> Tensor:
        w, shape = proposal["value"], (PIXELS + 1, CLASSES)
        if tuple(w.shape) != shape:
            raise TraitError(f"weights must have shape {shape}, got {tuple(w.shape)}")
        return w

    @validate("digit")
    def _loaded(self, proposal: dict[str, Any]) -> int:
        last = len(self._labels) - 1
        if not -1 <= proposal["value"] <= last:
            raise TraitError(f"digit must be from -1 to {last}, got {proposal['value']}")
        return proposal["value"]

    def _counts(self, strokes: str) -> Tensor:
        ink = digit_ink.fitted if self.box == "fitted" else digit_ink.drawn
        return digit_ink.count(ink(strokes, self.pen))

    def _parts(self, counts: Tensor) -> Tensor:
        """Return the parts of each pixel in each score: float64, ``(N, 64, 10)``."""
        fed = (counts.double() - self._mean.double()) / self._std.double()
        return fed.unsqueeze(-1) * self.weights[:-1].double()

    def _scores(self, counts: Tensor) -> Tensor:
        return self._parts(counts).sum(-2) + self.weights[-1].double()

    @property
    def drawing(self) -> Tensor:
        """The counts shown."""
        if self.digit < 0:
            return self._counts(self.strokes)
        ink = digit_ink.count(digit_ink.drawn(self.strokes, self.pen))
        return (self._images[self.digit].view(8, 8) + ink).clamp(max=FULL)

    @property
    @full_precision
    def probabilities(self) -> Tensor:
        """The softmax of the scores, by PyTorch."""
        return F.softmax(self._scores(self.drawing.view(1, -1)), dim=1)[0].float()

    @property
    @full_precision
    def parts(self) -> Tensor:
        """Each pixel's part in the largest score."""
        best = int(self.probabilities.argmax())
        return self._parts(self.drawing.view(1, -1))[0, :, best].view(8, 8).float()

    @property
    def own_digits(self) -> tuple[Tensor, Tensor]:
        """The digits that you drew and counted, as the data set has its own."""
        counts = [self._counts(strokes).flatten() for _, strokes in self.own]
        labels = torch.tensor([k for k, _ in self.own], dtype=torch.int64, device="cpu")
        return (torch.stack(counts) if counts else torch.zeros(0, PIXELS, device="cpu")), labels

    @full_precision
    def _example(self) -> tuple[str, Tensor, Tensor]:
        """Return what is shown, in words, counts and probabilities; of a clean sheet the worst error."""
        what = "a drawing" if self.digit < 0 else f"test digit {self.digit}, a {self._labels[self.digit]}"
        if self.digit >= 0 or self.strokes:
            return what, self.drawing, self.probabilities
        p = F.softmax(self._scores(self._images), dim=1)
        missed = p.argmax(1) != self._labels
        row = int((p.amax(1) * missed).argmax())
        what = f"nothing drawn; test digit {row}, a {self._labels[row]}"
        return what, self._images[row].view(8, 8), p[row].float()

    def summary(self) -> str:
        """Return what is shown and what the model makes of it."""
        what, _, p = self._example()
        return f"{what}: the model says {p.argmax()} with probability {p.max():.4f}"

    def still(self) -> Figure:
        """Return the counts as a picture, and the probabilities as bars."""
        figure = Figure(figsize=(7, 2.8), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1, 2))
        _, counts, p = self._example()
        plot_images(counts.unsqueeze(0), ax=left)
        plot_probabilities({"probability": p}, names=[str(k) for k in range(CLASSES)], ax=right)
        return figure
