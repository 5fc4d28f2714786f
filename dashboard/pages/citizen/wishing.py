"""The fold-out of the way's card in which a traveller says when, by what place, and where not to go."""

from typing import Final

from dash import ALL, Dash, Input, Output, State, html
from dash.development.base_component import Component

from components.icon import icon
from components.stay_form import SelectField, stay_form
from dashboard.i18n import text
from dashboard.pages.citizen.ids import CitizenIds as Ids
from dashboard.pages.citizen.ids import CitizenKinds
from dashboard.pages.frame import browser
from dashboard.pages.page import Opened
from dashboard.views.wishes import LEADS_S, NO_WISHES, RouteWishes, lead_options, when_options

BUTTONS: Final = (
    ("via", "start", "wish.via"),
    ("draw", "area", "wish.draw"),
    ("corner", "centre", "wish.corner"),
    ("back", "back", "wish.back"),
    ("clear", "trash", "wish.clear"),
)
"""Name, sign and word of each button."""


def wish_form(opened: Opened, wishes: RouteWishes) -> Component:
    """Draw the fields and buttons, folded while nothing is wished."""
    lang = opened.lang
    lead = next((one for one in LEADS_S if one >= wishes.lead_s > 0), LEADS_S[2])
    fields = [
        SelectField(Ids.WHEN_KIND, "when", text("wish.when", lang), when_options(lang), str(wishes.when)),
        SelectField(Ids.WHEN_LEAD, "lead", text("wish.lead", lang), lead_options(lang), str(lead)),
    ]
    buttons = [_button(name, sign, text(key, lang)) for name, sign, key in BUTTONS]
    is_open = wishes != NO_WISHES
    return html.Details(
        [
            html.Summary(text("wish.heading", lang)),
            stay_form(Ids.WHEN, text("wish.when", lang), fields),
            html.Div(buttons, className="end-tools"),
            html.P(id=Ids.WISH_NOTE, className="wish-note", role="status"),
        ],
        className="end-help wish-form",
        open=is_open,
    )


def wish_words(lang: str) -> dict[str, str]:
    """Words the browser needs while something is drawn; places in braces are filled there."""
    names = ("area", "via_mark", "corner_mark", "corners", "finish", "none", "kept", "done", "draw")
    words = {name: text(f"wish.{name}", lang) for name in names}
    return words | {"via": words["via_mark"], "corner": words["corner_mark"]}


def register_wishing(app: Dash) -> None:
    """Join the buttons and taps on the map to what is wished; the functions stand in ``assets/js/wishes.js``."""
    draw = {"type": CitizenKinds.WISH, "name": "draw"}
    browser(
        app,
        "wish",
        Output(Ids.WISHES, "data"),
        Output(Ids.WISH_LAYER, "data"),
        Output(Ids.WISH_NOTE, "children"),
        Output(draw, "aria-pressed"),
        Output({"type": CitizenKinds.WISH_WORD, "name": "draw"}, "children"),
        Input({"type": CitizenKinds.WISH, "name": ALL}, "n_clicks"),
        Input(Ids.MAP, "clickData"),
        Input(Ids.WHEN, "data"),
        State(Ids.POINT, "data"),
        State(Ids.VIEW, "data"),
        State(Ids.WISHES, "data"),
        State(Ids.WISH_WORDS, "data"),
    )
    browser(app, "writeWishes", Input(Ids.WISHES, "data"), later=True)


def _button(name: str, sign: str, word: str) -> Component:
    said = html.Span(word, id={"type": CitizenKinds.WISH_WORD, "name": name})
    return html.Button([icon(sign), said], id={"type": CitizenKinds.WISH, "name": name}, className="end-tool")
