"""Every page in a real browser, from disk, without a network: whole, light, and open to every reader."""

import gzip
import re
from pathlib import Path
from urllib.parse import unquote, urlparse

import nbformat
import pytest

from conftest import quick_first

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*re.findall(r"(?:file|root): (\S+)", (ROOT / "_toc.yml").read_text()), "search"]
# Bytes as a server sends them: what all pages share; a page until it is scrolled; all pictures of a page.
SHARED, FIRST, PICTURES, REQUESTS = 100_000, 250_000, 350_000, 20

LOOK = """async () => {
    await document.fonts.ready;
    const all = (selector) => [...document.querySelectorAll(selector)];
    all("img").forEach((img) => { img.loading = "eager"; });
    await Promise.all(all("img").map((img) => img.decode().catch(() => {})));
    return {
        headings: all("main h1").filter((h) => h.checkVisibility()).length,
        formulas: all("article .math").filter((box) => !box.querySelector("math")).length
            + all("merror").length,
        pictures: all("img").filter((img) => !(img.complete && img.naturalWidth)).length,
        blurred: all(".cell_output img").filter((img) => img.naturalWidth < 1.8 * img.clientWidth).length,
        labs: all(".torchlearning-lab").filter((lab) => !lab.querySelector("input[type=range]")).length,
    };
}"""

VIEWS = [(1280, "light"), (320, "dark"), (1280, "dark"), (360, "light")]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {
    "runOnly": WCAG,
    "rules": {
        name: {"enabled": name != "color-contrast"} for name in ("heading-order", "region", "color-contrast")
    },
    "resultTypes": ["violations"],
    "preload": False,
}
# All are slow to check: most pages in the first two views, and contrast in code until colours repeat.
CONTRAST = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast"]}, "rules": {}}
UNREPEATED = {"exclude": [["[data-repeated]"]]}
PREPARE = """() => {
    const seen = new Set(), kinds = (box) => [...box.querySelectorAll("span")].map((span) => span.className);
    for (const box of document.querySelectorAll("details")) box.open = true;
    for (const box of document.querySelectorAll(".highlight")) {
        if (kinds(box).every((kind) => seen.has(kind))) box.dataset.repeated = "";
        kinds(box).forEach((kind) => seen.add(kind));
    }
}"""

TAB_STOPS = """() => [...document.querySelectorAll("pre")].every((pre) =>
    pre.scrollWidth <= pre.clientWidth || pre.tabIndex === 0)"""


CLASSES = "[...document.querySelectorAll('[class]')].flatMap((element) => [...element.classList])"


