"""Districts in colours that follow the time slider without asking the server, with the sea between them.

The looks are made by ``assets/js/nationwide.js``: each feature names its `position`, and the layer's hideout names the
step and what is shown.
"""

from collections.abc import Mapping
from typing import Any

import dash_leaflet as dl
from dash.development.base_component import Component

from components.map import BLANK_IMAGE, LatLng


def choropleth_layer(id: str, features: Mapping[str, Any]) -> Component:
    """Draw districts; a click on one selects it."""
    return dl.GeoJSON(
        id=id,
        data=dict(features),
        style={"variable": "ansimgil.nationwide.style"},
        onEachFeature={"variable": "ansimgil.nationwide.each"},
        hideout={},
    )


def sea_layer(id: str, bounds: tuple[LatLng, LatLng], label: str) -> Component:
    """Draw the picture of the sea; the browser paints it, only its `url` changes."""
    corners = [list(corner) for corner in bounds]
    layer = dl.ImageOverlay(id=id, url=BLANK_IMAGE, bounds=corners, opacity=1, className="sea-picture", alt=label)
    return dl.Pane(layer, name="sea", style={"zIndex": 250})
