"""An example of a plan, invented; a test reads it through its own model."""

from typing import Any, Final

from dashboard.api.examples import CREDIT, NOW, VERSION_NAME

BAND: Final = {"low": 2000.0, "middle": 2100.0, "high": 2600.0}
WORDS: Final = {"ko": "갈 수 있는 대피소에 자리가 없습니다", "en": "no room in any shelter within reach"}
ADVICE: Final = {"ko": "높은 층으로 올라가게 하십시오.", "en": "Send them up to high floors."}
ORDER: Final = {"event": "Evacuation order", "headline": "Centre: leave now.", "description": "About 80 people leave.",
                "instruction": "Walk the way you are shown.", "short": "Centre: leave now."}  # fmt: skip
REQUEST: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "drawing": {
        "type": "Polygon",
        "coordinates": [
            [[-71.256, -29.94], [-71.244, -29.94], [-71.244, -29.93], [-71.256, -29.93], [-71.256, -29.94]]
        ],
    },
    "participation_share": 0.8,
}
PLAN: Final[dict[str, Any]] = {
    "plan_id": "0f3a9c1b5d7e",
    "area": "coquimbo",
    "version": VERSION_NAME,
    "simulated": True,
    "order_time": NOW,
    "hazard": "combined",
    "totals": {
        "residents": 100, "leaving": 80, "shadow": 5, "seeking_shelter": 17, "places_free": 15, "sheltered": 15,
        "away": 68, "left_over": 2, "rerouted": 0, "vehicles": 16, "residents_beyond_places": 85,
    },
    "clearance_50_s": BAND,
    "clearance_90_s": BAND,
    "zones": [{
        "zone_id": "zone-1", "name": "Centre", "delay_min": 0.0, "residents": 100, "leaving": 80, "vehicles": 16,
        "left_over": 2, "clearance_50_s": BAND, "clearance_90_s": BAND, "hazard_arrival": None, "deadline": None,
        "is_too_late": False,
    }],
    "shelters": [{
        "shelter_id": "s1", "name": "School", "lat_deg": -29.93, "lon_deg": -71.25, "free_persons": 15,
        "assigned_persons": 15, "first_s": 300.0, "last_s": 1500.0, "filled_persons": [6, 15],
    }],
    "shelter_notes": [{
        "shelter_id": "s2", "name": "Cellar", "fault": "unfit_kind", "value": "basement: underground", "is_used": False,
        "text": {"ko": "이 재난에 맞지 않는 시설입니다", "en": "does not suit this hazard"},
    }],
    "left_over": [{
        "zone_id": "zone-1", "district_id": "66", "district_name": "66구역", "reason": "no_room", "text": WORDS,
        "advice": ADVICE, "profile": "walk", "persons": 2, "lat_deg": -29.935, "lon_deg": -71.25,
    }],
    "curve": {
        "end_s": [600.0, 1200.0], "low": [0.4, 1.0], "middle": [0.5, 1.0], "high": [0.6, 1.0], "persons": [41, 83],
        "missing": {},
    },
    "exposure": {"mean_risk": 0.1, "worst_risk": 0.4, "persons_in_danger": 0},
    "streets": [{
        "name": "Balmaceda", "lat_deg": -29.934, "lon_deg": -71.251, "walkers_by_hour": [60],
        "vehicles_by_hour": [16], "jam_share": 0.2,
    }],
    "groups": [{
        "zone_id": "zone-1", "profile": "walk", "goal": "shelter", "shelter_id": "s1", "persons": 15.0, "vehicles": 0.0,
        "depart_s": 60.0, "arrive_s": 900.0, "origin": (-71.25, -29.935), "destination": (-71.25, -29.93),
    }],
    "n_group": 1,
    "order": {"ko": ORDER, "en": ORDER},
    "assumptions": [{"ko": "사람이 몰리면 걸음이 느려집니다.", "en": "Crowds walk more slowly."}],
    "attribution": CREDIT,
}  # fmt: skip
