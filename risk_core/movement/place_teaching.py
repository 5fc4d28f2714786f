"""Teach the next place from the visits of many persons: counts of the crowd, and weights for all."""

import numpy as np

from risk_core.errors import Fault, InputError
from risk_core.kernels.next_place_crowd import Crowd
from risk_core.kernels.next_place_replay import own_positions, teach_pass
from risk_core.movement.next_place import start_places
from risk_core.movement.place_record import PlaceModel, PlaceOptions, PlaceQuestion, PlaceVisits


def teach_places(visits: PlaceVisits, options: PlaceOptions) -> PlaceModel:
    """Count the crowd and fit the weights, each visit asked for before it is learned.

    Each person's own visits are taken off the crowd's counts in that person's questions, so the weights are those for
    a person the crowd does not hold.

    Parameters
    ----------
    visits
        Of many persons; the model holds none of them.
    options
        How the past is weighed.

    Returns
    -------
    PlaceModel
        The same for the same visits in the same order.

    Raises
    ------
    InputError
        When no person has two visits.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> visits = PlaceVisits(np.zeros(90, int), rng.integers(0, 3, 90), np.arange(90) * 43200.0)
    >>> teach_places(visits, PlaceOptions()).n_taught
    90
    """
    by_person = np.argsort(visits.person, kind="stable")
    n_person = int(visits.person.max(initial=-1)) + 1
    person = visits.person[by_person].astype(np.int64)
    place, time_s = visits.place[by_person].astype(np.int64), visits.time_s[by_person].astype(np.float64)
    first = np.searchsorted(person, np.arange(n_person + 1)).astype(np.int64)
    if not len(person) or np.diff(first).max() < 2:
        raise InputError(Fault("visits", f"{len(person)}", "a person with two visits", "Give more visits."))
    lists, own = [], np.empty(len(person), np.int64)
    for k in range(n_person):
        places, own[first[k] : first[k + 1]] = own_positions(place[first[k] : first[k + 1]])
        lists.append(places)
    places_first = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)
    crowd = count_crowd(PlaceVisits(person, place, time_s))
    prior = start_places(options).weight
    weight = prior.copy()
    in_time = np.argsort(time_s, kind="stable")
    for k in range(options.n_pass):
        teach_pass(
            in_time, person, first, own, time_s, np.concatenate(lists), places_first,
            options.question is PlaceQuestion.AT_TIME, options.scale(), crowd, weight, prior,
            options.teach_rate / np.sqrt(k + 1.0), options.prior_visit / len(person),
        )  # fmt: skip
    return PlaceModel(options, crowd, weight, len(person))


def count_crowd(visits: PlaceVisits) -> Crowd:
    """Count visits, persons and steps from place to place.

    The share of first visits to places nobody else was at is that of the person-place pairs whose place has one person
    only (Good 1953, Biometrika 40, 237, over persons), with half a pair more so that it is never none nor all.

    Parameters
    ----------
    visits
        Of many persons.

    Examples
    --------
    >>> visits = PlaceVisits(np.array([0, 0, 1]), np.array([4, 2, 4]), np.array([0.0, 60.0, 0.0]))
    >>> count_crowd(visits).n_person.tolist()
    [0.0, 0.0, 1.0, 0.0, 2.0]
    """
    by_person = np.argsort(visits.person, kind="stable")
    person, place = visits.person[by_person], visits.place[by_person]
    n_place = int(place.max(initial=-1)) + 1
    n_visit = np.bincount(place, minlength=n_place).astype(float)
    pairs = np.unique(np.stack([person, place], axis=1), axis=0)
    n_person = np.bincount(pairs[:, 1], minlength=n_place).astype(float)
    follows = np.diff(person) == 0
    steps, n_step = np.unique(np.stack([place[:-1][follows], place[1:][follows]], axis=1), axis=0, return_counts=True)
    first = np.searchsorted(steps[:, 0], np.arange(n_place + 1))
    top = np.argsort(-n_person, kind="stable")[: int((n_person > 0).sum())]
    return Crowd(
        n_visit=n_visit,
        n_person=n_person,
        top=top.astype(np.int64),
        first=first.astype(np.int64),
        to=steps[:, 1].astype(np.int64),
        n_step=n_step.astype(float),
        n_from=np.bincount(steps[:, 0], weights=n_step, minlength=n_place).astype(float),
        n_pair=float(len(pairs)),
        n_all=float(len(place)),
        unknown_share=float(((n_person == 1).sum() + 0.5) / (len(pairs) + 1.0)),
    )
