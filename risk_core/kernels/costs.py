"""Seconds and risk per edge, and which streets a closure's shape meets."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.hierarchy import INF_COST
from risk_core.kernels.jit import kernel
from risk_core.kernels.network import SegmentIndex


@kernel
def travel_times(
    length_m: NDArray[np.float32], speed_m_per_s: NDArray[np.float32], closed_mask: NDArray[np.uint8], bit: int
) -> NDArray[np.float32]:
    """Seconds of each edge for the profile with position `bit`, shape=(n_edge,).

    Seconds are inf where the speed is 0 or the profile's bit is set in `closed_mask`.
    """
    travel_time_s = np.empty(length_m.size, dtype=np.float32)
    for edge in range(length_m.size):
        is_open = speed_m_per_s[edge] > 0.0 and (closed_mask[edge] >> bit) & 1 == 0
        travel_time_s[edge] = length_m[edge] / speed_m_per_s[edge] if is_open else np.inf
    return travel_time_s


@kernel
def blend_costs(
    travel_time_s: NDArray[np.float32], danger: NDArray[np.float32], weight: float, per_s: float
) -> NDArray[np.int32]:
    """Objective of each edge, ``time * (1 + weight * danger)`` in whole units of 1 / `per_s`, shape=(n_edge,).

    At least 1, so that no path is free; `INF_COST` where barred.
    """
    cost = np.empty(travel_time_s.size, dtype=np.int32)
    for edge in range(cost.size):
        if travel_time_s[edge] == np.inf:
            cost[edge] = INF_COST
        else:
            units = np.rint(float(travel_time_s[edge]) * (1.0 + weight * float(danger[edge])) * per_s)
            cost[edge] = int(min(max(units, 1.0), INF_COST - 1.0))
    return cost


@kernel
def turn_side(x_a: float, y_a: float, x_b: float, y_b: float, x_c: float, y_c: float) -> int:
    """1 when c lies left of a-b, -1 when right, 0 on the line."""
    cross = (x_b - x_a) * (y_c - y_a) - (y_b - y_a) * (x_c - x_a)
    if cross > 0.0:
        return 1
    return -1 if cross < 0.0 else 0


@kernel
def is_in_box(x_a: float, y_a: float, x_b: float, y_b: float, x: float, y: float) -> bool:
    """Whether the point lies in the box spanned by a and b, its border included."""
    return min(x_a, x_b) <= x <= max(x_a, x_b) and min(y_a, y_b) <= y <= max(y_a, y_b)


@kernel
def segments_touch(
    x_a: float, y_a: float, x_b: float, y_b: float, x_c: float, y_c: float, x_d: float, y_d: float
) -> bool:
    """Whether segments a-b and c-d share a point; touching counts."""
    side_c = turn_side(x_a, y_a, x_b, y_b, x_c, y_c)
    side_d = turn_side(x_a, y_a, x_b, y_b, x_d, y_d)
    side_a = turn_side(x_c, y_c, x_d, y_d, x_a, y_a)
    side_b = turn_side(x_c, y_c, x_d, y_d, x_b, y_b)
    if side_c * side_d < 0 and side_a * side_b < 0:
        return True
    return (
        (side_c == 0 and is_in_box(x_a, y_a, x_b, y_b, x_c, y_c))
        or (side_d == 0 and is_in_box(x_a, y_a, x_b, y_b, x_d, y_d))
        or (side_a == 0 and is_in_box(x_c, y_c, x_d, y_d, x_a, y_a))
        or (side_b == 0 and is_in_box(x_c, y_c, x_d, y_d, x_b, y_b))
    )


@kernel
def segment_meets_rings(
    x_a: float,
    y_a: float,
    x_b: float,
    y_b: float,
    first: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> bool:
    """Whether segment a-b lies inside the rings by the even-odd rule, or touches one of them."""
    is_inside = False
    for ring in range(first.size - 1):
        last = first[ring + 1] - 1
        for i in range(first[ring], first[ring + 1]):
            if segments_touch(x_a, y_a, x_b, y_b, x[last], y[last], x[i], y[i]):
                return True
            if (y[i] > y_a) != (y[last] > y_a):
                x_cross = x[i] + (y_a - y[i]) * (x[last] - x[i]) / (y[last] - y[i])
                if x_a < x_cross:
                    is_inside = not is_inside
            last = i
    return is_inside


@kernel
def rings_cross(first: NDArray[np.int32], x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    """Whether two segments of closed rings meet that do not follow each other, or two that do fold back.

    Ring `r` has the points ``first[r]:first[r + 1]``, its last one joined to its first.
    """
    n = x.size
    ahead = np.empty(n, dtype=np.int32)
    for ring in range(first.size - 1):
        for i in range(first[ring], first[ring + 1]):
            ahead[i] = i + 1 if i + 1 < first[ring + 1] else first[ring]
    for i in range(n):
        i_end = ahead[i]
        if x[i] == x[i_end] and y[i] == y[i_end]:
            return True
        after = ahead[i_end]
        is_flat = turn_side(x[i], y[i], x[i_end], y[i_end], x[after], y[after]) == 0
        if is_flat and (x[i_end] - x[i]) * (x[after] - x[i_end]) + (y[i_end] - y[i]) * (y[after] - y[i_end]) < 0.0:
            return True
        for j in range(i + 1, n):
            j_end = ahead[j]
            if j == i_end or j_end == i:
                continue
            if segments_touch(x[i], y[i], x[i_end], y[i_end], x[j], y[j], x[j_end], y[j_end]):
                return True
    return False


@kernel
def bucket_box(
    index: SegmentIndex, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], margin_deg: float
) -> tuple[int, int, int, int]:
    """Rows and columns (first, last) of the buckets under the points' box widened by `margin_deg`."""
    row_a = math.floor((index.lat_max_deg - lat_deg.max() - margin_deg) / index.d_lat_deg)
    row_b = math.floor((index.lat_max_deg - lat_deg.min() + margin_deg) / index.d_lat_deg)
    col_a = math.floor((lon_deg.min() - margin_deg - index.lon_min_deg) / index.d_lon_deg)
    col_b = math.floor((lon_deg.max() + margin_deg - index.lon_min_deg) / index.d_lon_deg)
    return max(row_a, 0), min(row_b, index.n_row - 1), max(col_a, 0), min(col_b, index.n_col - 1)


