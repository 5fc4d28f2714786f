"""People counted by place and hour, and trips counted between districts, made into a usual day of an area.

Counts of cells or of whole districts are laid on the area's raster. Days are averaged by precision, those of another
kind than today (Monday to Friday, or the weekend) with a large error; how far they differ, what the source says of its
error, and the age of the count make the uncertainty. A count does not expire at once, since days resemble each other,
but one older than `MAX_AGE_DAY` is left.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from risk_core.state.area import Area
from risk_core.state.grid import Grid
from risk_core.state.situation import N_HOUR, PeoplePresent
from risk_core.units import M_PER_DEG_LAT, S_PER_DAY, S_PER_H

Row = dict[str, Any]
Trust = Mapping[str, float]
"""Trust in each contributed source, 0..1, by its name in the rows."""
Floats = NDArray[np.float64]
WINDOW_DAY: Final = 8
"""Days of counts looked at, back from the newest: every weekday once."""
MAX_AGE_DAY: Final = 35.0
"""Older counts tell of another season."""
UNKNOWN_CV: Final = 0.1
"""Error of a count that tells none, of the count; assumption."""
OTHER_DAY_CV: Final = 0.3
"""Error of a weekend's count taken for a workday, or the other way round, of the count; assumption."""
AGE_CV_PER_DAY: Final = 0.005
"""What a day of age adds to the error, of the count; assumption."""
LEAST_WEIGHT: Final = 0.05
"""No source weighs less than this beside one that is trusted wholly; those below are marked when they come in."""
LEAST_HOUR: Final = 8
"""From so many known hours on, the hours between are filled in."""
SATURDAY: Final = 5
REACH: Final = 0.71
"""A count belongs to what lies nearer than this times the spacing of its source's cells: half a diagonal."""


def read_people(
    observations: ObservationStore, area: Area, now_s: float, zone: tzinfo, trust: Trust = MappingProxyType({})
) -> PeoplePresent | None:
    """People present on a usual day as `now_s` knows it; None where nobody counted lately.

    Parameters
    ----------
    observations
        The store.
    area
        Its raster and districts.
    now_s
        Nothing later is read, unix seconds.
    zone
        The area's own clock.
    trust
        Trust in each contributed source, 0..1; a source that is not in it is the operator's own and trusted wholly. A
        count weighs by the inverse of its variance times the trust in its source, and its error is as much larger.
    """
    since_s = now_s - (MAX_AGE_DAY + WINDOW_DAY) * S_PER_DAY
    counts, trips = (
        _recent(observations.rows(kind, area.area_id, since_s, now_s), now_s) for kind in (Kind.COUNTS, Kind.FLOWS)
    )
    if not counts and not trips:
        return None
    counts = [row | {"trust": max(trust.get(row["source"], 1.0), LEAST_WEIGHT)} for row in counts]
    newest_s = max(row["hour_s"] for row in counts or trips)
    is_weekend = _is_weekend(now_s, zone)
    trips = [row for row in trips if _is_weekend(row["hour_s"], zone) == is_weekend] or trips
    used = [*counts, *trips]
    n_cell = area.grid.n_row * area.grid.n_col
    persons, cv = _lay_counts(counts, area, zone, is_weekend) if counts else np.full((2, N_HOUR, n_cell), np.nan)
    aged = np.hypot(cv, AGE_CV_PER_DAY * max(now_s - newest_s, 0.0) / S_PER_DAY)
    return PeoplePresent(
        persons=persons.astype(np.float32),
        cv=aged.astype(np.float32),
        trips=_lay_trips(trips, area, zone) if trips else None,
        newest_s=newest_s,
        utc_offset_s=_offset_s(now_s, zone),
        n_day=len({_local(row["hour_s"], zone).date() for row in used}),
        sources=tuple(sorted({row["source"] for row in used})),
        simulated=any(row["simulated"] for row in used),
    )


def read_trip_matrix(observations: ObservationStore, area: Area, now_s: float) -> Floats | None:
    """Observed trips from district to district over the newest days counted, shape=(n_district, n_district).

    None where nobody counted them lately; a drill's are left out.
    """
    position = {district.district_id: k for k, district in enumerate(area.districts)}
    rows = observations.rows(Kind.FLOWS, area.area_id, now_s - (MAX_AGE_DAY + WINDOW_DAY) * S_PER_DAY, now_s)
    out = np.zeros((len(position), len(position)))
    for row in rows:
        ends = position.get(row["origin_id"]), position.get(row["destination_id"])
        if ends[0] is not None and ends[1] is not None and not row["simulated"] and row["quality"] != "bad":
            out[ends] += row["persons"]
    return out if out.any() else None


