# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Lesson 3: Manual training
#
# **You will learn**
#
# - how model, loss, metric and step make a training loop, with every line written by hand;
# - why ten random starts head for the same predictor, though not for the same weights;
# - what a learning rate that is too small, right or too large does, and how each looks.

# %%
from itertools import islice

import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

# %%
from torchlearning import (
    data_iter,
    m_cross_entropy,
    plot_classes,
    plot_decision_regions,
    plot_history,
    softmax,
    tensorGenCla,
    use_style,
)
from torchlearning.labs import TrainingLab

use_style()

# %% [markdown]
# The plan has four stages, and we shall meet them again in every later model:
# **1** the model, **2** the loss, **3** the metric and the step, **4** the loop.
#
# The data are those of [lesson 1](01_softmax_intuition.ipynb), with the column of ones for the bias.

# %%
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2], bias=True)
batch_size, lr, num_epochs = 10, 0.03, 20
features.shape, labels.shape

# %% [markdown]
# ## Stages 1 and 2: model and loss
#
# Both are done: the model is [`softmax`](api.md#softmax) of $Xw$ from lesson 1, the loss is [`m_cross_entropy`](api.md#m_cross_entropy) from [lesson 2](02_cross_entropy_and_gather.ipynb).
# We only give them the names that the loop will use.
#
# What is left to find is $w$.
# It starts at random.
# `requires_grad=True` asks PyTorch to record everything computed from it; later, `backward()` on the loss walks back through that record and leaves the derivative of the loss in `w.grad`, a table of the same shape as `w`.
# (`.item()` gives a plain Python number, `.detach()` a tensor without the record.)

# %%
net, loss = softmax, m_cross_entropy
torch.manual_seed(420)
w = torch.randn(3, 3, requires_grad=True)
loss(net(features, w), labels).detach()

# %% [markdown]
# The loss is far above $\log 3 \approx 1.1$, the price of ignorance: these random weights are worse than no opinion.
#
# ## Stage 3: metric and step
#
# **The metric.** The predicted class is the place of the largest probability; `argmax` finds it.

# %%
torch.argmax(torch.tensor([1, 2])), net(features[:2], w).argmax(1)

# %% [markdown]
# The [accuracy](glossary.md#accuracy) is the share of rows where that place is the label.


# %%
def m_accuracy(soft_z, y):
    acc_bool = torch.argmax(soft_z, 1) == y.flatten()
    return acc_bool.float().mean()


m_accuracy(net(features, w), labels)

# %% [markdown]
# This 0.4473 is the number with which the original's own training starts, to the last digit.
# Softmax keeps the order, so logits would give the same accuracy.
#
# > **Trap: the forgotten `flatten`.**
# > `argmax` has shape $(N,)$, the labels $(N, 1)$. Compared without `flatten`, PyTorch stretches both to a table of all pairs. With classes of equal size its mean is exactly $1/3$, whatever the model does.

# %%
wrong = net(features, w).argmax(1) == labels
wrong.shape, wrong.float().mean()

# %% [markdown]
# **The step.** The gradient points to where the loss grows, so move against it, by [learning rate](glossary.md#learning-rate) times gradient:
#
# $$w \leftarrow w - \mathrm{lr} \cdot \frac{\partial L}{\partial w}.$$
#
# `backward()` fills in the derivative. A tiny case, $L = w^2$ at $w = 1$, where it is 2:

# %%
v = torch.tensor([1.0], requires_grad=True)
(v**2).sum().backward()
first = v.grad.clone()
(v**2).sum().backward()
first, v.grad

# %% [markdown]
# The second time it should be 2 again, but `backward()` *adds* to what is there.
# So a step must also set the gradient to zero.
# Nothing warns you if you forget it.
#
# And the update itself is not a part of the function that we differentiate.
# PyTorch insists on being told so:

# %%
try:
    v -= 0.1 * v.grad
except RuntimeError as error:
    print(error)

