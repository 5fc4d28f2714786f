"""Levels that members reach together, against the plain way."""

import numpy as np
import pytest

from risk_core.kernels import joint as kernels
from risk_core.kernels.typhoon import M_PER_DEG
from risk_core.kernels.typhoon_member import place_member
from tests.naive import joint as naive

ROWS, COLS = np.array([34.0, 33.0]), np.array([126.0, 127.0, 128.0])


def storm(rng, n_hour=4, n_member=5):
    centre = np.column_stack([33.5 + 0.4 * np.arange(n_hour), 126.5 + 0.2 * np.arange(n_hour)])
    radius = np.arange(60)
    speed = 40.0 * np.exp(-radius / 15.0) + np.zeros((n_hour, 1))
    inflow = np.full(speed.shape, 0.3)
    tables = np.stack([speed, np.cos(inflow), np.sin(inflow)], axis=-1)
    motion = rng.uniform(-0.2, 0.2, (n_hour, 2))
    shift = rng.normal(0, 60_000.0, (n_member, n_hour, 2))
    members = shift, rng.uniform(0.8, 1.2, (n_member, n_hour)), rng.uniform(0.8, 1.2, n_member)
    return (centre, motion, tables), members


@pytest.mark.parametrize("seed", range(3))
def test_wind_levels(seed):
    hours, members = storm(np.random.default_rng(seed))
    least, node_m = np.array([12.0, 18.0, 25.0]), 10_000.0
    level = np.zeros((4, 6, 5), np.uint8)
    kernels.member_wind_levels(ROWS, COLS, hours, node_m, members, least, level)
    shift, strength, stretch = members
    for t in range(4):
        for m in range(5):
            one = place_member(hours[0][t], shift[m, t], strength[m, t], 1.0 / (node_m * stretch[m]), 127.0)
            for i in range(6):
                lat, lon = ROWS[i // 3], COLS[i % 3]
                across = M_PER_DEG * np.cos(np.radians(0.5 * (lat + one.lat_deg)))
                east, north = (lon - one.lon_deg) * across, (lat - one.lat_deg) * M_PER_DEG
                wind = naive.wind_speed(one, east, north, hours[1][t], hours[2][t])
                assert level[t, i, m] == sum(wind >= limit for limit in least), (t, m, i, wind)
    assert level.max() > 0
    raised = np.full(level.shape, 2, np.uint8)
    kernels.member_wind_levels(ROWS, COLS, hours, node_m, members, least, raised)
    assert (raised == np.maximum(level, 2)).all()


@pytest.mark.parametrize("seed", range(3))
def test_rain_levels(seed):
    rng = np.random.default_rng(seed)
    (centre, _, _), (shift, _, _) = storm(rng, 6)
    terms = np.stack([rng.uniform(1, 4, (5, 6)), rng.uniform(5, 20, (5, 6)), rng.uniform(2e4, 5e4, (5, 6)),
                      rng.uniform(5e4, 1.5e5, (5, 6))], axis=-1)  # fmt: skip
    centre[5] = np.nan
    hours, window_h = (centre, shift, terms), np.array([1, 3, 5])
    least = np.array([[5.0, 10.0, 15.0], [12.0, 24.0, 40.0], [20.0, 40.0, 60.0]])
    found = np.zeros((4, 6, 5), np.uint8), np.zeros((4, 6, 5), np.float32)
    kernels.member_rain_levels(ROWS, COLS, hours, 3e5, window_h, least, found)
    level, total = naive.rain_levels(ROWS, COLS, hours, 3e5, window_h, least, 4)
    np.testing.assert_array_equal(found[0], level)
    np.testing.assert_allclose(found[1], total, rtol=1e-5, atol=1e-5)
    assert level.max() > 0


@pytest.mark.parametrize("seed", range(3))
def test_counts(seed):
    rng = np.random.default_rng(seed)
    wind, rain, flood = rng.integers(0, 4, (3, 2, 4, 30)).astype(np.uint8)
    found = kernels.count_levels(wind, rain, flood, 3)
    np.testing.assert_array_equal(found, naive.count_levels(wind, rain, flood, 3))
    assert (found[5] >= found[0]).all() and (found[3] <= np.minimum(found[0], found[1])).all()


def test_outermost():
    table = np.array([[0.0, 1, 0], [30.0, 1, 0], [20.0, 1, 0], [5.0, 1, 0]])
    assert kernels.outermost_m(table, 1000.0, 20.0) == 3000.0
    assert kernels.outermost_m(table, 1000.0, 31.0) == 0.0


def test_a_second_storm_lowers_no_level_of_the_first():
    (centre, _, _), (shift, _, _) = storm(np.random.default_rng(4), 6)
    hours, window_h = (centre, shift, np.ones((5, 6, 4))), np.array([1, 3, 5])
    least = np.full((3, 3), 1e6)
    found = np.full((4, 6, 5), 2, np.uint8), np.full((4, 6, 5), 77.0, np.float32)
    kernels.member_rain_levels(ROWS, COLS, hours, 3e5, window_h, least, found)
    assert (found[0] == 2).all() and (found[1] == 77.0).all()


@pytest.mark.parametrize("east_deg", [53.0, -306.0, -127.0])
def test_wind_levels_are_the_same_beyond_the_date_line_and_at_greenwich(east_deg):
    hours, members = storm(np.random.default_rng(2))
    least, found = np.array([12.0, 18.0, 25.0]), []
    for by_deg in (0.0, east_deg):
        centre = hours[0].copy()
        centre[:, 1] = (centre[:, 1] + by_deg + 180.0) % 360.0 - 180.0
        level = np.zeros((4, 6, 5), np.uint8)
        kernels.member_wind_levels(ROWS, COLS + by_deg, (centre, *hours[1:]), 10_000.0, members, least, level)
        found.append(level)
    assert found[0].max() > 0
    np.testing.assert_array_equal(*found)
