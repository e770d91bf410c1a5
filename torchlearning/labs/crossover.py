"""The crossover lab: what a step costs on two devices, by its size."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from traitlets import Int, TraitError, validate

from torchlearning import _check
from torchlearning.cost import CostModel, StepTime, crossover, fit_cost
from torchlearning.labs.base import Lab, front_end, pack, trait_errors
from torchlearning.plotting import plot_history


class CrossoverLab(Lab):
    """Measured and modelled time of a training step against its size, on two devices; lesson 6.

    With the times of one device only, that device is set against its own work alone: what its
    `CostModel` leaves when the fixed cost of a step is taken away.

    Parameters
    ----------
    times : mapping of str to sequence of StepTime
        Name of one or two devices and what was measured there, over one grid of sizes (some
        sizes may be missing). The second is the one that starts slowly, a GPU.
    batch_size, num_inputs, num_class : int, optional
        Where the sliders stand at first, on the grid; the smallest sizes if not given.

    Attributes
    ----------
    batch_size, num_inputs, num_class : int
        On the grid.
    names : tuple of two str
        What is compared.
    models : tuple of two CostModel
        Fitted to the times.
    measured, modelled : tuple of two float
        Seconds of a step at the size shown; nan where nothing was measured. Read only.
    crossover : float
        The batch size from which on the second device wins, by the models; with one device the
        batch size at which work and fixed cost take the same time. Read only.

    Raises
    ------
    TraitError
        If there are not one or two devices, their times are too few or not positive, or a value
        is not on the grid.

    Notes
    -----
    New in this course. Lesson 6.

    Examples
    --------
    >>> true = CostModel(fixed=1e-4, per_row=0.0, throughput=1e10, bandwidth=1e10)
    >>> sizes = [(B, D, C) for B in (10, 1000) for D in (2, 100) for C in (3, 30)]
    >>> lab = CrossoverLab({"CPU": [StepTime(*size, *[true.seconds(*size)] * 3) for size in sizes]})
    >>> lab.batch_size = 1000
    >>> f"{lab.measured[0]:.4g} s, of which work {lab.modelled[1]:.4g} s"
    '0.0001112 s, of which work 1.121e-05 s'
    """

    _esm = front_end("crossover.js")
    batch_size = Int().tag(sync=True)
    num_inputs = Int().tag(sync=True)
    num_class = Int().tag(sync=True)

    def __init__(self, times: Mapping[str, Sequence[StepTime]], **sizes: int) -> None:
        with trait_errors():
            _check.kind("times", times, Mapping, "a mapping of names to lists of StepTime")
            if len(times) not in (1, 2):
                raise ValueError(f"times must hold one or two devices, got {len(times)}")
            models = [fit_cost(of_device) for of_device in times.values()]
        steps = [step for of_device in times.values() for step in of_device]
        self._grids = {
            name: sorted({getattr(step, name) for step in steps})
            for name in ("batch_size", "num_inputs", "num_class")
        }
        if len(times) == 1:
            models.append(models[0]._replace(fixed=0.0))
        self.names = (*times, "its work alone")[:2]
        self.models = (models[0], models[1])
        self._alone = len(times) == 1
        self._measured = np.full((2, *map(len, self._grids.values())), np.nan)
        for i, of_device in enumerate(times.values()):
            for step in of_device:
                self._measured[(i, *self._place(step))] = step.median
        first = {name: grid[0] for name, grid in self._grids.items()}
        super().__init__(**{**first, **sizes}, _data=self._pack())

    @validate("batch_size", "num_inputs", "num_class")
    def _on_grid(self, proposal: dict[str, Any]) -> int:
        name, grid = proposal["trait"].name, self._grids[proposal["trait"].name]
        if proposal["value"] not in grid:
            raise TraitError(f"{name} must be one of {', '.join(map(str, grid))}, got {proposal['value']}")
        return proposal["value"]

    @property
    def measured(self) -> tuple[float, float]:
        """What was measured at the size shown, in seconds."""
        b, d, c = self._place(self)
        first, second = self._measured[:, b, d, c].tolist()
        return first, second

    @property
    def modelled(self) -> tuple[float, float]:
        """What the models say of the size shown, in seconds."""
        first, second = (model.seconds(*self._size()) for model in self.models)
        return first, second

    @property
    def crossover(self) -> float:
        """Where the second device begins to win, or where work and fixed cost are equal."""
        return self._crossover(self.num_inputs, self.num_class)

    def _crossover(self, num_inputs: float, num_class: float) -> float:
        quick, slow = self.models
        if self._alone:  # where the work takes as long as a device that has only the fixed cost
            quick, slow = quick._replace(fixed=0.0), CostModel(quick.fixed, 0.0, math.inf, math.inf)
        return crossover(slow, quick, num_inputs, num_class)

    def _size(self) -> tuple[int, int, int]:
        return self.batch_size, self.num_inputs, self.num_class

    def _place(self, size: Any) -> tuple[int, int, int]:
        b, d, c = (grid.index(getattr(size, name)) for name, grid in self._grids.items())
        return b, d, c

    def _pack(self) -> dict[str, Any]:
        B, D, C = self._grids.values()
        modelled = [[[[m.seconds(b, d, c) for c in C] for d in D] for b in B] for m in self.models]
        features = np.geomspace(D[0], D[-1], 61)
        lines = [[self._crossover(d, c) for d in features] for c in C]
        return {
            "names": self.names, "alone": self._alone, "batch_sizes": B, "num_inputs": D, "num_classes": C,
            "measured": pack(self._measured), "modelled": pack(np.array(modelled)),
            "features": pack(features), "lines": pack(np.array(lines)),
        }  # fmt: skip

    def summary(self) -> str:
        """Return the size shown and the time of its step."""
        size = "batch size {}, {} features, {} classes".format(*self._size())
        known = [t if math.isfinite(t) else m for t, m in zip(self.measured, self.modelled, strict=True)]
        times = ", ".join(f"{n} {1e6 * t:.3g} µs" for n, t in zip(self.names, known, strict=True))
        return f"{size}: {times}; crossover at batch size {self.crossover:.3g}"

    def still(self) -> Figure:
        """Return the time of a step over batch sizes, measured and modelled."""
        figure = Figure(figsize=(6, 3.4), layout="constrained")
        ax, B = figure.subplots(), self._grids["batch_size"]
        _, d, c = self._place(self)
        lines = {f"{n}, measured": 1e6 * t[:, d, c] for n, t in zip(self.names, self._measured, strict=True)}
        for name, model in zip(self.names, self.models, strict=True):
            lines[f"{name}, model"] = [1e6 * model.seconds(b, *self._size()[1:]) for b in B]
        drawn = {name: line for name, line in lines.items() if np.isfinite(line).any()}
        plot_history(drawn, ax=ax, x=B, xlabel="batch size", ylabel="µs a step")
        ax.set(xscale="log", yscale="log")
        return figure
