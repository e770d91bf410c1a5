"""Execute the lessons: book/NN_*.py becomes book/NN_*.ipynb with outputs, the same bytes each time.

Usage: python tools/notebooks.py [TWIN ...]
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

BOOK = Path(__file__).resolve().parent.parent / "book"
LIVE = "application/vnd.jupyter.widget-view+json"  # of a widget: dead without the kernel, and never the same


def load(twin: Path) -> NotebookNode:
    """Read a twin as a notebook without outputs, with metadata and ids that never change."""
    notebook = jupytext.read(twin)
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for i, cell in enumerate(notebook.cells):
        cell.id = f"{twin.stem.replace('_', '-')}-{i}"
        hide_answers(cell)
    return notebook


def hide_answers(cell: NotebookNode) -> None:
    """Fold solutions in Jupyter, as tools/exercises.py does in the page, and what quizzes reply."""
    if cell.source.startswith(("### Solution ", "### Hint ")):
        cell.metadata["jp-MarkdownHeadingCollapsed"] = True
    if cell.cell_type == "code" and re.search(r"^Quiz\(", cell.source, re.MULTILINE):
        cell.metadata.update(tags=["remove-input"], jupyter={"source_hidden": True})


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run every cell in a fresh kernel, with `folder` as working directory."""
    client = NotebookClient(
        notebook, timeout=300, record_timing=False, coalesce_streams=True, store_widget_state=False,
        resources={"metadata": {"path": str(folder)}}, extra_arguments=["--log-level=ERROR"],
    )  # fmt: skip
    client.execute()
    notebook.metadata.language_info = NotebookNode(name="python")  # the kernel adds its version
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(LIVE, None)
    return notebook


def keep_timings(notebook: NotebookNode, path: Path) -> None:
    """Put back what is stored of cells with ignored output: timings change with every run.

    They are recorded again when their cell changes, or when the notebook has been deleted.
    """
    if not path.exists():
        return
    stored = {cell.source: cell for cell in nbformat.read(path, as_version=4).cells}
    for cell in notebook.cells:
        if "nbval-ignore-output" in cell.metadata.get("tags", []) and cell.source in stored:
            cell.outputs = stored[cell.source].outputs


def save(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook in one step: a reader never meets half of it."""
    temporary = path.with_suffix(".ipynb.tmp")
    temporary.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    os.replace(temporary, path)


def main(twins: list[Path]) -> int:
    """Execute each lesson; stop at the first that fails, and leave its notebook as it was."""
    for twin in twins:
        start = time.perf_counter()
        try:
            notebook = execute(load(twin), twin.parent)
        except CellExecutionError as error:
            print(f"{twin.name}: a cell failed; its notebook is left as it was\n{error}", file=sys.stderr)
            return 1
        keep_timings(notebook, twin.with_suffix(".ipynb"))
        save(notebook, twin.with_suffix(".ipynb"))
        print(f"{twin.name}: {time.perf_counter() - start:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]] or sorted(BOOK.glob("[0-9][0-9]_*.py"))))
