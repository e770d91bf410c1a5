# %% [markdown]
# # Lesson 2: Cross-entropy and gather
#
# **You will learn**
#
# - how one number, the cross-entropy, prices predicted probabilities;
# - what `torch.gather` does, and why the loss is computed from logits;
# - why its gradient is simply *prediction minus truth*.

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
from torch import nn
from torch.nn import functional as F
from torchlearning import (
    plot_gather,
    plot_history,
    plot_probabilities,
    softmax,
    use_style,
)
from torchlearning.quiz import Quiz

use_style()

# %% [markdown]
# ## What is an answer worth?
#
# [Lesson 1](01_softmax_intuition.ipynb) left us with two answers about the star at (3, 3).

# %% mystnb={"code_prompt_hide": "Hide the code", "code_prompt_show": "Show how the picture is made", "image": {"alt": "Bars of the probabilities of the three classes for the star, in two answers. The weights 0 to 8 give class 2 nearly everything, 1.00. The weights by hand give classes 1 and 2 0.50 each, and class 0 almost 0.", "width": "65%"}} tags=["hide-input"]
star = torch.tensor([[3.0, 3.0, 1.0]])
w = torch.arange(9).reshape(3, 3).float()
w_hand = torch.tensor([[-1.5, 0.0, 1.5], [-1.5, 0.0, 1.5], [-9.0, 0.0, -9.0]])
confident, honest = softmax(star, w)[0], softmax(star, w_hand)[0]
fig, ax = plt.subplots(figsize=(6, 3))
answers = {"weights 0 … 8": confident, "weights by hand": honest}
_ = plot_probabilities(answers, ax=ax)

# %% [markdown]
# > **Say what you expect.**
# > A hundred new points come to lie at (3, 3); fifty turn out to be of class 1 and fifty of class 2.
# > Each model chooses its most probable class (of equals, the first).

# %%
Quiz(
    "Which model is right more often?",
    {
        "The weights 0 … 8": "They choose class 2 each time and are right fifty times.",
        "The weights by hand": "They choose class 1, the first of two equals, each time, and are right fifty times.",
        "Both equally often": "Fifty times each. Counting right choices cannot tell an honest answer from a boastful one.",
    },
    answer="Both equally often",
)

# %% [markdown]
# A count of right choices looks only at which probability is the largest, so we want another number, one that uses all that a model says.
# To find it, we take a smaller example, which the [lecture](references.md) computes by hand.
#
# ## How probable was what happened?
#
# A model has looked at two examples, whose true classes are 0 and 1, and returned a row of probabilities for each.

# %%
soft_z = torch.tensor([[0.6, 0.2, 0.2], [0.3, 0.4, 0.3]])
y = torch.tensor([0, 1])

# %% [markdown]
# It gave 0.6 to the truth of the first example and 0.4 to that of the second.
# If the examples are independent, the probabilities multiply to $0.6 \cdot 0.4 = 0.24$:

# %%
likelihood = soft_z[0, 0] * soft_z[1, 1]
likelihood

# %% [markdown]
# This is the [likelihood](glossary.md#likelihood) of the labels, and a good model makes it large.
# Three changes, none of which alters *which* model is best, turn it into a loss:
#
# 1. take the logarithm, so that products become sums, $\log(ab) = \log a + \log b$;
# 2. change the sign, so that smaller is better;
# 3. divide by the number of examples, so that data sets of different sizes can be compared.
#
# By the product and by the sum:

# %%
-1 / 2 * torch.log(torch.tensor(0.6) * torch.tensor(0.4))

# %%
-1 / 2 * (torch.log(torch.tensor(0.6)) + torch.log(torch.tensor(0.4)))

# %% [markdown]
# In general, where $p_{i, y_i}$ is what the model gave to the true class $y_i$ of example $i$, this is the [cross-entropy](glossary.md#cross-entropy):
#
# $$L = -\frac{1}{N} \sum_{i=1}^{N} \log p_{i, y_i}$$
#
# To read it, undo the logarithm: $e^{-L}$ is the probability given to the truth, as a geometric mean over the examples (for two numbers, the square root of their product).
# Its inverse $e^{L}$ is called the *perplexity*, the number of equally probable classes between which the model hesitates, so to speak.

# %%
loss = -1 / 2 * torch.log(likelihood)
torch.exp(-loss), likelihood.sqrt(), torch.exp(loss)

