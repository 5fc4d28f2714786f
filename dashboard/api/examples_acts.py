"""Examples of what officials do, invented; a test reads each through its own model."""

from typing import Any, Final

from dashboard.api.examples import NOW

LINE: Final[dict[str, Any]] = {"type": "LineString", "coordinates": [[-71.2488, -29.9061], [-71.2479, -29.9058]]}
CLOSURE_REQUEST: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "geometry": LINE,
    "name": "Avenida del Mar",
    "reason": "flood",
    "profiles": ["car", "bus"],
    "why": "Water over the road, reported by patrol 3",
}
CLOSURE_CHANGE: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "until": "2036-07-01T12:00:00Z",
    "why": "Still under water",
}
CLOSURE: Final[dict[str, Any]] = {
    "type": "Feature",
    "id": "desk-0f3a9c1b",
    "geometry": LINE,
    "properties": {
        "closure_id": "desk-0f3a9c1b",
        "name": "Avenida del Mar",
        "reason": "flood",
        "reason_words": {"ko": "침수", "en": "Flooding"},
        "from": NOW,
        "until": "2026-07-01T09:00:00Z",
        "profiles": ["car", "bus"],
        "source": "desk",
        "simulated": False,
        "is_past": False,
        "act": 12,
    },
}
CLOSURES: Final[dict[str, Any]] = {
    "type": "FeatureCollection",
    "area": "coquimbo",
    "valid_at": NOW,
    "simulated": False,
    "n_matched": 1,
    "next": None,
    "features": [CLOSURE],
}
ACT: Final[dict[str, Any]] = {
    "act": 13,
    "area": "coquimbo",
    "subject": "closure",
    "subject_id": "desk-0f3a9c1b",
    "deed": "reopen",
    "who_id": "1f2e3d4c",
    "who": "City hall, night shift",
    "why": "Water is gone",
    "at": NOW,
    "undoes": None,
    "before": {"name": "Avenida del Mar", "is_cancelled": False},
    "after": {"name": "Avenida del Mar", "is_cancelled": True},
}
ACTS: Final[dict[str, Any]] = {"area": "coquimbo", "acts": [ACT], "next_before": None}
WHY: Final[dict[str, Any]] = {"area": "coquimbo", "why": "Wrong street"}
SHELTER_STATUS_REQUEST: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "is_open": True,
    "free": 40,
    "why": "Counted at 18:40",
}
SHELTER_ACT: Final[dict[str, Any]] = {
    **ACT,
    "subject": "shelter",
    "subject_id": "shelter-12",
    "deed": "open",
    "why": "Counted at 18:40",
    "before": None,
    "after": {"is_open": True, "capacity_persons": 200.0, "occupancy_persons": 160.0},
}
