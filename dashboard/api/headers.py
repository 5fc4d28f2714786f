"""What every answer of the API carries: safety headers, caching rules, compression."""

from typing import Final

from flask import Flask, Response, request
from pydantic import BaseModel

from dashboard.compression import compress

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


def json_answer(body: BaseModel, mimetype: str = "application/json") -> Response:
    """Answer with a model."""
    return Response(body.model_dump_json(by_alias=True), mimetype=mimetype)


def private(response: Response, lang: str) -> Response:
    """Mark an answer that tells where somebody is: nobody keeps it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Language"] = lang
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


def register_headers(app: Flask) -> None:
    """Finish every answer of the app."""

    @app.after_request
    def finish(response: Response) -> Response:
        own = {name.lower() for name, _ in response.headers}
        found = [(name, value) for name, value in SAFETY.items() if name.lower() not in own]
        if request.is_secure:
            found.append(("Strict-Transport-Security", f"max-age={YEAR_S}"))
        if request.method in ("GET", "HEAD"):
            found += READ_BY_ANYONE
        if "vary" not in own:
            found.append(("Vary", ", ".join(VARIES)))
        else:
            response.vary.update(VARIES)
        response.headers.extend(found)
        return compress(response)
