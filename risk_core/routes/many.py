"""From one place to everywhere, and between many places, on one time slice."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import COST_PER_S
from risk_core.errors import AnsimgilError, Fault, raise_faults
from risk_core.kernels.hierarchy import INF_COST
from risk_core.kernels.reach import cost_cells, enter_edges
from risk_core.kernels.sweeps import Places, cost_matrix, reach_all
from risk_core.routes.price import Priced
from risk_core.routes.question import snap_open
from risk_core.routes.search import (
    find_path,
    part_cost,
    start_shares,
    starts_of,
    stop_shares,
    stops_of,
)
from risk_core.routes.weights import Weights, recustomise, travel_times_s
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.network import Network
from risk_core.state.point import check_points
from risk_core.state.route import RouteKind, Snap


def snap_all(
    area: Area, network: Network, assessment: Assessment, priced: Priced, named: Sequence[tuple[str, float, float]]
) -> list[Snap]:
    """Move named points onto open streets.

    Raises
    ------
    InputError
        With a fault for each point that no usable street is near to.
    OutsideAreaError, SwappedCoordinatesError
        For points outside the area.
    """
    check_points(area.grid, tuple(named))
    found, faults = [], list[Fault]()
    for name, *point in named:
        try:
            found.append(snap_open(network, assessment, priced, (point[0], point[1]), name))
        except AnsimgilError as error:
            faults += error.faults
    raise_faults(faults)
    return found


def open_weights(network: Network, weights: Weights, priced: Priced) -> Weights:
    """The same weights with everything barred that is closed now or in any later slice, or barred by request."""
    is_barred = priced.is_closed | priced.is_avoided
    cost = np.where(is_barred, np.int32(INF_COST), weights.metric.cost).astype(np.int32)
    if (cost == weights.metric.cost).all():
        return weights
    return recustomise(network, weights, replace(weights.metric, cost=cost))


def reach_s(network: Network, weights: Weights, origin: Snap, n_cell: int) -> NDArray[np.float64]:
    """Cost at which each grid cell is reached along streets from a place, in seconds of the metric.

    Parameters
    ----------
    network, weights
        The streets, customised to what counts: time, or danger alone.
    origin
        On the network.
    n_cell
        Cells of the area's grid.

    Returns
    -------
    float array
        shape=(n_cell,); inf where no street leads, and where none runs.
    """
    hierarchy, metric = network.hierarchy, weights.metric
    start = np.array(starts_of(network, metric, origin), dtype=np.int32).reshape(-1, 3)
    places = np.ascontiguousarray(start[:, 0]), np.ascontiguousarray(start[:, 1])
    node_cost = reach_all(hierarchy.tree, weights.up, weights.down, *places)
    entry = enter_edges(hierarchy.moves, metric.cost, weights.rule, node_cost)
    own = {edge: share for edge, share in start_shares(network, origin).items() if metric.cost[edge] < INF_COST}
    through = np.flatnonzero(entry < INF_COST)
    edge = np.concatenate([through, np.array(list(own), dtype=np.int64)])
    begin = np.concatenate([np.zeros(len(through)), np.array(list(own.values()), dtype=np.float64)])
    costs = np.concatenate([entry[through], np.zeros(len(own), dtype=np.int32)])
    out = np.full(n_cell, np.inf)
    cells = network.street_first_cell, network.street_cell, network.street_cell_length_m
    cost_cells(*cells, network.street[edge], network.is_forward[edge], metric.cost[edge], begin, costs, out)
    return out / COST_PER_S


def _rows(found: Sequence[Sequence[tuple[int, int, int]]]) -> Places:
    """Search nodes of several places in compressed rows."""
    first = np.concatenate([[0], np.cumsum([len(one) for one in found])]).astype(np.int32)
    flat = np.array([row for one in found for row in one], dtype=np.int32).reshape(-1, 3)
    return Places(first, np.ascontiguousarray(flat[:, 0]), np.ascontiguousarray(flat[:, 1]))


def costs_between(
    network: Network, weights: Weights, origins: Sequence[Snap], destinations: Sequence[Snap]
) -> NDArray[np.int32]:
    """Objective between all origins and all destinations, shape=(n_origin, n_destination), `INF_COST` where none leads.

    Vehicles that turn back next to junctions with forbidden turns may be charged less for it than `find_path` charges.
    """
    hierarchy, metric = network.hierarchy, weights.metric
    start, stop = (
        _rows([of(network, metric, place) for place in places])
        for of, places in ((starts_of, origins), (stops_of, destinations))
    )
    if len(origins) <= len(destinations):
        out = cost_matrix(hierarchy.tree, weights.up, weights.down, start, stop)
    else:
        out = np.ascontiguousarray(cost_matrix(hierarchy.tree, weights.down, weights.up, stop, start).T)
    begins = [start_shares(network, place) for place in origins]
    ends = [stop_shares(network, place) for place in destinations]
    for i, begin in enumerate(begins):
        for j, end in enumerate(ends):
            for edge in begin.keys() & end.keys():
                ahead = end[edge] - begin[edge]
                if ahead >= 0 and metric.cost[edge] < INF_COST:
                    out[i, j] = min(out[i, j], part_cost(metric, edge, ahead))
    return np.minimum(out, INF_COST)


def durations_between_s(
    network: Network, weights: Weights, priced: Priced, origins: Sequence[Snap], destinations: Sequence[Snap]
) -> NDArray[np.float64]:
    """Seconds under way on the cheapest path between all origins and destinations; inf where none leads."""
    return _sums_between(network, weights, travel_times_s(network, priced.costs.profile), origins, destinations)


def lengths_between_m(
    network: Network, weights: Weights, origins: Sequence[Snap], destinations: Sequence[Snap]
) -> NDArray[np.float64]:
    """Metres of the cheapest path between all origins and all destinations; inf where none leads."""
    return _sums_between(network, weights, network.length_m, origins, destinations)


def _sums_between(
    network: Network,
    weights: Weights,
    value: NDArray[np.floating],
    origins: Sequence[Snap],
    destinations: Sequence[Snap],
) -> NDArray[np.float64]:
    """Sum of a value of each edge, over the parts travelled of the cheapest path of each pair."""
    out = np.full((len(origins), len(destinations)), np.inf)
    for i, origin in enumerate(origins):
        for j, destination in enumerate(destinations):
            path = find_path(network, weights, weights.metric, origin, destination)
            if path is not None:
                out[i, j] = float((value[path.edges] * path.share).sum())
    return out


def nearest_by_way(
    network: Network, priced: Priced, kind: RouteKind, origin: Snap, places: Sequence[Snap], n: int
) -> list[int]:
    """Positions of the places a way of that kind reaches most cheaply, cheapest first; at most `n`."""
    weights = open_weights(network, priced.weights[kind], priced)
    cost = costs_between(network, weights, [origin], places)[0]
    order = np.argsort(cost, kind="stable")
    return [int(i) for i in order[:n] if cost[i] < INF_COST]
