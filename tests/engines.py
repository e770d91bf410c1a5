"""Three browser engines behind one small door: open, evaluate, press, resize, back, reload, tab.

Chromium is driven by Playwright; Debian's Firefox over WebDriver BiDi and WebKit (the engine of
Safari) over WebDriver, both by Selenium. Each starts with its own default preferences and an empty
profile, or one given. `evaluate` takes the source of a JavaScript function, perhaps async, and one argument.
"""

import atexit
import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
NEEDS = {
    "chromium": ("apt install chromium", [CHROMIUM]),
    "firefox": ("apt install firefox-esr", [("firefox-esr", "firefox")]),
    "webkit": (
        "apt install webkit2gtk-driver xvfb xauth dbus",
        [("WebKitWebDriver",), ("xvfb-run",), ("dbus-run-session",)],
    ),
}
KEYS = {"ArrowRight": "\ue014", "ArrowLeft": "\ue012", "Home": "\ue011", "End": "\ue010"}
JSON = "async (given) => JSON.stringify(await ({function})(given)) ?? 'null'"


def programs(name):
    """Return the programs of an engine; without them skip, but fail in CI."""
    how, wanted = NEEDS[name]
    found = [next(filter(None, map(shutil.which, names)), None) for names in wanted]
    if None in found:
        words = f"no {name}, so pages and labs are not tested in it; get one: {how}"
        pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)
    return found


@cache
def started_playwright():
    """Start Playwright once: a process cannot hold it twice."""
    from playwright.sync_api import sync_playwright

    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright


class Chromium:
    """Chromium, by Playwright, without a network."""

    def __init__(self, stack, profile=None):
        (program,) = programs("chromium")
        folder = profile or stack.enter_context(tempfile.TemporaryDirectory())
        context = started_playwright().chromium.launch_persistent_context(
            folder, executable_path=program, args=QUIET, offline=True
        )
        stack.callback(context.close)
        self.page = context.pages[0]

    def open(self, address):
        self.page.goto(address)

    def evaluate(self, function, given=None):
        return json.loads(self.page.evaluate(JSON.format(function=function), given))

    def press(self, key):
        self.page.keyboard.press(key)

    def resize(self, width, height):
        self.page.set_viewport_size({"width": width, "height": height})

    def tab(self, number):
        """Go to a tab; the one after the last is opened."""
        pages = self.page.context.pages
        self.page = pages[number] if number < len(pages) else self.page.context.new_page()

    def back(self):
        self.page.go_back()

    def reload(self):
        self.page.reload()

    def screenshot(self, path):
        self.page.screenshot(path=path)

    def paper(self):
        """Return the page as a PDF."""
        return self.page.pdf()


