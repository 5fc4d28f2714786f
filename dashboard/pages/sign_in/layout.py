"""The sign-in page: one field, a plain form that works without any script."""

from dash import dcc, html
from dash.development.base_component import Component

from components.alert_banner import error_banner
from components.card import card
from dashboard.i18n import has_text, text
from dashboard.keys.person import DEMO, Entry, Person
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.page import Opened
from dashboard.pages.sign_in.ids import BEGIN, DEMO_FIELD, END, FAILED, KEY_FIELD, NEXT_FIELD
from dashboard.views.deeplink import page_href
from dashboard.views.people import person_name, role_word

FIELD = "sign-in-key"


def layout(opened: Opened) -> Component:
    """Draw the page."""
    person = opened.services.door.shown()
    content: list[Component] = [page_head("sign_in", opened.lang)]
    content += _failure(opened)
    content.append(_signed_in(opened, person) if person.entry is not Entry.NOBODY else _form(opened))
    if person.entry is Entry.NOBODY and opened.services.door.offers_demo():
        content.append(_demo(opened))
    content.append(_help(opened.lang))
    return page_frame(opened, "sign_in", [html.Div(content, className="sign-in")])


def next_path(opened: Opened) -> str:
    """Where the reader wants to go afterwards."""
    return opened.query.get(NEXT_FIELD) or page_href("/ops", opened.area.area_id, opened.lang)


def _failure(opened: Opened) -> list[Component]:
    code = opened.query.get(FAILED, "")
    if not has_text(f"sign_in.failed_{code}"):
        return []
    return [error_banner(text(f"sign_in.failed_{code}", opened.lang), text(f"sign_in.remedy_{code}", opened.lang))]


def _hidden(opened: Opened) -> list[Component]:
    values = {NEXT_FIELD: next_path(opened), "area": opened.area.area_id, "lang": opened.lang}
    return [dcc.Input(type="hidden", name=name, value=value) for name, value in values.items()]


def _form(opened: Opened) -> Component:
    lang = opened.lang
    field = html.Div(
        [
            html.Label(text("sign_in.key", lang), htmlFor=FIELD),
            dcc.Input(
                id=FIELD, type="password", name=KEY_FIELD, required=True, autoComplete="current-password",
                spellCheck="false", className="field-control",
            ),
        ],
        className="field",
    )  # fmt: skip
    button = html.Button(text("sign_in.button", lang), type="submit", className="button is-primary")
    form = html.Form([field, *_hidden(opened), button], action=BEGIN, method="post", className="sign-in-form")
    return card(text("sign_in.with_key", lang), [form])


def _demo(opened: Opened) -> Component:
    lang = opened.lang
    button = html.Button(text("sign_in.demo_button", lang), type="submit", className="button")
    flag = dcc.Input(type="hidden", name=DEMO_FIELD, value="1")
    form = html.Form([flag, *_hidden(opened), button], action=BEGIN, method="post", className="sign-in-form")
    return card(text("sign_in.as_demo", lang), [html.P(text("sign_in.demo_means", lang)), form])


def _signed_in(opened: Opened, person: Person) -> Component:
    lang = opened.lang
    told = text("sign_in.signed_in", lang, name=person_name(person.name, lang), role=role_word(person.role, lang))
    lines: list[Component] = [html.P(told)]
    if person.key_id == DEMO.key_id:
        lines.append(html.P(text("sign_in.demo_means", lang)))
    go_on = html.A(text("sign_in.go_on", lang), href=next_path(opened), className="button is-primary")
    button = html.Button(text("sign_in.end", lang), type="submit", className="button")
    form = html.Form([*_hidden(opened), button], action=END, method="post", className="sign-in-form")
    return card(text("sign_in.you", lang), [*lines, html.Div([go_on, form], className="button-row")])


def _help(lang: str) -> Component:
    lines = [
        html.P(text("sign_in.help", lang)),
        html.Pre(html.Code(text("sign_in.command", lang)), tabIndex="0", className="command"),
    ]
    return html.Details([html.Summary(text("sign_in.no_key", lang)), *lines], className="sign-in-help")
