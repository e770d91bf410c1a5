# %% [markdown]
# # Exercises for lesson 6
#
# They go with [lesson 6](06_gpu_vs_cpu.ipynb).
# Together they take about 166 minutes, and those of importance 3 about 25.
# None of them needs a GPU: what has to be different from the CPU is played by `meta`, a device of PyTorch that knows shapes and dtypes but holds no numbers, and where time matters, by a toy or by the record of the lesson.
# Answer first, on paper or in the cell, then unfold the solution.
# In a notebook, run the cells above exercise 6.1 first; from then on each exercise works by itself, in any order.

# %% tags=["remove-cell", "setup"]
# Does nothing where the course is installed.
# Elsewhere it says how to install it.
from importlib.util import find_spec

if find_spec("torchlearning") is None:
    raise ModuleNotFoundError(
        "this page needs the package torchlearning: get the whole course, "
        "and run in a cell: %pip install 'FOLDER_OF_THE_COURSE[lessons]'"
    )

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)  # for tensors as small as these, one is fastest

# %%
from torchlearning import check, minimum_loss, tensorGenCla
from torchlearning.cost.record import load_record
from torchlearning.quiz import Quiz

# %% [markdown]
# ## Exercise 6.1: Where does it land?
#
# *Predict, then run · 3 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# The tensor `x` below lives on `meta`, as it might live on a GPU.

# %%
x = torch.empty(2, 3, device="meta")
x, x.shape, x.dtype

# %%
Quiz(
    "Three of these are on the device of x. Which one is not?",
    {
        "`x + 1`": "A Python number has no device; the result is where x is.",
        "`x.new_zeros(2)`": "The `new_` methods take device and dtype from x.",
        "`torch.ones_like(x)`": "The `_like` functions take shape, device and dtype from x.",
        "`torch.ones(2, 3)`": "Nothing in this line mentions x, so it is made on the CPU.",
    },
    answer="`torch.ones(2, 3)`",
)

# %%
Quiz(
    "A program says `net.to(device)` and `X.to(device)` and keeps neither result. What is on the device afterwards?",
    {
        "net only": "A module is moved in place. A tensor is not: `.to` returns another one.",
        "X only": "It is the other way round.",
        "Both": "The moved copy of X was thrown away.",
        "Neither": "A module is moved in place.",
    },
    answer="net only",
)

# %% [markdown]
# ### Solution 6.1

# %%
made = {
    "x + 1": x + 1,
    "x.new_zeros(2)": x.new_zeros(2),
    "torch.ones_like(x)": torch.ones_like(x),
    "torch.ones(2, 3)": torch.ones(2, 3),
}
for words, tensor in made.items():
    print(f"{words:20} {tensor.device}")

# %%
net, X = nn.Linear(3, 2), torch.ones(2, 3)
net.to("meta")
X.to("meta")
net.weight.device, X.device

# %% [markdown]
# So write `X = X.to(device)`, always with the `X =`.

# %% [markdown]
# ## Exercise 6.2: What went where
#
# *Read an error · 5 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# A training step, moved to another device, stops.
# Read the message, and say which line to change.

# %%
device = torch.device("meta")
X, y = torch.ones(10, 3), torch.zeros(10, dtype=torch.int64)
net = nn.Linear(3, 2).to(device)
try:
    z = net(X.to(device))
    loss = F.cross_entropy(z, y)
except RuntimeError as error:
    print(error)

# %%
Quiz(
    "Which line is to be changed?",
    {
        "`net = nn.Linear(3, 2).to(device)`": "That moves the weights, as it should.",
        "`z = net(X.to(device))`": "X arrives on the device, and so z is there too: the step has come past this line.",
        "`loss = F.cross_entropy(z, y)`": "The logits are on the device, the labels are still on the CPU.",
    },
    answer="`loss = F.cross_entropy(z, y)`",
)

# %% [markdown]
# ### Solution 6.2

