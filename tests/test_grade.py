"""Grading a class: right answers count, wrong ones are named, and whatever is handed in costs only itself."""

import contextlib
import csv
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import grade
import grade_table
import nbformat
import pytest
import submissions
from answers import RIGHT, WRONG
from classroom import answered, cell_of, handed_out, with_cells
from grade_table import Row, as_csv, from_csv, mistakes, safe

from torchlearning import check

PAGES = submissions.expected()
PATIENT = grade.Limits(seconds=300, minutes=30)  # whatever else the machine does


@pytest.fixture(scope="module")
def pages():
    return handed_out()


@pytest.fixture(scope="module")
def supervisor():
    with grade.Supervisor(PATIENT) as supervisor:
        yield supervisor


def right(page):
    return {name: RIGHT[name][0] for name in PAGES[page].asked}


def hand_in(notebook, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def rows_of(notebook, folder, supervisor):
    """Grade one notebook; return its rows by function, and those without one."""
    path = hand_in(notebook, folder / "a.ipynb")
    rows = grade.grade(submissions.Submission("a", path), Row("a"), supervisor)
    return {row.function: row for row in rows if row.function}, [row for row in rows if not row.function]


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_check_belongs_to_one_page():
    asked = [name for page in PAGES.values() for name in page.asked]
    assert sorted(asked) == check.NAMES


# What is handed in


def test_names_of_files_and_folders(tmp_path):
    files = {
        "alice.ipynb": "alice",
        "bob_01_exercises.ipynb": "bob",
        "02_exercises-Zoë Ω (2).ipynb": "Zoë Ω",
        "01_exercises.ipynb": "01_exercises",
        "carol/01_exercises.ipynb": "carol",
        "dan_123_file/week 1/anything.ipynb": "dan_123_file",
    }
    left_out = [".hidden.ipynb", "carol/.ipynb_checkpoints/01_exercises-checkpoint.ipynb", "__MACOSX/x.ipynb"]
    for name in (*files, *left_out, "carol/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    found = submissions.find(tmp_path)
    assert {str(s.path.relative_to(tmp_path)): s.student for s in found} == files
    assert not any(s.problem for s in found)


def test_what_cannot_be_run_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "LARGEST", 1000)
    (tmp_path / "essay.pdf").write_text("%PDF")
    (tmp_path / "link.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "huge.ipynb").write_text(" " * 1001)
    (tmp_path / "empty").mkdir()
    problems = {s.student: s.problem for s in submissions.find(tmp_path)}
    assert problems.pop("huge").startswith("larger than")
    assert problems == {
        "essay": "not a notebook",
        "link": "a link, or no file that can be read",
        "empty": "no notebook in it",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "not JSON"),
        (b'{"cells": [{"cell_type": "code", "sour', "half of one"),
        (b"\xff\xfe\x00", "no cells"),
        (b"[1, 2]", "no cells"),
        (b'{"worksheets": []}', "no cells"),
        (b'{"cells": 3}', "no cells"),
        (b"[" * 100_000, "no"),
        (b'{"cells": []}', "no exercise of the course"),
        (
            b'{"cells": [1, {"cell_type": "code"}, {"cell_type": "code", "source": ["x\\n", 3]}]}',
            "no exercise",
        ),
    ],
)
def test_what_is_no_notebook_is_named(tmp_path, text, words):
    path = tmp_path / "x.ipynb"
    path.write_bytes(text)
    (row,) = grade.grade(submissions.Submission("x", path), Row("x"), None)
    assert words in row.problem


def test_a_page_is_known_by_its_exercises_or_by_its_name():
    for page, asked in PAGES.items():
        assert (
            submissions.page_of(Path("alice.ipynb"), "\n".join(f"check.{n}({n})" for n in asked.asked), PAGES)
            == page
        )
        number = next(iter(asked.asked.values()))
        assert submissions.page_of(Path("09_exercises.ipynb"), f"## Exercise {number}: ...", PAGES) == page
        assert submissions.page_of(Path(f"me {page}.ipynb"), "x = 1", PAGES) == page
    assert submissions.page_of(Path("09_exercises.ipynb"), "check.nothing(1), Exercise 9.1", PAGES) == ""


# Tables


