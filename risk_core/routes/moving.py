"""Ways while the hazard moves: each edge costs what it costs when one gets there."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import COST_PER_S, Metric, make_metric
from risk_core.kernels.clock import Pieces
from risk_core.kernels.hierarchy import INF_COST
from risk_core.kernels.routes import is_forbidden
from risk_core.routes.clock import arrive_by, depart_at, depart_at_quickly
from risk_core.routes.clock_network import ClockNetwork, prepare_clock
from risk_core.routes.clock_record import ClockAnswer, SliceCosts, at_nodes, part_ways
from risk_core.routes.schedule import Schedule
from risk_core.routes.search import Ends, Path, cut_path, ends_between, join_ends, part_cost, start_shares, stop_shares
from risk_core.routes.weights import free_cost, rule_of
from risk_core.state.network import Network
from risk_core.state.route import EdgeCosts, RouteKind, Snap

LABEL_BUDGET = 30_000
"""Labels of one exact search: some 30 ms; beyond, the quick search answers and tells its gap.

In a drill's storm (Coquimbo, walkers, 1-6 km) 71 of 75 searches end within it, as many as within 100,000, for 5 ms of
CPU a question instead of 13, and no answer is worse (`python -m tests.benchmarks.bench_budget`).
"""


def prepare_clocks(
    network: Network, costs: Sequence[EdgeCosts], schedule: Schedule
) -> Mapping[RouteKind, ClockNetwork]:
    """Make the hierarchy ready for every kind of route whose costs change while one travels.

    Parameters
    ----------
    network
        The streets.
    costs
        Of one profile, for each slice of the schedule.
    schedule
        When which slice holds.

    Returns
    -------
    mapping
        By kind; kinds that cost the same in every slice are left out, for one slice answers them.
    """
    clocks: dict[RouteKind, ClockNetwork] = {}
    if len(costs) == 1:
        return clocks
    begin = np.rint(schedule.begin_s * COST_PER_S).astype(np.int32)
    time = _least_time(network, costs)
    for kind in RouteKind:
        metrics = [make_metric(some, kind) for some in costs]
        rows = np.stack([metric.cost for metric in metrics])
        if (rows == rows[0]).all():
            continue
        slices = SliceCosts.without_waiting(begin, time, np.maximum(rows, time))
        clocks[kind] = prepare_clock(network.hierarchy, slices, rule_of(metrics[0]))
    return clocks


def _least_time(network: Network, costs: Sequence[EdgeCosts]) -> NDArray[np.int32]:
    """Travel time of each edge where it is fastest, units of time; that of free streets where it is always closed."""
    rows = [make_metric(some, RouteKind.FASTEST).cost for some in costs]
    least = np.minimum.reduce(rows)
    return np.where(least < INF_COST, least, free_cost(network, costs[0].profile)).astype(np.int32)


def bar_clock(clock: ClockNetwork, is_barred: NDArray[np.bool_]) -> ClockNetwork:
    """The same clock with more edges closed in every slice."""
    cost = np.where(is_barred, np.int32(INF_COST), clock.slices.cost)
    costs = SliceCosts.without_waiting(clock.costs.begin, clock.costs.time, cost)
    slices = clock.slices._replace(cost=cost)
    made = (clock.hierarchy, costs, clock.rule, slices, clock.into, clock.least, clock.fastest)
    return ClockNetwork(*made)


def moving_path(
    network: Network, clock: ClockNetwork, metric: Metric, origin: Snap, destination: Snap, departure: int = 0
) -> tuple[Path, float] | None:
    """Cheapest path for who sets off at a clock, and the largest share by which it may miss the least objective.

    Turning back is charged where the hierarchy charges it, at junctions with forbidden turns. Nobody is sent in circles
    to gain time: where the cheapest way would, the best one known that passes every junction once is given.

    Parameters
    ----------
    network, clock
        The streets, and their costs on the clock.
    metric
        That of the slice of the departure: which ends are open, and what turning back costs.
    origin, destination
        On the network.
    departure
        Clock of setting off.

    Returns
    -------
    tuple or None
        None when no way is open at the time one would get there.
    """
    ends, start, stop = _both_ends(network, clock, metric, origin, destination)
    edge, direct, _ = _direct(network, clock, origin, destination, departure)
    answer = _leave_at(network, clock, start, stop, departure) if len(start.node) and len(stop.node) else None
    if answer is not None and answer.start >= 0 and answer.objective < direct:
        edges = join_ends(ends, answer.edges, answer.start, answer.stop)
        if len(edges):
            straight = _straighten(network, metric, edges)
            if len(straight) < len(edges):
                path = cut_path(network, straight, origin, destination)
                cost = clock_cost(network, clock, metric, path, departure)
                if cost < INF_COST:
                    return path, max(float(answer.gap), 1.0 - answer.lower_bound / cost)
            return cut_path(network, edges, origin, destination), float(answer.gap)
    if edge < 0:
        return None
    return cut_path(network, np.array([edge], dtype=np.int32), origin, destination), 0.0


def arrive_path(
    network: Network, clock: ClockNetwork, metric: Metric, origin: Snap, destination: Snap, deadline: int
) -> tuple[Path, float, int] | None:
    """Best departure and path for who must be there by a clock; see `moving_path` and `risk_core.routes.clock`.

    What is minimised is the objective and the time one is early, so one leaves as late as the risk allows. In circles
    somebody is sent only where no way without them was found that keeps the deadline.

    Returns
    -------
    tuple or None
        Path, gap, and the clock of the departure, 0 or later; None when no way that sets off then keeps the deadline.
    """
    ends, start, stop = _both_ends(network, clock, metric, origin, destination)
    edge, direct, ahead = _direct(network, clock, origin, destination, deadline, is_deadline=True)
    if len(start.node) and len(stop.node):
        answer = arrive_by(clock, start, stop, (0, deadline), LABEL_BUDGET)
        if answer.start >= 0 and answer.objective < direct:
            edges = join_ends(ends, answer.edges, answer.start, answer.stop)
            if len(edges):
                found = cut_path(network, edges, origin, destination), float(answer.gap), int(answer.score.departure)
                straight = _straighten(network, metric, edges)
                if len(straight) == len(edges):
                    return found
                path = cut_path(network, straight, origin, destination)
                return _best_departure(network, clock, metric, path, deadline, answer) or found
    if edge < 0:
        return None
    return cut_path(network, np.array([edge], dtype=np.int32), origin, destination), 0.0, deadline - ahead


def _passes_once(network: Network, edges: NDArray[np.int32]) -> bool:
    """Whether a way passes no junction twice."""
    met = network.head[edges]
    return len(np.unique(met)) == len(met)


def _straighten(network: Network, metric: Metric, edges: NDArray[np.int32]) -> NDArray[np.int32]:
    """A way without its circles; as it is where a turn is forbidden without them."""
    kept: list[int] = []
    for edge in edges.tolist():
        heads = network.head[kept].tolist()
        at = int(network.tail[edge])
        kept = [*kept[: heads.index(at) + 1], edge] if at in heads else [*kept, edge]
    turns = pairwise(kept)
    if metric.obeys_turns and any(is_forbidden(network.turn_from, network.turn_to, *turn) for turn in turns):
        return edges
    return np.array(kept, dtype=np.int32)


def _best_departure(
    network: Network, clock: ClockNetwork, metric: Metric, path: Path, deadline: int, answer: ClockAnswer
) -> tuple[Path, float, int] | None:
    """A way set off on when an arrive-by answer does, or so late that it just keeps the deadline; None if closed."""
    time = int(np.rint(clock.costs.time[path.edges] * path.share).sum())
    tried = []
    for departure in (int(answer.score.departure), deadline - time):
        cost = clock_cost(network, clock, metric, path, departure)
        if cost < INF_COST and departure + time <= deadline:
            tried.append((cost + deadline - departure - time, departure))
    if not tried:
        return None
    objective, departure = min(tried)
    return path, max(0.0, 1.0 - answer.lower_bound / objective), departure


def _both_ends(
    network: Network, clock: ClockNetwork, metric: Metric, origin: Snap, destination: Snap
) -> tuple[Ends, Pieces, Pieces]:
    """Ends of a question, and the pieces of edges at either end with what they cost in each slice."""
    ends = ends_between(network, metric, origin, destination)
    begins, leaves = start_shares(network, origin), stop_shares(network, destination)
    start = _pieces(clock, ends.start_node, ends.start_edge, [1.0 - begins.get(int(e), 0.0) for e in ends.start_edge])
    stop = _pieces(clock, ends.stop_node, ends.stop_edge, [leaves.get(int(e), 1.0) for e in ends.stop_edge])
    paid = [part_cost(metric, int(e), leaves[int(e)]) if e >= 0 else 0 for e in ends.stop_edge]
    turn = ends.stop_cost - np.array(paid, dtype=np.int32)
    return ends, start, stop._replace(cost=np.minimum(stop.cost + turn, INF_COST).astype(np.int32))


def _leave_at(network: Network, clock: ClockNetwork, start: Pieces, stop: Pieces, departure: int) -> ClockAnswer:
    """The exact answer, or the quick search's where the exact one goes in circles until something opens or eases."""
    answer = depart_at(clock, start, stop, departure, LABEL_BUDGET)
    if _passes_once(network, answer.edges):
        return answer
    return depart_at_quickly(clock, start, stop, departure)