# %% [markdown]
# (A *leaf* is a tensor made directly, not computed from others that are recorded.)
# Inside `torch.no_grad()` the update may be done. Together:


# %%
def sgd(params, lr):
    with torch.no_grad():
        params -= lr * params.grad
    params.grad.zero_()


# %% [markdown]
# ## Mini-batches
#
# The gradient of the mean loss over all 1,500 examples is exact, and one step with it costs 1,500 rows of arithmetic:

# %%
loss(net(features, w), labels).backward()
sgd(w, lr)
loss(net(features, w), labels).detach()

# %% [markdown]
# The mean over ten examples drawn at random is a rough estimate: on average it *is* the exact gradient.
# For the same arithmetic we can take 150 rough steps, and far from the goal rough steps are good enough, as we shall see.
#
# [`data_iter`](api.md#data_iter) shuffles the examples and deals them out in [batches](glossary.md#batch), each example exactly once; one such pass is an [epoch](glossary.md#epoch).
# The last batch holds what is left.

# %%
(
    [len(y) for X, y in data_iter(400, features, labels)],
    len(data_iter(batch_size, features, labels)),
)

# %% [markdown]
# One rough step, with everything that belongs to it:

# %%
X, y = next(iter(data_iter(batch_size, features, labels)))
before = loss(net(X, w), y)
before.backward()
sgd(w, lr)
after = loss(net(X, w), y)
print(f"loss of this batch: {before:.4f} before the step, {after:.4f} after it")

# %% [markdown]
# ## Stage 4: the loop
#
# For each epoch, for each batch: forward, backward, step.
# After each epoch we keep a copy of the weights; from the copies we then compute loss and accuracy *on all data*.

# %%
torch.manual_seed(420)
w = torch.randn(3, 3, requires_grad=True)
weights = [w.detach().clone()]
for _ in range(num_epochs):
    for X, y in data_iter(batch_size, features, labels):
        batch_loss = loss(net(X, w), y)
        batch_loss.backward()
        sgd(w, lr)
    weights.append(w.detach().clone())

# %% [markdown]
# > **Trap: a list of the same tensor.**
# > Without `.clone()` the list would hold 21 tensors that share one memory, since `sgd` changes `w` in place, and every picture would show the end.

# %%
with torch.no_grad():
    losses = [loss(net(features, v), labels).item() for v in weights]
    accuracies = [m_accuracy(features @ v, labels).item() for v in weights]
for epoch in (0, 1, 2, 3, 5, 10, 20):
    print(
        f"epoch {epoch:2}: loss {losses[epoch]:.4f}, "
        f"accuracy {accuracies[epoch]:.4f}"
    )

# %% mystnb={"image": {"alt": "Two line charts over 20 epochs. Left, the accuracy jumps from 0.45 to 0.83 in one epoch and is flat near 0.97 after ten. Right, the loss on a logarithmic axis falls from 5.1 to 0.34 in one epoch and is still falling at epoch 20, at 0.09."}}
fig, axes = plt.subplots(1, 2, figsize=(8, 3))
plot_history({"accuracy": accuracies}, ax=axes[0], ylabel="accuracy")
_ = plot_history({"loss": losses}, ax=axes[1], ylabel="loss")
axes[1].set_yscale("log")

# %% [markdown]
# Look at epoch 1: its rough steps have brought the loss far below what the one exact step reached, for the same arithmetic.
#
# The accuracy looks finished after ten epochs.
# The loss does not: on the logarithmic axis it is still going down.
# Keep that difference in mind when someone shows you an accuracy curve and says "converged".
#
# > **Trap: the accuracy of the last batch.**
# > It is cheap to print the accuracy of the batch at hand. With ten examples it can only be 0, 0.1, … 1, and it jumps about while the model hardly changes:

# %%
recent = [
    m_accuracy(net(X, w), y).item()
    for X, y in data_iter(batch_size, features, labels)
]
print(
    f"one model: batches from {min(recent):.1f} to {max(recent):.1f}, "
    f"all data {accuracies[-1]:.4f}"
)

