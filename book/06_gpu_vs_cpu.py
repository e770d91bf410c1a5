# %% [markdown]
# # Lesson 6: GPU vs CPU, and the price of a step
#
# **You will learn**
#
# - where tensors and models live, how to move them, and how to write one program for every device;
# - to time code so that the number means something, and where the time of a training step goes;
# - to predict when a GPU wins, from a model of the time with four numbers that you can fit yourself.

# %% tags=["remove-cell", "setup"]
# Does nothing where the course is installed.
# Elsewhere it says how to install it.
from importlib.util import find_spec

if find_spec("torchlearning") is None:
    raise ModuleNotFoundError(
        "this page needs the package torchlearning: get the whole course, "
        "and run in a cell: %pip install 'FOLDER_OF_THE_COURSE[lessons]'"
    )

# %% mystnb={"code_prompt_hide": "Hide the imports", "code_prompt_show": "Show the imports"} tags=["hide-input"]
import os

os.environ["KINETO_LOG_LEVEL"] = "99"  # keeps the profiler's own log quiet

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn, optim
from torch.nn import functional as F
from torchlearning import use_style
from torchlearning.cost import StepTime, time_calls
from torchlearning.cost.record import load_record

use_style()

# %% [markdown]
# From which batch size on is a GPU faster than a CPU?
# The blue marks are times measured on a CPU, the blue line describes them, and the orange line predicts those of a GPU; this lesson will derive both lines.
# Find the crossover, the batch size at which they meet, and then watch it while you move the sliders: which of them moves it most?

# %% mystnb={"code_prompt_hide": "Hide it", "code_prompt_show": "Show how the lab is made"} tags=["hide-input"]
from torchlearning.labs import CrossoverLab

record = load_record()
measured = {
    name: [StepTime(*row) for row in found["steps"]]
    for name, found in record["devices"].items()
}
steps, theirs = 28_500, 14.391150299999936  # printed by the lecture
names = {"cpu": "CPU", "cuda": "GPU", "mps": "GPU"}
lab = CrossoverLab(
    {names[name]: times for name, times in measured.items()},
    lecture=theirs / steps,
)
lab

# %% [markdown]
# The green triangle is the lecture's own measurement.
# The lecture ends on a GPU: it trains its small model for 28,500 steps with ten examples each, prints the seconds, and remarks that on this scale the GPU is not faster than the CPU.
# There is no CPU time beside it, though, so let us put one there: the same loop on the CPU of the machine that made this page.

# %%
from torchlearning.quiz import Quiz

cpu_record = record["devices"]["cpu"]
gpu_record = record["devices"].get("cuda")
ours = steps * cpu_record["lecture"]["median"]
torch.set_num_threads(1)  # this lesson will show why

