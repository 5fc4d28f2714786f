"""A snapshot was written: told by the machine that assesses, heard by every web machine."""

import threading
from typing import TYPE_CHECKING, Final

from dashboard.relay.link import PREFIX, RedisLink

if TYPE_CHECKING:
    from redis import Redis
    from redis.client import PubSub

CHANNEL: Final = f"{PREFIX}snapshots"
LOOK_S: Final = 0.1
"""Pause between two looks of one's own while nothing can be heard."""
QUIET_S: Final = 2.0
"""Longest silence after which one looks all the same: a message may be lost."""


def tell_snapshot(link: RedisLink, area_id: str, version: str) -> bool:
    """Tell every machine of a new snapshot; whether the server took it."""

    def publish(server: "Redis") -> bool:
        server.publish(CHANNEL, f"{area_id} {version}")
        return True

    return link.ask(publish, lambda: False)


class SnapshotEar:
    """Waits for the next snapshot; one a thread.

    Parameters
    ----------
    link
        To the server; None where there is none.

    Examples
    --------
    >>> SnapshotEar(None).wait()
    False
    """

    def __init__(self, link: RedisLink | None) -> None:
        self._link = link
        self._heard: PubSub | None = None
        self._pause = threading.Event()

    def wait(self) -> bool:
        """Return when somebody told of a snapshot (True), or when it is time to look oneself (False)."""
        if self._link is None:
            return self._rest()
        return self._link.ask(self._hear, self._rest)

    def _hear(self, server: "Redis") -> bool:
        heard, self._heard = self._heard, None
        if heard is None:
            heard = server.pubsub(ignore_subscribe_messages=True)
            heard.subscribe(CHANNEL)
        message = heard.get_message(timeout=QUIET_S)
        self._heard = heard
        return message is not None

    def _rest(self) -> bool:
        self._pause.wait(LOOK_S)
        return False
