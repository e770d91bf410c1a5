"""What the browser remembers of a reader: in three engines, over http and from disk, and where it may not."""

import functools
import http.server
import json
import re
import threading

import pytest
from engines import ENGINES, started
from progress import Lessons
from sphinx.errors import ExtensionError

from conftest import quick_first

BOOK = "Softmax regression in PyTorch"
PAGE, START = "03_exercises", "intro"
CHOICE, NUMBER = (
    "quiz-3-what-happens-to-the-gradient",
    "quiz-3-an-epoch-of-1-500-examples-in-batches-of-64-how-many-example",
)
TICK = "exercise-3-2-metric-and-step"

LOOK = """() => {
    const all = (selector, root = document) => [...root.querySelectorAll(selector)];
    const panel = document.querySelector(".so-far");
    const quizzes = all("form.torchlearning-quiz").map((form) => [form.id, {
        given: all("input", form).map((input) => input.type === "radio" ? input.checked : input.value),
        said: form.querySelector("[role=status]").textContent,
    }]);
    return {
        line: panel.querySelector("summary").textContent,
        where: all(".where", panel).filter((words) => !words.hidden).map((words) => words.className).join(),
        review: all(".review > *", panel).map((part) => part.textContent),
        said: panel.querySelector(":scope > [role=status]").textContent,
        quizzes: Object.fromEntries(quizzes.filter(([, { said }]) => said)),
        given: quizzes.flatMap(([, { given }]) => given).filter(Boolean).length,
        ticked: all(".done input:checked").map((box) => box.value),
        cards: all(".tally").map((place) => place.textContent),
    };
}"""
CHOOSE = """([name, place]) => document.getElementById(name).querySelectorAll("input")[place].click()"""
TYPE = """([name, text]) => {
    const form = document.getElementById(name);
    form.querySelector("input").value = text;
    form.querySelector("button").click();
}"""
CHECK = """(name) => document.querySelector(`.done input[value="${name}"]`).click()"""
# A file as if it were chosen; export caught before it becomes a file.
IMPORT = """async ([names, texts]) => {
    const picker = document.querySelector(".so-far [type=file]"), bag = new DataTransfer();
    const said = document.querySelector(".so-far > [role=status]");
    names.forEach((name, place) => bag.items.add(new File([texts[place]], name)));
    said.textContent = "";
    picker.files = bag.files;
    picker.dispatchEvent(new Event("change", { bubbles: true }));
    while (!said.textContent) await new Promise((done) => setTimeout(done, 10));
    return said.textContent;
}"""
EXPORT = """async () => {
    const { click } = HTMLAnchorElement.prototype, caught = [];
    HTMLAnchorElement.prototype.click = function () { caught.push(this.href); };
    document.querySelector(".so-far [value=export]").dispatchEvent(new Event("click"));
    HTMLAnchorElement.prototype.click = click;
    return (await fetch(caught[0])).text();
}"""
RESET = """async (answer) => {
    const dialog = document.querySelector(".so-far dialog");
    document.querySelector(".so-far").open = true;
    document.querySelector(".so-far [value=reset]").click();
    const asked = dialog.open ? dialog.innerText : "";
    const closed = new Promise((done) => dialog.addEventListener("close", done));
    [...dialog.querySelectorAll("button")].find((button) => button.textContent === answer).click();
    await closed;
    return asked;
}"""
DUMP = "() => JSON.stringify(Object.entries(localStorage).sort())"
SEED = (
    """(items) => { for (const [key, value] of Object.entries(items)) localStorage.setItem(key, value); }"""
)
KEY = f"{BOOK}/1/"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve the book; below /blocked/ in a sandbox, in which a page may store nothing."""

    def translate_path(self, path):
        return super().translate_path(path.removeprefix("/blocked"))

    def end_headers(self):
        if self.path.startswith("/blocked"):
            rules = "allow-scripts allow-forms allow-modals allow-downloads allow-popups"
            self.send_header("Content-Security-Policy", f"sandbox {rules}")
        super().end_headers()

    def log_message(self, *_):
        self.server.asked.append((self.command, self.path))


@pytest.fixture(scope="module")
def served(site):
    """Return the addresses of the book by http."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=str(site))
    )
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module", params=quick_first(ENGINES))
def engine(request):
    with started(request.param) as engine:
        if request.param == "chromium":
            engine.page.context.set_offline(False)  # which includes this computer
        yield engine


