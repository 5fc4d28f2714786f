"""Risk met along streets."""

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.fields import sample_max
from risk_core.state.network import Network


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
