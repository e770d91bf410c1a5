"""The ink of the digit lab in Python: strokes, the pixels they fill, and the blocks these are counted in."""

from __future__ import annotations

import re

import torch
from torch import Tensor
from torch.nn import functional as F

from torchlearning.labs.playground_data import DIGITS

BOX, BLOCK, MOST = 32, 4, 1000  # pixels a side, of the whole and of a block; points at most
WIDE, TALL = 20, 32  # what a drawing is stretched to
STROKE = "([A-Za-z0-9_-]{2})+"
LEAST, LESS, MORE, EVEN_MORE = 108, 256, 412, 560  # ink pixels that call for a thicker or thinner line


def pack(strokes: list[list[tuple[int, int]]]) -> str:
    """Return strokes as text: points of two letters each, x and y in half pixels from 0 to 63.

    Examples
    --------
    >>> pack([[(0, 1), (63, 2)], [(5, 5)]])
    'AB_C.FF'
    """
    return ".".join("".join(DIGITS[x] + DIGITS[y] for x, y in stroke) for stroke in strokes)


def unpack(text: str) -> list[list[tuple[int, int]]]:
    """Return the strokes that a text holds.

    Raises
    ------
    ValueError
        If it is none that `pack` can have written.
    """
    points = len(text.replace(".", "")) // 2
    if points > MOST or not re.fullmatch(rf"({STROKE}(\.{STROKE})*)?", text):
        raise ValueError(
            f"must be up to {MOST} points of two letters each, strokes joined by dots, got {text[:20]!r}"
            f" ({len(text)} letters)"
        )
    return [[(DIGITS.index(x), DIGITS.index(y)) for x, y in re.findall("(.)(.)", stroke)]
            for stroke in text.split(".") if stroke]  # fmt: skip


def drawn(text: str, pen: float) -> Tensor:
    """Return the pixels that a pen fills which is so many pixels wide: bool, ``(32, 32)``."""
    centres = 2.0 * torch.arange(BOX, dtype=torch.float64, device="cpu") + 1
    return _inked(unpack(text), pen, centres, centres)


def fitted(text: str, pen: float) -> Tensor:
    """Return the pixels of a drawing made to fit the box as those of the data set were: bool, ``(32, 32)``.

    Without its margins it is stretched to 20 by 32 pixels, in the middle of the box; a thin line
    is made thicker and a thick one thinner, and a slant is taken out: what the preprocessing of
    NIST's form-based handprint recognition system (NISTIR 5469) does, which the data set used.
    """
    strokes = unpack(text)
    if not strokes:
        return torch.zeros(BOX, BOX, dtype=torch.bool, device="cpu")
    sides = []
    for values, size in zip(
        zip(*(p for stroke in strokes for p in stroke), strict=True), (WIDE, TALL), strict=True
    ):
        low, length = min(values) - pen, max(values) - min(values) + 2 * pen
        sides.append(low + (torch.arange(size, dtype=torch.float64, device="cpu") + 0.5) * length / size)
    margin = (BOX - WIDE) // 2
    return _upright(_even(F.pad(_inked(strokes, pen, *sides), (margin, margin))))


def count(ink: Tensor) -> Tensor:
    """Return how many pixels of each block of 4 by 4 are filled: float32, ``(8, 8)``.

    Examples
    --------
    >>> count(torch.ones(32, 32, dtype=torch.bool)).unique()
    tensor([16.])
    """
    return ink.view(BOX // BLOCK, BLOCK, BOX // BLOCK, BLOCK).sum((1, 3)).float()


def _inked(strokes: list[list[tuple[int, int]]], pen: float, xs: Tensor, ys: Tensor) -> Tensor:
    """Tell for each place ``(y, x)``, in half pixels, whether a stroke comes as near as half a pen."""
    ink = torch.zeros(len(ys), len(xs), dtype=torch.bool, device="cpu")
    for stroke in strokes:
        for (x0, y0), (x1, y1) in zip(stroke, stroke[1:] or stroke, strict=False):
            dx, dy = x1 - x0, y1 - y0
            vx, vy = xs - x0, (ys - y0).unsqueeze(1)
            along = ((vx * dx + vy * dy) / max(dx * dx + dy * dy, 1)).clamp(0, 1)
            ox, oy = vx - along * dx, vy - along * dy
            ink |= ox * ox + oy * oy <= pen * pen  # a pen of one pixel reaches one half pixel
    return ink


def _grown(ink: Tensor) -> Tensor:
    """Return the pixels that are filled or have a neighbour that is."""
    box = F.pad(ink, (1, 1, 1, 1))
    return box[1:-1, 1:-1] | box[:-2, 1:-1] | box[2:, 1:-1] | box[1:-1, :-2] | box[1:-1, 2:]


def _shrunk(ink: Tensor) -> Tensor:
    """Return the pixels that are filled and have no empty neighbour; beyond the edge all are empty."""
    return ~_grown(~F.pad(ink, (1, 1, 1, 1)))[1:-1, 1:-1]


def _even(ink: Tensor) -> Tensor:
    """Return the ink with a line of middling thickness."""
    pixels = int(ink.sum())
    change = _shrunk if pixels > MORE else _grown
    for _ in range((pixels < LESS) + (pixels < LEAST) + (pixels > MORE) + (pixels > EVEN_MORE)):
        ink = change(ink)
    return ink


def _upright(ink: Tensor) -> Tensor:
    """Return the ink with rows pushed sideways until its left edge is upright, by a row near each end."""
    rows = ink.any(1).nonzero().flatten().tolist()
    if not rows or rows[-1] - rows[0] < 5:
        return ink
    top, bottom = rows[0] + 2, rows[-1] - 2
    if not bool(ink[top].any() and ink[bottom].any()):
        return ink
    left = [int(ink[row].int().argmax()) for row in (top, bottom)]
    out = torch.zeros_like(ink)
    for row in range(BOX):
        by = ((row - BOX // 2) * 2 * (left[0] - left[1]) + (bottom - top)) // (2 * (bottom - top))
        out[row, max(by, 0) : BOX + min(by, 0)] = ink[row, max(-by, 0) : BOX - max(by, 0)]
    return out