# %% [markdown]
# The message names two devices but no variable.
# Ask for the device of everything in the line that stopped:

# %%
print({"z": str(z.device), "y": str(y.device)})
loss = F.cross_entropy(z, y.to(device))
loss.shape, loss.device

# %% [markdown]
# (On a GPU the message is worded differently, and says the same.)
# Forgotten labels are a common case.
# Move features and labels in one place, where the batch is dealt out, and they cannot part.

# %% [markdown]
# ## Exercise 6.3: A column of ones
#
# *Debug · 10 minutes · difficulty 1 of 3 · importance 3 of 3*
#
# The bias needs a column of ones.
# This function has served well on one computer, and fails on the next.
# Fix it, so that it works on any device and for any floating-point dtype, and lets a gradient through to X.


# %%
def with_ones(X):
    """Return X with a column of ones appended, shape (N, D + 1)."""
    return torch.cat([X, torch.ones(len(X), 1)], 1)


check.with_ones(with_ones)

# %% [markdown]
# ### Solution 6.3

# %% [markdown]
# The ones are made on the CPU, in float32, whatever `X` is.
# On another device that is an error; with a narrower dtype, such as float16, it is worse: `torch.cat` silently widens X to float32.


# %%
def with_ones(X):
    return torch.cat([X, X.new_ones(len(X), 1)], 1)


check.with_ones(with_ones)

# %% [markdown]
# `torch.ones(len(X), 1, device=X.device, dtype=X.dtype)` says the same in more words.

# %% [markdown]
# ## Exercise 6.4: The stopwatch that lies
#
# *Debug · 15 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# A GPU works through a queue.
# The program puts an operation into it, which takes a few microseconds, and goes on at once; the arithmetic happens later.
# Here is such a device in ten lines, with a clock that can be trusted: it counts microseconds, and nothing but the program moves it.


# %%
class ToyGPU:
    """Takes 5 µs to launch an operation and 100 µs to do it; the very first launch takes 2,000."""

    def __init__(self):
        self.clock, self.done_at, self.cold = 0, 0, True

    def launch(self):
        self.clock += 2000 if self.cold else 5
        self.done_at = max(self.clock, self.done_at) + 100
        self.cold = False

    def synchronize(self):
        self.clock = max(self.clock, self.done_at)


# %% [markdown]
# And here is somebody's measurement of one operation.
# The truth is 100 µs, for in a long queue the launches hide behind the work.
# Fix `measure` until it says so, to within one percent.


# %%
def measure(gpu, repeats):
    start = gpu.clock
    for _ in range(repeats):
        gpu.launch()
    return (gpu.clock - start) / repeats


print(f"{measure(ToyGPU(), repeats=10):.1f} µs")

# %%
warm_only = ToyGPU()
warm_only.launch()
no_wait = measure(warm_only, 1000)
Quiz(
    "Somebody adds one launch before the start, as a warm-up, and changes nothing else. What does `measure` say for 1,000 repeats?",
    {
        no_wait: "Only the launches: the clock is read while the work is still in the queue.",
        100: "That is the truth. But nobody waits for the work, so it is not in the measurement.",
        105: "Launch and work do not add up: the program launches the next operation while the device is busy.",
    },
    answer=no_wait,
)

# %% [markdown]
# ### Hint 6.4

# %% [markdown]
# Three things are missing, and two of them are the same line in two places.

# %% [markdown]
# ### Solution 6.4

# %% [markdown]
# A warm-up; a wait *before* the clock is started, or the work of the warm-up is counted; and a wait before it is stopped.


# %%
def measure(gpu, repeats):
    gpu.launch()
    gpu.synchronize()
    start = gpu.clock
    for _ in range(repeats):
        gpu.launch()
    gpu.synchronize()
    return (gpu.clock - start) / repeats


for repeats in (1, 10, 1000):
    print(f"{repeats:5} repeats: {measure(ToyGPU(), repeats):.1f} µs")

