"""make pdf: the whole book on paper, found by its outline, its links and its page numbers."""

import re
import subprocess
import sys
from pathlib import Path

import pdf as tool
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parent.parent
NAMES = re.findall(r"(?:file|root): book/(\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
WIDER = """() => [...document.querySelectorAll("section *")]
    .filter((part) => part.checkVisibility() && !part.closest("math"))
    .filter((part) => part.scrollWidth > part.clientWidth + 1)
    .filter((part) => getComputedStyle(part).overflowX !== "visible")
    .map((part) => part.outerHTML.slice(0, 200))"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def printed(browser, site):
    """Print the book; return the page that was printed, and the PDF."""
    folder = site.parent / "pdf"
    subprocess.run([sys.executable, tool.__file__, site.parent], check=True)
    page = BeautifulSoup((folder / "book.html").read_text(encoding="utf-8"), "html.parser")
    return page, PdfReader(folder / "book.pdf")


@pytest.fixture(scope="module")
def sheets(printed):
    """Return of each sheet its text, and where its pictures lie."""
    found = []
    for sheet in printed[1].pages:
        boxes = []

        def seen(operator, operands, matrix, _, sheet=sheet, boxes=boxes):
            image = operator == b"Do" and sheet["/Resources"]["/XObject"][operands[0]]["/Subtype"] == "/Image"
            if image:
                boxes.append(matrix)

        found.append((sheet.extract_text(visitor_operand_before=seen), boxes))
    return found


def entries(outline):
    """Return the entries of an outline in the order of the book, each with its depth."""
    found, depth = [], 0
    for entry in outline:
        if isinstance(entry, list):
            found += [(depth + 1 + below, one) for below, one in entries(entry)]
        else:
            found.append((depth, entry))
    return found


def links(reader):
    """Return where the links of a PDF lead: to a place in it, or to an address."""
    for page in reader.pages:
        for note in page.get("/Annots", []):
            note = note.get_object()
            yield note.get("/Dest") or note["/A"].get("/URI")


def test_the_outline_has_all_headings_and_leads_to_them(printed, sheets):
    page, reader = printed
    found = entries(reader.outline)
    headings = page.select("section h1, section h2, section h3, section h4, section h5")
    assert [(entry.title, depth + 1) for depth, entry in found] == [
        (heading.get_text(), int(heading.name[1])) for heading in headings
    ]
    places = [reader.get_destination_page_number(entry) for _, entry in found]
    assert places == sorted(places)
    for (_, entry), place in list(zip(found, places, strict=True))[::10]:
        text = re.sub(r"\W", "", sheets[place][0])
        assert re.sub(r"\W", "", entry.title)[:12] in text, entry.title


def test_the_contents_name_each_chapter_and_its_page(printed, sheets):
    page, _ = printed
    lines = [[part.get_text() for part in line.children] for line in page.select("nav li")]
    assert len(lines) == len(NAMES)
    for title, number in lines:
        text, _ = sheets[int(number) - 1]
        assert re.sub(r"\s", "", title) in re.sub(r"\s", "", text)
        assert re.search(rf"^{number}$", text, re.MULTILINE), title


def test_every_link_arrives(printed):
    page, reader = printed
    anchors = {element["id"] for element in page.select("[id]")}
    assert len(anchors) == len(page.select("[id]"))
    inside = {link["href"][1:] for link in page.select("a[href^='#']")}
    assert inside <= anchors
    found = set(links(reader))
    assert {link.lstrip("/") for link in found if "//" not in link} == inside
    assert {link for link in found if "//" in link} == {a["href"] for a in page.select("a[href*='//']")}
    assert {name.lstrip("/") for name in reader.named_destinations} >= inside


def test_the_book_is_whole(printed, sheets):
    page, reader = printed
    assert 200 <= len(reader.pages) <= 450
    words = "".join(text for text, _ in sheets)
    assert reader.metadata.title == "Softmax regression in PyTorch"
    assert words.count("𝑧") > 100
    assert {"∑", "√", "𝜕", "𝑝"} <= set(words)
    assert all(f"Exercise {number}.1" in words for number in range(1, 9))
    assert not page.select("script, button, .headerlink, details")


def test_each_figure_is_on_one_page_and_within_its_margins(printed, sheets):
    page, reader = printed
    for sheet, (_, boxes) in zip(reader.pages, sheets, strict=True):
        for a, _, _, d, x, y in boxes:
            assert min(x, x + a) >= 50
            assert max(x, x + a) <= sheet.mediabox.right - 50
            assert min(y, y + d) >= 40
            assert max(y, y + d) <= sheet.mediabox.top - 40
    assert sum(len(boxes) for _, boxes in sheets) == len(page.select("img"))


def test_nothing_is_wider_than_the_paper(printed, browser, site):
    width = round((210 - 2 * 22) / 25.4 * 96)
    page = browser.new_context(offline=True, viewport={"width": width, "height": 1000}).new_page()
    page.emulate_media(media="print")
    page.goto((site.parent / "pdf" / "book.html").as_uri())
    assert page.evaluate(WIDER) == []
    page.context.close()


def test_a_lab_is_a_picture_with_its_caption(printed):
    page, _ = printed
    labs = page.select(".torchlearning-lab")
    assert len(labs) >= 6
    assert all(lab.img["src"].startswith("data:image/") for lab in labs)
    assert all(lab.figcaption.get_text().endswith("In its page it has sliders.") for lab in labs)


def test_what_gives_an_answer_away_stands_at_the_end_of_its_chapter(printed):
    page, _ = printed
    for name in NAMES:
        chapter = page.select_one(f"[id='p{name}']")
        titles = [heading.get_text() for heading in chapter.select("h2, h3, h4")]
        if name.endswith("_exercises"):
            parts = titles[titles.index("Hints and solutions") + 1 :]
            exercises = {title[9:].partition(":")[0] for title in titles if title.startswith("Exercise ")}
            assert {title[9:] for title in parts if title.startswith("Solution")} == exercises
            assert all(re.fullmatch(r"(Solution|Hint) \d\.\d+", title) for title in parts)
        elif questions := chapter.select("legend"):
            assert titles[-1] == "Answers"
            answers = chapter.select("section:last-child > p > b")
            assert [answer.get_text() for answer in answers][-len(questions) :] == [
                f"Question {i}." for i in range(1, len(questions) + 1)
            ]


def test_without_a_browser_make_pdf_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(tool.shutil, "which", lambda name: None)
    assert tool.main() == 1
    assert capsys.readouterr().err.endswith("apt install chromium\n")
