"""The place a person goes to next: counts of the person's past, weighed together by a log-linear law.

Every place the person knows is a candidate, and one more stands for "somewhere new". Column names of the arrays are
the constants below. The clock is the person's local one: seconds since 1970-01-01 00:00 local time, a Thursday.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

DAY_S = 86400.0
N_CROWD_TOP = 24
"""Places of the crowd offered from anywhere; those that follow the present place come besides."""
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


class Crowd(NamedTuple):
    """What many persons did, without saying who.

    Attributes
    ----------
    n_visit
        Visits by place, shape=(n_place,).
    n_person
        Persons who were there, shape=(n_place,).
    top
        Places by falling `n_person`, shape=(n_place,).
    first
        Row of a place in `to`: first[place]:first[place + 1], shape=(n_place + 1,).
    to, n_step
        Places that followed, rising within a row, and how often.
    unknown_share
        Share of first visits that lead to a place nobody else was at.
    """

    n_visit: NDArray[np.float64]
    n_person: NDArray[np.float64]
    top: NDArray[np.int64]
    first: NDArray[np.int64]
    to: NDArray[np.int64]
    n_step: NDArray[np.float64]
    unknown_share: float


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
def crowd_steps(crowd: Crowd, place: int, to: int) -> float:
    """How often the crowd went from `place` to `to`; 0 for places it does not know."""
    if place < 0 or place >= len(crowd.n_visit):
        return 0.0
    low, high = crowd.first[place], crowd.first[place + 1]
    end = high
    while low < high:
        middle = (low + high) // 2
        if crowd.to[middle] < to:
            low = middle + 1
        else:
            high = middle
    return float(crowd.n_step[low]) if low < end and crowd.to[low] == to else 0.0


@kernel
def others_counts(
    crowd: Crowd, places: NDArray[np.int64], own: NDArray[np.int64], n_own: int, c0: int
) -> tuple[NDArray[np.float64], float]:
    """Visits by the others, and their steps from the person's present place.

    Parameters
    ----------
    crowd
        Counts of all, the person's contribution among them.
    places
        The person's places, shape=(>= n_own,).
    own
        The visits the person contributed to the crowd, oldest first; they are taken off.
    n_own, c0
        Places known by now; the present one.

    Returns
    -------
    count
        shape=(n_own, 2): visits, steps from `c0`.
    n_from
        Visits of the others at `c0`.
    """
    count = np.zeros((n_own, 2))
    for s in range(n_own):
        place = places[s]
        if place < len(crowd.n_visit):
            count[s, 0] = crowd.n_visit[place]
            count[s, 1] = crowd_steps(crowd, places[c0], place)
    for j in range(len(own)):
        s = own[j]
        if s < n_own:
            count[s, 0] -= 1.0
            if j > 0 and own[j - 1] == c0:
                count[s, 1] -= 1.0
    return np.maximum(count, 0.0), max(count[c0, 0], 0.0)


@kernel
def share_of(evidence: NDArray[np.float64], column: int, below: NDArray[np.float64], escape: float) -> NDArray[np.float64]:
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
