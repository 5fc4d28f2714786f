"""Examples of tiles and cut-outs in the OpenAPI document, invented; a test reads each through its own model."""

from typing import Any, Final

from dashboard.api.examples import ALERT, CREDIT, NOW, VERSION_NAME

OWN: Final = "https://example.org/api/v1/fields/rain"
BOX: Final = (-71.45, -30.05, -71.15, -29.83)
LEGEND: Final[dict[str, Any]] = {
    "levels": [{"code": "alert", "name": {"ko": "경계", "en": "Alert"}, "color": "#ee7a10", "risk_from": 0.6}]
}
RASTER: Final[dict[str, Any]] = {
    "tilejson": "3.0.0",
    "name": "Heavy rain",
    "description": "Live risk of a city",
    "version": "1.0.0",
    "attribution": CREDIT,
    "scheme": "xyz",
    "tiles": [f"{OWN}/tiles/{{z}}/{{x}}/{{y}}.png?area=coquimbo&v={VERSION_NAME}"],
    "minzoom": 5,
    "maxzoom": 18,
    "bounds": BOX,
    "center": (-71.3, -29.94, 12),
    "legend": "Safe, Attention, Caution, Alert, Serious",
}
VECTOR: Final[dict[str, Any]] = {
    **RASTER,
    "tiles": [f"{OWN}/streets/{{z}}/{{x}}/{{y}}.mvt?area=coquimbo&v={VERSION_NAME}"],
    "maxzoom": 15,
    "vector_layers": [
        {"id": "streets", "description": "Heavy rain", "minzoom": 5, "maxzoom": 15, "fields": {"risk": "Number"}}
    ],
}
VALUE_REQUEST: Final[dict[str, Any]] = {"lat": -29.9188, "lon": -71.2438, "area": "coquimbo"}
CUT_REQUEST: Final[dict[str, Any]] = {"bbox": [-71.26, -29.93, -71.23, -29.9], "area": "coquimbo"}
VALUE: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "version": VERSION_NAME,
    "simulated": True,
    "layer": "rain",
    "valid_at": NOW,
    "risk": 0.68,
    "risk_low": 0.55,
    "risk_high": 0.79,
    "level": ALERT,
}
COVERAGE: Final[dict[str, Any]] = {
    "type": "Coverage",
    "domain": {"type": "Domain", "domainType": "Grid", "axes": {"x": {"start": -71.3, "stop": -71.3, "num": 1}}},
    "parameters": {"risk": {"type": "Parameter"}},
    "ranges": {"risk": {"type": "NdArray", "dataType": "float", "shape": [1, 1, 1], "values": [0.68]}},
}
