"""Rain ahead: motion found, weighed by its verified skill, edges left to persistence."""

import numpy as np
import pytest

from dashboard.drills.cloudburst import CloudburstOptions, measured_mm_per_h, place_gauges, rain_rate_mm_per_h
from risk_core.hazards.rain.coming import coming_rain
from risk_core.hazards.rain.field import assess_rain
from risk_core.hazards.rain.forecast import forecast_rain
from risk_core.hazards.rain.frames import make_frames
from risk_core.hazards.rain.motion import MotionOptions, estimate_motion
from risk_core.hazards.rain.nowcast import nowcast_rain
from risk_core.hazards.rain.options import RAIN_DEFAULTS
from risk_core.state.grid import Grid
from risk_core.state.level import code_to_risk
from risk_core.state.situation import RainGauges
from tests.samples.moving_rain import LAT_DEG, LON_DEG, M_PER_DEG, SIZE_M, START_S, MovingRain, place_stations

EAST = M_PER_DEG * np.cos(np.radians(LAT_DEG))
GRID = Grid.from_bounds(LON_DEG, LAT_DEG, LON_DEG + SIZE_M / EAST, LAT_DEG + SIZE_M / M_PER_DEG, 1500.0)
LEADS = np.array([0.0, 600.0, 1800.0, 3600.0, 7200.0])
N_TIME = 48
NOW_S = START_S + 600.0 * N_TIME


def network(seed=0, n_station=120, **rain):
    x, y, lat, lon = place_stations(n_station, seed)
    storm, rng = MovingRain.make(seed, **rain), np.random.default_rng([seed, 9])
    rate = np.stack([storm.rate_mm_per_h(x, y, (k + 0.5) * 600.0) for k in range(N_TIME)])
    rate *= np.exp(rng.normal(0, 0.08, rate.shape))
    return storm, RainGauges(lat, lon, START_S + 600.0 * (np.arange(N_TIME) + 1), rate)


def truth(storm, lead_s):
    x, y = np.meshgrid((GRID.col_lon_deg - LON_DEG) * EAST, (GRID.row_lat_deg - LAT_DEG) * M_PER_DEG)
    return storm.rate_mm_per_h(x, y, (N_TIME - 0.5) * 600.0 + lead_s)


def cells(u, v, n=64, n_time=4, seed=0):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:n, :n]
    field = np.zeros((n_time, n, n), np.float32)
    for _ in range(12):
        x0, y0 = rng.uniform(-n / 3, n * 4 / 3, 2)
        size, peak = rng.uniform(3, 8), rng.uniform(5, 80)
        for t in range(n_time):
            field[t] += peak * np.exp(-0.5 * ((x - x0 - u * t) ** 2 + (y - y0 - v * t) ** 2) / size**2)
    return field


@pytest.mark.parametrize(("u", "v"), [(3.3, -1.7), (0.4, 0.1), (-5.0, 2.5), (0.0, 0.0)])
def test_a_known_motion_is_found(u, v):
    found = [estimate_motion(cells(u, v, seed=seed)) for seed in range(5)]
    for one in found:
        assert np.hypot(one.mean_u - u, one.mean_v - v) < 0.3 + 0.1 * np.hypot(u, v)
    assert np.mean([np.hypot(one.u - u, one.v - v).mean() for one in found]) < 0.1 + 0.1 * np.hypot(u, v)


def test_dry_or_single_fields_do_not_move():
    for frames in (np.zeros((4, 20, 20)), cells(2, 2)[:1], np.full((3, 20, 20), np.nan), np.full((3, 20, 20), 5.0)):
        found = estimate_motion(frames.astype(np.float32))
        assert (found.u == 0).all() and (found.v == 0).all()


def test_motion_is_bounded():
    noise = np.random.default_rng(0).gamma(0.3, 10, (4, 30, 30)).astype(np.float32)
    found = estimate_motion(noise, MotionOptions(most_cells=3.0))
    assert np.abs(found.u).max() <= 3.0 and np.abs(found.v).max() <= 3.0


