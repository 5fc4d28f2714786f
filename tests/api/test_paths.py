import json
import logging

import pytest

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.api.schemas.paths import PathsBody, WalkerBody
from dashboard.store.keys import Role, Scope
from tests.answers.small_world import NOW_S, closure, make_library, write_ill, write_next
from tests.answers.walking import walk_east

ADDRESS = "/v1/paths"


@pytest.fixture(scope="module")
def shut(tmp_path_factory):
    """A dry town with one closed street."""
    library = make_library(tmp_path_factory.mktemp("shut"))
    write_next(library, 0.0, (closure(22, 23, "shut"),))
    return library


@pytest.fixture(scope="module")
def client(shut):
    client = create_api(shut, Answers(shut)).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def question(n=14, history=3, **more):
    pings = walk_east(n, NOW_S - 10.0 * (n - 1))
    trips = [walk_east(38, NOW_S - 86_400.0 * (k + 1)) for k in range(history)]
    return {"pings": pings, "history": trips, "ahead_min": [1, 3, 5], "asked_at": NOW_S, "lang": "en", **more}


def ask(client, **more):
    answer = client.post(ADDRESS, json=question(**more))
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def test_body_fits_its_model_and_tells_the_whole_story(client):
    body = ask(client)
    assert PathsBody.model_validate(body).model_dump(mode="json", by_alias=True) == body
    assert body["status"] == "told" and body["pings"]["n_used"] == 14
    assert body["position"]["street"] == "Row 3"
    assert [one["minute"] for one in body["places"]] == [1, 3, 5, None]
    streets = body["streets"]["features"]
    probs = [one["properties"]["prob"] for one in streets]
    assert probs == sorted(probs, reverse=True) and probs[0] == pytest.approx(1.0)
    ahead = sum(one["properties"]["minute_prob"].get("3", 0.0) for one in streets)
    assert 0.8 < ahead <= 1.0 + 1e-9
    warning = body["warning"]
    assert (warning["kind"], warning["level"]["code"], warning["street"]) == ("closed", "serious", "Row 3")
    assert 2 < warning["minutes_to_go"] < 4 and "min on Row 3" in warning["title"]
    assert "Row 0" in warning["reason_text"] and warning["reason"] is None
    detour = body["detour"]
    assert detour["leave"]["after_min"] < warning["minutes_to_go"]
    assert detour["route"]["properties"]["kind"] == "safest" and detour["added_s"] > -30
    assert body["knowledge"]["n_own_trip"] == 3 and "nobody's real ones" in body["knowledge"]["text"]


def test_korean_says_the_same(client):
    korean, english = ask(client, lang="ko"), ask(client)
    assert korean["warning"]["title"] != english["warning"]["title"] and "통제된 길" in korean["warning"]["title"]
    assert korean["warning"]["prob"] == english["warning"]["prob"]


def test_positions_never_stand_in_an_address(client):
    assert client.get(ADDRESS, query_string={"lat": 1}).status_code == 405
    answer = client.post(ADDRESS, json=question())
    assert answer.headers["Cache-Control"] == "private, no-store" and "ETag" not in answer.headers


def test_no_coordinate_is_logged_cached_or_kept(shut, caplog):
    answers = Answers(shut)
    api = create_api(shut, answers)
    client = api.test_client()
    before = {path: path.read_bytes() for path in shut.settings.home.rglob("*") if path.is_file()}
    asked = question()
    marks = {f"{ping[name]:.5f}"[-5:] for ping in asked["pings"] for name in ("lat", "lon")}
    marks |= {f"{ping['lat']:.5f}" for ping in asked["pings"]}
    with caplog.at_level(logging.DEBUG):
        assert client.post(ADDRESS, json=asked).status_code == 200
        bad = asked | {"pings": [asked["pings"][0] | {"lat": "somewhere -29.94731"}]}
        assert client.post(ADDRESS, json=bad).status_code == 422
        api.config["PROPAGATE_EXCEPTIONS"] = False
    logged = caplog.text + repr([record.__dict__ for record in caplog.records])
    lat = f"{asked['pings'][0]['lat']:.4f}"
    assert lat not in logged and "-29.94731" not in logged
    keys = repr([list(getattr(answers.paths, name)._values) for name in ("_streets", "_known", "_ahead")])
    assert lat not in keys and not any(f"{ping['lat']}" in keys for ping in asked["pings"])
    after = {path: path.read_bytes() for path in shut.settings.home.rglob("*") if path.is_file()}
    changed = [content for path, content in after.items() if before.get(path) != content]
    assert not any(f"{ping['lat']}".encode() in content for content in changed for ping in asked["pings"]), marks


