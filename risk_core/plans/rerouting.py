"""Another way, from where they stand, for those whose street would close under them or whose door would be shut."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.evacuation_tail import Ways
from risk_core.kernels.loading import Loaded, Streets, Units, slice_at
from risk_core.kernels.queues import AT_HOME, CAUGHT, LATE, ON_WAY
from risk_core.plans.capacity import CAR_UNITS_PER_BUS
from risk_core.plans.convoy import Convoy, Dropped, join
from risk_core.plans.demand import Party
from risk_core.plans.routing import Layout, Places, Routed
from risk_core.state.plan import LeftReason
from risk_core.state.profile import Profile

UNBOUNDED: Final = 10**9

REASON: Final = {CAUGHT: LeftReason.CLOSES_ON_WAY, LATE: LeftReason.NOT_IN_TIME}
"""Why somebody in a state is left over who finds no other way."""


@dataclass(frozen=True, slots=True, eq=False)
class Doors:
    """Places a party may go to, shapes=(n_place,).

    Attributes
    ----------
    node
        Of the streets.
    shelter
        Position of the shelter, -1 for a way out.
    until_s
        Seconds after the order until which each takes people.
    """

    node: NDArray[np.int32]
    shelter: NDArray[np.int32]
    until_s: NDArray[np.float64]

    def places(self, room: NDArray[np.int64]) -> Places:
        """Places with the shelters' present room; a way out takes everybody."""
        free = np.full(len(self.node), UNBOUNDED, dtype=np.int64)
        is_shelter = self.shelter >= 0
        free[is_shelter] = room[self.shelter[is_shelter]]
        return Places(self.node, free, self.until_s)

    def settle(self, room: NDArray[np.int64], places: Places) -> None:
        """Write the room that is left back to the shelters."""
        is_shelter = self.shelter >= 0
        room[self.shelter[is_shelter]] = places.room[is_shelter]


class Stuck(NamedTuple):
    """Units that cannot go on as planned: which, the position in `Units.link` they turn at, and the second there."""

    unit: NDArray[np.int64]
    turn: NDArray[np.int64]
    turn_s: NDArray[np.float64]


def find_stuck(streets: Streets, units: Units, loaded: Loaded) -> Stuck:
    """Units that need another way.

    Who would be on a street as it closes turns before entering it; who waits in front of a street that does not open
    again turns there; who would come to a shut door goes elsewhere from the start. Those who only queue behind them
    are none of these.
    """
    state, at, n_link = loaded.state, loaded.at, np.diff(units.first)
    last = np.maximum(units.first[1:] - 1, 0)
    is_waiting = state == ON_WAY
    following = np.minimum(np.where(is_waiting, at + 1, at), last)
    link = units.link[following] if len(units.link) else np.zeros(len(at), dtype=np.int32)
    shuts = (streets.closed[units.kind, link] >> np.int64(len(streets.slice_s) - 1)) & 1 == 1
    is_held = shuts & (n_link > 0) & ((state == AT_HOME) | (is_waiting & (at < last)))
    turn = np.where(state == LATE, units.first[:-1], following)
    there = units.link[np.minimum(at, max(len(units.link) - 1, 0))] if len(units.link) else link
    ready_s = loaded.entered_s + np.where(is_waiting, streets.free_s[there] * units.pace, 0.0)
    turn_s = np.where(state == LATE, units.depart_s, ready_s)
    unit = np.flatnonzero((state == CAUGHT) | (state == LATE) | is_held)
    return Stuck(unit, turn[unit], turn_s[unit])


def shut_bits(streets: Streets, units: Units, loaded: Loaded) -> NDArray[np.int64]:
    """Slices in which people who turn keep off the streets others were caught on, as bits; shape=(n_edge,).

    From the slice in which the first of those caught entered to the one before it closes: it was slower than free.
    """
    bits = np.zeros(streets.closed.shape[1], dtype=np.int64)
    for unit in np.flatnonzero(loaded.state == CAUGHT):
        link = units.link[loaded.at[unit]]
        k = slice_at(streets.slice_s, float(loaded.entered_s[unit]))
        while k < len(streets.slice_s) and not (streets.closed[units.kind[unit], link] >> k) & 1:
            bits[link] |= np.int64(1) << np.int64(k)
            k += 1
    return bits


