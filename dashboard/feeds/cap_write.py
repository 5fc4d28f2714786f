"""Common Alerting Protocol 1.2 (OASIS, 2010) out: a draft of a warning as a document other systems read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from risk_core.errors import Fault, raise_faults
from risk_core.state.situation import GeometryKind, Shape

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
CHOICES: Final = {
    "status": ("Actual", "Exercise", "System", "Test", "Draft"),
    "message_type": ("Alert", "Update", "Cancel", "Ack", "Error"),
    "category": ("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE",
                 "Other"),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "severity": ("Extreme", "Severe", "Moderate", "Minor", "Unknown"),
    "certainty": ("Observed", "Likely", "Possible", "Unlikely", "Unknown"),
}  # fmt: skip
"""Words CAP 1.2 knows, by field."""
_FORBIDDEN: Final = frozenset(" ,<&")
"""Characters an identifier or sender must not hold: references are lists of them (CAP 1.2, section 3.2.1)."""


@dataclass(frozen=True, slots=True)
class CapReference:
    """An earlier message: sender, identifier, and when it was sent, unix seconds."""

    sender: str
    identifier: str
    sent_s: float


@dataclass(frozen=True, slots=True, eq=False)
class CapInfo:
    """What is said in one language.

    Attributes
    ----------
    language
        As ko-KR.
    event, headline, description, instruction
        Words; empty ones are left out, but an event is needed.
    category, urgency, severity, certainty
        One of `CHOICES`.
    from_s, until_s
        Onset and end, unix seconds.
    area_text
        Where, in words.
    shapes
        Points are left out; of polygons the outer ring of each is written, for CAP knows no holes.
    geocodes
        (scheme, code) of zones.
    """

    language: str
    event: str
    category: str
    urgency: str
    severity: str
    certainty: str
    from_s: float
    until_s: float
    area_text: str
    headline: str = ""
    description: str = ""
    instruction: str = ""
    shapes: Sequence[Shape] = ()
    geocodes: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, eq=False)
class CapDraft:
    """A message to be written.

    Attributes
    ----------
    identifier, sender
        Names without blanks, commas, ``<`` and ``&``.
    sent_s
        Unix seconds.
    infos
        One a language.
    status, message_type
        One of `CHOICES`; what a person has not released stays a Draft.
    references
        Messages an Update or Cancel replaces.
    """

    identifier: str
    sender: str
    sent_s: float
    infos: Sequence[CapInfo] = ()
    status: str = "Draft"
    message_type: str = "Alert"
    references: Sequence[CapReference] = ()


def write_cap(draft: CapDraft, zone: tzinfo = UTC) -> bytes:
    """Write a draft as a CAP 1.2 document in UTF-8, times in a zone.

    Raises
    ------
    InputError
        For words CAP does not know, names it cannot carry, an end before the onset, an Alert without information, or
        an Update or Cancel that names no message; all at once.

    Examples
    --------
    >>> draft = CapDraft("A-1", "city.example", 0.0, message_type="Cancel", references=[CapReference("c", "A-0", 0.0)])
    >>> b"<references>c,A-0,1970-01-01T00:00:00-00:00</references>" in write_cap(draft)
    True
    """
    raise_faults([*_message_faults(draft), *(fault for info in draft.infos for fault in _info_faults(info))])
    alert = Element("alert", xmlns=NAMESPACE)
    references = " ".join(f"{one.sender},{one.identifier},{_time(one.sent_s, zone)}" for one in draft.references)
    head = {"identifier": draft.identifier, "sender": draft.sender, "sent": _time(draft.sent_s, zone),
            "status": draft.status, "msgType": draft.message_type, "scope": "Public",
            "references": references}  # fmt: skip
    _fill(alert, head)
    for info in draft.infos:
        block = SubElement(alert, "info")
        _fill(block, {
            "language": info.language, "category": info.category, "event": info.event, "urgency": info.urgency,
            "severity": info.severity, "certainty": info.certainty, "onset": _time(info.from_s, zone),
            "expires": _time(info.until_s, zone), "headline": info.headline, "description": info.description,
            "instruction": info.instruction,
        })  # fmt: skip
        _write_area(SubElement(block, "area"), info)
    indent(alert)
    return bytes(tostring(alert, encoding="utf-8", xml_declaration=True))


def _write_area(area: Element, info: CapInfo) -> None:
    _fill(area, {"areaDesc": info.area_text})
    for shape in info.shapes:
        for ring in _outer_rings(shape):
            SubElement(area, "polygon").text = " ".join(f"{lat:.6f},{lon:.6f}" for lat, lon in ring)
    for scheme, code in info.geocodes:
        _fill(SubElement(area, "geocode"), {"valueName": scheme, "value": code})


def _outer_rings(shape: Shape) -> list[np.ndarray]:
    """Closed rings, lat and lon, that lie inside no other ring of the shape."""
    if shape.kind is not GeometryKind.POLYGON:
        return []
    import shapely

    whole = [shapely.Polygon(ring[:, ::-1]) for ring in shape.parts]
    outer = [k for k, one in enumerate(whole) if not any(o.contains(one) for j, o in enumerate(whole) if j != k)]
    return [np.vstack([shape.parts[k], shape.parts[k][:1]]) if (shape.parts[k][0] != shape.parts[k][-1]).any()
            else shape.parts[k] for k in outer]  # fmt: skip


def _message_faults(draft: CapDraft) -> list[Fault]:
    faults = _choice_faults(draft, ("status", "message_type"))
    named = [("identifier", draft.identifier), ("sender", draft.sender)]
    named += [(f"references.{n}", w) for r in draft.references for n, w in (("sender", r.sender), ("id", r.identifier))]
    for name, word in named:
        if not word or _FORBIDDEN & set(word):
            faults.append(Fault(name, repr(word), "a name without blanks, commas, < and &", "Choose another name."))
    if draft.message_type in {"Update", "Cancel"} and not draft.references:
        faults.append(Fault("references", "none", "the messages it replaces", "Name them."))
    if draft.message_type in {"Alert", "Update"} and not draft.infos:
        faults.append(Fault("infos", "none", "information in at least one language", "Add it."))
    return faults


def _info_faults(info: CapInfo) -> list[Fault]:
    faults = _choice_faults(info, ("category", "urgency", "severity", "certainty"))
    for name in ("language", "event", "area_text"):
        if not getattr(info, name).strip():
            faults.append(Fault(name, "empty", "words", "Fill it in."))
    if not info.until_s > info.from_s:
        faults.append(Fault("until_s", f"{info.until_s:g}", "a time after the onset", "Check both times."))
    return faults


def _choice_faults(record: CapDraft | CapInfo, names: tuple[str, ...]) -> list[Fault]:
    return [
        Fault(name, repr(getattr(record, name)), "one of " + ", ".join(CHOICES[name]), "Choose one of these.")
        for name in names
        if getattr(record, name) not in CHOICES[name]
    ]


def _fill(parent: Element, words: dict[str, str]) -> None:
    for name, word in words.items():
        if word:
            SubElement(parent, name).text = word


def _time(unix_s: float, zone: tzinfo) -> str:
    """CAP time: seconds and an offset; UTC is written -00:00."""
    text = datetime.fromtimestamp(round(unix_s), UTC).astimezone(zone).isoformat(timespec="seconds")
    return text.replace("+00:00", "-00:00")
