# %% [markdown]
# # Lesson 8: More than one device
#
# **You will learn**
#
# - why several processes, each with a part of the data, can arrive at the very weights of one process, and how to write such a training by hand and with `DistributedDataParallel`;
# - to recognise the usual accidents of distributed training by what they look like, and to survive a process that dies;
# - to predict what a step costs on many devices, and when more of them help at all.

# %% tags=["remove-cell", "setup"]
# Does nothing where the course is installed.
# Elsewhere it says how to install it.
from importlib.util import find_spec

if find_spec("torchlearning") is None:
    raise ModuleNotFoundError(
        "this page needs the package torchlearning: get the whole course, "
        "and run in a cell: %pip install 'FOLDER_OF_THE_COURSE[lessons]'"
    )

# %% mystnb={"code_prompt_hide": "Hide the imports from Python", "code_prompt_show": "Show the imports from Python"} tags=["hide-input"]
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

# %% mystnb={"code_prompt_hide": "Hide the imports from PyTorch and NumPy", "code_prompt_show": "Show the imports from PyTorch and NumPy"} tags=["hide-input"]
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch._dynamo  # DDP needs it: loaded here, not in every process
import torch.distributed as dist
from torch import nn, optim
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DistributedSampler

torch.set_num_threads(1)

# %% mystnb={"code_prompt_hide": "Hide the imports from this course", "code_prompt_show": "Show the imports from this course"} tags=["hide-input"]
from torchlearning import sgd, step_work, tensorGenCla, use_style
from torchlearning.parallel import Price, Settings, fit_price, launch, train
from torchlearning.parallel.price import RankTime

use_style()

# %% [markdown]
# The original lecture mentions training on several GPUs at once and leaves it "for later".
# Later is now, and you need no GPU for it, because nearly everything that matters happens between *processes* (running programs, each with a memory of its own), and every computer can run several of those.
# (On Windows, run this lesson in its Subsystem for Linux.)
#
# Here is what we are after.
# [`train`](api.md#paralleltrain) is this course's training loop, on the lecture's harder data, and [`launch`](api.md#parallellaunch) starts it on one process, then on two, then on four, each of which computes with a quarter of every batch, or as near to it as can be.
# Afterwards we ask the trained weights about our star at (3, 3).

# %%
star = torch.tensor([3.0, 3.0, 1.0], dtype=torch.float64)
for p in (1, 2, 4):
    w = launch(train, p, Settings(dtype="float64"), 3)[0]
    soft_z = F.softmax(star @ w, 0)
    print(f"trained on {p}:", " ".join(f"{x:.10f}" for x in soft_z.tolist()))

# %% [markdown]
# Ten digits, and not one of them differs.
# (After only three epochs they are not yet the half and half of lesson 5, but here we care only that they are equal.)
#
# ## One idea
#
# How can four processes, each with a quarter of the examples, end with the weights of one that did everything alone?
# Everything rests on one line of arithmetic: the derivative of a sum is the sum of the derivatives.
# The loss of a batch is a mean over its examples, so its gradient is the mean of the examples' gradients, and a mean can be taken in parts.
#
# Take numbers small enough for the head: three examples whose gradients are 1, 3 and 8, so that the gradient of the batch is their mean, 4.
# Process 0 holds the first two and finds the mean 2, and process 1 holds the third and finds 8.
#
# > **Your turn.** The plain mean of 2 and 8 is 5, not 4. With which weights do 2 and 8 give 4, and when would the plain mean have been right?

# %% tags=["hide-cell"]
print("plain mean:            ", (2 + 8) / 2)
print("weighted by the shards:", 2 / 3 * 2 + 1 / 3 * 8)

# %% [markdown]
# A process's part of the batch is called its [shard](glossary.md#shard), and it has to count by its size.
# If process $r$ has $n_r$ of the $n$ examples and finds the mean gradient $g_r$, the gradient of the batch is
#
# $$g = \sum_r \frac{n_r}{n}\, g_r.$$
#
# When all shards have the same size, all weights are equal and the plain mean is right as well; otherwise it is right only by accident.
# Does that hold for ten examples of the lecture's data?
# We use double precision (`float64`), so that rounding stays out of sight.

