"""Live stations pull the wind field towards what they report: optimal interpolation of the log ratio.

L. S. Gandin 1963, Objective analysis of meteorological fields; A. C. Lorenc 1986, Quart. J. Roy. Meteor. Soc. 112,
1177-1194: x = B (B + R)^-1 y. Here y_i = ln((o_i + c) / (m_i + c)), o the report, m the model at the station, c a calm
wind that keeps ratios of small winds from counting; B_ij = s^2 exp(-d_ij / L) and R diagonal. The corrected wind is
(m + c) exp(x w) - c, at least 0, with w fading to zero with the lead of the forecast.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.typhoon.great_circle import distance_m
from risk_core.state.options import check_ranges

Floats = NDArray[np.float64]
CHUNK: Final = 20_000
"""Places worked on at a time, to bound the memory."""


@dataclass(frozen=True, slots=True)
class CorrectionOptions:
    """Settings of the correction.

    Attributes
    ----------
    length_m
        Distance over which model errors are alike (correlation 1/e): 60 km, this project's proposal.
    model_sigma, report_sigma
        Standard deviation of the log ratio by the model, and by what a station stands for besides the model
        (exposure, height): 0.35 and 0.25 are assumptions.
    calm_m_per_s
        c of the formula.
    fade_h
        Lead at which the correction is over; it falls linearly.
    least_ratio, most_ratio
        Bounds of the factor: one sheltered station must not calm a whole coast.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    length_m: float = 60_000.0
    model_sigma: float = 0.35
    report_sigma: float = 0.25
    calm_m_per_s: float = 1.0
    fade_h: float = 6.0
    least_ratio: float = 0.5
    most_ratio: float = 2.5

    def __post_init__(self) -> None:
        ranges = {
            "length_m": (100.0, 5e6),
            "model_sigma": (1e-3, 5.0),
            "report_sigma": (1e-3, 5.0),
            "calm_m_per_s": (1e-3, 20.0),
            "fade_h": (0.1, 240.0),
            "least_ratio": (0.01, 1.0),
            "most_ratio": (1.0, 100.0),
        }
        check_ranges(self, ranges)


CORRECTION_DEFAULTS: Final = CorrectionOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """Log ratio at places and at the stations.

    Attributes
    ----------
    log_ratio
        x at each place, shape=(n_place,), kept in its bounds; 0 without stations.
    error_share
        Variance left over variance of the model, shape=(n_place,), 0..1; 1 far from every station.
    left_out
        x at each station as the other stations have it, shape=(n_station,); NaN where it did not report.
    observed
        y at each station; NaN where it did not report.
    """

    log_ratio: Floats
    error_share: Floats
    left_out: Floats
    observed: Floats


def log_ratios(reported_m_per_s: Floats, model_m_per_s: Floats, calm_m_per_s: float) -> Floats:
    """Values y of the formula, any shape; NaN where either is unknown or negative.

    Examples
    --------
    >>> log_ratios(np.array([9.0, -1.0]), np.array([4.0, 4.0]), 1.0).round(3).tolist()
    [0.693, nan]
    """
    good = (reported_m_per_s >= 0) & (model_m_per_s >= 0)
    with np.errstate(invalid="ignore"):
        ratio = (reported_m_per_s + calm_m_per_s) / (model_m_per_s + calm_m_per_s)
    return np.asarray(np.log(np.where(good, ratio, np.nan)))


def analyse_stations(
    station: tuple[Floats, Floats],
    observed: Floats,
    place: tuple[Floats, Floats],
    options: CorrectionOptions = CORRECTION_DEFAULTS,
) -> Correction:
    """Optimal interpolation of the stations' log ratios to places, with each station's leave-one-out value.

    Parameters
    ----------
    station
        Latitude and longitude of the stations, shape=(n_station,) each.
    observed
        Log ratios, shape=(n_station,); NaN is left out.
    place
        Latitude and longitude of the places, shape=(n_place,) each.
    options
        Settings.

    Examples
    --------
    Half-way between the model and a lone station just there, nothing far away:

    >>> at = (np.array([35.0]), np.array([127.0]))
    >>> far = (np.array([35.0, 45.0]), np.array([127.0, 127.0]))
    >>> even = CorrectionOptions(model_sigma=0.3, report_sigma=0.3)
    >>> analyse_stations(at, np.array([0.4]), far, even).log_ratio.round(3).tolist()
    [0.2, 0.0]
    """
    known = np.flatnonzero(np.isfinite(observed) & np.isfinite(station[0]) & np.isfinite(station[1]))
    left_out = np.full(len(observed), np.nan)
    n_place = len(place[0])
    if not known.size:
        return Correction(np.zeros(n_place), np.ones(n_place), left_out, observed)
    lat, lon, y = station[0][known], station[1][known], observed[known]
    alike = np.exp(-distance_m(lat[:, None], lon[:, None], lat, lon) / options.length_m) * options.model_sigma**2
    precision = np.linalg.inv(alike + np.diag(np.full(known.size, options.report_sigma**2)))
    weight = precision @ y
    left_out[known] = y - weight / np.diag(precision)
    log_ratio, explained = np.zeros(n_place), np.zeros(n_place)
    for first in range(0, n_place, CHUNK):
        part = slice(first, first + CHUNK)
        near = np.exp(-distance_m(place[0][part, None], place[1][part, None], lat, lon) / options.length_m)
        near *= options.model_sigma**2
        log_ratio[part] = near @ weight
        explained[part] = ((near @ precision) * near).sum(axis=1) / options.model_sigma**2
    log_ratio = np.clip(log_ratio, np.log(options.least_ratio), np.log(options.most_ratio))
    return Correction(log_ratio, np.clip(1.0 - explained, 0.0, 1.0), left_out, observed)


def corrected_wind_m_per_s(
    model_m_per_s: Floats, log_ratio: Floats, lead_h: float, options: CorrectionOptions = CORRECTION_DEFAULTS
) -> Floats:
    """Wind after the correction, faded with the lead; shapes are broadcast.

    Examples
    --------
    >>> corrected_wind_m_per_s(np.array([9.0]), np.array([np.log(1.5)]), 0.0).round(6).tolist()
    [14.0]
    """
    weight = max(1.0 - max(lead_h, 0.0) / options.fade_h, 0.0)
    calm = options.calm_m_per_s
    return np.maximum((np.asarray(model_m_per_s) + calm) * np.exp(log_ratio * weight) - calm, 0.0)
