# %% [markdown]
# # Lesson 5: Dispersion, difficulty and the ceiling
#
# **You will learn**
#
# - what anyone, whatever the model, could know about a point where classes overlap, and how to compute the ceiling that follows;
# - to tell the limit of the *data* from the limit of the *model*, and both from unfinished training;
# - why a loss and a metric are two different things, and can part ways in both directions.

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
import copy
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torchlearning import plot_classes, tensorGenCla, use_style
from torchlearning.quiz import Quiz

torch.set_num_threads(1)  # for tensors as small as these, one is fastest
use_style()


# %% mystnb={"code_prompt_hide": "Hide it", "code_prompt_show": "Show how the picture is made", "image": {"alt": "Two scatter plots of class 0, class 1 and class 2 along the diagonal, feature 0 against feature 1, each with a black star at (3, 3). Left, standard deviation 2: three clouds that barely overlap, with the star in the gap between classes 1 and 2. Right, standard deviation 4: the clouds run into each other, and the star lies where points of classes 1 and 2 are mixed."}} tags=["hide-input"]
def draw(std, seed, num_examples=500):
    torch.manual_seed(seed)
    return tensorGenCla(num_examples, deg_dispersion=[6, std], bias=True)


data = {std: draw(std, seed=420) for std in (2, 4)}
fig, axes = plt.subplots(1, 2, figsize=(8, 3.6), sharex=True, sharey=True)
for std, ax in zip((2, 4), axes, strict=True):
    plot_classes(*data[std], ax=ax, size=6)
    ax.scatter(3, 3, s=140, color="black", marker="*", label="star")
    ax.set_title(f"deg_dispersion=[6, {std}]")
    ax.label_outer()
    ax.legend()

# %% [markdown]
# On the left are the three clouds of the lessons so far; on the right they have the same centres and twice the spread.
# The star is where it has always been, as far from the middle of class 1 as from that of class 2.
# What does the spread do to a model, and to the answer about the star?
#
# ## How much does the spread cost?
#
# The lecture ends with this experiment: it replaces `deg_dispersion=[6, 2]` by `[6, 4]` and trains the same model in the same way.

# %%
Quiz(
    "On [6, 2], on the left, training ends with 97% of the examples right. Look at the right-hand picture: where will it end on [6, 4]?",
    {
        "About 95%": "So it would be if only the fringes of the clouds met. They run into each other over a wide band.",
        "About 80%": "Yes. Run the training below and open its figure.",
        "About 50%": "The clouds overlap, but most points still lie nearest to their own centre.",
    },
    answer="About 80%",
)

# %% [markdown]
# We train both as in [lesson 3](03_manual_training.ipynb), with the gradient $X^{\mathsf T}(P - Y)/N$ of a batch.
# The argument `order` says in which order an epoch deals out the examples, because soon we shall have to choose it ourselves.


# %%
def train_epoch(w, X, y, order, lr=0.03, batch_size=10):
    Y = F.one_hot(y.flatten(), w.shape[1]).float()
    X_batches = X[order].split(batch_size)
    Y_batches = Y[order].split(batch_size)
    for X_batch, Y_batch in zip(X_batches, Y_batches, strict=True):
        error = F.softmax(X_batch @ w, 1) - Y_batch
        w -= lr / len(X_batch) * X_batch.T @ error


def evaluate(w, X, y):
    z = X @ w
    hits = (z.argmax(1) == y.flatten()).float().mean()
    return F.cross_entropy(z, y.flatten()).item(), hits.item()


# %%
from torchlearning import plot_history

histories = {}  # of each std: loss, accuracy and weights after each epoch
for std in (2, 4):
    torch.manual_seed(420)
    w = torch.randn(3, 3)
    points = histories[std] = [(*evaluate(w, *data[std]), w.clone())]
    for _ in range(100):  # 20 for now, the others for later
        train_epoch(w, *data[std], torch.randperm(1500))
        points.append((*evaluate(w, *data[std]), w.clone()))

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer", "image": {"alt": "Accuracy on the training data over 20 epochs. For [6, 2] it rises to 0.97. For [6, 4] it rises as quickly and then stays near 0.80.", "width": "75%"}} tags=["hide-output"]
curves = {f"[6, {std}]": [p[1] for p in histories[std][:21]] for std in (2, 4)}
fig, ax = plt.subplots(figsize=(6, 3))
_ = plot_history(curves, ax=ax, ylabel="accuracy")

