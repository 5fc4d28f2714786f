"""OpenStreetMap files (``.osm``, ``.osm.pbf``) to streets.

Two passes over the file: the ways with the positions of their nodes, then barriers and turn restrictions.
Ways are split where they share a node and at barriers; squares (`area=yes`) are walked along their outline.
"""

import itertools
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.report import BuildReport
from dashboard.areas.streets.osm_file import OsmNodes, OsmWays, read_nodes, read_ways
from dashboard.areas.streets.rules import ferry_at_duration, mark_underpass
from dashboard.areas.streets.source import Bounds, StreetRule, StreetSource, length_m, to_plane
from dashboard.areas.streets.turns import Pieces, forbid
from risk_core.state.profile import RoadClass

ATTRIBUTION = "© OpenStreetMap contributors (ODbL 1.0)"

STUB_M = 1.0
"""Length of the piece before a barrier that the barred profiles may not use."""


AT_JUNCTION = "Barriers left out because three or more streets meet there"


def read_osm(path: Path, report: BuildReport, bounds: Bounds | None = None) -> StreetSource:
    """Read the streets of an OpenStreetMap file.

    Parameters
    ----------
    path
        ``.osm`` or ``.osm.pbf``.
    report
        Takes the bad records; the good ones are kept.
    bounds
        Clip box.

    Raises
    ------
    InputError
        When the file is unreadable or holds no usable street.
    """
    ways = read_ways(path, report, bounds)
    nodes = read_nodes(path, report, ways)
    splitter = _Splitter(ways, nodes)
    for position in range(len(ways.way)):
        splitter.take(position, report, path.name)
    n_used = sum(forbid(restriction, splitter.pieces, report, path.name) for restriction in nodes.restrictions)
    report.kept("turn_restrictions", n_used)
    for why, count in nodes.left_out.items():
        report.note(f"{why}: {count}.")
    table = splitter.pieces.rows.finish(path.name, bounds)
    report.kept("streets", len(table.tail))
    return StreetSource(table, ATTRIBUTION)


class _Splitter:
    """Cuts ways into streets and remembers which street of a way ends at which node."""

    def __init__(self, ways: OsmWays, nodes: OsmNodes) -> None:
        self.pieces = Pieces()
        self._ways = ways
        self._nodes = nodes
        used = np.concatenate(ways.refs) if ways.refs else np.empty(0, dtype=np.int64)
        ends = np.array([end for refs in ways.refs for end in refs[[0, -1]]], dtype=np.int64)
        at = np.searchsorted(nodes.node, used)
        self._n_use = np.bincount(at, minlength=len(nodes.node))
        self._n_arm = 2 * self._n_use - np.bincount(np.searchsorted(nodes.node, ends), minlength=len(nodes.node))
        self._barrier_left = {node for node in nodes.barred if self._n_arm[self._at(node)] == 2}
        self._is_barrier = np.isin(nodes.node, list(self._barrier_left))
        n_left_out = sum(int(self._n_arm[self._at(node)]) > 2 for node in nodes.barred)
        nodes.left_out += Counter({AT_JUNCTION: n_left_out})

    def _at(self, node: int) -> int:
        return int(np.searchsorted(self._nodes.node, node))

    def take(self, position: int, report: BuildReport, file: str) -> None:
        """Add the streets of one way."""
        refs = self._ways.refs[position]
        shape = self._ways.lat_lon_deg[position]
        known = np.isfinite(shape[:, 0])
        way = self._ways.way[position]
        if not known.all():
            value = f"{int((~known).sum())} of {len(refs)} not in the file"
            remedy = "The known parts were kept; export with complete ways (osmium extract -s complete_ways)."
            report.bad(f"{file}, way {way}", "nodes", value, "every node of the way", remedy)
        rule = self._rule(position, shape[known])
        for run in np.split(np.arange(len(refs)), np.flatnonzero(np.diff(known)) + 1):
            if len(run) > 1 and known[run[0]]:
                self._take_run(way, refs[run], shape[run], rule)

    def _rule(self, position: int, shape: NDArray[np.float64]) -> StreetRule:
        """Finish the way's rule, once its length is known."""
        rule, tags = self._ways.rule[position], self._ways.tags[position]
        way_length_m = length_m(shape) if tags and len(shape) > 1 else 0.0
        if rule.road_class is RoadClass.FERRY:
            return ferry_at_duration(rule, tags, way_length_m)
        return mark_underpass(rule, tags, way_length_m)

    def _take_run(self, way: int, refs: NDArray[np.int64], shape: NDArray[np.float64], rule: StreetRule) -> None:
        """Cut a run of known nodes at junctions and barriers; a ring is cut once more, half way round."""
        at = np.searchsorted(self._nodes.node, refs)
        is_cut = (self._n_use[at] > 1) | self._is_barrier[at]
        is_cut[[0, -1]] = True
        cuts = np.flatnonzero(is_cut).tolist()
        pieces = []
        for a, b in itertools.pairwise(cuts):
            middle = (a + b) // 2
            is_ring = refs[a] == refs[b] and b - a > 1
            pieces += [(a, middle), (middle, b)] if is_ring else [(a, b)]
        for a, b in pieces:
            self._add(way, refs[a : b + 1], shape[a : b + 1], rule)

    def _add(self, way: int, refs: NDArray[np.int64], shape: NDArray[np.float64], rule: StreetRule) -> None:
        """Add a piece; where it ends at a barrier its last metre is a street of its own."""
        tail, head, rows = int(refs[0]), int(refs[-1]), self.pieces.rows
        if head in self._barrier_left:
            self._barrier_left.discard(head)
            body, stub = _cut_end(shape)
            key = ("barrier", head)
            self.pieces.keep(way, tail, rows.add(tail, key, body, rule))
            self.pieces.keep(way, head, rows.add(key, head, stub, rule.without(self._nodes.barred[head])))
        elif tail in self._barrier_left:
            self._barrier_left.discard(tail)
            body, stub = (part[::-1] for part in _cut_end(shape[::-1]))
            key = ("barrier", tail)
            self.pieces.keep(way, tail, rows.add(tail, key, stub, rule.without(self._nodes.barred[tail])))
            self.pieces.keep(way, head, rows.add(key, head, body, rule))
        else:
            row = rows.add(tail, head, shape, rule)
            self.pieces.keep(way, tail, row)
            self.pieces.keep(way, head, row)


def _cut_end(shape: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cut a line `STUB_M` before its end, or in the middle of its last segment where that is shorter."""
    step_m = float(np.hypot(*np.diff(to_plane(shape[-2:]), axis=0)[0]))
    share = min(0.5, STUB_M / step_m) if step_m else 0.5
    cut = shape[-1] + share * (shape[-2] - shape[-1])
    return np.vstack([shape[:-1], cut]), np.vstack([cut, shape[-1]])
