"""Run a reader's code: in a thread that can be stopped, with errors told as the reader's own."""

from __future__ import annotations

import ast
import contextvars
import ctypes
import dis
import inspect
import linecache
import sys
import sysconfig
import textwrap
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import torch

PACKAGE = Path(__file__).resolve().parent.parent
LIBRARIES = tuple(
    {str(PACKAGE), str(Path(torch.__file__).parent), "<frozen"}
    | {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
)


PATIENCE = 6  # so many time limits for a call that is importing something, which is no endless loop


class OutOfTime(SystemExit):
    """Thrown into a thread to end it; a thread ends silently on a SystemExit."""


def run(action: Callable[[], Any], seconds: float) -> Any:
    """Return what `action` returns or raise what it raises; `OutOfTime` after `seconds`.

    A thread can be stopped on every system, in a notebook as well, without touching the
    handlers of signals. One that hangs outside Python is left behind and ends with the process.
    """
    returned: list[Any] = []
    raised: list[BaseException] = []

    def work() -> None:
        try:
            returned.append(action())
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True)
    thread.start()
    try:
        for _ in range(PATIENCE):
            thread.join(seconds)
            late = thread.is_alive()
            if not (late and _imports(thread)):
                break
    finally:  # also when the reader interrupts the kernel
        stop(thread)
    if late:
        raise OutOfTime
    if raised:
        raise raised[0]
    return returned[0]


def stop(thread: threading.Thread) -> None:
    """Throw `OutOfTime` into a thread until it ends; give up on one that catches everything."""
    for _ in range(40):
        if not thread.is_alive():
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident or 0), ctypes.py_object(OutOfTime)
        )
        thread.join(0.05)


def _imports(thread: threading.Thread) -> bool:
    """Say whether a thread is in the middle of an import, as at the first use of a part of torch."""
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def is_stub(function: object) -> bool:
    """Say whether a function has no line yet: a docstring, ..., or a NotImplementedError at most."""
    code = getattr(function, "__code__", None)
    if code is None:
        return isinstance(function, type) and not {"__init__", "forward"} & set(vars(function))
    known = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE", "POP_TOP"}
    known |= {"LOAD_GLOBAL", "PUSH_NULL", "PRECALL", "CALL", "RAISE_VARARGS", "CACHE"}
    steps = {step.opname for step in dis.get_instructions(code)}
    return steps <= known and set(code.co_names) <= {"NotImplementedError"} and _only_nothing(code)


def _only_nothing(code: CodeType) -> bool:
    """Say whether a function that only returns a constant returns None or ... ."""
    returned = {None, Ellipsis, code.co_consts[0] if code.co_consts else None}
    raises = "NotImplementedError" in code.co_names
    return raises or all(value in returned for value in code.co_consts)


def unwritten(function: Callable[..., Any]) -> bool:
    """Say whether a function or class has no line of its own yet, only ``...`` or ``pass``."""
    if isinstance(function, type):
        return all(name.startswith("__") and not callable(value) for name, value in vars(function).items())
    try:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, SyntaxError, ValueError):  # its source is not known
        return False
    return isinstance(definition, ast.FunctionDef) and all(
        isinstance(step, ast.Pass) or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
        for step in definition.body
    )


def place(error: BaseException, name: str) -> str:
    """Say which line of the reader raised `error`, counted from the line of its ``def``."""
    steps = [step for step in traceback.walk_tb(error.__traceback__) if _is_readers(step[0])]
    if not steps:
        return "before the first line of your function"
    frame, line = steps[-1]
    code = frame.f_code
    where = "your function" if code.co_name in (name, "<lambda>") else f"your {code.co_name}"
    source = linecache.getline(code.co_filename, line, frame.f_globals).strip()
    return f"in {where}, line {line - code.co_firstlineno + 1}" + (f":  {source}" if source else "")


def _is_readers(frame: FrameType) -> bool:
    return not frame.f_code.co_filename.startswith(LIBRARIES)
