# %% [markdown]
# # Exercises for lesson 3
#
# They go with [lesson 3](03_manual_training.ipynb).
# Together they take about 208 minutes, and those of importance 3 about 85.
# Answer first, on paper or in the cell, then unfold the solution.
# Exercises 3.7 to 3.10 are broken on purpose: find out what is wrong before you unfold it.
# In a notebook, run the cells above exercise 3.1 first; from then on each exercise works by itself, in any order.
# Where a cell says `course.data_iter`, it takes the function of the course, whatever has become of yours.

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
import torchlearning as course
from torch.nn import functional as F
from torchlearning import check, minimum_loss, tensorGenCla
from torchlearning.quiz import Quiz

torch.set_num_threads(1)  # faster, for tensors as small as ours
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2], bias=True)
X64, y_all = features.double(), labels.flatten()
lowest, lowest_loss = minimum_loss(features, labels, 3)

# %% [markdown]
# ## Exercise 3.1: Everything twice
#
# *Predict, then run · 3 minutes · difficulty 1 of 3 · importance 2 of 3*
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
        last: "23 batches are full, and this is left.",
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
# The mean makes the gradients of batches of different size comparable: on average they are the same, whatever the size.
# One of the broken cells below shows what happens without it, and also that the *best* learning rate depends on the size all the same.
#
# The short last batch has 28 examples, so each of them counts 64/28 times as much as an example elsewhere.
# Because the order is drawn anew in each epoch, that evens out.

# %% [markdown]
# ## Exercise 3.2: Metric and step
#
# *Implement · 20 minutes · difficulty 1 of 3 · importance 3 of 3*
#
# With the lesson closed, write `m_accuracy(soft_z, y)`, the fraction of rows whose largest entry stands at the label (labels of shape $(N, 1)$ or $(N,)$), and `sgd(params, lr)`, one step of gradient descent on one tensor, in place, after which its gradient is zero (or `None`).


# %%
def m_accuracy(soft_z, y):
    """Return the fraction of right rows."""
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
# *Debug · 10 minutes · difficulty 1 of 3 · importance 3 of 3*
#
# With these batches the mean loss of an epoch stays at about $\log 3$ or above it, whatever the learning rate, although there is no error, all shapes are right, and every example is there exactly once.
# Find out why before you read the hint of the check below, and fix it.
# Each call should give a new order and each example once; the labels are a column, $(N, 1)$, and the last batch holds what is left.


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
# There are two shuffles in two different orders, so each example gets the label of another.
# All that is left to learn is how frequent the classes are, one third each, and that costs $\log 3$.
# The fix is to draw one order and use it twice.


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
# *Implement · 25 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# Write `train_epoch(w, X, y, lr, batch_size)`: go through the examples in the order given, in batches, and take a step for each against the gradient of its mean cross-entropy, changing `w` in place.
# Return the mean loss over all *examples*, a number, where the loss of a batch is the one computed *before* its step.
# The labels are a column, $(N, 1)$, and the last batch may be short, even a single example.
# `w` has `requires_grad=True`, and its gradient is zero (or `None`) when you are done.


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
        course.sgd(w, lr)
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
# *Derive · 25 minutes · difficulty 3 of 3 · importance 2 of 3*
#
# How far can one go in a single step?
# Near its lowest point a smooth loss looks like $L(w) = \tfrac{h}{2} w^2$ along each direction, with the curvature $h$.
#
# 1. Show that a step of gradient descent multiplies $w$ by $1 - \mathrm{lr} \cdot h$.
# 2. For which learning rates does $w$ go to 0? When does it jump from side to side? Which rate is the fastest?
# 3. In many directions at once, which curvature sets the limit for the rate, and which sets the time that you have to wait?
#
# The curvatures of our loss, at all-zero weights and at the lowest point (three more are 0, those of lesson 3's flat directions, and left out):


# %%
def curvatures(w):
    def loss(w):
        return F.cross_entropy(X64 @ w, y_all)

    hessian = torch.autograd.functional.hessian(loss, w.double())
    return torch.linalg.eigvalsh(hessian.reshape(9, 9))[3:]


