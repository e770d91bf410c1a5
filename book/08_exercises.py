# %% [markdown]
# # Exercises for lesson 8
#
# They go with [lesson 8](08_more_than_one_device.ipynb).
# Together they take about 119 minutes, and those of importance 3 about 30.
# Answer first, on paper or in the cell, then unfold the solution.
# In a notebook, run the cells above exercise 8.1 first; from then on each exercise works by itself, in any order.

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
import os
import re

import torch
import torch.distributed as dist
from torch.nn import functional as F

torch.set_num_threads(1)

# %%
from torchlearning import check, sgd, tensorGenCla
from torchlearning.parallel import Price, launch
from torchlearning.quiz import Quiz

# %%
torch.manual_seed(420)
X, y = tensorGenCla(deg_dispersion=[6, 4], bias=True)
X, y = X.double(), y.flatten()
start = torch.randn(3, 3, dtype=torch.float64)
order = torch.randperm(1500)[:120]

# %% [markdown]
# ## Exercise 8.1: Two averages
#
# *Predict, then run · 5 minutes · difficulty 1 of 3 · importance 3 of 3*
#
# Four examples have the gradients 2, 4, 6 and 20.
# Rank 0 holds the first three, and rank 1 holds the last.

# %%
gradients = torch.tensor([2.0, 4.0, 6.0, 20.0])
a, b = (part.mean().item() for part in gradients.split([3, 1]))
plain, right = (a + b) / 2, gradients.mean().item()
Quiz(
    "`DistributedDataParallel` is used without any thought. With which gradient does it step?",
    {
        plain: "The mean of 4 and 20: the last example counts as much as the first three together.",
        right: "That is the gradient of the whole batch, which it should be. But DDP weighs both ranks alike.",
        a + b: "DDP does not add up, it averages.",
    },
    answer=plain,
)

# %%
Quiz(
    "Rank 0 now calls `backward()` on the *sum* of its losses divided by 4, rank 1 does the same, and DDP averages as always. What has become of the gradient?",
    {
        "Half of the right one": "Each rank brings its part of the right mean, and the parts should be added up; DDP divides by the number of ranks, 2. Multiply the loss by 2.",
        "The right one": "It would be with an all-reduce that adds up. DDP also divides by the number of ranks.",
        "The same as before": "Before, each rank divided by the size of its own shard; now both divide by 4.",
    },
    answer="Half of the right one",
)

# %% [markdown]
# ### Solution 8.1

# %%
sums = [part.sum().item() for part in gradients.split([3, 1])]
print("plain mean of the means:", plain)
print("sums over 4, averaged:  ", sum(s / 4 for s in sums) / 2)
print("times the ranks:        ", sum(2 * s / 4 for s in sums) / 2)
print("right:                  ", right)

# %% [markdown]
# ## Exercise 8.2: Shards
#
# *Implement · 10 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# Which examples of a batch does a rank get? Return their row numbers, a tensor of shape $(n,)$ and dtype int64, in any order.
# All ranks together must get each example exactly once, and no rank may have two more than another.
# There may be fewer examples than ranks, and then some get an empty tensor.
# (`tensor_split` would do it for you; this once, do without.)


# %%
def shard(num_examples, rank, ranks):
    """Return the rows of one rank, a tensor of whole numbers."""
    ...


check.shard(shard)

# %% [markdown]
# ### Hint 8.2

# %% [markdown]
# Deal the examples out like cards, the first to rank 0, the second to rank 1, and so on.
# Which numbers does rank 2 of 4 get? `torch.arange` takes a step.

# %% [markdown]
# ### Solution 8.2


# %%
def shard(num_examples, rank, ranks):
    return torch.arange(rank, max(num_examples, rank), ranks)


check.shard(shard)

# %% [markdown]
# `arange` refuses to start beyond its end, so for a rank beyond the last example the `max` makes it start and end at the same number, which gives an empty tensor.
# To cut the batch into pieces is as good: of $n$ examples on $p$ ranks, rank $r$ gets the rows from $\lfloor rn/p \rfloor$ up to, but not including, $\lfloor (r+1)n/p \rfloor$.

