"""Whether a detour is worth telling for the infection on the way alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.hazards.epidemic.advice import Lever
from risk_core.hazards.epidemic.chance import Chance, check_draws
from risk_core.state.options import check_ranges


@dataclass(frozen=True, slots=True)
class DetourRule:
    """What a detour must save; choices of this project, so that nobody is sent round for nothing.

    Attributes
    ----------
    least_share
        More than this share of the risk of the trip.
    least_prob
        More than this chance of infection.
    """

    least_share: float = 0.20
    least_prob: float = 5e-6

    def __post_init__(self) -> None:
        check_ranges(self, {"least_share": (0.0, 1.0), "least_prob": (0.0, 1.0)})


DETOUR_RULE: Final = DetourRule()


class DetourReason(StrEnum):
    """Why a detour is told or not."""

    WORTH = "worth"
    SMALL_SHARE = "small_share"
    SMALL_CHANCE = "small_chance"
    UNCERTAIN = "uncertain"
    """The lower 10 % draw saves nothing."""


@dataclass(frozen=True, slots=True)
class DetourVerdict:
    """Whether a detour is worth telling.

    Attributes
    ----------
    is_worth
        Whether it is.
    reason
        The first part of the rule that fails, in the order uncertain, small chance, small share.
    trip, detour
        Chance of infection on the trip as it is and with the detour.
    saved
        What the detour saves, draw by draw; negative where it adds.
    saved_share
        Median saved over the median of the trip, 0 for a trip without risk.
    better
        Where it is not worth it: the strongest lever that saves more than the detour, or None.
    """

    is_worth: bool
    reason: DetourReason
    trip: Chance
    detour: Chance
    saved: Chance
    saved_share: float
    better: Lever | None


def judge_detour(
    trip: NDArray[np.float64],
    detour: NDArray[np.float64],
    levers: Sequence[Lever] = (),
    rule: DetourRule = DETOUR_RULE,
) -> DetourVerdict:
    """Judge a detour: more than 20 % and more than 5 millionths saved, and something saved in the lower 10 % draw.

    Parameters
    ----------
    trip, detour
        Chance of infection on the whole trip without and with the detour, shape=(n_draw,); the same draws of the
        prevalence in the same order, such as `hourly.path_infection_draws` gives.
    levers
        Of the same trip, from `advice.weigh_levers`.
    rule
        What must be saved.

    Raises
    ------
    InputError
        For draws that are not numbers of 0..1, or not as many for both.

    Examples
    --------
    >>> trip = np.linspace(1e-6, 9e-6, 9)
    >>> judge_detour(trip, trip / 2).reason.value
    'small_chance'
    >>> judge_detour(10 * trip, 5 * trip).reason.value
    'worth'
    """
    before, after = check_draws("trip", trip), check_draws("detour", detour)
    if before.size != after.size:
        wanted = f"{before.size} draws, as for the trip"
        raise_faults([Fault("detour", f"{after.size} draws", wanted, "Use the same draws for both.")])
    saved, whole = Chance.from_draws(before - after), Chance.from_draws(before)
    share = saved.prob / whole.prob if whole.prob > 0 else 0.0
    reason = DetourReason.WORTH
    if not saved.low > 0:
        reason = DetourReason.UNCERTAIN
    elif not saved.prob > rule.least_prob:
        reason = DetourReason.SMALL_CHANCE
    elif not share > rule.least_share:
        reason = DetourReason.SMALL_SHARE
    is_worth = reason is DetourReason.WORTH
    stronger = [lever for lever in levers if lever.before.prob - lever.after.prob > max(saved.prob, 0.0)]
    better = min(stronger, key=lambda lever: lever.after.prob, default=None)
    return DetourVerdict(is_worth, reason, whole, Chance.from_draws(after), saved, share, None if is_worth else better)
