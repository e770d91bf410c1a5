"""Answers to the exercise on `crossover`: right ones, and wrong ones with words of their hints."""

PARAMETERS = "cpu_fixed, cpu_per_example, gpu_fixed, gpu_per_example"

SIMPLE_CROSSING = """
debt = gpu_fixed - cpu_fixed
if gpu_per_example > cpu_per_example:
    return math.inf
if debt <= 0:
    return 0.0
if cpu_per_example == 0:
    return math.inf
return debt / cpu_per_example
"""
QUOTIENT = "debt / cpu_per_example"

RIGHT = [
    SIMPLE_CROSSING,
    "if gpu_fixed <= cpu_fixed and gpu_per_example <= cpu_per_example:\n    return 0.0\n"
    "if gpu_per_example > cpu_per_example or not cpu_per_example:\n    return math.inf\n"
    "return (gpu_fixed - cpu_fixed) / cpu_per_example",
    "a, b, c, d = cpu_fixed, cpu_per_example, gpu_fixed, gpu_per_example\nif c <= a and d <= b:\n    "
    "return 0.0\nreturn (c - a) / b if b >= d and b > 0 else float('inf')",
    "behind = gpu_fixed - cpu_fixed\nif gpu_per_example > cpu_per_example:\n    return math.inf\n"
    "if behind <= 0:\n    return 0\nreturn behind / cpu_per_example if cpu_per_example else math.inf",
    "try:\n    b = (gpu_fixed - cpu_fixed) / cpu_per_example\nexcept ZeroDivisionError:\n"
    "    return 0.0 if gpu_fixed <= cpu_fixed else math.inf\n"
    "return math.inf if gpu_per_example > cpu_per_example else max(b, 0.0)",
    "debt = torch.tensor(gpu_fixed - cpu_fixed, dtype=torch.float64).clamp(min=0)\n"
    "if gpu_per_example > cpu_per_example:\n    return math.inf\n"
    "return torch.where(debt > 0, debt / cpu_per_example, 0.0)",
    "if gpu_per_example > cpu_per_example:\n    return float('inf')\nif gpu_fixed <= cpu_fixed:\n"
    "    return 0.0\nif not cpu_per_example:\n    return float('inf')\n"
    "return -(cpu_fixed - gpu_fixed) / cpu_per_example",
    "debt = gpu_fixed - cpu_fixed\nif debt <= 0:\n    return 0.0\nwith numpy.errstate(all='ignore'):\n"
    "    b = numpy.float64(debt) / cpu_per_example\n"
    "return b if gpu_per_example <= cpu_per_example else numpy.inf",
    "match (gpu_fixed > cpu_fixed, 0 < cpu_per_example >= gpu_per_example):\n    case (True, True):\n"
    "        return (gpu_fixed - cpu_fixed) / cpu_per_example\n    case (True, False):\n"
    "        return math.inf\nreturn 0.0",
]

WRONG = [
    ("return (gpu_fixed - cpu_fixed) / cpu_per_example", "never catches up"),
    ("return (gpu_fixed - cpu_fixed) / (cpu_per_example - gpu_per_example)", "They overlap"),
    ("return cpu_per_example / (gpu_fixed - cpu_fixed)", "Upside down"),
    (SIMPLE_CROSSING.replace(QUOTIENT, f"round({QUOTIENT})"), "Do not round"),
    (SIMPLE_CROSSING.replace(QUOTIENT, f"math.ceil({QUOTIENT})"), "Do not round"),
    (SIMPLE_CROSSING.replace("debt / cpu", "gpu_fixed / cpu"), "The CPU has a fixed time, too"),
    (SIMPLE_CROSSING.replace("return 0.0", f"return {QUOTIENT}"), "never slower"),
    (SIMPLE_CROSSING.replace(QUOTIENT, f"-{QUOTIENT}"), "The sign"),
    (SIMPLE_CROSSING.replace(QUOTIENT, "debt"), "divide it by"),
    (SIMPLE_CROSSING.replace(QUOTIENT, "debt / gpu_per_example"), "only waits for launches"),
    (SIMPLE_CROSSING.replace(QUOTIENT, "debt / (cpu_per_example + gpu_per_example)"), "costs nothing here"),
    (SIMPLE_CROSSING.replace("gpu_fixed - cpu", "gpu_fixed + cpu"), "difference of the fixed"),
    (SIMPLE_CROSSING.replace(QUOTIENT, "debt * cpu_per_example"), "Divide"),
    (SIMPLE_CROSSING.replace("gpu_per_example > cpu", "gpu_per_example >= cpu"), "although an example"),
    (SIMPLE_CROSSING.replace("return math.inf", "return 0.0"), "never catches up"),
    (SIMPLE_CROSSING.replace("return math.inf", "return None"), "Nothing has come back"),
    ("return math.inf", "it catches up"),
    (SIMPLE_CROSSING.replace("return 0.0", "return -1.0"), "never slower"),
]
