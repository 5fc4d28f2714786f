"""Slow and obvious twins of `risk_core.kernels.matching` and `match_along`."""

import heapq
import itertools
import math

import numpy as np

from risk_core.state.profile import VEHICLES


def near_streets(plane, east_m, north_m, stretch, radius_m, most):
    """The nearest `most` streets of all, as {street: (squared distance, metres along)}."""
    best, segments = {}, plane.segments
    for street, line in zip(segments.street.tolist(), segments.line, strict=True):
        a = np.array([(line[0] - east_m) * stretch, line[1] - north_m])
        b = np.array([(line[2] - east_m) * stretch, line[3] - north_m])
        d = b - a
        share = min(1.0, max(0.0, float(-(a @ d) / (d @ d)))) if d @ d > 0 else 0.0
        at = a + share * d
        here = (float(at @ at), float(line[4] + share * line[5]))
        if here[0] <= radius_m**2 and here[0] < best.get(street, (math.inf, 0.0))[0]:
            best[street] = here
    return dict(sorted(best.items(), key=lambda item: item[1][0])[:most])


def distances(streets, source, bound_m=math.inf):
    """Shortest metres from the end of an edge to the begin of every edge, by going from edge to edge."""
    network, usable = streets.network, streets.plane.street_edge
    pairs = zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True)
    forbidden = set(pairs) if streets.profile in VEHICLES else set()
    out = [[] for _ in range(network.n_node)]
    for edge in np.unique(usable[usable >= 0]):
        out[network.tail[edge]].append(int(edge))
    found, heap = {}, [(0.0, edge) for edge in out[network.head[source]] if (source, edge) not in forbidden]
    while heap:
        here, edge = heapq.heappop(heap)
        if edge in found:
            continue
        found[edge] = here
        there = here + float(network.length_m[edge])
        for following in out[network.head[edge]]:
            if there <= bound_m and (edge, following) not in forbidden:
                heapq.heappush(heap, (there, following))
    return found


def move_likelihood(streets, pings, rule, t, state_a, state_b):
    """Likelihood of going from a state of ping t - 1 to one of ping t: (edge, metres), or None off the road."""
    if state_a is None or state_b is None:
        return 1.0 if state_a is state_b else rule.leave_prob
    straight = math.hypot(
        (pings.east_m[t] - pings.east_m[t - 1]) * pings.stretch[t], pings.north_m[t] - pings.north_m[t - 1]
    )
    noise = math.hypot(pings.sigma_m[t], pings.sigma_m[t - 1])
    beta = rule.beta_m_per_s * (pings.time_s[t] - pings.time_s[t - 1]) + rule.beta_sigmas * noise
    beta = min(max(beta, rule.least_beta_m), rule.most_beta_m)
    (edge_a, at_a), (edge_b, at_b) = state_a, state_b
    if edge_a == edge_b and at_b >= at_a - 2 * noise:
        way = at_b - at_a
    else:
        bound = straight + rule.detour_betas * beta
        plane = streets.plane
        between = distances(streets, edge_a, bound).get(edge_b, math.inf)
        way = plane.length_m[edge_a] - at_a + between + at_b
        way += rule.turn_back_m if plane.reverse[edge_a] == edge_b else 0.0
    return max(math.exp(-abs(way - straight) / beta), rule.break_prob)


def histories(streets, pings, rule, states, emissions):
    """Likelihood of every history, {tuple of state positions: likelihood}, by going through all of them."""
    found = {}
    for history in itertools.product(*(range(len(one)) for one in states)):
        likelihood = emissions[0][history[0]]
        for t in range(1, len(states)):
            pair = states[t - 1][history[t - 1]], states[t][history[t]]
            likelihood *= move_likelihood(streets, pings, rule, t, *pair) * emissions[t][history[t]]
        found[history] = likelihood
    return found


def smooth_run(time_s, at_m, sigma_m, jerk, start_speed_sd):
    """Smoothed distances, their deviations and the log likelihood, from one large normal distribution."""
    n = len(time_s)
    size = 2 * n
    precision, weighted = np.zeros((size, size)), np.zeros(size)
    precision[1, 1] += 1 / start_speed_sd**2
    for t in range(n):
        precision[2 * t, 2 * t] += 1 / sigma_m[t] ** 2
        weighted[2 * t] += at_m[t] / sigma_m[t] ** 2
    for t in range(1, n):
        gap = time_s[t] - time_s[t - 1]
        noise = jerk * np.array([[gap**3 / 3, gap**2 / 2], [gap**2 / 2, gap]])
        step = np.zeros((2, size))
        step[:, 2 * t - 2 : 2 * t] = -np.array([[1, gap], [0, 1]])
        step[:, 2 * t : 2 * t + 2] = np.eye(2)
        precision += step.T @ np.linalg.inv(noise) @ step
    covariance = np.linalg.inv(precision)
    mean = covariance @ weighted
    return mean[::2], np.sqrt(np.diag(covariance)[::2]), run_likelihood(time_s, at_m, sigma_m, jerk, start_speed_sd)


def run_likelihood(time_s, at_m, sigma_m, jerk, start_speed_sd):
    """Log likelihood of all distances but the first, given the first, from their joint covariance."""
    n = len(time_s)
    state = np.zeros((2 * n, 2 * n))
    state[0, 0], state[1, 1] = sigma_m[0] ** 2, start_speed_sd**2
    for t in range(1, n):
        gap = time_s[t] - time_s[t - 1]
        turn = np.array([[1, gap], [0, 1]])
        now, before = slice(2 * t, 2 * t + 2), slice(2 * t - 2, 2 * t)
        state[now, : 2 * t] = turn @ state[before, : 2 * t]
        state[: 2 * t, now] = state[now, : 2 * t].T
        noise = jerk * np.array([[gap**3 / 3, gap**2 / 2], [gap**2 / 2, gap]])
        state[now, now] = turn @ state[before, before] @ turn.T + noise
    cov = state[::2, ::2][1:, 1:] + np.diag(np.asarray(sigma_m[1:]) ** 2)
    miss = np.asarray(at_m[1:]) - at_m[0]
    return -0.5 * (miss @ np.linalg.solve(cov, miss) + np.linalg.slogdet(2 * np.pi * cov)[1])
