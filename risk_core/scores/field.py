"""How good a forecast field was: hits and misses of a threshold, and how close in place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults

Values = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Hits:
    """Cells in which a threshold was forecast and reached; add tables of several fields with `+`.

    Attributes
    ----------
    hit
        Forecast and reached.
    false_alarm
        Forecast, not reached.
    miss
        Reached, not forecast.
    correct_no
        Neither.
    """

    hit: int = 0
    false_alarm: int = 0
    miss: int = 0
    correct_no: int = 0

    def __add__(self, other: "Hits") -> "Hits":
        return Hits(
            self.hit + other.hit,
            self.false_alarm + other.false_alarm,
            self.miss + other.miss,
            self.correct_no + other.correct_no,
        )

    @property
    def csi(self) -> float:
        """Critical success index, hits / (hits + false alarms + misses), 1 is perfect (Schaefer 1990); NaN of none.

        Examples
        --------
        >>> Hits(hit=3, false_alarm=1, miss=2).csi
        0.5
        """
        return _ratio(self.hit, self.hit + self.false_alarm + self.miss)

    @property
    def hit_rate(self) -> float:
        """Share of what was reached that was forecast."""
        return _ratio(self.hit, self.hit + self.miss)

    @property
    def false_alarm_ratio(self) -> float:
        """Share of what was forecast that was not reached."""
        return _ratio(self.false_alarm, self.hit + self.false_alarm)

    @property
    def frequency_bias(self) -> float:
        """Cells forecast per cell reached."""
        return _ratio(self.hit + self.false_alarm, self.hit + self.miss)


def count_hits(forecast: Values, seen: Values, threshold: float) -> Hits:
    """Compare where two fields reach a threshold; cells unknown (NaN) in either are left out.

    Parameters
    ----------
    forecast, seen
        Same shape and unit.
    threshold
        In that unit; reached when the value is as large.

    Raises
    ------
    InputError
        When the shapes differ.

    Examples
    --------
    >>> count_hits(np.array([5.0, 0.0, np.nan]), np.array([7.0, 6.0, 9.0]), 5.0)
    Hits(hit=1, false_alarm=0, miss=1, correct_no=0)
    """
    _check_shapes(forecast, seen)
    known = np.isfinite(forecast) & np.isfinite(seen)
    said, came = forecast[known] >= threshold, seen[known] >= threshold
    return Hits(
        int((said & came).sum()), int((said & ~came).sum()), int((~said & came).sum()), int((~said & ~came).sum())
    )


@dataclass(frozen=True, slots=True)
class Fractions:
    """Sums a fractions skill score is made of; add those of several fields with `+`.

    Attributes
    ----------
    square_error
        Sum of squared differences of the two fractions.
    worst
        Sum of their squares: the error of two fields that nowhere overlap.
    """

    square_error: float = 0.0
    worst: float = 0.0

    def __add__(self, other: "Fractions") -> "Fractions":
        return Fractions(self.square_error + other.square_error, self.worst + other.worst)

    @property
    def fss(self) -> float:
        """Fractions skill score, 1 is perfect; NaN where neither field reached the threshold anywhere."""
        return 1.0 - self.square_error / self.worst if self.worst > 0 else float("nan")


def compare_fractions(forecast: Values, seen: Values, threshold: float, n_window: int) -> Fractions:
    """Compare the shares of cells at or above a threshold in windows round every cell.

    N. Roberts & H. Lean 2008, Scale-selective verification of rainfall accumulations from high-resolution forecasts of
    convective events, Mon. Wea. Rev. 136, 78-97, eqs. 2-7. Outside the field nothing reaches the threshold, as there.

    Parameters
    ----------
    forecast, seen
        shape=(n_row, n_col); a cell unknown (NaN) in either counts as below in both.
    threshold
        In the fields' unit.
    n_window
        Cells along a side of the window; odd.

    Raises
    ------
    InputError
        When the shapes differ or the window is not odd and positive.

    Examples
    --------
    >>> rain = np.zeros((9, 9))
    >>> rain[4, 4] = 10.0
    >>> beside = np.roll(rain, 1, axis=1)
    >>> round(compare_fractions(beside, rain, 5.0, 1).fss, 3), round(compare_fractions(beside, rain, 5.0, 5).fss, 3)
    (0.0, 0.8)
    """
    _check_shapes(forecast, seen)
    if n_window < 1 or n_window % 2 == 0:
        raise_faults([Fault("n_window", str(n_window), "an odd number from 1", "Take for example 11.")])
    known = np.isfinite(forecast) & np.isfinite(seen)
    said, came = (_window_share(known & (np.nan_to_num(one) >= threshold), n_window) for one in (forecast, seen))
    return Fractions(float(((said - came) ** 2).sum()), float((said**2 + came**2).sum()))


def _window_share(reached: NDArray[np.bool_], n_window: int) -> NDArray[np.float64]:
    """Share of the cells of a window round each cell, by differences of a summed-area table."""
    half = n_window // 2
    table = np.pad(reached.astype(np.int64), ((half + 1, half), (half + 1, half))).cumsum(axis=0).cumsum(axis=1)
    n = n_window
    total = table[n:, n:] - table[:-n, n:] - table[n:, :-n] + table[:-n, :-n]
    return np.asarray(total / float(n * n), np.float64)


def _check_shapes(forecast: Values, seen: Values) -> None:
    if np.shape(forecast) != np.shape(seen):
        shapes = f"{np.shape(forecast)} and {np.shape(seen)}"
        raise_faults([Fault("forecast", shapes, "two fields of one shape", "Bring both to one grid.")])


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
