import dataclasses
import json
import logging

import numpy as np
import pytest

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.api.schemas.risk import RiskBody
from dashboard.store.snapshots import write_snapshot
from risk_core.assess import assess
from risk_core.state.situation import Alert, GeometryKind, Shape
from tests.answers.small_world import EMPTY_ID, NOW_S, make_library, wet_situation
from tests.tiny import N, node_position

LAT, LON = node_position(0)


def test_body_is_the_record(client, library):
    body = client.get(f"/v1/risk?area=tiny&lat={LAT}&lon={LON}").get_json()
    point = Answers(library).risk_at("tiny", LAT, LON)
    assert (body["risk"], body["risk_low"], body["risk_high"]) == (point.risk, point.low, point.high)
    assert (body["lat_deg"], body["lon_deg"]) == (LAT, LON)
    assert body["level"] == {"code": point.level.name.lower(), "ko": "심각", "en": "Serious"}
    assert body["version"] == point.version and body["model_version"] == point.model_version
    assert body["simulated"] is True
    assert [a["code"] for a in body["advice"]] == list(point.advice)
    assert [(s["lead_s"], s["risk"]) for s in body["series"]] == [tuple(s) for s in point.series]
    rain = next(h for h in body["hazards"] if h["hazard"] == "rain")
    record = next(h for h in point.hazards if h.hazard == "rain")
    assert rain["intensity"] == dict(record.intensity)
    assert rain["reason"]["code"] == record.reason.code and rain["reason"]["text"]
    assert body["district"]["district_id"] == "west" and body["attribution"] == "Invented for tests"


def test_unknown_is_null_not_nan(client):
    text = client.get(f"/v1/risk?area=tiny&lat={LAT}&lon={LON}").get_data(as_text=True)
    typhoon = next(h for h in json.loads(text)["hazards"] if h["hazard"] == "typhoon")
    assert typhoon["risk"] is None and typhoon["data_as_of"] is None
    assert typhoon["level"]["code"] == "unknown"
    assert "NaN" not in text


def test_post_gives_the_same_without_an_address(client):
    asked = {"area": "tiny", "lat": LAT, "lon": LON, "lang": "en"}
    body = client.post("/v1/risk", json=asked)
    assert body.status_code == 200
    assert body.get_json() == client.get(f"/v1/risk?lat={LAT}&lon={LON}").get_json()


@pytest.mark.parametrize(
    ("moment", "lead_s"), [("0", 0), ("1200", 1200), ("-1000", -1200), ("2026-06-21T01:00:00Z", 3600)]
)
def test_moment_picks_the_nearest_slice_and_tells_it(client, moment, lead_s):
    body = client.get("/v1/risk", query_string={"lat": LAT, "lon": LON, "t": moment}).get_json()
    series = next(s for s in body["series"] if s["lead_s"] == lead_s)
    assert body["risk"] == series["risk"]
    now = client.get("/v1/fields").get_json()["steps"]
    assert body["valid_at"] == next(s["valid_at"] for s in now if s["lead_s"] == lead_s)


@pytest.mark.parametrize(
    "moment", ["99999", "-99999", "nan", "inf", "soon", "2026-06-21T01:00:00", "2030-01-01T00:00:00Z", ""]
)
def test_moment_outside_is_refused(client, moment):
    answer = client.get("/v1/risk", query_string={"lat": LAT, "lon": LON, "t": moment})
    assert answer.status_code == 422
    assert answer.get_json()["faults"][0]["argument"] == "t"


def test_version_asked_for_must_be_kept(client, library):
    newest = library.assessment("tiny").version
    assert client.get(f"/v1/risk?lat={LAT}&lon={LON}&v={newest}").get_json()["version"] == newest
    assert client.get(f"/v1/risk?lat={LAT}&lon={LON}&v=99-{'0' * 12}").status_code == 404


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (LON, LAT, "swapped_coordinates"),
        (0.0, 0.0, "outside_area"),
        (91.0, 0.0, "input"),
        (89.9, 179.9, "outside_area"),
    ],
)
def test_place_that_does_not_fit(client, lat, lon, code):
    answer = client.get(f"/v1/risk?lat={lat}&lon={lon}")
    assert answer.status_code == 422
    assert answer.get_json()["code"] == code
    assert answer.get_json()["faults"][0]["remedy"]


@pytest.mark.parametrize("word", ["nan", "NaN", "inf", "-inf", "x", "", "1e999", "0x10", "true"])
def test_coordinate_that_is_no_number(client, word):
    answer = client.get("/v1/risk", query_string={"lat": word, "lon": LON})
    assert answer.status_code == 422
    fault = answer.get_json()["faults"][0]
    assert fault["argument"] == "lat" and "latitude" in fault["wanted"]


