from dashboard.answers import Answers
from dashboard.api import create_api
from tests.answers.small_world import EMPTY_ID, make_library, write_next


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
    }
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/v1/version?area=tiny", headers=tag).status_code == 304
    write_next(library, 20.0)
    changed = client.get("/v1/version?area=tiny", headers=tag)
    assert changed.status_code == 200 and changed.get_json()["sequence"] == 2


def test_before_the_first_snapshot(client):
    answer = client.get(f"/v1/version?area={EMPTY_ID}")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
