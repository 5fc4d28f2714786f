import json
import math

import pytest
import shapely

from dashboard.areas.districts import clip_districts, draw_outlines, read_districts
from dashboard.areas.repair import repair_shapes
from dashboard.areas.report import BuildReport
from dashboard.areas.request import DistrictShapes
from risk_core.errors import InputError
from tests.areas.files import BOUNDS, bow_tie, feature, point, polygon, square, two_districts, write_geojson, write_text


def test_names_codes_and_populations_are_read(tmp_path):
    report = BuildReport()
    shapes = read_districts(write_geojson(tmp_path / "d.geojson", two_districts()), {}, report)
    west, east = shapes.records
    assert (west.district_id, west.name_ko, west.name_en, west.name_local) == (
        "1",
        "서울 중구 서동",
        "West",
        "서울 중구 서동",
    )
    assert math.isnan(west.population) and east.population == 500.0
    assert (west.lat_deg, west.lon_deg) == pytest.approx((37.565, 126.9725), abs=1e-3)
    assert report.n_kept == {"districts": 2} and not report.faults


def test_a_self_crossing_district_is_repaired_and_reported(tmp_path):
    features = [*two_districts(), polygon(bow_tie(126.97, 37.57, 126.98, 37.58), id="3", name="나비동")]
    report = BuildReport()
    shapes = read_districts(write_geojson(tmp_path / "d.geojson", features), {}, report)
    assert len(shapes.outlines) == 3
    assert shapely.is_valid(list(shapes.outlines)).all()
    assert shapes.outlines[2].area == pytest.approx(0.5e-4, rel=1e-6)
    (fault,) = report.faults
    assert fault.place == "d.geojson, record 3"
    assert "Self-intersection" in fault.value and "나비동" in fault.value and "Repaired" in fault.remedy


def test_a_repair_that_takes_too_long_leaves_the_district_out(tmp_path):
    features = [*two_districts(), polygon(bow_tie(126.97, 37.57, 126.98, 37.58), id="3")]
    report = BuildReport()
    shapes = read_districts(write_geojson(tmp_path / "d.geojson", features), {}, report, limit_s=0.001)
    assert [one.district_id for one in shapes.records] == ["1", "2"]
    assert "Left out; correct the outline." in str(report.faults[0])


def test_only_the_shape_that_takes_too_long_is_given_up(monkeypatch):
    from dashboard.areas import repair

    whole = [shapely.box(i, 0, i + 1, 1) for i in range(3)]
    runs = iter([([shapely.to_wkb(whole[0])], True), ([shapely.to_wkb(whole[2])], False)])
    monkeypatch.setattr(repair, "_run_child", lambda data, limit_s: next(runs))
    assert repair_shapes(whole) == [whole[0], None, whole[2]]


def test_a_child_that_fails_says_why(monkeypatch):
    monkeypatch.setattr("dashboard.areas.repair.sys.executable", "/bin/false")
    with pytest.raises(RuntimeError, match="the repair of outlines failed"):
        repair_shapes([shapely.box(0, 0, 1, 1)])


def test_records_without_an_outline_are_left_out_and_reported(tmp_path):
    features = [*two_districts(), point(126.975, 37.565, id="3"), feature(None, id="4")]
    report = BuildReport()
    shapes = read_districts(write_geojson(tmp_path / "d.geojson", features), {}, report)
    assert len(shapes.records) == 2
    assert [(fault.place, fault.value) for fault in report.faults] == [
        ("d.geojson, record 3", "a Point"),
        ("d.geojson, record 4", "missing"),
    ]


def test_records_of_one_code_become_one_district(tmp_path):
    island = polygon(square(126.99, 37.56, 127.0, 37.57), id="2", name="동·동", population=70)
    report = BuildReport()
    shapes = read_districts(write_geojson(tmp_path / "d.geojson", [*two_districts(), island]), {}, report)
    assert [one.population for one in shapes.records][1] == 570.0
    assert shapes.outlines[1].area == pytest.approx(1.5e-4)
    assert "2 records of district 2 were joined" in report.notes[0]


def test_a_population_that_is_no_number_is_reported_and_unknown(tmp_path):
    features = [polygon(square(126.97, 37.56, 126.98, 37.57), id="1", population=word) for word in ("-5",)]
    report = BuildReport()
    shapes = read_districts(write_geojson(tmp_path / "d.geojson", features), {}, report)
    assert math.isnan(shapes.records[0].population)
    assert "population is '-5'" in str(report.faults[0])


def test_a_table_without_shapes_or_without_a_usable_one_is_refused(tmp_path):
    with pytest.raises(InputError, match="geometry is missing"):
        read_districts(write_text(tmp_path / "d.csv", "id\n1\n"), {}, BuildReport())
    with pytest.raises(InputError, match=r"none usable[\s\S]*a Point"):
        read_districts(write_geojson(tmp_path / "d.geojson", [point(127, 37)]), {}, BuildReport())


def test_clipping_keeps_what_reaches_in_and_tells_its_share(tmp_path):
    far = polygon(square(127.5, 37.5, 127.6, 37.6), id="far")
    wide = polygon(square(126.95, 37.56, 126.98, 37.57), id="wide")
    shapes = read_districts(write_geojson(tmp_path / "d.geojson", [far, wide]), {}, BuildReport())
    report = BuildReport()
    kept, share = clip_districts(shapes, BOUNDS, report)
    (record,) = kept.records
    assert record.district_id == "wide" and share == [pytest.approx(1 / 3)]
    assert BOUNDS[0] <= record.lon_deg <= BOUNDS[2]
    assert report.notes == ["1 districts outside the area were left out."]


def test_drawn_outlines_are_simplified_and_keep_their_common_border(tmp_path):
    zigzag = [126.975 + 0.00001 * (step % 2) for step in range(21)]
    border = [[lon, 37.56 + 0.0005 * step] for step, lon in enumerate(zigzag)]
    west = polygon([[[126.97, 37.56], *border, [126.97, 37.57], [126.97, 37.56]]], id="1", name="서동")
    east = polygon([[[126.98, 37.57], *border[::-1], [126.98, 37.56], [126.98, 37.57]]], id="2")
    shapes = read_districts(write_geojson(tmp_path / "d.geojson", [west, east]), {}, BuildReport())
    drawn = json.loads(draw_outlines(shapes, 0.001))
    assert [one["id"] for one in drawn["features"]] == [0, 1]
    assert drawn["features"][0]["properties"] == {
        "position": 0,
        "district_id": "1",
        "name_ko": "서동",
        "name_en": "",
        "name_local": "서동",
    }
    rings = [{tuple(corner) for corner in one["geometry"]["coordinates"][0]} for one in drawn["features"]]
    assert all(len(ring) < 8 for ring in rings)
    assert len(rings[0] & rings[1]) >= 2


def test_no_districts_draw_an_empty_collection():
    assert json.loads(draw_outlines(DistrictShapes((), ()), 0.001))["features"] == []
