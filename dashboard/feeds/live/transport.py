"""Connections of one question: to checked addresses only, and cut when their time is over.

`requests` and `urllib3` do the HTTP. Their time limits count from byte to byte, so that a server that sends one byte a
second could hold a connection for hours; here a timer shuts the socket, be it in the handshake, the head or the body.
"""

import socket
import threading
from types import TracebackType
from typing import Any, Final, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager

from dashboard.feeds.live.failure import FetchError, Reason
from dashboard.feeds.live.guard import Guard

CONNECT_S: Final = 10.0
"""Longest wait for one address to accept."""


class Deadline:
    """Shuts the watched sockets when its time is over; use it as a context."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for one in self._sockets:
                one.close()
            self._sockets.clear()

    def watch(self, sock: socket.socket) -> None:
        """Shut this socket too when the time is over; a copy is kept, since TLS takes the original away."""
        with self._lock:
            self._sockets.append(sock.dup())
            if self.is_over:
                _shut(self._sockets[-1])

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            for one in self._sockets:
                _shut(one)


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class GuardedAdapter(HTTPAdapter):
    """Adapter of a `requests` session whose connections a guard and a deadline watch over."""

    def __init__(self, guard: Guard, deadline: Deadline) -> None:
        self._classes = _pool_classes(guard, deadline)
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        """Make the pools of the guarded kinds."""
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **more)
        self.poolmanager.pool_classes_by_scheme = self._classes


def _pool_classes(guard: Guard, deadline: Deadline) -> dict[str, Any]:
    class Plain(HTTPConnection):
        """Connection to a checked address."""

        def _new_conn(self) -> socket.socket:
            return _open(guard, deadline, self.host, self.port)

    class Secure(HTTPSConnection):
        """Connection to a checked address, with the certificate checked against the name."""

        def _new_conn(self) -> socket.socket:
            return _open(guard, deadline, self.host, self.port)

    class PlainPool(HTTPConnectionPool):
        """Pool of plain connections."""

        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        """Pool of secure connections."""

        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _open(guard: Guard, deadline: Deadline, host: str, port: int) -> socket.socket:
    for address in guard.addresses(host, port):
        if deadline.is_over:
            break
        try:
            sock = socket.create_connection((address, port), timeout=CONNECT_S)
        except OSError:
            continue
        deadline.watch(sock)
        return sock
    raise FetchError(Reason.DOWN, f"{host} does not accept a connection")
