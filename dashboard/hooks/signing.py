"""Signatures of what webhooks are told, in the form of Standard Webhooks (standardwebhooks.com, version 1).

The secret of a webhook follows from the secret of this server and is kept nowhere: whoever reads the database can
sign nothing.
"""

import base64
import hashlib
import hmac
from typing import Final

PREFIX: Final = "whsec_"
TOLERANCE_S: Final = 300
"""A receiver should refuse what was signed longer ago than this."""


def hook_secret(server_secret: bytes, hook_id: str, generation: int) -> str:
    """Secret of a webhook, shown to its owner when it is made.

    Examples
    --------
    >>> hook_secret(b"server", "wh-1", 1)[:6], len(hook_secret(b"server", "wh-1", 1))
    ('whsec_', 50)
    """
    made = hmac.new(server_secret, f"webhook {hook_id} {generation}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(made).decode()


def sign(secret: str, message_id: str, at_s: int, body: bytes) -> str:
    """Value of the header ``webhook-signature``: HMAC-SHA-256 over id, time and body.

    Examples
    --------
    The example of the specification:

    >>> sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
    ...      b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{at_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
