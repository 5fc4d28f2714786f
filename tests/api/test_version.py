import dataclasses

from dashboard.answers import Answers
from dashboard.api import create_api
from tests.answers.small_world import EMPTY_ID, closure, make_library, write_next


def test_version_and_its_tag(tmp_path):
    library = make_library(tmp_path)
    client = create_api(library, Answers(library)).test_client()
    first = write_next(library, 10.0)
    answer = client.get("/v1/version?area=tiny")
    assert answer.get_json() == {
        "area": "tiny",
        "version": first.version,
        "sequence": 1,
        "now": "2026-06-21T00:00:00Z",
        "simulated": True,
        "drill": {
            "run_id": "run-1",
            "speed": 60.0,
            "phase": "playing",
            "caption_code": "rain_begins",
            "elapsed_s": 600.0,
            "story_s": 3600.0,
        },
        "issued": answer.get_json()["issued"],
    }
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/v1/version?area=tiny", headers=tag).status_code == 304
    write_next(library, 20.0)
    changed = client.get("/v1/version?area=tiny", headers=tag)
    assert changed.status_code == 200 and changed.get_json()["sequence"] == 2


def test_what_people_issue_is_told_apart_from_what_is_computed(tmp_path):
    library = make_library(tmp_path)
    client = create_api(library, Answers(library)).test_client()

    def issued(rate_mm_per_h, *closures):
        write_next(library, rate_mm_per_h, closures)
        return client.get("/v1/version?area=tiny").get_json()["issued"]

    dry = issued(0.0)
    assert issued(70.0) == dry, "rain is nobody's act"
    closed = issued(70.0, closure())
    longer = issued(70.0, dataclasses.replace(closure(), until_s=closure().until_s + 60.0))
    assert len({dry, closed, longer}) == 3 and issued(70.0) == dry


def test_before_the_first_snapshot(client):
    answer = client.get(f"/v1/version?area={EMPTY_ID}")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
