"""The health page."""

from dash.development.base_component import Component

from components.card import card
from components.data_table import data_table
from components.empty_state import empty_state
from dashboard.i18n import text
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.health.ids import HealthIds
from dashboard.pages.page import Opened
from dashboard.pages.refreshing import refreshing_body
from dashboard.views.format import near_clock
from dashboard.views.tables import district_rows
from risk_core.state.level import Hazard, Layer

COLUMNS = ("district", "people", "level", "mean", "top")


def layout(opened: Opened) -> Component:
    """Draw the page."""
    return page_frame(opened, "health", [page_head("health", opened.lang), *refreshing_body(opened, HealthIds, body)])


def body(opened: Opened) -> list[Component]:
    """Draw the table of districts as they are now, and what is still missing."""
    lang = opened.lang
    later = empty_state("hourglass", text("health.later_title", lang), text("health.later_detail", lang))
    return [_districts(opened), later]


def _districts(opened: Opened) -> Component:
    lang, assessment = opened.lang, opened.assessment
    rows = [] if assessment is None else district_rows(opened.area, assessment, Hazard.INFECTION, lang)
    if not rows:
        return empty_state("virus", text("health.none_title", lang), text("health.none_detail", lang))
    as_of = assessment.layers[Layer.INFECTION].data_as_of_s
    caption = text("health.caption", lang, time=near_clock(as_of, assessment.now_s, opened.zone, lang))
    columns = [text(f"health.{column}", lang) for column in COLUMNS]
    return card(text("hazard.infection", lang), [data_table(caption, columns, rows)])