class Rerouting:
    """Other ways for units of one ground.

    Parameters
    ----------
    layout
        Streets with what is booked on them.
    routed, doors
        Parties and their places; parties that go another way are added to both.
    room
        Places left in every shelter; kept up to date.
    """

    def __init__(self, layout: Layout, routed: list[Routed], doors: list[Doors], room: NDArray[np.int64]) -> None:
        self.layout, self.routed, self.doors, self.room = layout, routed, doors, room

    def again(self, streets: Streets, convoy: Convoy, loaded: Loaded) -> tuple[Convoy, list[Dropped]] | None:
        """Convoy with other ways for those stuck, and who has none; None where nobody is stuck."""
        stuck = find_stuck(streets, convoy.units, loaded)
        if not len(stuck.unit):
            return None
        shut = shut_bits(streets, convoy.units, loaded)
        late = self._release(convoy, loaded, stuck)
        is_kept = np.ones(len(convoy.persons), dtype=np.bool_)
        is_kept[stuck.unit] = False
        parts, lost = [convoy.keep(is_kept)], []
        for k in np.unique(convoy.routed[stuck.unit]):
            mine = convoy.routed[stuck.unit] == k
            part = Stuck(stuck.unit[mine], stuck.turn[mine], stuck.turn_s[mine])
            units, without = self._turn(int(k), convoy, loaded, part, shut, late)
            parts.append(units)
            lost += without
        return join(parts), lost

    def _release(self, convoy: Convoy, loaded: Loaded, stuck: Stuck) -> NDArray[np.int64]:
        """Give back the places booked for those stuck; returns shelters whose door was shut before they came."""
        late = []
        for unit in stuck.unit:
            k = convoy.routed[unit]
            shelter = int(self.doors[k].shelter[self.routed[k].ways.sink[convoy.way[unit]]])
            if shelter >= 0:
                self.room[shelter] += int(convoy.persons[unit])
                if loaded.state[unit] == LATE:
                    late.append(shelter)
        return np.unique(np.array(late, dtype=np.int64))

    def _turn(
        self,
        k: int,
        convoy: Convoy,
        loaded: Loaded,
        stuck: Stuck,
        shut: NDArray[np.int64],
        late: NDArray[np.int64],
    ) -> tuple[Convoy, list[Dropped]]:
        """Units of one party on other ways, and who has none."""
        old, doors, slot_s = self.routed[k], self.doors[k], self.layout.slot_s
        way, slot = convoy.way[stuck.unit], np.ceil(stuck.turn_s / slot_s).astype(np.int64)
        order = np.lexsort((stuck.unit, slot, stuck.turn, way))
        stuck = Stuck(stuck.unit[order], stuck.turn[order], stuck.turn_s[order])
        way, slot = way[order], slot[order]
        ahead = stuck.turn - convoy.units.first[stuck.unit]
        begin = np.flatnonzero(
            np.diff(way, prepend=-1).astype(bool) | np.diff(ahead, prepend=-1).astype(bool)
            | np.diff(slot, prepend=-1).astype(bool)
        )  # fmt: skip
        inside = np.rint(convoy.persons[stuck.unit] / old.party.persons_per_unit).astype(np.int64)
        n_unit = np.add.reduceat(inside, begin)
        node = self._nodes(old.party, convoy.units, stuck, begin, old.party.node[old.ways.source[way[begin]]])
        home = old.party.home[old.ways.source[way[begin]]]
        party = replace(
            old.party,
            home=home,
            node=node,
            ready_s=np.float64(slot_s) * slot[begin].astype(np.float64),
            units=n_unit.astype(np.int32),
        )
        places = doors.places(self.room)
        places.room[np.isin(doors.shelter, late) & (doors.shelter >= 0)] = 0
        closed_room = self.room[late].copy()
        found = self.layout.route(party, places, shut)
        doors.settle(self.room, places)
        self.room[late] = closed_room
        new = _joined(old, found, convoy.units, stuck, begin, way[begin])
        self.routed.append(new)
        self.doors.append(doors)
        lost = [
            Dropped(k, int(way[begin[g]]), float(found.left[g]) * old.party.persons_per_unit,
                    REASON.get(int(loaded.state[stuck.unit[begin[g]]]), LeftReason.CLOSES_ON_WAY))
            for g in np.flatnonzero(found.left)
        ]  # fmt: skip
        return _cut(len(self.routed) - 1, new, doors, convoy, stuck.unit, inside, begin), lost

    def _nodes(
        self, party: Party, units: Units, stuck: Stuck, begin: NDArray[np.int64], home: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        """Nodes of the slotted streets groups turn at: beyond a turn forbidden to them where there is one."""
        graph, _ = self.layout.graph(party.profile)
        network = self.layout.network
        reached = np.array(network.head, dtype=np.int32)
        is_own = graph.tail == network.tail[graph.link]
        reached[graph.link[is_own]] = graph.head[is_own]
        turn, first = stuck.turn[begin], units.first[stuck.unit[begin]]
        before = units.link[np.maximum(turn - 1, 0)]
        return np.where(turn > first, reached[before], home).astype(np.int32)


def _joined(
    old: Routed, found: Routed, units: Units, stuck: Stuck, begin: NDArray[np.int64], way: NDArray[np.int32]
) -> Routed:
    """The party with whole ways: what was gone before the turn, then the new way; it set off from its old start."""
    ways = found.ways
    first, edges = [0], []
    for w, group in enumerate(ways.source):
        unit, turn = stuck.unit[begin[group]], stuck.turn[begin[group]]
        edges += [units.link[units.first[unit] : turn], ways.edge[ways.first[w] : ways.first[w + 1]]]
        first.append(first[-1] + len(edges[-2]) + len(edges[-1]))
    edge = np.concatenate(edges).astype(np.int32) if edges else np.zeros(0, dtype=np.int32)
    source = old.ways.source[way]
    party = replace(found.party, node=old.party.node[source])
    whole = Ways(
        ways.source, ways.sink, ways.n_unit, old.ways.depart[way][ways.source], ways.arrive,
        np.array(first, dtype=np.int32), edge,
    )  # fmt: skip
    none = np.zeros(len(party.home), dtype=np.int32)
    return Routed(party, whole, none, (None,) * len(none), found.is_reached, is_again=True)


def _cut(
    position: int,
    routed: Routed,
    doors: Doors,
    convoy: Convoy,
    unit: NDArray[np.int64],
    inside: NDArray[np.int64],
    begin: NDArray[np.int64],
) -> Convoy:
    """Units of groups shared out over their new ways, in the order they set off; a packet may be cut in two."""
    rows: list[tuple[int, int, int]] = []
    ways = routed.ways
    end = np.append(begin[1:], len(unit))
    for group in range(len(begin)):
        members = iter(range(int(begin[group]), int(end[group])))
        member = next(members)
        rest = int(inside[member])
        for way in np.flatnonzero(ways.source == group):
            due = int(ways.n_unit[way])
            while due > 0:
                while rest == 0:
                    member = next(members)
                    rest = int(inside[member])
                n = min(due, rest)
                rows.append((int(unit[member]), int(way), n))
                due, rest = due - n, rest - n
    origin, way_of, n_of = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)) if rows else (
        np.zeros(0, dtype=np.int64) for _ in range(3)
    )  # fmt: skip
    length = np.diff(ways.first)[way_of] if len(way_of) else np.zeros(0, dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    pick = np.repeat(ways.first[:-1][way_of] - first[:-1], length) + np.arange(first[-1])
    bus = CAR_UNITS_PER_BUS.value if routed.party.profile is Profile.BUS else 1.0
    units = Units(
        convoy.units.depart_s[origin], n_of.astype(np.float64) * bus, convoy.units.kind[origin],
        convoy.units.pace[origin], doors.until_s[ways.sink[way_of]], first, ways.edge[pick.astype(np.int64)],
    )  # fmt: skip
    owner = np.full(len(origin), position, dtype=np.int32)
    return Convoy(units, n_of.astype(np.float64) * routed.party.persons_per_unit, owner, way_of.astype(np.int32))


def n_again(routed: Sequence[Routed], convoy: Convoy) -> float:
    """Persons of a convoy who go another way than first planned."""
    is_again = np.array([one.is_again for one in routed], dtype=np.bool_)
    return float(convoy.persons[is_again[convoy.routed]].sum()) if len(convoy.persons) else 0.0
