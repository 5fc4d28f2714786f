"""The table of known answers beside the models: what it says holds must hold, and what it calls a miss must be one."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

import risk_core.hazards.typhoon as room
from dashboard.feeds.best_track import radii_25_15_m
from risk_core.hazards.typhoon import holland_1980, holland_2008, vickery_wadhera_2008
from risk_core.hazards.typhoon.eurocode_2005 import Terrain, land_ratio
from risk_core.hazards.typhoon.harper_2010 import GUST_OFF_LAND
from risk_core.hazards.typhoon.holland_2010 import fit_profile
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS
from risk_core.hazards.typhoon.point_wind import surface_wind_at
from risk_core.hazards.typhoon.storm import storm_at
from risk_core.hazards.typhoon.tuleya_2007 import rain_profile
from risk_core.state.situation import Track

TABLE = Path(room.__file__).with_name("verification.csv")
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
KNOT, MILE = 1852 / 3600, 1852.0
CLOSED_S = float(np.datetime64("2019-09-07T04:40", "s").astype(int))
PLACES = {
    "incheon": (37.4130, 126.5670),
    "heuksando": (34.6872, 125.4510),
    "gosan": (33.2938, 126.1628),
    "jeju": (33.5141, 126.5297),
}
MAEMI = np.array([  # hours from 2003-09-11 18:00 UTC, N, E, hPa, kt, mean radii of 50 and 30 kt in nautical miles
    (0, 28.0, 125.7, 930, 90, 95, 220),
    (6, 30.0, 126.1, 935, 85, 95, 220),
    (12, 32.8, 127.0, 950, 80, 95, 220),
    (15, 34.0, 127.8, 950, 80, 95, 220),
    (18, 35.1, 128.5, 955, 75, 85, 210),
    (21, 36.1, 129.1, 965, 65, 65, 190),
])  # fmt: skip
"""Maemi 2003 from positions in the press of the day; the radii are guesses."""


def formulas():
    profile = fit_profile(45.0, 40e3, 1.4, ((90 * MILE, 50 * KNOT), (240 * MILE, 30 * KNOT)))
    at_rm, at_r50, at_r30 = profile.wind_m_per_s(np.array([40e3, 90 * MILE, 240 * MILE]))
    rain = rain_profile(0.93 * 65 * KNOT)
    return {
        "holland_2010_at_rm": at_rm,
        "holland_2010_at_r50": at_r50,
        "holland_2010_at_r30": at_r30,
        "holland_1980_largest": holland_1980.largest_wind_m_per_s(1.5, 60.0),
        "holland_2008_b": holland_2008.shape_b(60.0, 0.0, 25.0, 5.0),
        "vickery_wadhera_rmax": vickery_wadhera_2008.radius_max_m(60.0, 33.0) / 1000,
        "r_cliper_radius": rain.radius_largest_m / 1000,
        "r_cliper_fold": rain.fold_m / 1000,
        "r_cliper_peak": rain.largest_mm_per_h,
    }


def sea_wind(track, place):
    """Times a quarter of an hour apart and the wind over open sea."""
    lat, lon = (np.array([one]) for one in PLACES[place])
    times = np.arange(track.time_s[0], track.time_s[-1], 900.0)
    found = [(t, storm) for t in times if (storm := storm_at(track, t, TYPHOON_DEFAULTS)) is not None]
    wind = [float(np.hypot(*surface_wind_at(storm, lat, lon))[0]) for _, storm in found]
    return np.array([t for t, _ in found]), np.array(wind)


def observed(shared_data):
    from dashboard.score.wind.tracks import read_tracks

    tracks, _ = read_tracks(shared_data / "typhoon" / "jma_bst_2015_2021_raw.txt", {})
    named = {track.storm_id: track for track in tracks}
    times, incheon = sea_wind(named["1913"], "incheon")
    return {
        "lingling_incheon_level": land_ratio(Terrain.OPEN) * float(np.interp(CLOSED_S, times, incheon)),
        "lingling_incheon_onset": (CLOSED_S - times[np.argmax(incheon >= 20.0)]) / 3600,
        "lingling_heuksando_gust": GUST_OFF_LAND * sea_wind(named["1913"], "heuksando")[1].max(),
        "chaba_gosan_gust": GUST_OFF_LAND * sea_wind(named["1618"], "gosan")[1].max(),
    }


def typed():
    hour, lat, lon, hpa, knots, r50, r30 = MAEMI.T
    radii = np.array([radii_25_15_m(a * MILE, b * MILE) for a, b in zip(r50, r30, strict=True)]).T
    maemi = Track("0314", "MAEMI", 0.0, hour * 3600, lat, lon, hpa, knots * KNOT, *radii)
    return {f"maemi_{place}_gust": GUST_OFF_LAND * sea_wind(maemi, place)[1].max() for place in ("gosan", "jeju")}


def check(row, found):
    expected, tolerance = float(row["expected"]), float(row["tolerance"])
    miss = abs(found - expected) / (abs(expected) if row["tolerance_kind"] == "relative" else 1.0)
    assert math.isfinite(miss)
    if row["status"] == "known_miss":
        assert miss > tolerance, f"{row['case']} no longer misses ({found:.4g}): change its status"
    else:
        assert miss <= tolerance, f"{row['case']}: {found:.6g} for {expected:.6g}"


def test_the_table_is_whole():
    assert {row["needs"] for row in ROWS} == {"formula", "tokyo_best_track", "typed_track"}
    assert {row["status"] for row in ROWS} <= {"holds", "known_miss"} and all(row["source"] for row in ROWS)
    assert {row["case"] for row in ROWS if row["needs"] == "formula"} == set(formulas())


@pytest.mark.parametrize("row", [row for row in ROWS if row["needs"] == "formula"], ids=lambda row: row["case"])
def test_formulas(row):
    check(row, formulas()[row["case"]])


def test_maemi():
    found = typed()
    rows = [row for row in ROWS if row["needs"] == "typed_track"]
    assert {row["case"] for row in rows} == set(found)
    for row in rows:
        assert 25 < found[row["case"]] < 60, "too weak at the Jeju coast, and never by far"
        check(row, found[row["case"]])


@pytest.mark.shared
def test_observed_storms(shared_data):
    found = observed(shared_data)
    rows = [row for row in ROWS if row["needs"] == "tokyo_best_track"]
    assert {row["case"] for row in rows} == set(found)
    for row in rows:
        check(row, found[row["case"]])
