"""Start tools/judge.py for a notebook and watch over it: one process, with limits, and without a network.

What ends the process or takes too long costs one step, a cell or the judging of a function: the
notebook is run again without it.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cage import OUT_OF_MEMORY

JUDGE = Path(__file__).with_name("judge.py")
START = 180.0  # seconds to import PyTorch in, on a busy machine
KEPT = ("PATH", "LANG", "LC_", "LD_LIBRARY_PATH", "OPENBLAS_")  # of the environment: it may hold passwords


@dataclass(frozen=True)
class Limits:
    """What a notebook may take: seconds for a step, minutes for all, memory beyond that of PyTorch."""

    seconds: float = 60
    minutes: float = 10
    gigabytes: float = 4


@dataclass
class Findings:
    """What came of a notebook: a verdict for each function, and cells that failed or had to be stopped.

    `unfinished` says why it was given up before its end.
    """

    verdicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    stopped: dict[int, str] = field(default_factory=dict)
    unfinished: str = ""

    def note(self, lost: dict[str, str]) -> None:
        """Take down the steps that were left out, and why: cells, or the judging of a function."""
        for name, verdict in self.verdicts.items():
            if "lost" in verdict:
                self.verdicts[name] = {"problem": lost[verdict["lost"]]}
        for step, why in lost.items():
            if " " not in step:
                self.stopped[int(step)] = why


def walls() -> list[str]:
    """Return a command that cuts a program off from the network and ends with it all that it has started.

    Empty where the system lacks it or does not permit it.
    """
    unshare = [shutil.which("unshare") or "unshare", "--net", "--pid", "--fork", "--kill-child"]
    for command in (unshare, [*unshare, "--map-root-user"]):
        try:
            subprocess.run([*command, "true"], check=True, capture_output=True, timeout=30)
        except (OSError, subprocess.SubprocessError):
            continue
        return command
    return []


class Supervisor:
    """Runs notebooks, several at a time if it is called from several threads."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.walls, self.interrupted = limits, walls(), threading.Event()
        self.home = tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True)

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        self.home.cleanup()

    def run(self, code: list[str], names: list[str]) -> Findings:
        """Run cells and judge the functions of these names, however often it has to begin again."""
        lost: dict[str, str] = {}
        until = time.monotonic() + 60 * self.limits.minutes
        while True:
            found = Findings()
            step, why = self.attempt(code, names, list(lost), until, found)
            if not why or self.interrupted.is_set():
                break
            if not step or step in lost or time.monotonic() >= until:
                found.unfinished = why
                break
            lost[step] = why
        found.note(lost)
        return found

    def attempt(
        self, code: list[str], names: list[str], lost: list[str], until: float, found: Findings
    ) -> tuple[str, str]:
        """Run the cells once; return the step that ended it before time, and why, both empty if none did."""
        secret = secrets.token_hex(16)  # lines without it are not the judge's
        task: dict[str, Any] = {"secret": secret, "cells": code, "names": names, "lost": lost}
        task |= {"gigabytes": self.limits.gigabytes, "loopback": bool(self.walls)}
        with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as complaints:
            told.write(json.dumps(task).encode())
            told.seek(0)
            with tempfile.TemporaryDirectory(dir=self.home.name, ignore_cleanup_errors=True) as folder:
                process = self.start(folder, told, complaints)
                try:
                    step, why = self.watch(process, secret, until, found)
                finally:
                    self.end(process)
            if why and not step:
                complaints.seek(0)
                why = "cannot be run: " + (complaints.read().decode().strip().split("\n")[-1][-200:] or why)
        return step, why

    def start(self, folder: str, told: IO[bytes], complaints: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start the judge in an empty folder and with a bare environment."""
        kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}
        home = {"HOME": folder, "TMPDIR": folder, "IPYTHONDIR": f"{folder}/.ipython"}
        return subprocess.Popen(
            [*self.walls, sys.executable, str(JUDGE)],
            stdin=told, stdout=subprocess.PIPE, stderr=complaints, cwd=folder, start_new_session=True,
            env=kept | home | {"MPLCONFIGDIR": self.home.name, "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"},
        )  # fmt: skip

    def watch(
        self, process: subprocess.Popen[bytes], secret: str, until: float, found: Findings
    ) -> tuple[str, str]:
        """Take down what the judge says until it has done, has ended, or its time is up."""
        lines: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=listen, args=(process.stdout, secret, lines), daemon=True).start()
        step, deadline = "", time.monotonic() + START
        while step != "end":
            if self.interrupted.is_set():
                return step, "interrupted"
            ended = process.poll() is not None
            try:
                words = lines.get(timeout=0.2)
            except queue.Empty:
                if ended or time.monotonic() > deadline:
                    return step, self.reason(step, process.returncode if ended else None, until)
                continue
            if "step" in words:
                step, deadline = words["step"], min(time.monotonic() + self.limits.seconds, until)
            elif "failed" in words:
                found.failed[int(words["failed"])] = f"cell [{words['failed']}]: {words['error']}"
            else:
                found.verdicts[words.pop("exercise")] = words
        return "", ""

    def reason(self, step: str, status: int | None, until: float) -> str:
        """Return why a step was the last."""
        cell, _, name = step.partition(" ")
        if status == OUT_OF_MEMORY:
            why = f"it needs more than {self.limits.gigabytes:g} GB"
        elif status is not None:
            why = "it ended the process"
        elif time.monotonic() >= until:
            why = f"the {self.limits.minutes:g} minutes for a notebook were over"
        else:
            why = f"it was still running after {self.limits.seconds:g} s"
        return f"{name or f'cell [{cell}]'} was stopped: {why}"

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and its group; behind the walls nothing it has started outlives it."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def listen(stream: IO[bytes], secret: str, lines: queue.Queue[dict[str, Any]]) -> None:
    """Pass on the lines that begin with the secret."""
    with stream:
        while line := stream.readline(100_000):
            if line.startswith(secret.encode()):
                lines.put(json.loads(line[len(secret) :]))
