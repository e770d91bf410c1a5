# %% [markdown]
# # Lesson 1: Softmax intuition
#
# **You will learn**
#
# - how one matrix product turns features into a score for each class;
# - how softmax turns scores into probabilities, and what it keeps of them;
# - why the textbook formula fails for large scores, and how to cure it.

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
from torchlearning.quiz import Quiz

use_style()

# %% [markdown]
# ## Which class does the star belong to?

# %% mystnb={"code_prompt_hide": "Hide the code", "code_prompt_show": "Show how the data and the picture are made", "image": {"alt": "Scatter plot of three round clouds of points along the diagonal: class 0 at the lower left, class 1 in the middle, class 2 at the upper right. Neighbouring clouds overlap a little. A black star, labelled which class?, marks the point (3, 3), halfway between classes 1 and 2.", "width": "70%"}} tags=["hide-input"]
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2], bias=True)
fig, ax = plt.subplots(figsize=(6, 4.2))
plot_classes(features, labels, ax=ax)
_ = ax.scatter(3, 3, s=160, color="black", marker="*", label="which class?")
_ = ax.legend()

# %% [markdown]
# Look at the picture and you will hesitate, and you should: the star at (3, 3) lies exactly as far from the centre of class 1 as from the centre of class 2.
# A model that simply answers "1" would hide that hesitation from us.
# What we would like to hear instead is something like "half class 1, half class 2, and almost certainly not class 0", and this lesson is about getting a model to say precisely that: three numbers that we may read as probabilities.
#
# The points are made, not measured: with the seed of the [lecture](references.md) that this course follows, [`tensorGenCla`](api.md#tensorgencla) draws 500 for each class.
# `deg_dispersion=[6, 2]` puts the centres 6 apart in each coordinate, at (−6, −6), (0, 0) and (6, 6), and gives each cloud a standard deviation of 2.
# (The *standard deviation* measures the spread: in each coordinate, about two thirds of a cloud's points lie less than 2 from its centre.
# The *seed* is the number that the random draws start from; the same seed gives the same points.)
# A point with its class is called an *example*; its coordinates are its *features*, and its class number is its *label*.

# %%
features, features.shape, labels.shape

# %% [markdown]
# ## How does a point get a score for each class?
#
# The simplest model computes one [score](glossary.md#logit) for each class, also called a *logit*, as a weighted sum of the features.
# If class 0 has the weights 0 and 3 and a constant of 6, its score for the star is $3 \cdot 0 + 3 \cdot 3 + 6 = 15$.
# In general, with $x_d$ for the features of an example and $w_{dj}$ for the weight of feature $d$ in the score of class $j$,
#
# $$z_j = \sum_{d} x_d\, w_{dj}.$$
#
# The constant fits into the sum as the weight of a third feature that is always 1, which is what the column of ones in `features` is for; it is called the *bias* of the class.
# Drawn as a network, each of the $D = 3$ features (the 1 included) is joined to each of the $C = 3$ classes, and each edge carries one weight:

# %% mystnb={"code_prompt_hide": "Hide the code", "code_prompt_show": "Show how the picture is made", "image": {"alt": "A network: three neurons on the left, labelled x0, x1 and 1, each joined by a line to three neurons on the right, labelled z0, z1 and z2. Above: x has D = 3 entries, w has shape D by C, 3 by 3, and z has C = 3 entries.", "width": "55%"}} tags=["hide-input"]
fig, ax = plt.subplots(figsize=(4.4, 3))
_ = plot_network(
    ["$x_0$", "$x_1$", "$1$"],
    ["$z_0$", "$z_1$", "$z_2$"],
    weights="$x$: $D$ = 3      $w$: $D × C$ = 3 × 3      $z$: $C$ = 3",
    ax=ax,
)

