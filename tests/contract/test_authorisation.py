"""Every address of the API and every callback of the pages, asked by strangers and by keys of each kind."""

import base64
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.app import create_app
from dashboard.keys.door import Door
from dashboard.pages.ops.ids import OpsIds, OpsKinds
from dashboard.pages.plan.ids import PlanIds
from dashboard.pages.sources.ids import SourcesIds, SourcesKinds
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from tests.answers.small_world import NOW_S, make_library, write_next
from tests.tiny import node_position

READING = {"GET", "HEAD", "OPTIONS"}
QUESTIONS = re.compile(
    r"^/v1/(fields/.*|risk|risk/batch|risk/area|paths|advice/infection|routes|routes/choices|routes/alternatives|matrix|reach|shelters/nearest|(alerts|closures|shelters)/search)$|^/(osrm|ors|valhalla|ogc)/"
)
"""POST addresses that ask and write nothing; everything else that is not read needs a role."""
OWN = re.compile(r"^/v1/(webhooks|jobs|contributions)")
"""What somebody with a key of any kind has for themselves, and nobody else sees."""
ANYBODY = re.compile(r"^/v1/push")
"""What a browser writes of its own, known by an address that only it has."""
OFFICIAL_READING = {"/v1/acts"}
DRAFTS = {"/v1/evacuations/<plan_id>", "/v1/held"}
"""What coordinators have not published yet."""
HERE = {"Origin": "http://risk.example"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home: Path = tmp_path_factory.mktemp("home")
    made = make_library(home)
    write_next(made)
    return Library(made.settings.replace(open_per_min=0, keyed_per_min=0), marks_use=False)


@pytest.fixture(scope="module")
def keys(library: Library) -> dict[str, dict[str, str]]:
    """Headers of somebody with each kind of key."""
    every = tuple(Scope)
    made = {"nobody": {}, "invalid": {"Authorization": "Bearer ansimgil_0_0"}}
    for name, role, scopes in (
        ("unscoped", Role.COORDINATE, (Scope.CONTRIBUTE,)),
        ("reader", Role.COORDINATE, (Scope.READ, Scope.ROUTE)),
        ("developer", Role.NONE, every),
        ("health", Role.HEALTH, every),
        ("coordinator", Role.COORDINATE, every),
    ):
        presented = library.keys.make(name, role, scopes, None, NOW_S - 1)[1]
        made[name] = {"Authorization": f"Bearer {presented}"}
    return made


@pytest.fixture(scope="module")
def client(library: Library) -> FlaskClient:
    client = create_api(library, Answers(library), lambda: NOW_S).test_client()
    client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    return client


def addresses(client: FlaskClient) -> list[tuple[str, str]]:
    """Method and rule of everything the API answers."""
    rules = client.application.url_map.iter_rules()  # type: ignore[attr-defined]
    return sorted((method, rule.rule) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"})


def fill(rule: str) -> str:
    return re.sub(r"<(?:int:|float:|path:)?(\w+)>", "1", rule)


def is_writing(method: str, rule: str) -> bool:
    return method not in READING and not QUESTIONS.match(rule) and not ANYBODY.match(rule)


def test_the_api_has_writing_and_reading_addresses(client: FlaskClient) -> None:
    found = addresses(client)
    assert {("POST", "/v1/closures"), ("DELETE", "/v1/closures/<closure_id>")} <= set(found) and len(found) > 25


def test_every_address_asks_for_what_it_should(client: FlaskClient, keys: dict[str, dict[str, str]]) -> None:
    before = dump(client)
    for method, rule in addresses(client):
        asked = {who: _status(client, method, rule, headers) for who, headers in keys.items() if who != "coordinator"}
        assert asked["invalid"] == 401, rule
        lacking = "reader" if rule.startswith("/v1/contributions") else "unscoped"
        assert asked[lacking] == 403, (method, rule, "a key does not do what its scopes do not name")
        if OWN.match(rule):
            assert asked["nobody"] == 401, (method, rule)
            assert {asked["developer"], asked["health"]} & {401, 403} == set(), (method, rule, asked)
        elif is_writing(method, rule) or rule in OFFICIAL_READING | DRAFTS:
            assert asked["nobody"] == 401, (method, rule)
            assert asked["developer"] == 403, (method, rule)
            allowed = rule in OFFICIAL_READING
            assert (asked["health"] == 403) is not allowed, (method, rule)
        else:
            assert {asked["nobody"], asked["developer"], asked["health"]} & {401, 403} == set(), (method, rule, asked)
    assert dump(client) == before, "nobody of these may have written anything"


def test_a_coordinator_is_let_in_everywhere(client: FlaskClient, keys: dict[str, dict[str, str]]) -> None:
    for method, rule in addresses(client):
        assert _status(client, method, rule, keys["coordinator"]) not in {401, 403, 500}, (method, rule)


def _status(client: FlaskClient, method: str, rule: str, headers: dict[str, str]) -> int:
    if rule.endswith("/events"):
        method = "HEAD" if method == "GET" else method
    body = {} if method in READING | {"DELETE"} else {"json": {}}
    return client.open(fill(rule), method=method, headers=headers, **body).status_code


def dump(client: FlaskClient) -> str:
    """Everything written that is not a key."""
    library: Any = client.application.extensions["ansimgil_events"]._library  # type: ignore[attr-defined]
    return dump_of(library)


def dump_of(library: Library) -> str:
    with sqlite3.connect(library.settings.home / "observations.sqlite") as connection:
        return "\n".join(line for line in connection.iterdump() if '"keys"' not in line)


# --- pages

LINE = [node_position(2), node_position(3)]
RAIN = f"station,time,lat,lon,rate_mm_per_h\ns1,2026-06-20T23:50:00Z,{LINE[0][0]},{LINE[0][1]},12\n".encode()
PLAN = {
    "sketch": None,
    "name": "x",
    "phase_min": 30,
    "danger_h": 2,
    "districts": [],
    "percents": [],
    "half_gone_min": 20,
}
VALUES: dict[str, Any] = {
    f"{OpsIds.DRAFT}.data": {"mode": "line", "points": LINE, "streets": []},
    f"{OpsIds.FORM}.data": {},
    f"{OpsIds.SHELTER}.data": {"id": "s", "seen": 0},
    "page-context.data": {"area": "tiny", "lang": "en", "page": "ops", "version": None, "hash": None},
    f"{OpsIds.MAP}.clickData": {"latlng": {"lat": LINE[0][0], "lng": LINE[0][1]}},
    "citizen-point.data": {"lat": LINE[0][0], "lng": LINE[0][1], "kind": "picked"},
    "citizen-origin.position": list(LINE[0]),
    "citizen-destination.position": list(LINE[1]),
    "citizen-profile.data": "walk",
    f"{OpsIds.MESSAGE}.value": "Heavy rain. Keep away from the stream.",
    f"{OpsIds.MESSAGE_KIND}.data": {"kind": "notice"},
    f"{PlanIds.KNOWN}.data": {"plan_id": "0" * 12, "zones": 1, "persons": 1},
    f"{PlanIds.ASKED}.data": PLAN,
    f"{PlanIds.SUPPOSED}.data": PLAN,
    f"{SourcesIds.DROP}.contents": "data:text/csv;base64," + base64.b64encode(RAIN).decode(),
    f"{SourcesIds.DROP}.filename": "rain.csv",
    f"{SourcesIds.KIND}.data": "rain",
    f"{SourcesIds.COLUMNS}.data": {},
    f"{SourcesIds.SOURCE}.value": "gauges",
}
"""What callbacks are given; clicks are 1 and everything else is empty."""


@pytest.fixture(scope="module")
def app(library: Library) -> Dash:
    return create_app(library.settings, library, Answers(library), lambda: NOW_S)


def callbacks(app: Dash) -> list[dict[str, Any]]:
    """Callbacks that the server answers."""
    listed = app.server.test_client().get("/_dash-dependencies").get_json()
    return [one for one in listed if not one["clientside_function"]]


def value_of(part: dict[str, str]) -> Any:
    name = f"{part['id']}.{part['property']}"
    return VALUES.get(name, 1 if part["property"] in {"n_clicks", "modified_timestamp"} else None)


def fire(app: Dash, one: dict[str, Any], headers: dict[str, str], **environ: str) -> int:
    """Send a callback as a browser would; its first input has changed."""

    def given(part: dict[str, str]) -> Any:
        if not part["id"].startswith("{"):
            return {"id": part["id"], "property": part["property"], "value": value_of(part)}
        pattern = json.loads(part["id"])
        examples = {
            OpsKinds.DO: {"type": OpsKinds.DO, "deed": "undo", "subject": "x", "act": 1},
            OpsKinds.SET_SHELTER: {"type": OpsKinds.SET_SHELTER, "name": "s"},
            SourcesKinds.BACK: {"type": SourcesKinds.BACK, "act": 1},
        }
        found = examples.get(pattern["type"])
        return [] if found is None else [{"id": found, "property": part["property"], "value": 1}]

    inputs = [given(part) for part in one["inputs"]]
    first = inputs[0][0] if isinstance(inputs[0], list) and inputs[0] else inputs[0]
    name = first["id"] if isinstance(first, dict) else "none"
    trigger = name if isinstance(name, str) else json.dumps(name, sort_keys=True, separators=(",", ":"))
    outputs = [
        {"id": json.loads(part.rpartition(".")[0]) if part.startswith("{") else part.rpartition(".")[0],
         "property": part.rpartition(".")[2]}
        for part in (one["output"].strip(".").split("...") if one["output"] else ())
    ]  # fmt: skip
    body = {
        "output": one["output"],
        "outputs": outputs if one["output"].startswith("..") or not outputs else outputs[0],
        "inputs": inputs,
        "state": [given(part) for part in one["state"]],
        "changedPropIds": [f"{trigger}.{one['inputs'][0]['property']}"],
    }  # fmt: skip
    client = app.server.test_client()
    client.environ_base.update(REMOTE_ADDR="198.51.100.7", **environ)
    return client.post(
        "/_dash-update-component", json=body, headers=headers, base_url="http://risk.example"
    ).status_code


def test_no_callback_writes_anything_for_whoever_may_not(
    app: Dash, library: Library, keys: dict[str, dict[str, str]]
) -> None:
    before = dump_of(library)
    for one in callbacks(app):
        for who in ("nobody", "developer", "health"):
            status = fire(app, one, {**keys[who], **HERE})
            assert status in {200, 204}, (one["output"], status)
            assert dump_of(library) == before, (who, one["output"], one["inputs"])


ACTING = {
    *("citizen-replay", OpsIds.CLOSE, OpsKinds.DO, OpsIds.SHELTER_OPEN, OpsIds.MESSAGE_APPROVE),
    *(PlanIds.ASKED, PlanIds.SUPPOSED, PlanIds.STOP, PlanIds.CONFIRM, PlanIds.WITHDRAW),
    *(SourcesIds.DROP, SourcesIds.TAKE, SourcesKinds.BACK),
}
"""First input, or its type, of every callback that does something."""


def test_every_callback_that_acts_asks_for_a_role_before_all_else(
    app: Dash, keys: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked, require = [], Door.require
    monkeypatch.setattr(Door, "require", lambda door, *roles: asked.append(roles) or require(door, *roles))
    acting = set()
    for one in callbacks(app):
        asked.clear()
        fire(app, one, {**keys["nobody"], **HERE})
        name = one["inputs"][0]["id"]
        acting |= {json.loads(name)["type"] if name.startswith("{") else name} if asked else set()
        assert all(set(roles) <= {Role.HEALTH, Role.COORDINATE} for roles in asked)
    assert acting == ACTING
    assert "callback failed" not in caplog.text, "nothing else went wrong first"


def test_the_same_calls_do_write_for_a_coordinator(
    app: Dash, library: Library, keys: dict[str, dict[str, str]]
) -> None:
    n_before = len(library.acts.newest("tiny"))
    closing = [one for one in callbacks(app) if one["inputs"][0]["id"] == OpsIds.CLOSE]
    assert len(closing) == 1 and fire(app, closing[0], {**keys["coordinator"], **HERE}) == 200
    acts = library.acts.newest("tiny")
    assert len(acts) == n_before + 1 and acts[0].who_name == "coordinator" and acts[0].deed == "close"
    for name in (OpsIds.MESSAGE_APPROVE, SourcesIds.TAKE):
        n_before = len(library.acts.newest("tiny"))
        one = next(one for one in callbacks(app) if one["inputs"][0]["id"] == name)
        assert fire(app, one, {**keys["coordinator"], **HERE}) == 200
        assert len(library.acts.newest("tiny")) == n_before + 1, name


def test_another_sites_page_reaches_no_callback(app: Dash, library: Library, keys: dict[str, dict[str, str]]) -> None:
    before = dump_of(library)
    for one in callbacks(app):
        assert fire(app, one, {**keys["coordinator"], "Origin": "https://evil.example"}) == 403
    assert dump_of(library) == before