start = torch.zeros(3, 3)
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
# **1.** The derivative is $h w$, so $w - \mathrm{lr}\, h w = (1 - \mathrm{lr}\, h)\, w$.
#
# **2.** It shrinks if $|1 - \mathrm{lr}\, h| < 1$, that is $0 < \mathrm{lr} < 2/h$.
# Above $1/h$ the factor is negative, and $w$ changes sides at every step; at $1/h$ a single step arrives.
#
# **3.** The *largest* curvature sets the limit, $\mathrm{lr} < 2/h_{\max}$.
# The *smallest* sets the time: along it each step gains only the factor $1 - \mathrm{lr}\, h_{\min}$.
# The quotient of the two is called the *condition number*.
#
# To see the limit, start very near the lowest point, with a rate just below it and with one just above it:

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
# (Both began 1e-06 above.) Above the limit it does not fly off to infinity either, because far out this loss is nearly straight, and the steps stop growing.
# At all-zero weights the limit is far lower, because there no prediction is confident yet and every example curves the loss:

# %%
print(f"limit at zero {2 / h_zero:.3f}, at the lowest point {2 / h_low:.2f}")
h = curvatures(lowest)
print(f"condition number at the lowest point {h[-1] / h[0]:.0f}")

# %% [markdown]
# ## Exercise 3.6: Momentum
#
# *Implement · 55 minutes · difficulty 3 of 3 · importance 2 of 3*
#
# Why is the last part of training so slow?
# Exercise 3.5 says it: a learning rate that the strongly curved directions allow is tiny for the weakly curved ones, such as the floor of the valley in the lesson's picture.
# *Momentum* is a classic cure, which keeps a velocity $v$ and takes the step
#
# $$v \leftarrow m\, v + \frac{\partial L}{\partial w}, \qquad w \leftarrow w - \mathrm{lr} \cdot v.$$
#
# 1. Along a weakly curved direction the gradient hardly changes from step to step. To which $v$ does the first formula then lead, and how many times larger is the step than without momentum?
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
        P = F.softmax(X64 @ w, 1)
        v = m * v + X64.T @ (P - F.one_hot(y_all, 3)) / 1500
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
# **4.** The steps are five and ten times larger along the weakly curved directions, so about five and ten times fewer of them are needed.
# And the strongly curved ones? Work out the limit of exercise 3.5 with momentum and you find $\mathrm{lr} < 2(1 + m)/h$: no stricter than without.

# %% [markdown]
# ## Exercise 3.7: The loss falls and falls
#
# *Break it · 5 minutes · difficulty 1 of 3 · importance 3 of 3*
#
# The loss has never fallen so fast.
# What is wrong, and which number on the screen should have made you suspicious at once?

# %%
w = torch.zeros(3, 3, requires_grad=True)
for _ in range(4):
    p = F.softmax(features @ w, 1)
    loss = p.gather(1, labels).log().mean()
    loss.backward()
    accuracy = course.m_accuracy(p, labels)
    print(f"loss {loss:8.2f}, accuracy {accuracy:.2f}")
    course.sgd(w, 0.03)

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
# A cross-entropy has a scale: at zero or small weights it is about $\log C$ (large random ones can start far above, as in the lesson), and it is never below 0.

# %% [markdown]
# ## Exercise 3.8: A larger batch
#
# *Break it · 10 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# The run in batches of 10 is fine; its loss after each of five epochs stands in the first line.
# To save time somebody takes batches of 500 and changes nothing else, and the second line comes out.
# Why?


# %%
def train(batch_size, reduction="sum"):
    torch.manual_seed(0)
    w, losses = torch.zeros(3, 3, requires_grad=True), []
    for _ in range(5):
        for X, y in course.data_iter(batch_size, features, labels):
            z = X @ w
            F.cross_entropy(z, y.flatten(), reduction=reduction).backward()
            course.sgd(w, 0.03)
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
# Because of `reduction="sum"` the gradient grows with the batch, and so does the step.
# In batches of 10 it was like a mean with the learning rate 0.3: above the limit that exercise 3.5 found at the start, 0.12, but far below the one near the lowest point, 3.3, and so usable.
# In batches of 500 it is like 15, above both.
# With the mean, the step is on average the same for every batch size; a small batch only adds noise to it:

# %%
train(10, "mean")
train(500, "mean")

# %% [markdown]
# Now the large batches are behind, for an honest reason: five epochs of them are only 15 steps.
# So the same rate need not be the best one for both, and a mean over many examples, which has less noise, allows larger steps.
# Which rate has the lowest loss after five epochs, for each batch size?
# (All rates at once: `w` has shape $(8, 3, 3)$, a table of weights for each rate, so the scores have $(8, B, 3)$ for a batch of $B$, and so has the error.)


