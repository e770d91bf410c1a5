"""Answers to the exercise on `m_accuracy`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "soft_z, y"


RIGHT = [
    "return (soft_z.argmax(1) == y.flatten()).float().mean()",
    "return (soft_z.argmax(1) == y.flatten()).sum().item() / len(y)",
    "return torch.eq(torch.argmax(soft_z, dim=1), y.reshape(-1)).double().mean().item()",
    "right = 0\nfor row, label in zip(soft_z, y.flatten()):\n    right += int(row.argmax() == "
    "label)\nreturn right / len(soft_z)",
    "choice = soft_z.max(dim=1, keepdim=True).indices\nreturn (choice == y.view(-1, 1)).float().mean()",
    "return 1 - (soft_z.argmax(-1) != y.flatten()).float().mean()",
    "return float(numpy.mean(soft_z.numpy().argmax(1) == y.numpy().ravel()))",
    "return (soft_z.gather(1, y.reshape(-1, 1)) == soft_z.amax(1, keepdim=True)).float().mean()",
    "hits = soft_z.topk(1, dim=1)[1].flatten() == y.flatten()\nreturn torch.true_divide(hits.sum(), "
    "hits.numel())",
    "return torch.mean((soft_z.argmax(1) - y.flatten() == 0).to(torch.float32))",
    "return numpy.mean([int(p.argmax()) == int(k) for p, k in zip(soft_z, y)])",
    "from torch import argmax\nreturn statistics.mean((argmax(soft_z, 1) == y.flatten()).double().tolist())",
]

WRONG = [
    ("return (soft_z.argmax(1) + 1 == y.flatten()).float().mean()", "Perhaps"),
    ("return (soft_z.argmax(1) == y).float().mean()", "table of all pairs"),
    ("return (soft_z.argmax(1) == y.flatten()).sum()", "divide by the number"),
    ("return (soft_z.argmax(1) != y.flatten()).float().mean()", "share of wrong"),
    ("return (soft_z.argmax(0) == y.reshape(-1, 1)).float().mean()", "down the columns"),
    ("return (soft_z.argmax(1) == y.flatten()).float()", "share of them"),
    ("return (soft_z.gather(1, y.reshape(-1, 1)) > 0.5).float().mean()", "need not reach one half"),
    ("return (soft_z.argmax(0) == y.flatten()).float().mean()", "argmax(0)"),
    ("return (soft_z.argmax(1) == y.flatten()).float().sum() / soft_z.numel()", "not of all entries"),
    ("return (soft_z.argmin(1) == y.flatten()).float().mean()", "argmin"),
    ("return 100 * (soft_z.argmax(1) == y.flatten()).float().mean()", "percent"),
    ("return soft_z.gather(1, y.reshape(-1, 1)).mean()", "mean probability"),
    ("return soft_z.amax(1).mean()", "largest entries"),
    ("return round((soft_z.argmax(1) == y.flatten()).float().mean().item())", "rounded"),
    ("return (soft_z.argmax(1) == y.squeeze()).sum() // len(y)", "whole number"),
    ("return (soft_z.argmax() == y.flatten()).float().mean()", "without dim=1"),
    ("return (soft_z.argmax(1) == y.flatten()).float().mean() / 2", "5 of 7"),
    ("return (soft_z.argmax(1, keepdim=True) == y).float().mean()", "(N,)"),
    ("(soft_z.argmax(1) == y.flatten()).float().mean()", "ends without a return"),
    ("return (soft_z.argmax(1) == y.flatten()).mean()", ".float() before mean()"),
]
