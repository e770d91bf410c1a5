"""Train softmax regression on every process that torchrun starts.

Usage: torchrun --standalone --nproc-per-node 2 -m torchlearning.parallel [options]

With --checkpoint FILE the same command, given again, goes on where the last one stopped. On
several machines it takes --nnodes and --rdzv-endpoint besides; where a machine has a GPU for each
of its processes, they use it (lesson 8).
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import torch.distributed as dist

from torchlearning.parallel.group import process_group
from torchlearning.parallel.program import Settings, train


def main(arguments: list[str] | None = None) -> int:
    """Be one rank of the program."""
    parser = argparse.ArgumentParser("torchrun ... -m torchlearning.parallel", description=__doc__)
    parser.formatter_class = argparse.RawTextHelpFormatter
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="written after each epoch")
    for name, value in Settings()._asdict().items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    options = vars(parser.parse_args(arguments))
    epochs, file = options.pop("epochs"), options.pop("checkpoint")
    if file and not file.absolute().parent.is_dir():
        parser.error(f"no such folder: {file.parent}")

    try:
        with process_group() as device:
            rank, here = dist.get_rank(), [None] * dist.get_world_size()
            dist.all_gather_object(here, os.getpid())
            tell = (lambda line: print(line, flush=True)) if rank == 0 else (lambda line: None)
            tell(f"{len(here)} ranks, {dist.get_backend()}, {device.type}; process numbers {here}")
            train(Settings(**options), epochs, device=device, file=file, tell=tell)
            tell(f"done: {epochs} epochs")
    except (ValueError, RuntimeError) as error:
        return _explain(error)
    return 0


def _explain(error: Exception) -> int:
    """Say once what is wrong, and return the exit status."""
    rank = os.environ.get("RANK", "0")
    if isinstance(error, ValueError) or "RANK" not in os.environ:
        if rank == "0":
            print(f"error: {error}", file=sys.stderr)
        return 2
    words = str(error).strip().splitlines()[0]
    print(f"rank {rank}: lost touch with another rank, so this one stops ({words})", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
