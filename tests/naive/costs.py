"""Slow twins of `risk_core.kernels.costs`: exact fractions for geometry, plain loops for the rest."""

import math
from fractions import Fraction
from itertools import pairwise

from risk_core.kernels.hierarchy import INF_COST


def travel_times(length_m, speed, closed_mask, bit):
    """List of seconds."""
    barred = [v <= 0 or bool(int(closed) & (1 << bit)) for v, closed in zip(speed, closed_mask, strict=True)]
    pairs = zip(length_m, speed, barred, strict=True)
    return [math.inf if is_barred else float(m) / float(v) for m, v, is_barred in pairs]


def blend_costs(times, danger, weight, per_s):
    """Objective of each edge in whole units."""
    pairs = zip(times, danger, strict=True)
    return [
        INF_COST if math.isinf(t) else min(max(round(t * (1 + weight * d) * per_s), 1), INF_COST - 1) for t, d in pairs
    ]


def _side(a, b, c):
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (cross > 0) - (cross < 0)


def _between(a, b, p):
    return min(a[0], b[0]) <= p[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= p[1] <= max(a[1], b[1])


def segments_touch(a, b, c, d):
    """Whether two segments share a point, in exact fractions."""
    a, b, c, d = (tuple(Fraction(float(x)) for x in p) for p in (a, b, c, d))
    if _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0:
        return True
    return any(
        _side(*line, p) == 0 and _between(*line, p) for line, p in (((a, b), c), ((a, b), d), ((c, d), a), ((c, d), b))
    )


def segment_meets_rings(a, b, rings):
    """Whether a-b touches a ring, or its start is inside an odd number of them (ray to the east)."""
    inside = False
    for ring in rings:
        for p, q in zip(ring, [*ring[1:], ring[0]], strict=True):
            if segments_touch(a, b, p, q):
                return True
            (px, py), (qx, qy), (ax, ay) = (tuple(Fraction(float(x)) for x in v) for v in (p, q, a))
            if (py > ay) != (qy > ay) and ax < px + (ay - py) * (qx - px) / (qy - py):
                inside = not inside
    return inside


def metres_along_line(points, line, reach_m, max_angle_deg, piece_m):
    """Metres of a polyline beside a line, both in plane metres, by angles and projections."""
    total = 0.0
    for (ax, ay), (bx, by) in pairwise(points):
        length = math.hypot(bx - ax, by - ay)
        if length == 0:
            continue
        n = math.ceil(length / piece_m)
        for p in range(n):
            x, y = ax + (p + 0.5) / n * (bx - ax), ay + (p + 0.5) / n * (by - ay)
            total += length / n * _is_beside(x, y, math.atan2(by - ay, bx - ax), line, reach_m, max_angle_deg)
    return total


def _is_beside(x, y, heading, line, reach_m, max_angle_deg):
    for (ax, ay), (bx, by) in pairwise(line):
        length = math.hypot(bx - ax, by - ay)
        if length == 0:
            continue
        line_heading = math.atan2(by - ay, bx - ax)
        ahead = (x - ax) * math.cos(line_heading) + (y - ay) * math.sin(line_heading)
        aside = -(x - ax) * math.sin(line_heading) + (y - ay) * math.cos(line_heading)
        turn = abs((math.degrees(heading - line_heading) + 90) % 180 - 90)
        if 0 <= ahead <= length and abs(aside) <= reach_m and turn <= max_angle_deg:
            return True
    return False


def rings_cross(rings):
    """Whether rings meet themselves or each other elsewhere than where one segment follows the other."""
    segments = [(r, i, ring[i], ring[(i + 1) % len(ring)]) for r, ring in enumerate(rings) for i in range(len(ring))]
    for r, i, a, b in segments:
        after = rings[r][(i + 2) % len(rings[r])]
        if a == b or (b != after and _side(a, b, after) == 0 and not _between(a, after, b)):
            return True
        for s, j, c, d in segments:
            n = len(rings[r])
            if (s, j) == (r, i) or (s == r and (j - i) % n in (1, n - 1)):
                continue
            if segments_touch(a, b, c, d):
                return True
    return False
