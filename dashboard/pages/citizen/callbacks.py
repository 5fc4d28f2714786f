"""What happens when the reader of the citizen's page chooses, or a new snapshot arrives."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update
from flask import request

from dashboard.acts import drills
from dashboard.i18n import text
from dashboard.keys.origin import is_from_this_machine
from dashboard.keys.person import RoleError, SignInError
from dashboard.pages.citizen.browser import register_browser
from dashboard.pages.citizen.choices import ask_point, ask_routes, point_of, position_of
from dashboard.pages.citizen.heading import changed_banner, heading_parts
from dashboard.pages.citizen.ids import CitizenIds, CitizenKinds
from dashboard.pages.citizen.keeping import register_keeping
from dashboard.pages.citizen.located import located_outcome
from dashboard.pages.citizen.parts import point_parts, route_parts, snapshot_parts
from dashboard.pages.citizen.searching import register_searching
from dashboard.pages.citizen.stay import ask_stay, read_stay, stay_parts
from dashboard.pages.citizen.wishing import register_wishing
from dashboard.pages.frame import FrameIds
from dashboard.pages.page import Services, open_context
from dashboard.views.wishes import wishes_of
from risk_core.state.profile import Profile


def register(app: Dash, services: Services) -> None:
    """Join the page's parts to the answers."""
    register_browser(app)
    register_keeping(app)
    register_wishing(app)
    register_searching(app, services)
    _register_point(app, services)
    _register_stay(app, services)
    _register_routes(app, services)
    _register_snapshot(app, services)
    _register_located(app, services)
    _register_heading(app, services)
    _register_drill(app, services)


def _register_point(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "status": Output(CitizenIds.STATUS, "children"),
            "advice": Output(CitizenIds.ADVICE, "children"),
            "badges": Output({"type": CitizenKinds.HAZARD_LEVEL, "name": ALL}, "children"),
            "row": Output(CitizenIds.STEP_ROW, "children"),
            "shelters": Output(CitizenIds.SHELTERS, "children"),
            "shelter_data": Output(CitizenIds.SHELTER_LAYER, "data"),
            "summary": Output(CitizenIds.MAP_SUMMARY, "children"),
        },
        inputs={
            "point": Input(CitizenIds.POINT, "data"),
            "step": Input(CitizenIds.SETTLED, "data"),
            "version": Input(CitizenIds.VERSION, "data"),
        },
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_point(point: Any, step: int | None, version: str | None, context: dict[str, Any]) -> dict[str, Any]:
        opened = open_context(services, context)
        at = point_of(point)
        return point_parts(opened, ask_point(opened, at, step), at, point["kind"])


def _register_stay(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "line": Output(CitizenIds.STAY_LINE, "children"),
            "answer": Output(CitizenIds.STAY_ANSWER, "children"),
        },
        inputs={
            "point": Input(CitizenIds.POINT, "data"),
            "chosen": Input(CitizenIds.STAY, "data"),
            "minutes": Input(CitizenIds.STAY_MINUTES, "value"),
            "co2_ppm": Input(CitizenIds.STAY_CO2, "value"),
            "step": Input(CitizenIds.SETTLED, "data"),
            "version": Input(CitizenIds.VERSION, "data"),
        },
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_stay(
        point: Any, chosen: Any, minutes: Any, co2_ppm: Any, step: int | None, version: Any, context: dict[str, Any]
    ) -> dict[str, Any]:
        opened, stay = open_context(services, context), read_stay(chosen, minutes, co2_ppm)
        return stay_parts(opened, ask_stay(opened, point_of(point), stay, step), stay)


