# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Lesson 6: GPU vs CPU, and the price of a step
#
# **You will learn**
#
# - where tensors and models live, how to move them, and how to write one program for every device;
# - to time code so that the number means something, and where the time of a training step goes;
# - when a GPU wins and why, from a model of the time with four numbers that you can fit yourself.

# %%
import json
import math
import os
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter

os.environ["KINETO_LOG_LEVEL"] = "99"  # keeps the profiler's own log quiet

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn, optim
from torch.nn import functional as F
from torch.profiler import ProfilerActivity, profile, record_function
from torch.utils.data import BatchSampler, DataLoader, TensorDataset

torch.set_num_threads(1)  # this lesson will show why

# %%
from torchlearning import (
    SoftmaxRegression,
    data_iter,
    fit,
    m_accuracy,
    num_threads,
    pick_device,
    plot_history,
    sgd,
    tensorGenCla,
    time_calls,
    to_device,
    use_style,
)

# %%
from torchlearning.cost import (
    CostModel,
    StepTime,
    crossover,
    fit_cost,
    step_work,
)
from torchlearning.labs import CrossoverLab
from torchlearning.record import step_times
from torchlearning.steps import make_step

use_style()

# %% [markdown]
# A GPU has thousands of small arithmetic units.
# It does not run your program: the CPU does, and hands the GPU one operation after the other, a matrix product, a softmax, a subtraction.
# Each hand-over is called a [launch](glossary.md#launch) and has its price, however small the operation.
# That one price explains most of this lesson.
#
# You need no GPU to follow.
# What can be measured on any machine is measured here; what needs a GPU is read from a record, made once by `python -m torchlearning.record` on a machine that had the devices it names.

# %%
record = json.loads(Path("step_times.json").read_text(encoding="utf-8"))
print("recorded on", record["date"], "with torch", record["torch"])
for name, found in record["devices"].items():
    print(f"{name}: {found['name']}, {len(found['steps'])} sizes of a step")
gpu_record = record["devices"].get("cuda")
if gpu_record is None:
    print("no GPU has been recorded yet: its places below stay empty")

# %% [markdown]
# ## Is there a GPU?
#
# The original asks `torch.cuda.is_available()`: CUDA is NVIDIA's way to program its GPUs, and `cuda` torch's name for such a GPU.
# There are other *accelerators*, processors beside the CPU that do arithmetic, such as Apple's, called `mps`.
# [`pick_device`](api.md#pick_device) returns the one that torch can use on this machine, or the CPU.

# %% tags=["nbval-ignore-output"]
device = pick_device()
torch.cuda.is_available(), device

# %% [markdown]
# ## Where a tensor lives
#
# Every tensor has a `device`, the memory that its numbers are in.
# Without a word from you it is the CPU's.

# %%
torch.manual_seed(420)
tc = torch.randn(4)
tc.device

# %% [markdown]
# `tc.cuda()` and `tc.to("cuda")` copy a tensor to the GPU; `.cpu()` and `.to("cpu")` bring it back.
# Without a GPU the first two are refused:

# %% tags=["nbval-ignore-output"]
try:
    print(tc.cuda().device)
except (AssertionError, RuntimeError) as error:
    print(error)

# %% [markdown]
# To try all this on any machine, PyTorch has a second device that everybody owns.
# It is called `meta`: its tensors have a shape and a dtype but no numbers.

# %%
tm = tc.to("meta")
tm, tm.device, tm.shape

# %% [markdown]
# Almost everything else about devices works with it as with a GPU.
# A tensor can be made where it is needed, which saves the copy, and `zeros_like` and its kin follow the tensor they are given:

# %%
(
    torch.randn(4, device=tm.device).device,
    torch.zeros_like(tm).device,
    tm.new_ones(2).device,
)

# %% [markdown]
# Only the way back is closed, since there is nothing to bring:

# %%
try:
    tm.cpu()
