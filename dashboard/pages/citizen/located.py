"""What follows when the browser tells where it is, or that it may not."""

from collections.abc import Mapping
from typing import Any

from dash import no_update

from dashboard.i18n import text
from dashboard.pages.page import Opened

LOCATED_ZOOM = 16


def located_outcome(opened: Opened, located: Mapping[str, Any] | None) -> dict[str, Any]:
    """Put point and start where the reader is; outside the area or without permission only say so."""
    unchanged = {"point": no_update, "origin": no_update, "fly": no_update, "note": no_update}
    if not located:
        return unchanged
    if "error" in located:
        return {**unchanged, "note": text(f"map.{located['error']}", opened.lang)}
    lat, lng = float(located["lat"]), float(located["lng"])
    if not opened.area.grid.contains(lat, lng):
        return {**unchanged, "note": text("map.located_outside", opened.lang)}
    return {
        "point": {"lat": lat, "lng": lng, "kind": "located"},
        "origin": [lat, lng] if opened.area.network is not None else no_update,
        "fly": {"lat": lat, "lng": lng, "zoom": LOCATED_ZOOM},
        "note": text("map.located", opened.lang),
    }
