"""Examples of the OGC face in the OpenAPI document, invented; a test reads each through its own model."""

from typing import Any, Final

from dashboard.api.examples import NOW
from dashboard.api.examples_lists import CLOSURES

ROOT: Final = "https://example.org/api/ogc"
LINK: Final = {"href": f"{ROOT}/collections", "rel": "data", "type": "application/json"}
CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
LANDING: Final[dict[str, Any]] = {"title": "Ansimgil", "description": "Live risk of a city", "links": [LINK]}
CONFORMANCE: Final[dict[str, Any]] = {
    "conformsTo": ["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"],
}
COLLECTION: Final[dict[str, Any]] = {
    "id": "closures",
    "title": "Closures · Coquimbo",
    "description": "Streets and areas closed now or later",
    "itemType": "feature",
    "crs": [CRS84],
    "extent": {"spatial": {"bbox": [[-71.45, -30.05, -71.15, -29.83]], "crs": CRS84}},
    "links": [LINK],
}
COLLECTIONS: Final[dict[str, Any]] = {"collections": [COLLECTION], "links": [LINK]}
SEARCH: Final[dict[str, Any]] = {"bbox": [-71.26, -29.93, -71.23, -29.9], "reason": "flood", "limit": 50}
FEATURE: Final[dict[str, Any]] = {**CLOSURES["features"][0], "links": [LINK]}
ITEMS: Final[dict[str, Any]] = {
    "type": "FeatureCollection",
    "timeStamp": NOW,
    "numberMatched": 1,
    "numberReturned": 1,
    "features": CLOSURES["features"],
    "links": [LINK],
}
FOUND: Final[dict[str, Any]] = {
    **ITEMS,
    "links": [
        {"href": f"{ROOT}/collections/closures/search", "rel": "self", "type": "application/geo+json", "method": "POST"}
    ],
}
