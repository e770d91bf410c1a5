"""Answers to the exercise on `confusion_matrix`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "z, y, num_class"


RIGHT = [
    (
        "pairs = num_class * y.flatten() + z.argmax(1)\n"
        "return pairs.bincount(minlength=num_class**2).reshape(num_class, num_class)"
    ),
    (
        "M = torch.zeros(num_class, num_class, dtype=torch.int64)\n"
        "for i, j in zip(y.flatten(), z.argmax(1)):\n    M[i, j] += 1\nreturn M"
    ),
    "Y = F.one_hot(y.flatten(), num_class)\nP = F.one_hot(z.argmax(1), num_class)\nreturn Y.T @ P",
    "choice = z.argmax(1)\ny = y.flatten()\nreturn torch.stack([torch.stack([((y == i) & (choice == "
    "j)).sum() for j in range(num_class)]) for i in range(num_class)])",
    "M = torch.zeros(num_class, num_class, dtype=torch.long)\nM.index_put_((y.flatten(), z.argmax(1)), "
    "torch.tensor(1), accumulate=True)\nreturn M",
    "M = [[0] * num_class for _ in range(num_class)]\nfor row, label in zip(z, y.flatten().tolist()):\n "
    "   M[label][int(row.argmax())] += 1\nreturn torch.tensor(M)",
    "M = numpy.zeros((num_class, num_class), dtype=numpy.int64)\nnumpy.add.at(M, (y.numpy().ravel(), "
    "z.numpy().argmax(1)), 1)\nreturn torch.from_numpy(M)",
    "flat = torch.zeros(num_class * num_class, dtype=torch.int64)\nk = y.reshape(-1) * num_class + "
    "z.argmax(dim=-1)\n"
    "flat.scatter_add_(0, k, torch.ones_like(k))\nreturn flat.view(num_class, num_class)",
    "k = num_class * y.view(-1) + z.max(1).indices\nreturn torch.histc(k.double(), num_class**2, -0.5, "
    "num_class**2 - 0.5).long().reshape(num_class, -1)",
    "c = z.topk(1)[1][:, 0]\nrows = [c[y.flatten() == i].bincount(minlength=num_class) for i in "
    "range(num_class)]\nreturn torch.stack(rows)",
]

WRONG = [
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
    (
        "Y = F.one_hot(y.flatten())\nP = F.one_hot(z.argmax(1))\nreturn Y.T @ P",
        "also at the end",
    ),
    (
        "P = F.one_hot(z.argmax(1), num_class)\nY = F.one_hot(y.flatten(), num_class)\nreturn P.T @ Y",
        "Turned",
    ),
    (
        "M = torch.zeros(num_class, num_class).long()\nfor i, j in zip(y.flatten(), z.argmin(1)):\n    "
        "M[i, j] += 1\nreturn M",
        "argmin",
    ),
    (
        "M = torch.zeros(num_class, num_class).long()\nfor i, j in zip(y.flatten(), z.argmax(1)):\n    "
        "M[i, j] = 1\nreturn M",
        "only once",
    ),
    (
        "M = torch.ones(num_class, num_class).long()\nfor i, j in zip(y.flatten(), z.argmax(1)):\n    "
        "M[i, j] += 1\nreturn M",
        "one too many",
    ),
    ("return (num_class * y.flatten() + z.argmax(1)).bincount(minlength=num_class**2)", "make them a table"),
    ("return torch.bincount(y.flatten()[y.flatten() == z.argmax(1)], minlength=num_class)", "diagonal alone"),
    (
        "M = torch.zeros(num_class, num_class).long()\nfor i in y.flatten():\n    for j in "
        "z.argmax(1):\n        M[i, j] += 1\nreturn M",
        "of one example only",
    ),
    (
        "M = torch.zeros(num_class, num_class).long()\nfor i, j in zip(y.flatten(), y.flatten()):\n    "
        "M[i, j] += 1\nreturn M",
        "Every prediction counts as right",
    ),
    (
        "Y, P = (F.one_hot(k, num_class).float() for k in (y.flatten(), z.argmax(1)))\nreturn Y.T @ P",
        "whole numbers",
    ),
    (
        "M = torch.zeros(num_class, num_class).long()\nfor i, j in zip(y, z.argmax(1)):\n    M[i, j] += "
        "1\nM / len(y)",
        "ends without a return",
    ),
    (
        "M = torch.zeros(num_class, num_class).long()\nM[y.flatten()] += z.argmax(1)\nreturn M",
        "Two shapes do not go together",
    ),
]
