"""Typed client of the open API. It needs nothing but Python 3.11: a copy of this folder is enough."""

from .connection import ApiError, Fault
from .records import Feature, HazardRisk, Hook, Job, PlaceRisk, Reach, Snapshot, Way
from .service import Client
from .webhooks import WebhookError, challenge_answer, verify_webhook

__all__ = [
    "ApiError",
    "Client",
    "Fault",
    "Feature",
    "HazardRisk",
    "Hook",
    "Job",
    "PlaceRisk",
    "Reach",
    "Snapshot",
    "Way",
    "WebhookError",
    "challenge_answer",
    "verify_webhook",
]
