"""Infection advice for one place: chances for a stay there, what each lever changes, and the official step.

Everything is told of a district, never of a house or a person: prevalence is even inside a district.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from risk_core.errors import Fault
from risk_core.hazards.epidemic.advice import HourlyCrowd, Lever, weigh_levers
from risk_core.hazards.epidemic.chance import Chance
from risk_core.hazards.epidemic.exposure import Exposure, InfectionUnknownError, hour_of
from risk_core.hazards.epidemic.official import DAY_PER_WEEK, OfficialLevel, OfficialScheme, official_level
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, InfectionOptions
from risk_core.hazards.epidemic.presence import Presence, PresenceBasis, mix_rows
from risk_core.hazards.epidemic.prevalence import weekly_incidence
from risk_core.hazards.epidemic.transmission import ActivityRisk, assess_activity
from risk_core.state.activity import Activity
from risk_core.state.area import Area
from risk_core.state.point import check_point
from risk_core.state.surveillance import Outbreak

GOLDEN_SHARE: Final = (math.sqrt(5.0) - 1.0) / 2.0
"""Steps of this size spread over 0..1 evenly and follow no other order."""


@dataclass(frozen=True, slots=True, eq=False)
class InfectionAdvice:
    """What somebody should know who means to stay among others at a place.

    Attributes
    ----------
    lat_deg, lon_deg, district
        The place, and the position of its district.
    valid_s, hour
        The moment, unix seconds, and its hour of the day there.
    activity
        The stay.
    prevalence
        Share of the people present in the district who are infectious and not isolated.
    present
        People present in the district at that hour; `low` and `high` bound the central 80 % interval and are the same
        where nobody counted. Persons, not a chance.
    infectious
        Infectious people among them; `low` and `high` bound the central 80 % interval. Persons, not a chance.
    risk
        Chances of an infectious contact and of infection.
    levers
        What each lever would change, the strongest first.
    scheme
        Official scheme of the country; None where none is known.
    official
        Step of the district in it by its reported cases; None where too few days were reported.
    basis
        What the people present were taken from.
    counted_s
        Newest hour counted, unix seconds; NaN where nobody counts.
    """

    lat_deg: float
    lon_deg: float
    district: int
    valid_s: float
    hour: int
    activity: Activity
    prevalence: Chance
    present: Chance
    infectious: Chance
    risk: ActivityRisk
    levers: tuple[Lever, ...]
    scheme: OfficialScheme | None
    official: OfficialLevel | None
    basis: PresenceBasis
    counted_s: float = math.nan


def advise_here(
    area: Area,
    exposure: Exposure,
    outbreak: Outbreak,
    place: tuple[float, float],
    activity: Activity,
    local_h: float,
    options: InfectionOptions = INFECTION_DEFAULTS,
    scheme: OfficialScheme | None = None,
) -> InfectionAdvice:
    """Advise somebody who means to stay among others at a place.

    Parameters
    ----------
    area, exposure, outbreak
        Who is where, and how the disease runs.
    place
        (lat_deg, lon_deg).
    activity
        The stay.
    local_h
        Local time of the day there, hours 0..24.
    options
        Settings.
    scheme
        Official scheme of the country, from `official.scheme_of`.

    Raises
    ------
    SwappedCoordinatesError, OutsideAreaError, InputError
        For a place that does not fit.
    InfectionUnknownError
        For a place whose people are unknown, or those of a district that reports nothing.
    """
    check_point(area.grid, *place, "point")
    presence, hour = exposure.crowds.presence, hour_of(local_h)
    district = int(presence.district[area.grid.cell_of(*place)])
    by_hour = _shares_there(exposure, district)
    draws = by_hour[:, hour]
    people = _people_there(presence, district)
    crowd = people[hour] * _count_factor(presence, district, hour, len(draws))
    counted = exposure.crowds.people
    return InfectionAdvice(
        lat_deg=place[0],
        lon_deg=place[1],
        district=district,
        valid_s=exposure.valid_s,
        hour=hour,
        activity=activity,
        prevalence=Chance.from_draws(draws),
        present=Chance.from_draws(crowd),
        infectious=Chance.from_draws(draws * crowd),
        risk=assess_activity(activity, draws, options.transmission),
        levers=weigh_levers(activity, draws, _crowd(presence, people, by_hour, hour), options.transmission),
        scheme=scheme,
        official=None if scheme is None else district_level(area, outbreak, district, scheme),
        basis=presence.basis,
        counted_s=math.nan if counted is None else counted.newest_s,
    )


def district_level(area: Area, outbreak: Outbreak, district: int, scheme: OfficialScheme) -> OfficialLevel | None:
    """Step of a district in an official scheme of cases, by what was reported in the last seven days.

    Parameters
    ----------
    area, outbreak
        The place and the course of the disease in it.
    district
        Position in the area's districts; their number stands for the whole area.
    scheme
        Of daily cases for 100,000 residents.

    Returns
    -------
    OfficialLevel or None
        None where fewer than four of the days were reported, or nobody lives.
    """
    homes = [one.population for one in area.districts]
    population = np.array([homes[district] if district < len(homes) else np.nansum(homes)], dtype=np.float64)
    weekly = float(weekly_incidence(outbreak.reported[:, district : district + 1], population)[0])
    return official_level(max(weekly, 0.0) / DAY_PER_WEEK, scheme) if np.isfinite(weekly) else None


def _shares_there(exposure: Exposure, district: int) -> NDArray[np.float64]:
    """Draws of the share infectious among those present in a district, shape=(n_draw, 24)."""
    if district >= 0:
        mix = exposure.crowds.presence.mix[:, district : district + 1]
        found = mix_rows(mix, exposure.share)[:, :, 0]
        if bool(np.isfinite(found).all()):
            return np.asarray(found)
    wanted, remedy = "a place in a district with recent case reports", "Choose a place where people live."
    raise InfectionUnknownError(Fault("point", "no case reports", wanted, remedy))


def _people_there(presence: Presence, district: int) -> NDArray[np.float64]:
    """People present in a district at each hour, shape=(24,)."""
    inside = presence.district == district
    return np.asarray(np.nansum(presence.people[:, inside].astype(np.float64), axis=1))


def _count_factor(presence: Presence, district: int, hour: int, n: int) -> NDArray[np.float64]:
    """Error of the count as a factor, lognormal with median 1, shape=(n,), in an order apart from the prevalence's."""
    cv = math.nan if presence.cv is None else float(presence.cv[hour, district])
    if not cv > 0:
        return np.ones(n)
    level = ndtri((np.arange(n) * GOLDEN_SHARE + 0.5 / n) % 1.0)
    return np.asarray(np.exp(math.sqrt(math.log1p(cv**2)) * level))


def _crowd(
    presence: Presence, people: NDArray[np.float64], share: NDArray[np.float64], hour: int
) -> HourlyCrowd | None:
    """How full the place is by the hour; None where nobody counted it, for residents at home are no crowd."""
    if presence.basis is PresenceBasis.RESIDENTS or not people[hour] > 0:
        return None
    return HourlyCrowd(people, share, hour)
