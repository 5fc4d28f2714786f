"""Speeds by slope, on planes whose slope is known."""

from dataclasses import replace

import numpy as np
import pytest
import rasterio

from dashboard.areas.build import BuildRequest, ReadyParts, build_area
from dashboard.areas.streets.slopes import STEEPEST, height_at, slow_on_slopes, street_slopes
from risk_core.state.grid import Grid
from risk_core.state.profile import Profile, profile_position
from risk_core.state.profile_table import hiking_share
from risk_core.units import M_PER_DEG_LAT
from tests.areas.osm_text import LAT, Town

GRID = Grid.from_bounds(126.99, 37.49, 127.03, 37.52, 100.0)
WALK, WHEEL, BIKE, CAR, BUS, AMB = (profile_position(profile) for profile in Profile)


def rising_north(slope, grid=GRID):
    """Heights that rise to the north by `slope`."""
    height = (grid.row_lat_deg - LAT) * M_PER_DEG_LAT * slope + 100.0
    return np.repeat(height[:, None], grid.n_col, axis=1).astype(np.float32)


def streets(tmp_path, **tags):
    town = Town()
    town.way("a0 a1", **{"highway": "residential", **tags})
    town.way("a1 b1", highway="residential")
    return town.read(tmp_path)


def test_heights_are_read_between_cells():
    height = rising_north(0.05)
    lat = np.array([LAT, LAT + 0.003, 37.4])
    found = height_at(height, GRID, lat, np.full(3, 127.0))
    assert found[:2] == pytest.approx([100.0, 100.0 + 0.003 * M_PER_DEG_LAT * 0.05], abs=0.01)
    assert np.isnan(found[2]), "off the grid"
    holed = height.copy()
    holed.flat[GRID.cell_of(LAT, 127.0)] = np.nan
    assert np.isnan(height_at(holed, GRID, lat[:1], np.array([127.0]))[0])


@pytest.mark.parametrize("slope", [0.08, -0.08, 0.0])
def test_uphill_is_slow_and_downhill_is_not(tmp_path, slope):
    read = streets(tmp_path)
    north, is_north = read.street("a0", "a1")
    assert is_north
    east, _ = read.street("a1", "b1")
    found = street_slopes(read.table, rising_north(slope), GRID)
    assert found[north] == pytest.approx(slope, rel=0.01) and found[east] == pytest.approx(0.0, abs=1e-6)
    sloped = slow_on_slopes(read.table, rising_north(slope), GRID)
    along = sloped.forward_m_per_s[:, north] / read.table.forward_m_per_s[:, north]
    back = sloped.backward_m_per_s[:, north] / read.table.backward_m_per_s[:, north]
    assert along[WALK] == pytest.approx(hiking_share(slope), rel=5e-3)
    assert back[WALK] == pytest.approx(hiking_share(-slope), rel=5e-3)
    assert along[[CAR, BUS, AMB]] == pytest.approx(1.0)
    if slope > 0:
        assert along[BIKE] < along[WHEEL] < along[WALK] < 1.0 < back[BIKE]
    assert np.array_equal(sloped.forward_m_per_s[:, east], read.table.forward_m_per_s[:, east])


@pytest.mark.parametrize(
    "tags", [{"bridge": "yes"}, {"tunnel": "yes"}, {"layer": "-1"}, {"highway": "steps"}, {"oneway": "no"}]
)
def test_the_ground_says_nothing_of_bridges_tunnels_and_stairs(tmp_path, tags):
    read = streets(tmp_path, **tags)
    street, _ = read.street("a0", "a1")
    is_ground = tags == {"oneway": "no"}
    assert (street_slopes(read.table, rising_north(0.1), GRID)[street] != 0) == is_ground


def test_cliffs_are_errors_and_closed_streets_stay_closed(tmp_path):
    read = streets(tmp_path, oneway="yes")
    street, _ = read.street("a0", "a1")
    assert street_slopes(read.table, rising_north(5.0), GRID)[street] == STEEPEST
    sloped = slow_on_slopes(read.table, rising_north(5.0), GRID)
    assert ((sloped.backward_m_per_s > 0) == (read.table.backward_m_per_s > 0)).all()
    assert ((sloped.forward_m_per_s > 0) == (read.table.forward_m_per_s > 0)).all()


def test_short_streets_count_as_flat(tmp_path):
    town = Town()
    town.way("a0 a0.05", highway="residential")
    assert street_slopes(town.read(tmp_path).table, rising_north(0.1), GRID)[0] == 0.0


def test_unknown_heights_change_nothing(tmp_path):
    read = streets(tmp_path)
    unknown = np.full((GRID.n_row, GRID.n_col), np.nan, dtype=np.float32)
    sloped = slow_on_slopes(read.table, unknown, GRID)
    assert np.array_equal(sloped.forward_m_per_s, read.table.forward_m_per_s)
    assert replace(sloped, forward_m_per_s=read.table.forward_m_per_s).tail is read.table.tail


def test_an_area_with_heights_has_speeds_by_slope(tmp_path, monkeypatch):
    """The build reads the heights before it makes the network; what is written is not looked at here."""
    made = {}
    monkeypatch.setattr("dashboard.areas.build.write_bundle", lambda home, area, manifest: made.update(area=area))
    monkeypatch.setattr("dashboard.areas.build.read_bundle", lambda path: made["area"])
    read = streets(tmp_path)
    bounds = (126.995, 37.495, 127.01, 37.51)
    request = BuildRequest(area_id="hill", bounds=bounds, cell_m=50.0, parts=ReadyParts(streets=read.table))
    flat = build_area(request, tmp_path, lambda step, share: None).area
    heights = tmp_path / "heights.tif"
    shape = {"driver": "GTiff", "height": 300, "width": 300, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    transform = rasterio.Affine(0.0001, 0.0, 126.99, 0.0, -0.0001, 37.52)
    lat = 37.52 - (np.arange(300) + 0.5) * 0.0001
    plane = np.repeat(((lat - LAT) * M_PER_DEG_LAT * 0.1)[:, None], 300, axis=1).astype(np.float32)
    with rasterio.open(heights, "w", transform=transform, **shape) as raster:
        raster.write(plane, 1)
    hill = build_area(replace(request, elevation=heights), tmp_path, lambda step, share: None).area
    north, _ = read.street("a0", "a1")
    up, down = hill.network.street_edge[:, north]
    ratio = hill.network.speed_m_per_s / flat.network.speed_m_per_s
    assert ratio[WALK, up] == pytest.approx(hiking_share(0.1), rel=0.02)
    assert ratio[WALK, down] == pytest.approx(hiking_share(-0.1), rel=0.02)
    assert ratio[CAR] == pytest.approx(1.0)
