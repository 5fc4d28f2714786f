"""From a new snapshot to a signed message, through a real receiver on this machine."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.hooks.courier import Courier
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from dashboard.store.webhooks import PAUSES_S
from tests.answers.small_world import NOW_S, make_library, write_next
from tests.hooks.receiving import Receiver, receiving
from tests.tiny import node_position

DRY, WET = 0.0, 90.0


class World:
    """A server with a receiver beside it, and a clock of its own."""

    def __init__(self, home: Path, receiver: Receiver) -> None:
        made = make_library(home)
        changes = {"hook_hosts": receiver.host_port, "open_per_min": 0, "keyed_per_min": 0}
        self.library = Library(made.settings.replace(**changes), marks_use=False)
        self.receiver = receiver
        self.now_s = NOW_S
        self.client: FlaskClient = create_api(self.library, Answers(self.library), lambda: self.now_s).test_client()
        self.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
        self.courier = Courier(self.library, lambda: self.now_s)
        self.key = self.library.keys.make("dev", Role.NONE, (Scope.READ,), None, NOW_S - 1)
        write_next(self.library, DRY)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key[1]}", "Accept-Language": "en"}

    def subscribe(self, **more: object) -> dict[str, str]:
        lat, lon = node_position(0)
        asked = {"url": f"http://{self.receiver.host_port}/hook", "place": {"lat": lat, "lon": lon}, "name": "here"}
        told = self.client.post("/v1/webhooks", json={**asked, "layer": "rain", "level": "alert", **more},
                                headers=self.headers)  # fmt: skip
        assert told.status_code == 201, told.json
        return told.json

    def shown(self, hook_id: str) -> dict[str, object]:
        return self.client.get(f"/v1/webhooks/{hook_id}", headers=self.headers).json


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with receiving() as receiver:
        yield World(tmp_path, receiver)


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """What a receiver does, written from the words of Standard Webhooks and not with our code."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    return headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def test_a_place_is_told_when_its_level_rises_and_when_it_falls(world: World) -> None:
    hook = world.subscribe()
    world.courier.step()
    assert world.shown(hook["hook_id"])["state"] == "active"
    world.courier.step()
    assert world.receiver.told("risk.above") == [], "dry: nothing to tell"
    write_next(world.library, WET)
    world.courier.step()
    world.courier.step()
    (told,) = world.receiver.told("risk.above")
    assert told["name"] == "here" and told["threshold"] == "alert" and told["risk"] >= 0.6 and told["simulated"]
    here = {f"{value:.3f}" for value in node_position(0)}
    assert not {"geometry", "place", "lat", "lon"} & set(told), "the place itself is not sent"
    assert not any(value in json.dumps(told) for value in here)
    write_next(world.library, DRY)
    world.courier.step()
    assert len(world.receiver.told("risk.below")) == 1
    assert all(is_signed(hook["secret"], headers, body) for headers, body in world.receiver.got)
    log = world.client.get(f"/v1/webhooks/{hook['hook_id']}/deliveries", headers=world.headers).json["deliveries"]
    assert [one["state"] for one in log] == ["delivered"] * 3
    assert {one["type"] for one in log} == {"risk.above", "risk.below", "webhook.challenge"}


def test_a_polygon_is_told_by_its_highest_cell(world: World) -> None:
    west, south, east, north = world.library.area("tiny").grid.bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    world.subscribe(place=None, geometry={"type": "Polygon", "coordinates": [ring]})
    world.courier.step()
    write_next(world.library, WET)
    world.courier.step()
    assert len(world.receiver.told("risk.above")) == 1


def test_who_does_not_send_the_challenge_back_is_told_nothing(world: World) -> None:
    world.receiver.echoes = False
    hook = world.subscribe()
    write_next(world.library, WET)
    for pause_s in (0.0, *PAUSES_S):
        world.now_s += pause_s
        world.courier.step()
    assert world.shown(hook["hook_id"])["state"] == "paused"
    assert {json.loads(body)["type"] for _, body in world.receiver.got} == {"webhook.challenge"}
    assert len(world.receiver.got) == 1 + len(PAUSES_S)


