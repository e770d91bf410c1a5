"""The data of the playground in Python: the same points as in its page."""

from __future__ import annotations

import math
import re

import torch
from torch import Tensor

from torchlearning.data import centres

KINDS = ("clouds", "row", "ring", "own")
ROW = (0, 1, 2, 0)  # the classes of the row of four clouds
SPACING, RADIUS = 6.0, 8.0
GRID, EDGE, MOST = 10, 10, 2000  # drawn points: steps of 1 / GRID from -EDGE to EDGE, so many at most
ACROSS = 2 * EDGE * GRID + 1
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def noise() -> Tensor:
    """Return the noise of the lecture's clouds (seed 420), deviation 1: float32, ``(1500, 2)``."""
    seeded = torch.Generator("cpu").manual_seed(420)
    rows = [
        torch.normal(0.0, 1.0, (500, 2), generator=seeded, dtype=torch.float32, device="cpu")
        for _ in range(3)
    ]
    return torch.cat(rows)


def classes(kind: str, num_class: int) -> tuple[int, ...]:
    """Return the class of each cloud of a kind of data, or of drawn points."""
    return {"row": ROW, "ring": (0, 1)}.get(kind, tuple(range(num_class)))


def clouds(kind: str, num_class: int, num_points: int, dispersion: float) -> tuple[Tensor, Tensor]:
    """Return the points of a kind of data, float64 ``(N, 2)``, and their classes ``(N,)``."""
    labels = torch.tensor(classes(kind, num_class), device="cpu")
    each = num_points // len(labels)
    z = noise().double().view(len(labels), -1, 2)[:, :each]
    if kind == "ring":
        angle = 2 * math.pi * torch.arange(each, dtype=torch.float64, device="cpu") / each
        circle = RADIUS * torch.stack([angle.cos(), angle.sin()], dim=1)
        middle = torch.stack([torch.zeros_like(circle), circle])
    else:
        middle = centres(SPACING, len(labels)).view(-1, 1, 1)
    return (middle + dispersion * z).flatten(0, 1), labels.repeat_interleave(each)


def pack(points: Tensor, labels: Tensor) -> str:
    """Return points on the grid with their classes as text, three letters each.

    Examples
    --------
    >>> pack(torch.tensor([[0.0, -1.5]]), torch.tensor([2]))
    'Ttm'
    """
    places = (points.double() * GRID).round().long() + EDGE * GRID
    codes = ((places[:, 0] * ACROSS + places[:, 1]) * 4 + labels).tolist()
    return "".join(DIGITS[code >> 12] + DIGITS[code >> 6 & 63] + DIGITS[code & 63] for code in codes)


def unpack(text: str) -> tuple[Tensor, Tensor]:
    """Return the points that a text holds, float64 ``(N, 2)``, and their classes ``(N,)``.

    Raises
    ------
    ValueError
        If it is none that `pack` can have written.
    """
    if len(text) % 3 or len(text) > 3 * MOST or not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError(f"must be up to {MOST} points of three letters each, got {len(text)} letters")
    letters = torch.tensor([DIGITS.index(letter) for letter in text], dtype=torch.long, device="cpu")
    codes = letters.view(-1, 3) @ torch.tensor([64 * 64, 64, 1], device="cpu")
    places, labels = codes // 4, codes % 4
    if bool((places >= ACROSS**2).any()):
        raise ValueError("must hold points of the grid only")
    grid = torch.stack([places // ACROSS, places % ACROSS], dim=1) - EDGE * GRID
    return grid.double() / GRID, labels


def expand(points: Tensor, squares: bool) -> Tensor:
    """Return the features of points: x0, x1, perhaps x0²/10, x1²/10 and x0 x1/10, and 1 for the bias."""
    x, y = points.unbind(1)
    more = [x * x / 10, y * y / 10, x * y / 10] if squares else []
    return torch.stack([x, y, *more, torch.ones_like(x)], dim=1)
