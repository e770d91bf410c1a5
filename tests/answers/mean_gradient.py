"""Answers to the exercise on `mean_gradient`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "gradients, sizes"

FULL = """
parts = [g * n for g, n in zip(gradients, sizes) if n > 0]
return sum(parts) / sum(sizes)
"""

RIGHT = [
    FULL,
    "total = sum(g.nan_to_num() * n for g, n in zip(gradients, sizes))\nreturn total / sum(sizes)",
    "total = torch.zeros_like(gradients[0])\nfor g, n in zip(gradients, sizes):\n    if n:\n"
    "        total += n * g\nreturn total / sum(sizes)",
    "n = torch.tensor(sizes)\nkeep = n > 0\ng = torch.stack(gradients)[keep]\n"
    "return torch.tensordot(n[keep].float(), g, 1) / n.sum()",
    "return torch.stack([g * n / sum(sizes) for g, n in zip(gradients, sizes) if n]).sum(dim=0)",
    "g = torch.stack([x.flatten() for x in gradients], 1).nan_to_num()\n"
    "mean = g @ torch.tensor(sizes, dtype=g.dtype) / sum(sizes)\nreturn mean.reshape(gradients[0].shape)",
    "rows = [g for g, n in zip(gradients, sizes) for _ in range(n)]\nreturn torch.stack(rows).mean(0)",
    "kept = [(g, n) for g, n in zip(gradients, sizes) if n != 0]\n"
    "g = numpy.average([g.numpy() for g, _ in kept], axis=0, weights=[n for _, n in kept])\n"
    "return torch.from_numpy(g)",
    "mean, seen = 0, 0\nfor g, n in zip(gradients, sizes):\n    if n:\n        seen += n\n"
    "        mean = mean + (g - mean) * n / seen\nreturn mean",
    "weights = torch.tensor(sizes) / sum(sizes)\ntotal = 0\nfor weight, g in zip(weights, gradients):\n"
    "    total = total + torch.where(weight > 0, weight * g, 0)\nreturn total",
]

WRONG = [
    ("return sum(gradients) / len(gradients)", "plain mean of the means"),
    ("return torch.stack(gradients).mean(0)", "plain mean of the means"),
    ("return torch.stack(gradients).nanmean(0)", "plain mean of the means"),
    ("return sum(g * n for g, n in zip(gradients, sizes)) / sum(sizes)", "0 times nan is nan"),
    ("return sum(g * n for g, n in zip(gradients, sizes))", "That is the sum over all examples"),
    ("return sum(gradients)", "sum of the means"),
    (FULL.replace("sum(sizes)", "len(sizes)"), "not by the number or the size of shards"),
    (FULL.replace("sum(sizes)", "max(sizes)"), "not by the number or the size of shards"),
    ("return sum(gradients) / sum(sizes)", "Weight each mean by the size"),
    (
        "weights = [1 / n for n in sizes]\n"
        "return sum(g * w for g, w in zip(gradients, weights)) / sum(weights)",
        "A large shard counts less",
    ),
    ("return sum(g * (n // sum(sizes)) for g, n in zip(gradients, sizes))", "All weights are 0"),
    ("return gradients[sizes.index(max(sizes))]", "one shard alone"),
    ("return gradients[0]", "one shard alone"),
    ("return torch.stack(gradients).mean()", "All entries are averaged"),
    (
        "weights = torch.tensor(sizes) / sum(sizes)\nreturn (torch.stack(gradients) * weights).sum(0)",
        "weight the columns",
    ),
    ("return [g * n / sum(sizes) for g, n in zip(gradients, sizes)]", "should be a tensor"),
    ("print(sum(g * n for g, n in zip(gradients, sizes)) / sum(sizes))", "without a return"),
    ("for g, n in zip(gradients, sizes):\n    return g * n / sum(sizes)", "Each shard counts by its size"),
    ("return torch.stack([g * n for g, n in zip(gradients, sizes) if n]).mean(0)", "not by the number"),
    (FULL.replace("g * n", "g / n"), "Each shard counts by its size"),
]
