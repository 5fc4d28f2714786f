"""What a plan shows: figures, curve, tables, order."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.card import card
from components.data_table import data_table
from components.figure_tile import figure_tile, figure_tiles
from dashboard.i18n import text
from dashboard.pages.page import Opened
from dashboard.pages.plan.pair import pair_card
from dashboard.plans.files import zone_geometry
from dashboard.plans.order import order_text
from dashboard.plans.standing import expected_arrivals
from dashboard.plans.standing_rows import again_words
from dashboard.plans.zones import Drawn
from dashboard.store.bundles import read_district_outlines
from dashboard.views.format import date_and_clock
from dashboard.views.people import person_name
from dashboard.views.plan import (
    curve_figure,
    curve_notes,
    deadline_lines,
    left_table,
    note_lines,
    plan_tiles,
    shelter_table,
    street_table,
)
from dashboard.views.plan_compare import case_rows
from risk_core.plans.what_ifs import CaseOutcome
from risk_core.state.plan import Plan

SHELTER_COLUMNS = ("name", "sent", "free", "first", "last")
CASE_COLUMNS = ("supposed", "leaving", "sheltered", "left_over", "clearance", "deadline", "in_danger")
LEFT_COLUMNS = ("place", "persons", "why", "advice")


def published_line(opened: Opened) -> str:
    """What is in force."""
    found, lang = opened.services.library.plans.published(opened.area.area_id), opened.lang
    if found is None:
        return text("plan.page.none_published", lang)
    zones = ", ".join(zone["name"] for zone in found.content["zones"])
    time = date_and_clock(found.at_s, opened.zone, lang)
    return text("plan.page.published", lang, zones=zones, who=person_name(found.who, lang), time=time)


def again_lines(opened: Opened) -> list[Component]:
    """Shelters of the order in force that no longer fit: a reason to plan again; empty while all do."""
    found = opened.services.library.plans.published(opened.area.area_id)
    if found is None or opened.assessment is None:
        return []
    expected = expected_arrivals(opened.area, opened.assessment, found.content)
    return [html.P(line, className="plan-late", role="alert") for line in again_words(expected, opened.lang)]


def zone_shapes(opened: Opened, drawn: Drawn) -> dict[str, Mapping[str, Any] | None]:
    """Geometry of each zone: its outline, or those of its districts."""
    has_districts = any(zone.district_ids for zone in drawn.zones)
    home, area_id = opened.services.settings.home, opened.area.area_id
    found = json.loads(read_district_outlines(home, area_id)) if has_districts else {}
    outlines = {one["properties"].get("position"): one.get("geometry") for one in found.get("features", [])}
    position = {one.district_id: k for k, one in enumerate(opened.area.districts)}
    shapes: dict[str, Mapping[str, Any] | None] = {}
    for zone in drawn.zones:
        parts = [outlines.get(position.get(one, -1)) for one in zone.district_ids]
        polygons: list[Any] = []
        for one in (part for part in parts if part):
            polygons += [one["coordinates"]] if one["type"] == "Polygon" else one["coordinates"]
        districts = {"type": "MultiPolygon", "coordinates": polygons} if polygons else None
        shapes[zone.zone_id] = zone_geometry(zone) or districts
    return shapes


def result_parts(opened: Opened, plan: Plan) -> list[Component]:
    """Everything below the map."""
    lang = opened.lang
    late = [html.P(line, className="plan-late" if bad else "") for line, bad in deadline_lines(plan, opened.zone, lang)]
    hazard_s = [zone.hazard_arrival_s for zone in plan.zones]
    curve = dcc.Graph(
        figure=curve_figure(plan, lang, hazard_s),
        config={"displayModeBar": False},
        style={"height": "260px"},
        className="plan-curve",
    )
    label = html.P(text("plan.curve.label", lang), className="plan-caption")
    notes = [html.P(line, className="plan-caption") for line in curve_notes(plan, lang)]
    head = [figure_tiles([figure_tile(*one) for one in plan_tiles(plan, lang)]), *late]
    return [
        html.Div(head, className="plan-figures"),
        *pair_card(opened, plan.plan_id),
        card(text("plan.curve.share", lang), [curve, label, *notes]),
        card(text("plan.page.shelters", lang), [_shelters(plan, lang)]),
        *_left(opened, plan),
        *_streets(opened, plan),
        *_notes(plan, lang),
        _order(plan),
    ]


def cases_card(opened: Opened, told: Sequence[CaseOutcome]) -> Component:
    """What other suppositions come to."""
    lang = opened.lang
    heads = [text(f"plan.case.{name}", lang) for name in CASE_COLUMNS]
    table = data_table(text("plan.case.caption", lang), heads, case_rows(told, opened.zone, lang))
    return card(text("plan.case.title", lang), [table])


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


def _streets(opened: Opened, plan: Plan) -> list[Component]:
    assert opened.area.network is not None
    lang = opened.lang
    heads, rows = street_table(opened.area.network, plan, lang)
    if not rows:
        return []
    return [card(text("plan.page.streets", lang), [data_table(text("plan.page.streets_caption", lang), heads, rows)])]


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
