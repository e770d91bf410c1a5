# %% [markdown]
# # Lesson 3: Manual training
#
# **You will learn**
#
# - how model, loss, metric and step make a training loop, all by hand;
# - what ten random starts have in common in the end, what not, and why;
# - what a learning rate too small, right or too large looks like.

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
import torch
from torch.nn import functional as F
from torchlearning import tensorGenCla, use_style
from torchlearning.labs import TrainingLab

use_style()

# %% [markdown]
# What happens while a model learns? Press *Play*.

# %% mystnb={"code_prompt_hide": "Hide it", "code_prompt_show": "Show how the lab and its ten runs are made"} tags=["hide-input"]
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2], bias=True)
Y = F.one_hot(labels.flatten(), 3).float()  # (1500, 3)
torch.manual_seed(420)
ten = torch.stack([torch.randn(3, 3) for _ in range(10)])
order = torch.cat([torch.randperm(1500) for _ in range(2)])  # two epochs
history, batches = [ten], order.reshape(-1, 10)  # (300, 10): step, example
for rows in batches:
    X = features[rows]  # (10, 3): row, feature
    error = F.softmax(X @ ten, 2) - Y[rows]  # (10, 10, 3): start, row, class
    ten = ten - 0.03 / 10 * X.T @ error  # (10, 3, 3): start, feature, class
    history.append(ten)
runs = torch.stack(history, 1)  # (10, 301, 3, 3): start, step, feature, class
lab = TrainingLab(features, labels, runs, batches)
lab

# %% [markdown]
# The points are those of [lesson 1](01_softmax_intuition.ipynb), the colour behind them is the class that the model would choose there, and the ringed ones are the ten examples that made this step.
# At step 0 the nine weights are random numbers, and when every example has been used twice, the borders have found the gaps between the clouds, although each step only moved nine numbers a little, by a rule that fits on one line.
#
# In this lesson you write that rule and everything around it, in four stages that every later model will share: **1** the model, **2** the loss, **3** the metric and the step, **4** the loop.
# By the end you will also be able to read the folded code above.
#
# ## Stages 1 and 2: what do nine numbers cost?
#
# What do we have already?
# From lesson 1 the data, with the column of ones for the bias, and the model, [`softmax`](api.md#softmax) of $Xw$; from [lesson 2](02_cross_entropy_and_gather.ipynb) the loss, [`m_cross_entropy`](api.md#m_cross_entropy).
# We only give model and loss the names that the loop will use.

# %% mystnb={"code_prompt_hide": "Hide the imports", "code_prompt_show": "Show the imports"} tags=["hide-input"]
from math import log

import matplotlib.pyplot as plt
from torchlearning import (
    data_iter,
    m_cross_entropy,
    plot_classes,
    plot_decision_regions,
    plot_history,
    softmax,
)
from torchlearning.quiz import Quiz

# %%
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2], bias=True)
batch_size, lr, num_epochs = 10, 0.03, 20
net, loss = softmax, m_cross_entropy
features.shape, labels.shape

# %% [markdown]
# What is missing is a good $w$, nine numbers that make the loss small, and the search for it has to start somewhere.