# %% [markdown]
# > **Note: one layer or two?**
# > People count either the columns of neurons, the circles (two), or the layers of weights between them (one).
# > We count weights, since these are what is learned, so our model is a network with *one* layer.
# > (It is called *softmax regression*; the next section says what the first word means.)
#
# For $N$ examples at once, stack their features as the rows of a matrix $X$, and all scores are one matrix product, $Z = Xw$:
#
# | symbol | what it is | shape |
# | --- | --- | --- |
# | $X$ | a row of $D$ features (here 3, the ones included) for each example | $(N, D)$ |
# | $w$ | a column of weights for each of $C$ classes | $(D, C)$ |
# | $Z$ | a row of $C$ scores for each example | $(N, C)$ |
#
# Here are the first ten examples with the weights 0 … 8, untrained, to see the arithmetic.

# %%
f, star = features[:10], torch.tensor([3.0, 3.0, 1.0])
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
# ## How do scores become probabilities?
#
# Scores can be negative and sum to anything, whereas probabilities must not be negative and must sum to 1.
# Two steps lead from one to the other: exponentiate each score, because $e^{z}$ is positive for every $z$ and grows with $z$; then divide by the sum.
#
# Here is a case you can do in your head.
# The exponentials of the scores $\ln 1, \ln 2, \ln 5$ are 1, 2 and 5, which sum to 8, so the probabilities are 1/8, 2/8 and 5/8.

# %%
z = torch.tensor([1.0, 2.0, 5.0]).log()
e = torch.exp(z)
e / e.sum()

# %% [markdown]
# This is *softmax*:
#
# $$\operatorname{softmax}(z)_k = \frac{e^{z_k}}{\sum_{j} e^{z_j}}$$
#
# The sum runs over all classes $j$, so that all classes share one denominator.
#
# > **Say what you expect.**
# > The weights 0 … 8 give the star the scores 15, 22 and 29.

# %%
p2 = F.softmax(star @ w, 0)[2].item()
by_ratio = (star @ w)[2].item() / (star @ w).sum().item()
Quiz(
    "How probable is class 2 according to softmax?",
    {
        "1/3": "So it would be if the three scores were equal.",
        f"About {by_ratio:.2f}, which is 29/66": "That divides the scores themselves. Exponentiate first.",
        f"About {p2:.3f}": "Each step of 7 multiplies the exponential by e⁷, about 1,097, so hardly anything is left for the other classes.",
    },
    answer=f"About {p2:.3f}",
)

# %% tags=["hide-output"]
e = torch.exp(star @ w)
star @ w, torch.exp(torch.tensor(7.0)), e / e.sum()

# %% [markdown]
# Whatever you expected, compare it with what we wanted to hear about the star.
# Softmax makes probabilities out of any scores; it does not make them good ones, and at the end of the lesson we shall look for weights that do better.
#
# ## How is that done for many examples?
#
# One step a cell, now with the scores `m1`.
# First the exponentials, of which three rows show enough:

# %%
torch.set_printoptions(precision=3)
torch.exp(m1)[:3]

# %% [markdown]
# Then the sum of each row: `1` is the [dim](glossary.md#dim) to sum *over*, so the columns disappear and ten numbers remain.

# %%
torch.sum(torch.exp(m1), 1)

# %% [markdown]
# Finally, divide each entry by the sum of its row.
# `reshape(-1, 1)` makes a column of the ten sums, which PyTorch stretches over the three columns (*broadcasting*).
# (A printed `1.000e+00` need not be exactly 1: it is rounded.)

# %%
(torch.exp(m1) / torch.sum(torch.exp(m1), 1).reshape(-1, 1))[:3]

# %% [markdown]
# If you forget the `reshape`, ten sums cannot be stretched over three columns, and PyTorch says so:

# %%
try:
    torch.exp(m1) / torch.sum(torch.exp(m1), 1)
except RuntimeError as error:
    print(error)

# %% [markdown]
# > **Say what you expect.**
# > The same slip happens with *three* examples: `three / torch.sum(three, 1)`, where `three` has three rows and three columns.

# %%
Quiz(
    "What does PyTorch do?",
    {
        "It stops with the same kind of error": "Three sums do fit three columns, so there is nothing to complain of.",
        "It returns the right probabilities": "For that each sum would have to be stretched along its row. A flat tensor is lined up with the columns.",
        "It returns wrong numbers": "Entry (i, j) is divided by the sum of row j, which is right on the diagonal only, and nothing warns you.",
    },
    answer="It returns wrong numbers",
)

