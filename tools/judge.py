"""Run one submitted notebook and judge its functions: a process that tools/grade.py starts and watches.

It reads a task from stdin, as JSON: the sources of the cells, the names of the exercises, and the
steps to leave out because an earlier run ended in them. It says on stdout, a line of JSON each,
which step begins and what came of it. What a notebook prints goes nowhere.
"""

from __future__ import annotations

import ast
import builtins
import os
import sys
from collections.abc import Callable
from importlib import import_module
from json import load
from typing import Any

from cage import OUT_OF_MEMORY, confine, listener, quiet_shell

from torchlearning import check

END = os._exit


class Asked(ast.NodeTransformer):
    """Takes the bare calls of checks and quizzes out of a cell, and keeps what was to be checked."""

    def __init__(self, names: list[str]) -> None:
        self.names, self.arguments = names, dict[str, ast.expr]()

    def visit_Module(self, cell: ast.Module) -> ast.Module:
        """Look at a whole cell, before it runs."""
        self.arguments = {}
        for node in ast.walk(cell):
            if isinstance(node, ast.Call) and self._exercise(node) and node.args:
                self.arguments[self._exercise(node)] = node.args[0]
        cell.body = [step for step in cell.body if not self._only_asks(step)]
        return cell

    def _exercise(self, call: ast.Call) -> str:
        """Return the exercise of a call such as ``check.softmax(...)``, or nothing."""
        words = ast.unparse(call.func).split(".")
        return words[-1] if words[-2:-1] == ["check"] and words[-1] in self.names else ""

    def _only_asks(self, step: ast.stmt) -> bool:
        call = step.value if isinstance(step, ast.Expr) else None
        return isinstance(call, ast.Call) and (ast.unparse(call.func) == "Quiz" or self._exercise(call) != "")


class Genuine:
    """The course's own functions as they were before a notebook ran."""

    def __init__(self, names: list[str]) -> None:
        for name in names:
            import_module(f"torchlearning.check.exercises.{name}")
        self.checks = {name: getattr(check, name) for name in names}
        ours = [module for name, module in sys.modules.items() if name.startswith("torchlearning")]
        parts = [part for module in ours for part in vars(module).values()]
        places = [*ours, *(part for part in parts if isinstance(part, type) and is_ours(part))]
        self.streams = sys.stdout, sys.stderr
        self.places, self.builtins = [(place, dict(vars(place))) for place in places], dict(vars(builtins))

    def restore(self) -> None:
        """Put back what has been replaced, first what this function itself needs."""
        builtins.__dict__.update(self.builtins)
        sys.stdout, sys.stderr = self.streams
        for place, own in self.places:
            for name, value in own.items():
                if callable(value) and vars(place).get(name) is not value:
                    setattr(place, name, value)

    def verdict(self, name: str, function: Any) -> dict[str, Any]:
        """Return what the check of an exercise says."""
        if is_ours(function):
            return {"problem": "this is the function of the course, not one of their own"}
        try:
            result = self.checks[name](function)
        except BaseException as error:
            return {"problem": f"cannot be checked: {in_words(error)}"}
        return {"right": result.right, "statement": result.statement, "mistake": result.mistake}


def is_ours(thing: Any) -> bool:
    """Say whether a function or class is one of the package."""
    return str(getattr(thing, "__module__", "")).startswith("torchlearning")


def in_words(error: BaseException) -> str:
    """Return an error in one line."""
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg}, line {error.lineno}"
    try:
        return " ".join(f"{type(error).__name__}: {error}".split())[:200]
    except BaseException:
        return type(error).__name__


class Notebook:
    """Runs cells in order; judges a function when it is new, and whenever its check is asked for."""

    def __init__(self, names: list[str], lost: list[str], say: Callable[..., None]) -> None:
        self.names, self.lost, self.say = names, lost, say
        self.genuine, self.asked, self.shell = Genuine(names), Asked(names), quiet_shell()
        self.shell.ast_transformers.append(self.asked)
        self.known: dict[str, tuple[Any, bool]] = {}  # the last function of a name, and whether it is right

    def run(self, number: int, source: str) -> None:
        """Run a cell, and judge what has come of it."""
        if str(number) in self.lost:
            return
        self.say(step=str(number))
        self.asked.arguments = {}
        error = self.error_of(source)
        self.genuine.restore()
        if isinstance(error, MemoryError):
            END(OUT_OF_MEMORY)
        if error:
            self.say(failed=str(number), error=in_words(error))
        for name in self.names:
            self.judge(f"{number} {name}", name, self.found(name))

    def error_of(self, source: str) -> BaseException | None:
        """Run a cell and return the error that it ends with, if it does."""
        try:
            result = self.shell.run_cell(source, silent=True)
            return result.error_before_exec or result.error_in_exec
        except BaseException as error:  # of the shell: the cell has taken something away that it needs
            return error

    def found(self, name: str) -> Any:
        """Return what is to be judged for an exercise: what its check is given, or what has its name."""
        try:
            given = ast.Expression(self.asked.arguments[name])
            return eval(compile(given, "<check>", "eval"), self.shell.user_ns)
        except BaseException:  # such as a name that the cell before has not defined
            return self.shell.user_ns.get(name)

    def judge(self, step: str, name: str, function: Any) -> None:
        """Say the verdict on a function, unless it is known."""
        last, right = self.known.get(name, (None, False))
        again = name in self.asked.arguments and not right
        if not callable(function) or (function is last and not again):
            return
        self.say(step=step)
        verdict = {"lost": step} if step in self.lost else self.genuine.verdict(name, function)
        self.known[name] = function, bool(verdict.get("right"))
        self.say(exercise=name, **verdict)


def main() -> None:
    """Read the task and do it."""
    task = load(sys.stdin)
    say = listener(task["secret"])
    notebook = Notebook(task["names"], task["lost"], say)
    confine(task["gigabytes"], task["loopback"])
    try:
        for number, source in enumerate(task["cells"], 1):
            notebook.run(number, source)
        say(step="end")
    finally:
        END(1)  # without waiting for threads that the notebook has left


if __name__ == "__main__":
    main()
