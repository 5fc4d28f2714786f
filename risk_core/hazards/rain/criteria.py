"""Official heavy-rain criteria of the Korea Meteorological Administration, by the date they came into force.

The figures stand in `risk_core/hazards/criteria.csv`, so that a changed rule is some more rows and the rules of an old
day stay known. Whether a notice is issued is the agency's decision; what is computed here is that the measured or
forecast rain passes its figures.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from risk_core.errors import Fault, InputError, raise_faults
from risk_core.hazards.criteria import Criteria, Criterion, day_of, default_criteria

SUM_NAME: Final = re.compile(r"accumulation_([1-9]\d?)h_mm")


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


def rain_rules(criteria: Criteria) -> tuple[RainRules, ...]:
    """Versions of the rules, oldest first: one for every day on which a notice of the table changes.

    Parameters
    ----------
    criteria
        The table; quantities of the rain's notices are ``accumulation_<hours>h_mm``.

    Raises
    ------
    InputError
        For a notice nobody knows, another quantity, or no notice at all.

    Examples
    --------
    >>> [one.valid_from for one in rain_rules(default_criteria())][-2:]
    ['2025-05-15', '2026-05-15']
    """
    rows = criteria.notice_rows("rain")
    faults = [
        Fault("criteria", f"{row.name}, {row.quantity}", f"a notice of {', '.join(RainNotice)} and a sum of rain",
              "Correct the row.", f"valid from {row.valid_from}")
        for row in rows
        if row.name not in tuple(RainNotice) or SUM_NAME.fullmatch(row.quantity) is None
    ]  # fmt: skip
    if not rows:
        faults.append(Fault("criteria", "no row", "at least one notice of rain", "Add its rows."))
    raise_faults(faults)
    return tuple(_version(rows, day) for day in sorted({row.valid_from for row in rows}))


def _version(rows: Sequence[Criterion], day: str) -> RainRules:
    """Rules on the day of a change: of each notice the newest rows."""
    newest = {name: max(row.valid_from for row in rows if row.name == name and row.valid_from <= day)
              for name in RainNotice if any(row.name == name and row.valid_from <= day for row in rows)}  # fmt: skip
    held = [row for row in rows if newest.get(RainNotice(row.name)) == row.valid_from]
    rules = []
    for name in newest:
        for rule in dict.fromkeys(row.rule for row in held if row.name == name):
            some = [row for row in held if row.name == name and row.rule == rule]
            rules.append(RainRule(name, tuple((sum_window_h(row.quantity), row.value) for row in some)))
    texts = [row.place for row in held if row.name in (RainNotice.MESSAGE, RainNotice.HIGHER_MESSAGE)]
    sources = dict.fromkeys(row.source for row in held if row.valid_from == day)
    return RainRules(day, tuple(rules), texts[-1] if texts else "none sent", "; ".join(sources),
                     all(row.is_verified for row in held))  # fmt: skip


def sum_window_h(quantity: str) -> int:
    """Hours of a sum of rain by its name.

    Examples
    --------
    >>> sum_window_h("accumulation_6h_mm")
    6
    """
    found = SUM_NAME.fullmatch(quantity)
    if found is None:
        raise InputError(Fault("quantity", quantity, "a name as accumulation_3h_mm", "Correct the name."))
    return int(found[1])


KMA_RULES: Final = rain_rules(default_criteria())
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
    day = day_of(time_s)
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