# %%
torch.manual_seed(420)
X, y = tensorGenCla(deg_dispersion=[6, 4], bias=True)
X, y = X.double(), y.flatten()
start = torch.randn(3, 3, dtype=torch.float64)
order = torch.randperm(1500)


# %%
def mean_gradient(rows):
    w = start.clone().requires_grad_()
    F.cross_entropy(X[rows] @ w, y[rows]).backward()
    return w.grad


# %%
whole = mean_gradient(order[:10])
for sizes in ([5, 5], [7, 3]):
    a, b = (mean_gradient(rows) for rows in order[:10].split(sizes))
    weighted = (sizes[0] * a + sizes[1] * b) / 10
    off = ((a + b) / 2 - whole).abs().max().item()
    print(f"shards of {sizes[0]} and {sizes[1]}:", end=" ")
    print(
        f"plain mean off by {off:.3f}," if off > 1e-9 else "plain mean equal,"
    )
    print("    weighted equal:", torch.allclose(weighted, whole, atol=1e-12))

# %% [markdown]
# There is a neater way to say "weighted": the mean $g_r$ is the shard's sum divided by $n_r$, so the product $\frac{n_r}{n}\, g_r$ is the shard's *sum* divided by the size of the *whole* batch.
# If each process divides its sum by $n$, then, the gradients simply have to be added up, and a shard without any example adds 0, whereas its mean would have been 0/0.
#
# ## Processes that talk
#
# Two processes share no memory, so how does one get the other's gradient?
# It has to be sent, and PyTorch's `torch.distributed` does the sending, with a vocabulary that you will meet in every manual and in every error message:
#
# | word | what it is |
# | --- | --- |
# | [rank](glossary.md#rank) | the number of a process, from 0 |
# | world size | how many processes there are; $p$ in the formulas of this lesson, where it is no probability |
# | rendezvous | how they find each other: all are told one address, meet there, and get their ranks |
# | [backend](glossary.md#backend) | who carries the messages: `gloo` between CPUs, `nccl` between NVIDIA GPUs |
# | [collective](glossary.md#collective) | an operation in which every rank takes part, such as *all-reduce*: add up the tensors of all ranks, and give everyone the sum |
#
# The program that starts the processes and arranges the rendezvous comes with PyTorch and is called `torchrun`.
# It runs a file, so in a notebook we use [`launch`](api.md#parallellaunch), which does the same with a *function*: it starts the processes, joins them into a group, and returns a list of what each rank has returned.
#
# > **Your turn.** Three ranks hold (1, 10, 100), (2, 20, 200) and (3, 30, 300). What does rank 1 hold after an all-reduce, and rank 2?


# %%
def three_numbers():
    x = torch.tensor([1.0, 10.0, 100.0]) * (dist.get_rank() + 1)
    before = x.tolist()
    dist.all_reduce(x)
    return (
        f"{dist.get_rank()} of {dist.get_world_size()}: {before} → {x.tolist()}"
    )


# %% tags=["hide-cell"]
for line in launch(three_numbers, 3):
    print("rank", line)

# %% [markdown]
# All three hold the same sum now, in place of what they had.
# (The ranks *return* their lines and we print them; had each printed its own, they would have come in any order, and now and then one in the middle of another.)
#
# ## By hand
#
# What does the whole training look like?
# On any number of processes it is the loop of [lesson 3](03_manual_training.ipynb), with the loss taken from logits, and three changes.
# Can you spot them?


# %%
def train_by_hand(batch_size, dtype):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    w = start.clone().to(dtype).requires_grad_()
    for batch in order[:120].split(batch_size):
        shard = batch.tensor_split(ranks)[rank]
        z = X[shard].to(dtype) @ w
        loss = F.cross_entropy(z, y[shard], reduction="sum") / len(batch)
        loss.backward()
        dist.all_reduce(w.grad)
        sgd(w, lr=0.1)
    return w.detach().double()


