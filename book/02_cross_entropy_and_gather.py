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
# - what `torch.gather` does, and why the loss is computed from logarithms of logits, not from probabilities;
# - why its gradient is simply *prediction minus truth*.

# %%
import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional as F

from torchlearning import (
    cross_entropy,
    plot_gather,
    plot_history,
    plot_probabilities,
    softmax,
    tensorGenCla,
    use_style,
)

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
# Both rows put the most on the true class, so the accuracy is 1; and yet a model that said 0.99 and 0.99 would be much better.
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
# To read the number, undo the logarithm: $e^{-L}$ is the probability that the model gave to the truth, as a (geometric) mean over the examples.

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
    ax.annotate(f"p = {q}: {loss:.2f}", (q, loss), (8, 4), textcoords="offset points")
_ = ax.set(xlabel="probability p given to the true class", ylabel="loss, −log p")

# %% [markdown]
# A model without any knowledge says $1/C$ for each class and pays $\log C$.
# Remember this number: a loss above it is worse than not looking at the data.

# %%
torch.log(torch.tensor(3.0))

# %% [markdown]
# ## Why a sum of logarithms
#
# On paper, product and sum are the same.
# Say a good model gives 0.8 to the truth of each of our 1,500 examples:

# %%
p = torch.full((1500,), 0.8)
p.prod(), -torch.log(p.prod()) / 1500, -torch.log(p).mean()

# %% [markdown]
# The product is exactly 0 and its loss infinite; the sum gives the right answer, $-\log 0.8$.
# Compare the true product with the smallest number above 0 that `float32` has:

# %%
print(f"{0.8**1500:.1e}  {torch.nextafter(torch.tensor(0.0), torch.tensor(1.0)):.1e}")

# %% [markdown]
# There is nothing in between, so the product rounds to 0.
# After how many factors is it gone?

# %%
running = p.cumprod(0)
int((running == 0).nonzero()[0]) + 1

# %% mystnb={"image": {"alt": "The running product of 0.8s on a logarithmic axis: a straight line falling from 1 to 1e-45, which it reaches after fewer than 500 factors, and then nothing: the product is 0. A dotted line goes straight on, where the true product is, down to 1e-145.", "width": "75%"}}
fig, ax = plt.subplots(figsize=(6, 3))
n = torch.arange(1, 1501)
ax.semilogy(n, running, label="float32")
ax.semilogy(n, 0.8 ** n.double(), ":", label="true product")
ax.set(xlabel="factors", ylabel="running product of 0.8s")
_ = ax.legend()

# %% [markdown]
# Twice the digits do not cure it: `float64` only fails later, as the data set grows.
# And the gradient is lost with the value, since $1/0$ times 0 has no meaning:

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
# That is the answer to the question the original lesson leaves open: **sums of logarithms, because products of probabilities underflow.**
#
# ## gather: one entry from each row
#
# The loss needs from each row of `soft_z` the entry at the true class.
# [`torch.gather`](glossary.md#gather) does just this.

# %%
torch.gather(soft_z, 1, y.reshape(-1, 1))

# %% mystnb={"image": {"alt": "Drawing of gather. Left, the table of values with rows 0.6 0.2 0.2 and 0.3 0.4 0.3; the entries 0.6 and 0.4 are filled dark. Middle, the column of indices 0 and 1. Right, the column of results, 0.6 and 0.4.", "width": "60%"}}
fig, ax = plt.subplots(figsize=(4.8, 2.2))
_ = plot_gather(soft_z, y, ax=ax)

# %% [markdown]
# Read the call from the right: *the index says which, dimension 1 says along the row.*
# For `dim=1` the rule is
#
# $$\text{out}[i][j] = \text{input}[i][\,\text{index}[i][j]\,].$$
#
# The result has the shape of the index, so the index needs two dimensions like the input: one row for each example, here with a single column.
# That is why the labels of this course have shape $(N, 1)$.
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
(F.one_hot(truth, 3) * sure.log()).sum(), torch.gather(sure, 1, truth.reshape(-1, 1)).log()

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
# With two classes one number $\sigma$, the probability of class 1, says everything, and gathering becomes a choice between $\sigma$ and $1 - \sigma$.
# That is [`cross_entropy`](api.md#cross_entropy), the loss of logistic regression:

# %%
sigma, y01 = torch.tensor([0.9, 0.2, 0.6]), torch.tensor([1, 0, 1])
cross_entropy(sigma, y01), m_cross_entropy(torch.stack([1 - sigma, sigma], 1), y01)

