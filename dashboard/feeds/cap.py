"""Common Alerting Protocol 1.1 and 1.2 (OASIS): official warnings, one record an information block."""

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from dashboard.feeds.records import Part, Record
from dashboard.feeds.xml import open_xml
from dashboard.store.geometry import GeometryLimits, read_geometry
from dashboard.store.refusal import RefusedError
from risk_core.errors import Fault, InputError
from risk_core.units import M_PER_DEG_LAT

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACES: Final = ("urn:oasis:names:tc:emergency:cap:1.2", "urn:oasis:names:tc:emergency:cap:1.1")
CIRCLE_VERTICES: Final = 36
"""Corners of the polygon a circle is kept as."""

_UNDECLARED: Final = re.compile(rb"<(cap:)?alert\b(?![^>]*xmlns:cap\s*=)")
_LIMITS: Final = GeometryLimits(max_vertices=10_000, max_rings=200)
_MESSAGE: Final = {"identifier": "identifier", "sender": "sender", "sent": "sent_s", "status": "status",
                   "msgType": "message_type", "references": "referenced"}  # fmt: skip
_INFO: Final = {
    "language": "language", "event": "event", "urgency": "urgency", "severity": "severity", "certainty": "certainty",
    "headline": "headline", "description": "description", "instruction": "instruction", "effective": "from_s",
    "onset": "from_s", "expires": "until_s", "web": "web",
}  # fmt: skip


def parse_cap(data: bytes, file: str) -> Part:
    """Read the messages of a document: one CAP alert, or several inside a feed.

    The prefix ``cap:`` used without a declaration, a defect of real feeds, is read as CAP 1.2 and noted.
    Outlines that are not valid are left out and listed; the words are kept. Messages whose scope is not
    public are refused.

    Parameters
    ----------
    data
        The document's bytes.
    file
        Its name, for messages.

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
        _read_message(message, place, part)
    return part


def _read_message(message: "Element", place: str, part: Part) -> None:
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
        record["geometry"] = _outline(areas, where, part)
        part.add(record, where)


def _outline(areas: "list[Element]", place: str, part: Part) -> str | None:
    """Everything the areas cover as GeoJSON; outlines that do not fit are listed and left out."""
    import shapely

    kept = []
    for name, text in ((_local(element), (element.text or "").strip()) for area in areas for element in area):
        if name not in {"polygon", "circle"} or not text:
            continue
        try:
            pairs = _ring(text) if name == "polygon" else _circle(text)
            kept.append(shapely.from_geojson(read_geometry(_as_geometry(pairs), _LIMITS)))
        except RefusedError as refused:
            shown = text if len(text) <= 60 else text[:57] + "..."
            part.faults.append(Fault(name, shown, refused.wanted, "The words were kept without it.", place))
    if not kept:
        return None
    polygons = [outline for outline in kept if outline.geom_type == "Polygon"] or kept[:1]
    whole = polygons[0] if len(polygons) == 1 else shapely.union_all(polygons)
    return str(shapely.to_geojson(whole))


def _as_geometry(pairs: list[list[float]]) -> dict[str, object]:
    if len(pairs) == 1:
        return {"type": "Point", "coordinates": pairs[0]}
    return {"type": "Polygon", "coordinates": [pairs]}


def _ring(text: str) -> list[list[float]]:
    """Corners as [lon, lat] of ``lat,lon lat,lon ...``; the last is the first again."""
    pairs = [_pair(word) for word in text.split()]
    if len(pairs) < 4 or pairs[0] != pairs[-1]:
        raise RefusedError("a closed ring of at least 4 points, lat,lon each", "Close the ring.")
    return pairs


def _circle(text: str) -> list[list[float]]:
    """Corners as [lon, lat] of ``lat,lon radius_km``; a radius of zero is a point."""
    try:
        centre, radius_km = text.split()
        radius_deg = float(radius_km) * 1000.0 / M_PER_DEG_LAT
    except ValueError:
        raise RefusedError("lat,lon and a radius in km", "Write it as 37.5,127.0 10.") from None
    lon, lat = _pair(centre)
    if not (0 <= radius_deg < 45 and abs(lat) + radius_deg < 90):
        raise RefusedError("a radius of 0 to 5000 km that leaves out the poles", "Check the radius.")
    if radius_deg == 0:
        return [[lon, lat]]
    stretch = radius_deg / math.cos(math.radians(lat))
    angles = (2 * math.pi * k / CIRCLE_VERTICES for k in range(CIRCLE_VERTICES))
    ring = [[lon + stretch * math.cos(a), lat + radius_deg * math.sin(a)] for a in angles]
    return [*ring, ring[0]]


def _pair(word: str) -> list[float]:
    try:
        lat, lon = (float(number) for number in word.split(","))
    except ValueError:
        raise RefusedError("pairs of lat,lon", "Write them as 37.5,127.0.") from None
    return [lon, lat]


def _local(element: "Element") -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _is_cap(element: "Element") -> bool:
    return element.tag.startswith(tuple(f"{{{name}}}" for name in NAMESPACES))


def _texts(parent: "Element", name: str) -> Iterator[str]:
    return ((element.text or "").strip() for element in parent if _local(element) == name)


def _text(parent: "Element", name: str) -> str:
    return next(_texts(parent, name), "")
