"""The work that `record` times: a training step on any device, and what only a GPU has."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from torchlearning.device import to_device
from torchlearning.timing import Timing, time_calls


def make_step(
    batch_size: int, num_inputs: int, num_class: int, device: torch.device, dtype: torch.dtype = torch.float32
) -> Callable[[], Tensor]:
    """Return a call that takes one step of softmax regression, as torch.nn does it, on a device."""
    generator = torch.Generator().manual_seed(420)
    X = torch.randn(batch_size, num_inputs, generator=generator)
    y = torch.randint(num_class, (batch_size,), generator=generator)
    net = nn.Linear(num_inputs, num_class)
    for weight in net.parameters():  # every device and format starts from the same weights
        nn.init.uniform_(weight, -(num_inputs**-0.5), num_inputs**-0.5, generator=generator)
    X, y, net = to_device(X, device).to(dtype), to_device(y, device), to_device(net, device).to(dtype)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    def step() -> Tensor:
        loss = F.cross_entropy(net(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def gpu_times(device: torch.device) -> dict[str, dict[str, float]]:
    """Time what only a GPU has: transfers, a forgotten wait, a graph of many steps."""
    on_host, pinned = torch.randn(10_000, 1000), torch.randn(10_000, 1000).pin_memory()
    resident, out = on_host.to(device), torch.empty(10_000, 1000, device=device)
    small, large = make_step(10, 2, 3, device), make_step(100_000, 1000, 100, device)
    calls = {
        "transfer: pageable": lambda: out.copy_(on_host),
        "transfer: pinned": lambda: out.copy_(pinned, non_blocking=True),
        "transfer: none": lambda: resident,
        "small step": small,
        "large step": large,
        "large step, read with .item()": lambda: large().item(),
        "graph of 100 small steps": _graph(device, 100),
    }
    found = {name: rounded(timing) for name, timing in time_calls(calls).items()}
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    torch.cuda.synchronize()
    start.record()
    before = perf_counter()
    for _ in range(10):
        large()
    unsynchronised = (perf_counter() - before) / 10  # a mean of ten
    end.record()
    torch.cuda.synchronize()
    found["large step, clock stopped without waiting"] = {"median": unsynchronised}
    found["large step, by events"] = {"median": start.elapsed_time(end) / 1e4}
    return found


def _graph(device: torch.device, number: int) -> Callable[[], object]:
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
