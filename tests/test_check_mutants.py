"""Break right answers mechanically: whatever then behaves differently must be refused.

What "differently" means is decided here, by running mutant and original on inputs of this file,
without the checks.
"""

import ast
import contextlib
import io
import math
import random
import warnings
from itertools import pairwise

import numpy as np
import pytest
import torch
from answers import PARAMETERS, RIGHT, answer, source
from torch import Tensor, nn

from torchlearning import check
from torchlearning.check.run import run

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # what broken code warns of

NAMES = {
    "sum": "mean", "mean": "sum", "amax": "amin", "argmax": "argmin", "exp": "log", "log": "exp",
    "sqrt": "exp", "gather": "take_along_dim", "softmax": "log_softmax", "log_softmax": "softmax",
    "logsigmoid": "sigmoid", "logsumexp": "amax", "cross_entropy": "nll_loss", "std": "var",
    "zeros": "ones", "ones": "zeros", "new_ones": "new_zeros", "ones_like": "zeros_like",
    "randperm": "arange", "permutation": "arange", "shuffle": "choice", "range": "reversed",
    "bincount": "cumsum",
}  # fmt: skip
OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.Eq: ast.NotEq, ast.LtE: ast.Lt, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.Gt: ast.GtE,
    ast.And: ast.Or,
}  # fmt: skip


# Ten ways to break a node; each yields replacements.
def change_operator(node):
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp) and type(node.op) in OPERATORS:
        yield changed(node, op=OPERATORS[type(node.op)]())
    if isinstance(node, ast.Compare) and type(node.ops[0]) in OPERATORS:
        yield changed(node, ops=[OPERATORS[type(node.ops[0])]()])


def turn_around(node):
    if isinstance(node, ast.BinOp):
        yield changed(node, left=node.right, right=node.left)
    if isinstance(node, ast.Compare):
        yield changed(node, left=node.comparators[0], comparators=[node.left])
    if isinstance(node, ast.Call | ast.Tuple) and len(arguments(node)) >= 2:
        first, second, *rest = arguments(node)
        yield changed(node, **{node._fields[1 if isinstance(node, ast.Call) else 0]: [second, first, *rest]})


def change_number(node):
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)


def drop_sign(node):
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


def change_name(node):
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield changed(node, attr=NAMES[node.attr])
    if isinstance(node, ast.Name) and node.id in NAMES:
        yield changed(node, id=NAMES[node.id])


def drop_operand(node):
    if isinstance(node, ast.BinOp):
        yield node.left
        yield node.right
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value)
    if isinstance(node, ast.BoolOp):
        yield node.values[0]


def drop_call(node):
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield node.func.value
    if isinstance(node, ast.Call) and len(node.args) == 1:
        yield node.args[0]


def drop_argument(node):
    if isinstance(node, ast.Call):
        for i in range(len(node.args)):
            yield changed(node, args=node.args[:i] + node.args[i + 1 :])
        for i in range(len(node.keywords)):
            yield changed(node, keywords=node.keywords[:i] + node.keywords[i + 1 :])


def drop_bound(node):
    if isinstance(node, ast.Slice):
        yield changed(node, lower=None)
        yield changed(node, upper=None)
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    if isinstance(node, ast.If):
        yield changed(node, test=ast.UnaryOp(ast.Not(), node.test))


def drop_statement(node):
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.With | ast.If | ast.Return):
        yield ast.Pass()
    if isinstance(node, ast.With | ast.For):
        yield ast.If(ast.Constant(True), node.body, []) if isinstance(node, ast.With) else ast.Pass()


WAYS = [
    change_operator, turn_around, change_number, drop_sign, change_name,
    drop_operand, drop_call, drop_argument, drop_bound, drop_statement,
]  # fmt: skip


def changed(node, **fields):
    return type(node)(**{name: getattr(node, name) for name in node._fields if hasattr(node, name)} | fields)


def arguments(node):
    return node.args if isinstance(node, ast.Call) else node.elts


def mutants(text):
    """Yield the source of every mutant, each once."""
    seen = {ast.unparse(ast.parse(text))}
    places = list(ast.walk(ast.parse(text)))
    for way in WAYS:
        for i in range(len(places)):
            for k in range(len(list(way(places[i])))):
                tree = ast.parse(text)
                node = list(ast.walk(tree))[i]
                new = list(way(node))[k]
                mutant = ast.unparse(ast.fix_missing_locations(Replace(node, new).visit(tree)))
                if mutant not in seen:
                    seen.add(mutant)
                    yield way.__name__, mutant


