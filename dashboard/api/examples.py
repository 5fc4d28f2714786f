"""Examples in the OpenAPI document, invented; a test reads each through its own model."""

from typing import Any, Final

VERSION_NAME: Final = "42-0123456789ab"
HASH: Final = "5f2b" * 16
NOW: Final = "2026-07-01T03:00:00Z"
ALERT: Final = {"code": "alert", "ko": "경계", "en": "Alert"}
SAFE: Final = {"code": "safe", "ko": "안전", "en": "Safe"}
CREDIT: Final = "Streets: AequilibraE's sample of La Serena–Coquimbo"
POINT_A: Final = {"lat": -29.9533, "lon": -71.3395}
POINT_B: Final = {"lat": -29.9061, "lon": -71.2488}
BOUNDS: Final = {"west_deg": -71.45, "south_deg": -30.05, "east_deg": -71.15, "north_deg": -29.83}

RISK_REQUEST: Final[dict[str, Any]] = {"area": "coquimbo", **POINT_A, "t": "1200", "lang": "en"}
ROUTES_REQUEST: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "from": POINT_A,
    "to": POINT_B,
    "profile": "walk",
    "kinds": ["fastest", "safest"],
}

RISK: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "version": VERSION_NAME,
    "model_version": "1",
    "simulated": True,
    "valid_at": NOW,
    "data_as_of": NOW,
    "lat_deg": POINT_A["lat"],
    "lon_deg": POINT_A["lon"],
    "district": {"district_id": "17", "name_ko": "", "name_en": "Zone 17", "name_local": "Zona 17"},
    "risk": 0.68,
    "risk_low": 0.55,
    "risk_high": 0.79,
    "interval_share": 0.8,
    "level": ALERT,
    "main_hazard": "rain",
    "hazards": [
        {
            "hazard": "rain",
            "risk": 0.68,
            "risk_low": 0.55,
            "risk_high": 0.79,
            "level": ALERT,
            "intensity": {"rain_rate_mm_per_h": 48.0, "accumulation_1h_mm": 31.0},
            "reason": {"code": "example", "values": {"rain_rate_mm_per_h": 48.0}, "text": "Heavy rain: 48 mm/h now"},
            "data_as_of": NOW,
            "sources": ["drill"],
            "simulated": True,
        }
    ],
    "advice": [{"code": "example", "text": "Leave low ground"}],
    "series": [{"step": 0, "lead_s": 0, "risk": 0.68, "level": ALERT, "receptors": {"walker": 0.68, "basement": 0.8}}],
    "exposure_index": 0.52,
    "together": {
        "n_member": 200,
        "hours": [NOW],
        "n_flood_hour": 1,
        "levels": [
            {
                "level": {"code": "caution", "ko": "주의", "en": "Caution"},
                "wind": [0.62],
                "rain": [0.44],
                "flood": [0.2],
                "wind_and_rain": [0.41],
                "all": [0.19],
                "any": [0.66],
            }
        ],
    },
    "receptors": [
        {"receptor": "walker", "risk": 0.68, "level": ALERT, "hazards": {"typhoon": 0.31, "rain": 0.66}},
    ],
    "warnings": [
        {
            "id": "5f2b5f2b5f2b5f2b",
            "event": "Heavy rain warning",
            "headline": "Heavy rain over the bay",
            "severity": "Severe",
            "sender": "weather office",
            "language": "en",
            "issued_at": NOW,
            "until": None,
            "simulated": True,
        }
    ],
    "wind": {
        "storms": ["2501"],
        "issued_at": NOW,
        "n_member": 1000,
        "hours": [NOW],
        "levels": [
            {
                "name": "strong_wind_advisory",
                "wind_m_per_s": 14.0,
                "gust_m_per_s": 20.0,
                "source": "Korea Meteorological Administration, strong wind advisory on land",
                "event_prob": 0.62,
                "hour_prob": [0.1],
                "arrival": [{"prob": 0.1, "at": NOW}, {"prob": 0.5, "at": NOW}, {"prob": 0.9, "at": NOW}],
            }
        ],
        "gust": [{"prob": 0.5, "gust_m_per_s": 21.5}],
    },
    "attribution": CREDIT,
}


