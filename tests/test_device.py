"""Devices, threads and clocks; the model of costs, on times made from known numbers; the record."""

import itertools
import json
import math
import time
from collections import namedtuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.flop_counter import FlopCounterMode

from torchlearning import (
    CostModel,
    StepTime,
    crossover,
    data_iter,
    fit,
    fit_cost,
    num_threads,
    pick_device,
    record,
    step_work,
    steps,
    time_calls,
    to_device,
)

Pair = namedtuple("Pair", "X y")


# Devices.


def test_pick_device_takes_the_accelerator_if_there_is_one(monkeypatch):
    found = torch.accelerator.current_accelerator(check_available=True)
    assert pick_device() == (found or torch.device("cpu"))
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda **_: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    assert pick_device() == torch.device("cuda")
    assert pick_device("cuda:1") == torch.device("cuda", 1)
    assert pick_device(torch.device("cpu")) == torch.device("cpu")
    with pytest.raises(ValueError, match=r"prefer must .*\(cpu, cuda:0, cuda:1\), got 'cuda:2'"):
        pick_device("cuda:2")


@pytest.mark.parametrize(
    ("prefer", "error", "words"),
    [
        ("gpu", ValueError, "prefer must be a device such as 'cpu', 'cuda:0' or 'mps', got 'gpu'"),
        ("meta", ValueError, "prefer must be a device of this machine"),
        (0, TypeError, "prefer must be a str or torch.device, got 0"),
    ],
)
def test_pick_device_refuses(prefer, error, words):
    with pytest.raises(error, match=words):
        pick_device(prefer)


def test_to_device_keeps_the_form():
    moved = to_device({"pair": (torch.ones(2), [torch.ones(3)])}, "meta")
    assert moved["pair"][0].device == moved["pair"][1][0].device == torch.device("meta")
    assert isinstance(moved["pair"], tuple)
    assert isinstance(moved["pair"][1], list)
    net = nn.Linear(2, 3)
    assert to_device(net, "meta") is net
    assert {w.device.type for w in net.parameters()} == {"meta"}
    assert to_device(torch.ones(3, 2).max(dim=0), "meta").indices.device.type == "meta"  # a namedtuple
    pair = to_device(Pair(torch.ones(2), torch.ones(3)), "meta")
    assert isinstance(pair, Pair)
    assert pair.y.device.type == "meta"
    X = torch.ones(2)
    assert to_device(X, "cpu") is X
    with pytest.raises(ValueError, match=r"value must hold numbers to be moved to cpu"):
        to_device(torch.ones(2, device="meta"), "cpu")
    for wrong in (3, "cuda", None):
        with pytest.raises(TypeError, match="value must be a tensor, a module or a container"):
            to_device(wrong, "cpu")


def test_to_device_moves_batches_as_they_are_read():
    data = TensorDataset(torch.randn(5, 2), torch.zeros(5, dtype=torch.int64))
    for batches in (DataLoader(data, batch_size=2), data_iter(2, *data.tensors)):
        moved = to_device(batches, "meta")
        assert len(moved) == 3
        for _ in range(2):  # readable as often as the original
            assert [X.shape for X, _ in moved] == [(2, 2), (2, 2), (1, 2)]
            assert all(part.device.type == "meta" for batch in moved for part in batch)


# Threads.


def test_num_threads_are_put_back_even_after_an_error():
    before = torch.get_num_threads()

    def fail():
        with num_threads(1):
            assert torch.get_num_threads() == 1
            torch.set_num_threads(3)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert torch.get_num_threads() == before
    with pytest.raises(ValueError, match="number must be at least 1, got 0"), num_threads(0):
        pass


@pytest.mark.parametrize(("num_inputs", "expected"), [(2, 1), (1000, 2)])
def test_fit_uses_one_thread_for_small_batches_and_all_for_large(num_inputs, expected):
    seen = []

    class Watched(nn.Linear):
        def forward(self, X):
            seen.append(torch.get_num_threads())
            return super().forward(X)

    net = Watched(num_inputs, 3)
    batches = [(torch.randn(100, num_inputs), torch.zeros(100))] * 2
    with num_threads(2):
        fit(net, nn.CrossEntropyLoss(), torch.optim.SGD(net.parameters(), lr=0.1), batches, epochs=1)
        assert torch.get_num_threads() == 2
    assert seen == [expected] * 2


# Clocks.


def test_time_calls_measures_what_takes_time():
    calls = {"sleep": lambda: time.sleep(0.002), "twice": lambda: time.sleep(0.004)}
    times = time_calls(calls, rounds=5, seconds=0.004)
    assert times["sleep"].low <= times["sleep"].median <= times["sleep"].high
    assert 0.0019 < times["sleep"].median < times["twice"].median
    assert "µs" in str(times["sleep"])


