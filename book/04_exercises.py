# %% [markdown]
# # Exercises for lesson 4
#
# They go with [lesson 4](04_nn_training.ipynb).
# Together they take about 133 minutes, and those of importance 3 about 40.
# Answer first, on paper or in the cell, then unfold the solution.
# The last two are broken on purpose: find out what is wrong before you unfold it.
# In a notebook, run the cells above exercise 4.1 first; from then on each exercise works by itself, in any order.
# Where a cell says `course.fit`, it takes the function of the course, whatever has become of yours.

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
import copy

import torch
import torchlearning as course
from scipy.optimize import linprog
from torch import nn, optim
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset
from torchlearning import check, data_iter, m_accuracy, tensorGenCla
from torchlearning.quiz import Quiz

# %%
torch.set_num_threads(1)  # faster, for tensors as small as ours
torch.manual_seed(420)
features, labels = tensorGenCla(deg_dispersion=[6, 2])
criterion = nn.CrossEntropyLoss()

# %% [markdown]
# ## Exercise 4.1: Count them
#
# *Predict, then run · 3 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# Softmax regression on pictures of handwritten digits: 28 × 28 grey values, ten classes.

# %%
layer = nn.Linear(28 * 28, 10)
count = sum(parameter.numel() for parameter in layer.parameters())
Quiz(
    "How many parameters does it have, as an `nn.Linear`?",
    {
        count: "784 weights and a bias for each of ten classes.",
        layer.weight.numel(): "These are the weights. What else does `nn.Linear` learn?",
        784: "Each class has weights of its own.",
        794: "The biases are ten; the weights are more.",
    },
    answer=count,
)

# %%
Quiz(
    "Which shape does its weight have?",
    {
        "(784, 10)": "So it would be in `X @ w`. `nn.Linear` stores the transpose.",
        "(10, 784)": "A row for each class; it computes X times the transposed weight.",
        "(10, 785)": "The bias is a tensor of its own.",
    },
    answer=str(tuple(layer.weight.shape)),
)

# %% [markdown]
# ### Solution 4.1

# %%
layer = nn.Linear(28 * 28, 10)
shapes = {name: tuple(p.shape) for name, p in layer.named_parameters()}
shapes, sum(p.numel() for p in layer.parameters())

# %% [markdown]
# How many of them does the model need?
# Softmax forgets a shift, so the weights of one class could be fixed at 0 and nothing would be lost: a tenth of the parameters are there for convenience.

# %% [markdown]
# ## Exercise 4.2: The class, and the way back
#
# *Implement · 20 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# With the lesson closed, write the class `SoftmaxRegression`, which takes `in_features`, `out_features` and `bias` with the defaults 2, 3 and `True`, holds an `nn.Linear` named `linear` and no other parameters, and returns logits.
# Then write `to_linear(w)`, which takes weights as lesson 3 has them, $(D + 1, C)$ with the bias in the last row, and returns an `nn.Linear` that gives the same logits for features without the column of ones, and that can be trained.
# `w` itself may or may not require a gradient.


# %%
class SoftmaxRegression(nn.Module):
    """Softmax regression; it returns logits."""


check.SoftmaxRegression(SoftmaxRegression)


# %%
def to_linear(w):
    """Return an nn.Linear(D, C) with the weights and biases of w."""
    ...


check.to_linear(to_linear)

# %% [markdown]
# ### Solution 4.2


# %%
class SoftmaxRegression(nn.Module):
    def __init__(self, in_features=2, out_features=3, bias=True):
        super().__init__()
        self.linear = nn.Linear(in_features, out_features, bias)

    def forward(self, X):
        return self.linear(X)


check.SoftmaxRegression(SoftmaxRegression)


# %%
def to_linear(w):
    linear = nn.Linear(len(w) - 1, w.shape[1])
    with torch.no_grad():
        linear.weight.copy_(w[:-1].T)
        linear.bias.copy_(w[-1])
    return linear


check.to_linear(to_linear)

# %% [markdown]
# `copy_` writes into the parameters that are there.
# Had you said `linear.weight = w[:-1].T`, PyTorch would have refused: a parameter can only be replaced by an `nn.Parameter`.

