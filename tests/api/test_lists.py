from itertools import pairwise

import pytest

from dashboard.api.paging import MAX_LIMIT
from dashboard.store.retention import archive_old
from risk_core.units import S_PER_DAY
from tests.answers.small_world import EMPTY_ID

CLOSURES = "/ogc/collections/closures/items"


@pytest.fixture
def rained(library):
    rows = [
        {"station_id": f"g{k % 3}", "time": 1_781_990_000.0 + 60 * (k // 3), "lat": -29.949, "lon": -71.299,
         "rate_mm_per_h": float(k), "interval_s": 60.0}
        for k in range(25)
    ]  # fmt: skip
    report = library.observations.ingest(
        "rain", "tiny", rows, source="test", simulated=False, received_s=1_782_000_000.0
    )
    assert not report.faults
    return rows


def test_closures_are_features_with_their_words(client):
    answer = client.get(CLOSURES)
    (one,) = answer.get_json()["features"]
    assert answer.mimetype == "application/geo+json"
    assert one["geometry"]["type"] == "Polygon" and one["properties"]["reason"] == "flood"
    assert one["properties"]["in_force"] is True and one["properties"]["simulated"] is True
    ring = one["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring)) < 0


def test_a_list_of_the_same_snapshot_is_not_sent_twice(client):
    first = client.get(CLOSURES)
    assert client.get(CLOSURES, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_box_elsewhere_holds_nothing(client):
    assert client.get(CLOSURES + "?bbox=0,0,1,1").get_json()["numberMatched"] == 0
    assert client.get(CLOSURES + "?bbox=-72,-30,-71,-29").get_json()["numberMatched"] == 1
    assert client.get(CLOSURES + "?bbox=1,1,0,0").status_code == 400


def test_observations_come_page_by_page_without_gap_or_repeat(client, rained):
    told, cursor = [], ""
    for _ in range(10):
        body = client.get(f"/v1/observations?kind=rain&limit=7{cursor}").get_json()
        told += [
            (one["time"], one["values"]["station_id"], one["values"]["rate_mm_per_h"]) for one in body["observations"]
        ]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert len(told) == len(set(told)) == len(rained)
    assert [row[0] for row in told] == sorted(row[0] for row in told)


def test_archived_observations_are_paged_with_the_others(client, library, rained):
    path = "/v1/observations?kind=rain&limit=100"
    before = client.get(path).get_json()["observations"]
    later_s = 1_782_000_000.0 + 9 * S_PER_DAY
    assert archive_old(library.observations, library.archive, 2, later_s) == len(rained)
    assert not library.observations.rows("rain", "tiny")
    assert client.get(path).get_json()["observations"] == before


@pytest.mark.parametrize("kind", ["visits", "flows", "counts", "zones", "nothing"])
def test_peoples_ways_are_no_open_kind(client, kind):
    answer = client.get(f"/v1/observations?kind={kind}")
    assert answer.status_code == 422 and answer.get_json()["faults"][0]["argument"] == "kind"


@pytest.mark.parametrize(
    "query", ["limit=0", f"limit={MAX_LIMIT + 1}", "cursor=AAAA", "cursor=%00", "kind=rain&kind=wind", "bbox=1,2"]
)
def test_wrong_questions_are_refused(client, query):
    for path in ("observations?kind=rain&", "shelters?"):
        if path.startswith("obs") and query.startswith("bbox"):
            continue
        assert client.get(f"/v1/{path}{query}").status_code == 422


def test_sources_and_models_tell_what_they_rest_on(client):
    (source,) = client.get("/v1/sources").get_json()["sources"]
    assert source["kind"] == "rain" and source["age_s"] == 0.0
    body = client.get("/v1/models").get_json()
    assert body["model_version"] and {one["model"] for one in body["models"]} >= {"trend", "wind", "rain"}
    assert body["decisions"] == []


def test_an_area_without_a_snapshot_is_not_ready(client):
    for name in ("alerts", "shelters", "sources", "models"):
        assert client.get(f"/v1/{name}?area={EMPTY_ID}").status_code == 503
