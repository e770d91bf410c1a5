"""Execute the lessons: book/NN_*.py becomes book/NN_*.ipynb with outputs, the same bytes each time.

Usage: python tools/notebooks.py [TWIN ...]
"""

from __future__ import annotations

import base64
import io
import logging
import os
import re
import sys
import time
from pathlib import Path

import jupytext
import nbformat
import yaml
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from nbformat.reader import NotJSONError
from PIL import Image

BOOK = Path(__file__).resolve().parent.parent / "book"
CONFIG = BOOK.parent / "_config.yml"
LIVE = "application/vnd.jupyter.widget-view+json"  # of a widget: dead without the kernel, and never the same

# The second cell of each notebook, which twins go without. {0} says what {1} does.
SETUP = """# Does nothing where the course is installed; elsewhere, such as in Colab, it {0}.
from importlib.util import find_spec

if find_spec("torchlearning") is None:
    {1}"""
FETCH = """get_ipython().run_line_magic("pip", "install --quiet 'torchlearning[lessons] @ git+{}'")"""
EXPLAIN = """raise ModuleNotFoundError(
        "this lesson needs the package torchlearning: "
        "get the whole course, and run here: %pip install FOLDER_OF_THE_COURSE[lessons]"
    )"""


def setup_cell() -> NotebookNode:
    """Return the cell that makes a lesson run when it is opened alone; a page does not show it.

    It fetches the package from the `repository_url` of _config.yml, or says how to install it.
    """
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    address = config["sphinx"]["config"]["html_theme_options"].get("repository_url")
    parts = ("fetches it", FETCH.format(address)) if address else ("says how to install it", EXPLAIN)
    metadata = {"tags": ["remove-cell", "setup"], "jupyter": {"source_hidden": True}}
    return nbformat.v4.new_code_cell(SETUP.format(*parts), metadata=metadata, id="setup")


def load(twin: Path) -> NotebookNode:
    """Read a twin as a notebook without outputs, with metadata and ids that never change."""
    notebook = jupytext.read(twin)
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    # JupyterLab writes the setup cell into the twin when it saves the two
    notebook.cells = [cell for cell in notebook.cells if "setup" not in cell.metadata.get("tags", [])]
    for i, cell in enumerate(notebook.cells):
        cell.id = f"{twin.stem.replace('_', '-')}-{i}"
        hide_answers(cell)
    notebook.cells.insert(1, setup_cell())
    return notebook


def hide_answers(cell: NotebookNode) -> None:
    """Fold solutions in Jupyter, as tools/exercises.py does in the page, and what quizzes reply."""
    if cell.source.startswith(("### Solution ", "### Hint ")):
        cell.metadata["jp-MarkdownHeadingCollapsed"] = True
    if cell.cell_type == "code" and re.search(r"^Quiz\(", cell.source, re.MULTILINE):
        cell.metadata.update(tags=["remove-input"], jupyter={"source_hidden": True})


class LessonError(Exception):
    """A lesson cannot be executed; the message says in a few lines where and why."""


def execute(notebook: NotebookNode, twin: Path) -> NotebookNode:
    """Run every cell in a fresh kernel, in the folder of the twin; raise LessonError if one fails."""
    client = NotebookClient(
        notebook, timeout=300, record_timing=False, coalesce_streams=True, store_widget_state=False,
        resources={"metadata": {"path": str(twin.parent)}}, extra_arguments=["--log-level=ERROR"],
    )  # fmt: skip
    index = 0
    try:
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index)
    except NoSuchKernel as error:
        words = "there is no Jupyter kernel for Python; install everything again: make clean"
        raise LessonError(f"{twin}: {words}") from error
    except (CellExecutionError, CellTimeoutError, RuntimeError, OSError) as error:
        raise LessonError(explain(error, notebook, twin, index)) from error
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop(LIVE, None)
            if "image/png" in data:
                data["image/png"] = smaller(data["image/png"])
    return notebook


def smaller(png: str) -> str:
    """Return a figure, base64 of a PNG, with a palette of 256 colours: a third of the bytes.

    The palette is made to cover the figure's colours and then moved to their means: white stays
    white, and other pixels change by about 10 of 255 at most.
    """
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    buffer = io.BytesIO()
    image.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=1).save(buffer, "png", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


def explain(error: Exception, notebook: NotebookNode, twin: Path, index: int) -> str:
    """Return which cell of a lesson failed, at which line of the twin, and the error."""
    cell, number = notebook.cells[index], sum(c.cell_type == "code" for c in notebook.cells[: index + 1])
    if isinstance(error, CellExecutionError):
        trace = re.sub(r"\x1b\[[\d;]*m", "", error.traceback)
        found = re.search(rf"Cell In\s?\[{number}\], line (\d+)", trace)
        line, words = int(found[1]) if found else 1, f"{error.ename}: {error.evalue[:1000]}"
    elif isinstance(error, CellTimeoutError):
        line, words = 1, "takes longer than 300 seconds"
    else:
        line, words = 1, f"the kernel has ended: out of memory or disk? ({error})"
    start = twin.read_text(encoding="utf-8").find("\n" + cell.source)  # -1: the setup cell
    at = twin.read_text(encoding="utf-8").count("\n", 0, start + 1) + line if start >= 0 else 1
    shown = (cell.source.splitlines() or [""])[line - 1].strip()
    return f"{twin}:{at}: cell {number}, line {line}\n    {shown}\n{words}"


def keep_timings(notebook: NotebookNode, path: Path) -> None:
    """Put back what is stored of cells with ignored output: timings change with every run.

    They are recorded again when their cell changes, or when the notebook has been deleted.
    """
    try:
        stored = {cell.source: cell for cell in nbformat.read(path, as_version=4).cells}
    except (FileNotFoundError, NotJSONError):  # such as one with the marks of a merge conflict
        return
    for cell in notebook.cells:
        if "nbval-ignore-output" in cell.metadata.get("tags", []) and cell.source in stored:
            cell.outputs = stored[cell.source].outputs


def save(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook in one step: a reader never meets half of it, not even after a crash."""
    temporary = path.with_suffix(".ipynb.tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(nbformat.writes(notebook) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise LessonError(f"{path}: cannot be written: {error.strerror}") from error


def main(twins: list[Path]) -> int:
    """Execute each lesson; stop at the first that fails, and leave its notebook as it was."""
    for twin in twins:
        start, path = time.perf_counter(), twin.with_suffix(".ipynb")
        try:
            notebook = execute(load(twin), twin)
            keep_timings(notebook, path)
            save(notebook, path)
        except LessonError as error:
            print(f"{error}\n{path.name} is left as it was.", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            logging.getLogger("asyncio").disabled = True  # it would tell of all that was going on
            print(f"\ninterrupted; {path.name} is left as it was.", file=sys.stderr)
            return 130
        print(f"{twin.name}: {time.perf_counter() - start:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]] or sorted(BOOK.glob("[0-9][0-9]_*.py"))))
