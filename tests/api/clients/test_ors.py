"""Unmodified openrouteservice clients: openrouteservice-py and routingpy; gpxpy reads the GPX."""

import gpxpy
import openrouteservice
import pytest
import requests
from openrouteservice.exceptions import ApiError
from routingpy import ORS
from routingpy.client_default import Client as RoutingpyClient
from shapely.geometry import LineString, Point, Polygon, shape

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


def test_openrouteservice_isochrone_shrinks_behind_an_avoided_area(town, ors):
    """`Client.isochrones` of 2.3.3 has no argument for `options`; `Client.request`, which it calls, takes a body.

    So the client's own call, unmodified, tells what is reached without a wall, and its public request, with the same
    address and the same body, tells it with one.
    """
    lon, lat = town.lon_lat[0]
    wall = square(lon + 0.004, lat, 0.003)
    asked = {"locations": [[lon, lat]], "range": [900]}
    (plain,) = ors.isochrones(**asked, profile="foot-walking")["features"]
    with_nothing, walled = (
        ors.request("/v2/isochrones/foot-walking/geojson", {}, post_json=asked | more)["features"][0]
        for more in ({}, {"options": {"avoid_polygons": wall}})
    )
    assert with_nothing["geometry"] == plain["geometry"]
    assert shape(walled["geometry"]).area < 0.9 * shape(plain["geometry"]).area
    assert shape(walled["geometry"]).contains(Point(lon, lat))


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


def blocking(way):
    """An area to keep out of in the middle of a way of GeoJSON."""
    line = way["geometry"]["coordinates"]
    return square(*line[len(line) // 2][:2])


def test_openrouteservice_matrix_goes_round_an_avoided_area(town, ors):
    """`Client.distance_matrix` of 2.3.3 has no argument for `options` either; see the isochrones."""
    asked = {"profile": "driving-car", "format": "geojson"}
    way = ors.directions(town.lon_lat, **asked)["features"][0]
    options = {"avoid_polygons": blocking(way)}
    detour = ors.directions(town.lon_lat, **asked, options=options)["features"][0]
    plain = ors.distance_matrix(town.lon_lat, profile="driving-car", metrics=["duration", "distance"])
    body = {"locations": town.lon_lat, "metrics": ["duration", "distance"]}
    with_nothing, around = (
        ors.request("/v2/matrix/driving-car/json", {}, post_json=body | more) for more in ({}, {"options": options})
    )
    assert with_nothing["durations"] == plain["durations"]
    for matrix, told in ((plain, way), (around, detour)):
        for name, word in (("durations", "duration"), ("distances", "distance")):
            assert matrix[name][0][1] == pytest.approx(told["properties"]["summary"][word], rel=0.01)
    assert around["durations"][0][1] > 1.1 * plain["durations"][0][1]


def keeping_out_of(polygon):
    """A class for `ORS(client=...)`, the argument of routingpy for clients of one's own; it adds `options` to bodies.

    `isochrones` and `matrix` of routingpy 1.3 have no argument for `options`, as `directions` has.
    """

    class KeepingOut(RoutingpyClient):
        def _request(self, url, get_params=None, post_params=None, **more):
            body = {**(post_params or {}), "options": {"avoid_polygons": polygon}}
            return super()._request(url, get_params or {}, body, **more)

    return KeepingOut


def test_routingpy_isochrone_shrinks_behind_an_avoided_area(town, routingpy_ors):
    lon, lat = town.lon_lat[0]
    keeping_out = keeping_out_of(square(lon + 0.004, lat, 0.003))
    walled_ors = ORS(api_key="any", base_url=town.api + "/ors", client=keeping_out)
    plain, walled = (
        Polygon(client.isochrones([lon, lat], profile="foot-walking", intervals=[900])[0].geometry)
        for client in (routingpy_ors, walled_ors)
    )
    assert walled.area < 0.9 * plain.area and walled.contains(Point(lon, lat))


def test_routingpy_matrix_goes_round_an_avoided_area(town, routingpy_ors):
    way = routingpy_ors.directions(town.lon_lat, profile="driving-car")
    polygon = square(*way.geometry[len(way.geometry) // 2][:2])
    detour = routingpy_ors.directions(town.lon_lat, profile="driving-car", options={"avoid_polygons": polygon})
    walled_ors = ORS(api_key="any", base_url=town.api + "/ors", client=keeping_out_of(polygon))
    for client, told in ((routingpy_ors, way), (walled_ors, detour)):
        matrix = client.matrix(town.lon_lat, profile="driving-car", metrics=["duration", "distance"])
        assert matrix.distances[0][1] == pytest.approx(told.distance, rel=0.01)
        assert matrix.durations[0][1] == pytest.approx(told.duration, rel=0.01)
    assert detour.duration > 1.1 * way.duration


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
