"""What becomes of the published notebooks elsewhere: in a reader's copy, in a download, in a saved file.

- `pages`: all pages of the book as notebooks, with links that lead from one to the other.
- `alone`: one page to take away, without outputs, solutions and replies.
- `keep_stills`: a lab in a saved notebook is the lab of the page, not a widget whose kernel has gone.
"""

from __future__ import annotations

import html
import inspect
import pydoc
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

import nbformat
import yaml
from fold_solutions import is_quiz, label
from nbformat import NotebookNode
from notebooks import BOOK, CONFIG, LANGUAGE, LIVE

LOOK_UP = ("glossary", "api", "references")  # pages that are not notebooks, but that notebooks link to
LINK = re.compile(r"(?<!!)\[((?:`[^`]*`|[^][`])+)\]\((?!\w+:)([\w.-]*)(#[\w.-]+)?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
DIRECTIVES = re.compile(r"```\{eval-rst\}\n(.*?)```\n", re.DOTALL)
OURS = ('class="torchlearning-quiz"', 'class="torchlearning-lab"')
TAKE_AWAY = "> This page to work in comes without outputs and solutions. {}"
INSTALL = (
    "It needs PyTorch and the course's own package: get the course, and run "
    "`%pip install 'FOLDER_OF_THE_COURSE[lessons]'` in a cell, once."
)
FETCHED = "Its first cell of code installs what it needs, where that is missing."


def published() -> Iterator[tuple[str, NotebookNode]]:
    """Yield each page of the book as a notebook, the looked-up ones included."""
    for path in sorted(BOOK.glob("[0-9][0-9]_*.ipynb")):
        yield path.stem, nbformat.read(path, as_version=4)
    for name in LOOK_UP:
        yield name, from_markdown((BOOK / f"{name}.md").read_text(encoding="utf-8"))


def from_markdown(text: str) -> NotebookNode:
    """Return a page as a notebook with a cell for each heading, and docstrings where they are asked for."""
    module = "torchlearning"

    def documented(found: re.Match[str]) -> str:
        nonlocal module
        told = []
        for directive, name in re.findall(r"^\.\. (\w+):: ([\w.]+)$", found[1], re.MULTILINE):
            if directive == "currentmodule":
                module = name
            else:
                told.append(documentation(name, pydoc.locate(f"{module}.{name}") or pydoc.locate(name)))
        return "\n".join(told)

    text = DIRECTIVES.sub(documented, text)
    parts = re.split(r"\n(?=#+ )", text)
    cells = [nbformat.v4.new_markdown_cell(part.strip(), id=f"part-{i}") for i, part in enumerate(parts)]
    return nbformat.v4.new_notebook(cells=cells, metadata={"language_info": LANGUAGE})


def documentation(name: str, thing: Any) -> str:
    """Return a name's signature and docstring as plain text, for what is a directive in the page."""
    if thing is None:
        raise LookupError(f"{name} of book/api.md is not found")
    signature = str(inspect.signature(thing)) if callable(thing) else ""
    short = re.sub(r"torch\.(?=Tensor)|'", "", signature)
    return f"```text\n{name.rpartition('.')[2]}{short}\n\n{inspect.getdoc(thing)}\n```\n"


def anchors(notebook: NotebookNode) -> dict[str, str]:
    """Return for each anchor of a page the one that Jupyter makes of the same heading."""
    words = [
        re.sub(r"[`*]", "", heading)
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for heading in HEADING.findall(cell.source)
    ]
    return {label(heading): quote(heading.replace(" ", "-"), safe=":,") for heading in words}


def nothing_printed(name: str, notebook: NotebookNode) -> None:
    """Make a page a reader's: what the cells of exercises have printed is gone."""
    for cell in notebook.cells:
        if name.endswith("_exercises") and cell.cell_type == "code":
            forget(cell)


def pages(change: Callable[[str, NotebookNode], None] = nothing_printed) -> dict[str, str]:
    """Return a copy of the book, by default the reader's: for each file its text, the same each time.

    `change` makes a page, given with its name, what it has to be in this copy.
    """
    notebooks = dict(published())
    for name, notebook in notebooks.items():
        notebook.metadata.pop("jupytext", None)
        change(name, notebook)
    places = {name: anchors(notebook) for name, notebook in notebooks.items()}
    for name, notebook in notebooks.items():
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = LINK.sub(partial(lead, name, places), cell.source)
    return {f"{name}.ipynb": nbformat.writes(notebook) + "\n" for name, notebook in notebooks.items()}


def lead(name: str, places: dict[str, dict[str, str]], found: re.Match[str]) -> str:
    """Return a link of page `name` as Jupyter follows it, or its words if only the book has the page."""
    words, file, anchor = found.groups()
    page = file.rpartition(".")[0] or name
    if page not in places:
        return words
    there = places[page].get((anchor or "#")[1:], "")
    return f"[{words}]({'' if page == name else page + '.ipynb'}{there and '#' + there})"


def forget(cell: NotebookNode) -> None:
    """Take away what a cell of an exercise has printed; questions and labs stay, which give nothing away."""
    cell.execution_count = None
    cell.outputs = [
        NotebookNode(output, execution_count=None)
        for output in cell.outputs
        if any(words in output.get("data", {}).get("text/html", "") for words in OURS)
    ]


def alone(notebook: NotebookNode) -> NotebookNode:
    """Return a page to take away: no outputs, solutions or replies, and no link to a page not beside it."""
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    site = config.get("html", {}).get("baseurl", "").rstrip("/")
    fetched = config["sphinx"]["config"]["html_theme_options"].get("repository_url")

    def go(found: re.Match[str]) -> str:
        words, file, anchor = found.groups()
        page = file.rpartition(".")[0]
        return f"[{words}]({site}/book/{page}.html{anchor or ''})" if site and page else words

    notebook.metadata.pop("jupytext", None)
    notebook.cells = bare(notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(go, cell.source)
    notebook.cells[0].source += "\n\n" + TAKE_AWAY.format(FETCHED if fetched else INSTALL)
    return notebook


def bare(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Return the cells without solutions, replies of quizzes, and outputs."""
    left = [question(cell) for cell in unsolved(cells)]
    for cell in left:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    return left


def unsolved(cells: list[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield the cells that are not of a solution."""
    inside = False
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("##"):
            inside = cell.source.startswith("### Solution ")
        if not inside:
            yield cell


def question(cell: NotebookNode) -> NotebookNode:
    """Return a cell, but of a quiz only what it asks; the answers stand in its source."""
    if cell.cell_type != "code" or not is_quiz(cell.source):
        return cell
    shown = "".join(output.data.get("text/html", "") for output in cell.outputs if "data" in output)
    asked = re.findall(r"<(?:legend|span)>(.*?)</(?:legend|span)>", shown, re.DOTALL)
    asked = [html.unescape(re.sub(r"</?code>", "`", words)) for words in asked]
    source = "\n".join([f"**Question.** {asked[0]}", "", *(f"- {words}" for words in asked[1:])])
    return nbformat.v4.new_markdown_cell(source.strip(), id=cell.id)


def keep_stills(model: dict[str, Any], **_: Any) -> None:
    """Save a lab as the page has it: hooked into saving by tools/reader.py, since its model is not saved.

    Any other widget is saved as words that say how to get it back.
    """
    if model["type"] != "notebook" or not model.get("content"):
        return
    for cell in model["content"]["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if data.pop(LIVE, None) and "text/html" not in data:
                data["text/plain"] = "(Run this cell again to use what stands here.)"
