"""What a teacher hands out: notebooks without solutions, and apart from them those with solutions.

Usage: python tools/handout.py [FOLDER]

In the folder (by default _build/class) `students` has every page of the book without solutions,
replies and outputs, the course's package, and words on how to run them; `solutions` has the pages
as they are published.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from copies import TAKE_AWAY, bare, pages
from nbformat import NotebookNode
from notebooks import BOOK, EXPLAIN, LessonError, save

ROOT = BOOK.parent
FOLDER = ROOT / "_build" / "class"
GET = ': get the whole course, "\n        "and run'  # in EXPLAIN
LIES_HERE = ', which lies beside it: "\n        "run'
README = """# Softmax regression in PyTorch: the notebooks of your class

You need Python 3.11 or newer. In a terminal, in this folder:

```console
python3 -m venv .venv
.venv/bin/python -m pip install jupyterlab "./{wheel}[lessons]"
.venv/bin/jupyter lab 01_softmax_intuition.ipynb
```

On Windows it is `python` in place of `python3`, and `.venv\\Scripts\\` in place of `.venv/bin/`.
Afterwards the last line is enough.

Each lesson `NN_name.ipynb` has a page of exercises, `NN_exercises.ipynb`.
Write your functions in place of the `...`, leave their names as they are, and run the cell.
Its last line checks what you have written and says what is wrong, as often as you like.
Hand in the page of exercises, saved; what it has printed does not matter, because it is run again.
"""


def make_wheel(folder: Path) -> Path:
    """Build the package `torchlearning` from a copy of its sources; return the wheel's path."""
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary)
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, source)
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "torchlearning", source / "torchlearning", ignore=unwanted)
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel"]
        options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
        subprocess.run([*pip, *options, str(source)], check=True)
    (wheel,) = folder.glob("torchlearning-*.whl")
    return wheel


def for_students(wheel: str, name: str, notebook: NotebookNode) -> None:
    """Take out of a page what a student should find, and say where the package is."""
    notebook.cells = bare(notebook.cells)
    for cell in notebook.cells:
        if cell.source == EXPLAIN:
            cell.source = EXPLAIN.replace(GET, LIES_HERE).replace("FOLDER_OF_THE_COURSE", f"./{wheel}")
    if name.endswith("_exercises"):
        notebook.cells[0].source += "\n\n" + TAKE_AWAY.format("Your teacher has them.")


def as_published(name: str, notebook: NotebookNode) -> None:
    """Leave a page as it is: outputs and all."""


def make(folder: Path) -> None:
    """Make both folders anew."""
    students, solutions = folder / "students", folder / "solutions"
    for part in (students, solutions):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
    wheel = make_wheel(students).name
    for part, change in ((students, partial(for_students, wheel)), (solutions, as_published)):
        for file, text in pages(change).items():
            save(text, part / file)
    save(README.format(wheel=wheel), students / "README.md")


def main(arguments: list[str]) -> int:
    """Make what is handed out, and say where it is."""
    folder = Path(*arguments[:1]) if arguments else FOLDER
    print(f"Writing the notebooks of a class: {folder}", flush=True)
    try:
        make(folder)
    except (LessonError, OSError, subprocess.CalledProcessError) as error:
        print(f"They cannot be made: {error}", file=sys.stderr)
        return 1
    print("students   hand out this folder: no solution, no reply, no output; README.md says how to run it")
    print("solutions  keep this one")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