# %% [markdown]
# `tensor_split` cuts the batch into shards whose sizes differ by one at most, the loss is the shard's sum divided by the size of the whole batch, and `all_reduce` adds up the gradients.
# Nothing else is new, and there is no "main" process: all ranks do the same thing with different examples, and because they start from the same weights and take the same steps, they stay together.
# This way of training is called [data parallelism](glossary.md#data-parallelism).
#
# > **Say what you expect.** When a batch of 3 meets 4 ranks, somebody has nothing to do. May that rank skip the all-reduce? And will four ranks still agree with one?

# %%
close = {torch.float64: 1e-9, torch.float32: 1e-5}
cases = [(batch_size, dtype) for batch_size in (10, 7, 3, 1) for dtype in close]
ends = {
    p: launch(lambda: [train_by_hand(*c) for c in cases], p) for p in (1, 2, 4)
}
print("batch  shards on 4 ranks  2 and 4 ranks equal 1")
for i, (batch_size, dtype) in enumerate(cases):
    shards = [len(part) for part in torch.arange(batch_size).tensor_split(4)]
    every = torch.stack([w[i] for p in (2, 4) for w in ends[p]])
    equal = ((every - ends[1][0][i]).abs() < close[dtype]).all().item()
    print(f"{batch_size:5}  {shards!s:17}  {equal} in {dtype}")

# %% [markdown]
# They always agree, up to rounding, because the same numbers are added in another order.
# The rank with nothing to do has *not* skipped anything: it computed a loss of 0 with a gradient of 0 and brought that to the all-reduce, where the others wait until everyone has come.
#
# ## What PyTorch brings
#
# Must you write an all-reduce for each tensor of a model with many layers?
# No: `DistributedDataParallel`, DDP for short, wraps any module and does it for you inside `backward()`.
# To see how much it takes care of, we let every rank draw *different* first weights, and take the mean over each shard as its loss, which comes to mind first.


# %%
def train_ddp(batch_size, exact=False):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    torch.manual_seed(rank)
    net = DistributedDataParallel(nn.Linear(2, 3).double())
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    for batch in order[:120].split(batch_size):
        shard = batch.tensor_split(ranks)[rank]
        z = net(X[shard, :2])
        each = F.cross_entropy(z, y[shard], reduction="none")
        loss = each.sum() * ranks / len(batch) if exact else each.mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net.module.weight.detach()


# %% [markdown]
# > **Your turn.** DDP takes the plain mean over the ranks, whatever each rank brings. For which of the batch sizes 12, 10 and 3 will four ranks agree with one, and what happens for 3?


# %% tags=["hide-cell"]
def compare(exact):
    sizes = (12, 10, 3)
    one, four = (
        launch(lambda: torch.stack([train_ddp(n, exact) for n in sizes]), p)
        for p in (1, 4)
    )
    off = (torch.stack(four) - one[0]).abs().amax((0, 2, 3)).tolist()
    for n, difference in zip(sizes, off, strict=True):
        words = "equal" if difference < 1e-9 else f"off by {difference:.4f}"
        print(f"batch {n:2}: four ranks and one are {words}")


compare(exact=False)

# %% [markdown]
# - Batches of 12 make four shards of 3, and all is well. The ranks' own weights do no harm, because DDP *broadcasts* those of rank 0 to all when it wraps a module.
# - Batches of 10 make shards of 3, 3, 2 and 2. DDP gives them equal weights, so an example in a shard of 2 counts one and a half times as much as one in a shard of 3.
# - Batches of 3 leave one rank without examples, and its loss is the mean of nothing. Let us look at that alone:

# %%
w = start.clone().requires_grad_()
nothing = F.cross_entropy(X[:0] @ w, y[:0])
nothing.backward()
print("loss", nothing.item(), "gradient", w.grad.abs().sum().item())

# %% [markdown]
# The loss is `nan`, and so would be any mean of the ranks' losses that you print.
# Its gradient, however, is 0, since there are no examples whose contributions autograd could add up, and DDP counts this 0 as a fourth vote, so that every step is three quarters of what it should be.
#
# > **Trap: shards of different sizes under DDP.**
# > DDP does not know how many examples each rank had, so unequal shards give another gradient than the whole batch, and an empty one makes every step too short.
# > There is no warning, and the model still learns.
#
# The cure is the neater way from above: DDP will divide the sum of the gradients by the number of ranks, so each rank multiplies by that number beforehand, and divides its own *sum* by the size of the whole batch (`exact=True`):

