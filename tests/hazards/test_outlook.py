import dataclasses

import numpy as np
import pytest

from risk_core.hazards.typhoon.ensemble import EnsembleOptions, storm_members, wind_probabilities
from risk_core.hazards.typhoon.field import assess_typhoon, decayed_over_land
from risk_core.hazards.typhoon.forecast_error import position_sigma_m
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS
from risk_core.hazards.typhoon.outlook import (
    ARRIVAL_PROB,
    GUST_PROB,
    LEAST_SHARE,
    ground_pairs,
    look_ahead,
    outlook_grid,
    outlook_hours,
)
from risk_core.hazards.typhoon.outlook_field import at_time, resample, wind_at
from risk_core.hazards.typhoon.storm import storm_at
from risk_core.hazards.typhoon.wind_levels import OUTLOOK_LEVELS
from risk_core.state.grid import Grid
from risk_core.state.wind_outlook import Ground, code_to_prob
from tests.hazards.test_typhoon import HOUR_S, NOW_S, country, track

GRID = Grid.from_bounds(125.0, 32.0, 131.0, 37.0, 25_000.0)
LEADS = np.array([-6, 0, 3, 24], np.int32) * 3600
FEW = EnsembleOptions(n_member=300, levels=OUTLOOK_LEVELS, arrival_prob=ARRIVAL_PROB, peak_prob=GUST_PROB)


def look(*tracks, grid=GRID, now_s=NOW_S, ensemble=FEW):
    return look_ahead(grid, tracks, now_s, LEADS, TYPHOON_DEFAULTS, ensemble)


@pytest.fixture(scope="module")
def found():
    return look(track(lat=31.0))


@pytest.mark.parametrize("ground", list(Ground))
def test_shares_are_those_of_the_ensemble(found, ground):
    land, gust = (np.full(GRID.n_cell, pair[ground], np.float32) for pair in ground_pairs(TYPHOON_DEFAULTS))
    hours, now = outlook_hours(NOW_S, LEADS)
    whole = wind_probabilities(GRID, track(lat=31.0), hours, (land, gust), FEW)
    shown = whole.hour_s >= hours[now]
    ours = code_to_prob(found.wind.over_code[ground])[: shown.sum()]
    assert np.abs(ours - whole.over_prob[shown]).max() <= 1 / 250
    assert not found.wind.over_code[ground][shown.sum() :].any()


def test_the_event_holds_every_hour_and_falls_with_the_level(found):
    event, over = found.wind.event_code, found.wind.over_code
    assert (event >= over.max(axis=1)).all() and (event <= np.minimum(over.astype(int).sum(axis=1) + 1, 250)).all()
    assert (np.diff(event.astype(int), axis=1) <= 0).all()
    assert (event[Ground.SEA] >= 0).all() and event.max() > 200


def test_arrival_is_told_only_where_enough_members_pass_and_in_order(found):
    event = code_to_prob(found.wind.event_code)
    told = np.isfinite(found.wind.arrival_h)
    np.testing.assert_array_equal(told[0], told[2])
    assert (event[told[0]] >= LEAST_SHARE - 1 / 250).all() and (event[~told[0]] <= LEAST_SHARE + 1 / 250).all()
    early, middle, late = found.wind.arrival_h[:, told[0]]
    assert (early <= middle).all() and (middle <= late).all() and (late > early).any()
    low, half, high = found.wind.gust_m_per_s
    assert (low <= half).all() and (half <= high).all() and high.max() > 40


def test_nothing_changes_within_the_hour_but_the_next_one_does():
    whole_s = NOW_S // HOUR_S * HOUR_S
    here = track(lat=31.0)
    one, same, next_ = (look(here, now_s=whole_s + s) for s in (0.0, 3599.0, 3600.0))
    np.testing.assert_array_equal(one.wind.over_code, same.wind.over_code)
    np.testing.assert_array_equal(one.rain_code, same.rain_code)
    assert next_.wind.hour_s[0] == one.wind.hour_s[1]


def test_two_storms_are_independent():
    near, far = track(lat=31.0, lon=126.0), track(lat=31.0, lon=130.0, storm_id="2502")
    both, one, two = look(near, far), look(near), look(far)
    a, b = (code_to_prob(each.wind.event_code) for each in (one, two))
    assert np.abs(code_to_prob(both.wind.event_code) - (1 - (1 - a) * (1 - b))).max() < 0.01
    assert both.wind.storms == ("2501", "2502")
    np.testing.assert_array_equal(both.rain_code, np.maximum(one.rain_code, two.rain_code))


def test_the_agency_circle_replaces_the_table():
    n = len(track().time_s)
    sure = track(lat=31.0, radius_70_prob_m=np.full(n, 15_518.0))
    half = track(lat=31.0, radius_70_prob_m=np.where(np.arange(n) < 5, np.nan, 310_360.0))
    assert storm_at(sure, NOW_S + 24 * HOUR_S, TYPHOON_DEFAULTS).position_sigma_m == pytest.approx(10e3, rel=1e-4)
    assert storm_at(half, NOW_S + 24 * HOUR_S, TYPHOON_DEFAULTS).position_sigma_m == pytest.approx(200e3, rel=1e-4)
    assert storm_at(half, NOW_S, TYPHOON_DEFAULTS).position_sigma_m == pytest.approx(position_sigma_m(0.0))
    storms = tuple(storm_at(sure, NOW_S + h * HOUR_S, TYPHOON_DEFAULTS) for h in (6.0, 24.0))
    many = storm_members(storms, EnsembleOptions(n_member=20_000))
    assert many.shift_m.std(axis=0) == pytest.approx(10e3, rel=0.03)
    spread = [(code_to_prob(look(one).wind.event_code) % 1.0 > 0.02).mean() for one in (sure, half)]
    assert spread[0] < spread[1]


