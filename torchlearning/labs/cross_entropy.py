"""The cross-entropy lab: a prediction on the triangle, its loss and its gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure
from torch import Tensor
from traitlets import List, TraitError, validate

from torchlearning.figures.diagrams import plot_probabilities
from torchlearning.labs.base import Lab, Number, Whole, floats, front_end
from torchlearning.losses import m_cross_entropy


class CrossEntropyLab(Lab):
    """A prediction for three classes, the true class, the loss and its gradient; lesson 2.

    All predictions form a triangle, a corner for each sure one. Minus the gradient, drawn from the
    prediction, ends in the true corner; it is a push on the logits, not the path of the prediction.

    Parameters
    ----------
    probabilities, y
        Where the sliders stand at first.

    Attributes
    ----------
    probabilities : list of three float
        Each from 0 to 1, with sum 1.
    y : int
        The true class, 0, 1 or 2.
    loss : float
        The cross-entropy, in nats; inf if the true class has probability 0. Read only.
    gradient : Tensor
        float32, shape ``(3,)``: the slope of the loss in each logit, ``p - onehot(y)``. Read only.

    Raises
    ------
    TraitError
        If a value is of the wrong kind, number or size, or the probabilities do not sum to 1.

    Notes
    -----
    New in this course. Lesson 2.

    Examples
    --------
    >>> lab = CrossEntropyLab(probabilities=[0.6, 0.2, 0.2], y=0)
    >>> round(lab.loss, 4), lab.gradient
    (0.5108, tensor([-0.4000,  0.2000,  0.2000]))
    """

    _esm = front_end("cross_entropy.js")
    probabilities = List(Number(min=0, max=1), minlen=3, maxlen=3).tag(sync=True)
    y = Whole(0, min=0, max=2).tag(sync=True)

    def __init__(self, probabilities: Sequence[float] = (0.6, 0.2, 0.2), *, y: int = 0) -> None:
        super().__init__(probabilities=probabilities, y=y)

    @validate("probabilities")
    def _sum_to_one(self, proposal: dict[str, Any]) -> list[float]:
        if abs(sum(proposal["value"]) - 1) > 1e-6:
            raise TraitError(f"probabilities must sum to 1, got {proposal['value']}")
        return proposal["value"]

    @property
    def loss(self) -> float:
        """The cross-entropy, by `m_cross_entropy`."""
        return m_cross_entropy(floats(self.probabilities).unsqueeze(0), floats([self.y])).item()

    @property
    def gradient(self) -> Tensor:
        """The slope of the loss in each logit."""
        return floats(self.probabilities) - floats([k == self.y for k in range(3)])

    def summary(self) -> str:
        """Return where the sliders stand, the loss and the gradient."""
        p, gradient = (", ".join(f"{v:.2f}" for v in row) for row in (self.probabilities, self.gradient))
        return f"probabilities {p}, true class {self.y}: loss {self.loss:.4f}, gradient {gradient}"

    def still(self) -> Figure:
        """Return probabilities and gradient as bars."""
        figure = Figure(figsize=(6, 3), layout="constrained")
        series = {"probability": floats(self.probabilities), "gradient": self.gradient}
        plot_probabilities(series, ax=figure.subplots())
        return figure
