"""Sphinx extension: formulas become MathML while the book is built; no page needs a script for them.

`math-core` turns TeX into MathML, which browsers draw by themselves if they have a font for it. The
book brings one: of STIX Two Math, which the package `ziamath` carries, what its formulas use.
"""

from __future__ import annotations

import json
import re
from html import unescape
from importlib.metadata import distribution
from pathlib import Path
from xml.etree import ElementTree

import fonts
from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

FONT = Path(str(distribution("ziamath").locate_file("ziamath/fonts/STIXTwoMath-Regular.ttf")))
SHEET = "maths.css"
CONVERTER = LatexToMathML(macros={"setminus": r"\backslash"}, fancy_error=False)
APPLY = "\u2061"  # stands unseen between a function and its argument
BREAKS = set("=≈≤≥<>≠←→")  # a line may end after one of these
ALPHABETS = {"A": 0x1D434, "a": 0x1D44E, "Α": 0x1D6E2, "α": 0x1D6FC}
ITALIC = {chr(ord(a) + i): chr(b + i) for a, b in ALPHABETS.items() for i in range(26)} | {"h": "ℎ", "∂": "𝜕"}
LONG = 16  # letters and signs: shorter formulas stay whole
CLOSING = re.compile(r"[^\s\w([{“‘`$]+\S*")  # what must not begin a line: punctuation, "-th"


def mathml(tex: str, *, display: bool) -> str:
    """Return a formula in TeX as MathML; raise ExtensionError if it cannot be read."""
    try:
        formula = CONVERTER.convert_with_local_state(tex.strip(), displaystyle=display)
    except LatexError as error:
        raise ExtensionError(f"maths: {tex.strip()!r} is not understood: {error}") from error
    formula = formula.replace("&ApplyFunction;", APPLY)
    return formula.replace("</mtext><mo>", '</mtext><mo form="infix">')  # words count as space at an edge


def breakable(formula: str) -> str:
    """Return an inline formula, a long one in parts: browsers break lines between formulas only."""
    whole = ElementTree.fromstring(formula)
    if len("".join(whole.itertext())) < LONG:
        return formula
    parts: list[list[ElementTree.Element]] = [[]]
    for child in whole:
        parts[-1].append(child)
        if child.tag == "mo" and child.text in BREAKS:
            child.set("form", "infix")  # and so it keeps its spaces at the end of a part
            parts.append([])
    return "<wbr>".join(_math(part) for part in parts if part)


def _math(part: list[ElementTree.Element]) -> str:
    """Return elements as a formula."""
    element = ElementTree.Element("math")
    element.extend(part)
    return ElementTree.tostring(element, encoding="unicode")


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula."""
    formula = breakable(mathml(node.astext(), display=False))
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate") + formula + "</span>")
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on a line of its own, with its number if it has one."""
    self.body.append(self.starttag(node, "div", "", CLASS="math notranslate"))
    self.body.append(mathml(node.astext(), display=True))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def keep_together(app: Sphinx, document: nodes.document) -> None:
    """Keep punctuation on the line of the formula before it."""
    for formula in list(document.findall(nodes.math)):
        after = formula.next_node(descend=False, siblings=True)
        if isinstance(after, nodes.Text) and (found := CLOSING.match(after)):
            rest = nodes.Text(after[found.end() :])
            index = formula.parent.index(formula)
            together = nodes.inline("", "", formula.deepcopy(), nodes.Text(found[0]), classes=["together"])
            formula.parent[index : index + 2] = [together, rest]


def draw_in_quizzes(app: Sphinx, document: nodes.document) -> None:
    """Draw the formulas ``$...$`` in the questions and replies of quizzes."""
    for raw in document.findall(nodes.raw):
        if 'class="torchlearning-quiz"' not in raw.astext():
            continue
        parts = re.split(r"(<style>.*?</style>|<script.*?</script>)", raw.astext(), flags=re.DOTALL)
        drawn = [_draw(part) if not part.startswith("<s") else part for part in parts]
        for i, part in enumerate(parts):
            if found := re.fullmatch(r'(<script type="application/json">)(.*)(</script>)', part, re.DOTALL):
                data = json.loads(found[2])
                data["words"] = [_draw(words) for words in data["words"]]
                drawn[i] = found[1] + json.dumps(data).replace("<", "\\u003c") + found[3]
        raw.children = [nodes.Text("".join(drawn))]


def _draw(text: str) -> str:
    """Return HTML with its formulas drawn."""
    return re.sub(r"\$([^$\n]+)\$", lambda found: mathml(unescape(found[1]), display=False), text)


def drawn(formulas: str) -> set[str]:
    """Return the characters that are drawn for formulas: a letter standing alone is an italic one.

    >>> drawn("<mi>x</mi><mo>=</mo>") == {"𝑥", "=", "√"}
    True
    """
    alone = set(re.findall(r"<mi>(.)</mi>", formulas))
    others = set(unescape(re.sub(r"<mi>.</mi>|<[^>]*>", "", formulas)))
    return ({ITALIC.get(letter, letter) for letter in alone} | others | {"√"}) - {"\n", APPLY}


def write_font(app: Sphinx, exception: Exception | None) -> None:
    """Write the style sheet with the characters of all formulas in the finished pages."""
    if exception is not None or app.builder.format != "html":
        return
    pages = [page.read_text(encoding="utf-8") for page in Path(app.outdir).rglob("*.html")]
    formulas = [formula for page in pages for formula in re.findall(r"<math\b.*?</math>", page, re.DOTALL)]
    sheet = Path(app.outdir) / "_static" / SHEET
    sheet.write_text(
        fonts.face("Maths", FONT, drawn("".join(formulas))) + "\nmath { font-family: Maths, math; }\n",
        encoding="utf-8",
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Draw every formula of the book."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(visit_math, None), block_renderers=(visit_display, None)
    )
    app.add_css_file(SHEET)
    app.add_js_file(None, body='document.fonts.load("1em Maths");')  # before the first formula is laid out
    app.connect("doctree-read", keep_together)
    app.connect("doctree-read", draw_in_quizzes)
    app.connect("build-finished", write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