# %% [markdown]
# The harder data are learned as quickly, and then nothing more happens: one example in five stays wrong.
# The lecture concludes that the *model* has reached its limit and that another structure is needed.
# But it might as well be the *training*, which has stopped short of the best weights, or the *data*, which may not allow more.
# Make your bet now; the rest of this lesson is about telling the three apart.
#
# For that we need a fair judge.
# Every accuracy in the lecture is on the data that the model was trained on, so we add a [test set](glossary.md#test-set) for each spread: 150,000 fresh examples, which no training touches.

# %%
test = {std: draw(std, seed=1, num_examples=50_000) for std in (2, 4)}
data[4][0].shape, test[4][0].shape

# %% [markdown]
# ## Can we have the lecture's own numbers?
#
# The lecture prints 20 accuracies for `[6, 4]`, from two nested loops in which round $i$ trains $i$ more epochs, 190 in all.
# Before we argue about them, do we get the same ones?
# Seed, data and start are easy to repeat; the catch is the *order of the examples*, for which the PyTorch of its day took two numbers from the global generator in each epoch and then shuffled with that same generator.


# %%
def order_then():
    torch.empty((), dtype=torch.int64).random_()
    torch.empty((), dtype=torch.int64).random_()
    return torch.randperm(1500)


torch.manual_seed(420)
net, then = nn.Linear(2, 3), []  # the start as nn draws it
w_then = torch.cat([net.weight.T, net.bias.reshape(1, 3)]).detach().clone()
for i in range(20):
    for _ in range(i):
        train_epoch(w_then, *data[4], order_then())
    then.append(evaluate(w_then, *data[4])[1])

# %%
from torchlearning.original import PRINTED

printed = {row.where: row.text for row in PRINTED}
lecture = [float(v) for v in printed["nn on [6, 4], 20 accuracies"].split()]
for name, values in {"lecture": lecture, "ours": then}.items():
    first = " ".join(f"{v:.4f}" for v in values[:8])
    print(f"{name:7} {first} … {values[-1]:.4f}")
print("all 20 equal:", [round(v, 4) for v in then] == lecture)

# %% [markdown]
# All 20 come out, to the last digit, although our loop uses neither autograd nor a loader.
# [Exercise 5.9](05_exercises.ipynb#ex-5-9) asks what becomes of them with today's order, and has an account of all the other numbers of the lecture.
#
# ## What could anyone know about the star?
#
# Suppose that somebody tells you everything: where the three centres are, how wide the clouds are, that the classes are equally frequent, and that each cloud is *normal*, which means that its points are spread by the bell curve in every direction.
# What should you then say about the star?
#
# The *density* of a cloud says how thickly its points lie at a place.
# A normal cloud is densest at its centre, and at a distance $r$ from it the density has fallen by the factor $e^{-r^2 / 2\,\text{std}^2}$.
# From the star to the centre $(0, 0)$ of class 1 it is $r^2 = 3^2 + 3^2 = 18$, to the centre $(6, 6)$ of class 2 it is 18 as well, and to the centre $(-6, -6)$ of class 0 it is $9^2 + 9^2 = 162$.
# With standard deviation 2, where $2\,\text{std}^2 = 8$, the star is therefore $e^{-(162 - 18)/8} = e^{-18}$ times as likely to be met in class 0 as in class 1, less than 2 in a hundred million.
#
# Draw a small circle round the star: how many points of each class fall into it is proportional to the density of that class there, so the densities tell which class such a point comes from.
# That is *Bayes' rule*.
# When the classes are equally frequent it is as simple as can be: the probability of a class is its density at the point, divided by the sum of all three.
# For class 0 that makes about 8 in a billion, since classes 1 and 2 share the rest equally.

