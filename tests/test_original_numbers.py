"""Every number of the original that can be had again exactly, against our functions.

A number agrees if ours rounds to it at its last printed digit; for those with an exponent, five
digits of an exp of numbers as far from 0 as -40, a relative 5e-6 is float32's own error and allowed.
What the original made with an unseeded generator, or in a cell that is lost, cannot be among them.
"""

import hashlib
import inspect
import re

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from torchlearning import SoftmaxRegression, m_accuracy, m_cross_entropy, softmax, tensorGenCla
from torchlearning.original import PRINTED


def data(dispersion, bias=False):
    torch.manual_seed(420)
    return tensorGenCla(deg_dispersion=dispersion, bias=bias)


def ends(features):
    return torch.cat([features[:3], features[-3:]])


features, labels = data([6, 2], bias=True)
f, l = features[:10], labels[:10]  # noqa: E741 (the original's names)
w = torch.arange(9).reshape(3, 3).float()
m1 = torch.mm(f, w)
pair = torch.tensor([[0.6, 0.2, 0.2], [0.3, 0.4, 0.3]])
truth = torch.tensor([0, 1])
torch.manual_seed(420)
start = torch.randn(3, 3)


def nested_accuracies():
    """Train as the original's nn on [6, 4] did, with the sampling order of its day."""
    hard, y = data([6, 4])
    X, Y = torch.cat([hard, torch.ones(1500, 1)], 1), F.one_hot(y.flatten(), 3).float()
    torch.manual_seed(420)
    net = SoftmaxRegression()
    w, accuracies = torch.cat([net.linear.weight.T, net.linear.bias.reshape(1, 3)]).detach().clone(), []
    for i in range(20):
        for _ in range(i):
            torch.empty((), dtype=torch.int64).random_()  # the loader's base seed
            torch.empty((), dtype=torch.int64).random_()  # the sampler's seed, then unused
            order = torch.randperm(1500)
            for x, t in zip(X[order].split(10), Y[order].split(10), strict=True):
                w -= 0.03 / 10 * x.T @ (F.softmax(x @ w, 1) - t)
        accuracies.append(m_accuracy(X @ w, y))
    return torch.stack(accuracies)


def defaults_of_tensor_gen_cla():
    names = ("num_examples", "num_inputs", "num_class")
    parameters = inspect.signature(tensorGenCla).parameters
    counts = [parameters[name].default for name in names]
    return torch.tensor([*counts, *parameters["deg_dispersion"].default])


OURS = {
    "defaults of tensorGenCla": defaults_of_tensor_gen_cla,
    "features of [6, 2], first and last three rows": lambda: ends(features),
    "features of [6, 4], first and last three rows": lambda: ends(data([6, 4])[0]),
    "f, the first ten examples": lambda: f,
    "l, their labels": lambda: l,
    "w": lambda: w,
    "row sums of w": lambda: w.sum(1),
    "mm(f, w)": lambda: m1,
    "exp(m1)": lambda: m1.exp(),
    "row sums of exp(m1)": lambda: m1.exp().sum(1),
    "exp(m1) over its row sums": lambda: m1.exp() / m1.exp().sum(1).reshape(-1, 1),
    "softmax(f, w)": lambda: softmax(f, w),
    "F.softmax(m1, 1)": lambda: F.softmax(m1, 1),
    "argmax of each row": lambda: softmax(f, w).argmax(1),
    "argmax(tensor([1, 2]))": lambda: torch.argmax(torch.tensor([1, 2])),
    "two predictions": lambda: pair,
    "their labels": lambda: truth,
    "gather": lambda: torch.gather(pair, 1, truth.reshape(-1, 1)),
    "loss of 0.6 and 0.4 by product": lambda: -1 / 2 * torch.log(pair[0, 0] * pair[1, 1]),
    "loss of 0.6 and 0.4 by sum": lambda: -1 / 2 * (torch.log(pair[0, 0]) + torch.log(pair[1, 1])),
    "m_cross_entropy of the pair": lambda: m_cross_entropy(pair, truth.reshape(-1, 1).long()),
    "CrossEntropyLoss of the ten examples": lambda: nn.CrossEntropyLoss()(m1, l.flatten()),
    "m_cross_entropy of the ten examples": lambda: m_cross_entropy(softmax(f, w), l),
    "nn on [6, 2], layer": lambda: torch.tensor(SoftmaxRegression().linear.weight.T.shape),
    "accuracy before manual training": lambda: m_accuracy(softmax(features, start), labels),
    "nn on [6, 4], 20 accuracies": nested_accuracies,
}
EXACT = {row.where: row.text for row in PRINTED if row.status == "exactly"}


def digits(text):
    """Return the numbers in a text, and half a unit of the last digit of each."""
    numbers = re.findall(r"-?\d+\.?\d*(?:e[-+]\d+)?", text)
    halves = []
    for number in numbers:
        mantissa, _, exponent = number.partition("e")
        unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        halves.append(unit / 2 + (5e-6 * abs(float(number)) if exponent else 0))
    return torch.tensor([float(n) for n in numbers], dtype=torch.float64), torch.tensor(halves).double()


def printed_digest(rows):
    """Return a digest of all numbers of the rows, each as often as it is printed, in any order."""
    numbers = [number for row in rows for number in row.times * row.text.replace(",", " ").split()]
    return len(numbers), hashlib.sha256(" ".join(sorted(numbers)).encode()).hexdigest()


def test_the_account_holds_every_number_that_the_lecture_prints():
    # made once from the lecture's 49 outputs: everything between "#tensor(" and its last bracket, and so on
    lecture = (470, "f5142f85b35970e811b0b50145a332091b6124dee7fc56e18f503609a771c5d1")
    assert printed_digest(PRINTED) == lecture
    assert all(printed_digest(PRINTED[:i] + PRINTED[i + 1 :]) != lecture for i in range(len(PRINTED)))
    spoiled = PRINTED[0]._replace(text="500 2 3 4 3")
    assert printed_digest((spoiled, *PRINTED[1:])) != lecture


def test_every_number_called_exact_is_held_against_ours():
    assert set(EXACT) == set(OURS)
    assert len({row.where for row in PRINTED}) == len(PRINTED)
    assert {row.status for row in PRINTED} == {"exactly", "in kind", "not"}


@pytest.mark.parametrize("name", OURS)
def test_ours_agree_to_the_last_digit_printed(name):
    values, halves = digits(EXACT[name])
    ours = OURS[name]()
    assert len(values) == ours.numel()
    off = (ours.double().flatten() - values).abs() / halves
    assert off.max() <= 1.02, f"{name}: {off.max():.2f} half units off"  # 0.02: float32 itself


def test_a_wrong_last_digit_is_seen():
    values, halves = digits("0.7136 -6.0141 2.2070e-06")
    assert halves.tolist() == pytest.approx([5e-5, 5e-5, 5e-11], rel=0.3)
    assert ((digits("0.7137 -6.0142 2.2071e-06")[0] - values).abs() / halves > 1.5).all()
