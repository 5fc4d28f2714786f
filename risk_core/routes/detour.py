"""Where, on a way somebody is expected to take, a detour first pays."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import COST_PER_S, Metric
from risk_core.errors import Fault, raise_faults
from risk_core.kernels.hierarchy import INF_COST
from risk_core.kernels.potential import bound_of, open_bounds
from risk_core.kernels.routes import is_forbidden
from risk_core.routes.search import ends_between, part_cost, stop_shares
from risk_core.routes.weights import Weights
from risk_core.state.network import Network
from risk_core.state.route import Snap


@dataclass(frozen=True, slots=True)
class DetourOptions:
    """When a detour pays.

    Attributes
    ----------
    least_saved_s
        Expected saving of the objective from which one is told, seconds (our choice).
    """

    least_saved_s: float = 60.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.least_saved_s) and self.least_saved_s > 0):
            remedy = "Keep the default."
            raise_faults([Fault("least_saved_s", str(self.least_saved_s), "a positive number of seconds", remedy)])


DETOUR_DEFAULTS: Final = DetourOptions()


@dataclass(frozen=True, slots=True)
class DetourPoint:
    """The junction at which to leave the expected way.

    Attributes
    ----------
    position
        Of the edge at whose end one leaves it.
    edge
        That edge.
    saved_s
        What leaving there saves of the objective, for who would have stayed on the way; inf where the way is closed
        ahead.
    expected_s
        The same times the chance of staying on the way beyond that junction.
    """

    position: int
    edge: int
    saved_s: float
    expected_s: float


def first_detour(
    network: Network,
    weights: Weights,
    edges: NDArray[np.int32],
    probability: NDArray[np.float64],
    destination: Snap,
    options: DetourOptions = DETOUR_DEFAULTS,
) -> DetourPoint | None:
    """First junction on an expected way where leaving it for the best way on pays.

    At a junction `k` the way ahead costs ``stay[k]`` and the best way to the same destination ``best[k]``. Leaving
    pays where the best way does not begin with the next edge and ``probability[k + 1] * (stay[k] - best[k])`` is at
    least `DetourOptions.least_saved_s`: with the chance that one would really go on, as a prediction of movement gives
    it, so that nobody is warned of a street he is not likely to enter.

    Parameters
    ----------
    network, weights
        The streets, customised to what counts (`risk_core.routes.many.open_weights` of the safest kind).
    edges
        The expected way, from the edge somebody is on to one that reaches the destination, shape=(n,), n >= 1.
    probability
        Chance that each of them is travelled, 0..1, shape=(n,).
    destination
        Where the way is expected to end, on its last edge.
    options
        When a detour pays.

    Returns
    -------
    DetourPoint or None
        None where none pays, and where no open way leads on from any junction.

    Raises
    ------
    InputError
        For edges that do not follow each other or do not reach the destination, and chances outside 0..1.
    """
    _check(network, edges, probability, destination)
    metric, hierarchy = weights.metric, network.hierarchy
    ends = ends_between(network, metric, destination, destination)
    bounds = open_bounds(hierarchy.tree, weights.up, weights.down, ends.stop_node, ends.stop_cost)
    stay = costs_ahead(network, metric, edges, destination)
    for k in range(len(edges) - 1):
        node = int(hierarchy.edge_reaches[edges[k]])
        best = bound_of(hierarchy.tree, bounds, node)
        saved = _seconds(stay[k]) - _seconds(best)
        if best >= INF_COST or not saved > 0:
            continue
        following = int(hierarchy.edge_reaches[edges[k + 1]])
        ahead = min(INF_COST, stay[k] - stay[k + 1] + bound_of(hierarchy.tree, bounds, following))
        if k + 2 < len(edges) and stay[k] < INF_COST and ahead <= best:
            continue
        expected_s = float(probability[k + 1]) * saved if probability[k + 1] > 0 else 0.0
        if expected_s >= options.least_saved_s:
            return DetourPoint(k, int(edges[k]), saved, expected_s)
    return None


def costs_ahead(network: Network, metric: Metric, edges: NDArray[np.int32], destination: Snap) -> list[int]:
    """Cost of the way that remains at the end of each edge, turns included; `INF_COST` where it is barred ahead."""
    last = int(edges[-1])
    whole = [int(metric.cost[edge]) for edge in edges]
    whole[-1] = INF_COST if whole[-1] >= INF_COST else part_cost(metric, last, stop_shares(network, destination)[last])
    stay = [0] * len(edges)
    for k in range(len(edges) - 2, -1, -1):
        turn = turn_cost(network, metric, int(edges[k]), int(edges[k + 1]))
        stay[k] = min(INF_COST, turn + whole[k + 1] + stay[k + 1])
    return stay


def turn_cost(network: Network, metric: Metric, edge: int, following: int) -> int:
    """Cost of a turn: of turning back, `INF_COST` where forbidden, 0 otherwise."""
    if not metric.obeys_turns:
        return 0
    if is_forbidden(network.turn_from, network.turn_to, edge, following):
        return INF_COST
    return metric.u_turn if network.street[edge] == network.street[following] else 0


def _seconds(cost: int) -> float:
    return math.inf if cost >= INF_COST else cost / COST_PER_S


def _check(network: Network, edges: NDArray[np.int32], probability: NDArray[np.float64], destination: Snap) -> None:
    """Refuse a way that is none."""
    faults = []
    in_range = len(edges) > 0 and bool(((edges >= 0) & (edges < network.n_edge)).all())
    if not in_range or (network.head[edges[:-1]] != network.tail[edges[1:]]).any():
        wanted = f"one or more edges of 0 to {network.n_edge - 1}, each beginning where the one before ends"
        faults.append(Fault("edges", str(np.asarray(edges).tolist())[:80], wanted, "Match the positions to streets."))
    elif int(edges[-1]) not in stop_shares(network, destination):
        remedy = "Let the way end on the street of the destination."
        faults.append(Fault("destination", f"street {destination.street}", "a place on the last edge", remedy))
    known = np.asarray(probability, dtype=np.float64)
    if known.shape != (len(edges),) or not ((known >= 0) & (known <= 1)).all():
        wanted = f"{len(edges)} chances of 0 to 1"
        faults.append(Fault("probability", str(known.tolist())[:80], wanted, "Give one for each edge."))
    raise_faults(faults)
