"""Answers to the exercise on `SoftmaxRegression`: right ones, and wrong ones with words of their hints."""

PARAMETERS = ""

NETWORK = """
class SoftmaxRegression(nn.Module):
    def __init__(self, in_features=2, out_features=3, bias=True):
        super().__init__()
        self.linear = nn.Linear(in_features, out_features, bias)

    def forward(self, X):
        return self.linear(X)
"""
BY_HAND = """
class SoftmaxRegression(nn.Module):
    def __init__(self, in_features=2, out_features=3, bias=True):
        super().__init__()
        self.w = nn.Parameter(torch.randn(in_features, out_features))
        self.b = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, X):
        z = X @ self.w
        return z if self.b is None else z + self.b
"""

RIGHT = [
    NETWORK,
    NETWORK.replace("bias)", "bias=bias)").replace("self.linear(X)", "self.linear.forward(X)"),
    NETWORK.replace("super().__init__()", "super(SoftmaxRegression, self).__init__()"),
    NETWORK.replace("self.linear(X)", "F.linear(X, self.linear.weight, self.linear.bias)"),
    NETWORK.replace("return self.linear(X)", "z = self.linear(X)\n        return z"),
    NETWORK.replace("forward(self, X)", "forward(self, features)").replace("(X)", "(features)"),
    "class SoftmaxRegression(torch.nn.Module):\n    def __init__(self, in_features: int = 2, "
    "out_features: int = 3, bias: bool = True) -> None:\n"
    "        nn.Module.__init__(self)\n        self.add_module('linear', "
    "torch.nn.Linear(in_features=in_features, out_features=out_features, bias=bias))\n\n"
    "    def forward(self, X):\n        return self.linear(X)",
    NETWORK.replace(
        "self.linear(X)", "X @ self.linear.weight.T + (0 if self.linear.bias is None else self.linear.bias)"
    ),
    NETWORK.replace(
        "        self.linear =",
        "        self.in_features, self.out_features = in_features, out_features\n        self.linear =",
    ),
    NETWORK.replace("self.linear(X)", "self.linear(X.float())").replace("bias=True)", "bias=True, **others)"),
]

WRONG = [
    (
        NETWORK.replace("self.linear(X)", "torch.softmax(self.linear(X), 1)"),
        "there is a softmax in your forward",
    ),
    (
        NETWORK.replace("self.linear(X)", "torch.log_softmax(self.linear(X), 1)"),
        "log_softmax in your forward",
    ),
    (NETWORK.replace("        super().__init__()\n", ""), "super().__init__()"),
    (
        NETWORK.replace("Linear(in_features, out_features, bias)", "Linear(2, 3)"),
        "sizes are those of the arguments",
    ),
    (NETWORK.replace("out_features, bias)", "out_features)"), "pass it on"),
    (NETWORK.replace("self.linear(X)", "torch.relu(self.linear(X))"), "straight line"),
    (NETWORK.replace("return ", ""), "Nothing has come back yet"),
    (NETWORK.replace("self.linear(X)", "self.linear(X).detach()"), "No gradient flows back"),
    (
        BY_HAND.replace("nn.Parameter(torch.randn(in_features, out_features))", "torch.randn(2, 3)"),
        "No weights are among",
    ),
    (NETWORK.replace("(nn.Module)", ""), "Derive your class"),
    (NETWORK.replace("=2", "").replace("=3", "").replace("=True", ""), "default"),
    (BY_HAND, "as self.linear"),
    (NETWORK.replace("self.linear", "self.layer"), "as self.linear"),
    (NETWORK.replace("in_features=2, out_features=3", "out_features=3, in_features=2"), "swapped"),
    (
        NETWORK.replace("nn.Linear(in_features, out_features", "nn.Linear(out_features, in_features"),
        "swapped",
    ),
    (NETWORK.replace("return self.linear(X)", "return nn.Linear(2, 3)(X)"), "Two calls"),
    (
        NETWORK.replace(
            "return self.linear(X)", "self.linear = nn.Linear(2, 3)\n        return self.linear(X)"
        ),
        "Two calls",
    ),
    (NETWORK.replace("self.linear(X)", "self.linear(X).softmax(0)"), "columns sum to 1"),
    (NETWORK.replace("out_features, bias)", "out_features, False)"), "pass it on"),
    (NETWORK.replace("out_features=3", "out_features=2"), "sizes are those"),
    (NETWORK.replace("self.linear(X)", "torch.sigmoid(self.linear(X))"), "straight line"),
    (NETWORK.replace("self.linear(X)", "self.linear(X).argmax(1)"), "the choice"),
    (
        NETWORK.replace(
            "        self.linear =", "        self.extra = nn.Linear(3, 3)\n        self.linear ="
        ),
        "other parameters",
    ),
    (NETWORK.replace("def forward", "def forwards"), "forward is not written"),
]
