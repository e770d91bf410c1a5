"""Formulas: TeX becomes MathML at build time, with a font that has every character of the book's."""

import base64
import io
import json
import re
from html import unescape

import fonts
import maths
import pytest
from docutils import nodes
from docutils.utils import new_document
from fontTools.ttLib import TTFont
from sphinx.errors import ExtensionError


@pytest.fixture(scope="module")
def font(site):
    """Return the font in the book's style sheet."""
    sheet = (site / "_static" / "book.css").read_text(encoding="utf-8")
    data = re.search(r'"Maths"[^}]*base64,([^)]+)\)', sheet)[1]
    return TTFont(io.BytesIO(base64.b64decode(data)))


def texts(formula):
    return unescape(re.sub(r"<[^>]*>", "", formula)).replace(maths.APPLY, "")


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        (r"\frac{a}{b}", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
        (r"\sqrt{x}", "<msqrt><mi>x</mi></msqrt>"),
        (r"z_{\setminus k}", "\\"),
        (r"\text{gained} + \text{lost}", '<mo form="infix">+</mo>'),
    ],
)
def test_tex_becomes_mathml(tex, parts):
    assert parts in maths.mathml(tex, display=False)


def test_a_formula_that_is_not_understood_stops_the_build():
    with pytest.raises(ExtensionError, match=r"frac\{1\}' is not understood"):
        maths.mathml(r"\frac{1}", display=True)


def test_a_long_formula_breaks_after_its_relations_only():
    whole = maths.mathml(r"\log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m} \le 3", display=False)
    parts = maths.breakable(whole).split("<wbr>")
    assert texts("".join(parts)) == texts(whole)
    assert [texts(part)[-1] for part in parts[:-1]] == ["=", "≤"]
    assert all(part.startswith("<math>") and part.endswith("</math>") for part in parts)
    short = maths.mathml("a = b < c", display=False)
    assert maths.breakable(short) == short


@pytest.mark.parametrize(
    ("after", "kept"), [(", and", ","), (").", ")."), ("-th class", "-th"), (" and", None)]
)
def test_punctuation_stays_with_its_formula(after, kept):
    document = new_document("page")
    document += nodes.paragraph("", "the ", nodes.math("", "k"), nodes.Text(after))
    maths.keep_together(None, document)
    assert document.astext() == "the k" + after
    together = [node.astext() for node in document.findall(nodes.inline)]
    assert together == ([] if kept is None else ["k" + kept])


def test_formulas_are_drawn_in_quizzes_too():
    from torchlearning.quiz import Quiz

    quiz = Quiz("What is $e^0$?", {1: "$e^0 = 1 < 2$.", 0: "No."}, answer=1)
    document = new_document("page")
    document += nodes.raw("", quiz._repr_html_(), format="html")
    maths.draw_in_quizzes(None, document)
    page = document.astext()
    assert "<legend>What is <math>" in page
    words = json.loads(re.search(r'json">(.*?)</script>', page)[1])["words"]
    assert words[0].startswith("<math>")
    assert texts(words[0]) == "e0=1<2."
    assert words[1] == "No."


def test_no_tex_is_left_in_a_page(site):
    for page in site.rglob("*.html"):
        text = re.sub(r"<(script|pre|code).*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\\[([a-z]|\$[^$\n]+\$|MathJax", text), page.name


def test_the_font_has_what_the_formulas_use_and_little_more(site, font):
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]
    formulas = "".join(part for page in pages for part in re.findall(r"<math\b.*?</math>", page, re.DOTALL))
    assert {chr(code) for code in font.getBestCmap()} == maths.drawn(formulas)
    assert {"√", "∑", "𝑥"} <= maths.drawn(formulas)


def test_tall_roots_and_brackets_have_their_pieces(font):
    stretched = font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
    cmap = font.getBestCmap()
    assert {cmap[ord(sign)] for sign in "√()|"} <= set(stretched)


def test_a_character_that_the_font_lacks_is_named():
    with pytest.raises(ValueError, match=r"STIXTwoMath-Regular\.ttf lacks '\\u0634'"):
        fonts.face("Maths", maths.FONT, "xش")
