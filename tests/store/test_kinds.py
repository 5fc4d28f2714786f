"""The table of kinds: what it documents is what it accepts."""

import math

import pytest

from dashboard.store.checking import Reading, check_records
from dashboard.store.columns import ColumnType
from dashboard.store.kinds import KINDS, PROVENANCE, Kind, columns_as_markdown
from dashboard.store.row_checks import CRC
from dashboard.store.schema import TABLES
from tests.store.samples import GOOD

PLAIN = Reading()


def row_of(kind: Kind, **fields: object) -> dict[str, object]:
    checked = check_records(KINDS[kind], [GOOD[kind] | fields], Reading())
    assert checked.faults == []
    return checked.rows[0]


def faults_of(kind: Kind, reading: Reading = PLAIN, **fields: object) -> list[str]:
    checked = check_records(KINDS[kind], [GOOD[kind] | fields], reading)
    assert checked.rows == [] or not checked.faults
    return [fault.argument for fault in checked.faults]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_takes_its_example_and_lacks_every_needed_column(kind: Kind) -> None:
    assert row_of(kind)
    checked = check_records(KINDS[kind], [{}], Reading())
    needed = {column.name for column in KINDS[kind].columns if column.required}
    assert needed <= {fault.argument for fault in checked.faults}
    assert checked.n_refused == 1


@pytest.mark.parametrize("kind", Kind)
def test_table_columns_and_documentation_agree(kind: Kind) -> None:
    spec = KINDS[kind]
    names = [column.name for column in spec.columns]
    assert set(TABLES[kind].columns.keys()) == {*names, *(column.name for column in PROVENANCE), CRC}
    assert set(spec.key) <= set(names)
    assert spec.column(spec.time).type in {ColumnType.TIME, ColumnType.DAY}
    text = columns_as_markdown(kind)
    assert all(f"| `{name}` |" in text for name in names)
    accepted = [name for column in spec.columns for name in column.factors]
    assert len(accepted) == len(set(accepted)) or kind in {Kind.COUNTS, Kind.FLOWS}


def test_a_new_row_stands_with_its_defaults() -> None:
    row = row_of(Kind.CLOSURES)
    assert row["reason"] == "other"
    assert row["profiles"] == "car walk"
    assert row["is_cancelled"] is False
    assert (row["revision"], row["quality"], row["until_s"]) == (0, "good", None)


def test_units_are_told_by_the_name() -> None:
    wind = {name: value for name, value in GOOD[Kind.WIND].items() if name != "speed_m_per_s"}
    row = check_records(KINDS[Kind.WIND], [wind | {"speed_kt": "50", "GUST_KM_PER_H": 108}], Reading()).rows[0]
    assert row["speed_m_per_s"] == pytest.approx(25.722, abs=1e-3)
    assert row["gust_m_per_s"] == pytest.approx(30.0)
    assert row_of(Kind.TRACKS, radius_25_km=150, radius_15_nmi=100)["radius_25_m"] == 150_000
    assert row_of(Kind.TRACKS, radius_15_nmi=100)["radius_15_m"] == pytest.approx(185_200)


def test_rain_rate_and_amount_follow_from_each_other() -> None:
    assert row_of(Kind.RAIN)["rate_mm_per_h"] == pytest.approx(9.0)
    row = row_of(Kind.RAIN, amount_mm=None, interval_s=None, rate_mm_per_h=30)
    assert (row["interval_s"], row["amount_mm"]) == (600.0, pytest.approx(5.0))
    assert faults_of(Kind.RAIN, interval_s=None) == ["interval_s"]
    assert faults_of(Kind.RAIN, amount_mm="") == ["amount_mm"]


def test_one_minute_winds_become_ten_minute_means() -> None:
    assert row_of(Kind.TRACKS)["max_wind_m_per_s"] == 40
    row = row_of(Kind.TRACKS, averaging_s=60)
    assert row["max_wind_m_per_s"] == pytest.approx(37.2)
    assert row["averaging_s"] == 600
    assert faults_of(Kind.TRACKS, averaging_s=180) == ["averaging_s"]


