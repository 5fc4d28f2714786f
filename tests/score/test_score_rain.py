"""`score rain-nowcast`, from a file to figures. The rain is invented; its motion is known."""

import gzip
import json

import numpy as np
import pytest

from dashboard.cli import EXIT_INPUT, main
from dashboard.score.rain.inputs import read_gauges
from dashboard.score.rain.score import gauge_grid
from risk_core.hazards.rain.variogram import fit_variogram
from tests.samples import moving_rain

HEAD = "station_id,lat,lon,time,rate_mm_per_h"


def text(rows, names=None):
    names = names or list(rows[0])
    return "\n".join([",".join(names), *(",".join(str(row[name]) for name in names) for row in rows)]) + "\n"


@pytest.fixture(scope="module")
def rows():
    return moving_rain.table(n_station=60, n_hour=6, seed=0)


def run(path, *words):
    return main(["score", "rain-nowcast", "--gauges", str(path), *words], {})


def scored(capsys, path, *words):
    assert run(path, "--json", *words) == 0
    return json.loads(capsys.readouterr().out)


def test_moving_rain_is_scored_above_persistence(tmp_path, capsys, rows):
    path = tmp_path / "rain.csv"
    path.write_text(text(rows), "utf-8")
    body = scored(capsys, path)
    assert (body["n_station"], body["step_s"], body["n_refused"]) == (60, 600.0, 0)
    leads = {one["lead_min"]: one for one in body["leads"]}
    assert list(leads) == [10, 20, 30, 60, 90, 120]
    for minutes in (10, 20, 30, 60):
        one = leads[minutes]
        for name in ("field_mae", "gauge_mae"):
            assert one[name]["ours"] < 0.9 * one[name]["persistence"], (minutes, name)
        for name in ("csi", "fss"):
            assert one["thresholds"]["1"][name]["ours"] > one["thresholds"]["1"][name]["persistence"]
        assert one["thresholds"]["5"]["brier"]["ours"] < one["thresholds"]["5"]["brier"]["persistence"]
        assert 0.5 < one["inside_80"] < 1.0
    assert leads[10]["weight"] > 0.9 > leads[120]["weight"]
    between = body["interpolation"]["mae"]
    assert between["kriging"] < between["inverse_distance"]
    assert run(path) == 0
    printed = capsys.readouterr().out
    assert "60 gauges" in printed and "10 m" in printed


def test_amounts_over_the_usual_spacing_and_other_names_give_the_same(tmp_path, capsys, rows):
    path, other = tmp_path / "rain.csv", tmp_path / "other.csv.gz"
    path.write_text(text(rows), "utf-8")
    amounts = [
        {"stn_id": r["station_id"], "Y": r["lat"], "X": r["lon"], "time": r["time"][:19].replace("T", " "),
         "amount": r["rate_mm_per_h"] / 6}
        for r in rows
    ]  # fmt: skip
    with gzip.open(other, "wt") as file:
        file.write(text(amounts))
    first = scored(capsys, path)
    words = ("--map-column", "Y=lat_deg", "--map-column", "X=lon_deg", "--utc-offset", "+00:00")
    second = scored(capsys, other, *words)
    assert any("600 s" in note for note in second["notes"])
    for a, b in zip(first["leads"], second["leads"], strict=True):
        assert a["gauge_mae"]["ours"] == pytest.approx(b["gauge_mae"]["ours"], abs=2e-3)