def clock_cost(network: Network, clock: ClockNetwork, metric: Metric, path: Path, departure: int = 0) -> int:
    """Objective of a path for who sets off at a clock; `INF_COST` where it meets a closed edge."""
    costs = clock.costs
    time = np.rint(costs.time[path.edges] * path.share).astype(np.int64)
    entry = departure + np.concatenate([[0], np.cumsum(time)[:-1]])
    end = np.append(costs.begin[1:].astype(np.int64), np.iinfo(np.int64).max)
    is_touched = (costs.begin[:, None] < entry + np.maximum(time, 1)) & (end[:, None] > entry)
    whole = costs.cost[:, path.edges]
    part = np.where(whole >= INF_COST, INF_COST, np.maximum(np.rint(whole * path.share), time))
    dearest = np.where(is_touched, part, 0).max(axis=0)
    street = network.street[path.edges]
    is_back = (street[1:] == street[:-1]) & (path.edges[1:] != path.edges[:-1])
    return int(min(dearest.sum() + int(is_back.sum()) * metric.u_turn, INF_COST))


def _pieces(clock: ClockNetwork, node: NDArray[np.int32], edge: NDArray[np.int32], share: Sequence[float]) -> Pieces:
    """Ends part along edges; at a junction itself (edge -1) nothing is travelled."""
    if len(edge) and edge[0] < 0:
        return at_nodes(clock.costs, node)
    return part_ways(clock.costs, node, edge, np.array(share, dtype=np.float64))


def _direct(
    network: Network, clock: ClockNetwork, origin: Snap, destination: Snap, at: int, is_deadline: bool = False
) -> tuple[int, int, int]:
    """Edge, cost and time of a way of one edge, (-1, `INF_COST`, 0) where there is none; `at`: begin or end."""
    best, best_cost, best_time, stops = -1, INF_COST, 0, stop_shares(network, destination)
    for edge, share in start_shares(network, origin).items():
        ahead = stops.get(edge, -1.0) - share
        if ahead < 0:
            continue
        one = Path(np.array([edge], dtype=np.int32), np.zeros(1), np.zeros(1), np.array([ahead]))
        time = int(np.rint(clock.costs.time[edge] * ahead))
        if is_deadline and time > at:
            continue
        departure = at - time if is_deadline else at
        cost = clock_cost(network, clock, Metric(clock.costs.time, 0, False), one, departure)
        if cost < best_cost:
            best, best_cost, best_time = edge, cost, time
    return best, best_cost, best_time
