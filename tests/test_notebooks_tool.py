"""``make notebooks``: the same bytes twice, nothing half-written, faults in plain words."""

import base64
import contextlib
import importlib.util
import io
import os
import resource
import signal
import subprocess
import sys
import time
from difflib import ndiff
from pathlib import Path

import nbformat
import notebooks
import numpy as np
import pytest
import yaml
from PIL import Image

TWIN = """# %% [markdown]
# # Tiny

# %%
import matplotlib.pyplot as plt

print("to be")
print("executed")

# %%
_ = plt.plot([1, 2])

# %% tags=["nbval-ignore-output"]
import time

print(time.perf_counter_ns())
"""
OLD = "as it was\n"


@pytest.fixture
def twin(tmp_path):
    """Return a tiny lesson beside a notebook that holds something else."""
    twin = tmp_path / "tiny.py"
    twin.write_text(TWIN)
    twin.with_suffix(".ipynb").write_text(OLD)
    return twin


def spoil(twin, old, new):
    assert old in TWIN
    twin.write_text(TWIN.replace(old, new))


def message_of(twin, capsys):
    """Return what is said when a lesson fails, once sure that its notebook is as it was."""
    assert notebooks.main([twin]) == 1
    assert twin.with_suffix(".ipynb").read_text() == OLD
    assert sorted(path.name for path in twin.parent.iterdir()) == ["tiny.ipynb", "tiny.py"]
    said = capsys.readouterr().err
    assert len(said.splitlines()) < 10
    assert said.endswith("tiny.ipynb is left as it was.\n")
    return said


@pytest.mark.slow
def test_executing_twice_changes_no_byte(twin):
    assert notebooks.main([twin]) == 0
    first = twin.with_suffix(".ipynb").read_bytes()
    assert b"to be" in first
    assert b"image/png" in first
    assert notebooks.main([twin]) == 0
    assert twin.with_suffix(".ipynb").read_bytes() == first
    assert sorted(path.name for path in twin.parent.iterdir()) == ["tiny.ipynb", "tiny.py"]


@pytest.mark.parametrize(
    ("line", "error"),
    [("1 / 0", "ZeroDivisionError: division by zero"), ("if True print(1)", "SyntaxError: ")],
)
def test_a_cell_that_fails_is_named_with_its_line(twin, capsys, line, error):
    spoil(twin, 'print("executed")', line)
    assert f"{twin}:8: cell 2, line 4\n    {line}\n{error}" in message_of(twin, capsys)


def test_a_kernel_that_dies_is_said_to_have_died(twin, capsys):
    spoil(twin, 'print("executed")', "import os; os._exit(1)")
    said = message_of(twin, capsys)
    assert f"{twin}:5: cell 2, line 1" in said
    assert "the kernel has ended" in said


def test_a_missing_kernel_is_said_to_be_missing(twin, capsys, monkeypatch):
    monkeypatch.setattr("jupyter_client.kernelspec.jupyter_path", lambda *folders: [])
    monkeypatch.setitem(sys.modules, "ipykernel.kernelspec", None)  # importing it fails
    assert "there is no Jupyter kernel" in message_of(twin, capsys)


@contextlib.contextmanager
def largest_file(size):
    """Let no file grow above `size` bytes: writing stops in the middle, as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_leaves_the_notebook_as_it_was(twin, capsys, monkeypatch):
    monkeypatch.setattr(notebooks, "execute", lambda notebook, twin: notebook)
    monkeypatch.setattr(notebooks, "keep_timings", lambda notebook, path: None)
    with largest_file(500):
        assert "tiny.ipynb: cannot be written: File too large" in message_of(twin, capsys)


WRITE = """
import sys
from pathlib import Path
import nbformat, notebooks

cells = [nbformat.v4.new_code_cell("x" * 100_000, id=str(i)) for i in range(20)]
texts = [nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata={"end": end})) for end in "ab"]
print("go", flush=True)
while True:
    for text in texts:
        notebooks.save(text, Path(sys.argv[1]))
