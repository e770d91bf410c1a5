"""A figure in words, which tests can compare."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PathCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text


def describe(figure: Figure) -> str:
    """Return what a figure shows: a line for each of its axes and for each thing drawn in it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure, drawn or not.

    Returns
    -------
    str
        Titles, axis labels, and for each artist its kind, label, number of points, and rounded
        ends, ranges and means, so that another curve gives another text; of a line also the style
        and marker, unless it is plain.

    Notes
    -----
    New in this course.

    Examples
    --------
    >>> figure = Figure()
    >>> _ = figure.subplots().plot([0, 1, 2], [1.0, 4.0, 9.0], label="loss")
    >>> print(describe(figure))
    figure with 1 axes
    axes
      line "loss": 3 points, x 0 to 2 in 0..2 (mean 1), y 1 to 9 in 1..9 (mean 4.667)
    """
    lines = [" ".join([f"figure with {len(figure.axes)} axes", figure.get_suptitle()]).rstrip()]
    for ax in figure.axes:
        lines.append(" ".join(["axes", *_axes_words(ax)]))
        drawn = (*ax.images, *ax.collections, *ax.patches, *ax.lines, *ax.texts)
        lines += [f"  {_artist_words(artist)}" for artist in drawn]
    return "\n".join(lines)


def _axes_words(ax: Axes) -> list[str]:
    """Return the title and axis labels that are set, and scales that are not linear."""
    words = {"title": ax.get_title() or ax.get_title("left"), "x": ax.get_xlabel(), "y": ax.get_ylabel()}
    scales = [f"{s} {axis}" for axis, s in (("x", ax.get_xscale()), ("y", ax.get_yscale())) if s != "linear"]
    return [f'{name} "{text}"' for name, text in words.items() if text] + scales


def _artist_words(artist: Artist) -> str:
    """Return one line about one artist."""
    label = str(artist.get_label())
    name = f'{type(artist).__name__} "{"" if label.startswith("_") else label}"'
    match artist:
        case Text():
            return f"text {artist.get_text()!r}"
        case Rectangle():
            corner_and_size = (*artist.get_xy(), artist.get_width(), artist.get_height())
            return "bar at {}, {} of size {} x {}".format(*_rounded(np.array(corner_and_size)))
        case AxesImage():
            values: Any = np.ma.masked_invalid(np.ma.asarray(artist.get_array()))
            return f"image {' x '.join(map(str, values.shape))}: mean {values.mean():.2f}"
        case Line2D():
            sign = f"{artist.get_linestyle()}{artist.get_marker()}".replace("None", "")
            name = name.replace("Line2D", "line") + ("" if sign == "-" else f" ({sign})")
            return f"{name}: {_range_words(artist.get_xydata())}"
        case PathCollection():
            return name.replace("PathCollection", "points") + f": {_range_words(artist.get_offsets())}"
        case Collection():
            vertices = [path.vertices for path in artist.get_paths()]
            return f"{name}: {_range_words(np.concatenate([np.empty((0, 2)), *vertices]), digits=2)}"
    return name


def _range_words(points: Any, digits: int = 4) -> str:
    """Return number, ends, ranges and means of points of shape (n, 2)."""
    words = [f"{len(points)} points"] if digits > 2 else []  # few digits: the number may vary too
    for axis, values in zip("xy", np.ma.getdata(points).astype(float).T, strict=True):
        if (kept := values[np.isfinite(values)]).size:
            summary = np.array([kept[0], kept[-1], kept.min(), kept.max(), kept.mean()])
            words.append(axis + " {} to {} in {}..{} (mean {})".format(*_rounded(summary, digits)))
    return ", ".join(words)


def _rounded(values: np.ndarray, digits: int = 4) -> list[str]:
    """Return values with as many decimals as give the largest of them `digits` digits."""
    largest = np.abs(values).max()
    decimals = digits - 1 - int(np.floor(np.log10(largest))) if largest else 0
    return [f"{round(value, decimals) + 0.0:.{digits}g}" for value in values.tolist()]
