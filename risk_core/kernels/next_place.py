"""The place a person goes to next: counts of the person's past, weighed together by a log-linear law.

Every place the person knows is a candidate, and one more stands for "somewhere new". Column names of the arrays are
the constants below. The clock is the person's local one: seconds since 1970-01-01 00:00 local time, a Thursday.
"""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

DAY_S = 86400.0
NEW_KEEP = 0.97
"""Weight of the visit before in the running share of first visits."""

LATELY_DAY, SEASON_DAY, HABIT_DAY, STEP_DAY, STEPS_DAY, CLOCK_SD_S, OTHER_DAY, ESCAPE, CROWD_ESCAPE = range(9)
"""Positions in `scale`: see `PlaceOptions`, which gives them their meaning and source."""
N_SCALE = 9

ALL, LATELY, SEASON, CLOCK, WEEKDAY, STEP, STEP_CLOCK, STEP_TWO, STEP_THREE, STEP_SKIP, AGE = range(11)
"""Columns of the evidence of one place."""
N_EVIDENCE = 11

N_FEATURE = 35
N_LOG_SHARE = 10
REPEAT, BEFORE_LAST, TWO_BEFORE_LAST, REPEAT_OFTEN, REPEAT_RATE, REPEAT_GAP = range(10, 16)
LOG_AGE, TODAY, ONCE, ONCE_AGE = range(16, 20)
POPULAR, CROWD_STEP = 20, 21
FIRST_SHARE, N_SHARE = 22, 5
NEW, NEW_RATE, NEW_LONG, NEW_SPREAD, NEW_WEEKEND, NEW_COS, NEW_SIN, NEW_GAP = range(27, 35)


@kernel
def clock_nearness(a_s: float, b_s: float, sd_s: float) -> float:
    """Gauss kernel of the distance of two times round the clock of a day, 0..1."""
    apart = abs(a_s - b_s) % DAY_S
    apart = min(apart, DAY_S - apart) / sd_s
    return math.exp(-0.5 * apart * apart)


@kernel
def weekday(time_s: float) -> int:
    """0 for Monday to 6; the first of January 1970 was a Thursday."""
    return int((math.floor(time_s / DAY_S) + 3) % 7)


