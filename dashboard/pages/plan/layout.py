"""The planner's page: map and settings, figures, order."""

import json
from typing import Any

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from components.card import card
from components.choice import Option, choice, choice_id
from components.empty_state import empty_state
from components.icon import icon
from components.map import (
    BLANK_IMAGE,
    EMPTY_FEATURES,
    MapView,
    browser_function,
    feature_layer,
    picture_layer,
    risk_map,
)
from components.range_field import range_field
from components.stay_form import SelectField, TextField, stay_form, text_field
from components.toggles import toggles
from dashboard.acts.closures import MAX_NAME
from dashboard.acts.sketch import Sketch, Tool
from dashboard.i18n import text
from dashboard.pages.frame import page_frame
from dashboard.pages.page import Opened
from dashboard.pages.plan.drawing import BACK, CENTRE, CLEAR, FINISH
from dashboard.pages.plan.filing import filing
from dashboard.pages.plan.ids import PlanIds, PlanKinds
from dashboard.pages.plan.parts import again_lines, published_line
from dashboard.pages.plan.waiting import progress
from dashboard.store.keys import Role
from dashboard.views.deeplink import page_href
from dashboard.views.defaults import area_bounds, default_place, default_zoom
from dashboard.views.features import closure_features, shelter_features
from dashboard.views.format import district_name, name_in
from dashboard.views.frames import picture_url
from dashboard.views.plan import BIN_MIN
from dashboard.views.sketch import sketch_note
from risk_core.plans.options import DemandOptions
from risk_core.state.level import Layer
from risk_core.state.profile import Profile
from risk_core.state.shelters import known_shelters

MOST_SHELTERS_DRAWN = 400
PERCENTS = ("participation_share", "shelter_share", "car_share")
"""Settings given in percent, in the order of their sliders."""


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
        html.Div(again_lines(opened), id=PlanIds.AGAIN),
        html.Div([_map(opened), _side(opened)], className="plan-desk"),
        dcc.Loading(html.Div(waiting, id=PlanIds.RESULT, className="plan-result"), delay_show=300),
        dcc.Loading(html.Div(id=PlanIds.CASES, className="plan-result"), delay_show=300),
        dcc.Store(id=PlanIds.ASKED),
        dcc.Store(id=PlanIds.SUPPOSED),
        dcc.Store(id=PlanIds.KNOWN),
        dcc.Store(id=PlanIds.HELD),
        dcc.Store(id=PlanIds.VERSION, data=None if opened.assessment is None else opened.assessment.version),
        dcc.ConfirmDialog(id=PlanIds.CONFIRM),
        dcc.Download(id=PlanIds.DOWNLOAD),
    ]
    return page_frame(opened, "plan", content)


def _map(opened: Opened) -> Component:
    area, lang = opened.area, opened.lang
    centre = opened.address.centre or default_place(area)
    view = MapView(centre=centre, zoom=opened.address.zoom or default_zoom(area), bounds=area_bounds(area))
    flows = dl.GeoJSON(
        id=PlanIds.FLOWS, data=dict(EMPTY_FEATURES), style=browser_function("flow"),
        onEachFeature=browser_function("label"), hideout={"bin": 0},
    )  # fmt: skip
    shelters = known_shelters(area, opened.assessment)[:MOST_SHELTERS_DRAWN]
    now = seen_now(opened)
    layers = [
        picture_layer(PlanIds.PICTURE, now["picture"], view, text("map.picture", lang), area.attribution),
        feature_layer(PlanIds.PHASES, EMPTY_FEATURES),
        feature_layer(PlanIds.CLOSURES, now["closures"]),
        flows,
        feature_layer(PlanIds.SHELTERS, shelter_features(shelters, lang)),
        feature_layer(PlanIds.DRAWING_LAYER, EMPTY_FEATURES),
        feature_layer(PlanIds.SKETCH_LAYER, EMPTY_FEATURES),
        dl.GeoJSON(id=PlanIds.FILLING, data=dict(EMPTY_FEATURES), pointToLayer=browser_function("filling"),
                   onEachFeature=browser_function("label")),
    ]  # fmt: skip
    slider = range_field(PlanIds.BIN, text("plan.page.flows", lang), (0, BIN_MIN, BIN_MIN), 0)
    frame = risk_map(PlanIds.MAP, view, layers, text("plan.page.map", lang))
    streets = {"data-hash": area.content_hash} if area.network is not None else {}
    box = {"data-area": area.area_id, "data-lang": lang, "data-offline-words": text("map.offline", lang), **streets}
    canvas = html.Div(frame, className="plan-canvas", **box)
    return html.Div([canvas, html.Div(slider, className="plan-bin")])


def seen_now(opened: Opened) -> dict[str, Any]:
    """Picture of the danger and closures in force as the newest snapshot has them."""
    found = opened.assessment
    if found is None:
        return {"picture": BLANK_IMAGE, "closures": dict(EMPTY_FEATURES)}
    closures = closure_features(found.closures, found.now_s, opened.zone, opened.lang)
    return {"picture": picture_url(found, Layer.COMBINED, None), "closures": closures}


