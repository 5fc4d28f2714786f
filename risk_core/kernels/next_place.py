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
    n_from
        Sum of `n_step` of each row, shape=(n_place,).
    n_pair, n_all
        Sum of `n_person`; of `n_visit`.
    unknown_share
        Share of first visits that lead to a place nobody else was at.
    """

    n_visit: NDArray[np.float64]
    n_person: NDArray[np.float64]
    top: NDArray[np.int64]
    first: NDArray[np.int64]
    to: NDArray[np.int64]
    n_step: NDArray[np.float64]
    n_from: NDArray[np.float64]
    n_pair: float
    n_all: float
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
        Steps of the others from `c0` to anywhere.
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
    n_from = crowd.n_from[places[c0]] if places[c0] < len(crowd.n_from) else 0.0
    for j in range(1, len(own)):
        if own[j - 1] == c0:
            n_from -= 1.0
    return np.maximum(count, 0.0), max(n_from, 0.0)


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


@kernel
def crowd_share(crowd: Crowd, place: int, to: int, escape: float) -> float:
    """Share of the crowd that goes from `place` to `to`, smoothed by the persons who were ever at `to`.

    Parameters
    ----------
    crowd
        Counts of all.
    place
        The present place, -1 when there is none.
    to
        A place the crowd knows.
    escape
        Steps spread as persons are over all places.
    """
    n_from = crowd.n_from[place] if 0 <= place < len(crowd.n_from) else 0.0
    return float((crowd_steps(crowd, place, to) + escape * crowd.n_person[to] / crowd.n_pair) / (n_from + escape))


@kernel
def is_among(places: NDArray[np.int64], n_own: int, place: int) -> bool:
    """Whether the person knows the place."""
    s = 0
    while s < n_own and places[s] != place:
        s += 1
    return s < n_own


@kernel
def new_scale(crowd: Crowd, places: NDArray[np.int64], n_own: int, present: int, escape: float) -> float:
    """Factor that turns `crowd_share` into the share of a first visit: places known to the person are left out.

    Zero when the person knows every place of the crowd.
    """
    known = 0.0
    for s in range(n_own):
        if places[s] < len(crowd.n_visit):
            known += crowd_share(crowd, present, places[s], escape)
    return (1.0 - crowd.unknown_share) / (1.0 - known) if known < 1.0 - 1e-9 else 0.0


@kernel
def offer_places(
    crowd: Crowd, places: NDArray[np.int64], n_own: int, present: int, escape: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Places new to the person that the crowd went to: from the present place, and most persons from anywhere.

    Returns
    -------
    place, share
        Share of a first visit that leads there; in no order.
    """
    row, row_end = 0, 0
    if 0 <= present < len(crowd.n_visit):
        row, row_end = crowd.first[present], crowd.first[present + 1]
    n_row, n_top = row_end - row, min(N_CROWD_TOP, len(crowd.top))
    place, share = np.empty(n_row + n_top, np.int64), np.empty(n_row + n_top)
    scale = new_scale(crowd, places, n_own, present, escape)
    n = 0
    for k in range(n_row + n_top):
        to = crowd.to[row + k] if k < n_row else crowd.top[k - n_row]
        if k >= n_row and crowd_steps(crowd, present, to) > 0.0:
            continue
        if not is_among(places, n_own, to):
            place[n], share[n] = to, scale * crowd_share(crowd, present, to, escape)
            n += 1
    return place[:n], share[:n]


@kernel
def new_share(
    crowd: Crowd, places: NDArray[np.int64], n_own: int, present: int, escape: float, to: int
) -> float:  # fmt: skip
    """Share of a first visit that leads to `to`, a place new to the person.

    Of places that nobody was at there may be any number: each of them has the share of all together.
    """
    scale = new_scale(crowd, places, n_own, present, escape)
    if to >= len(crowd.n_visit) or crowd.n_person[to] == 0.0:
        return crowd.unknown_share if scale > 0.0 else 1.0
    return scale * crowd_share(crowd, present, to, escape)