# %%
compare(exact=True)

# %% [markdown]
# DDP does not send tensor by tensor, but in *buckets* of several gradients; [Exercise 8.7](08_exercises.ipynb#ex-8-7) asks in which order, and what that wins.
#
# ## What goes wrong
#
# In which ways do distributed programs fail that one process cannot?
# Mostly quietly.
# Here are four accidents that nearly everybody has sooner or later, and we make each of them happen, so that you will recognise it.
# ([Exercise 8.11](08_exercises.ipynb#ex-8-11) and [Exercise 8.12](08_exercises.ipynb#ex-8-12) have two more.)
#
# ### 1. `set_epoch` forgotten
#
# In most programs a `DistributedSampler` gives each rank its part of the whole data set, to be cut into batches there.
# It deals eight examples to two ranks, for three epochs, and these are the examples of rank 0:

# %%
sampler = DistributedSampler(range(8), 2, rank=0, seed=420)
print("forgotten: ", [list(sampler) for epoch in range(3)])
orders = []
for epoch in range(3):
    sampler.set_epoch(epoch)
    orders.append(list(sampler))
print("called:    ", orders)

# %% [markdown]
# All ranks have to shuffle alike, so the sampler takes its seed plus the number of the epoch, and unless you call `set_epoch` with that number, every rank sees the same examples in the same order for ever.
#
# ### 2. Another seed on each rank
#
# > **Your turn.** Four ranks shuffle 1,500 examples, each with a seed of its own, and rank $r$ takes the $r$-th quarter of *its* order. About how many of the 1,500 examples are seen at all?


# %% tags=["hide-cell"]
def my_quarter(own_seed):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    torch.manual_seed(420 + rank if own_seed else 420)
    return torch.randperm(1500).tensor_split(ranks)[rank].tolist()


for own_seed in (False, True):
    seen = set().union(*launch(my_quarter, 4, own_seed))
    print(f"own seeds: {own_seed!s:5}  examples seen: {len(seen)}")
print(f"expected:  {1500 * (1 - 0.75**4):.0f}")

# %% [markdown]
# Each rank misses a given example with probability 3/4, so all four miss it with probability $(3/4)^4$, nearly a third.
# (If it is the *first weights* that the ranks draw with different seeds, and nobody broadcasts them, the ranks never meet: they add the same steps to different starts.)
#
# ### 3. Padded examples counted twice
#
# The sampler wants all ranks to have equally many examples.
# What does it do with ten examples on four ranks?

# %%
for rank in range(4):
    print(rank, list(DistributedSampler(range(10), 4, rank, shuffle=False)))

# %% [markdown]
# It starts again from the front, so examples 0 and 1 are dealt out twice, which does little harm during training.
# But suppose a model gets nine of ten examples right, all but the first.
# Which accuracy do the four ranks find if each counts what the sampler gave it?


# %%
def count_right(padded):
    right = torch.tensor([0.0] + 9 * [1.0])
    rank, ranks = dist.get_rank(), dist.get_world_size()
    sampler = DistributedSampler(range(10), ranks, rank, shuffle=False)
    rows = list(sampler) if padded else range(rank, 10, ranks)
    counts = torch.tensor([right[rows].sum(), len(rows)])
    dist.all_reduce(counts)
    return f"{int(counts[0])} of {int(counts[1])}"


# %%
print("padded:", launch(count_right, 4, True)[0])
print("right: ", launch(count_right, 4, False)[0])

# %% [markdown]
# For an evaluation, deal the examples out without padding, and all-reduce the *two counts*, those that are right and all of them; to average the ranks' accuracies would be the plain mean of means once more.
#
# ### 4. One rank skips a collective
#
# The most common cause is an innocent `if`: rank 0 alone does something, an evaluation perhaps, and there is an all-reduce hidden in it.
#
# > **Your turn.** Rank 0 calls `all_reduce`, and rank 1 does not. Which of the two gets an error, when, and what will it say?


