"""The fields as the traveller will meet them, what a warning is of, and the way round from where it first pays."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.closures import close_slices, edges_met
from risk_core.errors import AnsimgilError
from risk_core.movement.match_plane import MatchStreets
from risk_core.movement.match_track import place_on
from risk_core.movement.path_exposure import WARNING_DEFAULTS, ExposureAhead, detour_ahead, end_of, way_through
from risk_core.movement.path_record import LevelSlices, StreetPath
from risk_core.routes.find import find_routes
from risk_core.routes.many import open_weights
from risk_core.routes.price import Priced
from risk_core.routes.schedule import Schedule, moving
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import LEVEL_THRESHOLDS, Layer, Level, code_to_risk
from risk_core.state.network import Network
from risk_core.state.profile import Profile, profile_position
from risk_core.state.route import Route, RouteKind
from risk_core.units import S_PER_H, S_PER_MIN

Floats = NDArray[np.float64]

MOST_LATER_S: Final = S_PER_H
"""Positions newer than the snapshot by more than this are met by its first slice: the clocks do not agree."""


LEAST_WARNED: Final = WARNING_DEFAULTS.least_level


class DangerKind(StrEnum):
    """What a warning is of."""

    CLOSED = "closed"
    INFECTION = "infection"
    TYPHOON = "typhoon"
    RAIN = "rain"


@dataclass(frozen=True, slots=True, eq=False)
class FieldsAhead:
    """Levels, doses and closures as met from now on.

    Attributes
    ----------
    slices
        Levels and doses of every edge; a closed edge counts as `Level.SERIOUS`.
    is_closed
        Where it is closed to the traveller, shape=(n_slice, n_edge).
    schedule
        Which time slice of the assessment holds when.
    """

    slices: LevelSlices
    is_closed: NDArray[np.bool_]
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class PathWarning:
    """The one warning.

    Attributes
    ----------
    level
        Of the danger.
    prob
        Chance of entering it on the way ahead.
    kind
        What it is.
    edge, lat_deg, lon_deg
        Street on which it is most probably entered, and the place on it the traveller reaches first, degrees.
    reason_lat_deg, reason_lon_deg
        Middle of that street, where the danger is told of.
    minutes_to_go
        Until then; 0 for who is inside.
    through_min
        Minutes until the expected way is behind it, NaN where it does not leave it as far as it is known.
    step
        Time slice of the assessment that holds then.
    closure
        Position of the closure in the assessment's, -1 where none is.
    """

    level: Level
    prob: float
    kind: DangerKind
    edge: int
    lat_deg: float
    lon_deg: float
    reason_lat_deg: float
    reason_lon_deg: float
    minutes_to_go: float
    through_min: float
    step: int
    closure: int


@dataclass(frozen=True, slots=True, eq=False)
class PathDetour:
    """The way round.

    Attributes
    ----------
    route
        From the present place to the first place behind the danger, by the safest way.
    leave_lat_deg, leave_lon_deg, leave_min
        The first junction where leaving the expected way pays, and minutes until then.
    street
        The street taken there, empty where it has no name.
    added_s
        Seconds it takes longer than the expected way at the same speed; negative where it is shorter.
    saved_s
        What leaving there saves of the objective, inf where the expected way is closed.
    """

    route: Route
    leave_lat_deg: float
    leave_lon_deg: float
    leave_min: float
    street: str
    added_s: float
    saved_s: float


def fields_ahead(
    network: Network,
    assessment: Assessment,
    profile: Profile,
    later_s: float = 0.0,
    dose_per_s: NDArray[np.float32] | None = None,
) -> FieldsAhead:
    """Levels of every edge from a moment on: the combined risk, and streets closed to the traveller.

    Parameters
    ----------
    network, assessment
        The streets and their assessment.
    profile
        The traveller.
    later_s
        How much later than the assessment the traveller sets off; beyond an hour, or before it, 0 is taken.
    dose_per_s
        Dose a traveller takes up each second, shape=(n_edge,), the same in every slice; None for none.
    """
    schedule = moving(assessment, assessment.step_now)
    if 0 < later_s <= MOST_LATER_S:
        schedule = schedule.after(later_s)
    risk = code_to_risk(assessment.street_risk[Layer.COMBINED][schedule.step][:, network.street])
    reached = [np.nan_to_num(risk) >= threshold for threshold in LEVEL_THRESHOLDS]
    level = np.asarray(np.sum(reached, axis=0), dtype=np.uint8)
    masks = close_slices(network, assessment.closures, schedule.at_s)
    is_closed = (masks >> profile_position(profile)) & 1 > 0
    level[is_closed] = Level.SERIOUS
    dose = np.zeros(network.n_edge, dtype=np.float32) if dose_per_s is None else np.nan_to_num(dose_per_s)
    doses = np.broadcast_to(dose.astype(np.float32), level.shape)
    return FieldsAhead(LevelSlices(schedule.begin_s, level, doses), is_closed, schedule)


def explain_warning(
    streets: MatchStreets, assessment: Assessment, ahead: FieldsAhead, path: StreetPath, exposure: ExposureAhead
) -> PathWarning | None:
    """What the one warning of an exposure on a path is of; None where there is none."""
    found, network = exposure.warning, streets.network
    if found is None:
        return None
    at = ahead.slices.slice_at(found.after_s)
    step, street = int(ahead.schedule.step[at]), int(network.street[found.edge])
    kind, closure = DangerKind.CLOSED, -1
    if ahead.is_closed[at, found.edge]:
        closure = _closure_on(network, assessment, found.edge, float(ahead.schedule.at_s[at]))
    else:
        hazards = [layer for layer in assessment.street_risk if layer is not Layer.COMBINED]
        risk = {layer: float(code_to_risk(assessment.street_risk[layer][step, street])) for layer in hazards}
        kind = DangerKind(max(risk, key=lambda layer: np.nan_to_num(risk[layer])).value)
    lat, lon = np.full(1, np.nan), np.full(1, np.nan)
    n = way_through(path, ahead.slices, found.level)
    half_m = 0.5 * float(network.length_m[found.edge])
    place_on(streets, np.array([found.edge], dtype=np.int32), np.array([half_m]), lat, lon)
    return PathWarning(
        level=Level(found.level),
        prob=found.prob,
        kind=kind,
        edge=found.edge,
        lat_deg=exposure.lat_deg,
        lon_deg=exposure.lon_deg,
        reason_lat_deg=float(lat[0]),
        reason_lon_deg=float(lon[0]),
        minutes_to_go=exposure.minutes_to_go,
        through_min=float(path.likely_entry_s[n - 1]) / S_PER_MIN if n else math.nan,
        step=step,
        closure=closure,
    )


def find_way_round(
    area: Area,
    assessment: Assessment,
    streets: MatchStreets,
    priced: Priced,
    here: tuple[float, float],
    path: StreetPath,
    ahead: FieldsAhead,
    warning: PathWarning,
) -> PathDetour | None:
    """The safest way from here to the first place behind the danger, and where it first pays to leave the expected way.

    Parameters
    ----------
    area, assessment
        Where and when.
    streets, priced
        For the traveller, at the assessment's present slice.
    here
        (lat_deg, lon_deg) of the traveller.
    path, ahead, warning
        The path ahead, what waits on it, and the warning.

    Returns
    -------
    PathDetour or None
        None where the expected way does not leave the danger again as far as it is known, where leaving it nowhere
        pays, and where no open way leads round.
    """
    network = streets.network
    # Behind it is where nothing worth a warning waits any more, or at least nothing as high as this.
    behind = (way_through(path, ahead.slices, level) for level in (LEAST_WARNED, int(warning.level)))
    n = next((found for found in behind if found >= 2), 0)
    if not n:
        return None
    weights = open_weights(network, priced.weights[RouteKind.SAFEST], priced)
    point = detour_ahead(streets, weights, path, n_edge=n)
    if point is None:
        return None
    end = end_of(streets, int(path.likely[n - 1]))
    asked = (end.lat_deg, end.lon_deg), priced.costs.profile, (RouteKind.SAFEST,), assessment.step_now, priced
    try:
        route = find_routes(area, assessment, here, *asked).routes[-1]
    except AnsimgilError:
        return None
    leave = end_of(streets, point.edge)
    expected_s = float(path.likely_entry_s[n]) if n < len(path.likely_entry_s) else math.nan
    return PathDetour(
        route=route,
        leave_lat_deg=leave.lat_deg,
        leave_lon_deg=leave.lon_deg,
        leave_min=float(path.likely_entry_s[point.position + 1]) / S_PER_MIN,
        street=_left_into(network, path, point.position, route),
        added_s=route.duration_s - expected_s,
        saved_s=point.saved_s,
    )


def _left_into(network: Network, path: StreetPath, position: int, route: Route) -> str:
    """Name of the street the route takes where it leaves the expected way, empty where it has none."""
    expected = set(path.likely[: position + 1].tolist())
    other = next((int(edge) for edge in route.edges if int(edge) not in expected), -1)
    name = -1 if other < 0 else int(network.street_name[network.street[other]])
    return network.names[name] if name >= 0 else ""


def _closure_on(network: Network, assessment: Assessment, edge: int, at_s: float) -> int:
    """Position of the first closure in force on an edge at a moment, -1 where none is."""
    for position, closure in enumerate(assessment.closures):
        if closure.from_s <= at_s < closure.until_s and edge in edges_met(network, closure.shape):
            return position
    return -1
