from datetime import datetime, timedelta

import pytest

from dashboard.answers import Answers, RouteQuestion
from dashboard.api import create_api
from dashboard.i18n import languages
from risk_core.state.profile import Profile
from tests.answers.small_world import EMPTY_ID, cut_off, make_library, write_next
from tests.tiny import node_position

A, B = node_position(0), node_position(5)
FROM, TO = f"{A[0]},{A[1]}", f"{B[0]},{B[1]}"
ISLAND = ",".join(str(part) for part in node_position(36))


def ask(client, **changes):
    return client.get("/v1/routes", query_string={"from": FROM, "to": TO} | changes)


def test_body_is_the_record(client, library):
    body = ask(client).get_json()
    record = Answers(library).routes_between(RouteQuestion("tiny", *A, *B))
    assert body["type"] == "FeatureCollection" and body["version"] == record.version
    assert body["is_same_way"] == record.is_same_way and body["simulated"] is True
    for feature, route in zip(body["features"], record.routes, strict=True):
        known = feature["properties"]
        assert feature["id"] == route.route_id and known["kind"] == route.kind
        for name in ("duration_s", "length_m", "danger_m", "exposure_s"):
            assert known[name] == getattr(route, name)
        assert feature["geometry"]["coordinates"] == [
            [lon, lat] for lon, lat in zip(route.lon_deg, route.lat_deg, strict=True)
        ]
        assert sum(known["level_length_m"].values()) == pytest.approx(sum(route.level_length_m))
        assert len(known["segment_level"]) == len(route.lat_deg) - 1
        assert [s["code"] for s in known["steps"]] == [s.code for s in route.steps]
        assert all(step["text"] for step in known["steps"]) and all(r["text"] for r in known["reasons"])


def test_both_kinds_by_default_fastest_first(client):
    kinds = [f["properties"]["kind"] for f in ask(client).get_json()["features"]]
    assert kinds == ["fastest", "safest"]
    kinds = [f["properties"]["kind"] for f in ask(client, kinds="safest,balanced").get_json()["features"]]
    assert kinds == ["balanced", "safest"]


def test_geojson_media_type_and_privacy(client):
    answer = ask(client)
    assert answer.mimetype == "application/geo+json"
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("lang", languages())
def test_sentences_in_the_language_asked_for(client, lang):
    answer = ask(client, lang=lang)
    steps = answer.get_json()["features"][0]["properties"]["steps"]
    assert answer.headers["Content-Language"] == lang
    has_hangul = any("가" <= letter <= "힣" for step in steps for letter in step["text"])
    assert has_hangul == (lang == "ko")


def test_post_gives_the_same(client):
    body = {
        "area": "tiny",
        "from": {"lat": A[0], "lon": A[1]},
        "to": {"lat": B[0], "lon": B[1]},
        "profile": "walk",
        "kinds": ["safest", "fastest"],
    }
    assert client.post("/v1/routes", json=body).get_json() == ask(client).get_json()


def test_profile_and_moment(client):
    walk, car = ask(client).get_json(), ask(client, profile="car", t="3600").get_json()
    assert car["profile"] == Profile.CAR
    assert car["features"][0]["properties"]["duration_s"] < walk["features"][0]["properties"]["duration_s"]
    assert car["valid_at"] == "2026-06-21T01:00:00Z"


@pytest.mark.parametrize(
    ("changes", "status", "code", "argument"),
    [
        ({"from": "0,0"}, 422, "outside_area", "from"),
        ({"to": f"{B[1]},{B[0]}"}, 422, "swapped_coordinates", "to"),
        ({"from": "nan,nan"}, 422, "input", "from"),
        ({"from": "1"}, 422, "input", "from"),
        ({"from": "1,2,3"}, 422, "input", "from"),
        ({"from": "١,٢"}, 422, "input", "from"),
        ({"profile": "dragon"}, 422, "input", "profile"),
        ({"kinds": ""}, 422, "input", None),
        ({"kinds": "fastest,scenic"}, 422, "input", None),
        ({"area": "atlantis"}, 404, "not_found", "area"),
        ({"area": EMPTY_ID}, 503, "unavailable", "area"),
    ],
)
def test_question_that_does_not_fit(client, changes, status, code, argument):
    answer = ask(client, **changes)
    assert answer.mimetype == "application/problem+json"
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    if argument is not None:
        assert answer.get_json()["faults"][0]["argument"] == argument


