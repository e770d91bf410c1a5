# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Exercises for lesson 3
#
# They go with [lesson 3](03_manual_training.ipynb).
# Answer first, on paper or in the cell, then unfold the solution.
# The last four are broken on purpose: find out what is wrong before you unfold it.

# %%
import torch
from torch.nn import functional as F
from torchlearning import check, minimum_loss, tensorGenCla
from torchlearning.quiz import Quiz

torch.set_num_threads(1)  # faster, for tensors as small as ours
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2], bias=True)

# %% [markdown]
# ## Exercise 3.1: Everything twice
#
# *Predict, then run · 3 minutes*
#
# By mistake each example of a batch is there twice.
# The loss is the mean over the batch, as always.

# %%
Quiz(
    "What happens to the gradient?",
    {
        "It doubles": "That would be so for a sum. The mean divides by twice as many examples.",
        "It stays the same": "Twice as many terms, divided by twice the number.",
        "It halves": "The divisor doubles, but so does the number of terms.",
    },
    answer="It stays the same",
)

# %%
last = len(torch.arange(1500).split(64)[-1])
Quiz(
    "An epoch of 1,500 examples in batches of 64. How many examples are in the last batch?",
    {
        last: "23 full batches, and what is left.",
        64: "1,500 is no multiple of 64.",
        1500 // 64: "So many batches are full. What do they leave?",
        64 - last: "So many are missing from the last batch.",
    },
    answer=last,
)

# %% [markdown]
# ### Solution 3.1


# %%
def gradient_of(X, y, reduction="mean"):
    w = torch.zeros(3, 3, requires_grad=True)
    F.cross_entropy(X @ w, y.flatten(), reduction=reduction).backward()
    return w.grad


X, y = features[495:505], labels[495:505]
twice = torch.cat([X, X]), torch.cat([y, y])
for reduction in ("mean", "sum"):
    ratio = gradient_of(*twice, reduction) / gradient_of(X, y, reduction)
    print(f"{reduction:4} gradient times {ratio.mean():.4f}")

# %% [markdown]
# The mean is what makes batches of different size comparable: the same learning rate fits all of them.
# One of the broken cells below shows what happens without it.
#
# The short last batch has 28 examples, so each of them counts 64/28 times as much as an example elsewhere.
# Because the order is drawn anew in each epoch, that evens out.

# %% [markdown]
# ## Exercise 3.2: Metric and step
#
# *Implement · 20 minutes*
#
# With the lesson closed, write `m_accuracy(soft_z, y)`, the share of rows whose largest entry stands at the label, and `sgd(params, lr)`, one step of gradient descent on one tensor, in place, after which its gradient is zero.


# %%
def m_accuracy(soft_z, y):
    """Return the share of right rows."""
    ...


check.m_accuracy(m_accuracy)


# %%
def sgd(params, lr):
    """Move params against its gradient, in place, and zero the gradient."""
    ...


check.sgd(sgd)

# %% [markdown]
# ### Solution 3.2


# %%
def m_accuracy(soft_z, y):
    return (soft_z.argmax(1) == y.flatten()).float().mean()


check.m_accuracy(m_accuracy)


# %%
def sgd(params, lr):
    with torch.no_grad():
        params -= lr * params.grad
    params.grad.zero_()


check.sgd(sgd)

# %% [markdown]
# `params = params - lr * params.grad` would not do: it gives the *name* inside the function to a new tensor, and the caller's weights stay where they are.
# `-=` changes the tensor itself.

# %% [markdown]
# ## Exercise 3.3: Batches that teach nothing
#
# *Debug · 10 minutes*
#
# With these batches the loss never gets below $\log 3$ to speak of, whatever the learning rate.
# No error, all shapes right, every example there exactly once.
# Find out why before you read the hint of the check below, and mend it.


# %%
def data_iter(batch_size, features, labels):
    X = features[torch.randperm(len(features))]
    y = labels[torch.randperm(len(labels))]
    for i in range(0, len(X), batch_size):
        yield X[i : i + batch_size], y[i : i + batch_size]