def test_a_message_is_sent_again_after_each_pause_with_the_same_id(world: World) -> None:
    world.subscribe()
    world.courier.step()
    world.receiver.status = 503
    write_next(world.library, WET)
    world.courier.step()
    world.courier.step()
    assert len(world.receiver.told("risk.above")) == 1, "not before its pause is over"
    world.now_s += PAUSES_S[0]
    world.receiver.status = 204
    world.courier.step()
    assert len(world.receiver.told("risk.above")) == 2
    assert len({headers["webhook-id"] for headers, body in world.receiver.got if b"risk.above" in body}) == 1


def test_gone_ends_it_and_renewing_wakes_it_with_another_secret(world: World) -> None:
    hook = world.subscribe()
    world.courier.step()
    world.receiver.status = 410
    write_next(world.library, WET)
    world.courier.step()
    assert world.shown(hook["hook_id"])["state"] == "paused"
    world.receiver.status = 200
    again = world.client.post(f"/v1/webhooks/{hook['hook_id']}/renew", json={}, headers=world.headers).json
    world.courier.step()
    assert again["secret"] != hook["secret"] and world.shown(hook["hook_id"])["state"] == "active"
    assert is_signed(again["secret"], *world.receiver.got[-1])


def test_a_secret_is_shown_once_and_kept_nowhere(world: World) -> None:
    hook = world.subscribe()
    assert "secret" not in world.shown(hook["hook_id"])
    database = (world.library.settings.home / "observations.sqlite").read_bytes()
    assert hook["secret"].encode() not in database and hook["secret"][6:].encode() not in database


def test_a_place_is_kept_as_its_cell(world: World) -> None:
    lat, lon = node_position(0)
    told = world.subscribe()["geometry"]["coordinates"]
    assert told != [lon, lat]
    grid = world.library.area("tiny").grid
    assert grid.cell_of(told[1], told[0]) == grid.cell_of(lat, lon)


def test_others_webhooks_are_not_there(world: World) -> None:
    hook = world.subscribe()
    other = world.library.keys.make("other", Role.COORDINATE, tuple(Scope), None, NOW_S - 1)[1]
    headers = {"Authorization": f"Bearer {other}"}
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/deliveries"), ("POST", "/renew")):
        body = {"json": {}} if method == "POST" else {}
        told = world.client.open(f"/v1/webhooks/{hook['hook_id']}{path}", method=method, headers=headers, **body)
        assert told.status_code == 404
    assert world.client.get("/v1/webhooks", headers=headers).json == {"webhooks": []}
    assert world.client.delete(f"/v1/webhooks/{hook['hook_id']}", headers=world.headers).status_code == 204
    assert world.client.get(f"/v1/webhooks/{hook['hook_id']}", headers=world.headers).status_code == 404


def test_a_revoked_key_ends_its_webhooks(world: World) -> None:
    world.subscribe()
    world.courier.step()
    world.library.keys.revoke(world.key[0].key_id, world.now_s)
    write_next(world.library, WET)
    world.now_s += 5
    world.courier.step()
    assert world.receiver.told("risk.above") == []


def test_too_many_and_hostile_ones_are_refused(world: World) -> None:
    for url in ("https://169.254.169.254/", "http://127.0.0.1:1/", "https://localhost/"):
        told = world.client.post("/v1/webhooks", headers=world.headers, json={
            "url": url, "place": {"lat": node_position(0)[0], "lon": node_position(0)[1]}})  # fmt: skip
        assert told.status_code == 422 and told.json["faults"][0]["argument"] == "url"
    for _ in range(20):
        world.subscribe()
    lat, lon = node_position(0)
    told = world.client.post("/v1/webhooks", headers=world.headers, json={
        "url": f"http://{world.receiver.host_port}/", "place": {"lat": lat, "lon": lon}})  # fmt: skip
    assert told.status_code == 422 and "at most 20" in told.json["faults"][0]["wanted"]
