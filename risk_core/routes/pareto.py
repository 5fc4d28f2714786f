"""Every way worth choosing between time and danger, and the few of them that differ clearly."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import COST_PER_S, Metric, weigh
from risk_core.errors import Fault, raise_faults
from risk_core.kernels.hierarchy import INF_COST
from risk_core.kernels.pareto import Criterion, Limits, Places, find_front
from risk_core.routes.price import Priced
from risk_core.routes.search import Path, cut_path, direct_edge, ends_between, find_path, join_ends, path_cost
from risk_core.routes.weights import Weights, customise, rule_of
from risk_core.state.network import Network
from risk_core.state.route import EdgeCosts, RouteKind, Snap

_SLACK_UNITS: Final = 1000


@dataclass(frozen=True, slots=True)
class ParetoOptions:
    """How far to search.

    Attributes
    ----------
    slack
        A way is left out where one no slower was found whose danger is at most this share above its own; 0 is exact.
    n_label
        Most labels of the search: 300,000 are some 0.2 s.
    """

    slack: float = 0.0
    n_label: int = 300_000

    def __post_init__(self) -> None:
        faults = []
        if not 0 <= self.slack <= 10:
            faults.append(Fault("slack", str(self.slack), "a share of 0 to 10", "Give 0 for the exact set."))
        if not 1 <= self.n_label <= 2**30:
            faults.append(Fault("n_label", str(self.n_label), f"1 to {2**30}", "Keep the default."))
        raise_faults(faults)


PARETO_DEFAULTS: Final = ParetoOptions()


@dataclass(frozen=True, slots=True, eq=False)
class ParetoWay:
    """A way that no other way betters in both.

    Attributes
    ----------
    path
        Its edges.
    time_s
        Seconds under way, and what vehicles are charged for turning back.
    danger_s
        Seconds under way times the danger there, 1 at the risk where the level 경계 begins
        (`risk_core.fields.sample.danger_of`).
    """

    path: Path
    time_s: float
    danger_s: float


@dataclass(frozen=True, slots=True, eq=False)
class ParetoSet:
    """Ways in order of time, the danger falling.

    Attributes
    ----------
    ways
        At least one.
    is_complete
        False where the labels ran out: the quickest ways, and beyond them those that the customised blends of time and
        danger know. False too where a vehicle's way was found that turns back where the hierarchy does not charge it
        (only next to junctions with forbidden turns), for it may have hidden another one.
    """

    ways: tuple[ParetoWay, ...]
    is_complete: bool


def danger_metric(costs: EdgeCosts) -> Metric:
    """Danger alone: what a second counts more, per unit of weight, times the seconds; 0 where there is none."""
    time = weigh(costs, 0.0)
    is_open = time.cost < INF_COST
    danger = np.where(is_open, costs.travel_time_s, 0.0) * costs.danger * COST_PER_S
    cost = np.where(is_open, np.minimum(np.rint(danger), INF_COST - 1), INF_COST).astype(np.int32)
    return Metric(cost, 0, time.obeys_turns)


def danger_weights(network: Network, costs: EdgeCosts) -> Weights:
    """The hierarchy customised to danger alone."""
    return customise(network, danger_metric(costs))


def _close(metric: Metric, is_closed: NDArray[np.bool_]) -> Metric:
    cost = np.where(is_closed, np.int32(INF_COST), metric.cost).astype(np.int32)
    return Metric(cost, metric.u_turn, metric.obeys_turns)


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Both metrics of a question with what is closed at any time barred, and the ends."""

    network: Network
    time: Metric
    danger: Metric
    origin: Snap
    destination: Snap

    def cost_of(self, path: Path) -> tuple[int, int]:
        """Both costs of a path, recounted."""
        return path_cost(self.network, self.time, path), path_cost(self.network, self.danger, path)


def find_pareto(
    network: Network,
    priced: Priced,
    danger: Weights,
    origin: Snap,
    destination: Snap,
    options: ParetoOptions = PARETO_DEFAULTS,
) -> ParetoSet | None:
    """Every pair of time and danger that no other way betters, with one way for each.

    Danger is that of the departure's slice; edges closed then or in any later slice are never used. Exact where
    `ParetoSet.is_complete` and the slack is 0.

    Parameters
    ----------
    network, priced
        The streets, and what they cost the traveller.
    danger
        `danger_weights` of the same costs.
    origin, destination
        On the network.
    options
        Exactness and budget.

    Returns
    -------
    ParetoSet or None
        None when no open way leads there.
    """
    is_barred = priced.is_closed | priced.is_avoided
    time = _close(priced.metrics[RouteKind.FASTEST], is_barred)
    pair = _Pair(network, time, _close(danger.metric, is_barred), origin, destination)
    paths, is_complete = _search(pair, priced.weights[RouteKind.FASTEST], danger, options)
    if not is_complete:
        paths += _blends(pair, priced.weights, is_barred)
    edge, _ = direct_edge(network, pair.time, origin, destination)
    if edge >= 0:
        paths.append(cut_path(network, np.array([edge], dtype=np.int32), origin, destination))
    costed = [(*pair.cost_of(path), path) for path in paths]
    ways = [ParetoWay(path, a / COST_PER_S, b / COST_PER_S) for a, b, path in undominated(costed)]
    return ParetoSet(tuple(ways), is_complete) if ways else None


