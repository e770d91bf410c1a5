"""Answers to the exercise on `m_cross_entropy`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "soft_z, y"


RIGHT = [
    "return -torch.log(torch.gather(soft_z, 1, y.reshape(-1, 1))).mean()",
    "return F.nll_loss(soft_z.log(), y.flatten())",
    "return -soft_z[torch.arange(len(soft_z)), y.flatten()].log().sum() / len(soft_z)",
    "y = y.flatten()\nrows = torch.arange(len(y))\nreturn -soft_z.log()[rows, y].mean()",
    "total = 0\nfor p, k in zip(soft_z, y.flatten()):\n    total = total - torch.log(p[k])\nreturn "
    "total / len(soft_z)",
    "p = soft_z.gather(1, y.view(-1, 1))\nreturn torch.mean(-torch.log(p))",
    "mask = F.one_hot(y.flatten(), soft_z.shape[1]).bool()\nreturn -soft_z[mask].log().mean()",
    "Y = F.one_hot(y.flatten(), soft_z.shape[1])\nreturn -((soft_z * Y).sum(1)).log().mean()",
    "if y.ndim == 1:\n    y = y[:, None]\nreturn torch.log(1 / torch.gather(soft_z, dim=1, index=y)).mean()",
    "picked = torch.stack([row[label] for row, label in zip(soft_z, y.flatten().tolist())])\nreturn "
    "-picked.log().mean()",
    "losses = torch.special.xlogy(1.0, soft_z.take_along_dim(y.reshape(-1, 1), 1))\nreturn "
    "losses.mean().neg()",
    "return F.nll_loss(torch.log(soft_z), y.reshape(-1), reduction='sum') / soft_z.shape[0]",
    "log_p = soft_z.log()\nreturn -torch.where(torch.arange(soft_z.shape[1]) == y.reshape(-1, 1), "
    "log_p, 0.0).sum() / len(soft_z)",
]

WRONG = [
    ("return -torch.gather(soft_z, 1, y.reshape(-1, 1)).log().sum()", "sum over the examples"),
    ("return torch.gather(soft_z, 1, y.reshape(-1, 1)).log().mean()", "The sign"),
    ("return F.cross_entropy(soft_z, y.flatten())", "has a softmax inside"),
    ("return -torch.log(soft_z).mean()", "labels play no part"),
    ("return -torch.log(soft_z[:, y.flatten()]).mean()", "pairs every row with every label"),
    ("return -torch.log(soft_z[torch.arange(len(y)), y]).mean()", "y of shape (N, 1)"),
    ("return -torch.gather(soft_z, 1, y).log().mean()", "y.reshape(-1, 1)"),
    ("return -torch.gather(soft_z, 1, y.reshape(-1, 1)).prod().log() / len(y)", "rounds to 0"),
    (
        "return -(F.one_hot(y.flatten(), soft_z.shape[1]) * soft_z.log()).sum(1).mean()",
        "mask of zeros and ones",
    ),
    ("return -torch.gather(soft_z, 1, y.reshape(-1, 1)).mean().log()", "Logarithm first"),
    ("return -soft_z.gather(1, y.reshape(-1, 1)).clamp(min=0.01).log().mean()", "clamped"),
    ("return -(soft_z.gather(1, y.reshape(-1, 1)) + 1e-8).log().mean()", "added before log"),
    (
        "Y = F.one_hot(y.flatten(), soft_z.shape[1])\nreturn -(Y * soft_z.log()).nan_to_num().sum(1).mean()",
        "nan_to_num",
    ),
    ("p = soft_z.gather(1, y.reshape(-1, 1))\np = p[p > 0]\nreturn -p.log().mean()", "left out"),
    ("return -soft_z.gather(1, y.reshape(-1, 1)).log().mean().item()", "item() makes a number"),
    ("return -soft_z.gather(1, y.reshape(-1, 1)).log()", "take their mean"),
    ("return -soft_z.amax(1).log().mean()", "label says which one counts"),
    ("return -torch.log2(soft_z.gather(1, y.reshape(-1, 1))).mean()", "log2"),
    ("return 1 - soft_z.gather(1, y.reshape(-1, 1)).mean()", "log is missing"),
    ("return F.nll_loss(soft_z, y.flatten())", "log is missing"),
    ("return -(F.one_hot(y.flatten()) * soft_z.log()).sum(1).mean()", "F.one_hot"),
    ("return -soft_z.detach().gather(1, y.reshape(-1, 1)).log().mean()", "No gradient flows back"),
    ("return -(soft_z * soft_z.log()).sum(1).mean()", "entropy of the predictions"),
]
