"""Sphinx extension: boxes of their own kind, and tables that can become cards; book/_static/custom.css.

A block quote that opens with one of a few bold words, ``> **Trap: a list of the same tensor.** ...``,
is a plain quote in Jupyter; in the page it has a colour and an icon. Other quotes stay what they are.
In a table of many columns each cell says which column it is of, for phones, where a row is a card.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

KINDS = {"Trap": "trap", "Note": "note", "Say what you expect": "expect", "Your turn": "turn"}
MANY = 4  # columns
OPENING = re.compile(rf"({'|'.join(KINDS)})[.:]")


def kind(quote: nodes.block_quote) -> str | None:
    """Return the kind of box that a block quote is, from its first bold words."""
    first = next(iter(quote.findall(nodes.paragraph)), None)
    words = [node for node in first.children if node.astext()] if first else []
    found = OPENING.match(words[0].astext()) if words and isinstance(words[0], nodes.strong) else None
    return KINDS[found[1]] if found else None


def box(app: Sphinx, document: nodes.document) -> None:
    """Turn each such block quote into a box."""
    for quote in list(document.findall(nodes.block_quote)):
        if name := kind(quote):
            opening = nodes.raw("", f'<div class="box {name}" role="note">', format="html")
            quote.replace_self([opening, *quote.children, nodes.raw("", "</div>", format="html")])


def label_cells(app: Sphinx, document: nodes.document) -> None:
    """Mark tables of many columns, and put the name of its column into each cell."""
    for table in document.findall(nodes.table):
        rows = list(table.findall(nodes.row))
        names = [entry.astext() for entry in rows[0].children]
        if len(names) < MANY:
            continue
        table["classes"].append("wide")
        for row in rows[1:]:
            for name, entry in list(zip(names, row.children, strict=True))[1:]:
                place = entry.children[0] if entry.children else entry
                place.insert(0, nodes.inline("", f"{name}: ", classes=["column"]))


def setup(app: Sphinx) -> dict[str, bool]:
    """Make boxes and cards."""
    app.connect("doctree-read", box)
    app.connect("doctree-read", label_cells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
