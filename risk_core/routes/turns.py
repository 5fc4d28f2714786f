"""The turn list of a path: streets in words, one line a change of street or direction."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.routes import count_ways_on
from risk_core.routes.search import Path
from risk_core.state.network import Network
from risk_core.state.route import EdgeCosts, RouteStep

STRAIGHT_DEG: Final = 20.0
SLIGHT_DEG: Final = 45.0
SHARP_DEG: Final = 120.0
U_TURN_DEG: Final = 170.0
"""Changes of direction at which a way stops being straight, slight, plain, and sharp, degrees (our own choice)."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """The line of a path: points, and the position in the path of each drawn segment's edge."""

    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    owner: NDArray[np.int32]


def turn_code(change_deg: float) -> str:
    """Name of a change of direction, positive to the right.

    Examples
    --------
    >>> turn_code(0.0), turn_code(-90.0), turn_code(30.0), turn_code(180.0)
    ('straight', 'left', 'slight_right', 'uturn')
    """
    size_deg = abs(change_deg)
    if size_deg < STRAIGHT_DEG:
        return "straight"
    if size_deg >= U_TURN_DEG:
        return "uturn"
    side = "right" if change_deg > 0 else "left"
    if size_deg < SLIGHT_DEG:
        return f"slight_{side}"
    return side if size_deg < SHARP_DEG else f"sharp_{side}"


def _bearings_deg(drawing: Drawing, n_edge: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bearing with which each edge begins and ends, each shape=(n_edge,), NaN for an edge without length."""
    d_north = np.diff(drawing.lat_deg)
    d_east = np.diff(drawing.lon_deg) * math.cos(math.radians(float(drawing.lat_deg[0])))
    bearing = np.degrees(np.arctan2(d_east, d_north))
    first, last = np.full(n_edge, np.nan), np.full(n_edge, np.nan)
    is_long = np.flatnonzero((d_north != 0) | (d_east != 0))
    owner = drawing.owner[is_long]
    first[owner[::-1]] = bearing[is_long[::-1]]
    last[owner] = bearing[is_long]
    return first, last


def _changes(network: Network, costs: EdgeCosts, path: Path, drawing: Drawing) -> list[tuple[int, str]]:
    """Positions in the path at which a new line begins, each with its code."""
    first_deg, last_deg = _bearings_deg(drawing, len(path.edges))
    street = network.street[path.edges]
    change_deg = np.nan_to_num((first_deg[1:] - last_deg[:-1] + 180.0) % 360.0 - 180.0)
    n_way = count_ways_on(network.first_out, network.head, network.street, costs.travel_time_s, path.edges[:-1])
    is_back = (street[1:] == street[:-1]) & (path.edges[1:] != path.edges[:-1])
    is_bend = (np.abs(change_deg) >= SLIGHT_DEG) & (n_way > 1)
    is_renamed = network.street_name[street[1:]] != network.street_name[street[:-1]]
    changes = [(0, "depart")]
    for i in np.flatnonzero(is_back | is_bend | is_renamed).tolist():
        changes.append((i + 1, "uturn" if is_back[i] else turn_code(float(change_deg[i]))))
    return changes


def turn_list(
    network: Network,
    costs: EdgeCosts,
    path: Path,
    drawing: Drawing,
    edge_s: NDArray[np.float64],
    edge_risk: NDArray[np.float32],
) -> tuple[RouteStep, ...]:
    """Lines from ``depart`` to ``arrive``; edges of one name that go on without a real turn share a line.

    A bend is told only where another way leads on. `edge_s` and `edge_risk` are the seconds spent on each
    edge of the path and the largest risk met there.
    """
    changes = _changes(network, costs, path, drawing)
    begin = np.array([position for position, _ in changes])
    time_s = np.add.reduceat(edge_s, begin)
    length_m = np.add.reduceat(network.length_m[path.edges].astype(np.float64) * path.share, begin)
    risk = np.maximum.reduceat(edge_risk, begin)
    point = np.searchsorted(drawing.owner, begin)
    steps = []
    for i, (position, code) in enumerate(changes):
        name = int(network.street_name[network.street[path.edges[position]]])
        steps.append(
            RouteStep(
                code=code,
                name=network.names[name] if name >= 0 else "",
                length_m=float(length_m[i]),
                duration_s=float(time_s[i]),
                risk=round(float(risk[i]), 3),
                lat_deg=float(drawing.lat_deg[point[i]]),
                lon_deg=float(drawing.lon_deg[point[i]]),
            )
        )
    place = (float(drawing.lat_deg[-1]), float(drawing.lon_deg[-1]))
    steps.append(RouteStep("arrive", steps[-1].name, 0.0, 0.0, round(float(edge_risk[-1]), 3), *place))
    return tuple(steps)
