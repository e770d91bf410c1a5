"""Answers to the exercise on `gather`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "values, index"


RIGHT = [
    "return torch.gather(values, 1, index)",
    "return values[torch.arange(len(values)), index.flatten()].reshape(-1, 1)",
    "return torch.stack([row[i] for row, i in zip(values, index)])",
    "rows = torch.arange(len(values)).reshape(-1, 1)\nreturn values[rows, index]",
    "rows = torch.arange(values.shape[0])\nreturn values[rows, index[:, 0]].unsqueeze(1)",
    "out = []\nfor i in range(len(values)):\n    out.append(values[i, index[i, 0]])\nreturn "
    "torch.stack(out)[:, None]",
    "return values.take_along_dim(index, dim=1)",
    "return torch.cat([values[i : i + 1, j] for i, j in enumerate(index.flatten().tolist())]).reshape(-1, 1)",
    "C = values.shape[1]\nflat = torch.arange(len(values)) * C + index.squeeze(1)\nreturn "
    "values.flatten()[flat].view(-1, 1)",
    "mask = F.one_hot(index.flatten(), values.shape[1]).bool()\nreturn values[mask].reshape(index.shape)",
    "zero = torch.zeros_like(values)\nmask = F.one_hot(index[:, 0], values.size(1)) == 1\n"
    "return torch.where(mask, values, zero).sum(1, keepdim=True)",
    "return values.index_select(1, index.flatten()).diagonal().reshape(-1, 1)",
    "return torch.masked_select(values, torch.arange(values.shape[1]) == index).reshape(-1, 1)",
]

WRONG = [
    ("return values[:, index.flatten()]", "these columns of every row"),
    ("return torch.gather(values, 0, index)", "down the columns"),
    ("return values[torch.arange(len(values)), index.flatten()]", "shape of the index, (N, 1)"),
    ("return torch.gather(values, 1, index.flatten())", "as many dimensions"),
    ("return torch.gather(values, 1, index.float())", "y.long()"),
    ("return values[index.flatten()]", "whole rows"),
    (
        "mask = F.one_hot(index.flatten(), values.shape[1])\nreturn (values * mask).sum(1, keepdim=True)",
        "mask",
    ),
    (
        "return torch.tensor([[values[i, j].item()] for i, j in enumerate(index)])",
        "No gradient flows back",
    ),
    ("return values.take(index)", "one long row"),
    ("return values[torch.arange(len(values)), index]", "all pairs"),
    ("return values.gather(1, index).T", "lie in a row"),
    ("return values.gather(1, index).squeeze()", "shape of the index"),
    ("return values.amax(1, keepdim=True)", "largest of each row"),
    ("return values.gather(1, index - 1 + 4 * (index < 1))", "too far left"),
    ("return index", "index itself"),
    ("return values * F.one_hot(index.flatten(), values.shape[1])", "sum over the row"),
    (
        "return (values * F.one_hot(index.flatten())).sum(1, keepdim=True)",
        "Two shapes do not go together",
    ),
    ("return values[torch.arange(len(values))[:, None], index].detach()", "No gradient flows back"),
    (
        "return torch.from_numpy(numpy.take_along_axis(values.detach().numpy(), index.numpy(), 1))",
        "No gradient flows back",
    ),
    ("values.gather(1, index)", "ends without a return"),
    ("return values", "as it was"),
]
