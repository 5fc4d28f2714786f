"""Rain moved along its motion: backward semi-Lagrangian extrapolation."""

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel


@kernel
def extrapolate_rain(
    frame: NDArray[np.float32],
    u: NDArray[np.float32],
    v: NDArray[np.float32],
    n_lead: int,
    n_iteration: int,
) -> NDArray[np.float32]:
    """Fields ahead of a frame that keeps its strength and moves with a steady motion.

    Backward trajectories by the midpoint rule, iterated, with bilinear values (Germann & Zawadzki 2002, Mon. Wea.
    Rev. 130, 2859-2873, section 4; Staniforth & Cote 1991, Mon. Wea. Rev. 119, 2206).

    Parameters
    ----------
    frame
        Newest field, shape=(n_row, n_col), at least 2 x 2; NaN where unknown.
    u, v
        Motion along columns and rows, cells a step, shape=(n_row, n_col); rows count downwards.
    n_lead
        Steps ahead.
    n_iteration
        Iterations of the midpoint, at least 1.

    Returns
    -------
    float32 array
        shape=(n_lead, n_row, n_col); NaN where the rain comes from outside the frame or from an unknown cell.
    """
    n_row, n_col = frame.shape
    out = np.full((n_lead, n_row, n_col), np.nan, np.float32)
    for r in range(n_row):
        for c in range(n_col):
            x, y = float(c), float(r)
            dx, dy = float(u[r, c]), float(v[r, c])
            for t in range(n_lead):
                for _ in range(n_iteration):
                    i, j, fx, fy = _corner(x - 0.5 * dx, y - 0.5 * dy, n_row, n_col)
                    dx = _bilinear(u, i, j, fx, fy)
                    dy = _bilinear(v, i, j, fx, fy)
                x -= dx
                y -= dy
                if not (x >= 0.0 and y >= 0.0 and x <= n_col - 1.0 and y <= n_row - 1.0):
                    break
                i, j, fx, fy = _corner(x, y, n_row, n_col)
                out[t, r, c] = _bilinear(frame, i, j, fx, fy)
    return out


@kernel
def _corner(x: float, y: float, n_row: int, n_col: int) -> tuple[int, int, float, float]:
    """Upper left cell of a point moved inside the frame, and its shares to the right and downwards."""
    x = min(max(x, 0.0), n_col - 1.0)
    y = min(max(y, 0.0), n_row - 1.0)
    j = min(int(x), n_col - 2)
    i = min(int(y), n_row - 2)
    return i, j, x - j, y - i


@kernel
def _bilinear(field: NDArray[np.float32], i: int, j: int, fx: float, fy: float) -> float:
    """Value between four cells; a cell of no weight is not looked at, so that its NaN does not spread."""
    top = field[i, j] if fx == 0.0 else (1.0 - fx) * field[i, j] + fx * field[i, j + 1]
    if fy == 0.0:
        return float(top)
    low = field[i + 1, j] if fx == 0.0 else (1.0 - fx) * field[i + 1, j] + fx * field[i + 1, j + 1]
    return float((1.0 - fy) * top + fy * low)