# %% [markdown]
# ## Exercise 8.3: The mean of means
#
# *Implement · 10 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# Each rank sends the mean gradient of its shard and the size of the shard.
# Combine them into the gradient of the whole batch.
# The ranks have used the closed form $X^{\mathsf T}(P - Y)/n$ of [lesson 2](02_cross_entropy_and_gather.ipynb), which for an empty shard is 0/0, or `nan`, and such a shard must do no harm.


# %%
def mean_gradient(gradients, sizes):
    """Return the mean over all examples, from a list of means and of sizes."""
    ...


check.mean_gradient(mean_gradient)

# %% [markdown]
# ### Solution 8.3


# %%
def mean_gradient(gradients, sizes):
    parts = [g * n for g, n in zip(gradients, sizes, strict=True) if n > 0]
    return sum(parts) / sum(sizes)


check.mean_gradient(mean_gradient)

# %% [markdown]
# To leave out the empty shards is not the same as to multiply them by 0, because 0 times `nan` is `nan`.

# %% [markdown]
# ## Exercise 8.4: A training that hangs
#
# *Debug · 15 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# "A rank without examples has nothing to do, so let it go on to the next batch."
# That sounds reasonable, and somebody has written it:


# %%
def train(batch_size):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    w = start.clone().requires_grad_()
    for batch in order.split(batch_size):
        rows = batch.tensor_split(ranks)[rank]
        if len(rows) == 0:
            continue
        loss = F.cross_entropy(X[rows] @ w, y[rows], reduction="sum")
        (loss / len(batch)).backward()
        dist.all_reduce(w.grad)
        sgd(w, lr=0.1)
    return w.detach()


# %%
Quiz(
    "120 examples in batches of 7, on four ranks: the shards have 2, 2, 2 and 1 examples, and the last batch of all has one example. What happens?",
    {
        "All goes well until the last batch, in which rank 0 is left alone in its all-reduce": "Only the last batch leaves ranks without examples. They skip it, have nothing more to do, and end.",
        "It hangs at once": "With 7 examples every rank has some. It takes a batch with fewer examples than ranks.",
        "It ends, with slightly wrong weights": "An all-reduce in which not all take part never comes to a sum.",
    },
    answer="All goes well until the last batch, in which rank 0 is left alone in its all-reduce",
)

# %% [markdown]
# Which error does rank 0 get, and how would you fix the function with *fewer* lines?

# %% [markdown]
# ### Solution 8.4

# %%
try:
    launch(train, 4, 7, seconds=5)
except RuntimeError as error:
    print("rank 0 failed:", str(error).startswith("rank 0 failed"))

# %% [markdown]
# Here the other ranks have ended, so rank 0 finds its connection closed or reset, or the pipe broken, depending on when it notices (print the error to see which). Had they still been busy, it would have waited until the timeout.
# In a longer training it is worse: a rank that skips an all-reduce comes to it later with the gradient of *another* batch, and the two are added up without any error.
#
# The fix is to leave out the `if`, because the sum over no examples is 0, and so is its gradient.


# %%
def train(batch_size):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    w = start.clone().requires_grad_()
    for batch in order.split(batch_size):
        rows = batch.tensor_split(ranks)[rank]
        loss = F.cross_entropy(X[rows] @ w, y[rows], reduction="sum")
        (loss / len(batch)).backward()
        dist.all_reduce(w.grad)
        sgd(w, lr=0.1)
    return w.detach()


# %%
one, four = launch(train, 1, 7)[0], launch(train, 4, 7)
print("equal:", all((w - one).abs().max().item() < 1e-9 for w in four))

# %% [markdown]
# ## Exercise 8.5: Four ranks without any process
#
# *Implement · 15 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# A batch does not fit into the memory of your only GPU, but a quarter of it does.
# Train with the whole batch all the same: cut it into four parts, take one after the other, and make one step for all of them.
# (`backward()` *adds* to `.grad`, and for once that is what you want.)
# The weights should equal those of four ranks, which the next cell computes.


# %%
def on_ranks(batch_size):
    rank, ranks = dist.get_rank(), dist.get_world_size()
    w = start.clone().requires_grad_()
    for batch in order.split(batch_size):
        rows = batch.tensor_split(ranks)[rank]
        loss = F.cross_entropy(X[rows] @ w, y[rows], reduction="sum")
        (loss / len(batch)).backward()
        dist.all_reduce(w.grad)
        sgd(w, lr=0.1)
    return w.detach()