def test_time_calls_takes_turns():
    order = []
    time_calls({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=4, seconds=1e-9)
    turns = "".join(name for name, _ in itertools.groupby(order))
    assert turns == "ab" * (1 + 4)  # each warmed up, then four rounds


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"rounds": 0}, ValueError, "rounds must be at least 1"),
        ({"seconds": 0}, ValueError, "seconds must be greater than 0"),
        ({"calls": {"x": 3}}, TypeError, r"calls\['x'\] must be callable without arguments, got int"),
    ],
)
def test_time_calls_refuses(options, error, words):
    with pytest.raises(error, match=words):
        time_calls(**{"calls": {"x": int}, **options})


# Costs.


def test_step_work_counts_both_products():
    X, w, error = torch.randn(10, 4), torch.randn(4, 3), torch.randn(10, 3)
    with FlopCounterMode(display=False) as counter:
        X @ w
        X.T @ error
    assert step_work(10, 4, 3)[0] == counter.get_total_flops()


positive = st.floats(-2, 2).map(lambda e: 10.0**e)


@given(positive, positive, positive, positive)
def test_fit_cost_finds_the_numbers_that_made_the_times(a, b, c, d):
    true = CostModel(1e-5 * a, 1e-8 * b, 1e11 * c, 1e10 * d)
    sizes = [(B, D, C) for B in (10, 1000, 100_000) for D in (2, 1000) for C in (3, 1000)]
    found = fit_cost([StepTime(*size, *[true.seconds(*size)] * 3) for size in sizes])
    for size in sizes:
        assert found.seconds(*size) == pytest.approx(true.seconds(*size), rel=0.02)


def test_fit_cost_forgives_an_outlier():
    true = CostModel(5e-5, 1e-7, 1e11, 1e10)
    sizes = [(B, D, C) for B in (10, 100, 1000, 10_000) for D in (2, 30, 1000) for C in (3, 30, 1000)]
    times = [true.seconds(*size) for size in sizes]
    times[7] *= 30
    found = fit_cost([StepTime(*size, *[t] * 3) for size, t in zip(sizes, times, strict=True)])
    assert found.fixed == pytest.approx(true.fixed, rel=0.1)


def test_fit_cost_refuses():
    step = StepTime(10, 2, 3, 1e-4, 1e-4, 1e-4)
    with pytest.raises(ValueError, match="times must hold at least 4 measurements, got 3"):
        fit_cost([step] * 3)
    with pytest.raises(ValueError, match=r"times\[3\].median must be finite and at least 1e-12, got 0"):
        fit_cost([step] * 3 + [step._replace(median=0)])


@given(positive, positive, positive)
def test_at_the_crossover_both_devices_take_the_same_time(fixed, rate, features):
    cpu = CostModel(1e-4, 1e-7, 1e11, 1e10)
    gpu = CostModel(1e-4 + 1e-4 * fixed, 0.0, 1e12 * max(rate, 1), 1e11 * max(rate, 1))
    at = crossover(gpu, cpu, 10 * features, 3)
    assert gpu.seconds(at, 10 * features, 3) == pytest.approx(cpu.seconds(at, 10 * features, 3), rel=1e-6)
    assert gpu.seconds(2 * at, 10 * features, 3) < cpu.seconds(2 * at, 10 * features, 3)


def test_crossover_at_its_ends():
    slow, quick = CostModel(1.0, 0.0, 1.0, 1.0), CostModel(0.5, 0.0, 2.0, 2.0)
    assert crossover(slow, quick, 2, 3) == math.inf
    assert crossover(quick, slow, 2, 3) == 0
    assert crossover(slow, slow, 2, 3) == 0


# The record.


def test_a_record_is_made_and_can_be_fitted(tmp_path):
    path = tmp_path / "record.json"
    assert record.main(["--quick", str(path)]) == 0
    found = json.loads(path.read_text())
    assert found["torch"] == torch.__version__
    cpu = found["devices"]["cpu"]
    assert {"name", "threads", "steps", "precision"} <= set(cpu)
    model = fit_cost([StepTime(*row) for row in cpu["steps"]])
    assert 1e-6 < model.fixed < 1
    assert list(tmp_path.iterdir()) == [path]


def test_the_recorded_step_is_softmax_regression():
    step = steps.make_step(20, 4, 3, torch.device("cpu"))
    losses = np.array([step().item() for _ in range(50)])
    assert losses[0] == pytest.approx(math.log(3), abs=0.5)
    assert (np.diff(losses) < 0).all()  # full-batch steps on one batch only go down


def test_the_lessons_record_is_whole():
    found = json.loads(record.FILE.read_text(encoding="utf-8"))
    for device in found["devices"].values():
        times = [StepTime(*row) for row in device["steps"]]
        assert len({t[:3] for t in times}) == len(times) > 100
        assert all(0 < t.low <= t.median <= t.high for t in times)
    if gpu := found["devices"].get("cuda"):
        assert "cuda" in gpu["mixed"]
        assert set(gpu["precision"]) == {"float32", "bfloat16", "TF32"}
        large = gpu["gpu"]["large step"]["median"]
        assert gpu["gpu"]["large step, clock stopped without waiting"]["median"] < 0.8 * large


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_what_only_a_gpu_has_can_be_timed():
    times = steps.gpu_times(torch.device("cuda"))
    assert all(found["median"] > 0 for found in times.values())
