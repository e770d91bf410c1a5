"""Where tensors live, how to move them there, and how many threads work on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import torch
from torch import Tensor, nn

from torchlearning import _arguments

P = ParamSpec("P")
R = TypeVar("R")


def pick_device(prefer: str | torch.device | None = None) -> torch.device:
    """Return the accelerator of this machine if torch can use one, else the CPU.

    Parameters
    ----------
    prefer : str or torch.device, optional
        A device to insist on: "cpu", "cuda", "cuda:1", "mps" …

    Returns
    -------
    torch.device

    Raises
    ------
    TypeError, ValueError
        If `prefer` is no device, or this machine has none such.

    Notes
    -----
    Source: the original lesson's ``if torch.cuda.is_available()``. Lesson 6.

    Examples
    --------
    >>> pick_device("cpu")
    device(type='cpu')
    """
    found = torch.accelerator.current_accelerator(check_available=True)
    if prefer is None:
        return found or torch.device("cpu")
    device = _device("prefer", prefer)
    here = ["cpu", *(f"{found.type}:{i}" for i in range(torch.accelerator.device_count()) if found)]
    if device.type != "cpu" and f"{device.type}:{device.index or 0}" not in here:
        raise ValueError(f"prefer must be a device of this machine ({', '.join(here)}), got {str(device)!r}")
    return device


def to_device(value: Any, device: str | torch.device) -> Any:
    """Return tensors, a model or batches on another device.

    Parameters
    ----------
    value : Tensor, nn.Module, tuple, list, dict, or iterable of batches
        A model is moved in place, as ``nn.Module.to`` does; tensors are copied if they are not
        there yet; lists and tuples keep their type, a mapping becomes a dict. Of an iterable,
        such as a ``DataLoader``, each batch is moved when it is read.
    device : str or torch.device
        Where to.

    Returns
    -------
    same kind as `value`
        For an iterable of batches an iterable of the same length, readable as often.

    Raises
    ------
    TypeError, ValueError
        If `value` is none of these or has no numbers, or `device` is no device that torch knows.

    Notes
    -----
    New in this course. Lesson 6.

    Examples
    --------
    >>> X, y = to_device((torch.ones(4, 2), torch.zeros(4)), "meta")
    >>> X.device, y.device
    (device(type='meta'), device(type='meta'))
    """
    device = _device("device", device)
    if isinstance(value, Tensor | nn.Module):
        try:
            return value.to(device)
        except NotImplementedError:  # from meta there is nothing to bring
            raise ValueError(
                f"value must hold numbers to be moved to {device}, got one without (meta)"
            ) from None
    if isinstance(value, Mapping):
        return {name: to_device(item, device) for name, item in value.items()}
    if isinstance(value, list | tuple):
        items = [to_device(item, device) for item in value]
        return type(value)._make(items) if hasattr(value, "_make") else type(value)(items)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return MovedBatches(value, device)
    raise TypeError(f"value must be a tensor, a module or a container of them, got {_arguments.given(value)}")


@dataclass(frozen=True, eq=False)
class MovedBatches:
    """The batches of another iterable, each moved when it is read."""

    batches: Iterable[Any]
    device: torch.device

    def __len__(self) -> int:
        return len(self.batches)  # type: ignore[arg-type]  # a TypeError if it has no length is right

    def __iter__(self) -> Iterator[Any]:
        return (to_device(batch, self.device) for batch in self.batches)


def _device(name: str, value: object) -> torch.device:
    """Return a device that torch knows, whether this machine has it or not."""
    if not isinstance(value, str | torch.device):
        raise TypeError(f"{name} must be a str or torch.device, got {value!r}")
    try:
        return torch.device(value)
    except RuntimeError:
        raise ValueError(f"{name} must be a device such as 'cpu', 'cuda:0' or 'mps', got {value!r}") from None


@contextmanager
def num_threads(number: int | None = None) -> Iterator[None]:
    """Let torch use a number of CPU threads in a ``with`` block, afterwards as many as before.

    Parameters
    ----------
    number : int, optional
        As many as now if not given, whatever the block then sets.

    Raises
    ------
    TypeError, ValueError
        If `number` is not an int from 1 to 1024.

    Notes
    -----
    New in this course. Lesson 6 measures why one thread is best for small tensors.

    Examples
    --------
    >>> with num_threads(1):
    ...     torch.get_num_threads()
    1
    """
    before = torch.get_num_threads()
    torch.set_num_threads(
        before if number is None else _arguments.whole_number("number", number, maximum=1024)
    )
    try:
        yield
    finally:
        torch.set_num_threads(before)


def autocasts() -> list[str]:
    """Return the kinds of device on which ``torch.autocast`` is at work here."""
    return [kind for kind in ("cpu", "cuda", "mps", "xpu") if torch.is_autocast_enabled(kind)]


def full_precision(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function keep the dtypes that it promises, also inside ``torch.autocast``."""

    @wraps(function)
    def in_full_precision(*args: P.args, **kwargs: P.kwargs) -> R:
        with ExitStack() as stack:
            for kind in autocasts():
                stack.enter_context(torch.autocast(kind, enabled=False))
            return function(*args, **kwargs)

    return in_full_precision
