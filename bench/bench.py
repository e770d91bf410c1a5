"""Time training: the ladder from the original's loop to one in C, other libraries, and scaling.

The ways of a table take turns, so that a slow moment of the machine does not hit only one of
them; tables show medians, quartiles and ratios. Usage: python bench/bench.py
"""

from __future__ import annotations

import ctypes
import logging
import resource
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression, SGDClassifier
from torch import Tensor, nn, optim
from torch.nn import functional as F
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, TensorDataset

from torchlearning import (
    SoftmaxRegression,
    data_iter,
    fit,
    minimum_loss,
    num_threads,
    sgd,
    sweep,
    tensorGenCla,
    time_calls,
)
from torchlearning.cost.steps import make_step

BATCH, LR, EPOCHS, GRID_EPOCHS, FLOOR_EPOCHS = 10, 0.03, 5, 20, 100
STDS = [0.5 * k for k in range(2, 15)]
RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0]
FLOOR = """
#include <math.h>
void epoch(const float *X, const long *y, const long *order, float *w, long n, long batch, float lr) {
    for (long i = 0; i < n; i += batch) {
        float g[9] = {0};
        for (long j = i; j < i + batch && j < n; j++) {
            const float *x = X + 3 * order[j];
            float p[3], sum = 0, top = -INFINITY;
            for (int c = 0; c < 3; c++) {
                p[c] = x[0] * w[c] + x[1] * w[3+c] + x[2] * w[6+c];
                if (p[c] > top) top = p[c];
            }
            for (int c = 0; c < 3; c++) sum += p[c] = expf(p[c] - top);
            for (int c = 0; c < 3; c++)
                for (int d = 0; d < 3; d++) g[3*d+c] += x[d] * (p[c] / sum - (y[order[j]] == c));
        }
        for (int k = 0; k < 9; k++) w[k] -= lr / batch * g[k];
    }
}
"""

torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=(6, 4))
y, Y = labels.flatten(), F.one_hot(labels.flatten(), 3).float()
ones = torch.cat([features, torch.ones(len(features), 1)], dim=1)
data = TensorDataset(features, labels.float())  # float labels, as in the original
original_loader = DataLoader(data, batch_size=BATCH, shuffle=True)
steps = -(-len(features) // BATCH)


def loop(batches: Iterable[tuple[Tensor, Tensor]], epochs: int = EPOCHS) -> None:
    """Train as the original does: module, autograd, optimiser."""
    net, criterion = SoftmaxRegression(), nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=LR)
    for _ in range(epochs):
        for X_batch, y_batch in batches:
            loss = criterion(net(X_batch), y_batch.flatten().long())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def bare(epochs: int = EPOCHS) -> None:
    """Train by the shortest loop that nn and optim allow: nothing checked, nothing kept."""
    net, criterion = nn.Linear(2, 3), nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=LR)
    for _ in range(epochs):
        order = torch.randperm(len(features))
        for X_batch, y_batch in zip(features[order].split(BATCH), y[order].split(BATCH), strict=True):
            optimizer.zero_grad()
            criterion(net(X_batch), y_batch).backward()
            optimizer.step()


def fit_the_same(epochs: int = EPOCHS) -> None:
    """Train the network of `bare` with `fit` over `data_iter`."""
    net = nn.Linear(2, 3)
    optimizer = optim.SGD(net.parameters(), lr=LR)
    fit(net, nn.CrossEntropyLoss(), optimizer, data_iter(BATCH, features, labels), epochs)


def with_fit(batch_size: int = BATCH, epochs: int = EPOCHS) -> None:
    """Train with `fit` over `data_iter`."""
    net = SoftmaxRegression()
    optimizer = optim.SGD(net.parameters(), lr=LR)
    fit(net, nn.CrossEntropyLoss(), optimizer, data_iter(batch_size, features, labels), epochs)


def by_hand() -> None:
    """Train an epoch with autograd and `sgd`, without modules."""
    w = torch.randn(3, 3, requires_grad=True)
    for X_batch, y_batch in data_iter(BATCH, ones, y):
        F.cross_entropy(X_batch @ w, y_batch).backward()
        sgd(w, LR)


def closed_form() -> None:
    """Train an epoch with the gradient X^T (P - Y) / B."""
    w = torch.randn(3, 3)
    for X_batch, Y_batch in data_iter(BATCH, ones, Y):
        w -= LR / len(X_batch) * X_batch.T @ (F.softmax(X_batch @ w, dim=1) - Y_batch)


def grid() -> None:
    """Train every model of the grid."""
    sweep(STDS, RATES, num_epochs=GRID_EPOCHS)


