import dataclasses
import math

import numpy as np
import pytest

from risk_core.hazards.typhoon import holland_1980, holland_2008, vickery_wadhera_2008
from risk_core.hazards.typhoon.eurocode_2005 import Terrain, land_ratio
from risk_core.hazards.typhoon.field import assess_typhoon, storm_wind
from risk_core.hazards.typhoon.forecast_error import intensity_sigma_ratio, position_sigma_m
from risk_core.hazards.typhoon.holland_2010 import fit_profile
from risk_core.hazards.typhoon.lin_chavas_2012 import background_wind_m_per_s
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, TyphoonOptions, WindProfile
from risk_core.hazards.typhoon.reason import explain_typhoon
from risk_core.hazards.typhoon.storm import hour_tables, storm_at, vortex_wind
from risk_core.state.grid import Grid
from risk_core.state.level import code_to_risk
from risk_core.state.situation import Track, WindStations

NOW_S = 1_750_000_000.0
HOUR_S = 3600.0
LEADS = np.array([-21_600, 0, 21_600, 86_400], dtype=np.int32)
NOW = 1
GRID = Grid.from_bounds(124.0, 31.0, 132.0, 39.0, 40_000.0)


def track(lat=34.0, lon=127.5, north_deg=1.0, n=9, **changes):
    """A storm that moves north by `north_deg` every six hours from 12 h ago on; now it is at (lat, lon)."""
    step = np.arange(n) - 2
    given = Track(
        storm_id="2501",
        name="TEST",
        issue_s=NOW_S,
        time_s=NOW_S + 6 * HOUR_S * step,
        lat_deg=lat + north_deg * step,
        lon_deg=np.full(n, lon),
        central_pressure_hpa=np.full(n, 950.0),
        max_wind_m_per_s=np.full(n, 43.0),
        radius_25_m=np.full(n, 120e3),
        radius_15_m=np.full(n, 350e3),
    )
    return dataclasses.replace(given, **changes)


def country(area, grid=GRID, district=None):
    shape = (grid.n_row, grid.n_col)
    district = np.zeros(shape, dtype=np.int32) if district is None else district
    return dataclasses.replace(area, grid=grid, district=district, population=np.ones(shape, np.float32), network=None)


def test_published_values():
    """Section 5 of the design notes, computed there from the papers' formulas."""
    assert holland_1980.largest_wind_m_per_s(1.5, 60.0) == pytest.approx(53.657, abs=1e-3)
    assert holland_2008.shape_b(60.0, 0.0, 25.0, 5.0) == pytest.approx(1.3925, abs=1e-4)
    assert vickery_wadhera_2008.radius_max_m(60.0, 33.0) == pytest.approx(49_430, abs=10)
    assert land_ratio(Terrain.OPEN) == pytest.approx(0.80, abs=0.01)
    assert land_ratio(Terrain.SUBURB) == pytest.approx(0.60, abs=0.01)
    assert land_ratio(Terrain.CITY) == pytest.approx(0.43, abs=0.01)


def test_holland_2010_meets_its_radii():
    knot, mile = 1852 / 3600, 1852.0
    profile = fit_profile(45.0, 40e3, 1.4, ((90 * mile, 50 * knot), (240 * mile, 30 * knot)))
    found = profile.wind_m_per_s(np.array([40e3, 90 * mile, 240 * mile]))
    np.testing.assert_allclose(found, [45.0, 50 * knot, 30 * knot], rtol=1e-9)
    far = profile.wind_m_per_s(np.linspace(40e3, 1e6, 200))
    assert (np.diff(far) < 0).all() and profile.wind_m_per_s(np.array([0.0]))[0] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("radii", [(math.nan, math.nan), (10e3, 300e3), (200e3, 100e3)])
def test_holland_2010_leaves_out_radii_it_cannot_use(radii):
    profile = fit_profile(45.0, 40e3, 1.4, ((radii[0], 25.0), (radii[1], 15.0)))
    assert profile.wind_m_per_s(np.array([40e3]))[0] == pytest.approx(45.0)
    assert np.isfinite(profile.wind_m_per_s(np.linspace(0, 1e6, 50))).all()


def test_holland_1980_peaks_at_the_radius_of_maximum_wind():
    radius = np.linspace(1e3, 500e3, 5000)
    wind = holland_1980.gradient_wind_m_per_s(radius, 1.5, 60.0, 40e3, 0.0)
    assert radius[wind.argmax()] == pytest.approx(40e3, rel=0.01)
    assert wind.max() == pytest.approx(53.657, abs=1e-3)
    assert holland_1980.gradient_wind_m_per_s(np.array([0.0]), 1.5, 60.0, 40e3, 1e-4)[0] == 0.0


def test_track_in_time():
    storm = storm_at(track(), NOW_S + 3 * HOUR_S, TYPHOON_DEFAULTS)
    assert storm.lat_deg == pytest.approx(34.5) and storm.lead_h == 3
    assert storm.north_m_per_s == pytest.approx(111_195 / (6 * HOUR_S), rel=1e-3) and storm.east_m_per_s == 0
    assert storm.pressure_drop_hpa == 60.0
    assert storm_at(track(), NOW_S - 13 * HOUR_S, TYPHOON_DEFAULTS) is None
    assert storm_at(track(), NOW_S + 1000 * HOUR_S, TYPHOON_DEFAULTS) is None


