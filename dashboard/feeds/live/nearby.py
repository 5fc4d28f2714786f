"""Leaves out warnings that lie elsewhere: feeds tell of a country or the world, an area is a city."""

from dashboard.feeds.live.naming import names_place
from dashboard.feeds.live.source import Place
from dashboard.feeds.records import Part, Record
from dashboard.store.geometry import geojson_bounds

MARGIN_M = 5_000.0
"""A warning this near is shown too."""


def keep_near(part: Part, place: Place, keep_unplaced: bool = False) -> Part:
    """Records whose outline touches the area, or whose words name it where they have none.

    Parameters
    ----------
    part
        Alerts.
    place
        The area.
    keep_unplaced
        Whether those are kept that have no outline and do not name it: the question was asked for this place.
    """
    out = Part(faults=part.faults, n_refused=part.n_refused, notes=part.notes)
    for record, where in zip(part.records, part.places, strict=True):
        if is_near(record, place, keep_unplaced):
            out.add(record, where)
    n_left = len(part.records) - len(out.records)
    out.notes += [f"{n_left} elsewhere"] if n_left else []
    return out


def is_near(record: Record, place: Place, keep_unplaced: bool) -> bool:
    """Whether one record concerns the area; one that cannot be read is kept for the door to tell."""
    geometry = record.get("geometry")
    if geometry is None:
        return keep_unplaced or names_place(str(record.get("area_text", "")), place)
    if not isinstance(geometry, str):
        return True
    try:
        west, south, east, north = geojson_bounds(geometry)
    except (ValueError, KeyError, TypeError):
        return True
    a_west, a_south, a_east, a_north = place.padded(MARGIN_M)
    return west <= a_east and east >= a_west and south <= a_north and north >= a_south
