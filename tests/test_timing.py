"""What becomes of times: quartiles of a few rounds, and a cost model that forgives some of them."""

from types import SimpleNamespace

import numpy as np
import pytest

from torchlearning import CostModel, StepTime, fit_cost, time_calls


def test_quartiles_of_the_rounds_are_numpys(monkeypatch):
    rounds = [5.0, 1.0, 4.0, 2.0, 8.0]
    taken = iter([9.0, 9.0, *rounds])

    class Timer:
        def __init__(self, *_, **__):
            pass

        def timeit(self, _):
            return SimpleNamespace(median=next(taken))

    monkeypatch.setattr("torchlearning.cost.timing.Timer", Timer)
    (times,) = time_calls({"a": int}, rounds=5).values()
    assert (times.low, times.median, times.high) == tuple(np.quantile(rounds, [0.25, 0.5, 0.75]))


@pytest.mark.parametrize("factor", [10, 1 / 3])
def test_one_wrong_time_of_the_smallest_step_hardly_moves_its_fixed_cost(factor):
    true = CostModel(5e-5, 1e-7, 1e11, 1e10)
    sizes = [(B, D, C) for B in (10, 100, 1000, 10_000) for D in (2, 30, 1000) for C in (3, 30, 1000)]
    times = [true.seconds(*size) for size in sizes]
    times[0] *= factor
    found = fit_cost([StepTime(*size, *[t] * 3) for size, t in zip(sizes, times, strict=True)])
    assert found.fixed == pytest.approx(true.fixed, rel=0.1)