def test_both_ends_at_fault_are_told_at_once(client):
    faults = ask(client, **{"from": "0,0", "to": "1,1"}).get_json()["faults"]
    assert [fault["argument"] for fault in faults] == ["from", "to"]


def test_end_far_from_every_street_is_told(client):
    answer = ask(client, to=ISLAND)
    assert answer.status_code == 422 and answer.get_json()["faults"][0]["argument"] == "to"


def test_end_cut_off_by_closures_cannot_be_reached(tmp_path):
    library = make_library(tmp_path)
    write_next(library, 10.0, cut_off())
    answer = ask(create_api(library, Answers(library)).test_client())
    assert (answer.status_code, answer.get_json()["code"]) == (422, "unreachable")


@pytest.mark.parametrize("value", [True, "1", None, [1], {"a": 1}])
def test_body_number_must_be_a_number(client, value):
    body = {"from": {"lat": value, "lon": A[1]}, "to": {"lat": B[0], "lon": B[1]}}
    answer = client.post("/v1/routes", json=body)
    assert answer.status_code == 422
    assert answer.get_json()["faults"][0]["argument"] == "from.lat"


def test_point_of_a_body_is_no_text(client):
    answer = client.post("/v1/routes", json={"from": FROM, "to": TO})
    assert {fault["argument"] for fault in answer.get_json()["faults"]} == {"from", "to"}


def ring_round(lon, lat):
    return [[lon + x, lat + y] for x, y in ((-2e-4, -2e-4), (2e-4, -2e-4), (2e-4, 2e-4), (-2e-4, 2e-4), (-2e-4, -2e-4))]


@pytest.mark.parametrize("wraps", [False, True])
def test_areas_to_avoid_are_kept_out_of(client, wraps):
    ends = {"from": {"lat": A[0], "lon": A[1]}, "to": {"lat": B[0], "lon": B[1]}}
    plain = client.post("/v1/routes", json=ends).get_json()
    line = plain["features"][0]["geometry"]["coordinates"]
    lon, lat = line[len(line) // 2]
    ring = ring_round(lon, lat)
    area = {"type": "MultiPolygon", "coordinates": [[ring]]} if wraps else {"type": "Polygon", "coordinates": [ring]}
    answer = client.post("/v1/routes", json=ends | {"avoid": area})
    assert answer.status_code == 200
    for feature in answer.get_json()["features"]:
        line = feature["geometry"]["coordinates"]
        assert not any(abs(x - lon) < 2e-4 and abs(y - lat) < 2e-4 for x, y in line)


@pytest.mark.parametrize(
    "area",
    [
        {"type": "Point", "coordinates": [0, 0]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, "x"], [1, 0], [0, 0]]]},
    ],
)
def test_wrong_areas_to_avoid_are_refused_by_name(client, area):
    ends = {"from": {"lat": A[0], "lon": A[1]}, "to": {"lat": B[0], "lon": B[1]}}
    answer = client.post("/v1/routes", json=ends | {"avoid": area})
    assert answer.status_code == 422 and "avoid" in answer.get_data(as_text=True)


def test_choices_are_the_undominated_ways_and_a_few_of_them(client, library):
    body = client.get("/v1/routes/choices", query_string={"from": FROM, "to": TO}).get_json()
    front = [(one["duration_s"], one["danger_s"]) for one in body["front"]]
    assert body["is_complete"] and front == sorted(front)
    assert [danger for _, danger in front] == sorted((danger for _, danger in front), reverse=True)
    routes = {one["properties"]["kind"]: one["properties"] for one in ask(client).get_json()["features"]}
    ways = [one["properties"] for one in body["features"]]
    assert ways[0]["kind"] == "fastest" and ways[0]["duration_s"] == pytest.approx(
        routes["fastest"]["duration_s"], abs=0.05
    )
    assert len(ways) <= min(3, len(front)) and front[0][0] == pytest.approx(ways[0]["duration_s"], abs=1.0)
    asked = {"from": {"lat": A[0], "lon": A[1]}, "to": {"lat": B[0], "lon": B[1]}}
    assert client.post("/v1/routes/choices", json=asked).get_json() == body


