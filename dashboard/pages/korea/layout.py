"""First state of the nationwide page, complete before any callback runs."""

import json
from dataclasses import replace
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.card import card
from components.choice import Option, choice
from components.choropleth import choropleth_layer, sea_layer
from components.drill_caption import replay_button
from components.empty_state import empty_state
from components.map import MapView, feature_layer, risk_map
from components.time_slider import SliderIds, time_slider
from dashboard.i18n import text
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.korea.ids import KoreaIds, KoreaKinds
from dashboard.pages.korea.opening import first_selected, nationwide, read_nation
from dashboard.pages.korea.parts import Parts, district_part, snapshot_parts, timeline_part
from dashboard.pages.page import Opened
from dashboard.store.bundles import read_district_outlines
from dashboard.views.deeplink import page_href
from dashboard.views.defaults import area_bounds, default_zoom, first_view
from dashboard.views.format import area_name
from dashboard.views.nationwide import LEVEL, district_shapes
from dashboard.views.wind import level_name, short_level_name
from risk_core.hazards.typhoon.wind_levels import OUTLOOK_LEVELS

FIRST_SHOWN = OUTLOOK_LEVELS[0].name
EVENT, STEP = "event", "step"


def layout(opened: Opened) -> Component:
    """Draw the page; without an area of districts alone, say how to get one."""
    shown = nationwide(opened)
    lang = opened.lang
    if shown is None:
        nothing = empty_state("map", text("korea.no_area_title", lang), text("korea.no_area_detail", lang))
        return page_frame(opened, "korea", [page_head("korea", lang), nothing, *_idle_parts(opened)])
    nation = read_nation(shown)
    parts, selected = snapshot_parts(shown, nation), first_selected(nation)
    side = html.Div(
        [
            html.Div(parts["alerts"], id=KoreaIds.ALERTS),
            _search(lang),
            card(text("korea.district_title", lang), district_part(nation, selected, lang), id=KoreaIds.DISTRICT),
            _cities(shown),
        ],
        className="nation-side",
    )
    content = [
        page_head("korea", lang),
        html.Div(parts["storm"], id=KoreaIds.STORM, className="nation-storm", **{"aria-live": "polite"}),
        html.Div([_map_part(shown, parts), side], className="nation-main"),
        card(text("wind.timeline_title", lang), timeline_part(nation, lang), id=KoreaIds.TIMELINE),
        card(text("korea.table_title", lang), parts["table"], id=KoreaIds.TABLE),
        *_stores(shown, parts, selected),
    ]
    return page_frame(shown, "korea", content)


def _search(lang: str) -> Component:
    box = dcc.Input(
        id=KoreaIds.SEARCH, type="search", placeholder=text("korea.search_hint", lang), className="search-box",
        debounce=False, autoComplete="off",
    )  # fmt: skip
    label = html.Label(text("korea.search", lang), htmlFor=KoreaIds.SEARCH)
    found = html.Div(
        id=KoreaIds.FOUND, className="search-found", role="status", **{"data-none": text("korea.none", lang)}
    )
    return html.Div([label, box, found], className="card search", role="search")


def _map_part(opened: Opened, parts: Parts) -> Component:
    area, lang = opened.area, opened.lang
    view = MapView(first_view(area, area_bounds(area)), default_zoom(area), area_bounds(area))
    outlines = json.loads(read_district_outlines(opened.services.settings.home, area.area_id))
    layers = [
        sea_layer(KoreaIds.SEA, area_bounds(area), text("korea.sea", lang)),
        choropleth_layer(KoreaIds.DISTRICTS, district_shapes(outlines, area, lang)),
        feature_layer(KoreaIds.TRACK, parts["track"]),
    ]
    shown = [Option(LEVEL, text("korea.show_level", lang))]
    shown += [Option(level.name, short_level_name(level, lang)) for level in OUTLOOK_LEVELS]
    when = [Option(STEP, text("korea.at_step", lang)), Option(EVENT, text("korea.at_event", lang))]
    tools = html.Div(
        [
            choice(KoreaKinds.SHOWN, shown, FIRST_SHOWN, text("korea.show", lang)),
            choice(KoreaKinds.WHEN, when, STEP, text("korea.when", lang)),
        ],
        className="nation-tools",
    )
    caption = html.Div(
        [
            html.Div(parts["caption"], id=KoreaIds.CAPTION, role="status"),
            replay_button(KoreaIds.REPLAY, text("drill.replay", lang)),
        ],
        id=KoreaIds.CAPTION_BOX,
        className="caption",
        hidden=parts["caption_hidden"],
    )
    box = html.Div(
        [
            risk_map(KoreaIds.MAP, view, layers, text("korea.map_label", lang)),
            html.Section(id=KoreaIds.LEGEND, className="nation-legend", **{"aria-label": text("legend.title", lang)}),
        ],
        className="map-box nation-map",
    )
    note = html.P(text("korea.no_cone", lang), className="card-note")
    return html.Div(
        [caption, tools, box, _slider(lang, parts), note, html.P(id=KoreaIds.NOTE, role="status")],
        className="nation-map-part",
    )


def _slider(lang: str, parts: Parts) -> Component:
    ids = SliderIds(KoreaIds.STEP, KoreaIds.PLAY, KoreaIds.STEP_LABEL, KoreaIds.STEP_ROW, KoreaIds.STEP_TRACK)
    words, known = (text("slider.name", lang), text("slider.play", lang)), parts["frames"]
    row: Any = []
    if known is None:
        return time_slider(ids, 1, 0, text("format.now", lang), words, row)
    return time_slider(ids, len(known["labels"]), known["now"], known["labels"][known["now"]], words, row)


def _cities(opened: Opened) -> Component:
    """Installed areas with streets, to go on to."""
    lang, library = opened.lang, opened.services.library
    areas = [library.area(area_id) for area_id in library.area_ids()]
    links = [
        html.Li(html.A(area_name(area, lang), href=page_href("/", area.area_id, lang), className="city-link"))
        for area in areas
        if area.network is not None
    ]
    content = html.Ul(links, className="city-links") if links else html.P(text("korea.no_city", lang))
    more = html.P(
        [text("korea.more_cities", lang), " ", html.Code(text("sample.command", lang))], className="card-note"
    )
    return card(text("korea.cities_title", lang), [content, more])


def _stores(opened: Opened, parts: Parts, selected: int | None) -> list[Component]:
    lang, assessment = opened.lang, opened.assessment
    legend = {
        "level": text("legend.title", lang),
        "event": text("korea.legend_event", lang),
        "step": text("korea.legend_step", lang),
        "past": text("korea.legend_past", lang),
        "names": {level.name: level_name(level, lang) for level in OUTLOOK_LEVELS},
    }
    return [
        dcc.Store(id=KoreaIds.FRAMES, data=parts["frames"]),
        dcc.Store(id=KoreaIds.SHOWN, data=FIRST_SHOWN),
        dcc.Store(id=KoreaIds.WHEN, data=STEP),
        dcc.Store(id=KoreaIds.SELECTED, data=selected),
        dcc.Store(id=KoreaIds.VERSION, data=None if assessment is None else assessment.version),
        dcc.Store(id=KoreaIds.FLY),
        dcc.Store(
            id=KoreaIds.PLAY_WORDS,
            data={"play": text("slider.play", lang), "pause": text("slider.pause", lang), "legend": legend},
        ),
    ]


def _idle_parts(opened: Opened) -> list[Component]:
    """Stores alone, so that callbacks of the page find what they ask for."""
    return _stores(replace(opened, assessment=None), {"frames": None}, None)
