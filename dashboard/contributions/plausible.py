"""Whether a contributed row can be true: by what is physically possible, and by what is known of the place already.

Rows that are not plausible are held back until an official decides; the others go on their way. The bounds are wide,
since a catastrophe is just what must not be held back, and all are decisions of this project.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

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
RAIN_NEAR: Final = np.array([[0.1], [0.1], [S_PER_H]])
"""Degrees of latitude, of longitude, and seconds."""
RAIN_ALONE_MM_PER_H: Final = 60.0
MOST_CLOSURE_S: Final = 60 * S_PER_DAY
Row = Mapping[str, Any]


class Known:
    """What is known of an area around the time of a batch.

    Parameters
    ----------
    area
        The area.
    kind
        What the batch tells of.
    observations
        Where the rest is read from.
    now_s
        Unix seconds.
    """

    def __init__(self, area: Area, kind: Kind, observations: ObservationStore, now_s: float) -> None:
        self.grid = area.grid
        self.now_s = now_s
        self.persons = {one.district_id: float(one.population) for one in area.districts}
        self.most: Mapping[tuple[str, ...], float] = {}
        if kind in VALUE:
            lately = now_s - LATELY_S, now_s + S_PER_DAY
            self.most = observations.largest(kind, area.area_id, VALUE[kind], PLACE[kind], lately)
        self._area_id, self._observations = area.area_id, observations

    @cached_property
    def rain(self) -> NDArray[np.float64]:
        """Latitude, longitude, time and rate of the gauges' last hours, shape=(4, n); read when it is first needed."""
        rows = self._observations.rows(Kind.RAIN, self._area_id, self.now_s - 2 * S_PER_H, self.now_s + MOST_AHEAD_S)
        names = ("lat_deg", "lon_deg", "time_s", "rate_mm_per_h")
        told = [[float(one[name]) for name in names] for one in rows if one["quality"] != "bad"]
        return np.array(told).reshape(-1, 4).T


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
        if not known.grid.contains(row["lat_deg"], row["lon_deg"]):
            return "place"
        if row["persons"] > MOST_PERSONS_PER_M2 * known.grid.cell_m**2:
            return "crowd"
    elif row["district_id"] not in known.persons:
        return "place"
    return _rise(Kind.COUNTS, row, known, 2_000.0)


def _flows(row: Row, known: Known) -> str:
    if row["origin_id"] not in known.persons or row["destination_id"] not in known.persons:
        return "place"
    return _rise(Kind.FLOWS, row, known, 2_000.0)


def _rain(row: Row, known: Known) -> str:
    rate = float(row["rate_mm_per_h"])
    if rate > MOST_RAIN_MM_PER_H:
        return "rain"
    if rate <= RAIN_ALONE_MM_PER_H:
        return ""
    here = np.array([[row["lat_deg"]], [row["lon_deg"]], [row["time_s"]]])
    is_near = (np.abs(known.rain[:3] - here) < RAIN_NEAR).all(axis=0)
    near = known.rain[3, is_near]
    return "alone" if len(near) >= 2 and rate > RISE * (near.max() + 1.0) else ""


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
