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
import numpy as np
import yaml
from fold_solutions import is_quiz
from jupyter_client.kernelspec import NoSuchKernel
from jupytext.config import load_jupytext_config
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from nbformat.reader import NotJSONError
from PIL import Image
from PIL.PngImagePlugin import PngInfo

BOOK = Path(__file__).resolve().parent.parent / "book"
CONFIG = BOOK.parent / "_config.yml"
PAIRS = load_jupytext_config(str(BOOK))  # what a twin keeps of its notebook
LIVE = "application/vnd.jupyter.widget-view+json"  # of a widget: dead without the kernel, and never the same

# What is folded in the page is folded in Jupyter too
FOLDED = {
    "hide-input": ["source_hidden"],
    "hide-output": ["outputs_hidden"],
    "hide-cell": ["source_hidden", "outputs_hidden"],
}

# What a script needs to know of the language, less the version of Python
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}

# The second cell of each notebook, with and without an address to fetch the package from
FETCH = """# Does nothing where the course is installed.
# Elsewhere, such as in Colab, it fetches it.
import subprocess
import sys
from importlib.util import find_spec

if find_spec("torchlearning") is None:
    course = "torchlearning[lessons] @ git+{}"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", course]
    subprocess.run(pip, check=True)"""
EXPLAIN = """# Does nothing where the course is installed.
# Elsewhere it says how to install it.
from importlib.util import find_spec

if find_spec("torchlearning") is None:
    raise ModuleNotFoundError(
        "this page needs the package torchlearning: get the whole course, "
        "and run in a cell: %pip install 'FOLDER_OF_THE_COURSE[lessons]'"
    )"""


def setup_cell() -> NotebookNode:
    """Return the cell that makes a lesson run when it is opened alone; a page does not show it.

    It fetches the package from the `repository_url` of _config.yml, or says how to install it.
    """
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    address = config["sphinx"]["config"]["html_theme_options"].get("repository_url")
    source = FETCH.format(address) if address else EXPLAIN
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["remove-cell", "setup"]}, id="setup")
    cell.metadata.jupyter = NotebookNode(source_hidden=True)
    return cell


def load(twin: Path) -> NotebookNode:
    """Read a twin as a notebook without outputs, with metadata and ids that never change."""
    notebook = jupytext.read(twin)
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info=LANGUAGE,
        jupytext={"cell_metadata_filter": PAIRS.cell_metadata_filter},
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.cells = [cell for cell in notebook.cells if "setup" not in cell.metadata.get("tags", [])]
    for i, cell in enumerate(notebook.cells):
        cell.id = f"{twin.stem.replace('_', '-')}-{i}"
        hide_answers(cell)
    notebook.cells.insert(1, setup_cell())
    return notebook


def hide_answers(cell: NotebookNode) -> None:
    """Fold solutions and hide answers in Jupyter, as tools/fold_solutions.py does in the page.

    This metadata stands in the notebook alone: book/jupytext.toml keeps it out of the twin.
    """
    if cell.source.startswith(("### Solution ", "### Hint ")):
        cell.metadata["jp-MarkdownHeadingCollapsed"] = True
    if cell.cell_type == "code" and is_quiz(cell.source):
        cell.metadata["jupyter"] = {"source_hidden": True}
    for tag, hidden in FOLDED.items():
        if tag in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = dict.fromkeys(hidden, True)


def twin_of(notebook: NotebookNode) -> str:
    """Return what jupytext makes of a notebook: the twin, with the setup cell and without a header."""
    stored = nbformat.reads(nbformat.writes(notebook), as_version=4)  # with its metadata in order
    return jupytext.writes(stored, "py:percent", config=PAIRS)


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
            output.get("data", {}).pop(LIVE, None)
    return notebook


def shrink_figures(notebook: NotebookNode) -> None:
    """Make each figure small and let it say what it shows; one that is so already stays as it is."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in (data := output.get("data", {})):
                data["image/png"] = smaller(data["image/png"], data.get("text/plain", ""))


def smaller(png: str, words: str = "") -> str:
    """Return a figure, base64 of a PNG, with a palette of 256 colours: a third of the bytes.

    The 32 commonest colours, such as white and those of regions, are kept exactly; others change by
    about 10 of 255 at most. The figure's `words` become its Description: a picture that has got into
    another figure's place gives itself away.
    """
    image: Image.Image = Image.open(io.BytesIO(base64.b64decode(png)))
    if image.mode != "P":
        image = with_palette(image.convert("RGB"))
    buffer, info = io.BytesIO(), PngInfo()
    info.add_itxt("Description", words, zip=True)
    image.save(buffer, "png", optimize=True, pnginfo=info)
    return base64.b64encode(buffer.getvalue()).decode()


def with_palette(image: Image.Image) -> Image.Image:
    """Return an RGB image in the nearest of 256 colours: its 32 commonest, and 224 that cover the rest."""
    pixels = np.asarray(image).astype(np.int32) @ [1 << 16, 1 << 8, 1]
    codes, places, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    colours = codes[:, None] >> [16, 8, 0] & 255
    covering = image.quantize(224, Image.Quantize.MAXCOVERAGE, kmeans=1).getpalette() or []
    commonest = np.argsort(-counts, kind="stable")[:32]
    palette = np.concatenate([colours[commonest], np.reshape(covering, (-1, 3))])
    nearest = [np.square(palette - colour).sum(axis=1).argmin() for colour in colours]
    small = Image.fromarray(np.array(nearest, np.uint8)[places].reshape(pixels.shape), "P")
    small.putpalette(palette.astype(np.uint8).tobytes())
    return small


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


def save(text: str, path: Path) -> None:
    """Write a file in one step: a reader never meets half of it, not even after a crash."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
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
            shrink_figures(notebook)
            save(nbformat.writes(notebook) + "\n", path)
            if (text := twin_of(notebook)) != twin.read_text(encoding="utf-8"):
                save(text, twin)
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
