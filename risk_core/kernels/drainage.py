"""How ground drains: hollows filled, the way down from every cell, what gathers, height above the nearest stream.

Cells are numbered row by row; ``down`` is the cell that water goes to next, -1 where it leaves the raster.
"""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

Floats = NDArray[np.float64]
Cells = NDArray[np.int32]

STEP_ROW = np.array([0, 0, 1, -1, 1, 1, -1, -1], np.int32)
STEP_COL = np.array([1, -1, 0, 0, 1, -1, 1, -1], np.int32)
STEP_LENGTH = np.array([1.0, 1.0, 1.0, 1.0, math.sqrt(2.0), math.sqrt(2.0), math.sqrt(2.0), math.sqrt(2.0)])
"""The eight neighbours: straight ones first, then those over the corners; distance in cells."""


@kernel
def push_cell(key: Floats, cell: Cells, n: int, new_key: float, new_cell: int) -> None:
    """Put a cell on a heap of n, lowest key first."""
    i = n
    while i > 0:
        above = (i - 1) >> 1
        if key[above] <= new_key:
            break
        key[i], cell[i] = key[above], cell[above]
        i = above
    key[i], cell[i] = new_key, new_cell


@kernel
def pop_cell(key: Floats, cell: Cells, n: int) -> int:
    """Take the lowest cell off a heap of n."""
    lowest = cell[0]
    last_key, last_cell = key[n - 1], cell[n - 1]
    i = 0
    while True:
        below = 2 * i + 1
        if below >= n - 1:
            break
        if below + 1 < n - 1 and key[below + 1] < key[below]:
            below += 1
        if key[below] >= last_key:
            break
        key[i], cell[i] = key[below], cell[below]
        i = below
    key[i], cell[i] = last_key, last_cell
    return int(lowest)


@kernel
def fill_hollows(height_m: Floats) -> tuple[Floats, Cells, Cells]:
    """Fill every hollow to its brim by priority flood from the edges (Barnes et al. 2014, algorithm 2).

    Returns
    -------
    filled_m
        shape=(n_row, n_col).
    down
        The cell each was flooded from: a way out that never rises, shape=(n_cell,).
    order
        Cells in the order they were flooded, shape=(n_cell,); `down` of a cell comes before it.
    """
    n_row, n_col = height_m.shape
    n_cell = n_row * n_col
    ground = height_m.ravel()
    filled = ground.copy()
    down, order = np.full(n_cell, -1, np.int32), np.empty(n_cell, np.int32)
    is_seen = np.zeros(n_cell, np.bool_)
    key, heap = np.empty(n_cell), np.empty(n_cell, np.int32)
    hollow = np.empty(n_cell, np.int32)
    n_heap, first, last = 0, 0, 0
    for j in range(n_row):
        for i in range(n_col):
            if j == 0 or i == 0 or j == n_row - 1 or i == n_col - 1:
                is_seen[j * n_col + i] = True
                push_cell(key, heap, n_heap, ground[j * n_col + i], j * n_col + i)
                n_heap += 1
    for k in range(n_cell):
        if first < last:
            c = int(hollow[first])
            first += 1
        else:
            c = pop_cell(key, heap, n_heap)
            n_heap -= 1
        order[k] = c
        j, i = c // n_col, c % n_col
        for d in range(8):
            jj, ii = j + STEP_ROW[d], i + STEP_COL[d]
            if jj < 0 or ii < 0 or jj >= n_row or ii >= n_col or is_seen[jj * n_col + ii]:
                continue
            q = jj * n_col + ii
            is_seen[q] = True
            down[q] = c
            if ground[q] <= filled[c]:
                filled[q] = filled[c]
                hollow[last] = q
                last += 1
            else:
                push_cell(key, heap, n_heap, ground[q], q)
                n_heap += 1
    return filled.reshape(height_m.shape), down, order


@kernel
def steepest_down(filled_m: Floats, flooded_from: Cells) -> Cells:
    """Steepest of the eight ways down (D8); where the filled ground is level, the way it was flooded from.

    shape=(n_cell,) in and out. Cells of the outer edge let their water go: -1, as given.
    """
    n_row, n_col = filled_m.shape
    ground = filled_m.ravel()
    down = flooded_from.copy()
    offset = STEP_ROW * n_col + STEP_COL
    for j in range(1, n_row - 1):
        for i in range(1, n_col - 1):
            c = j * n_col + i
            steepest = 0.0
            for d in range(8):
                slope = (ground[c] - ground[c + offset[d]]) / STEP_LENGTH[d]
                if slope > steepest:
                    steepest = slope
                    down[c] = c + offset[d]
    return down


@kernel
def gather_down(down: Cells, order: Cells, own: Floats) -> Floats:
    """Sum of `own` over each cell and all that drain through it, shape=(n_cell,)."""
    gathered = own.copy()
    for k in range(order.size - 1, -1, -1):
        c = order[k]
        if down[c] >= 0:
            gathered[down[c]] += gathered[c]
    return gathered


@kernel
def stream_of(down: Cells, order: Cells, is_stream: NDArray[np.bool_]) -> Cells:
    """First stream cell on each cell's way down, or the last cell before the edge of the raster, shape=(n_cell,)."""
    stream = np.empty(down.size, np.int32)
    for k in range(order.size):
        c = order[k]
        stream[c] = c if is_stream[c] or down[c] < 0 else stream[down[c]]
    return stream
