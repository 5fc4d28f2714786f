"""Slow and obvious twins of `risk_core.kernels.matching` and `match_along`."""

import heapq
import itertools
import math

import numpy as np


def near_streets(plane, east_m, north_m, stretch, radius_m, most):
    """The nearest `most` streets of all, as {street: (squared distance, metres along)}."""
    best = {}
    for i in range(len(plane.street)):
        a = np.array([(plane.east_a[i] - east_m) * stretch, plane.north_a[i] - north_m])
        b = np.array([(plane.east_b[i] - east_m) * stretch, plane.north_b[i] - north_m])
        d = b - a
        share = min(1.0, max(0.0, float(-(a @ d) / (d @ d)))) if d @ d > 0 else 0.0
        at = a + share * d
        here = (float(at @ at), float(plane.along_m[i] + share * plane.piece_m[i]))
        if here[0] <= radius_m**2 and here[0] < best.get(int(plane.street[i]), (math.inf, 0.0))[0]:
            best[int(plane.street[i])] = here
    return dict(sorted(best.items(), key=lambda item: item[1][0])[:most])


def distances(plane, source, bound_m=math.inf):
    """Shortest metres from a node to every node reached within a bound."""
    found, heap = {}, [(0.0, source)]
    while heap:
        here, node = heapq.heappop(heap)
        if node in found:
            continue
        found[node] = here
        for i in range(plane.first_move[node], plane.first_move[node + 1]):
            if here + plane.move_m[i] <= bound_m:
                heapq.heappush(heap, (here + plane.move_m[i], int(plane.move_head[i])))
    return found


def move_likelihood(plane, pings, rule, t, state_a, state_b):
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
        between = distances(plane, int(plane.head[edge_a]), bound).get(int(plane.tail[edge_b]), math.inf)
        way = plane.length_m[edge_a] - at_a + between + at_b
        way += rule.turn_back_m if plane.reverse[edge_a] == edge_b else 0.0
    return max(math.exp(-abs(way - straight) / beta), rule.break_prob)


def histories(plane, pings, rule, states, emissions):
    """Likelihood of every history, {tuple of state positions: likelihood}, by going through all of them."""
    found = {}
    for history in itertools.product(*(range(len(one)) for one in states)):
        likelihood = emissions[0][history[0]]
        for t in range(1, len(states)):
            pair = states[t - 1][history[t - 1]], states[t][history[t]]
            likelihood *= move_likelihood(plane, pings, rule, t, *pair) * emissions[t][history[t]]
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
