"""First steps of reading OpenStreetMap files: which ways and restrictions there are, where their nodes lie."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.report import BuildReport
from dashboard.areas.streets.barriers import barred_profiles
from dashboard.areas.streets.rules import street_rule
from dashboard.areas.streets.source import Bounds, StreetRule
from risk_core.errors import Fault, InputError

_SHAPE_KEYS: Final = ("tunnel", "layer", "level", "indoor", "duration")
"""Tags still needed once a way's length is known."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """A turn restriction with a via node: `is_only` allows just the named turn, else it forbids it."""

    relation: int
    is_only: bool
    from_ways: tuple[int, ...]
    via_node: int
    to_ways: tuple[int, ...]


@dataclass(slots=True, eq=False)
class OsmWays:
    """Usable ways of a file: ids, node ids, rules, and the tags that matter once the length is known."""

    way: list[int] = field(default_factory=list)
    refs: list[NDArray[np.int64]] = field(default_factory=list)
    rule: list[StreetRule] = field(default_factory=list)
    tags: list[Mapping[str, str]] = field(default_factory=list)
    restrictions: list[Restriction] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class OsmNodes:
    """Positions by node id (ascending `node`), NaN where the file has none, and the barriers among them."""

    node: NDArray[np.int64]
    lat_lon_deg: NDArray[np.float64]
    barred: dict[int, tuple[bool, ...]]

    def positions(self, refs: NDArray[np.int64]) -> NDArray[np.float64]:
        """(lat, lon) rows of node ids."""
        return self.lat_lon_deg[np.searchsorted(self.node, refs)]


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn the reader's failures into one clear error."""
    try:
        yield
    except (RuntimeError, ValueError, OSError) as error:
        remedy = "Download or export it again; check that the ending (.osm, .osm.pbf) tells its format."
        wanted = "a whole OpenStreetMap file (XML or PBF)"
        raise InputError(Fault("streets", f"unreadable ({error})", wanted, remedy, path.name)) from error


def read_ways(path: Path, report: BuildReport, bounds: Bounds | None) -> OsmWays:
    """Read every usable street and ferry, and the turn restrictions.

    Parameters
    ----------
    path
        ``.osm`` or ``.osm.pbf``.
    report
        Takes the records that could not be used.
    bounds
        Where given, only ways with a node inside.

    Raises
    ------
    InputError
        When the file is no readable OpenStreetMap file.
    """
    import osmium

    ways = OsmWays()
    with _reading(path):
        inside = None if bounds is None else _nodes_inside(path, bounds)
        found = osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway", "route"))
        for way in found if inside is None else found.with_filter(inside.contains_filter()):
            _take_way(way, ways, report, path.name)
        relations = osmium.FileProcessor(str(path), osmium.osm.RELATION)
        taken = set(ways.way)
        for relation in relations.with_filter(osmium.filter.KeyFilter("restriction", "restriction:motorcar")):
            _take_restriction(relation, taken, ways, report, path.name)
    return ways


def read_nodes(path: Path, report: BuildReport, ways: OsmWays) -> OsmNodes:
    """Read the positions and barriers of the nodes that the ways use.

    Nodes off the earth are reported and left without a position.

    Raises
    ------
    InputError
        When the file is no readable OpenStreetMap file.
    """
    import osmium

    wanted = np.unique(np.concatenate(ways.refs)) if ways.refs else np.empty(0, dtype=np.int64)
    nodes = OsmNodes(wanted, np.full((len(wanted), 2), np.nan), {})
    with _reading(path):
        found: Any = osmium.FileProcessor(str(path), osmium.osm.NODE)
        if len(wanted) and wanted[0] >= 0:
            found = found.with_filter(osmium.filter.IdFilter(wanted.tolist()))
        ids, positions = [], []
        for node in found:
            if not node.location.valid():
                _report_off_earth(node, report, path.name)
                continue
            ids.append(node.id)
            positions.append((node.location.lat, node.location.lon))
            if len(node.tags) and any(barred := barred_profiles(dict(node.tags))):
                nodes.barred[node.id] = barred
    _place(nodes, np.array(ids, dtype=np.int64), np.array(positions, dtype=np.float64).reshape(-1, 2))
    return nodes


def _place(nodes: OsmNodes, ids: NDArray[np.int64], positions: NDArray[np.float64]) -> None:
    """Write positions to the wanted nodes."""
    if not len(nodes.node):
        return
    at = np.minimum(np.searchsorted(nodes.node, ids), len(nodes.node) - 1)
    is_wanted = nodes.node[at] == ids
    nodes.lat_lon_deg[at[is_wanted]] = positions[is_wanted]


def _report_off_earth(node: Any, report: BuildReport, file: str) -> None:
    at = node.location
    value = f"lat {at.lat_without_check():.5f}, lon {at.lon_without_check():.5f}"
    wanted = "lat within -90..90 and lon within -180..180 degrees (EPSG:4326)"
    report.bad(f"{file}, node {node.id}", "position", value, wanted, "Correct the node; its ways are cut there.")


def _nodes_inside(path: Path, bounds: Bounds) -> Any:
    import osmium

    west, south, east, north = bounds
    tracker = osmium.IdTracker()
    for node in osmium.FileProcessor(str(path), osmium.osm.NODE):
        location = node.location
        if location.valid() and south <= location.lat <= north and west <= location.lon <= east:
            tracker.add_node(node.id)
    return tracker


def _take_way(way: Any, ways: OsmWays, report: BuildReport, file: str) -> None:
    tags = dict(way.tags)
    rule = street_rule(tags)
    if rule is None:
        return
    refs = np.fromiter((node.ref for node in way.nodes), dtype=np.int64, count=len(way.nodes))
    refs = refs[np.concatenate([[True], refs[1:] != refs[:-1]])] if len(refs) else refs
    if len(refs) < 2:
        wanted = "at least two different nodes"
        report.bad(f"{file}, way {way.id}", "nodes", f"{len(refs)} node", wanted, "Remove or complete the way.")
        return
    ways.way.append(way.id)
    ways.refs.append(refs)
    ways.rule.append(rule)
    ways.tags.append({key: tags[key] for key in _SHAPE_KEYS if key in tags})


def _take_restriction(relation: Any, taken: set[int], ways: OsmWays, report: BuildReport, file: str) -> None:
    tags = dict(relation.tags)
    kind = tags.get("restriction:motorcar", tags.get("restriction", ""))
    if tags.get("type") != "restriction" or "motorcar" in tags.get("except", "").split(";"):
        return
    members = [(member.role, member.type, member.ref) for member in relation.members]
    from_ways = tuple(ref for role, type_, ref in members if role == "from" and type_ == "w" and ref in taken)
    to_ways = tuple(ref for role, type_, ref in members if role == "to" and type_ == "w" and ref in taken)
    via = [(type_, ref) for role, type_, ref in members if role == "via"]
    place = f"{file}, relation {relation.id}"
    if not kind.startswith(("no_", "only_")):
        report.bad(place, "restriction", kind or "empty", "a value no_* or only_*", "It was left out.")
    elif any(type_ == "w" for type_, _ in via):
        remedy = "It was left out: routes may turn there."
        report.bad(place, "via", "a way", "a node (restrictions over a way are not supported yet)", remedy)
    elif len(via) != 1 or via[0][0] != "n":
        report.bad(place, "via", f"{len(via)} members", "one via node", "It was left out; complete the relation.")
    elif from_ways and to_ways:
        only = kind.startswith("only_")
        ways.restrictions.append(Restriction(relation.id, only, from_ways, via[0][1], to_ways))
