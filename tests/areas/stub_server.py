"""A local server of one file that supports ranges and can be told to misbehave."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ETAG = '"abc"'


@dataclass
class Stub:
    """What the server gives, and what it was asked."""

    data: bytes
    etag: str = ETAG
    drop_at: list[int] = field(default_factory=list)
    """Bytes of the answer after which each of the next answers breaks off."""
    promise: int | None = None
    """Length told to HEAD instead of the true one."""
    status: int | None = None
    fail_next: list[int] = field(default_factory=list)
    """Statuses of the next answers to GET."""
    content_type: str = "application/octet-stream"
    redirect: str = ""
    has_ranges: bool = True
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """(method, path, Range) of each request."""
    url: str = ""


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            """Stay quiet."""

        def do_HEAD(self) -> None:
            self._answer(is_head=True)

        def do_GET(self) -> None:
            self._answer(is_head=False)

        def _answer(self, is_head: bool) -> None:
            wanted = self.headers.get("Range", "")
            stub.asked.append((self.command, self.path, wanted))
            if stub.redirect and not self.path.startswith("/real"):
                self._head(302, 0, Location=stub.redirect)
                return
            failure = stub.status or (stub.fail_next.pop(0) if stub.fail_next and not is_head else None)
            if failure:
                self._head(failure, 0)
                return
            is_part = bool(wanted) and stub.has_ranges and self.headers.get("If-Range", stub.etag) == stub.etag
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if is_part else 0
            body = stub.data[start:]
            length = stub.promise if is_head and stub.promise is not None else len(body)
            more = {"Content-Range": f"bytes {start}-{len(stub.data) - 1}/{len(stub.data)}"} if is_part else {}
            self._head(206 if is_part else 200, length, **more)
            if is_head:
                return
            if stub.drop_at:
                self.wfile.write(body[: stub.drop_at.pop(0)])
                self.close_connection = True
                return
            self.wfile.write(body)

        def _head(self, status: int, length: int, **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            self.send_header("Content-Type", stub.content_type)
            if stub.etag:
                self.send_header("ETag", stub.etag)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

    return Handler


@contextmanager
def serving(data: bytes) -> Iterator[Stub]:
    """Serve on a free port of this machine until the block ends."""
    stub = Stub(data)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
