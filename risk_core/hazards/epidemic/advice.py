"""What each lever would change here and now: the stay as it is against the stay with one thing changed.

Before and after use the same draws of the prevalence, so the prevalence nearly cancels out of their relative change.
What is left is how well a lever's effect itself is known: the published factors have no intervals, so `EFFECT_SD`
stands for them, and the interval of a change comes mostly from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from risk_core.errors import Fault, raise_faults
from risk_core.hazards.epidemic.chance import Chance, check_draws
from risk_core.hazards.epidemic.exposure_options import TRANSMISSION_DEFAULTS, TransmissionOptions
from risk_core.hazards.epidemic.transmission import air_changes, infection_draws
from risk_core.state.activity import Activity, Distance, Mask, Setting, Voice
from risk_core.state.situation import N_HOUR

WINDOW_AIR_CHANGES_PER_H: Final = 3.0
"""Fresh air that an opened window adds, room volumes an hour; assumption, it depends on wind and window."""
SHORTER_SHARE: Final = 0.5
"""A shorter stay is this share of the one meant."""


class LeverKind(StrEnum):
    """What may be changed."""

    MASK = "mask"
    """A KF94 (N95, FFP2) on one's own face."""
    ALL_MASKS = "all_masks"
    """The same on every face."""
    DISTANCE = "distance"
    """Two metres to those near."""
    OUTSIDE = "outside"
    """Those near, outdoors; the rest of the room stays behind."""
    WINDOW = "window"
    """Windows wide open."""
    SHORTER = "shorter"
    QUIETER = "quieter"
    """One step quieter."""
    OTHER_HOUR = "other_hour"


EFFECT_SD: Final[Mapping[LeverKind, float]] = MappingProxyType(
    {
        LeverKind.MASK: 0.4,
        LeverKind.ALL_MASKS: 0.4,
        LeverKind.DISTANCE: 0.5,
        LeverKind.OUTSIDE: 0.3,
        LeverKind.WINDOW: 0.5,
        LeverKind.SHORTER: 0.0,
        LeverKind.QUIETER: 0.4,
        LeverKind.OTHER_HOUR: 0.0,
    }
)
"""Standard deviation of the logarithm of how far a lever moves the logarithm of the chance; assumptions."""
N_EFFECT: Final = 25
"""Draws of the effect for each draw of the prevalence."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing changed.

    Attributes
    ----------
    kind
        What.
    activity
        The stay with it.
    before, after
        Chance of infection without and with it.
    change
        After over before, less 1, with the bounds of its 80 % interval: -0.5 halves the chance, 0 leaves it.
    hour
        The hour of the day meant by `OTHER_HOUR`, -1 otherwise.
    """

    kind: LeverKind
    activity: Activity
    before: Chance
    after: Chance
    change: float
    change_low: float
    change_high: float
    hour: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class HourlyCrowd:
    """How full the place is at each hour of the day.

    Attributes
    ----------
    people
        People present there at each hour, in any unit, shape=(24,).
    prevalence
        Draws of the share of them who are infectious, shape=(n_draw, 24); the draws of `weigh_levers` in this order.
    hour
        The hour meant now, 0..23.
    hours
        Hours one could go instead, in order of preference.
    """

    people: NDArray[np.float64]
    prevalence: NDArray[np.float64]
    hour: int
    hours: tuple[int, ...] = tuple(range(6, 23))

    def __post_init__(self) -> None:
        faults = []
        if self.people.shape != (N_HOUR,) or not bool((np.isfinite(self.people) & (self.people >= 0)).all()):
            faults.append(Fault("people", f"shape {self.people.shape}", "24 counts", "Give one for each hour."))
        elif not (0 <= self.hour < N_HOUR and self.people[self.hour] > 0):
            faults.append(Fault("hour", str(self.hour), "an hour of 0..23 with people", "Correct the hour."))
        known = (self.prevalence >= 0) & (self.prevalence <= 1)
        if self.prevalence.ndim != 2 or self.prevalence.shape[1:] != (N_HOUR,) or not bool(known.all()):
            wanted = "numbers of 0..1, one column for each hour"
            faults.append(Fault("prevalence", f"shape {self.prevalence.shape}", wanted, "Leave unknown places out."))
        if not set(self.hours) <= set(range(N_HOUR)):
            faults.append(Fault("hours", str(self.hours), "hours of 0..23", "Correct the hours."))
        raise_faults(faults)


def weigh_levers(
    activity: Activity,
    prevalence: NDArray[np.float64],
    crowd: HourlyCrowd | None = None,
    options: TransmissionOptions = TRANSMISSION_DEFAULTS,
) -> tuple[Lever, ...]:
    """What each lever that is left would change, the strongest first; equal ones in the order of `LeverKind`.

    Levers already used (a mask worn, a window open, silence) and those that do not belong to the place are left out.

    Parameters
    ----------
    activity
        The stay as it is meant.
    prevalence
        Draws of the share of the people there who are infectious, shape=(n_draw,).
    crowd
        How full the place is by the hour; without it no other hour is weighed.
    options
        How easily the disease passes on.

    Raises
    ------
    InputError
        For draws that are not numbers of 0..1, or that are not those of the crowd.

    Examples
    --------
    >>> from risk_core.state.activity_presets import PRESETS
    >>> levers = weigh_levers(PRESETS["karaoke"].activity, np.array([0.01]))
    >>> [(lever.kind.value, round(lever.change, 2)) for lever in levers[:2]]
    [('outside', -0.96), ('all_masks', -0.93)]
    """
    draws = check_draws("prevalence", prevalence)
    before = infection_draws(activity, draws, options)
    changed = [(kind, change(activity)) for kind, change in CHANGES.items()]
    levers = [
        _lever(kind, after, before, infection_draws(after, draws, options))
        for kind, after in changed
        if after is not None and after != activity
    ]
    if crowd is not None:
        levers += _other_hour(activity, before, crowd, options)
    order = list(LeverKind)
    return tuple(sorted(levers, key=lambda lever: (lever.after.prob, order.index(lever.kind))))


