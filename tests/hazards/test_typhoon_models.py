"""Single published models and the learned parts beside them."""

import dataclasses
import math

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.typhoon import atkinson_holliday_1977, kaplan_demaria_1995
from risk_core.hazards.typhoon.field import storm_wind
from risk_core.hazards.typhoon.great_circle import distance_m
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS
from risk_core.hazards.typhoon.point_wind import surface_wind_at, vortex_wind_at
from risk_core.hazards.typhoon.radius_law import TOKYO_2015_2017, expected_radii_m, fit_radius_law
from risk_core.hazards.typhoon.station_correction import (
    CorrectionOptions,
    analyse_stations,
    corrected_wind_m_per_s,
    log_ratios,
)
from risk_core.hazards.typhoon.station_wind import StationHours, StationWindOptions, fit_station_wind, height_ratio
from risk_core.hazards.typhoon.storm import storm_at, vortex_wind
from risk_core.hazards.typhoon.track_check import check_track
from risk_core.hazards.typhoon.tuleya_2007 import rain_profile
from tests.hazards.test_typhoon import GRID, HOUR_S, NOW_S, track

KNOT = 1852 / 3600


def test_decay_over_land():
    """Kaplan and DeMaria 1995, eq. 4 by hand: 26.7 + (0.9 x 120 - 26.7) exp(-0.095 x 6) = 72.7 kt."""
    found = kaplan_demaria_1995.inland_wind_m_per_s(0.93 * 120 * KNOT, np.array([-2.0, 6.0, 1000.0]))
    np.testing.assert_allclose(found / KNOT / 0.93, [120.0, 72.677, 26.7], rtol=1e-4)
    weak = kaplan_demaria_1995.inland_wind_m_per_s(10.0, np.array([0.0, 12.0]))
    assert (weak == 10.0).all()


def test_wind_and_pressure_are_inverse():
    """Atkinson and Holliday 1977, eq. 5: 100 hPa of drop are 6.7 x 100^0.644 = 130 kt as a 1-minute mean."""
    assert atkinson_holliday_1977.largest_wind_m_per_s(100.0) == pytest.approx(0.93 * 130.05 * KNOT, rel=1e-3)
    drop = np.array([5.0, 30.0, 110.0])
    wind = atkinson_holliday_1977.largest_wind_m_per_s(drop)
    np.testing.assert_allclose(atkinson_holliday_1977.pressure_drop_hpa(wind), drop)
    assert atkinson_holliday_1977.largest_wind_m_per_s(-3.0) == 0.0


def test_rain_profile():
    one = rain_profile(0.93 * 65 * KNOT)
    found = one.radius_largest_m / 1000, one.fold_m / 1000, one.largest_mm_per_h
    np.testing.assert_allclose(found, (39.68, 119.45, 8.005), rtol=1e-3)
    rate = one.rate_mm_per_h(np.array([0.0, one.radius_largest_m, one.radius_largest_m + one.fold_m]))
    assert rate[1] == pytest.approx(one.largest_mm_per_h) and rate[0] < rate[1]
    assert rate[2] == pytest.approx(one.largest_mm_per_h / math.e)
    assert rain_profile(1.0) == rain_profile(0.93 * 35 * KNOT)


def test_point_wind_is_the_grid_wind():
    storm = storm_at(track(north_deg=1.5), NOW_S, TYPHOON_DEFAULTS)
    grid = storm_wind(GRID, track(north_deg=1.5), NOW_S, TYPHOON_DEFAULTS)[0]
    lat, lon = (one.ravel() for one in np.meshgrid(GRID.row_lat_deg, GRID.col_lon_deg, indexing="ij"))
    point = np.stack(surface_wind_at(storm, lat, lon))
    np.testing.assert_allclose(point, grid, atol=0.25)
    assert np.sqrt(np.mean((point - grid) ** 2)) < 0.03
    assert vortex_wind_at(storm, lat, lon, TYPHOON_DEFAULTS).max() <= 43.0
    assert distance_m(35.0, 179.0, np.array(35.0), np.array(-179.0)) == pytest.approx(182_170, rel=1e-3)


