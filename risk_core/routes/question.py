"""A question checked against an area and an assessment, both ends moved onto the network."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError, raise_faults
from risk_core.routes.price import Priced, price_at
from risk_core.routes.schedule import Schedule, standing
from risk_core.routes.snap import snap, snap_or_raise
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.grid import Grid
from risk_core.state.network import Network
from risk_core.state.point import check_points
from risk_core.state.profile import Profile, profile_position
from risk_core.state.route import EdgeCosts, RouteKind, Snap


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A checked question: costs of the snapshot, both ends on the network.

    Attributes
    ----------
    network, grid, priced
        Topology, the cells of the area, and what the streets cost the profile.
    assessment
        The snapshot, with the closures in force.
    origin, destination
        On the network.
    is_closed
        Edges a closure bars this profile from, shape=(n_edge,).
    schedule
        Which time slice holds when on the way.
    name, asked
        What faults call the destination, and where it was asked for, (lat_deg, lon_deg).
    """

    network: Network
    grid: Grid
    priced: Priced
    assessment: Assessment
    origin: Snap
    destination: Snap
    is_closed: NDArray[np.bool_]
    schedule: Schedule
    name: str
    asked: tuple[float, float]

    @property
    def costs(self) -> EdgeCosts:
        """Seconds and risk of each edge."""
        return self.priced.costs


def checked_network(
    area: Area, assessment: Assessment, profile: Profile, kinds: Sequence[RouteKind], step: int, priced: Priced | None
) -> Network:
    """The area's streets, when everything asked fits the area and the assessment."""
    if area.network is None:
        remedy = "Choose an area with streets; a nationwide view has none."
        raise InputError(Fault("area", area.area_id, "an area with streets", remedy))
    n_step, n_edge = len(assessment.lead_s), area.network.n_edge
    faults = []
    if assessment.area_hash != area.content_hash or len(assessment.closed_mask) != n_edge:
        remedy = "Assess the area again; it was rebuilt since."
        faults.append(Fault("assessment", assessment.version or "of another area", f"one of {area.area_id}", remedy))
    if not 0 <= step < n_step:
        faults.append(Fault("step", str(step), f"0 to {n_step - 1}", "Choose one of the snapshot's time slices."))
    if not kinds:
        wanted = ", ".join(RouteKind)
        faults.append(Fault("kinds", "empty", f"one or more of {wanted}", "Name at least one kind of route."))
    remedy = "Make the costs from this assessment, for this profile."
    if priced is not None and len(priced.costs.travel_time_s) != n_edge:
        faults.append(Fault("priced", f"of {len(priced.costs.travel_time_s)} edges", f"{n_edge} edges", remedy))
    if priced is not None and priced.costs.profile != profile:
        faults.append(Fault("priced", f"of {priced.costs.profile}", f"{profile}", remedy))
    raise_faults(faults)
    return area.network


def pose(
    area: Area,
    assessment: Assessment,
    points: Sequence[tuple[float, float]],
    profile: Profile,
    kinds: Sequence[RouteKind],
    step: int,
    priced: Priced | None = None,
) -> list[Question]:
    """Check a question and move its points onto streets that are open: one question for each leg.

    Parameters
    ----------
    points
        (lat_deg, lon_deg) of the start, the places called at, and the destination; two or more.
    area, assessment, profile, kinds, step, priced
        As for `risk_core.routes.find.find_routes`, which tells the errors too.
    """
    network = checked_network(area, assessment, profile, kinds, step, priced)
    if len(points) < 2:
        raise InputError(Fault("points", str(len(points)), "a start and a destination", "Give two points or more."))
    names = ["from", *(f"via[{i}]" for i in range(len(points) - 2)), "to"]
    check_points(area.grid, tuple((name, *point) for name, point in zip(names, points, strict=True)))
    if priced is None:
        priced = price_at(network, assessment, profile, step)
    places = [snap_open(network, assessment, priced, point, name) for name, point in zip(names, points, strict=True)]
    is_closed, schedule = is_closed_to(assessment, priced, profile), priced.schedule or standing(assessment, step)
    return [
        Question(network, area.grid, priced, assessment, start, stop, is_closed, schedule, name, point)
        for (start, stop), name, point in zip(pairwise(places), names[1:], points[1:], strict=True)
    ]


def is_closed_to(assessment: Assessment, priced: Priced, profile: Profile) -> NDArray[np.bool_]:
    """Whether a closure bars a profile from each edge, at present or in any slice it was priced on."""
    in_force = np.asarray((assessment.closed_mask >> profile_position(profile)) & 1, dtype=np.bool_)
    return np.asarray(in_force | priced.is_closed)


def snap_open(network: Network, assessment: Assessment, priced: Priced, point: tuple[float, float], name: str) -> Snap:
    """Move a point onto the nearest street that is open to the traveller the streets are priced for.

    Raises
    ------
    InputError
        When there is none within 500 m, and whether that is because of what is barred by request.
    """
    profile = priced.costs.profile
    try:
        return snap_or_raise(network, point, profile, barred_mask(assessment, priced, profile), name)
    except InputError as error:
        if not priced.is_avoided.any() or snap(network, *point, profile, assessment.closed_mask) is None:
            raise
        (fault,) = error.faults
        value = f"{point[0]:.6g},{point[1]:.6g}: the areas to avoid hold every street near it"
        remedy = "Make the areas to avoid smaller, or choose another point."
        raise InputError(replace(fault, value=value, remedy=remedy)) from error


def barred_mask(assessment: Assessment, priced: Priced, profile: Profile) -> NDArray[np.uint8]:
    """Closures in force, and for this profile what is barred by request, as bits of each edge."""
    bit = np.uint8(profile_position(profile))
    return np.asarray(assessment.closed_mask | (priced.is_avoided.astype(np.uint8) << bit), dtype=np.uint8)