@pytest.fixture(params=["http", "disk"])
def way(request):
    return request.param


@pytest.fixture
def go(engine, served, site):
    """Return what opens a page one way or the other, and leave nothing behind."""
    opened = []

    def go(name, way="http"):
        places = {"disk": f"{site.as_uri()}/book/", "http": f"http://127.0.0.1:{served.server_port}/book/"}
        places["blocked"] = places["http"].replace("/book/", "/blocked/book/")
        opened.append(places[way] + name + ".html")
        engine.open(opened[-1])

    yield go
    for address in dict.fromkeys(opened):
        engine.open(address)
        engine.evaluate("() => localStorage.clear?.()")


def look(engine):
    return engine.evaluate(LOOK)


def do_some(engine):
    """Answer one question wrong and then right, one wrong, and tick an exercise."""
    for place in (0, 1):
        engine.evaluate(CHOOSE, [CHOICE, place])
    engine.evaluate(TYPE, [NUMBER, "63"])
    engine.evaluate(CHECK, TICK)


def record(right=True, when=1, **more):
    return {"answer": "It stays the same", "right": right, "first": right, "when": when, **more}


def pack(items, **more):
    return json.dumps({"book": BOOK, "version": 1, "items": items, **more})


# Names


def test_each_question_and_exercise_has_a_name_of_its_own(site):
    names, listed = [], {}
    for page in sorted((site / "book").glob("*.html")):
        text = page.read_text(encoding="utf-8")
        quizzes = re.findall(r'<form id="([^"]+)"[^>]*class="torchlearning-quiz"', text)
        ticks = re.findall(r'class="done pst-js-only"><input type="checkbox"[^>]* value="([^"]+)"', text)
        assert len(quizzes) == text.count('class="torchlearning-quiz"')
        assert len(ticks) == len(re.findall(r"<h2>Exercise \d+\.\d+:", text))
        for name in [*quizzes, *ticks]:
            assert len(re.findall(f'id="{re.escape(name)}"', text)) == 1  # where a link to it arrives
            assert re.fullmatch(r"(quiz|exercise)-\d+-[a-z0-9-]{1,100}", name)  # as progress.js has it
        names += [*quizzes, *ticks]
        if page.stem == START:
            (data,) = re.findall(r'so-far.*?<script type="application/json">(.*?)</script>', text, re.DOTALL)
            listed = {
                name: at for items in json.loads(data)["lessons"].values() for name, at in items.items()
            }
    assert len(names) >= 140
    assert len(set(names)) == len(names)
    assert set(listed) == set(names)
    assert {at[0] for name, at in listed.items() if name.startswith("quiz")} <= {
        page.stem for page in (site / "book").glob("*.html")
    }


def quiz(words):
    return f'<form class="torchlearning-quiz">\n<fieldset><legend>{words}</legend></fieldset></form>'


def test_a_name_depends_on_the_words_and_not_on_the_place(tmp_path):
    page = tmp_path / "02_more.html"
    words = ["Is <code>a &lt; b</code>?", "And now?", "And " * 40]
    named = []
    for order in (words, words[::-1]):
        page.write_text('<h2>Part<a class="headerlink"></a></h2>' + "".join(map(quiz, order)))
        lessons = Lessons()
        lessons.mark(page)
        named.append(lessons.items[2])
    assert named[0] == named[1]
    assert named[0]["quiz-2-is-a-b"] == ["02_more", "Is a < b?", "Part"]
    assert max(map(len, named[0])) <= len("quiz-2-") + 60


