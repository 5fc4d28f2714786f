"""The WSGI app of every path under /api, put together from its resources."""

import time
from collections.abc import Callable
from typing import Any

from apiflask import APIFlask
from apiflask.types import ResponseReturnValueType
from flask import Request, request, request_tearing_down
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.routing import MapAdapter, PathConverter

from dashboard.acts.desk import Desk
from dashboard.answers import Answers
from dashboard.api.access import register_access
from dashboard.api.acts import acts_blueprint
from dashboard.api.advice import advice_blueprint
from dashboard.api.areas import areas_blueprint
from dashboard.api.choices import choices_blueprint
from dashboard.api.closure_lists import closure_lists_blueprint
from dashboard.api.closures import closures_blueprint
from dashboard.api.contributions import contributions_blueprint
from dashboard.api.cut_outs import cut_outs_blueprint
from dashboard.api.docs import docs_blueprint
from dashboard.api.documents import configure_document
from dashboard.api.evacuations import evacuations_blueprint
from dashboard.api.events import events_blueprint
from dashboard.api.faces.cap import cap_blueprint
from dashboard.api.faces.every import FACE_ERRORS, face_blueprints
from dashboard.api.fields import fields_blueprint
from dashboard.api.gate import DEAR, Gate
from dashboard.api.headers import register_headers
from dashboard.api.held import held_blueprint
from dashboard.api.hub import STREAMS_SHARE, EventHub
from dashboard.api.jobs import jobs_blueprint
from dashboard.api.lists import lists_blueprint
from dashboard.api.matrix import matrix_blueprint
from dashboard.api.orjson_provider import OrjsonProvider
from dashboard.api.paths import paths_blueprint
from dashboard.api.problem_types import problem_types_blueprint
from dashboard.api.problems import RepeatedNameError, register_problems
from dashboard.api.push import push_blueprint
from dashboard.api.reach import reach_blueprint
from dashboard.api.repeats import register_repeats
from dashboard.api.risk import risk_blueprint
from dashboard.api.risk_many import risk_many_blueprint
from dashboard.api.routes import routes_blueprint
from dashboard.api.shelter_status import shelter_status_blueprint
from dashboard.api.shelters import shelters_blueprint
from dashboard.api.tiles import tiles_blueprint
from dashboard.api.version import version_blueprint
from dashboard.api.webhooks import webhooks_blueprint
from dashboard.contributions.signed import MAX_PAYLOAD_BYTES
from dashboard.keys.door import Door
from dashboard.relay import open_link
from dashboard.store.library import Library
from risk_core.errors import Fault

MAX_BODY_BYTES = 64 * 1024
MAX_NAMES = 64
"""Names of this server that are remembered."""
LARGER_BODIES = {"contributions": MAX_PAYLOAD_BYTES + 4096}
"""Bytes of the largest body where more than `MAX_BODY_BYTES` are taken; by name of the blueprint."""


class AnyPath(PathConverter):
    """The rest of an address whatever stands in it: with a line end it would lead nowhere instead of being refused."""

    regex = r"[^/][\s\S]*?"


class PlainApi(APIFlask):
    """An app whose functions are all plain ones, so that none is looked at for being a coroutine on every call.

    Dear questions go through its gate. A name of this server that was found to be one is not looked at again, which
    took as long as finding the resource.
    """

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self.url_map.converters["path"] = AnyPath
        self.gate = Gate()
        self._names: dict[tuple[str, str], str] = {}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Where addresses of a request lead."""
        environ = {} if request is None else request.environ
        asked = environ.get("wsgi.url_scheme", ""), environ.get("HTTP_HOST", "")
        name, path, root = self._names.get(asked), environ.get("PATH_INFO", ""), environ.get("SCRIPT_NAME", "")
        if name is None or not path.isascii() or not root.isascii():
            adapter = super().create_url_adapter(request)
            if adapter is not None and asked[1] and len(self._names) < MAX_NAMES:
                self._names[asked] = adapter.server_name
            return adapter
        told = name, root or "/", "", asked[0], path, environ["REQUEST_METHOD"]
        return MapAdapter(self.url_map, *told, environ.get("QUERY_STRING", ""))

    def do_teardown_request(self, *error: Any) -> None:
        """End a request, where anybody wants to know of it."""
        if self.teardown_request_funcs or request_tearing_down.receivers:
            super().do_teardown_request(*error)

    def dispatch_request(self, **_named: Any) -> ResponseReturnValueType:
        """Answer the present request, a dear one when its turn comes."""
        if request.blueprint not in DEAR:
            return super().dispatch_request()
        with self.gate.turn():
            return super().dispatch_request()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function itself."""
        return func