def test_an_unforeseen_failure_logs_no_coordinate(shut, caplog):
    answers = Answers(shut)

    mark = f"{-29.9 - 0.04731:.5f}"

    def fail(*_args, **_more):
        raise RuntimeError(mark)

    answers.path_ahead = fail  # type: ignore[method-assign]
    client = create_api(shut, answers).test_client()
    with caplog.at_level(logging.DEBUG):
        assert client.post(ADDRESS, json=question()).status_code == 500
    assert "paths" in caplog.text and mark not in caplog.text


def test_a_named_request_keeps_no_answer_to_a_question(shut):
    _, presented = shut.keys.make("Somebody", Role.NONE, (Scope.READ, Scope.ROUTE), NOW_S + 1e9, NOW_S - 1)
    headers = {"Authorization": f"Bearer {presented}", "Idempotency-Key": "one"}
    client = create_api(shut, Answers(shut)).test_client()
    assert client.post(ADDRESS, json=question(), headers=headers).status_code == 200
    again = client.post(ADDRESS, json=question(n=9), headers=headers)
    assert again.status_code == 200 and "Idempotent-Replayed" not in again.headers
    place = f"{question()['pings'][0]['lat']}".encode()
    assert not any(place in path.read_bytes() for path in shut.settings.home.rglob("*") if path.is_file())


def bad_rows():
    good = walk_east(14, NOW_S - 130.0)
    turned = {**good[6], "lat": good[6]["lon"], "lon": good[6]["lat"]}
    late = [*good[:5], good[7], good[6], good[5], *good[8:]]
    return {
        "out_of_order": (late, "used", 14, 2),
        "duplicate": ([*good[:6], {**good[5], "lat": good[5]["lat"] + 1e-5}, *good[6:]], "duplicate", 14, 0),
        "jumping": ([*good[:6], {**good[6], "lat": good[6]["lat"] + 0.006}, *good[7:]], "jump", 13, 0),
        "frozen": ([*good, *({**good[-1], "time": NOW_S + k} for k in (1.0, 2.0, 3.0))], "frozen", 14, 0),
        "nan": ([*good[:6], {**good[6], "lat": None}, *good[7:]], "not_a_number", 13, 0),
        "no moment": ([*good[:6], {**good[6], "time": "noon"}, *good[7:]], "not_a_number", 13, 0),
        "wrong zone": ([*good[:6], {**good[6], "time": good[6]["time"] - 32_400.0}, *good[7:]], "wrong_zone", 13, 0),
        "future": ([*good, {**good[-1], "time": NOW_S + 32_400.0}], "future", 14, 0),
        "swapped": ([*good[:6], turned, *good[7:]], "swapped", 13, 0),
        "outside": ([*good[:6], {**good[6], "lat": 37.5, "lon": 127.0}, *good[7:]], "outside", 13, 0),
        "inaccurate": ([*good[:6], {**good[6], "accuracy": 9000.0}, *good[7:]], "inaccurate", 13, 0),
    }


