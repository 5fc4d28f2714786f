"""Who is where in an area, and how many of them are infectious at one moment: what every infection question needs.

The people present belong to the area and are kept as long as it stands; the shares belong to one snapshot.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError, NotFoundError
from risk_core.hazards.epidemic.chance import draw_prevalence
from risk_core.hazards.epidemic.hourly import hourly_hazard, hourly_people_near
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, InfectionOptions
from risk_core.hazards.epidemic.presence import Presence, gather_people
from risk_core.hazards.epidemic.prevalence import Prevalence, estimate_prevalence
from risk_core.state.activity import Activity
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.situation import DistrictCases, PeoplePresent
from risk_core.state.surveillance import Outbreak


class InfectionUnknownError(NotFoundError):
    """Nothing is known of the disease at the place and time asked for."""

    code = "infection_unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Crowds:
    """People of an area on a usual day.

    Attributes
    ----------
    presence
        Who is where at each hour.
    near
        People near somebody on the streets of each cell, shape=(24, n_cell).
    people
        What was counted; None where everybody is taken to be at home.
    """

    presence: Presence
    near: NDArray[np.float32]
    people: PeoplePresent | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """People and the share of them who are infectious at one moment.

    Attributes
    ----------
    crowds
        The people.
    mean_share
        Prevalence of each district's residents, shape=(n_district,), NaN where unknown.
    share
        Draws of the same, shape=(n_draw, n_district); one draw is high or low everywhere at once.
    valid_s
        The moment, unix seconds.
    """

    crowds: Crowds
    mean_share: NDArray[np.float64]
    share: NDArray[np.float64]
    valid_s: float


def estimate_crowds(
    area: Area, options: InfectionOptions = INFECTION_DEFAULTS, people: PeoplePresent | None = None
) -> Crowds:
    """People present in an area by cell and hour, from the best source given.

    Parameters
    ----------
    area
        The place.
    options
        How full its streets are.
    people
        Counts and trips; without them everybody is at home.
    """
    presence = gather_people(area, people)
    return Crowds(presence, hourly_people_near(area.grid, presence, options.street_crowd), people)


def outbreak_prevalence(
    area: Area, outbreak: Outbreak, valid_s: NDArray[np.float64], options: InfectionOptions = INFECTION_DEFAULTS
) -> Prevalence:
    """Prevalence of each district at each time, from the course kept in a snapshot.

    The same rule and the same corrected cases as the map of `field.assess_infection`.

    Parameters
    ----------
    area
        The place.
    outbreak
        Its course.
    valid_s
        Times, shape=(n_slice,), unix seconds.
    options
        Settings.
    """
    n_district = len(area.districts)
    population = np.array([district.population for district in area.districts], dtype=np.float64)
    cases = DistrictCases(outbreak.day_s, np.ascontiguousarray(outbreak.expected[:, :n_district]))
    return estimate_prevalence(cases, population, valid_s, options)


def estimate_exposure(
    area: Area,
    crowds: Crowds,
    outbreak: Outbreak | None,
    valid_s: float,
    options: InfectionOptions = INFECTION_DEFAULTS,
) -> Exposure:
    """Infectious people among those present at one moment.

    Parameters
    ----------
    area, crowds
        The place and its people.
    outbreak
        Course of the disease in it.
    valid_s
        The moment, unix seconds.
    options
        Settings.

    Raises
    ------
    InfectionUnknownError
        Where no case was reported lately.
    """
    prevalence = outbreak_prevalence(area, _known(area, outbreak), np.array([valid_s]), options)
    return Exposure(crowds, prevalence.mean_share[0], draw_prevalence(prevalence, 0), valid_s)


def exposure_on(
    area: Area,
    crowds: Crowds,
    assessment: Assessment,
    step: int,
    options: InfectionOptions = INFECTION_DEFAULTS,
) -> Exposure:
    """Infectious people among those present at one time slice of an assessment, as its map has them.

    Parameters
    ----------
    area, crowds
        The place and its people.
    assessment
        Its assessment.
    step
        Position of the slice.
    options
        Settings of the assessment.

    Raises
    ------
    InfectionUnknownError
        Where no case was reported lately.
    """
    valid_s = assessment.now_s + float(assessment.lead_s[step])
    found = prevalence_on(area, assessment, step, options)
    return Exposure(crowds, found.mean_share[0], draw_prevalence(found, 0), valid_s)


def prevalence_on(
    area: Area, assessment: Assessment, step: int, options: InfectionOptions = INFECTION_DEFAULTS
) -> Prevalence:
    """Prevalence of each district at one time slice of an assessment: the assessment's own where it carries it.

    Parameters and errors as of `exposure_on`.
    """
    slices, outbreak = assessment.prevalence, _known(area, assessment.outbreak)
    if slices is None:
        valid_s = assessment.now_s + float(assessment.lead_s[step])
        return outbreak_prevalence(area, outbreak, np.array([valid_s]), options)
    one = slice(step, step + 1)
    return Prevalence.from_median(slices.median_share[one], slices.log_sd[one], options.ascertainment)


def _known(area: Area, outbreak: Outbreak | None) -> Outbreak:
    if outbreak is None:
        remedy = "Ingest reported cases, or ask for another area."
        raise InfectionUnknownError(Fault("area", area.area_id, "an area with recent case reports", remedy))
    return outbreak


def hazard_table(
    area: Area, exposure: Exposure, activity: Activity, options: InfectionOptions = INFECTION_DEFAULTS
) -> NDArray[np.float32]:
    """Infections an hour on each edge at each hour of the day, shape=(24, n_edge); see `hourly.hourly_hazard`.

    Raises
    ------
    InputError
        For an area without streets.
    """
    if area.network is None:
        raise InputError(Fault("area", area.area_id, "an area with streets", "Choose an area that has a network."))
    crowds = exposure.crowds
    share = exposure.mean_share
    return hourly_hazard(area.network, crowds.presence, share, crowds.near, activity, options.transmission)


def hour_of(local_h: float) -> int:
    """Whole hour of the day, 0..23, of a local time in hours.

    Raises
    ------
    InputError
        For a time that is none.
    """
    if not (math.isfinite(local_h) and 0 <= local_h <= 24):
        raise InputError(Fault("local_h", str(local_h), "an hour of 0..24", "Give the local time of the day."))
    return int(local_h) % 24
