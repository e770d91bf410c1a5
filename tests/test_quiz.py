"""The quizzes: their arguments, what the page gets, and how they answer in a browser."""

import math
import re

import pytest
from test_browser import brightness

from conftest import quick_first
from torchlearning.quiz import Quiz

PAGES = [f"0{lesson}_exercises" for lesson in range(1, 9)]
CHOICES = {"<b>": "Not `x & y`.", "two": "Yes.", "three": "Too many."}
NUMBERS = {
    math.exp(10): "Far too large.",
    math.log(3): "It is log 3.",
    math.log(4): "That is log 4.",
    3: "The number, not its logarithm.",
}


def choice():
    return Quiz("Which of `a < b`?", CHOICES, answer="two")


def number():
    return Quiz("How much?", NUMBERS, answer=math.log(3))


# Arguments


def test_bad_arguments_are_refused_with_the_name_of_the_argument():
    ok = {"a": "Yes.", "b": "No."}
    for question, replies, options, error, words in (
        ("", ok, {"answer": "a"}, ValueError, "question must not be empty, got ''"),
        (3, ok, {"answer": "a"}, TypeError, "question must be a str, got 3"),
        ("?", ["a"], {"answer": "a"}, TypeError, "replies must map each answer to what to say, got ['a']"),
        ("?", {}, {"answer": "a"}, TypeError, "replies must map each answer to what to say, got {}"),
        ("?", ok, {"answer": "c"}, ValueError, "answer must be one of ['a', 'b'], got 'c'"),
        (
            "?",
            {"a": "Yes."},
            {"answer": "a"},
            ValueError,
            "replies must hold at least two choices, got ['a']",
        ),
        ("?", {"a": "Yes.", "b": " "}, {"answer": "a"}, ValueError, "replies['b'] must not be empty"),
        (
            "?",
            {"a": "Yes.", 1: "No."},
            {"answer": "a"},
            TypeError,
            "each key of replies must be a str, got 1",
        ),
        ("?", {True: "Yes."}, {"answer": True}, TypeError, "each key of replies must be a number, got True"),
        ("?", ok, {"answer": ["a"]}, TypeError, "answer must be a str or a number, got ['a']"),
        ("?", {1: "Yes.", 2: "No."}, {"answer": [1]}, TypeError, "answer must be a str or a number, got [1]"),
        ("?\ud800", ok, {"answer": "a"}, ValueError, "question must be text, got half a character at 1"),
        ("?", {"a": "\udc00", "b": "No."}, {"answer": "a"}, ValueError, "replies['a'] must be text"),
        (
            "?",
            {"\udc00": "Yes.", "b": "No."},
            {"answer": "b"},
            ValueError,
            "each key of replies must be text",
        ),
        ("?", {math.inf: "Yes."}, {"answer": math.inf}, ValueError, "each key of replies must be finite"),
        ("?", {2.5: "Yes.", 2.54: "No."}, {"answer": 2.5}, ValueError, "1% can tell apart, got 2.5 and 2.54"),
    ):
        with pytest.raises(error, match=re.escape(words)):
            Quiz(question, replies, **options)


def test_a_number_is_stored_in_digits_that_every_computer_agrees_on():
    one, other = (Quiz("?", {x: "Yes."}, answer=x) for x in (1 / 3, 1 / 3 + 1e-9))
    assert one._repr_html_() == other._repr_html_()
    assert '"keys": [0.3333], "reach": [0.0033]' in one._repr_html_()


def test_the_words_of_a_quiz_do_not_give_the_answer_away():
    assert repr(choice()) == "Quiz: Which of `a < b`? (<b> / two / three)"
    assert repr(number()) == "Quiz: How much? (a number)"


def test_code_and_stress_are_set_as_such_and_sums_are_not():
    page = Quiz(
        "Is `a * b` *not* 2 * 3 * 4, a*b*c or <*>?", {"*yes*": "a", "no": "b"}, answer="no"
    )._repr_html_()
    assert "<legend>Is <code>a * b</code> <em>not</em> 2 * 3 * 4, a*b*c or &lt;*&gt;?</legend>" in page
    assert "<span><em>yes</em></span>" in page


# In a browser


@pytest.fixture
def two(visit, tmp_path):
    """Open a page with a choice and a number."""
    body = "<h1>Two</h1>" + choice()._repr_html_() + number()._repr_html_()
    (tmp_path / "two.html").write_text("<!doctype html><html lang=en><meta charset=utf-8>" + body)
    return lambda **options: visit(tmp_path / "two.html", **options)


def parts(page):
    """Return both quizzes and what each says."""
    forms = page.locator(".torchlearning-quiz").all()
    return [(form, form.get_by_role("status")) for form in forms]


def test_every_choice_is_answered_by_keyboard_and_spoken(two):
    with two() as page:
        (form, status), _ = parts(page)
        assert form.get_by_role("group", name="Which of a < b?").count() == 1
        assert status.inner_text() == ""  # the live region is there before it speaks
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        for name, words in (
            ("<b>", "Not right. Not x & y."),
            ("two", "Right. Yes."),
            ("three", "Not right. Too"),
        ):
            assert form.get_by_role("radio", name=name, exact=True).is_checked()
            assert words in status.inner_text()
            assert ("✓" in status.inner_text()) == (name == "two")  # not by colour alone
            page.keyboard.press("ArrowDown")