def _lever(
    kind: LeverKind, activity: Activity, before: NDArray[np.float64], after: NDArray[np.float64], hour: int = -1
) -> Lever:
    """Compare two stays draw by draw, the effect weaker and stronger; a draw without risk is left as it is."""
    ratio = np.where(before > 0, after / np.where(before > 0, before, 1.0), 1.0)
    strength = np.exp(EFFECT_SD[kind] * ndtri((np.arange(N_EFFECT) + 0.5) / N_EFFECT))
    ratio = ratio[:, None] ** strength
    with_it = Chance.from_draws(np.minimum(before[:, None] * ratio, 1.0).ravel())
    change = Chance.from_draws(ratio.ravel() - 1.0)
    return Lever(kind, activity, Chance.from_draws(before), with_it, change.prob, change.low, change.high, hour)


def _other_hour(
    activity: Activity, before: NDArray[np.float64], crowd: HourlyCrowd, options: TransmissionOptions
) -> list[Lever]:
    """The hour at which the stay is least dangerous, where that is another one than meant."""
    if len(crowd.prevalence) != len(before):
        wanted = f"{len(before)} draws, those of the place now"
        raise_faults([Fault("crowd.prevalence", f"{len(crowd.prevalence)} draws", wanted, "Use the same draws.")])
    fixed = _with_air_changes(activity)
    best: Lever | None = None
    for hour in crowd.hours:
        factor = float(crowd.people[hour] / crowd.people[crowd.hour])
        stay = replace(fixed, n_near=min(fixed.n_near * factor, 1e3), n_room=min(fixed.n_room * factor, 1e5))
        after = infection_draws(stay, crowd.prevalence[:, hour], options)
        lever = _lever(LeverKind.OTHER_HOUR, stay, before, after, hour)
        if hour != crowd.hour and lever.after.prob < (best.after if best else lever.before).prob:
            best = lever
    return [] if best is None else [best]


def _with_air_changes(activity: Activity) -> Activity:
    """The same stay with its fresh air given as such: it stays when the people change."""
    if activity.co2_ppm is None:
        return activity
    fresh = min(max(air_changes(activity), 0.05), 100.0)
    return replace(activity, co2_ppm=None, air_changes_per_h=fresh)


def _wear_mask(activity: Activity) -> Activity | None:
    return None if activity.own_mask in {Mask.N95, Mask.FITTED_N95} else replace(activity, own_mask=Mask.N95)


def _mask_all(activity: Activity) -> Activity | None:
    if activity.other_masks in {Mask.N95, Mask.FITTED_N95} or activity.n_other == 0:
        return None
    return replace(_wear_mask(activity) or activity, other_masks=Mask.N95)


def _keep_distance(activity: Activity) -> Activity | None:
    if activity.distance in {Distance.TWO_M, Distance.THREE_M} or activity.n_near == 0:
        return None
    return replace(activity, distance=Distance.TWO_M)


def _go_outside(activity: Activity) -> Activity | None:
    if activity.setting in {Setting.OUTDOOR, Setting.TRANSIT, Setting.PLANE}:
        return None
    return replace(
        activity,
        setting=Setting.OUTDOOR,
        n_room=0.0,
        occupied_min=0.0,
        room_m3=None,
        air_changes_per_h=None,
        co2_ppm=None,
    )


def _open_window(activity: Activity) -> Activity | None:
    if activity.setting is not Setting.INDOOR:
        return None
    stay = replace(_with_air_changes(activity), setting=Setting.PART_OPEN)
    if stay.air_changes_per_h is None:
        return stay
    return replace(stay, air_changes_per_h=min(stay.air_changes_per_h + WINDOW_AIR_CHANGES_PER_H, 100.0))


def _stay_shorter(activity: Activity) -> Activity | None:
    return replace(activity, stay_min=activity.stay_min * SHORTER_SHARE) if activity.stay_min > 0 else None


def _be_quieter(activity: Activity) -> Activity | None:
    voices = list(Voice)
    step = voices.index(activity.voice)
    return replace(activity, voice=voices[step - 1]) if step > 0 else None


CHANGES: Final[Mapping[LeverKind, Callable[[Activity], Activity | None]]] = MappingProxyType(
    {
        LeverKind.MASK: _wear_mask,
        LeverKind.ALL_MASKS: _mask_all,
        LeverKind.DISTANCE: _keep_distance,
        LeverKind.OUTSIDE: _go_outside,
        LeverKind.WINDOW: _open_window,
        LeverKind.SHORTER: _stay_shorter,
        LeverKind.QUIETER: _be_quieter,
    }
)
