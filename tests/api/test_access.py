"""Keys, quotas and repeated requests at the API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.api.access import RULES, rule_of
from dashboard.settings import Settings
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from tests.answers.small_world import make_library, write_next
from tests.tiny import node_position

NOW_S = 1_800_000_000.0
LAT, LON = node_position(0)
RISK = f"/v1/risk?lat={LAT}&lon={LON}&lang=en"
(LAT_A, LON_A), (LAT_B, LON_B) = node_position(2), node_position(3)
CLOSURE = {"geometry": {"type": "LineString", "coordinates": [[LON_A, LAT_A], [LON_B, LAT_B]]}, "lang": "en"}


class Clock:
    def __init__(self) -> None:
        self.now_s = NOW_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path) -> Library:
    made = make_library(tmp_path)
    write_next(made)
    return made


@pytest.fixture
def key_of(library: Library) -> Callable[..., dict[str, str]]:
    def make(role: Role = Role.NONE, scopes: tuple[Scope, ...] = (Scope.READ, Scope.ROUTE)) -> dict[str, str]:
        _, presented = library.keys.make("Somebody", role, scopes, NOW_S + 1e6, NOW_S - 1)
        return {"Authorization": f"Bearer {presented}"}

    return make


def stranger(library: Library, clock: Clock, **settings: Any) -> FlaskClient:
    """A client from afar, of a server with these settings."""
    served = Library(library.settings.replace(**settings), marks_use=False)
    client = create_api(served, Answers(served), clock).test_client()
    client.environ_base.update(REMOTE_ADDR="198.51.100.7", HTTP_ACCEPT_LANGUAGE="en")
    return client


def test_strangers_read_but_not_endlessly(library, clock):
    client = stranger(library, clock, open_per_min=3)
    answers = [client.get(RISK) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one.headers["RateLimit-Remaining"] for one in answers] == ["2", "1", "0", "0"]
    last = answers[-1]
    assert (last.mimetype, last.json["code"]) == ("application/problem+json", "quota")
    assert last.headers["Retry-After"] == "20" and last.headers["RateLimit-Policy"] == "3;w=60"
    assert "3 a minute" in last.json["faults"][0]["wanted"]
    clock.now_s += 20
    assert client.get(RISK).status_code == 200
    client.environ_base["REMOTE_ADDR"] = "198.51.100.8"
    assert client.get(RISK).status_code == 200, "others are not held up"


def test_files_that_a_page_needs_cost_nothing_and_dear_questions_more(library, clock):
    client = stranger(library, clock, open_per_min=5)
    for _ in range(9):
        assert client.get("/v1/version").status_code == 200
    body = {"origins": [{"lat": LAT, "lon": LON}], "destinations": [{"lat": LAT_B, "lon": LON_B}]}
    assert [client.post("/v1/matrix", json=body).status_code for _ in range(2)] == [200, 429]
    assert rule_of("matrix.ask_matrix")[1] == 5 and all(cost >= 0 for _, cost in RULES.values())


def test_a_key_has_its_own_larger_quota(library, clock, key_of):
    client = stranger(library, clock, open_per_min=1, keyed_per_min=2)
    first, second = key_of(), key_of()
    assert client.get(RISK).status_code == 200 and client.get(RISK).status_code == 429
    assert [client.get(RISK, headers=first).status_code for _ in range(3)] == [200, 200, 429]
    assert client.get(RISK, headers=second).status_code == 200


def test_this_machine_and_an_unbounded_server_have_no_quota(library, clock):
    unbounded = stranger(library, clock, open_per_min=0)
    here = stranger(library, clock, open_per_min=1)
    here.environ_base["REMOTE_ADDR"] = "127.0.0.1"
    for client in (unbounded, here):
        for _ in range(3):
            told = client.get(RISK)
            assert told.status_code == 200 and "RateLimit-Limit" not in told.headers


def test_a_wrong_key_is_refused_everywhere(library, clock, key_of):
    client = stranger(library, clock)
    for path in (RISK, "/v1/version", "/v1/openapi.json"):
        told = client.get(path, headers={"Authorization": "Bearer ansimgil_0_0"})
        assert (told.status_code, told.json["code"]) == (401, "sign_in")
        assert told.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get(RISK, headers=key_of(scopes=(Scope.CONTRIBUTE,))).status_code == 403
    ways = f"/v1/routes?from={LAT},{LON}&to={LAT_B},{LON_B}"
    assert client.get(ways, headers=key_of(scopes=(Scope.READ,))).status_code == 403
    assert client.get(ways, headers=key_of(scopes=(Scope.ROUTE,))).status_code == 200


def test_a_closure_lives_from_post_to_delete(library, clock, key_of):
    client, key = stranger(library, clock), key_of(Role.COORDINATE)
    body = CLOSURE | {"name": "Row 0", "reason": "flood", "until": "2026-07-01T12:00:00Z", "why": "water"}
    made = client.post("/v1/closures", json=body, headers=key)
    assert made.status_code == 201, made.json
    address, tag = made.headers["Location"], made.headers["ETag"]
    assert client.get(address).json == made.json and made.json["properties"]["name"] == "Row 0"
    listed = client.get("/v1/closures").json["features"]
    assert made.json in listed
    changed = client.patch(
        address.split("?")[0], json={"name": "Row 1", "until": None}, headers=key | {"If-Match": tag}
    )
    assert (changed.json["properties"]["name"], changed.json["properties"]["until"]) == ("Row 1", None)
    assert changed.json["properties"]["reason"] == "flood", "what is not named stays"
    for named, value in (
        ("until", "2001-01-01T00:00:00Z"),
        ("from", "2026-07-01T09:00:00"),
        ("until", "9999-12-31T23:59:59Z"),
    ):
        (one,) = client.patch(address.split("?")[0], json={named: value}, headers=key).json["faults"]
        assert (one["argument"], one["value"]) == (named, value), "told as the body names it"
    late = client.delete(address, headers=key | {"If-Match": tag})
    assert (late.status_code, late.json["code"]) == (412, "changed_since") and "Somebody" in late.json["faults"][0][
        "value"
    ]
    lifted = client.delete(f"{address}&why=dry", headers=key | {"If-Match": changed.headers["ETag"]})
    assert (lifted.status_code, lifted.json["deed"], lifted.json["why"]) == (200, "reopen", "dry")
    assert client.get(address).status_code == 404
    undone = client.post(f"/v1/acts/{lifted.json['act']}/undo", json={}, headers=key)
    assert undone.json["undoes"] == lifted.json["act"] and client.get(address).json["properties"]["name"] == "Row 1"
    log = client.get("/v1/acts?n=2", headers=key).json
    assert [one["deed"] for one in log["acts"]] == ["undo", "reopen"] and log["next_before"] == log["acts"][-1]["act"]


def test_a_shelters_status_is_set_and_released(library, clock, key_of):
    client, key = stranger(library, clock), key_of(Role.COORDINATE)
    shelter_id = library.area("tiny").places[0].place_id
    path = f"/v1/shelters/{shelter_id}/status"
    made = client.put(path, json={"is_open": True, "free": 4}, headers=key)
    assert made.status_code == 200, made.json
    assert made.json["after"]["capacity_persons"] - made.json["after"]["occupancy_persons"] == 4
    assert client.put(path, json={"is_open": False}, headers=key | {"If-Match": '"0"'}).status_code == 412
    assert client.delete(path, headers=key | {"If-Match": made.headers["ETag"]}).json["deed"] == "release"


@pytest.mark.parametrize(
    ("body", "argument"),
    [
        ({}, "geometry"),
        (CLOSURE | {"reason": "boredom"}, "reason"),
        (CLOSURE | {"until": "tomorrow"}, "until"),
        (CLOSURE | {"until": 12}, "until"),
        (CLOSURE | {"until": "2026-07-01T12:00:00"}, "until"),
        (CLOSURE | {"from": "2026-07-01T12:00:00Z", "until": "2026-07-01T11:00:00Z"}, "until"),
        (CLOSURE | {"profiles": ["ufo"]}, "profiles.0"),
        (CLOSURE | {"name": "x" * 121}, "name"),
        (CLOSURE | {"why": "x" * 301}, "why"),
        (CLOSURE | {"device_id": "1"}, "device_id"),
        ({"geometry": {"type": "LineString", "coordinates": [[0, 0], [0.001, 0]]}}, "geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}}, "geometry"),
    ],
)
def test_what_does_not_fit_is_named_and_leaves_nothing(library, clock, key_of, body, argument):
    client = stranger(library, clock)
    told = client.post("/v1/closures", json=body, headers=key_of(Role.COORDINATE))
    assert told.status_code == 422, told.json
    assert argument in [fault["argument"].removeprefix("asked.") for fault in told.json["faults"]], told.json
    assert library.acts.newest("tiny") == ()


def test_a_request_sent_again_gives_the_first_answer(library, clock, key_of):
    client, key = stranger(library, clock), key_of(Role.COORDINATE)
    named = key | {"Idempotency-Key": "7a1e"}
    first, again = (client.post("/v1/closures", json=CLOSURE, headers=named) for _ in range(2))
    assert (first.status_code, again.status_code, again.data) == (201, 201, first.data)
    assert again.headers["Idempotent-Replayed"] == "true" and len(library.acts.newest("tiny")) == 1
    other = client.post("/v1/closures", json=CLOSURE | {"name": "Other"}, headers=named)
    assert (other.status_code, other.json["faults"][0]["argument"]) == (422, "Idempotency-Key")
    somebody = client.post("/v1/closures", json=CLOSURE, headers=key_of(Role.COORDINATE) | {"Idempotency-Key": "7a1e"})
    assert "Idempotent-Replayed" not in somebody.headers, "names are each key's own"
    clock.now_s += 86_401
    assert "Idempotent-Replayed" not in client.post("/v1/closures", json=CLOSURE, headers=named).headers


def test_a_failed_request_may_be_tried_again_under_its_name(library, clock, key_of):
    client, key = stranger(library, clock), key_of(Role.COORDINATE) | {"Idempotency-Key": "7a1e"}
    assert client.post("/v1/closures", json=CLOSURE | {"reason": "?"}, headers=key).status_code == 422
    assert client.post("/v1/closures", json=CLOSURE, headers=key).status_code == 201


def test_while_the_first_is_at_work_the_second_waits(library, clock, key_of):
    client, key = stranger(library, clock), key_of(Role.COORDINATE)
    key_id = library.keys.list()[0].key_id
    from hashlib import sha256

    import orjson

    body = orjson.dumps(CLOSURE)
    library.kept_answers.begin((key_id, "POST /v1/closures slow"), sha256(body).hexdigest(), NOW_S)
    headers = key | {"Idempotency-Key": "slow"}
    told = client.post("/v1/closures", data=body, content_type="application/json", headers=headers)
    assert (told.status_code, told.json["code"], told.headers["Retry-After"]) == (409, "still_at_work", "2")


def test_a_page_of_another_site_cannot_act_through_a_local_server(library, clock):
    client = stranger(library, clock)
    client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/v1/closures", json=CLOSURE, headers=headers).status_code == 403
        assert client.get("/v1/acts", headers=headers).status_code == 403
    assert client.post("/v1/closures", json=CLOSURE).status_code == 201


def test_settings_bound_the_quotas():
    from risk_core.errors import InputError

    with pytest.raises(InputError) as raised:
        Settings(open_per_min=-1, keyed_per_min=10**9, proxies=99)
    assert len(raised.value.faults) == 3
