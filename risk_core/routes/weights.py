"""The hierarchy customised to one metric: made once a snapshot, asked a thousand times."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from risk_core.costs.objective import COST_PER_S, Metric, is_bound_by_turns
from risk_core.kernels.costs import blend_costs, travel_times
from risk_core.kernels.hierarchy import Tree, TurnRule, cost_moves
from risk_core.kernels.lanes import LANES, customise_lanes, seed_lanes, take_lane
from risk_core.kernels.partial import follow_changes
from risk_core.kernels.perfect import Rise, rise_of
from risk_core.kernels.unpack import Customised
from risk_core.state.network import Network
from risk_core.state.profile import Profile, profile_position


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
    known
        What up edges stand for, as far as paths have asked (see `Customised`), shape=(2 x n_up, 2).
    risen
        Holds the up edges that matter once a search has asked for them; see `rise`.
    """

    metric: Metric
    up: NDArray[np.int32]
    down: NDArray[np.int32]
    known: NDArray[np.int32]
    risen: list[Rise] = field(default_factory=list)

    @classmethod
    def from_arrays(cls, metric: Metric, up: NDArray[np.int32], down: NDArray[np.int32]) -> "Weights":
        """Weights that are customised already, for example mapped from a snapshot."""
        up.setflags(write=False)
        down.setflags(write=False)
        return cls(metric, up, down, np.zeros((2 * len(up), 2), dtype=np.int32))

    @property
    def rule(self) -> TurnRule:
        """How turns count under this metric, as the kernels take it."""
        return rule_of(self.metric)

    def rise(self, tree: Tree) -> Rise:
        """The up edges of the hierarchy that a cheapest way upward can need, found when first asked for.

        Only streets closed for one question need them, so no snapshot pays for them. Threads that ask at once may
        each find them; the first to end is kept.
        """
        if not self.risen:
            self.risen.append(rise_of(tree, self.up, self.down))
        return self.risen[0]

    @property
    def customised(self) -> Customised:
        """The arrays as the kernels take them."""
        return Customised(self.up, self.down, self.known)


def rule_of(metric: Metric) -> TurnRule:
    """How turns count under a metric, as the kernels take it."""
    return TurnRule(int(metric.u_turn), int(metric.obeys_turns))


def move_costs(network: Network, metric: Metric) -> NDArray[np.int32]:
    """Cost of every move of the hierarchy under a metric, shape=(n_move,)."""
    return cost_moves(network.hierarchy.moves, metric.cost, rule_of(metric))


def customise(network: Network, metric: Metric) -> Weights:
    """Customise the network's hierarchy to a metric (basic customisation)."""
    return Weights.from_arrays(metric, *network.hierarchy.weights(metric.cost, rule_of(metric)))


def customise_all(network: Network, metrics: Sequence[Metric]) -> NDArray[np.int32]:
    """Customise to several metrics, sixteen at a time and the rest one by one.

    Returns
    -------
    int32 array
        Weights upward and downward, shape=(n_metric, 2, n_up); as `customise` gives them one by one.
    """
    hierarchy = network.hierarchy
    out = np.empty((len(metrics), 2, hierarchy.n_up), dtype=np.int32)
    n_together = len(metrics) // LANES * LANES
    lanes = np.empty((hierarchy.n_up if n_together else 0, 2 * LANES), dtype=np.int32)
    for begin in range(0, n_together, LANES):
        some = metrics[begin : begin + LANES]
        cost = np.stack([metric.cost for metric in some], axis=1)
        u_turn, obeys = (np.array(column, dtype=np.int32) for column in zip(*map(rule_of, some), strict=True))
        seed_lanes(hierarchy.moves, hierarchy.move_place, cost, u_turn, obeys, lanes)
        customise_lanes(hierarchy.tree, hierarchy.lower, lanes)
        for lane in range(LANES):
            out[begin + lane] = take_lane(lanes, lane)
    for i in range(n_together, len(metrics)):
        weights = customise(network, metrics[i])
        out[i] = weights.up, weights.down
    return out


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


def free_cost(network: Network, profile: Profile) -> NDArray[np.int32]:
    """Time of each edge with nothing closed, whole units, shape=(n_edge,); `INF_COST` where the profile may not go."""
    no_danger = np.zeros(network.n_edge, dtype=np.float32)
    return blend_costs(travel_times_s(network, profile), no_danger, 0.0, float(COST_PER_S))


def travel_times_s(network: Network, profile: Profile) -> NDArray[np.float32]:
    """Seconds of each edge with nothing closed, shape=(n_edge,); inf where the profile may not go."""
    bit = profile_position(profile)
    no_mask = np.zeros(network.n_edge, dtype=np.uint8)
    return travel_times(network.length_m, network.speed_m_per_s[bit], no_mask, bit)


def free_weights(network: Network, profile: Profile) -> Weights:
    """The hierarchy customised to time alone, with nothing closed; depends on the streets only."""
    return customise(network, Metric(free_cost(network, profile), 0, is_bound_by_turns(profile)))
