# %% [markdown]
# # Exercises for lesson 1
#
# They go with [lesson 1](01_softmax_intuition.ipynb), and each says what it is for, how long it takes, and how difficult and how important it is.
# Together they take about 123 minutes, and those of importance 3 about 20.
# Answer first, on paper or in the cell, and only then unfold the solution.
# A question in a frame can be answered in this page; to write code, open the page as a notebook (`make lab`), where `check` looks at what you wrote and says what is wrong and why.
# In a notebook, run the cells above exercise 1.1 first; from then on each exercise works by itself, in any order.

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
from torch.nn import functional as F
from torchlearning import check
from torchlearning.labs import SoftmaxLab
from torchlearning.quiz import Quiz

# %% [markdown]
# ## Exercise 1.1: Add 100, multiply by 10
#
# *Predict, then run · 3 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# A model gives the scores $z = (2, 1, 0)$, and softmax makes about 67%, 24% and 9% of them.
# What happens to these probabilities if the scores become $z + 100$, and what if they become $10 z$?

# %%
z = torch.tensor([2.0, 1.0, 0.0])
Quiz(
    "What does `F.softmax` make of the scores z + 100?",
    {
        "The same probabilities": "A factor of exp(100) cancels: differences of scores count, and they have not changed.",
        "Probabilities nearer to one third each": "That would need smaller differences between the scores; adding a number changes no difference.",
        "nan, since exp(100) is inf in `float32`": "The formula as written would give nan. `F.softmax` subtracts the largest score first.",
    },
    answer="The same probabilities",
)

# %%
before, after = (torch.exp(c * (z[0] - z[1])).item() for c in (1, 10))
times_ten = 10 * before
Quiz(
    f"Class 0 is {before:.3f} times as probable as class 1. How many times is it for the scores 10 z? (Three digits are enough.)",
    {
        after: "The odds are exp(10 (2 - 1)): multiplying scores takes odds to a power.",
        times_ten: "Ten times the odds would come from adding log 10 to the first score. Here the difference is multiplied.",
        before: "These are the old odds. The difference of the scores has become 10.",
        10: "10 is the difference of the scores. The odds are its exponential.",
    },
    answer=after,
)

# %% [markdown]
# ### Solution 1.1

# %%
z = torch.tensor([2.0, 1.0, 0.0])
for name, scores in {"z": z, "z + 100": z + 100, "10 z": 10 * z}.items():
    p = F.softmax(scores, 0)
    print(f"{name:8} {[round(v, 4) for v in p.tolist()]}", end="  ")
    print(f"p0 / p1 = {(scores[0] - scores[1]).exp():.1f}")

# %% [markdown]
# Adding 100 multiplies each $e^{z_k}$ by the same $e^{100}$, which cancels.
# Multiplying by 10 multiplies each *difference* by 10, and since $p_i / p_k = e^{z_i - z_k}$, it raises the odds to the tenth power: $e$ becomes $e^{10}$.
# In the words of the lesson, the temperature is now $1/10$, which makes softmax almost the hard argmax.

# %% [markdown]
# ## Exercise 1.2: Both formulas, book closed
#
# *Implement · 20 minutes · difficulty 2 of 3 · importance 3 of 3*
#
# Write `softmax(X, w)`, features $(N, D)$ and weights $(D, C)$ to probabilities $(N, C)$, and `logsumexp(z)`, logits $(N, C)$ to $(N,)$.
# Both must survive scores of ten thousand, of either sign, and a table with a single row, and of course without `torch.softmax` and `torch.logsumexp`.
# Only the values count here, but where a gradient would not get through your lines, the check gives you a word of advice.


# %%
def softmax(X, w):
    """Return class probabilities, shape (N, C)."""
    ...


check.softmax(softmax)


# %%
def logsumexp(z):
    """Return the logarithm of the sum of exp over each row, shape (N,)."""
    ...


check.logsumexp(logsumexp)

# %% [markdown]
# ### Solution 1.2

# %% [markdown]
# Subtract the largest score of each row, in both.
# Softmax forgets the shift, but log-sum-exp does not, so there it must be added again: $\log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m}$.


# %%
def softmax(X, w):
    z = X @ w
    e = torch.exp(z - z.amax(1, keepdim=True))
    return e / e.sum(1, keepdim=True)


check.softmax(softmax)


# %%
def logsumexp(z):
    m = z.amax(1, keepdim=True)
    return m.flatten() + torch.log(torch.exp(z - m).sum(1))


