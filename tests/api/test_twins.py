"""A question about a place is answered the same whether it stands in the address or in a body."""

import json
import sqlite3

import pytest

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from tests.answers.small_world import NOW_S
from tests.api.twins import BOX, TWINS
from tests.tiny import node_position

CLOSURES = [
    {"closure_id": f"c{k}", "reason": "works", "name": f"Street {k}", "from": "2026-06-20T00:00:00Z",
     "until": "2036-06-22T00:00:00Z",
     "geometry": json.dumps({"type": "LineString", "coordinates": [
         [node_position(k)[1], node_position(k)[0]], [node_position(k + 1)[1], node_position(k + 1)[0]]]})}
    for k in range(5)
]  # fmt: skip


def plain(told, *names):
    """An answer without what belongs to the way it was asked: links of an OGC page, the question told back."""
    if isinstance(told, dict):
        return {key: plain(one, *names) for key, one in told.items() if key not in ("links", "query", *names)}
    return [plain(one, *names) for one in told] if isinstance(told, list) else told


def asker_of(library):
    """A client with a key that may ask a hundred times a minute."""
    kept = Library(library.settings.replace(open_per_min=0, keyed_per_min=100), marks_use=False)
    client = create_api(kept, Answers(kept), lambda: NOW_S).test_client()
    key = kept.keys.make("asker", Role.NONE, (Scope.READ, Scope.ROUTE), None, NOW_S - 1)[1]
    client.environ_base.update(REMOTE_ADDR="198.51.100.7", HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


@pytest.fixture
def asker(library):
    return asker_of(library)


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.rule)
def test_both_give_the_same_answer_for_the_same_quota(library, ill_library, twin, lang):
    asker = asker_of(ill_library if "infection" in twin.rule else library)
    first = asker.get(twin.asked, headers={"Accept-Language": lang})
    second = asker.post(twin.path, json=twin.body, headers={"Accept-Language": lang})
    assert (first.status_code, first.mimetype) == (second.status_code, second.mimetype) == (200, first.mimetype)
    if first.is_json or first.mimetype.endswith("+json"):
        assert plain(json.loads(second.data)) == plain(json.loads(first.data))
    else:
        assert second.data == first.data
    assert second.headers["Vary"] == first.headers["Vary"]
    assert second.headers["Cache-Control"] == "private, no-store" and second.headers["Content-Language"] == lang
    left = [int(answer.headers["RateLimit-Remaining"]) for answer in (first, second)]
    assert 100 - left[0] == left[0] - left[1], "one way costs what the other does"


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.rule)
def test_both_refuse_the_same_for_the_same_reason(asker, twin):
    first, second = asker.get(twin.wrong), asker.post(twin.path, json=twin.wrong_body)
    assert first.status_code == second.status_code and 400 <= first.status_code < 500
    told, again = (json.loads(answer.data) for answer in (first, second))
    for one in (told, again):
        for fault in one.get("faults", ()):
            del fault["value"]
    assert again == told


@pytest.mark.parametrize("name", ["alerts", "closures", "shelters"])
@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 501}, {"cursor": "AAAA"}, {"bbox": [1, 2]}, {"near": 1}])
def test_a_search_refuses_what_the_list_refuses(client, name, wrong):
    ((argument, value),) = wrong.items()
    text = ",".join(map(str, value)) if isinstance(value, list) else value
    told = client.get(f"/v1/{name}?{argument}={text}"), client.post(f"/v1/{name}/search", json=wrong)
    assert [one.status_code for one in told] == [422, 422]
    faults = [{fault["argument"].partition(".")[0] for fault in one.get_json()["faults"]} for one in told]
    assert faults[0] == faults[1] == {argument}


@pytest.fixture(scope="module")
def filled(library):
    """The same town, with closures of a file."""
    report = library.observations.ingest("closures", "tiny", CLOSURES, source="test", simulated=False, received_s=NOW_S)
    assert not report.faults
    return library


def test_pages_of_a_search_have_no_gap_and_no_repeat(client, filled):
    whole = client.get("/v1/closures").get_json()
    told, cursor = [], None
    for _ in range(10):
        body = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = client.post("/v1/closures/search", json=body).get_json()
        assert page["n_matched"] == whole["n_matched"] == len(CLOSURES)
        told += page["features"]
        cursor = page["next"]
        if cursor is None:
            break
    assert told == whole["features"] and len({one["id"] for one in told}) == len(CLOSURES)


def test_a_cursor_holds_for_both_ways(client, filled):
    first = client.get("/v1/closures?limit=2").get_json()
    body = {"limit": 2, "cursor": first["next"]}
    assert (
        client.post("/v1/closures/search", json=body).get_json()
        == client.get(f"/v1/closures?limit=2&cursor={first['next']}").get_json()
    )


def test_a_box_holds_what_touches_it(client, filled):
    lat, lon = node_position(2)
    box = [lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4]
    found = client.post("/v1/closures/search", json={"bbox": box}).get_json()
    assert {one["id"] for one in found["features"]} == {"c1", "c2"} and found["n_matched"] == 2
    assert client.post("/v1/closures/search", json={"bbox": [0, 0, 1, 1]}).get_json()["features"] == []


@pytest.mark.parametrize("name", ["alerts", "closures", "shelters"])
def test_the_etag_tells_the_version_both_ways(client, filled, name):
    first = client.get(f"/v1/{name}")
    assert client.get(f"/v1/{name}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    found = client.post(f"/v1/{name}/search", json={}, headers={"If-None-Match": first.headers["ETag"]})
    assert found.status_code == 200 and found.headers["ETag"] == first.headers["ETag"]


def test_a_lifted_closure_changes_the_etag(client, filled):
    before = client.get("/v1/closures").headers["ETag"]
    lifted = [{**CLOSURES[0], "is_cancelled": True, "revision": 1}]
    filled.observations.ingest("closures", "tiny", lifted, source="test", simulated=False, received_s=NOW_S + 1)
    answer = client.get("/v1/closures", headers={"If-None-Match": before})
    assert answer.status_code == 200 and answer.headers["ETag"] != before
    assert "c0" not in {one["id"] for one in answer.get_json()["features"]}


def test_the_next_page_of_an_ogc_search_carries_no_box(client):
    found = client.post("/ogc/collections/streets/search", json={"bbox": BOX, "limit": 2}).get_json()
    links = {one["rel"]: one for one in found["links"]}
    assert not any(str(number) in json.dumps(found["links"]) for number in BOX)
    assert links["next"]["method"] == links["self"]["method"] == "POST" and links["next"]["merge"] is True
    more = client.post(links["next"]["href"], json={"bbox": BOX, "limit": 2, **links["next"]["body"]}).get_json()
    ids = [one["id"] for page in (found, more) for one in page["features"]]
    assert len(ids) == len(set(ids)) == 4 and more["numberMatched"] == found["numberMatched"]


def test_nothing_of_a_search_is_kept(asker, library):
    """`Idempotency-Key` keeps nothing of a question, for it may tell where somebody is."""
    for path in ("/v1/closures/search", "/v1/shelters/search", "/ogc/collections/closures/search"):
        told = asker.post(path, json={"bbox": BOX}, headers={"Idempotency-Key": "k"})
        assert told.status_code == 200 and "Idempotent-Replayed" not in told.headers
    with sqlite3.connect(library.settings.home / "observations.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM kept_answers").fetchone() == (0,)
