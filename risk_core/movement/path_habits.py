"""Which street comes next: a variable-order Markov chain on directed edges that learns and forgets ways.

Source: prediction by partial matching (Cleary, Witten, IEEE Transactions on Communications 32(4), 1984): the longest
context seen speaks first and leaves 1 / (n + 1) of the probability to the next shorter one.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.movement.match_plane import MatchStreets

MOST_ORDER: Final = 3
"""Edges of the longest context."""

TURN_BACK_WEIGHT: Final = 0.02
"""Prior weight of turning back into the same street, against 1 of going straight on (our choice)."""


class EdgeHabits:
    """Counts of what followed what.

    Nothing is written anywhere; the counts live in this object alone.

    Parameters
    ----------
    streets
        The streets that the traveller may use.
    base
        Habits that these are added to, for example those of everybody; they are read, never changed.

    Examples
    --------
    >>> from risk_core.movement.match_plane import street_plane
    >>> from risk_core.state.profile import Profile
    >>> from tests.tiny import tiny_area
    >>> streets = street_plane(tiny_area().network, Profile.CAR)
    >>> habits = EdgeHabits(streets)
    >>> edge = 0
    >>> before = habits.next_probs([edge])
    >>> likely = min(before)
    >>> for _ in range(9): habits.add_way([edge, likely])
    >>> habits.next_probs([edge])[likely] > 0.9
    True
    """

    def __init__(self, streets: MatchStreets, base: "EdgeHabits | None" = None) -> None:
        self.streets = streets
        self._base = base
        self._counts: dict[tuple[int, ...], dict[int, float]] = {}
        self._heading: NDArray[np.float64] = _headings(streets) if base is None else base._heading

    @property
    def n_context(self) -> int:
        """Contexts known, without those of the base."""
        return len(self._counts)

    def add_way(
        self, way: Sequence[int] | NDArray[np.int32], weight: float = 1.0, most_order: int = MOST_ORDER
    ) -> None:
        """Learn a way: edges in order, -1 where it breaks; contexts of at most `most_order` edges.

        Raises
        ------
        InputError
            For edges the network does not have.
        """
        edges = [int(edge) for edge in way]
        n_edge = self.streets.network.n_edge
        wrong = [edge for edge in edges if not -1 <= edge < n_edge]
        if wrong:
            wanted = f"edges of 0 to {n_edge - 1}, -1 for a break"
            raise InputError(Fault("way", str(wrong[:5]), wanted, "Match the track to these streets."))
        for i in range(1, len(edges)):
            if edges[i] < 0:
                continue
            for order in range(1, most_order + 1):
                context = tuple(edges[max(i - order, 0) : i])
                if len(context) < order or -1 in context:
                    break
                self._change(context, edges[i], weight)

    def forget_way(self, way: Sequence[int] | NDArray[np.int32], weight: float = 1.0) -> None:
        """Take back a way that was learnt with this weight."""
        self.add_way(way, -weight)

    def fade(self, share: float) -> None:
        """Let everything learnt so far count for this share of itself, 0 to 1; counts below 1/1000 are dropped.

        Raises
        ------
        InputError
            For a share outside 0 to 1.
        """
        if not 0 <= share <= 1:
            raise InputError(Fault("share", str(share), "a share of 0 to 1", "Take 0.5 after a half-life."))
        for context, following in list(self._counts.items()):
            for edge in list(following):
                self._change(context, edge, -(1.0 - share) * following[edge])

    def next_probs(self, context: Sequence[int]) -> dict[int, float]:
        """Probability of each edge that can follow, given the last edges, the newest last; empty at a dead end."""
        prob = self._prior(int(context[-1]))
        for order in range(1, min(MOST_ORDER, len(context)) + 1):
            following = self._followed(tuple(int(edge) for edge in context[-order:]))
            seen = {edge: n for edge, n in following.items() if edge in prob}
            total = sum(seen.values())
            if total <= 0:
                break
            escape = 1.0 / (total + 1.0)
            prob = {edge: escape * p + (1.0 - escape) * seen.get(edge, 0.0) / total for edge, p in prob.items()}
        return prob

    def _followed(self, context: tuple[int, ...]) -> dict[int, float]:
        """Counts of what followed a context, the base's with them."""
        own = self._counts.get(context, {})
        if self._base is None:
            return own
        both = dict(self._base._followed(context))
        for edge, n in own.items():
            both[edge] = both.get(edge, 0.0) + n
        return both

    def _prior(self, edge: int) -> dict[int, float]:
        """By how straight on each following edge leads."""
        plane = self.streets.plane
        node = int(plane.leaves[edge])
        moves = plane.move_edge[plane.first_move[node] : plane.first_move[node + 1]].tolist()
        weight = {}
        for following in moves:
            turn = math.cos(float(self._heading[following] - self._heading[edge]))
            is_back = following == plane.reverse[edge]
            weight[following] = TURN_BACK_WEIGHT if is_back else 0.15 + math.exp(2.0 * (turn - 1.0))
        total = sum(weight.values())
        return {following: one / total for following, one in weight.items()}

    def _change(self, context: tuple[int, ...], edge: int, weight: float) -> None:
        following = self._counts.setdefault(context, {})
        following[edge] = following.get(edge, 0.0) + weight
        if following[edge] < 1e-3:
            del following[edge]
        if not following:
            del self._counts[context]


def _headings(streets: MatchStreets) -> NDArray[np.float64]:
    """Direction of each edge from end to end, radians from north."""
    east, north, network = streets.plane.node_east_m, streets.plane.node_north_m, streets.network
    return np.arctan2(east[network.head] - east[network.tail], north[network.head] - north[network.tail])
