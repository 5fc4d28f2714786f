"""Risk bytes on the grid: official figures to risk, the combination rule, sampling along streets.

A risk byte is 0..250 for a risk of 0..1 and 255 for unknown, as in `risk_core.state.level`.
"""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

STEPS = 250
MISSING = 255
RISK_PER_KNOT = 0.2
SUPPORT_SHARE = 0.2


@kernel
def ladder_risk(value: float, knots: NDArray[np.float64]) -> float:
    """Risk 0..1 of a value: piecewise linear through 0 at 0 and 0.2, 0.4 ... 1.0 at the ascending `knots`.

    NaN stays NaN; values from the last knot on give 1.
    """
    if math.isnan(value):
        return np.nan
    if value <= 0.0:
        return 0.0
    below = 0.0
    for k in range(knots.size):
        if value < knots[k]:
            return float(RISK_PER_KNOT * (k + (value - below) / (knots[k] - below)))
        below = knots[k]
    return 1.0


@kernel
def code_of(risk: float) -> int:
    """Byte of one risk, 255 for NaN; rounds half to even like `numpy.rint`."""
    if math.isnan(risk):
        return MISSING
    return int(np.rint(min(max(risk, 0.0), 1.0) * STEPS))


@kernel
def combine_codes(code: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """All hazards as one risk: m + 0.2 (1 - m) (1 - product over the others of (1 - r)), m the largest.

    Parameters
    ----------
    code
        Risk bytes, shape=(n_hazard, n). Unknown hazards are left out.

    Returns
    -------
    uint8 array
        shape=(n,), 255 where no hazard is known.
    """
    n_hazard, n = code.shape
    spared = np.ones(256)
    for k in range(STEPS + 1):
        spared[k] = 1.0 - k / STEPS
    out = np.empty(n, np.uint8)
    for i in range(n):
        worst = -1
        for h in range(n_hazard):
            if code[h, i] != MISSING and (worst < 0 or code[h, i] > code[worst, i]):
                worst = h
        if worst < 0:
            out[i] = MISSING
            continue
        rest = 1.0
        for h in range(n_hazard):
            if h != worst:
                rest *= spared[code[h, i]]
        out[i] = int(np.rint(code[worst, i] + SUPPORT_SHARE * (STEPS - code[worst, i]) * (1.0 - rest)))
    return out


@kernel
def sample_max(code: NDArray[np.uint8], first_cell: NDArray[np.int32], cell: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Largest byte each street meets, unknown cells skipped.

    Parameters
    ----------
    code
        Risk bytes, shape=(n_time, n_cell).
    first_cell, cell
        Street `s` crosses `cell[first_cell[s]:first_cell[s + 1]]`; negative cells lie off the grid.

    Returns
    -------
    uint8 array
        shape=(n_time, n_street), 255 where nothing is known.
    """
    n_time = code.shape[0]
    n_street = first_cell.size - 1
    out = np.full((n_time, n_street), MISSING, np.uint8)
    for t in range(n_time):
        for s in range(n_street):
            worst = -1
            for k in range(first_cell[s], first_cell[s + 1]):
                if cell[k] >= 0 and code[t, cell[k]] != MISSING:
                    worst = max(worst, int(code[t, cell[k]]))
            if worst >= 0:
                out[t, s] = worst
    return out


@kernel
def expose_streets(
    code: NDArray[np.uint8],
    danger: NDArray[np.float64],
    first_cell: NDArray[np.int32],
    cell: NDArray[np.int32],
    cell_length_m: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Risk along each street: the largest, and the mean danger by metres.

    Parameters
    ----------
    code
        Risk bytes, shape=(n_cell,); unknown ones count as no risk.
    danger
        Danger of each byte, shape=(256,).
    first_cell, cell, cell_length_m
        Street `s` crosses `cell[first_cell[s]:first_cell[s + 1]]` for so many metres in each.

    Returns
    -------
    tuple
        Each shape=(n_street,), 0 where nothing is known.
    """
    n_street = first_cell.size - 1
    worst = np.zeros(n_street, np.float32)
    mean_danger = np.zeros(n_street, np.float32)
    for s in range(n_street):
        length_m, danger_m, most = 0.0, 0.0, 0
        for k in range(first_cell[s], first_cell[s + 1]):
            here = int(code[cell[k]])
            metres = float(cell_length_m[k])
            length_m += metres
            if here != MISSING:
                most = max(most, here)
                danger_m += metres * danger[here]
        worst[s] = most / STEPS
        if length_m > 0.0:
            mean_danger[s] = danger_m / length_m
    return worst, mean_danger


@kernel
def walk_cells(
    first_cell: NDArray[np.int32],
    cell: NDArray[np.int32],
    cell_length_m: NDArray[np.float32],
    street: NDArray[np.int32],
    begin_m: NDArray[np.float64],
    end_m: NDArray[np.float64],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Cells a path crosses, in order.

    Parameters
    ----------
    first_cell, cell, cell_length_m
        Cells of all streets, as in `expose_streets`.
    street
        Street of each edge of the path, shape=(n,).
    begin_m, end_m
        Metres from the street's first point where the path enters and leaves it; begin > end runs against the points.

    Returns
    -------
    tuple
        Position in the path, cell, and metres of each piece.
    """
    n_most = 0
    for i in range(street.size):
        n_most += first_cell[street[i] + 1] - first_cell[street[i]]
    owner, found = np.empty(n_most, np.int32), np.empty(n_most, np.int32)
    metres = np.empty(n_most)
    n = 0
    for i in range(street.size):
        first, last = first_cell[street[i]], first_cell[street[i] + 1]
        low, high = min(begin_m[i], end_m[i]), max(begin_m[i], end_m[i])
        is_forward = begin_m[i] <= end_m[i]
        total = 0.0
        for k in range(first, last):
            total += cell_length_m[k]
        along = 0.0 if is_forward else total
        for j in range(last - first):
            k = first + j if is_forward else last - 1 - j
            ahead = along + cell_length_m[k] if is_forward else along - cell_length_m[k]
            inside = min(max(along, ahead), high) - max(min(along, ahead), low)
            along = ahead
            if inside > 0.0:
                owner[n], found[n], metres[n] = i, cell[k], inside
                n += 1
    return owner[:n].copy(), found[:n].copy(), metres[:n].copy()


@kernel
def box_mean(value: NDArray[np.float32], half_row: int, half_col: int) -> NDArray[np.float32]:
    """Mean of the known values in the box of +-`half_row` rows and +-`half_col` columns, cut at the border.

    shape=(n_row, n_col) in and out; NaN where the box holds no known value.
    """
    n_row, n_col = value.shape
    total = np.zeros((n_row + 1, n_col + 1))
    count = np.zeros((n_row + 1, n_col + 1))
    for r in range(n_row):
        for c in range(n_col):
            known = not math.isnan(value[r, c])
            here = value[r, c] if known else 0.0
            total[r + 1, c + 1] = here + total[r, c + 1] + total[r + 1, c] - total[r, c]
            count[r + 1, c + 1] = known + count[r, c + 1] + count[r + 1, c] - count[r, c]
    out = np.empty((n_row, n_col), np.float32)
    for r in range(n_row):
        top, bottom = max(r - half_row, 0), min(r + half_row + 1, n_row)
        for c in range(n_col):
            left, right = max(c - half_col, 0), min(c + half_col + 1, n_col)
            n = count[bottom, right] - count[top, right] - count[bottom, left] + count[top, left]
            s = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
            out[r, c] = max(s, 0.0) / n if n > 0.5 else np.nan
    return out
