"""The labs in the built pages: opened from disk, without a network, in a real browser."""

import math
import random
import re

import pytest
import torch
from test_labs import LESSONS, full_weights, lesson_html, scores, state
from torch.nn import functional as F

from conftest import quick_first

SLIDERS = {"SoftmaxLab": 5, "CrossEntropyLab": 3, "TrainingLab": 2, "DispersionLab": 3, "CrossoverLab": 4}
SLIDERS |= {"DigitLab": 2, "PlaygroundLab": 2}
POINTS = 25
RANGES = "[...lab.querySelectorAll('input[type=range]')]"


def lab_of(page, name):
    return page.locator(f'[data-lab="{name}"]')


def sliders_of(page, name):
    found = lab_of(page, name).get_by_role("slider").all()
    assert len(found) == SLIDERS[name]
    return found


def read_out(lab):
    """Return what a lab says once it has worked it out: the lowest loss takes the playground a moment."""
    lab.page.wait_for_function("lab => !lab.querySelector('[aria-busy=true]')", arg=lab.element_handle())
    return lab.get_by_role("status").inner_text().replace("−", "-")


def number(words, name):
    return float(re.search(rf"{name} (-?[\d.]+)", words)[1])


def shuffle(lab, rng):
    """Put every slider of a lab somewhere, as `fill` does one, and return where."""
    maxima = lab.evaluate(f"lab => {RANGES}.map((slider) => +slider.max)")
    places = [rng.randint(0, most) for most in maxima]
    lab.evaluate(
        f"""(lab, places) => {RANGES}.forEach((slider, i) => {{
            slider.value = places[i];
            slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
            slider.dispatchEvent(new Event("change", {{ bubbles: true }}));
        }})""",
        places,
    )
    return places


# The numbers of a page are torch's, at random positions of the sliders.


def test_softmax_lab_shows_what_torch_computes(visit):
    temperatures = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
    rng, failures = random.Random(0), 0
    with visit(LESSONS["SoftmaxLab"]) as page:
        lab = lab_of(page, "SoftmaxLab")
        for _ in range(POINTS):
            *logits, T, shift = shuffle(lab, rng)
            z = torch.tensor([(place - 100) / 10 for place in logits])
            s = z / temperatures[T] + (shift - 200)
            cells = [float(text.replace("−", "-")) for text in lab.locator("td").all_inner_texts()]
            naive, stable = torch.tensor(cells).view(2, 3, 3).mT.unbind()  # a column for each class
            e = s.exp()
            torch.testing.assert_close(naive[:, 2], e / e.sum(), atol=1e-4, rtol=0, equal_nan=True)
            torch.testing.assert_close(naive[:, 1], e, atol=1e-4, rtol=1e-2)
            torch.testing.assert_close(stable[:, 2], F.softmax(s, 0), atol=1e-4, rtol=0)
            shown = torch.tensor([float(v) for v in re.findall(r"\d\.\d{4}", read_out(lab))[:3]])
            torch.testing.assert_close(shown, F.softmax(s, 0), atol=1e-4, rtol=0)
            failures += "wrong" in read_out(lab)
    assert 3 <= failures <= POINTS - 3  # both cases were seen


def test_cross_entropy_lab_shows_what_torch_computes(visit):
    rng = random.Random(0)
    with visit(LESSONS["CrossEntropyLab"]) as page:
        lab, sliders = lab_of(page, "CrossEntropyLab"), sliders_of(page, "CrossEntropyLab")
        for _ in range(POINTS):
            *_, last = shuffle(lab, rng)
            y = rng.randrange(3)
            lab.get_by_role("radio").nth(y).check()
            p = torch.tensor([float(slider.get_attribute("aria-valuetext")) for slider in sliders])
            assert p.sum().item() == pytest.approx(1, abs=1e-6)
            assert p[2].item() == pytest.approx(last / 100)
            words = read_out(lab)
            if p[y] == 0:
                assert "infinite" in words
            else:
                shown = float(re.search(r"= ([\d.]+)", words)[1])
                assert shown == pytest.approx(-p[y].log().item(), abs=1e-4)
            gradient = [float(v) for v in re.findall(r"-?\d\.\d\d\b", words.split("gradient")[1])]
            expected = p - F.one_hot(torch.tensor(y), 3)
            torch.testing.assert_close(torch.tensor(gradient), expected, atol=0.006, rtol=0)


