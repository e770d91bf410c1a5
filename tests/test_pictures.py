"""Pictures and what is said of them: text alternatives, palettes, legends, each picture in its place."""

import base64
import copy
import io
import re

import nbformat
import notebooks
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image
from prose import is_backed, is_quiz, numbers, sections, shown

from torchlearning.figures.style import PALETTE

TWINS = sorted(notebooks.BOOK.glob("[0-9][0-9]_*.py"))

# What an alternative calls a thing, and how the words of a figure begin the line about it.
KINDS = {
    r"\b(?:scatter|clouds?)\b": r'  points "[^"]',
    r"(?<!error )\bbars?\b": r"  bar at ",
    r"\b(?:heat map|images?|digits)\b": r"  image ",
    r"\bregions?\b": r"  image 240 x 240",
    r"\bborders?\b": r"  QuadContourSet ",
    r"\b(?:curves?|line charts?)\b": r"  line ",
    r"\bshaded\b": r"  FillBetween",
    r"\bdashed\b": r"\(--",
    r"\bdotted\b": r"\(:",
    r"\blogarithmic\b": r"\b(?:sym)?log [xy]\b",
    r"\berror bars?\b": r"  LineCollection ",
}
MUST = {  # and what it must speak of, if the words of the figure do
    r"  points ": "scatter|cloud|dot|marker|neuron",
    r"  bar at ": "bar|table",
    r"  image ": "heat map|image|digit|region",
    r"\blog [xy]\b": "logarithmic",
}
NAMES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
COUNTS = {word: n for n, word in enumerate(NAMES, 1)} | {"twenty": 20}
PANELS = r"(?i)\b(two|three|four|five|six) (?:[\w-]+ )?(?:scatter plots|charts|panels|plots)\b"
IMAGES = rf"(?i)\b({'|'.join(COUNTS)}) (?:[\w-]+ ){{0,4}}images\b"
COMMON = {
    "and",
    "are",
    "axis",
    "class",
    "classes",
    "each",
    "example",
    "for",
    "from",
    "one",
    "that",
    "the",
    "with",
}


def content(text):
    """Return what a text is about: the stems of its words, and its numbers."""
    text = text.replace("−", "-").replace("$", "").replace("_", " ")
    stems = {word[:4] for word in re.findall(r"[^\W\d_]{3,}", text.lower()) if word not in COMMON}
    return stems | {f"{float(number):g}" for number in numbers(text)}


def alt_problems(alt, words, more=""):
    """Return what a text alternative gets wrong or leaves out, one line each.

    Its numbers must be in the words of the figure, or in `more`: its code, and what was printed before.
    """
    words, about = words.replace("\\n", " ").replace("..", " "), content(alt)
    axes, images = words.count("\naxes"), len(re.findall("  image ", words))
    known = {axes, images, *(float(number) for number in numbers(f"{words}\n{more}"))}
    found = [f"{number} is not in the figure" for number in numbers(alt) if not is_backed(number, known)]
    found += [f"{n} panels, not {axes}" for n in re.findall(PANELS, alt) if COUNTS[n.lower()] != axes]
    of_axes = (images, images / axes)
    found += [f"not {n} images" for n in re.findall(IMAGES, alt) if COUNTS[n.lower()] not in of_axes]
    for called, line in KINDS.items():
        if re.search(called, alt, re.IGNORECASE) and not re.search(line, words):
            found.append(f"there is nothing like {called}")
    for line, called in MUST.items():
        if re.search(line, words) and not re.search(called, alt, re.IGNORECASE):
            found.append(f"does not speak of {called}")
    for name in re.findall(r'(?:title |line |points |x |y )"([^"]+)"', words):
        if content(name) and not content(name) & about:
            found.append(f"does not name {name!r}")
    written = [content(text) for text in re.findall(r"  text '(.*)'", words)]
    return found + ["says nothing of the writing"] * (any(written) and not any(about & w for w in written))


def read(twin):
    return nbformat.read(twin.with_suffix(".ipynb"), as_version=4)


def figures(notebook):
    """Yield the cell of each figure, its output, and its code with what was printed before in its section."""
    for section in sections(notebook):
        printed = ""
        for cell in section.cells:
            for output in cell.get("outputs", []):
                if "image/png" in output.get("data", {}):
                    yield cell, output.data, f"{cell.source}\n{printed}"
                elif not is_quiz(cell):
                    printed += "\n" + shown(output)


def alt(cell):
    return cell.metadata["mystnb"]["image"]["alt"]


FIGURES = {twin.stem: list(figures(read(twin))) for twin in TWINS}
ALL = [
    pytest.param(*figure, id=f"{stem}-{figure[0].execution_count}")
    for stem in FIGURES
    for figure in FIGURES[stem]
]


@pytest.mark.parametrize(("cell", "data", "more"), ALL)
def test_a_text_alternative_says_what_the_figure_says(cell, data, more):
    assert alt_problems(alt(cell), data["text/plain"], more) == []


