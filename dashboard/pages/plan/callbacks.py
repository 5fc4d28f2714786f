"""Planning, publishing, and the slider of the flows."""

from collections.abc import Mapping
from typing import Any

from dash import ALL, Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from components.map import EMPTY_FEATURES
from dashboard.acts import plans
from dashboard.acts.closures import MAX_NAME
from dashboard.acts.sketch import Sketch, in_phases, sketch_document
from dashboard.engine import engine
from dashboard.i18n import text
from dashboard.pages.frame import FrameIds, browser
from dashboard.pages.page import Opened, Services, open_context
from dashboard.pages.plan.drawing import register_drawing
from dashboard.pages.plan.filing import register_filing
from dashboard.pages.plan.ids import PlanIds, PlanKinds
from dashboard.pages.plan.layout import PERCENTS, seen_now
from dashboard.pages.plan.pair import before_next, read_kept
from dashboard.pages.plan.parts import again_lines, cases_card, published_line, result_parts, zone_shapes
from dashboard.pages.plan.saving import keep_files, register_saving
from dashboard.pages.plan.waiting import RUNNING, follow, register_waiting
from dashboard.plans.ask import Asked, answer_plan, answer_what_ifs, plan_content
from dashboard.plans.assumed import assumptions
from dashboard.plans.drawing_file import joined, shut_features
from dashboard.plans.settings import plan_options, shares
from dashboard.store.jobs import DismissedError
from dashboard.views.format import count
from dashboard.views.plan import flow_features, last_minutes
from dashboard.views.plan_compare import kept_figures, kept_phases
from dashboard.views.plan_map import filling_features, phase_features
from risk_core.errors import Fault, InputError, UnavailableError
from risk_core.plans.plan import Tell
from risk_core.state.shelters import known_shelters


def register(app: Dash, services: Services) -> None:
    """Join the page's controls."""
    browser(app, "planBin", Output(PlanIds.FLOWS, "hideout"), Input(PlanIds.BIN, "value"), State(PlanIds.BIN, "step"))
    browser(app, "planShown", Output(PlanIds.RESULT, "data-shown"), Input(PlanIds.RESULT, "children"), later=True)
    held = (Output(PlanIds.HELD, "data"), Output(PlanIds.HOLD, "aria-pressed"))
    browser(app, "planHold", *held, Input(PlanIds.HOLD, "n_clicks"), State(PlanIds.KNOWN, "data"), later=True)
    districts = {"type": PlanKinds.DISTRICT, "name": ALL}
    pressed = (Output(PlanIds.DISTRICTS, "data"), Output(districts, "aria-pressed"))
    browser(app, "toggle", *pressed, Input(districts, "n_clicks"), State(PlanIds.DISTRICTS, "data"), later=True)
    register_drawing(app, services)
    _register_live(app, services)
    _register_asking(app)
    _register_making(app, services)
    _register_publishing(app, services)
    register_saving(app, services)
    register_waiting(app, services)
    register_filing(app, services)


