"""What to do, by hazard and level: codes of messages ``advice.<code>``, most urgent first.

Common public guidance in our own order; the words stand in the message files.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from risk_core.state.level import Hazard, Level

MOST: Final = 6
"""Pieces of advice given at once."""

ALWAYS: Final = "check_alerts"

ADVICE: Final[Mapping[tuple[Hazard, Level], tuple[str, ...]]] = MappingProxyType(
    {
        (Hazard.RAIN, Level.ATTENTION): ("clear_drains", "carry_rain_gear"),
        (Hazard.RAIN, Level.CAUTION): ("avoid_streams_and_underpasses", "prepare_basement", "slow_down"),
        (Hazard.RAIN, Level.ALERT): ("leave_basement", "avoid_streams_and_underpasses", "no_driving_in_water"),
        (Hazard.RAIN, Level.SERIOUS): (
            "leave_basement",
            "move_up",
            "avoid_streams_and_underpasses",
            "no_driving_in_water",
            "call_for_help",
        ),
        (Hazard.TYPHOON, Level.ATTENTION): ("secure_loose_things",),
        (Hazard.TYPHOON, Level.CAUTION): ("secure_loose_things", "avoid_coast", "watch_for_falling_things"),
        (Hazard.TYPHOON, Level.ALERT): ("stay_indoors", "avoid_coast", "keep_from_windows", "avoid_bridges"),
        (Hazard.TYPHOON, Level.SERIOUS): (
            "stay_indoors",
            "keep_from_windows",
            "avoid_coast",
            "avoid_bridges",
            "call_for_help",
        ),
        (Hazard.INFECTION, Level.ATTENTION): ("wash_hands", "ventilate"),
        (Hazard.INFECTION, Level.CAUTION): ("wear_mask_indoors", "ventilate", "keep_distance"),
        (Hazard.INFECTION, Level.ALERT): ("wear_mask_indoors", "avoid_crowds", "keep_distance", "ventilate"),
        (Hazard.INFECTION, Level.SERIOUS): (
            "avoid_crowds",
            "wear_mask_indoors",
            "shorten_stay",
            "test_if_ill",
            "keep_distance",
        ),
    }
)


def choose_advice(levels: Mapping[Hazard, Level]) -> tuple[str, ...]:
    """Advice for the hazards' levels, those of the higher level first, each once, `check_alerts` at the end.

    Parameters
    ----------
    levels
        Level of each hazard that is known.

    Examples
    --------
    >>> choose_advice({Hazard.RAIN: Level.SAFE})
    ('check_alerts',)
    >>> choose_advice({Hazard.INFECTION: Level.ATTENTION, Hazard.RAIN: Level.ALERT})[0]
    'leave_basement'
    """
    ordered = sorted(levels, key=lambda hazard: (-levels[hazard], hazard is Hazard.INFECTION))
    codes = dict.fromkeys(code for hazard in ordered for code in ADVICE.get((hazard, levels[hazard]), ()))
    return (*tuple(codes)[: MOST - 1], ALWAYS)
