"""What is mended in the finished book: only what is still there to mend."""

import base64
import io
import re

import pytest
import sheets
import theme_fixes
from fontTools.ttLib import TTFont
from sphinx.errors import ExtensionError


def test_a_rule_that_matches_nothing_is_named():
    rules = theme_fixes.Rules({"old": "new", "gone": ""})
    assert rules.apply("an old page") == "an new page"
    with pytest.raises(ExtensionError, match=r"nothing in the book matches \['gone'\]"):
        rules.check()


def test_every_rule_has_matched_once_and_would_match_no_more(site):
    again = theme_fixes.Rules(
        {pattern: "" for pattern in theme_fixes.PAGES if "primary-toggle" not in pattern}
    )
    kept = {r'(<div id="pst-primary-sidebar") ', r'(<div id="pst-secondary-sidebar") '}
    for page in [path for path in site.rglob("*.html") if "_static" not in path.parts]:
        again.apply(page.read_text(encoding="utf-8"))
    assert {pattern for pattern, times in again.count.items() if times} <= kept


def test_the_icon_font_has_the_icons_that_the_book_shows(site):
    pages = "".join(page.read_text(encoding="utf-8") for page in site.rglob("*.html"))
    sheet = (site / "_static" / "book.css").read_text(encoding="utf-8")
    font = TTFont(
        io.BytesIO(base64.b64decode(re.search(r'"Font Awesome 6 Free"[^}]*base64,([^)]+)\)', sheet)[1]))
    )
    shown = set(re.findall(r"\bfa-([\w-]+)", pages))
    rules = re.findall(sheets.ICON_RULE.replace("(?:", "((?:", 1).replace(")+", ")+)", 1), sheet)
    assert {"magnifying-glass", "bars", "moon"} <= shown
    assert 10 <= len(rules) <= len(shown)
    assert {chr(int(code, 16)) for _, code in rules} == {chr(code) for code in font.getBestCmap()}


def test_the_book_carries_the_licences_of_what_it_ships(site):
    text = (site / "_static" / "licences.txt").read_text(encoding="utf-8")
    for words in ("STIX Two Math", "Font Awesome", "SIL OPEN FONT LICENSE", *theme_fixes.OWNERS):
        assert words in text