@kernel
def weigh_past(
    own: NDArray[np.int64], time_s: NDArray[np.float64], n_own: int, now_s: float, at_time: bool,
    scale: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """Decayed counts of each place the person knows: how often, when, after which places.

    A visit counts "at this hour" when its own clock is near `now_s` (`at_time`), or else, when the time of the visit
    asked for is not known, when the visit before it was near the hour of the last one.

    Parameters
    ----------
    own
        Position of each visit's place in the person's own list, oldest first, shape=(n_visit,), at least one.
    time_s
        Their times, local clock, shape=(n_visit,), not falling.
    n_own
        Places in the list.
    now_s
        Time of the question, at or after the last visit.
    at_time
        Whether `now_s` is the time of the visit asked for.
    scale
        Time constants and weights, shape=(N_SCALE,).

    Returns
    -------
    float array
        shape=(n_own, N_EVIDENCE): visits, and days since the last one in column `AGE`.
    """
    evidence = np.zeros((n_own, N_EVIDENCE))
    last = len(own) - 1
    c0 = own[last]
    c1 = own[last - 1] if last > 0 else -1
    c2 = own[last - 2] if last > 1 else -1
    clock_s = now_s if at_time else time_s[last]
    today = weekday(clock_s)
    for j in range(last + 1):
        row = evidence[own[j]]
        age_day = (now_s - time_s[j]) / DAY_S
        season = math.exp(-age_day / scale[SEASON_DAY])
        row[ALL] += 1.0
        row[LATELY] += math.exp(-age_day / scale[LATELY_DAY])
        row[SEASON] += season
        row[AGE] = age_day
        if j == 0 and not at_time:
            continue
        seen_s = time_s[j] if at_time else time_s[j - 1]
        near = clock_nearness(seen_s, clock_s, scale[CLOCK_SD_S])
        day = weekday(seen_s)
        alike = near * math.exp(-age_day / scale[HABIT_DAY])
        if (day >= 5) != (today >= 5):
            alike *= scale[OTHER_DAY]
        row[CLOCK] += alike
        if day == today:
            row[WEEKDAY] += near
        if j == 0:
            continue
        if own[j - 1] == c0:
            step = math.exp(-age_day / scale[STEP_DAY])
            row[STEP] += step
            row[STEP_CLOCK] += alike
            if j > 1 and own[j - 2] == c1:
                row[STEP_TWO] += math.exp(-age_day / scale[STEPS_DAY])
                if j > 2 and own[j - 3] == c2:
                    row[STEP_THREE] += 1.0
        if j > 1 and own[j - 2] == c0:
            row[STEP_SKIP] += math.exp(-age_day / scale[STEP_DAY])
    return evidence


@kernel
def share_of(
    evidence: NDArray[np.float64], column: int, below: NDArray[np.float64], escape: float
) -> NDArray[np.float64]:
    """Share of each place in one column, with `escape` visits spread as the coarser share `below`.

    That is the blending of contexts of prediction by partial matching (Cleary and Witten 1984, IEEE Trans. Commun. 32,
    396), with the fixed escape of a Dirichlet prior (MacKay and Peto 1995, Nat. Lang. Eng. 1, 289, equation 7).
    """
    total = 0.0
    for s in range(len(evidence)):
        total += evidence[s, column]
    out = np.empty(len(evidence))
    for s in range(len(evidence)):
        out[s] = (evidence[s, column] + escape * below[s]) / (total + escape)
    return out


@kernel
def place_shares(evidence: NDArray[np.float64], escape: float) -> NDArray[np.float64]:
    """Smoothed shares of the columns `ALL` to `STEP_SKIP`, shape=(n_own, N_LOG_SHARE); each column sums to 1."""
    n_own = len(evidence)
    out = np.empty((n_own, N_LOG_SHARE))
    flat = np.full(n_own, 1.0 / n_own)
    often = share_of(evidence, ALL, flat, 0.3 * n_own)
    season = share_of(evidence, SEASON, often, 0.5 * escape)
    clock = share_of(evidence, CLOCK, season, 0.5 * escape)
    step = share_of(evidence, STEP, season, escape)
    two = share_of(evidence, STEP_TWO, step, escape)
    out[:, ALL], out[:, SEASON], out[:, CLOCK], out[:, STEP], out[:, STEP_TWO] = often, season, clock, step, two
    out[:, LATELY] = share_of(evidence, LATELY, season, 0.3 * escape)
    out[:, WEEKDAY] = share_of(evidence, WEEKDAY, clock, 0.5 * escape)
    out[:, STEP_CLOCK] = share_of(evidence, STEP_CLOCK, step, 0.5 * escape)
    out[:, STEP_THREE] = share_of(evidence, STEP_THREE, two, escape)
    out[:, STEP_SKIP] = share_of(evidence, STEP_SKIP, season, escape)
    return out


@kernel
def place_features(
    own: NDArray[np.int64], time_s: NDArray[np.float64], n_own: int, now_s: float, at_time: bool,
    scale: NDArray[np.float64], others: NDArray[np.float64], n_from: float, n_crowd: float,
) -> NDArray[np.float64]:  # fmt: skip
    """Features of each place the person knows, and of "somewhere new" in the last row.

    Parameters
    ----------
    own, time_s, n_own, now_s, at_time, scale
        As in `weigh_past`.
    others, n_from
        As `others_counts` gives them.
    n_crowd
        Visits of the whole crowd.

    Returns
    -------
    float array
        shape=(n_own + 1, N_FEATURE).
    """
    last = len(own) - 1
    c0 = own[last]
    c1 = own[last - 1] if last > 0 else -1
    c2 = own[last - 2] if last > 1 else -1
    gap = math.log(1.0 + (now_s - time_s[last]) / 3600.0)
    evidence = weigh_past(own, time_s, n_own, now_s, at_time, scale)
    share = place_shares(evidence, scale[ESCAPE])
    n_repeat, n_step = evidence[c0, STEP], 0.0
    for s in range(n_own):
        n_step += evidence[s, STEP]
    out = np.zeros((n_own + 1, N_FEATURE))
    for s in range(n_own):
        row = out[s]
        for k in range(N_LOG_SHARE):
            row[k] = math.log(share[s, k])
        if s == c0:
            row[REPEAT] = 1.0
            row[REPEAT_OFTEN] = row[ALL]
            row[REPEAT_RATE] = math.log((n_repeat + 0.3) / (n_step + 2.0))
            row[REPEAT_GAP] = gap
        row[BEFORE_LAST] = 1.0 if s == c1 else 0.0
        row[TWO_BEFORE_LAST] = 1.0 if s == c2 else 0.0
        age_day = evidence[s, AGE]
        row[LOG_AGE] = math.log(1.0 + age_day)
        row[TODAY] = min(age_day, 1.0)
        if evidence[s, ALL] < 1.5:
            row[ONCE], row[ONCE_AGE] = 1.0, row[LOG_AGE]
        row[POPULAR] = math.log(0.5 + others[s, 0]) - 3.0
        usual = (others[s, 0] + 0.1) / (n_crowd + 1.0)
        row[CROWD_STEP] = math.log((others[s, 1] / usual + 5.0) / (5.0 + n_from))
        row[FIRST_SHARE], row[FIRST_SHARE + 1] = share[s, STEP], share[s, SEASON]
        row[FIRST_SHARE + 2], row[FIRST_SHARE + 3] = share[s, CLOCK], share[s, STEP_CLOCK]
        row[FIRST_SHARE + 4] = share[s, STEP_TWO]
    new_features(out[n_own], own, n_own, now_s if at_time else time_s[last], gap)
    return out


@kernel
def new_features(row: NDArray[np.float64], own: NDArray[np.int64], n_own: int, clock_s: float, gap: float) -> None:
    """Fill the features of "somewhere new": how often the person went to new places, lately and ever, and when."""
    first, weight, top = 1.0, 4.0, -1
    for j in range(len(own)):
        first, weight = NEW_KEEP * first, NEW_KEEP * weight + 1.0
        if own[j] > top:
            first, top = first + 1.0, own[j]
    turn = 2.0 * math.pi * (clock_s / DAY_S - math.floor(clock_s / DAY_S))
    row[NEW] = 1.0
    row[NEW_RATE] = math.log(first / weight)
    row[NEW_LONG] = math.log(1.0 + len(own))
    row[NEW_SPREAD] = math.log((n_own + 1.0) / (len(own) + 2.0))
    row[NEW_WEEKEND] = 1.0 if weekday(clock_s) >= 5 else 0.0
    row[NEW_COS], row[NEW_SIN] = math.cos(turn), math.sin(turn)
    row[NEW_GAP] = gap


@kernel
def place_probs(features: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Softmax of the weighted features: the last entry is the mass of all places new to the person."""
    prob = np.empty(len(features))
    most = -math.inf
    for s in range(len(features)):
        z = 0.0
        for k in range(len(weight)):
            z += weight[k] * features[s, k]
        prob[s] = z
        most = max(most, z)
    total = 0.0
    for s in range(len(features)):
        prob[s] = math.exp(prob[s] - most)
        total += prob[s]
    for s in range(len(features)):
        prob[s] /= total
    return prob


@kernel
def loss_gradient(features: NDArray[np.float64], prob: NDArray[np.float64], truth: int) -> NDArray[np.float64]:
    """Gradient of -log prob[truth] by the weights: expected minus seen features, shape=(n_feature,)."""
    out = np.empty(features.shape[1])
    for k in range(features.shape[1]):
        expected = -features[truth, k]
        for s in range(len(features)):
            expected += prob[s] * features[s, k]
        out[k] = expected
    return out
