"""Weather data with the defects it comes with: refused with a reason or mended as told, never a wrong field."""

import gzip
import math
from pathlib import Path

import numpy as np
import pytest

from dashboard.feeds.best_track import parse_best_track
from dashboard.settings import Settings
from dashboard.store.kinds import Kind
from risk_core.errors import InputError
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS
from risk_core.hazards.typhoon.point_wind import surface_wind_at
from risk_core.hazards.typhoon.storm import Storm, storm_at
from risk_core.state.situation import Track
from tests.feeds.ingesting import ingest, rows
from tests.feeds.test_best_track import line, sample

RAIN = "station_id,time,lat,lon,interval_s,amount_mm\n"
WIND = "station_id,time,lat,lon,speed_m_per_s,gust_m_per_s\n"
TRACK = "storm_id,issue_time,time,lat,lon,central_pressure_hpa,max_wind_m_per_s\n"
GOOD = {
    Kind.RAIN: "ok,2026-08-05T00:00Z,-29.95,-71.3,600,1.5\n",
    Kind.WIND: "ok,2026-08-05T00:00Z,-29.95,-71.3,12,20\n",
    Kind.TRACKS: "1,2026-08-05T00:00Z,2026-08-05T00:00Z,25,130,960,35\n",
}
HEADERS = {Kind.RAIN: RAIN, Kind.WIND: WIND, Kind.TRACKS: TRACK}
REFUSED = {
    "negative rain": (Kind.RAIN, "a,2026-08-05T00:00Z,-29.95,-71.3,600,-0.1", "amount_mm is '-0.1'"),
    "rain in hundredths of a millimetre": (Kind.RAIN, "a,2026-08-05T00:00Z,-29.95,-71.3,600,2350", "amount_mm"),
    "interval in minutes": (Kind.RAIN, "a,2026-08-05T00:00Z,-29.95,-71.3,10,9", "interval_s, which is in seconds"),
    "rain that is no number": (Kind.RAIN, "a,2026-08-05T00:00Z,-29.95,-71.3,600,NaN", "amount_mm"),
    "gauge without position": (Kind.RAIN, "a,2026-08-05T00:00Z,,,600,1", "lat_deg"),
    "gauge at 0, 0": (Kind.RAIN, "a,2026-08-05T00:00Z,0,0,600,1", "missing one"),
    "positions the wrong way round": (Kind.RAIN, "a,2026-08-05T00:00Z,-71.3,-29.95,600,1", "swapped"),
    "no zone": (Kind.RAIN, "a,2026-08-05T00:00,-29.95,-71.3,600,1", "--utc-offset"),
    "knots that no anemometer shows in m/s": (Kind.WIND, "a,2026-08-05T00:00Z,-29.95,-71.3,130,", "speed_m_per_s"),
    "negative wind": (Kind.WIND, "a,2026-08-05T00:00Z,-29.95,-71.3,-3,", "speed_m_per_s"),
    "station without position": (Kind.WIND, "a,2026-08-05T00:00Z,,-71.3,12,", "lat_deg"),
    "pressure in pascal": (Kind.TRACKS, "1,2026-08-05T00:00Z,2026-08-05T06:00Z,26,130,96000,35", "central_pressure"),
    "wind in km/h": (Kind.TRACKS, "1,2026-08-05T00:00Z,2026-08-05T06:00Z,26,130,960,185", "max_wind_m_per_s"),
    "latitude beyond the pole": (Kind.TRACKS, "1,2026-08-05T00:00Z,2026-08-05T06:00Z,96,130,960,35", "lat is"),
    "a day that does not exist": (Kind.TRACKS, "1,2026-08-05T00:00Z,2026-08-32T06:00Z,26,130,960,35", "time"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_the_row_is_refused_by_name_and_the_good_one_kept(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    kind, row, named = REFUSED[name]
    path = tmp_path / f"{kind}.csv"
    path.write_text(HEADERS[kind] + GOOD[kind] + row + "\n", "utf-8")
    assert ingest(settings, kind, path, "--source", "test") == 0
    said = capsys.readouterr().out
    assert said.startswith("new 1, changed 0, already known 0, refused 1\n"), said
    assert f"{path.name}:3" in said and named in said, said
    assert len(rows(settings, kind)) == 1


def test_a_report_given_twice_counts_once_and_a_later_value_is_a_revision(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "rain.csv"
    path.write_text(RAIN + GOOD[Kind.RAIN] * 3, "utf-8")
    assert ingest(settings, "rain", path, "--source", "test") == 0
    path.write_text(RAIN + GOOD[Kind.RAIN].replace("1.5", "2.5"), "utf-8")
    assert ingest(settings, "rain", path, "--source", "test") == 0
    (row,) = rows(settings)
    assert row["amount_mm"] == 2.5


@pytest.mark.parametrize("share", [0.0, 0.3, 0.97])
@pytest.mark.parametrize("kind", GOOD)
def test_a_truncated_file_is_refused_whole(settings: Settings, tmp_path: Path, kind: Kind, share: float) -> None:
    whole = gzip.compress((HEADERS[kind] + GOOD[kind] * 600).encode(), mtime=0)
    path = tmp_path / f"{kind}.csv.gz"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match=path.name):
        ingest(settings, kind, path, "--source", "test")
    assert not rows(settings, kind)


@pytest.mark.parametrize("kind", GOOD)
def test_a_row_cut_off_within_is_refused(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: Kind
) -> None:
    path = tmp_path / f"{kind}.csv"
    path.write_text(HEADERS[kind] + GOOD[kind] + GOOD[kind].replace("00:00Z", "06:00Z")[:-8], "utf-8")
    assert ingest(settings, kind, path, "--source", "test") == 0
    assert "refused 1" in capsys.readouterr().out and len(rows(settings, kind)) == 1


def track(hour: list[float], lat: list[float], lon: list[float]) -> Track:
    unknown = np.full(len(hour), np.nan)
    same = np.ones(len(hour))
    return Track("1", "SAMPLE", hour[-1] * 3600, np.array(hour) * 3600, np.array(lat), np.array(lon), 960 * same,
                 38 * same, unknown, unknown)  # fmt: skip


def storm(of: Track, hour: float) -> Storm:
    found = storm_at(of, hour * 3600, TYPHOON_DEFAULTS)
    assert found is not None
    return found


def test_a_hole_in_a_track_is_bridged_in_a_line_with_a_wider_error() -> None:
    whole = track([0, 24, 48, 72], [20.0, 22.0, 24.0, 26.0], [130.0] * 4)
    holed = track([0, 72], [20.0, 26.0], [130.0] * 2)
    for hour in (12.0, 36.0, 60.0):
        assert storm(holed, hour).lat_deg == pytest.approx(storm(whole, hour).lat_deg)
    told = [storm(whole, hour).position_sigma_m for hour in (12.0, 36.0, 60.0)]
    assert max(told) == min(told), "steps of a day are what agencies forecast in"
    assert storm(holed, 36.0).position_sigma_m > 3 * told[1]
    assert storm(holed, 12.0).position_sigma_m < storm(holed, 36.0).position_sigma_m
    for hour in (0.0, 72.0):
        assert storm(holed, hour).position_sigma_m == storm(whole, hour).position_sigma_m
    assert storm_at(holed, 73 * 3600.0, TYPHOON_DEFAULTS) is None


def test_fixes_given_twice_change_no_wind() -> None:
    fixes = [line("99090100", 20.0, 130.0), line("99090106", 21.0, 130.5), line("99090112", 22.0, 131.0)]
    once, twice = (
        parse_best_track(sample(*some), "b.txt") for some in (fixes, [one for fix in fixes for one in (fix, fix)])
    )
    assert twice.records == once.records and any("given twice" in note for note in twice.notes)


@pytest.mark.parametrize("shift_deg", [0.0, 360.0, -360.0])
def test_the_date_line_changes_no_wind(shift_deg: float) -> None:
    """The same storm 40 degrees further west, away from the line, blows the same there."""
    hours, lats, lons = [0.0, 6.0, 12.0], [20.0, 20.5, 21.0], np.array([179.4, 180.2, 181.0])
    across = track(hours, lats, [(lon + 180) % 360 - 180 + shift_deg * (k == 1) for k, lon in enumerate(lons)])
    inland = track(hours, lats, list(lons - 40))
    for hour in (1.5, 6.0, 8.0):
        at = np.array([19.5, 20.4, 21.2]), np.array([179.0, 180.5, -179.0])
        east, north = surface_wind_at(storm(across, hour), *at)
        as_east, as_north = surface_wind_at(storm(inland, hour), at[0], np.array([139.0, 140.5, 141.0]))
        np.testing.assert_allclose(np.hypot(east, north), np.hypot(as_east, as_north), rtol=1e-9)
        assert math.isfinite(float(east.sum())) and float(np.hypot(east, north).max()) < 60
