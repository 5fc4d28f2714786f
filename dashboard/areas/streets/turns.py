"""From turn restrictions between ways to forbidden pairs of streets."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field

from dashboard.areas.report import BuildReport
from dashboard.areas.streets.restrictions import Restriction
from dashboard.areas.streets.source import StreetRows
from risk_core.state import profile_table


@dataclass(slots=True, eq=False)
class Pieces:
    """Which streets the ways were cut into, and where they end."""

    rows: StreetRows = field(default_factory=StreetRows)
    of_way_at: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    of_way: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    at_node: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def keep(self, way: int, node: int, row: int) -> None:
        """Remember that the street `row`, a part of `way`, ends at `node`."""
        self.of_way_at[way, node].append(row)
        self.of_way[way].append(row)
        self.at_node[node].append(row)

    def at(self, ways: tuple[int, ...], node: int) -> list[int]:
        """Streets of these ways that end at a node."""
        return [row for way in ways for row in self.of_way_at.get((way, node), [])]

    def is_driven(self, row: int, node: int, *, towards: bool) -> bool:
        """Whether any vehicle may travel a street towards one of its ends, or away from it."""
        rule = self.rows.rule[row]
        speeds = rule.forward_m_per_s if (self.rows.head[row] == node) == towards else rule.backward_m_per_s
        return any(v > 0 for v, one in zip(speeds, profile_table.TABLE, strict=True) if one.is_bound_by_turns)


def forbid(restriction: Restriction, pieces: Pieces, report: BuildReport, file: str) -> bool:
    """Add the forbidden turns of a restriction to `pieces.rows`; False where it could not be used and was reported."""
    place = f"{file}, relation {restriction.relation}"
    if restriction.via_node is None:
        turns = _turns_over_way(restriction, pieces)
        if turns is None:
            wanted = "a via way of one street that nobody else drives into or out of (others are not supported)"
            value = ", ".join(f"way {way}" for way in restriction.via_ways)
            report.bad(place, "via", value, wanted, "It was left out: routes may turn there.")
            return False
    else:
        turns = _turns_at_node(restriction, restriction.via_node, pieces)
        if turns is None:
            n_start = len(pieces.at(restriction.from_ways, restriction.via_node))
            n_end = len(pieces.at(restriction.to_ways, restriction.via_node))
            value = f"node {restriction.via_node} where its from ways end {n_start} times and its to ways {n_end} times"
            wanted = "a via node at which each from and to way begins or ends"
            remedy = "It was left out: routes may turn there. Split the ways at the via node."
            report.bad(place, "via", value, wanted, remedy)
            return False
    pieces.rows.turns += turns
    return True


def _turns_at_node(restriction: Restriction, via: int, pieces: Pieces) -> list[tuple[int, Hashable, int]] | None:
    starts, ends = pieces.at(restriction.from_ways, via), pieces.at(restriction.to_ways, via)
    if len(starts) != len(restriction.from_ways) or len(ends) != len(restriction.to_ways):
        return None
    if restriction.is_only:
        ends = [row for row in pieces.at_node[via] if row not in ends]
    return [(a, via, b) for a in starts for b in ends]


def _turns_over_way(restriction: Restriction, pieces: Pieces) -> list[tuple[int, Hashable, int]] | None:
    """Forbid a way through from, via and to by one pair, where that pair is driven by nobody else.

    If only the from way leads vehicles into the via street, all who leave it for the to way came that way, so that
    pair is forbidden; if the via street leads only to the to way, the pair before it. Else no pair stands for it.
    """
    streets = dict.fromkeys(row for way in restriction.via_ways for row in pieces.of_way.get(way, []))
    if len(restriction.via_ways) != 1 or len(streets) != 1 or restriction.is_only:
        return None
    (street,) = streets
    for first, last in ((0, 1), (1, 0)):
        ends = (pieces.rows.tail[street], pieces.rows.head[street])
        enter, leave = ends[first], ends[last]
        if not isinstance(enter, int) or not isinstance(leave, int):
            return None
        starts, goals = pieces.at(restriction.from_ways, enter), pieces.at(restriction.to_ways, leave)
        if len(starts) != len(restriction.from_ways) or len(goals) != len(restriction.to_ways):
            continue
        others = [row for row in pieces.at_node[enter] if row not in (street, *starts)]
        if not any(pieces.is_driven(row, enter, towards=True) for row in others):
            return [(street, leave, goal) for goal in goals]
        others = [row for row in pieces.at_node[leave] if row not in (street, *goals)]
        if not any(pieces.is_driven(row, leave, towards=False) for row in others):
            return [(start, enter, street) for start in starts]
    return None
