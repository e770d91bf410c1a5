"""Figures of data and training: classes, decision regions, histories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from torch import Tensor

from torchlearning import _check
from torchlearning.style import LINES, axes, look


def plot_classes(
    features: Tensor,
    labels: Tensor,
    *,
    ax: Axes | None = None,
    names: Sequence[str] | None = None,
    size: float = 14,
) -> Axes:
    """Scatter the first two features, each class with its own colour and marker.

    Parameters
    ----------
    features : Tensor
        Floating point, shape ``(N, D)``, D at least 2.
    labels : Tensor
        Class numbers 0 … C-1, shape ``(N, 1)`` or ``(N,)``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if not given.
    names : sequence of str, optional
        One name for each class; "class 0" … if not given.
    size : float
        Area of a marker, points squared.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, or there are fewer names than classes.

    Examples
    --------
    >>> ax = plot_classes(torch.randn(6, 2), torch.tensor([0, 0, 1, 1, 2, 2]))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['class 0', 'class 1', 'class 2']
    """
    if _check.matrix("features", features).shape[1] < 2:
        raise ValueError(f"features must have at least 2 columns, got shape {tuple(features.shape)}")
    y = _check.class_labels(labels, len(features), name="labels").cpu().numpy()
    X, num_class = features.detach().cpu().numpy(), int(y.max()) + 1
    names = [f"class {k}" for k in range(num_class)] if names is None else names
    if len(names) < num_class:
        raise ValueError(f"names must hold one name for each of {num_class} classes, got {len(names)}")
    ax = axes(ax)
    for k in range(num_class):
        colour, marker = look(k)
        x0, x1 = X[y == k, :2].T
        ax.scatter(x0, x1, s=size, color=colour, marker=marker, alpha=0.7, linewidths=0, label=names[k])
    ax.set(xlabel="feature 0", ylabel="feature 1")
    ax.legend(markerscale=1.8, handletextpad=0.1)
    return ax


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
        Maps float32 features ``(M, 2)`` to logits or probabilities ``(M, C)``: a network, or
        ``lambda X: softmax(with_ones(X), w)``.
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
        If `scores` does not return a row of scores for each point, or neither `ax` nor
        `extent` says which part of the plane to draw.

    Examples
    --------
    >>> ax = plot_decision_regions(lambda X: torch.cat([X, -X], dim=1), extent=(-1, 1, -1, 1))
    >>> [str(limit) for limit in ax.get_xlim()]
    ['-1.0', '1.0']
    """
    _check.whole_number("resolution", resolution, minimum=2)
    if extent is None:
        if ax is None:
            raise ValueError("extent must be (left, right, bottom, top) if no ax is given, got None")
        extent = (*ax.get_xlim(), *ax.get_ylim())
    left, right, bottom, top = extent
    x, y = torch.linspace(left, right, resolution), torch.linspace(bottom, top, resolution)
    grid = torch.cartesian_prod(y, x).flip(1)
    with torch.no_grad():
        z = _check.matrix("scores(X)", scores(grid))
    if len(z) != len(grid):
        raise ValueError(
            f"scores must return {len(grid)} rows for {len(grid)} points, got shape {tuple(z.shape)}"
        )
    ax, best = axes(ax), z.argmax(dim=1).reshape(resolution, resolution)
    shades = ListedColormap([look(k)[0] for k in range(z.shape[1])])
    ax.imshow(
        best.numpy(), origin="lower", extent=(left, right, bottom, top), aspect="auto", alpha=0.18, zorder=0,
        cmap=shades, vmin=-0.5, vmax=z.shape[1] - 0.5, interpolation="nearest",
    )  # fmt: skip
    for k in best.unique().tolist():
        rivals = z.clone()
        rivals[:, k] = -torch.inf
        margin = (z[:, k] - rivals.amax(dim=1)).reshape(resolution, resolution)
        if margin.min() < 0 < margin.max():
            ax.contour(x.numpy(), y.numpy(), margin.numpy(), levels=[0.0], colors="black", linewidths=1)
    ax.set(xlim=(left, right), ylim=(bottom, top))
    return ax


def plot_history(
    history: Mapping[str, Sequence[float] | Tensor],
    *,
    ax: Axes | None = None,
    x: Sequence[float] | None = None,
    xlabel: str = "epoch",
    ylabel: str = "",
) -> Axes:
    """Draw values against epochs or steps, a line for each name.

    Parameters
    ----------
    history : mapping of str to sequence of float
        Name of each line and its values.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if not given.
    x : sequence of float, optional
        Positions of the values; 0, 1, 2 … if not given.
    xlabel, ylabel : str
        Names of the axes.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `x` and a line differ in length.

    Examples
    --------
    >>> ax = plot_history({"train": [3.0, 2.0, 1.0]}, ylabel="loss")
    >>> ax.lines[0].get_ydata().tolist()
    [3.0, 2.0, 1.0]
    """
    for name, values in history.items():
        if x is not None and len(x) != len(values):
            raise ValueError(f"x must hold {len(values)} positions for {name!r}, got {len(x)}")
    ax = axes(ax)
    for i, (name, values) in enumerate(history.items()):
        colour, marker = look(i)
        ax.plot(
            range(len(values)) if x is None else x, [float(v) for v in values], label=name, color=colour,
            linestyle=LINES[i % len(LINES)], marker=marker if len(values) <= 40 else "", markersize=4,
        )  # fmt: skip
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if len(history) > 1:
        ax.legend()
    return ax
