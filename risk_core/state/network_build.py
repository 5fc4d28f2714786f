"""Steps by which `network_from_streets` turns a street table into arrays; each takes and returns plain arrays."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault
from risk_core.kernels.network import cross_cells, segment_arcs_rad
from risk_core.state.grid import Grid
from risk_core.state.profile import RoadClass
from risk_core.state.rows import first_of
from risk_core.units import EARTH_RADIUS_M

if TYPE_CHECKING:
    from risk_core.state.network import StreetTable

Ints = NDArray[np.int32]

BUCKET_M: Final = 200.0
"""Nominal size of a snapping bucket, metres."""

MAX_BUCKETS: Final = 1_000_000
"""A sparse network over a huge box gets larger buckets rather than more than this many."""

END_TOLERANCE_DEG: Final = 1e-6
"""How far a street's first and last point may lie from its end nodes, degrees (about 0.1 m)."""


MOST_SPEED_M_PER_S: Final = 100.0
"""No street is faster, m/s (360 km/h); a larger figure is km/h or worse taken for m/s."""


class Edges(NamedTuple):
    """Directed edges sorted by tail: their street, 1 where they run along its points, and their ends."""

    street: Ints
    is_forward: NDArray[np.uint8]
    tail: Ints
    head: Ints


class Crossing(NamedTuple):
    """Cells crossed: first entry of each street, cells, metres in each."""

    first: Ints
    cell: Ints
    length_m: NDArray[np.float32]


class Buckets(NamedTuple):
    """Segments by bucket of a grid."""

    grid: Grid
    first: Ints
    point: Ints


def in_order(table: StreetTable) -> StreetTable:
    """Copy of the table with the exact types and memory order the kernels are compiled for."""
    return replace(
        table,
        node_lat_deg=np.array(table.node_lat_deg, dtype=np.float64),
        node_lon_deg=np.array(table.node_lon_deg, dtype=np.float64),
        tail=np.array(table.tail, dtype=np.int32),
        head=np.array(table.head, dtype=np.int32),
        first_point=np.array(table.first_point, dtype=np.int32),
        point_lat_deg=np.array(table.point_lat_deg, dtype=np.float64),
        point_lon_deg=np.array(table.point_lon_deg, dtype=np.float64),
        road_class=np.array(table.road_class, dtype=np.uint8),
        flags=np.array(table.flags, dtype=np.uint16),
        forward_m_per_s=np.array(table.forward_m_per_s, dtype=np.float32, order="C"),
        backward_m_per_s=np.array(table.backward_m_per_s, dtype=np.float32, order="C"),
        name=np.array(table.name, dtype=np.int32),
    )


def point_street(first_point: Ints) -> Ints:
    """Street of each point, shape=(n_point,)."""
    return np.repeat(np.arange(len(first_point) - 1, dtype=np.int32), np.diff(first_point))


def direct_edges(table: StreetTable) -> Edges:
    """One edge for each direction of a street that any profile may use, sorted by (tail, street, direction)."""
    n_street = len(table.tail)
    street = np.tile(np.arange(n_street, dtype=np.int32), 2)
    is_forward = np.repeat(np.array([1, 0], dtype=np.uint8), n_street)
    tail = np.concatenate([table.tail, table.head]).astype(np.int32)
    head = np.concatenate([table.head, table.tail]).astype(np.int32)
    is_used = np.concatenate([(table.forward_m_per_s > 0).any(axis=0), (table.backward_m_per_s > 0).any(axis=0)])
    order = np.lexsort((1 - is_forward, street, tail))
    order = order[is_used[order]]
    return Edges(street[order], is_forward[order], tail[order], head[order])


def street_edges(edges: Edges, n_street: int) -> Ints:
    """Edge along (row 0) and against (row 1) each street's points, -1 where there is none."""
    out = np.full((2, n_street), -1, dtype=np.int32)
    out[1 - edges.is_forward.astype(np.int64), edges.street] = np.arange(len(edges.street), dtype=np.int32)
    return out


def street_lengths_m(table: StreetTable) -> NDArray[np.float64]:
    """Metres from each point to the next of its street, shape=(n_point,); 0 at a street's last point."""
    arc = segment_arcs_rad(table.first_point, table.point_lat_deg, table.point_lon_deg)
    return np.asarray(arc * EARTH_RADIUS_M, dtype=np.float64)


def snap_bits(edges: Edges, speed_m_per_s: NDArray[np.float32], n_node: int) -> NDArray[np.uint8]:
    """Bit p set on each edge profile p may use inside its largest strongly connected part, shape=(n_edge,)."""
    # Networks are built seldom and read at every start.
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    out = np.zeros(len(edges.tail), dtype=np.uint8)
    for bit, speed in enumerate(speed_m_per_s):
        is_used = speed > 0
        if not is_used.any():
            continue
        ends = (edges.tail[is_used], edges.head[is_used])
        graph = csr_matrix((np.ones(int(is_used.sum()), dtype=np.int8), ends), shape=(n_node, n_node))
        _, part = connected_components(graph, directed=True, connection="strong")
        largest = int(np.bincount(part).argmax())
        inside = is_used & (part[edges.tail] == largest) & (part[edges.head] == largest)
        out[inside] |= np.uint8(1 << bit)
    return out


