"""Sphinx extension: mend in the finished pages what the theme and its helpers leave wrong.

- The theme brings its icons twice, as a font and as a script of 1.5 MB: the font is enough.
- It also brings source maps, and the font in a second format, which no browser asks for.
- A page is drawn only after it has read the index of the search, which it hardly ever needs.
- A page has no colours until a late script finds out whether they are light or dark.
- The arrow that unfolds the pages of a lesson has no name.
- An entry of the bibliography has a role that has been withdrawn; it is an item of a list.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

MENDS = {
    r"\s*<!-- So that users can add custom icons -->\s*<script [^>]*fontawesome\.js[^>]*></script>": "",
    r'<script (src="([^"]*/)?(searchtools|language_data|searchindex)\.js[^"]*")>': r"<script defer \1>",
    r'(<html [^>]*data-theme=)"auto"': r'\1"light"',
    r'(getItem\("theme"\) \|\|) "auto"': (
        r'\1 (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")'
    ),
    r">([^<]+)</a>(<details[^>]*>)<summary>": r'>\1</a>\2<summary aria-label="Pages of \1">',
    r'role="doc-biblioentry"': 'role="listitem"',
}
NEVER_LOADED = ("scripts/fontawesome.js", "**/*.map", "**/*.ttf")


def setup(app: Sphinx) -> dict[str, bool]:
    """Mend the pages after the build."""
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def mend(app: Sphinx, exception: Exception | None) -> None:
    """Rewrite each page, and remove the files that none loads."""
    if exception is not None or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for pattern, replacement in MENDS.items():
            text = re.sub(pattern, replacement, text)
        page.write_text(text, encoding="utf-8")
    for pattern in NEVER_LOADED:
        for file in (Path(app.outdir) / "_static").glob(pattern):
            file.unlink()