def test_moving_rain_is_followed_and_beats_persistence_at_every_lead():
    ours, still, weight = np.zeros(len(LEADS)), np.zeros(len(LEADS)), np.zeros(len(LEADS))
    for seed in range(4):
        storm, gauges = network(seed)
        found = forecast_rain(GRID, gauges, NOW_S, LEADS)
        fading = np.exp(-LEADS / RAIN_DEFAULTS.lifetime_s)
        for k, lead_s in enumerate(LEADS):
            came = truth(storm, lead_s)
            ours[k] += np.abs(found.rate_mm_per_h[k] - came).mean()
            still[k] += np.abs(found.rate_mm_per_h[0] * fading[k] - came).mean()
        weight += found.moved_weight / 4
    assert (ours[1:4] < 0.8 * still[1:4]).all() and ours[4] < 1.02 * still[4]
    assert weight[1] > 0.9 and (np.diff(weight[1:]) <= 0).all()


def test_rain_that_stands_and_grows_is_not_moved():
    for seed in range(4):
        _, gauges = network(seed, east_m_per_s=0.0, north_m_per_s=0.0)
        assert forecast_rain(GRID, gauges, NOW_S, LEADS).moved_weight.max() < 0.3
    rng = np.random.default_rng(0)
    noise = RainGauges(gauges.lat_deg, gauges.lon_deg, gauges.time_s, rng.gamma(0.3, 10, gauges.rate_mm_per_h.shape))
    assert forecast_rain(GRID, noise, NOW_S, LEADS).moved_weight.max() < 0.3


def test_the_interval_holds_what_came_about_as_often_as_it_says():
    inside = np.zeros(len(LEADS))
    for seed in range(6):
        storm, gauges = network(seed, n_station=60, growth=0.5)
        found = forecast_rain(GRID, gauges, NOW_S, LEADS)
        for k, lead_s in enumerate(LEADS):
            came = truth(storm, lead_s)
            low, high = found.low_mm_per_h[k] - 0.1, found.high_mm_per_h[k] + 0.1
            inside[k] += ((came >= low) & (came <= high)).mean() / 6
    assert (inside > 0.7).all() and inside.mean() < 0.97, inside


def test_rain_from_outside_the_frame_is_not_invented():
    _, gauges = network(1, east_m_per_s=8.0)
    nowcast = nowcast_rain(make_frames(GRID, gauges, START_S + 24 * 600.0))
    assert nowcast.motion.mean_u > 1.0
    n_edge = int(3 * nowcast.motion.u[:, :6].min())
    assert n_edge >= 1 and (nowcast.change_mm_per_h[3:, :, :n_edge] == 0).all()
    assert (nowcast.change_mm_per_h[0] == 0).all()


def test_hindcasts_know_nothing_of_later_rain():
    _, gauges = network(2)
    before = RainGauges(gauges.lat_deg, gauges.lon_deg, gauges.time_s[:30], gauges.rate_mm_per_h[:30])
    then_s = float(before.time_s[-1])
    one, other = (forecast_rain(GRID, given, then_s, LEADS) for given in (before, gauges))
    np.testing.assert_array_equal(one.rate_mm_per_h, other.rate_mm_per_h)
    np.testing.assert_array_equal(one.high_mm_per_h, other.high_mm_per_h)


def test_too_few_gauges_or_fields_leave_persistence():
    _, gauges = network(0, n_station=RAIN_DEFAULTS.least_kriging - 1)
    assert coming_rain(GRID, gauges, NOW_S) is None
    _, gauges = network(0)
    alone = RainGauges(gauges.lat_deg, gauges.lon_deg, gauges.time_s[-1:], gauges.rate_mm_per_h[-1:])
    assert coming_rain(GRID, alone, NOW_S) is None
    found = forecast_rain(GRID, alone, NOW_S, LEADS)
    assert (found.moved_weight == 0).all() and np.isfinite(found.rate_mm_per_h).all()


