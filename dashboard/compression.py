"""Brotli or gzip for answers that are worth it and whose reader can undo it; pages and API share it."""

import gzip
import threading
from collections.abc import Callable
from typing import Final

import brotli
from flask import Response, request

FROM_BYTE: Final = 600
FAST_LEVEL: Final = 1
BEST_LEVEL: Final = 9
BROTLI_LEVEL: Final = 4
BEST_BROTLI_LEVEL: Final = 9
"""Above these levels brotli takes seconds for little."""
TYPES: Final = frozenset(
    {
        "application/atom+xml",
        "application/cap+xml",
        "application/geo+json",
        "application/gpx+xml",
        "application/prs.coverage+json",
        "application/schema+json",
        "application/vnd.mapbox-vector-tile",
        "application/vnd.oai.openapi+json",
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

_kept: dict[tuple[str, str, str], bytes] = {}
_lock = threading.Lock()
Packer = Callable[[bytes, bool], bytes]


def _brotli(data: bytes, is_best: bool) -> bytes:
    return bytes(brotli.compress(data, quality=BEST_BROTLI_LEVEL if is_best else BROTLI_LEVEL))


def _gzip(data: bytes, is_best: bool) -> bytes:
    return gzip.compress(data, BEST_LEVEL if is_best else FAST_LEVEL, mtime=0)


PACKERS: Final[tuple[tuple[str, Packer], ...]] = (("br", _brotli), ("gzip", _gzip))
"""Encodings, the better one first."""


def compress(response: Response, is_kept: bool = False) -> Response:
    """Compress an answer where that helps.

    Parameters
    ----------
    response
        The answer; streams, other types, small answers and those compressed already are left alone.
    is_kept
        True for files whose address changes with their content: they are compressed once, and best.
    """
    if "HTTP_ACCEPT_ENCODING" not in request.environ:
        return response
    accepted = request.accept_encodings
    found = next(((name, pack) for name, pack in PACKERS if accepted[name] > 0), None)
    wanted = found is not None and response.mimetype in TYPES and response.status_code == 200
    if not wanted or found is None or "Content-Encoding" in response.headers:
        return response
    if response.is_streamed and not response.direct_passthrough:
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) < FROM_BYTE:
        return response
    name, pack = found
    response.set_data(_once(data, name, pack) if is_kept else pack(data, False))
    response.headers["Content-Encoding"] = name
    response.vary.add("Accept-Encoding")
    return response


def _once(data: bytes, name: str, pack: Packer) -> bytes:
    """Compressed bytes of a file of ours, made at the first request for its address."""
    address = request.script_root + request.path
    key = (name, address, request.query_string.decode("ascii", "replace"))
    with _lock:
        known = _kept.get(key)
    if known is None:
        known = pack(data, True)
        with _lock:
            _kept[key] = known
    return known
