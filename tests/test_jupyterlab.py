"""Labs in JupyterLab: what a hand does is known in Python, and what Python sets is shown."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

BOOK = Path(__file__).resolve().parent.parent / "book"
ASK = """async ([code, value]) => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const reply = await kernel.requestExecute({ code, user_expressions: { value } }).done;
    return reply.content.user_expressions.value.data["text/plain"];
}"""

IDLE = "jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"


@pytest.fixture
def jupyterlab(tmp_path, request):
    """Serve a folder that holds a page of the book, and return its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shutil.copy(BOOK / f"{request.param}.ipynb", tmp_path / "lesson.ipynb")
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


def run_all(browser, address):
    """Open a notebook and run it."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(120_000)
    page.goto(address)
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel")
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    return page


@pytest.mark.slow
@pytest.mark.parametrize("jupyterlab", ["05_dispersion_and_difficulty"], indirect=True)
def test_slider_and_trait_are_one(browser, jupyterlab):
    page = run_all(browser, jupyterlab)
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


@pytest.mark.slow
@pytest.mark.parametrize("jupyterlab", ["00_playground"], indirect=True)
def test_the_playground_hands_over_what_is_drawn_and_shows_the_weights_it_is_given(browser, jupyterlab):
    page = run_all(browser, jupyterlab)
    lab = page.locator(".lm-Widget.torchlearning-lab")
    lab.locator("canvas").wait_for()
    page.wait_for_function(IDLE)
    lab.locator("select").first.select_option("your own")
    status = lab.get_by_role("status")
    status.filter(has_text="No points yet").wait_for()
    lab.locator("canvas").scroll_into_view_if_needed()
    box = lab.locator("canvas").bounding_box()
    for share in (0.25, 0.5, 0.75):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + share * box["height"])
    status.filter(has_text="on 3 points").wait_for()
    drawn = ["", "[*lab.features.shape, *lab.labels.flatten().tolist()]"]
    for _ in range(100):  # they are handed over when the hand rests
        if page.evaluate(ASK, drawn) == "[3, 3, 0, 0, 0]":
            break
        page.wait_for_timeout(100)
    assert page.evaluate(ASK, drawn) == "[3, 3, 0, 0, 0]"
    mine = "w = 0.1 * F.one_hot(lab.labels.new_tensor([2, 1, 0]), 3).double(); lab.weights = w"
    score = "f'{F.cross_entropy(lab.features.double() @ w, lab.labels.flatten()).item():.4f}'"
    loss = page.evaluate(ASK, [mine, score]).strip("'")
    status.filter(has_text=f"loss {loss}").wait_for()
    page.close()
