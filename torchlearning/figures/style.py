"""The look of the book's figures."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler
from torch import Tensor

from torchlearning import _arguments
from torchlearning.figures.words import describe

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
        raise TypeError(
            f"ax must be a matplotlib Axes, got {_arguments.given(ax)}; pick one, such as axes[0]"
        )
    if ax is not None and ax.name != "rectilinear":
        raise TypeError(f"ax must be ordinary flat axes, got {ax.name} axes")
    return plt.subplots()[1] if ax is None else ax


def numbers(name: str, values: Sequence[float] | Tensor) -> np.ndarray:
    """Return float64 numbers that matplotlib can draw, without gradient, from any device."""
    if isinstance(values, Tensor) and not values.is_complex():
        return _arguments.tensor(name, values).detach().cpu().double().resolve_neg().numpy()
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
