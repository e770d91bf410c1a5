# %% [markdown]
# # Exercises for lesson 2
#
# They go with [lesson 2](02_cross_entropy_and_gather.ipynb).
# Together they take about 156 minutes, and those of importance 3 about 58.
# Answer first, on paper or in the cell, and only then unfold the solution.
# Exercises 2.7 to 2.10 are broken on purpose: find out what is wrong before you unfold it.
# In a notebook, run the cells above exercise 2.1 first; from then on each exercise works by itself, in any order.

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
import torch
from torch.nn import functional as F
from torchlearning import bayes_weights, check, tensorGenCla
from torchlearning.labs import CrossEntropyLab
from torchlearning.quiz import Quiz

# %% [markdown]
# ## Exercise 2.1: One bad mistake
#
# *Predict, then run · 3 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# Two weather services forecast ten days, with three kinds of weather.
# Service A gives the weather that really comes a probability of 0.9 on nine days, and 0.00001 on the tenth.
# Service B always says one third for each.

# %%
p = torch.tensor([0.9] * 9 + [1e-5])
a, b, without = -p.log().mean(), torch.tensor(3.0).log(), -p[:9].log().mean()
Quiz(
    "Which of the two has the lower cross-entropy over the ten days?",
    {
        "A": "A is right nine times of ten, but the tenth day alone costs it more than B pays for all ten.",
        "B": "Here knowing nothing beats being almost certain, and wrong, once in ten.",
        "They are equal": f"B pays log 3 = {b:.2f} on each day. Add up A's days.",
    },
    answer="B" if b < a else "A",
)

# %%
Quiz(
    "Cross-entropy of A over all ten days?",
    {
        a.item(): "Nine small terms and one of 11.5, over ten.",
        without.item(): "That leaves out the tenth day.",
        10 * a.item(): "That is the sum; the cross-entropy is the mean.",
    },
    answer=a.item(),
)

# %% [markdown]
# ### Solution 2.1

# %%
p = torch.tensor([0.9] * 9 + [1e-5])
terms = -p.log()
print(f"A: nine good days {terms[:9].sum():.4f}, the bad one {terms[9]:.4f}")
print(f"A: mean {terms.mean():.4f}   B: mean {torch.tensor(3.0).log():.4f}")

# %% [markdown]
# Accuracy prefers A, nine days against about three.
# Cross-entropy asks another question, how far the probabilities can be believed, and there is no limit to what a confident and wrong one costs.

# %% [markdown]
# ## Exercise 2.2: Pick, and average
#
# *Implement · 20 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# Write `gather(values, index)`, which picks from each row of `values`, shape $(N, C)$, the entry that `index`, shape $(N, 1)$, names, without `torch.gather`.
# Then write `m_cross_entropy(soft_z, y)`, from probabilities and labels of shape $(N, 1)$ or $(N,)$ to the mean cross-entropy.
# Every probability counts as it stands: a small one has its full price and 0 at the true class costs `inf`, so add, clamp and leave out nothing.
# Both functions are for training, so a gradient must flow back through them.


# %%
def gather(values, index):
    """Return the entries of the rows that index names, shape (N, 1)."""
    ...


check.gather(gather)


# %%
def m_cross_entropy(soft_z, y):
    """Return the mean cross-entropy, a scalar."""
    ...


check.m_cross_entropy(m_cross_entropy)

# %% [markdown]
# ### Solution 2.2

# %% [markdown]
# Two index tensors of the same shape $(N, 1)$, row numbers and column numbers, are read in pairs.


# %%
def gather(values, index):
    rows = torch.arange(len(values)).reshape(-1, 1)
    return values[rows, index]


check.gather(gather)


# %%
def m_cross_entropy(soft_z, y):
    return -gather(soft_z, y.reshape(-1, 1)).log().mean()


check.m_cross_entropy(m_cross_entropy)

# %% [markdown]
# A mask, `(values * F.one_hot(index.flatten(), values.shape[1])).sum(1, keepdim=True)`, gives the same numbers until an entry elsewhere in the row is infinite: then 0 times infinity makes `nan`.

# %% [markdown]
# ## Exercise 2.3: The half-known trick
#
# *Debug · 10 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# "The loss is log-sum-exp minus the true logit, and that is stable", says somebody, and writes it down.
# Say where it breaks before you read the hint of the check below, and fix the function, without `F.cross_entropy` and without `torch.logsumexp`.
# It takes logits of any size and labels of shape $(N, 1)$ or $(N,)$, and since it is to be trained with, a gradient must flow back.


