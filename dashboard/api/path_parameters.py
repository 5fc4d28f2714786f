"""What the OpenAPI document says of the parts of addresses, by name; and examples of what follows them."""

from typing import Any, Final

from dashboard.api.reading import AREA_PATTERN, MAX_ZOOM, NUMBER
from risk_core.state.level import Layer

PAIR: Final = f"{NUMBER},{NUMBER}"


def _part(schema: dict[str, Any], description: str, example: Any) -> dict[str, Any]:
    return {"schema": schema, "description": description, "example": example}


def _whole(description: str, most: int, example: int) -> dict[str, Any]:
    return _part({"type": "integer", "minimum": 0, "maximum": most}, description, example)


PATH_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "area_id": _part({"type": "string", "pattern": AREA_PATTERN}, "name of an area", "coquimbo"),
    "layer": _part({"type": "string", "enum": list(Layer)}, "a hazard, or all of them together", "combined"),
    "code": _part({"type": "string", "pattern": "^[a-z_]{1,40}$"}, "code of an error", "input"),
    "z": _whole("zoom", MAX_ZOOM, 12),
    "x": _whole("column of the tile, 0 in the west", 2**MAX_ZOOM - 1, 1236),
    "y": _whole("row of the tile, 0 in the north", 2**MAX_ZOOM - 1, 2405),
    "profile": _part(
        {"type": "string", "pattern": "^[a-z-]{1,40}$"},
        "the traveller in the words of that service, or walk, wheelchair, bicycle, car, bus, ambulance; may end in "
        "-fastest, -balanced or -safest",
        "foot",
    ),
    "coordinates": _part(
        {"type": "string", "pattern": rf"^{PAIR}(;{PAIR}){{0,99}}$"},
        "LON,LAT pairs between semicolons, or polyline(...)",
        "-71.3395,-29.9533;-71.2488,-29.9061",
    ),
    "collection_id": _part({"type": "string", "pattern": r"^[a-z0-9.-]{1,80}$"}, "id of a collection", "closures"),
    "feature_id": _part({"type": "string", "pattern": r"^[^/]{1,80}$"}, "id of an item", "17"),
    "alert_id": _part({"type": "string", "pattern": "^[0-9a-f]{16}$"}, "id of a warning", "5f2b5f2b5f2b5f2b"),
    "plan_id": _part({"type": "string", "pattern": "^[0-9a-f]{12}$"}, "id of a plan", "0f3a9c1b5d7e"),
    "source_id": _part({"type": "string", "pattern": "^op-[0-9a-f]{12}$"}, "id of a source", "op-0f3a9c1b5d7e"),
    "held_id": _whole("number of a row held back", 2**31 - 1, 7),
    "hook_id": _part({"type": "string", "pattern": "^wh-[0-9a-f]{16}$"}, "id of a webhook", "wh-0f3a9c1b5d7e2a46"),
    "job_id": _part({"type": "string", "pattern": "^job-[0-9a-f]{16}$"}, "id of a job", "job-0f3a9c1b5d7e2a46"),
    "act_id": _whole("number of an act", 2**31 - 1, 12),
    "closure_id": _part({"type": "string", "pattern": r"^[^/]{1,80}$"}, "id of a closure", "desk-0f3a9c1b"),
    "shelter_id": _part({"type": "string", "pattern": r"^[^/]{1,80}$"}, "id of a shelter", "s1"),
    "file": _part({"type": "string", "pattern": r"^[a-z.-]{1,40}$"}, "name of a file", "docs.css"),
}

QUERY_EXAMPLES: Final[dict[str, Any]] = {
    "lat": -29.9188,
    "lon": -71.2438,
    "from": "-29.9118,-71.2396",
    "to": "-29.9259,-71.2480",
    "bbox": "-71.26,-29.93,-71.23,-29.9",
    "district": "78",
    "start": "-71.2396,-29.9118",
    "end": "-71.2480,-29.9259",
    "json": '{"locations":[{"lat":-29.9118,"lon":-71.2396},{"lat":-29.9259,"lon":-71.2480}],"costing":"pedestrian"}',
    "preset": "metro_car",
}
"""Examples of what has to stand in an address, or tells where; so that each operation can be tried as it is shown."""
EXAMPLES_OF: Final[dict[tuple[str, str], Any]] = {
    ("list_observations", "kind"): "rain",
    ("osrm_nearest", "coordinates"): "-71.3395,-29.9533",
    ("show_coverage", "bbox"): QUERY_EXAMPLES["bbox"],
}
"""Examples of single operations."""