# %%
Quiz(
    f"The lecture's GPU took {theirs:.1f} s. What would you expect of the same {steps:,} steps on one core of an ordinary server CPU?",
    {
        f"About {ours:.0f} s": "Yes: with ten examples a step the CPU is several times as fast.",
        f"About {theirs:.0f} s": "That would be a draw. The CPU does better.",
        f"About {10 * theirs:.0f} s": "So it would be if arithmetic decided. With ten examples there is next to none.",
    },
    answer=f"About {ours:.0f} s",
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
print(
    f"the lecture's GPU  {theirs:5.1f} s, {1e6 * theirs / steps:4.0f} µs a step"
)
print(f"CPU, one core      {ours:5.1f} s, {1e6 * ours / steps:4.0f} µs a step")

# %% [markdown]
# (That is more than in the lab, whose marks are of the step alone, while the lecture's loop also fetches its examples one by one.)
# We do not know which GPU that was, nor the computer around it, and its seconds include twenty evaluations and one plot, but these are small beside 28,500 steps.
# So with this loop, at batch size 10, the lecture's GPU does not win, and it is not close.
#
# A GPU has thousands of small arithmetic units, but it does not run your program.
# The CPU does, and hands the GPU one operation after the other: a matrix product, a softmax, a subtraction.
# Each such hand-over is called a [launch](glossary.md#launch), and it has its price however small the operation is.
# How much does this price matter?
# By the end of this lesson you will be able to compute both lines of the lab yourself.
#
# You need no GPU to follow: what any machine can measure is measured here, and the rest is predicted and says so.
# The marks in the lab come from a record that `python -m torchlearning.cost.record FILE` makes, with small steps on one core and large ones on one or on all, whichever was faster.

# %%
print(f"recorded {record['date']} with torch {record['torch']}")
for name, found in record["devices"].items():
    print(f"{name}: {found['name']}, {len(found['steps'])} sizes of a step")
print(f"cores: {cpu_record['cores']}, threads: 1 to {cpu_record['threads']}")

# %% [markdown]
# ## Is there a GPU?
#
# The lecture asks `torch.cuda.is_available()`.
# CUDA is NVIDIA's way to program its GPUs, and `cuda` is PyTorch's name for such a GPU (or for AMD's, where PyTorch is built for ROCm); Apple's is called `mps`, and all of them are *accelerators*, processors beside the CPU that do arithmetic.
# [`pick_device`](api.md#pick_device) returns the one that torch can use on this machine, or else the CPU.

# %%
from torchlearning import pick_device

# %% tags=["nbval-ignore-output"]
device = pick_device()
torch.cuda.is_available(), device

# %% [markdown]
# ## Where a tensor lives
#
# Which memory are a tensor's numbers in?
# Its `device` says so, and by default it is the CPU.

# %%
torch.manual_seed(420)
tc = torch.randn(4)
tc.device

# %% [markdown]
# `tc.cuda()` and `tc.to("cuda")` copy a tensor to the GPU, and `.cpu()` and `.to("cpu")` bring it back.
# Without a GPU the first two are refused:

# %% tags=["nbval-ignore-output"]
try:
    print(tc.cuda().device)
except (AssertionError, RuntimeError) as error:
    print(error)

# %% [markdown]
# So that you can try all this on any machine, we use a second device that everybody owns, called `meta`, whose tensors have a shape and a dtype but no numbers.

# %%
tm = tc.to("meta")
tm, tm.device, tm.shape

# %% [markdown]
# Almost everything else works as with a GPU: a tensor can be made where it is needed, which saves the copy, and `zeros_like` and its kin follow the tensor they are given:

# %%
(
    torch.randn(4, device=tm.device).device,
    torch.zeros_like(tm).device,
    tm.new_ones(2).device,
)

# %% [markdown]
# (Only the way back is closed, since `meta` has no numbers to bring.)
# `.to` copies only if it has to, and for a tensor that is already there it returns the tensor itself:

# %%
tc.to("cpu") is tc, tc.to("meta") is tc

# %% [markdown]
# > **Trap: `.to` moves no tensor.**
# > It returns a new one and leaves the old where it was.
# > `X.to(device)` on a line by itself does nothing, so write `X = X.to(device)`.
# > For a *model*, as we shall see, it is the other way round.
#
# ## When devices mix
#
# What happens if you add a tensor on the CPU to one on a GPU?
# PyTorch refuses, because a copy that nobody asked for would cost more than the addition.
# (A single number, a CPU tensor without dimensions, is the exception: it travels along with the launch.)

# %%
try:
    tc + tm
except RuntimeError as error:
    print(error)

# %% [markdown]
# With a GPU the message begins "Expected all tensors to be on the same device" and then names two devices, which is all you need: find the tensor that stayed behind.
# Usually it is one that your own code makes on the way, such as a column of ones for the bias.
#
# A real GPU refuses a matrix product with a CPU tensor as well.
# Our stand-in lets it pass in this version of PyTorch, and if the CPU tensor stands first, the result is even a CPU tensor, filled with whatever lay in memory; so of such a result trust only the shape.
#
# ## Where a model lives
#
# And a model?
# It lives where its parameters live, and a fresh one is on the CPU.
# `net.to(device)` moves all of them, *in place*: the model that you hold is the moved one.

# %%
from torchlearning import SoftmaxRegression

net = SoftmaxRegression()
moved = net.to("meta")
moved is net, [weight.device.type for weight in net.parameters()]

# %% [markdown]
# ## One program for every device
#
# The lecture writes everything twice, in the branches of an `if CUDA:`.
# Is that necessary?
# No: choose the device once, send the model and the data there, and let the rest of the program not mention it.
# [`to_device`](api.md#to_device) sends a tensor, a model, or a tuple of tensors, and of a `DataLoader` each batch when it is read.

# %%
from torchlearning import data_iter, fit, m_accuracy, tensorGenCla, to_device


# %%
def train_on(device):
    torch.manual_seed(420)
    data = tensorGenCla(deg_dispersion=[6, 4])
    features, labels = to_device(data, device)
    net = to_device(SoftmaxRegression(), device)
    optimizer = optim.SGD(net.parameters(), lr=0.03)
    batches = data_iter(10, features, labels)
    losses = fit(net, nn.CrossEntropyLoss(), optimizer, batches, epochs=20)
    net.eval()
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
# Data and start are drawn on the CPU, so all devices train on the same numbers in the same order, and part only in the last digits, because a GPU adds in another order.
#
# ## How to time a step
#
# Where does the time of a step go?
# Before we can say, we have to be able to measure it.
# The lecture does the most important thing right: each of its rounds ends in `epoch_acc.cpu()`, which cannot return before the GPU has finished, so its seconds are real.
# What is missing is a CPU time to compare with, a warm-up, and a second run.
# Four traps lie in wait for anyone who times code, and we shall meet them with one training step as PyTorch does it: forward, loss, `zero_grad`, backward, step.
# `make_step` returns a function that takes one such step; its numbers are the batch size, the features and the classes.
#
# **The first call** loads code, fills caches, and allocates memory.
# **A single measurement** may catch the moment in which something else was running.

# %%
from statistics import median
from time import perf_counter

from torchlearning.cost.steps import make_step

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
# **Other work inside the clock** is counted too.
# The lecture draws one curve before it stops its clock; in 14 s that does not matter, but beside a single epoch it could take longer than the training.
#
# **Not waiting for the GPU** is the trap that the lecture avoids.
# A launch returns before the operation has run, because the GPU works through a queue while Python goes on; a clock that is stopped then has measured how long it took to *submit* the work, not to do it.
# `torch.cuda.synchronize()` waits for the queue to be empty, and so does anything that needs a number on the CPU, such as `.item()`.
# (Or one puts two marks into the queue, *events*, which time the work by the GPU's own clock.)
#
# The same waiting has a price inside a training loop.
# The `fit` that we wrote in [lesson 4](04_nn_training.ipynb) reads `loss.item()` in every step, which costs a CPU nothing, but on a GPU it empties the queue, so that the next step's launches can no longer hide behind this step's work.
# The package's [`fit`](api.md#fit) therefore collects `loss.detach()` and reads the numbers later.
#
# [`time_calls`](api.md#time_calls) avoids three of the four: it warms up, repeats, lets the calls take turns so that a hiccup does not hit only one, waits for an accelerator, and returns the median with the quartiles around it.
# The fourth is yours: give it nothing but the work that you want to time.
#
# > **Say what you expect.** How much longer does a step take with a hundred times as many examples?

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["nbval-ignore-output", "hide-output"]
times = time_calls(
    {
        "10 examples": make_step(10, 2, 3, torch.device("cpu")),
        "1000 examples": make_step(1000, 2, 3, torch.device("cpu")),
    }
)
for name, timing in times.items():
    print(f"{name:14}{timing}")

# %% [markdown]
# A hundred times the work takes about twice the time, so most of a small step must be something else than work.
# What?
#
# ## Anatomy of a step
#
# PyTorch's profiler tells: `record_function` gives a stretch of the program a name, and everything in between is booked to it.

# %%
from torch.profiler import ProfilerActivity, profile, record_function
from torch.utils.data import BatchSampler, DataLoader, TensorDataset

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

# %% [markdown]
# The loader, which fetches ten examples one by one, and the backward pass take the most.
# Is that arithmetic?
# Counted by hand, the arithmetic of this step is two matrix products, $Xw$ and $X^{\mathsf T}(P - Y)$, each with $B \cdot D \cdot C$ multiplications and as many additions.
# Besides, a step moves bytes between memory and processor, since its tables are read and some are written; [`step_work`](api.md#step_work) counts both ([Exercise 6.11](06_exercises.ipynb#ex-6-11) says how).

# %%
from torchlearning.cost import step_work

operations, moved = step_work(batch_size=10, num_inputs=2, num_class=3)
print(f"{operations:.0f} operations, {moved:.0f} bytes")

# %% [markdown]
# A processor core does at least a few GFLOP/s, $10^9$ operations a second, so this is a fraction of a microsecond; a loop in C, in `make bench`, takes about half of one for the whole step.
# All the rest is the price of *organising* the step, paid in Python, in checks, in the bookkeeping for the gradient, and once more for each operation that is handed to the device.
# How many are these?
# We can listen at the place where PyTorch hands them over.

# %%
from torchlearning.cost.steps import handed_over

handed = handed_over(make_step(10, 2, 3, torch.device("cpu")))

# %%
Quiz(
    "Two matrix products, a softmax, a loss, an update: how many operations does one step hand to the device?",
    {
        2: "The matrix products are only the beginning: softmax, loss, their derivatives and the updates follow.",
        len(
            handed
        ): "Yes. A reshape or a transpose is not among them, since it moves no number.",
        100: "So many lines of Python, perhaps. The device is asked far less often.",
    },
    answer=len(handed),
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
print(len(handed), "operations:", *handed[:5])
print(" " * 14, *handed[5:])

# %% [markdown]
# On a GPU each operation is a small program, called a *kernel*.
# What CUDA really launches differs a little from our list, because one kernel sometimes does the work of two operations (they are *fused*), and some operations need two kernels: expect 9 to 12.
#
# > **Trap: many threads for a tiny tensor.**
# > Some operations, `log_softmax` for one, share even a table of $10 \times 3$ out among several *threads*, each on a core of its own, and then wait for the slowest.

# %%
from torchlearning import num_threads

# %% tags=["nbval-ignore-output"]
z = torch.randn(10, 3)
for number in (1, 2):
    with num_threads(number):
        timing = time_calls({"log_softmax": lambda: F.log_softmax(z, 1)})
    print(f"threads: {number}, {timing['log_softmax']}")

# %% [markdown]
# When another program keeps a core busy it gets far worse.
# So [`fit`](api.md#fit) and [`sweep`](api.md#sweep) use one thread while batches are small, and `num_threads` does the same for your own code.
#
# ## The ladder
#
# How much of a step could be saved?
# Let us climb down from the lecture's loop to the arithmetic, one rung at a time; all rungs train one epoch from the same start in the same order, so all must end at the same weights.

# %%
from itertools import pairwise

from torchlearning import sgd

# %%
order = torch.randperm(1500, generator=torch.Generator().manual_seed(420))
start = torch.randn(3, 3, generator=torch.Generator().manual_seed(420))
lr, batch_size = 0.03, 10
X1 = torch.cat([features, torch.ones(1500, 1)], 1)
Y1 = F.one_hot(labels.flatten(), 3).float()

# %% [markdown]
# **Rung 1, the lecture's loop:** a `DataLoader` that fetches example by example, `nn`, autograd, an optimiser.
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
# **Rung 5:** the gradient in closed form, $X^{\mathsf T}(P - Y)/B$: autograd records nothing, and there is no backward pass.
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
    "lecture's loader": lambda: by_nn(
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
#
# > **Say what you expect.** How many times as fast as the lecture's loop is the closed form, and how many times the last rung, for one model?

# %% tags=["nbval-ignore-output"]
ladder["100 models at once"] = lambda: closed_form(
    hundred, rates.reshape(100, 1, 1)
)
times = time_calls(ladder, rounds=7)
per_step = {
    name: 1e6 * timing.median / 150 / (100 if "100" in name else 1)
    for name, timing in times.items()
}
first = per_step["lecture's loader"]
for name, value in per_step.items():
    print(f"{name:20}{value:8.2f} µs, first / this {first / value:7.1f}")
if gpu_record:
    value = 1e4 * gpu_record["gpu"]["graph of 100 small steps"]["median"]
    print(f"{'CUDA graph, recorded':20}{value:8.2f} µs")

# %% mystnb={"code_prompt_hide": "Hide the code", "code_prompt_show": "Show how the picture is made", "image": {"alt": "Horizontal bars, on a logarithmic axis, of the time of one step in six ways, from the lecture's loader at the top to a hundred models at once at the bottom. Each bar is shorter than the one above; the last is shorter than the first by a factor of more than a hundred."}} tags=["hide-input", "nbval-ignore-output"]
fig, ax = plt.subplots(figsize=(8, 2.6))
ax.barh(list(per_step), list(per_step.values()))
ax.invert_yaxis()
_ = ax.set(xscale="log", xlabel="µs a step of one model")

# %% [markdown]
# More than 90% of each step of the lecture is overhead rather than arithmetic, for the closed form does the same work in a tenth of the time.
# Most of that tenth is overhead too: a hundred models at once take far less than a hundred times as long as one (the last line is a hundredth of their time).
# That is also the way out: the price of a step is paid *once for an operation*, so it pays to put more work into each.
# (On a GPU there are two rungs more: a *CUDA graph* records the launches of many steps and hands them over as one, and `torch.compile` fuses several operations into one kernel.)
#
# ## A model of the time
#
# A step has a fixed cost and it has work.
# How do the two combine?
# On a CPU they add up, because the CPU does first one and then the other.
# On a GPU they overlap: while it works on this step, the CPU already launches the next, so that steps run back to back at whichever takes longer.
#
# $$t_{\text{CPU}} = \text{fixed} + \text{work} \qquad t_{\text{GPU}} = \max(\text{fixed}, \text{work})$$
#
# With small numbers: if launching a step takes 5 µs and its work 100 µs, the CPU has launched the second step long before the GPU has finished the first, and so it goes on: only the first launch is waited for.
# A thousand steps take 100,005 µs, which is 100 µs a step and not 105.
#
# And the work is operations over *throughput*, bytes over *bandwidth*, and on a CPU a little for each row of the softmax, since a processor computes eight or sixteen numbers at a time and a row of three leaves most of these places empty:
#
# $$\text{work}(B, D, C) = B \cdot \text{per row} + \frac{4BDC}{\text{throughput}} + \frac{\text{bytes}}{\text{bandwidth}}$$
#
# The record has the time of a step for every combination of batch size, features and classes that is not too large, and [`fit_cost`](api.md#fit_cost) finds the four numbers that describe these times best, where a factor of two counts as much at 60 µs as at 60 ms ([Exercise 6.6](06_exercises.ipynb#ex-6-6) shows why) and a few odd sizes do not pull the rest along.

# %%
from torchlearning.cost import fit_cost, typical_factor

models = {
    name: fit_cost(times, queue=(name == "cuda"))
    for name, times in measured.items()
}
cpu = models["cpu"]
for name, model in models.items():
    print(f"{name}: fixed {1e6 * model.fixed:.1f} µs a step,", end=" ")
    print(f"{1e9 * model.per_row:.0f} ns a row,", end=" ")
    print(f"{1e12 / model.throughput:.1f} ps an operation,", end=" ")
    print(f"{1e12 / model.bandwidth:.0f} ps a byte")
    miss = typical_factor(model, measured[name]) - 1
    print(f"half of all sizes are met within {100 * miss:.0f} %")

# %% [markdown]
# The fixed cost is nearly what the smallest step took.
# The other three are no properties of the machine: rows, operations and bytes grow together, so that the fit can shift time from one to another and still describe the sum, which is all we want from it.

# %%
from torchlearning.cost import (
    DATA_SHEETS,
    LAUNCH_PRICES,
    crossover,
    predict_gpu,
)

# %% mystnb={"code_prompt_hide": "Hide the code", "code_prompt_show": "Show how the picture is made", "image": {"alt": "Time of a step against batch size, both axes logarithmic. Measured CPU times as marks for three sizes of the problem, with the CPU's model as lines; with two features and three classes the line starts flat near the fixed cost and then rises, with 1000 features and 100 classes it rises from the start. The line predicted for a T4 with two features is level over the whole range and crosses the CPU's just before batch size 1000; with 1000 features it is level up to about 1000 and then rises."}} tags=["hide-input"]
fig, ax = plt.subplots(figsize=(8, 3.8))
B = np.geomspace(10, 1e5, 60)
t4 = predict_gpu("T4", host=cpu.fixed, launches=len(handed), price=5e-6)
shown = [(2, 3), (100, 10), (1000, 100)]
for i, (D, C) in enumerate(shown):
    at = [t for t in measured["cpu"] if t[1:3] == (D, C)]
    y = [1e6 * t.median for t in at]
    ax.plot([t.batch_size for t in at], y, "os^"[i], color=f"C{i}")
    for model, name, sign in ((cpu, "CPU", "-"), (t4, "T4, predicted", ":")):
        curve = [1e6 * model.seconds(b, D, C) for b in B]
        look = {"color": f"C{i}", "label": f"{name}: {D}, {C}"}
        ax.plot(B, curve, sign + "os^"[i], markevery=[0, -1], **look)
ax.set(xscale="log", yscale="log", xlabel="batch size", ylabel="µs a step")
_ = ax.legend(title="features, classes", ncols=3)

# %% [markdown]
# With 2 features and 3 classes the CPU's curve starts flat, since the work is nothing beside the fixed cost; with 1000 features and 100 classes it never is, because 100,000 weights are work enough even for ten examples.
# The dotted lines are predictions.
# Where do they come from?
#
# ## What would a GPU do?
#
# What the formula needs to know about the card is published: data sheets state the peak throughput in float32 and the memory bandwidth ([T4](references.md#nvidia-t4), [A100](references.md#nvidia-a100), [H100](references.md#nvidia-h100)), rounded, and reached only by large operations.
# A launch takes from about 2.5 to 10 µs ([Gray 2019](references.md#gray-2019), [Nsight 2020](references.md#nsight-2020)), depending on CPU, driver and what is counted.
# The Python and the bookkeeping of a step stay on the CPU of the computer that the card is in, its *host*, and for these we take the fixed cost that we fitted, so that, as a *prediction* and nothing else,
#
# $$\text{fixed}_{\text{GPU}} = \text{fixed}_{\text{CPU}} + 10 \cdot \text{price of a launch}.$$

# %% mystnb={"code_prompt_hide": "Hide the code", "code_prompt_show": "Show how the table is made"} tags=["hide-input"]
for name, sheet in DATA_SHEETS.items():
    print(f"{name:5}{sheet.float32 / 1e12:6.1f} TFLOP/s,", end=" ")
    print(f"{sheet.bandwidth / 1e9:5.0f} GB/s;  fixed cost in µs:", end="")
    for price in LAUNCH_PRICES:
        gpu = predict_gpu(name, host=cpu.fixed, launches=10, price=price)
        print(f"{1e6 * gpu.fixed:7.0f}", end="")
    print()
print("at µs a launch:", *(1e6 * price for price in LAUNCH_PRICES))

# %% [markdown]
# An H100 multiplies eight times as fast as a T4 and moves ten times as many bytes.
# Commit yourself before you look:

# %%
Quiz(
    "For the lecture's model, 2 features and 3 classes: what decides from which batch size on a GPU is faster?",
    {
        "The price of a launch": "Yes. At the crossover the GPU is idle most of the time, whichever it is.",
        "The throughput": "The H100's is eight times the T4's. The table below does not notice.",
        "The memory bandwidth": "The H100's is ten times the T4's. The table below does not notice.",
    },
    answer="The price of a launch",
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
print("predicted crossover, as a batch size")
print("features, classes   launch      T4    A100    H100")
for D, C in shown:
    for price in LAUNCH_PRICES:
        print(f"{D:8}{C:9}{1e6 * price:9.1f} µs", end="")
        for name in DATA_SHEETS:
            gpu = predict_gpu(name, host=cpu.fixed, launches=10, price=price)
            print(f"{crossover(gpu, cpu, D, C):8.0f}", end="")
        print()

# %% [markdown]
# **By this prediction the crossover does not depend on which GPU it is; the price of a launch and the CPU's own price of an example decide.**
# (That is what the formula says, not what anybody has measured here.)
# Why is that?
# At the crossover the GPU still waits for launches, so its time there is its fixed cost and nothing else, and the batch size follows from
#
# $$\text{fixed}_{\text{CPU}} + B \cdot \text{per example} = \text{fixed}_{\text{GPU}},$$
#
# in which neither throughput nor bandwidth of the GPU occurs.
# (Zero means that the GPU wins from the smallest batch on; do not take that one too literally, because the CPU's model is poor for the smallest batches with many weights.)
#
# What the better GPU does change is how long its line stays level, namely until its work takes longer than its fixed cost.
# A step is called *overhead-bound*, *bandwidth-bound* or *compute-bound* after the longest of three parts, fixed cost, bytes and operations ([He 2022](references.md#he-2022)), and [Exercise 6.11](06_exercises.ipynb#ex-6-11) tells them apart.
#
# A prediction is worth something only if it can fail, so here is all that this lesson and its exercises predict, in one table (where the card matters, for an A100).
# The lines on pinned and pageable memory belong to [Exercise 6.9](06_exercises.ipynb#ex-6-9), and those on TF32 and `bfloat16` to [Exercise 6.8](06_exercises.ipynb#ex-6-8).
# "Misses of a fit" compares two descriptions of the GPU's times, the sum of fixed cost and work and the larger of the two; above 1 the larger fits better.
# On a machine with a GPU, `python -m torchlearning.cost.record FILE` fills in what it measures, and marks what is off; most lines are allowed a factor of two.

# %%
from torchlearning.cost.confirm import table

print(table(record))

# %% [markdown]
# One line of it can be checked already, and it fails: the lecture's GPU took 505 µs a step, more than twice the most that we predict.
# Most of a step's cost is the host's, though, and the lecture's host was another computer with an older PyTorch, so where the rest went cannot be told from here.
#
# Now go back to the lab.
#
# - At the lecture's size, batch 10 with 2 features and 3 classes, how much of the CPU's step is work?
# - Raise the number of features to 1000. Why does the crossover lie so much farther to the left?
# - With 1000 features and 100 classes, find the batch size at which the T4's work outgrows its fixed cost. Where is it for the H100?
#
# ## Larger batches, or more hours?
#
# If larger batches suit a GPU, why not simply take larger batches?
# Because a cheap epoch is not the goal: as [Exercise 3.8](03_exercises.ipynb#ex-3-8) shows, at the same learning rate large batches only make fewer steps, each in a better direction but no larger than before.
# Give each batch size the best rate of its own, though, and the larger batch reaches the same loss in far fewer steps, which are what this small model pays for on either device.
# [Exercise 6.10](06_exercises.ipynb#ex-6-10) measures by how much.
#
# The lecture advises the opposite: more data, *smaller* batches, and more epochs, since "when the run takes more than four hours, the GPU is faster than the CPU".
#
# > **Say what you expect.** By our model, what does the length of the run change?

# %% mystnb={"code_prompt_hide": "Hide the code", "code_prompt_show": "Show how the table is made"} tags=["hide-input"]
gpu = predict_gpu("T4", host=cpu.fixed, launches=10, price=5e-6)
print("batch   an epoch of 1.5 million: CPU   GPU predicted   fixed cost")
for batch_size in (10, 100, 1000, 10_000):
    steps = 1_500_000 / batch_size
    print(f"{batch_size:5}", end="")
    for model in (cpu, gpu):
        print(f"{steps * model.seconds(batch_size, 2, 3):18.2f} s", end="")
    share = cpu.fixed / cpu.seconds(batch_size, 2, 3)
    print(f"{100 * share:10.0f} % of CPU")
hours = 4 * 3600 / (150_000 * cpu.seconds(10, 2, 3))
print(f"epochs of batches of ten in four hours: {hours:.0f}")

# %% [markdown]
# A run is a number of equal steps, so its length multiplies both times and so decides nothing, except about what is paid once: loading CUDA, the first call and compiling take seconds, which a long run makes negligible.
# For the rest the size of a step decides, and a smaller batch makes it smaller, which favours the CPU.
# After all the epochs that fit into four hours as after the first, nearly all of the time is fixed cost, which no faster arithmetic touches.
#
# Two more questions have exercises of their own: what it costs to move the data to the GPU ([Exercise 6.9](06_exercises.ipynb#ex-6-9)), and what numbers with fewer digits do to training ([Exercise 6.7](06_exercises.ipynb#ex-6-7)) and to its speed ([Exercise 6.8](06_exercises.ipynb#ex-6-8)).
#
# ## Summary
#
# - `tensor.to(device)` returns a copy; `model.to(device)` moves the model. Choose the device once and mention it nowhere else.
# - To time: warm up, wait for the device, repeat, take medians, keep other work outside the clock.
# - A small step is nearly all fixed cost. The same result can be had ten times cheaper, and for far less still if a hundred models train at once.
# - A CPU's step takes fixed cost *plus* work, a GPU's, as we predict it, the *larger* of the two. So a GPU wins from a certain size of step on, however long the run, and for small models the price of a launch and the CPU's price of an example set that size, not the kind of GPU.
# - Larger batches pay if the learning rate grows with them.
#
# **Helpers met:** [`pick_device`](api.md#pick_device), [`to_device`](api.md#to_device), [`num_threads`](api.md#num_threads), [`time_calls`](api.md#time_calls), [`step_work`](api.md#step_work), [`predict_gpu`](api.md#predict_gpu), [`fit_cost`](api.md#fit_cost), [`crossover`](api.md#crossover), [`CrossoverLab`](api.md#crossoverlab).
#
# **Further reading:** throughput against bandwidth as a picture, the *roofline*, in [Williams, Waterman and Patterson 2009](references.md#williams-2009).
#
# Now try the [exercises for lesson 6](06_exercises.ipynb).
#
# Back to [Lesson 5](05_dispersion_and_difficulty.ipynb) · next: [Lesson 7, a real data set](07_real_data.ipynb)
