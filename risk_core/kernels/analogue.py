"""Where those went who were here before in the same way: nearest analogues of a trajectory, and what their ends say.

Source of the method: analogue forecasting after Lorenz, "Atmospheric predictability as revealed by naturally occurring
analogues", JAS 26(4), 1969, with kernel weights over the nearest of them; the geometric median by Weiszfeld's
iteration (Tohoku Mathematical Journal 43, 1937).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

EAST, NORTH, EAST_1, NORTH_1, EAST_3, NORTH_3, EAST_START, NORTH_START, HOUR, ELAPSED, LEFT, BORN_DAY = range(12)
"""Columns of a trajectory row: place now, one and three steps ago and at the start, metres; local hour; steps since the
start and until the end; day of the moment."""
N_COLUMN = 12


class TripRows(NamedTuple):
    """Trajectory rows sorted by cell, as the kernels read them.

    `key` holds the cells in use, ascending; rows of ``key[c]`` are ``first[c]:first[c + 1]``, rows from ``n_sorted``
    to ``n_row`` are newer and in no order. `row` is shape=(capacity, 12), `user` and `point` shape=(capacity,): who,
    and which point of the trips.
    """

    key: NDArray[np.int64]
    first: NDArray[np.int64]
    row: Singles
    user: NDArray[np.int32]
    point: NDArray[np.int64]
    n_sorted: int
    n_row: int


class AnalogueRule(NamedTuple):
    """The distance: widths in metres, hours and steps, as `risk_core.movement.path_options` explains them."""

    now_m: float
    one_m: float
    three_m: float
    start_m: float
    hour: float
    elapsed_step: float
    half_life_day: float
    own_factor: float
    cell_m: float
    most_row: int


@kernel
def cell_key(east_m: float, north_m: float, cell_m: float) -> int:
    """Key of the cell of a place; cells of one column are neighbours in the order of keys."""
    return math.floor(east_m / cell_m) * 4_194_304 + math.floor(north_m / cell_m) + 2_097_152


@kernel
def squared_distance(row: Singles, query: Singles, rule: AnalogueRule) -> float:
    """Distance D of a trajectory row from the query; the weight of an analogue is exp(-D / 2)."""
    d0 = (row[EAST] - query[EAST]) ** 2 + (row[NORTH] - query[NORTH]) ** 2
    d1 = (row[EAST_1] - query[EAST_1]) ** 2 + (row[NORTH_1] - query[NORTH_1]) ** 2
    d3 = (row[EAST_3] - query[EAST_3]) ** 2 + (row[NORTH_3] - query[NORTH_3]) ** 2
    ds = (row[EAST_START] - query[EAST_START]) ** 2 + (row[NORTH_START] - query[NORTH_START]) ** 2
    hour = abs(row[HOUR] - query[HOUR])
    hour = min(hour, 24.0 - hour) / rule.hour
    elapsed = (row[ELAPSED] - query[ELAPSED]) / rule.elapsed_step
    far = 1.0 + ds / (rule.start_m * rule.start_m)
    age_day = max(query[BORN_DAY] - row[BORN_DAY], 0.0)
    return float(
        d0 / (rule.now_m * rule.now_m)
        + d1 / (rule.one_m * rule.one_m)
        + d3 / (rule.three_m * rule.three_m)
        + math.log(far * far * (1.0 + hour * hour) * (1.0 + elapsed * elapsed))
        + 2.0 * math.log(2.0) * age_day / rule.half_life_day
    )


@kernel
def keep_nearest(distance: Floats, at: NDArray[np.int64], n: int, here: float, row: int) -> int:
    """Put a row on the heap of the nearest, largest distance first; gives the new count."""
    if n == distance.size:
        if here >= distance[0]:
            return n
        k = 0
        while True:
            below = 2 * k + 1
            if below >= n:
                break
            if below + 1 < n and distance[below + 1] > distance[below]:
                below += 1
            if distance[below] <= here:
                break
            distance[k], at[k] = distance[below], at[below]
            k = below
        distance[k], at[k] = here, row
        return n
    k = n
    while k > 0:
        above = (k - 1) // 2
        if distance[above] >= here:
            break
        distance[k], at[k] = distance[above], at[above]
        k = above
    distance[k], at[k] = here, row
    return n + 1


@kernel
def find_analogues(
    rows: TripRows,
    query: Singles,
    user: int,
    need_step: int,
    reach: int,
    rule: AnalogueRule,
    distance: Floats,
    at: NDArray[np.int64],
) -> tuple[int, int]:
    """Nearest trajectory rows in the cells around a query.

    Parameters
    ----------
    rows
        The trips known.
    query
        A row of the same columns, ``LEFT`` unused.
    user
        Whose query; rows of the same user count as nearer by ``own_factor`` in weight. -1 for nobody.
    need_step
        Only trips that go on for so many steps.
    reach
        Cells looked at on each side.
    rule
        The distance; rows beyond ``most_row`` are thinned evenly.
    distance, at
        Filled in no order: distance and row of each analogue; their size is the most of them.

    Returns
    -------
    tuple
        Number found, and number of rows in the cells.
    """
    low_key = np.empty(2 * reach + 1, dtype=np.int64)
    high_key = np.empty(2 * reach + 1, dtype=np.int64)
    total = 0
    for c in range(2 * reach + 1):
        east_m = query[EAST] + (c - reach) * rule.cell_m
        key = cell_key(east_m, query[NORTH], rule.cell_m)
        low_key[c] = rows.first[np.searchsorted(rows.key, key - reach)]
        high_key[c] = rows.first[np.searchsorted(rows.key, key + reach + 1)]
        total += high_key[c] - low_key[c]
    step = total // rule.most_row + 1
    own = 2.0 * math.log(rule.own_factor)
    n = 0
    for c in range(2 * reach + 1):
        for j in range(low_key[c] + (step - 1 - low_key[c] % step), high_key[c], step):
            if rows.row[j, LEFT] < need_step:
                continue
            here = squared_distance(rows.row[j], query, rule)
            if user >= 0 and rows.user[j] == user:
                here -= own
            n = keep_nearest(distance, at, n, here, j)
    column, line = math.floor(query[EAST] / rule.cell_m), math.floor(query[NORTH] / rule.cell_m)
    for j in range(rows.n_sorted, rows.n_row):
        if rows.row[j, LEFT] < need_step or abs(math.floor(rows.row[j, EAST] / rule.cell_m) - column) > reach:
            continue
        if abs(math.floor(rows.row[j, NORTH] / rule.cell_m) - line) > reach:
            continue
        total += 1
        here = squared_distance(rows.row[j], query, rule)
        if user >= 0 and rows.user[j] == user:
            here -= own
        n = keep_nearest(distance, at, n, here, j)
    return n, total


@kernel
def geometric_median(
    east_m: Floats, north_m: Floats, weight: Floats, n_step: int, soft_m: float
) -> tuple[float, float]:
    """Place of the least weighted distance to all points, by `n_step` of Weiszfeld's steps with a softened distance."""
    total, east, north = 0.0, 0.0, 0.0
    for j in range(weight.size):
        total += weight[j]
        east += weight[j] * east_m[j]
        north += weight[j] * north_m[j]
    east, north = east / total, north / total
    for _ in range(n_step):
        sum_e, sum_n, mass = 0.0, 0.0, 0.0
        for j in range(weight.size):
            pull = weight[j] / (math.hypot(east_m[j] - east, north_m[j] - north) + soft_m)
            sum_e += pull * east_m[j]
            sum_n += pull * north_m[j]
            mass += pull
        east, north = sum_e / mass, sum_n / mass
    return east, north


@kernel
def energy_score(east_m: Floats, north_m: Floats, weight: Floats, true_east_m: float, true_north_m: float) -> float:
    """Energy score of a weighted cloud of points, metres (Gneiting, Raftery, JASA 102, 2007, equation 22, beta 1)."""
    total, near, between = 0.0, 0.0, 0.0
    for j in range(weight.size):
        total += weight[j]
        near += weight[j] * math.hypot(east_m[j] - true_east_m, north_m[j] - true_north_m)
        for k in range(j):
            between += weight[j] * weight[k] * math.hypot(east_m[j] - east_m[k], north_m[j] - north_m[k])
    return near / total - between / (total * total)
