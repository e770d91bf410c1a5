"""The training lab: recorded runs of mini-batch SGD, step by step."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional as F
from traitlets import TraitError, validate

from torchlearning import _arguments
from torchlearning.device import full_precision
from torchlearning.figures.classes import plot_history
from torchlearning.figures.style import PALETTE
from torchlearning.labs.base import Lab, Whole, front_end, pack, pack_weights, plot_plane, trait_errors


class TrainingLab(Lab):
    """Recorded runs of mini-batch SGD on two features: step, play, pause, scrub; lesson 3.

    Nothing is trained here: the lab shows the weights that it was given.

    Parameters
    ----------
    X : Tensor
        float32, shape ``(N, 3)``: two features and a column of ones.
    y : Tensor
        Class numbers 0 … C-1, integer or whole-valued float, shape ``(N, 1)`` or ``(N,)``.
    weights : Tensor
        float32, shape ``(R, T + 1, 3, C)``: of R runs the start, then the weights after each of
        T steps; C from 2 to 6.
    batches : Tensor
        int64, shape ``(T, B)``: the rows of `X` that made each step, the same in all runs.
    start, step : int
        Where the sliders stand at first.

    Attributes
    ----------
    start : int
        The run shown, 0 … R-1.
    step : int
        0, the start, up to T.
    accuracy, loss : float
        Of the model shown, on all examples. Read only.

    Raises
    ------
    TraitError
        If a shape, dtype or value does not fit.

    Notes
    -----
    New in this course. Lesson 3.

    Examples
    --------
    >>> X, y = torch.tensor([[-1.0, 0, 1], [1.0, 0, 1]]), torch.tensor([0, 1])
    >>> weights = torch.stack([torch.zeros(3, 2), torch.tensor([[-1.0, 1], [0, 0], [0, 0]])])
    >>> lab = TrainingLab(X, y, weights[None], batches=torch.tensor([[0, 1]]))
    >>> lab.step = 1
    >>> lab.accuracy, round(lab.loss, 4)
    (1.0, 0.1269)
    """

    _esm = front_end("training.js")
    start = Whole(0).tag(sync=True)
    step = Whole(0).tag(sync=True)

    @full_precision
    def __init__(
        self, X: Tensor, y: Tensor, weights: Tensor, batches: Tensor, *, start: int = 0, step: int = 0
    ) -> None:
        with trait_errors():
            X, labels, weights, batches = _checked(X, y, weights, batches)
        self._X, self._labels, self._weights = X, labels, weights
        z = (X @ weights.flatten(0, 1)).mT  # (runs and steps, C, N)
        targets = labels.expand(len(z), -1)
        self._losses = F.cross_entropy(z, targets, reduction="none").mean(dim=1).view(weights.shape[:2])
        self._accuracies = (z.argmax(dim=1) == targets).float().mean(dim=1).view(weights.shape[:2])
        if not self._losses.isfinite().all():
            raise TraitError("weights must give losses that float32 can hold, got inf or nan")
        data = {
            "C": weights.shape[-1], "limit": float(X.abs().max()), "batch_size": batches.shape[1],
            "starts": list(range(len(weights))), "steps": list(range(weights.shape[1])),
            "X": pack(X[:, :2]), "labels": pack(labels, "u1"), "batches": pack(batches, "<u4"),
            "weights": pack_weights(weights),
            "losses": pack(self._losses), "accuracies": pack(self._accuracies),
        }  # fmt: skip
        super().__init__(_data=data, start=start, step=step)

    @validate("start", "step")
    def _recorded(self, proposal: dict[str, Any]) -> int:
        name, last = proposal["trait"].name, self._losses.shape[proposal["trait"].name == "step"] - 1
        value = proposal["value"]
        if type(value) is not int or not 0 <= value <= last:  # a bool would pick by mask
            raise TraitError(f"{name} must be from 0 to {last}, a whole number, got {value!r}")
        return value

    @property
    def accuracy(self) -> float:
        """The share of all examples that the model shown gets right."""
        return self._accuracies[self.start, self.step].item()

    @property
    def loss(self) -> float:
        """The mean cross-entropy of the model shown on all examples, in nats."""
        return self._losses[self.start, self.step].item()

    def summary(self) -> str:
        """Return where the sliders stand and what the model there reaches."""
        return f"start {self.start}, step {self.step}: accuracy {self.accuracy:.4f}, loss {self.loss:.4f}"

    def still(self) -> Figure:
        """Return the examples with decision regions, and the loss after each step."""
        figure = Figure(figsize=(8, 3.4), layout="constrained")
        left, right = figure.subplots(1, 2)
        plot_plane(self._X[:, :2], self._labels, self._weights[self.start, self.step], ax=left)
        plot_history({"loss": self._losses[self.start]}, ax=right, xlabel="step", ylabel="loss")
        right.set_yscale("log")
        right.axvline(self.step, linewidth=1, color="black")
        return figure


def _checked(X: Tensor, y: Tensor, weights: Tensor, batches: Tensor) -> tuple[Tensor, ...]:
    """Return the arguments, plain numbers on the CPU, if they fit each other; labels ``(N,)``."""
    N = len(_arguments.matrix("X", X))
    if not X.isfinite().all():
        raise ValueError("X must hold finite numbers only")
    if X.shape[1] != 3 or not bool((X[:, 2] == 1).all()):
        raise ValueError(f"X must have shape (N, 3), the last column ones, got shape {tuple(X.shape)}")
    _arguments.same_dtype("weights", _arguments.floating("weights", weights, ndim=4), "X", X)
    if weights.shape[2] != 3 or not 2 <= weights.shape[3] <= len(PALETTE) or not weights.isfinite().all():
        allowed = f"finite, of shape (runs, steps + 1, 3, C), C from 2 to {len(PALETTE)}"
        raise ValueError(f"weights must be {allowed}, got shape {tuple(weights.shape)}")
    shape = tuple(_arguments.tensor("batches", batches).shape)
    if (
        batches.is_floating_point()
        or batches.is_complex()
        or len(shape) != 2
        or shape[0] != weights.shape[1] - 1
        or not shape[1]
    ):
        allowed = f"({weights.shape[1] - 1}, B)"
        raise ValueError(f"batches must be integers of shape {allowed}, got {batches.dtype} {shape}")
    batches = batches.cpu().long()
    if batches.numel() and not 0 <= int(batches.min()) <= int(batches.max()) < N:
        low, high = int(batches.min()), int(batches.max())
        raise ValueError(f"batches must hold rows of X, 0 to {N - 1}, got {low} to {high}")
    X, weights = (t.detach().cpu().resolve_neg().float() for t in (X, weights))
    return X, _arguments.class_labels("y", y, N, weights.shape[3]).cpu(), weights, batches