def test_tables_survive_odd_names_and_count_students_once(tmp_path):
    rows = [
        Row(
            "=1+1", "p", "1.2", "softmax", "no", "rows", 'Divide, then\n"quote".', file="=1.ipynb", digest="d"
        ),
        Row("b", "p", "1.2", "softmax", "no", "rows", 'Divide, then\n"quote".', file="b.ipynb"),
        Row("b", "p", "1.2", "softmax", "no", "rows", 'Divide, then\n"quote".', file="b2.ipynb"),
        Row("c", "p", "1.10", "f", "no", problem="cell [3] was stopped: x"),
        Row("d", "p", "1.10", "f", "no", problem="cell [7] was stopped: x"),
        Row("e", "p", "1.10", "f", "yes"),
        Row("f", problem="not a notebook"),
    ]
    path = tmp_path / "x-grades.csv"
    path.write_text(as_csv(rows, Row), encoding="utf-8")
    again = from_csv(path)
    assert as_csv(again, Row) == as_csv(rows, Row)
    assert again[0].student == "'=1+1" == safe("=1+1")
    said = [(line.exercise, line.outcome, line.students, line.of) for line in mistakes(rows)]
    assert said == [
        ("1.2", 'rows: Divide, then\n"quote".', 2, 2),
        ("1.10", "right", 1, 3),
        ("1.10", "a cell was stopped: x", 2, 3),
    ]
    assert "2 of 3" in " ".join(grade_table.in_words(mistakes(rows)).split())


@pytest.mark.parametrize("text", ["", "other,columns\n1,2\n", "student\n"])
def test_a_table_of_another_kind_is_not_taken_up(tmp_path, text):
    (tmp_path / "x.csv").write_text(text)
    assert from_csv(tmp_path / "x.csv") == []


# Grading


@pytest.mark.slow
def test_a_small_class(tmp_path, pages, capsys, monkeypatch):
    folder, page = tmp_path / "week 1", pages["01_exercises"]
    hand_in(answered(page, right("01_exercises")), folder / "ada" / "01_exercises.ipynb")
    wrong = answered(page, {name: WRONG[name][0][0] for name in PAGES["01_exercises"].asked})
    for cell in wrong.cells:  # it claims that all is well
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="softmax: right. Notice: ...")]
    hand_in(wrong, folder / "ben" / "01_exercises.ipynb")
    hand_in(page, folder / "cleo" / "01_exercises.ipynb")
    (folder / "dora.docx").write_text("...")
    assert grade.main([str(folder), "--processes", "2"]) == 0
    said = capsys.readouterr().out
    assert "other people's programs" in said
    assert "3 of 3 right" in said
    rows = read(tmp_path / "week 1-grades.csv")
    assert [row["right"] for row in rows] == ["yes"] * 3 + ["no"] * 6 + [""]
    for row in rows[3:6]:
        assert WRONG[row["function"]][0][1] in row["mistake"]
        assert row["statement"]
    assert {row["mistake"] for row in rows[6:9]} == {grade.UNTOUCHED}
    assert rows[9]["problem"] == "not a notebook"
    table = read(tmp_path / "week 1-mistakes.csv")
    assert [line["students"] for line in table if line["outcome"] == "right"] == ["1"] * 3
    monkeypatch.setattr(grade.Supervisor, "run", None)  # what is graded is not run again
    assert grade.main([str(folder)]) == 0
    assert read(tmp_path / "week 1-grades.csv") == rows


def test_a_file_that_cannot_be_graded_costs_itself(tmp_path, pages, monkeypatch, capsys):
    name = os.fsdecode(b"z\xff.ipynb")  # not UTF-8
    hand_in(pages["01_exercises"], tmp_path / "class" / name)

    def fail(*_):
        raise RuntimeError("out of threads")

    monkeypatch.setattr(grade.Supervisor, "run", fail)
    assert grade.main([str(tmp_path / "class")]) == 0
    (row,) = read(tmp_path / "class-grades.csv")
    assert (row["file"], row["problem"]) == ("z?.ipynb", "cannot be graded: RuntimeError: out of threads")
    assert "out of threads" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"), [(["nowhere"], "must be a folder"), ([".", "--seconds", "0"], "positive")]
)
def test_bad_arguments_are_named(capsys, words, said):
    with pytest.raises(SystemExit):
        grade.main(words)
    assert said in capsys.readouterr().err


CHEATS = [
    "check.softmax = lambda f: check.Result('softmax', True)",
    "from torchlearning.check.case import Case\nCase.equals = Case.refuse_if = lambda *a, **k: None",
    "from torchlearning.check.exercise import Exercise\nExercise.judge = lambda *a: check.Result('x', True)",
    "from torchlearning.check import case, values\nvalues.same = case.same = lambda *a: True",
    "import torch\ntorch.allclose = lambda *a, **k: True",
    "import builtins\nbuiltins.isinstance = lambda *a: True",
    "import os\nfor file in range(3, 20):\n    try:\n"
    '        os.write(file, b\'{"exercise": "softmax", "right": true}\\n\')\n    except OSError: pass',
    "import sys\nfor name in [n for n in sys.modules if n.startswith('torchl')]:\n    del sys.modules[name]",
]