def test_choices_refuse_what_routes_refuse(client):
    refused = client.get("/v1/routes/choices", query_string={"from": FROM, "to": ISLAND})
    assert refused.status_code == 422 and refused.get_json()["faults"] == ask(client, to=ISLAND).get_json()["faults"]
    refused = client.get("/v1/routes/choices", query_string={"from": FROM, "to": TO, "slack": 2})
    assert refused.status_code == 422


def test_places_to_call_at_are_called_at_in_order(client):
    middle = node_position(3)
    asked = {"from": {"lat": A[0], "lon": A[1]}, "to": {"lat": B[0], "lon": B[1]}, "profile": "walk"}
    body = client.post("/v1/routes", json=asked | {"via": [{"lat": middle[0], "lon": middle[1]}]}).get_json()
    (called,) = body["via"]
    assert called["lat_deg"] == pytest.approx(middle[0], abs=1e-5)
    for one in body["features"]:
        assert len(one["properties"]["leg_s"]) == 2
        assert sum(one["properties"]["leg_s"]) == pytest.approx(one["properties"]["duration_s"])
        near = [abs(lat - middle[0]) + abs(lon - middle[1]) for lon, lat in one["geometry"]["coordinates"]]
        assert min(near) < 1e-4
    assert client.post("/v1/routes", json=asked).get_json()["via"] == []
    refused = client.post("/v1/routes", json=asked | {"via": [{"lat": 0.0, "lon": 0.0}]})
    assert refused.status_code == 422 and refused.get_json()["faults"][0]["argument"] == "via[0]"


def test_alternatives_are_one_kind_best_first_and_begin_with_it(client):
    body = client.get("/v1/routes/alternatives", query_string={"from": FROM, "to": TO, "kind": "fastest"}).get_json()
    ways = body["features"]
    assert {one["properties"]["kind"] for one in ways} == {"fastest"} and 1 < len(ways) <= 3
    taken = [one["properties"]["duration_s"] for one in ways]
    assert taken == sorted(taken) and taken[-1] <= 1.5 * taken[0] + 1
    assert len({one["id"] for one in ways}) == len(ways)
    asked = {"from": {"lat": A[0], "lon": A[1]}, "to": {"lat": B[0], "lon": B[1]}, "kind": "fastest"}
    assert client.post("/v1/routes/alternatives", json=asked).get_json() == body


def test_who_must_be_there_by_a_time_is_told_when_to_leave(client):
    now = ask(client).get_json()
    body = ask(client, arrive_by="3000").get_json()
    begin = datetime.fromisoformat(now["valid_at"])
    for one in body["features"]:
        leave, arrive = (datetime.fromisoformat(one["properties"][name]) for name in ("depart_at", "arrive_at"))
        assert begin <= leave and (arrive - begin).total_seconds() <= 3001
        assert (arrive - leave).total_seconds() == pytest.approx(one["properties"]["duration_s"], abs=1)
    first = now["features"][0]["properties"]
    assert datetime.fromisoformat(first["depart_at"]) == begin
    at = (begin + timedelta(seconds=3000)).isoformat()
    assert ask(client, arrive_by=at).get_json()["features"] == body["features"]


@pytest.mark.parametrize("changes", [{"arrive_by": "5"}, {"arrive_by": "soon"}, {"arrive_by": "3000", "t": "0"}])
def test_an_arrival_that_cannot_be_is_refused(client, changes):
    refused = ask(client, **changes)
    assert refused.status_code == 422 and refused.get_json()["faults"][0]["argument"] == "arrive_by"
