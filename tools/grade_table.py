"""The tables of grades: a line for each student and exercise, and for the class which mistake how often."""

from __future__ import annotations

import csv
import io
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """What a student has made of an exercise. What the check has not said itself is a `problem`."""

    student: str
    page: str = ""
    exercise: str = ""
    function: str = ""
    right: str = ""
    statement: str = ""
    mistake: str = ""
    problem: str = ""
    file: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Mistake:
    """How many students of how many have come to grief on an exercise in the same way."""

    exercise: str
    function: str
    outcome: str
    students: int
    of: int


def safe(text: object) -> str:
    """Return a text that no spreadsheet takes for a formula, and every file can hold."""
    return re.sub(r"^(?=[=+@\t\r-])", "'", str(text)).encode(errors="replace").decode()


def as_csv(rows: Sequence[Any], kind: type) -> str:
    """Return a table as CSV, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(field.name for field in fields(kind))
    table.writerows(map(safe, astuple(row)) for row in rows)
    return "\ufeff" + text.getvalue()


def from_csv(path: Path) -> list[Row]:
    """Return the lines of an earlier run, none if there was none or it had other columns."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        same = table.fieldnames == [field.name for field in fields(Row)]
        return [Row(**line) for line in table if None not in line.values()] if same else []


def mistakes(rows: Iterable[Row]) -> list[Mistake]:
    """Count, for each exercise, students that have it right and those that fail in the same way."""
    judged = [row for row in rows if row.function]
    outcomes = {(row.exercise, row.function, outcome(row), row.student) for row in judged}
    counted = Counter(key[:3] for key in outcomes)
    students = Counter(key[:2] for key in {(row.exercise, row.function, row.student) for row in judged})
    lines = [Mistake(*key, number, students[key[:2]]) for key, number in counted.items()]
    return sorted(lines, key=order)


def order(line: Mistake) -> tuple[Any, ...]:
    """Sort by exercise; what is right comes first, then the commonest mistake."""
    number = [int(part) for part in line.exercise.split(".") if part.isdigit()]
    return number, line.function, line.outcome != "right", -line.students, line.outcome


def outcome(row: Row) -> str:
    """Return in one text what came of an exercise; the numbers of cells differ and do not matter."""
    if row.right == "yes":
        return "right"
    if row.problem:
        return re.sub(r"cell \[\d+\]", "a cell", row.problem)
    return f"{row.statement}: {row.mistake or 'no known mistake'}" if row.statement else row.mistake


def in_words(lines: list[Mistake]) -> str:
    """Return the table of the class for the terminal."""
    said, before = [], ""
    for line in lines:
        if line.function != before:
            said.append(f"\n{line.exercise:5} {line.function}")
            before = line.function
        start = f"  {line.students:3} of {line.of:<3}  "
        said.append(
            textwrap.fill(line.outcome, 100, initial_indent=start, subsequent_indent=" " * len(start))
        )
    return "\n".join(said)
