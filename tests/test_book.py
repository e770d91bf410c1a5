"""The built book: no warning, no other host, every link and figure in its place."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

import pytest
import repository
import yaml

import torchlearning.labs
import torchlearning.parallel

ROOT = Path(__file__).resolve().parent.parent
FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}


class Page(HTMLParser):
    """What a page fetches, links to, shows, and can be linked to."""

    def __init__(self, path):
        super().__init__()
        self.path, self.fetched, self.links, self.images, self.anchors = path, [], [], [], set()
        self.scripts = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors.add(attributes.get("id"))
        if tag in FETCHED and (address := attributes.get(FETCHED[tag])):
            self.fetched.append(address)
        if tag == "script":
            self.scripts.append(attributes)
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes)


def addresses(config):
    """Return what the links to elsewhere begin with that a configuration asks for: none, or three."""
    place = yaml.safe_load(config)["sphinx"]["config"]["html_theme_options"].get("repository_url")
    return (place, repository.LAUNCH["colab_url"], repository.LAUNCH["binderhub_url"]) if place else ()


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}


def test_every_page_of_the_contents_is_built(site):
    names = re.findall(r"(?:file|root): (\S+)", (ROOT / "_toc.yml").read_text())
    assert (site / "index.html").exists()
    assert {site / f"{name}.html" for name in names} == set(site.rglob("book/**/*.html"))


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
                asked = link.startswith(addresses((ROOT / "_config.yml").read_text()))
                assert page.path.name == "references.html" or "creativecommons" in link or asked, (
                    page.path.name,
                    link,
                )
                continue
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
            assert target.exists(), (page.path.name, link)
            if parts.fragment and target in pages:
                assert unquote(parts.fragment) in pages[target].anchors, (page.path.name, link)


def test_external_links_are_listed_once(pages, site):
    links = [link for link in pages[site / "book" / "references.html"].links if urlparse(link).scheme]
    assert len(links) >= 3
    assert len(set(links)) == len(links)


def test_the_first_picture_waits_for_no_large_script(pages):
    for page in pages.values():
        held = [a["src"] for a in page.scripts if "src" in a and not {"defer", "async"} & set(a)]
        files = [page.path.parent / unquote(urlparse(address).path) for address in held]
        assert sum(file.stat().st_size for file in files) <= 50_000, (page.path.name, held)
        head = page.path.read_text(encoding="utf-8").split("</head>")[0]  # a lab's script stands behind it
        inside = re.findall(r"<script(?![^>]*src=)[^>]*>(.*?)</script>", head, re.DOTALL)
        assert sum(map(len, inside)) <= 5_000, page.path.name


def test_every_figure_has_words_for_who_cannot_see_it(pages):
    images = [image for page in pages.values() for image in page.images if "_images" in image["src"]]
    cards = [image for image in images if "card-" in image["src"]]  # beside the words that they go with
    assert {image.get("alt") for image in cards} == {""}
    figures = [image for image in images if image not in cards]
    assert len(figures) >= 20
    assert all(len(image.get("alt") or "") >= 40 for image in figures)
    assert len({image["alt"] for image in figures}) == len({image["src"] for image in figures})


def test_the_api_page_has_every_public_name(site, pages):
    anchors = pages[site / "book" / "api.html"].anchors
    assert {f"torchlearning.{name}" for name in torchlearning.__all__} <= anchors
    assert {f"torchlearning.labs.{name}" for name in torchlearning.labs.__all__} <= anchors
    assert {f"torchlearning.check.{name}" for name in torchlearning.check.__all__} <= anchors
    assert {f"torchlearning.parallel.{name}" for name in torchlearning.parallel.__all__} <= anchors
    assert "torchlearning.quiz.Quiz" in anchors


def test_the_cell_that_fetches_the_package_is_hidden(pages):
    assert not any("find_spec" in page.path.read_text(encoding="utf-8") for page in pages.values())


def test_without_the_repositorys_address_nothing_leads_there(pages):
    links = {link for page in pages.values() for link in page.links}
    if not addresses((ROOT / "_config.yml").read_text(encoding="utf-8")):
        assert not [link for link in links if re.search("mybinder|colab|issues/new|github.com", link)]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Build a part of the book with the repository's address; return the folder, and the address."""
    folder = tmp_path_factory.mktemp("published")
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    config = re.sub(r"^( +)# (repository_url:)", r"\1\2", config, flags=re.MULTILINE)
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    contents = "format: jb-book\nroot: book/intro\nchapters:\n" + "".join(
        f"  - file: book/{name}\n"
        for name in (
            "01_softmax_intuition\n    sections:\n      - file: book/01_exercises",
            "07_real_data",
            "references",
        )
    )
    (folder / "_toc.yml").write_text(contents)
    for name in ("book", "tools"):
        shutil.copytree(ROOT / name, folder / name)
    command = [Path(sys.executable).with_name("jupyter-book"), "build", folder]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "_build" / "html" / "book", addresses(config)


@pytest.mark.slow
def test_buttons_to_colab_and_binder_come_with_the_repositorys_address(published):
    folder, asked = published
    page = Page(folder / "01_softmax_intuition.html")
    assert sorted(link for link in page.links if link.startswith(asked[1:])) == [
        "https://colab.research.google.com/github/OWNER/NAME/blob/main/book/01_softmax_intuition.ipynb",
        "https://mybinder.org/v2/gh/OWNER/NAME/main?urlpath=lab/tree/book/01_softmax_intuition.ipynb",
    ]
    assert not [link for link in Page(folder / "intro.html").links if link.startswith(asked[1:])]


@pytest.mark.slow
def test_the_button_for_errors_names_the_section_that_is_being_read(published, browser):
    folder, (repository_url, *_) = published
    for name in ("intro", "01_softmax_intuition", "01_exercises", "references"):
        (link,) = [link for link in Page(folder / f"{name}.html").links if "/issues/new" in link]
        assert link.startswith(f"{repository_url}/issues/new?template=errata.yml&title=")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((folder / "01_softmax_intuition.html").as_uri() + "#the-softmax-lab")
    button = page.get_by_role("link", name=repository.WORDS)
    button.evaluate(
        "link => { link.addEventListener('click', (event) => event.preventDefault()); link.click(); }"
    )
    asked = parse_qs(urlparse(button.get_attribute("href")).query)
    assert asked["where"] == ["Lesson 1: Softmax intuition, The softmax lab"]
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320  # all its buttons have room
    context.close()
