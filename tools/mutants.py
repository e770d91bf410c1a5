"""Change the core in small ways, one at a time, and see whether its tests notice.

Each mutant is tested in a process of its own, forked from one that has torch loaded already. Usage:
python tools/mutants.py [--sample N] [MODULE ...]
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
TESTS = {
    "data": "test_data",
    "models": "test_models",
    "losses": "test_losses",
    "metrics": "test_metrics",
    "training": "test_training test_contexts",
    "_fit_input": "test_training test_contexts",
    "theory": "test_theory",
    "newton": "test_theory",
    "grid": "test_sweep",
    "_arguments.tensors": "test_tables test_losses test_metrics test_models test_training",
}
LOADED = (
    "torch",
    "tqdm.auto",
    "scipy.stats",
    "sklearn.linear_model",
    "sklearn.datasets",
    "matplotlib.pyplot",
)
SWAPS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.MatMult: ast.Add,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or,
    ast.Or: ast.And,
}  # fmt: skip
LIMIT = 240  # seconds for the tests of one mutant


def mutants(source: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield each change in words, and the module with it."""
    tree = ast.parse(source)
    for index, node in enumerate(ast.walk(tree)):
        for words, change in _changes(node):
            other = copy.deepcopy(tree)
            change(list(ast.walk(other))[index])
            yield f"{getattr(node, 'lineno', 0)}: {words}", ast.fix_missing_locations(other)


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], object]]]:
    """Yield the changes of one node: operators, numbers, conditions, and calls left out."""
    match node:
        case ast.BinOp() | ast.BoolOp() | ast.AugAssign() if type(node.op) in SWAPS:
            other = SWAPS[type(node.op)]
            yield f"{ast.unparse(node)[:60]} with {other.__name__}", lambda n: setattr(n, "op", other())
        case ast.Compare() if type(node.ops[0]) in SWAPS:
            other = SWAPS[type(node.ops[0])]
            yield (
                f"{ast.unparse(node)[:60]} with {other.__name__}",
                lambda n: setattr(n, "ops", [other(), *n.ops[1:]]),
            )
        case ast.Constant(value=bool(value)):
            yield f"{value} becomes {not value}", lambda n: setattr(n, "value", not value)
        case ast.Constant(value=int(value) | float(value)):
            yield f"{value} becomes {value + 1}", lambda n: setattr(n, "value", value + 1)
            if value:
                yield f"{value} becomes {10 * value}", lambda n: setattr(n, "value", 10 * value)
        case ast.If() | ast.IfExp() | ast.While():
            words = f"not ({ast.unparse(node.test)[:60]})"
            yield words, lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
        case ast.Expr(value=ast.Call()):
            yield f"without {ast.unparse(node)[:60]}", lambda n: setattr(n, "value", ast.Constant(None))
        case ast.UnaryOp(op=ast.USub()):
            yield f"without minus: {ast.unparse(node)[:60]}", lambda n: setattr(n, "op", ast.UAdd())


class Mutated(Loader):
    """Loads one module of the package in its changed form; others are found as usual."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self.module, self.tree = module, tree

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        """Return how the changed module is loaded, or None for another."""
        origin = str(ROOT / (name.replace(".", "/") + ".py"))
        return ModuleSpec(name, self, origin=origin) if name == self.module else None

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave this to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed source."""
        exec(compile(self.tree, self.module, "exec"), module.__dict__)


def survives(module: str, tree: ast.Module, tests: list[str]) -> bool:
    """Return whether all tests pass with a changed module."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        signal.alarm(LIMIT)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        sys.meta_path.insert(0, Mutated(module, tree))
        try:
            code = int(pytest.main(["-x", "-q", "-o", "addopts=", "-p", "no:cacheprovider", *tests]))
        except BaseException:
            code = 1
        os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def main() -> int:
    """Test mutants of each module, and list those that nothing notices."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=30, help="at most so many mutants of a module")
    parser.add_argument("modules", nargs="*", default=list(TESTS))
    given = parser.parse_args()
    os.chdir(ROOT)
    for name in LOADED:
        importlib.import_module(name)
    begin, total, alive = time.perf_counter(), 0, 0
    for module in given.modules:
        source = (ROOT / "torchlearning" / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8")
        tests = [f"tests/{name}.py" for name in TESTS[module].split()]
        if not survives(f"torchlearning.{module}", ast.parse(source), tests):
            sys.exit(f"{module}: its tests fail as it is")
        found = list(mutants(source))
        chosen = random.Random(0).sample(found, min(given.sample, len(found)))
        left = [words for words, tree in chosen if survives(f"torchlearning.{module}", tree, tests)]
        total, alive = total + len(chosen), alive + len(left)
        print(f"{module}: {len(chosen)} of {len(found)} mutants tested, {len(left)} survive")
        print(*(f"    {words}" for words in sorted(left)), sep="\n", flush=True)
    print(f"{total - alive} of {total} killed in {(time.perf_counter() - begin) / 60:.1f} minutes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
