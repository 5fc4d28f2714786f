"""The frame every page stands in: bar, ribbon, error line, and the stores of the live connection."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from components.icon import icon
from components.live_badge import live_badge
from components.nav import NavLink, brand, keep_links, menu, page_tabs, tool_button
from dashboard.i18n import languages, text
from dashboard.keys.person import Entry
from dashboard.pages.page import Opened
from dashboard.views.deeplink import page_href
from dashboard.views.defaults import area_bounds
from dashboard.views.drill import ribbon_for
from dashboard.views.format import area_name
from dashboard.views.people import person_name

PAGES: Final = (
    ("citizen", "/"),
    ("health", "/health"),
    ("ops", "/ops"),
    ("plan", "/plan"),
    ("korea", "/korea"),
)
"""Name and path of the pages of the bar, in the order of the navigation."""

MORE: Final = (("quality", "/quality"), ("sources", "/sources"), ("docs", "/docs"), ("api_docs", "/api-docs"))
"""Pages that stand in the menu only, at every width."""

BESIDE: Final = (("sign_in", "/sign-in"), ("not_found", "/not-found"))
"""Pages that the navigation does not list."""

OFFICIAL: Final = ("health", "ops", "plan", "sign_in")
"""Pages that offer signing in; others show it only to those who are signed in."""

NAMESPACE: Final = "ansimgil"


class FrameIds(StrEnum):
    """Ids every page has."""

    LIVE = "live"
    BADGE = "live-badge"
    BADGE_WORDS = "badge-words"
    THEME = "theme-button"
    SHARE = "share-button"
    SHARE_NOTE = "share-note"
    SHARE_WORDS = "share-words"
    CONTEXT = "page-context"
    ERROR = "page-error"
    RIBBON = "page-ribbon"
    CONTENT = "content"


def root_layout(container: Component) -> Component:
    """Everything that outlives a change of page."""
    return html.Div([dcc.Store(id=FrameIds.LIVE), container])


def page_frame(opened: Opened, name: str, content: Sequence[Component]) -> Component:
    """Draw a page in its frame.

    Parameters
    ----------
    opened
        The area shown.
    name
        The page's name.
    content
        What stands below the bar.
    """
    lang = opened.lang
    is_simulated = opened.assessment is not None and opened.assessment.simulated
    return html.Div(
        [
            html.A(text("app.skip", lang), href=f"#{FrameIds.CONTENT}", className="skip-link"),
            _bar(opened, name),
            html.Aside(
                [
                    html.Div(ribbon_for(is_simulated, lang), id=FrameIds.RIBBON),
                    html.Div(id=FrameIds.ERROR, className="page-error"),
                ],
                **{"aria-label": text("app.notices", lang)},
            ),
            html.Main(list(content), id=FrameIds.CONTENT, className=f"page page-{name}", lang=lang),
            *_stores(opened, name),
        ],
        className="frame",
    )


def page_head(name: str, lang: str) -> Component:
    """Draw the question a page answers, and for whom."""
    return html.Div(
        [html.H1(text(f"{name}.heading", lang)), html.P(text(f"{name}.audience", lang))], className="page-head"
    )


def register_frame(app: Dash) -> None:
    """Join the frame's controls to their browser functions."""
    # Dash calls nothing without an output on load, so following the area answers with the content's language.
    browser(app, "follow", Output(FrameIds.CONTENT, "lang"), Input(FrameIds.CONTEXT, "data"))
    badge = (Output(FrameIds.BADGE, "children"), Output(FrameIds.BADGE, "className"))
    browser(app, "badge", *badge, Input(FrameIds.LIVE, "data"), Input(FrameIds.BADGE_WORDS, "data"))
    browser(app, "theme", Output(FrameIds.THEME, "aria-pressed"), Input(FrameIds.THEME, "n_clicks"))
    share = (Output(FrameIds.SHARE_NOTE, "children"), Input(FrameIds.SHARE, "n_clicks"))
    browser(app, "share", *share, State(FrameIds.SHARE_WORDS, "data"), later=True)


def browser(app: Dash, function: str, *dependencies: Any, later: bool = False) -> None:
    """Join outputs, inputs and states to ``dash_clientside.ansimgil.<function>``; `later` skips the first call."""
    app.clientside_callback(ClientsideFunction(NAMESPACE, function), *dependencies, prevent_initial_call=later)


