"""The table of criteria: read, dated, laid over by an operator's own, refused row by row."""

import csv
import io
from datetime import datetime

import numpy as np
import pytest

from dashboard.settings import Settings
from dashboard.store.criteria import criteria_of
from risk_core.assess import ASSESS_DEFAULTS, with_criteria
from risk_core.errors import InputError
from risk_core.hazards.criteria import COLUMNS, KOREA, default_criteria, read_criteria
from risk_core.hazards.flood.scale import flood_risk
from risk_core.hazards.rain.criteria import RainNotice, notices, rain_rules, rules_at
from risk_core.hazards.rain.reason import explain_rain
from risk_core.hazards.typhoon.wind_levels import wind_levels
from risk_core.state.receptor import Receptor

HEAD = ",".join(COLUMNS)
SCALE = "rain,scale,,,accumulation_1h_mm,,{risk},{value},{day},our drill,no"
OWN_RAIN = [SCALE.format(risk=risk, value=value, day="2026-01-01")
            for risk, value in ((0.2, 5), (0.4, 10), (0.6, 20), (0.8, 40), (1, 80))]  # fmt: skip


def table(*rows):
    return "\n".join([HEAD, *rows]) + "\n"


def test_defaults_are_the_tables_figures():
    made = with_criteria(ASSESS_DEFAULTS, default_criteria(), "2026-07-01")
    assert made == ASSESS_DEFAULTS


def test_every_row_names_its_source_and_unverified_ones_are_marked():
    rows = default_criteria().rows
    assert all(row.source and row.valid_from for row in rows)
    assert {row.hazard for row in rows} == {"rain", "wind", "flood"}
    assert any(not row.is_verified for row in rows if row.kind == "notice")


def test_a_day_picks_the_rows_in_force():
    criteria = default_criteria()
    windows = {
        day: {row.quantity for row in criteria.in_force(day) if row.name == "advisory"}
        for day in ("2015-01-01", "2020-01-01")
    }
    assert windows["2015-01-01"] == {"accumulation_6h_mm", "accumulation_12h_mm"}
    assert windows["2020-01-01"] == {"accumulation_3h_mm", "accumulation_12h_mm"}
    assert not [row for row in criteria.in_force("2020-01-01") if row.name == "message"]
    assert [row.value for row in criteria.in_force("1999-01-01") if row.quantity == "gust_m_per_s" and row.risk == 0.4]


def test_an_operators_rows_replace_ours_from_their_day_on_and_move_the_risk():
    criteria = default_criteria().overlaid(read_criteria(table(*OWN_RAIN), "own.csv"))
    before = with_criteria(ASSESS_DEFAULTS, criteria, "2025-12-31").rain.scales[0]
    after = with_criteria(ASSESS_DEFAULTS, criteria, "2026-01-01").rain.scales[0]
    assert (before.risk(30.0), after.risk(30.0)) == (pytest.approx(0.4), pytest.approx(0.7))
    assert after.source == "our drill"
    assert with_criteria(ASSESS_DEFAULTS, criteria, "2026-01-01").typhoon.rain_scales[0] == after


def test_an_operators_notice_counts():
    row = "rain,notice,advisory,a,accumulation_24h_mm,all Korea,,150,2027-01-01,announced,no"
    rules = rain_rules(default_criteria().overlaid(read_criteria(table(row))))
    at = datetime(2027, 6, 1, tzinfo=KOREA).timestamp()
    assert notices({24: 151.0, 12: 120.0}, rules_at(at, rules)) == (RainNotice.ADVISORY,)
    sums = {"accumulation_1h_mm": 1.0, "accumulation_3h_mm": 1.0, "accumulation_12h_mm": 99.0,
            "accumulation_24h_mm": 155.0}  # fmt: skip
    options = with_criteria(ASSESS_DEFAULTS, default_criteria().overlaid(read_criteria(table(row))), "2027-06-01")
    told = explain_rain(sums, at, options.rain)
    assert (told.code, told.values["window_h"], told.values["threshold_mm"]) == ("rain_advisory", 24.0, 150.0)


def test_older_rules_need_the_sum_of_six_hours():
    at = datetime(2015, 7, 1, tzinfo=KOREA).timestamp()
    sums = {"accumulation_1h_mm": 12.0, "accumulation_3h_mm": 36.0, "accumulation_12h_mm": 72.0}
    assert explain_rain(sums, at).code == "rain_accumulation"
    assert explain_rain(sums | {"accumulation_6h_mm": 72.0}, at).code == "rain_advisory"


