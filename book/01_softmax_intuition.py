# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Lesson 1: Softmax intuition
#
# **You will learn**
#
# - how one matrix product turns the features of an example into a score for each class;
# - how softmax turns scores into probabilities, and which of their properties it keeps;
# - why the textbook formula fails for large scores, and how one subtraction cures it.

# %%
import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F
from torchlearning import (
    plot_classes,
    plot_network,
    plot_probabilities,
    sigmoid,
    tensorGenCla,
    use_style,
)
from torchlearning.labs import SoftmaxLab

use_style()

# %% [markdown]
# ## Three clouds and a doubtful point
#
# This course follows a [lecture](references.md) and uses its made-up data set, with the same seed: three clouds of 500 points each, one cloud for each class.
# [`tensorGenCla`](api.md#tensorgencla) draws them around centres on the diagonal; `deg_dispersion=[6, 2]` puts neighbouring centres 6 apart in each coordinate and gives each cloud a standard deviation of 2.

# %%
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2], bias=True)
features.shape, labels.shape

# %%
features

# %% [markdown]
# The third column holds ones; we shall need it in a moment.
# Here is the picture, with one point of our own added at (3, 3).

# %% mystnb={"image": {"alt": "Scatter plot of three round clouds of points along the diagonal: class 0 at the lower left, class 1 in the middle, class 2 at the upper right. Neighbouring clouds overlap a little. A black star marks the point (3, 3), halfway between classes 1 and 2.", "width": "75%"}}
fig, ax = plt.subplots(figsize=(6, 4.2))
plot_classes(features, labels, ax=ax)
_ = ax.scatter(3, 3, s=160, color="black", marker="*", label="which class?")
_ = ax.legend()

# %% [markdown]
# Which class is the star?
# It lies as near to class 1 as to class 2, so any single answer pretends to know more than the data can tell.
# A better answer is "about one half class 1, about one half class 2, surely not class 0".
# We want a model that gives three numbers, and we want to be able to read them as probabilities.

# %% [markdown]
# ## From features to scores: one layer
#
# The simplest model computes one [score](glossary.md#logit) for each class, as a weighted sum of the features.
# Write $x_d$ for the features of one example and $w_{dj}$ for the weight of feature $d$ in the score of class $j$:
#
# $$z_j = \sum_{d} x_d\, w_{dj}.$$
#
# The scores are also called *logits*.
# Drawn as a network, each feature is joined to each class, and each edge carries one weight.

# %% mystnb={"image": {"alt": "A network: three neurons on the left, labelled x0, x1 and 1, each joined by a line to three neurons on the right, labelled z0, z1 and z2. Above: x has D = 3 entries, w has shape D by C, 3 by 3, and z has C = 3 entries.", "width": "55%"}}
fig, ax = plt.subplots(figsize=(4.4, 3))
_ = plot_network(
    ["$x_0$", "$x_1$", "$1$"],
    ["$z_0$", "$z_1$", "$z_2$"],
    weights="$x$: $D$ = 3      $w$: $D × C$ = 3 × 3      $z$: $C$ = 3",
    ax=ax,
)

# %% [markdown]
# The third input is always 1.
# Its weight is added whatever the features are, so it is the *bias* of the class: that is what the column of ones is for.
#
# > **One layer or two?**
# > People count either the columns of neurons (two) or the layers of weights between them (one).
# > We count weights, since these are what is learned: softmax regression is a network with *one* layer.
#
# For $N$ examples at once, each with $D$ features (here 3, the ones included), stack them as the rows of a matrix $X$; $C$ is the number of classes.
# All scores are then one matrix product, $Z = Xw$:
#
# | symbol | what it is | shape |
# | --- | --- | --- |
# | $X$ | features, a row for each example | $(N, D)$ |
# | $w$ | weights, a column for each class | $(D, C)$ |
# | $Z$ | scores, a row for each example, a column for each class | $(N, C)$ |
#
# Take the first ten examples, and weights 0 … 8 that nobody has trained: we only want to see the arithmetic.

# %%
f = features[:10]
w = torch.arange(9).reshape(3, 3).float()
w

# %%
m1 = torch.mm(f, w)
m1

# %% [markdown]
# Check the corner by hand.
# The first example times the first column of `w` is $-6.0141 \cdot 0 - 4.9911 \cdot 3 + 1 \cdot 6$:

# %%
x0, x1, one = f[0].tolist()
round(x0 * 0 + x1 * 3 + one * 6, 4), round(m1[0, 0].item(), 4)

