# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Exercises for lesson 7
#
# They go with [lesson 7](07_real_data.ipynb).
# Answer first, on paper or in the cell, then unfold the solution.

# %%
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, train_test_split
from torch import nn, optim
from torch.nn import functional as F

torch.set_num_threads(1)  # for tensors as small as these, one is fastest

# %%
from torchlearning import (
    SoftmaxRegression,
    check,
    data_iter,
    fit,
    m_accuracy,
    minimum_loss,
)
from torchlearning.quiz import Quiz

# %%
digits = load_digits()
features = torch.from_numpy(digits.data).float()
labels = torch.from_numpy(digits.target)
X = features / 16  # from 0 to 1: simpler than standardising, and no 0 / 0
seen, fresh = train_test_split(
    torch.arange(1797), test_size=360, stratify=labels, random_state=420
)


# %%
def train(X, y, num_epochs=10):
    torch.manual_seed(420)
    net = SoftmaxRegression(X.shape[1], 10)
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    fit(net, nn.CrossEntropyLoss(), optimizer, data_iter(10, X, y), num_epochs)
    return net


# %% [markdown]
# ## Exercise 7.1: Before any training
#
# *Predict, then run · 3 minutes*
#
# Two things to know before a model has seen a digit.

# %%
blank = F.cross_entropy(torch.zeros(1797, 10), labels).item()
Quiz(
    "What is the cross-entropy on the digits of a model whose weights are all 0, in nats? (Three digits are enough.)",
    {
        blank: "log 10: every class gets the probability 1/10.",
        0.1: "That is the probability of each class. The loss is minus its logarithm.",
        0: "All logits are 0, not the loss.",
        1: "With the logarithm to base 10 it would be 1. A nat belongs to the natural one.",
    },
    answer=blank,
)

# %%
Quiz(
    "The 64 pixels are shuffled, in every image in the same way. What does softmax regression, trained anew, make of it?",
    {
        "As good a model as before": "It has a weight for each pixel and knows nothing of neighbours: the weights are shuffled too, and that is all.",
        "A worse one, since the digits cannot be recognised any more": "You cannot recognise them. The model never used that they are pictures.",
        "One that guesses": "All that it used is still there, in other columns.",
    },
    answer="As good a model as before",
)

# %% [markdown]
# ### Solution 7.1

# %%
print(f"{blank:.4f}, {torch.tensor(10.0).log():.4f}")


# %%
order = torch.randperm(64, generator=torch.Generator().manual_seed(1))
for pixels in (X, X[:, order]):
    net = train(pixels[seen], labels[seen])
    print(f"{m_accuracy(net(pixels[fresh]), labels[fresh]):.3f}")

# %% [markdown]
# The first weights are drawn in the order of the pixels, so the two runs do not start alike, and in other digits of the accuracy they could differ.
# The best possible weights are the same, shuffled.
# A network that *does* use the neighbourhood of pixels, a convolutional one, would lose what it is good for.

# %% [markdown]
# ## Exercise 7.2: The confusion matrix
#
# *Implement · 10 minutes*
#
# Count the examples by true class, in the rows, and by predicted class, in the columns.
# The matrix is square, also if a class never occurs.


# %%
def confusion_matrix(z, y, num_class):
    """Return counts, int64, shape (C, C), from logits (N, C) and labels."""
    ...


check.confusion_matrix(confusion_matrix)

# %% [markdown]
# ### Hint 7.2

# %% [markdown]
# Give each pair (true, predicted) a number of its own, as the places of a table are numbered row by row.
# Then `bincount` does the counting; look up its `minlength`.

# %% [markdown]
# ### Solution 7.2


# %%
def confusion_matrix(z, y, num_class):
    pairs = num_class * y.flatten().long() + z.argmax(1)
    counts = pairs.bincount(minlength=num_class**2)
    return counts.reshape(num_class, num_class)


check.confusion_matrix(confusion_matrix)

# %%
net = train(X[seen], labels[seen])
table = confusion_matrix(net(X[fresh]), labels[fresh], 10)
print("accuracy:", round((table.diag().sum() / table.sum()).item(), 4))
print("found of each digit:   ", (table.diag() / table.sum(1)).numpy().round(2))
print("right when it says so: ", (table.diag() / table.sum(0)).numpy().round(2))

# %% [markdown]
# The diagonal divided by the row sums is the *recall* of each class, divided by the column sums it is the *precision*.

# %% [markdown]
# ## Exercise 7.3: A scaling with two faults
#
# *Debug · 10 minutes*
#
# This function is all over the web, in one form or another.
# It cheats, and on the digits it gives `nan`.
# Mend both; constant features should become zeros.


# %%
def standardize(train, test):
    """Return both parts, scaled by mean and standard deviation."""
    X = torch.cat([train, test])
    X = (X - X.mean(0)) / X.std(0)
    return X[: len(train)], X[len(train) :]


check.standardize(standardize)

# %% [markdown]
# ### Solution 7.3

