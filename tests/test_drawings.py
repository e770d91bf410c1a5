"""What the labs draw, in three engines; where they stand, in the address; and that they fit a screen."""

import itertools
import random
import re

import drawings
import pytest
from engines import started
from test_browser import SLIDERS, lab_of, read_out, sliders_of
from test_labs import LESSONS as LABS
from test_labs import lesson_html

from conftest import quick_first
from torchlearning import labs
from torchlearning.labs.base import HERE

LESSONS = {name: page for name, page in LABS.items() if name != "PlaygroundLab"}  # see test_playground.py
POINTS = 6
# What to break in a drawing function, for each lab that draws with it.
ONE, BOTH = ("TrainingLab",), ("TrainingLab", "DispersionLab")
MUTANTS = [
    # scales and ticks
    (
        ("TrainingLab", "CrossoverLab"),
        "String(+value.toPrecision(6))",
        "String(+(2 * value).toPrecision(6))",
    ),
    (BOTH, "axis.range.map((v) => v * stretch)", "axis.range.map((v) => v)"),
    (BOTH, "f = log ? Math.log10 : (v) => v", "f = (v) => v"),
    (("DispersionLab",), "    down = scale(y, bottom, top);\n    marked", "    marked"),
    (("SoftmaxLab", "CrossEntropyLab"), "V${tenth(ax.Y(value))}", "V${tenth(ax.Y(value / 2))}"),
    (("SoftmaxLab", "CrossEntropyLab"), "H${tenth(ax.X(b))}", "H${tenth(ax.X(a))}"),
    # marks, regions, curves
    (BOTH, "`M${tenth(x)} ${tenth(y)}${shape}`", "`M${tenth(y)} ${tenth(x)}${shape}`"),
    (BOTH, "logit(w, C, k, x, y) - logit(w, C, j, x, y)", "logit(w, C, j, x, y) - logit(w, C, k, x, y)"),
    (BOTH, "a / (a - b) * (q[0] - p[0])", "a / (b - a) * (q[0] - p[0])"),
    (BOTH, "w[k - 1] * x + w[C - 1 + k - 1] * y + w[2", "w[k - 1] * x + w[C - 1 + k - 1] * y - w[2"),
    (BOTH, "if (z > top) [best, top] = [k, z];", "if (z < top) [best, top] = [k, z];"),
    (BOTH, "!== labels[i] ? 1 : 0", "=== labels[i] ? 1 : 0"),
    (BOTH, "marks(points[k][1], k, 2.2)", "marks(points[k][0], k, 2.2)"),
    (BOTH, "[ax.X(i), ax.Y(value)]", "[ax.X(i + 1), ax.Y(value)]"),
    (BOTH, "line([[shown[at][0], ax.top]", "line([[shown[0][0], ax.top]"),
    (BOTH, "marks([shown[at]], 0, 4)", "marks([shown[0]], 0, 4)"),
    (
        BOTH,
        "curves.map((values) => line(points(values)))",
        "curves.slice(1).map((values) => line(points(values)))",
    ),
    # the softmax lab
    (("SoftmaxLab",), "k === best ? bar", "k !== best ? bar"),
    (("SoftmaxLab",), "draw(s.indexOf(top), naive, stable)", "draw(s.indexOf(top), stable, naive)"),
    (("SoftmaxLab",), "Number.isNaN(answers[0][k]) ? bar", "Number.isNaN(answers[1][k]) ? bar"),
    (("SoftmaxLab",), 'p === 0 ? "0" : p.toFixed(2)', '"0"'),
    # the cross-entropy lab
    (
        ("CrossEntropyLab",),
        "p.reduce((sum, share, k) => sum + share * corners[k][d], 0)",
        "p.reduce((sum, share, k) => sum + share * corners[2 - k][d], 0)",
    ),
    (("CrossEntropyLab",), "share = Math.exp(-level)", "share = 1 - Math.exp(-level)"),
    (
        ("CrossEntropyLab",),
        "(j === y ? share : j === k ? 1 - share : 0)",
        "(j === y ? share : (1 - share) / 2)",
    ),
    (("CrossEntropyLab",), "arrow(place(p), corners[y])", "arrow(corners[y], place(p))"),
    (("CrossEntropyLab",), "ax.Y(g)]", "ax.Y(-g)]"),
    (("CrossEntropyLab",), 'k === y ? "lit"', 'k !== y ? "lit"'),
    # the training lab
    (ONE, "(step - 1) * batch_size, step * batch_size", "step * batch_size, (step + 1) * batch_size"),
    (ONE, "at = start * T + step;", "at = start * T + Math.max(step - 1, 0);"),
    (ONE, "labels[i] === k);\n      path", "labels[i] !== k);\n      path"),
    # the dispersion lab
    (("DispersionLab",), "scatter.X(2 * t - v)", "scatter.X(2 * t + v)"),
    (("DispersionLab",), "accuracy.Y(ceilings[s])", "accuracy.Y(ceilings[0])"),
    (
        ("DispersionLab",),
        "mean * (k - (C - 1) / 2) + dispersions[s]",
        "mean * (k - (C - 1) / 2) - dispersions[s]",
    ),
    (
        ("DispersionLab",),
        "ax.show(curves(values)[r], epoch)",
        "ax.show(curves(values)[r], Math.max(epoch - 1, 0))",
    ),
    # the digit lab
    (("DigitLab",), "(n - mean[j]) / std[j]", "(n - mean[j])"),
    (("DigitLab",), "w[j * SCORES + k] * fed[j]", "w[j * SCORES + k]"),
    (("DigitLab",), "part(k, j), 0) + bias(k)", "part(k, j), 0) - 5 * bias(k)"),
    (("DigitLab",), "parts: fed.map((_, j) => part(best, j))", "parts: fed.map((_, j) => part(second, j))"),
    (
        ("DigitLab",),
        "x: i % 8 * size, y: Math.floor(i / 8) * size",
        "y: i % 8 * size, x: Math.floor(i / 8) * size",
    ),
    (("DigitLab",), 'v < 0 ? "against" : "for"', 'v > 0 ? "against" : "for"'),
    (("DigitLab",), "Math.abs(v) / top : 0", "Math.abs(v) / top / 2 : 0"),
    (("DigitLab",), "bar(ax, k - 0.38, k + 0.38, p[k])", "bar(ax, k - 0.38, k + 0.38, p[9 - k])"),
    (("DigitLab",), 'k === best ? "lit"', 'k !== best ? "lit"'),
]
MUTANTS = [(name, old, new) for names, old, new in MUTANTS for name in names]


