"""Dose from one infectious person during a stay, and the chance of infection among many.

People near: the microCOVID table (microCOVID Project, 2020-2021, source file `src/data/data.ts`: values looked up
there), a rate per hour with one factor for each circumstance. It was fitted to contacts in rooms, so it holds what
the person near adds to the room's air. People further away in the same air: Wells-Riley with a room that fills up
(Riley, Murphy & Riley 1978, Am. J. Epidemiol. 107, 421; transient: Gammaitoni & Nucci 1997, Emerg. Infect. Dis. 3,
335), well mixed. A person near never counts for less than one further away, and nobody is counted twice.

Symbols: B breathing rate, m3/h; q quanta an hour, infections a quantum; V volume, m3; L removal of quanta from the
air, per hour; T stay and S the time the others have been there before, h; eta share a mask holds back.

    dose = (1 - eta_in)(1 - eta_out) B q / (V L) (T - (exp(-L S) - exp(-L (S + T))) / L)
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.chance import Chance, check_draws
from risk_core.hazards.epidemic.prevalence import match_beta
from risk_core.kernels.contact import contact_probs, infection_probs
from risk_core.state.activity import OUTDOOR_CO2_PPM, Activity, Breathing, Distance, Mask, Setting, Voice
from risk_core.state.options import check_ranges

MIN_PER_H: Final = 60.0
CO2_PER_BREATH_PPM: Final = 38_000.0
"""Carbon dioxide added to exhaled air (Rudnick & Milton 2003, Indoor Air 13, 237: figure unverified)."""

SETTING_FACTOR: Final[Mapping[Setting, float]] = MappingProxyType(
    {Setting.INDOOR: 1.0, Setting.PART_OPEN: 0.25, Setting.PLANE: 1 / 6, Setting.OUTDOOR: 0.05}
)
DISTANCE_FACTOR: Final[Mapping[Distance, float]] = MappingProxyType(
    {
        Distance.TOUCHING: 5.0,
        Distance.CLOSE: 2.0,
        Distance.NORMAL: 1.0,
        Distance.TWO_M: 0.5,
        Distance.THREE_M: 0.25,
    }
)
OWN_MASK_FACTOR: Final[Mapping[Mask, float]] = MappingProxyType(
    {
        Mask.NONE: 1.0,
        Mask.THIN: 1.0,
        Mask.CLOTH: 2 / 3,
        Mask.SURGICAL: 1 / 2,
        Mask.N95: 1 / 3,
        Mask.FITTED_N95: 1 / 8,
    }
)
OTHER_MASK_FACTOR: Final[Mapping[Mask, float]] = MappingProxyType(
    {
        Mask.NONE: 1.0,
        Mask.THIN: 1 / 2,
        Mask.CLOTH: 1 / 3,
        Mask.SURGICAL: 1 / 4,
        Mask.N95: 1 / 6,
        Mask.FITTED_N95: 1 / 16,
    }
)
VOICE_FACTOR: Final[Mapping[Voice, float]] = MappingProxyType({Voice.SILENT: 0.2, Voice.NORMAL: 1.0, Voice.LOUD: 5.0})
BREATHING_M3_PER_H: Final[Mapping[Breathing, float]] = MappingProxyType(
    {Breathing.LYING: 0.45, Breathing.LIGHT: 0.54, Breathing.MEDIUM: 0.9, Breathing.SPORT: 1.2}
)
"""Buonanno, Stabile & Morawska 2020, Environ. Int. 141, 105794 (figures unverified)."""


@dataclass(frozen=True, slots=True)
class TransmissionOptions:
    """How easily the disease passes on.

    Attributes
    ----------
    near_per_h
        Infections an hour from one infectious person talking at one metre in a room, no masks (microCOVID).
    near_low_per_h
        The same from the contacts that the NHS app told, 1.1 % an hour (Ferretti et al. 2024, Nature 626, 145:
        figure unverified); the lower end of what is shown.
    decay_per_h, deposition_per_h
        Loss of quanta by decay and by settling, per hour; remembered, unverified.
    quanta_silent_per_h, quanta_normal_per_h, quanta_loud_per_h
        Quanta of one infectious person by voice; known within a factor of about five. Sport counts as loud.
    variant_factor
        Contagiousness relative to the first variant.
    immune_factor
        Share of the susceptibility that one's own immunity leaves.
    """

    near_per_h: float = 0.06
    near_low_per_h: float = 0.011
    decay_per_h: float = 0.62
    deposition_per_h: float = 0.3
    quanta_silent_per_h: float = 5.0
    quanta_normal_per_h: float = 20.0
    quanta_loud_per_h: float = 100.0
    variant_factor: float = 1.0
    immune_factor: float = 1.0

    def __post_init__(self) -> None:
        ranges = {
            "near_per_h": (0.0, 10.0),
            "near_low_per_h": (0.0, self.near_per_h),
            "decay_per_h": (0.0, 100.0),
            "deposition_per_h": (0.0, 100.0),
            "quanta_silent_per_h": (0.0, self.quanta_normal_per_h),
            "quanta_normal_per_h": (0.0, self.quanta_loud_per_h),
            "quanta_loud_per_h": (0.0, 1e5),
            "variant_factor": (0.0, 100.0),
            "immune_factor": (0.0, 1.0),
        }
        check_ranges(self, ranges)


TRANSMISSION_DEFAULTS: Final = TransmissionOptions()


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
        Median of the same with the lower published rates near; the distance to `infection.prob` tells how well the
        passing-on itself is known.
    """

    contact: Chance
    infection: Chance
    infection_low_prob: float


