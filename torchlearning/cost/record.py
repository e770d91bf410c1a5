"""Record what training steps cost on this machine, for lesson 6 and its lab.

Usage: python -m torchlearning.cost.record [--quick] [--table] FILE

Measures the CPU, and a GPU if there is one, writes FILE, and prints what lesson 6 predicts beside
what was measured. A few minutes; nothing else should run meanwhile. With --table an existing FILE
is only compared.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import sys
from pathlib import Path
from typing import Any

import torch
from tqdm.auto import tqdm

from torchlearning.cost.confirm import table
from torchlearning.cost.model import StepTime
from torchlearning.cost.on_gpu import count_kernels, gpu_times, mixed_device_error, rounded
from torchlearning.cost.steps import make_lecture_epoch, make_step
from torchlearning.cost.timing import Timing, time_calls
from torchlearning.device import num_threads
from torchlearning.training import SMALL

RECORD = Path(__file__).resolve().parent / "step_times.json"  # what lesson 6 shows
BATCH_SIZES = (10, 32, 100, 316, 1000, 3162, 10_000, 31_623, 100_000)
NUM_INPUTS = (2, 10, 100, 1000)
NUM_CLASSES = (3, 10, 100, 1000)
MOST_WORK = 4e9  # operations in a step: larger ones take too long on a CPU


def load_record(path: Path = RECORD) -> dict[str, Any]:
    """Return a record as it was written."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def step_times(
    device: torch.device, *, rounds: int = 9, seconds: float = 0.02, most: float = MOST_WORK
) -> list[StepTime]:
    """Time a step over the grid of sizes, as far as a step has at most `most` operations.

    On a CPU a small step has one thread, as in `fit`; a large one is timed on one thread and on
    all, and the faster counts.
    """
    sizes = [
        (B, D, C)
        for B in BATCH_SIZES for D in NUM_INPUTS for C in NUM_CLASSES
        if most >= 4 * B * D * C and B * max(D, C) <= (3e7 if device.type == "cpu" else 1e8)
    ]  # fmt: skip
    found = []
    for B, D, C in tqdm(sizes, desc=str(device), unit="size"):
        ways = []
        many = device.type == "cpu" and B * D >= SMALL
        for threads in sorted({1, torch.get_num_threads() if many else 1}):
            with num_threads(threads):
                calls = {"step": make_step(B, D, C, device)}
                ways.append(time_calls(calls, rounds=rounds, seconds=seconds)["step"])
        found.append(StepTime(B, D, C, *min(ways)))
    return found


def lecture_time(device: torch.device, *, rounds: int = 9) -> dict[str, float]:
    """Time a step of the original lecture's loop, over epochs of 150 steps."""
    with num_threads(1):
        epoch = time_calls({"": make_lecture_epoch(device)}, rounds=rounds, seconds=0.2)[""]
    return rounded(Timing(*(seconds / 150 for seconds in epoch)))


def precision_times(device: torch.device, *, rounds: int = 9) -> dict[str, dict[str, float]]:
    """Time a large step in several number formats, and take its loss after ten steps."""
    ways = {"float32": (torch.float32, "highest"), "bfloat16": (torch.bfloat16, "highest")}
    if device.type == "cuda":
        ways["TF32"] = (torch.float32, "high")
    found = {}
    try:
        for name, (dtype, precision) in ways.items():
            torch.set_float32_matmul_precision(precision)
            step = make_step(10_000, 1000, 100, device, dtype)
            losses = [step().float().item() for _ in range(10)]
            found[name] = {**rounded(time_calls({"": step}, rounds=rounds)[""]), "loss": losses[-1]}
    finally:
        torch.set_float32_matmul_precision("highest")
    return found


def describe(device: torch.device) -> dict[str, Any]:
    """Return the name of a device and what it has; of an accelerator other than CUDA, the CPU's."""
    if device.type == "cuda":
        found = torch.cuda.get_device_properties(device)
        return {"name": found.name, "memory": found.total_memory, "cuda": torch.version.cuda}
    cpu = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        cpu = next(iter(re.findall(r"^model name\s*: (.*)", info.read_text(), re.MULTILINE)), cpu)
    return {"name": cpu, "cores": os.cpu_count(), "threads": torch.get_num_threads()}


def measure(device: torch.device, *, quick: bool = False) -> dict[str, Any]:
    """Return everything that is recorded of a device."""
    most = MOST_WORK * (1 if device.type == "cpu" else 100)  # what is much for one is little for another
    rounds, seconds, most = (2, 1e-5, 1e5) if quick else (9, 0.02, most)
    times = step_times(device, rounds=rounds, seconds=seconds, most=most)
    found: dict[str, Any] = {**describe(device), "lecture": lecture_time(device, rounds=rounds)}
    found["precision"] = precision_times(device, rounds=rounds)
    found["steps"] = [[*t[:3], *rounded(Timing(*t[3:])).values()] for t in times]
    if device.type == "cuda":
        found |= {"gpu": gpu_times(device), "mixed": mixed_device_error(device)}
        found["kernels"] = count_kernels(make_step(10, 2, 3, device))
    return found


def save_record(path: Path, measured: dict[str, Any]) -> None:
    """Write a record in one step, with the date and the version of torch."""
    record = {"date": str(datetime.date.today()), "torch": torch.__version__, **measured}
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(record) + "\n", encoding="utf-8")
    os.replace(temporary, path)


def main(arguments: list[str] | None = None) -> int:
    """Measure each device of this machine, write the record in one step, and compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--quick", action="store_true", help="no useful numbers, only to see that it works")
    parser.add_argument("--table", action="store_true", help="measure nothing, compare what FILE holds")
    options = parser.parse_args(arguments)
    if not options.file.parent.is_dir():
        parser.error(f"no such folder: {options.file.parent}")
    if options.table and not options.file.is_file():
        parser.error(f"no such file: {options.file}")
    if not options.table:
        devices = [torch.device("cpu")]
        if found := torch.accelerator.current_accelerator(check_available=True):
            devices.append(found)
        measured = {d.type: measure(d, quick=options.quick) for d in devices}
        save_record(options.file, {"devices": measured})
        print(f"written: {options.file.name}, devices {', '.join(measured)}")
    print(table(load_record(options.file)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
