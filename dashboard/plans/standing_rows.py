"""The order in force as rows and lines: arrivals at shelters, and shelters that no longer fit."""

import math
from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from dashboard.i18n import text
from dashboard.plans.standing import Expected
from dashboard.views.format import count, near_clock
from risk_core.state.situation import Shelter

ARRIVAL_COLUMNS: Final = ("shelter", "sent", "by_now", "inside", "first", "last", "fits")
UNKNOWN: Final = "–"


def arrival_rows(
    expected: Sequence[Expected], shelters: Sequence[Shelter], now_s: float, zone: tzinfo, lang: str
) -> list[list[str]]:
    """Shelter, people sent, who should be there now, who is reported inside, first and last arrival, whether it fits.

    Parameters
    ----------
    expected
        What the order says.
    shelters
        As reported now.
    now_s, zone, lang
        For the words.
    """
    inside = {one.shelter_id: one.occupancy_persons for one in shelters}
    return [
        [
            one.name,
            count(one.persons),
            count(one.by_now),
            _known(inside.get(one.shelter_id, math.nan)),
            near_clock(one.first_s, now_s, zone, lang),
            near_clock(one.last_s, now_s, zone, lang),
            text("plan.standing.yes", lang) if one.fault is None else text(f"plan.shelter_fault.{one.fault}", lang),
        ]
        for one in expected
    ]


def again_words(expected: Sequence[Expected], lang: str) -> list[str]:
    """A line for each shelter that no longer fits: which, why, and how many are on their way."""
    return [
        text(
            "plan.standing.again",
            lang,
            name=one.name,
            fault=text(f"plan.shelter_fault.{one.fault}", lang),
            persons=count(one.persons),
        )
        for one in expected
        if one.fault is not None
    ]


def _known(number: float) -> str:
    return count(number) if math.isfinite(number) else UNKNOWN
