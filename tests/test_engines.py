"""A page in three engines: questions, folds, colours, search, Back, formulas, paper."""

import io

import pytest
from pypdf import PdfReader

ANSWER = """(place) => {
    const form = document.querySelector("form.torchlearning-quiz");
    form.querySelectorAll("input[type=radio]")[place].click();
    return [form.querySelector("[role=status]").className, form.querySelector("[role=status]").textContent];
}"""
SHOWN = """() => {
    const form = document.querySelector("form.torchlearning-quiz"), box = form.querySelector("input:checked");
    return [box !== null, form.querySelector("[role=status]").textContent !== ""];
}"""
FOLD = """async () => {
    const fold = [...document.querySelectorAll("article details:not(.so-far)")].find((one) => !one.open);
    const height = () => fold.getBoundingClientRect().height;
    const before = height();
    fold.querySelector("summary").click();
    await new Promise((done) => setTimeout(done, 300));
    return [before, height(), fold.open];
}"""
COLOURS = """async () => {
    const found = [];
    for (let i = 0; i < 3; i++) {
        document.querySelector(".theme-switch-button").click();
        await new Promise((done) => setTimeout(done, 300));
        const { mode, theme } = document.documentElement.dataset;
        found.push([mode, theme, getComputedStyle(document.body).backgroundColor]);
    }
    return found;
}"""
HITS = """async () => {
    const hits = () => [...document.querySelectorAll("#search-results li")];
    for (let i = 0; i < 100 && !hits().length; i++) await new Promise((done) => setTimeout(done, 100));
    return hits().slice(0, 3).map((hit) => hit.innerText);
}"""
FORMULAS = """() => [...document.querySelectorAll("math")].map((formula) => formula.getBoundingClientRect())
    .filter(({ width, height }) => width < 3 || height < 3).length"""


@pytest.fixture(autouse=True)
def wide(engine):
    engine.resize(1000, 900)


def test_a_question_answers_and_back_keeps_question_and_reply_together(engine, site):
    engine.open((site / "book" / "02_cross_entropy_and_gather.html").as_uri())
    replies = [engine.evaluate(ANSWER, place) for place in (0, 1)]
    assert {kind for kind, _ in replies} <= {"right", "wrong"}
    assert replies[0][1] != replies[1][1] != ""
    engine.open((site / "book" / "glossary.html").as_uri())
    engine.back()
    chosen, replied = engine.evaluate(SHOWN)
    assert chosen == replied


def test_what_is_folded_opens(engine, site):
    engine.open((site / "book" / "01_exercises.html").as_uri())
    before, after, is_open = engine.evaluate(FOLD)
    assert is_open
    assert after > before + 20


def test_the_button_goes_round_the_colours(engine, site):
    engine.open((site / "book" / "01_softmax_intuition.html").as_uri())
    found = engine.evaluate(COLOURS)
    assert {mode for mode, _, _ in found} == {"auto", "light", "dark"}
    grounds = {theme: ground for _, theme, ground in found}
    assert len(set(grounds.values())) == 2


def test_the_search_finds_from_disk(engine, site):
    engine.open((site / "search.html").as_uri() + "?q=learning+rate")
    hits = engine.evaluate(HITS)
    assert len(hits) == 3
    assert "How large should a step be" in hits[0]


def test_formulas_have_a_size(engine, site):
    engine.open((site / "book" / "03_manual_training.html").as_uri())
    assert engine.evaluate("() => document.querySelectorAll('math').length") > 20
    assert engine.evaluate(FORMULAS) == 0


def test_paper_has_what_was_folded(engine, site):
    if engine.name == "webkit":
        pytest.skip("WebKit's driver cannot print")
    engine.open((site / "book" / "01_exercises.html").as_uri())
    pages = PdfReader(io.BytesIO(engine.paper())).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert len(pages) > 3
    assert "Solution 1.2" in text
    assert "torch.exp" in text[text.index("Solution 1.2") :]
