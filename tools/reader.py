"""The reader's door: a copy of the notebooks to work in, and JupyterLab on it.

Usage: python tools/reader.py [--fresh PAGE] [options of JupyterLab]

The copy, in the folder my-copy, is made from the published notebooks where it is missing. What a
reader has changed is never overwritten: when the course changes such a page, the new one is put
beside it. Pages that the reader has not touched follow the course.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import nbformat
from copies import pages
from nbformat.sign import NotebookNotary
from notebooks import BOOK, LessonError, save

COPY = BOOK.parent / "my-copy"
RECORD = ".as-published.json"  # in the copy: for each page the digest of what was last put there or offered
START = "01_softmax_intuition.ipynb"


def digest(text: str) -> str:
    """Return a hash that names the cells of a page, whatever has been run and however it is saved."""
    cells = [(cell.cell_type, cell.source) for cell in nbformat.reads(text, as_version=4).cells]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def free(path: Path, word: str) -> Path:
    """Return a name beside `path`, with `word` in it, that nobody uses yet."""
    names = (path.with_suffix(f".{word}{number}.ipynb") for number in ("", *range(2, 1000)))
    return next(name for name in names if not name.exists())


def put(text: str, path: Path) -> None:
    """Write a page and sign it, so that Jupyter runs its labs and quizzes at once, as the book does."""
    save(text, path)
    NotebookNotary().sign(nbformat.reads(text, as_version=4))


def update(folder: Path, fresh: str = "") -> list[str]:
    """Bring the copy up to date; return what was done, one line for each page that is not as before."""
    folder.mkdir(exist_ok=True)
    record_path, said = folder / RECORD, []
    record = json.loads(record_path.read_text(encoding="utf-8")) if record_path.exists() else {}
    for name, text in pages().items():
        path, new = folder / name, digest(text)
        old = digest(path.read_text(encoding="utf-8")) if path.exists() else ""
        if path.stem == fresh and old not in ("", new):
            kept = free(path, "old")
            path.rename(kept)
            said.append(f"{name} is as published; yours is kept as {kept.name}.")
            put(text, path)
        elif not old or (old != new and old == record.get(name)):
            put(text, path)
            if record.get(name) not in (None, new):
                said.append(f"{name} follows the course, which has changed; you had not touched it.")
        elif new not in (old, record.get(name)):
            beside = free(path, "new")
            put(text, beside)
            said.append(
                f"{name} has changed in the course; yours is as it was, the new one is {beside.name}."
            )
        record[name] = new
    save(json.dumps(record, indent=1), record_path)
    return said


def lab(folder: Path, options: list[str]) -> None:
    """Run JupyterLab on the copy, without jupytext, which would pair its pages with text files."""
    from jupyterlab.labapp import LabApp

    try:
        LabApp.launch_instance(
            [
                f"--ServerApp.root_dir={folder}",
                f"--LabApp.default_url=/lab/tree/{START}",
                "--ServerApp.jpserver_extensions=jupyterlab_jupytext=False",
                "--ContentsManager.pre_save_hook=copies.keep_stills",
                *options,
            ]
        )
    except SystemExit as end:
        if end.code and getattr(os, "geteuid", lambda: 1)() == 0:
            again = ".venv/bin/python tools/reader.py --allow-root"
            print(f"If it was because you are root, as in a container: {again}", file=sys.stderr)
        raise


def main(arguments: list[str]) -> int:
    """Make the copy or a fresh page; without a page, go on to JupyterLab."""
    fresh = ""
    if arguments[:1] == ["--fresh"]:
        fresh = Path(*arguments[1:2]).name.removesuffix(".ipynb")
        names = [name.removesuffix(".ipynb") for name in pages()]
        if fresh not in names:
            print(
                f"--fresh (make fresh PAGE=...) must be one of {', '.join(names)}; got {fresh!r}",
                file=sys.stderr,
            )
            return 2
    print(f"Bringing your copy of the lessons up to date: {COPY}", flush=True)
    try:
        said = update(COPY, fresh)
    except (LessonError, OSError, ValueError) as error:
        print(f"The copy in {COPY} cannot be made: {error}", file=sys.stderr)
        return 1
    print("\n".join([*said, ""]), end="", flush=True)
    if not fresh:
        lab(COPY, arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