@kernel
def streets_in_rings(
    index: SegmentIndex,
    n_street: int,
    first: NDArray[np.int32],
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """1 for each street with a segment inside a polygon (even-odd rule over its rings) or touching its border."""
    met = np.zeros(n_street, dtype=np.uint8)
    row_a, row_b, col_a, col_b = bucket_box(index, lat_deg, lon_deg, 1e-9)
    for row in range(row_a, row_b + 1):
        for col in range(col_a, col_b + 1):
            bucket = row * index.n_col + col
            for i in range(index.first[bucket], index.first[bucket + 1]):
                k = index.point[i]
                street = index.point_street[k]
                if met[street] == 0 and segment_meets_rings(
                    index.point_lon_deg[k],
                    index.point_lat_deg[k],
                    index.point_lon_deg[k + 1],
                    index.point_lat_deg[k + 1],
                    first,
                    lon_deg,
                    lat_deg,
                ):
                    met[street] = 1
    return met


@kernel
def runs_beside(
    east: float,
    north: float,
    ahead_east: float,
    ahead_north: float,
    line_east: NDArray[np.float64],
    line_north: NDArray[np.float64],
    reach_m: float,
    min_cosine: float,
) -> bool:
    """Whether a place with a unit direction lies beside some segment of the line and points along it."""
    for j in range(line_east.size - 1):
        d_east = line_east[j + 1] - line_east[j]
        d_north = line_north[j + 1] - line_north[j]
        length_m = math.sqrt(d_east * d_east + d_north * d_north)
        if length_m == 0.0:
            continue
        along_m = ((east - line_east[j]) * d_east + (north - line_north[j]) * d_north) / length_m
        aside_m = abs((north - line_north[j]) * d_east - (east - line_east[j]) * d_north) / length_m
        cosine = abs(ahead_east * d_east + ahead_north * d_north) / length_m
        if 0.0 <= along_m <= length_m and aside_m <= reach_m and cosine >= min_cosine:
            return True
    return False


class LineRule(NamedTuple):
    """When a piece of street counts as running beside a line: how near, how parallel, and how long a piece is."""

    reach_m: float
    min_cosine: float
    piece_m: float


@kernel
def metres_along_line(
    index: SegmentIndex,
    n_street: int,
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
    m_per_deg_lat: float,
    m_per_deg_lon: float,
    rule: LineRule,
) -> NDArray[np.float64]:
    """Metres each street runs beside a line, shape=(n_street,).

    Segments are cut into equal pieces of at most `rule.piece_m`; a piece counts when its middle lies within
    `rule.reach_m` of a segment of the line, not beyond that segment's ends, and the cosine between the two
    directions (either way round) is at least `rule.min_cosine`. So a street that only crosses the line, or goes
    on where it ends, counts for nothing.
    """
    beside_m = np.zeros(n_street)
    is_done = np.zeros(index.point_street.size, dtype=np.uint8)
    line_east = (lon_deg - lon_deg[0]) * m_per_deg_lon
    line_north = (lat_deg - lat_deg[0]) * m_per_deg_lat
    margin_deg = rule.reach_m / min(m_per_deg_lat, m_per_deg_lon)
    row_a, row_b, col_a, col_b = bucket_box(index, lat_deg, lon_deg, margin_deg)
    for row in range(row_a, row_b + 1):
        for col in range(col_a, col_b + 1):
            bucket = row * index.n_col + col
            for i in range(index.first[bucket], index.first[bucket + 1]):
                k = index.point[i]
                if is_done[k] == 1:
                    continue
                is_done[k] = 1
                east = (index.point_lon_deg[k] - lon_deg[0]) * m_per_deg_lon
                north = (index.point_lat_deg[k] - lat_deg[0]) * m_per_deg_lat
                d_east = (index.point_lon_deg[k + 1] - index.point_lon_deg[k]) * m_per_deg_lon
                d_north = (index.point_lat_deg[k + 1] - index.point_lat_deg[k]) * m_per_deg_lat
                length_m = math.sqrt(d_east * d_east + d_north * d_north)
                if length_m == 0.0:
                    continue
                n_piece = math.ceil(length_m / rule.piece_m)
                for p in range(n_piece):
                    share = (p + 0.5) / n_piece
                    if runs_beside(
                        east + share * d_east,
                        north + share * d_north,
                        d_east / length_m,
                        d_north / length_m,
                        line_east,
                        line_north,
                        rule.reach_m,
                        rule.min_cosine,
                    ):
                        beside_m[index.point_street[k]] += length_m / n_piece
    return beside_m