"""


@pytest.mark.slow
def test_a_killed_writer_never_leaves_half_a_notebook(tmp_path):
    path, whole = tmp_path / "big.ipynb", 0
    path.write_text(nbformat.writes(nbformat.v4.new_notebook()))
    environment = os.environ | {"PYTHONPATH": str(Path(notebooks.__file__).parent)}
    for pause in (0.05, 0.1, 0.15, 0.2):
        command = [sys.executable, "-c", WRITE, str(path)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(pause)
            writer.kill()
        whole += len(nbformat.read(path, as_version=4).cells) == 20
    assert whole


@pytest.mark.slow
def test_an_interrupt_leaves_the_notebook_as_it_was(twin):
    spoil(twin, 'print("executed")', 'open("started", "w").close(); time.sleep(60)')
    twin.write_text(twin.read_text().replace("import matplotlib", "import time\nimport matplotlib"))
    tool = subprocess.Popen(
        [sys.executable, notebooks.__file__, twin], stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in the background
    )  # fmt: skip
    for _ in range(600):
        if (twin.parent / "started").exists():
            break
        time.sleep(0.1)
    tool.send_signal(signal.SIGINT)
    _, said = tool.communicate(timeout=60)
    assert tool.returncode == 130
    assert "interrupted; tiny.ipynb is left as it was.\n" in said
    assert twin.with_suffix(".ipynb").read_text() == OLD


# The cell that makes a lesson run where the package is not installed


def configure(tmp_path, monkeypatch, address):
    options = {"repository_url": address} if address else {}
    config = tmp_path / "_config.yml"
    config.write_text(yaml.safe_dump({"sphinx": {"config": {"html_theme_options": options}}}))
    monkeypatch.setattr(notebooks, "CONFIG", config)


@pytest.mark.parametrize("address", [None, "https://example.org/course"])
def test_the_setup_cell_does_nothing_where_the_package_is(tmp_path, monkeypatch, address):
    configure(tmp_path, monkeypatch, address)
    exec(notebooks.setup_cell().source, {})


def test_the_setup_cell_says_how_to_install_the_package(tmp_path, monkeypatch):
    configure(tmp_path, monkeypatch, None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"torchlearning: .*%pip install"):
        exec(notebooks.setup_cell().source, {})


def test_the_setup_cell_fetches_the_package(tmp_path, monkeypatch):
    configure(tmp_path, monkeypatch, "https://example.org/course")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    asked = []
    monkeypatch.setattr(subprocess, "run", lambda command, check: asked.append(command))
    exec(notebooks.setup_cell().source, {})
    course = "torchlearning[lessons] @ git+https://example.org/course"
    assert asked == [[sys.executable, "-m", "pip", "install", "--quiet", course]]


@pytest.mark.slow
def test_an_address_changes_the_setup_cells_only(twin, monkeypatch):
    assert notebooks.main([twin]) == 0
    files = [twin, twin.with_suffix(".ipynb")]
    before = [path.read_text() for path in files]
    configure(twin.parent, monkeypatch, "https://example.org/course")
    assert notebooks.main([twin]) == 0
    after = [path.read_text() for path in files]
    assert "git+https://example.org/course" in after[0]
    old, new = (
        [cell for cell in nbformat.reads(text, 4).cells if cell.id != "setup"]
        for text in (before[1], after[1])
    )
    assert old == new  # the recorded time too
    lines = [
        line for line in ndiff(*(text.splitlines() for text in (before[0], after[0]))) if line[0] in "+-"
    ]
    assert 0 < len(lines) < 20


def test_an_old_header_goes_and_the_setup_cell_comes(twin):
    header = "# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n#     display_name: Python\n# ---\n\n"
    twin.write_text(header + TWIN)
    assert notebooks.main([twin]) == 0
    assert twin.read_text().startswith("# %% [markdown]\n# # Tiny\n\n# %% tags=")
    assert notebooks.setup_cell().source in twin.read_text()


def test_a_figure_keeps_its_commonest_colours_says_what_it_shows_and_shrinks_once():
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (200, 200, 3), dtype=np.uint8)  # more colours than a palette has
    pale = [(230, 236, 243), (231, 242, 239), (249, 237, 230)]  # regions: almost alike
    for k, colour in enumerate(pale):
        pixels[20 * k : 20 * k + 20] = colour
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    once = notebooks.smaller(base64.b64encode(buffer.getvalue()).decode(), "figure with 1 axes · σ")
    image = Image.open(io.BytesIO(base64.b64decode(once)))
    assert image.mode == "P"
    assert image.text == {"Description": "figure with 1 axes · σ"}
    assert [image.convert("RGB").getpixel((5, 20 * k + 5)) for k in range(3)] == pale
    assert notebooks.smaller(once, "figure with 1 axes · σ") == once
