"""Run every notebook alone in an empty folder, with the package as a reader installs it, and compare outputs.

Usage: python tools/alone.py [OPTIONS OF PYTEST]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from handout import make_wheel
from notebooks import BOOK

ROOT = BOOK.parent
# Lets an environment of its own use the libraries of ours; the package, in a .pth file here, stays out.
LIBRARIES = {"PYTHONPATH": sysconfig.get_path("purelib")}


def install(folder: Path) -> Path:
    """Install the package's wheel in a new environment without libraries; return its Python."""
    wheel = make_wheel(folder)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--python", python, "install", "--no-deps", "--no-index", wheel], check=True)
    return python


def main(options: list[str]) -> int:
    """Copy the notebooks into folders of their own, and let nbval run them there."""
    folder = ROOT / "_build" / "alone"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copies = []
    for notebook in sorted(BOOK.glob("[0-9][0-9]_*.ipynb")):
        (folder / notebook.stem).mkdir()
        copies.append(shutil.copy(notebook, folder / notebook.stem))
    command = [install(folder), "-m", "pytest", *options, "--nbval", *copies]
    return subprocess.run(command, cwd=ROOT, env=os.environ | LIBRARIES).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