def floor() -> Callable[[], None] | None:
    """Return many epochs in C, compiled here and now, or None without a compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder) / "floor.c", Path(folder) / "floor.so"
        source.write_text(FLOOR)
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", source, "-o", library, "-lm"], check=True)
        epoch = ctypes.CDLL(str(library)).epoch
    epoch.argtypes = [ctypes.c_void_p] * 4 + [ctypes.c_long] * 2 + [ctypes.c_float]

    def run() -> None:
        w = torch.randn(3, 3)
        for _ in range(FLOOR_EPOCHS):  # one epoch is too short to time
            order = torch.randperm(len(ones))
            pointers = [t.data_ptr() for t in (ones, labels, order, w)]
            epoch(*pointers, len(ones), BATCH, LR)

    return run


def table(
    title: str,
    ways: Mapping[str, tuple[Callable[[], object], float]],
    *,
    unit: str = "µs",
    growing: bool = False,
) -> None:
    """Print the time of each way divided by its count, and how the first compares."""
    times = time_calls({name: call for name, (call, _) in ways.items()}, rounds=7)
    scale = {"µs": 1e6, "ms": 1e3}[unit]
    per = {n: [scale * t / ways[n][1] for t in timing] for n, timing in times.items()}
    first, compared = next(iter(per.values()))[0], "this / first" if growing else "first / this"
    print(f"\n{title + ', ' + unit:48}{'median':>9}{'quartiles':>18}{compared:>14}")
    for name, (median, low, high) in per.items():
        ratio = median / first if growing else first / median
        print(f"{name:48}{median:9.2f}{low:9.2f}{high:9.2f}{ratio:14.2f}")


def ladder() -> None:
    """Print the price of a step of one model, from the original's loop down to a loop in C."""
    sampler = BatchSampler(RandomSampler(data), BATCH, drop_last=False)
    models = len(STDS) * len(RATES)
    ways: dict[str, tuple[Callable[[], object], float]] = {
        "original: loader, nn, autograd": (lambda: loop(original_loader), EPOCHS * steps),
        "batch sampler": (lambda: loop(DataLoader(data, sampler=sampler, batch_size=None)), EPOCHS * steps),
        "slices: data_iter": (lambda: loop(data_iter(BATCH, features, labels)), EPOCHS * steps),
        "fit over data_iter": (with_fit, EPOCHS * steps),
        "autograd by hand": (by_hand, steps),
        "closed-form gradient": (closed_form, steps),
        f"sweep, {len(STDS)} x {len(RATES)} models": (grid, steps * models * GRID_EPOCHS),
    }
    if compiled := floor():
        ways["floor: a loop in C"] = (compiled, steps * FLOOR_EPOCHS)
    for threads in (1, torch.get_num_threads()):
        with num_threads(threads):
            table(f"a step at batch {BATCH}, threads: {threads}", ways)
    if not compiled:
        print("floor: no row, there is no C compiler (cc) on this machine")
    large = {
        "by hand: data_iter, nn, autograd": (lambda: loop(data_iter(1000, features, labels), 50), 100),
        "fit over data_iter": (lambda: with_fit(1000, 50), 100),
    }
    with num_threads(1):
        table("a step at batch 1000 and 500, their mean", large)


def rivals() -> None:
    """Print what an epoch costs with what people would use instead."""
    X_np, y_np = features.numpy(), y.numpy()
    one_by_one = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=LR)

    def partial_fit() -> None:
        order = np.random.permutation(len(X_np))
        one_by_one.partial_fit(X_np[order], y_np[order], classes=[0, 1, 2])

    def partial_fits() -> None:
        order = np.random.permutation(len(X_np))
        for rows in np.split(order, steps):
            one_by_one.partial_fit(X_np[rows], y_np[rows], classes=[0, 1, 2])

    ways: dict[str, tuple[Callable[[], object], float]] = {
        "bare nn loop, without any check": (bare, EPOCHS),
        "fit over data_iter, the same network": (fit_the_same, EPOCHS),
        "fit over data_iter, SoftmaxRegression": (with_fit, EPOCHS),
        "original: loader, nn, autograd": (lambda: loop(original_loader), EPOCHS),
        "SGDClassifier.partial_fit, one call": (partial_fit, 1),
        "SGDClassifier.partial_fit, a call a batch": (partial_fits, 1),
        "LogisticRegression, to the minimum": (lambda: LogisticRegression(C=1e6).fit(X_np, y_np), 1),
        **by_skorch(X_np, y_np),
        **by_lightning(),
    }
    with num_threads(1):
        table(f"an epoch at batch {BATCH} on [6, 4]", ways, unit="ms", growing=True)