@pytest.mark.parametrize("stem", [stem for stem in FIGURES if len(FIGURES[stem]) > 1])
def test_the_text_alternative_of_another_figure_of_the_page_is_found_out(stem):
    for i, (cell, _, _) in enumerate(FIGURES[stem]):
        for j, (_, data, more) in enumerate(FIGURES[stem]):
            assert i == j or alt_problems(alt(cell), data["text/plain"], more), (
                alt(cell),
                data["text/plain"],
            )


def test_a_changed_number_in_a_text_alternative_is_found_out():
    tried = caught = 0
    for cell, data, more in (figure for found in FIGURES.values() for figure in found):
        for match in re.finditer(r"(?<![\w.])\d+\.\d+", alt(cell)):
            other = f"{float(match[0]) * 1.37 + 0.13:.{len(match[0].partition('.')[2])}f}"
            spoiled = alt(cell)[: match.start()] + other + alt(cell)[match.end() :]
            tried, caught = tried + 1, caught + bool(alt_problems(spoiled, data["text/plain"], more))
    assert caught / tried > 0.75, f"{caught} of {tried}"  # others are printed in the section too


# The pictures


def picture(data):
    return Image.open(io.BytesIO(base64.b64decode(data["image/png"])))


def misplaced(found):
    """Return the figures whose picture does not describe itself as their words do."""
    return [data for _, data, _ in found if picture(data).text.get("Description") != data["text/plain"]]


@pytest.mark.parametrize("stem", FIGURES)
def test_every_picture_is_in_its_place(stem):
    assert not misplaced(FIGURES[stem])


def test_two_pictures_that_have_changed_places_are_found_out():
    for found in FIGURES.values():
        for i in range(1, len(found)):
            swapped = copy.deepcopy(found)
            one, other = swapped[0][1], swapped[i][1]
            one["image/png"], other["image/png"] = other["image/png"], one["image/png"]
            assert len(misplaced(swapped)) == 2


def pixels(data):
    return np.asarray(picture(data).convert("RGB")).astype(int)


def blend(colour, alpha):
    """Return a colour of the palette drawn over white, 0 to 255."""
    return 255 * (1 - alpha * (1 - np.array(to_rgb(colour))))


def region_colours(data):
    """Return for each class the commonest colour of the picture near that of its region, and how common."""
    colours, counts = np.unique(pixels(data).reshape(-1, 3), axis=0, return_counts=True)
    found = []
    for k in range(data["text/plain"].count('points "class') // data["text/plain"].count("\naxes")):
        near = np.abs(colours - blend(PALETTE[k], 0.1)).max(axis=1) <= 2
        found.append(
            (tuple(colours[near][counts[near].argmax()]), counts[near].sum()) if near.any() else None
        )
    return found


@pytest.mark.parametrize(
    ("cell", "data", "more"), [p for p in ALL if "240 x 240" in p.values[1]["text/plain"]]
)
def test_the_regions_of_a_figure_differ_in_colour(cell, data, more):
    found = region_colours(data)
    assert len(found) >= 3
    assert None not in found, found
    assert len({colour for colour, _ in found}) == len(found), found
    assert min(count for _, count in found) > 1000, found


def outside_the_legend(mask):
    """Return how many of the marked pixels lie outside the legend-sized box that holds most of them."""
    total = np.pad(mask.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    height, width = 20, 50  # of a legend's sample, at 160 dots an inch
    boxes = (
        total[height:, width:] - total[:-height, width:] - total[height:, :-width] + total[:-height, :-width]
    )
    return mask.sum() - boxes.max()


def only_in_the_legend(data):
    """Return the palette's colours that a picture shows in a legend, but nowhere else."""
    image, hidden = pixels(data), []
    for colour in PALETTE:
        for alpha in (1, 0.85):
            mask = (np.abs(image - blend(colour, alpha)).max(axis=2) <= 3).astype(np.int64)
            if mask.sum() >= 60 and (outside := outside_the_legend(mask)) < 30:
                hidden.append((colour, mask.sum(), outside))
    return hidden


LEGENDS = r"label=|plot_(classes|history|probabilities)\("


@pytest.mark.parametrize(("cell", "data", "more"), [p for p in ALL if re.search(LEGENDS, p.values[0].source)])
def test_what_a_legend_names_can_be_seen(cell, data, more):
    assert only_in_the_legend(data) == []


def test_a_bar_under_its_own_white_edge_is_found_out():
    from matplotlib.figure import Figure

    figure, buffer = Figure(figsize=(6, 3), dpi=160), io.BytesIO()
    ax = figure.subplots()
    for k, width in enumerate((0.4, 0.001, 0.2)):
        look = {"hatch": ["", "xx", "//"][k], "edgecolor": "white", "color": PALETTE[k], "label": "abc"[k]}
        ax.barh([0], [width], left=[0.5 * k], **{**look, "facecolor": look.pop("color")})
    ax.legend()
    figure.savefig(buffer, format="png")
    data = {"image/png": notebooks.smaller(base64.b64encode(buffer.getvalue()).decode())}
    assert [colour for colour, _, _ in only_in_the_legend(data)] == [PALETTE[1]]
