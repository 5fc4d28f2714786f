"""The coordinators' page."""

from dash import html
from dash.development.base_component import Component

from components.card import card
from components.data_table import data_table
from components.empty_state import empty_state
from components.figure_tile import figure_tile, figure_tiles
from components.icon import icon
from dashboard.i18n import text
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.ops.closures_part import closures_card
from dashboard.pages.ops.desk_part import desk_card, drill_card, log_card, may_act, shelter_box, shelter_button
from dashboard.pages.ops.editor import editor
from dashboard.pages.ops.ids import OpsIds
from dashboard.pages.ops.message import message_card
from dashboard.pages.page import Opened
from dashboard.pages.plan.pair import in_force_parts, pair_card
from dashboard.pages.plan.parts import again_lines, published_line
from dashboard.pages.refreshing import refreshing_body
from dashboard.plans.standing import expected_arrivals
from dashboard.plans.standing_rows import ARRIVAL_COLUMNS, arrival_rows
from dashboard.views.alerts import alert_banners
from dashboard.views.deeplink import page_href
from dashboard.views.drill import ribbon_for
from dashboard.views.figures import ops_figures
from dashboard.views.format import date_and_clock
from dashboard.views.shelters import in_name_order
from dashboard.views.storm_timeline import storm_timeline_card
from dashboard.views.tables import shelter_rows
from risk_core.state.shelters import known_shelters

SHELTER_COLUMNS = ("name", "inside", "capacity", "free", "source")
N_SHELTER_SHOWN = 200
EXPORTS = (
    ("closures", "closures.geojson"),
    ("shelters", "shelters.geojson"),
    ("alerts", "alerts.geojson"),
    ("cap", "cap.xml"),
)
"""Resources of the API, and the files they are saved as."""


def layout(opened: Opened) -> Component:
    """Draw the page: what stands now and can be changed, then plan, message, log and files."""
    lang = opened.lang
    print_button = html.Button(text("ops.print", lang), className="print-button")
    head = html.Div([page_head("ops", lang), print_button], className="page-head-row")
    log = html.Div([drill_card(opened), log_card(opened)], className="two-cards")
    numbers = html.Div(top(opened), id=OpsIds.TOP, className="body")
    now = [numbers, editor(opened), desk_card(opened), shelter_box(opened), *refreshing_body(opened, OpsIds, body)]
    later = [_plan_card(opened), *pair_card(opened), message_card(opened), log, _exports(opened)]
    return page_frame(opened, "ops", [head, *now, *later])


def top(opened: Opened) -> list[Component]:
    """Draw the numbers and warnings of now."""
    lang, assessment = opened.lang, opened.assessment
    if assessment is None:
        return [empty_state("hourglass", text("status.waiting_title", lang), text("status.waiting_detail", lang))]
    time = date_and_clock(assessment.now_s, opened.zone, lang)
    tiles = [figure_tile(*figure) for figure in ops_figures(opened.area, assessment, time, lang)]
    wind = opened.services.answers.winds.districts(opened.area, assessment)
    storm = storm_timeline_card(opened.area, wind, assessment.now_s, opened.zone, lang)
    return [figure_tiles(tiles), *_alerts(opened), *storm]


def ribbon(opened: Opened) -> Component:
    """Draw the line that marks simulated data; a closure of the demo coordinator brings it."""
    return ribbon_for(opened.assessment is not None and opened.assessment.simulated, opened.lang)


def body(opened: Opened) -> list[Component]:
    """Draw closures of every source and shelters as they are now."""
    lang, assessment = opened.lang, opened.assessment
    if assessment is None:
        return [_shelters(opened, "")]
    time = date_and_clock(assessment.now_s, opened.zone, lang)
    return [*_arrivals(opened), closures_card(opened, time), _shelters(opened, time)]


def _arrivals(opened: Opened) -> list[Component]:
    """Draw who should have come to which shelter by the order in force; nothing where there is none."""
    lang, assessment = opened.lang, opened.assessment
    found = opened.services.library.plans.published(opened.area.area_id)
    if found is None or assessment is None:
        return []
    expected = expected_arrivals(opened.area, assessment, found.content)
    if not expected:
        return []
    heads = [text(f"plan.standing.{name}", lang) for name in ARRIVAL_COLUMNS]
    rows = arrival_rows(expected, known_shelters(opened.area, assessment), assessment.now_s, opened.zone, lang)
    table = data_table(text("plan.standing.caption", lang), heads, rows)
    return [card(text("plan.standing.title", lang), [*again_lines(opened), table])]


def _exports(opened: Opened) -> Component:
    """Draw what other programs read: GeoJSON and CAP of now, and the tables below as CSV."""
    lang, area_id = opened.lang, opened.area.area_id
    links = [
        html.A(
            text(f"ops.save_{name}", lang),
            href=f"/api/v1/{name}?area={area_id}",
            className="button is-small",
            download=file,
        )
        for name, file in EXPORTS
    ]
    tables = [
        html.Button(text(f"ops.save_{name}_csv", lang), className="button is-small", **{"data-csv": f"#{table}"})
        for name, table in (("closures", OpsIds.TABLE_CLOSURES), ("shelters", OpsIds.TABLE_SHELTERS))
    ]
    return html.Div([html.Span(text("ops.save", lang)), *links, *tables], className="save-row")


def _plan_card(opened: Opened) -> Component:
    """Draw the way to the planner, with the order in force."""
    lang = opened.lang
    href = page_href("/plan", opened.area.area_id, lang)
    link = html.A([icon("road"), text("ops.plan_link", lang)], href=href, className="button is-primary")
    detail = html.P(text("ops.plan_detail", lang), className="plan-caption")
    words = html.Div([html.P(published_line(opened)), detail])
    content = html.Div([words, link], className="plan-way")
    return html.Div(
        card(text("ops.plan_title", lang), [content, *in_force_parts(opened)]), hidden=opened.area.network is None
    )


def _alerts(opened: Opened) -> list[Component]:
    assessment = opened.assessment
    banners = alert_banners(assessment.alerts, assessment.now_s, opened.zone, opened.lang)
    return [card(text("ops.alerts", opened.lang), banners)] if banners else []


def _shelters(opened: Opened, time: str) -> Component:
    lang = opened.lang
    shelters = in_name_order(known_shelters(opened.area, opened.assessment), lang)[:N_SHELTER_SHOWN]
    rows, columns = shelter_rows(shelters, lang), [text(f"ops.{column}", lang) for column in SHELTER_COLUMNS]
    content = empty_state("home", text("shelter.none_title", lang), text("shelter.none_detail", lang))
    if may_act(opened):
        columns.append(text("ops.status", lang))
        rows = [[*row, shelter_button(opened, one)] for row, one in zip(rows, shelters, strict=True)]
    if rows:
        content = data_table(text("ops.shelter_caption", lang, time=time or "–"), columns, rows, stacks=True)
    return card(text("ops.shelters", lang), [content], id=OpsIds.TABLE_SHELTERS)
