"""How wrong a track forecast is, by the hours since it was issued.

Position: mean error of the Korea Meteorological Administration in 2017, 93/155/246/313/374 km at 24/48/72/96/120 h
(published verification as quoted in this project's design notes; unverified); 20 km for an analysis is an assumption.
The error of the centre is taken as normal and equal in all directions: sigma = mean / 1.2533. Intensity: relative
standard deviation 5 % + 0.3 % an hour up to 20 %, an assumption until it is fitted.

Where the agency draws a circle that holds the centre with 70 % probability, its radius gives sigma instead: of a centre
normal in both directions the share 1 - exp(-r^2 / (2 sigma^2)) lies within r, so sigma = r / sqrt(-2 ln 0.3).

Between points more than a day apart (bulletins lost, a file with holes) the straight line is a guess from two sides:
the error grows from the point before and from the point after as the table's does from the analysis, and the two
guesses are joined by their precision, 1/s^2 = 1/a^2 + 1/b^2 (an assumption: independent errors on the two sides).
"""

import math

import numpy as np

LEAD_H = (0.0, 24.0, 48.0, 72.0, 96.0, 120.0)
MEAN_ERROR_M = (20e3, 93e3, 155e3, 246e3, 313e3, 374e3)
MEAN_PER_SIGMA = math.sqrt(math.pi / 2)
LONGEST_STEP_H = 24.0
RADIUS_70_PER_SIGMA = math.sqrt(-2.0 * math.log(0.3))


def position_sigma_m(lead_h: float) -> float:
    """Standard deviation of the centre along one axis, metres; grows on beyond the table at its last rate.

    Examples
    --------
    >>> round(position_sigma_m(24.0) / 1000, 1)
    74.2
    """
    beyond = max(lead_h - LEAD_H[-1], 0.0) * (MEAN_ERROR_M[-1] - MEAN_ERROR_M[-2]) / (LEAD_H[-1] - LEAD_H[-2])
    return (float(np.interp(lead_h, LEAD_H, MEAN_ERROR_M)) + beyond) / MEAN_PER_SIGMA


def gap_sigma_m(since_h: float, until_h: float) -> float:
    """Standard deviation along one axis that a hole in a track adds, metres; 0 between points a day apart or less.

    Parameters
    ----------
    since_h, until_h
        Hours since the point before and until the point after.

    Examples
    --------
    >>> gap_sigma_m(12.0, 12.0), round(gap_sigma_m(24.0, 24.0) / 1000, 1)
    (0.0, 51.2)
    """
    if since_h + until_h <= LONGEST_STEP_H or min(since_h, until_h) <= 0.0:
        return 0.0
    precision = sum(1.0 / (position_sigma_m(h) ** 2 - position_sigma_m(0.0) ** 2) for h in (since_h, until_h))
    return math.sqrt(1.0 / precision)


def intensity_sigma_ratio(lead_h: float) -> float:
    """Relative standard deviation of the wind, 0.05..0.2."""
    return min(0.05 + 0.003 * max(lead_h, 0.0), 0.2)
