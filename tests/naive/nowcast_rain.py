"""Slow and obvious twin of `risk_core.kernels.nowcast_rain`."""

import numpy as np


def _value(field, x, y):
    """Bilinear value; x along columns, y along rows, both inside the field."""
    n_row, n_col = field.shape
    j, i = min(int(np.floor(x)), n_col - 2), min(int(np.floor(y)), n_row - 2)
    fx, fy = x - j, y - i
    corners = [(a, b, wx * wy) for a, wy in ((i, 1 - fy), (i + 1, fy)) for b, wx in ((j, 1 - fx), (j + 1, fx))]
    return sum(weight * float(field[a, b]) for a, b, weight in corners if weight > 0)


def extrapolate_rain(frame, u, v, n_lead, n_iteration):
    n_row, n_col = frame.shape
    out = np.full((n_lead, n_row, n_col), np.nan)
    for r, c in np.ndindex(n_row, n_col):
        x, y, dx, dy = c, r, float(u[r, c]), float(v[r, c])
        for t in range(n_lead):
            for _ in range(n_iteration):
                inside = np.clip(x - dx / 2, 0, n_col - 1), np.clip(y - dy / 2, 0, n_row - 1)
                dx, dy = _value(u, *inside), _value(v, *inside)
            x, y = x - dx, y - dy
            if not (0 <= x <= n_col - 1 and 0 <= y <= n_row - 1):
                break
            out[t, r, c] = _value(frame, x, y)
    return out
