"""Figures of data and of training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from torch import Tensor

from torchlearning import _arguments
from torchlearning.figures.style import LINES, PALETTE, axes, look, numbers


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
        One for each class; "class 0" … if not given.
    size : float
        Area of a marker, points squared.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, or there are fewer names than classes.

    Notes
    -----
    New in this course. Lesson 1.

    Examples
    --------
    >>> ax = plot_classes(torch.randn(6, 2), torch.tensor([0, 0, 1, 1, 2, 2]))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['class 0', 'class 1', 'class 2']
    """
    if _arguments.matrix("features", features).shape[1] < 2:
        raise ValueError(f"features must have at least 2 columns, got shape {tuple(features.shape)}")
    X = numbers("features", features)
    y = _arguments.class_labels("labels", labels, len(X)).cpu().numpy()
    size = _arguments.positive("size", size, 1e6)
    if names is not None and len(names := _arguments.texts("names", names)) <= y.max():
        counts = f"{len(names)} for labels from {y.min()} to {y.max()}"
        raise ValueError(f"names must hold a name for each class, which are counted from 0, got {counts}")
    ax = axes(ax)
    for k in np.unique(y).tolist():
        (x0, x1), (colour, marker) = X[y == k, :2].T, look(k)
        name = f"class {k}" if names is None else names[k]
        ax.scatter(x0, x1, s=size, color=colour, marker=marker, alpha=0.85, linewidths=0, label=name)
    ax.set(xlabel="feature 0", ylabel="feature 1")
    ax.legend(markerscale=1.8, handletextpad=0.1)
    return ax


def plot_history(
    history: Mapping[str, Sequence[float] | Tensor],
    *,
    ax: Axes | None = None,
    x: Sequence[float] | None = None,
    xlabel: str = "epoch",
    ylabel: str = "",
) -> Axes:
    """Draw values against epochs or steps, a line for each name, beside the lines already there.

    Parameters
    ----------
    history : mapping of str to sequence of float
        Name of each line and its values.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if not given.
    x : sequence of float, optional
        Where the values stand; 0, 1, 2 … if not given.
    xlabel, ylabel : str
        Names of the axes.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or not one-dimensional, or lengths differ.

    Notes
    -----
    New in this course. Lessons 2 to 4.

    Examples
    --------
    >>> ax = plot_history({"train": [3.0, 2.0, 1.0]}, ylabel="loss")
    >>> ax.lines[0].get_ydata().tolist()
    [3.0, 2.0, 1.0]
    """
    _arguments.kind("history", history, Mapping, "a dict of names and numbers")
    lines = {name: numbers(f"history[{name!r}]", values) for name, values in history.items()}
    places = None if x is None else numbers("x", x)
    if places is not None and places.ndim != 1:
        raise ValueError(f"x must be one-dimensional, got shape {places.shape}")
    xlabel, ylabel = _arguments.texts("xlabel and ylabel", [xlabel, ylabel])
    for name, line in lines.items():
        if line.ndim != 1:
            raise ValueError(f"history[{name!r}] must be one row of numbers, got shape {line.shape}")
        if places is not None and len(places) != len(line):
            counts = f"{len(line)} for {len(places)} positions"
            raise ValueError(f"history[{name!r}] must hold one number for each position in x, got {counts}")
    ax = axes(ax)
    for i, (name, line) in enumerate(lines.items(), start=len(ax.lines)):
        (colour, marker), dash = look(i), LINES[(i + i // len(LINES)) % len(LINES)]
        at, marker = range(len(line)) if places is None else places, marker if len(line) <= 40 else ""
        ax.plot(at, line, label=name, color=colour, linestyle=dash, marker=marker, markersize=4)
    ax.set(xlabel=xlabel, ylabel=ylabel or ax.get_ylabel())
    if len(ax.get_legend_handles_labels()[1]) > 1:
        ax.legend()
    return ax


def plot_images(
    images: Tensor,
    *,
    ax: Axes | None = None,
    titles: Sequence[str] | None = None,
    num_columns: int = 10,
) -> Axes:
    """Draw small images side by side, on one scale of grey or, with negative values, of two colours.

    Parameters
    ----------
    images : Tensor
        Floating point, finite, shape ``(N, H, W)``. Zero is white and the largest value black;
        if some value is negative, positive ones are orange and negative ones blue.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if not given.
    titles : sequence of str, optional
        What to write above each image.
    num_columns : int
        In a row.

    Returns
    -------
    matplotlib.axes.Axes
        Its ``images`` are those drawn, for a colour bar.

    Raises
    ------
    TypeError, ValueError
        If a shape or dtype does not fit, a value is not finite, or there is not one title an image.

    Notes
    -----
    New in this course. Lesson 7.

    Examples
    --------
    >>> ax = plot_images(torch.rand(3, 8, 8), titles=["a", "b", "c"])
    >>> [text.get_text() for text in ax.texts], len(ax.images)
    (['a', 'b', 'c'], 3)
    """
    values = numbers("images", _arguments.floating("images", images, ndim=3))
    if not np.isfinite(values).all():
        raise ValueError("images must hold finite numbers only")
    num_columns = min(_arguments.whole_number("num_columns", num_columns), len(values))
    titles = None if titles is None else _arguments.texts("titles", titles)
    if titles is not None and len(titles) != len(values):
        raise ValueError(f"titles must hold one title for each of {len(values)} images, got {len(titles)}")
    ax, (height, width) = axes(ax), values.shape[1:]
    top, gap = float(np.abs(values).max()) or 1.0, 0.12 * height
    room = gap if titles is None else gap + 0.22 * height * (1 + max(t.count("\n") for t in titles))
    signed = bool((values < 0).any())
    colours = LinearSegmentedColormap.from_list("signed", [PALETTE[0], "white", PALETTE[1]])
    cmap, bottom = (colours, -top) if signed else ("Greys", 0.0)
    for i, image in enumerate(values):
        x, y = i % num_columns * (width + gap), i // num_columns * (height + room)
        ax.imshow(image, extent=(x, x + width, y + height, y), cmap=cmap, vmin=bottom, vmax=top)
        if titles is not None:
            ax.text(x + width / 2, y - gap / 2, titles[i], ha="center", va="bottom", fontsize="small")
    ax.set(xlim=(-gap, num_columns * (width + gap)), ylim=(y + height + gap, -room))
    ax.set_axis_off()
    return ax
