"""Run and judge the notebooks of a class: who has which exercise right, and which mistakes are made.

Usage: python tools/grade.py FOLDER [--seconds N] [--minutes N] [--gigabytes N] [--processes N]

Beside FOLDER it writes FOLDER-grades.csv, a line for each student and exercise, and
FOLDER-mistakes.csv, which mistake how often. A file that stands there already and has not changed
is not run again, so an interrupted run goes on. Verdicts come from the checks of the course, never
from what a notebook has stored.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from grade_table import Mistake, Row, as_csv, from_csv, in_words, mistakes, safe
from notebooks import LessonError, save
from submissions import Page, Submission, Unreadable, cells, digest, expected, find, page_of
from supervisor import Findings, Limits, Supervisor

WARNING = """This runs other people's programs on this machine, with your rights.
{}
The limits stop accidents, not attacks: best use a machine or container that has nothing to lose."""
WALLS = "They have no network, and what they start ends with them."
NO_WALLS = "Their network is not cut off, and what they start may go on: this system has no unshare for it."
UNTOUCHED = "left as it was handed out"
PAGES = expected()


def grade(submission: Submission, base: Row, supervisor: Supervisor) -> list[Row]:
    """Return the lines of one file."""
    try:
        if submission.problem:
            raise Unreadable(submission.problem)
        code, text = cells(submission.path)
    except Unreadable as error:
        return [replace(base, problem=str(error))]
    name = page_of(submission.path, text, PAGES)
    if not name:
        return [replace(base, problem="no exercise of the course in it")]
    page, base = PAGES[name], replace(base, page=name)
    found = supervisor.run(code, list(page.asked))
    rows = [line(replace(base, exercise=e, function=f), found, code, page) for f, e in page.asked.items()]
    told = "\n".join(row.problem for row in rows)
    others = [*found.stopped.values(), found.unfinished]
    return rows + [replace(base, problem=why) for why in others if why not in told]


def line(row: Row, found: Findings, code: list[str], page: Page) -> Row:
    """Fill in what was found about one exercise."""
    verdict, name = found.verdicts.get(row.function), row.function
    if verdict is None:
        stopped = found.failed | found.stopped
        why = "; ".join(words for cell, words in stopped.items() if name in code[cell - 1])
        return replace(row, right="no", problem=why or found.unfinished or f"no function {name} in it")
    if verdict.get("right"):
        return replace(row, right="yes")
    own = [source for source in code if re.search(rf"\b(check\.|def |class ){name}\b", source)]
    if own and page.given.issuperset(own):
        return replace(row, right="no", mistake=UNTOUCHED)
    told = {word: verdict.get(word) or "" for word in ("statement", "mistake", "problem")}
    return replace(row, right="no", **told)


class Class:
    """The submissions in a folder, and the two tables beside it."""

    def __init__(self, folder: Path) -> None:
        self.grades, self.mistakes = (
            folder.with_name(f"{folder.name}-{what}.csv") for what in ("grades", "mistakes")
        )
        self.submissions, self.rows, self.todo = find(folder), dict[str, list[Row]](), dict[str, Submission]()
        self.bases: dict[str, Row] = {}
        before = from_csv(self.grades)
        for submission in self.submissions:
            file = str(submission.path.relative_to(folder))
            mark = "" if submission.problem else digest(submission.path)
            self.bases[file] = Row(submission.student, file=file, digest=mark)
            kept = [row for row in before if mark and (row.file, row.digest) == (safe(file), mark)]
            if kept:
                self.rows[file] = kept
            else:
                self.todo[file] = submission

    def save(self) -> None:
        """Write both tables."""
        rows = [row for file in self.bases for row in self.rows.get(file, [])]
        save(as_csv(rows, Row), self.grades)
        save(as_csv(mistakes(rows), Mistake), self.mistakes)


def run(group: Class, limits: Limits, processes: int) -> bool:
    """Grade all that is left to do, and say how far it is; return whether it came to its end."""
    done, start = 0, time.monotonic()
    with Supervisor(limits) as supervisor, ThreadPoolExecutor(processes) as pool:
        print(WARNING.format(WALLS if supervisor.walls else NO_WALLS), flush=True)
        todo = {pool.submit(grade, s, group.bases[f], supervisor): f for f, s in group.todo.items()}
        try:
            for future in as_completed(todo):
                file, done = todo[future], done + 1
                group.rows[file] = result_of(future, group.bases[file])
                group.save()
                said = summary(group.rows[file])
                print(
                    f"{done:4} of {len(todo)}  {time.monotonic() - start:4.0f} s  {safe(file)}: {said}",
                    flush=True,
                )
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            supervisor.interrupted.set()  # ends all that is running, and what is about to
            return False
    return True


def result_of(future: Future[list[Row]], base: Row) -> list[Row]:
    """Return the lines of a file; one that not even this program is up to costs only itself."""
    try:
        return future.result()
    except Exception as error:
        return [replace(base, digest="", problem=f"cannot be graded: {type(error).__name__}: {error}")]


def summary(rows: list[Row]) -> str:
    """Return what came of a file, in a few words."""
    asked = [row for row in rows if row.function]
    problems = "; ".join(dict.fromkeys(row.problem for row in rows if row.problem))
    right = f"{sum(row.right == 'yes' for row in asked)} of {len(asked)} right" if asked else ""
    return ", ".join(filter(None, [right, problems]))


def arguments(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="grade", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="a file or a folder of notebooks for each student")
    parser.add_argument("--seconds", type=float, default=60, help="time for a cell or a check (60)")
    parser.add_argument("--minutes", type=float, default=10, help="time for a notebook (10)")
    parser.add_argument("--gigabytes", type=float, default=4, help="memory for a notebook (4)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="notebooks at a time")
    given = parser.parse_args(words)
    if not given.folder.is_dir():
        parser.error(f"FOLDER (make grade SUBMISSIONS=...) must be a folder; got {str(given.folder)!r}")
    for name in ("seconds", "minutes", "gigabytes", "processes"):
        if not getattr(given, name) > 0:
            parser.error(f"--{name} must be positive; got {getattr(given, name):g}")
    return given


def main(words: list[str]) -> int:
    """Grade a folder, and print the table of the class."""
    given = arguments(words)
    group = Class(given.folder.resolve())
    kept = len(group.bases) - len(group.todo)
    print(f"{len(group.bases)} files, of which {kept} are graded already.")
    try:
        group.save()
        ended = run(group, Limits(given.seconds, given.minutes, given.gigabytes), given.processes)
    except LessonError as error:
        print(error, file=sys.stderr)
        return 1
    print(in_words(mistakes(row for rows in group.rows.values() for row in rows)))
    print(f"\n{group.grades}\n{group.mistakes}")
    if not ended:
        print("Interrupted. What is done is kept; the same command goes on.", file=sys.stderr)
    return 0 if ended else 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