def test_a_notebook_cannot_pass_by_changing_the_judge(tmp_path, pages, supervisor):
    answers = right("01_exercises") | {"softmax": "return X @ w"}
    rows, others = rows_of(
        with_cells(answered(pages["01_exercises"], answers), *CHEATS), tmp_path, supervisor
    )
    assert not others
    assert [row.right for row in rows.values()] == ["no", "yes", "yes"]
    assert "logits" in rows["softmax"].mistake


OWN = """from torchlearning import softmax


def mine(z):
    return z.logsumexp(1)


check.logsumexp(mine)"""


def test_where_a_function_is_looked_for(tmp_path, pages, supervisor):
    page = answered(pages["01_exercises"], {})
    first, second, third = [cell_of(page, name) for name in PAGES["01_exercises"].asked]
    first.source, second.source = OWN, "def sigmoid(z) return 1"  # no Python
    third.source = "print('the exercise is gone')"
    rows, _ = rows_of(page, tmp_path, supervisor)
    assert rows["softmax"].problem.startswith("this is the function of the course")
    assert rows["logsumexp"].right == "yes"  # under another name, but given to its check
    assert rows["sigmoid"].problem.startswith("cell [")
    assert "SyntaxError" in rows["sigmoid"].problem


# All pages


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_filled_in_from_our_answers_is_all_right(tmp_path, pages, supervisor, name):
    rows, others = rows_of(answered(pages[name], right(name)), tmp_path, supervisor)
    assert not others
    assert {row.function: row.right for row in rows.values()} == dict.fromkeys(PAGES[name].asked, "yes")


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("place", [1, 6, -1])
def test_wrong_answers_get_their_category(tmp_path, pages, supervisor, name, place):
    answers = {function: WRONG[function][place] for function in PAGES[name].asked}
    texts = {function: text for function, (text, _) in answers.items()}
    rows, _ = rows_of(answered(pages[name], texts), tmp_path, supervisor)
    for function, (_, hint) in answers.items():
        row = rows[function]
        assert (row.right, row.problem) == ("no", "")
        assert row.statement
        assert not row.mistake or hint in row.mistake
    assert any(row.mistake for row in rows.values())


# What costs only itself

TERRIBLE = {
    "while True: pass": "still running after 40 s",
    "while True:\n    try:\n        while True: pass\n    except BaseException: pass": "still running",
    "import os\nos._exit(0)": "ended the process",
    "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)": "",
    "import ctypes\nctypes.string_at(0)": "ended the process",
    "hog = []\nwhile True: hog.append(bytearray(10**8))": "needs more than 4 GB",
    "hog = []\nwhile True: hog.append([0] * 1000)": "stopped",  # with nothing left to say why
    "for _ in range(2000): print('x' * 10**6)": "",
    "'x' * 2 * 10**9": "",
    "open('file', 'w').write('x' * 2 * 10**8)": "",
    "import subprocess\nsubprocess.Popen(['sleep', '1000'])": "",
    "import subprocess\nsubprocess.Popen(['sleep', '1000'], start_new_session=True)": "",
    "import threading\nthreading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()": "",
    "exit()": "",
    "import sys\nsys.exit(3)": "",
    "input()": "",
    "raise BaseException": "",
    "def f(): f()\nf()": "",
    "import sys\nsys.stdout = sys.stderr = None": "",
    "import os\nos.closerange(0, 3)": "",
    "import os\nos.chdir('/')": "",
    "%matplotlib inline\n%pip --version\n!ls": "",
    "import time\ntime.sleep = None\nimport json\njson.dumps = None": "",
}


