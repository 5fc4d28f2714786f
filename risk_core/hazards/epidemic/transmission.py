"""Dose from one infectious person during a stay, and the chance of infection among many.

People near count with the table of `microcovid_2021`, which was fitted to contacts in rooms and so holds what a person
near adds to the room's air; people further away in the same air count with `gammaitoni_nucci_1997`. A person near
never counts for less than one further away, and nobody counts twice.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.chance import Chance, check_draws
from risk_core.hazards.epidemic.exposure_options import TRANSMISSION_DEFAULTS, TransmissionOptions
from risk_core.hazards.epidemic.gammaitoni_nucci_1997 import room_dose
from risk_core.hazards.epidemic.microcovid_2021 import mask_factor, near_factor
from risk_core.hazards.epidemic.prevalence import match_beta
from risk_core.hazards.epidemic.rudnick_milton_2003 import co2_to_air_changes
from risk_core.kernels.contact import contact_probs, infection_probs
from risk_core.state.activity import Activity, Breathing, Voice

MIN_PER_H: Final = 60.0
BREATHING_M3_PER_H: Final[Mapping[Breathing, float]] = MappingProxyType(
    {Breathing.LYING: 0.45, Breathing.LIGHT: 0.54, Breathing.MEDIUM: 0.9, Breathing.SPORT: 1.2}
)
"""Buonanno, Stabile & Morawska 2020, Environ. Int. 141, 105794 (figures unverified)."""


@dataclass(frozen=True, slots=True)
class ActivityRisk:
    """What a stay means for one person.

    Attributes
    ----------
    contact
        Chance that at least one of the others is infectious; `prob` is the expectation over the prevalence.
    infection
        Chance of infection; the interval is that of the prevalence alone.
    infection_low_prob
        Median of the same when the disease passes on at the lower published rate (`TransmissionOptions.near_low_per_h`
        over `near_per_h`, for the room's air too); the distance to `infection.prob` tells how well that is known.
    """

    contact: Chance
    infection: Chance
    infection_low_prob: float


def air_changes(activity: Activity) -> float:
    """Fresh air of the activity's room, volumes an hour, measured or from carbon dioxide; NaN without a room."""
    if activity.room_m3 is None:
        return math.nan
    if activity.air_changes_per_h is not None:
        return activity.air_changes_per_h
    breathing = BREATHING_M3_PER_H[activity.breathing]
    return co2_to_air_changes(activity.co2_ppm or math.nan, activity.n_other + 1, breathing, activity.room_m3)


def near_rate_per_h(activity: Activity, options: TransmissionOptions = TRANSMISSION_DEFAULTS) -> float:
    """Infections an hour from one infectious person near, everything but the room's air counted.

    Examples
    --------
    Outdoors at two metres, silent, no masks:

    >>> from risk_core.state.activity import Distance, Setting
    >>> street = Activity(Setting.OUTDOOR, Distance.TWO_M, voice=Voice.SILENT)
    >>> round(near_rate_per_h(street), 6)
    0.0003
    """
    return options.near_per_h * near_factor(activity) * options.variant_factor * options.immune_factor


def far_dose(activity: Activity, options: TransmissionOptions = TRANSMISSION_DEFAULTS) -> float:
    """Infections from one infectious person further away in the room over the whole stay; 0 without a room."""
    a = activity
    if a.room_m3 is None:
        return 0.0
    loss_per_h = air_changes(a) + options.decay_per_h + options.deposition_per_h
    stay_h, before_h = a.stay_min / MIN_PER_H, a.occupied_min / MIN_PER_H
    quanta = room_dose(
        quanta_per_h(a, options), BREATHING_M3_PER_H[a.breathing], a.room_m3, loss_per_h, stay_h, before_h
    )
    return quanta * mask_factor(a.own_mask, a.other_masks) * options.variant_factor * options.immune_factor


def near_dose(activity: Activity, options: TransmissionOptions = TRANSMISSION_DEFAULTS) -> float:
    """Infections from one infectious person near over the whole stay, at least those from one further away."""
    return max(near_rate_per_h(activity, options) * activity.stay_min / MIN_PER_H, far_dose(activity, options))


def quanta_per_h(activity: Activity, options: TransmissionOptions = TRANSMISSION_DEFAULTS) -> float:
    """Quanta an hour of one infectious person of the activity."""
    if activity.breathing is Breathing.SPORT or activity.voice is Voice.LOUD:
        return options.quanta_loud_per_h
    return options.quanta_silent_per_h if activity.voice is Voice.SILENT else options.quanta_normal_per_h


def infection_draws(
    activity: Activity, prevalence: NDArray[np.float64], options: TransmissionOptions = TRANSMISSION_DEFAULTS
) -> NDArray[np.float64]:
    """Chance of infection at each draw of the prevalence, shape=(n_draw,).

    Raises
    ------
    InputError
        For draws that are not numbers of 0..1.

    Examples
    --------
    Half an hour among five silent people at two metres outdoors, one in a hundred infectious:

    >>> from risk_core.state.activity import Distance, Setting
    >>> street = Activity(Setting.OUTDOOR, Distance.TWO_M, voice=Voice.SILENT, stay_min=30, n_near=5)
    >>> round(float(infection_draws(street, np.array([0.01]))[0] * 1e6), 1)
    7.5
    """
    draws = check_draws("prevalence", prevalence)
    near, far = near_dose(activity, options), far_dose(activity, options)
    return np.asarray(infection_probs(draws, float(activity.n_near), near, float(activity.n_room), far))


def contact_chance(n_people: float, prevalence: NDArray[np.float64]) -> Chance:
    """Chance that at least one of `n_people` is infectious: beta-binomial, its Beta matched to the draws.

    The interval takes the 10 % and 90 % quantiles of the prevalence, as on the map.

    Raises
    ------
    InputError
        For draws that are not numbers of 0..1.

    Examples
    --------
    >>> round(contact_chance(10.0, np.array([0.01])).prob, 4)
    0.0956
    """
    draws = check_draws("prevalence", prevalence)
    mean = draws.mean(keepdims=True)
    alpha, beta = match_beta(mean, draws.std(keepdims=True) / np.maximum(mean, 1e-300))
    expected = float(contact_probs(alpha, beta, np.array([float(n_people)]))[0])
    bounds = Chance.from_draws(infection_probs(draws, float(n_people), math.inf, 0.0, 0.0))
    return Chance(expected, min(bounds.low, expected), max(bounds.high, expected))


def assess_activity(
    activity: Activity, prevalence: NDArray[np.float64], options: TransmissionOptions = TRANSMISSION_DEFAULTS
) -> ActivityRisk:
    """Chances of an infectious contact and of infection during a stay.

    Parameters
    ----------
    activity
        The stay.
    prevalence
        Draws of the share of the people there who are infectious and not isolated, shape=(n_draw,).
    options
        How easily the disease passes on.

    Raises
    ------
    InputError
        For draws that are not numbers of 0..1.
    """
    lower = replace(options, variant_factor=options.variant_factor * options.near_low_per_h / options.near_per_h)
    return ActivityRisk(
        contact=contact_chance(activity.n_other, prevalence),
        infection=Chance.from_draws(infection_draws(activity, prevalence, options)),
        infection_low_prob=float(np.median(infection_draws(activity, prevalence, lower))),
    )
