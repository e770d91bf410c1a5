"""Numbers that a reader reads, and where a notebook has them from."""

from __future__ import annotations

import ast
import re

from nbformat import NotebookNode

NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.]*\d)")
POINTS = re.compile(  # no numbers: exercise 3.5, sections 3.1 and 5.5, torch 2.13
    r"(?i)\b(?:exercises?|solution|hint|sections?|chapters?|lesson|torch|pytorch|python)\s+"
    r"\[?\d[\d.]*\]?(?:\([^)]*\))?(?:(?:,| and| to) \[?\d[\d.]*\]?(?:\([^)]*\))?)*"
    r"|\[[^]]*\]\(references\.md[^)]*\)|\]\([^)]*\)"
    r"|Together they take about \d+ minutes.*"  # test_notebooks.py adds them up
)


def numbers(text):
    """Return the numbers of a text as they stand there, without thousands separators."""
    text = POINTS.sub(" ", text.replace("\\,", "").replace("−", "-"))
    return [word.rstrip(",").replace(",", "") for word in NUMBER.findall(text)]


def with_a_point(text):
    """Return those numbers that have a decimal point."""
    return [number for number in numbers(text) if "." in number]


def is_quiz(cell):
    return cell.cell_type == "code" and re.search(r"^Quiz\(", cell.source, re.MULTILINE)


def texts(notebook):
    """Yield what the notebook says: markdown, and the questions and replies of a quiz."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.source
        elif is_quiz(cell):
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def sources(notebook):
    """Return all numbers in code and, but for what a quiz says, in outputs."""
    found = set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Constant) and type(node.value) in (int, float):
                    found.add(float(node.value))
            if not is_quiz(cell):
                found |= {float(number) for output in cell.outputs for number in numbers(shown(output))}
    return found


def shown(output):
    """Return the text of an output."""
    data = output.get("data", {})
    return "\n".join([output.get("text", ""), data.get("text/plain", ""), data.get("text/markdown", "")])


def is_backed(number, found):
    """Tell whether some number found, rounded as this one is, gives this one."""
    mantissa, _, exponent = number.partition("e")
    half = 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return any(abs(value - float(number)) <= half * 1.0001 for value in found)


def sections(notebook):
    """Return the cells of each section, from one heading of the second level to the next."""
    found = [[]]
    for cell in notebook.cells:
        parts = [cell]
        if cell.cell_type == "markdown":
            parts = [type(cell)(cell, source=part) for part in re.split(r"(?m)^(?=## )", cell.source)]
        for part in parts:
            if part.cell_type == "markdown" and part.source.startswith("## "):
                found.append([])
            found[-1].append(part)
    return [NotebookNode(cells=cells) for cells in found]