def test_sums_ahead_are_the_integral_of_the_rates():
    _, gauges = network(3)
    coming = coming_rain(GRID, gauges, NOW_S)
    steps = np.arange(0.0, 7200.0 + 3600.0, 30.0) + 15.0
    rates = np.stack([coming.change_mm_per_h(float(one)) for one in steps])
    for begin, end in ((0.0, 3600.0), (900.0, 7200.0), (1800.0, 10_800.0)):
        expected = rates[(steps > begin) & (steps < end)].sum(axis=0) * 30.0 / 3600.0
        np.testing.assert_allclose(coming.change_mm(begin, end), expected, atol=0.02)


def test_the_risk_ahead_follows_the_rain():
    storm, gauges = network(5)
    gauges = RainGauges(gauges.lat_deg, gauges.lon_deg, gauges.time_s[-24:], 3 * gauges.rate_mm_per_h[-24:])
    leads = np.array([0, 3600], np.int32)
    found = code_to_risk(assess_rain(GRID, gauges, NOW_S, leads).risk[1])
    coming = np.mean([3 * truth(storm, s) for s in np.arange(0.0, 3600.0, 300.0)], axis=0)
    still = 3 * truth(storm, 0.0)
    dry_now_wet_later = (still < 1.0) & (coming > 10.0)
    wet_now_dry_later = (still > 30.0) & (coming < 5.0)
    assert dry_now_wet_later.sum() > 5
    assert found[dry_now_wet_later].mean() > 0.05
    if wet_now_dry_later.any():
        assert found[wet_now_dry_later].mean() < 0.4


@pytest.mark.parametrize(("drift_m_per_s", "most_share"), [(1.5, 0.7), (0.06, 1.1)])
def test_the_drill_s_cloudburst_is_followed_where_it_drifts_and_left_alone_where_it_stands(drift_m_per_s, most_share):
    centre, half = (-29.95, -71.34), 0.03
    shape = CloudburstOptions(drift_east_m_per_s=drift_m_per_s)
    box = (centre[1] - half, centre[0] - half, centre[1] + half, centre[0] + half)
    grid, placed = Grid.from_bounds(*box, 200.0), place_gauges(centre, box, shape.radius_m, 1)
    now_s = 1800.0
    time_s = np.arange(now_s - 3 * 3600.0, now_s + 1.0, shape.interval_s)
    rate = np.stack([measured_mm_per_h(placed, one, centre, 1, shape) for one in time_s])
    gauges = RainGauges(placed.lat_deg, placed.lon_deg, time_s, rate)
    lat, lon = np.meshgrid(grid.row_lat_deg, grid.col_lon_deg, indexing="ij")
    found = forecast_rain(grid, gauges, now_s, np.array([0.0, 600.0, 1200.0, 1800.0]))
    ours = still = 0.0
    for k in (1, 2, 3):
        came = rain_rate_mm_per_h(lat, lon, now_s + found.lead_s[k] - shape.interval_s / 2, centre, shape)
        fading = np.exp(-found.lead_s[k] / RAIN_DEFAULTS.lifetime_s)
        ours += np.abs(found.rate_mm_per_h[k] - came).mean()
        still += np.abs(found.rate_mm_per_h[0] * fading - came).mean()
    assert ours < most_share * still


def test_gauges_that_cannot_be_are_left_out():
    _, gauges = network(0)
    rate = gauges.rate_mm_per_h.copy()
    lat = gauges.lat_deg.copy()
    rate[:, 0], rate[:, 1], rate[:, 2], lat[3] = -5.0, np.inf, 9e9, np.nan
    spoilt = RainGauges(lat, gauges.lon_deg, gauges.time_s, rate)
    kept = RainGauges(gauges.lat_deg[4:], gauges.lon_deg[4:], gauges.time_s, gauges.rate_mm_per_h[:, 4:])
    one, other = (forecast_rain(GRID, given, NOW_S, LEADS) for given in (spoilt, kept))
    np.testing.assert_array_equal(one.rate_mm_per_h, other.rate_mm_per_h)
    leads = np.array([0, 3600], np.int32)
    np.testing.assert_array_equal(
        assess_rain(GRID, spoilt, NOW_S, leads).risk, assess_rain(GRID, kept, NOW_S, leads).risk
    )
