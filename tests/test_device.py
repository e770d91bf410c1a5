"""Devices, threads and clocks; the model of costs, on times made from known numbers; the record."""

import itertools
import json
import math
import time
from collections import namedtuple
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.flop_counter import FlopCounterMode

from conftest import quick_first
from torchlearning import (
    CostModel,
    StepTime,
    crossover,
    data_iter,
    fit,
    fit_cost,
    num_threads,
    pick_device,
    step_work,
    time_calls,
    to_device,
)
from torchlearning.cost import (
    DATA_SHEETS,
    LAUNCH_PRICES,
    confirm,
    on_gpu,
    pcie_bandwidth,
    predict_gpu,
    record,
    steps,
    typical_factor,
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


def test_a_cpu_adds_and_a_queue_takes_the_longer():
    cpu = CostModel(2.0, 0.5, math.inf, math.inf)
    gpu = replace(cpu, queue=True)
    assert [(cpu.seconds(B, 2, 3), gpu.seconds(B, 2, 3)) for B in (2, 4, 10)] == [(3, 2), (4, 2), (7, 5)]
    assert cpu.work(10, 2, 3) == gpu.work(10, 2, 3) == 5
    assert cpu.balance(2, 3) == 4


def test_a_queue_is_what_a_device_that_overlaps_does():
    gpu, launch, work = CostModel(5.0, 1.0, math.inf, math.inf, queue=True), 5.0, 100.0
    submitted = done = 0.0
    for _ in range(1000):
        submitted += launch
        done = max(submitted, done) + work
    assert done / 1000 == pytest.approx(gpu.seconds(work, 2, 3), rel=1e-3)


positive = st.floats(-2, 2).map(lambda e: 10.0**e)
sizes = st.tuples(*[st.floats(0, 6).map(lambda e: 10.0**e)] * 3)


@given(sizes, positive, positive, positive, positive)
def test_the_work_is_a_line_in_the_batch_size(size, a, b, c, d):
    model = CostModel(1e-5 * a, 1e-8 * b, 1e11 * c, 1e10 * d)
    start, per_row = model.line(*size[1:])
    assert model.work(*size) == pytest.approx(start + per_row * size[0])
    balance = model.balance(*size[1:])
    assert balance == 0 or model.work(balance, *size[1:]) == pytest.approx(model.fixed)


@pytest.mark.parametrize("queue", quick_first([False, True]))
@given(positive, positive, positive, positive)
def test_fit_cost_finds_the_numbers_that_made_the_times(queue, a, b, c, d):
    true = CostModel(1e-5 * a, 1e-8 * b, 1e11 * c, 1e10 * d, queue)
    sizes = [(B, D, C) for B in (10, 1000, 100_000) for D in (2, 1000) for C in (3, 1000)]
    times = [StepTime(*size, *[true.seconds(*size)] * 3) for size in sizes]
    found = fit_cost(times, queue=queue)
    for size in sizes:
        assert found.seconds(*size) == pytest.approx(true.seconds(*size), rel=0.02)
    assert typical_factor(found, times) < 1.02


def test_fit_cost_forgives_an_outlier():
    true = CostModel(5e-5, 1e-7, 1e11, 1e10)
    sizes = [(B, D, C) for B in (10, 100, 1000, 10_000) for D in (2, 30, 1000) for C in (3, 30, 1000)]
    times = [true.seconds(*size) for size in sizes]
    times[7] *= 30
    found = fit_cost([StepTime(*size, *[t] * 3) for size, t in zip(sizes, times, strict=True)])
    assert found.fixed == pytest.approx(true.fixed, rel=0.1)


def test_fit_cost_reads_numbers_of_any_kind():
    true = CostModel(1e-5, 1e-8, 1e10, 1e9)
    sizes = [(B, D, C) for B in (10, 1000) for D in (2, 1000) for C in (3, 1000)]
    plain = [StepTime(*size, *[true.seconds(*size)] * 3) for size in sizes]
    other = [StepTime(Fraction(B), np.int64(D), np.float64(C), Fraction(t), t, t) for B, D, C, t, *_ in plain]
    assert fit_cost(other).fixed == pytest.approx(fit_cost(plain).fixed)


def test_fit_cost_refuses():
    step = StepTime(10, 2, 3, 1e-4, 1e-4, 1e-4)
    with pytest.raises(ValueError, match="times must hold at least 4 measurements, got 3"):
        fit_cost([step] * 3)
    with pytest.raises(ValueError, match=r"times\[3\].median must be finite and at least 1e-12, got 0"):
        fit_cost([step] * 3 + [step._replace(median=0)])
    with pytest.raises(TypeError, match="queue must be True or False, got str"):
        fit_cost([step] * 4, queue="yes")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ({"fixed": -1.0}, "fixed must be finite and at least 0, got -1.0"),
        ({"per_row": math.nan}, "per_row must be finite and at least 0, got nan"),
        ({"throughput": 0.0}, "throughput must be finite and at least 1e-100, got 0.0"),
        ({"bandwidth": -math.inf}, "bandwidth must be finite and at least 1e-100, got -inf"),
    ],
)
def test_a_cost_model_refuses(number, words):
    with pytest.raises(ValueError, match=words):
        replace(CostModel(0.0, 0.0, 1.0, 1.0), **number)


