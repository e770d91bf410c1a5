"""What the original lesson prints, and how far each number can be had again.

Each entry is a place in the original with its numbers as printed (`text`), how far they can be
reproduced (`status`), why (`reason`), and how often they are printed (`times`). Together the entries
are all that the lecture prints, each number as often as it does so. The tests hold every exact entry
against our functions; exercise 5.9 shows the table.
"""

from __future__ import annotations

from typing import NamedTuple


class Printed(NamedTuple):
    """Numbers that the original prints: where, the text, and how far they can be had again."""

    where: str
    text: str
    status: str
    reason: str
    times: int = 1


EXACT, IN_KIND, LOST = "exactly", "in kind", "not"
SEEDED = "seeded with 420 just before"
ARITHMETIC = "arithmetic on numbers already given"

_FIRST_TEN = """
    -6.0141, -4.9911, 1.0000  -4.6593, -6.7657, 1.0000  -5.9395, -5.2347, 1.0000
    -7.0262, -4.5792, 1.0000  -2.3817, -5.1295, 1.0000  -0.7093, -5.4693, 1.0000
    -4.1530, -6.8751, 1.0000  -1.9636, -3.3003, 1.0000  -6.5046, -6.0710, 1.0000
    -6.1291, -7.1835, 1.0000"""
_EASY = """
    -6.0141, -4.9911, 1.0000  -4.6593, -6.7657, 1.0000  -5.9395, -5.2347, 1.0000
    6.4622, 4.1406, 1.0000  5.7278, 9.2208, 1.0000  4.9705, 3.1236, 1.0000"""
_HARD = """
    -6.0282, -3.9822  -3.3185, -7.5314  -5.8790, -4.4695
    6.9244, 2.2811  5.4556, 12.4416  3.9411, 0.2473"""
_LOGITS = """
    -8.9733, -18.9785, -28.9837  -14.2971, -24.7221, -35.1471  -9.7042, -19.8785, -30.0527
    -7.7375, -18.3429, -28.9483  -9.3886, -15.8998, -22.4111  -10.4079, -15.5865, -20.7651
    -14.6253, -24.6535, -34.6816  -3.9010, -8.1649, -12.4289  -12.2130, -23.7886, -35.3642
    -15.5506, -27.8632, -40.1758"""
_EXPONENTIALS = """
    1.2675e-04, 5.7245e-09, 2.5854e-13  6.1777e-07, 1.8336e-11, 5.4426e-16
    6.1026e-05, 2.3275e-09, 8.8770e-14  4.3617e-04, 1.0809e-08, 2.6787e-13
    8.3669e-05, 1.2439e-07, 1.8493e-10  3.0193e-05, 1.7016e-07, 9.5900e-10
    4.4494e-07, 1.9640e-11, 8.6693e-16  2.0222e-02, 2.8446e-04, 4.0014e-06
    4.9654e-06, 4.6637e-11, 4.3803e-16  1.7639e-07, 7.9282e-13, 3.5635e-18"""
_ROW_SUMS = """
    1.2675e-04, 6.1779e-07, 6.1028e-05, 4.3619e-04, 8.3794e-05,
    3.0364e-05, 4.4495e-07, 2.0511e-02, 4.9655e-06, 1.7639e-07"""
_PROBABILITIES = """
    9.9995e-01, 4.5163e-05, 2.0398e-09  9.9997e-01, 2.9681e-05, 8.8098e-10
    9.9996e-01, 3.8138e-05, 1.4546e-09  9.9998e-01, 2.4781e-05, 6.1412e-10
    9.9851e-01, 1.4845e-03, 2.2070e-06  9.9436e-01, 5.6040e-03, 3.1583e-05
    9.9996e-01, 4.4139e-05, 1.9484e-09  9.8594e-01, 1.3869e-02, 1.9509e-04
    9.9999e-01, 9.3923e-06, 8.8216e-11  1.0000e+00, 4.4946e-06, 2.0202e-11"""
_NN_HARD = """0.1420 0.7607 0.7987 0.7987 0.7980 0.7967 0.7847 0.8053 0.7973 0.7913
    0.7967 0.8000 0.8000 0.7980 0.8000 0.7827 0.8007 0.7993 0.7980 0.7953"""
_MANUAL = """0.8220 0.9547 0.9653 0.9693 0.9693 0.9693 0.9707 0.9673 0.9707
    0.9667 0.9713 0.9707 0.9713 0.9707 0.9707 0.9700 0.9700 0.9707 0.9693"""