def test_track_across_the_date_line():
    lon = np.array([178.0, 179.0, 180.0, -179.0, -178.0, -177.0, -176.0, -175.0, -174.0])
    storm = storm_at(track(lon_deg=lon, north_deg=0.0), NOW_S + 3 * HOUR_S, TYPHOON_DEFAULTS)
    assert storm.lon_deg == pytest.approx(-179.5)
    assert storm.east_m_per_s == pytest.approx(111_195 * math.cos(math.radians(34)) / (6 * HOUR_S), rel=1e-3)


@pytest.mark.parametrize("missing", ["central_pressure_hpa", "max_wind_m_per_s"])
def test_strength_is_filled_from_its_other_half(missing):
    full = storm_at(track(), NOW_S, TYPHOON_DEFAULTS)
    half = storm_at(track(**{missing: np.full(9, np.nan)}), NOW_S, TYPHOON_DEFAULTS)
    assert half.pressure_drop_hpa == pytest.approx(full.pressure_drop_hpa, rel=0.3)
    assert half.largest_m_per_s == pytest.approx(full.largest_m_per_s, rel=0.15)


def test_without_strength_or_points_there_is_no_storm():
    nothing = np.full(9, np.nan)
    assert storm_at(track(central_pressure_hpa=nothing, max_wind_m_per_s=nothing), NOW_S, TYPHOON_DEFAULTS) is None
    none = np.zeros(0)
    empty = track(time_s=none, lat_deg=none, lon_deg=none, central_pressure_hpa=none, max_wind_m_per_s=none)
    assert storm_at(empty, NOW_S, TYPHOON_DEFAULTS) is None


def test_a_radius_counts_where_both_points_report_it():
    radius = np.full(9, np.nan)
    radius[2] = 200e3
    at_point = storm_at(track(radius_15_m=radius), NOW_S, TYPHOON_DEFAULTS)
    between = storm_at(track(radius_15_m=radius), NOW_S + HOUR_S, TYPHOON_DEFAULTS)
    assert at_point.radius_15_m == 200e3 and math.isnan(between.radius_15_m)


def test_resting_storm_has_its_reported_winds():
    storm = storm_at(track(north_deg=0.0), NOW_S, TYPHOON_DEFAULTS)
    wind, _ = vortex_wind(storm, np.array([120e3, 350e3]), TYPHOON_DEFAULTS)
    np.testing.assert_allclose(wind, [25.0, 15.0], rtol=1e-9)
    assert hour_tables(storm, TYPHOON_DEFAULTS).speed_m_per_s[0].max() == pytest.approx(43.0, rel=0.01)


def test_the_right_side_of_a_northern_storm_is_stronger():
    wind = storm_wind(GRID, track(north_deg=1.5), NOW_S, TYPHOON_DEFAULTS)
    speed = np.hypot(*wind[0]).astype(float)
    west, east = (speed[GRID.cell_of(34.0, lon)] for lon in (126.0, 129.0))
    assert east > west + 3


def test_background_wind_turns_with_the_hemisphere():
    north, south = background_wind_m_per_s(0.0, 10.0, 30.0), background_wind_m_per_s(0.0, 10.0, -30.0)
    assert np.hypot(*north) == pytest.approx(5.5)
    assert north[0] == pytest.approx(-5.5 * math.sin(math.radians(20))) and south[0] == pytest.approx(-north[0])


@pytest.mark.parametrize("profile", list(WindProfile))
def test_a_storm_mirrored_across_the_equator_mirrors_the_field(area, profile):
    options = TyphoonOptions(profile=profile)
    south_grid = dataclasses.replace(GRID, lat_max_deg=-GRID.bounds[1])
    here = track(lon=127.9)
    there = dataclasses.replace(here, lat_deg=-here.lat_deg)
    north = assess_typhoon(country(area), (here,), NOW_S, LEADS, options)
    south = assess_typhoon(country(area, south_grid), (there,), NOW_S, LEADS, options)
    apart = north.risk.astype(int) - south.risk[:, ::-1]
    assert np.abs(apart).max() <= 1 and (apart == 0).mean() > 0.99
    for name in ("low", "high"):  # the same members stand elsewhere there, so equal but for the sampling
        assert np.abs(getattr(north, name).astype(int) - getattr(south, name)[:, ::-1]).mean() < 3
    wind = storm_wind(GRID, here, NOW_S, options)[0].reshape(2, GRID.n_row, GRID.n_col)
    mirror = storm_wind(south_grid, there, NOW_S, options)[0].reshape(2, GRID.n_row, GRID.n_col)[:, ::-1]
    np.testing.assert_allclose(mirror[0], wind[0], atol=1e-3)
    np.testing.assert_allclose(mirror[1], -wind[1], atol=1e-3)