@given(positive, positive, positive, st.booleans())
def test_at_the_crossover_both_devices_take_the_same_time(fixed, rate, features, queue):
    cpu = CostModel(1e-4, 1e-7, 1e11, 1e10)
    gpu = CostModel(1e-4 + 1e-4 * fixed, 0.0, 1e12 * max(rate, 1), 1e11 * max(rate, 1), queue)
    at = crossover(gpu, cpu, 10 * features, 3)
    if at:
        assert gpu.seconds(at, 10 * features, 3) == pytest.approx(cpu.seconds(at, 10 * features, 3), rel=1e-6)
    assert gpu.seconds(2 * at + 1, 10 * features, 3) < cpu.seconds(2 * at + 1, 10 * features, 3)


models = st.builds(
    lambda a, b, c, d, queue: CostModel(1e-4 * a, 1e-7 * b, 1e11 * c, 1e10 * d, queue),
    positive, positive, positive, positive, st.booleans(),
)  # fmt: skip


@given(models, models, st.sampled_from([(2, 3), (100, 10), (1000, 1000)]))
def test_from_the_crossover_on_the_slow_starter_is_never_behind(slow, quick, size):
    at = crossover(slow, quick, *size)
    for B in np.geomspace(1e-3, 1e9, 200):
        behind = slow.seconds(B, *size) - quick.seconds(B, *size)
        if 1.001 * at < B:
            assert behind <= 1e-9 * quick.seconds(B, *size)
    if at == math.inf:
        assert slow.seconds(1e11, *size) >= quick.seconds(1e11, *size)  # equal, where work hides launches
    elif at > 0:
        assert slow.seconds(0.999 * at, *size) >= quick.seconds(0.999 * at, *size)


def test_crossover_at_its_ends():
    slow, quick = CostModel(1.0, 0.0, 1.0, 1.0), CostModel(0.5, 0.0, 2.0, 2.0)
    free = CostModel(0.0, 0.0, math.inf, math.inf)
    assert crossover(slow, quick, 2, 3) == math.inf
    assert crossover(quick, slow, 2, 3) == 0
    assert crossover(slow, slow, 2, 3) == crossover(free, free, 2, 3) == crossover(free, slow, 0, 0) == 0
    assert crossover(slow, free, 0, 0) == math.inf
    with pytest.raises(ValueError, match="num_inputs must be at most 1e\\+12, got 1e\\+300"):
        crossover(slow, quick, 1e300, 3)


# Predictions.


