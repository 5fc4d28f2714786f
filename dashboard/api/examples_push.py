"""Examples of subscriptions of browsers."""

from typing import Any, Final

ENDPOINT: Final = "https://push.example.org/send/0f3a9c1b5d7e2a46"
PUSH_KEY: Final[dict[str, Any]] = {
    "application_server_key": (
        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
    )
}
PUSH_REQUEST: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "endpoint": ENDPOINT,
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
    "place": {"lat": -29.9533, "lon": -71.3395},
    "level": "alert",
}
PUSH: Final[dict[str, Any]] = {
    "area": "coquimbo",
    "district_id": "04102100001",
    "district": "Coquimbo",
    "level": "alert",
}
PUSH_END: Final[dict[str, Any]] = {"endpoint": ENDPOINT}
PUSH_GONE: Final[dict[str, Any]] = {"was_known": True}
