"""Official warnings by district, as issued, so that they stand beside what is computed there."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.zone_words import name_districts
from risk_core.state.area import Area
from risk_core.state.situation import Alert, GeometryKind, Shape


class JoinedBy(StrEnum):
    """How the districts of a warning are known: its outline, its words, its words with a wider border, or not."""

    OUTLINE = "outline"
    NAME = "name"
    WIDER = "wider"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, eq=False)
class WarnedDistricts:
    """A warning and the districts it holds in.

    Attributes
    ----------
    alert
        The warning as issued.
    positions
        In the area's districts, ascending.
    joined_by
        How they are known.
    """

    alert: Alert
    positions: tuple[int, ...]
    joined_by: JoinedBy

    def holds_in(self, position: int) -> bool:
        """Whether it holds in a district."""
        return position in self.positions


def alert_key(alert: Alert) -> str:
    """Short id of an alert that fits an address."""
    return hashlib.sha256(f"{alert.alert_id}\n{alert.language}".encode()).hexdigest()[:16]


def join_districts(area: Area, alerts: Sequence[Alert]) -> list[WarnedDistricts]:
    """Districts of each warning: those its outline touches, else those its words name.

    A district counts as touched where the middle of one of its cells, or its own point, lies inside the outline.
    """
    return [_join(area, alert) for alert in alerts]


def alerts_at(area: Area, alerts: Sequence[Alert], lat_deg: float, lon_deg: float, now_s: float) -> list[Alert]:
    """Warnings in force at a place: inside their outline, or in a district they name.

    Parameters
    ----------
    area
        Its grid and districts.
    alerts
        Warnings of the snapshot.
    lat_deg, lon_deg
        The place.
    now_s
        The moment, unix seconds.
    """
    district = _district_at(area, lat_deg, lon_deg)
    found = []
    for alert in alerts:
        if not alert.from_s <= now_s < alert.until_s:
            continue
        if alert.shape is not None and alert.shape.kind is GeometryKind.POLYGON:
            is_here = bool(_inside(alert.shape, np.array([lat_deg]), np.array([lon_deg]))[0])
        else:
            is_here = district >= 0 and _join(area, alert).holds_in(district)
        found += [alert] if is_here else []
    return found


def alerts_in(area: Area, alerts: Sequence[Alert], position: int, now_s: float) -> list[Alert]:
    """Warnings in force in a district."""
    held = [one for one in alerts if one.from_s <= now_s < one.until_s]
    return [one.alert for one in join_districts(area, held) if one.holds_in(position)]


def _join(area: Area, alert: Alert) -> WarnedDistricts:
    shape = alert.shape
    if shape is not None and shape.kind is GeometryKind.POLYGON:
        return WarnedDistricts(alert, _touched(area, shape), JoinedBy.OUTLINE)
    if shape is not None and shape.kind is GeometryKind.POINT:
        lat_deg, lon_deg = (float(one) for one in shape.parts[0][0])
        district = _district_at(area, lat_deg, lon_deg)
        return WarnedDistricts(alert, (district,) if district >= 0 else (), JoinedBy.OUTLINE)
    named = name_districts(alert.area_text, area)
    if not named.positions:
        return WarnedDistricts(alert, (), JoinedBy.NOTHING)
    return WarnedDistricts(alert, named.positions, JoinedBy.WIDER if named.is_wider else JoinedBy.NAME)


def _district_at(area: Area, lat_deg: float, lon_deg: float) -> int:
    if not area.grid.contains(lat_deg, lon_deg):
        return -1
    return int(np.asarray(area.district).ravel()[area.grid.cell_of(lat_deg, lon_deg)])


def _touched(area: Area, shape: Shape) -> tuple[int, ...]:
    own = np.array([(one.lat_deg, one.lon_deg) for one in area.districts]).reshape(-1, 2)
    found = set(np.flatnonzero(_inside(shape, own[:, 0], own[:, 1])).tolist())
    corners = np.concatenate(shape.parts)
    (south, west), (north, east) = corners.min(axis=0), corners.max(axis=0)
    rows = np.flatnonzero((area.grid.row_lat_deg >= south) & (area.grid.row_lat_deg <= north))
    cols = np.flatnonzero((area.grid.col_lon_deg >= west) & (area.grid.col_lon_deg <= east))
    if rows.size and cols.size:
        district = np.asarray(area.district)[np.ix_(rows, cols)]
        lat, lon = np.meshgrid(area.grid.row_lat_deg[rows], area.grid.col_lon_deg[cols], indexing="ij")
        known = district >= 0
        found |= set(district[known][_inside(shape, lat[known], lon[known])].tolist())
    return tuple(sorted(int(one) for one in found))


def _inside(shape: Shape, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which places lie inside the rings of a polygon by the even-odd rule."""
    import shapely

    inside = np.zeros(lat_deg.shape, dtype=np.bool_)
    for ring in shape.parts:
        outline = shapely.Polygon(ring[:, ::-1])
        shapely.prepare(outline)
        inside ^= shapely.contains_xy(outline, lon_deg, lat_deg)
    return inside
