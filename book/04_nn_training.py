# %% [markdown]
# # Lesson 4: nn training
#
# **You will learn**
#
# - which part of PyTorch does which stage, and what passes between them;
# - how far the two loops agree, by a check that you can run;
# - how to save and load a model safely, and what the data loader costs.

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
import matplotlib.pyplot as plt
import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset
from torchlearning import (
    plot_classes,
    plot_decision_regions,
    tensorGenCla,
    use_style,
)

use_style()

# %% [markdown]
# How much of [lesson 3](03_manual_training.ipynb) does PyTorch have ready-made?
# Nearly all of it: twelve lines, folded here, have found the borders below, around lesson 1's star.

# %% mystnb={"code_prompt_hide": "Hide the program", "code_prompt_show": "Show the twelve lines, and three that draw", "image": {"alt": "Scatter plot of the three clouds over the trained model's decision regions: two nearly parallel straight borders separate class 0, class 1 and class 2. A star at (3, 3) lies close to the border between classes 1 and 2.", "width": "75%"}} tags=["hide-input"]
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2])
data = TensorDataset(features, labels)
loader = DataLoader(data, batch_size=10, shuffle=True)
net = nn.Linear(2, 3)
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.03)
for _ in range(20):
    for X, y in loader:
        optimizer.zero_grad()
        criterion(net(X), y.flatten()).backward()
        optimizer.step()
ax = plot_classes(features, labels)
plot_decision_regions(net, ax=ax)
_ = ax.scatter(3, 3, s=160, color="black", marker="*")

# %% [markdown]
# ## Which part does what?
#
# Unfold the program and look for the stages of lesson 3.
# PyTorch has a part for each but the metric and the loop:
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
# One thing has moved: the softmax has left the model and become a part of the loss.
#
# ## What goes in?
#
# The same clouds, this time *without* the column of ones, because `nn.Linear` brings its own bias.
# A `TensorDataset` pairs features and labels row by row, and a `DataLoader` deals the pairs out in shuffled batches.

# %% mystnb={"code_prompt_hide": "Hide the imports", "code_prompt_show": "Show the imports"} tags=["hide-input"]
from torch.nn import functional as F
from torchlearning import (
    data_iter,
    m_accuracy,
    m_cross_entropy,
    plot_history,
    sgd,
    softmax,
)
from torchlearning.quiz import Quiz

# %%
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2])
batch_size, lr, num_epochs = 10, 0.03, 20
features.shape, features.dtype, labels.shape, labels.dtype

# %%
data = TensorDataset(features, labels)
loader = DataLoader(data, batch_size=batch_size, shuffle=True)
X, y = next(iter(loader))
len(loader), X.shape, y.shape

# %% [markdown]
# The lecture converts the labels with `labels.float()` before this step, which is needless and has to be undone before the loss, which wants whole numbers.
#
# ## Stage 1: where are the nine numbers?
#
# A model is a class derived from `nn.Module`: it makes its layers in `__init__` and uses them in `forward`.
# You never call `forward` yourself, because `net(X)` does it for you.
# (A network with a hidden layer would have two `nn.Linear` here, and between them a function that is not linear, such as `torch.tanh`; without it the two matrix products would be one. Lesson 5 has such a network.)


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
# (The lecture calls this class `softmaxR`; the helper package has it as [`SoftmaxRegression`](api.md#softmaxregression).)
#
# `nn.Linear` has made its parameters, a bias for each class and a weight for each feature and class, and has filled them with small random numbers.

