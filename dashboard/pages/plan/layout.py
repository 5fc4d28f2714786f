"""The planner's page: map and settings, figures, order."""

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from components.card import card
from components.empty_state import empty_state
from components.map import EMPTY_FEATURES, MapView, browser_function, feature_layer, risk_map
from dashboard.i18n import text
from dashboard.pages.frame import page_frame
from dashboard.pages.page import Opened
from dashboard.pages.plan.ids import PlanIds
from dashboard.pages.plan.parts import published_line
from dashboard.views.defaults import area_bounds, default_place, default_zoom
from dashboard.views.features import shelter_features
from dashboard.views.format import district_name
from risk_core.plans.options import DemandOptions
from risk_core.state.profile import Profile
from risk_core.state.shelters import known_shelters

MOST_SHELTERS_DRAWN = 400


def layout(opened: Opened) -> Component:
    """Draw the page."""
    lang = opened.lang
    words = [html.H1(text("plan.page.heading", lang)), html.P(text("plan.page.audience", lang))]
    button = html.Button(text("plan.page.print", lang), className="print-button")
    head = html.Div([html.Div(words, className="page-head"), button], className="page-head-row")
    waiting = empty_state("road", text("plan.page.waiting_title", lang), text("plan.page.waiting_detail", lang))
    content = [
        head,
        html.Div(published_line(opened), id=PlanIds.STATE, role="status"),
        html.Div([_map(opened), _settings(opened)], className="plan-desk"),
        dcc.Loading(html.Div(waiting, id=PlanIds.RESULT), delay_show=300),
        dcc.Store(id=PlanIds.KNOWN),
        dcc.ConfirmDialog(id=PlanIds.CONFIRM),
    ]
    return page_frame(opened, "plan", content)


def _map(opened: Opened) -> Component:
    area, lang = opened.area, opened.lang
    centre = opened.address.centre or default_place(area)
    view = MapView(centre=centre, zoom=opened.address.zoom or default_zoom(area), bounds=area_bounds(area))
    tools = {name: False for name in ("circle", "circlemarker")}
    draw = dl.FeatureGroup([dl.EditControl(id=PlanIds.DRAW, draw=tools, position="topright")])
    flows = dl.GeoJSON(
        id=PlanIds.FLOWS, data=dict(EMPTY_FEATURES), style=browser_function("flow"),
        onEachFeature=browser_function("label"), hideout={"bin": 0},
    )  # fmt: skip
    shelters = known_shelters(area, opened.assessment)[:MOST_SHELTERS_DRAWN]
    layers = [flows, feature_layer(PlanIds.SHELTERS, shelter_features(shelters, lang)), draw]
    slider = dcc.Slider(0, 0, 1, value=0, id=PlanIds.BIN, marks=None, tooltip={"placement": "bottom"})
    label = html.Label(text("plan.page.flows", lang), htmlFor=PlanIds.BIN)
    frame = risk_map(PlanIds.MAP, view, layers, text("plan.page.map", lang))
    streets = {"data-hash": area.content_hash} if area.network is not None else {}
    box = {"data-area": area.area_id, "data-lang": lang, "data-offline-words": text("map.offline", lang), **streets}
    canvas = html.Div(frame, className="plan-canvas", **box)
    return html.Div([canvas, html.Div([label, slider], className="plan-bin")])


def _settings(opened: Opened) -> Component:
    lang, default = opened.lang, DemandOptions()
    districts = [
        {"value": one.district_id, "label": district_name(opened.area, k, lang)}
        for k, one in enumerate(opened.area.districts)
    ]
    shares = (
        (PlanIds.PARTICIPATION, "participation", default.participation_share, 0.1, 1.0),
        (PlanIds.SHELTER_SHARE, "shelter_share", default.shelter_share, 0.0, 1.0),
        (PlanIds.CAR_SHARE, "car_share", default.mode_share[Profile.CAR], 0.0, 0.95),
    )
    rows: list[Component] = [
        html.P(text("plan.page.draw", lang)),
        html.Label(text("plan.page.districts", lang), htmlFor=PlanIds.DISTRICTS),
        dcc.Dropdown(districts, id=PlanIds.DISTRICTS, multi=True),
    ]
    for id, name, value, low, high in shares:
        rows.append(html.Label(text(f"plan.page.{name}", lang), htmlFor=id))
        rows.append(dcc.Slider(low, high, 0.05, value=value, id=id, marks=None, tooltip={"placement": "bottom"}))
    rows.append(html.Label(text("plan.page.half_gone", lang), htmlFor=PlanIds.HALF_GONE))
    half = {"type": "number", "min": 1, "max": 720, "value": round(default.half_gone_s / 60)}
    rows.append(dcc.Input(id=PlanIds.HALF_GONE, className="plan-number", **half))
    buttons = [
        html.Button(text("plan.page.make", lang), id=PlanIds.MAKE, className="plan-button is-main"),
        html.Button(text("plan.page.publish", lang), id=PlanIds.PUBLISH, className="plan-button", disabled=True),
        html.Button(text("plan.page.withdraw", lang), id=PlanIds.WITHDRAW, className="plan-button"),
    ]
    return card(text("plan.page.make", lang), [*rows, html.Div(buttons, className="plan-buttons")])
