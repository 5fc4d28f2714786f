"""Bodies of subscriptions of browsers."""

from pydantic import Field

from dashboard.api.schemas.words import Body


class PushKeyBody(Body):
    """By which key a browser subscribes."""

    application_server_key: str = Field(description="for `PushManager.subscribe`, base64url")


class PushBody(Body):
    """What a browser is told of."""

    area: str
    district_id: str
    district: str = Field(description="its name in the language asked for")
    level: str = Field(description="told is when the district reaches it, and when it falls below again")


class PushGoneBody(Body):
    """Whether there was something to forget."""

    was_known: bool
