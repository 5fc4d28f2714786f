"""What a box finds is what touches it, not what its own box does."""

import dataclasses
import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.api.listing import ALWAYS, Listing, box_of, feature
from dashboard.api.listings import alerts, closures, shelters
from dashboard.api.shapes import box_shape, geojson_of, polygons_of
from dashboard.store.snapshots import write_snapshot
from risk_core.assess import assess
from risk_core.state.situation import Alert, GeometryKind, Shape, Shelter
from tests.answers.small_world import NOW_S, closure, make_library, wet_situation

DEGREES = st.floats(-60, 60, allow_nan=False).map(lambda x: round(x, 3))
BOXES = st.tuples(DEGREES, DEGREES, DEGREES, DEGREES).map(lambda b: (b[0], min(b[1], b[3]), b[2], max(b[1], b[3])))
SEARCHES = ("/v1/{}?bbox={}", "/ogc/collections/{}/items?bbox={}")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A snapshot with a closed diagonal, a warning over a triangle, one in words alone, and a shelter."""
    library = make_library(tmp_path_factory.mktemp("boxes"))
    area = library.area("tiny")
    west, south, east, north = area.grid.bounds
    corner = np.array([[south, west], [north, east], [north, west], [south, west]])
    line = Shape(GeometryKind.LINE, (np.array([[south, west], [north, east]]),))
    told = json.dumps({"type": "LineString", "coordinates": [[west, south], [east, north]]})
    row = {"closure_id": "told", "reason": "flood", "from": NOW_S - 60, "until": NOW_S + 900, "geometry": told}
    report = library.observations.ingest("closures", "tiny", [row], source="test", simulated=True, received_s=NOW_S)
    assert not report.faults
    diagonal = dataclasses.replace(closure(), closure_id="diagonal", shape=line)
    said = "test@example.org", "Rain", "Rain", "Stay in", "Severe", "en", NOW_S, NOW_S - 60, NOW_S + 900
    warned = (
        Alert("triangle", *said, "here", Shape(GeometryKind.POLYGON, (corner,)), True),
        Alert("words", *said, area.districts[0].name_ko, None, True),
    )
    middle = round((south + north) / 2, 6), round((west + east) / 2, 6)
    shelter = Shelter("s1", "School", "school", *middle, 100.0, 0.0, True, "test", True)
    told = dataclasses.replace(wet_situation(area), closures=(diagonal,), alerts=warned, shelters=(shelter,))
    return library, area, write_snapshot(library.settings.home, assess(area, told))


def small_box(area, x, y, size=0.05):
    """West, south, east, north of a box round a place in the area, in shares of its width and height."""
    west, south, east, north = area.grid.bounds
    d_lon, d_lat = east - west, north - south
    low = west + (x - size) * d_lon, south + (y - size) * d_lat
    return (*low, west + (x + size) * d_lon, south + (y + size) * d_lat)


def test_every_list_tells_of_the_drill_whatever_it_holds(world):
    library, _, assessment = world
    client = create_api(library, Answers(library)).test_client()
    for name in ("alerts", "closures", "shelters"):
        empty = client.get(f"/v1/{name}?bbox=0,0,1,1").get_json()
        assert (empty["n_matched"], empty["simulated"]) == (0, assessment.simulated) == (0, True)


@pytest.mark.parametrize("path", SEARCHES)
@pytest.mark.parametrize(
    ("name", "touched", "missed"),
    [("closures", (0.3, 0.3), (0.3, 0.8)), ("alerts", (0.3, 0.8), (0.8, 0.3)), ("shelters", (0.5, 0.5), (0.3, 0.3))],
)
def test_a_box_beside_a_diagonal_does_not_hold_it(world, path, name, touched, missed):
    library, area, _ = world
    client = create_api(library, Answers(library)).test_client()

    def ids(at):
        answer = client.get(path.format(name, ",".join(f"{x:.6f}" for x in small_box(area, *at))))
        assert answer.status_code == 200
        told = [one["properties"].get("alert_id") or one["id"] for one in answer.get_json()["features"]]
        return [one for one in told if one != "words"]

    assert len(ids(touched)) == 1 and ids(missed) == []


def test_a_warning_in_words_is_found_in_the_districts_it_names(world):
    _, area, assessment = world
    listing = alerts(area, assessment)
    (named,) = [k for k in range(len(listing.keys)) if listing.make(k)["geometry"] is None]
    cells = np.argwhere(area.district == 0)
    row, col = cells[len(cells) // 2]
    lat, lon = area.grid.row_lat_deg[row], area.grid.col_lon_deg[col]
    assert named in listing.matching((lon - 1e-5, lat - 1e-5, lon + 1e-5, lat + 1e-5))
    assert named not in listing.matching((0.0, 0.0, 1.0, 1.0))


def test_a_box_of_no_size_is_a_place_or_a_line(world):
    _, area, assessment = world
    listing = closures(area, assessment)
    west, south, east, north = area.grid.bounds
    lat, lon = (south + north) / 2, (west + east) / 2
    assert len(listing.matching((west, lat, east, lat))) == len(listing.matching((lon, south, lon, north))) == 1
    assert len(listing.matching((lon, north, lon, north))) == 0
    (shelter,) = shelters(area, assessment).matching((round(lon, 6), round(lat, 6)) * 2)
    assert shelter == 0


@given(
    st.lists(st.lists(st.tuples(DEGREES, DEGREES), min_size=2, max_size=6, unique=True), min_size=1, max_size=8),
    BOXES,
)
def test_boxes_find_what_touches_them(lines, box):
    """Against every geometry asked one after the other; boxes with west beyond east go over the antimeridian."""
    geometries = [{"type": "LineString", "coordinates": line} for line in lines]
    boxes = np.array([box_of(one) for one in geometries])
    keys = [str(k) for k in range(len(lines))]
    spans = np.tile(ALWAYS, (len(lines), 1))
    listing = Listing("lines", keys, boxes, spans, lambda k: feature(keys[k], geometries[k], {}))
    asked = box_shape(box)
    wanted = [k for k, line in enumerate(lines) if shapely.intersects(asked, shapely.LineString(line))]
    assert listing.matching(box).tolist() == wanted


def square(lat, lon, half):
    corners = ((-half, -half), (-half, half), (half, half), (half, -half), (-half, -half))
    return np.array([[lat + d_lat, lon + d_lon] for d_lat, d_lon in corners])


def test_rings_become_valid_polygons_with_their_own_holes():
    rings = square(0, 0, 4), square(0, 0, 3), square(0, 0, 2), square(0, 9, 1), square(0, 0, 1)
    told = geojson_of(Shape(GeometryKind.POLYGON, rings))
    shape = shapely.geometry.shape(told)
    assert told["type"] == "MultiPolygon" and shape.is_valid
    assert sorted(len(part.interiors) for part in shape.geoms) == [0, 1, 1]
    assert shape.area == pytest.approx(64 - 36 + 16 - 4 + 4)
    assert all(part.exterior.is_ccw and not any(hole.is_ccw for hole in part.interiors) for part in shape.geoms)
    alone = geojson_of(Shape(GeometryKind.POLYGON, (square(0, 0, 1)[::-1],)))
    assert alone["type"] == "Polygon" and shapely.geometry.shape(alone).exterior.is_ccw
    assert len(polygons_of([square(0, 0, 1), square(0, 5, 1)])) == 2
