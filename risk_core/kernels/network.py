"""Geometry of streets: angles, the cells a street crosses, the nearest point on one, the line a path draws."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

_SLIVER = 1e-12
"""Pieces of a segment shorter than this share of it are rounding, not a cell crossed."""


@kernel
def arc_rad(lat_a_deg: float, lon_a_deg: float, lat_b_deg: float, lon_b_deg: float) -> float:
    """Angle between two points on the sphere by the haversine formula, radians."""
    lat_a = math.radians(lat_a_deg)
    lat_b = math.radians(lat_b_deg)
    sin_lat = math.sin((lat_b - lat_a) * 0.5)
    sin_lon = math.sin(math.radians(lon_b_deg - lon_a_deg) * 0.5)
    h = sin_lat * sin_lat + math.cos(lat_a) * math.cos(lat_b) * sin_lon * sin_lon
    root = math.sqrt(h)
    return math.pi if root > 1.0 else 2.0 * math.asin(root)


@kernel
def segment_arcs_rad(
    first_point: NDArray[np.int32], lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Angle from each point to the next one of its street, shape=(n_point,), radians; 0 at a street's last point."""
    arc = np.zeros(lat_deg.size)
    for street in range(first_point.size - 1):
        for k in range(first_point[street], first_point[street + 1] - 1):
            arc[k] = arc_rad(lat_deg[k], lon_deg[k], lat_deg[k + 1], lon_deg[k + 1])
    return arc


@kernel
def _next_line(at: float, step: float, n: int) -> int:
    """First grid line met when leaving `at` in the direction of `step`, within 0..n if any lies ahead."""
    if step > 0.0:
        return max(math.floor(at) + 1, 0)
    return min(math.ceil(at) - 1, n)


@kernel
def _line_share(line: int, at: float, step: float, n: int) -> float:
    """Share of the segment travelled when it meets `line`; 2 when it never does."""
    if step == 0.0 or line < 0 or line > n:
        return 2.0
    return (line - at) / step


