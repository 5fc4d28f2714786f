"""What the store knows of an area at one moment, shaped for an assessment."""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dashboard.store.acts import DESK
from dashboard.store.case_memo import CaseMemo
from dashboard.store.clocks import area_zone
from dashboard.store.geometry import shape_from_geojson
from dashboard.store.kinds import Kind
from dashboard.store.measurements import (
    RAIN_WINDOW_S,
    rain_gauges,
    storm_tracks,
    wind_stations,
)
from dashboard.store.observations import ObservationStore
from dashboard.store.people import PeopleMemo
from risk_core.state.area import Area, PlaceKind
from risk_core.state.profile import PROFILES
from risk_core.state.situation import (
    Alert,
    Closure,
    ClosureReason,
    DrillStatus,
    Shelter,
    Situation,
    SourceStatus,
    WeatherForecast,
)
from risk_core.units import S_PER_DAY, S_PER_H

WIND_WINDOW_S: Final = 3 * S_PER_H
"""A station silent for longer has no wind."""

TRACK_WINDOW_S: Final = 5 * S_PER_DAY
"""Bulletins looked back at."""

ALERT_WINDOW_S: Final = 60 * S_PER_DAY
"""Messages looked back at; none is in force for longer."""

FORECAST_KIND: Final = "forecast"
"""Kind of source of a weather model's coming hours; they are kept as a whole and are no rows."""

TRAITS: Final = ("step_free", "pets", "until_s")
"""What reports may tell of a shelter besides its places."""

MODEL_RAIN_FROM_S: Final = 2 * S_PER_H + 1.0
"""Where gauges measure, they and their nowcast hold up to here."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SituationMemo:
    """What is remembered of one area from one situation to the next."""

    cases: CaseMemo = field(default_factory=CaseMemo)
    people: PeopleMemo = field(default_factory=PeopleMemo)


def build_situation(
    observations: ObservationStore,
    area: Area,
    now_s: float,
    lead_s: tuple[int, ...],
    drill: DrillStatus | None,
    memo: SituationMemo | None = None,
    weights: Mapping[str, float] | None = None,
    forecast: WeatherForecast | None = None,
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
    memo
        Of the cases and the people of this area, from call to call; both are read anew without one.
    weights
        Of the sources of cases, see `district_cases`.
    forecast
        What a weather model expects for the area; not looked at while a drill runs.

    Returns
    -------
    Situation
        Rain of the last 25 h, cases of 49 days, people counted, newest wind, tracks, closures in force or coming,
        alerts in force, shelters, and how fresh each source is.
    """
    seen = memo or SituationMemo()

    def read(kind: Kind, window_s: float) -> list[Row]:
        return _usable(observations.rows(kind, area.area_id, now_s - window_s, now_s))

    rain = rain_gauges(read(Kind.RAIN, RAIN_WINDOW_S), now_s)
    if forecast is not None and drill is None:
        from_s = MODEL_RAIN_FROM_S if rain is not None and rain.is_measured else 0.0
        forecast = dataclasses.replace(forecast, rain_from_s=from_s)
    else:
        forecast = None
    return Situation(
        area_id=area.area_id,
        now_s=now_s,
        lead_s=lead_s,
        rain=rain,
        wind=wind_stations(read(Kind.WIND, WIND_WINDOW_S), now_s),
        cases=seen.cases.read(observations, area, now_s, weights),
        tracks=storm_tracks(read(Kind.TRACKS, TRACK_WINDOW_S), now_s),
        closures=closures_ahead(_usable(observations.closures_from(area.area_id, now_s)), now_s),
        alerts=alerts_in_force(read(Kind.ALERTS, ALERT_WINDOW_S), now_s),
        shelters=shelters_now(_usable(observations.newest_rows(Kind.SHELTERS, area.area_id, now_s)), area, now_s),
        sources=(*source_freshness(observations, area.area_id, now_s), *_forecast_source(forecast)),
        drill=drill,
        people=seen.people.read(observations, area, now_s, area_zone(area)),
        forecast=forecast,
    )


def _forecast_source(forecast: WeatherForecast | None) -> tuple[SourceStatus, ...]:
    if forecast is None:
        return ()
    return (SourceStatus(forecast.source, FORECAST_KIND, forecast.issue_s, forecast.rain_mm.size, False),)


def _usable(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["quality"] != "bad"]


def closures_ahead(rows: Iterable[Row], now_s: float) -> tuple[Closure, ...]:
    """Closures in force at `now_s` or coming, earliest first.

    One of the desk whose end has passed holds on, without an end, until a coordinator opens it.
    """
    closures = [
        Closure(
            closure_id=row["closure_id"],
            reason=ClosureReason(row["reason"]),
            name=row["name"],
            shape=shape_from_geojson(row["geometry"]),
            from_s=row["from_s"],
            until_s=_closure_end(row, now_s),
            profiles=tuple(profile for profile in PROFILES if profile in row["profiles"].split()),
            source=row["source"],
            simulated=row["simulated"],
        )
        for row in rows
        if not row["is_cancelled"] and _closure_end(row, now_s) > now_s
    ]
    return tuple(sorted(closures, key=lambda closure: (closure.from_s, closure.closure_id, closure.source)))


def _closure_end(row: Row, now_s: float) -> float:
    until_s = _or_inf(row["until_s"])
    return math.inf if row["source"] == DESK and until_s <= now_s else until_s


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
    """Merge the area's shelters with the newest report on each, and add those only reports know.

    What a coordinator set holds against every report until it is released. Access, pets and closing time are those
    told in the newest row of any source, the later source before the earlier one.
    """
    newest: dict[str, Row] = {}
    placed: dict[str, Row] = {}
    traits: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["source"] == DESK, row["simulated"], row["time_s"], row["source"])):
        if row["time_s"] <= now_s:
            newest[row["shelter_id"]] = row
            told = {name: row[name] for name in TRAITS if row[name] is not None}
            traits[row["shelter_id"]] = traits.get(row["shelter_id"], {}) | told
            if row["lat_deg"] is not None:
                placed[row["shelter_id"]] = row
    shelters = []
    for place in area.places:
        if place.kind is PlaceKind.SHELTER:
            known = (place.name, place.detail, place.lat_deg, place.lon_deg, place.capacity_persons)
            shelters.append(_shelter(place.place_id, known, newest.pop(place.place_id, None)))
    for shelter_id, row in sorted(newest.items()):
        if shelter_id in placed:
            shelters.append(_shelter(shelter_id, _as_reported(placed[shelter_id]), row))
    return tuple(_with_traits(one, traits.get(one.shelter_id, {})) for one in shelters)


def _with_traits(shelter: Shelter, told: Mapping[str, Any]) -> Shelter:
    until_s = told.get("until_s", math.inf)
    return dataclasses.replace(
        shelter, is_step_free=told.get("step_free"), takes_pets=told.get("pets"), until_s=until_s
    )


def _as_reported(row: Row) -> tuple[str, str, float, float, float]:
    """What a report that tells the place says of a shelter that the area does not know."""
    capacity = math.nan if row["capacity_persons"] is None else row["capacity_persons"]
    return row["name"] or "", row["kind"] or "", row["lat_deg"], row["lon_deg"], capacity


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


def _or_inf(until_s: float | None) -> float:
    return math.inf if until_s is None else until_s
