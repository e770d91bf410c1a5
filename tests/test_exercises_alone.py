"""Each exercise stands alone: unsolved exercises before it change nothing, and it can be done first."""

import ast
import contextlib
import io
import linecache
import re

import nbformat
import notebooks
import pytest

TEXT = ("stream", "execute_result")
EXERCISES = sorted(notebooks.BOOK.glob("[0-9][0-9]_exercises.ipynb"))


def parts(path):
    """Return the cells above the first exercise, and for each exercise its statement and its solution."""
    above, exercises, here = [], {}, None
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown" and (found := re.match(r"## Exercise ([\d.]+)", cell.source)):
            here = exercises.setdefault(found[1], ([], []))
            kind = here[0]
        elif cell.source.startswith("### Solution "):
            kind = here[1]
        elif cell.cell_type == "code":
            (above if here is None else kind).append(cell)
    return above, exercises


def said(cell, names):
    """Run a cell as a notebook does, and return what it says in words."""
    file = f"<{cell.id}>"
    linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(True), file)  # for inspect
    *steps, last = ast.parse(cell.source).body
    bare = isinstance(last, ast.Expr)
    steps, last = (steps, ast.Expression(last.value)) if bare else ([*steps, last], None)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(steps, []), file, "exec"), names)
        value = eval(compile(last, file, "eval"), names) if last else None
    silent = value is None or hasattr(value, "_ipython_display_")
    return printed.getvalue() + ("" if silent else repr(value))


def stored(cell):
    return "".join(
        output.get("text", "") or output.data["text/plain"]
        for output in cell.outputs
        if output.output_type in TEXT
    )


def agree(cells, names):
    """Run cells, and demand of each what is stored with it, as far as ipywidgets has not cut it off with …"""
    for cell in cells:
        came, kept = (" ".join(text.split()) for text in (said(cell, names), stored(cell)))
        cut = kept.endswith("…")
        assert (came[: len(kept) - 1] if cut else came) == kept.removesuffix("…"), cell.source


LONG = ("03_exercises", "04_exercises", "07_exercises", "08_exercises")  # a minute
MARKED = [
    pytest.param(path, marks=[pytest.mark.slow] * (path.stem in LONG), id=path.stem) for path in EXERCISES
]


@pytest.mark.parametrize("path", MARKED)
def test_nothing_answered_and_each_answered_alone(path):
    above, exercises = parts(path)
    unsolved = {"__name__": "__main__"}
    agree(above, unsolved)
    for statement, solution in exercises.values():
        agree(statement, unsolved)  # with only stubs before it
        agree(solution, dict(unsolved))  # and its solution, with the others' stubs


@pytest.mark.parametrize("path", MARKED)
def test_an_exercise_can_be_done_first(path):
    above, exercises = parts(path)
    for statement, solution in exercises.values():
        names = {"__name__": "__main__"}
        for cell in above:
            said(cell, names)
        agree([*statement, *solution], names)
