"""What somebody meets who tries the API for the first time: likely mistakes, and answers that tell how to mend them."""

import json

import pytest

from dashboard.api.path_parameters import EXAMPLES_OF
from tests.tiny import node_position

(LAT, LON), (LAT_B, LON_B) = node_position(0), node_position(14)
HERE, THERE = {"lat": LAT, "lon": LON}, {"lat": LAT_B, "lon": LON_B}
EN, KO = {"Accept-Language": "en"}, {"Accept-Language": "ko"}


def faults(answer, status=422):
    assert answer.status_code == status, answer.get_json()
    return {one["argument"]: one for one in answer.get_json()["faults"]}


def test_a_time_without_offset_is_told_to_take_one(client):
    (one,) = faults(client.get(f"/v1/risk?lat={LAT}&lon={LON}&t=2026-06-21T00:00:00", headers=EN)).values()
    assert one["argument"] == "t" and "offset" in one["wanted"] and "2026-06-21T00:00:00Z" in one["remedy"]
    (told,) = faults(client.get(f"/v1/risk?lat={LAT}&lon={LON}&t=2026-06-21T00:00:00", headers=KO)).values()
    assert "시차" in told["wanted"] and "Z" in told["remedy"]


@pytest.mark.parametrize("moment", ["now", "tomorrow", "nan", "-inf", "2026-13-01T00:00:00Z"])
def test_what_is_no_time_is_told_both_forms(client, moment):
    (one,) = faults(client.get(f"/v1/risk?lat={LAT}&lon={LON}&t={moment}", headers=EN)).values()
    assert one["argument"] == "t" and "RFC 3339" in one["wanted"] and "1800" in one["remedy"]


def test_the_argument_at_fault_is_the_one_given(client):
    assert set(faults(client.get("/v1/observations?kind=rain&since=yesterday"))) == {"since"}


@pytest.mark.parametrize("t", [1200, 1200.0, "1200", 0, -1200])
def test_seconds_may_be_a_number_of_a_body(client, t):
    told = client.post("/v1/risk", json=HERE | {"t": t}).get_json()["valid_at"]
    assert told == client.get(f"/v1/risk?lat={LAT}&lon={LON}&t={t}").get_json()["valid_at"]


def test_true_is_no_time(client):
    assert set(faults(client.post("/v1/risk", json=HERE | {"t": True}))) == {"t"}


@pytest.mark.parametrize("query", ["kinds=shortest", "kinds=fastest,shortest"])
def test_a_wrong_entry_is_told_once(client, query):
    found = faults(client.get(f"/v1/routes?from={LAT},{LON}&to={LAT_B},{LON_B}&{query}", headers=EN))
    (one,) = found.values()
    assert one["value"] == "shortest" and "fastest" in one["wanted"]
    assert len(faults(client.get(f"/v1/reach?from={LAT},{LON}&limits_s=abc"))) == 1


@pytest.mark.parametrize("query", ["", "?kind=visits"])
def test_kinds_of_observations_are_named(client, query):
    one = faults(client.get(f"/v1/observations{query}", headers=EN))["kind"]
    assert "rain" in one["wanted"] if query else "Choose" in one["remedy"]


@pytest.mark.parametrize(
    ("body", "argument", "wanted"),
    [
        ({"origins": HERE, "destinations": [THERE]}, "origins", "a list"),
        ({"origins": [HERE], "destinations": "x"}, "destinations", "a list"),
        ({"origins": [HERE], "destinations": [THERE], "lang": 7}, "lang", "ko or en"),
        ({"origins": [], "destinations": [THERE]}, "origins", "at least 1 entries"),
    ],
)
def test_the_kind_of_a_value_is_told(client, body, argument, wanted):
    assert faults(client.post("/v1/matrix", json=body, headers=EN))[argument]["wanted"] == wanted


def test_names_stand_without_quotes(client):
    assert faults(client.get("/v1/risk?lat=1&lon=2&area=nowhere"), 404)["area"]["value"] == "nowhere"


def test_a_body_that_is_no_json_is_told_what_is_wanted(client):
    assert "body" in faults(client.post("/v1/risk", data="{", content_type="application/json"), 400)
    form = client.post("/v1/risk", data="lat=1", content_type="application/x-www-form-urlencoded")
    assert faults(form, 415)["Content-Type"]["wanted"] == "application/json"


def test_a_box_with_latitude_first_is_told_so(client):
    box = f"{LAT - 0.01},{LON - 0.01},{LAT + 0.01},{LON + 0.01}"
    for name in ("alerts", "shelters", "closures"):
        one = faults(client.get(f"/v1/{name}?bbox={box}", headers=EN))["bbox"]
        assert "Longitude comes first" in one["remedy"]
        assert client.get(f"/v1/{name}?bbox=0,0,1,1").status_code == 200
    assert "경도" in faults(client.get(f"/v1/alerts?bbox={box}", headers=KO))["bbox"]["remedy"]


def test_an_area_to_avoid_with_latitude_first_is_told_so(client):
    corners = [(0, 0), (0.001, 0), (0.001, 0.001), (0, 0.001), (0, 0)]
    ring = [[LAT + d_lat, LON + d_lon] for d_lat, d_lon in corners]
    asked = {"from": HERE, "to": THERE, "avoid": {"type": "Polygon", "coordinates": [ring]}}
    assert "longitude first" in faults(client.post("/v1/routes", json=asked, headers=EN))["avoid"]["remedy"]
    far = [[lon + 90, lat] for lat, lon in ring]
    asked["avoid"]["coordinates"] = [far]
    assert client.post("/v1/routes", json=asked).status_code == 200


def test_a_height_behind_a_position_is_not_looked_at(client):
    corners = [(0, 0), (0.001, 0), (0.001, 0.001), (0, 0.001), (0, 0)]
    flat = [[LON + 0.002 + d_lon, LAT + d_lat] for d_lat, d_lon in corners]
    asked = {"from": HERE, "to": THERE}
    told = [
        client.post("/v1/routes", json=asked | {"avoid": {"type": "Polygon", "coordinates": [ring]}})
        for ring in (flat, [[*one, 12.5] for one in flat])
    ]
    assert [one.status_code for one in told] == [200, 200] and told[0].get_json() == told[1].get_json()
    crooked = [[*one, "up"] for one in flat]
    asked["avoid"] = {"type": "Polygon", "coordinates": [crooked]}
    assert all("coordinates.0." in name for name in faults(client.post("/v1/routes", json=asked)))


def test_a_text_of_another_form_is_not_told_to_be_a_text(client):
    message = client.get(f"/osrm/route/v1/foot/{LON},{LAT};{LON_B},{LAT_B}?steps=yes").get_json()["message"]
    assert "a text" not in message and "steps" in message


def test_single_operations_have_their_own_examples(client):
    document = client.get("/v1/openapi.json").get_json()
    told = {
        one["operationId"]: one.get("parameters", []) for path in document["paths"].values() for one in path.values()
    }
    parts = document["components"]["parameters"]
    for (operation, name), example in EXAMPLES_OF.items():
        every = [parts[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in told[operation]]
        assert [one["example"] for one in every if one["name"] == name] == [example], json.dumps(every)
