"""First steps of reading OpenStreetMap files: which ways and restrictions there are, where their nodes lie."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.report import BuildReport
from dashboard.areas.streets.barriers import barred_profiles
from dashboard.areas.streets.restrictions import Restriction, read_restriction, restriction_keys
from dashboard.areas.streets.rules import street_rule
from dashboard.areas.streets.source import Bounds, StreetRule
from risk_core.errors import Fault, InputError

_SHAPE_KEYS: Final = ("tunnel", "layer", "level", "indoor", "duration")
"""Tags still needed once a way's length is known."""


UNITS_PER_DEG: Final = 1e7
"""OpenStreetMap's positions are whole numbers of this part of a degree."""

UNDEFINED: Final = 2_147_483_647
"""Coordinate of a node that is not in the file."""

UNSORTED_SHARE: Final = 0.5
"""With more than this share of positions missing, the file is taken to list ways before nodes."""


@dataclass(slots=True, eq=False)
class OsmWays:
    """Usable ways of a file.

    Attributes
    ----------
    way
        Ids.
    refs, lat_lon_deg
        Node ids of each way and their positions, shape=(n,) and (n, 2), NaN where the file has none.
    rule, tags
        What each way is, and the tags that matter once its length is known.
    """

    way: list[int] = field(default_factory=list)
    refs: list[NDArray[np.int64]] = field(default_factory=list)
    lat_lon_deg: list[NDArray[np.float64]] = field(default_factory=list)
    rule: list[StreetRule] = field(default_factory=list)
    tags: list[Mapping[str, str]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class OsmNodes:
    """Nodes the ways use, ascending; whom the barriers among them stop; and the turn restrictions.

    `left_out` counts what was left out without being wrong, by reason.
    """

    node: NDArray[np.int64]
    barred: dict[int, tuple[bool, ...]] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


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
    """Read every usable street and ferry with the positions of its nodes.

    Parameters
    ----------
    path
        ``.osm`` or ``.osm.pbf``.
    report
        Takes the records that could not be used.
    bounds
        Where given, ways without a node inside are left out, and nodes outside have no position.

    Raises
    ------
    InputError
        When the file is no readable OpenStreetMap file.
    """
    import osmium

    ways = OsmWays()
    with _reading(path):
        found = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations("flex_mem")
        found = found.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        for way in found.with_filter(osmium.filter.KeyFilter("highway", "route")):
            _take_way(way, ways, report, path.name, bounds)
        if ways.refs and np.isnan(np.concatenate(ways.lat_lon_deg)).mean() > UNSORTED_SHARE:
            _place_from_nodes(path, ways)
    _report_off_earth(ways, report, path.name)
    if bounds is not None:
        _clip(ways, bounds)
    return ways


def read_nodes(path: Path, report: BuildReport, ways: OsmWays) -> OsmNodes:
    """Read the barriers on the ways' nodes and the turn restrictions between the ways.

    Raises
    ------
    InputError
        When the file is no readable OpenStreetMap file.
    """
    import osmium

    nodes = OsmNodes(np.unique(np.concatenate(ways.refs)) if ways.refs else np.empty(0, dtype=np.int64))
    taken = set(ways.way)
    keys = osmium.filter.KeyFilter("barrier", "kerb", *restriction_keys())
    with _reading(path):
        for item in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.RELATION).with_filter(keys):
            if item.is_relation():
                restriction = read_restriction(item, taken, nodes.left_out, report, path.name)
                nodes.restrictions += [restriction] if restriction is not None else []
            elif _has(nodes.node, item.id) and any(barred := barred_profiles(dict(item.tags))):
                nodes.barred[item.id] = barred
    return nodes


def _has(ascending: NDArray[np.int64], value: int) -> bool:
    at = int(np.searchsorted(ascending, value))
    return at < len(ascending) and int(ascending[at]) == value


