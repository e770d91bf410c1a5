# %% [markdown]
# # Lesson 7: A real data set
#
# **You will learn**
#
# - to take the helpers of this book, unchanged, to data that nobody made up: split, scale, train, choose, test;
# - to put a number beside someone else's and say whether the difference means anything;
# - to read a trained model: its weights as images, its errors one by one, what its probabilities are worth, and what its test does not tell.
#
# Half of the work is yours.
# Where it says **your turn**, stop and write or answer first; then open the cell below it and read on.

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
import copy
import re
import textwrap

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn, optim
from torch.nn import functional as F
from torchlearning import plot_images, use_style

torch.set_num_threads(1)  # for tensors as small as these, one is fastest
use_style()

# %% mystnb={"code_prompt_hide": "Hide it", "code_prompt_show": "Show how the picture is made", "image": {"alt": "Twenty small images in two rows, each a handwritten digit of 8 by 8 grey pixels: two writings each of 0 to 9. Most are easy to read; the second 9 could be a 5."}} tags=["hide-input"]
digits = load_digits()
features = torch.from_numpy(digits.data).float()
labels = torch.from_numpy(digits.target)
fig, ax = plt.subplots(figsize=(8, 2.2))
names = [str(y) for y in labels[:20].tolist()]
_ = plot_images(features[:20].reshape(-1, 8, 8), titles=names, ax=ax)

# %% [markdown]
# Can the model that we have built read these?
# They are the first twenty of 1,797 handwritten digits that come with scikit-learn, so there is nothing to download.
# Each is an image of 8 × 8 pixels, from 0 (paper) to 16 (ink), stored as a row of 64 numbers.

# %%
features.shape, labels.shape, labels.bincount()

# %% [markdown]
# To us it is a picture, but to the model it is a point in 64 dimensions, as the star was a point in two.
# All that changes is the size of the weights, from $3 \times 3$ to 64 for each of ten classes, and their ten biases.
#
# ## Who will be the judge?
#
# We shall choose a learning rate and a number of epochs by looking at results, and a number that was chosen for being good is no longer a fair judge of anything.
# So we need three parts: the [training set](glossary.md#training-set) for the weights, the [validation set](glossary.md#validation-set) for our choices, and the [test set](glossary.md#test-set), which judges what was chosen and must not choose anything itself.
#
# The argument `stratify` gives each part the same proportion of every digit, and `random_state` is the seed.

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
# ## How do we make the features comparable?
#
# Gradient descent works best if all features vary by about the same amount.
# The usual way is to subtract each feature's mean and divide by its standard deviation: a pixel that is 0, 4 and 8 in three images has mean 4 and standard deviation 4, and becomes −1, 0 and 1.
# Try it on all 64:

# %%
mean, std = features[train].mean(0), features[train].std(0)
X = (features[train] - mean) / std
X.isnan().any(0).nonzero().flatten()

# %% [markdown]
# > **Your turn.** Three columns are `nan`. Which pixels are they, and why?
# > What should stand there instead, and what would go wrong if mean and standard deviation came from all 1,797 images?

# %% tags=["hide-cell"]
print(features[train][:, [0, 32, 39]].amax(0))


def standardize(train, test):
    mean, std = train.mean(0), train.std(0)
    std = torch.where(std == 0, 1.0, std)
    return (train - mean) / std, (test - mean) / std


# %% [markdown]
# They are pixels at the left and right edge where no image of the training set has any ink, and so we have computed $0/0$.
# Dividing by 1 instead leaves zeros, and a feature that is always 0 contributes nothing.
# As for statistics of all images: they would let the test set influence training, and then it is no test any more.

# %%
X_train, X_val = standardize(features[train], features[val])
_, X_test = standardize(features[train], features[test])
y_train, y_val, y_test = labels[train], labels[val], labels[test]
X_train.isfinite().all(), X_train.std(0).sort().values[:6]

# %% [markdown]
# ## Which learning rate, and how many epochs?
#
# Model, loss, optimiser, batches and loop are those of [lesson 4](04_nn_training.ipynb).
# After each epoch we keep a copy of the model.

# %%
from torchlearning import SoftmaxRegression, data_iter, fit, m_accuracy

criterion = nn.CrossEntropyLoss()


