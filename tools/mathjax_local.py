"""Sphinx extension: formulas are drawn by MathJax from the book itself, without a network.

The package sphinx-mathjax-offline carries MathJax but copies all of its 24 MB into the book.
A page needs one bundle, the fonts, and the TeX extensions that the bundle loads on demand: 2 MB.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.fileutil import copy_asset

KEEP = ("tex-chtml.js", "output/chtml/fonts", "input/tex/extensions")


def setup(app: Sphinx) -> dict[str, bool]:
    """Point the book at its own MathJax and copy it there after the build."""
    app.config.mathjax_path = "mathjax/tex-chtml.js"
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
        copy_asset(part, target / name if part.is_dir() else target)