def _side(opened: Opened) -> Component:
    """Draw what plans; to whoever may not act, how to sign in."""
    lang = opened.lang
    may_act = opened.services.door.may(Role.COORDINATE)
    href = page_href("/sign-in", opened.area.area_id, lang)
    link = html.A(text("sign_in.link", lang), href=href, className="button is-primary is-small")
    sign_in = empty_state("person", text("ops.sign_in_title", lang), text("plan.page.sign_in_detail", lang), [link])
    tools = html.Div([*_sketching(lang), *_settings(opened)], hidden=not may_act, className="plan-tools")
    return card(text("plan.page.make", lang), [html.Div(sign_in, hidden=may_act), tools])


def _sketching(lang: str) -> list[Component]:
    icons = {Tool.ZONE: "area", Tool.CLOSED: "closed"}
    tools = [Option(tool, text(f"plan.page.tool_{tool}", lang), icons[tool]) for tool in Tool]
    steps = ((FINISH, "area", "plan.page.finish"), (BACK, "back", "ops.undo_point"),
             (CLEAR, "closed", "ops.clear"), (CENTRE, "centre", "ops.centre"))  # fmt: skip
    buttons = [
        html.Button([icon(name), html.Span(text(key, lang))], id=choice_id(PlanKinds.STEP, step), className="end-tool")
        for step, name, key in steps
    ]
    return [
        choice(PlanKinds.TOOL, tools, Tool.ZONE, text("plan.page.tool", lang)),
        dcc.Store(id=PlanIds.TOOL, data=str(Tool.ZONE)),
        dcc.Store(id=PlanIds.SKETCH, data=Sketch().as_data()),
        html.P(sketch_note(Sketch(), lang), id=PlanIds.NOTE, className="draft-note", role="status"),
        html.Div(buttons, className="end-tools"),
        text_field(TextField(PlanIds.NAME, text("plan.page.zone", lang), text("plan.page.zone_hint", lang), MAX_NAME)),
        *filing(lang),
    ]


def _settings(opened: Opened) -> list[Component]:
    lang, default = opened.lang, DemandOptions()
    districts = [
        Option(one.district_id, district_name(opened.area, k, lang)) for k, one in enumerate(opened.area.districts)
    ]
    at_first = (default.participation_share, default.shelter_share, default.mode_share[Profile.CAR])
    half = {"type": "number", "min": 1, "max": 720, "value": round(default.half_gone_s / 60)}
    phase = {"type": "number", "min": 0, "max": 720, "value": 0}
    ahead = {"type": "number", "min": 0, "max": 240}
    fields = [
        html.P(text("plan.page.districts", lang), className="plan-label"),
        toggles(PlanKinds.DISTRICT, districts, (), text("plan.page.districts", lang)),
        dcc.Store(id=PlanIds.DISTRICTS, data=[]),
        _number("danger_h", lang, ahead),
        *(_percent(name, share, lang) for name, share in zip(PERCENTS, at_first, strict=True)),
        _number("half_gone", lang, half),
        _number("phase_min", lang, phase),
        *_shut(opened),
    ]
    is_off = {"aria-pressed": "false"}
    buttons = [
        html.Button(text("plan.page.make", lang), id=PlanIds.MAKE, className="plan-button is-main"),
        html.Button(text("plan.page.what_ifs", lang), id=PlanIds.WHAT_IFS, className="plan-button"),
        html.Button(text("plan.page.hold", lang), id=PlanIds.HOLD, className="plan-button", **is_off),
        html.Button(text("plan.page.publish", lang), id=PlanIds.PUBLISH, className="plan-button", disabled=True),
        html.Button(text("plan.page.withdraw", lang), id=PlanIds.WITHDRAW, className="plan-button"),
    ]
    return [*fields, html.Div(buttons, className="plan-buttons"), progress(lang), _saving(lang)]


def _shut(opened: Opened) -> list[Component]:
    """Draw the choice of a shelter that is supposed shut."""
    lang, label = opened.lang, text("plan.pair.shut", opened.lang)
    shelters = known_shelters(opened.area, opened.assessment)[:MOST_SHELTERS_DRAWN]
    options = [
        ("", text("plan.pair.none", lang)),
        *((one.shelter_id, name_in(one.name, lang)) for one in shelters if one.is_open),
    ]
    select = SelectField("plan-shut-field", "shelter", label, options, "", is_wide=True)
    return [stay_form(PlanIds.SHUT, label, [select]), dcc.Store(id=PlanIds.SHUT, data={"shelter": ""})]


def _saving(lang: str) -> Component:
    """Draw the buttons that save the plan as a file; hidden until there is one."""
    buttons = [
        html.Button(words, id=choice_id(PlanKinds.FORMAT, name), className="button is-small")
        for name, words in (("json", "JSON"), ("geojson", "GeoJSON"), ("csv", "CSV"), ("cap", "CAP"))
    ]
    return html.Div(
        [html.Span(text("plan.page.save", lang)), *buttons], id=PlanIds.SAVE, className="save-row", hidden=True
    )


def _percent(name: str, share: float, lang: str) -> Component:
    id = choice_id(PlanKinds.PERCENT, name)
    return range_field(id, text(f"plan.page.{name}", lang), (0, 95, 5), round(100 * share), " %")


def _number(name: str, lang: str, bounds: dict[str, Any]) -> Component:
    """Draw a number; `assets/js/plan.js` names the numbers in the order they stand."""
    id = choice_id(PlanKinds.NUMBER, name)
    control = dcc.Input(id=id, className="plan-number", **bounds)
    label = html.Label(text(f"plan.page.{name}", lang), htmlFor=json.dumps(id, sort_keys=True, separators=(",", ":")))
    return html.Div([label, control], className="plan-field")
