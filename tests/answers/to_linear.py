"""Answers to the exercise on `to_linear`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "w"

LAYER = """
layer = nn.Linear(len(w) - 1, w.shape[1])
with torch.no_grad():
    layer.weight.copy_(w[:-1].T)
    layer.bias.copy_(w[-1])
return layer
"""

RIGHT = [
    LAYER,
    (
        "layer = nn.Linear(w.shape[0] - 1, w.shape[1])\nlayer.weight = nn.Parameter(w[:-1].T)\n"
        "layer.bias = nn.Parameter(w[-1])\nreturn layer"
    ),
    "layer = nn.Linear(w.shape[0] - 1, w.shape[1])\nlayer.weight.data = "
    "w[:-1].T.clone().detach()\nlayer.bias.data = w[-1].clone().detach()\nreturn layer",
    "D, C = w.shape[0] - 1, w.shape[1]\nlayer = nn.Linear(D, C)\nlayer.load_state_dict({'weight': "
    "w[:-1].t(), 'bias': w[-1]})\nreturn layer",
    "layer = nn.Linear(len(w) - 1, w.size(1))\nlayer.weight = "
    "nn.Parameter(w[:-1].detach().T.clone())\nlayer.bias = nn.Parameter(w[-1].detach().clone())\nreturn layer",
    "*weight, bias = w.detach()\nlayer = nn.Linear(len(weight), len(bias))\nwith torch.no_grad():\n    "
    "for d, row in enumerate(weight):\n"
    "        layer.weight[:, d] = row\n    layer.bias[:] = bias\nreturn layer",
    "layer = nn.utils.skip_init(nn.Linear, len(w) - 1, w.shape[1])\nwith torch.no_grad():\n    "
    "layer.weight[...] = w[:-1].T\n    layer.bias[...] = w[-1]\nreturn layer",
    "weight, bias = w.split([len(w) - 1, 1])\nlayer = "
    "nn.Linear(*weight.shape)\nlayer.weight.data.copy_(weight.transpose(0, 1))\n"
    "layer.bias.data.copy_(bias.squeeze(0))\nreturn layer",
    "layer = nn.Linear(len(w) - 1, w.shape[1])\nfor p, v in zip(layer.parameters(), (w[:-1].T, "
    "w[-1])):\n    p.data.copy_(v)\nreturn layer",
    "layer = nn.Linear(len(w) - 1, w.shape[1], "
    "bias=True)\nlayer.weight.detach().copy_(w.detach()[:-1].permute(1, 0))\n"
    "layer.bias.detach().copy_(w.detach()[-1, :])\nreturn layer",
]

WRONG = [
    (LAYER.replace("w[:-1].T", "w[:-1]"), "on its side"),
    (LAYER.replace("w[:-1].T", "w[1:].T").replace("w[-1]", "w[0]"), "not the first"),
    ("return nn.Linear(len(w) - 1, w.shape[1])", "copy w into it"),
    ("return nn.Linear(len(w), w.shape[1])", "w has D + 1 rows"),
    (
        LAYER.replace("w.shape[1])", "w.shape[1], bias=False)").replace("    layer.bias.copy_(w[-1])\n", ""),
        "D + 1",
    ),
    (LAYER.replace("w[:-1].T", "w[:-1].reshape(layer.weight.shape)"), "on its side"),
    (LAYER.replace("with torch.no_grad()", "if True"), "with torch.no_grad()"),
    ("layer = nn.Linear(w.shape[1], len(w) - 1)\nreturn layer", "swapped"),
    (LAYER.replace("layer.bias.copy_(w[-1])", "layer.bias.zero_()"), "The bias is 0"),
    (LAYER.replace("return layer", "return layer.weight"), "should be an nn.Linear"),
    (LAYER.replace("return layer", ""), "ends without a return"),
    (LAYER.replace("layer.weight.copy_(w[:-1].T)", "layer.weight = w[:-1].T"), "nn.Parameter"),
    (LAYER.replace("w[-1]", "w[0]"), "not the first"),
    (LAYER.replace("w[:-1].T", "-w[:-1].T").replace("w[-1]", "-w[-1]"), "sign"),
    (LAYER.replace("return layer", "layer.requires_grad_(False)\nreturn layer"), "leaves that require"),
    (
        "layer = nn.Linear(w.shape[1], len(w) - 1)\nwith torch.no_grad():\n    "
        "layer.weight.copy_(w[:-1].T)\nreturn layer",
        "does not fit into the parameter",
    ),
    (LAYER.replace("    layer.bias.copy_(w[-1])\n", ""), "copy w into it"),
    (LAYER.replace("w[:-1].T", "w[1:].T"), "all rows but the last"),
    ("layer = nn.Linear(2, 3)\nreturn layer", "D + 1 rows"),
]