_STARTS = "0.7940 0.7900 0.7960 0.7880 0.7887 0.7980 0.7980 0.7873 0.7960 0.8000"
_NN_WEIGHTS = "-0.3947 -0.7395 0.1667 -0.2784 0.6445 0.2392 -0.9082 1.5810 -0.6922"
_NN_PROBABILITIES = """
    9.5957e-01, 4.0428e-02, 6.4515e-06  9.5540e-01, 4.4593e-02, 5.5352e-06
    9.6062e-01, 3.9378e-02, 5.7618e-06  4.5679e-03, 1.5779e-01, 8.3765e-01
    2.4782e-04, 2.0569e-02, 9.7918e-01  2.3951e-02, 3.7729e-01, 5.9876e-01"""
_PAIR = "0.6000 0.2000 0.2000 0.3000 0.4000 0.3000"
_LOST_CELL = "its cells are lost, with seed and number of epochs"

PRINTED = (
    Printed("defaults of tensorGenCla", "500 2 3 4 2", EXACT, "ours has the same"),
    Printed("features of [6, 2], first and last three rows", _EASY, EXACT, SEEDED),
    Printed("features of [6, 4], first and last three rows", _HARD, EXACT, SEEDED),
    Printed("f, the first ten examples", _FIRST_TEN, EXACT, SEEDED, 2),
    Printed("l, their labels", "0 0 0 0 0 0 0 0 0 0", EXACT, "class 0 comes first", 2),
    Printed("w", "0. 1. 2. 3. 4. 5. 6. 7. 8.", EXACT, ARITHMETIC, 2),
    Printed("row sums of w", "3. 12. 21.", EXACT, ARITHMETIC),
    Printed("mm(f, w)", _LOGITS, EXACT, ARITHMETIC),
    Printed("exp(m1)", _EXPONENTIALS, EXACT, ARITHMETIC),
    Printed("row sums of exp(m1)", _ROW_SUMS, EXACT, ARITHMETIC),
    Printed("exp(m1) over its row sums", _PROBABILITIES, EXACT, ARITHMETIC),
    Printed("softmax(f, w)", _PROBABILITIES, EXACT, ARITHMETIC, 2),
    Printed("F.softmax(m1, 1)", _PROBABILITIES.replace("2.2070e-06", "2.2069e-06"), EXACT, ARITHMETIC),
    Printed("argmax of each row", "0 0 0 0 0 0 0 0 0 0", EXACT, ARITHMETIC),
    Printed("argmax(tensor([1, 2]))", "1", EXACT, ARITHMETIC),
    Printed("two predictions", _PAIR, EXACT, "given", 2),
    Printed("their labels", "0 1", EXACT, "given", 2),
    Printed("gather", "0.6000 0.4000", EXACT, ARITHMETIC),
    Printed("loss of 0.6 and 0.4 by product", "0.7136", EXACT, ARITHMETIC),
    Printed("loss of 0.6 and 0.4 by sum", "0.7136", EXACT, ARITHMETIC),
    Printed("m_cross_entropy of the pair", "0.7136", EXACT, ARITHMETIC),
    Printed("CrossEntropyLoss of the ten examples", "0.0021", EXACT, ARITHMETIC),
    Printed("m_cross_entropy of the ten examples", "0.0021", EXACT, ARITHMETIC),
    Printed("accuracy before manual training", "0.4473", EXACT, SEEDED),
    Printed("accuracies of manual training", _MANUAL, IN_KIND, "shuffled by Python's random, unseeded"),
    Printed("nn on [6, 4], 20 accuracies", _NN_HARD, EXACT, SEEDED + ", sampling order of its day"),
    Printed("nn on [6, 4], ten starts", _STARTS, IN_KIND, "no seed of its own, unknown draws before"),
    Printed("nn on [6, 2], layer", "2 3", EXACT, "ours has the same"),
    Printed("nn on [6, 2], weights", _NN_WEIGHTS, LOST, _LOST_CELL),
    Printed("nn on [6, 2], loss and accuracy", "0.1668 0.9620", IN_KIND, _LOST_CELL),
    Printed("nn on [6, 2], probabilities", _NN_PROBABILITIES, LOST, _LOST_CELL),
    Printed("address of the generator", "0x1f9803ffd30", LOST, "a place in the memory of its day", 3),
    Printed("four random numbers on CPU and GPU", "1.1650 2.0070 0.6959 -0.4931", LOST, "no seed", 5),
    Printed("index of the GPU", "0", IN_KIND, "the first one has it on any machine with a GPU"),
    Printed("four random numbers made on the GPU", "0.2777 0.2940 0.9860 -0.4056", LOST, "no seed"),
    Printed("seconds on the GPU", "14.391150299999936", LOST, "a time, of another machine"),
)
