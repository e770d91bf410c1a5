"""Sphinx extension: mend in the finished book what the theme and its helpers leave wrong.

Each rule says what it is for. One that matches nothing any more stops the build: the theme has
changed, and somebody must look.
"""

from __future__ import annotations

import re
from importlib.metadata import distribution
from pathlib import Path

import sheets
from PIL import Image
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

HEAD_SCRIPTS = "searchtools|language_data|searchindex|sphinx_highlight|doctools"
LATER = r"clipboard\.min|copybutton|scripts/sphinx-book-theme"
STAND_IN = """
    try { localStorage.length; } catch {
      Object.defineProperty(window, "localStorage", { value: Object.create({
        getItem(key) { return this[key] ?? null; },
        setItem(key, value) { this[key] = value; },
        removeItem(key) { delete this[key]; },
      }) });
    }"""
ONE = "_static/book.css?v=DIGEST"
PAGES = {
    # The theme brings its icons twice, as a font and as a script of 1.5 MB: the font is enough.
    r"\s*<!-- So that users can add custom icons -->\s*<script [^>]*fontawesome\.js[^>]*></script>": "",
    # Each page loads Sphinx's search, and more that only it needs; the book has its own (search_index.py).
    rf'\s*<script [^>]*src="(?:[^"]*/)?(?:{HEAD_SCRIPTS})\.js[^"]*"></script>': "",
    # Nothing is painted before eight style sheets, one of which imports a ninth, and four scripts have come:
    # one sheet is enough (sheets.py), the scripts can wait, and the smallest stands in the page.
    r'<link [^>]*href="([^"]*)_static/styles/theme\.css[^>]*>': rf'<link rel="stylesheet" href="\1{ONE}">',
    r'\s*<link [^>]*href="(?:[^"]*/)?_static/(?!book\.css)[^"]*\.css[^>]*>': "",
    rf'<script (src="[^"]*_static/(?:{LATER})\.js)': r"<script defer \1",
    r'<script src="[^"]*_static/documentation_options\.js[^>]*>': "<script>DOCUMENTATION_OPTIONS_JS",
    # Scripts at the end of the page are asked for before its text has come, and delay it.
    r'\s*<!-- Pre-loaded scripts [^>]*-->(?:\s*<link rel="preload" as="script"[^>]*>)+': "",
    # A page has no colours until a late script finds out whether they are light or dark.
    r'(<html [^>]*data-theme=)"auto"': r'\1"light"',
    r'(getItem\("theme"\) \|\|) "auto"': (
        r'\1 (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")'
    ),
    # Where the browser forbids to store anything, the theme's scripts would stop: there is a stand-in.
    r'(<script data-cfasync="false">)(\s*document\.documentElement\.dataset\.mode)': rf"\1{STAND_IN}\2",
    # A module waits for the whole page; labs and questions take their room before what is below is shown.
    r'(?s)<script type="module">(.*?)</script>': r'<script>(() => { "use strict";\1})();</script>',
    # The arrow that unfolds the pages of a lesson has no name.
    r">([^<]+)</a>(<details[^>]*>)<summary>": r'>\1</a>\2<summary aria-label="Pages of \1">',
    # Tooltips of the theme stay when their button is gone; the browser's own do not.
    r'\s+data-bs-placement="\w+"\s+data-bs-toggle="tooltip"': "",
    # "Back to top" floats over the text and lies outside all landmarks: it goes into the bar of the page.
    r'(?s)\s*<button type="button" class="btn rounded-pill" id="pst-back-to-top">.*?</button>': "",
    r'(?s)(<button class="sidebar-toggle primary-toggle [^>]*)(>.*?</button>)': (
        r'\1 aria-label="Contents of the book"\2'
        '<button type="button" class="btn btn-sm pst-navbar-icon" id="pst-back-to-top" title="Back to top"'
        ' aria-label="Back to top"><i class="fa-solid fa-arrow-up fa-lg"></i></button>'
    ),
    # The contents of the book and of the page are no landmarks.
    r'(<div id="pst-primary-sidebar") ': r'\1 role="region" aria-label="Book" ',
    r'(<div id="pst-secondary-sidebar") ': r'\1 role="region" aria-label="Page" ',
    # What can be taken away has no names but those of its files.
    r'(<span class="btn__text-container">)\.ipynb<': r"\1With its solutions (.ipynb)<",
    r'(<span class="btn__text-container">)\.pdf<': r"\1Print, or save as .pdf<",
    # An empty box for advertisements.
    r'(?s)<div class="sidebar-primary-item">\s*<div id="ethical-ad-placement".*?</div></div>': "",
    # The theme's search page reports to the console.
    r'\s*console\.log\("\[PST\][^"]*"\);': "",
}
UNUSED = ["_images/*.png", "_static/scripts/fontawesome.js", "_static/**/*.map", "_static/vendor/**/*.*"]
UNUSED += [f"_static/{name}.js" for name in ("documentation_options", *HEAD_SCRIPTS.split("|"))]
UNUSED += ["searchindex.js"]
OWNERS = ("pydata-sphinx-theme", "sphinx-book-theme", "sphinx-copybutton", "myst-nb", "sphinx")


