"""What a lab must draw at a position, by Python's own numbers, read off against its own axes."""

import base64
import json
import math
import re
from functools import cache

import numpy as np
import pytest
import torch
from test_labs import full_weights, lesson_html, scores, state
from torch.nn import functional as F

from torchlearning import bayes_accuracy
from torchlearning.labs import DigitLab
from torchlearning.theory import bayes_cuts

MOVE = """([places, chosen]) => {
    const lab = document.querySelector(".torchlearning-lab");
    const radios = lab.querySelectorAll("input[type=radio]");
    if (radios.length) radios[chosen % radios.length].click();
    [...lab.querySelectorAll("input[type=range]")].forEach((slider, i) => {
        slider.value = Math.round(places[i] * slider.max);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
    });
}"""
LOOK = """() => {
    const lab = document.querySelector(".torchlearning-lab");
    const plain = (text) => text.replaceAll("−", "-"), all = (box, kind) => [...box.querySelectorAll(kind)];
    return {
        places: all(lab, "input[type=range]").map((slider) => +slider.value),
        words: all(lab, "input[type=range]").map((slider) => plain(slider.getAttribute("aria-valuetext"))),
        chosen: all(lab, "input[type=radio]").findIndex((radio) => radio.checked),
        legends: all(lab, ".legend li").filter((item) => item.style.visibility !== "hidden")
            .map((item) => item.textContent),
        pictures: all(lab, ".pictures svg[role=img]").map((svg) => ({
            texts: all(svg, "text").map((text) => ({
                words: plain(text.textContent), x: +text.getAttribute("x"), y: +text.getAttribute("y"),
                anchor: text.getAttribute("text-anchor"), axis: text.closest(".axes") !== null,
            })),
            paths: all(svg, "path").map((path) =>
                [path.getAttribute("class") ?? "", path.getAttribute("d") ?? ""]),
            cells: all(svg, "rect").map((cell) => [cell.getAttribute("class"), +cell.getAttribute("x"),
                +cell.getAttribute("y"), +getComputedStyle(cell).fillOpacity]),
        })),
    };
}"""


HEAD = """<!doctype html><html lang=en><meta charset=utf-8><title>Lab</title>
<meta name=viewport content="width=device-width">"""


class Picture:
    """A drawn picture: its paths, and its scales as a reader takes them from the ticks."""

    def __init__(self, drawn, logs=(False, False)):
        self.texts, self.paths, self.cells = drawn["texts"], drawn["paths"], drawn["cells"]
        self.scales = logs and [
            self._scale(*axis) for axis in zip("xy", ("middle", "end"), logs, strict=True)
        ]

    def _scale(self, axis, anchor, log):
        ticks = [
            (float(text["words"]), text[axis])
            for text in self.texts
            if text["axis"] and text["anchor"] == anchor and re.fullmatch(r"-?[\d.]+", text["words"])
        ]
        if len(ticks) < 2:
            return None
        values, pixels = np.array(ticks).T
        slope, start = np.polyfit(np.log10(values) if log else values, pixels - 4 * (axis == "y"), 1)
        assert (
            np.abs(slope * (np.log10(values) if log else values) + start - pixels + 4 * (axis == "y")).max()
            < 0.6
        )
        return slope, start, log

    def pixels(self, x, y):
        """Where values belong, in pixels."""
        columns = []
        for values, (slope, start, log) in zip((x, y), self.scales, strict=True):
            values = np.asarray(values, dtype=float)
            columns.append(slope * (np.log10(values) if log else values) + start)
        return np.stack(np.broadcast_arrays(*columns), -1)

    def path(self, kind):
        """Return the only path of a kind."""
        (found,) = [d for name, d in self.paths if name == kind]
        return found

    def points(self, kind):
        """Return the corners of lines, or the places of marks, in pixels."""
        return corners(self.path(kind))


