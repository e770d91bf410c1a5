"""The group of processes that torchrun has started: how a rank joins it, and when it ends."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
import torch.distributed as dist
from torch.distributed import PrefixStore, Store  # type: ignore[attr-defined]
from torch.distributed.rendezvous import rendezvous

from torchlearning import _arguments
from torchlearning.device import pick_device

FROM_TORCHRUN = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


@contextmanager
def process_group(
    prefer: str | torch.device | None = None, *, seconds: float = 300.0
) -> Iterator[torch.device]:
    """Join the other ranks in a ``with`` block, and leave them at its end.

    Each rank gets a GPU of its own and talks by nccl if the machine has one for each; else all
    use the CPU and talk by gloo. A rank whose launcher has died ends within a second, rather than
    go on alone.

    Parameters
    ----------
    prefer : str or torch.device, optional
        A device to insist on, such as "cpu".
    seconds : float
        How long a collective waits for the other ranks before it raises an error.

    Yields
    ------
    torch.device
        Where this rank's model and data belong.

    Raises
    ------
    RuntimeError
        If torchrun has not started this process.
    TypeError, ValueError
        If `prefer` is no device of this machine, or `seconds` is not positive.

    Notes
    -----
    New in this course. Lesson 8.
    """
    wait = timedelta(seconds=_arguments.positive("seconds", seconds, 1e6))
    if missing := [name for name in FROM_TORCHRUN if name not in os.environ]:
        raise RuntimeError(
            f"this process was not started by torchrun, which would have set {', '.join(missing)}; "
            "start it so: torchrun --standalone --nproc-per-node 2 ..."
        )
    device = rank_device() if prefer is None else pick_device(prefer)
    end_with(os.getppid())
    backend, (store, rank, ranks) = dist.get_default_backend_for_device(device), _meet(wait)
    dist.init_process_group(backend, store=store, rank=rank, world_size=ranks, timeout=wait)
    dist.barrier()  # a rank that ends while others still connect would seem to have crashed
    try:
        yield device
    finally:
        dist.destroy_process_group()


def _meet(wait: timedelta) -> tuple[Store, int, int]:
    """Return the store of the rendezvous, this rank, and how many there are.

    Torchrun 2.13 keeps one store over all restarts, and a restarted rank may meet the address of a
    dead one in it. So on one machine, where the restarts have one count, each has a part of its own.
    """
    store, rank, ranks = next(rendezvous("env://", timeout=wait))
    if os.environ["WORLD_SIZE"] == os.environ["LOCAL_WORLD_SIZE"]:
        store = PrefixStore(f"restart {os.environ.get('TORCHELASTIC_RESTART_COUNT', 0)}", store)
    return store, rank, ranks


def rank_device() -> torch.device:
    """Return this rank's own GPU if there is one for each rank of the machine, else the CPU."""
    local, ranks = int(os.environ["LOCAL_RANK"]), int(os.environ["LOCAL_WORLD_SIZE"])
    if torch.cuda.is_available() and torch.cuda.device_count() >= ranks:
        torch.cuda.set_device(local)
        return torch.device("cuda", local)
    return torch.device("cpu")


def end_with(parent: int) -> None:
    """End this process soon after its parent: a killed torchrun cannot stop its workers."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.25)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