# %%
third = 1 / 3
Quiz(
    "Suppose that all nine weights are 0. What is the mean loss of the 1,500 examples?",
    {
        log(
            3
        ): "Equal scores make equal probabilities of 1/3, so each example pays log 3, whatever its features.",
        0: "Then every true class would have probability 1. Equal scores give it 1/3.",
        third: "That is the probability of the true class. What is minus its logarithm?",
    },
    answer=log(3),
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
torch.manual_seed(420)
w = torch.randn(3, 3, requires_grad=True)
for name, v in {"zero": torch.zeros(3, 3), "random": w.detach()}.items():
    print(f"{name:6} weights: loss {loss(net(features, v), labels):.4f}")

# %% [markdown]
# You can know this number before any code has run, which makes it the cheapest test of a training program: if the first loss at zero weights is another one, something is connected wrongly.
# The random weights pay several times as much, because they have a confident opinion on most points without having seen any.
#
# Why start at random, then?
# For softmax regression there is no need, and the exercises often start at zero.
# But in a network with *hidden layers*, neurons between the features and the scores, neurons that start alike would get equal derivatives and stay copies of each other for ever; small random numbers break the tie.
# Here we do it as the [lecture](references.md) does, and to see whether the start makes a difference.
#
# `requires_grad=True` asks PyTorch to record everything that is computed from `w`, so that it can later find the derivatives; this machinery is called *autograd*.
# (`.item()` gives a plain Python number, and `.detach()` a tensor without the record.)
#
# ## Stage 3: how many are right, and which way is down?
#
# **The metric.** How many examples does the model get right?
# The predicted class is the place of the largest probability, which `argmax` finds, and the [accuracy](glossary.md#accuracy) is the fraction of rows where that place is the label.

# %%
torch.argmax(torch.tensor([1, 2])), net(features[:2], w).argmax(1)


# %%
def m_accuracy(soft_z, y):
    acc_bool = torch.argmax(soft_z, 1) == y.flatten()
    return acc_bool.float().mean()


m_accuracy(net(features, w), labels)

# %% [markdown]
# This 0.4473 is the number with which the lecture's own training starts, to the last digit.
# (Logits give the same accuracy, since softmax keeps the order.)
#
# > **Trap: the forgotten `flatten`.**
# > `argmax` has shape $(N,)$, the labels $(N, 1)$. Compared without `flatten`, PyTorch stretches both to a table of all pairs. With classes of equal size its mean is exactly $1/3$, whatever the model does.

# %%
wrong = net(features, w).argmax(1) == labels
wrong.shape, wrong.float().mean()

# %% [markdown]
# **The gradient.** In which direction should the weights move?
# The derivatives of the loss with respect to all weights, laid out in a table of the same shape as $w$, are its *gradient*.
# Lesson 2 derived it, $X^{\mathsf T}(P - Y)/N$: each feature times *prediction minus truth*, averaged over the examples.
# Do one case by hand: two examples with one feature and the 1 for the bias, $(3, 1)$ of class 2 and $(-3, 1)$ of class 0.
# At zero weights all probabilities are $1/3$, so the rows of $P - Y$ are $(1/3,\; 1/3,\; -2/3)$ and $(-2/3,\; 1/3,\; 1/3)$.
# The entry for the feature and class 0 is $(3 \cdot 1/3 + (-3) \cdot (-2/3)) / 2 = 3/2$, and that for the bias and class 0 is $(1/3 - 2/3) / 2 = -1/6$.
# Work out one more, and compare:

# %%
X, y = torch.tensor([[3.0, 1.0], [-3.0, 1.0]]), torch.tensor([[2], [0]])
v = torch.zeros(2, 3, requires_grad=True)
loss(net(X, v), y).backward()
v.grad

# %% [markdown]
# `backward()` walked back through the record, from the loss to the weights, and left the gradient in `v.grad`.
# The first row says that the loss falls if the feature counts more for class 2, and it is right: the example with the positive feature is of class 2.
# Each row sums to 0, because it is a weighted sum of the rows of $P - Y$, and each of those sums to 0.
# Remember that; it will explain something odd.
#
# **The step.** The loss grows along the gradient, so we move against it, by the [learning rate](glossary.md#learning-rate) times the gradient:
#
# $$w \leftarrow w - \mathrm{lr} \cdot \frac{\partial L}{\partial w}.$$
#
# Two things about this line surprise everybody once. For both take $L = v^2$ at $v = 1$, where the derivative is $2v = 2$.

# %%
Quiz(
    "`backward()` is called for v² at v = 1, and then, with nothing in between, for v² once more. What is `v.grad` now?",
    {
        4: "`backward()` adds its result to what `v.grad` holds. That is useful when a gradient is collected in several pieces, and a nuisance in a loop.",
        2: "That is the derivative, and what `v.grad` holds after the first call. The second call does not replace it.",
        0: "Nothing has set it to zero, and nothing will unless you do.",
    },
    answer=4,
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
v = torch.tensor([1.0], requires_grad=True)
(v**2).sum().backward()
first = v.grad.clone()
(v**2).sum().backward()
first, v.grad

# %% [markdown]
# The other surprise is that PyTorch refuses the update itself, which it would have to record as well:

# %%
try:
    v -= 0.1 * v.grad
except RuntimeError as error:
    print(error)

# %% [markdown]
# (A *leaf* is a tensor made directly, not computed from others that are recorded.)
# Inside `torch.no_grad()` nothing is recorded, and there the update is allowed.
# And since last step's gradient has no business in this one, every step ends by setting it to zero, which is easily forgotten, because PyTorch will not remind you.


# %%
def sgd(params, lr):
    with torch.no_grad():
        params -= lr * params.grad
    params.grad.zero_()


# %% [markdown]
# ## How many examples does a step need?
#
# The gradient over all 1,500 examples is exact, but a step with it costs 1,500 rows of arithmetic.
# The mean over ten of them, drawn at random, is only a rough estimate, but right on average.
#
# [`data_iter`](api.md#data_iter) shuffles the examples and deals them out in [batches](glossary.md#batch), each example exactly once; one such pass is an [epoch](glossary.md#epoch).
# The last batch holds what is left:

# %%
(
    [len(y) for X, y in data_iter(400, features, labels)],
    len(data_iter(batch_size, features, labels)),
)

# %% [markdown]
# So for the arithmetic of one exact step we can take 150 rough ones. Which is the better buy?

# %%
Quiz(
    "From the same start and with the same learning rate, A takes 1 exact step, B takes 150 rough steps, and C takes 150 exact steps, with 150 times the arithmetic of A or B. How will the three losses compare?",
    {
        "A and B about equal, C far below": "They do the same arithmetic, but A spends it all on one direction, and moves once.",
        "B and C about equal, far below A": "As long as the goal is far and the rate is small, a step that is right on average gets as far as an exact one.",
        "B far below A, C far below B": "Near the goal the noise will cost something; far from it the errors of the rough steps cancel.",
    },
    answer="B and C about equal, far below A",
)


# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
def loss_after(batches):
    torch.manual_seed(420)
    v = torch.randn(3, 3, requires_grad=True)
    for X, y in batches:
        loss(net(X, v), y).backward()
        sgd(v, lr)
    return loss(net(features, v), labels).item()


exact = [(features, labels)]
print(f"A,   1 exact step:  {loss_after(exact):.3f}")
rough = data_iter(batch_size, features, labels)
print(f"B, 150 rough steps: {loss_after(rough):.3f}")
print(f"C, 150 exact steps: {loss_after(150 * exact):.3f}")

# %% [markdown]
# Counted in arithmetic, the small batches win by far, and this is the best reason to train in them.
# There are two reservations, to which [lesson 6](06_gpu_vs_cpu.ipynb) returns: most of the time of a small step is not arithmetic, so that the gain in seconds is far smaller, and an exact gradient bears a larger rate.
# And near the goal the noise will turn out to matter.
#
# ## Stage 4: the loop
#
# How do the pieces become a program?
# For each epoch, and in it for each batch, compute the loss (*forward*), then its gradient (*backward*), and take a step.
# After each epoch we keep a copy of the weights, to compute loss and accuracy *on all data*.

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
# (Without `.clone()` the list would hold the same tensor 21 times, since `sgd` changes `w` in place, and every picture would show the end.)

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
# The accuracy looks finished after ten epochs, but the loss is still going down.
# Keep that in mind when someone shows you an accuracy curve and says "converged"; further down we shall see why the two curves part.
# (The lecture's own curve ends on the same plateau, and looks finished even sooner, because of how its two nested loops count: [exercise 3.12](03_exercises.ipynb#ex-3-12).)
#
# > **Trap: the accuracy of the last batch.**
# > It is cheap to print the accuracy of the batch at hand. With ten examples it can only be 0, 0.1, … 1, and it jumps about while the model hardly changes.
#
# All the data are a doubtful judge too, because the model was trained on them: it might have learned them by heart.
# An honest verdict needs fresh examples, a [test set](glossary.md#test-set).

# %%
torch.manual_seed(1)
fresh = tensorGenCla(50_000, deg_dispersion=[6, 2], bias=True)
for name, (X, y) in {"trained on": (features, labels), "fresh": fresh}.items():
    z = net(X, weights[-1])
    print(f"{name:10}: loss {loss(z, y):.4f}, accuracy {m_accuracy(z, y):.4f}")

# %% [markdown]
# This time the training data did not flatter; they even happen to be a little harder than fresh ones, and nine numbers cannot learn 1,500 points by heart.
# In [exercise 4.6](04_exercises.ipynb#ex-4-6) a model with more weights and fewer examples can.
#
# ## What does the model say about the star?
#
# The star of lesson 1 lies at (3, 3), exactly as far from the middle of class 1 as from that of class 2.
# We have kept the weights of every epoch, so we can watch the model make up its mind.

# %%
Quiz(
    "What probability of class 1 does our model give the star: at the random start, after one epoch, and after twenty?",
    {
        "A third, then a half, then a half": "A third would be right for zero weights. Random ones have opinions of their own.",
        "Nearly 1, then about a quarter, then a little less than a half": "A confident guess from nothing, overturned by the first batches, and then a slow approach to doubt, which is right here.",
        "Nearly 1, then nearly 1, then nearly 1": "So it is for points deep in the cloud of class 1. The star is as near to class 2.",
    },
    answer="Nearly 1, then about a quarter, then a little less than a half",
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer", "image": {"alt": "Probability for the star of class 0, class 1 and class 2 as curves over 20 epochs. Class 1 begins near 1, is near a quarter after one epoch, and then climbs unsteadily to 0.44. Class 2 mirrors it, falling to 0.56; class 0 stays near 0. A dotted line marks one half.", "width": "80%"}} tags=["hide-output"]
star = torch.tensor([[3.0, 3.0, 1.0]])
opinions = torch.stack([net(star, v)[0] for v in weights])  # (21, 3)
for epoch in (0, 1, 5, 20):
    p = ", ".join(f"{value:.3f}" for value in opinions[epoch])
    print(f"epoch {epoch:2}: {p}")
fig, ax = plt.subplots(figsize=(6.4, 3))
names = {f"class {k}": opinions[:, k] for k in range(3)}
plot_history(names, ax=ax, ylabel="probability for the star")
_ = ax.axhline(0.5, color="black", linestyle=":", linewidth=1)

# %% [markdown]
# The curve is not smooth, because each batch pulls the border a little to its own side, and a point near the border feels it most.
# Below we shall ask the best weights of all, and [lesson 5](05_dispersion_and_difficulty.ipynb) computes what anyone could know.
#
# And the other points of the plane?
# `plot_decision_regions` asks for a function from points to scores; the points have no column of ones, so the function adds it.


# %%
def scores_with(w):
    def scores(X):
        return torch.cat([X, torch.ones(len(X), 1)], 1) @ w

    return scores


# %% mystnb={"image": {"alt": "Four scatter plots of the three clouds with the model's decision regions and the star, after 0, 1, 3 and 20 epochs. At the start three half-lines meet inside the middle cloud. After one epoch class 1 has a band between class 0 and class 2 that is too narrow and too steep; after 3 and 20 epochs two nearly parallel straight borders run between the clouds."}}
fig, axes = plt.subplots(2, 2, figsize=(8, 6.4), sharex=True, sharey=True)
for epoch, ax in zip([0, 1, 3, 20], axes.flat, strict=True):
    plot_classes(features, labels, ax=ax, size=6)
    plot_decision_regions(scores_with(weights[epoch]), ax=ax)
    ax.scatter(3, 3, s=120, color="black", marker="*")
    ax.set_title(f"epoch {epoch}: accuracy {accuracies[epoch]:.4f}")
    ax.label_outer()
    if epoch:
        ax.get_legend().remove()

# %% [markdown]
# The borders are pieces of straight lines, and always will be: between classes $j$ and $k$ the border is where $z_j = z_k$, that is $x \cdot (w_{\cdot j} - w_{\cdot k}) = 0$, a linear equation.
# After three epochs they move only a little, and yet the loss still falls a lot, as the model grows more confident.
#
# ## Does it matter where we start?
#
# The lab has ten random starts, which get the same batches; play a few.
# In the first ten steps the borders sweep across the plane, because about half of each batch is wrong and each mistake pulls; later most batches hold one mistake or none, and the borders only tremble.
# Look also for the start that is last at the end: it began with one of the lowest losses.
#
# Two epochs are few, so let us give ten starts ten epochs each, with the formula of the gradient in place of autograd, which is faster.


# %%
Y = F.one_hot(labels.flatten(), 3).float()  # a row for each label


def step(w, X, Y, lr):  # changes w in place
    w -= lr / len(X) * X.T @ (F.softmax(X @ w, 1) - Y)


# %%
def train_epoch(w, lr):
    for X, Y_batch in data_iter(batch_size, features, Y):
        step(w, X, Y_batch, lr)


torch.manual_seed(420)
v = torch.randn(3, 3)
for _ in range(num_epochs):
    train_epoch(v, lr)
torch.allclose(v, w, atol=1e-4)

# %% [markdown]
# The same weights as from twenty epochs with autograd.
# (Now unfold the code of the lab. `@` multiplies matrix by matrix, so ten tables of weights can stand side by side in one tensor of shape $(10, 3, 3)$, and the line that begins `ten = ten -` is our `step`, with the errors worked out one line above it.)


# %%
def evaluate(w):
    z = features @ w
    value = F.cross_entropy(z, labels.flatten())
    return value.item(), m_accuracy(z, labels).item()


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

# %%
last_losses, last_accuracies = zip(
    *(curve[-1] for curve in curves), strict=True
)
print(f"losses     {min(last_losses):.4f} to {max(last_losses):.4f}")
print(f"accuracies {min(last_accuracies):.4f} to {max(last_accuracies):.4f}")

# %% [markdown]
# The losses are close together.
#
# > **Say what you expect.**
# > Are the weights close together too? Below are the three weights of class 0 in the first four runs, a row for each run.

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
torch.stack(ends)[:4, :, 0]

# %% [markdown]
# Two questions remain: why do the losses meet, and why do the weights not?
#
# ## Why the losses meet: there is one valley
#
# Could a run get stuck in a valley that is not the deepest?
# Nine weights cannot be drawn, but two directions among them can:
#
# $$z = a\,(x_0 + x_1) \cdot (-1, 0, 1) + b \cdot (-1, 2, -1).$$
#
# Here $a$ says how much the place along the diagonal counts, and $b$ how much class 1, in the middle, is preferred.
# The scores of classes 0 and 1 are equal at $x_0 + x_1 = -3b/a$, so the *ratio* of $b$ and $a$ places the borders (for $b = 2a$ halfway between the clouds), and their *size* makes the model confident.
# In terms of weights, $w = aA + bB$ with the tables $A$ and $B$ below, so by the chain rule the derivative with respect to $a$ is found by multiplying the gradient entry by entry with $A$ and adding up; the same holds for $b$ and $B$.

# %%
A = torch.tensor([[-1.0, 0, 1], [-1, 0, 1], [0, 0, 0]])
B = torch.tensor([[0.0, 0, 0], [0, 0, 0], [-1, 2, -1]])


def descend(a, b, num_steps=300):  # exact steps, in two directions only
    path = [(a, b)]
    for _ in range(num_steps):
        P = F.softmax(features @ (a * A + b * B), 1)
        gradient = features.T @ (P - Y) / 1500
        a = a - lr * (gradient * A).sum().item()
        b = b - lr * (gradient * B).sum().item()
        path.append((a, b))
    return torch.tensor(path)


# %% mystnb={"image": {"alt": "Level lines of the loss over two directions, confidence a and preference b: a single long valley around the dashed line b = 2a. Four paths of gradient descent from different starts first run into the valley, across level lines from 10 down to 0.1, and then creep along its floor."}}
across, up = torch.linspace(-1.5, 4.5, 81), torch.linspace(-5, 11, 81)
heights = [[evaluate(a * A + b * B)[0] for a in across] for b in up]
fig, ax = plt.subplots(figsize=(7, 4))
levels = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20]
lines = ax.contour(across, up, heights, levels, colors="0.6", linewidths=1)
ax.clabel(lines, fontsize="small")
ax.plot([-1.5, 4.5], [-3, 9], "k--", linewidth=1, label="b = 2a")
for a, b in ((0.0, 0.0), (3.0, -4.0), (-1.0, 6.0), (0.5, 10.0)):
    path = descend(a, b)
    ax.plot(path[:, 0], path[:, 1], ".-", color="C0", markersize=3)
    ax.plot(a, b, "o", color="C0")
ax.set(xlabel="a", ylabel="b", ylim=(-5, 11))
_ = ax.legend(loc="lower right")

# %% [markdown]
# Each dot is a step: all paths head for one long valley around $b = 2a$, and the closer they come to its floor, the more slowly they creep.
# That is the difference between the two curves of the loop: the accuracy is finished when the path has reached the valley, because then the borders are nearly right, but the loss goes on falling along the floor, towards the confidence that the data deserve.
#
# Two directions are not nine.
# A function is [convex](glossary.md#convex) if along every straight line it curves upward or runs straight, never downward, and then it has no second valley: a place from which no small move leads down is already at the lowest level.
# (Why? Suppose some other place were lower, and walk straight towards it. You must end lower than you began, and a line that never bends downward cannot do that unless it goes down from the first step.)
# (That there is a lowest place at all is due to our data, whose clouds overlap. If straight lines could separate the classes perfectly, larger weights would always be better, and the loss would approach 0 without a lowest point.)
#
# The loss is convex in all nine directions: its curvature along any of them is a mean of *variances*, which are never negative, as [exercise 3.13](03_exercises.ipynb#ex-3-13) derives and measures.
# The lecture uses ten starts to see that it is not stuck in a local minimum, but there is none to be stuck in, and one start is as good as ten.
#
# ## What the loss cannot see
#
# And why do the weights not meet?
# Add the same vector $c$ to every column of $w$: each example's logits all grow by $x \cdot c$, and softmax forgets a shift.
# The vector has three entries, one for each feature, and that makes three directions along which the loss does not change at all; such a direction is called *flat*.

# %%
c = torch.tensor([[5.0], [-2.0], [1.0]])
torch.allclose(net(features, w), net(features, w + c), atol=1e-5)

# %% [markdown]
# These are the *only* flat directions (exercise 3.13 again).
# Suppose there are two lowest points.
# On the straight line between them a convex loss cannot rise above its two ends, so it stays at its lowest all the way: the line runs in a flat direction.
# So two lowest points differ by such a shift, and by nothing else.
#
# Descent never moves along a flat direction.
# In the case done by hand each row of the gradient summed to 0; it always does, and therefore **the row sums of $w$ stay where they started**:

# %%
torch.stack([weights[0].sum(1), weights[-1].sum(1)])

# %% [markdown]
# So each run carries the shift of its random start to the end.
# Take the shift out, carry all ten runs to the very bottom, and they are one table: [exercise 3.14](03_exercises.ipynb#ex-3-14) does it with Newton's method.
#
# How near the bottom were we with 20 epochs, and what do the best weights say about the star?

# %%
from torchlearning import minimum_loss

best, lowest = minimum_loss(features, labels, 3)
print(f"lowest loss {lowest:.4f}")
print(f"after {num_epochs} epochs {losses[-1] / lowest - 1:.0%} above that")
p = net(star, best.float())[0]
print("the star:", ", ".join(f"{value:.3f}" for value in p))

# %% [markdown]
# After 20 epochs the loss was still a good way above its minimum, though the accuracy had hardly moved for ten.
# And even at the bottom the star does not get exactly one half twice: these are the best weights for our 1,500 points, and another sample would have others.
#
# ## How large should a step be?
#
# We have taken 0.03 for the learning rate because the lecture does.
# What would a hundredth of it do, and what ten times as much?

# %%
Quiz(
    "Learning rate 0.3, ten times ours, in batches of ten for 40 epochs. What will the loss do?",
    {
        "Fall faster, and come to rest at the lowest loss": "A batch of ten has a gradient of its own even there, and the rate stays as large as ever.",
        "Fall faster, and hover above the lowest loss": "Each batch pulls towards an optimum of its own, and with a constant rate the weights never come to rest.",
        "Fall at first, then grow without limit": "Where the loss curves strongly the rate is too large, but the steps lead to where it curves much less.",
    },
    answer="Fall faster, and hover above the lowest loss",
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
rates = {}
for rate in (0.0003, 0.03, 0.3):
    torch.manual_seed(420)
    v = torch.randn(3, 3)
    points = [evaluate(v)]
    for _ in range(40):
        train_epoch(v, rate)
        points.append(evaluate(v))
    rates[f"lr = {rate:g}"] = values = [value for value, _ in points]
    print(
        f"lr {rate:6g}: loss {values[-1]:.3f}, in the last ten epochs", end=""
    )
    print(f" from {min(values[-10:]):.3f} to {max(values[-10:]):.3f}")

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer", "image": {"alt": "Loss on a logarithmic axis over 40 epochs for three learning rates. 0.0003 creeps down and is still above 0.7. 0.03 falls smoothly to about 0.08. 0.3 is near the lowest possible loss within three epochs and then wobbles above it.", "width": "80%"}} tags=["hide-output"]
fig, ax = plt.subplots(figsize=(6.4, 3.4))
plot_history(rates, ax=ax, ylabel="loss")
ax.axhline(lowest, color="black", linewidth=1)
ax.text(20, lowest * 0.8, "lowest possible", fontsize="small")
_ = ax.set(yscale="log", ylim=(0.05, 10))

# %% [markdown]
# - **Too small** (0.0003): nothing is wrong, but it takes a hundred times as many steps.
# - **Moderate** (0.03): smooth, and steadily down.
# - **Large** (0.3): down at once, and then it wobbles. After 40 epochs it happens to be lower than 0.03; one epoch later that may be the other way round.
#
# So we want a large rate at first, to get down, and a small one later, to come to rest.
# Lowering the rate in the course of training is called *learning-rate decay*; another cure is to keep the rate and *average* the weights of many steps, since the wobbles point in all directions. [Exercise 3.11](03_exercises.ipynb#ex-3-11) tries both.
#
# And if the rate is far too large? Here are the first 30 steps with a rate of 30.

# %%
for rate in (0.3, 30.0):
    torch.manual_seed(420)
    v = torch.randn(3, 3)
    points = [evaluate(v)]
    for _ in range(30):
        X, Y_batch = next(iter(data_iter(batch_size, features, Y)))
        step(v, X, Y_batch, rate)
        points.append(evaluate(v))
    (start, _), (after, accuracy) = points[0], points[-1]
    highest = max(value for value, _ in points)
    print(f"lr {rate:4g}: loss {start:.2f} at first, at most {highest:.2f},")
    print(f"         {after:.2f} at the end, with accuracy {accuracy:.2f}")

# %% [markdown]
# The steps overshoot: on the way the loss is many times what it was at the start.
# And yet after 30 steps the accuracy is the same as with 0.3: huge weights make the model absolutely confident, which costs nothing where it is right, and enormously much where it is wrong.
# Accuracy alone would not have warned you.
# (Why only 30 steps? The path is chaotic: after a few hundred, the rounding of another processor changes every digit.)
#
# These 30 steps used the formula of the gradient, in which no logarithm occurs.
# The loop of stage 4 would have fared even worse, since its loss computes a probability first and takes the logarithm afterwards:

# %%
torch.manual_seed(420)
w = torch.randn(3, 3, requires_grad=True)
batches = iter(data_iter(batch_size, features, labels))
for i in range(4):
    X, y = next(batches)
    batch_loss = loss(net(X, w), y)
    batch_loss.backward()
    sgd(w, 30.0)
    print(
        f"step {i}: loss {batch_loss:.4f}, weights nan: {bool(w.isnan().any())}"
    )

# %% [markdown]
# Once a probability has been rounded to 0, its logarithm sends an infinite derivative back, softmax multiplies it by 0, and that is `nan`, for ever.
# This is why the last lesson insisted on the loss from *logits*, and why the next one uses `nn.CrossEntropyLoss`.
#
# ## Summary
#
# - A training loop is forward, backward, step, zero. At zero weights the first loss must be $\log C$.
# - Measure on all data, not on the last batch, and in the end on fresh data; watch the loss as well as the accuracy.
# - Far from the goal, and at the same small rate, rough steps get as far as exact ones. Near it a constant learning rate never comes to rest.
# - The cross-entropy of softmax regression is convex in $w$: one valley, into which small enough steps lead from any start. Large ones need not.
# - It is blind to a shift of all columns, so the best weights are not unique, and descent keeps the row sums of $w$ where they began.
# - A learning rate too small wastes time, a large one wobbles above the lowest loss, one too large leaps about, or ends in `nan`.
#
# **Helpers met** (the package has with checks what is written out here): [`data_iter`](api.md#data_iter), [`sgd`](api.md#sgd), [`m_accuracy`](api.md#m_accuracy), [`plot_decision_regions`](api.md#plot_decision_regions), [`TrainingLab`](api.md#traininglab).
#
# **Further reading:** convex functions in [Boyd and Vandenberghe 2004](references.md#boyd-2004), chapter 3; why noisy steps work in [Bottou, Curtis and Nocedal 2018](references.md#bottou-2018).
#
# Now try the [exercises for lesson 3](03_exercises.ipynb).
#
# Back to [Lesson 2](02_cross_entropy_and_gather.ipynb) · next: [Lesson 4, nn training](04_nn_training.ipynb)
