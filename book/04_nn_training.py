# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Lesson 4: nn training
#
# **You will learn**
#
# - which part of PyTorch does which stage of the hand-written loop, and what shapes and dtypes pass between them;
# - that the two loops are the same thing, by a check that you can run;
# - how to save and load a model safely, and what the convenient data loader costs.

# %%
import tempfile
from pathlib import Path
from statistics import median
from timeit import timeit

import matplotlib.pyplot as plt
import torch
from torch import nn, optim
from torch.nn import functional as F
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    RandomSampler,
    TensorDataset,
)

# %%
from torchlearning import (
    data_iter,
    m_accuracy,
    m_cross_entropy,
    plot_classes,
    plot_decision_regions,
    plot_history,
    sgd,
    softmax,
    tensorGenCla,
    use_style,
)

use_style()

# %% [markdown]
# ## The map
#
# [Lesson 3](03_manual_training.ipynb) wrote everything by hand.
# PyTorch has a part for each stage:
#
# | stage | by hand | with `torch.nn` |
# | --- | --- | --- |
# | data | `data_iter(batch_size, features, labels)` | `DataLoader(TensorDataset(features, labels), …)` |
# | 1 model | `softmax(X, w)`: probabilities | `nn.Linear` in an `nn.Module`: *logits* |
# | 2 loss | `m_cross_entropy(soft_z, y)` | `nn.CrossEntropyLoss()(z, y)` |
# | 3 metric | `m_accuracy(soft_z, y)` | the same |
# | 3 step | `sgd(w, lr)` | `optim.SGD(net.parameters(), lr=lr)` |
# | 4 loop | two `for` loops | `fit`, which we write below |
#
# One thing moves: the softmax has left the model and become a part of the loss.
#
# ## Data
#
# The same clouds, this time *without* the column of ones: `nn.Linear` brings its own bias.

# %%
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2])
batch_size, lr, num_epochs = 10, 0.03, 20
features.shape, features.dtype, labels.shape, labels.dtype

# %% [markdown]
# A `TensorDataset` pairs the two tensors row by row; a `DataLoader` deals the pairs out in shuffled batches.

# %%
data = TensorDataset(features, labels)
loader = DataLoader(data, batch_size=batch_size, shuffle=True)
X, y = next(iter(loader))
len(loader), X.shape, y.shape

# %% [markdown]
# The original converts the labels with `labels.float()` before this step.
# That is needless, and has to be undone before the loss, which wants whole numbers.
#
# ## Stage 1: the model
#
# A model is a class derived from `nn.Module`: it makes its layers in `__init__` and uses them in `forward`.


# %%
class SoftmaxRegression(nn.Module):
    def __init__(self, in_features=2, out_features=3, bias=True):
        super().__init__()
        self.linear = nn.Linear(in_features, out_features, bias)

    def forward(self, X):
        return self.linear(X)


torch.manual_seed(420)
softmax_model = SoftmaxRegression()
softmax_model

# %% [markdown]
# (The original calls this class `softmaxR`; the helper package has it as [`SoftmaxRegression`](api.md#softmaxregression).)
#
# `nn.Linear` has made its parameters and filled them with small random numbers:

# %%
for name, parameter in softmax_model.named_parameters():
    print(name, tuple(parameter.shape))
    print(parameter.detach())

# %% [markdown]
# > **Trap: the weight lies on its side.**
# > `nn.Linear` stores a *row* for each class, shape $(C, D)$, and computes $X W^{\mathsf T} + b$. Our hand-written $w$ has a *column* for each class, and the bias as its last row.
#
# The model returns one logit for each class: numbers of any sign that do not sum to 1.

# %%
softmax_model(X[:3]).detach()

# %% [markdown]
# ## Stage 2: the loss
#
# `nn.CrossEntropyLoss` takes logits and labels; the softmax is inside.
# These are the borders that data crosses, with shape and dtype on each:

