"""Areas a traveller asks to keep out of."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.closures import edges_met
from risk_core.errors import Fault, raise_faults
from risk_core.kernels.costs import rings_cross
from risk_core.state.network import Network
from risk_core.state.situation import GeometryKind, Shape

MAX_POINTS: Final = 5_000
"""Points of all areas together that one question may bring."""

Polygon = tuple[NDArray[np.float64], ...]
"""Outer ring and holes, each shape=(n, 2), (latitude, longitude) in degrees."""


def avoided_edges(network: Network, polygons: Sequence[Polygon]) -> NDArray[np.bool_]:
    """Edges inside some area or touching its border, shape=(n_edge,).

    Parameters
    ----------
    network
        The streets.
    polygons
        Areas; what lies in a hole is not avoided. A ring may repeat its first point at its end.

    Raises
    ------
    InputError
        For rings with fewer than three places, positions not on the earth, borders that cross or touch themselves or
        each other, and more than `MAX_POINTS` points; all faults at once. Nothing is repaired: a wrong area would
        send people the wrong way.
    """
    rings = [tuple(open_ring(ring) for ring in polygon) for polygon in polygons]
    raise_faults(_faults(rings))
    is_avoided = np.zeros(network.n_edge, dtype=np.bool_)
    for polygon in rings:
        is_avoided[edges_met(network, Shape(GeometryKind.POLYGON, polygon))] = True
    return is_avoided


def open_ring(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """A ring without the repetition of its first point."""
    is_closed = ring.ndim == 2 and len(ring) > 1 and bool((ring[0] == ring[-1]).all())
    return ring[:-1] if is_closed else ring


def _faults(polygons: Sequence[Polygon]) -> list[Fault]:
    """Everything wrong with the areas; borders are looked at once the positions are right."""
    faults = []
    n_point = sum(len(ring) for polygon in polygons for ring in polygon)
    if n_point > MAX_POINTS:
        faults.append(Fault("avoid", f"{n_point} points", f"at most {MAX_POINTS}", "Simplify the areas."))
        return faults
    for k, polygon in enumerate(polygons):
        place = f"area {k + 1}"
        if not polygon or any(ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < 3 for ring in polygon):
            wanted = "rings of three or more places"
            faults.append(Fault("avoid", "a ring with fewer", wanted, "Give each border as a ring.", place))
        elif not all((np.abs(ring) <= (90.0, 180.0)).all() for ring in polygon):
            remedy = "Give longitude first in GeoJSON, in degrees."
            faults.append(Fault("avoid", "a position not on the earth", "latitudes -90..90", remedy, place))
        elif _is_crossed(polygon):
            remedy = "Draw each border so that it meets itself and the other borders nowhere."
            faults.append(Fault("avoid", "a border that crosses or touches itself", "plain rings", remedy, place))
    return faults


def _is_crossed(polygon: Polygon) -> bool:
    """Whether two segments of an area's rings meet that are not neighbours."""
    first = np.concatenate([[0], np.cumsum([len(ring) for ring in polygon])]).astype(np.int32)
    every = np.concatenate(polygon).astype(np.float64)
    return bool(rings_cross(first, every[:, 1].copy(), every[:, 0].copy()))
