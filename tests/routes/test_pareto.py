"""Every way worth choosing between time and danger, against a search edge by edge."""

from dataclasses import replace

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.routes.pareto import ParetoOptions, choose_few, danger_weights, find_pareto, shared_share
from risk_core.routes.price import bar_edges, price_at
from risk_core.routes.search import path_cost
from risk_core.routes.snap import snap
from risk_core.state.profile import PROFILES, Profile
from risk_core.state.route import RouteKind
from tests.naive import routes_pareto as naive
from tests.routes.cities import assessment_of, city_area, random_places
from tests.tiny import tiny_area

TINY = tiny_area()


def asked(seed, profile):
    """A random city with risks and a few barred edges, priced, and two places in it; None where one is off."""
    area, rng = city_area(TINY, seed % 12), np.random.default_rng(seed)
    code = np.where(rng.random(area.network.n_street) < 0.4, 0, rng.integers(0, 251, area.network.n_street))
    priced = price_at(area.network, assessment_of(area, code.astype(np.uint8)), profile, 0)
    priced = bar_edges(priced, rng.random(area.network.n_edge) < 0.05)
    ends = [snap(area.network, *point, profile, None) for point in random_places(seed)]
    return (area.network, priced, *ends) if all(ends) else None


def searched(network, priced, origin, destination, options=None):
    danger = danger_weights(network, priced.costs)
    found = find_pareto(network, priced, danger, origin, destination, *([options] if options else []))
    return found, danger


def barred(metric, is_barred):
    return replace(metric, cost=np.where(is_barred, np.int32(1_000_000_000), metric.cost).astype(np.int32))


def units(found):
    return [(round(way.time_s * 20), round(way.danger_s * 20)) for way in found.ways]


@pytest.mark.parametrize("profile", [Profile.WALK, Profile.BICYCLE, Profile.CAR])
def test_the_set_is_the_twins(profile):
    n_several, n_whole = 0, 0
    for seed in range(60):
        question = asked(seed, profile)
        if question is None:
            continue
        network, priced, origin, destination = question
        found, danger = searched(*question)
        time = priced.metrics[RouteKind.FASTEST]
        limited = barred(danger.metric, priced.is_avoided)
        wanted = naive.front(network, time, limited, origin, destination)
        if found is None:
            assert not wanted
            continue
        for way in found.ways:
            assert not priced.is_avoided[way.path.edges].any()
            assert round(way.time_s * 20) == path_cost(network, time, way.path)
        n_whole += found.is_complete
        if found.is_complete:
            assert units(found) == wanted, seed
        else:
            assert profile in (Profile.CAR, Profile.BICYCLE)
        n_several += len(wanted) > 2
    assert n_several >= 5 and n_whole >= 30


def test_a_slack_leaves_out_only_what_is_nearly_as_dangerous():
    n_fewer = 0
    for seed in range(60):
        question = asked(seed, Profile.WALK)
        if question is None or (whole := searched(*question)[0]) is None:
            continue
        few = searched(*question, ParetoOptions(slack=0.3))[0]
        n_fewer += len(few.ways) < len(whole.ways)
        for time, danger in units(whole):
            assert any(a <= time and b <= 1.3 * danger for a, b in units(few))
    assert n_fewer >= 5


def test_where_labels_run_out_the_blends_remain():
    n_cut = 0
    for seed in range(40):
        question = asked(seed, Profile.WALK)
        if question is None or (whole := searched(*question)[0]) is None or len(whole.ways) < 3:
            continue
        cut = searched(*question, ParetoOptions(n_label=3))[0]
        n_cut += not cut.is_complete
        costs = units(cut)
        assert costs[0] == units(whole)[0]
        assert costs == sorted(costs) and [b for _, b in costs] == sorted((b for _, b in costs), reverse=True)
        assert all(any(a <= time and b <= danger for a, b in units(whole)) for time, danger in costs)
    assert n_cut >= 5


def test_few_are_chosen_that_differ():
    n_three = 0
    for seed in range(60):
        question = asked(seed, Profile.WALK)
        if question is None or (found := searched(*question)[0]) is None:
            continue
        few = choose_few(question[0], found)
        assert few[0] is found.ways[0] and few[-1] is found.ways[-1] and len(few) <= 3
        assert choose_few(question[0], found, 1) == found.ways[:1]
        if len(few) == 3:
            n_three += 1
            middle = few[1]
            assert max(shared_share(question[0], middle.path, few[k].path) for k in (0, 2)) <= 0.8
            ahead = (middle.time_s - few[0].time_s) / (few[2].time_s - few[0].time_s)
            assert middle.danger_s < few[0].danger_s + ahead * (few[2].danger_s - few[0].danger_s)
    assert n_three >= 3


def test_options_out_of_range_are_refused_together():
    with pytest.raises(InputError) as raised:
        ParetoOptions(slack=-1.0, n_label=0)
    assert [fault.argument for fault in raised.value.faults] == ["slack", "n_label"]


def test_profiles_are_all_answered():
    for profile in PROFILES:
        found = [searched(*question)[0] for seed in range(6) if (question := asked(seed, profile))]
        assert any(found)
