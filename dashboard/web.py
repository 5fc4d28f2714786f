"""The web process: pages, API and probes as one WSGI app, and gunicorn as the server that runs it.

A web process maps snapshots and answers questions; it computes no field and reads no feed.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from dashboard.settings import Settings

if TYPE_CHECKING:
    from flask import Flask, Response

log = logging.getLogger(__name__)

CACHE_FILES: Final = 20_000
"""Files of the cache shared by web processes; the default of 500 throws pictures out again at once."""
CACHE_LASTS_S: Final = 900
GRACE_S: Final = 20
YEAR_S: Final = 31_536_000
REQUESTS: Final = 20_000
REQUESTS_JITTER: Final = 2_000
STOP: Final = "ansimgil_stop"
FOLLOW: Final = "ansimgil_follow"
"""Extension of the Flask app: begins to make ready what the next question needs, in the process that answers."""
PAGE_SAFETY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "geolocation=(self)",
}
"""Safety headers of every page and script. With `no-referrer` a form would be sent without its origin."""
"""Extension of the Flask app: ends its open streams."""


class Warmth:
    """Whether this process has loaded every kernel a visitor may need."""

    def __init__(self) -> None:
        self._warm = threading.Event()

    @property
    def is_warm(self) -> bool:
        """True once `warm_up` has come to its end."""
        return self._warm.is_set()

    def warm_up(self, settings: Settings) -> None:
        """Load every kernel; a failure is logged and leaves the process not ready."""
        from dashboard.prepare.kernels import ask_everything, warm_kernels

        try:
            ask_everything(warm_kernels(settings.home))
            self._warm.set()
        except Exception:
            log.exception("kernels could not be warmed")


def make_wsgi(
    environ: Mapping[str, str] = os.environ, clock: Callable[[], float] = time.time, warmth: Warmth | None = None
) -> "Flask":
    """Build the app of one web process: pages at the root, the API under /api, and what machines ask.

    Parameters
    ----------
    environ
        Where settings are read from.
    clock
        Unix seconds, for the ages `/readyz` tells.
    warmth
        Kernel state told by `/readyz`; None to load the kernels here and now.

    Returns
    -------
    flask.Flask
        A WSGI callable; ``extensions["ansimgil_stop"]`` ends its open streams, ``extensions["ansimgil_follow"]`` begins
        to follow new snapshots.
    """
    from flask_caching import Cache
    from werkzeug.middleware.dispatcher import DispatcherMiddleware
    from werkzeug.middleware.proxy_fix import ProxyFix

    from dashboard.answers import Answers
    from dashboard.answers.follower import Follower
    from dashboard.api import create_api
    from dashboard.app import create_app
    from dashboard.keys.door import Door
    from dashboard.observe.requests import observe_requests
    from dashboard.probes import add_probes
    from dashboard.store.library import Library

    settings = Settings.from_environ(environ)
    if warmth is None:
        warmth = Warmth()
        warmth.warm_up(settings)
    library = Library(settings)
    cache = Cache(config=cache_config(settings))
    answers = Answers(library, cache)
    api = create_api(library, answers, clock)
    app = create_app(settings, library, answers, clock)
    server: Flask = app.server
    cache.init_app(server)
    door = Door(library, clock)
    add_probes(server, Library(settings, marks_use=False), lambda: warmth.is_warm, clock, door)
    for name, one in (("pages", server), ("api", api)):
        observe_requests(one, name, lambda: door.shown().key_id, settings.access_log)
    policy = content_policy(app.csp_hashes(), settings.tiles_url)
    server.after_request(lambda response: finish_page(response, policy))
    server.extensions[FOLLOW] = Follower(answers, settings.area).start
    server.extensions[STOP] = api.extensions["ansimgil_events"].close
    server.wsgi_app = DispatcherMiddleware(server.wsgi_app, {"/api": api})  # type: ignore[method-assign]
    if settings.is_self_signed:
        server.wsgi_app = without_hsts(server.wsgi_app)  # type: ignore[method-assign]
    if settings.proxies:
        n = settings.proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    return server


def without_hsts(application: Callable[..., Any]) -> Callable[..., Any]:
    """Answer without Strict-Transport-Security: with it no visitor could accept a self-signed certificate again."""

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            kept = [one for one in headers if one[0].lower() != "strict-transport-security"]
            return start_response(status, kept, *more)

        return application(environ, start)

    return wrapped


def content_policy(script_hashes: Sequence[str], tiles_url: str = "") -> str:
    """Content-Security-Policy of the pages: everything from this server, no script but our own.

    Parameters
    ----------
    script_hashes
        Of the scripts inside the page, as Dash tells them.
    tiles_url
        Address of online background tiles, whose host may be asked for pictures; empty for none.

    Examples
    --------
    >>> "img-src 'self' data: blob: https://*.tiles.example;" in content_policy([], "https://{s}.tiles.example/{z}.png")
    True
    """
    parts = urlsplit(tiles_url.replace("{s}", "*"))
    pictures = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob:{pictures}",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "".join(f"{name} {value}; " for name, value in rules.items()).rstrip()


def finish_page(response: "Response", policy: str) -> "Response":
    """Give an answer of the pages its safety headers, and compress it; scripts and styles once for all."""
    from flask import request

    from dashboard.compression import compress

    for name, value in PAGE_SAFETY.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}")
    return compress(response, is_kept=request.path.startswith(("/_dash-component-suites/", "/assets/")))


def cache_config(settings: Settings) -> dict[str, Any]:
    """Files shared by every web process of a home, or the server that several machines share.

    Keys carry the snapshot's version, so nothing goes stale.
    """
    if settings.redis_url:
        shared = {"CACHE_TYPE": "dashboard.relay.pictures.shared_pictures", "CACHE_REDIS_URL": settings.redis_url}
        return shared | {"CACHE_DEFAULT_TIMEOUT": CACHE_LASTS_S}
    folder = settings.home / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "CACHE_TYPE": "FileSystemCache",
        "CACHE_DIR": str(folder),
        "CACHE_THRESHOLD": CACHE_FILES,
        "CACHE_DEFAULT_TIMEOUT": CACHE_LASTS_S,
    }


def gunicorn_options(
    settings: Settings, begin_worker: Callable[[], None], listener: int | None = None
) -> dict[str, Any]:
    """Options of gunicorn: threads for live pages, a plain log."""

    def begin(worker: Any) -> None:
        _stop_streams_first(worker.wsgi)
        begin_worker()

    certificate = {}
    if settings.tls:
        from dashboard.prepare.certificate import certificate_paths

        certificate = dict(zip(("certfile", "keyfile"), map(str, certificate_paths(settings)), strict=True))
    return {
        **certificate,
        "bind": f"{settings.host}:{settings.port}" if listener is None else f"fd://{listener}",
        "workers": settings.workers,
        "threads": settings.threads,
        "worker_class": "gthread",
        "graceful_timeout": GRACE_S,
        "timeout": 120,
        "keepalive": 5,
        "max_requests": REQUESTS,
        "max_requests_jitter": REQUESTS_JITTER,
        "loglevel": "info" if settings.log_level == "debug" else "warning",
        "control_socket_disable": True,
        "proc_name": "ansimgil-web",
        "logger_class": quiet_logger(settings.log_format),
        "child_exit": count_exit,
        "worker_exit": end_at_once,
        "post_worker_init": begin,
    }


def quiet_logger(log_format: str) -> type:
    """Gunicorn's logger with our formatter: its own would write the address of a request that failed."""
    from gunicorn.glogging import Logger

    from dashboard.observe.logs import formatter

    class QuietLogger(Logger):
        """Writes without places and secrets."""

        def setup(self, cfg: Any) -> None:
            """Set gunicorn's handlers up, then give them our formatter."""
            super().setup(cfg)
            for handler in self.error_log.handlers:
                handler.setFormatter(formatter(log_format))

    return QuietLogger


