"""What is installed: every import is pinned, every pin used and explained; the package stands alone."""

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINE = re.compile(r"([a-z0-9-]+)==([\w.]+) +# (.{5,})")
# Requirements that nothing imports, and where they are named instead.
NAMED = {
    "jupyter-book": ("Makefile", "jupyter-book build"),
    "jupyterlab": ("Makefile", "jupyter lab"),
    "mypy": ("Makefile", "mypy"),
    "nbval": ("Makefile", "--nbval"),
    "ruff": ("Makefile", "ruff check"),
    "setuptools": ("pyproject.toml", "setuptools.build_meta"),
    "sphinx-mathjax-offline": ("tools/mathjax_local.py", 'files("sphinx-mathjax-offline")'),
}


def pins():
    """Return the lines of requirements.txt that are not comments."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def names():
    return {line.partition("==")[0] for line in pins()}


def imported(pattern="**/*.py"):
    """Return the distributions that files of the repository import."""
    ours = {
        "torchlearning",
        *(path.stem for folder in ("tools", "tests") for path in (ROOT / folder).glob("*.py")),
    }
    found = set()
    for path in ROOT.glob(pattern):
        if path.relative_to(ROOT).parts[0] in (".venv", "_build", "build"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
    where = packages_distributions()
    foreign = found - ours - set(sys.stdlib_module_names)
    return {name.lower().replace("_", "-") for module in foreign for name in where.get(module, [module])}


def test_each_pin_is_exact_and_says_what_for():
    assert [line for line in pins() if not LINE.fullmatch(line)] == []
    assert len(names()) == len(pins())


def test_every_import_is_pinned_and_every_pin_is_used():
    assert imported() - names() == set()
    assert names() - imported() == set(NAMED)
    for name, (file, words) in NAMED.items():
        assert words in (ROOT / file).read_text(encoding="utf-8"), name


def test_the_package_asks_for_what_it_and_the_lessons_import():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked, besides = (
        {re.match(r"[\w-]+", line)[0] for line in lines}
        for lines in (project["dependencies"], project["optional-dependencies"]["lessons"])
    )
    assert asked == imported("torchlearning/**/*.py")
    assert imported("book/*.py") <= asked | besides


def test_the_installed_versions_fit_together():
    result = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


# The package by itself


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Install the wheel in a new environment that sees our torch, not our package; return its Python."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "source"
    for name in ("pyproject.toml", "README.md", "LICENSE", "torchlearning"):
        part, copy = ROOT / name, source / name
        if part.is_dir():
            shutil.copytree(part, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(part, copy)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, source], check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "--python", python, "install", "--no-deps", "--no-index", wheel], check=True)
    return python


LAB = """
import sys
from pathlib import Path
import torchlearning
from torchlearning.labs import SoftmaxLab

assert Path(torchlearning.__file__).is_relative_to(sys.prefix), torchlearning.__file__
Path("lab.html").write_text("<!doctype html><meta charset=utf-8>" + SoftmaxLab().to_html(), encoding="utf-8")
"""


def test_a_lab_of_the_installed_package_works_in_a_page(elsewhere, browser, tmp_path):
    torch_is_in = os.environ | {"PYTHONPATH": sysconfig.get_path("purelib")}  # but no .pth file there is read
    subprocess.run([elsewhere, "-c", LAB], cwd=tmp_path, env=torch_is_in, check=True)
    page = browser.new_page()
    page.goto((tmp_path / "lab.html").as_uri())
    slider = page.locator(".torchlearning-lab input[type=range]").first
    slider.wait_for()
    before = page.locator(".torchlearning-lab [role=status]").inner_text()
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function(
        "before => document.querySelector('.torchlearning-lab [role=status]').innerText != before", arg=before
    )
    page.close()