def test_the_crossover_of_a_small_model_does_not_depend_on_the_gpu():
    cpu = CostModel(55e-6, 57e-9, 2e11, 1e10)
    for price in LAUNCH_PRICES:
        gpus = [predict_gpu(name, host=cpu.fixed, launches=10, price=price) for name in DATA_SHEETS]
        at = {round(crossover(gpu, cpu, 2, 3), 6) for gpu in gpus}
        assert len(at) == 1
        start, per_row = cpu.line(2, 3)
        assert at.pop() == pytest.approx((10 * price - start) / per_row)


def test_predict_gpu_refuses():
    with pytest.raises(ValueError, match="name must be one of T4, A100, H100, got 'B200'"):
        predict_gpu("B200", host=0.0, launches=10, price=1e-6)
    with pytest.raises(ValueError, match="generation must be one of 3, 4, 5, got 2"):
        pcie_bandwidth(2)


def test_the_operations_of_a_step_are_those_predicted_with():
    step = steps.make_step(10, 2, 3, torch.device("cpu"))
    assert len(steps.handed_over(step)) == confirm.LAUNCHES
    epoch = steps.handed_over(steps.make_lecture_epoch(torch.device("cpu")))
    assert round(len(epoch) / 150) == confirm.LECTURE_LAUNCHES
    assert steps.handed_over(lambda: torch.ones(2, 3).T.reshape(6)) == ["ones", "clone"]  # a copy is work


# The record.


@pytest.mark.slow
def test_a_record_is_made_where_it_is_told_and_compared(tmp_path, capsys):
    path = tmp_path / "record.json"
    assert record.main(["--quick", str(path)]) == 0
    found = json.loads(path.read_text())
    assert found["torch"] == torch.__version__
    cpu = found["devices"]["cpu"]
    assert {"name", "cores", "threads", "steps", "precision", "lecture"} <= set(cpu)
    model = fit_cost([StepTime(*row) for row in cpu["steps"]])
    assert 1e-6 < model.fixed < 1
    assert list(tmp_path.iterdir()) == [path]
    if not torch.cuda.is_available():
        assert "measured" not in capsys.readouterr().out
        assert record.main(["--table", str(path)]) == 0
    assert "GPU wins from" in capsys.readouterr().out


def test_the_record_says_what_is_wrong(tmp_path, capsys):
    for arguments, words in (
        ([str(tmp_path / "none" / "x.json")], "no such folder"),
        (["--table", str(tmp_path / "x.json")], "no such file"),
        ([], "required: file"),
    ):
        with pytest.raises(SystemExit):
            record.main(arguments)
        assert words in capsys.readouterr().err


def test_the_recorded_step_is_softmax_regression():
    step = steps.make_step(20, 4, 3, torch.device("cpu"))
    losses = np.array([step().item() for _ in range(50)])
    assert losses[0] == pytest.approx(math.log(3), abs=0.5)
    assert (np.diff(losses) < 0).all()  # full-batch steps on one batch only go down


def test_the_recorded_epoch_is_the_lectures():
    epoch = steps.make_lecture_epoch(torch.device("cpu"))
    assert [epoch() for _ in range(5)][-1] < 1.5  # a batch of ten of the hard data


def test_the_lessons_record_is_whole():
    found = record.load_record()
    for device in found["devices"].values():
        times = [StepTime(*row) for row in device["steps"]]
        assert len({t[:3] for t in times}) == len(times) > 100
        assert all(0 < t.low <= t.median <= t.high for t in times)
        assert 0 < device["lecture"]["low"] <= device["lecture"]["median"] <= device["lecture"]["high"]
    if gpu := found["devices"].get("cuda"):
        assert "cuda" in gpu["mixed"]
        assert set(gpu["precision"]) == {"float32", "bfloat16", "TF32"}
        large = gpu["gpu"]["large step"]["median"]
        assert gpu["gpu"]["large step, clock stopped without waiting"]["median"] < 0.8 * large


# What only a GPU can measure: its structure, with devices that do nothing; with a GPU, itself.


