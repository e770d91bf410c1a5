"""What is installed: every import is pinned, every pin used and explained; the package stands alone."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import alone
import pytest
import torch

ROOT = Path(__file__).resolve().parent.parent
LINE = re.compile(r"([a-z0-9-]+)==([\w.]+) +# (.{5,})")
# Requirements that nothing imports, and where they are named instead.
NAMED = {
    "jupyter-book": ("tools/build_book.py", '"jupyter-book", "build"'),
    "check-jsonschema": ("tests/test_publisher.py", '"check-jsonschema"'),
    "mypy": ("Makefile", "mypy"),
    "pre-commit": ("tests/test_publisher.py", '"pre-commit"'),
    "nbval": ("tools/alone.py", "--nbval"),
    "pytest-xdist": ("Makefile", "-n logical"),
    "ruff": ("Makefile", "ruff check"),
    "setuptools": ("pyproject.toml", "setuptools.build_meta"),
    "brotli": ("tools/fonts.py", '"woff2"'),
    "ziamath": ("tools/maths.py", 'distribution("ziamath")'),
}


def pins(file="requirements.txt"):
    """Return the lines of a list of requirements that are not comments."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def names(file="requirements.txt"):
    return {line.partition("==")[0] for line in pins(file)}


def imported(pattern="**/*.py"):
    """Return the distributions that files of the repository import."""
    ours = {
        "torchlearning",
        *(path.stem for folder in ("tools", "tests") for path in (ROOT / folder).glob("*")),
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
    for file in ("requirements.txt", "bench/requirements.txt"):
        assert [line for line in pins(file) if not LINE.fullmatch(line)] == []
        assert len(names(file)) == len(pins(file))


def test_every_import_is_pinned_and_every_pin_is_used():
    assert imported() - names() == {"skorch", "pytorch-lightning"} <= names("bench/requirements.txt")
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


COMPILE = "import sys; [compile(open(file, encoding='utf-8').read(), file, 'exec') for file in sys.argv[1:]]"


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_what_needs_no_torch_holds_on_newer_pythons(version):
    types = [sys.executable, "-m", "mypy", "--python-version", version]
    subprocess.run(types, cwd=ROOT, check=True)
    python, choice = shutil.which(f"python{version}"), os.environ | {"PYENV_VERSION": version}
    if python is None or subprocess.run([python, "-V"], env=choice, capture_output=True).returncode:
        pytest.skip(f"no Python {version}, so no file is compiled by it")
    folders = ("torchlearning", "tools", "tests", "book")
    files = [path for folder in folders for path in ROOT.glob(f"{folder}/**/*.py")]
    assert len(files) > 150
    subprocess.run([python, "-W", "error", "-c", COMPILE, *files], env=choice, check=True)


# The package by itself


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Install the wheel in a new environment that sees our torch, not our package; return its Python."""
    return alone.install(tmp_path_factory.mktemp("package"))


KINDS = (".json", ".js", ".css", ".typed")
LAB = """
import sys
from pathlib import Path
import torchlearning
from torchlearning.labs import SoftmaxLab

assert Path(torchlearning.__file__).is_relative_to(sys.prefix), torchlearning.__file__
Path("lab.html").write_text("<!doctype html><meta charset=utf-8>" + SoftmaxLab().to_html(), encoding="utf-8")
"""


@pytest.mark.slow
def test_a_lab_of_the_installed_package_works_in_a_page(elsewhere, browser, tmp_path):
    subprocess.run([elsewhere, "-c", LAB], cwd=tmp_path, env=os.environ | alone.LIBRARIES, check=True)
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


LOWEST = """
import matplotlib.pyplot as plt
import torchlearning as tl
from torchlearning.labs import SoftmaxLab

model = tl.CostModel(fixed=1e-5, per_row=1e-8, throughput=1e10, bandwidth=1e9)
sizes = [(B, D, C) for B in (10, 1000) for D in (2, 1000) for C in (3, 1000)]
tl.fit_cost([tl.StepTime(*size, *[model.seconds(*size)] * 3) for size in sizes])
ax = tl.plot_classes(*tl.tensorGenCla())
tl.plot_decision_regions(tl.SoftmaxRegression(), ax=ax).figure.savefig("figure.png")
print(len(SoftmaxLab().to_html()))
"""


@pytest.mark.slow
def test_the_package_works_with_the_lowest_versions_that_it_asks_for(tmp_path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lowest = [re.sub(r">=([\d.]+).*", r"==\1", line) for line in project["dependencies"]]
    assert any(
        torch.__version__.startswith(line[len("torch==") :]) for line in lowest
    )  # here already, and large
    others = [line for line in lowest if not line.startswith("torch==")]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--target", tmp_path]
    if subprocess.run([*pip, *others], capture_output=True).returncode:
        pytest.skip("the lowest versions cannot be fetched here")
    paths = os.environ | {"PYTHONPATH": str(tmp_path), "MPLBACKEND": "agg"}
    result = subprocess.run(
        [sys.executable, "-c", LOWEST], cwd=tmp_path, env=paths, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_the_installed_package_brings_its_records_styles_and_scripts(elsewhere):
    (folder,) = elsewhere.parent.parent.glob("lib/python*/site-packages/torchlearning")
    data = {path.relative_to(ROOT) for path in (ROOT / "torchlearning").rglob("*.*") if path.suffix in KINDS}
    assert Path("torchlearning/cost/step_times.json") in data
    assert {path for path in data if not (folder.parent / path).exists()} == set()


NOTEBOOKS = sorted((ROOT / "book").glob("0*.ipynb"))


def script_of(notebook, folder):
    """Let nbconvert make a script of a notebook."""
    convert = [sys.executable, "-m", "nbconvert", "--to", "script", "--output-dir", folder, notebook]
    subprocess.run(convert, check=True, capture_output=True)
    return folder / f"{notebook.stem}.py"


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_becomes_a_script_with_its_prose_as_comments(tmp_path, notebook):
    text = script_of(notebook, tmp_path).read_text(encoding="utf-8")
    assert "\n# # " in text
    compile(text, notebook.stem, "exec")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["03_exercises", "06_gpu_vs_cpu"])  # `make test` runs all, as notebooks
def test_a_script_runs_alone_with_the_installed_package(elsewhere, tmp_path, name):
    script = script_of(ROOT / "book" / f"{name}.ipynb", tmp_path)
    environment = os.environ | alone.LIBRARIES | {"MPLBACKEND": "agg"}
    result = subprocess.run(
        [elsewhere, script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr[-2000:]