@pytest.mark.parametrize("name", list(bad_rows()))
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_bad_positions_are_sorted_out_or_refused_with_the_reason(client, name, lang):
    pings, fate, n_used, n_reordered = bad_rows()[name]
    body = ask(client, pings=pings, lang=lang)
    assert (body["pings"]["n_used"], body["pings"]["n_reordered"]) == (n_used, n_reordered)
    assert len(body["pings"]["fates"]) == len(pings)
    assert body["status"] == "told" and body["position"]["street"] == "Row 3"
    if fate != "used":
        (refused,) = body["pings"]["refused"]
        assert refused["code"] == fate and refused["n"] == len(pings) - n_used
        assert refused["text"] and (lang == "en" or refused["text"] != refused["code"])


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"pings": walk_east(1, NOW_S)}, "too_few_pings"),
        ({"asked_at": NOW_S + 3600.0}, "stale"),
        ({"pings": walk_east(14, NOW_S - 130.0, noise_deg=0.0)[:1] * 9}, "too_few_pings"),
        ({"pings": [{**p, "lon": walk_east(1, 0.0)[0]["lon"]} for p in walk_east(14, NOW_S - 130.0)]}, "standing"),
        (
            {"pings": [{**p, "lat": p["lat"] + 0.006, "accuracy": 5.0} for p in walk_east(14, NOW_S - 130.0)]},
            "off_road",
        ),
    ],
)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_not_enough_to_say_is_said(client, change, status, lang):
    body = ask(client, lang=lang, **change)
    assert body["status"] == status and body["status_text"]
    assert body["streets"] is None and body["warning"] is None and body["detour"] is None


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ({"pings": []}, "pings"),
        ({"pings": walk_east(601, NOW_S)}, "pings"),
        ({"history": [walk_east(2, NOW_S)] * 21}, "history"),
        ({"ahead_min": [0]}, "ahead_min.0"),
        ({"asked_at": "noon"}, "asked_at"),
        ({"profile": "boat"}, "profile"),
        ({"device": "x"}, "device"),
        ({"pings": [{"lat": True, "lon": 1.0, "time": 1.0}]}, "pings.0.lat"),
        ({"pings": [{"lon": 1.0, "time": 1.0}]}, "pings.0.lat"),
    ],
)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_what_does_not_fit_is_a_problem_with_every_fault(client, change, argument, lang):
    answer = client.post(ADDRESS, json=question(lang=lang) | change)
    problem = answer.get_json()
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert argument in [fault["argument"] for fault in problem["faults"]]
    assert all(fault["wanted"] and fault["remedy"] for fault in problem["faults"])


def test_nan_is_no_json(client):
    text = json.dumps(question()).replace("8.0", "NaN", 1)
    assert client.post(ADDRESS, data=text, content_type="application/json").status_code in (200, 400, 422)


def test_infection_ahead_comes_with_distancing(tmp_path):
    library = make_library(tmp_path)
    write_ill(library, 40.0)
    client = create_api(library, Answers(library)).test_client()
    body = client.post(ADDRESS, json=question()).get_json()
    assert body["warning"]["kind"] == "infection" and body["exposure"]["infection_prob"] > 0
    assert body["distancing"]["levers"] and body["distancing"]["stay"]["preset"] == "street_walk"


def test_an_area_without_streets_says_so(client):
    answer = client.post(ADDRESS, json=question(area="empty"))
    assert answer.status_code in (422, 503)


def test_the_walker_of_the_drill_walks_into_it_and_is_marked(client):
    answer = client.get(f"{ADDRESS}/walker")
    body = answer.get_json()
    assert answer.status_code == 200 and body["simulated"] is True and len(body["history"]) == 3
    assert WalkerBody.model_validate(body).model_dump(mode="json") == body
    asked = {"pings": body["pings"], "history": body["history"], "asked_at": body["pings"][-1]["time"]}
    assert client.post(ADDRESS, json=asked).get_json()["status"] in ("told", "off_road")


def test_without_a_drill_there_is_no_walker(tmp_path):
    import dataclasses

    from dashboard.store.snapshots import write_snapshot
    from risk_core.assess import assess
    from tests.answers.small_world import wet_situation

    library = make_library(tmp_path)
    area = library.area("tiny")
    situation = dataclasses.replace(wet_situation(area, 0.0), drill=None)
    write_snapshot(library.settings.home, assess(area, situation))
    client = create_api(library, Answers(library)).test_client()
    assert client.get(f"{ADDRESS}/walker").status_code == 404
