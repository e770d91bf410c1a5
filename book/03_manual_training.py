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
# - why ten random starts end with different weights and yet the same predictor;
# - what a learning rate that is too small, right or too large does, and how each looks.

# %%
import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

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
# It starts at random, and `requires_grad=True` asks PyTorch to keep track of everything computed from it.

# %%
net, loss = softmax, m_cross_entropy
torch.manual_seed(420)
w = torch.randn(3, 3, requires_grad=True)
loss(net(features, w), labels).item()

# %% [markdown]
# The loss is far above $\log 3 \approx 1.1$, the price of ignorance: random weights are worse than no opinion.
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
# > `argmax` has shape $(N,)$, the labels $(N, 1)$. Compared without `flatten`, PyTorch stretches both to a table of all pairs, and its mean is near $1/3$ whatever the model does.

# %%
(net(features, w).argmax(1) == labels).shape

# %% [markdown]
# **The step.** The gradient points to where the loss grows, so move against it, by [learning rate](glossary.md#learning-rate) times gradient:
#
# $$w \leftarrow w - \mathrm{lr} \cdot \frac{\partial L}{\partial w}.$$
#
# Two details matter.
# The update must happen inside `torch.no_grad()`, because it is not part of the function that we differentiate.
# And the gradient must be set to zero afterwards, because `backward()` *adds* to what is there.


# %%
def sgd(params, lr):
    with torch.no_grad():
        params -= lr * params.grad
    params.grad.zero_()


# %% [markdown]
# Seen in a tiny case, $L = w^2$ at $w = 1$, where the gradient is 2:

# %%
v = torch.tensor([1.0], requires_grad=True)
(v**2).sum().backward()
first = v.grad.clone()
(v**2).sum().backward()
first, v.grad

# %% [markdown]
# The second gradient should be 2 as well; without zeroing it is 4.
# Forgetting this is the most common bug of hand-written loops, and nothing warns of it.
#
# ## Mini-batches
#
# The gradient of the mean loss over all 1,500 examples is exact and costs 1,500 rows of arithmetic.
# The mean over ten examples drawn at random is a rough estimate for much less.
# With the same work we can take 150 rough steps instead of one exact step, and far from the goal rough steps are good enough.
#
# [`data_iter`](api.md#data_iter) shuffles the examples and deals them out in [batches](glossary.md#batch), each example exactly once; one such pass is an [epoch](glossary.md#epoch).
# The last batch holds what is left.

# %%
[len(y) for X, y in data_iter(400, features, labels)], len(data_iter(batch_size, features, labels))

# %% [markdown]
# One step, with everything that belongs to it:

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
# After each epoch we note loss and accuracy *on all data*, and a copy of the weights for the pictures.

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
# > Without `.clone()` the list would hold 21 times the same tensor, since `sgd` changes it in place, and every picture would show the end.

# %%
losses = [loss(net(features, v), labels).item() for v in weights]
accuracies = [m_accuracy(net(features, v), labels).item() for v in weights]
print("epoch    ", *range(5), "…", num_epochs, sep="\t")
print("loss     ", *[f"{v:.4f}" for v in losses[:5]], "…", f"{losses[-1]:.4f}", sep="\t")
print("accuracy ", *[f"{v:.4f}" for v in accuracies[:5]], "…", f"{accuracies[-1]:.4f}", sep="\t")

# %% mystnb={"image": {"alt": "Two line charts over 20 epochs. The accuracy jumps from 0.45 to 0.83 in one epoch and is flat near 0.97 after ten. The loss falls from above 5 to 0.34 in one epoch, and keeps falling slowly, to 0.09."}}
fig, axes = plt.subplots(1, 2, figsize=(8, 3))
plot_history({"accuracy": accuracies}, ax=axes[0], ylabel="accuracy")
_ = plot_history({"loss": losses}, ax=axes[1], ylabel="loss")
axes[1].set_yscale("log")

