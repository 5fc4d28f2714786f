"""Sources that list every direction of a street as an edge of its own (osmnx): two edges back to one street."""

import ast
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.streets.rules import mark_underpass, street_rule
from dashboard.areas.streets.source import StreetRows, StreetRule, length_m
from risk_core.state import profile_table
from risk_core.state.profile import EdgeFlag

SAME_POINT_DEG: Final = 1e-6
"""Two directions of a street share their points within this many degrees (about 0.1 m)."""


@dataclass(frozen=True, slots=True, eq=False)
class DirectedEdge:
    """One edge of a source: its points run the way it is travelled, `is_oneway` where only that way is open."""

    tail: Hashable
    head: Hashable
    shape: NDArray[np.float64]
    rule: StreetRule
    is_oneway: bool


def plain_value(text: object, *, joined: bool = False) -> str:
    """One text of an attribute that may hold a Python list written as text, as merged osmnx edges do.

    The first value stands for the list; with `joined` all of them, separated by semicolons. The text is read
    as a literal only, never run.

    Examples
    --------
    >>> plain_value("['사직터널', '사직로']"), plain_value("['50', '60']", joined=True), plain_value("True")
    ('사직터널', '50;60', 'True')
    """
    if isinstance(text, (list, tuple, np.ndarray)):
        parts = [str(part) for part in text]
    else:
        raw = "" if text is None else str(text).strip()
        parts = _literal_list(raw) if raw.startswith("[") and raw.endswith("]") else [raw]
    return ";".join(parts) if joined else next(iter(parts), "")


def _literal_list(raw: str) -> list[str]:
    try:
        value = ast.literal_eval(raw)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [raw]
    return [str(part) for part in value] if isinstance(value, list) else [raw]


def edge_tags(attributes: Mapping[str, object]) -> dict[str, str]:
    """OpenStreetMap tags of an edge's attributes; an edge without `highway` counts as `unclassified`."""
    tags = {key: plain_value(value, joined=key == "maxspeed") for key, value in attributes.items()}
    tags = {key: value for key, value in tags.items() if value not in ("", "nan", "None")}
    tags.setdefault("highway", "unclassified")
    return tags


def directed_edge(
    tail: Hashable, head: Hashable, shape: NDArray[np.float64], tags: Mapping[str, str], is_oneway: bool
) -> DirectedEdge | None:
    """Build an edge whose direction is given by the source, so that its one-way tags are not read again.

    Returns None where nobody may use it.
    """
    rule = street_rule({**tags, "oneway": "no"})
    if rule is None:
        return None
    rule = mark_underpass(rule, tags, length_m(shape))
    if is_oneway:
        is_bound = ("oneway" in row.oneway_keys for row in profile_table.TABLE)
        backward = tuple(0.0 if bound else v for v, bound in zip(rule.backward_m_per_s, is_bound, strict=True))
        rule = replace(rule, backward_m_per_s=backward, flags=rule.flags | EdgeFlag.ONEWAY)
    return DirectedEdge(tail, head, shape, rule, is_oneway)


def add_directed(rows: StreetRows, edges: Sequence[DirectedEdge]) -> None:
    """Add edges as streets: an edge and its reverse with the same points become one street."""
    waiting: dict[tuple[Hashable, Hashable], list[int]] = defaultdict(list)
    partner: dict[int, int] = {}
    for i, edge in enumerate(edges):
        twin = next((j for j in waiting[edge.head, edge.tail] if _is_reverse(edge, edges[j])), None)
        if twin is None:
            waiting[edge.tail, edge.head].append(i)
        else:
            waiting[edge.head, edge.tail].remove(twin)
            partner[twin] = i
    taken = set(partner.values())
    for i, edge in enumerate(edges):
        if i not in taken:
            _add(rows, i, edge, edges[partner[i]].rule if i in partner else None)


def _is_reverse(edge: DirectedEdge, other: DirectedEdge) -> bool:
    return len(edge.shape) == len(other.shape) and bool(
        np.allclose(edge.shape, other.shape[::-1], rtol=0.0, atol=SAME_POINT_DEG)
    )


def _add(rows: StreetRows, i: int, edge: DirectedEdge, against: StreetRule | None) -> None:
    """Add one street; a ring is cut half way round."""
    rule = edge.rule
    if against is not None:
        backward = tuple(map(max, rule.backward_m_per_s, against.forward_m_per_s))
        forward = tuple(map(max, rule.forward_m_per_s, against.backward_m_per_s))
        flags = (rule.flags | against.flags) & ~EdgeFlag.ONEWAY
        rule = replace(rule, forward_m_per_s=forward, backward_m_per_s=backward, flags=flags)
    if edge.tail != edge.head:
        rows.add(edge.tail, edge.head, edge.shape, rule)
        return
    middle = len(edge.shape) // 2
    rows.add(edge.tail, ("ring", i), edge.shape[: middle + 1], rule)
    rows.add(("ring", i), edge.head, edge.shape[middle:], rule)