def test_training_lab_shows_what_torch_computes(visit):
    rng, data = random.Random(0), state(lesson_html("TrainingLab"))
    X = F.pad(data["X"].view(-1, 2), (0, 1), value=1.0)
    weights = full_weights(data["weights"], (10, 301, 3, 3))
    with visit(LESSONS["TrainingLab"]) as page:
        lab = lab_of(page, "TrainingLab")
        for _ in range(POINTS):
            start, step = shuffle(lab, rng)
            words = read_out(lab)
            loss, accuracy = scores(X, data["labels"], weights[start, step])
            assert number(words, "loss") == pytest.approx(loss.item(), abs=1e-4)
            assert number(words, "accuracy") == pytest.approx(accuracy.item(), abs=1e-4)
            if step:
                rows = data["batches"].view(-1, 10)[step - 1].long()
                hits = ((X[rows] @ weights[start, step]).argmax(1) == data["labels"][rows]).sum().item()
                assert f"batch {hits} of 10 right" in words


def test_dispersion_lab_shows_what_torch_computes(visit):
    rng, data = random.Random(0), state(lesson_html("DispersionLab"))
    stds, z, labels = data["dispersions"], data["z"].view(-1, 2), data["labels"]
    weights = full_weights(data["weights"], (len(stds), len(data["rates"]), len(data["epochs"]), 3, 3))
    with visit(LESSONS["DispersionLab"]) as page:
        lab = lab_of(page, "DispersionLab")
        for _ in range(POINTS):
            s, r, epoch = shuffle(lab, rng)
            X = F.pad(6.0 * (labels.float() - 1).unsqueeze(1) + stds[s] * z, (0, 1), value=1.0)
            loss, accuracy = scores(X, labels, weights[s, r, epoch])
            words = read_out(lab)
            assert number(words, "loss") == pytest.approx(loss.item(), rel=1e-4, abs=1e-4)
            assert number(words, "accuracy") == pytest.approx(accuracy.item(), abs=1e-4)
            assert number(words, "ceiling") == pytest.approx(data["ceilings"][s], abs=1e-4)
            marked = lab.locator("div.wide > svg path.wrong").evaluate_all(
                "paths => paths.map(p => (p.getAttribute('d') ?? '').split('M').length - 1)",
            )
            missed = round(1500 * (1 - accuracy.item()))
            assert abs(sum(marked) - missed) <= 1  # a tie may fall either way


def seconds(words):
    """Return the times in a read-out, in seconds."""
    return [float(v) * {"µs": 1e-6, "ms": 1e-3}[unit] for v, unit in re.findall(r"([\d.e+]+) (µs|ms)", words)]


def test_crossover_lab_shows_the_record_and_the_models(visit):
    rng, data = random.Random(0), state(lesson_html("CrossoverLab"))
    B, D, C = (data[name] for name in ("batch_sizes", "num_inputs", "num_classes"))
    measured = data["measured"].view(2, len(B), len(D), len(C))
    work = data["work"].view(1 + len(data["gpus"]), len(B), len(D), len(C))
    lines = data["lines"].view(len(data["gpus"]), len(data["prices"]), len(C), -1)
    with visit(LESSONS["CrossoverLab"]) as page:
        lab = lab_of(page, "CrossoverLab")
        for _ in range(POINTS):
            b, d, c, p = shuffle(lab, rng)
            g = rng.randrange(len(data["gpus"]))
            lab.get_by_role("radio").nth(g).check()
            cpu, gpu = (
                data["fixed"][0] + work[0, :, :, c],
                work[1 + g, :, :, c].clamp(min=data["fixed"][1 + p]),
            )
            found = [v for v in (measured[0, b, d, c].item(),) if not math.isnan(v)]
            words = read_out(lab)
            sums = data["fixed"][0], work[0, b, d, c].item(), cpu[b, d].item()
            parts = data["fixed"][1 + p], work[1 + g, b, d, c].item()
            assert seconds(words) == pytest.approx([*sums, *found, *parts], rel=6e-3)
            faster = "GPU" if gpu[b, d] < cpu[b, d] else "CPU"
            assert f"By the models the {faster} is" in words
            marks = [
                lab.locator("div.narrow > svg svg path.right").nth(i).get_attribute("d").count("M")
                for i in (0, 1)
            ]
            assert marks == [int((gpu >= cpu).sum()), int((gpu < cpu).sum())]
            for i, size in enumerate(D):  # the dots and the line agree
                crossing = lines[g, p, c, data["features"].tolist().index(size)].item()
                assert [n > crossing for n in B] == (gpu[:, i] < cpu[:, i]).tolist()


def test_the_lectures_point_is_shown_at_its_size_only(visit):
    with visit(LESSONS["CrossoverLab"]) as page:
        lab, sliders = lab_of(page, "CrossoverLab"), sliders_of(page, "CrossoverLab")
        assert lab.get_by_text("the lecture’s GPU").is_visible()
        sliders[1].fill("1")
        assert not lab.get_by_text("the lecture’s GPU").is_visible()
        assert not lab.get_by_text("GPU, measured").is_visible()


