"""What axe leaves undecided: words over the areas of a lab's picture, and marks that must be seen."""

import io

import numpy as np
import pytest
from boxes import KINDS
from PIL import Image
from test_browser import lab_of
from test_labs import LESSONS

from conftest import quick_first

TEXT, MARK = 4.5, 3.0  # WCAG 1.4.3 and 1.4.11
WORDS = """lab => [...lab.querySelectorAll("svg text")].filter((text) => text.textContent.trim()
    && text.checkVisibility({ visibilityProperty: true, opacityProperty: true })).map((text) => {
        const { x, y, width, height } = text.getBoundingClientRect(), style = getComputedStyle(text);
        const [red, green, blue, alpha = 1] = style.fill.match(/[\\d.]+/g).map(Number);
        return { words: text.textContent, box: [x, y, x + width, y + height], fill: [red, green, blue],
            opacity: alpha * style.fillOpacity * style.opacity };
    })"""


def luminance(colour):
    """Return the relative luminance of WCAG of sRGB colours from 0 to 255, ``(..., 3)``."""
    share = np.asarray(colour, float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    """Return the contrast ratio of WCAG of two colours, or of many."""
    a, b = luminance(one) + 0.05, luminance(other) + 0.05
    return np.maximum(a / b, b / a)


def test_contrast_is_that_of_wcag():
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)
    assert contrast([119, 119, 119], [255, 255, 255]) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("name", "theme"), quick_first([(name, theme) for name in LESSONS for theme in ("light", "dark")], 2)
)
def test_words_in_a_picture_stand_out_from_what_is_behind_them(visit, name, theme):
    with visit(LESSONS[name], color_scheme=theme, viewport={"width": 900, "height": 1400}) as page:
        lab = lab_of(page, name)
        lab.scroll_into_view_if_needed()
        for place in (0.2, 0.8):
            for slider in lab.get_by_role("slider").all():
                slider.fill(str(round(place * int(slider.get_attribute("max") or 1))))
            words = lab.evaluate(WORDS)
            page.add_style_tag(content=".torchlearning-lab svg text { visibility: hidden }")
            behind = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
            page.evaluate("document.head.lastElementChild.remove()")
            assert len(words) >= 3
            for text in words:
                left, top, right, bottom = (round(edge) for edge in text["box"])
                ground = behind[top:bottom, left:right].reshape(-1, 3)
                ink = text["opacity"] * np.array(text["fill"]) + (1 - text["opacity"]) * ground
                # A mark or a line may cross a letter; most of what is behind it must not hide it.
                assert np.quantile(contrast(ink, ground), 0.1) >= TEXT, (text, place)


COLOURS = """lab => Object.fromEntries("ground accent c0 c1 c2 c3 c4 c5".split(" ").map((name) => {
    const probe = lab.appendChild(document.createElement("i"));
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color.match(/[\\d.]+/g).map(Number)];
}))"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_and_curves_stand_out_from_every_region(visit, theme):
    with visit(LESSONS["TrainingLab"], color_scheme=theme) as page:
        colours = {name: np.array(c) for name, c in lab_of(page, "TrainingLab").evaluate(COLOURS).items()}
    ground, classes = colours["ground"], [colours[f"c{i}"] for i in range(6)]
    assert contrast(colours["accent"], ground) >= MARK
    for area in classes:
        region = 0.1 * area + 0.9 * ground  # as base.css mixes it
        for colour in classes:
            assert contrast(0.85 * colour + 0.15 * region, region) >= MARK  # a mark of a right prediction
            assert contrast(colour, ground) >= MARK  # the edge of a hollow mark


LINKS = """(kinds) => kinds.map((kind) => {
    const box = document.querySelector("article .box").cloneNode(true), canvas = new OffscreenCanvas(1, 1);
    box.className = `box ${kind}`;
    box.innerHTML = '<p><a class="reference internal" href="#">a link</a></p>';
    document.querySelector("article").append(box);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    const ink = getComputedStyle(box.querySelector("a")).color, { backgroundColor } = getComputedStyle(box);
    return [ink, backgroundColor].map((colour) => {
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
    });
})"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_links_stand_out_in_every_kind_of_box(visit, theme):
    with visit("03_manual_training", color_scheme=theme) as page:
        kinds = list(KINDS.values())
        for kind, (link, ground) in zip(kinds, page.evaluate(LINKS, kinds), strict=True):
            assert contrast(link, ground) >= TEXT, kind
