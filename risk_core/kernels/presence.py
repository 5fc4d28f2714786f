"""Hazard of infection along streets by hour of the day, and what a way through it adds up to."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

N_HOUR = 24


@kernel
def street_hazards(
    share: NDArray[np.float64],
    near: NDArray[np.float32],
    district: NDArray[np.int32],
    rate_per_h: float,
    first_cell: NDArray[np.int32],
    cell: NDArray[np.int32],
    cell_length_m: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Infections an hour of somebody on each street at each hour of the day, the mean over its metres.

    Parameters
    ----------
    share
        Share of the people in each district who are infectious, shape=(n_hour, n_district), NaN where unknown.
    near
        People near at any time in each cell, shape=(n_hour, n_cell), NaN where unknown.
    district
        District of each cell, -1 for none, shape=(n_cell,).
    rate_per_h
        Infections an hour from one infectious person near.
    first_cell, cell, cell_length_m
        Street `s` crosses `cell[first_cell[s]:first_cell[s + 1]]` for so many metres in each.

    Returns
    -------
    float32 array
        shape=(n_hour, n_street), the mean over what is known along it, NaN where nothing is.
    """
    n_hour, n_cell = near.shape
    n_street = first_cell.size - 1
    out = np.empty((n_hour, n_street), np.float32)
    hazard = np.empty(n_cell)
    for h in range(n_hour):
        for c in range(n_cell):
            hazard[c] = rate_per_h * share[h, district[c]] * near[h, c] if district[c] >= 0 else np.nan
        for s in range(n_street):
            total, known_m = 0.0, 0.0
            for k in range(first_cell[s], first_cell[s + 1]):
                here = hazard[cell[k]]
                if not math.isnan(here):
                    total += here * cell_length_m[k]
                    known_m += cell_length_m[k]
            out[h, s] = total / known_m if known_m > 0.0 else np.nan
    return out


@kernel
def cut_hours(
    stay_min: NDArray[np.float64], start_h: float
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Cut consecutive stays where an hour of the day ends.

    Parameters
    ----------
    stay_min
        Minutes of each stay, not negative, shape=(n,).
    start_h
        Time of the day at which the first begins, hours.

    Returns
    -------
    tuple
        For each part the position of its stay, its hour 0..23 and its length in hours, each shape=(n_part,).
    """
    most = stay_min.size * 2 + math.ceil(stay_min.sum() / 60.0) + 2
    owner, hour, length_h = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most)
    n, at = 0, start_h % N_HOUR
    for i in range(stay_min.size):
        rest = stay_min[i] / 60.0
        while rest > 0.0:
            at = at % N_HOUR
            now = int(at)
            left = now + 1.0 - at
            part = min(rest, left)
            owner[n], hour[n], length_h[n] = i, now, part
            n += 1
            at = now + 1.0 if rest >= left else at + rest
            rest -= part
    return owner[:n], hour[:n], length_h[:n]


@kernel
def path_dose(
    table: NDArray[np.float32], edges: NDArray[np.int32], stay_min: NDArray[np.float64], start_h: float
) -> tuple[float, float]:
    """Infections expected along a way, and the hours of it for which they are known.

    Parameters
    ----------
    table
        Infections an hour on each edge at each hour of the day, shape=(24, n_edge), NaN where unknown.
    edges, stay_min
        Edges in order and the minutes on each, shape=(n,).
    start_h
        Time of the day at which the way begins, hours.
    """
    owner, hour, length_h = cut_hours(stay_min, start_h)
    dose, known_h = 0.0, 0.0
    for i in range(owner.size):
        here = float(table[hour[i], edges[owner[i]]])
        if not math.isnan(here):
            dose += here * length_h[i]
            known_h += length_h[i]
    return dose, known_h


@kernel
def path_weights(
    share: NDArray[np.float64],
    near: NDArray[np.float32],
    district: NDArray[np.int32],
    first_cell: NDArray[np.int32],
    cell: NDArray[np.int32],
    cell_length_m: NDArray[np.float32],
    streets: NDArray[np.int32],
    stay_min: NDArray[np.float64],
    start_h: float,
) -> NDArray[np.float64]:
    """People-hours near along a way by hour and district: times a share infectious and a rate they are its dose.

    Parameters
    ----------
    share
        As in `street_hazards`; only tells where something is known.
    near, district, first_cell, cell, cell_length_m
        As in `street_hazards`.
    streets, stay_min, start_h
        Streets of the way in order, the minutes on each, shape=(n,), and its beginning.

    Returns
    -------
    float64 array
        shape=(n_hour, n_district).
    """
    owner, hour, length_h = cut_hours(stay_min, start_h)
    out = np.zeros(share.shape)
    for i in range(owner.size):
        h, s = hour[i], streets[owner[i]]
        known_m = 0.0
        for k in range(first_cell[s], first_cell[s + 1]):
            d = district[cell[k]]
            if d >= 0 and not math.isnan(share[h, d] * near[h, cell[k]]):
                known_m += cell_length_m[k]
        for k in range(first_cell[s], first_cell[s + 1]):
            d = district[cell[k]]
            if d >= 0 and not math.isnan(share[h, d] * near[h, cell[k]]) and known_m > 0.0:
                out[h, d] += near[h, cell[k]] * length_h[i] * cell_length_m[k] / known_m
    return out