except NotImplementedError as error:
    print(error)

# %% [markdown]
# `.to` copies only if it has to.
# For a tensor that is already there it returns the tensor itself:

# %%
tc.to("cpu") is tc, tc.to("meta") is tc

# %% [markdown]
# > **Trap: `.to` moves no tensor.**
# > It returns a new one and leaves the old where it was. `X.to(device)` on a line by itself does nothing; write `X = X.to(device)`. For a *model*, as we shall see, it is the other way round.
#
# ## When devices mix
#
# Tensors on different devices cannot be added or multiplied: no arithmetic unit reaches both.
# (A single number, a tensor of no dimensions on the CPU, is the exception: it is sent along.)

# %%
try:
    tc + tm
except RuntimeError as error:
    print(error)

# %% [markdown]
# With a GPU the message has other words, and the record keeps them as they really read:

# %%
if gpu_record:
    print(gpu_record["mixed"])
else:
    print("(not recorded yet)")

# %% [markdown]
# It names two devices, and that is all you need: find the tensor that stayed behind.
# Usually it is one that your own code makes on the way, such as a column of ones for the bias.
#
# > **Trap: no error is no proof.**
# > Not every operation checks. In this version of PyTorch a matrix product of a CPU tensor with a `meta` tensor gives a CPU tensor, with whatever numbers lay in memory. Only its shape can be trusted:

# %%
product = torch.ones(2, 3) @ torch.ones(3, 2, device="meta")
product.device, product.shape

# %% [markdown]
# ## Where a model lives
#
# A model lives where its parameters live, and a fresh one is on the CPU.
# `net.to(device)` moves all of them, *in place*: the model that you hold is the moved one.

# %%
net = SoftmaxRegression()
moved = net.to("meta")
moved is net, [weight.device.type for weight in net.parameters()]

# %% [markdown]
# ## One program for every device
#
# The original writes everything twice, in the branches of an `if CUDA:`.
# There is no need.
# Choose the device once; send the model and the data there; the rest of the program does not mention it.
# [`to_device`](api.md#to_device) sends a tensor, a model, or a tuple of tensors, and of a `DataLoader` each batch when it is read.


# %%
def train_on(device):
    torch.manual_seed(420)
    data = tensorGenCla(deg_dispersion=[6, 4])
    features, labels = to_device(data, device)
    net = to_device(SoftmaxRegression(), device)
    optimizer = optim.SGD(net.parameters(), lr=0.03)
    batches = data_iter(10, features, labels)
    losses = fit(net, nn.CrossEntropyLoss(), optimizer, batches, epochs=20)
    with torch.no_grad():
        return losses[-1], m_accuracy(net(features), labels).item()


loss, accuracy = train_on("cpu")
print(f"cpu: loss of the last epoch {loss:.4f}, accuracy {accuracy:.4f}")

# %% tags=["nbval-ignore-output"]
if device.type == "cpu":
    print("no accelerator here: nothing to compare with")
else:
    loss, accuracy = train_on(device)
    print(f"{device}: loss {loss:.4f}, accuracy {accuracy:.4f}")

# %% [markdown]
# Data and start are drawn on the CPU, so both devices train on the same numbers in the same order.
# They may part in the last digits, because a GPU adds in another order.
#
# ## How not to time
#
# The original times its run with `time.perf_counter()`, once, with the plotting inside, on a GPU that it does not wait for.
# Each of these is a mistake, and each has a size.
# The thing to be timed is one training step as PyTorch does it: forward, loss, `zero_grad`, backward, step.
#
# **Mistake 1: the first call.**
# A first call loads code, fills caches, and allocates.
# **Mistake 2: a single measurement.**
# Something else is always running.

# %% tags=["nbval-ignore-output"]
step, single = make_step(10, 2, 3, torch.device("cpu")), []
for _ in range(1000):
    start = perf_counter()
    step()
    single.append(1e6 * (perf_counter() - start))
