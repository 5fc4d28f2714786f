"""How many infections stand behind a reported case, from the antibody surveys and deaths that sources brought.

Observed rows alone are read; a drill's cases are invented and keep the default. Evidence is one figure for the whole
area: a survey of one district is taken with that district's cases and counts for all.
"""

import logging
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.store.kinds import Kind
from dashboard.store.measurements import district_cases
from dashboard.store.observations import ObservationStore
from risk_core.errors import InputError
from risk_core.hazards.epidemic.ascertainment import (
    ASCERTAINMENT_DEFAULT,
    DEATH_LAG_DAY,
    DEATH_LAG_SPREAD_DAY,
    WINDOW_DAY,
    Ascertainment,
    Serosurvey,
    ascertainment_from_deaths,
    ascertainment_from_serology,
    combine_ascertainment,
)
from risk_core.state.area import Area
from risk_core.units import S_PER_DAY

log = logging.getLogger(__name__)

Row = dict[str, Any]
FATALITY_RATIO: Final = 0.0068
"""Deaths per infection: meta-analysis of 24 estimates of spring 2020 (Meyerowitz-Katz and Merone 2020, Int. J. Infect.
Dis. 101, 138: 0.68 %, 0.53 to 0.82 %, high heterogeneity)."""
FATALITY_CV: Final = 0.7
"""How far that may be off at the ages, variants and immunity of now: assumption, twice either way in two of three."""
COMPLETE_DAY: Final = 14
"""Deaths of the newest days are still being told."""
LOOK_BACK_DAY: Final = 400
REPORT_LEAD_DAY: Final = 4
"""Reports come so many days before antibodies show: about ten against fourteen days; design figure, unverified."""


def read_ascertainment(observations: ObservationStore, area: Area, now_s: float) -> Ascertainment:
    """Infections per report as known at a moment; the default where nobody brought evidence.

    Parameters
    ----------
    observations
        The store.
    area
        Its districts.
    now_s
        Nothing known later is read, unix seconds.
    """
    surveys, deaths = (
        [row for row in observations.rows(kind, area.area_id, now_s - LOOK_BACK_DAY * S_PER_DAY, now_s)
         if not row["simulated"] and row["quality"] != "bad" and row["as_of_s"] <= now_s]
        for kind in (Kind.SURVEYS, Kind.DEATHS)
    )  # fmt: skip
    if not surveys and not deaths:
        return ASCERTAINMENT_DEFAULT
    cases = _CaseSums(observations, area, now_s)
    records = [*_from_surveys(surveys, cases, area), *_from_deaths(deaths, cases, now_s)]
    return combine_ascertainment(records, _iso_day(now_s)) if records else ASCERTAINMENT_DEFAULT


class _CaseSums:
    """Reported cases of an area, newest vintage known at a moment."""

    def __init__(self, observations: ObservationStore, area: Area, now_s: float) -> None:
        rows = observations.rows(Kind.CASES, area.area_id, now_s - LOOK_BACK_DAY * S_PER_DAY, now_s)
        real = [row for row in rows if not row["simulated"] and row["quality"] != "bad"]
        self._cases = district_cases(real, area, now_s, None, LOOK_BACK_DAY)

    def between(self, first_s: float, last_s: float, district: int) -> float:
        """Cases of the days first..last of a district, -1 for all; NaN where no day is known."""
        if self._cases is None:
            return math.nan
        inside = (self._cases.day_s >= first_s) & (self._cases.day_s <= last_s)
        count = self._cases.count[inside] if district < 0 else self._cases.count[inside, district]
        return float(np.nansum(count)) if np.isfinite(count).any() else math.nan

    def series(self, last_s: float, n_day: int) -> NDArray[np.float64]:
        """Daily cases of the whole area up to a day, NaN where no district told."""
        out = np.full(n_day, np.nan)
        if self._cases is not None:
            total = np.where(np.isfinite(self._cases.count).any(axis=1), np.nansum(self._cases.count, axis=1), np.nan)
            _put(out, self._cases.day_s, total, last_s)
        return out