# %%
criterion = nn.CrossEntropyLoss()
z = softmax_model(X)
target = y.flatten()
loss = criterion(z, target)
for name, value in {
    "X": X,
    "z": z,
    "y": y,
    "target": target,
    "loss": loss,
}.items():
    print(f"{name:7} {tuple(value.shape)!s:8} {value.dtype}")

# %% [markdown]
# > **Check the first loss.**
# > A model that knows nothing pays exactly $\log C$: all-zero logits must give that number, or something is connected wrongly. A random start usually pays more, here because features as large as 10 turn modest weights into confident nonsense; now and then it is lucky.

# %%
nothing = torch.zeros(len(features), 3)
print(f"all zero {criterion(nothing, labels.flatten()):.4f}", end=", ")
print(
    f"random start {criterion(softmax_model(features), labels.flatten()):.4f}"
)

# %% [markdown]
# ## Stage 3: the optimiser
#
# The optimiser gets the parameters once and then has two verbs: `zero_grad()` clears the gradients, `step()` moves the parameters.
# One step in slow motion:

# %%
optimizer = optim.SGD(softmax_model.parameters(), lr=lr)
bias = softmax_model.linear.bias
print("before  ", bias.detach())
loss = criterion(softmax_model(X), target)
optimizer.zero_grad()
loss.backward()
print("gradient", bias.grad)
optimizer.step()
print("after   ", bias.detach())

# %% [markdown]
# The change is minus `lr` times the gradient, as in `sgd`.
# (Lesson 3 cleared the gradients after the step, here they are cleared before `backward()`. Either will do, once for each step.)
#
# ## Stage 4: the loop
#
# The loop does not know which classifier or optimiser it drives.


# %%
def fit(net, criterion, optimizer, batchdata, epochs):
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for X, y in batchdata:
            loss = criterion(net(X), y.flatten().long())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total, count = total + loss.item() * len(X), count + len(X)
        losses.append(total / count)
    return losses


# %% [markdown]
# `y.flatten().long()` makes class numbers of any form fit: shape $(N, 1)$ or $(N,)$, also if stored as floats.
# The loss of an epoch is weighted by batch size, so that a short last batch does not count too much.
# [`torchlearning.fit`](api.md#fit) is this function with checks (a label of 0.9, which `.long()` would turn into 0 in silence, is refused), and with `progress=True` it shows a bar on long runs.

# %%
torch.manual_seed(420)
softmax_model = SoftmaxRegression()
optimizer = optim.SGD(softmax_model.parameters(), lr=lr)
history = fit(softmax_model, criterion, optimizer, loader, num_epochs)
print(
    f"mean loss of the first epoch {history[0]:.4f}, "
    f"of the last {history[-1]:.4f}"
)

# %% mystnb={"image": {"alt": "Line chart of the mean training loss over 20 epochs: it falls from 0.42 to about 0.09, steeply at first.", "width": "70%"}}
fig, ax = plt.subplots(figsize=(5.6, 3))
_ = plot_history(
    {"loss": history},
    ax=ax,
    x=range(1, num_epochs + 1),
    ylabel="mean loss of the epoch",
)

# %% [markdown]
# It starts far below the loss of the random weights, because the mean is taken *during* the first epoch.
#
# ## What came out
#
# The parameters, the loss on all data, the accuracy.
# `torch.no_grad()` says that no gradients will be needed: less memory, and nothing to detach.

# %%
softmax_model.state_dict()

# %%
with torch.no_grad():
    z = softmax_model(features)
criterion(z, labels.flatten()), m_accuracy(F.softmax(z, 1), labels)

# %% [markdown]
# To get probabilities out of the model, apply the softmax yourself, *after* training and outside the loss.
# Here for the first example of each class; the second is a doubtful one, near a border:

# %%
F.softmax(z, 1)[[0, 500, 1000]]

# %% mystnb={"image": {"alt": "Scatter plot of the three clouds over the trained model's decision regions: two nearly parallel straight borders separate class 0, class 1 and class 2.", "width": "75%"}}
fig, ax = plt.subplots(figsize=(6, 4.2))
plot_classes(features, labels, ax=ax)
_ = plot_decision_regions(softmax_model, ax=ax)

