"""Serve MathJax from the book itself (no network).

The PyPI package sphinx-mathjax-offline carries MathJax 3.2.2 but copies all of
its 24 MB into every build.  A page needs one bundle, the fonts and the TeX
extensions which MathJax loads on demand: about 2 MB.
"""

import importlib.util
from pathlib import Path

from sphinx.util.fileutil import copy_asset

KEEP = ("tex-chtml.js", "output/chtml/fonts", "input/tex/extensions")


def _copy(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    package = importlib.util.find_spec("sphinx-mathjax-offline")
    source = Path(package.origin).parent / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    for name in KEEP:
        part = source / name
        copy_asset(part, target / name if part.is_dir() else target)


def setup(app):
    app.config.mathjax_path = "mathjax/tex-chtml.js"
    app.connect("build-finished", _copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
