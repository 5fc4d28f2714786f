"""Smoothing of matched places along the way: distance travelled as a Kalman smoother with nearly constant speed.

Source: Rauch, Tung, Striebel, "Maximum likelihood estimates of linear dynamic systems", AIAA Journal 3(8), 1965; the
motion is white-noise acceleration (Bar-Shalom, Li, Kirubarajan, "Estimation with applications to tracking and
navigation", 2001, section 6.2.2).
"""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel
from risk_core.kernels.matching import PingTable

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

START_SPEED_SD_M_PER_S = 15.0
"""Spread of the unknown first speed, m/s."""

_NEAR_EDGES = 3
"""So many edges of the way before and after a place count as the same way."""


@kernel
def smooth_run(time_s: Floats, at_m: Floats, sigma_m: Floats, jerk: float, out_m: Floats, out_sd_m: Floats) -> float:
    """Smooth distances along one unbroken way.

    Parameters
    ----------
    time_s, at_m, sigma_m
        Moment, measured distance and its error, metres, shape=(n,), n >= 1.
    jerk
        Power of the acceleration noise, m^2/s^3.
    out_m, out_sd_m
        Filled: smoothed distance and its standard deviation, shape=(n,).

    Returns
    -------
    float
        Log likelihood of the measured distances after the first.
    """
    n = time_s.size
    mean = np.empty((n, 2))
    var = np.empty((n, 3))
    ahead_mean = np.empty((n, 2))
    ahead_var = np.empty((n, 3))
    mean[0, 0], mean[0, 1] = at_m[0], 0.0
    var[0, 0], var[0, 1], var[0, 2] = sigma_m[0] ** 2, 0.0, START_SPEED_SD_M_PER_S**2
    log_likelihood = 0.0
    for t in range(1, n):
        gap = time_s[t] - time_s[t - 1]
        p, c, v = var[t - 1]
        ahead_mean[t, 0] = mean[t - 1, 0] + gap * mean[t - 1, 1]
        ahead_mean[t, 1] = mean[t - 1, 1]
        ahead_var[t, 0] = p + 2.0 * gap * c + gap * gap * v + jerk * gap**3 / 3.0
        ahead_var[t, 1] = c + gap * v + jerk * gap * gap / 2.0
        ahead_var[t, 2] = v + jerk * gap
        miss = at_m[t] - ahead_mean[t, 0]
        spread = ahead_var[t, 0] + sigma_m[t] ** 2
        log_likelihood -= 0.5 * (math.log(2.0 * math.pi * spread) + miss * miss / spread)
        gain_m, gain_v = ahead_var[t, 0] / spread, ahead_var[t, 1] / spread
        mean[t, 0] = ahead_mean[t, 0] + gain_m * miss
        mean[t, 1] = ahead_mean[t, 1] + gain_v * miss
        var[t, 0] = (1.0 - gain_m) * ahead_var[t, 0]
        var[t, 1] = (1.0 - gain_m) * ahead_var[t, 1]
        var[t, 2] = ahead_var[t, 2] - gain_v * ahead_var[t, 1]
    for t in range(n - 2, -1, -1):
        gap = time_s[t + 1] - time_s[t]
        p, c, v = var[t]
        a, b, d = ahead_var[t + 1]
        det = a * d - b * b
        left, right = p + gap * c, c + gap * v
        g00, g01 = (left * d - c * b) / det, (c * a - left * b) / det
        g10, g11 = (right * d - v * b) / det, (v * a - right * b) / det
        d_mean_m, d_mean_v = mean[t + 1, 0] - ahead_mean[t + 1, 0], mean[t + 1, 1] - ahead_mean[t + 1, 1]
        mean[t, 0] += g00 * d_mean_m + g01 * d_mean_v
        mean[t, 1] += g10 * d_mean_m + g11 * d_mean_v
        da, db, dd = var[t + 1, 0] - a, var[t + 1, 1] - b, var[t + 1, 2] - d
        var[t, 0] = p + g00 * (da * g00 + db * g01) + g01 * (db * g00 + dd * g01)
        var[t, 1] = c + g10 * (da * g00 + db * g01) + g11 * (db * g00 + dd * g01)
        var[t, 2] = v + g10 * (da * g10 + db * g11) + g11 * (db * g10 + dd * g11)
    for t in range(n):
        out_m[t] = mean[t, 0]
        out_sd_m[t] = math.sqrt(max(var[t, 0], 0.0))
    return log_likelihood


@kernel
def likeliest_edge(base_m: Floats, here_m: float, sd_m: float, at: int, first: int, last: int) -> int:
    """Position in the way of the edge that holds the most of a normal distribution along it.

    Parameters
    ----------
    base_m
        Metres from the way's begin to that of each edge, and to its end.
    here_m, sd_m
        Mean and standard deviation, metres.
    at
        Position to begin from.
    first, last
        Positions allowed.
    """
    while at > first and here_m < base_m[at]:
        at -= 1
    while at < last and here_m >= base_m[at + 1]:
        at += 1
    spread_m = math.sqrt(2.0) * max(sd_m, 1e-3)
    best, most = at, -1.0
    for j in range(max(at - _NEAR_EDGES, first), min(at + _NEAR_EDGES, last) + 1):
        mass = math.erf((base_m[j + 1] - here_m) / spread_m) - math.erf((base_m[j] - here_m) / spread_m)
        if mass > most:
            best, most = j, mass
    return best