# %% [markdown]
# ## Exercise 4.3: A loop that never learns
#
# *Debug · 5 minutes · difficulty 1 of 3 · importance 3 of 3*
#
# Every line of the lesson's loop is there, once, and yet the loss is the same in each epoch.
# Find the fault in the code before you read the hint of the check below.
# The loop should work with any criterion, optimiser and number of epochs, 0 included; `batchdata` holds pairs $(X, y)$ with labels of shape $(N, 1)$, and the list has for each epoch the mean over its examples, each batch's loss taken before its step.


# %%
def fit(net, criterion, optimizer, batchdata, epochs):
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for X, y in batchdata:
            loss = criterion(net(X), y.flatten().long())
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            total, count = total + loss.item() * len(X), count + len(X)
        losses.append(total / count)
    return losses


check.fit(fit)

# %% [markdown]
# ### Solution 4.3

# %% [markdown]
# `zero_grad()` stands between `backward()` and `step()` and throws away what has just been computed, so `step()` finds no gradient and silently does nothing.
# The order must be zero, backward, step, or backward, step, zero.


# %%
def fit(net, criterion, optimizer, batchdata, epochs):
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for X, y in batchdata:
            loss = criterion(net(X), y.flatten().long())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total, count = total + loss.item() * len(X), count + len(X)
        losses.append(total / count)
    return losses


check.fit(fit)

# %% [markdown]
# ## Exercise 4.4: Weight decay
#
# *Derive · 25 minutes · difficulty 3 of 3 · importance 2 of 3*
#
# In lesson 3 ten starts were on their way to one and the same predictor, but with ten different tables of weights. Can we make the table unique too?
# *Weight decay* adds a penalty for large weights to the loss:
#
# $$L_\lambda(w) = L(w) + \frac{\lambda}{2} \sum_{d,j} w_{dj}^2, \qquad \lambda > 0.$$
#
# 1. What does the extra term add to a step of gradient descent?
# 2. Let $s_d = \sum_j w_{dj}$ be the sum of the weights of feature $d$ over the classes. Show that each step multiplies it by $1 - \mathrm{lr} \cdot \lambda$. (What do the rows of the gradient of $L$ sum to?)
# 3. Show that $L_\lambda$ has exactly one lowest point, and that there every $s_d$ is 0.

# %%
s, one_step = 3 * (1 - 0.1 * 0.1) ** 100, 3 * (1 - 0.1 * 0.1)
Quiz(
    "A row of weights begins with the sum 3. lr = 0.1, λ = 0.1. What is its sum after 100 steps?",
    {
        s: "3 · 0.99 to the power of 100.",
        3: "So it would stay without weight decay.",
        one_step: "That is after one step.",
        0: "That is where it goes; after 100 steps it is still on its way.",
    },
    answer=s,
)

# %% [markdown]
# ### Solution 4.4

# %% [markdown]
# **1.** The derivative of the extra term is $\lambda w$, so the step is $w \leftarrow (1 - \mathrm{lr}\,\lambda)\, w - \mathrm{lr}\, \partial L / \partial w$: the weights *decay* a little, and then move as before.
#
# **2.** The rows of $\partial L / \partial w = X^{\mathsf T}(P - Y)/N$ sum to 0, so of the sum only the first part is left: $s_d \leftarrow (1 - \mathrm{lr}\,\lambda)\, s_d$. From 3, a hundred steps with the factor 0.99 lead to $3 \cdot 0.99^{100}$, which the next cell computes.
#
# **3.** $L$ is convex, and the extra term curves upward with at least $\lambda$ along *every* direction, the flat ones included.
# So $L_\lambda$ has one lowest point at most; and it has one, since it grows without limit in every direction.
# There a step changes nothing, so $s_d = (1 - \mathrm{lr}\,\lambda)\, s_d$, and that means $s_d = 0$.
#
# Two starts, without weight decay and with it.
# The optimiser has it built in, as `weight_decay`, and it holds for the bias too.

# %%
print(f"{3 * 0.99**100:.2f}")


