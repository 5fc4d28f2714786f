"""The WSGI app of every path under /api, put together from its resources."""

import time
from collections.abc import Callable
from typing import Any

from apiflask import APIFlask
from flask import Request, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from dashboard.acts.desk import Desk
from dashboard.answers import Answers
from dashboard.api.access import register_access
from dashboard.api.acts import acts_blueprint
from dashboard.api.advice import advice_blueprint
from dashboard.api.areas import areas_blueprint
from dashboard.api.choices import choices_blueprint
from dashboard.api.closures import closures_blueprint
from dashboard.api.contributions import MAX_BATCH_BYTES, contributions_blueprint
from dashboard.api.docs import docs_blueprint
from dashboard.api.documents import configure_document
from dashboard.api.evacuations import evacuations_blueprint
from dashboard.api.events import events_blueprint
from dashboard.api.faces.cap import cap_blueprint
from dashboard.api.faces.every import FACE_ERRORS, face_blueprints
from dashboard.api.fields import fields_blueprint
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
from dashboard.keys.door import Door
from dashboard.relay import open_link
from dashboard.store.library import Library
from risk_core.errors import Fault

MAX_BODY_BYTES = 64 * 1024
LARGER_BODIES = {"contributions": MAX_BATCH_BYTES + 4096}
"""Bytes of the largest body where more than `MAX_BODY_BYTES` are taken; by name of the blueprint."""


class PlainApi(APIFlask):
    """An app whose functions are all plain ones, so that none is looked at for being a coroutine on every call."""

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
        cap_blueprint(library, answers),
        risk_many_blueprint(library, answers),
        closures_blueprint(desk),
        acts_blueprint(desk),
        evacuations_blueprint(desk),
        shelter_status_blueprint(desk),
        webhooks_blueprint(desk),
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
