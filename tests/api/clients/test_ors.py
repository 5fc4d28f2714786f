"""Unmodified openrouteservice clients: openrouteservice-py and routingpy; gpxpy reads the GPX."""

import gpxpy
import openrouteservice
import pytest
import requests
from openrouteservice.exceptions import ApiError
from routingpy import ORS
from shapely.geometry import LineString, Point, shape

from dashboard.views.defaults import default_place


@pytest.fixture
def ors(town):
    return openrouteservice.Client(base_url=town.api + "/ors", key="any", retry_over_query_limit=False)


@pytest.fixture
def routingpy_ors(town):
    return ORS(api_key="any", base_url=town.api + "/ors", retry_over_query_limit=False)


def square(lon, lat, half=3e-4):
    ring = [[lon + x, lat + y] for x, y in ((-half, -half), (half, -half), (half, half), (-half, half), (-half, -half))]
    return {"type": "Polygon", "coordinates": [ring]}


def test_directions_decode_to_the_whole_way(town, ors):
    answer = ors.directions(town.lon_lat, profile="foot-walking")
    (route,) = answer["routes"]
    line = openrouteservice.convert.decode_polyline(route["geometry"])["coordinates"]
    (segment,) = route["segments"]
    assert route["way_points"] == [0, len(line) - 1]
    assert segment["steps"][0]["type"] == 11 and segment["steps"][-1]["type"] == 10
    assert segment["steps"][-2]["way_points"][1] == len(line) - 1
    assert sum(step["duration"] for step in segment["steps"]) == pytest.approx(route["summary"]["duration"], abs=1)


def test_recommended_is_the_safest(town, ors):
    ways = {
        preference: ors.directions(town.lon_lat, profile="foot-walking", preference=preference)["routes"][0]
        for preference in ("recommended", "fastest")
    }
    assert ways["recommended"]["risk"]["kind"] == "safest"
    assert ways["recommended"]["risk"]["exposure_s"] < ways["fastest"]["risk"]["exposure_s"]
    assert ways["fastest"]["summary"]["duration"] < ways["recommended"]["summary"]["duration"]