def test_radii_come_from_the_law_only_where_none_is_reported():
    storm = storm_at(track(north_deg=0.0), NOW_S, TYPHOON_DEFAULTS)
    silent = dataclasses.replace(storm, radius_15_m=math.nan, radius_25_m=math.nan)
    outer, inner = (float(one) for one in expected_radii_m(np.array(43.0), np.array(60.0), np.array(34.0)))
    wind, _ = vortex_wind(silent, np.array([inner, outer]), TYPHOON_DEFAULTS)
    np.testing.assert_allclose(wind, [25.0, 15.0], rtol=1e-6)
    wind, _ = vortex_wind(storm, np.array([120e3, 350e3]), TYPHOON_DEFAULTS)
    np.testing.assert_allclose(wind, [25.0, 15.0], rtol=1e-6)
    weak = expected_radii_m(np.array([12.0, 20.0]), np.array([8.0, 15.0]), np.array([20.0, -20.0]))
    assert np.isnan(weak[0][0]) and weak[0][1] > 0 and np.isnan(weak[1]).all()


def test_points_without_strength_at_the_ends_do_not_lose_the_storm():
    pressure = np.full(9, 950.0)
    pressure[-2:] = np.nan
    wind = np.where(np.isnan(pressure), np.nan, 43.0)
    open_ended = track(central_pressure_hpa=pressure, max_wind_m_per_s=wind)
    assert storm_at(open_ended, NOW_S, TYPHOON_DEFAULTS).pressure_drop_hpa == 60.0
    assert storm_at(open_ended, NOW_S + 30 * HOUR_S, TYPHOON_DEFAULTS) is None


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"time_s": NOW_S + 6 * HOUR_S * np.array([0, 1, 1, 3, 4, 5, 6, 7, 8])}, "ascending"),
        ({"time_s": np.zeros(0), "lat_deg": np.zeros(0), "lon_deg": np.zeros(0)}, "at least one point"),
        ({"lat_deg": np.array([30.0, 31, 127.0, 33, 34, 35, 36, 37, 38])}, "latitudes"),
        ({"lon_deg": np.array([127.5, 127.5, 12.75, 127.5, 127.5, 127.5, 127.5, 127.5, 127.5])}, "typing error"),
        ({"max_wind_m_per_s": np.full(9, 84.0)}, "knots or km/h given as m/s"),
        ({"max_wind_m_per_s": np.full(9, 22.0)}, "m/s given as knots"),
        ({"central_pressure_hpa": np.full(9, 95_000.0)}, "Check the units"),
        ({"max_wind_m_per_s": np.full(9, -1.0)}, "winds from 0"),
        ({"lat_deg": np.full(9, np.nan)}, "Correct the positions"),
    ],
)
def test_tracks_that_would_give_a_wrong_field_are_refused(changes, wanted):
    with pytest.raises(InputError, match=wanted):
        check_track(track(**changes))


def test_good_tracks_pass():
    check_track(track())
    check_track(track(lon_deg=(178.0 + np.arange(9) + 180) % 360 - 180))
    check_track(track(max_wind_m_per_s=np.full(9, np.nan)))


def hours(station, sea, height=10.0):
    n = len(sea)
    return StationHours(np.asarray(station), np.asarray(sea, float), np.zeros(n), np.full(n, float(height)))


def test_station_law_finds_shares_and_predicts_an_unseen_station():
    rng = np.random.default_rng(1)
    station, sea = np.repeat(np.arange(5), 300), rng.uniform(5, 30, 1500)
    true = np.array([0.2, 0.25, 0.3, 0.22, 0.28])
    wind = 0.8 + true[station] * sea + rng.normal(0, 1.0, 1500)
    model = fit_station_wind(hours(station, sea), wind, np.zeros(1500, dtype=np.int64), 6)
    np.testing.assert_allclose((model.share + model.own_share)[:5], true, atol=0.02)
    unseen = model.mean_m_per_s(hours([5], [20.0]))
    assert unseen[0] == pytest.approx(0.8 + true.mean() * 20.0, abs=0.3)
    assert model.spread_m_per_s(np.array([4.0]))[0] == pytest.approx(1.0, abs=0.1)


def test_few_hours_pull_a_station_little():
    station = np.array([0] * 400 + [1] * 5)
    sea = np.full(405, 15.0) + np.linspace(-5, 5, 405)
    wind = np.where(station == 0, 0.25, 0.6) * sea
    model = fit_station_wind(hours(station, sea), wind, np.zeros(405, dtype=np.int64), 2)
    assert 0.0 < model.own_share[1] + model.own_offset_m_per_s[1] / 15 < 0.2


def test_height_and_bad_input():
    assert height_ratio(np.array([math.nan, 1e9]), 0.3).tolist() == [1.0, height_ratio(np.array([60.0]), 0.3)[0]]
    with pytest.raises(InputError, match="at least 24"):
        fit_station_wind(hours([0], [10.0]), np.array([3.0]), np.zeros(1, dtype=np.int64), 1)
    with pytest.raises(InputError):
        StationWindOptions(memory_h=0.0)


