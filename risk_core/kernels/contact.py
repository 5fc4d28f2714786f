"""Chance of an infectious contact and of infection among a number of people, value by value."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel


@kernel
def log_none(n: float, prob: float) -> float:
    """Logarithm of the chance that none of `n` independent things of chance `prob` happens; NaN in, NaN out."""
    if n <= 0.0:
        return 0.0 * n * prob
    return n * math.log1p(-prob) if not prob >= 1.0 else -np.inf


@kernel
def contact_probs(
    alpha: NDArray[np.float64], beta: NDArray[np.float64], people: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Chance that at least one of `people` is infectious when the prevalence is Beta(alpha, beta), each shape=(n,).

    1 - G(beta + m) G(alpha + beta) / (G(beta) G(alpha + beta + m)) as a product over whole people, which keeps its
    digits where the Beta is narrow; between whole numbers its logarithm is linear. NaN in, NaN out.
    """
    out = np.empty(alpha.size)
    for i in range(alpha.size):
        whole = math.floor(people[i]) if people[i] > 0.0 else 0
        total = log_none(people[i] - whole, alpha[i] / (alpha[i] + beta[i] + whole))
        for m in range(whole):
            total += log_none(1.0, alpha[i] / (alpha[i] + beta[i] + m))
        out[i] = -math.expm1(total)
    return out


@kernel
def infection_probs(
    prevalence: NDArray[np.float64], n_near: float, near_dose: float, n_room: float, room_dose: float
) -> NDArray[np.float64]:
    """Chance of infection at each prevalence, shape=(n,); NaN in, NaN out.

    Each of the `n_near` and `n_room` others is infectious on its own with the prevalence and then infects with
    1 - exp(-dose); so the chance never exceeds that of a contact, and is 1 - exp(-n p dose) for small doses.

    Parameters
    ----------
    prevalence
        Share of the others who are infectious.
    n_near, n_room
        Other people near and further away in the room; need not be whole.
    near_dose, room_dose
        Dose from one infectious person of each kind over the whole stay, in infections.
    """
    near, room = -math.expm1(-near_dose), -math.expm1(-room_dose)
    out = np.empty(prevalence.size)
    for i in range(prevalence.size):
        out[i] = -math.expm1(log_none(n_near, prevalence[i] * near) + log_none(n_room, prevalence[i] * room))
    return out