check.logsumexp(logsumexp)

# %% [markdown]
# With `keepdim=True` the maxima stay a column, $(N, 1)$, and are stretched along their rows.
# Without it they would be a flat $(N,)$ and be stretched along the *columns*, which for $N = C$ is no error, only wrong.

# %% [markdown]
# ## Exercise 1.3: A sigmoid that breaks
#
# *Debug · 10 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# Somebody has multiplied numerator and denominator of $\sigma(z) = 1 / (1 + e^{-z})$ by $e^z$, which is correct on paper.
# Run the cell, read what it complains of, and fix the function for logits of any size and a tensor of any shape, a single number included; only the values are judged.
# Does the usual form $1 / (1 + e^{-z})$ have the same fault, or another?


# %%
def sigmoid(z):
    return torch.exp(z) / (1 + torch.exp(z))


check.sigmoid(sigmoid)

# %% [markdown]
# ### Hint 1.3

# %% [markdown]
# Write the sigmoid as a softmax of two scores, and do what the lesson does with scores that are large.

# %% [markdown]
# ### Solution 1.3

# %% [markdown]
# For a large positive $z$ the numerator and the denominator are both `inf`, and their quotient is `nan`.
# The usual form fails in a milder way: for a very negative $z$ its denominator is `inf` and its value 0, which is right to rounding; only its *gradient* becomes `nan`.

# %%
z = torch.tensor([-100.0, 0.0, 5.0], requires_grad=True)
usual = 1 / (1 + torch.exp(-z))
usual.sum().backward()
usual.detach(), z.grad

# %% [markdown]
# The sigmoid is the softmax of the two scores $0$ and $z$, so subtract the larger of them, $m = \max(0, z)$, from both.


# %%
def sigmoid(z):
    m = z.clamp(min=0)
    e = torch.exp(z - m)
    return e / (torch.exp(-m) + e)


check.sigmoid(sigmoid)

# %% [markdown]
# A tempting variant computes $e = e^{-|z|}$ and takes $1 / (1 + e)$ for $z \ge 0$ and $e / (1 + e)$ below.
# Its values are right everywhere, and its derivative is right everywhere but at one place: try it, and read what the check tells you to notice.
# (For PyTorch the derivative of $|z|$ at 0 is 0.)

# %% [markdown]
# ## Exercise 1.4: Where the formula as written gives up
#
# *Explore with the lab · 10 minutes · difficulty 1 of 3 · importance 2 of 3*
#
# Use the lab with the temperature 0.05 and the shift 0.
# First predict: the largest `float32` is about $3.4 \cdot 10^{38} \approx e^{88.7}$, so at which logit of class 0 must the formula as written fail?
# Then move the slider of class 0 up until it does.

# %%
lab = SoftmaxLab(logits=[1.0, 0.5, 0.0], temperature=0.05)
lab

# %%
steps = torch.arange(0, 101) / 10
scores = torch.stack([steps, torch.full_like(steps, 0.5), 0 * steps], 1) / 0.05
e = torch.exp(scores)
fails = (e / e.sum(1, keepdim=True)).isnan().any(1)
before, first = steps[~fails][-1].item(), steps[fails][0].item()
Quiz(
    "Which is the first logit of class 0, in steps of 0.1, at which the formula as written gives nan?",
    {
        first: "The score is the logit over 0.05, twenty times the logit, and has just passed 88.7.",
        before: "The slider goes in steps of 0.1, and 4.4 is one early: 4.4 / 0.05 is 88, whose exponential still fits.",
        89: "89 is where a score fails. At this temperature a score is twenty times its logit.",
    },
    answer=first,
)

# %%
Quiz(
    "Set the temperature to 1 and all three logits to 0, then move the shift down to -104. What does the formula as written give there?",
    {
        "nan in all three places": "All three exponentials have rounded to 0, and 0 / 0 is nan.",
        "0 in all three places": "Each exponential is 0, but so is their sum, and 0 / 0 is not 0.",
        "One third each, as it should": "That is what the stable form gives. Here the exponentials have rounded to 0.",
    },
    answer="nan in all three places",
)

# %% [markdown]
# ### Solution 1.4

# %% [markdown]
# The formula as written takes the exponential of the score $z / T$ and fails where that passes $\log(3.4 \cdot 10^{38})$, that is for

