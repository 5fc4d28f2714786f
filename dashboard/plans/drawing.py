"""What the map's drawing tool sends, as the features of a plan: polygons are zones, lines are closed streets."""

from collections.abc import Mapping
from typing import Any

NAMES = {"Polygon": "Zone", "LineString": "Closed street"}


def drawn_features(drawing: object) -> dict[str, Any] | None:
    """FeatureCollection of a drawing, None where nothing is drawn.

    Examples
    --------
    >>> drawn_features({"features": []}) is None
    True
    """
    features = drawing.get("features") if isinstance(drawing, Mapping) else None
    if not isinstance(features, list) or not features:
        return None
    named = []
    for position, one in enumerate(features, start=1):
        geometry = one.get("geometry") if isinstance(one, Mapping) else None
        kind = geometry.get("type") if isinstance(geometry, Mapping) else None
        name = f"{NAMES.get(str(kind), 'Zone')} {position}"
        named.append({"type": "Feature", "geometry": geometry, "properties": {"name": name}})
    return {"type": "FeatureCollection", "features": named}
