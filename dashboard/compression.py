"""Gzip for answers that are worth it and whose reader can undo it; pages and API share it."""

import gzip
import threading
from typing import Final

from flask import Response, request

FROM_BYTE: Final = 600
FAST_LEVEL: Final = 1
BEST_LEVEL: Final = 9
TYPES: Final = frozenset(
    {
        "application/geo+json",
        "application/javascript",
        "application/json",
        "application/octet-stream",
        "application/problem+json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
    }
)

_kept: dict[tuple[str, str], bytes] = {}
_lock = threading.Lock()


def compress(response: Response, is_kept: bool = False) -> Response:
    """Compress an answer where that helps.

    Parameters
    ----------
    response
        The answer; streams, other types, small answers and those compressed already are left alone.
    is_kept
        True for files whose address changes with their content: they are compressed once, and best.
    """
    wanted = request.accept_encodings["gzip"] > 0 and response.mimetype in TYPES and response.status_code == 200
    if not wanted or "Content-Encoding" in response.headers:
        return response
    if response.is_streamed and not response.direct_passthrough:
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) < FROM_BYTE:
        return response
    response.set_data(_once(data) if is_kept else gzip.compress(data, FAST_LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _once(data: bytes) -> bytes:
    """Compressed bytes of a file of ours, made at the first request for its address."""
    key = (request.path, request.query_string.decode("ascii", "replace"))
    with _lock:
        known = _kept.get(key)
    if known is None:
        known = gzip.compress(data, BEST_LEVEL, mtime=0)
        with _lock:
            _kept[key] = known
    return known
