"""The digit lab: its ink to the pixel, its numbers to five digits, and drawing by mouse, finger and keys."""

import math
import random
import re

import numpy as np
import pytest
import torch
from drawings import HEAD, LOOK, check_digit, digit_lab, wrong_first
from engines import ENGINES, started
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from test_playground import module
from torch.nn import functional as F
from traitlets import TraitError

from conftest import Visit, quick_first
from torchlearning.labs import DigitLab
from torchlearning.labs import digit_ink as ink

CROSS = ndimage.generate_binary_structure(2, 1)
# Digits drawn with a few straight lines: what was meant, and the strokes.
TEN = [
    (0, "eLTYUse2pqoWeL"), (1, "ZUhLggf2"), (2, "UUbLmNnYU0t0"), (3, "UNqMecogrqj0Vy"), (4, "eKSkuk.lYk2"),
    (5, "qMXMWekcrok0Uy"), (6, "mKaYVqe2ouikWo"), (7, "SOsNkceqb2"), (8, "oQeKWSooi2WuoYoQ"),
    (9, "qUeMUWegqUomi2"),
]  # fmt: skip


def scribble(rng):
    """Return a random drawing as text, and a pen."""
    strokes = [
        [(rng.randrange(64), rng.randrange(64)) for _ in range(rng.choice([1, 1, 2, 5, 12]))]
        for _ in range(rng.choice([0, 1, 2, 3, 6]))
    ]
    return ink.pack(strokes), rng.randint(1, 16) / 2


# The ink, against other makes of the same.


@given(st.lists(st.lists(st.tuples(st.integers(0, 63), st.integers(0, 63)), min_size=1), max_size=5))
def test_strokes_travel_as_text(strokes):
    assert ink.unpack(ink.pack(strokes)) == strokes


@pytest.mark.parametrize(
    "spoilt", ["A", "AAA", ".AA", "AA.", "AA..AA", "A=", "AA AA", "åå", "AA\n", "AA" * 1001]
)
def test_what_is_no_drawing_is_refused(spoilt):
    with pytest.raises(ValueError, match="must be up to 1000 points of two letters each"):
        ink.unpack(spoilt)


def test_a_pixel_is_inked_where_the_pen_has_been():
    rng = random.Random(0)
    for text, pen in (scribble(rng) for _ in range(30)):
        pixels = np.stack(np.meshgrid(np.arange(32), np.arange(32)), -1) + 0.5
        near = np.full((32, 32), np.inf)
        for stroke in ink.unpack(text):
            for a, b in zip(stroke, stroke[1:] or stroke, strict=False):
                along = np.linspace(a, b, 400).reshape(-1, 1, 1, 2) / 2
                near = np.minimum(near, np.hypot(*np.moveaxis(pixels - along, -1, 0)).min(0))
        wet = ink.drawn(text, pen).numpy()
        assert wet[near < pen / 2 - 0.01].all()
        assert not wet[near > pen / 2 + 0.01].any()


def test_lines_are_made_thicker_and_thinner_as_scipy_does():
    rng = np.random.default_rng(0)
    for share in (0.05, 0.3, 0.7, 0.95):
        box = rng.random((32, 32)) < share
        theirs = ndimage.binary_dilation(box, CROSS), ndimage.binary_erosion(box, CROSS)
        ours = [change(torch.from_numpy(box)).numpy() for change in (ink._grown, ink._shrunk)]
        assert all(map(np.array_equal, ours, theirs))


