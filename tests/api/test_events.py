import itertools
import json
import threading

import pytest

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.api.hub import HEARTBEAT, QUEUE_LENGTH, EventHub
from risk_core.errors import UnavailableError
from tests.answers.small_world import EMPTY_ID, make_library, write_next


@pytest.fixture
def library(tmp_path):
    library = make_library(tmp_path)
    write_next(library, 10.0)
    return library


def read_event(chunk: bytes) -> dict[str, str]:
    assert chunk.endswith(b"\n\n")
    return dict(line.split(": ", 1) for line in chunk.decode().strip().split("\n"))


def quiet(hub: EventHub) -> EventHub:
    """A hub whose watcher never runs: the test polls."""
    hub._watch = lambda: None
    return hub


def test_stream_begins_with_the_present_and_tells_what_comes(library):
    hub = quiet(EventHub(library))
    stream = hub.subscribe("tiny")
    chunks = hub.listen(stream)
    assert next(chunks).startswith(b"retry: ")
    first = read_event(next(chunks))
    assert (first["event"], first["id"]) == ("snapshot", "tiny:1")
    second = write_next(library, 20.0)
    hub.poll()
    event = read_event(next(chunks))
    told = json.loads(event["data"])
    assert event["id"] == "tiny:2"
    assert (told["area"], told["version"], told["sequence"]) == ("tiny", second.version, 2)
    assert told["simulated"] is True and told["drill"]["run_id"] == "run-1" and told["now"]


def test_nothing_is_told_twice(library):
    hub = quiet(EventHub(library))
    stream = hub.subscribe("tiny")
    for _ in range(3):
        hub.poll()
    assert stream.waiting.qsize() == 1


def test_listener_that_knows_the_present_waits_for_the_next(library):
    hub = quiet(EventHub(library))
    stream = hub.subscribe("tiny", last_id="tiny:1")
    assert stream.waiting.empty()
    write_next(library, 20.0)
    hub.poll()
    assert stream.waiting.qsize() == 1
    late = hub.subscribe("tiny", last_id="tiny:1")
    assert late.waiting.qsize() == 1


def test_slow_listener_loses_the_oldest_only(library):
    hub = quiet(EventHub(library))
    stream = hub.subscribe("tiny")
    for k in range(QUEUE_LENGTH + 3):
        write_next(library, float(k))
        hub.poll()
    assert stream.waiting.qsize() == QUEUE_LENGTH
    last = [stream.waiting.get_nowait().id for _ in range(QUEUE_LENGTH)][-1]
    assert last == f"tiny:{QUEUE_LENGTH + 4}"


def test_areas_are_told_apart_and_may_have_no_snapshot_yet(library):
    hub = quiet(EventHub(library))
    empty, tiny = hub.subscribe(EMPTY_ID), hub.subscribe("tiny")
    hub.poll()
    assert empty.waiting.empty() and tiny.waiting.qsize() == 1


def test_silence_is_broken_by_heartbeats_until_the_time_is_over(library):
    ticks = itertools.count()
    hub = quiet(EventHub(library, heartbeat_s=0.001, stream_s=4.0, monotonic_s=lambda: float(next(ticks))))
    chunks = list(hub.listen(hub.subscribe("tiny", last_id="tiny:1")))
    assert chunks[1:] == [HEARTBEAT] * 3
    assert len(hub) == 0


def test_too_many_streams_are_refused_until_one_ends(library):
    hub = quiet(EventHub(library, max_streams=2))
    first = hub.subscribe("tiny")
    hub.subscribe("tiny")
    with pytest.raises(UnavailableError):
        hub.subscribe("tiny")
    hub.unsubscribe(first)
    hub.unsubscribe(first)
    hub.subscribe("tiny")


def test_unreadable_snapshot_does_not_stop_the_others(library, monkeypatch):
    hub = quiet(EventHub(library))
    stream = hub.subscribe("tiny", last_id="tiny:1")
    version = write_next(library, 20.0).version
    real = library.snapshots.at
    failing = iter([OSError("disk")])

    def at(area_id, wanted):
        for error in failing:
            raise error
        return real(area_id, wanted)

    monkeypatch.setattr(library.snapshots, "at", at)
    hub.poll()
    assert stream.waiting.empty()
    hub.poll()
    assert json.loads(stream.waiting.get_nowait().data)["version"] == version


def test_stream_over_http_with_its_own_watcher(library):
    app = create_api(library, Answers(library))
    hub = app.extensions["ansimgil_events"]
    answer = app.test_client().get("/v1/events?area=tiny", headers={"Accept-Encoding": "gzip"})
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["X-Accel-Buffering"] == "no" and answer.headers["Cache-Control"] == "no-cache"
    assert "Content-Encoding" not in answer.headers
    chunks = answer.iter_encoded()
    next(chunks)
    assert read_event(next(chunks))["id"] == "tiny:1"
    assert "snapshot-watcher" in {thread.name for thread in threading.enumerate()}
    write_next(library, 20.0)
    assert read_event(next(chunks))["id"] == "tiny:2"
    assert len(hub) == 1
    answer.close()
    assert len(hub) == 0


def test_watcher_ends_with_its_last_listener_and_starts_again(library):
    hub = EventHub(library)
    for _ in range(2):
        stream = hub.subscribe("tiny")
        watcher = hub._watcher
        hub.unsubscribe(stream)
        watcher.join(timeout=10)
        assert not watcher.is_alive()


def test_close_ends_every_stream(library):
    hub = quiet(EventHub(library))
    chunks = hub.listen(hub.subscribe("tiny", last_id="tiny:1"))
    next(chunks)
    hub.close()
    assert list(chunks) == []
    with pytest.raises(UnavailableError):
        hub.subscribe("tiny")


def test_last_event_id_is_read_from_the_header(library):
    app = create_api(library, Answers(library))
    quiet(app.extensions["ansimgil_events"])
    client = app.test_client()
    client.get("/v1/events?area=tiny", headers={"Last-Event-ID": "tiny:1"})
    assert all(stream.waiting.empty() for stream in app.extensions["ansimgil_events"]._streams)


def test_refusals_over_http(library):
    app = create_api(library, Answers(library))
    hub = quiet(app.extensions["ansimgil_events"])
    client = app.test_client()
    assert client.get("/v1/events?area=atlantis").status_code == 404
    assert client.head("/v1/events?area=tiny").status_code == 200 and len(hub) == 0
    hub._max_streams = 0
    full = client.get("/v1/events?area=tiny")
    assert (full.status_code, full.mimetype) == (503, "application/problem+json")
    assert full.headers["Retry-After"]