torch.manual_seed(0)
check.data_iter(data_iter)

# %% [markdown]
# ### Solution 3.3

# %% [markdown]
# Two shuffles, two different orders: each example gets the label of another.
# What is left to learn are the shares of the classes, one third each, and their price is $\log 3$.
# Draw one order and use it twice.


# %%
def data_iter(batch_size, features, labels):
    for rows in torch.randperm(len(features)).split(batch_size):
        yield features[rows], labels[rows]


check.data_iter(data_iter)

# %% [markdown]
# When a loss will not go below $\log C$, look at a few examples *with their labels* as they come out of the loader, before you touch the model.

# %% [markdown]
# ## Exercise 3.4: An epoch
#
# *Implement · 25 minutes*
#
# Write `train_epoch(w, X, y, lr, batch_size)`: go through the examples in the order given, in batches, take a step for each, change `w` in place, and return the mean loss over all *examples*.
# `w` has `requires_grad=True`, and its gradient is zero when you are done.


# %%
def train_epoch(w, X, y, lr, batch_size):
    """Train w on one pass over the examples, and return the mean loss."""
    ...


check.train_epoch(train_epoch)

# %% [markdown]
# ### Solution 3.4


# %%
def train_epoch(w, X, y, lr, batch_size):
    total = 0.0
    for X_batch, y_batch in zip(
        X.split(batch_size), y.split(batch_size), strict=True
    ):
        loss = F.cross_entropy(X_batch @ w, y_batch.flatten())
        loss.backward()
        sgd(w, lr)
        total += loss.item() * len(X_batch)
    return total / len(X)


check.train_epoch(train_epoch)

# %% [markdown]
# `loss.item()` takes the number out of the tensor.
# Summing the losses themselves would make the sum a tensor whose record grows with every batch.
# (`backward()` has freed the large part of it; in a loop that only measures, without `backward()`, every batch would stay in memory.)

# %% [markdown]
# ## Exercise 3.5: How large may the learning rate be?
#
# *Derive · 25 minutes*
#
# Near its lowest point a smooth loss looks like $L(w) = \tfrac{h}{2} w^2$ along each direction, with the curvature $h$.
#
# 1. Show that a step of gradient descent multiplies $w$ by $1 - \mathrm{lr} \cdot h$.
# 2. For which learning rates does $w$ go to 0? When does it jump from side to side? Which is the fastest?
# 3. In many directions at once, which curvature sets the limit, and which the time that you have to wait?
#
# The curvatures of our loss, at all-zero weights and at the lowest point (three more are 0, those of the shifts of lesson 3, and left out):

# %%
X64, y_all = features.double(), labels.flatten()


def curvatures(w):
    def loss(w):
        return F.cross_entropy(X64 @ w, y_all)

    hessian = torch.autograd.functional.hessian(loss, w.double())
    return torch.linalg.eigvalsh(hessian.reshape(9, 9))[3:]


start = torch.zeros(3, 3)
lowest, lowest_loss = minimum_loss(features, labels, 3)
for name, w in (("zero", start), ("lowest", lowest)):
    print(f"{name:7}", [float(f"{h:.3g}") for h in curvatures(w)])

# %%
h_low, h_zero = curvatures(lowest)[-1].item(), curvatures(start)[-1].item()
Quiz(
    "Near the lowest point, from which learning rate on does gradient descent on all data no longer settle?",
    {
        2 / h_low: "2 over the largest curvature there.",
        1
        / h_low: "At 1 over the curvature the step lands in the middle. How much further may it go?",
        2
        / h_zero: "That is the limit at the start, where the loss is much more curved.",
        h_low: "That is the curvature. What does a step do with it?",
    },
    answer=2 / h_low,
)

# %% [markdown]
# ### Solution 3.5

