"""The first point where a detour pays, against a search from every junction."""

import math

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.kernels.hierarchy import INF_COST
from risk_core.routes.detour import DetourOptions, costs_ahead, first_detour
from risk_core.routes.many import open_weights
from risk_core.routes.price import price_at
from risk_core.routes.search import find_path, stop_shares
from risk_core.routes.snap import snap
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.naive import routes as naive
from tests.routes.cities import assessment_of, city_area, random_places
from tests.tiny import tiny_area

TINY = tiny_area()


def expected_way(seed, profile=Profile.WALK):
    """A random city with danger, and the fastest way through it that somebody is expected to take."""
    area, rng = city_area(TINY, seed % 12), np.random.default_rng(seed)
    code = np.where(rng.random(area.network.n_street) < 0.6, 0, rng.integers(100, 251, area.network.n_street))
    priced = price_at(area.network, assessment_of(area, code.astype(np.uint8)), profile, 0)
    ends = [snap(area.network, *point, profile, None) for point in random_places(seed)]
    if not all(ends):
        return None
    fastest = priced.weights[RouteKind.FASTEST]
    path = find_path(area.network, fastest, fastest.metric, *ends)
    if path is None or len(path.edges) < 3 or int(path.edges[-1]) not in stop_shares(area.network, ends[1]):
        return None
    return area.network, open_weights(area.network, priced.weights[RouteKind.SAFEST], priced), path.edges, ends[1]


def by_search(network, weights, edges, probability, destination, least_s):
    """Position of the first junction from which a search finds a way that leaves the expected one and saves enough."""
    metric = weights.metric
    price = np.where(metric.cost >= INF_COST, np.inf, metric.cost)
    stops = {e: round(price[e] * share) for e, share in stop_shares(network, destination).items() if price[e] < np.inf}
    rule = {"u_turn": metric.u_turn, "obeys_turns": metric.obeys_turns}
    for k in range(len(edges) - 1):
        stay = naive.re_add(network, price, edges[k:].tolist(), {int(edges[k]): 0.0}, stops, u_turn=metric.u_turn)
        best, way = naive.search_edges(network, price, {int(edges[k]): 0.0}, stops, **rule)
        leaves = way[1] != edges[k + 1]
        kept = np.inf
        if not leaves or k + 2 < len(edges):
            follow = naive.search_edges(network, price, {int(edges[k + 1]): price[edges[k + 1]]}, stops, **rule)[0]
            kept = follow if k + 2 < len(edges) else stay
        if stay > best and kept > best and probability[k + 1] * (stay - best) / 20 >= least_s:
            return k
    return None


def test_the_first_point_is_that_of_a_search_from_every_junction():
    n_found, n_none = 0, 0
    for seed in range(80):
        made = expected_way(seed)
        if made is None:
            continue
        rng = np.random.default_rng(seed)
        probability = np.cumprod(rng.uniform(0.7, 1.0, len(made[2])))
        found = first_detour(made[0], made[1], made[2], probability, made[3])
        wanted = by_search(*made[:3], probability, made[3], 60.0)
        assert (found and found.position) == wanted, seed
        n_found, n_none = n_found + (found is not None), n_none + (found is None)
        if found is not None:
            assert found.edge == made[2][found.position] and found.expected_s <= found.saved_s
    assert n_found >= 5 and n_none >= 5


def test_a_way_closed_ahead_pays_at_any_chance_and_an_unlikely_one_does_not():
    made = next(
        made
        for seed in range(40)
        if (made := expected_way(seed)) and first_detour(*made[:3], np.ones(len(made[2])), made[3])
    )
    network, weights, edges, destination = made
    likely = first_detour(network, weights, edges, np.ones(len(edges)), destination)
    assert first_detour(network, weights, edges, np.zeros(len(edges)), destination) is None
    share = 30.0 / likely.saved_s if math.isfinite(likely.saved_s) else 0.0
    later = first_detour(network, weights, edges, np.full(len(edges), share), destination)
    assert later is None or later.saved_s > likely.saved_s
    less = DetourOptions(least_saved_s=1e-3)
    assert first_detour(network, weights, edges, np.ones(len(edges)), destination, less).position <= likely.position


def test_costs_ahead_end_at_the_destination():
    made = next(made for seed in range(40) if (made := expected_way(seed)))
    stay = costs_ahead(made[0], made[1].metric, made[2], made[3])
    assert stay[-1] == 0 and stay == sorted(stay, reverse=True)


@pytest.mark.parametrize(
    ("edges", "probability", "argument"),
    [([], [], "edges"), ([0, 0], [1.0, 1.0], "edges"), (None, [2.0], "probability"), ([-1], [1.0], "edges")],
)
def test_a_way_that_is_none_is_refused(edges, probability, argument):
    network, weights, way, destination = next(made for seed in range(40) if (made := expected_way(seed)))
    asked = way if edges is None else np.array(edges, dtype=np.int32)
    with pytest.raises(InputError) as raised:
        first_detour(network, weights, asked, np.array(probability), destination)
    assert raised.value.faults[0].argument == argument
