"""`score epidemic`, from file to figures."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import EXIT_INPUT, main
from dashboard.score.epidemic.daily import score_days
from dashboard.score.epidemic.table import read_daily
from risk_core.errors import InputError

START = np.datetime64("2026-01-01")


def lines(n_day=90, places=("east", "west"), seed=1):
    rng = np.random.default_rng(seed)
    return [f"{place},{START + day},{rng.poisson(40)}" for day in range(n_day) for place in places]


def written(tmp_path, rows, head="location,date,value"):
    path = tmp_path / "cases.csv"
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def run(tmp_path, path, *words):
    return main(["--home", str(tmp_path / "home"), "score", "epidemic", "--cases", str(path), *words], {})


def test_figures_of_a_steady_place_beat_the_baseline(tmp_path, capsys):
    path = written(tmp_path, lines())
    assert run(tmp_path, path, "--origins", "2026-02-15..2026-03-15", "--every", "2", "--json") == 0
    body = json.loads(capsys.readouterr().out)
    assert [one["horizon_day"] for one in body["horizons"]] == [1, 7, 14]
    for one in body["horizons"]:
        assert one["n_row"] == 2 * body["n_origin"] == 30
        assert 0 < one["relative_wis"] < 0.95
        assert one["coverage"]["95"] > 0.85


def test_table_in_words_with_columns_mapped(tmp_path, capsys):
    path = written(tmp_path, lines(), "gu,day,cases")
    maps = [word for one in ("gu=location", "day=date", "cases=value") for word in ("--map-column", one)]
    assert run(tmp_path, path, "--origins", "2026-03-01..2026-03-10", "--without", "west", *maps) == 0
    assert "1 places, 2 origins" in capsys.readouterr().out


def test_a_value_planted_in_the_future_changes_no_forecast(tmp_path):
    table = read_daily(written(tmp_path, lines()), {})
    table = dataclasses.replace(table, count=table.count.copy())
    before = score_days(table, [60], [1])[0].to_dict()
    table.count[61:] = 1e6
    assert score_days(table, [60], [1])[0].to_dict() == before
    table.count[59] = 1e6
    assert score_days(table, [60], [1])[0].to_dict() != before


def test_missing_and_negative_days_are_missing_and_repeated_rows_count_once(tmp_path):
    rows = [one for one in lines(50) if "2026-01-20" not in one]
    rows += [rows[0], "east,2026-02-25,-7"]
    table = read_daily(written(tmp_path, rows), {})
    assert table.day[0] == START and len(table.day) == 56
    assert np.isnan(table.count[19]).all() and np.isnan(table.count[55]).all()
    assert (table.n_negative, table.n_repeated) == (1, 1)


@pytest.mark.parametrize(
    ("row", "place", "wanted"),
    [
        ("east,soon,3", "cases.csv:182", "a day as YYYY"),
        ("east,2026-04-20,many", "cases.csv:182", "a finite number"),
        ("east,20/04/2026,3", "cases.csv:182", "a day as YYYY"),
        ("east,20260420,3", "cases.csv:182", "a day as YYYY"),
        ("east,2026-04-20T06:00,3", "cases.csv:182", "without a time of day"),
        ("east,9999-04-20,3", "cases.csv:182", "2100-12-31"),
        ("east,2026-04-20,inf", "cases.csv:182", "a finite number"),
        (",2026-04-20,3", "cases.csv:182", "the name of a place"),
        ("east,2026-01-01,99999", "cases.csv:182", "one value a place and day"),
    ],
)
def test_rows_that_cannot_be_used_are_named(tmp_path, capsys, row, place, wanted):
    path = written(tmp_path, [*lines(), row])
    assert run(tmp_path, path, "--origins", "2026-03-01..2026-03-10") == EXIT_INPUT
    told = capsys.readouterr().err
    assert place in told and wanted in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--origins", "2026-03-01"], "FROM..TO"),
        (["--origins", "2026-02-15.."], "FROM..TO"),
        (["--origins", "2026-02-15..2026-02-30"], "FROM..TO"),
        (["--origins", "2026-03-10..2026-03-01"], "not after"),
        (["--origins", "2026-03-01..2026-03-10", "--without", "north"], "east, west"),
        (["--origins", "2026-03-01..2026-03-10", "--without", "east", "--without", "west"], "at least one place"),
        (["--origins", "2026-03-01..2026-03-10", "--map-column", "gu=location"], "columns of the file"),
        (["--origins", "2026-03-01..2026-03-10", "--map-column", "date=value"], "comes twice"),
        (["--origins", "2031-03-01..2031-03-10"], "2026-02-05..2026-03-18"),
        (["--origins", "2026-03-01..2026-03-10", "--horizons", "0,7"], "1..14"),
        (["--origins", "2026-03-01..2026-03-10", "--every", "0"], "--every"),
        (["--origins", "2026-03-01..2026-03-10", "--map-column", "value"], "THEIRS=OURS"),
    ],
)
def test_words_that_do_not_fit_are_told(tmp_path, capsys, words, told):
    assert run(tmp_path, written(tmp_path, lines()), *words) == EXIT_INPUT
    assert told in capsys.readouterr().err


def test_a_file_without_the_columns_names_those_it_has(tmp_path):
    with pytest.raises(InputError, match=r"cases\.csv.*value|value.*persons"):
        read_daily(written(tmp_path, lines(), "location,date,persons"), {})


def test_a_file_of_only_a_header_is_told(tmp_path):
    with pytest.raises(InputError, match="at least one row"):
        read_daily(written(tmp_path, []), {})


def test_a_parquet_file_reads_alike_and_its_rows_are_named(tmp_path):
    text = read_daily(written(tmp_path, lines()), {})
    frame = pd.read_csv(tmp_path / "cases.csv", parse_dates=["date"])
    frame.to_parquet(tmp_path / "cases.parquet")
    assert np.array_equal(read_daily(tmp_path / "cases.parquet", {}).count, text.count)
    frame.loc[2, "date"] += pd.Timedelta(hours=5)
    frame.to_parquet(tmp_path / "cases.parquet")
    with pytest.raises(InputError, match=r"cases\.parquet row 3"):
        read_daily(tmp_path / "cases.parquet", {})


def test_a_mixture_of_time_zones_is_a_fault_of_rows_not_a_crash(tmp_path):
    rows = [*lines(40), "east,2026-04-20T00:00+09:00,3", "east,2026-04-21T00:00Z,3"]
    with pytest.raises(InputError, match=r"cases\.csv:82"):
        read_daily(written(tmp_path, rows), {})


def test_places_named_like_missing_values_are_refused_and_line_numbers_survive_blank_lines(tmp_path):
    rows = [lines()[0], "", "NA,2026-01-02,4"]
    with pytest.raises(InputError, match=r"cases\.csv:4"):
        read_daily(written(tmp_path, rows), {})


def test_origins_the_file_does_not_cover_are_counted_and_told(tmp_path, capsys):
    path = written(tmp_path, [*lines(), lines()[0]])
    assert run(tmp_path, path, "--origins", "2026-02-01..2026-03-15") == 0
    told = capsys.readouterr().out
    assert "1 origins left out" in told and "1 rows given twice" in told


def test_a_horizon_without_rows_is_told_as_unknown(tmp_path, capsys):
    rows = [one for one in lines() if one.startswith("east")]
    rows = [one.rsplit(",", 1)[0] + "," if "2026-03" in one else one for one in rows]
    path = written(tmp_path, rows)
    assert run(tmp_path, path, "--origins", "2026-03-01..2026-03-01", "--json") == 0
    first = json.loads(capsys.readouterr().out)["horizons"][0]
    assert first["n_row"] == 0 and first["relative_wis"] is None and first["coverage"]["95"] is None
