"""What every check is made of: call the reader's function, compare, stop at the first fault.

`@exercise("name(arguments)")` makes a check of a function that states what is demanded. That
function gets an `Exercise`, calls it as it would call the reader's function, asks the `Case` that
comes back, and returns what to notice when all is right.
"""

from __future__ import annotations

import inspect
import random
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from torchlearning import _arguments
from torchlearning.check.case import Case, Fault
from torchlearning.check.kernel import Kernel
from torchlearning.check.result import Result
from torchlearning.check.run import OutOfTime, is_stub, place, run, unwritten
from torchlearning.check.values import copied, same
from torchlearning.check.words import (
    COMMON,
    MISSING,
    NOTHING,
    WIDTH,
    aligned,
    error_text,
    report,
    show,
    usual_cause,
)

Function = Callable[..., Any]
LIMIT = 10.0  # seconds for each call: the first use of a part of torch may load it for seconds


class Unwritten(Exception):  # noqa: N818 - nothing is wrong yet
    """The reader has not begun."""


class Check(Protocol):
    """A check: it takes the reader's function."""

    __name__: str

    def __call__(self, function: Function, *, seconds: float = LIMIT) -> Result:
        """Print what is wrong with a function, or what to notice, and return it."""
        ...


def exercise(
    call: str, *, kind: type = object, causes: Mapping[str, str] | None = None
) -> Callable[[Callable[[Exercise], str]], Check]:
    """Make a check of statements about ``call``, such as ``"softmax(X, w)"``.

    `kind` is what the reader is asked for besides something to call, `type` for a class. `causes`
    are hints for errors, found by words in their message, that go before the usual ones.
    """

    def decorate(states: Callable[[Exercise], str]) -> Check:
        def check(function: Function, *, seconds: float = LIMIT) -> Result:
            return Exercise(call, function, seconds, kind, causes or {}).judge(states)

        about, notes = inspect.cleandoc(states.__doc__ or "").split("\nNotes\n")
        check.__doc__ = f"{about.rstrip()}{textwrap.dedent(COMMON)}\nNotes\n{notes}"
        check.__name__ = check.__qualname__ = states.__name__
        check.__module__ = states.__module__
        return check

    return decorate


class Exercise:
    """Calls the reader's function with copies, each call for a statement with a name."""

    def __init__(
        self, call: str, function: Function, seconds: float, kind: type, causes: Mapping[str, str]
    ) -> None:
        self.name, parameters = call.rstrip(")").split("(")
        self.signature, self.parameters, self.causes = call, parameters.split(", "), causes
        if not callable(function) or not isinstance(function, kind):
            itself = "function itself" if kind is object else "class itself, without ()"
            raise TypeError(
                f"function must be the {itself}, as in check.{self.name}(your_function), not what it "
                f"returns; got {show(function)}"
            )
        self.function, self.seconds, self.calls = function, _arguments.positive("seconds", seconds), 0
        self.statement, self.advice, self.kernel = "", "", Kernel()

    def judge(self, states: Callable[[Exercise], str]) -> Result:
        """Print the first thing wrong, or what to notice; no traceback leaves it."""
        mistake = None
        with self.kernel:
            try:
                right, words = True, f"{self.name}: right. {states(self)}"
            except Fault as fault:
                right, mistake = False, fault.mistake
                words = report(f"{self.name}: not right yet.", fault.rows)
            except Unwritten:
                right, mistake = False, "Nothing is written yet."
                words = (
                    f"{self.name}: still empty. Write your lines in place of the ... and run the cell again."
                )
            except Exception as error:
                hint = f"The check cannot judge this: {error_text(error)}. Please report it."
                right, words = False, report(f"{self.name}: not right yet.", [("hint", hint)])
        if right:
            words = textwrap.fill(words, WIDTH, break_on_hyphens=False)
            words += "\n" + report("", [("advice", self.advice)]).lstrip("\n") if self.advice else ""
        print(words)
        return Result(self.name, right, None if right else self.statement, mistake, self.advice or None)

    def __call__(self, statement: str, *arguments: Any, words: Sequence[str] = (), pure: bool = True) -> Case:
        """Call the reader's function on copies of the arguments.

        `words` say what the arguments are, if their values do not. A function that changes its
        arguments is at fault, unless `pure` is False.
        """
        self.statement = statement
        self._takes(len(arguments))
        copies = [copied(argument) for argument in arguments]
        texts = words or [show(argument) for argument in arguments]
        lines = [aligned(f"{name} = ", text) for name, text in zip(self.parameters, texts, strict=False)]
        case = self.run(self.signature, lines, lambda: self.function(*copies))
        case.arguments = copies
        for name, before, after in zip(self.parameters, arguments, copies, strict=False):
            if pure and isinstance(before, Tensor) and before.device.type != "meta":
                case.refuse_if(
                    before.shape != after.shape or not same(after, before),
                    f"Your function changes its argument {name}, which belongs to the caller. Operations "
                    f"such as -= and methods whose name ends in _ work in place: write {name} = {name} - "
                    "... instead.",
                    came=f"{name} is now {show(after)}",
                    expected=f"{name} as it was",
                )
        return case

    def run(self, call: str, lines: Sequence[str], action: Callable[[], Any]) -> Case:
        """Run code of the reader, seeded anew; an error in it is the reader's."""
        if unwritten(self.function):
            raise Unwritten
        self.calls += 1
        torch.default_generator.manual_seed(self.calls)
        random.seed(self.calls)
        np.random.seed(self.calls)
        rows = [("called", call), *(("", line) for line in lines)]
        stub, result = is_stub(self.function), None
        try:
            with self.kernel.readers():
                result = run(action, self.seconds)
        except OutOfTime:
            hint = f"Still running after {self.seconds:g} s, so it was stopped. Does every loop end?"
            raise Fault([*rows, ("came", "nothing"), ("hint", hint)], hint) from None
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if not (stub and isinstance(error, NotImplementedError)):
                text, name = error_text(error), getattr(self.function, "__name__", "")
                hints = usual_cause(text, self.causes)
                told = [("came", text), ("where", place(error, name)), *(("hint", hint) for hint in hints)]
                raise Fault([*rows, *told], hints[0] if hints else None) from None
        case = Case(rows, result)
        case.missing = MISSING if stub else NOTHING
        return case

    def advise(self, words: str) -> None:
        """Add a word of advice to a right answer."""
        self.advice = f"{self.advice} {words}".strip()

    def lets_gradients_through(self, right: Callable[..., Tensor], *inputs: Tensor) -> None:
        """Advise if the function, in a training loop, would not pass on the gradient of `right`."""
        inputs = tuple(x.detach().requires_grad_() for x in inputs)
        advice = self.advice
        try:
            case = self("gradient", *inputs)
            case.gradient(right(*inputs), inputs, self.run)
        except Fault as fault:
            self.advice = advice
            reason = dict(fault.rows).get("hint", "An error comes when it meets a tensor with requires_grad.")
            self.advise(f"In training it would not do, since there a gradient must flow back. {reason}")

    def _takes(self, count: int) -> None:
        """Demand that the function can be called with so many arguments."""
        try:
            signature = inspect.signature(self.function)
        except (ValueError, TypeError):  # some functions written in C do not tell
            return
        try:
            signature.bind(*range(count))
        except TypeError:
            came = f"a function that takes {signature}"
            hint = f"Give it the parameters ({', '.join(self.parameters[:count])}), in this order."
            if count < len(self.parameters) <= len(signature.parameters):
                hint = f"Here it is called with {count} of its parameters: give the others their defaults."
            raise Fault([("called", self.signature), ("came", came), ("hint", hint)], hint) from None
