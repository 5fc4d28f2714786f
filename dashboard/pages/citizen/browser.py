"""The citizen's page in the browser: what needs no server. The functions stand in ``assets/js``."""

from dash import ALL, Dash, Input, Output, State

from dashboard.pages.citizen.ids import CitizenIds as Ids
from dashboard.pages.citizen.ids import CitizenKinds
from dashboard.pages.frame import FrameIds, browser


def register_browser(app: Dash) -> None:
    """Join the page's controls to their browser functions."""
    _register_time(app)
    _register_places(app)
    _register_heading(app)
    _register_choice(app, CitizenKinds.HAZARD, Ids.LAYER)
    _register_choice(app, CitizenKinds.PROFILE, Ids.PROFILE)
    _register_choice(app, CitizenKinds.ROUTE, Ids.SELECTED)
    browser(app, "hideout", Output(Ids.ROUTE_LAYER, "hideout"), Input(Ids.SELECTED, "data"))
    browser(
        app,
        "version",
        Output(Ids.VERSION, "data"),
        Input(FrameIds.LIVE, "data"),
        State(FrameIds.CONTEXT, "data"),
        State(Ids.VERSION, "data"),
    )
    browser(
        app,
        "writeUrl",
        Input(Ids.LAYER, "data"),
        Input(Ids.SETTLED, "data"),
        Input(Ids.VIEW, "data"),
        Input(Ids.ORIGIN, "position"),
        Input(Ids.DESTINATION, "position"),
        Input(Ids.PROFILE, "data"),
        State(FrameIds.CONTEXT, "data"),
    )


def _register_time(app: Dash) -> None:
    frame = (Output(Ids.PICTURE, "url"), Output(Ids.STEP_LABEL, "children"))
    browser(app, "frame", *frame, Input(Ids.STEP, "value"), Input(Ids.LAYER, "data"), Input(Ids.FRAMES, "data"))
    browser(app, "settle", Input(Ids.STEP, "value"), later=True)
    play = (Output(Ids.PLAY, "aria-pressed"), Output(Ids.PLAY, "aria-label"), Input(Ids.PLAY, "n_clicks"))
    browser(app, "play", *play, State(Ids.FRAMES, "data"), State(Ids.PLAY_WORDS, "data"), later=True)


def _register_places(app: Dash) -> None:
    browser(app, "locate", Input(Ids.LOCATE, "n_clicks"), later=True)
    browser(
        app,
        "point",
        Output(Ids.POINT, "data"),
        Input(Ids.MAP, "clickData"),
        Input(Ids.CENTRE, "n_clicks"),
        Input(Ids.BACK, "n_clicks"),
        Input(Ids.ORIGIN, "position"),
        State(Ids.VIEW, "data"),
        State(Ids.POINT, "data"),
        State(Ids.WISHES, "data"),
        later=True,
    )
    browser(
        app,
        "ends",
        Output(Ids.ORIGIN, "position"),
        Output(Ids.DESTINATION, "position"),
        Input(Ids.START_HERE, "n_clicks"),
        Input(Ids.END_HERE, "n_clicks"),
        Input(Ids.SWAP, "n_clicks"),
        State(Ids.POINT, "data"),
        State(Ids.ORIGIN, "position"),
        State(Ids.DESTINATION, "position"),
        later=True,
    )
    browser(app, "pin", Output(Ids.PIN, "position"), Output(Ids.PIN, "opacity"), Input(Ids.POINT, "data"), later=True)
    browser(app, "fly", Output(Ids.MAP, "viewport"), Input(Ids.FLY, "data"), later=True)


def _register_heading(app: Dash) -> None:
    browser(app, "headingStart", Input(Ids.HEADING_START, "n_clicks"), later=True)
    drill = (Input(Ids.HEADING_DRILL, "n_clicks"), State(FrameIds.CONTEXT, "data"))
    browser(app, "headingDrill", *drill, later=True)
    browser(app, "headingStop", Input(Ids.HEADING_STOP, "n_clicks"), later=True)
    browser(app, "headingForget", Input(Ids.HEADING_FORGET, "n_clicks"), later=True)
    browser(app, "headingTold", Output(Ids.HEADING_FORM, "title"), Input(Ids.HEADING_TOLD, "data"), later=True)


def _register_choice(app: Dash, kind: CitizenKinds, store: Ids) -> None:
    buttons = {"type": kind, "name": ALL}
    outputs = (Output(store, "data"), Output(buttons, "aria-pressed"))
    browser(app, "choose", *outputs, Input(buttons, "n_clicks"), State(store, "data"), later=True)