# %%
def cross_entropy_from_logits(z, y):
    lse = torch.log(torch.exp(z).sum(1, keepdim=True))
    return (lse - z.gather(1, y.reshape(-1, 1))).mean()


check.cross_entropy_from_logits(cross_entropy_from_logits)

# %% [markdown]
# ### Solution 2.3

# %% [markdown]
# The formula is right and the computation is not: `exp` comes before anything has been subtracted.
# Subtract the maximum of each row first.
# It cancels between the two terms, so it need not even be added again.


# %%
def cross_entropy_from_logits(z, y):
    z = z - z.amax(1, keepdim=True)
    lse = torch.log(torch.exp(z).sum(1, keepdim=True))
    return (lse - z.gather(1, y.reshape(-1, 1))).mean()


check.cross_entropy_from_logits(cross_entropy_from_logits)

# %% [markdown]
# ## Exercise 2.4: Soft labels
#
# *Derive · 20 minutes · difficulty 3 of 3 · importance 2 of 3*
#
# Sometimes the truth of an example is itself a row of probabilities $q$: three of four experts said class 0, one said class 2.
# The loss is then $L = -\sum_k q_k \log p_k$ with $p = \operatorname{softmax}(z)$.
#
# 1. Show that $\partial L / \partial z_k = p_k - q_k$. Where do you need that the $q_k$ sum to 1?
# 2. For which $p$ is the loss smallest, and how large is it there? (You may use that $\operatorname{KL}(q \,\|\, p) = \sum_k q_k \log (q_k / p_k)$ is never below 0, and is 0 only for $p = q$.)
# 3. *Label smoothing* replaces a hard label by $q_y = 1 - \varepsilon + \varepsilon / C$ and $q_k = \varepsilon / C$ elsewhere. Which difference of logits $z_y - z_k$ does training now aim at? And with $\varepsilon = 0$?

# %%
q_k = torch.tensor(0.1) / 3
q_y = 1 - 2 * q_k
odds, half = (q_y / q_k).item(), q_y.log().item()
gap = (q_y / q_k).log().item()
Quiz(
    "Three classes, label smoothing with ε = 0.1. At which difference between the true logit and another is the loss smallest?",
    {
        gap: "The logarithm of the odds that the soft label states.",
        odds: "These are the odds of the soft label. The logits differ by their logarithm.",
        -half: "That takes one probability only; a difference of logits is the logarithm of a quotient of two.",
    },
    answer=gap,
)

# %% [markdown]
# ### Solution 2.4

# %% [markdown]
# **1.** With $\log p_k = z_k - \operatorname{lse}(z)$ the loss is $L = \big(\sum_k q_k\big) \operatorname{lse}(z) - \sum_k q_k z_k$.
# The gradient of log-sum-exp is $p$, so $\partial L / \partial z_k = \big(\sum_j q_j\big)\, p_k - q_k$, and the bracket is 1.
#
# **2.** The loss is $-\sum_k q_k \log q_k + \operatorname{KL}(q \,\|\, p)$, an entropy that training cannot change plus something that is at least 0.
# So it is smallest at $p = q$, where the gradient vanishes, and there it is the entropy of $q$, not 0.
#
# **3.** $p = q$ means $z_y - z_k = \log (q_y / q_k)$.
# As $\varepsilon$ goes to 0 this grows without limit: a hard label is never satisfied, and keeps asking for larger weights.

# %%
q_k = torch.tensor(0.1) / 3
q_y = 1 - 2 * q_k
gap = (q_y / q_k).log().item()
print(f"difference {gap:.4f}")
z = torch.tensor([[gap, 0.0, 0.0]], requires_grad=True)
y, q = torch.tensor([0]), torch.stack([q_y, q_k, q_k])
loss = F.cross_entropy(z, y, label_smoothing=0.1)
(slope,) = torch.autograd.grad(loss, z)
print(f"loss {loss:.4f}, entropy of q {-(q * q.log()).sum():.4f}")
print("gradient vanishes:", bool(slope.abs().max() < 1e-6))

# %% [markdown]
# ## Exercise 2.5: Features times errors
#
# *Implement · 15 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# Write `gradient(X, w, y)`, the derivative of the mean cross-entropy with respect to the weights, by its formula, without autograd.
# The logits may be of any size, the labels of shape $(N, 1)$ or $(N,)$, and some classes may not occur among them.


# %%
def gradient(X, w, y):
    """Return the gradient of the mean cross-entropy in w, shape (D, C)."""
    ...


check.gradient(gradient)

# %% [markdown]
# ### Solution 2.5

# %% [markdown]
# $X^{\mathsf T}(P - Y) / N$, and a way to subtract $Y$ without making it: take 1 away at the true class.


