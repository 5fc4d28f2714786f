"""Who is where, from trips counted between districts: everybody wakes at home, goes, and comes back.

Trips name no traveller. Of the people going from one district to another those who live at the goal go home first;
the others are taken from all who are present at the start alike, residents and visitors. Whoever is still away when
the day begins anew is taken to be home by then. Both rules are assumptions of this project.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.state.situation import N_HOUR

WAKE_HOUR: Final = 4
"""Hour at which most are at home; night counts of mobile networks are read from 02 to 05."""
LEAVE_MOST: Final = 0.9
"""Of the people present, not more than this share leave in an hour, whatever the counts say."""


def presence_from_trips(trips: NDArray[np.float64], residents: NDArray[np.float64]) -> NDArray[np.float64]:
    """Residents of each district present in each other, by hour.

    Parameters
    ----------
    trips
        People going from the row's district to the column's in each hour of the day, local time,
        shape=(24, n_district, n_district).
    residents
        Of each district, shape=(n_district,).

    Returns
    -------
    float64 array
        shape=(24, n_district home, n_district there): mean of the hour's beginning and end. Nobody is lost: sums over
        `there` are the residents.

    Raises
    ------
    InputError
        For shapes that do not fit, or numbers that are no counts.

    Examples
    --------
    Sixty of a hundred go to work at 8 and come home at 18:

    >>> trips = np.zeros((24, 2, 2))
    >>> trips[8, 0, 1] = trips[18, 1, 0] = 60.0
    >>> found = presence_from_trips(trips, np.array([100.0, 50.0]))
    >>> found[12, 0].tolist(), found[22, 0].tolist()
    ([40.0, 60.0], [100.0, 0.0])
    """
    _check(trips, residents)
    n = len(residents)
    there = np.diag(residents.astype(np.float64))
    out = np.empty((N_HOUR, n, n))
    for hour in (np.arange(N_HOUR) + WAKE_HOUR) % N_HOUR:
        before = there
        there = _move(there, np.where(np.eye(n, dtype=bool), 0.0, trips[hour]))
        out[hour] = (before + there) / 2
    return out


def _move(there: NDArray[np.float64], trips: NDArray[np.float64]) -> NDArray[np.float64]:
    """One hour: those who live at the goal go home, then others leave; `there` is (home, there)."""
    home = np.minimum(trips, there.T)
    np.fill_diagonal(home, 0.0)
    moved = there - home.T
    moved[np.diag_indices_from(moved)] += home.sum(axis=0)
    pool = moved.sum(axis=0)
    rate = (trips - home) / np.where(pool > 0, pool, np.inf)[:, None]
    leaving = rate.sum(axis=1)
    rate *= np.minimum(1.0, LEAVE_MOST / np.maximum(leaving, LEAVE_MOST))[:, None]
    return np.asarray(moved * (1.0 - rate.sum(axis=1))[None, :] + moved @ rate)


def _check(trips: NDArray[np.float64], residents: NDArray[np.float64]) -> None:
    n, faults = len(residents), []
    if trips.shape != (N_HOUR, n, n):
        remedy = "Give one row and column a district."
        faults.append(Fault("trips", f"shape {trips.shape}", f"shape ({N_HOUR}, {n}, {n})", remedy))
    for name, value in (("trips", trips), ("residents", residents)):
        if not bool((np.isfinite(value) & (value >= 0)).all()):
            faults.append(Fault(name, "a negative or missing number", "counts of people", "Correct the counts."))
    raise_faults(faults)