# %% tags=["hide-output"]
three = torch.exp(m1[:3])
divided = three / torch.sum(three, 1)
divided, divided.sum(1)

# %% [markdown]
# A row of probabilities has one property that is quickly tested: after a softmax, check that each row sums to 1.
# `sum(1, keepdim=True)` is the shorter way to keep the sums a column, and `F.softmax` does everything in one call; it takes the scores and the `dim` over which the probabilities sum to 1.

# %%
F.softmax(m1, 1)[:3]

# %% [markdown]
# Why dimension 1?
# Each row is one example, and its classes lie side by side along the row.
# With `dim=0` the ten examples would compete with each other for each class, which answers no question that we asked, and yet all sums are 1 there too:

# %%
torch.set_printoptions(precision=4)
for dim in (1, 0):
    sums = F.softmax(m1, dim).sum(dim)
    print(f"dim={dim}: sums {[round(total, 4) for total in sums.tolist()]}")

# %% [markdown]
# So read `dim=1` as "*within* each row, *across* the columns".
# Put together, with the arguments that the lecture gives it (features and weights, where `F.softmax` takes the scores):


# %%
def naive_softmax(X, w):
    m = torch.exp(torch.mm(X, w))
    return m / m.sum(1, keepdim=True)


torch.allclose(naive_softmax(f, w), F.softmax(m1, 1))

# %% [markdown]
# Why "naive"? It fails for large scores, as we shall see.
#
# ## What does softmax keep, and what does it forget?
#
# **Order is kept**, on paper.
# The exponential is increasing and the denominator is shared, so a larger score gets a larger probability, and to *choose* a class you need no softmax at all.

# %%
torch.equal(m1.argsort(1), F.softmax(m1, 1).argsort(1))

# %% [markdown]
# In `float32` scores that hardly differ can come out as equal probabilities, and then even the choice can change ([exercise 1.7](01_exercises.ipynb#ex-1-7)).
# So choose by the scores, which have been rounded once less; probabilities are for reading.
#
# **A shift is forgotten.** Add the same number $c$ to all scores of an example, and nothing changes, since $e^c$ cancels:
#
# $$\frac{e^{z_k + c}}{\sum_j e^{z_j + c}} = \frac{e^c\, e^{z_k}}{e^c \sum_j e^{z_j}} = \frac{e^{z_k}}{\sum_j e^{z_j}}.$$

# %%
z = torch.tensor([1.0, 2.0, 3.0])
F.softmax(z, 0), F.softmax(z + 10, 0)

# %% [markdown]
# Only *differences* of scores matter, and each difference has a meaning.
# The quotient of two probabilities is called the [odds](glossary.md#odds) of one class against the other: probabilities of 1/2 and 1/6 are odds of 3.
# In a softmax the denominators cancel, so the odds are $p_i / p_k = e^{z_i - z_k}$, and a difference of scores is the logarithm of the odds (the natural one, $\ln$, which PyTorch and this course call log).
# If one score exceeds another by 1, its class is $e$ times as probable:

# %%
p = F.softmax(z, 0)
p[1:] / p[:-1]

# %% [markdown]
# **Two classes give the sigmoid.** With $C = 2$, divide numerator and denominator by $e^{z_1}$:
#
# $$\frac{e^{z_1}}{e^{z_0} + e^{z_1}} = \frac{1}{1 + e^{-(z_1 - z_0)}} = \sigma(z_1 - z_0), \qquad \sigma(t) = \frac{1}{1 + e^{-t}}.$$
#
# The function $\sigma$ is the [sigmoid](glossary.md#sigmoid).
# A model that puts one score through it, to get the probability of one of two classes, is called *logistic regression*; so that is softmax regression for two classes, with one score, the difference, in place of two.

# %%
pairs = torch.tensor([[0.0, -2.0], [0.0, 0.0], [1.0, 4.0]])
F.softmax(pairs, 1)[:, 1], sigmoid(pairs[:, 1] - pairs[:, 0])