# %% [markdown]
# One example contributes $-\log p$, which is almost nothing if the model was confident and right, and grows without limit as the probability of the true class approaches 0:

# %% mystnb={"image": {"alt": "Curve of minus log p against the probability p of the true class. It falls steeply from above 4 near p = 0 to 0 at p = 1. Two dots mark p = 0.6 with loss 0.51 and p = 0.4 with loss 0.92.", "width": "70%"}}
p = torch.linspace(0.01, 1, 200)
fig, ax = plt.subplots(figsize=(5.6, 3))
ax.plot(p, -torch.log(p))
for q in (0.6, 0.4):
    loss = -torch.log(torch.tensor(q)).item()
    ax.plot(q, loss, "o", color="black")
    ax.annotate(
        f"p = {q}: {loss:.2f}", (q, loss), (8, 4), textcoords="offset points"
    )
_ = ax.set(
    xlabel="probability p given to the true class", ylabel="loss, −log p"
)

# %% [markdown]
# A model without any knowledge says $1/C$ for each class and pays $\log C$.
# Remember this number, because a loss above it is worse than not looking at the data.

# %%
torch.log(torch.tensor(3.0))

# %% [markdown]
# Now we can price the two answers about the star.
# The honest one pays $-\log 0.5 \approx 0.69$ whichever of the two classes comes.
# The confident one gave 0.999 to class 2 and 0.0009 to class 1.
#
# > **Say what you expect.**
# > Half of the time class 1 comes, half of the time class 2.

# %%
price = -confident.log()
Quiz(
    "What does the confident answer pay on average?",
    {
        "Less than 0.69": "It pays next to nothing when class 2 comes, but -log 0.0009 is about 7 when class 1 does.",
        "About log 3, as much as ignorance": "Half of -log 0.0009, which is about 7, is far more than 1.1.",
        f"About {price[1:].mean().item():.1f}": "Almost 0 and about 7 in turn: its one bad mistake costs more than hesitating ten times.",
    },
    answer=f"About {price[1:].mean().item():.1f}",
)

# %% tags=["hide-output"]
for name, p in (("0 … 8", confident), ("by hand", honest)):
    one, two = (-p.log())[1:].tolist()
    print(f"{name:7} gives {p[1]:.4f} and {p[2]:.4f}; class 1 costs", end=" ")
    print(f"{one:.4f}, class 2 {two:.4f}, on average {(one + two) / 2:.4f}")

# %% [markdown]
# Which answer would be the cheapest of all? The last section comes back to this.
#
# ## Why a sum of logarithms?
#
# On paper, product and sum give the same loss, and the lecture asks which one to prefer and why.
# Say a good model gives 0.8 to the truth of each of our 1,500 examples:

# %%
p = torch.full((1500,), 0.8)
p.prod(), -torch.log(p.prod()) / 1500, -torch.log(p).mean()

# %% [markdown]
# The product is exactly 0 and its loss infinite, while the sum gives the right answer, $-\log 0.8$.
# The true product lies far below the smallest number above 0 that `float32` has:

# %%
smallest = torch.nextafter(torch.tensor(0.0), torch.tensor(1.0))
print(f"true product {0.8**1500:.1e}, smallest float32 {smallest:.1e}")

# %% [markdown]
# From how many factors on does it go wrong?
# `cumprod` shows the running products; on the CPU it multiplies in `float64` and rounds only its results, so that these are as good as `float32` can hold them:

# %%
running = p.cumprod(0)
print("rounds to 0 from", int((running == 0).nonzero()[0]) + 1, "factors on")
for n in (440, 450, 460, 465):
    held, true = running[n - 1].item(), p[0].item() ** n
    print(
        f"{n} factors: {held:.2e}, true {true:.2e}, off by {held / true - 1:.1%}"
    )

# %% mystnb={"image": {"alt": "The running product of 0.8s on a logarithmic axis: rounded to float32 it is a straight line that falls from near 1 and ends after less than a third of the 1500 factors: from there the product is 0. A dotted line goes straight on, where the true product is.", "width": "75%"}}
fig, ax = plt.subplots(figsize=(6, 3))
n = torch.arange(1, 1501)
ax.semilogy(n, running, nonpositive="mask", label="rounded to float32")
ax.plot(n, 0.8 ** n.double(), ":", label="true product")
ax.set(xlabel="factors", ylabel="running product of 0.8s")
_ = ax.legend()

