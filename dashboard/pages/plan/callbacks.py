"""Planning, publishing, and the slider of the flows."""

from collections.abc import Mapping
from typing import Any

from dash import ALL, Dash, Input, Output, State, html, no_update

from components.map import EMPTY_FEATURES
from dashboard.acts import plans
from dashboard.acts.closures import MAX_NAME
from dashboard.acts.sketch import Sketch, sketch_document
from dashboard.i18n import text
from dashboard.pages.frame import FrameIds, browser
from dashboard.pages.page import Opened, Services, open_context
from dashboard.pages.plan.drawing import register_drawing
from dashboard.pages.plan.ids import PlanIds, PlanKinds
from dashboard.pages.plan.layout import PERCENTS, seen_now
from dashboard.pages.plan.parts import published_line, result_parts
from dashboard.plans.ask import Asked, answer_plan, plan_content
from dashboard.plans.settings import shares
from dashboard.views.format import count
from dashboard.views.plan import flow_features, kept_figures, last_minutes
from risk_core.errors import Fault, InputError, UnavailableError


def register(app: Dash, services: Services) -> None:
    """Join the page's controls."""
    browser(app, "planBin", Output(PlanIds.FLOWS, "hideout"), Input(PlanIds.BIN, "value"), State(PlanIds.BIN, "step"))
    browser(app, "planShown", Output(PlanIds.RESULT, "data-shown"), Input(PlanIds.RESULT, "children"), later=True)
    districts = {"type": PlanKinds.DISTRICT, "name": ALL}
    pressed = (Output(PlanIds.DISTRICTS, "data"), Output(districts, "aria-pressed"))
    browser(app, "toggle", *pressed, Input(districts, "n_clicks"), State(PlanIds.DISTRICTS, "data"), later=True)
    register_drawing(app, services)
    _register_live(app, services)
    _register_making(app, services)
    _register_publishing(app, services)


def _register_live(app: Dash, services: Services) -> None:
    inputs = (Input(FrameIds.LIVE, "data"), State(FrameIds.CONTEXT, "data"), State(PlanIds.VERSION, "data"))
    browser(app, "version", Output(PlanIds.VERSION, "data"), *inputs)

    @app.callback(
        output={"picture": Output(PlanIds.PICTURE, "url"), "closures": Output(PlanIds.CLOSURES, "data")},
        inputs={"version": Input(PlanIds.VERSION, "data")},
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_now(version: str | None, context: dict[str, Any]) -> dict[str, Any]:
        return seen_now(open_context(services, context))


def _register_making(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "result": Output(PlanIds.RESULT, "children"),
            "known": Output(PlanIds.KNOWN, "data"),
            "flows": Output(PlanIds.FLOWS, "data"),
            "last": Output(PlanIds.BIN, "max"),
            "disabled": Output(PlanIds.PUBLISH, "disabled"),
        },
        inputs={"clicks": Input(PlanIds.MAKE, "n_clicks")},
        state={
            "drawn": {"sketch": State(PlanIds.SKETCH, "data"), "name": State(PlanIds.NAME, "value")},
            "districts": State(PlanIds.DISTRICTS, "data"),
            "percents": State({"type": PlanKinds.PERCENT, "name": ALL}, "value"),
            "half_gone_min": State(PlanIds.HALF_GONE, "value"),
            "known": State(PlanIds.KNOWN, "data"),
            "context": State(FrameIds.CONTEXT, "data"),
        },
        prevent_initial_call=True,
    )
    def make(
        clicks: int, drawn: Any, districts: Any, percents: Any, half_gone_min: Any, known: Any, context: Any
    ) -> dict[str, Any]:
        services.desk.coordinator()
        opened = open_context(services, context)
        # A native slider sends its value as text.
        told = {name: float(one) for name, one in zip(PERCENTS, percents, strict=True)}
        settings = {**shares(told), "half_gone_min": half_gone_min}
        asked = Asked(_drawing(opened, **drawn), tuple(districts or ()), settings, opened.lang)
        try:
            return _made(opened, asked, known)
        except InputError as error:
            return _refused(opened, error)


def _drawing(opened: Opened, sketch: Any, name: str | None) -> object:
    network, called = opened.area.network, (name or "").strip()[:MAX_NAME] or text("plan.page.zone_name", opened.lang)
    return None if network is None else sketch_document(Sketch.from_data(sketch), network, called)


def _made(opened: Opened, asked: Asked, known: Mapping[str, Any] | None) -> dict[str, Any]:
    if opened.assessment is None or opened.area.network is None:
        raise UnavailableError(
            Fault("area", opened.area.area_id, "an area with streets and a snapshot", "Wait a moment.")
        )
    if asked.drawing is None and not asked.districts:
        raise InputError(Fault("zones", "none", "a zone or districts", text("plan.page.waiting_detail", opened.lang)))
    plan, drawn = answer_plan(opened.area, opened.assessment, asked)
    plans.keep(opened.services.desk, opened.area.area_id, plan.plan_id, plan_content(opened.area, plan, drawn))
    zones = ", ".join(zone.name for zone in plan.zones)
    return {
        "result": result_parts(opened, plan, known and known["figures"]),
        "known": {
            "plan_id": plan.plan_id,
            "figures": kept_figures(plan),
            "zones": zones,
            "persons": count(plan.totals.residents),
        },
        "flows": flow_features(opened.area.network, plan),
        "last": last_minutes(plan),
        "disabled": False,
    }


def _refused(opened: Opened, error: InputError) -> dict[str, Any]:
    faults = "; ".join(str(fault) for fault in error.faults)
    words = html.P(text("plan.page.refused", opened.lang, faults=faults), className="plan-late", role="alert")
    return {"result": words, "known": no_update, "flows": dict(EMPTY_FEATURES), "last": 0, "disabled": True}


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