# %% [markdown]
# With a single repeat the launch has nothing to hide behind, and counts in full.
# That is also the true time, of something else: of an operation whose result you wait for each time.
# `.item()` in a training loop does just that, since it has to wait for the number.

# %% [markdown]
# ## Exercise 6.5: Where the lines cross
#
# *Implement · 15 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# On the CPU a training step takes a fixed time and a time for each example of the batch: *fixed + per example · N*.
# On the GPU launches and work overlap, so there it takes the larger of the two: *max(fixed, per example · N)*.
# Write the batch size from which on the GPU is not slower.
# If it is slower for all large batches, that is `math.inf`; if it is never slower, `0.0`.
# (A GPU that starts ahead, or level, and falls behind later need not be dealt with.)


# %%
def crossover(cpu_fixed, cpu_per_example, gpu_fixed, gpu_per_example):
    """Return the batch size from which on the GPU is not slower, a float."""
    ...


check.crossover(crossover)

# %%
cpu, gpu = (60.0, 0.5), (200.0, 0.01)
behind = gpu[0] - cpu[0]
crossing, summed = behind / cpu[1], behind / (cpu[1] - gpu[1])
from_zero = gpu[0] / cpu[1]
Quiz(
    "A CPU takes 60 µs + 0.5 µs for each example, a GPU 200 µs or 0.01 µs for each example, whichever is longer. At which batch size are they equally fast?",
    {
        crossing: "The CPU needs that many examples for the 140 µs that it is ahead. The GPU's own speed does not matter: it still waits for launches.",
        from_zero: "The CPU has a fixed time too.",
        summed: "That adds the GPU's work to its launches, but they overlap.",
    },
    answer=crossing,
)

# %%
Quiz(
    "The lecture advises to let the training run for hours, so that the GPU overtakes the CPU. By this model, what do 100 times as many epochs change?",
    {
        "Nothing": "Both times are multiplied by 100. The batch size decides, not the length of the run.",
        "The GPU overtakes, if the run is long enough": "It pays its fixed time in every step anew, however long the run.",
        "The CPU gets slower": "Each of its steps takes as long as before.",
    },
    answer="Nothing",
)

# %% [markdown]
# ### Solution 6.5

# %% [markdown]
# If the GPU is not slower with each example, then at the crossing its work is shorter than its launches, and the crossing is where the CPU's line reaches the GPU's fixed time.


# %%
def crossover(cpu_fixed, cpu_per_example, gpu_fixed, gpu_per_example):
    if gpu_per_example > cpu_per_example:
        return math.inf
    if gpu_fixed <= cpu_fixed:
        return 0.0
    if cpu_per_example == 0:
        return math.inf
    return (gpu_fixed - cpu_fixed) / cpu_per_example


check.crossover(crossover)

# %%
for N in (10, 100, 1000):
    times = cpu[0] + cpu[1] * N, max(gpu[0], gpu[1] * N)
    print(f"batch {N:5}: CPU {times[0]:.0f} µs, GPU {times[1]:.0f} µs")
print(f"equal at {crossover(*cpu, *gpu):.0f}")

# %% [markdown]
# The GPU's time per example does not occur in the last line of the function, so a GPU with ten times the throughput wins no earlier.
# The size of the batch is the lever, and so shrinking it, as the lecture also advises, favours the CPU.

# %% [markdown]
# ## Exercise 6.6: Fit the two numbers
#
# *Implement · 20 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# Below are measured times of a training step on a CPU, with 2 features and 3 classes, from the record of lesson 6.
# Find *fixed* and *per example* from them, so that *fixed + per example · N* describes them.
#
# 1. Do it by ordinary least squares, with `torch.linalg.lstsq`. How far off is the smallest batch?
# 2. Say which criterion would treat 60 µs and 3,000 µs alike, and fit again.

# %%
rows = load_record()["devices"]["cpu"]["steps"]
rows = [(B, 1e6 * t) for B, D, C, t, *_ in rows if (D, C) == (2, 3)]
N, measured = torch.tensor(rows, dtype=torch.float64).T
for n, t in rows:
    print(f"{n:7} {t:8.1f} µs")

