# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Lesson 7: A real data set
#
# **You will learn**
#
# - to take the helpers of this book, unchanged, to data that nobody made up: split, scale, train, choose, test;
# - to put a number beside someone else's and say whether the difference means anything;
# - to read a trained model: its weights as images, its errors one by one, and what its test does not tell.
#
# Half of the work is yours.
# Where it says **your turn**, stop, and answer or write first. Then open the cell below and read on: the text and the figures after it give the answer.

# %%
import copy

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from torch import nn, optim
from torch.nn import functional as F

torch.set_num_threads(1)  # for tensors as small as these, one is fastest

# %%
from torchlearning import (
    SoftmaxRegression,
    data_iter,
    fit,
    m_accuracy,
    plot_history,
    plot_images,
    use_style,
)

use_style()

# %% [markdown]
# ## Look first
#
# scikit-learn brings along 1,797 handwritten digits, so there is nothing to download.
# Each is an image of 8 × 8 pixels, from 0 (paper) to 16 (ink), stored as a row of 64 numbers.

# %%
digits = load_digits()
features = torch.from_numpy(digits.data).float()
labels = torch.from_numpy(digits.target)
features.shape, labels.shape, labels.bincount()

# %% mystnb={"image": {"alt": "Twenty small images in two rows, each a handwritten digit of 8 by 8 grey pixels: two writings each of 0 to 9. Most are easy to read; the second 9 could be a 5."}}
fig, ax = plt.subplots(figsize=(8, 2.2))
names = [str(y) for y in labels[:20].tolist()]
_ = plot_images(features[:20].reshape(-1, 8, 8), titles=names, ax=ax)

# %% [markdown]
# To us it is a picture; to the model it is a point in 64 dimensions.
# Softmax regression does not know which pixels are neighbours: shuffle all pixels, the same way in every image, and it learns exactly as well.
#
# ## Three parts
#
# We shall choose a learning rate and a number of epochs by looking at results, and a number that was chosen for being good is no longer a fair judge of anything.
# So we need three parts: the [training set](glossary.md#training-set) for the weights, the [validation set](glossary.md#validation-set) for our choices, and the [test set](glossary.md#test-set) for one last look.
#
# `stratify` gives each part the same share of every digit, `random_state` is the seed.

# %%
rest, test = train_test_split(
    torch.arange(1797), test_size=360, stratify=labels, random_state=420
)
train, val = train_test_split(
    rest, test_size=360, stratify=labels[rest], random_state=420
)
for part in (train, val, test):
    print(len(part), labels[part].bincount().tolist())

# %% [markdown]
# ## Scale
#
# Gradient descent is happiest if all features vary about equally much.
# The usual way is to subtract each feature's mean and divide by its standard deviation.
# Try it:

# %%
mean, std = features[train].mean(0), features[train].std(0)
X = (features[train] - mean) / std
X.isnan().any(0).nonzero().flatten()

# %% [markdown]
# > **Your turn.** Three columns are `nan`. Which pixels are they, and why? What should stand there instead, and what would go wrong if mean and standard deviation came from all 1,797 images?

# %% jupyter={"outputs_hidden": true, "source_hidden": true} tags=["hide-cell"]
print(features[train][:, [0, 32, 39]].amax(0))


def standardize(train, test):
    mean, std = train.mean(0), train.std(0)
    std = torch.where(std == 0, 1.0, std)
    return (train - mean) / std, (test - mean) / std


# %% [markdown]
# They are pixels at the left and right edge where no image of the training set has any ink: $0/0$.
# Dividing by 1 instead leaves zeros, and a feature that is always 0 has no say.
# And statistics of all images would give the test set a say in training, and then it is no test any more.

# %%
X_train, X_val = standardize(features[train], features[val])
_, X_test = standardize(features[train], features[test])
y_train, y_val, y_test = labels[train], labels[val], labels[test]
X_train.isfinite().all(), X_train.std(0).sort().values[:6]

