"""Figures that hazards are judged by, as one table with dates: `criteria.csv` beside this file, or an operator's own.

One row is one figure. Rows of kind ``scale`` are the values at which a hazard's risk is 0.2, 0.4, 0.6, 0.8 and 1.0
(column `risk`), for one receptor where `name` says so. Rows of kind ``notice`` are the figures of official notices: all
rows of a `rule` together give cause for the notice, and any of its rules does. Rows hold from the day `valid_from` on,
in Korean time, until a later day brings rows of the same hazard, kind, name and place (of a scale: and quantity).

===========  ==================================================================================================
column       meaning
===========  ==================================================================================================
hazard       rain, wind or flood
kind         scale or notice
name         the notice, or the receptor a scale is for; empty where it is for all
rule         word that binds rows which must be met together; empty in scales
quantity     what is measured, its unit as suffix
place        where a notice holds, in words; empty in scales
risk         0.2, 0.4, 0.6, 0.8 or 1; empty in notices
value        the figure, above 0
valid_from   first day, as 2025-05-15
source       who set it
is_verified  yes or no: whether the figure was checked against its source
===========  ==================================================================================================

Whether a notice is issued is the agency's decision; what is computed with these rows is that measured or forecast
values pass its figures.
"""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final

from risk_core.errors import Fault, raise_faults
from risk_core.state.scale import N_STEP, RiskScale

KOREA: Final = timezone(timedelta(hours=9))
"""Criteria change at midnight of Korean time."""

COLUMNS: Final = (
    "hazard", "kind", "name", "rule", "quantity", "place", "risk", "value", "valid_from", "source", "is_verified",
)  # fmt: skip
HAZARDS: Final = ("rain", "wind", "flood")
SCALE: Final = "scale"
NOTICE: Final = "notice"
TRUTHS: Final[Mapping[str, bool]] = {"yes": True, "no": False}
STEPS: Final = tuple(round((k + 1) / N_STEP, 1) for k in range(N_STEP))
MOST_ROWS: Final = 5_000
NAME: Final = "criteria.csv"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One figure; the columns of the table, `risk` NaN in notices."""

    hazard: str
    kind: str
    name: str
    rule: str
    quantity: str
    place: str
    risk: float
    value: float
    valid_from: str
    source: str
    is_verified: bool

    @property
    def group(self) -> tuple[str, ...]:
        """What a later day replaces together."""
        return self.hazard, self.kind, self.name, self.quantity if self.kind == SCALE else self.place


@dataclass(frozen=True, slots=True)
class Criteria:
    """A sound table.

    Attributes
    ----------
    rows
        As they stand in the file.
    """

    rows: tuple[Criterion, ...]

    def in_force(self, day: str) -> tuple[Criterion, ...]:
        """Rows in force on a day: the newest of each group, the earliest known where all lie ahead.

        A notice that no row told of by that day is not in force; scales always are.

        Parameters
        ----------
        day
            As 2025-05-15.

        Examples
        --------
        >>> found = default_criteria().in_force("2017-08-01")
        >>> sorted({row.quantity for row in found if row.name == "advisory"})
        ['accumulation_12h_mm', 'accumulation_6h_mm']
        """
        days: dict[tuple[str, ...], list[str]] = {}
        for row in self.rows:
            days.setdefault(row.group, []).append(row.valid_from)
        newest = {group: max((one for one in some if one <= day), default="") for group, some in days.items()}
        first = {group: min(some) for group, some in days.items() if group[1] == SCALE}
        held = {group: one or first.get(group, "") for group, one in newest.items()}
        return tuple(row for row in self.rows if held[row.group] == row.valid_from)

    def scale(self, hazard: str, quantity: str, name: str = "", day: str = "9999-12-31") -> RiskScale:
        """Risk scale of a quantity on a day.

        Raises
        ------
        InputError
            When the table has none.

        Examples
        --------
        >>> default_criteria().scale("rain", "accumulation_3h_mm").figures
        (30.0, 60.0, 90.0, 120.0, 180.0)
        """
        wanted = (hazard, SCALE, name, quantity)
        found = sorted((row for row in self.in_force(day) if row.group == wanted), key=lambda row: row.risk)
        if not found:
            about = " ".join(part for part in (hazard, name, quantity) if part)
            raise_faults([Fault("criteria", "no row", f"a scale of {about}", "Add its five rows.")])
        a, b, c, d, e = (row.value for row in found)
        return RiskScale(quantity, (a, b, c, d, e), found[0].source, found[0].valid_from)

    def notice_rows(self, hazard: str) -> tuple[Criterion, ...]:
        """Rows of a hazard's notices, of all days."""
        return tuple(row for row in self.rows if row.hazard == hazard and row.kind == NOTICE)

    def overlaid(self, own: "Criteria") -> "Criteria":
        """Give the table with another laid over it: groups of the same day are replaced, others join."""
        taken = {(row.group, row.valid_from) for row in own.rows}
        kept = tuple(row for row in self.rows if (row.group, row.valid_from) not in taken)
        return Criteria(kept + own.rows)


