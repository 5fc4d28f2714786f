"""GTFS-realtime service alerts: what an agency of public transport tells its riders (gtfs-realtime.proto, version 2.0).

Every alert becomes one of ours, in its own words: event from the effect, severity from ``severity_level``, times from
the active period, places from the routes and stops it names. The feed is complete: what it no longer names has ended.
"""

from typing import TYPE_CHECKING, Any, Final

from dashboard.feeds.live.source import Ask, Batch, Question, Reading, Source
from dashboard.feeds.records import Part, Record
from dashboard.store.kinds import Kind
from risk_core.errors import Fault, InputError
from risk_core.units import S_PER_H

if TYPE_CHECKING:
    from google.transit.gtfs_realtime_pb2 import Alert, TranslatedString

TYPES: Final = (
    "application/x-protobuf", "application/protobuf", "application/x-google-protobuf", "application/octet-stream",
    "application/vnd.google.protobuf", "binary/octet-stream", "",
)  # fmt: skip
MOST_BYTES: Final = 10_000_000
SEVERITY: Final = {2: "Minor", 3: "Moderate", 4: "Severe"}
"""INFO, WARNING and SEVERE of the proto; 1 is unknown."""
EFFECTS: Final = {
    1: "No service", 2: "Reduced service", 3: "Significant delays", 4: "Detour", 5: "Additional service",
    6: "Modified service", 7: "Other effect", 8: "Service alert", 9: "Stop moved", 10: "No effect",
    11: "Accessibility issue",
}  # fmt: skip
MOST_PLACES: Final = 30
ALWAYS_S: Final = 946_684_800.0
"""2000-01-01: begin of alerts that name none."""


def read(ask: Ask, question: Question) -> Reading:
    """Read the alerts of the feed."""
    sender = str(question.options.get("sender") or "GTFS-realtime")
    return parse(ask(question.url, TYPES, MOST_BYTES), sender)


def parse(body: bytes, sender: str = "GTFS-realtime") -> Reading:
    """Read a message.

    Raises
    ------
    InputError
        When it is no GTFS-realtime message, or only tells of changes.
    """
    from google.protobuf.message import DecodeError
    from google.transit import gtfs_realtime_pb2 as proto

    message = proto.FeedMessage()
    try:
        message.ParseFromString(body)
    except (DecodeError, RecursionError):
        message.Clear()
    if not message.IsInitialized() or not message.header.gtfs_realtime_version:
        wanted = "a GTFS-realtime FeedMessage"
        raise InputError(Fault("answer", "not readable", wanted, "Check the address.", "gtfs-realtime"))
    if message.header.incrementality != proto.FeedHeader.FULL_DATASET:
        raise InputError(Fault("incrementality", "DIFFERENTIAL", "FULL_DATASET", "Ask for the whole feed."))
    part = Part()
    for entity in message.entity:
        if entity.HasField("alert") and not entity.is_deleted:
            part.add(_record(entity.id, entity.alert, sender), f"gtfs-realtime: {entity.id[:40]}")
    return Reading((Batch(Kind.ALERTS, part, is_complete=True),))


def _record(entity_id: str, alert: "Alert", sender: str) -> Record:
    begins = [period.start for period in alert.active_period if period.start]
    ends = [period.end for period in alert.active_period]
    begin_s = float(min(begins)) if begins else ALWAYS_S
    headline, language = _words(alert.header_text)
    description, _ = _words(alert.description_text)
    web, _ = _words(alert.url)
    return {
        "identifier": entity_id,
        "sender": sender,
        "sent_s": ALWAYS_S,
        "status": "Actual",
        "message_type": "Alert",
        "language": language or "und",
        "event": EFFECTS.get(alert.effect, "Service alert"),
        "severity": SEVERITY.get(alert.severity_level, "Unknown"),
        "urgency": "Unknown",
        "certainty": "Observed",
        "headline": headline,
        "description": description,
        "from_s": begin_s,
        "until_s": float(max(ends)) if ends and all(ends) else None,
        "area_text": _places(alert.informed_entity),
        "web": web,
    }


def _words(told: "TranslatedString") -> tuple[str, str]:
    """First text and its language."""
    for one in told.translation:
        if one.text:
            return one.text, one.language
    return "", ""


def _places(entities: Any) -> str:
    words = []
    for one in entities:
        if one.route_id:
            words.append(f"route {one.route_id}")
        if one.stop_id:
            words.append(f"stop {one.stop_id}")
    return ", ".join(list(dict.fromkeys(words))[:MOST_PLACES])


SOURCE: Final = Source(
    name="gtfs-alerts",
    title="GTFS-realtime service alerts",
    kinds=(Kind.ALERTS,),
    read=read,
    cadence_s=60.0,
    fresh_s=S_PER_H / 4,
    licence="as its owner says",
    attribution="the agency of public transport",
    about_url="https://gtfs.org/documentation/realtime/reference/",
    needs_url=True,
)
