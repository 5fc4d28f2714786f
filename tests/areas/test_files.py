import geopandas
import pytest
import shapely

from dashboard.areas.files import read_table
from dashboard.areas.report import BuildReport
from risk_core.errors import InputError
from tests.areas.files import point, polygon, square, write_geojson, write_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_every_encoding_and_separator(tmp_path, encoding, separator):
    text = separator.join(["시설명", "capacity"]) + "\r\n" + separator.join(["화봉초등학교", "270"]) + "\r\n"
    table = read_table(write_text(tmp_path / "a.csv", text, encoding), "shelters", BuildReport())
    assert table.columns == {"시설명": ["화봉초등학교"], "capacity": ["270"]}
    assert table.place(0) == "a.csv, line 2"


def test_csv_rows_of_wrong_length_are_reported_and_the_others_kept(tmp_path):
    text = 'name,lat\n"one, two",1\nshort\n\nfour,4,4\nfive,5\n'
    report = BuildReport()
    table = read_table(write_text(tmp_path / "a.csv", text), "places", report)
    assert table.columns["name"] == ["one, two", "five"]
    assert list(table.record) == [2, 6]
    assert [str(fault).split(".")[0] for fault in report.faults] == ["a", "a"]
    assert [fault.place for fault in report.faults] == ["a.csv, line 3", "a.csv, line 5"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", ["a.csv", "header is missing"]),
        ("a.csv", b"name,lat\n", ["a.csv", "without a record"]),
        ("a.csv", b"name\n\xff\xfe\xff\n", ["neither UTF-8 nor cp949", "Save it as UTF-8"]),
        ("a.geojson", b'{"type": "FeatureCollection",\n "features": [,]}', ["broken at line 2", "a.geojson"]),
        ("a.geojson", b'{"a": 1}', ["JSON, but no GeoJSON"]),
        ("a.gpkg", b"not a database", ["a.gpkg", "unreadable"]),
        ("a.parquet", b"PAR1 but not really", ["a.parquet", "unreadable"]),
        ("a.xlsx", b"", ["a.xlsx", "a file ending in .csv"]),
    ],
)
def test_broken_files_give_one_clear_error(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / name, "places", BuildReport())
    assert len(caught.value.faults) == 1
    for word in words:
        assert word in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv; wanted an existing file"):
        read_table(tmp_path / "nowhere.csv", "places", BuildReport())


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.parquet"])
def test_shapes_in_another_system_come_back_in_degrees(tmp_path, name):
    frame = geopandas.GeoDataFrame(
        {"id": [7, None], "name": ["명동", None]}, geometry=[shapely.Point(126.98, 37.56)] * 2, crs="EPSG:4326"
    ).to_crs("EPSG:5179")
    path = tmp_path / name
    frame.to_parquet(path) if name.endswith("parquet") else frame.to_file(path)
    table = read_table(path, "places", BuildReport())
    assert table.columns == {"id": ["7", ""], "name": ["명동", ""]}
    assert (table.geometry[0].x, table.geometry[0].y) == pytest.approx((126.98, 37.56), abs=1e-6)
    assert table.place(1) == f"{name}, record 2"


def test_parquet_without_shapes_is_a_plain_table(tmp_path):
    frame = geopandas.pd.DataFrame({"lat": [37.5], "lon": [127.0]})
    frame.to_parquet(tmp_path / "a.parquet")
    table = read_table(tmp_path / "a.parquet", "places", BuildReport())
    assert table.geometry is None
    assert table.columns == {"lat": ["37.5"], "lon": ["127"]}


def test_degrees_without_a_named_system_are_taken_with_a_note(tmp_path):
    frame = geopandas.GeoDataFrame({"id": [1]}, geometry=[shapely.Point(126.98, 37.56)])
    frame.to_parquet(tmp_path / "a.parquet")
    report = BuildReport()
    assert read_table(tmp_path / "a.parquet", "places", report).geometry[0].x == 126.98
    assert "EPSG:4326 was taken" in report.notes[0]


def test_metres_without_a_named_system_are_refused(tmp_path):
    frame = geopandas.GeoDataFrame({"id": [1]}, geometry=[shapely.Point(955_000, 1_950_000)])
    frame.to_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"coordinate system is missing.*ogr2ogr -a_srs"):
        read_table(tmp_path / "a.parquet", "places", BuildReport())


def test_metres_that_claim_to_be_degrees_are_refused(tmp_path):
    path = write_geojson(tmp_path / "a.geojson", [polygon(square(955_000, 1_950_000, 956_000, 1_951_000), id="1")])
    with pytest.raises(InputError, match=r"EPSG:4326, where no record lies on the earth.*EPSG:5186"):
        read_table(path, "districts", BuildReport())


def test_one_shape_off_the_earth_is_reported_and_the_others_kept(tmp_path):
    path = write_geojson(tmp_path / "a.geojson", [point(127, 37), point(127, 97), point(999, 3)])
    report = BuildReport()
    table = read_table(path, "places", report)
    assert [shape is None for shape in table.geometry] == [False, True, True]
    assert [fault.place for fault in report.faults] == ["a.geojson, record 2", "a.geojson, record 3"]


def test_the_first_layer_of_several_is_read_and_the_others_named(tmp_path):
    frame = geopandas.GeoDataFrame({"id": [1]}, geometry=[shapely.Point(127, 37)], crs="EPSG:4326")
    for layer in ("shelters", "roads"):
        frame.to_file(tmp_path / "a.gpkg", layer=layer)
    report = BuildReport()
    read_table(tmp_path / "a.gpkg", "places", report)
    assert "roads" in report.notes[0]