def test_flood_scales_follow_the_table():
    rows = [f"flood,scale,walker,,inundation_depth_m,,{r},{v},2026-01-01,test,no"
            for r, v in ((0.2, 0.01), (0.4, 0.02), (0.6, 0.03), (0.8, 0.04), (1, 0.05))]  # fmt: skip
    criteria = default_criteria().overlaid(read_criteria(table(*rows)))
    scales = with_criteria(ASSESS_DEFAULTS, criteria, "2026-02-01").flood.scales
    assert float(flood_risk(Receptor.WALKER, 0.05, 0.0, scales)) == 1.0
    assert float(flood_risk(Receptor.CAR, 0.05, 0.0, scales)) == pytest.approx(0.2)


def test_mountains_have_their_own_winds():
    assert [one.figures for one in wind_levels(default_criteria(), "mountain")] == [(17.0, 25.0), (24.0, 30.0)]


@pytest.mark.parametrize(
    ("row", "place", "about"),
    [
        ("rain,scale,,,accumulation_1h_mm,,0.2,-5,2026-01-01,us,no", "row 7", "value"),
        ("rain,scale,,,accumulation_1h_mm,,0.3,5,2026-01-01,us,no", "row 7", "risk"),
        ("snow,scale,,,depth_m,,0.2,5,2026-01-01,us,no", "row 7", "hazard"),
        ("rain,notice,advisory,a,accumulation_3h_mm,Korea,,nan,2026-01-01,us,no", "row 7", "value"),
        ("rain,notice,advisory,,accumulation_3h_mm,Korea,,60,2026-01-01,us,no", "row 7", "rule"),
        ("rain,notice,advisory,a,accumulation_3h_mm,Korea,,60,01.06.2026,us,no", "row 7", "valid_from"),
        ("rain,notice,advisory,a,accumulation_3h_mm,Korea,,60,2026-01-01,,no", "row 7", "source"),
        ("rain,notice,advisory,a,accumulation_3h_mm,Korea,,60,2026-01-01,us,perhaps", "row 7", "is_verified"),
        (OWN_RAIN[0], "row 7", "row"),
    ],
)
def test_bad_rows_are_refused_by_number(row, place, about):
    with pytest.raises(InputError) as caught:
        read_criteria(table(*OWN_RAIN, row), "own.csv")
    assert any(fault.argument == about and place in fault.place for fault in caught.value.faults)


def test_a_scale_without_its_five_figures_is_refused_with_its_rows():
    with pytest.raises(InputError, match="rows 2, 3, 4, 5") as caught:
        read_criteria(table(*OWN_RAIN[:4]))
    assert caught.value.faults[0].argument == "scale"
    falling = [*OWN_RAIN[:4], SCALE.format(risk=1, value=30, day="2026-01-01")]
    with pytest.raises(InputError, match="ascending"):
        read_criteria(table(*falling))


def test_all_bad_rows_are_told_at_once_and_missing_columns_too():
    bad = ["rain,scale,,,accumulation_1h_mm,,0.2,x,2026-01-01,us,no", *OWN_RAIN, "a,b,c,d,e,f,g,h,i,j,k"]
    with pytest.raises(InputError) as caught:
        read_criteria(table(*bad))
    assert {fault.place for fault in caught.value.faults} >= {"criteria row 2", "criteria row 8"}
    with pytest.raises(InputError, match="valid_from"):
        read_criteria("hazard,kind\nrain,scale\n")


def test_the_setting_reads_a_file_and_refuses_what_is_none(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(table(*OWN_RAIN), "utf-8")
    assert criteria_of(Settings(home=tmp_path)) is default_criteria()
    own = criteria_of(Settings(home=tmp_path, criteria=str(path)))
    assert own.scale("rain", "accumulation_1h_mm").figures == (5.0, 10.0, 20.0, 40.0, 80.0)
    for wrong in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match="criteria"):
            criteria_of(Settings(home=tmp_path, criteria=str(wrong)))
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError):
        criteria_of(Settings(home=tmp_path, criteria=str(path)))


def test_the_table_survives_a_round_trip_through_a_spreadsheet():
    rows = default_criteria().rows
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        risk = "" if np.isnan(row.risk) else f"{row.risk}"
        writer.writerow([row.hazard, row.kind, row.name, row.rule, row.quantity, row.place, risk, row.value,
                         row.valid_from, row.source, "yes" if row.is_verified else "no"])  # fmt: skip
    again = read_criteria("\ufeff" + out.getvalue())
    assert [row.group for row in again.rows] == [row.group for row in rows]
    assert rain_rules(again) == rain_rules(default_criteria())
