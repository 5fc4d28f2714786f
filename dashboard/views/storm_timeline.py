"""When the storm's wind first comes where: one bar a place on a common time axis, for any page."""

from datetime import tzinfo
from typing import Final

import numpy as np
from dash import html
from dash.development.base_component import Component

from components.arrival_list import arrival_list
from components.card import card
from dashboard.i18n import text
from dashboard.views.format import district_name
from dashboard.views.wind import arrival_words, axis_ticks
from risk_core.hazards.typhoon.district_wind import DistrictWind
from risk_core.state.area import Area

N_PLACE: Final = 8
PROVINCE_DIGITS: Final = 2
"""Codes of districts begin with that of their province in Korea; elsewhere the first letters set places apart too."""


def storm_timeline_card(
    area: Area, wind: DistrictWind | None, now_s: float, zone: tzinfo, lang: str
) -> list[Component]:
    """Draw the timeline in a card of its own; nothing without a storm."""
    if wind is None:
        return []
    return [card(text("wind.timeline_title", lang), storm_timeline(area, wind, now_s, zone, lang))]


def storm_timeline(area: Area, wind: DistrictWind, now_s: float, zone: tzinfo, lang: str) -> list[Component]:
    """Draw when the advisory figure comes to the places it reaches first; says so where it reaches none."""
    chosen = earliest_districts(area, wind)
    if not chosen:
        return [html.P(text("wind.reaches_none", lang), className="card-note")]
    moment = (now_s, zone, lang)
    bars = [
        arrival_words(
            district_name(area, k, lang),
            float(wind.event_prob[k, 0]),
            wind.arrival_s[:, k, 0].tolist(),
            wind.hour_s,
            moment,
            0,
        )
        for k in chosen
    ]
    ticks = axis_ticks(wind.hour_s, zone, lang)
    return [arrival_list(bars, ticks, text("wind.timeline_label", lang), text("wind.note", lang))]


def earliest_districts(area: Area, wind: DistrictWind) -> list[int]:
    """The district of each province reached first, the earliest `N_PLACE` of them in order of their middle time."""
    middle = wind.arrival_s[1, :, 0]
    first: dict[str, int] = {}
    for k in np.argsort(middle, kind="stable")[: np.isfinite(middle).sum()].tolist():
        first.setdefault(area.districts[k].district_id[:PROVINCE_DIGITS], k)
    return list(first.values())[:N_PLACE]
