"""What the nationwide page shows: districts by level and by probability of wind, for every time step at once."""

import base64
from datetime import tzinfo
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from components.level_badge import level_badge
from dashboard.i18n import text
from dashboard.views.alerts import issued_lines
from dashboard.views.district_search import search_words
from dashboard.views.features import Feature, collection
from dashboard.views.format import district_name, level_key, share_words
from dashboard.views.frames import step_labels
from dashboard.views.raster import INDEX_OF_CODE, MISSING_INDEX
from dashboard.views.warned import join_districts
from dashboard.views.wind import arrival_time_words
from risk_core.hazards.typhoon.district_wind import DistrictWind
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_MISSING, Layer
from risk_core.state.situation import Alert
from risk_core.state.wind_outlook import Ground, WindOutlook
from risk_core.units import S_PER_H

LEVEL: Final = "level"
"""What the map shows besides the wind levels: our risk level."""
UNKNOWN: Final = -1
COORDINATE_DIGITS: Final = 3
"""Digits of outlines: 100 m, as fine as they were simplified to."""

Whole = NDArray[np.int64]


def district_shapes(outlines: Feature, area: Area, lang: str) -> Feature:
    """Outlines with the position and name of their district, coordinates shortened."""
    shapes = []
    for one in outlines.get("features", []):
        position = one.get("properties", {}).get("position")
        if position is None or not one.get("geometry"):
            continue
        shape = {"type": one["geometry"]["type"], "coordinates": _shortened(one["geometry"]["coordinates"])}
        properties = {"position": position, "name": district_name(area, position, lang)}
        shapes.append({"type": "Feature", "geometry": shape, "properties": properties})
    return collection(shapes)


def _shortened(coordinates: Any) -> Any:
    if coordinates and isinstance(coordinates[0], (int, float)):
        return [round(one, COORDINATE_DIGITS) for one in coordinates]
    parts = [_shortened(one) for one in coordinates]
    is_line = bool(parts) and isinstance(parts[0][0], float)
    return [one for k, one in enumerate(parts) if k == 0 or one != parts[k - 1]] if is_line else parts


def district_levels(area: Area, assessment: Assessment) -> Whole:
    """Level of the worst cell of each district at each step, `UNKNOWN` where none is known, (n_step, n_district)."""
    n = len(area.districts)
    code = np.asarray(assessment.layers[Layer.COMBINED].risk).reshape(len(assessment.lead_s), -1)
    cell = np.flatnonzero(np.asarray(area.district).ravel() >= 0)
    district = np.asarray(area.district).ravel()[cell]
    order = np.argsort(district, kind="stable")
    found, first = np.unique(district[order], return_index=True)
    values = code[:, cell[order]].astype(np.int16)
    values = np.where(values == RISK_CODE_MISSING, -1, values)
    worst = np.maximum.reduceat(values, first, axis=1) if len(first) else values[:, :0]
    levels = np.full((len(code), n), UNKNOWN, dtype=np.int64)
    index = INDEX_OF_CODE[np.where(worst < 0, RISK_CODE_MISSING, worst).astype(np.uint8)].astype(np.int64)
    levels[:, found] = np.where(index == MISSING_INDEX, UNKNOWN, index)
    return levels


def step_hours(assessment: Assessment, outlook: WindOutlook) -> list[int]:
    """Hour of the outlook nearest to each step, `UNKNOWN` for steps before it."""
    at = np.rint((assessment.now_s + assessment.lead_s - outlook.hour_s[0]) / S_PER_H).astype(np.int64)
    last = len(outlook.hour_s) - 1
    return [int(min(hour, last)) if lead >= 0 else UNKNOWN for hour, lead in zip(at, assessment.lead_s, strict=True)]


