"""Answers to the exercise on `sigmoid`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "z"


RIGHT = [
    "return 1 / (1 + torch.exp(-z))",
    "return torch.exp(F.logsigmoid(z))",
    "return torch.sigmoid(z)",
    "e = torch.exp(-z.abs())\nreturn torch.where(z >= 0, 1 / (1 + e), e / (1 + e))",
    "return torch.where(z >= 0, 1 / (1 + torch.exp(-z)), torch.exp(z) / (1 + torch.exp(z)))",
    "return (torch.tanh(z / 2) + 1) / 2",
    "return torch.softmax(torch.stack([torch.zeros_like(z), z]), 0)[1]",
    "z = z.numpy()\nreturn torch.as_tensor(1 / (1 + numpy.exp(-z)))",
    "return torch.reciprocal(1 + (-z).exp())",
    "m = z.clamp(min=0)\ne = torch.exp(z - m)\nreturn e / (torch.exp(-m) + e)",
    "out = torch.empty_like(z)\npos = z >= 0\nout[pos] = 1 / (1 + torch.exp(-z[pos]))\n"
    "e = torch.exp(z[~pos])\nout[~pos] = e / (1 + e)\nreturn out",
    "return torch.exp(-F.softplus(-z))",
    "flat = [1 / (1 + math.exp(-v)) if v > 0 else math.exp(v) / (1 + math.exp(v)) for v in "
    "z.flatten().tolist()]\n"
    "return torch.tensor(flat).reshape(z.shape)",
    "e = torch.exp(-z)\ne += 1\nreturn 1 / e",
    "return torch.special.expit(z)",
]

# Right, with a word of advice.
ADVISED = [
    ("return torch.sigmoid(z.detach())", "No gradient flows back"),
    ("e = torch.exp(-z)\ne.add_(1)\nreturn torch.as_tensor(1 / e.numpy())", "NumPy knows no gradients"),
]

WRONG = [
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
    ("return torch.exp(-z) / (1 + torch.exp(-z))", "It falls where it should rise"),
    ("return F.logsigmoid(z)", "logarithm of the sigmoid"),
    ("return torch.exp(z)", "not yet divided"),
    ("return 1 + torch.exp(-z)", "with parentheses"),
    ("return torch.exp(z) / 1 + torch.exp(z)", "1 / (1 + exp(-z))"),
    ("return 1 / (1 - torch.exp(-z))", "plus"),
    ("return torch.sigmoid(z) * (1 - torch.sigmoid(z))", "slope of the sigmoid"),
    ("return (z >= 0).float()", "1 / (1 + exp(-z))"),
    ("return torch.sigmoid(z.abs())", "negative z"),
    ("return torch.sigmoid(z).flatten()", "Any shape will do"),
    ("return torch.tensor([1 / (1 + math.exp(-v)) for v in z])", "Any shape may come"),
    ("return F.softplus(z)", "log(1 + exp(z))"),
    ("return torch.sigmoid(z).mean()", "shape should be"),
]
