"""Outlines sent by others: read, checked, never repaired.

Repairing an outsider's polygon can take minutes for a thousand crossing vertices, so an invalid ring is
refused instead. Only the check itself is done, which is fast.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.store.refusal import RefusedError
from risk_core.state.situation import GeometryKind, Shape
from risk_core.units import M_PER_DEG_LAT

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MAX_GEOMETRY_TEXT: Final = 2_000_000
"""Longest WKT or GeoJSON text read, characters."""

_KINDS: Final = {
    "Point": GeometryKind.POINT,
    "LineString": GeometryKind.LINE,
    "MultiLineString": GeometryKind.LINE,
    "Polygon": GeometryKind.POLYGON,
    "MultiPolygon": GeometryKind.POLYGON,
}


@dataclass(frozen=True, slots=True)
class GeometryLimits:
    """Largest outline taken: vertices, rings (or lines), and extent north-south or east-west in metres."""

    max_vertices: int = 2_000
    max_rings: int = 20
    max_extent_m: float = math.inf


def read_geometry(value: object, limits: GeometryLimits) -> str:
    """Read WKT, WKB, GeoJSON text or a GeoJSON mapping and return compact GeoJSON text, lon,lat as GeoJSON asks.

    Raises
    ------
    RefusedError
        When it is no geometry, is invalid (for example crosses itself), is not on the earth (with a hint when
        latitude and longitude look swapped) or is larger than `limits`.

    Examples
    --------
    >>> read_geometry("POINT (126.97 37.56)", GeometryLimits())
    '{"type":"Point","coordinates":[126.97,37.56]}'
    """
    from shapely.geometry import mapping

    shape = _parse(value)
    _check_size(shape, limits)
    _check_on_earth(shape)
    _check_extent(shape, limits)
    if not shape.is_valid:
        raise RefusedError(
            f"a valid geometry ({_why_invalid(shape)})", "Draw it again so that it does not cross itself."
        )
    outline = mapping(shape)
    return json.dumps({"type": outline["type"], "coordinates": _rounded(outline["coordinates"])}, separators=(",", ":"))


def shape_from_geojson(text: str) -> Shape:
    """Shape of stored GeoJSON; a polygon's parts are all its rings, inside by the even-odd rule."""
    outline = json.loads(text)
    kind = _KINDS[outline["type"]]
    coordinates = outline["coordinates"]
    parts = {
        "Point": lambda: [[coordinates]],
        "LineString": lambda: [coordinates],
        "MultiLineString": lambda: coordinates,
        "Polygon": lambda: coordinates,
        "MultiPolygon": lambda: [ring for polygon in coordinates for ring in polygon],
    }[outline["type"]]()
    return Shape(kind, tuple(np.asarray(part, np.float64)[:, 1::-1].copy() for part in parts))


def geojson_bounds(text: str) -> tuple[float, float, float, float]:
    """(west, south, east, north) of stored GeoJSON, degrees."""
    points = np.concatenate(shape_from_geojson(text).parts)
    (south, west), (north, east) = points.min(axis=0), points.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _parse(value: object) -> "BaseGeometry":
    import shapely
    from shapely.geometry import shape as shape_of

    wanted, remedy = "WKT or GeoJSON of a point, line or polygon", "Write for example POINT (126.97 37.56), lon first."
    try:
        if isinstance(value, str):
            text = value.strip()
            if len(text) > MAX_GEOMETRY_TEXT:
                raise RefusedError(f"at most {MAX_GEOMETRY_TEXT} characters", "Simplify the outline.")
            value = json.loads(text) if text.startswith("{") else shapely.from_wkt(text)
        elif isinstance(value, bytes):
            value = shapely.from_wkb(value)
        if isinstance(value, Mapping):
            with np.errstate(invalid="ignore"):
                value = shape_of(value.get("geometry", value))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, shapely.errors.ShapelyError):
        raise RefusedError(wanted, remedy) from None
    if not isinstance(value, shapely.geometry.base.BaseGeometry) or value.geom_type not in _KINDS or value.is_empty:
        raise RefusedError(wanted, remedy)
    return shapely.force_2d(value)


def _check_size(shape: "BaseGeometry", limits: GeometryLimits) -> None:
    import shapely

    n_vertex = int(shapely.get_num_coordinates(shape))
    if n_vertex > limits.max_vertices:
        raise RefusedError(f"at most {limits.max_vertices} vertices (it has {n_vertex})", "Simplify the outline.")
    polygons = shapely.get_parts(shape)
    n_ring = int(np.maximum(shapely.get_num_interior_rings(polygons) + 1, 1).sum())
    if n_ring > limits.max_rings:
        raise RefusedError(
            f"at most {limits.max_rings} rings or lines (it has {n_ring})", "Send it in several records."
        )


def _check_on_earth(shape: "BaseGeometry") -> None:
    import shapely

    lon_lat = shapely.get_coordinates(shape)
    if not np.isfinite(lon_lat).all():
        raise RefusedError("finite coordinates", "Remove NaN and inf from the coordinates.")
    largest_lon, largest_lat = np.abs(lon_lat).max(axis=0)
    if largest_lat > 90 and largest_lat <= 180 and largest_lon <= 90:
        raise RefusedError("longitude first, then latitude", "Latitude and longitude look swapped; swap them.")
    if largest_lat > 90 or largest_lon > 180:
        raise RefusedError("degrees of EPSG:4326", "Project the coordinates to longitude, latitude (EPSG:4326).")


def _check_extent(shape: "BaseGeometry", limits: GeometryLimits) -> None:
    west, south, east, north = shape.bounds
    shrink = math.cos(math.radians((south + north) / 2))
    extent_m = max(north - south, (east - west) * shrink) * M_PER_DEG_LAT
    if extent_m > limits.max_extent_m:
        wanted = f"at most {limits.max_extent_m / 1000:g} km across (it is {extent_m / 1000:.0f} km)"
        raise RefusedError(wanted, "Cut it into parts, and check the order of the coordinates.")


def _why_invalid(shape: "BaseGeometry") -> str:
    import shapely

    return str(shapely.is_valid_reason(shape)).split("[", maxsplit=1)[0].strip().lower()


def _rounded(coordinates: object) -> object:
    """Coordinates with seven decimals (about a centimetre), as nested lists."""
    if isinstance(coordinates, (tuple, list)):
        return [_rounded(part) for part in coordinates]
    return round(float(coordinates), 7)  # type: ignore[arg-type]