def _bar(opened: Opened, name: str) -> Component:
    lang, area_id = opened.lang, opened.area.area_id
    links, more = (_page_links(pages, name, area_id, lang) for pages in (PAGES, MORE))
    place = area_name(opened.area, lang)
    tools = [
        live_badge(FrameIds.BADGE, text("live.connecting", lang)),
        *_area_menu(opened, place),
        _language_links(opened, name),
        *_account(opened, name),
        tool_button(FrameIds.THEME, "moon", text("app.theme", lang)),
        tool_button(FrameIds.SHARE, "share", text("app.share", lang)),
        html.Span(id=FrameIds.SHARE_NOTE, className="share-note", role="status"),
        _page_menu(links, more, _account(opened, name), lang),
    ]
    head = brand(text("app.name", lang), place, page_href("/", area_id, lang))
    tabs = page_tabs(text("app.pages", lang), links, "tabs")
    return html.Header([head, tabs, html.Div(tools, className="tools")], className="bar")


def _page_links(pages: Sequence[tuple[str, str]], name: str, area_id: str, lang: str) -> list[NavLink]:
    return [NavLink(text(f"nav.{page}", lang), page_href(path, area_id, lang), page == name) for page, path in pages]


def _page_menu(links: Sequence[NavLink], more: Sequence[NavLink], account: Sequence[Component], lang: str) -> Component:
    """Draw the menu: every page where the bar is narrow, otherwise those that the bar does not show."""
    boxes = [
        page_tabs(text("app.pages", lang), links, "menu-tabs menu-main"),
        page_tabs(text("app.more", lang), more, "menu-tabs"),
    ]
    return menu([icon("menu")], text("app.menu", lang), [*boxes, *account], "menu-pages")


def _area_menu(opened: Opened, place: str) -> list[Component]:
    lang, library = opened.lang, opened.services.library
    area_ids = library.area_ids()
    if len(area_ids) < 2:
        return []
    links = [
        NavLink(area_name(library.area(area_id), lang), page_href("", area_id, lang), area_id == opened.area.area_id)
        for area_id in area_ids
    ]
    summary = [icon("pin"), html.Span(place, className="menu-word"), icon("down")]
    # The name begins with the words that are seen, so that it can be spoken.
    return [menu(summary, f"{place} – {text('app.areas', lang)}", keep_links(links, "area"), "menu-areas")]


def _account(opened: Opened, name: str) -> list[Component]:
    """Draw who is signed in, or the way to do so."""
    lang, person = opened.lang, opened.services.door.shown()
    if person.entry in (Entry.NOBODY, Entry.DEMO) and name not in OFFICIAL:
        return []
    word = text("sign_in.link", lang)
    if person.entry is not Entry.NOBODY:
        word = person_name(person.name, lang)
    href = page_href("/sign-in", opened.area.area_id, lang)
    mark = " is-demo" if person.is_demo else ""
    return [html.A([icon("person"), html.Span(word)], href=href, className=f"account-link{mark}", title=word)]


def _language_links(opened: Opened, name: str) -> Component:
    path = dict(PAGES + MORE + BESIDE)[name]
    links = [
        NavLink(text("app.language_name", other), page_href(path, opened.area.area_id, other), lang=other)
        for other in languages()
        if other != opened.lang
    ]
    return html.Div(keep_links(links, "lang"), className="language-links")


def _stores(opened: Opened, name: str) -> list[Component]:
    lang, area = opened.lang, opened.area
    context = {
        "area": area.area_id,
        "version": None if opened.assessment is None else opened.assessment.version,
        "lang": lang,
        "page": name,
        "hash": area.content_hash if area.network is not None else None,
        "bounds": [list(corner) for corner in area_bounds(area)],
    }
    states = ("live", "polling", "offline", "connecting")
    return [
        dcc.Store(id=FrameIds.CONTEXT, data=context),
        dcc.Store(id=FrameIds.BADGE_WORDS, data={state: text(f"live.{state}", lang) for state in states}),
        dcc.Store(
            id=FrameIds.SHARE_WORDS, data={"done": text("app.shared", lang), "failed": text("app.share_failed", lang)}
        ),
    ]
