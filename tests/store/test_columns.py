"""How single values, times, days and outlines are read."""

import json
import math
from datetime import UTC, date, datetime

import numpy as np
import pytest

from dashboard.store.columns import is_missing
from dashboard.store.geometry import GeometryLimits, geojson_bounds, read_geometry, shape_from_geojson
from dashboard.store.refusal import RefusedError
from dashboard.store.times import read_day, read_time, read_utc_offset
from risk_core.state.situation import GeometryKind

NOON_S = datetime(2026, 8, 5, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "written",
    [
        "2026-08-05T12:00Z",
        "2026-08-05T12:00:00.000+00:00",
        "2026-08-05 21:00:00+09:00",
        "20260805T120000Z",
        "2026-08-05T12:00:00-00:00",
        NOON_S,
        int(NOON_S),
        datetime(2026, 8, 5, 12, tzinfo=UTC),
    ],
)
def test_one_moment_written_in_many_ways(written: object) -> None:
    assert read_time(written, None) == NOON_S


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-08-05 21:00", NOON_S),
        ("202608052100", NOON_S),
        ("2026080521", NOON_S),
        ("20260805210000", NOON_S),
        ("202608052400", NOON_S + 3 * 3600),
        ("2026-08-05T24:00", NOON_S + 3 * 3600),
        ("2026-08-05T12:00Z", NOON_S),
    ],
)
def test_bare_times_take_the_offset_given(written: str, expected: float) -> None:
    assert read_time(written, 9 * 3600.0) == expected


@pytest.mark.parametrize("written", ["2026-08-05T12:00", "202608052100", datetime(2026, 8, 5)])
def test_bare_times_are_refused_with_the_remedy(written: object) -> None:
    with pytest.raises(RefusedError) as raised:
        read_time(written, None)
    assert "--utc-offset" in raised.value.remedy


@pytest.mark.parametrize(
    "written",
    ["baddate", "", "2026-13-05T00:00Z", "2026-08-05T25:00Z", 1.8e12, -9e9, math.inf, "9999-12-31T00:00Z",
     "202608052430", True, "1785931200", "2026-02-30T00:00Z", "０" * 12],
)  # fmt: skip
def test_what_is_no_time(written: object) -> None:
    with pytest.raises(RefusedError):
        read_time(written, 0.0)


@pytest.mark.parametrize(
    "written", ["2026-08-05", "20260805", "2026-08-05T23:30:00+09:00", date(2026, 8, 5), NOON_S, NOON_S - 12 * 3600]
)
def test_a_day_is_a_label_whatever_the_zone(written: object) -> None:
    assert read_day(written) == NOON_S - 12 * 3600


@pytest.mark.parametrize("written", ["5.8.2026", "2026-02-30", "2026", math.inf, True, "1785931200"])
def test_what_is_no_day(written: object) -> None:
    with pytest.raises(RefusedError):
        read_day(written)


def test_offsets() -> None:
    assert [read_utc_offset(text) for text in ("+09:00", "-0330", "Z")] == [32_400.0, -12_600.0, 0.0]
    for bad in ("9", "+25:00", "+09:60", "KST"):
        with pytest.raises(RefusedError):
            read_utc_offset(bad)


def test_missing_words() -> None:
    assert all(is_missing(value) for value in (None, "", "  ", "NA", "nan", "-", math.nan, np.float64("nan"), "NULL"))
    assert not any(is_missing(value) for value in (0, 0.0, False, "0", "none of these"))


def test_outlines_keep_their_shape_and_turn_to_lat_lon() -> None:
    polygon = read_geometry("POLYGON ((0 0, 2 0, 2 1, 0 1, 0 0), (0.5 0.2, 1 0.2, 1 0.8, 0.5 0.2))", GeometryLimits())
    shape = shape_from_geojson(polygon)
    assert shape.kind is GeometryKind.POLYGON
    assert [part.shape for part in shape.parts] == [(5, 2), (4, 2)]
    assert shape.parts[0][1].tolist() == [0.0, 2.0]
    assert geojson_bounds(polygon) == (0.0, 0.0, 2.0, 1.0)
    two = {
        "type": "MultiPolygon",
        "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]], [[[5, 5], [6, 5], [6, 6], [5, 5]]]],
    }
    assert len(shape_from_geojson(read_geometry(two, GeometryLimits())).parts) == 2
    line = read_geometry(json.dumps({"type": "LineString", "coordinates": [[1, 2, 30], [3, 4, 30]]}), GeometryLimits())
    assert shape_from_geojson(line).kind is GeometryKind.LINE
    assert shape_from_geojson(line).parts[0].tolist() == [[2.0, 1.0], [4.0, 3.0]]
    point = shape_from_geojson(read_geometry({"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}},
                                             GeometryLimits()))  # fmt: skip
    assert point.parts[0].tolist() == [[2.0, 1.0]]


def test_a_stored_outline_reads_the_same_again() -> None:
    stored = read_geometry("POLYGON ((126.9 37.5, 127 37.5, 127 37.6, 126.9 37.5))", GeometryLimits())
    assert read_geometry(stored, GeometryLimits()) == stored


def circle_wkt(n: int) -> str:
    angle = np.linspace(0, 2 * np.pi, n)
    points = [f"{127 + 0.01 * np.cos(a):.9f} {37 + 0.01 * np.sin(a):.9f}" for a in angle[:-1]]
    return f"POLYGON (({', '.join([*points, points[0]])}))"


@pytest.mark.parametrize(
    ("outline", "wanted"),
    [
        ("POLYGON ((0 0, .1 .1, .1 0, 0 .1, 0 0))", "self-intersection"),
        ("POLYGON ((37.5 126.9, 37.6 126.9, 37.6 127, 37.5 126.9))", "longitude first"),
        ("POINT (953898 1952041)", "EPSG:4326"),
        ("POLYGON ((0 0, 1 0, 1 1, 0 0))", "50 km across"),
        ("MULTIPOINT ((0 0), (1 1))", "WKT or GeoJSON"),
        ("GEOMETRYCOLLECTION EMPTY", "WKT or GeoJSON"),
        ("POLYGON EMPTY", "WKT or GeoJSON"),
        ("POLYGON ((0 0, 1", "WKT or GeoJSON"),
        ('{"type": "Polygon"}', "WKT or GeoJSON"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, "x"], [1, 1], [0, 0]]]}', "WKT or GeoJSON"),
        ("[" * 10_000, "WKT or GeoJSON"),
        ('{"a":' * 10_000, "WKT or GeoJSON"),
        ({"type": "Point", "coordinates": [math.nan, 1]}, "finite"),
        ({"type": "Point", "coordinates": [math.inf, 1]}, "finite"),
        ({"type": "LineString", "coordinates": [[0, 0], [0.1, math.nan]]}, "finite"),
        (circle_wkt(2_002), "at most 2000 vertices"),
        ("MULTILINESTRING (" + ", ".join(f"(0 {k}e-3, 0.001 {k}e-3)" for k in range(21)) + ")", "at most 20 rings"),
        (7, "WKT or GeoJSON"),
    ],
)  # fmt: skip
def test_outsiders_outlines_are_refused_not_repaired(outline: object, wanted: str) -> None:
    with pytest.raises(RefusedError) as raised:
        read_geometry(outline, GeometryLimits(2_000, 20, 50_000.0))
    assert wanted in raised.value.wanted


def test_the_largest_outline_allowed_is_taken() -> None:
    assert read_geometry(circle_wkt(2_000), GeometryLimits(2_000, 20, 50_000.0))
