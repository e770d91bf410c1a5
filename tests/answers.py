"""Answers to the exercises of `torchlearning.check`: right ones, and wrong ones with their hints."""

import math
import random
import statistics
import textwrap

import numpy
import torch
from torch import nn
from torch.nn import functional as F

PARAMETERS = {
    "softmax": "X, w",
    "logsumexp": "z",
    "sigmoid": "z",
    "gather": "values, index",
    "m_cross_entropy": "soft_z, y",
    "cross_entropy_from_logits": "z, y",
    "gradient": "X, w, y",
    "m_accuracy": "soft_z, y",
    "sgd": "params, lr",
    "data_iter": "batch_size, features, labels",
    "train_epoch": "w, X, y, lr, batch_size",
    "fit": "net, criterion, optimizer, batchdata, epochs",
    "SoftmaxRegression": "",
    "to_linear": "w",
    "bayes_accuracy": "deg_dispersion, num_inputs, num_class",
    "standard_error": "accuracy, num_examples",
    "with_ones": "X",
    "crossover": "cpu_fixed, cpu_per_example, gpu_fixed, gpu_per_example",
    "confusion_matrix": "z, y, num_class",
    "standardize": "train, test",
}


def source(name, text):
    """Return the source of an answer; `text` is the body of a function, or all of it."""
    text = textwrap.dedent(text).strip()
    if text.startswith(("class ", f"def {name}(")):
        return text
    return f"def {name}({PARAMETERS[name]}):\n" + textwrap.indent(text, "    ")


def answer(name, text):
    """Return the answer itself."""
    names = {"math": math, "random": random, "statistics": statistics, "numpy": numpy}
    names |= {"torch": torch, "nn": nn, "F": F}
    exec(compile(source(name, text), "<answer>", "exec"), names)
    return names[name]


NETWORK = """
class SoftmaxRegression(nn.Module):
    def __init__(self, in_features=2, out_features=3, bias=True):
        super().__init__()
        self.linear = nn.Linear(in_features, out_features, bias)

    def forward(self, X):
        return self.linear(X)
"""
BY_HAND = """
class SoftmaxRegression(nn.Module):
    def __init__(self, in_features=2, out_features=3, bias=True):
        super().__init__()
        self.w = nn.Parameter(torch.randn(in_features, out_features))
        self.b = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, X):
        z = X @ self.w
        return z if self.b is None else z + self.b
"""
STEP = """
with torch.no_grad():
    params -= lr * params.grad
params.grad.zero_()
"""
BATCHES = """
order = torch.randperm(len(features))
for i in range(0, len(features), batch_size):
    rows = order[i : i + batch_size]
    yield features[rows], labels[rows]
"""
EPOCH = """
for i in range(0, len(X), batch_size):
    z = X[i : i + batch_size] @ w
    loss = F.cross_entropy(z, y[i : i + batch_size].flatten())
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
    w.grad.zero_()
"""
LOOP = """
losses = []
for _ in range(epochs):
    total, count = 0.0, 0
    for X, y in batchdata:
        loss = criterion(net(X), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total, count = total + loss.item() * len(X), count + len(X)
    losses.append(total / count)
return losses
"""
LAYER = """
layer = nn.Linear(len(w) - 1, w.shape[1])
with torch.no_grad():
    layer.weight.copy_(w[:-1].T)
    layer.bias.copy_(w[-1])
return layer
"""
CEILING = """
mean, std = deg_dispersion
d = abs(mean) * math.sqrt(num_inputs)
tail = statistics.NormalDist().cdf(-d / (2 * std))
return 1 - 2 * (num_class - 1) / num_class * tail
"""
SIMPLE_CROSSING = """
gain = cpu_per_example - gpu_per_example
debt = gpu_fixed - cpu_fixed
if debt <= 0 and gain >= 0:
    return 0.0
if gain <= 0:
    return math.inf
return debt / gain
"""
SCALED = """
mean, std = train.mean(0), train.std(0)
std = torch.where(std == 0, torch.ones_like(std), std)
return (train - mean) / std, (test - mean) / std
"""