# %% [markdown]
# The accuracy looks finished after ten epochs.
# The loss does not: on the logarithmic axis it is still going down.
# Keep that difference in mind when someone shows you an accuracy curve and says "converged".
#
# > **Trap: the accuracy of the last batch.**
# > It is cheap to print the accuracy of the batch at hand. With ten examples it can only be 0, 0.1, … 1, and it jumps about while the model hardly changes:

# %%
recent = [m_accuracy(net(X, w), y).item() for X, y in data_iter(batch_size, features, labels)]
print(
    f"one and the same model: batches from {min(recent):.1f} to {max(recent):.1f}, all data {accuracies[-1]:.4f}"
)

# %% [markdown]
# ## Decision regions as training goes
#
# Colour each point of the plane by the class that the model would choose.
# The plane has no column of ones, so we add one.


# %%
def with_ones(X):
    return torch.cat([X, torch.ones(len(X), 1)], 1)


# %% mystnb={"image": {"alt": "Four scatter plots of the three clouds with the model's decision regions, after 0, 1, 3 and 20 epochs. At the start the borders lie across the clouds. After one epoch class 1 has a band that is too narrow; by epoch 20 two nearly parallel straight borders run between the clouds."}}
fig, axes = plt.subplots(2, 2, figsize=(8, 6.4), sharex=True, sharey=True)
for epoch, ax in zip([0, 1, 3, 20], axes.flat, strict=True):
    plot_classes(features, labels, ax=ax, size=6)
    plot_decision_regions(lambda X, v=weights[epoch]: with_ones(X) @ v, ax=ax)
    ax.set_title(f"epoch {epoch}: accuracy {accuracies[epoch]:.4f}")
    ax.label_outer()
    if epoch:
        ax.get_legend().remove()

# %% [markdown]
# The borders are straight lines, and always will be: between classes $j$ and $k$ the border is where $z_j = z_k$, that is $x \cdot (w_{\cdot j} - w_{\cdot k}) = 0$, a linear equation.
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

# %% [markdown]
# 190 epochs in all, 28,500 steps.
# To run that many in a moment, we use what lesson 2 derived, the gradient $X^{\mathsf T}(P - Y)/N$, in place of autograd.


# %%
def train_epoch(w, lr):
    for X, y in data_iter(batch_size, features, labels):
        error = F.softmax(X @ w, 1) - F.one_hot(y.flatten(), 3)
        w -= lr / len(X) * X.T @ error


torch.manual_seed(420)
v = torch.randn(3, 3)
for _ in range(num_epochs):
    train_epoch(v, lr)
torch.allclose(v, w, atol=1e-4)

# %% [markdown]
# The same weights as from 3,000 steps with autograd: the two ways are one.
# Now the original's nested loop.


# %%
def evaluate(w):
    z = features @ w
    return F.cross_entropy(z, labels.flatten()).item(), m_accuracy(z, labels).item()


torch.manual_seed(420)
v, points = torch.randn(3, 3), []
for i in range(20):
    for _ in range(i):
        train_epoch(v, lr)
    points.append(evaluate(v))
nested_loss, nested_accuracy = zip(*points, strict=True)

# %% mystnb={"image": {"alt": "Two charts of the accuracy of the nested loop. Left, drawn against the round, as in the original: it seems to settle after about five. Right, the same points at the epochs they really stand at, 0, 1, 3, 6 up to 190, and the simple loop as a line through the first of them."}}
fig, axes = plt.subplots(1, 2, figsize=(8, 3), sharey=True)
plot_history({"nested loop": nested_accuracy}, ax=axes[0], xlabel="round i", ylabel="accuracy")
plot_history({"nested loop": nested_accuracy}, ax=axes[1], x=epochs_seen)
axes[1].plot(range(num_epochs + 1), accuracies, color="#d55e00", label="simple loop")
axes[1].legend()
_ = axes[0].set_title("as the original draws it"), axes[1].set_title("where the points stand")

