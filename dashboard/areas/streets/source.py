"""What every street reader returns, and the one collector that turns rows into arrays."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.state.network import StreetTable
from risk_core.state.profile import EdgeFlag, RoadClass
from risk_core.units import M_PER_DEG_LAT

Bounds = tuple[float, float, float, float]
"""(west, south, east, north), degrees."""

TOLERANCE_M = 1.0
"""Points of a street nearer than this to its simplified line are dropped; end points never move."""

SHORTEST_M = 0.05
"""A street whose points all lie this near its first is a repeated point, not a street."""


@dataclass(frozen=True, slots=True, eq=False)
class StreetSource:
    """Streets as read from one file, and the credit the source asks for."""

    table: StreetTable
    attribution: str


@dataclass(frozen=True, slots=True)
class StreetRule:
    """What a street's attributes mean, before its shape is known.

    Attributes
    ----------
    road_class, flags
        Class and marks.
    forward_m_per_s, backward_m_per_s
        Free speed of each profile in the order of `PROFILES`, 0 where it may not go.
    name
        Local name, empty where nameless.
    """

    road_class: RoadClass
    flags: EdgeFlag
    forward_m_per_s: tuple[float, ...]
    backward_m_per_s: tuple[float, ...]
    name: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether any profile may use it in any direction."""
        return any(self.forward_m_per_s) or any(self.backward_m_per_s)

    def without(self, barred: Sequence[bool]) -> "StreetRule":
        """Return the same street where the profiles marked in `barred` may not go."""
        forward = tuple(0.0 if bar else speed for speed, bar in zip(self.forward_m_per_s, barred, strict=True))
        backward = tuple(0.0 if bar else speed for speed, bar in zip(self.backward_m_per_s, barred, strict=True))
        return replace(self, forward_m_per_s=forward, backward_m_per_s=backward)


@dataclass(slots=True, eq=False)
class StreetRows:
    """Collects streets one by one; `finish` makes the table.

    Junctions are named by any hashable key of the source; two streets meet where they name the same key.
    """

    tail: list[Hashable] = field(default_factory=list)
    head: list[Hashable] = field(default_factory=list)
    shape: list[NDArray[np.float64]] = field(default_factory=list)
    rule: list[StreetRule] = field(default_factory=list)
    turns: list[tuple[int, Hashable, int]] = field(default_factory=list)

    def add(self, tail: Hashable, head: Hashable, shape: NDArray[np.float64], rule: StreetRule) -> int:
        """Add a street from `tail` to `head` whose points are (lat, lon) rows; returns its row."""
        self.tail.append(tail)
        self.head.append(head)
        self.shape.append(shape)
        self.rule.append(rule)
        return len(self.rule) - 1

    def finish(self, place: str, bounds: Bounds | None = None) -> StreetTable:
        """Simplify, clip, number and pack the streets.

        Streets with an end outside `bounds` are left out: the rim loses less than a block, and no street
        hangs far out of the area.

        Raises
        ------
        InputError
            When no street is left.
        """
        rows = [row for row in range(len(self.rule)) if self._is_kept(row, bounds)]
        if not rows:
            where = "in the file" if bounds is None else f"inside the bounds {bounds}"
            remedy = "Choose a file that holds streets (ways with a highway tag), or wider bounds."
            raise InputError(Fault("streets", f"0 usable {where}", "at least one street", remedy, place))
        return self._pack(rows)

    def _is_kept(self, row: int, bounds: Bounds | None) -> bool:
        """Whether a street is usable, longer than nothing and inside."""
        if not self.rule[row].is_usable or _is_point(self.shape[row]):
            return False
        if bounds is None:
            return True
        west, south, east, north = bounds
        return all(south <= lat <= north and west <= lon <= east for lat, lon in self.shape[row][[0, -1]].tolist())

    def _pack(self, rows: list[int]) -> StreetTable:
        rules = [self.rule[row] for row in rows]
        shapes = simplify([self.shape[row] for row in rows])
        node_of: dict[Hashable, int] = {}
        tail = [node_of.setdefault(self.tail[row], len(node_of)) for row in rows]
        head = [node_of.setdefault(self.head[row], len(node_of)) for row in rows]
        node = np.empty((len(node_of), 2))
        for a, b, shape in zip(tail, head, shapes, strict=True):
            node[a], node[b] = shape[0], shape[-1]
        name_of = {name: i for i, name in enumerate(sorted({rule.name for rule in rules if rule.name}))}
        point = np.concatenate(shapes)
        turn = self._turns({row: i for i, row in enumerate(rows)}, node_of)
        return StreetTable(
            node_lat_deg=node[:, 0].copy(),
            node_lon_deg=node[:, 1].copy(),
            tail=np.array(tail, dtype=np.int32),
            head=np.array(head, dtype=np.int32),
            first_point=np.concatenate([[0], np.cumsum([len(shape) for shape in shapes])]).astype(np.int32),
            point_lat_deg=point[:, 0].copy(),
            point_lon_deg=point[:, 1].copy(),
            road_class=np.array([rule.road_class for rule in rules], dtype=np.uint8),
            flags=np.array([int(rule.flags) for rule in rules], dtype=np.uint16),
            forward_m_per_s=_speeds([rule.forward_m_per_s for rule in rules]),
            backward_m_per_s=_speeds([rule.backward_m_per_s for rule in rules]),
            name=np.array([name_of.get(rule.name, -1) for rule in rules], dtype=np.int32),
            names=tuple(name_of),
            turn_from_street=turn[:, 0].copy(),
            turn_via_node=turn[:, 1].copy(),
            turn_to_street=turn[:, 2].copy(),
        )

    def _turns(self, street_of: dict[int, int], node_of: dict[Hashable, int]) -> NDArray[np.int32]:
        """Forbidden turns between kept streets, each once, sorted, shape=(n_turn, 3)."""
        known = {
            (street_of[a], node_of[via], street_of[b])
            for a, via, b in self.turns
            if a in street_of and b in street_of and via in node_of
        }
        return np.array(sorted(known), dtype=np.int32).reshape(-1, 3)


