"""Sphinx extension: a notebook page can be taken away to work in, without its solutions.

A page that was opened from disk may not read a file beside it, and Chromium opens a linked notebook
instead of saving it. But it may load a script: each page's notebook lies in one, for book.js to save.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
from copies import alone
from notebooks import BOOK
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

MENU = re.compile(r'(<ul class="dropdown-menu">\s*)(<li><a href="[^"]*_sources/)')
ITEM = (
    '<li><button type="button" class="btn btn-sm dropdown-item take-away pst-js-only" data-script="{}">'
    '<span class="btn__icon-container"><i class="fas fa-pencil"></i></span>'
    '<span class="btn__text-container">To work in (.ipynb)</span></button></li>\n'
)


def offer(app: Sphinx, exception: Exception | None) -> None:
    """Write a script for each notebook of the book, and put its button into the page's menu."""
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    (out / "_downloads").mkdir(exist_ok=True)
    for path in sorted(BOOK.glob("[0-9][0-9]_*.ipynb")):
        if f"book/{path.stem}" not in app.env.found_docs:
            continue
        text = nbformat.writes(alone(nbformat.read(path, as_version=4)))
        name = json.dumps(path.name), json.dumps(text, ensure_ascii=False)
        script = out / "_downloads" / f"{path.stem}.js"
        script.write_text("saveNotebook({}, {});\n".format(*name), encoding="utf-8")
        page = out / "book" / f"{path.stem}.html"
        item = ITEM.format(f"../_downloads/{script.name}")
        html, times = MENU.subn(rf"\1{item}\2", page.read_text(encoding="utf-8"))
        if times != 1:
            raise ExtensionError(f"downloads: {page.name} has {times} menus for downloads, not one")
        page.write_text(html, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Offer the notebooks when the pages are written, before their icons are counted."""
    app.connect("build-finished", offer, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
