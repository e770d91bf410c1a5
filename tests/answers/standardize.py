"""Answers to the exercise on `standardize`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "train, test"

SCALED = """
mean, std = train.mean(0), train.std(0)
std = torch.where(std == 0, torch.ones_like(std), std)
return (train - mean) / std, (test - mean) / std
"""

RIGHT = [
    SCALED,
    (
        "mean, std = train.mean(0), train.std(0, correction=0)\nstd[std == 0] = 1\n"
        "return (train - mean) / std, (test - mean) / std"
    ),
    "mean, std = train.mean(0), train.std(0)\nreturn [(x - mean) / (std + 1e-8) for x in (train, test)]",
    "m = train.mean(dim=0, keepdim=True)\ns = train.std(dim=0, keepdim=True)\ns[s == 0] = 1.0\nreturn "
    "[(train - m) / s, (test - m) / s]",
    "std, mean = torch.std_mean(train, 0)\nstd = std + (std == 0)\nreturn (train - mean).div(std), "
    "(test - mean).div(std)",
    "def scale(x):\n    return torch.where(s > 0, (x - m) / s, torch.zeros_like(x))\nm, s = "
    "train.mean(0), train.std(0)\nreturn scale(train), scale(test)",
    "from sklearn.preprocessing import StandardScaler\ns = StandardScaler().fit(train.numpy())\n"
    "return tuple(torch.from_numpy(s.transform(x.numpy())) for x in (train, test))",
    "a, b = train.numpy(), test.numpy()\nm, s = a.mean(0), a.std(0)\ns = numpy.where(s == 0, 1, s)\n"
    "return torch.from_numpy((a - m) / s), torch.from_numpy((b - m) / s)",
    "m = train.mean(0)\nv = ((train - m) ** 2).mean(0)\ns = v.sqrt()\nkeep = s != 0\na, b = train - m, "
    "test - m\n"
    "a[:, keep] /= s[keep]\nb[:, keep] /= s[keep]\nreturn a, b",
    "m, s = train.mean(0), train.std(0).clamp(min=1e-12)\nreturn (train - m) / s, (test - m) / s",
    "m = train.sum(0) / len(train)\ns = (((train - m) ** 2).sum(0) / (len(train) - 1)) ** 0.5\ns = "
    "s.masked_fill(s == 0, 1)\nreturn (train - m) / s, (test - m) / s",
    "columns = []\nfor a, b in zip(train.T, test.T):\n    s = a.std().item() or 1.0\n    "
    "columns.append(((a - a.mean()) / s, (b - a.mean()) / s))\n"
    "return torch.stack([c[0] for c in columns], 1), torch.stack([c[1] for c in columns], 1)",
]

WRONG = [
    (
        "m, s = train.mean(0), train.std(0)\ns[s < 1e-2] = 1\nreturn (train - m) / s, (test - m) / s",
        "small but real one",
    ),
    (
        "m, s = train.mean(0), train.std(0)\ns[s == 0] = 1\nreturn (train - m) / s, (test - test.mean(0)) / s",
        "its own mean or std",
    ),
    (
        "X = torch.cat([train, test])\nX = (X - X.mean(0)) / X.std(0)\n"
        "return X[: len(train)], X[len(train) :]",
        "both parts together",
    ),
    (
        "return (train - train.mean(0)) / train.std(0), (test - test.mean(0)) / test.std(0)",
        "its own mean or std",
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
    (
        SCALED.replace("torch.where(std == 0, torch.ones_like(std), std)", "std.clamp(min=1)"),
        "small but real one",
    ),
    (
        SCALED.replace("torch.where(std == 0, torch.ones_like(std), std)", "std.clamp(min=0.1)"),
        "small but real one",
    ),
    (
        SCALED.replace("torch.where(std == 0, torch.ones_like(std), std)", "std + 1e-3"),
        "small but real one",
    ),
    (
        "m, s = train.mean(0), train.std(0)\nreturn [((x - m) / s).nan_to_num() for x in (train, test)]",
        "nan_to_num makes 3e38",
    ),
    (
        SCALED.replace("(train - mean) / std, (test - mean) / std", "train - mean, test - mean"),
        "divide by the std, too",
    ),
    (SCALED.replace("(test - mean)", "(mean - test)"), "sign is turned"),
    (
        "low, high = train.amin(0), train.amax(0)\nreturn (train - low) / (high - low), (test - low) / "
        "(high - low)",
        "0 … 1",
    ),
    (
        SCALED.replace("mean(0)", "mean(1, keepdim=True)").replace("std(0)", "std(1, keepdim=True)"),
        "Two shapes",
    ),
    (SCALED.replace("(test - mean) / std", "test"), "as it was"),
    (SCALED.replace("(train - mean) / std", "(train - mean) * std"), "divide"),
    (
        SCALED.replace("return (train", "print((train").replace(
            "/ std, (test - mean) / std", "/ std, (test - mean) / std)"
        ),
        "ends without a return",
    ),
    (SCALED.replace("train - mean", "train").replace("test - mean", "test"), "Subtract the mean"),
    (
        SCALED.replace("(train - mean) / std, (test - mean) / std", "train - mean / std, test - mean / std"),
        "Parentheses",
    ),
]
