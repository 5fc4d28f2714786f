"""The street network: one topology for every traveller, weights apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import raise_faults
from risk_core.state import network_build as build
from risk_core.state.grid import Grid
from risk_core.state.hierarchy import Hierarchy
from risk_core.state.hierarchy_build import DirectedEdges, build_hierarchy
from risk_core.state.profile import PROFILES
from risk_core.state.rows import first_of

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Degrees = NDArray[np.float64]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Directed edges in compressed rows both ways, over undirected streets that hold geometry, name and cells.

    Node, edge, street, point and cell are positions 0..n-1 (int32). An edge is one direction of one street.
    Edges are sorted by tail, so node `v` owns edges `first_out[v]:first_out[v + 1]`.

    Attributes
    ----------
    node_lat_deg, node_lon_deg
        shape=(n_node,), degrees.
    first_out, tail, head
        shape=(n_node + 1,), (n_edge,), (n_edge,).
    first_in, in_edge
        Edges grouped by head: node `v` is reached by `in_edge[first_in[v]:first_in[v + 1]]`.
    length_m
        shape=(n_edge,), metres.
    speed_m_per_s
        Free speed, shape=(n_profile, n_edge), m/s; 0 where the profile may not go.
    snap_mask
        shape=(n_edge,); bit `profile_position(p)` is set where p may start or end: an edge it may use inside
        its largest strongly connected part.
    road_class
        shape=(n_edge,), `RoadClass`.
    flags
        shape=(n_edge,), `EdgeFlag`.
    street
        Street of each edge, shape=(n_edge,).
    is_forward
        shape=(n_edge,), 1 where the edge runs along its street's points, 0 where against.
    street_edge
        Edge along (row 0) and against (row 1) each street's points, shape=(2, n_street), -1 where there is none.
    street_first_point, point_lat_deg, point_lon_deg
        Points of street `s` are `street_first_point[s]:street_first_point[s + 1]`, both end nodes included.
    street_name
        Position in `names`, shape=(n_street,), -1 where nameless.
    street_first_cell, street_cell, street_cell_length_m
        Grid cells a street crosses in order, with the metres inside each.
    turn_from, turn_to
        Forbidden pairs of consecutive edges for vehicles, sorted by (from, to), shape=(n_turn,).
    index_grid, index_first, index_point
        Buckets for snapping: bucket `b` of `index_grid` holds the segments whose first points are
        `index_point[index_first[b]:index_first[b + 1]]`.
    point_street
        Street of each point, shape=(n_point,).
    hierarchy
        Contraction hierarchy of all edges, for every profile.
    names
        Street names as the source has them.
    """

    node_lat_deg: Degrees
    node_lon_deg: Degrees
    first_out: Ints
    tail: Ints
    head: Ints
    first_in: Ints
    in_edge: Ints
    length_m: Floats
    speed_m_per_s: Floats
    snap_mask: Bytes
    road_class: Bytes
    flags: NDArray[np.uint16]
    street: Ints
    is_forward: Bytes
    street_edge: Ints
    street_first_point: Ints
    point_lat_deg: Degrees
    point_lon_deg: Degrees
    point_street: Ints
    street_name: Ints
    street_first_cell: Ints
    street_cell: Ints
    street_cell_length_m: Floats
    turn_from: Ints
    turn_to: Ints
    index_grid: Grid
    index_first: Ints
    index_point: Ints
    hierarchy: Hierarchy
    names: tuple[str, ...]

    @property
    def n_node(self) -> int:
        """Number of nodes."""
        return len(self.node_lat_deg)

    @property
    def n_edge(self) -> int:
        """Number of directed edges."""
        return len(self.head)

    @property
    def n_street(self) -> int:
        """Number of undirected streets."""
        return len(self.street_name)


@dataclass(frozen=True, slots=True, eq=False)
class StreetTable:
    """What a source says of its streets, before the network is built from it.

    Attributes
    ----------
    node_lat_deg, node_lon_deg
        Junctions, shape=(n_node,), degrees.
    tail, head
        End nodes of each street in the direction of its points, shape=(n_street,).
    first_point, point_lat_deg, point_lon_deg
        Points of each street, end nodes included.
    road_class, flags
        shape=(n_street,).
    forward_m_per_s, backward_m_per_s
        Free speed along and against the points, shape=(n_profile, n_street), 0 where forbidden.
    name
        Position in `names` or -1, shape=(n_street,).
    names
        Distinct names.
    turn_from_street, turn_via_node, turn_to_street
        Forbidden turns for vehicles, shape=(n_turn,).
    """

    node_lat_deg: Degrees
    node_lon_deg: Degrees
    tail: Ints
    head: Ints
    first_point: Ints
    point_lat_deg: Degrees
    point_lon_deg: Degrees
    road_class: Bytes
    flags: NDArray[np.uint16]
    forward_m_per_s: Floats
    backward_m_per_s: Floats
    name: Ints
    names: tuple[str, ...]
    turn_from_street: Ints
    turn_via_node: Ints
    turn_to_street: Ints


def network_from_streets(table: StreetTable, grid: Grid) -> Network:
    """Build the network of a street table over the grid of its area.

    An edge is made for each direction of a street that any profile may use. Parts cut off from the rest are kept,
    but `snap_mask` covers only each profile's largest strongly connected part. Lengths are great-circle metres
    along the points. Cells outside the grid are left out.

    Raises
    ------
    InputError
        For arrays that do not fit each other, positions that point nowhere, coordinates not on the earth, speeds
        that are none, streets that do not run between their nodes, and an empty table; all faults at once.
    """
    raise_faults(build.street_faults(table, len(PROFILES)))
    table = build.in_order(table)
    n_node, n_street = len(table.node_lat_deg), len(table.tail)
    edges = build.direct_edges(table)
    segment_m = build.street_lengths_m(table)
    length_m = np.add.reduceat(segment_m, table.first_point[:-1])[edges.street].astype(np.float32)
    along = edges.is_forward.astype(bool)
    speed = np.where(along, table.forward_m_per_s[:, edges.street], table.backward_m_per_s[:, edges.street])
    cells = build.street_cells(table, segment_m, grid)
    buckets = build.bucket_segments(table)
    turn_from, turn_to = build.forbidden_pairs(table, edges)
    directed = DirectedEdges(edges.tail, edges.head, edges.street, turn_from, turn_to)
    return Network(
        node_lat_deg=table.node_lat_deg,
        node_lon_deg=table.node_lon_deg,
        first_out=first_of(edges.tail, n_node),
        tail=edges.tail,
        head=edges.head,
        first_in=first_of(edges.head, n_node),
        in_edge=np.argsort(edges.head, kind="stable").astype(np.int32),
        length_m=length_m,
        speed_m_per_s=np.ascontiguousarray(speed, dtype=np.float32),
        snap_mask=build.snap_bits(edges, speed, n_node),
        road_class=table.road_class[edges.street],
        flags=table.flags[edges.street],
        street=edges.street,
        is_forward=edges.is_forward,
        street_edge=build.street_edges(edges, n_street),
        street_first_point=table.first_point,
        point_lat_deg=table.point_lat_deg,
        point_lon_deg=table.point_lon_deg,
        point_street=build.point_street(table.first_point),
        street_name=table.name,
        street_first_cell=cells.first,
        street_cell=cells.cell,
        street_cell_length_m=cells.length_m,
        turn_from=turn_from,
        turn_to=turn_to,
        index_grid=buckets.grid,
        index_first=buckets.first,
        index_point=buckets.point,
        hierarchy=build_hierarchy(directed, table.node_lat_deg, table.node_lon_deg),
        names=table.names,
    )
