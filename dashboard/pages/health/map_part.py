"""The map of the health page: districts or cells in the colours of the slider's time."""

import json
from typing import Any

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from components.card import card
from components.choice import Option, choice
from components.map import MapView, picture_layer, risk_map
from components.time_slider import SliderIds, time_slider
from dashboard.i18n import text
from dashboard.pages.health.ids import HealthIds, HealthKinds
from dashboard.pages.page import Opened
from dashboard.store.bundles import read_district_outlines
from dashboard.views.defaults import area_bounds, default_zoom, first_view
from dashboard.views.districts import level_steps
from dashboard.views.format import district_name, level_key
from dashboard.views.frames import frames, picture_url
from risk_core.state.level import Layer, Level

DISTRICT, GRID = "district", "grid"
ZOOM_OUT = 2
"""Steps farther off than the citizen's map, so that districts are seen together."""


def map_card(opened: Opened) -> Component:
    """Draw the map with its slider; hidden before the first snapshot of cases."""
    known = map_frames(opened)
    area, lang = opened.area, opened.lang
    view = MapView(first_view(area, area_bounds(area)), max(default_zoom(area) - ZOOM_OUT, 4), area_bounds(area))
    url = picture_url(opened.assessment, Layer.INFECTION, None)
    districts = dl.GeoJSON(
        id=HealthIds.DISTRICTS,
        data=district_features(opened),
        style={"variable": "ansimgil.health.style"},
        onEachFeature={"variable": "ansimgil.health.each"},
        hideout={},
    )
    picture = picture_layer(HealthIds.PICTURE, url, view, text("map.picture", lang), area.attribution)
    frame = risk_map(HealthIds.MAP, view, [picture, districts], text("health.map_label", lang))
    options = [Option(name, text(f"health.shown_{name}", lang)) for name in (DISTRICT, GRID)]
    streets = {"data-hash": area.content_hash} if area.network is not None else {}
    box = {"data-area": area.area_id, "data-lang": lang, "data-offline-words": text("map.offline", lang), **streets}
    content = [
        choice(HealthKinds.SHOWN, options, DISTRICT, text("health.shown", lang)),
        html.Div(frame, id=HealthIds.MAP_BOX, className="health-map-box", **box),
        _slider(known, lang),
        dcc.Store(id=HealthIds.SHOWN, data=DISTRICT),
        dcc.Store(id=HealthIds.FRAMES, data=known),
        dcc.Store(id=HealthIds.PLAY_WORDS, data={word: text(f"slider.{word}", lang) for word in ("play", "pause")}),
    ]
    return html.Div(card(text("health.map_title", lang), content, class_name="card-map"), hidden=known is None)


def map_frames(opened: Opened) -> dict[str, Any] | None:
    """Labels, picture addresses and levels of every step, so that the slider asks nothing."""
    found = opened.assessment
    if found is None or Layer.INFECTION not in found.layers:
        return None
    lang = opened.lang
    words = [text(level_key(level), lang) for level in Level]
    told = frames(opened.area, found, opened.zone, lang)
    return {**told, "levels": level_steps(opened.area, found), "words": words, "unknown": text("level.unknown", lang)}


def district_features(opened: Opened) -> dict[str, Any]:
    """Outlines with position and name, nothing else."""
    outlines = json.loads(read_district_outlines(opened.services.settings.home, opened.area.area_id))
    features = [
        {
            "type": "Feature",
            "geometry": one["geometry"],
            "properties": {"position": k, "name": district_name(opened.area, k, opened.lang)},
        }
        for k, one in enumerate(outlines.get("features", []))
    ]
    return {"type": "FeatureCollection", "features": features}


def _slider(known: dict[str, Any] | None, lang: str) -> Component:
    ids = SliderIds(HealthIds.STEP, HealthIds.PLAY, HealthIds.STEP_LABEL, HealthIds.STEP_ROW, HealthIds.STEP_TRACK)
    words = (text("slider.name", lang), text("slider.play", lang))
    if known is None:
        return time_slider(ids, 1, 0, text("format.now", lang), words, [])
    now = known["now"]
    return time_slider(ids, len(known["labels"]), now, known["labels"][now], words, [])
