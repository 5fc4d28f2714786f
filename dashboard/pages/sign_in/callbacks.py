"""Beginning and ending a session: two addresses that a plain form posts to."""

import logging
from typing import Final
from urllib.parse import urlencode, urlsplit

from dash import Dash
from flask import Response, abort, redirect, request

from dashboard.keys.origin import is_foreign, is_from_this_machine, neighbourhood
from dashboard.keys.quota import open_quota
from dashboard.keys.session import COOKIE, SIGNED_OUT
from dashboard.pages.page import Services
from dashboard.pages.sign_in.ids import BEGIN, DEMO_FIELD, END, FAILED, KEY_FIELD, NEXT_FIELD

log = logging.getLogger(__name__)

TRIES_PER_MIN: Final = 10
"""Tries to sign in, from one address."""
SEE_OTHER: Final = 303


def register(app: Dash, services: Services) -> None:
    """Add the addresses to the server."""
    server = app.server
    server.before_request(refuse_foreign)
    server.add_url_rule(BEGIN, "session_begin", lambda: begin(services), methods=["POST"])
    server.add_url_rule(END, "session_end", lambda: end(services), methods=["POST"])


def refuse_foreign() -> None:
    """Refuse whatever a page of another site sends to ours."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and is_foreign(request):
        abort(403, "sent by a page of another site")


def begin(services: Services) -> Response:
    """Sign in with the key of the form."""
    door = services.door
    if request.form.get(DEMO_FIELD) and door.admits_demo(request):
        response = _go_on()
        response.delete_cookie(COOKIE, path="/")
        return response
    if not _may_try(services):
        return _back("often")
    key = door.check_key(request.form.get(KEY_FIELD, "").strip())
    if key is None:
        log.warning("somebody tried to sign in with a key that is not valid")
        return _back("key")
    log.info("key %s signed in", key.key_id)
    return door.sessions.begin(_go_on(), key.key_id, request.is_secure)


def end(services: Services) -> Response:
    """Sign out."""
    return services.door.sessions.begin(_go_on(), SIGNED_OUT, request.is_secure)


def safe_next(wanted: str) -> str:
    r"""Where to go on: an address of our own pages only.

    Examples
    --------
    >>> [safe_next(one) for one in ("/ops?lang=en", "https://evil.example/", "//evil.example", "/\\evil")]
    ['/ops?lang=en', '/ops', '/ops', '/ops']
    """
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/") and not set(wanted) & set("\\\r\n\t")
    return wanted if is_ours and not wanted.startswith("//") else "/ops"


def _may_try(services: Services) -> bool:
    if is_from_this_machine(request):
        return True
    name = f"sign-in {neighbourhood(request.remote_addr or '')}"
    return open_quota(services.settings).take(name, TRIES_PER_MIN, 1, services.clock()).is_allowed


def _go_on() -> Response:
    return _see(safe_next(request.form.get(NEXT_FIELD, "")))


def _back(code: str) -> Response:
    kept = {name: request.form[name] for name in ("area", "lang", NEXT_FIELD) if request.form.get(name)}
    return _see("/sign-in?" + urlencode({**kept, FAILED: code}))


def _see(path: str) -> Response:
    response = redirect(path, SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    assert isinstance(response, Response)
    return response
