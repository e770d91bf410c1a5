"""Sphinx extension: formulas are drawn by MathJax from the book itself, without a network.

The package sphinx-mathjax-offline carries MathJax but copies all of its 24 MB into the book.
A page needs the components named here, the fonts, and the TeX extensions that load on demand;
the bundle tex-chtml.js has the same and a menu, which is a third of it.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.fileutil import copy_asset

COMPONENTS = ["core", "input/tex", "output/chtml", "a11y/assistive-mml"]  # the last: for screen readers
KEEP = (
    "startup.js",
    *(f"{name}.js" for name in COMPONENTS),
    "output/chtml/fonts",
    "input/tex/extensions",
)


def setup(app: Sphinx) -> dict[str, bool]:
    """Point the book at its own MathJax and copy it there after the build."""
    app.config.mathjax_path = "mathjax/startup.js"
    app.config.mathjax3_config = {"loader": {"load": COMPONENTS}}
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def copy_mathjax(app: Sphinx, exception: Exception | None) -> None:
    """Copy what a page can ask for."""
    if exception is not None or app.builder.format != "html":
        return
    source = Path(str(files("sphinx-mathjax-offline"))) / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    for name in KEEP:
        part = source / name
        copy_asset(part, target / name if part.is_dir() else target / Path(name).parent)