def by_skorch(X: np.ndarray, labels: np.ndarray) -> dict[str, tuple[Callable[[], object], float]]:
    """Return an epoch of skorch, if it is installed."""
    try:
        from skorch import NeuralNetClassifier
    except ImportError as error:
        print(f"skorch: no row ({error})")
        return {}
    options = {"lr": LR, "batch_size": BATCH, "max_epochs": EPOCHS, "train_split": None, "verbose": 0}
    net = NeuralNetClassifier(
        SoftmaxRegression, criterion=nn.CrossEntropyLoss, iterator_train__shuffle=True, **options
    )
    return {"skorch NeuralNetClassifier": (lambda: net.fit(X, labels), EPOCHS)}


def by_lightning() -> dict[str, tuple[Callable[[], object], float]]:
    """Return an epoch of Lightning, if it is installed, with all that it writes and says turned off."""
    try:
        import pytorch_lightning as lightning
    except ImportError as error:
        print(f"Lightning: no row ({error})")
        return {}
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="pytorch_lightning")
    quiet = dict.fromkeys(
        ("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False
    )

    class Net(lightning.LightningModule):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.net = SoftmaxRegression()

        def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
            return F.cross_entropy(self.net(batch[0]), batch[1])

        def configure_optimizers(self) -> optim.Optimizer:
            return optim.SGD(self.parameters(), lr=LR)

    def run() -> None:
        loader = DataLoader(TensorDataset(features, y), batch_size=BATCH, shuffle=True)
        lightning.Trainer(max_epochs=EPOCHS, accelerator="cpu", **quiet).fit(Net(), loader)

    return {"Lightning Trainer": (run, EPOCHS)}


def importing() -> None:
    """Print what `import torchlearning` adds to torch's own time, in fresh processes."""

    def start(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    codes = ("import torch", "import torch, torchlearning", "import torch, matplotlib.pyplot")
    table("a fresh process", {code: (start(code), 1) for code in codes}, unit="ms", growing=True)


def libraries() -> None:
    """Print how long each library trains, and the loss that it reaches."""
    lowest = minimum_loss(ones, labels, 3)[1]
    X_np, y_np = features.numpy(), y.numpy()
    exact = LogisticRegression(C=1e6, tol=1e-6, max_iter=1000)
    steps_of_sgd = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=200, tol=None, random_state=0)
    w = torch.zeros(3, 3)

    def full_batch() -> None:
        w.zero_()
        for _ in range(1500):
            w.sub_(ones.T @ (F.softmax(ones @ w, dim=1) - Y), alpha=0.15 / len(ones))

    table(
        "to the lowest loss of [6, 4]",
        {
            "minimum_loss (Newton)": (lambda: minimum_loss(ones, labels, 3), 1),
            "scikit-learn LogisticRegression (L-BFGS)": (lambda: exact.fit(X_np, y_np), 1),
            "full-batch gradient, 1500 steps": (full_batch, 1),
            "scikit-learn SGDClassifier (one against rest)": (lambda: steps_of_sgd.fit(X_np, y_np), 1),
        },
        unit="ms",
    )
    print(f"lowest loss {lowest:.5f};", end=" ")
    for name, z in (
        ("LogisticRegression", torch.from_numpy(exact.predict_log_proba(X_np))),
        ("full batch", ones @ w),
        ("SGDClassifier, scores as logits", torch.from_numpy(steps_of_sgd.decision_function(X_np))),
    ):
        print(f"{name} {F.cross_entropy(z, y).item():.5f}", end="; ")
    print()


def scaling() -> None:
    """Print the time of a step, and the peak of memory, as one size grows."""
    cpu = torch.device("cpu")
    for title, sizes in {
        "examples": [(n, 2, 3) for n in (1_500, 15_000, 150_000, 1_500_000)],
        "features": [(1000, n, 3) for n in (2, 10, 100, 1000)],
        "classes": [(1000, 2, n) for n in (3, 10, 100, 1000)],
    }.items():
        ways = {f"{B} examples, {D} features, {C} classes": (make_step(B, D, C, cpu), 1) for B, D, C in sizes}
        before = _peak()
        table(f"a full-batch step, more {title}", ways, growing=True)
        print(f"peak memory of the process: {before:.0f} MiB before, {_peak():.0f} MiB after")
    epochs = {}
    for n in (500, 5_000, 50_000, 500_000):
        X_n, y_n = tensorGenCla(n, deg_dispersion=(6, 4))
        epochs[f"{3 * n} examples"] = (_epoch(X_n, y_n), 3 * n / 1000)
    table("an epoch of fit at batch 1000, per 1000 examples", epochs, growing=True)


def _peak() -> float:
    """Return the most memory that this process has used, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _epoch(X: Tensor, y: Tensor) -> Callable[[], object]:
    """Return a call that trains an epoch."""
    net = SoftmaxRegression()
    optimizer = optim.SGD(net.parameters(), lr=LR)
    return lambda: fit(net, nn.CrossEntropyLoss(), optimizer, data_iter(1000, X, y), epochs=1)


if __name__ == "__main__":
    rivals()
    importing()
    ladder()
    libraries()
    scaling()
