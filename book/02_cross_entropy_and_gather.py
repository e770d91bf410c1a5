# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Lesson 2: Cross-entropy and gather
#
# **You will learn**
#
# - how one number, the cross-entropy, says how well predicted probabilities fit what really happened;
# - what `torch.gather` does, and why the loss is computed from logits, not from probabilities;
# - why its gradient is simply *prediction minus truth*.

# %%
import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional as F

# %%
from torchlearning import (
    cross_entropy,
    plot_gather,
    plot_history,
    plot_probabilities,
    softmax,
    tensorGenCla,
    use_style,
)
from torchlearning.labs import CrossEntropyLab

use_style()

# %% [markdown]
# ## Two predictions and the truth
#
# A model has looked at two examples and returned a row of probabilities for each.
# The true classes are 0 and 1.

# %%
soft_z = torch.tensor([[0.6, 0.2, 0.2], [0.3, 0.4, 0.3]])
y = torch.tensor([0, 1])
soft_z, y

# %% [markdown]
# How good is this?
# In both rows the true class has the largest probability, so every choice is right; and yet a model that said 0.99 and 0.99 would be much better.
# We look for a number that sees the difference.
#
# Write the truth in the same form as the predictions, as rows of probabilities.
# The truth is certain, so each row is a single 1: the [one-hot](glossary.md#one-hot) form of the label.

# %%
F.one_hot(y, num_classes=3)

# %% [markdown]
# ## The likelihood of what happened
#
# Ask the model: how probable was it that things turn out as they did?
# It gave 0.6 to the truth of the first example and 0.4 to that of the second.
# If the examples are independent, the probabilities multiply:

# %%
likelihood = soft_z[0, 0] * soft_z[1, 1]
likelihood

# %% [markdown]
# This is the [likelihood](glossary.md#likelihood) of the labels.
# A good model makes it large.
# Three changes, none of which alters *which* model is best, turn it into a loss:
#
# 1. take the logarithm: products become sums, $\log(ab) = \log a + \log b$;
# 2. change the sign, so that smaller is better;
# 3. divide by the number of examples, so that data sets of different size can be compared.
#
# $$L = -\frac{1}{N} \sum_{i=1}^{N} \log p_{i, y_i}$$
#
# Here $p_{i, y_i}$ is what the model gave to the true class $y_i$ of example $i$.
# This is the [cross-entropy](glossary.md#cross-entropy). By product and by sum:

# %%
-1 / 2 * torch.log(torch.tensor(0.6) * torch.tensor(0.4))

# %%
-1 / 2 * (torch.log(torch.tensor(0.6)) + torch.log(torch.tensor(0.4)))

# %% [markdown]
# To read the number, undo the logarithm: $e^{-L}$ is the probability that the model gave to the truth, as a geometric mean over the examples (for two numbers, the square root of their product).

# %%
loss = -1 / 2 * torch.log(likelihood)
torch.exp(-loss), likelihood.sqrt()

# %% [markdown]
# One example contributes $-\log p$: nothing if the model was sure and right, and without limit as it gives the truth less and less.

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
# Remember this number: a loss above it is worse than not looking at the data.

# %%
torch.log(torch.tensor(3.0))

# %% [markdown]
# ## Why a sum of logarithms
#
# On paper, both ways give the same loss.
# Say a good model gives 0.8 to the truth of each of our 1,500 examples:

# %%
p = torch.full((1500,), 0.8)
p.prod(), -torch.log(p.prod()) / 1500, -torch.log(p).mean()

# %% [markdown]
# The product is exactly 0 and its loss infinite; the sum gives the right answer, $-\log 0.8$.
# Compare the true product with the smallest number above 0 that `float32` has:

# %%
print(
    f"true product {0.8**1500:.1e}, smallest float32",
    f"{torch.nextafter(torch.tensor(0.0), torch.tensor(1.0)):.1e}",
)

# %% [markdown]
# There is nothing in between, so the product rounds to 0.
# From how many factors on does it round to 0? (`cumprod` multiplies in `float64` and rounds only its results to `float32`.)

# %%
running = p.cumprod(0)
int((running == 0).nonzero()[0]) + 1