def places(rng):
    return [rng.random() for _ in range(5)], rng.randrange(3)


@pytest.mark.parametrize("name", LESSONS)
def test_the_lessons_store_todays_javascript(name):
    page, host = lesson_html(name), (HERE / "page.js").read_text(encoding="utf-8")
    view = getattr(labs, name)._esm
    assert f'{str(view).replace("export default ", "const view = ")}\n{host}\nmount(view, "{name}");' in page
    assert labs.SoftmaxLab._css in page


@pytest.mark.parametrize("width", [360, 1000])
@pytest.mark.parametrize("name", LESSONS)
def test_a_lab_draws_what_python_computes(engine, tmp_path, name, width):
    rng = random.Random(width)
    engine.resize(width, 900)
    engine.open(drawings.page(tmp_path, name))
    for _ in range(POINTS):
        drawings.check(engine, name, *places(rng))


@pytest.mark.slow
def test_every_broken_drawing_is_seen(tmp_path):
    unseen = []
    with started("chromium") as engine:
        engine.resize(1000, 900)
        for name, old, new in MUTANTS:
            assert lesson_html(name).count(old) == 1, (name, old)
            engine.open(drawings.page(tmp_path, name, lambda html, old=old, new=new: html.replace(old, new)))
            rng = random.Random(0)
            try:
                for _ in range(POINTS):
                    drawings.check(engine, name, *places(rng))
            except AssertionError:
                continue
            unseen.append((name, old, new))
    assert not unseen


# Where a lab stands: controls and picture agree, and the address says it.

REST = "() => new Promise((done) => setTimeout(() => done(location.hash), 900))"


@pytest.mark.slow
@pytest.mark.parametrize("name", LESSONS)
def test_a_position_survives_reload_and_back(engine, tmp_path, name):
    engine.open(drawings.page(tmp_path, name))
    drawings.check(engine, name, *places(random.Random(1)))
    before = engine.evaluate(drawings.LOOK)
    assert engine.evaluate(REST).startswith(f"#{name}=")
    engine.reload()
    assert engine.evaluate(drawings.LOOK) == before
    engine.open((tmp_path / f"{name}.html").as_uri() + "?elsewhere")
    engine.back()
    engine.evaluate(REST)
    assert engine.evaluate(drawings.LOOK) == before


@pytest.mark.parametrize(
    "mangled",
    [
        "=",
        "=;;",
        "=nan;1;0",
        "=2,1;1;0",
        "=99,0,0;1;0",
        "=2,1,0;1;0;0",
        "=%ZZ",
        "=1e999,0,0;1;0",
        ".2=1,1,1;1;0",
    ],
)
def test_a_mangled_position_does_no_harm(engine, tmp_path, mangled):
    address = drawings.page(tmp_path, "SoftmaxLab")
    engine.open(address)
    first = engine.evaluate(drawings.LOOK)
    engine.open("about:blank")
    engine.open(f"{address}#SoftmaxLab{mangled}")
    assert engine.evaluate(drawings.LOOK) == first