class Rules:
    """Patterns with their replacements, and how often each has matched."""

    def __init__(self, rules: dict[str, str]) -> None:
        self.rules, self.count = rules, dict.fromkeys(rules, 0)

    def apply(self, text: str) -> str:
        """Return a text with every pattern replaced."""
        for pattern, replacement in self.rules.items():
            text, times = re.subn(pattern, replacement, text)
            self.count[pattern] += times
        return text

    def check(self) -> None:
        """Raise ExtensionError if a pattern has matched nothing."""
        if idle := [pattern for pattern, times in self.count.items() if not times]:
            raise ExtensionError(f"theme_fixes: nothing in the book matches {idle}")


def lazily(page: str, folder: Path) -> str:
    """Return a page whose pictures load when they come near, in room kept for them.

    Not even the first is above the text on a phone, and asked for at once it would delay the style sheet.
    They become lossless WebP on the way, the same pixels in fewer bytes, and get a button (book.js).
    """

    def mend(found: re.Match[str]) -> str:
        png = folder / found[2]
        image = Image.open(png)
        webp = png.with_suffix(".webp")
        if not webp.exists() or webp.stat().st_mtime < png.stat().st_mtime:
            image.convert("RGB").save(webp, lossless=True)
        width, height = image.size
        return (
            f'<img width="{width}" height="{height}" loading="lazy" decoding="async" '
            f'{found[1]}src="{found[2][:-4]}.webp"{found[3]}>'
            '<button type="button" class="enlarge pst-js-only">Enlarge the figure</button>'
        )

    return re.sub(r'<img ((?:[^>]*\s)?)src="((?:\.\./)*_images/[^"]+\.png)"([^>]*)>', mend, page)


def notices() -> str:
    """Return the licences of what the book ships and others have made."""
    parts = []
    for name in OWNERS:
        files = distribution(name).files or []
        texts = [
            Path(str(file.locate())).read_text(encoding="utf-8") for file in files if "LICENSE" in file.name
        ]
        parts += [
            f"{name}: style sheets and scripts\n\n{text.strip()}" for text in texts if "Copyright" in text
        ]
    external = distribution("fonttools").locate_file("fonttools-%s.dist-info/licenses/LICENSE.external")
    text = Path(str(external) % distribution("fonttools").version).read_text(encoding="utf-8")
    (ofl,) = re.findall(r"(?s)SIL OPEN FONT LICENSE Version 1\.1.*?FONT SOFTWARE\.", text)[:1]
    parts.append(
        "Parts of two fonts are in the style sheets, under the licence below:\n"
        "STIX Two Math, Copyright 2001-2020 The STIX Fonts Project Authors (github.com/stipub/stixfonts)\n"
        "Font Awesome Free, Copyright 2024 Fonticons, Inc. (fontawesome.com; its icons also CC BY 4.0)\n\n"
        + ofl
    )
    parts.append("Bootstrap and clipboard.js: scripts under the MIT licence; their notices are in the files.")
    return ("\n\n" + "-" * 80 + "\n\n").join(parts) + "\n"


def mend(app: Sphinx, exception: Exception | None) -> None:
    """Rewrite pages and style sheets, and remove the files that none loads."""
    if exception is not None or app.builder.format != "html":
        return
    out, rules = Path(app.outdir), Rules(PAGES)
    found = [path for path in out.rglob("*.html") if "_static" not in path.parts]
    before = {page: page.read_text(encoding="utf-8") for page in found}
    texts = {page: rules.apply(text) for page, text in before.items()}
    rules.check()
    unused = {file for pattern in UNUSED for file in out.glob(pattern) if file.is_file()}
    scripts = [file.read_text(encoding="utf-8") for file in set(out.rglob("*.js")) - unused]
    words = set(re.findall(r"[\w-]+", " ".join([*texts.values(), *scripts])))
    digest = sheets.one_sheet(out, before[out / "search.html"], words)
    options = (out / "_static" / "documentation_options.js").read_text(encoding="utf-8")
    for page, text in texts.items():
        text = text.replace("v=DIGEST", f"v={digest}").replace("DOCUMENTATION_OPTIONS_JS", options)
        page.write_text(lazily(text, page.parent), encoding="utf-8")
    (out / "_static" / "licences.txt").write_text(notices(), encoding="utf-8")
    for file in unused:
        file.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Mend the book after the build."""
    app.connect("build-finished", mend, priority=900)  # when all other files are written
    return {"parallel_read_safe": True, "parallel_write_safe": True}
