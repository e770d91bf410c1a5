"""Drawings of small things: bars of probabilities, a network, a gather."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor

from torchlearning import _arguments
from torchlearning.figures.style import GREY, PALETTE, axes, look, numbers


def plot_probabilities(
    series: Mapping[str, Tensor],
    *,
    ax: Axes | None = None,
    names: Sequence[str] | None = None,
    digits: int = 2,
) -> Axes:
    """Draw probabilities as bars, the series side by side for each class, values on top.

    Parameters
    ----------
    series : mapping of str to Tensor
        Name of each series and its values, floating point, shape ``(C,)``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if not given.
    names : sequence of str, optional
        One name for each class; "class 0" … if not given.
    digits : int
        Decimals of the values written on the bars.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If there is no series, a shape or dtype does not fit, a value is not finite, or lengths differ.

    Notes
    -----
    New in this course. Lesson 1.

    Examples
    --------
    >>> ax = plot_probabilities({"hard": torch.tensor([0, 1.0]), "soft": torch.tensor([0.3, 0.7])})
    >>> len(ax.patches)
    4
    """
    digits = _arguments.whole_number("digits", digits, 0, 17)
    _arguments.kind("series", series, Mapping, "a dict of names and tensors")
    bars = {name: _heights(f"series[{name!r}]", p) for name, p in series.items()}
    lengths = {name: len(heights) for name, heights in bars.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError(f"series must hold tensors of one length, got {lengths}")
    num_class = next(iter(lengths.values()))
    names = [f"class {k}" for k in range(num_class)] if names is None else _arguments.texts("names", names)
    if len(names) != num_class:
        raise ValueError(f"names must hold one name for each of {num_class} classes, got {len(names)}")
    ax, width = axes(ax), 0.8 / len(bars)
    for i, (name, heights) in enumerate(bars.items()):
        at = np.arange(num_class) + (i - (len(bars) - 1) / 2) * width
        drawn = ax.bar(at, heights, 0.92 * width, label=name, color=look(i)[0])
        for bar in drawn:
            bar.set(hatch=("", "//", "..", "xx")[i % 4], edgecolor="white", linewidth=0)
        ax.bar_label(drawn, fmt=f"%.{digits}f", fontsize="small", padding=2)
    ax.set_xticks(range(num_class), names)
    ax.set(ylabel="probability")
    ax.margins(y=0.12)
    if len(bars) > 1:
        ax.legend()
    return ax


def plot_network(
    inputs: Sequence[str], outputs: Sequence[str], *, ax: Axes | None = None, weights: str = "w"
) -> Axes:
    """Draw a network with one layer of weights: every input is joined to every output.

    Parameters
    ----------
    inputs, outputs : sequence of str
        What to write in each neuron, from top to bottom; TeX between dollar signs works.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if not given.
    weights : str
        What to write above the edges.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If a layer is not a list of strings or is empty, or `weights` is no string.

    Notes
    -----
    New in this course. Lesson 1.

    Examples
    --------
    >>> ax = plot_network(["$x_0$", "$x_1$", "1"], ["$z_0$", "$z_1$", "$z_2$"])
    >>> len(ax.lines)
    9
    """
    inputs, outputs = _arguments.texts("inputs", inputs), _arguments.texts("outputs", outputs)
    weights = _arguments.text("weights", weights)
    if not inputs or not outputs:
        raise ValueError(f"inputs and outputs must each hold a name, got {len(inputs)} and {len(outputs)}")
    ax = axes(ax)
    left, right = (np.linspace(1, -1, len(layer) + 2)[1:-1] for layer in (inputs, outputs))
    for a in left:
        for b in right:
            ax.plot([0, 1], [a, b], color=GREY, linewidth=1, zorder=1)
    for at, heights, names, colour in ((0, left, inputs, PALETTE[0]), (1, right, outputs, PALETTE[1])):
        ax.scatter([at] * len(heights), heights, s=900, color=colour, zorder=2)
        for height, name in zip(heights, names, strict=True):
            ax.text(at, height, name, color="white", ha="center", va="center", fontsize=12)
    ax.text(0.5, 0.85, weights, ha="center", fontsize=11)
    ax.set(xlim=(-0.3, 1.3), ylim=(-0.8, 1))
    ax.set_axis_off()
    return ax


def plot_gather(values: Tensor, index: Tensor, *, ax: Axes | None = None, digits: int = 1) -> Axes:
    """Draw ``torch.gather(values, 1, index)``: the table, the chosen entry of each row, the result.

    Parameters
    ----------
    values : Tensor
        Floating point, shape ``(N, C)``.
    index : Tensor
        Column numbers 0 … C-1, shape ``(N, 1)`` or ``(N,)``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if not given.
    digits : int
        Decimals of the values.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If shapes or dtypes do not fit or an index leaves its row.

    Notes
    -----
    New in this course. Lesson 2.

    Examples
    --------
    >>> ax = plot_gather(torch.tensor([[0.6, 0.4], [0.3, 0.7]]), torch.tensor([0, 1]))
    >>> [text.get_text() for text in ax.texts][4:8]  # the second row
    ['0.3', '0.7', '1', '0.7']
    """
    digits = _arguments.whole_number("digits", digits, 0, 17)
    num_rows, num_columns = _arguments.matrix("values", values).shape
    chosen = _arguments.class_labels("index", index, num_rows, num_columns).tolist()
    ax, index_at, result_at = axes(ax), num_columns + 0.8, num_columns + 2.6
    for row, k in enumerate(chosen):
        entries = [f"{value:.{digits}f}" for value in values[row].tolist()]
        for column, entry in enumerate(entries):
            _draw_cell(ax, column, row, entry, lit=column == k)
        _draw_cell(ax, index_at, row, str(k), lit=False)
        _draw_cell(ax, result_at, row, entries[k], lit=True)
    for at, text in ((num_columns / 2, "values"), (index_at + 0.5, "index"), (result_at + 0.5, "result")):
        ax.text(at, -0.25, text, ha="center")
    ax.set(xlim=(-0.2, result_at + 1.2), ylim=(num_rows + 0.1, -0.9), aspect="equal")
    ax.set_axis_off()
    return ax


def _heights(name: str, values: Tensor) -> np.ndarray:
    """Return finite numbers for the bars of one series."""
    heights = numbers(name, _arguments.floating(name, values, ndim=1))
    if not np.isfinite(heights).all():
        raise ValueError(f"{name} must hold finite numbers, got {values.tolist()}")
    return heights


def _draw_cell(ax: Axes, x: float, y: float, text: str, *, lit: bool) -> None:
    """Draw a box of side 1 with a text in it, filled if `lit`."""
    ax.add_patch(Rectangle((x, y), 1, 1, facecolor=PALETTE[0] if lit else "white", edgecolor=GREY))
    ax.text(x + 0.5, y + 0.5, text, ha="center", va="center", color="white" if lit else "black")