def _take_way(way: Any, ways: OsmWays, report: BuildReport, file: str, bounds: Bounds | None) -> None:
    tags = dict(way.tags)
    rule = street_rule(tags)
    if rule is None:
        return
    found = np.array([(node.ref, node.y, node.x) for node in way.nodes], dtype=np.int64).reshape(-1, 3)
    is_new = np.concatenate([[True], found[1:, 0] != found[:-1, 0]]) if len(found) else np.zeros(0, dtype=bool)
    found = found[is_new]
    if len(found) < 2:
        wanted = "at least two different nodes"
        report.bad(f"{file}, way {way.id}", "nodes", f"{len(found)} node", wanted, "Remove or complete the way.")
        return
    position = found[:, 1:] / UNITS_PER_DEG
    position[(found[:, 1:] == UNDEFINED).any(axis=1)] = np.nan
    if bounds is not None and _is_elsewhere(position, bounds):
        return
    ways.way.append(way.id)
    ways.refs.append(found[:, 0].copy())
    ways.lat_lon_deg.append(position)
    ways.rule.append(rule)
    ways.tags.append({key: tags[key] for key in _SHAPE_KEYS if key in tags})


def _is_elsewhere(position: NDArray[np.float64], bounds: Bounds) -> bool:
    """Whether every known node lies outside the box, and at least one is known."""
    outside = _is_outside(position, bounds)
    return bool(np.isfinite(position[:, 0]).any() and (outside | np.isnan(position[:, 0])).all())


def _is_outside(position: NDArray[np.float64], bounds: Bounds) -> NDArray[np.bool_]:
    """Nodes known to lie outside the box."""
    west, south, east, north = bounds
    lat, lon = position.T
    return np.asarray((lat < south) | (lat > north) | (lon < west) | (lon > east))


def _place_from_nodes(path: Path, ways: OsmWays) -> None:
    """Look positions up in a second pass, for files that list ways before nodes (Overpass)."""
    import osmium

    wanted = np.unique(np.concatenate(ways.refs))
    position = np.full((len(wanted), 2), np.nan)
    for node in osmium.FileProcessor(str(path), osmium.osm.NODE):
        at = int(np.searchsorted(wanted, node.id))
        if at < len(wanted) and wanted[at] == node.id and node.location.x != UNDEFINED:
            position[at] = node.location.y / UNITS_PER_DEG, node.location.x / UNITS_PER_DEG
    ways.lat_lon_deg = [position[np.searchsorted(wanted, refs)] for refs in ways.refs]


def _report_off_earth(ways: OsmWays, report: BuildReport, file: str) -> None:
    """Report each node off the earth once and take its position away."""
    refs, positions = ways.refs, ways.lat_lon_deg
    seen: set[int] = set()
    for ref, position in zip(refs, positions, strict=True):
        for at in np.flatnonzero((np.abs(position) > (90.0, 180.0)).any(axis=1)):
            value = f"lat {position[at, 0]:.5f}, lon {position[at, 1]:.5f}"
            if int(ref[at]) not in seen:
                wanted = "lat within -90..90 and lon within -180..180 degrees (EPSG:4326)"
                remedy = "Correct the node; its ways are cut there."
                report.bad(f"{file}, node {ref[at]}", "position", value, wanted, remedy)
            seen.add(int(ref[at]))
            position[at] = np.nan


def _clip(ways: OsmWays, bounds: Bounds) -> None:
    """Keep the ways that touch the box, each cut to its nodes inside."""
    kept = OsmWays()
    for way, refs, position, rule, tags in zip(
        ways.way, ways.refs, ways.lat_lon_deg, ways.rule, ways.tags, strict=True
    ):
        is_outside = _is_outside(position, bounds)
        runs = np.split(np.arange(len(refs)), np.flatnonzero(np.diff(is_outside)) + 1)
        for run in (run for run in runs if len(run) > 1 and not is_outside[run[0]]):
            kept.way.append(way)
            kept.refs.append(refs[run])
            kept.lat_lon_deg.append(position[run])
            kept.rule.append(rule)
            kept.tags.append(tags)
    ways.way, ways.refs, ways.lat_lon_deg, ways.rule, ways.tags = (
        kept.way,
        kept.refs,
        kept.lat_lon_deg,
        kept.rule,
        kept.tags,
    )
