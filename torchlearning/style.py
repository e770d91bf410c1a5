"""The look of the book's figures, and a description in words that tests can compare."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

# One entry a class: far apart for colour-blind readers, at least 3:1 against white, and each
# with a marker of its own, so that colour is never the only sign.
PALETTE = ("#004488", "#d55e00", "#1b9e77", "#aa3377", "#8a6d00", "#5b5b5b")
MARKERS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))


def look(index: int) -> tuple[str, str]:
    """Return the colour and marker of class or series number `index`, unique up to 35.

    Examples
    --------
    >>> look(0)
    ('#004488', 'o')
    """
    return PALETTE[index % len(PALETTE)], MARKERS[(index + index // len(PALETTE)) % len(MARKERS)]


def axes(ax: Axes | None) -> Axes:
    """Return `ax`, or new axes."""
    return plt.subplots()[1] if ax is None else ax


def use_style() -> None:
    """Make figures look as in the book and, in a notebook, describe themselves in words.

    The description becomes the figure's ``text/plain`` form, beside its picture: comparing the
    stored outputs of notebooks then compares what was drawn, not pixels.

    Notes
    -----
    Called once at the top of each lesson.
    """
    mpl.rcParams.update(
        {
            "figure.dpi": 160,
            "figure.constrained_layout.use": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": "medium",
            "axes.prop_cycle": cycler(color=PALETTE),
            "legend.edgecolor": "none",
            "font.size": 10,
        }
    )
    setattr(Figure, "_repr_pretty_", lambda figure, p, cycle: p.text(describe(figure)))  # noqa: B010


def describe(figure: Figure) -> str:
    """Return what a figure shows: a line for each of its axes and for each thing drawn in it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure, drawn or not.

    Returns
    -------
    str
        Titles, axis labels, and for each artist its kind, label, number of points and rounded
        ranges and means, so that another curve gives another text.

    Examples
    --------
    >>> figure = Figure()
    >>> _ = figure.subplots().plot([0, 1, 2], [1.0, 4.0, 9.0], label="loss")
    >>> print(describe(figure))
    figure with 1 axes
    axes
      line "loss": 3 points, x 0 to 2 (mean 1), y 1 to 9 (mean 4.667)
    """
    lines = [f"figure with {len(figure.axes)} axes"]
    for ax in figure.axes:
        lines.append(" ".join(["axes", *_axes_words(ax)]))
        drawn = (*ax.images, *ax.collections, *ax.patches, *ax.lines, *ax.texts)
        lines += [f"  {_artist_words(artist)}" for artist in drawn]
    return "\n".join(lines)


def _axes_words(ax: Axes) -> list[str]:
    """Return the title and axis labels that are set, and scales that are not linear."""
    words = {"title": ax.get_title(), "x": ax.get_xlabel(), "y": ax.get_ylabel()}
    scales = [f"{s} {axis}" for axis, s in (("x", ax.get_xscale()), ("y", ax.get_yscale())) if s != "linear"]
    return [f'{name} "{text}"' for name, text in words.items() if text] + scales


def _artist_words(artist: Artist) -> str:
    """Return one line about one artist."""
    match artist:
        case Text():
            return f"text {artist.get_text()!r}"
        case Rectangle():
            return f"bar: x {_number(artist.get_x())}, height {_number(artist.get_height())}"
        case AxesImage():
            values = np.asarray(artist.get_array(), dtype=float)
            return f"image: {' x '.join(map(str, values.shape))}, mean {values.mean():.2f}"
        case Line2D():
            return f"line {_label(artist)}: {_range_words(artist.get_xydata())}"
        case PathCollection():
            return f"points {_label(artist)}: {_range_words(artist.get_offsets())}"
    return type(artist).__name__


def _label(artist: Artist) -> str:
    """Return the label in quotes; matplotlib's own begin with an underscore and do not count."""
    label = str(artist.get_label())
    return '""' if label.startswith("_") else f'"{label}"'


def _range_words(points: Any) -> str:
    """Return number, ranges and means of points of shape (n, 2)."""
    words = [f"{len(points)} points"]
    for name, values in zip("xy", np.asarray(points, dtype=float).T, strict=False):
        if (kept := values[np.isfinite(values)]).size:
            low, high, mean = map(_number, (kept.min(), kept.max(), kept.mean()))
            words.append(f"{name} {low} to {high} (mean {mean})")
    return ", ".join(words)


def _number(value: float) -> str:
    """Return four digits, with noise around 0 as 0."""
    return f"{round(float(value), 4) + 0.0:.4g}"
