"""The lessons as files: executed, tidy, in step with their twins; and checks that check.

What the cells print is compared by ``pytest --nbval book``, which includes the figures: their
``text/plain`` form says what was drawn (`torchlearning.figures.style.describe`).
"""

import ast
import base64
import copy
import os
import re
import shutil
import subprocess
import sys

import nbformat
import notebooks
import pytest
import torch
from torch import nn

import torchlearning

TWINS = sorted(notebooks.BOOK.glob("[0-9][0-9]_*.py"))
EXERCISES = [twin for twin in TWINS if twin.stem.endswith("_exercises")]
LESSONS = [twin for twin in TWINS if twin not in EXERCISES and twin.stem != "00_playground"]
GRADES = r" · difficulty [123] of 3 · importance [123] of 3"
KINDS = (
    "Predict, then run",
    "Implement",
    "Debug",
    "Derive",
    "Explore with the lab",
    "Read an error",
    "Break it",
)

# The only cells whose output nbval may ignore: notebook, words in the cell, reason.
IGNORED = [
    ("04_nn_training", "median_times(list, size)", "times reading batches"),
    ("04_nn_training", "median_times(train, batch_size)", "times an epoch of training"),
    ("06_gpu_vs_cpu", "device = pick_device()", "shows this machine's device"),
    ("06_gpu_vs_cpu", "print(tc.cuda().device)", "refused without a GPU, in words of the installation"),
    ("06_gpu_vs_cpu", "no accelerator here", "trains on a GPU, if there is one"),
    ("06_gpu_vs_cpu", "single.append(", "times single steps"),
    ("06_gpu_vs_cpu", '"10 examples": make_step', "times steps of two sizes"),
    ("06_gpu_vs_cpu", "as profiler:", "shares of the time of a step"),
    ("06_gpu_vs_cpu", "for number in (1, 2):", "times one thread and two"),
    ("06_gpu_vs_cpu", "time_calls(ladder", "times the ladder"),
    ("06_gpu_vs_cpu", 'xlabel="µs a step of one model"', "draws these times"),
]