# %% [markdown]
# **1.** The slope is $h w$, so $w - \mathrm{lr}\, h w = (1 - \mathrm{lr}\, h)\, w$.
#
# **2.** It shrinks if $|1 - \mathrm{lr}\, h| < 1$, that is $0 < \mathrm{lr} < 2/h$.
# Above $1/h$ the factor is negative, and $w$ changes sides at every step; at $1/h$ a single step arrives.
#
# **3.** The *largest* curvature sets the limit, $\mathrm{lr} < 2/h_{\max}$.
# The *smallest* sets the time: along it each step gains only the factor $1 - \mathrm{lr}\, h_{\min}$.
# The quotient of the two is called the *condition number*.
#
# Start a hair's breadth from the lowest point, just below the limit and just above it:

# %%
h_low, h_zero = curvatures(lowest)[-1].item(), curvatures(start)[-1].item()
torch.manual_seed(0)
nudge = 1e-3 * torch.randn(3, 3, dtype=torch.float64)
Y = F.one_hot(y_all, 3)
for share in (0.9, 1.1):
    w, lr = lowest.double() + nudge, share * 2 / h_low
    for _ in range(100):
        w = w - lr / 1500 * X64.T @ (F.softmax(X64 @ w, 1) - Y)
    above = F.cross_entropy(X64 @ w, y_all) - lowest_loss
    print(f"lr {lr:.2f}: after 100 steps {above:.0e} above the lowest loss")

# %% [markdown]
# (Both began 1e-06 above.) Above the limit it does not fly off to infinity either: far out this loss is nearly straight, and the steps stop growing.
# At all-zero weights the limit is far lower, because there no prediction is sure yet and every example curves the loss:

# %%
print(f"limit at zero {2 / h_zero:.3f}, at the lowest point {2 / h_low:.2f}")
h = curvatures(lowest)
print(f"condition number at the lowest point {h[-1] / h[0]:.0f}")

# %% [markdown]
# ## Exercise 3.6: Momentum
#
# *Implement · 60 minutes*
#
# Exercise 3.5 says why the last part of training is slow: a learning rate that the steep directions allow is tiny for the flat ones.
# *Momentum* is the oldest cure.
# It keeps a velocity $v$, and the step is
#
# $$v \leftarrow m\, v + \frac{\partial L}{\partial w}, \qquad w \leftarrow w - \mathrm{lr} \cdot v.$$
#
# 1. Along a flat direction the gradient hardly changes from step to step. To which $v$ does the first formula then lead, and how many times larger is the step than without momentum?
# 2. Write `descend(m, lr, limit)`: gradient descent on *all* data from zero weights, until the loss is within 10% of the lowest or `limit` steps are done; return the number of steps and the weights.
# 3. Compare one run of 50 steps with `torch.optim.SGD(…, momentum=m)`: the weights must agree.
# 4. Count the steps for $m = 0$, $0.8$ and $0.9$ at $\mathrm{lr} = 0.03$. Do the counts fit your answer to 1?

# %%
Quiz(
    "With m = 0.9 and a gradient that stays the same, how many times larger than without momentum does the step become?",
    {
        10: "v = m v + g has the solution v = g / (1 - m).",
        1.9: "That is the second step. The velocity goes on growing.",
        0.9: "m is what is kept of the old velocity; the gradient is added in each step.",
    },
    answer=10,
)

# %% [markdown]
# ### Hint 3.6

# %% [markdown]
# Use the gradient $X^{\mathsf T}(P - Y)/N$ in place of autograd, and it takes seconds.

# %% [markdown]
# ### Solution 3.6

# %% [markdown]
# **1.** $v = m v + g$ gives $v = g / (1 - m)$: ten times the gradient for $m = 0.9$.


# %%
def descend(m, lr, limit):
    w = torch.zeros(3, 3, dtype=torch.float64)
    v, step = torch.zeros_like(w), 0
    while step < limit and F.cross_entropy(X64 @ w, y_all) > 1.1 * lowest_loss:
        v = m * v + X64.T @ (F.softmax(X64 @ w, 1) - Y) / 1500
        w, step = w - lr * v, step + 1
    return step, w