def _recent(rows: Sequence[Row], now_s: float) -> list[Row]:
    """Rows of the newest days; simulated ones stand above observed ones."""
    usable = [row for row in rows if row["quality"] != "bad"]
    if any(row["simulated"] for row in usable):
        usable = [row for row in usable if row["simulated"]]
    newest_s = max((row["hour_s"] for row in usable), default=-math.inf)
    if now_s - newest_s > MAX_AGE_DAY * S_PER_DAY:
        return []
    return [row for row in usable if row["hour_s"] > newest_s - WINDOW_DAY * S_PER_DAY]


def _lay_counts(rows: Sequence[Row], area: Area, zone: tzinfo, is_weekend: bool) -> tuple[Floats, Floats]:
    """Persons and their relative error by local hour and cell, shape=(24, n_cell) each, NaN where nobody counted."""
    point = [row for row in rows if row["lat_deg"] is not None]
    whole = [row for row in rows if row["lat_deg"] is None]
    n_cell, n_district = area.grid.n_row * area.grid.n_col, len(area.districts)
    persons, cv = np.full((N_HOUR, n_cell), np.nan), np.full((N_HOUR, n_cell), np.nan)
    if point:
        names = sorted({(row["lat_deg"], row["lon_deg"]) for row in point})
        position = {name: k for k, name in enumerate(names)}
        places = np.array([position[row["lat_deg"], row["lon_deg"]] for row in point])
        mean, error = _usual_day(point, places, len(names), (zone, is_weekend))
        _spread(mean, error, _cells_of(np.array(names), area.grid), _residents(area), persons, cv)
    if whole:
        position = {district.district_id: k for k, district in enumerate(area.districts)}
        known = [row for row in whole if row["district_id"] in position]
        places = np.array([position[row["district_id"]] for row in known], dtype=np.int64)
        mean, error = _usual_day(known, places, n_district, (zone, is_weekend))
        district = np.ascontiguousarray(area.district).ravel()
        inside = np.where(np.isfinite(persons).any(axis=0), -1, district)
        counted = np.stack([
            np.bincount(district[district >= 0], np.nan_to_num(row[district >= 0]), n_district) for row in persons
        ])  # fmt: skip
        _spread(np.maximum(mean - counted, 0.0), error, inside, _residents(area), persons, cv)
    return persons, cv