# %%
of_ranks = launch(on_ranks, 4, 10)[0]


# %%
def accumulate(batch_size, parts=4):
    """Return the weights after one epoch over order."""
    ...


mine = accumulate(10)
if mine is not None:
    print("equal:", (mine - of_ranks).abs().max().item() < 1e-9)


# %% [markdown]
# ### Solution 8.5


# %%
def accumulate(batch_size, parts=4):
    w = start.clone().requires_grad_()
    for batch in order.split(batch_size):
        for rows in batch.tensor_split(parts):
            loss = F.cross_entropy(X[rows] @ w, y[rows], reduction="sum")
            (loss / len(batch)).backward()
        sgd(w, lr=0.1)
    return w.detach()


mine = accumulate(10)
print("equal:", (mine - of_ranks).abs().max().item() < 1e-9)

# %% [markdown]
# This is called *gradient accumulation*, and it is data parallelism with one rank that plays all the parts in turn.
# It saves memory but no time, whereas several ranks save both and pay with messages.

# %% [markdown]
# ## Exercise 8.6: The best number of devices
#
# *Derive · 20 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# Suppose that the messages are so short that only their latency counts, and that each of the $p$ ranks has a device of its own:
#
# $$t(p) = \text{fixed} + \frac{\text{work}}{p} + 2(p-1) \cdot \text{latency}.$$
#
# 1. For which $p$ is the step shortest? (Let $p$ be any positive number, and differentiate.)
# 2. How much of that step is work and how much is messages?

# %%
work, latency = 0.002, 10e-6
ratio = work / (2 * latency)
best = math.sqrt(ratio)
Quiz(
    "A step has 2 ms of work, and a message takes 10 µs. With how many devices is it shortest?",
    {
        best: "The square root of work / (2 latency).",
        ratio: "That is the square of it: the derivative of work / p is -work / p².",
        2**0.5 * best: "Each device sends 2(p - 1) messages, not p - 1.",
    },
    answer=best,
)

# %% [markdown]
# ### Solution 8.6

# %% [markdown]
# The derivative is $-\text{work}/p^2 + 2\,\text{latency}$, which is 0 at $p = \sqrt{\text{work} / (2\,\text{latency})}$.
# There $\text{work}/p = 2p \cdot \text{latency}$: the messages take as long as the work (but for one pair of them), and a device more would cost in messages what it saves in work.

# %%
price = Price(fixed=0.0, latency=latency, bandwidth=math.inf)
for p in (1, 5, 10, 20, 100):
    print(f"{p:4} devices: {1e6 * price.seconds(p, work, 0):6.0f} µs")

# %% [markdown]
# A hundred devices are as slow as one, whereas ten are five times as fast.
# And because of the square root, it takes four times the work in a step to make good use of twice as many devices.

# %% [markdown]
# ## Exercise 8.7: Buckets
#
# *Predict, then run · 10 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# An all-reduce has a fixed cost, just as a launch had in [lesson 6](06_gpu_vs_cpu.ipynb), so it would be a waste to send tensor by tensor.
# DDP collects gradients in *buckets*, by default of 25 MB (the first of 1 MB), and sends each as soon as it is full.
# Take a network of four layers, number 0 to 3, each with 100 × 100 weights and 100 biases, on two ranks.

# %%
Quiz(
    "If its buckets are small, which gradients does DDP send first?",
    {
        "Those of the last layer": "`backward()` starts at the loss, so the last layer's are known first.",
        "Those of the first layer": "The first layer comes first in the forward pass, but its gradients are known last.",
        "It cannot be known": "The order in which `backward()` reaches the layers is always the same.",
    },
    answer="Those of the last layer",
)

# %%
Quiz(
    "What does this order win for a deep network?",
    {
        "Much of the sending costs no extra time": "The first buckets are on their way while the gradients of earlier layers are still being computed.",
        "Fewer bytes are sent": "All gradients are sent in any order.",
        "Nothing": "It would be nothing if the sending began when all gradients are there.",
    },
    answer="Much of the sending costs no extra time",
)

