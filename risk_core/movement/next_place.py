"""Where a person goes next: own habits first, the crowd's for places the person does not know.

Nothing is kept here. A `PlaceHistory` comes in with the question and goes out again; the crowd is counts.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError, raise_faults
from risk_core.kernels import next_place as kernels
from risk_core.kernels.next_place_crowd import Crowd, new_share, offer_places
from risk_core.kernels.next_place_replay import ask_place, own_positions, replay_visits
from risk_core.movement.place_record import (
    NextPlaces,
    PlaceHistory,
    PlaceModel,
    PlaceOptions,
    PlaceQuestion,
    check_visits,
)

FIRST_WEIGHT = {
    kernels.STEP: 0.3, kernels.CLOCK: 0.2, kernels.SEASON: 0.2, kernels.STEP_TWO: 0.2, kernels.STEP_CLOCK: 0.1,
    kernels.NEW_RATE: 0.5, kernels.NEW_SPREAD: 0.5, kernels.NEW: -1.0,
}  # fmt: skip
"""A fresh model: the mean of the log shares of five contexts, and new places as often as they came so far."""


def start_places(options: PlaceOptions) -> PlaceModel:
    """Begin with a model that knows no crowd and learns each person by that person's visits alone.

    Parameters
    ----------
    options
        How the past is weighed.

    Examples
    --------
    >>> start_places(PlaceOptions()).n_taught
    0
    """
    weight = np.zeros(kernels.N_FEATURE)
    for position, value in FIRST_WEIGHT.items():
        weight[position] = value
    none, nobody = np.empty(0, np.int64), np.empty(0)
    crowd = Crowd(nobody, nobody, none, np.zeros(1, np.int64), none, nobody, nobody, 0.0, 0.0, 1.0)
    return PlaceModel(options, crowd, weight, 0)


def start_history() -> PlaceHistory:
    """Begin a person's history: nothing known.

    Examples
    --------
    >>> len(start_history().place)
    0
    """
    none = np.empty(0, np.int64)
    return PlaceHistory(none, np.empty(0), none, none, np.zeros(kernels.N_FEATURE), 0)


def next_places(model: PlaceModel, history: PlaceHistory, now_s: float, n_place: int = 10) -> NextPlaces:
    """Rank the places a person goes to next.

    Parameters
    ----------
    model
        Fresh or taught.
    history
        The person's visits so far; it may be empty.
    now_s
        Local clock of the person, seconds since 1970-01-01 00:00 local time, at or after the last visit. For the
        question "at time" the time of the visit asked for, else the time of asking.
    n_place
        Most places listed.

    Raises
    ------
    InputError
        When `now_s` is not finite or before the last visit, or `n_place` is below 1.

    Examples
    --------
    >>> model, history = start_places(PlaceOptions()), start_history()
    >>> for day in range(40):
    ...     history = learn_visit(model, history, day * 86400.0 + 8 * 3600, 7)
    ...     history = learn_visit(model, history, day * 86400.0 + 18 * 3600, 3)
    >>> next_places(model, history, 39 * 86400.0 + 18 * 3600).place[:2].tolist()
    [7, 3]
    """
    if n_place < 1:
        raise InputError(Fault("n_place", str(n_place), "a whole number from 1", "Take 10 for a list."))
    prob, present = _own_probs(model, history, now_s), _present(history)
    n_own, new_prob = len(history.places), float(prob[-1])
    offered, share = offer_places(
        model.crowd, history.places, n_own, present, model.options.crowd_escape
    )  # fmt: skip
    place = np.concatenate([history.places, offered])
    every = np.concatenate([prob[:-1], new_prob * share])
    # Equal ones: the person's places by first visit, then the crowd's by number.
    tie = np.concatenate([np.arange(n_own) - n_own, offered])
    order = np.lexsort((tie, -every))[:n_place]
    unknown = new_share(
        model.crowd, history.places, n_own, present, model.options.crowd_escape, len(model.crowd.n_visit)
    )  # fmt: skip
    rest = max(0.0, 1.0 - float(every[order].sum()))
    return NextPlaces(place[order], every[order], order < n_own, new_prob, new_prob * float(unknown), rest)


def place_prob(model: PlaceModel, history: PlaceHistory, now_s: float, place: int) -> float:
    """Probability of one place; for one that nobody was at, that of all such places together.

    Parameters
    ----------
    model, history, now_s
        As in `next_places`.
    place
        Number of the place.

    Raises
    ------
    InputError
        As `next_places`.

    Examples
    --------
    >>> place_prob(start_places(PlaceOptions()), start_history(), 0.0, 5)
    1.0
    """
    prob = _own_probs(model, history, now_s)
    at = np.flatnonzero(history.places == place)
    if at.size:
        return float(prob[at[0]])
    escape = model.options.crowd_escape
    share = new_share(model.crowd, history.places, len(history.places), _present(history), escape, place)
    return float(prob[-1] * share)


def learn_visit(model: PlaceModel, history: PlaceHistory, time_s: float, place: int) -> PlaceHistory:
    """Add a visit to a person's history and move the person's weights by it.

    Parameters
    ----------
    model, history
        As in `next_places`; neither is changed.
    time_s
        Local clock, at or after the last visit.
    place
        Number of the place, from 0.

    Returns
    -------
    PlaceHistory
        A new record.

    Raises
    ------
    InputError
        When the time is not finite or before the last visit, or the number is below 0.

    Examples
    --------
    >>> learn_visit(start_places(PlaceOptions()), start_history(), 3600.0, 4).places.tolist()
    [4]
    """
    faults = _time_faults("time_s", time_s, history)
    if place < 0:
        faults.append(Fault("place", str(place), "a number from 0", "Number the places from 0."))
    raise_faults(faults)
    at = np.flatnonzero(history.places == place)
    truth = int(at[0]) if at.size else len(history.places)
    shift = history.shift
    if len(history.own):
        at_time = model.options.question is PlaceQuestion.AT_TIME
        features = _features(model, history, time_s if at_time else float(history.time_s[-1]))
        prob = kernels.place_probs(features, model.weight + shift)
        shift = shift - model.options.person_rate * kernels.loss_gradient(features, prob, truth)
    return replace(
        history,
        place=np.append(history.place, np.int64(place)),
        time_s=np.append(history.time_s, time_s),
        places=history.places if at.size else np.append(history.places, np.int64(place)),
        own=np.append(history.own, np.int64(truth)),
        shift=shift,
    )


def recall_visits(
    model: PlaceModel, place: NDArray[np.int64], time_s: NDArray[np.float64], n_contributed: int = 0
) -> PlaceHistory:
    """Learn all visits of one person at once, as `learn_visit` would one after the other.

    Parameters
    ----------
    model
        Fresh or taught.
    place, time_s
        Visits, oldest first, shape=(n_visit,).
    n_contributed
        First visits that are part of the model's crowd.

    Raises
    ------
    InputError
        As `PlaceVisits`; when more visits were contributed than there are.
    """
    history, _ = replay_person(model, place, time_s, n_contributed)
    return history


def replay_person(
    model: PlaceModel, place: NDArray[np.int64], time_s: NDArray[np.float64], n_contributed: int = 0
) -> tuple[PlaceHistory, NDArray[np.float64]]:
    """`recall_visits` that also tells how well each visit was foreseen from those before it.

    Returns
    -------
    history
        After the last visit.
    told
        shape=(n_visit, 4): rank of the true place among all candidates (0 best, -1 not listed), its probability, that
        of the place ranked first, that of a place new to the person.

    Raises
    ------
    InputError
        As `recall_visits`.
    """
    place, time_s = np.ascontiguousarray(place, np.int64), np.ascontiguousarray(time_s, np.float64)
    check_visits(place, time_s, np.zeros(len(place), np.int64))
    if not 0 <= n_contributed <= len(place):
        raise InputError(Fault("n_contributed", str(n_contributed), f"0..{len(place)}", "Give the visits taught."))
    places, own = own_positions(place)
    shift = np.zeros(kernels.N_FEATURE)
    options = model.options
    told = replay_visits(
        own, place, time_s, places, n_contributed, options.question is PlaceQuestion.AT_TIME, options.scale(),
        model.crowd, model.weight, shift, options.person_rate,
    )  # fmt: skip
    return PlaceHistory(place, time_s, places, own, shift, n_contributed), told


def forget_visits(model: PlaceModel, history: PlaceHistory, before_s: float) -> PlaceHistory:
    """Forget all visits before a time, and what was learned from them.

    The person's weights are learned anew from the visits that stay. Counts given to a crowd before stay there; they
    name nobody.

    Parameters
    ----------
    model, history
        As in `next_places`.
    before_s
        Local clock; infinity forgets everything.

    Examples
    --------
    >>> model = start_places(PlaceOptions())
    >>> history = learn_visit(model, start_history(), 3600.0, 4)
    >>> len(forget_visits(model, history, float("inf")).place)
    0
    """
    if np.isnan(before_s):
        raise InputError(Fault("before_s", "NaN", "seconds, or infinity", "Take infinity to forget everything."))
    first = int(np.searchsorted(history.time_s, before_s))
    kept = max(0, history.n_contributed - first)
    return recall_visits(model, history.place[first:], history.time_s[first:], kept)


def _present(history: PlaceHistory) -> int:
    return int(history.place[-1]) if len(history.place) else -1


def _time_faults(name: str, time_s: float, history: PlaceHistory) -> list[Fault]:
    last_s = float(history.time_s[-1]) if len(history.time_s) else -np.inf
    if not np.isfinite(time_s):
        return [Fault(name, str(time_s), "a finite number of seconds", "Give the person's local clock.")]
    if time_s < last_s:
        return [Fault(name, f"{time_s:.0f}", f"at or after the last visit, {last_s:.0f}", "Give visits in order.")]
    return []


def _features(model: PlaceModel, history: PlaceHistory, now_s: float) -> NDArray[np.float64]:
    options = model.options
    return ask_place(
        history.own, history.time_s, history.places, len(history.places), history.own[: history.n_contributed], now_s,
        options.question is PlaceQuestion.AT_TIME, options.scale(), model.crowd,
    )  # fmt: skip


def _own_probs(model: PlaceModel, history: PlaceHistory, now_s: float) -> NDArray[np.float64]:
    """Probabilities of the person's places, with the mass of new ones at the end."""
    raise_faults(_time_faults("now_s", now_s, history))
    if not len(history.own):
        return np.ones(1)
    return kernels.place_probs(_features(model, history, now_s), model.weight + history.shift)
