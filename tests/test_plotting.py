"""Figures, tested on what was drawn rather than on pixels."""

import re
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from torch import nn

import torchlearning
from torchlearning import (
    plot_classes,
    plot_decision_regions,
    plot_gather,
    plot_history,
    plot_images,
    plot_network,
    plot_probabilities,
    tensorGenCla,
    use_style,
)
from torchlearning.figures.style import GREY, MARKERS, PALETTE, look
from torchlearning.figures.words import describe

features, labels = tensorGenCla(10, generator=torch.Generator().manual_seed(0))


def diagonal(X):
    """Scores of two classes with the border x0 = x1."""
    return torch.stack([X[:, 0], X[:, 1]], 1)


DRAW = {
    "classes": lambda ax: plot_classes(features, labels, ax=ax),
    "regions": lambda ax: plot_decision_regions(diagonal, extent=(-1, 1, -1, 1), ax=ax),
    "history": lambda ax: plot_history({"loss": [2.0, 1.0]}, ax=ax),
    "probabilities": lambda ax: plot_probabilities({"p": torch.tensor([0.4, 0.6])}, ax=ax),
    "network": lambda ax: plot_network(["a"], ["b", "c"], ax=ax),
    "images": lambda ax: plot_images(torch.rand(2, 4, 4), ax=ax),
    "gather": lambda ax: plot_gather(torch.ones(2, 2), torch.tensor([0, 1]), ax=ax),
}


@pytest.mark.parametrize("name", DRAW)
def test_draws_on_the_axes_given_or_on_new_ones_and_never_shows(name, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("plt.show() was called"))
    _, ax = plt.subplots()
    assert DRAW[name](ax) is ax
    new = DRAW[name](None)
    assert new is not ax
    assert len(plt.get_fignums()) == 2


def test_classes_are_drawn_each_with_its_points_colour_and_marker():
    ax = plot_classes(features, labels, names=["a", "b", "c"])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "c"]
    for k, dots in enumerate(ax.collections):
        np.testing.assert_allclose(dots.get_offsets(), features[labels.flatten() == k])
        np.testing.assert_allclose(dots.get_facecolor()[0, :3], to_rgb(look(k)[0]))
    shapes = {len(dots.get_paths()[0].vertices) for dots in ax.collections}
    assert len(shapes) == 3


def test_regions_show_the_preferred_class_and_the_border():
    ax = plot_decision_regions(diagonal, extent=(-1, 1, -1, 1), resolution=50)
    (image,) = ax.images
    best = np.asarray(image.get_array())
    left, right = image.get_extent()[:2]
    assert left == pytest.approx(-1 - 1 / 49)  # half a pixel: the pixel's centre is at -1
    assert right == pytest.approx(1 + 1 / 49)
    assert best[0, -1] == 0  # bottom right: x0 larger
    assert best[-1, 0] == 1  # top left: x1 larger
    border = np.concatenate([path.vertices for path in ax.collections[0].get_paths()])
    np.testing.assert_allclose(border[:, 0], border[:, 1], atol=1e-6)


def test_regions_take_the_limits_of_the_axes_and_keep_them():
    ax = plot_classes(features, labels)
    limits = ax.axis()
    plot_decision_regions(diagonal, ax=ax, resolution=20)
    assert ax.axis() == pytest.approx(limits)


def test_history_draws_the_values_at_their_epochs():
    ax = plot_history({"train": [3.0, 2.0], "test": torch.tensor([4.0, 3.0])}, x=[1, 5], ylabel="loss")
    assert [line.get_label() for line in ax.lines] == ["train", "test"]
    np.testing.assert_allclose(ax.lines[1].get_xydata(), [[1, 4], [5, 3]])
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")


def test_a_second_history_goes_on_beside_the_first():
    ax = plot_history({"a": [1.0, 2.0]}, ylabel="loss")
    plot_history({"b": torch.tensor([2.0, 1.0], requires_grad=True)}, ax=ax)
    assert ax.lines[0].get_color() != ax.lines[1].get_color()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert ax.get_ylabel() == "loss"


def test_many_lines_without_markers_still_differ():
    ax = plot_history({str(i): torch.full((50,), float(i)) for i in range(7)})
    assert len({(line.get_color(), str(line._dash_pattern)) for line in ax.lines}) == 7


def test_probabilities_are_bars_of_their_height_with_the_value_on_top():
    ax = plot_probabilities({"hard": torch.tensor([1.0, 0.0]), "soft": torch.tensor([0.7, 0.3])})
    assert [bar.get_height() for bar in ax.patches] == pytest.approx([1, 0, 0.7, 0.3])
    assert [text.get_text() for text in ax.texts] == ["1.00", "0.00", "0.70", "0.30"]
    assert ax.patches[0].get_hatch() != ax.patches[2].get_hatch()


