"""What computed closures of every cause share: their source, their spans in time, their line on the map."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.state.network import Network
from risk_core.state.situation import GeometryKind, Shape

SOURCE: Final = "computed"
"""Source of a closure that a model made, never an authority."""


def spans_ahead(
    time_s: NDArray[np.float64], streets: NDArray[np.intp], barred: NDArray[np.bool_], now_s: float
) -> list[tuple[int, tuple[float, float]]]:
    """First and last moment of what bars each street from now on; gaps in between count as barred.

    A street is closed from the time before the first at which it is barred to the first after the last; without an end
    where it stays barred.

    Parameters
    ----------
    time_s
        Unix seconds, ascending, shape=(n_time,).
    streets
        Positions, shape=(n,).
    barred
        shape=(n_time, n).
    now_s
        The present, unix seconds.

    Examples
    --------
    >>> spans_ahead(np.arange(4.0), np.array([7]), np.array([[0], [1], [0], [0]], bool), 0.0)
    [(7, (0.0, 2.0))]
    """
    ahead = barred & (time_s >= now_s - 1e-6)[:, None]
    found = []
    for k in np.flatnonzero(ahead.any(axis=0)):
        first, last = int(ahead[:, k].argmax()), len(time_s) - 1 - int(ahead[::-1, k].argmax())
        while first > 0 and barred[first - 1, k]:
            first -= 1
        until_s = float(time_s[last + 1]) if last + 1 < len(time_s) else np.inf
        found.append((int(streets[k]), (float(time_s[max(first - 1, 0)]), until_s)))
    return found


class StreetLine(NamedTuple):
    """Name and line of a street."""

    name: str
    shape: Shape


def streets_line(network: Network, *streets: int) -> StreetLine:
    """Line of some streets; their name where it is one street that has one."""
    parts = []
    for street in streets:
        points = slice(int(network.street_first_point[street]), int(network.street_first_point[street + 1]))
        part = np.column_stack([network.point_lat_deg[points], network.point_lon_deg[points]])
        parts.append(part.astype(np.float64))
    name = int(network.street_name[streets[0]]) if len(streets) == 1 else -1
    return StreetLine(network.names[name] if name >= 0 else "", Shape(GeometryKind.LINE, tuple(parts)))