@torch.no_grad()
def evaluate(net, X, y):
    net.eval()
    z = net(X)
    return criterion(z, y).item(), m_accuracy(z, y).item()


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
# > **Your turn.** Which rate and how many epochs would you take, and why is the loss a better judge than the accuracy?
# > And say what you expect: which of these five runs has the lowest loss on the *training* set?

# %% tags=["hide-cell"]
net = runs[0.1][-1]  # the lowest validation loss in the table
for lr, nets in runs.items():
    seen, hits = evaluate(nets[-1], X_train, y_train)
    fresh = evaluate(nets[-1], X_val, y_val)[1]
    print(
        f"rate {lr:<4g} training loss {seen:.4f}, accuracy {hits:.4f}; "
        f"validation accuracy {fresh:.4f}"
    )

# %% mystnb={"code_prompt_hide": "Hide the picture", "code_prompt_show": "Show it as a picture", "image": {"alt": "Two charts of the loss over 30 epochs on a logarithmic axis, for the rates 0.01, 0.1 and 1. Left, on the training set: all fall, the larger the rate the lower, for rate 1 to 0.003. Right, on the validation set: rate 0.01 falls to 0.23 and rate 0.1 to 0.13, while rate 1 stays above 0.4."}} tags=["hide-output"]
from torchlearning import plot_history

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
# The largest rate wins on the training set, with a ninth of the loss of rate 0.1, and yet on the validation set it has three times the loss, while the validation accuracies of the last four can hardly be told apart.
# The loss sees what accuracy does not: how confident the model is when it is wrong.
# We take rate 0.1 and 30 epochs, the end of our table, since from 20 to 30 the validation loss fell by only a few percent more.
#
# ## How low can the training loss go?
#
# The model trained with rate 1 gets every training example right.
# Let us multiply its logits by 2, 4 and 8, which is the same as multiplying all its weights and biases.

# %%
from torchlearning.quiz import Quiz

