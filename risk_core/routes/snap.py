"""Moving a point onto the network."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.kernels.network import mark_streets
from risk_core.state.nearest import OnStreet, find_nearest
from risk_core.state.network import Network
from risk_core.state.profile import Profile, profile_position
from risk_core.state.route import Snap

MAX_SNAP_M: Final = 500.0
"""A point farther than this from every street it could use has no answer, metres."""


def usable_streets(network: Network, profile: Profile, closed_mask: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """1 for each street the profile may start or end on and that is not closed to it, shape=(n_street,)."""
    barred = np.zeros(network.n_edge, dtype=np.uint8) if closed_mask is None else closed_mask
    return mark_streets(network.snap_mask, barred, network.street, profile_position(profile), network.n_street)


def _as_snap(found: OnStreet, moved_out_of_closure: bool) -> Snap:
    place = (found.lat_deg, found.lon_deg, found.street, found.along_m, found.distance_m)
    return Snap(*place, moved_out_of_closure=moved_out_of_closure)


def snap(
    network: Network,
    lat_deg: float,
    lon_deg: float,
    profile: Profile,
    closed_mask: NDArray[np.uint8] | None,
    max_m: float = MAX_SNAP_M,
) -> Snap | None:
    """Nearest place the profile may start or end at.

    Parameters
    ----------
    network
        The streets.
    lat_deg, lon_deg
        The point, degrees.
    profile
        The traveller; only streets in its largest connected part count.
    closed_mask
        Closures in force, shape=(n_edge,); where the nearest street is closed the nearest open one is taken and
        `moved_out_of_closure` set. None looks at no closure.
    max_m
        Farthest distance, metres.

    Returns
    -------
    Snap or None
        None when no usable street lies within `max_m`.
    """
    nearest = find_nearest(network, lat_deg, lon_deg, usable_streets(network, profile, None), max_m)
    if nearest is None or closed_mask is None:
        return nearest and _as_snap(nearest, False)
    is_open = usable_streets(network, profile, closed_mask)
    if is_open[nearest.street]:
        return _as_snap(nearest, False)
    found = find_nearest(network, lat_deg, lon_deg, is_open, max_m)
    return found and _as_snap(found, True)


def snap_or_raise(
    network: Network, point: tuple[float, float], profile: Profile, closed_mask: NDArray[np.uint8], argument: str
) -> Snap:
    """As `snap`, within `MAX_SNAP_M`.

    Raises
    ------
    InputError
        When no open street of the profile lies within that distance; `argument` is what the asker calls the point.
    """
    found = snap(network, *point, profile, closed_mask)
    if found is not None:
        return found
    value = f"{point[0]:.6g},{point[1]:.6g}: no street within {MAX_SNAP_M:g} m"
    wanted = f"a point within {MAX_SNAP_M:g} m of an open street for {profile}"
    raise InputError(Fault(argument, value, wanted, "Choose a point nearer to a street, or another profile."))