# %% [markdown]
# ## Decision regions as training goes
#
# Colour each point of the plane by the class that the model would choose.
# `plot_decision_regions` asks for a function from points to scores; the points have no column of ones, so the function adds it.


# %%
def scores_with(w):
    return lambda X: torch.cat([X, torch.ones(len(X), 1)], 1) @ w


# %% mystnb={"image": {"alt": "Four scatter plots of the three clouds with the model's decision regions, after 0, 1, 3 and 20 epochs. At the start three half-lines meet inside the middle cloud. After one epoch class 1 has a band that is too narrow and too steep; after 3 and 20 epochs two nearly parallel straight borders run between the clouds."}}
fig, axes = plt.subplots(2, 2, figsize=(8, 6.4), sharex=True, sharey=True)
for epoch, ax in zip([0, 1, 3, 20], axes.flat, strict=True):
    plot_classes(features, labels, ax=ax, size=6)
    plot_decision_regions(scores_with(weights[epoch]), ax=ax)
    ax.set_title(f"epoch {epoch}: accuracy {accuracies[epoch]:.4f}")
    ax.label_outer()
    if epoch:
        ax.get_legend().remove()

# %% [markdown]
# The borders are pieces of straight lines, and always will be: between classes $j$ and $k$ the border is where $z_j = z_k$, that is $x \cdot (w_{\cdot j} - w_{\cdot k}) = 0$, a linear equation.
# At the start three of them meet in the middle of class 1; training pushes their meeting point far out of the picture.
# After three epochs the borders move only a little.
# What still falls a lot is the loss, as the model grows surer.
#
# ## What the original's loop really does
#
# The original trains in two nested loops:
#
# ```python
# for i in range(20):
#     for epoch in range(i):
#         ...  # one epoch
#     train_acc.append(...)
# ```
#
# The weights are not reset between the rounds, so round $i$ trains $i$ epochs *more*.
# Its twenty points are not the epochs 0 … 19; they stand at these numbers of epochs:

