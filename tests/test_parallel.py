"""Several processes: one process's weights, errors that say what is wrong, nothing left behind."""

import contextlib
import functools
import json
import multiprocessing
import os
import random
import socket
import subprocess
import sys
import time

import pytest
import torch
import torch.distributed as dist
from torch.multiprocessing.spawn import ProcessException
from torch.nn import functional as F

from torchlearning import tensorGenCla
from torchlearning.parallel import Price, Settings, checkpoint, fit_price, launch, program, record, train
from torchlearning.parallel.group import rank_device
from torchlearning.parallel.launcher import PARTNER_GONE, _reason
from torchlearning.parallel.price import RankTime

LOOPBACK = {"GLOO_SOCKET_IFNAME": socket.if_nameindex()[0][1], "OMP_NUM_THREADS": "1"}
TORCHRUN = [sys.executable, "-m", "torch.distributed.run"]
ALONE = ["--standalone", "--local-addr=127.0.0.1", "--nproc-per-node=2"]
PROGRAM = ["-m", "torchlearning.parallel", "--dtype=float64"]


@pytest.fixture
def few_examples(monkeypatch):
    """Train on 15 examples; forks inherit it."""

    def draw(**options):
        return tensorGenCla(5, **options)

    monkeypatch.setattr(program, "tensorGenCla", draw)
    return draw


def one_process(draw, settings, epochs):
    """Return the weights of a plain loop."""
    generator, dtype = torch.Generator().manual_seed(settings.seed), getattr(torch, settings.dtype)
    X, y = draw(deg_dispersion=(6, settings.std), bias=True, generator=generator)
    w = torch.randn(3, 3, generator=generator).to(dtype).requires_grad_()
    optimizer = torch.optim.SGD([w], lr=settings.lr)
    for epoch in range(epochs):
        order = torch.randperm(len(X), generator=torch.Generator().manual_seed(settings.seed + epoch))
        for rows in order.split(settings.batch_size):
            optimizer.zero_grad()
            F.cross_entropy(X[rows].to(dtype) @ w, y[rows].flatten()).backward()
            optimizer.step()
    return w.detach()


@pytest.mark.parametrize("ranks", [1, 2, 4])
@pytest.mark.parametrize(("dtype", "close"), [("float64", 1e-9), ("float32", 1e-5)])
def test_any_number_of_ranks_and_any_batch_size_give_the_weights_of_one_process(
    few_examples, ranks, dtype, close
):
    every = [
        Settings(n, 0.3, dtype=dtype) for n in (1, 2, 3, 4, 7, 8, 15, 20)
    ]  # empty shards, short last ones
    ends = launch(lambda: [train(settings, 3) for settings in every], ranks)
    for i, settings in enumerate(every):
        for end in ends:
            torch.testing.assert_close(
                end[i], one_process(few_examples, settings, 3), atol=close, rtol=close, msg=str(settings)
            )


def test_ranks_that_start_elsewhere_get_rank_0s_weights(few_examples, monkeypatch):
    start = program._start

    def elsewhere(*arguments):
        X, y, w = start(*arguments)
        return X, y, w.detach().add(dist.get_rank()).requires_grad_()

    monkeypatch.setattr(program, "_start", elsewhere)
    for w in launch(train, 2, Settings(4), 2):
        torch.testing.assert_close(w, one_process(few_examples, Settings(4), 2))


def test_rank_0_tells_and_keeps_a_checkpoint_that_is_resumed_by_another_number_of_ranks(
    few_examples, tmp_path, capsys
):
    file, settings = tmp_path / "run.pt", Settings(4, dtype="float64")
    launch(lambda: train(settings, 2, file=file, tell=print), 2)
    assert [line[:14] for line in capsys.readouterr().out.splitlines()] == [
        "epoch 1 of 2: ",
        "epoch 2 of 2: ",
    ]
    ends = launch(lambda: train(settings, 5, file=file, tell=print), 3)
    assert capsys.readouterr().out.startswith("epoch 3 of 5")
    torch.testing.assert_close(ends[2], one_process(few_examples, settings, 5))
    assert [path.name for path in tmp_path.iterdir()] == ["run.pt"]


# launch


