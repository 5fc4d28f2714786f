"""What a server serves while it is measured: a sample city on real streets, or the tiny area in the short form."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

from dashboard.areas.build import build_area
from dashboard.areas.embedded import embedded_request
from dashboard.store.bundles import Manifest, bundle_path, read_bundle, write_bundle
from risk_core.state.area import Area
from risk_core.units import M_PER_DEG_LAT
from tests.feeds.live.stub import Stub, body
from tests.reliability.figures import Plan
from tests.tiny import tiny_area

CITY = "coquimbo"
APART_M = {CITY: 3000.0, "tiny": 500.0}
"""How far the two ends of a way lie from each other at most."""


def make_ground(plan: Plan) -> Area:
    """Put the area into the home of the plan."""
    if plan.is_short:
        return make_tiny(plan)
    build_area(embedded_request(CITY), plan.folder, lambda _step, _share: None)
    return read_bundle(bundle_path(plan.folder, CITY))


def make_tiny(plan: Plan) -> Area:
    """Put the tiny area into the home of the plan."""
    area = tiny_area()
    write_bundle(plan.folder, area, Manifest())
    return area


def make_feed(home: Path, area: Area, played: Stub) -> dict[str, str]:
    """A feed of closures that the operator added, read from the stub; gives the environment the server needs."""
    lat, lon = area.network.node_lat_deg, area.network.node_lon_deg
    line = [[float(lon[node]), float(lat[node])] for node in (area.network.tail[0], area.network.head[0])]
    feature = {
        "type": "Feature", "geometry": {"type": "LineString", "coordinates": line},
        "properties": {"closure_id": "w1", "name": "works", "reason": "works"},
    }  # fmt: skip
    played.plays["/closures"] = body(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    lines = ["[[feed]]", 'source = "closures-geojson"', 'name = "works"', f'area = "{area.area_id}"']
    lines += [f'url = "{played.url("/closures")}"', "every_min = 1"]
    (home / "feeds.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"ANSIMGIL_FEEDS": "works"}


def random_ends(area: Area, rng: random.Random) -> Iterator[tuple[float, float, float, float]]:
    """Two junctions after two junctions, neither too near nor too far from each other: lat, lon, lat, lon."""
    lat, lon = area.network.node_lat_deg, area.network.node_lon_deg
    most_deg = APART_M[area.area_id] / M_PER_DEG_LAT
    while True:
        one, other = rng.randrange(len(lat)), rng.randrange(len(lat))
        apart_deg = max(abs(lat[one] - lat[other]), abs(lon[one] - lon[other]))
        if most_deg / 6 <= apart_deg <= most_deg:
            yield float(lat[one]), float(lon[one]), float(lat[other]), float(lon[other])


def random_points(area: Area, rng: random.Random) -> Iterator[tuple[float, float]]:
    """Points anywhere on the area's grid: lat, lon."""
    west, south, east, north = area.grid.bounds
    while True:
        yield south + rng.random() * (north - south), west + rng.random() * (east - west)