# %% [markdown]
# ### Hint 6.6

# %% [markdown]
# Both questions are linear in the two numbers.
# The second asks for small *relative* errors, model / measured − 1: divide each equation by its measured time.

# %% [markdown]
# ### Solution 6.6

# %% [markdown]
# Each measurement is an equation, *fixed · 1 + per example · N = measured*.
# Least squares minimises the sum of squared differences in µs, and nearly all of these come from the largest batches.


# %%
def fit_line(N, measured, weight):
    A = torch.stack([torch.ones_like(N), N], 1) * weight[:, None]
    b = (measured * weight)[:, None]
    return torch.linalg.lstsq(A, b).solution.flatten()


for name, weight in {
    "absolute": torch.ones_like(N),
    "relative": 1 / measured,
}.items():
    fixed, per_example = fit_line(N, measured, weight).tolist()
    ratio = (fixed + per_example * N) / measured
    print(f"{name}: fixed {fixed:.1f} µs, per example {per_example:.4f} µs;")
    print(f"    model / measured {ratio.min():.2f} to {ratio.max():.2f}")

# %% [markdown]
# The first fit is nearly right for the largest batch, and for the smallest, the one that the lecture uses, it says about three times too much.
# The second is nowhere so far off.
# `fit_cost` goes one step further and takes the logarithm of the ratio, so that half and double count alike.
# For ratios near 1 the two are the same, since $\log(1 + e) \approx e$.

# %% [markdown]
# ## Exercise 6.7: How few bits will do?
#
# *Break it · 60 minutes · difficulty 3 of 3 · importance 1 of 3*
#
# `bfloat16` is `float32` with its last 16 bits cut off: as large a range, but only 8 significant bits.
# GPUs multiply such numbers many times faster, and a CPU can at least show what becomes of the training.
#
# 1. Predict, then run: start at 0 and add 1 a thousand times, in `bfloat16`.
# 2. Below is lesson 3's training, with two dtypes to choose: of the arithmetic and of the weights that are kept. Train with both `float32` and with both `bfloat16`, with `lr` 0.03, 0.003 and 0.0003. Compare the losses.
# 3. Explain what you see. Which of the two roles does `bfloat16` fail in? Test it.
# 4. Smaller steps are supposed to be the *careful* choice. Why are they the worse one here?

# %%
total = torch.tensor(0.0, dtype=torch.bfloat16)
for _ in range(1000):
    total += 1
Quiz(
    "Starting at 0, 1 is added a thousand times in `bfloat16`, one after another. What comes out?",
    {
        total.item(): "From there on the gap between neighbouring numbers is 2, and adding 1 rounds back.",
        1000: "Every intermediate sum would have to be a `bfloat16` number. There are gaps.",
        128: "Up to here there would be room for halves. Whole numbers are fine for one more doubling.",
        512: "Already from half of this on, the gap between neighbours is larger than 1.",
    },
    answer=total.item(),
)

# %%
torch.manual_seed(420)
X, y = tensorGenCla(deg_dispersion=[6, 2], bias=True)
Y = F.one_hot(y.flatten(), 3)


def train(lr, arithmetic, keep, num_epochs=20):
    torch.manual_seed(420)
    w = torch.randn(3, 3).to(keep)
    X_low, Y_low = X.to(arithmetic), Y.to(arithmetic)
    for _ in range(num_epochs):
        for rows in torch.randperm(len(X)).split(10):
            P = F.softmax(X_low[rows] @ w.to(arithmetic), 1)
            gradient = X_low[rows].T @ (P - Y_low[rows]) / len(rows)
            w = w - lr * gradient.to(keep)
    return F.cross_entropy(X @ w.float(), y.flatten()).item()


# %% [markdown]
# ### Hint 6.7