# %%
print(f"accuracy after  20 epochs {accuracies[-1]:.4f}, after 190 {nested_accuracy[-1]:.4f}")
print(f"loss     after  20 epochs {losses[-1]:.4f}, after 190 {nested_loss[-1]:.4f}")

# %% [markdown]
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
for curve in curves:
    for ax, values in zip(axes, zip(*curve, strict=True), strict=True):
        ax.plot(values, color="#004488", alpha=0.6, linewidth=1)
axes[0].set(xlabel="epoch", ylabel="loss", yscale="log")
_ = axes[1].set(xlabel="epoch", ylabel="accuracy")

# %% [markdown]
# All meet, in the loss as in the accuracy.
# But look at the final weights, say those of class 0:

# %%
torch.stack(ends)[:4, :, 0]

# %% [markdown]
# They differ much.
# So two questions: why do the predictions agree, and why do the weights not?
#
# ## Why they agree: the loss is convex
#
# A function is [convex](glossary.md#convex) if it curves upward along every straight line.
# Then it is one bowl: it has no second valley, and every way down leads to the same lowest level.
#
# For one example, the curvature of the loss along a direction $v$ of the logits has a telling form.
# Differentiate $p_k - \mathbb{1}[k = y]$ once more:
#
# $$\frac{\partial^2 L}{\partial z_j \partial z_k} = p_k \mathbb{1}[j = k] - p_j p_k, \qquad v^{\mathsf T} H v = \sum_k p_k v_k^2 - \Big(\sum_k p_k v_k\Big)^2 = \operatorname{Var}_p(v) \ge 0.$$
#
# It is the *variance* of the numbers $v_k$ under the probabilities $p_k$, and a variance is never negative.
# The logits are linear in $w$, and sums of convex functions are convex, so the loss is convex in $w$.
#
# The same by numbers: the nine curvatures (eigenvalues of the second derivative) at a random place.

# %%
X64, y = features.double(), labels.flatten()
place = torch.randn(9, dtype=torch.float64)
hessian = torch.func.hessian(lambda v: F.cross_entropy(X64 @ v.reshape(3, 3), y))(place)
curvatures = torch.linalg.eigvalsh(hessian)
print([f"{c:.4f}" for c in curvatures.abs()], "smallest above -1e-12:", bool(curvatures.min() > -1e-12))

# %% [markdown]
# None is negative, and three are zero: along three directions the loss is flat.
# Those will answer the second question.
#
# And as a picture: walk in a straight line from one random place to another.
# A convex curve stays below the line that joins its ends.

# %% mystnb={"image": {"alt": "Loss along the straight path between random places, for three pairs. Each curve is bowl-shaped and lies below the dashed straight line that joins its two ends.", "width": "75%"}}
torch.manual_seed(420)
fig, ax = plt.subplots(figsize=(6, 3))
t = torch.linspace(0, 1, 51)
for colour in ("#004488", "#d55e00", "#1b9e77"):
    a, b = 3 * torch.randn(2, 3, 3)
    path = [evaluate(a + s * (b - a))[0] for s in t]
    ax.plot(t, path, color=colour)
    ax.plot([0, 1], [path[0], path[-1]], "--", color=colour, linewidth=1)
_ = ax.set(xlabel="way from one place to another", ylabel="loss")

# %% [markdown]
# So ten starts do not "rule out local minima", as the original puts it: there are none to rule out, and one start would have been enough.
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
# Descent never moves along a flat direction.
# Each row of `error` sums to 0, hence so does each row of the gradient, and **the row sums of $w$ stay where they started**:

# %%
torch.stack([weights[0].sum(1), weights[-1].sum(1)])

# %% [markdown]
# To see that nothing else separates the ten models, let each run down to the very bottom.
# LBFGS, a method that also uses curvature, gets there in a fraction of a second.


