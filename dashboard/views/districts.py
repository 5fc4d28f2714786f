"""Numbers of districts in an outbreak: one record for table, map, small charts, CSV and GeoJSON alike."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final
from urllib.parse import quote

import numpy as np

from dashboard.views.format import district_name
from dashboard.views.outbreak import LEVELS, WEEK_DAY, iso_days, last_reproduction
from dashboard.views.tables import district_risk
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import Layer, Level
from risk_core.state.surveillance import Outbreak

SPARK_DAY: Final = 56
SPARK_W, SPARK_H = 120, 34
PER_100K: Final = 1e5


@dataclass(frozen=True, slots=True)
class DistrictNumbers:
    """A district now and then; NaN where nothing is known.

    Attributes
    ----------
    position, district_id, name
        Which; the whole area has position -1.
    week
        Cases of the last seven days as expected now, late reports counted in.
    week_per_100k
        The same for 100,000 residents.
    week_then
        Cases of the seven days up to the day compared with.
    change_share
        Share by which they changed since then.
    reproduction, reproduction_low, reproduction_high
        Newest reproduction number with its 80 % interval.
    next_week, next_week_low, next_week_high
        Forecast of the next seven days with its 80 % interval.
    """

    position: int
    district_id: str
    name: str
    week: float
    week_per_100k: float
    week_then: float
    change_share: float
    reproduction: float
    reproduction_low: float
    reproduction_high: float
    next_week: float
    next_week_low: float
    next_week_high: float


def district_numbers(area: Area, outbreak: Outbreak, day: int, lang: str) -> list[DistrictNumbers]:
    """Numbers of every district with cases, most cases first; `day` is the position of the day compared with."""
    last = len(outbreak.day_s) - 1
    now, then = _weeks(outbreak, last), _weeks(outbreak, day)
    known = [k for k in range(len(area.districts)) if math.isfinite(now[k])]
    return [_numbers(area, outbreak, k, (now[k], then[k]), lang) for k in sorted(known, key=lambda k: -now[k])]


def area_numbers(area: Area, outbreak: Outbreak, day: int, name: str) -> DistrictNumbers:
    """Numbers of the whole area."""
    last = len(outbreak.day_s) - 1
    place = outbreak.reported.shape[1] - 1
    weeks = float(_weeks(outbreak, last)[place]), float(_weeks(outbreak, day)[place])
    people = float(sum(one.population for one in area.districts))
    return _record(outbreak, place, (-1, "", name, people), weeks)


def as_csv(rows: Sequence[DistrictNumbers], source: str) -> str:
    """CSV with the names of the record's fields; its last line names the source."""
    memory = io.StringIO()
    writer = csv.writer(memory, lineterminator="\n")
    names = [one.name for one in fields(DistrictNumbers)][1:]
    writer.writerow(names)
    writer.writerows([_plain(getattr(row, name)) for name in names] for row in rows)
    memory.write(f"# {source}\n")
    return memory.getvalue()


def as_geojson(rows: Sequence[DistrictNumbers], outlines: dict[str, Any], source: str) -> dict[str, Any]:
    """Outlines of the districts with their numbers."""
    by_position = {row.position: row for row in rows}
    names = [one.name for one in fields(DistrictNumbers)]
    features = [
        {**feature, "properties": {name: _plain(getattr(by_position[k], name)) for name in names}}
        for k, feature in enumerate(outlines["features"])
        if k in by_position
    ]
    return {"type": "FeatureCollection", "source": source, "features": features}


def level_steps(area: Area, assessment: Assessment) -> list[list[int]]:
    """Level of the mean infection risk of each district at each time slice, -1 where nothing is known."""
    layer = assessment.layers.get(Layer.INFECTION)
    if layer is None:
        return []
    return [[_level(mean) for mean in district_risk(area, np.asarray(code))[0]] for code in layer.risk]


def spark_picture(outbreak: Outbreak, place: int) -> str:
    """Data URL of the last weeks of a place as a small line, scaled to its own highest day."""
    line = np.nan_to_num(outbreak.expected[-SPARK_DAY:, place])
    smooth = np.convolve(line, np.ones(WEEK_DAY) / WEEK_DAY, mode="valid") if len(line) >= WEEK_DAY else line
    top = max(float(smooth.max(initial=0.0)), 1e-9)
    x = np.linspace(2, SPARK_W - 2, len(smooth))
    y = SPARK_H - 3 - (SPARK_H - 6) * smooth / top
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SPARK_W} {SPARK_H}">'
        f'<polyline points="{points}" fill="none" stroke="#2f6fed" stroke-width="2"/></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"


def _numbers(area: Area, outbreak: Outbreak, place: int, weeks: tuple[float, float], lang: str) -> DistrictNumbers:
    district = area.districts[place]
    which = (place, district.district_id, district_name(area, place, lang), float(district.population))
    return _record(outbreak, place, which, (float(weeks[0]), float(weeks[1])))


def _record(
    outbreak: Outbreak, place: int, which: tuple[int, str, str, float], weeks: tuple[float, float]
) -> DistrictNumbers:
    position, district_id, name, people = which
    at, forecast = last_reproduction(outbreak, place), outbreak.forecast
    lines = (outbreak.reproduction, outbreak.reproduction_low, outbreak.reproduction_high)
    number = [math.nan] * 3 if at is None else [float(line[at, place]) for line in lines]
    levels = [int(np.argmin(np.abs(forecast.prob - LEVELS[name]))) for name in ("median", "low_80", "high_80")]
    ahead = [float(forecast.week[0, place, k]) for k in levels]
    week, then = weeks
    return DistrictNumbers(
        position, district_id, name, week, PER_100K * week / people if people > 0 else math.nan, then,
        week / then - 1.0 if then > 0 else math.nan, *number, *ahead,
    )  # fmt: skip


def _weeks(outbreak: Outbreak, day: int) -> np.ndarray:
    """Cases of the seven days up to a day, one a place; NaN where no day is known."""
    part = outbreak.expected[max(0, day - WEEK_DAY + 1) : day + 1]
    return np.where(np.isfinite(part).any(axis=0), np.nansum(part, axis=0), np.nan)


def known_days(outbreak: Outbreak) -> list[str]:
    """ISO days that can be compared with, newest first, a week apart."""
    days = iso_days(outbreak.day_s)
    return days[::-1][WEEK_DAY::WEEK_DAY][:26]


def _level(mean: float) -> int:
    return int(Level.from_risk(float(mean))) if math.isfinite(mean) else -1


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    return value
