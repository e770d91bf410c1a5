"""Answers to the exercise on `fit`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "net, criterion, optimizer, batchdata, epochs"

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

RIGHT = [
    LOOP,
    (
        "losses = []\nfor _ in range(epochs):\n    parts = []\n    for X, y in batchdata:\n"
        "        optimizer.zero_grad()\n        loss = criterion(net(X), y.squeeze(1))\n        "
        "loss.backward()\n"
        "        optimizer.step()\n        parts += [loss.item()] * len(X)\n"
        "    losses.append(sum(parts) / len(parts))\nreturn losses"
    ),
    LOOP.replace("y.flatten()", "y.squeeze(1)").replace(
        "losses.append(total / count)", "losses += [total / count]"
    ),
    "history = []\nfor epoch in range(epochs):\n    total = 0\n    for X, y in batchdata:\n        loss "
    "= criterion(net(X), y.view(-1))\n"
    "        loss.backward()\n        optimizer.step()\n        optimizer.zero_grad()\n        total += "
    "float(loss) * y.shape[0]\n"
    "    history.append(total / sum(len(X) for X, _ in batchdata))\nreturn history",
    "def one():\n    parts = []\n    for X, y in batchdata:\n        "
    "optimizer.zero_grad(set_to_none=False)\n        loss = criterion(net(X), y[:, 0])\n"
    "        loss.backward()\n        optimizer.step()\n        parts.append((loss.detach() * len(X), "
    "len(X)))\n"
    "    return (sum(p for p, _ in parts) / sum(n for _, n in parts)).item()\nreturn [one() for _ in "
    "range(epochs)]",
    "net.train()\nlosses = torch.zeros(epochs)\nfor e in range(epochs):\n    count = 0\n    for X, y in "
    "batchdata:\n        optimizer.zero_grad()\n"
    "        loss = criterion(net(X), y.flatten().long())\n        loss.backward()\n        "
    "optimizer.step()\n        losses[e] += loss.item() * len(X)\n"
    "        count += len(X)\n    losses[e] /= count\nreturn losses.tolist()",
    "losses = []\nwhile len(losses) < epochs:\n    each = []\n    for X, y in batchdata:\n        for p "
    "in net.parameters():\n            p.grad = None\n"
    "        loss = criterion(net(X), y.flatten())\n        loss.backward()\n        optimizer.step()\n "
    "       each.extend([loss.item()] * len(y))\n"
    "    losses.append(numpy.mean(each))\nreturn losses",
    "losses = ()\nfor _ in range(epochs):\n    total, n = 0.0, 0\n    for batch in batchdata:\n        "
    "X, y = batch\n        def closure():\n"
    "            optimizer.zero_grad()\n            loss = criterion(net(X), y.flatten())\n            "
    "loss.backward()\n            return loss\n"
    "        loss = optimizer.step(closure)\n        total += loss.item() * len(X)\n        n += "
    "len(X)\n    losses += (total / n,)\nreturn losses",
    LOOP.replace("optimizer.zero_grad()", "net.zero_grad()"),
    LOOP.replace("net(X)", "net.forward(X)")
    .replace("count = 0.0, 0", "count = torch.tensor(0.0), 0")
    .replace("losses.append(total / count)", "losses.append((total / count).item())"),
]

WRONG = [
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
    (LOOP.replace("criterion(", "F.cross_entropy("), "whatever the criterion"),
    (
        LOOP.replace(
            "optimizer.zero_grad()\n        loss.backward()\n        optimizer.step()", "loss.backward()"
        ).replace("    losses.append", "    optimizer.step()\n    optimizer.zero_grad()\n    losses.append"),
        "along all its gradients",
    ),
    (
        LOOP.replace("        optimizer.step()\n", "").replace(
            "    losses.append", "    optimizer.step()\n    losses.append"
        ),
        "step after each batch",
    ),
    (LOOP.replace("losses.append(total / count)", "print(total / count)"), "list"),
    (LOOP.replace("return losses", "return losses[-1]"), "list"),
    (LOOP.replace("return losses", ""), "ends without a return"),
    (LOOP.replace("losses.append(total / count)", "losses.append(total)"), "divide by how many"),
    (
        LOOP.replace("    total, count = 0.0, 0\n", "").replace(
            "losses = []", "losses = []\ntotal, count = 0.0, 0"
        ),
        "anew with each epoch",
    ),
    (LOOP.replace("loss.backward()", "pass"), "have not moved"),
    (LOOP.replace("optimizer.step()", "optimizer.step()\n        optimizer.step()"), "Two steps"),
    (LOOP.replace("y.flatten()", "y"), "y.flatten()"),
    (LOOP.replace("y.flatten()", "y.squeeze()"), "y.squeeze()"),
    (
        LOOP.replace("optimizer.step()", "optimizer.step()\n        loss = criterion(net(X), y.flatten())"),
        "after each step",
    ),
]