def _register_routes(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "routes": Output(CitizenIds.ROUTES, "children"),
            "ways": Output(CitizenIds.WAYS, "children"),
            "route_data": Output(CitizenIds.ROUTE_LAYER, "data"),
        },
        inputs={
            "origin": Input(CitizenIds.ORIGIN, "position"),
            "destination": Input(CitizenIds.DESTINATION, "position"),
            "profile": Input(CitizenIds.PROFILE, "data"),
            "step": Input(CitizenIds.SETTLED, "data"),
            "version": Input(CitizenIds.VERSION, "data"),
            "wished": Input(CitizenIds.WISHES, "data"),
        },
        state={"selected": State(CitizenIds.SELECTED, "data"), "context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_routes(
        origin: Any, destination: Any, profile: str, step: int | None, version: Any, wished: Any, **kept: Any
    ) -> dict[str, Any]:
        opened, wishes = open_context(services, kept["context"]), wishes_of(wished)
        ends = position_of(origin), position_of(destination)
        return route_parts(opened, ask_routes(opened, ends, Profile(profile), step, wishes), kept["selected"], wishes)


def _register_snapshot(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "alerts": Output(CitizenIds.ALERTS, "children"),
            "closure_data": Output(CitizenIds.CLOSURE_LAYER, "data"),
            "track_data": Output(CitizenIds.TRACK_LAYER, "data"),
            "scenery_data": Output(CitizenIds.SCENERY_LAYER, "data"),
            "frames": Output(CitizenIds.FRAMES, "data"),
            "last_step": Output(CitizenIds.STEP, "max"),
            "track_style": Output(CitizenIds.STEP_TRACK, "style"),
            "caption": Output(CitizenIds.CAPTION, "children"),
            "caption_hidden": Output(CitizenIds.CAPTION_BOX, "hidden"),
            "ribbon": Output(FrameIds.RIBBON, "children"),
        },
        inputs={"version": Input(CitizenIds.VERSION, "data")},
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_snapshot(version: str | None, context: dict[str, Any]) -> dict[str, Any]:
        opened = open_context(services, context)
        return snapshot_parts(opened)


def _register_located(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "point": Output(CitizenIds.POINT, "data", allow_duplicate=True),
            "origin": Output(CitizenIds.ORIGIN, "position", allow_duplicate=True),
            "fly": Output(CitizenIds.FLY, "data"),
            "note": Output(CitizenIds.NOTE, "children"),
        },
        inputs={"located": Input(CitizenIds.LOCATED, "data")},
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_located(located: Any, context: dict[str, Any]) -> dict[str, Any]:
        return located_outcome(open_context(services, context), located)


def _register_heading(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "line": Output(CitizenIds.HEADING_LINE, "children"),
            "answer": Output(CitizenIds.HEADING_ANSWER, "children"),
            "banner": Output(CitizenIds.HEADING_BANNER, "children"),
            "features": Output(CitizenIds.HEADING_LAYER, "data"),
            "told": Output(CitizenIds.HEADING_TOLD, "data"),
        },
        inputs={"asked": Input(CitizenIds.HEADING_ASKED, "data")},
        state={
            "former": State(CitizenIds.HEADING_TOLD, "data"),
            "profile": State(CitizenIds.PROFILE, "data"),
            "context": State(FrameIds.CONTEXT, "data"),
        },
        prevent_initial_call=True,
    )
    def show_heading(asked: Any, former: Any, profile: str, context: dict[str, Any]) -> dict[str, Any]:
        return changed_banner(heading_parts(open_context(services, context), asked, profile), former)


def _register_drill(app: Dash, services: Services) -> None:
    # Not on "data": Dash names a callback without outputs by its inputs, and the frame has one on that.
    @app.callback(
        inputs={"opened": Input(FrameIds.CONTEXT, "modified_timestamp")},
        state={"context": State(FrameIds.CONTEXT, "data")},
    )
    def first_visit(opened: int | None, context: dict[str, Any]) -> None:
        if context["page"] == "citizen" and is_from_this_machine(request):
            services.library.drills.visit(context["area"], services.clock())

    @app.callback(
        output={"note": Output(CitizenIds.NOTE, "children", allow_duplicate=True)},
        inputs={"clicks": Input(CitizenIds.REPLAY, "n_clicks")},
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def replay(clicks: int | None, context: dict[str, Any]) -> dict[str, Any]:
        if not clicks:
            return {"note": no_update}
        try:
            drills.replay(services.desk, context["area"])
        except (SignInError, RoleError):
            return {"note": text("drill.replay_refused", context["lang"])}
        return {"note": ""}