# %% [markdown]
# ## Why PyTorch wants logits
#
# Because softmax followed by a logarithm throws away what it just computed.
# Put the formula of softmax into the loss of one example:
#
# $$-\log p_y = -\log \frac{e^{z_y}}{\sum_j e^{z_j}} = \underbrace{\log \sum_j e^{z_j}}_{\operatorname{lse}(z)} - z_y.$$
#
# The right-hand side is log-sum-exp minus one logit.
# Neither can underflow, while the probability in the middle can: for a confident mistake it rounds to 0 and the loss to infinity.

# %%
for gap in (50.0, 100.0, 103.0, 104.0, 1e4):
    z, true = torch.tensor([[gap, 0.0]]), torch.tensor([1])
    two_steps = m_cross_entropy(F.softmax(z, 1), true)
    print(f"gap {gap:7.0f}:  softmax, then log {two_steps:7.2f}   on logits {F.cross_entropy(z, true):8.2f}")

# %% [markdown]
# With a gap of 100 the two-step way is already off in the second digit behind the point, and from 104 it is infinite.
# On logits the loss is right at any size.
# So: [`m_cross_entropy`](api.md#m_cross_entropy) to understand, `nn.CrossEntropyLoss` to train.
#
# ## The common bug: softmax twice
#
# `nn.CrossEntropyLoss` contains the softmax.
# Who adds one in front of it gets no error, only a model that learns badly.
# The probabilities, numbers between 0 and 1, are taken for logits, and differ by at most 1.
# Even a perfect prediction then pays $\log(e + 2) - 1$:

# %%
perfect = torch.tensor([[100.0, 0.0, 0.0]])
criterion(perfect, torch.tensor([0])), criterion(F.softmax(perfect, 1), torch.tensor([0]))


# %% [markdown]
# Train both ways on all our data, with full-batch gradient descent, and measure each by the *right* loss.


# %%
def descend(loss_of_logits, steps=200, lr=0.03):
    w, losses = torch.zeros(3, 3, requires_grad=True), []
    for _ in range(steps):
        z = features @ w
        losses.append(criterion(z, labels.flatten()).item())
        (grad,) = torch.autograd.grad(loss_of_logits(z), w)
        with torch.no_grad():
            w -= lr * grad
    return losses


once = descend(lambda z: criterion(z, labels.flatten()))
twice = descend(lambda z: criterion(F.softmax(z, 1), labels.flatten()))

# %% mystnb={"image": {"alt": "Right loss against steps of gradient descent. Both curves start at log 3. With softmax once the loss falls quickly to about 0.26; with softmax twice it falls more slowly and is still well above after 200 steps.", "width": "75%"}}
fig, ax = plt.subplots(figsize=(6, 3))
_ = plot_history(
    {"softmax once": once, "softmax twice": twice}, ax=ax, xlabel="step", ylabel="loss on logits"
)

# %%
print(f"after 200 steps: once {once[-1]:.4f}, twice {twice[-1]:.4f}, ratio {twice[-1] / once[-1]:.2f}")

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
# In turn: float labels (the cure is `.long()`), labels of shape $(N, 1)$ (the cure is `.flatten()`), and a class that does not exist.
# The original converts its labels with `.float()` "because the loss needs it"; the first message shows that it is the other way round.
#
# `gather` has its own three:

# %%
index = torch.tensor([[0], [1]])
message(lambda: torch.gather(soft_z, 1, index.flatten()))
message(lambda: torch.gather(soft_z, 1, index.float()))
message(lambda: torch.gather(soft_z, 1, index + 2))

# %% [markdown]
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
        numeric[i, k] = (criterion(z + step, y) - criterion(z - step, y)).item() / (2 * eps)
torch.allclose(numeric, gradient(z, y), atol=1e-8)

# %% [markdown]
# Third, `gradcheck`, which does the same for any function, in `float64`.
# It takes our own loss here, so it checks softmax, gather and logarithm together.

# %%
torch.autograd.gradcheck(lambda z: m_cross_entropy(F.softmax(z, 1), y), z)

# %% [markdown]
# What the formula means: descent moves each logit *against* the gradient.
# It pulls the true class up by $1 - p_y$, what was missing, and pushes each other class down by the probability it wrongly got.
# A sure and right prediction gets no push, a sure and wrong one gets the strongest.

