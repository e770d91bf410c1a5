"""Answers to the exercise on `with_ones`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "X"


RIGHT = [
    "return torch.cat([X, X.new_ones(len(X), 1)], dim=1)",
    "return F.pad(X, (0, 1), value=1.0)",
    "return torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype, device=X.device)], 1)",
    "return torch.hstack([X, torch.ones_like(X[:, :1])])",
    "N, D = X.shape\nout = X.new_empty(N, D + 1)\nout[:, :D] = X\nout[:, D] = 1\nreturn out",
    "ones = torch.ones(X.shape[0], 1).to(X)\nreturn torch.cat((X, ones), dim=-1)",
    "return torch.column_stack([X, X.new_full((len(X),), 1.0)])",
    "return nn.ConstantPad1d((0, 1), 1.0)(X)",
    "return torch.cat([X, torch.full((len(X), 1), 1, dtype=X.dtype, device=X.device)], 1)",
    "return torch.cat([X.T, X.new_ones(1, len(X))]).T",
    "one = X.new_tensor([[1.0]]).expand(len(X), 1)\nreturn torch.concat([X, one], 1)",
    "out = torch.ones(len(X), X.shape[1] + 1, dtype=X.dtype, device=X.device)\nout[:, :-1] = X\nreturn out",
]

WRONG = [
    ("return torch.cat([torch.ones(len(X), 1), X], 1)", "first column"),
    ("return torch.cat([X, torch.ones(len(X), 1)], 1)", "dtype=X.dtype"),
    ("return torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], 1)", "device=X.device"),
    ("return torch.cat([X, torch.ones(1, X.shape[1])])", "beside X"),
    ("return torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype, device='cuda')], 1)", "device=X.device"),
    ("return X + 1", "every entry"),
    ("return torch.cat([X.detach(), X.new_ones(len(X), 1)], 1)", "No gradient flows back"),
    ("return torch.cat([X, X.new_zeros(len(X), 1)], 1)", "holds zeros"),
    ("return torch.cat([X, X.new_ones(1, X.shape[1])])", "beside X"),
    ("X[:, -1] = 1\nreturn X", "changes its argument X"),
    ("return X", "as it was"),
    ("return torch.cat([X, torch.ones_like(X)], 1)", "as many as X"),
    ("return X.new_ones(len(X), 1)", "alone"),
    ("return torch.cat([X, torch.ones(len(X))], 1)", "two dimensions"),
    ("return torch.cat([X, torch.ones(len(X), 1)], 1).to(X.dtype)", "one device"),
    ("return torch.tensor([[*row, 1.0] for row in X.tolist()], dtype=X.dtype)", "No gradient flows back"),
    ("ones = torch.ones(len(X), 1)\ntorch.cat([X, ones], 1)", "ends without a return"),
    ("return torch.cat([X, torch.ones(3, 1, dtype=X.dtype, device=X.device)], 1)", "do not fit beside X"),
    ("return torch.cat([X.new_ones(len(X), 1), X.new_ones(len(X), 1), X], 1)[:, 1:]", "first column"),
]
