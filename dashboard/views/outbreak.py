"""The course of an outbreak as charts, tiles and rows."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import numpy as np

from dashboard.i18n import text
from dashboard.views.format import count
from risk_core.state.area import Area
from risk_core.state.surveillance import Outbreak
from risk_core.units import S_PER_DAY

LEVELS: Final[Mapping[str, float]] = {
    "low_95": 0.025, "low_80": 0.1, "low_50": 0.25, "median": 0.5, "high_50": 0.75, "high_80": 0.9, "high_95": 0.975,
}  # fmt: skip
"""Quantiles shown, by name."""
WEEK_DAY: Final = 7
FIRM_WEEKS: Final = 2
"""Weeks told as a forecast; those after are a scenario."""
Row = list[object]


def whole_area(outbreak: Outbreak) -> int:
    """Column of the whole area."""
    return outbreak.reported.shape[1] - 1


def case_series(outbreak: Outbreak, place: int) -> tuple[list[str], list[float | None], list[float | None]]:
    """ISO days, cases reported, and cases still expected on top."""
    reported = outbreak.reported[:, place]
    return iso_days(outbreak.day_s), _line(reported), _line(outbreak.expected[:, place] - reported)


def fan_series(outbreak: Outbreak, place: int) -> tuple[list[str], dict[str, list[float]]]:
    """ISO days ahead, and the quantiles of the cases by name."""
    forecast = outbreak.forecast
    day_s = forecast.from_s + np.arange(len(forecast.day)) * S_PER_DAY
    at = {name: int(np.argmin(np.abs(forecast.prob - prob))) for name, prob in LEVELS.items()}
    return iso_days(day_s), {name: np.round(forecast.day[:, place, k], 1).tolist() for name, k in at.items()}


def reproduction_series(outbreak: Outbreak, place: int) -> tuple[list[str], list[list[float | None]]]:
    """ISO days; reproduction number, low and high."""
    lines = (outbreak.reproduction, outbreak.reproduction_low, outbreak.reproduction_high)
    return iso_days(outbreak.day_s), [_line(line[:, place], 2) for line in lines]


def per_100k_series(area: Area, outbreak: Outbreak, place: int) -> list[float | None]:
    """Cases expected a day for 100,000 residents, mean of seven days."""
    people = [float(one.population) for one in area.districts]
    residents = sum(people) if place == whole_area(outbreak) else people[place]
    days = np.arange(len(outbreak.day_s))
    filled = outbreak.expected[:, place]
    parts = [filled[max(0, day - WEEK_DAY + 1) : day + 1] for day in days]
    means = np.array([np.nanmean(part) if np.isfinite(part).any() else math.nan for part in parts])
    return _line(1e5 * means / residents if residents > 0 else np.full(len(days), math.nan), 2)


def outbreak_tiles(outbreak: Outbreak, lang: str, place: int | None = None) -> list[tuple[str, str, str]]:
    """Name, value and note of the numbers an official looks at first; of the whole area where no place is given."""
    place = whole_area(outbreak) if place is None else place
    week = slice(-WEEK_DAY, None)
    reported, expected = (float(np.nansum(line[week, place])) for line in (outbreak.reported, outbreak.expected))
    low, median, high = _week_words(outbreak, 0, place)
    known = text("health.known", lang, reported=count(reported))
    number, interval = reproduction_words(outbreak, place)
    at = last_reproduction(outbreak, place)
    note = text("health.interval_80", lang, interval=interval)
    if at is not None:
        note = text("health.reproduction_on", lang, interval=interval, day=iso_days(outbreak.day_s[at : at + 1])[0][5:])
    return [
        (text("health.week_now", lang), count(round(expected)), known),
        (text("health.reproduction", lang), number, note),
        (text("health.week_next", lang), median, text("health.interval_80", lang, interval=f"{low}–{high}")),
    ]


def last_reproduction(outbreak: Outbreak, place: int) -> int | None:
    """Newest day whose reproduction number is known, as its position; the days after it are not reported yet."""
    known = np.flatnonzero(np.isfinite(outbreak.reproduction[:, place]))
    return int(known[-1]) if known.size else None


def reproduction_words(outbreak: Outbreak, place: int) -> tuple[str, str]:
    """Newest known reproduction number of a place, and its interval; dashes where it is unknown."""
    at = last_reproduction(outbreak, place)
    if at is None:
        return "–", "–"
    median, low, high = (
        float(line[at, place])
        for line in (outbreak.reproduction, outbreak.reproduction_low, outbreak.reproduction_high)
    )
    return f"{median:.2f}", f"{low:.2f}–{high:.2f}"


def week_rows(outbreak: Outbreak, lang: str) -> list[Row]:
    """Week, what is said of it, median and 80 % interval, for the whole area."""
    rows: list[Row] = []
    for week in range(len(outbreak.forecast.week)):
        low, median, high = _week_words(outbreak, week, whole_area(outbreak))
        kind = "health.forecast" if week < FIRM_WEEKS else "health.scenario"
        first_s = outbreak.forecast.from_s + week * WEEK_DAY * S_PER_DAY
        first, last = iso_days(np.array([first_s, first_s + (WEEK_DAY - 1) * S_PER_DAY]))
        shown = median if week < FIRM_WEEKS else "–"
        rows.append([f"{first[5:]} – {last[5:]}", text(kind, lang), shown, f"{low}–{high}"])
    return rows


def _week_words(outbreak: Outbreak, week: int, place: int) -> tuple[str, str, str]:
    forecast = outbreak.forecast
    at = (int(np.argmin(np.abs(forecast.prob - LEVELS[name]))) for name in ("low_80", "median", "high_80"))
    values = [float(forecast.week[week, place, k]) for k in at]
    low, median, high = (count(round(value)) if math.isfinite(value) else "–" for value in values)
    return low, median, high


def iso_days(day_s: np.ndarray) -> list[str]:
    """ISO days of unix seconds."""
    return [datetime.fromtimestamp(float(one), UTC).date().isoformat() for one in day_s]


def _line(value: np.ndarray, digits: int = 1) -> list[float | None]:
    return [round(float(one), digits) if math.isfinite(one) else None for one in value]
