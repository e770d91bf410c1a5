"""Answers to the exercise on `logsumexp`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "z"


RIGHT = [
    "m = z.amax(1, keepdim=True)\nreturn (m + (z - m).exp().sum(1, keepdim=True).log()).squeeze(1)",
    "return torch.logsumexp(z, 1)",
    "m = z.detach().max(1).values\nreturn m + torch.log(torch.sum(torch.exp(z - m[:, None]), 1))",
    "m = z.max(1, keepdim=True).values\ns = torch.exp(z - m).sum(1, keepdim=True)\nreturn (torch.log(s) "
    "+ m)[:, 0]",
    "return torch.stack([row.max() + (row - row.max()).exp().sum().log() for row in z])",
    "import functools\nreturn functools.reduce(torch.logaddexp, z.unbind(1))",
    "m = z.amax(1)\nd = z - m.unsqueeze(1)\nd.exp_()\nreturn d.sum(1).log_() + m",
    "z = z.numpy()\nm = z.max(1)\nreturn torch.from_numpy(m + numpy.log(numpy.exp(z - m[:, None]).sum(1)))",
    "return torch.tensor([max(r) + math.log(sum(math.exp(v - max(r)) for v in r)) for r in z.tolist()])",
    "return z[:, 0] - torch.log_softmax(z, 1)[:, 0]",
    "m = z.amax(1, keepdim=True)\nreturn m.flatten() + torch.log1p(torch.exp(z - m).sum(1) - 1)",
    "out = z[:, 0]\nfor k in range(1, z.shape[1]):\n    out = torch.maximum(out, z[:, k]) "
    "+ torch.log1p(torch.exp(-(out - z[:, k]).abs()))\nreturn out",
]

# Right, with a word of advice.
ADVISED = [
    ("return torch.tensor([torch.logsumexp(row, 0) for row in z])", "No gradient flows back"),
    ("return torch.from_numpy(torch.logsumexp(z, 1).numpy())", "NumPy knows no gradients"),
]

WRONG = [
    (
        "m = z.abs().amax(1)\nreturn m + torch.log(torch.exp(z - m[:, None]).sum(1))",
        "nor one of absolute values",
    ),
    ("return torch.log(torch.exp(z).sum(1))", "exp(1000) overflows"),
    ("return torch.logsumexp(z, 0)", "which dim?"),
    ("return torch.logsumexp(z, 1, keepdim=True)", "squeeze(1)"),
    ("m = z.max()\nreturn m + torch.log(torch.exp(z - m).sum(1))", "One maximum for all rows"),
    ("m = z.amax(1, keepdim=True)\nreturn torch.log(torch.exp(z - m).sum(1))", "never add it back"),
    ("return z.sum(1)", "do not cancel across a sum"),
    ("return z.exp().mean(1).log()", "the mean"),
    ("m = z.amax(1)\nreturn m + torch.log(torch.exp(z - m).sum(1))", "together"),
    ("return torch.exp(z).sum().log()", "whole table"),
    ("m = z.amax(1, True)\nreturn m + torch.log(torch.exp(z - m).sum(1))", "table of all pairs"),
    ("return torch.exp(z).sum(1)", "logarithm of the sum is missing"),
    ("return z.amax(1)", "maximum alone"),
    ("m = z.amax(1)\nreturn m + torch.log(torch.exp(z).sum(1))", "without having subtracted"),
    ("return torch.log_softmax(z, 1)", "minus its log-sum-exp"),
    ("m = z[:, 0]\nreturn m + torch.log(torch.exp(z - m[:, None]).sum(1))", "the first entry"),
    ("return torch.log(torch.exp(z).sum(1) + 1e-9)", "Perhaps"),
    ("m = z.mean(1)\nreturn m + torch.log(torch.exp(z - m[:, None]).sum(1))", "mean of each row"),
    ("m = z.amax(1, True)\nreturn (m + torch.log(torch.exp(z - m).sum(1, True))).squeeze()", "shape (1,)"),
    ("return torch.log2(torch.exp2(z).sum(1))", "log(exp(z_0)"),
    ("return -torch.logsumexp(z, 1)", "sign"),
]