# %% [markdown]
# ## Why not simply take the largest score?
#
# If we only wanted *the* class, we could answer with a 1 at the largest score and 0 elsewhere.
# `argmax` finds the place of the largest entry; written as a row with a single 1, this is the *hard argmax*.
# Softmax is its smooth form: below, the hard answer is the same in all three cases, while the soft one says how clear the case is.

# %% mystnb={"image": {"alt": "Three bar charts of probabilities side by side, for the scores (2, 1.9, 0), (2, 1, 0) and (5, 1, 0). In each, the hard argmax gives class 0 the value 1 and the others 0. Softmax gives class 0 about 0.49, 0.67 and 0.98."}}
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
# A second reason decides the matter.
# Move one score and watch class 0: the hard answer jumps, the soft one slides.

# %% mystnb={"image": {"alt": "Line chart of the probability of class 0 against its score, the other scores being 0 and 1. The hard argmax is 0 up to the score 1, then jumps to 1. Softmax rises smoothly in an S shape from near 0 to near 1.", "width": "75%"}}
sweep = torch.linspace(-5, 7, 480)
scores = torch.stack([sweep, torch.zeros(480), torch.ones(480)], 1)
fig, ax = plt.subplots(figsize=(6, 3))
ax.plot(sweep, scores.argmax(1) == 0, "--", label="hard argmax")
ax.plot(sweep, F.softmax(scores, 1)[:, 0], label="softmax")
ax.set(
    xlabel="score of class 0 (the others: 0 and 1)",
    ylabel="probability of class 0",
)
_ = ax.legend()

# %% [markdown]
# Training will change the weights a little, again and again, in the direction in which things get better, and it reads that direction from derivatives.
# The hard answer is no help here: at the jump it has no derivative at all, and, what is worse, everywhere else its derivative is zero.
# A model trained with it would never learn which way to move.
#
# Softmax has a derivative everywhere, though a small one far from the jump, and PyTorch computes it.
# `requires_grad=True` makes PyTorch record what is done with `z`, and `backward()` on a single number fills `z.grad` with the derivatives of that number with respect to each entry of `z`.
# All these derivatives together are called the [gradient](glossary.md#gradient).

# %%
z = torch.tensor([0.5, 0.0, 1.0], requires_grad=True)
F.softmax(z, 0)[0].backward()
z.grad

# %% [markdown]
# Raise $z_0$ and the probability of class 0 rises; raise another score and it falls.
# Raising all three together changes nothing, so the three derivatives sum to 0.
#
# ## If softmax is the smooth argmax, what is the smooth maximum?
#
# The name misleads: *softmax* is a smooth form of **arg**max and says *where* the maximum is.
# *How large* it is, in a smooth form, is told by the logarithm of softmax's denominator:
#
# $$\operatorname{lse}(z) = \log \sum_j e^{z_j}.$$
#
# For the scores $\ln 1, \ln 2, \ln 5$ this *log-sum-exp* is $\ln 8$, somewhat above the largest, $\ln 5$.
# It is never below the maximum and never more than $\log C$ above it, because the sum of $C$ positive terms is at least the largest of them and at most $C$ times the largest:
#
# $$\max_j z_j \;\le\; \operatorname{lse}(z) \;\le\; \max_j z_j + \log C$$

# %% mystnb={"image": {"alt": "Line chart of the values of max(z, 0) and log-sum-exp(z, 0) against z. The maximum has a sharp corner at 0. Log-sum-exp follows it from above, rounds the corner, and is furthest away at z = 0.", "width": "75%"}}
sweep = torch.linspace(-5, 5, 201)
pair = torch.stack([sweep, torch.zeros(201)], 1)
fig, ax = plt.subplots(figsize=(6, 3))
ax.plot(sweep, pair.amax(1), "--", label="max(z, 0)")
ax.plot(sweep, pair.logsumexp(1), label="log-sum-exp(z, 0)")
ax.set(xlabel="z", ylabel="value")
_ = ax.legend()

# %% [markdown]
# The two belong together: the gradient of log-sum-exp *is* softmax, as you see by differentiating the logarithm, which gives $e^{z_k}$ over the sum.

# %%
z = torch.tensor([0.5, 0.0, 1.0], requires_grad=True)
z.logsumexp(0).backward()
torch.allclose(z.grad, F.softmax(z.detach(), 0))

