"""One test or more a row of the threat table; the last one asserts that none is missing."""

import gzip
import json
import re
import sqlite3
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.api.application import MAX_BODY_BYTES
from dashboard.api.gate import AT_ONCE
from dashboard.feeds.xml import MAX_BYTES, MAX_DEPTH, open_xml
from dashboard.hooks.courier import Courier
from dashboard.store.keys import Role, Scope, hash_secret, parse_key
from dashboard.store.library import Library
from risk_core.errors import InputError
from tests.answers.small_world import NOW_S, make_library, write_next
from tests.api.threats.table import THREATS
from tests.contributions.world import World as Contributing
from tests.contributions.world import rain
from tests.tiny import N, node_position

ROOT = Path(__file__).resolve().parents[3]
LAT, LON = node_position(0)
FAR = node_position(N * N - 1)
AT = {"lat": LAT, "lon": LON}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    made = make_library(tmp_path_factory.mktemp("home"))
    write_next(made)
    return Library(made.settings.replace(open_per_min=0, keyed_per_min=0), marks_use=False)


@pytest.fixture(scope="module")
def client(library: Library) -> FlaskClient:
    client = create_api(library, Answers(library), lambda: NOW_S).test_client()
    client.environ_base.update(REMOTE_ADDR="198.51.100.7", HTTP_ACCEPT_LANGUAGE="en")
    return client


def key_of(library: Library, role: Role = Role.NONE, scopes: tuple[Scope, ...] = tuple(Scope)) -> dict[str, str]:
    return {"Authorization": f"Bearer {library.keys.make('somebody', role, scopes, None, NOW_S - 1)[1]}"}


def ring(points: list[tuple[float, float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(one) for one in points]]}


def test_t01_a_key_has_256_bits_and_only_its_hash_is_kept(library: Library, client: FlaskClient) -> None:
    key, shown = library.keys.make("bits", Role.NONE, (Scope.READ,), NOW_S + 60, NOW_S)
    parsed = parse_key(shown)
    assert parsed is not None and len(parsed[1]) >= 43, "32 bytes in base64"
    with sqlite3.connect(library.settings.home / "observations.sqlite") as connection:
        dump = "\n".join(connection.iterdump())
    assert parsed[1] not in dump and hash_secret(parsed[1]) in dump
    asked = {"lat": LAT, "lon": LON}
    wrong = [
        shown[:-1] + ("A" if shown[-1] != "A" else "B"),
        shown + "x",
        f"ansimgil_{key.key_id}_",
        "ansimgil__",
        "x" * 9_000,
    ]
    for presented in wrong:
        told = client.get("/v1/risk", query_string=asked, headers={"Authorization": f"Bearer {presented}"})
        assert told.status_code == 401 and "WWW-Authenticate" in told.headers
    assert library.keys.check(shown, NOW_S + 61) is None, "it expires"


def test_t02_what_is_somebodys_own_is_not_there_for_others(library: Library, client: FlaskClient) -> None:
    one, two = key_of(library, Role.COORDINATE), key_of(library, Role.COORDINATE)
    district = library.area("tiny").districts[0].district_id
    job = client.post("/v1/evacuations", json={"districts": [district]}, headers={**one, "Prefer": "respond-async"})
    hook = client.post("/v1/webhooks", json={"url": "https://hooks.example.org/", "place": AT}, headers=one)
    assert job.status_code == 202 and hook.status_code == 201
    for path in (f"/v1/jobs/{job.json['job_id']}", f"/v1/webhooks/{hook.json['hook_id']}"):
        assert client.get(path, headers=one).status_code == 200
        assert client.get(path, headers=two).status_code == 404, "not 403: it is not even told that it exists"
        assert client.delete(path, headers=two).status_code == 404
        assert client.get(path).status_code == 401
    for path in ("/v1/jobs", "/v1/webhooks", "/v1/contributions/sources"):
        assert list(client.get(path, headers=two).json.values()) == [[]]


