"""Sphinx extension: the search page gets every section of the book, as a script that works from disk.

Sphinx's own index drops numbers and small words, and fetches a page to quote it, which a browser
refuses to do from disk. The book is small enough to carry its text: book/_static/search.js looks
through it. Only the search page loads the two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

INDEX = "search-index.js"
LEFT_OUT = (
    "script, style, noscript, svg, details, dl.py, .headerlink, .torchlearning-lab, .torchlearning-quiz"
)
# What readers look for under other words than the book's.
WORDS = {
    "book/run.html": "install setup download start jupyter colab binder windows mac linux pip git clone zip",
    "book/03_manual_training.html#how-large-should-a-step-be": "learning rate lr step size",
    "book/07_real_data.html": "csv own data set load file",
    "book/08_more_than_one_device.html": "multi gpu several gpus cluster nodes distributed ddp fsdp",
}


def kind(page: str) -> str:
    """Return what a page is: the search shows lessons before exercises before the API."""
    name = page.rpartition("/")[2]
    if re.match(r"\d\d_", name):
        return "exercises" if "exercises" in name else "lesson"
    return "lookup" if name in ("api.html", "glossary.html", "references.html") else "lesson"


def words(tag: Tag) -> str:
    """Return the text of a part of a page as one line."""
    return re.sub(r"\s+", " ", tag.get_text().replace("\u2061", "")).strip()


def entries(page: Path, address: str) -> Iterator[dict[str, str]]:
    """Yield what the search knows of each section of a page, and of each name on the API page."""
    article = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select_one("article.bd-article")
    if article is None or article.h1 is None:
        return
    title = words(article.h1).rstrip("# ")
    for term in article.select("dl.py > dt[id]"):
        body = term.find_next_sibling("dd")
        text = words(body) if isinstance(body, Tag) else ""
        yield entry(f"{address}#{term['id']}", title, str(term["id"]), text)
    for part in article.select(LEFT_OUT):
        part.decompose()
    for section in reversed(article.find_all("section")):  # inner ones first, each taken out when it is read
        heading = section.find(re.compile("h[1-4]"))
        name = words(heading.extract()) if isinstance(heading, Tag) else ""
        anchor = "" if name == title else f"#{section['id']}"
        yield entry(address + anchor, title, name, words(section))
        section.extract()


def entry(address: str, page: str, title: str, text: str) -> dict[str, str]:
    """Return what the search knows of a section."""
    also = WORDS.get(address, "")
    kind_ = kind(address.partition("#")[0])
    return {"address": address, "page": page, "title": title, "text": text, "also": also, "kind": kind_}


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the index."""
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    pages = sorted((out / "book").glob("*.html"))
    found = [entry for page in pages for entry in entries(page, page.relative_to(out).as_posix())]
    lost = [
        address for address in WORDS
        if (out / address.partition("#")[0]).exists() and address not in {entry["address"] for entry in found}
    ]  # fmt: skip
    if lost:
        raise ExtensionError(f"search_index: WORDS names sections that are not there: {lost}")
    script = f"const SECTIONS = {json.dumps(found, ensure_ascii=False)};\n"
    (out / "_static" / INDEX).write_text(script, encoding="utf-8")


def load(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Let the search page load the index and what looks through it."""
    if pagename == "search":
        app.add_js_file(INDEX, defer="defer")
        app.add_js_file("search.js", defer="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the search."""
    app.connect("html-page-context", load)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
