"""Softmax regression in PyTorch: the small, tested helpers that the lessons import.

Five modules are the lecture's helpers. They read in half an hour, in this order:

- ``data``: made-up classes of a known difficulty, and mini-batches;
- ``models``: sigmoid, softmax and the one-layer network;
- ``losses``: cross-entropy;
- ``metrics``: accuracy;
- ``training``: a step by hand, and the whole loop.

They stand on ``_arguments`` (errors that name the argument) and ``device`` (where tensors live).
In a function the checks come first; after a blank line stands what it computes.

The other rooms, for when they are needed:

- ``theory``: the best that the data allow; ``newton``: the least training loss;
- ``grid``: a whole grid of models at once; ``original``: what the lecture printed;
- ``figures``: the book's drawings; ``labs``: pictures with sliders; ``quiz``: questions that answer;
- ``check``: the judge of the exercises; ``cost``: what a training step costs, measured and modelled;
- ``parallel``: training on several processes.
"""

from torchlearning import check as check
from torchlearning.cost.fit import fit_cost
from torchlearning.cost.model import CostModel, StepTime, crossover, step_work
from torchlearning.cost.timing import Timing, time_calls
from torchlearning.data import data_iter, tensorGenCla
from torchlearning.device import num_threads, pick_device, to_device
from torchlearning.figures.classes import plot_classes, plot_history, plot_images
from torchlearning.figures.diagrams import plot_gather, plot_network, plot_probabilities
from torchlearning.figures.regions import plot_decision_regions
from torchlearning.figures.style import use_style
from torchlearning.grid import Sweep, sweep
from torchlearning.losses import cross_entropy, m_cross_entropy
from torchlearning.metrics import acc_zhat, accuracy, cal, m_accuracy
from torchlearning.models import SoftmaxRegression, logistic, sigmoid, softmax
from torchlearning.newton import minimum_loss
from torchlearning.theory import bayes_accuracy, bayes_cuts, bayes_weights
from torchlearning.training import fit, sgd

__all__ = [
    "CostModel",
    "SoftmaxRegression",
    "StepTime",
    "Sweep",
    "Timing",
    "acc_zhat",
    "accuracy",
    "bayes_accuracy",
    "bayes_cuts",
    "bayes_weights",
    "cal",
    "cross_entropy",
    "crossover",
    "data_iter",
    "fit",
    "fit_cost",
    "logistic",
    "m_accuracy",
    "m_cross_entropy",
    "minimum_loss",
    "num_threads",
    "pick_device",
    "plot_classes",
    "plot_decision_regions",
    "plot_gather",
    "plot_history",
    "plot_images",
    "plot_network",
    "plot_probabilities",
    "sgd",
    "sigmoid",
    "softmax",
    "step_work",
    "sweep",
    "tensorGenCla",
    "time_calls",
    "to_device",
    "use_style",
]