SHORT = [(-71, -30)] * 5_001
"""Places of few digits: more of them than may be, in a body that is not too large."""
OVER = [
    ("/v1/risk/batch", {"points": [AT] * 501}, "500"),
    ("/v1/matrix", {"origins": [AT] * 1_001, "destinations": [AT]}, "1,000"),
    ("/v1/reach", {"from": AT, "limits_s": [1e9]}, "7,?200"),
    ("/v1/reach", {"from": AT, "limits_s": [60, 120, 180, 240, 300, 360]}, "5"),
    ("/v1/risk", {**AT, "t": "0" * 100}, "40"),
    ("/v1/risk/area", {"geometry": ring([(LON + k * 1e-6, LAT) for k in range(2_500)])}, "2,?000"),
    ("/v1/webhooks", {"url": "https://e.org/" + "a" * 3_000, "place": AT}, "2,000"),
    ("/v1/webhooks", {"url": "https://e.org/", "place": AT, "name": "a" * 100}, "80"),
    ("/v1/webhooks", {"url": "https://e.org/", "place": AT, "level": "high"}, "serious"),
    ("/v1/alerts/search", {"limit": 501}, "500"),
    ("/v1/closures/search", {"limit": 501}, "500"),
    ("/v1/matrix", {"origins": [AT] * 100, "destinations": [AT] * 100}, "3,?500"),
    ("/v1/routes", {"from": AT, "to": AT, "via": [AT] * 21}, "20"),
    ("/v1/routes", {"from": AT, "to": AT, "avoid": ring(SHORT)}, "5,?000"),
    ("/v1/routes/alternatives", {"from": AT, "to": AT, "n": 6}, "5"),
    ("/v1/shelters/nearest", {"from": AT, "n": 11}, "10"),
    ("/v1/paths", {"pings": [{"time": 1.0, **AT}] * 601}, "600"),
    ("/v1/closures", {"geometry": ring(SHORT[:2_500])}, "2,?000"),
    ("/v1/risk", {**AT, "t": "999999"}, "3,?600"),
    ("/v1/evacuations", {"districts": ["west"], "phase_min": 1e9}, r"\d"),
]  # fmt: skip


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize(("path", "body", "limit"), OVER, ids=lambda one: str(one)[:40])
def test_t03_every_refusal_of_too_much_names_the_limit(
    library: Library, client: FlaskClient, path: str, body: dict[str, Any], limit: str, lang: str
) -> None:
    headers = {**key_of(library, Role.COORDINATE), "Accept-Language": lang}
    told = client.post(path, json=body, headers=headers)
    assert told.status_code == 422, told.json
    words = " ".join(f"{one['wanted']} {one['remedy']}" for one in told.json["faults"])
    assert re.search(limit, words), words


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize(("face", "body", "limit"), [
    ("/osrm/route/v1/foot", {"coordinates": [[LON, LAT]] * 101}, "TooBig.*100"),
    ("/osrm/route/v1/foot/" + ";".join([f"{LON},{LAT}"] * 101), None, "TooBig.*100"),
    ("/ors/v2/directions/foot-walking", {"coordinates": [[LON, LAT]] * 51}, "2004.*50"),
    ("/ors/v2/matrix/foot-walking", {"locations": [[LON, LAT]] * 60}, "6004.*3,?500"),
    ("/valhalla/route", {"locations": [AT] * 51, "costing": "auto"}, "50"),
], ids=lambda one: str(one)[:40])  # fmt: skip
def test_t03_faces_name_the_limit_with_the_same_code(
    client: FlaskClient, face: str, body: Any, limit: str, lang: str
) -> None:
    headers = {"Accept-Language": lang}
    told = client.get(face, headers=headers) if body is None else client.post(face, json=body, headers=headers)
    assert 400 <= told.status_code < 500 and re.search(limit, told.get_data(as_text=True)), told.data


def test_t03_a_body_too_large_is_refused_before_it_is_read(client: FlaskClient) -> None:
    told = client.post("/v1/risk", data=b" " * (MAX_BODY_BYTES + 1), content_type="application/json")
    assert told.status_code == 413 and "65,536" in told.json["faults"][0]["wanted"]
    deep = client.post("/v1/risk", data=b"[" * 60_000, content_type="application/json")
    assert deep.status_code in {400, 422}
    long = client.post("/v1/risk", data=b'{"lat": ' + b"9" * 5_000 + b', "lon": 1}', content_type="application/json")
    assert long.status_code in {400, 422}