def test_two_alike_and_one_that_nothing_names_stop_the_build(tmp_path):
    page = tmp_path / "02_more.html"
    page.write_text(quiz("Twice?") * 2)
    with pytest.raises(ExtensionError, match="02_more has a second quiz-2-twice"):
        Lessons().mark(page)
    page.write_text('<div class="torchlearning-quiz"></div>')
    with pytest.raises(ExtensionError, match="02_more has 1 questions and exercises that got no name"):
        Lessons().mark(page)


# Where it is remembered


def test_a_reader_finds_her_answers_again(engine, go, way):
    go(PAGE, way)
    do_some(engine)
    left = look(engine)
    assert left["line"].startswith("Your progress: 2 of 17 questions, 1 of 14 exercises")
    assert left["quizzes"][CHOICE]["given"] == [False, True, False]
    assert left["quizzes"][CHOICE]["said"].startswith("✓ Right. Twice as many")
    assert left["quizzes"][NUMBER] == {"given": ["63"], "said": "✗ Not right. Too large. Try again."}
    assert left["ticked"] == [TICK]
    wrong, first = "An epoch of 1,500 examples", "What happens to the gradient?"
    assert left["review"][::2] == ["Wrong so far", "Wrong at first"]
    assert [wrong in left["review"][1], first in left["review"][3]] == [True, True]
    engine.reload()
    assert look(engine) == left
    go(START, way)
    alone = (engine.name, way) == ("firefox", "disk")  # each file has a store of its own
    seen = look(engine)
    assert seen["cards"] == ["", "", "" if alone else "3 of 31 done", *[""] * 5]
    assert seen["line"].endswith("(as far as this page knows)") == alone
    assert seen["where"] == ("where apart" if alone else "where kept")
    assert left["where"] == seen["where"]
    assert seen["review"] == ([] if alone else left["review"])
    engine.back()
    assert look(engine) == left
    go("03_manual_training", way)
    assert look(engine)["line"].startswith("Your progress: 0 of" if alone else "Your progress: 2 of 17 q")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["chromium", "firefox"])  # WebKit's small browser keeps nothing when driven
def test_a_reader_finds_her_answers_tomorrow(name, site, tmp_path):
    address = (site / "book" / f"{PAGE}.html").as_uri()
    with started(name, tmp_path) as today:
        today.open(address)
        do_some(today)
        left = look(today)
    with started(name, tmp_path) as tomorrow:
        tomorrow.open(address)
        assert look(tomorrow) == left


def test_back_after_a_reset_shows_no_answers(engine, go):
    go(PAGE)
    do_some(engine)
    go(START)
    engine.evaluate(RESET, "Forget them")
    engine.back()
    assert look(engine)["line"] == "Your progress: 0 of 17 questions, 0 of 14 exercises"
    assert (look(engine)["quizzes"], look(engine)["given"], look(engine)["ticked"]) == ({}, 0, [])


def test_what_was_no_number_is_no_answer(engine, go):
    go(PAGE)
    for text in ("", "log 3", "1,2,3", "1e999"):
        engine.evaluate(TYPE, [NUMBER, text])
        assert "Type a number" in look(engine)["quizzes"][NUMBER]["said"]
        assert look(engine)["line"].startswith("Your progress: 0 of")
    engine.evaluate(TYPE, [NUMBER, "1,1"])
    assert look(engine)["line"].startswith("Your progress: 1 of")


