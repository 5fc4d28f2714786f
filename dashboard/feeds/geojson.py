"""GeoJSON (RFC 7946): properties become columns, the geometry the outline or the position."""

import json
from collections.abc import Mapping
from typing import Any, Final

from dashboard.feeds.records import Part, Record
from dashboard.store.kinds import KindSpec
from risk_core.errors import Fault, InputError

KNOWN_CRS: Final = ("CRS84", "EPSG::4326", "EPSG:4326")
"""Ends of the names of the coordinate system RFC 7946 asks for."""


def parse_geojson(data: bytes, spec: KindSpec, ours: Mapping[str, str], file: str) -> Part:
    """Read the features of a FeatureCollection, or one Feature.

    Parameters
    ----------
    data
        The file's bytes, UTF-8.
    spec
        The kind; one with outlines takes the geometry, one with positions a point's coordinates.
    ours
        Our column names by the file's property names.
    file
        Its name, for messages.

    Raises
    ------
    InputError
        When it is no GeoJSON, or names another coordinate system.
    """
    features = _features(data, file)
    part = Part()
    seen: set[str] = set()
    for position, feature in enumerate(features):
        place = f"{file}: feature {position + 1}"
        if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
            part.refuse(Fault("feature", str(feature)[:60], "a GeoJSON Feature", "Write it as RFC 7946 asks.", place))
            continue
        properties = feature.get("properties") or {}
        seen |= properties.keys()
        part.add(_record(feature, properties, spec, ours), place)
    missing = [theirs for theirs in ours if theirs not in seen]
    if missing and features:
        wanted = "one of " + ", ".join(sorted(seen)[:50])
        raise InputError(
            *(Fault("--map-column", repr(name), wanted, "Name a property of the file.", file) for name in missing)
        )
    return part


def _features(data: bytes, file: str) -> list[Any]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        remedy = f"Write it again ({str(error)[:100]})."
        raise InputError(Fault("file", file, "GeoJSON in UTF-8", remedy, file)) from error
    kind = document.get("type") if isinstance(document, dict) else None
    features = document.get("features") if kind == "FeatureCollection" else [document] if kind == "Feature" else None
    if not isinstance(features, list):
        raise InputError(Fault("type", str(kind), "FeatureCollection or Feature", "Write GeoJSON.", file))
    crs = document.get("crs")
    if crs and not json.dumps(crs).rstrip('"} ').endswith(KNOWN_CRS):
        remedy = "Project the file to EPSG:4326, as RFC 7946 asks."
        raise InputError(Fault("crs", json.dumps(crs)[:100], "EPSG:4326", remedy, file))
    return features


def _record(
    feature: Mapping[str, Any], properties: Mapping[str, Any], spec: KindSpec, ours: Mapping[str, str]
) -> Record:
    taken = set(ours.values())
    record: Record = {
        ours.get(name) or (f"{name} (unmapped)" if name.lower() in taken else name): value
        for name, value in properties.items()
    }
    if feature.get("id") is not None:
        record.setdefault("id", feature["id"])
    geometry = feature.get("geometry")
    if geometry is None:
        return record
    if spec.has_geometry:
        record["geometry"] = geometry
    elif spec.has_position and isinstance(geometry, dict) and geometry.get("type") == "Point":
        coordinates = geometry.get("coordinates")
        if isinstance(coordinates, list) and len(coordinates) >= 2:
            record["lon_deg"], record["lat_deg"] = coordinates[:2]
    return record