# %% [markdown]
# ## Train
#
# Model, loss, optimiser, batches and loop are those of [lesson 4](04_nn_training.ipynb).
# After each epoch we keep a copy of the model.


# %%
criterion = nn.CrossEntropyLoss()


@torch.no_grad()
def evaluate(net, X, y):
    return criterion(net(X), y).item(), m_accuracy(net(X), y).item()


# %%
def train_digits(X, y, lr, num_epochs=30, weight_decay=0.0):
    torch.manual_seed(420)
    net = SoftmaxRegression(64, 10)
    optimizer = optim.SGD(net.parameters(), lr=lr, weight_decay=weight_decay)
    batches, nets = data_iter(10, X, y), []
    for _ in range(num_epochs):
        fit(net, criterion, optimizer, batches, epochs=1)
        nets.append(copy.deepcopy(net))
    return nets


# %%
rates = (0.01, 0.03, 0.1, 0.3, 1.0)
runs = {lr: train_digits(X_train, y_train, lr) for lr in rates}
print("validation loss after    5     10     20     30 epochs")
for lr, nets in runs.items():
    losses = [evaluate(nets[n - 1], X_val, y_val)[0] for n in (5, 10, 20, 30)]
    print(f"        rate {lr:<6g}", *(f"{loss:6.4f}" for loss in losses))

# %% [markdown]
# > **Your turn.** Which rate and how many epochs would you take, and why not the accuracy as judge? Then predict: which of these five runs has the lowest loss on the *training* set?

# %% jupyter={"outputs_hidden": true, "source_hidden": true} tags=["hide-cell"]
net = runs[0.1][-1]  # lowest validation loss
for lr, nets in runs.items():
    seen, hits = evaluate(nets[-1], X_train, y_train)
    fresh = evaluate(nets[-1], X_val, y_val)[1]
    print(
        f"rate {lr:<4g} training loss {seen:.4f}, accuracy {hits:.4f}; "
        f"validation accuracy {fresh:.4f}"
    )

# %% mystnb={"image": {"alt": "Two charts of the loss over 30 epochs on a logarithmic axis, for the rates 0.01, 0.1 and 1. Left, on the training set: all fall, the larger the rate the lower, for rate 1 to 0.003. Right, on the validation set: rate 0.01 falls to 0.23 and rate 0.1 to 0.13, while rate 1 stays above 0.4."}}
fig, axes = plt.subplots(1, 2, figsize=(8, 3), sharey=True)
parts = {"training": (X_train, y_train), "validation": (X_val, y_val)}
for (name, part), ax in zip(parts.items(), axes, strict=True):
    curves = {
        f"rate {lr:g}": [evaluate(n, *part)[0] for n in runs[lr]]
        for lr in (0.01, 0.1, 1.0)
    }
    plot_history(curves, ax=ax, x=range(1, 31), ylabel=f"{name} loss")
axes[0].set_yscale("log")

# %% [markdown]
# The largest rate wins on the training set, with a ninth of the loss of rate 0.1, and on the validation set has three times its loss, while the validation accuracies of the last four can hardly be told apart.
# Loss sees what accuracy does not: how sure the model is when it is wrong.
# Rate 0.1 and 30 epochs it is, the end of our table: from 20 to 30 the loss hardly sank any more.
#
# ## A loss without a minimum
#
# How low can the training loss go?
# The model trained with rate 1 gets every training example right.
# Multiply its logits by 2, 4, 8, which is the same as multiplying its weights and biases:

# %%
surest = runs[1.0][-1]
with torch.no_grad():
    for factor in (1, 2, 4, 8):
        seen = criterion(factor * surest(X_train), y_train)
        fresh = criterion(factor * surest(X_val), y_val)
        print(f"times {factor}: training {seen:.4f}, validation {fresh:.2f}")

