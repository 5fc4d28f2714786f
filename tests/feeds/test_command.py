"""The command `ingest` from end to end."""

import gzip
import json
from pathlib import Path

import pytest

from dashboard.settings import Settings
from dashboard.store.kinds import Kind
from risk_core.errors import InputError, NotFoundError
from tests.feeds.ingesting import ingest, rows


def rain(folder: Path, *rows: str) -> Path:
    path = folder / "rain.csv"
    path.write_text("station_id,time,lat,lon,interval_s,amount_mm\n" + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


def test_good_rows_are_kept_and_bad_ones_listed_with_file_and_line(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = rain(tmp_path, "a,2026-08-05T00:00Z,-29.95,-71.3,600,1.5", "b,2026-08-05T00:00,-29.95,-71.3,600,1",
                "c,2026-08-05T00:00Z,-71.3,-29.95,600,1", "d,2026-08-05T00:00Z,-29.95,-71.3,600,-9")  # fmt: skip
    assert ingest(settings, "rain", path, "--source", "dga", "--simulated") == 0
    said = capsys.readouterr().out
    assert said.startswith("new 1, changed 0, already known 0, refused 3\n")
    assert "rain.csv:3: time is '2026-08-05T00:00'" in said
    assert "--utc-offset" in said
    assert "rain.csv:4" in said
    assert "swapped" in said
    assert "rain.csv:5: amount_mm is '-9'" in said
    (row,) = rows(settings)
    assert (row["station_id"], row["source"], row["simulated"], row["rate_mm_per_h"]) == ("a", "dga", True, 9.0)
    assert ingest(settings, "rain", path, "--source", "dga", "--simulated") == 0
    assert "new 0, changed 0, already known 1, refused 3" in capsys.readouterr().out


def test_options_tell_offset_and_columns(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bogota.csv.gz"
    path.write_bytes(gzip.compress("지점,시각,Y,X,풍속,메모\n7,202608050900,-29.95,-71.3,50,x\n".encode("cp949")))
    options = ["--map-column", "station_id=지점", "--map-column", "time=시각", "--map-column", "lat=Y",
               "--map-column", "lon=X", "--map-column", "speed_kt=풍속", "--utc-offset", "+09:00"]  # fmt: skip
    assert ingest(settings, "wind", path, *options) == 0
    (row,) = rows(settings, Kind.WIND)
    assert row["speed_m_per_s"] == pytest.approx(25.722, abs=1e-3)
    assert row["time_s"] == 1_785_888_000.0
    assert "columns not used: 메모" in capsys.readouterr().out


def test_nothing_accepted_is_exit_status_2(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = rain(tmp_path, *(f"s{k},2026-08-05T00:00Z,-29.95,-71.3,600,-9" for k in range(25)))
    assert ingest(settings, "rain", path) == 2
    said = capsys.readouterr().out
    assert "refused 25" in said
    assert "and 22 more records refused" in said


def test_reasons_seen_once_are_not_drowned_by_one_seen_often(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    often = [f"s{k},2026-08-05T00:00Z,-29.95,-71.3,600,-9" for k in range(40)]
    ingest(settings, "rain", rain(tmp_path, *often, "z,never,-29.95,-71.3,600,1"))
    assert "rain.csv:42: time is 'never'" in capsys.readouterr().out


def test_closures_from_geojson_and_alerts_from_xml(settings: Settings, tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[-71.3, -29.95], [-71.299, -29.95]]}
    closure = {"type": "Feature", "id": "c1", "geometry": line, "properties": {"from": "2026-08-05T00:00Z"}}
    path = tmp_path / "closures.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [closure]}))
    assert ingest(settings, "closures", path, "--area", "tiny") == 0
    assert rows(settings, Kind.CLOSURES)[0]["closure_id"] == "c1"
    path = tmp_path / "alert.xml"
    path.write_text(
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>1</identifier><sender>x</sender>'
        "<sent>2026-08-05T00:00:00-04:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope></alert>"
    )
    assert ingest(settings, "alerts", path) == 0
    assert rows(settings, Kind.ALERTS)[0]["identifier"] == "1"


def test_columns_are_shown(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert ingest(settings, "--help-columns", "rain") == 0
    said = capsys.readouterr().out
    assert "| `rate_mm_per_h` |" in said
    assert "### wind" not in said
    assert ingest(settings, "--help-columns") == 0
    said = capsys.readouterr().out
    assert all(f"### {kind}\n" in said for kind in Kind)


@pytest.mark.parametrize(
    ("words", "error", "named"),
    [
        (["rain"], InputError, "KIND FILE"),
        (["fog", "x.csv"], InputError, "'fog'"),
        (["rain", "none.csv"], InputError, "none.csv"),
        (["rain", "none.csv", "--area", "atlantis"], NotFoundError, "'atlantis'; wanted one of tiny"),
        (["rain", "none.csv", "--utc-offset", "KST"], InputError, "'KST'"),
        (["--help-columns", "fog"], InputError, "'fog'"),
    ],
)
def test_words_that_do_not_fit_are_named(
    settings: Settings, words: list[str], error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        ingest(settings, *words)


def test_unknown_districts_and_days_to_come_are_refused_with_their_row(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cases.csv"
    rows_of = ("west,2026-08-05,3", "nowhere,2026-08-05,4", "west,2150-08-05,5", "west,2026-08-05,3")
    path.write_text("district,day,count\n" + "".join(f"{row}\n" for row in rows_of), "utf-8")
    assert ingest(settings, "cases", path) == 0
    said = capsys.readouterr().out
    assert said.startswith("new 1, changed 0, already known 1, refused 2\n"), "the same row twice is one"
    assert "cases.csv:3: district_id is 'nowhere'" in said and "such as east, west" in said
    assert "cases.csv:4: day_s" in said and "a time that has come" in said
    trips = tmp_path / "trips.csv"
    trips.write_text("origin,destination,hour,persons\nwest,mars,2026-08-05T08:00Z,4\n", "utf-8")
    assert ingest(settings, "flows", trips) == 2
    assert "destination_id is 'mars'" in capsys.readouterr().out
