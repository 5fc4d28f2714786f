"""People counted by cell and hour so that a person's day changes few of the counts, by one each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.privacy.noise import Draw, geometric_noise, silent_below
from risk_core.state.options import check_ranges


@dataclass(frozen=True, slots=True)
class CountOptions:
    """Settings of counts that are given away; the defaults are decisions of this project.

    Attributes
    ----------
    most_count_day
        Counts that one person's day may add one to.
    epsilon
        Privacy spent on each day.
    least
        Smaller counts are not told, after noise.
    """

    most_count_day: int = 4
    epsilon: float = 1.0
    least: int = 10

    def __post_init__(self) -> None:
        check_ranges(self, {"most_count_day": (1, 96), "epsilon": (1e-3, 8.0), "least": (10, 1_000_000)})


COUNT_DEFAULTS = CountOptions()


@dataclass(frozen=True, slots=True, eq=False)
class SafeCounts:
    """Counts that may be given away.

    Attributes
    ----------
    row
        Which of the counts asked for, positions 0..n_count-1, shape=(n,).
    persons
        Persons with noise, shape=(n,), each at least `least`.
    least
        Smaller ones are silent.
    n_cut
        Presences left out because a person's day had too many.
    """

    row: NDArray[np.int64]
    persons: NDArray[np.int64]
    least: int
    n_cut: int


def bound_days(
    person: NDArray[np.int64], day: NDArray[np.int64], count: NDArray[np.int64], most: int
) -> NDArray[np.bool_]:
    """Presences that count: of each person's day the first `most` different ones, in the order given.

    Parameters
    ----------
    person, day, count
        Who, on which day, and which of the counts it would add to, each shape=(n,).
    most
        Counts a person's day may change.

    Examples
    --------
    >>> one = np.zeros(4, np.int64)
    >>> bound_days(one, one, np.array([5, 5, 6, 7]), 2).tolist()
    [True, False, True, False]
    """
    if not len(person) == len(day) == len(count):
        raise InputError(Fault("person, day, count", f"{len(person)}, {len(day)}, {len(count)}", "as many of each", ""))
    _, first = np.unique(np.stack([person, day, count], axis=1), axis=0, return_index=True)
    first = np.sort(first)
    _, group = np.unique(np.stack([person[first], day[first]], axis=1), axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    ranked = group.ravel()[order]
    starts = np.searchsorted(ranked, ranked)
    kept = np.zeros(len(person), dtype=np.bool_)
    kept[first[order[np.arange(len(order)) - starts < most]]] = True
    return kept


def safe_counts(
    person: NDArray[np.int64],
    day: NDArray[np.int64],
    count: NDArray[np.int64],
    n_count: int,
    draw: Draw,
    options: CountOptions = COUNT_DEFAULTS,
) -> SafeCounts:
    """Count people so that the counts may be given away.

    Every count asked for gets noise, also those nobody adds to: which ones are told then tells nothing of one person.

    Parameters
    ----------
    person, day, count
        Presences: who, on which day, in which of the counts 0..n_count-1, each shape=(n,).
    n_count
        Counts there are; they have to follow from place and time alone, never from who was seen.
    draw
        Source of chance; `secrets.randbelow` for what is given away.
    options
        Settings.

    Raises
    ------
    InputError
        For counts out of range.

    Examples
    --------
    >>> import random
    >>> person = np.arange(60)
    >>> found = safe_counts(person, person * 0, person * 0, 3, random.Random(1).randrange)
    >>> int(found.row[0]), bool(abs(found.persons[0] - 60) < 30)
    (0, True)
    """
    if len(count) and not (count.min() >= 0 and count.max() < n_count):
        raise InputError(Fault("count", f"{count.min()}..{count.max()}", f"0..{n_count - 1}", "Number them from 0."))
    kept = bound_days(person, day, count, options.most_count_day)
    exact = np.bincount(count[kept], minlength=n_count)
    told = exact + geometric_noise(n_count, options.epsilon, options.most_count_day, draw)
    least = silent_below(options.epsilon, options.most_count_day, n_count, options.least)
    row = np.flatnonzero(told >= least)
    return SafeCounts(row.astype(np.int64), told[row], least, len(kept) - int(kept.sum()))
