"""What an official has chosen: a district, another to compare with, a day, and measures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.card import card
from components.choice import Option
from components.stay_form import SelectField, stay_form
from components.toggles import toggles
from dashboard.i18n import text
from dashboard.pages.health.ids import HealthIds, HealthKinds
from dashboard.pages.page import Opened
from dashboard.views.districts import known_days
from dashboard.views.format import district_name
from dashboard.views.outbreak import iso_days, whole_area
from risk_core.hazards.epidemic.whatif import MEASURES, Measure
from risk_core.state.surveillance import Outbreak


@dataclass(frozen=True, slots=True)
class HealthChoice:
    """Columns of the outbreak and a day: `place` and `other` (None: no comparison), `day`, and measures."""

    place: int
    other: int | None
    day: int
    measures: tuple[Measure, ...]


def read_choice(outbreak: Outbreak, chosen: Any, measures: Any) -> HealthChoice:
    """Choice of what the browser keeps; what the outbreak does not have falls back to the whole area, a week ago."""
    told: Mapping[str, Any] = chosen if isinstance(chosen, Mapping) else {}
    days, whole = iso_days(outbreak.day_s), whole_area(outbreak)
    day = str(told.get("day", ""))
    named = measures if isinstance(measures, list) else []
    place = _place(told.get("place"), whole)
    return HealthChoice(
        place=whole if place is None else place,
        other=_place(told.get("other"), whole),
        day=days.index(day) if day in days else max(len(days) - 8, 0),
        measures=tuple(one for one in MEASURES if one.name in named),
    )


def choice_card(opened: Opened, outbreak: Outbreak) -> Component:
    """Draw the fields; every part of the page follows them."""
    lang, area = opened.lang, opened.area
    places = [(str(k), district_name(area, k, lang)) for k in range(len(area.districts))]
    places.sort(key=lambda one: one[1])
    whole = ("", text("health.whole_area", lang))
    days = [(day, day) for day in known_days(outbreak)]
    fields = [
        SelectField(HealthIds.PLACE, "place", text("health.choose_place", lang), [whole, *places], ""),
        SelectField(HealthIds.OTHER, "other", text("health.choose_other", lang), [("", "–"), *places], ""),
        SelectField(HealthIds.DAY, "day", text("health.choose_day", lang), days, days[0][0] if days else ""),
    ]
    form = stay_form(HealthIds.CHOSEN, text("health.choose", lang), fields)
    button = html.Button(text("health.print", lang), className="button is-small print-button")
    return card(text("health.choose", lang), [form, button], class_name="card-choose")


def measures_part(lang: str) -> Component:
    """Draw the measures that can be supposed."""
    options = [Option(one.name, text(f"health.measure_{one.name}", lang)) for one in MEASURES]
    return toggles(HealthKinds.MEASURE, options, ("mobility",), text("health.whatif_title", lang))


def choice_stores() -> list[Component]:
    """Draw what keeps the choice."""
    return [dcc.Store(id=HealthIds.CHOSEN), dcc.Store(id=HealthIds.MEASURES, data=["mobility"])]


def _place(word: Any, whole: int) -> int | None:
    position = int(word) if isinstance(word, str) and word.isdecimal() else whole
    return position if position < whole else None