def _chance(prob: float, low: float, high: float) -> dict[str, Any]:
    words = f"1 in {1 / prob:,.0f}"
    interval = f"80 % interval: 1 in {1 / low:,.0f} to 1 in {1 / high:,.0f}"
    bounds = {"prob": prob, "low": low, "high": high, "one_in": 1 / prob, "millionths": prob * 1e6}
    return bounds | {"text": words, "interval_text": interval}


ADVICE_REQUEST: Final[dict[str, Any]] = {
    "area": "coquimbo",
    **POINT_A,
    "preset": "cafe",
    "minutes": 30.0,
    "mask": "n95",
}
ADVICE: Final[dict[str, Any]] = {key: RISK[key] for key in ("area", "version", "model_version", "simulated")} | {
    "valid_at": NOW,
    "local_hour": 12,
    "data_as_of": NOW,
    "lat_deg": POINT_A["lat"],
    "lon_deg": POINT_A["lon"],
    "district": RISK["district"],
    "interval_share": 0.8,
    "stay": {
        "preset": "cafe",
        "name": "Café",
        "setting": "indoor",
        "distance": "normal",
        "own_mask": "n95",
        "other_masks": "none",
        "voice": "normal",
        "breathing": "light",
        "stay_min": 30.0,
        "n_near": 2.0,
        "n_room": 20.0,
        "occupied_min": 60.0,
        "room_m3": 250.0,
        "air_changes_per_h": 3.0,
        "co2_ppm": None,
        "assumption": "one hour at a table of three",
    },
    "prevalence": _chance(0.008, 0.004, 0.016),
    "present": 5000.0,
    "present_low": 5000.0,
    "present_high": 5000.0,
    "infectious": {"n": 40.0, "low": 20.0, "high": 80.0},
    "presence_basis": "residents",
    "counted_at": None,
    "people_text": "In this district at this hour about 5,000 people, 40 of them infectious",
    "contact": _chance(0.16, 0.08, 0.3),
    "infection": _chance(0.0005, 0.00025, 0.001),
    "infection_word": "noticeable",
    "infection_word_text": "noticeable",
    "infection_lower_rate": 0.0001,
    "lower_rate_text": "at the lower published rate the chance is 1 in 10,000",
    "levers": [
        {
            "code": "window",
            "text": "Windows wide open",
            "after": _chance(0.00025, 0.0001, 0.0005),
            "change": -0.5,
            "change_low": -0.7,
            "change_high": -0.3,
            "change_text": "50 % less",
            "hour": None,
        }
    ],
    "official": {
        "scheme": "korea_distancing_2021",
        "level": 3,
        "n_level": 4,
        "quantity": "cases_per_100k_day",
        "value": 3.0,
        "to_next": 1.0,
        "above_last": 1.0,
        "figures": [1.0, 2.0, 4.0],
        "valid_from": "2021-07-01",
        "valid_to": "2021-10-31",
        "source": "Korean distancing scheme of four steps; ended",
        "text": "step 3 of 4; the next begins 1 higher",
    },
    "official_text": "step 3 of 4; the next begins 1 higher",
    "attribution": CREDIT,
}

END: Final = {
    "lat_deg": POINT_A["lat"],
    "lon_deg": POINT_A["lon"],
    "distance_m": 8.5,
    "moved_out_of_closure": False,
}

