"""Exercise 6.5: where the GPU catches up."""

from __future__ import annotations

import math

from torchlearning.check.case import Mistakes
from torchlearning.check.exercise import Exercise, exercise

CAUSES = {"division by zero": "Here an example costs the CPU nothing. Ask before you divide."}
LATE = "A negative batch size: the lines cross on the wrong side of 0. "


@exercise("crossover(cpu_fixed, cpu_per_example, gpu_fixed, gpu_per_example)", causes=CAUSES)
def crossover(call: Exercise) -> str:
    """Check ``crossover``, the batch size from which on the GPU is not slower than the CPU.

    Parameters
    ----------
    function : callable
        Takes `cpu_fixed`, `cpu_per_example`, `gpu_fixed` and `gpu_per_example`, floats, in any
        one unit of time; a step over b examples takes ``fixed + per_example * b`` on the CPU and
        ``max(fixed, per_example * b)`` on the GPU. Returns a number: ``inf`` if the GPU is slower
        at every large b, 0.0 if it never is.

    Notes
    -----
    Lesson 6. Checked: a crossing, equal times per example, a GPU that never catches up, one that
    is never slower. A GPU that starts ahead, or level, and falls behind later is left open.
    """
    words = "At the crossing the GPU still waits for launches: cpu_fixed + cpu_per_example * b = gpu_fixed."
    for times in [(10.0, 2.0, 49.0, 0.75), (5.0, 0.25, 30.0, 0.05), (0.5, 0.25, 0.8, 0.1)]:
        call("a crossing", *times).equals((times[2] - times[0]) / times[1], mistakes(*times), words)
    overlap = "The GPU's work overlaps with its launches, so it catches up although an example costs as much."
    call("equal times per example", 10.0, 2.0, 50.0, 2.0).equals(20.0, [(math.inf, overlap)], words)
    never = "Here the GPU is slower at every large batch size, so it never catches up: math.inf."
    for times in [(10.0, 0.5, 50.0, 2.0), (10.0, 0.0, 50.0, 0.0), (0.5, 0.1, 0.75, 0.2)]:
        case = call("a GPU that never catches up", *times)
        case.equals(math.inf, [(lambda b: b < 0, LATE + never)], never)
    always = "Here the GPU is never slower, at no batch size: 0.0."
    for times in [
        (50.0, 2.0, 10.0, 0.5),
        (50.0, 1.0, 10.0, 1.0),
        (10.0, 2.0, 10.0, 1.0),
        (9.0, 0.0, 9.0, 0.0),
    ]:
        case = call("a GPU that is never slower", *times)
        case.equals(0.0, [(lambda b: b < 0, LATE + always)], always)
    return (
        "Notice: the GPU's time per example does not occur in the crossing. A faster GPU does not win "
        "earlier, and a longer run of the same small batches does not either: it repeats both."
    )


def mistakes(cpu_fixed: float, cpu: float, gpu_fixed: float, gpu: float) -> Mistakes:
    """Return what mistakes in the crossing give."""
    debt = gpu_fixed - cpu_fixed
    summed = "That adds the GPU's work to its launches. They overlap, and the longer of the two counts."
    rounded = "Do not round: where the lines cross is asked for."
    difference = "What the GPU has to catch up is the difference of the fixed times."
    return [
        (-debt / cpu, "The sign: the later start of the GPU is divided by what each example costs the CPU."),
        (cpu / debt, "Upside down: the difference of the fixed times is divided by the time per example."),
        (debt / (cpu - gpu), summed),
        (debt / (cpu + gpu), "The GPU's work overlaps with its launches, so it costs nothing here."),
        ((gpu_fixed + cpu_fixed) / cpu, difference),
        (gpu_fixed / cpu, "The CPU has a fixed time, too: subtract it."),
        (cpu_fixed / cpu, difference),
        (debt / gpu, "Divide by what an example costs the CPU: meanwhile the GPU only waits for launches."),
        (debt * cpu, "Divide: so many examples are needed that their times pay back the fixed costs."),
        (debt, "That is what the GPU has to catch up: divide it by what each example costs the CPU."),
        (gpu_fixed - cpu_fixed / cpu, "Parentheses: (gpu_fixed - cpu_fixed) / cpu_per_example."),
        (math.ceil(debt / cpu), rounded),
        (math.floor(debt / cpu), rounded),
        (math.inf, "The GPU is slower to start but not with each example, so it catches up."),
        (0.0, "The GPU starts later, so for small batches it is slower."),
    ]
