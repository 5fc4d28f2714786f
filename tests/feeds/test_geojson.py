"""GeoJSON of closures, shelters and stations."""

import json
from typing import Any

import pytest

from dashboard.feeds.geojson import parse_geojson
from dashboard.store.kinds import KINDS, Kind
from risk_core.errors import InputError

POINT = {"type": "Point", "coordinates": [127.0, 37.5, 12.0]}


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features} | more).encode()


def feature(properties: dict[str, Any] | None, geometry: Any = POINT, **more: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry} | more


def test_outlines_and_positions() -> None:
    data = collection(feature({"from": "2026-08-05T00:00Z"}, id=7), feature(None, None))
    part = parse_geojson(data, KINDS[Kind.CLOSURES], {}, "x.geojson")
    assert part.records == [{"from": "2026-08-05T00:00Z", "id": 7, "geometry": POINT}, {}]
    assert part.places == ["x.geojson: feature 1", "x.geojson: feature 2"]
    (record,) = parse_geojson(b"\xef\xbb\xbf" + json.dumps(feature({"shelter_id": "s"})).encode(),
                              KINDS[Kind.SHELTERS], {}, "x").records  # fmt: skip
    assert record == {"shelter_id": "s", "lat_deg": 37.5, "lon_deg": 127.0}


def test_properties_are_mapped() -> None:
    data = collection(feature({"FLTR_NM": "체육관", "name": "old"}))
    (record,) = parse_geojson(data, KINDS[Kind.SHELTERS], {"FLTR_NM": "name"}, "x").records
    assert record["name"] == "체육관"
    with pytest.raises(InputError, match="'GONE'"):
        parse_geojson(data, KINDS[Kind.SHELTERS], {"GONE": "name"}, "x")


def test_a_feature_that_is_none_is_listed() -> None:
    part = parse_geojson(collection(feature({}), 7, feature([])), KINDS[Kind.CLOSURES], {}, "x")  # type: ignore[arg-type]
    assert (len(part.records), part.n_refused) == (2, 1)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"])
def test_the_usual_coordinate_systems(name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    assert parse_geojson(collection(feature({}), crs=crs), KINDS[Kind.CLOSURES], {}, "x").records


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (collection(crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5179"}}), "EPSG:4326"),
        (b"", "GeoJSON in UTF-8"),
        (b"\xff\xfe{", "GeoJSON in UTF-8"),
        (b"[" * 100_000, "GeoJSON in UTF-8"),
        (b"[1, 2]", "FeatureCollection"),
        (b'{"type": "FeatureCollection"}', "FeatureCollection"),
        (b'{"type": "Topology", "objects": {}}', "FeatureCollection"),
    ],
)
def test_what_is_no_geojson(data: bytes, named: str) -> None:
    with pytest.raises(InputError, match=named):
        parse_geojson(data, KINDS[Kind.CLOSURES], {}, "x.geojson")