# %%
limit = torch.tensor(torch.finfo(torch.float32).max).log()
print(f"z > {limit:.2f} · 0.05 = {0.05 * limit:.3f}")

# %% [markdown]
# Downwards it gives out in two stages.
# Below about $-87$ the exponentials are smaller than the smallest *normal* `float32` and lose digits, so that the probabilities are wrong and nothing shows it; below about $-104$ they are 0.

# %%
for shift in (-80.0, -100.0, -103.0, -104.0):
    e = torch.exp(torch.tensor([2.0, 1.0, 0.0]) + shift)
    print(f"{shift:5.0f}: {[round(v, 4) for v in (e / e.sum()).tolist()]}")

# %% [markdown]
# (Here for the logits 2, 1, 0, whose right answer stands in the first line.)

# %% [markdown]
# ## Exercise 1.5: One against the rest
#
# *Derive · 15 minutes · difficulty 2 of 3 · importance 1 of 3*
#
# The lesson showed that softmax of *two* scores is the sigmoid of their difference.
# Show that for any number of classes
#
# $$\operatorname{softmax}(z)_k = \sigma\big(z_k - \operatorname{lse}(z_{\setminus k})\big),$$
#
# where $z_{\setminus k}$ are the scores of all classes but $k$.
# What does the formula say about the odds of class $k$ against all others together, $p_k / (1 - p_k)$?

# %%
half, all_four = (torch.tensor(c).log().item() for c in (3.0, 4.0))
Quiz(
    "Four classes, all scores 0. By how much must one score rise for its class to get probability 1/2?",
    {
        half: "log 3: then its exponential equals the sum of the three others.",
        all_four: "log 4 is the log-sum-exp of all four; it competes with the three others only.",
        1: "A rise of 1 gives e / (e + 3), less than one half.",
        0.5: "A score is not a probability.",
    },
    answer=half,
)

# %% [markdown]
# ### Solution 1.5

# %% [markdown]
# Divide numerator and denominator by $e^{z_k}$, and write the sum over the other classes as the exponential of its logarithm:
#
# $$\frac{e^{z_k}}{e^{z_k} + \sum_{j \ne k} e^{z_j}} = \frac{1}{1 + e^{-z_k} \sum_{j \ne k} e^{z_j}} = \frac{1}{1 + e^{-(z_k - \operatorname{lse}(z_{\setminus k}))}}.$$
#
# So class $k$ plays against *one* opponent, whose score is the smooth maximum of all others.
# Its odds against all others together, $p_k / (1 - p_k)$, are the exponential of the difference.
# Its probability is one half, odds of 1, exactly when its score equals that smooth maximum: for three others at 0, $\log 3$.

# %%
torch.manual_seed(0)
z = torch.randn(5)
rest = torch.stack([torch.cat([z[:k], z[k + 1 :]]) for k in range(5)])
torch.allclose(F.softmax(z, 0), torch.sigmoid(z - rest.logsumexp(1)))

# %% [markdown]
# ## Exercise 1.6: The derivatives of softmax, from paper to autograd
#
# *Derive · 60 minutes · difficulty 3 of 3 · importance 2 of 3*
#
# `backward()` has to know how the probabilities move when the scores do.
# Find out, and teach it to PyTorch.
#
# 1. On paper, for one row of scores: show that $\partial p_i / \partial z_j = p_i (\mathbb{1}[i = j] - p_j)$, where $\mathbb{1}[i = j]$ is 1 if $i = j$, and 0 otherwise.
# 2. Write `jacobian(z)`, this table of shape $(C, C)$, and compare it with the function of that name in `torch.autograd.functional`.
# 3. `backward()` never needs the table itself: it is handed the derivatives $g_i$ of some end result with respect to each $p_i$, and must return those with respect to each $z_j$, that is $\sum_i g_i\, \partial p_i / \partial z_j$. Show that this is $p_j (g_j - \sum_i g_i p_i)$.
# 4. Write both as a `torch.autograd.Function` that works on a batch $(N, C)$, and let `torch.autograd.gradcheck` compare it with finite differences.
# 5. Feed it $g = (1, 1, \dots, 1)$. What comes out, and why did it have to?

# %% [markdown]
# ### Hint 1.6

