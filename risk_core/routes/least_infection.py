"""The way on foot on which infection is least, at the hour of the departure: time against chance, and nothing else.

An edge costs its seconds plus mu times the chance of infection on it, `exposure.hazard_table` at that hour times the
time there. Doses add up along a way, so any search that adds costs finds the least; mu runs over `PRICE_S`, and each
price gives one way of the front of time against chance.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import COST_PER_S, Metric, is_bound_by_turns
from risk_core.kernels.costs import blend_costs
from risk_core.routes.search import Path, find_path
from risk_core.routes.weights import customise
from risk_core.state.network import Network
from risk_core.state.route import EdgeCosts, Snap
from risk_core.units import S_PER_H

PRICE_S: Final = (1.2e7, 1.2e8)
"""Seconds somebody walks to be spared a whole infection: 1 and 10 minutes for five millionths, the least that the rule
of a detour counts (`detour_verdict`). Our choice."""


def least_infection_ways(
    network: Network, costs: EdgeCosts, hazard_per_h: NDArray[np.float32], ends: tuple[Snap, Snap]
) -> list[Path]:
    """Ways of the front of time against infection, one for each of `PRICE_S`, each way once.

    Parameters
    ----------
    network
        The streets.
    costs
        Seconds on each edge; closed ones are not entered. Other dangers are not looked at.
    hazard_per_h
        Infections an hour on each edge, shape=(n_edge,): a row of `exposure.hazard_table`; unknown ones count as none.
    ends
        Origin and destination on the network.
    """
    per_s = (np.nan_to_num(hazard_per_h) / S_PER_H).astype(np.float32)
    found: list[Path] = []
    for price_s in PRICE_S:
        cost = blend_costs(costs.travel_time_s, per_s, price_s, float(COST_PER_S))
        metric = Metric(cost, 0, is_bound_by_turns(costs.profile))
        path = find_path(network, customise(network, metric), metric, *ends)
        if path is not None and not any(np.array_equal(path.edges, one.edges) for one in found):
            found.append(path)
    return found