usual = median(single)
print(f"first call {single[0] / usual:.1f} times the median")
print(f"slowest of the others {max(single[1:]) / usual:.1f} times the median")
print(f"median {usual:.1f} µs, fastest {min(single):.1f} µs")

# %% [markdown]
# **Mistake 3: other work inside the clock.**
# The original draws its curve before it stops the clock:

# %% tags=["nbval-ignore-output"]
start = perf_counter()
losses = [step().item() for _ in range(150)]
trained = perf_counter()
fig, ax = plt.subplots(figsize=(4, 2))
plot_history({"loss": losses}, ax=ax)
fig.canvas.draw()
plt.close(fig)
drawn = perf_counter()
print(f"150 steps {1e3 * (trained - start):.1f} ms, ", end="")
print(f"drawing their losses {1e3 * (drawn - trained):.1f} ms")

# %% [markdown]
# **Mistake 4: not waiting for the GPU.**
# A launch returns before the operation has run; the GPU works through its queue while Python goes on.
# A clock that is stopped then has timed the *ordering* of the work, not the work.
# `torch.cuda.synchronize()` waits for it; so does anything that needs a number on the CPU, such as `.item()`.
# An *event* is a mark put into the queue; the GPU notes when it comes to it, and two of them time the work on its own clock.
# Here for a step with 100,000 examples, 1000 features and 100 classes:

# %%
if gpu_record:
    gpu = {name: found["median"] for name, found in gpu_record["gpu"].items()}
    for name in ("clock stopped without waiting", "by events"):
        print(f"{name:32}{1e6 * gpu['large step, ' + name]:9.1f} µs")
    print(f"{'waiting, median':32}{1e6 * gpu['large step']:9.1f} µs")
else:
    print("(no GPU recorded yet)")

# %% [markdown]
# [`time_calls`](api.md#time_calls) does it right, with the timer that comes with PyTorch: it warms up, repeats, lets the calls take turns so that a hiccup does not hit only one, waits for an accelerator, and returns the median with the quartiles around it.

# %% tags=["nbval-ignore-output"]
times = time_calls(
    {
        "10 examples": make_step(10, 2, 3, torch.device("cpu")),
        "1000 examples": make_step(1000, 2, 3, torch.device("cpu")),
    }
)
for name, timing in times.items():
    print(f"{name:14}{timing}")

# %% [markdown]
# A hundred times the work, and not nearly a hundred times the time.
# Why?
#
# ## Anatomy of a step
#
# PyTorch's profiler tells where the time goes.
# `record_function` gives a stretch of the program a name; everything in between is booked to it.


# %%
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 4])
data = TensorDataset(features, labels.flatten())
PARTS = ["loader", "forward", "loss", "zero_grad", "backward", "step"]


# %%
def profiled_epoch(net, criterion, optimizer, loader):
    batches = iter(loader)
    for _ in range(len(loader)):
        with record_function("loader"):
            X, y = next(batches)
        with record_function("forward"):
            z = net(X)
        with record_function("loss"):
            loss = criterion(z, y)
        with record_function("zero_grad"):
            optimizer.zero_grad()
        with record_function("backward"):
            loss.backward()
        with record_function("step"):
            optimizer.step()


# %% [markdown]
# The profiler costs time itself, so we take from it only the *shares*.

# %% tags=["nbval-ignore-output"]
net, criterion = SoftmaxRegression(), nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.03)
loader = DataLoader(data, batch_size=10, shuffle=True)
profiled_epoch(net, criterion, optimizer, loader)  # warm up
with profile(activities=[ProfilerActivity.CPU]) as profiler:
    profiled_epoch(net, criterion, optimizer, loader)
found = {event.key: event.cpu_time_total for event in profiler.key_averages()}
total = sum(found[part] for part in PARTS)
shares = {part: found[part] / total for part in PARTS}
for part, share in shares.items():
    print(f"{part:10}{100 * share:5.1f} %")