@kernel
def cross_cells(
    first_point: NDArray[np.int32],
    row: NDArray[np.float64],
    col: NDArray[np.float64],
    length_m: NDArray[np.float64],
    n_row: int,
    n_col: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Cells crossed by each street in order, with the metres inside each.

    Parameters
    ----------
    first_point
        Points of street `s` are ``first_point[s]:first_point[s + 1]``.
    row, col
        Points in units of cells from the grid's north-west corner, shape=(n_point,).
    length_m
        Metres from each point to the next one of its street, shape=(n_point,).
    n_row, n_col
        Shape of the grid; pieces outside are left out.

    Returns
    -------
    tuple
        First entry of each street, shape=(n_street + 1,); flat cells; metres.
    """
    first_cell = np.zeros(first_point.size, dtype=np.int32)
    cell = np.empty(max(16, 2 * row.size), dtype=np.int32)
    inside_m = np.empty(cell.size, dtype=np.float32)
    n = 0
    for street in range(first_point.size - 1):
        for k in range(first_point[street], first_point[street + 1] - 1):
            d_row = row[k + 1] - row[k]
            d_col = col[k + 1] - col[k]
            row_line = _next_line(row[k], d_row, n_row)
            col_line = _next_line(col[k], d_col, n_col)
            share = 0.0
            while share < 1.0:
                row_share = _line_share(row_line, row[k], d_row, n_row)
                col_share = _line_share(col_line, col[k], d_col, n_col)
                ahead = min(row_share, col_share, 1.0)
                middle = 0.5 * (share + ahead)
                r = math.floor(row[k] + middle * d_row)
                c = math.floor(col[k] + middle * d_col)
                if ahead - share > _SLIVER and 0 <= r < n_row and 0 <= c < n_col:
                    here = r * n_col + c
                    piece_m = (ahead - share) * length_m[k]
                    if n > first_cell[street] and cell[n - 1] == here:
                        inside_m[n - 1] += piece_m
                    else:
                        if n == cell.size:
                            cell = np.concatenate((cell, np.empty_like(cell)))
                            inside_m = np.concatenate((inside_m, np.empty_like(inside_m)))
                        cell[n] = here
                        inside_m[n] = piece_m
                        n += 1
                if row_share <= ahead:
                    row_line += 1 if d_row > 0.0 else -1
                if col_share <= ahead:
                    col_line += 1 if d_col > 0.0 else -1
                share = ahead
        first_cell[street + 1] = n
    return first_cell, cell[:n].copy(), inside_m[:n].copy()


@kernel
def mark_streets(
    allowed: NDArray[np.uint8], barred: NDArray[np.uint8], street: NDArray[np.int32], bit: int, n_street: int
) -> NDArray[np.uint8]:
    """1 for each street with an edge whose bit is set in `allowed` and not in `barred`, shape=(n_street,)."""
    out = np.zeros(n_street, dtype=np.uint8)
    for edge in range(street.size):
        if (allowed[edge] >> bit) & 1 == 1 and (barred[edge] >> bit) & 1 == 0:
            out[street[edge]] = 1
    return out


@kernel
def project_share(east_a: float, north_a: float, east_b: float, north_b: float) -> float:
    """Share 0..1 along the segment a-b of the point nearest to the origin of the plane."""
    d_east = east_b - east_a
    d_north = north_b - north_a
    square = d_east * d_east + d_north * d_north
    if square == 0.0:
        return 0.0
    return min(1.0, max(0.0, -(east_a * d_east + north_a * d_north) / square))


class SegmentIndex(NamedTuple):
    """Segments by bucket, as `Network` holds them: points with their streets, and the regular grid of buckets."""

    point_lat_deg: NDArray[np.float64]
    point_lon_deg: NDArray[np.float64]
    point_street: NDArray[np.int32]
    first: NDArray[np.int32]
    point: NDArray[np.int32]
    lat_max_deg: float
    lon_min_deg: float
    d_lat_deg: float
    d_lon_deg: float
    n_row: int
    n_col: int


@kernel
def nearest_segment(
    index: SegmentIndex,
    is_usable: NDArray[np.uint8],
    lat_deg: float,
    lon_deg: float,
    m_per_deg_lat: float,
    m_per_deg_lon: float,
    max_m: float,
) -> tuple[int, float, float]:
    """Nearest segment of the usable streets, searched ring by ring over the buckets until no ring can be nearer.

    Distances are those of the plane that touches the sphere at the point asked for. Of equally near segments
    the one with the lowest position wins.

    Parameters
    ----------
    index
        Segments by bucket.
    is_usable
        1 for each street that may be found, shape=(n_street,).
    lat_deg, lon_deg, m_per_deg_lat, m_per_deg_lon
        The point asked for, degrees, and metres per degree there.
    max_m
        Segments farther away are not found, metres.

    Returns
    -------
    tuple
        First point of the segment (-1 when none lies within `max_m`), share along it, distance in metres.
    """
    row = math.floor((index.lat_max_deg - lat_deg) / index.d_lat_deg)
    col = math.floor((lon_deg - index.lon_min_deg) / index.d_lon_deg)
    bucket_m = min(index.d_lat_deg * m_per_deg_lat, index.d_lon_deg * m_per_deg_lon) * (1.0 - 1e-9)
    best = -1
    best_share = 0.0
    best_square = max_m * max_m
    ring = 0
    while ring == 0 or ((ring - 1) * bucket_m) ** 2 <= best_square:
        if ring > max(row, index.n_row - 1 - row) and ring > max(col, index.n_col - 1 - col):
            break
        for r in range(max(row - ring, 0), min(row + ring, index.n_row - 1) + 1):
            is_whole_row = r == row - ring or r == row + ring
            step = 1 if is_whole_row else 2 * ring
            for c in range(col - ring, col + ring + 1, step):
                if c < 0 or c >= index.n_col:
                    continue
                bucket = r * index.n_col + c
                for i in range(index.first[bucket], index.first[bucket + 1]):
                    k = index.point[i]
                    if is_usable[index.point_street[k]] == 0:
                        continue
                    east_a = (index.point_lon_deg[k] - lon_deg) * m_per_deg_lon
                    north_a = (index.point_lat_deg[k] - lat_deg) * m_per_deg_lat
                    east_b = (index.point_lon_deg[k + 1] - lon_deg) * m_per_deg_lon
                    north_b = (index.point_lat_deg[k + 1] - lat_deg) * m_per_deg_lat
                    share = project_share(east_a, north_a, east_b, north_b)
                    east = east_a + share * (east_b - east_a)
                    north = north_a + share * (north_b - north_a)
                    square = east * east + north * north
                    if square < best_square or (square == best_square and (best == -1 or k < best)):
                        best = k
                        best_share = share
                        best_square = square
        ring += 1
    return best, best_share, math.sqrt(best_square)


@kernel
def trace_path(
    street_first_point: NDArray[np.int32],
    point_lat_deg: NDArray[np.float64],
    point_lon_deg: NDArray[np.float64],
    street: NDArray[np.int32],
    begin_m: NDArray[np.float64],
    end_m: NDArray[np.float64],
    radius_m: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
    """Draw a path cut at both ends.

    Parameters
    ----------
    street_first_point, point_lat_deg, point_lon_deg
        Points of all streets.
    street
        Street of each edge of the path, shape=(n,).
    begin_m, end_m
        Metres from the street's first point where the path enters and leaves it; begin > end runs against the points.
    radius_m
        Of the earth, metres.

    Returns
    -------
    tuple
        Latitude and longitude of each point, degrees; position in the path of each drawn segment's edge.
    """
    n_most = 1
    for i in range(street.size):
        n_most += street_first_point[street[i] + 1] - street_first_point[street[i]] + 1
    lat, lon, owner = np.empty(n_most), np.empty(n_most), np.empty(n_most, dtype=np.int32)
    n = 0
    for i in range(street.size):
        first = street_first_point[street[i]]
        last = street_first_point[street[i] + 1] - 1
        along = np.zeros(last - first + 1)
        for k in range(first, last):
            arc = arc_rad(point_lat_deg[k], point_lon_deg[k], point_lat_deg[k + 1], point_lon_deg[k + 1])
            along[k + 1 - first] = along[k - first] + arc * radius_m
        if i == 0:
            lat[0], lon[0] = place_at(
                along, point_lat_deg[first : last + 1], point_lon_deg[first : last + 1], begin_m[0]
            )
            n = 1
        low, high = min(begin_m[i], end_m[i]), max(begin_m[i], end_m[i])
        is_forward = begin_m[i] <= end_m[i]
        for j in range(along.size):
            at = j if is_forward else along.size - 1 - j
            if low + 1e-6 < along[at] < high - 1e-6:
                lat[n] = point_lat_deg[first + at]
                lon[n] = point_lon_deg[first + at]
                owner[n - 1] = i
                n += 1
        lat[n], lon[n] = place_at(along, point_lat_deg[first : last + 1], point_lon_deg[first : last + 1], end_m[i])
        owner[n - 1] = i
        n += 1
    return lat[:n].copy(), lon[:n].copy(), owner[: n - 1].copy()


@kernel
def place_at(
    along_m: NDArray[np.float64], lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], at_m: float
) -> tuple[float, float]:
    """Position `at_m` metres along a line whose points lie at `along_m` (ascending); its ends beyond them."""
    for k in range(along_m.size - 1):
        if at_m < along_m[k + 1]:
            piece_m = along_m[k + 1] - along_m[k]
            share = max(0.0, (at_m - along_m[k]) / piece_m)
            d_lat = lat_deg[k + 1] - lat_deg[k]
            d_lon = lon_deg[k + 1] - lon_deg[k]
            return lat_deg[k] + share * d_lat, lon_deg[k] + share * d_lon
    return lat_deg[-1], lon_deg[-1]