@kernel
def smooth_way(
    length_m: Floats,
    pings: PingTable,
    way: Ints,
    way_at: Ints,
    along_m: Floats,
    jerks: Floats,
    least_ping: int,
    out_sd_m: Floats,
) -> None:
    """Move matched places along the way to where the motion makes them likeliest, in place.

    The edge is the one that holds the most of the distribution along the way, which a short edge at the very mean
    may not, and the place the nearest to the mean on it. Each unbroken run takes the noise of `jerks` under which it
    is likeliest; a run of fewer than `least_ping` pings takes the last, under which pings are believed most.

    Parameters
    ----------
    length_m
        Of the edges.
    pings
        The pings, shape=(n,).
    way, way_at
        Edges travelled, -1 where the way breaks, and each ping's position in it; `way_at` is changed.
    along_m
        Metres from the tail of that edge; changed.
    jerks
        Powers of the acceleration noise to choose from, ascending, m^2/s^3.
    least_ping
        Pings from which on a run is long enough to choose.
    out_sd_m
        Filled: standard deviation of the place along the way, metres; the ping's own error off the road.
    """
    n = way_at.size
    base_m = np.zeros(way.size + 1)
    for j in range(way.size):
        base_m[j + 1] = base_m[j] + (length_m[way[j]] if way[j] >= 0 else 0.0)
    t = 0
    while t < n:
        if way[way_at[t]] < 0:
            out_sd_m[t] = pings.sigma_m[t]
            t += 1
            continue
        end, last = t + 1, way_at[t]
        while last + 1 < way.size and way[last + 1] >= 0:
            last += 1
        while end < n and way_at[end] <= last:
            end += 1
        first = way_at[t]
        while first > 0 and way[first - 1] >= 0:
            first -= 1
        at_m = np.empty(end - t)
        for i in range(end - t):
            at_m[i] = base_m[way_at[t + i]] + along_m[t + i]
        time_s, sigma_m = pings.time_s[t:end], pings.sigma_m[t:end]
        best = jerks[-1]
        found_m, sd_m = np.empty(end - t), np.empty(end - t)
        if end - t >= least_ping:
            most = -math.inf
            for j in range(jerks.size):
                here = smooth_run(time_s, at_m, sigma_m, jerks[j], found_m, sd_m)
                if here > most:
                    most, best = here, jerks[j]
        smooth_run(time_s, at_m, sigma_m, best, found_m, sd_m)
        for i in range(end - t):
            here_m = min(max(found_m[i], base_m[first]), base_m[last + 1])
            at = likeliest_edge(base_m, here_m, sd_m[i], way_at[t + i], first, last)
            way_at[t + i] = at
            along_m[t + i] = min(max(here_m - base_m[at], 0.0), length_m[way[at]])
            out_sd_m[t + i] = sd_m[i]
        t = end


@kernel
def edge_probs(
    length_m: Floats,
    street: Ints,
    way: Ints,
    way_at: Ints,
    along_m: Floats,
    sd_m: Floats,
    state_edge: Ints,
    state_prob: Floats,
) -> tuple[Floats, Floats]:
    """Probability of the edge, and of the street, at which each ping was placed.

    That the traveller is on this way at all is the mass of the states on the edges around the place; that he is on
    this edge of it, the mass of the normal distribution along the way between the edge's ends.

    Parameters
    ----------
    length_m, street
        Of the edges.
    way, way_at, along_m, sd_m
        As `smooth_way` leaves them.
    state_edge, state_prob
        States of each ping, shape=(n, n_state), and their probabilities, of at least as many columns.

    Returns
    -------
    tuple
        Two arrays of shape=(n,), NaN off the road.
    """
    n = way_at.size
    on_edge, on_street = np.full(n, math.nan), np.full(n, math.nan)
    for t in range(n):
        here = way_at[t]
        if way[here] < 0:
            continue
        low, high = here, here
        while low > max(here - _NEAR_EDGES, 0) and way[low - 1] >= 0:
            low -= 1
        while high < min(here + _NEAR_EDGES, way.size - 1) and way[high + 1] >= 0:
            high += 1
        same_way, same_street = 0.0, 0.0
        for k in range(state_edge.shape[1]):
            edge = state_edge[t, k]
            if edge < 0:
                continue
            is_edge, is_street = False, False
            for j in range(low, high + 1):
                is_edge = is_edge or way[j] == edge
                is_street = is_street or street[way[j]] == street[edge]
            same_way += state_prob[t, k] if is_edge else 0.0
            same_street += state_prob[t, k] if is_street else 0.0
        spread_m = math.sqrt(2.0) * max(sd_m[t], 1e-3)
        ahead_m = length_m[way[here]] - along_m[t]
        mass = 0.5 * (math.erf(ahead_m / spread_m) + math.erf(along_m[t] / spread_m))
        on_edge[t] = same_way * mass
        on_street[t] = same_street * mass
    return on_edge, on_street
