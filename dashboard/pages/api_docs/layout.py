"""The page for developers."""

from dash import html
from dash.development.base_component import Component

from components.card import card
from dashboard.i18n import text
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.page import Opened
from dashboard.views.endpoints import Endpoint, endpoints

OPENAPI = "/api/v1/openapi.json"


def layout(opened: Opened) -> Component:
    """Draw the page."""
    lang = opened.lang
    link = html.A(text("api.openapi", lang), href=OPENAPI, className="link-button")
    note = html.P(text("api.note", lang), className="api-note")
    address = opened.services.settings.address
    cards = [_endpoint(one, address, lang) for one in endpoints(opened.area)]
    head = html.Div([page_head("api_docs", lang), link], className="page-head-row")
    return page_frame(opened, "api_docs", [head, note, html.Div(cards, className="endpoints")])


def _endpoint(one: Endpoint, address: str, lang: str) -> Component:
    call = html.Pre(html.Code(f"curl '{address}{one.example}'"), className="curl", tabIndex="0")
    line = html.Div(
        [
            html.Span("GET", className="verb"),
            html.Code(one.pattern, className="endpoint-pattern"),
            html.A(text("api.try", lang), href=one.example, target="_blank", className="endpoint-try"),
        ],
        className="endpoint-line",
    )
    return card(text(f"api.{one.key}", lang), [line, call], class_name="endpoint")