# %% [markdown]
# If all are right, every true class has the largest logit, and stretching the logits only makes the model surer.
# So the training loss sinks towards 0 for ever and has **no minimum**: the classes are *separable*, and [`minimum_loss`](api.md#minimum_loss) would refuse them.
# In [lesson 5](05_dispersion_and_difficulty.ipynb) the minimum of the training loss was the goal; here there is none to arrive at, and on the way the model grows too sure of itself.
#
# Two ways out:
#
# - **stop early**: go on until the validation loss rises, and keep the model for which it was lowest (we kept the lowest of those we had; none of the runs at 0.1 or less had turned yet);
# - **charge for large weights**: `weight_decay` adds $\frac{\lambda}{2} |w|^2$ to the loss, in effect, and with it there is a minimum again.
#
# ## Beside scikit-learn
#
# scikit-learn's `LogisticRegression` is softmax regression too, with another optimiser, and it takes the second way out:
# unless told otherwise, it minimises the mean loss plus $|w|^2 / 2N$.
#
# Now, once, the test set.

# %%
theirs = LogisticRegression(max_iter=1000).fit(X_train.numpy(), y_train.numpy())
said = net(X_test).argmax(1)
said_theirs = torch.from_numpy(theirs.predict(X_test.numpy()))
accuracy = (said == y_test).double().mean().item()
accuracy_theirs = (said_theirs == y_test).double().mean().item()
print(f"ours {accuracy:.4f}, scikit-learn {accuracy_theirs:.4f}")

# %% [markdown]
# > **Your turn.** What is the standard error $\sqrt{p(1-p)/N}$ of each? How many of the 360 would have to change for half a point? And the two models saw the same examples: on how many do they disagree, and why does that make the comparison sharper than two standard errors suggest?

# %% jupyter={"outputs_hidden": true, "source_hidden": true} tags=["hide-cell"]
standard_error = (accuracy * (1 - accuracy) / len(test)) ** 0.5
print(f"standard error {standard_error:.4f}, one example {1 / len(test):.4f}")
differ = said != said_theirs
only_ours = ((said == y_test) & differ).sum().item()
only_theirs = ((said_theirs == y_test) & differ).sum().item()
print(f"they differ on {differ.sum()}: right are ours on {only_ours},")
print(f"theirs on {only_theirs}, neither on the rest")

# %% [markdown]
# A standard error of more than a point: another 360 digits would move both numbers by about that much, and half a point is two digits.
# But they would move both *together*, because the two models nearly always agree.
# What sets them apart is only where they disagree, and there it is one against one.
# Had it been three against one, that would still have said nothing.
#
# ## The weights as images
#
# Each class has 64 weights, one for each pixel, so they make an image too.
# Beside our model stands one trained with a strong `weight_decay`.
#
# > **Your turn.** Three pixels were 0 in every training example. What does training do to their weights, with and without decay?

# %%
decayed = train_digits(X_train, y_train, lr=0.1, weight_decay=0.03)[-1]
weights = {
    "as trained": net.linear.weight.detach(),
    "with weight decay": decayed.linear.weight.detach(),
}

# %% mystnb={"image": {"alt": "Two rows of ten 8 by 8 images, the weights of the digits 0 to 9, orange for positive and blue for negative. Above, as trained: 0 shows a blue centre, 1 an orange spot in the upper middle, and the outermost columns have faint colours at random. Below, with weight decay: the same patterns, smoother, 0 now with an orange ring around the blue centre, and parts of the outermost columns white."}}
fig, axes = plt.subplots(2, 1, figsize=(8, 2.9))
names = [str(k) for k in range(10)]
for (title, w), ax in zip(weights.items(), axes, strict=True):
    plot_images(w.reshape(-1, 8, 8), titles=names, ax=ax)
    ax.set_title(title, loc="left")

