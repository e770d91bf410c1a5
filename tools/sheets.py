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

# The theme's fonts of 1,900 icons are replaced by the few that the book shows.
FONT_RULE = r"@font-face\{[^}]*font-family:Font Awesome[^}]*\}"
ICON_RULE = r'\.fa-[\w-]+:before\{content:"(.)"\}'
WEBFONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"


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
    files = ["basic.css", *re.findall(r'<link [^>]*href="_static/([^"?]+\.css)[^>]*>', page)]
    whole = "\n".join((folder / name).read_text(encoding="utf-8") for name in files)
    sheet = used(re.sub(rf'@charset "UTF-8";|@import "\.\./basic\.css";|{FONT_RULE}', "", whole), words)
    icons = set(re.findall(ICON_RULE, sheet))
    if not icons:
        raise ExtensionError("sheets: no icon of the book is in the theme's style sheet")
    face = fonts.face("Font Awesome 6 Free", folder / WEBFONT, icons, font_weight="900", font_display="block")
    for name in files:
        (folder / name).unlink()
    sheet = f"{face}\n{sheet}"
    (folder / "book.css").write_text(sheet, encoding="utf-8")
    return hashlib.sha256(sheet.encode()).hexdigest()[:8]
