"""The box in which a place of the area is found by its name."""

from typing import Any, Final

from dash import ALL, Dash, Input, Output, State, html
from dash.development.base_component import Component

from components.place_list import FoundWords, PlaceDeed, place_list
from components.search_box import search_box
from dashboard.i18n import text
from dashboard.pages.citizen.choices import LatLng, position_of
from dashboard.pages.citizen.ids import CitizenIds, CitizenKinds
from dashboard.pages.frame import FrameIds, browser
from dashboard.pages.page import Opened, Services, open_context
from dashboard.views.format import compass_words, distance, metres_between
from dashboard.views.place_search import search_places

N_FOUND: Final = 6


def place_search(lang: str) -> Component:
    """Draw the box."""
    return search_box(CitizenIds.SEARCH, CitizenIds.FOUND, text("search.label", lang), text("search.hint", lang))


def found_part(opened: Opened, typed: str | None, origin: LatLng) -> list[Component]:
    """Draw what goes by that name, nearest names first, and where it lies from the start."""
    lang, wanted = opened.lang, (typed or "").strip()
    if not wanted:
        return []
    found = search_places(opened.area, wanted, lang, N_FOUND)
    if not found:
        return [html.P(text("search.none", lang, wanted=wanted[:40]), className="search-none")]
    words = [
        FoundWords(
            one.name,
            text(
                "search.where",
                lang,
                distance=distance(metres_between(*origin, *one.at)),
                direction=compass_words(*origin, *one.at, lang),
            ),
            one.at,
        )
        for one in found
    ]
    return [place_list(CitizenKinds.FOUND, words, _deeds(opened))]


def _deeds(opened: Opened) -> list[PlaceDeed]:
    lang = opened.lang
    ends = [PlaceDeed(name, text(f"route.{name}", lang), name) for name in ("start", "end")]
    return [PlaceDeed("show", text("search.show", lang), "pin"), *(ends if opened.area.network is not None else [])]


def register_searching(app: Dash, services: Services) -> None:
    """Join the box to the area's names, and the places found to the map."""
    found = {"type": CitizenKinds.FOUND, "deed": ALL, "at": ALL}
    browser(app, "goTo", Input(found, "n_clicks"), later=True)

    @app.callback(
        output={"found": Output(CitizenIds.FOUND, "children")},
        inputs={"typed": Input(CitizenIds.SEARCH, "value")},
        state={"origin": State(CitizenIds.ORIGIN, "position"), "context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_found(typed: str | None, origin: Any, context: dict[str, Any]) -> dict[str, Any]:
        return {"found": found_part(open_context(services, context), typed, position_of(origin))}
