"""An outbreak: daily reported cases by district that rise, peak and fall. Invented, seeded, reproducible.

People are infected along a course whose daily growth turns from a rise to a fall within a few days, as when people
begin to avoid each other; districts turn on days of their own, the hot spot has more. Each infection that is found is
reported after a delay; counts are negative binomial round that, with a weekly rhythm (Mondays low), and come in late
as real reports do: a share of each day's cases is known at its end, the rest over the days after.
"""

import math

import numpy as np
from numpy.typing import NDArray

from risk_core.state.area import Area
from risk_core.units import M_PER_DEG_LAT

N_DAY = 49
VINTAGE_DAY = 16
"""Only days this young are told as they filled up; of older ones the end is known."""
PEAK_PER_100K_DAY = 9.0
"""Infections a day that will be reported, when most are infected."""
RISE_PER_DAY, FALL_PER_DAY = 0.07, 0.05
TURN_DAY_AGO = 26.0
"""Days before the last one on which the growth of infections is halfway from the rise to the fall."""
TURN_WIDTH_DAY = 2.5
DISTRICT_TURN_SD_DAY = 2.5
DISTRICT_GROWTH_SD = 0.006
DELAY_DAY = 40
DELAY_MEAN_DAY, DELAY_SD_DAY = 9.0, 4.0
"""From infection to report, a gamma distribution; an assumption made apart from the model's."""
HOTSPOT_RADIUS_M = 2500.0
HOTSPOT_FACTOR = 4.0
HOTSPOT_APART_M = 4000.0
"""Distance of the hot spot from where the cloudburst stands: each danger is seen on its own."""
DISPERSION_SIZE = 15.0
WEEKDAY_FACTOR = (0.72, 1.08, 1.1, 1.08, 1.05, 1.02, 0.95)
"""Monday to Sunday."""
REPORTED_SHARE = (0.6, 0.85, 0.95, 1.0)
"""Share of a day's cases known 0, 1, 2, 3 days after the day's end."""
LAST_AGE = len(REPORTED_SHARE) - 1


def hot_spot(area: Area, storm: tuple[float, float]) -> tuple[float, float]:
    """Where most people are infected, degrees: the most populous district apart from the storm.

    The farthest district in an area so small that none lies apart.
    """
    if not area.districts:
        return storm
    north_m = (np.array([d.lat_deg for d in area.districts]) - storm[0]) * M_PER_DEG_LAT
    east_m = (np.array([d.lon_deg for d in area.districts]) - storm[1]) * M_PER_DEG_LAT * np.cos(np.radians(storm[0]))
    apart_m = np.hypot(north_m, east_m)
    people = np.array([max(0.0, d.population) for d in area.districts])
    size = np.where(apart_m >= HOTSPOT_APART_M, people, -1.0)
    at = area.districts[int(size.argmax() if size.max() > 0 else apart_m.argmax())]
    return at.lat_deg, at.lon_deg


def daily_infections(area: Area, centre: tuple[float, float], seed: int) -> NDArray[np.float64]:
    """Expected infections of each day that are reported in the end, shape=(DELAY_DAY + N_DAY, n_district).

    The last row is the last day of `daily_cases`.
    """
    rng = np.random.default_rng([seed, 3])
    population = np.array([max(0.0, d.population) for d in area.districts])
    north_m = (np.array([d.lat_deg for d in area.districts]) - centre[0]) * M_PER_DEG_LAT
    east_m = np.array([d.lon_deg for d in area.districts]) - centre[1]
    east_m = east_m * M_PER_DEG_LAT * np.cos(np.radians(centre[0]))
    near = np.exp(-0.5 * (north_m**2 + east_m**2) / HOTSPOT_RADIUS_M**2)
    level = PEAK_PER_100K_DAY * rng.lognormal(0.0, 0.35, population.size) * (1.0 + (HOTSPOT_FACTOR - 1.0) * near)
    turn = -TURN_DAY_AGO + rng.normal(0.0, DISTRICT_TURN_SD_DAY, population.size)
    tilt = rng.normal(0.0, DISTRICT_GROWTH_SD, population.size)
    day = np.arange(-DELAY_DAY - N_DAY + 1, 1)[:, None]
    fallen = 1.0 / (1.0 + np.exp(-(day - turn) / TURN_WIDTH_DAY))
    course = np.cumsum(RISE_PER_DAY + tilt - (RISE_PER_DAY + FALL_PER_DAY) * fallen, axis=0)
    return level * np.exp(course - course.max(axis=0)) * population / 1e5


def report_share() -> NDArray[np.float64]:
    """Share of the found infections that is reported s days later, shape=(DELAY_DAY + 1,), sum 1."""
    shape, scale = (DELAY_MEAN_DAY / DELAY_SD_DAY) ** 2, DELAY_SD_DAY**2 / DELAY_MEAN_DAY
    day = np.arange(DELAY_DAY + 1) + 1e-9
    share = np.exp((shape - 1) * np.log(day) - day / scale - math.lgamma(shape) - shape * math.log(scale))
    return np.asarray(share / share.sum())


def daily_cases(area: Area, last_day: int, centre: tuple[float, float], seed: int) -> NDArray[np.int64]:
    """Reported cases, shape=(N_DAY, n_district); the last row is `last_day` (days since 1970-01-01, UTC).

    Districts without residents report nothing.
    """
    rng = np.random.default_rng([seed, 6])
    infections = daily_infections(area, centre, seed)
    share = report_share()[::-1]
    expected = np.stack([share @ infections[day : day + DELAY_DAY + 1] for day in range(N_DAY)])
    weekday = np.array(WEEKDAY_FACTOR)[(np.arange(last_day - N_DAY + 1, last_day + 1) + 3) % 7]
    mean = expected * weekday[:, None]
    return rng.poisson(mean * rng.gamma(DISPERSION_SIZE, 1.0 / DISPERSION_SIZE, mean.shape))


def known_cases(final: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Cases of each day known 0, 1, ... days after its end, shape=(n_age, *final.shape); the last are final."""
    rng = np.random.default_rng([seed, 4])
    delay = np.diff(REPORTED_SHARE, prepend=0.0)
    return np.moveaxis(np.cumsum(rng.multinomial(final, delay), axis=-1), -1, 0)