def _register_live(app: Dash, services: Services) -> None:
    inputs = (Input(FrameIds.LIVE, "data"), State(FrameIds.CONTEXT, "data"), State(PlanIds.VERSION, "data"))
    browser(app, "version", Output(PlanIds.VERSION, "data"), *inputs)

    @app.callback(
        output={
            "picture": Output(PlanIds.PICTURE, "url"),
            "closures": Output(PlanIds.CLOSURES, "data"),
            "again": Output(PlanIds.AGAIN, "children"),
        },
        inputs={"version": Input(PlanIds.VERSION, "data")},
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_now(version: str | None, context: dict[str, Any]) -> dict[str, Any]:
        opened = open_context(services, context)
        return {**seen_now(opened), "again": again_lines(opened)}


def _register_asking(app: Dash) -> None:
    """A press of either button gathers the whole form in the browser."""
    form = (
        State(PlanIds.SKETCH, "data"),
        State(PlanIds.NAME, "value"),
        State({"type": PlanKinds.NUMBER, "name": ALL}, "value"),
        State(PlanIds.DISTRICTS, "data"),
        State({"type": PlanKinds.PERCENT, "name": ALL}, "value"),
        State(PlanIds.SHUT, "data"),
    )
    for button, asked in ((PlanIds.MAKE, PlanIds.ASKED), (PlanIds.WHAT_IFS, PlanIds.SUPPOSED)):
        browser(app, "planAsked", Output(asked, "data"), Input(button, "n_clicks"), *form, later=True)


def _register_making(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "result": Output(PlanIds.RESULT, "children"),
            "known": Output(PlanIds.KNOWN, "data"),
            "flows": Output(PlanIds.FLOWS, "data"),
            "phases": Output(PlanIds.PHASES, "data"),
            "filling": Output(PlanIds.FILLING, "data"),
            "last": Output(PlanIds.BIN, "max"),
            "disabled": Output(PlanIds.PUBLISH, "disabled"),
            "unsaved": Output(PlanIds.SAVE, "hidden"),
        },
        inputs={"asked": Input(PlanIds.ASKED, "data")},
        state={
            "drawing": State(PlanIds.DRAWING, "data"),
            "held": State(PlanIds.HELD, "data"),
            "known": State(PlanIds.KNOWN, "data"),
            "context": State(FrameIds.CONTEXT, "data"),
        },
        running=RUNNING,
        prevent_initial_call=True,
    )
    def make(asked: Any, drawing: Any, held: Any, known: Any, context: Any) -> dict[str, Any]:
        services.desk.coordinator()
        opened = open_context(services, context)
        with follow(services, asked["token"]) as tell:
            try:
                return _made(opened, _asked(opened, asked, drawing), held or known, tell)
            except InputError as error:
                return _refused(opened, _refusal(opened, error))
            except DismissedError:
                return _refused(opened, html.P(text("plan.page.stopped", opened.lang), role="status"))

    @app.callback(
        Output(PlanIds.CASES, "children"),
        inputs={"asked": Input(PlanIds.SUPPOSED, "data")},
        state={"drawing": State(PlanIds.DRAWING, "data"), "context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def suppose(asked: Any, drawing: Any, context: Any) -> list[Component]:
        services.desk.coordinator()
        opened = open_context(services, context)
        try:
            return _supposed(opened, _asked(opened, asked, drawing))
        except InputError as error:
            return [_refusal(opened, error)]


def _asked(opened: Opened, form: Mapping[str, Any], drawing: Any) -> Asked:
    # A native slider sends its value as text.
    told = {name: float(one) for name, one in zip(PERCENTS, form["percents"], strict=True)}
    settings = {**shares(told), "half_gone_min": form["half_gone_min"]}
    sketched = _drawing(opened, form["sketch"], form["name"], form["phase_min"])
    shelters = known_shelters(opened.area, opened.assessment)
    shut = shut_features(shelters, (form["shut"] or {}).get("shelter", ""))
    return Asked(
        joined(sketched, [*(drawing or []), *shut]),
        tuple(form["districts"] or ()),
        settings,
        opened.lang,
        form["danger_h"],
    )


def _supposed(opened: Opened, asked: Asked) -> list[Component]:
    _needs(opened, asked)
    assert opened.assessment is not None
    local = engine(opened.services.settings)
    try:
        told = answer_what_ifs(opened.area, opened.assessment, asked, local.map)
    finally:
        local.close()
    return [cases_card(opened, told)]


def _needs(opened: Opened, asked: Asked) -> None:
    """Refuse where there is nothing to plan on or for."""
    if opened.assessment is None or opened.area.network is None:
        raise UnavailableError(
            Fault("area", opened.area.area_id, "an area with streets and a snapshot", "Wait a moment.")
        )
    if asked.drawing is None and not asked.districts and asked.danger_within_h is None:
        raise InputError(Fault("zones", "none", "a zone or districts", text("plan.page.waiting_detail", opened.lang)))


def _drawing(opened: Opened, sketch: Any, name: str | None, phase_min: float | None) -> object:
    network, called = opened.area.network, (name or "").strip()[:MAX_NAME] or text("plan.page.zone_name", opened.lang)
    if network is None:
        return None
    return in_phases(sketch_document(Sketch.from_data(sketch), network, called), phase_min or 0.0)


def _made(opened: Opened, asked: Asked, known: Mapping[str, Any] | None, tell: Tell) -> dict[str, Any]:
    _needs(opened, asked)
    assert opened.assessment is not None and opened.area.network is not None
    plan, drawn = answer_plan(opened.area, opened.assessment, asked, tell)
    supposed = assumptions(drawn, plan_options(asked.settings or {}), opened.assessment)
    shown = {"figures": kept_figures(plan), "phases": kept_phases(plan), "assumed": supposed}
    content = {**plan_content(opened.area, plan, drawn), **shown}
    first_id = before_next(opened, known)
    plans.keep(opened.services.desk, opened.area.area_id, plan.plan_id, content)
    keep_files(opened, plan, drawn)
    if read_kept(opened, first_id) is not None and first_id != plan.plan_id:
        opened.services.library.plans.keep_pair(opened.area.area_id, str(first_id), plan.plan_id)
    zones = ", ".join(zone.name for zone in plan.zones)
    return {
        "result": result_parts(opened, plan),
        "known": {
            "plan_id": plan.plan_id,
            "zones": zones,
            "persons": count(plan.totals.residents),
        },
        "flows": flow_features(opened.area.network, plan),
        "phases": phase_features(plan, zone_shapes(opened, drawn), opened.zone, opened.lang),
        "filling": filling_features(plan, opened.lang),
        "last": last_minutes(plan),
        "disabled": False,
        "unsaved": False,
    }


def _refused(opened: Opened, words: Component) -> dict[str, Any]:
    empty = {name: dict(EMPTY_FEATURES) for name in ("flows", "phases", "filling")}
    return {
        "result": words,
        "known": no_update,
        **empty,
        "last": 0,
        "disabled": True,
        "unsaved": True,
    }


def _refusal(opened: Opened, error: InputError) -> Component:
    faults = "; ".join(str(fault) for fault in error.faults)
    return html.P(text("plan.page.refused", opened.lang, faults=faults), className="plan-late", role="alert")


def _register_publishing(app: Dash, services: Services) -> None:
    @app.callback(
        output={"ask": Output(PlanIds.CONFIRM, "displayed"), "words": Output(PlanIds.CONFIRM, "message")},
        inputs={"clicks": Input(PlanIds.PUBLISH, "n_clicks")},
        state={"known": State(PlanIds.KNOWN, "data"), "context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def ask(clicks: int, known: Any, context: Any) -> dict[str, Any]:
        words = text("plan.page.publish_ask", context["lang"], zones=known["zones"], persons=known["persons"])
        return {"ask": True, "words": words}

    @app.callback(
        Output(PlanIds.STATE, "children"),
        Input(PlanIds.CONFIRM, "submit_n_clicks"),
        State(PlanIds.KNOWN, "data"),
        State(FrameIds.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    def publish(clicks: int, known: Any, context: Any) -> str:
        opened = open_context(services, context)
        plans.publish(services.desk, opened.area.area_id, known["plan_id"])
        return published_line(opened)

    @app.callback(
        Output(PlanIds.STATE, "children", allow_duplicate=True),
        Input(PlanIds.WITHDRAW, "n_clicks"),
        State(FrameIds.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    def withdraw(clicks: int, context: Any) -> str:
        opened = open_context(services, context)
        plans.withdraw(services.desk, opened.area.area_id)
        return published_line(opened)