def test_a_recorded_gpu_is_drawn_beside_its_prediction(visit, tmp_path, two_devices):
    from torchlearning.labs import CrossoverLab

    lab = CrossoverLab(two_devices[0])
    (tmp_path / "lab.html").write_text("<!doctype html><meta charset=utf-8>" + lab.to_html())
    with visit(tmp_path / "lab.html") as page:
        shown = lab_of(page, "CrossoverLab")
        assert shown.get_by_text("GPU, measured").is_visible()
        for place, winner in ((0, "CPU"), (2, "GPU")):
            sliders_of(page, "CrossoverLab")[0].fill(str(place))
            lab.batch_size = (10, 1000, 100_000)[place]
            ratio = max(lab.modelled) / min(lab.modelled)
            assert number(read_out(shown), f"{winner} is") == pytest.approx(ratio, rel=0.06)


# By hand: keys, pointer, finger.


@pytest.mark.parametrize("name", quick_first(LESSONS))
def test_every_slider_moves_by_keys_and_by_pointer(visit, name):
    with visit(LESSONS[name]) as page:
        for slider in sliders_of(page, name):
            last = int(slider.get_attribute("max"))
            slider.focus()
            spoken, steps = {}, {"Home": 0, "ArrowRight": 1, "ArrowUp": 2, "ArrowLeft": 1, "End": last}
            for key, place in steps.items():
                page.keyboard.press(key)
                assert int(slider.input_value()) == place, key
                spoken[key] = slider.get_attribute("aria-valuetext")
            assert spoken["Home"] != spoken["ArrowRight"] == spoken["ArrowLeft"] != spoken["End"]
            slider.scroll_into_view_if_needed()
            box = slider.bounding_box()
            assert box["height"] >= 40
            y = box["y"] + box["height"] / 2
            page.mouse.click(box["x"] + box["width"] / 2, y)
            assert abs(int(slider.input_value()) - last / 2) <= max(1, last / 20)
            page.mouse.move(box["x"] + box["width"] / 2, y)
            page.mouse.down()
            page.mouse.move(box["x"] + 3, y, steps=4)
            page.mouse.up()
            assert int(slider.input_value()) <= max(1, last / 20)
            assert slider.get_attribute("aria-label")
            assert slider.get_attribute("aria-valuetext")


def test_a_focused_slider_is_outlined(visit):
    with visit(LESSONS["DispersionLab"]) as page:
        page.keyboard.press("Tab")
        slider = sliders_of(page, "DispersionLab")[0]
        slider.focus()
        page.keyboard.press("ArrowRight")
        assert slider.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
        assert slider.evaluate("node => getComputedStyle(node).outlineWidth") == "3px"


def test_the_prediction_can_be_dragged(visit):
    with visit(LESSONS["CrossEntropyLab"]) as page:
        lab = lab_of(page, "CrossEntropyLab")
        triangle = lab.locator("svg.drag")
        triangle.scroll_into_view_if_needed()
        box = triangle.bounding_box()
        corners = re.findall(r"[ML](\S+) ([^LMz]+)", lab.locator("path.frame").get_attribute("d"))

        def go(p, act):
            x, y = (
                sum(share * float(v) for share, v in zip(p, values, strict=True))
                for values in zip(*corners, strict=True)
            )
            act(box["x"] + x, box["y"] + y)

        def shown():
            return [float(s.get_attribute("aria-valuetext")) for s in sliders_of(page, "CrossEntropyLab")]

        go((0.6, 0.2, 0.2), page.mouse.move)
        page.mouse.down()
        go((0.1, 0.5, 0.4), page.mouse.move)
        assert shown() == pytest.approx([0.1, 0.5, 0.4], abs=0.02)
        page.mouse.move(box["x"] - 40, box["y"] + box["height"])  # outside
        assert shown() == pytest.approx([1, 0, 0], abs=0.02)
        page.mouse.up()
        go((0.3, 0.3, 0.4), page.mouse.move)  # let go: nothing moves
        assert shown() == pytest.approx([1, 0, 0], abs=0.02)


def test_training_plays_pauses_and_steps(visit):
    with visit(LESSONS["TrainingLab"]) as page:
        lab = lab_of(page, "TrainingLab")
        step = sliders_of(page, "TrainingLab")[1]
        lab.get_by_role("button", name="Step").click()
        lab.get_by_role("button", name="Step").click()
        lab.get_by_role("button", name="Back").click()
        assert step.input_value() == "1"
        lab.get_by_role("button", name="Play").click()
        page.wait_for_function("node => +node.value > 5", arg=step.element_handle())
        assert lab.get_by_role("status").get_attribute("aria-live") == "off"
        lab.get_by_role("button", name="Pause").click()
        stopped = step.input_value()
        page.wait_for_timeout(300)
        assert step.input_value() == stopped
        assert lab.get_by_role("status").get_attribute("aria-live") == "polite"
        step.fill("299")
        lab.get_by_role("button", name="Play").click()
        page.wait_for_function("node => node.value === '300'", arg=step.element_handle())
        lab.get_by_role("button", name="Play").wait_for()  # it has stopped by itself