def test_bad_rows_are_told_and_the_rest_is_scored(tmp_path, capsys, rows):
    spoilt = [dict(row) for row in rows]
    spoilt[5]["rate_mm_per_h"] = -4.0
    spoilt[17]["lat"] = ""
    spoilt[30]["time"] = "yesterday"
    spoilt[45]["rate_mm_per_h"] = 99_999.0
    spoilt = [row for k, row in enumerate(spoilt) if not 900 < k < 960]
    spoilt.append(dict(spoilt[100]))
    path = tmp_path / "rain.csv"
    path.write_text(text(spoilt) + "g000,37.5\n", "utf-8")
    body = scored(capsys, path)
    assert (body["n_refused"], body["n_repeated"]) == (5, 1)
    told = " ".join(body["notes"])
    for words in ("rain.csv:7", "rain.csv:19", "rain.csv:32", "(2 such)"):
        assert words in told
    assert body["leads"][0]["gauge_mae"]["ours"] < body["leads"][0]["gauge_mae"]["persistence"]


@pytest.mark.parametrize(
    ("content", "words", "named"),
    [
        (None, [], "a file"),
        (b"", [], "empty"),
        ((HEAD + "\n").encode(), [], "at least one row"),
        (b"a,b\n1,2\n", [], "station"),
        ((HEAD + "\ng1,37.5,127.0,2025-08-01T00:00:00Z,-1\n").encode(), [], "rate_mm_per_h"),
        ((HEAD + "\ng1,37.5,127.0,2025-08-01T00:00:00Z,1\n").encode(), [], "at least 3 gauges"),
        ((HEAD + "\ng1,37.5,127.0,2025-08-01T00:00:00,1\n").encode(), [], "offset"),
        (b"\x1f\x8b" + bytes(30), [], "csv.gz"),
        (b"x", ["--thresholds", "0,x"], "--thresholds"),
        (b"x", ["--every", "0"], "--every"),
        (b"x", ["--window-km", "nan"], "--window-km"),
        (b"x", ["--map-column", "oops"], "THEIRS=OURS"),
    ],
)
def test_what_cannot_be_scored_is_refused_with_its_reason(tmp_path, capsys, content, words, named):
    path = tmp_path / ("rain.csv.gz" if content and content[:2] == b"\x1f\x8b" else "rain.csv")
    if content is not None:
        path.write_bytes(content)
    assert run(path, *words) == EXIT_INPUT
    assert named in capsys.readouterr().err


def test_a_truncated_file_or_a_dry_or_short_record_is_refused(tmp_path, capsys, rows):
    path = tmp_path / "rain.csv.gz"
    whole = gzip.compress(text(rows).encode())
    path.write_bytes(whole[: len(whole) // 2])
    assert run(path) == EXIT_INPUT
    assert "rain.csv.gz" in capsys.readouterr().err
    for some in ([row | {"rate_mm_per_h": 0.0} for row in rows], rows[: 60 * 10]):
        plain = tmp_path / "rain.csv"
        plain.write_text(text(some), "utf-8")
        assert run(plain) == EXIT_INPUT
        assert "longer record" in capsys.readouterr().err


def test_the_grid_covers_the_gauges(tmp_path, rows):
    path = tmp_path / "rain.csv"
    path.write_text(text(rows), "utf-8")
    gauges = read_gauges(path, {}, None).gauges
    grid = gauge_grid(gauges)
    assert (grid.cells_of(gauges.lat_deg, gauges.lon_deg) >= 0).all()
    assert max(grid.n_row, grid.n_col) <= 53


def test_a_known_correlation_length_is_fitted():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 60e3, (2, 100))
    distance = np.hypot(x[:, None] - x, y[:, None] - y)
    for length_m in (5e3, 12e3):
        fields = rng.multivariate_normal(np.zeros(100), 4 * np.exp(-distance / length_m) + 0.4 * np.eye(100), 80)
        fields[rng.random(fields.shape) < 0.1] = np.nan
        found = fit_variogram(x, y, fields)
        assert found.length_m == pytest.approx(length_m, rel=0.35)
        assert found.nugget + found.sill == pytest.approx(4.4, rel=0.25)
    assert fit_variogram(x, y, np.full((3, 100), np.nan)) is None
    assert fit_variogram(x[:3], y[:3], fields[:1, :3]) is None
    assert fit_variogram(x, y, np.ones((3, 100))) is None
