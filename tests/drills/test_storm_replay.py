"""The drill's typhoon passes a town on the south coast of Korea: its bridge closes and opens with the modelled wind."""

import dataclasses
import math

import numpy as np
import pytest

from dashboard.drills.storm import bulletin
from dashboard.views.features import closure_features
from risk_core.assess import assess
from risk_core.routes.find import find_routes
from risk_core.state.grid import Grid
from risk_core.state.network import network_from_streets
from risk_core.state.profile import EdgeFlag, Profile
from risk_core.state.route import RouteKind
from risk_core.state.situation import ClosureReason, Situation, SourceStatus, Track
from tests.tiny import N, node_position, tiny_area, tiny_streets
from tests.views.test_words import ZONE

EPOCH_S = 1_790_000_400.0
ISSUE_H, SEED = 24.0, 7
NORTH_DEG, EAST_DEG = 34.75 + 29.95, 127.75 + 71.30
"""How far the tiny town is moved: to Yeosu."""
LEADS = tuple(3600 * hour for hour in range(0, 37, 2))
BRIDGE_ENDS = (20, 21)


def coast():
    """The tiny town moved to the coast, one of its streets a bridge."""
    streets = tiny_streets()
    moved = {name: getattr(streets, name) + NORTH_DEG for name in ("node_lat_deg", "point_lat_deg")}
    moved |= {name: getattr(streets, name) + EAST_DEG for name in ("node_lon_deg", "point_lon_deg")}
    flags = streets.flags.copy()
    bridge = int(np.flatnonzero((streets.tail == BRIDGE_ENDS[0]) & (streets.head == BRIDGE_ENDS[1]))[0])
    flags[bridge] |= np.uint16(EdgeFlag.BRIDGE)
    table = dataclasses.replace(streets, flags=flags, **moved)
    lat, lon = table.node_lat_deg[: N * N], table.node_lon_deg[: N * N]
    grid = Grid.from_bounds(lon.min() - 0.002, lat.min() - 0.002, lon.max() + 0.03, lat.max() + 0.002, 100.0)
    tiny = tiny_area("coast")
    land = np.zeros((grid.n_row, grid.n_col), np.int32)
    population = np.zeros(land.shape, np.float32)
    network = network_from_streets(table, grid)
    return dataclasses.replace(tiny, grid=grid, network=network, district=land, population=population), bridge


def track_at(issue_h):
    """The drill's bulletin of an hour as the store would give it."""
    told = bulletin(issue_h, SEED)
    return Track(
        "2501", "DRILL", EPOCH_S + issue_h * 3600.0, EPOCH_S + told.hour * 3600.0, told.lat_deg, told.lon_deg,
        told.central_pressure_hpa, told.max_wind_m_per_s, told.radius_25_m, told.radius_15_m, told.radius_70_prob_m,
    )  # fmt: skip


@pytest.fixture(scope="module")
def passage():
    area, bridge = coast()
    now_s = EPOCH_S + ISSUE_H * 3600.0
    sources = (SourceStatus("drill", "tracks", now_s, 9, True),)
    now = Situation("coast", now_s, LEADS, None, None, None, (track_at(ISSUE_H),), (), (), (), sources, None)
    return area, bridge, assess(area, now)


def span_of(told, bridge):
    """First and last moment at which the bridge is closed to buses."""
    spans = [(one.from_s, one.until_s) for one in told.closures if one.reason is ClosureReason.WIND and
             bridge in one.streets and Profile.BUS in (one.profiles or (Profile.BUS,))]  # fmt: skip
    return min(span[0] for span in spans), max(span[1] for span in spans)


def test_the_bridge_alone_closes_at_the_hour_of_the_wind_and_opens_again(passage):
    _, bridge, told = passage
    windy = [one for one in told.closures if one.reason is ClosureReason.WIND]
    assert windy and {street for one in windy for street in one.streets} == {bridge}
    assert all(one.simulated and one.source == "computed" for one in windy)
    closed_s, open_s = span_of(told, bridge)
    assert told.now_s < closed_s < open_s < told.now_s + LEADS[-1], "open now, closed later, open again"
    speed = told.street_wind.wind_code[1, :, bridge].astype(int)
    peak_s = told.now_s + LEADS[int(speed.argmax())]
    assert closed_s <= peak_s < open_s


def test_the_closure_is_on_the_map_with_its_hours(passage):
    _, bridge, told = passage
    closed_s, _ = span_of(told, bridge)
    for now_s in (told.now_s, closed_s + 60.0):
        assert closure_features(told.closures, now_s, ZONE, "en")["features"]
    gone = closure_features(told.closures, told.now_s + LEADS[-1] + 86_400.0, ZONE, "en")["features"]
    assert not gone or all(math.isinf(one.until_s) for one in told.closures)


def test_buses_go_round_while_it_is_closed_and_over_it_before_and_after(passage):
    area, bridge, told = passage
    closed_s, open_s = span_of(told, bridge)
    ends = [(lat + NORTH_DEG, lon + EAST_DEG) for lat, lon in map(node_position, BRIDGE_ENDS)]
    used = {}
    for step, lead in enumerate(LEADS):
        answer = find_routes(area, told, *ends, Profile.BUS, (RouteKind.FASTEST,), step)
        used[told.now_s + lead] = bridge in area.network.street[answer.routes[0].edges]
    assert used[told.now_s] and used[told.now_s + LEADS[-1]]
    inside = [is_used for at_s, is_used in used.items() if closed_s <= at_s < open_s]
    assert inside and not any(inside)
