"""Answers to the exercise on `sgd`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "params, lr"

STEP = """
with torch.no_grad():
    params -= lr * params.grad
params.grad.zero_()
"""

RIGHT = [
    STEP,
    "params.data -= lr * params.grad\nparams.grad = None",
    "with torch.no_grad():\n    params.sub_(lr * params.grad)\n    params.grad.zero_()",
    "params.data = params.data - lr * params.grad\nparams.grad.data.zero_()",
    "with torch.no_grad():\n    params.add_(params.grad, alpha=-lr)\nparams.grad = None\nreturn params",
    "with torch.no_grad():\n    params.copy_(params - lr * params.grad)\nparams.grad.fill_(0)",
    "with torch.no_grad():\n    params[...] = params - lr * params.grad\nparams.grad = "
    "torch.zeros_like(params)",
    "torch.optim.SGD([params], lr=lr).step()\nparams.grad.zero_()",
    "opt = torch.optim.SGD([params], lr=lr)\nopt.step()\nopt.zero_grad()",
    "step = lr * params.grad.clone()\nparams.grad *= 0\nwith torch.no_grad():\n    params -= step",
    "params.detach().sub_(params.grad * lr)\nparams.grad -= params.grad.clone()",
    "with torch.no_grad():\n    for i in range(len(params)):\n        params[i] -= lr * "
    "params.grad[i]\n    params.grad.zero_()",
]

WRONG = [
    ("params.data = params.data - lr * params.data.grad", "Perhaps a line such as"),
    ("with torch.no_grad():\n    params -= lr * params.grad", "the gradient is still there"),
    ("params -= lr * params.grad\nparams.grad.zero_()", "with torch.no_grad()"),
    ("params = params - lr * params.grad", "gives the name w to a new tensor"),
    ("...", "The weights are where they were"),
    ("with torch.no_grad():\n    params += lr * params.grad\nparams.grad.zero_()", "uphill"),
    (
        "with torch.no_grad():\n    params -= params.grad\nparams.grad.zero_()",
        "The learning rate plays no part",
    ),
    (
        "params.grad.zero_()\nwith torch.no_grad():\n    params -= lr * params.grad",
        "zeroed after the step",
    ),
    (
        "params.requires_grad_(False)\nparams -= lr * params.grad\nparams.grad.zero_()",
        "no longer records",
    ),
    (
        "with torch.no_grad():\n    params = params - lr * params.grad\nparams.grad.zero_()",
        "gives the name w to a new tensor",
    ),
    (
        "with torch.no_grad():\n    params = params - lr * params.grad\n    return params",
        "You return a moved copy",
    ),
    ("with torch.no_grad():\n    params -= 2 * lr * params.grad\nparams.grad.zero_()", "two steps"),
    ("with torch.no_grad():\n    params -= params.grad / lr\nparams.grad.zero_()", "not divided"),
    ("with torch.no_grad():\n    params.copy_(-lr * params.grad)\nparams.grad.zero_()", "the step alone"),
    (
        "with torch.no_grad():\n    params -= lr * params.grad.sign()\nparams.grad.zero_()",
        "sign of the gradient",
    ),
    ("with torch.no_grad():\n    params -= lr * params\nparams.grad.zero_()", "take w.grad"),
    ("with torch.no_grad():\n    params -= lr\nparams.grad.zero_()", "lr alone"),
    ("params.data -= lr * params.grad.data", "the gradient is still there"),
    ("params.backward()\nparams.data -= lr * params.grad", "No backward() here"),
    ("return params - lr * params.grad", "You return a moved copy"),
    ("params = params.detach()\nparams -= lr * params.grad", "gives the name w"),
]