# %%
epochs_seen = [i * (i + 1) // 2 for i in range(20)]
print(epochs_seen)
print("steps:", epochs_seen[-1] * len(data_iter(batch_size, features, labels)))

# %% [markdown]
# To run that many in a moment, we use what lesson 2 derived, the gradient $X^{\mathsf T}(P - Y)/N$, in place of autograd.
# (`islice` stops after `num_steps` batches, or with `None` after the last.)


# %%
Y = F.one_hot(labels.flatten(), 3).float()


def train_epoch(w, lr, num_steps=None):  # changes w in place
    batches = data_iter(batch_size, features, Y)
    for X, Y_batch in islice(batches, num_steps):
        w -= lr / len(X) * X.T @ (F.softmax(X @ w, 1) - Y_batch)


torch.manual_seed(420)
v = torch.randn(3, 3)
for _ in range(num_epochs):
    train_epoch(v, lr)
torch.allclose(v, w, atol=1e-4)

# %% [markdown]
# The same weights as from twenty epochs with autograd: the two ways are one.
# Now the original's nested loop.


# %%
def evaluate(w):
    z = features @ w
    value = F.cross_entropy(z, labels.flatten())
    return value.item(), m_accuracy(z, labels).item()


torch.manual_seed(420)
v, points = torch.randn(3, 3), []
for i in range(20):
    for _ in range(i):
        train_epoch(v, lr)
    points.append(evaluate(v))
nested_loss, nested_accuracy = zip(*points, strict=True)

# %% mystnb={"image": {"alt": "Two charts of the accuracy of the nested loop. Left, drawn against the round, as in the original: it seems to settle after round 3. Right, on a logarithmic axis, the same points at the epochs they really stand at, 0, 1, 3, 6 up to 190, and the simple loop as a line through those up to epoch 20."}}
fig, axes = plt.subplots(1, 2, figsize=(8, 3), sharey=True)
nested = {"nested loop": nested_accuracy}
plot_history(nested, ax=axes[0], xlabel="round i", ylabel="accuracy")
plot_history(nested, ax=axes[1], x=epochs_seen)
plot_history({"simple loop": accuracies}, ax=axes[1])
axes[0].set_title("as the original draws it")
_ = axes[1].set(title="where the points stand", xscale="symlog")

# %%
for epochs, value, share in (
    (20, losses[-1], accuracies[-1]),
    (190, nested_loss[-1], nested_accuracy[-1]),
):
    print(f"after {epochs:3} epochs: loss {value:.4f}, accuracy {share:.4f}")

# %% [markdown]
# Drawn by rounds, the curve looks finished after three; but those three rounds are six epochs, and the flat part that follows is 184 more.
#
# The original's list starts at 0.4473 as ours does, and ends on the same plateau near 0.97.
# The numbers in between cannot be reproduced by anyone: its batches came from Python's `random.shuffle`, which `torch.manual_seed` does not seed.
# Ours can, because `data_iter` draws from torch's generator.
#
# ## Ten random starts
#
# Does the result depend on where $w$ starts?
# Ten starts, ten epochs each.

# %%
torch.manual_seed(420)
curves, ends = [], []
for _ in range(10):
    v = torch.randn(3, 3)
    curve = [evaluate(v)]
    for _ in range(10):
        train_epoch(v, lr)
        curve.append(evaluate(v))
    curves.append(curve)
    ends.append(v)

# %% mystnb={"image": {"alt": "Two charts with ten lines each, one for each random start, over ten epochs. Left, the loss on a logarithmic axis: starts between 1 and 14, all within a narrow band near 0.1 at the end. Right, the accuracy: starts between 0.1 and 0.7, all near 0.97 after about five epochs."}}
fig, axes = plt.subplots(1, 2, figsize=(8, 3))
look = {"color": "#004488", "alpha": 0.6, "linewidth": 1}
for curve in curves:
    axes[0].plot([value for value, _ in curve], **look)
    axes[1].plot([share for _, share in curve], **look)
axes[0].set(xlabel="epoch", ylabel="loss", yscale="log")
_ = axes[1].set(xlabel="epoch", ylabel="accuracy")

# %% [markdown]
# All head for the same place. How near have they come?

# %%
last_losses, last_accuracies = zip(
    *(curve[-1] for curve in curves), strict=True
)
print(f"losses     {min(last_losses):.4f} to {max(last_losses):.4f}")
print(f"accuracies {min(last_accuracies):.4f} to {max(last_accuracies):.4f}")

# %% [markdown]
# But look at the weights, say the three weights of class 0 in the first four runs, a row for each run:

# %%
torch.stack(ends)[:4, :, 0]

# %% [markdown]
# They differ a lot.
# So two questions: why do all starts head for the same loss, and why not for the same weights?
# Before the answers, a closer look at the runs themselves.
#
# ## Step by step: the training lab
#
# Record the first two epochs of ten starts, every step of them.
# All starts get the same batches; as one tensor of shape $(10, 3, 3)$ they can even be trained at once, since `@` multiplies matrix by matrix.

# %%
torch.manual_seed(420)
ten = torch.stack([torch.randn(3, 3) for _ in range(10)])
order = torch.cat([torch.randperm(1500) for _ in range(2)])
batches = order.reshape(-1, batch_size)
history = [ten]
for rows in batches:
    X = features[rows]
    error = F.softmax(X @ ten, 2) - Y[rows]
    ten = ten - lr / batch_size * X.T @ error
    history.append(ten)
runs = torch.stack(history, 1)  # (start, step, 3, 3)
batches.shape, runs.shape

# %% [markdown]
# The lab plays them back; it trains nothing itself.
# Step, play, or drag along; the examples of the current batch are ringed.

# %%
lab = TrainingLab(features, labels, runs, batches)
lab

# %% [markdown]
# What to notice:
#
# - In the first ten steps the borders sweep across the plane: about half of each batch is wrong, and each mistake pulls.
# - Later most batches hold one mistake or none, and the borders only tremble. Compare how many of a batch are right with the accuracy on all data.
# - Which start is last at the end? It began with one of the lowest losses. And the one that ends first began with one of the highest.
#
# ## Why they meet: the loss is convex
#
# A function is [convex](glossary.md#convex) if along every straight line it curves upward or runs straight, never downward.
# Such a function has no second valley: a place from which no small move leads down is already at the lowest level.
# (That there is such a place is due to our data. The clouds overlap; if straight lines could separate the classes perfectly, longer weights would always be better, and the loss would approach 0 without a lowest point.)
#
# Take one example.
# From $\log p_k = z_k - \operatorname{lse}(z)$ follows $\partial p_k / \partial z_j = p_k (\mathbb{1}[j = k] - p_j)$.
# That is also the derivative of the gradient $p_k - \mathbb{1}[k = y]$: a table $H$ of second derivatives, the *Hessian*.
# The curvature along a direction $u$ is $u^{\mathsf T} H u$, and here it is an old acquaintance:
#
# $$u^{\mathsf T} H u = \sum_k p_k u_k^2 - \Big(\sum_k p_k u_k\Big)^2 = \operatorname{Var}_p(u) \ge 0,$$
#
# the *variance* of the numbers $u_k$ under the probabilities $p_k$.
# A variance is never negative.
# It is 0 only if all $u_k$ are equal, that is, if the move is a mere shift of the logits.
# The logits are linear in $w$, and a mean of convex functions is convex, so the loss is convex in $w$.
#
# The same by numbers: at 50 random places, the curvatures along nine perpendicular directions (the eigenvalues of the Hessian in $w$).

# %%
X64, y_all = features.double(), labels.flatten()


def mean_loss(w):
    return F.cross_entropy(X64 @ w, y_all)


def hessian_at(w):
    return torch.autograd.functional.hessian(mean_loss, w).reshape(9, 9)


# %%
torch.manual_seed(420)
curvatures = []
for _ in range(50):
    place = torch.randn(3, 3, dtype=torch.float64)
    curvatures.append(torch.linalg.eigvalsh(hessian_at(place)))
curvatures = torch.stack(curvatures)
zeros = (curvatures.abs() < 1e-9).sum(1)
print("negative beyond rounding:", int((curvatures < -1e-9).sum()))
print("zeros at each place:", zeros.unique().tolist())

# %% [markdown]
# None is negative, and at every place three are zero: along three directions the loss is flat.
# Those will answer the second question.
#
# And as a picture: walk through the trained weights in a straight line, in three random directions.
# A convex curve never rises above the straight line that joins its ends.

# %% mystnb={"image": {"alt": "Loss along three straight lines through the trained weights, in random directions. Each curve is a bowl with its lowest point near the middle and lies below the dashed straight line that joins its ends.", "width": "75%"}}
torch.manual_seed(420)
fig, ax = plt.subplots(figsize=(6, 3))
t = torch.linspace(-2, 2, 81)
for colour in ("C0", "C1", "C2"):
    direction = torch.randn(3, 3)
    path = [evaluate(weights[-1] + s * direction)[0] for s in t]
    ax.plot(t, path, color=colour)
    ax.plot([-2, 2], [path[0], path[-1]], "--", color=colour, linewidth=1)
_ = ax.set(xlabel="steps along the direction", ylabel="loss")

# %% [markdown]
# Later the original uses ten starts to see that it is not stuck in a local minimum.
# There is none to be stuck in: with a convex loss, one start is enough.
#
# ## Why the weights differ: the shift again
#
# Add the same vector $c$ to every column of $w$.
# Each example's logits all grow by $x \cdot c$, and softmax forgets a shift.
# So the loss cannot tell $w$ from its shifted copies; with three features, that makes the three flat directions.

# %%
c = torch.tensor([[5.0], [-2.0], [1.0]])
torch.allclose(net(features, w), net(features, w + c), atol=1e-5)

# %% [markdown]
# These are the *only* flat directions.
# A move $d$ of the weights moves the logits of an example by $x \cdot d$. By the variance above it is flat only if that is a mere shift for every example; and since no column of the features is a weighted sum of the others, all columns of $d$ must then be equal.
# Between two lowest points a convex loss stays at its lowest, so the line that joins them is flat: they differ by a shift and by nothing else.
#
# Descent never moves along a flat direction.
# Each row of $P - Y$ sums to 0, hence so does each row of the gradient, and **the row sums of $w$ stay where they started**:

# %%
torch.stack([weights[0].sum(1), weights[-1].sum(1)])

# %% [markdown]
# So two things keep the ten runs apart: the shift, and that they are not yet at the bottom.
# Remove the second.
# Where the loss has slope $g$ and curvature $h > 0$ along a direction, the bottom of the bowl that fits there lies a step $-g/h$ away.
# *Newton's method* takes this step in all directions at once, and again from where it lands.
# The pseudo-inverse `pinv` divides by the curvatures and leaves the flat directions alone.


# %%
def to_the_bottom(start):
    w = start.double()
    for _ in range(10):
        slope = torch.autograd.functional.jacobian(mean_loss, w).flatten()
        inverse = torch.linalg.pinv(hessian_at(w), rtol=1e-9, hermitian=True)
        w = w - (inverse @ slope).reshape(3, 3)
    return w


# %%
bottoms = torch.stack([to_the_bottom(v) for v in ends])
spread = {
    "losses": torch.stack([mean_loss(v) for v in bottoms]),
    "probabilities": F.softmax(X64 @ bottoms, 2),  # run, example, class
    "weights": bottoms,
    "weights, row means removed": bottoms - bottoms.mean(2, keepdim=True),
}
for name, values in spread.items():
    gap = (values.amax(0) - values.amin(0)).max()
    print(f"{name:27} largest difference between runs {gap:.4f}")

# %% [markdown]
# One loss, one predictor, ten different weight matrices; and once the shift is taken out, one weight matrix.
#
# How near were we with 20 epochs?

# %%
lowest = spread["losses"][0].item()
print(f"lowest loss {lowest:.4f}")
for epochs, value in ((20, losses[-1]), (190, nested_loss[-1])):
    print(
        f"after {epochs:3} epochs {value:.4f}, {value / lowest - 1:.0%} above"
    )

# %% [markdown]
# After 20 epochs the loss was still far above its minimum, though the accuracy had been standing still for ten: that is what the logarithmic axis was telling us.
#
# ## The learning rate
#
# Three learning rates, the same start, 40 epochs each.

# %%
rates = {}
for rate in (0.0003, 0.03, 0.3):
    torch.manual_seed(420)
    v = torch.randn(3, 3)
    points = [evaluate(v)]
    for _ in range(40):
        train_epoch(v, rate)
        points.append(evaluate(v))
    rates[f"lr = {rate:g}"] = [value for value, _ in points]
    print(
        f"lr {rate:6g}: loss {points[-1][0]:.4f}, accuracy {points[-1][1]:.4f}"
    )

# %% mystnb={"image": {"alt": "Loss on a logarithmic axis over 40 epochs for three learning rates. 0.0003 creeps down and is still above 0.7. 0.03 falls smoothly to about 0.08. 0.3 is near the lowest possible loss within three epochs and then wobbles above it.", "width": "80%"}}
fig, ax = plt.subplots(figsize=(6.4, 3.4))
plot_history(rates, ax=ax, ylabel="loss")
ax.axhline(lowest, color="black", linewidth=1)
ax.text(20, lowest * 0.8, "lowest possible", fontsize="small")
_ = ax.set(yscale="log", ylim=(0.05, 10))

# %% [markdown]
# - **Too small** (0.0003): nothing is wrong, it only takes a hundred times as many steps.
# - **Moderate** (0.03): smooth, and steadily down.
# - **Large** (0.3): ahead at first; but then it has stopped improving and wobbles above the lowest loss, because each batch pulls towards an optimum of its own.
#
# And too large? Watch the first 30 steps with a rate of 30.

# %%
first_steps = {}
for rate in (0.3, 30.0):
    torch.manual_seed(420)
    v = torch.randn(3, 3)
    points = [evaluate(v)]
    for _ in range(30):
        train_epoch(v, rate, num_steps=1)
        points.append(evaluate(v))
    first_steps[f"lr = {rate:g}"] = [value for value, _ in points]
    print(
        f"lr {rate:4g}: loss {points[-1][0]:.2f}, accuracy {points[-1][1]:.2f}"
    )

# %% mystnb={"image": {"alt": "Loss on a logarithmic axis over the first 30 steps. With lr = 0.3 it falls from 5 to 0.3. With lr = 30 it leaps to 278 in the first step, then comes down in jumps, and is back at 5 after 30 steps.", "width": "75%"}}
fig, ax = plt.subplots(figsize=(6, 3))
plot_history(first_steps, ax=ax, xlabel="step", ylabel="loss")
ax.set_yscale("log")

# %% [markdown]
# The first step overshoots, and the loss leaps far above the start; later ones leap again.
# And yet after 30 steps the accuracy is the same as with 0.3, though the loss is many times higher.
# Huge weights make the model absolutely sure, and then each mistake is enormously expensive.
# Accuracy alone would not have warned you.
#
# (Why only 30 steps? The path is chaotic. After a few hundred, the rounding of another processor is enough to change every digit, so no number from there would be worth printing.)
#
# The bad case would have been worse with the loss of stages 1 and 2.
# It computes a probability first and takes its logarithm afterwards, and once a probability has rounded to 0 there is no way back:

# %%
torch.manual_seed(420)
w = torch.randn(3, 3, requires_grad=True)
batches = iter(data_iter(batch_size, features, labels))
for step in range(4):
    X, y10 = next(batches)
    batch_loss = loss(net(X, w), y10)
    batch_loss.backward()
    sgd(w, 30.0)
    print(
        f"step {step}: loss {batch_loss:.4f}, "
        f"weights nan: {bool(w.isnan().any())}"
    )

# %% [markdown]
# On the way back, the logarithm of 0 sends an infinite slope, the flat softmax multiplies it by 0, and that is `nan`. Weights of `nan` stay `nan` for ever.
# This is why the last lesson insisted on the loss from *logits*, and why the next one uses `nn.CrossEntropyLoss`.
#
# ## Summary
#
# - A training loop is forward, backward, step, zero; one pass over the shuffled batches is an epoch.
# - Measure on all data, not on the last batch; watch the loss as well as the accuracy.
# - The cross-entropy of softmax regression is convex in $w$: one valley, no bad starts.
# - It is blind to a shift of all columns, so the minimiser is not unique, and descent keeps the row sums of $w$ where they began.
# - A learning rate too small wastes time, a large one wobbles above the lowest loss, one too large leaps about, or ends in `nan`.
#
# **Helpers met** (the package has with checks what is written out here): [`data_iter`](api.md#data_iter), [`sgd`](api.md#sgd), [`m_accuracy`](api.md#m_accuracy), [`plot_decision_regions`](api.md#plot_decision_regions), [`TrainingLab`](api.md#traininglab).
#
# **Further reading:** convex functions in {cite}`boyd2004`, chapter 3; why noisy steps work in {cite}`bottou2018`.
#
# Now try the [exercises for lesson 3](03_exercises.ipynb).
#
# Back to [Lesson 2](02_cross_entropy_and_gather.ipynb) · next: [Lesson 4, nn training](04_nn_training.ipynb)