# %% [markdown]
# How can you see what is sent?

# %% [markdown]
# ### Hint 8.7

# %% [markdown]
# A *hook* is a function of yours that DDP calls for each bucket: look up `register_comm_hook`.
# Buckets that are closed at about 0.09 MB (`bucket_cap_mb`) are small enough for this network.

# %% [markdown]
# ### Solution 8.7

# %%
import torch._dynamo  # DDP needs it: loaded here, not in every process
from torch import nn
from torch.distributed.algorithms.ddp_comm_hooks import default_hooks
from torch.nn.parallel import DistributedDataParallel


# %%
def buckets():
    layers = [nn.Linear(100, 100) for _ in range(4)]
    net = DistributedDataParallel(nn.Sequential(*layers), bucket_cap_mb=0.09)
    names = {w: name for name, w in net.module.named_parameters()}
    sent = []

    def hook(state, bucket):
        sent.append([names[w] for w in bucket.parameters()])
        return default_hooks.allreduce_hook(dist.group.WORLD, bucket)

    net.register_comm_hook(None, hook)
    for _ in range(2):  # in the first step DDP only watches the order
        sent.clear()
        net(torch.ones(1, 100)).sum().backward()
    return sent


# %%
for names in launch(buckets, 2)[0]:
    print(names)

# %% [markdown]
# Communication and computation *overlap* ([Li and others 2020](references.md#li-2020)).
# Softmax regression has a single layer, so there is nothing to overlap.

# %% [markdown]
# ## Exercise 8.8: The launcher dies
#
# *Predict, then run · 10 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# In lesson 8 a worker was killed, and `torchrun` started all of them again from the checkpoint.
# Now `torchrun` itself is killed with signal 9, which no program can catch, while its two workers are training.

# %%
Quiz(
    "What do the workers of a program that takes no precautions do?",
    {
        "They train on": "Workers do not notice that their parent is gone. As orphans they would write into your checkpoint while the next run does the same.",
        "They end with it": "A signal goes to one process. Its children live on.",
        "They wait for another launcher": "They do not need one between their steps: they have found each other long ago.",
    },
    answer="They train on",
)

# %% [markdown]
# What would you build into a worker against that?
# And what do you expect when the same command is given once more: with which epoch does it begin, and which weights come out?

# %% [markdown]
# ### Solution 8.8

# %% [markdown]
# Each worker of our program looks four times a second whether its parent is still there, and ends if it is not.
# We start it as in the lesson, and kill the launcher as soon as epoch 5 is done.

# %%
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from torchlearning.parallel import Settings
from torchlearning.parallel import train as train_course

place = tempfile.TemporaryDirectory()
checkpoint = Path(place.name) / "run.pt"


# %%
def run(epochs, kill_after=-1):
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    program = ["--nproc-per-node=2", "-m", "torchlearning.parallel"]
    options = ["--checkpoint", str(checkpoint), "--epochs", str(epochs)]
    command = torchrun + program + options + ["--dtype", "float64"]
    quiet, epochs = {"stderr": subprocess.DEVNULL, "text": True}, []
    with subprocess.Popen(command, stdout=subprocess.PIPE, **quiet) as agent:
        for line in agent.stdout:
            if "process numbers" in line:
                workers = json.loads(line.split("numbers")[1])
            elif line.startswith("epoch"):
                epochs.append(int(line.split()[1]))
                if epochs[-1] == kill_after:
                    agent.kill()
    return epochs, workers


# %%
def alive(process):
    try:
        os.kill(process, 0)  # signal 0 only asks
    except ProcessLookupError:
        return False
    return True


_, workers = run(2000, kill_after=5)
deadline = time.monotonic() + 20
while any(map(alive, workers)) and time.monotonic() < deadline:
    time.sleep(0.1)
print("workers left behind:", sum(map(alive, workers)))

# %%
done = torch.load(checkpoint)["epoch"]
epochs, _ = run(done + 3)
print("goes on after the last:", epochs[0] == done + 1)
undisturbed = launch(train_course, 2, Settings(dtype="float64"), done + 3)[0]
survived = torch.load(checkpoint)["w"]
print("same weights, to the last bit:", torch.equal(survived, undisturbed))
place.cleanup()