def co2_to_air_changes(co2_ppm: float, n_people: float, breathing_m3_per_h: float, room_m3: float) -> float:
    """Fresh air of a room from its steady carbon dioxide, room volumes an hour (Rudnick & Milton 2003, eq. 5).

    Parameters
    ----------
    co2_ppm
        Measured, above that of outdoor air, ppm.
    n_people
        People breathing there.
    breathing_m3_per_h
        Air each of them breathes.
    room_m3
        Volume.

    Examples
    --------
    Twenty people at 1,000 ppm in 200 m3, about 10 litres of fresh air a second each:

    >>> round(co2_to_air_changes(1000.0, 20.0, 0.54, 200.0), 1)
    3.5
    """
    return n_people * breathing_m3_per_h * CO2_PER_BREATH_PPM / ((co2_ppm - OUTDOOR_CO2_PPM) * room_m3)


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

    >>> street = Activity(Setting.OUTDOOR, Distance.TWO_M, voice=Voice.SILENT)
    >>> round(near_rate_per_h(street), 6)
    0.0003
    """
    a = activity
    masks = OWN_MASK_FACTOR[a.own_mask] * OTHER_MASK_FACTOR[a.other_masks]
    place = SETTING_FACTOR[a.setting] * DISTANCE_FACTOR[a.distance] * VOICE_FACTOR[a.voice]
    return options.near_per_h * place * masks * options.variant_factor * options.immune_factor


def room_dose(activity: Activity, options: TransmissionOptions = TRANSMISSION_DEFAULTS) -> float:
    """Infections from one infectious person further away in the room over the whole stay; 0 without a room."""
    a = activity
    if a.room_m3 is None:
        return 0.0
    loss_per_h = air_changes(a) + options.decay_per_h + options.deposition_per_h
    stay_h, before_h = a.stay_min / MIN_PER_H, a.occupied_min / MIN_PER_H
    missing_h = -math.exp(-loss_per_h * before_h) * math.expm1(-loss_per_h * stay_h) / loss_per_h
    masks = OWN_MASK_FACTOR[a.own_mask] * OTHER_MASK_FACTOR[a.other_masks]
    inhaled = BREATHING_M3_PER_H[a.breathing] * quanta_per_h(a, options) / (a.room_m3 * loss_per_h)
    return masks * inhaled * (stay_h - missing_h) * options.variant_factor * options.immune_factor


def near_dose(activity: Activity, options: TransmissionOptions = TRANSMISSION_DEFAULTS) -> float:
    """Infections from one infectious person near over the whole stay, at least those from one further away."""
    near = near_rate_per_h(activity, options) * activity.stay_min / MIN_PER_H
    return max(near, room_dose(activity, options))


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

    >>> street = Activity(Setting.OUTDOOR, Distance.TWO_M, voice=Voice.SILENT, stay_min=30, n_near=5)
    >>> round(float(infection_draws(street, np.array([0.01]))[0] * 1e6), 1)
    7.5
    """
    draws = check_draws("prevalence", prevalence)
    doses = near_dose(activity, options), room_dose(activity, options)
    return np.asarray(infection_probs(draws, float(activity.n_near), doses[0], float(activity.n_room), doses[1]))


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
    lower = replace(options, near_per_h=options.near_low_per_h)
    return ActivityRisk(
        contact=contact_chance(activity.n_other, prevalence),
        infection=Chance.from_draws(infection_draws(activity, prevalence, options)),
        infection_low_prob=float(np.median(infection_draws(activity, prevalence, lower))),
    )
