"""Examples of the risk at many points and in areas, invented; a test reads each through its own model."""

from typing import Any, Final

from dashboard.api.examples import ALERT, POINT_A, POINT_B, RISK

_SHARED: Final = {
    key: RISK[key] for key in ("area", "version", "model_version", "simulated", "valid_at", "data_as_of", "attribution")
}
RING: Final = [[-71.26, -29.92], [-71.25, -29.92], [-71.25, -29.91], [-71.26, -29.91], [-71.26, -29.92]]
BATCH_REQUEST: Final[dict[str, Any]] = {"area": "coquimbo", "points": [POINT_A, POINT_B]}
BATCH: Final[dict[str, Any]] = {
    **_SHARED,
    "results": [
        {
            "position": 0,
            "risk": 0.68,
            "risk_low": 0.55,
            "risk_high": 0.79,
            "level": ALERT,
            "main_hazard": "rain",
            "hazards": {"rain": 0.68},
            "fault": None,
        }
    ],
}
AREA_REQUEST: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "geometry": {"type": "Polygon", "coordinates": [RING]},
}
AREA: Final[dict[str, Any]] = {
    **_SHARED,
    "district": RISK["district"],
    "n_cell": 42,
    "area_m2": 105000.0,
    "residents": 310.0,
    "layers": [
        {
            "layer": "rain",
            "risk_mean": 0.44,
            "risk_max": 0.68,
            "level": {"code": "caution", "ko": "주의", "en": "Caution"},
            "residents": {"safe": 0.0, "caution": 310.0},
        }
    ],
    "series": [{"step": 0, "lead_s": 0, "risk_mean": 0.44, "risk_max": 0.68}],
}