# %%
def gradient(X, w, y):
    error = F.softmax(X @ w, 1)
    error[torch.arange(len(X)), y.flatten()] -= 1
    return X.T @ error / len(X)


check.gradient(gradient)

# %% [markdown]
# ## Exercise 2.6: A model that boasts
#
# *Derive · 60 minutes · difficulty 3 of 3 · importance 1 of 3*
#
# Multiply all weights of a good model by 3.
# Every choice stays the same, and so does the accuracy, but now the model says 0.999 where it should say 0.9.
# The cure is a single number, fitted on examples that were not used for training: the [temperature](glossary.md#temperature).
#
# 1. Write $\beta = 1/T$. Show that the mean loss of the logits $\beta z$ has the derivative $\frac{1}{N}\sum_i \big(\sum_k p_{ik} z_{ik} - z_{i y_i}\big)$ with respect to $\beta$, where $p_i = \operatorname{softmax}(\beta z_i)$. Put it into words.
# 2. Show that its second derivative is a mean of variances. What follows for the number of minima?
# 3. Write `temperature(z, y)`. (The derivative only grows with $\beta$, so halve an interval again and again, keeping the half in which it changes sign.)
# 4. Try it on the boasting model below. Its honest version is known: `bayes_weights` gives the best weights for such clouds, as lesson 1 found them by hand (lesson 5 derives them). So you know which temperature must come out, nearly.

# %%
generator = torch.Generator().manual_seed(0)
X, y = tensorGenCla(2000, deg_dispersion=[6, 4], bias=True, generator=generator)
y = y.flatten()
honest = X @ bayes_weights([6, 4]).float()
boasting = 3 * honest
F.cross_entropy(honest, y), F.cross_entropy(boasting, y)

# %% [markdown]
# ### Hint 2.6

# %% [markdown]
# The chain rule: $\partial L / \partial \beta = \sum_k (\partial L / \partial s_k)\, z_k$ for the scores $s = \beta z$, and the first factor is $p_k - \mathbb{1}[k = y]$.
# For step 2 you need $\partial p_k / \partial \beta = p_k (z_k - \sum_j p_j z_j)$.

# %% [markdown]
# ### Solution 2.6

# %% [markdown]
# **1.** For one example, $\sum_k (p_k - \mathbb{1}[k = y])\, z_k = \sum_k p_k z_k - z_y$: the average logit under the model's own probabilities, minus the logit of the true class.
# At the minimum both are equal on average, and that is all that a single number can arrange: here it will also make the model as good as it says, because the honest model differs from the boasting one by a factor only, but in general it need not.
#
# **2.** $\sum_k z_k\, \partial p_k / \partial \beta = \sum_k p_k z_k \big(z_k - \sum_j p_j z_j\big)$, which is the variance of the logits under $p$.
# It is 0 only if all logits of an example are equal, and else positive, so the loss is strictly convex in $\beta$: one minimum at most. (None if every choice is right: then a larger $\beta$ is always better.)
#
# **3.**


# %%
def derivative(beta, z, y):
    p = F.softmax(beta * z, 1)
    return ((p * z).sum(1) - z[torch.arange(len(z)), y]).mean()


def temperature(z, y, low=1e-3, high=1e3):
    for _ in range(60):
        middle = (low * high) ** 0.5  # halves the interval of log beta
        if derivative(middle, z, y) < 0:
            low = middle
        else:
            high = middle
    return 1 / middle


# %%
beta = torch.tensor(0.7, requires_grad=True)
F.cross_entropy(beta * boasting, y).backward()
print("as autograd:", torch.allclose(beta.grad, derivative(0.7, boasting, y)))
T = temperature(boasting, y)
print(f"temperature {T:.2f}")
for name, z in (("boasting", boasting), ("cooled", boasting / T)):
    p, choice = F.softmax(z, 1).max(1)
    print(f"{name:9} loss {F.cross_entropy(z, y):.4f},", end=" ")
    print(f"says {p.mean():.3f}, is right {(choice == y).float().mean():.3f}")

# %% [markdown]
# **4.** Nearly 3, with a little noise from a finite sample.
# The accuracy has not moved, since dividing by $T$ keeps the order, but *on average* what the model says now agrees with how often it is right.
# (A model is called [calibrated](glossary.md#calibrated) if this holds for each probability that it states, for all its 0.7s, all its 0.9s and so on. One average cannot prove that; here we know it, because the honest model is the true one.)

# %% [markdown]
# ## Exercise 2.7: Labels that fit, almost
#
# *Read an error · 3 minutes · difficulty 1 of 3 · importance 3 of 3*
#
# `tensorGenCla` returns the labels as a column.

