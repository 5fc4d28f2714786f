"""`score flood-reports` and `score closures`, from files to figures. All is invented unless shared."""

import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import EXIT_INPUT, main
from dashboard.score.flood.reports import tell_days
from risk_core.hazards.flood.reopening import (
    PastClosures,
    ReopeningOptions,
    RoadClosure,
    closure_weights,
    reopening_quantiles_h,
)
from risk_core.hazards.flood.reports import FREE, REPORT_DEFAULTS, fit_reports, report_factors
from risk_core.scores.probability import average_precision

N_DAY = 900
FIRST = np.datetime64("2019-01-01")


def city(seed=5):
    """Rain of days and hours, a tide, and reports that follow the hour's rain and the tide, not the day's total."""
    rng = np.random.default_rng(seed)
    hour = np.where(rng.uniform(size=N_DAY) < 0.3, rng.gamma(1.0, 6.0, N_DAY), 0.0)
    rain = hour * rng.uniform(1.0, 6.0, N_DAY)
    tide = 1.0 + 0.4 * np.sin(2 * np.pi * np.arange(N_DAY) / 14.77) + rng.normal(0, 0.1, N_DAY)
    strength = hour / 8.0 + 2.5 * (tide - 1.4)
    reports = np.where(strength > 0.8, np.round(np.exp(1.5 * strength)), 0.0)
    return pd.DataFrame({
        "date": (FIRST + np.arange(N_DAY)).astype(str), "rain_in": rain / 25.4, "rain_hour_mm": hour,
        "tide_ft": tide / 0.3048, "count": reports,
    })  # fmt: skip


def roads(n=500, seed=6):
    """Roads beside a river stay closed long, those in the hills open soon."""
    rng = np.random.default_rng(seed)
    is_river = rng.uniform(size=n) < 0.5
    begun = np.datetime64("2020-01-01T00:00") + np.sort(rng.integers(0, 400 * 24 * 60, n)).astype("timedelta64[m]")
    hours = np.exp(np.where(is_river, 4.0, 1.0) + rng.normal(0, 0.4, n))
    ended = begun + np.round(60 * hours).astype(int).astype("timedelta64[m]")
    return pd.DataFrame({
        "reported": begun.astype(str), "reopened": ended.astype(str), "lat_deg": np.where(is_river, 37.0, 38.0),
        "lon_deg": -85 + rng.normal(0, 0.02, n), "road": np.where(is_river, "KY 1", "KY 2"),
        "comment": np.where(is_river, "Closed, high water", "Tree down"),
    })  # fmt: skip


def told(capsys, *words):
    assert main(["score", *map(str, words), "--json"], {}) == 0
    return json.loads(capsys.readouterr().out)


def test_reports_that_follow_hour_and_tide_are_told_better_than_by_rain_alone(tmp_path, capsys):
    table = city()
    table.drop(columns="count").to_csv(tmp_path / "d.csv", index=False)
    table[["date", "count"]].to_csv(tmp_path / "r.csv", index=False)
    body = told(capsys, "flood-reports", "--daily", tmp_path / "d.csv", "--reports", tmp_path / "r.csv")
    assert body["mae"]["ours"] < 0.8 * body["mae"]["rain_alone"]
    assert body["average_precision"]["ours"] > body["average_precision"]["rain_alone"] + 0.1
    assert body["average_precision"]["rain_total"] > body["average_precision"]["chance"]
    assert body["n_day"] == N_DAY and body["n_report"] == table["count"].sum()


def test_times_of_reports_columns_of_others_and_drills(tmp_path, capsys):
    table = city()
    table.rename(columns={"date": "DATE", "rain_in": "PRCP"}).drop(columns="count").to_csv(
        tmp_path / "d.csv", index=False
    )
    days = np.repeat(table["date"], table["count"].astype(int))
    rows = pd.DataFrame({"when": [f"{day}T02:00:00Z" for day in days], "drill": "False"})
    rows = pd.concat(
        [rows, pd.DataFrame({"when": ["2020-01-01T02:00:00Z", "2031-01-01T02:00:00Z"], "drill": ["True", ""]})]
    )
    rows.to_csv(tmp_path / "r.csv.gz", index=False)
    words = ["flood-reports", "--daily", tmp_path / "d.csv", "--reports", tmp_path / "r.csv.gz"]
    words += ["--map-column", "daily:DATE=date", "--map-column", "PRCP=rain_in", "--map-column", "when=time"]
    body = told(capsys, *words)
    assert (body["n_drill"], body["n_outside"], body["n_moved"]) == (1, 1, 0)
    assert body["n_report"] == table["count"].sum()
    shifted = told(capsys, *words, "--local-offset=-05:00")
    assert shifted["average_precision"]["ours"] < body["average_precision"]["ours"]
    assert main(["score", *map(str, words)], {}) == 0
    assert "reports of exercises left out" in capsys.readouterr().out


