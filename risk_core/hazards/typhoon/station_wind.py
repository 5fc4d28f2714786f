"""From the wind of the storm over open sea to the wind a station reports, learned from earlier storms.

A station's 10-minute wind in storm hours is taken as

w = h [ (a + a_s) + (k + k_s) V ] + c d,   h = ln(z / z0) / ln(10 / z0)

======  ==========================================================================  ======
symbol  meaning                                                                     unit
======  ==========================================================================  ======
V       wind of the storm over open sea at the station (`surface_wind_at`)          m/s
a, k    offset and share of the sea wind that hold for every station                m/s, 1
a_s     what the station has of its own, drawn towards 0                            m/s, 1
k_s     the same for the share                                                      1
d       mean of the hour of the day minus mean of the day, warm season              m/s
c       part of the daily course that is left in a storm                            1
z, z0   height of the anemometer, roughness length (logarithmic law)                m
======  ==========================================================================  ======

Fitted by ridge regression: the penalties are the ratio of the variance of what is not explained, times the hours over
which it hangs together, to the variance among stations (best linear unbiased prediction of a mixed model: Robinson
1991, Stat. Sci. 6, 15-32). A station without reports gets a_s = k_s = 0. Winds below zero become 0. The scatter round
the mean is taken as normal with a standard deviation that rises with the mean, fitted on the same hours.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.state.options import check_ranges

Floats = NDArray[np.float64]
REFERENCE_HEIGHT_M: Final = 10.0
LEAST_HEIGHT_M: Final = 5.0
MOST_HEIGHT_M: Final = 60.0
LEAST_HOURS: Final = 24
LEAST_SIGMA_M_PER_S: Final = 0.3


@dataclass(frozen=True, slots=True)
class StationWindOptions:
    """Settings of the fit.

    Attributes
    ----------
    roughness_m
        z0 of the logarithmic law: 0.3 m, suburb (EN 1991-1-4 table 4.1, category III).
    offset_sigma_m_per_s, share_sigma
        Standard deviation among stations of offset and share: 1 m/s and 0.1. Chosen among four strengths after seeing
        the scores of Korean storms of 2018-2022: those of withheld stations depend on it (0.82-0.94 of the mean wind
        over the strengths tried, tracks without radii), those of known stations hardly (0.788-0.794).
    scatter_m_per_s
        Standard deviation of the hours round the mean.
    memory_h
        Hours over which that scatter hangs together; so many hours count as one.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    roughness_m: float = 0.3
    offset_sigma_m_per_s: float = 1.0
    share_sigma: float = 0.1
    scatter_m_per_s: float = 1.4
    memory_h: float = 10.0

    def __post_init__(self) -> None:
        ranges = {
            "roughness_m": (1e-4, 3.0),
            "offset_sigma_m_per_s": (1e-6, 50.0),
            "share_sigma": (1e-6, 10.0),
            "scatter_m_per_s": (1e-3, 20.0),
            "memory_h": (1.0, 1000.0),
        }
        check_ranges(self, ranges)


STATION_WIND_DEFAULTS: Final = StationWindOptions()


@dataclass(frozen=True, slots=True, eq=False)
class StationHours:
    """Hours at stations.

    Attributes
    ----------
    station
        Position of the station, shape=(n_hour,).
    sea_m_per_s
        Wind of the storm over open sea there.
    daily_m_per_s
        d of the symbol table; 0 where unknown.
    height_m
        Of the anemometer; NaN is taken as 10 m.
    """

    station: NDArray[np.int64]
    sea_m_per_s: Floats
    daily_m_per_s: Floats
    height_m: Floats

    def __len__(self) -> int:
        """Hours."""
        return len(self.station)

    def take(self, kept: NDArray[np.bool_]) -> "StationHours":
        """Some of the hours."""
        return StationHours(self.station[kept], self.sea_m_per_s[kept], self.daily_m_per_s[kept], self.height_m[kept])


@dataclass(frozen=True, slots=True, eq=False)
class StationWindModel:
    """A fitted law.

    Attributes
    ----------
    offset_m_per_s, share, daily_share
        a, k and c of the symbol table.
    own_offset_m_per_s, own_share
        a_s and k_s by station position, 0 for stations without reports, shape=(n_station,).
    sigma_m_per_s, sigma_share
        Scatter: standard deviation sigma_m_per_s + sigma_share x mean.
    peak_ratio
        Largest reported wind of a storm at a station over the largest mean.
    roughness_m
        z0.
    """

    offset_m_per_s: float
    share: float
    daily_share: float
    own_offset_m_per_s: Floats
    own_share: Floats
    sigma_m_per_s: float
    sigma_share: float
    peak_ratio: float
    roughness_m: float

    def mean_m_per_s(self, hours: StationHours) -> Floats:
        """Expected 10-minute wind, shape=(n_hour,)."""
        a = self.offset_m_per_s + self.own_offset_m_per_s[hours.station]
        k = self.share + self.own_share[hours.station]
        h = height_ratio(hours.height_m, self.roughness_m)
        return np.maximum(h * (a + k * hours.sea_m_per_s) + self.daily_share * hours.daily_m_per_s, 0.0)

    def spread_m_per_s(self, mean_m_per_s: Floats) -> Floats:
        """Standard deviation of the reports round the mean."""
        return np.maximum(self.sigma_m_per_s + self.sigma_share * mean_m_per_s, LEAST_SIGMA_M_PER_S)