def asleep():
    """Count the processes that such a notebook has started."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(path.read_bytes())
    return lines.count(b"sleep\0001000\000")


@pytest.mark.slow
def test_a_terrible_cell_costs_only_itself(tmp_path, pages):
    page = with_cells(answered(pages["01_exercises"], right("01_exercises")), *TERRIBLE)
    before = asleep()
    with grade.Supervisor(replace(PATIENT, seconds=40)) as guard:
        rows, others = rows_of(page, tmp_path, guard)
    said = "\n".join(row.problem for row in others)
    assert {row.right for row in rows.values()} == {"yes"}, [row.problem for row in rows.values()]
    code, _ = submissions.cells(tmp_path / "a.ipynb")
    for number, text in enumerate(code, 1):
        if words := TERRIBLE.get(text):
            assert any(
                line.startswith(f"cell [{number}] was stopped") and words in line for line in said.split("\n")
            )
    for _ in range(100):  # the system ends what is behind the walls in its own time
        if asleep() == before or not guard.walls:
            return
        time.sleep(0.1)
    pytest.fail("a process has outlived its notebook")


class OutOfTime(grade.Supervisor):
    """Has judged one function when the time for the notebook is over."""

    def attempt(self, code, names, lost, until, found):
        found.verdicts["softmax"] = {"right": True}
        return "4", "cell [4] was stopped: the 0 minutes for a notebook were over"


def test_a_notebook_whose_time_is_over_keeps_what_it_has(tmp_path, pages):
    with OutOfTime(grade.Limits(minutes=0)) as guard:
        rows, others = rows_of(pages["01_exercises"], tmp_path, guard)
    assert [row.right for row in rows.values()] == ["yes", "no", "no"]
    assert "minutes for a notebook were over" in rows["sigmoid"].problem
    assert not others


def test_a_process_that_cannot_start_is_said(tmp_path, pages, monkeypatch):
    (tmp_path / "broken.py").write_text("import nothing_of_this_name")
    monkeypatch.setattr("supervisor.JUDGE", tmp_path / "broken.py")
    with grade.Supervisor(PATIENT) as guard:
        rows, others = rows_of(pages["01_exercises"], tmp_path, guard)
    assert not others
    assert all("cannot be run: ModuleNotFoundError" in row.problem for row in rows.values())


FATAL = {
    "softmax": ("import os\nos._exit(0)", "softmax was stopped: it ended the process"),
    "logsumexp": (
        "while True:\n    try:\n        pass\n    except BaseException:\n        pass",
        "Still running",
    ),
    "sigmoid": ("hog = []\nwhile True: hog.append(bytearray(10**8))", "MemoryError"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FATAL)
def test_a_terrible_function_costs_only_its_exercise(tmp_path, pages, supervisor, name):
    text, words = FATAL[name]
    rows, _ = rows_of(
        answered(pages["01_exercises"], right("01_exercises") | {name: text}), tmp_path, supervisor
    )
    assert {function: row.right for function, row in rows.items()} == {
        function: "no" if function == name else "yes" for function in rows
    }
    assert words in rows[name].problem + rows[name].mistake or name == "sigmoid"


@pytest.mark.slow
def test_no_network(tmp_path, pages, supervisor):
    if not supervisor.walls:
        pytest.skip("this system does not permit it")
    reach = "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.connect(('192.0.2.1', 9))"
    test = f"{reach}\nreturn torch.softmax(X @ w, 1)"
    rows, _ = rows_of(answered(pages["01_exercises"], {"softmax": test}), tmp_path, supervisor)
    assert rows["softmax"].right == "no"
    near = "import socket\na = socket.create_server(('127.0.0.1', 0))\n"
    near += "socket.create_connection(a.getsockname())\n"
    rows, _ = rows_of(
        answered(pages["01_exercises"], {"softmax": near + RIGHT["softmax"][0]}), tmp_path, supervisor
    )
    assert rows["softmax"].right == "yes"


@pytest.mark.slow
def test_an_interrupted_run_keeps_what_is_done_and_goes_on(tmp_path, pages):
    folder = tmp_path / "class"
    hand_in(answered(pages["01_exercises"], right("01_exercises")), folder / "ada.ipynb")
    for name in ("ben", "cleo"):
        hand_in(
            with_cells(answered(pages["01_exercises"], {}), "import time\ntime.sleep(50)"),
            folder / f"{name}.ipynb",
        )
    command = [sys.executable, Path(grade.__file__), folder, "--processes", "1"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in the background
    )  # fmt: skip
    for line in process.stdout:
        if "ada.ipynb" in line:
            break
    os.kill(process.pid, signal.SIGINT)
    _, complaint = process.communicate(timeout=100)
    assert process.returncode == 130
    assert complaint == "Interrupted. What is done is kept; the same command goes on.\n"
    assert {row["student"] for row in read(tmp_path / "class-grades.csv")} == {"ada"}
    for name in ("ben", "cleo"):
        hand_in(answered(pages["01_exercises"], {}), folder / f"{name}.ipynb")
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "3 files, of which 1 are graded already" in result.stdout
    assert {row["student"] for row in read(tmp_path / "class-grades.csv")} == {"ada", "ben", "cleo"}
