"""The made-up data and its batches."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from torchlearning import data_iter, tensorGenCla


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("bias", [False, True])
def test_shapes_and_dtypes(bias):
    features, labels = tensorGenCla(5, 4, 3, [6, 2], bias)
    assert features.shape == (15, 4 + bias)
    assert features.dtype == torch.float32
    assert labels.shape == (15, 1)
    assert labels.dtype == torch.int64
    assert labels.flatten().tolist() == [0] * 5 + [1] * 5 + [2] * 5
    assert not bias or bool((features[:, -1] == 1).all())


@pytest.mark.parametrize(("num_class", "dispersion"), [(2, (4, 2)), (3, [6, 4]), (4, (1.5, 0.5))])
def test_each_class_is_normal_with_the_promised_mean_and_std(num_class, dispersion):
    mean, std = dispersion
    features, _ = tensorGenCla(2000, 2, num_class, dispersion, generator=seeded())
    for i, cloud in enumerate(features.split(2000)):
        centre = mean * i - mean * (num_class - 1) / 2
        assert stats.kstest(cloud.flatten().numpy(), "norm", (centre, std)).pvalue > 1e-3


def test_by_default_they_are_the_lectures():
    plain = tensorGenCla(generator=seeded())
    given = tensorGenCla(500, 2, 3, (4, 2), False, generator=seeded())
    assert all(torch.equal(one, other) for one, other in zip(plain, given, strict=True))


def test_features_may_be_as_large_as_float32_and_no_larger():
    largest = torch.finfo(torch.float32).max
    features, _ = tensorGenCla(1, 1, 2, (2 * largest, 1e-3))
    assert features.flatten().tolist() == [-largest, largest]
    with pytest.raises(ValueError, match="numbers that float32 can hold"):
        tensorGenCla(100, 1, 2, (1.0, largest), generator=seeded())  # the centres fit, the cloud does not


def test_batches_show_their_size_but_not_their_numbers_and_cannot_be_changed():
    batches = data_iter(2, torch.arange(5), torch.arange(5))
    assert repr(batches) == "MiniBatches(batch_size=2, generator=None)"
    with pytest.raises(AttributeError):
        batches.batch_size = 3


def test_generator_decides_and_the_global_one_is_left_alone():
    before = torch.get_rng_state()
    first, second = (tensorGenCla(generator=seeded(7))[0] for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(first, tensorGenCla(generator=seeded(8))[0])
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"num_examples": 0}, ValueError, "num_examples must be at least 1, got 0"),
        ({"num_inputs": 2.0}, TypeError, "num_inputs must be an int, got 2.0"),
        ({"num_class": True}, TypeError, "num_class must be an int, got True"),
        ({"deg_dispersion": (4, 0)}, ValueError, "std, must be greater than 0, got 0"),
        ({"deg_dispersion": (4, -1)}, ValueError, "std, must be greater than 0, got -1"),
        ({"deg_dispersion": (float("nan"), 1)}, ValueError, "mean, must be finite, got nan"),
        ({"deg_dispersion": ("4", 2)}, TypeError, "mean, must be a number, got '4'"),
        ({"deg_dispersion": (4, 2, 1)}, ValueError, "deg_dispersion must be a list or tuple"),
        ({"deg_dispersion": {4, 2}}, ValueError, "deg_dispersion must be a list or tuple"),
        (
            {"deg_dispersion": (1e300, 1)},
            ValueError,
            "deg_dispersion must give numbers that float32 can hold",
        ),
        ({"generator": 420}, TypeError, "generator must be a torch.Generator or None, got 420"),
        ({"deg_dispersion": 4}, ValueError, "deg_dispersion must be a list or tuple"),
        ({"num_examples": 2**26, "num_class": 1, "num_inputs": 4, "bias": True}, ValueError, "x 5 x 1"),
    ],
)
def test_bad_arguments_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        tensorGenCla(**arguments)


def test_numpy_numbers_are_numbers():
    features, labels = tensorGenCla(np.int64(3), np.int32(2), np.uint8(3), (np.float32(4), np.float64(2)))
    assert features.shape == (9, 2)
    assert [len(X) for X, _ in data_iter(np.int64(4), features, labels)] == [4, 4, 1]


def test_the_default_dtype_does_not_matter():
    torch.set_default_dtype(torch.float64)
    try:
        assert tensorGenCla(3, bias=True)[0].dtype == torch.float32
    finally:
        torch.set_default_dtype(torch.float32)


def test_batches_carry_no_gradient_history():
    features = torch.ones(4, 2, requires_grad=True) * 2
    assert not any(X.requires_grad for X, _ in data_iter(2, features, torch.ones(4)))


@given(n=st.integers(1, 40), batch_size=st.integers(1, 50), seed=st.integers(0, 99))
def test_each_example_comes_exactly_once_with_its_own_label(n, batch_size, seed):
    features = torch.arange(n).reshape(-1, 1)
    batches = data_iter(batch_size, features, features * 10, generator=seeded(seed))
    sizes = []
    seen = []
    for X, y in batches:
        assert torch.equal(y, X * 10)
        sizes.append(len(X))
        seen += X.flatten().tolist()
    assert sorted(seen) == list(range(n))
    assert all(size == batch_size for size in sizes[:-1])
    assert len(sizes) == len(batches)


def test_iterating_again_shuffles_again_and_the_seed_repeats_it():
    def two_epochs():
        batches = data_iter(4, torch.arange(64), torch.arange(64), generator=seeded(3))
        return [torch.cat([X for X, _ in batches]).tolist() for _ in range(2)]

    first, second = two_epochs()
    assert first != second
    assert two_epochs() == [first, second]


def test_without_a_generator_the_global_seed_decides():
    def order():
        torch.manual_seed(5)
        return torch.cat([X for X, _ in data_iter(4, torch.arange(64), torch.arange(64))]).tolist()

    assert order() == order() != list(range(64))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((0, torch.ones(3), torch.ones(3)), ValueError, "batch_size must be at least 1, got 0"),
        ((1.5, torch.ones(3), torch.ones(3)), TypeError, "batch_size must be an int"),
        ((1, [1], torch.ones(1)), TypeError, "features must be a torch.Tensor, got list"),
        ((1, torch.ones(0, 2), torch.ones(0)), ValueError, "features must hold at least one example"),
        ((1, torch.ones(3, 2), torch.ones(2)), ValueError, r"each of the 3 examples.*got shape \(2,\)"),
    ],
)
def test_bad_batches_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        data_iter(*arguments)
