"""Sphinx extension: solutions are folded away, quizzes hide their source, exercises have short labels.

A section headed "Solution 1.3" or "Hint 1.3" becomes a native ``<details>``, which needs no script
and opens by itself when a link leads into it. In Jupyter the same heading is collapsed by what
tools/notebooks.py stores with its cell. Links go to ``#ex-1-3``, ``#sol-1-3`` and ``#hint-1-3``.
"""

from __future__ import annotations

import html
import re

from docutils import nodes
from myst_parser.mdit_to_docutils.base import default_slugify
from sphinx.application import Sphinx

SHORT = {"Exercise": "ex", "Solution": "sol", "Hint": "hint"}

WAY_ON = "Back to lesson"  # opens the last line of a page, which belongs to no solution


def label(heading: str) -> str:
    """Return the anchor of a heading; the book's configuration names this function."""
    if found := re.match(r"(Exercise|Solution|Hint) (\d+)\.(\d+)", heading):
        return f"{SHORT[found[1]]}-{found[2]}-{found[3]}"
    return default_slugify(heading)


def is_quiz(source: str) -> bool:
    """Tell whether a cell asks a question; its source would give the answer away."""
    return re.search(r"^Quiz\(", source, re.MULTILINE) is not None


def fold(app: Sphinx, document: nodes.document) -> None:
    """Give exercises their labels as anchors, fold solutions and hints, and drop the source of quizzes."""
    for cell in list(
        document.findall(lambda node: "cell_input" in getattr(node, "attributes", {}).get("classes", []))
    ):
        if is_quiz(cell.astext()):
            cell.parent.remove(cell)
    for section in list(document.findall(nodes.section)):
        title, *body = section.children
        anchor = label(title.astext())
        if anchor.startswith("ex-"):
            section["ids"].append(anchor)
        if anchor.startswith(("sol-", "hint-")):
            summary = f'<details class="folded"><summary>{html.escape(title.astext())}</summary>'
            ids = [*dict.fromkeys([*section["ids"], anchor])]  # inside, so that a link to them unfolds
            opening, closing = (nodes.raw("", text, format="html") for text in (summary, "</details>"))
            after = [body.pop()] if body and body[-1].astext().startswith(WAY_ON) else []
            section.replace_self([opening, nodes.container("", *body, ids=ids), closing, *after])


def setup(app: Sphinx) -> dict[str, bool]:
    """Fold before the contents of a page are collected, where solutions would only get in the way."""
    app.connect("doctree-read", fold, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