def test_field_is_dangerous_near_the_centre_and_calm_far_away(area):
    fields = assess_typhoon(country(area), (track(),), NOW_S, LEADS)
    risk = code_to_risk(fields.risk[NOW]).ravel()
    assert risk[GRID.cell_of(34.0, 128.2)] >= 0.8
    assert risk[GRID.cell_of(38.9, 124.1)] < 0.4
    assert (fields.low <= fields.risk).all() and (fields.risk <= fields.high).all()
    gust, wind = fields.intensity["gust_m_per_s"], fields.intensity["wind_m_per_s"]
    np.testing.assert_allclose(gust, wind * 1.66, rtol=1e-5)


def test_land_slows_the_wind_but_not_the_sea(area):
    district = np.zeros((GRID.n_row, GRID.n_col), dtype=np.int32)
    district[:, ::2] = -1
    mixed = assess_typhoon(country(area, district=district), (track(),), NOW_S, LEADS)
    land = assess_typhoon(country(area), (track(),), NOW_S, LEADS)
    ratio = mixed.intensity["wind_m_per_s"][:, 0] / land.intensity["wind_m_per_s"][:, 0]
    np.testing.assert_allclose(ratio, 1 / land_ratio(Terrain.OPEN), rtol=1e-4)


def test_interval_widens_with_lead(area):
    assert position_sigma_m(24.0) == pytest.approx(93e3 / 1.2533, rel=1e-4)
    assert (np.diff([position_sigma_m(h) for h in (0, 12, 24, 72, 120, 200)]) > 0).all()
    assert intensity_sigma_ratio(0.0) == 0.05 and intensity_sigma_ratio(500.0) == 0.2
    resting = track(north_deg=0.0, issue_s=NOW_S)
    fields = assess_typhoon(country(area), (resting,), NOW_S, LEADS)
    width = (fields.high.astype(int) - fields.low).mean(axis=(1, 2))
    assert width[3] > width[2] > width[1]


def test_times_outside_the_track_are_unknown(area):
    short = track(n=4)
    fields = assess_typhoon(country(area), (short,), NOW_S, LEADS)
    assert (fields.risk[:3] != 255).all() and (fields.risk[3:] == 255).all()
    gone = dataclasses.replace(short, time_s=short.time_s - 30 * 86_400)
    assert assess_typhoon(country(area), (gone,), NOW_S, LEADS) is None
    assert assess_typhoon(country(area), (), NOW_S, LEADS) is None


def test_two_storms_count_the_stronger(area):
    west, east = track(lon=125.0), track(lon=131.0, storm_id="2502")
    both, one, two = (assess_typhoon(country(area), t, NOW_S, LEADS) for t in ((west, east), (west,), (east,)))
    np.testing.assert_array_equal(both.risk, np.maximum(one.risk, two.risk))


def reports(speed, lat=34.0, lon=128.2, age_s=0.0):
    one = [np.array([value], dtype=float) for value in (lat, lon, NOW_S - age_s, speed, np.nan)]
    return WindStations(*one)


def test_stations_pull_the_field_near_them_and_for_some_hours(area):
    place, far = GRID.cell_of(34.0, 128.2), GRID.cell_of(38.9, 124.1)
    resting = (track(north_deg=0.0),)
    plain = assess_typhoon(country(area), resting, NOW_S, LEADS)
    wind = plain.intensity["wind_m_per_s"].ravel()
    strong = assess_typhoon(country(area), resting, NOW_S, LEADS, stations=reports(2 * wind[place]))
    raised = strong.intensity["wind_m_per_s"].ravel()
    assert 1.3 * wind[place] < raised[place] < 2 * wind[place]
    assert raised[far] == pytest.approx(wind[far], rel=0.01)
    np.testing.assert_array_equal(strong.risk[2:], plain.risk[2:])
    assert (strong.risk[:2] >= plain.risk[:2]).all() and (strong.risk[1] > plain.risk[1]).any()
    sheltered = assess_typhoon(country(area), resting, NOW_S, LEADS, stations=reports(0.5))
    lowered = sheltered.intensity["wind_m_per_s"].ravel()
    assert lowered[place] == pytest.approx(0.75 * wind[place], rel=1e-3)


@pytest.mark.parametrize("given", [reports(40.0, age_s=7200.0), reports(np.nan), reports(40.0, 10.0, 60.0)])
def test_old_missing_and_far_reports_change_nothing(area, given):
    plain = assess_typhoon(country(area), (track(),), NOW_S, LEADS)
    found = assess_typhoon(country(area), (track(),), NOW_S, LEADS, stations=given)
    np.testing.assert_array_equal(found.risk, plain.risk)


def test_reason_needs_a_wind():
    assert explain_typhoon({"gust_m_per_s": 30.0, "wind_m_per_s": 18.0}).values["gust_m_per_s"] == 30.0
    assert explain_typhoon({"gust_m_per_s": 4.0, "wind_m_per_s": 2.4}).code == "typhoon_weak"
    assert explain_typhoon({}).code == "typhoon_unknown"
