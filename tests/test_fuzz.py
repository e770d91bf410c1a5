"""Any argument at all: a right result, or an error that names the argument; never one from inside torch.

Each public function has an entry in `CALLS`: how to draw arguments that fit each other, and a check
of what comes back against float64 arithmetic of another make. One argument in a few is then replaced
by something else. ``make test`` runs the same hundred cases of each every time; for thousands of new
ones: ``python -m pytest tests/test_fuzz.py --hypothesis-profile=thorough``.
"""

import copy
import dataclasses
import math
import random
import re
from fractions import Fraction
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from hypothesis import given, note
from hypothesis import strategies as st
from matplotlib.figure import Figure
from scipy.optimize import linprog
from scipy.special import expit, log_softmax
from scipy.stats import norm
from torch import nn
from torch.nn import functional as F
from traitlets import TraitError

import torchlearning as tl
from torchlearning import labs

# Drawing


FLOATS = [torch.float32] * 5 + [torch.float64] * 2 + [torch.float16, torch.bfloat16]
WHOLE = [torch.int64] * 4 + [torch.int8, torch.uint8, torch.int32, torch.uint16, torch.float32, torch.float64]
DTYPES = [*FLOATS, *WHOLE, torch.bool, torch.complex64, torch.uint64, torch.float8_e5m2, torch.float8_e4m3fn]
SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 0.5, 1e-45, 1e-30, 88.0, 1e4, -1e4, 1e30, -1e30, 3e38, math.nan, math.inf,
    -math.inf,
]  # fmt: skip
NUMBERS = [
    0, 1, -1, 2, 2**31, 2**70, 10**400, 0.0, -0.5, 1.5, 5e-324, 1e-200, 1e39, 1e308, -1e308,
    math.nan, math.inf, True, np.float32(1.5), np.int64(2), Fraction(1, 3),
]  # fmt: skip
JUNK = [*NUMBERS, None, "x", "", b"x", [], [1.0], (1, 2), {}, {"a": [1, 2]}, 1j, object(), print, np.ones(2)]
FORMS = {
    "transposed": lambda t: t.mT.contiguous().mT if t.ndim > 1 else t,
    "sliced": lambda t: torch.stack([t, t], dim=-1)[..., 0],
    "expanded": lambda t: t[:1].expand(t.shape) if t.ndim and len(t) else t,
    "negated view": lambda t: torch._neg_view(t) if t.is_floating_point() and t.element_size() > 1 else t,
    "with gradient": lambda t: t.requires_grad_() if t.is_floating_point() else t,
    "computed": lambda t: t.requires_grad_().clone() if t.is_floating_point() else t,
    "meta": lambda t: t.to("meta"),
    "sparse": lambda t: t.to_sparse() if t.dtype in FLOATS else t,
    "nested": lambda t: torch.nested.nested_tensor([t], layout=torch.jagged) if t.ndim > 1 else t,
}  # fmt: skip


def one_of(draw, options):
    return draw(st.sampled_from(options))


def seeded(draw):
    return random.Random(draw(st.integers(0, 2**16)))


def whole_number(draw, high=4):
    return one_of(draw, [*range(1, high + 1), *range(1, high + 1), 0, np.int64(2)])


def number(draw):
    return one_of(draw, [1.0, 2.0, 4, 0.3, 6, -3.0, *NUMBERS])


def filled(draw, shape, dtype):
    """Return a tensor of ordinary numbers, or one with special ones among them."""
    rng, share = seeded(draw), one_of(draw, [0, 0, 0.2, 1])
    pool = one_of(draw, [SPECIAL[:7], SPECIAL[:13], SPECIAL])
    values = [rng.choice(pool) if rng.random() < share else rng.gauss(0, 2) for _ in range(math.prod(shape))]
    tensor = torch.tensor(values, dtype=torch.float64).reshape(shape)
    if not (dtype.is_floating_point or dtype.is_complex):
        tensor = tensor.nan_to_num().clamp(0, 100)
    return tensor.to(dtype)


def formed(draw, tensor):
    """Return the same numbers, laid out in another way now and then."""
    form = one_of(draw, [None] * 20 + list(FORMS))
    return FORMS[form](tensor) if form else tensor


def anything(draw):
    """Return a tensor of any shape, dtype and form, or no tensor at all."""
    if draw(st.booleans()):
        return one_of(draw, JUNK)
    shape = draw(st.lists(st.integers(0, 3), max_size=4))
    return formed(draw, filled(draw, shape, one_of(draw, DTYPES)))


def matrix(draw, *shape, dtype):
    return formed(draw, filled(draw, shape, dtype))