# %% [markdown]
# ## From scores to probabilities
#
# Scores can be negative and sum to anything.
# Probabilities of the $C$ classes must not be negative, and must sum to 1.
# Two steps get us there:
#
# 1. $e^{z}$ is positive for every $z$, and grows with $z$: exponentiate each score.
# 2. Divide by the sum.
#
# $$\operatorname{softmax}(z)_k = \frac{e^{z_k}}{\sum_{j} e^{z_j}}$$
#
# The sum in the denominator runs over all classes $j$, so all classes share one denominator.
#
# A case you can do in your head: the scores $\ln 1, \ln 2, \ln 5$.
# Their exponentials are 1, 2 and 5, which sum to 8, so the probabilities are 1/8, 2/8 and 5/8.

# %%
z = torch.tensor([1.0, 2.0, 5.0]).log()
e = torch.exp(z)
e / e.sum()

# %% [markdown]
# ## The same for ten examples
#
# Now with the scores `m1`, one step a cell.
# First the exponentials, printed to four digits; a fifth would depend on the processor.

# %%
torch.set_printoptions(precision=3)
torch.exp(m1)

# %% [markdown]
# Then the sum of each row: `1` is the [dim](glossary.md#dim) to sum *over*, so the columns disappear and ten numbers remain.

# %%
torch.sum(torch.exp(m1), 1)

# %% [markdown]
# Then each entry by the sum of its own row.
# `reshape(-1, 1)` makes a column of the ten sums, which PyTorch stretches over the three columns (*broadcasting*).

# %%
torch.exp(m1) / torch.sum(torch.exp(m1), 1).reshape(-1, 1)

# %% [markdown]
# > **Trap: the forgotten `reshape`.**
# > With ten examples and three classes, dividing by the flat sums is an error, and you notice.
# > With *three* examples and three classes it is not an error: PyTorch lines the sums up with the columns, and every number off the diagonal is wrong.

# %%
try:
    torch.exp(m1) / torch.sum(torch.exp(m1), 1)
except RuntimeError as error:
    print(error)

# %%
three = torch.exp(m1[:3])
wrong = three / torch.sum(three, 1)
wrong.sum(1)

# %% [markdown]
# The rows do not sum to 1.
# The lesson: after a softmax, check that they do.
# `keepdim=True` is the shorter way to keep the column, as in `sum(1, keepdim=True)`.
#
# PyTorch has softmax built in; it takes the scores and the `dim` over which the probabilities sum to 1.

# %%
F.softmax(m1, 1)

# %% [markdown]
# The same numbers as ours.
# (A printed `1.000e+00` need not be exactly 1: it is rounded.)
#
# ## What `dim` means
#
# Each row is one example, and the classes lie side by side along the row: dimension 1.
# With `dim=0` the ten examples would compete with each other for each class, which answers no question that we asked.

# %%
torch.set_printoptions(precision=4)
for dim in (1, 0):
    sums = F.softmax(m1, dim).sum(dim)
    print(f"dim={dim}: sums {[round(total, 4) for total in sums.tolist()]}")

# %% [markdown]
# In both cases all sums are 1, so nothing looks wrong either way.
# Read `dim=1` as "*within* each row, *across* the columns".
#
# ## As a function
#
# Put together, with the arguments that the lecture gives it: features and weights in, probabilities out.
# (`F.softmax` differs: it takes the scores.)


# %%
def naive_softmax(X, w):
    m = torch.exp(torch.mm(X, w))
    return m / m.sum(1, keepdim=True)


torch.allclose(naive_softmax(f, w), F.softmax(m1, 1))

# %% [markdown]
# Why "naive"? The section "When numbers grow too large" will tell.
#
# ## What softmax keeps, and what it forgets
#
# **Rows sum to 1.** The numerators of a row add up to its denominator.
#
# **Order is kept.** The exponential is increasing and the denominator is shared, so a larger score gets a larger probability.
# Sorting the scores and sorting the probabilities gives the same order, and to *choose* a class you need no softmax at all.

# %%
torch.equal(m1.argsort(1), F.softmax(m1, 1).argsort(1))

# %% [markdown]
# **A shift is forgotten.** Add the same number $c$ to all scores of an example and nothing changes, since $e^c$ cancels:
#
# $$\frac{e^{z_k + c}}{\sum_j e^{z_j + c}} = \frac{e^c\, e^{z_k}}{e^c \sum_j e^{z_j}} = \frac{e^{z_k}}{\sum_j e^{z_j}}.$$

