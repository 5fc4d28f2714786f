"""Common Alerting Protocol 1.1 and 1.2 (OASIS): official warnings, one record an information block."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from dashboard.feeds.cap_outline import read_outline
from dashboard.feeds.cap_zones import ZoneTable
from dashboard.feeds.records import Part, Record
from dashboard.feeds.xml import open_xml
from dashboard.store.refusal import RefusedError
from risk_core.errors import Fault, InputError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACES: Final = ("urn:oasis:names:tc:emergency:cap:1.2", "urn:oasis:names:tc:emergency:cap:1.1")
_UNDECLARED: Final = re.compile(rb"<(cap:)?alert\b(?![^>]*xmlns:cap\s*=)")
_MESSAGE: Final = {"identifier": "identifier", "sender": "sender", "sent": "sent_s", "status": "status",
                   "msgType": "message_type", "references": "referenced"}  # fmt: skip
_INFO: Final = {
    "language": "language", "event": "event", "urgency": "urgency", "severity": "severity", "certainty": "certainty",
    "headline": "headline", "description": "description", "instruction": "instruction", "effective": "from_s",
    "onset": "from_s", "expires": "until_s", "web": "web",
}  # fmt: skip


def parse_cap(data: bytes, file: str, zones: ZoneTable | None = None) -> Part:
    """Read the messages of a document: one CAP alert, or several inside a feed.

    The prefix ``cap:`` used without a declaration, a defect of real feeds, is read as CAP 1.2 and noted.
    Outlines that are not valid are left out and listed; the words are kept. Outlines of very many corners are drawn
    with fewer, a little wider, and noted. Areas that come without an outline get that of the zone table. Messages
    whose scope is not public are refused.

    Parameters
    ----------
    data
        The document's bytes.
    file
        Its name, for messages.
    zones
        Outlines of areas named by code; None leaves such areas without.

    Raises
    ------
    InputError
        When it is no well-formed XML within the limits of `open_xml`, or holds no CAP alert.
    """
    part = Part()
    try:
        root = open_xml(data, file)
    except InputError as error:
        if "unbound prefix" not in str(error):
            raise
        declared = _UNDECLARED.sub(
            lambda found: found.group() + f' xmlns:cap="{NAMESPACES[0]}"'.encode(), data, count=1
        )
        root = open_xml(declared, file)
        part.notes.append(f"{file}: the prefix cap: is not declared; read as CAP 1.2. Tell the sender.")
    messages = [element for element in root.iter() if _local(element) == "alert" and _is_cap(element)]
    if not messages:
        wanted = "an alert of CAP 1.2 or 1.1"
        raise InputError(Fault("document", root.tag[:100], wanted, "Give CAP files to `ingest alerts`.", file))
    for position, message in enumerate(messages):
        place = file if len(messages) == 1 else f"{file}: alert {position + 1}"
        _read_message(message, place, part, zones)
    return part


def _read_message(message: "Element", place: str, part: Part, zones: ZoneTable | None) -> None:
    scope = _text(message, "scope")
    if scope not in {"", "Public"}:
        remedy = "Messages for a closed circle are not shown to everybody."
        part.refuse(Fault("scope", scope, "Public", remedy, place))
        return
    head: Record = {ours: _text(message, theirs) for theirs, ours in _MESSAGE.items()}
    blocks = [element for element in message if _local(element) == "info"]
    if not blocks:
        part.add(head, place)
    for position, block in enumerate(blocks):
        where = place if len(blocks) == 1 else f"{place}: info {position + 1}"
        record = head | {"info": position, "language": "en-US"}
        record |= {ours: text for theirs, ours in _INFO.items() if (text := _text(block, theirs))}
        areas = [element for element in block if _local(element) == "area"]
        record["area_text"] = "; ".join(filter(None, (_text(area, "areaDesc") for area in areas)))
        record["geometry"] = _outline(areas, where, part, zones, str(record["sent_s"])[:10])
        part.add(record, where)


def _outline(areas: "list[Element]", place: str, part: Part, zones: ZoneTable | None, day: str) -> str | None:
    """Everything the areas cover as GeoJSON; outlines that do not fit are listed and left out."""
    import shapely

    texts: list[str] = []
    for area in areas:
        drawn = [(name, text) for name in ("polygon", "circle") for text in _texts(area, name) if text]
        for name, text in drawn:
            try:
                geometry, told = read_outline(name, text)
            except RefusedError as refused:
                shown = text if len(text) <= 60 else text[:57] + "..."
                part.faults.append(Fault(name, shown, refused.wanted, "The words were kept without it.", place))
                continue
            texts.append(geometry)
            part.notes += [f"{place}: {told}"] if told else []
        if not drawn and zones is not None:
            texts += _zone_outlines(area, place, part, zones, day)
    if not texts:
        return None
    kept = [shapely.from_geojson(text) for text in texts]
    polygons = [outline for outline in kept if outline.geom_type != "Point"] or kept[:1]
    whole = polygons[0] if len(polygons) == 1 else shapely.union_all(polygons)
    return str(shapely.to_geojson(whole))


def _zone_outlines(area: "Element", place: str, part: Part, zones: ZoneTable, day: str) -> list[str]:
    """Outlines of an area from the zone table; unknown codes are listed."""
    codes = [(_text(one, "valueName"), _text(one, "value")) for one in area if _local(one) == "geocode"]
    found, unknown = zones.join(codes, _text(area, "areaDesc"), day)
    if found:
        part.notes.append(f"{place}: outline from the zone table of {zones.version}")
    elif unknown:
        wanted = f"codes of the zone table of {zones.version}"
        shown = unknown if len(unknown) <= 60 else unknown[:57] + "..."
        part.faults.append(Fault("geocode", shown, wanted, "The words were kept without an outline.", place))
    return found


def _local(element: "Element") -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _is_cap(element: "Element") -> bool:
    return element.tag.startswith(tuple(f"{{{name}}}" for name in NAMESPACES))


def _texts(parent: "Element", name: str) -> Iterator[str]:
    return ((element.text or "").strip() for element in parent if _local(element) == name)


def _text(parent: "Element", name: str) -> str:
    return next(_texts(parent, name), "")