# %% [markdown]
# The statistics must come from the training part alone: the test part stands for data that did not exist when the model was made.
# And where the standard deviation is 0, divide by 1.


# %%
def standardize(train, test):
    mean, std = train.mean(0), train.std(0)
    std = torch.where(std == 0, 1.0, std)
    return (train - mean) / std, (test - mean) / std


check.standardize(standardize)

# %% [markdown]
# > **Trap.** "Add a small number to the standard deviation", as one often reads, keeps `nan` away, and the check lets it pass. But what of a pixel that is 0 in all training images and 5 in a test image?

# %%
with_epsilon = (torch.tensor(5.0) - 0) / (torch.tensor(0.0) + 1e-8)
with_one = (torch.tensor(5.0) - 0) / 1
with_epsilon.item(), with_one.item()

# %% [markdown]
# ## Exercise 7.4: No minimum
#
# *Read an error · 15 minutes*
#
# Ask for the minimum of the loss for threes against fives.
# To keep it simple, only the pixels with ink in more than half of all images take part.

# %%
often = (features > 0).float().mean(0) > 0.5
X_often = torch.cat([X[:, often], torch.ones(len(X), 1)], 1)
pair = (labels == 3) | (labels == 5)
try:
    minimum_loss(X_often[pair], (labels[pair] == 5).long(), 2)
except ValueError as error:
    print(error)
X_often[pair].shape

# %% [markdown]
# What does the error say about threes and fives: that they are easy to tell apart?
# To find out, give labels that mean nothing at all to the first digits of the file, by tossing a coin for each, and ask again.


# %%
def separable(num_examples, seed):
    torch.manual_seed(seed)
    coin = torch.randint(2, (num_examples,))
    try:
        minimum_loss(X_often[:num_examples], coin, 2)
    except ValueError:
        return True
    return False


# %%
tosses = [separable(40, seed) for seed in range(10)]
Quiz(
    "40 digits, with labels from a coin, in ten different tosses. In how many of the ten does the loss have no minimum?",
    {
        sum(
            tosses
        ): "In all of them: with about as many weights as examples, any labels can be learned by heart.",
        0: "The labels mean nothing, but the model does not know that: it has 38 weights for each class to learn 40 labels by heart.",
        5: "That would be the case for about twice as many digits.",
    },
    answer=sum(tosses),
)

# %% [markdown]
# ### Solution 7.4

# %%
for num_examples in (40, 60, 76, 100, 200):
    times = sum(separable(num_examples, seed) for seed in range(10))
    print(f"{num_examples:3} examples: separable in {times} of 10 tosses")

# %% [markdown]
# There are 38 columns, and the change comes at about twice as many examples.
# That is a theorem of Cover's: $N$ points in general position in $D$ dimensions, with labels from a coin, are as likely separable as not at $N = 2D$.
#
# So for two classes a training accuracy of 1 says nothing while $N$ is below $2D$, and for 40 digits it would have been no news.
# For the 365 threes and fives it is: here the labels do mean something.
# How *well* the rule does on others, only others can tell.

# %% [markdown]
# ## Exercise 7.5: scikit-learn's weights from our loop
#
# *Derive · 30 minutes*
#
# `LogisticRegression(C=1.0)` minimises
#
# $$C \sum_{n=1}^{N} L_n + \tfrac{1}{2} |w|^2,$$
#
# where $L_n$ is the cross-entropy of one example and $w$ are the weights without the biases.
# Our criterion takes the *mean* over the examples, and `optim.SGD(…, weight_decay=λ)` adds $\lambda w$ to the gradient.
#
# 1. Which $\lambda$ makes the two minima the same?
# 2. Train on `X[seen]`. With `fit`, come so close to `theirs` below that no probability on the fresh digits differs by more than 0.001.

# %%
theirs = LogisticRegression(solver="newton-cholesky", tol=1e-8)
_ = theirs.fit(X[seen].double().numpy(), labels[seen].numpy())

# %%
N = len(seen)
decay = 1 / N
Quiz(
    "There are 1,437 training digits, and C is 1. Which weight decay matches? (Three digits are enough.)",
    {
        decay: "Divide the whole by C N: then the loss is a mean, and the penalty has the factor 1 / (C N).",
        1: "That would match if the criterion summed over the examples. It averages.",
        decay
        / 2: "The factor 1/2 is gone after differentiation: the gradient of |w|² / 2 is w.",
    },
    answer=decay,
)

# %% [markdown]
# ### Hint 7.5

# %% [markdown]
# The biases must not decay: give the optimiser two groups, `[{"params": [weight], "weight_decay": λ}, {"params": [bias]}]`.
# And steps that never come to rest do not arrive. What is the batch size at which a step has no noise?

# %% [markdown]
# ### Solution 7.5

# %% [markdown]
# $\lambda = 1 / (C N)$.
# All examples in one batch make the steps exact, so they come to rest without a smaller and smaller rate; how large it may be, the curvature says ([exercise 3.5](03_exercises.ipynb#ex-3-5)). Momentum helps along the flat directions.