# %%
Quiz(
    "In lesson 3 `w` had a row for each feature and a column for each class. Which shape does `nn.Linear(2, 3)` give its weight?",
    {
        "(2, 3)": "So it would be in `X @ w`, but `nn.Linear` stores the transpose.",
        "(3, 2)": "A *row* for each class; the layer computes `X @ weight.T + bias`.",
        "(3, 3)": "There are three classes, but two features: the bias is a tensor of its own.",
    },
    answer="(3, 2)",
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
for name, parameter in softmax_model.named_parameters():
    print(name, tuple(parameter.shape))
    print(parameter.detach())

# %% [markdown]
# The model returns one logit for each class, numbers of any sign that do not sum to 1:

# %%
softmax_model(X[:3]).detach()

# %% [markdown]
# ## Stage 2: what does the loss want?
#
# `nn.CrossEntropyLoss` takes logits and labels, and the softmax is inside.
# Most errors happen where one part hands a tensor to the next, so here are these places, with shape and dtype at each:

# %%
criterion = nn.CrossEntropyLoss()
z = softmax_model(X)
target = y.flatten()
loss = criterion(z, target)
handed = {"X": X, "z": z, "y": y, "target": target, "loss": loss}
for name, value in handed.items():
    print(f"{name:7} {tuple(value.shape)!s:8} {value.dtype}")

# %% [markdown]
# > **Note: check the first loss.**
# > As in lesson 3, all-zero logits must give exactly $\log C$, or something is connected wrongly. A random start usually pays more, because features as large as 10 turn even small weights into confident nonsense.

# %%
nothing = torch.zeros(len(features), 3)
print(f"all zero {criterion(nothing, labels.flatten()):.4f}", end=", ")
print(
    f"random start {criterion(softmax_model(features), labels.flatten()):.4f}"
)

# %% [markdown]
# ## Stage 3: who takes the step?
#
# The optimiser gets the parameters once and then has two verbs: `zero_grad()` clears the gradients, and `step()` moves the parameters.
# Here is one step in slow motion:

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
# (Lesson 3 cleared the gradients after the step, and here they are cleared before `backward()`. Either will do, once for each step.)
# `optim` has others, such as `optim.Adam`, which gives each weight a step of its own size, judged by how large its gradients have been of late; to use it, you change this one line.
#
# ## Stage 4: one loop for all models
#
# Does every model need a loop of its own?
# No: the loop need not know which classifier it trains, nor which optimiser takes the steps.
# (The exceptions are those that compute the loss several times a step, such as `optim.LBFGS`.)


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
#
# One thing is missing that your own loops should have.
# Some layers do one thing while the model is trained and another when it is used: dropout, for instance, sets numbers to 0 at random, but only in training.
# `net.train()` and `net.eval()` tell all layers of a model which of the two it is.

# %%
layer = nn.Dropout(0.5)  # about half become 0, and the others are doubled
ones = torch.ones(100)
print("in training:", layer.train()(ones).unique())
print("in use:     ", layer.eval()(ones).unique())

# %% [markdown]
# So call `net.train()` before training and `net.eval()` before measuring, even where, as in our model, no layer cares.
# [`torchlearning.fit`](api.md#fit) does the first by itself.
# It is the function above with checks (a label of 0.9, which `.long()` would silently turn into 0, is refused), and with `progress=True` it shows a bar on long runs.

# %%
Quiz(
    "`fit` reports for an epoch the mean loss of its batches, each measured just before its own step. What will it report for the first epoch?",
    {
        "About the loss of the random start": "Only the first batch is measured at the start. By the last one the weights have moved many times.",
        "Far less than log 3": "The first few batches are expensive, but they are few among the batches of an epoch.",
        "About log 3": "That is what ignorance costs, and the model does not stay ignorant for a whole epoch.",
    },
    answer="Far less than log 3",
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
torch.manual_seed(420)
softmax_model = SoftmaxRegression()
optimizer = optim.SGD(softmax_model.parameters(), lr=lr)
history = fit(softmax_model, criterion, optimizer, loader, num_epochs)
print(
    f"mean loss of the first epoch {history[0]:.4f}, "
    f"of the last {history[-1]:.4f}"
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer", "image": {"alt": "Line chart of the mean training loss over 20 epochs: it falls from 0.42 to about 0.09, steeply at first.", "width": "70%"}} tags=["hide-output"]
fig, ax = plt.subplots(figsize=(5.6, 3))
_ = plot_history(
    {"loss": history},
    ax=ax,
    x=range(1, num_epochs + 1),
    ylabel="mean loss of the epoch",
)

# %% [markdown]
# ## What came out?
#
# Let us look at three things: the parameters, which `state_dict()` lists by name, then the loss on all data, and the accuracy.
# Inside `torch.no_grad()` autograd records nothing, which saves memory, and there is nothing to detach.

# %%
softmax_model.state_dict()

# %%
softmax_model.eval()
with torch.no_grad():
    z = softmax_model(features)
criterion(z, labels.flatten()), m_accuracy(F.softmax(z, 1), labels)

# %% [markdown]
# > **Trap: the loss of an epoch is not the loss after it.**
# > The first number below is the mean over the last epoch, each batch measured just before its own step, by weights that kept moving. The second is measured at the end, on all data.

# %%
round(history[-1], 4), round(criterion(z, labels.flatten()).item(), 4)

# %% [markdown]
# To get probabilities out of the model, apply the softmax yourself, *after* training and outside the loss.
#
# > **Say what you expect.**
# > Which three probabilities does this model give the star at (3, 3)? It has had the same data as the model of lesson 3, but another start and other batches.

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
star = torch.tensor([[3.0, 3.0]])
with torch.no_grad():
    p = F.softmax(softmax_model(star), 1)[0]
print(", ".join(f"class {k}: {value:.3f}" for k, value in enumerate(p)))

# %% [markdown]
# This is further from one half each than the model of lesson 3 was.
# The star lies near the border, where a small shift of the border changes the probabilities a lot, and the start, the batches and a training that is not finished all shift it a little.
# Would more training help?
# `fit` goes on where it stopped. (It takes `data_iter` this time: any iterable of batches will do, as long as it can be read again in each epoch, which a generator cannot.)

# %%
softmax_model.train()
batches = data_iter(batch_size, features, labels)
_ = fit(softmax_model, criterion, optimizer, batches, 40)
softmax_model.eval()
with torch.no_grad():
    z_more = softmax_model(features)
    p = F.softmax(softmax_model(star), 1)[0]
for epochs, scores in ((20, z), (60, z_more)):
    print(
        f"after {epochs} epochs: "
        f"loss {criterion(scores, labels.flatten()):.4f}, "
        f"accuracy {m_accuracy(scores, labels):.4f}"
    )
print("the star now:", ", ".join(f"{value:.3f}" for value in p))

# %% [markdown]
# The accuracy stands still, but the loss has gone most of the way to the lowest possible one, which lesson 3 found, and the star has come nearer to one half each.
#
# ## Do the two loops find the same weights?
#
# They should, but how could we tell?
# Give both the same start and the same batches, and compare the weights at the end.
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
# With `nn`, the first two rows of the start become the weight, transposed, and the last row the bias:

# %%
net = SoftmaxRegression()
with torch.no_grad():
    net.linear.weight.copy_(start[:2].T)
    net.linear.bias.copy_(start[2])
_ = fit(net, criterion, optim.SGD(net.parameters(), lr=lr), batches, epochs=1)

# %%
Quiz(
    "How far apart are the nine numbers after these 450 steps?",
    {
        "Not at all: they are equal to the last bit": "The two programs compute the same thing, but not by the same operations, and each operation rounds.",
        "By rounding only": "`nn.CrossEntropyLoss` takes the logarithm of the softmax in one step and we take it in two, so the last digits differ, and nothing else.",
        "By a percent or so": "That would be a different method. On paper these are the same steps along the same gradients.",
    },
    answer="By rounding only",
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
by_nn = torch.cat([net.linear.weight.T, net.linear.bias.reshape(1, -1)])
print(by_nn.detach())
print(w.detach())
print("largest difference below 1e-5:", bool((by_nn - w).abs().max() < 1e-5))

# %% [markdown]
# Apart from autograd, the dealing out of batches and a loss that never leaves the logits ([exercise 2.3](02_exercises.ipynb#ex-2-3)), there is nothing in the convenient version that you have not written yourself.
#
# ## How does one keep a model?
#
# What is worth keeping is the [`state_dict`](glossary.md#state_dict): names and tensors, no code.

# %%
import tempfile
from pathlib import Path

folder = tempfile.TemporaryDirectory()
path = Path(folder.name) / "softmax_regression.pt"
torch.save(net.state_dict(), path)
list(torch.load(path, weights_only=True))

# %% [markdown]
# To load it, make a model of the same shape and fill that.

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
# ## What does the loader cost?
#
# A `DataLoader` asks the data set for one example at a time and then glues the examples of a batch together.
# For images on disk that is right, but for tensors in memory it means many look-ups and a copy where one would do.
# You can keep the loader and have it ask for a whole batch at once: a *batch sampler* deals out lists of row numbers where the usual sampler deals them out one by one, and `batch_size=None` tells the loader that there is nothing to glue.

# %%
from statistics import median
from time import perf_counter

from torch.utils.data import BatchSampler, RandomSampler


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
# (The times are of the machine that built this page, and yours will differ; they are the only numbers of this lesson that no test compares.)


# %%
def median_times(work, size, rounds=9):
    """Return the milliseconds that work(batches) takes, for each source."""
    times = {name: [] for name in sources(size)}
    for _ in range(rounds):
        for name, batches in sources(size).items():
            start = perf_counter()
            work(batches)
            times[name].append(1e3 * (perf_counter() - start))
    return {name: median(values) for name, values in times.items()}


def show(times):
    for name, time in times.items():
        ratio = times["DataLoader"] / time
        print(f"    {name:14}{time:7.2f} ms, DataLoader / this {ratio:5.1f}")


# %% tags=["nbval-ignore-output"]
for size in (10, 100, 500):
    print(f"reading an epoch in batches of {size}:")
    show(median_times(list, size))  # a list reads all batches

# %% [markdown]
# The ratio grows with the batch, because each batch has a fixed price that the batch sampler cannot save, and small batches pay it often.
# `data_iter`, which shuffles once and slices, is many times faster still.
#
# Does it matter?
#
# > **Say what you expect.**
# > Which fraction of an epoch of *training*, in batches of ten, goes into reading them with the `DataLoader`?

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["nbval-ignore-output", "hide-output"]
optimizer = optim.SGD(net.parameters(), lr=lr)


def train(batches):
    fit(net, criterion, optimizer, batches, epochs=1)


print(f"training an epoch in batches of {batch_size}:")
times = median_times(train, batch_size)
show(times)
saved = 1 - times["data_iter"] / times["DataLoader"]
print(f"saved by data_iter, which does not read one by one: {saved:.0%}")

# %% [markdown]
# The two tables need not add up, because reading can take longer between the steps of a training than it does on its own.
# So measure what you want to speed up, here the whole epoch, and not a part of it by itself.
#
# ## Summary
#
# - `TensorDataset` and `DataLoader` deal out batches; `nn.Module` holds the model and returns logits; `nn.CrossEntropyLoss` contains the softmax; `optim.SGD` takes the step.
# - Labels: int64, shape $(N,)$, at the loss. No `.float()`.
# - `nn.Linear` stores its weight as $(C, D)$, the transpose of ours.
# - `net.train()` before training, `net.eval()` before measuring.
# - Same start, same batches: the same weights as by hand.
# - Save the `state_dict`, load it with `weights_only=True`.
# - For tensors in memory and large batches, give the loader a batch sampler; `data_iter` is cheaper at every size.
#
# **Helpers met** (the package has with checks what is written out here): [`SoftmaxRegression`](api.md#softmaxregression), [`fit`](api.md#fit), [`data_iter`](api.md#data_iter), [`m_accuracy`](api.md#m_accuracy).
#
# **Further reading:** the design of PyTorch in [Paszke and others 2019](references.md#paszke-2019).
#
# Now try the [exercises for lesson 4](04_exercises.ipynb).
#
# Back to [Lesson 3](03_manual_training.ipynb) · next: [Lesson 5, dispersion and difficulty](05_dispersion_and_difficulty.ipynb)