@kernel
def own_positions(place: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Distinct places by first visit, and the position of each visit's place among them."""
    places, own = np.empty(len(place), np.int64), np.empty(len(place), np.int64)
    n_own = 0
    for j in range(len(place)):
        s = 0
        while s < n_own and places[s] != place[j]:
            s += 1
        if s == n_own:
            places[n_own] = place[j]
            n_own += 1
        own[j] = s
    return places[:n_own].copy(), own


@kernel
def ask_place(
    own: NDArray[np.int64], time_s: NDArray[np.float64], places: NDArray[np.int64], n_own: int,
    contributed: NDArray[np.int64], now_s: float, at_time: bool, scale: NDArray[np.float64], crowd: Crowd,
) -> NDArray[np.float64]:  # fmt: skip
    """Features of one question: `place_features` with the counts of the others."""
    others, n_from = others_counts(crowd, places, contributed, n_own, own[-1])
    return place_features(own, time_s, n_own, now_s, at_time, scale, others, n_from, crowd.n_all)


@kernel
def rank_truth(
    prob: NDArray[np.float64],
    truth: int,
    to: int,
    offered: NDArray[np.int64],
    offer: NDArray[np.float64],
    of_truth: float,
) -> int:
    """Place of the truth in the list of all candidates by falling probability, 0 for the first, -1 when not in it.

    Parameters
    ----------
    prob
        Of the person's places, with the mass of new ones at the end.
    truth, to
        Position of the true place in the person's list (its length for a new one) and its number.
    offered, offer
        New places listed and their probabilities.
    of_truth
        Probability of the truth.
    """
    n_own = len(prob) - 1
    rank, listed = 0, truth < n_own
    for s in range(n_own):
        if prob[s] > of_truth or (prob[s] == of_truth and s < truth):
            rank += 1
    for k in range(len(offered)):
        if offered[k] == to:
            listed = True
        elif offer[k] > of_truth or (offer[k] == of_truth and truth == n_own and offered[k] < to):
            rank += 1
    return rank if listed else -1


@kernel
def replay_visits(
    own: NDArray[np.int64], place: NDArray[np.int64], time_s: NDArray[np.float64], places: NDArray[np.int64],
    n_contributed: int, at_time: bool, scale: NDArray[np.float64], crowd: Crowd,
    weight: NDArray[np.float64], shift: NDArray[np.float64], rate: float,
) -> NDArray[np.float64]:  # fmt: skip
    """Ask for each visit of one person before it is known, then learn it.

    Parameters
    ----------
    own, place, time_s, places
        Visits and the list of distinct places, as `own_positions` gives them.
    n_contributed
        First visits that are part of `crowd`.
    at_time, scale, crowd
        As in `ask_place`.
    weight
        Weights of all persons.
    shift
        The person's own addition to them; changed in place.
    rate
        Step of its stochastic gradient.

    Returns
    -------
    float array
        shape=(n_visit, 4): rank of the true place (-1 when not listed), its probability, the probability of the
        place ranked first, the probability of a place new to the person.
    """
    n = len(own)
    out = np.empty((n, 4))
    contributed = own[:n_contributed]
    n_own = 0
    for i in range(n):
        truth, present = own[i], place[i - 1] if i > 0 else -1
        if i > 0:
            now_s = time_s[i] if at_time else time_s[i - 1]
            features = ask_place(own[:i], time_s[:i], places, n_own, contributed, now_s, at_time, scale, crowd)
            prob = place_probs(features, weight + shift)
            gradient = loss_gradient(features, prob, truth)
            for k in range(len(shift)):
                shift[k] -= rate * gradient[k]
        else:
            prob = np.ones(1)
        of_truth, of_first, of_new = prob[truth], 0.0, prob[n_own]
        if truth == n_own:
            of_truth = of_new * new_share(crowd, places, n_own, present, scale[CROWD_ESCAPE], place[i])
        for s in range(n_own):
            of_first = max(of_first, prob[s])
        offered, offer = places[:0].copy(), np.empty(0)
        if truth == n_own or of_new > min(of_truth, of_first):
            offered, offer = offer_places(crowd, places, n_own, present, scale[CROWD_ESCAPE])
            offer = offer * of_new
        for k in range(len(offer)):
            of_first = max(of_first, offer[k])
        out[i, 0] = rank_truth(prob, truth, place[i], offered, offer, of_truth)
        out[i, 1], out[i, 2], out[i, 3] = of_truth, of_first, of_new
        n_own = max(n_own, truth + 1)
    return out


@kernel
def teach_pass(
    order: NDArray[np.int64], person: NDArray[np.int64], first: NDArray[np.int64], own: NDArray[np.int64],
    time_s: NDArray[np.float64], places: NDArray[np.int64], places_first: NDArray[np.int64], at_time: bool,
    scale: NDArray[np.float64], crowd: Crowd, weight: NDArray[np.float64], rate: float, ridge: float,
) -> float:  # fmt: skip
    """Improve the weights of all persons by one pass of adaptive gradient steps (Duchi et al. 2011, JMLR 12, 2121).

    Parameters
    ----------
    order
        Positions of the visits in the order they are learned in, each person's rising.
    person, first
        Person of each visit; visits of a person: first[person]:first[person + 1].
    own, time_s
        As in `replay_visits`, of all persons one after the other.
    places, places_first
        Lists of distinct places, of a person: places_first[person]:places_first[person + 1].
    at_time, scale, crowd
        As in `ask_place`; every visit is part of the crowd.
    weight
        Changed in place.
    rate, ridge
        Step; pull towards zero.

    Returns
    -------
    float
        Mean of -log probability of the truth, as it was before each step.
    """
    square = np.full(len(weight), 0.01)
    n_known = np.zeros(len(first) - 1, np.int64)
    loss, n = 0.0, 0
    for i in order:
        k = person[i]
        b, truth, n_own = first[k], own[i], n_known[k]
        if i > b:
            mine = places[places_first[k] : places_first[k + 1]]
            now_s = time_s[i] if at_time else time_s[i - 1]
            features = ask_place(
                own[b:i], time_s[b:i], mine, n_own, own[b : first[k + 1]], now_s, at_time, scale, crowd
            )
            prob = place_probs(features, weight)
            gradient = loss_gradient(features, prob, truth)
            loss -= math.log(max(prob[truth], 1e-300))
            n += 1
            for f in range(len(weight)):
                slope = gradient[f] + ridge * weight[f]
                square[f] += slope * slope
                weight[f] -= rate * slope / math.sqrt(square[f])
        n_known[k] = max(n_own, truth + 1)
    return loss / max(n, 1)