def test_two_tabs_do_not_overwrite_each_other(engine, go):
    go(PAGE)
    engine.tab(1)
    go(PAGE)
    engine.evaluate(CHOOSE, [CHOICE, 1])
    engine.tab(0)
    wait = """async (words) => {
        while (!document.body.textContent.includes(words)) await new Promise((done) => setTimeout(done, 20));
    }"""
    engine.evaluate(wait, "Your progress: 1 of 17 questions")
    assert look(engine)["quizzes"][CHOICE]["said"].startswith("✓ Right.")
    engine.evaluate(TYPE, [NUMBER, "28"])
    engine.evaluate(CHECK, TICK)
    both = look(engine)
    assert both["line"] == "Your progress: 2 of 17 questions, 1 of 14 exercises"
    engine.tab(1)
    engine.evaluate(wait, "Your progress: 2 of 17 questions, 1 of 14 exercises")
    assert look(engine) == both
    engine.evaluate(RESET, "Forget them")
    engine.tab(0)
    engine.evaluate(wait, "Your progress: 0 of 17 questions, 0 of 14 exercises")
    assert look(engine)["quizzes"] == {}


def test_without_storage_nothing_breaks_and_the_page_says_so(engine, go):
    go(PAGE, "blocked")
    assert engine.evaluate("() => localStorage instanceof Storage") is False  # the stand-in
    assert look(engine)["line"].endswith("0 of 17 questions, 0 of 14 exercises (not remembered)")
    assert look(engine)["where"] == "where lost"
    do_some(engine)
    left = look(engine)
    assert left["line"] == "Your progress: 2 of 17 questions, 1 of 14 exercises (not remembered)"
    assert len(left["review"]) == 4
    themes = """() => [0, 1, 2].map(() => {
        document.querySelector(".theme-switch-button").click();
        return document.documentElement.dataset.mode;
    })"""
    assert sorted(engine.evaluate(themes)) == ["auto", "dark", "light"]
    saved = engine.evaluate(EXPORT)
    engine.reload()
    assert (look(engine)["quizzes"], look(engine)["given"], look(engine)["ticked"]) == ({}, 0, [])
    assert engine.evaluate(IMPORT, [["mine.json"], [saved]]) == "mine.json: 3 added."
    assert look(engine) == {**left, "said": "mine.json: 3 added."}
    engine.evaluate(RESET, "Forget them")
    assert look(engine)["line"] == "Your progress: 0 of 17 questions, 0 of 14 exercises (not remembered)"


FILL = """() => {
    for (let size = 1 << 23; size; size >>= 1) {
        for (let place = 0; place < 3; place += 1) {
            try { localStorage.setItem(`fill ${size} ${place}`, "x".repeat(size)); } catch { break; }
        }
    }
    for (const key of Object.keys(localStorage)) {
        if (/^fill (1|2|4|8|16|32|64|128|256) /.test(key)) localStorage.removeItem(key);
    }
}"""


@pytest.mark.slow
def test_a_full_store_refuses_an_import_whole_and_keeps_answers_for_export(engine, go):
    go(PAGE)
    engine.evaluate(CHOOSE, [CHOICE, 1])
    engine.evaluate(FILL)
    engine.reload()
    before, stored = look(engine), engine.evaluate(DUMP)
    assert before["where"] == "where kept"
    many = {f"quiz-3-question-{number}": record(answer="x" * 400) for number in range(100)}
    said = engine.evaluate(IMPORT, [["many.json"], [pack({**many, CHOICE: record(when=9e15)})]])
    assert said == "many.json needs more room than this browser has left for the book. Nothing has changed."
    assert engine.evaluate(DUMP) == stored
    assert look(engine) == {**before, "said": said}
    rest = (
        """() => { try { for (let n = 0; ; n += 1) localStorage.setItem(`fill more ${n}`, ""); } catch {} }"""
    )
    engine.evaluate(rest)
    engine.evaluate(TYPE, [NUMBER, "28"])
    assert look(engine)["line"] == "Your progress: 2 of 17 questions, 0 of 14 exercises (not remembered)"
    assert set(json.loads(engine.evaluate(EXPORT))["items"]) == {CHOICE, NUMBER}


# Export, import, reset