def build_api(library: Library, answers: Answers, clock: Callable[[], float] = time.time) -> APIFlask:
    """Make the app; nothing is opened and no thread is started before the first request.

    Parameters
    ----------
    library, answers
        What it serves. A shared cache of `answers` is bound to this app too.
    clock
        Unix seconds, for keys, quotas and the log of acts.
    """
    app = PlainApi(
        __name__,
        title="Ansimgil API",
        version="1.0.0",
        spec_path="/v1/openapi.json",
        docs_path=None,
        json_errors=False,
        static_folder=None,
    )
    app.json = OrjsonProvider(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    if answers.cache is not None:
        answers.cache.init_app(app)
    configure_document(app, FACE_ERRORS)
    register_problems(app)
    register_headers(app)
    app.before_request(_check_request)
    door = Door(library, clock)
    register_access(app, door, clock)
    register_repeats(app, library, door, clock)
    desk = Desk(library, door, clock)
    hub = EventHub(
        library, max(1, int(STREAMS_SHARE * library.settings.threads)), link=open_link(library.settings.redis_url)
    )
    app.extensions["ansimgil_events"] = hub
    for blueprint in (
        risk_blueprint(library, answers),
        advice_blueprint(library, answers),
        routes_blueprint(library, answers),
        choices_blueprint(library, answers),
        matrix_blueprint(library, answers),
        paths_blueprint(library, answers, clock),
        reach_blueprint(library, answers),
        shelters_blueprint(library, answers),
        areas_blueprint(library, answers),
        fields_blueprint(library, answers),
        version_blueprint(library, answers),
        events_blueprint(library, hub),
        lists_blueprint(library, answers),
        tiles_blueprint(library, answers),
        cut_outs_blueprint(library, answers),
        cap_blueprint(library, answers),
        risk_many_blueprint(library, answers),
        closures_blueprint(desk),
        closure_lists_blueprint(desk),
        acts_blueprint(desk),
        evacuations_blueprint(desk),
        shelter_status_blueprint(desk),
        webhooks_blueprint(desk),
        push_blueprint(desk),
        jobs_blueprint(desk),
        contributions_blueprint(desk),
        held_blueprint(desk),
        problem_types_blueprint(),
        docs_blueprint(),
        *face_blueprints(library, answers),
    ):
        app.register_blueprint(blueprint)
    return app


def _check_request() -> None:
    """Refuse what no resource should have to look at.

    Raises
    ------
    RepeatedNameError
        For a name that stands twice in the address: which one is meant?
    werkzeug.exceptions.UnsupportedMediaType, werkzeug.exceptions.RequestEntityTooLarge
        For a body that is not JSON, or too large.
    """
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]
    if asked.url_rule is None:
        return
    repeated = [name for name, values in asked.args.lists() if len(values) > 1]
    if repeated:
        remedy = "Give each name once."
        raise RepeatedNameError(*(Fault(name[:40], "given more than once", "one value", remedy) for name in repeated))
    if asked.method in ("POST", "PUT", "PATCH"):
        if not asked.is_json:
            raise UnsupportedMediaType()
        most = LARGER_BODIES.get(asked.blueprint or "", MAX_BODY_BYTES)
        asked.max_content_length = most
        if (asked.content_length or 0) > most:
            raise RequestEntityTooLarge()
