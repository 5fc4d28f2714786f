"""Units that set off together, cut from the ways of parties."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.loading import Units
from risk_core.plans.capacity import CAR_UNITS_PER_BUS
from risk_core.plans.routing import Routed
from risk_core.plans.streets import Ground, free_s
from risk_core.state.network import Network
from risk_core.state.plan import LeftReason
from risk_core.state.profile import Profile

MOST_UNITS: Final = 10_000
"""Units loaded one by one; beyond, several go as one."""


@dataclass(frozen=True, slots=True, eq=False)
class Convoy:
    """Units of one ground, sorted by departure.

    Attributes
    ----------
    units
        As the queues take them.
    persons
        Persons in each, shape=(n_unit,).
    routed, way
        Position of its party and of its way there, shape=(n_unit,).
    """

    units: Units
    persons: NDArray[np.float64]
    routed: NDArray[np.int32]
    way: NDArray[np.int32]

    def keep(self, is_kept: NDArray[np.bool_]) -> "Convoy":
        """Some of the units, in the same order."""
        units = self.units
        length = np.diff(units.first)
        first = np.concatenate([[0], np.cumsum(length[is_kept])])
        kept = Units(
            units.depart_s[is_kept],
            units.size[is_kept],
            units.kind[is_kept],
            units.pace[is_kept],
            units.until_s[is_kept],
            first.astype(np.int64),
            units.link[np.repeat(is_kept, length)],
        )
        return Convoy(kept, self.persons[is_kept], self.routed[is_kept], self.way[is_kept])


@dataclass(frozen=True, slots=True, eq=False)
class Dropped:
    """Persons of one way that were taken out, and why."""

    routed: int
    way: int
    persons: float
    reason: LeftReason


def make_convoy(
    network: Network, ground: Ground, routed: Sequence[Routed], until_s: Sequence[NDArray[np.float64]], slot_s: float
) -> Convoy:
    """Cut ways into units that set off evenly within their slot.

    Parameters
    ----------
    network, ground
        The streets, and what the parties share on them.
    routed
        Parties of this ground.
    until_s
        Of each party: seconds after the order until which each of its places takes people.
    slot_s
        Seconds of a slot.
    """
    total = sum(int(one.ways.n_unit.sum()) for one in routed)
    packet = max(1, -(-total // MOST_UNITS))
    base_s = np.minimum.reduce([free_s(network, one) for one in ground.profiles])
    parts = [_party_units(network, ground, one, until_s[k], slot_s, packet, base_s) for k, one in enumerate(routed)]
    for k, one in enumerate(parts):
        one.routed[:] = k
    return join(parts)


def join(parts: Sequence[Convoy]) -> Convoy:
    """Convoys as one, sorted by departure."""
    if not parts:
        return Convoy(_no_units(), np.zeros(0), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32))
    order = np.argsort(np.concatenate([one.units.depart_s for one in parts]), kind="stable")
    length = np.concatenate([np.diff(one.units.first) for one in parts])
    links = np.concatenate([one.units.link for one in parts])
    start = np.concatenate([[0], np.cumsum(length)[:-1]]) if len(length) else np.zeros(0)
    first = np.concatenate([[0], np.cumsum(length[order])]).astype(np.int64)
    pick = np.repeat(start[order] - first[:-1], length[order]) + np.arange(first[-1])
    depart_s, size, kind, pace, until = (
        np.concatenate([getattr(one.units, name) for one in parts])[order] for name in _BY_UNIT
    )
    units = Units(depart_s, size, kind, pace, until, first, links[pick.astype(np.int64)])
    persons, routed, way = (
        np.concatenate([getattr(one, name) for one in parts])[order] for name in ("persons", "routed", "way")
    )
    return Convoy(units, persons, routed, way)


_BY_UNIT: Final = ("depart_s", "size", "kind", "pace", "until_s")


def _no_units() -> Units:
    none = np.zeros(0)
    return Units(
        none, none, np.zeros(0, dtype=np.int8), none, none, np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    )


def _party_units(
    network: Network,
    ground: Ground,
    routed: Routed,
    until_s: NDArray[np.float64],
    slot_s: float,
    packet: int,
    base_s: NDArray[np.float32],
) -> Convoy:
    """Units of one party, by way."""
    ways, profile = routed.ways, routed.party.profile
    n_packet = -(-ways.n_unit // packet)
    way = np.repeat(np.arange(len(ways.n_unit), dtype=np.int32), n_packet)
    nth = np.arange(len(way)) - np.repeat(np.cumsum(n_packet) - n_packet, n_packet)
    inside = np.minimum(packet, ways.n_unit[way] - nth * packet).astype(np.float64)
    depart_s = (ways.depart[way] + (nth + 0.5) / np.maximum(n_packet[way], 1)) * slot_s
    length = np.diff(ways.first)
    own_s, free = free_s(network, profile)[ways.edge], base_s[ways.edge]
    owner = np.repeat(np.arange(len(length)), length)
    own_sum = np.bincount(owner, weights=own_s, minlength=len(length))
    free_sum = np.bincount(owner, weights=free, minlength=len(length))
    pace = np.where(free_sum > 0, own_sum / np.maximum(free_sum, 1e-9), 1.0)
    first = np.concatenate([[0], np.cumsum(length[way])]).astype(np.int64)
    pick = np.repeat(ways.first[:-1][way] - first[:-1], length[way]) + np.arange(first[-1])
    bus = CAR_UNITS_PER_BUS.value if profile is Profile.BUS else 1.0
    units = Units(
        depart_s,
        inside * bus,
        np.full(len(way), ground.profiles.index(profile), dtype=np.int8),
        pace[way],
        until_s[ways.sink[way]],
        first,
        ways.edge[pick.astype(np.int64)],
    )
    return Convoy(units, inside * routed.party.persons_per_unit, np.zeros(len(way), dtype=np.int32), way)