def test_what_was_told_of_a_day_does_not_depend_on_what_came_after():
    table = city()
    measured = {"rain_mm": table["rain_in"].to_numpy() * 25.4, "tide_m": table["tide_ft"].to_numpy() * 0.3048}
    day, reports = np.arange(N_DAY) + 18_000, table["count"].to_numpy()
    names, factors = report_factors(day, measured, reports)
    whole = tell_days(names, factors, reports, REPORT_DEFAULTS)
    cut = 600
    other = np.where(np.arange(N_DAY) < cut, reports, 77.0)
    part_names, part = report_factors(day, measured, other)
    changed = tell_days(part_names, part, other, REPORT_DEFAULTS)
    for one, two in zip(whole, changed, strict=True):
        np.testing.assert_array_equal(one[: cut + 1], two[: cut + 1])
    assert np.isfinite(whole[0][cut])


def test_weights_are_found_again_and_free_of_units():
    rng = np.random.default_rng(8)
    rain = rng.gamma(0.5, 20.0, 4000)
    chance = 1 / (1 + np.exp(-(-4 + 2 * np.sqrt(rain / 25))))
    reports = np.where(rng.uniform(size=4000) < chance, np.exp(0.5 + 0.8 * np.sqrt(rain / 25)), 0.0)
    names, factors = report_factors(np.arange(4000), {"rain_mm": rain}, reports)
    rain_only = factors[:, [names.index("rain_mm")]]
    model = fit_reports(("rain_mm",), rain_only, reports, FREE)
    np.testing.assert_allclose(model.chance_weight, [-4, 2], atol=0.35)
    np.testing.assert_allclose(model.count_weight, [0.5, 0.8], atol=0.05)


def test_roads_beside_the_river_are_told_apart(tmp_path, capsys):
    roads().to_csv(tmp_path / "c.csv", index=False)
    body = told(capsys, "closures", "--closures", tmp_path / "c.csv")
    at_once = body["elapsed"][0]
    assert at_once["n"] > 300
    assert at_once["ours"]["log_mae"] < 0.4 * at_once["median_of_all"]["log_mae"]
    assert at_once["ours"]["wis_h"] < 0.6 * at_once["median_of_all"]["wis_h"]
    assert 0.7 < at_once["ours"]["covered_80"] < 0.9
    wet = told(capsys, "closures", "--closures", tmp_path / "c.csv", "--flood-only")
    assert 0 < wet["elapsed"][0]["n"] < at_once["n"]


def test_closures_without_an_end_or_that_end_before_they_begin_are_left_out(tmp_path, capsys):
    table = roads()
    table.loc[3, "reopened"] = ""
    table.loc[4, "reopened"] = "2019-01-01"
    table.to_csv(tmp_path / "c.csv", index=False)
    body = told(capsys, "closures", "--closures", tmp_path / "c.csv")
    assert (body["n_open"], body["n_backward"], body["n_closure"]) == (1, 1, 498)


