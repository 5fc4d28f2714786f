"""What a plan shows: figures, curve, tables, order."""

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from components.card import card
from components.data_table import data_table
from components.figure_tile import figure_tile, figure_tiles
from dashboard.i18n import text
from dashboard.pages.page import Opened
from dashboard.plans.order import order_text
from dashboard.views.format import date_and_clock
from dashboard.views.people import person_name
from dashboard.views.plan import (
    change_words,
    curve_figure,
    deadline_lines,
    left_table,
    note_lines,
    plan_tiles,
    shelter_table,
)
from risk_core.state.plan import Plan

SHELTER_COLUMNS = ("name", "sent", "free", "first", "last")
LEFT_COLUMNS = ("place", "persons", "why", "advice")


def published_line(opened: Opened) -> str:
    """What is in force."""
    found, lang = opened.services.library.plans.published(opened.area.area_id), opened.lang
    if found is None:
        return text("plan.page.none_published", lang)
    zones = ", ".join(zone["name"] for zone in found.content["zones"])
    time = date_and_clock(found.at_s, opened.zone, lang)
    return text("plan.page.published", lang, zones=zones, who=person_name(found.who, lang), time=time)


def result_parts(opened: Opened, plan: Plan, before: dict[str, float] | None) -> list[Component]:
    """Everything below the map."""
    lang = opened.lang
    late = [html.P(line, className="plan-late" if bad else "") for line, bad in deadline_lines(plan, opened.zone, lang)]
    curve = dcc.Graph(
        figure=curve_figure(plan, lang, [zone.hazard_arrival_s for zone in plan.zones]),
        config={"displayModeBar": False},
        style={"height": "260px"},
        className="plan-curve",
    )
    label = html.P(text("plan.curve.label", lang), className="plan-caption")
    head = [figure_tiles([figure_tile(*one) for one in plan_tiles(plan, lang)]), *late]
    if before is not None:
        head.append(html.P([html.B(text("plan.page.change", lang)), " ", change_words(plan, before, lang)]))
    return [
        html.Div(head, className="plan-figures"),
        card(text("plan.curve.share", lang), [curve, label]),
        card(text("plan.page.shelters", lang), [_shelters(plan, lang)]),
        *_left(opened, plan),
        *_notes(plan, lang),
        _order(plan),
    ]


def _shelters(plan: Plan, lang: str) -> Component:
    rows = shelter_table(plan, lang)
    if not rows:
        return html.P(text("plan.page.shelters_none", lang))
    return data_table(text("plan.page.shelter_caption", lang), _heads(SHELTER_COLUMNS, lang), rows)


def _left(opened: Opened, plan: Plan) -> list[Component]:
    lang = opened.lang
    rows = left_table(plan, opened.area, lang)
    if not rows:
        return []
    table = data_table(text("plan.page.left_caption", lang), _heads(LEFT_COLUMNS, lang), rows)
    return [card(text("plan.page.left", lang), [table])]


def _notes(plan: Plan, lang: str) -> list[Component]:
    lines = note_lines(plan, lang)
    return [card(text("plan.page.notes", lang), [html.Ul([html.Li(line) for line in lines])])] if lines else []


def _order(plan: Plan) -> Component:
    blocks = []
    for lang in ("ko", "en"):
        words = order_text(plan, lang)
        lines = [html.H3(words.headline), html.P(words.description), html.P(words.instruction)]
        blocks.append(html.Div(lines, lang=lang, className="plan-order"))
    return card(text("plan.page.order", "ko") + " · " + text("plan.page.order", "en"), blocks)


def _heads(names: Sequence[str], lang: str) -> list[str]:
    return [text(f"plan.page.{name}", lang) for name in names]