def test_a_number_is_read_as_people_write_it(two):
    with two() as page:
        _, (form, status) = parts(page)
        entry = form.get_by_label("Your answer")
        entry.focus()
        for typed, words in {
            "1.0986": "✓ Right. It is log 3.",
            " 1,1 ": "✓ Right. It is log 3.",
            "10986e-4": "✓ Right. It is log 3.",
            "1.11": "✗ Not right. Too large. Try again.",
            "1.386": "✗ Not right. That is log 4.",
            "3": "✗ Not right. The number, not its logarithm.",
            "2.99": "✗ Not right. Too large. Try again.",
            "22026": "✗ Not right. Far too large.",
            "17": "✗ Not right. Too large. Try again.",
            "−1": "✗ Not right. Too small. Try again.",
            "": "✗ Not right. Type a number, such as 0.25 or 1e-3.",
            "log 3": "✗ Not right. Type a number, such as 0.25 or 1e-3.",
            "1e999": "✗ Not right. Type a number, such as 0.25 or 1e-3.",
        }.items():
            entry.fill(typed)
            page.keyboard.press("Enter")
            assert status.inner_text() == words, typed
        entry.fill("1.1")
        page.keyboard.press("Tab")
        assert form.get_by_role("button", name="Check").evaluate("node => node === document.activeElement")
        page.keyboard.press("Space")
        assert "Right. It is log 3." in status.inner_text()


def test_quizzes_of_a_page_do_not_disturb_each_other_and_leave_nothing_behind(two):
    with two() as page:
        (first, one), (second, other) = parts(page)
        first.get_by_role("radio").nth(1).check()
        second.get_by_label("Your answer").fill("3")
        second.get_by_role("button").click()
        assert "Yes." in one.inner_text()
        assert "The number" in other.inner_text()
        assert page.url.endswith("two.html")  # nothing was submitted
        assert page.evaluate("'reply_to' in window") is False


def test_without_javascript_the_question_stands_there_and_says_where_the_answer_is(two):
    with two(java_script_enabled=False) as page:
        for form, status in parts(page):
            assert form.locator("legend").inner_text() in ("Which of a < b?", "How much?")
            assert "in a page, it needs JavaScript. The answer is in the solution." in status.inner_text()


@pytest.mark.parametrize("name", quick_first(PAGES))
def test_quizzes_of_the_book_follow_the_theme_and_fit_a_phone(visit, name):
    with visit(name, viewport={"width": 360, "height": 640}) as page:
        assert len(parts(page)) >= 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        for form, status in parts(page):
            for part in form.locator("input, button").all():
                box = part.bounding_box()
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= 360
            for theme, dark in (("light", True), ("dark", False)):
                page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
                assert (brightness(status, "color") < 100) == dark
                assert (brightness(status, "color") > 180) != dark


# The solutions of a page of exercises


@pytest.mark.parametrize("name", quick_first(PAGES))
def test_a_page_hides_what_would_spoil_and_nothing_else(visit, name):
    with visit(name) as page:
        assert "Quiz(" not in page.locator("article").inner_text()
        exercises = page.locator("section[id^=exercise-]").all()
        assert len(exercises) >= 4
        for exercise in exercises:
            assert exercise.locator(":scope > h2").inner_text().startswith("Exercise ")
            (solution,) = exercise.locator("details.folded", has_text="Solution").all()
            assert not solution.locator(":scope > div").is_visible()
        assert page.get_by_role("link", name="Solution").count() == 0  # not in the contents


def test_a_solution_unfolds_by_keyboard_and_says_so(visit):
    with visit("01_exercises") as page:
        summary = page.locator("summary", has_text="Solution 1.2")
        content = page.locator("details", has=summary).locator("div.cell").first
        summary.focus()
        for key, shown in (("Enter", True), ("Space", False)):
            page.keyboard.press(key)
            assert content.is_visible() == shown
            assert summary.evaluate("node => node.parentNode.open") == shown
        assert summary.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


def test_a_link_into_a_solution_unfolds_it_and_labels_lead_to_exercises(visit):
    with visit("01_exercises#sol-1-3") as page:
        page.wait_for_function("document.querySelector('#sol-1-3').closest('details').open")
        assert page.locator("details.folded[open]").count() == 1
        assert (
            page.locator("#ex-1-3")
            .locator("xpath=ancestor::section[1]/h2")
            .inner_text()
            .startswith("Exercise 1.3")
        )


def test_solutions_unfold_without_javascript_and_on_paper(visit):
    with visit("01_exercises", java_script_enabled=False) as page:
        page.locator("summary", has_text="Solution 1.2").click()
        assert page.get_by_text("Subtract the largest score of each row, in both.").is_visible()
    with visit("01_exercises") as page:
        text = page.get_by_text("Subtract the largest score of each row, in both.")
        assert not text.is_visible()
        page.emulate_media(media="print")
        assert text.is_visible()
