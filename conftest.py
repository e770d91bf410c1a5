"""Shared by the tests and the doctests: figures without a screen, torch in every example."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
import torch

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def clean_state(doctest_namespace):
    doctest_namespace["torch"] = torch
    torch.manual_seed(0)
    yield
    plt.close("all")