# %% [markdown]
# Before it reaches its end, `float32` has fewer and fewer digits left, the product is wrong in the first of them, and nothing warns you.
# ([Exercise 2.10](02_exercises.ipynb#ex-2-10) looks at `prod`, at a plain loop and at `float64`.)
#
# > **Say what you expect.**
# > By the sum, the derivative of the loss with respect to each probability is $-1/(N p)$, as calculus says: here $-1/(1500 \cdot 0.8)$.

# %%
Quiz(
    "And by the product, if PyTorch computes it with `backward()`?",
    {
        "The same": "On paper. But PyTorch works with the value that it has, and the product it has is 0.",
        "0": "So it is for the product alone: each derivative is the product of the other factors, which has rounded to 0 as well.",
        "nan": "The derivative of the logarithm is 1/0, that of the product 0, and infinity times 0 is nan.",
    },
    answer="nan",
)

# %% tags=["hide-output"]
p = torch.full((2, 1500), 0.8, requires_grad=True)
(-torch.log(p[0].prod()) / 1500 - torch.log(p[1]).mean()).backward()
print("by the product", p.grad[0, :3])
print("by the sum    ", p.grad[1, :3], "calculus", -1 / (1500 * 0.8))

# %% [markdown]
# This answers the lecture's question: **sums of logarithms, because products of probabilities underflow.**
#
# ## How do we pick one entry from each row?
#
# The loss needs from each row of `soft_z` the entry at the true class, and [`torch.gather`](glossary.md#gather) does just this.

# %%
torch.gather(soft_z, 1, y.reshape(-1, 1))

# %% mystnb={"image": {"alt": "Drawing of gather. Left, the table of values with rows 0.6 0.2 0.2 and 0.3 0.4 0.3; the entries 0.6 and 0.4 are filled dark. Middle, the column of indices 0 and 1. Right, the column of results, 0.6 and 0.4, filled dark too.", "width": "60%"}}
fig, ax = plt.subplots(figsize=(4.8, 2.2))
_ = plot_gather(soft_z, y, ax=ax)

# %% [markdown]
# Read the call from the right: *the index says which, dimension 1 says along the row.*
# For `dim=1` the rule is
#
# $$\text{out}[i][j] = \text{input}[i][\,\text{index}[i][j]\,].$$
#
# The result has the shape of the index, so the index needs two dimensions like the input: one row for each example, here with a single column.
# That is why the labels of this course have shape $(N, 1)$ (the two above are flat, hence the `reshape`).
#
# Plain indexing, with the row numbers written out, does the same, and so does a mask of zeros and ones, the [one-hot](glossary.md#one-hot) form of the labels:

# %%
print(F.one_hot(y, 3))
soft_z[torch.arange(2), y], (soft_z * F.one_hot(y, 3)).sum(1)

# %% [markdown]
# The mask is what many books print, $-\sum_k y_k \log p_k$ with a one-hot $y$, where all terms but one are multiplied by 0.
# That is wasted work, and it is dangerous: if a *wrong* class has probability 0, then $0 \cdot \log 0$ is `nan`, a place where `gather` never looks.

# %%
certain = torch.tensor([[1.0, 0.0, 0.0]])
truth = y[:1]
(
    (F.one_hot(truth, 3) * certain.log()).sum(),
    torch.gather(certain, 1, truth.reshape(-1, 1)).log(),
)

# %% [markdown]
# > **Trap: `soft_z[:, y]`.**
# > This takes columns 0 and 1 of *every* row. With two examples the shape $(2, 2)$ gives it away; inside a mean nobody sees it.

# %%
soft_z[:, y]

# %% [markdown]
# ## The loss as a function
#
# Gather, logarithm, mean, minus: nothing else.


# %%
def m_cross_entropy(soft_z, y):
    prob_real = torch.gather(soft_z, 1, y.reshape(-1, 1).long())
    return -torch.log(prob_real).mean()


m_cross_entropy(soft_z, y)

# %% [markdown]
# The same 0.7136 as by hand.
# Now to the ten examples of lesson 1 and the weights 0 … 8.
# PyTorch's own loss, `nn.CrossEntropyLoss`, gives the same number as ours, but look at what goes in: not probabilities but the *logits*, and labels of shape $(N,)$.

# %%
from torchlearning import cross_entropy, tensorGenCla

torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2], bias=True)
X, y = features[:10], labels[:10]
criterion = nn.CrossEntropyLoss()
m_cross_entropy(softmax(X, w), y), criterion(torch.mm(X, w), y.flatten())

# %% [markdown]
# Does 0.0021 mean that these weights are good?
# Compare both sets of weights, on the ten examples and on all data:

# %%
for name, weights in (("0 … 8", w), ("by hand", w_hand)):
    ten = criterion(X @ weights, y.flatten())
    everything = criterion(features @ weights, labels.flatten())
    print(f"{name:7} ten examples {ten:.4f}, all data {everything:.4f}")

# %% [markdown]
# The ten examples, all of class 0, prefer the wrong weights; on all data these are only a little better than ignorance, $\log 3$.
# A loss is no better than the examples it is computed on.
# All 1,500 will do for now, because neither set of weights has been fitted to them; once weights are, the training loss flatters, and only fresh examples can judge.
#
# With two classes one number $\sigma$, the probability of class 1, says everything, and gathering becomes a choice between $\sigma$ and $1 - \sigma$.
# That is [`cross_entropy`](api.md#cross_entropy), the loss of logistic regression:

# %%
sigma, y01 = torch.tensor([0.9, 0.2, 0.6]), torch.tensor([1, 0, 1])
(
    cross_entropy(sigma, y01),
    m_cross_entropy(torch.stack([1 - sigma, sigma], 1), y01),
)

# %% [markdown]
# ## Why does PyTorch want logits?
#
# Because the logarithm undoes the exponential that was just computed.
# Put the formula of softmax into the loss of one example:
#
# $$-\log p_y = -\log \frac{e^{z_y}}{\sum_j e^{z_j}} = \underbrace{\log \sum_j e^{z_j}}_{\operatorname{lse}(z)} - z_y.$$
#
# So the loss is log-sum-exp minus one logit: for the star's scores 15, 22 and 29 and the true class 1, a little above $29 - 22 = 7$.
# With the maximum shifted out, log-sum-exp neither overflows nor meets a logarithm of 0.
# The detour through the probability does: for a confident mistake the probability rounds to 0, and the loss becomes infinite.
#
# Let a wrong class have a logit that is larger by `gap`; the true loss is then almost exactly the gap.
# (`F.cross_entropy` is `nn.CrossEntropyLoss` as a function.)

# %%
for gap in (50.0, 100.0, 103.0, 104.0, 1e4):
    z, true = torch.tensor([[gap, 0.0]]), torch.tensor([1])
    two_steps = m_cross_entropy(F.softmax(z, 1), true)
    print(
        f"gap {gap:5.0f}:  softmax, then log {two_steps:6.2f}, "
        f"on logits {F.cross_entropy(z, true):8.2f}"
    )

# %% [markdown]
# With a gap of 100 the two-step way is already off in the second digit behind the point, and from 104 it is infinite.
# On logits the loss is right to rounding, however confident the mistake.
# So: [`m_cross_entropy`](api.md#m_cross_entropy) to understand, `nn.CrossEntropyLoss` to train.
#
# ## What if softmax is applied twice?
#
# `nn.CrossEntropyLoss` contains the softmax, and putting one in front of it is a common bug that raises no error.
#
# > **Say what you expect.**
# > The logits (100, 0, 0) with the true class 0 are a perfect prediction, and their loss is 0.

# %%
perfect = torch.tensor([[100.0, 0.0, 0.0]])
criterion(perfect, torch.tensor([0]))

# %%
double = criterion(F.softmax(perfect, 1), torch.tensor([0])).item()
Quiz(
    "And if you pass them through a softmax first?",
    {
        "0 as well": "The probabilities 1, 0, 0 are now taken for logits, and those differ by 1 only.",
        f"About {double:.2f}": "The logits 1, 0, 0 give the true class e/(e + 2), and so this is the lowest loss within reach.",
        "inf": "Nothing is 0 here after the second softmax, so no logarithm is infinite.",
    },
    answer=f"About {double:.2f}",
)

# %% tags=["hide-output"]
(
    criterion(F.softmax(perfect, 1), torch.tensor([0])),
    torch.log(torch.e + torch.tensor(2.0)) - 1,
)

