"""The style sheets of the finished book: one, with no more icons and rules than the book uses."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path

import fonts
import tinycss2
from sphinx.errors import ExtensionError
from tinycss2.ast import Node

# The fonts of icons are replaced by the few that the book shows, and so are the rules for 1,900 others.
FONT_RULE = r"@font-face\{[^}]*font-family:Font Awesome[^}]*\}"
ICON_RULE = r'(?:\.fa-[\w-]+:before,?)+\{content:"\\?([^"]*)"\}'
THEME = "styles/pydata-sphinx-theme.css"
WEBFONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"


def icons(sheet: str, font: Path, shown: set[str]) -> str:
    """Return the theme's style sheet with the icons that are shown, and a font of them, only."""
    codes: set[str] = set()

    def keep(rule: re.Match[str]) -> str:
        if not shown & set(re.findall(r"\.fa-([\w-]+):", rule[0])):
            return ""
        codes.add(chr(int(rule[1], 16)) if len(rule[1]) > 1 else rule[1])
        return rule[0]

    sheet, rules = re.subn(ICON_RULE, keep, re.sub(FONT_RULE, "", sheet))
    if rules < 1000 or not codes:
        raise ExtensionError(f"sheets: {rules} rules for icons, {len(codes)} of them for icons of the book")
    face = fonts.face("Font Awesome 6 Free", font, codes, font_weight="900", font_display="block")
    return f"{face}\n{sheet}"


def named(selector: list[Node]) -> Iterator[str]:
    """Yield the classes and ids that a selector asks for, but for those in (…), of which it may want none."""
    for before, token in pairwise([None, *selector]):
        if token.type == "hash" or (token.type == "ident" and before == "."):
            yield token.value


def used(sheet: str | list[Node], words: set[str]) -> str:
    """Return a style sheet without what asks for classes and ids that are not among the words of the book."""
    kept = []
    for rule in tinycss2.parse_rule_list(sheet, skip_comments=True, skip_whitespace=True):
        if rule.type == "error":
            raise ExtensionError(f"sheets: {rule.message}")
        if rule.type == "qualified-rule":
            parts = groupby(rule.prelude, lambda token: token == ",")
            selectors = [list(part) for comma, part in parts if not comma]
            head = ",".join(tinycss2.serialize(each) for each in selectors if words.issuperset(named(each)))
            kept.append(head and f"{head}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.lower_at_keyword in ("media", "supports"):
            body = used(rule.content, words)
            kept.append(body and f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{body}}}")
        else:
            kept.append(rule.serialize())
    return "\n".join(filter(None, kept))


def one_sheet(out: Path, page: str, words: set[str]) -> str:
    """Write what the book uses of a page's style sheets into one, remove them, and return its digest."""
    folder = out / "_static"
    names = ["basic.css", *re.findall(r'<link [^>]*href="_static/([^"?]+\.css)[^>]*>', page)]
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in names}
    shown = {word.removeprefix("fa-") for word in words if word.startswith("fa-")}
    texts[THEME] = icons(texts[THEME], folder / WEBFONT, shown)
    sheet = re.sub(r'@charset "UTF-8";|@import "\.\./basic\.css";', "", "\n".join(texts.values()))
    sheet = used(sheet, words)
    for name in names:
        (folder / name).unlink()
    (folder / "book.css").write_text(sheet, encoding="utf-8")
    return hashlib.sha256(sheet.encode()).hexdigest()[:8]