# %% mystnb={"image": {"alt": "Three bar charts of the push on the logits, one-hot minus softmax, with class 0 true. Sure and right: bars near 0. Unsure: +0.67 for class 0 and -0.33 for the others. Sure and wrong: +0.98 for class 0, -0.96 for class 1, near 0 for class 2."}}
cases = {"sure and right": [4.0, 0.0, 0.0], "unsure": [0.0, 0.0, 0.0], "sure and wrong": [0.0, 4.0, 0.0]}
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
# Since $Z = Xw$, the chain rule gives $\partial L / \partial w = X^{\mathsf T} \, \partial L / \partial Z$: features times errors.

# %%
w = torch.randn(3, 3, requires_grad=True)
criterion(features @ w, labels.flatten()).backward()
by_hand = features.T @ gradient(features @ w, labels.flatten())
torch.allclose(w.grad, by_hand, atol=1e-5)

# %% [markdown]
# This one line is all the calculus that training needs.
#
# ## Surprise, entropy and divergence
#
# Where does the name come from?
# Call $-\log p$ the *surprise* of an event with probability $p$: something certain does not surprise, something thought impossible does without limit.
#
# Let events happen with true probabilities $q$.
# Who knows $q$ is surprised, on average, by the [entropy](glossary.md#entropy) $H(q) = -\sum_k q_k \log q_k$.
# Who believes $p$ instead is surprised by the *cross*-entropy $H(q, p) = -\sum_k q_k \log p_k$.
# The difference is the [Kullback–Leibler divergence](glossary.md#kl-divergence), the price of a wrong belief:
#
# $$H(q, p) = H(q) + \mathrm{KL}(q \,\|\, p), \qquad \mathrm{KL}(q \,\|\, p) = \sum_k q_k \log \frac{q_k}{p_k} \ge 0.$$
#
# It is never negative because $\log t \le t - 1$: $-\mathrm{KL} = \sum_k q_k \log \frac{p_k}{q_k} \le \sum_k (p_k - q_k) = 0$.

# %%
q, p = torch.tensor([0.5, 0.25, 0.25]), torch.full((3,), 1 / 3)
entropy, cross = -(q * q.log()).sum(), -(q * p.log()).sum()
kl = F.kl_div(p.log(), q, reduction="sum")
print(f"entropy {entropy:.4f} + divergence {kl:.4f} = {entropy + kl:.4f}; cross-entropy {cross:.4f}")

# %% [markdown]
# The cross-entropy of beliefs is smallest for the true one, and then equals the entropy of the data.
# For a coin that shows heads with probability 0.7:

# %% mystnb={"image": {"alt": "Cross-entropy against the believed probability of heads, for a coin with true probability 0.7. The curve is a bowl with its minimum at 0.7, where it touches the horizontal dashed line of the entropy, 0.61.", "width": "75%"}}
coin, p = torch.distributions.Bernoulli(0.7), torch.linspace(0.02, 0.98, 193)
fig, ax = plt.subplots(figsize=(6, 3))
ax.plot(p, -(0.7 * p.log() + 0.3 * (1 - p).log()), label="cross-entropy")
ax.axhline(coin.entropy(), linestyle="--", color="black", linewidth=1, label="entropy of the coin")
ax.set(xlabel="believed probability of heads", ylabel="mean surprise (nats)")
_ = ax.legend()

# %% [markdown]
# Two conclusions for training.
# A single label is certain, its entropy is 0, so for one example cross-entropy and divergence are the same thing.
# But over many examples with the *same* features and different labels, as where the clouds overlap, the labels themselves are uncertain, and no model can bring the mean loss below their entropy.
# That floor is not a fault of the model.
#
# ## Summary
#
# - The cross-entropy is minus the mean logarithm of the probability given to the truth; $e^{-L}$ is that probability as a geometric mean, and $\log C$ is what ignorance costs.
# - Sums of logarithms, because a product of 1,500 probabilities is exactly 0 in `float32`, and its gradient `nan`.
# - `torch.gather(p, 1, y)` takes one entry from each row; the index is int64 with as many dimensions as the table.
# - `nn.CrossEntropyLoss` wants logits $(N, C)$ and int64 labels $(N,)$. No softmax in front of it.
# - The gradient in the logits is softmax minus one-hot; in the weights, $X^{\mathsf T}(P - Y)/N$.
#
# **Helpers met:** [`m_cross_entropy`](api.md#m_cross_entropy), [`cross_entropy`](api.md#cross_entropy), [`plot_gather`](api.md#plot_gather), [`plot_history`](api.md#plot_history).
#
# **Further reading:** cross-entropy and entropy in {cite}`cover2006`; the likelihood view of softmax regression in {cite}`bishop2006`, section 4.3.4.
#
# Back to [Lesson 1](01_softmax_intuition.ipynb) · next: [Lesson 3, manual training](03_manual_training.ipynb)