def read(twin):
    return nbformat.read(twin.with_suffix(".ipynb"), as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def content(notebook):
    return [(cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]


def problems(notebook, twin):
    """Return what is wrong with a notebook, one line each."""
    cells, found = code(notebook), []
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        found.append("cells are not executed in order 1..n")
    if content(notebook) != content(notebooks.load(twin)):
        found.append("notebook and twin differ: run make notebooks")
    if notebooks.twin_of(notebook) != twin.read_text(encoding="utf-8"):
        found.append("jupytext would change the twin: run make notebooks")
    for cell in cells:
        where = f"cell {cell.execution_count}: "
        if len(cell.source.splitlines()) > 15:
            found.append(where + "more than 15 lines")
        ignored = "nbval-ignore-output" in cell.metadata.get("tags", [])
        if ignored and not any(name == twin.stem and words in cell.source for name, words, _ in IGNORED):
            found.append(where + "output ignored without a reason in IGNORED")
        hidden = "hide-input" in cell.metadata.get("tags", [])
        if hidden and "code_prompt_show" not in cell.metadata.get("mystnb", {}):
            found.append(where + 'folded code without a code_prompt_show: it would say "Open the answer"')
        if alt(cell) and sum("image/png" in output.get("data", {}) for output in cell.outputs) != 1:
            found.append(where + "a text alternative, but not one figure")
        for output in cell.outputs:
            found += [where + problem for problem in output_problems(output, cell)]
    if re.search(r"/home/|/root/|/tmp/|/work/|\b[A-Z]:\\\\", nbformat.writes(without_images(notebook))):
        found.append("an absolute path of one machine")
    return found


def output_problems(output, cell):
    """Return what is wrong with one output of a cell."""
    if output.output_type == "error":
        yield "stored error"
    if output.get("name") == "stderr":
        yield "stored stderr"
    text = output.get("text", "") + "".join(output.get("data", {}).get("text/plain", ""))
    if "Warning" in text or "grad_fn" in text or " at 0x" in text:
        yield "a warning, a grad_fn or an address in the output"
    if "image/png" in output.get("data", {}):
        if len(alt(cell)) < 40:
            yield "a figure without a text alternative"
        if not output.data["text/plain"].startswith("figure with"):
            yield "a figure without its words: call use_style()"
        if base64.b64decode(output.data["image/png"])[25] != 3:  # the kind of PNG that has a palette
            yield "a figure of too many bytes: run make notebooks"
        if told_by_colour_alone(output.data["text/plain"]):
            yield "lines that only their colour tells apart: give each a style or a marker"


def alt(cell):
    return cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")


def told_by_colour_alone(words):
    """Tell whether two lines of a legend have one style and one marker, by the words of a figure."""
    for axes in words.split("\naxes")[1:]:
        signs = re.findall(r'^  line "[^"]+"( \(.*?\))?: ', axes, re.MULTILINE)
        if len(set(signs)) < len(signs):
            return True
    return False


def without_images(notebook):
    notebook = copy.deepcopy(notebook)
    for cell in code(notebook):
        for output in cell.outputs:
            output.get("data", {}).pop("image/png", None)
    return notebook


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.stem)
def test_lesson_is_tidy(twin):
    assert problems(read(twin), twin) == []


@pytest.mark.parametrize("twin", LESSONS, ids=lambda twin: twin.stem)
def test_lesson_has_the_parts_of_a_lesson(twin):
    cells = read(twin).cells
    assert cells[0].source.startswith("# Lesson ")
    assert len(re.findall(r"^- ", cells[0].source, re.MULTILINE)) == 3  # what you will learn
    assert cells[1].source == notebooks.setup_cell().source
    assert cells[2].source.startswith(("import ", "from "))
    last = cells[-1].source
    assert "## Summary" in last
    assert "api.md#" in last
    assert "glossary.md#" in "".join(cell.source for cell in cells)
    assert "Back to " in last


def exercise_problems(cells, lesson):
    """Return what is wrong with the order and form of the exercises of a page, one line each."""
    found, open_exercise, count = [], None, 0
    for cell in cells:
        words = cell.source.splitlines()
        if re.match(r"#+ (Exercise|Solution|Hint)", words[0]) and cell.cell_type == "markdown":
            kind, number = re.match(r"#+ (\w+) ?([\d.]*)", words[0]).groups()
            if kind == "Exercise":
                if open_exercise:
                    found.append(f"exercise {open_exercise} has no solution")
                count, open_exercise = count + 1, number
                if not re.match(rf"## Exercise {lesson}\.{count}: \w", words[0]):
                    found.append(f"not '## Exercise {lesson}.{count}: title': {words[0]}")
                if not re.fullmatch(rf"\*({'|'.join(KINDS)}) · [1-9]\d* minutes{GRADES}\*", words[2]):
                    found.append(f"exercise {number} does not say what it is for, how long it takes, ...")
            else:
                if number != open_exercise:
                    found.append(f"{kind} {number} does not belong to exercise {open_exercise}")
                if words != [f"### {kind} {number}"]:
                    found.append(f"the heading of {kind} {number} is not alone, so Jupyter would not fold it")
                open_exercise = None if kind == "Solution" else open_exercise
    return [*found, f"exercise {open_exercise} has no solution"] if open_exercise else found


@pytest.mark.parametrize("twin", EXERCISES, ids=lambda twin: twin.stem)
def test_exercises_have_number_purpose_minutes_and_one_solution_each(twin):
    cells = read(twin).cells
    lesson = int(twin.stem[:2])
    assert cells[0].source.startswith(f"# Exercises for lesson {lesson}\n")
    assert cells[1].source == notebooks.setup_cell().source
    assert cells[2].source.startswith(("import ", "from "))
    assert f"Back to [lesson {lesson}]" in cells[-1].source
    assert exercise_problems(cells[2:], lesson) == []
    source = "\n".join(cell.source for cell in cells)
    assert len(re.findall(r"^## Exercise ", source, re.MULTILINE)) >= 4
    assert re.search(r"^Quiz\(", source, re.MULTILINE)
    (own_lesson,) = (other for other in LESSONS if other.stem[:2] == twin.stem[:2])
    assert f"({twin.stem}.ipynb)" in read(own_lesson).cells[-1].source


def test_the_times_of_exercises_add_up():
    minutes, important = [], []
    for twin in EXERCISES:
        text = twin.read_text(encoding="utf-8")
        graded = re.findall(r"^# \*.* · (\d+) minutes .* importance (\d) of 3\*$", text, re.MULTILINE)
        minutes.append(sum(int(time) for time, _ in graded))
        important.append(sum(int(time) for time, importance in graded if importance == "3"))
        said = f"about {minutes[-1]} minutes, and those of importance 3 about {important[-1]}."
        assert f"# Together they take {said}" in text, twin.name
    intro = (EXERCISES[0].parent / "intro.md").read_text(encoding="utf-8")
    assert f"pages take about {sum(minutes) / 60:.0f} hours together" in intro
    assert f"those of importance 3 about {sum(important) / 60:.0f}." in intro


def test_a_spoiled_exercise_page_is_found_out():
    cells = read(EXERCISES[0]).cells[3:]
    headings = [i for i, cell in enumerate(cells) if cell.source.startswith("### Solution")]
    assert exercise_problems(cells[: headings[0]] + cells[headings[0] + 1 :], 1)  # a solution is missing
    assert exercise_problems(cells[: headings[0]] + cells[headings[0] :: -1], 1)  # two for one exercise
    assert exercise_problems(cells[headings[0] + 1 :], 1)  # numbers begin at 2
    for words, others in (
        ("3 minutes", "soon"),
        ("importance 2", "importance 4"),
        ("Predict, then run", "Fun"),
        ("## Exercise 1.1:", "## Exercise 1.1"),
    ):
        spoiled = copy.deepcopy(cells)
        spoiled[0].source = spoiled[0].source.replace(words, others)
        assert exercise_problems(spoiled, 1), words


def test_every_solution_is_folded_in_jupyter_and_the_replies_of_quizzes_are_hidden():
    for cell in (cell for twin in EXERCISES for cell in read(twin).cells):
        if cell.source.startswith(("### Solution", "### Hint")):
            assert cell.metadata["jp-MarkdownHeadingCollapsed"] is True
        if "Quiz(" in cell.source:
            assert cell.metadata["jupyter"] == {"source_hidden": True}


@pytest.mark.slow
@pytest.mark.parametrize("newer", [".py", ".ipynb"])
def test_synchronising_a_pair_changes_nothing(tmp_path, newer):
    book = tmp_path / "book"
    shutil.copytree(notebooks.BOOK, book, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    before = {path: path.read_bytes() for path in book.glob("[0-9]*")}
    assert len(before) == 2 * len(TWINS)
    for path in before:
        os.utime(path, (2e9, 2e9) if path.suffix == newer else (1e9, 1e9))
    command = [sys.executable, "-m", "jupytext", "--sync", *(book / f"{twin.stem}.ipynb" for twin in TWINS)]
    subprocess.run(command, check=True, capture_output=True)
    assert [path.name for path in before if path.read_bytes() != before[path]] == []


def test_every_ignored_output_is_still_there():
    for name, words, reason in IGNORED:
        cells = code(read(notebooks.BOOK / f"{name}.py"))
        matching = [cell for cell in cells if words in cell.source]
        assert len(matching) == 1, reason
        assert "nbval-ignore-output" in matching[0].metadata["tags"]


# The checks check: each of these faults is put into a lesson, and must be found.


def blank_an_execution(notebook):
    code(notebook)[4].execution_count = None


def forget_to_run(notebook):
    code(notebook)[4].source += "  # edited"


def store_a_warning(notebook):
    code(notebook)[4].outputs.append(nbformat.v4.new_output("stream", name="stderr", text="UserWarning"))


def drop_a_text_alternative(notebook):
    del next(cell for cell in code(notebook) if alt(cell)).metadata["mystnb"]


def lose_a_figure(notebook):
    next(cell for cell in code(notebook) if alt(cell)).outputs.clear()


def draw_a_line_like_another(notebook):
    (output,) = next(cell for cell in code(notebook) if 'label="softmax"' in cell.source).outputs
    output.data["text/plain"] = output.data["text/plain"].replace("(--)", "").replace('" :', '":')


def ignore_an_output(notebook):
    code(notebook)[4].metadata["tags"] = ["nbval-ignore-output"]


def leave_a_path(notebook):
    code(notebook)[4].outputs[0].data["text/plain"] += "/home/someone/book"


@pytest.mark.parametrize(
    "spoil",
    [
        blank_an_execution,
        forget_to_run,
        store_a_warning,
        drop_a_text_alternative,
        lose_a_figure,
        draw_a_line_like_another,
        ignore_an_output,
        leave_a_path,
    ],
)
def test_a_spoiled_lesson_is_found_out(spoil):
    notebook = read(LESSONS[0])
    spoil(notebook)
    assert problems(notebook, LESSONS[0])


@pytest.mark.slow
def test_nbval_sees_a_changed_digit_a_changed_curve_and_a_dropped_line(tmp_path):
    notebook = read(LESSONS[0])
    digit = next(cell for cell in code(notebook) if "0.1250, 0.2500, 0.6250" in str(cell.outputs))
    digit.outputs[0].data["text/plain"] = "tensor([0.1250, 0.2500, 0.6251])"
    plot = next(cell for cell in code(notebook) if 'label="softmax"' in cell.source)
    dropped = [line for line in plot.source.splitlines() if 'label="softmax"' not in line]
    assert len(dropped) == len(plot.source.splitlines()) - 1
    plot.source = "\n".join(dropped)
    curve = next(cell for cell in code(notebook) if "pair.logsumexp(1)" in cell.source and alt(cell))
    curve.source = curve.source.replace("pair.logsumexp(1)", "1.001 * pair.logsumexp(1)")
    spoiled = tmp_path / "spoiled.ipynb"
    nbformat.write(notebook, spoiled)
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", str(spoiled)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    failed = {int(n) for n in re.findall(r"^FAILED .*::Cell (\d+)", result.stdout, re.MULTILINE)}
    assert failed == {cell.execution_count - 1 for cell in (digit, plot, curve)}, result.stdout[-2000:]


# What a lesson writes out equals what the package has.


def definitions():
    """Yield lesson, name and source of every function or class that the package has too."""
    for twin in LESSONS:
        for cell in code(notebooks.load(twin)):
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in torchlearning.__all__:
                    yield pytest.param(node.name, ast.unparse(node), id=f"{twin.stem}-{node.name}")


def same_softmax(ours, theirs):
    X, w = torch.randn(6, 3), 1e4 * torch.randn(3, 4)
    torch.testing.assert_close(theirs(X, w), ours(X, w))


def same_m_cross_entropy(ours, theirs):
    soft_z, y = torch.softmax(torch.randn(6, 4), 1), torch.randint(4, (6, 1))
    for labels in (y, y.flatten(), y.float()):
        torch.testing.assert_close(theirs(soft_z, labels), ours(soft_z, labels))


def same_m_accuracy(ours, theirs):
    soft_z, y = torch.randn(60, 4), torch.randint(4, (60, 1))
    torch.testing.assert_close(theirs(soft_z, y), ours(soft_z, y))


def same_sgd(ours, theirs):
    ends = []
    for step in (ours, theirs):
        w = torch.ones(3, 2, requires_grad=True)
        w.pow(3).sum().backward()
        step(w, 0.1)
        assert not w.grad.any()
        ends.append(w)
    torch.testing.assert_close(*ends)


def same_network(ours, theirs):
    nets = []
    for make in (ours, theirs):
        torch.manual_seed(0)
        nets.append(make(4, 3))
    assert str(nets[0]) == str(nets[1])
    X = torch.randn(5, 4)
    torch.testing.assert_close(nets[1](X), nets[0](X))


def same_fit(ours, theirs):
    batches = [(torch.randn(n, 4), torch.randint(3, (n, 1)).float()) for n in (10, 10, 3)]
    results = []
    for train in (ours, theirs):
        torch.manual_seed(0)
        net = torchlearning.SoftmaxRegression(4, 3)
        losses = train(net, nn.CrossEntropyLoss(), torch.optim.SGD(net.parameters(), lr=0.1), batches, 3)
        results.append((torch.tensor(losses), net.linear.weight))
    torch.testing.assert_close(results[1], results[0])


SAME = {
    "softmax": same_softmax,
    "m_cross_entropy": same_m_cross_entropy,
    "m_accuracy": same_m_accuracy,
    "sgd": same_sgd,
    "SoftmaxRegression": same_network,
    "fit": same_fit,
}


@pytest.mark.parametrize(("name", "source"), list(definitions()))
def test_what_a_lesson_writes_out_is_what_the_package_has(name, source):
    namespace = {"torch": torch, "nn": nn}
    exec(source, namespace)
    SAME[name](getattr(torchlearning, name), namespace[name])


def test_the_lessons_write_out_what_they_should():
    assert {param.values[0] for param in definitions()} == set(SAME)