class Replace(ast.NodeTransformer):
    """Put one node in the place of another."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


# What an answer does, as numbers: on random inputs and at the edges.
def normal(*size, scale=1.0, seed=0):
    return scale * torch.randn(size, generator=torch.Generator().manual_seed(seed))


def labels(n, c, seed=0):
    return torch.randint(c, (n, 1), generator=torch.Generator().manual_seed(seed))


def values(function, *inputs):
    """Return result and inputs afterwards."""
    inputs = [x.clone() for x in inputs]
    return [function(*inputs), *inputs]


def with_gradient(function, *inputs):
    """Return result, inputs afterwards and gradient in the first input, where it is demanded."""
    leaf = inputs[0].clone().requires_grad_()
    again = function(leaf, *inputs[1:])
    weights = torch.linspace(0, 1, again.numel()).reshape(again.shape)
    return [*values(function, *inputs), torch.autograd.grad((again * weights).sum(), leaf)[0]]


def softmax(f):
    cases = [
        (normal(n, d, scale=s), normal(d, c))
        for n, d, c, s in [(3, 3, 3, 1), (5, 2, 4, 3), (1, 4, 1, 1), (4, 4, 6, 900)]
    ]
    return [values(f, X, w) for X, w in cases]


def of_logits(f):
    cases = [normal(n, c, scale=s, seed=n) for n, c, s in [(3, 3, 1), (5, 2, 3), (1, 4, 1), (4, 6, 900)]]
    return [
        values(f, z) for z in [*cases, torch.full((2, 3), -700.0), torch.tensor([[700.0] * 2, [-700] * 2])]
    ]


def sigmoid(f):
    cases = [normal(7, scale=3), normal(2, 3, scale=30), torch.tensor(0.0), normal(5, seed=3)]
    return [*(values(f, z) for z in cases), f(torch.tensor([-1e4, 1e4, 300]))]


def picking(f, drawn):
    out = []
    for n, c in [(3, 3), (7, 4), (1, 2), (2, 5), (40, 3)]:
        z, y = drawn(normal(n, c, seed=n)), labels(n, c, seed=n)
        out += [with_gradient(f, z, y)] + (
            [with_gradient(f, z, y.flatten())] if f.__name__ != "gather" else []
        )
    return out


def gather(f):
    wild = torch.tensor([[1.0, torch.inf], [torch.nan, 2]])
    return [picking(f, lambda z: z), f(wild, torch.tensor([[0], [1]]))]


def m_cross_entropy(f):
    return [picking(f, lambda z: z.softmax(1)), f(torch.tensor([[1.0, 0], [0, 1]]), torch.tensor([[0], [1]]))]


def cross_entropy_from_logits(f):
    return [picking(f, lambda z: z), picking(f, lambda z: 800 * z)]


def gradient(f):
    out = []
    for n, d, c in [(3, 3, 3), (7, 2, 4), (1, 3, 2), (20, 4, 5)]:
        X, w, y = normal(n, d), normal(d, c, seed=1), labels(n, c)
        out += [f(X.clone(), w.clone(), y), f(X.clone(), w.clone(), y.flatten())]
    return out


def m_accuracy(f):
    out = []
    for n, c in [(5, 3), (4, 4), (30, 2), (1, 3)]:
        p, y = normal(n, c).softmax(1), labels(n, c)
        out += [f(p.clone(), y), f(p.clone(), y.flatten())]
    return [float(value) for value in out]


def sgd(f):
    out = []
    for size, lr in [((2,), 0.1), ((3, 2), 0.7), ((1,), 1.5)]:
        w = normal(*size).requires_grad_()
        w.grad = normal(*size, seed=1)
        f(w, lr)
        out += [w, torch.zeros(()) if w.grad is None else w.grad.abs().sum(), w.requires_grad]
    return out


def data_iter(f):
    """Return what does not depend on the order drawn, and whether orders differ."""
    out, orders = [], []
    for n, size in [(12, 5), (12, 4), (12, 1), (12, 50), (7, 3), (12, 5)]:
        X, y = torch.arange(2.0 * n).reshape(n, 2), torch.arange(n).reshape(n, 1)
        torch.manual_seed(len(out)), random.seed(len(out)), np.random.seed(len(out))
        batches = [batch for batch, _ in zip(f(size, X, y), range(50), strict=False)]
        order = torch.cat([b for _, b in batches]).flatten()
        orders.append(order.tolist())
        pairs = all(
            torch.equal(a, torch.stack([2 * b, 2 * b + 1], 1).reshape(-1, 2).float()) for a, b in batches
        )
        moved = order.tolist() != sorted(order.tolist())
        together = sum(abs(int(i) - int(j)) == 1 for i, j in pairwise(order)) > n / 2
        out.append([order.sort().values, [len(b) for _, b in batches], pairs, moved, together])
    return [*out, orders[0] != orders[5]]


def train_epoch(f):
    out = []
    for n, size, lr in [(7, 3, 0.5), (8, 4, 0.2), (5, 9, 0.1), (4, 1, 0.3)]:
        w, X, y = normal(3, 4, seed=2).requires_grad_(), normal(n, 3), labels(n, 4)
        loss = f(w, X, y, lr, size)
        out += [w, w.requires_grad, float(loss), 0.0 if w.grad is None else w.grad.abs().sum()]
    return out


def fit(f):
    out = []
    for sizes, epochs, lr in [([3, 3, 1], 3, 0.5), ([4, 4], 2, 0.2), ([5], 1, 0.1), ([2, 1], 0, 0.1)]:
        torch.manual_seed(3)
        net = nn.Linear(2, 3)
        batches = [(normal(n, 2, seed=i), labels(n, 3, seed=i)) for i, n in enumerate(sizes)]
        out += [f(net, nn.CrossEntropyLoss(), torch.optim.SGD(net.parameters(), lr=lr), batches, epochs)]
        out += [net.weight, net.bias]
    return out


def SoftmaxRegression(cls):
    out = []
    for options in [
        {},
        {"in_features": 4},
        {"out_features": 5, "bias": False},
        {"in_features": 3, "out_features": 2},
    ]:
        net, D = cls(**options), options.get("in_features", 2)
        parameters = sorted(net.parameters(), key=lambda p: -p.ndim)
        with torch.no_grad():
            for p in parameters:
                p.copy_(normal(*p.shape))
        out += [net(normal(6, D)), [sorted(p.shape) for p in parameters], hasattr(net, "linear")]
    return out


def to_linear(f):
    layers = [f(normal(d + 1, c).requires_grad_()) for d, c in [(2, 3), (3, 3), (1, 2), (4, 1)]]
    return [[layer.weight, layer.bias, layer.weight.is_leaf, str(layer)] for layer in layers]


def bayes_accuracy(f):
    cases = [((6, 2), 2, 3), ((6, 4), 2, 3), ((6, 4), 10, 3), ((2, 3), 1, 2), ((0, 4), 2, 5), ((6, 4), 3, 1)]
    return [float(f(list(spread), d, c)) for spread, d, c in cases] + [float(f([6, 4]))]


def standard_error(f):
    return [float(f(a, n)) for a, n in [(0.8, 10), (0.3, 7), (0.97, 1500), (0.0, 5), (1.0, 5), (0.5, 1)]]


def with_ones(f):
    out = [
        f(normal(n, d).to(dtype))
        for n, d, dtype in [(3, 2, torch.float32), (1, 4, torch.float64), (5, 5, torch.float16)]
    ]
    meta = f(torch.empty(3, 2, device="meta"))
    return [*out, [x.dtype for x in out], str(meta.device), list(meta.shape), with_gradient(f, normal(4, 3))]


def crossover(f):
    values = (0.0, 1.0, 2.5)
    cases = [(a, b, c, d) for a in values for b in values for c in values for d in values]
    # no dearer to start and no cheaper per example: the exercise does not say, unless it is never slower
    told = [
        case
        for case in cases
        if case[2] > case[0] or case[3] < case[1] or (case[2] < case[0] and case[3] == case[1])
    ]
    return [float(f(*case)) for case in told]


def confusion_matrix(f):
    out = []
    for n, c, extra in [(5, 3, 0), (40, 4, 0), (3, 2, 2), (12, 3, 1)]:
        z, y = normal(n, c + extra), labels(n, c)
        z[:, c:] = -9
        out += [f(z.clone(), y.flatten(), c + extra), f(z.clone(), y, c + extra)]
    return [[M, str(M.dtype)] for M in out]


def standardize(f):
    """Return both parts, in units of the sample std even if the answer took that of the population."""
    out = []
    for n, m, d in [(6, 4, 3), (4, 4, 2), (9, 2, 4)]:
        train, test = normal(n, d, scale=30) + 20, normal(m, d, scale=50, seed=1)
        train[:, -1] = test[:, -1] = 7
        parts = list(f(train.clone(), test.clone()))
        if torch.allclose(parts[0][:, :-1].std(0, correction=0), torch.ones(d - 1)):
            parts = [part * math.sqrt((n - 1) / n) for part in parts]
        out += [parts]
    return out


def shard(f):
    """Return what does not depend on who gets which rows."""
    out = []
    for n, ranks in [(6, 2), (10, 4), (3, 4), (1, 3), (7, 1), (0, 2), (23, 5)]:
        parts = [f(n, rank, ranks) for rank in range(ranks)]
        sizes = sorted(len(part) for part in parts)
        out.append([sizes, torch.cat(parts).sort().values, [str(part.dtype) for part in parts]])
    return out


def mean_gradient(f):
    nothing = torch.full((2, 2), torch.nan)
    cases = [[4, 4], [7, 3, 2], [5], [3, 0, 1]]
    return [f([normal(2, 2, seed=n) if n else nothing for n in sizes], sizes) for sizes in cases]


BEHAVIOUR = {name: globals().get(name, of_logits) for name in PARAMETERS}


def behave(name, function):
    """Return what an answer does, or that it fails or does not end."""
    torch.manual_seed(0)
    try:
        return run(lambda: flat(BEHAVIOUR[name](function)), seconds=5)
    except (Exception, SystemExit):
        return "fails"


def flat(value):
    if isinstance(value, Tensor):
        return [tuple(value.shape), *value.detach().double().flatten().tolist()]
    if isinstance(value, list | tuple):
        return [len(value), *(number for item in value for number in flat(item))]
    return [value]


def alike(one, other):
    if type(one) is not type(other) or len(one) != len(other):
        return False
    return all(same(a, b) for a, b in zip(one, other, strict=True))


def same(a, b):
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-3) or (a != a and b != b)
    return a == b


def refused(name, function):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        getattr(check, name)(function, seconds=2)
    assert "cannot judge" not in out.getvalue()
    return not out.getvalue().startswith(f"{name}: right.")


def counts(name):
    """Return how many mutants there are, how many behave differently, and which of these pass."""
    total, differ, passed = 0, 0, []
    for text in RIGHT[name]:
        original = behave(name, answer(name, text))
        assert original != "fails", text
        assert alike(original, behave(name, answer(name, text)))
        for way, mutant in ten(list(mutants(source(name, text)))):
            total += 1
            try:
                function = answer(name, mutant)
            except Exception:
                continue  # not even a function
            if not alike(original, behave(name, function)):
                differ += 1
                if not refused(name, answer(name, mutant)):
                    passed.append((way, mutant))
    return total, differ, passed


def ten(mutants):
    """Return ten mutants of an answer, always the same, spread over what can be broken in it."""
    return random.Random(len(mutants)).sample(mutants, min(10, len(mutants)))


@pytest.fixture(scope="module")
def table():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # many tiny steps
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the mark above is for tests, not for their fixtures
        yield {name: counts(name) for name in PARAMETERS}
    torch.set_num_threads(threads)


def test_broken_answers_are_refused(table, capsys):
    differ = sum(row[1] for row in table.values())
    passed = sum(len(row[2]) for row in table.values())
    with capsys.disabled():
        for name, (total, different, survivors) in table.items():
            print(
                f"\n{name:26} {total:4} mutants, {different:4} differ, {different - len(survivors):4} "
                f"refused",
                end="",
            )
        print(f"\nrefused: {differ - passed} of {differ} ({1 - passed / differ:.1%})")
    assert differ > 800
    assert passed <= 0.02 * differ


@pytest.mark.parametrize("name", PARAMETERS)
def test_hardly_a_broken_answer_passes_any_one_check(table, name):
    _, differ, passed = table[name]
    assert differ >= 10
    assert len(passed) <= 0.05 * differ, passed