# %%
def losses_of(batch_size, rates):
    torch.manual_seed(0)
    w = torch.zeros(len(rates), 3, 3)
    for _ in range(5):
        for X, y in course.data_iter(batch_size, features, labels):
            error = F.softmax(X @ w, 2) - F.one_hot(y.flatten(), 3)
            w = w - rates[:, None, None] / len(X) * (X.T @ error)
    return [F.cross_entropy(features @ v, labels.flatten()) for v in w]


rates = torch.tensor([0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0])
for batch_size in (1, 10, 100, 500):
    best = torch.stack(losses_of(batch_size, rates)).argmin()
    print(f"batches of {batch_size:3}: best rate {rates[best]:g}")

# %% [markdown]
# How do batch, noise and rate belong together?
# The variance of a mean over $B$ examples is proportional to $1/B$, so the noise of a step has a variance proportional to $\mathrm{lr}^2/B$, while the pull back to the bottom is proportional to $\mathrm{lr}$.
# Multiply rate and batch by the same number, and both are multiplied by it: the height at which they balance stays the same.
# So it should depend on $\mathrm{lr}/B$ alone.
# Start at the bottom, and measure the mean height of the last ten of thirty epochs:


# %%
def hover(batch_size, rate):
    torch.manual_seed(0)
    w, heights = lowest.clone(), []
    for _ in range(30):
        for X, y in course.data_iter(batch_size, X64, labels):
            error = F.softmax(X @ w, 1) - F.one_hot(y.flatten(), 3)
            w = w - rate / len(X) * X.T @ error
        heights.append(F.cross_entropy(X64 @ w, y_all) - lowest_loss)
    return sum(heights[-10:]) / 10


for batch_size, rate in ((1, 0.003), (10, 0.03), (1, 0.03), (10, 0.3)):
    height = hover(batch_size, rate)
    print(f"batches of {batch_size:2}, rate {rate}: {height:.1g} above")

# %% [markdown]
# It does: ten times the batch bears ten times the rate.
# That holds until the rate comes near the limit that the curvature sets, 3.3 here, which no batch can lift; therefore the best rates above stop growing in proportion to the batch.

# %% [markdown]
# ## Exercise 3.9: Fine at first
#
# *Break it · 10 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# Two runs on all data, the same start, the same learning rate, and one line of difference.
# The second overtakes the first, and then cannot come to rest.
# (Every twentieth loss is shown.)
# The line is in plain view. Why does its absence help for a while, and why does the run not come to rest? (If you have done exercise 3.6: what does it remind you of?)

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
# `w.grad.zero_()` is missing, so each step moves against the sum of *all* gradients so far.
# Exercise 3.6 calls such a sum of past gradients a velocity: this is momentum with $m = 1$, a velocity without friction.
# It rolls down, through the valley and up the other side, and nothing brings it to rest.
# Nothing warns you, and for a while it even looks better.
# In the tiny case the second step uses the sum of both gradients:

# %%
first, second = 2 * 1.0, 2 * 0.8
total = first + second
print(
    f"{first} + {second} = {total}, so w = 0.8 - {0.1 * total:.2f} = {wrong:.2f}"
)

# %% [markdown]
# ## Exercise 3.10: The best epoch
#
# *Break it · 5 minutes · difficulty 1 of 3 · importance 3 of 3*
#
# After each epoch the loop prints the accuracy.
# The second epoch is perfect, so its weights are the ones to keep, or are they?

# %%
torch.manual_seed(0)
w = torch.zeros(3, 3, requires_grad=True)
reported, kept = [], []
for _ in range(6):
    for X, y in course.data_iter(10, features, labels):
        F.cross_entropy(X @ w, y.flatten()).backward()
        course.sgd(w, 0.03)
    reported.append(course.m_accuracy(X @ w, y).item())
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
true = [course.m_accuracy(features @ v, labels).item() for v in kept]
print("all data:", *(f"{share:.4f}" for share in true))

# %% [markdown]
# By chance alone a share $p$ of $n$ examples is typically off by $\sqrt{p (1 - p) / n}$, its [standard error](glossary.md#standard-error) (lesson 5 comes back to it), here for $p = 0.95$:

# %%
for n in (10, 1500):
    print(f"{n:4} examples: {(0.95 * 0.05 / n) ** 0.5:.3f}")

# %% [markdown]
# With ten examples that is enough to make any epoch the best one.
# Compute a metric over *all* examples, after the epoch, in a place of its own.

# %% [markdown]
# ## Exercise 3.11: Coming to rest
#
# *Predict, then run · 5 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# With the constant rate 0.3 the lesson's loss hovered above its minimum.
# Here are four ways to train for 40 epochs in batches of ten:
#
# - keep the rate 0.3, and take the weights at the end;
# - keep the rate, and take the *mean* of the weights over all steps of the last 20 epochs;
# - let the rate fall in a straight line from 0.3 to 0;
# - divide the rate 0.3 by the number of the epoch, by 1, by 2, by 3 and so on.

# %%
Quiz(
    "Which ends nearest to the lowest loss?",
    {
        "The constant rate, at the end": "It hovers, and the last step is no better than the others.",
        "The mean of the weights": "Much better than the last weights, since the wobbles cancel, but one of the others is better still.",
        "The rate that falls in a straight line": "It is large for long enough to arrive, and small enough at the end to come to rest.",
        "The rate divided by the number of the epoch": "It is soon very small, and then creeps along the floor of the valley before it has arrived.",
    },
    answer="The rate that falls in a straight line",
)

# %% [markdown]
# ### Solution 3.11


# %%
def finish(rate_in):
    torch.manual_seed(0)
    w, late = torch.zeros(3, 3, dtype=torch.float64), []
    for epoch in range(40):
        for X, y in course.data_iter(10, X64, labels):
            error = F.softmax(X @ w, 1) - F.one_hot(y.flatten(), 3)
            w = w - rate_in(epoch) / len(X) * X.T @ error
            late += [w] if epoch >= 20 else []
    return w, torch.stack(late).mean(0)


def height(w):
    return F.cross_entropy(X64 @ w, y_all).item() - lowest_loss


# %%
last, mean = finish(lambda epoch: 0.3)
print(f"constant, last weights {height(last):.5f} above the lowest loss")
print(f"constant, mean weights {height(mean):.5f}")
print(
    f"straight line to 0     {height(finish(lambda e: 0.3 - 0.0075 * e)[0]):.5f}"
)
print(
    f"divided by the epoch   {height(finish(lambda e: 0.3 / (e + 1))[0]):.5f}"
)

# %% [markdown]
# Both cures work, and both can be had ready made: schedules for the rate in `torch.optim.lr_scheduler`, means of weights in `torch.optim.swa_utils`.
# Neither replaces the other question, how long the rate should stay large; the last line shows what happens if it falls too soon.

# %% [markdown]
# ## Exercise 3.12: How long did the lecture train?
#
# *Predict, then run · 5 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# The lecture trains in two nested loops, and draws the twenty accuracies one after the other:
#
# ```python
# for i in range(20):
#     for epoch in range(i):
#         ...  # one epoch
#     train_acc.append(...)
# ```
#
# The weights are not reset between the rounds.

# %%
Quiz(
    "After how many epochs is the last of the twenty points drawn?",
    {
        19: "So many are in the last round alone. The rounds before it have trained the same weights.",
        20: "That is the number of points.",
        190: "Round i trains i epochs *more*: 0 + 1 + 2 + … + 19.",
        210: "That is 1 + 2 + … + 20. The first round trains no epoch at all.",
    },
    answer=190,
)

# %% [markdown]
# ### Solution 3.12

# %%
Y = F.one_hot(y_all, 3).float()


def nested_loop():
    torch.manual_seed(420)
    w, found = torch.randn(3, 3), []
    for i in range(20):
        for _ in range(i):
            for X, Y_batch in course.data_iter(10, features, Y):
                error = F.softmax(X @ w, 1) - Y_batch
                w -= 0.03 / len(X) * X.T @ error
        accuracy = course.m_accuracy(features @ w, labels).item()
        found.append((accuracy, F.cross_entropy(features @ w, y_all).item()))
    return zip(*found, strict=True)