def test_what_follows_is_filled_in() -> None:
    assert row_of(Kind.COUNTS)["cell_id"] == "37.50000,127.00000"
    whole = row_of(Kind.COUNTS, lat=None, lon=None, district="11", sd_persons=3)
    assert (whole["cell_id"], whole["district_id"], whole["sd_persons"]) == ("district 11", "11", 3.0)
    assert faults_of(Kind.COUNTS, lat=None) == ["lat_deg", "cell_id"]
    assert faults_of(Kind.COUNTS, lat=None, lon=None, cell="A7") == ["lat_deg"]
    assert faults_of(Kind.SURVEYS, positive=1001) == ["n_positive"]
    assert faults_of(Kind.SURVEYS, sensitivity=0.3, specificity=0.6) == ["sensitivity"]
    assert row_of(Kind.SURVEYS)["district_id"] == ""
    assert row_of(Kind.VISITS, time=None, start_day=2, start_min=90)["time_s"] == 2 * 86_400 + 5_400
    assert row_of(Kind.ALERTS)["from_s"] == row_of(Kind.ALERTS)["sent_s"]
    assert faults_of(Kind.VISITS, location_id=None) == ["place_id"]
    assert faults_of(Kind.SHELTERS, lat=37.5) == ["lat_deg"]
    assert faults_of(Kind.CLOSURES, until="2026-08-05T08:00:00+09:00") == ["until_s"]


@pytest.mark.parametrize(
    "fields",
    [{"lat": "x"}, {"lat": math.inf}, {"lat": 91}, {"lon": 181}, {"amount_mm": -9}, {"amount_mm": True},
     {"time": "soon"},     {"time": "2026-08-05T09:00"}, {"revision": 1.5}, {"revision": -1},
     {"quality": "fine"}, {"station_id": "a\x00b"},
     {"station_id": "\ud800"}, {"station_id": "s" * 20_001}, {"interval_s": 1e9}],
)  # fmt: skip
def test_values_that_do_not_fit_are_named(fields: dict[str, object]) -> None:
    assert faults_of(Kind.RAIN, **fields) == list(fields)


def test_all_faults_of_a_record_at_once_and_where_it_stands() -> None:
    bad = GOOD[Kind.RAIN] | {"lat": "x", "time": "2026-08-05 09:00", "amount_mm": -1}
    checked = check_records(KINDS[Kind.RAIN], [GOOD[Kind.RAIN], bad], Reading(places=["rain.csv:2", "rain.csv:3"]))
    assert (len(checked.rows), checked.n_refused) == (1, 1)
    assert {fault.argument for fault in checked.faults} == {"lat", "time", "amount_mm"}
    assert {fault.place for fault in checked.faults} == {"rain.csv:3"}
    assert any("--utc-offset" in str(fault) for fault in checked.faults)


def test_missing_is_not_zero() -> None:
    row = row_of(Kind.SHELTERS, occupancy=math.nan, capacity="NA")
    assert row["occupancy_persons"] is None
    assert row["capacity_persons"] is None
    assert row_of(Kind.SHELTERS, occupancy=0)["occupancy_persons"] == 0


def test_swapped_coordinates_are_told() -> None:
    checked = check_records(KINDS[Kind.RAIN], [GOOD[Kind.RAIN] | {"lat": 127, "lon": 37.5}], Reading())
    assert "swapped" in str(checked.faults[0])
    coquimbo = Reading(bounds=(-71.4, -30.1, -71.2, -29.8))
    assert faults_of(Kind.RAIN, coquimbo, lat=-71.3, lon=-29.9) == ["lat_deg, lon_deg"]
    assert faults_of(Kind.RAIN, coquimbo, lat=-29.9, lon=-71.3) == []
    assert faults_of(Kind.RAIN, coquimbo, lat=-33.4, lon=-70.6) == []
    assert faults_of(Kind.CLOSURES, coquimbo, geometry="POINT (-29.9 -71.3)") == ["geometry"]
    assert faults_of(Kind.CLOSURES, coquimbo, geometry="POINT (-71.3 -29.9)") == []


def test_fields_nobody_knows_are_told_and_own_names_come_first() -> None:
    record = GOOD[Kind.CASES] | {"Count": 99, "colour": "red", "count": 4}
    checked = check_records(KINDS[Kind.CASES], [record], Reading())
    assert checked.rows[0]["count"] == 4
    assert set(checked.ignored) == {"Count", "colour"}
