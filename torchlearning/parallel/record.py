"""Record what training steps cost on 1, 2 and 4 processes of this machine, for lesson 8.

Usage: python -m torchlearning.parallel.record [--quick] [FILE]

Without a file, writes to ``rank_times.json`` beside this module. About two minutes, on a quiet
machine if the numbers are to mean something.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter

import torch
import torch.distributed as dist
from torch.nn import functional as F
from tqdm.auto import tqdm

from torchlearning.cost.on_gpu import rounded
from torchlearning.cost.record import describe, save_record
from torchlearning.cost.timing import Timing, summary
from torchlearning.parallel.launcher import launch
from torchlearning.parallel.price import RankTime

FILE = Path(__file__).resolve().parent / "rank_times.json"
RANKS = (1, 2, 4)
SIZES = (  # batch of all ranks, features, classes
    (10, 2, 3), (1000, 2, 3), (1000, 100, 10), (10_000, 100, 10), (1000, 1000, 100),
    (4000, 1000, 100), (16_000, 1000, 100), (200, 1000, 1000), (1000, 1000, 1000),
)  # fmt: skip


def step_seconds(batch_size: int, num_inputs: int, num_class: int, seconds: float) -> float:
    """Return the time of a step on the ranks of the group, each with its shard of the batch."""
    ranks = dist.get_world_size()
    shard = len(torch.arange(batch_size).tensor_split(ranks)[dist.get_rank()])
    X, y = torch.randn(shard, num_inputs), torch.randint(num_class, (shard,))
    w = torch.zeros(num_inputs, num_class, requires_grad=True)

    def steps(number: int) -> float:
        dist.barrier()
        start = perf_counter()
        for _ in range(number):
            w.grad = None
            (F.cross_entropy(X @ w, y, reduction="sum") / batch_size).backward()
            if ranks > 1:
                dist.all_reduce(w.grad)
            with torch.no_grad():
                w.sub_(w.grad, alpha=0.01)  # type: ignore[arg-type]
        return (perf_counter() - start) / number

    number = torch.tensor(max(3.0, seconds / steps(3)))
    dist.broadcast(number, 0)  # all ranks must take the same number of steps
    steps(1 + int(number) // 10)
    return steps(int(number))


def measure(rounds: int, seconds: float) -> list[RankTime]:
    """Time every size on every number of ranks, in turns, so that a hiccup hits not only one."""
    found: dict[tuple[int, ...], list[float]] = {(*size, p): [] for size in SIZES for p in RANKS}
    for _ in tqdm(range(rounds), unit="round"):
        for p in RANKS:
            times = launch(lambda: [step_seconds(*size, seconds) for size in SIZES], p)[0]
            for size, time in zip(SIZES, times, strict=True):
                found[(*size, p)].append(time)
    return [RankTime._make((*key, *summary(turns))) for key, turns in found.items()]


def main(arguments: list[str] | None = None) -> int:
    """Measure, and write the record in one step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=FILE)
    parser.add_argument("--quick", action="store_true", help="no useful numbers, only to see that it works")
    options = parser.parse_args(arguments)
    if not options.file.absolute().parent.is_dir():
        parser.error(f"no such folder: {options.file.parent}")
    times = measure(*((2, 1e-3) if options.quick else (15, 0.1)))
    cpu = describe(torch.device("cpu"))
    steps = [[*t[:4], *rounded(Timing(*t[4:])).values()] for t in times]
    save_record(options.file, {"cpu": cpu["name"], "cores": cpu["cores"], "steps": steps})
    print(f"written: {options.file.name}, {len(times)} times on {cpu['cores']} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main())
