"""Wind, rain and flood on the same members."""

import dataclasses

import numpy as np
import pytest

from risk_core.hazards.flood.outlook import FloodOutlook
from risk_core.hazards.typhoon.joint import MemberLevels, flood_probs, joint_at, joint_outlook, wind_figures
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS
from risk_core.hazards.typhoon.outlook import look_ahead
from risk_core.state.grid import Grid
from risk_core.state.joint import KINDS
from risk_core.state.situation import Track
from risk_core.state.wind_outlook import code_to_prob

NOW_S = 1_660_003_200.0
GRID = Grid.from_bounds(126.0, 33.0, 128.0, 35.0, 4000.0)
WIND, RAIN, FLOOD, BOTH, ALL, ANY = range(len(KINDS))


def track():
    time_s = NOW_S + 3600.0 * np.arange(-12.0, 49.0, 6.0)
    n = len(time_s)
    lat, lon = np.linspace(31.0, 38.0, n), np.full(n, 127.0)
    ones = np.ones(n)
    return Track("t", "t", NOW_S, time_s, lat, lon, ones * 950, ones * 43, ones * 1.5e5, ones * 3.5e5)


@pytest.fixture(scope="module")
def outlook():
    return look_ahead(GRID, (track(),), NOW_S, np.array([0], np.int32))


def test_members_wind_is_that_of_the_wind_outlook(outlook):
    """The advisory's figure on land, 14 m/s or a gust of 20, is the risk 0.4 on both scales."""
    found = code_to_prob(outlook.joint.code)
    level = code_to_prob(outlook.wind.over_code)[0, :, 0]
    assert wind_figures(TYPHOON_DEFAULTS)[0] == pytest.approx(20.0 / 1.66 / 0.8, rel=0.02)
    assert np.abs(found[WIND, :, 0] - level).mean() < 0.02
    assert np.abs(found[WIND, :, 0] - level).max() < 0.16


def test_together_lies_within_its_bounds_and_differs_from_the_product(outlook):
    found = code_to_prob(outlook.joint.code)
    slack = 1.0 / 100
    assert (found[BOTH] <= np.minimum(found[WIND], found[RAIN]) + slack).all()
    assert (found[BOTH] >= found[WIND] + found[RAIN] - 1.0 - slack).all()
    assert np.abs(found[ANY] - (found[WIND] + found[RAIN] - found[BOTH])).max() < 2 * slack
    assert (np.diff(found, axis=2) <= slack).all()
    product = found[WIND] * found[RAIN]
    busy = (found[WIND] > 0.1) & (found[WIND] < 0.9) & (found[RAIN] > 0.1) & (found[RAIN] < 0.9)
    assert busy.any() and (found[BOTH] - product)[busy].mean() > 0.004
    assert not found[FLOOD].any() and outlook.joint.n_flood_hour == 0


def flood_of(low, middle, high, n=19):
    depth = np.stack([np.full((n, 4, 4), one, np.float32) for one in (low, middle, high)])
    time_s = NOW_S + 600.0 * np.arange(n)
    zero = np.zeros((3, n - 1, 4, 4), np.float32)
    return FloodOutlook(10, 10, 12, 12, 3, time_s, depth, depth * 0, zero, False)


def test_a_flood_belongs_to_the_wettest_members():
    rng = np.random.default_rng(0)
    n_hour, n_cell, n = 4, 6, 200
    grid = Grid(35.0, 126.0, 1.0, 1.0, 2, 3, 100_000.0)
    hour_s = NOW_S + 3600.0 * np.arange(n_hour)
    levels = MemberLevels.calm(n_hour, n_cell, n)
    wet = rng.random((n_hour, n_cell, n)).astype(np.float32) * 100
    told = dataclasses.replace(
        levels, wind=(wet > 50).astype(np.uint8) * 2, rain=(wet > 70).astype(np.uint8), rain_mm=wet
    )
    found = joint_outlook(told, grid, hour_s, (flood_of(0.1, 0.3, 0.5), GRID))
    assert found.n_flood_hour == 4
    prob = code_to_prob(found.code)
    at = np.argwhere(prob[FLOOD, 0, 0] > 0)[0]
    here = prob[:, 0, 0, at[0], at[1]]
    assert here[FLOOD] == pytest.approx(0.5, abs=0.01)
    assert here[ALL] == pytest.approx(here[RAIN], abs=0.01) and here[BOTH] == pytest.approx(here[RAIN], abs=0.01)
    assert here[ANY] == pytest.approx(max(here[WIND], here[FLOOD]), abs=0.05)
    dry = joint_outlook(told, grid, hour_s)
    assert (code_to_prob(dry.code)[BOTH] == prob[BOTH]).all()


def test_flood_chance_is_that_of_its_quantiles_and_falls_with_the_level():
    grid = Grid(35.0, 126.0, 1.0, 1.0, 2, 3, 100_000.0)
    hour_s = NOW_S + 3600.0 * np.arange(48)
    prob = flood_probs(flood_of(0.15, 0.3, 0.6), GRID, grid, hour_s)
    assert prob.shape == (4, 3, 6) and (np.diff(prob, axis=1) <= 0).all()
    assert prob[0, 0].max() == pytest.approx(0.5) and prob[0, 2].max() < 0.05


def test_at_a_place_it_is_between_its_cells(outlook):
    grid = outlook.joint.grid
    lat, lon = float(grid.row_lat_deg[3]), float(grid.col_lon_deg[4])
    found = joint_at(outlook.joint, lat, lon)
    assert found.prob == pytest.approx(code_to_prob(outlook.joint.code)[:, :, :, 3, 4].astype(float))
    assert found.n_member == 200 and len(found.hour_s) == found.prob.shape[1]