def map_frames(
    area: Area, assessment: Assessment, wind: DistrictWind | None, zone: tzinfo, lang: str
) -> dict[str, Any]:
    """Everything the browser paints, by step: no question to the server while the slider moves."""
    outlook = assessment.wind_outlook
    frames: dict[str, Any] = {
        "version": assessment.version,
        "now": assessment.step_now,
        "labels": step_labels(assessment, zone, lang),
        "level": district_levels(area, assessment).tolist(),
        "levelWords": [text(level_key(level), lang) for level in (0, 1, 2, 3, 4)],
        "unknown": text("level.unknown", lang),
        "prob": {},
        "event": {},
        "sea": None,
    }
    if outlook is None or wind is None:
        return frames
    hours = step_hours(assessment, outlook)
    for k, level in enumerate(outlook.levels):
        percent = np.rint(100 * wind.hour_prob[:, :, k]).astype(np.int64)
        frames["prob"][level.name] = [percent[:, hour].tolist() if hour >= 0 else None for hour in hours]
        frames["event"][level.name] = np.rint(100 * wind.event_prob[:, k]).astype(np.int64).tolist()
    return frames | {"sea": _sea(outlook, hours)}


def _sea(outlook: WindOutlook, hours: list[int]) -> dict[str, Any]:
    """Bytes of the probability over sea by step, level, row and column; the last step holds that of the event."""
    grid = outlook.grid
    steps = np.asarray(outlook.over_code[Ground.SEA])[np.maximum(hours, 0)]
    code = np.concatenate([steps, np.asarray(outlook.event_code[Ground.SEA])[None]])
    return {
        "rows": grid.n_row,
        "cols": grid.n_col,
        "bounds": list(grid.bounds),
        "levels": [level.name for level in outlook.levels],
        "code": base64.b64encode(np.ascontiguousarray(code, dtype=np.uint8).tobytes()).decode(),
    }


def table_order(area: Area, wind: DistrictWind | None) -> list[int]:
    """Districts, those most likely to see a warning first."""
    if wind is None:
        return list(range(len(area.districts)))
    keys = (-wind.gust_m_per_s[1], -wind.event_prob[:, 0], -np.rint(100 * wind.event_prob[:, 1]))
    return [int(one) for one in np.lexsort(keys)]


def district_cells(
    area: Area, assessment: Assessment, wind: DistrictWind, levels: Whole, moment: tuple[tzinfo, str]
) -> list[tuple[int, str, list[object]]]:
    """Rows of the table: position, search words, cells (name, level, probabilities, arrival, gust, warnings issued)."""
    zone, lang = moment
    issued = _issued(area, assessment, zone, lang)
    return [
        (
            k,
            search_words(area.districts[k]),
            [
                district_name(area, k, lang),
                _badge(int(levels[assessment.step_now, k]), lang),
                *(share_words(float(prob)) for prob in wind.event_prob[k]),
                arrival_time_words(wind.arrival_s[:, k, 0].tolist(), assessment.now_s, zone, lang),
                gust_words(wind.gust_m_per_s[:, k], lang),
                issued.get(k, text("alert.no_column", lang)),
            ],
        )
        for k in table_order(area, wind)
    ]


def _issued(area: Area, assessment: Assessment, zone: tzinfo, lang: str) -> dict[int, str]:
    """Kinds of the official warnings in force, in their senders' words, by district."""
    held: dict[int, list[Alert]] = {}
    for one in join_districts(area, [a for a in assessment.alerts if a.from_s <= assessment.now_s < a.until_s]):
        for position in one.positions:
            held.setdefault(position, []).append(one.alert)
    return {
        position: ", ".join(kind for kind, _ in issued_lines(alerts, assessment.now_s, zone, lang))
        for position, alerts in held.items()
    }


def gust_words(gust_m_per_s: NDArray[np.float64], lang: str) -> str:
    """Middle of the largest gust with its 80 % interval."""
    low, middle, high = (float(one) for one in gust_m_per_s)
    if high <= 0:
        return text("wind.gust_weak", lang)
    return text("wind.gust", lang, low=low, middle=middle, high=high)


def _badge(level: int, lang: str) -> object:
    known = None if level < 0 else level
    return level_badge(known, text(level_key(known), lang))
