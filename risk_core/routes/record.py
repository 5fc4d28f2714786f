"""From a path to the record people see."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.network import trace_path
from risk_core.routes.search import Path
from risk_core.routes.turns import Drawing, turn_list
from risk_core.state.assessment import Reason
from risk_core.state.level import DANGER_RISK, LEVEL_THRESHOLDS, Level
from risk_core.state.network import Network
from risk_core.state.route import EdgeCosts, Route, RouteKind
from risk_core.units import EARTH_RADIUS_M


@dataclass(frozen=True, slots=True)
class Totals:
    """What a path sums to; see `Route`."""

    duration_s: float
    length_m: float
    danger_m: float
    exposure_s: float
    max_risk: float
    level_length_m: tuple[float, float, float, float, float]


def levels_of(risk: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Level byte of each risk, shape as given."""
    return np.asarray(np.digitize(risk, LEVEL_THRESHOLDS), dtype=np.uint8)


def total_of(network: Network, costs: EdgeCosts, path: Path) -> Totals:
    """Sum of a path, edge by edge."""
    risk = costs.risk[path.edges].astype(np.float64)
    time_s = costs.travel_time_s[path.edges].astype(np.float64) * path.share
    length_m = network.length_m[path.edges].astype(np.float64) * path.share
    in_level = np.bincount(levels_of(costs.risk[path.edges]), weights=length_m, minlength=len(Level))
    safe, attention, caution, alert, serious = (float(metres) for metres in in_level)
    return Totals(
        duration_s=float(time_s.sum()),
        length_m=float(length_m.sum()),
        danger_m=float(length_m[risk >= DANGER_RISK].sum()),
        exposure_s=float((risk * time_s).sum()),
        max_risk=float(risk.max()),
        level_length_m=(safe, attention, caution, alert, serious),
    )


def draw_path(network: Network, path: Path) -> Drawing:
    """The line of a path, cut at both ends."""
    street = network.street[path.edges]
    lat_deg, lon_deg, owner = trace_path(
        network.street_first_point,
        network.point_lat_deg,
        network.point_lon_deg,
        street,
        path.begin_m,
        path.end_m,
        EARTH_RADIUS_M,
    )
    return Drawing(lat_deg, lon_deg, owner)


def route_id_of(words: Sequence[str], path: Path) -> str:
    """Short content id: the same way in the same snapshot always has the same id."""
    content = hashlib.sha256("\n".join(words).encode())
    content.update(path.edges.astype("<i4").tobytes())
    content.update(np.rint(np.array([path.begin_m[0], path.end_m[-1]]) * 100).astype("<i8").tobytes())
    return content.hexdigest()[:12]


def make_route(
    network: Network, costs: EdgeCosts, kind: RouteKind, path: Path, words: Sequence[str], reasons: Sequence[Reason]
) -> Route:
    """Everything told of one way.

    Parameters
    ----------
    network, costs, path
        The way and what its edges cost.
    kind
        What it minimises.
    words
        What besides the edges makes it unique: area, version, profile.
    reasons
        Why this way.
    """
    totals = total_of(network, costs, path)
    drawing = draw_path(network, path)
    return Route(
        route_id=route_id_of([*words, kind], path),
        kind=kind,
        edges=path.edges,
        duration_s=totals.duration_s,
        length_m=totals.length_m,
        danger_m=totals.danger_m,
        exposure_s=totals.exposure_s,
        max_risk=totals.max_risk,
        level_length_m=totals.level_length_m,
        profile_level=levels_of(costs.risk[path.edges])[drawing.owner],
        lat_deg=drawing.lat_deg,
        lon_deg=drawing.lon_deg,
        steps=turn_list(network, costs, path, drawing),
        reasons=tuple(reasons),
    )