# %% [markdown]
# Step 1 is shortest with logarithms: $\log p_i = z_i - \operatorname{lse}(z)$, and the lesson has the gradient of log-sum-exp.
# For step 4, this is the frame; `ctx` carries tensors from one half to the other, and `upstream` is $g$.
#
# ```python
# class Softmax(torch.autograd.Function):
#     @staticmethod
#     def forward(ctx, z):
#         p = ...
#         ctx.save_for_backward(p)
#         return p
#
#     @staticmethod
#     def backward(ctx, upstream):
#         (p,) = ctx.saved_tensors
#         return ...
# ```

# %% [markdown]
# ### Solution 1.6

# %% [markdown]
# **1.** From $\log p_i = z_i - \operatorname{lse}(z)$ follows $\partial \log p_i / \partial z_j = \mathbb{1}[i = j] - p_j$.
# The derivative of $\log p_i$ is that of $p_i$ over $p_i$, so multiply by $p_i$.
#
# **2.** In one line, $\operatorname{diag}(p) - p\,p^{\mathsf T}$:


# %%
def jacobian(z):
    p = F.softmax(z, 0)
    return torch.diag(p) - torch.outer(p, p)


torch.manual_seed(0)
z = torch.randn(4, dtype=torch.float64)
theirs = torch.autograd.functional.jacobian(lambda z: F.softmax(z, 0), z)
torch.allclose(jacobian(z), theirs)

# %% [markdown]
# **3.** $\sum_i g_i\, p_i (\mathbb{1}[i = j] - p_j) = g_j p_j - p_j \sum_i g_i p_i$.
# That costs about $2 C$ products in place of $C^2$.
# The bracket $g_j - \sum_i g_i p_i$ compares the derivative for class $j$ with the *mean* derivative under $p$.
#
# **4.**


# %%
class Softmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        e = torch.exp(z - z.amax(1, keepdim=True))
        p = e / e.sum(1, keepdim=True)
        ctx.save_for_backward(p)
        return p

    @staticmethod
    def backward(ctx, upstream):
        (p,) = ctx.saved_tensors
        return p * (upstream - (upstream * p).sum(1, keepdim=True))


# %%
z = torch.randn(5, 4, dtype=torch.float64, requires_grad=True)
torch.autograd.gradcheck(Softmax.apply, z)

# %% [markdown]
# (`gradcheck` wants `float64`: in `float32` the rounding of its small differences would drown them.)
#
# **5.** Zeros, to rounding:

# %%
Softmax.apply(z).sum().backward()
bool(z.grad.abs().max() < 1e-15)

# %% [markdown]
# With $g = (1, \dots, 1)$ the end result is $\sum_i p_i$, and that is 1 whatever the scores.
# In the same way each *row* of the result sums to 0 for every $g$, since a shift of all scores moves no probability.

# %% [markdown]
# ## Exercise 1.7: An order that gets lost
#
# *Predict, then run · 5 minutes · difficulty 2 of 3 · importance 2 of 3*
#
# On paper, softmax keeps the order of the scores.
# In `float32` there are about seven digits for each probability.

# %%
z = torch.tensor([0.0, 1e-8, 2e-8])
chosen = f"{z.argmax()} by the scores, {F.softmax(z, 0).argmax()} by softmax"
Quiz(
    "Which class does `argmax` choose from the scores 0, 1e-8 and 2e-8, and which from their softmax?",
    {
        "2 by the scores, 2 by softmax": "The scores do differ, since float32 is dense near 0. The probabilities, all near 1/3, cannot.",
        "2 by the scores, 0 by softmax": "The three probabilities have been rounded to one and the same number, and of equals `argmax` takes the first.",
        "0 by the scores, 0 by softmax": "The scores are three different numbers: near 0, float32 is dense.",
    },
    answer=chosen,
)

# %% [markdown]
# ### Solution 1.7

# %%
for scores in ([0.0, 1e-8, 2e-8], [-300.0, -200.0, 0.0]):
    z = torch.tensor(scores)
    p = F.softmax(z, 0)
    print(f"scores {scores}: argmax {z.argmax()}, of softmax {p.argmax()};")
    print(f"  probabilities {p.tolist()}")

# %% [markdown]
# The differences of the probabilities would be smaller than the distance between neighbouring `float32` numbers there.
# The second row shows the other way to lose an order: scores far below the largest come out as 0 alike, which leaves the choice as it was.
# So choose by the scores, and read the probabilities.
#
# Back to [lesson 1](01_softmax_intuition.ipynb) · next: [lesson 2](02_cross_entropy_and_gather.ipynb)
