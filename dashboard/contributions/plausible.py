"""Whether a contributed row can be true: by what is physically possible, and by what is known of the place already.

Rows that are not plausible are held back until an official decides; the others go on their way. The bounds are wide,
since a catastrophe is just what must not be held back, and all are decisions of this project.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from risk_core.state.area import Area
from risk_core.units import S_PER_DAY, S_PER_H

MOST_AGE_S: Final = 31 * S_PER_DAY
MOST_AHEAD_S: Final = 600.0
MOST_PERSONS_PER_M2: Final = 4.0
"""Persons on each square metre of a whole cell; crowds become dangerous at about 5 (Fruin 1993), and no cell is all
crowd."""
MOST_RAIN_MM_PER_H: Final = 310.0
"""Above the most ever measured in an hour: 305 mm in Holt, Missouri, 1947 (WMO records)."""
MOST_CASE_SHARE: Final = 0.05
"""Of a district's residents, reported on one day."""
RISE: Final = 10.0
"""A value this many times the largest one known of the place lately is held back."""
LATELY_S: Final = 28 * S_PER_DAY
RAIN_NEAR_DEG: Final = 0.1
RAIN_ALONE_MM_PER_H: Final = 60.0
MOST_CLOSURE_S: Final = 60 * S_PER_DAY
Row = Mapping[str, Any]


@dataclass(slots=True)
class Known:
    """What is known of an area around the time of a batch."""

    area: Area
    now_s: float
    persons: Mapping[str, float] = field(default_factory=dict)
    most: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    rain: Sequence[Row] = ()


def know(area: Area, kind: Kind, observations: ObservationStore, now_s: float) -> Known:
    """Read what plausibility of a kind is judged by."""
    known = Known(area, now_s)
    if kind is Kind.CASES:
        known.persons = {one.district_id: float(one.population) for one in area.districts}
    if kind in VALUE:
        rows = observations.rows(kind, area.area_id, now_s - LATELY_S, now_s + S_PER_DAY)
        most: dict[tuple[str, ...], float] = {}
        for row in rows:
            key = key_of(kind, row)
            most[key] = max(most.get(key, 0.0), float(row[VALUE[kind]]))
        known.most = most
    if kind is Kind.RAIN:
        known.rain = observations.rows(kind, area.area_id, now_s - 2 * S_PER_H, now_s + 600.0)
    return known


VALUE: Final[Mapping[Kind, str]] = {Kind.CASES: "count", Kind.COUNTS: "persons", Kind.FLOWS: "persons"}
"""Column that is compared with what it was lately."""
PLACE: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.CASES: ("district_id",),
    Kind.COUNTS: ("cell_id",),
    Kind.FLOWS: ("origin_id", "destination_id"),
}


def key_of(kind: Kind, row: Row) -> tuple[str, ...]:
    """Place of a row, whoever tells it."""
    return tuple(str(row[name]) for name in PLACE[kind])


def why_not(kind: Kind, row: Row, time_column: str, known: Known) -> str:
    """Why a row is held back, a word of ``held.<word>``; empty when it is plausible."""
    time_s = float(row[time_column])
    slack_s = S_PER_DAY if time_column == "day_s" else MOST_AHEAD_S
    if time_s > known.now_s + slack_s and kind is not Kind.CLOSURES:
        return "future"
    if time_s < known.now_s - MOST_AGE_S:
        return "old"
    check = CHECKS.get(kind)
    return check(row, known) if check is not None else ""


def _rise(kind: Kind, row: Row, known: Known, at_least: float) -> str:
    most = known.most.get(key_of(kind, row))
    value = float(row[VALUE[kind]])
    return "rise" if most is not None and value > max(RISE * most, at_least) else ""


def _cases(row: Row, known: Known) -> str:
    residents = known.persons.get(str(row["district_id"]))
    if residents is None:
        return "place"
    count = float(row["count"])
    if abs(count) > max(MOST_CASE_SHARE * residents, 50.0):
        return "share"
    return _rise(Kind.CASES, row, known, 50.0)


def _counts(row: Row, known: Known) -> str:
    if row.get("lat_deg") is not None:
        if not known.area.grid.contains(row["lat_deg"], row["lon_deg"]):
            return "place"
        if row["persons"] > MOST_PERSONS_PER_M2 * known.area.grid.cell_m**2:
            return "crowd"
    elif row["district_id"] not in {one.district_id for one in known.area.districts}:
        return "place"
    return _rise(Kind.COUNTS, row, known, 2_000.0)


def _flows(row: Row, known: Known) -> str:
    ids = {one.district_id for one in known.area.districts}
    if row["origin_id"] not in ids or row["destination_id"] not in ids:
        return "place"
    return _rise(Kind.FLOWS, row, known, 2_000.0)


def _rain(row: Row, known: Known) -> str:
    rate = float(row["rate_mm_per_h"])
    if rate > MOST_RAIN_MM_PER_H:
        return "rain"
    near = [
        float(one["rate_mm_per_h"])
        for one in known.rain
        if abs(one["lat_deg"] - row["lat_deg"]) < RAIN_NEAR_DEG
        and abs(one["lon_deg"] - row["lon_deg"]) < RAIN_NEAR_DEG
        and abs(one["time_s"] - row["time_s"]) < S_PER_H
        and one["quality"] != "bad"
    ]
    is_alone = len(near) >= 2 and rate > max(RAIN_ALONE_MM_PER_H, RISE * (max(near) + 1.0))
    return "alone" if is_alone else ""


def _closures(row: Row, known: Known) -> str:
    until_s = row.get("until_s")
    is_long = until_s is not None and float(until_s) - float(row["from_s"]) > MOST_CLOSURE_S
    return "long" if is_long else ""


def _shelters(row: Row, known: Known) -> str:
    room, inside = row.get("capacity_persons"), row.get("occupancy_persons")
    return "full" if room is not None and inside is not None and inside > 1.5 * room + 10 else ""


CHECKS: Final[Mapping[Kind, Callable[[Row, Known], str]]] = {
    Kind.CASES: _cases,
    Kind.COUNTS: _counts,
    Kind.FLOWS: _flows,
    Kind.RAIN: _rain,
    Kind.CLOSURES: _closures,
    Kind.SHELTERS: _shelters,
}
"""Kinds that may be contributed, and how a row of each is looked at."""
