"""Bodies of webhooks and their log."""

from typing import Any

from pydantic import Field

from dashboard.api.schemas.words import Body, Time, iso_time
from dashboard.store.webhooks import Delivery, DeliveryState, HookState, Webhook


class WebhookBody(Body):
    """One subscription."""

    hook_id: str
    area: str
    name: str
    url: str
    geometry: dict[str, Any] = Field(description="GeoJSON: the middle of the cell a point lies in, or polygons")
    layer: str
    level: str
    state: HookState = Field(description="pending until the receiver sent the challenge back; paused after failures")
    is_above: bool | None = Field(description="what was told last; null before the first snapshot")
    made_at: Time
    failed_in_a_row: int

    @classmethod
    def from_hook(cls, hook: Webhook) -> "WebhookBody":
        """Describe a webhook."""
        return cls(**_fields(hook))


class WebhookMadeBody(WebhookBody):
    """A subscription with its secret, which is shown this once."""

    secret: str = Field(description="signs every message; shown this once")

    @classmethod
    def with_secret(cls, hook: Webhook, secret: str) -> "WebhookMadeBody":
        """Describe a webhook that was just made."""
        return cls(**_fields(hook), secret=secret)


def _fields(hook: Webhook) -> dict[str, Any]:
    return {
        "hook_id": hook.hook_id,
        "area": hook.area_id,
        "name": hook.name,
        "url": hook.url,
        "geometry": dict(hook.place),
        "layer": str(hook.layer),
        "level": hook.level.name.lower(),
        "state": hook.state,
        "is_above": hook.is_above,
        "made_at": iso_time(hook.made_s) or "",
        "failed_in_a_row": hook.n_failed,
    }


class WebhooksBody(Body):
    """Somebody's own subscriptions."""

    webhooks: list[WebhookBody]


class DeliveryBody(Body):
    """One message and what came of it."""

    id: str
    type: str
    state: DeliveryState
    answer: str = Field(description="status of the receiver, or why there was none")
    tries: int
    made_at: Time
    next_at: Time | None = Field(description="next try, null when there is none")


class DeliveriesBody(Body):
    """Log of a webhook, newest first."""

    hook_id: str
    deliveries: list[DeliveryBody]

    @classmethod
    def of(cls, hook_id: str, found: tuple[Delivery, ...]) -> "DeliveriesBody":
        """Describe what was sent."""
        told = [
            DeliveryBody(
                id=one.delivery_id,
                type=one.kind,
                state=one.state,
                answer=one.answer,
                tries=one.n_try,
                made_at=iso_time(one.made_s) or "",
                next_at=iso_time(one.next_s) if one.state is DeliveryState.WAITING else None,
            )
            for one in found
        ]
        return cls(hook_id=hook_id, deliveries=told)