# %% [markdown]
# For step 3: near 1, neighbouring `bfloat16` numbers are 1/128 apart.
# How large is a step, `lr` times gradient, compared with that?

# %% [markdown]
# ### Solution 6.7

# %% [markdown]
# **1.** It stops at 256: with 8 significant bits the whole numbers are complete only up to there, and 257 rounds to 256.
# `sum` does better, because it keeps its running total in `float32`:

# %%
high, low = torch.float32, torch.bfloat16
total.item(), torch.ones(1000, dtype=low).sum().item()

# %% [markdown]
# **2 and 3.**

# %%
print("loss after 20 epochs   lr 0.03  lr 0.003  lr 0.0003")
for words, dtypes in {
    "all float32": (high, high),
    "all bfloat16": (low, low),
    "bfloat16, kept float32": (low, high),
    "float32, kept bfloat16": (high, low),
}.items():
    losses = [f"{train(lr, *dtypes):8.2f}" for lr in (0.03, 0.003, 0.0003)]
    print(f"{words:22}", *losses)
print(f"lowest possible: {minimum_loss(X, y, 3)[1]:.2f}")

# %% [markdown]
# The arithmetic does well in `bfloat16`: its rounding is small beside the noise of a batch of ten, and strays in all directions.
# What fails is *keeping* the weights in it.
# A step smaller than half the gap between neighbouring numbers is rounded away, entirely and every time, as the thousand ones were.
#
# **4.** The smaller the steps, the more of them vanish.
# In exact arithmetic many small steps add up to a large one; here each is lost before the next comes.
#
# This is why *mixed precision* keeps a `float32` copy of the weights, and uses the fast numbers for the products only.

# %% [markdown]
# ## Exercise 6.8: Fewer digits, and what they buy
#
# *Predict, then run · 12 minutes · difficulty 2 of 3 · importance 1 of 3*
#
# *TF32*, inside the matrix units (*tensor cores*) of newer GPUs, keeps 11 binary digits of the 24 that a `float32` has, and `bfloat16` keeps 8.
# Both have the range of a `float32`, so to use them is no more than to round, and we can have TF32 without a GPU: round the *inputs* of each matrix product.


# %%
def rounded(x, digits):
    m, e = torch.frexp(x)  # x = m * 2**e with 0.5 <= |m| < 1
    return torch.ldexp((m * 2**digits).round() / 2**digits, e)


formats = {"float32": 24, "TF32": 11, "bfloat16": 8}
for name, digits in formats.items():
    third = rounded(torch.tensor(1 / 3), digits).item()
    print(f"{name:9} 1/3 becomes {third:.8f}, ", end="")
    print(f"the gap above 1 is {2.0 ** (1 - digits):.1e}")

# %%
Quiz(
    "The lecture's harder data, `[6, 4]`, are trained for 20 epochs with the small learning rate 0.001. Which of these ends with a much higher loss than `float32`?",
    {
        "All inputs of matrix products rounded to TF32": "The rounding is far below the noise of a batch.",
        "All inputs of matrix products rounded to `bfloat16`": "Even 8 digits are enough for products.",
        "The weights kept in `bfloat16` as well": "Most steps are smaller than half the gap between neighbouring numbers, and vanish.",
    },
    answer="The weights kept in `bfloat16` as well",
)

# %%
formats_timed = load_record()["devices"]["cpu"]["precision"]
gain = formats_timed["float32"]["median"] / formats_timed["bfloat16"]["median"]
Quiz(
    "The record of lesson 6 has a large step, on 10,000 examples with 1000 features, with everything in `bfloat16`, on a CPU. How many times as fast as in `float32` is it?",
    {
        f"{gain:.1f}": "That is more than half as many bytes can explain: this processor also multiplies such numbers faster.",
        "1": "Half as many bytes have to move, whatever the arithmetic does.",
        "16": "That is for the matrix units of a large GPU, if they had nothing to wait for.",
    },
    answer=f"{gain:.1f}",
)

# %% [markdown]
# ### Solution 6.8