def end_at_once(_server: object, worker: Any) -> None:
    """End a worker that has given its last answer; taking its libraries apart would take seconds."""
    if worker.booted:
        logging.shutdown()
        os._exit(0)


def count_exit(_server: object, _worker: object) -> None:
    """Count a web worker that ended, killed or renewed."""
    from dashboard.observe.measures import DEATHS

    DEATHS.labels("web-worker").inc()


def run_server(
    server: "Flask", settings: Settings, begin_worker: Callable[[], None], listener: int | None = None
) -> None:
    """Run gunicorn in this process until SIGTERM or SIGINT.

    Parameters
    ----------
    server
        The app; every worker is forked with it, warm as it is.
    settings
        Address, workers and threads among them.
    begin_worker
        Called in each worker before its first request.
    listener
        Number of an open socket to serve on; None to open the address of the settings.
    """
    from gunicorn.app.base import BaseApplication

    class WebServer(BaseApplication):
        """Gunicorn with our options and an app that is there already."""

        def load_config(self) -> None:
            for name, value in gunicorn_options(settings, begin_worker, listener).items():
                self.cfg.set(name, value)

        def load(self) -> "Flask":
            return server

    WebServer().run()


def _stop_streams_first(server: "Flask") -> None:
    """On SIGTERM end the open streams of live pages before gunicorn waits for open requests."""
    former = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: Any) -> None:
        threading.Thread(target=server.extensions[STOP], daemon=True).start()
        if callable(former):
            former(number, frame)

    signal.signal(signal.SIGTERM, stop)
