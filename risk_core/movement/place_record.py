"""Records of the next place: options, taught model, one person's history, answer."""

from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.kernels.next_place_crowd import Crowd


class PlaceQuestion(StrEnum):
    """What is known of the visit asked for."""

    NEXT = "next"
    """Asked after the last visit: when the next one will be is not known."""
    AT_TIME = "at_time"
    """Asked for a time: where the person arrives then."""


@dataclass(frozen=True, slots=True)
class PlaceOptions:
    """How the past is weighed.

    The form is a conditional logit over the person's places (McFadden 1974) whose features are log shares of contexts
    blended as in prediction by partial matching. The values were chosen by the accuracy and log loss on the middle
    (validation) part of Foursquare New York (Yang et al. 2015, IEEE Trans. Syst. Man Cybern. 45, 129), taught on its
    first part; its last part chose nothing.

    Attributes
    ----------
    question
        What is known of the visit asked for; a model is taught for one question.
    lately_day, season_day, habit_day, step_day, steps_day
        Days after which a visit counts 1/e: of the last days, of this season, at this hour, after the present place,
        after the last two places.
    clock_sd_min
        Standard deviation of the hour kernel.
    other_day_share
        Weight of a visit on a weekend for a question on a working day, and the other way round.
    escape
        Visits of a coarser context added to a finer one (prediction by partial matching).
    crowd_escape
        Steps of the crowd spread as persons are over all places, against those counted from the present place.
    n_pass, teach_rate
        Passes over the taught visits; step of the first, the k-th takes ``teach_rate / sqrt(k)``.
    prior_visit
        Visits that the weights of a fresh model count for, so that a few taught visits move them little; chosen on
        the validation visits of 2, 8 and 30 drawn users.
    person_rate
        Step with which a person's own weights leave those of all.
    """

    question: PlaceQuestion = PlaceQuestion.NEXT
    lately_day: float = 7.0
    season_day: float = 30.0
    habit_day: float = 80.0
    step_day: float = 60.0
    steps_day: float = 150.0
    clock_sd_min: float = 90.0
    other_day_share: float = 0.3
    escape: float = 8.0
    crowd_escape: float = 200.0
    n_pass: int = 4
    teach_rate: float = 0.1
    prior_visit: float = 30.0
    person_rate: float = 0.003

    def __post_init__(self) -> None:
        """Refuse values without meaning."""
        faults = []
        for one in fields(self)[1:]:
            value = getattr(self, one.name)
            least_open = one.name not in ("prior_visit", "person_rate", "other_day_share")
            if not np.isfinite(value) or value < 0 or (least_open and value <= 0):
                wanted = "a finite number above 0" if least_open else "a finite number from 0"
                faults.append(Fault(one.name, str(value), wanted, "Leave it out for the tested value."))
        if self.other_day_share > 1:
            faults.append(Fault("other_day_share", str(self.other_day_share), "0..1", "It is a share."))
        raise_faults(faults)

    def scale(self) -> NDArray[np.float64]:
        """The constants in the order the kernels take them, times in their units."""
        return np.array([
            self.lately_day, self.season_day, self.habit_day, self.step_day, self.steps_day,
            self.clock_sd_min * 60.0, self.other_day_share, self.escape, self.crowd_escape,
        ])  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class PlaceVisits:
    """Visits of many persons.

    Attributes
    ----------
    person, place
        Numbers from 0, shape=(n_visit,); the caller keeps the names.
    time_s
        Local clock of the person: seconds since 1970-01-01 00:00 local time; not falling within a person.
    """

    person: NDArray[np.int64]
    place: NDArray[np.int64]
    time_s: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse columns of other lengths, numbers below 0, unknown times, and visits out of order."""
        faults = []
        n = len(self.person)
        for name in ("place", "time_s"):
            if len(getattr(self, name)) != n:
                wanted = f"{n} entries, as person has"
                faults.append(Fault(name, f"of {len(getattr(self, name))} entries", wanted, "Give whole rows."))
        raise_faults(faults)
        check_visits(self.place, self.time_s, self.person)


@dataclass(frozen=True, slots=True, eq=False)
class PlaceModel:
    """What holds for all persons.

    Attributes
    ----------
    options
        How it was taught.
    crowd
        Counts of the taught persons.
    weight
        Of the features, shape=(N_FEATURE,).
    n_taught
        Visits taught; 0 for a fresh model.
    """

    options: PlaceOptions
    crowd: Crowd
    weight: NDArray[np.float64]
    n_taught: int


@dataclass(frozen=True, slots=True, eq=False)
class PlaceHistory:
    """One person's visits and own weights; it stays with the person.

    Attributes
    ----------
    place, time_s
        Visits, oldest first, shape=(n_visit,).
    places, own
        Distinct places by first visit; position of each visit's place among them.
    shift
        The person's addition to the model's weights, shape=(N_FEATURE,).
    n_contributed
        First visits that are part of the model's crowd; they are taken off it in this person's answers.
    """

    place: NDArray[np.int64]
    time_s: NDArray[np.float64]
    places: NDArray[np.int64]
    own: NDArray[np.int64]
    shift: NDArray[np.float64]
    n_contributed: int


@dataclass(frozen=True, slots=True, eq=False)
class NextPlaces:
    """Ranked places.

    Attributes
    ----------
    place
        Most probable first, shape=(n,).
    prob
        Their probabilities, falling; the sum is at most 1.
    is_known
        Whether the person has been there.
    new_prob
        Probability of a place new to the person; that of listed new places is part of it.
    unknown_prob
        Part of `new_prob` for places nobody was at.
    rest_prob
        Probability that is not listed: 1 less the sum of `prob`.
    """

    place: NDArray[np.int64]
    prob: NDArray[np.float64]
    is_known: NDArray[np.bool_]
    new_prob: float
    unknown_prob: float
    rest_prob: float


def check_visits(place: NDArray[np.int64], time_s: NDArray[np.float64], person: NDArray[np.int64]) -> None:
    """Refuse visits that cannot be taken, naming the first of each sort.

    Raises
    ------
    InputError
        When a number is below 0, a time is not finite, or a person's times fall.
    """
    order = np.argsort(person, kind="stable")
    falls = np.zeros(len(person), bool)
    falls[order[1:]] = (np.diff(time_s[order]) < 0) & (np.diff(person[order]) == 0)
    sorts = (
        ("person", person, person < 0, "a number from 0", "Number the persons from 0."),
        ("place", place, place < 0, "a number from 0", "Number the places from 0."),
        ("time_s", time_s, ~np.isfinite(time_s), "a finite number of seconds", "Leave the visit out."),
        ("time_s", time_s, falls, "at or after the person's visit before it", "Sort the visits by time."),
    )
    faults = []
    for name, values, wrong, wanted, way in sorts:
        if wrong.any():
            at = int(np.argmax(wrong))
            remedy = f"{way} ({int(wrong.sum())} such)"
            faults.append(Fault(name, str(values[at]), wanted, remedy, f"visit {at + 1}"))
    raise_faults(faults)
