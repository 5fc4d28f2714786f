import math

import numpy as np
import pytest

from dashboard.areas.districts import read_districts
from dashboard.areas.people import DistrictFinder, read_people
from dashboard.areas.report import BuildReport
from dashboard.areas.request import PeopleAt
from dashboard.areas.residents import NO_PEOPLE_NOTE, People, settle
from risk_core.errors import InputError
from risk_core.state.area import District
from tests.areas.files import GRID, point, polygon, square, two_districts, write_geojson, write_text


@pytest.fixture()
def shapes(tmp_path):
    return read_districts(write_geojson(tmp_path / "d.geojson", two_districts()), {}, BuildReport())


def test_people_by_position_land_in_their_cells(tmp_path, shapes):
    text = "lat,lon,pop\n37.565,126.9725,100\n37.565,126.9725,20\n37.5601,126.9799,3\n35.0,129.0,7\n"
    report = BuildReport()
    people = read_people(write_text(tmp_path / "p.csv", text), {}, shapes.records, report)
    settled = settle(GRID, None, shapes, people, report)
    assert settled.population.sum() == 123.0
    assert settled.population.flat[GRID.cell_of(37.565, 126.9725)] == 120.0
    assert [one.population for one in settled.districts] == [120.0, 500.0]
    assert any("7 people live outside" in note for note in report.notes)


def test_people_by_district_name_code_or_end_of_a_name(tmp_path, shapes):
    text = 'gu,dong,인구\n중구,서동,"1,000"\n중구,동.동,300\n중구,소계,1300\n'
    report = BuildReport()
    renamed = {"population.district": "gu+dong"}
    people = read_people(write_text(tmp_path / "p.csv", text), renamed, shapes.records, report)
    assert people.by_district.tolist() == [1000.0, 300.0]
    assert [fault.place for fault in report.faults] == ["p.csv, line 4"]
    settled = settle(GRID, None, shapes, people, report)
    assert settled.population.sum() == pytest.approx(1300.0, rel=1e-6)
    west = settled.district == 0
    assert settled.population[west].sum() == pytest.approx(1000.0, rel=1e-6)
    assert np.ptp(settled.population[west]) == 0.0


def test_only_the_part_inside_the_grid_is_counted(tmp_path):
    wide = polygon(square(126.95, GRID.bounds[1], 126.97 + (126.97 - 126.95), 37.57), id="1", population=900)
    shapes = read_districts(write_geojson(tmp_path / "d.geojson", [wide]), {}, BuildReport())
    settled = settle(GRID, None, shapes, People(), BuildReport())
    west, _, east, _ = GRID.bounds
    inside = (min(east, 126.99) - west) / (126.99 - 126.95)
    assert settled.population.sum() == pytest.approx(900 * inside, rel=1e-3)
    assert settled.districts[0].population == 900.0


def test_people_by_outline_are_spread_over_it(tmp_path, shapes):
    zones = [
        polygon(square(126.971, 37.561, 126.973, 37.563), persons=80),
        polygon(square(126.97801, 37.56801, 126.97802, 37.56802), persons=5),
    ]
    report = BuildReport()
    people = read_people(write_geojson(tmp_path / "z.geojson", zones), {}, shapes.records, report)
    settled = settle(GRID, None, shapes, people, report)
    assert settled.population.sum() == pytest.approx(85.0)
    assert settled.population.flat[GRID.cell_of(37.568015, 126.978015)] == 5.0
    assert settled.population[settled.district == 1].sum() == pytest.approx(5.0)


def test_people_at_points_of_a_shape_file(tmp_path, shapes):
    path = write_geojson(tmp_path / "p.geojson", [point(126.975, 37.565, population=9)])
    people = read_people(path, {}, shapes.records, BuildReport())
    assert (people.at.lat_deg.tolist(), people.at.persons.tolist()) == ([37.565], [9.0])


@pytest.mark.parametrize("word", ["", "-1", "many", "nan"])
def test_a_count_that_is_none_is_reported_and_left_out(tmp_path, shapes, word):
    text = f"lat,lon,population\n37.565,126.9725,100\n37.565,126.9725,{word}\n"
    report = BuildReport()
    people = read_people(write_text(tmp_path / "p.csv", text), {}, shapes.records, report)
    assert people.at.persons.tolist() == [100.0]
    assert [(fault.place, fault.argument) for fault in report.faults] == [("p.csv, line 3", "population")]


def test_files_of_which_nothing_can_be_used_are_refused(tmp_path, shapes):
    with pytest.raises(InputError, match=r"'부산'; wanted a code or name of a district, such as 1 or 서울 중구 서동"):
        read_people(write_text(tmp_path / "p.csv", "district,pop\n부산,5\n"), {}, shapes.records, BuildReport())
    with pytest.raises(InputError, match="the area has no districts"):
        read_people(write_text(tmp_path / "p.csv", "district,pop\n1,5\n"), {}, (), BuildReport())
    with pytest.raises(InputError, match="Give lat and lon columns, or a district column"):
        read_people(write_text(tmp_path / "p.csv", "pop\n5\n"), {}, shapes.records, BuildReport())
    with pytest.raises(InputError, match="unusable in every record"):
        read_people(write_text(tmp_path / "p.csv", "lat,lon,pop\n37.5,127,x\n"), {}, shapes.records, BuildReport())


def test_without_a_source_nobody_lives_there_and_a_note_says_so(shapes):
    empty = type(shapes)(shapes.records[:1], shapes.outlines[:1])
    report = BuildReport()
    settled = settle(GRID, None, empty, People(), report)
    assert settled.population.sum() == 0.0 and settled.districts[0].population == 0.0
    assert NO_PEOPLE_NOTE in report.notes


def test_districts_of_unknown_population_get_the_people_of_their_cells(shapes):
    people = People(at=PeopleAt(np.array([37.565]), np.array([126.9725]), np.array([40.0])))
    settled = settle(GRID, None, shapes, people, BuildReport())
    assert [one.population for one in settled.districts] == [40.0, 500.0]


def test_an_ambiguous_end_of_a_name_finds_nobody():
    records = tuple(
        District(str(i), name, "", name, math.nan, 0, 0) for i, name in enumerate(("서울 중구", "부산 중구"))
    )
    finder = DistrictFinder(records)
    assert [finder.find(word) for word in ("중구", "서울 중구", " 부산  중구 ", "1", "대구 중구")] == [-1, 0, 1, 1, -1]
