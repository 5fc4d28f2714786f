"""Other ways: not much worse, on other streets, never a closed one."""

import numpy as np
import pytest

from risk_core.errors import InputError, UnreachableError
from risk_core.routes.alternatives import AlternativesOptions, alternative_paths, find_alternatives
from risk_core.routes.find import find_routes
from risk_core.routes.many import open_weights
from risk_core.routes.pareto import shared_share
from risk_core.routes.price import bar_edges, price_at
from risk_core.routes.question import pose
from risk_core.routes.search import path_cost
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.routes.cities import assessment_of, city_area, random_places
from tests.tiny import tiny_area

TINY = tiny_area()
OPTIONS = AlternativesOptions()


def asked(seed, profile):
    """A question in a random city with risks and a few barred edges; None where it has no answer."""
    area, rng = city_area(TINY, seed % 12), np.random.default_rng(seed)
    code = np.where(rng.random(area.network.n_street) < 0.5, 0, rng.integers(0, 251, area.network.n_street))
    assessment = assessment_of(area, code.astype(np.uint8))
    priced = bar_edges(price_at(area.network, assessment, profile, 0), rng.random(area.network.n_edge) < 0.05)
    ends = random_places(seed)
    try:
        best = find_routes(area, assessment, *ends, profile, (RouteKind.SAFEST,), 0, priced)
    except (UnreachableError, InputError):
        return None
    return pose(area, assessment, ends, profile, tuple(RouteKind), 0, priced)[0], best.routes[0]


@pytest.mark.parametrize("profile", [Profile.WALK, Profile.CAR])
def test_ways_differ_and_none_is_much_worse(profile):
    n_several = 0
    for seed in range(40):
        made = asked(seed, profile)
        if made is None:
            continue
        question, best = made
        network, priced = question.network, question.priced
        metric = open_weights(network, priced.weights[RouteKind.SAFEST], priced).metric
        paths = alternative_paths(question, RouteKind.SAFEST, OPTIONS)
        costs = [path_cost(network, metric, path) for path in paths]
        assert costs == sorted(costs) and costs[-1] <= OPTIONS.most_cost * costs[0] and len(paths) <= OPTIONS.n
        assert paths[0].share @ network.length_m[paths[0].edges] == pytest.approx(best.length_m, rel=1e-4)
        for i, path in enumerate(paths):
            assert not priced.is_avoided[path.edges].any()
            assert all(
                min(shared_share(network, path, other), shared_share(network, other, path)) <= OPTIONS.most_shared
                for other in paths[:i]
            )
        answer = find_alternatives(question, RouteKind.SAFEST)
        assert [route.kind for route in answer.routes] == [RouteKind.SAFEST] * len(paths)
        n_several += len(paths) > 1
    assert n_several >= 10


def test_one_way_only_where_one_is_asked_for():
    question, _ = next(made for seed in range(20) if (made := asked(seed, Profile.WALK)))
    assert len(alternative_paths(question, RouteKind.FASTEST, AlternativesOptions(n=1))) == 1


def test_options_out_of_range_are_refused_together():
    with pytest.raises(InputError) as raised:
        AlternativesOptions(n=0, most_cost=0.5, penalty=1.0)
    assert [fault.argument for fault in raised.value.faults] == ["n", "most_cost", "penalty"]