class FakeCuda:
    """Stands for the parts of torch.cuda that are called, and notes the calls."""

    def __init__(self, calls):
        self.calls = calls

    def __getattr__(self, name):
        def call(*arguments, **options):
            self.calls.append(name)
            return 2.0 if name == "elapsed_time" else self

        return call

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.calls.append("exit")


@pytest.fixture
def fake_cuda(monkeypatch):
    calls = []
    fake = FakeCuda(calls)
    for name in ("Event", "Stream", "current_stream", "stream", "synchronize", "CUDAGraph", "graph"):
        monkeypatch.setattr(torch.cuda, name, getattr(fake, name))
    monkeypatch.setattr(torch.Tensor, "pin_memory", lambda tensor: tensor)
    monkeypatch.setattr(on_gpu, "LARGE", (10, 2, 3))
    return calls


def test_gpu_times_have_what_the_table_reads(fake_cuda):
    found = on_gpu.gpu_times(torch.device("cpu"))
    assert all(row["median"] > 0 for row in found.values())
    cpu = {"name": "made up", "lecture": {"median": 1e-4}, "precision": {}}
    true = CostModel(6e-5, 5e-8, 2e11, 1e10)
    sizes = [(B, D, C) for B in (10, 1000, 100_000) for D, C in ((2, 3), (100, 10), (1000, 100))]
    cpu["steps"] = [[*size, *[true.seconds(*size)] * 3] for size in sizes]
    queue = predict_gpu("T4", host=6e-5, launches=10, price=5e-6)
    gpu = {"name": "Tesla T4", "gpu": found, "kernels": 10, "lecture": {"median": 2e-4}}
    gpu["precision"] = {"float32": {"median": 2.0}, "bfloat16": {"median": 1.0}, "TF32": {"median": 1.0}}
    gpu["steps"] = [[*size, *[queue.seconds(*size)] * 3] for size in sizes]
    made_up = {"devices": {"cpu": cpu, "cuda": gpu}}
    rows = {row.what: row for row in confirm.predictions(made_up)}
    assert all(math.isfinite(row.measured) for row in rows.values())
    assert rows["fixed cost of a step, µs"].measured == pytest.approx(110)
    assert rows["misses of a fit by sum / by max"].holds
    assert rows["2 features, 3 classes: GPU wins from"].measured == 1000
    assert "measured" in confirm.table(made_up).splitlines()[0]
    gpu["kernels"] = 100
    assert "100  OFF" in confirm.table(made_up)


def test_the_clocks_wait_before_they_start_and_before_they_are_read(fake_cuda):
    found = on_gpu.clocks(lambda: fake_cuda.append("step"), number=3)
    assert fake_cuda == [
        *("Event", "Event", "synchronize", "record", "step", "step", "step", "record", "synchronize"),
        "elapsed_time",
    ]
    assert found["large step, by events"]["median"] == pytest.approx(2e-3 / 3)


def test_a_graph_is_captured_after_a_warm_up_on_another_stream(fake_cuda):
    replay = on_gpu.graph_of_steps(torch.device("cpu"), 2)
    replay()
    expected = (
        "Stream current_stream wait_stream stream exit current_stream wait_stream CUDAGraph graph exit replay"
    )
    assert fake_cuda == expected.split()


@pytest.mark.parametrize(
    ("cpu", "gpu", "expected"), [((1, 2, 3), (2, 1, 1), 100), ((1, 2, 3), (2, 1, 4), math.inf)]
)
def test_first_win_is_the_start_of_a_lasting_one(cpu, gpu, expected):
    cpu, gpu = (
        [StepTime(B, 2, 3, *[t] * 3) for B, t in zip((10, 100, 1000), row, strict=True)] for row in (cpu, gpu)
    )
    assert confirm.first_win(cpu, gpu, 2, 3) == expected


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_what_only_a_gpu_has_can_be_timed():
    device = torch.device("cuda")
    assert all(found["median"] > 0 for found in on_gpu.gpu_times(device).values())
    assert 5 <= on_gpu.count_kernels(steps.make_step(10, 2, 3, device)) <= 20
