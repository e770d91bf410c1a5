"""From features to probabilities: sigmoid, softmax and the one-layer network."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from torchlearning import _check


def sigmoid(z: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-z)), element by element, for logits of any size.

    Computed as the exponential of its logarithm, which torch evaluates without overflow: the
    formula itself would give a gradient of nan for very negative logits.

    Parameters
    ----------
    z : Tensor
        Floating point, any shape: log-odds.

    Returns
    -------
    Tensor
        Same shape and dtype, values in [0, 1].

    Raises
    ------
    TypeError
        If `z` is not a floating-point tensor.

    Notes
    -----
    Source: ``sigmoid`` of the original lesson. Lesson 1.

    Examples
    --------
    >>> sigmoid(torch.tensor([-1e4, 0.0, 1e4]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    return torch.exp(F.logsigmoid(_check.floating("z", z)))


def logistic(X: Tensor, w: Tensor) -> Tensor:
    """Return the probability of class 1 by logistic regression: the sigmoid of X w.

    Parameters
    ----------
    X : Tensor
        Floating point, shape ``(N, D)``; for a bias the last column holds ones.
    w : Tensor
        Same dtype, shape ``(D, 1)``.

    Returns
    -------
    Tensor
        Same dtype, shape ``(N, 1)``, values in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If `X` or `w` is not a floating-point matrix, or dtypes or shapes do not fit.

    Notes
    -----
    Source: ``logistic`` of the original lesson. Lesson 1.

    Examples
    --------
    >>> logistic(torch.tensor([[1.0, 1.0]]), torch.tensor([[2.0], [-2.0]]))
    tensor([[0.5000]])
    """
    z = _check.product(X, w)
    if z.shape[1] != 1:
        raise ValueError(f"w must have one column, got {z.shape[1]}; use softmax for a column for each class")
    return sigmoid(z)


def softmax(X: Tensor, w: Tensor) -> Tensor:
    """Return the class probabilities of softmax regression: the row-wise softmax of X w.

    Unlike ``torch.softmax(z, dim)``, which takes the logits, it takes the features and the
    weights. Each row of logits is shifted by its largest, so that no ``exp`` overflows.

    Parameters
    ----------
    X : Tensor
        Floating point, shape ``(N, D)``; for a bias the last column holds ones.
    w : Tensor
        Same dtype, shape ``(D, C)``, a column for each class.

    Returns
    -------
    Tensor
        Same dtype, shape ``(N, C)``; each row sums to 1.

    Raises
    ------
    TypeError, ValueError
        If `X` or `w` is not a floating-point matrix, or dtypes or shapes do not fit.

    Notes
    -----
    Source: ``softmax`` of the original lesson. Lesson 1.

    Examples
    --------
    >>> softmax(torch.tensor([[1.0]]), torch.tensor([[1e4, 1e4, -1e4]]))
    tensor([[0.5000, 0.5000, 0.0000]])
    """
    z = _check.product(X, w)
    e = torch.exp(z - z.detach().amax(dim=1, keepdim=True))
    return e / e.sum(dim=1, keepdim=True)


class SoftmaxRegression(nn.Module):
    """Softmax regression as a network with one layer of weights; it returns logits.

    There is no softmax inside: ``nn.CrossEntropyLoss`` applies its logarithm to the logits.

    Parameters
    ----------
    in_features : int
        Features, D.
    out_features : int
        Classes, C.
    bias : bool
        Learn a bias for each class.

    Raises
    ------
    TypeError, ValueError
        If a count is not an int of at least 1.

    Notes
    -----
    Source: ``softmaxR`` of the original lesson. Lesson 4. The weights start as ``nn.Linear``
    draws them: uniform, within ±1/√D.

    Examples
    --------
    >>> SoftmaxRegression()
    SoftmaxRegression(
      (linear): Linear(in_features=2, out_features=3, bias=True)
    )
    """

    def __init__(self, in_features: int = 2, out_features: int = 3, bias: bool = True) -> None:
        super().__init__()
        in_features = _check.whole_number("in_features", in_features)
        out_features = _check.whole_number("out_features", out_features)
        _check.total("in_features and out_features", in_features, out_features)
        self.linear = nn.Linear(in_features, out_features, _check.flag("bias", bias))

    def forward(self, X: Tensor) -> Tensor:
        """Return logits ``(N, C)`` for features ``(N, D)`` of the dtype of the weights."""
        linear = self.linear
        if _check.matrix("X", X).shape[1] != linear.in_features:
            raise ValueError(f"X must have {linear.in_features} columns, got shape {tuple(X.shape)}")
        return linear(_check.same_dtype("X", X, "the weights", linear.weight))