def test_a_storm_that_is_over_or_absent_gives_nothing():
    assert look() is None
    over = track(lat=31.0)
    assert look(dataclasses.replace(over, time_s=over.time_s - 30 * 86_400)) is None


@pytest.mark.parametrize("cell_m", [50.0, 2000.0, 40_000.0])
def test_the_outlook_grid_is_bounded_and_covers_the_area(cell_m):
    grid = Grid.from_bounds(126.0, 33.0, 126.0 + cell_m / 1000, 33.0 + cell_m / 1000, cell_m)
    coarse = outlook_grid(grid)
    west, south, east, north = grid.bounds
    found = coarse.bounds
    assert coarse.n_cell <= 1300 and coarse.cell_m >= 2000
    assert found[0] == west and found[3] == north and found[1] <= south + 1e-9 and found[2] >= east - 1e-9


def test_bounds_hold_eighty_per_cent_of_the_members(found):
    hour = int(np.flatnonzero(found.hour_s == NOW_S // HOUR_S * HOUR_S)[0]) + 12
    low, high = found.bound_m_per_s[:, hour].reshape(2, -1)
    assert (low <= high).all() and (high > low + 3).any()
    over = code_to_prob(found.wind.over_code[Ground.SEA, 12]).reshape(len(OUTLOOK_LEVELS), -1)
    for level, prob in zip((14.0, 21.0, 25.0, 33.0), over, strict=True):
        assert (prob[low >= level] >= 0.9 - 0.01).all() and (prob[high < level] <= 0.1 + 0.01).all()
    halfway = at_time(found, float(found.hour_s[hour]) + HOUR_S / 2)
    pair = found.bound_m_per_s[:, hour : hour + 2]
    np.testing.assert_allclose(halfway, pair.mean(axis=1), rtol=1e-5)


def test_low_and_high_of_the_layer_are_the_members(area, found):
    fields = assess_typhoon(country(area, GRID), (track(lat=31.0),), NOW_S, LEADS, outlook=found)
    assert (fields.low <= fields.risk).all() and (fields.risk <= fields.high).all()
    last = int(np.flatnonzero(LEADS == 86_400)[0])
    bounds = resample(GRID, found.wind.grid, at_time(found, NOW_S + 86_400.0))
    calm = bounds[1] * 0.8 * 1.66 < 5
    assert (fields.high[last].ravel()[calm] <= np.maximum(fields.risk[last].ravel()[calm], 20)).all()
    assert (fields.high[last] > fields.low[last]).any()


def test_one_place_is_between_its_neighbours(found):
    grid = found.wind.grid
    lat, lon = float(grid.row_lat_deg[3]), float(grid.col_lon_deg[4])
    at_node = wind_at(found.wind, lat, lon, Ground.LAND)
    np.testing.assert_allclose(at_node.event_prob, code_to_prob(found.wind.event_code[Ground.LAND, :, 3, 4]), atol=1e-6)
    between = wind_at(found.wind, lat, lon + grid.d_lon_deg / 2, Ground.LAND)
    pair = code_to_prob(found.wind.event_code[Ground.LAND, :, 3, 4:6]).mean(axis=-1)
    np.testing.assert_allclose(between.event_prob, pair, atol=1e-6)
    assert at_node.over_prob.shape == (len(found.wind.hour_s), len(OUTLOOK_LEVELS))
    outside = wind_at(found.wind, 90.0, 0.0, Ground.SEA)
    assert np.isfinite(outside.event_prob).all()


def test_between_the_counted_places_little_is_lost():
    """The same storm on a grid four times as coarse, at points of neither; sampling alone gives 0.029."""
    fine = look(track(lat=31.0), grid=Grid.from_bounds(125.5, 33.0, 129.5, 36.0, 10_000.0))
    coarse = look(track(lat=31.0), grid=Grid.from_bounds(125.5, 33.0, 129.5, 36.0, 20_000.0))
    apart = [
        wind_at(fine.wind, lat, lon, Ground.LAND).over_prob - wind_at(coarse.wind, lat, lon, Ground.LAND).over_prob
        for lat in np.linspace(33.3, 35.7, 6)
        for lon in np.linspace(125.8, 129.2, 6)
    ]
    assert np.sqrt(np.mean(np.square(apart))) < 0.01


def test_a_forecast_without_strength_decays_over_land(area):
    n = 9
    unknown = np.arange(n) >= 4
    missing = np.where(unknown, np.nan, 43.0)
    bare = track(lat=31.0, max_wind_m_per_s=missing, central_pressure_hpa=np.where(unknown, np.nan, 950.0))
    district = np.zeros((GRID.n_row, GRID.n_col), dtype=np.int32)
    at_sea = country(area, GRID, district - 1)
    assert decayed_over_land(at_sea, bare) is bare
    filled = decayed_over_land(country(area, GRID, district), bare)
    inland = filled.max_wind_m_per_s
    assert inland[4] == pytest.approx(27.3, abs=0.5) and (np.diff(inland[3:8]) < 0).all()
    assert storm_at(filled, NOW_S + 14 * HOUR_S, TYPHOON_DEFAULTS).largest_m_per_s < 27
    assert storm_at(bare, NOW_S + 14 * HOUR_S, TYPHOON_DEFAULTS) is None
