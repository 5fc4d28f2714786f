"""What many persons did: where the others go from a place, and which places are new to one person."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

N_CROWD_TOP = 24
"""Places of the crowd offered from anywhere; those that follow the present place come besides."""


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