# %% mystnb={"image": {"alt": "The running product of 0.8s on a logarithmic axis: a straight line falling from 1 to 1e-45, where it ends after fewer than 500 factors: from there the product is 0. A dotted line goes straight on, where the true product is, down to 4e-146.", "width": "75%"}}
fig, ax = plt.subplots(figsize=(6, 3))
n = torch.arange(1, 1501)
ax.semilogy(n, running, nonpositive="mask", label="rounded to float32")
ax.plot(n, 0.8 ** n.double(), ":", label="true product")
ax.set(xlabel="factors", ylabel="running product of 0.8s")
_ = ax.legend()

# %% [markdown]
# A loop that multiplies one factor at a time does no better.
# It gets stuck at twice the smallest number, because 2 × 0.8 = 1.6 rounds back to 2, and then reports a loss that is finite and wrong:

# %%
product = torch.tensor(1.0)
for factor in torch.full((1500,), 0.8):
    product = product * factor
product, -torch.log(product) / 1500

# %% [markdown]
# `float64` reaches further down and holds this product, but not that of a few times as many examples:

# %%
eights = torch.full((5000,), 0.8, dtype=torch.float64)
eights[:1500].prod(), eights.prod()

# %% [markdown]
# The gradient is lost with the value, since the slope of the logarithm is now $1/0$, and the slope of the product 0:

# %%
p = torch.full((1500,), 0.8, requires_grad=True)
(-torch.log(p.prod()) / 1500).backward()
p.grad[:3]

# %%
p.grad = None
(-torch.log(p).mean()).backward()
p.grad[:3], -1 / (1500 * 0.8)

# %% [markdown]
# The sum gives $-1/(N p)$ for each example, as calculus says.
# That is the answer to a question which the lecture asks and leaves open: **sums of logarithms, because products of probabilities underflow.**
#
# ## gather: one entry from each row
#
# The loss needs from each row of `soft_z` the entry at the true class.
# [`torch.gather`](glossary.md#gather) does just this.

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
# The same by plain indexing, with the row numbers written out, and by a [mask](glossary.md#one-hot) of zeros and ones:

# %%
soft_z[torch.arange(2), y], (soft_z * F.one_hot(y, 3)).sum(1)

# %% [markdown]
# The mask shows the link to the formula that many books print, $-\sum_k y_k \log p_k$ with a one-hot $y$: all terms but one are multiplied by 0.
# Multiplying by zeros is wasted work, and it is dangerous: if a probability of a *wrong* class is 0, then $0 \cdot \log 0$ is `nan`. `gather` never looks there.

# %%
sure = torch.tensor([[1.0, 0.0, 0.0]])
truth = y[:1]
(
    (F.one_hot(truth, 3) * sure.log()).sum(),
    torch.gather(sure, 1, truth.reshape(-1, 1)).log(),
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
# Now the worked example of [lesson 1](01_softmax_intuition.ipynb): ten examples, the weights 0 … 8.

# %%
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2], bias=True)
X, y = features[:10], labels[:10]
w = torch.arange(9).reshape(3, 3).float()
m_cross_entropy(softmax(X, w), y)

# %% [markdown]
# PyTorch's own loss gives the same number.
# But look at what goes in: not probabilities but the *logits*, and labels of shape $(N,)$.

# %%
criterion = nn.CrossEntropyLoss()
criterion(torch.mm(X, w), y.flatten())

# %% [markdown]
# Does 0.0021 mean that these weights are good?
# It flatters them: all ten examples belong to class 0, which these weights happen to get right.
# On all data they are only a little better than ignorance, $\log 3$:

# %%
criterion(features @ w, labels.flatten())

# %% [markdown]
# With two classes one number $\sigma$, the probability of class 1, says everything, and gathering becomes a choice between $\sigma$ and $1 - \sigma$.
# That is [`cross_entropy`](api.md#cross_entropy), the loss of logistic regression:

# %%
sigma, y01 = torch.tensor([0.9, 0.2, 0.6]), torch.tensor([1, 0, 1])
(
    cross_entropy(sigma, y01),
    m_cross_entropy(torch.stack([1 - sigma, sigma], 1), y01),
)