# %% [markdown]
# Keep this in mind, for log-sum-exp returns in [lesson 2](02_cross_entropy_and_gather.ipynb) as half of the loss.
#
# ## How confident is the answer?
#
# Adding to the scores changes nothing, but *multiplying* them does.
# Divide all scores by a [temperature](glossary.md#temperature) $T$ before the softmax, and a low temperature makes the answer harder, a high one softer:

# %% mystnb={"image": {"alt": "Three bar charts of probabilities, softmax(z / T) for the scores (2, 1, 0). At T = 0.25 class 0 has 0.98, at T = 1 it has 0.67, at T = 4 the classes have 0.42, 0.33 and 0.25."}}
z = torch.tensor([2.0, 1.0, 0.0])
fig, axes = plt.subplots(1, 3, figsize=(8, 2.6), sharey=True)
for T, ax in zip([0.25, 1, 4], axes, strict=True):
    plot_probabilities({"softmax": F.softmax(z / T, 0)}, ax=ax)
    ax.set_title(f"T = {T:g}")
    ax.label_outer()

# %% [markdown]
# In the limit $T \to 0$ softmax becomes the hard argmax (if one score is the largest), and for $T \to \infty$ all classes become equal.
#
# > **Say what you expect.**
# > Somebody doubles all nine weights of a model.

# %%
Quiz(
    "What happens to its answers?",
    {
        "Nothing, as with adding a number to all scores": "Adding leaves the differences of the scores as they are. Doubling the weights doubles them.",
        "The same choices, more confident": "All scores are doubled: their order stays, and the odds of one class against another are squared. That is the temperature 1/2, a knob that training can turn as well.",
        "More choices are right": "The largest score stays the largest, so no choice changes.",
    },
    answer="The same choices, more confident",
)

# %% tags=["hide-output"]
for c in (0.5, 1.0, 2.0):
    print(f"weights times {c}, T = {1 / c:g}:", F.softmax(c * z, 0))

# %% [markdown]
# ## What happens when numbers grow too large?
#
# The largest number that `float32`, PyTorch's default, can hold has 39 digits, and the exponential gets there soon:

# %%
torch.finfo(torch.float32).max, torch.exp(torch.tensor([50.0, 88.0, 89.0]))

# %% [markdown]
# 50 is harmless, 88 is the last whole number that fits, and from 89 on the result is `inf`.
#
# > **Say what you expect.**
# > `naive_softmax` is asked for the scores 89, 88 and 80.
# > (`inf` over `inf` is `nan`, *not a number*.)

# %%
Quiz(
    "What comes out?",
    {
        "About 0.73, 0.27 and 0": "So it should be, but exp(89) is inf, and inf / inf is no number.",
        "nan, nan, nan": "Only the first numerator is inf. The others are finite numbers, divided by a sum that is inf.",
        "nan, 0, 0": "inf / inf is nan, and a finite number over inf is 0. The zeros are worse than the nan, since they look like an answer.",
    },
    answer="nan, 0, 0",
)

# %% tags=["hide-output"]
identity = torch.eye(3)  # X times identity is X: the scores are what we type
scores = torch.tensor([[89.0, 88.0, 80.0], [88.0, 88.0, 88.0]])
naive_softmax(scores, identity)

# %% [markdown]
# Even three scores of 88 (the second row) are too much, since their sum is.
# Very negative scores fail too, because all exponentials round to 0:

# %%
naive_softmax(torch.tensor([[-200.0, -201.0, -202.0]]), identity)

# %% [markdown]
# The last case shows the way out, for we know its answer: the scores are (2, 1, 0) shifted by $-202$, and a shift changes nothing.
# We may subtract any number from the scores of a row, so let us subtract the largest.
# Then the largest becomes 0 and its exponential 1, the others lie between 0 and 1, nothing can overflow, and the sum is at least 1.


# %%
def softmax(X, w):
    z = torch.mm(X, w)
    e = torch.exp(z - z.amax(1, keepdim=True))  # amax: the largest of a row
    return e / e.sum(1, keepdim=True)


