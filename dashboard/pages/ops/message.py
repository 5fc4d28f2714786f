"""The card in which a coordinator drafts a safety text, sees whom it is about, and approves it once."""

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component

from components.card import card
from components.stay_form import SelectField, stay_form
from dashboard.acts import messages
from dashboard.acts.messages import MAX_LETTERS, MessageKind, check_words
from dashboard.i18n import text
from dashboard.pages.frame import FrameIds, browser
from dashboard.pages.ops.acting import error_words, refused
from dashboard.pages.ops.desk_part import may_act
from dashboard.pages.ops.ids import OpsIds
from dashboard.pages.page import Opened, Services, open_context
from dashboard.views.alert_text import draft_text
from dashboard.views.figures import exposed_people, worst_place
from dashboard.views.format import count
from risk_core.errors import AnsimgilError

Parts = dict[str, Any]


def message_card(opened: Opened) -> Component:
    """Draw the card; hidden from whoever may not act."""
    lang = opened.lang
    kinds = [(str(kind), text(f"message.{kind}", lang, n=MAX_LETTERS[kind])) for kind in MessageKind]
    chosen = SelectField(
        OpsIds.MESSAGE_KIND_FIELD, "kind", text("message.kind", lang), kinds, str(MessageKind.NOTICE), is_wide=True
    )
    kind = stay_form(OpsIds.MESSAGE_KIND, text("message.kind", lang), [chosen])
    label = html.Label(text("message.label", lang), htmlFor=OpsIds.MESSAGE)
    field = dcc.Textarea(
        id=OpsIds.MESSAGE, maxLength=MAX_LETTERS[MessageKind.NOTICE], rows=4, className="message-field"
    )
    counted = html.Output(id=OpsIds.MESSAGE_COUNT, htmlFor=OpsIds.MESSAGE)
    buttons = [
        html.Button(text("message.draft", lang), id=OpsIds.MESSAGE_DRAFT, className="button is-small"),
        html.Button(text("message.check", lang), id=OpsIds.MESSAGE_CHECK, className="button is-primary is-small"),
    ]
    confirm = html.Div(
        [
            html.Div(id=OpsIds.MESSAGE_PREVIEW),
            html.Div(
                [
                    html.Button(text("message.approve", lang), id=OpsIds.MESSAGE_APPROVE, className="button is-danger"),
                    html.Button(text("ops.cancel", lang), id=OpsIds.MESSAGE_CANCEL, className="button"),
                ],
                className="button-row",
            ),
        ],
        id=OpsIds.MESSAGE_CONFIRM,
        className="confirm",
        hidden=True,
    )
    result = html.Div(id=OpsIds.MESSAGE_RESULT, className="act-result", role="status")
    store = dcc.Store(id=OpsIds.MESSAGE_KIND, data={"kind": str(MessageKind.NOTICE)})
    content = [store, kind, label, field, counted, html.Div(buttons, className="button-row"), confirm, result]
    return html.Div(card(text("message.heading", lang), content, class_name="card-message"), hidden=not may_act(opened))


def drafted(opened: Opened, kind: Mapping[str, str]) -> str:
    """Draft for the place where most people are in most danger; empty where nothing is at Caution."""
    if opened.assessment is None:
        return ""
    place = worst_place(opened.area, opened.assessment)
    risk = opened.services.answers.risk_at(opened.area.area_id, *place)
    return draft_text(opened.area, risk, MessageKind(kind["kind"]), opened.lang)


def looked_at(opened: Opened, words: str | None, kind: Mapping[str, str], is_check: bool) -> Parts:
    """Show the text as it would stand, and how many people are in danger now; or why it does not fit."""
    lang = opened.lang
    if not is_check:
        return {"hidden": True, "preview": [], "result": ""}
    try:
        plain = check_words(words or "", MessageKind(kind["kind"]))
    except AnsimgilError as error:
        return {"hidden": True, "preview": [], "result": refused(error_words(error, lang))}
    people = 0.0 if opened.assessment is None else exposed_people(opened.area, opened.assessment)
    about = text("message.about", lang, n=count(people), letters=len(plain))
    return {"hidden": False, "preview": [html.Blockquote(plain), html.P(about)], "result": ""}


def approved(opened: Opened, words: str | None, kind: Mapping[str, str]) -> Parts:
    """Log the approval and say what is left to do."""
    try:
        act = messages.approve(opened.services.desk, opened.area.area_id, words or "", MessageKind(kind["kind"]))
    except AnsimgilError as error:
        return {"result": refused(error_words(error, opened.lang)), "hidden": True}
    said = text("message.done", opened.lang, words=(act.after or {})["words"])
    return {"result": html.P(said, className="is-done"), "hidden": True}


def register_message(app: Dash, services: Services) -> None:
    """Join the card's controls."""
    counted = (Output(OpsIds.MESSAGE_COUNT, "children"), Output(OpsIds.MESSAGE, "maxLength"))
    browser(app, "countLetters", *counted, Input(OpsIds.MESSAGE, "value"), Input(OpsIds.MESSAGE_KIND, "data"))
    context, words = State(FrameIds.CONTEXT, "data"), State(OpsIds.MESSAGE, "value")
    kind = State(OpsIds.MESSAGE_KIND, "data")

    @app.callback(
        output={"words": Output(OpsIds.MESSAGE, "value")},
        inputs={"clicks": Input(OpsIds.MESSAGE_DRAFT, "n_clicks")},
        state={"kind": kind, "context": context},
        prevent_initial_call=True,
    )
    def draft(clicks: Any, kind: Any, context: dict[str, Any]) -> Parts:
        opened = open_context(services, context)
        return {"words": drafted(opened, kind) or text("message.nothing", opened.lang)}

    @app.callback(
        output={
            "hidden": Output(OpsIds.MESSAGE_CONFIRM, "hidden"),
            "preview": Output(OpsIds.MESSAGE_PREVIEW, "children"),
            "result": Output(OpsIds.MESSAGE_RESULT, "children"),
        },
        inputs={"check": Input(OpsIds.MESSAGE_CHECK, "n_clicks"), "cancel": Input(OpsIds.MESSAGE_CANCEL, "n_clicks")},
        state={"words": words, "kind": kind, "context": context},
        prevent_initial_call=True,
    )
    def look(check: Any, cancel: Any, words: str | None, kind: Any, context: dict[str, Any]) -> Parts:
        return looked_at(open_context(services, context), words, kind, ctx.triggered_id == OpsIds.MESSAGE_CHECK)

    @app.callback(
        output={
            "result": Output(OpsIds.MESSAGE_RESULT, "children", allow_duplicate=True),
            "hidden": Output(OpsIds.MESSAGE_CONFIRM, "hidden", allow_duplicate=True),
        },
        inputs={"clicks": Input(OpsIds.MESSAGE_APPROVE, "n_clicks")},
        state={"words": words, "kind": kind, "context": context},
        prevent_initial_call=True,
    )
    def approve(clicks: Any, words: str | None, kind: Any, context: dict[str, Any]) -> Parts:
        return approved(open_context(services, context), words, kind)