def test_labs_of_a_page_and_anchors_do_not_collide(visit, tmp_path):
    forms = "".join(lesson_html(name) for name in ("SoftmaxLab", "CrossEntropyLab", "SoftmaxLab"))
    path = tmp_path / "three.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{forms}<p style='height:3000px'><h2 id=end>End</h2>")
    with visit(path) as page:
        page.get_by_role("slider").nth(0).press("End")
        page.get_by_role("slider").nth(5).press("Home")
        page.get_by_role("slider").nth(8).press("Home")
        words = page.get_by_role("status").all_inner_texts()
        assert re.fullmatch(
            r"#SoftmaxLab=10,1,0;1;0&CrossEntropyLab=\S+;0&SoftmaxLab.2=-10,1,0;1;0", page.evaluate(REST)
        )
        page.reload()
        assert page.get_by_role("status").all_inner_texts() == words
        page.evaluate("location.hash = 'end'")
        page.wait_for_function("scrollY > 1000")
        assert page.get_by_role("status").all_inner_texts() == words  # an anchor moves no lab


# One screen.


@pytest.mark.parametrize(
    ("width", "height", "room"), quick_first([(360, 740, 684), (740, 360, 304), (640, 400, 344)])
)
@pytest.mark.parametrize("name", LESSONS)
def test_a_lab_fits_one_screen(visit, tmp_path, name, width, height, room):
    drawings.page(tmp_path, name)
    with visit(
        tmp_path / f"{name}.html", viewport={"width": width, "height": height}, has_touch=True
    ) as page:
        lab = lab_of(page, name).locator(".lab")
        assert lab.bounding_box()["height"] <= room  # which the bar above a lesson leaves
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        sizes = lab.locator(".pictures svg text").evaluate_all(
            "all => all.map((t) => parseFloat(getComputedStyle(t).fontSize))"
        )
        assert set(sizes) == {12}
        for slider in lab.locator(".slider").all():  # name, slider and value side by side
            name_box, slider_box, value_box = (
                slider.locator(part).bounding_box() for part in ("span", "input", "b")
            )
            assert name_box["x"] + name_box["width"] <= slider_box["x"] + 1
            assert slider_box["x"] + slider_box["width"] <= value_box["x"] + 1
        before = read_out(lab)
        sliders_of(page, name)[0].press("End")
        sliders_of(page, name)[1].press("End")
        assert read_out(lab) != before


CUT = """lab => [...lab.querySelectorAll(".pictures svg text")].filter((text) => text.textContent.trim()
    && text.checkVisibility({ visibilityProperty: true })).filter((text) => {
        const word = text.getBoundingClientRect(), picture = text.ownerSVGElement.getBoundingClientRect();
        return word.left < picture.left - 1 || word.right > picture.right + 1
            || word.top < picture.top - 1 || word.bottom > picture.bottom + 1;
    }).map((text) => text.textContent)"""


@pytest.mark.parametrize("width", [360, 1000])
@pytest.mark.parametrize("name", quick_first(LABS))
def test_larger_text_is_larger_in_pictures_too_and_not_cut(visit, tmp_path, name, width):
    path = tmp_path / f"{name}.html"
    drawings.page(tmp_path, name, lambda html: f"<style>html {{ font-size: 150% }}</style>{html}")
    with visit(path, viewport={"width": width, "height": 900}) as page:
        lab = lab_of(page, name)
        sizes = lab.locator(".pictures svg text").evaluate_all(
            "all => all.map((text) => getComputedStyle(text).fontSize)"
        )
        assert set(sizes) == {"18px"}
        assert lab.evaluate(CUT) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_words_of_the_triangle_stand_outside_and_apart(visit, tmp_path):
    drawings.page(tmp_path, "CrossEntropyLab")
    for screen in ((360, 740), (740, 360), (1280, 800)):
        with visit(
            tmp_path / "CrossEntropyLab.html", viewport=dict(zip(("width", "height"), screen, strict=True))
        ) as page:
            for y in range(3):
                page.get_by_role("radio").nth(y).check()
                texts = page.locator("svg.drag text").all()
                boxes = [box for text in texts if (box := text.bounding_box())]
                for one, other in itertools.combinations(boxes, 2):
                    gaps = [
                        max(one[at], other[at]) - min(one[at] + one[size], other[at] + other[size])
                        for at, size in (("x", "width"), ("y", "height"))
                    ]
                    assert gaps[0] > -1 or gaps[1] > -3, (screen, y, one, other)  # letters are less tall


@pytest.mark.parametrize(
    ("name", "target"),
    quick_first([("CrossEntropyLab", "svg.drag"), *((name, "input[type=range]") for name in SLIDERS)], 2),
)
def test_a_vertical_swipe_scrolls_and_changes_nothing(visit, tmp_path, name, target):
    drawings.page(tmp_path, name)
    with visit(
        tmp_path / f"{name}.html", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    ) as page:
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('p'), { style: 'height: 3000px' }))"
        )
        before, box = read_out(lab_of(page, name)), page.locator(target).first.bounding_box()
        finger = page.context.new_cdp_session(page)
        x, y = box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.5

        def touch(kind, *points):
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

        touch("touchStart", {"x": x, "y": y})
        for way in range(12, 140, 12):
            touch("touchMove", {"x": x, "y": y - way})
            page.wait_for_timeout(20)
        touch("touchEnd")
        page.wait_for_timeout(300)
        assert page.evaluate("scrollY") > 60
        assert read_out(lab_of(page, name)) == before
