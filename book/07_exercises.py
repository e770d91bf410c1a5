# %% [markdown]
# # Exercises for lesson 7
#
# They go with [lesson 7](07_real_data.ipynb).
# Together they take about 143 minutes, and those of importance 3 about 20.
# Answer first, on paper or in the cell, then unfold the solution.
# In a notebook, run the cells above exercise 7.1 first; from then on each exercise works by itself, in any order.

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
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, train_test_split
from torch import nn, optim
from torch.nn import functional as F

torch.set_num_threads(1)  # for tensors as small as these, one is fastest

# %% mystnb={"code_prompt_hide": "Hide the imports", "code_prompt_show": "Show the imports"} tags=["hide-input"]
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
# *Predict, then run · 3 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# There are two things that you can know before a model has seen a single digit.

# %%
blank = F.cross_entropy(torch.zeros(1797, 10), labels).item()
Quiz(
    "What is the cross-entropy on the digits of a model whose weights are all 0, in nats? (Three digits are enough.)",
    {
        blank: "log 10: every class gets the probability 1/10.",
        0.1: "That is the probability of each class. The loss is minus its logarithm.",
        0: "All logits are 0, not the loss.",
        1: "With the logarithm to base 10 it would be 1. A nat goes with the natural logarithm.",
    },
    answer=blank,
)

