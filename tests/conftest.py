"""What several test files need: the built book and a browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from engines import ENGINES, QUIET, programs, started, started_playwright
from filelock import FileLock

from torchlearning import CostModel, StepTime

ROOT = Path(__file__).resolve().parent.parent


def quick_first(values, count=1):
    """Return parameters of which `make test` takes the first, and `make test-all` the others."""
    several = [value if isinstance(value, tuple) else (value,) for value in values]
    return [pytest.param(*value, marks=[pytest.mark.slow] * (i >= count)) for i, value in enumerate(several)]


class Visit:
    """A page in a browser that has no network, what it asked for, and what went wrong in it."""

    def __init__(self, browser, address, **options):
        self.context = browser.new_context(offline=True, **options)
        self.page = self.context.new_page()
        self.faults, self.asked = [], []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._asks)
        self.page.goto(address)

    def _heard(self, message):
        if message.type in ("warning", "error"):
            self.faults.append(message.text)

    def _asks(self, request):
        self.asked.append(request.url)
        if not request.url.startswith(("file:", "data:")):
            self.faults.append(request.url)

    def __enter__(self):
        return self.page

    def __exit__(self, error, *_):
        self.context.close()
        assert error or not self.faults, self.faults


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Build the book as ``make book`` does, somewhere else, once for all processes that test."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "book"
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "-W", "-n", "--keep-going", "--all"]
    command += ["--path-output", str(folder), str(ROOT)]
    with FileLock(f"{folder}.lock"):
        if not (folder / "built").exists():
            result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
            assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
            (folder / "built").touch()
    return folder / "_build" / "html"


@pytest.fixture(scope="module")
def browser():
    """Start a headless Chromium; without one, skip, but fail in CI."""
    (program,) = programs("chromium")
    browser = started_playwright().chromium.launch(executable_path=program, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture(scope="module", params=quick_first(ENGINES))
def engine(request):
    """Start each of the three engines in turn."""
    with started(request.param) as engine:
        yield engine


@pytest.fixture
def two_devices():
    """Make times of two devices from known models."""
    cpu, gpu = CostModel(1e-4, 1e-7, 1e11, 1e10), CostModel(3e-4, 0.0, 1e13, 1e12, queue=True)
    sizes = [(B, D, C) for B in (10, 1000, 100_000) for D in (2, 100) for C in (3, 30)]
    del sizes[-1]  # not everything has been measured
    times = {
        name: [StepTime(*size, *[1.1 * model.seconds(*size)] * 3) for size in sizes]
        for name, model in (("CPU", cpu), ("GPU", gpu))
    }
    return times, cpu, gpu


@pytest.fixture(scope="module")
def visit(browser, site):
    """Return what opens a page of the book by its name, perhaps with #anchor, or any page by its path."""

    def open_page(page, **options):
        name, sign, anchor = str(page).partition("#")
        path = page if isinstance(page, Path) else site / "book" / f"{name}.html"
        return Visit(browser, path.as_uri() + sign + anchor, **options)

    return open_page