# %%
accuracies, losses = nested_loop()
epochs = [i * (i + 1) // 2 for i in range(20)]
print(epochs)

# %% mystnb={"image": {"alt": "Two charts of the accuracy of the nested loop. Left, drawn against the round, as in the lecture: it seems to settle after round 3. Right, on a logarithmic axis, the same points at the epochs they really stand at, 0, 1, 3, 6 up to 190."}}
import matplotlib.pyplot as plt

course.use_style()
fig, axes = plt.subplots(1, 2, figsize=(8, 3), sharey=True)
points = {"nested loop": accuracies}
course.plot_history(points, ax=axes[0], xlabel="round i", ylabel="accuracy")
course.plot_history(points, ax=axes[1], x=epochs)
axes[0].set_title("as the lecture draws it")
_ = axes[1].set(title="where the points stand", xscale="symlog")

# %% [markdown]
# Drawn by rounds, the curve looks finished after three; but those three rounds are six epochs, and the flat part that follows is 184 more.
# In them the loss goes down to the bottom, which the accuracy does not show:

# %%
print(f"after 190 epochs accuracy {accuracies[-1]:.4f}, loss {losses[-1]:.4f}")
print(f"that is {losses[-1] / lowest_loss - 1:.0%} above the lowest loss")

# %% [markdown]
# The lecture's list starts as ours does, and ends on the same plateau.
# The numbers in between nobody can reproduce, because its batches came from Python's `random.shuffle`, which `torch.manual_seed` does not seed; ours come from torch's generator.

# %% [markdown]
# ## Exercise 3.13: One valley
#
# *Derive · 15 minutes · difficulty 3 of 3 · importance 2 of 3*
#
# The lesson says that the loss is convex in all nine weights.
# Here is the way to a proof, for which you need a variance and the chain rule.
#
# 1. Take one example and its $C$ logits. The derivative of its loss with respect to $z_k$ is $p_k - \mathbb{1}[k = y]$. Differentiate once more, with respect to $z_j$: this table $H$ of $C \times C$ second derivatives is the *Hessian*.
# 2. The curvature along a direction $u$ of the logits is $u^{\mathsf T} H u$. Show that it is the *variance* of the numbers $u_k$ under the probabilities $p_k$, and work it out for $p = (1/2,\; 1/4,\; 1/4)$ and $u = (1, 0, 0)$. When is it 0?
# 3. What does a move $d$ of the weights ($3 \times 3$, like $w$) do to the logits of an example $x$? Conclude that the mean loss is convex in $w$.
# 4. Along which moves $d$ is the curvature 0 for *all* examples?

# %%
Quiz(
    "The curvatures along nine perpendicular directions (the eigenvalues of the Hessian in w): how many of them are 0, wherever you look?",
    {
        0: "There are shifts that the loss does not see.",
        1: "There is one shift for each feature.",
        3: "One for each feature, since the same number can be added to a whole row of w.",
        6: "So many are above 0.",
    },
    answer=3,
)

# %% [markdown]
# ### Hint 3.13

# %% [markdown]
# The derivative of $p_k$ with respect to $z_j$ is $p_k (\mathbb{1}[j = k] - p_j)$.

# %% [markdown]
# ### Solution 3.13

# %% [markdown]
# **1.** The label does not depend on $z$, so $H_{jk} = p_k (\mathbb{1}[j = k] - p_j)$.
#
# **2.** Multiply from both sides:
#
# $$u^{\mathsf T} H u = \sum_k p_k u_k^2 - \left(\sum_k p_k u_k\right)^2 = \operatorname{Var}_p(u) \ge 0.$$
#
# In the example it is $1/2 - (1/2)^2 = 1/4$.
# Since every $p_k$ is positive, it is 0 only if all $u_k$ are equal, that is, if the move is a mere shift of the logits; for $u = (2, 2, 2)$ it is $4 - 2^2 = 0$.
#
# **3.** All that $d$ does to an example is to move its logits by $u = x \cdot d$.
# So the curvature of the mean loss along $d$ is the mean over the examples of $\operatorname{Var}_p(x \cdot d)$, never negative either.
#
# **4.** It is 0 only if $x \cdot d$ is a mere shift for every example.
# Then the difference of any two columns of $d$, multiplied by $x$, gives 0 for every example; and since no column of the features is a weighted sum of the others, that difference must be 0 itself: all columns of $d$ are equal.
# Such a column has three entries, one for each feature, and that makes three flat directions.
# The same by numbers, at 50 random places:

# %%
torch.manual_seed(420)
curvatures = []
for _ in range(50):
    hessian = torch.autograd.functional.hessian(
        lambda w: F.cross_entropy(X64 @ w, y_all),
        torch.randn(3, 3, dtype=torch.float64),
    )
    curvatures.append(torch.linalg.eigvalsh(hessian.reshape(9, 9)))
curvatures = torch.stack(curvatures)
zeros = (curvatures.abs() < 1e-9).sum(1)
print("negative beyond rounding:", int((curvatures < -1e-9).sum()))
print("zeros at each place:", zeros.unique().tolist())

# %% [markdown]
# ## Exercise 3.14: To the bottom at once
#
# *Implement · 15 minutes · difficulty 3 of 3 · importance 1 of 3*
#
# Ten random starts end with ten different tables of weights.
# Is the shift that the loss cannot see all that keeps them apart?
# To see that, they must first arrive at the bottom.
#
# Where the loss has the derivative $g$ and the curvature $h > 0$ along a direction, the parabola that fits there has its bottom a step of $-g/h$ away.
# For $L = v^2$ at $v = 1$ that is $-2/2 = -1$, which lands at the bottom at once.
# *Newton's method* takes this step in all directions, and again from where it lands.
#
# 1. Write `newton_step(w)`, which returns the step, with `jacobian` and `hessian` of `torch.autograd.functional`. Since there are curvatures of 0, divide by means of the pseudo-inverse, `torch.linalg.pinv(h, rtol=1e-9, hermitian=True)`, which leaves the flat directions alone. For a `w` of $3 \times 3$ the first derivatives come in shape $(3, 3)$ and the second in $(3, 3, 3, 3)$: lay them out as nine numbers and as a table of $9 \times 9$, and the step as $3 \times 3$ again. Use `X64`, and a `w` in float64.
# 2. Take two such steps from the lesson's random start, drawn after seed 420. Say first what the loss will do.
# 3. Write `to_the_bottom(start)`, which halves a step until the loss does not rise, and compare where ten random starts arrive: their losses, probabilities, weights, and weights without the mean of each row.

# %%
Quiz(
    "Two steps of Newton's method from the random start of our training. The loss is convex. What will it do?",
    {
        "Fall to the bottom, or nearly": "So it would if the loss were a parabola.",
        "Fall, but slowly": "Newton's steps are anything but slow.",
        "Rise a hundredfold, and more": "Where softmax is confident, right or wrong, it hardly curves. The random model's mistakes have large derivatives and small curvatures, so g/h is a huge leap, far beyond the place where the parabola fits.",
    },
    answer="Rise a hundredfold, and more",
)

# %% [markdown]
# ### Solution 3.14


# %%
def mean_loss(w):
    return F.cross_entropy(X64 @ w, y_all)


def newton_step(w):
    slope = torch.autograd.functional.jacobian(mean_loss, w).flatten()
    h = torch.autograd.functional.hessian(mean_loss, w).reshape(9, 9)
    inverse = torch.linalg.pinv(h, rtol=1e-9, hermitian=True)
    return -(inverse @ slope).reshape(3, 3)


# %%
torch.manual_seed(420)
w = torch.randn(3, 3).double()
for _ in range(3):
    print(f"loss {mean_loss(w):.3g}")
    w = w + newton_step(w)

# %% [markdown]
# Convexity says that there is one valley; it does not say that every step leads into it.
# The careful version:


# %%
def to_the_bottom(start):
    w = start.double()
    for _ in range(30):
        step = newton_step(w)
        while not mean_loss(w + step) <= mean_loss(w):
            step = step / 2
        w = w + step
    return w


# %%
torch.manual_seed(420)
bottoms = torch.stack([to_the_bottom(torch.randn(3, 3)) for _ in range(10)])
spread = {
    "losses": torch.stack([mean_loss(v) for v in bottoms]),
    "probabilities": F.softmax(X64 @ bottoms, 2),  # run, example, class
    "weights": bottoms,
    "weights, row means removed": bottoms - bottoms.mean(2, keepdim=True),
}
for name, values in spread.items():
    gap = (values.amax(0) - values.amin(0)).max()
    print(f"{name:27} largest difference between runs {gap:.4f}")

# %% [markdown]
# One loss, one predictor, ten different tables of weights; and once the shift is taken out, one table.
# The course's `minimum_loss` goes the same way, more carefully.
#
# Back to [lesson 3](03_manual_training.ipynb) · next: [lesson 4](04_nn_training.ipynb)
