"""Time one step of mini-batch SGD for softmax regression, from the original's way to a loop in C.

Each round runs every way once, so that a slow moment of the machine does not hit only one of
them; the table shows medians, spread and ratios. Usage: python bench/bench.py
"""

from __future__ import annotations

import ctypes
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn, optim
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from torchlearning import SoftmaxRegression, data_iter, fit, sweep, tensorGenCla

ROUNDS, BATCH, LR, GRID_EPOCHS, FLOOR_EPOCHS = 7, 10, 0.03, 20, 100
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
ones = torch.cat([features, torch.ones(len(features), 1)], dim=1)
steps = -(-len(features) // BATCH)


def original() -> None:
    """Train an epoch as the original does: loader, module, autograd, optimiser."""
    loader = DataLoader(TensorDataset(features, labels.float()), batch_size=BATCH, shuffle=True)
    net, criterion = nn.Linear(2, 3), nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=LR)
    for X, y in loader:
        loss = criterion(net(X), y.flatten().long())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def with_fit() -> None:
    """Train an epoch with `fit` over `data_iter`."""
    net = SoftmaxRegression()
    optimizer = optim.SGD(net.parameters(), lr=LR)
    fit(net, nn.CrossEntropyLoss(), optimizer, data_iter(BATCH, features, labels), epochs=1)


def closed_form() -> None:
    """Train an epoch with the gradient X^T (P - Y) / B."""
    w, Y = torch.randn(3, 3), F.one_hot(labels.flatten(), 3).float()
    for X, y in data_iter(BATCH, ones, Y):
        w -= LR / len(X) * X.T @ (F.softmax(X @ w, dim=1) - y)


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


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    ways = {"original: loader, nn, autograd": (original, steps), "fit over data_iter": (with_fit, steps)}
    ways["closed-form gradient"] = (closed_form, steps)
    ways[f"sweep, {len(STDS)} x {len(RATES)} models"] = (grid, steps * len(STDS) * len(RATES) * GRID_EPOCHS)
    if compiled := floor():
        ways["floor: a loop in C"] = (compiled, steps * FLOOR_EPOCHS)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS + 1):  # the first round warms up
        for name, (run, count) in ways.items():
            start = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - start) / count * 1e6)
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}
    first, *_ = medians.values()
    print(f"{'µs per step of one model':32}{'median':>9}{'min':>9}{'max':>9}{'original / this':>17}")
    for name, values in times.items():
        low, high, ratio = min(values[1:]), max(values[1:]), first / medians[name]
        print(f"{name:32}{medians[name]:9.2f}{low:9.2f}{high:9.2f}{ratio:17.1f}")
    if not compiled:
        print("floor: a loop in C: no row, there is no C compiler (cc) on this machine")
    whole = (
        medians[f"sweep, {len(STDS)} x {len(RATES)} models"] * len(STDS) * len(RATES) * GRID_EPOCHS * steps
    )
    print(f"the whole grid, {GRID_EPOCHS} epochs: {whole / 1e6:.2f} s; one model the original's way takes")
    for epochs, why in ((GRID_EPOCHS, "for as many epochs"), (190, "for the original's 190 epochs")):
        print(f"    {first * epochs * steps / whole:5.1f} times as long {why}")


if __name__ == "__main__":
    main()
