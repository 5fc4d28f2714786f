"""What the store knows of an area at one moment, shaped for an assessment."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.store.geometry import shape_from_geojson
from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from risk_core.state.area import Area, PlaceKind
from risk_core.state.profile import PROFILES
from risk_core.state.situation import (
    Alert,
    Closure,
    ClosureReason,
    DistrictCases,
    DrillStatus,
    RainGauges,
    Shelter,
    Situation,
    SourceStatus,
    Track,
    WindStations,
)
from risk_core.units import S_PER_DAY, S_PER_H

RAIN_WINDOW_S: Final = 12 * S_PER_H
"""Rain looked back at."""

CASES_WINDOW_DAY: Final = 28
"""Days of cases looked back at."""

WIND_WINDOW_S: Final = 3 * S_PER_H
"""A station silent for longer has no wind."""

TRACK_WINDOW_S: Final = 5 * S_PER_DAY
"""Bulletins looked back at."""

TRACK_END_S: Final = S_PER_DAY
"""A storm whose last position is older than this is over."""

Row = dict[str, Any]


def build_situation(
    observations: ObservationStore, area: Area, now_s: float, lead_s: tuple[int, ...], drill: DrillStatus | None
) -> Situation:
    """Everything known of an area at `now_s`; nothing observed, issued or known later is looked at.

    Real and simulated rows live side by side; where both tell of the same district and day, or of the same
    shelter, the simulated one is taken. Rows of quality ``bad`` are not used.

    Parameters
    ----------
    observations
        The store.
    area
        The area; its districts and places are what rows are matched with.
    now_s
        The moment of the assessment, unix seconds.
    lead_s
        Time slices asked for, ascending, 0 among them.
    drill
        The running drill, or None.

    Returns
    -------
    Situation
        Rain of the last 12 h, cases of 28 days, newest wind, tracks, closures in force or coming, alerts in
        force, shelters, and how fresh each source is.
    """

    def read(kind: Kind, window_s: float | None) -> list[Row]:
        since_s = None if window_s is None else now_s - window_s
        return [row for row in observations.rows(kind, area.area_id, since_s) if row["quality"] != "bad"]

    return Situation(
        area_id=area.area_id,
        now_s=now_s,
        lead_s=lead_s,
        rain=rain_gauges(read(Kind.RAIN, RAIN_WINDOW_S), now_s),
        wind=wind_stations(read(Kind.WIND, WIND_WINDOW_S), now_s),
        cases=district_cases(read(Kind.CASES, (CASES_WINDOW_DAY + 1) * S_PER_DAY), area, now_s),
        tracks=storm_tracks(read(Kind.TRACKS, TRACK_WINDOW_S), now_s),
        closures=closures_ahead(read(Kind.CLOSURES, None), now_s),
        alerts=alerts_in_force(read(Kind.ALERTS, None), now_s),
        shelters=shelters_now(read(Kind.SHELTERS, None), area, now_s),
        sources=source_freshness(observations, area.area_id, now_s),
        drill=drill,
    )


def rain_gauges(rows: Iterable[Row], now_s: float) -> RainGauges | None:
    """Rates on one even time axis: the shortest interval met; a longer interval fills every step it covers.

    Steps end at whole multiples of the interval; a report between two steps belongs to the later one.
    """
    rows = [row for row in rows if row["time_s"] <= now_s]
    if not rows:
        return None
    step_s = min(row["interval_s"] for row in rows)
    end = [math.ceil(row["time_s"] / step_s - 1e-6) for row in rows]
    last = max(end)
    first = max(min(end), last - math.ceil(RAIN_WINDOW_S / step_s) + 1)
    stations, position = _stations(rows)
    rate = np.full((last - first + 1, len(stations)), np.nan)
    for row, station, step in sorted(zip(rows, position, end, strict=True), key=lambda item: -item[0]["interval_s"]):
        n_step = max(1, round(row["interval_s"] / step_s))
        rate[max(0, step - n_step + 1 - first) : max(0, step + 1 - first), station] = row["rate_mm_per_h"]
    time_s = np.arange(first, last + 1, dtype=np.float64) * step_s
    return RainGauges(_column(stations, "lat_deg"), _column(stations, "lon_deg"), time_s, rate)


def wind_stations(rows: Iterable[Row], now_s: float) -> WindStations | None:
    """Newest wind of each station."""
    rows = [row for row in rows if row["time_s"] <= now_s]
    if not rows:
        return None
    stations, _ = _stations(rows)
    names = ("lat_deg", "lon_deg", "time_s", "speed_m_per_s", "gust_m_per_s")
    return WindStations(*(_column(stations, name) for name in names))


def district_cases(rows: Iterable[Row], area: Area, now_s: float) -> DistrictCases | None:
    """Newest vintage known at `now_s` of each district and day; a negative count (a correction) is missing."""
    today_s = math.floor(now_s / S_PER_DAY) * S_PER_DAY
    place = {district.district_id: position for position, district in enumerate(area.districts)}
    used = [row for row in rows if row["day_s"] <= now_s and row["as_of_s"] <= now_s and row["district_id"] in place]
    if not used:
        return None
    last_s = max(row["day_s"] for row in used)
    first_s = max(min(row["day_s"] for row in used), today_s - (CASES_WINDOW_DAY - 1) * S_PER_DAY)
    n_day = max(0, round((last_s - first_s) / S_PER_DAY) + 1)
    if n_day == 0:
        return None
    count = np.full((n_day, len(area.districts)), np.nan)
    for row in sorted(used, key=lambda row: (row["simulated"], row["as_of_s"], row["revision"], row["source"])):
        day = round((row["day_s"] - first_s) / S_PER_DAY)
        if day >= 0:
            count[day, place[row["district_id"]]] = row["count"] if row["count"] >= 0 else np.nan
    return DistrictCases(first_s + np.arange(n_day) * S_PER_DAY, count)


def storm_tracks(rows: Iterable[Row], now_s: float) -> tuple[Track, ...]:
    """Newest bulletin of each storm with the positions analysed before it; storms that are over are left out."""
    storms: dict[tuple[bool, str, str], list[Row]] = {}
    for row in rows:
        if row["issue_s"] <= now_s:
            storms.setdefault((row["simulated"], row["source"], row["storm_id"]), []).append(row)
    tracks = (_track(points) for _, points in sorted(storms.items()))
    return tuple(track for track in tracks if track.time_s[-1] >= now_s - TRACK_END_S)


def _track(rows: Sequence[Row]) -> Track:
    issue_s = max(row["issue_s"] for row in rows)
    newest = [row for row in rows if row["issue_s"] == issue_s]
    first_s = min(row["time_s"] for row in newest)
    analysed = [row for row in rows if row["time_s"] <= row["issue_s"] and row["time_s"] < first_s]
    points: dict[float, Row] = {}
    for row in sorted((*analysed, *newest), key=lambda row: row["issue_s"]):
        points[row["time_s"]] = row
    ordered = [points[time_s] for time_s in sorted(points)]
    names = ("time_s", "lat_deg", "lon_deg", "central_pressure_hpa", "max_wind_m_per_s", "radius_25_m", "radius_15_m")
    name = next((row["name"] for row in reversed(newest) if row["name"]), "")
    return Track(rows[0]["storm_id"], name, issue_s, *(_column(ordered, column) for column in names))


def closures_ahead(rows: Iterable[Row], now_s: float) -> tuple[Closure, ...]:
    """Closures in force at `now_s` or coming, earliest first."""
    closures = [
        Closure(
            closure_id=row["closure_id"],
            reason=ClosureReason(row["reason"]),
            name=row["name"],
            shape=shape_from_geojson(row["geometry"]),
            from_s=row["from_s"],
            until_s=_or_inf(row["until_s"]),
            profiles=tuple(profile for profile in PROFILES if profile in row["profiles"].split()),
            source=row["source"],
            simulated=row["simulated"],
        )
        for row in rows
        if not row["is_cancelled"] and _or_inf(row["until_s"]) > now_s
    ]
    return tuple(sorted(closures, key=lambda closure: (closure.from_s, closure.closure_id, closure.source)))


def alerts_in_force(rows: Iterable[Row], now_s: float) -> tuple[Alert, ...]:
    """Alerts sent by now, not expired, not replaced or cancelled by a later message of the same source, newest first.

    Only CAP status Actual counts, and Exercise where the row is simulated.
    """
    sent = [row for row in rows if row["sent_s"] <= now_s and row["status"] in _shown_status(row)]
    replaced = {(row["source"], reference) for row in sent for reference in _references(row)}
    alerts = [
        Alert(
            alert_id=row["identifier"],
            shape=None if row["geometry"] is None else shape_from_geojson(row["geometry"]),
            until_s=_or_inf(row["until_s"]),
            **{name: row[name] for name in _ALERT_FIELDS},
        )
        for row in sent
        if row["message_type"] in {"Alert", "Update"}
        and _or_inf(row["until_s"]) > now_s
        and (row["source"], (row["sender"], row["identifier"])) not in replaced
    ]
    return tuple(sorted(alerts, key=lambda alert: (-alert.sent_s, alert.sender, alert.alert_id, alert.language)))


_ALERT_FIELDS: Final = (
    "sender", "event", "headline", "instruction", "severity", "language", "sent_s", "from_s", "area_text", "simulated",
)  # fmt: skip


def _shown_status(row: Row) -> tuple[str, ...]:
    return ("Actual", "Exercise") if row["simulated"] else ("Actual",)


def _references(row: Row) -> Iterable[tuple[str, str]]:
    """(sender, identifier) of each message a row replaces; a message never replaces itself."""
    if row["message_type"] not in {"Update", "Cancel"}:
        return
    for reference in row["referenced"].split():
        parts = reference.split(",")
        if len(parts) >= 2 and parts[1] != row["identifier"]:
            yield parts[0], parts[1]


def shelters_now(rows: Iterable[Row], area: Area, now_s: float) -> tuple[Shelter, ...]:
    """Merge the area's shelters with the newest report on each, and add those only reports know."""
    newest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["simulated"], row["time_s"], row["source"])):
        if row["time_s"] <= now_s:
            newest[row["shelter_id"]] = row
    shelters = []
    for place in area.places:
        if place.kind is PlaceKind.SHELTER:
            known = (place.name, place.detail, place.lat_deg, place.lon_deg, place.capacity_persons)
            shelters.append(_shelter(place.place_id, known, newest.pop(place.place_id, None)))
    for shelter_id, row in sorted(newest.items()):
        if row["lat_deg"] is not None:
            shelters.append(_shelter(shelter_id, ("", "", math.nan, math.nan, math.nan), row))
    return tuple(shelters)


