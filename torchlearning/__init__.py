"""Softmax regression in PyTorch: the small, tested helpers that the lessons import."""

from torchlearning import check as check
from torchlearning.cost import CostModel, StepTime, crossover, fit_cost, step_work
from torchlearning.data import data_iter, tensorGenCla
from torchlearning.device import num_threads, pick_device, to_device
from torchlearning.diagrams import plot_gather, plot_network, plot_probabilities
from torchlearning.losses import cross_entropy, m_cross_entropy
from torchlearning.metrics import acc_zhat, accuracy, cal, m_accuracy
from torchlearning.models import SoftmaxRegression, logistic, sigmoid, softmax
from torchlearning.plotting import plot_classes, plot_history, plot_images
from torchlearning.regions import plot_decision_regions
from torchlearning.style import use_style
from torchlearning.sweep import Sweep, sweep
from torchlearning.theory import bayes_accuracy, bayes_cuts, bayes_weights, minimum_loss
from torchlearning.timing import Timing, time_calls
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
