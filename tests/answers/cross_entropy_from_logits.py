"""Answers to the exercise on `cross_entropy_from_logits`: right ones, and wrong ones with words of "
"their hints."""

PARAMETERS = "z, y"


RIGHT = [
    "true = z.gather(1, y.reshape(-1, 1)).squeeze(1)\nreturn (torch.logsumexp(z, 1) - true).mean()",
    "return F.cross_entropy(z, y.flatten())",
    "return -z.log_softmax(1)[torch.arange(len(z)), y.flatten()].mean()",
    "z = z - z.amax(1, keepdim=True)\nlse = z.exp().sum(1, keepdim=True).log()\nreturn (lse - "
    "z.gather(1, y.reshape(-1, 1))).mean()",
    "y = y.reshape(-1)\nreturn F.nll_loss(F.log_softmax(z, dim=-1), y)",
    "total = 0.0\nfor row, k in zip(z, y.flatten()):\n    total = total + torch.logsumexp(row, 0) - "
    "row[k]\nreturn total / len(z)",
    "true = z[torch.arange(len(z)), y.flatten()]\nreturn torch.log(torch.exp(z - z.amax(1, "
    "True)).sum(1)).mean() "
    "+ (z.amax(1) - true).mean()",
    "gaps = z - z.gather(1, y.view(-1, 1))\nm = gaps.amax(1, keepdim=True)\nreturn (m + (gaps - "
    "m).exp().sum(1, True).log()).mean()",
    "Y = F.one_hot(y.flatten(), z.shape[1])\nreturn (z.logsumexp(1) - (z * Y).sum(1)).mean()",
    "m, _ = torch.max(z, 1, keepdim=True)\nlog_p = z - m - torch.log(torch.sum(torch.exp(z - m), 1, "
    "keepdim=True))\n"
    "return -torch.gather(log_p, 1, y.reshape(len(z), 1)).sum() / len(z)",
    "return nn.CrossEntropyLoss()(z, y.squeeze(-1) if y.dim() > 1 else y)",
    "Y = F.one_hot(y.flatten(), z.shape[1]).float()\nreturn F.cross_entropy(z, Y)",
    "m = z.detach().amax(1, True)\nlse = m + (z - m).exp().sum(1, True).log()\nreturn torch.mean(lse - "
    "z.take_along_dim(y.reshape(-1, 1), 1))",
]

WRONG = [
    ("return -z.softmax(1).gather(1, y.reshape(-1, 1)).log().mean()", "softmax first and log later"),
    ("return F.cross_entropy(z.softmax(1), y.flatten())", "Softmax twice"),
    ("return F.cross_entropy(z, y.flatten(), reduction='sum')", "sum over the examples"),
    ("return F.cross_entropy(z, y)", "y.flatten()"),
    ("return (z.exp().sum(1).log() - z.gather(1, y.reshape(-1, 1)).squeeze(1)).mean()", "overflows"),
    ("return -(z.softmax(1).gather(1, y.reshape(-1, 1)) + 1e-8).log().mean()", "hides that"),
    ("return -z.gather(1, y.reshape(-1, 1)).mean()", "log-sum-exp of each row is missing"),
    ("return (z.logsumexp(1) - z.amax(1)).mean()", "label says which one counts"),
    (
        "m = z.max()\nlse = m + (z - m).exp().sum(1).log()\nreturn (lse - z.gather(1, y.reshape(-1, "
        "1)).flatten()).mean()",
        "its own maximum",
    ),
    ("return -F.cross_entropy(z, y.flatten())", "The sign"),
    ("return F.cross_entropy(z, y.flatten(), reduction='none')", "take their mean"),
    ("return F.nll_loss(z, y.flatten())", "log-sum-exp of each row is missing"),
    ("return F.nll_loss(z.softmax(1), y.flatten())", "log is missing"),
    ("return F.nll_loss(F.log_softmax(z, 0), y.flatten())", "dim=1"),
    ("return (z.logsumexp(1)[:, None] + z.gather(1, y.reshape(-1, 1))).mean()", "subtract it"),
    ("return z.logsumexp(1).mean()", "not subtracted"),
    ("return F.cross_entropy(z, y.flatten()).item()", "item() makes a number"),
    ("return F.cross_entropy(z.detach(), y.flatten())", "No gradient flows back"),
    ("return -F.log_softmax(z, 1).mean()", "labels play no part"),
    (
        "m = z.amax(1, True)\nlse = (z - m).exp().sum(1, True).log()\nreturn (lse - z.gather(1, "
        "y.reshape(-1, 1))).mean()",
        "not from z_y",
    ),
    ("Y = F.one_hot(y.flatten())\nreturn (z.logsumexp(1) - (z * Y).sum(1)).mean()", "F.one_hot"),
]