# %% tags=["nbval-ignore-output"] mystnb={"image": {"alt": "One horizontal bar for the time of a training step at ten examples, cut into its parts: loader, forward, loss, zero_grad, backward and optimiser step. The loader and the backward pass are the longest; each part is written into its piece as a share of the whole."}}
fig, ax = plt.subplots(figsize=(8, 1.7))
left, hatches = 0.0, ["", "//", "xx", "..", "\\\\", "++"]
for (part, share), hatch in zip(shares.items(), hatches, strict=True):
    look = {"hatch": hatch, "edgecolor": "white", "label": part}
    ax.barh([0], [100 * share], left=100 * left, **look)
    left += share
ax.set(yticks=[], xlabel="percent of a step")
_ = ax.legend(ncols=6, loc="lower center", bbox_to_anchor=(0.5, 1.0))

# %% [markdown]
# The loader and the backward pass take the most, and yet hardly any of it is arithmetic.
# The arithmetic of this step, counted by hand, is two matrix products: $Xw$ and $X^{\mathsf T}(P - Y)$, each with $B \cdot D \cdot C$ multiplications and as many additions.

# %%
operations, moved = step_work(batch_size=10, num_inputs=2, num_class=3)
print(f"{operations:.0f} operations, {moved:.0f} bytes")

# %% [markdown]
# (The bytes are what is read and written: $X$ twice, six passes over the table of logits, five over the weights, at four bytes a number.)
# A processor core does thousands of millions of operations a second, so these take a fraction of a microsecond.
# (A loop in C, in `make bench`, takes about half a microsecond for the whole step.)
# All the rest is the price of *organising* a step: Python, checks, bookkeeping for the gradient, a dozen small calls.
# It is the same for ten examples as for a thousand.
#
# > **Trap: many threads for a tiny tensor.**
# > A *thread* is a worker: one line of work that the operating system gives a core to. Some operations share even a table of $10 \times 3$ out among all cores, and then wait for the slowest. `log_softmax` is one:

# %% tags=["nbval-ignore-output"]
z = torch.randn(10, 3)
for number in (1, 2):
    with num_threads(number):
        timing = time_calls({"log_softmax": lambda: F.log_softmax(z, 1)})
    print(f"threads: {number}, {timing['log_softmax']}")

# %% [markdown]
# When another program keeps a core busy, it gets far worse, since both threads must have had their turn: run the cell again with something else running.
# So [`fit`](api.md#fit) and [`sweep`](api.md#sweep) use one thread while batches are small, and `num_threads` does the same for your own code.
#
# ## The ladder
#
# Now climb down from the original's loop to the arithmetic, one rung at a time.
# All rungs train one epoch from the same start, in the same order, so all must end at the same weights.

# %%
order = torch.randperm(1500, generator=torch.Generator().manual_seed(420))
start = torch.randn(3, 3, generator=torch.Generator().manual_seed(420))
lr, batch_size = 0.03, 10
X1 = torch.cat([features, torch.ones(1500, 1)], 1)
Y1 = F.one_hot(labels.flatten(), 3).float()

# %% [markdown]
# **Rung 1, the original:** a `DataLoader` that fetches example by example, `nn`, autograd, an optimiser.
# **Rung 2:** a batch sampler, which fetches a batch at once ([lesson 4](04_nn_training.ipynb)).
# **Rung 3:** the shuffled data cut into slices, no loader at all.


