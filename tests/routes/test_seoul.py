"""Real one-way streets and real turn restrictions, against scipy on the same weights."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from dashboard.areas.report import BuildReport
from dashboard.areas.streets import read_streets
from risk_core.routes.find import find_routes
from risk_core.routes.price import costs_at, price
from risk_core.state.grid import Grid
from risk_core.state.network import network_from_streets
from risk_core.state.profile import PROFILES, Profile, profile_position
from risk_core.state.route import RouteKind
from tests.routes.cities import assessment_of, own_cells
from tests.tiny import tiny_area

pytestmark = pytest.mark.shared


def seoul(folder, name):
    """A tiny area with the streets of one file."""
    table = read_streets(folder / "geo" / "streets_seoul" / name, BuildReport()).table
    lat, lon = table.point_lat_deg, table.point_lon_deg
    grid = Grid.from_bounds(lon.min() - 0.002, lat.min() - 0.002, lon.max() + 0.002, lat.max() + 0.002, 50.0)
    return replace(tiny_area("seoul"), network=own_cells(network_from_streets(table, grid)), grid=grid)


@pytest.mark.parametrize("profile", [Profile.CAR, Profile.WALK])
def test_fastest_way_between_junctions_is_scipys(shared_data, profile):
    area = seoul(shared_data, "seoul_central_drive.graphml")
    network, bit = area.network, profile_position(profile)
    assert len(network.turn_from) == 0
    assessment = assessment_of(area)
    costs = costs_at(network, assessment, profile, 0)
    ends = (network.tail, network.head)
    order = np.lexsort((costs.travel_time_s, *ends))  # of parallel edges scipy would add, the fastest alone is kept
    keep = order[np.unique(np.stack(ends)[:, order], axis=1, return_index=True)[1]]
    keep = keep[np.isfinite(costs.travel_time_s[keep])]
    shape = (network.n_node, network.n_node)
    graph = csr_matrix((costs.travel_time_s[keep], (network.tail[keep], network.head[keep])), shape=shape)
    nodes = np.unique(network.tail[(network.snap_mask >> bit) & 1 == 1])
    starts = np.random.default_rng(1).choice(nodes, 6)
    wanted = dijkstra(graph, indices=starts)
    priced = price(network, costs)
    for i, start in enumerate(starts):
        for stop in np.random.default_rng(i).choice(nodes, 8):
            places = [(float(network.node_lat_deg[node]), float(network.node_lon_deg[node])) for node in (start, stop)]
            route = find_routes(area, assessment, *places, profile, (RouteKind.FASTEST,), 0, priced).routes[0]
            assert route.duration_s == pytest.approx(wanted[i, stop], rel=1e-4, abs=0.1)


def test_restricted_turns_of_a_real_quarter_are_kept(shared_data):
    area = seoul(shared_data, "seoul_sinchon_raw.osm")
    network = area.network
    assert len(network.turn_from) > 0
    assessment = assessment_of(area)
    for turn_from, turn_to in zip(network.turn_from, network.turn_to, strict=True):
        places = []
        for edge in (turn_from, turn_to):
            at = [network.street_first_point[network.street[edge]] + i for i in (0, 1)]
            places.append((float(network.point_lat_deg[at].mean()), float(network.point_lon_deg[at].mean())))
        for profile in PROFILES:
            if not (network.snap_mask[[turn_from, turn_to]] >> profile_position(profile) & 1).all():
                continue
            edges = find_routes(area, assessment, *places, profile, tuple(RouteKind), 0).routes[0].edges
            is_banned = any((a, b) == (turn_from, turn_to) for a, b in pairwise(edges))
            assert not (is_banned and profile in (Profile.CAR, Profile.BUS, Profile.AMBULANCE))