def test_export_reset_import_is_a_round_trip(engine, go):
    go("03_manual_training")
    engine.evaluate("() => document.querySelector('.torchlearning-quiz [type=radio]').click()")
    go(PAGE)
    do_some(engine)
    left, stored = look(engine), engine.evaluate(DUMP)
    saved = engine.evaluate(EXPORT)
    told = look(engine)["said"]
    assert re.fullmatch(
        r"softmax-regression-in-pytorch-\d{4}-\d\d-\d\d\.json has 4 answers and ticks\.", told
    )
    asked = engine.evaluate(RESET, "Keep them")
    assert "Forget 4 answers and ticks of lesson 3?" in asked
    assert engine.evaluate(DUMP) == stored
    engine.evaluate(RESET, "Forget them")
    assert look(engine)["said"] == "Forgotten."
    assert KEY not in engine.evaluate(DUMP)
    assert (look(engine)["quizzes"], look(engine)["ticked"]) == ({}, [])
    assert engine.evaluate(IMPORT, [["mine.json"], [saved]]) == "mine.json: 4 added."
    assert engine.evaluate(DUMP) == stored
    assert look(engine) == {**left, "said": "mine.json: 4 added."}
    assert engine.evaluate(IMPORT, [["mine.json"], [saved]]) == "mine.json: 4 left as they were."
    assert engine.evaluate(DUMP) == stored


def test_from_disk_files_add_up_where_the_browser_does_not(engine, go):
    saved = []
    for name in ("01_exercises", PAGE):
        go(name, "disk")
        engine.evaluate("() => document.querySelector('.done input').click()")
        saved.append(engine.evaluate(EXPORT))
    go(START, "disk")
    engine.evaluate(IMPORT, [["one.json", "two.json"], saved])
    assert look(engine)["cards"] == ["1 of 18 done", "", "1 of 31 done", *[""] * 5]


def test_a_reset_on_a_lesson_leaves_the_other_lessons(engine, go):
    go("01_exercises")
    engine.evaluate("() => document.querySelector('.done input').click()")
    go(PAGE)
    do_some(engine)
    engine.evaluate(RESET, "Forget them")
    go(START)
    assert look(engine)["cards"] == ["1 of 18 done", *[""] * 7]
    assert "of the whole book?" in engine.evaluate(RESET, "Forget them")
    assert look(engine)["cards"] == [""] * 8


UNREADABLE = {
    "empty": "",
    "text": "my progress",
    "cut": pack({CHOICE: record()})[:-9],
    "deep": "[" * 400_000,
    "pages": "<!doctype html><title>Not found</title>",
}
FOREIGN = {
    "null": "null",
    "list": "[1, 2]",
    "number": "7",
    "none": json.dumps({"version": 1, "items": {CHOICE: record()}}),
    "odd": json.dumps({"book": [BOOK], "items": {CHOICE: record()}}),
}
NOTHING_IN_IT = {
    "bare": json.dumps({"book": BOOK}),
    "items-null": pack(None),
    "items-text": pack("quiz"),
    "items-list": pack([record()]),
    "unknown": pack({"lab-1-softmax": {"done": True}, "__proto__": {"done": True}, "mode": "dark"}),
    "types": pack(
        {
            CHOICE: "It stays the same",
            NUMBER: {"answer": 28, "right": True},
            "quiz-3-a": {"answer": "a", "right": "yes"},
            "quiz-3-b": {"answer": "b", "right": True, "first": 1},
            "quiz-3-c": {"answer": "c" * 501, "right": True},
            "quiz-3-d": None,
            TICK: {"done": "true"},
        }
    ),
}


