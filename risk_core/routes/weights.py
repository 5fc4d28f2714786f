"""The hierarchy customised to one metric: made once a snapshot, asked a thousand times."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.edge_costs import edge_costs
from risk_core.costs.objective import COST_PER_S, Metric, is_bound_by_turns, make_metric
from risk_core.kernels.costs import blend_costs, travel_times
from risk_core.kernels.hierarchy import INF_COST, UNKNOWN, TurnRule, cost_moves, seed
from risk_core.kernels.hierarchy import customise as lower_weights
from risk_core.kernels.partial import follow_changes
from risk_core.kernels.unpack import Customised
from risk_core.state.assessment import Assessment
from risk_core.state.level import Layer
from risk_core.state.network import Network
from risk_core.state.profile import PROFILES, Profile, profile_position
from risk_core.state.route import EdgeCosts, RouteKind


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Weights of the up edges under one metric.

    Attributes
    ----------
    metric
        What they are customised to.
    up, down
        Cheapest way along each up edge through lower nodes only, from its lower end to its upper end and back,
        shape=(n_up,), `INF_COST` where there is none; read-only.
    known_up, known_down
        What up edges stand for, as far as paths have asked: the lower node they lead through, or minus 2 minus the
        edge, shape=(n_up,).
    """

    metric: Metric
    up: NDArray[np.int32]
    down: NDArray[np.int32]
    known_up: NDArray[np.int32]
    known_down: NDArray[np.int32]

    @classmethod
    def from_arrays(cls, metric: Metric, up: NDArray[np.int32], down: NDArray[np.int32]) -> "Weights":
        """Weights that are customised already, for example mapped from a snapshot."""
        up.setflags(write=False)
        down.setflags(write=False)
        known_up, known_down = (np.full(len(up), UNKNOWN, dtype=np.int32) for _ in range(2))
        return cls(metric, up, down, known_up, known_down)

    @property
    def rule(self) -> TurnRule:
        """How turns count under this metric, as the kernels take it."""
        return rule_of(self.metric)

    @property
    def customised(self) -> Customised:
        """The arrays as the kernels take them."""
        return Customised(self.up, self.down, self.known_up, self.known_down)


def rule_of(metric: Metric) -> TurnRule:
    """How turns count under a metric, as the kernels take it."""
    return TurnRule(int(metric.u_turn), int(metric.obeys_turns))


def move_costs(network: Network, metric: Metric) -> NDArray[np.int32]:
    """Cost of every move of the hierarchy under a metric, shape=(n_move,)."""
    return cost_moves(network.hierarchy.moves, metric.cost, rule_of(metric))


def customise(network: Network, metric: Metric) -> Weights:
    """Customise the network's hierarchy to a metric (basic customisation)."""
    hierarchy = network.hierarchy
    up, down = seed(hierarchy.move_place, move_costs(network, metric), hierarchy.n_up)
    lower_weights(hierarchy.tree, hierarchy.lower, up, down)
    return Weights.from_arrays(metric, up, down)


def recustomise(network: Network, weights: Weights, metric: Metric) -> Weights:
    """Customise to a metric that differs from that of `weights` in few edges, following just those.

    Parameters
    ----------
    network
        The streets.
    weights
        Customised to the former metric; not changed.
    metric
        The new one, dearer or cheaper anywhere, of the same turn rule.
    """
    hierarchy = network.hierarchy
    up, down = weights.up.copy(), weights.down.copy()
    is_changed = (metric.cost != weights.metric.cost)[hierarchy.move_edge]
    changed = np.flatnonzero(is_changed).astype(np.int32)
    shape = (hierarchy.tree, hierarchy.lower, hierarchy.moves, hierarchy.move_place)
    follow_changes(*shape, changed, metric.cost, rule_of(metric), up, down)
    return Weights.from_arrays(metric, up, down)


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """The streets as one traveller meets them in one time slice.

    Attributes
    ----------
    costs
        Seconds and risk of each edge.
    weights
        The hierarchy customised to each kind of route.
    metrics
        What each kind minimises: the metric of its weights, or one nowhere below it where more is barred.
    free
        The hierarchy customised to time alone, nothing closed.
    is_avoided
        Edges barred by request, shape=(n_edge,).
    """

    costs: EdgeCosts
    weights: Mapping[RouteKind, Weights]
    metrics: Mapping[RouteKind, Metric]
    free: Weights
    is_avoided: NDArray[np.bool_]

    @classmethod
    def from_weights(cls, costs: EdgeCosts, weights: Mapping[RouteKind, Weights], free: Weights) -> "Priced":
        """Nothing barred but what the costs bar."""
        metrics = {kind: some.metric for kind, some in weights.items()}
        return cls(costs, weights, metrics, free, np.zeros(len(costs.travel_time_s), dtype=np.bool_))


