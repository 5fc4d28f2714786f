"""The receiver's side of webhooks: whether a message is of that server, fresh and whole."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

TOLERANCE_S: Final = 300
"""Older messages are refused: somebody may have recorded them."""


class WebhookError(Exception):
    """The message is not to be believed."""


def verify_webhook(secret: str, headers: Mapping[str, str], body: bytes, now_s: float) -> Mapping[str, Any]:
    """Check a message as Standard Webhooks 1 asks, and read it.

    Parameters
    ----------
    secret
        Shown when the webhook was made.
    headers
        Of the request, by name in any case.
    body
        The bytes as they came.
    now_s
        Unix seconds.

    Raises
    ------
    WebhookError
        When it was not signed with the secret, was changed, or is too old.

    Examples
    --------
    >>> secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    >>> headers = {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
    ...            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}
    >>> verify_webhook(secret, headers, b'{"test": 2432232314}', 1614265330)["test"]
    2432232314
    """
    told = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, at, signature = (told[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        is_fresh = abs(now_s - int(at)) <= TOLERANCE_S
    except (KeyError, ValueError):
        raise WebhookError("headers are missing") from None
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = base64.b64encode(hmac.new(key, f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()).decode()
    if not any(hmac.compare_digest(one.encode(), f"v1,{made}".encode()) for one in signature.split(" ")):
        raise WebhookError("the signature does not fit")
    if not is_fresh:
        raise WebhookError("the message is too old")
    read: Mapping[str, Any] = json.loads(body)
    return read


def challenge_answer(message: Mapping[str, Any]) -> bytes:
    """Body with which a receiver answers a message of type ``webhook.challenge`` (status 200)."""
    return json.dumps({"challenge": message["challenge"]}).encode()
