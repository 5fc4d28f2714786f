"""Wind of a storm on the grid: a radial table turned into a field with inflow and forward motion."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.fields import code_of, ladder_risk
from risk_core.kernels.jit import kernel

M_PER_DEG = 111_195.08


@kernel
def unit_wind(east_m: float, north_m: float, turn: float, inflow_cos: float, inflow_sin: float) -> tuple[float, float]:
    """Direction (east, north) of the wind round a centre; `turn` is 1 north of the equator and -1 south of it.

    The wind runs anticlockwise in the north, clockwise in the south, turned inwards by the inflow angle.
    At the centre itself there is no direction: (0, 0).
    """
    r = math.sqrt(east_m * east_m + north_m * north_m)
    if r < 1.0:
        return 0.0, 0.0
    x, y = east_m / r, north_m / r
    return -turn * y * inflow_cos - x * inflow_sin, turn * x * inflow_cos - y * inflow_sin


@kernel
def wind_field(
    row_lat_deg: NDArray[np.float64],
    col_lon_deg: NDArray[np.float64],
    centre: NDArray[np.float64],
    motion: NDArray[np.float64],
    node_m: float,
    speed_m_per_s: NDArray[np.float64],
    inflow_rad: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Wind over open sea on the grid for several radial tables of one storm.

    Places are put on the plane that touches the earth half-way between the cell's latitude and the centre's.

    Parameters
    ----------
    row_lat_deg, col_lon_deg
        Cell centres, degrees.
    centre
        (lat_deg, lon_deg) of the storm.
    motion
        Background wind (east, north) per unit of vortex wind, dimensionless.
    node_m
        Distance between the nodes of the tables, metres; the first stands at the centre.
    speed_m_per_s
        Vortex wind by radius, shape=(n_table, n_node); no wind beyond the last node.
    inflow_rad
        Inflow angle by radius, shape=(n_node,).

    Returns
    -------
    float32 array
        East and north component of each table's wind, shape=(n_table, 2, n_row * n_col), m/s.
    """
    n_col, n_table, n_node = col_lon_deg.size, speed_m_per_s.shape[0], speed_m_per_s.shape[1]
    turn = 1.0 if centre[0] >= 0.0 else -1.0
    inflow_cos, inflow_sin = np.cos(inflow_rad), np.sin(inflow_rad)
    out = np.zeros((n_table, 2, row_lat_deg.size * n_col), np.float32)
    d_lon_deg = (col_lon_deg - centre[1] + 180.0) % 360.0 - 180.0
    for r in range(row_lat_deg.size):
        north_m = (row_lat_deg[r] - centre[0]) * M_PER_DEG
        across = M_PER_DEG * math.cos(math.radians(0.5 * (row_lat_deg[r] + centre[0])))
        for c in range(n_col):
            east_m = d_lon_deg[c] * across
            at = math.sqrt(east_m * east_m + north_m * north_m) / node_m
            k = int(at)
            if k >= n_node - 1:
                continue
            part = at - k
            ic = inflow_cos[k] + part * (inflow_cos[k + 1] - inflow_cos[k])
            isn = inflow_sin[k] + part * (inflow_sin[k + 1] - inflow_sin[k])
            east, north = unit_wind(east_m, north_m, turn, ic, isn)
            for j in range(n_table):
                v = speed_m_per_s[j, k] + part * (speed_m_per_s[j, k + 1] - speed_m_per_s[j, k])
                out[j, 0, r * n_col + c] = v * (east + motion[0])
                out[j, 1, r * n_col + c] = v * (north + motion[1])
    return out


@kernel
def wind_codes(
    wind: NDArray[np.float32],
    land_ratio: NDArray[np.float32],
    gust_ratio: NDArray[np.float32],
    wind_knots: NDArray[np.float64],
    gust_knots: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """Risk bytes of a 10-minute wind and its gust, the worse of the two counting.

    Parameters
    ----------
    wind
        Components over sea, shape=(n_table, 2, n_cell), m/s.
    land_ratio, gust_ratio
        Local wind over sea wind, and gust over local wind, shape=(n_cell,).
    wind_knots, gust_knots
        Figures of the risks 0.2 ... 1.0, m/s.

    Returns
    -------
    uint8 array
        shape=(n_table, n_cell).
    """
    n_table, n_cell = wind.shape[0], wind.shape[2]
    out = np.empty((n_table, n_cell), np.uint8)
    for j in range(n_table):
        for i in range(n_cell):
            east, north = wind[j, 0, i], wind[j, 1, i]
            local = math.sqrt(east * east + north * north) * land_ratio[i]
            risk = max(ladder_risk(local, wind_knots), ladder_risk(local * gust_ratio[i], gust_knots))
            out[j, i] = code_of(risk)
    return out