# %%
def train_rounded(digits, round_weights):
    torch.manual_seed(420)
    X, y = tensorGenCla(deg_dispersion=[6, 4], bias=True)
    Y, X_low = F.one_hot(y.flatten(), 3).float(), rounded(X, digits)
    gen = torch.Generator().manual_seed(420)
    w = torch.randn(3, 3, generator=torch.Generator().manual_seed(420))
    for _ in range(20):
        for rows in torch.randperm(len(X), generator=gen).split(10):
            P = F.softmax(X_low[rows] @ rounded(w, digits), 1)
            error = rounded(P - Y[rows], digits)
            w = w - 0.001 / len(rows) * X_low[rows].T @ error
            w = rounded(w, digits) if round_weights else w
    return F.cross_entropy(X @ w, y.flatten()).item()


# %%
for name, digits in formats.items():
    print(f"{name:9} loss {train_rounded(digits, False):.2f}", end=", ")
    print(f"weights rounded too {train_rounded(digits, True):.2f}")
for name, row in formats_timed.items():
    print(f"CPU, {name:9} {1e3 * row['median']:5.1f} ms a step")

# %% [markdown]
# TF32 rounds only inside a product and keeps `float32` everywhere else, so it is nearly free of risk; in PyTorch it is off by default for matrix products, and `torch.set_float32_matmul_precision("high")` switches it on.
# For `bfloat16` there is `torch.autocast`, which rounds for the products and leaves the weights in `float32` ([Micikevicius and others 2018](references.md#micikevicius-2018)).
# Do not expect from it what the matrix units could do: for an A100 the table of lesson 6 predicts a much smaller gain, because this step has become so short that it waits for its launches.
# On a CPU it takes `bfloat16`; on CUDA it takes `float16` unless you ask for `dtype=torch.bfloat16`, and `float16`, whose range is small, wants a `torch.amp.GradScaler` besides, or small gradients become zero.

# %% [markdown]
# ## Exercise 6.9: Over the bus
#
# *Predict, then run · 8 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# The memory of the CPU and that of the GPU are connected by a bus (PCIe) that is much slower than either.
# Each of its 16 lanes makes $8$, $16$ or $32 \cdot 10^9$ transfers of a bit a second, in the generations 3, 4 and 5, and 128 of 130 bits are data.
# A step takes 10,000 examples with 1000 features in `float32`, all fetched anew over PCIe 4.

# %%
megabytes = 4 * 10_000 * 1000 / 1e6
bandwidth = 16 * 16e9 * 128 / 130 / 8  # bytes a second
ms = 1e9 * megabytes / bandwidth
Quiz(
    "How long does the transfer take at least?",
    {
        f"{ms:.2f} ms": "Lanes times transfers times 128/130 is bits a second; an eighth of that is bytes.",
        f"{ms / 8:.2f} ms": "A transfer is of a bit, and the data are bytes.",
        f"{16 * ms:.1f} ms": "There are 16 lanes side by side.",
    },
    answer=f"{ms:.2f} ms",
)

# %%
Quiz(
    "An A100, which has PCIe 4, computes the step itself, with 100 classes, while or after it is fetched. Which takes longer?",
    {
        "The transfer, by a factor of about 5": "So a step that fetches its data anew waits for the bus most of the time.",
        "The step, by a factor of about 5": "It is the other way round: each number that is fetched is used for only a few hundred operations.",
        "They take about the same time": "The memory of the card is dozens of times as fast as the bus.",
    },
    answer="The transfer, by a factor of about 5",
)

# %% [markdown]
# ### Solution 6.9

# %%
from torchlearning.cost import (
    DATA_SHEETS,
    StepTime,
    fit_cost,
    pcie_bandwidth,
    predict_gpu,
)

