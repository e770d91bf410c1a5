"""Sphinx extension: questions and exercises get names, and their pages a line on the reader's progress.

The browser remembers by these names what was answered and ticked (book/_static/progress.js). A question
is named by its lesson and its words, an exercise by its number and its title: where they change, it
is another one, and what was remembered of the old one does no harm.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

LONGEST = 60  # characters of a question's words in its name
PARTS = re.compile(
    r'<form class="torchlearning-quiz">\s*<fieldset><legend>(?P<question>.*?)</legend>'
    r'|<section id="(?P<exercise>exercise-\d+-\d+-[^"]*)">\s*<span id="ex-[\d-]+"></span>'
    r'<h2>(?P<title>[^\n]*?)<a class="headerlink"[^\n]*</h2>\s*<p>.*?(?=</p>)'
    r'|<h[23]>(?P<heading>[^\n]*?)<a class="headerlink"',
    re.DOTALL,
)
TICK = (
    ' <label class="done pst-js-only"><input type="checkbox" value="{name}"'
    ' aria-label="{title}: done"> done</label>'
)
PANEL = """<details class="so-far pst-js-only">
<summary>Your progress: 0 of {questions} questions, 0 of {exercises} exercises</summary>
<p class="where kept" data-short="">Remembered by this browser alone, and sent nowhere.
To take it along, export it, and import the file elsewhere.</p>
<p class="where apart" data-short=" (as far as this page knows)" hidden>Firefox remembers separately
for each page that is opened from disk, so this page knows only what was done or imported on it.
To add up, export on each page, and import all the files on one.</p>
<p class="where lost" data-short=" (not remembered)" hidden>This browser lets the book store nothing
(a private window, a setting, or no room left), so what you do is forgotten when you leave the page.
What you export before can be imported again.</p>
<div class="review"></div>
<p class="ways"><button type="button" value="export">Export</button>
<button type="button" value="import">Import</button>
<button type="button" value="reset">Reset…</button></p>
<p role="status"></p>
<input type="file" accept=".json,application/json" multiple hidden aria-label="Files to import">
<dialog aria-label="Reset"><form method="dialog">
<p>Forget <b></b> of {scope}? Only a file that you have exported brings them back.</p>
<button value="">Keep them</button> <button value="forget">Forget them</button></form></dialog>
<script type="application/json">{data}</script></details>
"""
PLACE = re.compile(r'(?<=</h1>)|(?=<ul class="lessons">)')
LESSON = re.compile(r"(?!00)\d\d_")


class Lessons:
    """What can be answered and ticked in each lesson and its exercises."""

    def __init__(self) -> None:
        self.items: dict[int, dict[str, list[str]]] = {}

    def mark(self, page: Path) -> None:
        """Give the questions and exercises of a page their names, and remember them with their words."""
        number = int(page.stem[:2])
        section = f"Lesson {number}"
        items, text = self.items.setdefault(number, {}), page.read_text(encoding="utf-8")

        def named(found: re.Match[str]) -> str:
            nonlocal section
            if not found["question"]:
                section = plain(found["title"] or found["heading"])
                if not found["exercise"]:
                    return found[0]
            words = plain(found["question"] or found["title"])
            name = found["exercise"] or f"quiz-{number}-{nodes.make_id(words)[:LONGEST].strip('-')}"
            if name in items:
                raise ExtensionError(
                    f"progress: {page.stem} has a second {name}; word one of them differently"
                )
            items[name] = [page.stem, words, section] if found["question"] else []
            if found["exercise"]:
                return found[0] + TICK.format(name=name, title=html.escape(section.partition(":")[0]))
            return found[0].replace("<form ", f'<form id="{name}" ', 1)

        marked = PARTS.sub(named, text)
        wanted = marked.count('class="torchlearning-quiz"') + marked.count('<span id="ex-')
        if lost := wanted - marked.count('<form id="quiz-') - marked.count('<label class="done'):
            raise ExtensionError(f"progress: {page.stem} has {lost} questions and exercises that got no name")
        page.write_text(marked, encoding="utf-8")

    def panel(self, book: str, only: int | None = None) -> str:
        """Return the line on the progress in a lesson, or in all."""
        lessons = {number: items for number, items in self.items.items() if items and only in (None, number)}
        names = [name for items in lessons.values() for name in items]
        questions = sum(name.startswith("quiz-") for name in names)
        data = json.dumps({"book": book, "lessons": lessons}, ensure_ascii=False).replace("<", "\\u003c")
        scope = "the whole book" if only is None else f"lesson {only}"
        count = {"questions": questions, "exercises": len(names) - questions}
        return PANEL.format(data=data, scope=scope, **count) if names else ""


def plain(text: str) -> str:
    """Return the words of a piece of a page."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", text))).strip()


def write(app: Sphinx, exception: Exception | None) -> None:
    """Name what can be answered and ticked, and put a line into each lesson and the start page."""
    if exception is not None or app.builder.format != "html":
        return
    folder, lessons = Path(app.outdir) / "book", Lessons()
    pages = [page for page in folder.glob("*.html") if LESSON.match(page.name)]
    for page in sorted(pages, key=lambda page: (page.stem[:2], "exercises" in page.stem)):
        lessons.mark(page)
    for page in [*pages, folder / "intro.html"]:
        panel = lessons.panel(app.config.html_title, int(page.stem[:2]) if page in pages else None)
        text = page.read_text(encoding="utf-8")
        place = [found.end() for found in PLACE.finditer(text)][-1]  # the cards come after the title
        page.write_text(text[:place] + "\n" + panel + text[place:], encoding="utf-8")


def load(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:
    """Let the pages with such a line load what fills it."""
    name = pagename.rpartition("/")[2]
    if name == "intro" or LESSON.match(name):
        app.add_js_file("progress.js", defer="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    """Write when the search has read the pages, and before the theme is mended."""
    app.connect("html-page-context", load)
    app.connect("build-finished", write, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
