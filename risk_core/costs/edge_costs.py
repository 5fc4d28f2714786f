"""Seconds and risk of each edge for one profile on one snapshot."""

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.kernels.costs import time_and_risk
from risk_core.state.network import Network
from risk_core.state.profile import Profile, profile_position
from risk_core.state.route import EdgeCosts


def edge_costs(
    network: Network, profile: Profile, street_risk: NDArray[np.uint8], closed_mask: NDArray[np.uint8]
) -> EdgeCosts:
    """Travel time and risk of each edge.

    Parameters
    ----------
    network
        The streets.
    profile
        The traveller.
    street_risk
        Largest risk byte met along each street, shape=(n_street,); 255 (unknown) counts as no risk.
    closed_mask
        shape=(n_edge,), bit p set where a closure bars profile p.

    Returns
    -------
    EdgeCosts
        Times are inf where the profile may not go or a closure bars it.

    Raises
    ------
    InputError
        For arrays that do not belong to this network.
    """
    wanted = (
        ("street_risk", street_risk, (network.n_street,), "street"),
        ("closed_mask", closed_mask, (network.n_edge,), "edge"),
    )
    remedy = "Take both arrays from an assessment of this area."
    raise_faults(
        [
            Fault(argument, f"of shape {array.shape}", f"shape {shape}, one byte per {what}", remedy)
            for argument, array, shape, what in wanted
            if array.shape != shape
        ]
    )
    bit = profile_position(profile)
    speed_m_per_s = network.speed_m_per_s[bit]
    times_s, risk = time_and_risk(
        network.length_m, speed_m_per_s, network.street, np.ascontiguousarray(street_risk), closed_mask, bit
    )
    return EdgeCosts(profile, times_s, risk)
