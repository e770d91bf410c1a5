"""Answers to the exercise on `softmax`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "X, w"


RIGHT = [
    "z = X @ w\ne = torch.exp(z - z.amax(1, keepdim=True))\nreturn e / e.sum(1, keepdim=True)",
    "return torch.softmax(X @ w, dim=1)",
    "z = X @ w\nreturn (z - z.logsumexp(1, keepdim=True)).exp()",
    "z = X @ w\ne = torch.exp(z - z.max(1, keepdim=True).values)\ne /= e.sum(1, keepdim=True)\nreturn e",
    "z = X @ w\nz -= z.amax(1, keepdim=True)\nz.exp_()\nreturn z / z.sum(dim=-1, keepdim=True)",
    "z = (X @ w).numpy()\ne = numpy.exp(z - z.max(1, keepdims=True))\n"
    "return torch.from_numpy(e / e.sum(1, keepdims=True))",
    "rows = []\nfor x in X:\n    z = x @ w\n    e = (z - z.max()).exp()\n    rows.append(e / "
    "e.sum())\nreturn torch.stack(rows)",
    "z = torch.einsum('nd,dc->nc', X, w)\nm, _ = z.max(dim=1)\ne = torch.exp(z - m[:, None])\nreturn "
    "(e.T / e.sum(1)).T",
    "out = []\nfor row in (X @ w).tolist():\n    e = [math.exp(v - max(row)) for v in row]\n"
    "    out.append([v / sum(e) for v in e])\nreturn torch.tensor(out)",
    "z = X.mm(w)\nreturn 1 / torch.exp(z[:, None, :] - z[:, :, None]).sum(2)",
    "return nn.Softmax(dim=-1)(torch.matmul(X, w))",
    "z = (X @ w).double()\nz = z - z.amax(1, True)\nreturn (z.exp() / z.exp().sum(1, True)).float()",
    "with torch.no_grad():\n    return F.softmax(X @ w, 1)",
]

# Right, with a word of advice.
ADVISED = [
    ("return torch.softmax((X @ w).detach(), 1)", "No gradient flows back"),
    ("z = X @ w\ne = torch.exp(z - z.amax(1, True))\ne /= e.sum(1, True)\nreturn e", "in place"),
]

WRONG = [
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
    ("X -= X.max()\nreturn torch.softmax(X @ w, 1)", "changes its argument X"),
    ("return torch.softmax(X @ w.T, 1)", "as many columns as w has rows"),
    (
        "z = X @ w\nz = z - z.mean(1, keepdim=True)\nreturn z.exp() / z.exp().sum(1, keepdim=True)",
        "subtract the mean",
    ),
    ("z = X @ w\nz = z - z[:, :1]\nreturn z.exp() / z.exp().sum(1, keepdim=True)", "the first entry"),
    ("z = X @ w\nreturn torch.softmax(z, 1).squeeze()", "One example"),
    ("z = X @ w\nreturn z / z.sum(1, keepdim=True)", "exp is missing"),
    (
        "z = X @ w\ne = torch.exp(z - z.amax(1, True))\nreturn e / e.amax(1, True)",
        "The largest of each row is 1",
    ),
    ("return torch.softmax(-X @ w, 1)", "exp(z), not exp(-z)"),
    ("return torch.sigmoid(X @ w)", "sigmoid of each entry"),
    ("e = torch.exp(X @ w)\nreturn torch.nan_to_num(e / e.sum(1, True))", "hides the overflow"),
    ("z = (X @ w).clamp(-80, 80)\nreturn torch.softmax(z, 1)", "largest entry before exp"),
    ("e = torch.exp(X @ w)\nreturn e / (e.sum(1, True) + 1)", "less than 1"),
    ("print(torch.softmax(X @ w, 1))", "ends without a return"),
    ("return torch.softmax(X, 1)", "shape should be"),
]
