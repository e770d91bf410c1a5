"""Labs: pictures with sliders, live in Jupyter and working in a page without a kernel."""

from torchlearning.labs.cross_entropy import CrossEntropyLab
from torchlearning.labs.crossover import CrossoverLab
from torchlearning.labs.digit import DigitLab
from torchlearning.labs.dispersion import DispersionLab
from torchlearning.labs.playground import PlaygroundLab
from torchlearning.labs.softmax import SoftmaxLab
from torchlearning.labs.training import TrainingLab

__all__ = [
    "CrossEntropyLab",
    "CrossoverLab",
    "DigitLab",
    "DispersionLab",
    "PlaygroundLab",
    "SoftmaxLab",
    "TrainingLab",
]
