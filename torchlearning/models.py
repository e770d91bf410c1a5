"""From features to probabilities: sigmoid, softmax and the one-layer network.

Features `X` have a row for each example; for a bias their last column holds ones.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from torchlearning import _arguments
from torchlearning.device import full_precision


@full_precision
def sigmoid(z: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-z)) of log-odds of any size.

    As the exponential of its logarithm: the gradient of the formula itself is nan for very
    negative `z`. ``sigmoid`` of the original; lesson 1.

    Parameters
    ----------
    z : Tensor
        Log-odds: floating point, any shape.

    Returns
    -------
    Tensor
        Same shape and dtype, values in [0, 1].

    Raises
    ------
    TypeError
        If `z` is not a floating-point tensor.

    Examples
    --------
    >>> sigmoid(torch.tensor([-1e4, 0.0, 1e4]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    z = _arguments.floating("z", z)

    return torch.exp(F.logsigmoid(z))


@full_precision
def logistic(X: Tensor, w: Tensor) -> Tensor:
    """Return the probability of class 1, the sigmoid of X w: ``logistic`` of the original; lesson 1.

    Parameters
    ----------
    X, w : Tensor
        Features ``(N, D)`` and weights ``(D, 1)``, floating point of one dtype.

    Returns
    -------
    Tensor
        Same dtype, ``(N, 1)``, values in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If a dtype or shape does not fit.

    Examples
    --------
    >>> logistic(torch.tensor([[1.0, 1.0]]), torch.tensor([[2.0], [-2.0]]))
    tensor([[0.5000]])
    """
    X, w = _arguments.factors(X, w)
    if w.shape[1] != 1:
        raise ValueError(f"w must have one column, got {w.shape[1]}; use softmax for a column for each class")

    return sigmoid(X @ w)


@full_precision
def softmax(X: Tensor, w: Tensor) -> Tensor:
    """Return the class probabilities, the softmax of each row of X w.

    Unlike ``torch.softmax(z, dim)`` it takes features and weights, not logits. Each row is shifted
    by its largest logit, so that no ``exp`` overflows. ``softmax`` of the original; lesson 1.

    Parameters
    ----------
    X, w : Tensor
        Features ``(N, D)`` and weights ``(D, C)``, C at least 2, floating point of one dtype.

    Returns
    -------
    Tensor
        Same dtype, ``(N, C)``; each row sums to 1.

    Raises
    ------
    TypeError, ValueError
        If a dtype or shape does not fit.

    Examples
    --------
    >>> softmax(torch.tensor([[1.0]]), torch.tensor([[1e4, 1e4, -1e4]]))
    tensor([[0.5000, 0.5000, 0.0000]])
    """
    X, w = _arguments.factors(X, _arguments.scores("w", w, "use logistic"))

    z = X @ w
    e = torch.exp(z - z.detach().amax(dim=1, keepdim=True))
    return e / e.sum(dim=1, keepdim=True)


class SoftmaxRegression(nn.Module):
    """Softmax regression as a network with one layer of weights; it returns logits.

    ``nn.CrossEntropyLoss`` applies the logarithm of softmax to them. The weights start uniform
    within ±1/√D, as ``nn.Linear`` draws them. ``softmaxR`` of the original; lesson 4.

    Parameters
    ----------
    in_features, out_features : int
        Features, D, and classes, C.
    bias : bool
        Learn a bias for each class.

    Raises
    ------
    TypeError, ValueError
        If a count is not an int of at least 1.

    Examples
    --------
    >>> SoftmaxRegression()
    SoftmaxRegression(
      (linear): Linear(in_features=2, out_features=3, bias=True)
    )
    """

    def __init__(self, in_features: int = 2, out_features: int = 3, bias: bool = True) -> None:
        super().__init__()
        in_features = _arguments.whole_number("in_features", in_features)
        out_features = _arguments.whole_number("out_features", out_features)
        _arguments.total("in_features and out_features", in_features, out_features)
        bias = _arguments.flag("bias", bias)

        self.linear = nn.Linear(in_features, out_features, bias)

    def forward(self, X: Tensor) -> Tensor:
        """Return logits ``(N, C)`` for features ``(N, D)`` of the dtype of the weights."""
        if _arguments.matrix("X", X).shape[1] != self.linear.in_features:
            raise ValueError(f"X must have {self.linear.in_features} columns, got shape {tuple(X.shape)}")
        X = _arguments.same_dtype("X", X, "the weights", self.linear.weight)

        return self.linear(X)