@pytest.mark.slow
def test_a_file_that_is_no_progress_is_refused_in_a_sentence(engine, go):
    go(PAGE)
    do_some(engine)
    before, stored = look(engine), engine.evaluate(DUMP)
    cases = [(UNREADABLE, "cannot be read: it is not JSON, or damaged.")]
    cases += [(FOREIGN, "does not say which book it belongs to.")]
    cases += [(NOTHING_IN_IT, "has no answer and no tick that this edition can read.")]
    cases += [
        (
            {"other": json.dumps({"book": "Cooking", "items": {TICK: {"done": False}}})},
            "belongs to another book, “Cooking”.",
        )
    ]
    cases += [
        (
            {"big": pack({CHOICE: record(answer="x" * 5_000_000)})},
            "is larger than a megabyte, which no file of this book's progress is.",
        )
    ]
    for files, why in cases:
        for name, text in files.items():
            said = engine.evaluate(IMPORT, [[f"{name}.json"], [text]])
            assert said == f"{name}.json {why} Nothing has changed."
            assert engine.evaluate(DUMP) == stored
            assert look(engine) == {**before, "said": said}


def test_of_a_file_made_by_hand_or_by_another_edition_is_read_what_can_be(engine, go):
    go(PAGE)
    by_hand = {
        "items": {CHOICE: {"answer": "It halves", "right": True}, TICK: {"done": True, "x": 1}, "x": {}}
    }
    said = engine.evaluate(IMPORT, [["hand.json"], [json.dumps({"book": BOOK, **by_hand})]])
    assert said == "hand.json: 2 added, 1 not understood. It comes from another edition."
    assert look(engine)["quizzes"][CHOICE]["said"].startswith("✗ Not right.")  # the page knows better
    assert look(engine)["review"][0] == "Wrong so far"
    assert look(engine)["ticked"] == [TICK]
    later = pack({TICK: {"done": False, "when": 5}}, version=2)
    said = engine.evaluate(IMPORT, [["later.json"], [later]])
    assert said == "later.json: 1 replaced by newer ones. It comes from another edition."
    assert look(engine)["ticked"] == []


def test_an_import_keeps_the_newer_answer_and_what_was_wrong_at_first(engine, go):
    go(PAGE)
    engine.evaluate(CHOOSE, [CHOICE, 1])
    older = pack({CHOICE: record(False, answer="It doubles"), NUMBER: record(True, answer="28")})
    said = engine.evaluate(IMPORT, [["older.json"], [older]])
    assert said == "older.json: 1 added, 1 replaced by newer ones."  # only what it was at first
    seen = look(engine)
    assert seen["quizzes"][CHOICE]["given"] == [False, True, False]
    assert seen["review"][0] == "Wrong at first"
    newer = pack({CHOICE: record(False, 9e15, answer="It halves")})
    assert engine.evaluate(IMPORT, [["newer.json"], [newer]]) == "newer.json: 1 replaced by newer ones."
    assert look(engine)["quizzes"][CHOICE]["given"] == [False, False, True]


def test_what_an_earlier_edition_has_left_does_no_harm(engine, go):
    go(PAGE)
    old = {"quiz-3-a-question-that-is-gone": record(), "exercise-3-99-gone": {"done": True, "when": 1}}
    old |= {
        CHOICE: record(answer="A choice that is gone"),
        NUMBER: record(answer="no number"),
        TICK: "damaged",
    }
    items = {KEY + name: json.dumps(value) for name, value in old.items()}
    items |= {KEY + "quiz-3-x": "{", f"{BOOK}/0/{CHOICE}": json.dumps(record()), f"Cooking/1/{CHOICE}": "1"}
    engine.evaluate(SEED, items)
    engine.reload()
    seen = look(engine)
    assert seen["line"] == "Your progress: 0 of 17 questions, 0 of 14 exercises"
    assert (seen["quizzes"], seen["given"], seen["ticked"], seen["review"]) == ({}, 0, [], [])
    go(START)
    assert look(engine)["cards"] == [""] * 8
    do_some_again = json.loads(engine.evaluate(EXPORT))["items"]
    assert set(do_some_again) == {"quiz-3-a-question-that-is-gone", "exercise-3-99-gone"}  # for their edition


# By keyboard, by ear, on paper, on a phone, without a script


