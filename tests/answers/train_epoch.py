"""Answers to the exercise on `train_epoch`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "w, X, y, lr, batch_size"

EPOCH = """
total = 0.0
for i in range(0, len(X), batch_size):
    z = X[i : i + batch_size] @ w
    loss = F.cross_entropy(z, y[i : i + batch_size].flatten())
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
    w.grad.zero_()
    total += loss.item() * len(z)
return total / len(X)
"""

RIGHT = [
    EPOCH,
    "total = 0\nfor A, b in zip(X.split(batch_size), y.flatten().split(batch_size)):\n    w.grad = "
    "None\n    loss = F.cross_entropy(A @ w, b)\n    loss.backward()\n    w.data -= lr * w.grad\n    total += loss.item() * len(A)\nw.grad = None\nreturn total / len(X)",
    "total = 0.0\nfor i in range(0, len(X), batch_size):\n    A, b = X[i : i + batch_size], y[i : i + "
    "batch_size].squeeze(1)\n"
    "    loss = nn.CrossEntropyLoss()(A @ w, b)\n    loss.backward()\n    w.data.sub_(lr * w.grad)\n    "
    "w.grad.zero_()\n"
    "    total += loss.item() * b.numel()\nreturn total / len(y)",
    "losses = []\nfor A, b in zip(X.split(batch_size), y.split(batch_size)):\n    each = "
    "F.cross_entropy(A @ w, b[:, 0], reduction='none')\n"
    "    each.mean().backward()\n    with torch.no_grad():\n        w -= lr * w.grad\n        w.grad = "
    "None\n    losses += each.tolist()\n"
    "return sum(losses) / len(losses)",
    "total = 0\nfor A, b in zip(X.split(batch_size), y.split(batch_size)):\n    P = torch.softmax(A @ "
    "w.detach(), 1)\n"
    "    Y = F.one_hot(b.flatten(), w.shape[1])\n    total += -(P.log() * Y).sum()\n    with "
    "torch.no_grad():\n"
    "        w -= lr * A.T @ (P - Y) / len(A)\nreturn total / len(X)",
    "opt = torch.optim.SGD([w], lr=lr)\nsums = torch.zeros(())\nstart = 0\nwhile start < len(X):\n"
    "    rows = slice(start, start + batch_size)\n    opt.zero_grad()\n    loss = "
    "F.cross_entropy(X[rows] @ w, y[rows].flatten())\n"
    "    loss.backward()\n    opt.step()\n    sums += loss.detach() * len(X[rows])\n    start += batch_size\n"
    "opt.zero_grad()\nreturn sums / len(X)",
    "parts = []\nfor i in range(math.ceil(len(X) / batch_size)):\n    A = X[i * batch_size : (i + 1) * "
    "batch_size]\n"
    "    b = y[i * batch_size : (i + 1) * batch_size].flatten()\n    loss = (torch.logsumexp(A @ w, 1) "
    "- (A @ w).gather(1, b[:, None]).squeeze(1)).mean()\n"
    "    (g,) = torch.autograd.grad(loss, w)\n    with torch.no_grad():\n        w.add_(g, alpha=-lr)\n "
    "   parts.append((float(loss), len(A)))\n"
    "return sum(l * n for l, n in parts) / sum(n for _, n in parts)",
    "total = torch.tensor(0.0)\nfor A, b in zip(X.split(batch_size), y.split(batch_size)):\n    loss = "
    "F.cross_entropy(A @ w, b.flatten())\n"
    "    loss.backward()\n    with torch.no_grad():\n        w -= lr * w.grad\n    w.grad.zero_()\n    "
    "total = total + loss * len(A)\nreturn total / len(X)",
    "losses = numpy.zeros(len(X))\nfor rows in torch.arange(len(X)).split(batch_size):\n    loss = "
    "F.cross_entropy(X[rows] @ w, y[rows].reshape(-1))\n"
    "    loss.backward()\n    w.data -= lr * w.grad\n    w.grad = None\n    losses[rows.numpy()] = "
    "loss.item()\nreturn losses.mean()",
    "count, average = 0, 0.0\nfor A, b in zip(X.split(batch_size), y.split(batch_size)):\n    loss = "
    "F.cross_entropy(A @ w, b.view(-1))\n"
    "    loss.backward()\n    with torch.no_grad():\n        w -= lr * w.grad\n    w.grad.zero_()\n    "
    "count += len(A)\n"
    "    average += (loss.item() - average) * len(A) / count\nreturn average",
]

WRONG = [
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
    (EPOCH.replace(", batch_size)", ", len(X))").replace("+ batch_size", "+ len(X)"), "one step for all"),
    ("return None", "The weights are where they were"),
    (EPOCH.replace("return total / len(X)", ""), "return the mean loss"),
    (EPOCH.replace("return total / len(X)", "print(total / len(X))"), "print shows a value"),
    (EPOCH.replace("return total / len(X)", "return loss.item()"), "the last batch"),
    (
        EPOCH.replace(" * len(z)", "").replace("/ len(X)", "/ math.ceil(len(X) / batch_size)"),
        "the mean of the batches' means",
    ),
    (EPOCH.replace("return total / len(X)", "return total"), "sum over the examples"),
    (EPOCH.replace(" * len(z)", "").replace("return total / len(X)", "return total"), "sum over the batches"),
    (
        EPOCH.replace("return total / len(X)", "return ((X @ w).argmax(1) == y.flatten()).float().mean()"),
        "accuracy",
    ),
    (EPOCH.replace("return total / len(X)", "w.grad.fill_(1.0)\nreturn total / len(X)"), "gradient is left"),
    (
        EPOCH.replace("    w.grad.zero_()\n", "").replace(
            "    loss.backward()", "    w.grad = None\n    loss.backward()"
        ),
        "gradient is left",
    ),
    (
        EPOCH.replace("return total / len(X)", "return F.cross_entropy(X @ w, y.flatten()).item()"),
        "at the end of the epoch",
    ),
    (EPOCH.replace(" * len(z)", " * batch_size"), "len(X_batch) times"),
    (EPOCH.replace("w -= lr * w.grad", "w = w - lr * w.grad"), "given the name to a new tensor"),
    (EPOCH.replace("z = X[i", "z = X[len(X) - i - 1 :][i"), "a label for each row"),
]
