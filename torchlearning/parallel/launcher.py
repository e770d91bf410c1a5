"""A function on several processes, from a notebook: what torchrun does, without a file."""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import re
import signal
import sys
import tempfile
from collections.abc import Callable
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch.distributed import TCPStore  # type: ignore[attr-defined]
from torch.multiprocessing.spawn import (
    ProcessContext,
    ProcessException,
    start_processes,
)

from torchlearning import _arguments
from torchlearning.parallel.group import process_group

# What gloo says to a rank whose partner has gone; which, depends on when it notices.
PARTNER_GONE = re.compile("[Cc]onnection|[Bb]roken pipe|[Ss]ocket closed|pair closure")


def launch(function: Callable[..., Any], ranks: int, *arguments: Any, seconds: float = 60.0) -> list[Any]:
    """Run a function on several new processes that have joined one group; return what each returned.

    The processes are forks of this one, so the function may use whatever the notebook has defined;
    on the CPU, each with one thread. What they print is shown after they have ended, rank by rank.

    Parameters
    ----------
    function : callable
        What each rank calls. It returns something that can be pickled.
    ranks : int
        How many processes, 1 to 64.
    *arguments
        Passed on to `function`, the same for every rank.
    seconds : float
        How long a collective waits for the other ranks before it raises an error.

    Returns
    -------
    list
        What the ranks returned, rank 0 first.

    Raises
    ------
    RuntimeError
        If a rank has failed; the message says which and why. The others have been ended.
    OSError
        If this system cannot fork (Windows; its Subsystem for Linux can).
    TypeError, ValueError
        If an argument is of the wrong kind.

    Notes
    -----
    New in this course. Lesson 8.

    Examples
    --------
    >>> import torch.distributed as dist
    >>> launch(lambda: 10 * dist.get_rank() + dist.get_world_size(), 2)
    [2, 12]
    """
    ranks = _arguments.whole_number("ranks", ranks, maximum=64)
    seconds = _arguments.positive("seconds", seconds, 1e6)
    if not callable(function):
        raise TypeError(f"function must be callable, got {type(function).__name__}")
    if "fork" not in multiprocessing.get_all_start_methods():
        raise OSError(
            "launch needs processes that can fork, which Windows has only in its Subsystem for Linux"
        )

    ports = multiprocessing.get_context("fork").SimpleQueue()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        work = (function, arguments, seconds, ranks, ports, folder)
        started = start_processes(_work, work, ranks, join=False, start_method="fork")
        try:
            # Not before the forks: a fork would keep for ever what the store's thread has just locked.
            store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)  # port 0: any free one
            for _ in range(ranks):
                ports.put(store.port)
            _wait(started)
        except ProcessException as error:
            ends = [process.exitcode or 0 for process in started.processes]
            raise RuntimeError(_reason(error, folder, ends)) from None
        finally:
            for process in started.processes:  # also when the reader interrupts the kernel
                process.kill()
                process.join()
            for file in sorted(folder.glob("*.out"), key=lambda file: int(file.stem)):
                print(file.read_text(encoding="utf-8", errors="replace"), end="")
        return [pickle.loads((folder / f"{rank}.result").read_bytes()) for rank in range(ranks)]


def _wait(started: ProcessContext) -> None:
    """Wait until all have ended well or one has failed, without its log."""
    logger = logging.getLogger("torch.multiprocessing.spawn")
    level = logger.level
    logger.setLevel(logging.ERROR)  # it would tell whom it ends
    try:
        while not started.join():
            pass
    finally:
        logger.setLevel(level)


def _work(
    rank: int,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    seconds: float,
    ranks: int,
    ports: SimpleQueue[int],
    folder: Path,
) -> None:
    """Be one rank: with the environment that torchrun would give it, and its output in a file."""
    with (folder / f"{rank}.out").open("w") as out, (folder / f"{rank}.log").open("w") as log:
        os.dup2(out.fileno(), 1)
        os.dup2(log.fileno(), 2)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - not the notebook's
    names = dict.fromkeys(("RANK", "LOCAL_RANK"), str(rank))
    names |= dict.fromkeys(("WORLD_SIZE", "LOCAL_WORLD_SIZE"), str(ranks))
    names |= {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(ports.get()),
        "TORCHELASTIC_USE_AGENT_STORE": "True",
    }
    os.environ |= names
    torch.set_num_threads(1)
    dist.set_debug_level_from_env()  # type: ignore[attr-defined]  # a notebook may have set it since
    with process_group("cpu", seconds=seconds):
        try:
            result = pickle.dumps(function(*arguments))
            (folder / f"{rank}.result").write_bytes(result)
        except BaseException as error:  # told before the others can notice that this rank has left
            (folder / f"{rank}.error").write_text(f"failed: {type(error).__name__}: {error}")
            raise
        finally:
            sys.stdout.flush()


def _reason(error: ProcessException, folder: Path, ends: list[int]) -> str:
    """Say which rank failed, and why; of several not one that failed only because another had gone."""
    told = {int(file.stem): text for file in folder.glob("*.error") if (text := file.read_text())}
    told.setdefault(error.error_index, f"failed: {str(error).strip().splitlines()[-1]}")
    killed = {rank: -end for rank, end in enumerate(ends) if end < 0 and -end != signal.SIGTERM}
    told |= {rank: f"was killed by {signal.Signals(number).name}" for rank, number in killed.items()}
    rank = min(told, key=lambda rank: (rank not in killed, bool(PARTNER_GONE.search(told[rank])), rank))
    return f"rank {rank} {told[rank]}"