def test_network_joins_every_input_to_every_output():
    ax = plot_network(["x", "1"], ["a", "b", "c"], weights="w")
    ends = {tuple(line.get_ydata()) for line in ax.lines}
    assert len(ends) == len(ax.lines) == 6
    assert {text.get_text() for text in ax.texts} == {"x", "1", "a", "b", "c", "w"}


def test_images_stand_in_rows_upright_on_one_scale():
    digits = torch.rand(5, 8, 6)
    ax = plot_images(digits, titles=list("abcde"), num_columns=3)
    for i, (drawn, digit) in enumerate(zip(ax.images, digits, strict=True)):
        np.testing.assert_allclose(drawn.get_array(), digit)
        left, right, bottom, top = drawn.get_extent()
        assert (right - left, bottom - top) == pytest.approx((6, 8))  # bottom below top: upright
        assert drawn.get_clim() == (0, pytest.approx(digits.max().item()))
        x, y = ax.texts[i].get_position()
        assert left < x < right
        assert y < top
    columns, rows = [{image.get_extent()[k] for image in ax.images} for k in (0, 2)]
    assert (len(columns), len(rows)) == (3, 2)
    edges = sorted((image.get_extent()[0], image.get_extent()[1]) for image in ax.images[:3])
    assert all(a[1] < b[0] for a, b in pairwise(edges))  # none overlaps the next
    assert ax.yaxis_inverted()


def test_images_with_negative_values_are_white_at_zero_and_of_two_colours():
    ax = plot_images(torch.tensor([[[-1.0, 0.0, 4.0, -4.0]]]))
    (drawn,) = ax.images
    colours = drawn.cmap(drawn.norm(drawn.get_array()))[0, :, :3]
    np.testing.assert_allclose(colours[1], 1, atol=0.01)
    np.testing.assert_allclose(colours[2], to_rgb(PALETTE[1]), atol=0.01)
    np.testing.assert_allclose(colours[3], to_rgb(PALETTE[0]), atol=0.01)
    assert colours[0].min() > colours[3].min()


def test_black_is_the_largest_value_and_blank_images_are_white():
    (drawn,) = plot_images(torch.tensor([[[0.0, 16.0]]])).images
    np.testing.assert_allclose(drawn.cmap(drawn.norm(drawn.get_array()))[0, :, :3], [[1] * 3, [0] * 3])
    (blank,) = plot_images(torch.zeros(1, 2, 2)).images
    np.testing.assert_allclose(blank.cmap(blank.norm(blank.get_array()))[..., :3], 1)


