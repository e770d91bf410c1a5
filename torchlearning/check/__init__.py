"""Exercises that answer back: one check for each function that a reader is asked to write.

``check.softmax(your_function)`` calls your function on examples, stops at the first thing wrong
and prints what was called, what came, what should have come, and the usual cause. If nothing is
wrong, it prints what to notice next. Your function gets copies of the examples, an error in it
is shown at your line, and an endless loop is stopped.
"""

from torchlearning.check.lesson_1 import logsumexp, sigmoid, softmax
from torchlearning.check.lesson_2 import cross_entropy_from_logits, gather, gradient, m_cross_entropy
from torchlearning.check.lesson_3 import data_iter, m_accuracy, sgd, train_epoch
from torchlearning.check.lesson_4 import SoftmaxRegression, fit, to_linear
from torchlearning.check.lesson_5 import bayes_accuracy, standard_error
from torchlearning.check.lesson_6 import crossover, with_ones
from torchlearning.check.lesson_7 import confusion_matrix, standardize

__all__ = [
    "SoftmaxRegression",
    "bayes_accuracy",
    "confusion_matrix",
    "cross_entropy_from_logits",
    "crossover",
    "data_iter",
    "fit",
    "gather",
    "gradient",
    "logsumexp",
    "m_accuracy",
    "m_cross_entropy",
    "sgd",
    "sigmoid",
    "softmax",
    "standard_error",
    "standardize",
    "to_linear",
    "train_epoch",
    "with_ones",
]
