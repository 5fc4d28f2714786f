"""Examples of jobs and webhooks, invented; a test reads each through its own model."""

from typing import Any, Final

from dashboard.api.examples import NOW

JOB: Final[dict[str, Any]] = {
    "job_id": "job-0f3a9c1b5d7e2a46",
    "kind": "evacuation",
    "area": "coquimbo",
    "status": "running",
    "step": "Looking for ways",
    "done_share": 0.55,
    "made_at": NOW,
    "begun_at": NOW,
    "ended_at": None,
    "result": None,
    "faults": [],
}
JOBS: Final[dict[str, Any]] = {"jobs": [JOB]}
HOOK_REQUEST: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "name": "school by the river",
    "url": "https://hooks.example.org/ansimgil",
    "place": {"lat": -29.9533, "lon": -71.3395},
    "layer": "combined",
    "level": "alert",
}
HOOK: Final[dict[str, Any]] = {
    "hook_id": "wh-0f3a9c1b5d7e2a46",
    "area": "coquimbo",
    "name": "school by the river",
    "url": "https://hooks.example.org/ansimgil",
    "geometry": {"type": "Point", "coordinates": [-71.3391, -29.9537]},
    "layer": "combined",
    "level": "alert",
    "state": "active",
    "is_above": False,
    "made_at": NOW,
    "failed_in_a_row": 0,
}
HOOKS: Final[dict[str, Any]] = {"webhooks": [HOOK]}
HOOK_MADE: Final[dict[str, Any]] = {
    **HOOK,
    "state": "pending",
    "is_above": None,
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
}
DELIVERIES: Final[dict[str, Any]] = {
    "hook_id": "wh-0f3a9c1b5d7e2a46",
    "deliveries": [
        {
            "id": "msg_0f3a9c1b5d7e2a460f3a9c1b",
            "type": "risk.above",
            "state": "delivered",
            "answer": "204",
            "tries": 1,
            "made_at": NOW,
            "next_at": None,
        }
    ],
}
