import pytest

from dashboard.answers import Answers, InfectionQuestion
from dashboard.api.schemas.advice import InfectionAdviceBody
from dashboard.api.schemas.routes import RoutesBody
from dashboard.views.format import local_hour
from risk_core.state.activity import Distance, Mask
from risk_core.state.activity_presets import PRESETS, StayChanges
from tests.tiny import node_position

LAT, LON = node_position(0)
FAR = node_position(5)
CAFE = {"lat": LAT, "lon": LON, "preset": "cafe"}
ADDRESS = "/v1/advice/infection"


def test_body_is_the_record(ill_client, ill_library):
    body = ill_client.get(ADDRESS, query_string={**CAFE, "minutes": 30, "mask": "n95", "distance_m": 2}).get_json()
    changes = StayChanges(stay_min=30.0, own_mask=Mask.N95, distance=Distance.TWO_M)
    question = InfectionQuestion("tiny", LAT, LON, "cafe", changes)
    found = Answers(ill_library).infection_advice(question, local_hour(ill_library.area("tiny")))
    for name, chance in (("contact", found.risk.contact), ("infection", found.risk.infection)):
        assert (body[name]["prob"], body[name]["low"], body[name]["high"]) == (chance.prob, chance.low, chance.high)
        assert body[name]["millionths"] == pytest.approx(1e6 * chance.prob)
        assert body[name]["one_in"] * body[name]["prob"] == pytest.approx(1)
    assert (body["stay"]["stay_min"], body["stay"]["own_mask"], body["stay"]["distance"]) == (30, "n95", "two_m")
    assert [lever["code"] for lever in body["levers"]] == [str(lever.kind) for lever in found.levers]
    assert body["simulated"] is True and body["local_hour"] == found.hour
    assert InfectionAdviceBody.model_validate(body).model_dump(mode="json") == body


def test_words_tell_the_interval_and_that_no_scheme_is_known(ill_client):
    body = ill_client.get(ADDRESS, query_string=CAFE).get_json()
    assert "1\xa0in\xa0" in body["infection"]["text"] and "80 % interval" in body["infection"]["interval_text"]
    assert body["official"] is None and "no official scheme" in body["official_text"]
    assert "nobody counted" in body["people_text"]
    korean = ill_client.get(ADDRESS, query_string={**CAFE, "lang": "ko"}).get_json()
    assert "번에" in korean["infection"]["text"] and "공식 단계" in korean["official_text"]
    assert korean["infection"]["prob"] == body["infection"]["prob"]


def test_body_and_address_answer_alike(ill_client):
    stay = {**CAFE, "minutes": 20.0, "co2_ppm": 900.0, "crowd_ratio": 0.5}
    assert ill_client.post(ADDRESS, json=stay).get_json() == ill_client.get(ADDRESS, query_string=stay).get_json()


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_answers_in_both_languages(ill_client, preset):
    for lang in ("ko", "en"):
        answer = ill_client.get(ADDRESS, query_string={**CAFE, "preset": preset, "lang": lang})
        body = answer.get_json()
        assert answer.status_code == 200, body
        assert 0 < body["infection"]["low"] < body["infection"]["prob"] < body["infection"]["high"] < 1
        assert body["infection"]["prob"] <= body["contact"]["prob"]


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ({"preset": "moon"}, "preset"),
        ({"minutes": 0}, "minutes"),
        ({"mask": "scarf"}, "mask"),
        ({"distance_m": -1}, "distance_m"),
        ({"co2_ppm": 300}, "co2_ppm"),
        ({"ach": 3, "co2_ppm": 900}, "co2_ppm"),
        ({"preset": "street_walk", "ach": 3}, "ach"),
        ({"preset": "street_walk", "co2_ppm": 900}, "co2_ppm"),
        ({"crowd_ratio": 99}, "crowd_ratio"),
        ({"voice": "operatic"}, "voice"),
        ({"lat": "nan"}, "lat"),
    ],
)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_what_does_not_fit_is_named_as_the_reader_wrote_it(ill_client, change, argument, lang):
    answer = ill_client.get(ADDRESS, query_string={**CAFE, "lang": lang, **change})
    problem = answer.get_json()
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert [fault["argument"] for fault in problem["faults"]] == [argument]
    assert problem["faults"][0]["wanted"] and "air_changes_per_h" not in str(problem)


def test_without_case_reports_it_is_a_kind_of_error_of_its_own(client):
    answer = client.get(ADDRESS, query_string=CAFE)
    assert answer.status_code == 404 and answer.get_json()["code"] == "infection_unknown"
    assert client.get("/v1/problems/infection_unknown").status_code == 200


def test_a_place_outside_is_refused(ill_client):
    answer = ill_client.get(ADDRESS, query_string={**CAFE, "lat": 0, "lon": 0})
    assert answer.status_code == 422 and answer.get_json()["code"] == "outside_area"


def test_an_answer_about_a_place_is_kept_by_nobody(ill_client):
    answer = ill_client.get(ADDRESS, query_string=CAFE)
    assert answer.headers["Cache-Control"] == "private, no-store" and "ETag" not in answer.headers


def test_ways_carry_the_infection_along_them(ill_client, client):
    ways = {"from": f"{LAT},{LON}", "to": f"{FAR[0]},{FAR[1]}"}
    for address in ("/v1/routes", "/v1/routes/choices", "/v1/routes/alternatives"):
        body = ill_client.get(address, query_string=ways).get_json()
        for feature in body["features"]:
            found = feature["properties"]["infection"]
            assert 0 < found["chance"]["low"] < found["chance"]["prob"] < found["chance"]["high"] < 1e-3
            assert found["known_share"] == pytest.approx(1)
    body = ill_client.get("/v1/routes", query_string=ways).get_json()
    assert RoutesBody.model_validate(body).model_dump(mode="json") == body
    for other, asked in ((ill_client, {**ways, "profile": "car"}), (client, ways)):
        body = other.get("/v1/routes", query_string=asked).get_json()
        assert body["detour"] is None and all(one["properties"]["infection"] is None for one in body["features"])