def test_t03_a_crowd_of_dear_questions_leaves_room_for_others(library: Library) -> None:
    app = create_api(library, Answers(library), lambda: NOW_S)
    client, dear = app.test_client(), {"origins": [AT], "destinations": [AT]}
    with ExitStack() as crowd:
        for _ in range(AT_ONCE):
            crowd.enter_context(app.gate.turn())
        told = client.post("/v1/matrix", json=dear, headers={"Accept-Language": "en"})
        assert told.status_code == 503 and "Retry-After" in told.headers
        assert f"at most {AT_ONCE}" in told.json["faults"][0]["wanted"]
        assert client.get("/v1/risk", query_string=AT).status_code == 200
    far = {**dear, "origins": [{"lat": 0, "lon": 0}]}
    for _ in range(AT_ONCE + 1):
        assert client.post("/v1/matrix", json=far).status_code == 422
    assert client.post("/v1/matrix", json=dear).status_code == 200, "a place is given back however it ends"


def test_t04_two_processes_share_one_quota(tmp_path: Path) -> None:
    made = make_library(tmp_path)
    write_next(made)
    settings = made.settings.replace(open_per_min=10)
    clients = [create_api(library, Answers(library), lambda: NOW_S).test_client()
               for library in (Library(settings, marks_use=False), Library(settings, marks_use=False))]  # fmt: skip
    statuses = []
    for k in range(24):
        clients[k % 2].environ_base["REMOTE_ADDR"] = "198.51.100.7"
        statuses.append(clients[k % 2].get("/v1/risk", query_string={"lat": LAT, "lon": LON}).status_code)
    assert statuses.count(200) == 10 and set(statuses) == {200, 429}


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/latest/meta-data", "http://localhost:8050/", "https://[::1]/"]
)
def test_t05_no_webhook_leads_inside(library: Library, client: FlaskClient, url: str) -> None:
    told = client.post("/v1/webhooks", json={"url": url, "place": AT}, headers=key_of(library))
    assert told.status_code == 422 and told.json["faults"][0]["argument"] == "url"


def test_t05_a_name_that_leads_inside_later_is_not_connected_to(library: Library, client: FlaskClient) -> None:
    """Rebinding: the name was fine when the webhook was made; nothing is sent when it leads inside."""
    headers, sent = key_of(library), []
    made = client.post("/v1/webhooks", json={"url": "https://rebind.example.org/", "place": AT}, headers=headers)
    courier = Courier(library, lambda: NOW_S, lambda host, port: ["10.0.0.1"], lambda *a: sent.append(a) or (200, b""))
    courier.step()
    log = client.get(f"/v1/webhooks/{made.json['hook_id']}/deliveries", headers=headers).json["deliveries"]
    assert sent == [] and "public" in log[0]["answer"] and log[0]["state"] == "waiting"


def test_t06_xml_bombs_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 10))
    bombs = (
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        "<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1),
        "<a>" + " " * MAX_BYTES + "</a>",
    )
    for bomb in bombs:
        with pytest.raises(InputError):
            open_xml(bomb.encode(), "bomb.xml")


def test_t07_nothing_sent_is_unpacked(client: FlaskClient) -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    assert len(bomb) < MAX_BODY_BYTES
    for encoding in ({"Content-Encoding": "gzip"}, {}):
        told = client.post("/v1/risk", data=bomb, content_type="application/json", headers=encoding)
        assert told.status_code == 400
    assert client.post("/v1/risk", data=bomb, content_type="application/zip").status_code == 415


def test_t07_names_are_never_paths(client: FlaskClient) -> None:
    names = ("../../secret", "..%2f..%2fsecret", "%2e%2e/secret", "/etc/passwd", "..\\secret")
    for name in names:
        for root in (
            "/docs/",
            "/v1/problems/",
            "/v1/fields/",
            "/v1/evacuations/",
            "/v1/jobs/",
            "/v1/contributions/sources/",
        ):
            assert client.get(root + name).status_code in {308, 401, 404, 405, 422}, root + name


def test_t08_polygons_that_cross_are_refused_quickly(client: FlaskClient) -> None:
    import random

    rng = random.Random(1)
    star = [(LON + rng.random() * 0.01, LAT + rng.random() * 0.01) for _ in range(1_000)]
    told = client.post("/v1/risk/area", json={"geometry": ring([*star, star[0]])})
    assert told.status_code == 422 and "valid" in told.json["faults"][0]["wanted"]
    bow = [(LON, LAT), (LON + 0.01, LAT + 0.01), (LON + 0.01, LAT), (LON, LAT + 0.01), (LON, LAT)]
    avoided = {"from": AT, "to": {"lat": FAR[0], "lon": FAR[1]}, "avoid": ring(bow)}
    assert client.post("/v1/routes", json=avoided).status_code == 422
    sources = "\n".join(one.read_text("utf-8") for one in (ROOT / "dashboard" / "api").rglob("*.py"))
    assert "make_valid" not in sources and "buffer(0" not in sources


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "nan", "inf"])
def test_t09_numbers_that_are_none_are_refused(client: FlaskClient, value: str) -> None:
    assert client.get("/v1/risk", query_string={"lat": value, "lon": LON}).status_code == 422
    told = client.post("/v1/risk", data=f'{{"lat": {value}, "lon": 1}}', content_type="application/json")
    assert told.status_code in {400, 422}


