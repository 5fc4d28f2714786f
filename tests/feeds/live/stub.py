"""A server of the test's own that plays real formats and every misbehaviour a feed has been seen with."""

import contextlib
import gzip
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Play = Callable[["Handler"], None]


@dataclass
class Stub:
    """What the server answers, by path, and what it was asked."""

    port: int = 0
    plays: dict[str, Play] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def n_asked(self, path: str) -> int:
        return sum(urlsplit(one).path == path for one, _ in self.asked)


class Handler(BaseHTTPRequestHandler):
    """Hands every question to what its path plays."""

    protocol_version = "HTTP/1.1"
    stub: Stub

    def do_GET(self) -> None:
        self.stub.asked.append((self.path, dict(self.headers.items())))
        play = self.stub.plays.get(urlsplit(self.path).path)
        self.close_connection = True
        with contextlib.suppress(OSError):
            if play is None:
                status(404)(self)
            else:
                play(self)

    def log_message(self, format: str, *args: Any) -> None:
        return

    def head(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()


@contextlib.contextmanager
def running() -> Iterator[Stub]:
    """Serve on a free port of this machine until the block ends."""
    stub = Stub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("One", (Handler,), {"stub": stub}))
    server.daemon_threads = True
    stub.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def body(data: bytes, kind: str = "application/json", **headers: str) -> Play:
    """A whole answer."""

    def play(handler: Handler) -> None:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        handler.head(200, {"Content-Type": kind, "Content-Length": str(len(data)), **more})
        handler.wfile.write(data)

    return play


def status(code: int, **headers: str) -> Play:
    """No answer but a status."""

    def play(handler: Handler) -> None:
        handler.head(code, {"Content-Length": "0", **{n.replace("_", "-"): v for n, v in headers.items()}})

    return play


def redirect(target: str, code: int = 302) -> Play:
    return status(code, Location=target)


def kept(data: bytes, etag: str, kind: str = "application/json") -> Play:
    """An answer that is given again only to those who do not have it."""

    def play(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == etag:
            handler.head(304, {"ETag": etag})
        else:
            body(data, kind, ETag=etag)(handler)

    return play


def dripping(data: bytes, kind: str = "application/json") -> Play:
    """One byte a second."""

    def play(handler: Handler) -> None:
        handler.head(200, {"Content-Type": kind, "Content-Length": str(len(data))})
        for at in range(len(data)):
            handler.wfile.write(data[at : at + 1])
            handler.wfile.flush()
            if handler.stub.stopping.wait(1.0):
                return

    return play


def dripping_head(handler: Handler) -> None:
    """A status line and then header bytes, one a second, without an end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(600):
        handler.wfile.write(b"a")
        handler.wfile.flush()
        if handler.stub.stopping.wait(1.0):
            return


def silent(handler: Handler) -> None:
    """Accept, and say nothing."""
    handler.stub.stopping.wait(60.0)


def truncated(data: bytes, kind: str = "application/json") -> Play:
    """Half of what the head promises."""

    def play(handler: Handler) -> None:
        handler.head(200, {"Content-Type": kind, "Content-Length": str(len(data))})
        handler.wfile.write(data[: len(data) // 2])

    return play


def truncated_chunks(data: bytes, kind: str = "application/json") -> Play:
    """Chunks without the last one."""

    def play(handler: Handler) -> None:
        handler.head(200, {"Content-Type": kind, "Transfer-Encoding": "chunked"})
        half = data[: len(data) // 2]
        handler.wfile.write(f"{len(half):x}\r\n".encode() + half + b"\r\n")

    return play


def endless(kind: str = "application/json") -> Play:
    """Bytes without an end, as fast as they are taken."""

    def play(handler: Handler) -> None:
        handler.head(200, {"Content-Type": kind, "Transfer-Encoding": "chunked"})
        piece = b" " * 65_536
        end = time.monotonic() + 60.0
        while not handler.stub.stopping.is_set() and time.monotonic() < end:
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    return play


def bomb(n_byte: int, kind: str = "application/json") -> Play:
    """A small body that unpacks to a large one."""
    return body(gzip.compress(b" " * n_byte, 9), kind, Content_Encoding="gzip")


def in_turn(*plays: Play) -> Play:
    """One after the other; the last one stays."""
    left = list(plays)

    def play(handler: Handler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return play
