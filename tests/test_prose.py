"""Numbers in prose: each has been computed by a cell of its section, or says where it comes from."""

import math
import re

import nbformat
import notebooks
import pytest
import torch
from prose import is_backed, numbers, sections, sources, texts

TWINS = sorted(notebooks.BOOK.glob("[0-9][0-9]_*.py"))
PAGES = [notebooks.BOOK / name for name in ("intro.md", "glossary.md", "api.md")] + [
    notebooks.BOOK.parent / name for name in ("README.md", "CONTRIBUTING.md")
]

# Numbers that no cell of their section has, and why that is right: worked out in the text itself (the
# value), computed on another page (its name), found in another section (ELSEWHERE), or an example.
ELSEWHERE = "in another section of the page"
EXCEPTIONS = {
    ("01_exercises", "3.4"): torch.finfo(torch.float32).max / 1e38,
    ("01_softmax_intuition", "0.05"): "a value to choose in the lab",
    ("01_softmax_intuition", "0.5"): "a value to choose in the lab",
    ("02_exercises", "0.999"): "an example of a prediction",
    ("02_exercises", "1.6"): 2 * 0.8,
    ("02_exercises", "324"): -math.floor(math.log10(math.ulp(0))),
    ("03_exercises", "0.12"): ELSEWHERE,
    ("03_exercises", "0.97"): "a wrong answer of a quiz",
    ("03_exercises", "184"): 190 - 6,
    ("03_exercises", "3.3"): ELSEWHERE,
    ("04_exercises", "0.09"): "04_nn_training",
    ("04_exercises", "785"): 784 + 1,
    ("04_nn_training", "0.9"): "an example of a label",
    ("05_dispersion_and_difficulty", "117"): 13 * 9,
    ("05_dispersion_and_difficulty", "190"): sum(range(20)),
    ("05_exercises", "4000"): 4 * 1000,
    ("06_exercises", "140"): 200 - 60,
    ("06_exercises", "257"): 256 + 1,
    ("06_exercises", "3000"): "an example of a time",
    ("06_gpu_vs_cpu", "100005"): 5 + 1000 * 100,
    ("06_gpu_vs_cpu", "105"): 5 + 100,
    ("06_gpu_vs_cpu", "505"): ELSEWHERE,
    ("07_exercises", "1437"): 1797 - 360,
    ("07_exercises", "640"): 64 * 10,
    ("07_real_data", "250"): "two differences of the starts above it, roughly",
    ("07_real_data", "360"): ELSEWHERE,
    ("08_exercises", "120"): ELSEWHERE,
    ("08_exercises", "29500"): "a port to choose",
    ("08_more_than_one_device", "1.5"): 2 * 3 / 4,
    ("08_more_than_one_device", "450"): "from the data sheet, as 450e9 in the code",
    ("08_more_than_one_device", "505"): "06_gpu_vs_cpu",
}


def read(stem):
    return nbformat.read(notebooks.BOOK / f"{stem}.ipynb", as_version=4)


def to_check(text):
    """Return the numbers worth a test: with a decimal point, or of three digits and more."""
    return [n for n in numbers(text) if "." in n or len(n.partition("e")[0]) > 2]


def unbacked(notebook):
    """Yield the numbers that their section has not computed; a summary may use the whole page."""
    page = sources(notebook)
    for section in sections(notebook):
        whole = section.cells and section.cells[0].source.startswith("## Summary")
        near = page if whole else sources(section)
        for text in texts(section):
            for number in to_check(text):
                precise = len(number.replace(".", "").lstrip("0")) >= 4  # hardly there by chance
                if not is_backed(number, page if precise else near):
                    yield number


def is_explained(stem, number):
    """Tell whether a number is an exception, and the reason holds."""
    reason = EXCEPTIONS.get((stem, number))
    if isinstance(reason, (int, float)):
        return is_backed(number, {reason})
    if reason == ELSEWHERE:
        return is_backed(number, sources(read(stem)))
    if (notebooks.BOOK / f"{reason}.py").exists():
        return is_backed(number, sources(read(reason)))
    return reason is not None


@pytest.mark.parametrize("stem", [twin.stem for twin in TWINS])
def test_numbers_in_prose_are_those_of_the_cells(stem):
    assert [number for number in unbacked(read(stem)) if not is_explained(stem, number)] == []


def test_every_exception_is_still_one():
    found = {(twin.stem, number) for twin in TWINS for number in unbacked(read(twin.stem))}
    assert set(EXCEPTIONS) <= found


@pytest.mark.parametrize(
    ("stem", "right", "wrong"),
    [
        ("05_dispersion_and_difficulty", "0.8074", "0.8174"),
        ("01_softmax_intuition", "6.0141", "6.0142"),
        ("02_cross_entropy_and_gather", "0.7136", "0.7137"),
        ("03_manual_training", "0.4473", "0.4437"),
    ],
)
def test_a_wrong_digit_is_seen(stem, right, wrong):
    notebook = read(stem)
    cell = next(c for c in notebook.cells if c.cell_type == "markdown" and right in c.source)
    cell.source = cell.source.replace(right, wrong)
    assert wrong in unbacked(notebook)


def test_most_changes_of_a_digit_in_prose_are_found_out():
    tried = caught = 0
    for twin in TWINS:
        notebook = read(twin.stem)
        for section in sections(notebook):
            near = sources(section)
            for number in (n for text in texts(section) for n in to_check(text) if is_backed(n, near)):
                for i, digit in enumerate(number):
                    if digit.isdigit():
                        other = f"{number[:i]}{(int(digit) + 1) % 10}{number[i + 1 :]}"
                        tried, caught = tried + 1, caught + (not is_backed(other, near))
    assert caught / tried > 0.75, f"{caught} of {tried}"


KNOWN = {
    "0.7": "an example of a probability",
    "1.44": 1 / math.log(2),
    **dict.fromkeys(("2.7", "0.5", "2.0", "0.2", "1.9"), "gigabytes of packages, in README"),
    **dict.fromkeys(("3.12", "3.13"), "versions of Python"),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_without_cells_have_no_other_numbers(page):
    for number in numbers(
        re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    ):
        if "." in number:
            assert number in KNOWN, number
            assert isinstance(KNOWN[number], str) or is_backed(number, {KNOWN[number]})


def test_the_introduction_knows_how_long_the_exercises_take():
    intro = (notebooks.BOOK / "intro.md").read_text(encoding="utf-8")
    pages = [twin.read_text(encoding="utf-8") for twin in TWINS if twin.stem.endswith("_exercises")]
    minutes = [[int(n) for n in re.findall(r"· (\d+) minutes", page)] for page in pages]
    assert "from three minutes to an hour each" in intro
    assert min(map(min, minutes)) == 3
    assert max(map(max, minutes)) == 60
    assert all(60 <= sum(page) <= 210 for page in minutes), [sum(page) for page in minutes]
    assert 105 <= sum(map(sum, minutes)) / len(minutes) <= 160
