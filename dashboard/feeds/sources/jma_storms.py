"""RSMC Tokyo (Japan Meteorological Agency): analysed and forecast positions of the storms now, keyless.

Two kinds of JSON behind the agency's own map. ``targetTc.json`` lists the storms; ``<id>/specifications.json`` has a
title and then one part a time: ``advancedHours``, ``validtime`` (UTC), ``position.deg`` (latitude, longitude),
``pressure`` (hPa), ``maximumWind.sustained`` (10-minute mean), ``galeWarning`` (15 m/s) and ``stormWarning`` (25 m/s)
with ranges in km, ``probabilityCircleRadius`` (km, 70 %).

In forecasts the storm warning area is where 25 m/s may come while the centre is anywhere in its circle, so that it is
no radius of wind: it is left out there. Ranges that differ by side are averaged. The agency does not document this
JSON; it was written after descriptions in public code and may change.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard.feeds.best_track import wrapped_deg
from dashboard.feeds.live.source import Ask, Batch, Question, Reading, Source, inside
from dashboard.feeds.records import Part, Record
from dashboard.store.kinds import Kind
from risk_core.errors import Fault, InputError
from risk_core.units import M_PER_S_PER_KNOT, S_PER_H

URL: Final = "https://www.jma.go.jp/bosai/typhoon/data"
TYPES: Final = ("application/json", "text/plain")
MOST_STORMS: Final = 12
_ID: Final = re.compile(r"[A-Za-z0-9]{1,12}")
M_PER_KM: Final = 1_000.0


def read(ask: Ask, question: Question) -> Reading:
    """Read every storm the agency follows now."""
    base = question.url or URL
    part = Part()
    for storm in parse_list(ask(f"{base}/targetTc.json", TYPES))[:MOST_STORMS]:
        add_storm(part, storm, ask(f"{base}/{storm}/specifications.json", TYPES))
    return Reading((Batch(Kind.TRACKS, part),))


def parse_list(body: bytes) -> list[str]:
    """Ids of the storms.

    Raises
    ------
    InputError
        When it is no list of storms.
    """
    told = _json(body, "targetTc.json")
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise InputError(Fault("answer", "not readable", "a list of storms", "Ask again later.", "targetTc.json"))
    found = (str(one.get("tropicalCyclone", "")) for one in told)
    return [one for one in found if _ID.fullmatch(one)]


def add_storm(part: Part, storm: str, body: bytes) -> None:
    """Add the positions of one storm; of one with a damaged part nothing is taken.

    Raises
    ------
    InputError
        When it is no JSON.
    """
    told = _json(body, storm)
    try:
        title = told[0]
        name = str((title.get("name") or {}).get("en") or storm).upper()
        analysis = next(one for one in told[1:] if one.get("advancedHours") == 0)
        issue = analysis["validtime"]["UTC"]
        records = [_record(one, storm, name, issue) for one in told[1:]]
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, StopIteration):
        wanted = "a title, an analysis and forecasts"
        part.refuse(Fault(f"storm {storm}", "not readable", wanted, "No position of this storm was taken.", storm))
        return
    for record in records:
        part.add(record, f"{storm} {record['time']}")


def _record(told: Mapping[str, Any], storm: str, name: str, issue: str) -> Record:
    lat, lon = (float(one) for one in told["position"]["deg"])
    is_analysis = told["advancedHours"] == 0
    circle = (told.get("probabilityCircleRadius") or {}).get("km")
    return {
        "storm_id": storm,
        "name": name,
        "issue": issue,
        "time": told["validtime"]["UTC"],
        "lat_deg": lat,
        "lon_deg": wrapped_deg(lon),
        "central_pressure_hpa": _number(told.get("pressure")),
        "max_wind_m_per_s": _wind((told.get("maximumWind") or {}).get("sustained") or {}),
        "averaging_s": 600.0,
        "radius_15_m": _range_m(told.get("galeWarning")) if is_analysis else None,
        "radius_25_m": _range_m(told.get("stormWarning")) if is_analysis else None,
        "radius_70_prob_m": None if not _number(circle) else float(circle) * M_PER_KM,
    }


def _wind(told: Mapping[str, Any]) -> float | None:
    speed = _number(told.get("m/s"))
    if speed is None and (knots := _number(told.get("kt"))) is not None:
        speed = knots * M_PER_S_PER_KNOT
    return speed


def _range_m(told: object) -> float | None:
    """Mean of the ranges of all sides."""
    parts: Sequence[Any] = told if isinstance(told, list) else []
    known = [km for one in parts if (km := _number((one.get("range") or {}).get("km")))]
    return sum(known) / len(known) * M_PER_KM if known else None


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _json(body: bytes, name: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise InputError(Fault("answer", "not readable", "JSON", "Ask again later.", name)) from None


SOURCE: Final = Source(
    name="jma-storms",
    title="RSMC Tokyo (JMA): storms now, with their forecast",
    kinds=(Kind.TRACKS,),
    read=read,
    cadence_s=600.0,
    fresh_s=2 * S_PER_H,
    licence="Public Data License (Japan), with attribution",
    attribution="Japan Meteorological Agency",
    about_url="https://www.jma.go.jp/bosai/map.html#contents=typhoon",
    covers=inside(95.0, 0.0, 180.0, 60.0),
)
