"""Reported cases in a table, a district and day a row, as Our World in Data or the KDCA publish them.

Columns are known by several names: place (``location``, ``iso_code``, ``district_id``, ``시군구``, ``지역``, ``시도``),
day (``date``, ``기준일``, ``신고일``, ``날짜``) and new cases (``new_cases``, ``count``, ``확진자``, ``환자수``) or all
cases so far (``total_cases``, ``cumulative``, ``누적``), whose daily rise is taken. Others are named in the file of
feeds: ``columns = { place = "gu", day = "ymd", new = "n" }``. Rows of other places and empty counts are left out; a
fall of the total is a correction and comes as a negative count. A column ``as_of`` tells since when a value is known;
without one a changed value counts from its receipt.
"""

from collections.abc import Mapping
from typing import Final

from dashboard.feeds.live.source import Ask, Batch, Place, Question, Reading, Source
from dashboard.feeds.live.tables import CSV_TYPES, columns_of, csv_part
from dashboard.feeds.records import Part, Record
from dashboard.store.columns import is_missing
from dashboard.store.kinds import Kind
from dashboard.store.refusal import RefusedError
from dashboard.store.times import read_day
from risk_core.errors import Fault, InputError
from risk_core.units import S_PER_DAY, S_PER_H

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "place": ("district_id", "district", "location", "iso_code", "code", "country", "시군구", "시군구명", "자치구",
              "지역", "지역명", "시도", "시도명"),
    "day": ("day", "date", "day_s", "기준일", "기준일자", "신고일", "신고일자", "날짜", "일자"),
    "new": ("count", "new_cases", "cases", "new", "확진자", "신규확진자", "신규", "환자수", "발생수", "신고수"),
    "total": ("total_cases", "cumulative", "confirmed", "누적", "누적확진자", "누적환자수"),
    "as_of": ("as_of", "as_of_s"),
}  # fmt: skip
MOST_BYTES: Final = 60_000_000
KEPT_DAYS: Final = 70
"""Days taken: assessments look back at 49."""


def read(ask: Ask, question: Question) -> Reading:
    """Read the newest days of the area's districts."""
    table = csv_part(ask(question.url, CSV_TYPES, MOST_BYTES), "cases")
    part = to_cases(table, question.place, question.now_s, columns_of(question.options))
    return Reading((Batch(Kind.CASES, part),))


def to_cases(table: Part, place: Place, now_s: float, columns: Mapping[str, str]) -> Part:
    """Turn the rows of a table into records of cases.

    Raises
    ------
    InputError
        When the columns that are needed cannot be found.
    """
    part = Part(faults=table.faults, n_refused=table.n_refused)
    if not table.records:
        return part
    named = find_columns(list(table.records[0]), columns)
    days: list[tuple[str, float, Record, str]] = []
    n_other = 0
    for row, where in zip(table.records, table.places, strict=True):
        district = place.district_ids.get(str(row[named["place"]]).strip().casefold())
        if district is None:
            n_other += 1
            continue
        try:
            day_s = read_day(row[named["day"]])
        except RefusedError as refused:
            part.refuse(Fault("day", "not readable", refused.wanted, refused.remedy, where))
            continue
        if day_s >= now_s - (KEPT_DAYS + 1) * S_PER_DAY:
            days.append((district, day_s, row, where))
    if not days:
        wanted = "names or codes of the area's districts, and days of the last weeks"
        raise InputError(Fault("rows", f"{n_other} of other places", wanted, "Name the columns in the file of feeds."))
    days.sort(key=lambda one: one[:2])
    _add_days(part, days, named, now_s)
    return part


def find_columns(names: list[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Find which of a table's columns holds what.

    Raises
    ------
    InputError
        When place, day or number is missing.

    Examples
    --------
    >>> find_columns(["iso_code", "location", "date", "new_cases"], {})["place"]
    'location'
    """
    lowered = {name.strip().lower(): name for name in names}
    found = {ours: theirs for ours, theirs in columns.items() if theirs in names}
    for ours, known in NAMES.items():
        name = next((lowered[one] for one in known if one in lowered), None)
        if name is not None:
            found.setdefault(ours, name)
    lacking = [name for name in ("place", "day") if name not in found]
    if "new" not in found and "total" not in found:
        lacking.append("new or total")
    if lacking:
        remedy = 'Name them in the file of feeds: columns = { place = "...", day = "...", new = "..." }.'
        raise InputError(Fault(", ".join(lacking), ", ".join(names)[:200], "columns of these", remedy, "cases"))
    return found


def _add_days(part: Part, days: list[tuple[str, float, Record, str]], named: Mapping[str, str], now_s: float) -> None:
    former: dict[str, float] = {}
    for district, day_s, row, where in days:
        value = row[named.get("new", named.get("total", ""))]
        if is_missing(value):
            continue
        count: object = str(value).replace(",", "")
        if "new" not in named:
            count = _rise(former, district, str(count))
        if count is None or day_s < now_s - KEPT_DAYS * S_PER_DAY:
            continue
        record: Record = {"district_id": district, "day_s": day_s, "count": count}
        if "as_of" in named and not is_missing(row[named["as_of"]]):
            record["as_of_s"] = row[named["as_of"]]
        part.add(record, where)


def _rise(former: dict[str, float], district: str, total: str) -> object:
    """Rise since the day before that is known; None for the first. What is no number is left for the door to tell."""
    try:
        now = float(total)
    except ValueError:
        return total
    before = former.get(district)
    former[district] = now
    return None if before is None else now - before


SOURCE: Final = Source(
    name="cases-csv",
    title="Reported cases in a table (OWID, KDCA and the like)",
    kinds=(Kind.CASES,),
    read=read,
    cadence_s=6 * S_PER_H,
    fresh_s=3 * S_PER_DAY,
    licence="as its owner says",
    attribution="the owner of the table",
    about_url="https://github.com/owid/covid-19-data/blob/master/public/data/owid-covid-codebook.csv",
    needs_url=True,
)