# %%
torch.manual_seed(0)
net = SoftmaxRegression(64, 10)
weight, bias = net.linear.weight, net.linear.bias
groups = [{"params": [weight], "weight_decay": decay}, {"params": [bias]}]
optimizer = optim.SGD(groups, lr=2.0, momentum=0.9)
whole = [(X[seen], labels[seen])]
_ = fit(net, nn.CrossEntropyLoss(), optimizer, whole, epochs=3000)

# %%
with torch.no_grad():
    ours = F.softmax(net(X[fresh]), 1)
says = theirs.predict_proba(X[fresh].double().numpy())
difference = ours - torch.from_numpy(says)
apart = weight.detach() - torch.from_numpy(theirs.coef_)
print("probabilities within 0.001:", bool(difference.abs().max() < 0.001))
print("weights within 0.001:      ", bool(apart.abs().max() < 0.001))
print("summed over classes, 0:   ", bool(weight.sum(0).abs().max() < 1e-3))

# %% [markdown]
# Even the *weights* agree, though softmax does not care about a shift.
# The penalty does: of all shifts it prefers the one whose sum over the classes is 0, since that has the smallest squares.
# So with weight decay the best weights are unique, and two programs that know nothing of each other arrive at the same 640 numbers. (The ten biases are not charged: they are unique only up to a shift.)

# %% [markdown]
# ## Exercise 7.6: Better features for strangers
#
# *Implement · 60 minutes*
#
# In the lesson, softmax regression falls to about 0.92 on the digits of people whom it does not know, and the nearest neighbour reaches 0.965.
# How far can you come with softmax regression and the same training, by giving it other *features*?
#
# 1. Run the cell below: the yardstick, with the pixels alone. (It divides by 16 in place of standardising, and trains for 20 epochs, so its number is not quite the lesson's.)
# 2. Write an `expand(images)` of your own: images $(N, 8, 8)$, with values from 0 to 1, to features $(N, D)$. What do you look for when you tell a 1 from a 7?
# 3. Is your gain larger than chance? Compare where the two models *disagree*.
# 4. You will try several ideas and report the best. What is wrong with its accuracy then, and what would you need to put it right?


# %%
def on_strangers(expand):
    """Return for each digit whether a model that has not seen its block is right."""
    X, right = expand(features.reshape(-1, 8, 8) / 16), torch.zeros(1797)
    for known, strange in KFold(5).split(X):
        net = train(X[known], labels[known], num_epochs=20)
        with torch.no_grad():
            choice = net(X[strange]).argmax(1)
        right[strange] = (choice == labels[strange]).float()
    return right.bool()


# %%
def pixels(images):
    return images.flatten(1)


alone = on_strangers(pixels)
print(f"pixels alone: {alone.float().mean():.3f}")

# %% [markdown]
# ### Hint 7.6

# %% [markdown]
# A stroke is ink in two neighbouring pixels *at once*.
# A weighted sum of pixels cannot say "both"; a product can.
# And a stroke is the same stroke if it lies one pixel farther to the right: `F.max_pool2d` can say "here or next to it".

# %% [markdown]
# ### Solution 7.6

# %% [markdown]
# One of many.
# Products of two pixels that touch: four maps of short strokes, one for each direction.
# Then the same, where of every two by two places only the largest counts.


# %%
def strokes(images):
    here, left = images[:, 1:, 1:], images[:, 1:, :-1]
    up, corner = images[:, :-1, 1:], images[:, :-1, :-1]
    maps = [here * up, here * left, here * corner, left * up]
    return torch.cat([m.flatten(1) for m in (images, *maps)], 1)


def pooled(images):
    maps = strokes(images)[:, 64:].reshape(-1, 4, 7, 7)
    maps = F.max_pool2d(maps, 2, stride=1)
    return torch.cat([images.flatten(1), maps.flatten(1)], 1)


# %%
for expand in (strokes, pooled):
    right = on_strangers(expand)
    gained, lost = (right & ~alone).sum(), (alone & ~right).sum()
    print(
        f"{expand.__name__}: {right.float().mean():.3f}, gained {gained}, "
        f"lost {lost}: {(gained - lost) / (gained + lost) ** 0.5:.1f} "
        f"standard errors"
    )

# %% [markdown]
# If the two models were equally good, each digit on which only one is right would be a toss of a coin.
# The difference of gained and lost would then have the standard error $\sqrt{\text{gained} + \text{lost}}$, and the gains here are several of those.
#
# **4.** The best of several ideas is best partly by luck, as in [exercise 5.4](05_exercises.ipynb#ex-5-4), so its accuracy is too high.
# Put a few blocks away before you begin, and look at them once, at the end.
#
# To look at neighbours together and take the largest of a few places, with what to look for *learned* in place of chosen: that is what a convolutional network does (with weighted sums and a bend in place of products).
#
# Back to [lesson 7](07_real_data.ipynb) · [glossary](glossary.md)
