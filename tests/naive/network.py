"""Slow twins of `risk_core.kernels.network`: one thing at a time, no index, no stepping."""

import math


def arc_rad(lat_a, lon_a, lat_b, lon_b):
    """Angle by the vectors' cross and dot product (not by haversines)."""

    def vector(lat, lon):
        lat, lon = math.radians(lat), math.radians(lon)
        return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)

    a, b = vector(lat_a, lon_a), vector(lat_b, lon_b)
    cross = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    return math.atan2(math.hypot(*cross), sum(x * y for x, y in zip(a, b, strict=True)))


def mark_streets(allowed, barred, street, bit, n_street):
    """Streets with an edge that is allowed and not barred, as a list of 0 and 1."""
    good = {
        int(s)
        for a, b, s in zip(allowed.tolist(), barred.tolist(), street.tolist(), strict=True)
        if a & (1 << bit) and not b & (1 << bit)
    }
    return [int(s in good) for s in range(n_street)]


def clip_shares(a, b, low, high):
    """Shares of a-b (one axis) that lie in low..high, as (first, last); first > last when none does."""
    if a == b:
        return (0.0, 1.0) if low <= a <= high else (1.0, 0.0)
    ends = sorted(((low - a) / (b - a), (high - a) / (b - a)))
    return max(0.0, ends[0]), min(1.0, ends[1])


def cells_of_segment(row_a, col_a, row_b, col_b, n_row, n_col):
    """{cell: share of the segment inside} by clipping the segment against every cell of the grid."""
    inside = {}
    for r in range(n_row):
        for c in range(n_col):
            rows = clip_shares(row_a, row_b, r, r + 1)
            cols = clip_shares(col_a, col_b, c, c + 1)
            share = min(rows[1], cols[1]) - max(rows[0], cols[0])
            if share > 1e-9:
                inside[r * n_col + c] = share
    return inside


def nearest_segment(point_lat, point_lon, street_first_point, is_usable, *, place, m_per_deg, max_m):
    """(first point, share, metres) of the nearest usable segment, looking at all of them."""
    (lat, lon), (m_lat, m_lon) = place, m_per_deg
    best = (-1, 0.0, max_m)
    for street in range(len(street_first_point) - 1):
        if not is_usable[street]:
            continue
        for k in range(street_first_point[street], street_first_point[street + 1] - 1):
            ax, ay = (point_lon[k] - lon) * m_lon, (point_lat[k] - lat) * m_lat
            bx, by = (point_lon[k + 1] - lon) * m_lon, (point_lat[k + 1] - lat) * m_lat
            square = (bx - ax) ** 2 + (by - ay) ** 2
            share = 0.0 if square == 0 else min(1.0, max(0.0, -(ax * (bx - ax) + ay * (by - ay)) / square))
            distance = math.hypot(ax + share * (bx - ax), ay + share * (by - ay))
            if distance < best[2] - 1e-9:
                best = (k, share, distance)
    return best


def place_at(along_m, lat, lon, at_m):
    """Position on a line by looking for the piece that holds it."""
    if at_m <= along_m[0]:
        return lat[0], lon[0]
    for k in range(len(along_m) - 1):
        if along_m[k] <= at_m < along_m[k + 1]:
            share = (at_m - along_m[k]) / (along_m[k + 1] - along_m[k])
            return lat[k] + share * (lat[k + 1] - lat[k]), lon[k] + share * (lon[k + 1] - lon[k])
    return lat[-1], lon[-1]


def trace_path(streets, begin_m, end_m):
    """Points of a path whose streets are given as (along_m, lat, lon) lists."""
    line = []
    for (along, lat, lon), begin, end in zip(streets, begin_m, end_m, strict=True):
        if not line:
            line.append(place_at(along, lat, lon, begin))
        inner = [k for k in range(len(along)) if min(begin, end) + 1e-6 < along[k] < max(begin, end) - 1e-6]
        for k in inner if begin <= end else inner[::-1]:
            line.append((lat[k], lon[k]))
        line.append(place_at(along, lat, lon, end))
    return line
