"""The street network: one topology for every traveller, weights apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.state.grid import Grid

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
