"""The web application: pages, frame, errors. Made by `create_app`; nothing happens at import."""

import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import dash
from dash import Dash, html, set_props
from dash.development.base_component import Component
from flask import Response, g, has_request_context, request

from components.alert_banner import error_banner
from components.empty_state import empty_state
from dashboard.answers import Answers
from dashboard.i18n import known_language, languages, text
from dashboard.pages.api_docs.page import PAGE as API_DOCS
from dashboard.pages.citizen.page import PAGE as CITIZEN
from dashboard.pages.docs.page import PAGE as DOCS
from dashboard.pages.early import early_answer
from dashboard.pages.frame import FrameIds, register_frame, root_layout
from dashboard.pages.health.page import PAGE as HEALTH
from dashboard.pages.korea.page import PAGE as KOREA
from dashboard.pages.lite.page import PATH as LITE
from dashboard.pages.lite.page import register_lite
from dashboard.pages.not_found.page import PAGE as NOT_FOUND
from dashboard.pages.offline.page import IGNORED_ASSETS, register_offline
from dashboard.pages.ops.page import PAGE as OPS
from dashboard.pages.page import EXTENSION, Page, Services, open_query, running_services
from dashboard.pages.plan.page import PAGE as PLAN
from dashboard.pages.quality.page import PAGE as QUALITY
from dashboard.pages.sign_in.page import PAGE as SIGN_IN
from dashboard.pages.sources.live import register_live
from dashboard.pages.sources.page import PAGE as SOURCES
from dashboard.settings import CHECKOUT, Settings
from dashboard.store.library import Library
from dashboard.views.deeplink import read_address
from risk_core.errors import AnsimgilError

logger = logging.getLogger(__name__)

PAGES: Final = (CITIZEN, HEALTH, OPS, PLAN, KOREA, QUALITY, API_DOCS, SOURCES, DOCS, SIGN_IN, NOT_FOUND)

ANY_ADDRESS: Final = "/<path:path>"
"""Name that Dash gives its rule for whatever is asked for."""
SKETCHING: Final = "ansimgil_sketching"
"""Mark of the one request in which pages are drawn for their ids only."""

INDEX: Final = """<!DOCTYPE html>
<html lang="ko">
<head>
<meta charset="utf-8">
{%metas%}
<title>{%title%}</title>
<link rel="icon" href="/assets/icons/ansimgil.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/assets/icons/ansimgil-192.png">
<link rel="manifest" href="/manifest.webmanifest">
<meta name="theme-color" content="#0b50d0">
{%css%}
</head>
<body>
<noscript><p class="no-script">{no_script}</p></noscript>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""

VIEWPORT: Final = {"name": "viewport", "content": "width=device-width, initial-scale=1, viewport-fit=cover"}
COLOUR_SCHEME: Final = {"name": "color-scheme", "content": "light dark"}


class _App(Dash):
    """Dash whose shell of the citizen's page holds the answer."""

    def interpolate_index(self, *given: Any, **parts: Any) -> str:
        """Put the answer behind the place where the page is drawn; without one the shell stays as it is."""
        early = ""
        if request.path == CITIZEN.path and not g.get(SKETCHING, False):
            with suppress(AnsimgilError):
                opened = open_query(running_services(), request.args)
                early = "" if opened is None else early_answer(opened)
        parts["app_entry"] = parts.get("app_entry", "") + early
        return str(super().interpolate_index(*given, **parts))


def create_app(settings: Settings, library: Library, answers: Answers, clock: Callable[[], float] = time.time) -> Dash:
    """Make the application with every page.

    Parameters
    ----------
    settings
        What the operator chose.
    library
        Areas, snapshots, observations, drills.
    answers
        A person's own questions.
    clock
        Real time in unix seconds; only the drill's visits and replays need it.
    """
    app = _App(
        "ansimgil",
        use_pages=True,
        pages_folder="",
        assets_folder=str(CHECKOUT / "assets"),
        assets_ignore=IGNORED_ASSETS,
        assets_path_ignore=["swagger"],
        title=" ".join(text("app.name", lang) for lang in languages()),
        update_title=None,
        index_string=_index(),
        meta_tags=[VIEWPORT, COLOUR_SCHEME],
        include_pages_meta=False,
        on_error=show_error,
    )
    services = Services(settings, library, answers, clock)
    app.server.extensions[EXTENSION] = services
    for order, page in enumerate(PAGES):
        _add_page(page, order)
    app.layout = root_layout(dash.page_container)
    register_frame(app)
    for page in PAGES:
        page.register(app, services)
    register_lite(app.server, services)
    register_offline(app.server)
    register_live(app.server, services)
    app.server.after_request(_not_found)
    _set_up_once(app)
    return app


