"""A connection that may be away: asked with what to do otherwise, and left alone for a while after a failure."""

import logging
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from redis import Redis

log = logging.getLogger(__name__)

PREFIX: Final = "ansimgil:"
"""Begin of every key and channel of ours."""
PATIENCE_S: Final = 0.25
"""Longest wait for a connection or an answer: a visitor waits for it."""
REST_S: Final = 5.0
"""Pause after a failure, in which the server is not asked."""

T = TypeVar("T")


class RedisLink:
    """One server, asked from any thread and any process.

    Parameters
    ----------
    url
        ``redis://``, ``rediss://`` or ``unix://``.
    monotonic_s
        Seconds that never go back.

    Examples
    --------
    >>> link = RedisLink("redis://127.0.0.1:1/0")
    >>> link.ask(lambda server: server.ping(), lambda: "away"), link.is_up
    ('away', False)
    """

    def __init__(self, url: str, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._server: Redis | None = None
        self._rest_until_s = -1.0

    @property
    def is_up(self) -> bool:
        """Whether the last question was answered, or none was asked yet."""
        return self._rest_until_s < 0

    def ask(self, use: "Callable[[Redis], T]", otherwise: Callable[[], T]) -> T:
        """What `use` makes of the server, or `otherwise` while it is away.

        Parameters
        ----------
        use
            Called with the connected client; may raise any error of the client.
        otherwise
            Called instead where the server is away or fails.
        """
        from redis import RedisError

        if 0 <= self._monotonic_s() < self._rest_until_s:
            return otherwise()
        try:
            found = use(self._open())
        except (RedisError, OSError) as error:
            if self.is_up:
                log.warning("the Redis server is away (%s); this machine goes on by itself", type(error).__name__)
            self._rest_until_s = self._monotonic_s() + REST_S
            return otherwise()
        if not self.is_up:
            log.info("the Redis server is back")
            self._rest_until_s = -1.0
        return found

    def _open(self) -> "Redis":
        from redis import Redis

        with self._lock:
            if self._server is None:
                patience: dict[str, Any] = {"socket_timeout": PATIENCE_S, "socket_connect_timeout": PATIENCE_S}
                self._server = Redis.from_url(self._url, health_check_interval=30, **patience)
            return self._server


@cache
def open_link(url: str) -> RedisLink | None:
    """Link to the server of a setting, one a process; None where it is empty."""
    return RedisLink(url) if url else None