def corners(d):
    return np.array([(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", d)]).reshape(
        -1, 2
    )


def rectangle(d):
    """Return left, foot, top, right of a bar."""
    found = re.fullmatch(r"M(\S+) (\S+)V(\S+)H(\S+)V\2z", d)
    assert found, f"not a bar: {d!r}"
    return [float(v) for v in found.groups()]


def same(drawn, wanted, atol=0.7):
    """Compare points in pixels, in order."""
    np.testing.assert_allclose(drawn, wanted, atol=atol, rtol=0)


def same_set(drawn, wanted):
    """Compare marks in any order: each has a partner."""
    assert len(drawn) == len(wanted)
    if len(drawn):
        gaps = np.abs(drawn[:, None] - wanted[None]).max(-1)
        assert gaps.min(0).max() < 0.7
        assert gaps.min(1).max() < 0.7


def check_bar(picture, d, a, b, value):
    (left, foot), (right, top) = picture.pixels([a, b], [0, value])
    same(rectangle(d), [left, foot, top, right])


def check_softmax(seen, _):
    *logits, T, shift = (float(words) for words in seen["words"])
    s = torch.tensor(logits) / T + shift
    stable, naive = F.softmax(s, 0).tolist(), (s.exp() / s.exp().sum()).tolist()
    picture, best = Picture(seen["pictures"][0]), int(s.argmax())
    hard, nothing = ([d for kind, d in picture.paths if kind == name] for name in ("hard", "nothing"))
    words = [text["words"] for text in picture.texts if not text["axis"]]
    assert ("no number" in seen["legends"]) == any(map(math.isnan, naive))
    for k in range(3):
        check_bar(picture, picture.path(f"soft c{k}"), k + 0.02, k + 0.4, stable[k])
        if k == best:
            check_bar(picture, hard[k], k - 0.44, k + 0.44, 1)
        if math.isnan(naive[k]):
            assert picture.path(f"written c{k}") == ""
            check_bar(picture, nothing[k], k - 0.4, k - 0.02, 1)
            assert words[k] == "nan"
        else:
            check_bar(picture, picture.path(f"written c{k}"), k - 0.4, k - 0.02, naive[k])
            assert nothing[k] == ""
            assert abs(float(words[k] or words[3 + k]) - naive[k]) <= 0.0051
        assert abs(float(words[3 + k]) - stable[k]) <= 0.0051
    assert [k for k in range(3) if hard[k]] == [best]


def check_cross_entropy(seen, _):
    p, y = np.array([float(words) for words in seen["words"]]), seen["chosen"]
    triangle = Picture(seen["pictures"][0], None)  # which has no axes
    ends = triangle.points("frame")
    for k in range(3):  # each corner is named by the text next to it
        gaps = {
            text["words"]: math.dist((text["x"], text["y"]), ends[k])
            for text in triangle.texts
            if "class" in text["words"]
        }
        assert min(gaps, key=gaps.get).endswith(f"class {k}")
    same(triangle.points("dot")[0], p @ ends)
    if p[y] < 0.99:
        same(triangle.points("arrow")[:2], [p @ ends, ends[y]])
    matrix = np.linalg.inv(np.column_stack([ends, np.ones(3)]))
    levels = [float(text["words"]) for text in triangle.texts if text["axis"]]
    lines = [corners(d) for kind, d in triangle.paths if kind == "level"]
    assert len(levels) == len(lines) >= 4
    for level, line in zip(levels, lines, strict=True):
        shares = np.column_stack([line, np.ones(2)]) @ matrix
        np.testing.assert_allclose(shares[:, y], math.exp(-level), atol=0.01)
        assert np.sort(shares[:, [k for k in range(3) if k != y]], 0)[0].max() < 0.01  # from side to side
    bars = Picture(seen["pictures"][1])
    kinds = [(kind, d) for kind, d in bars.paths if kind.startswith("soft")]
    arrows = [d for kind, d in bars.paths if kind == "arrow"]
    for k in range(3):
        assert kinds[k][0] == f"soft c{k} {'lit' if k == y else 'dim'}"
        check_bar(bars, kinds[k][1], k - 0.35, k + 0.05, p[k])
        slope = p[k] - (k == y)
        if abs(slope) > 0.01:
            same(corners(arrows[k])[:2], bars.pixels([k + 0.2] * 2, [0, slope]))


def check_plane(picture, X, labels, w, batch=None):
    """Regions by the argmax at random points; each example where it lies, full or hollow by its class."""
    across, down = (abs(scale[0]) for scale in picture.scales)
    assert math.isclose(across, down, rel_tol=0.01)  # a circle is a circle
    C, chosen = w.shape[1], (F.pad(X, (0, 1), value=1.0) @ w).argmax(1)
    for k in range(C):
        for kind, hit in (("right", True), ("wrong", False)):
            rows = (labels == k) & ((chosen == labels) == hit)
            wanted = picture.pixels(*X[rows].T.numpy())
            drawn = picture.points(f"{kind} c{k}")
            if abs(len(drawn) - len(wanted)) == 1:
                continue  # a tie may fall either way
            same_set(drawn, wanted)
        if batch is not None:
            same_set(picture.points(f"batch c{k}"), picture.pixels(*X[batch[labels[batch] == k]].T.numpy()))
    generator = torch.Generator().manual_seed(0)
    points = (torch.rand(200, 2, generator=generator) - 0.5) * 2 * X.abs().max()
    z = F.pad(points, (0, 1), value=1.0) @ w
    sure = z.topk(2).values.diff().abs().flatten() > 0.1 * z.std()
    for point, k in zip(points[sure], z[sure].argmax(1), strict=True):
        at = picture.pixels(*point.numpy())
        owners = [j for j in range(C) if within(at, picture.points(f"area c{j}"))]
        assert owners == [int(k)], (point, owners)


def within(point, ring):
    """Tell whether a point lies in a convex polygon."""
    if len(ring) < 3:
        return False
    sides = np.roll(ring, -1, 0) - ring
    gaps = point - ring
    turns = sides[:, 0] * gaps[:, 1] - sides[:, 1] * gaps[:, 0]
    return bool((turns >= 0).all() or (turns <= 0).all())


def check_history(picture, values, at, others):
    """The curve, its dot and cursor at the place shown, and all curves behind."""
    steps = np.arange(len(values))
    same(picture.points("curve"), picture.pixels(steps, values))
    same(picture.points("dot"), picture.pixels([at], [values[at]]))
    assert np.abs(picture.points("cursor")[:, 0] - picture.pixels([at], [values[at]])[0, 0]).max() < 0.7
    same(picture.points("other"), np.concatenate([picture.pixels(steps, other) for other in others]))


def check_training(seen, data):
    start, step = seen["places"]
    X, labels, weights = (
        data["X"].view(-1, 2),
        data["labels"].long(),
        full_weights(data["weights"], (10, 301, 3, 3)),
    )
    batch = data["batches"].view(-1, 10)[step - 1].long() if step else torch.empty(0, dtype=torch.long)
    check_plane(Picture(seen["pictures"][0]), X, labels, weights[start, step], batch)
    losses, accuracies = scores(F.pad(X, (0, 1), value=1.0), labels, weights)
    check_history(Picture(seen["pictures"][1]), accuracies[start].numpy(), step, accuracies.numpy())
    check_history(Picture(seen["pictures"][2], (False, True)), losses[start].numpy(), step, losses.numpy())
    assert ("in the batch" in seen["legends"]) == bool(step)


def check_dispersion(seen, data):
    s, r, epoch = seen["places"]
    stds, labels = data["dispersions"], data["labels"].long()
    X = 6.0 * (labels.float() - 1).unsqueeze(1) + stds[s] * data["z"].view(-1, 2)
    weights = full_weights(data["weights"], (len(stds), len(data["rates"]), len(data["epochs"]), 3, 3))[s]
    plane = Picture(seen["pictures"][0])
    check_plane(plane, X, labels, weights[r, epoch])
    borders = [corners(d) for kind, d in plane.paths if kind == "best"]
    for cut, ends in zip(bayes_cuts((6, stds[s]), 3), borders, strict=True):
        edges = [(v - plane.scales[1][1]) / plane.scales[1][0] for v in ends[:, 1]]
        same(ends, plane.pixels([2 * cut - v for v in edges], edges))
        assert edges[0] < -20 < 20 < edges[1]
    losses, accuracies = scores(F.pad(X, (0, 1), value=1.0), labels, weights)
    history = Picture(seen["pictures"][1])
    check_history(history, accuracies[r].numpy(), epoch, accuracies.numpy())
    last = len(data["epochs"]) - 1
    same(history.points("best"), history.pixels([0, last], [bayes_accuracy((6, stds[s]))] * 2))
    history = Picture(seen["pictures"][2], (False, True))
    check_history(history, losses[r].numpy(), epoch, losses.numpy())
    (_, top), (_, bottom) = history.points("cursor")
    heights = history.points("other")[:, 1]
    assert top <= heights.min() <= heights.max() <= bottom  # the axis is fitted
    assert np.ptp(heights) >= 0.6 * (bottom - top)


# The lab of lesson 6 ----------------------------------------------------------------------------


def in_seconds(drawn):
    """Return a picture whose ticks are times with their units as plain numbers of seconds."""
    units = {"µs": 1e-6, "ms": 1e-3, "s": 1.0}
    texts = [dict(text) for text in drawn["texts"]]
    for text in texts:
        if found := re.fullmatch(r"(\d+) (µs|ms|s)", text["words"]):
            text["words"] = f"{int(found[1]) * units[found[2]]:.6f}"
    return {**drawn, "texts": texts}


def check_crossover(seen, data):
    (b, d, c, p), g = seen["places"], seen["chosen"]
    grids = [data[name] for name in ("batch_sizes", "num_inputs", "num_classes")]
    shape = list(map(len, grids))
    measured, work = (data[name].view(-1, *shape).double().numpy() for name in ("measured", "work"))
    modelled = data["fixed"][0] + work[0], np.maximum(data["fixed"][1 + p], work[1 + g])
    times, plane = seen["pictures"]
    times, plane = Picture(in_seconds(times), (True, True)), Picture(plane, (True, True))

    wins = modelled[1][..., c] < modelled[0][..., c]
    sizes = np.array([[(B, D) for D in grids[1]] for B in grids[0]], dtype=float)
    for k, chosen in enumerate((~wins, wins)):
        same_set(plane.points(f"right c{k}"), plane.pixels(*sizes[chosen].T))
    same(plane.points("batch")[0], plane.pixels(grids[0][b], grids[1][d]))
    lines = data["lines"].view(len(data["gpus"]), len(data["prices"]), shape[2], -1)[g, p, c].numpy()
    known, features = np.isfinite(lines), data["features"].numpy()
    same(plane.points("best"), plane.pixels(np.maximum(lines[known], 1e-3), features[known]))

    for i, model in enumerate(modelled):
        same(times.points(f"line c{i}"), times.pixels(grids[0], model[:, d, c]))
        met = np.isfinite(measured[i, :, d, c])
        same(
            times.points(f"right c{i}"),
            times.pixels(np.array(grids[0])[met], measured[i, met, d, c]).reshape(-1, 2),
        )
    theirs = data["lecture"] is not None and (grids[1][d], grids[2][c]) == (2, 3)
    wanted = times.pixels([10], [data["lecture"]]) if theirs else np.empty((0, 2))
    same(times.points("right c2"), wanted)
    same(times.points("cursor")[:, 0], [times.pixels(grids[0][b], 1)[0]] * 2)
    assert ("the lecture’s GPU" in seen["legends"]) == theirs


# The lab of lesson 7 ----------------------------------------------------------------------------


@cache
def digit_lab():
    """Return the lab that lesson 7 stores, made again from its page form."""
    page = lesson_html("DigitLab")
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    values = base64.b64decode(json.loads(text)["weights"]["values"]["base64"])
    weights = torch.frombuffer(bytearray(values), dtype=torch.float64).view(65, 10).float()
    data = state(page)
    images = torch.tensor([ord(letter) - ord("A") for letter in data["images"]]).view(-1, 64)
    labels = torch.tensor([int(label) for label in data["labels"]])
    return DigitLab(weights, images, labels, mean=data["mean"], std=data["std"])


@cache
def wrong_first():
    """Return the rows of the lesson's test digits in the order of the slider."""
    lab = digit_lab()
    z = (lab._images.double() - lab._mean) / lab._std @ lab.weights[:-1].double() + lab.weights[-1]
    right, confidence = z.argmax(1) == lab._labels, z.softmax(1).amax(1)
    return torch.cat([(~right).nonzero().flatten()[confidence[~right].argsort(descending=True)],
                      right.nonzero().flatten()]).tolist()  # fmt: skip


def check_digit(seen, _):
    place, pen = seen["places"]
    lab = digit_lab()
    lab.digit, lab.strokes, lab.pen = (wrong_first()[place - 1] if place else -1), "", (pen + 1) / 2
    counts, parts, chances = map(Picture, seen["pictures"], ((False, False), None, (False, False)))
    for picture, values, top in ((counts, lab.drawing, 16), (parts, lab.parts, lab.parts.abs().max().item())):
        full = 0.35 if any(text["words"].isdigit() for text in picture.texts) else 1
        size = max(x for _, x, *_ in picture.cells) / 7
        for i, (kind, x, y, share) in enumerate(picture.cells):
            value = values.flatten()[i].item()
            assert (round(x / size), round(y / size)) == (i % 8, i // 8)
            assert share == pytest.approx(full * abs(value) / top, abs=0.002)
            if picture is parts and share > 0.01:
                assert kind == f"cell {'for' if value > 0 else 'against'}"
    drawn = [(kind, d) for kind, d in chances.paths if kind.startswith("soft")]
    p = lab.probabilities.tolist()
    for k, (kind, d) in enumerate(drawn):
        check_bar(chances, d, k - 0.38, k + 0.38, p[k])
        assert ("lit" in kind) == (p[k] == max(p))
    label = lab._labels[lab.digit].item() if place else None
    assert ("true digit" in seen["legends"]) == bool(place)
    if place:
        check_bar(chances, chances.path("hard"), label - 0.5, label + 0.5, 1)
        assert seen["words"][0] == f"{place}: {label} → {p.index(max(p))}"


CHECKS = {
    "DigitLab": check_digit,
    "SoftmaxLab": check_softmax,
    "CrossEntropyLab": check_cross_entropy,
    "TrainingLab": check_training,
    "DispersionLab": check_dispersion,
    "CrossoverLab": check_crossover,
}


def page(folder, name, change=lambda html: html):
    """Write a lab's stored page form, perhaps changed, as a page of its own, and return its address."""
    path = folder / f"{name}.html"
    html = change(lesson_html(name))
    path.write_text(f"{HEAD}<main>{html}", encoding="utf-8")
    return path.as_uri()


def check(engine, name, places, chosen):
    """Move a lab to a place, and compare all that it draws there."""
    engine.evaluate(MOVE, [places, chosen])
    CHECKS[name](engine.evaluate(LOOK), state(lesson_html(name)))