@pytest.fixture(scope="module")
def words(site):
    """Collect what pages and scripts hold, by which sheets.py knows the rules that are used."""
    kept = [*site.rglob("*.html"), *site.rglob("*.js")]
    return {word for file in kept for word in re.findall(r"[\w-]+", file.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def assets():
    """Collect what the pages share."""
    return set()


def size(files):
    """Return how many bytes a server sends for files."""
    packed = (".html", ".css", ".js", ".svg")
    contents = [(file.suffix in packed, file.read_bytes()) for file in files]
    return sum(len(gzip.compress(content, 6) if text else content) for text, content in contents)


def files(addresses):
    return {Path(unquote(urlparse(address).path)) for address in addresses if address.startswith("file:")}


@pytest.mark.parametrize("name", quick_first(PAGES, 4))
def test_a_page_is_whole_and_light(visit, site, assets, name):
    visited = visit(site / f"{name}.html", viewport={"width": 360, "height": 640})  # which asks nobody
    with visited as page:
        first = files(visited.asked)
        found = page.evaluate(LOOK)
    shared = {file for file in first if "_static" in file.parts}
    own = shared if name == "search" else set()  # the index, which no other page loads
    assets |= shared - own
    assert found == {"headings": 1, "formulas": 0, "pictures": 0, "blurred": 0, "labs": 0}
    assert size(first - shared) <= FIRST
    assert size(file for file in files(visited.asked) if file.suffix == ".webp") <= PICTURES
    needed = {file for file in first if not file.name.startswith("card-")}  # these are lazy, and far below
    assert len(needed) <= REQUESTS
    assert 0 < size(assets) <= SHARED


def test_only_the_search_page_loads_the_index(visit, site):
    for name, loads in (("book/intro", False), ("search", True)):
        visited = visit(site / f"{name}.html")
        with visited as page:
            page.wait_for_load_state()
        assert any("search-index" in address for address in visited.asked) == loads


def test_pictures_below_the_first_wait_and_keep_their_place(visit):
    visited = visit("05_dispersion_and_difficulty", viewport={"width": 360, "height": 640})
    with visited as page:
        page.wait_for_load_state()
        pictures = page.locator("article img[src*='_images']")
        asked = {address for address in visited.asked if address.endswith(".webp")}
        assert len(asked) < pictures.count()
        late = pictures.locator("visible=true").last
        height = late.bounding_box()["height"]
        late.scroll_into_view_if_needed()
        page.wait_for_function("picture => picture.complete", arg=late.element_handle())
        assert late.bounding_box()["height"] == pytest.approx(height, abs=1)


LONG = ("book/05_dispersion_and_difficulty", "book/02_cross_entropy_and_gather")


@pytest.mark.parametrize("name", quick_first([*LONG, *sorted(set(PAGES) - {"search", *LONG})], 2))
def test_a_deep_link_does_not_jump(visit, site, name):
    sections = re.findall(r'<section id="([^"]+)"', (site / f"{name}.html").read_text(encoding="utf-8"))
    with visit(f"{Path(name).name}#{sections[-1]}", viewport={"width": 360, "height": 640}) as page:
        page.wait_for_load_state()
        shift = page.evaluate("""() => new Promise((done) => {
            let sum = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; }))
                .observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done(sum), 500);
        })""")
        assert shift <= 0.02


@pytest.mark.parametrize("name", quick_first(PAGES))
def test_nothing_stands_in_a_readers_way(visit, site, words, name):
    from axe_playwright_python.sync_playwright import Axe

    with visit(site / f"{name}.html") as page:
        page.evaluate(PREPARE)
        assert set(page.evaluate(CLASSES)) <= words  # or the style sheet would lack its rules
        page.add_style_tag(content="* { transition: none !important; }")
        for width, theme in VIEWS if name == PAGES[0] else VIEWS[:2]:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=theme)
            page.wait_for_function("theme => document.documentElement.dataset.theme === theme", arg=theme)
            page.wait_for_function(TAB_STOPS)  # which the theme sets a while after the width has changed
            results = [Axe().run(page, options=RULES)]
            if (width, theme) in VIEWS[:2]:
                results.append(Axe().run(page, context=UNREPEATED, options=CONTRAST))
            faults = [fault for result in results for fault in result.response["violations"]]
            assert not [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in faults]
            assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", ["pre", "div.math"])
def test_what_is_wider_than_a_phone_scrolls_by_keys(visit, kind):
    with visit("02_cross_entropy_and_gather", viewport={"width": 360, "height": 640}) as page:
        box = page.locator(f"article {kind}[tabindex='0']:visible").first
        box.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle())


@pytest.mark.slow
def test_nothing_is_cut_at_the_edge_of_a_phone(visit, site):
    cut = """() => [...document.querySelectorAll("article math, article img, article p, article li")]
        .filter((part) => part.checkVisibility())
        .filter((part) => !part.closest("div.math, pre, .lab, table, .pst-scrollable-table-container"))
        .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
        .map((part) => part.outerHTML.slice(0, 200))"""
    for name in PAGES:
        with visit(site / f"{name}.html", viewport={"width": 320, "height": 640}) as page:
            page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
            assert page.evaluate(cut) == [], name