# %% [markdown]
# No worker outlived its parent by long, and the same command went on with the next epoch.

# %% [markdown]
# ## Exercise 8.9: Two machines
#
# *Read an error · 5 minutes · difficulty 1 of 3 · importance 1 of 3*
#
# On several machines `torchrun` is started on each, and is told two things.
# Where to meet: that is the *endpoint*, the address of one of the machines and the number of a door on it, its *port*.
# And which run it belongs to: that is the *id*, a name of your choice.
# Two things go wrong at this point.

# %%
Quiz(
    "`torchrun` stops at once, and the message ends in *Address already in use*. What has happened?",
    {
        "Another program has the port of the rendezvous": "Often it is a forgotten run of your own. On a single machine, `--standalone` picks a free port.",
        "Two ranks have the same number": "The ranks are dealt out at the rendezvous, which has not begun.",
        "Another program uses the GPU": "Then memory may be short, but an address is where processes meet.",
    },
    answer="Another program has the port of the rendezvous",
)

# %%
Quiz(
    "Both machines wait for ever. Which of these is *not* the reason?",
    {
        "They were told different endpoints": "Then each waits at another place.",
        "They were told different ids": "Then each waits for the others of its own run.",
        "A firewall stands between them": "Then the one cannot reach the place where the other waits.",
        "One was started a minute after the other": "The first waits some minutes for the others to come.",
    },
    answer="One was started a minute after the other",
)

# %% [markdown]
# ### Solution 8.9

# %% [markdown]
# This is the command for two machines with eight GPUs each, given on both.
# If a machine has a GPU for each of its processes, our program moves to the GPUs and to `nccl` by itself.
#
# ```console
# export TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1
# torchrun --nnodes 2 --nproc-per-node 8 --max-restarts 3 \
#     --rdzv-backend c10d --rdzv-id any_name \
#     --rdzv-endpoint FIRST_MACHINE:29500 \
#     -m torchlearning.parallel --checkpoint SHARED_FOLDER/run.pt
# ```
#
# The variable in its first line gives every restart a fresh place to meet.
# Without it, the `torchrun` of PyTorch 2.13 uses one place for all of them, and a restarted rank may find the address of a dead one there and wait for it in vain.
# On a single machine our program takes care of that by itself.

# %% [markdown]
# ## Exercise 8.10: Where it begins to pay
#
# *Derive · 10 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# With $p$ devices a step saves the part $1 - 1/p$ of its work, and pays for messages: $2(p-1)$ of them, and $\frac{2(p-1)}{p}$ times the bytes of the gradient.
# A step has about $4BDC$ operations for a batch of $B$ examples, as [lesson 6](06_gpu_vs_cpu.ipynb) counted them, and a gradient of $4DC$ bytes.
#
# 1. From which batch on does it pay?
# 2. What does your formula say about a very large model, and about a faster device?

# %%
Quiz(
    "A model becomes larger and larger, its batch stays at 10 examples, and the devices are those of lesson 8. From which size on do more devices pay?",
    {
        "Never": "Bytes and operations grow together. What has to grow is the number of examples for which each weight is used.",
        "From some thousand weights on": "That is enough to make the messages' latency small, but their bytes grow with the weights.",
        "From some billion weights on": "The largest model has the most bytes to send for its ten examples.",
    },
    answer="Never",
)

# %% [markdown]
# ### Solution 8.10

# %% [markdown]
# The step saves $\frac{p-1}{p} \cdot 4BDC / \text{throughput}$, and pays $2(p-1) \cdot \text{latency}$ and $\frac{2(p-1)}{p} \cdot 4DC / \text{bandwidth}$.
# Setting the two equal and dividing by $\frac{p-1}{p} \cdot 4DC$ gives the batch from which on it pays:
#
# $$\frac{B}{\text{throughput}} = \frac{p \cdot \text{latency}}{2\,DC} + \frac{2}{\text{bandwidth}}.$$

