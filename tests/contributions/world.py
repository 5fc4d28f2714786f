"""A server with operators who contribute to it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.contributions.signed import make_key, seal
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from tests.answers.small_world import NOW_S, make_library, write_next
from tests.tiny import node_position

HOUR = "2026-06-20T23:00:00Z"
PRIVACY = {"epsilon": 1.0, "least": 10, "most_count_day": 4}


class Operator:
    """Somebody with a key, a source and its signing key."""

    def __init__(self, world: "World", kind: str, name: str) -> None:
        self.world = world
        made = world.library.keys.make(name, Role.NONE, (Scope.READ, Scope.CONTRIBUTE), None, NOW_S - 1)
        self.headers = {"Authorization": f"Bearer {made[1]}", "Accept-Language": "en"}
        self.private, self.public = make_key()
        offer = {
            "kind": kind,
            "owner": name,
            "licence": "CC-BY-4.0",
            "fresh_s": 3600,
            "public_key": json.loads(self.public),
        }
        told = world.client.post("/v1/contributions/sources", json=offer, headers=self.headers)
        assert told.status_code == 201, told.json
        self.source_id = told.json["source_id"]

    def seal(self, records: Sequence[Mapping[str, Any]], issued_s: float = NOW_S, **more: Any) -> dict[str, str]:
        return seal(self.source_id, self.private, {"records": list(records), **more}, issued_s)

    def post(self, sealed: Mapping[str, Any]) -> TestResponse:
        return self.world.client.post("/v1/contributions", json=sealed, headers=self.headers)

    def send(self, records: Sequence[Mapping[str, Any]], **more: Any) -> TestResponse:
        return self.post(self.seal(records, **more))

    def shown(self) -> dict[str, Any]:
        told = self.world.client.get(f"/v1/contributions/sources/{self.source_id}", headers=self.headers)
        assert told.status_code == 200, told.json
        return told.json


class World:
    """The tiny area, a clock, and whoever coordinates."""

    def __init__(self, home: Path) -> None:
        made = make_library(home)
        write_next(made)
        self.library = Library(made.settings.replace(open_per_min=0, keyed_per_min=0), marks_use=False)
        self.client: FlaskClient = create_api(self.library, Answers(self.library), lambda: NOW_S).test_client()
        self.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
        key = self.library.keys.make("city", Role.COORDINATE, tuple(Scope), None, NOW_S - 1)[1]
        self.city = {"Authorization": f"Bearer {key}", "Accept-Language": "en"}

    def operator(self, kind: str, name: str = "Example") -> Operator:
        return Operator(self, kind, name)


def people(persons: float = 120, node: int = 0, hour: str = HOUR) -> dict[str, Any]:
    """People in the cell of a junction."""
    lat, lon = node_position(node)
    return {"lat": lat, "lon": lon, "hour": hour, "persons": persons}


def rain(rate: float, node: int = 0, station: str = "s1", time: str = "2026-06-20T23:50:00Z") -> dict[str, Any]:
    """Rain at a junction."""
    lat, lon = node_position(node)
    return {"station": station, "time": time, "lat": lat, "lon": lon, "rate_mm_per_h": rate}
