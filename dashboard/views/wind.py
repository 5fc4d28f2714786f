"""The wind outlook in words: probability of each level and when it may come."""

import math
from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

import numpy as np
from numpy.typing import NDArray

from components.arrival_list import ArrivalWords
from dashboard.i18n import text
from dashboard.views.format import local_time, name_in, near_clock, share_words
from risk_core.state.situation import Track
from risk_core.state.wind_outlook import WindLevel

Floats = NDArray[np.float64]
TICK_H: Final = 12


def level_name(level: WindLevel, lang: str) -> str:
    """Name of a wind level with its figures."""
    return text(f"wind_level.{level.name}", lang, **_figures(level))


def short_level_name(level: WindLevel, lang: str) -> str:
    """Name of a wind level for a button or a table's head."""
    return text(f"wind_level_short.{level.name}", lang, **_figures(level))


def _figures(level: WindLevel) -> dict[str, str]:
    return {"wind": f"{level.wind_m_per_s:g}", "gust": f"{level.gust_m_per_s:g}"}


def arrival_words(
    name: str, prob: float, arrival_s: Sequence[float], hour_s: Floats, moment: tuple[float, tzinfo, str], strength: int
) -> ArrivalWords:
    """One bar of an `arrival_list`.

    Parameters
    ----------
    name
        What arrives, or where.
    prob
        Probability that it comes at all.
    arrival_s
        Early, middle and late time, unix seconds; NaN where none is told.
    hour_s
        Hours the axis spans.
    moment
        The present in unix seconds, time zone and language.
    strength
        0 weak .. 3 strong.
    """
    now_s, zone, lang = moment
    words = arrival_time_words(arrival_s, now_s, zone, lang)
    span_s = float(hour_s[-1] - hour_s[0])
    told = all(math.isfinite(one) for one in arrival_s)
    share = tuple(min(max((one - float(hour_s[0])) / span_s, 0.0), 1.0) for one in arrival_s) if told else None
    return ArrivalWords(name, share_words(prob), words, share, strength)  # type: ignore[arg-type]


def arrival_time_words(arrival_s: Sequence[float], now_s: float, zone: tzinfo, lang: str) -> str:
    """Early, middle and late time in words; that it is unlikely where there is none."""
    if not all(math.isfinite(one) for one in arrival_s):
        return text("wind.unlikely", lang)
    if arrival_s[-1] <= now_s:
        return text("wind.already", lang)
    early, middle, late = (near_clock(float(one), now_s, zone, lang) for one in arrival_s)
    if early == late:
        return text("wind.arrives_once", lang, middle=middle)
    return text("wind.arrives", lang, early=early, middle=middle, late=late)


def axis_ticks(hour_s: Floats, zone: tzinfo, lang: str) -> list[tuple[float, str]]:
    """Marks of the time axis at local midnight (the date) and noon."""
    span_s = float(hour_s[-1] - hour_s[0])
    ticks = []
    for one in hour_s[:-1].tolist():
        at = local_time(one, zone)
        if at.hour % TICK_H == 0 and at.minute == 0:
            day = text("wind.tick_day", lang, month=text(f"month.m{at.month}", lang), day=at.day)
            ticks.append(((one - float(hour_s[0])) / span_s, day if at.hour == 0 else at.strftime("%H:%M")))
    return ticks


def storm_words(track: Track, now_s: float, zone: tzinfo, lang: str) -> str:
    """Where a storm is now and how strong, as its bulletin says, with the time of issue."""
    here = int(np.argmin(np.abs(np.asarray(track.time_s) - now_s)))
    known = {"hpa": float(track.central_pressure_hpa[here]), "wind": float(track.max_wind_m_per_s[here])}
    facts = [text(f"wind.storm_{key}", lang, value=value) for key, value in known.items() if math.isfinite(value)]
    place = text(
        "wind.storm_place",
        lang,
        name=name_in(track.name, lang) or track.storm_id,
        lat=track.lat_deg[here],
        lon=track.lon_deg[here],
    )
    issued = text("wind.storm_issued", lang, time=near_clock(track.issue_s, now_s, zone, lang))
    return " · ".join([place, *facts, issued])
