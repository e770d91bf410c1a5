"""Answers to the exercise on `gradient`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "X, w, y"


RIGHT = [
    "P = torch.softmax(X @ w, 1)\nY = F.one_hot(y.flatten(), w.shape[1])\nreturn X.T @ (P - Y) / len(X)",
    "P = torch.softmax(X @ w, 1)\nP[torch.arange(len(X)), y.flatten()] -= 1\nreturn X.T @ P / len(X)",
    "z = X @ w\nz = z - z.amax(1, keepdim=True)\nP = z.exp() / z.exp().sum(1, keepdim=True)\nY = "
    "torch.zeros_like(P)\n"
    "Y[torch.arange(len(X)), y.flatten()] = 1.0\nreturn X.T.mm(P - Y) / X.shape[0]",
    "P = F.softmax(X @ w, 1)\nY = torch.eye(w.shape[1])[y.flatten()]\nreturn torch.einsum('nd,nc->dc', "
    "X, P - Y) / len(X)",
    "total = torch.zeros_like(w)\nfor x, k in zip(X, y.flatten()):\n    e = torch.softmax(x @ w, 0)\n   "
    " e[k] -= 1\n"
    "    total += torch.outer(x, e)\nreturn total / len(X)",
    "P = F.softmax(X @ w, dim=-1)\nP.scatter_add_(1, y.reshape(-1, 1), -torch.ones(len(X), 1))\nreturn "
    "X.T @ P / len(X)",
    "z = (X @ w).numpy()\ne = numpy.exp(z - z.max(1, keepdims=True))\nP = e / e.sum(1, keepdims=True)\n"
    "P[numpy.arange(len(P)), y.numpy().ravel()] -= 1\nreturn torch.from_numpy(X.numpy().T @ P / len(P))",
    "Y = (y.reshape(-1, 1) == torch.arange(w.shape[1])).float()\nreturn X.T @ ((F.softmax(X @ w, 1) - "
    "Y) / len(Y))",
    "w = w.clone().requires_grad_()\nF.cross_entropy(X @ w, y.flatten()).backward()\nreturn w.grad",
    "P = torch.softmax(X @ w, 1)\nY = F.one_hot(y.view(-1), num_classes=w.size(1))\n"
    "return ((P - Y)[:, None, :] * X[:, :, None]).mean(0)",
    "logp = (X @ w).log_softmax(1)\nY = F.one_hot(y.flatten(), w.shape[1])\nreturn -(X.T @ (Y - "
    "logp.exp())) / len(X)",
]

WRONG = [
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
    (
        "e = torch.exp(X @ w)\nP = e / e.sum(1, True)\nreturn X.T @ (P - F.one_hot(y.flatten(), "
        "w.shape[1])) / len(X)",
        "overflows to inf",
    ),
    ("P = torch.softmax(X @ w, 1)\nreturn X.T @ P / len(X)", "not subtracted"),
    ("P = torch.softmax(X @ w, 0)\nreturn X.T @ (P - F.one_hot(y.flatten(), w.shape[1])) / len(X)", "dim=1"),
    ("P = torch.softmax(X @ w, 1)\nreturn (P - F.one_hot(y.flatten(), w.shape[1])) / len(X)", "chain rule"),
    (
        "P = torch.softmax(X @ w, 1)\nreturn X.T @ (P - F.one_hot(y.flatten(), w.shape[1])) / X.shape[1]",
        "not of features",
    ),
    (
        "P = torch.softmax(X @ w, 1)\nreturn X @ (P - F.one_hot(y.flatten(), w.shape[1])) / len(X)",
        "as many columns",
    ),
    ("P = torch.softmax(X @ w, 1)\nreturn X.T @ (P - F.one_hot(y, w.shape[1])) / len(X)", "shape"),
    (
        "P = torch.softmax(X @ w, 1)\nreturn X.T @ (P - F.one_hot(y.flatten(), w.shape[1])) / P.numel()",
        "by C as well",
    ),
    (
        "P = torch.log_softmax(X @ w, 1)\nreturn X.T @ (P - F.one_hot(y.flatten(), w.shape[1])) / len(X)",
        "log_softmax",
    ),
    (
        "P = torch.softmax(X @ w, 1)\nY = F.one_hot(y.flatten(), w.shape[1])\nreturn X.T @ P - Y / len(X)",
        "shape",
    ),
    (
        "P = torch.softmax(X @ w, 1)\nY = F.one_hot(y.flatten(), w.shape[1])\nw -= X.T @ (P - Y) / "
        "len(X)\nreturn w",
        "changes its argument w",
    ),
    (
        "P = torch.softmax(X @ w, 1)\nY = F.one_hot(y.flatten(), w.shape[1])\nG = X.T @ (P - Y) / len(X)",
        "ends without a return",
    ),
]