# %%
def by_nn(batches):
    net = nn.Linear(2, 3)
    net.load_state_dict({"weight": start[:2].T, "bias": start[2]})
    optimizer = optim.SGD(net.parameters(), lr=lr)
    for X, y in batches:
        loss = F.cross_entropy(net(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.cat([net.weight.T, net.bias.reshape(1, 3)]).detach()


# %%
def slices(X, y):
    X, y = X[order].split(batch_size), y[order].split(batch_size)
    return zip(X, y, strict=True)


sampler = BatchSampler(order.tolist(), batch_size, drop_last=False)

# %% [markdown]
# **Rung 4:** the step by hand, with autograd, as in [lesson 3](03_manual_training.ipynb).
# **Rung 5:** the gradient in closed form, $X^{\mathsf T}(P - Y)/B$: no record, no walk back.
# **Rung 6:** the same for a hundred models at once, with a hundred learning rates, as the [sweep](05_dispersion_and_difficulty.ipynb) of lesson 5 does.


# %%
def by_hand():
    w = start.clone().requires_grad_()
    for X, y in slices(X1, labels.flatten()):
        F.cross_entropy(X @ w, y).backward()
        sgd(w, lr)
    return w.detach()


def closed_form(w, lr):
    for X, Y in slices(X1, Y1):
        w = w - lr / len(X) * X.T @ (F.softmax(X @ w, -1) - Y)
    return w


# %%
rates = torch.linspace(0.001, 0.1, 100)
hundred = start.expand(100, 3, 3)
rung_6 = closed_form(hundred, rates.reshape(100, 1, 1))

# %%
ladder = {
    "original loader": lambda: by_nn(
        DataLoader(data, batch_size, sampler=order.tolist())
    ),
    "batch sampler": lambda: by_nn(
        DataLoader(data, sampler=sampler, batch_size=None)
    ),
    "slices": lambda: by_nn(slices(features, labels.flatten())),
    "autograd by hand": by_hand,
    "closed form": lambda: closed_form(start, lr),
}
ends = [rung() for rung in ladder.values()]
ends.append(rung_6[rates.sub(lr).abs().argmin()])
[torch.allclose(a, b, atol=1e-4) for a, b in pairwise(ends)]

# %% [markdown]
# Six ways, one result.
# And the price of each, for one step of one model (on the last rung, a hundredth of what all hundred cost):

# %% tags=["nbval-ignore-output"]
ladder["100 models at once"] = lambda: closed_form(
    hundred, rates.reshape(100, 1, 1)
)
times = time_calls(ladder, rounds=7)
per_step = {
    name: 1e6 * timing.median / 150 / (100 if "100" in name else 1)
    for name, timing in times.items()
}
first = per_step["original loader"]
for name, value in per_step.items():
    print(f"{name:20}{value:8.2f} µs, original / this {first / value:7.1f}")
if gpu_record:
    value = 1e4 * gpu_record["gpu"]["graph of 100 small steps"]["median"]
    print(f"{'CUDA graph, recorded':20}{value:8.2f} µs")

# %% tags=["nbval-ignore-output"] mystnb={"image": {"alt": "Horizontal bars, on a logarithmic axis, of the time of one step in six ways, from the original loader at the top to a hundred models at once at the bottom. Each bar is shorter than the one above; the last is shorter than the first by a factor of more than a hundred."}}
fig, ax = plt.subplots(figsize=(8, 2.6))
ax.barh(list(per_step), list(per_step.values()))
ax.invert_yaxis()
_ = ax.set(xscale="log", xlabel="µs a step of one model")

# %% [markdown]
# Most of the original's time was never training.
# And the last rung shows the way out: the price of a step is paid *once for an operation*, so put more work into each operation.
# (On a GPU there is one rung more: a *CUDA graph* records the launches of many steps and hands them over as one.)
#
# ## A model of the time
#
# So the time of a step is a fixed cost plus the work: operations over *throughput* (operations a second), bytes over *bandwidth* (bytes a second), and a little for each row of the softmax, since a processor computes eight or sixteen numbers at a time and a row of three leaves most of these places empty.
#
# $$t(B, D, C) = \text{fixed} + B \cdot \text{per row} + \frac{4BDC}{\text{throughput}} + \frac{\text{bytes}}{\text{bandwidth}}$$
#
# Four numbers for a device.
# The record has the measured time of a step for every combination of batch size, features and classes that is not too large; [`fit_cost`](api.md#fit_cost) finds the four numbers.

# %%
measured = {
    name: [StepTime(*row) for row in found["steps"]]
    for name, found in record["devices"].items()
}
models = {name: fit_cost(times) for name, times in measured.items()}
for name, model in models.items():
    print(f"{name}: fixed {1e6 * model.fixed:.1f} µs,", end=" ")
    print(f"per row {1e9 * model.per_row:.1f} ns,", end=" ")
    print(
        f"{model.throughput / 1e9:.0f} thousand million operations/s,", end=" "
    )
    print(f"{model.bandwidth / 1e9:.0f} GB/s")

# %% [markdown]
# How good are four numbers for times whose slowest is thousands of times the fastest?

# %%
for name, times in measured.items():
    model = models[name]
    factors = [t.median / model.seconds(*t[:3]) for t in times]
    low, mid, high = np.quantile(factors, [0.1, 0.5, 0.9])
    spread = max(t.median for t in times) / min(t.median for t in times)
    print(f"{name}: slowest / fastest {spread:.0f};", end=" ")
    print(f"measured / model: median {mid:.2f}, 8 of 10 from", end=" ")
    print(f"{low:.2f} to {high:.2f}")

# %% [markdown]
# Good for the order of magnitude, not for the last factor of two.
# The worst misses are large tables of logits: many examples with many classes.

# %% mystnb={"image": {"alt": "Time of a step against batch size, both axes logarithmic, for three sizes of the problem from 2 features and 3 classes to 1000 features and 100 classes. Measured times as marks, the model as lines. The lines start flat near the fixed cost and bend upwards, the larger problems earlier."}}
fig, ax = plt.subplots(figsize=(8, 3.8))
B = np.geomspace(10, 1e5, 60)
shown = [(2, 3), (100, 10), (1000, 100)]
for i, (D, C) in enumerate(shown):
    for j, name in enumerate(measured):
        curve = [1e6 * models[name].seconds(b, D, C) for b in B]
        look = {"color": f"C{j}", "label": f"{name}: {D} features, {C} classes"}
        ax.plot(B, curve, ("-", "--", ":")[i], **look)
        at = [t for t in measured[name] if t[1:3] == (D, C)]
        y = [1e6 * t.median for t in at]
        ax.plot([t.batch_size for t in at], y, "os^"[i], color=f"C{j}")
ax.set(xscale="log", yscale="log", xlabel="batch size", ylabel="µs a step")
_ = ax.legend()

# %% [markdown]
# Each line is flat at first: there the work is free, and a larger batch costs nothing.
# Then it bends, and from there twice the work is twice the time.
# Where it bends is where work and fixed cost are equal.
#
# ## The crossover
#
# Compare two devices: one that starts quickly and works slowly, and one that starts slowly and works quickly, which is what people expect of a CPU and a GPU.
# Both times are straight lines in the batch size, so they cross at most once, and [`crossover`](api.md#crossover) says where.
# An example with round numbers, to check by hand: a GPU that needs 200 µs more to start, against a CPU that needs 0.1 µs more for each example, overtakes at 2,000 examples.

# %%
slow_start = CostModel(300e-6, 0.0, math.inf, math.inf)
quick_start = CostModel(100e-6, 0.1e-6, math.inf, math.inf)
round(crossover(slow_start, quick_start, num_inputs=2, num_class=3))

# %% [markdown]
# And with the record, predicted and measured (the first batch size of the grid at which the GPU was faster):


# %%
def first_win(D, C):
    cpu, gpu = (
        {t[:3]: t.median for t in measured[name]} for name in ("cpu", "cuda")
    )
    wins = [s[0] for s in cpu if s[1:] == (D, C) and gpu[s] < cpu[s]]
    return min(wins, default=math.inf)


# %%
for D, C in shown:
    if gpu_record:
        predicted = crossover(models["cuda"], models["cpu"], D, C)
        print(f"{D}, {C}: predicted {predicted:.0f}, met {first_win(D, C)}")
    else:
        flat = CostModel(models["cpu"].fixed, 0.0, math.inf, math.inf)
        even = crossover(flat, models["cpu"]._replace(fixed=0.0), D, C)
        print(f"{D} features, {C} classes: up to batch {even:.0f}")

# %% [markdown]
# Until a GPU is recorded, the CPU is set against its own work alone: up to these batch sizes more than half of a step is fixed cost.
# (Zero means never: there the weights alone are work enough.)
# Below them, no faster arithmetic, on whatever device, could even halve the time.
#
# With a GPU in this machine, the next cell measures it now.

# %% tags=["nbval-ignore-output"]
if device.type == "cuda":
    live = fit_cost(step_times(device, rounds=3, seconds=0.005))
    for name, model in {
        "live": live,
        "record": models.get("cuda", live),
    }.items():
        print(f"{name}: fixed {1e6 * model.fixed:.0f} µs,", end=" ")
        print(f"{model.throughput / 1e9:.0f} thousand million operations/s")
else:
    print("no CUDA device here")

# %% [markdown]
# ## The crossover lab
#
# Move the size of a step, and see what it costs.

# %%
names = {"cpu": "CPU", "cuda": "GPU", "mps": "GPU"}
lab = CrossoverLab({names[name]: times for name, times in measured.items()})
lab

# %% [markdown]
# What to notice:
#
# - At the lecture's size (batch 10, 2 features, 3 classes), how much of the step is fixed cost?
# - Keep 2 features and 3 classes and raise the batch size. Up to where does the time hardly move?
# - Now 1000 features. How far to the left does the crossover line lie, and why does it slope?
# - Raise the number of classes with the batch at 10. Which part of the work grows?
#
# ## Four hours?
#
# The original advises: more data, *smaller* batches, more epochs; and "when the run takes more than four hours, the GPU is faster than the CPU".
# But a run is a number of equal steps.
# Its length multiplies both times and decides nothing; the size of a step decides.
# And a smaller batch makes the step smaller, which favours the CPU:

# %%
cpu = models["cpu"]
print("batch   seconds an epoch of 1.5 million   share of fixed cost")
for batch_size in (10, 100, 1000, 10_000):
    steps = 1_500_000 / batch_size
    seconds = steps * cpu.seconds(batch_size, 2, 3)
    share = steps * cpu.fixed / seconds
    print(f"{batch_size:5}{seconds:22.2f}{100 * share:26.0f} %")

# %% [markdown]
# With batches of ten, four hours hold very many epochs of this, and at the end of them as at the beginning nearly all of the time is fixed cost, which faster arithmetic does not touch.
#
# ## Moving the data
#
# Memory of the CPU and of the GPU are joined by a cable, so to say, that is slower than either.
# Move the data once and keep it there, and the transfer does not matter.
# Move each batch in each step, as a loader does whose data stay on the CPU, and every step pays one more launch and its bytes over the cable's bandwidth.
# *Pinned* memory, which the operating system promises not to move, lets the GPU fetch by itself: `pin_memory=True` in the `DataLoader`, `non_blocking=True` in `.to`.

# %%
X = torch.randn(10_000, 1000)
print(f"{X.element_size() * X.numel() / 1e6:.0f} MB a batch, in ms:")
for way in ("pageable", "pinned", "none"):
    if gpu_record:
        value = 1e3 * gpu_record["gpu"][f"transfer: {way}"]["median"]
        print(f"    {way:10}{value:8.3f}")
    else:
        print(f"    {way:10} (no GPU recorded yet)")

# %% [markdown]
# ## Fewer digits
#
# A `float32` has 24 binary digits.
# Two shorter formats are faster where the hardware has them: `bfloat16` keeps 8 digits in 16 bits, and *TF32*, inside the matrix units of newer GPUs, 11 of a `float32`.
# A relative step from one number to the next:

# %%
formats = {"float32": 24, "TF32": 11, "bfloat16": 8}
for name, digits in formats.items():
    print(f"{name:10}{2.0 ** (1 - digits):.1e}")
print("torch says", torch.finfo(torch.bfloat16).eps, "of the last")

# %% [markdown]
# What does that do to training?
# A format is no more than a rounding, so we can have TF32 without a GPU: round the *inputs* of each matrix product.


# %%
def rounded(x, digits):
    m, e = torch.frexp(x)  # x = m * 2**e with 0.5 <= |m| < 1
    return torch.ldexp((m * 2**digits).round() / 2**digits, e)


def train(digits, round_weights=False, lr=0.001):
    w, gen = start.clone(), torch.Generator().manual_seed(420)
    X_all = rounded(X1, digits)
    for _ in range(20):
        for X, Y in data_iter(10, X_all, Y1, generator=gen):
            error = F.softmax(X @ rounded(w, digits), 1) - Y
            w = w - lr / len(X) * X.T @ rounded(error, digits)
            w = rounded(w, digits) if round_weights else w
    return F.cross_entropy(X1 @ w, labels.flatten()).item()


# %%
for name, digits in formats.items():
    print(f"{name:10} loss {train(digits):.2f}", end=", ")
    print(f"with the weights rounded too {train(digits, True):.2f}")

# %% [markdown]
# Products with few digits change nothing that can be seen here.
# Weights with few digits do: with this small learning rate, most steps are lost in the rounding.
# In `bfloat16`:

# %%
one = torch.tensor(1.0, dtype=torch.bfloat16)
one + 0.003 == one, one - 0.001 == one

# %% [markdown]
# So *mixed precision* keeps the weights in `float32` and rounds only for the products; `torch.autocast` does that.
# And the speed, for ten steps with 10,000 examples, 1000 features and 100 classes.
# (To keep it simple, here everything is in the format named, the weights too; ten steps are too few for that to hurt.)

# %%
for name, found in record["devices"].items():
    base = found["precision"]["float32"]["median"]
    for kind, row in found["precision"].items():
        speed = base / row["median"]
        print(f"{name}, {kind:9}{1e3 * row['median']:8.2f} ms,", end=" ")
        print(f"{speed:5.2f} times as fast, loss {row['loss']:.2f}")

# %% [markdown]
# ## Summary
#
# - `tensor.to(device)` returns a copy; `model.to(device)` moves the model. Choose the device once and mention it nowhere else.
# - To time: warm up, wait for the device, repeat, take medians, keep other work outside the clock.
# - A small step is nearly all fixed cost. The same result can be had ten times cheaper, and a hundred models at once for far less each.
# - Time of a step = fixed cost + work. A device that starts slowly and works quickly wins from a certain *size of step* on, however long the run.
# - So: larger batches, more models at once, fewer and larger operations. Data moved once.
# - Products can do with few digits, weights cannot.
#
# **Helpers met:** [`pick_device`](api.md#pick_device), [`to_device`](api.md#to_device), [`num_threads`](api.md#num_threads), [`time_calls`](api.md#time_calls), [`step_work`](api.md#step_work), [`fit_cost`](api.md#fit_cost), [`crossover`](api.md#crossover), [`CrossoverLab`](api.md#crossoverlab).
#
# **Further reading:** throughput against bandwidth as a picture, the *roofline*, in {cite}`williams2009`; mixed precision in {cite}`micikevicius2018`.
#
# Now try the [exercises for lesson 6](06_exercises.ipynb).
#
# Back to [Lesson 5](05_dispersion_and_difficulty.ipynb) · next: [Lesson 7, a real data set](07_real_data.ipynb)
