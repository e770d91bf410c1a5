"""Shared by the tests and the doctests: figures without a screen, torch in every example."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
import torch
from hypothesis import settings

collect_ignore_glob = ["book/*.py"]  # twins of the notebooks, not modules
matplotlib.use("agg")
settings.register_profile("same", derandomize=True, deadline=None)  # same cases every time, no clock
settings.register_profile("thorough", max_examples=3000, deadline=None)  # new cases every time
settings.load_profile("same")


@pytest.fixture(autouse=True)
def clean_state(doctest_namespace):
    doctest_namespace["torch"] = torch
    torch.manual_seed(0)
    yield
    plt.close("all")
