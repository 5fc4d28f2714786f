"""Streets as a plan meets them: who may use them when, in slots for booking and as queues for loading."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from risk_core.costs.closures import close_slices, edges_met
from risk_core.fields.sample import sample_streets
from risk_core.kernels.evacuation import LinkFacts, SlotGraph
from risk_core.kernels.loading import Streets
from risk_core.plans.capacity import crowd_table, road_capacity, turn_cost, walk_capacity
from risk_core.plans.options import EvacuationOptions
from risk_core.routes.schedule import moving
from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS
from risk_core.state.network import Network
from risk_core.state.plan import WhatIf
from risk_core.state.profile import VEHICLES, Profile, profile_position
from risk_core.state.rows import first_of
from risk_core.units import M_PER_DEG_LAT

MAX_SLICES: Final = 62
"""Slices of time a plan tells apart; later ones count as one in which everything that ever closes is closed."""

HELD_FOR_EVER: Final = 1e30

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """What changes on the streets after the order.

    Attributes
    ----------
    begin_s
        Seconds after the order at which each slice begins, the first 0, shape=(n_slice,).
    closed_mask
        Bit p set where profile p may not go: closures and impassable risk, shape=(n_slice, n_edge).
    risk
        Largest risk along each edge, unknown as 0, shape=(n_slice, n_edge).
    contraflow, against
        Edges that gain the lanes of the other direction, and edges that lose theirs, shape=(n_edge,).
    """

    begin_s: NDArray[np.float64]
    closed_mask: NDArray[np.uint8]
    risk: NDArray[np.float32]
    contraflow: Bools
    against: Bools


def conditions(network: Network, assessment: Assessment, what_if: WhatIf, options: EvacuationOptions) -> Conditions:
    """Closures and risk on every edge from the order on, at the present time of an assessment.

    Raises
    ------
    InputError
        For closures and contraflow lines whose shapes do not fit.
    """
    known = assessment.closures + what_if.closures
    schedule = moving(replace(assessment, closures=known), assessment.step_now)
    begin_s, step = schedule.begin_s, schedule.step
    masks = close_slices(network, known, schedule.at_s)
    layer = assessment.layers.get(options.layer)
    codes = np.full((len(step), network.n_street), 0, dtype=np.uint8)
    if layer is not None:
        sampled = sample_streets(network, layer.risk[np.unique(step)])
        codes = sampled[np.searchsorted(np.unique(step), step)]
    codes = np.where(codes == RISK_CODE_MISSING, 0, codes)[:, network.street]
    masks = np.where(codes >= options.impassable_risk * RISK_CODE_STEPS, np.uint8(255), masks)
    if len(begin_s) > MAX_SLICES:
        masks[MAX_SLICES - 1] = np.bitwise_or.reduce(masks[MAX_SLICES - 1 :], axis=0)
        codes[MAX_SLICES - 1] = codes[MAX_SLICES - 1 :].max(axis=0)
        begin_s, masks, codes = begin_s[:MAX_SLICES], masks[:MAX_SLICES], codes[:MAX_SLICES]
    gains, loses = _contraflow(network, what_if)
    return Conditions(begin_s, masks, (codes / RISK_CODE_STEPS).astype(np.float32), gains, loses)


def _contraflow(network: Network, what_if: WhatIf) -> tuple[Bools, Bools]:
    """Edges that run the way a contraflow line was drawn, and their opposites."""
    gains = np.zeros(network.n_edge, dtype=np.bool_)
    for shape in what_if.contraflow:
        line = np.concatenate(shape.parts)
        ahead = line[-1] - line[0]
        edges = edges_met(network, shape)
        tail, head = network.tail[edges], network.head[edges]
        d_lat = network.node_lat_deg[head] - network.node_lat_deg[tail]
        d_lon = network.node_lon_deg[head] - network.node_lon_deg[tail]
        shrink = np.cos(np.radians(line[:, 0].mean())) ** 2
        gains[edges[d_lat * ahead[0] + d_lon * ahead[1] * shrink > 0]] = True
    opposite = network.street_edge[:, network.street]
    both = np.where(network.is_forward.astype(bool), opposite[1], opposite[0])
    loses = np.zeros(network.n_edge, dtype=np.bool_)
    loses[both[gains & (both >= 0)]] = True
    return gains & ~loses, loses & ~gains


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Infrastructure shared by some profiles: the road for vehicles, the ground for those on foot.

    Attributes
    ----------
    profiles
        Who shares it; the first one's pace is the free one.
    per_s, space
        Units/s that leave each edge straight on, and units it holds, shape=(n_edge,).
    speed_share
        Speed by fullness.
    bearing_deg
        Of each edge at its beginning and end, shape=(2, n_edge); zeros where turns do not matter.
    turn_cost
        How many times the outflow one takes that turns, by the turn; one entry where turns do not matter.
    booked_per_s
        Units/s ways are booked for: what leaves by the straightest way on, shape=(n_edge,).
    """

    profiles: tuple[Profile, ...]
    per_s: NDArray[np.float64]
    space: NDArray[np.float64]
    speed_share: NDArray[np.float64]
    bearing_deg: NDArray[np.int16]
    turn_cost: NDArray[np.float64]
    booked_per_s: NDArray[np.float64]