# %% tags=["hide-cell"]
def skip():
    if dist.get_rank() == 1:
        time.sleep(5)  # something else to do
        return "nothing noticed"
    try:
        dist.all_reduce(torch.ones(3))
    except RuntimeError as error:
        return re.search(r"Timed out.*|Ranks.*", str(error))[0]


for rank, words in enumerate(launch(skip, 2, seconds=2)):
    print(f"rank {rank}: {words}")

# %% [markdown]
# The error comes to the rank that waits, after the timeout, while the other notices nothing.
# Here the timeout is two seconds; by default it is half an hour for gloo and ten minutes for nccl, during which nothing is printed.
# If a training hangs, suspect this first, and let PyTorch name the culprit by setting an environment variable before the start:

# %%
os.environ["TORCH_DISTRIBUTED_DEBUG"] = "DETAIL"
print(launch(skip, 2, seconds=2)[0])
del os.environ["TORCH_DISTRIBUTED_DEBUG"]  # it makes every collective slower

# %% [markdown]
# ## A worker dies
#
# Among a thousand machines one is always about to crash.
# How does a long training survive that?
# It needs something that starts the processes again, and a file from which they can go on, a *checkpoint*.
# Ours holds the weights and the number of epochs done, and only rank 0 writes it: several processes that write *one file* at the same time are a disaster that shows only when you need the file.
# (With momentum or Adam, the optimiser's `state_dict` belongs in the file too.)
# But what if the process dies while it is writing that very file?

# %%
buffer = io.BytesIO()
torch.save({"epoch": 3, "w": torch.randn(3, 3)}, buffer)
half = io.BytesIO(buffer.getvalue()[:700])
try:
    torch.load(half)
except RuntimeError as error:
    print(type(error).__name__)

# %% [markdown]
# Half a checkpoint is worth nothing, and it has already overwritten the old one.
# The remedy is to write into a *temporary* file, to force it onto the disk with `os.fsync`, and then to rename it with `os.replace`, which the operating system does in one step: whoever looks, at whatever moment, finds either the old checkpoint or the new one.
#
# Starting again is the work of `torchrun`: if one of its processes dies, it stops the others and starts all of them again, up to `--max-restarts` times.
# The program below is [`train`](api.md#paralleltrain) with a command line; it writes a checkpoint after each epoch and goes on from there if it finds one.

# %%
place = tempfile.TemporaryDirectory()
folder = Path(place.name)


def command(name, epochs, *options):
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    program = ["--nproc-per-node=2", *options, "-m", "torchlearning.parallel"]
    file = ["--checkpoint", str(folder / name), "--epochs", str(epochs)]
    return torchrun + program + file + ["--dtype", "float64"]


words = " ".join(command("run.pt", 30, "--max-restarts=3")[3:])
words = words.replace(str(folder) + os.sep, "")
print("torchrun", words.replace(" -m ", " \\\n    -m "))


# %% [markdown]
# The next cell runs this command and reads what it prints; as soon as epoch 5 is done, it kills one of the two workers, as the processes of `torchrun` are called, with signal 9, which no program can catch.
#
# > **Your turn.** Rank 1 is killed after epoch 5, while rank 0 is in good health, in the middle of an all-reduce. What will happen to rank 0, from which epoch will the training go on, and how will the final weights differ from those of an undisturbed run?


# %%
def run_and_kill(command, after):
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    starts = []
    with subprocess.Popen(command, text=True, **quiet) as run:
        for line in run.stdout:
            if "process numbers" in line:
                workers = json.loads(line.split("numbers")[1])
                starts.append([])
            elif line.startswith("epoch"):
                starts[-1].append(int(line.split()[1]))
            if line.startswith(f"epoch {after} ") and len(starts) == 1:
                os.kill(workers[1], 9)
    return run.returncode, starts


# %% tags=["hide-cell"]
status, starts = run_and_kill(command("run.pt", 30, "--max-restarts=3"), 5)
print(f"exit status {status}, started {len(starts)} times")
print("first epoch:", starts[0][0], " last epoch:", starts[-1][-1])
print("no epoch lost:", starts[1][0] <= starts[0][-1] + 1)
undisturbed = launch(train, 2, Settings(dtype="float64"), 30)[0]
survived = torch.load(folder / "run.pt")["w"]
print("same weights, to the last bit:", torch.equal(survived, undisturbed))

