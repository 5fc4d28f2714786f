"""/cap: official warnings of the newest snapshot as CAP 1.2 (OASIS), one message each, and an Atom feed of them.

We pass warnings on and are no authority: the message says in `source` and `senderName` whose words they are. A
simulated warning, and one without a named sender, is an exercise, never actual.
"""

import hashlib
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
from apiflask import APIBlueprint
from flask import Response, request
from numpy.typing import NDArray

from dashboard.answers import Answers
from dashboard.api import examples_texts
from dashboard.api.documents import binary, documented
from dashboard.api.headers import versioned
from dashboard.api.language import choose_language
from dashboard.api.reading import AreaQuery
from dashboard.api.schemas.words import iso_time
from dashboard.i18n import text
from dashboard.store.library import Library
from dashboard.views.warned import alert_key
from risk_core.errors import Fault, NotFoundError
from risk_core.state.assessment import Assessment
from risk_core.state.level import LEVEL_THRESHOLDS, RISK_CODE_MISSING, RISK_CODE_STEPS, Layer, Level
from risk_core.state.situation import Alert, GeometryKind, Shape
from risk_core.units import S_PER_H

CAP: Final = "application/cap+xml"
ATOM: Final = "application/atom+xml"
CAP_NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
ATOM_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
SENDER: Final = "ansimgil"
SEVERITIES: Final = ("Extreme", "Severe", "Moderate", "Minor")
POINT_RADIUS_KM: Final = 0.05
"""A point is told as a circle of this radius: CAP knows no points."""
DIGITS: Final = 6
LASTS_S: Final = 86_400.0
"""A warning without a known end is passed on as valid for a day; the next message renews it."""


