"""Who may ask the API what, and how often: checked before any resource sees the request."""

import math
from collections.abc import Callable, Mapping
from typing import Final

from flask import Flask, Request, request

from dashboard.api.headers import tell_more
from dashboard.keys.door import Door
from dashboard.keys.origin import is_from_this_machine, neighbourhood
from dashboard.keys.person import Entry, Person
from dashboard.keys.quota import PERIOD_S, Allowance, Quota, open_quota
from dashboard.store.keys import Role, Scope
from risk_core.errors import AnsimgilError, Fault

RULES: Final[Mapping[str, tuple[Scope, int]]] = {
    "openapi": (Scope.READ, 0),
    "version": (Scope.READ, 0),
    "events": (Scope.READ, 0),
    "problems": (Scope.READ, 0),
    "areas": (Scope.READ, 0),
    "fields": (Scope.READ, 0),
    "risk": (Scope.READ, 1),
    "advice": (Scope.READ, 1),
    "risk_many": (Scope.READ, 5),
    "lists": (Scope.READ, 1),
    "tiles": (Scope.READ, 0),
    "cut_outs": (Scope.READ, 1),
    "cap": (Scope.READ, 0),
    "ogc": (Scope.READ, 1),
    "docs": (Scope.READ, 0),
    "closures": (Scope.READ, 1),
    "closure_lists": (Scope.READ, 1),
    "acts": (Scope.READ, 1),
    "shelter_status": (Scope.READ, 1),
    "contributions": (Scope.CONTRIBUTE, 2),
    "held": (Scope.READ, 1),
    "webhooks": (Scope.READ, 2),
    "push": (Scope.READ, 2),
    "jobs": (Scope.READ, 1),
    "evacuations": (Scope.READ, 1),
    "routes": (Scope.ROUTE, 1),
    "shelters": (Scope.ROUTE, 1),
    "choices": (Scope.ROUTE, 2),
    "paths": (Scope.ROUTE, 2),
    "reach": (Scope.ROUTE, 3),
    "matrix": (Scope.ROUTE, 5),
    "osrm": (Scope.ROUTE, 2),
    "valhalla": (Scope.ROUTE, 2),
    "ors": (Scope.ROUTE, 3),
}
"""Scope that a resource asks for, and how many questions one of its answers counts as; by name of its blueprint.

A resource that is not listed may be read by anyone, and written only by a coordinator.
"""
QUESTIONS: Final = (
    "risk", "risk_many", "cut_outs", "lists", "closure_lists", "advice", "routes", "choices", "matrix", "reach",
    "shelters", "paths", "osrm", "ors", "valhalla", "ogc",
)  # fmt: skip
"""Resources whose POST asks a question and writes nothing; everything else that is sent needs a role."""
ANYBODY: Final = ("push",)
"""Resources to which anybody may write what is his own: it is known by an address that only he has."""
ANYBODY_KEYED: Final = tuple(Role)
WRITERS: Final[Mapping[str, tuple[Role, ...]]] = {
    "webhooks": ANYBODY_KEYED,
    "jobs": ANYBODY_KEYED,
    "contributions": ANYBODY_KEYED,
}
"""Who may write to a resource, where that is not a coordinator: these hold only what is the asker's own."""
UNLISTED: Final = (Scope.READ, 1)
WINDOW: Final = f"{PERIOD_S:.0f}"
"""Seconds that a quota is told for."""
READING: Final = ("GET", "HEAD", "OPTIONS")


class QuotaError(AnsimgilError):
    """Too many questions in too short a time."""

    code = "quota"

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        seconds = math.ceil(allowance.retry_s)
        remedy = f"Ask again in {seconds} s, or with a key as `Authorization: Bearer`."
        super().__init__(Fault("questions", "too many", f"at most {allowance.per_min} a minute", remedy))


def register_access(app: Flask, door: Door, clock: Callable[[], float]) -> None:
    """Let nobody in who may not, and tell everybody what is left to them."""
    settings = door.settings
    quota: list[Quota] = []

    def take(person: Person, cost: int) -> Allowance | None:
        is_open = person.entry is Entry.NOBODY
        per_min = settings.open_per_min if is_open else settings.keyed_per_min
        if not per_min or not cost or (not person.key_id and is_from_this_machine(request)) or person.is_demo:
            return None
        if not quota:
            quota.append(open_quota(settings))
        name = neighbourhood(request.remote_addr or "") if is_open else person.key_id
        return quota[0].take(name, per_min, cost, clock())

    @app.before_request
    def enter() -> None:
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]
        if asked.url_rule is None or asked.method == "OPTIONS":
            return
        name = asked.url_rule.endpoint.partition(".")[0]
        scope, cost = RULES.get(name, UNLISTED)
        person = door.require_scope(scope)
        if asked.method not in READING and name not in QUESTIONS + ANYBODY:
            door.require(*WRITERS.get(name, (Role.COORDINATE,)))
        allowance = take(person, cost)
        if allowance is None:
            return
        tell_more(
            ("RateLimit-Policy", f"{allowance.per_min};w={WINDOW}"),
            ("RateLimit-Limit", str(allowance.per_min)),
            ("RateLimit-Remaining", str(allowance.remaining)),
            ("RateLimit-Reset", str(math.ceil(allowance.reset_s))),
        )
        if not allowance.is_allowed:
            tell_more(("Retry-After", str(math.ceil(allowance.retry_s))))
            raise QuotaError(allowance)


def rule_of(endpoint: str) -> tuple[Scope, int]:
    """Scope and cost of an endpoint.

    Examples
    --------
    >>> rule_of("matrix.ask_matrix")
    (<Scope.ROUTE: 'route'>, 5)
    """
    return RULES.get(endpoint.split(".", maxsplit=1)[0], UNLISTED)