def _shelter(shelter_id: str, known: tuple[str, str, float, float, float], row: Row | None) -> Shelter:
    name, kind, lat_deg, lon_deg, capacity = known
    if row is None:
        return Shelter(shelter_id, name, kind, lat_deg, lon_deg, capacity, math.nan, True, "", False)
    if row["lat_deg"] is not None:
        lat_deg, lon_deg = row["lat_deg"], row["lon_deg"]
    return Shelter(
        shelter_id=shelter_id,
        name=row["name"] or name,
        kind=row["kind"] or kind,
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        capacity_persons=capacity if row["capacity_persons"] is None else row["capacity_persons"],
        occupancy_persons=math.nan if row["occupancy_persons"] is None else row["occupancy_persons"],
        is_open=row["is_open"],
        source=row["source"],
        simulated=row["simulated"],
    )


def source_freshness(observations: ObservationStore, area_id: str, now_s: float) -> tuple[SourceStatus, ...]:
    """Newest time of each source of each kind."""
    return tuple(
        SourceStatus(row["source"], row["kind"], row["newest_s"], row["n"], row["simulated"])
        for row in observations.count_sources(area_id, now_s)
    )


def _stations(rows: Sequence[Row]) -> tuple[list[Row], list[int]]:
    """Newest row of each station, and the station each row belongs to."""
    newest: dict[tuple[str, bool, str], Row] = {}
    for row in sorted(rows, key=lambda row: row["time_s"]):
        newest[row["source"], row["simulated"], row["station_id"]] = row
    names = sorted(newest)
    number = {name: position for position, name in enumerate(names)}
    return [newest[name] for name in names], [
        number[row["source"], row["simulated"], row["station_id"]] for row in rows
    ]


def _column(rows: Sequence[Row], name: str) -> NDArray[np.float64]:
    return np.array([math.nan if row[name] is None else row[name] for row in rows], np.float64)


def _or_inf(until_s: float | None) -> float:
    return math.inf if until_s is None else until_s
