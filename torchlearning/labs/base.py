"""The base of the labs: one front end, beside a kernel and in a page without one."""

from __future__ import annotations

import base64
import html
import io
import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional as F
from traitlets import Dict, Float, HasTraits, TraitError

from torchlearning.plotting import plot_classes
from torchlearning.regions import plot_decision_regions

HERE = Path(__file__).parent
PAGE = """<div><style>{css}</style>
<div class="torchlearning-lab" data-lab="{name}"><figure>
<img alt="{summary}" src="data:image/webp;base64,{still}">
<figcaption>{summary}. This picture stands still; its sliders need JavaScript.</figcaption>
</figure></div>
<script type="application/json">{state}</script>
<script type="module">
{module}</script></div>
"""


def front_end(name: str) -> str:
    """Return a lab's JavaScript as one module: what the labs share, then its own file."""
    files = [(HERE / file).read_text(encoding="utf-8") for file in ("base.js", "draw.js", name)]
    shared, own = "\n".join(files[:2]), files[2]
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
        state = json.dumps({name: getattr(self, name) for name in names}, default=_base64)
        name, host = type(self).__name__, (HERE / "page.js").read_text(encoding="utf-8")
        module = self._esm.replace("export default ", "const view = ") + f'\n{host}\nmount(view, "{name}");'
        parts = {"css": self._css, "state": state.replace("<", "\\u003c"), "module": module, "name": name}
        return PAGE.format(summary=html.escape(self.summary()), still=_webp(self.still()), **parts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self.summary()}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Add the page's form to the live one; notebook front ends with a kernel prefer the live one."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/plain": repr(self), "text/html": self.to_html()}, metadata


class Number(Float[float, float]):
    """A trait for a number from `min` to `max`; nan, which `Float` lets pass, is none."""

    def validate(self, obj: HasTraits, value: object) -> float:
        """Return the number."""
        try:
            number = super().validate(obj, value)
        except OverflowError:  # an int beyond all floats
            number = math.inf
        if (math.isnan(number) and self.max < math.inf) or number > self.max:
            raise TraitError(
                f"{self.name or 'each number'} must be from {self.min} to {self.max}, got {number}"
            )
        return number


def pack(values: Tensor | np.ndarray, dtype: str = "<f4") -> bytes:
    """Return numbers as bytes: float32 unless said otherwise, little-endian, row by row."""
    return np.ascontiguousarray(values.numpy() if isinstance(values, Tensor) else values, dtype).tobytes()


def pack_weights(weights: Tensor) -> bytes:
    """Return weights ``(..., D + 1, C)`` less those of class 0, which softmax cannot tell apart."""
    return pack(weights[..., 1:] - weights[..., :1])


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
