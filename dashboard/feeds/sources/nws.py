"""US National Weather Service: active alerts at a point, CAP 1.2 written as GeoJSON (api.weather.gov).

Asked for the middle of the area. The service wants to know who asks (User-Agent). Alerts of zones come without an
outline: they were asked for this place and are kept.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from dashboard.feeds.live.source import Ask, Batch, Bounds, Question, Reading, Source
from dashboard.feeds.records import Part, Record
from dashboard.store.kinds import Kind
from risk_core.errors import Fault, InputError
from risk_core.units import S_PER_H

URL: Final = "https://api.weather.gov/alerts/active?point={lat:.4f},{lon:.4f}"
BOXES: Final[tuple[Bounds, ...]] = (
    (-124.8, 24.4, -66.9, 49.4), (-170.0, 52.0, -130.0, 71.5), (-160.6, 18.8, -154.7, 22.3), (-67.3, 17.8, -64.5, 18.6),
)  # fmt: skip
"""Contiguous states, Alaska, Hawaii, Puerto Rico and the Virgin Islands; west, south, east, north."""
FIELDS: Final = {
    "id": "identifier", "sender": "sender", "sent": "sent", "status": "status", "messageType": "message_type",
    "event": "event", "urgency": "urgency", "severity": "severity", "certainty": "certainty", "headline": "headline",
    "description": "description", "instruction": "instruction", "areaDesc": "area_text", "web": "web",
}  # fmt: skip


def covers(bounds: Bounds) -> bool:
    """Whether the middle of the area lies where the service warns."""
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    return any(w <= lon <= e and s <= lat <= n for w, s, e, n in BOXES)


def read(ask: Ask, question: Question) -> Reading:
    """Read the active alerts; what is no longer active has ended."""
    west, south, east, north = question.place.bounds
    url = question.url or URL.format(lat=(south + north) / 2, lon=(west + east) / 2)
    return parse(ask(url, ("application/geo+json", "application/json")))


def parse(body: bytes) -> Reading:
    """Read an answer.

    Raises
    ------
    InputError
        When it is no collection of alerts.
    """
    try:
        features = json.loads(body)["features"]
        if not isinstance(features, list):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        wanted = "a GeoJSON FeatureCollection of alerts"
        raise InputError(Fault("answer", "not readable", wanted, "Ask again later.", "api.weather.gov")) from None
    part = Part()
    for at, feature in enumerate(features):
        place = f"api.weather.gov: alert {at + 1}"
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            part.refuse(Fault("feature", "not readable", "an alert with properties", "Tell the sender.", place))
            continue
        part.add(_record(properties, feature.get("geometry")), place)
    return Reading((Batch(Kind.ALERTS, part, is_complete=True),))


def _record(told: Mapping[str, Any], geometry: Any) -> Record:
    record: Record = {ours: told.get(theirs) for theirs, ours in FIELDS.items()}
    references = told.get("references")
    listed = [one for one in references if isinstance(one, dict)] if isinstance(references, list) else []
    record["referenced"] = " ".join(f"{one.get('sender')},{one.get('identifier')},{one.get('sent')}" for one in listed)
    record["from_s"] = told.get("onset") or told.get("effective")
    record["until_s"] = told.get("ends") or told.get("expires")
    record["language"] = "en-US"
    record["geometry"] = None if geometry is None else json.dumps(geometry)
    return record


SOURCE: Final = Source(
    name="nws",
    title="US National Weather Service: active alerts",
    kinds=(Kind.ALERTS,),
    read=read,
    cadence_s=60.0,
    fresh_s=S_PER_H / 4,
    licence="public domain",
    attribution="NOAA / National Weather Service",
    about_url="https://www.weather.gov/documentation/services-web-api",
    covers=covers,
)
