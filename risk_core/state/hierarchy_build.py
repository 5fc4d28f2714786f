"""From directed edges and forbidden turns to the contraction hierarchy."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.kernels.contraction import contract, lower_lists, node_depths, place_moves
from risk_core.kernels.hierarchy import TURN_BACK, TURN_FORBIDDEN, TURN_PLAIN
from risk_core.state.hierarchy import Hierarchy
from risk_core.state.order import dissect, join_ends
from risk_core.state.rows import first_of

Ints = NDArray[np.int32]
Degrees = NDArray[np.float64]

MAX_HEIGHT: Final = 65_535
"""A key takes 16 bits."""


class DirectedEdges(NamedTuple):
    """Edges, the street each belongs to, and the pairs of consecutive edges that vehicles may not travel."""

    tail: Ints
    head: Ints
    street: Ints
    turn_from: Ints
    turn_to: Ints


class _Expanded(NamedTuple):
    """Search nodes before they have a rank: network node of each, and the one each edge reaches."""

    node_of: Ints
    edge_reaches: Ints


class _Moves(NamedTuple):
    tail: Ints
    head: Ints
    edge: Ints
    turn: NDArray[np.uint8]


def build_hierarchy(edges: DirectedEdges, lat_deg: Degrees, lon_deg: Degrees) -> Hierarchy:
    """Build the hierarchy of a directed graph.

    Parameters
    ----------
    edges
        Directed edges in any order; self loops and parallels allowed.
    lat_deg, lon_deg
        Network nodes, shape=(n_node,), degrees; they guide the nested dissection.

    Returns
    -------
    Hierarchy
        Its arrays are read-only.

    Raises
    ------
    InputError
        For a graph so dense that its elimination tree is deeper than 65,535.
    """
    expanded = _expand(edges, len(lat_deg))
    moves = _make_moves(edges, expanded, len(lat_deg))
    node_of = expanded.node_of
    order = dissect(len(node_of), moves.tail, moves.head, lat_deg[node_of], lon_deg[node_of])
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return _freeze(_rank_moves(moves, rank), node_of[order], rank[expanded.edge_reaches], len(lat_deg))


def _is_split(edges: DirectedEdges, n_node: int) -> NDArray[np.bool_]:
    """Junctions at which some turn is forbidden, shape=(n_node,)."""
    is_split = np.zeros(n_node, dtype=bool)
    is_split[edges.head[edges.turn_from]] = True
    return is_split


def _expand(edges: DirectedEdges, n_node: int) -> _Expanded:
    """One search node a junction; one an incoming edge where some turn is forbidden."""
    is_split = _is_split(edges, n_node)
    whole = np.flatnonzero(~is_split).astype(np.int32)
    arriving = np.flatnonzero(is_split[edges.head]).astype(np.int32)
    position = np.full(n_node, -1, dtype=np.int32)
    position[whole] = np.arange(len(whole), dtype=np.int32)
    reaches = position[edges.head]
    reaches[arriving] = len(whole) + np.arange(len(arriving), dtype=np.int32)
    return _Expanded(np.concatenate([whole, edges.head[arriving]]).astype(np.int32), reaches.astype(np.int32))


def _make_moves(edges: DirectedEdges, expanded: _Expanded, n_node: int) -> _Moves:
    """Every edge from every search node of its tail."""
    n_edge = len(edges.tail)
    leaving = np.argsort(edges.tail, kind="stable").astype(np.int32)
    first_out = first_of(edges.tail, n_node)
    n_out = np.diff(first_out)[expanded.node_of]
    tail = np.repeat(np.arange(len(expanded.node_of), dtype=np.int32), n_out)
    begin = np.repeat(first_out[expanded.node_of], n_out)
    within = np.arange(len(tail)) - np.repeat(np.concatenate([[0], np.cumsum(n_out)[:-1]]), n_out)
    edge = leaving[begin + within] if n_edge else np.empty(0, dtype=np.int32)
    arrived_by = np.full(len(expanded.node_of), -1, dtype=np.int32)
    arrived_by[expanded.edge_reaches] = np.arange(n_edge, dtype=np.int32)
    arrived_by[~_is_split(edges, n_node)[expanded.node_of]] = -1
    return _Moves(tail, expanded.edge_reaches[edge], edge, _turns(edges, arrived_by[tail], edge))


def _turns(edges: DirectedEdges, arrived_by: Ints, edge: Ints) -> NDArray[np.uint8]:
    """What each move does at its junction, given the edge one arrived by (-1 where that does not matter)."""
    turn = np.full(len(edge), TURN_PLAIN, dtype=np.uint8)
    is_back = (arrived_by >= 0) & (edges.street[arrived_by] == edges.street[edge]) & (arrived_by != edge)
    turn[is_back] = TURN_BACK
    n_edge = np.int64(max(len(edges.tail), 1))
    forbidden = edges.turn_from.astype(np.int64) * n_edge + edges.turn_to
    asked = arrived_by.astype(np.int64) * n_edge + edge
    turn[(arrived_by >= 0) & np.isin(asked, forbidden)] = TURN_FORBIDDEN
    return turn


def _rank_moves(moves: _Moves, rank: Ints) -> _Moves:
    """Moves with ranked ends, sorted by tail."""
    tail, head = rank[moves.tail], rank[moves.head]
    by_tail = np.lexsort((moves.edge, tail))
    return _Moves(tail[by_tail], head[by_tail], moves.edge[by_tail], moves.turn[by_tail])


def _freeze(moves: _Moves, node_of: Ints, edge_reaches: Ints, n_node: int) -> Hierarchy:
    """Contract in order of rank and gather everything, read-only."""
    n_search = len(node_of)
    first_up, up_head, parent = contract(*join_ends(n_search, moves.tail, moves.head))
    first_down, down_tail, down_up = lower_lists(first_up, up_head)
    depth = node_depths(parent)
    height = int(depth.max(initial=-1)) + 1
    if height > MAX_HEIGHT:
        remedy = "Join doubled streets, or cut the area into parts."
        raise InputError(Fault("streets", f"a hierarchy {height} deep", f"at most {MAX_HEIGHT}", remedy))
    key = (height - 1 - depth).astype(np.uint16)
    copies = np.argsort(node_of, kind="stable").astype(np.int32)
    found = Hierarchy(
        first_move=first_of(moves.tail, n_search),
        move_head=moves.head.astype(np.int32),
        move_edge=moves.edge.astype(np.int32),
        move_turn=moves.turn,
        move_place=place_moves(first_up, up_head, moves.tail, moves.head),
        first_up=first_up,
        up_head=up_head,
        up_key=key[up_head],
        key=key,
        parent=parent,
        first_down=first_down,
        down_tail=down_tail,
        down_up=down_up,
        node_of=node_of.astype(np.int32),
        first_copy=first_of(node_of, n_node),
        copy=copies,
        edge_reaches=edge_reaches.astype(np.int32),
    )
    for name in found.__slots__:
        getattr(found, name).setflags(write=False)
    return found
