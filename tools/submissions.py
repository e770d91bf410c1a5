"""What has been handed in: whose it is, which page of exercises it belongs to, and its cells.

Names that are understood: a folder for each student (`alice/01_exercises.ipynb`, also deeper), or a
file for each (`alice.ipynb`, `alice_01_exercises.ipynb`, `01_exercises-alice.ipynb`).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from copies import unsolved
from notebooks import BOOK

LARGEST = 50_000_000  # bytes of a file that is read: a complete page has one hundredth of it
LEFT_OUT = {"__MACOSX", "__pycache__"}
PAGE = re.compile(r"(\d\d)_exercises")
CHECKED = re.compile(r"\bcheck\.(\w+)\(")
NUMBER = re.compile(r"\bExercise (\d+\.\d+)")


class Unreadable(Exception):  # noqa: N818 - nobody's error but the file's
    """A file has no cells to run; the message says why."""


@dataclass(frozen=True)
class Submission:
    """A file that was handed in, or a folder with none; `problem` says why it cannot be run."""

    student: str
    path: Path
    problem: str = ""


@dataclass
class Page:
    """A page of exercises: the functions it asks for, each with the number of its exercise, and its cells."""

    asked: dict[str, str]
    given: set[str]


def expected() -> dict[str, Page]:
    """Return the pages of exercises as they are handed out."""
    pages: dict[str, Page] = {}
    for path in sorted(BOOK.glob("[0-9][0-9]_exercises.ipynb")):
        number, page = "", pages.setdefault(path.stem, Page({}, set()))
        for cell in unsolved(nbformat.read(path, as_version=4).cells):
            number = found[1] if (found := re.match(r"## Exercise ([\d.]+)", cell.source)) else number
            if cell.cell_type == "code":
                page.given.add(cell.source)
                page.asked |= dict.fromkeys(CHECKED.findall(cell.source), number)
    return pages


def find(folder: Path) -> list[Submission]:
    """Return all that was handed in, in order; hidden files and copies made by Jupyter are left out."""
    found, students = [], set()
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not (name.startswith(".") or name in LEFT_OUT))
        for path in (Path(place) / name for name in sorted(files) if not name.startswith(".")):
            own = path.parent != folder
            student = path.relative_to(folder).parts[0] if own else name_in(path.stem)
            if path.suffix == ".ipynb" or not own:
                found.append(Submission(student, path, unfit(path)))
                students.add(student)
    empty = [path for path in folder.iterdir() if path.is_dir() and path.name not in students | LEFT_OUT]
    found += [Submission(path.name, path, "no notebook in it") for path in empty if path.name[0] != "."]
    return sorted(found, key=lambda submission: (submission.student, submission.path))


def name_in(stem: str) -> str:
    """Return the student's part of a file's name, or all of it."""
    return re.sub(r"^[\W_]+|[\W_]+$", "", PAGE.sub("", re.sub(r" \(\d+\)$", "", stem))) or stem


def unfit(path: Path) -> str:
    """Return why a file is not even opened, or nothing."""
    if path.is_symlink() or not path.is_file() or not os.access(path, os.R_OK):
        return "a link, or no file that can be read"
    if path.suffix != ".ipynb":
        return "not a notebook"
    return "" if path.stat().st_size <= LARGEST else f"larger than {LARGEST // 10**6} MB: clear its outputs"


def digest(path: Path) -> str:
    """Return a hash of what a verdict depends on: the file, and the checks of the course."""
    checks = BOOK.parent / "torchlearning" / "check"
    sources = [path, *sorted(checks.rglob("*.py"))]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]


def cells(path: Path) -> tuple[list[str], str]:
    """Return the sources of the cells of code, and the text of all cells; raise Unreadable."""
    try:
        notebook = json.loads(path.read_bytes().decode("utf-8-sig"))
        every = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
        code = [source(cell) for cell in every if cell.get("cell_type") == "code"]
        return code, "\n".join(map(source, every))
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise Unreadable("not a notebook, or half of one: it is not JSON") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable("not a notebook: it has no cells") from error


def source(cell: dict[str, Any]) -> str:
    """Return the text of a cell, which is stored in one piece or in lines."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(map(str, text))


def page_of(path: Path, text: str, pages: dict[str, Page]) -> str:
    """Return the page that most of the exercises in a text belong to, else the one in the file's name."""
    of = {word: name for name, page in pages.items() for words in page.asked.items() for word in words}
    words = CHECKED.findall(text) + NUMBER.findall(text)
    votes = Counter(of[word] for word in words if word in of)
    named = PAGE.search(path.stem)
    return votes.most_common(1)[0][0] if votes else named[0] if named and named[0] in pages else ""