def test_reduced_motion_means_fewer_pictures(visit):
    with visit(LESSONS["TrainingLab"], reduced_motion="reduce") as page:
        step = sliders_of(page, "TrainingLab")[1]
        lab_of(page, "TrainingLab").get_by_role("button", name="Play").click()
        seen = """node => new Promise((done) => {
            const values = new Set();
            (function look() {
                values.add(+node.value);
                if (values.size < 3) requestAnimationFrame(look); else done([...values]);
            })();
        })"""
        assert step.evaluate(seen) == [0, 10, 20]


# Themes, phones, no JavaScript.


def brightness(locator, what):
    colour = locator.evaluate(f"node => getComputedStyle(node).{what}")
    return sum(float(v) for v in re.findall(r"[\d.]+", colour)[:3]) / 3


@pytest.mark.slow
@pytest.mark.parametrize("name", LESSONS)
def test_a_lab_follows_the_theme(visit, name):
    with visit(LESSONS[name]) as page:
        text = lab_of(page, name).locator("svg text").first
        for theme, dark in (("light", True), ("dark", False), ("light", True)):
            page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            assert (brightness(text, "fill") < 100) == dark
            assert (brightness(text, "fill") > 180) != dark


@pytest.mark.parametrize("name", quick_first(LESSONS))
def test_a_lab_fits_a_phone(visit, name):
    with visit(LESSONS[name], viewport={"width": 360, "height": 640}, has_touch=True) as page:
        lab = lab_of(page, name)
        lab.scroll_into_view_if_needed()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        for part in lab.locator("svg, input, button, table").filter(visible=True).all():
            box = part.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
        slider = sliders_of(page, name)[0]
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        before = read_out(lab)
        page.touchscreen.tap(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
        assert read_out(lab) != before


@pytest.mark.parametrize("name", quick_first(LESSONS))
def test_without_javascript_a_picture_and_a_sentence_stand_there(visit, name):
    with visit(LESSONS[name], java_script_enabled=False) as page:
        lab = lab_of(page, name)
        assert lab.get_by_role("slider").count() == 0
        assert lab.locator("img").bounding_box()["height"] > 100
        assert len(lab.locator("img").get_attribute("alt")) >= 40
        assert "in a page, they need JavaScript" in lab.locator("figcaption").inner_text()
        assert page.locator("html").get_attribute("data-theme") == "light"  # without one, no colours


def test_with_javascript_the_still_picture_is_gone(visit):
    with visit(LESSONS["SoftmaxLab"]) as page:
        assert lab_of(page, "SoftmaxLab").locator("img").count() == 0


def test_several_labs_share_a_page_and_leave_nothing_behind(visit, tmp_path):
    forms = [lesson_html(name) for name in ("SoftmaxLab", "CrossEntropyLab", "SoftmaxLab", "DispersionLab")]
    (tmp_path / "four.html").write_text("<!doctype html><meta charset=utf-8><h1>Four</h1>" + "".join(forms))
    (tmp_path / "none.html").write_text("<!doctype html><meta charset=utf-8><h1>None</h1>")
    with visit(tmp_path / "none.html") as page:
        names = set(page.evaluate("Object.getOwnPropertyNames(window)"))
    with visit(tmp_path / "four.html") as page:
        assert page.get_by_role("slider").count() == 5 + 3 + 5 + 3
        first, second = lab_of(page, "SoftmaxLab").all()
        before = read_out(second)
        first.get_by_role("slider").first.press("End")
        assert read_out(first) != before
        assert read_out(second) == before  # each has a state of its own
        assert set(page.evaluate("Object.getOwnPropertyNames(window)")) == names


def test_four_classes_and_another_grid(visit, tmp_path):
    from torchlearning import sweep
    from torchlearning.labs import DispersionLab

    grid = sweep([1, 2.5, 9], [0.003, 0.3], num_class=4, num_examples=30, num_epochs=3)
    lab = DispersionLab(grid, dispersion=9)
    (tmp_path / "lab.html").write_text("<!doctype html><meta charset=utf-8>" + lab.to_html())
    with visit(tmp_path / "lab.html") as page:
        found = lab_of(page, "DispersionLab")
        for s in range(3):
            for slider, place in zip(sliders_of(page, "DispersionLab"), (s, 1, 2), strict=True):
                slider.fill(str(place))
            words = read_out(found)
            assert number(words, "accuracy") == pytest.approx(grid.accuracies()[s, 1, 2].item(), abs=1e-4)
            assert number(words, "loss") == pytest.approx(grid.losses()[s, 1, 2].item(), abs=1e-4)
            assert "of 120 right" in words