# %% [markdown]
# What does the bug do to training?
# Train both ways on all our data and measure each by the *right* loss.
# (A `lambda` is a function without a name. `torch.autograd.grad` returns the [gradient](glossary.md#gradient) of the loss, its derivative with respect to each weight, and each step moves all weights a little against it. [Lesson 3](03_manual_training.ipynb) takes its time over this.)


# %%
def descend(loss_of_logits, steps=200, lr=0.03):
    w, losses = torch.zeros(3, 3, requires_grad=True), []
    for _ in range(steps + 1):
        z = features @ w
        losses.append(criterion(z, labels.flatten()).item())
        (grad,) = torch.autograd.grad(loss_of_logits(z), w)
        with torch.no_grad():
            w -= lr * grad
    return losses


once = descend(lambda z: criterion(z, labels.flatten()))
twice = descend(lambda z: criterion(F.softmax(z, 1), labels.flatten()))

# %% mystnb={"image": {"alt": "Right loss against steps of gradient descent. Both curves start at log 3 and fall steeply at first. Then softmax once goes on to 0.26, while softmax twice flattens out and reaches only 0.39.", "width": "75%"}}
fig, ax = plt.subplots(figsize=(6, 3))
_ = plot_history(
    {"softmax once": once, "softmax twice": twice},
    ax=ax,
    xlabel="step",
    ylabel="loss on logits",
)

# %%
print(
    f"after 200 steps: once {once[-1]:.4f}, twice {twice[-1]:.4f}, "
    f"ratio {twice[-1] / once[-1]:.2f}"
)

# %% [markdown]
# It learns, but the curve flattens out.
# At the start, where all probabilities are 1/3, the first softmax passes on only a third of the gradient.
# Later it gets worse: wherever the model has become confident, the first softmax is nearly constant and lets hardly any gradient through, even if the model is confident and wrong.
#
# Besides, it is on its way to the wrong place.
# What the second softmax gets lies between 0 and 1, so it leaves the true class a probability of at most $e / (e + 2)$, and to make up for that, this loss asks for more confidence than the data deserve.
# Where class 0 comes seven times in ten and class 1 three times, the honest answer is 0.7, but this loss is lowest for whoever is certain:

# %%
deserved = torch.tensor([0.7, 0.3, 0.0])
for said in (0.7, 0.9, 1.0):
    p = torch.tensor([said, 1 - said, 0.0])
    print(f"says {said}: loss {criterion(p, deserved):.4f}")

# %% [markdown]
# Here is what reaches the logits of one clear mistake, without and with the bug:

# %%
z = torch.tensor([[4.0, 0.0, 0.0]], requires_grad=True)
(right,) = torch.autograd.grad(criterion(z, torch.tensor([1])), z)
(bug,) = torch.autograd.grad(criterion(F.softmax(z, 1), torch.tensor([1])), z)
right, bug

# %% [markdown]
# ## What does PyTorch say to the wrong shape or dtype?
#
# Three mistakes with the labels, and the messages as this version of PyTorch words them on the CPU.
# `nn.CrossEntropyLoss` wants class numbers of shape $(N,)$ in the range 0 … C-1, as int64 (or uint8, which it takes too).
# (`message` is handed each call as a `lambda` and makes it itself, so that it can catch the error.)


# %%
def message(call):
    try:
        call()
    except (RuntimeError, IndexError, ValueError, TypeError) as error:
        print(f"{type(error).__name__}: {error}")


z = torch.mm(X, w)
message(lambda: criterion(z, y.flatten().float()))
message(lambda: criterion(z, y))
message(lambda: criterion(z, y.flatten() + 3))

# %% [markdown]
# In turn: float labels (fix: `.long()`, which makes int64), labels of shape $(N, 1)$ (fix: `.flatten()`), and a class that does not exist.
# (A CUDA GPU reports the last one as a failed *assert* at some later line, and the process has to be started again, so look for such a label on the CPU.)
# The lecture says that the loss needs float labels; the first message shows that it is the other way round.
#
# `gather` has its own three:

# %%
index = torch.tensor([[0], [1]])
message(lambda: torch.gather(soft_z, 1, index.flatten()))
message(lambda: torch.gather(soft_z, 1, index.float()))
message(lambda: torch.gather(soft_z, 1, index + 2))

# %% [markdown]
# In turn: give the index as many dimensions as the table, make it int64 or int32, and stay below $C$.
# Which integer types a function takes differs; int64 is good for all of them.
#
# > **Trap: one-hot labels as floats.**
# > Labels of shape $(N, C)$ and floating point are *no* error: `nn.CrossEntropyLoss` reads them as probabilities of the classes.
# > For one-hot rows the result is the same, for anything else it is another loss.

