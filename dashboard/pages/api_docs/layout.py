"""The page for developers."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components.card import card
from dashboard.i18n import text
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.page import Opened
from dashboard.views.endpoints import Endpoint, Example, Face, client_examples, endpoints, faces

OPENAPI = "/api/v1/openapi.json"
DOCS = "/api/docs"


def layout(opened: Opened) -> Component:
    """Draw the page."""
    lang = opened.lang
    links = html.Div(
        [
            html.A(text("api.docs", lang), href=f"{DOCS}?lang={lang}", className="link-button"),
            html.A(text("api.openapi", lang), href=OPENAPI, className="link-button"),
        ],
        className="link-buttons",
    )
    note = html.P(text("api.note", lang), className="api-note")
    address = opened.services.settings.address
    cards = [_endpoint(one, address, lang) for one in endpoints(opened.area)]
    head = html.Div([page_head("api_docs", lang), links], className="page-head-row")
    body = [
        head,
        note,
        _faces(faces(), address, lang),
        _client(client_examples(), lang),
        html.Div(cards, className="endpoints"),
    ]
    return page_frame(opened, "api_docs", body)


def _endpoint(one: Endpoint, address: str, lang: str) -> Component:
    line = html.Div(
        [
            html.Span("GET", className="verb"),
            html.Code(one.pattern, className="endpoint-pattern"),
            html.A(text("api.try", lang), href=one.example, target="_blank", className="endpoint-try"),
        ],
        className="endpoint-line",
    )
    return card(text(f"api.{one.key}", lang), [line, _code(f"curl '{address}{one.example}'")], class_name="endpoint")


def _faces(found: Sequence[Face], address: str, lang: str) -> Component:
    rows = [
        html.Div([html.Dt(one.name), html.Dd([html.Code(f"{address}{one.path}"), html.Span(one.clients)])])
        for one in found
    ]
    note = html.P(text("api.faces_note", lang), className="api-note")
    return card(text("api.faces_heading", lang), [note, html.Dl(rows, className="faces")])


def _client(found: Sequence[Example], lang: str) -> Component:
    parts = [
        html.Details([html.Summary(text(f"api.example_{one.name}", lang)), _code(one.source)], open=k == 0)
        for k, one in enumerate(found)
    ]
    note = html.P(text("api.client_note", lang), className="api-note")
    return card(text("api.client_heading", lang), [note, *parts], class_name="client-examples")


def _code(words: str) -> Component:
    return html.Pre(html.Code(words), className="curl", tabIndex="0")