@cache
def default_criteria() -> Criteria:
    """The table that comes with the program."""
    return read_criteria(resources.files("risk_core.hazards").joinpath(NAME).read_text("utf-8"), NAME)


def day_of(time_s: float) -> str:
    """Korean day of a moment in unix seconds.

    Examples
    --------
    >>> day_of(1747234800.0)
    '2025-05-15'
    """
    return datetime.fromtimestamp(time_s, UTC).astimezone(KOREA).date().isoformat()


def read_criteria(text: str, where: str = "criteria") -> Criteria:
    """Read a table.

    Parameters
    ----------
    text
        Comma-separated, the header first.
    where
        Name of the file, for faults.

    Raises
    ------
    InputError
        For missing columns and for every bad row, each by its number in the file (the header is row 1); for scales
        without their five ascending figures; all faults at once.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=False)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        wanted = ", ".join(COLUMNS)
        raise_faults([Fault("columns", f"without {', '.join(missing)}", wanted, "Add the columns.", where)])
    rows: list[tuple[int, Criterion]] = []
    faults: list[Fault] = []
    for number, words in enumerate(reader, start=2):
        if number > MOST_ROWS + 1:
            faults.append(Fault("rows", "too many", f"at most {MOST_ROWS}", "Give only what changes.", where))
            break
        said = {name: (words.get(name) or "").strip() for name in COLUMNS}
        wrong = list(_row_faults(said, f"{where} row {number}"))
        faults += wrong
        if not wrong:
            rows.append((number, _criterion(said)))
    faults += _group_faults(rows, where)
    raise_faults(faults)
    return Criteria(tuple(row for _, row in rows))


def _criterion(said: Mapping[str, str]) -> Criterion:
    return Criterion(
        hazard=said["hazard"],
        kind=said["kind"],
        name=said["name"],
        rule=said["rule"],
        quantity=said["quantity"],
        place=said["place"],
        risk=float(said["risk"]) if said["risk"] else math.nan,
        value=float(said["value"]),
        valid_from=said["valid_from"],
        source=said["source"],
        is_verified=TRUTHS[said["is_verified"]],
    )


def _row_faults(said: Mapping[str, str], where: str) -> Iterator[Fault]:
    remedy = "Correct the row."
    for name, choices in (("hazard", HAZARDS), ("kind", (SCALE, NOTICE)), ("is_verified", tuple(TRUTHS))):
        if said[name] not in choices:
            yield Fault(name, repr(said[name]), "one of " + ", ".join(choices), remedy, where)
    needed = ("quantity", "source", *(("name", "rule", "place") if said["kind"] == NOTICE else ()))
    for name in needed:
        if not said[name]:
            yield Fault(name, "empty", "words", remedy, where)
    if not 0.0 < _number(said["value"]) < math.inf:
        yield Fault("value", repr(said["value"]), "a number above 0", remedy, where)
    if said["kind"] == SCALE and _number(said["risk"]) not in STEPS:
        yield Fault("risk", repr(said["risk"]), "one of " + ", ".join(f"{one:g}" for one in STEPS), remedy, where)
    if said["kind"] == NOTICE and said["risk"]:
        yield Fault("risk", repr(said["risk"]), "nothing in a notice", remedy, where)
    if not _is_day(said["valid_from"]):
        yield Fault("valid_from", repr(said["valid_from"]), "a day as 2025-05-15", remedy, where)


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return math.nan


def _is_day(word: str) -> bool:
    try:
        return date.fromisoformat(word).isoformat() == word
    except ValueError:
        return False


def _group_faults(rows: Sequence[tuple[int, Criterion]], where: str) -> Iterator[Fault]:
    """Scales that are not five ascending figures, and rows given twice."""
    scales: dict[tuple[tuple[str, ...], str], list[tuple[int, Criterion]]] = {}
    seen: dict[tuple[object, ...], int] = {}
    for number, row in rows:
        key = (row.group, row.rule, row.quantity, "" if math.isnan(row.risk) else row.risk, row.valid_from)
        if key in seen:
            yield Fault("row", f"row {number}", "each figure once", f"Leave row {number} or {seen[key]} out.",
                        f"{where} row {number}")  # fmt: skip
        seen.setdefault(key, number)
        if row.kind == SCALE:
            scales.setdefault((row.group, row.valid_from), []).append((number, row))
    for some in scales.values():
        figures = [row.value for _, row in sorted(some, key=lambda one: one[1].risk)]
        if len({row.risk for _, row in some}) != N_STEP or not _ascends(figures):
            place = f"{where} rows {', '.join(str(number) for number, _ in some)}"
            yield Fault("scale", str(figures), "five ascending figures, at 0.2, 0.4, 0.6, 0.8 and 1", "Give all five.",
                        place)  # fmt: skip


def _ascends(figures: Iterable[float]) -> bool:
    values = list(figures)
    return all(a < b for a, b in pairwise(values))
