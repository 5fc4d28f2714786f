"""What the citizen's page keeps on the device for a time without a connection, and why it may not know where it is."""

from typing import Final

from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.i18n import text
from dashboard.pages.citizen.ids import CitizenIds
from dashboard.pages.frame import FrameIds, browser

NOTE: Final = "citizen-kept"
SWITCH: Final = "citizen-keep-switch"
WORDS: Final = "citizen-keep-words"
PUSH: Final = "citizen-push-switch"
PUSH_NOTE: Final = "citizen-push-note"
PUSH_WORDS: Final = "citizen-push-words"
PLAIN_HTTP: Final = "citizen-plain-http"


def keeping_card(area_id: str, lang: str) -> Component:
    """Draw the switch with what is kept now, and the hidden note for a page opened over plain http."""
    lite = html.A(text("keep.lite", lang), href=f"/lite?area={area_id}&lang={lang}")
    note = html.P(
        [text("keep.plain_http", lang), " ", lite],
        id=PLAIN_HTTP,
        className="plain-http",
        role="note",
        hidden=True,
        **{"data-plain-http": "yes"},
    )
    button = html.Button(text("keep.switch", lang), id=SWITCH, className="keep-switch", **{"aria-pressed": "true"})
    told = html.P(id=NOTE, className="card-note", role="status")
    words = dcc.Store(id=WORDS, data={"kept": text("keep.kept", lang)})
    detail = html.P(text("keep.detail", lang), className="card-note")
    return html.Div([note, button, told, detail, words, *_push_parts(lang)], className="keeping")


def _push_parts(lang: str) -> list[Component]:
    """Messages for this device when no page is open; off until somebody asks for them."""
    said = {name: text(f"push.{name}", lang) for name in ("on", "denied", "unsupported", "failed")}
    return [
        html.Button(text("push.switch", lang), id=PUSH, className="keep-switch", **{"aria-pressed": "false"}),
        html.P(id=PUSH_NOTE, className="card-note", role="status"),
        html.P(text("push.detail", lang), className="card-note"),
        dcc.Store(id=PUSH_WORDS, data=said),
    ]


def register_keeping(app: Dash) -> None:
    """Join the card to the browser's own memory; only who asks for messages sends anything, the place of the start."""
    shown = (Input(CitizenIds.ROUTE_LAYER, "data"), Input(CitizenIds.SELECTED, "data"))
    where = (State(FrameIds.CONTEXT, "data"), State(WORDS, "data"))
    browser(app, "keep", Output(NOTE, "children"), *shown, Input(SWITCH, "aria-pressed"), *where)
    browser(app, "keepSwitch", Output(SWITCH, "aria-pressed"), Input(SWITCH, "n_clicks"))
    asked = (State(FrameIds.CONTEXT, "data"), State(CitizenIds.ORIGIN, "position"), State(PUSH_WORDS, "data"))
    pressed = [Output(PUSH, "aria-pressed"), Output(PUSH_NOTE, "children")]
    browser(app, "push", pressed, Input(PUSH, "n_clicks"), *asked)
    browser(app, "plainHttp", Output(PLAIN_HTTP, "data-secure"), Input(FrameIds.CONTEXT, "data"))