def test_the_longer_a_road_is_closed_the_later_it_opens():
    rng = np.random.default_rng(9)
    n = 300
    past = PastClosures(rng.normal(37, 0.1, n), rng.normal(-85, 0.1, n), rng.integers(0, 5, n), rng.integers(-1, 3, n),
                        rng.gamma(1, 20, n) + 0.1)  # fmt: skip
    one = RoadClosure(37.0, -85.0, 2, 1)
    found = [reopening_quantiles_h(past, one, (0.1, 0.5, 0.9), hours) for hours in (0.0, 5.0, 20.0, 60.0, 1e4)]
    assert all((np.diff(row) >= 0).all() for row in found)
    assert all((later >= sooner).all() for sooner, later in pairwise(found))
    plain = ReopeningOptions(near_weight=0.0, same_road=1.0, same_cause=1.0)
    assert reopening_quantiles_h(past, one, [0.5], 0.0, plain)[0] == np.sort(past.duration_h)[n // 2 - 1]


def test_near_alike_and_same_road_count_as_the_options_say():
    past = PastClosures(np.array([0.0, 10.0, 10.0, np.nan]), np.zeros(4), np.array([0, 0, 1, 1]),
                        np.array([0, 1, 0, 1]), np.ones(4))  # fmt: skip
    found = closure_weights(past, RoadClosure(0.0, 0.0, 0, 0), ReopeningOptions())
    np.testing.assert_allclose(found, [11.0 * 5.0 * 3.0, 5.0, 3.0, 1.0])


def test_closures_whose_road_or_cause_nobody_told_are_not_alike_for_it():
    none, place = np.full(3, -1), np.zeros(3)
    past = PastClosures(place, place, none, none, np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(closure_weights(past, RoadClosure(0.0, 0.0, -1, -1)), 11.0)
    past = PastClosures(place, place, none, np.array([-1, 0, 1]), np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(closure_weights(past, RoadClosure(0.0, 0.0, -1, 1)), [11.0, 11.0, 33.0])


@pytest.mark.parametrize(("head", "row", "name"), [
    ("date", "2020-01-01", "rain"),
    ("date,rain_mm", "2020-01-01,-3", "rain_mm"),
    ("date,rain_mm", "2020-01-01,wet", "rain_mm"),
    ("date,rain_mm", "yesterday,3", "date"),
    ("rain_mm", "3", "columns"),
    ("date,rain_mm", "2020-01-01,1\n2020-01-01,2", "date"),
    ("date,rain_mm", "2020-01-01,1", "reports"),
])  # fmt: skip
def test_bad_tables_are_told_by_name(tmp_path, capsys, head, row, name):
    (tmp_path / "d.csv").write_text(f"{head}\n{row}\n", "utf-8")
    (tmp_path / "r.csv").write_text("time\n2020-01-01 10:00\n", "utf-8")
    words = ["score", "flood-reports", "--daily", str(tmp_path / "d.csv"), "--reports", str(tmp_path / "r.csv")]
    assert main(words, {}) == EXIT_INPUT
    assert name in capsys.readouterr().err


@pytest.mark.parametrize(("text", "name"), [
    ("reported,reopened\n2020-01-01,\n", "reopened"),
    ("reported\n2020-01-01\n", "reopened"),
    ("reported,reopened\nsoon,2020-01-01\n", "reported"),
    ("reported,reopened\n2020-01-01,2020-01-02\n", "closures"),
])  # fmt: skip
def test_bad_closures_are_told_by_name(tmp_path, capsys, text, name):
    (tmp_path / "c.csv").write_text(text, "utf-8")
    assert main(["score", "closures", "--closures", str(tmp_path / "c.csv")], {}) == EXIT_INPUT
    assert name in capsys.readouterr().err


def test_average_precision_counts_equal_scores_as_one_step():
    happened = np.array([True, False, True, False])
    assert average_precision(np.array([4.0, 3.0, 2.0, 1.0]), happened) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(np.ones(4), happened) == 0.5
    assert np.isnan(average_precision(np.ones(2), np.zeros(2, bool)))


NORFOLK = {"daily:event_date": "date", "rd": "rain_in", "rhrmx": "rain_hour_in", "r15mx": "rain_15min_in",
           "r3d": "rain_3d_in", "hht": "tide_ft", "td_av": "tide_mean_ft", "gw_av": "groundwater_ft",
           "WGF6": "wind_mph"}  # fmt: skip
NEW_YORK = {"DATE": "date", "PRCP": "rain_in", "AWND": "wind_mph", "flood_start_time": "time"}
KENTUCKY = {"Reported_On": "reported", "End_Date": "reopened", "latitude": "lat_deg", "longitude": "lon_deg",
            "Route": "road", "Comments": "comment"}  # fmt: skip


def renamed(pairs):
    return [word for theirs, ours in pairs.items() for word in ("--map-column", f"{theirs}={ours}")]


@pytest.mark.shared
def test_norfolk_and_new_york_beat_rain_alone(shared_data, capsys):
    folder = shared_data / "rain_flood"
    daily = folder / "norfolk_daily_model_table_2010_2015.csv.gz"
    words = ["flood-reports", "--daily", daily, *renamed(NORFOLK)]
    table = told(capsys, *words, "--reports", daily, *renamed({"reports:event_date": "date", "num_flooded": "count"}))
    rows = told(
        capsys, *words, "--reports", folder / "norfolk_flood_reports_2010_2015.csv", *renamed({"time_local": "time"})
    )
    files = folder / "nyc_central_park_daily_2020_2024.csv", folder / "nyc_floodnet_events_2020_2024.csv.gz"
    words = ["flood-reports", "--daily", files[0], "--reports", files[1], "--local-offset=-05:00"]
    city = told(capsys, *words, *renamed(NEW_YORK))
    for body in (table, rows, city):
        assert body["mae"]["ours"] < body["mae"]["rain_alone"]
        precision = body["average_precision"]
        assert precision["ours"] > max(precision["rain_alone"], precision["rain_total"])


@pytest.mark.shared
def test_kentucky_roads_are_told_better_at_once(shared_data, capsys):
    file = shared_data / "rain_flood" / "ky_weather_road_closures_2022_2024.csv.gz"
    body = told(capsys, "closures", "--closures", file, *renamed(KENTUCKY))
    at_once = body["elapsed"][0]
    for figure in ("mae_h", "log_mae", "wis_h"):
        assert at_once["ours"][figure] < at_once["median_of_all"][figure]