def test_t09_swapped_and_impossible_places_are_told(client: FlaskClient) -> None:
    told = client.get("/v1/risk", query_string={"lat": LON, "lon": LAT})
    assert told.status_code == 422 and told.json["code"] in {"swapped_coordinates", "outside_area"}
    for lat, lon in ((91, 0), (-91, 0), (0, 181), (0, -540)):
        assert client.get("/v1/risk", query_string={"lat": lat, "lon": lon}).status_code == 422
    box = [(179.0, 10.0), (-179.0, 10.0), (-179.0, 11.0), (179.0, 11.0), (179.0, 10.0)]
    assert client.post("/v1/risk/area", json={"geometry": ring(box)}).status_code == 422


def test_t10_a_liar_is_held_back_and_not_believed(tmp_path: Path) -> None:
    world = Contributing(tmp_path)
    operator = world.operator("rain")
    sealed = operator.seal([rain(900.0)])
    assert operator.post(sealed).json["n_held"] == 1
    assert operator.post(sealed).status_code == 409
    assert world.library.observations.rows("rain", "tiny") == []


def test_t11_another_sites_page_writes_nothing(library: Library, client: FlaskClient) -> None:
    told = client.options(
        "/v1/closures", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    )
    assert "Access-Control-Allow-Credentials" not in told.headers
    assert "POST" not in told.headers.get("Access-Control-Allow-Methods", "")
    reading = client.get("/v1/risk", query_string={"lat": LAT, "lon": LON}, headers={"Origin": "https://evil.example"})
    assert reading.headers["Access-Control-Allow-Origin"] == "*"
    written = client.post("/v1/closures", json={}, headers={"Origin": "https://evil.example"})
    assert written.status_code == 401 and "Access-Control-Allow-Origin" not in written.headers


SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "geolocation=()",
}


@pytest.mark.parametrize("path", ["/v1/risk", "/v1/nothing", "/v1/areas", "/v1/webhooks", "/v1/version"])
def test_t12_every_answer_is_guarded_and_tells_nothing_of_us(client: FlaskClient, path: str) -> None:
    told = client.get(path)
    assert {name: told.headers.get(name) for name in SAFETY} == SAFETY
    assert not client.application.debug and "Server" not in told.headers and "X-Powered-By" not in told.headers
    assert not re.search(r"Traceback|/dashboard/|\.py", told.get_data(as_text=True)), "no inside of ours"


def test_t13_every_address_is_in_the_document_kept(client: FlaskClient) -> None:
    kept = json.loads((ROOT / "tests" / "api" / "openapi.json").read_text("utf-8"))["paths"]
    rules = client.application.url_map.iter_rules()  # type: ignore[attr-defined]
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served - {("/v1/openapi.json", "get")} == {(path, method) for path, one in kept.items() for method in one}


def test_t14_every_package_is_pinned_to_one_version() -> None:
    def names(file: str) -> dict[str, str]:
        lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text("utf-8").splitlines()]
        return {re.split(r"[\[=<>;\s]", line)[0].lower().replace("_", "-"): line for line in lines if line}

    locked, wanted = names(".requirements.lock"), names("requirements.txt")
    assert all(re.fullmatch(r"[\w.-]+==[\w.!+-]+", line) for line in locked.values()), "one version each"
    assert set(wanted) <= set(locked), sorted(set(wanted) - set(locked))
    sources = "\n".join(one.read_text("utf-8") for one in (ROOT / "dashboard").rglob("*.py"))
    assert not re.search(r"[\"']pip[\"'], ?[\"']install|ensurepip|-m pip", sources)


def test_every_row_has_its_test() -> None:
    from tests.api.threats import test_traces

    modules = (sys.modules[__name__], test_traces)
    found = {name.split("_")[1] for module in modules for name in dir(module) if re.match(r"test_t\d\d_", name)}
    assert found == set(THREATS)
