"""The contraction hierarchy of a network: one for every traveller and every metric."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import Lower, Moves, Tree, TurnRule, customise, seed

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """Search nodes, moves between them, and the up edges that customisation gives weights.

    A search node is where a traveller stands: a junction, or, where some turn is forbidden, a junction together with
    the edge one arrived by. Search nodes are numbered by their rank in the nested-dissection order, so 0 is
    contracted first. A move travels one edge. Up edges lead from a search node to later ones.

    Attributes
    ----------
    first_move, move_head, move_edge, move_turn
        Moves of search node `x` are ``first_move[x]:first_move[x + 1]``; search node reached, edge travelled, and what
        it does at the junction it leaves (`TURN_PLAIN`, `TURN_BACK`, `TURN_FORBIDDEN`).
    move_place
        Up edge of each move: its position where the move leads upward, minus it minus 1 downward, `SELF_LOOP`.
    first_up, up_head, up_key, key, parent
        See `Tree`.
    first_down, down_tail, down_up
        See `Lower`.
    node_of
        Network node of each search node, shape=(n_search,).
    first_copy, copy
        Search nodes of network node `v` are ``copy[first_copy[v]:first_copy[v + 1]]``.
    edge_reaches
        Search node on which one stands after travelling each edge, shape=(n_edge,).
    """

    first_move: Ints
    move_head: Ints
    move_edge: Ints
    move_turn: NDArray[np.uint8]
    move_place: Ints
    first_up: Ints
    up_head: Ints
    up_key: NDArray[np.uint16]
    key: NDArray[np.uint16]
    parent: Ints
    first_down: Ints
    down_tail: Ints
    down_up: Ints
    node_of: Ints
    first_copy: Ints
    copy: Ints
    edge_reaches: Ints

    @property
    def n_search(self) -> int:
        """Number of search nodes."""
        return len(self.parent)

    @property
    def n_up(self) -> int:
        """Number of up edges."""
        return len(self.up_head)

    @property
    def height(self) -> int:
        """Search nodes on the longest root path: entries of a label."""
        return int(self.key[-1]) + 1 if len(self.key) else 0

    @property
    def moves(self) -> Moves:
        """Moves as the kernels take them."""
        return Moves(self.first_move, self.move_head, self.move_edge, self.move_turn)

    @property
    def tree(self) -> Tree:
        """Up edges as the kernels take them."""
        return Tree(self.first_up, self.up_head, self.up_key, self.key, self.parent)

    @property
    def lower(self) -> Lower:
        """Up edges by their upper end as the kernels take them."""
        return Lower(self.first_down, self.down_tail, self.down_up)

    def weights(self, cost: Ints, rule: TurnRule) -> tuple[Ints, Ints]:
        """Weights of the up edges under one metric, upward and downward (basic customisation).

        Parameters
        ----------
        cost
            Of each edge, whole units, shape=(n_edge,); `INF_COST` where barred.
        rule
            How turns count.

        Returns
        -------
        tuple
            shape=(n_up,) each, in one piece of memory.
        """
        up, down = np.empty((2, self.n_up), dtype=np.int32)
        seed(self.moves, self.move_place, cost, rule, up, down)
        customise(self.tree, self.lower, up, down)
        return up, down
