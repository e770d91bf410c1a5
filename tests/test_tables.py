"""Tables that learners bring: each form has a way in, and each wrong one an error that shows it."""

import numpy as np
import pytest
import torch
from torch import nn, optim
from torch.nn import functional as F

from torchlearning import (
    SoftmaxRegression,
    cross_entropy,
    data_iter,
    fit,
    m_accuracy,
    m_cross_entropy,
    softmax,
)


class Frame:
    """What a frame or series of pandas is to us: something that `to_numpy` makes an array of."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def to_numpy(self):
        return self.values


table = np.random.default_rng(0).normal(size=(6, 2))
numbers = np.array([0, 1, 2, 0, 1, 2])
words = np.array(["ant", "bee", "cat", "ant", "bee", "cat"])
X, y = torch.tensor(table, dtype=torch.float32), torch.tensor(numbers)
z = X @ torch.ones(2, 3)


def trained(X, y):
    torch.manual_seed(0)
    net = SoftmaxRegression(2, 3)
    return fit(net, nn.CrossEntropyLoss(), optim.SGD(net.parameters(), lr=0.1), [(X, y)], 3)


@pytest.mark.parametrize(
    ("X", "y"),
    [
        (torch.tensor(table, dtype=torch.float32), torch.tensor(numbers)),
        (torch.from_numpy(table).float(), torch.from_numpy(numbers)),
        (torch.tensor(Frame(table).to_numpy()).float(), torch.tensor(Frame(numbers).to_numpy())),
        (X, torch.tensor(np.unique(words, return_inverse=True)[1])),
        (X, torch.tensor(numbers + 1) - 1),
        (X, F.one_hot(torch.tensor(numbers)).argmax(dim=1)),
        (X, torch.tensor(numbers.astype("uint8"))),
        (X, torch.tensor(numbers.astype("float64"))),
    ],
)
def test_each_way_in_leads_to_the_same_training(X, y):
    assert trained(X, y) == trained(torch.tensor(table, dtype=torch.float32), torch.tensor(numbers))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: m_accuracy(z, numbers), TypeError, "a torch.Tensor, got ndarray; use torch.tensor(y)"),
        (lambda: m_accuracy(z, [0, 1, 2, 0, 1, 2]), TypeError, "got list; use torch.tensor(y)"),
        (lambda: m_accuracy(z, Frame(numbers)), TypeError, "got Frame; use torch.tensor(y.to_numpy())"),
        (lambda: m_accuracy(z, words), TypeError, "got ndarray; make numbers of its texts first"),
        (lambda: m_accuracy(z, Frame(words)), TypeError, "got Frame; make numbers of its texts first"),
        (lambda: m_accuracy(z, words.tolist()), TypeError, "got list; make numbers of its texts first"),
        (lambda: m_accuracy(z, "ant"), TypeError, "y must be a torch.Tensor, got str"),
        (lambda: m_accuracy(z, [[0], [1, 2]]), TypeError, "y must be a torch.Tensor, got list"),
        (lambda: softmax(table, torch.ones(2, 3)), TypeError, "X must be a torch.Tensor, got ndarray; use"),
        (lambda: softmax(torch.tensor(table), torch.ones(2, 3)), TypeError, "w must have the dtype of X"),
        (lambda: SoftmaxRegression()(torch.tensor(table)), TypeError, "use X.to(torch.float32)"),
        (lambda: softmax(X.byte(), torch.ones(2, 3)), TypeError, "got torch.uint8; use .float()"),
        (lambda: trained(X.byte(), y), TypeError, "X must be a floating-point tensor, got torch.uint8"),
        (lambda: m_accuracy(z, y + 1), ValueError, "got 1 to 3; classes are counted from 0: use y - 1"),
        (lambda: m_cross_entropy(z.softmax(1), y + 1), ValueError, "classes are counted from 0: use y - 1"),
        (lambda: trained(X, y + 1), ValueError, "classes are counted from 0: use y - 1"),
        (
            lambda: cross_entropy(torch.tensor([0.5, 0.5]), torch.tensor([-1, 1])),
            ValueError,
            "got -1 to 1; of -1 and +1 make 0 and 1: (y > 0).long()",
        ),
        (lambda: m_accuracy(z, y - 1), ValueError, "y must hold whole numbers from 0 to 2, got -1 to 1"),
        (lambda: m_accuracy(z, F.one_hot(y)), ValueError, "of one-hot rows take y.argmax(dim=1)"),
        (lambda: trained(X, F.one_hot(y)), ValueError, "of one-hot rows take y.argmax(dim=1)"),
        (lambda: m_accuracy(z, F.one_hot(y % 2)), ValueError, "of one-hot rows take y.argmax(dim=1)"),
        (lambda: trained(X, y + 2**31), ValueError, "y must hold whole numbers from 0 and up"),
        (lambda: m_cross_entropy((z * 0 + 0.4).bfloat16(), y), ValueError, "that sum to 1, got row 0 (0.4"),
        (lambda: m_accuracy(z, y * 5), ValueError, "soft_z has 3 columns, one for each class, and"),
        (lambda: m_accuracy(z, y + 0.5), ValueError, "y must hold whole numbers, got 0.5"),
        (lambda: m_accuracy(z[:, :1], y), ValueError, "a column for each class, at least two, got"),
        (lambda: m_cross_entropy(z[:, :1], y), ValueError, "logistic regression: use cross_entropy"),
        (lambda: softmax(X, torch.ones(2, 1)), ValueError, "one column is logistic regression: use logistic"),
        (lambda: m_accuracy(z * torch.nan, y), ValueError, "are values missing in the features?"),
        (lambda: trained(X * torch.nan, y), ValueError, "missing values?"),
        (lambda: data_iter(2, table, y), TypeError, "features must be a torch.Tensor, got ndarray; use"),
    ],
)  # fmt: skip
def test_each_wrong_form_is_named_with_the_way_in(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert message in str(raised.value)


@pytest.mark.filterwarnings("ignore:.*quantized tensor")  # they are on their way out of torch
def test_quantized_labels_are_refused():
    labels = torch.quantize_per_tensor(y.float(), 1, 0, torch.quint8)
    with pytest.raises(TypeError, match="y must be an ordinary dense tensor, got one that is quantized"):
        m_accuracy(z, labels)