# %%
criterion(z, F.one_hot(y.flatten(), 3).float())

# %% [markdown]
# ## In which direction should the logits move?
#
# To train, we need the derivative of the loss with respect to each logit.
# For one example, $L = \operatorname{lse}(z) - z_y$.
# Lesson 1 found the gradient of log-sum-exp, which is softmax, and the second term contributes $-1$ at the true class and 0 elsewhere:
#
# $$\frac{\partial L}{\partial z_k} = p_k - \mathbb{1}[k = y],$$
#
# where $\mathbb{1}[k = y]$ is 1 for the true class and 0 for every other: *softmax minus one-hot*.
# For the row (0.6, 0.2, 0.2) with the true class 0 it is (−0.4, 0.2, 0.2).
# For a mean over $N$ examples, each row is divided by $N$.


# %%
def gradient(z, y):
    return (F.softmax(z, 1) - F.one_hot(y, z.shape[1])) / len(z)


torch.manual_seed(0)
z = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
y = torch.tensor([0, 2, 1, 1])
gradient(soft_z.log(), torch.tensor([0, 1])), gradient(z, y).detach()

# %% [markdown]
# (The logarithms of probabilities are logits for them, so the first table is that of our two predictions, halved.)
# Derivations go wrong, so let us check this one twice, first against autograd:

# %%
criterion(z, y).backward()
torch.allclose(z.grad, gradient(z, y))

# %% [markdown]
# Then against the definition of a derivative.
# `gradcheck` moves each logit a little up and a little down, sees how the loss changes, and compares this with the derivative that we claim.
# To hand it our claim, we write a function of our own: its `forward` computes the loss, and its `backward` returns our formula.
# (`ctx` carries tensors from one to the other; `upstream` is the derivative of the end result with respect to our loss, by which the chain rule multiplies; and `None` says that labels have no derivative.)


# %%
class OurLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z, y):
        ctx.save_for_backward(z, y)
        return F.cross_entropy(z, y)

    @staticmethod
    def backward(ctx, upstream):
        z, y = ctx.saved_tensors
        return upstream * gradient(z, y), None


torch.autograd.gradcheck(OurLoss.apply, (z, y))

# %% [markdown]
# What does the formula mean?
# Minus the gradient is the *push* of one example on its logits: it pulls the true class up by $1 - p_y$, what was missing, and pushes each other class down by the probability it wrongly got.
# A confident and right prediction gets almost no push, a confident and wrong one the strongest, and since what one class gains the others lose, each row of pushes sums to 0.

# %% mystnb={"image": {"alt": "Three bar charts of the push on the logits, one-hot minus softmax, with class 0 true. Confident and right: bars near 0. Undecided: +0.67 for class 0 and -0.33 for the others. Confident and wrong: +0.98 for class 0, -0.96 for class 1, near 0 for class 2."}}
cases = {
    "confident and right": [4.0, 0.0, 0.0],
    "undecided": [0.0, 0.0, 0.0],
    "confident and wrong": [0.0, 4.0, 0.0],
}
fig, axes = plt.subplots(1, 3, figsize=(8, 2.8), sharey=True)
for (name, logits), ax in zip(cases.items(), axes, strict=True):
    push = -gradient(torch.tensor([logits]), torch.tensor([0]))[0]
    plot_probabilities({"push": push}, ax=ax)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(title=name, ylabel="push on the logit")
    ax.label_outer()

# %% [markdown]
# ## Why not squared error?
#
# One could also measure the distance between prediction and truth by $\sum_k (p_k - y_k)^2$.
# Take two classes, of which class 0 is true but gets only $p_0 = 0.01$, a confident mistake, and compare with an undecided model, $p_0 = 0.5$, which cross-entropy pushes by 0.5.
#
# > **Say what you expect.**
# > Cross-entropy pushes the confident mistake by $1 - 0.01 = 0.99$, almost twice as hard as indecision.

# %%
Quiz(
    "And how does squared error push the confident mistake?",
    {
        "Harder than cross-entropy does": "Its largest value is 2, where cross-entropy has no limit; it is too flat there to push.",
        "About as hard": "The two agree for the undecided model. The chain rule brings in a factor that is tiny for a confident one.",
        "Less than it pushes indecision": "The derivative of softmax, p₀ (1 − p₀), is a factor in its gradient, and here that is hardly 0.01. In cross-entropy the logarithm's 1/p₀ cancels the p₀.",
    },
    answer="Less than it pushes indecision",
)

