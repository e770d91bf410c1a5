"""The reader's copy: nothing of theirs is lost, no answer stands open, every link arrives."""

import re
import subprocess
import sys
from urllib.parse import unquote

import copies
import nbformat
import pytest
import reader
from fold_solutions import is_quiz


@pytest.fixture(scope="module")
def pages():
    return {name: nbformat.reads(text, as_version=4) for name, text in copies.pages().items()}


def page(*sources):
    cells = [nbformat.v4.new_code_cell(source, id=str(i)) for i, source in enumerate(sources)]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


@pytest.fixture
def publish(tmp_path, monkeypatch):
    """Return what brings the copy up to date with a course of one page."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))

    def update(source, **options):
        monkeypatch.setattr(reader, "pages", lambda: {"page.ipynb": page("1", source)})
        return reader.update(tmp_path / "copy", **options)

    return update


def files(tmp_path):
    read = {path.name: nbformat.read(path, 4) for path in (tmp_path / "copy").glob("*.ipynb")}
    return {name: notebook.cells[1].source for name, notebook in read.items()}


def answer(tmp_path, source):
    (tmp_path / "copy" / "page.ipynb").write_text(page("1", source))


def test_an_answer_outlives_every_change_of_the_course(tmp_path, publish):
    assert publish("...") == []
    answer(tmp_path, "mine")
    assert publish("...") == []
    assert publish("other ...") == [
        "page.ipynb has changed in the course; yours is as it was, the new one is page.new.ipynb."
    ]
    assert publish("other ...") == []  # offered once
    publish("third ...")
    mine = {"page.ipynb": "mine", "page.new.ipynb": "other ...", "page.new2.ipynb": "third ..."}
    assert files(tmp_path) == mine


def test_an_untouched_page_follows_the_course_even_if_it_was_run(tmp_path, publish):
    publish("...")
    path = tmp_path / "copy" / "page.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].execution_count = 3
    notebook.metadata["language_info"] = {"name": "python", "version": "3.13"}
    nbformat.write(notebook, path)
    assert "follows the course" in publish("other ...")[0]
    assert files(tmp_path) == {"page.ipynb": "other ..."}


def test_a_fresh_page_keeps_the_old_one(tmp_path, publish):
    publish("...")
    answer(tmp_path, "mine")
    for kept in ("page.old.ipynb", "page.old2.ipynb"):
        assert kept in publish("...", fresh="page")[0]
        answer(tmp_path, "again")
    expected = {"page.ipynb": "again", "page.old.ipynb": "mine", "page.old2.ipynb": "again"}
    assert files(tmp_path) == expected


def test_a_page_that_is_not_there_is_named_with_those_that_are(monkeypatch, capsys):
    monkeypatch.setattr(reader, "pages", lambda: {"page.ipynb": page("1")})
    assert reader.main(["--fresh", "nonsense"]) == 2
    assert "must be one of page; got 'nonsense'" in capsys.readouterr().err


@pytest.mark.parametrize(("user", "code", "told"), [(0, 1, True), (0, 0, False), (1000, 1, False)])
def test_root_is_told_how_to_start(monkeypatch, capsys, tmp_path, user, code, told):
    monkeypatch.setattr("jupyterlab.labapp.LabApp.launch_instance", lambda _: sys.exit(code))
    monkeypatch.setattr("os.geteuid", lambda: user, raising=False)
    with pytest.raises(SystemExit) as end:
        reader.lab(tmp_path, [])
    assert end.value.code == code
    assert ("tools/reader.py --allow-root" in capsys.readouterr().err) == told


def test_no_answer_stands_open(pages):
    for name, notebook in pages.items():
        assert "jupytext" not in notebook.metadata
        for cell in notebook.cells:
            if cell.cell_type == "code" and is_quiz(cell.source):
                assert cell.metadata["jupyter"]["source_hidden"]
            if cell.source.startswith(("### Solution", "### Hint")):
                assert cell.metadata["jp-MarkdownHeadingCollapsed"]
            if cell.cell_type == "code" and name.endswith("_exercises.ipynb"):
                shown = [output.data["text/html"] for output in cell.outputs]
                assert all("torchlearning-quiz" in html or "torchlearning-lab" in html for html in shown)


def test_every_link_arrives(pages):
    lost, count = lost_links(pages)
    assert lost == []
    assert count > 80


def lost_links(pages):
    """Return the links between pages that lead nowhere, and how many lead to a heading."""
    lost, count = [], 0
    for name, notebook in pages.items():
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        assert "{cite}" not in text
        assert "eval-rst" not in text
        for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.S)):
            file, _, anchor = target.partition("#")
            words = {heading.replace(" ", "-") for heading in headings(pages.get(file or name))}
            if (file and file not in pages) or (anchor and unquote(anchor) not in words):
                lost.append((name, target))
            count += bool(anchor)
    return lost, count


def headings(notebook):
    cells = notebook.cells if notebook else []
    sources = [cell.source for cell in cells if cell.cell_type == "markdown"]
    found = [line for source in sources for line in re.findall(r"^#+ (.+)$", source, re.MULTILINE)]
    return [re.sub(r"[`*]", "", heading) for heading in found]


def test_what_is_taken_away_has_no_answer_in_it():
    for path in sorted(copies.BOOK.glob("*_exercises.ipynb")):
        notebook = copies.alone(nbformat.read(path, as_version=4))
        nbformat.validate(notebook)
        sources = "\n".join(cell.source for cell in notebook.cells)
        assert "### Solution" not in sources
        assert "\nQuiz(" not in sources
        assert "**Question.**" in sources
        assert "pip install" in notebook.cells[0].source
        assert not any(cell.get("outputs") for cell in notebook.cells)


def test_a_saved_lab_is_the_lab_of_the_page():
    view = {copies.LIVE: {"model_id": "1"}}
    bundles = [{**view, "text/html": "lab"}, {**view, "text/plain": "interactive(...)"}, {"text/plain": "1"}]
    cell = {"outputs": [{"data": data} for data in bundles]}
    copies.keep_stills({"type": "notebook", "content": {"cells": [cell, {"source": "#"}]}})
    assert bundles[0] == {"text/html": "lab"}
    assert bundles[1] == {"text/plain": "(Run this cell again to use what stands here.)"}
    assert bundles[2] == {"text/plain": "1"}


@pytest.mark.parametrize("path", sorted(copies.BOOK.glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_a_page_to_take_away_misses_no_name_of_what_was_taken_out(path):
    cells = copies.alone(nbformat.read(path, as_version=4)).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821", "-"]
    result = subprocess.run(command, input=code, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
