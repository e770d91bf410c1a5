"""What every check is made of: call the reader's function, compare, stop at the first fault.

An `Exercise` calls the function on copies and gives a `Case` for each call; it prints the first
`Fault`, or that all is right.
"""

from __future__ import annotations

import inspect
import random
import textwrap
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from torchlearning import _check
from torchlearning.check._case import Case, Fault, same
from torchlearning.check._run import OutOfTime, place, run, unfinished
from torchlearning.check._words import WIDTH, aligned, report, show, usual_cause

Function = Callable[..., Any]
LIMIT = 10.0  # seconds for each call: the first use of a part of torch may load it for seconds


class Exercise:
    """The context in which a check runs: faults are printed, and no traceback leaves it."""

    def __init__(self, call: str, function: Function, seconds: float) -> None:
        self.name, parameters = call.rstrip(")").split("(")
        self.signature, self.parameters = call, parameters.split(", ")
        if not callable(function):
            raise TypeError(
                f"function must be the function itself, as in check.{self.name}(your_function), not what "
                f"it returns; got {show(function)}"
            )
        self.function, self.seconds, self.calls = function, _check.positive("seconds", seconds), 0

    def __enter__(self) -> Exercise:
        self.states = torch.get_rng_state(), random.getstate(), np.random.get_state()
        self.recording = torch.is_grad_enabled()
        torch.set_grad_enabled(True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        torch.set_rng_state(self.states[0])
        random.setstate(self.states[1])
        np.random.set_state(self.states[2])
        torch.set_grad_enabled(self.recording)
        if isinstance(error, Exception):
            words = f"The check cannot judge this: {type(error).__name__}, {error}. Please report it."
            rows = error.rows if isinstance(error, Fault) else [("hint", words)]
            print(report(f"{self.name}: not right yet.", rows))
        return isinstance(error, Exception)

    def right(self, notice: str) -> None:
        """Print that the function is right, and what to notice next."""
        print(textwrap.fill(f"{self.name}: right. {notice}", WIDTH, break_on_hyphens=False))

    def __call__(self, *arguments: Any, words: Sequence[str] = (), pure: bool = True) -> Case:
        """Call the reader's function on copies of the arguments.

        `words` say what the arguments are, if their values do not. A function that changes its
        arguments is at fault, unless `pure` is False.
        """
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
        self.calls += 1
        torch.default_generator.manual_seed(self.calls)
        random.seed(self.calls)
        np.random.seed(self.calls)
        rows = [("called", call), *(("", line) for line in lines)]
        try:
            return Case(rows, run(action, self.seconds))
        except OutOfTime:
            hint = f"Still running after {self.seconds:g} s, so it was stopped. Does every loop end?"
            raise Fault([*rows, ("came", "nothing"), ("hint", hint)]) from None
        except (Exception, SystemExit) as error:
            if unfinished(error):
                return Case(rows, None)
            text = textwrap.shorten(f"{type(error).__name__}: {error}", 300)
            where = place(error, getattr(self.function, "__name__", ""))
            raise Fault([*rows, ("came", text), ("where", where), *usual_cause(text)]) from None

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
            raise Fault([("called", self.signature), ("came", came), ("hint", hint)]) from None


def random_normal(*size: int) -> Tensor:
    """Return the same random numbers each time, without touching the global state."""
    return torch.randn(size, generator=torch.Generator().manual_seed(sum(size)))


def copied(value: Any) -> Any:
    """Return a copy that the reader may break: tensors, and lists and tuples of them."""
    if isinstance(value, Tensor):
        copy = value.detach().clone().requires_grad_(value.requires_grad)
        copy.grad = None if value.grad is None else value.grad.clone()
        return copy
    return type(value)(map(copied, value)) if type(value) in (list, tuple) else value