# %% tags=["hide-cell"]
# By hand: the derivative of p0 with respect to z0 is p0 (1 - p0), that of
# p1 is minus as much, and both errors have size 1 - p0. In cross-entropy the
# derivative of the logarithm, 1 / p0, cancels the factor p0.
for p0 in (0.5, 0.01, 0.0001):
    z = torch.tensor([p0, 1 - p0]).log().requires_grad_()
    squared = (F.softmax(z, 0) - torch.tensor([1, 0])).square().sum()
    (grad,) = torch.autograd.grad(squared, z)
    print(f"p0 = {p0}: push by cross-entropy {1 - p0:.4f}", end=", ")
    print(f"by squared error {-grad[0]:.4f}", end=", ")
    print(f"by hand {4 * p0 * (1 - p0) ** 2:.4f}")

# %% [markdown]
# ([Exercise 1.6](01_exercises.ipynb#ex-1-6) derives the derivatives of softmax for any number of classes.)
#
# ## And the weights?
#
# The weight $w_{dj}$ acts on the logit $z_{ij}$ of each example $i$, with the factor $x_{id}$.
# So by the chain rule
#
# $$\frac{\partial L}{\partial w_{dj}} = \sum_i x_{id} \frac{\partial L}{\partial z_{ij}}, \qquad \text{all at once:} \quad \frac{\partial L}{\partial w} = \frac{1}{N} X^{\mathsf T} (P - Y),$$
#
# with $P$ the probabilities and $Y$ the one-hot labels: features times errors.
# Suppose that our two examples have a single feature, 2 for the first and −1 for the second, beside the 1 for the bias.
# For that feature and class 0 the formula says $(2 \cdot (-0.4) + (-1) \cdot 0.3) / 2 = -0.55$, which is the upper left entry of the second table:

# %%
X2 = torch.tensor([[2.0, 1.0], [-1.0, 1.0]])
errors = soft_z - F.one_hot(torch.tensor([0, 1]), 3)
errors, X2.T @ errors / 2

# %% [markdown]
# And on all data, against autograd:

# %%
w = torch.randn(3, 3, requires_grad=True)
criterion(features @ w, labels.flatten()).backward()
by_hand = features.T @ gradient(features @ w, labels.flatten())
torch.allclose(w.grad, by_hand, atol=1e-5)

# %% [markdown]
# This one line is all the calculus that training softmax regression needs.
#
# ## The cross-entropy lab
#
# Three probabilities that sum to 1 have only two degrees of freedom, so all predictions together form a triangle, with a corner for each certainty and ignorance in the middle.
# Drag the dot or move the sliders, and choose the true class.
# (The page does the arithmetic; in a running notebook, `lab.probabilities = [0.2, 0.6, 0.2]` moves the dot.)

# %%
from torchlearning.labs import CrossEntropyLab

lab = CrossEntropyLab(probabilities=[0.6, 0.2, 0.2], y=0)
lab

# %% [markdown]
# What to notice:
#
# - On each thin line the loss is the same. The lines run parallel to the side opposite the true corner, because only the gathered probability counts, not how the rest is divided.
# - Towards the true corner the loss falls to 0; towards the opposite side it grows without limit.
# - The arrow is minus the gradient, $y - p$: long when the prediction is confident and wrong, almost nothing when it is confident and right.
# - Keep the dot and change only the true class: the prediction is the same, the push is another.
#
# The arrow ends in the true corner, but it is a push on the three *logits*; which way the dot itself would go is the subject of [exercise 2.11](02_exercises.ipynb#ex-2-11).
#
# ## Where does the name come from?
#
# Call $-\log p$ the *surprise* of an event with probability $p$: a certain event is no surprise at all, and the less probable an event was thought to be, the greater the surprise when it happens.
#
# Let events happen with true probabilities $q$.
# Someone who knows $q$ is surprised, on average, by the [entropy](glossary.md#entropy) $H(q) = -\sum_k q_k \log q_k$.
# Someone who believes $p$ instead is surprised by the *cross*-entropy $H(q, p) = -\sum_k q_k \log p_k$.
# (In these sums $0 \log 0$ counts as 0. With the natural logarithm the unit is the [nat](glossary.md#nat).)
# For the star, with $q = (0, 0.5, 0.5)$, the first is $\log 2$, the price of the honest answer, and the second is what each answer pays on average.
# For a one-hot label only the true class is left of the sum, and $H(q, p) = -\log p_y$ is the loss of one example.
#
# The difference between the two is the [Kullback–Leibler divergence](glossary.md#kl-divergence), the price of a wrong belief:
#
# $$H(q, p) = H(q) + \mathrm{KL}(q \,\|\, p), \qquad \mathrm{KL}(q \,\|\, p) = \sum_k q_k \log \frac{q_k}{p_k} \ge 0.$$
#
# It is never negative because $\log t \le t - 1$: $-\mathrm{KL} = \sum_k q_k \log \frac{p_k}{q_k} \le \sum_k (p_k - q_k) = 0$.
#
# In numbers (`F.kl_div` takes first the *logarithm of the belief*, then the truth):

