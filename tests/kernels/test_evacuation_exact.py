"""Cheapest flows against a plain search for shortest ways on the network written out."""

import numpy as np
import pytest

from risk_core.kernels.evacuation_exact import fill_cheapest
from risk_core.plans.reserve import empty_flow
from tests.naive.evacuation import cheapest
from tests.plans.exact import expand, random_case

LAST = 14


@pytest.mark.parametrize("seed", range(6))
def test_as_many_arrive_as_early_as_in_a_plain_search(seed):
    graph, facts, sources, sinks = random_case(seed, n=4, n_slot=LAST, spare=(0.6, 1.2), has_closures=seed % 2 == 1)
    arcs, start, stop, n = expand(graph, facts, sources, sinks, LAST)
    placed, cost = cheapest(arcs, start, stop, n)
    flow = empty_flow(graph, np.zeros((len(graph.link), LAST), np.int16), LAST, len(sources.node), len(sinks.node))
    room = sinks.room.copy()
    found = fill_cheapest(graph, facts, sources, sinks._replace(room=room), flow, LAST)
    assert found == placed == flow.entered.sum() == flow.arrived.sum() > 0
    assert (flow.arrived * np.arange(LAST + 1)).sum() == cost
    assert (sinks.room - room == flow.arrived.sum(axis=1)).all() and (flow.used >= 0).all() and (flow.held >= 0).all()


def test_nobody_moves_where_there_is_no_room():
    graph, facts, sources, sinks = random_case(0, n=4, n_slot=LAST)
    flow = empty_flow(graph, np.zeros((len(graph.link), LAST), np.int16), LAST, len(sources.node), len(sinks.node))
    assert fill_cheapest(graph, facts, sources, sinks._replace(room=np.zeros_like(sinks.room)), flow, LAST) == 0
    assert not flow.used.any() and not flow.entered.any()