def test_gather_lights_the_entry_at_the_index_and_shows_it_as_the_result():
    ax = plot_gather(torch.tensor([[0.6, 0.2, 0.2], [0.3, 0.4, 0.3]]), torch.tensor([[0], [1]]))
    lit = [cell for cell in ax.patches if cell.get_facecolor()[:3] == to_rgb(PALETTE[0])]
    assert [(cell.get_x(), cell.get_y()) for cell in lit[::2]] == [(0, 0), (1, 1)]
    assert [text.get_text() for text in ax.texts][4:10:5] == ["0.6", "0.4"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: plot_classes(torch.ones(3, 1), labels[:3]),
            ValueError,
            "features must have at least 2 columns",
        ),
        (lambda: plot_classes(features, labels[:5]), ValueError, r"labels must have shape \(30,\)"),
        (
            lambda: plot_classes(features, labels - 1),
            ValueError,
            "labels must hold whole numbers from 0 and up, got -1",
        ),
        (
            lambda: plot_classes(features, labels, names=["a"]),
            ValueError,
            "a name for each class, which are counted from 0, got 1 for labels from 0 to 2",
        ),
        (
            lambda: plot_decision_regions(lambda X: X[:5], extent=(0, 1, 0, 1)),
            ValueError,
            "scores must return a row for each of 57600 points",
        ),
        (lambda: plot_decision_regions(diagonal), ValueError, "extent must be"),
        (
            lambda: plot_decision_regions(lambda X: X[0], extent=(0, 1, 0, 1)),
            ValueError,
            r"scores\(X\) must have 2 non-empty",
        ),
        (
            lambda: plot_decision_regions(diagonal, resolution=1),
            ValueError,
            "resolution must be at least 2, got 1",
        ),
        (
            lambda: plot_history({"a": [1, 2]}, x=[1]),
            ValueError,
            r"history\['a'\] must hold one number for each position in x, got 2 for 1 positions",
        ),
        (
            lambda: plot_probabilities({"a": torch.ones(2), "b": torch.ones(3)}),
            ValueError,
            "series must hold tensors of one length, got {'a': 2, 'b': 3}",
        ),
        (lambda: plot_probabilities({}), ValueError, "series must hold tensors of one length, got {}"),
        (
            lambda: plot_probabilities({"a": [1.0]}),
            TypeError,
            r"series\['a'\] must be a torch.Tensor, got list",
        ),
        (
            lambda: plot_probabilities({"a": torch.ones(2, 2)}),
            ValueError,
            r"series\['a'\] must have 1 non-empty",
        ),
        (
            lambda: plot_probabilities({"a": torch.ones(2)}, names=["x"]),
            ValueError,
            "for each of 2 classes, got 1",
        ),
        (
            lambda: plot_probabilities({"a": torch.ones(2)}, digits=-1),
            ValueError,
            "digits must be at least 0",
        ),
        (
            lambda: plot_history({"a": torch.ones(2, 2)}),
            ValueError,
            r"history\['a'\] must be one row of numbers, got shape \(2, 2\)",
        ),
        (
            lambda: plot_classes(features, labels + 1, names=["a", "b", "c"]),
            ValueError,
            "counted from 0, got 3 for labels from 1 to 3",
        ),
        (
            lambda: plot_decision_regions(lambda X: X[:, :1], extent=(0, 1, 0, 1)),
            ValueError,
            r"scores\(X\) must have a column for each class.*torch.cat\(\[1 - p, p\], dim=1\)",
        ),
        (
            lambda: plot_decision_regions(nn.Linear, extent=(0, 1, 0, 1)),
            TypeError,
            "scores must be a function from points to scores, got the class Linear; make an object",
        ),
        (
            lambda: plot_network(["a"], ["b"], ax=Figure().add_subplot(projection="3d")),
            TypeError,
            "ax must be ordinary flat axes, got 3d axes",
        ),
        (
            lambda: plot_classes(features, labels, ax=Figure().add_subplot(projection="polar")),
            TypeError,
            "ax must be ordinary flat axes, got polar axes",
        ),
        (
            lambda: plot_network(["a\ud800"], ["b"]),
            ValueError,
            r"inputs\[0\] must be text, got half a character at 1",
        ),
        (
            lambda: plot_decision_regions(lambda X: X * torch.nan, extent=(0, 1, 0, 1)),
            ValueError,
            r"scores\(X\) must not hold nan",
        ),
        (lambda: plot_decision_regions(diagonal, extent=(1, 1, 0, 1)), ValueError, "a width and a height"),
        (lambda: plot_classes(features, labels, ax=[1]), TypeError, "ax must be a matplotlib Axes, got list"),
        (lambda: plot_images(torch.ones(8, 8)), ValueError, r"images must have 3 non-empty .* \(8, 8\)"),
        (lambda: plot_images(torch.ones(1, 8, 8).int()), TypeError, "images must be a floating-point tensor"),
        (lambda: plot_images(torch.ones(1, 8, 8) / 0), ValueError, "images must hold finite numbers"),
        (
            lambda: plot_images(torch.ones(2, 8, 8), titles=["a"]),
            ValueError,
            "titles must hold one title for each of 2 images, got 1",
        ),
        (
            lambda: plot_images(torch.ones(2, 8, 8), num_columns=0),
            ValueError,
            "num_columns must be at least 1, got 0",
        ),
        (lambda: plot_network([], ["a"]), ValueError, "must each hold a name, got 0 and 1"),
        (
            lambda: plot_gather(torch.ones(2, 2), torch.tensor([0, 2])),
            ValueError,
            "index must hold whole numbers from 0 to 1",
        ),
    ],
)
def test_bad_arguments_are_named_before_anything_is_drawn(call, error, words):
    with pytest.raises(error, match=words):
        call()
    assert not plt.get_fignums()


# Machado, Oliveira and Fernandes (2009), severity 1: what each kind of eye sees of linear RGB.
SIGHT = {
    "full": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]] @ np.clip(rgb, 0, 1)
    x, y, z = np.cbrt(np.maximum(xyz / [0.9505, 1, 1.089], 0.008856))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
def test_all_colours_look_different_to_every_eye(sight):
    seen = [lab(SIGHT[sight] @ linear(colour)) for colour in PALETTE]
    for i in range(len(PALETTE)):
        for j in range(i):
            assert np.linalg.norm(seen[i] - seen[j]) > 20, (sight, PALETTE[i], PALETTE[j])


