"""Which edge is taken at a junction: the habits, times how well each edge leads to where the trip may end."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk_core.movement.path_habits import EdgeHabits
from risk_core.movement.path_options import StreetPathOptions
from risk_core.movement.path_record import Destinations

Floats = NDArray[np.float64]


class NextChances:
    """Probability of each following edge, from the habits and the destinations together.

    Parameters
    ----------
    habits
        What usually follows what.
    destinations
        Where the trip may end; None lets the habits decide alone.
    options
        Of the path.
    """

    def __init__(self, habits: EdgeHabits, destinations: Destinations | None, options: StreetPathOptions) -> None:
        self._habits, self._destinations, self._options = habits, destinations, options
        self._far: dict[int, Floats] = {}
        self._pulls: dict[tuple[int, int], float] = {}

    def of(self, context: Sequence[int]) -> dict[int, float]:
        """By edge that can follow the last edges, the newest last; empty at a dead end."""
        chances = self._habits.next_probs(context)
        if self._destinations is None or len(chances) < 2:
            return chances
        last = int(context[-1])
        joint = {edge: chance * self._pull(last, edge, self._destinations) for edge, chance in chances.items()}
        total = sum(joint.values())
        return {edge: one / total for edge, one in joint.items()} if total > 1e-12 else chances

    def _pull(self, last: int, edge: int, to: Destinations) -> float:
        """How well an edge leads to the destinations from the one before."""
        known = self._pulls.get((last, edge))
        if known is None:
            plane = self._habits.streets.plane
            here, there = self._far_from(int(plane.head[last]), to), self._far_from(int(plane.head[edge]), to)
            more = (plane.length_m[edge] + there - here) / self._options.destination_m
            known = self._pulls[last, edge] = float(to.weight @ np.exp(-np.maximum(more, 0.0)))
        return known

    def _far_from(self, node: int, to: Destinations) -> Floats:
        if node not in self._far:
            plane = self._habits.streets.plane
            d_east, d_north = to.east_m - plane.node_east_m[node], to.north_m - plane.node_north_m[node]
            self._far[node] = np.asarray(np.hypot(d_east, d_north), dtype=np.float64)
        return self._far[node]
