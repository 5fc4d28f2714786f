"""An outbreak: daily reported cases by district, growing, with a hot spot. Invented, seeded, reproducible.

Counts are negative binomial round an exponential course with a weekly rhythm (Mondays low), and come in late as
real reports do: a share of each day's cases is known at its end, the rest over the days after.
"""

import numpy as np
from numpy.typing import NDArray

from risk_core.state.area import Area
from risk_core.units import M_PER_DEG_LAT

N_DAY = 49
VINTAGE_DAY = 16
"""Only days this young are told as they filled up; of older ones the end is known."""
BASE_PER_100K_DAY = 9.0
GROWTH_PER_DAY = 0.035
HOTSPOT_RADIUS_M = 2500.0
HOTSPOT_FACTOR = 4.0
DISPERSION_SIZE = 15.0
WEEKDAY_FACTOR = (0.72, 1.08, 1.1, 1.08, 1.05, 1.02, 0.95)
"""Monday to Sunday."""
REPORTED_SHARE = (0.6, 0.85, 0.95, 1.0)
"""Share of a day's cases known 0, 1, 2, 3 days after the day's end."""
LAST_AGE = len(REPORTED_SHARE) - 1


def daily_cases(area: Area, last_day: int, centre: tuple[float, float], seed: int) -> NDArray[np.int64]:
    """Reported cases, shape=(N_DAY, n_district); the last row is `last_day` (days since 1970-01-01, UTC).

    Districts without residents report nothing.
    """
    rng = np.random.default_rng([seed, 3])
    population = np.array([max(0.0, d.population) for d in area.districts])
    north_m = (np.array([d.lat_deg for d in area.districts]) - centre[0]) * M_PER_DEG_LAT
    east_m = np.array([d.lon_deg for d in area.districts]) - centre[1]
    east_m = east_m * M_PER_DEG_LAT * np.cos(np.radians(centre[0]))
    near = np.exp(-0.5 * (north_m**2 + east_m**2) / HOTSPOT_RADIUS_M**2)
    level = BASE_PER_100K_DAY * rng.lognormal(0.0, 0.35, population.size) * (1.0 + (HOTSPOT_FACTOR - 1.0) * near)
    growth = GROWTH_PER_DAY + rng.normal(0.0, 0.008, population.size)
    days = np.arange(last_day - N_DAY + 1, last_day + 1)
    weekday = np.array(WEEKDAY_FACTOR)[(days + 3) % 7]
    mean = level * np.exp(growth * (days - last_day)[:, None]) * weekday[:, None] * population / 1e5
    return rng.poisson(mean * rng.gamma(DISPERSION_SIZE, 1.0 / DISPERSION_SIZE, mean.shape))


def known_cases(final: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Cases of each day known 0, 1, ... days after its end, shape=(n_age, *final.shape); the last are final."""
    rng = np.random.default_rng([seed, 4])
    delay = np.diff(REPORTED_SHARE, prepend=0.0)
    return np.moveaxis(np.cumsum(rng.multinomial(final, delay), axis=-1), -1, 0)
