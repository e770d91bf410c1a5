"""The style sheets of the finished book: one, with no more icons than the book shows."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import fonts
from sphinx.errors import ExtensionError

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


def one_sheet(out: Path, page: str, shown: set[str]) -> str:
    """Write the style sheets that a page asks for into one, remove them, and return its digest."""
    folder = out / "_static"
    names = ["basic.css", *re.findall(r'<link [^>]*href="_static/([^"?]+\.css)[^>]*>', page)]
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in names}
    texts[THEME] = icons(texts[THEME], folder / WEBFONT, shown)
    sheet = re.sub(r'@charset "UTF-8";|@import "\.\./basic\.css";', "", "\n".join(texts.values()))
    for name in names:
        (folder / name).unlink()
    (folder / "book.css").write_text(sheet, encoding="utf-8")
    return hashlib.sha256(sheet.encode()).hexdigest()[:8]