def road(network: Network, when: Conditions) -> Ground:
    """The carriageway for vehicles, contraflow as in `when`."""
    per_s, space = road_capacity(network)
    factor = np.where(when.contraflow, 2.0, np.where(when.against, 0.0, 1.0))
    per_s, cost, bearing = per_s * factor, turn_cost(), bearings_deg(network)
    booked = per_s / straightest_cost(network, bearing, cost)
    space = np.maximum(1.0, space * factor)
    return Ground((Profile.CAR, Profile.BUS), per_s, space, np.ones(2), bearing, cost, booked)


def pavement(network: Network) -> Ground:
    """Where people walk and roll."""
    per_s, space = walk_capacity(network)
    nowhere = np.zeros((2, network.n_edge), dtype=np.int16)
    return Ground((Profile.WALK, Profile.WHEELCHAIR), per_s, space, crowd_table(), nowhere, np.ones(1), per_s)


def bearings_deg(network: Network) -> NDArray[np.int16]:
    """Bearing of each edge at its beginning and end, whole degrees clockwise from north, shape=(2, n_edge)."""
    lat, lon, first = network.point_lat_deg, network.point_lon_deg, network.street_first_point
    shrink = np.cos(np.radians(float(lat.mean()))) if len(lat) else 1.0

    def along(start: NDArray[np.integer]) -> NDArray[np.float64]:
        bearing = np.degrees(np.arctan2((lon[start + 1] - lon[start]) * shrink, lat[start + 1] - lat[start]))
        return np.asarray(bearing, dtype=np.float64)

    begin, end = along(first[:-1])[network.street], along(first[1:] - 2)[network.street]
    is_forward = network.is_forward.astype(bool)
    found = np.where(is_forward, (begin, end), (end + 180.0, begin + 180.0))
    return np.asarray(np.rint(found % 360.0), dtype=np.int16)


