"""Seconds and risk of each edge for one profile on one snapshot."""

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.passing import StreetState, passing_speed_m_per_s, street_danger
from risk_core.errors import Fault, raise_faults
from risk_core.fields.sample import integrate_streets
from risk_core.kernels.costs import travel_times
from risk_core.state.network import Network
from risk_core.state.profile import Profile, profile_position
from risk_core.state.route import EdgeCosts


def edge_costs(
    network: Network,
    profile: Profile,
    field: NDArray[np.uint8],
    closed_mask: NDArray[np.uint8],
    state: StreetState | None = None,
) -> EdgeCosts:
    """Travel time of each edge, and the risk along its real geometry.

    Parameters
    ----------
    network
        The streets.
    profile
        The traveller.
    field
        Risk bytes of the area's grid at one time, shape=(n_row, n_col); 255 (unknown) counts as no risk.
    closed_mask
        shape=(n_edge,), bit p set where a closure bars profile p.
    state
        Water, wind and wet roads; None for dry and calm streets.

    Returns
    -------
    EdgeCosts
        Times are inf where the profile may not go or a closure bars it.

    Raises
    ------
    InputError
        For arrays that do not belong to this network.
    """
    n_cell = int(network.street_cell.max(initial=-1)) + 1
    faults = []
    remedy = "Take both arrays from an assessment of this area."
    if field.ndim != 2 or field.size < n_cell:
        wanted = f"rows and columns of a grid of {n_cell} cells or more"
        faults.append(Fault("field", f"of shape {field.shape}", wanted, remedy))
    if closed_mask.shape != (network.n_edge,):
        wanted = f"shape ({network.n_edge},), one byte per edge"
        faults.append(Fault("closed_mask", f"of shape {closed_mask.shape}", wanted, remedy))
    raise_faults(faults)
    bit = profile_position(profile)
    exposure = integrate_streets(network, field)
    street, speed, max_risk, danger = network.street, network.speed_m_per_s[bit], exposure.max_risk, exposure.danger
    if state is not None:
        speed = passing_speed_m_per_s(profile, speed, street, state)
        risk, more = street_danger(profile, state, network.n_street)
        max_risk, danger = np.maximum(max_risk, risk), np.maximum(danger, more)
    return EdgeCosts(
        profile=profile,
        travel_time_s=travel_times(network.length_m, speed, closed_mask, bit),
        risk=max_risk[street],
        danger=danger[street],
    )