RIGHT = {
    "softmax": [
        "z = X @ w\ne = torch.exp(z - z.amax(1, keepdim=True))\nreturn e / e.sum(1, keepdim=True)",
        "return torch.softmax(X @ w, dim=1)",
        "z = X @ w\nreturn (z - z.logsumexp(1, keepdim=True)).exp()",
    ],
    "logsumexp": [
        "m = z.amax(1, keepdim=True)\nreturn (m + (z - m).exp().sum(1, keepdim=True).log()).squeeze(1)",
        "return torch.logsumexp(z, 1)",
        "m = z.detach().max(1).values\nreturn m + torch.log(torch.sum(torch.exp(z - m[:, None]), 1))",
    ],
    "sigmoid": [
        "return 1 / (1 + torch.exp(-z))",
        "return torch.exp(F.logsigmoid(z))",
        "return torch.sigmoid(z)",
    ],
    "gather": [
        "return torch.gather(values, 1, index)",
        "return values[torch.arange(len(values)), index.flatten()].reshape(-1, 1)",
        "return torch.stack([row[i] for row, i in zip(values, index)])",
    ],
    "m_cross_entropy": [
        "return -torch.log(torch.gather(soft_z, 1, y.reshape(-1, 1))).mean()",
        "return F.nll_loss(soft_z.log(), y.flatten())",
        "return -soft_z[torch.arange(len(soft_z)), y.flatten()].log().sum() / len(soft_z)",
    ],
    "cross_entropy_from_logits": [
        "true = z.gather(1, y.reshape(-1, 1)).squeeze(1)\nreturn (torch.logsumexp(z, 1) - true).mean()",
        "return F.cross_entropy(z, y.flatten())",
        "return -z.log_softmax(1)[torch.arange(len(z)), y.flatten()].mean()",
    ],
    "gradient": [
        "P = torch.softmax(X @ w, 1)\nY = F.one_hot(y.flatten(), w.shape[1])\nreturn X.T @ (P - Y) / len(X)",
        "P = torch.softmax(X @ w, 1)\nP[torch.arange(len(X)), y.flatten()] -= 1\nreturn X.T @ P / len(X)",
    ],
    "m_accuracy": [
        "return (soft_z.argmax(1) == y.flatten()).float().mean()",
        "return (soft_z.argmax(1) == y.flatten()).sum().item() / len(y)",
    ],
    "sgd": [STEP, "params.data -= lr * params.grad\nparams.grad = None"],
    "data_iter": [
        BATCHES,
        "order = list(range(len(features)))\nrandom.shuffle(order)\n"
        "return [(features[order[i : i + batch_size]], labels[order[i : i + batch_size]])"
        " for i in range(0, len(order), batch_size)]",
        "order = numpy.random.permutation(len(features))\nX, y = features[order], labels[order]\n"
        "return list(zip(X.split(batch_size), y.split(batch_size)))",
    ],
    "train_epoch": [
        EPOCH,
        "for A, b in zip(X.split(batch_size), y.flatten().split(batch_size)):\n"
        "    w.grad = None\n    F.cross_entropy(A @ w, b).backward()\n    w.data -= lr * w.grad",
    ],
    "fit": [
        LOOP,
        "losses = []\nfor _ in range(epochs):\n    parts = []\n    for X, y in batchdata:\n"
        "        optimizer.zero_grad()\n        loss = criterion(net(X), y.squeeze(1))\n        "
        "loss.backward()\n"
        "        optimizer.step()\n        parts += [loss.item()] * len(X)\n"
        "    losses.append(sum(parts) / len(parts))\nreturn losses",
    ],
    "SoftmaxRegression": [NETWORK, BY_HAND],
    "to_linear": [
        LAYER,
        "layer = nn.Linear(w.shape[0] - 1, w.shape[1])\nlayer.weight = nn.Parameter(w[:-1].T)\n"
        "layer.bias = nn.Parameter(w[-1])\nreturn layer",
    ],
    "bayes_accuracy": [
        CEILING,
        "d = abs(deg_dispersion[0]) * num_inputs**0.5 / deg_dispersion[1]\nn = num_class\n"
        "return 1 - (n - 1) / n * math.erfc(d / 2 / math.sqrt(2))",
    ],
    "standard_error": [
        "return math.sqrt(accuracy * (1 - accuracy) / num_examples)",
        "return torch.tensor(accuracy * (1 - accuracy) / num_examples, dtype=torch.float64).sqrt()",
    ],
    "with_ones": [
        "return torch.cat([X, X.new_ones(len(X), 1)], dim=1)",
        "return F.pad(X, (0, 1), value=1.0)",
        "return torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype, device=X.device)], 1)",
    ],
    "crossover": [
        SIMPLE_CROSSING,
        "if gpu_fixed <= cpu_fixed and gpu_per_example <= cpu_per_example:\n    return 0.0\n"
        "if gpu_per_example >= cpu_per_example:\n    return math.inf\n"
        "return (gpu_fixed - cpu_fixed) / (cpu_per_example - gpu_per_example)",
    ],
    "confusion_matrix": [
        "pairs = num_class * y.flatten() + z.argmax(1)\n"
        "return pairs.bincount(minlength=num_class**2).reshape(num_class, num_class)",
        "M = torch.zeros(num_class, num_class, dtype=torch.int64)\n"
        "for i, j in zip(y.flatten(), z.argmax(1)):\n    M[i, j] += 1\nreturn M",
    ],
    "standardize": [
        SCALED,
        "mean, std = train.mean(0), train.std(0, correction=0)\nstd[std == 0] = 1\n"
        "return (train - mean) / std, (test - mean) / std",
        "mean, std = train.mean(0), train.std(0)\nreturn [(x - mean) / (std + 1e-8) for x in (train, test)]",
    ],
}