@pytest.mark.parametrize(
    ("words", "title", "where"),
    quick_first(
        [
            ("gather", "gather", "Lesson 2"),
            ("nan", None, "Lesson"),
            ("why does accuracy stop at 80%", None, "Lesson 5"),
            ("learning rate", "How large should a step be", "Lesson 3"),
            ("install", "Get the course", ""),
            ("colab", "Get the course", ""),
            ("windows", "Get the course", ""),
            ("csv", "A real data set", ""),
            ("softmax twice", "applied twice", "Lesson 2"),
            ("0.4473", None, "Lesson 3"),
            ("tensorGenCla", None, "Lesson"),
        ],
        count=3,
    ),
)
def test_the_search_answers(visit, words, title, where):
    with visit("intro") as page:
        page.keyboard.press("Control+k")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        hit = page.locator("#search-results li").first
        assert (title or "") in hit.locator("a").inner_text()
        assert where in hit.inner_text()
        assert len(hit.locator("p").inner_text()) > 40
        hit.locator("a").click()
        page.locator("article h1").wait_for()


def test_the_search_says_when_nothing_is_found(visit, site):
    with visit(site / "search.html") as page:
        field = page.get_by_role("searchbox").first
        field.fill("xyzzy")
        assert page.get_by_role("status").inner_text().startswith("No section has “xyzzy”")
        icon, text = page.locator("main .bd-search i").bounding_box(), field.bounding_box()
        indent = float(field.evaluate("node => getComputedStyle(node).paddingLeft").removesuffix("px"))
        assert icon["x"] + icon["width"] <= text["x"] + indent


def test_every_control_shows_the_keyboards_place(visit):
    with visit("01_softmax_intuition") as page:
        page.keyboard.press("Tab")
        plain = page.evaluate("""() =>
            [...document.querySelectorAll("a, button, summary, input, [tabindex='0']")]
            .filter((node) => node.checkVisibility() && !node.closest("dialog, .skip-link, .lab"))
            .filter((node) => {
                node.focus();
                const seen = node.matches(":focus-visible") && getComputedStyle(node).outlineStyle !== "none";
                return document.activeElement === node && !seen;
            })
            .map((node) => node.outerHTML.slice(0, 120))""")
        assert plain == []


def test_the_button_for_the_colours_says_which_are_chosen(visit):
    with visit("intro") as page:
        button = page.locator(".theme-switch-button").first
        names = set()
        for _ in range(3):
            button.click()
            names.add(button.get_attribute("aria-label"))
        assert names == {"Colours: light", "Colours: dark", "Colours: as the system has them"}


def test_a_box_says_its_kind(visit):
    with visit("03_manual_training") as page:
        box = page.get_by_role("note").first
        assert box.inner_text().startswith("Trap")
        assert box.evaluate("node => getComputedStyle(node, '::before').content") != "none"


def test_a_figure_grows_on_a_phone(visit):
    with visit("01_softmax_intuition", viewport={"width": 360, "height": 640}) as page:
        button = page.get_by_role("button", name="Enlarge the figure").first
        button.click()
        large = page.locator("dialog.enlarged img")
        assert large.bounding_box()["width"] > 450
        page.keyboard.press("Escape")
        assert not large.is_visible()
        assert button.evaluate("node => node === document.activeElement")


@pytest.mark.slow
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


@pytest.mark.parametrize("name", ["03_exercises", "06_gpu_vs_cpu"])
def test_a_page_to_work_in_can_be_saved_from_disk(visit, name):
    with visit(name) as page:
        page.get_by_role("button", name="Download this page").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="To work in").click()
        assert download.value.suggested_filename == f"{name}.ipynb"
        notebook = nbformat.read(download.value.path(), as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert all(not cell.get("outputs") for cell in notebook.cells)
    assert "Solution" not in text
    assert "answer=" not in text
    assert "FOLDER_OF_THE_COURSE" in notebook.cells[0].source  # what to install
