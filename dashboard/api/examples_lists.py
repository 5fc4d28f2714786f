"""Examples of the lists in the OpenAPI document, invented; a test reads each through its own model."""

from typing import Any, Final

from dashboard.api.examples import CREDIT, NOW, POINT_A, VERSION_NAME

AT: Final = [POINT_A["lon"], POINT_A["lat"]]
RING: Final = [AT, [AT[0] + 0.01, AT[1]], [AT[0] + 0.01, AT[1] + 0.01], AT]
UNTIL: Final = "2026-07-01T09:00:00Z"


def _page(key: str, geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "area": "coquimbo",
        "version": VERSION_NAME,
        "simulated": True,
        "valid_at": NOW,
        "n_matched": 1,
        "next": None,
        "features": [{"type": "Feature", "id": key, "geometry": geometry, "properties": properties}],
        "attribution": CREDIT,
    }


ALERTS: Final = _page(
    "5f2b5f2b5f2b5f2b",
    {"type": "Polygon", "coordinates": [RING]},
    {
        "alert_id": "example-1",
        "sender": "weather office",
        "event": "Heavy rain warning",
        "headline": "Heavy rain over the bay",
        "instruction": "Keep away from streams.",
        "severity": "Severe",
        "language": "en",
        "sent": NOW,
        "from": NOW,
        "until": UNTIL,
        "area_text": "La Serena",
        "simulated": True,
        "district_ids": ["12", "13"],
        "districts_by": "outline",
    },
)
CLOSURES: Final = _page(
    "flood-7",
    {"type": "MultiLineString", "coordinates": [[AT, [AT[0] + 0.001, AT[1]]]]},
    {
        "name": "Underpass",
        "reason": "flood",
        "from": NOW,
        "until": None,
        "in_force": True,
        "profiles": "",
        "source": "drill",
        "simulated": True,
    },
)
SHELTERS: Final = _page(
    "s1",
    {"type": "Point", "coordinates": AT},
    {
        "name": "School",
        "kind": "flood",
        "capacity_persons": 300.0,
        "occupancy_persons": 12.0,
        "is_open": True,
        "step_free": True,
        "pets": None,
        "until": None,
        "source": "drill",
        "simulated": True,
    },
)
SEARCH: Final[dict[str, Any]] = {"bbox": [-71.26, -29.93, -71.23, -29.9], "limit": 50, "area": "coquimbo"}
SOURCES: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "version": VERSION_NAME,
    "simulated": True,
    "valid_at": NOW,
    "sources": [
        {"source": "drill", "kind": "rain", "newest_at": NOW, "age_s": 40.0, "n_record": 4200, "simulated": True}
    ],
}
MODELS: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "model_version": "4",
    "models": [
        {
            "model": "trend",
            "hazard": "infection",
            "version": "4",
            "is_learnt": False,
            "paper": "Cori et al. 2013, Am. J. Epidemiol. 178, 1505",
            "scored_by": "python -m dashboard score epidemic",
        }
    ],
    "case_sources": [],
    "decisions": [],
}
OBSERVATIONS: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "kind": "rain",
    "next": None,
    "observations": [
        {
            "kind": "rain",
            "source": "drill",
            "simulated": True,
            "time": NOW,
            "received_at": NOW,
            "values": {"station_id": "g1", "lat_deg": AT[1], "lon_deg": AT[0], "rate_mm_per_h": 38.0},
        }
    ],
}