def test_it_is_there_for_every_reader(visit):
    with visit(PAGE, viewport={"width": 360, "height": 640}) as page:
        page.keyboard.press("Tab")
        panel, box = page.locator(".so-far"), page.get_by_role("checkbox", name="Exercise 3.2: done")
        panel.locator("summary").focus()
        page.keyboard.press("Enter")
        buttons = panel.locator(".ways").get_by_role("button")
        assert buttons.all_inner_texts() == ["Export", "Import", "Reset…"]
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        said = panel.locator("> [role=status]")
        assert said.inner_text() == "There is nothing to forget."
        box.focus()
        page.keyboard.press("Space")
        assert box.is_checked()
        buttons.nth(2).focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Reset")
        assert "Forget 1 answer or tick of lesson 3?" in dialog.inner_text()
        assert dialog.get_by_role("button", name="Keep them").evaluate("n => n === document.activeElement")
        page.keyboard.press("Escape")
        assert not dialog.is_visible()
        assert buttons.nth(2).evaluate("n => n === document.activeElement")
        assert box.is_checked()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.wait_for_function("said => said.textContent === 'Forgotten.'", arg=said.element_handle())
        assert not box.is_checked()
        for part in [*panel.locator("summary, button:visible").all(), box]:
            place = part.bounding_box()
            assert place["x"] >= 0
            assert place["x"] + place["width"] <= 360
            assert min(place["width"], place["height"]) >= 19
        page.emulate_media(media="print")
        assert not panel.is_visible()
        assert not box.is_visible()


def test_a_restored_reply_is_not_read_out_and_a_new_one_is(visit):
    with visit(PAGE) as page:
        page.evaluate(CHOOSE, [CHOICE, 0])
        page.reload()
        reply = page.locator(f"#{CHOICE} [role=status]")
        assert reply.inner_text().startswith("✗ Not right.")
        assert reply.get_attribute("aria-live") == "off"
        page.locator(f"#{CHOICE} label").nth(1).click()
        assert reply.inner_text().startswith("✓ Right.")
        assert reply.get_attribute("aria-live") is None


def test_the_way_to_what_was_wrong(visit):
    with visit(PAGE) as page:
        page.evaluate(CHOOSE, [CHOICE, 0])
        page.goto(page.url.replace(PAGE, START))
        page.locator(".so-far summary").click()
        page.locator(".so-far").get_by_role("link", name="What happens to the gradient?").click()
        page.wait_for_url(f"**/{PAGE}.html#{CHOICE}")
        form = page.locator(f"#{CHOICE}")
        page.wait_for_function("form => form.getBoundingClientRect().top >= 40", arg=form.element_handle())
        assert form.evaluate("form => form.getBoundingClientRect().top < innerHeight / 2")


def test_an_exported_file_is_a_file_and_comes_back(visit, tmp_path):
    with visit(PAGE) as page:
        do_some_there = [(CHOOSE, [CHOICE, 1]), (CHECK, TICK)]
        for function, given in do_some_there:
            page.evaluate(function, given)
        page.locator(".so-far summary").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        assert set(json.loads(file.read_text())["items"]) == {CHOICE, TICK}
    with visit(START) as page:  # another reader's browser
        page.locator(".so-far summary").click()
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Import").click()
        chooser.value.set_files(file)
        page.get_by_text(f"{file.name}: 2 added.").wait_for()
        assert page.locator(".tally").nth(2).inner_text() == "2 of 31 done"


def test_without_javascript_nothing_of_it_appears(visit):
    for name in (PAGE, START):
        with visit(name, java_script_enabled=False) as page:
            assert page.locator(".so-far:visible, .done:visible, .so-far *:visible").count() == 0


def test_nobody_is_asked(engine, go, served):
    served.asked.clear()
    go(PAGE)
    known = len(served.asked)
    do_some(engine)
    engine.evaluate(EXPORT)
    engine.evaluate(RESET, "Forget them")
    pictures = ("webp", "png", "ico", "woff2")  # which may come late
    assert not [path for _, path in served.asked[known:] if not path.endswith(pictures)]
    assert {method for method, _ in served.asked} <= {"GET"}
