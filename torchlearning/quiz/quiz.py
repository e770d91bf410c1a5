"""A question that answers back in the page itself: without a kernel, without a network."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from itertools import pairwise
from numbers import Real
from pathlib import Path

from torchlearning import _arguments

HERE = Path(__file__).parent
NEAR = 0.01  # as a share of the number
UNMOUNTED = (
    "To check an answer in a notebook, run this cell; in a page, it needs JavaScript. "
    "The answer is in the solution."
)
PAGE = """<div><style>
{css}</style>
<form class="torchlearning-quiz">
<fieldset><legend>{question}</legend>
{inputs}
</fieldset>
<p role="status">{unmounted}</p>
<script type="application/json">{data}</script>
</form>
<script type="module">
{module}</script></div>
"""
CHOICE = '<label><input type="radio" name="quiz" data-lm-suppress-shortcuts="true"><span>{}</span></label>'
ENTRY = (
    '<label>Your answer: <input inputmode="decimal" autocomplete="off" size="12"'
    ' data-lm-suppress-shortcuts="true"></label> <button>Check</button>'
)


class Quiz:
    """A question with a reply to each answer: a choice of a few, or a number to type.

    Compute a number in the cell and pass it on; never type it.

    Parameters
    ----------
    question : str
        The question. Here and in the texts below, `` `words` `` are set as code and ``*words*`` as stressed.
    replies : mapping of str to str, or of numbers to str
        What to say to each answer, the right one included. If the keys are texts, they are the
        choices, shown in this order. If they are numbers, the reader types one, and the keys are
        the right number and those that a typical mistake leads to; whole ones must be met
        exactly, others within 1%.
    answer : str or float
        The right one of the keys.

    Raises
    ------
    TypeError, ValueError
        If a text is empty or not a str, there are fewer than two choices, the keys are of both
        kinds, a number is not finite or too near to another, or `answer` is none of the keys.

    Notes
    -----
    New in this course. Exercises.

    Examples
    --------
    >>> Quiz("Which is larger?", {"e": "Yes, by 0.7.", "2": "No: e is 2.7."}, answer="e")
    Quiz: Which is larger? (e / 2)
    >>> Quiz("What is the logarithm of 1?", {0: "Right.", 1: "That is that of e."}, answer=0)
    Quiz: What is the logarithm of 1? (a number)
    """

    def __init__(
        self, question: str, replies: Mapping[str, str] | Mapping[float, str], *, answer: str | float
    ) -> None:
        self.question = _text("question", question)
        if not isinstance(replies, Mapping) or not replies:
            raise TypeError(f"replies must map each answer to what to say, got {replies!r}")
        if not isinstance(answer, str | Real):
            raise TypeError(f"answer must be a str or a number, got {answer!r}")
        if answer not in replies:
            raise ValueError(f"answer must be one of {list(replies)}, got {answer!r}")
        name, texts = "each key of replies", any(isinstance(key, str) for key in replies)
        self.choices = [_text(name, key) for key in replies] if texts else []
        self.numbers = [] if texts else [_arguments.finite(name, key) for key in replies]
        self.words = [_text(f"replies[{key!r}]", words) for key, words in replies.items()]
        self.right = list(replies).index(answer)
        if len(self.choices) == 1:
            raise ValueError(f"replies must hold at least two choices, got {self.choices}")
        for low, high in pairwise(sorted(self.numbers)):
            if high - low <= _reach(low) + _reach(high):
                raise ValueError(
                    f"replies must hold numbers that 1% can tell apart, got {low:g} and {high:g}"
                )

    def _repr_html_(self) -> str:
        """Return the quiz for a page or a notebook."""
        choices = [CHOICE.format(_markup(choice)) for choice in self.choices]
        data: dict[str, object] = {"words": [_markup(words) for words in self.words], "right": self.right}
        if self.numbers:
            data["keys"] = [x if x.is_integer() else _rounded(x, 4) for x in self.numbers]
            data["reach"] = [_reach(x) for x in self.numbers]
        return PAGE.format(
            css=(HERE / "quiz.css").read_text(encoding="utf-8"),
            module=(HERE / "quiz.js").read_text(encoding="utf-8"),
            question=_markup(self.question),
            unmounted=UNMOUNTED,
            inputs="\n".join(choices) or ENTRY,
            data=json.dumps(data).replace("<", "\\u003c"),
        )

    def __repr__(self) -> str:
        return f"Quiz: {self.question} ({' / '.join(self.choices) or 'a number'})"


def _text(name: str, value: object) -> str:
    """Return a text that says something."""
    if not _arguments.text(name, value).strip():
        raise ValueError(f"{name} must not be empty, got {value!r}")
    return str(value)


def _reach(key: float) -> float:
    """Return how far a typed number may lie from `key`: nothing if that is whole, else 1% of it."""
    return 0.0 if key.is_integer() else _rounded(NEAR * abs(key), 2)


def _rounded(number: float, digits: int) -> float:
    """Return the first digits, on which every computer agrees."""
    return float(f"{number:.{digits}g}")


def _markup(text: str) -> str:
    """Return a text as HTML: what stands between backticks is code, and between asterisks stressed."""
    return re.sub(
        r"`([^`]+)`|(?<!\w)\*(\w[^*`]*)\*",
        lambda found: f"<code>{found[1]}</code>" if found[1] else f"<em>{found[2]}</em>",
        html.escape(text),
    )
