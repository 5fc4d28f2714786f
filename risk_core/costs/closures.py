"""Closures drawn on the map become closed edges."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.kernels.costs import LineRule, metres_along_line, streets_in_rings
from risk_core.state.nearest import find_nearest, segment_index
from risk_core.state.network import Network
from risk_core.state.profile import PROFILES, profile_position
from risk_core.state.situation import Closure, GeometryKind, Shape
from risk_core.units import M_PER_DEG_LAT

POINT_REACH_M: Final = 30.0
"""A point closes the nearest street within this distance, metres."""

LINE_REACH_M: Final = 15.0
"""A line closes the streets that run along it within this distance, metres."""

LINE_MIN_COSINE: Final = math.cos(math.radians(30.0))
"""A street runs along a line when their directions differ by at most 30 degrees."""

LINE_MIN_RUN_M: Final = 20.0
"""A street is closed by a line beside which it runs this far, or half its own length if that is less, metres."""

LINE_PIECE_M: Final = 5.0
"""Streets are compared with a line in pieces of at most this length, metres."""

_FEWEST: Final = {GeometryKind.POINT: 1, GeometryKind.LINE: 2, GeometryKind.POLYGON: 3}


@dataclass(frozen=True, slots=True, eq=False)
class ClosedEdges:
    """Edges barred at one moment.

    Attributes
    ----------
    closed_mask
        shape=(n_edge,), bit p set where profile p may not go.
    edge_closure
        Position of the first closure in force on each edge, -1 for none, shape=(n_edge,).
    """

    closed_mask: NDArray[np.uint8]
    edge_closure: NDArray[np.int32]


def profile_mask(closure: Closure) -> int:
    """Bits of the profiles a closure bars; all of them when it names none."""
    return sum(1 << profile_position(profile) for profile in set(closure.profiles) or PROFILES)


def closure_faults(closures: Sequence[Closure]) -> list[Fault]:
    """Everything wrong with the shapes and times of closures."""
    faults = []
    for closure in closures:
        fewest = _FEWEST[closure.shape.kind]
        place = f"closure {closure.closure_id}"
        remedy = "Give its points as latitude, longitude in degrees."
        for part in closure.shape.parts or (np.empty((0, 2)),):
            if part.ndim != 2 or part.shape[1] != 2 or len(part) < fewest:
                wanted = f"{fewest} or more points of a {closure.shape.kind}"
                faults.append(Fault("shape", f"of shape {part.shape}", wanted, remedy, place))
            elif not np.isfinite(part).all():
                faults.append(Fault("shape", "not finite", "finite degrees", remedy, place))
        if not closure.from_s < closure.until_s:
            value = f"from {closure.from_s} until {closure.until_s}"
            faults.append(Fault("until_s", value, "a time after from_s", "Give inf when the end is unknown.", place))
    return faults


def _streets_by_line(network: Network, line: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Streets that run along one line, shape=(n_street,)."""
    lat_deg, lon_deg = np.ascontiguousarray(line[:, 0]), np.ascontiguousarray(line[:, 1])
    m_per_deg_lon = M_PER_DEG_LAT * math.cos(math.radians(float(lat_deg.mean())))
    beside_m = metres_along_line(
        segment_index(network),
        network.n_street,
        lat_deg,
        lon_deg,
        M_PER_DEG_LAT,
        m_per_deg_lon,
        LineRule(LINE_REACH_M, LINE_MIN_COSINE, LINE_PIECE_M),
    )
    edge = network.street_edge.max(axis=0)
    length_m = np.where(edge >= 0, network.length_m[edge], 0.0)
    return np.asarray((beside_m > 0) & (beside_m >= np.minimum(LINE_MIN_RUN_M, 0.5 * length_m)), dtype=np.bool_)


