"""``make lab`` on a fresh checkout whose notebooks are newer than their twins, as a reader meets it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
KERNEL = """(path) => {
    const open = window.jupyterapp?.shell.currentWidget;
    return open?.context?.path === path && open.sessionContext.session?.kernel
        && open.content.widgets.length > 5;
}"""
RUN = "jupyterapp.commands.execute('notebook:run-all-cells')"
SAVE = "jupyterapp.commands.execute('docmanager:save')"
CELLS = """() => jupyterapp.shell.currentWidget.content.widgets.map((cell) => ({
    source: cell.model.sharedModel.source, hidden: cell.inputHidden, folded: cell.isHidden,
    errors: (cell.model.sharedModel.outputs ?? []).filter((output) => output.output_type === "error").length,
}))"""


def git(folder, *words):
    author = ("-c", "user.name=a reader", "-c", "user.email=reader@example.org")
    return subprocess.run(
        ["git", *author, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Check the course out afresh, with the environment that is already there."""
    folder = tmp_path_factory.mktemp("checkout") / "course"
    left = (
        ".venv",
        ".git",
        "_build",
        "build",
        "my-copy",
        "*.egg-info",
        "__pycache__",
        ".*_cache",
        ".hypothesis",
    )
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*left))
    (folder / ".venv").symlink_to(ROOT / ".venv")
    for name in ("requirements.txt", "pyproject.toml"):
        os.utime(folder / name, (1e9, 1e9))  # installed already
    for path in (folder / "book").glob("[0-9]*.ipynb"):
        os.utime(path, (2e9, 2e9))
    git(folder, "init")
    git(folder, "add", "--all", ":!.venv")
    git(folder, "commit", "--message", "all")
    (folder / ".git" / "info" / "exclude").write_text(".venv\n")  # a link, not the folder that is ignored
    return folder


@pytest.fixture(scope="module")
def address(course, tmp_path_factory):
    """Run the README's command, and return where JupyterLab answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("home")
    server = {"port": port, "port_retries": 0, "open_browser": False, "allow_root": True}
    lab = {"expose_app_in_browser": True, "user_settings_dir": str(home / "settings")}
    settings = home / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"windowingMode": "none"}))  # draw all cells, also those off the screen
    config = {"ServerApp": server, "LabApp": lab, "IdentityProvider": {"token": ""}}
    (home / "jupyter_server_config.json").write_text(json.dumps(config))
    places = {"JUPYTER_CONFIG_DIR": str(home), "JUPYTER_DATA_DIR": str(home / "data")}
    process = subprocess.Popen(["make", "lab"], cwd=course, env=os.environ | places, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}/lab").close()
            break
        except OSError:
            assert process.poll() is None
            time.sleep(0.5)
    yield address
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=60)


@pytest.mark.slow
def test_every_page_opens_whatever_the_times_of_the_files(course, address):
    names = [path.name for path in (course / "my-copy").glob("*.ipynb")]
    assert len(names) >= 17
    for name in names:
        with urllib.request.urlopen(f"{address}/api/contents/{name}") as answer:
            assert json.load(answer)["content"]["cells"]
    assert git(course, "status", "--porcelain") == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["01_softmax_intuition", "01_exercises"])
def test_a_page_runs_saves_and_opens_again(course, address, browser, name):
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(180_000)
    page.goto(f"{address}/lab/tree/{name}.ipynb")
    page.wait_for_function(KERNEL, arg=f"{name}.ipynb")
    page.locator(".torchlearning-lab input[type=range]").first.wait_for(state="attached")  # before a run
    cells = page.evaluate(CELLS)
    assert all(cell["hidden"] for cell in cells if "find_spec" in cell["source"] or "Quiz(" in cell["source"])
    solutions = [i for i, cell in enumerate(cells) if cell["source"].startswith("### Solution")]
    assert all(cells[i + 1]["folded"] for i in solutions)
    assert len(solutions) == (7 if name.endswith("exercises") else 0)
    page.evaluate(RUN)
    assert not any(cell["errors"] for cell in page.evaluate(CELLS))
    page.locator(".lm-Widget.torchlearning-lab input[type=range]").first.wait_for(state="attached")
    page.evaluate(SAVE)
    saved = (course / "my-copy" / f"{name}.ipynb").read_text(encoding="utf-8")
    assert '"execution_count": 3' in saved
    assert "widget-view" not in saved
    assert git(course, "status", "--porcelain") == ""
    page.close()
    again = browser.new_page()
    again.set_default_timeout(180_000)
    again.goto(f"{address}/lab/workspaces/again/tree/{name}.ipynb")
    again.locator(".torchlearning-lab input[type=range]").first.wait_for(state="attached")
    assert again.get_by_text("model not found").count() == 0
    again.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["html", "slides"])
def test_an_exported_page_has_labs_that_move_and_quizzes_that_answer_offline(browser, tmp_path, kind):
    notebook = ROOT / "book" / "01_softmax_intuition.ipynb"
    convert = [sys.executable, "-m", "nbconvert", "--to", kind, "--output", "page", "--output-dir", tmp_path]
    subprocess.run([*convert, notebook], check=True, capture_output=True)
    (path,) = tmp_path.glob("page*.html")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    move = """() => {
        const [lab, quiz] = ["lab", "quiz"].map((name) => document.querySelector(`.torchlearning-${name}`));
        const said = (box) => box.querySelector("[role=status]").textContent;
        const before = said(lab), slider = lab.querySelector("input[type=range]");
        slider.value = slider.max;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        quiz.querySelector("input").click();
        return [before, said(lab), said(quiz)];
    }"""
    page.wait_for_function("document.querySelector('.torchlearning-lab input[type=range]')")
    before, after, reply = page.evaluate(move)
    context.close()
    assert after != before
    assert reply
