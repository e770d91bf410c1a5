"""The base of the labs: one front end, beside a kernel and in a page without one."""

from __future__ import annotations

import base64
import html
import io
import json
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional as F
from traitlets import Dict, Float, HasTraits, Int, TraitError

from torchlearning.device import full_precision
from torchlearning.figures.classes import plot_classes
from torchlearning.figures.regions import plot_decision_regions

HERE = Path(__file__).parent
STILL = (
    "This picture stands still: in a notebook, run its cell to move the sliders; "
    "in a page, they need JavaScript."
)
PAGE = """<div><style>{css}</style>
<div class="torchlearning-lab" data-lab="{name}"><figure>
<img alt="{summary}" src="data:image/webp;base64,{still}">
<figcaption>{summary}. {still_words}</figcaption>
</figure></div>
<script type="application/json">{state}</script>
<script type="module">
{module}</script></div>
"""


def front_end(*names: str) -> str:
    """Return a lab's JavaScript as one module: what the labs share, then its own files, the view last."""
    files = [(HERE / file).read_text(encoding="utf-8") for file in ("base.js", "draw.js", *names)]
    shared, own = "\n".join(files[:-1]), files[-1]
    shared = re.sub(r"^export (?=function|const)", "", shared, flags=re.MULTILINE)
    return re.sub(r'^import [^;]* from "\./\w+\.js";\n', "", shared + "\n" + own, flags=re.MULTILINE)


class Lab(anywidget.AnyWidget):
    """A picture with sliders: a Jupyter widget that goes on working in a page without a kernel.

    A subclass sets ``_esm`` to its `front_end`, has a trait for each slider, `summary` and
    `still`, and puts what sliders do not change into ``_data``, numbers as bytes.
    """

    _css = (HERE / "base.css").read_text(encoding="utf-8")
    _data = Dict().tag(sync=True)

    def summary(self) -> str:
        """Return in words and numbers what the lab shows."""
        raise NotImplementedError

    def still(self) -> Figure:
        """Return what the lab shows as a figure that does not move."""
        raise NotImplementedError

    def to_html(self) -> str:
        """Return the lab for a page without a kernel, with all that it needs."""
        base = {*anywidget.AnyWidget.class_trait_names(), "_esm", "_css", "_anywidget_id"}
        names = sorted(set(self.trait_names(sync=True)) - base)
        state = json.dumps(self.get_state(names), default=_base64)
        name, host = type(self).__name__, (HERE / "page.js").read_text(encoding="utf-8")
        module = self._esm.replace("export default ", "const view = ") + f'\n{host}\nmount(view, "{name}");'
        parts = {"css": self._css, "state": state.replace("<", "\\u003c"), "module": module, "name": name}
        still = {"still": _webp(self.still()), "still_words": STILL}
        return PAGE.format(summary=html.escape(self.summary()), **still, **parts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self.summary()}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Add the page's form to the live one; notebook front ends with a kernel prefer the live one."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/plain": repr(self), "text/html": self.to_html()}, metadata


class Number(Float[float, float]):
    """A trait for a number from `min` to `max`; nan and bools, which `Float` lets pass, are none."""

    def validate(self, obj: HasTraits, value: object) -> float:
        """Return the number."""
        refuse_bool(self.name or "each number", value)
        try:
            number = super().validate(obj, value)
        except OverflowError:  # an int beyond all floats
            number = math.inf
        if (math.isnan(number) and self.max < math.inf) or number > self.max:
            raise TraitError(
                f"{self.name or 'each number'} must be from {self.min} to {self.max}, got {number}"
            )
        return number


class Whole(Int[int, int]):
    """A trait for a whole number from `min` to `max`; a bool, which `Int` lets pass, is none."""

    def validate(self, obj: HasTraits, value: object) -> int:
        """Return the number."""
        refuse_bool(self.name or "each number", value)
        return super().validate(obj, value)


def refuse_bool(name: str, value: object) -> None:
    """Raise a TraitError for True and False."""
    if isinstance(value, bool):
        raise TraitError(f"{name} must be a number, got {value}")


def floats(values: Sequence[float]) -> Tensor:
    """Return numbers as float32 on the CPU, whatever torch's defaults are."""
    return torch.tensor(values, dtype=torch.float32, device="cpu")


def pack(values: Tensor | np.ndarray, dtype: str = "<f4") -> bytes:
    """Return numbers as bytes: float32 unless said otherwise, little-endian, row by row."""
    return np.ascontiguousarray(values.numpy() if isinstance(values, Tensor) else values, dtype).tobytes()


def pack_weights(weights: Tensor) -> bytes:
    """Return weights ``(..., D + 1, C)`` less those of class 0, which softmax cannot tell apart."""
    return pack(weights[..., 1:] - weights[..., :1])


@full_precision
def plot_plane(features: Tensor, labels: Tensor, w: Tensor, *, ax: Axes) -> None:
    """Draw examples and decision regions of the weights ``(3, C)`` for a lab's still picture."""
    plot_classes(features, labels, ax=ax, size=6)
    plot_decision_regions(lambda X: F.pad(X, (0, 1), value=1.0) @ w, ax=ax)


@contextmanager
def trait_errors() -> Iterator[None]:
    """Raise what is wrong with an argument as a TraitError, as wrong values of traits do."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise TraitError(str(error)) from None


def _base64(value: object) -> dict[str, str]:
    """Write bytes as JSON."""
    if not isinstance(value, bytes):
        raise TypeError(f"the state of a lab must be JSON or bytes, got {type(value).__name__}")
    return {"base64": base64.b64encode(value).decode()}


def _webp(figure: Figure) -> str:
    """Return a figure as base64 of a WebP, without loss a third of the size of a PNG."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="webp", dpi=100, pil_kwargs={"lossless": True})
    return base64.b64encode(buffer.getvalue()).decode()