# %% [markdown]
# ## Why PyTorch wants logits
#
# Because the logarithm undoes the exponential that was just computed.
# Put the formula of softmax into the loss of one example:
#
# $$-\log p_y = -\log \frac{e^{z_y}}{\sum_j e^{z_j}} = \underbrace{\log \sum_j e^{z_j}}_{\operatorname{lse}(z)} - z_y.$$
#
# The right-hand side is log-sum-exp minus one logit.
# With the maximum shifted out, log-sum-exp neither overflows nor meets a logarithm of 0.
# The probability in the middle does: for a confident mistake it rounds to 0, and the loss becomes infinite.
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
# ## The common bug: softmax twice
#
# `nn.CrossEntropyLoss` contains the softmax.
# If you add one in front of it, you get no error, only a model that learns slowly.
# The probabilities, numbers between 0 and 1, are taken for logits, and differ by at most 1.
# Even a perfect prediction then pays $\log(e + 2) - 1$:

# %%
perfect = torch.tensor([[100.0, 0.0, 0.0]])
(
    criterion(perfect, torch.tensor([0])),
    criterion(F.softmax(perfect, 1), torch.tensor([0])),
)


# %% [markdown]
# Train both ways on all our data and measure each by the *right* loss.
# (`torch.autograd.grad` returns the slope of the loss in each weight; each step moves all weights a little against it. [Lesson 3](03_manual_training.ipynb) takes its time over this.)


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

# %% mystnb={"image": {"alt": "Right loss against steps of gradient descent. Both curves start at log 3 and fall steeply to about 0.5 within 20 steps. Then softmax once goes on to 0.26, while softmax twice flattens out and reaches only 0.39.", "width": "75%"}}
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
# Worse, the first softmax is flat wherever the model is sure, and there it lets hardly any gradient through, even if the model is sure and wrong.
# Here is the gradient that reaches the logits of one clear mistake, without and with the bug.

# %%
z = torch.tensor([[4.0, 0.0, 0.0]], requires_grad=True)
(right,) = torch.autograd.grad(criterion(z, torch.tensor([1])), z)
(bug,) = torch.autograd.grad(criterion(F.softmax(z, 1), torch.tensor([1])), z)
right, bug

# %% [markdown]
# ## Shapes, dtypes and what PyTorch says
#
# Three mistakes with the labels, and the messages as they really appear.
# `nn.CrossEntropyLoss` wants int64 class numbers of shape $(N,)$ in the range 0 … C-1.


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
# In turn: float labels (the cure is `.long()`, which makes int64), labels of shape $(N, 1)$ (the cure is `.flatten()`), and a class that does not exist.
# The lecture says that the loss needs float labels; the first message shows that it is the other way round.
#
# `gather` has its own three:

# %%
index = torch.tensor([[0], [1]])
message(lambda: torch.gather(soft_z, 1, index.flatten()))
message(lambda: torch.gather(soft_z, 1, index.float()))
message(lambda: torch.gather(soft_z, 1, index + 2))

# %% [markdown]
# In turn: give the index as many dimensions as the table, make it whole-numbered, and stay below $C$.
#
# > **Trap: one-hot labels as floats.**
# > Labels of shape $(N, C)$ and floating point are *no* error: `nn.CrossEntropyLoss` reads them as probabilities of the classes.
# > For one-hot rows the result is the same, for anything else it is another loss.

# %%
criterion(z, F.one_hot(y.flatten(), 3).float())

# %% [markdown]
# ## The gradient: prediction minus truth
#
# To train, we need the slope of the loss in each logit.
# For one example, $L = \operatorname{lse}(z) - z_y$.
# [Lesson 1](01_softmax_intuition.ipynb) found the gradient of log-sum-exp: it is softmax.
# The second term contributes $-1$ at the true class and 0 elsewhere.
# Together:
#
# $$\frac{\partial L}{\partial z_k} = p_k - \mathbb{1}[k = y],$$
#
# that is, *softmax minus one-hot*.
# For a mean over $N$ examples, each row is divided by $N$.


# %%
def gradient(z, y):
    return (F.softmax(z, 1) - F.one_hot(y, z.shape[1])) / len(z)


torch.manual_seed(0)
z = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
y = torch.tensor([0, 2, 1, 1])
gradient(z, y).detach()