def test_avoid_polygons_is_the_natural_detour(town, ors):
    asked = {"profile": "foot-walking", "format": "geojson"}
    plain = ors.directions(town.lon_lat, **asked)["features"][0]
    lon, lat = plain["geometry"]["coordinates"][len(plain["geometry"]["coordinates"]) // 2]
    around = ors.directions(town.lon_lat, **asked, options={"avoid_polygons": square(lon, lat)})["features"][0]
    assert not shape(around["geometry"]).intersects(shape(square(lon, lat)).buffer(-1e-6))
    assert around["properties"]["summary"]["distance"] != plain["properties"]["summary"]["distance"]


def test_isochrones_grow_and_hold_the_place(town, ors):
    lon, lat = town.lon_lat[0]
    found = ors.isochrones([[lon, lat]], profile="foot-walking", range=[300, 900], attributes=["area", "total_pop"])
    small, large = (shape(one["geometry"]) for one in found["features"])
    assert small.area < large.area and small.contains(Point(lon, lat)) and large.contains(small.buffer(-1e-6))
    first, second = (one["properties"] for one in found["features"])
    assert first["total_pop"] < second["total_pop"] and first["area"] < second["area"]
    assert ors.isochrones([[lon, lat]], profile="foot-walking", range=[600], interval=200)["features"][0]["properties"][
        "value"
    ] == pytest.approx(200)


def test_isochrone_shrinks_behind_an_avoided_area(town, ors):
    lon, lat = town.lon_lat[0]
    wall = square(lon + 0.004, lat, 0.003)
    asked = {"locations": [[lon, lat]], "range": [900]}
    plain, walled = (
        requests.post(f"{town.api}/ors/v2/isochrones/foot-walking", json=asked | more, timeout=30).json()["features"][0]
        for more in ({}, {"options": {"avoid_polygons": wall}})
    )
    assert shape(walled["geometry"]).area < shape(plain["geometry"]).area


def test_matrix_agrees_with_directions(town, ors):
    lat, lon = default_place(town.library.area("coquimbo"))
    points = [*town.lon_lat, [lon, lat]]
    found = ors.distance_matrix(points, profile="driving-car", metrics=["duration", "distance"])
    way = ors.directions(points[:2], profile="driving-car")["routes"][0]["summary"]
    assert found["distances"][0][0] == 0 and len(found["durations"]) == 3
    assert found["durations"][0][1] == pytest.approx(way["duration"], rel=0.5)
    only = ors.distance_matrix(points, profile="driving-car", sources=[0], destinations=[2])
    assert only["durations"] == [[found["durations"][0][2]]]


def test_routingpy_speaks_it_too(town, routingpy_ors):
    way = routingpy_ors.directions(town.lon_lat, profile="foot-walking", format="geojson")
    plain = routingpy_ors.directions(town.lon_lat, profile="foot-walking")
    assert plain.distance == way.distance and len(plain.geometry) == len(way.geometry)
    rings = routingpy_ors.isochrones(town.lon_lat[0], profile="foot-walking", intervals=[300, 600])
    assert [one.interval for one in rings] == [300, 600] and all(len(one.geometry) > 3 for one in rings)
    matrix = routingpy_ors.matrix(town.lon_lat, profile="foot-walking", metrics=["duration"])
    assert matrix.durations[0][1] > 0


def test_routingpy_keeps_out_of_an_avoided_polygon(town, routingpy_ors):
    plain = routingpy_ors.directions(town.lon_lat, profile="foot-walking")
    lon, lat = plain.geometry[len(plain.geometry) // 2][:2]
    options = {"avoid_polygons": square(lon, lat)}
    around = routingpy_ors.directions(town.lon_lat, profile="foot-walking", options=options)
    assert not LineString(around.geometry).intersects(shape(square(lon, lat)).buffer(-1e-6))
    assert around.geometry != plain.geometry


def test_matrix_is_slower_round_an_avoided_area(town, ors):
    way = ors.directions(town.lon_lat, profile="foot-walking", format="geojson", preference="fastest")["features"][0]
    lon, lat = way["geometry"]["coordinates"][len(way["geometry"]["coordinates"]) // 2]
    asked = {"locations": town.lon_lat, "sources": [0], "destinations": [1]}
    plain, around = (
        requests.post(f"{town.api}/ors/v2/matrix/foot-walking", json=asked | more, timeout=30).json()["durations"][0][0]
        for more in ({}, {"options": {"avoid_polygons": square(lon, lat)}})
    )
    assert around >= plain > 0


def test_alternatives(town, ors):
    asked = {"target_count": 3, "share_factor": 0.6, "weight_factor": 1.4}
    found = ors.directions(town.lon_lat, profile="cycling-regular", alternative_routes=asked)
    assert 1 <= len(found["routes"]) <= 3


def test_gpx_is_read_by_gpxpy(town):
    address = f"{town.api}/ors/v2/directions/foot-walking/gpx"
    answer = requests.post(address, json={"coordinates": town.lon_lat, "language": "ko"}, timeout=30)
    assert answer.headers["Content-Type"].startswith("application/gpx+xml")
    told = gpxpy.parse(answer.text)
    way = requests.post(address.replace("gpx", "json"), json={"coordinates": town.lon_lat}, timeout=30).json()
    metres = way["routes"][0]["summary"]["distance"]
    assert told.routes[0].length() == pytest.approx(metres, rel=0.01)
    assert told.tracks[0].length_2d() == pytest.approx(metres, rel=0.01)
    assert any(point.description for point in told.routes[0].points)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("directions/foot-walking", {"coordinates": [[0, 0], [1, 1]]}, 404, 2010),
        ("directions/foot-walking", {}, 400, 2001),
        ("directions/foot-walking", {"coordinates": [[0, 0]]}, 400, 2003),
        ("directions/foot-walking", {"coordinates": [[0, 0], [1, 1]], "preference": "shortest"}, 400, 2003),
        ("directions/rocket", {"coordinates": [[0, 0], [1, 1]]}, 400, 2003),
        ("isochrones/foot-walking", {"locations": [[0, 0]], "range": [600]}, 404, 3010),
        ("isochrones/foot-walking", {"locations": [[0, 0]], "range": [600], "range_type": "distance"}, 400, 3003),
        ("matrix/foot-walking", {"locations": [[0, 0], [1, 1]]}, 404, 6010),
    ],
)
def test_errors_are_openrouteservices_own(town, path, body, status, code):
    answer = requests.post(f"{town.api}/ors/v2/{path}", json=body, timeout=30, headers={"Accept-Language": "en"})
    told = answer.json()
    assert (answer.status_code, told["error"]["code"]) == (status, code), told
    assert told["error"]["message"] and "engine" in told["info"]


def test_client_understands_the_error(ors):
    with pytest.raises(ApiError, match="2010"):
        ors.directions([[0, 0], [1, 1]], profile="foot-walking")