# %%
def train(seed, weight_decay):
    torch.manual_seed(seed)
    net = nn.Linear(2, 3)
    nn.init.normal_(net.weight)
    options = {"lr": 0.1, "weight_decay": weight_decay}
    optimizer = optim.SGD(net.parameters(), **options)
    for _ in range(1500):
        optimizer.zero_grad()
        criterion(net(features), labels.flatten()).backward()
        optimizer.step()
    return net.weight.detach()


# %%
for decay in (0, 0.1):
    first, second = train(0, decay), train(1, decay)
    gap = (first - second).abs().max()
    sums = [round(v, 2) + 0.0 for v in first.sum(0).tolist()]
    print(f"decay {decay}: weights differ by {gap:.2f}, sums {sums}")

# %% [markdown]
# The price is that the lowest point of $L_\lambda$ is not that of $L$: it has smaller weights, and so the model is less confident.

# %% [markdown]
# ## Exercise 4.5: The wrong box
#
# *Read an error · 5 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# Somebody has saved the `state_dict` of an `nn.Linear(2, 3)`, and loads it into our model.

# %%
state = nn.Linear(2, 3).state_dict()
try:
    course.SoftmaxRegression().load_state_dict(state)
except RuntimeError as error:
    print(error)

# %%
Quiz(
    "What does not fit?",
    {
        "The shapes": "Then it would say `size mismatch`. The shapes would fit.",
        "The names": "The model's layer is called `linear`, so its weight is `linear.weight`.",
        "The dtype": "Nothing in the message speaks of dtypes; both are float32.",
    },
    answer="The names",
)

# %% [markdown]
# ### Solution 4.5

# %% [markdown]
# A `state_dict` is a dictionary from names to tensors, and each name is the path from the module down to the tensor: attribute, dot, attribute.
# "Missing" is what the model has and the file has not, and "unexpected" is the other way round.
# You can load it into the layer itself, or change the names.

# %%
net, other = course.SoftmaxRegression(), course.SoftmaxRegression()
net.linear.load_state_dict(state)
other.load_state_dict({f"linear.{name}": t for name, t in state.items()})
torch.equal(net(features), other(features))

# %% [markdown]
# Do not reach for `strict=False`, which some answers on the web recommend: it loads what fits, here nothing, and leaves the rest random.

# %%
random = course.SoftmaxRegression()
random.load_state_dict(state, strict=False)

# %% [markdown]
# ## Exercise 4.6: When to stop
#
# *Implement · 60 minutes · difficulty 3 of 3 · importance 2 of 3*
#
# How long should one train?
# Here are sixty examples with two features that matter and 28 that are pure noise.
# A model with so many weights can learn the sixty by heart, and then the loss on *other* examples first falls and then rises.
# *Early stopping* keeps the weights of the best epoch.
#
# Use batches of 10, `optim.SGD` with `lr=0.01`, and `torch.manual_seed(0)` just before the model is made, so that your numbers can be compared.
#
# 1. Train for 100 epochs with `course.fit`, one at a time, and record the loss on `X, y` and on `X_val, y_val` after each. Which epoch is best? What do both losses do from there on?
# 2. Write `fit_early(net, optimizer, patience)`: train until the loss on `X_val, y_val`, called the *validation loss*, has not improved for `patience` epochs, put the weights of the best epoch back into the net, and return the number of that epoch.
# 3. The best epoch was chosen *because* its validation loss is low. Is that loss an honest estimate for new examples? What would be?


# %%
def noisy(num_examples, generator):
    options = {"deg_dispersion": [6, 3], "generator": generator}
    X, y = tensorGenCla(num_examples, **options)
    noise = 4 * torch.randn(len(X), 28, generator=generator)
    return torch.cat([X, noise], 1), y.flatten()


generator = torch.Generator().manual_seed(0)
X, y = noisy(20, generator)
X_val, y_val = noisy(300, generator)
X.shape, X_val.shape

# %% [markdown]
# ### Hint 4.6

# %% [markdown]
# `net.state_dict()` does not copy: it hands out the very tensors that training goes on changing.
# Keep `copy.deepcopy(net.state_dict())`.

# %% [markdown]
# ### Solution 4.6

# %% [markdown]
# **1.**


# %%
def start():
    torch.manual_seed(0)
    net = course.SoftmaxRegression(30)
    return net, optim.SGD(net.parameters(), lr=0.01)


