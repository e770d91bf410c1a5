"""Every page in a real browser, from disk, without a network: whole, light, and open to every reader."""

import re
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*re.findall(r"(?:file|root): (\S+)", (ROOT / "_toc.yml").read_text()), "search", "genindex"]
OWN, ONCE = 900_000, 2_000_000  # bytes: of a page with its figures; of what all pages share

LOOK = """async () => {
    await window.MathJax?.startup?.promise;
    const all = (selector) => [...document.querySelectorAll(selector)];
    return {
        headings: all("main h1").filter((h) => h.checkVisibility()).length,
        formulas: all("article .math").filter((box) => !box.querySelector("mjx-container")).length
            + all("mjx-merror").length,
        pictures: all("img").filter((img) => !(img.complete && img.naturalWidth)).length,
        blurred: all(".cell_output img").filter((img) => img.naturalWidth < 1.8 * img.clientWidth).length,
        labs: all(".torchlearning-lab").filter((lab) => !lab.querySelector("input[type=range]")).length,
    };
}"""

VIEWS = [(1280, "light"), (1280, "dark"), (360, "dark"), (360, "light")]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {
    "runOnly": WCAG,
    "rules": {"heading-order": {"enabled": True}, "color-contrast": {"enabled": False}},
    "resultTypes": ["violations"],
    "preload": False,
}
# Contrast is slow to check: once a theme, each time at another width, and in code until colours repeat.
CONTRAST = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast"]}, "rules": {}}
UNREPEATED = {"exclude": [["[data-repeated]"]]}
PREPARE = """() => {
    const seen = new Set(), kinds = (box) => [...box.querySelectorAll("span")].map((span) => span.className);
    for (const box of document.querySelectorAll("details")) box.open = true;
    for (const box of document.querySelectorAll(".highlight")) {
        if (kinds(box).every((kind) => seen.has(kind))) box.dataset.repeated = "";
        kinds(box).forEach((kind) => seen.add(kind));
    }
    return window.MathJax?.startup?.promise;
}"""


@pytest.fixture(scope="module")
def assets():
    """Collect what the pages share."""
    return set()


def size(files):
    return sum(file.stat().st_size for file in files)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_light(visit, site, assets, name):
    visited = visit(site / f"{name}.html")  # which asks nobody and complains of nothing
    with visited as page:
        found = page.evaluate(LOOK)
    files = {Path(unquote(urlparse(url).path)) for url in visited.asked if url.startswith("file:")}
    shared = {file for file in files if "_static" in file.parts or file.name == "searchindex.js"}
    assets |= shared
    assert found == {"headings": 1, "formulas": 0, "pictures": 0, "blurred": 0, "labs": 0}
    assert size(files - shared) <= OWN
    assert 0 < size(assets) <= ONCE


@pytest.mark.parametrize("name", PAGES)
def test_nothing_stands_in_a_readers_way(visit, site, name):
    from axe_playwright_python.sync_playwright import Axe

    with visit(site / f"{name}.html") as page:
        page.evaluate(PREPARE)
        page.add_style_tag(content="* { transition: none !important; }")
        for width, theme in VIEWS:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=theme)
            page.wait_for_function("theme => document.documentElement.dataset.theme === theme", arg=theme)
            page.wait_for_timeout(400 if (width, theme) == VIEWS[2] else 0)  # the theme's own tab stops
            results = [Axe().run(page, options=RULES)]
            if (width, theme) in VIEWS[::2]:
                results.append(Axe().run(page, context=UNREPEATED, options=CONTRAST))
            faults = [fault for result in results for fault in result.response["violations"]]
            assert not [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in faults]
            assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", ["pre", 'mjx-container[display="true"]'])
def test_what_is_wider_than_a_phone_scrolls_by_keys(visit, kind):
    with visit("02_cross_entropy_and_gather", viewport={"width": 360, "height": 640}) as page:
        page.evaluate("window.MathJax.startup.promise")
        box = page.locator(f"article {kind}[tabindex='0']").first
        box.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle())


@pytest.mark.parametrize(
    ("words", "title"),
    [("gather", "Cross-entropy and gather"), ("logsumexp", "Softmax intuition"), ("Bayes", "Dispersion")],
)
def test_the_search_finds(visit, words, title):
    with visit("intro") as page:
        page.keyboard.press("Control+k")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        page.locator("#search-results li a").get_by_text(title).first.click()
        assert title in page.locator("article h1").inner_text()


def test_paper_shows_the_page_light_and_unfolded(visit):
    with visit("05_dispersion_and_difficulty", color_scheme="dark") as page:
        page.evaluate("""document.querySelector("article").insertAdjacentHTML("beforeend",
            "<details><summary>Solution</summary>42</details>")""")
        page.evaluate("""addEventListener("beforeprint", () => { window.printed =
            [document.documentElement.dataset.theme, document.querySelector("article details").open]; })""")
        paper = page.pdf()
        assert len(re.findall(rb"/Type /Page\b", paper)) >= 10
        assert page.evaluate("window.printed") == ["light", True]
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert not page.evaluate("document.querySelector('article details').open")
        page.emulate_media(media="print")
        for part in ("#pst-primary-sidebar", ".bd-header-article", ".prev-next-footer", ".headerlink"):
            assert not page.locator(part).first.is_visible(), part
        for part in (".cell_output img", ".torchlearning-lab .lab", "article pre"):
            assert page.locator(part).first.evaluate("n => getComputedStyle(n).breakInside") == "avoid", part