# %%
Quiz(
    "Now the standard deviation is doubled to 4. What becomes of the probability of class 0 for the star, which was 8 in a billion?",
    {
        "It stays about the same": "The distances do, but they are now measured against wider clouds.",
        "About four times as much": "It is the *exponent* that is divided by four, from 18 to 4 and a half. The exponential makes far more of that.",
        "About half a percent": "Yes: the exponent is divided by four, and that alone multiplies the probability by several hundred thousand.",
    },
    answer="About half a percent",
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
star = torch.tensor([3.0, 3.0])
centres = torch.tensor([[-6.0, -6.0], [0.0, 0.0], [6.0, 6.0]])
r2 = (star - centres).square().sum(1)
print("squared distances", r2.tolist())
for std in (2, 4):
    density = torch.exp(-r2 / (2 * std**2))
    p = density / density.sum()
    print(f"std {std}:", *(f"class {k} {p[k]:.4g}," for k in range(3)))

# %% [markdown]
# With the wider clouds the best answer about the star is 0.0055, 0.4972 and 0.4972, and no cleverer model could sharpen it.
# Of all points that these clouds ever produce near (3, 3), just under half belong to class 1 and as many to class 2, so whoever answers "class 1" there is wrong half of the time, and no other answer does better.
#
# ## Why softmax, and why of linear scores?
#
# Lesson 1 took the exponential because it makes scores positive, and a weighted sum because nothing is simpler.
# Is that all there is to be said for it?
# Multiply out the squared distance between a point $x$ and the centre $m_j$ of a class:
#
# $$|x - m_j|^2 = |x|^2 - 2\, m_j \cdot x + |m_j|^2.$$
#
# The first term is the same for all classes, and so it cancels when we divide one density by the sum of all.
# What remains in the exponent is *linear* in $x$, a weight for each feature and a bias:
#
# $$z_j = \frac{m_j \cdot x}{\text{std}^2} - \frac{|m_j|^2}{2\,\text{std}^2}, \qquad p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}.$$
#
# That is softmax regression: for round normal clouds of the same width, the softmax of linear scores *is* Bayes' rule.
# (It is so too for clouds of another common shape; [exercise 5.10](05_exercises.ipynb#ex-5-10) gives the formula.)
#
# Check it on the star, with std = 4.
# For class 2, $m \cdot x = 6 \cdot 3 + 6 \cdot 3 = 36$ and $|m|^2 = 72$, so $z_2 = 36/16 - 72/32 = 0$; for class 1 all is 0; for class 0, $z_0 = -36/16 - 72/32 = -4.5$.
# [`bayes_weights`](api.md#bayes_weights) returns these weights, shifted so that each row sums to 0, which changes no probability.

# %%
from torchlearning import bayes_weights

star1 = torch.tensor([[3.0, 3.0, 1.0]])  # the star with its 1 for the bias
print(F.softmax(torch.tensor([[-4.5, 0.0, 0.0]]), 1))
print(F.softmax(star1 @ bayes_weights((6, 4)), 1))

# %% [markdown]
# So the structure of our model is exactly right for these data, and what remains is to find the weights.
# Training looks for them by its loss, and [`minimum_loss`](api.md#minimum_loss) goes all the way down to the lowest loss that any weights have on the 1,500 examples.

# %%
from torchlearning import minimum_loss

lowest = {std: minimum_loss(*data[std], 3) for std in (2, 4)}
fitted_weights = lowest[4][0].float()
rules = {"Bayes' rule": bayes_weights((6, 4)), "lowest loss": fitted_weights}
for name, w in rules.items():
    p = F.softmax(star1 @ w, 1)[0]
    print(f"{name}: class 0 {p[0]:.3f}, class 1 {p[1]:.3f}, class 2 {p[2]:.3f}")

# %% [markdown]
# Here is the answer that we have been after since lesson 1.
# About the star nobody can say more than one half for class 1 and one half for class 2, and the best weights that training can find come to 0.49 and 0.50, from 1,500 examples.
#
# (The derivation also suggests weights without any training: put averages of the data into the formula. [Exercise 5.10](05_exercises.ipynb#ex-5-10) compares the two.)
#
# On the plane the borders of the best rule are straight lines halfway between the centres, and one of them passes through the star; in the lab below you see how close the fitted ones lie.
#
# ## How high is the ceiling?
#
# If even the best rule must guess at the star, how many examples does it lose altogether?
#
# The three centres lie on the diagonal, and the clouds are round, so only a point's position *along* the diagonal says something about its class.
# Project everything onto it, and three normal distributions on a line remain.
# Let "mean" stand for the first number of `deg_dispersion`, the distance between neighbouring centres in each coordinate, and let $D$ count only the real features, without the column of ones: here mean is 6 and $D$ is 2.
# Along the diagonal, neighbouring centres are then $d = \text{mean} \cdot \sqrt{D}$ apart, and the standard deviation is still std.

# %% mystnb={"code_prompt_hide": "Hide it", "code_prompt_show": "Show how the picture is made", "image": {"alt": "Three bell curves of density along the diagonal, for class 0, class 1 and class 2, with equal distances and standard deviation 4. Dotted vertical lines cut halfway between neighbours. The tails beyond the cuts are shaded: they are the errors of the best rule.", "width": "80%"}} tags=["hide-input"]
d, std = 6 * math.sqrt(2), 4.0
t = torch.linspace(-2.2 * d, 2.2 * d, 500)
fig, ax = plt.subplots(figsize=(6.4, 3))
cuts = torch.tensor([-d / 2, d / 2])
for k, line in enumerate(("-", "--", "-.")):
    density = torch.distributions.Normal((k - 1) * d, std).log_prob(t).exp()
    ax.plot(t, density, line, color=f"C{k}", label=f"class {k}")
    wrong, look = torch.bucketize(t, cuts) != k, {"alpha": 0.3, "linewidth": 0}
    ax.fill_between(t, density, where=wrong, color=f"C{k}", **look)
for cut in cuts.tolist():
    ax.axvline(cut, linestyle=":", color="black")
ax.set(xlabel="position along the diagonal", ylabel="density")
_ = ax.legend()

# %% [markdown]
# The best rule chooses the nearest centre, so it cuts halfway between neighbours, and what it loses are the shaded tails.
# To know how large such a tail is we need the *cumulative* normal distribution: $\Phi(t)$ is the probability that a standard normal number (mean 0, standard deviation 1) is smaller than $t$, so that $\Phi(0) = 1/2$, and $\Phi(-1)$ is about one sixth.
#
# Take `[6, 4]`.
# The cut lies $d/2 = 4.24$ from the centre, which is 1.06 standard deviations, and beyond it lies $\Phi(-1.06) = 0.144$ of the class.
# The outer classes lose one such tail each and the middle class two, four tails in all; each class is one third of the examples, so the best rule loses $4/3$ of 0.144.

# %%
normal = torch.distributions.Normal(0.0, 1.0)
tail = normal.cdf(torch.tensor(-d / 2 / std)).item()
print(f"cut at {d / 2:.2f}, {d / 2 / std:.2f} standard deviations")
print(f"beyond it {tail:.3f}, so right {1 - 4 / 3 * tail:.4f}")

# %% [markdown]
# The accuracy of the best possible rule is called the [Bayes accuracy](glossary.md#bayes-accuracy).
# It is the *ceiling* of this lesson: on fresh examples no rule does better, on average.
# In general, $C$ classes in a row have $2(C - 1)$ sides with a cut, and so
#
# $$\text{Bayes accuracy} = 1 - \frac{2 (C - 1)}{C}\, \Phi\!\left(-\frac{\text{mean}\,\sqrt{D}}{2\,\text{std}}\right).$$
#
# [`bayes_accuracy`](api.md#bayes_accuracy) computes it, and counting what the best rule gets right on fresh data agrees:

# %%
from torchlearning import bayes_accuracy

for std in (2, 4):
    rule = evaluate(bayes_weights((6, std)), *test[std])[1]
    print(f"[6, {std}]: {bayes_accuracy((6, std)):.4f}, counted {rule:.4f}")

# %% [markdown]
# For `[6, 4]` the ceiling is 0.8074.
# **The lecture's 80% is not the limit of its model; it is the limit of its data.**
#
# The formula also says what makes data difficult: only $\text{mean} \sqrt{D} / \text{std}$ and the number of classes count.
# More features make the same spread easy, provided that each of them moves the centres apart as those of `tensorGenCla` do, and more classes make it harder.
# ([Exercise 5.11](05_exercises.ipynb#ex-5-11) adds features that know nothing of the class.)
#
# ## Has the training arrived?
#
# The lecture takes a flat accuracy for a loss at its minimum.
# We know the lowest loss, so we can compare.

# %%
printed_loss = float(printed["nn on [6, 2], loss and accuracy"].split()[0])
print(f"[6, 2]: lowest possible {lowest[2][1]:.4f}")
times = printed_loss / lowest[2][1]
print(f"        the lecture stops at {times:.1f} times that")
print(f"[6, 4]: lowest possible {lowest[4][1]:.4f}")
print(f"        after 190 epochs {evaluate(w_then, *data[4])[0]:.4f}")

# %%
for epoch in (10, 30, 100):
    loss, accuracy, _ = histories[2][epoch]
    print(f"[6, 2] epoch {epoch:3}: accuracy {accuracy:.4f}, loss {loss:.4f}")

# %% mystnb={"code_prompt_hide": "Hide it", "code_prompt_show": "Show how the picture is made", "image": {"alt": "Two panels with the loss over 100 epochs. Left, for [6, 2] and on a logarithmic axis, it keeps sinking towards the dashed line of its minimum. Right, for [6, 4], it wobbles just above the dashed line from the first epochs on."}} tags=["hide-input"]
fig, axes = plt.subplots(1, 2, figsize=(8, 2.8))
for (std, points), ax in zip(histories.items(), axes, strict=True):
    losses = [loss for loss, _, _ in points[1:]]
    plot_history({"loss": losses}, ax=ax, x=range(1, 101))
    ax.axhline(lowest[std][1], linestyle="--", color="black")
    ax.set(title=f"[6, {std}]", ylabel="loss (dashed: minimum)")
axes[0].set_yscale("log")

# %% [markdown]
# On `[6, 2]` it has not: the accuracy has long stopped while the loss still falls.
# Accuracy asks only on which side of the border an example lies; the loss also asks how confident the model is, and so each can move without the other.
#
# On `[6, 4]` the curve looks different, so how much of the loss is due to what?
# If some weights of the model give the best possible rule, as here, its loss on fresh data has three parts (otherwise the limit of the model is a fourth):
#
# - the **Bayes error**, here as a loss: what the best rule loses, because nobody can know more where classes overlap;
# - the **sampling error**: how much more the best fit to our 1,500 examples loses, because they are only a sample;
# - the **optimisation gap**: how much more our weights lose, because training has not arrived at that fit.
#
# For instance, if the best rule loses 0.4, the best fit 0.5 and our weights 1.0, these parts are 0.4, 0.1 and 0.5.

# %%
Quiz(
    "On [6, 4], how does the optimisation gap after 20 epochs compare with that after 5?",
    {
        "It is much smaller": "On [6, 2] it is. On these data the steps reach the neighbourhood of the minimum within a few epochs, and from then on they only wander about in it.",
        "It is 0": "It would be if the steps came to rest at the minimum. Steps of a fixed rate on small batches do not.",
        "It is about as large": "Yes, and in our run it even happens to be a little larger.",
    },
    answer="It is about as large",
)

# %%
parts = {}
for std in (2, 4):
    best = evaluate(bayes_weights((6, std)), *test[std])[0]
    fitted = evaluate(lowest[std][0].float(), *test[std])[0]
    for epoch in (1, 5, 20, 100):
        trained = evaluate(histories[std][epoch][2], *test[std])[0]
        name = f"[6, {std}], epoch {epoch}"
        parts[name] = (best, fitted - best, trained - fitted)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
for name, (bayes, sampling, optimisation) in parts.items():
    print(f"{name:17} Bayes {bayes:.4f}, sampling {sampling:+.4f}", end=", ")
    print(f"optimisation {optimisation:+.4f}")

# %% [markdown]
# On `[6, 4]`, from epoch 5 on, almost all of the loss is Bayes error, and more data could reduce only the sampling error beside it.
# So there the lecture is right that more training is not the answer.
#
# Why does the gap not close?
# At the minimum the gradient over all 1,500 examples is zero, but a step sees only ten of them, and their gradient is not.
# So even from the minimum itself the next step leads away, and with a constant learning rate the weights never come to rest: they wander about the minimum, the farther the larger the rate, and which of two epochs happens to end nearer is luck.
#
# ## Can anything pass the ceiling?
#
# The formula says no.
# But formulas have premises, so let us try: more epochs, the exact minimum, ten times the data, and the lecture's "other structure", a network with two hidden layers.
# Each is judged twice: on the examples that it was trained on, and on fresh ones.
# Another 150,000 fresh examples would give a slightly different accuracy; the typical size of such a difference from the true value is called the *standard error*, and for an accuracy $p$ it is $\sqrt{p(1 - p)/150\,000}$.

# %%
big = draw(4, seed=2, num_examples=5000)
attempts = {
    "20 epochs": (histories[4][20][2], data[4]),
    "190 epochs": (w_then, data[4]),
    "the exact minimum": (fitted_weights, data[4]),
    "ten times the data": (minimum_loss(*big, 3)[0].float(), big),
    "the best possible rule": (bayes_weights((6, 4)), data[4]),
}
rows = {
    name: (evaluate(w, *seen)[1], evaluate(w, *test[4])[1])
    for name, (w, seen) in attempts.items()
}

# %% [markdown]
# The network needs three new words.
# A **hidden layer** is a layer of neurons between features and scores: each takes a weighted sum of its inputs, as a score does, and then bends it with a curve, because without the bend a weighted sum of weighted sums would be only another weighted sum.
# **tanh** is such a curve, an S that runs from −1 to 1; with two layers of 64 such neurons, borders can take nearly any shape.
# **Adam** is an optimiser: gradient descent that averages the gradients of the latest steps, and divides each weight's step by the usual size of its own gradient, so that weights with small gradients move too.
#
# We divide the features by 6, since such networks work best with inputs of about unit size, train on all data at once, and keep the network twice, after 40 steps and after 700.


# %%
def train_mlp(X, y, stops):
    torch.manual_seed(0)
    layers = nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh()
    net, kept = nn.Sequential(*layers, nn.Linear(64, 3)), []
    optimizer = torch.optim.Adam(net.parameters(), lr=0.006)
    for step in range(1, max(stops) + 1):
        loss = F.cross_entropy(net(X[:, :2] / 6), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step in stops:
            kept.append(copy.deepcopy(net))
    return kept


# %%
def mlp_accuracy(net, X, y):
    with torch.no_grad():
        hits = net(X[:, :2] / 6).argmax(1) == y.flatten()
    return hits.float().mean().item()


stops = (40, 700)
for steps, net in zip(stops, train_mlp(*data[4], stops), strict=True):
    rows[f"two hidden layers, {steps} steps"] = (
        mlp_accuracy(net, *data[4]),
        mlp_accuracy(net, *test[4]),
    )

# %%
Quiz(
    "After 700 steps, where does the accuracy of the large network lie?",
    {
        "Above the ceiling, on seen and on fresh examples": "Then the formula would be wrong.",
        "Above the ceiling on seen examples, below it on fresh ones": "Yes: it has learned by heart which of the 1,500 examples strayed to the wrong side, and that is of no use to others.",
        "Close to the ceiling on both": "So it is after 40 steps. Then it goes on.",
    },
    answer="Above the ceiling on seen examples, below it on fresh ones",
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
print(f"{'':31}  seen    fresh  ± standard error")
for name, (seen, fresh) in rows.items():
    error = math.sqrt(fresh * (1 - fresh) / 150_000)
    print(f"{name:31} {seen:.3f}   {fresh:.4f} ± {error:.4f}")
print(f"{'the ceiling':40}{bayes_accuracy((6, 4)):.4f}")

# %% [markdown]
# On fresh data nothing passes the ceiling.
# On *seen* data the large network does, and it is *worse* on fresh data after 700 steps than after 40: a gap like this between seen and fresh shows that the extra accuracy is memory, not skill.
# (On 1,500 examples even the best rule need not score exactly the ceiling; the standard error there is a full point.)
#
# ## Is it so at every dispersion?
#
# So far we have looked at two spreads and one learning rate.
# [`sweep`](api.md#sweep) trains softmax regression for every pair of 13 standard deviations and 9 learning rates, all of them together as one batch of matrices: the loop of lesson 3, 117 times at once.
# For each standard deviation we take the model with the lowest loss, and ask it about fresh data.

# %%
from torchlearning import sweep

stds = [0.5 * k for k in range(2, 15)]
learning_rates = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0]
grid = sweep(stds, learning_rates, generator=torch.Generator().manual_seed(420))
final = grid.losses()[:, :, -1]
grid.weights.shape, final.shape

# %% mystnb={"code_prompt_hide": "Hide it", "code_prompt_show": "Show how the picture is made", "image": {"alt": "Bayes accuracy, the ceiling by the formula, against the standard deviation: a curve that falls from nearly 1 at std 1 to about 0.64 at std 7. Dots, the best trained model of each row of the grid on fresh data, lie on it.", "width": "75%"}} tags=["hide-input"]
noise = torch.randn(30_000, 2, generator=torch.Generator().manual_seed(1))
truth = torch.arange(3).repeat_interleave(10_000)
fresh_accuracy = []
for row, std in enumerate(stds):
    X = 6.0 * (truth[:, None] - 1) + std * noise
    X = torch.cat([X, torch.ones(30_000, 1)], 1)
    w = grid.weights_at(std, learning_rates[final[row].argmin()])[-1]
    fresh_accuracy.append(evaluate(w, X, truth)[1])
fig, ax = plt.subplots(figsize=(6, 3))
fine = np.linspace(1, 7, 121)
ax.plot(fine, [bayes_accuracy((6, s)) for s in fine], label="ceiling (formula)")
ax.plot(stds, fresh_accuracy, "o", color="C1", label="trained, fresh data")
ax.set(xlabel="standard deviation", ylabel="accuracy")
_ = ax.legend()

# %% [markdown]
# The trained models lie on the curve: at every dispersion, the limit is that of the data.
#
# ## The dispersion lab
#
# Which of the 117 models get there, and how? Explore the grid yourself, each model after each of its 20 epochs.

# %%
from torchlearning.labs import DispersionLab

lab = DispersionLab(grid, dispersion=4, lr=0.01)
lab

# %% [markdown]
# What to try (the *dispersion* of the lab is the standard deviation, the second number of `deg_dispersion`):
#
# - Move only the dispersion. The dashed lines, the best possible borders, stay where they are, while the ceiling sinks and the model's accuracy with it.
# - At dispersion 4 and rate 1, step through the epochs: the borders jump, and the accuracy now and then drops far below that of smaller rates. That is no ceiling.
# - At dispersion 7 find the rate that ends nearest to the ceiling. Is it the rate that you would choose at dispersion 1? ([Exercise 5.5](05_exercises.ipynb#ex-5-5) says why not.)
#
# In a running notebook, `lab.accuracy` can be read and `lab.dispersion = 2` moves the slider.
# How to make a slider of your own is shown in [exercise 5.8](05_exercises.ipynb#ex-5-8).
#
# ## When is the model the limit?
#
# So the lecture was wrong about these data, but there are data for which it would be right.
# Add a fourth cloud at the end of the row, and let it belong to class 0, like the first.
# (`tensorGenCla` puts the middle of the row at 0, so the centres are now at −9, −3, 3 and 9 in both coordinates.)


# %%
def draw_row(num_examples, seed):
    torch.manual_seed(seed)
    X, y = tensorGenCla(num_examples, 2, 4, deg_dispersion=[6, 2], bias=True)
    return X, torch.where(y == 3, 0, y)


def scores_with(w):  # a function from points to scores, for the figure
    return lambda X: torch.cat([X, torch.ones(len(X), 1)], 1) @ w


row, row_test = draw_row(1000, seed=420), draw_row(10_000, seed=1)

# %% [markdown]
# The best rule cuts halfway between neighbours as before, and by the formula with $C = 4$ the ceiling is hardly lower than with three clouds.

# %%
Quiz(
    "Softmax regression goes to the exact minimum of its loss on these four clouds. How many fresh examples does it get right?",
    {
        "Nearly all": "It would have to give class 0 both ends of the row. Its scores are linear: can they?",
        "Those of three clouds": "There are weights that do it. But they do not have the lowest *loss*, since they are confident and wrong about a whole cloud.",
        "Fewer than a rule that always answers class 0": "Yes, surprising as it is: it loses even against a rule that does not look at the data.",
    },
    answer="Fewer than a rule that always answers class 0",
)

# %% [markdown]
# To compare, we also take weights found by hand, which give up the fourth cloud.
# They use the sum $s = x_0 + x_1$ alone, which is −18, −6, 6 and 18 at the centres, and the scores $-3s - 24$, $-s$ and $s$: the first two tie at $s = -12$ and the last two at $s = 0$, halfway between neighbours.

# %%
w_row = minimum_loss(*row, 3)[0].float()
(row_net,) = train_mlp(*row, stops=(100,))
by_hand = torch.tensor([[-3.0, -1.0, 1.0], [-3.0, -1.0, 1.0], [-24.0, 0, 0]])

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
for name, w in {"at its minimum": w_row, "weights by hand": by_hand}.items():
    loss, accuracy = evaluate(w, *row_test)
    print(f"softmax, {name}: {accuracy:.3f}, loss {loss:.2f}")
print(f"always class 0:           {(row_test[1] == 0).float().mean():.3f}")
print(f"two hidden layers:        {mlp_accuracy(row_net, *row_test):.3f}")
print(f"best possible rule:       {bayes_accuracy((6, 2), 2, 4):.3f}")

# %% mystnb={"code_prompt_hide": "Hide the picture", "code_prompt_show": "Show it as a picture", "image": {"alt": "Two scatter plots of four clouds in a row, the first and the last of the same class, with decision regions. Left, softmax regression: nearly the whole row lies in the region of class 0, with classes 1 and 2 squeezed into opposite corners. Right, the network: class 0 has a region at both ends, and classes 1 and 2 have bands between them."}} tags=["hide-output"]
from torchlearning import plot_decision_regions

fig, axes = plt.subplots(1, 2, figsize=(8, 3.8), sharex=True, sharey=True)
models = {
    "softmax regression": scores_with(w_row),
    "two hidden layers": lambda X: row_net(X / 6),
}
for (name, scores), ax in zip(models.items(), axes, strict=True):
    plot_classes(*row, ax=ax, size=3)
    plot_decision_regions(scores, ax=ax)
    ax.set_title(name)
    ax.label_outer()
axes[1].get_legend().remove()

# %% [markdown]
# *Here* the structure is the limit.
# Along the row the scores of softmax regression are straight lines, and as you walk along it, the largest of several straight lines can only change to one with a larger slope.
# So each class gets one interval, never two, and at most three of the four clouds can be right, as with the weights by hand, where class 0 gives up one end.
# The minimum of the loss does not even take that, because being confident and wrong about a whole cloud costs too much: it gives class 0 the middle interval, and **the lowest loss is not the best accuracy**.
# The network has no such bound and comes close to what is possible.
#
# How do you tell the limit of the data from that of the model, or of the training, when nobody gives you the best rule?
#
# | what you see | what it is | what helps |
# | --- | --- | --- |
# | loss still falling | optimisation | more epochs, a larger learning rate |
# | loss bouncing up and down above a level | optimisation too: the steps do not come to rest | smaller steps, larger batches |
# | seen much better than fresh | sampling | more data, a smaller model |
# | seen and fresh equal, a larger model raises **both** | the model | the larger model |
# | seen and fresh equal, larger models, stopped in time, raise **only seen** | probably the data | better features; or living with it |
#
# Where the data are the limit, we should at least like to know which answers are doubtful: [exercise 5.12](05_exercises.ipynb#ex-5-12) asks whether the probabilities can be trusted.
# The lecture also fits a straight line to points of a square root; [exercise 5.13](05_exercises.ipynb#ex-5-13) goes on to polynomials.
#
# ## Summary
#
# - About the star at (3, 3) nobody can say more than one half for class 1 and one half for class 2, and softmax regression, trained on 1,500 examples, says nearly that.
# - For equal normal clouds Bayes' rule *is* a softmax of linear scores, and softmax regression finds its weights by going down the loss.
# - The lecture's 80% is the Bayes accuracy of its data, $1 - \frac{2(C-1)}{C}\Phi(-\frac{\text{mean}\sqrt D}{2\,\text{std}})$; on average, no model passes it on fresh data.
# - Loss = Bayes error + what the model cannot represent (here 0) + sampling error + optimisation gap. Measure before you choose a cure.
# - If a larger model raises seen and fresh accuracy, the model was the limit. If well-trained larger models raise only seen, that points to the data; only a known best rule proves it.
# - Loss and metric part ways in both directions: the accuracy can stand still while the loss falls, and the lowest loss need not have the best accuracy.
#
# **Helpers met:** [`bayes_accuracy`](api.md#bayes_accuracy), [`bayes_weights`](api.md#bayes_weights), [`minimum_loss`](api.md#minimum_loss), [`sweep`](api.md#sweep), [`DispersionLab`](api.md#dispersionlab).
#
# **Further reading:** the best rule for normal classes in [Bishop 2006](references.md#bishop-2006), section 4.2.
#
# Now try the [exercises for lesson 5](05_exercises.ipynb).
#
# Back to [Lesson 4](04_nn_training.ipynb) · next: [Lesson 6, GPU vs CPU](06_gpu_vs_cpu.ipynb)