def labels(draw, n, c):
    rng = seeded(draw)
    values = [rng.randrange(max(c, 1)) for _ in range(n)]
    if n and draw(st.integers(0, 9)) == 0:
        values[-1] = one_of(draw, [-1, c, 0.5, math.nan, 100])
    dtype = one_of(draw, WHOLE if all(0 <= v == v // 1 for v in values) else [torch.float32, torch.float64])
    return formed(draw, torch.tensor(values, dtype=dtype).reshape(one_of(draw, [(n,), (n, 1)])))


def unit(draw, shape, dtype):
    """Return numbers in [0, 1], with the ends among them."""
    t = filled(draw, shape, torch.float64)
    return formed(draw, torch.where(t.abs() <= 1, t.abs(), t.sigmoid()).to(dtype))


def probabilities(draw, n, c, dtype):
    rows = F.softmax(filled(draw, (n, c), torch.float64), dim=1)
    return formed(draw, rows.to(dtype))


def axes(draw):
    return Figure().subplots()


# Comparing


def plain(value):
    """Return a tensor's numbers in float64, without gradient."""
    return value.detach().double()


def exact(value):
    return plain(value).resolve_neg().numpy()


def close(actual, expected, dtype, slack=0.0):
    """Compare in units of the dtype's rounding; where `slack` is large, so many units more."""
    assert actual.dtype == dtype
    expected = torch.as_tensor(expected)
    assert actual.shape == expected.shape
    actual, info = plain(actual), torch.finfo(dtype)
    tolerance = expected.abs() * info.eps * (16 + torch.as_tensor(slack).nan_to_num()) + 4 * info.tiny
    right = (
        (actual == expected) | ((actual - expected).abs() <= tolerance) | (actual.isnan() & expected.isnan())
    )
    assert right.all(), (actual, expected)


def eps(value):
    return torch.finfo(value.dtype).eps


def flat(y):
    return y.detach().flatten().long()


def product(X, w):
    return torch.mm(X.detach(), w.detach()).double()


# The calls: how to draw arguments, and what is right. A check gets the result and the arguments.


def draw_sigmoid(draw, s):
    return {"z": matrix(draw, *one_of(draw, [(), (s.N,), (s.N, s.D)]), dtype=s.dtype)}


def check_sigmoid(result, z):
    close(result, torch.as_tensor(expit(exact(z))), z.dtype, slack=plain(z).abs())


def draw_logistic(draw, s):
    return {"X": matrix(draw, s.N, s.D, dtype=s.dtype), "w": matrix(draw, s.D, 1, dtype=s.dtype)}


def check_logistic(result, X, w):
    check_sigmoid(result, torch.mm(X.detach(), w.detach()))


def draw_softmax(draw, s):
    return {"X": matrix(draw, s.N, s.D, dtype=s.dtype), "w": matrix(draw, s.D, s.C, dtype=s.dtype)}


def check_softmax(result, X, w):
    z = product(X, w)
    gaps = (z - z.amax(dim=1, keepdim=True)).abs()
    close(result, F.softmax(z, dim=1), X.dtype, slack=torch.where(gaps.isfinite(), gaps, 0))


def network(in_features, out_features, bias, X):
    net = tl.SoftmaxRegression(in_features, out_features, bias)
    return net, net(X)


def draw_network(draw, s):
    X = matrix(draw, s.N, s.D, dtype=one_of(draw, [torch.float32] * 3 + [s.dtype]))
    return {"in_features": s.D, "out_features": s.C, "bias": draw(st.booleans()), "X": X}


def check_network(result, in_features, out_features, bias, X):
    net, z = result
    W, b = net.linear.weight, net.linear.bias
    assert (W.shape, b is not None) == ((out_features, in_features), bias)
    expected = F.linear(plain(X), plain(W), plain(b) if bias else None)
    size = plain(X).abs().sum(dim=1, keepdim=True) + 1
    assert (((plain(z) - expected).abs() <= 1e-5 * size) | ~(size < 1e30)).all()  # beyond, sums overflow


def draw_unit_and_labels(draw, s):
    shape = one_of(draw, [(s.N,), (s.N, 1)])
    return {"sigma": unit(draw, shape, s.dtype), "y": labels(draw, s.N, 2)}


def check_cross_entropy(result, sigma, y):
    p = np.where(flat(y).numpy() == 1, exact(sigma).ravel(), 1 - exact(sigma).ravel())
    with np.errstate(divide="ignore"):
        expected = -np.log(p).mean()
    assert result.dtype == sigma.dtype
    assert result.item() == pytest.approx(expected, rel=8 * eps(sigma), abs=8 * eps(sigma), nan_ok=True)


def draw_rows_and_labels(draw, s):
    return {"soft_z": probabilities(draw, s.N, s.C, s.dtype), "y": labels(draw, s.N, s.C)}


def check_m_cross_entropy(result, soft_z, y):
    expected = F.nll_loss(plain(soft_z).log(), flat(y))
    close(result, expected, soft_z.dtype)


def draw_cal(draw, s):
    return {
        "sigma": unit(draw, (s.N, s.D)[: draw(st.integers(0, 2))], s.dtype),
        "p": one_of(draw, [0, 0.5, 1, 0.3, number(draw)]),
    }


def check_cal(result, sigma, p):
    threshold = float(torch.tensor(float(p), dtype=sigma.dtype))
    assert result.dtype == torch.float32
    assert np.array_equal(result.numpy(), (exact(sigma) >= threshold).astype(float))


def check_accuracy(result, sigma, y):
    assert result.item() == pytest.approx(np.mean((exact(sigma).ravel() >= 0.5) == flat(y).numpy()))


def draw_log_odds(draw, s):
    return {"zhat": matrix(draw, *one_of(draw, [(s.N,), (s.N, 1)]), dtype=s.dtype), "y": labels(draw, s.N, 2)}


def check_acc_zhat(result, zhat, y):
    assert result.item() == pytest.approx(np.mean((exact(zhat).ravel() >= 0) == flat(y).numpy()))


def draw_scores(draw, s):
    return {"soft_z": matrix(draw, s.N, s.C, dtype=s.dtype), "y": labels(draw, s.N, s.C)}


def check_m_accuracy(result, soft_z, y):
    assert result.item() == pytest.approx(np.mean(exact(soft_z).argmax(axis=1) == flat(y).numpy()))


def deg_dispersion(draw):
    pair = [number(draw), number(draw)]
    return one_of(draw, [(6, 2), [4.0, 2], (-3, 1.5), pair, tuple(pair)])


def generator(draw):
    return torch.Generator().manual_seed(draw(st.integers(0, 99)))


def draw_data(draw, s):
    sizes = {"num_examples": s.N, "num_inputs": s.D, "num_class": s.C}
    return {
        **sizes,
        "deg_dispersion": deg_dispersion(draw),
        "bias": draw(st.booleans()),
        "generator": generator(draw),
    }


def check_data(result, num_examples, num_inputs, num_class, deg_dispersion, bias, generator):
    (features, labels), (mean, std) = result, map(float, deg_dispersion)
    N, D, C = num_examples, num_inputs, num_class
    assert features.dtype == torch.float32
    assert features.shape == (N * C, D + bool(bias))
    assert labels.tolist() == [[k] for k in range(C) for _ in range(N)]
    assert not bias or (features[:, -1] == 1).all()
    if generator is not None:  # the same noise again, scaled in float64
        noise = generator.manual_seed(generator.initial_seed())
        z = torch.cat([torch.randn(N, D, generator=noise) for _ in range(C)]).double()
        expected = z * std + mean * (labels.double() - (C - 1) / 2)
        assert torch.allclose(
            features[:, :D].double(), expected, rtol=1e-5, atol=1e-5 * (std + abs(mean) * C) + 1e-44
        )


def draw_batches(draw, s):
    features = formed(draw, filled(draw, (s.N, s.D)[: draw(st.integers(1, 2))], one_of(draw, DTYPES)))
    return {
        "batch_size": s.C,
        "features": features,
        "labels": torch.arange(s.N),
        "generator": generator(draw),
    }


def check_batches(result, batch_size, features, labels, generator):
    batches = list(result)
    assert len(batches) == len(result) == -(-len(features) // batch_size)
    assert all(len(X) == len(y) == batch_size for X, y in batches[:-1])
    X, y = (torch.cat(parts).tolist() for parts in zip(*batches, strict=True))
    pairs = zip(features.tolist(), labels.tolist(), strict=True)
    assert sorted(map(repr, zip(X, y, strict=True))) == sorted(map(repr, pairs))


def draw_bayes(draw, s):
    return {"deg_dispersion": deg_dispersion(draw), "num_inputs": s.D, "num_class": s.C}


def check_bayes_accuracy(result, deg_dispersion, num_inputs, num_class):
    mean, std = map(float, deg_dispersion)
    with np.errstate(over="ignore"):
        lost = norm.cdf(-np.float64(abs(mean)) / std * math.sqrt(num_inputs) / 2)
    assert result == pytest.approx(1 - 2 * (num_class - 1) / num_class * lost)


def check_bayes_weights(result, deg_dispersion, num_inputs, num_class):
    mean, std = (Fraction(float(value)) for value in deg_dispersion)
    centres = [mean * k - mean * (num_class - 1) / 2 for k in range(num_class)]
    slopes = [m / std**2 for m in centres]  # sum to 0 already
    biases = [-num_inputs * m**2 / std**2 / 2 for m in centres]
    biases = [b - sum(biases) / num_class for b in biases]
    expected = torch.tensor(
        [list(map(float, row)) for row in [*[slopes] * int(num_inputs), biases]], dtype=torch.float64
    )
    assert result.dtype == torch.float32
    assert torch.allclose(result.double(), expected, rtol=1e-5, atol=1e-6 * expected.abs().max() + 1e-44)


def draw_cuts(draw, s):
    return {"deg_dispersion": deg_dispersion(draw), "num_class": s.C}


def check_bayes_cuts(result, deg_dispersion, num_class):
    mean = Fraction(float(deg_dispersion[0]))
    centres = sorted({mean * k - mean * (int(num_class) - 1) / 2 for k in range(num_class)})
    assert result == pytest.approx([float((a + b) / 2) for a, b in pairwise(centres)])


def draw_minimum(draw, s):
    N = one_of(draw, [s.N, 6, 12, 20])
    X = matrix(draw, N, min(s.D, 2), dtype=s.dtype)
    X = X.clamp(-100, 100) if X.layout == torch.strided and not X.is_nested and draw(st.integers(0, 9)) else X
    return {"X": X, "y": labels(draw, N, s.C), "num_class": s.C}


def check_minimum(result, X, y, num_class):
    (w, loss), X, y = result, plain(X), flat(y)
    assert w.shape == (X.shape[1], num_class)
    assert w.dtype == torch.float64
    assert loss == pytest.approx(F.cross_entropy(X @ w, y).item())
    slope = X.T @ (F.softmax(X @ w, dim=1) - F.one_hot(y, num_class)) / len(X)
    assert (slope.abs() <= 1e-6 * X.abs().amax(dim=0).reshape(-1, 1)).all()


def separable(X, y, num_class):
    """Return whether some weights v rank the true class first, or equal, everywhere, and first somewhere."""
    X, y = exact(X), flat(y).numpy()
    X = X / np.maximum(np.abs(X).max(axis=0), 1e-300)
    one = np.eye(num_class)
    margins = [np.kron(one[y[i]] - one[k], X[i]) for i in range(len(X)) for k in range(num_class)]
    total, zero = np.sum(margins, axis=0), np.zeros(len(margins))
    return linprog(-total, A_ub=-np.array(margins), b_ub=zero, bounds=(-1, 1)).fun < -1e-7


def refused_minimum(message, X, y, num_class):
    if "overlap" in message and X.abs().max() <= 100:
        assert separable(X, y, int(num_class))


def step(params, lr):
    """Take a step, and return the weights and gradients before it."""
    leaves = (
        [w for w in params if isinstance(w, torch.Tensor) and w.is_leaf] if isinstance(params, list) else []
    )
    old = [(plain(w).clone(), plain(w.grad).clone()) for w in leaves if w.grad is not None]
    tl.sgd(params, lr)
    return old


def draw_sgd(draw, s):
    params = [filled(draw, (s.N, s.D), s.dtype).requires_grad_() for _ in range(draw(st.integers(0, 2)))]
    for w in params:
        w.grad = filled(draw, tuple(w.shape), w.dtype) if draw(st.integers(0, 9)) else None
    junk = [] if draw(st.integers(0, 9)) else [anything(draw)]
    return {"params": params + junk, "lr": one_of(draw, [0.1, 1, number(draw)])}


def check_sgd(result, params, lr):
    assert len(result) == len(params)
    for w, (old, grad) in zip(params, result, strict=True):
        expected = (old - float(lr) * grad).to(w.dtype).double()
        tolerance = (old.abs() + (float(lr) * grad).abs()) * 4 * eps(w) + 1e-37
        right = ((plain(w) - expected).abs() <= tolerance) | (plain(w) == expected) | expected.isnan()
        assert (right | ((float(lr) * grad).abs() > torch.finfo(w.dtype).max)).all()
        assert not w.grad.any()


class Returns(nn.Module):
    """A network that returns something fixed."""

    def __init__(self, value):
        super().__init__()
        self.value, self.weight = value, nn.Parameter(torch.ones(1))

    def forward(self, X):
        return self.value


def draw_fit(draw, s):
    torch.manual_seed(draw(st.integers(0, 9)))
    net, other = tl.SoftmaxRegression(s.D or 1, s.C or 1), tl.SoftmaxRegression()
    net = one_of(draw, [net] * 5 + [Returns(matrix(draw, s.N, s.C, dtype=s.dtype))])
    pairs = range(draw(st.integers(0, 3)))
    data = [(matrix(draw, s.N, s.D, dtype=torch.float32), labels(draw, s.N, s.C)) for _ in pairs]
    junk, batch = anything(draw), (anything(draw), anything(draw))
    losses = [F.cross_entropy, nn.CrossEntropyLoss(reduction="sum"), lambda z, y: junk]
    optimizer = torch.optim.SGD(one_of(draw, [net] * 5 + [other]).parameters(), lr=0.1)
    return {
        "net": net, "criterion": one_of(draw, [nn.CrossEntropyLoss()] * 5 + losses), "optimizer": optimizer,
        "batchdata": one_of(draw, [data] * 5 + [tuple(data), iter(data), [junk], [batch]]),
        "epochs": one_of(draw, [0, 1, 2, 3]), "progress": False,
    }  # fmt: skip


def trained(net, criterion, optimizer, batchdata, epochs, progress):
    before = copy.deepcopy(net) if isinstance(net, tl.SoftmaxRegression) else None
    return before, tl.fit(net, criterion, optimizer, batchdata, epochs, progress=progress)


def check_fit(result, net, criterion, optimizer, batchdata, epochs, progress):
    before, losses = result
    assert len(losses) == epochs
    usual = criterion is F.cross_entropy or isinstance(criterion, nn.CrossEntropyLoss)
    if before is None or not usual or not isinstance(batchdata, list | tuple):
        return
    step = torch.optim.SGD(before.parameters(), lr=0.1)
    for loss in losses:
        each = []
        for X, y in batchdata:
            step.zero_grad()
            value = F.cross_entropy(before.linear(X.detach()), flat(y))
            value.backward()
            step.step()
            each += [value.item()] * len(X)
        assert loss == pytest.approx(np.mean(each), rel=1e-4, nan_ok=True)


def draw_sweep(draw, s):
    grid = [[1, 4.0], (2,), [0.5, 1.0, 3.0], [number(draw)], [number(draw), 1.0]]
    sizes = {"num_examples": s.N, "num_inputs": s.D, "num_class": s.C, "num_epochs": one_of(draw, [0, 1, 2])}
    grids = {"dispersions": one_of(draw, grid), "rates": one_of(draw, grid)}
    mean = one_of(draw, [6.0, -2, 0, number(draw)])
    return {
        **grids,
        "mean": mean,
        **sizes,
        "batch_size": s.N,
        "generator": generator(draw),
        "progress": False,
    }


def check_sweep(result, dispersions, rates, mean, N, D, C, num_epochs, batch_size, generator, progress):
    S, R = len(dispersions), len(rates)
    rows = np.arange(N * C)
    assert result.weights.shape == (S, R, num_epochs + 1, D + 1, C)
    right, losses, accuracies = result.labels.numpy(), result.losses(), result.accuracies()
    for i, std in enumerate(dispersions):
        X, y = result.data(std)
        if generator is not None and abs(float(mean)) < 1e300:
            again = torch.Generator().manual_seed(generator.initial_seed())
            same, _ = tl.tensorGenCla(N, D, C, (mean, std), bias=True, generator=again)
            assert torch.allclose(X, same, rtol=1e-4, atol=1e-5 * (float(std) + abs(float(mean)) * C))
        assert np.array_equal(y.flatten(), right)
        z = X.double() @ result.weights[i].double()  # (R, E + 1, N, C)
        expected = -log_softmax(z.numpy(), axis=-1)[..., rows, right].mean(axis=-1)
        assert losses[i].numpy() == pytest.approx(expected, rel=1e-3, abs=1e-5)
        best, true = z.amax(dim=-1), z[..., rows, right]
        sure = (z == best.unsqueeze(-1)).sum(dim=-1) == 1
        share, unsure = (true == best).double().mean(dim=-1), 1 - sure.double().mean().item()
        assert accuracies[i].numpy() == pytest.approx(share.numpy(), abs=1e-6 + unsure)


def ask_sweep(dispersion, rate):
    """Ask a made sweep for one of its points."""
    return made_sweep().weights_at(dispersion, rate), made_sweep().data(dispersion)


@cache
def made_sweep():
    seed = torch.Generator().manual_seed(0)
    return tl.sweep([1, 4], [0.01, 0.1], num_examples=5, num_epochs=2, generator=seed)


def draw_point(draw, s):
    return {
        "dispersion": one_of(draw, [1, 4.0, number(draw)]),
        "rate": one_of(draw, [0.01, 0.1, number(draw)]),
    }


def check_point(result, dispersion, rate):
    (weights, (X, y)), s = result, made_sweep()
    assert torch.equal(weights, s.weights[s.dispersions.index(dispersion), s.rates.index(rate)])
    assert (X.shape, y.shape) == ((15, 3), (15, 1))


# Figures


def draw_classes(draw, s):
    data = {
        "features": matrix(draw, s.N, one_of(draw, [2, 2, s.D]), dtype=s.dtype),
        "labels": labels(draw, s.N, s.C),
    }
    names, size = one_of(draw, [None, None, list("abcd"), ["a"]]), one_of(draw, [14, 6.0, number(draw)])
    return {**data, "ax": axes(draw), "names": names, "size": size}


def check_classes(ax, features, labels, ax_, names, size):
    y, X = flat(labels).numpy(), exact(features)
    assert len(ax.collections) == len(np.unique(y))
    for k, points in zip(np.unique(y), ax.collections, strict=True):
        drawn = np.ma.getdata(points.get_offsets())
        assert np.array_equal(drawn, X[y == k, :2], equal_nan=True)
        assert points.get_label() == (f"class {k}" if names is None else names[k])
        assert points.get_sizes() == pytest.approx([size])


def draw_history(draw, s):
    lines = {
        name: one_of(draw, [[3.0, 2.0, 1.0], filled(draw, (3,), s.dtype), (1, 2, 3), np.ones(3)])
        for name in one_of(draw, ["", "a", "ab"])
    }
    if lines and not draw(st.integers(0, 4)):
        lines["a"] = one_of(draw, [anything(draw), [torch.ones(1, requires_grad=True)], ["x"], [[1], [2, 3]]])
    return {
        "history": lines,
        "ax": axes(draw),
        "x": one_of(draw, [None, None, [0, 1, 3], torch.arange(3), range(2)]),
        "xlabel": "epoch",
        "ylabel": "",
    }


def check_history(ax, history, ax_, x, xlabel, ylabel):
    assert len(ax.lines) == len(history)
    for line, (name, values) in zip(ax.lines, history.items(), strict=True):
        values = values.detach().tolist() if isinstance(values, torch.Tensor) else list(values)
        assert np.array_equal(line.get_ydata(), np.array(values, dtype=float), equal_nan=True)
        assert np.array_equal(line.get_xdata(), np.arange(len(values)) if x is None else np.asarray(x))
        assert line.get_label() == str(name)


def draw_bars(draw, s):
    series = {
        name: formed(draw, filled(draw, (s.C,), s.dtype)) for name in one_of(draw, ["", "a", "ab", "ab"])
    }
    return {
        "series": series,
        "ax": axes(draw),
        "names": one_of(draw, [None, None, list("abcd")[: s.C], ["a"]]),
        "digits": one_of(draw, [0, 2, s.N]),
    }


def check_bars(ax, series, ax_, names, digits):
    heights = [bar.get_height() for bar in ax.patches]
    expected = [value + 0.0 for p in series.values() for value in plain(p).tolist()]  # -0.0 is 0.0
    assert heights == expected
    assert [text.get_text() for text in ax.texts] == [f"{value:.{digits}f}" for value in expected]


def draw_neurons(draw, s):
    return {
        "inputs": ["x"] * s.N,
        "outputs": one_of(draw, [["z"] * s.C, tuple("ab")]),
        "ax": axes(draw),
        "weights": "w",
    }


def check_neurons(ax, inputs, outputs, ax_, weights):
    assert len(ax.lines) == len(inputs) * len(outputs)
    assert [text.get_text() for text in ax.texts] == [*map(str, [*inputs, *outputs]), str(weights)]


def draw_gather(draw, s):
    return {
        "values": matrix(draw, s.N, s.C, dtype=s.dtype),
        "index": labels(draw, s.N, s.C),
        "ax": axes(draw),
        "digits": one_of(draw, [0, 1, s.D]),
    }


def check_gather(ax, values, index, ax_, digits):
    N, C = values.shape
    texts = [text.get_text() for text in ax.texts[: N * (C + 2)]]
    picked = torch.gather(plain(values), 1, flat(index).reshape(-1, 1)).flatten().tolist()
    assert texts[C + 1 :: C + 2] == [f"{value:.{digits}f}" for value in picked]
    assert texts[C :: C + 2] == [str(k) for k in flat(index).tolist()]


def draw_regions(draw, s):
    fixed, w = anything(draw), filled(draw, (2, s.C), torch.float32)
    scores = [lambda X: X @ w] * 3 + [lambda X: (X @ w).double(), lambda X: X[:, :1] @ w[:1], lambda X: fixed]
    drawn = (number(draw), number(draw), 0, 1)
    return {
        "scores": one_of(draw, scores), "ax": axes(draw),
        "extent": one_of(draw, [(-1, 1, -2, 2), [3, -3, 0.0, 1], None, (0, 0, 1, 1), drawn]),
        "resolution": one_of(draw, [2, 3, 10, s.N]),
    }  # fmt: skip


def check_regions(ax, scores, ax_, extent, resolution):
    left, right, bottom, top = extent or (0, 1, 0, 1)
    assert ax.get_xlim() == pytest.approx((left, right))
    x, y = (torch.linspace(float(a), float(b), int(resolution)) for a, b in ((left, right), (bottom, top)))
    grid = torch.stack([x.repeat(len(y)), y.repeat_interleave(len(x))], dim=1)
    expected = scores(grid).detach().argmax(dim=1).reshape(len(y), len(x))
    assert np.array_equal(ax.images[0].get_array(), expected)


# The labs


def draw_three(draw):
    return [
        one_of(draw, [0.0, 0.5, 1, -3.0, 10.0, number(draw)]) for _ in range(one_of(draw, [3, 3, 3, 2, 4]))
    ]


def draw_softmax_lab(draw, s):
    return {
        "logits": draw_three(draw),
        "temperature": one_of(draw, [1.0, 0.05, number(draw)]),
        "shift": one_of(draw, [0.0, 200, number(draw)]),
    }


def check_softmax_lab(lab, logits, temperature, shift):
    scores = torch.tensor(list(logits), dtype=torch.float64) / float(temperature)
    assert torch.allclose(lab.probabilities.double(), F.softmax(scores, dim=0), atol=1e-4)


def draw_playground_lab(draw, s):
    return {
        "data": one_of(draw, ["clouds", "row", "ring", "own"]),
        "num_class": one_of(draw, [2, 3, 4, number(draw)]),
        "num_points": one_of(draw, [12, 60]),
        "dispersion": one_of(draw, [0.5, 8, number(draw)]),
        "points": one_of(draw, ["", "Ttm" * 5, "AA"]),
        "lr": one_of(draw, [0.1, 10, number(draw)]),
        "weights": one_of(draw, [None, filled(draw, (3, 3), s.dtype)]),
    }


def check_playground_lab(lab, data, C, N, dispersion, points, lr, weights):
    assert lab.features.shape == (len(lab.labels), 3)
    assert data != "own" or len(lab.labels) <= len(points) / 3
    assert weights is None or torch.equal(lab.weights, weights.float())


def draw_cross_entropy_lab(draw, s):
    p = filled(draw, (3,), torch.float64).softmax(dim=0).tolist()
    return {
        "probabilities": one_of(draw, [p, p, [0, 0, 1], [0.5, 0.25, 0.25], draw_three(draw)]),
        "y": one_of(draw, [0, 1, 2, number(draw)]),
    }


def check_cross_entropy_lab(lab, probabilities, y):
    p = np.array(probabilities, dtype=float)
    with np.errstate(divide="ignore"):
        assert lab.loss == pytest.approx(-np.log(p[int(y)]), rel=1e-5, abs=1e-6)
    assert lab.gradient.numpy() == pytest.approx(p - np.eye(3)[int(y)], abs=1e-6)


def draw_training_lab(draw, s):
    X = F.pad(filled(draw, (s.N, 2), one_of(draw, [torch.float32] * 4 + [s.dtype])), (0, 1), value=1.0)
    T, C, rng = one_of(draw, [0, 1, 2]), one_of(draw, [2, 3, s.C]), seeded(draw)
    weights = filled(draw, (s.D, T + 1, 3, C), X.dtype)
    batches = torch.tensor([rng.randrange(max(s.N, 1)) for _ in range(2 * T)], dtype=torch.int64)
    return {
        "X": formed(draw, X), "y": labels(draw, s.N, C), "weights": formed(draw, weights),
        "batches": formed(draw, batches.reshape(T, 2)),
        "start": one_of(draw, [0, 0, 1, number(draw)]), "step": one_of(draw, [0, 0, T, number(draw)]),
    }  # fmt: skip


def check_training_lab(lab, X, y, weights, batches, start, step):
    assert (lab.start, lab.step) == (start, step)
    z = plain(X) @ plain(weights)[lab.start, lab.step]
    assert lab.loss == pytest.approx(F.cross_entropy(z, flat(y)).item(), rel=1e-4, abs=1e-5)


def draw_dispersion_lab(draw, s):
    places = {"dispersion": [1, 4.0], "lr": [0.01, 0.1], "epoch": [0, 1, 2]}
    chosen = {name: one_of(draw, [None, *grid, number(draw)]) for name, grid in places.items()}
    return {"sweep": made_sweep(), **chosen}


def check_dispersion_lab(lab, sweep, dispersion, lr, epoch):
    X, y = sweep.data(lab.dispersion)
    w = sweep.weights_at(lab.dispersion, lab.lr)[lab.epoch]
    assert lab.loss == pytest.approx(F.cross_entropy((X @ w).double(), y.flatten()).item(), rel=1e-5)
    asked, shown = (dispersion, lr, epoch), (lab.dispersion, lab.lr, lab.epoch)
    assert all(a is None or a == b for a, b in zip(asked, shown, strict=True))


def draw_digit_lab(draw, s):
    whole = torch.tensor([seeded(draw).randrange(17) for _ in range(64 * s.N)])
    images = whole.view(s.N, 64).to(one_of(draw, WHOLE[:6]))
    return {
        "weights": formed(draw, filled(draw, (65, 10), s.dtype)), "images": formed(draw, images),
        "labels": labels(draw, s.N, 10), "mean": one_of(draw, [None, filled(draw, (64,), s.dtype)]),
        "std": one_of(draw, [None, filled(draw, (64,), s.dtype).abs()]),
        "digit": one_of(draw, [-1, 0, 0, number(draw)]),
        "strokes": one_of(draw, ["", "gEg7", "gEg7.AA", "A"]),
        "pen": one_of(draw, [0.5, 4, 8, number(draw)]), "box": one_of(draw, ["drawn", "fitted"]),
        "own": one_of(draw, [[], [(3, "gEg7")], [[3, "gE"], [0, ""]], [[10, "gE"]]]),
    }  # fmt: skip


def check_digit_lab(lab, weights, images, labels, mean, std, digit, strokes, pen, box, own):
    counts = exact(lab.drawing)
    assert (lab.digit, lab.strokes, lab.pen, lab.box) == (digit, strokes, pen, box)
    assert counts.shape == (8, 8)
    assert 0 <= counts.min() <= counts.max() <= 16
    assert (counts > 0).any() or (digit < 0 and not strokes) or digit == 0
    assert lab.own_digits[0].shape == (len(own), 64)
    assert lab.own_digits[1].tolist() == [k for k, _ in own]


# Name: function, how to draw, check of the result, check of a refusal.
# Devices, costs, images


def draw_device(draw, s):
    return {"prefer": one_of(draw, ["cpu", None, torch.device("cpu"), "cuda", "meta", "gpu", "mps:7", ""])}


def check_device(result, prefer):
    assert torch.ones(1, device=result).device.type == result.type
    assert prefer is None or result == torch.device(prefer)


def draw_moved(draw, s):
    value = matrix(draw, s.N, s.D, dtype=s.dtype)
    batches = tl.data_iter(2, torch.ones(s.N + 1, s.D), torch.ones(s.N + 1))
    value = one_of(draw, [value, (value, [value]), {"X": value}, nn.Linear(2, 3), batches, "x"])
    return {"value": value, "device": one_of(draw, ["cpu", "cpu", torch.device("cpu"), "gpu", ""])}


def check_moved(result, value, device):
    if isinstance(value, torch.Tensor):
        assert result is value or value.device.type == "meta"
    else:
        assert not hasattr(value, "__len__") or len(result) == len(value)


def with_threads(number):
    with tl.num_threads(number):
        return torch.get_num_threads()


def draw_threads(draw, s):
    return {"number": one_of(draw, [1, 2, 3, None, 0, -1, 2**20])}


def check_threads(result, number):
    assert result == (torch.get_num_threads() if number is None else number)


def draw_calls(draw, s):
    calls = one_of(draw, [{"a": int}, {"a": int, "b": list}, {}, {"a": 3}])
    return {
        "calls": calls,
        "rounds": one_of(draw, [1, 2, 0]),
        "seconds": one_of(draw, [1e-9, 1e-6, 0, math.nan]),
    }


def check_calls(result, calls, rounds, seconds):
    assert list(result) == list(calls)
    assert all(0 <= low <= median <= high for median, low, high in result.values())


def draw_work(draw, s):
    return {name: number(draw) for name in ("batch_size", "num_inputs", "num_class")}


def check_work(result, batch_size, num_inputs, num_class):
    B, D, C = map(float, (batch_size, num_inputs, num_class))
    assert result == pytest.approx((4 * B * D * C, 4 * (2 * B * D + 6 * B * C + 5 * D * C)))


def draw_times(draw, s):
    sizes = [(B, D, C) for B in (10, 1000) for D in (2, 100) for C in (3, 30)][: draw(st.integers(2, 8))]
    made = [tl.StepTime(*size, *[1e-5 * (1 + sum(size))] * 3) for size in sizes]
    if draw(st.integers(0, 3)) == 0:
        made[0] = one_of(draw, [made[0]._replace(median=number(draw)), anything(draw)])
    return {"times": made}


def check_times(result, times):
    assert all(value >= 0 for value in dataclasses.astuple(result))
    assert all(result.seconds(*t[:3]) > 0 for t in times)


def draw_model(draw, s):
    rates = {name: one_of(draw, [math.inf, number(draw)]) for name in ("throughput", "bandwidth")}
    return {"fixed": number(draw), "per_row": number(draw), **rates, "queue": draw(st.booleans())}


def check_model(model, *numbers):
    assert dataclasses.astuple(model) == numbers
    assert not math.isnan(model.seconds(10, 2, 3))
    assert 0 <= tl.crossover(model, model, 2, 3) <= math.inf


def draw_models(draw, s):
    models = [tl.CostModel(1e-4, 1e-7, 1e11, 1e10), tl.CostModel(3e-4, 0.0, 1e13, 1e12, draw(st.booleans()))]
    pair = {"slow_start": one_of(draw, models), "quick_start": one_of(draw, models)}
    return {**pair, "num_inputs": number(draw), "num_class": number(draw)}


def check_crossover(result, slow_start, quick_start, num_inputs, num_class):
    if 0 < result < math.inf:
        times = [model.seconds(result, num_inputs, num_class) for model in (slow_start, quick_start)]
        assert times[0] == pytest.approx(times[1])


def draw_images(draw, s):
    titles = one_of(draw, [None, ["a"] * s.N, ["a\nb"] * s.N, "a" * s.N])
    images = matrix(draw, s.N, s.D, s.C, dtype=s.dtype)
    return {"images": images, "titles": titles, "ax": axes(draw), "num_columns": whole_number(draw)}


def check_images(ax, images, titles, ax_, num_columns):
    assert [image.get_array().shape for image in ax.images] == [tuple(images.shape[1:])] * len(images)
    assert len(ax.texts) == len(titles or [])


def draw_crossover_lab(draw, s):
    names = one_of(draw, [["CPU"], ["CPU", "GPU"], [], ["a", "b", "c"]])
    sizes = {"batch_size": one_of(draw, [10, 1000, 20]), "num_inputs": 2, "num_class": 3}
    return {"times": {name: draw_times(draw, s)["times"] for name in names}, **sizes}


def check_crossover_lab(lab, times, batch_size, num_inputs, num_class):
    known = {t[:3]: t.median for t in next(iter(times.values()))}
    size = (batch_size, num_inputs, num_class)
    assert lab.measured[0] == pytest.approx(known.get(size, math.nan), nan_ok=True)
    lab.to_html()


CALLS = {
    "sigmoid": (tl.sigmoid, draw_sigmoid, check_sigmoid),
    "logistic": (tl.logistic, draw_logistic, check_logistic),
    "softmax": (tl.softmax, draw_softmax, check_softmax),
    "SoftmaxRegression": (network, draw_network, check_network),
    "cross_entropy": (tl.cross_entropy, draw_unit_and_labels, check_cross_entropy),
    "m_cross_entropy": (tl.m_cross_entropy, draw_rows_and_labels, check_m_cross_entropy),
    "cal": (tl.cal, draw_cal, check_cal),
    "accuracy": (tl.accuracy, draw_unit_and_labels, check_accuracy),
    "acc_zhat": (tl.acc_zhat, draw_log_odds, check_acc_zhat),
    "m_accuracy": (tl.m_accuracy, draw_scores, check_m_accuracy),
    "tensorGenCla": (tl.tensorGenCla, draw_data, check_data),
    "data_iter": (tl.data_iter, draw_batches, check_batches),
    "bayes_accuracy": (tl.bayes_accuracy, draw_bayes, check_bayes_accuracy),
    "bayes_weights": (tl.bayes_weights, draw_bayes, check_bayes_weights),
    "bayes_cuts": (tl.bayes_cuts, draw_cuts, check_bayes_cuts),
    "minimum_loss": (tl.minimum_loss, draw_minimum, check_minimum, refused_minimum),
    "sgd": (step, draw_sgd, check_sgd),
    "fit": (trained, draw_fit, check_fit),
    "sweep": (tl.sweep, draw_sweep, check_sweep),
    "Sweep": (ask_sweep, draw_point, check_point),
    "plot_classes": (tl.plot_classes, draw_classes, check_classes),
    "plot_history": (tl.plot_history, draw_history, check_history),
    "plot_probabilities": (tl.plot_probabilities, draw_bars, check_bars),
    "plot_network": (tl.plot_network, draw_neurons, check_neurons),
    "plot_gather": (tl.plot_gather, draw_gather, check_gather),
    "plot_decision_regions": (tl.plot_decision_regions, draw_regions, check_regions),
    "plot_images": (tl.plot_images, draw_images, check_images),
    "pick_device": (tl.pick_device, draw_device, check_device),
    "to_device": (tl.to_device, draw_moved, check_moved),
    "num_threads": (with_threads, draw_threads, check_threads),
    "time_calls": (tl.time_calls, draw_calls, check_calls),
    "step_work": (tl.step_work, draw_work, check_work),
    "fit_cost": (tl.fit_cost, draw_times, check_times),
    "CostModel": (tl.CostModel, draw_model, check_model),
    "crossover": (tl.crossover, draw_models, check_crossover),
    "CrossoverLab": (labs.CrossoverLab, draw_crossover_lab, check_crossover_lab),
    "PlaygroundLab": (labs.PlaygroundLab, draw_playground_lab, check_playground_lab),
    "SoftmaxLab": (labs.SoftmaxLab, draw_softmax_lab, check_softmax_lab),
    "CrossEntropyLab": (labs.CrossEntropyLab, draw_cross_entropy_lab, check_cross_entropy_lab),
    "TrainingLab": (labs.TrainingLab, draw_training_lab, check_training_lab),
    "DigitLab": (labs.DigitLab, draw_digit_lab, check_digit_lab),
    "DispersionLab": (labs.DispersionLab, draw_dispersion_lab, check_dispersion_lab),
}


@pytest.mark.parametrize("name", CALLS)
@given(data=st.data())
def test_a_right_result_or_an_error_that_names_the_argument(name, data):
    function, make, check, *check_refusal = CALLS[name]
    draw, is_lab = data.draw, name.endswith("Lab")
    N, D, C = (whole_number(draw) for _ in range(3))
    arguments = make(draw, SimpleNamespace(N=N, D=D, C=C, dtype=one_of(draw, FLOATS)))
    if draw(st.integers(0, 3)) == 0:
        arguments[one_of(draw, list(arguments))] = anything(draw)
    note(arguments)
    torch.set_warn_always(True)
    error = None
    try:
        result = function(**arguments)
    except (TypeError, ValueError, TraitError) as caught:
        error = caught
    finally:
        torch.set_warn_always(False)
        plt.close("all")
    if error is None:
        check(result, *arguments.values())
        return
    assert isinstance(error, TraitError) == is_lab, error
    where = re.search if is_lab else re.match  # traitlets begins with "The value of"
    assert where(rf"({'|'.join(arguments)}|X|y)\b", str(error)), error  # X, y: of a batch of `fit`
    for refused in check_refusal:
        refused(str(error), **arguments)


def test_every_public_name_is_fuzzed():
    assert set(CALLS) == {*tl.__all__, *labs.__all__} - {
        "use_style",  # takes no argument
        *("StepTime", "Timing"),  # hold what they are given, as tuples do
    }
