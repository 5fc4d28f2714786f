"""Reproduction number of the day people were infected.

R of a window of days is sum I / sum Lambda with Lambda_t = sum_s w_s I_(t-s) (Cori et al. 2013, Am. J. Epidemiol.
178, 1505, without its prior: the infections are already drawn to the area's, and in a district with a case a week the
prior would be read as growth). I are the infections of `inversion.fit_infections`, not the reports, and the window
lies round its day, as Gostic et al. 2020, PLoS Comput. Biol. 16, e1008409, ask for: so R turns when
transmission turned. The log of R is taken as normal, its variance that of the path of infections, to first order.

Serial interval mean 4.7, sd 2.9 days: Nishiura et al. 2020, Int. J. Infect. Dis. 93, 284 (COVID-19 of early 2020),
discretised as the shifted gamma of Cori et al., web appendix 11; it stands for the generation time.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from risk_core.hazards.epidemic.inversion import InfectionCurves, log_gradient
from risk_core.hazards.epidemic.inversion_fit import WARM_DAY
from risk_core.hazards.epidemic.serial import N_INTERVAL_DAY, serial_share
from risk_core.state.options import check_ranges

LEAST_DAY: Final = 14
"""Days of reports below which nothing is told of the growth."""


@dataclass(frozen=True, slots=True)
class ReproductionOptions:
    """Settings of the reproduction number.

    Attributes
    ----------
    window_day
        Days that one R holds for, half of them before its day.
    serial_mean_day, serial_sd_day
        Serial interval.
    least_reported_share
        R is told of a day once so large a share of its infections is reported; assumption.
    """

    window_day: int = 7
    serial_mean_day: float = 4.7
    serial_sd_day: float = 2.9
    least_reported_share: float = 0.25

    def __post_init__(self) -> None:
        ranges = {
            "window_day": (1, 60),
            "serial_mean_day": (1.1, 60.0),
            "serial_sd_day": (0.1, 60.0),
            "least_reported_share": (0.01, 1.0),
        }
        check_ranges(self, ranges)


REPRODUCTION_DEFAULTS: Final = ReproductionOptions()


def estimate_reproduction(
    infections: InfectionCurves, prob: tuple[float, ...], options: ReproductionOptions = REPRODUCTION_DEFAULTS
) -> NDArray[np.float64]:
    """Quantiles of R of the people infected on each day of the reports.

    Parameters
    ----------
    infections
        By day and place.
    prob
        Levels of the quantiles.
    options
        Settings.

    Returns
    -------
    float64 array
        shape=(n_prob, n_day, n_place + 1), n_day the days of the reports; the last place is the whole area. NaN
        where less than `options.least_reported_share` of the day's infections is reported, where infections are
        unknown, with fewer than 14 days of reports and without any case.

    Examples
    --------
    >>> from risk_core.hazards.epidemic.inversion import fit_infections
    >>> steady = fit_infections(np.full((42, 1), 100.0))
    >>> found = estimate_reproduction(steady, (0.5,))[0, :, 0]
    >>> round(float(found[20]), 1), bool(np.isnan(found[-1]))
    (1.0, True)
    """
    n_row = len(infections.path)
    window = _window_matrix(n_row, options.window_day)[WARM_DAY:]
    new, rise = log_gradient(infections.mean, window, infections.path)
    pressure, pressed = log_gradient(infections.mean, window @ _force_matrix(n_row, options), infections.path)
    slope = rise - pressed
    log_sd = np.sqrt(((slope @ infections.covariance) * slope).sum(axis=2)).T
    told = infections.reported_share[WARM_DAY:] >= options.least_reported_share
    told &= (n_row - WARM_DAY >= LEAST_DAY) & (infections.n_report > 0)
    return np.stack([np.where(told, new / pressure * np.exp(ndtri(one) * log_sd), np.nan) for one in prob])


def _force_matrix(n_row: int, options: ReproductionOptions) -> NDArray[np.float64]:
    """Lambda = matrix @ I, shape=(n_row, n_row)."""
    share = serial_share(options.serial_mean_day, options.serial_sd_day)
    back = np.arange(n_row)[:, None] - np.arange(n_row)[None, :]
    return np.where((back >= 0) & (back < N_INTERVAL_DAY), share[np.clip(back, 0, N_INTERVAL_DAY - 1)], 0.0)


def _window_matrix(n_row: int, window_day: int) -> NDArray[np.float64]:
    """Ones for the days of the window round each row, shape=(n_row, n_row)."""
    ahead = np.arange(n_row)[None, :] - np.arange(n_row)[:, None]
    first = -(window_day // 2)
    return ((ahead >= first) & (ahead < first + window_day)).astype(np.float64)
