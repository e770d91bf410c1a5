"""Print the built book, _build/html, as one PDF, _build/pdf/book.pdf, with the browser that also tests it.

Usage: python tools/pdf.py [FOLDER_OF_THE_BUILD]

The pages become chapters of a single one. Labs are the still pictures that a page shows without
JavaScript, and what answers a question stands at the end of the chapter, where it gives nothing away.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from torchlearning.labs.base import STILL

Tag = Any  # an element of a page; for bs4 each of its parts may be missing
ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HEADINGS = "h1, h2, h3, h4, h5, h6"
SCREEN_ONLY = "script, style, button, .headerlink, .pst-js-only, [role=status], details.hide > summary"
PLAIN = "pre span:is(.n, .nn, .o, .p, .w, :empty)"  # hardly coloured: fewer parts print faster
FRAME = """<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">
<title>{title}</title>{sheets}<style>{style}</style></head><body><main class="bd-content">
<header><p class="title">{title}</p><p>{author}</p><p>Printed from the book, whose pages have sliders that
move and questions that reply, and can be taken away as notebooks to run.</p></header>
<nav aria-label="Contents"><p>Contents</p><ol>{contents}</ol></nav>
{chapters}</main></body></html>"""
HEAD = "@page {id} {{ @top-left {{ content: {title} }} }} #{id} {{ page: {id} }}\n"
ENTRY = '<li class="{kind}"><a href="#{id}">{title}</a><span>{number}</span></li>'


def read(page: Path, selector: str) -> list[Tag]:
    """Return elements of a page."""
    return [*BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select(selector)]


def new(markup: str) -> Tag:
    """Return the element that a piece of HTML stands for."""
    return BeautifulSoup(markup, "html.parser").contents[0]


def answers_last(article: Tag) -> None:
    """Move hints and solutions of exercises, or the replies to a lesson's questions, to the end."""
    folded, answers = article.select("details.folded"), new("<section></section>")
    for box in folded:
        box.name = "section"
        box.summary.name = "h3"
        answers.append(box.extract())
    for i, form in enumerate([] if folded else article.select("form.torchlearning-quiz"), 1):
        data = json.loads(form.script.get_text())
        choices = [label.decode_contents() for label in form.select("label span")] or data["keys"]
        form.legend.insert(0, f"Question {i}. ")
        right, words = choices[data["right"]], data["words"][data["right"]]
        answers.append(new(f"<p><b>Question {i}.</b> {right}. {words}</p>"))
    if answers.contents:
        answers.insert(0, new(f"<h2>{'Hints and solutions' if folded else 'Answers'}</h2>"))
        article.section.append(answers)


def for_paper(article: Tag) -> None:
    """Drop what only a screen can use, and show what is folded."""
    for part in article.select(SCREEN_ONLY):
        part.decompose()
    for box in article.select("details"):
        box.name = "div"
    for token in article.select(PLAIN):
        token.unwrap()
    article.smooth()
    for words in article.find_all(string=re.compile(re.escape(STILL))):
        words.replace_with(words.replace(STILL, "In its page it has sliders."))


def chapter(page: Path, names: set[str]) -> Tag:
    """Return a page of the book as a chapter, with links to the chapters that have these `names`."""
    (article,) = read(page, "article.bd-article")
    answers_last(article)
    for_paper(article)
    if page.stem.endswith("_exercises"):  # a part of its lesson
        for heading in article.select(HEADINGS):
            heading.name = f"h{int(heading.name[1]) + 1}"
    for element in article.select("[id]"):
        element["id"] = f"{page.stem}.{element['id']}"
    for link in article.select("a[href]"):
        if to := target(link["href"], page.stem, names):
            link["href"] = to
        else:
            link.unwrap()
    for picture in article.select("img:not([src^='data:'])"):
        picture["src"] = f"../html/book/{picture['src']}"
        del picture["loading"]
    article.name, article["id"], article["class"] = "section", f"p{page.stem}", ["bd-article", "chapter"]
    return article


def target(link: str, name: str, names: set[str]) -> str:
    """Return where a link of the page `name` leads on paper; nowhere if it leads to a file."""
    parts = urlsplit(link)
    page = Path(parts.path).stem or name
    if parts.scheme or page not in names:
        return link if parts.scheme else ""
    return f"#{page}.{parts.fragment}" if parts.fragment else f"#p{page}"


def frame(chapters: list[Tag], sheets: list[Tag], numbers: dict[str, int]) -> str:
    """Return the page of all chapters, with the numbers of printed pages as far as they are known."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    style, contents = (ROOT / "tools" / "pdf.css").read_text(encoding="utf-8"), ""
    for one in chapters:
        heading, name = one.select_one("h1, h2"), one["id"]
        title, kind = heading.get_text(), "part" if heading.name == "h2" else "whole"
        style += HEAD.format(id=name, title=json.dumps(title))
        contents += ENTRY.format(id=name, title=title, kind=kind, number=numbers.get(name, ""))
    links = "".join(f'<link rel="stylesheet" href="../html/book/{sheet["href"]}">' for sheet in sheets)
    parts = {"sheets": links, "style": style, "contents": contents, "chapters": "".join(map(str, chapters))}
    return FRAME.format(title=config["title"], author=config["author"], **parts)


def page_numbers(pdf: Path) -> dict[str, int]:
    """Return on which page each anchor lies that a link leads to."""
    reader = PdfReader(pdf)
    places = reader.named_destinations.items()
    numbers = {unquote(name).lstrip("/"): reader.get_destination_page_number(at) for name, at in places}
    return {name: number + 1 for name, number in numbers.items() if number is not None}


def name_outline(pdf: Path, titles: list[str]) -> int:
    """Give the outline the words of the headings: Chromium's lack spaces. Return the number of pages."""
    writer: Any = PdfWriter(pdf, incremental=True)
    left = titles[::-1]

    def name(entry: Any) -> None:
        while entry is not None:
            entry = entry.get_object()
            entry[NameObject("/Title")] = TextStringObject(left.pop())
            name(entry.get("/First"))
            entry = entry.get("/Next")

    name(writer.root_object["/Outlines"]["/First"])
    if left:
        raise ValueError(f"{pdf.name}: headings that the outline lacks: {left[::-1]}")
    writer.write(pdf)
    return len(writer.pages)


def main(build: Path = ROOT / "_build") -> int:
    """Print twice: the first time tells on which page each chapter begins."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        print("A browser prints the book, and there is none here: apt install chromium", file=sys.stderr)
        return 1
    pages, source, pdf = build / "html" / "book", build / "pdf" / "book.html", build / "pdf" / "book.pdf"
    source.parent.mkdir(exist_ok=True)
    names = re.findall(r"(?:file|root): book/(\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [chapter(pages / f"{name}.html", set(names)) for name in names]
    sheets, numbers = read(pages / "intro.html", "link[rel=stylesheet]"), dict[str, int]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
        page = browser.new_context(offline=True).new_page()
        page.set_default_timeout(0)
        for last in (False, True):
            source.write_text(frame(chapters, sheets, numbers), encoding="utf-8")
            page.goto(source.as_uri())
            page.pdf(path=pdf, prefer_css_page_size=True, outline=last, tagged=last)
            numbers = page_numbers(pdf)
        browser.close()
    headings = [heading.get_text() for one in chapters for heading in one.select(HEADINGS)]
    print(f"The book is printed: {pdf.relative_to(build.parent)}, {name_outline(pdf, headings)} pages.")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
