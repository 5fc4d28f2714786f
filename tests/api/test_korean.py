"""A Korean reader is refused in Korean: what is wanted, and what to do, bounds and all."""

import re

import pytest

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from tests.answers.small_world import NOW_S
from tests.api.twins import TWINS, A, B

HANGUL = re.compile("[가-힣]")
LAT, LON = A["lat"], A["lon"]
BOW = [[LON, LAT], [LON + 0.01, LAT + 0.01], [LON + 0.01, LAT], [LON, LAT + 0.01], [LON, LAT]]
ADDRESSES = """
/v1/observations?kind=visits
/v1/observations
/v1/alerts?cursor=AAAA
/v1/alerts?limit=0
/v1/risk?lat=1&lat=2
/v1/fields/x/value?lat=1&lon=2
/v1/fields/rain/overlay.png?step=99
/v1/areas/nothing
/v1/evacuations/0f3a9c1b5d7e
/v1/jobs/job-0f3a9c1b5d7e2a46
/v1/webhooks/wh-0f3a9c1b5d7e2a46
/v1/cap/5f2b5f2b5f2b5f2b.xml
/v1/closures/x
/v1/fields/rain/tiles/2/9/9.png
/v1/contributions/sources/op-0f3a9c1b5d7e
/v1/acts?n=9999
/v1/problems/zzz
/v1/risk/area?district=zz
/v1/fields/rain/cut.json?bbox=0,0,1,1
"""
ASKED = (
    ("/v1/closures", {"geometry": {"type": "LineString", "coordinates": [[0, 0], [0.001, 0]]}}),
    ("/v1/closures", {"geometry": {"type": "Polygon", "coordinates": [BOW]}}),
    ("/v1/closures", {"geometry": {"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT]]}, "reason": "?"}),
    ("/v1/webhooks", {"url": "http://127.0.0.1/", "place": A}),
    ("/v1/webhooks", {"url": "https://example.org/" + "a" * 2_000, "place": A}),
    ("/v1/webhooks", {"url": "https://example.org/"}),
    ("/v1/push", {"endpoint": "https://x/", "keys": {}, "place": A}),
    ("/v1/contributions", {"payload": "a", "protected": "b", "signature": "c"}),
    ("/v1/contributions/sources", {"kind": "visits", "owner": "a", "licence": "b", "public_key": {}}),
    ("/v1/evacuations", {"districts": ["zz"]}),
    ("/v1/evacuations", {}),
    ("/v1/held/1", {"decision": "eat"}),
    ("/v1/held/1", {"decision": "drop"}),
    ("/v1/acts/99/undo", {}),
    ("/v1/routes", {"from": A, "to": B, "avoid": {"type": "Polygon", "coordinates": [BOW]}}),
    ("/v1/routes", {"from": A, "to": B, "arrive_by": "soon"}),
    ("/v1/matrix", {"origins": [A] * 100, "destinations": [A] * 100}),
    ("/v1/risk/area", {}),
    ("/v1/advice/infection", {**A, "preset": "x"}),
    ("/v1/advice/infection", {**A, "preset": "metro_car"}),
    ("/v1/risk", {"lat": [], "lon": None, "x": 1}),
    ("/v1/risk", {**A, "t": "99999999"}),
)


@pytest.fixture(scope="module")
def coordinator(library):
    kept = Library(library.settings.replace(open_per_min=0, keyed_per_min=0), marks_use=False)
    client = create_api(kept, Answers(kept), lambda: NOW_S).test_client()
    key = kept.keys.make("somebody", Role.COORDINATE, tuple(Scope), None, NOW_S - 1)[1]
    client.environ_base.update(
        HTTP_AUTHORIZATION=f"Bearer {key}", HTTP_ACCEPT_LANGUAGE="ko", REMOTE_ADDR="198.51.100.7"
    )
    return client


def check(answer):
    told = answer.get_json()
    assert 400 <= answer.status_code < 500 and told["faults"], told
    for one in told["faults"]:
        assert HANGUL.search(one["wanted"]) and HANGUL.search(one["remedy"]), one
    assert HANGUL.search(told["title"]) and HANGUL.search(told["detail"])
    assert answer.headers["Content-Language"] == "ko"


@pytest.mark.parametrize(
    "address", [*ADDRESSES.split(), *(twin.wrong for twin in TWINS if twin.rule.startswith("/v1/"))]
)
def test_what_stands_in_an_address_is_refused_in_korean(coordinator, address):
    check(coordinator.get(address))


@pytest.mark.parametrize(
    ("path", "body"), [*ASKED, *((twin.path, twin.wrong_body) for twin in TWINS if twin.rule.startswith("/v1/"))]
)
def test_what_is_sent_is_refused_in_korean(coordinator, path, body):
    check(coordinator.post(path, json=body))


def test_bounds_keep_their_numbers(coordinator):
    told = coordinator.post("/v1/matrix", json={"origins": [A] * 100, "destinations": [A] * 100}).get_json()
    assert "3500" in told["faults"][0]["wanted"]
    told = coordinator.get("/v1/fields/rain/overlay.png?step=99").get_json()
    assert re.search(r"0~\d+ 사이의 정수", told["faults"][0]["wanted"])
