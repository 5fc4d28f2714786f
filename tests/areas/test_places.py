import math

import geopandas
import pytest
import shapely

from dashboard.areas.places import read_places, read_shelters
from dashboard.areas.positions import name_ranges
from dashboard.areas.report import BuildReport
from risk_core.errors import InputError
from risk_core.state.area import Place, PlaceKind
from tests.areas.files import GRID, point, polygon, square, write_geojson, write_text

GOOD = "s1,중앙학교,37.565,126.975,300\n"
HEADER = "id,name,lat,lon,capacity\n"


def read(tmp_path, rows, renamed=None):
    report = BuildReport()
    places = read_shelters(write_text(tmp_path / "s.csv", HEADER + GOOD + rows), renamed or {}, GRID, report)
    return places, report


def test_a_good_shelter_is_kept_whole(tmp_path):
    places, report = read(tmp_path, "")
    assert places == (Place("s1", PlaceKind.SHELTER, "중앙학교", 37.565, 126.975, 300.0, ""),)
    assert report.n_kept == {"shelters": 1} and not report.faults


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("s2,no place,,,10\n", "position is missing"),
        ("s2,half,37.565,,10\n", "position is missing"),
        ("s2,word,north,126.975,10\n", "position is lat north, lon 126.975"),
        ("s2,off,97.5,126.975,10\n", "position is lat 97.5, lon 126.975"),
        ("s2,swapped,126.975,37.565,10\n", "position is lat 126.975, lon 37.565"),
        ("s2,elsewhere,37.9,126.975,10\n", "outside the area in 1 of 2 records"),
        ("s1,twice,37.566,126.976,10\n", "id is 's1'; wanted a code used once"),
    ],
)
def test_a_shelter_nobody_can_find_is_reported_and_left_out(tmp_path, row, found):
    places, report = read(tmp_path, row)
    assert [place.place_id for place in places] == ["s1"]
    (fault,) = report.faults
    assert found in str(fault)
    assert fault.place.startswith("s.csv, line") and fault.place.endswith("3")
    assert "Left out" in fault.remedy


def test_swapped_columns_are_told_where_both_are_on_the_earth(tmp_path):
    from risk_core.state.grid import Grid

    chile = Grid.from_bounds(-71.3, -30.0, -71.2, -29.9, 100.0)
    report = BuildReport()
    path = write_text(tmp_path / "s.csv", HEADER + "a,a,-71.25,-29.95,5\nb,b,-29.95,-71.25,5\n")
    assert [place.place_id for place in read_shelters(path, {}, chile, report)] == ["b"]
    assert "lies inside when swapped" in str(report.faults[0]) and "swap the two columns" in str(report.faults[0])


@pytest.mark.parametrize(("word", "found"), [("", "missing"), ("many", "'many'"), ("-4", "'-4'"), ("0", "'0'")])
def test_a_shelter_of_unknown_size_is_kept_and_reported(tmp_path, word, found):
    places, report = read(tmp_path, f"s2,unsized,37.566,126.976,{word}\n")
    assert len(places) == 2 and math.isnan(places[1].capacity_persons)
    (fault,) = report.faults
    assert (fault.place, fault.argument, fault.value) == ("s.csv, line 3", "capacity", found)
    assert fault.remedy == "Kept with unknown capacity."


def test_a_file_without_capacities_is_told_once(tmp_path):
    report = BuildReport()
    path = write_text(tmp_path / "s.csv", "name,lat,lon\na,37.565,126.975\nb,37.566,126.975\n")
    places = read_shelters(path, {}, GRID, report)
    assert [math.isnan(place.capacity_persons) for place in places] == [True, True]
    assert [(fault.place, fault.argument) for fault in report.faults] == [("s.csv", "column capacity")]


def test_records_outside_are_told_in_one_line_with_their_numbers(tmp_path):
    rows = "".join(f"o{number},far,35.0,129.0,10\n" for number in range(30))
    places, report = read(tmp_path, rows + "s3,in,37.566,126.976,10\n" + "o99,far,35.0,129.0,10\n")
    assert [place.place_id for place in places] == ["s1", "s3"]
    (fault,) = report.faults
    assert fault.place == "s.csv, lines 3-32, 34"
    assert "outside the area in 31 of 33 records" in fault.value


def test_ranges_are_shortened():
    assert name_ranges([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"
    assert name_ranges(range(0, 100, 2)).endswith("and 30 more ranges")


def test_a_file_without_any_position_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"columns lat and lon is missing.*--map-column lat=THEIRS"):
        read_places(write_text(tmp_path / "p.csv", "name\na\n"), {}, GRID, BuildReport())
    with pytest.raises(InputError, match=r"off the earth in every record[\s\S]*p\.csv, line 2"):
        rows = "name,x,y\na,955000,1950000\n"
        read_places(write_text(tmp_path / "p.csv", rows), {}, GRID, BuildReport())


def test_places_know_their_kind(tmp_path):
    kinds = ["hospital", "SCHOOL", "지하철역", "병원", "castle", ""]
    rows = "".join(f"{kind},37.565,126.975\n" for kind in kinds)
    report = BuildReport()
    places = read_places(write_text(tmp_path / "p.csv", "kind,lat,lon\n" + rows), {}, GRID, report)
    assert [place.kind.value for place in places] == ["hospital", "school", "station", "hospital", "other", "other"]
    assert [place.place_id for place in places][:2] == ["places-2", "places-3"]
    assert "'castle'" in report.notes[0]
    assert not report.faults


def test_places_of_one_kind_by_option(tmp_path):
    path = write_text(tmp_path / "p.csv", "title,lat,lon,beds\n서울병원,37.565,126.975,120\n")
    (place,) = read_places(path, {"places.kind": ":hospital", "capacity": "beds"}, GRID, BuildReport())
    assert (place.kind, place.name, place.capacity_persons) == (PlaceKind.HOSPITAL, "서울병원", 120.0)


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "parquet"])
def test_points_and_buildings_from_shape_files(tmp_path, ending):
    shapes = [shapely.Point(126.975, 37.565), shapely.box(126.972, 37.562, 126.974, 37.564)]
    frame = geopandas.GeoDataFrame({"name": ["a", "b"], "capacity": [10.0, None]}, geometry=shapes, crs="EPSG:4326")
    path = tmp_path / f"p.{ending}"
    frame.to_parquet(path) if ending == "parquet" else frame.to_file(path)
    a, b = read_shelters(path, {}, GRID, BuildReport())
    assert (a.lat_deg, a.lon_deg, a.capacity_persons) == (37.565, 126.975, 10.0)
    assert (b.lat_deg, b.lon_deg) == pytest.approx((37.563, 126.973))


def test_shapes_that_are_missing_are_reported_once(tmp_path):
    features = [point(126.975, 37.565, capacity=4), point(126.975, 99, capacity=4), polygon(square(0, 0, 1, 1))]
    features.append({"type": "Feature", "properties": {"capacity": 4}, "geometry": None})
    report = BuildReport()
    assert len(read_shelters(write_geojson(tmp_path / "p.geojson", features), {}, GRID, report)) == 1
    assert [fault.place for fault in report.faults] == [
        "p.geojson, record 2",
        "p.geojson, record 4",
        "p.geojson, records 3",
    ]
