"""What lesson 6 predicts of a GPU, beside what a record has measured on one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from torchlearning.cost.fit import fit_cost, typical_factor
from torchlearning.cost.gpus import DATA_SHEETS, LAUNCH_PRICES, DataSheet, pcie_bandwidth, predict_gpu
from torchlearning.cost.model import CostModel, StepTime, crossover

LAUNCHES = 10  # of a step of `make_step`, by `handed_over`; a test holds it
LECTURE_LAUNCHES = 13  # of a step of the lecture's loop
MEDIUM, WIDE = (100, 10), (1000, 100)  # features, classes


class Prediction(NamedTuple):
    """Something predicted of a GPU, from `low` to `high`; what was measured is nan without one.

    It holds if the measurement lies within a factor `slack` of the range.
    """

    what: str
    low: float
    high: float
    slack: float = 2.0
    measured: float = math.nan

    @property
    def holds(self) -> bool:
        """Whether the measurement agrees."""
        return self.low / self.slack <= self.measured <= self.slack * self.high

    @property
    def expected(self) -> str:
        """The range in words."""
        low, high = _number(self.low), _number(self.high)
        if math.isinf(self.high):
            return f"at least {low}" if math.isfinite(self.low) else "never"
        return f"at most {high}" if not self.low else low if low == high else f"{low} to {high}"


def predictions(record: Mapping[str, Any]) -> list[Prediction]:
    """Return what is predicted for a GPU beside the CPU of a record, and what was measured."""
    cpu, gpu = record["devices"]["cpu"], record["devices"].get("cuda")
    host = fit_cost(_times(cpu))
    name = next((n for n in DATA_SHEETS if gpu and n in gpu["name"]), "A100")
    cheap, dear = (
        predict_gpu(name, host=host.fixed, launches=LAUNCHES, price=LAUNCH_PRICES[i]) for i in (0, -1)
    )
    expected = _expected(host, cheap, dear, cpu["lecture"]["median"], DATA_SHEETS[name])
    measured = _measured(cpu, gpu) if gpu else {}
    return [row._replace(measured=measured.get(row.what, math.nan)) for row in expected]


def table(record: Mapping[str, Any]) -> str:
    """Return the predictions as lines of text, with a column of measurements if a GPU was recorded."""
    rows = predictions(record)
    known = "cuda" in record["devices"]
    lines = [f"{'':46}{'predicted':>17}" + (f"{'measured':>10}" if known else "")]
    for row in rows:
        line = f"{row.what:46}{row.expected:>17}"
        if known and not math.isnan(row.measured):
            line += f"{_number(row.measured):>10}  {'ok' if row.holds else 'OFF'}"
        lines.append(line)
    return "\n".join(lines)


def _expected(
    cpu: CostModel, cheap: CostModel, dear: CostModel, lecture: float, sheet: DataSheet
) -> Iterator[Prediction]:
    """Yield what is predicted of a GPU with cheap and with dear launches."""
    low, high = LAUNCH_PRICES[0], LAUNCH_PRICES[-1]
    yield Prediction("operations that a step launches", LAUNCHES - 1, LAUNCHES + 2, 1.0)
    yield Prediction("price of a launch, µs", 1e6 * low, 1e6 * high)
    yield Prediction("fixed cost of a step, µs", 1e6 * cheap.fixed, 1e6 * dear.fixed)
    loop = [1e6 * (lecture + LECTURE_LAUNCHES * price) for price in (low, high)]
    yield Prediction("a step of the lecture's loop, µs", *loop)
    yield Prediction("misses of a fit by sum / by max", 1.0, math.inf, 1.0)
    yield Prediction("1000 features, 100 classes: flat up to", cheap.balance(*WIDE), dear.balance(*WIDE))
    for D, C in ((2, 3), MEDIUM):
        crossings = crossover(cheap, cpu, D, C), crossover(dear, cpu, D, C)
        yield Prediction(f"{D} features, {C} classes: GPU wins from", *crossings)
    link = pcie_bandwidth(sheet.pcie) / 1e9
    yield Prediction("transfer from pinned memory, GB/s", link / 2, link, 1.0)
    yield Prediction("pageable / pinned, time", 1.0, 4.0, 1.0)
    yield Prediction("large step, clock not waiting, µs", 1e6 * cheap.fixed, 1e6 * dear.fixed)
    yield Prediction("large step, waiting / by events", 1.0, 1.0, 1.2)
    for name, faster, size in (("TF32", sheet.tf32, 1.0), ("bfloat16", sheet.bfloat16, 0.5)):
        if faster:
            gains = [_gain(model, faster, size) for model in (dear, cheap)]
            yield Prediction(f"{name}, times as fast as float32", *gains)
    yield Prediction("small step in a CUDA graph, µs", 0.0, 1e6 * LAUNCHES * low, 1.0)


def _gain(gpu: CostModel, throughput: float, size: float) -> float:
    """Return how many times as fast a large step is in a format with another throughput and size."""
    other = replace(gpu, throughput=throughput, bandwidth=gpu.bandwidth / size)
    return gpu.seconds(10_000, *WIDE) / other.seconds(10_000, *WIDE)


def _measured(cpu: Mapping[str, Any], gpu: Mapping[str, Any]) -> dict[str, float]:
    """Return what was measured, by the words of `_expected`."""
    times, took = _times(gpu), {name: found["median"] for name, found in gpu["gpu"].items()}
    overlap, added = fit_cost(times, queue=True), fit_cost(times)
    formats = {name: row["median"] for name, row in gpu["precision"].items()}
    pinned, misses = took["transfer: pinned"], [typical_factor(fit, times) - 1 for fit in (added, overlap)]
    found = {
        "operations that a step launches": gpu["kernels"],
        "price of a launch, µs": 1e6 * (took["tiny operation"] - took["tiny operation on the CPU"]),
        "fixed cost of a step, µs": 1e6 * overlap.fixed,
        "a step of the lecture's loop, µs": 1e6 * gpu["lecture"]["median"],
        "misses of a fit by sum / by max": misses[0] / max(misses[1], 1e-9),
        "1000 features, 100 classes: flat up to": _flat(times, *WIDE),
        "transfer from pinned memory, GB/s": 10_000 * 1000 * 4 / pinned / 1e9,
        "pageable / pinned, time": took["transfer: pageable"] / pinned,
        "large step, clock not waiting, µs": 1e6 * took["large step, clock stopped without waiting"],
        "large step, waiting / by events": took["large step"] / took["large step, by events"],
        "small step in a CUDA graph, µs": 1e4 * took["graph of 100 small steps"],
    }
    found |= {f"{name}, times as fast as float32": formats["float32"] / t for name, t in formats.items()}
    for D, C in ((2, 3), MEDIUM):
        found[f"{D} features, {C} classes: GPU wins from"] = first_win(_times(cpu), times, D, C)
    return found


def first_win(cpu: list[StepTime], gpu: list[StepTime], num_inputs: int, num_class: int) -> float:
    """Return the smallest batch size from which on the GPU was faster at every size measured, or inf."""
    took = {t[:3]: t.median for t in gpu}
    sizes = sorted((t for t in cpu if t[1:3] == (num_inputs, num_class) and t[:3] in took), reverse=True)
    best = math.inf
    for t in sizes:
        if took[t[:3]] >= t.median:
            break
        best = t.batch_size
    return best


def _flat(times: list[StepTime], num_inputs: int, num_class: int) -> float:
    """Return the largest batch size whose step takes at most 1.5 times that of the smallest."""
    row = sorted(t for t in times if t[1:3] == (num_inputs, num_class))
    return max((t.batch_size for t in row if t.median <= 1.5 * row[0].median), default=math.nan)


def _times(device: Mapping[str, Any]) -> list[StepTime]:
    """Return the steps that a record has of a device."""
    return [StepTime(*row) for row in device["steps"]]


def _number(value: float) -> str:
    """Return three digits, or a whole number with commas."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