class Firefox:
    """Firefox, over WebDriver BiDi, which it speaks itself."""

    def __init__(self, stack, profile=None):
        from selenium.webdriver.remote.websocket_connection import WebSocketConnection

        (program,) = programs("firefox")
        port, folder = free_port(), profile or stack.enter_context(tempfile.TemporaryDirectory())
        # Else the door itself relaxes preferences, among them what files may share.
        Path(folder, "user.js").write_text('user_pref("remote.prefs.recommended", false);')
        self.process = start(
            stack,
            [program, "--headless", "--no-remote", "--profile", folder, f"--remote-debugging-port={port}"],
            port,
        )
        self.connection = WebSocketConnection(f"ws://127.0.0.1:{port}/session", timeout=120, interval=0.01)
        stack.callback(self.connection.close)
        self.send("session.new", capabilities={})
        if profile:
            stack.callback(self.quit)
        self.tabs = [self.send("browsingContext.getTree")["contexts"][0]["context"]]
        self.here = self.tabs[0]

    def quit(self):
        """Close it as a reader does, so that it writes what it has to remember."""
        socket_ = self.connection._ws.sock.sock
        self.open("about:blank")
        self.send("browser.close")
        self.process.wait(timeout=60)
        socket_.close()

    def send(self, method, **params):
        reply = self.connection.send_cmd(method, params)
        assert "error" not in reply, reply
        return reply["result"]

    def open(self, address):
        self.send("browsingContext.navigate", context=self.here, url=address, wait="complete")

    def evaluate(self, function, given=None):
        target = {"context": self.here}
        source = f"() => ({JSON.format(function=function)})({json.dumps(given)})"
        reply = self.send("script.callFunction", functionDeclaration=source, awaitPromise=True, target=target)
        assert reply["type"] == "success", reply
        return json.loads(reply["result"]["value"])

    def press(self, key):
        strokes = [{"type": kind, "value": KEYS.get(key, key)} for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": strokes}
        self.send("input.performActions", context=self.here, actions=[keyboard])

    def resize(self, width, height):
        size = {"width": width, "height": height}
        self.send("browsingContext.setViewport", context=self.here, viewport=size)

    def tab(self, number):
        """Go to a tab; the one after the last is opened."""
        if number == len(self.tabs):
            self.tabs.append(self.send("browsingContext.create", type="tab")["context"])
        self.here = self.tabs[number]

    def back(self):
        self.send("browsingContext.traverseHistory", context=self.here, delta=-1)
        time.sleep(1)  # it does not say when it is there

    def reload(self):
        self.send("browsingContext.reload", context=self.here, wait="complete")

    def screenshot(self, path):
        path.write_bytes(
            base64.b64decode(self.send("browsingContext.captureScreenshot", context=self.here)["data"])
        )

    def paper(self):
        """Return the page as a PDF."""
        return base64.b64decode(self.send("browsingContext.print", context=self.here)["data"])


class WebKit:
    """WebKit in its own small browser, by WebDriver, on a screen that nobody sees."""

    def __init__(self, stack, profile=None):
        assert profile is None, "this small browser keeps none while it is driven"
        from selenium import webdriver
        from selenium.webdriver.remote.client_config import ClientConfig
        from selenium.webdriver.remote.remote_connection import RemoteConnection

        driver, xvfb, dbus = programs("webkit")
        port = free_port()
        screen = [dbus, "--", xvfb, "-a", "--server-args=-screen 0 1600x1200x24"]
        start(stack, [*screen, driver, f"--port={port}"], port)
        options = webdriver.WebKitGTKOptions()
        server = ClientConfig(f"http://127.0.0.1:{port}")
        self.driver = webdriver.Remote(RemoteConnection(client_config=server), options=options)
        stack.callback(self.driver.quit)
        self.driver.set_script_timeout(120)

    def open(self, address):
        self.driver.get(address)

    def evaluate(self, function, given=None):
        return json.loads(
            self.driver.execute_script(f"return ({JSON.format(function=function)})(arguments[0])", given)
        )

    def press(self, key):
        self.driver.switch_to.active_element.send_keys(KEYS.get(key, key))

    def resize(self, width, height):
        self.driver.set_window_size(width, height)
        inner = self.evaluate("() => [innerWidth, innerHeight]")
        self.driver.set_window_size(2 * width - inner[0], 2 * height - inner[1])

    def tab(self, number):
        """Go to a tab; the one after the last is opened."""
        tabs = self.driver.window_handles
        if number < len(tabs):
            self.driver.switch_to.window(tabs[number])
        else:
            self.driver.switch_to.new_window("tab")

    def back(self):
        self.driver.back()
        time.sleep(1)  # what the page does when it is back is not waited for

    def reload(self):
        self.driver.refresh()

    def screenshot(self, path):
        self.driver.save_screenshot(str(path))


ENGINES = {"chromium": Chromium, "firefox": Firefox, "webkit": WebKit}


@contextmanager
def started(name, profile=None):
    """Start an engine, perhaps with the profile in a folder, and stop all that it has started."""
    with ExitStack() as stack:
        engine = ENGINES[name](stack, profile)
        engine.name = name
        yield engine


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def start(stack, command, port):
    """Start a program with all its children in a group of their own, and wait until it listens."""
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    stack.callback(stop, process)
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except OSError:
            assert process.poll() is None, f"{command[0]} has stopped"
            time.sleep(0.2)
    raise AssertionError(f"{command[0]} does not listen")


def stop(process):
    """End a group of processes, if any is left."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, 15)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()