# %% jupyter={"outputs_hidden": true, "source_hidden": true} tags=["hide-cell"]
torch.manual_seed(420)
start = SoftmaxRegression(64, 10).linear.weight.detach()
for title, w in weights.items():
    kept = torch.equal(w[:, [0, 32, 39]], start[:, [0, 32, 39]])
    drift = (w.sum(0) - start.sum(0)).abs().max()
    print(f"{title}: dead pixels as at the start: {kept}", end=", ")
    print(f"sums over the classes moved: {drift > 1e-4}")

# %% [markdown]
# Orange is ink that speaks *for* the class, blue ink that speaks *against* it.
# A 0 must have nothing in its middle; what speaks for a 1 is not the whole stroke, but the place where only a 1 has ink.
#
# - A pixel that is always 0 has a gradient of 0: its weights are still the random numbers of the start. They do no harm on these data, but a single image with ink there would meet them.
# - Pixels near the left and right edge, where few images have ink, are hardly better: their weights tell of those few images.
# - Without decay each pixel's weights, summed over the ten classes, stay where they started, as in [lesson 3](03_manual_training.ipynb). Decay pulls every weight towards 0 at each step, and what no example pulls back fades.
#
# ## The errors, one by one
#
# > **Your turn.** Write `confusion_matrix(z, y, num_class)`, which counts the examples by true class (row) and predicted class (column). In [exercise 7.2](07_exercises.ipynb#ex-7-2) a check looks at yours.


# %% jupyter={"outputs_hidden": true, "source_hidden": true} tags=["hide-cell"]
def confusion_matrix(z, y, num_class):
    pairs = num_class * y.flatten() + z.argmax(1)
    counts = pairs.bincount(minlength=num_class**2)
    return counts.reshape(num_class, num_class)


# %%
with torch.no_grad():
    z = net(X_test)
confusion_matrix(z, y_test, 10)

# %% [markdown]
# Off the diagonal are the errors.
# Here they are, with truth, choice, and the probability that the model gave to its choice, the surest first.

# %% mystnb={"image": {"alt": "The 18 digits of the test set that the model got wrong, in three rows. Above each: true digit, arrow, predicted digit and its probability, falling from 1.00 for a 1 taken for a 4 to 0.30 for an 8 taken for a 1. Several, such as a 9 taken for a 5 with 0.92, would mislead people too; others, such as a clear 6 taken for a 1, would not.", "width": "75%"}}
p = F.softmax(z, 1)
wrong = (said != y_test).nonzero().flatten()
wrong = wrong[p[wrong].amax(1).argsort(descending=True)]
titles = [f"{y_test[i]} → {said[i]}\n{p[i].max():.2f}" for i in wrong.tolist()]
fig, ax = plt.subplots(figsize=(6, 4.4))
images = features[test][wrong].reshape(-1, 8, 8)
_ = plot_images(images, titles=titles, num_columns=6, ax=ax)

# %% [markdown]
# Some would mislead us too.
# Others would not, and the model is sure of itself all the same.
# What are its probabilities worth?
# Three models, about equally accurate:

# %%
models = {"chosen": net, "rate 1": surest, "weight decay": decayed}
for name, model in models.items():
    with torch.no_grad():
        z = model(X_test)
    p, loss = F.softmax(z, 1), criterion(z, y_test)
    right, sure = p.argmax(1) == y_test, p.amax(1)
    print(
        f"{name:12} right {right.float().mean():.3f}, says {sure.mean():.3f}, "
        f"where wrong {sure[~right].mean():.3f}; loss {loss:.3f}"
    )

# %% [markdown]
# The first says on average what it keeps, the second promises too much and the third too little.
# Accuracy sees hardly a difference; the loss does, and that is one more reason to choose by the loss.
#
# ## Where is the ceiling?
#
# In lesson 5 we knew the distribution that the data came from, and so the best possible rule.
# Nobody knows the distribution of handwriting.
# There is a ceiling, some blots are past deciding, but no formula for it.
# All we can do is to approach it from below: every rule that does better on fresh data shows that the ceiling is at least that high.
#
# The simplest rival has no training at all: find the nearest training image and say what that one was.


