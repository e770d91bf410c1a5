"""Training on several processes: one group, one gradient, the weights of one process (lesson 8).

As a program: ``torchrun --standalone --nproc-per-node 2 -m torchlearning.parallel``.
"""

from torchlearning.parallel.group import process_group
from torchlearning.parallel.launcher import launch
from torchlearning.parallel.price import Price, fit_price
from torchlearning.parallel.program import Settings, train

__all__ = ["Price", "Settings", "fit_price", "launch", "process_group", "train"]
