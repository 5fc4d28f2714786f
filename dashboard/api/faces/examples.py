"""Examples of the faces in the OpenAPI document, invented; a test reads each through its own model."""

from typing import Any, Final

from dashboard.api.examples import CREDIT, NOW, POINT_A, POINT_B, VERSION_NAME

A: Final = [POINT_A["lon"], POINT_A["lat"]]
B: Final = [POINT_B["lon"], POINT_B["lat"]]
BOX: Final = [A[0], A[1], B[0], B[1]]
LINE: Final = "ljqvDrvnrLgdH_rP"
RING: Final = [A, [A[0] + 0.01, A[1]], [A[0] + 0.01, A[1] + 0.01], A]
RISK: Final[dict[str, Any]] = {
    "kind": "safest",
    "danger_m": 0.0,
    "exposure_s": 95.0,
    "max_risk": 0.31,
    "level": "attention",
    "area": "coquimbo",
    "version": VERSION_NAME,
    "valid_at": NOW,
    "simulated": True,
    "attribution": CREDIT,
}

_WAYPOINT_A: Final = {"hint": "", "distance": 3.1, "name": "Avenida del Mar", "location": A}
_WAYPOINT_B: Final = {"hint": "", "distance": 2.4, "name": "Balmaceda", "location": B}
OSRM_ROUTE_REQUEST: Final[dict[str, Any]] = {"coordinates": [A, B], "steps": "true", "overview": "full"}
OSRM_TABLE_REQUEST: Final[dict[str, Any]] = {"coordinates": [A, B], "annotations": "duration,distance"}
OSRM_NEAREST_REQUEST: Final[dict[str, Any]] = {"coordinates": [A], "number": 1}
OSRM_ROUTE: Final[dict[str, Any]] = {
    "code": "Ok",
    "routes": [
        {
            "geometry": LINE,
            "legs": [
                {"summary": "Avenida del Mar", "weight": 1440.0, "duration": 1440.0, "distance": 1990.0, "steps": []}
            ],
            "weight_name": "safest",
            "weight": 1440.0,
            "duration": 1440.0,
            "distance": 1990.0,
            "risk": RISK,
        }
    ],
    "waypoints": [_WAYPOINT_A, _WAYPOINT_B],
}
OSRM_TABLE: Final[dict[str, Any]] = {
    "code": "Ok",
    "durations": [[0.0, 1440.0], [1440.0, 0.0]],
    "sources": [_WAYPOINT_A, _WAYPOINT_B],
    "destinations": [_WAYPOINT_A, _WAYPOINT_B],
}
OSRM_NEAREST: Final[dict[str, Any]] = {"code": "Ok", "waypoints": [{**_WAYPOINT_A, "nodes": [17, 18]}]}

_METADATA: Final = {
    "attribution": CREDIT,
    "service": "routing",
    "timestamp": 1782874800000,
    "query": {"profile": "foot-walking"},
    "engine": {"version": "1.0.0", "build_date": NOW, "graph_date": NOW},
}
_SUMMARY: Final = {"distance": 1990.0, "duration": 1440.0}
_SEGMENTS: Final = [
    {
        **_SUMMARY,
        "steps": [
            {
                **_SUMMARY,
                "type": 11,
                "instruction": "Start on Avenida del Mar",
                "name": "Avenida del Mar",
                "way_points": [0, 1],
            }
        ],
    }
]
ORS_DIRECTIONS_REQUEST: Final[dict[str, Any]] = {
    "coordinates": [A, B],
    "preference": "recommended",
    "options": {"avoid_polygons": {"type": "Polygon", "coordinates": [RING]}},
}
ORS_ROUTES: Final[dict[str, Any]] = {
    "bbox": BOX,
    "routes": [
        {"summary": _SUMMARY, "segments": _SEGMENTS, "bbox": BOX, "geometry": LINE, "way_points": [0, 1], "risk": RISK}
    ],
    "metadata": _METADATA,
}
ORS_GEOJSON: Final[dict[str, Any]] = {
    "type": "FeatureCollection",
    "bbox": BOX,
    "features": [
        {
            "type": "Feature",
            "bbox": BOX,
            "properties": {"summary": _SUMMARY, "segments": _SEGMENTS, "way_points": [0, 1], "risk": RISK},
            "geometry": {"type": "LineString", "coordinates": [A, B]},
        }
    ],
    "metadata": _METADATA,
}
ORS_ISOCHRONES_REQUEST: Final[dict[str, Any]] = {"locations": [A], "range": [300.0, 600.0], "attributes": ["area"]}
ORS_ISOCHRONES: Final[dict[str, Any]] = {
    "type": "FeatureCollection",
    "bbox": BOX,
    "features": [
        {
            "type": "Feature",
            "properties": {"group_index": 0, "value": 300.0, "center": A, "area": 250000.0},
            "geometry": {"type": "Polygon", "coordinates": [RING]},
        }
    ],
    "metadata": {**_METADATA, "service": "isochrones"},
}
ORS_MATRIX_REQUEST: Final[dict[str, Any]] = {"locations": [A, B], "metrics": ["duration", "distance"]}
ORS_MATRIX: Final[dict[str, Any]] = {
    "durations": [[0.0, 1440.0], [1440.0, 0.0]],
    "distances": [[0.0, 1990.0], [1990.0, 0.0]],
    "sources": [{"location": A, "snapped_distance": 3.1}, {"location": B, "snapped_distance": 2.4}],
    "destinations": [{"location": A, "snapped_distance": 3.1}, {"location": B, "snapped_distance": 2.4}],
    "metadata": {**_METADATA, "service": "matrix"},
}

_BOX: Final = {"min_lat": A[1], "min_lon": A[0], "max_lat": B[1], "max_lon": B[0]}
_SUMMED: Final = {**_BOX, "time": 1440.0, "length": 1.99, "cost": 1440.0}
VALHALLA_REQUEST: Final[dict[str, Any]] = {"locations": [POINT_A, POINT_B], "costing": "pedestrian"}
VALHALLA_ROUTE: Final[dict[str, Any]] = {
    "trip": {
        "locations": [
            {"type": "break", **POINT_A, "original_index": 0},
            {"type": "break", **POINT_B, "original_index": 1},
        ],
        "legs": [{"maneuvers": [], "summary": _SUMMED, "shape": "xa`~w@hzeegC_m{A_fnD"}],
        "summary": _SUMMED,
        "status_message": "Found route between points",
        "status": 0,
        "units": "kilometers",
        "language": "en-US",
        "risk": RISK,
    }
}
