"""The nearest shelters with room, by the safest way there."""

from dataclasses import replace

import numpy as np

from risk_core.errors import Fault, UnreachableError
from risk_core.kernels.network import arc_rad
from risk_core.routes.find import find_routes
from risk_core.routes.many import nearest_by_way, snap_all
from risk_core.routes.price import Priced, price_at
from risk_core.routes.question import barred_mask, checked_network
from risk_core.routes.snap import snap
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.many import NearestAnswer, OnSlice, ShelterWay
from risk_core.state.network import Network
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind, Snap
from risk_core.state.shelters import has_room, known_shelters
from risk_core.state.situation import Shelter

MOST_LOOKED_AT = 300
"""Shelters nearest as the crow flies among which the nearest by the way are sought."""


def find_nearest(
    area: Area,
    assessment: Assessment,
    origin: tuple[float, float],
    profile: Profile,
    kind: RouteKind,
    n: int,
    step: int,
    priced: Priced | None = None,
) -> NearestAnswer:
    """Shelters that are open and not known to be full, in the order of what the way there costs, with that way.

    The order is that of the departure's slice; the ways themselves count the hazard as it moves.

    Parameters
    ----------
    area, assessment, profile, step, priced
        As for `risk_core.routes.find.find_routes`, which tells the errors too.
    origin
        (lat_deg, lon_deg).
    kind
        What the way minimises.
    n
        Most shelters, 1 or more.

    Raises
    ------
    UnreachableError
        When no open way leads to any shelter with room.
    """
    network = checked_network(area, assessment, profile, (kind,), step, priced)
    priced = priced or price_at(network, assessment, profile, step)
    (place,) = snap_all(area, network, assessment, priced, [("from", *origin)])
    found = _on_streets(area, network, assessment, priced, origin)
    order = nearest_by_way(network, priced, kind, place, [at for _, at in found], n) if found else []
    if not order:
        remedy = "Choose another start or profile, or ask again: shelters open and streets change."
        wanted = "a place from which an open way leads to a shelter with room"
        raise UnreachableError(Fault("from", f"{origin[0]:.6g},{origin[1]:.6g}", wanted, remedy))
    ways = []
    for i in order:
        shelter, at = found[i]
        ends = origin, (at.lat_deg, at.lon_deg)
        answer = find_routes(area, assessment, *ends, profile, (kind,), step, priced)
        ways.append(ShelterWay(shelter, at, answer.routes[0]))
    on = OnSlice.of(assessment, profile, step)
    is_simulated = on.simulated or any(way.shelter.simulated for way in ways)
    return NearestAnswer(replace(on, simulated=is_simulated), place, tuple(ways))


def _on_streets(
    area: Area, network: Network, assessment: Assessment, priced: Priced, origin: tuple[float, float]
) -> list[tuple[Shelter, Snap]]:
    """Shelters with room on the street they lie at; those far from every open street are left out."""
    known = [one for one in known_shelters(area, assessment) if has_room(one)]
    far = [arc_rad(*origin, one.lat_deg, one.lon_deg) for one in known]
    near = [known[i] for i in np.argsort(far, kind="stable")[:MOST_LOOKED_AT]]
    profile = priced.costs.profile
    barred = barred_mask(assessment, priced, profile)
    found = [(one, snap(network, one.lat_deg, one.lon_deg, profile, barred)) for one in near]
    return [(one, at) for one, at in found if at is not None]
