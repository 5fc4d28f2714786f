"""Visits asked for one after the other before they are known: scored, learned, and taught from."""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel
from risk_core.kernels.next_place import CROWD_ESCAPE, loss_gradient, place_features, place_probs
from risk_core.kernels.next_place_crowd import Crowd, new_share, offer_places, others_counts


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
    scale: NDArray[np.float64], crowd: Crowd, weight: NDArray[np.float64], prior: NDArray[np.float64],
    rate: float, ridge: float,
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
    prior, rate, ridge
        Weights that they are pulled to; step; strength of the pull.

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
                slope = gradient[f] + ridge * (weight[f] - prior[f])
                square[f] += slope * slope
                weight[f] -= rate * slope / math.sqrt(square[f])
        n_known[k] = max(n_own, truth + 1)
    return loss / max(n, 1)