def _is_point(shape: NDArray[np.float64]) -> bool:
    """Whether no point lies farther than `SHORTEST_M` from the first."""
    return bool(np.abs(shape - shape[0]).max() * M_PER_DEG_LAT < SHORTEST_M)


def _speeds(rows: list[tuple[float, ...]]) -> NDArray[np.float32]:
    """shape=(n_profile, n_street)."""
    return np.ascontiguousarray(np.array(rows, dtype=np.float32).T)


def to_plane(shape: NDArray[np.float64], lat_deg: float | None = None) -> NDArray[np.float64]:
    """(x, y) metres of (lat, lon) rows on a plane true to scale at `lat_deg` (by default half way between the ends)."""
    lat_deg = (shape[0, 0] + shape[-1, 0]) / 2 if lat_deg is None else lat_deg
    scale = np.array([M_PER_DEG_LAT * np.cos(np.radians(lat_deg)), M_PER_DEG_LAT])
    return shape[:, ::-1] * scale


def length_m(shape: NDArray[np.float64]) -> float:
    """Length of (lat, lon) rows, metres.

    Examples
    --------
    >>> round(length_m(np.array([[0.0, 0.0], [0.0, 0.001]])), 1)
    111.2
    """
    plane = to_plane(shape)
    return float(np.hypot(*np.diff(plane, axis=0).T).sum())


def simplify(shapes: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Drop points within `TOLERANCE_M` of the line that is left (Douglas-Peucker); ends stay where they are.

    Each shape is (lat, lon) rows. Kept points keep their exact position.
    """
    import shapely

    long = [i for i, shape in enumerate(shapes) if len(shape) > 2]
    if not long:
        return shapes
    index = np.repeat(np.arange(len(long)), [len(shapes[i]) for i in long])
    point = np.concatenate([shapes[i] for i in long])
    lat0 = float(np.median(point[:, 0]))
    plane = to_plane(point, lat0)
    order = np.arange(len(point), dtype=np.float64)
    lines = shapely.linestrings(np.column_stack([plane, order]), indices=index)
    kept, owner = shapely.get_coordinates(
        shapely.simplify(lines, TOLERANCE_M, preserve_topology=False), include_z=True, return_index=True
    )
    picked = point[kept[:, 2].astype(np.int64)]
    parts = np.split(picked, np.searchsorted(owner, np.arange(1, len(long))))
    result = list(shapes)
    for i, part in zip(long, parts, strict=True):
        result[i] = part if len(part) > 1 else shapes[i]
    return result