# %%
rows = load_record()["devices"]["cpu"]["steps"]
host = fit_cost([StepTime(*row) for row in rows]).fixed
print(f"{megabytes:.0f} MB, predicted:")
for name, sheet in DATA_SHEETS.items():
    fetch = 1e9 * megabytes / pcie_bandwidth(sheet.pcie)
    gpu = predict_gpu(name, host=host, launches=10, price=5e-6)
    print(f"{name:5} PCIe {sheet.pcie}: at least {fetch:.2f} ms,", end=" ")
    print(f"the step {1e3 * gpu.seconds(10_000, 1000, 100):.2f} ms")

# %% [markdown]
# Move the data once and keep it there, then, and the transfer does not matter.
# If the data have to stay on the CPU, *pinned* memory, which the operating system promises not to move, comes near these times, because the GPU fetches by itself: `pin_memory=True` in the `DataLoader` and `non_blocking=True` in `.to`.
# From ordinary, *pageable* memory everything is first copied into a pinned buffer, which commonly takes up to twice as long, or longer ([Harris 2012](references.md#harris-2012)).

# %% [markdown]
# ## Exercise 6.10: Progress, not epochs
#
# *Predict, then run · 10 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# The easy data, `[6, 2]`, are trained until the loss is 0.09 (the lowest possible is 0.075), in batches of 10, 100 or 1,000, each with the best learning rate of several.
# On the CPU of the record the fixed cost of a step is about as much as the work of 1,000 examples.

# %%
Quiz(
    "Which batch size needs the fewest epochs, and which the least time on the CPU?",
    {
        "10, and 10": "Small batches learn most from each example. But an epoch of them has by far the most steps, each with its fixed cost.",
        "10, and 1,000": "Small batches learn most from each example, and large ones from each step.",
        "1,000, and 1,000": "An epoch of them is only two steps, and two better steps do not make up for all those of the small batches.",
    },
    answer="10, and 1,000",
)

# %% [markdown]
# ### Solution 6.10


# %%
def losses_by_epoch(batch_size, rates, num_epochs):
    torch.manual_seed(420)
    X_all, y = tensorGenCla(deg_dispersion=[6, 2], bias=True)
    Y_all = F.one_hot(y.flatten(), 3).float()
    w = torch.randn(3, 3, generator=torch.Generator().manual_seed(420))
    gen = torch.Generator().manual_seed(420)
    lr, losses = torch.tensor(rates).reshape(-1, 1, 1), []
    for _ in range(num_epochs):
        for rows in torch.randperm(1500, generator=gen).split(batch_size):
            error = F.softmax(X_all[rows] @ w, -1) - Y_all[rows]
            w = w - lr / len(rows) * X_all[rows].T @ error
        z = X_all @ w
        losses.append((z.logsumexp(-1) - (z * Y_all).sum(-1)).mean(-1))
    return torch.stack(losses)


# %%
from torchlearning.cost import StepTime, fit_cost, predict_gpu

rows = load_record()["devices"]["cpu"]["steps"]
cpu = fit_cost([StepTime(*row) for row in rows])
gpu = predict_gpu("T4", host=cpu.fixed, launches=10, price=5e-6)
rates = [0.03, 0.1, 0.3, 1.0, 3.0]
torch.manual_seed(420)
lowest = minimum_loss(*tensorGenCla(deg_dispersion=[6, 2], bias=True), 3)[1]
print(f"lowest possible loss: {lowest:.3f}")

# %%
print("batch  best rate  epochs  steps   CPU, ms   GPU predicted, ms")
for size in (10, 100, 1000):
    done = (losses_by_epoch(size, rates, 30) <= 0.09).cummax(0).values
    epochs = torch.where(done.any(0), 1 + (~done).sum(0), 999)
    best = epochs.argmin().item()
    count = epochs[best].item() * math.ceil(1500 / size)
    print(f"{size:5}{rates[best]:11}{epochs[best].item():8}{count:7}", end="")
    for model in (cpu, gpu):
        print(f"{1e3 * count * model.seconds(size, 2, 3):10.1f}", end="")
    print()

