"""The crossover lab: what a step costs on a CPU and on a GPU, by its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from traitlets import Float, Int, TraitError, Unicode, validate

from torchlearning import _arguments
from torchlearning.cost.fit import fit_cost
from torchlearning.cost.gpus import DATA_SHEETS, predict_gpu
from torchlearning.cost.model import CostModel, StepTime, crossover
from torchlearning.figures.classes import plot_history
from torchlearning.labs.base import Lab, front_end, pack, trait_errors

PRICES = (2.5, 3.5, 5.0, 7.0, 10.0)  # µs of a launch


class CrossoverLab(Lab):
    """Time of a training step on a measured CPU and on a predicted GPU; lesson 6.

    The CPU's `CostModel` is fitted to its times. The GPU's is `predict_gpu`: the CPU's fixed cost
    as the host's, a price for each launch, and a data sheet. If times of a GPU are given too, they
    are drawn beside the prediction.

    Parameters
    ----------
    times : mapping of str to sequence of StepTime
        What was measured on a CPU and perhaps on a GPU, in this order, by name.
    launches : int, optional
        Operations that a step hands to a GPU.
    lecture : float, optional
        Seconds of a step of the original lecture, drawn where the sliders show its size.
    batch_size, num_inputs, num_class : int, optional
        Where the sliders stand at first, on the grid; the smallest sizes if not given.
    launch_price, gpu : float, str, optional
        What of a launch in µs, and whose data sheet.

    Attributes
    ----------
    batch_size, num_inputs, num_class : int
        On the grid of the times.
    launch_price : float
        2.5, 3.5, 5, 7 or 10 µs.
    gpu : str
        "T4", "A100" or "H100".
    models : tuple of two CostModel
        Of the CPU and of the GPU. Read only.
    measured, modelled : tuple of two float
        Seconds of a step at the size shown, on CPU and GPU; nan where nothing was measured. Read
        only.
    crossover : float
        The batch size from which on the GPU wins, by the models. Read only.

    Raises
    ------
    TraitError
        If there are not one or two devices, their times are too few or not positive, or a value
        is none of those allowed.

    Notes
    -----
    New in this course. Lesson 6.

    Examples
    --------
    >>> true = CostModel(fixed=1e-4, per_row=0.0, throughput=1e10, bandwidth=1e10)
    >>> sizes = [(B, D, C) for B in (10, 1000) for D in (2, 100) for C in (3, 30)]
    >>> lab = CrossoverLab({"CPU": [StepTime(*size, *[true.seconds(*size)] * 3) for size in sizes]})
    >>> lab.launch_price = 10.0
    >>> [f"{1e6 * seconds:.0f} µs" for seconds in lab.modelled]
    ['100 µs', '200 µs']
    """

    _esm = front_end("crossover.js")
    batch_size = Int().tag(sync=True)
    num_inputs = Int().tag(sync=True)
    num_class = Int().tag(sync=True)
    launch_price = Float(5.0).tag(sync=True)
    gpu = Unicode("T4").tag(sync=True)

    def __init__(
        self,
        times: Mapping[str, Sequence[StepTime]],
        *,
        launches: int = 10,
        lecture: float | None = None,
        **positions: Any,
    ) -> None:
        with trait_errors():
            _arguments.kind("times", times, Mapping, "a mapping of names to lists of StepTime")
            if len(times) not in (1, 2):
                raise ValueError(f"times must hold one or two devices, got {len(times)}")
            self._cpu, *_ = (fit_cost(of_device) for of_device in times.values())
            self._launches = _arguments.whole_number("launches", launches)
            self._lecture = None if lecture is None else _arguments.positive("lecture", lecture)
        steps = [step for of_device in times.values() for step in of_device]
        self._grids: dict[str, list[Any]] = {
            name: sorted({getattr(step, name) for step in steps})
            for name in ("batch_size", "num_inputs", "num_class")
        }
        self._allowed = {**self._grids, "launch_price": list(PRICES), "gpu": list(DATA_SHEETS)}
        self._measured = np.full((2, *map(len, self._grids.values())), np.nan)
        for i, of_device in enumerate(times.values()):
            for step in of_device:
                self._measured[(i, *self._place(step))] = step.median
        first = {name: grid[0] for name, grid in self._grids.items()}
        super().__init__(**{**first, **positions}, _data=self._pack())

    @validate("batch_size", "num_inputs", "num_class", "launch_price", "gpu")
    def _is_allowed(self, proposal: dict[str, Any]) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        if value not in self._allowed[name]:
            raise TraitError(f"{name} must be one of {', '.join(map(str, self._allowed[name]))}, got {value}")
        return value

    def _model(self, gpu: str, price: float) -> CostModel:
        return predict_gpu(gpu, host=self._cpu.fixed, launches=self._launches, price=1e-6 * price)

    @property
    def models(self) -> tuple[CostModel, CostModel]:
        """The CPU's model and the GPU's as chosen."""
        return self._cpu, self._model(self.gpu, self.launch_price)

    @property
    def measured(self) -> tuple[float, float]:
        """What was measured at the size shown, in seconds."""
        b, d, c = self._place(self)
        cpu, gpu = self._measured[:, b, d, c].tolist()
        return cpu, gpu

    @property
    def modelled(self) -> tuple[float, float]:
        """What the models say of the size shown, in seconds."""
        cpu, gpu = (model.seconds(*self._size()) for model in self.models)
        return cpu, gpu

    @property
    def crossover(self) -> float:
        """Where the GPU begins to win."""
        cpu, gpu = self.models
        return crossover(gpu, cpu, self.num_inputs, self.num_class)

    def _size(self) -> tuple[int, int, int]:
        return self.batch_size, self.num_inputs, self.num_class

    def _place(self, size: Any) -> tuple[int, int, int]:
        b, d, c = (grid.index(getattr(size, name)) for name, grid in self._grids.items())
        return b, d, c

    def _pack(self) -> dict[str, Any]:
        B, D, C = self._grids.values()
        models = {g: [self._model(g, price) for price in PRICES] for g in DATA_SHEETS}
        devices = [self._cpu, *(models[g][0] for g in models)]
        work = [[[[m.work(b, d, c) for c in C] for d in D] for b in B] for m in devices]
        features = np.unique([*D, *np.geomspace(D[0], D[-1], 61)[1:-1]])  # the line meets the dots
        lines = [
            [[[crossover(model, self._cpu, d, c) for d in features] for c in C] for model in of_prices]
            for of_prices in models.values()
        ]
        fixed = [self._cpu.fixed, *(model.fixed for model in models["T4"])]
        return {
            "gpus": list(models), "prices": PRICES, "batch_sizes": B, "num_inputs": D, "num_classes": C,
            "fixed": [float(f"{seconds:.6g}") for seconds in fixed],  # digits on which processors agree
            "lecture": self._lecture,
            "measured": pack(self._measured), "work": pack(np.array(work)),
            "features": pack(features), "lines": pack(np.array(lines)),
        }  # fmt: skip

    def summary(self) -> str:
        """Return the size shown and the time of its step."""
        size = "batch size {}, {} features, {} classes".format(*self._size())
        cpu, gpu = (f"{1e6 * seconds:.3g} µs" for seconds in self.modelled)
        chosen = f"GPU ({self.gpu}, {self.launch_price:g} µs a launch), predicted, {gpu}"
        return f"{size}: CPU {cpu}, {chosen}; crossover at batch size {self.crossover:.3g}"

    def still(self) -> Figure:
        """Return the time of a step over batch sizes, measured and modelled."""
        figure = Figure(figsize=(6, 3.4), layout="constrained")
        ax, B = figure.subplots(), self._grids["batch_size"]
        _, d, c = self._place(self)
        names = ("CPU", "GPU")
        lines = {f"{n}, measured": 1e6 * t[:, d, c] for n, t in zip(names, self._measured, strict=True)}
        for name, model in zip(("CPU, model", "GPU, predicted"), self.models, strict=True):
            lines[name] = [1e6 * model.seconds(b, *self._size()[1:]) for b in B]
        drawn = {name: line for name, line in lines.items() if np.isfinite(line).any()}
        plot_history(drawn, ax=ax, x=B, xlabel="batch size", ylabel="µs a step")
        ax.set(xscale="log", yscale="log")
        return figure
