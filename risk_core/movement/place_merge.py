"""One movement model of many operators: each sends bounded, noised counts, and nobody sends a person's visits.

Federated counting: a model that is made of sums of counts is the same whether the data are brought together or only
their counts are (McMahan et al., "Communication-efficient learning of deep networks from decentralized data", AISTATS
2017, for the setting; here one round, of sums instead of gradients). Noise as in `risk_core.privacy.noise`.

What holds: each person's day, at one operator, is protected with the epsilon of the update (central differential
privacy at the operator, unit: person-day). What does not hold: a person seen on many days, or by many operators, is
protected by the sum of the epsilons only; the server sees each operator's own update, not just the sum; and an operator
who lies is not found out by this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.kernels.next_place_crowd import Crowd
from risk_core.movement.next_place import start_places
from risk_core.movement.place_record import PlaceModel, PlaceOptions, PlaceVisits
from risk_core.privacy.count_people import bound_days
from risk_core.privacy.noise import Draw, geometric_noise, silent_below
from risk_core.state.options import check_ranges
from risk_core.units import S_PER_DAY

MOST_PLACE: Final = 1_000
"""Places of an update; steps are counted between each two."""


@dataclass(frozen=True, slots=True)
class UpdateOptions:
    """Settings of an update; the defaults are decisions of this project.

    Attributes
    ----------
    most_place_day, most_step_day
        Different places and different steps that one person's day may add one to; the rest of the day is cut.
    epsilon
        Privacy spent on each day.
    least
        Smaller counts are not told, after noise.
    """

    most_place_day: int = 4
    most_step_day: int = 4
    epsilon: float = 1.0
    least: int = 10

    def __post_init__(self) -> None:
        ranges = {"most_place_day": (1, 24), "most_step_day": (1, 24), "epsilon": (1e-3, 8.0), "least": (10, 10**6)}
        check_ranges(self, ranges)

    @property
    def sensitivity(self) -> int:
        """Counts that a person's day may change, by one each."""
        return self.most_place_day + self.most_step_day


UPDATE_DEFAULTS: Final = UpdateOptions()


@dataclass(frozen=True, slots=True, eq=False)
class PlaceUpdate:
    """Counts of one operator that may be given away.

    Attributes
    ----------
    n_visit
        Person-days at each place, shape=(n_place,).
    n_step
        Person-days that went from the first place to the second, shape=(n_place, n_place).
    """

    n_visit: NDArray[np.float64]
    n_step: NDArray[np.float64]

    def __post_init__(self) -> None:
        n = len(self.n_visit)
        is_whole = self.n_visit.ndim == 1 and self.n_step.shape == (n, n) and 0 < n <= MOST_PLACE
        if not is_whole or (self.n_visit < 0).any() or (self.n_step < 0).any():
            wanted = f"counts from 0 of 1 to {MOST_PLACE} places and of the steps between each two"
            raise InputError(Fault("update", f"{self.n_visit.shape}, {self.n_step.shape}", wanted, "Count them anew."))


def count_update(
    visits: PlaceVisits, n_place: int, draw: Draw, options: UpdateOptions = UPDATE_DEFAULTS
) -> PlaceUpdate:
    """Count an operator's own visits so that the counts may be given away.

    Parameters
    ----------
    visits
        Of the operator's persons; places 0..n_place-1, agreed on by all operators, as the districts of an area.
    n_place
        Places there are.
    draw
        Source of chance; `secrets.randbelow` for what is given away.
    options
        Settings.

    Raises
    ------
    InputError
        For places out of range.

    Examples
    --------
    >>> import random
    >>> person = np.repeat(np.arange(400), 2)
    >>> visits = PlaceVisits(person, np.tile([0, 1], 400), np.tile([0.0, 3600.0], 400))
    >>> found = count_update(visits, 3, random.Random(1).randrange)
    >>> bool(abs(found.n_visit[0] - 400) < 80), bool(abs(found.n_step[0, 1] - 400) < 80), float(found.n_visit[2])
    (True, True, 0.0)
    """
    if len(visits.place) and visits.place.max() >= n_place:
        raise InputError(Fault("place", str(visits.place.max()), f"0..{n_place - 1}", "Number places as all do."))
    exact = exact_update(visits, n_place, options)
    n_count = n_place + n_place**2
    noise = geometric_noise(n_count, options.epsilon, options.sensitivity, draw).astype(np.float64)
    least = silent_below(options.epsilon, options.sensitivity, n_count, options.least)
    visit, step = exact.n_visit + noise[:n_place], exact.n_step + noise[n_place:].reshape(n_place, n_place)
    return PlaceUpdate(np.where(visit >= least, visit, 0.0), np.where(step >= least, step, 0.0))


