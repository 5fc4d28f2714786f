"""Shapes as GeoJSON (RFC 7946), and whether they touch a box."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from risk_core.errors import Fault, InputError
from risk_core.state.situation import GeometryKind, Shape

Box = tuple[float, float, float, float]
Geometry = dict[str, Any]
DIGITS: Final = 6


def geojson_of(shape: Shape, digits: int = DIGITS) -> Geometry:
    """GeoJSON of a shape, longitude first; rings closed, outer ones counter-clockwise, each hole in its own polygon.

    Examples
    --------
    >>> geojson_of(Shape(GeometryKind.POINT, (np.array([[37.5, 127.0]]),)))
    {'type': 'Point', 'coordinates': [127.0, 37.5]}
    """
    parts = [np.round(np.asarray(part, dtype=np.float64)[:, ::-1], digits) for part in shape.parts]
    if shape.kind is GeometryKind.POINT:
        return {"type": "Point", "coordinates": parts[0][0].tolist()}
    if shape.kind is GeometryKind.LINE:
        return {"type": "MultiLineString", "coordinates": [part.tolist() for part in parts]}
    polygons = [[_ring(ring, k == 0) for k, ring in enumerate(rings)] for rings in polygons_of(parts)]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def polygons_of(rings: Sequence[NDArray[np.float64]]) -> list[list[NDArray[np.float64]]]:
    """Outer ring and holes of each polygon, of rings inside which is what an odd number of them surrounds.

    A ring that an even number of others surrounds is an outer one; another is a hole of the smallest ring round it.
    """
    if len(rings) == 1:
        return [list(rings)]
    areas = shapely.polygons([shapely.linearrings(ring) for ring in rings])
    inner, outer = shapely.STRtree(areas).query(shapely.point_on_surface(areas), predicate="within")
    size = shapely.area(areas)
    is_round = (inner != outer) & (size[outer] > size[inner])
    inner, outer = inner[is_round], outer[is_round]
    depth = np.bincount(inner, minlength=len(rings))
    found: dict[int, list[NDArray[np.float64]]] = {k: [rings[k]] for k in np.flatnonzero(depth % 2 == 0).tolist()}
    for k in np.flatnonzero(depth % 2).tolist():
        round_it = outer[inner == k]
        found[int(round_it[np.argmin(size[round_it])])].append(rings[k])
    return list(found.values())


def box_shape(box: Box) -> BaseGeometry:
    """Geometry of west, south, east, north in degrees; two parts where it goes over the antimeridian.

    Examples
    --------
    >>> box_shape((179.0, 0.0, -179.0, 1.0)).area, box_shape((1.0, 2.0, 1.0, 2.0)).geom_type
    (2.0, 'Point')
    """
    west, south, east, north = box
    if west > east:
        return shapely.union(box_shape((west, south, 180.0, north)), box_shape((-180.0, south, east, north)))
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)


def refuse_swapped(box: Box | None, bounds: Box) -> None:
    """Refuse a box that lies elsewhere, but in an area with latitude and longitude exchanged.

    Raises
    ------
    risk_core.errors.InputError
        For such a box.
    """
    if box is None or _meets(box, bounds):
        return
    west, south, east, north = box
    if _meets((south, west, north, east), bounds):
        remedy = "Longitude comes first; with both exchanged it lies inside."
        raise InputError(Fault("bbox", "outside the area", "west,south,east,north that meets the area", remedy))


def _meets(box: Box, bounds: Box) -> bool:
    return box[0] <= bounds[2] and box[2] >= bounds[0] and box[1] <= bounds[3] and box[3] >= bounds[1]


def _ring(ring: NDArray[np.float64], is_outer: bool) -> list[list[float]]:
    """Ring closed, outer ones counter-clockwise (RFC 7946, 3.1.6)."""
    closed = ring if (ring[0] == ring[-1]).all() else np.concatenate([ring, ring[:1]])
    is_left = bool(shapely.is_ccw(shapely.linearrings(closed)))
    told: list[list[float]] = (closed if is_left is is_outer else closed[::-1]).tolist()
    return told
