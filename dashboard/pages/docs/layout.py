"""The guide as a page: topics beside the text of one."""

from dash import dcc, html
from dash.development.base_component import Component

from components.nav import NavLink, page_tabs
from dashboard.docs import TOPICS, known_topic, read_topic
from dashboard.i18n import text
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.page import Opened
from dashboard.views.deeplink import page_href


def layout(opened: Opened) -> Component:
    """Draw the page with the topic that the address asks for."""
    lang, topic = opened.lang, known_topic(opened.query.get("topic"))
    href = page_href("/docs", opened.area.area_id, lang)
    links = [NavLink(text(f"docs.{one}", lang), f"{href}&topic={one}", one == topic) for one in TOPICS]
    topics = page_tabs(text("docs.topics", lang), links, "doc-topics")
    guide = dcc.Markdown(read_topic(topic, lang), className="doc-text", link_target="_self")
    article = html.Article(guide, className="doc-article")
    return page_frame(opened, "docs", [page_head("docs", lang), html.Div([topics, article], className="docs")])