large = torch.tensor(
    [[89.0, 88.0, 80.0], [-200.0, -201.0, -202.0], [1e4, -1e4, 1e4]]
)
softmax(large, identity)

# %%
torch.allclose(softmax(large, identity), F.softmax(large, 1))

# %% [markdown]
# Every row is right, even for scores of ten thousand, and agrees with PyTorch.
# [`torchlearning.softmax`](api.md#softmax), which the later lessons import, is this function with checks.
#
# > **Trap: a half-known trick.**
# > You will read that `log(sum(exp(z)))` is "the stable way".
# > It is not, until the maximum is subtracted inside and added back outside, as `torch.logsumexp` does.

# %%
z = torch.tensor([89.0, 88.0, 80.0])
torch.log(torch.exp(z).sum()), torch.logsumexp(z, 0)

# %% [markdown]
# ## The softmax lab
#
# Now try all of this yourself: the lab makes scores $s = z/T + c$ from three logits $z$, a temperature $T$ and a shift $c$.
# The wide grey bar behind is the hard answer; in front of it, the outlined bar is the formula as written and the bar in full colour the stable one.
# Where the formula as written gives no number, an empty dashed bar says so.
# Use the sliders here in the page; in a running notebook, `lab.temperature = 0.5` moves one too.

# %%
lab = SoftmaxLab(logits=[2.0, 1.0, 0.0])
lab

# %% [markdown]
# > **Your turn.** Say what will happen before you move anything.
# >
# > - Move the shift up. At which shift does the formula as written give its first `nan`, and which wrong numbers stand beside it? What does the stable one do all the while?
# > - Move it down. At which shift do the probabilities go wrong, and where does `nan` appear? (Below about $-87$, `float32` keeps fewer and fewer digits of an exponential.)
# > - Put the shift back to 0 and lower the temperature to 0.05. How large must a logit be for the formula as written to fail now?
# > - Move one logit past another with the arrow keys. How does the hard answer change at the tie, and how the soft one?
#
# ## So which class is the star?
#
# With a score for each class, the prediction is the class of the largest one.
# How good are the predictions of the weights 0 … 8, which claim to know so much about the star?

# %%
torch.mm(f, w).argmax(1), labels[:10].flatten()

# %% [markdown]
# All ten agree with the labels, but ten examples, all of one class, are a poor judge.
# Better weights can be found by thinking, because we know the centres, $-6$, 0 and 6.
# Let class 1 have the score 0 everywhere.
# Class 2 should win towards the upper right and tie with class 1 halfway between their centres, where $x_0 + x_1 = 6$.
# So let its score be $1.5\,(x_0 + x_1) - 9$, which is 0 on that line and positive beyond it; by symmetry, class 0 gets $-1.5\,(x_0 + x_1) - 9$.
# (The factor 1.5 says how fast the doubt fades on either side; lesson 5 derives it.)

# %%
w_hand = torch.tensor([[-1.5, 0.0, 1.5], [-1.5, 0.0, 1.5], [-9.0, 0.0, -9.0]])

# %% mystnb={"code_prompt_hide": "Hide the code", "code_prompt_show": "Show how the picture is made", "image": {"alt": "The three clouds again, with the level lines of the score of class 2: straight, parallel and evenly spaced lines from the upper left to the lower right, labelled -27, -18, -9, 0 and 9. The line 0 runs between classes 1 and 2, through the black star at (3, 3), labelled star.", "width": "75%"}} tags=["hide-input"]
grid = torch.linspace(-12, 12, 49)
x0, x1 = torch.meshgrid(grid, grid, indexing="xy")
z2 = 1.5 * (x0 + x1) - 9
fig, ax = plt.subplots(figsize=(6, 4.2))
plot_classes(features, labels, ax=ax, size=6)
levels = ax.contour(
    x0, x1, z2, [-27, -18, -9, 0, 9], colors="black", linestyles="solid"
)
ax.clabel(levels, fontsize="small")
ax.set_title("level lines of a score")
_ = ax.scatter(3, 3, s=160, color="black", marker="*", label="star", zorder=3)
_ = ax.legend()