# %%
w = torch.zeros(3, 3, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.03, momentum=0.9)
for _ in range(50):
    optimizer.zero_grad()
    F.cross_entropy(X64 @ w, y_all).backward()
    optimizer.step()
torch.allclose(descend(0.9, 0.03, 50)[1], w)

# %%
plain, _ = descend(0, 0.03, 10_000)
print(f"m = 0:   {plain} steps")
for m in (0.8, 0.9):
    steps, _ = descend(m, 0.03, 10_000)
    print(f"m = {m}: {steps:4} steps, {plain / steps:4.1f} times fewer")

# %% [markdown]
# **4.** Steps that are five and ten times larger along the flat directions, so about five and ten times fewer of them.
# And the steep directions? Work out the limit of exercise 3.5 with momentum and you find $\mathrm{lr} < 2(1 + m)/h$: no stricter than without.

# %% [markdown]
# ## Exercise 3.7: The loss falls and falls
#
# *Break it · 5 minutes*
#
# The loss has never fallen so fast.
# What is wrong, and which number on the screen should have made you suspicious at once?

# %%
w = torch.zeros(3, 3, requires_grad=True)
for _ in range(4):
    p = F.softmax(features @ w, 1)
    loss = p.gather(1, labels).log().mean()
    loss.backward()
    print(f"loss {loss:8.2f}, accuracy {m_accuracy(p, labels):.2f}")
    sgd(w, 0.03)

# %%
Quiz(
    "Which of these can never be right?",
    {
        "A loss that falls in every step": "That is what one hopes for.",
        "A cross-entropy below 0": "Logarithms of probabilities are at most 0, and minus their mean is at least 0.",
        "An accuracy of one third at all-zero weights": "With equal scores, `argmax` chooses class 0 for all, and is right for a third.",
    },
    answer="A cross-entropy below 0",
)

# %% [markdown]
# ### Solution 3.7

# %% [markdown]
# The minus sign is missing.
# Descent then makes the log-probability of the truth *smaller*, and since that has no lower limit, it never stops; the accuracy goes to 0.
# A loss has a scale: it starts at about $\log C$, and it ends at 0 or above.

# %% [markdown]
# ## Exercise 3.8: A larger batch
#
# *Break it · 10 minutes*
#
# The run in batches of 10 is fine; its loss after each of five epochs stands in the first line.
# To save time somebody takes batches of 500 and changes nothing else, and the second line comes out.
# Why?


# %%
def train(batch_size, reduction="sum"):
    torch.manual_seed(0)
    w, losses = torch.zeros(3, 3, requires_grad=True), []
    for _ in range(5):
        for X, y in data_iter(batch_size, features, labels):
            z = X @ w
            F.cross_entropy(z, y.flatten(), reduction=reduction).backward()
            sgd(w, 0.03)
        z = features @ w.detach()
        losses.append(F.cross_entropy(z, labels.flatten()).item())
    print(f"batches of {batch_size:3}:", *(f"{loss:7.2f}" for loss in losses))


train(10)
train(500)

# %%
Quiz(
    "With batches of 500, this step is as large as one with the mean and which learning rate?",
    {
        15: "A sum over 500 is 500 times their mean: 500 · 0.03.",
        0.3: "That is so for batches of 10.",
        0.03: "Only if the loss is the mean.",
        0.00006: "The other way round: the sum is larger than the mean.",
    },
    answer=15,
)

# %% [markdown]
# ### Solution 3.8

# %% [markdown]
# `reduction="sum"`: the gradient grows with the batch, and so does the step.
# In batches of 10 it was like a mean with the learning rate 0.3: above the limit that exercise 3.5 found at the start, 0.12, but far below the one near the lowest point, 3.3, and so usable.
# In batches of 500 it is like 15, above both.
# With the mean, the learning rate means the same for every batch size:

# %%
train(10, "mean")
train(500, "mean")

