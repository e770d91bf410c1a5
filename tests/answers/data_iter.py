"""Answers to the exercise on `data_iter`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "batch_size, features, labels"

BATCHES = """
order = torch.randperm(len(features))
for i in range(0, len(features), batch_size):
    rows = order[i : i + batch_size]
    yield features[rows], labels[rows]
"""

RIGHT = [
    BATCHES,
    (
        "order = list(range(len(features)))\nrandom.shuffle(order)\n"
        "return [(features[order[i : i + batch_size]], labels[order[i : i + batch_size]])"
        " for i in range(0, len(order), batch_size)]"
    ),
    (
        "order = numpy.random.permutation(len(features))\nX, y = features[order], labels[order]\n"
        "return list(zip(X.split(batch_size), y.split(batch_size)))"
    ),
    "from torch.utils.data import DataLoader, TensorDataset\n"
    "return DataLoader(TensorDataset(features, labels), batch_size=batch_size, shuffle=True)",
    "for rows in torch.randperm(len(features)).split(batch_size):\n    yield features[rows], labels[rows]",
    "order = torch.randperm(len(features))\nX, y = features[order], labels[order]\nout = []\n"
    "for i in range(0, len(X), batch_size):\n    out.append([X[i : i + batch_size], y[i : i + "
    "batch_size]])\nreturn out",
    "indices = list(range(len(features)))\nrandom.shuffle(indices)\nwhile indices:\n    now, indices = "
    "indices[:batch_size], indices[batch_size:]\n"
    "    yield features[now], labels[now]",
    "order = torch.rand(len(features)).argsort()\nfor chunk in torch.split(order, batch_size):\n    "
    "yield (features.index_select(0, chunk), labels.index_select(0, chunk))",
    "both = torch.cat([features, labels], 1)[torch.randperm(len(features))]\nfor part in "
    "both.split(batch_size):\n"
    "    yield part[:, :-1], part[:, -1:].long()",
    "n = len(features)\nrows = torch.tensor(random.sample(range(n), n))\n"
    "return ((features[rows[i : i + batch_size]], labels[rows[i : i + batch_size]]) for i in range(0, "
    "n, batch_size))",
    "rows = torch.randperm(features.shape[0])\nstart = 0\nwhile start < len(rows):\n"
    "    stop = min(start + batch_size, len(rows))\n    yield features[rows[start:stop]], "
    "labels[rows[start:stop]]\n    start = stop",
    "class Batches:\n    def __iter__(self):\n        for r in "
    "torch.randperm(len(features)).split(batch_size):\n"
    "            yield features[r], labels[r]\nreturn Batches()",
]

WRONG = [
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
    (BATCHES.replace("features[rows], labels[rows]", "labels[rows], features[rows]"), "turned around"),
    (BATCHES.replace("features[rows], labels[rows]", "features[rows]"), "Yield pairs"),
    (BATCHES.replace("i : i + batch_size", "i : batch_size"), "lost"),
    (BATCHES.replace("i : i + batch_size", "i : i + batch_size - 1"), "lost"),
    (BATCHES.replace("labels[rows]", "labels"), "belong together"),
    (BATCHES.replace("torch.randperm(len(features))", "torch.randperm(batch_size)"), "lost"),
    (
        "X = features[torch.randperm(len(features))]\ny = labels[torch.randperm(len(labels))]\n"
        "return zip(X.split(batch_size), y.split(batch_size))",
        "belong together",
    ),
    (
        "rows = torch.randint(len(features), (batch_size,))\nyield features[rows], labels[rows]",
        "lost",
    ),
    ("return features, labels", "One pair came"),
    (
        BATCHES.replace(
            "order = torch.randperm(len(features))",
            "order = torch.arange(len(features))[torch.arange(len(features))]",
        ),
        "shuffle them",
    ),
    (
        BATCHES.replace(
            "    yield features[rows], labels[rows]", "    return [(features[rows], labels[rows])]"
        ),
        "lost",
    ),
    (BATCHES.replace("labels[rows]", "labels[rows].flatten()"), "a column"),
]