# %%
Quiz(
    "All logits are multiplied by 8. What happens to the loss on the training set, and what on the validation set?",
    {
        "Both fall": "On the training set it falls. But on the validation set some answers are wrong, and they become wrong with more confidence.",
        "It falls on the training set and rises on the validation set": "Yes. Where the model is right it becomes more confident, and where it is wrong as well.",
        "Both stay, since every choice stays the same": "The accuracy stays. The loss asks for the probability of the true class, and that changes.",
    },
    answer="It falls on the training set and rises on the validation set",
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
confident = runs[1.0][-1]
with torch.no_grad():
    for factor in (1, 2, 4, 8):
        seen = criterion(factor * confident(X_train), y_train)
        fresh = criterion(factor * confident(X_val), y_val)
        print(f"times {factor}: training {seen:.4f}, validation {fresh:.2f}")

# %% [markdown]
# If all training examples are right, every true class has the largest logit, and stretching the logits brings its probability ever closer to 1.
# So the training loss falls towards 0 for ever and has **no minimum**: the classes are [separable](glossary.md#separable), and [`minimum_loss`](api.md#minimum_loss) would refuse them.
# In [lesson 5](05_dispersion_and_difficulty.ipynb) the minimum of the training loss was the goal; here there is none to arrive at, and on the way the model grows overconfident.
#
# One way out is to **stop early**: go on until the validation loss rises, and keep the model for which it was lowest.
# Choosing among epochs, as we have done, comes to that; at our rate the validation loss was still falling, ever more slowly, when the table ended.
#
# ## What should large weights cost?
#
# The other way out is to **charge for large weights**, by adding $\frac{\lambda}{2} |w|^2$ to the loss, where $|w|^2$ is the sum of all squared weights.
# Two weights of 3 and 4 would cost $\frac{2}{2}(9 + 16) = 25$ at $\lambda = 2$, and the derivative of that is $\lambda w = (6, 8)$, so a step against it pulls each weight towards 0 in proportion to its size; this is why PyTorch's `SGD` calls $\lambda$ `weight_decay`.
# Stretching no longer pays for ever, so there is a minimum again.
#
# But how large should $\lambda$ be?
# It is one more number to be chosen on the validation set.
# scikit-learn's `LogisticRegression` is softmax regression with this penalty, and it goes to the minimum in a moment; its argument `C`, which has nothing to do with our number of classes, is $1 / (\lambda N)$ ([exercise 7.5](07_exercises.ipynb#ex-7-5) shows why).

# %%
Quiz(
    "λ rises from one millionth to 1, and each time we go to the minimum of the penalised loss. How do the plain losses at these minima behave?",
    {
        "Both rise with λ": "On the training set, yes: any charge keeps the weights from fitting it. But we have just seen what unlimited fitting does to the validation loss.",
        "Training rises, validation falls and then rises": "Yes. Too little charge leaves the model overconfident, too much keeps it from learning.",
        "Training rises, validation falls": "At first. But at λ = 1 hardly any weight can afford to be different from 0.",
    },
    answer="Training rises, validation falls and then rises",
)

# %%
from sklearn.linear_model import LogisticRegression


def penalised(lam):
    C = 1 / (lam * len(y_train))
    model = LogisticRegression(C=C, tol=1e-7, max_iter=10_000)
    return model.fit(X_train.double().numpy(), y_train.numpy())


def logits(model, X):
    return torch.from_numpy(model.decision_function(X.double().numpy()))


# %%
lams = [1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 1e-1, 1.0]
fits = [penalised(lam) for lam in lams]
seen = [criterion(logits(m, X_train), y_train).item() for m in fits]
fresh = [criterion(logits(m, X_val), y_val).item() for m in fits]

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer", "image": {"alt": "The loss at the minimum against lambda, from one millionth to 1, both axes logarithmic. The training loss rises all the way from nearly 0. The validation loss is a valley: 0.23 at the left, lowest with 0.13 at lambda 0.0003, and 1.3 at the right, where both curves meet.", "width": "75%"}} tags=["hide-output"]
fig, ax = plt.subplots(figsize=(6, 3.2))
losses = {"training": seen, "validation": fresh}
plot_history(losses, ax=ax, x=lams, xlabel="lambda", ylabel="loss")
ax.set(xscale="log", yscale="log")
chosen = int(np.argmin(fresh))
theirs = fits[chosen]
print(f"lowest validation loss {fresh[chosen]:.3f} at lambda {lams[chosen]:g}")

# %% [markdown]
# The valley is wide, so the exact value does not matter much, and its floor is about as low as the validation loss at which we have stopped.
# The two ways out lead to much the same place, because a model that is stopped early has not had the time to grow large weights.
#
# ## Is theirs better than ours?
#
# Now every choice has been made, and the test set may be opened.

# %%
said = net(X_test).argmax(1)
said_theirs = logits(theirs, X_test).argmax(1)
accuracy = (said == y_test).double().mean().item()
accuracy_theirs = (said_theirs == y_test).double().mean().item()
print(f"ours {accuracy:.4f}, scikit-learn's {accuracy_theirs:.4f}")

# %% [markdown]
# > **Your turn.** What is the standard error $\sqrt{p(1-p)/N}$ of each? To how many of the 360 digits does the difference amount?
# > And the two models saw the same examples: on how many do they disagree, and why does that make the comparison sharper than two standard errors suggest?

# %% tags=["hide-cell"]
standard_error = (accuracy * (1 - accuracy) / len(test)) ** 0.5
print(f"standard error {standard_error:.4f}, one example {1 / len(test):.4f}")
differ = said != said_theirs
only_ours = ((said == y_test) & differ).sum().item()
only_theirs = ((said_theirs == y_test) & differ).sum().item()
print(f"they differ on {differ.sum()}: right are ours on {only_ours},")
print(f"theirs on {only_theirs}, neither on the rest")

# %% [markdown]
# The standard error is more than a point: another 360 digits by the same people would move both numbers by about that much, and the difference is only three digits.
# But they would move both *together*, because the two models nearly always agree, so what sets them apart is only where they disagree.
# There it is three against none.
# If each such digit were the toss of a fair coin, three tosses would all come out for the same side one time in four, so this says nothing yet.
#
# ## What has the model learned?
#
# Each class has 64 weights, one for each pixel, so they make an image too.
# Beside our model stands one trained with a `weight_decay` far beyond the valley.
# (Each row of images has a colour scale of its own; otherwise the much smaller weights of the second would hardly be seen.)

# %%
decayed = train_digits(X_train, y_train, lr=0.1, weight_decay=0.03)[-1]
weights = {
    "as trained": net.linear.weight.detach(),
    "with strong weight decay": decayed.linear.weight.detach(),
}

# %% mystnb={"image": {"alt": "Two rows of ten 8 by 8 images, the weights of the digits 0 to 9, orange for positive and blue for negative. Above, as trained: 0 shows a blue centre, 1 an orange spot in the upper middle, and the outermost columns have faint colours at random. Below, with strong weight decay: the same patterns, smoother, 0 now with an orange ring around the blue centre, and parts of the outermost columns white."}}
fig, axes = plt.subplots(2, 1, figsize=(8, 2.9))
names = [str(k) for k in range(10)]
for (title, w), ax in zip(weights.items(), axes, strict=True):
    plot_images(w.reshape(-1, 8, 8), titles=names, ax=ax)
    ax.set_title(title, loc="left")

# %% [markdown]
# Orange is ink that speaks *for* the class, blue is ink that speaks *against* it.
# A 0 must have nothing in its middle, and what speaks most for a 1 is not the whole stroke but two neighbouring pixels: a 1 usually fills both, and most other digits leave at least one of them thin.
#
# > **Your turn.** Three pixels, the upper left corner and two at the edges, were 0 in every training example.
# > What has training done to their weights, without decay and with it?

# %% tags=["hide-cell"]
torch.manual_seed(420)
start = SoftmaxRegression(64, 10).linear.weight.detach()
for title, w in weights.items():
    kept = torch.equal(w[:, [0, 32, 39]], start[:, [0, 32, 39]])
    drift = (w.sum(0) - start.sum(0)).abs().max()
    print(f"{title}: dead pixels as at the start: {kept}", end=", ")
    print(f"sums over the classes moved: {drift > 1e-4}")

# %% [markdown]
# A pixel that is always 0 has a gradient of 0, so without decay its weights are still the random numbers of the start.
# They do no harm on these data, but a single image with ink there would meet them.
# (Without decay each pixel's weights, summed over the ten classes, also stay where they started, as in [lesson 3](03_manual_training.ipynb); decay shrinks that sum as well.)
# Decay pulls every weight towards 0 at each step, and what no example pulls back fades.
#
# ## Which digits does it get wrong?
#
# > **Your turn.** Write `confusion_matrix(z, y, num_class)`, the [table](glossary.md#confusion-matrix) that counts the examples by true class (row) and predicted class (column).
# > In [exercise 7.2](07_exercises.ipynb#ex-7-2) a check looks at yours.


# %% tags=["hide-cell"]
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
# Here they are, with the truth, the choice, and the probability that the model gave to its choice, the most confident first.

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
# Others would not, and yet the model is confident.
#
# ## What are its probabilities worth?
#
# Here are four models that are about equally accurate, with their mean confidence on all digits and on those that they get wrong:

# %%
with torch.no_grad():
    scores = {
        "stopped early": net(X_test),
        "λ chosen": logits(theirs, X_test),
        "rate 1": confident(X_test),
        "strong decay": decayed(X_test),
    }


# %%
def report(name, z):
    p, loss = F.softmax(z, 1), criterion(z, y_test)
    right, top = p.argmax(1) == y_test, p.amax(1)
    print(f"{name:14} right {right.float().mean():.3f}", end=", ")
    print(
        f"says {top.mean():.3f}, where wrong {top[~right].mean():.3f}", end=""
    )
    print(f"; loss {loss:.3f}")


for name, z in scores.items():
    report(name, z)

# %% [markdown]
# The mean confidence of the first two matches their accuracy, the third promises too much and the fourth too little.
# Accuracy sees hardly a difference, but the loss does, which is one more reason to choose by the loss.
#
# Can the overconfident model be cured without training it again?
# Lesson 1 divided the logits by a [temperature](glossary.md#temperature) $T$ before the softmax.
# At $T = 2$ the odds of two classes become their square root, so that 9 to 1 becomes 3 to 1.
# That is a single number, so the validation set is enough to find it; this is called *temperature scaling* ([Guo and others 2017](references.md#guo-2017)).

# %%
Quiz(
    "We choose the temperature with the lowest validation loss. What will happen to the test accuracy of the model?",
    {
        "It rises": "Which class has the largest logit does not change, so no answer changes.",
        "It stays exactly the same": "Yes: dividing all logits by one positive number keeps their order. Only the confidence changes.",
        "It falls": "Which class has the largest logit does not change, so no answer changes.",
    },
    answer="It stays exactly the same",
)

# %% mystnb={"code_prompt_hide": "Hide the answer", "code_prompt_show": "Show the answer"} tags=["hide-output"]
with torch.no_grad():
    z_val = confident(X_val)
temperatures = torch.arange(1.0, 6.0, 0.1)
on_val = torch.stack([criterion(z_val / T, y_val) for T in temperatures])
T = temperatures[on_val.argmin()].item()
print(
    f"T = {T:.1f}: validation loss {on_val[0]:.2f} becomes {on_val.min():.2f}"
)
report("rate 1", scores["rate 1"])
report("the same, T", scores["rate 1"] / T)

# %% [markdown]
# Dividing the logits by 2.3 takes away nearly half of the test loss, while every single choice stays as it was.
# But now the model says 0.912 where 0.947 is right: a few digits on which it is confident and wrong cost so much that the best temperature makes it too modest about all the others.
# One number cannot repair weights, and so the loss stays well above that of the first two models.
#
# > **Trap: the test set grows old.** By now we have used it for a comparison, for the errors, and for these probabilities.
# > That does no harm as long as it only *describes* models that were fixed before.
# > Had we taken the best of the four by this table, our test set would have become a second validation set.
#
# ## Where is the ceiling?
#
# In lesson 5 we knew the distribution that the data came from, and so the best possible rule.
# Nobody knows the distribution of handwriting, so although there must be a ceiling, because some blots cannot be read by anyone, there is no formula for it.
# All we can do is approach it from below: every rule that does better on fresh data shows that the ceiling is at least that high.
#
# The simplest rival needs no training at all: it finds the nearest training image and says what that one was.


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
# The two do not get the same features, so we add a third rule, which takes the nearest image among the standardised ones.


# %%
def nearest_scaled(train, test):
    X, X_fresh = standardize(features[train], features[test])
    return labels[train][torch.cdist(X_fresh, X).argmin(1)]


# %% [markdown]
# Before we compare them, there is a question about the split itself.
#
# ## Is a random split fair?
#
# The description of the data says that they are the *test set* of a larger collection and were written by 13 people, but not who wrote what.
# If they were all given the same digits to copy, the labels will repeat from one writer to the next, so let us look for a run of labels that comes back in the order of the file:

# %%
description = " ".join(digits.DESCR.split())
print(description[description.index("From a total") :].split(". ")[0])
text = "".join(str(y) for y in labels.tolist())
run = "0123456789" * 3
starts = {i for i in range(len(text)) if text.startswith(run, i)}
print(sorted(starts))

# %% [markdown]
# About every 130 digits the same sequence begins again, but twice only after 250.
# There a slip in the sequence hides a start.
# But right before most of the other starts stand the same ten digits, with which the form seems to end (the cell looks for them), and in each of the two long pieces they occur once more:

# %%
ends = {match.end() for match in re.finditer("5488490898", text)}
starts = torch.tensor(sorted(starts | ends - {len(text)}))
form = torch.bucketize(torch.arange(1797), starts, right=True) - 1
print(len(starts), "forms, of", form.bincount().tolist(), "digits")

# %% [markdown]
# So it looks as if everybody had filled in the same form, and the forms, about as many as people, stood in the file one after another.
# A random split then puts digits by the same hand into both the training and the test set, whereas a *grouped* split, such as scikit-learn's `GroupKFold`, keeps each form whole, on one side.
#
# For a sharper comparison than 360 examples allow, we use *cross-validation*: cut all data into five parts, and let each part be the test set once, for a model trained on the other four.
#
# > **Your turn.** Which of the two splits gives the higher accuracy, for which of the two, softmax regression or the nearest image, is the difference larger, and which number would you tell someone who wants to *use* the model?
# > And which standard error belongs to it, if the digits by one hand resemble each other?

# %%
from sklearn.model_selection import GroupKFold, StratifiedKFold

random_parts = StratifiedKFold(5, shuffle=True, random_state=420)
splits = {
    "random parts": list(random_parts.split(features, labels)),
    "whole forms": list(GroupKFold(5).split(features, groups=form)),
}
hits = {}
for rule in (softmax_regression, nearest, nearest_scaled):
    for name, parts in splits.items():
        right = torch.zeros(1797, dtype=torch.float64)
        for train_rows, test_rows in parts:
            said = rule(train_rows, test_rows)
            right[test_rows] = (said == labels[test_rows]).double()
        hits[rule.__name__, name] = right


# %% [markdown]
# The formula $\sqrt{p(1-p)/N}$ counts 1,797 independent examples.
# But whoever writes one 8 that looks like a 1 writes several, so what has been drawn independently is the people, for whom the 14 forms stand as well as we can tell.
# For each form we add up how far its digits are off the overall mean; the more alike the digits by one hand, the larger these 14 sums.
# The root of the sum of their squares is the standard error of the total (with a factor 14/13 under the root, because the mean comes from the same forms), and divided by 1,797 it is that of the mean.
# (The five models share most of their training data, so even this standard error is a little too small.)


# %%
def by_form(values):
    """Return the mean and its standard error, over forms in place of digits."""
    off = form.bincount(values - values.mean())  # how far each form is off
    count = len(off)
    error = (count / (count - 1) * off.square().sum()).sqrt() / len(values)
    return values.mean().item(), error.item()


# %% tags=["hide-cell"]
for (rule, name), right in hits.items():
    mean, error = by_form(right)
    naive = (mean * (1 - mean) / len(right)) ** 0.5
    print(f"{rule:18} {name:12} {mean:.3f}", end=" ")
    print(f"± {error:.3f} by forms, ± {naive:.3f} by digits")

# %% [markdown]
# Counted by forms, the standard error on new hands is twice what the formula says.
# For a *comparison* the forms are the same on both sides, so we take the difference form by form, and what makes a form easy or hard for both cancels:

# %%
for rule in ("nearest", "nearest_scaled"):
    gain = hits[rule, "whole forms"] - hits["softmax_regression", "whole forms"]
    print(
        "{} instead of softmax: {:+.3f} ± {:.3f}".format(rule, *by_form(gain))
    )
    better = (form.bincount(gain) > 0).sum().item()
    print("    better on", better, "of the forms")
cost = {
    rule: hits[rule, "random parts"] - hits[rule, "whole forms"]
    for rule in ("softmax_regression", "nearest")
}
for rule, lost in cost.items():
    print(
        "price of new hands, {}: {:.3f} ± {:.3f}".format(rule, *by_form(lost))
    )

# %% [markdown]
# The nearest image beats softmax regression on 12 of the 14 forms, and on average by several standard errors, so the ceiling is at least that high.
# That does not show yet that straight borders are to blame, because the two rules saw different features: one the pixels as they are, the other pixels divided by their standard deviation.
# Among standardised pixels the nearest image is ahead of softmax regression by less than a standard error: dividing blows up the pixels that rarely have ink, and distances suffer from that.
# So a better rule exists, but this comparison cannot tell whether it is the borders, the features or the number of hands that holds softmax regression back.
# By the table of lesson 5 it looks like too few hands: the model gets nearly every digit right that it was trained on and far fewer by strangers, and *seen much better than fresh* calls for more data.
#
# And for softmax regression new hands cost about five points, more than any choice that we made above.
# Our 0.95 is right about *more digits by the same people*, but to a stranger it promises too much.
# No seed and no standard error of a random split would have told us that, because they are about chance, and this is about which question the split asks.
#
# ## And can it read your digits?
#
# You are such a stranger, so let us find out.
# Here is a sheet of 32 × 32 pixels, and what you draw on it becomes 64 numbers in the way that the data set's digits did: the sheet is cut into blocks of 4 × 4, and in each of them the pixels with ink are counted, from 0 to 16.
# The lab takes any linear model as one matrix with the biases in its last row, and ours needs the mean and standard deviation that it was trained with.

# %%
from torchlearning.labs import DigitLab

w = torch.cat([net.linear.weight.T, net.linear.bias[None]]).detach()
mean, std = features[train].mean(0), features[train].std(0)
std = torch.where(std == 0, 1.0, std)
lab = DigitLab(w, features[test], labels[test], mean=mean, std=std)
lab

# %% [markdown]
# Draw with the mouse or with a finger.
# (By keyboard, the arrow keys move a crosshair over the sheet, and *Enter* lowers and lifts the pen.)
# The bars show the ten probabilities, and *parts* shows where the largest score comes from: it is the bias plus, for each pixel, the weight times the standardised count, and these are the summands, orange for ink (or paper) that speaks for the digit and blue for what speaks against it.
# The first slider loads the digits of the test set, those that the model gets wrong first, and you may add ink to them; the second sets the width of the pen.
#
# > **Your turn.** Draw five digits as you usually write them, and after each press the digit that you meant, which is then counted.
# > The lab says how many of them the model recognises, once as drawn and once *fitted* into the box: which number will be larger, and why?
#
# We have done the same with ten digits, each drawn with a few straight lines.
# Two letters stand for a point, and a dot lifts the pen.

# %%
strokes = {
    0: "eLTYUse2pqoWeL", 1: "ZUhLggf2", 2: "UUbLmNnYU0t0",
    3: "UNqMecogrqj0Vy", 4: "eKSkuk.lYk2", 5: "qMXMWekcrok0Uy",
    6: "mKaYVqe2ouikWo", 7: "SOsNkceqb2", 8: "oQeKWSooi2WuoYoQ",
    9: "qUeMUWegqUomi2",
}  # fmt: skip
ours = DigitLab(w, features[test], labels[test], mean=mean, std=std)
ours.own = list(strokes.items())

# %% mystnb={"image": {"alt": "Two rows of ten 8 by 8 images, our digits 0 to 9 as the model gets them. Above, as drawn: thin digits in the middle of the box, with the outermost rows and columns white or nearly so; all but the 2 are called a 4. Below, fitted: bolder digits from the top edge to the bottom edge, all recognised."}}
fig, axes = plt.subplots(2, 1, figsize=(8, 2.9))
for box, ax in zip(("drawn", "fitted"), axes, strict=True):
    ours.box = box
    X_own, y_own = ours.own_digits
    z = F.linear((X_own - mean) / std, w[:-1].T, w[-1])
    names = [f"{y} → {k}" for y, k in zip(y_own, z.argmax(1), strict=True)]
    plot_images(X_own.reshape(-1, 8, 8), titles=names, ax=ax)
    ax.set_title(f"{box}: {m_accuracy(z, y_own):.1f}", loc="left")

# %% [markdown]
# The strokes are the same, and yet nearly every answer is different.
# (These ten are the first that we drew: choosing those that work would have been easy, and worth nothing.)
# Why does the model see a 4 nearly wherever it looks?
# Let us ask it about a sheet with nothing on it, and look at the top and bottom rows of what it has learned from.

# %%
print(f"blank paper: {ours.probabilities.argmax()}", end=" ")
print(f"with probability {ours.probabilities.max():.2f}")
rows = features[train].reshape(-1, 8, 8).sum(2)
print("training digits with an empty row:", (rows == 0).any(1).sum().item())
ends = rows[:, [0, 7]].sum(1)
print("mean ink in the top and the bottom row together:")
for k in range(10):
    print(f"{k}: {ends[labels[train] == k].mean():.0f}", end="  ")

# %% [markdown]
# The model has no answer "nothing", so it has to name a digit, and among its training digits the 4 is the one with the least ink in the top and bottom rows.
# That a row could be *empty* it has never seen, because no digit of the data set was left as it was written.
# They come from paper forms, and as far as its published source and the data show, a program of the American standards institute NIST ([Garris and others 1994](references.md#garris-1994)) cut each one out, stretched it to the full height of the box and to 20 of its 32 columns, made thin lines bolder and bold ones thinner, and took out the slant.
# *Fitted* does the same with your drawing.
#
# Now the most confident error of the test set, which is the first that the slider loads.

# %%
ours.digit = wrong[0].item()
row, column = divmod(ours.parts.argmax().item(), 8)
score = ours.parts.sum() + w[-1, ours.probabilities.argmax()]
print(f"score {score:.1f}, of which one pixel gives", end=" ")
print(f"{ours.parts[row, column]:.1f}:", end=" ")
print(f"row {row}, column {column}, count {ours.drawing[row, column]:.0f}")
print(f"standard deviation there: {std.reshape(8, 8)[row, column]:.3f}")
inked = features[train].reshape(-1, 8, 8)[:, row, column] > 0
print("training digits with ink there:", labels[train][inked].tolist())

# %% [markdown]
# Most of the score comes from a single pixel at the left edge, and from a count of only 1.
# A single training digit has ink there, and it happens to be a 4; so the standard deviation is tiny, and after division by it that 1 becomes more than 30.
# This is a price of standardising which no average over the test set shows, and a line that you draw close to the edge pays it at every pixel.
#
# What *fitted* cannot take away is that you write with another hand and another pen: your 1 may have a foot and your 7 a bar, and a mouse is not a pencil.
# So expect fewer to be recognised than of the test set even then, and do not trust a short tally, since with ten drawings the standard error is about ten points.
# In Jupyter, `lab.drawing` is what you have drawn, `lab.own_digits` is a test set in your own hand, and `lab.weights` takes any other linear model, such as that with strong weight decay.
#
# ## What about a table of your own?
#
# You will want to try this on a table of your own, and such a table seldom comes as tensors.
# What has to happen to it first?
# Here is one as NumPy, pandas or a file would give it to you: measurements in float64, and the answer as a word.

# %%
from sklearn.datasets import load_iris

iris = load_iris()
table, species = iris.data, iris.target_names[iris.target]
table.dtype, table.shape, sorted(set(species.tolist()))

# %% [markdown]
# Two things: the features become float32, the dtype of the weights, and the words become class numbers that count from 0.
# `np.unique` does the latter, and keeps the names in the order of the numbers.
# (Turn a pandas frame into an array first: `frame[columns].to_numpy()`.)

# %%
names, numbers = np.unique(species, return_inverse=True)
X = torch.tensor(table, dtype=torch.float32)
y = torch.tensor(numbers)
train_rows, test_rows = train_test_split(
    torch.arange(len(y)), test_size=50, stratify=y, random_state=420
)
X_seen, X_fresh = standardize(X[train_rows], X[test_rows])

# %%
torch.manual_seed(420)
net = SoftmaxRegression(X.shape[1], len(names))
optimizer = optim.SGD(net.parameters(), lr=0.1)
batches = data_iter(10, X_seen, y[train_rows])
losses = fit(net, criterion, optimizer, batches, epochs=30)
print(f"{losses[0]:.3f} to {losses[-1]:.3f}")
print(f"accuracy {evaluate(net, X_fresh, y[test_rows])[1]:.2f} on 50 others")

# %% [markdown]
# And if you forget one of these steps?
# Then the helpers say so, and what to do instead, because an error is cheap and a wrong number would not be.


# %%
def missing():
    holes = X_seen.clone()
    holes[3, 0] = torch.nan
    batches = data_iter(10, holes, y[train_rows])
    return fit(net, criterion, optimizer, batches, 1)


# %%
z = net(X_fresh).detach()
wrong = {
    "words": lambda: m_accuracy(z, species[test_rows]),
    "classes 1 to 3": lambda: m_accuracy(z, y[test_rows] + 1),
    "one-hot": lambda: m_accuracy(z, F.one_hot(y[test_rows])),
    "float64": lambda: net(torch.tensor(table)),
    "whole numbers": lambda: net(X_fresh.int()),
    "missing values": missing,
}

# %%
for name, call in wrong.items():
    try:
        call()
    except (TypeError, ValueError) as error:
        print(f"{name}:", textwrap.fill(str(error), 72), sep="\n", end="\n\n")

# %% [markdown]
# Two more belong in this list, although the helpers let them pass: an *id*, which is a number but measures nothing (leave it out), and a column whose numbers are far larger or smaller than the others' (standardise, as above).
#
# ## Summary
#
# - Split first, by whole groups if examples belong together; scale with the training set's statistics; choose on the validation set; let the test set choose nothing.
# - On 360 examples the standard error is over a point, and larger if the examples are not independent. Compare two models where they disagree.
# - On separable data the training loss has no minimum. Stop early, or charge for large weights, with $\lambda$ chosen on the validation set.
# - Choose by the loss, because it sees overconfidence and the accuracy does not. Dividing the logits by a temperature lowers the loss of an overconfident model without changing a single choice.
# - What is done to the data before training has to be done to whatever the model is asked later, or nearly every digit becomes a 4.
# - The ceiling of real data is unknown. Whom the test set resembles decides what its number means.
#
# **Helpers met:** [`SoftmaxRegression`](api.md#softmaxregression), [`fit`](api.md#fit), [`data_iter`](api.md#data_iter), [`m_accuracy`](api.md#m_accuracy), [`plot_images`](api.md#plot_images), [`plot_history`](api.md#plot_history), [`DigitLab`](api.md#digitlab).
#
# **Further reading:** regularisation and early stopping in [Bishop 2006](references.md#bishop-2006), sections 3.1 and 5.5.
#
# Now try the [exercises for lesson 7](07_exercises.ipynb).
#
# Back to [Lesson 6](06_gpu_vs_cpu.ipynb) · next: [Lesson 8, more than one device](08_more_than_one_device.ipynb)