# %%
z = torch.tensor([1.0, 2.0, 3.0])
F.softmax(z, 0), F.softmax(z + 10, 0)

# %% [markdown]
# Only *differences* of scores matter.
# Dividing one probability by another shows what a difference means: $p_i / p_k = e^{z_i - z_k}$, or $z_i - z_k = \log(p_i / p_k)$, the logarithm of the *odds*.
# If one score exceeds another by 1, its class is $e$ times as probable as the other:

# %%
p = F.softmax(z, 0)
p[1:] / p[:-1]

# %% [markdown]
# **Two classes give the sigmoid.** With $C = 2$, divide numerator and denominator by $e^{z_1}$:
#
# $$\frac{e^{z_1}}{e^{z_0} + e^{z_1}} = \frac{1}{1 + e^{-(z_1 - z_0)}} = \sigma(z_1 - z_0), \qquad \sigma(t) = \frac{1}{1 + e^{-t}}.$$
#
# The function $\sigma$ is the *sigmoid* of logistic regression, which is therefore softmax regression for two classes, with one score, the difference, in place of two.

# %%
pairs = torch.tensor([[0.0, -2.0], [0.0, 0.0], [1.0, 4.0]])
F.softmax(pairs, 1)[:, 1], sigmoid(pairs[:, 1] - pairs[:, 0])

# %% [markdown]
# ## Hard and soft
#
# If we only wanted *the* class, we could answer with a 1 at the largest score and 0 elsewhere.
# `argmax` finds the place of the largest entry; written as a row with a single 1, this is the *hard argmax*.
# Softmax is its smooth form, and the bars show the difference: the hard answer is the same in all three cases, the soft one says how clear the case is.

# %% mystnb={"image": {"alt": "Three bar charts side by side, for the scores (2, 1.9, 0), (2, 1, 0) and (5, 1, 0). In each, the hard argmax gives class 0 the value 1 and the others 0. Softmax gives class 0 about 0.49, 0.67 and 0.98."}}
cases = torch.tensor([[2.0, 1.9, 0.0], [2.0, 1.0, 0.0], [5.0, 1.0, 0.0]])
fig, axes = plt.subplots(1, 3, figsize=(8, 2.8), sharey=True)
for z, ax in zip(cases, axes, strict=True):
    hard = F.one_hot(z.argmax(), 3).float()
    plot_probabilities({"hard": hard, "soft": F.softmax(z, 0)}, ax=ax)
    ax.set_title(f"scores {', '.join(f'{v:g}' for v in z)}")
    ax.label_outer()
for ax in axes[1:]:
    ax.get_legend().remove()

# %% [markdown]
# Why not train with the hard argmax?
# Move one score and watch the answer: the hard one jumps, the soft one slides.

# %% mystnb={"image": {"alt": "Line chart of the share of class 0 against its score, the other scores being 0 and 1. The hard argmax is 0 up to the score 1, then jumps to 1. Softmax rises smoothly in an S shape from near 0 to near 1.", "width": "75%"}}
sweep = torch.linspace(-5, 7, 480)
scores = torch.stack([sweep, torch.zeros(480), torch.ones(480)], 1)
fig, ax = plt.subplots(figsize=(6, 3))
ax.plot(sweep, scores.argmax(1) == 0, "--", label="hard argmax")
ax.plot(sweep, F.softmax(scores, 1)[:, 0], label="softmax")
ax.set(
    xlabel="score of class 0 (the others: 0 and 1)", ylabel="share of class 0"
)
_ = ax.legend()

# %% [markdown]
# To the left and to the right of its jump, the hard answer is flat: its slope is 0.
# Training will move the weights a little, again and again, in the direction in which things get better, and it reads that direction from slopes.
# With the hard argmax it would never learn which way to move.
# The trouble is not the one point where the slope does not exist; it is that the slope is zero everywhere else.
#
# Softmax has a slope everywhere, though a small one far from the jump.
# PyTorch can compute it: `requires_grad=True` makes it record what is done with `z`, and `backward()` on a single number fills `z.grad` with the slope of that number in each entry of `z`.

# %%
z = torch.tensor([0.5, 0.0, 1.0], requires_grad=True)
F.softmax(z, 0)[0].backward()
z.grad