# %% [markdown]
# Rank 0 had lost its partner and could not go on: either its all-reduce fails, or `torchrun` stops it first.
# Then `torchrun` started both ranks again, and they went on with the epoch after the last one in the checkpoint.
# The order of the examples depends only on the seed and the number of the epoch, so the second life trained on exactly the batches that the first would have seen, and not even the last bit of a weight was lost.
#
# And if `torchrun` itself is killed, or the machine loses power?
# Then nobody is left to start anything again, and you give the same command once more; [Exercise 8.8](08_exercises.ipynb#ex-8-8) does so, and looks at what the orphaned workers do.
# With several machines it is the same command on each, with options that say where to meet ([Exercise 8.9](08_exercises.ipynb#ex-8-9)).
#
# ## The price
#
# Four processes do the same as one.
# But do they do it faster?
# The time of a step on $p$ ranks has three parts:
#
# - **Compute.** Each rank has its own fixed part, as in [lesson 6](06_gpu_vs_cpu.ipynb), whatever the size of its shard, and $1/p$ of the work. If there are fewer cores than ranks, the ranks take turns.
# - **Latency.** In a *ring* all-reduce each rank sends only to the next one, and the last to the first. The gradient is cut into $p$ pieces, which travel nearly twice round this ring, once to be added up and once to be handed out, $p - 1$ messages each time. So each rank sends $2(p-1)$ messages, and each message has a fixed cost, its *latency* ([Patarasuk and Yuan 2009](references.md#patarasuk-2009)).
# - **Bandwidth.** Each message holds $1/p$ of the bytes of the gradient.
#
# Together, with the three parts in this order:
#
# $$\begin{aligned}
# t(p) ={} & \frac{p \cdot \text{fixed} + \text{work}}{\min(p, \text{cores})} \\
# & {}+ 2(p-1) \cdot \text{latency} \\
# & {}+ \frac{2(p-1)}{p} \cdot \frac{\text{bytes}}{\text{bandwidth}}
# \end{aligned}$$
#
# With round numbers: a step has 1 ms fixed and 10 ms of work, so it takes 11 ms on one rank.
# On four cores, with a latency of 0.1 ms and 1 MB of gradient at 1 GB/s, four ranks compute for 1 + 2.5 ms, send 6 messages of 0.1 ms, and need 1.5 ms for the bytes:

# %%
example = Price(fixed=0.001, latency=0.0001, bandwidth=1e9, cores=4)
for p in (1, 4):
    print(f"p = {p}: {1000 * example.seconds(p, 0.010, 1e6):.1f} ms")

# %% [markdown]
# That is twice as fast, for four times the hardware.
#
# Does the formula describe a real machine?
# The program `python -m torchlearning.parallel.record` has timed steps of nine sizes with 1, 2 and 4 processes.
# From these times [`fit_price`](api.md#parallelfit_price) takes the fixed part (the fastest step of a single rank) and the work of each size (the rest of its time on one rank), and fits the other two numbers.

# %%
text = files("torchlearning.parallel").joinpath("rank_times.json").read_text()
record = json.loads(text)
measured = [RankTime(*row) for row in record["steps"]]
price = fit_price(measured, record["cores"])
print(f"{record['cores']} cores, recorded {record['date']}")
print(
    f"fixed {1e6 * price.fixed:.0f} µs, latency {1e6 * price.latency:.0f} µs,"
)
print(f"bandwidth {price.bandwidth / 1e9:.2f} GB/s")

# %% [markdown]
# > **Say what you expect.** For which of the nine sizes below will two processes be faster than one? And can four be faster than two, on as many cores as were just printed?

