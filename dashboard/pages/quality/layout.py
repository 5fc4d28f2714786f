"""The page about trust."""

from dash import html
from dash.development.base_component import Component

from components.card import card
from components.data_table import data_table
from components.decision_list import decision_list
from components.empty_state import empty_state
from dashboard.i18n import text
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.page import Opened
from dashboard.pages.quality.ids import QualityIds
from dashboard.pages.quality.measured import measured_card
from dashboard.pages.refreshing import refreshing_body
from dashboard.views.format import area_name, date_and_clock
from dashboard.views.learnt import decision_rows, decision_words, in_use_sentences
from dashboard.views.learnt import source_rows as source_weight_rows
from dashboard.views.path import calibration_words
from dashboard.views.tables import area_facts, source_rows
from risk_core.hazards.rain.criteria import rules_at
from risk_core.hazards.rain.reason import NEWEST_S

SOURCE_COLUMNS = ("source", "kind", "newest", "age", "records", "origin")
MODELS = ("rain", "infection", "typhoon")
N_LIMIT = 8
N_DECISION = 6
"""Newest decisions shown in full; those before stand in a table."""
LEARNT_SOURCE_COLUMNS = ("source", "weight", "early_error", "n_row")
DECISION_COLUMNS = ("date", "about", "verdict", "score")


def layout(opened: Opened) -> Component:
    """Draw the page."""
    head = page_head("quality", opened.lang)
    return page_frame(opened, "quality", [head, *refreshing_body(opened, QualityIds, body)])


def body(opened: Opened) -> list[Component]:
    """Draw the age of the data, the models, their scores, what they learnt, their limits, and the area."""
    return [
        _freshness(opened),
        _models(opened),
        *measured_card(opened.lang),
        _learnt(opened),
        _limits(opened),
        _area(opened),
    ]


def _freshness(opened: Opened) -> Component:
    lang, assessment = opened.lang, opened.assessment
    content = empty_state("hourglass", text("quality.no_sources_title", lang), text("quality.no_sources_detail", lang))
    if assessment is not None and assessment.sources:
        time = date_and_clock(assessment.now_s, opened.zone, lang)
        columns = [text(f"quality.{column}", lang) for column in SOURCE_COLUMNS]
        rows = source_rows(assessment.sources, assessment.now_s, opened.zone, lang)
        content = data_table(text("quality.fresh_caption", lang, time=time), columns, rows, stacks=True)
    return card(text("quality.fresh", lang), [content])


def _models(opened: Opened) -> Component:
    lang, assessment = opened.lang, opened.assessment
    version, note = "–", ""
    if assessment is not None:
        version = assessment.model_version
        time = date_and_clock(assessment.now_s, opened.zone, lang)
        note = text("quality.snapshot", lang, version=assessment.version, time=time)
    interval, none = text("quality.interval_80", lang), text("quality.interval_none", lang)
    in_force = rules_at(NEWEST_S if assessment is None else assessment.now_s)
    rules = text(f"quality.rules_{'verified' if in_force.is_verified else 'open'}", lang, date=in_force.valid_from)
    rows = [
        [text(f"hazard.{name}", lang), text(f"quality.{name}_method", lang, rules=rules), interval] for name in MODELS
    ]
    rows.append([text("quality.stay_row", lang), text("quality.stay_method", lang), interval])
    rows.append([text("heading.heading", lang), text("quality.path_method", lang), calibration_words(lang)])
    rows.append([text("route.heading", lang), text("quality.route_method", lang), none])
    columns = [text(f"quality.{column}", lang) for column in ("model", "method", "interval")]
    caption = text("quality.model_caption", lang, version=version)
    return card(text("quality.models", lang), [data_table(caption, columns, rows, stacks=True)], note=note)


def _learnt(opened: Opened) -> Component:
    lang, zone = opened.lang, opened.zone
    book = opened.services.library.book(opened.area.area_id)
    content: list[Component] = [html.P(text("learnt.how", lang), className="card-note")]
    if not book.decisions:
        content.append(empty_state("hourglass", text("learnt.none_title", lang), text("learnt.none_detail", lang)))
        return card(text("learnt.title", lang), [html.Div(content, className="decisions")])
    is_drill = opened.assessment is not None and opened.assessment.drill is not None
    said = in_use_sentences(book, is_drill, zone, lang)
    content.append(html.Ul([html.Li(one) for one in said], className="plain-list"))
    rows = source_weight_rows(next((one.sources for one in reversed(book.decisions) if one.sources), ()), lang)
    if rows:
        columns = [text(f"learnt.{column}", lang) for column in LEARNT_SOURCE_COLUMNS]
        content.append(data_table(text("learnt.sources_caption", lang), columns, rows))
    newest = book.decisions[-N_DECISION:][::-1]
    content.append(decision_list([decision_words(one, zone, lang) for one in newest]))
    content.append(html.P(text("learnt.score_note", lang), className="card-note"))
    earlier = book.decisions[:-N_DECISION]
    if earlier:
        columns = [text(f"learnt.{column}", lang) for column in DECISION_COLUMNS]
        table = data_table(text("learnt.earlier_caption", lang), columns, decision_rows(earlier, zone, lang))
        summary = html.Summary(text("learnt.earlier", lang, n=len(earlier)))
        content.append(html.Details([summary, table], className="decision-more"))
    return card(text("learnt.title", lang), [html.Div(content, className="decisions")])


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