# %% [markdown]
# Derivations go wrong; check this one three ways.
# First, autograd:

# %%
criterion(z, y).backward()
torch.allclose(z.grad, gradient(z, y))

# %% [markdown]
# Second, the definition of a slope: move one logit by a little to each side and look at the loss.

# %%
eps, numeric = 1e-6, torch.zeros(4, 3, dtype=torch.float64)
for i in range(4):
    for k in range(3):
        step = torch.zeros(4, 3, dtype=torch.float64)
        step[i, k] = eps
        numeric[i, k] = (
            criterion(z + step, y) - criterion(z - step, y)
        ).item() / (2 * eps)
torch.allclose(numeric, gradient(z, y), atol=1e-8)

# %% [markdown]
# Third, `gradcheck`, PyTorch's own careful version of the second way.
# We hand it our formula as the `backward` of a function whose `forward` is the loss.
# (`ctx` carries `z` from one to the other; `upstream` is the slope of the end result in our loss, by which the chain rule multiplies.)


# %%
class OurLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return criterion(z, y)

    @staticmethod
    def backward(ctx, upstream):
        (z,) = ctx.saved_tensors
        return upstream * gradient(z, y)


torch.autograd.gradcheck(OurLoss.apply, z)

# %% [markdown]
# What the formula means: minus the gradient is the *push* of one example on its logits.
# It pulls the true class up by $1 - p_y$, what was missing, and pushes each other class down by the probability it wrongly got.
# A sure and right prediction gets almost no push, a sure and wrong one gets the strongest.

# %% mystnb={"image": {"alt": "Three bar charts of the push on the logits, one-hot minus softmax, with class 0 true. Sure and right: bars near 0. Unsure: +0.67 for class 0 and -0.33 for the others. Sure and wrong: +0.98 for class 0, -0.96 for class 1, near 0 for class 2."}}
cases = {
    "sure and right": [4.0, 0.0, 0.0],
    "unsure": [0.0, 0.0, 0.0],
    "sure and wrong": [0.0, 4.0, 0.0],
}
fig, axes = plt.subplots(1, 3, figsize=(8, 2.8), sharey=True)
for (name, logits), ax in zip(cases.items(), axes, strict=True):
    push = -gradient(torch.tensor([logits]), torch.tensor([0]))[0]
    plot_probabilities({"push": push}, ax=ax)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(title=name, ylabel="push on the logit")
    ax.label_outer()

# %% [markdown]
# The pushes sum to 0 in each case: what one class gains, the others lose.
#
# One more step leads to the weights.
# The weight $w_{dj}$ acts on the logit $z_{ij}$ of each example $i$, with the factor $x_{id}$. So by the chain rule
#
# $$\frac{\partial L}{\partial w_{dj}} = \sum_i x_{id} \frac{\partial L}{\partial z_{ij}}, \qquad \text{all at once:} \quad \frac{\partial L}{\partial w} = \frac{1}{N} X^{\mathsf T} (P - Y),$$
#
# with $P$ the probabilities and $Y$ the one-hot labels: features times errors.

# %%
w = torch.randn(3, 3, requires_grad=True)
criterion(features @ w, labels.flatten()).backward()
by_hand = features.T @ gradient(features @ w, labels.flatten())
torch.allclose(w.grad, by_hand, atol=1e-5)

# %% [markdown]
# This one line is all the calculus that training needs.
#
# ## The cross-entropy lab
#
# Three probabilities that sum to 1 have only two degrees of freedom, so all predictions together form a triangle: a corner for each sure one, ignorance in the middle.
# Drag the dot or move the sliders, and choose the true class.
# (The page does the arithmetic; in a running notebook, `lab.probabilities = [0.2, 0.7, 0.1]` moves the dot.)

# %%
lab = CrossEntropyLab(probabilities=[0.6, 0.2, 0.2], y=0)
lab