def one_epoch(net, optimizer):
    course.fit(net, criterion, optimizer, data_iter(10, X, y), 1)
    with torch.no_grad():
        return criterion(net(X), y).item(), criterion(net(X_val), y_val).item()


# %%
net, optimizer = start()
history = [one_epoch(net, optimizer) for _ in range(100)]
for epoch in (1, 2, 5, 10, 20, 50, 100):
    train_loss, val_loss = history[epoch - 1]
    print(f"epoch {epoch:3}: train {train_loss:.4f}, other {val_loss:.4f}")
print("best epoch:", min(range(100), key=lambda i: history[i][1]) + 1)

# %% [markdown]
# The loss on the sixty goes on falling towards 0; the other turns after a few epochs and ends above $\log 3$, worse than no opinion at all.
#
# **2.**


# %%
def fit_early(net, optimizer, patience):
    best, best_epoch, epoch = float("inf"), 0, 0
    kept = copy.deepcopy(net.state_dict())
    while epoch - best_epoch < patience:
        epoch += 1
        _, val_loss = one_epoch(net, optimizer)
        if val_loss < best:
            best, best_epoch = val_loss, epoch
            kept = copy.deepcopy(net.state_dict())
    net.load_state_dict(kept)
    return best_epoch


# %%
net, optimizer = start()
best_epoch = fit_early(net, optimizer, patience=5)
with torch.no_grad():
    print(f"epoch {best_epoch}: {criterion(net(X_val), y_val):.4f}")

# %% [markdown]
# **3.** No: among many epochs the lowest validation loss is low partly by luck, and it was our choice that picked the luck.
# An honest estimate takes examples that had no say, neither in training nor in choosing: a [test set](glossary.md#test-set).
# (The [standard error](glossary.md#standard-error), the standard deviation of the single losses divided by the root of their number, says by about how much such a mean strays by chance.)

# %%
X_test, y_test = noisy(2000, generator)
pairs = {"validation": (X_val, y_val), "test": (X_test, y_test)}
with torch.no_grad():
    for name, (A, b) in pairs.items():
        each = F.cross_entropy(net(A), b, reduction="none")
        error = each.std() / len(each) ** 0.5
        print(f"{name:10} loss {each.mean():.4f}, standard error {error:.4f}")

# %% [markdown]
# Choosing among so few epochs adds only a little; most of this gap is the luck of drawing 900 examples.
# The more you choose among, the more the choice adds.
#
# Compare with exercise 4.4: weight decay keeps the weights small by a penalty, early stopping by not giving them the time to grow.

# %% [markdown]
# ## Exercise 4.7: Helpful labels
#
# *Break it · 5 minutes · difficulty 1 of 3 · importance 3 of 3*
#
# The lecture prepares the data like this, because "the loss needs float labels".
# A loop written by hand then meets:

# %%
torch.manual_seed(0)
data = TensorDataset(features, labels.float())
loader = DataLoader(data, batch_size=10, shuffle=True)
X_batch, y_batch = next(iter(loader))
net = course.SoftmaxRegression()
try:
    criterion(net(X_batch), y_batch.flatten())
except RuntimeError as error:
    print(error)

# %%
Quiz(
    "Which change removes the cause, and does not only repair this line?",
    {
        "`criterion(net(X), y.flatten().long())` in the loop": "It works, and the lesson's `fit` does so for data that come as floats. But here the floats are our own doing.",
        "`TensorDataset(features, labels)`": "The labels were int64 from the start; nothing needs to be undone.",
        "`features.long()`": "The features are rightly float32.",
    },
    answer="`TensorDataset(features, labels)`",
)

# %% [markdown]
# ### Solution 4.7

# %%
labels.dtype, labels.float().dtype

# %% [markdown]
# "Long" is PyTorch's old name of int64.
# Floats are refused for a reason, because they mean something else to this loss.
# With the shape of the logits they are *probabilities* of the classes, as in exercise [2.4](02_exercises.ipynb#ex-2-4):

# %%
z = net(features[:4]).detach()
soft = F.one_hot(labels[:4].flatten(), 3).float()
criterion(z, soft), criterion(z, labels[:4].flatten())