# %% mystnb={"code_prompt_hide": "Hide the code", "code_prompt_show": "Show how the table is made"} tags=["hide-input"]
alone = {t.size: t.median for t in measured if t.ranks == 1}
print("  batch  features  classes      1 rank        2 ranks         4 ranks")
print(
    "                               measured   measured model  measured model"
)
for size, t1 in alone.items():
    row = f"{size[0]:7}{size[1]:10}{size[2]:9}{1e3 * t1:12.2f}"
    for t in (t for t in measured if t.size == size and t.ranks > 1):
        model = price.seconds(t.ranks, t1 - price.fixed, t.bytes)
        row += f"{1e3 * t.median:11.2f}{1e3 * model:7.2f}"
    print(row + " ms")

# %%
factors = [
    t.median / price.seconds(t.ranks, alone[t.size] - price.fixed, t.bytes)
    for t in measured
    if t.ranks > 1
]
low, mid, high = np.quantile(factors, [0.1, 0.5, 0.9])
print(f"measured / model: median {mid:.2f}, 8 of 10 {low:.2f} to {high:.2f}")

# %% [markdown]
# The lecture's model is in the first line, and its step is over before two messages have been exchanged, so that a second process makes it *slower*.
# Only sizes with much work for each message, and for each byte of gradient, gain from the second core.
# Four processes on two cores bring more messages and two more fixed parts, but no core to compute on, so by the formula they never beat two, and in no line of the table do they.
# The formula knows only two numbers about communication, and yet eight of ten measured times are within about a quarter of what it says.
#
# ## A prediction
#
# What about a machine with eight GPUs, or a cluster with thousands?
# What we cannot measure here we can still predict, as long as we call it that, from the published numbers of one GPU, the H100: at most 67 TFLOP/s in `float32` without its *tensor cores*, units that multiply matrices with fewer digits ([Exercise 6.8](06_exercises.ipynb#ex-6-8)), 450 GB/s in each direction to the other GPUs of the same machine (NVLink), and 50 GB/s to those of other machines (InfiniBand) ([NVIDIA 2022](references.md#nvidia-2022)).
# A message within a machine takes about 2 µs in one of NCCL's fast protocols, LL128 ([Hu and others 2025](references.md#hu-2025)); between machines it takes longer, so 2 µs everywhere is kind to large numbers of devices.
# The fixed part is the lecture's own, 505 µs for a step on its GPU; with a smaller one, whatever gains in this table would gain more, and whatever loses would lose more.

# %%
THROUGHPUT, LATENCY, FIXED = 67e12, 2e-6, 505e-6


def predicted(p, batch_size, num_inputs, num_class):
    work = step_work(batch_size, num_inputs, num_class)[0] / THROUGHPUT
    bandwidth = 450e9 if p <= 8 else 50e9
    price = Price(FIXED, LATENCY, bandwidth)
    return price.seconds(p, work, 4 * num_inputs * num_class)


# %%
sizes = {
    "the lecture": (10, 3, 3),
    "1,000 features and classes": (10_000, 1000, 1000),
    "the last layer of a language model": (1_000_000, 4096, 128_256),
}
print("times as fast as one device, predicted   8 devices      64    4,096")
for name, size in sizes.items():
    gain = [predicted(1, *size) / predicted(p, *size) for p in (8, 64, 4096)]
    print(f"{name:40}" + "".join(f"{g:9.2f}" for g in gain))

# %% [markdown]
# For the lecture's model nothing is gained with any number of devices: with 4,096 of them each step has to wait for more than eight thousand messages, one after the other.
# (For so short a gradient NCCL would use a tree, with about $2 \log_2 p$ messages, which is better and still a loss.)
# At the other end of the table, the last layer of a large language model *is* a softmax regression, with one class for each word or piece of a word, and there thousands of devices pay.
# [Exercise 8.10](08_exercises.ipynb#ex-8-10) derives from which batch on.
#
# ### Strong and weak scaling
#
# There are two ways to use more devices.
# *Strong scaling* keeps the batch and cuts it into ever smaller shards.
# Amdahl's law says where it ends ([Amdahl 1967](references.md#amdahl-1967)): the fixed part is not divided, so the gain never exceeds $(\text{fixed} + \text{work}) / \text{fixed}$, and the messages take away from that.
# *Weak scaling* lets the batch grow with the devices, so that each keeps the same shard, as people mostly do with larger machines ([Gustafson 1988](references.md#gustafson-1988)), and counts the gain in examples a second.
#
# > **Say what you expect.** Take the middle line of the table, 10,000 examples with 1,000 features and classes. That was strong scaling, and with 4,096 devices it lost. With which number of devices is it at its best, and how much does *weak* scaling gain with 4,096?

