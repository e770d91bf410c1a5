"""Answers to the exercise on `shard`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "num_examples, rank, ranks"

DEALT = "return torch.arange(rank, max(num_examples, rank), ranks)"

RIGHT = [
    DEALT,
    "return torch.arange(num_examples).tensor_split(ranks)[rank]",
    "return torch.arange(rank * num_examples // ranks, (rank + 1) * num_examples // ranks)",
    "return torch.arange(num_examples)[rank::ranks]",
    "return torch.tensor(list(range(rank, num_examples, ranks)), dtype=torch.int64)",
    "rows = torch.arange(num_examples)\nreturn rows[rows % ranks == rank]",
    "return (torch.arange(num_examples) % ranks == rank).nonzero().flatten()",
    "n, left = divmod(num_examples, ranks)\nstart = rank * n + min(rank, left)\n"
    "return torch.arange(start, start + n + (rank < left))",
    "rows = [i for i in range(num_examples) if i % ranks == rank]\nreturn torch.tensor(rows).long()",
    "return torch.from_numpy(numpy.array_split(numpy.arange(num_examples), ranks)[rank])",
    "order = torch.randperm(num_examples, generator=torch.Generator().manual_seed(1))\n"
    "return order[rank::ranks]",
]

WRONG = [
    ("return torch.arange(num_examples)", "Every rank has all rows"),
    ("n = num_examples // ranks\nreturn torch.arange(rank * n, (rank + 1) * n)", "goes to no rank"),
    (
        "n = num_examples // ranks\nend = num_examples if rank == ranks - 1 else (rank + 1) * n\n"
        "return torch.arange(rank * n, end)",
        "two rows more than another",
    ),
    ("n = -(-num_examples // ranks)\nreturn torch.arange(rank * n, (rank + 1) * n)", "numbered from 0 to 9"),
    (
        "n = -(-num_examples // ranks)\nreturn torch.arange(num_examples)[rank * n : (rank + 1) * n]",
        "two rows more than another",
    ),
    (
        "n = -(-num_examples // ranks)\nreturn (torch.arange(rank, rank + n * ranks, ranks)) % num_examples",
        "goes to two ranks",
    ),
    ("return list(range(rank, num_examples, ranks))", "a tensor of row numbers"),
    ("return range(rank, num_examples, ranks)", "a tensor of row numbers"),
    ("return rank, num_examples, ranks", "a tensor of row numbers"),
    ("return numpy.arange(rank, num_examples, ranks)", "a tensor of row numbers"),
    ("return torch.arange(num_examples).split(ranks)[rank]", "goes to no rank"),
    ("return torch.arange(num_examples).chunk(ranks)[rank]", "two rows more than another"),
    (DEALT + ".float()", "dtype int64"),
    ("return torch.tensor(list(range(rank, num_examples, ranks)))", "also where there are none"),
    ("return torch.randperm(num_examples)[rank::ranks]", "goes to two ranks"),
    ("return torch.arange(rank, num_examples, ranks)", "cannot start beyond its end"),
    ("return torch.arange(rank + 1, num_examples + 1, ranks)", "numbered from 0 to 5"),
    ("return torch.arange(num_examples) % ranks == rank", "mask.nonzero()"),
    ("return (torch.arange(num_examples) % ranks == rank).nonzero()", "One row number after the other"),
    ("return torch.arange(num_examples) % ranks", "comes twice on one rank"),
    ("return torch.tensor(rank)", "One row number after the other"),
    ("return torch.arange(rank, num_examples, ranks + 1)", "goes to no rank"),
    (
        "parts = [torch.arange(i, num_examples, ranks) for i in range(min(ranks, num_examples))]\n"
        "return parts[rank]",
        "some ranks get an empty tensor",
    ),
    ("rows = torch.arange(num_examples)[rank::ranks]", "ends without a return"),
]
