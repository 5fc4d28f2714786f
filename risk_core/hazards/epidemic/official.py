"""Official steps of measures: which one the figures have reached, and how far the next one is.

A reading of the published figures only: authorities also weigh beds, trend and neighbours, and decide themselves.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from risk_core.errors import Fault, raise_faults

DAY_PER_WEEK: Final = 7.0


@dataclass(frozen=True, slots=True)
class OfficialScheme:
    """A scheme of steps, the first one below all figures.

    Attributes
    ----------
    name
        What it is called.
    quantity
        What is measured, with its unit as suffix.
    figures
        Values at which steps 2, 3, ... begin, ascending and positive.
    source
        Where they come from.
    valid_from, valid_to
        Dates it was in force, ISO 8601; `valid_to` empty while it is.
    """

    name: str
    quantity: str
    figures: tuple[float, ...]
    source: str
    valid_from: str
    valid_to: str = ""

    def __post_init__(self) -> None:
        pairs = zip((0.0, *self.figures), self.figures, strict=False)
        if not self.figures or not all(math.isfinite(high) and low < high for low, high in pairs):
            wanted = "ascending positive numbers"
            raise_faults([Fault("figures", str(self.figures), wanted, f"Correct the scheme {self.name}.")])


KOREA_2021: Final = OfficialScheme(
    "korea_distancing_2021",
    "cases_per_100k_day",
    (1.0, 2.0, 4.0),
    "Korean distancing scheme of four steps, weekly mean of daily cases for 100,000 residents: under 1, from 1, 2 and "
    "4 (Central Disaster and Safety Countermeasures Headquarters, June 2021; checked against reports of July and "
    "October 2021: 500, 1,000 and 2,000 a day in the country, 389 in Seoul for step 4)",
    "2021-07-01",
    "2021-10-31",
)
"""Steps 1 to 4; replaced by the gradual return to daily life on 1 November 2021."""

SCHEME_TABLE_VERSION: Final = "2026-11-30"
"""Changes with every row of `SCHEMES`."""

SCHEMES: Final[Mapping[str, tuple[OfficialScheme, ...]]] = {"KR": (KOREA_2021,)}
"""Schemes of each country (ISO 3166), those that stand on figures of cases alone, oldest first. A country that is not
here has none we know of and could check: then no step is told."""


def scheme_of(country: str, day: str) -> OfficialScheme | None:
    """Scheme in force in a country on a day, else the newest one that had begun; None where none is known.

    Parameters
    ----------
    country
        Two letters of ISO 3166.
    day
        ISO 8601.

    Examples
    --------
    >>> scheme_of("KR", "2026-11-30").valid_to, scheme_of("CL", "2026-11-30")
    ('2021-10-31', None)
    """
    begun = [one for one in SCHEMES.get(country, ()) if one.valid_from <= day]
    in_force = [one for one in begun if not one.valid_to or day <= one.valid_to]
    return next(reversed(in_force or begun), None)


@dataclass(frozen=True, slots=True)
class OfficialLevel:
    """Where a value stands in a scheme.

    Attributes
    ----------
    level
        Step reached, 1 the lowest.
    value
        In the quantity of the scheme.
    to_next
        What is missing to the next step, NaN at the highest.
    above_last
        How far the value lies above the figure where its own step begins, NaN in the first.
    scheme
        The scheme.
    """

    level: int
    value: float
    to_next: float
    above_last: float
    scheme: OfficialScheme


def official_level(value: float, scheme: OfficialScheme = KOREA_2021) -> OfficialLevel:
    """Step of a value, and the distance to the next one.

    Parameters
    ----------
    value
        In the quantity of the scheme: for `KOREA_2021` cases of a week for 100,000 residents over 7; for a scheme of
        reproduction numbers that number.
    scheme
        Its figures.

    Raises
    ------
    InputError
        For a value that is negative or not finite.

    Examples
    --------
    >>> found = official_level(21.0 / DAY_PER_WEEK)
    >>> found.level, found.to_next
    (3, 1.0)
    """
    if not (math.isfinite(value) and value >= 0):
        raise_faults([Fault("value", str(value), f"a number of 0 or more ({scheme.quantity})", "Give known figures.")])
    reached = sum(value >= figure for figure in scheme.figures)
    to_next = scheme.figures[reached] - value if reached < len(scheme.figures) else math.nan
    above = value - scheme.figures[reached - 1] if reached else math.nan
    return OfficialLevel(reached + 1, value, to_next, above, scheme)