WRONG = {
    "softmax": [
        ("return torch.softmax(X @ w, 0)", "which dim?"),
        ("e = torch.exp(X @ w)\nreturn e / e.sum(1, keepdim=True)", "exp(89) is already inf"),
        ("e = torch.exp(X @ w)\nreturn e / e.sum(1)", "without keepdim=True"),
        ("e = torch.exp(X @ w)\nreturn e / e.sum()", "All entries together sum to 1"),
        (
            "z = X @ w\ne = torch.exp(z - z.max())\nreturn e / e.sum(1, keepdim=True)",
            "Only the second row is nan",
        ),
        ("z = X @ w\ne = torch.exp(z - z.amax(1))\nreturn e / e.sum(1, keepdim=True)", "shifted differently"),
        ("return torch.softmax(torch.softmax(X @ w, 1), 1)", "twice"),
        ("return torch.log_softmax(X @ w, 1)", "logarithms"),
        ("return X @ w", "These are the logits"),
        ("return torch.exp(X @ w)", "Divide each row by its sum"),
        ("return torch.softmax((X @ w).detach(), 1)", "No gradient flows back"),
        ("X -= X.max()\nreturn torch.softmax(X @ w, 1)", "changes its argument X"),
        ("return torch.softmax(X @ w.T, 1)", "as many columns as w has rows"),
    ],
    "logsumexp": [
        ("return torch.log(torch.exp(z).sum(1))", "exp(1000) overflows"),
        ("return torch.logsumexp(z, 0)", "which dim?"),
        ("return torch.logsumexp(z, 1, keepdim=True)", "squeeze(1)"),
        ("m = z.max()\nreturn m + torch.log(torch.exp(z - m).sum(1))", "One maximum for all rows"),
        ("m = z.amax(1, keepdim=True)\nreturn torch.log(torch.exp(z - m).sum(1))", "never add it back"),
        ("return z.sum(1)", "do not cancel across a sum"),
        ("return z.exp().mean(1).log()", "the mean"),
    ],
    "sigmoid": [
        ("return torch.exp(z) / (1 + torch.exp(z))", "overflows to inf, and inf / inf is nan"),
        ("return 1 / (1 + torch.exp(z))", "It falls where it should rise"),
        ("return 1 / 1 + torch.exp(-z)", "with parentheses"),
        ("return torch.nan_to_num(torch.exp(z) / (1 + torch.exp(z)))", "Replacing nan by 0 hides"),
        ("return torch.tanh(z)", "tanh"),
        ("return torch.softmax(z, -1)", "that is softmax"),
        (
            "if z > 0:\n    return 1 / (1 + torch.exp(-z))\nreturn torch.exp(z) / (1 + torch.exp(z))",
            "torch.where",
        ),
    ],
    "gather": [
        ("return values[:, index.flatten()]", "these columns of every row"),
        ("return torch.gather(values, 0, index)", "down the columns"),
        ("return values[torch.arange(len(values)), index.flatten()]", "shape of the index, (N, 1)"),
        ("return torch.gather(values, 1, index.flatten())", "as many dimensions"),
        ("return torch.gather(values, 1, index.float())", "y.long()"),
        ("return values[index.flatten()]", "whole rows"),
        (
            "mask = F.one_hot(index.flatten(), values.shape[1])\nreturn (values * mask).sum(1, keepdim=True)",
            "mask",
        ),
        (
            "return torch.tensor([[values[i, j].item()] for i, j in enumerate(index)])",
            "No gradient flows back",
        ),
    ],
    "m_cross_entropy": [
        ("return -torch.gather(soft_z, 1, y.reshape(-1, 1)).log().sum()", "sum over the examples"),
        ("return torch.gather(soft_z, 1, y.reshape(-1, 1)).log().mean()", "The sign"),
        ("return F.cross_entropy(soft_z, y.flatten())", "has a softmax inside"),
        ("return -torch.log(soft_z).mean()", "labels play no part"),
        ("return -torch.log(soft_z[:, y.flatten()]).mean()", "pairs every row with every label"),
        ("return -torch.log(soft_z[torch.arange(len(y)), y]).mean()", "y of shape (N, 1)"),
        ("return -torch.gather(soft_z, 1, y).log().mean()", "y.reshape(-1, 1)"),
        ("return -torch.gather(soft_z, 1, y.reshape(-1, 1)).prod().log() / len(y)", "rounds to 0"),
        (
            "return -(F.one_hot(y.flatten(), soft_z.shape[1]) * soft_z.log()).sum(1).mean()",
            "mask of zeros and ones",
        ),
        ("return -torch.gather(soft_z, 1, y.reshape(-1, 1)).mean().log()", "Logarithm first"),
    ],
    "cross_entropy_from_logits": [
        ("return -z.softmax(1).gather(1, y.reshape(-1, 1)).log().mean()", "softmax first and log later"),
        ("return F.cross_entropy(z.softmax(1), y.flatten())", "Softmax twice"),
        ("return F.cross_entropy(z, y.flatten(), reduction='sum')", "sum over the examples"),
        ("return F.cross_entropy(z, y)", "y.flatten()"),
        ("return (z.exp().sum(1).log() - z.gather(1, y.reshape(-1, 1)).squeeze(1)).mean()", "overflows"),
        ("return -(z.softmax(1).gather(1, y.reshape(-1, 1)) + 1e-8).log().mean()", "hides that"),
        ("return -z.gather(1, y.reshape(-1, 1)).mean()", "log-sum-exp of each row is missing"),
        ("return (z.logsumexp(1) - z.amax(1)).mean()", "label says which one counts"),
    ],
    "gradient": [
        ("return X.T @ (torch.softmax(X @ w, 1) - F.one_hot(y.flatten(), w.shape[1]))", "Divide by N"),
        (
            "return X.T @ (F.one_hot(y.flatten(), w.shape[1]) - torch.softmax(X @ w, 1)) / len(X)",
            "prediction minus",
        ),
        (
            "return (torch.softmax(X @ w, 1) - F.one_hot(y.flatten(), w.shape[1])).T @ X / len(X)",
            "on its side",
        ),
        ("return X.T @ (torch.softmax(X @ w, 1) - y.reshape(-1, 1)) / len(X)", "one-hot form"),
        ("return X.T @ (X @ w - F.one_hot(y.flatten(), w.shape[1])) / len(X)", "softmax is missing"),
        (
            "return X.T @ (torch.softmax(X @ w, 1) - F.one_hot(y.flatten())) / len(X)",
            "even if a class is absent",
        ),
    ],
    "m_accuracy": [
        ("return (soft_z.argmax(1) == y).float().mean()", "table of all pairs"),
        ("return (soft_z.argmax(1) == y.flatten()).sum()", "divide by the number"),
        ("return (soft_z.argmax(1) != y.flatten()).float().mean()", "share of wrong"),
        ("return (soft_z.argmax(0) == y.reshape(-1, 1)).float().mean()", "down the columns"),
        ("return (soft_z.argmax(1) == y.flatten()).float()", "share of them"),
        ("return (soft_z.gather(1, y.reshape(-1, 1)) > 0.5).float().mean()", "need not reach one half"),
    ],
    "sgd": [
        ("with torch.no_grad():\n    params -= lr * params.grad", "the gradient is still there"),
        ("params -= lr * params.grad\nparams.grad.zero_()", "with torch.no_grad()"),
        ("params = params - lr * params.grad", "gives the name w to a new tensor"),
        ("...", "The weights are where they were"),
        ("with torch.no_grad():\n    params += lr * params.grad\nparams.grad.zero_()", "uphill"),
        (
            "with torch.no_grad():\n    params -= params.grad\nparams.grad.zero_()",
            "The learning rate plays no part",
        ),
        (
            "params.grad.zero_()\nwith torch.no_grad():\n    params -= lr * params.grad",
            "zeroed after the step",
        ),
        (
            "params.requires_grad_(False)\nparams -= lr * params.grad\nparams.grad.zero_()",
            "no longer records",
        ),
    ],
    "data_iter": [
        (BATCHES.replace("yield", "return"), "return inside the loop"),
        (BATCHES.replace("len(features), batch", "len(features) - batch_size, batch"), "are lost"),
        (
            BATCHES.replace("labels[rows]", "labels[torch.randperm(len(labels))[i : i + batch_size]]"),
            "belong together",
        ),
        (
            BATCHES.replace("randperm(len(features))", "randint(len(features), (len(features),))"),
            "random draw",
        ),
        (BATCHES.replace("randperm", "arange"), "shuffle them"),
        ("torch.manual_seed(1)\n" + BATCHES, "set no seed inside"),
        (BATCHES.replace("range(0, len(features), batch_size)", "range(len(features))"), "overlap"),
        (
            "starts = list(range(0, len(features), batch_size))\nrandom.shuffle(starts)\n"
            "for i in starts:\n    yield features[i : i + batch_size], labels[i : i + batch_size]",
            "shuffle the examples, then cut",
        ),
        ("while True:\n    yield features[:batch_size], labels[:batch_size]", "do not end"),
        ("random.shuffle(features)\n" + BATCHES, "changes its argument features"),
    ],
    "train_epoch": [
        (EPOCH.replace("w.grad.zero_()", "pass"), "earlier batches are still there"),
        (EPOCH.replace(".flatten())", ".flatten(), reduction='sum')"), "the mean over it"),
        (EPOCH.replace("@ w", "@ w\n    z = z.softmax(1)"), "Softmax twice"),
        (EPOCH.replace("w -= lr", "w += lr"), "uphill"),
        (
            EPOCH.replace("with torch.no_grad():\n        w -=", "if True:\n        w -="),
            "with torch.no_grad()",
        ),
        (EPOCH.replace("w.grad.zero_()", "w.grad.zero_()\n    break"), "Only the first batch"),
        (EPOCH.replace("len(X), batch", "len(X) - batch_size + 1, batch"), "short batch is left out"),
        ("return None", "The weights are where they were"),
        (EPOCH.replace(", batch_size)", ", len(X))").replace("+ batch_size", "+ len(X)"), "one step for all"),
    ],
    "fit": [
        (LOOP.replace("optimizer.zero_grad()", "pass"), "zero_grad() is missing"),
        (LOOP.replace("optimizer.step()", "pass"), "have not moved"),
        (LOOP.replace(" * len(X)", "").replace("len(X)", "1"), "mean over the batches"),
        (LOOP.replace("net(X)", "net(X).softmax(1)"), "Softmax twice"),
        (LOOP.replace("total / count", "loss.item()"), "last batch"),
        (LOOP.replace("loss.item()", "loss"), "loss.item()"),
        (
            LOOP.replace("        optimizer.zero_grad()\n", "").replace("step()", "zero_grad()"),
            "have not moved",
        ),
        (
            LOOP.replace("    losses.append", "    return [total / count]\n    losses.append"),
            "One epoch only",
        ),
        (LOOP.replace("    losses.append", "        losses.append"), "one number for each epoch"),
    ],
    "SoftmaxRegression": [
        (
            NETWORK.replace("self.linear(X)", "torch.softmax(self.linear(X), 1)"),
            "there is a softmax in your forward",
        ),
        (
            NETWORK.replace("self.linear(X)", "torch.log_softmax(self.linear(X), 1)"),
            "log_softmax in your forward",
        ),
        (NETWORK.replace("        super().__init__()\n", ""), "super().__init__()"),
        (
            NETWORK.replace("Linear(in_features, out_features, bias)", "Linear(2, 3)"),
            "sizes are those of the arguments",
        ),
        (NETWORK.replace("out_features, bias)", "out_features)"), "pass it on"),
        (NETWORK.replace("self.linear(X)", "torch.relu(self.linear(X))"), "straight line"),
        (NETWORK.replace("return ", ""), "Nothing has come back yet"),
        (NETWORK.replace("self.linear(X)", "self.linear(X).detach()"), "No gradient flows back"),
        (
            BY_HAND.replace("nn.Parameter(torch.randn(in_features, out_features))", "torch.randn(2, 3)"),
            "No weights are among",
        ),
        (NETWORK.replace("(nn.Module)", ""), "Derive your class"),
        (NETWORK.replace("=2", "").replace("=3", "").replace("=True", ""), "default"),
    ],
    "to_linear": [
        (LAYER.replace("w[:-1].T", "w[:-1]"), "on its side"),
        (LAYER.replace("w[:-1].T", "w[1:].T").replace("w[-1]", "w[0]"), "not the first"),
        ("return nn.Linear(len(w) - 1, w.shape[1])", "copy w into it"),
        ("return nn.Linear(len(w), w.shape[1])", "w has D + 1 rows"),
        (
            LAYER.replace("w.shape[1])", "w.shape[1], bias=False)").replace(
                "    layer.bias.copy_(w[-1])\n", ""
            ),
            "D + 1",
        ),
        (LAYER.replace("w[:-1].T", "w[:-1].reshape(layer.weight.shape)"), "on its side"),
        (LAYER.replace("with torch.no_grad()", "if True"), "with torch.no_grad()"),
    ],
    "bayes_accuracy": [
        (CEILING.replace("math.sqrt(num_inputs)", "num_inputs"), "square root of num_inputs"),
        (CEILING.replace(" * math.sqrt(num_inputs)", ""), "in each coordinate"),
        (CEILING.replace("2 * std", "std"), "halfway"),
        (CEILING.replace("1 - 2 *", "1 - "), "both sides"),
        (CEILING.replace("1 - 2", "2"), "share of errors"),
        (CEILING.replace("-d", "d"), "far tail"),
        (CEILING.replace("2 * std", "2 * std**2"), "variance"),
        (CEILING.replace("abs(mean)", "mean"), "turns the row"),
    ],
    "standard_error": [
        ("return accuracy * (1 - accuracy) / num_examples", "variance"),
        ("return math.sqrt(accuracy * (1 - accuracy))", "spread of one example"),
        ("return math.sqrt(accuracy * (1 - accuracy)) / num_examples", "belongs under the root"),
        ("return math.sqrt(accuracy * (1 - accuracy) / (num_examples - 1))", "not by n - 1"),
    ],
    "with_ones": [
        ("return torch.cat([torch.ones(len(X), 1), X], 1)", "first column"),
        ("return torch.cat([X, torch.ones(len(X), 1)], 1)", "dtype=X.dtype"),
        ("return torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], 1)", "device=X.device"),
        ("return torch.cat([X, torch.ones(1, X.shape[1])])", "beside X"),
        ("return torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype, device='cuda')], 1)", "device=X.device"),
        ("return X + 1", "every entry"),
    ],
    "crossover": [
        ("return (gpu_fixed - cpu_fixed) / (cpu_per_example - gpu_per_example)", "never catches up"),
        ("return (cpu_per_example - gpu_per_example) / (gpu_fixed - cpu_fixed)", "Upside down"),
        (SIMPLE_CROSSING.replace("return debt / gain", "return round(debt / gain)"), "Do not round"),
        (SIMPLE_CROSSING.replace("debt / gain", "gpu_fixed / gain"), "The CPU has a fixed time, too"),
        (SIMPLE_CROSSING.replace("return 0.0", "return debt / gain"), "never slower"),
    ],
    "confusion_matrix": [
        (
            "return (num_class * z.argmax(1) + "
            "y.flatten()).bincount(minlength=num_class**2).reshape(num_class, -1)",
            "Turned",
        ),
        (
            "M = torch.zeros(num_class, num_class).long()\nM[y.flatten(), z.argmax(1)] += 1\nreturn M",
            "only once",
        ),
        (
            "return (num_class * y.flatten() + z.argmax(1)).bincount().reshape(num_class, num_class)",
            "minlength",
        ),
        (
            "M = torch.zeros(num_class, num_class)\nfor i, j in zip(y.flatten(), z.argmax(1)):\n    "
            "M[i, j] += 1\nreturn M",
            "whole numbers",
        ),
        (
            "M = torch.zeros(num_class, num_class)\nfor i, j in zip(y.flatten(), z.argmax(1)):\n    "
            "M[i, j] += 1\n"
            "return M / M.sum(1, keepdim=True)",
            "shares",
        ),
    ],
    "standardize": [
        (
            "X = torch.cat([train, test])\nX = (X - X.mean(0)) / X.std(0)\n"
            "return X[: len(train)], X[len(train) :]",
            "both parts together",
        ),
        (
            "return (train - train.mean(0)) / train.std(0), (test - test.mean(0)) / test.std(0)",
            "its own mean and std",
        ),
        (
            SCALED.replace("std = torch.where(std == 0, torch.ones_like(std), std)", ""),
            "std 0, and 0 / 0 is nan",
        ),
        (SCALED.replace("mean(0)", "mean()").replace("std(0)", "std()"), "for all features"),
        (SCALED.replace("std(0)", "var(0)"), "variance"),
        (SCALED.replace(", (test - mean) / std", ""), "Return both"),
        ("train -= train.mean(0)\ntrain /= train.std(0)\nreturn train, test", "changes its argument train"),
        (
            SCALED.replace("(train - mean) / std, (test", "(train - mean) / std, (train"),
            "training part again",
        ),
    ],
}