# %% [markdown]
# ## Exercise 4.8: Stuck at 0.6
#
# *Break it · 10 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# Everything runs, the accuracy is fine, and the loss will not go below 0.6 or so, although in lesson 4 the same data, learning rate and number of epochs gave 0.09.
# What is wrong?

# %%
torch.manual_seed(420)
net = nn.Sequential(nn.Linear(2, 3), nn.Softmax(dim=1))
optimizer = optim.SGD(net.parameters(), lr=0.03)
batches = data_iter(10, features, labels)
history = course.fit(net, criterion, optimizer, batches, 20)
print(*(f"{loss:.3f}" for loss in history[::3]))
with torch.no_grad():
    print(f"accuracy {m_accuracy(net(features), labels):.3f}")

# %%
perfect = torch.tensor([[1.0, 0.0, 0.0]])
floor = criterion(perfect, torch.tensor([0])).item()
Quiz(
    "How low can this loss go, for three classes, if every prediction were perfect?",
    {
        floor: "The loss takes the probabilities 1, 0, 0 for logits: log(e + 2) - 1.",
        0: "Only logits can differ without limit. What goes into the loss here lies between 0 and 1.",
        torch.tensor(3.0)
        .log()
        .item(): "log 3 is what ignorance costs; a perfect prediction pays about half of that here.",
    },
    answer=floor,
)

# %% [markdown]
# ### Solution 4.8

# %% [markdown]
# The model ends with a softmax, and `nn.CrossEntropyLoss` applies another: what it takes for logits lies between 0 and 1, so that even a perfect model pays $\log(e + 2) - 1$.
# What the model itself has learned is better than its loss says, but not as good as it could be:

# %%
with torch.no_grad():
    print(f"floor {torch.tensor(torch.e + 2).log() - 1:.4f}")
    print(f"right loss {criterion(net[0](features), labels.flatten()):.4f}")

# %% [markdown]
# So leave the softmax out of the model, and apply it afterwards where probabilities are wanted.
# The way to find such a fault is to *overfit one batch*, with ten examples and many steps.
# If lines can separate the ten, a healthy loss goes to almost 0, and one that stops at a floor is computed wrongly.


# %%
def overfit(net):
    X, y = features[495:505], labels[495:505].flatten()
    optimizer = optim.SGD(net.parameters(), lr=0.3)
    return course.fit(net, criterion, optimizer, [(X, y)], 2000)[-1]


torch.manual_seed(0)
print(f"logits  {overfit(nn.Linear(2, 3)):.3f}")
print(f"softmax {overfit(nn.Sequential(nn.Linear(2, 3), nn.Softmax(1))):.3f}")

# %% [markdown]
# The "if" matters.
# A model as small as ours cannot learn just any ten examples by heart, and then a floor is no fault.
# Lines separate the examples if there are weights that put each true score above the others by 1 at least.
# These are linear inequalities in the nine weights, and `linprog` from SciPy finds out whether all of them can be met at once.
# How often does the answer turn out to be no, among random batches of ten?


# %%
def separable(X, y):
    X, Y = torch.cat([X, torch.ones(len(X), 1)], 1), F.one_hot(y, 3)
    ahead = torch.eye(3) - Y[:, None]  # each class minus the true one
    rivals = (X[:, None, :, None] * ahead[:, :, None])[Y == 0].flatten(1)
    free = {"bounds": (None, None)}
    found = linprog([0] * 9, rivals.numpy(), [-1] * len(rivals), **free)
    return found.status == 0


torch.manual_seed(420)
for std in (2, 4):
    X, y = tensorGenCla(deg_dispersion=[6, std])
    batches = [torch.randperm(1500)[:10] for _ in range(400)]
    stuck = sum(not separable(X[rows], y[rows, 0]) for rows in batches)
    print(f"[6, {std}]: {stuck / 400:.1%} of the batches cannot be separated")

# %% [markdown]
# So take a batch that you know to be separable, or compare with a floor that you know.

# %% [markdown]
# Back to [lesson 4](04_nn_training.ipynb) · next: [lesson 5](05_dispersion_and_difficulty.ipynb)
