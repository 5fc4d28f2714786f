"""Hand-written OpenStreetMap files for tests: junctions a..z on a lattice 100 m apart, written as XML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from dashboard.areas.report import BuildReport
from dashboard.areas.streets import read_streets
from risk_core.state.network import StreetTable
from risk_core.state.profile import Profile, profile_position
from risk_core.units import M_PER_DEG_LAT

LAT, LON = 37.5, 127.0
STEP = 100.0 / M_PER_DEG_LAT
"""A lattice step: 100 m of latitude; as many degrees of longitude (about 79 m)."""


def lattice(spot: str) -> tuple[float, float]:
    """(lat, lon) of a spot written as column letter and row: ``a0`` is the south-west corner, ``a0.5`` 50 m north."""
    return LAT + float(spot[1:]) * STEP, LON + (ord(spot[0]) - ord("a")) * STEP


def spot_id(spot: str) -> int:
    column, row = ord(spot[0]) - ord("a"), float(spot[1:])
    return 1000 + column * 10 + int(row) if row.is_integer() else 5000 + column * 1000 + round(row * 100)


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


@dataclass
class Town:
    """A file in the making."""

    ways: list[tuple[int, Sequence[str], Mapping[str, str]]] = field(default_factory=list)
    node_tags: dict[str, Mapping[str, str]] = field(default_factory=dict)
    moved: dict[str, tuple[float, float]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    relations: list[tuple[Sequence[tuple[str, str, int]], Mapping[str, str]]] = field(default_factory=list)

    @staticmethod
    def id_of(spot: str) -> int:
        """Id of the node at a spot."""
        return spot_id(spot)

    def way(self, spots: str, way: int = 0, **tags: str) -> int:
        """Add a way through spots ("a0 b0 c0"); tag names use `__` for a colon. Returns its id."""
        way = way or len(self.ways) + 1
        self.ways.append((way, spots.split(), {key.replace("__", ":"): value for key, value in tags.items()}))
        return way

    def restriction(self, kind: str, from_way: int, via: str | int, to_way: int, **tags: str) -> None:
        """Add a turn restriction; `via` is a spot, or a way id."""
        member = ("node", spot_id(via)) if isinstance(via, str) else ("way", via)
        members = [("from", "way", from_way), ("via", *member), ("to", "way", to_way)]
        self.relations.append((members, {"type": "restriction", "restriction": kind, **tags}))

    def xml(self) -> str:
        spots = dict.fromkeys(spot for _, line, _ in self.ways for spot in line)
        out = ["<?xml version='1.0' encoding='UTF-8'?><osm version='0.6' generator='tests'>"]
        for spot in sorted(set(spots) - self.missing, key=spot_id):
            lat, lon = self.moved.get(spot, lattice(spot))
            tags = _tags(self.node_tags.get(spot, {}))
            out.append(f"<node id='{spot_id(spot)}' version='1' lat='{lat:.7f}' lon='{lon:.7f}'>{tags}</node>")
        for way, line, tags in self.ways:
            refs = "".join(f"<nd ref='{spot_id(spot)}'/>" for spot in line)
            out.append(f"<way id='{way}' version='1'>{refs}{_tags(tags)}</way>")
        for number, (members, tags) in enumerate(self.relations, start=1):
            parts = "".join(f"<member type='{type_}' ref='{ref}' role='{role}'/>" for role, type_, ref in members)
            out.append(f"<relation id='{number}' version='1'>{parts}{_tags(tags)}</relation>")
        return "".join([*out, "</osm>"])

    def save(self, folder: Path, name: str = "town.osm") -> Path:
        path = folder / name
        path.write_text(self.xml(), encoding="utf-8")
        return path

    def read(self, folder: Path, bounds: tuple[float, float, float, float] | None = None) -> "Read":
        report = BuildReport()
        return Read(read_streets(self.save(folder), report, bounds).table, report)


@dataclass
class Read:
    """What was read, asked for by spots."""

    table: StreetTable
    report: BuildReport

    def node(self, spot: str) -> int:
        lat, lon = lattice(spot)
        gap = np.hypot(self.table.node_lat_deg - lat, self.table.node_lon_deg - lon)
        assert gap.min() < 1e-6, f"no junction at {spot}"
        return int(gap.argmin())

    def street(self, a: str, b: str) -> tuple[int, bool]:
        """Street between two junctions and whether its points run from a to b."""
        tail, head = self.node(a), self.node(b)
        along = np.flatnonzero((self.table.tail == tail) & (self.table.head == head))
        against = np.flatnonzero((self.table.tail == head) & (self.table.head == tail))
        assert len(along) + len(against) == 1, f"{len(along) + len(against)} streets between {a} and {b}"
        return (int(along[0]), True) if len(along) else (int(against[0]), False)

    def speed(self, profile: Profile, a: str, b: str) -> float:
        """Metres per second from a to b on the one street between them."""
        street, is_along = self.street(a, b)
        speeds = self.table.forward_m_per_s if is_along else self.table.backward_m_per_s
        return float(speeds[profile_position(profile), street])

    def open(self, profile: Profile, a: str, b: str) -> bool:
        return self.speed(profile, a, b) > 0

    def flags(self, a: str, b: str) -> int:
        return int(self.table.flags[self.street(a, b)[0]])

    def turns(self) -> set[tuple[str, ...]]:
        """Forbidden turns as (from spot, via spot, to spot)."""
        spots = {}
        for column in "abcdefgh":
            for row in range(8):
                lat, lon = lattice(f"{column}{row}")
                gap = np.hypot(self.table.node_lat_deg - lat, self.table.node_lon_deg - lon)
                if gap.min() < 1e-6:
                    spots[int(gap.argmin())] = f"{column}{row}"
        out = set()
        for a, via, b in zip(
            self.table.turn_from_street, self.table.turn_via_node, self.table.turn_to_street, strict=True
        ):
            ends = [int(self.table.tail[s]) if self.table.head[s] == via else int(self.table.head[s]) for s in (a, b)]
            out.add((spots[ends[0]], spots[int(via)], spots[ends[1]]))
        return out
