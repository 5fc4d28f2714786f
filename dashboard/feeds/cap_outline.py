"""Outlines of CAP areas: rings and circles as polygons, large ones drawn with fewer corners that still cover them."""

import math
from typing import Final

from dashboard.store.geometry import GeometryLimits, read_geometry
from dashboard.store.refusal import RefusedError
from risk_core.units import M_PER_DEG_LAT

CIRCLE_VERTICES: Final = 36
"""Corners of the polygon a circle is kept as."""
MOST_CORNERS: Final = 100_000
"""Corners of a ring read; the largest message read holds no more."""
KEPT_CORNERS: Final = 5_000
"""Rings of more corners are drawn anew with fewer."""
FIRST_TOLERANCE_M: Final = 10.0
MOST_TOLERANCE_M: Final = 2_000.0

_LIMITS: Final = GeometryLimits(max_vertices=MOST_CORNERS, max_rings=200)


def read_outline(name: str, text: str) -> tuple[str, str]:
    """GeoJSON of a CAP polygon or circle, and what was changed in it, or an empty text.

    Parameters
    ----------
    name
        ``polygon`` or ``circle``.
    text
        Its content: ``lat,lon lat,lon ...`` or ``lat,lon radius_km``.

    Raises
    ------
    RefusedError
        When it is no valid outline on the earth.

    Examples
    --------
    >>> read_outline("circle", "37.5,127.0 0")
    ('{"type":"Point","coordinates":[127.0,37.5]}', '')
    """
    pairs = _ring(text) if name == "polygon" else _circle(text)
    whole = read_geometry(_as_geometry(pairs), _LIMITS)
    return _with_fewer_corners(whole, len(pairs)) if len(pairs) > KEPT_CORNERS else (whole, "")


def _with_fewer_corners(geojson: str, n_corner: int) -> tuple[str, str]:
    """The same outline with at most `KEPT_CORNERS` corners; it covers all of the first one.

    A valid outline thinned by Douglas and Peucker (1973) strays from the first by the tolerance at most; grown by as
    much again it leaves nobody out.
    """
    import shapely

    first = shapely.from_geojson(geojson)
    tolerance_m = FIRST_TOLERANCE_M
    while tolerance_m <= MOST_TOLERANCE_M:
        tolerance = tolerance_m / M_PER_DEG_LAT
        thin = first.simplify(tolerance).buffer(1.01 * tolerance, join_style="mitre")
        thin = shapely.Polygon(thin.exterior) if thin.geom_type == "Polygon" else thin
        n_kept = int(shapely.get_num_coordinates(thin))
        if thin.geom_type == "Polygon" and thin.is_valid and n_kept <= KEPT_CORNERS:
            told = f"an outline of {n_corner} corners is drawn with {n_kept}, at most {3 * tolerance_m:g} m wider"
            return str(shapely.to_geojson(thin)), told
        tolerance_m *= 2
    wanted = f"an outline that {KEPT_CORNERS} corners can draw within {3 * MOST_TOLERANCE_M:g} m"
    raise RefusedError(wanted, "Ask the sender for a simpler outline.")


def _as_geometry(pairs: list[list[float]]) -> dict[str, object]:
    if len(pairs) == 1:
        return {"type": "Point", "coordinates": pairs[0]}
    return {"type": "Polygon", "coordinates": [pairs]}


def _ring(text: str) -> list[list[float]]:
    """Corners as [lon, lat] of ``lat,lon lat,lon ...``; the last is the first again."""
    words = text.split()
    if len(words) > MOST_CORNERS:
        raise RefusedError(f"at most {MOST_CORNERS} corners", "Ask the sender for a simpler outline.")
    pairs = [_pair(word) for word in words]
    if len(pairs) < 4 or pairs[0] != pairs[-1]:
        raise RefusedError("a closed ring of at least 4 points, lat,lon each", "Close the ring.")
    return pairs


def _circle(text: str) -> list[list[float]]:
    """Corners as [lon, lat] of ``lat,lon radius_km``; a radius of zero is a point."""
    try:
        centre, radius_km = text.split()
        radius_deg = float(radius_km) * 1000.0 / M_PER_DEG_LAT
    except ValueError:
        raise RefusedError("lat,lon and a radius in km", "Write it as 37.5,127.0 10.") from None
    lon, lat = _pair(centre)
    if not (0 <= radius_deg < 45 and abs(lat) + radius_deg < 90):
        raise RefusedError("a radius of 0 to 5000 km that leaves out the poles", "Check the radius.")
    if radius_deg == 0:
        return [[lon, lat]]
    stretch = radius_deg / math.cos(math.radians(lat))
    angles = (2 * math.pi * k / CIRCLE_VERTICES for k in range(CIRCLE_VERTICES))
    ring = [[lon + stretch * math.cos(a), lat + radius_deg * math.sin(a)] for a in angles]
    return [*ring, ring[0]]


def _pair(word: str) -> list[float]:
    try:
        lat, lon = (float(number) for number in word.split(","))
    except ValueError:
        raise RefusedError("pairs of lat,lon", "Write them as 37.5,127.0.") from None
    return [lon, lat]
