"""What a class gets: no solution, reply or output, all that it needs; and a true page for teachers."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import copies
import handout
import nbformat
import pytest
from classroom import cell_of, handed_out
from fold_solutions import is_quiz
from notebooks import BOOK
from submissions import expected
from test_reader import lost_links

PAGE = (BOOK / "for_teachers.md").read_text(encoding="utf-8")
EXERCISES = sorted(BOOK.glob("[0-9][0-9]_exercises.ipynb"))
WORTH = r"## Exercise ([\d.]+): .*\n\n\*.* · (\d+) minutes .* importance (\d) of 3\*"


@pytest.fixture(scope="module")
def students():
    return handed_out()


def replies(notebook):
    """Return what the quizzes of a published page reply."""
    trees = [
        ast.parse(cell.source) for cell in notebook.cells if cell.cell_type == "code" and is_quiz(cell.source)
    ]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    quizzes = [call for call in calls if ast.unparse(call.func) == "Quiz"]
    texts = [
        node.value for quiz in quizzes for node in ast.walk(ast.Tuple(quiz.args[1].values)) if is_text(node)
    ]
    return [text for text in texts if len(text) > 12]  # others are pieces around a number


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def solutions(notebook):
    """Return the cells of the solutions of a published page."""
    kept = {cell.id for cell in copies.unsolved(notebook.cells)}
    return [cell.source for cell in notebook.cells if cell.id not in kept]


def test_a_student_finds_no_solution_no_reply_and_no_output(students):
    found = 0
    for path in sorted(BOOK.glob("[0-9]*.ipynb")):
        published, page = nbformat.read(path, as_version=4), students[path.stem]
        nbformat.validate(page)
        text = "\n\n".join(cell.source for cell in page.cells)
        hidden = [*replies(published), *solutions(published)]
        assert [words for words in hidden if words in text] == [], path.stem
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in page.cells)
        assert "FOLDER_OF_THE_COURSE" not in text
        assert "%pip install './torchlearning.whl[lessons]'" in text
        found += len(hidden)
    assert found > 400


def test_every_function_is_still_to_be_written(students):
    for page, wanted in expected().items():
        for name in wanted.asked:
            assert re.search(rf"^(def|class) {name}\b", cell_of(students[page], name).source, re.MULTILINE)


def test_every_link_of_a_student_arrives(students):
    lost, count = lost_links({f"{name}.ipynb": page for name, page in students.items()})
    assert lost == []
    assert count > 80


@pytest.mark.slow
def test_the_folders_of_a_class(tmp_path, capsys):
    assert handout.main([str(tmp_path / "class")]) == 0
    assert "keep this one" in capsys.readouterr().out
    made, kept = tmp_path / "class" / "students", tmp_path / "class" / "solutions"
    (wheel,) = made.glob("*.whl")
    assert f"./{wheel.name}[lessons]" in (made / "README.md").read_text(encoding="utf-8")
    assert f"./{wheel.name}[lessons]" in (made / "01_exercises.ipynb").read_text(encoding="utf-8")
    solved = nbformat.read(kept / "01_exercises.ipynb", as_version=4)
    assert [cell.get("outputs") for cell in solved.cells] == [
        cell.get("outputs") for cell in nbformat.read(BOOK / "01_exercises.ipynb", as_version=4).cells
    ]
    (made / "old.txt").touch()
    assert handout.main([str(tmp_path / "class")]) == 0  # made anew
    assert not (made / "old.txt").exists()


def test_what_cannot_be_written_is_said(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert handout.main([str(tmp_path / "file")]) == 1
    assert "cannot be made" in capsys.readouterr().err


# The page for teachers


def worth(path):
    """Return how many exercises a page has, their minutes, and those of importance 3."""
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    graded = [(label, int(minutes), importance) for label, minutes, importance in re.findall(WORTH, text)]
    important = [(label, minutes) for label, minutes, importance in graded if importance == "3"]
    links = [f"[{label}]({path.name}#ex-{label.replace('.', '-')})" for label, _ in important]
    total = sum(minutes for _, minutes, _ in graded)
    return f"{len(graded)}, {total} minutes", f"{', '.join(links)}, {sum(m for _, m in important)} minutes"


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_teachers_read_the_true_times_and_what_matters_most(path):
    (row,) = re.findall(rf"^\| \[{int(path.stem[:2])} .*$", PAGE, re.MULTILINE)
    assert row.endswith("| {} | {} |".format(*worth(path)))


def test_each_mistake_on_the_page_has_its_hint():
    rows = re.findall(r"^\| \[([\d.]+)\]\(.*?\) `(\w+)` \| .* \| \"(.*)\" \|$", PAGE, re.MULTILINE)
    assert len(rows) == PAGE.count("_exercises.ipynb#ex-") - sum(worth(p)[1].count("](") for p in EXERCISES)
    numbers = {name: number for page in expected().values() for name, number in page.asked.items()}
    for number, name, words in rows:
        tree = ast.parse(
            Path(f"{handout.ROOT}/torchlearning/check/exercises/{name}.py").read_text(encoding="utf-8")
        )
        said = [node.value for node in ast.walk(tree) if is_text(node)]
        assert numbers[name] == number
        assert any(words in text for text in said), words


def test_the_page_knows_the_package_the_limits_and_the_program():
    assert re.findall(r"torchlearning-([\d.]+)-py3", PAGE) == re.findall(
        r'^version = "(.*)"', (handout.ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    told = subprocess.run(
        [sys.executable, handout.ROOT / "tools" / "grade.py", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert all(f"({number})" in told for number in (60, 10, 4))
    assert json.dumps(expected()["01_exercises"].asked)
