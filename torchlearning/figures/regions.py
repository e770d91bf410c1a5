"""The plane as a model sees it: which class it prefers where."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import torch
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from torch import Tensor, nn

from torchlearning import _arguments
from torchlearning.figures.style import axes, look

ONE_COLUMN = "for probabilities p of class 1 draw torch.cat([1 - p, p], dim=1)"


def plot_decision_regions(
    scores: Callable[[Tensor], Tensor],
    *,
    ax: Axes | None = None,
    extent: tuple[float, float, float, float] | None = None,
    resolution: int = 240,
) -> Axes:
    """Shade the plane by the class that a model of two features prefers, and draw the borders.

    Parameters
    ----------
    scores : callable
        Maps features ``(M, 2)`` to logits or probabilities ``(M, C)``, C at least 2: a network, or
        ``lambda X: softmax(with_ones(X), w)``. A network, also one that a function uses, is asked in
        evaluation mode and left in the mode that it was in; points have its dtype and device, or
        float32 on the CPU.
    ax : matplotlib.axes.Axes, optional
        Where to draw, under what is there; new axes if not given.
    extent : (left, right, bottom, top), optional
        Part of the plane; the limits of `ax` if not given.
    resolution : int
        Points along each side of the grid on which `scores` is asked.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If `scores` does not return a row of scores without nan for each point, `extent` is
        empty, or neither it nor `ax` says which part of the plane to draw.

    Notes
    -----
    New in this course. Lesson 3.

    Examples
    --------
    >>> ax = plot_decision_regions(lambda X: torch.cat([X, -X], dim=1), extent=(-1, 1, -1, 1))
    >>> [str(limit) for limit in ax.get_xlim()]
    ['-1.0', '1.0']
    """
    _arguments.function("scores", scores, "a function from points to scores")
    resolution = _arguments.whole_number("resolution", resolution, 2, 4096)
    left, right, bottom, top = _limits(ax, extent)
    x, y = (
        torch.linspace(a, b, resolution, dtype=torch.float32, device="cpu")
        for a, b in ((left, right), (bottom, top))
    )
    z = _arguments.scores("scores(X)", _ask(scores, torch.cartesian_prod(y, x).flip(1)), ONE_COLUMN)
    z = _arguments.no_nan("scores(X)", z).double().cpu()
    if len(z) != resolution**2:
        raise ValueError(f"scores must return a row for each of {resolution**2} points, got {tuple(z.shape)}")

    z = z.reshape(resolution, resolution, -1)
    ax = axes(ax)
    dx, dy = (right - left) / (resolution - 1) / 2, (top - bottom) / (resolution - 1) / 2
    ax.imshow(
        z.argmax(dim=2).numpy(), extent=(left - dx, right + dx, bottom - dy, top + dy),
        cmap=ListedColormap([look(k)[0] for k in range(z.shape[2])]), vmin=-0.5, vmax=z.shape[2] - 0.5,
        origin="lower", aspect=ax.get_aspect(), alpha=0.1, zorder=0, interpolation="nearest",
    )  # fmt: skip
    _draw_borders(ax, x, y, z)
    ax.set(xlim=(left, right), ylim=(bottom, top))
    return ax


def _ask(scores: Callable[[Tensor], Tensor], points: Tensor) -> Tensor:
    """Return the scores of some points, without a trace in the networks that are asked."""
    nets = _networks(scores)
    modes = {part: part.training for net in nets for part in net.modules()}
    weights = (w for net in nets for w in net.parameters() if w.is_floating_point())
    like = next(weights, points)
    try:
        for part in modes:
            part.training = False
        with torch.no_grad():
            return scores(points.to(like.device, like.dtype))
    finally:
        for part, mode in modes.items():
            part.training = mode


def _networks(scores: Callable[[Tensor], Tensor]) -> list[nn.Module]:
    """Return the network that `scores` is, belongs to, or knows by name."""
    if isinstance(scores, nn.Module):
        return [scores]
    known: list[object] = [getattr(scores, "__self__", None)]
    if inspect.isfunction(scores):
        used = inspect.getclosurevars(scores)
        known += [*used.nonlocals.values(), *used.globals.values()]
    return [thing for thing in known if isinstance(thing, nn.Module)]


def _limits(
    ax: Axes | None, extent: tuple[float, float, float, float] | None
) -> tuple[float, float, float, float]:
    """Return the part of the plane to draw: `extent`, or what `ax` shows."""
    if extent is None and ax is None:
        raise ValueError("extent must be (left, right, bottom, top) if no ax is given, got None")
    if extent is None:
        return (*axes(ax).get_xlim(), *axes(ax).get_ylim())
    if not isinstance(extent, list | tuple) or len(extent) != 4:
        raise ValueError(f"extent must be (left, right, bottom, top), got {extent!r}")
    left, right, bottom, top = (_arguments.finite(f"extent[{i}]", v) for i, v in enumerate(extent))
    for a, b in ((left, right), (bottom, top)):
        if not 1e-5 * max(abs(a), abs(b), 1e-25) < abs(b - a) < 1e30:  # float32 and matplotlib want more
            raise ValueError(f"extent must have a width and a height that float32 can hold, got {extent}")
    return left, right, bottom, top


def _draw_borders(ax: Axes, x: Tensor, y: Tensor, z: Tensor) -> None:
    """Draw where the score of each class equals the best of its rivals."""
    for k in z.argmax(dim=2).unique().tolist():
        rivals = z.clone()
        rivals[:, :, k] = -torch.inf
        margin = z[:, :, k] - rivals.amax(dim=2)
        if margin.min() < 0 < margin.max():
            ax.contour(x.numpy(), y.numpy(), margin.numpy(), levels=[0.0], colors="black", linewidths=1)
