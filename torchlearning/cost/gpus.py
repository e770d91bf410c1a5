"""What is published about GPUs, and the time of a step that follows from it."""

from __future__ import annotations

from typing import NamedTuple

from torchlearning import _arguments
from torchlearning.cost.model import CostModel


class DataSheet(NamedTuple):
    """The peaks of a GPU by its maker: operations a second, bytes a second, generation of PCIe.

    A None where the hardware has no such format. Rounded as the maker rounds, without sparsity.
    """

    float32: float
    tf32: float | None
    bfloat16: float | None
    bandwidth: float
    pcie: int


DATA_SHEETS = {
    "T4": DataSheet(8.1e12, None, None, 320e9, 3),
    "A100": DataSheet(19.5e12, 156e12, 312e12, 2.039e12, 4),  # SXM, 80 GB
    "H100": DataSheet(67e12, 494.5e12, 989.5e12, 3.35e12, 5),  # SXM; half of what it says with sparsity
}
LAUNCH_PRICES = (2.5e-6, 5e-6, 10e-6)  # seconds; published measurements lie in between
TRANSFERS_A_SECOND = {3: 8e9, 4: 16e9, 5: 32e9}  # of a lane of PCIe, by generation


def predict_gpu(name: str, *, host: float, launches: int, price: float) -> CostModel:
    """Predict what steps cost on a GPU, from its data sheet and the price of a launch.

    Parameters
    ----------
    name : {"T4", "A100", "H100"}
        Whose data sheet.
    host : float
        Seconds that the CPU needs for a step beside the launches: Python, checks, autograd.
    launches : int
        How many operations a step hands to the GPU.
    price : float
        Seconds of a launch.

    Returns
    -------
    CostModel
        A queue. It is no measurement: real kernels reach their peaks only when they are large.

    Raises
    ------
    TypeError, ValueError
        If `name` is none of these, or a number is negative or not finite.

    Notes
    -----
    New in this course. Lesson 6.

    Examples
    --------
    >>> gpu = predict_gpu("T4", host=50e-6, launches=10, price=5e-6)
    >>> f"{1e6 * gpu.seconds(10, 2, 3):.0f} µs, of which work {1e6 * gpu.work(10, 2, 3):.3f} µs"
    '100 µs, of which work 0.003 µs'
    """
    if name not in DATA_SHEETS:
        raise ValueError(f"name must be one of {', '.join(DATA_SHEETS)}, got {name!r}")
    host, price = _arguments.finite("host", host, 0), _arguments.finite("price", price, 0)
    launches, sheet = _arguments.whole_number("launches", launches, minimum=0), DATA_SHEETS[name]

    return CostModel(host + launches * price, 0.0, sheet.float32, sheet.bandwidth, queue=True)


def pcie_bandwidth(generation: int) -> float:
    """Return the bytes a second that 16 lanes of PCIe carry in one direction, at most.

    Each transfer of a lane is a bit, and 128 of 130 bits are data.

    Examples
    --------
    >>> [f"{pcie_bandwidth(generation) / 1e9:.1f} GB/s" for generation in (3, 4, 5)]
    ['15.8 GB/s', '31.5 GB/s', '63.0 GB/s']
    """
    if generation not in TRANSFERS_A_SECOND:
        raise ValueError(f"generation must be one of 3, 4, 5, got {generation!r}")
    return 16 * TRANSFERS_A_SECOND[generation] * 128 / 130 / 8
