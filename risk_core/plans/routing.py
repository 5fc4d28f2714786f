"""From parties to ways: each booked on the streets that are left by those before it."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from risk_core.kernels.evacuation import NEVER, LinkFacts, Sinks, SlotGraph, Sources, bound_slots
from risk_core.kernels.evacuation_tail import Ways
from risk_core.plans.demand import Party
from risk_core.plans.options import EvacuationOptions
from risk_core.plans.reserve import book_groups, way_work
from risk_core.plans.streets import Conditions, Ground, NearestNodes, free_s, slot_facts, slot_graph
from risk_core.routes.snap import MAX_SNAP_M
from risk_core.state.network import Network
from risk_core.state.plan import LeftReason
from risk_core.state.profile import VEHICLES, Profile, RoadClass, profile_position

N_CANDIDATE: Final = 12
"""Street corners tried for a place before it has none."""

GATE_SHARE: Final = 0.01
"""Main streets within this share of the area's extent from its edge lead out of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where parties may go: nodes, places left, and seconds after the order until which each takes people.

    `room` counts persons and is lowered as parties book; arrays of shape=(n_place,).
    """

    node: NDArray[np.int32]
    room: NDArray[np.int64]
    until_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Routed:
    """A party with ways.

    Attributes
    ----------
    party
        Who.
    ways
        Edges of each are network edges; `source` is the position of the group in the party.
    left
        Units of each group without a way, shape=(n_group,).
    reason
        Why, `LeftReason` positions as in the enum; shape=(n_group,), only where `left` is above 0.
    is_reached
        Whether each place can be reached by the profile at all, from anywhere in the party; shape=(n_place,).
    is_again
        Whether these are people of other parties once more, on another way.
    """

    party: Party
    ways: Ways
    left: NDArray[np.int32]
    reason: tuple[LeftReason | None, ...]
    is_reached: NDArray[np.bool_]
    is_again: bool = False


class Layout:
    """Slotted streets of one ground for one profile after another.

    Parameters
    ----------
    network, ground, when
        The streets, what they carry, and what changes on them.
    options
        Of the plan.
    slot_s, n_bin_slot
        Seconds of a slot, and slots in which capacity is counted together.
    """

    def __init__(
        self,
        network: Network,
        ground: Ground,
        when: Conditions,
        options: EvacuationOptions,
        slot_s: float,
        n_bin_slot: int,
    ) -> None:
        self.network, self.ground, self.when, self.options, self.slot_s = network, ground, when, options, slot_s
        self.n_slot = math.ceil(options.horizon_s / slot_s)
        self.n_bin_slot = n_bin_slot
        self.taken = np.zeros((network.n_edge, -(-self.n_slot // n_bin_slot)), dtype=np.int16)
        self._graphs: dict[Profile, tuple[SlotGraph, LinkFacts]] = {}

    def graph(self, profile: Profile) -> tuple[SlotGraph, LinkFacts]:
        """Edges and slots of a profile."""
        if profile not in self._graphs:
            seconds = free_s(self.network, profile)
            facts = slot_facts(
                self.ground,
                self.when,
                profile,
                seconds,
                self.slot_s,
                self.n_slot,
                self.options.margin_s,
                self.n_bin_slot,
            )
            self._graphs[profile] = slot_graph(self.network, profile), facts
        return self._graphs[profile]

    def route(self, party: Party, places: Places, shut: NDArray[np.int64] | None = None) -> Routed:
        """Book ways for a party; `places.room` falls by the persons who go there.

        Parameters
        ----------
        party, places
            Who, and where to.
        shut
            Slices, as bits of each edge, in which the party keeps off an edge that is open; the last ones are then not
            looked at again. shape=(n_edge,).
        """
        graph, facts = self.graph(party.profile)
        tail = self.options.tail
        if shut is not None:
            facts, tail = facts._replace(closed=facts.closed | shut), replace(tail, is_tried=False)
        has_node = party.node >= 0
        ready = np.ceil(party.ready_s / self.slot_s).astype(np.int32)
        sinks = self._sinks(graph, places, party.persons_per_unit)
        is_far = self._is_far(graph, facts, sinks, party)
        goes = has_node & ~is_far
        sources = Sources(np.where(has_node, party.node, 0), ready, np.where(goes, party.units, 0).astype(np.int32))
        before = sinks.room.copy()
        booked = book_groups(graph, facts, sources, sinks, self.taken, tail)
        places.room[:] -= np.ceil((before - sinks.room) * party.persons_per_unit).astype(np.int64)
        np.maximum(places.room, 0, out=places.room)
        left = np.where(goes, booked.left, party.units).astype(np.int32)
        ways = booked.ways._replace(edge=graph.link[booked.ways.edge])
        reason, is_reached = self._reasons(graph, facts, sinks, party, left, is_far)
        return Routed(party, ways, left, reason, is_reached)

    def _sinks(self, graph: SlotGraph, places: Places, persons_per_unit: float) -> Sinks:
        at_node = np.full(len(graph.first_out) - 1, -1, dtype=np.int32)
        at_node[places.node] = np.arange(len(places.node), dtype=np.int32)
        room = np.floor(places.room / persons_per_unit).astype(np.int64)
        until = np.clip(np.floor(np.minimum(places.until_s, 1e8) / self.slot_s), -1, self.n_slot).astype(np.int32)
        return Sinks(at_node, places.node, room, until)

    def _is_far(self, graph: SlotGraph, facts: LinkFacts, sinks: Sinks, party: Party) -> NDArray[np.bool_]:
        """Groups on foot whose nearest place is farther than people can be asked to walk, shape=(n_group,)."""
        if party.profile in VEHICLES:
            return np.zeros(len(party.node), dtype=np.bool_)
        near = bound_slots(graph, facts, sinks, way_work(graph, 0, 0))
        limit = self.options.longest_walk_s / self.slot_s
        at = np.where(party.node >= 0, near[party.node], NEVER)
        return np.asarray((at > limit) & (at < NEVER))

    def _reasons(
        self,
        graph: SlotGraph,
        facts: LinkFacts,
        sinks: Sinks,
        party: Party,
        left: NDArray[np.int32],
        is_far: NDArray[np.bool_],
    ) -> tuple[tuple[LeftReason | None, ...], NDArray[np.bool_]]:
        """Why each group has some left, and which places the party can reach on open streets."""
        is_open = _open_edges(graph, facts)
        to_any = reachable(graph, is_open, sinks.node, is_backward=True)
        to_room = reachable(graph, is_open, sinks.node[sinks.room > 0], is_backward=True)
        reasons: list[LeftReason | None] = []
        for units, node, far in zip(left, party.node, is_far, strict=True):
            if units == 0:
                reasons.append(None)
            elif node < 0:
                reasons.append(LeftReason.NO_STREET)
            elif len(sinks.node) == 0:
                reasons.append(LeftReason.NO_ROOM)
            elif not to_any[node]:
                reasons.append(LeftReason.CUT_OFF)
            elif far:
                reasons.append(LeftReason.TOO_FAR)
            else:
                reasons.append(LeftReason.NOT_IN_TIME if to_room[node] else LeftReason.NO_ROOM)
        reached = reachable(graph, is_open, party.node[party.node >= 0], is_backward=False)
        return tuple(reasons), reached[sinks.node]


def _open_edges(graph: SlotGraph, facts: LinkFacts) -> NDArray[np.bool_]:
    """Edges open in some slice and passing somebody, shape=(n_edge,)."""
    n_slice = int(facts.slice_from[-1]) + 1
    every = np.int64((1 << n_slice) - 1)
    return np.asarray(((facts.closed & every) != every) & (facts.per_bin > 0))[graph.link]


def reachable(
    graph: SlotGraph, is_open: NDArray[np.bool_], node: NDArray[np.int32], is_backward: bool
) -> NDArray[np.bool_]:
    """Nodes that open edges lead to from any of some nodes, or from which they lead there; shape=(n_node,)."""
    n_node = len(graph.first_out) - 1
    tail, head = (graph.head, graph.tail) if is_backward else (graph.tail, graph.head)
    start = np.unique(node)
    rows = np.concatenate([tail[is_open], np.full(len(start), n_node)])
    cols = np.concatenate([head[is_open], start])
    matrix = csr_matrix((np.ones(len(rows), dtype=np.int8), (rows, cols)), shape=(n_node + 1, n_node + 1))
    found = np.zeros(n_node + 1, dtype=np.bool_)
    found[breadth_first_order(matrix, n_node, return_predecessors=False)] = True
    return found[:n_node]


def exit_nodes(
    network: Network, profile: Profile, is_inside: NDArray[np.bool_], is_safe: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Nodes at which a profile has left the zones: the first safe ones outside along any street.

    Where the zones take in every street, the ways out are main streets that end at the edge of the area.

    Parameters
    ----------
    network, profile
        The streets and who leaves.
    is_inside, is_safe
        Whether each node lies in the zones or their ring, and away from danger; shape=(n_node,).
    """
    usable = (network.snap_mask >> profile_position(profile)) & 1 == 1
    leads_out = usable & is_inside[network.tail] & ~is_inside[network.head] & is_safe[network.head]
    found = np.unique(network.head[leads_out])
    if len(found):
        return found.astype(np.int32)
    main = usable & (network.road_class <= RoadClass.SECONDARY)
    node = np.unique(network.head[main])
    lat, lon = network.node_lat_deg, network.node_lon_deg
    reach_deg = GATE_SHARE * np.array([np.ptp(lat), np.ptp(lon)])
    edge_deg = (
        np.minimum.reduce([lat - lat.min(), lat.max() - lat]),
        np.minimum.reduce([lon - lon.min(), lon.max() - lon]),
    )
    at_edge = (edge_deg[0] <= reach_deg[0]) | (edge_deg[1] <= reach_deg[1])
    return np.asarray(node[at_edge[node] & is_safe[node]], dtype=np.int32)


def place_nodes(nearest: NearestNodes, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.int32]:
    """Node of each place, -1 where no street is near; where two places share one, the later gets the next nearest."""
    candidate = nearest.several(lat_deg, lon_deg, N_CANDIDATE, MAX_SNAP_M)
    node = np.full(len(candidate), -1, dtype=np.int32)
    taken: set[int] = set()
    for place, row in enumerate(candidate):
        free = next((int(one) for one in row if one >= 0 and int(one) not in taken), -1)
        node[place] = free
        taken.add(free)
    return node