# %% mystnb={"code_prompt_hide": "Hide the code", "code_prompt_show": "Show how the picture is made", "image": {"alt": "Predicted gain against the number of devices, from 1 to 4096, both axes logarithmic, for the model with 1,000 features and classes. Strong scaling with a batch of 10,000 rises to a little under 2 at about eight devices and falls far below 1 for the largest numbers of devices. Weak scaling with 10,000 examples for each device keeps rising, below the dotted line of the ideal.", "width": "75%"}} tags=["hide-input"]
devices = 2 ** np.arange(13)
one = predicted(1, 10_000, 1000, 1000)
strong = [one / predicted(p, 10_000, 1000, 1000) for p in devices]
weak = [p * one / predicted(p, 10_000 * p, 1000, 1000) for p in devices]
fig, ax = plt.subplots(figsize=(6, 3.6))
ax.plot(devices, devices, ":", color="grey", label="ideal")
ax.plot(devices, weak, "-s", markersize=4, label="weak: batch 10,000 each")
ax.plot(devices, strong, "--o", markersize=4, label="strong: batch 10,000")
ax.set(xscale="log", yscale="log", xlabel="devices", ylabel="gain, predicted")
_ = ax.legend()

# %%
limit = one / FIXED
print(
    f"strong: at most {limit:.2f} by Amdahl's law, {max(strong):.2f} predicted,"
)
print(f"    with {devices[np.argmax(strong)]} devices")
print(f"weak: with 4,096 devices {weak[-1]:.0f} times the examples a second")

# %% [markdown]
# More examples a second are not the same as faster learning, though: [lesson 3](03_manual_training.ipynb) has shown that, far from the goal, rough steps are nearly as good as exact ones.
# So weak scaling, too, comes to an end, where a larger batch no longer makes a better step.
#
# ## After data parallelism
#
# And if the model does not fit on one device?
# Then the weights themselves have to be divided.
# *Sharded* data parallelism (ZeRO, FSDP) lets each rank keep only its part of weights, gradients and optimiser state, and gathers each layer just before it is used ([Rajbhandari and others 2020](references.md#rajbhandari-2020), [Zhao and others 2023](references.md#zhao-2023)).
# *Tensor* parallelism cuts a single matrix product into pieces on several devices ([Shoeybi and others 2019](references.md#shoeybi-2019)), and *pipeline* parallelism puts different layers on different devices and sends small batches through them one after the other ([Huang and others 2019](references.md#huang-2019)).
# The largest trainings combine all of these ([Narayanan and others 2021](references.md#narayanan-2021)), and in each of them you will find ranks, collectives, and the question of how many bytes must travel for how much work.
#
# ## Summary
#
# - The gradient of a mean is the mean of the gradients, weighted by the sizes of the shards. Sums divided by the size of the whole batch say the same, and do not mind an empty shard.
# - With the same start, the same order and one all-reduce a step, any number of processes ends with the weights of one, up to rounding.
# - DDP broadcasts the first weights and averages in buckets during `backward()`. It weighs all ranks alike.
# - Seeds, `set_epoch`, padding, skipped collectives: most accidents raise no error where they happen.
# - A checkpoint written in one step and a launcher that restarts make a crash harmless.
# - More devices divide the work but not the fixed part, and they add messages. What decides is how much work there is for each message and for each byte that travels.
#
# **Helpers met:** [`launch`](api.md#parallellaunch), [`train`](api.md#paralleltrain), [`Settings`](api.md#parallelsettings), [`Price`](api.md#parallelprice), [`fit_price`](api.md#parallelfit_price), [`sgd`](api.md#sgd), [`step_work`](api.md#step_work).
#
# **Further reading:** how DDP is built, in [Li and others 2020](references.md#li-2020).
#
# Now try the [exercises for lesson 8](08_exercises.ipynb).
#
# Back to [Lesson 7](07_real_data.ipynb) · [glossary](glossary.md) · [API](api.md)
