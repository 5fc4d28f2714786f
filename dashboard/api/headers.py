"""What every answer of the API carries: safety headers, caching rules, compression."""

import hashlib
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, request
from pydantic import BaseModel

from dashboard.api.orjson_provider import dump_bytes
from dashboard.compression import compress

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

YEAR_S: Final = 31_536_000

SAFETY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "geolocation=()",
}


READ_BY_ANYONE: Final = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "ETag"))
VARIES: Final = ("Accept-Encoding", "Accept-Language")
VARY: Final = ("Vary", ", ".join(VARIES))
PRIVATE: Final = ("Cache-Control", "private, no-store")
SAFE: Final = tuple(SAFETY.items())
MORE: Final = "ansimgil.headers"
"""Where a request carries further headers of its answer."""


class WholeAnswer(Response):
    """An answer whose bytes are there: it is sent without the care that streams and redirects need."""

    def get_wsgi_response(self, environ: "WSGIEnvironment") -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Bytes, status and headers; anything but a plain answer goes Werkzeug's way."""
        is_plain = self.status_code == HTTPStatus.OK and environ["REQUEST_METHOD"] != "HEAD"
        if not is_plain or not isinstance(self.response, list) or self._on_close or "Content-Length" in self.headers:
            return super().get_wsgi_response(environ)
        length = sum(map(len, self.response))
        return self.response, self.status, [*self.headers.to_wsgi_list(), ("Content-Length", str(length))]


DOCUMENTS: Final = ("/v1/openapi.json", "/ogc/api")
"""Addresses of what is the same as long as the process lives."""


def json_answer(body: BaseModel | Mapping[str, Any], mimetype: str = "application/json") -> Response:
    """Answer with a model, or with the members of one."""
    data = body.model_dump_json(by_alias=True).encode() if isinstance(body, BaseModel) else dump_bytes(body)
    return WholeAnswer([data], content_type=mimetype)


def private(response: Response, lang: str) -> Response:
    """Mark an answer that tells where somebody is: nobody keeps it."""
    tell_more(PRIVATE, ("Content-Language", lang))
    return response


def versioned(response: Response, tag: str, is_pinned: bool) -> Response:
    """Mark an answer that belongs to a version.

    Parameters
    ----------
    response
        The answer.
    tag
        What changes with it.
    is_pinned
        Whether the address names the version, so that the answer never changes.
    """
    rule = f"public, max-age={YEAR_S}, immutable" if is_pinned else "no-cache"
    response.headers["Cache-Control"] = rule
    response.set_etag(tag, weak=True)
    return response.make_conditional(request)


def by_content(response: Response) -> Response:
    """Mark an answer that belongs to no version: asked for again, it is sent only when it is another one."""
    return versioned(response, hashlib.sha256(response.get_data()).hexdigest()[:32], is_pinned=False)


def unkept(response: Response, tag: str, lang: str) -> Response:
    """Mark an answer to a question of a body: nobody keeps it, and its ETag tells the version it belongs to.

    What changes with `tag` is that of `versioned`. A POST is never answered with 304 (RFC 9110, 13.1.2).
    """
    response.set_etag(tag, weak=True)
    return private(response, lang)


def tell_more(*pairs: tuple[str, str]) -> None:
    """Give the answer to the present request further headers, as they stand here."""
    request.environ.setdefault(MORE, []).extend(pairs)


def register_headers(app: Flask) -> None:
    """Finish every answer of the app: compressed where that helps, then with its headers.

    Headers that are the same for all are put on last and at once, below Flask, where each costs nothing: through its
    own records of headers they took a tenth of the time of a small answer.
    """
    app.after_request(_compress)
    app.wsgi_app = Finish(app.wsgi_app)  # type: ignore[method-assign]


def _compress(response: Response) -> Response:
    """Compress an answer; documents of the API, which stay as they are, once for all."""
    return compress(response, is_kept=request.path in DOCUMENTS and not request.query_string)


class Finish:
    """Puts on the headers that an answer does not have yet."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""

        def begin(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, finish_headers(environ, headers), *error)

        return self._app(environ, begin)


def finish_headers(environ: "WSGIEnvironment", headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers of an answer, whole.

    Examples
    --------
    >>> told = dict(finish_headers({"REQUEST_METHOD": "GET"}, [("Vary", "Accept")]))
    >>> told["Vary"], told["X-Frame-Options"], told["Access-Control-Allow-Origin"]
    ('Accept, Accept-Encoding, Accept-Language', 'DENY', '*')
    """
    own = {name for name, _ in headers}
    if own.isdisjoint(SAFETY):
        headers.extend(SAFE)
    else:
        headers.extend(pair for pair in SAFE if pair[0] not in own)
    if environ.get("wsgi.url_scheme") == "https":
        headers.append(("Strict-Transport-Security", f"max-age={YEAR_S}"))
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        headers.extend(READ_BY_ANYONE)
    headers.extend(environ.get(MORE, ()))
    if "Vary" not in own:
        headers.append(VARY)
        return headers
    told = [word.strip() for name, value in headers if name == "Vary" for word in value.split(",")]
    words = ", ".join(dict.fromkeys([*told, *VARIES]))
    return [*(pair for pair in headers if pair[0] != "Vary"), ("Vary", words)]