# %% [markdown]
# What to notice:
#
# - On each thin line the loss is the same. The lines run parallel to the side opposite the true corner: only the gathered probability counts, not how the rest is shared out.
# - Towards the true corner the loss falls to 0; towards the opposite side it grows without limit.
# - Minus the gradient, $y - p$, is exactly the way from the dot to the true corner: long when the prediction is sure and wrong, almost nothing when it is sure and right.
# - Keep the dot and change only the true class: the prediction is the same, the push is another.
#
# ## Surprise, entropy and divergence
#
# Where does the name come from?
# Call $-\log p$ the *surprise* of an event with probability $p$: something certain does not surprise, something thought impossible does without limit.
#
# Let events happen with true probabilities $q$.
# Someone who knows $q$ is surprised, on average, by the [entropy](glossary.md#entropy) $H(q) = -\sum_k q_k \log q_k$.
# Someone who believes $p$ instead is surprised by the *cross*-entropy $H(q, p) = -\sum_k q_k \log p_k$.
# (In these sums $0 \log 0$ counts as 0. With the natural logarithm the unit is the [nat](glossary.md#nat).)
#
# Take a one-hot label for $q$: only the true class is left of the sum, and $H(q, p) = -\log p_y$ is the loss of one example.
#
# The difference between the two is the [Kullback–Leibler divergence](glossary.md#kl-divergence), the price of a wrong belief:
#
# $$H(q, p) = H(q) + \mathrm{KL}(q \,\|\, p), \qquad \mathrm{KL}(q \,\|\, p) = \sum_k q_k \log \frac{q_k}{p_k} \ge 0.$$
#
# It is never negative because $\log t \le t - 1$: $-\mathrm{KL} = \sum_k q_k \log \frac{p_k}{q_k} \le \sum_k (p_k - q_k) = 0$.
#
# By numbers (`F.kl_div` takes first the *logarithm of the belief*, then the truth):

# %%
q, p = torch.tensor([0.5, 0.25, 0.25]), torch.full((3,), 1 / 3)
entropy, cross = -(q * q.log()).sum(), -(q * p.log()).sum()
kl = F.kl_div(p.log(), q, reduction="sum")
print(
    f"entropy {entropy:.4f} + divergence {kl:.4f} = {entropy + kl:.4f}, "
    f"cross-entropy {cross:.4f}"
)

# %% [markdown]
# The cross-entropy of beliefs is smallest for the true one, and then equals the entropy of the data.
# For a coin that shows heads with probability 0.7:

# %% mystnb={"image": {"alt": "Cross-entropy against the believed probability of heads, for a coin with true probability 0.7. The curve is a bowl with its minimum at 0.7, where it touches the horizontal dashed line of the entropy, 0.61.", "width": "75%"}}
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
# Two conclusions for training.
# A single label is certain, its entropy is 0, so for one example cross-entropy and divergence are the same thing.
# But where the clouds overlap, nearly equal features come with different labels.
# There the labels themselves are uncertain, and on average over *new* examples no model gets below their entropy.
# That floor is not a fault of the model.
# (On the examples it was trained on, a large enough model can get below it, by learning them by heart.)
#
# ## Summary
#
# - The cross-entropy is minus the mean logarithm of the probability given to the truth; $e^{-L}$ is that probability as a geometric mean, and $\log C$ is what ignorance costs.
# - Sums of logarithms, because a product of many probabilities underflows: with 1,500 factors of 0.8, `prod` is exactly 0 in `float32`, and the gradient of its logarithm `nan`.
# - `torch.gather(p, 1, y)` takes one entry from each row; the index is int64 with as many dimensions as the table.
# - `nn.CrossEntropyLoss` wants logits $(N, C)$ and int64 labels $(N,)$. No softmax in front of it.
# - The gradient in the logits is softmax minus one-hot; in the weights, $X^{\mathsf T}(P - Y)/N$.
#
# **Helpers met:** [`m_cross_entropy`](api.md#m_cross_entropy), [`cross_entropy`](api.md#cross_entropy), [`plot_gather`](api.md#plot_gather), [`plot_history`](api.md#plot_history), [`CrossEntropyLab`](api.md#crossentropylab).
#
# **Further reading:** cross-entropy and entropy in {cite}`cover2006`; the likelihood view of softmax regression in {cite}`bishop2006`, section 4.3.4.
#
# Now try the [exercises for lesson 2](02_exercises.ipynb).
#
# Back to [Lesson 1](01_softmax_intuition.ipynb) · next: [Lesson 3, manual training](03_manual_training.ipynb)
