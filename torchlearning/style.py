"""The look of the book's figures, and a description in words that tests can compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PathCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.rcsetup import cycler
from matplotlib.text import Text
from torch import Tensor

from torchlearning import _check

# One entry a class: far apart for colour-blind readers, at least 3:1 against white, and each
# with a marker of its own, so that colour is never the only sign.
PALETTE = ("#004488", "#c24e00", "#0f7f5f", "#bd02f4", "#612803", "#1f1228")
GREY = "#5b5b5b"
MARKERS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))


def look(index: int) -> tuple[str, str]:
    """Return the colour and marker of class or series number `index`, unique up to 29.

    Colours repeat after six, with another marker.

    Examples
    --------
    >>> look(0)
    ('#004488', 'o')
    """
    return PALETTE[index % len(PALETTE)], MARKERS[(index + index // len(PALETTE)) % len(MARKERS)]


def axes(ax: Axes | None) -> Axes:
    """Return `ax`, or new axes."""
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(f"ax must be a matplotlib Axes, got {type(ax).__name__}; pick one, such as axes[0]")
    return plt.subplots()[1] if ax is None else ax


def numbers(name: str, values: Sequence[float] | Tensor) -> np.ndarray:
    """Return float64 numbers that matplotlib can draw, without gradient, from any device."""
    if isinstance(values, Tensor) and not values.is_complex():
        return _check.tensor(name, values).detach().cpu().double().resolve_neg().numpy()
    try:
        array = np.asarray(values)
        if array.dtype.kind in "biufO":
            return array.astype(float)
    except (TypeError, ValueError, RuntimeError):  # ragged, no numbers, or tensors that need a gradient
        pass
    raise TypeError(f"{name} must hold real numbers only; of a tensor in a list take .item()")


def use_style() -> None:
    """Make figures look as in the book and, in a notebook, describe themselves in words.

    The description becomes the figure's ``text/plain`` form, beside its picture: comparing the
    stored outputs of notebooks then compares what was drawn, not pixels.

    Notes
    -----
    New in this course. Called once at the top of each lesson.

    Examples
    --------
    >>> use_style()
    >>> plt.rcParams["figure.dpi"]
    160.0
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
    words = {"title": ax.get_title(), "x": ax.get_xlabel(), "y": ax.get_ylabel()}
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