def dark(colour):
    """Return what the page's dark theme makes of a colour: invert(.93) hue-rotate(180deg)."""
    turn = [[-0.574, 1.430, 0.144], [0.426, 0.430, 0.144], [0.426, 1.430, -0.856]]  # W3C filter effects
    return np.clip(turn @ (0.93 - 0.86 * np.array(to_rgb(colour))), 0, 1)


def contrast(*colours):
    low, high = sorted(linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in colours)
    return (high + 0.05) / (low + 0.05)


def over(colour, ground, alpha):
    return alpha * np.array(to_rgb(colour)) + (1 - alpha) * np.array(to_rgb(ground))


@pytest.mark.parametrize("theme", [to_rgb, dark])
def test_colours_stand_out_from_the_page(theme):
    for colour in (*PALETTE, GREY):
        assert contrast(theme(colour), theme("white")) >= 3, colour


@pytest.mark.parametrize("theme", [to_rgb, dark])
def test_marks_stand_out_from_every_region(theme):
    X, y = torch.randn(60, 2), torch.arange(60) % 6
    ax = plot_decision_regions(lambda X: X @ torch.randn(2, 6), ax=plot_classes(X, y))
    grounds = [over(colour, "white", ax.images[0].get_alpha()) for colour in PALETTE]
    for points in ax.collections[:6]:
        *colour, alpha = points.get_facecolor()[0]
        for ground in grounds:
            assert contrast(theme(over(colour, ground, alpha)), theme(ground)) >= 3, colour


def test_labs_have_the_colours_of_the_figures_and_stand_out_too():
    sheet = Path(torchlearning.__file__).with_name("labs").joinpath("base.css").read_text()
    colours = re.findall(r"--c\d: (#\w+);", sheet)
    accents = re.findall(r"--accent: (#\w+);", sheet)
    area, right, other, level = (
        float(re.search(rf"\.{kind} {{[^}}]*-opacity: (\.\d+);", sheet)[1])
        for kind in ("area", "right", "other", "level")
    )
    assert tuple(colours[:6]) == PALETTE
    for page, six, accent in (("#ffffff", colours[:6], accents[0]), ("#121212", colours[6:], accents[1])):
        for ground in (over(colour, page, area) for colour in six):
            assert all(contrast(over(colour, ground, right), ground) >= 3 for colour in six)
        assert all(contrast(over(accent, page, alpha), page) >= 3 for alpha in (other, level))


def test_every_class_has_a_look_of_its_own():
    assert len({look(k) for k in range(len(PALETTE) * (len(MARKERS) - 1))}) == 30
    assert len({look(k)[1] for k in range(6)}) == 6


def test_describe_sees_each_thing_drawn():
    figure, ax = plt.subplots()
    ax.plot([0, 1], [2.0, 4.0], label="line")
    ax.scatter([1, 3], [5.0, 7.0], label="dots")
    ax.bar([0], [0.5])
    ax.imshow(np.ones((2, 3)))
    ax.annotate("here", (0, 0))
    ax.set(title="title", xlabel="x", ylabel="y", yscale="log")
    full = describe(figure)
    for words in ('title "title" x "x" y "y" log y', "mean 3", "mean 6", "size 0.8 x 0.5", "2 x 3", "'here'"):
        assert words in full
    for artist in (*ax.lines, *ax.collections, *ax.patches, *ax.images, *ax.texts):
        artist.remove()
        assert len(describe(figure)) < len(full)
        full = describe(figure)


def test_describe_sees_borders_and_where_they_run():
    moved = [
        describe(
            plot_decision_regions(
                lambda X, a=a: diagonal(X) + torch.tensor([0, a]), extent=(-1, 1, -1, 1)
            ).figure
        )
        for a in (0.0, 0.5)
    ]
    assert "QuadContourSet" in moved[0]
    assert moved[0] != moved[1]


def test_describe_reads_a_title_at_the_left():
    figure, ax = plt.subplots()
    ax.set_title("as trained", loc="left")
    assert 'axes title "as trained"' in describe(figure)


def test_describe_tells_one_curve_from_another():
    texts = []
    for values in ([1, 4, 9], [1, 5, 9], [9, 4, 1], [1e-5, 4e-5, 9e-5]):
        figure, ax = plt.subplots()
        ax.plot(values)
        texts.append(describe(figure))
    assert len(set(texts)) == 4


def test_style_gives_figures_their_words():
    use_style()
    assert plt.rcParams["figure.dpi"] == 160

    class Printer:
        def text(self, words):
            self.words = words

    printer = Printer()
    figure, ax = plt.subplots()
    ax.plot([1, 2])
    figure._repr_pretty_(printer, cycle=False)
    assert printer.words == describe(figure)
