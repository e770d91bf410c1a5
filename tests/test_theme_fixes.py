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
    icons = re.findall(sheets.ICON_RULE, sheet)
    assert {"magnifying-glass", "bars", "moon"} <= shown
    assert all(f".fa-{name}:before" in sheet for name in ("magnifying-glass", "bars", "moon"))
    assert 10 <= len(icons) <= len(shown)
    assert set(icons) == {chr(code) for code in font.getBestCmap()}


@pytest.mark.parametrize(
    ("sheet", "rest"),
    [
        (".shown {top: 1px} .gone {top: 2px}", ".shown {top: 1px}"),
        ("#shown b, .gone, p > .shown.gone {top: 0}", "#shown b{top: 0}"),
        ("a:not(.gone) .shown {top: 0}", "a:not(.gone) .shown {top: 0}"),
        (
            'p[class*=".gone"], p, 1% {top: 0.5em; color: #123}',
            'p[class*=".gone"], p, 1%{top: 0.5em; color: #123}',
        ),
        ("@media print { .gone {top: 0} } /* .shown */ @page {margin: 0}", "@page {margin: 0}"),
        ("@media print{.gone{top:0} .shown{top:0}}", "@media print{.shown{top:0}}"),
        ("@font-face{font-family: gone}", "@font-face{font-family: gone}"),
    ],
)
def test_only_rules_that_can_match_are_kept(sheet, rest):
    def tight(text):
        return re.sub(r"\s+", "", text)

    assert tight(sheets.used(sheet, {"shown"})) == tight(rest)
    assert tight(sheets.used(sheet, {"shown", "gone"})) == tight(re.sub(r"/\*.*?\*/", "", sheet))


def test_a_broken_style_sheet_stops_the_build():
    with pytest.raises(ExtensionError, match="sheets: "):
        sheets.used(".shown {top: 0} .half", {"shown"})


def test_the_book_carries_the_licences_of_what_it_ships(site):
    text = (site / "_static" / "licences.txt").read_text(encoding="utf-8")
    for words in ("STIX Two Math", "Font Awesome", "SIL OPEN FONT LICENSE", *theme_fixes.OWNERS):
        assert words in text