def test_a_fitted_drawing_fills_the_box_wherever_it_was_drawn():
    for _, text in TEN:
        moved = ink.pack([[(x // 2 + 20, y // 2 + 5) for x, y in s] for s in ink.unpack(text)])
        for pen in (1, 2.5, 4):
            pixels = ink.fitted(moved, pen)
            assert ink.count(pixels).any(1).all()  # blocks from the top to the bottom
            assert 100 < pixels.sum() < 640
            assert ink.fitted(
                ink.pack([[(x - 9, y + 7) for x, y in s] for s in ink.unpack(moved)]), pen
            ).equal(pixels)
    slash = ink.fitted(ink.pack([[(50, 5), (14, 60)]]), 2)
    assert slash.int().argmax(1).float().std() < 1  # its left edge has become upright
    assert ink.drawn(ink.pack([[(50, 5), (14, 60)]]), 2).int().argmax(1).float().std() > 4


def test_blocks_are_counted():
    pixels = torch.rand(32, 32) < 0.4
    expected = F.avg_pool2d(pixels.float()[None], 4)[0] * 16
    assert torch.equal(ink.count(pixels), expected)


INK = """async ([module, drawings]) => {
    const { drawn, fitted, count, are_strokes } = await import(module);
    return drawings.map(([text, pen]) => [drawn, fitted].map((way) => {
        const pixels = way(text, pen);
        return [are_strokes(text), [...pixels].join(""), [...count(pixels)]];
    }));
}"""


@pytest.mark.parametrize("name", quick_first(ENGINES))
def test_the_page_inks_and_counts_to_the_pixel_as_python(name, tmp_path):
    rng = random.Random(2)
    drawings = [scribble(rng) for _ in range(150)] + [(text, 4) for _, text in TEN] + [("", 4), ("AA", 0.5)]
    (tmp_path / "empty.html").write_text(HEAD)
    with started(name) as engine:
        engine.open((tmp_path / "empty.html").as_uri())
        answers = engine.evaluate(INK, [module("digit_ink.js"), drawings])
    for (text, pen), both in zip(drawings, answers, strict=True):
        for way, (allowed, pixels, counts) in zip((ink.drawn, ink.fitted), both, strict=True):
            expected = way(text, pen)
            assert allowed
            assert pixels == "".join(map(str, expected.int().flatten().tolist())), (text, pen, way)
            assert counts == ink.count(expected).flatten().tolist()


# The lab in Python.


def at_first():
    """Return the lesson's lab as it is at first: other tests move the same one."""
    shown = digit_lab()
    shown.digit, shown.strokes, shown.pen, shown.box, shown.own = -1, "", 4.0, "drawn", []
    return shown


@pytest.fixture
def lab():
    return at_first()


def test_probabilities_and_parts_are_torchs(lab):
    rng, w = random.Random(3), lab.weights.double()
    for digit in (-1, 0, 17, 359):
        lab.digit, (lab.strokes, lab.pen), lab.box = digit, scribble(rng), rng.choice(["drawn", "fitted"])
        x = (lab.drawing.flatten().double() - lab._mean) / lab._std
        z = F.linear(x, w[:-1].T, w[-1])
        torch.testing.assert_close(lab.probabilities, F.softmax(z, 0).float(), atol=1e-6, rtol=0)
        assert lab.parts.sum().item() + w[-1, z.argmax()] == pytest.approx(z.max().item(), rel=1e-5, abs=1e-4)


def test_ink_is_added_to_a_digit_and_fills_a_block_at_most(lab):
    lab.digit, lab.strokes, lab.box = 5, "gEg7", "fitted"
    added = ink.count(ink.drawn("gEg7", 4))
    assert torch.equal(lab.drawing, (lab._images[5].view(8, 8) + added).clamp(max=16))


def test_any_other_linear_model_can_be_shown(lab):
    other, seen = DigitLab(torch.zeros(65, 10), lab._images[:3], lab._labels[:3], digit=2), []
    other.observe(lambda change: seen.append(change["new"].shape), names="weights")
    torch.testing.assert_close(other.probabilities, torch.full((10,), 0.1))
    other.weights = torch.randn(65, 10, dtype=torch.float64)
    z = other._images[2].double() @ other.weights[:-1].double() + other.weights[-1]
    torch.testing.assert_close(other.probabilities, z.softmax(0).float())
    other.set_state({"weights": other.get_state(["weights"])["weights"]})
    assert seen[0] == (65, 10)


def test_own_digits_are_a_test_set(lab):
    lab.own = TEN
    for box, way in (("drawn", ink.drawn), ("fitted", ink.fitted)):
        lab.box = box
        counts, labels = lab.own_digits
        assert labels.tolist() == [k for k, _ in TEN]
        assert torch.equal(counts[7].view(8, 8), ink.count(way(TEN[7][1], 4)))
    lab.own = []
    assert lab.own_digits[0].shape == (0, 64)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("weights", torch.zeros(64, 10), "weights must have shape (65, 10), got (64, 10)"),
        ("weights", None, "weights must be a floating-point matrix, got NoneType"),
        ("weights", [[1.0]], "weights must be a floating-point matrix, got list"),
        ("weights", torch.full((65, 10), math.nan), "weights must hold numbers that float32 can hold"),
        ("weights", torch.zeros(65, 10, device="meta"), "weights must"),
        ("digit", 360, "digit must be from -1 to 359, got 360"),
        ("digit", True, "digit must be a number, got True"),
        ("strokes", "A", "strokes must be up to 1000 points of two letters each"),
        ("strokes", 3, "strokes"),
        ("pen", 0, "pen"),
        ("pen", math.nan, "pen must be from 0.5 to 8, got nan"),
        ("box", "bent", "box must be one of drawn, fitted, got 'bent'"),
        ("own", [(3, "AA"), 7], "own[1] must be a digit and its strokes, got 7"),
        ("own", [(10, "AA")], "own[0][0] must be a digit, 0 to 9, got 10"),
        ("own", [(1, "A")], "own[0][1] must be up to 1000 points"),
    ],
)
def test_what_is_no_setting_is_refused(lab, name, value, message):
    before = getattr(lab, name)
    with pytest.raises(TraitError, match=re.escape(message)):
        setattr(lab, name, value)
    assert getattr(lab, name) is before or getattr(lab, name) == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": torch.zeros(2, 8, 8)}, "images must hold real numbers of shape (N, 64)"),
        ({"images": torch.full((2, 64), 17)}, "images must hold counts, whole numbers from 0 to 16"),
        ({"images": torch.full((2, 64), 0.5)}, "images must hold counts"),
        ({"labels": torch.tensor([0, 10])}, "labels"),
        ({"labels": torch.tensor([0])}, "labels"),
        ({"mean": torch.zeros(63)}, "mean must have shape (64,), got (63,)"),
        ({"std": -torch.ones(64)}, "std must not be negative, got -1"),
        ({"std": torch.full((64,), math.inf)}, "std must hold finite numbers only"),
        ({"digit": 2}, "digit must be from -1 to 1, got 2"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(change, message):
    fitting = {"weights": torch.zeros(65, 10), "images": torch.zeros(2, 64), "labels": torch.tensor([0, 9])}
    with pytest.raises(TraitError, match=re.escape(message)):
        DigitLab(**{**fitting, **change})


# The lab in a page.


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Save the lesson's lab as a page, with room to scroll below it, and return its address."""
    page = tmp_path_factory.mktemp("digits") / "lab.html"
    page.write_text(f"{HEAD}<main>{at_first().to_html()}<p style='height: 3000px'>", encoding="utf-8")
    return page.as_uri()


SHOWN = """async (hash) => {
    if (hash) { location.hash = hash; await new Promise((done) => setTimeout(done, 60)); }
    const text = (kind) => document.querySelector(kind).textContent;
    const cells = (i) => document.querySelectorAll(".lab svg[role=img]")[i].getAttribute("aria-label")
        .split("row by row: ")[1].split(" ").map(Number);
    const hints = [...document.querySelectorAll(".hint title")];
    const chances = hints.map((node) => Number(node.textContent.split(": ")[1]));
    return { words: text(".read-out"), tally: text(".tally"), counts: cells(0), parts: cells(1), chances };
}"""


def agrees(shown, lab):
    """Compare what a page shows with the lab in Python, and return the probabilities' largest difference."""
    assert shown["counts"] == lab.drawing.flatten().tolist()
    assert shown["parts"] == pytest.approx(lab.parts.flatten().tolist(), abs=0.051)
    p, k = lab.probabilities, int(lab.probabilities.argmax())
    assert f" {k} ({p[k]:.4f})" in shown["words"]
    return (torch.tensor(shown["chances"], dtype=torch.float64) - p).abs().max().item()


@pytest.mark.parametrize("name", quick_first(ENGINES))
def test_the_page_shows_torchs_probabilities(name, address, lab):
    rng, worst = random.Random(4), 0.0
    with started(name) as engine:
        engine.open(address)
        worst = agrees(engine.evaluate(SHOWN), lab)
        for i in range(40):
            lab.digit, lab.box = rng.choice([-1, -1, rng.randrange(360)]), rng.choice(["drawn", "fitted"])
            lab.strokes, lab.pen = scribble(rng) if i < 30 else (TEN[i - 30][1], 4.0)
            place = f"DigitLab={lab.digit};{lab.strokes};{lab.pen:g};{lab.box}"
            worst = max(worst, agrees(engine.evaluate(SHOWN, place), lab))
    print(f"{name}: largest difference of a probability {worst:.1e}")
    assert worst <= 1e-5


def test_test_digits_come_with_the_wrong_ones_first(browser, address, lab):
    with Visit(browser, address) as page:
        slider = page.get_by_role("slider").first
        for place, row in list(enumerate(wrong_first(), 1))[:25]:
            slider.fill(str(place))
            check_digit(page.evaluate(LOOK), None)
            assert f"Test digit {place} of 360, a {lab._labels[row]}" in page.evaluate(SHOWN)["words"]


def on_sheet(page):
    """Return where a point of the sheet, in half pixels, is on the screen."""
    sheet = page.get_by_role("application")
    sheet.scroll_into_view_if_needed()
    left, top, width = sheet.evaluate(
        "(node) => { const box = node.getBoundingClientRect(); return [box.left, box.top, box.width]; }"
    )
    return lambda x, y: (left + x / 64 * width, top + y / 64 * width)


def draw(page, text):
    """Draw strokes with the mouse."""
    at = on_sheet(page)
    for stroke in ink.unpack(text):
        page.mouse.move(*at(*stroke[0]))
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*at(*point))
        page.mouse.up()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("size", quick_first([((1280, 800),), ((360, 740),), ((740, 360),)]))
def test_a_path_drawn_by_mouse_is_counted_as_in_python(browser, address, lab, size):
    with Visit(browser, address, viewport=dict(zip(("width", "height"), size, strict=True))) as page:
        assert "Nothing drawn yet" in page.evaluate(SHOWN)["words"]
        for _, text in TEN[::3]:
            draw(page, text)
            lab.strokes = text
            for label, box in (("drawn", "drawn"), ("fitted", "fitted"), ("drawn", "drawn")):
                page.get_by_label(label, exact=True).check()
                lab.box = box
                assert agrees(page.evaluate(SHOWN), lab) <= 1e-5
            press(page, "Clear")
            assert "Nothing drawn yet" in page.evaluate(SHOWN)["words"]
        press(page, "Undo")
        assert agrees(page.evaluate(SHOWN), lab) <= 1e-5
        press(page, "Undo")
        assert "Nothing drawn yet" in page.evaluate(SHOWN)["words"]


def test_a_path_drawn_by_keys_is_counted_as_in_python(browser, address, lab):
    with Visit(browser, address) as page:
        sheet = page.get_by_role("application")
        assert "arrow keys move" in sheet.get_attribute("aria-label")
        sheet.focus()
        for key in ["ArrowUp"] * 5 + [
            "Shift+ArrowUp",
            "Enter",
            "ArrowDown",
            "Shift+ArrowDown",
            "ArrowLeft",
            "Enter",
        ]:
            page.keyboard.press(key)
        lab.strokes = ink.pack([[(32, 14), (32, 16), (32, 24), (30, 24)]])
        assert agrees(page.evaluate(SHOWN), lab) <= 1e-5
        assert "Pen up at column 16, row 13 of 32" in page.evaluate(SHOWN)["words"]
        page.keyboard.press("ArrowLeft")  # the pen is up
        assert agrees(page.evaluate(SHOWN), lab) <= 1e-5
        page.keyboard.press("u")
        assert "Nothing drawn yet" in page.evaluate(SHOWN)["words"]
        for key in ("Space", "ArrowRight", "Tab"):
            page.keyboard.press(key)
        lab.strokes = ink.pack([[(28, 24), (30, 24)]])
        assert agrees(page.evaluate(SHOWN), lab) <= 1e-5
        sheet.press("Delete")
        assert "Nothing drawn yet" in page.evaluate(SHOWN)["words"]


def swipe(page, x, y, by):
    """Move a finger upwards."""
    finger = page.context.new_cdp_session(page)

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    for way in range(12, by, 12):
        touch("touchMove", {"x": x, "y": y - way})
        page.wait_for_timeout(20)
    touch("touchEnd")
    page.wait_for_timeout(300)


def test_a_finger_draws_on_the_sheet_and_scrolls_beside_it(browser, address):
    with Visit(
        browser, address, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    ) as page:
        swipe(page, *on_sheet(page)(32, 56), 120)
        assert page.evaluate("scrollY") == 0
        counts = np.array(page.evaluate(SHOWN)["counts"]).reshape(8, 8)
        assert (counts[3:7, 3:5] > 0).all()
        assert not counts[:, [0, 1, 6, 7]].any()
        before, box = page.evaluate(SHOWN), page.locator(".chances > svg").bounding_box()
        swipe(page, box["x"] + 100, box["y"] + 50, 200)
        assert page.evaluate("scrollY") > 60
        assert page.evaluate(SHOWN) == before


def test_what_you_meant_is_counted_both_ways(browser, address, lab):
    lab.own, right = TEN, []
    for box in ("drawn", "fitted"):
        lab.box = box
        counts, labels = lab.own_digits
        z = (counts - lab._mean) / lab._std @ lab.weights[:-1] + lab.weights[-1]
        right.append(int((z.argmax(1) == labels).sum()))
    with Visit(browser, address) as page:
        press(page, "I meant 3")
        assert "Draw a digit first" in page.evaluate(SHOWN)["words"]
        for i, (k, text) in enumerate(TEN):
            draw(page, text)
            press(page, f"I meant {k}")
            assert f"You meant {k}, and the model said" in page.evaluate(SHOWN)["words"]
            assert f"Recognised of {i + 1} that you drew" in page.evaluate(SHOWN)["tally"]
        assert f": {right[0]} as drawn, {right[1]} fitted." in page.evaluate(SHOWN)["tally"]
        press(page, "Undo")
        assert "Recognised of 9 that you drew" in page.evaluate(SHOWN)["tally"]
        lab.strokes, lab.box = TEN[-1][1], "drawn"
        assert agrees(page.evaluate(SHOWN), lab) <= 1e-5
        page.get_by_role("slider").first.press("ArrowRight")
        press(page, "I meant 3")
        assert "a digit of the test set" in page.evaluate(SHOWN)["words"]
        assert "Recognised of 9 that you drew" in page.evaluate(SHOWN)["tally"]


def test_ink_changes_a_test_digit_until_the_next_is_loaded(browser, address, lab):
    with Visit(browser, address) as page:
        slider = page.get_by_role("slider").first
        slider.fill("30")
        draw(page, "gEg7")
        lab.digit, lab.strokes = wrong_first()[29], "gEg7"
        assert agrees(page.evaluate(SHOWN), lab) <= 1e-5
        assert "with your ink" in page.evaluate(SHOWN)["words"]
        slider.fill("31")
        lab.digit, lab.strokes = wrong_first()[30], ""
        assert agrees(page.evaluate(SHOWN), lab) <= 1e-5


@pytest.mark.parametrize(
    "mangled",
    ["360;;4;drawn", "-2;;4;drawn", "0;A;4;drawn", "0;;9;drawn", "0;;4;bent", "0;;4", "0.5;;4;drawn"],
)
def test_a_mangled_address_does_no_harm(browser, address, mangled):
    with Visit(browser, f"{address}#DigitLab={mangled}") as page:
        assert "Nothing drawn yet" in page.evaluate(SHOWN)["words"]


@pytest.mark.parametrize(("width", "height", "room"), [(360, 740, 684), (740, 360, 304), (1280, 800, 744)])
@pytest.mark.parametrize("place", quick_first(["-1;{};4;fitted", "-1;;4;drawn", "240;{};4;drawn"]))
def test_drawn_or_not_it_fits_one_screen(browser, address, width, height, room, place):
    drawn = f"{address}#DigitLab={place.format(TEN[8][1])}"
    with Visit(browser, drawn, viewport={"width": width, "height": height}) as page:
        assert page.locator(".lab").bounding_box()["height"] <= room
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for part in page.locator(".lab button, .lab svg, .lab input").all():
            box = part.bounding_box()
            assert box["x"] + box["width"] <= width
        for button in page.get_by_role("button").all():
            box = button.bounding_box()
            assert min(box["width"], box["height"]) >= 24


@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
def test_ink_stands_out_from_paper(browser, address, scheme):
    options = {"forced_colors": "active"} if scheme == "forced" else {}
    with Visit(browser, f"{address}#DigitLab=-1;{TEN[0][1]};4;drawn", **options) as page:
        if scheme == "dark":
            page.evaluate("""() => {
                document.documentElement.dataset.theme = "dark";
                document.documentElement.style.setProperty("--pst-color-text-base", "#ced6dd");
                document.documentElement.style.setProperty("--pst-color-background", "#14181e");
            }""")
        sheet = page.get_by_role("application")
        colours = [
            sheet.evaluate("(node) => getComputedStyle(node).backgroundColor"),
            sheet.locator("path.ink").evaluate("(node) => getComputedStyle(node).fill"),
        ]
        paper, wet = (sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3 for colour in colours)
        assert abs(paper - wet) > 150


# How well it reads other hands: what lesson 7 says.


def test_own_digits_are_read_once_they_fit_the_box(lab):
    lab.own, right = TEN, {}
    for lab.box in ("drawn", "fitted"):
        counts, labels = lab.own_digits
        z = (counts - lab._mean) / lab._std @ lab.weights[:-1] + lab.weights[-1]
        right[lab.box] = int((z.argmax(1) == labels).sum())
    assert right == {"drawn": 2, "fitted": 10}
