"""Drawings of small things: bars of probabilities, a network, a gather."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import Tensor

from torchlearning import _check
from torchlearning.style import PALETTE, axes


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
        Name of each series and its values, shape ``(C,)``, all of one length.
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
    ValueError
        If there is no series, or their lengths differ.

    Examples
    --------
    >>> ax = plot_probabilities({"hard": torch.tensor([0, 1.0]), "soft": torch.tensor([0.3, 0.7])})
    >>> len(ax.patches)
    4
    """
    lengths = {name: len(values) for name, values in series.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError(f"series must hold values of one length, got {lengths}")
    ax, width, num_class = axes(ax), 0.8 / len(series), next(iter(lengths.values()))
    for i, (name, values) in enumerate(series.items()):
        at = np.arange(num_class) + (i - (len(series) - 1) / 2) * width
        hatch = ("", "//", "..", "xx")[i % 4]
        bars = ax.bar(
            at, values.detach().cpu().numpy(), 0.92 * width, label=name, color=PALETTE[i % len(PALETTE)]
        )
        for bar in bars:
            bar.set(hatch=hatch, edgecolor="white", linewidth=0)
        ax.bar_label(bars, fmt=f"%.{digits}f", fontsize="small", padding=2)
    ax.set_xticks(range(num_class), names or [f"class {k}" for k in range(num_class)])
    ax.set(ylabel="probability")
    ax.margins(y=0.12)
    if len(series) > 1:
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
    ValueError
        If a layer is empty.

    Examples
    --------
    >>> ax = plot_network(["$x_0$", "$x_1$", "1"], ["$z_0$", "$z_1$", "$z_2$"])
    >>> len(ax.lines)
    9
    """
    if not inputs or not outputs:
        raise ValueError(f"inputs and outputs must each hold a name, got {len(inputs)} and {len(outputs)}")
    ax = axes(ax)
    left, right = (np.linspace(1, -1, len(layer) + 2)[1:-1] for layer in (inputs, outputs))
    for a in left:
        for b in right:
            ax.plot([0, 1], [a, b], color="#5b5b5b", linewidth=1, zorder=1)
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

    Examples
    --------
    >>> ax = plot_gather(torch.tensor([[0.6, 0.4], [0.3, 0.7]]), torch.tensor([0, 1]))
    >>> [text.get_text() for text in ax.texts][4:8]  # the second row
    ['0.3', '0.7', '1', '0.7']
    """
    num_rows, num_columns = _check.matrix("values", values).shape
    chosen = _check.class_labels(index, num_rows, num_columns, name="index").tolist()
    ax = axes(ax)
    index_at, result_at = num_columns + 0.8, num_columns + 2.6

    def cell(x: float, y: int, text: str, lit: bool) -> None:
        face = PALETTE[0] if lit else "white"
        ax.add_patch(Rectangle((x, y), 1, 1, facecolor=face, edgecolor="#5b5b5b"))
        ax.text(x + 0.5, y + 0.5, text, ha="center", va="center", color="white" if lit else "black")

    for row, k in enumerate(chosen):
        for column in range(num_columns):
            cell(column, row, f"{values[row, column]:.{digits}f}", column == k)
        cell(index_at, row, str(k), False)
        cell(result_at, row, f"{values[row, k]:.{digits}f}", True)
    for at, text in ((num_columns / 2, "values"), (index_at + 0.5, "index"), (result_at + 0.5, "result")):
        ax.text(at, -0.25, text, ha="center")
    ax.set(xlim=(-0.2, result_at + 1.2), ylim=(len(chosen) + 0.1, -0.9), aspect="equal")
    ax.set_axis_off()
    return ax
