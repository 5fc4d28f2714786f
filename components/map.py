"""The map: our own streets below, one picture of the danger above, and what a person touches on top.

The streets are drawn by ``assets/js/streets.js`` on every map whose id ends with ``map``; the box round it names
the area and the hash of its streets. Layers are changed by their own properties, never by replacing children.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

LatLng = tuple[float, float]
EMPTY_FEATURES: Mapping[str, Any] = {"type": "FeatureCollection", "features": []}
BLANK_IMAGE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
"""One clear pixel, shown while a layer has no picture."""


@dataclass(frozen=True, slots=True)
class MapView:
    """Where the map looks: centre (lat, lng), zoom, and the bounds ((south, west), (north, east)) of the area."""

    centre: LatLng
    zoom: int
    bounds: tuple[LatLng, LatLng]


def browser_function(name: str) -> dict[str, str]:
    """Name a function of ``window.ansimgil.map`` for dash-leaflet.

    Examples
    --------
    >>> browser_function("style")
    {'variable': 'ansimgil.map.style'}
    """
    return {"variable": f"ansimgil.map.{name}"}


def risk_map(id: str, view: MapView, layers: Sequence[Component], label: str) -> Component:
    """Draw the map.

    Where it looks stands in a store of its own, ``{lat, lng, zoom}``, written by ``assets/js/map.js`` when the map
    has come to rest: as properties of the map they would be told at every step of a movement, and hold up each frame.

    Parameters
    ----------
    id
        Component id; must end with ``map``. The store's is the same with ``-view`` after it.
    view
        Where it looks at first.
    layers
        Its layers, lowest first.
    label
        What the map shows, for those who cannot see it.
    """
    scale = dl.ScaleControl(position="bottomleft", imperial=False)
    leaflet = dl.Map(
        [*layers, scale],
        id=id,
        center=list(view.centre),
        zoom=view.zoom,
        minZoom=4,
        maxZoom=18,
        trackViewport=False,
        className="map-canvas",
    )
    looks = dcc.Store(id=f"{id}-view", data={"lat": view.centre[0], "lng": view.centre[1], "zoom": view.zoom})
    return html.Div([leaflet, looks], className="map-frame", role="region", **{"aria-label": label})


def picture_layer(id: str, url: str, view: MapView, label: str, credit: str) -> Component:
    """Draw the picture of a layer over the bounds; only its `url` changes. `credit` names the source of the streets."""
    bounds = [list(corner) for corner in view.bounds]
    return dl.ImageOverlay(
        id=id, url=url, bounds=bounds, opacity=1, className="risk-picture", alt=label, attribution=credit
    )


def tile_layer(url: str, credit: str) -> Component:
    """Draw online background tiles over our streets; the page drops them after three that could not be had."""
    handlers = {"tileerror": browser_function("tileerror")}
    return dl.TileLayer(url=url, attribution=credit, zIndex=2, className="online-tiles", eventHandlers=handlers)


def feature_layer(id: str, features: Mapping[str, Any], hideout: Mapping[str, Any] | None = None) -> Component:
    """Draw a layer of GeoJSON whose looks come from each feature's ``className`` in the style sheets."""
    return dl.GeoJSON(
        id=id,
        data=dict(features),
        style=browser_function("style"),
        pointToLayer=browser_function("point"),
        onEachFeature=browser_function("label"),
        hideout=dict(hideout or {}),
    )


def land_layer(id: str, features: Mapping[str, Any]) -> Component:
    """Draw land below the picture of the danger."""
    return dl.Pane(feature_layer(id, features), name="land", style={"zIndex": 300})


def place_marker(id: str, at: LatLng, style: str, label: str, is_draggable: bool = True) -> Component:
    """Draw a marker a person may drag; its `position` is sent when it is dropped.

    Parameters
    ----------
    id
        Component id.
    at
        (lat, lng).
    style
        Style name, ``end-marker-<style>``.
    label
        What it marks.
    is_draggable
        False for a marker that only shows.
    """
    shape = f'<span class="end-marker end-marker-{style}"></span>'
    handlers = {"eventHandlers": {"dragend": browser_function("dragend")}} if is_draggable else {}
    return dl.DivMarker(
        id=id,
        position=list(at),
        draggable=is_draggable,
        interactive=is_draggable,
        keyboard=is_draggable,
        zIndexOffset=1000,
        title=label,
        iconOptions={"html": shape, "className": "", "iconSize": [36, 36], "iconAnchor": [18, 18]},
        **handlers,
    )