# %% [markdown]
# > **Trap: the loss of an epoch is not the loss after it.**
# > The first number below is the mean over the last epoch, each batch measured just before its own step, by weights that kept moving. The second is measured at the end, on all data.

# %%
round(history[-1], 4), round(criterion(z, labels.flatten()).item(), 4)

# %% [markdown]
# ## More epochs
#
# Would more training help?
# The original asks this with the nested loop of lesson 3; here it is with `fit`, which simply goes on where it stopped.

# %%
more = fit(
    softmax_model,
    criterion,
    optimizer,
    data_iter(batch_size, features, labels),
    40,
)
with torch.no_grad():
    z_more = softmax_model(features)
for epochs, scores in ((20, z), (60, z_more)):
    print(
        f"after {epochs} epochs: "
        f"loss {criterion(scores, labels.flatten()):.4f}, "
        f"accuracy {m_accuracy(scores, labels):.4f}"
    )

# %% [markdown]
# The accuracy stands still.
# The loss does not: lesson 3 found the lowest possible one, and most of what separated us from it is gone.
#
# Note that `fit` took a `data_iter` this time: any iterable of batches will do, as long as it can be read again in each epoch (a generator cannot).
#
# ## Both loops are one
#
# Give both the same start and the same batches, and let them run.
# First the batches: three epochs from the loader, kept in a list.

# %%
torch.manual_seed(1)
batches = [batch for _ in range(3) for batch in loader]
start = torch.randn(3, 3)
len(batches)

# %% [markdown]
# By hand, as in lesson 3, with the column of ones:

# %%
w = start.clone().requires_grad_()
for X, y in batches:
    soft_z = softmax(torch.cat([X, torch.ones(len(X), 1)], 1), w)
    m_cross_entropy(soft_z, y).backward()
    sgd(w, lr)

# %% [markdown]
# With `nn`: the first two rows of the start become the weight, turned on its side, and the last row the bias.

# %%
net = SoftmaxRegression()
with torch.no_grad():
    net.linear.weight.copy_(start[:2].T)
    net.linear.bias.copy_(start[2])
_ = fit(net, criterion, optim.SGD(net.parameters(), lr=lr), batches, epochs=1)

# %%
by_nn = torch.cat([net.linear.weight.T, net.linear.bias.reshape(1, -1)])
print(by_nn.detach())
print(w.detach())
print("largest difference below 1e-5:", bool((by_nn - w).abs().max() < 1e-5))

# %% [markdown]
# The same nine numbers, up to rounding: `nn` takes the logarithm of the softmax in one step, we in two.
# Apart from autograd and the dealing out of batches, there is nothing in the convenient version that you have not written yourself.
#
# ## Saving and loading
#
# What is worth keeping is the [`state_dict`](glossary.md#state_dict): names and tensors, no code.

# %%
folder = tempfile.TemporaryDirectory()
path = Path(folder.name) / "softmax_regression.pt"
torch.save(net.state_dict(), path)
list(torch.load(path, weights_only=True))

# %% [markdown]
# To load, make a model of the same shape and fill it.

# %%
again = SoftmaxRegression()
again.load_state_dict(torch.load(path, weights_only=True))
torch.equal(again(features), net(features))

# %% [markdown]
# A model of another shape is refused, and the message says where it does not fit:

# %%
try:
    SoftmaxRegression(out_features=4).load_state_dict(
        torch.load(path, weights_only=True)
    )
except RuntimeError as error:
    print(error)

# %% [markdown]
# > **Trap: a model file is a program.**
# > Whatever `torch.save` writes contains a Python *pickle*, a `state_dict` too, and reading a pickle can run any code that its author put into it. `weights_only=True`, the default in today's PyTorch, reads tensors, numbers and plain containers, and refuses the rest, such as the whole model below. Never turn it off for a file that you did not write.

# %%
torch.save(net, path)
try:
    torch.load(path, weights_only=True)
