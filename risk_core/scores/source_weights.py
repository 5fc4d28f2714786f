"""How much each of several sources of one quantity is believed, by how near its early values came to the final ones."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.state.options import check_ranges

SHIFT: Final = 0.5
"""Cases added before the logarithm, as in the case filter."""


@dataclass(frozen=True, slots=True)
class SourceWeightOptions:
    """Settings of the weights; all are assumptions of this project.

    Attributes
    ----------
    half_life_day
        An error this old counts half as much.
    prior_errors
        Errors that the common mean stands for in each source: few errors leave the weights near equal.
    error_floor
        Added to each mean squared log error: no source is believed without limit. 0.01 is an error of 10 %.
    """

    half_life_day: float = 28.0
    prior_errors: float = 20.0
    error_floor: float = 0.01

    def __post_init__(self) -> None:
        ranges = {"half_life_day": (0.1, 1e4), "prior_errors": (1e-3, 1e6), "error_floor": (1e-6, 10.0)}
        check_ranges(self, ranges)


SOURCE_WEIGHT_DEFAULTS: Final = SourceWeightOptions()


@dataclass(frozen=True, slots=True, eq=False)
class SourceSkill:
    """What was measured of each source.

    Attributes
    ----------
    weight
        Shares that sum to one, shape=(n_source,).
    mean_error
        Mean squared log error of the early values, aged and drawn to the common one, shape=(n_source,).
    n_error
        Errors counted, shape=(n_source,).
    """

    weight: NDArray[np.float64]
    mean_error: NDArray[np.float64]
    n_error: NDArray[np.int64]


def weigh_sources(
    early: NDArray[np.float64],
    final: NDArray[np.float64],
    age_day: NDArray[np.float64],
    options: SourceWeightOptions = SOURCE_WEIGHT_DEFAULTS,
) -> SourceSkill:
    """Weight sources by the inverse of their mean squared log error.

    The error is log(early + 1/2) - log(final + 1/2). Only days and places that every source told early are compared,
    so that no source looks better by being silent on hard days. Weights by inverse error variance are the best linear
    ones for errors that hang together little (Bates & Granger 1969, Oper. Res. Q. 20, 451).

    Parameters
    ----------
    early
        What each source told soon, shape=(n_source, n_day, n_place), NaN where it was silent.
    final
        What it became in the end, shape=(n_day, n_place), NaN where that is not known.
    age_day
        Days since each row, shape=(n_day,).
    options
        Settings.

    Raises
    ------
    InputError
        When the shapes do not fit.

    Examples
    --------
    One source tells half of the cases at first, the other nearly all:

    >>> final = np.full((60, 2), 100.0)
    >>> found = weigh_sources(np.stack([final * 0.5, final * 0.95]), final, np.arange(60.0))
    >>> bool(found.weight[1] > 0.8), round(float(found.weight.sum()), 9)
    (True, 1.0)
    """
    _check(early, final, age_day)
    known = (np.isfinite(early) & (early >= 0)).all(axis=0) & np.isfinite(final) & (final >= 0)
    told, truth = (np.log(np.where(known, np.maximum(one, 0.0), 0.0) + SHIFT) for one in (early, final))
    squared = np.where(known, (told - truth) ** 2, 0.0)
    row_weight = np.where(known, 0.5 ** (age_day[:, None] / options.half_life_day), 0.0)
    total = float(row_weight.sum())
    own = (squared * row_weight).sum(axis=(1, 2))
    common = float(own.sum()) / (total * len(early)) if total > 0 else 0.0
    mean_error = (own + options.prior_errors * common) / (total + options.prior_errors)
    inverse = 1.0 / (mean_error + options.error_floor)
    n_error = np.full(len(early), int(known.sum()), dtype=np.int64)
    return SourceSkill(inverse / inverse.sum(), mean_error, n_error)


def _check(early: NDArray[np.float64], final: NDArray[np.float64], age_day: NDArray[np.float64]) -> None:
    fits = early.ndim == 3 and len(early) > 0 and early.shape[1:] == final.shape and age_day.shape == final.shape[:1]
    if not fits:
        value = f"{early.shape}, {final.shape}, {age_day.shape}"
        wanted = "(n_source, n_day, n_place), (n_day, n_place), (n_day,)"
        raise InputError(Fault("early, final, age_day", value, wanted, "Give arrays of the same days and places."))
