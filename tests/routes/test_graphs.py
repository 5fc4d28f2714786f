"""On random and real streets: distances and paths of the hierarchy are SciPy's, for every traveller and every kind.

10,000 pairs each, node to node on the turn-aware graph. Turning back costs at junctions with forbidden turns, exactly
as the hierarchy charges it; what happens at the ends of streets is tested in `test_properties`.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from dashboard.areas.embedded import ensure_embedded
from dashboard.areas.report import BuildReport
from dashboard.areas.streets import read_streets
from dashboard.store.bundles import bundle_path, read_bundle
from risk_core.costs.objective import weigh
from risk_core.kernels.hierarchy import INF_COST, distance
from risk_core.kernels.lazy import GIVEN_UP, Chart, new_sheet, search_lazily
from risk_core.kernels.reroute import Cheaper, Ends, new_desk, search_moves
from risk_core.kernels.unpack import find_way
from risk_core.routes.weights import customise, move_costs, recustomise
from risk_core.state.grid import Grid
from risk_core.state.network import Network, network_from_streets
from risk_core.state.profile import PROFILES, Profile, profile_position
from risk_core.state.route import EdgeCosts
from tests.routes.cities import city

N_SIDE = 100
WEIGHTS = (0.0, 2.0, 20.0)


def metric_of(network: Network, profile: Profile, weight: float, seed: int):
    """A metric of random danger with a few streets closed."""
    rng = np.random.default_rng(seed)
    speed = network.speed_m_per_s[profile_position(profile)]
    time_s = np.full(network.n_edge, np.inf, dtype=np.float32)
    np.divide(network.length_m, speed, out=time_s, where=(speed > 0) & (rng.random(network.n_edge) > 0.02))
    danger = (rng.random(network.n_street) ** 8 * 13).astype(np.float32)[network.street]
    none = np.zeros(network.n_edge, dtype=np.float32)
    return weigh(EdgeCosts(profile, time_s, none, danger), weight)


def scipy_distances(network: Network, costs, starts):
    """Cheapest cost from each start to every search node, `INF_COST` where there is none."""
    hierarchy = network.hierarchy
    tail = np.repeat(np.arange(hierarchy.n_search), np.diff(hierarchy.first_move))
    keep = np.flatnonzero(costs < INF_COST)
    keep = keep[np.lexsort((costs[keep], hierarchy.move_head[keep], tail[keep]))]
    pair = tail[keep].astype(np.int64) * hierarchy.n_search + hierarchy.move_head[keep]
    keep = keep[np.unique(pair, return_index=True)[1]]
    shape = (hierarchy.n_search, hierarchy.n_search)
    graph = csr_matrix((costs[keep].astype(float), (tail[keep], hierarchy.move_head[keep])), shape=shape)
    return np.where(np.isfinite(found := dijkstra(graph, indices=starts)), found, INF_COST).astype(np.int64)


def check_network(network: Network, profile: Profile, weight: float, seed: int, n_side: int = N_SIDE) -> int:
    """Compare all pairs of two random sets of search nodes, and re-add a tenth of the paths; pairs connected."""
    hierarchy, rng = network.hierarchy, np.random.default_rng(seed)
    metric = metric_of(network, profile, weight, seed)
    weights, costs = customise(network, metric), move_costs(network, metric)
    usable = np.unique(hierarchy.edge_reaches[(network.snap_mask >> profile_position(profile)) & 1 == 1])
    starts, stops = (rng.choice(usable, n_side).astype(np.int32) for _ in range(2))
    wanted = scipy_distances(network, costs, starts)[:, stops]
    tree, up, down = hierarchy.tree, weights.up, weights.down
    found = np.array([[distance(tree, up, down, start, stop) for stop in stops] for start in starts])
    np.testing.assert_array_equal(found, wanted)
    zero = np.zeros(1, dtype=np.int32)
    for i in rng.choice(n_side * n_side, n_side, replace=False):
        start, stop = starts[i // n_side], stops[i % n_side]
        ends = (np.array([start], dtype=np.int32), zero, np.array([stop], dtype=np.int32), zero)
        asked = (hierarchy.lower, hierarchy.moves, weights.customised, metric.cost, weights.rule)
        edges, total, *_ = find_way(tree, *asked, *ends)
        assert total == found[i // n_side, i % n_side]
        assert re_added(network, costs, start, edges) in ((total, stop), (0, start))
    check_closures(network, weights, starts, stops, seed)
    return int((found < INF_COST).sum())


def check_closures(network: Network, weights, starts, stops, seed: int) -> None:
    """The same pairs with 3 % of the edges closed and some made dearer, without customising anew, in both ways."""
    hierarchy, rng = network.hierarchy, np.random.default_rng(seed)
    dearer = np.where(rng.random(network.n_edge) < 0.1, 3 * weights.metric.cost.astype(np.int64), weights.metric.cost)
    dearer = np.where(rng.random(network.n_edge) < 0.03, INF_COST, np.minimum(dearer, INF_COST)).astype(np.int32)
    costs = move_costs(network, replace(weights.metric, cost=dearer))
    wanted = scipy_distances(network, costs, starts)[:, stops]
    tree, zero = hierarchy.tree, np.zeros(1, dtype=np.int32)
    asked = (Cheaper(weights.up, weights.down, *weights.rise(tree)), dearer, weights.rule)
    desk, sheet = new_desk(tree), new_sheet(weights.up, weights.down)
    chart = Chart(tree, hierarchy.lower, hierarchy.moves, weights.customised, weights.metric.cost)
    found, lazily = (np.empty(wanted.shape, dtype=np.int64) for _ in range(2))
    for i, start in enumerate(starts):
        for j, stop in enumerate(stops):
            ends = Ends(starts[i : i + 1], zero, stops[j : j + 1], zero)
            edges, found[i, j], *_ = search_moves(tree, hierarchy.moves, *asked, ends, desk)
            by_lazy, lazily[i, j], *_ = search_lazily(chart, dearer, weights.rule, ends, sheet)
            if (i * len(stops) + j) % len(stops) == 0 and found[i, j] < INF_COST:
                assert re_added(network, costs, start, edges) == (found[i, j], stop)
                if lazily[i, j] != GIVEN_UP:
                    assert re_added(network, costs, start, by_lazy) == (found[i, j], stop)
    np.testing.assert_array_equal(found, wanted)
    is_given_up = lazily == GIVEN_UP
    assert is_given_up.mean() < 0.1
    np.testing.assert_array_equal(lazily[~is_given_up], wanted[~is_given_up])


def re_added(network: Network, costs, node: int, edges):
    """Cost and end of a list of edges from a search node."""
    hierarchy, total = network.hierarchy, 0
    for edge in edges:
        at = range(hierarchy.first_move[node], hierarchy.first_move[node + 1])
        (i,) = [i for i in at if hierarchy.move_edge[i] == edge]
        total, node = total + int(costs[i]), int(hierarchy.move_head[i])
    return total, node


@pytest.fixture(scope="module")
def embedded(tmp_path_factory) -> dict[str, Network]:
    home = tmp_path_factory.mktemp("home")
    ensure_embedded(home, lambda _name, _share: None)
    return {name: read_bundle(bundle_path(home, name)).network for name in ("coquimbo", "helsinki")}


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("seed", range(6))
def test_random_cities(seed, weight):
    assert check_network(city(seed, 7), PROFILES[seed], weight, seed, 40) > 400


@pytest.mark.parametrize("profile", PROFILES)
def test_a_few_changes_are_followed_exactly(profile):
    network = city(3, 9)
    before, after = (metric_of(network, profile, weight, 1) for weight in (2.0, 20.0))
    is_changed = np.random.default_rng(2).random(network.n_edge) < 0.1
    mixed = replace(before, cost=np.where(is_changed, after.cost, before.cost).astype(np.int32))
    former = customise(network, before)
    kept = former.up.copy()
    found, wanted = recustomise(network, former, mixed), customise(network, mixed)
    np.testing.assert_array_equal(found.up, wanted.up)
    np.testing.assert_array_equal(found.down, wanted.down)
    np.testing.assert_array_equal(former.up, kept)


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", ["coquimbo", "helsinki"])
def test_embedded_areas(embedded, name, profile):
    for i, weight in enumerate(WEIGHTS):
        assert check_network(embedded[name], profile, weight, i) > 5_000


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("name", ["seoul_central_drive.graphml", "seoul_sinchon_raw.osm"])
def test_streets_of_seoul(shared_data: Path, name):
    table = read_streets(shared_data / "geo" / "streets_seoul" / name, BuildReport()).table
    lat, lon = table.point_lat_deg, table.point_lon_deg
    grid = Grid.from_bounds(lon.min() - 0.002, lat.min() - 0.002, lon.max() + 0.002, lat.max() + 0.002, 50.0)
    network = network_from_streets(table, grid)
    for i, profile in enumerate(PROFILES):
        assert check_network(network, profile, WEIGHTS[i % 3], i) > 5_000