def test_launch_returns_by_rank_shows_prints_by_rank_and_leaves_nothing(capfd):
    def work(words):
        print(words, dist.get_rank())
        time.sleep(0.1 * (3 - dist.get_rank()))  # rank 0 ends last
        return dist.get_rank(), dist.get_world_size(), dist.get_backend(), torch.get_num_threads()

    before = dict(os.environ)
    assert launch(work, 3, "rank") == [(r, 3, "gloo", 1) for r in range(3)]
    assert capfd.readouterr() == ("rank 0\nrank 1\nrank 2\n", "")
    assert dict(os.environ) == before
    assert multiprocessing.active_children() == []
    assert not dist.is_initialized()


def fails():
    if dist.get_rank() == 1:
        raise ValueError("no such thing")
    dist.barrier()


def dies():
    if dist.get_rank() == 1:
        os.kill(os.getpid(), 9)
    dist.barrier()


def skips():
    if dist.get_rank() == 0:
        dist.barrier()
    else:
        time.sleep(30)


def different_shapes():
    dist.all_reduce(torch.ones(3 + dist.get_rank()))


@pytest.mark.parametrize("times", [2, pytest.param(30, marks=pytest.mark.slow)])
def test_a_rank_that_is_done_at_once_waits_until_all_have_met(times):
    for _ in range(times):
        assert launch(dist.get_rank, 4) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (fails, "rank 1 failed: ValueError: no such thing"),
        (dies, "rank 1 was killed by SIGKILL"),
        (skips, "rank 0 failed: RuntimeError: .*Timed out waiting 2000ms"),
        (different_shapes, f"rank 1 failed: RuntimeError: .*({PARTNER_GONE.pattern})"),
    ],
)
def test_launch_says_which_rank_failed_and_why_and_ends_the_others(function, words):
    with pytest.raises(RuntimeError, match=words):
        launch(function, 2, seconds=2)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    "words",
    [
        "Connection closed by peer",
        "Read error: Connection reset by peer",
        "writev [127.0.0.1]:1: Broken pipe",
        "Socket closed",
        "Application timeout caused pair closure",
    ],
)
def test_the_blame_is_not_on_a_rank_whose_partner_has_gone(words, tmp_path):
    (tmp_path / "0.error").write_text(f"failed: RuntimeError: {words}")
    (tmp_path / "1.error").write_text("failed: ValueError: mine")
    assert _reason(ProcessException("exit 1", 0, 1), tmp_path, [1, 1]) == "rank 1 failed: ValueError: mine"
    (tmp_path / "1.error").unlink()
    assert words in _reason(ProcessException("exit 1", 0, 1), tmp_path, [1, 0])


def test_torch_names_who_skipped_a_collective_and_whose_shape_differs(monkeypatch):
    monkeypatch.setenv("TORCH_DISTRIBUTED_DEBUG", "DETAIL")
    with pytest.raises(RuntimeError, match="Detected mismatch between collectives"):
        launch(different_shapes, 2, seconds=2)


def test_launch_refuses_bad_arguments(monkeypatch):
    for arguments, options, error, words in (
        ((print, 0), {}, ValueError, "ranks must be"),
        ((print, 2.0), {}, TypeError, "ranks must be"),
        ((print, 2), {"seconds": 0}, ValueError, "seconds must be greater than 0"),
        ((3, 2), {}, TypeError, "function must be callable, got int"),
    ):
        with pytest.raises(error, match=words):
            launch(*arguments, **options)
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    with pytest.raises(OSError, match="fork"):
        launch(print, 2)


def test_train_refuses_bad_arguments(few_examples):
    with pytest.raises(RuntimeError, match="needs a process group"):
        train()
    for arguments, words in (
        ((Settings(), -1), "epochs must be"),
        ((3,), "settings must be Settings, got int"),
        ((Settings(0),), "settings.batch_size must be"),
        ((Settings(lr=-1.0),), "lr must be greater than 0"),
        ((Settings(dtype="int8"),), "settings.dtype must be 'float32' or 'float64', got 'int8'"),
    ):
        with pytest.raises(RuntimeError, match=words):
            launch(train, 1, *arguments)