def cap_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the warnings."""
    bp = APIBlueprint("cap", __name__, tag="CAP", url_prefix="/v1/cap")

    @bp.get("/feed.atom")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @documented("Atom feed of the warnings, each as CAP 1.2", 404, 503, body=binary(ATOM, examples_texts.ATOM_FEED))
    def cap_feed(asked: AreaQuery) -> Response:
        assessment = answers.assessment(asked.area or library.settings.area)
        data = feed(assessment, f"{request.url_root.rstrip('/')}/v1/cap", choose_language(asked.lang))
        return versioned(Response(data, mimetype=ATOM), f"{assessment.area_id}.{assessment.version}", is_pinned=False)

    @bp.get("/<alert_id>.xml")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @documented("One warning as CAP 1.2", 404, 503, body=binary(CAP, examples_texts.CAP_MESSAGE))
    def cap_message(alert_id: str, asked: AreaQuery) -> Response:
        assessment = answers.assessment(asked.area or library.settings.area)
        found = next((one for one in assessment.alerts if alert_key(one) == alert_id), None)
        if found is None:
            raise NotFoundError(Fault("alert", alert_id[:40], "the id of a warning in /v1/alerts", "See the feed."))
        response = Response(message(found, assessment), mimetype=CAP)
        return versioned(response, f"{assessment.area_id}.{assessment.version}.{alert_id}", is_pinned=False)

    return bp


def urgency_of(begin_s: float, end_s: float, now_s: float) -> str:
    """CAP urgency by lead time: what to do at once, within the hour, or later.

    Examples
    --------
    >>> [urgency_of(begin, 9e4, 0.0) for begin in (-60.0, 1800.0, 7200.0)], urgency_of(0.0, 10.0, 20.0)
    (['Immediate', 'Expected', 'Future'], 'Past')
    """
    if end_s <= now_s:
        return "Past"
    if begin_s <= now_s:
        return "Immediate"
    return "Expected" if begin_s - now_s <= S_PER_H else "Future"


def certainty_of(begin_s: float, end_s: float, assessment: Assessment) -> str:
    """CAP certainty by our own weather risk in the area while a warning holds, from `CAUTION` on anywhere.

    Observed where it is so now, Likely where the middle estimate of a later slice has it (a chance of a half or more),
    Possible where only the 90 % bound has it. Unknown otherwise: that our model sees nothing makes no official warning
    unlikely.
    """
    at_s = assessment.now_s + assessment.lead_s.astype(np.float64)
    held = np.flatnonzero((at_s >= min(begin_s, assessment.now_s)) & (at_s <= end_s) & (assessment.lead_s >= 0))
    least = round(LEVEL_THRESHOLDS[Level.CAUTION - 1] * RISK_CODE_STEPS)
    found = "Unknown"
    for layer in (Layer.TYPHOON, Layer.RAIN):
        fields = assessment.layers.get(layer)
        if fields is None or not held.size:
            continue
        if begin_s <= assessment.now_s and _reaches(fields.risk[assessment.step_now], least):
            return "Observed"
        if _reaches(fields.risk[held], least):
            found = "Likely"
        elif found == "Unknown" and _reaches(fields.high[held], least):
            found = "Possible"
    return found


def _reaches(code: NDArray[np.uint8], least: int) -> bool:
    return bool(((code >= least) & (code != RISK_CODE_MISSING)).any())


def message(alert: Alert, assessment: Assessment) -> bytes:
    """One warning as a CAP 1.2 message.

    Parameters
    ----------
    alert
        The warning.
    assessment
        What it stands in; tells when an end that is unknown is taken to be.
    """
    root = Element("alert", {"xmlns": CAP_NAMESPACE})
    sent_s = alert.sent_s if math.isfinite(alert.sent_s) else assessment.now_s
    head = {
        "identifier": f"{SENDER}-{alert_key(alert)}",
        "sender": SENDER,
        "sent": cap_time(sent_s),
        "status": "Actual" if alert.sender and not alert.simulated else "Exercise",
        "msgType": "Alert",
        "source": alert.sender or "unknown",
        "scope": "Public",
    }
    for name, words in head.items():
        _say(root, name, words)
    info = SubElement(root, "info")
    begin_s = alert.from_s if math.isfinite(alert.from_s) else sent_s
    end_s = alert.until_s if math.isfinite(alert.until_s) else max(assessment.now_s, begin_s) + LASTS_S
    body = {
        "language": alert.language or "und",
        "category": "Other",
        "event": alert.event or "warning",
        "urgency": urgency_of(begin_s, end_s, assessment.now_s),
        "severity": alert.severity if alert.severity in SEVERITIES else "Unknown",
        "certainty": certainty_of(begin_s, end_s, assessment),
        "effective": cap_time(sent_s),
        "onset": cap_time(begin_s),
        "expires": cap_time(max(end_s, sent_s + 1.0)),
        "senderName": alert.sender,
        "headline": alert.headline,
        "instruction": alert.instruction,
    }
    for name, words in body.items():
        if words:
            _say(info, name, words)
    place = SubElement(info, "area")
    _say(place, "areaDesc", alert.area_text or assessment.area_id)
    if alert.shape is not None:
        _outline(place, alert.shape)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def feed(assessment: Assessment, root: str, lang: str) -> bytes:
    """Atom feed (RFC 4287) of every warning.

    Parameters
    ----------
    assessment
        What they stand in.
    root
        Address the messages lie under.
    lang
        Language of the title.
    """
    top = Element("feed", {"xmlns": ATOM_NAMESPACE})
    query = f"?area={assessment.area_id}"
    _say(top, "id", f"{root}/feed.atom{query}")
    _say(top, "title", text("ogc.alerts", lang))
    _say(top, "updated", iso_time(assessment.now_s) or "")
    SubElement(top, "link", {"rel": "self", "href": f"{root}/feed.atom{query}", "type": ATOM})
    for alert in assessment.alerts:
        entry = SubElement(top, "entry")
        address = f"{root}/{alert_key(alert)}.xml{query}"
        _say(entry, "id", f"urn:sha256:{hashlib.sha256(address.encode()).hexdigest()}")
        _say(entry, "title", alert.headline or alert.event)
        _say(entry, "updated", iso_time(alert.sent_s) or iso_time(assessment.now_s) or "")
        _say(SubElement(entry, "author"), "name", alert.sender or SENDER)
        _say(entry, "summary", alert.instruction or alert.event)
        SubElement(entry, "link", {"rel": "alternate", "href": address, "type": CAP})
    return bytes(tostring(top, encoding="utf-8", xml_declaration=True))


def cap_time(unix_s: float) -> str:
    """Time as CAP wants it: whole seconds and an offset, never Z.

    Examples
    --------
    >>> cap_time(0.0)
    '1970-01-01T00:00:00-00:00'
    """
    return datetime.fromtimestamp(round(unix_s), UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _outline(place: Element, shape: Shape) -> None:
    """Polygons, lines as boxes round them, points as circles."""
    if shape.kind is GeometryKind.POLYGON:
        _say(place, "polygon", _pairs(_closed(shape.parts[0])))
        return
    for part in shape.parts:
        if shape.kind is GeometryKind.POINT or len(part) < 2:
            lat, lon = part[0]
            _say(place, "circle", f"{lat:.{DIGITS}f},{lon:.{DIGITS}f} {POINT_RADIUS_KM:g}")
        else:
            (south, west), (north, east) = part.min(axis=0), part.max(axis=0)
            corners = [(south, west), (south, east), (north, east), (north, west), (south, west)]
            _say(place, "polygon", _pairs(corners))


def _closed(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    return ring if (ring[0] == ring[-1]).all() else np.concatenate([ring, ring[:1]])


def _pairs(points: Sequence[Sequence[float]] | NDArray[np.float64]) -> str:
    return " ".join(f"{lat:.{DIGITS}f},{lon:.{DIGITS}f}" for lat, lon in points)


def _say(parent: Element, name: str, words: str) -> None:
    SubElement(parent, name).text = "".join(one for one in words if one.isprintable() or one in "\n\t")