def street_cells(table: StreetTable, segment_m: NDArray[np.float64], grid: Grid) -> Crossing:
    """Cells of `grid` each street crosses, in order."""
    row = (grid.lat_max_deg - table.point_lat_deg) / grid.d_lat_deg
    col = (table.point_lon_deg - grid.lon_min_deg) / grid.d_lon_deg
    return Crossing(*cross_cells(table.first_point, row, col, segment_m, grid.n_row, grid.n_col))


def forbidden_pairs(table: StreetTable, edges: Edges) -> tuple[Ints, Ints]:
    """Pairs of consecutive edges that vehicles may not travel, sorted by (from, to), each pair once."""
    pairs: set[tuple[int, int]] = set()
    both = street_edges(edges, len(table.tail))
    turns = zip(table.turn_from_street, table.turn_via_node, table.turn_to_street, strict=True)
    for from_street, via, to_street in turns:
        coming = [e for e in both[:, from_street] if e >= 0 and edges.head[e] == via]
        going = [e for e in both[:, to_street] if e >= 0 and edges.tail[e] == via]
        pairs.update((int(a), int(b)) for a in coming for b in going)
    ordered = np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)
    return ordered[:, 0].copy(), ordered[:, 1].copy()


def _index_grid(lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> Grid:
    """Grid of buckets round all points, with a margin so that each point lies inside."""
    margin = 1e-5
    west, east = max(lon_deg.min() - margin, -180.0), min(lon_deg.max() + margin, 180.0)
    south, north = max(lat_deg.min() - margin, -89.9999), min(lat_deg.max() + margin, 89.9999)
    grid = Grid.from_bounds(float(west), float(south), float(east), float(north), BUCKET_M)
    if grid.n_cell <= MAX_BUCKETS:
        return grid
    coarser_m = BUCKET_M * math.sqrt(grid.n_cell / MAX_BUCKETS) * 1.01
    return Grid.from_bounds(float(west), float(south), float(east), float(north), coarser_m)


def bucket_segments(table: StreetTable) -> Buckets:
    """Every segment, by its first point, in each bucket it touches."""
    lat_deg, lon_deg = table.point_lat_deg, table.point_lon_deg
    grid = _index_grid(lat_deg, lon_deg)
    is_start = np.ones(len(lat_deg), dtype=bool)
    is_start[table.first_point[1:] - 1] = False
    start = np.flatnonzero(is_start)
    ends = np.stack([start, start + 1], axis=1).ravel()
    row = (grid.lat_max_deg - lat_deg[ends]) / grid.d_lat_deg
    col = (lon_deg[ends] - grid.lon_min_deg) / grid.d_lon_deg
    first = np.arange(0, 2 * len(start) + 1, 2, dtype=np.int32)
    crossing = Crossing(*cross_cells(first, row, col, np.ones(len(ends)), grid.n_row, grid.n_col))
    segment = np.repeat(start.astype(np.int32), np.diff(crossing.first))
    order = np.argsort(crossing.cell, kind="stable")
    return Buckets(grid, first_of(crossing.cell, grid.n_cell), segment[order])


def _bad(argument: str, is_bad: NDArray[np.bool_], wanted: str, remedy: str) -> list[Fault]:
    """One fault naming how many records are wrong and the first of them; empty when none is."""
    wrong = np.flatnonzero(is_bad)
    if not len(wrong):
        return []
    return [Fault(argument, f"wrong in {len(wrong)} of {is_bad.size} records, first at {wrong[0]}", wanted, remedy)]


def _shape_faults(table: StreetTable, n_profile: int) -> list[Fault]:
    """Arrays whose shapes do not fit each other."""
    n_street, n_point, n_turn = len(table.tail), len(table.point_lat_deg), len(table.turn_from_street)
    wanted = {
        "node_lon_deg": (len(table.node_lat_deg),),
        "head": (n_street,),
        "first_point": (n_street + 1,),
        "point_lon_deg": (n_point,),
        "road_class": (n_street,),
        "flags": (n_street,),
        "forward_m_per_s": (n_profile, n_street),
        "backward_m_per_s": (n_profile, n_street),
        "name": (n_street,),
        "turn_via_node": (n_turn,),
        "turn_to_street": (n_turn,),
    }
    remedy = "Give every array one entry per record."
    found = {name: np.shape(getattr(table, name)) for name in wanted}
    faults = [
        Fault(name, f"of shape {found[name]}", f"shape {shape}", remedy)
        for name, shape in wanted.items()
        if found[name] != shape
    ]
    if not n_street:
        remedy = "Check the file and the bounds: no street lies inside, or no profile may use any."
        faults.append(Fault("streets", "empty", "at least one street", remedy))
    return faults


def _number_faults(table: StreetTable) -> list[Fault]:
    """Positions and codes that are no whole numbers."""
    names = ("tail", "head", "first_point", "name", "road_class", "flags")
    turns = ("turn_from_street", "turn_via_node", "turn_to_street")
    return [
        Fault(name, f"of type {found.dtype}", "whole numbers", "Number records from 0; leave out those without one.")
        for name in (*names, *turns)
        if (found := np.asarray(getattr(table, name))).dtype.kind not in "iu"
    ]


def _reference_faults(table: StreetTable) -> list[Fault]:
    """Positions and codes that point nowhere."""
    n_node, n_street, n_point = len(table.node_lat_deg), len(table.tail), len(table.point_lat_deg)
    remedy = "Number nodes, streets and names from 0 without gaps."
    ranges = (
        ("tail", table.tail, 0, n_node),
        ("head", table.head, 0, n_node),
        ("name", table.name, -1, len(table.names)),
        ("road_class", table.road_class, 0, len(RoadClass)),
        ("turn_from_street", table.turn_from_street, 0, n_street),
        ("turn_via_node", table.turn_via_node, 0, n_node),
        ("turn_to_street", table.turn_to_street, 0, n_street),
    )
    faults: list[Fault] = []
    for argument, value, low, high in ranges:
        faults += _bad(argument, (value < low) | (value >= high), f"{low} <= {argument} < {high}", remedy)
    first = table.first_point
    faults += _bad("first_point", np.diff(first) < 2, "two points or more for each street", "Leave pointless ones out.")
    if first[0] != 0 or first[-1] != n_point:
        whole = f"from 0 to {n_point}"
        faults.append(Fault("first_point", f"from {first[0]} to {first[-1]}", whole, "Count every point once."))
    return faults


def _place_faults(table: StreetTable) -> list[Fault]:
    """Coordinates not on the earth, and speeds that are none."""
    faults: list[Fault] = []
    remedy = "Give degrees of EPSG:4326, latitude and longitude not exchanged."
    for kind in ("node", "point"):
        for axis, limit in (("lat", 90.0), ("lon", 180.0)):
            name = f"{kind}_{axis}_deg"
            value = getattr(table, name)
            is_bad = ~(np.abs(value) < limit) if axis == "lat" else ~(np.abs(value) <= limit)
            faults += _bad(name, is_bad, f"a number within {limit:g} of 0", remedy)
    for name in ("forward_m_per_s", "backward_m_per_s"):
        value = getattr(table, name)
        is_bad = ~((value >= 0) & (value <= MOST_SPEED_M_PER_S)).all(axis=0)
        wanted = f"a speed of 0 to {MOST_SPEED_M_PER_S:g} m/s"
        faults += _bad(name, is_bad, wanted, "Give metres a second, 0 where a profile may not go.")
    is_barred = ~((table.forward_m_per_s > 0).any() | (table.backward_m_per_s > 0).any())
    if is_barred:
        barred = "Check access tags or the column of modes."
        faults.append(Fault("forward_m_per_s, backward_m_per_s", "0 everywhere", "a street someone may use", barred))
    return faults


def _end_faults(table: StreetTable) -> list[Fault]:
    """Streets whose points do not start and end at their nodes; turns whose streets do not meet at the node."""
    faults: list[Fault] = []
    ends = (("tail", table.tail, table.first_point[:-1]), ("head", table.head, table.first_point[1:] - 1))
    for argument, node, point in ends:
        off_deg = np.maximum(
            np.abs(table.node_lat_deg[node] - table.point_lat_deg[point]),
            np.abs(table.node_lon_deg[node] - table.point_lon_deg[point]),
        )
        remedy = "Let the first point be the tail and the last the head."
        faults += _bad(argument, off_deg > END_TOLERANCE_DEG, "a node at the street's own end", remedy)
    via = table.turn_via_node
    for argument, street in (
        ("turn_from_street", table.turn_from_street),
        ("turn_to_street", table.turn_to_street),
    ):
        is_off = (table.tail[street] != via) & (table.head[street] != via)
        faults += _bad(argument, is_off, "a street that ends at turn_via_node", "Leave such restrictions out.")
    return faults


def street_faults(table: StreetTable, n_profile: int) -> list[Fault]:
    """Everything wrong with a street table; later checks wait until the earlier ones they rest on hold."""
    faults = _shape_faults(table, n_profile) or _number_faults(table)
    if faults:
        return faults
    faults = _reference_faults(table) + _place_faults(table)
    return faults or _end_faults(table)