def test_every_fault_at_once(client):
    answer = client.get("/v1/risk?lat=x&color=red&area=NOT..OK&lang=xx")
    faults = {fault["argument"]: fault for fault in answer.get_json()["faults"]}
    assert set(faults) == {"lat", "lon", "color", "area", "lang"}
    assert faults["lon"]["value"] == "missing" and faults["color"]["value"] == "red"


def test_area_without_snapshot_says_when_to_come_back(client):
    answer = client.get(f"/v1/risk?area={EMPTY_ID}&lat={LAT}&lon={LON}")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.get_json()["code"] == "unavailable"


def test_area_that_is_not_installed(client):
    answer = client.get(f"/v1/risk?area=atlantis&lat={LAT}&lon={LON}")
    assert answer.status_code == 404 and answer.get_json()["code"] == "not_found"


def test_answer_about_a_place_is_kept_by_nobody(client):
    answer = client.get(f"/v1/risk?lat={LAT}&lon={LON}")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers


def test_no_coordinate_reaches_a_log(client, api, caplog):
    caplog.set_level(logging.DEBUG)
    marked = "29.947123"
    client.get(f"/v1/risk?lat=-{marked}&lon={LON}")
    client.get(f"/v1/risk?lat={marked}&lon={LON}")
    client.post("/v1/risk", json={"lat": float(marked), "lon": "x"})
    client.get(f"/v1/routes?from=-{marked},{LON}&to={marked},{LON}")
    assert marked not in caplog.text and marked[:6] not in caplog.text


def test_time_is_that_of_the_snapshot(client):
    assert client.get(f"/v1/risk?lat={LAT}&lon={LON}").get_json()["valid_at"] == "2026-06-21T00:00:00Z"


def test_storm_probabilities_are_the_record(stormy_client, stormy_library):
    body = stormy_client.get(f"/v1/risk?area=tiny&lat={LAT}&lon={LON}").get_json()["wind"]
    wind = Answers(stormy_library).risk_at("tiny", LAT, LON).wind
    assert body["storms"] == ["2501"] and body["n_member"] == 1000
    assert len(body["hours"]) == len(wind.hour_s) == len(body["levels"][0]["hour_prob"])
    assert body["hours"][0] == "2026-06-21T00:00:00Z"
    for told, level, prob in zip(body["levels"], wind.levels, wind.event_prob, strict=True):
        assert told["name"] == level.name and told["event_prob"] == pytest.approx(prob, abs=1e-4)
        assert max(told["hour_prob"]) <= told["event_prob"]
    advisory, bridge = body["levels"][0], body["levels"][2]
    assert (advisory["wind_m_per_s"], advisory["gust_m_per_s"]) == (14.0, 20.0)
    assert (bridge["wind_m_per_s"], bridge["gust_m_per_s"]) == (25.0, None)
    assert advisory["event_prob"] > 0.9 and all(one["at"] for one in advisory["arrival"])
    gust = [one["gust_m_per_s"] for one in body["gust"]]
    assert gust == sorted(gust) and gust[-1] > 20


def test_without_a_storm_there_is_no_wind(client):
    assert client.get(f"/v1/risk?area=tiny&lat={LAT}&lon={LON}").get_json()["wind"] is None


def test_official_warnings_in_force_here_are_told_as_issued(tmp_path):
    library = make_library(tmp_path)
    (south, west), (lat, lon) = node_position(0), node_position(N * N - 1)
    ring = [
        (south - 0.001, west - 0.001),
        (south - 0.001, west + 0.001),
        (south + 0.001, west),
    ]
    shape = Shape(GeometryKind.POLYGON, (np.array([*ring, ring[0]]),))
    said = "a1", "KMA", "호우", "호우 경보", "대피", "severe", "ko", NOW_S - 60, NOW_S - 60
    alerts = Alert(*said, NOW_S + 900, "서구", shape, True), Alert("a0", *said[1:], NOW_S - 1, "", shape, True)
    situation = dataclasses.replace(wet_situation(library.area("tiny")), alerts=alerts)
    write_snapshot(tmp_path, assess(library.area("tiny"), situation))
    client = create_api(library, Answers(library)).test_client()
    body = client.get(f"/v1/risk?lat={south}&lon={west}").get_json()
    assert [(one["headline"], one["sender"], one["simulated"]) for one in body["warnings"]] == [
        ("호우 경보", "KMA", True)
    ]
    assert RiskBody.model_validate(body, strict=True).model_dump(mode="json") == body
    assert client.get(f"/v1/risk?lat={lat}&lon={lon}").get_json()["warnings"] == []
    assert client.get(f"/v1/risk?lat={south}&lon={west}&t=3600").get_json()["warnings"] == []
