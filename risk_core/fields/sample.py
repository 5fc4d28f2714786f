"""Risk met along streets."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.fields import expose_streets, sample_max
from risk_core.state.level import DANGER_RISK, RISK_CODE_MISSING, RISK_CODE_STEPS
from risk_core.state.network import Network

DANGER_POWER: Final = 5
"""Power of risk over `DANGER_RISK`: convex, so a little risk hardly counts (our own choice, unverified)."""


def danger_of(risk: NDArray[np.float64]) -> NDArray[np.float64]:
    """Danger of a risk, any shape: ``(risk / 0.6) ** 5``, the price of a second there in seconds of a weight of 1.

    Examples
    --------
    >>> danger_of(np.array([0.0, 0.3, 0.6])).tolist()
    [0.0, 0.03125, 1.0]
    """
    return np.asarray((risk / DANGER_RISK) ** DANGER_POWER, dtype=np.float64)


def _code_danger() -> NDArray[np.float64]:
    """Danger of each risk byte, shape=(256,), 0 for unknown."""
    code = np.arange(RISK_CODE_MISSING + 1)
    return np.where(code <= RISK_CODE_STEPS, danger_of(code / RISK_CODE_STEPS), 0.0)


CODE_DANGER: Final = _code_danger()


@dataclass(frozen=True, slots=True, eq=False)
class StreetExposure:
    """What awaits on each street at one moment; unknown counts as no risk.

    Attributes
    ----------
    max_risk
        Largest risk met along it, shape=(n_street,), 0..1.
    danger
        Integral of `danger_of` the risk along its geometry over its length, shape=(n_street,).
    """

    max_risk: NDArray[np.float32]
    danger: NDArray[np.float32]


def integrate_streets(network: Network, risk: NDArray[np.uint8]) -> StreetExposure:
    """Integrate one time slice of a field along every street's real geometry.

    Parameters
    ----------
    network
        Its streets with the cells they cross.
    risk
        Risk bytes of the grid, shape=(n_row, n_col).
    """
    flat = np.ascontiguousarray(risk).reshape(-1)
    cells = (network.street_first_cell, network.street_cell, network.street_cell_length_m)
    return StreetExposure(*expose_streets(flat, CODE_DANGER, *cells))


def sample_streets(network: Network, risk: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Largest risk byte each street meets at each time.

    Parameters
    ----------
    network
        Its streets with the cells they cross.
    risk
        Risk bytes, shape=(n_time, n_row, n_col).

    Returns
    -------
    uint8 array
        shape=(n_time, n_street); 255 only where nothing along the street is known.
    """
    flat = np.ascontiguousarray(risk).reshape(risk.shape[0], -1)
    return sample_max(flat, network.street_first_cell, network.street_cell)