def _from_surveys(rows: Sequence[Row], cases: _CaseSums, area: Area) -> list[Ascertainment]:
    """One record of each district's, or the whole area's, two newest rounds."""
    place = {"": -1} | {district.district_id: k for k, district in enumerate(area.districts)}
    rounds: dict[tuple[str, str], dict[float, Row]] = {}
    for row in sorted(rows, key=lambda row: row["as_of_s"]):
        if row["district_id"] in place:
            rounds.setdefault((row["source"], row["district_id"]), {})[row["day_s"]] = row
    found = []
    for (_, name), by_day in sorted(rounds.items()):
        if len(by_day) < 2:
            continue
        before, after = (by_day[day] for day in sorted(by_day)[-2:])
        first_s, last_s = (one["day_s"] - REPORT_LEAD_DAY * S_PER_DAY for one in (before, after))
        at = place[name]
        people = sum(one.population for one in area.districts) if at < 0 else area.districts[at].population
        n_report = cases.between(first_s + S_PER_DAY, last_s, at)
        try:
            survey = Serosurvey(
                int(before["n_positive"]), int(before["n_tested"]), int(after["n_positive"]), int(after["n_tested"]),
                float(after["sensitivity"]), float(after["specificity"]),
            )  # fmt: skip
            found.append(ascertainment_from_serology(survey, people, n_report, _iso_day((first_s + last_s) / 2)))
        except InputError as error:
            log.info("%s: an antibody survey tells nothing of the reports (%s)", area.area_id, error)
    return found


def _from_deaths(rows: Sequence[Row], cases: _CaseSums, now_s: float) -> list[Ascertainment]:
    """One record of the deaths whose telling has come to an end."""
    newest: dict[tuple[str, float], float] = {}
    for row in sorted(rows, key=lambda row: row["as_of_s"]):
        newest[row["district_id"], row["day_s"]] = row["count"]
    if not newest:
        return []
    last_s = min(max(day for _, day in newest), math.floor(now_s / S_PER_DAY - COMPLETE_DAY) * S_PER_DAY)
    n_day = WINDOW_DAY + DEATH_LAG_DAY + DEATH_LAG_SPREAD_DAY
    days = sorted({day for _, day in newest})
    total = [sum(max(count, 0.0) for (_, at), count in newest.items() if at == day) for day in days]
    death = np.full(n_day, np.nan)
    _put(death, np.array(days), np.array(total), last_s)
    try:
        series = cases.series(last_s, n_day)
        return [ascertainment_from_deaths(series, death, FATALITY_RATIO, FATALITY_CV, _iso_day(last_s))]
    except InputError as error:
        log.info("the deaths told tell nothing of the reports (%s)", error)
        return []


def _put(out: NDArray[np.float64], day_s: NDArray[np.float64], value: NDArray[np.float64], last_s: float) -> None:
    """Write values into a row of days that ends with `last_s`."""
    at = np.round((day_s - last_s) / S_PER_DAY).astype(np.int64) + len(out) - 1
    inside = (at >= 0) & (at < len(out))
    out[at[inside]] = value[inside]


def _iso_day(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).date().isoformat()


class EvidenceMemo:
    """Remembers the infections per report of each area; read anew when evidence was written or a day has passed."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[tuple[object, ...], Ascertainment]] = {}

    def read(self, observations: ObservationStore, area: Area, now_s: float) -> Ascertainment:
        """Infections per report as known at a moment; see `read_ascertainment`."""
        written = tuple(observations.change_count(area.area_id, kind) for kind in (Kind.SURVEYS, Kind.DEATHS))
        if not any(written):
            return ASCERTAINMENT_DEFAULT
        key = (area.content_hash, *written, math.floor(now_s / S_PER_DAY))
        held = self._held.get(area.area_id)
        if held is None or held[0] != key:
            held = self._held[area.area_id] = key, read_ascertainment(observations, area, now_s)
        return held[1]