# %%
labels = torch.tensor([[0], [2], [1], [1]])
torch.manual_seed(0)
logits = torch.randn(4, 3)
try:
    F.cross_entropy(logits, labels)
except RuntimeError as error:
    print(error)

# %%
Quiz(
    "What is the cure?",
    {
        "`labels.float()`": "The dtype is fine, and floats would be refused. Look at the number of dimensions.",
        "`labels.flatten()`": "One class number for each example, shape (N,).",
        "`logits.flatten()`": "The logits need their two dimensions, examples and classes.",
        "Use `F.one_hot(labels, 3)`": "That has even more dimensions, three, and whole numbers: refused as well.",
    },
    answer="`labels.flatten()`",
)

# %% [markdown]
# ### Solution 2.7

# %%
F.cross_entropy(logits, labels.flatten())

# %% [markdown]
# Take the message apart: "multi-target" is what PyTorch makes of a second dimension, several labels for one example, and "0D or 1D" is the number of dimensions that it wants: a single label, or a flat row of them.

# %% [markdown]
# ## Exercise 2.8: Worse than ignorance
#
# *Break it · 5 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# Every example has by far its largest logit at its true class, and no error appears.
# Yet the loss is above $\log 3$, so something about these probabilities cannot be right.
# What is it, which line is to blame, and why did no shape give it away?

# %%
z = torch.tensor([[5.0, 1.0, 1.0], [4.0, 1.0, 1.0], [3.0, 1.0, 1.0]])
y = torch.tensor([0, 0, 0])
p = F.softmax(z, 0)
picked = p[torch.arange(3), y]
p, -picked.log().mean()

# %%
columns, rows = (
    -F.softmax(z, dim)[torch.arange(3), y].log().mean() for dim in (0, 1)
)
Quiz(
    "Which loss should have come out?",
    {
        rows.item(): "Softmax along each row: all three examples prefer class 0 clearly.",
        columns.item(): "That is the loss that the cell shows.",
        torch.tensor(3.0)
        .log()
        .item(): "log 3 is the loss of equal logits; these are not.",
    },
    answer=rows.item(),
)

# %% [markdown]
# ### Solution 2.8

# %% [markdown]
# `dim=0` lets the examples compete with each other: the *columns* sum to 1, the rows do not.
# The result has the right shape, all its entries lie between 0 and 1, and only a sum betrays it.

# %%
p.sum(0), p.sum(1), F.softmax(z, 1).sum(1)

# %% [markdown]
# Worse, the three examples now divide one unit of probability for class 0 between them, so if all $N$ of a batch belong to it, the loss is $\log N$ at best: it grows with the batch.
# A loss that changes when you change only the batch size is a sign of this bug, or of a sum taken for a mean.

# %% [markdown]
# ## Exercise 2.9: Not a number, for a model that was right
#
# *Break it · 5 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# The model is confident and right, so its loss should be almost 0.
# Instead:

# %%
p = F.softmax(torch.tensor([[120.0, 0.0, 0.0]]), 1)
one_hot = torch.tensor([[1.0, 0.0, 0.0]])
-(one_hot * p.log()).sum()

# %%
Quiz(
    "Where does the `nan` come from?",
    {
        "exp(120) overflowed in the softmax": "`F.softmax` subtracts the largest logit first. Its result here, 1, 0, 0, is right to rounding.",
        "0 times the logarithm of 0": "The logarithm is minus infinity, and 0 times infinity is nan.",
        "log of the true class is infinite": "The true class has probability 1, whose logarithm is 0.",
    },
    answer="0 times the logarithm of 0",
)

# %% [markdown]
# ### Solution 2.9

# %% [markdown]
# The other classes have a probability of exactly 0, and the mask multiplies the infinite logarithm by 0:

# %%
p, p.log(), one_hot * p.log()

# %% [markdown]
# Adding a small number inside the logarithm, `log(p + 1e-9)`, is the popular cure and a bad one: it caps the loss of a confident mistake at $-\log 10^{-9} \approx 21$, and takes away its gradient.
# Pick the one entry instead of multiplying by a mask, or better, never leave the logits:

# %%
z = torch.tensor([[120.0, 0.0, 0.0]], requires_grad=True)
capped = -(F.softmax(z, 1) + 1e-9).log()[0, 1]
honest_loss = F.cross_entropy(z, torch.tensor([1]))
for name, loss in (("capped", capped), ("on logits", honest_loss)):
    (grad,) = torch.autograd.grad(loss, z)
    print(f"{name:10} loss {loss:6.2f}, gradient {grad.tolist()}")

