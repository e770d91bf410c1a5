"""Answers to the exercise on `bayes_accuracy`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "deg_dispersion, num_inputs=2, num_class=3"

CEILING = """
mean, std = deg_dispersion
d = abs(mean) * math.sqrt(num_inputs)
tail = statistics.NormalDist().cdf(-d / (2 * std))
return 1 - 2 * (num_class - 1) / num_class * tail
"""

RIGHT = [
    CEILING,
    (
        "d = abs(deg_dispersion[0]) * num_inputs**0.5 / deg_dispersion[1]\nn = num_class\n"
        "return 1 - (n - 1) / n * math.erfc(d / 2 / math.sqrt(2))"
    ),
    "mean, std = deg_dispersion\nz = torch.tensor(abs(mean) * num_inputs**0.5 / (2 * std))\nlost = "
    "torch.distributions.Normal(0, 1).cdf(-z)\n"
    "return 1 - 2 * (num_class - 1) / num_class * lost",
    "m, s = deg_dispersion\nx = abs(m) * math.sqrt(num_inputs) / 2 / s\nphi = 0.5 * (1 + math.erf(x / "
    "math.sqrt(2)))\n"
    "return (2 * phi + (num_class - 2) * (2 * phi - 1)) / num_class",
    "m, s = deg_dispersion\nif num_class == 1:\n    return 1.0\nif m == 0:\n    return 1 / num_class\n"
    "t = statistics.NormalDist(0, s).cdf(-abs(m) * num_inputs**0.5 / 2)\nouter, inner = 1 - t, 1 - 2 * t\n"
    "return (2 * outer + (num_class - 2) * inner) / num_class",
    "d = numpy.linalg.norm([deg_dispersion[0]] * num_inputs)\nPhi = "
    "statistics.NormalDist(sigma=deg_dispersion[1]).cdf\n"
    "return 1 - 2 * (1 - 1 / num_class) * Phi(-d / 2)",
    "mean, std = (float(v) for v in deg_dispersion)\nhalf = torch.tensor(abs(mean) * num_inputs**0.5 / "
    "2 / std, dtype=torch.float64)\n"
    "return (1 - (num_class - 1) / num_class * torch.special.erfc(half / 2**0.5)).item()",
    "d = math.hypot(*[deg_dispersion[0]] * num_inputs) / deg_dispersion[1]\nt = 0.5 * math.erfc(d / "
    "2**1.5)\nsides = 2 * num_class\n"
    "return 1 - t * (sides - 2) / num_class",
    "mean, std = deg_dispersion\nreturn 1 / num_class + (num_class - 1) / num_class * "
    "math.erf(abs(mean) * num_inputs**0.5 / (2 * std) / 2**0.5)",
    "mean, std = torch.tensor(deg_dispersion, dtype=torch.float64).abs()\nlost = "
    "torch.special.ndtr(-mean * num_inputs**0.5 / 2 / std)\n"
    "return 1 - 2 * (num_class - 1) / num_class * lost",
]

WRONG = [
    (CEILING.replace("math.sqrt(num_inputs)", "num_inputs"), "square root of num_inputs"),
    (CEILING.replace(" * math.sqrt(num_inputs)", ""), "in each coordinate"),
    (CEILING.replace("2 * std", "std"), "halfway"),
    (CEILING.replace("1 - 2 *", "1 - "), "both sides"),
    (CEILING.replace("1 - 2", "2"), "share of errors"),
    (CEILING.replace("-d", "d"), "far tail"),
    (CEILING.replace("2 * std", "2 * std**2"), "variance"),
    (CEILING.replace("abs(mean)", "mean"), "turns the row"),
    (CEILING.replace("2 * (num_class - 1) / num_class", "4 / 3"), "three classes only"),
    (CEILING.replace("/ num_class ", ""), "mean over the classes"),
    (CEILING.replace("2 * (num_class - 1) / num_class", "2"), "one side only"),
    (CEILING.replace("math.sqrt(num_inputs)", "math.sqrt(2)"), "two inputs only"),
    (CEILING.replace("return 1 -", "return 100 - 100 *"), "percent"),
    (CEILING.replace("return", "result ="), "ends without a return"),
    ("return 0.8074", "It is 1 - 2"),
    (
        "def bayes_accuracy(deg_dispersion, num_inputs, num_class):\n    mean, std = deg_dispersion\n"
        "    tail = statistics.NormalDist().cdf(-abs(mean) * num_inputs**0.5 / (2 * std))\n"
        "    return 1 - 2 * (num_class - 1) / num_class * tail",
        "give the others their defaults",
    ),
    (
        "def bayes_accuracy(deg_dispersion, num_inputs=3, num_class=2):\n    mean, std = deg_dispersion\n"
        "    tail = statistics.NormalDist().cdf(-abs(mean) * num_inputs**0.5 / (2 * std))\n"
        "    return 1 - 2 * (num_class - 1) / num_class * tail",
        "num_inputs=2 and num_class=3",
    ),
    (CEILING.replace("* tail", "* (1 - tail)"), "far tail"),
]
