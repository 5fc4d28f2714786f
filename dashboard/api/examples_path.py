"""Examples of /v1/paths and of the drill's walker, invented; a test reads each through its own model."""

from typing import Any, Final

from dashboard.api.examples import ADVICE, ALERT, CREDIT, NOW, ROUTES, VERSION_NAME

HERE: Final = {"lat_deg": -29.9533, "lon_deg": -71.3395}
THERE: Final = {"lat_deg": -29.9521, "lon_deg": -71.3371}

PATHS_REQUEST: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "pings": [
        {"lat": -29.9540, "lon": -71.3410, "time": 1782874740, "accuracy": 12.0},
        {"lat": -29.9536, "lon": -71.3402, "time": 1782874770, "accuracy": 9.0},
        {"lat": -29.9533, "lon": -71.3395, "time": "2026-07-01T03:00:00Z", "accuracy": 9.0},
    ],
    "history": [],
    "profile": "walk",
    "ahead_min": [1, 5, 10, 15],
    "asked_at": "2026-07-01T03:00:05Z",
    "lang": "en",
}

PATHS: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "version": VERSION_NAME,
    "model_version": "1",
    "simulated": True,
    "profile": "walk",
    "valid_at": NOW,
    "data_as_of": NOW,
    "status": "told",
    "status_text": "Now on Balmaceda",
    "pings": {"n_given": 3, "n_used": 3, "n_reordered": 0, "fates": ["used", "used", "used"], "refused": []},
    "position": HERE | {"along_sd_m": 4.5, "street": "Balmaceda", "street_prob": 0.97, "off_road_prob": 0.01},
    "knowledge": {
        "basis": "residents",
        "n_trip": 2838,
        "n_own_trip": 0,
        "text": "Based on 2,838 journeys made up from where people live (nobody's real ones)",
    },
    "places": [{"minute": 5, "basis": "analogues", **THERE, "radius_50_m": 60.0, "radius_90_m": 180.0}],
    "streets": {
        "type": "FeatureCollection",
        "horizon_s": 900.0,
        "untold_prob": 0.12,
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": [[-71.3395, -29.9533], [-71.3371, -29.9521]]},
                "properties": {
                    "prob": 0.83,
                    "entry_s": 70.0,
                    "street": "Balmaceda",
                    "length_m": 265.0,
                    "minute_prob": {"1": 0.1, "5": 0.6},
                },
            }
        ],
    },
    "exposure": {
        "infection_prob": 2e-6,
        "level_s": {"safe": 500.0, "attention": 200.0, "caution": 60.0, "alert": 140.0, "serious": 0.0},
        "levels": [{"level": ALERT, "prob": 0.66, "street": "Balmaceda", "place": THERE, "after_min": 6.3}],
    },
    "warning": {
        "kind": "rain",
        "level": ALERT,
        "prob": 0.66,
        "minutes_to_go": 6.3,
        "street": "Balmaceda",
        **THERE,
        "title": "In 6 min on Balmaceda: danger from rain, Alert",
        "prob_text": "Chance of entering it if you go on: 66 %",
        "reason": {"code": "example", "values": {"accumulation_mm": 48.0}, "text": "48 mm fell in the last hour"},
        "reason_text": "48 mm fell in the last hour",
        "advice": "Leave for Huanhualí in 1 min to avoid it. Takes 4 min longer.",
    },
    "detour": {
        "leave": HERE | {"after_min": 0.9, "into": "Huanhualí"},
        "added_s": 240.0,
        "route": ROUTES["features"][0],
        "text": "Leave for Huanhualí in 1 min to avoid it. Takes 4 min longer.",
    },
    "distancing": ADVICE,
    "attribution": CREDIT,
}

WALK: Final = [{"lat": -29.9540, "lon": -71.3410, "time": 0.0, "accuracy": 15.0}]
WALKER: Final[dict[str, Any]] = {"area": "coquimbo", "simulated": True, "pings": WALK, "history": [WALK]}