def undominated(costed: list[tuple[int, int, Path]]) -> list[tuple[int, int, Path]]:
    """Those whose second cost is below that of all before them in order of the first; barred ones are left out."""
    kept: list[tuple[int, int, Path]] = []
    for one in sorted(costed, key=lambda one: one[:2]):
        if one[0] < INF_COST and one[1] < INF_COST and (not kept or one[1] < kept[-1][1]):
            kept.append(one)
    return kept


def _search(pair: _Pair, time: Weights, danger: Weights, options: ParetoOptions) -> tuple[list[Path], bool]:
    """Paths of the front between the ends, and whether the labels sufficed."""
    network, ends = pair.network, ends_between(pair.network, pair.time, pair.origin, pair.destination)
    other = ends_between(network, pair.danger, pair.origin, pair.destination)
    first = Criterion(pair.time.cost, rule_of(pair.time), time.up, time.down)
    second = Criterion(pair.danger.cost, rule_of(pair.danger), danger.up, danger.down)
    starts = Places(ends.start_node, ends.start_cost, other.start_cost)
    stops = Places(ends.stop_node, ends.stop_cost, other.stop_cost)
    slack = round(options.slack * _SLACK_UNITS)
    limits = Limits(options.n_label, INF_COST - 1, _SLACK_UNITS + slack, _SLACK_UNITS)
    tree, moves = network.hierarchy.tree, network.hierarchy.moves
    front = find_front(tree, moves, first, second, starts, stops, limits)
    paths, is_complete = [], bool(front.is_complete)
    for i in range(len(front.first)):
        edges = front.edge[front.first_edge[i] : front.first_edge[i + 1]]
        whole = join_ends(ends, edges, int(front.start[i]), int(front.stop[i]))
        if not len(whole):
            continue
        paths.append(cut_path(network, whole, pair.origin, pair.destination))
        is_charged = path_cost(network, pair.time, paths[-1]) < int(front.first[i]) + max(1, pair.time.u_turn // 2)
        is_complete &= is_charged or pair.time.u_turn == 0
    return paths, is_complete


def _blends(pair: _Pair, weights: Mapping[RouteKind, Weights], is_barred: NDArray[np.bool_]) -> list[Path]:
    """The cheapest way under each blend of time and danger that is customised."""
    found = []
    for some in weights.values():
        metric = _close(some.metric, is_barred & (some.metric.cost < INF_COST))
        same = (metric.cost == some.metric.cost).all()
        path = find_path(pair.network, some, some.metric if same else metric, pair.origin, pair.destination)
        found.append(path)
    return [path for path in found if path is not None]


def shared_share(network: Network, path: Path, other: Path) -> float:
    """Share of a path's metres that lie on edges of another one."""
    length_m = network.length_m[path.edges] * path.share
    total_m = float(length_m.sum())
    return float(length_m[np.isin(path.edges, other.edges)].sum()) / total_m if total_m > 0 else 1.0


def choose_few(network: Network, found: ParetoSet, n: int = 3, most_shared: float = 0.8) -> tuple[ParetoWay, ...]:
    """The quickest way, the least dangerous one, and between them those that bend the trade-off most.

    Both costs are scaled to 0..1 between the two ends; the next way chosen is the one farthest below the line between
    its chosen neighbours, as long as one lies below it and no more than `most_shared` of its metres are on either
    neighbour. Chosen by the largest distance to the chord as in Das, "On characterizing the knee of the Pareto curve",
    Structural Optimization 18 (1999).

    Parameters
    ----------
    network
        The streets.
    found
        Ways in order of time.
    n
        Most ways chosen, 1 or more.
    most_shared
        Largest share of a chosen way's metres that also belong to a neighbour.
    """
    ways = found.ways
    time, danger = (np.array([getattr(way, name) for way in ways]) for name in ("time_s", "danger_s"))
    x, y = time - time[0], danger - danger[-1]
    x, y = x / max(x[-1], 1e-9), y / max(y[0], 1e-9)
    chosen = [0, len(ways) - 1] if len(ways) > 1 and n > 1 else [0]
    while len(chosen) < n:
        at = _farthest_below(network, ways, x, y, chosen, most_shared)
        if at < 0:
            break
        chosen = sorted([*chosen, at])
    return tuple(ways[i] for i in chosen)


def _farthest_below(
    network: Network,
    ways: tuple[ParetoWay, ...],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    chosen: list[int],
    most_shared: float,
) -> int:
    """Position of the way farthest below the chord of its chosen neighbours, -1 where none is clearly different."""
    best, depth = -1, 0.0
    for low, high in pairwise(chosen):
        for i in range(low + 1, high):
            ahead = (x[i] - x[low]) / (x[high] - x[low])
            below = y[low] + ahead * (y[high] - y[low]) - y[i]
            if below > depth and all(
                shared_share(network, ways[i].path, ways[k].path) <= most_shared for k in (low, high)
            ):
                best, depth = i, float(below)
    return best
