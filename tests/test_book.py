"""The built book: no warning, no other host, every link and figure in its place."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
import yaml

import torchlearning.labs

ROOT = Path(__file__).resolve().parent.parent
FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}


class Page(HTMLParser):
    """What a page fetches, links to, shows, and can be linked to."""

    def __init__(self, path):
        super().__init__()
        self.path, self.fetched, self.links, self.images, self.anchors = path, [], [], [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors.add(attributes.get("id"))
        if tag in FETCHED and (address := attributes.get(FETCHED[tag])):
            self.fetched.append(address)
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes)


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in sorted(site.glob("book/*.html"))}


def test_every_page_of_the_contents_is_built(site):
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text())
    chapters = [entry for part in contents["parts"] for entry in part["chapters"]]
    sections = [entry for chapter in chapters for entry in chapter.get("sections", [])]
    files = [contents["root"]] + [entry["file"] for entry in chapters + sections]
    assert (site / "index.html").exists()
    assert {f"{name}.html" for name in files} == {f"book/{path.name}" for path in site.glob("book/*.html")}


def test_pages_fetch_nothing_from_elsewhere_and_what_they_fetch_is_there(pages):
    for page in pages.values():
        for address in page.fetched:
            assert not urlparse(address).netloc, (page.path.name, address)
            if not address.startswith("data:"):
                assert (page.path.parent / unquote(urlparse(address).path)).exists(), (
                    page.path.name,
                    address,
                )


def test_style_sheets_fetch_nothing_from_elsewhere(site):
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", sheet.read_text(encoding="utf-8")), (
            sheet
        )


def test_every_link_inside_the_book_arrives(pages):
    for page in pages.values():
        for link in page.links:
            parts = urlparse(link)
            if parts.scheme or parts.netloc:
                assert page.path.name == "references.html" or "creativecommons" in link, (
                    page.path.name,
                    link,
                )
                continue
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
            assert target.exists(), (page.path.name, link)
            if parts.fragment and target in pages:
                assert unquote(parts.fragment) in pages[target].anchors, (page.path.name, link)


def test_every_figure_has_words_for_who_cannot_see_it(pages):
    figures = [image for page in pages.values() for image in page.images if "_images" in image["src"]]
    assert len(figures) >= 20
    assert all(len(image.get("alt") or "") >= 40 for image in figures)


def test_maths_is_drawn_by_the_books_own_copy(site, pages):
    assert (site / "_static" / "mathjax" / "tex-chtml.js").exists()
    lesson = pages[site / "book" / "01_softmax_intuition.html"]
    assert any(address.endswith("_static/mathjax/tex-chtml.js") for address in lesson.fetched)


def test_the_api_page_has_every_public_name(site, pages):
    anchors = pages[site / "book" / "api.html"].anchors
    assert {f"torchlearning.{name}" for name in torchlearning.__all__} <= anchors
    assert {f"torchlearning.labs.{name}" for name in torchlearning.labs.__all__} <= anchors
    assert "torchlearning.quiz.Quiz" in anchors
    assert {f"torchlearning.check.{name}" for name in torchlearning.check.__all__} <= anchors
