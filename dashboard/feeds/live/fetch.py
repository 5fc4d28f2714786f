"""One question to a server: bounded in time, bytes, redirects and kinds of content, and asked again only for news."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import requests
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from dashboard.feeds.live.failure import FetchError, Reason
from dashboard.feeds.live.guard import Guard
from dashboard.feeds.live.transport import Deadline, GuardedAdapter

AGENT: Final = "Ansimgil/1.0 (feed reader of a disaster information service)"
"""Who asks; services such as api.weather.gov want a name."""
REDIRECTS: Final = (301, 302, 303, 307, 308)
SAME: Final = 304
CHUNK: Final = 16_384
LONGEST_PAUSE_S: Final = 86_400.0
"""Longest pause a server may ask for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one question.

    Attributes
    ----------
    time_s
        From the first packet to the last byte, redirects included.
    n_byte
        Of the body after decompression.
    n_redirect
        Hops followed.
    content_types
        Accepted ones, lower case without parameters; an empty word accepts an answer that names none.
    """

    time_s: float = 30.0
    n_byte: int = 5_000_000
    n_redirect: int = 3
    content_types: tuple[str, ...] = ("application/json",)


@dataclass(frozen=True, slots=True)
class Answer:
    """A body that was taken, and how to ask whether it has changed.

    Attributes
    ----------
    url
        As asked for, before redirects.
    body
        Decompressed.
    etag, last_modified
        Marks of this version; empty where the server gives none.
    is_new
        False when the server said that nothing changed.
    """

    url: str
    body: bytes
    etag: str = ""
    last_modified: str = ""
    is_new: bool = True


class Fetcher:
    """Asks servers; it keeps no connection and no state.

    Parameters
    ----------
    guard
        Where it may go.
    agent
        Name it gives.
    """

    def __init__(self, guard: Guard, agent: str = AGENT) -> None:
        self._guard = guard
        self._agent = agent

    def fetch(self, url: str, limits: Limits, known: Answer | None = None) -> Answer:
        """Ask for a document.

        Parameters
        ----------
        url
            Its address.
        limits
            Bounds.
        known
            What was had before: asked for again only if it has changed.

        Raises
        ------
        FetchError
            For whatever goes wrong; nothing of a refused answer is used.
        """
        with Deadline(limits.time_s) as deadline:
            try:
                return self._follow(url, limits, known, deadline)
            except FetchError:
                if deadline.is_over:
                    raise _slow(limits) from None
                raise
            except (RequestException, HTTPError, OSError) as error:
                if deadline.is_over:
                    raise _slow(limits) from None
                raise FetchError(*_why(error, urlsplit(url).hostname or "")) from None

    def _follow(self, url: str, limits: Limits, known: Answer | None, deadline: Deadline) -> Answer:
        here, seen = url, set()
        with requests.Session() as session:
            session.trust_env = False
            adapter = GuardedAdapter(self._guard, deadline)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            for _ in range(limits.n_redirect + 1):
                self._guard.check(here)
                if here in seen:
                    raise FetchError(Reason.REDIRECTED, "in a circle")
                seen.add(here)
                with session.get(
                    here,
                    headers=self._headers(known, limits),
                    stream=True,
                    allow_redirects=False,
                    timeout=limits.time_s,
                ) as response:
                    if response.status_code not in REDIRECTS:
                        return _take(response, url, limits, known)
                    here = urljoin(here, response.headers.get("Location", ""))
        raise FetchError(Reason.REDIRECTED, f"more than {limits.n_redirect} times")

    def _headers(self, known: Answer | None, limits: Limits) -> dict[str, str]:
        accepted = ", ".join(filter(None, limits.content_types))
        headers = {"User-Agent": self._agent, "Accept": f"{accepted}, */*;q=0.1", "Accept-Encoding": "gzip"}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        return headers


def _take(response: requests.Response, url: str, limits: Limits, known: Answer | None) -> Answer:
    if response.status_code == SAME and known is not None:
        return Answer(url, known.body, known.etag, known.last_modified, is_new=False)
    if response.status_code != requests.codes.ok:
        pause_s = _pause_s(response.headers)
        raise FetchError(Reason.STATUS, f"answered {response.status_code}", pause_s)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in limits.content_types:
        raise FetchError(Reason.WRONG_TYPE, f"{kind[:60] or 'no content type'} instead of {limits.content_types[0]}")
    body = _read_body(response.raw, response.headers, limits.n_byte)
    return Answer(url, body, response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))


def _read_body(raw: Any, headers: Mapping[str, str], n_most: int) -> bytes:
    """Read piece by piece; never more than the bound is held, however much a small body unpacks to."""
    encoding = headers.get("Content-Encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise FetchError(Reason.WRONG_TYPE, f"content encoding {encoding[:20]}")
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding.endswith("gzip") else None
    told = headers.get("Content-Length", "")
    n_told = int(told) if told.isdigit() else None
    if n_told is not None and n_told > n_most:
        raise FetchError(Reason.TOO_LARGE, f"{n_told} bytes")
    body, n_raw = bytearray(), 0
    while piece := raw.read(CHUNK, decode_content=False):
        n_raw += len(piece)
        try:
            body += piece if unpack is None else unpack.decompress(piece, n_most + 1 - len(body))
        except zlib.error:
            raise FetchError(Reason.MALFORMED, "damaged compression") from None
        if len(body) > n_most:
            raise FetchError(Reason.TOO_LARGE, f"more than {n_most} bytes")
    if (n_told is not None and n_raw < n_told) or (unpack is not None and not unpack.eof):
        raise FetchError(Reason.TRUNCATED, f"{n_raw} of {told or 'unknown'} bytes")
    return bytes(body)


def _pause_s(headers: Mapping[str, str]) -> float:
    """Seconds a server asks to be left alone, as a number or a date against its own clock; 0 where it does not."""
    told = headers.get("Retry-After", "").strip()
    if told.isdigit():
        return min(float(told[:9]), LONGEST_PAUSE_S)
    try:
        pause_s = (parsedate_to_datetime(told) - parsedate_to_datetime(headers.get("Date", ""))).total_seconds()
    except (ValueError, TypeError):
        return 0.0
    return min(max(pause_s, 0.0), LONGEST_PAUSE_S)


def _slow(limits: Limits) -> FetchError:
    return FetchError(Reason.SLOW, f"not whole after {limits.time_s:g} s")


def _why(error: Exception, host: str) -> tuple[Reason, str]:
    words = repr(error)
    if "IncompleteRead" in words or "ended prematurely" in words:
        return Reason.TRUNCATED, f"{host} ended the answer early"
    if "CERTIFICATE" in words.upper() or "SSL" in words.upper():
        return Reason.REFUSED, f"the certificate of {host} does not hold"
    if "timed out" in words or "Timeout" in words:
        return Reason.SLOW, f"{host} does not answer"
    return Reason.DOWN, f"{host} does not answer ({type(error).__name__})"