# %% [markdown]
# Raise $z_0$ and the probability of class 0 rises; raise another score and it falls.
# Raising all three together changes nothing, so the three slopes sum to 0.
#
# ## The smooth maximum: log-sum-exp
#
# The name misleads: *softmax* is a smooth form of **arg**max, it says *where* the maximum is.
# The smooth form of the maximum itself, *how large* it is, is the logarithm of softmax's denominator:
#
# $$\operatorname{lse}(z) = \log \sum_j e^{z_j}.$$
#
# It is never below the maximum, and never more than $\log C$ above it: among $C$ positive terms the sum is at least the largest and at most $C$ times the largest.
#
# $$\max_j z_j \;\le\; \operatorname{lse}(z) \;\le\; \max_j z_j + \log C$$

# %% mystnb={"image": {"alt": "Line chart of max(z, 0) and log-sum-exp(z, 0) against z. The maximum has a sharp corner at 0. Log-sum-exp follows it from above, rounds the corner, and is furthest away, by log 2, at z = 0.", "width": "75%"}}
sweep = torch.linspace(-5, 5, 201)
pair = torch.stack([sweep, torch.zeros(201)], 1)
fig, ax = plt.subplots(figsize=(6, 3))
ax.plot(sweep, pair.amax(1), "--", label="max(z, 0)")
ax.plot(sweep, pair.logsumexp(1), label="log-sum-exp(z, 0)")
ax.set(xlabel="z", ylabel="value")
_ = ax.legend()

# %% [markdown]
# The two belong together: the gradient of log-sum-exp *is* softmax (differentiate the logarithm: $e^{z_k}$ over the sum).

# %%
z = torch.tensor([0.5, 0.0, 1.0], requires_grad=True)
z.logsumexp(0).backward()
torch.allclose(z.grad, F.softmax(z.detach(), 0))

# %% [markdown]
# Keep this in mind: log-sum-exp returns in [lesson 2](02_cross_entropy_and_gather.ipynb), as half of the loss.
#
# ## Temperature
#
# Adding to the scores changes nothing; *multiplying* them does.
# Divide all scores by a [temperature](glossary.md#temperature) $T$ before the softmax: a low temperature makes the answer harder, a high one softer.

# %% mystnb={"image": {"alt": "Three bar charts of softmax(z / T) for the scores (2, 1, 0). At T = 0.25 class 0 has 0.98, at T = 1 it has 0.67, at T = 4 the classes have 0.42, 0.33 and 0.25."}}
z = torch.tensor([2.0, 1.0, 0.0])
fig, axes = plt.subplots(1, 3, figsize=(8, 2.6), sharey=True)
for T, ax in zip([0.25, 1, 4], axes, strict=True):
    plot_probabilities({"softmax": F.softmax(z / T, 0)}, ax=ax)
    ax.set_title(f"T = {T:g}")
    ax.label_outer()

# %% [markdown]
# In the limit $T \to 0$ softmax becomes the hard argmax (if one score is the largest), and for $T \to \infty$ all classes become equal.
# Training can turn the same knob: multiplying all weights by $c$ multiplies all scores by $c$, which is the temperature $1/c$.
# The model then sounds surer, though each choice stays the same.
#
# ## When numbers grow too large
#
# The largest number that `float32`, PyTorch's default, can hold has 39 digits.
# The exponential gets there soon:

# %%
torch.finfo(torch.float32).max, torch.exp(torch.tensor([50.0, 88.0, 89.0]))

# %% [markdown]
# 50 is harmless, 88 is the last whole number that fits, and from 89 on the result is `inf`.
# The softmax formula then divides `inf` by `inf`, and that is `nan`, *not a number*.
# Even three scores of 88 are too much, since their sum is:

# %%
identity = torch.eye(3)  # X times identity is X: the scores are what we type
naive_softmax(torch.tensor([[89.0, 88.0, 80.0], [88.0, 88.0, 88.0]]), identity)

# %% [markdown]
# The zeros are worse than the `nan`.
# They come from a finite number over `inf`, they are wrong, and nothing shows it: the second class of the first row should have more than a quarter, and those of the second row a third each.
#
# Very negative scores fail too: all exponentials round to 0, and 0/0 is `nan`.

# %%
naive_softmax(torch.tensor([[-200.0, -201.0, -202.0]]), identity)

# %% [markdown]
# This case has a known answer: the scores are (2, 1, 0) shifted by $-202$, and a shift changes nothing.
# That is the cure.
# We may subtract any number from the scores of a row, so subtract the largest.
# The largest becomes 0 and its exponential 1; the others lie between 0 and 1; nothing can overflow, and the sum is at least 1.


