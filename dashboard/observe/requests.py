"""Counts and times every request of a Flask app, by its route and never by its address."""

import logging
import time
from collections.abc import Callable
from typing import Final

from flask import Flask, Response, g, request

from dashboard.observe.measures import REQUEST_SECONDS, REQUESTS

log = logging.getLogger("dashboard.access")

UNMATCHED: Final = "unmatched"
_BEGUN: Final = "ansimgil_begun_s"


def observe_requests(app: Flask, door: str, who: Callable[[], str], is_logged: bool) -> None:
    """Count the requests of an app.

    Parameters
    ----------
    app
        Pages or API.
    door
        Its name in the figures.
    who
        Gives the id of the key behind the present request, or an empty word.
    is_logged
        Whether each request becomes a log line too: route, method, status, milliseconds, key; no address, no body.
    """

    def begin() -> None:
        setattr(g, _BEGUN, time.perf_counter())

    def end(response: Response) -> Response:
        rule = request.url_rule
        route = rule.rule if rule is not None else UNMATCHED
        took_s = time.perf_counter() - g.get(_BEGUN, time.perf_counter())
        REQUESTS.labels(door, route, _method(request.method), str(response.status_code)).inc()
        REQUEST_SECONDS.labels(door, route).observe(took_s)
        if is_logged:
            facts = {"door": door, "route": route, "method": request.method, "status": response.status_code}
            log.info(
                "%s %s %s", request.method, route, response.status_code,
                extra=facts | {"took_ms": round(1000 * took_s, 1), "key_id": who()},
            )  # fmt: skip
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(end)


def _method(word: str) -> str:
    """One of the usual methods: a stranger's word would be a new series."""
    return word if word in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
