"""What machines ask: is this process up, can visitors be answered, and the figures for Prometheus."""

import json
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dashboard.relay import open_link
from dashboard.store.feed_states import read_feed_states
from risk_core.errors import AnsimgilError

if TYPE_CHECKING:
    from flask import Flask, Response

    from dashboard.keys.door import Door
    from dashboard.store.library import Library


def add_probes(
    server: "Flask", library: "Library", is_warm: Callable[[], bool], clock: Callable[[], float], door: "Door"
) -> None:
    """Add `/healthz` (this process is up), `/readyz` (kernels warm, snapshots mapped, ages) and `/metrics`.

    Parameters
    ----------
    server
        App of the pages.
    library
        Its looks must not count as use.
    is_warm
        Whether the kernels are loaded.
    clock
        Unix seconds.
    door
        Tells who asks: figures are for this machine and for holders of a key.
    """

    def healthz() -> "Response":
        return _answer(200, {"status": "up"})

    def readyz() -> "Response":
        state = readiness(library, is_warm(), clock())
        if state["status"] == "ready":
            return _answer(200, state)
        problem = {"type": "about:blank", "title": "Not ready", "status": 503, "detail": state["detail"]}
        return _answer(503, {**state, **problem}, "application/problem+json")

    def metrics() -> "Response":
        from flask import Response, request

        from dashboard.keys.origin import is_from_this_machine
        from dashboard.observe.measures import MEDIA_TYPE, exposition
        from dashboard.observe.now import StateCollector

        if not (is_from_this_machine(request) or door.shown().key_id):
            problem = {"type": "about:blank", "title": "A key is needed", "status": 401}
            return _answer(401, problem, "application/problem+json")
        state = readiness(library, is_warm(), clock())
        body = exposition([StateCollector(state, library.settings.home)])
        return Response(body, 200, {"Cache-Control": "no-store"}, content_type=MEDIA_TYPE)

    server.add_url_rule("/metrics", "metrics", metrics)
    server.add_url_rule("/healthz", "healthz", healthz)
    server.add_url_rule("/readyz", "readyz", readyz)


def readiness(library: "Library", is_warm: bool, now_s: float) -> dict[str, Any]:
    """Tell whether visitors can be answered: kernels warm and the default area's snapshot mapped.

    Other areas are listed with what they miss, but do not hold up the start; nor does a shared server that is away.
    """
    default = library.settings.area
    areas = {area_id: _area_state(library, area_id, now_s) for area_id in library.area_ids()}
    missing = [] if is_warm else ["the kernels are being compiled"]
    if default not in areas:
        missing.append(f"the area {default} is not installed")
    elif areas[default]["version"] is None:
        missing.append(f"the area {default} has no snapshot yet")
    state = "ready" if not missing else "starting"
    engine_age_s = _age(now_s, library.engine_s())
    told = {"status": state, "detail": "; ".join(missing), "kernels_warm": is_warm, "engine_age_s": engine_age_s}
    link = open_link(library.settings.redis_url)
    shared = (
        {} if link is None else {"redis": "up" if link.ask(lambda server: server.ping(), lambda: False) else "away"}
    )
    return told | shared | {"areas": areas}


def _area_state(library: "Library", area_id: str, now_s: float) -> dict[str, Any]:
    """Version and ages, seconds; an age is None where there is nothing."""
    try:
        assessment = library.assessment(area_id)
    except AnsimgilError:
        return {"version": None, "age_s": None, "sources": [], "feeds": _feed_states(library, area_id, now_s)}
    moment_s = now_s if assessment.drill is None else assessment.now_s
    return {
        "version": assessment.version,
        "age_s": _age(moment_s, assessment.now_s),
        "simulated": assessment.simulated,
        "sources": [
            {"source": one.source, "kind": one.kind, "age_s": _age(moment_s, one.newest_s), "simulated": one.simulated}
            for one in assessment.sources
        ],
        "feeds": _feed_states(library, area_id, now_s),
    }


def _feed_states(library: "Library", area_id: str, now_s: float) -> list[dict[str, Any]]:
    """Each live feed: seconds since its last good answer, whether that is too long, and its failures in a row."""
    return [
        {"feed": one.name, "age_s": _age(now_s, one.good_s), "stale": one.is_stale(now_s), "failures": one.n_fail}
        for one in read_feed_states(library.settings.home, area_id)
        if not one.lacks
    ]


def _age(now_s: float, then_s: float) -> float | None:
    return round(max(0.0, now_s - then_s), 1) if math.isfinite(then_s) else None


def _answer(status: int, body: Mapping[str, Any], mimetype: str = "application/json") -> "Response":
    from flask import Response

    return Response(json.dumps(body), status, {"Cache-Control": "no-store"}, mimetype=mimetype)
