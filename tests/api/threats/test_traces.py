"""Ten thousand questions with marked coordinates, and a search for the marks in everything that is kept."""

import json
import logging
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_caching import Cache

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.observe.measures import exposition
from dashboard.observe.requests import observe_requests
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from dashboard.web import cache_config, gunicorn_options
from tests.answers.small_world import NOW_S, make_library, write_next
from tests.tiny import N, node_position

MARK = "7919731"
"""Digits that stand in every coordinate asked with, and nowhere else."""
N_REQUEST = 10_000
N_PLACE = 50
LISTED = ("alerts", "closures", "shelters")


def marked(value: float) -> float:
    """A coordinate within a metre of another, with the mark in its decimals."""
    return float(f"{value:.4f}{MARK}")


class Kept(logging.Handler):
    """Everything anybody logs, at any level."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.args} {record.exc_text}")


@pytest.fixture
def logged() -> Iterator[Kept]:
    kept, root = Kept(), logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(kept)
    root.setLevel(level)


def questions(a: tuple[float, float], b: tuple[float, float]) -> list[tuple[str, str, Any]]:
    """Every way of asking about a place: (method, path, body)."""
    one, two = ({"lat": lat, "lon": lon} for lat, lon in (a, b))
    pair = f"{a[1]},{a[0]};{b[1]},{b[0]}"
    ring = [[a[1], a[0]], [b[1], a[0]], [b[1], b[0]], [a[1], a[0]]]
    outside = marked(a[0] + 40.0)
    box = f"{min(a[1], b[1])},{min(a[0], b[0])},{max(a[1], b[1])},{max(a[0], b[0])}"
    numbers = [float(part) for part in box.split(",")]
    pings = [{"time": "2026-06-20T23:59:00Z", **one}, {"time": "2026-06-20T23:59:30Z", **two}]
    return [
        ("GET", f"/v1/risk?lat={a[0]}&lon={a[1]}", None),
        ("GET", f"/v1/risk?lat={outside}&lon={a[1]}", None),
        ("GET", f"/v1/risk?lat={a[0]}x&lon={a[1]}", None),
        ("POST", "/v1/risk", one),
        ("POST", "/v1/risk", {**one, "device": f"{a[0]}"}),
        ("POST", "/v1/risk/batch", {"points": [one, two]}),
        ("POST", "/v1/risk/area", {"geometry": {"type": "Polygon", "coordinates": [ring]}}),
        ("POST", "/v1/routes", {"from": one, "to": two}),
        ("GET", f"/v1/routes?from={a[0]},{a[1]}&to={b[0]},{b[1]}", None),
        ("POST", "/v1/reach", {"from": one, "limits_s": [120]}),
        ("POST", "/v1/shelters/nearest", {"from": one}),
        ("POST", "/v1/advice/infection", one),
        ("POST", "/v1/paths", {"pings": pings, "asked_at": "2026-06-21T00:00:00Z"}),
        ("GET", f"/osrm/nearest/v1/foot/{a[1]},{a[0]}", None),
        ("POST", "/osrm/route/v1/foot", {"coordinates": [[a[1], a[0]], [b[1], b[0]]]}),
        ("POST", "/osrm/table/v1/foot", {"coordinates": [[a[1], a[0]], [b[1], outside]]}),
        ("GET", f"/osrm/route/v1/foot/{pair}", None),
        ("GET", f"/osrm/route/v1/foot/{a[1]},{outside};{b[1]},{b[0]}", None),
        ("POST", "/ors/v2/directions/foot-walking/geojson", {"coordinates": [[a[1], a[0]], [b[1], b[0]]]}),
        ("POST", "/valhalla/route", {"locations": [one, two], "costing": "pedestrian"}),
        ("GET", f"/v1/fields/rain/value?lat={a[0]}&lon={a[1]}", None),
        ("POST", "/v1/fields/rain/value", one),
        ("GET", f"/v1/fields/rain/cut.json?bbox={box}", None),
        ("POST", "/v1/fields/rain/cut.tif", {"bbox": numbers}),
        *(("GET", f"/v1/{name}?bbox={box}", None) for name in LISTED),
        *(("POST", f"/v1/{name}/search", {"bbox": numbers}) for name in LISTED),
        ("POST", "/v1/closures/search", {"bbox": numbers[::-1]}),
        ("GET", f"/ogc/collections/streets/items?bbox={box}", None),
        ("POST", "/ogc/collections/streets/search", {"bbox": numbers}),
        ("POST", "/ogc/collections/streets/search", {"bbox": numbers, "device": f"{a[0]}"}),
    ]


CHEAP = (0, 1, 2, 3, 4)
"""Questions asked most: those that cost little."""


def search(home: Path, places: list[tuple[float, float]]) -> list[str]:
    """Files that hold a mark, as digits or as the bytes of a number."""
    wanted = [MARK.encode()]
    for value in {value for place in places for value in place}:
        wanted += [struct.pack("<d", value), struct.pack(">d", value)]
    found = []
    for path in home.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        found += [str(path) for one in wanted if one in data or one.decode("latin-1") in path.name]
    return found


@pytest.mark.slow
def test_t15_ten_thousand_places_leave_no_trace(tmp_path: Path, logged: Kept) -> None:
    made = make_library(tmp_path)
    write_next(made)
    library = Library(made.settings.replace(open_per_min=0, keyed_per_min=100_000), marks_use=True)
    api = create_api(library, Answers(library, Cache(config=cache_config(library.settings))))
    observe_requests(api, "api", lambda: "dev", is_logged=True)
    client = api.test_client()
    key = library.keys.make("dev", Role.NONE, (Scope.READ, Scope.ROUTE), None, NOW_S)[1]
    client.environ_base.update(REMOTE_ADDR="198.51.100.7", HTTP_AUTHORIZATION=f"Bearer {key}")
    places = [tuple(map(marked, node_position(k % (N * N)))) for k in range(N_PLACE)]
    errors = ask_all(client, places)
    assert [told for told in errors if MARK in told] == [], "a refusal does not repeat where somebody is"
    assert len(logged.lines) >= N_REQUEST and [line for line in logged.lines if MARK in line] == []
    metrics = exposition().decode()
    assert 'route="/v1/risk"' in metrics and MARK not in metrics
    assert search(tmp_path, places) == []
    assert MARK not in json.dumps(client.get("/v1/openapi.json").json)


def ask_all(client: FlaskClient, places: list[tuple[float, float]]) -> set[str]:
    """Ask ten thousand times; the bodies of all refusals."""
    errors: set[str] = set()
    statuses: dict[int, int] = {}
    every = [questions(place, places[(k + 7) % len(places)]) for k, place in enumerate(places)]
    for k in range(N_REQUEST):
        asked = every[k % len(places)]
        method, path, body = asked[k // len(places)] if k < len(asked) * len(places) else asked[CHEAP[k % len(CHEAP)]]
        told = client.open(path, method=method, **({} if body is None else {"json": body}))
        statuses[told.status_code] = statuses.get(told.status_code, 0) + 1
        if told.status_code >= 400:
            errors.add(told.get_data(as_text=True))
    assert sum(statuses.values()) == N_REQUEST and statuses[200] > N_REQUEST / 3 and 500 not in statuses, statuses
    return errors


def test_t15_the_server_writes_no_access_log(tmp_path: Path) -> None:
    options = gunicorn_options(make_library(tmp_path).settings, lambda: None)
    assert "accesslog" not in options and options["loglevel"] in {"warning", "info"}
