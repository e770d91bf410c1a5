"""The work that `record` times: a training step on any device, and the original lecture's loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.data import DataLoader, TensorDataset

from torchlearning.data import tensorGenCla
from torchlearning.device import to_device
from torchlearning.models import SoftmaxRegression


def make_step(
    batch_size: int, num_inputs: int, num_class: int, device: torch.device, dtype: torch.dtype = torch.float32
) -> Callable[[], Tensor]:
    """Return a call that takes one step of softmax regression, as torch.nn does it, on a device."""
    generator = torch.Generator().manual_seed(420)
    X = torch.randn(batch_size, num_inputs, generator=generator)
    y = torch.randint(num_class, (batch_size,), generator=generator)
    net = nn.Linear(num_inputs, num_class)
    for weight in net.parameters():  # every device and format starts from the same weights
        nn.init.uniform_(weight, -(num_inputs**-0.5), num_inputs**-0.5, generator=generator)
    X, y, net = to_device(X, device).to(dtype), to_device(y, device), to_device(net, device).to(dtype)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    def step() -> Tensor:
        loss = F.cross_entropy(net(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def make_lecture_epoch(device: torch.device) -> Callable[[], float]:
    """Return a call that trains one epoch of 150 steps as the original does, and waits for it.

    Its data lie on the device, its loader fetches example by example, its labels are floats.
    """
    features, labels = to_device(tensorGenCla(deg_dispersion=(6, 4)), device)
    loader = DataLoader(TensorDataset(features, labels.float()), batch_size=10, shuffle=True)
    net, criterion = to_device(SoftmaxRegression(), device), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.03)

    def epoch() -> float:
        for X, y in loader:
            loss = criterion(net(X), y.flatten().long())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return loss.item()

    return epoch


class _Listener(TorchDispatchMode):
    """Notes each operation that is handed to a device; a view is none, since it moves no number."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Do the operation, and note its name."""
        name = func.name().split("::")[1].split(".")[0]
        if func.namespace == "aten" and not func.is_view and not name.startswith(("empty", "_unsafe_view")):
            self.heard.append(name)
        return func(*args, **(kwargs or {}))


def handed_over(call: Callable[[], object]) -> list[str]:
    """Return the operations that a call hands to the device, in order, views left out.

    Heard below autograd, where PyTorch chooses the device's code: so many launches a GPU would
    need, give or take those that it fuses or splits.

    Examples
    --------
    >>> X = torch.ones(10, 3)
    >>> handed_over(lambda: (X.T @ X).exp().sum())
    ['mm', 'exp', 'sum']
    """
    with _Listener() as listener:
        call()
    return listener.heard