ROUTES: Final[dict[str, Any]] = {
    "type": "FeatureCollection",
    "area": "coquimbo",
    "version": VERSION_NAME,
    "model_version": "1",
    "simulated": True,
    "valid_at": NOW,
    "data_as_of": NOW,
    "profile": "walk",
    "is_same_way": False,
    "origin": END,
    "destination": END | {"lat_deg": POINT_B["lat"], "lon_deg": POINT_B["lon"]},
    "via": [],
    "features": [
        {
            "type": "Feature",
            "id": "r-3f9a1c",
            "geometry": {"type": "LineString", "coordinates": [[-71.3395, -29.9533], [-71.2488, -29.9061]]},
            "properties": {
                "kind": "safest",
                "duration_s": 1440.0,
                "length_m": 2100.0,
                "danger_m": 0.0,
                "exposure_s": 95.0,
                "max_risk": 0.12,
                "level": SAFE,
                "level_length_m": {"safe": 2100.0, "attention": 0.0, "caution": 0.0, "alert": 0.0, "serious": 0.0},
                "unknown_m": 0.0,
                "hazards": [
                    {
                        "hazard": "rain",
                        "max_risk": 0.12,
                        "low": 0.05,
                        "high": 0.31,
                        "danger_m": 0.0,
                        "meet_prob": 0.001,
                    }
                ],
                "success_share": None,
                "gap": 0.0,
                "depart_at": NOW,
                "arrive_at": "2026-07-01T03:24:00Z",
                "leg_s": [1440.0],
                "segment_level": ["safe"],
                "steps": [
                    {
                        "code": "depart",
                        "text": "Start on Balmaceda",
                        "name": "Balmaceda",
                        "length_m": 2100.0,
                        "duration_s": 1440.0,
                        "risk": 0.12,
                        "lat_deg": POINT_A["lat"],
                        "lon_deg": POINT_A["lon"],
                    }
                ],
                "reasons": [{"code": "example", "values": {"saved_m": 620.0}, "text": "Keeps out of 620 m of danger"}],
                "infection": {"chance": _chance(2e-6, 1e-6, 4e-6), "known_share": 1.0},
            },
        }
    ],
    "detour": {
        "is_worth": False,
        "is_for_infection": False,
        "reason": "small_chance",
        "fastest": _chance(2e-6, 1e-6, 4e-6),
        "safest": _chance(1e-6, 5e-7, 2e-6),
        "saved_prob": 1e-6,
        "saved_low": 5e-7,
        "saved_high": 2e-6,
        "saved_share": 0.5,
        "better_lever": "mask",
        "text": "For infection alone going round is not worth it",
    },
    "attribution": CREDIT,
}

CHOICES_REQUEST: Final[dict[str, Any]] = {key: ROUTES_REQUEST[key] for key in ("area", "from", "to", "profile")}
ALTERNATIVES_REQUEST: Final[dict[str, Any]] = CHOICES_REQUEST | {"kind": "safest", "n": 2}
CHOICES: Final[dict[str, Any]] = ROUTES | {"front": [{"duration_s": 1440.0, "danger_s": 12.5}], "is_complete": True}

