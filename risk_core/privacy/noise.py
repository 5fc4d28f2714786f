"""Whole-number noise for counts: the two-sided geometric (discrete Laplace) mechanism, drawn exactly.

Adding noise z with P(z) proportional to exp(-epsilon |z| / sensitivity) to counts whose L1 sensitivity is bounded gives
epsilon-differential privacy (Ghosh, Roughgarden and Sundararajan, "Universally utility-maximizing privacy mechanisms",
STOC 2009). The draw uses whole numbers only, so that no rounding of floating point numbers tells anything (Canonne,
Kamath and Steinke, "The discrete Gaussian for differential privacy", NeurIPS 2020, algorithms 1 and 2).

Valid for counts of whole persons. What is promised is about one person's day as bounded before; who can link many days
or many sources of one person learns more, by the sum of their epsilons.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError

MOST_EPSILON: Final = 8.0
"""More than this protects nobody."""
Draw = Callable[[int], int]
"""Draws a whole number 0..n-1, each alike; for what leaves an operator `secrets.randbelow`."""


def geometric_noise(n: int, epsilon: float, sensitivity: int, draw: Draw) -> NDArray[np.int64]:
    """Draw noise for n counts.

    Parameters
    ----------
    n
        How many.
    epsilon
        Privacy spent on all of them together, 0 < epsilon <= 8.
    sensitivity
        How many of the counts, each by one, a person's day can change.
    draw
        Source of chance.

    Returns
    -------
    NDArray
        Whole numbers of mean zero, shape=(n,); their standard deviation is `noise_sd`.

    Raises
    ------
    InputError
        For an epsilon or a sensitivity out of range.

    Examples
    --------
    >>> import random
    >>> noise = geometric_noise(2_000, 1.0, 1, random.Random(1).randrange)
    >>> bool(abs(noise.mean()) < 0.1), bool(1.2 < noise.std() < 1.5)
    (True, True)
    """
    if not (math.isfinite(epsilon) and 0 < epsilon <= MOST_EPSILON):
        raise InputError(Fault("epsilon", str(epsilon), f"above 0 and at most {MOST_EPSILON:g}", "Take 1 a day."))
    if sensitivity < 1:
        raise InputError(Fault("sensitivity", str(sensitivity), "1 or more", "Bound what a person's day may change."))
    scale = Fraction(sensitivity) / Fraction(epsilon).limit_denominator(1_000)
    return np.array([_draw_one(scale.numerator, scale.denominator, draw) for _ in range(n)], dtype=np.int64)


def noise_sd(epsilon: float, sensitivity: int) -> float:
    """Standard deviation of the noise: sqrt(2 a) / (1 - a) with a = exp(-epsilon / sensitivity).

    Examples
    --------
    >>> round(noise_sd(1.0, 1), 2), round(noise_sd(1.0, 4), 2)
    (1.36, 5.64)
    """
    alpha = math.exp(-epsilon / sensitivity)
    return math.sqrt(2 * alpha) / (1 - alpha)


def silent_below(epsilon: float, sensitivity: int, n_count: int, least: int) -> int:
    """Least count to be told so that of `n_count` empty ones fewer than one is expected to look as large by its noise.

    Examples
    --------
    >>> silent_below(1.0, 1, 10, 10), silent_below(1.0, 7, 10_000, 10)
    (10, 61)
    """
    alpha = math.exp(-epsilon / sensitivity)
    return max(least, math.ceil(math.log(max(n_count, 1) / (1 + alpha)) * sensitivity / epsilon))


def _draw_one(numerator: int, denominator: int, draw: Draw) -> int:
    """Draw one of P(z) ~ exp(-|z| denominator / numerator); algorithm 2 of Canonne et al."""
    while True:
        part = draw(numerator)
        if not _is_exp(part, numerator, draw):
            continue
        whole = 0
        while _is_exp(1, 1, draw):
            whole += 1
        size = (part + numerator * whole) // denominator
        is_negative = draw(2) == 1
        if not (is_negative and size == 0):
            return -size if is_negative else size


def _is_exp(numerator: int, denominator: int, draw: Draw) -> bool:
    """True with probability exp(-numerator / denominator), of at most 1; algorithm 1 of Canonne et al."""
    k = 1
    while draw(k * denominator) < numerator:
        k += 1
    return k % 2 == 1