# %% [markdown]
# The lines join points with equal $z_2$: a score is an inclined plane over the picture, so its level lines are straight, parallel and evenly spaced.
# Where two scores tie their difference is 0, and since that is linear too, the border between two classes is always straight (here it is the line 0, because $z_1$ is 0).
#
# > **Say what you expect.**
# > On the ten examples above, all of class 0, the weights 0 … 8 were right ten times.

# %%
right = ((f @ w_hand).argmax(1) == labels[:10].flatten()).sum().item()
Quiz(
    "How often are the better weights right on these ten?",
    {
        "Ten times": "So one would think, but one of the ten lies nearer to the centre of class 1.",
        "Nine times": "One of the ten strayed beyond the border, nearer to the centre of class 1. On all 1,500 these weights are far ahead, as the next output shows.",
        "Five times": "They know the centre of class 0, from which few points stray beyond the border.",
    },
    answer={10: "Ten times", 9: "Nine times", 5: "Five times"}[right],
)

# %% tags=["hide-output"]
for name, weights in (("0 … 8  ", w), ("by hand", w_hand)):
    right = (features @ weights).argmax(1) == labels.flatten()
    chosen = (features @ weights).argmax(1).bincount(minlength=3).tolist()
    print(f"{name}: right {right[:10].sum()} of 10,", end=" ")
    print(f"{right.sum()} of {len(right)}; classes chosen {chosen}")

# %% [markdown]
# One class is never chosen by the weights 0 … 8: look for it in the folded counts.
# With $w_{dj} = 3d + j$ each row of scores is an even staircase, $z_j = z_0 + j\,(x_0 + x_1 + 1)$, whose highest step is always at one of its ends.
#
# > **Trap: the training data as the judge.**
# > Neither set of weights has been fitted to these points, so all 1,500 are a fair judge of both.
# > From lesson 3 on, weights will be, and then the points flatter: a large enough model can learn its own examples by heart.
# > Only examples that training has not touched can tell how good it is, and [lesson 5](05_dispersion_and_difficulty.ipynb) draws plenty of them.
#
# And the star?
# Its three scores are $-18$, 0 and 0, so the exponentials are almost 0, 1 and 1:

# %%
softmax(star.reshape(1, 3), w_hand)

# %% [markdown]
# Half class 1, half class 2, and almost certainly not class 0: this is what we wanted to hear.
#
# But why the exponential of a *linear* score, when many other functions are positive and increasing?
# For equally frequent round clouds of the same width it is more than a convenience: [lesson 5](05_dispersion_and_difficulty.ipynb) derives exactly this form, and even these weights, from the way the points were drawn.
# For other data it is an assumption, which can be wrong.
#
# And what if nobody tells us the centres?
# Then the weights have to be found from the examples, and for that we need a number that says how good an answer is: the loss, which is next.
#
# ## Summary
#
# - One matrix product gives a score for each class: $Z = Xw$, shapes $(N, D)(D, C) = (N, C)$. Borders between classes are straight.
# - $\operatorname{softmax}(z)_k = e^{z_k} / \sum_j e^{z_j}$ makes each row positive with sum 1; `dim=1` means within each row.
# - Softmax keeps the order, up to rounding, and forgets a shift; differences of scores are logarithms of odds; two classes give the sigmoid.
# - Softmax is the smooth argmax, log-sum-exp the smooth maximum and its gradient is softmax.
# - Subtract the row's maximum before `exp`; the result is the same and never overflows.
#
# **Helpers met:** [`tensorGenCla`](api.md#tensorgencla), [`softmax`](api.md#softmax), [`sigmoid`](api.md#sigmoid), [`plot_classes`](api.md#plot_classes), [`plot_network`](api.md#plot_network), [`plot_probabilities`](api.md#plot_probabilities), [`SoftmaxLab`](api.md#softmaxlab).
#
# **Further reading:** the shift and its rounding error are analysed in [Blanchard, Higham and Higham 2021](references.md#blanchard-2021); the name softmax comes from [Bridle 1990](references.md#bridle-1990).
#
# Now try the [exercises for lesson 1](01_exercises.ipynb).
#
# Back to the [introduction](intro.md) · next: [Lesson 2, cross-entropy and gather](02_cross_entropy_and_gather.ipynb)
