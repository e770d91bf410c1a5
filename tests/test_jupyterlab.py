"""The dispersion lab in JupyterLab: a slider moves the trait in Python, and the other way round."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

LESSON = Path(__file__).resolve().parent.parent / "book" / "05_dispersion_and_difficulty.ipynb"
ASK = """async ([code, value]) => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const reply = await kernel.requestExecute({ code, user_expressions: { value } }).done;
    return reply.content.user_expressions.value.data["text/plain"];
}"""


@pytest.fixture
def jupyterlab(tmp_path):
    """Serve a folder that holds the lesson, and return its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shutil.copy(LESSON, tmp_path / "lesson.ipynb")
    settings = tmp_path / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"windowingMode": "none"}))  # draw all cells, also those off the screen
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"),
            *(f"--port={port}", f"--ServerApp.root_dir={tmp_path}", "--IdentityProvider.token="),
            f"--LabApp.user_settings_dir={tmp_path / 'settings'}",
        ]
    )
    address = f"http://127.0.0.1:{port}/lab"
    for _ in range(120):
        try:
            urllib.request.urlopen(address).close()
            break
        except OSError:
            time.sleep(0.5)
    yield f"{address}/tree/lesson.ipynb"
    server.terminate()
    server.wait(timeout=30)


@pytest.mark.slow
def test_slider_and_trait_are_one(browser, jupyterlab):
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(120_000)
    page.goto(jupyterlab)
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel")
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    slider = page.locator(".lm-Widget.torchlearning-lab input[aria-label=dispersion]")
    slider.wait_for()
    assert page.evaluate(ASK, ["", "lab.dispersion"]) == "4.0"
    slider.focus()
    for key, value in (("ArrowRight", "4.5"), ("End", "7.0"), ("Home", "1.0")):
        page.keyboard.press(key)
        page.wait_for_timeout(300)
        assert page.evaluate(ASK, ["", "lab.dispersion"]) == value, key
    status = page.locator(".lm-Widget.torchlearning-lab [role=status]")
    for std in ("6.5", "2.0"):
        words = page.evaluate(ASK, [f"lab.dispersion = {std}", "f'{lab.accuracy:.4f}'"]).strip("'")
        status.filter(has_text=f"accuracy {words}").wait_for()
        assert float(slider.get_attribute("aria-valuetext")) == float(std)
    other = "from ipywidgets import jslink; other = DispersionLab(lab.sweep, dispersion=1)"
    page.evaluate(ASK, [f"{other}; link = jslink((lab, 'dispersion'), (other, 'dispersion'))", "0"])
    slider.press("End")
    page.wait_for_timeout(300)
    assert page.evaluate(ASK, ["", "lab.dispersion, other.dispersion"]) == "(7.0, 7.0)"
    more = "lab.sweep = sweep([1, 2], [0.1], num_class=4, num_examples=30, num_epochs=2)"
    words = page.evaluate(ASK, [more, "f'{lab.accuracy:.4f}'"]).strip("'")
    status.get_by_text("of 120 right").wait_for()
    assert words in status.inner_text()
    assert slider.get_attribute("max") == "1"
    page.close()
