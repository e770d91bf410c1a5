"""What a step of training costs: counted, predicted, measured, recorded and fitted (lesson 6)."""

from torchlearning.cost.fit import fit_cost, typical_factor
from torchlearning.cost.gpus import DATA_SHEETS, LAUNCH_PRICES, DataSheet, pcie_bandwidth, predict_gpu
from torchlearning.cost.model import CostModel, StepTime, crossover, step_work
from torchlearning.cost.timing import Timing, time_calls

__all__ = [
    "DATA_SHEETS",
    "LAUNCH_PRICES",
    "CostModel",
    "DataSheet",
    "StepTime",
    "Timing",
    "crossover",
    "fit_cost",
    "pcie_bandwidth",
    "predict_gpu",
    "step_work",
    "time_calls",
    "typical_factor",
]