# %% [markdown]
# ## Exercise 2.10: Perfect up to 400 examples
#
# *Break it · 5 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# This loss is tested on a few examples and agrees with the right one in every digit.
# Then it meets a whole data set, 1,500 examples, each with probability 0.8 for the truth.


# %%
def loss_of(p):
    return -torch.log(torch.prod(p)) / len(p)


for n in (10, 400, 1500):
    print(n, loss_of(torch.full((n,), 0.8)))

# %%
exponent = 1500 * torch.tensor(0.8, dtype=torch.float64).log10().item()
natural = 1500 * torch.tensor(0.8, dtype=torch.float64).log().item()
Quiz(
    "The true product of 1,500 factors of 0.8 is 10 to the power of what? (Three digits.)",
    {
        exponent: "1,500 times the logarithm of 0.8 to the base 10. `float32` ends near -45, `float64` near -324.",
        natural: "That is the power of e; to the base 10 it is less far down.",
        -45: "There `float32` ends. The product goes on.",
    },
    answer=exponent,
)

# %% [markdown]
# ### Solution 2.10

# %% [markdown]
# The product *underflows*: there is no `float32` between 0 and about $10^{-45}$, so the product rounds to 0 and its logarithm is minus infinity.
# The sum of the logarithms has no such limit, and neither has its gradient.

# %%
p = torch.full((1500,), 0.8)
(1500 * torch.tensor(0.8).log10()).round(), -p.log().sum() / len(p)

# %% [markdown]
# Notice that a test with few examples cannot find this bug: a test has to be as large as the use.
#
# From how many factors on is it 0?
# `prod` multiplies several partial products side by side and rounds after every factor; how many depends on the processor, and with it the place.

# %%
first = next(n for n in range(1, 1501) if p[:n].prod() == 0)
print("prod is 0 from 466 to 512 factors on:", 466 <= first <= 512)

# %% [markdown]
# A plain loop does not even arrive at 0.
# It gets stuck at twice the smallest number, because 2 × 0.8 = 1.6 rounds back to 2, and then reports a loss that is finite and wrong:

# %%
product = torch.tensor(1.0)
for factor in p:
    product = product * factor
product, -torch.log(product) / 1500

# %% [markdown]
# `float64` reaches further down and holds this product, but not that of a few times as many examples:

# %%
eights = torch.full((5000,), 0.8, dtype=torch.float64)
eights[:1500].prod(), eights.prod()

# %% [markdown]
# ## Exercise 2.11: The dot does not follow the arrow
#
# *Explore with the lab · 10 minutes · difficulty 2 of 3 · importance 1 of 3*
#
# The arrow in the lab is the push on the three *logits*: from (0.4, 0.4, 0.2), with class 0 true, it takes twice as much from logit 1 as from logit 2.
# Where does the dot go when the logits take a small step along it?

# %%
lab = CrossEntropyLab(probabilities=[0.4, 0.4, 0.2], y=0)
lab

# %%
p = torch.tensor([0.4, 0.4, 0.2])
push = F.one_hot(torch.tensor(0), 3) - p
moved = p * (push - (p * push).sum())
times = (moved[1] / moved[2]).item()
Quiz(
    "How many times as fast as that of class 2 does the probability of class 1 fall at first? (Exercise 1.6 has the formula.)",
    {
        times: "Its push is twice as large and acts on a probability twice as large, and the mean push is subtracted from both.",
        2: "That is the quotient of the pushes on the logits.",
        4: "Almost: twice the push times twice the probability. But the mean push has to be subtracted from both.",
    },
    answer=times,
)

# %% [markdown]
# ### Solution 2.11

# %% [markdown]
# With a push $g$ the probabilities change by $p_k (g_k - \sum_j p_j g_j)$ times the step.
# A small step, from two dots, scaled so that the true class gains 1:

# %%
for start in ([0.4, 0.4, 0.2], [0.15, 0.8, 0.05]):
    p = torch.tensor(start).double()
    push = F.one_hot(torch.tensor(0), 3) - p
    moved = F.softmax(p.log() + 0.01 * push, 0) - p
    print("push ", push / push[0], " dot moves", moved / moved[0])

# %% [markdown]
# The softmax bends the way, because a class that starts with a larger probability loses more than its part of the push, and the other may even gain for a while.
# So the path is curved, unless the two other classes are equal, and ends in the true corner nevertheless.
#
# Back to [lesson 2](02_cross_entropy_and_gather.ipynb) · next: [lesson 3](03_manual_training.ipynb)
