"""Turn restrictions of an OpenStreetMap file, before the streets they join are known.

Source: OpenStreetMap wiki, "Relation:restriction", "Key:except", "Conditional restrictions". `restriction:<vehicle>`
speaks for a vehicle before `restriction`, `except` exempts it. The network holds one list of forbidden turns for all
vehicles, so a restriction is kept where it binds most of them. Conditional ones (`restriction:conditional`) are left
out, since streets have no hours.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.areas.report import BuildReport
from risk_core.state import profile_table
from risk_core.state.profile_traits import Traits, words

KINDS: Final = words(
    "no_right_turn no_left_turn no_u_turn no_straight_on no_entry no_exit"
    " only_right_turn only_left_turn only_u_turn only_straight_on"
)

AT_HOURS: Final = "Turn restrictions left out because they hold at certain hours only"
FOR_FEW: Final = "Turn restrictions left out because they bind few kinds of vehicle"

_CONDITIONAL = "restriction:conditional"


@dataclass(frozen=True, slots=True)
class Restriction:
    """A turn restriction over a node or over ways: `is_only` allows just the named turn, else it forbids it."""

    relation: int
    is_only: bool
    from_ways: tuple[int, ...]
    to_ways: tuple[int, ...]
    via_node: int | None = None
    via_ways: tuple[int, ...] = ()


def restriction_keys() -> tuple[str, ...]:
    """Keys by which restrictions of interest are found in a file."""
    vehicles = (f"restriction:{key}" for row in _bound() for key in row.access_keys)
    return tuple(dict.fromkeys(("restriction", _CONDITIONAL, *vehicles)))


def _bound() -> list[Traits]:
    return [row for row in profile_table.TABLE if row.is_bound_by_turns]


def kinds_by_vehicle(tags: Mapping[str, str]) -> dict[str, str]:
    """Kind of restriction for each profile bound by turns, without those it does not bind.

    Examples
    --------
    >>> kinds_by_vehicle({"restriction": "no_left_turn", "except": "psv"})
    {'car': 'no_left_turn', 'ambulance': 'no_left_turn'}
    >>> kinds_by_vehicle({"restriction:bus": "no_left_turn"})
    {'bus': 'no_left_turn'}
    """
    exempt = {word.strip() for word in tags.get("except", "").split(";")}
    found: dict[str, str] = {}
    for row in _bound():
        own = next((tags[key] for key in (f"restriction:{word}" for word in row.access_keys) if key in tags), "")
        general = "" if exempt & set(row.access_keys) else tags.get("restriction", "")
        kind = (own or general).strip()
        if kind and kind != "none":
            found[row.name] = kind
    return found


def read_restriction(
    relation: Any, taken: set[int], left_out: Counter[str], report: BuildReport, file: str
) -> Restriction | None:
    """Read a relation; None where it binds too few vehicles, joins ways that are no streets here, or is faulty.

    Parameters
    ----------
    relation
        An osmium relation.
    taken
        Ids of the ways that are streets.
    left_out
        Counts the restrictions left out without being wrong, by reason.
    report
        Takes what is wrong with it.
    file
        Name of the file.
    """
    tags = dict(relation.tags)
    if tags.get("type") != "restriction":
        return None
    kinds = kinds_by_vehicle(tags)
    if not kinds:
        if _CONDITIONAL in tags:
            left_out[AT_HOURS] += 1
        return None
    if 2 * len(kinds) <= len(_bound()):
        left_out[FOR_FEW] += 1
        return None
    members = [(member.role, member.type, member.ref) for member in relation.members]
    return _checked(relation.id, kinds, members, taken, report, f"{file}, relation {relation.id}")


def _checked(
    relation: int,
    kinds: Mapping[str, str],
    members: Sequence[tuple[str, str, int]],
    taken: set[int],
    report: BuildReport,
    place: str,
) -> Restriction | None:
    """Check the kind and the members of a relation."""
    kind = max(kinds.values(), key=list(kinds.values()).count)
    from_ways = [ref for role, type_, ref in members if role == "from" and type_ == "w"]
    to_ways = [ref for role, type_, ref in members if role == "to" and type_ == "w"]
    via_nodes = [ref for role, type_, ref in members if role == "via" and type_ == "n"]
    via_ways = [ref for role, type_, ref in members if role == "via" and type_ == "w"]
    remedy = "It was left out: routes may turn there. Complete or correct the relation."
    if kind not in KINDS:
        report.bad(place, "restriction", kind, "one of " + ", ".join(sorted(KINDS)), remedy)
    elif not from_ways or not to_ways:
        report.bad(place, "from, to", f"{len(from_ways)} and {len(to_ways)} ways", "ways in both roles", remedy)
    elif (len(from_ways) > 1 and kind != "no_entry") or (len(to_ways) > 1 and kind != "no_exit"):
        wanted = "one way each (no_entry may have several from ways, no_exit several to ways)"
        report.bad(place, "from, to", f"{len(from_ways)} and {len(to_ways)} ways", wanted, remedy)
    elif len(via_nodes) + min(len(via_ways), 1) != 1:
        value = f"{len(via_nodes)} nodes and {len(via_ways)} ways"
        report.bad(place, "via", value, "one via node, or via ways", remedy)
    else:
        starts = tuple(way for way in from_ways if way in taken)
        ends = tuple(way for way in to_ways if way in taken)
        via = via_nodes[0] if via_nodes else None
        if starts and ends and taken.issuperset(via_ways):
            return Restriction(relation, kind.startswith("only_"), starts, ends, via, tuple(via_ways))
    return None