def _streets_by_point(network: Network, point: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The nearest street within reach of one point, shape=(n_street,)."""
    hit = np.zeros(network.n_street, dtype=np.bool_)
    is_usable = np.asarray((network.street_edge >= 0).any(axis=0), dtype=np.uint8)
    found = find_nearest(network, float(point[0]), float(point[1]), is_usable, POINT_REACH_M)
    if found is not None:
        hit[found.street] = True
    return hit


def streets_met(network: Network, shape: Shape) -> NDArray[np.bool_]:
    """Streets a shape closes, shape=(n_street,).

    A polygon takes every street with a segment inside or touching it (holes by the even-odd rule over all rings);
    a line the streets that run along it within 15 m; a point the nearest street within 30 m.
    """
    if shape.kind is GeometryKind.POLYGON:
        first = np.concatenate([[0], np.cumsum([len(part) for part in shape.parts])]).astype(np.int32)
        every = np.concatenate(shape.parts).astype(np.float64)
        lat_deg, lon_deg = every[:, 0].copy(), every[:, 1].copy()
        met = streets_in_rings(segment_index(network), network.n_street, first, lat_deg, lon_deg)
        return met.astype(np.bool_)
    if shape.kind is GeometryKind.LINE:
        lines = [_streets_by_line(network, part.astype(np.float64)) for part in shape.parts]
        return np.asarray(np.logical_or.reduce(lines), dtype=np.bool_)
    points = [_streets_by_point(network, point) for part in shape.parts for point in part]
    return np.asarray(np.logical_or.reduce(points), dtype=np.bool_)


def edges_met(network: Network, shape: Shape) -> NDArray[np.int32]:
    """Edges a shape closes, both ways of each street."""
    edges = network.street_edge[:, streets_met(network, shape)].ravel()
    return edges[edges >= 0]


def closure_edges(network: Network, closure: Closure) -> NDArray[np.int32]:
    """Edges a closure closes: those of its streets, or those its shape meets; both ways of each street."""
    if not closure.streets:
        return edges_met(network, closure.shape)
    edges = network.street_edge[:, np.array(closure.streets)].ravel()
    return edges[edges >= 0]


def close_slices(network: Network, closures: Sequence[Closure], at_s: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Closed masks at several moments, as `close_edges` gives each, shape=(n_moment, n_edge).

    Parameters
    ----------
    network
        The streets.
    closures
        In force, over, or still to come.
    at_s
        Moments, unix seconds, shape=(n_moment,).

    Raises
    ------
    InputError
        As `close_edges`.
    """
    raise_faults(closure_faults(closures))
    closed_mask = np.zeros((len(at_s), network.n_edge), dtype=np.uint8)
    for closure in closures:
        in_force = np.flatnonzero((closure.from_s <= at_s) & (at_s < closure.until_s))
        if len(in_force):
            closed_mask[np.ix_(in_force, closure_edges(network, closure))] |= np.uint8(profile_mask(closure))
    return closed_mask


def close_edges(network: Network, closures: Sequence[Closure], now_s: float) -> ClosedEdges:
    """Edges barred by the closures in force at `now_s` (``from_s <= now_s < until_s``), both ways of each street.

    Where several closures meet one edge their profiles add up and `edge_closure` names the first.

    Parameters
    ----------
    network
        The streets.
    closures
        In force, over, or still to come.
    now_s
        The moment, unix seconds.

    Raises
    ------
    InputError
        For shapes without enough finite points and for times that end before they begin; all faults at once.
    """
    raise_faults(closure_faults(closures))
    closed_mask = np.zeros(network.n_edge, dtype=np.uint8)
    edge_closure = np.full(network.n_edge, -1, dtype=np.int32)
    for position, closure in enumerate(closures):
        if not closure.from_s <= now_s < closure.until_s:
            continue
        edges = closure_edges(network, closure)
        closed_mask[edges] |= np.uint8(profile_mask(closure))
        edge_closure[edges[edge_closure[edges] < 0]] = position
    return ClosedEdges(closed_mask, edge_closure)