# %%
def nearest(train, test):
    distances = torch.cdist(features[test], features[train])
    return labels[train][distances.argmin(1)]


def softmax_regression(train, test):
    X, X_fresh = standardize(features[train], features[test])
    # 10 epochs save time: ten such models are to come
    net = train_digits(X, labels[train], lr=0.1, num_epochs=10)[-1]
    with torch.no_grad():
        return net(X_fresh).argmax(1)


# %% [markdown]
# For a sharper comparison than 360 examples allow, use *cross-validation*: cut all data into five parts, and let each part be the test set once, for a model trained on the other four.
#
# And one more question before we do.
# Our split was random. Is that fair?
# According to the description that comes with the data, this is the *test set* of a larger collection, and 13 people wrote it; not, who wrote which.
# But look for a run of labels in the order of the file:

# %%
description = " ".join(digits.DESCR.split())
print(description[description.index("From a total") :].split(". ")[0])
text = "".join(str(y) for y in labels.tolist())
run = "0123456789" * 3
print([i for i in range(len(text)) if text.startswith(run, i)])

# %% [markdown]
# About every 130 digits the same sequence begins again (twice only after 250: there a slip hides one start).
# So it looks as if people had filled in the same form, and the forms, about as many as people, stood in the file one after another.
#
# > **Your turn.** A random split puts digits of the same hand into both training and test set; five blocks in the order of the file do so only for the four forms that their borders cut. Which of the two gives the higher accuracy, for which of the two rules is the difference larger, and which number would you tell someone who wants to *use* the model?

# %% jupyter={"outputs_hidden": true, "source_hidden": true} tags=["hide-cell"]
folds = {
    "random parts": StratifiedKFold(5, shuffle=True, random_state=420),
    "blocks of the file": KFold(5),
}
for rule in (softmax_regression, nearest):
    for name, cut in folds.items():
        hits = 0
        for train_rows, test_rows in cut.split(features, labels):
            hits += (rule(train_rows, test_rows) == labels[test_rows]).sum()
        share = hits.item() / len(labels)
        error = (share * (1 - share) / len(labels)) ** 0.5
        print(f"{rule.__name__:18} {name:18} {share:.3f} ± {error:.3f}")

# %% [markdown]
# - The nearest image beats softmax regression in both columns, by many standard errors. So *here* the model is a limit, and the ceiling is higher: borders that are not straight would help.
# - For softmax regression new hands cost about four points, more than any choice that we made above. Our 0.95 is right about *more digits by the same people*. For a stranger's digits it promises too much.
#
# No seed and no standard error would have told us that: they are about chance, and this is about which question the split asks.
#
# ## Summary
#
# - Split first; scale with the training set's statistics; choose on the validation set; look at the test set once.
# - The book's `fit` and `SoftmaxRegression`, unchanged, reach scikit-learn's accuracy on the same split.
# - On 360 examples the standard error is over a point. Compare two models where they disagree.
# - Separable data: the training loss has no minimum. Stop early, or charge for large weights.
# - Choose by the loss: it sees overconfidence, the accuracy does not.
# - The ceiling of real data is unknown. Whom the test set resembles decides what its number means.
#
# **Helpers met:** [`SoftmaxRegression`](api.md#softmaxregression), [`fit`](api.md#fit), [`data_iter`](api.md#data_iter), [`m_accuracy`](api.md#m_accuracy), [`plot_images`](api.md#plot_images), [`plot_history`](api.md#plot_history).
#
# **Further reading:** regularisation and early stopping in {cite}`bishop2006`, sections 3.1 and 5.5.
#
# Now try the [exercises for lesson 7](07_exercises.ipynb).
#
# Back to [Lesson 6](06_gpu_vs_cpu.ipynb) · [glossary](glossary.md) · [API](api.md)