def height_ratio(height_m: Floats, roughness_m: float) -> Floats:
    """Wind at a height over the wind at 10 m by the logarithmic law; heights are kept in 5-60 m, NaN counts as 10 m.

    Examples
    --------
    >>> height_ratio(np.array([10.0, 18.0]), 0.3).round(3).tolist()
    [1.0, 1.168]
    """
    z = np.clip(np.where(np.isfinite(height_m), height_m, REFERENCE_HEIGHT_M), LEAST_HEIGHT_M, MOST_HEIGHT_M)
    return np.asarray(np.log(z / roughness_m) / np.log(REFERENCE_HEIGHT_M / roughness_m))


def fit_station_wind(
    hours: StationHours,
    reported_m_per_s: Floats,
    storm: NDArray[np.int64],
    n_station: int,
    options: StationWindOptions = STATION_WIND_DEFAULTS,
) -> StationWindModel:
    """Fit on hours of past storms.

    Parameters
    ----------
    hours
        The hours.
    reported_m_per_s
        10-minute wind reported, shape=(n_hour,), finite.
    storm
        Which storm each hour belongs to, for the largest wind of a storm.
    n_station
        Stations in all; those without an hour here are predicted by the rest.
    options
        Settings.

    Raises
    ------
    InputError
        With fewer than 24 hours.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> station, sea = np.repeat([0, 1], 400), rng.uniform(5, 30, 800)
    >>> hours = StationHours(station, sea, np.zeros(800), np.full(800, 10.0))
    >>> wind = 1.0 + np.array([0.2, 0.3])[station] * sea + rng.normal(0, 0.5, 800)
    >>> model = fit_station_wind(hours, wind, np.zeros(800, dtype=np.int64), 3)
    >>> (model.share + model.own_share).round(2).tolist()
    [0.2, 0.3, 0.25]
    """
    if len(hours) < LEAST_HOURS:
        wanted = f"at least {LEAST_HOURS} hours of other storms"
        raise InputError(Fault("hours", str(len(hours)), wanted, "Give more storms or stations near their tracks."))
    h = height_ratio(hours.height_m, options.roughness_m)
    own = np.zeros((len(hours), n_station))
    own[np.arange(len(hours)), hours.station] = 1.0
    columns = [h[:, None], (h * hours.sea_m_per_s)[:, None], hours.daily_m_per_s[:, None]]
    columns += [own * h[:, None], own * (h * hours.sea_m_per_s)[:, None]]
    design = np.concatenate(columns, axis=1)
    unexplained = options.scatter_m_per_s**2 * options.memory_h
    penalty = np.full(design.shape[1], 1e-6)
    penalty[3 : 3 + n_station] = unexplained / options.offset_sigma_m_per_s**2
    penalty[3 + n_station :] = unexplained / options.share_sigma**2
    found = np.linalg.solve(design.T @ design + np.diag(penalty), design.T @ reported_m_per_s)
    mean = np.maximum(design @ found, 0.0)
    sigma, sigma_share = _fit_spread(mean, reported_m_per_s)
    return StationWindModel(
        offset_m_per_s=float(found[0]),
        share=float(found[1]),
        daily_share=float(found[2]),
        own_offset_m_per_s=np.array(found[3 : 3 + n_station], dtype=np.float64),
        own_share=np.array(found[3 + n_station :], dtype=np.float64),
        sigma_m_per_s=sigma,
        sigma_share=sigma_share,
        peak_ratio=_fit_peaks(mean, reported_m_per_s, hours.station, storm, n_station),
        roughness_m=options.roughness_m,
    )


def _fit_spread(mean: Floats, reported: Floats) -> tuple[float, float]:
    """Standard deviation as a line of the mean, from absolute misses (x sqrt(pi / 2) for a normal law)."""
    miss = np.abs(reported - mean) * np.sqrt(np.pi / 2)
    slope = float(np.cov(mean, miss)[0, 1] / max(float(mean.var()), 1e-9))
    slope = min(max(slope, 0.0), 1.0)
    return max(float(miss.mean()) - slope * float(mean.mean()), 0.0), slope


def _fit_peaks(
    mean: Floats, reported: Floats, station: NDArray[np.int64], storm: NDArray[np.int64], n_station: int
) -> float:
    """Least squares through zero of the largest reported wind on the largest mean, by storm and station."""
    group = np.unique(storm * n_station + station, return_inverse=True)[1]
    top, seen = np.zeros(group.max() + 1), np.zeros(group.max() + 1)
    np.maximum.at(top, group, mean)
    np.maximum.at(seen, group, reported)
    return float(top @ seen / max(float(top @ top), 1e-9))
