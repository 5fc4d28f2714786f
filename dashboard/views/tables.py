"""Rows of the officials' tables: sources, districts, closures, shelters. Cells are words."""

import math
from collections.abc import Sequence
from datetime import tzinfo

import numpy as np

from components.level_badge import level_badge
from dashboard.i18n import has_text, text
from dashboard.views.closures import in_reading_order, until_words
from dashboard.views.features import closure_name, free_words, water_words
from dashboard.views.format import age_words, count, distance, district_name, level_key, name_in, near_clock, points
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_STEPS, Hazard, Layer, Level, code_to_risk
from risk_core.state.situation import Closure, Shelter, SourceStatus

Row = list[object]


def source_rows(sources: Sequence[SourceStatus], now_s: float, zone: tzinfo, lang: str) -> list[Row]:
    """Source, kind, newest observation, its age, number of records, whether it is simulated."""
    return [
        [
            one.source,
            text(f"kind.{one.kind}", lang) if has_text(f"kind.{one.kind}") else one.kind,
            near_clock(one.newest_s, now_s, zone, lang),
            age_words(now_s - one.newest_s, lang),
            count(one.n_record),
            text("drill.mark" if one.simulated else "table.observed", lang),
        ]
        for one in sorted(sources, key=lambda source: (source.kind, source.source))
    ]


def district_rows(area: Area, assessment: Assessment, hazard: Hazard, lang: str) -> list[Row]:
    """District, people, mean and highest risk now, level of the mean; highest mean first."""
    fields = assessment.layers.get(Layer(hazard))
    if fields is None:
        return []
    means, tops = district_risk(area, np.asarray(fields.risk[assessment.step_now]))
    order = [k for k in np.argsort(-np.nan_to_num(means, nan=-1.0), kind="stable").tolist() if np.isfinite(means[k])]
    return [_district_row(area, k, float(means[k]), float(tops[k]), lang) for k in order]


def district_risk(area: Area, code: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean (weighted by people where there are any) and highest risk of each district, NaN where nothing is known."""
    n = len(area.districts)
    district = np.asarray(area.district).ravel()
    risk = code_to_risk(code).ravel()
    known = (district >= 0) & np.isfinite(risk)
    people = np.nan_to_num(np.asarray(area.population, dtype=np.float64).ravel())[known] + 1e-9
    where, value = district[known], risk[known]
    weight = np.bincount(where, people, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(where, people * value, n) / np.where(weight > 0, weight, np.nan)
    top = np.full(n, -1.0)
    np.maximum.at(top, where, value)
    return mean, np.where(top >= 0, top, np.nan)


def _district_row(area: Area, district: int, mean: float, top: float, lang: str) -> Row:
    level = Level.from_risk(round(mean * RISK_CODE_STEPS) / RISK_CODE_STEPS)
    return [
        district_name(area, district, lang),
        count(area.districts[district].population),
        level_badge(int(level), text(level_key(level), lang)),
        str(points(mean)),
        str(points(top)),
    ]


def closure_rows(closures: Sequence[Closure], now_s: float, zone: tzinfo, lang: str) -> list[Row]:
    """Name, reason, from, until, for whom, source; issued ones and those that end soon first."""
    return [_closure_row(one, now_s, zone, lang) for one in in_reading_order(closures, now_s)]


def _closure_row(closure: Closure, now_s: float, zone: tzinfo, lang: str) -> Row:
    travellers = ", ".join(text(f"profile.{profile}", lang) for profile in closure.profiles)
    marks = [text("drill.mark", lang)] if closure.simulated else []
    marks += [text("closure.modelled", lang)] if closure.computed is not None else []
    return [
        closure_name(closure, lang) or closure.closure_id,
        " · ".join([text(f"closure.{closure.reason}", lang), *water_words(closure, now_s, zone, lang)[:1]]),
        near_clock(closure.from_s, now_s, zone, lang),
        until_words(closure, now_s, zone, lang),
        travellers or text("closure.everyone", lang),
        " · ".join(marks) or closure.source,
    ]


def shelter_rows(shelters: Sequence[Shelter], lang: str) -> list[Row]:
    """Name, inside, capacity, free places, source."""
    return [
        [
            name_in(one.name, lang),
            count(one.occupancy_persons),
            count(one.capacity_persons),
            _free(one, lang),
            text("drill.mark", lang) if one.simulated else one.source,
        ]
        for one in shelters
    ]


def _free(shelter: Shelter, lang: str) -> str:
    """Free places as a number under its heading, in words where there is none."""
    taken = shelter.occupancy_persons if math.isfinite(shelter.occupancy_persons) else 0.0
    free = shelter.capacity_persons - taken
    return count(free) if shelter.is_open and free >= 1 else free_words(shelter, lang)


def area_facts(area: Area, lang: str) -> list[Row]:
    """What the area holds: size, people, districts, streets, shelters."""
    west, south, east, north = area.grid.bounds
    streets = area.network
    return [
        [text("facts.box", lang), f"{south:.3f}, {west:.3f} – {north:.3f}, {east:.3f}"],
        [text("facts.cell", lang), distance(area.grid.cell_m)],
        [text("facts.people", lang), count(float(np.nansum(area.population)))],
        [text("facts.districts", lang), count(len(area.districts))],
        [text("facts.streets", lang), count(streets.n_street) if streets is not None else text("facts.none", lang)],
        [text("facts.hash", lang), area.content_hash[:12]],
    ]
