"""An address without a page: why, and where to go instead."""

from typing import Final

from dash import html
from dash.development.base_component import Component

from components.card import card
from dashboard.i18n import text
from dashboard.pages.frame import MORE, PAGES, page_frame, page_head
from dashboard.pages.page import Opened
from dashboard.views.deeplink import page_href

QUESTIONS: Final = {"citizen": "status.heading", "plan": "plan.page.heading"}
"""Key of the question a page answers, where it is not ``<name>.heading``."""


def layout(opened: Opened) -> Component:
    """Draw the page: every other page with the question it answers."""
    lang, area_id = opened.lang, opened.area.area_id
    home = html.A(text("not_found.home", lang), href=page_href("/", area_id, lang), className="button is-primary")
    others = [
        html.Li([html.A(text(f"nav.{name}", lang), href=page_href(path, area_id, lang)), _question(name, lang)])
        for name, path in (*PAGES, *MORE)
    ]
    pages = card(text("not_found.pages", lang), [html.Ul(others, className="page-list")])
    return page_frame(opened, "not_found", [page_head("not_found", lang), html.P(home), pages])


def _question(name: str, lang: str) -> Component:
    return html.Span(text(QUESTIONS.get(name, f"{name}.heading"), lang))
