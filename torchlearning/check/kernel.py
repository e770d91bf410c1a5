"""The kernel around a check: what a check needs while it runs, and all as it was afterwards."""

from __future__ import annotations

import builtins
import math
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn, optim
from torch.nn import functional as F

KEEP = object()  # a check needs no value of its own
ABSENT = object()


def _set_stream(name: str) -> Callable[[Any], None]:
    return lambda value: setattr(sys, name, value)


# How to read a setting, how to write it, and the value that a check needs.
SETTINGS: list[tuple[Callable[[], Any], Callable[[Any], Any], Any]] = [
    (torch.get_default_dtype, torch.set_default_dtype, torch.float32),
    (torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode, 0),
    (
        lambda: (torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()),
        lambda modes: torch.set_anomaly_enabled(*modes),
        (False, True),
    ),
    (torch.get_num_threads, torch.set_num_threads, KEEP),
    (torch.get_rng_state, torch.set_rng_state, KEEP),
    (random.getstate, random.setstate, KEEP),
    (np.random.get_state, np.random.set_state, KEEP),
    (lambda: sys.stdout, _set_stream("stdout"), KEEP),
    (lambda: sys.stderr, _set_stream("stderr"), KEEP),
]
# Where readers may have put functions of their own; a check computes with those of the import.
PLACES: list[Any] = [torch, torch.Tensor, F, nn, nn.Module, nn.Linear, nn.CrossEntropyLoss]
PLACES += [optim, optim.SGD, torch.autograd, math]
OWN = [dict(vars(place)) for place in PLACES]
Patches = list[tuple[Any, str, Any, Any]]  # place, name, what is there, what was there at import


class Kernel:
    """The context of a check. `readers` is the context of a call of the reader's code in it."""

    def __enter__(self) -> Kernel:
        self.patches = _patches()
        _put((place, name, own) for place, name, _, own in self.patches)
        self.before = [read() for read, _, _ in SETTINGS]
        self.stack = ExitStack()
        self.stack.enter_context(warnings.catch_warnings())
        self.stack.enter_context(torch.inference_mode(False))
        self.stack.enter_context(torch.enable_grad())
        if torch.get_default_device().type != "cpu":
            self.stack.enter_context(torch.device("cpu"))
        self._settle()
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()
        for (_, write, _), value in zip(SETTINGS, self.before, strict=True):
            write(value)
        _put((place, name, value) for place, name, value, _ in self.patches)

    @contextmanager
    def readers(self) -> Iterator[None]:
        """Give the reader's patches back for a call; afterwards undo them and all that it changed."""
        asking, builtins.input = builtins.input, _no_input
        shell = _shell()
        if shell is not None:
            shell.ask_exit = sys.exit  # exit() in Jupyter would end the kernel
        _put((place, name, value) for place, name, value, _ in self.patches)
        try:
            yield
        finally:
            builtins.input = asking
            if shell is not None:
                del shell.ask_exit
            _put((place, name, own) for place, name, _, own in _patches())
            self._settle()

    def _settle(self) -> None:
        warnings.simplefilter("ignore")
        for (_, write, needed), before in zip(SETTINGS, self.before, strict=True):
            write(before if needed is KEEP else needed)


def _patches() -> Patches:
    """Return what is not as it was at import. A class may also hide what its bases have."""
    found: Patches = []
    for place, own in zip(PLACES, OWN, strict=True):
        now = vars(place)
        found += [
            (place, name, now.get(name, ABSENT), old)
            for name, old in own.items()
            if now.get(name, ABSENT) is not old and callable(old)
        ]
        if isinstance(place, type):
            bases = place.__mro__[1:]
            found += [
                (place, name, value, ABSENT)
                for name, value in now.items()
                if name not in own and any(name in vars(base) for base in bases)
            ]
    return found


def _put(values: Any) -> None:
    for place, name, value in list(values):
        if value is not ABSENT:
            setattr(place, name, value)
        elif name in vars(place):
            delattr(place, name)


def _no_input(prompt: object = "") -> str:
    raise RuntimeError("input() cannot be used here: everything the function needs is in its arguments")


def _shell() -> Any:
    interactive = sys.modules.get("IPython")
    return interactive.get_ipython() if interactive else None
