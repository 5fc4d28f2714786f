"""What happens when the reader of the nationwide page chooses, or a new snapshot arrives."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update
from flask import request

from dashboard.i18n import text
from dashboard.pages.citizen.callbacks import is_from_this_machine
from dashboard.pages.frame import FrameIds, browser
from dashboard.pages.korea.ids import KoreaIds as Ids
from dashboard.pages.korea.ids import KoreaKinds
from dashboard.pages.korea.opening import known_district, read_nation
from dashboard.pages.korea.parts import district_part, snapshot_parts, timeline_part
from dashboard.pages.page import Services, open_context


def register(app: Dash, services: Services) -> None:
    """Join the page's parts to the answers."""
    _register_browser(app)
    _register_snapshot(app, services)
    _register_district(app, services)
    _register_drill(app, services)


def _register_browser(app: Dash) -> None:
    version = (Input(FrameIds.LIVE, "data"), State(FrameIds.CONTEXT, "data"), State(Ids.VERSION, "data"))
    browser(app, "version", Output(Ids.VERSION, "data"), *version)
    for kind, store in ((KoreaKinds.SHOWN, Ids.SHOWN), (KoreaKinds.WHEN, Ids.WHEN)):
        buttons = {"type": kind, "name": ALL}
        outputs = (Output(store, "data"), Output(buttons, "aria-pressed"))
        browser(app, "choose", *outputs, Input(buttons, "n_clicks"), State(store, "data"), later=True)
    painted = (
        Output(Ids.DISTRICTS, "hideout"),
        Output(Ids.SEA, "url"),
        Output(Ids.STEP_LABEL, "children"),
    )
    asked = (Ids.STEP, "value"), (Ids.SHOWN, "data"), (Ids.WHEN, "data"), (Ids.SELECTED, "data"), (Ids.FRAMES, "data")
    browser(app, "paintNation", *painted, *(Input(*one) for one in asked), State(Ids.PLAY_WORDS, "data"))
    play = (Output(Ids.PLAY, "aria-pressed"), Output(Ids.PLAY, "aria-label"), Input(Ids.PLAY, "n_clicks"))
    browser(app, "playNation", *play, State(Ids.FRAMES, "data"), State(Ids.PLAY_WORDS, "data"), later=True)
    browser(app, "searchNation", Input(Ids.SEARCH, "value"), later=True)
    browser(app, "fly", Output(Ids.MAP, "viewport"), Input(Ids.FLY, "data"), later=True)


def _register_snapshot(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "frames": Output(Ids.FRAMES, "data"),
            "track": Output(Ids.TRACK, "data"),
            "storm": Output(Ids.STORM, "children"),
            "alerts": Output(Ids.ALERTS, "children"),
            "table": Output(Ids.TABLE, "children"),
            "timeline": Output(Ids.TIMELINE, "children"),
            "last_step": Output(Ids.STEP, "max"),
            "track_style": Output(Ids.STEP_TRACK, "style"),
            "caption": Output(Ids.CAPTION, "children"),
            "caption_hidden": Output(Ids.CAPTION_BOX, "hidden"),
            "ribbon": Output(FrameIds.RIBBON, "children", allow_duplicate=True),
        },
        inputs={"version": Input(Ids.VERSION, "data")},
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_snapshot(version: str | None, context: dict[str, Any]) -> dict[str, Any]:
        opened = open_context(services, context)
        nation = read_nation(opened)
        return snapshot_parts(opened, nation) | {"timeline": timeline_part(nation, opened.lang)}


def _register_district(app: Dash, services: Services) -> None:
    @app.callback(
        output={"district": Output(Ids.DISTRICT, "children")},
        inputs={"selected": Input(Ids.SELECTED, "data"), "version": Input(Ids.VERSION, "data")},
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_district(selected: Any, version: str | None, context: dict[str, Any]) -> dict[str, Any]:
        opened = open_context(services, context)
        position = known_district(selected, opened.area)
        return {"district": district_part(read_nation(opened), position, opened.lang)}


def _register_drill(app: Dash, services: Services) -> None:
    @app.callback(
        inputs={"opened": Input(Ids.PLAY_WORDS, "modified_timestamp")},
        state={"context": State(FrameIds.CONTEXT, "data")},
    )
    def first_visit(opened: int | None, context: dict[str, Any]) -> None:
        if context["page"] == "korea" and is_from_this_machine(request):
            services.library.drills.visit(context["area"], services.clock())

    @app.callback(
        output={"note": Output(Ids.NOTE, "children")},
        inputs={"clicks": Input(Ids.REPLAY, "n_clicks")},
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def replay(clicks: int | None, context: dict[str, Any]) -> dict[str, Any]:
        if not clicks:
            return {"note": no_update}
        if not is_from_this_machine(request):
            return {"note": text("drill.replay_refused", context["lang"])}
        services.library.drills.replay(context["area"], services.clock())
        return {"note": ""}