ON_SNAPSHOT: Final = {key: ROUTES[key] for key in ("area", "version", "model_version", "simulated", "valid_at")} | {
    "data_as_of": NOW,
    "profile": "walk",
    "attribution": CREDIT,
}
MATRIX_REQUEST: Final[dict[str, Any]] = {"origins": [POINT_A], "destinations": [POINT_B], "kind": "fastest"}
MATRIX: Final[dict[str, Any]] = ON_SNAPSHOT | {
    "kind": "fastest",
    "origins": [END],
    "destinations": [END | {"lat_deg": POINT_B["lat"], "lon_deg": POINT_B["lon"]}],
    "duration_s": [[1440.0]],
    "objective_s": [[1440.0]],
    "priced_at": "arrival",
}
SQUARE: Final = [[-71.34, -29.953], [-71.33, -29.953], [-71.33, -29.943], [-71.34, -29.943], [-71.34, -29.953]]
REACH_REQUEST: Final[dict[str, Any]] = {"from": POINT_A, "by": "duration", "limits_s": [600.0]}
REACH: Final[dict[str, Any]] = ON_SNAPSHOT | {
    "type": "FeatureCollection",
    "by": "duration",
    "cell_m": 50.0,
    "origin": END,
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
            "properties": {"limit_s": 600.0, "area_m2": 1070000.0, "residents": 5210.0},
        }
    ],
}
SHELTER: Final = {
    "shelter_id": "s1",
    "name": "Escuela Uno",
    "kind": "school",
    "lat_deg": POINT_B["lat"],
    "lon_deg": POINT_B["lon"],
    "capacity_persons": 400.0,
    "occupancy_persons": 120.0,
    "source": "drill",
    "simulated": True,
}
NEAREST_REQUEST: Final[dict[str, Any]] = {"from": POINT_A, "n": 1}
NEAREST: Final[dict[str, Any]] = ON_SNAPSHOT | {
    "type": "FeatureCollection",
    "origin": END,
    "features": [
        ROUTES["features"][0] | {"properties": ROUTES["features"][0]["properties"] | {"shelter": SHELTER}},
    ],
}

AREA: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "name_ko": "라세레나–코킴보",
    "name_en": "La Serena–Coquimbo",
    "scale": "city",
    "is_sample": True,
    "bounds": BOUNDS,
    "cell_m": 50.0,
    "has_network": True,
    "n_street": 19983,
    "n_edge": 39000,
    "n_node": 15724,
    "n_district": 133,
    "n_place": {"shelter": 12},
    "population": 451834.0,
    "layers": ["rain", "combined"],
    "content_hash": HASH,
    "attribution": CREDIT,
    "self_url": "/api/v1/areas/coquimbo",
    "streets_url": f"/api/v1/areas/coquimbo/streets.bin?v={HASH}",
    "districts_url": f"/api/v1/areas/coquimbo/districts.geojson?v={HASH}",
}
AREAS: Final[dict[str, Any]] = {"default_area": "coquimbo", "areas": [AREA]}

QUERY: Final = f"?area=coquimbo&v={VERSION_NAME}&step={{step}}"
FIELDS: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "version": VERSION_NAME,
    "sequence": 42,
    "model_version": "1",
    "simulated": True,
    "now": NOW,
    "bounds": BOUNDS,
    "n_row": 489,
    "n_col": 578,
    "steps": [{"step": 0, "lead_s": 0, "valid_at": NOW}],
    "step_now": 0,
    "legend": [{"code": "safe", "name": {"ko": "안전", "en": "Safe"}, "color": "#dbe9f4", "risk_from": 0.0}],
    "layers": [
        {
            "layer": "rain",
            "name": {"ko": "호우", "en": "Heavy rain"},
            "data_as_of": NOW,
            "sources": ["drill"],
            "simulated": True,
            "overlay_url": f"/api/v1/fields/rain/overlay.png{QUERY}",
            "tiles_url": f"/api/v1/fields/rain/tiles/{{z}}/{{x}}/{{y}}.png{QUERY}",
            "streets_url": f"/api/v1/fields/rain/streets.bin{QUERY}",
        }
    ],
    "attribution": CREDIT,
}

VERSION: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "version": VERSION_NAME,
    "sequence": 42,
    "now": NOW,
    "simulated": True,
    "drill": {
        "run_id": "d1",
        "speed": 60.0,
        "phase": "playing",
        "caption_code": "rain_begins",
        "elapsed_s": 600.0,
        "story_s": 3600.0,
    },
    "issued": "9f3c21ab",
}

PROBLEM_TYPE: Final[dict[str, Any]] = {
    "code": "outside_area",
    "title": {"ko": "지역 밖입니다.", "en": "That place is outside the area."},
    "detail": {"ko": "물어본 위치가 이 지역 밖에 있습니다.", "en": "The place asked for lies outside the area."},
}
