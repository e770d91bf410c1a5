# %% [markdown]
# # Exercises for lesson 8
#
# They go with [lesson 8](08_more_than_one_device.ipynb).
# Together they take about 75 minutes, and those of importance 3 about 30.
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
        "All goes well until the last batch, in which rank 0 waits for ever, or until the timeout": "Only the last batch leaves ranks without examples. They are done and gone, and rank 0 waits for them in its all-reduce.",
        "It hangs at once": "With 7 examples every rank has some. It takes a batch with fewer examples than ranks.",
        "It ends, with slightly wrong weights": "An all-reduce in which not all take part does not end at all.",
    },
    answer="All goes well until the last batch, in which rank 0 waits for ever, or until the timeout",
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
    print("Connection" in str(error) or "Timed out" in str(error))

# %% [markdown]
# Here the other ranks have ended, so rank 0 finds its connection closed; had they still been busy, it would have waited until the timeout.
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
#
# Back to [lesson 8](08_more_than_one_device.ipynb) · [glossary](glossary.md)