# %%
sizes = {
    "the lecture": (3, 3),
    "1,000 features and classes": (1000, 1000),
    "the last layer of a language model": (4096, 128_256),
}
print("smallest batch that pays, predicted           8 devices        4,096")
for name, (D, C) in sizes.items():
    row = f"{name:40}"
    for p, bandwidth in ((8, 450e9), (4096, 50e9)):
        batch = p * 2e-6 / (2 * D * C) + 2 / bandwidth
        row += f"{math.ceil(67e12 * batch):15,}"
    print(row)

# %% [markdown]
# For a very large model the first term is next to nothing, but the second remains: however large the model, the batch needs some hundreds or thousands of examples, because each weight sends its 4 bytes once a step and does its 4 operations once for each example.
# A faster device needs an even larger batch, because it saves less time by sharing the work, while the bytes are the same; the same GPU is such a device once its *tensor cores* are in use, the units that multiply matrices with fewer digits.

# %% [markdown]
# ## Exercise 8.11: Three numbers and four
#
# *Read an error · 5 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# Somewhere in a training that has broken off, two ranks bring different things to an all-reduce.
# With `TORCH_DISTRIBUTED_DEBUG` set, each of them says so:


# %%
def shapes():
    try:
        dist.all_reduce(torch.ones(3 + dist.get_rank()))
    except RuntimeError as error:
        told = str(error)
        return told[: told.index(".")], re.findall(
            r"TensorShape=\S+(?=,)", told
        )


# %%
os.environ["TORCH_DISTRIBUTED_DEBUG"] = "DETAIL"
for rank, words in enumerate(launch(shapes, 2)):
    print(f"rank {rank}:", *words, sep="\n    ")
del os.environ["TORCH_DISTRIBUTED_DEBUG"]  # it makes every collective slower

# %%
Quiz(
    "What would you see without this variable?",
    {
        "A broken connection, or a sum that only looks right": "By itself PyTorch does not compare what the ranks bring.",
        "The same message": "Comparing takes a message of its own each time, so it is done only when asked for.",
        "A sum in which the missing number counts as 0": "Nobody fills it up. Which number meets which is a matter of chance.",
    },
    answer="A broken connection, or a sum that only looks right",
)

# %% [markdown]
# Where do you look for the fault?

# %% [markdown]
# ### Solution 8.11

# %% [markdown]
# Each rank names its own shape first and then the other's, so rank 0 brought three numbers and rank 1 four; which of the two is wrong no message can know.
# The traceback, which we have cut off here, names the line of the call.
# Such shapes differ when a rank's tensor depends on its own data, such as the predictions for its shard or the classes that happen to occur in it.
# Reduce sums and counts instead, whose shapes are the same everywhere.

# %% [markdown]
# ## Exercise 8.12: Four times the batch
#
# *Predict, then run · 4 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# A training has batches of 10 and the learning rate 0.01.
# Now it runs on four ranks, and each of them keeps its batch of 10, so that all together have 40 examples a step, and an epoch has a quarter of the steps.

# %%
Quiz(
    "With which learning rate will the loss after three epochs be about the same as before?",
    {
        0.01: "The gradient is the mean over 40 examples, no larger than before, and there are fewer steps.",
        0.04: "Each step replaces four old ones.",
        0.0025: "A step is no larger than before, since the gradient is a mean. There is nothing to make up for.",
    },
    answer=0.04,
)

# %% [markdown]
# ### Solution 8.12

# %%
from torchlearning.parallel import Settings
from torchlearning.parallel import train as train_course

print("after 3 epochs:")
for p, lr in ((1, 0.01), (4, 0.01), (4, 0.04)):
    w = launch(train_course, p, Settings(10 * p, lr, dtype="float64"), 3)[0]
    loss = F.cross_entropy(X @ w, y).item()
    print(f"    p = {p}, batch {10 * p}, rate {lr}: loss {loss:.4f}")

# %% [markdown]
# This *linear scaling* is a rule of thumb, and it has an end that you know from lesson 3: beyond some rate a step overshoots, and no batch is large enough to change that.
# Large trainings therefore raise the rate slowly at first, which is called *warm-up* ([Goyal and others 2017](references.md#goyal-2017)).
#
# Back to [lesson 8](08_more_than_one_device.ipynb) · [glossary](glossary.md)