def _not_found(response: Response) -> Response:
    """Tell programs what the page tells people: Dash gives its shell to every address alike."""
    is_shell = request.endpoint == ANY_ADDRESS and response.status_code == HTTPStatus.OK
    if is_shell and request.path not in {page.path for page in PAGES if page is not NOT_FOUND}:
        response.status_code = HTTPStatus.NOT_FOUND
    return response


def show_error(error: Exception) -> None:
    """Put an error of a callback above the page: ours in its own words, others with an id that is in the log."""
    lang = asked_language()
    if isinstance(error, AnsimgilError):
        banner = error_banner(text("error.title", lang), text(f"error.{error.code}", lang))
    else:
        reference = secrets.token_hex(4)
        logger.error("callback failed, reference %s", reference, exc_info=error)
        banner = error_banner(
            text("error.title", lang), text("error.unknown", lang), text("error.reference", lang, id=reference)
        )
    set_props(FrameIds.ERROR, {"children": banner})


def asked_language() -> str:
    """Language of the page a callback comes from, read from the address it stands at."""
    query = parse_qs(urlsplit(request.referrer or "").query) if has_request_context() else {}
    return known_language(query.get("lang", [None])[0])


def _index() -> str:
    """Shell of every page, which leads readers without scripts to the light one."""
    return INDEX.replace("{no_script}", "<br>".join(_light_link(lang) for lang in languages()))


def _light_link(lang: str) -> str:
    words, link = text("lite.script_off", lang), text("lite.link", lang)
    return f'<span lang="{lang}">{words} <a href="{LITE}?lang={lang}">{link}</a></span>'


def _add_page(page: Page, order: int) -> None:
    def layout(**query: Any) -> Component:
        opened = open_query(running_services(), query)
        if opened is None:
            return no_area(read_address(query).lang)
        if SKETCHING in g:
            return only_ids(page.layout(replace(opened, assessment=None)))
        return page.layout(opened)

    title = " · ".join(text(f"title.{page.name}", lang) for lang in languages())
    # Dash looks for what it shows at unknown addresses by the last word of a module.
    module = f"dashboard.pages.{page.name}.{'not_found_404' if page is NOT_FOUND else 'page'}"
    dash.register_page(module, path=page.path, name=page.name, title=title, order=order, layout=layout)


def only_ids(layout: Component) -> Component:
    """Reduce a page to the components that callbacks may name, each with its id alone."""
    named = [part for part in layout._traverse() if getattr(part, "id", None) is not None]
    return html.Div([_bare(part) for part in named])


def _bare(part: Component) -> Component:
    bare = copy(part)
    for name in part._prop_names:
        if name != "id" and hasattr(bare, name):
            delattr(bare, name)
    for name in [name for name in vars(bare) if name.startswith(("data-", "aria-"))]:
        delattr(bare, name)
    return bare


def _set_up_once(app: Dash) -> None:
    """Let Dash set itself up before the first request, since two first requests at once would race in it.

    Pages are sketched without a snapshot for this: Dash wants only their ids, and sends them to every browser.
    """
    with app.server.test_request_context("/"):
        setattr(g, SKETCHING, True)
        app.server.preprocess_request()


def no_area(lang: str) -> Component:
    """Draw what is shown while no area is installed."""
    state = empty_state("pin", text("area_state.none_title", lang), text("area_state.none_detail", lang))
    return html.Div(html.Main([html.H1(text("app.name", lang)), state], className="page"), className="frame")
