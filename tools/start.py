"""Sphinx extension: a lab on a page without a notebook, and cards of the lessons; for the start page.

A fence ``{lab} PlaygroundLab`` holds the lab with the settings in its body, as YAML. In a fence
``{lessons}`` each line is ``NAME | FIGURE | WORDS``: the notebook of a lesson, which of its figures
stands on its card, counted from 0, and what can be done there.
"""

from __future__ import annotations

import base64
import html
import io
import re
from pathlib import Path

import nbformat
import yaml
from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

CARD = (
    '<li><a href="{name}.html"><img src="../_images/card-{name}.webp" alt="" loading="lazy" decoding="async"'
    ' width="{width}" height="{height}"><b>{title}</b></a><span>{words}</span>'
    '<span class="ways">{lab}<a href="{number}_exercises.html">Exercises</a>'
    '<span class="tally" data-lesson="{number}"></span></span></li>'
)
LAB = '<a href="{name}.html{place}">The lab</a>'
SIZE = (360, 220)  # of a card's picture, in pixels, at most


class Lab(SphinxDirective):
    """A lab, alive in the page."""

    required_arguments, has_content = 1, True

    def run(self) -> list[nodes.Node]:
        """Return the lab's page form."""
        from torchlearning import labs

        settings = yaml.safe_load("\n".join(self.content)) or {}
        return [nodes.raw("", getattr(labs, self.arguments[0])(**settings).to_html(), format="html")]


class Lessons(SphinxDirective):
    """Cards of the lessons, each with a picture."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a list of cards."""
        env = self.state.document.settings.env
        cards = [
            card(Path(env.srcdir) / "book", Path(env.app.outdir) / "_images", line) for line in self.content
        ]
        return [nodes.raw("", f'<ul class="lessons">{"".join(cards)}</ul>', format="html")]


def card(book: Path, images: Path, line: str) -> str:
    """Return a lesson's card, and save its picture."""
    name, figure, words = (part.strip() for part in line.split("|"))
    cells = nbformat.read(book / f"{name}.ipynb", as_version=4).cells
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    pictures = [data["image/png"] for data in outputs if "image/png" in data]
    if int(figure) >= len(pictures):
        raise ExtensionError(f"start: {name} has {len(pictures)} figures, no figure {figure}")
    image = Image.open(io.BytesIO(base64.b64decode(pictures[int(figure)]))).convert("RGB")
    image.thumbnail((2 * SIZE[0], 2 * SIZE[1]))
    images.mkdir(parents=True, exist_ok=True)
    image.save(images / f"card-{name}.webp", quality=80, method=6)
    width, height = image.size
    title = cells[0].source.splitlines()[0].removeprefix("# Lesson ").replace(":", " ", 1)
    words = re.sub(r"`(.+?)`", r"<code>\1</code>", html.escape(words))
    heading = next((at for cell in cells if (at := lab_heading(cells, cell)) is not None), None)
    lab = "" if heading is None else LAB.format(name=name, place=heading)
    shown = {"width": width // 2, "height": height // 2, "title": html.escape(title), "words": words}
    return CARD.format(name=name, number=name[:2], lab=lab, **shown)


def lab_heading(cells: list[nbformat.NotebookNode], cell: nbformat.NotebookNode) -> str | None:
    """Return the anchor of the section in which a cell shows a lab, if it does; none above all sections."""
    pages = [str(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", [])]
    if not any("torchlearning-lab" in page and "data-lab" in page for page in pages):
        return None
    before = "\n".join(other.source for other in cells[: cells.index(cell)] if other.cell_type == "markdown")
    words = re.findall(r"^## (.+)$", before, re.MULTILINE)
    return f"#{nodes.make_id(words[-1])}" if words else ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the two fences."""
    app.add_directive("lab", Lab)
    app.add_directive("lessons", Lessons)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
