"""The page about trust."""

from dash import html
from dash.development.base_component import Component

from components.card import card
from components.data_table import data_table
from components.empty_state import empty_state
from dashboard.i18n import text
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.page import Opened
from dashboard.pages.quality.ids import QualityIds
from dashboard.pages.refreshing import refreshing_body
from dashboard.views.format import area_name, date_and_clock
from dashboard.views.tables import area_facts, source_rows

SOURCE_COLUMNS = ("source", "kind", "newest", "age", "records", "origin")
MODELS = ("rain", "infection", "typhoon")
N_LIMIT = 8


def layout(opened: Opened) -> Component:
    """Draw the page."""
    head = page_head("quality", opened.lang)
    return page_frame(opened, "quality", [head, *refreshing_body(opened, QualityIds, body)])


def body(opened: Opened) -> list[Component]:
    """Draw the age of the data, the models, their limits, and what the area holds."""
    return [_freshness(opened), _models(opened), _limits(opened), _area(opened)]


def _freshness(opened: Opened) -> Component:
    lang, assessment = opened.lang, opened.assessment
    content = empty_state("hourglass", text("quality.no_sources_title", lang), text("quality.no_sources_detail", lang))
    if assessment is not None and assessment.sources:
        time = date_and_clock(assessment.now_s, opened.zone, lang)
        columns = [text(f"quality.{column}", lang) for column in SOURCE_COLUMNS]
        rows = source_rows(assessment.sources, assessment.now_s, opened.zone, lang)
        content = data_table(text("quality.fresh_caption", lang, time=time), columns, rows)
    return card(text("quality.fresh", lang), [content])


def _models(opened: Opened) -> Component:
    lang, assessment = opened.lang, opened.assessment
    version, note = "–", ""
    if assessment is not None:
        version = assessment.model_version
        time = date_and_clock(assessment.now_s, opened.zone, lang)
        note = text("quality.snapshot", lang, version=assessment.version, time=time)
    interval, none = text("quality.interval_80", lang), text("quality.interval_none", lang)
    rows = [[text(f"hazard.{name}", lang), text(f"quality.{name}_method", lang), interval] for name in MODELS]
    rows.append([text("quality.stay_row", lang), text("quality.stay_method", lang), interval])
    rows.append([text("route.heading", lang), text("quality.route_method", lang), none])
    columns = [text(f"quality.{column}", lang) for column in ("model", "method", "interval")]
    caption = text("quality.model_caption", lang, version=version)
    return card(text("quality.models", lang), [data_table(caption, columns, rows)], note=note)


def _limits(opened: Opened) -> Component:
    lang, assessment = opened.lang, opened.assessment
    limits = [text(f"quality.limit_{k}", lang) for k in range(1, N_LIMIT + 1)]
    if assessment is not None and assessment.simulated:
        limits.insert(0, text("quality.limit_drill", lang))
    return card(text("quality.limits", lang), [html.Ul([html.Li(one) for one in limits], className="plain-list")])


def _area(opened: Opened) -> Component:
    lang, area = opened.lang, opened.area
    caption = text("quality.area_caption", lang, area=area_name(area, lang), credit=area.attribution)
    columns = [text("quality.item", lang), text("quality.value", lang)]
    return card(text("quality.area", lang), [data_table(caption, columns, area_facts(area, lang))])
