"""Official heavy-rain criteria of the Korea Meteorological Administration, by the date they came into force.

The table is data: `notices` takes any sequence of `RainRules`, so that a changed rule is one more row and the rules of
an old day stay known. Whether a notice is issued is the agency's decision; what is computed here is that the measured
or forecast rain passes its figures.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from risk_core.errors import Fault, raise_faults

KOREA: Final = timezone(timedelta(hours=9))
"""Rules change at midnight of Korean time."""


class RainNotice(StrEnum):
    """What the rain gives cause for, mildest first."""

    ADVISORY = "advisory"
    WARNING = "warning"
    MESSAGE = "message"
    HIGHER_MESSAGE = "higher_message"


@dataclass(frozen=True, slots=True)
class RainRule:
    """A notice and the sums that give cause for it: all of them together.

    Attributes
    ----------
    notice
        Which.
    least_mm
        (window in hours, least rain in mm) each.
    """

    notice: RainNotice
    least_mm: tuple[tuple[int, float], ...]

    def is_met(self, sum_mm: Mapping[int, float]) -> bool:
        """Whether the sums by window, mm, meet it; an unknown sum meets nothing."""
        return all(sum_mm.get(window_h, math.nan) >= least for window_h, least in self.least_mm)


@dataclass(frozen=True, slots=True)
class RainRules:
    """The rules from a date on.

    Attributes
    ----------
    valid_from
        First day, Korean time, ISO 8601.
    rules
        Any of a notice's rules gives cause for it.
    where
        Where the emergency texts are sent, in words; advisories and warnings hold everywhere.
    source
        Who tells it.
    is_verified
        False where the figures could not be confirmed.

    Raises
    ------
    InputError
        For a date or figures that cannot be.
    """

    valid_from: str
    rules: tuple[RainRule, ...]
    where: str
    source: str
    is_verified: bool = True

    def __post_init__(self) -> None:
        faults = []
        try:
            datetime.fromisoformat(self.valid_from)
        except ValueError:
            faults.append(Fault("valid_from", repr(self.valid_from), "a date as 2025-05-15", "Correct the table."))
        for rule in self.rules:
            if not rule.least_mm or not all(w > 0 and 0 < mm < math.inf for w, mm in rule.least_mm):
                wanted = "(hours, mm) pairs above zero"
                faults.append(Fault("least_mm", str(rule.least_mm), wanted, f"Correct the rule of {rule.notice}."))
        raise_faults(faults)


def _either(notice: RainNotice, *least_mm: tuple[int, float]) -> tuple[RainRule, ...]:
    return tuple(RainRule(notice, (one,)) for one in least_mm)


_NOTICES_2011: Final = (
    *_either(RainNotice.ADVISORY, (6, 70.0), (12, 110.0)),
    *_either(RainNotice.WARNING, (6, 110.0), (12, 180.0)),
)
_NOTICES_2018: Final = (
    *_either(RainNotice.ADVISORY, (3, 60.0), (12, 110.0)),
    *_either(RainNotice.WARNING, (3, 90.0), (12, 180.0)),
)
_MESSAGE: Final = (RainRule(RainNotice.MESSAGE, ((1, 50.0), (3, 90.0))), *_either(RainNotice.MESSAGE, (1, 72.0)))
_HIGHER: Final = _either(RainNotice.HIGHER_MESSAGE, (1, 100.0))

KMA_RULES: Final = (
    RainRules("2011-06-01", _NOTICES_2011, "none sent", "KMA; reported by Yonhap 2018-05-23 (month only)"),
    RainRules("2018-06-01", _NOTICES_2018, "none sent", "KMA 2018-05-23, reported by Newsis"),
    RainRules("2023-06-15", (*_NOTICES_2018, *_MESSAGE), "Seoul, Incheon, Gyeonggi (trial)",
              "KMA, reported by Yonhap TV 2023-06 and MBN 2023-07-11"),
    RainRules("2024-05-15", (*_NOTICES_2018, *_MESSAGE),
              "Seoul, Incheon, Gyeonggi; Daegu, Gyeongbuk, Gwangju, Jeonnam (trial)", "KMA summer plan 2024"),
    RainRules("2025-05-15", (*_NOTICES_2018, *_MESSAGE), "all Korea, by eup, myeon and dong", "KMA summer plan 2025"),
    RainRules("2026-05-15", (*_NOTICES_2018, *_MESSAGE, *_HIGHER), "all Korea, by eup, myeon and dong",
              "KMA, a higher text at about 100 mm/h announced in 2025-12; day and figure unverified", False),
)  # fmt: skip
"""Every version known, oldest first."""


def rules_at(time_s: float, tables: Sequence[RainRules] = KMA_RULES) -> RainRules:
    """Rules in force at a time; the earliest known where it lies before them all.

    Parameters
    ----------
    time_s
        Unix seconds.
    tables
        Versions, any order, at least one.

    Examples
    --------
    >>> rules_at(1659960000.0).valid_from
    '2018-06-01'
    """
    if not tables:
        raise_faults([Fault("tables", "()", "at least one version of the rules", "Give for example KMA_RULES.")])
    day = datetime.fromtimestamp(time_s, UTC).astimezone(KOREA).date().isoformat()
    ordered = sorted(tables, key=lambda one: one.valid_from)
    return next((one for one in reversed(ordered) if one.valid_from <= day), ordered[0])


def notices(sum_mm: Mapping[int, float], rules: RainRules) -> tuple[RainNotice, ...]:
    """Notices the rain gives cause for, mildest first.

    Parameters
    ----------
    sum_mm
        Rain by window in hours, mm; windows left out or NaN are unknown.
    rules
        Of `rules_at`.

    Examples
    --------
    >>> [str(one) for one in notices({1: 55.0, 3: 92.0, 12: 92.0}, KMA_RULES[-2])]
    ['advisory', 'warning', 'message']
    """
    met = {rule.notice for rule in rules.rules if rule.is_met(sum_mm)}
    return tuple(notice for notice in RainNotice if notice in met)


def strongest_figure(sum_mm: Mapping[int, float], rules: RainRules, notice: RainNotice) -> tuple[int, float]:
    """Window in hours and figure in mm the rain passes farthest, of those that give cause for a notice met.

    Examples
    --------
    >>> strongest_figure({1: 55.0, 3: 92.0, 12: 92.0}, KMA_RULES[-2], RainNotice.MESSAGE)
    (1, 50.0)
    """
    figures = [
        figure for rule in rules.rules if rule.notice is notice and rule.is_met(sum_mm) for figure in rule.least_mm
    ]
    return max(figures, key=lambda figure: sum_mm[figure[0]] / figure[1])
