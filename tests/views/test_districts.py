"""Table, map, small pictures, CSV and GeoJSON of the health page tell the same numbers."""

import csv
import io
import math

import numpy as np
import pytest

from dashboard.views.district_table import district_table, small_words
from dashboard.views.districts import area_numbers, as_csv, as_geojson, district_numbers, known_days, spark_picture
from dashboard.views.outbreak import iso_days, per_100k_series, whole_area
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS
from risk_core.hazards.epidemic.outbreak import assess_outbreak
from risk_core.state.area import Area
from risk_core.state.situation import DistrictCases
from risk_core.state.surveillance import Outbreak
from risk_core.units import S_PER_DAY
from tests.components.tree import by_class, words

N_DAY = 42


@pytest.fixture
def outbreak(area: Area) -> Outbreak:
    n = len(area.districts)
    count = np.random.default_rng(6).poisson(30, (N_DAY, n)).astype(float)
    count[-7:] *= 2
    known = np.tile(count, (7, 1, 1))
    found = assess_outbreak(
        DistrictCases(np.arange(N_DAY) * S_PER_DAY, count, known), N_DAY * S_PER_DAY, INFECTION_DEFAULTS
    )
    assert found is not None
    return found


def test_numbers_are_those_of_the_outbreak_most_cases_first(area: Area, outbreak: Outbreak) -> None:
    rows = district_numbers(area, outbreak, N_DAY - 8, "en")
    weeks = np.nansum(outbreak.expected[-7:], axis=0)
    before = np.nansum(outbreak.expected[-14:-7], axis=0)
    assert [row.week for row in rows] == sorted((row.week for row in rows), reverse=True)
    for row in rows:
        assert row.week == pytest.approx(weeks[row.position]) and row.week_then == pytest.approx(before[row.position])
        assert row.change_share == pytest.approx(row.week / row.week_then - 1)
        assert row.next_week_low <= row.next_week <= row.next_week_high
    total = area_numbers(area, outbreak, N_DAY - 8, "all")
    assert total.position == -1 and total.week == pytest.approx(weeks[whole_area(outbreak)])


def test_every_export_says_what_the_table_says(area: Area, outbreak: Outbreak) -> None:
    rows = district_numbers(area, outbreak, N_DAY - 8, "en")
    told = list(csv.DictReader(io.StringIO(as_csv(rows, "here"))))
    outlines = {"features": [{"type": "Feature", "geometry": None} for _ in area.districts]}
    features = as_geojson(rows, outlines, "here")["features"]
    by_position = {one["properties"]["position"]: one["properties"] for one in features}
    table = district_table(rows, 0, "1970-02-04", "en")
    values = [one for one in by_class(table, "district-pick")]
    assert len(told) == len(rows) + 1 and told[-1]["district_id"] == "# here"
    for row, line in zip(rows, told, strict=False):
        assert float(line["week"]) == pytest.approx(row.week, abs=1e-4)
        assert by_position[row.position]["week"] == pytest.approx(row.week, abs=1e-4)
    assert [getattr(one, "data-pick") for one in values] == [str(row.position) for row in rows]
    assert f"{round(rows[0].week):,}" in words(table)


def test_small_pictures_and_days(area: Area, outbreak: Outbreak) -> None:
    rows = district_numbers(area, outbreak, N_DAY - 8, "en")
    shown = small_words(outbreak, rows, rows[0].position, "en")
    assert [one.is_chosen for one in shown].count(True) == 1 and shown[0].name == rows[0].name
    assert spark_picture(outbreak, 0).startswith("data:image/svg+xml,")
    days = known_days(outbreak)
    assert days[0] == iso_days(outbreak.day_s)[-8] and len(days) == len(set(days))


def test_per_100k_is_the_mean_of_seven_days_over_residents(area: Area, outbreak: Outbreak) -> None:
    line = per_100k_series(area, outbreak, 0)
    people = area.districts[0].population
    wanted = 1e5 * np.nanmean(outbreak.expected[-7:, 0]) / people if people else math.nan
    assert line[-1] == (None if math.isnan(wanted) else pytest.approx(wanted, abs=0.01))