# %%
def softmax(X, w):
    z = torch.mm(X, w)
    e = torch.exp(z - z.amax(1, keepdim=True))
    return e / e.sum(1, keepdim=True)


large = torch.tensor(
    [[89.0, 88.0, 80.0], [-200.0, -201.0, -202.0], [1e4, -1e4, 1e4]]
)
softmax(large, identity)

# %%
torch.allclose(softmax(large, identity), F.softmax(large, 1))

# %% [markdown]
# (`amax` is the largest entry of each row.)
# Every row is right, even for scores of ten thousand, and agrees with PyTorch.
# [`torchlearning.softmax`](api.md#softmax), which the later lessons import, is this function with checks.
#
# > **Trap: a half-known trick.**
# > You will read that `log(sum(exp(z)))` is "the stable way".
# > It is not, until the maximum is subtracted inside and added back outside; `torch.logsumexp` does that.

# %%
z = torch.tensor([89.0, 88.0, 80.0])
torch.log(torch.exp(z).sum()), torch.logsumexp(z, 0)

# %% [markdown]
# ## The softmax lab
#
# All of this under your hand: three logits $z$, a temperature $T$, and a shift $c$, which make the scores $s = z/T + c$.
# Drag the sliders, or walk with the arrow keys.
# The lab works in this page as it stands; in a running notebook it is also a Python object, and `lab.temperature = 0.5` moves the slider.

# %%
lab = SoftmaxLab(logits=[2.0, 1.0, 0.0])
lab

# %% [markdown]
# Say what will happen before you look:
#
# - Move the shift up. At which shift does the formula as written give its first `nan`, and which wrong numbers stand beside it? What does the stable one do all the while?
# - Move it down. At which shift do the shares go wrong, and where does `nan` appear? (Below about $-87$, `float32` keeps fewer and fewer digits of an exponential.)
# - Put the shift back to 0 and lower the temperature to 0.05. How large must a logit be for the formula as written to fail now?
# - Walk one logit past another with the arrow keys. How does the hard answer change at the tie, and how the soft one?

# %% [markdown]
# ## Back to the worked example
#
# With probabilities for each example, the prediction is the class of the largest one.

# %%
softmax(f, w).argmax(1), labels[:10].flatten()

# %% [markdown]
# All ten agree with the labels, though these weights have learned nothing.
# But all ten belong to class 0. How often is each class chosen, and how many of the choices are right, among all examples?

# %%
chosen = softmax(features, w).argmax(1)
print("chosen:", chosen.bincount(minlength=3).tolist())
print(
    "right: ", chosen[chosen == labels.flatten()].bincount(minlength=3).tolist()
)

# %% [markdown]
# Class 1 is never chosen.
# With $w_{dj} = 3d + j$ each row of scores is an even staircase, $z_j = z_0 + j\,(x_0 + x_1 + 1)$, and the largest step of a staircase is at one of its ends, not in the middle.
#
# And our star?

# %%
softmax(torch.tensor([[3.0, 3.0, 1.0]]), w)

# %% [markdown]
# These weights are sure that it belongs to class 2.
# Softmax makes probabilities; it does not make them good ones.
# To find good weights, we first need a number that says how bad these are: the loss.
#
# ## Summary
#
# - One matrix product gives a score for each class: $Z = Xw$, shapes $(N, D)(D, C) = (N, C)$.
# - $\operatorname{softmax}(z)_k = e^{z_k} / \sum_j e^{z_j}$ makes each row positive with sum 1; `dim=1` means within each row.
# - Softmax keeps the order and forgets a shift; differences of scores are logarithms of odds; two classes give the sigmoid.
# - Softmax is the smooth argmax, log-sum-exp the smooth maximum and its gradient is softmax.
# - Subtract the row's maximum before `exp`; the result is the same and never overflows.
#
# **Helpers met:** [`tensorGenCla`](api.md#tensorgencla), [`softmax`](api.md#softmax), [`sigmoid`](api.md#sigmoid), [`plot_classes`](api.md#plot_classes), [`plot_network`](api.md#plot_network), [`plot_probabilities`](api.md#plot_probabilities), [`SoftmaxLab`](api.md#softmaxlab).
#
# **Further reading:** the shift and its rounding error are analysed in {cite}`blanchard2021`; the name softmax comes from {cite}`bridle1990`.
#
# Now try the [exercises for lesson 1](01_exercises.ipynb).
#
# Back to the [introduction](intro.md) · next: [Lesson 2, cross-entropy and gather](02_cross_entropy_and_gather.ipynb)