except Exception as error:
    print(type(error).__name__)
folder.cleanup()

# %% [markdown]
# ## What the loader costs
#
# A `DataLoader` asks the data set for one example at a time and then glues the examples of a batch together.
# For images on disk that is right.
# For tensors in memory it is many look-ups and a copy where one would do.
#
# The cure keeps the loader but asks for a whole batch of indices at once: a *batch sampler* in the place of the sampler, and `batch_size=None`, which says "do not glue".


# %%
def sources(size):
    sampler = BatchSampler(RandomSampler(data), size, drop_last=False)
    return {
        "DataLoader": DataLoader(data, batch_size=size, shuffle=True),
        "batch sampler": DataLoader(data, sampler=sampler, batch_size=None),
        "data_iter": data_iter(size, features, labels),
    }


{
    name: (len(batches), tuple(next(iter(batches))[0].shape))
    for name, batches in sources(batch_size).items()
}


# %% [markdown]
# How long does it take to read one epoch of batches, without training on them?
# We measure the three in turn, several times over, and take medians, so that a hiccup of the machine does not hit only one of them.
# (`s=source` ties each function to its own source; without it all would read the last one.)
# The times are of the machine that built this page; yours will differ.
# They are also the only numbers of these lessons that no test compares.


# %%
def median_times(calls, rounds=9):
    times = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(1e3 * timeit(call, number=1))
    return {name: median(values) for name, values in times.items()}


# %% tags=["nbval-ignore-output"]
for size in (10, 100, 500):
    reading = {
        name: lambda s=source: list(s) for name, source in sources(size).items()
    }
    times = median_times(reading)
    print(f"reading an epoch in batches of {size}:")
    for name, time in times.items():
        ratio = times["DataLoader"] / time
        print(f"    {name:14}{time:7.2f} ms, DataLoader / this {ratio:5.1f}")

# %% [markdown]
# The ratio grows with the batch: each batch has a fixed price that the batch sampler cannot save, and at ten examples that price is most of it.
# `data_iter`, which shuffles once and slices, is many times faster still.
#
# Now measure with the training that the batches are for:

# %% tags=["nbval-ignore-output"]
optimizer = optim.SGD(net.parameters(), lr=lr)
training = {
    name: lambda s=source: fit(net, criterion, optimizer, s, epochs=1)
    for name, source in sources(batch_size).items()
}
times = median_times(training)
print(f"training an epoch in batches of {batch_size}:")
for name, time in times.items():
    ratio = times["DataLoader"] / time
    print(f"    {name:14}{time:7.2f} ms, DataLoader / this {ratio:5.1f}")

# %% [markdown]
# At ten examples a batch, then, reading is the smaller part of an epoch, and the batch sampler saves only a little of it.
# (The two tables were measured apart and need not add up to the millisecond.)
#
# ## Summary
#
# - `TensorDataset` and `DataLoader` deal out batches; `nn.Module` holds the model and returns logits; `nn.CrossEntropyLoss` contains the softmax; `optim.SGD` takes the step.
# - Labels: int64, shape $(N,)$, at the loss. No `.float()`.
# - `nn.Linear` stores its weight as $(C, D)$, on its side compared with ours.
# - Same start, same batches: the same weights as by hand.
# - Save the `state_dict`, load it with `weights_only=True`.
# - For tensors in memory and large batches, give the loader a batch sampler; `data_iter` is cheaper at every size.
#
# **Helpers met** (the package has with checks what is written out here): [`SoftmaxRegression`](api.md#softmaxregression), [`fit`](api.md#fit), [`data_iter`](api.md#data_iter), [`m_accuracy`](api.md#m_accuracy).
#
# **Further reading:** the design of PyTorch in {cite}`paszke2019`.
#
# Now try the [exercises for lesson 4](04_exercises.ipynb).
#
# Back to [Lesson 3](03_manual_training.ipynb) · next: [Lesson 5, dispersion and difficulty](05_dispersion_and_difficulty.ipynb)
