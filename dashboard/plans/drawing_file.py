"""A drawing as a browser sends it in a file, and joined with what was tapped."""

import base64
import binascii
import math
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.plans.zones import parse_document, read_drawn
from risk_core.errors import Fault, InputError
from risk_core.state.situation import Shelter


def features_of(document: Any) -> list[dict[str, Any]]:
    """Features of a document that `read_drawn` takes, each with its role."""
    found = document["features"] if document.get("type") == "FeatureCollection" else [document]
    rows = []
    for one in found:
        bare = one if one.get("type") == "Feature" else {"type": "Feature", "geometry": one, "properties": {}}
        told, geometry = bare.get("properties") or {}, bare.get("geometry") or {}
        is_zone = not geometry or geometry.get("type") in ("Polygon", "MultiPolygon")
        rows.append({**bare, "properties": {"role": "zone" if is_zone else "closure", **told}})
    return rows


def joined(sketched: Mapping[str, Any] | None, drawing: Any) -> Mapping[str, Any] | None:
    """What was tapped and what a file brought, as one drawing; None where there is neither."""
    features = [*(sketched["features"] if sketched else []), *(drawing or [])]
    return {"type": "FeatureCollection", "features": features} if features else None


def shut_features(shelters: Iterable[Shelter], shelter_id: str) -> list[dict[str, Any]]:
    """A known shelter as a feature of a drawing that supposes it shut; empty for an id that is not known."""
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one.lon_deg, one.lat_deg]},
            "properties": {
                "role": "shelter",
                "id": one.shelter_id,
                "name": one.name,
                "kind": one.kind,
                "capacity_persons": max(one.capacity_persons, 1.0) if math.isfinite(one.capacity_persons) else 1.0,
                "is_open": False,
            },
        }
        for one in shelters
        if one.shelter_id == shelter_id
    ]


def read_file(contents: object, name: object, now_s: float) -> list[dict[str, Any]]:
    """Features of a file as a browser sends it.

    Raises
    ------
    InputError
        With every fault of every feature.
    """
    try:
        data = base64.b64decode(str(contents).partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        raise InputError(Fault("file", "unreadable", "a GeoJSON file", "Choose the file again.")) from None
    document = parse_document(data, str(name)[:80])
    read_drawn(document, now_s, needs_zone=False)
    return features_of(document)