# %% [markdown]
# (The large batches are behind now, for an honest reason: five epochs of them are only 15 steps.)

# %% [markdown]
# ## Exercise 3.9: Fine at first
#
# *Break it · 10 minutes*
#
# Two runs on all data, the same start, the same learning rate, and one line of difference.
# The second overtakes the first, and then cannot come to rest.
# (Every twentieth loss is shown.)
# The line is in plain view. Why does its absence help at first, and what does the run remind you of?

# %%
v = torch.tensor([1.0], requires_grad=True)
for _ in range(2):
    (v**2).sum().backward()
    with torch.no_grad():
        v -= 0.1 * v.grad
wrong, right = v.item(), 0.8 * 0.8
Quiz(
    "First a tiny case. L = w², start at w = 1, lr = 0.1, two steps in which the gradient is never set to zero. Where is w?",
    {
        wrong: "The second gradient is 1.6, but 2 + 1.6 is what stands in `grad`.",
        right: "So it would be with `zero_()` after each step.",
        0.8: "That is after one step.",
    },
    answer=wrong,
)


# %%
def run(forget):
    w, losses = torch.zeros(3, 3, requires_grad=True), []
    for _ in range(160):
        loss = F.cross_entropy(features @ w, labels.flatten())
        loss.backward()
        with torch.no_grad():
            w -= 0.03 * w.grad
        if not forget:
            w.grad.zero_()
        losses.append(f"{loss.item():.2f}")
    return losses[::20]


print(*run(forget=False))
print(*run(forget=True))

# %% [markdown]
# ### Solution 3.9

# %% [markdown]
# `w.grad.zero_()` is missing, so each step moves along the sum of *all* gradients so far.
# Compare it with exercise 3.6: that is momentum with $m = 1$, a velocity without friction.
# It rolls down, through the valley and up the other side, and nothing brings it to rest. (In the tiny case the second step uses $2 + 1.6$, and $w = 0.8 - 0.36 = 0.44$.)
# Nothing warns you, and for a while it even looks better.

# %% [markdown]
# ## Exercise 3.10: The best epoch
#
# *Break it · 5 minutes*
#
# After each epoch the loop prints the accuracy.
# The second epoch is perfect, so its weights are the ones to keep.
# Are they?

# %%
torch.manual_seed(0)
w = torch.zeros(3, 3, requires_grad=True)
reported, kept = [], []
for _ in range(6):
    for X, y in data_iter(10, features, labels):
        F.cross_entropy(X @ w, y.flatten()).backward()
        sgd(w, 0.03)
    reported.append(m_accuracy(X @ w, y).item())
    kept.append(w.detach().clone())
print("accuracy:", *(f"{share:.4f}" for share in reported))

# %%
Quiz(
    "What gives it away that these are not accuracies of an epoch of 1,500 examples?",
    {
        "They jump up and down": "A little up and down is normal with noisy steps; it depends on how much.",
        "All are multiples of 0.1": "1,500 examples would give multiples of 1/1500. Tenths need a batch of 10.",
        "They stay below 0.97": "Four of the six are above it.",
    },
    answer="All are multiples of 0.1",
)

# %% [markdown]
# ### Solution 3.10

# %% [markdown]
# After the inner loop, `X` and `y` are still the *last batch*: ten examples, and those the model has just been trained on.
# On all data:

# %%
true = [m_accuracy(features @ v, labels).item() for v in kept]
print("all data:", *(f"{share:.4f}" for share in true))

# %% [markdown]
# A share $p$ of $n$ examples has the standard error $\sqrt{p (1 - p) / n}$, here for $p = 0.95$:

# %%
for n in (10, 1500):
    print(f"{n:4} examples: {(0.95 * 0.05 / n) ** 0.5:.3f}")

# %% [markdown]
# With ten examples that is enough to make any epoch the best one.
# Compute a metric over *all* examples, after the epoch, in a place of its own.
#
# Back to [lesson 3](03_manual_training.ipynb) · next: [lesson 4](04_nn_training.ipynb)
