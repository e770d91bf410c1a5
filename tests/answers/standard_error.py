"""Answers to the exercise on `standard_error`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "accuracy, num_examples"


RIGHT = [
    "return math.sqrt(accuracy * (1 - accuracy) / num_examples)",
    "return torch.tensor(accuracy * (1 - accuracy) / num_examples, dtype=torch.float64).sqrt()",
    "return (accuracy * (1 - accuracy) / num_examples) ** 0.5",
    "return numpy.sqrt(accuracy * (1 - accuracy) / num_examples)",
    "variance = accuracy - accuracy**2\nreturn math.sqrt(variance) / math.sqrt(num_examples)",
    "p, q = accuracy, 1 - accuracy\nreturn pow(p * q / num_examples, 1 / 2)",
    "return torch.sqrt(torch.tensor(accuracy * (1 - accuracy) / num_examples))",
    "return torch.distributions.Bernoulli(torch.tensor(accuracy)).stddev / num_examples**0.5",
    "return math.sqrt(num_examples * accuracy * (1 - accuracy)) / num_examples",
    "return math.exp(0.5 * math.log(accuracy * (1 - accuracy) / num_examples)) if 0 < accuracy < 1 else 0.0",
    "return numpy.float32(math.hypot(math.sqrt(accuracy * (1 - accuracy) / num_examples)))",
]

WRONG = [
    ("return accuracy * (1 - accuracy) / num_examples", "variance"),
    ("return math.sqrt(accuracy * (1 - accuracy))", "spread of one example"),
    ("return math.sqrt(accuracy * (1 - accuracy)) / num_examples", "belongs under the root"),
    ("return math.sqrt(accuracy * (1 - accuracy) / (num_examples - 1))", "not by n - 1"),
    ("return math.sqrt(accuracy / num_examples)", "1 - a is missing"),
    ("return math.sqrt((1 - accuracy) / num_examples)", "factor a is missing"),
    ("return 1.96 * math.sqrt(accuracy * (1 - accuracy) / num_examples)", "95%"),
    ("return 100 * math.sqrt(accuracy * (1 - accuracy) / num_examples)", "percentage points"),
    ("return math.sqrt(accuracy * (1 + accuracy) / num_examples)", "sign"),
    ("return math.sqrt(accuracy * (1 - accuracy) * num_examples)", "smaller, not larger"),
    ("return 1 / math.sqrt(num_examples)", "is missing under the root"),
    ("return accuracy * (1 - accuracy)", "variance of one example"),
    ("return math.sqrt(accuracy * (1 - accuracy)) / num_examples**2", "sqrt(a * (1 - a) / n)"),
    ("return round(math.sqrt(accuracy * (1 - accuracy) / num_examples), 2)", "sqrt(a * (1 - a) / n)"),
    ("print(math.sqrt(accuracy * (1 - accuracy) / num_examples))", "ends without a return"),
    ("return math.sqrt(accuracy * (1 - accuracy) / (num_examples + 1e-2))", "sqrt(a"),
]