def straightest_cost(
    network: Network, bearing_deg: NDArray[np.int16], cost: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Cost of the least turn from each edge into one that cars may use, 1 where its way ends; shape=(n_edge,).

    Parameters
    ----------
    network
        The streets.
    bearing_deg, cost
        As in `Ground`.
    """
    n_on = np.diff(network.first_out)[network.head]
    edge = np.repeat(np.arange(network.n_edge), n_on)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(n_on) - n_on, n_on)
    onward = network.first_out[network.head[edge]] + nth
    is_way = (network.speed_m_per_s[profile_position(Profile.CAR)][onward] > 0) & (
        network.street[onward] != network.street[edge]
    )
    edge, onward = edge[is_way], onward[is_way]
    change = bearing_deg[0, onward].astype(np.int64) - bearing_deg[1, edge]
    turn_deg = np.abs((change + 180) % 360 - 180)
    least = np.full(network.n_edge, np.inf)
    np.minimum.at(least, edge, cost[(turn_deg * (len(cost) - 1) + 90) // 180])
    return np.asarray(np.where(np.isfinite(least), least, 1.0), dtype=np.float64)


def free_s(network: Network, profile: Profile) -> NDArray[np.float32]:
    """Seconds of each edge for a profile on empty streets, shape=(n_edge,), inf where it may not go."""
    speed = network.speed_m_per_s[profile_position(profile)]
    with np.errstate(divide="ignore"):
        return np.asarray(network.length_m / speed, dtype=np.float32)


def closed_bits(when: Conditions, profile: Profile) -> NDArray[np.int64]:
    """A bit for each slice in which a profile may not use an edge, shape=(n_edge,)."""
    is_closed = (when.closed_mask >> profile_position(profile)) & 1
    bits = np.zeros(is_closed.shape[1], dtype=np.int64)
    for k, row in enumerate(is_closed):
        bits |= row.astype(np.int64) << np.int64(k)
    return bits


def slot_graph(network: Network, profile: Profile) -> SlotGraph:
    """Edges a profile may use, turn restrictions kept for vehicles.

    A node that a forbidden turn leads through is doubled for the edge before the turn: its twin has all ways on but the
    forbidden ones. Twins share their link with the original, so that capacity is not doubled.
    """
    speed = network.speed_m_per_s[profile_position(profile)]
    link = np.flatnonzero(speed > 0).astype(np.int32)
    tail, head = network.tail[link].astype(np.int32), network.head[link].astype(np.int32)
    n_node = network.n_node
    if profile in VEHICLES and len(network.turn_from):
        position = np.full(network.n_edge, -1, dtype=np.int64)
        position[link] = np.arange(len(link))
        tails, heads, links = [tail], [head.copy()], [link]
        for edge in np.unique(network.turn_from):
            if position[edge] < 0:
                continue
            via = network.head[edge]
            banned = network.turn_to[network.turn_from == edge]
            onward = np.flatnonzero((tail == via) & ~np.isin(link, banned))
            heads[0][position[edge]] = n_node
            tails.append(np.full(len(onward), n_node, dtype=np.int32))
            heads.append(head[onward])
            links.append(link[onward])
            n_node += 1
        tail, head, link = np.concatenate(tails), np.concatenate(heads), np.concatenate(links)
    order = np.lexsort((link, tail))
    tail, head, link = tail[order], head[order], link[order]
    in_edge = np.argsort(head, kind="stable").astype(np.int32)
    return SlotGraph(first_of(tail, n_node), tail, head, first_of(head[in_edge], n_node), in_edge, link)


def slot_facts(
    ground: Ground,
    when: Conditions,
    profile: Profile,
    seconds: NDArray[np.float32],
    slot_s: float,
    n_slot: int,
    margin_s: float,
    bin_slots: int,
) -> LinkFacts:
    """Links in slots of `slot_s` seconds; closures count `margin_s` earlier and later than they are."""
    slots = np.where(np.isfinite(seconds), np.maximum(1, np.rint(seconds / slot_s)), 1).astype(np.int32)
    at_s = np.arange(n_slot + 1) * slot_s

    def of(second: NDArray[np.floating]) -> NDArray[np.int32]:
        return np.maximum(0, np.searchsorted(when.begin_s, second, side="right") - 1).astype(np.int32)

    per_bin = np.minimum(ground.booked_per_s * slot_s * bin_slots, 30_000.0)
    return LinkFacts(slots, per_bin, closed_bits(when, profile), of(at_s - margin_s), of(at_s + margin_s), bin_slots)


def queue_streets(ground: Ground, when: Conditions, network: Network, factor: float, demand: float) -> Streets:
    """Links as queues with `factor` of the capacity, for `demand` times the units that are loaded."""
    seconds = np.minimum.reduce([free_s(network, one) for one in ground.profiles])
    bits = np.stack([closed_bits(when, one) for one in ground.profiles])
    return Streets(
        np.where(np.isfinite(seconds), seconds, np.float32(HELD_FOR_EVER)).astype(np.float32),
        np.maximum(ground.per_s, 1e-9) * factor / demand,
        ground.space / demand,
        ground.speed_share,
        bits,
        when.begin_s,
        when.risk,
        ground.bearing_deg,
        ground.turn_cost,
    )


class NearestNodes:
    """Nodes a profile may start or end at, found by position.

    Parameters
    ----------
    network
        The streets.
    profile
        The traveller: only its largest connected part counts.
    """

    def __init__(self, network: Network, profile: Profile) -> None:
        usable = (network.snap_mask >> profile_position(profile)) & 1 == 1
        self.node = np.unique(np.concatenate([network.tail[usable], network.head[usable]])).astype(np.int32)
        lat_deg = network.node_lat_deg
        self._scale = np.array([M_PER_DEG_LAT, M_PER_DEG_LAT * np.cos(np.radians(float(lat_deg.mean())))])
        places = np.column_stack([lat_deg, network.node_lon_deg])[self.node] * self._scale
        self._tree = cKDTree(places) if len(places) else None

    def find(self, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], max_m: float) -> NDArray[np.int32]:
        """Nearest such node of each place, shape as given, -1 where none lies within `max_m` metres."""
        if self._tree is None or not len(lat_deg):
            return np.full(len(lat_deg), -1, dtype=np.int32)
        far_m, at = self._tree.query(np.column_stack([lat_deg, lon_deg]) * self._scale, distance_upper_bound=max_m)
        found = np.isfinite(far_m)
        return np.where(found, self.node[np.where(found, at, 0)], -1).astype(np.int32)

    def several(
        self, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], n: int, max_m: float
    ) -> NDArray[np.int32]:
        """The `n` nearest such nodes of each place, nearest first, -1 beyond `max_m`; shape=(n_place, n)."""
        if self._tree is None or not len(lat_deg):
            return np.full((len(lat_deg), n), -1, dtype=np.int32)
        places = np.column_stack([lat_deg, lon_deg]) * self._scale
        far_m, at = self._tree.query(places, k=np.arange(1, n + 1), distance_upper_bound=max_m)
        found = np.isfinite(far_m)
        return np.where(found, self.node[np.where(found, at, 0)], -1).astype(np.int32)