# %%
def to_the_bottom(start):
    w = start.double().requires_grad_()
    optimizer = torch.optim.LBFGS([w], max_iter=200, tolerance_grad=1e-9, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        bottom_loss = F.cross_entropy(X64 @ w, y)
        bottom_loss.backward()
        return bottom_loss

    optimizer.step(closure)
    return w.detach()


# %%
bottoms = torch.stack([to_the_bottom(v) for v in ends])
bottom_losses = torch.stack([F.cross_entropy(X64 @ v, y) for v in bottoms])
centred = bottoms - bottoms.mean(2, keepdim=True)
spread = {
    "losses": bottom_losses,
    "probabilities": F.softmax(X64 @ bottoms, 2),
    "weights": bottoms,
    "weights, row means removed": centred,
}
for name, values in spread.items():
    print(f"{name:27} largest difference between starts {(values.amax(0) - values.amin(0)).max():.3f}")

# %% [markdown]
# One loss, one predictor, ten different weight matrices; and once the shift is taken out, one weight matrix.
#
# How near were we with 20 epochs?

# %%
print(
    f"lowest loss {bottom_losses[0]:.4f}; after 20 epochs {losses[-1]:.4f}; after 190 {nested_loss[-1]:.4f}"
)

# %% [markdown]
# ## The learning rate
#
# Four learning rates, the same start, ten epochs each.

# %%
rates = {}
for rate in (0.0003, 0.03, 0.3, 30.0):
    torch.manual_seed(420)
    v = torch.randn(3, 3)
    rates[f"lr = {rate:g}"] = [evaluate(v)[0]]
    for _ in range(10):
        train_epoch(v, rate)
        rates[f"lr = {rate:g}"].append(evaluate(v)[0])

# %% mystnb={"image": {"alt": "Loss on a logarithmic axis over ten epochs for four learning rates. 0.0003 creeps down and is still near 1. 0.03 falls smoothly towards 0.1. 0.3 comes close to the lowest possible loss in three epochs and then wobbles above it. 30 jumps between 2 and 40 and never settles.", "width": "80%"}}
fig, ax = plt.subplots(figsize=(6.4, 3.4))
plot_history(rates, ax=ax, ylabel="loss")
ax.axhline(bottom_losses[0], color="black", linewidth=1)
ax.text(0, bottom_losses[0] * 1.06, "lowest possible", fontsize="small")
ax.set_yscale("log")

# %% [markdown]
# - **Too small** (0.0003): nothing is wrong, it only takes a hundred times as long.
# - **Right** (0.03): smooth and steady.
# - **Large** (0.3): fastest at first; then each batch pulls the weights to its own optimum and the loss wobbles above the lowest one.
# - **Too large** (30): each step overshoots; the loss stays above even where the small rate is.
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
    print(f"step {step}: loss {batch_loss:.4f}, weights nan: {bool(w.isnan().any())}")

# %% [markdown]
# An infinite loss has a gradient of `nan`, and weights of `nan` stay `nan` for ever.
# This is why the last lesson insisted on the loss from *logits*, and why the next one uses `nn.CrossEntropyLoss`.
#
# ## Summary
#
# - A training loop is forward, backward, step, zero; one pass over the shuffled batches is an epoch.
# - Measure on all data, not on the last batch; watch the loss as well as the accuracy.
# - The cross-entropy of softmax regression is convex in $w$: one valley, no bad starts.
# - It is blind to a shift of all columns, so the minimiser is not unique, and descent keeps the row sums of $w$ where they began.
# - A learning rate too small wastes time, one too large never settles, or ends in `nan`.
#
# **Helpers met:** [`data_iter`](api.md#data_iter), [`sgd`](api.md#sgd), [`m_accuracy`](api.md#m_accuracy), [`plot_decision_regions`](api.md#plot_decision_regions).
#
# **Further reading:** convex functions in {cite}`boyd2004`, chapter 3; why noisy steps work in {cite}`bottou2018`.
#
# Back to [Lesson 2](02_cross_entropy_and_gather.ipynb) · next: [Lesson 4, nn training](04_nn_training.ipynb)