def test_each_rank_has_a_gpu_of_its_own_where_there_are_enough(monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    chosen = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert rank_device() == torch.device("cuda", 1)
    assert chosen == [1]
    assert dist.get_default_backend_for_device("cuda:1") == "nccl"
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    assert rank_device() == torch.device("cpu")


# The checkpoint


def test_a_checkpoint_is_replaced_in_one_step_or_not_at_all(tmp_path, monkeypatch):
    file, settings = tmp_path / "run.pt", Settings()._asdict()
    assert checkpoint.load(file, settings) is None
    old = {"settings": settings, "epoch": 1, "w": torch.eye(3)}
    checkpoint.save(file, old)
    monkeypatch.setattr(torch, "save", lambda state, out: (out.write(b"half"), 1 / 0))
    with pytest.raises(ZeroDivisionError):
        checkpoint.save(file, {**old, "epoch": 2})
    assert checkpoint.load(file, settings)["epoch"] == 1


def test_an_unreadable_or_foreign_checkpoint_is_refused_on_every_rank(few_examples, tmp_path):
    file = tmp_path / "run.pt"

    def told():
        with pytest.raises(ValueError, match=r"run\.pt") as error:
            train(Settings(lr=0.5), 1, file=file)
        return str(error.value)

    checkpoint.save(file, {"settings": Settings()._asdict(), "epoch": 1, "w": torch.eye(3)})
    first, second = launch(told, 2)
    assert first == second
    assert first.startswith("run.pt is of a run with lr 0.03, this one has lr 0.5; to go on")
    whole = file.read_bytes()
    for content in (b"", b"hello", whole[:300], whole[:-200]):
        file.write_bytes(content)
        assert "is no checkpoint of this program, or a damaged one" in launch(told, 2)[1]
    torch.save(torch.eye(3), file)
    assert "is no checkpoint of this program" in launch(told, 2)[0]


# The program


def torchrun(*options, **more):
    """Start the program under torchrun; its lines come as they are printed."""
    command = [*TORCHRUN, *options]
    return subprocess.Popen(
        command, env=os.environ | LOOPBACK, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


@contextlib.contextmanager
def running(*options):
    """Start it, and leave nothing behind whatever happens."""
    run = torchrun(*options, start_new_session=True)
    try:
        yield run
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, 9)  # workers have sessions of their own, and end with their parent
        run.communicate()


def gone(processes, seconds=60):
    """Wait until none of the processes lives."""
    processes, deadline = list(processes), time.monotonic() + seconds
    while time.monotonic() < deadline:
        alive = [p for p in processes if os.path.exists(f"/proc/{p}") and state(p) != "Z"]
        if not alive:
            return True
        time.sleep(0.1)
    return False


def state(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "Z"


def numbers(line):
    return json.loads(line.split("process numbers")[1])


def test_started_without_torchrun_it_says_how_to_start_it():
    result = subprocess.run([sys.executable, *PROGRAM], capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stderr.startswith(
        "error: this process was not started by torchrun, which would have set RANK"
    )
    assert "torchrun --standalone --nproc-per-node 2" in result.stderr


@pytest.mark.slow
def test_torchrun_trains_and_a_run_with_other_settings_is_refused_once(tmp_path):
    file = tmp_path / "run.pt"
    with running(*ALONE, *PROGRAM, "--epochs=2", f"--checkpoint={file}") as run:
        out, _ = run.communicate()
    assert run.returncode == 0
    lines = out.splitlines()
    assert lines[0].startswith("2 ranks, gloo, cpu; process numbers [")
    assert [line.split(":")[0] for line in lines[1:]] == ["epoch 1 of 2", "epoch 2 of 2", "done"]
    assert gone(numbers(lines[0]))
    ended = torch.load(file)["w"]
    assert torch.equal(ended, launch(train, 2, Settings(dtype="float64"), 2)[0])
    with running(*ALONE, *PROGRAM, "--epochs=2", f"--checkpoint={file}", "--lr=0.5") as run:
        _, told = run.communicate()
    assert run.returncode != 0
    assert told.count("error: run.pt is of a run with lr 0.03, this one has lr 0.5") == 1


@functools.cache
def undisturbed(epochs):
    return launch(train, 2, Settings(dtype="float64"), epochs)[0]


def kill_once(file, epochs, after, victim):
    """Train, kill worker 0 or 1 when epoch `after` is told; return the status and how often it started."""
    starts = []
    with running(*ALONE, "--max-restarts=2", *PROGRAM, f"--epochs={epochs}", f"--checkpoint={file}") as run:
        for line in run.stdout:
            if "process numbers" in line:
                starts.append(numbers(line))
            if line.startswith(f"epoch {after} of") and len(starts) == 1:
                time.sleep(random.random() / 50)  # at some moment of the next epochs
                with contextlib.suppress(ProcessLookupError):
                    os.kill(starts[0][victim], 9)
        run.wait()
    assert gone(p for start in starts for p in start)
    return run.returncode, len(starts)


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(int(os.environ.get("KILLS", "3"))))
def test_a_worker_killed_at_any_moment_costs_nothing(tmp_path, turn):
    random.seed()
    after, victim = random.randint(1, 80), random.randint(0, 1)
    status, starts = kill_once(tmp_path / "run.pt", 100, after, victim)
    assert (status, starts) == (0, 2), (after, victim)
    assert torch.equal(torch.load(tmp_path / "run.pt")["w"], undisturbed(100)), (after, victim)


@pytest.mark.slow
def test_after_the_agent_is_killed_no_worker_stays_and_the_same_command_resumes(tmp_path):
    file = tmp_path / "run.pt"
    with running(*ALONE, *PROGRAM, "--epochs=100000", f"--checkpoint={file}") as run:
        workers = numbers(run.stdout.readline())
        run.stdout.readline()  # epoch 1
        os.kill(run.pid, 9)
        assert gone(workers)
    done = torch.load(file)["epoch"]
    with running(*ALONE, *PROGRAM, f"--epochs={done + 2}", f"--checkpoint={file}") as run:
        out, _ = run.communicate()
    assert out.splitlines()[1].startswith(f"epoch {done + 1} of {done + 2}")
    assert torch.equal(torch.load(file)["w"], undisturbed(done + 2))


@pytest.mark.slow
def test_two_nodes_that_meet_on_loopback_are_one_group(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    meet = ["--nnodes=2", "--nproc-per-node=1", "--rdzv-backend=c10d", "--local-addr=127.0.0.1"]
    meet += [f"--rdzv-endpoint=127.0.0.1:{port}", "--rdzv-id=two"]
    options = [*meet, *PROGRAM, "--epochs=3", f"--checkpoint={tmp_path / 'run.pt'}"]
    with running(*options) as first, running(*options) as second:
        outs = sorted((run.communicate()[0] for run in (first, second)), key=len)
    assert (first.returncode, second.returncode) == (0, 0)
    assert outs[0] == ""  # rank 1 is quiet
    assert outs[1].startswith("2 ranks, gloo, cpu")
    assert torch.equal(torch.load(tmp_path / "run.pt")["w"], undisturbed(3))


# The price


def test_the_price_of_a_step_by_hand():
    price = Price(fixed=0.001, latency=0.0001, bandwidth=1e9, cores=4)
    assert price.seconds(1, 0.010, 1e6) == pytest.approx(0.011)
    assert price.seconds(4, 0.010, 1e6) == pytest.approx(0.001 + 0.0025 + 0.0006 + 0.0015)
    assert price.seconds(8, 0.010, 0) == pytest.approx((0.008 + 0.010) / 4 + 0.0014)


def test_fit_price_refuses_what_it_cannot_use():
    good = RankTime(10, 2, 3, 1, 1e-4, 1e-4, 1e-4)
    for times, cores, error, words in (
        (3, 2, TypeError, "times must be a list of RankTime"),
        ([3], 2, TypeError, r"times\[0\] must be a RankTime"),
        ([good._replace(median=0.0)], 2, ValueError, r"times\[0\].median must be greater than 0"),
        ([good, good._replace(ranks=2)], 2, ValueError, "times must hold at least two"),
        ([good._replace(ranks=2), good._replace(ranks=4)], 2, ValueError, "each size also on one rank"),
        ([good], 0, ValueError, "cores must be"),
    ):
        with pytest.raises(error, match=words):
            fit_price(times, cores)


def test_the_record_has_every_size_and_is_made_by_its_program(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(record, "SIZES", record.SIZES[:2])
    assert record.main(["--quick", str(tmp_path / "times.json")]) == 0
    assert "written: times.json, 6 times" in capsys.readouterr().out
    stored = json.loads(record.FILE.read_text(encoding="utf-8"))
    made = json.loads((tmp_path / "times.json").read_text(encoding="utf-8"))
    assert stored.keys() == made.keys()
    monkeypatch.undo()
    assert [row[:4] for row in stored["steps"]] == [[*size, p] for size in record.SIZES for p in record.RANKS]
    assert all(0 < low <= median <= high for *_, median, low, high in stored["steps"])
    with pytest.raises(SystemExit):
        record.main([str(tmp_path / "nowhere" / "times.json")])
