"""The softmax lab: three logits, a temperature and a shift; the formula as written and the stable one."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional as F
from traitlets import List

from torchlearning.figures.diagrams import plot_probabilities
from torchlearning.labs.base import Lab, Number, floats, front_end

TEMPERATURES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


class SoftmaxLab(Lab):
    """Softmax of three scores ``s = logits / temperature + shift``, hard and soft; lesson 1.

    Beside it the formula as written and the stable one, both in float32: where scores grow, the
    first turns to nan, and sooner than that, in silence, to wrong numbers.

    Parameters
    ----------
    logits, temperature, shift
        Where the sliders stand at first.

    Attributes
    ----------
    logits : list of three float
        Each from -10 to 10.
    temperature : float
        From 0.05 to 20.
    shift : float
        Added to all scores, from -200 to 200.
    probabilities : Tensor
        float32, shape ``(3,)``, the softmax. Read only.

    Raises
    ------
    TraitError
        If a value is of the wrong kind, number or size.

    Notes
    -----
    New in this course. Lesson 1.

    Examples
    --------
    >>> lab = SoftmaxLab(logits=[2, 1, 0])
    >>> lab.probabilities
    tensor([0.6652, 0.2447, 0.0900])
    >>> lab.temperature = 0.5
    >>> lab.probabilities
    tensor([0.8668, 0.1173, 0.0159])
    """

    _esm = front_end("softmax.js")
    logits = List(Number(min=-10, max=10), minlen=3, maxlen=3).tag(sync=True)
    temperature = Number(1.0, min=TEMPERATURES[0], max=TEMPERATURES[-1]).tag(sync=True)
    shift = Number(0.0, min=-200, max=200).tag(sync=True)

    def __init__(
        self, logits: Sequence[float] = (2.0, 1.0, 0.0), *, temperature: float = 1.0, shift: float = 0.0
    ) -> None:
        data = {"temperatures": TEMPERATURES}
        super().__init__(_data=data, logits=logits, temperature=temperature, shift=shift)

    @property
    def probabilities(self) -> Tensor:
        """The softmax of the scores, by PyTorch."""
        return F.softmax(floats(self.logits) / self.temperature + self.shift, dim=0)

    def summary(self) -> str:
        """Return where the sliders stand and the probabilities there."""
        logits = ", ".join(f"{z:g}" for z in self.logits)
        shares = ", ".join(f"{p:.4f}" for p in self.probabilities)
        return f"logits {logits}, temperature {self.temperature:g}, shift {self.shift:g}: softmax {shares}"

    def still(self) -> Figure:
        """Return the hard and the soft answer as bars."""
        figure = Figure(figsize=(6, 3), layout="constrained")
        hard = F.one_hot(self.probabilities.argmax(), 3).float()
        plot_probabilities({"hard": hard, "soft": self.probabilities}, ax=figure.subplots())
        return figure
