"""Streets where water would gather, in an area without heights: an index, never a depth."""

from functools import lru_cache
from typing import Any, Final

import numpy as np

from dashboard.i18n import text
from dashboard.views.features import collection, feature, lon_lat
from risk_core.hazards.flood.exposure_places import exposure_places
from risk_core.state.area import Area

LEAST_SHOWN: Final = 0.5
MOST_SHOWN: Final = 300


@lru_cache(maxsize=16)
def exposure_features(area: Area, lang: str) -> dict[str, Any]:
    """Lines of the most exposed streets, their index as the label; none where heights are known."""
    places, network = exposure_places(area), area.network
    if places is None or network is None:
        return collection([])
    streets = np.flatnonzero(places.street_index >= LEAST_SHOWN)
    streets = streets[np.argsort(-places.street_index[streets], kind="stable")][:MOST_SHOWN]
    shown = []
    for street in streets.tolist():
        points = slice(int(network.street_first_point[street]), int(network.street_first_point[street + 1]))
        line = np.column_stack([network.point_lat_deg[points], network.point_lon_deg[points]])
        label = text("exposure.label", lang, index=float(places.street_index[street]))
        shown.append(feature("LineString", lon_lat(line), "exposure-street", label))
    return collection(shown)


def has_exposure(area: Area) -> bool:
    """Whether any street is drawn."""
    return bool(exposure_features(area, "en")["features"])
