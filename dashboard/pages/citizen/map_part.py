"""The citizen's map and its layers."""

import json

from dash import html
from dash.development.base_component import Component

from components.legend import legend
from components.map import (
    EMPTY_FEATURES,
    MapView,
    feature_layer,
    land_layer,
    picture_layer,
    place_marker,
    risk_map,
    tile_layer,
)
from dashboard.i18n import text
from dashboard.pages.citizen.choices import Choices
from dashboard.pages.citizen.ids import CitizenIds
from dashboard.pages.citizen.parts import Parts
from dashboard.pages.page import Opened
from dashboard.store.bundles import read_district_outlines
from dashboard.views.defaults import area_bounds, default_zoom, first_view
from dashboard.views.features import outline_features
from dashboard.views.format import level_key
from dashboard.views.frames import picture_url
from risk_core.state.level import Level


def map_part(opened: Opened, choices: Choices, parts: Parts) -> Component:
    """Draw the map with its legend."""
    address, area, lang = opened.address, opened.area, opened.lang
    view = MapView(
        centre=address.centre or first_view(area, choices.ends),
        zoom=address.zoom or default_zoom(area),
        bounds=area_bounds(area),
    )
    layers = [*_ground(opened, choices, view), *_answers(parts), *_markers(choices, area.network is not None, lang)]
    return html.Div(
        [risk_map(CitizenIds.MAP, view, layers, text("map.label", lang)), _legend(opened)],
        className="map-part",
    )


def _ground(opened: Opened, choices: Choices, view: MapView) -> list[Component]:
    area, assessment, lang = opened.area, opened.assessment, opened.lang
    url = picture_url(assessment, choices.layer, choices.step)
    layers = [picture_layer(CitizenIds.PICTURE, url, view, text("map.picture", lang), area.attribution)]
    if area.network is None:
        outlines = read_district_outlines(opened.services.settings.home, area.area_id)
        layers.append(land_layer(CitizenIds.DISTRICT_LAYER, outline_features(json.loads(outlines))))
    settings = opened.services.settings
    if settings.tiles_url:
        layers.insert(0, tile_layer(settings.tiles_url, settings.tiles_attribution))
    return layers


def _answers(parts: Parts) -> list[Component]:
    return [
        feature_layer(CitizenIds.SCENERY_LAYER, parts["scenery_data"]),
        feature_layer(CitizenIds.CLOSURE_LAYER, parts["closure_data"]),
        feature_layer(CitizenIds.WISH_LAYER, EMPTY_FEATURES),
        feature_layer(CitizenIds.ROUTE_LAYER, parts["route_data"]),
        feature_layer(CitizenIds.HEADING_LAYER, EMPTY_FEATURES),
        feature_layer(CitizenIds.TRACK_LAYER, parts["track_data"]),
        feature_layer(CitizenIds.SHELTER_LAYER, parts["shelter_data"]),
    ]


def _markers(choices: Choices, has_streets: bool, lang: str) -> list[Component]:
    pin = place_marker(CitizenIds.PIN, choices.point, "pin", text("status.place_picked", lang), is_draggable=False)
    pin.opacity = 0 if choices.point_kind == "start" else 1
    origin, destination = choices.ends
    ends = [
        place_marker(CitizenIds.DESTINATION, destination, "destination", text("route.end", lang), has_streets),
        place_marker(CitizenIds.ORIGIN, origin, "origin", text("route.start", lang), has_streets),
    ]
    for marker in ends:
        marker.opacity = 1 if has_streets else 0
    return [pin, *ends]


def _legend(opened: Opened) -> Component:
    lang = opened.lang
    names = ["safest", "fastest", "danger", "closed", "modelled"] if opened.area.network is not None else []
    names.append("shelter")
    if opened.area.scenery is not None and opened.assessment is not None and opened.assessment.drill is not None:
        names += ["stream", "underpass"]
    return legend(
        title=text("legend.title", lang),
        level_words=[text(level_key(level), lang) for level in Level],
        note=text("legend.note", lang),
        marks=[(name, text(f"legend.{name}", lang)) for name in names],
        more=text("legend.more", lang),
    )
