"""A closure while it is being drawn: taps on a map become streets, a line or an area."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from dashboard.store.acts import State
from dashboard.store.geometry import shape_from_geojson
from risk_core.costs.closures import streets_met
from risk_core.state.nearest import find_nearest
from risk_core.state.network import Network

TAP_M: Final = 60.0
"""A tap takes the nearest street within this distance, metres."""
MAX_POINTS: Final = 200
LatLng = tuple[float, float]


class Mode(StrEnum):
    """What a tap adds: a whole street, a point of a line, or a corner of an area."""

    STREET = "street"
    LINE = "line"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was tapped so far: streets by number, or points (lat, lng)."""

    mode: Mode = Mode.STREET
    streets: tuple[int, ...] = ()
    points: tuple[LatLng, ...] = ()

    @classmethod
    def from_data(cls, data: Any) -> "Draft":
        """Read what the browser kept; anything else is an empty draft."""
        if not isinstance(data, Mapping) or data.get("mode") not in tuple(Mode):
            return cls()
        streets = tuple(int(one) for one in data.get("streets", ())[:MAX_POINTS])
        points = tuple((float(lat), float(lng)) for lat, lng in data.get("points", ())[:MAX_POINTS])
        return cls(Mode(data["mode"]), streets, points)

    def as_data(self) -> dict[str, Any]:
        """What the browser keeps."""
        return {"mode": str(self.mode), "streets": list(self.streets), "points": [list(one) for one in self.points]}


def tap(draft: Draft, network: Network, at: LatLng) -> Draft:
    """Add what lies at a point; a street tapped twice is taken out again."""
    if draft.mode is not Mode.STREET:
        return Draft(draft.mode, (), (*draft.points, at)[-MAX_POINTS:])
    usable = np.asarray((network.street_edge >= 0).any(axis=0), dtype=np.uint8)
    found = find_nearest(network, at[0], at[1], usable, TAP_M)
    if found is None:
        return draft
    kept = tuple(one for one in draft.streets if one != found.street)
    return Draft(draft.mode, kept if len(kept) < len(draft.streets) else (*kept, int(found.street)))


def step_back(draft: Draft) -> Draft:
    """Take the last tap back."""
    return Draft(draft.mode, draft.streets[:-1], draft.points[:-1])


def draft_geometry(draft: Draft, network: Network) -> State | None:
    """GeoJSON of a draft, longitude first; None while there is too little of it."""
    points = [[round(lng, 7), round(lat, 7)] for lat, lng in draft.points]
    if draft.mode is Mode.STREET and draft.streets:
        lines = [_street_line(network, street) for street in draft.streets if street < network.n_street]
        return {"type": "MultiLineString", "coordinates": lines} if lines else None
    if draft.mode is Mode.LINE and len(points) > 1:
        return {"type": "LineString", "coordinates": points}
    if draft.mode is Mode.AREA and len(points) > 2:
        return {"type": "Polygon", "coordinates": [[*points, points[0]]]}
    return None


def draft_name(draft: Draft, network: Network) -> str:
    """Names of the streets of a draft, as the map has them."""
    names = [_street_name(network, street) for street in draft.streets if street < network.n_street]
    return ", ".join(dict.fromkeys(name for name in names if name))[:120]


def met(network: Network, geometry: State) -> tuple[int, float]:
    """How many streets a shape closes, and their length, metres."""
    streets = np.flatnonzero(streets_met(network, shape_from_geojson(json.dumps(geometry))))
    edge = network.street_edge[:, streets].max(axis=0)
    return len(streets), float(network.length_m[edge[edge >= 0]].sum())


def _street_line(network: Network, street: int) -> Sequence[Sequence[float]]:
    first, end = int(network.street_first_point[street]), int(network.street_first_point[street + 1])
    lon, lat = network.point_lon_deg[first:end], network.point_lat_deg[first:end]
    return [[round(float(x), 7), round(float(y), 7)] for x, y in zip(lon, lat, strict=True)]


def _street_name(network: Network, street: int) -> str:
    position = int(network.street_name[street])
    return str(network.names[position]) if position >= 0 else ""
