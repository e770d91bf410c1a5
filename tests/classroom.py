"""Notebooks of students: a page as it is handed out, with answers in it."""

import re
from functools import partial

import copies
import handout
import nbformat
from answers import source

IMPORTS = (
    "import math\nimport random\nimport statistics\n\nimport numpy\nimport torch\nfrom torch import nn\n"
)
IMPORTS += "from torch.nn import functional as F\n\n\n"


def handed_out():
    """Return each page as a student gets it."""
    texts = copies.pages(partial(handout.for_students, "torchlearning.whl"))
    return {name.removesuffix(".ipynb"): nbformat.reads(text, as_version=4) for name, text in texts.items()}


def cell_of(notebook, name):
    """Return the cell in which a function is to be written."""
    return next(cell for cell in notebook.cells if f"check.{name}(" in cell.source)


def answered(page, answers):
    """Return a page with the sources of functions in place of those that were handed out."""
    notebook = nbformat.from_dict(page)
    for name, text in answers.items():
        cell_of(notebook, name).source = f"{IMPORTS}{source(name, text)}\n\n\ncheck.{name}({name})"
    return notebook


def with_cells(notebook, *sources):
    """Return a notebook with more cells of code, after that of the imports."""
    at = 1 + next(
        i for i, cell in enumerate(notebook.cells) if re.search(r"^from torchlearning", cell.source, re.M)
    )
    notebook.cells[at:at] = [nbformat.v4.new_code_cell(text) for text in sources]
    return notebook