# %%
q, p = torch.tensor([0.5, 0.25, 0.25]), torch.full((3,), 1 / 3)
entropy, cross = -(q * q.log()).sum(), -(q * p.log()).sum()
kl = F.kl_div(p.log(), q, reduction="sum")
print(
    f"entropy {entropy:.4f} + divergence {kl:.4f} = {entropy + kl:.4f}, "
    f"cross-entropy {cross:.4f}"
)

# %% [markdown]
# So the cross-entropy is smallest for the true belief, where it equals the entropy: about the star, no answer is noticeably cheaper than the honest one.
# The same for a coin that shows heads with probability 0.7:

# %% mystnb={"image": {"alt": "Cross-entropy, the mean surprise, against the believed probability of heads, for a coin with true probability 0.7. The curve is a bowl with its minimum at 0.7, where it touches the horizontal dashed line of the entropy, 0.61.", "width": "75%"}}
coin, p = torch.distributions.Bernoulli(0.7), torch.linspace(0.02, 0.98, 193)
fig, ax = plt.subplots(figsize=(6, 3))
ax.plot(p, -(0.7 * p.log() + 0.3 * (1 - p).log()), label="cross-entropy")
ax.axhline(
    coin.entropy(),
    linestyle="--",
    color="black",
    linewidth=1,
    label="entropy of the coin",
)
ax.set(xlabel="believed probability of heads", ylabel="mean surprise (nats)")
_ = ax.legend()

# %% [markdown]
# What follows for training?
# A single label is certain and its entropy is 0, so for one example cross-entropy and divergence are the same thing.
# But where the clouds overlap, as at the star, nearly equal features come with different labels, and on average over *new* examples no model gets below the entropy of these labels.
# That floor is not a fault of the model.
# (On the examples it was trained on, a large enough model can get below it, by learning them by heart.)
# How to get down to it is the question of the next lesson.
#
# ## Summary
#
# - The cross-entropy is minus the mean logarithm of the probability given to the truth; $e^{-L}$ is that probability as a geometric mean, and $\log C$ is what ignorance costs.
# - Sums of logarithms, because a product of many probabilities underflows: with 1,500 factors of 0.8, `prod` is exactly 0 in `float32`, and the gradient of its logarithm `nan`.
# - `torch.gather(p, 1, y)` takes one entry from each row; the index, best int64, has as many dimensions as the table.
# - `nn.CrossEntropyLoss` wants logits $(N, C)$ and labels $(N,)$, best int64. No softmax in front of it.
# - The gradient with respect to the logits is softmax minus one-hot; with respect to the weights, $X^{\mathsf T}(P - Y)/N$.
#
# **Helpers met:** [`m_cross_entropy`](api.md#m_cross_entropy), [`cross_entropy`](api.md#cross_entropy), [`plot_gather`](api.md#plot_gather), [`plot_history`](api.md#plot_history), [`CrossEntropyLab`](api.md#crossentropylab).
#
# **Further reading:** cross-entropy and entropy in [Cover and Thomas 2006](references.md#cover-2006); the likelihood view of softmax regression in [Bishop 2006](references.md#bishop-2006), section 4.3.4.
#
# Now try the [exercises for lesson 2](02_exercises.ipynb).
#
# Back to [Lesson 1](01_softmax_intuition.ipynb) · next: [Lesson 3, manual training](03_manual_training.ipynb)
