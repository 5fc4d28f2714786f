"""The health page."""

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from components.card import card
from components.case_chart import case_chart, reproduction_chart
from components.data_table import data_table
from components.empty_state import empty_state
from components.figure_tile import figure_tile, figure_tiles
from dashboard.answers.infection import official_scheme
from dashboard.i18n import text
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.health.ids import HealthIds
from dashboard.pages.page import Opened
from dashboard.pages.refreshing import refreshing_body
from dashboard.views.format import near_clock
from dashboard.views.infection import ascertainment_words, exposure_rows, official_source, official_words
from dashboard.views.learnt import week_model_words
from dashboard.views.outbreak import (
    case_series,
    fan_series,
    outbreak_rows,
    outbreak_tiles,
    reproduction_series,
    week_rows,
    whole_area,
)
from dashboard.views.tables import district_rows
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS
from risk_core.state.level import Hazard, Layer
from risk_core.state.surveillance import Outbreak

WEEK_COLUMNS = ("week", "kind", "median", "range_80")
OUTBREAK_COLUMNS = ("district", "week_now", "reproduction", "week_next")
EXPOSURE_COLUMNS = ("district", "infectious_share", "infectious_people", "official_step")
COLUMNS = ("district", "people", "level", "mean", "top")


def layout(opened: Opened) -> Component:
    """Draw the page."""
    return page_frame(opened, "health", [page_head("health", opened.lang), *refreshing_body(opened, HealthIds, body)])


def body(opened: Opened) -> list[Component]:
    """Draw the course of the outbreak, what is expected of it, and the table of districts as they are now."""
    outbreak = None if opened.assessment is None else opened.assessment.outbreak
    course = [] if outbreak is None else _course(opened, outbreak)
    return [*course, _districts(opened)]


def _course(opened: Opened, outbreak: Outbreak) -> list[Component]:
    lang, place = opened.lang, whole_area(outbreak)
    names = ("reported", "late", "band_95", "band_80", "band_50")
    words = {name: text(f"health.{name}", lang) for name in names}
    cases = words | {key: text(f"health.cases_{key}", lang) for key in ("title", "axis", "median")}
    number = words | {key: text(f"health.reproduction_{key}", lang) for key in ("title", "axis", "median")}
    days, (median, low, high) = reproduction_series(outbreak, place)
    tiles = figure_tiles([figure_tile(*one) for one in outbreak_tiles(outbreak, lang)])
    chart = case_chart(*case_series(outbreak, place), *fan_series(outbreak, place), cases)
    return [
        tiles,
        card(cases["title"], [chart, html.P(text("health.cases_note", lang), className="card-note")]),
        card(
            number["title"],
            [
                reproduction_chart(days, median, low, high, number),
                html.P(text("health.reproduction_note", lang), className="card-note"),
            ],
        ),
        _table("weeks", week_rows(outbreak, lang), WEEK_COLUMNS, lang, _week_model(opened)),
        _table("outbreak", outbreak_rows(opened.area, outbreak, lang), OUTBREAK_COLUMNS, lang),
        _exposure(opened, outbreak),
    ]


def _exposure(opened: Opened, outbreak: Outbreak) -> Component:
    lang = opened.lang
    now_s = outbreak.day_s[-1] if opened.assessment is None else opened.assessment.now_s
    library, drill = opened.services.library, opened.assessment is not None and opened.assessment.drill is not None
    found, scheme = library.ascertainment(opened.area, now_s, drill), official_scheme(opened.area, now_s)
    rows = exposure_rows(opened.area, outbreak, now_s, lang, replace(INFECTION_DEFAULTS, ascertainment=found), scheme)
    steps = official_source(scheme, lang) or official_words(None, scheme, lang)
    said = (text("health.exposure_note", lang), ascertainment_words(found, lang), steps)
    note = html.P(" ".join(said), className="card-note")
    heads = [text(f"health.{column}", lang) for column in EXPOSURE_COLUMNS]
    table = data_table(text("health.exposure_caption", lang), heads, rows)
    return card(text("health.exposure_title", lang), [table, note])


def _week_model(opened: Opened) -> str:
    """Which model gives the week totals, and its version."""
    assessment = opened.assessment
    if assessment is None:
        return ""
    book = opened.services.library.book(opened.area.area_id)
    return week_model_words(book, assessment.drill is not None, assessment.model_version, opened.lang)


def _table(name: str, rows: list[list[object]], columns: tuple[str, ...], lang: str, note: str = "") -> Component:
    heads = [text(f"health.{column}", lang) for column in columns]
    table = data_table(text(f"health.{name}_caption", lang), heads, rows)
    return card(
        text(f"health.{name}_title", lang), [table, *[html.P(one, className="card-note") for one in [note] if one]]
    )


def _districts(opened: Opened) -> Component:
    lang, assessment = opened.lang, opened.assessment
    rows = [] if assessment is None else district_rows(opened.area, assessment, Hazard.INFECTION, lang)
    if not rows:
        return empty_state("virus", text("health.none_title", lang), text("health.none_detail", lang))
    as_of = assessment.layers[Layer.INFECTION].data_as_of_s
    caption = text("health.caption", lang, time=near_clock(as_of, assessment.now_s, opened.zone, lang))
    columns = [text(f"health.{column}", lang) for column in COLUMNS]
    return card(text("hazard.infection", lang), [data_table(caption, columns, rows)])
