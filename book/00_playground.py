# %% [markdown]
# # The playground
#
# Three clouds of points, and a model of nine numbers that has to tell them apart.
# Press *Play* and watch it learn: the colours show which class it would choose in each part of the plane, and the points with a ring are the ten that it is learning from at this moment.
# Then change something while it plays.

# %% tags=["remove-cell", "setup"]
# Does nothing where the course is installed.
# Elsewhere it says how to install it.
from importlib.util import find_spec

if find_spec("torchlearning") is None:
    raise ModuleNotFoundError(
        "this page needs the package torchlearning: get the whole course, "
        "and run in a cell: %pip install 'FOLDER_OF_THE_COURSE[lessons]'"
    )

# %% mystnb={"code_prompt_hide": "Hide it", "code_prompt_show": "Show how the lab is made"} tags=["hide-input"]
from torch import no_grad
from torch.nn import functional as F
from torchlearning.labs import PlaygroundLab

lab = PlaygroundLab()
lab

# %% [markdown]
# ## Things to try
#
# (A few words in advance, which the lessons will explain one by one: the *loss* is one number that says how bad the model's answers are, a *batch* is the handful of points that it looks at in one step, and an *epoch* is one pass over all points.)
#
# - Move the *dispersion* slider: the clouds spread, and both dashed lines get worse: the lowest loss that this model can reach on these points, and the *ceiling*, the highest accuracy that anyone can expect on fresh ones. [Lesson 5](05_dispersion_and_difficulty.ipynb) computes them.
# - Move the *learning rate*. When does it crawl, and when does it jump about? [Lesson 3](03_manual_training.ipynb) knows why.
# - Choose *row of four* and let it play. The model never gets there, however long you wait, until you give it more *features*.
# - Choose *your own*, pick a class, and click or drag in the plane. By keyboard, arrow keys move a crosshair, Enter draws a point, the digits pick a class, *e* the eraser, and *u* undoes.
#
# The address of this page remembers the settings and what you drew, so a copied address shows somebody else the same thing.
# Under the lab are five challenges, and the page notices when you have met one.
#
# ## What the page does
#
# It is the training loop of lesson 3, written in JavaScript: softmax, cross-entropy, the gradient, a step downhill, one batch after the other.
# *Squares* are the features $x_0^2 / 10$, $x_1^2 / 10$ and $x_0 x_1 / 10$ besides; divided by ten they are about as large as the others, so that one learning rate suits them all.
# The lowest loss comes from Newton's method, a faster way to the bottom; where the classes can be told apart there is none, because the loss goes on falling as long as the weights grow.
# Fresh data come from the same clouds, and the model never learns from them.
#
# A test of this course runs the page beside PyTorch, with random points and settings, and wants the same weights to nine digits.
# (Where training is so rough that PyTorch disagrees with itself after a change in the last bit, it wants the first 20 steps.)
#
# ## Your own loop on your own points
#
# In a notebook the lab is also a bridge: `lab.features` and `lab.labels` are tensors of the points shown, and whatever you assign to `lab.weights` appears in the picture.
# Here is one epoch of the page's training, in PyTorch, with the page's own start and batches.

# %%
X, y = lab.features, lab.labels.flatten()
w = lab.first_weights().float().requires_grad_()
batches = lab.batches()
for step in range(150):
    rows = next(batches)
    F.cross_entropy(X[rows] @ w, y[rows]).backward()
    with no_grad():
        w -= lab.lr * w.grad
        w.grad.zero_()
    if step % 5 == 4:
        lab.weights = w

# %%
z = X @ w
print(f"loss {F.cross_entropy(z, y).item():.4f}")
print(f"accuracy {(z.argmax(dim=1) == y).float().mean().item():.4f}")

# %% [markdown]
# Press *Restart* and then *Epoch* above, with everything else as it was when the page opened: the page says the same.
#
# Now draw something of your own and run the cells again, or write another loop and see whether it gets there faster.
#
# Start the course with [lesson 1](01_softmax_intuition.ipynb).
