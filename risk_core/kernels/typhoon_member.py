"""One member of a storm in one hour: where it stands, which cells it reaches, and how it blows there."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel
from risk_core.kernels.typhoon import M_PER_DEG

TOO_WEAK = -1.0
"""Squared wind of a cell where the vortex alone cannot reach what is counted."""


class Member(NamedTuple):
    """A storm shifted, strengthened and stretched.

    Its centre (the longitude within 180 degrees of the grid's middle), 1 north of the equator or -1, factor of the
    wind, and nodes of the radial table a metre.
    """

    lat_deg: float
    lon_deg: float
    turn: float
    factor: float
    node_per_m: float


@kernel
def place_member(
    centre: NDArray[np.float64],
    shift_m: NDArray[np.float64],
    factor: float,
    node_per_m: float,
    middle_deg: float,
) -> Member:
    """Put a member in its place.

    Parameters
    ----------
    centre
        (lat_deg, lon_deg) of the storm.
    shift_m
        Shift of the centre (east, north).
    factor, node_per_m
        See `Member`.
    middle_deg
        Longitude in the middle of the grid.
    """
    across = M_PER_DEG * max(math.cos(math.radians(centre[0])), 1e-3)
    lon_deg = centre[1] + shift_m[0] / across
    lon_deg = middle_deg + (lon_deg - middle_deg + 180.0) % 360.0 - 180.0
    return Member(centre[0] + shift_m[1] / M_PER_DEG, lon_deg, 1.0 if centre[0] >= 0.0 else -1.0, factor, node_per_m)


@kernel
def reached_columns(
    member: Member, lat_deg: float, radius_m: float, col_lon_deg: NDArray[np.float64]
) -> tuple[float, float, int, int]:
    """Cells of one row within a radius: how far north the row lies, metres a degree along it, first and last column.

    The last column is before the first where none is. Places lie on the plane that touches the earth half-way between
    the row's latitude and the centre's.
    """
    north_m = (lat_deg - member.lat_deg) * M_PER_DEG
    across = M_PER_DEG * max(math.cos(math.radians(0.5 * (lat_deg + member.lat_deg))), 1e-3)
    left2 = radius_m * radius_m - north_m * north_m
    if left2 <= 0.0:
        return north_m, across, 0, -1
    n_col = col_lon_deg.size
    step_deg = col_lon_deg[1] - col_lon_deg[0] if n_col > 1 else 1.0
    half_deg = math.sqrt(left2) / across
    first = max(0, math.ceil((member.lon_deg - half_deg - col_lon_deg[0]) / step_deg))
    last = min(n_col - 1, math.floor((member.lon_deg + half_deg - col_lon_deg[0]) / step_deg))
    return north_m, across, first, last


@kernel
def member_wind2(
    member: Member,
    east_m: float,
    north_m: float,
    motion: NDArray[np.float64],
    table: NDArray[np.float64],
    least2: float,
) -> float:
    """Squared wind over sea at a place, `TOO_WEAK` where the squared vortex wind is below `least2`.

    Parameters
    ----------
    member
        Whose.
    east_m, north_m
        The place, from the centre.
    motion
        Background wind (east, north) per unit of vortex wind.
    table
        Vortex wind in m/s, cosine and sine of the inflow angle by radius, shape=(n_node, 3).
    least2
        In (m/s)2.
    """
    far_m = math.sqrt(east_m * east_m + north_m * north_m)
    at = far_m * member.node_per_m
    k = int(at)
    if k >= table.shape[0] - 1:
        return TOO_WEAK
    part = at - k
    v = member.factor * (table[k, 0] + part * (table[k + 1, 0] - table[k, 0]))
    if v * v < least2:
        return TOO_WEAK
    inflow_cos = table[k, 1] + part * (table[k + 1, 1] - table[k, 1])
    inflow_sin = table[k, 2] + part * (table[k + 1, 2] - table[k, 2])
    near = 1.0 / max(far_m, 1.0)
    x, y = east_m * near, north_m * near
    along = member.turn * inflow_cos * (x * motion[1] - y * motion[0]) - inflow_sin * (x * motion[0] + y * motion[1])
    pull2 = motion[0] * motion[0] + motion[1] * motion[1]
    return float(v * v * (inflow_cos * inflow_cos + inflow_sin * inflow_sin + pull2 + 2.0 * along))
