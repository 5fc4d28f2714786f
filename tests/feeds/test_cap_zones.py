"""Warnings that name their area by code get the outline of the zone table, or none at all."""

import json
from pathlib import Path

import pytest

from dashboard.feeds.cap import parse_cap
from dashboard.feeds.cap_zones import ZoneTable, read_zones
from risk_core.errors import InputError
from tests.feeds.test_cap import SQUARE, alert, area, info, polygon


def square(west: float) -> dict[str, object]:
    ring = [[west, 37.0], [west + 1, 37.0], [west + 1, 38.0], [west, 38.0], [west, 37.0]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(
    code: str, west: float, scheme: str = "EMMA_ID", since: str = "2020-01-01", **more: str
) -> dict[str, object]:
    properties = {"scheme": scheme, "code": code, "valid_from": since, **more}
    return {"type": "Feature", "properties": properties, "geometry": square(west)}


FEATURES = [
    feature("KR001", 126.0, valid_until="2026-06-30"),
    feature("KR001", 126.5, since="2026-07-01"),
    feature("KR002", 127.5),
    feature("서울", 120.0, scheme="areaDesc"),
]


def table(tmp_path: Path, features: list[object], **more: object) -> ZoneTable:
    path = tmp_path / "zones.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features, "version": "2026-07", **more}), "utf-8"
    )
    return read_zones(path)


def geocode(code: str, scheme: str = "EMMA_ID") -> str:
    return f"<geocode><valueName>{scheme}</valueName><value>{code}</value></geocode>"


def west_of(record: dict[str, str]) -> float:
    outline = json.loads(record["geometry"])
    rings = outline["coordinates"] if outline["type"] == "Polygon" else [r for p in outline["coordinates"] for r in p]
    return min(lon for ring in rings for lon, _ in ring)


def test_an_area_without_outline_gets_that_of_its_code_on_its_day(tmp_path: Path) -> None:
    zones = table(tmp_path, FEATURES)
    message = alert(info(area(geocode("KR001"), name="제주")))
    part = parse_cap(message, "a.xml", zones)
    assert west_of(part.records[0]) == 126.5
    assert part.notes == ["a.xml: outline from the zone table of 2026-07"]
    before = parse_cap(message.replace(b"2026-08-05", b"2026-06-05"), "a.xml", zones)
    assert west_of(before.records[0]) == 126.0
    assert parse_cap(message, "a.xml").records[0]["geometry"] is None


def test_codes_are_joined_and_an_unknown_one_leaves_the_area_without_outline(tmp_path: Path) -> None:
    zones = table(tmp_path, FEATURES)
    both = parse_cap(alert(info(area(geocode("KR001"), geocode("KR002"), name="두 곳"))), "a.xml", zones)
    assert west_of(both.records[0]) == 126.5
    part = parse_cap(alert(info(area(geocode("KR001"), geocode("KR009"), name="두 곳"))), "a.xml", zones)
    assert part.records[0]["geometry"] is None and part.records[0]["area_text"] == "두 곳"
    assert "KR009" in str(part.faults[0]) and part.n_refused == 0
    other = parse_cap(alert(info(area(geocode("X1", "SAME"), geocode("KR002")))), "a.xml", zones)
    assert west_of(other.records[0]) == 127.5


def test_words_are_the_last_resort_and_a_drawn_outline_stands(tmp_path: Path) -> None:
    zones = table(tmp_path, FEATURES)
    assert west_of(parse_cap(alert(info(area(name="서울"))), "a.xml", zones).records[0]) == 120.0
    drawn = parse_cap(alert(info(area(polygon(SQUARE), geocode("KR002")))), "a.xml", zones)
    assert west_of(drawn.records[0]) == 127.0 and drawn.notes == []


@pytest.mark.parametrize(
    ("features", "more", "named"),
    [
        ([feature("", 126.0)], {}, "a scheme and a code"),
        ([feature("KR1", 126.0, since="")], {}, "days as"),
        ([feature("KR1", 126.0, valid_until="2019-01-01")], {}, "valid_until"),
        ([feature("KR1", 126.0) | {"geometry": {"type": "Point", "coordinates": [127, 37]}}], {}, "a polygon"),
        ([feature("KR1", 126.0) | {"geometry": None}], {}, "WKT or GeoJSON"),
        (["x"], {}, "properties"),
        ([], {"version": ""}, "version"),
        ("x", {}, "FeatureCollection"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(
    tmp_path: Path, features: list[object], more: dict[str, object], named: str
) -> None:
    with pytest.raises(InputError, match=named):
        table(tmp_path, features, **more)


def test_no_file_or_no_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a file"):
        read_zones(tmp_path / "none.geojson")
    path = tmp_path / "zones.geojson"
    path.write_bytes(b'{"features": [')
    with pytest.raises(InputError, match="FeatureCollection"):
        read_zones(path)


def named(*codes: str, **more: object) -> dict[str, object]:
    properties = {"scheme": "KMA", "code": "L1100400", "valid_from": "2020-01-01", "districts": list(codes)}
    return {"type": "Feature", "properties": properties, "geometry": None, **more}


OUTLINES = {code: json.dumps(square(west)) for code, west in (("11680", 127.0), ("11710", 128.0), ("26110", 129.5))}


def zones_of(tmp_path: Path, *features: object) -> ZoneTable:
    path = tmp_path / "zones.geojson"
    path.write_text(json.dumps({"features": list(features), "version": "2026-07"}), "utf-8")
    return read_zones(path, OUTLINES)


def test_a_zone_that_names_districts_has_their_outline_together(tmp_path: Path) -> None:
    zones = zones_of(tmp_path, named("11680", "11710"))
    outline = json.loads(zones.outline(("KMA", "L1100400"), "2026-08-05") or "")
    lons = [lon for lon, _ in outline["coordinates"][0]]
    assert outline["type"] == "Polygon" and (min(lons), max(lons)) == (127.0, 129.0)
    apart = json.loads(zones_of(tmp_path, named("11680", "26110")).outline(("KMA", "L1100400"), "2026-08-05") or "")
    assert apart["type"] == "MultiPolygon" and len(apart["coordinates"]) == 2


def test_a_zone_that_names_unknown_districts_is_refused(tmp_path: Path) -> None:
    for codes, shown in ((("11680", "99999"), "99999"), ((), "none given")):
        with pytest.raises(InputError, match=shown):
            zones_of(tmp_path, named(*codes))
    own = named("99999", geometry=square(120.0))
    assert '"Polygon"' in (zones_of(tmp_path, own).outline(("KMA", "L1100400"), "2026-08-05") or "")


def test_very_fine_outlines_are_drawn_coarser_and_still_cover_everybody(tmp_path: Path) -> None:
    import numpy as np
    import shapely

    angle = np.linspace(0, 2 * np.pi, 9_000, endpoint=False)
    fine = shapely.Polygon(np.column_stack([127 + 0.3 * np.cos(angle), 37 + 0.3 * np.sin(angle)]))
    path = tmp_path / "zones.geojson"
    path.write_text(json.dumps({"features": [named("1")], "version": "2026-07"}), "utf-8")
    found = read_zones(path, {"1": str(shapely.to_geojson(fine))}).outline(("KMA", "L1100400"), "2026-08-05") or ""
    drawn = shapely.from_geojson(found)
    assert shapely.get_num_coordinates(drawn) < 5_000 and drawn.covers(fine)
