"""Where a map was tapped."""

from collections.abc import Mapping
from typing import Any

LatLng = tuple[float, float]


def read_place(given: Any) -> LatLng | None:
    """(lat, lng) of a click or of the map's middle, in any of the forms the map gives."""
    at = given.get("latlng", given) if isinstance(given, Mapping) else given
    if isinstance(at, Mapping) and {"lat", "lng"} <= set(at):
        return float(at["lat"]), float(at["lng"])
    if isinstance(at, list | tuple) and len(at) == 2:
        return float(at[0]), float(at[1])
    return None
