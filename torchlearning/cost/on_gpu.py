"""What only a GPU has to be timed for: transfers, waiting, launches, graphs. Needs CUDA."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import torch
from torch.nn import functional as F
from torch.profiler import ProfilerActivity, profile

from torchlearning.cost.steps import make_step
from torchlearning.cost.timing import Timing, time_calls

LARGE = (100_000, 1000, 100)


def gpu_times(device: torch.device) -> dict[str, dict[str, float]]:
    """Time what only a GPU has: transfers, launches, a forgotten wait, a graph of many steps."""
    on_host, pinned = torch.randn(10_000, 1000), torch.randn(10_000, 1000).pin_memory()
    resident, out = on_host.to(device), torch.empty(10_000, 1000, device=device)
    one, here = torch.zeros(1, device=device), torch.zeros(1)
    small, large = make_step(10, 2, 3, device), make_step(*LARGE, device)
    calls = {
        "transfer: pageable": lambda: out.copy_(on_host),
        "transfer: pinned": lambda: out.copy_(pinned, non_blocking=True),
        "transfer: none": lambda: resident,
        "tiny operation": lambda: one.add_(1),
        "tiny operation on the CPU": lambda: here.add_(1),
        "small step": small,
        "small step, read with .item()": lambda: small().item(),
        "large step": large,
        "graph of 100 small steps": graph_of_steps(device, 100),
    }
    found = {name: rounded(timing) for name, timing in time_calls(calls).items()}
    return {**found, **clocks(large)}


def clocks(step: Callable[[], object], number: int = 10) -> dict[str, dict[str, float]]:
    """Time steps with a clock that does not wait, and with events, the GPU's own clock."""
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    torch.cuda.synchronize()
    start.record()
    before = perf_counter()
    for _ in range(number):
        step()
    unsynchronised = (perf_counter() - before) / number
    end.record()
    torch.cuda.synchronize()
    return {
        "large step, clock stopped without waiting": {"median": unsynchronised},
        "large step, by events": {"median": start.elapsed_time(end) / 1e3 / number},
    }


def count_kernels(step: Callable[[], object]) -> int:
    """Return how many kernels (and fills of memory) a step runs on the GPU."""
    step()
    torch.cuda.synchronize()
    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as profiler:
        step()
        torch.cuda.synchronize()
    return sum(event.device_type.name == "CUDA" for event in profiler.events())


def graph_of_steps(device: torch.device, number: int) -> Callable[[], object]:
    """Return a call that replays a CUDA graph of closed-form steps: one launch for all of them."""
    X, w = torch.randn(10, 3, device=device), torch.zeros(3, 3, device=device)
    Y = F.one_hot(torch.arange(10, device=device) % 3, 3).float()

    def steps() -> None:
        for _ in range(number):
            w.sub_(X.T @ (F.softmax(X @ w, dim=1) - Y), alpha=0.003)

    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())  # X, w and Y are filled there
    with torch.cuda.stream(stream):
        steps()  # libraries are set up outside the graph
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        steps()

    def replay(_held: object = (X, w, Y)) -> None:  # a graph knows addresses only: the tensors must live on
        graph.replay()

    return replay


def mixed_device_error(device: torch.device) -> str:
    """Return what torch says when a product mixes devices."""
    try:
        torch.ones(2, 3) @ torch.ones(3, 2, device=device)
    except RuntimeError as error:
        return str(error).splitlines()[0]
    return ""


def rounded(timing: Timing) -> dict[str, float]:
    """Return seconds to four digits."""
    return {name: float(f"{value:.3e}") for name, value in timing._asdict().items()}