# %% [markdown]
# With the rate raised along with the batch, the larger batch needs more epochs but far fewer steps, and steps are what this small model pays for, on either device.
# (The best rate at a batch of 1,000 is the largest that we offered, so there may be a better one.)
# The price is that the rate has to be found anew for each batch size, and it cannot grow for ever: beyond some rate the steps overshoot, and from there on a larger batch gains no steps any more.
# Note the last line of the table, too: at a batch of 1,000, and only there, the predicted GPU is no longer slower.

# %% [markdown]
# ## Exercise 6.11: Three regimes
#
# *Predict, then run · 8 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# By lesson 6 a step on a GPU takes the larger of its fixed cost and its work, and its work is its bytes over the bandwidth plus its operations over the throughput.
# Which of these three parts is the largest?
# [`step_work`](api.md#step_work) counts the last two: $4BDC$ operations, and as bytes what is read and written, $X$ twice, six passes over the table of logits, and five over the weights, at four bytes a number.
# Here is a step, with 100,000 examples, 100 features and 10 classes, and two GPUs; with launches of 5 µs the fixed cost is about 106 µs on both.

# %%
from torchlearning.cost import DATA_SHEETS, step_work

operations, moved = step_work(100_000, 100, 10)
print(f"{operations / 1e6:.0f} million operations, {moved / 1e6:.0f} MB")
for name in ("T4", "H100"):
    sheet = DATA_SHEETS[name]
    print(f"{name:4} {sheet.float32 / 1e12:.1f} TFLOP/s,", end=" ")
    print(f"{sheet.bandwidth / 1e9:.0f} GB/s")

# %%
Quiz(
    "Which part of this step is the largest?",
    {
        "On the T4 bytes, on the H100 the fixed cost": "Ten times the bandwidth turns 325 µs into 31, and that is less than the fixed cost.",
        "On the T4 operations, on the H100 bytes": "400 million operations are 49 µs of the T4, less than its fixed cost.",
        "Bytes on both": "On the H100 the bytes take 31 µs. Its fixed cost is larger.",
    },
    answer="On the T4 bytes, on the H100 the fixed cost",
)

# %% [markdown]
# ### Solution 6.11

# %%
from torchlearning.cost import StepTime, fit_cost, predict_gpu

rows = load_record()["devices"]["cpu"]["steps"]
cpu = fit_cost([StepTime(*row) for row in rows])
print("batch, features, classes       fixed   bytes  arithmetic, µs")
for size in [(10, 2, 3), (100_000, 100, 10), (100_000, 1000, 100)]:
    operations, moved = step_work(*size)
    for name in ("T4", "H100"):
        gpu = predict_gpu(name, host=cpu.fixed, launches=10, price=5e-6)
        parts = {"overhead-bound": gpu.fixed}
        parts["bandwidth-bound"] = moved / gpu.bandwidth
        parts["compute-bound"] = operations / gpu.throughput
        print(f"{size!s:21}{name:5}", end="")
        print(*(f"{1e6 * part:9.2f}" for part in parts.values()), end="  ")
        print(max(parts, key=parts.get))

# %% [markdown]
# The names are those of [He 2022](references.md#he-2022), and only the last size is what GPUs are built for.
#
# A throughput that is *fitted*, such as the CPU's in lesson 6, is another matter than one from a data sheet:

# %%
best = max(4 * B * D * C / t for B, D, C, t, *_ in rows)
print(f"fitted {cpu.throughput / 1e9:.0f} GFLOP/s, ", end="")
print(f"fastest step measured {best / 1e9:.0f} GFLOP/s")

# %% [markdown]
# No step reached it, and none could: by the model too a step pays for its fixed cost, its rows and its bytes besides.
# So you can read a fitted throughput off no clock.
# Rows, operations and bytes grow together, and the fit can take time from one and give it to another and still describe the sum.
#
# Back to [lesson 6](06_gpu_vs_cpu.ipynb) · next: [lesson 7](07_real_data.ipynb)
