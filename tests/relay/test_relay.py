"""What several machines share: together while the Redis server is there, each by itself while it is away."""

import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from flask_caching import Cache

from dashboard.keys.quota import Quota
from dashboard.relay import RedisLink, open_link
from dashboard.relay.link import REST_S
from dashboard.relay.news import SnapshotEar, tell_snapshot
from dashboard.relay.pictures import SharedPictures
from dashboard.settings import Settings
from dashboard.web import cache_config
from risk_core.errors import InputError
from tests.relay.conftest import RedisServer

AWAY = "redis://127.0.0.1:1/0"


def test_a_server_that_is_away_is_left_alone_for_a_while() -> None:
    now, tried = [100.0], []
    link = RedisLink(AWAY, lambda: now[0])

    def use(server):
        tried.append(now[0])
        return server.ping()

    assert link.ask(use, lambda: "alone") == "alone" and not link.is_up
    now[0] += REST_S - 0.1
    assert link.ask(use, lambda: "alone") == "alone"
    now[0] += 0.2
    assert link.ask(use, lambda: "alone") == "alone"
    assert tried == pytest.approx([100.0, 100.0 + REST_S + 0.1])


def test_a_server_that_comes_back_is_used_again(redis_server: RedisServer) -> None:
    now = [100.0]
    link = RedisLink(redis_server.url, lambda: now[0])
    assert link.ask(lambda server: server.ping(), lambda: None) is True
    redis_server.stop()
    assert link.ask(lambda server: server.ping(), lambda: None) is None and not link.is_up
    redis_server.start()
    now[0] += REST_S + 1
    assert link.ask(lambda server: server.ping(), lambda: None) is True and link.is_up


def test_pictures_are_shared_and_are_bytes(redis_server: RedisServer, tmp_path: Path) -> None:
    """Through flask-caching, as the pages and the API use it, in two processes' worth of caches."""
    settings = Settings(home=tmp_path, redis_url=redis_server.url)
    one, other = Cache(config=cache_config(settings)), Cache(config=cache_config(settings))
    apps = [Flask("one"), Flask("other")]
    one.init_app(apps[0])
    other.init_app(apps[1])
    with apps[0].app_context():
        assert one.get("image/a") is None
        assert one.set("image/a", b"\x89PNG")
        with pytest.raises(TypeError, match="bytes"):
            one.set("image/b", {"no": "picture"})
    with apps[1].app_context():
        assert other.get("image/a") == b"\x89PNG"
    redis_server.stop()
    pictures = SharedPictures(RedisLink(redis_server.url))
    assert pictures.get("image/a") is None and pictures.set("image/a", b"1") is False


def machines(folder: Path, url: str) -> list[Quota]:
    return [Quota(folder / name, b"salt", open_link(url)) for name in ("one", "other")]


def test_two_machines_count_a_visitor_together_and_as_one_machine_would(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    pair, alone = machines(tmp_path, redis_server.url), Quota(tmp_path / "alone", b"salt")
    asked = [(name, 1000.0 + 3.1 * k, 1 + k % 3) for k in range(60) for name in ("203.0.113.9", "198.51.100.7")]
    for k, (name, now_s, cost) in enumerate(asked):
        told, wanted = pair[k // 2 % 2].take(name, 30, cost, now_s), alone.take(name, 30, cost, now_s)
        assert (told.is_allowed, told.remaining) == (wanted.is_allowed, wanted.remaining)
        assert told.reset_s == pytest.approx(wanted.reset_s, abs=1e-4)
        assert told.retry_s == pytest.approx(wanted.retry_s, abs=1e-4)
    assert not all(alone.take("203.0.113.9", 30, 10, asked[-1][1]).is_allowed for _ in range(4))


def test_many_at_once_get_no_more_than_is_allowed(redis_server: RedisServer, tmp_path: Path) -> None:
    pair, passed, lock = machines(tmp_path, redis_server.url), [], threading.Lock()

    def ask(machine: Quota) -> None:
        for _ in range(40):
            told = machine.take("203.0.113.9", 50, 1, 5000.0)
            with lock:
                passed.append(told.is_allowed)

    threads = [threading.Thread(target=ask, args=(pair[k % 2],)) for k in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(passed) == 50 and len(passed) == 160


def test_no_name_of_a_visitor_is_in_the_server(redis_server: RedisServer, tmp_path: Path) -> None:
    from redis import Redis

    machines(tmp_path, redis_server.url)[0].take("203.0.113.9", 50, 1, 5000.0)
    (key,) = Redis.from_url(redis_server.url).keys("*")
    assert b"203" not in key and 0 < Redis.from_url(redis_server.url).pttl(key) <= 60_001


def test_limits_go_on_while_the_server_is_away(redis_server: RedisServer, tmp_path: Path) -> None:
    (machine, _) = machines(tmp_path, redis_server.url)
    assert machine.take("203.0.113.9", 2, 1, 100.0).is_allowed
    redis_server.stop()
    assert [machine.take("203.0.113.9", 2, 1, 100.0).is_allowed for _ in range(3)] == [True, True, False]


def test_news_wakes_whoever_waits(redis_server: RedisServer) -> None:
    ear, link, heard = SnapshotEar(RedisLink(redis_server.url)), RedisLink(redis_server.url), threading.Event()
    is_over = threading.Event()

    def listen() -> None:
        while not is_over.is_set():
            if ear.wait():
                heard.set()

    listener = threading.Thread(target=listen)
    listener.start()
    end_s = time.monotonic() + 20
    while not heard.is_set() and time.monotonic() < end_s:
        assert tell_snapshot(link, "tiny", "1-abc")
        time.sleep(0.05)
    assert heard.is_set()
    redis_server.stop()
    assert not tell_snapshot(link, "tiny", "2-abc")
    assert ear.wait() is False, "it looks for itself"
    is_over.set()
    listener.join(10)
    assert not listener.is_alive()


def test_only_addresses_of_a_redis_server_are_taken(tmp_path: Path) -> None:
    assert open_link("") is None
    with pytest.raises(InputError, match="ANSIMGIL_REDIS_URL"):
        Settings(home=tmp_path, redis_url="http://127.0.0.1:6379")
    assert "secret" not in repr(Settings(home=tmp_path, redis_url="redis://:secret@db/0"))
