"""Build the book from notebooks that are up to date, one build at a time.

Usage: python tools/build_book.py
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.reader import NotJSONError
from notebooks import BOOK, load

ROOT = BOOK.parent
COMMAND = ["jupyter-book", "build", "--all", "-W", "-n", "--keep-going", "."]


def behind(twin: Path) -> str:
    """Return what is wrong with the notebook of a twin, or nothing."""
    path = twin.with_suffix(".ipynb")
    try:
        stored = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        return f"{path.name} does not exist yet"
    except NotJSONError:
        return f"{path.name} is no notebook (has a merge left its marks in it?)"
    fresh, kept = ([(cell.cell_type, cell.source) for cell in book.cells] for book in (load(twin), stored))
    return "" if fresh == kept else f"{path.name} is behind {twin.name}"


def main() -> int:
    """Build the book, unless a notebook is behind its twin."""
    found = [words for twin in sorted(BOOK.glob("[0-9][0-9]_*.py")) if (words := behind(twin))]
    if found:
        print(*found, "Execute what has changed first: make notebooks", sep="\n", file=sys.stderr)
        return 1
    (ROOT / "_build").mkdir(exist_ok=True)
    with (ROOT / "_build" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second build waits; when a build dies, its lock goes with it
        program = Path(sys.executable).with_name(COMMAND[0])
        return subprocess.run([program, *COMMAND[1:]], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