def exact_update(visits: PlaceVisits, n_place: int, options: UpdateOptions = UPDATE_DEFAULTS) -> PlaceUpdate:
    """Bounded counts without noise: never to be given away, only to be compared with."""
    order = np.lexsort((visits.time_s, visits.person))
    person, place = visits.person[order].astype(np.int64), visits.place[order].astype(np.int64)
    day = np.floor(visits.time_s[order] / S_PER_DAY).astype(np.int64)
    kept = bound_days(person, day, place, options.most_place_day)
    n_visit = np.bincount(place[kept], minlength=n_place).astype(np.float64)
    follows = (np.diff(person) == 0) & (np.diff(day) == 0) & (np.diff(place) != 0)
    step = place[:-1][follows] * n_place + place[1:][follows]
    kept = bound_days(person[1:][follows], day[1:][follows], step, options.most_step_day)
    n_step = np.bincount(step[kept], minlength=n_place**2).astype(np.float64)
    return PlaceUpdate(n_visit, n_step.reshape(n_place, n_place))


def merge_updates(updates: Sequence[PlaceUpdate], weight: Sequence[float] | None = None) -> PlaceUpdate:
    """Sum of updates of the same places, each by its weight (trust; 1 where None).

    Raises
    ------
    InputError
        For no update, updates of other places, or another number of weights.

    Examples
    --------
    >>> one = PlaceUpdate(np.array([10.0, 20.0]), np.zeros((2, 2)))
    >>> merge_updates([one, one], [1.0, 0.5]).n_visit.tolist()
    [15.0, 30.0]
    """
    shares = [1.0] * len(updates) if weight is None else list(weight)
    if not updates or len({len(one.n_visit) for one in updates}) != 1 or len(shares) != len(updates):
        raise InputError(Fault("updates", str(len(updates)), "updates of the same places, a weight each", "Sort them."))
    visit = sum((share * one.n_visit for share, one in zip(shares, updates, strict=True)), np.zeros(1))
    step = sum((share * one.n_step for share, one in zip(shares, updates, strict=True)), np.zeros((1, 1)))
    return PlaceUpdate(visit, step)


def merged_model(update: PlaceUpdate, options: PlaceOptions) -> PlaceModel:
    """Model of the next place that stands on counts alone: for a person it knows nothing of, and then learns from.

    Person-days stand for persons in the crowd; weights are those of a fresh model.
    """
    n_step = update.n_step
    rows, to = np.nonzero(n_step)
    n_all = float(update.n_visit.sum())
    crowd = Crowd(
        n_visit=update.n_visit.copy(),
        n_person=update.n_visit.copy(),
        top=np.argsort(-update.n_visit, kind="stable")[: int((update.n_visit > 0).sum())].astype(np.int64),
        first=np.searchsorted(rows, np.arange(len(update.n_visit) + 1)).astype(np.int64),
        to=to.astype(np.int64),
        n_step=n_step[rows, to],
        n_from=n_step.sum(axis=1),
        n_pair=n_all,
        n_all=n_all,
        unknown_share=0.5 / (n_all + 1.0),
    )
    return PlaceModel(options, crowd, start_places(options).weight, int(n_all))