STATIONS = np.array([35.0, 35.3, 36.0]), np.array([127.0, 127.4, 128.0])


def test_leave_one_out_is_the_analysis_without_that_station():
    observed = np.array([0.4, -0.1, 0.3])
    found = analyse_stations(STATIONS, observed, STATIONS)
    for k in range(3):
        rest = [i for i in range(3) if i != k]
        others = STATIONS[0][rest], STATIONS[1][rest]
        alone = analyse_stations(others, observed[rest], (STATIONS[0][k : k + 1], STATIONS[1][k : k + 1]))
        assert found.left_out[k] == pytest.approx(alone.log_ratio[0], abs=1e-12)


def test_correction_is_local_bounded_and_fades():
    far = np.array([35.0, 60.0]), np.array([127.0, 10.0])
    found = analyse_stations(STATIONS, np.array([9.0, np.nan, np.nan]), far)
    assert found.log_ratio[0] == pytest.approx(math.log(2.5)) and found.log_ratio[1] == pytest.approx(0.0, abs=1e-6)
    assert found.error_share[0] < 0.5 and found.error_share[1] == pytest.approx(1.0)
    assert np.isnan(found.left_out[1:]).all()
    wind = np.array([10.0])
    now, later, over = (corrected_wind_m_per_s(wind, np.array([0.5]), lead)[0] for lead in (0.0, 3.0, 6.0))
    assert now > later > over == 10.0
    nothing = analyse_stations(STATIONS, np.full(3, np.nan), far)
    assert (nothing.log_ratio == 0).all() and (nothing.error_share == 1).all()
    assert np.isnan(log_ratios(np.array([-1.0, math.nan]), np.array([3.0, 3.0]), 1.0)).all()


def test_correction_beats_the_model_on_a_smooth_error():
    """A field 40 % too weak, nine stations with noise: left-out stations come out better than the model alone."""
    rng = np.random.default_rng(2)
    lat, lon = (one.ravel() for one in np.meshgrid(np.linspace(35, 36, 3), np.linspace(127, 128, 3)))
    observed = np.log(1.4) + rng.normal(0, 0.1, 9)
    found = analyse_stations((lat, lon), observed, (lat, lon), CorrectionOptions(length_m=120e3, report_sigma=0.1))
    assert np.sqrt(np.mean((found.left_out - observed) ** 2)) < 0.5 * np.sqrt(np.mean(observed**2))
    with pytest.raises(InputError):
        CorrectionOptions(length_m=math.nan)


@pytest.mark.shared
def test_radius_law_is_that_of_the_best_tracks(shared_data):
    """The constants are those of a fit on the 80 storms of 2015-2017, and hold on the storms after."""
    from dashboard.score.wind.tracks import read_tracks

    tracks, _ = read_tracks(shared_data / "typhoon" / "jma_bst_2015_2021_raw.txt", {})

    def columns(first, last):
        kept = [one for one in tracks if first <= one.storm_id < last]
        names = ("max_wind_m_per_s", "central_pressure_hpa", "lat_deg", "radius_15_m", "radius_25_m")
        wind, hpa, lat, r15, r25 = (np.concatenate([getattr(one, name) for one in kept]) for name in names)
        return wind, 1010.0 - hpa, lat, r15, r25

    law = fit_radius_law(*columns("15", "18"))
    for name in ("constant", "wind", "drop", "lat", "inner_share"):
        assert getattr(law, name) == pytest.approx(getattr(TOKYO_2015_2017, name), rel=0.05), name
    wind, drop, lat, r15, _ = columns("18", "22")
    known = (r15 > 0) & (wind > 16) & (drop > 5)
    miss = np.log(r15[known]) - np.log(expected_radii_m(wind[known], drop[known], lat[known])[0])
    assert miss.std() < 0.40 and abs(miss.mean()) < 0.25


def test_missing_winds_over_land_follow_the_decay():
    wind = np.array([40.0, np.nan, np.nan, np.nan])
    time_s = 6 * HOUR_S * np.arange(4)
    filled = kaplan_demaria_1995.fill_over_land(time_s, wind, np.array([False, True, False, True]))
    expected = kaplan_demaria_1995.inland_wind_m_per_s(40.0, np.array([6.0, 18.0]))
    np.testing.assert_allclose(filled[[1, 3]], expected)
    assert filled[0] == 40.0 and np.isnan(filled[2])
    assert np.isnan(kaplan_demaria_1995.fill_over_land(time_s[:1], wind[1:2], np.array([True]))).all()
