"""The dispersion lab: every model of a sweep, at sliders for dispersion, rate and epoch."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from traitlets import Instance, TraitError, observe, validate

from torchlearning.figures.classes import plot_history
from torchlearning.figures.style import PALETTE
from torchlearning.grid import Sweep
from torchlearning.labs.base import Lab, Number, Whole, front_end, pack, pack_weights, plot_plane
from torchlearning.theory import bayes_accuracy, bayes_cuts


class DispersionLab(Lab):
    """Data, decision regions, accuracy and loss of each model in a sweep; lesson 5.

    Every position of the sliders shows what torch computed for that point of the grid.

    Parameters
    ----------
    sweep : Sweep
        What `sweep` returned, with two inputs and two to six classes.
    dispersion, lr : float, optional
        Where the sliders stand at first, on the grid of the sweep; the middle of it if not given.
    epoch : int, optional
        The same; the last epoch if not given.

    Attributes
    ----------
    sweep : Sweep
        May be replaced; sliders move to the nearest value that the new grid has.
    dispersion, lr : float
        Standard deviation of the classes and learning rate, on the grid.
    epoch : int
        0, the start, up to the number of epochs.
    accuracy, loss, ceiling : float
        Of the model shown, on all its examples, and the Bayes accuracy there. Read only.

    Raises
    ------
    TraitError
        If a value is not on the grid, or the sweep cannot be drawn.

    Notes
    -----
    New in this course. Lesson 5.

    Examples
    --------
    >>> from torchlearning import sweep
    >>> lab = DispersionLab(sweep([1, 4], [0.01, 0.1], num_examples=20, num_epochs=5), dispersion=4)
    >>> lab.epoch = 0
    >>> lab.dispersion, lab.lr, lab.epoch, round(lab.ceiling, 4)
    (4.0, 0.1, 0, 0.8074)
    """

    _esm = front_end("dispersion.js")
    sweep = Instance(Sweep)
    dispersion = Number().tag(sync=True)
    lr = Number().tag(sync=True)
    epoch = Whole().tag(sync=True)

    def __init__(
        self,
        sweep: Sweep,
        *,
        dispersion: float | None = None,
        lr: float | None = None,
        epoch: int | None = None,
    ) -> None:
        if not isinstance(sweep, Sweep):
            raise TraitError(f"sweep must be what torchlearning.sweep returns, got {type(sweep).__name__}")
        if dispersion is None:
            dispersion = sweep.dispersions[len(sweep.dispersions) // 2]
        if lr is None:
            lr = sweep.rates[len(sweep.rates) // 2]
        if epoch is None:
            epoch = sweep.weights.shape[2] - 1
        super().__init__(sweep=sweep, dispersion=dispersion, lr=lr, epoch=epoch)

    @validate("sweep")
    def _drawable(self, proposal: dict[str, Any]) -> Sweep:
        D, C = proposal["value"].weights.shape[-2] - 1, proposal["value"].weights.shape[-1]
        if D != 2 or not 2 <= C <= len(PALETTE):
            raise TraitError(f"sweep must have 2 inputs and 2 to {len(PALETTE)} classes, got {D} and {C}")
        return proposal["value"]

    @validate("dispersion", "lr", "epoch")
    def _on_grid(self, proposal: dict[str, Any]) -> float:
        name, grid = proposal["trait"].name, self._grids()[proposal["trait"].name]
        if proposal["value"] not in grid:
            raise TraitError(
                f"{name} must be one of {', '.join(f'{v:g}' for v in grid)}, got {proposal['value']}"
            )
        return proposal["value"]

    @observe("sweep")
    def _show_sweep(self, _: object) -> None:
        self._losses, self._accuracies = self.sweep.losses(), self.sweep.accuracies()
        with self.hold_sync():
            self._data = self._pack()
            for name, grid in self._grids().items():
                self.set_trait(name, min(grid, key=lambda value: abs(value - getattr(self, name))))

    def _grids(self) -> dict[str, tuple[float, ...]]:
        epochs = tuple(range(self.sweep.weights.shape[2]))
        return {"dispersion": self.sweep.dispersions, "lr": self.sweep.rates, "epoch": epochs}

    def _pack(self) -> dict[str, Any]:
        s, C = self.sweep, self.sweep.weights.shape[-1]
        degrees = [(s.mean, std) for std in s.dispersions]
        return {
            "C": C, "mean": s.mean, "limit": float(s.data(max(s.dispersions))[0].abs().max()),
            "dispersions": s.dispersions, "rates": s.rates, "epochs": self._grids()["epoch"],
            "ceilings": [bayes_accuracy(degree, 2, C) for degree in degrees],
            "cuts": bayes_cuts(degrees[0], C),
            "z": pack(s.z), "labels": pack(s.labels, "u1"), "weights": pack_weights(s.weights),
            "losses": pack(self._losses), "accuracies": pack(self._accuracies),
        }  # fmt: skip

    @property
    def accuracy(self) -> float:
        """The share of the sweep's examples that the model shown gets right."""
        return self._accuracies[self._place()].item()

    @property
    def loss(self) -> float:
        """The mean cross-entropy of the model shown, in nats."""
        return self._losses[self._place()].item()

    @property
    def ceiling(self) -> float:
        """The Bayes accuracy at the dispersion shown."""
        return bayes_accuracy((self.sweep.mean, self.dispersion), 2, self.sweep.weights.shape[-1])

    def _place(self) -> tuple[int, ...]:
        return tuple(grid.index(getattr(self, name)) for name, grid in self._grids().items())

    def summary(self) -> str:
        """Return where the sliders stand and what the model there reaches."""
        return (
            f"dispersion {self.dispersion:g}, learning rate {self.lr:g}, epoch {self.epoch}: "
            f"accuracy {self.accuracy:.4f}, loss {self.loss:.4f}, ceiling {self.ceiling:.4f}"
        )

    def still(self) -> Figure:
        """Return the examples with decision regions, and the accuracy after each epoch."""
        figure = Figure(figsize=(8, 3.4), layout="constrained")
        left, right = figure.subplots(1, 2)
        features, labels = self.sweep.data(self.dispersion)
        s, r, epoch = self._place()
        plot_plane(features, labels, self.sweep.weights[s, r, epoch], ax=left)
        plot_history({"accuracy": self._accuracies[s, r]}, ax=right, ylabel="accuracy")
        right.axhline(self.ceiling, linestyle="--", color="black")
        right.axvline(epoch, linewidth=1, color="black")
        return figure