def free_weights(network: Network, profile: Profile) -> Weights:
    """The hierarchy customised to time alone, with nothing closed; depends on the streets only."""
    bit = profile_position(profile)
    no_mask, no_danger = np.zeros(network.n_edge, dtype=np.uint8), np.zeros(network.n_edge, dtype=np.float32)
    time_s = travel_times(network.length_m, network.speed_m_per_s[bit], no_mask, bit)
    cost = blend_costs(time_s, no_danger, 0.0, float(COST_PER_S))
    return customise(network, Metric(cost, 0, is_bound_by_turns(profile)))


def costs_at(network: Network, assessment: Assessment, profile: Profile, step: int) -> EdgeCosts:
    """Edge costs of a profile on one time slice of an assessment: combined risk, closures in force."""
    return edge_costs(network, profile, assessment.layers[Layer.COMBINED].risk[step], assessment.closed_mask)


def price(network: Network, costs: EdgeCosts, free: Weights | None = None) -> Priced:
    """Customise the hierarchy to every kind of route.

    Parameters
    ----------
    network, costs
        The streets, and what each edge costs the traveller.
    free
        `free_weights` of the profile, where the caller keeps them.
    """
    weights = {kind: customise(network, make_metric(costs, kind)) for kind in RouteKind}
    return Priced.from_weights(costs, weights, free or free_weights(network, costs.profile))


def price_at(
    network: Network, assessment: Assessment, profile: Profile, step: int, free: Weights | None = None
) -> Priced:
    """Price the streets for a profile on one time slice; the present one is read from the assessment.

    Parameters
    ----------
    network, assessment
        The streets and their assessment.
    profile
        The traveller.
    step
        Time slice.
    free
        `free_weights` of the profile, where the caller keeps them.
    """
    costs = costs_at(network, assessment, profile, step)
    if assessment.weights is None or step != assessment.step_now:
        return price(network, costs, free)
    published = assessment.weights[profile_position(profile)]
    pairs = zip(RouteKind, published, strict=True)
    weights = {kind: Weights.from_arrays(make_metric(costs, kind), up, down) for kind, (up, down) in pairs}
    return Priced.from_weights(costs, weights, free or free_weights(network, profile))


def publish(network: Network, field: NDArray[np.uint8], closed_mask: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Customise the hierarchy for every profile and kind of route, as an assessment holds it.

    Parameters
    ----------
    network
        The streets.
    field
        Risk bytes of the grid, shape=(n_row, n_col).
    closed_mask
        Closures in force, shape=(n_edge,).
    """
    kinds = tuple(RouteKind)
    out = np.empty((len(PROFILES), len(kinds), 2, network.hierarchy.n_up), dtype=np.int32)
    for profile in PROFILES:
        costs = edge_costs(network, profile, field, closed_mask)
        for position, kind in enumerate(kinds):
            weights = customise(network, make_metric(costs, kind))
            out[profile_position(profile), position] = weights.up, weights.down
    return out


def bar_edges(priced: Priced, is_avoided: NDArray[np.bool_]) -> Priced:
    """The same streets with more edges barred; no new customisation is needed.

    Parameters
    ----------
    priced
        As customised.
    is_avoided
        Edges to bar, shape=(n_edge,).
    """
    metrics = {kind: _bar(metric, is_avoided) for kind, metric in priced.metrics.items()}
    return replace(priced, metrics=metrics, is_avoided=priced.is_avoided | is_avoided)


def _bar(metric: Metric, is_barred: NDArray[np.bool_]) -> Metric:
    cost = np.where(is_barred, np.int32(INF_COST), metric.cost).astype(np.int32)
    return replace(metric, cost=cost)
