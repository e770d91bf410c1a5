"""make book: nothing is built from notebooks that are behind, and two builds do not meet."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import build_book as book
import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A book of one lesson, of which only the build itself is left out."""
    (tmp_path / "book").mkdir()
    for suffix in (".py", ".ipynb"):
        shutil.copy(ROOT / "book" / f"01_softmax_intuition{suffix}", tmp_path / "book")
    monkeypatch.setattr(book, "BOOK", tmp_path / "book")
    monkeypatch.setattr(book, "ROOT", tmp_path)
    monkeypatch.setattr(book, "COMMAND", ["python", "-c", "print('built')"])
    return tmp_path / "book" / "01_softmax_intuition.py"


def test_every_notebook_of_the_book_has_the_cells_of_its_twin():
    assert [book.behind(twin) for twin in sorted((ROOT / "book").glob("[0-9][0-9]_*.py"))] == [""] * 17


def test_a_notebook_behind_its_twin_is_said_in_a_sentence_and_not_built(copy, capfd):
    assert book.main() == 0
    assert capfd.readouterr() == ("built\n", "")
    copy.write_text(copy.read_text() + "\n# %%\n1 + 1\n")
    assert book.main() == 1
    words = "01_softmax_intuition.ipynb is behind 01_softmax_intuition.py\n"
    assert capfd.readouterr() == ("", words + "Execute what has changed first: make notebooks\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [("<<<<<<< ours\n{}\n", "is no notebook (has a merge left"), (None, "does not exist yet")],
)
def test_a_notebook_with_conflicts_or_none_at_all_is_said_in_a_sentence(copy, capfd, content, words):
    path = copy.with_suffix(".ipynb")
    path.unlink() if content is None else path.write_text(content)
    assert book.main() == 1
    assert words in capfd.readouterr().err


@pytest.mark.slow
def test_two_builds_take_turns(tmp_path, copy):
    log = tmp_path / "log"
    step = f"""import time
with open({str(log)!r}, "a") as file:
    print("in", file=file, flush=True)
    time.sleep(0.3)
    print("out", file=file)
"""
    run = f"""from pathlib import Path
import build_book as book
book.BOOK, book.ROOT = Path({str(copy.parent)!r}), Path({str(tmp_path)!r})
book.COMMAND = ["python", "-c", {step!r}]
book.main()
"""
    builds = [subprocess.Popen([sys.executable, "-c", run], cwd=ROOT / "tools") for _ in range(2)]
    assert [build.wait() for build in builds] == [0, 0]
    assert log.read_text().split() == ["in", "out"] * 2


def test_make_builds_again_what_has_been_removed_or_is_older():
    def wanted(*extra):
        return subprocess.run(["make", "-n", "book", *extra], cwd=ROOT, capture_output=True, text=True).stdout

    page = "_build/html/index.html"
    assert "tools/build_book.py" in wanted("-W", "book/intro.md")
    assert "tools/build_book.py" in wanted("-W", "book/01_softmax_intuition.py")
    if not (ROOT / page).exists():
        assert "tools/build_book.py" in wanted()


def test_the_page_on_installing_gives_the_commands_of_the_readme():
    page, readme = [(ROOT / name).read_text(encoding="utf-8") for name in ("book/run.md", "README.md")]
    for block in re.findall(r"```console\n(.+?)```", page, re.DOTALL):
        for command in block.splitlines():
            assert f"`{command}`" in readme or f"\n{command.replace('py -m', 'python -m')}\n" in readme