def _usual_day(
    rows: Sequence[Row], place: NDArray[np.int64], n_place: int, today: tuple[tzinfo, bool]
) -> tuple[Floats, Floats]:
    """Mean of several days and sources by precision, and its relative error, shape=(24, n_place) each."""
    at_local = [_local(row["hour_s"], today[0]) for row in rows]
    hour = np.array([at.hour for at in at_local], dtype=np.int64)
    is_other = np.array([(at.weekday() >= SATURDAY) != today[1] for at in at_local])
    value = np.array([row["persons"] for row in rows], dtype=np.float64)
    told = np.array([math.nan if row["sd_persons"] is None else row["sd_persons"] for row in rows], dtype=np.float64)
    sd = np.where(np.isfinite(told), np.maximum(told, 1.0), UNKNOWN_CV * value + 1.0)
    sd = np.hypot(sd, np.where(is_other, OTHER_DAY_CV * value, 0.0)) / np.sqrt([row["trust"] for row in rows])
    at, n = hour * n_place + place, N_HOUR * n_place
    weight = np.bincount(at, 1 / sd**2, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(at, value / sd**2, n) / weight
        between = np.bincount(at, (value - mean[at]) ** 2 / sd**2, n) / weight
        error = np.sqrt(between + 1 / weight) / np.maximum(mean, 1.0)
    return _fill_hours(mean.reshape(N_HOUR, n_place)), _fill_hours(error.reshape(N_HOUR, n_place))


def _fill_hours(value: Floats) -> Floats:
    """Hours between known ones, round the clock, where enough of them are known."""
    filled, hours = value.copy(), np.arange(N_HOUR)
    known = np.isfinite(value)
    n_known = known.sum(axis=0)
    for k in np.flatnonzero((n_known >= LEAST_HOUR) & (n_known < N_HOUR)):
        filled[:, k] = np.interp(hours, hours[known[:, k]], value[known[:, k], k], period=N_HOUR)
    return filled


def _cells_of(places: Floats, grid: Grid) -> NDArray[np.int64]:
    """Which counted place each cell of the raster belongs to, -1 for none; `places` are rows of (lat, lon)."""
    lat, lon = (one.ravel() for one in np.meshgrid(grid.row_lat_deg, grid.col_lon_deg, indexing="ij"))
    shrink = math.cos(math.radians(float(places[:, 0].mean())))
    plane = np.array([1.0, shrink]) * M_PER_DEG_LAT
    tree = cKDTree(places * plane)
    cell_m = grid.d_lat_deg * M_PER_DEG_LAT
    spacing_m = cell_m if len(places) < 2 else float(np.median(tree.query(places * plane, k=2)[0][:, 1]))
    found_m, owner = tree.query(np.column_stack([lat, lon]) * plane)
    near = np.where(found_m <= REACH * max(spacing_m, cell_m), owner, -1)
    inside = _inside(places, grid)
    own = np.array([grid.cell_of(*place) for place in places[inside]], dtype=np.int64)
    near[own] = np.flatnonzero(inside)
    return np.asarray(near, dtype=np.int64)


def _inside(places: Floats, grid: Grid) -> NDArray[np.bool_]:
    west, south, east, north = grid.bounds
    lat, lon = places.T
    return np.asarray((lat > south) & (lat < north) & (lon > west) & (lon < east))


def _spread(
    mean: Floats, error: Floats, owner: NDArray[np.int64], residents: Floats, persons: Floats, cv: Floats
) -> None:
    """Write each place's people on the cells it owns, as its residents are, evenly where nobody lives."""
    inside, n = owner >= 0, mean.shape[1]
    whose = owner[inside]
    homes, n_cell = np.bincount(whose, residents[inside], n), np.bincount(whose, minlength=n)
    even = 1.0 / np.maximum(n_cell, 1)[whose]
    part = np.where(homes[whose] > 0, residents[inside] / np.where(homes[whose] > 0, homes[whose], 1.0), even)
    known = np.isfinite(mean[:, whose])
    persons[:, inside] = np.where(known, mean[:, whose] * part, persons[:, inside])
    cv[:, inside] = np.where(known, error[:, whose], cv[:, inside])


def _lay_trips(rows: Sequence[Row], area: Area, zone: tzinfo) -> Floats:
    """Trips by local hour from district to district, mean of the days counted, shape=(24, n_district, n_district)."""
    position = {district.district_id: k for k, district in enumerate(area.districts)}
    n = len(position)
    total, days = np.zeros((N_HOUR, n, n)), np.zeros(N_HOUR)
    met: set[tuple[int, object, str]] = set()
    for row in rows:
        ends = position.get(row["origin_id"]), position.get(row["destination_id"])
        if ends[0] is None or ends[1] is None:
            continue
        at = _local(row["hour_s"], zone)
        total[at.hour, ends[0], ends[1]] += row["persons"]
        met.add((at.hour, at.date(), row["source"]))
    for hour, _, _ in met:
        days[hour] += 1
    return total / np.maximum(days, 1.0)[:, None, None]


def _residents(area: Area) -> Floats:
    return np.nan_to_num(np.ascontiguousarray(area.population, dtype=np.float64).ravel())


def _local(unix_s: float, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(unix_s, UTC).astimezone(zone)


def _is_weekend(unix_s: float, zone: tzinfo) -> bool:
    return _local(unix_s, zone).weekday() >= SATURDAY


def _offset_s(unix_s: float, zone: tzinfo) -> float:
    offset = _local(unix_s, zone).utcoffset()
    return 0.0 if offset is None else offset.total_seconds()


Gather = Callable[[Area, PeoplePresent | None], Any]


class PeopleMemo:
    """Remembers the usual day of one area; read anew when somebody counted, an hour passed or the area changed.

    The same object is given as long as nothing changed: who computes from it can tell by that.

    Attributes
    ----------
    trust
        Trust in the contributed sources, as `read_people` takes it.
    """

    def __init__(self) -> None:
        self.trust: Trust = MappingProxyType({})
        self._key: tuple[object, ...] | None = None
        self._people: PeoplePresent | None = None
        self._gathered: tuple[str, PeoplePresent | None, Any] | None = None

    def read(self, observations: ObservationStore, area: Area, now_s: float, zone: tzinfo) -> PeoplePresent | None:
        """People present as `now_s` knows it; see `read_people`."""
        written = tuple(observations.change_count(area.area_id, kind) for kind in (Kind.COUNTS, Kind.FLOWS))
        key = (area.area_id, area.content_hash, *written, math.floor(now_s / S_PER_H) if any(written) else 0)
        key = (*key, *sorted(self.trust.items()))
        if key != self._key:
            self._people = read_people(observations, area, now_s, zone, self.trust) if any(written) else None
            self._key = key
        return self._people

    def over(self, gather: Gather) -> Gather:
        """Give `gather` that computes anew only for another area or other counts."""

        def remembered(area: Area, people: PeoplePresent | None) -> Any:
            held = self._gathered
            if held is None or held[0] != area.content_hash or held[1] is not people:
                held = self._gathered = area.content_hash, people, gather(area, people)
            return held[2]

        return remembered
