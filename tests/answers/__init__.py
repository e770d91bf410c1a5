"""Answers to the exercises of `torchlearning.check`, a module for each.

A module has `PARAMETERS`, those of the function; `RIGHT`, a list of answers; `WRONG`, a list of
answers with words of their hint; and perhaps `ADVISED`, right answers with words of the advice.
An answer is the body of a function, or all of it.
"""

import math
import random
import statistics
import textwrap
from importlib import import_module
from pkgutil import iter_modules

import numpy
import torch
from torch import nn
from torch.nn import functional as F

MODULES = {module.name: import_module(f"answers.{module.name}") for module in iter_modules(__path__)}
PARAMETERS = {name: module.PARAMETERS for name, module in MODULES.items()}
RIGHT = {name: module.RIGHT for name, module in MODULES.items()}
WRONG = {name: module.WRONG for name, module in MODULES.items()}
ADVISED = {name: getattr(module, "ADVISED", []) for name, module in MODULES.items()}


def source(name, text):
    """Return the source of an answer; `text` is the body of a function, or all of it."""
    text = textwrap.dedent(text).strip()
    if text.startswith(("class SoftmaxRegression", f"def {name}(")):
        return text
    return f"def {name}({PARAMETERS[name]}):\n" + textwrap.indent(text, "    ")


def answer(name, text):
    """Return the answer itself."""
    names = {"math": math, "random": random, "statistics": statistics, "numpy": numpy}
    names |= {"torch": torch, "nn": nn, "F": F}
    exec(compile(source(name, text), "<answer>", "exec"), names)
    return names[name]
