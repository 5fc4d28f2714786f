"""What happens on the page when a new snapshot arrives, and what a coordinator does there."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx

from dashboard.pages.frame import FrameIds, browser
from dashboard.pages.ops.acting import act_on_closure, close_draft, open_shelter, set_shelter
from dashboard.pages.ops.desk_part import desk_parts
from dashboard.pages.ops.drawing import check_draft, draw, unchanged
from dashboard.pages.ops.editor import closures_shown
from dashboard.pages.ops.ids import OpsIds, OpsKinds
from dashboard.pages.ops.layout import body, ribbon, top
from dashboard.pages.ops.message import register_message
from dashboard.pages.page import Services, open_context
from dashboard.pages.refreshing import register_refreshing

CONTEXT = State(FrameIds.CONTEXT, "data")


def register(app: Dash, services: Services) -> None:
    """Join the page to the live snapshots and to what coordinators do."""
    register_refreshing(app, services, OpsIds, body)
    modes = {"type": OpsKinds.MODE, "name": ALL}
    outputs = (Output(OpsIds.MODE, "data"), Output(modes, "aria-pressed"))
    browser(app, "choose", *outputs, Input(modes, "n_clicks"), State(OpsIds.MODE, "data"), later=True)
    browser(app, "opsFrame", Output(OpsIds.MAP_BOX, "data-version"), Input(OpsIds.FRAME, "data"))
    register_message(app, services)
    _register_live(app, services)
    _register_drawing(app, services)
    _register_closing(app, services)
    _register_shelters(app, services)


def _register_live(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "top": Output(OpsIds.TOP, "children"),
            "ribbon": Output(FrameIds.RIBBON, "children", allow_duplicate=True),
            "closures": Output(OpsIds.CLOSURE_LAYER, "data"),
            "frame": Output(OpsIds.FRAME, "data"),
            "picture": Output(OpsIds.PICTURE, "url"),
        },
        inputs={"version": Input(OpsIds.VERSION, "data")},
        state={"context": CONTEXT},
        prevent_initial_call=True,
    )
    def show_closures(version: str | None, context: dict[str, Any]) -> dict[str, Any]:
        opened = open_context(services, context)
        return {"top": top(opened), "ribbon": ribbon(opened), **closures_shown(opened)}

    @app.callback(
        output={
            "desk": Output(OpsIds.DESK, "children"),
            "log": Output(OpsIds.LOG, "children"),
            "drill": Output(OpsIds.DRILL, "children"),
            "signature": Output(OpsIds.SIGNATURE, "data"),
        },
        inputs={"version": Input(OpsIds.VERSION, "data"), "changed": Input(OpsIds.CHANGED, "data")},
        state={"signature": State(OpsIds.SIGNATURE, "data"), "context": CONTEXT},
        prevent_initial_call=True,
    )
    def show_desk(version: Any, changed: Any, signature: Any, context: dict[str, Any]) -> dict[str, Any]:
        parts = desk_parts(open_context(services, context))
        return parts if parts["signature"] != signature else unchanged(parts)


def _register_drawing(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "draft": Output(OpsIds.DRAFT, "data"),
            "shape": Output(OpsIds.DRAFT_LAYER, "data"),
            "note": Output(OpsIds.DRAFT_NOTE, "children"),
        },
        inputs={
            "tapped": Input(OpsIds.MAP, "clickData"),
            "mode": Input(OpsIds.MODE, "data"),
            "undo": Input(OpsIds.UNDO_POINT, "n_clicks"),
            "clear": Input(OpsIds.CLEAR, "n_clicks"),
            "here": Input(OpsIds.CENTRE, "n_clicks"),
        },
        state={"draft": State(OpsIds.DRAFT, "data"), "centre": State(OpsIds.VIEW, "data"), "context": CONTEXT},
        prevent_initial_call=True,
    )
    def show_draft(
        tapped: Any, mode: Any, undo: Any, clear: Any, here: Any, draft: Any, centre: Any, context: Any
    ) -> dict[str, Any]:
        return draw(open_context(services, context), draft, str(ctx.triggered_id), mode, tapped, centre)

    @app.callback(
        output={"hidden": Output(OpsIds.CONFIRM, "hidden"), "words": Output(OpsIds.CONFIRM_TEXT, "children")},
        inputs={"check": Input(OpsIds.CHECK, "n_clicks"), "cancel": Input(OpsIds.CANCEL, "n_clicks")},
        state={"draft": State(OpsIds.DRAFT, "data"), "form": State(OpsIds.FORM, "data"), "context": CONTEXT},
        prevent_initial_call=True,
    )
    def ask_once(check: Any, cancel: Any, draft: Any, form: Any, context: dict[str, Any]) -> dict[str, Any]:
        return check_draft(open_context(services, context), draft, form, ctx.triggered_id == OpsIds.CHECK)


def _register_closing(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "result": Output(OpsIds.RESULT, "children"),
            "changed": Output(OpsIds.CHANGED, "data"),
            "hidden": Output(OpsIds.CONFIRM, "hidden", allow_duplicate=True),
            "draft": Output(OpsIds.DRAFT, "data", allow_duplicate=True),
            "shape": Output(OpsIds.DRAFT_LAYER, "data", allow_duplicate=True),
            "note": Output(OpsIds.DRAFT_NOTE, "children", allow_duplicate=True),
        },
        inputs={"clicks": Input(OpsIds.CLOSE, "n_clicks")},
        state={
            "draft": State(OpsIds.DRAFT, "data"),
            "form": State(OpsIds.FORM, "data"),
            "name": State(OpsIds.NAME, "value"),
            "why": State(OpsIds.WHY, "value"),
            "context": CONTEXT,
        },
        prevent_initial_call=True,
    )
    def close(clicks: Any, draft: Any, form: Any, name: Any, why: Any, context: dict[str, Any]) -> dict[str, Any]:
        return close_draft(open_context(services, context), draft, form, name, why)

    @app.callback(
        output={
            "result": Output(OpsIds.RESULT, "children", allow_duplicate=True),
            "changed": Output(OpsIds.CHANGED, "data", allow_duplicate=True),
        },
        inputs={"clicks": Input({"type": OpsKinds.DO, "deed": ALL, "subject": ALL, "act": ALL}, "n_clicks")},
        state={"why": State(OpsIds.DESK_WHY, "value"), "context": CONTEXT},
        prevent_initial_call=True,
    )
    def act(clicks: Any, why: Any, context: dict[str, Any]) -> dict[str, Any]:
        chosen = ctx.triggered_id if ctx.triggered[0]["value"] else None
        return act_on_closure(open_context(services, context), chosen, why)


def _register_shelters(app: Dash, services: Services) -> None:
    box = {
        "hidden": Output(OpsIds.SHELTER_BOX, "hidden"),
        "text": Output(OpsIds.SHELTER_TEXT, "children"),
        "free": Output(OpsIds.SHELTER_FREE, "value"),
        "chosen": Output(OpsIds.SHELTER, "data"),
        "note": Output(OpsIds.SHELTER_NOTE, "children"),
        "note_hidden": Output(OpsIds.SHELTER_NOTE, "hidden"),
    }

    @app.callback(
        output=box,
        inputs={"clicks": Input({"type": OpsKinds.SET_SHELTER, "name": ALL}, "n_clicks")},
        state={"context": CONTEXT},
        prevent_initial_call=True,
    )
    def choose_shelter(clicks: Any, context: dict[str, Any]) -> dict[str, Any]:
        chosen = ctx.triggered_id if ctx.triggered[0]["value"] else None
        return open_shelter(open_context(services, context), chosen)

    @app.callback(
        output={
            **{
                name: Output(one.component_id, one.component_property, allow_duplicate=True)
                for name, one in box.items()
            },
            "result": Output(OpsIds.RESULT, "children", allow_duplicate=True),
            "changed": Output(OpsIds.CHANGED, "data", allow_duplicate=True),
        },
        inputs={
            "open_it": Input(OpsIds.SHELTER_OPEN, "n_clicks"),
            "shut_it": Input(OpsIds.SHELTER_SHUT, "n_clicks"),
            "release": Input(OpsIds.SHELTER_RELEASE, "n_clicks"),
        },
        state={
            "chosen": State(OpsIds.SHELTER, "data"),
            "free": State(OpsIds.SHELTER_FREE, "value"),
            "why": State(OpsIds.DESK_WHY, "value"),
            "context": CONTEXT,
        },
        prevent_initial_call=True,
    )
    def save_shelter(
        open_it: Any, shut_it: Any, release: Any, chosen: Any, free: Any, why: Any, context: dict[str, Any]
    ) -> dict[str, Any]:
        return set_shelter(open_context(services, context), str(ctx.triggered_id), chosen, free, why)