# %%
Quiz(
    "The 64 pixels are shuffled, in every image in the same way. What becomes of softmax regression, trained anew?",
    {
        "As good a model as before": "Yes. It has a weight for each pixel and knows nothing of neighbours, so its weights are shuffled too, and that is all.",
        "A worse one, since the digits cannot be recognised any more": "You can no longer recognise them, but the model never used the fact that they are pictures.",
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
# The initial weights are drawn in the order of the pixels, so the two runs do not start alike and could differ in further digits, but whatever weights fit the one set of columns fit the other, shuffled: for every model of the first there is one of the second that gives the same answers.
# A network that *does* use which pixels are neighbours, a convolutional one, would lose what it is good at.

# %% [markdown]
# ## Exercise 7.2: The confusion matrix
#
# *Implement · 10 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# Count the examples by true class, in the rows, and by predicted class, in the columns, as int64.
# The matrix is square even if a class never occurs, and labels come in shape $(N,)$ or $(N, 1)$.


# %%
def confusion_matrix(z, y, num_class):
    """Return counts, int64, shape (C, C), from logits (N, C) and labels."""
    ...


check.confusion_matrix(confusion_matrix)

# %% [markdown]
# ### Hint 7.2

# %% [markdown]
# Give each pair (true, predicted) a number of its own, as if the places of a table were numbered row by row.
# Then `bincount` can do the counting; look up its `minlength`.

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
# ## Exercise 7.3: A scaling with two bugs
#
# *Debug · 10 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# You will find this function all over the web, in one form or another.
# It cheats, and on the digits it gives `nan`, so fix both.
# A feature that is constant in training should become zeros there and stay finite in the test part (what `nan_to_num` makes of `inf` does not count); every other feature is divided by its own standard deviation as it is, however small, the sample's or the population's.


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
# > **Trap: a small number in the denominator.** "Add a small number to the standard deviation", as one often reads, avoids `nan`, and with a number as small as 1e-8 the check does not notice.
# > But what happens to a pixel that is 0 in all training images and 5 in a test image?

# %%
with_epsilon = (torch.tensor(5.0) - 0) / (torch.tensor(0.0) + 1e-8)
with_one = (torch.tensor(5.0) - 0) / 1
with_epsilon.item(), with_one.item()

# %% [markdown]
# ## Exercise 7.4: No minimum
#
# *Read an error · 15 minutes · difficulty 2 of 3 · importance 1 of 3*
#
# Ask for the minimum of the loss for threes against fives.
# To keep it simple, we use only the pixels that have ink in more than half of all images.

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
# Does the error mean that threes and fives are easy to tell apart?
# To find out, give the first digits of the file labels that mean nothing at all, by tossing a coin for each, and ask again.


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
    "40 digits get labels from a coin, ten times over. In how many of the ten cases does the loss have no minimum?",
    {
        sum(
            tosses
        ): "Yes, in all of them: with about as many weights as examples, any labels can be learned by heart.",
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
# So for two classes a training accuracy of 1 says little as long as $N$ is below $2D$, and for 40 digits it would be no news.
# For the 365 threes and fives it is news, because it shows that the labels do mean something.
# How *well* the rule does on fresh digits, only fresh digits can tell.

# %% [markdown]
# ## Exercise 7.5: scikit-learn's weights from our loop
#
# *Derive · 30 minutes · difficulty 3 of 3 · importance 2 of 3*
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
        decay: "Yes. Divide the whole by C N: then the loss is a mean, and the penalty has the factor 1 / (C N).",
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
# And with noisy steps of a constant rate the weights never come to rest ([lesson 5](05_dispersion_and_difficulty.ipynb)). At what batch size does a step have no noise?

# %% [markdown]
# ### Solution 7.5

# %% [markdown]
# **1.** Dividing the whole by $C N$ moves no minimum, and leaves $\frac{1}{N} \sum_n L_n + \frac{1}{2 C N} |w|^2$, of which the first term is our criterion.
# The gradient of the second is $\frac{1}{C N} w$, and `weight_decay` adds $\lambda w$, so $\lambda = 1 / (C N)$.
#
# **2.** With all examples in one batch every step is exact, so the weights come to rest without a smaller and smaller rate; how large the rate may be depends on the curvature ([exercise 3.5](03_exercises.ipynb#ex-3-5)). Momentum, which averages the latest gradients, speeds up the directions in which the loss is nearly flat.

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
# Even the *weights* agree, although a shift of all of them changes no probability.
# The penalty makes the difference: of all shifts it prefers the one whose sum over the classes is 0, because that has the smallest squares.
# So with weight decay the best weights are unique, and two programs that know nothing of each other arrive at the same 640 numbers.
# (The ten biases are not penalised, so they are unique only up to a shift.)

# %% [markdown]
# ## Exercise 7.6: Better features for strangers
#
# *Implement · 60 minutes · difficulty 3 of 3 · importance 2 of 3*
#
# In the lesson, softmax regression loses about five points on digits by people whom it does not know, and the nearest neighbour three.
# How far can you get with softmax regression and the same training, just by giving it other *features*?
#
# 1. Run the cell below, which is the baseline with the pixels alone. (It divides by 16 in place of standardising, and trains for 20 epochs, so its number is not quite the lesson's.)
# 2. Write an `expand(images)` of your own: images $(N, 8, 8)$, with values from 0 to 1, to features $(N, D)$. What do you look for when you tell a 1 from a 7?
# 3. Is your gain larger than chance? Compare where the two models *disagree*, and remember that the digits of a form belong together.
# 4. You will try several ideas and report the best. What is wrong with its accuracy then, and what would you need to put it right?


# %%
starts = "0 130 256 386 516 646 776 906 1029 1157 1287 1415 1545 1667"
starts = torch.tensor([int(start) for start in starts.split()])
form = torch.bucketize(torch.arange(1797), starts, right=True) - 1


# %%
def on_strangers(expand):
    """Return for each digit whether a model that has not seen its form is right."""
    X, right = expand(features.reshape(-1, 8, 8) / 16), torch.zeros(1797)
    for known, strange in GroupKFold(5).split(X, groups=form):
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
# The first takes products of two pixels that touch, which makes four maps of short strokes, one for each direction.
# The second takes the same maps and keeps, of every two by two places, only the largest value.


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
    print(f"{expand.__name__}: {right.float().mean():.3f}", end=", ")
    gain = right.double() - alone.double()
    off = form.bincount(gain - gain.mean())  # how far each form is off
    error = (14 / 13 * off.square().sum()).sqrt() / len(gain)
    tossed = (gained + lost) ** 0.5 / len(gain)
    print(f"gained {gained}, lost {lost}: {gain.mean():+.3f}", end=" ")
    print(f"± {error:.3f} by forms, ± {tossed:.3f} by digits")

# %% [markdown]
# If the two models were equally good, each digit on which only one is right would be a toss of a coin.
# The difference of gained and lost would then have the standard error $\sqrt{\text{gained} + \text{lost}}$, as long as the tosses are independent.
# Digits of one form are not, so the honest standard error is the one by forms, as in the lesson; the gains here are several times either.
#
# **4.** The best of several ideas is best partly by luck, as in [exercise 5.4](05_exercises.ipynb#ex-5-4), so its accuracy is too high.
# Put a few forms away before you begin, and look at them once, at the end.
#
# Looking at neighbours together and taking the largest of a few places is also what a convolutional network does, except that it uses weighted sums and a nonlinear function instead of products, and *learns* what to look for.

# %% [markdown]
# ## Exercise 7.7: One digit is rare
#
# *Break it · 15 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# Suppose that we only want to know whether a digit is an 8, and that somebody has collected few of them: the training set below has 17, among more than a thousand other digits.
# `nn.CrossEntropyLoss(weight=...)` takes a weight for each class, and multiplies the loss of each example by the weight of its true class.
#
# 1. Answer the quiz: what does it return for two examples?
# 2. Train with and without such weights, so that both classes weigh the same in total, and compare on the fresh digits, of which one in ten is an 8. What do you expect of the accuracy without weights, and how many of the 8s will it find?
# 3. With batches of ten, most batches hold no 8 at all. What does the weight do in such a batch?

# %%
eight = (labels == 8).long()
every_eighth = torch.arange(len(seen)) % 8 == 0
few = seen[(eight[seen] == 0) | every_eighth]
counts = eight[few].bincount()
counts

# %%
losses, weight = torch.tensor([1.0, 3.0]), torch.tensor([1.0, 9.0])
weighted = ((weight * losses).sum() / weight.sum()).item()
by_number = (weight * losses).mean().item()
Quiz(
    "Two examples have the losses 1 and 3, and their classes the weights 1 and 9. What does nn.CrossEntropyLoss(weight=...) return?",
    {
        weighted: "Yes: 1 · 1 + 9 · 3 = 28, divided by the sum of the weights, which is 10.",
        by_number: "That is 28 divided by the number of examples. PyTorch divides by the sum of their weights.",
        losses.mean().item(): "That is the mean without weights.",
        28: "That is the weighted sum, which `reduction='sum'` returns.",
    },
    answer=weighted,
)

# %% [markdown]
# ### Solution 7.7

# %% [markdown]
# **1.** It returns a weighted mean.

# %%
z = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
y = torch.tensor([1, 0])
pair = torch.tensor([1.0, 9.0])
each = F.cross_entropy(z, y, reduction="none")
by_hand = (pair[y] * each).sum() / pair[y].sum()
print(torch.allclose(nn.CrossEntropyLoss(weight=pair)(z, y), by_hand))

# %% [markdown]
# **2.** With the weights $N / (C N_j)$ both classes weigh the same in total, $N / C$.


# %%
def train_weighted(weight):
    torch.manual_seed(420)
    net = SoftmaxRegression(64, 2)
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    criterion = nn.CrossEntropyLoss(weight=weight)
    fit(net, criterion, optimizer, data_iter(100, X[few], eight[few]), 100)
    with torch.no_grad():
        return net(X[fresh]).argmax(1)


# %%
for name, weight in {
    "without": None,
    "with": len(few) / (2 * counts),
}.items():
    said, true = train_weighted(weight), eight[fresh]
    right, found = (said == true).float().mean(), (said * true).sum()
    print(f"{name:8} accuracy {right:.3f},", end=" ")
    print(f"found {found} of {true.sum()}, called an 8: {said.sum()}")

# %% [markdown]
# Without weights the model is right nine times out of ten because it *never* says 8, and the accuracy does not tell.
# With them it finds most of the 8s, at the price of some false alarms.
# (If the structure of the model is right, class weights change only the bias, like the correction in [exercise 5.3](05_exercises.ipynb#ex-5-3).)
#
# **3.** Nothing: if all examples of a batch have the same weight, it cancels in the weighted mean.
# So the mean of the batches' losses is not the weighted mean over all examples, and it depends on how the 8s happen to be dealt out.
# With batches of 100 as above it matters less; to be exact, use `reduction="sum"` and divide by the batch size yourself.
#
# Back to [lesson 7](07_real_data.ipynb) · next: [lesson 8](08_more_than_one_device.ipynb)
