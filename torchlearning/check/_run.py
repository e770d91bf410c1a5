"""Run a reader's code: in a thread that can be stopped, with errors told as the reader's own."""

from __future__ import annotations

import contextvars
import ctypes
import linecache
import sysconfig
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import torch

PACKAGE = Path(__file__).resolve().parent.parent
LIBRARIES = tuple(
    {str(PACKAGE), str(Path(torch.__file__).parent), "<frozen"}
    | {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
)


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
        thread.join(seconds)
        late = thread.is_alive()
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


def unfinished(error: BaseException) -> bool:
    """Say whether the reader's own line raised NotImplementedError, as a placeholder does."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return isinstance(error, NotImplementedError) and _is_readers(frames[-1])


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
