"""Unmodified OSRM clients: routingpy, and leaflet-routing-machine in a browser."""

from itertools import pairwise

import pytest
import requests
from routingpy import OSRM
from routingpy.exceptions import RouterApiError

from dashboard.api.polyline import decode_polyline


@pytest.fixture
def osrm(town):
    return OSRM(base_url=town.api + "/osrm", retry_over_query_limit=False)


def test_something_is_at_stake(town):
    assert town.assessment.closures and town.assessment.simulated


def test_directions_follow_streets_and_keep_out_of_danger(town, osrm):
    safest = osrm.directions(town.lon_lat, profile="walking", steps=True, overview="full")
    fastest = osrm.directions(town.lon_lat, profile="walking", kind="fastest")
    near, far = (one.raw["routes"][0]["risk"] for one in (fastest, safest))
    assert (near["kind"], far["kind"]) == ("fastest", "safest") and far["exposure_s"] < near["exposure_s"]
    assert fastest.duration < safest.duration
    ours = requests.get(
        town.api + "/v1/routes",
        params={"from": "{},{}".format(*town.ends[0]), "to": "{},{}".format(*town.ends[1]), "kinds": "safest,fastest"},
        timeout=30,
    ).json()
    told = {one["properties"]["kind"]: one["properties"] for one in ours["features"]}
    for one, kind in ((safest, "safest"), (fastest, "fastest")):
        assert one.duration == int(round(told[kind]["duration_s"], 1))
        assert one.distance == int(round(told[kind]["length_m"], 1))
    assert len(safest.geometry) > 10


def test_steps_make_the_whole_leg(town, osrm):
    route = osrm.directions(town.lon_lat, profile="foot", steps=True).raw["routes"][0]
    (leg,) = route["legs"]
    assert sum(step["duration"] for step in leg["steps"]) == pytest.approx(leg["duration"], abs=1)
    assert sum(step["distance"] for step in leg["steps"]) == pytest.approx(leg["distance"], abs=1)
    assert leg["steps"][0]["maneuver"]["type"] == "depart" and leg["steps"][-1]["maneuver"]["type"] == "arrive"
    ends = [decode_polyline(step["geometry"]) for step in leg["steps"]]
    for before, after in pairwise(ends):
        assert before[-1] == pytest.approx(after[0], abs=1.1e-5)


def test_three_points_make_two_legs(town, osrm):
    from dashboard.views.defaults import default_place

    lat, lon = default_place(town.library.area("coquimbo"))
    points = [town.lon_lat[0], [lon, lat], town.lon_lat[1]]
    answer = osrm.directions(points, profile="walking", steps=True, geometries="geojson").raw["routes"][0]
    assert len(answer["legs"]) == 2
    assert sum(leg["distance"] for leg in answer["legs"]) == pytest.approx(answer["distance"], abs=1)
    parts = [osrm.directions(pair, profile="walking-fastest") for pair in (points[:2], points[1:])]
    whole = osrm.directions(points, profile="walking-fastest")
    assert sum(part.duration for part in parts) == pytest.approx(whole.duration, abs=3)


def test_alternatives_come_best_first(town, osrm):
    ways = osrm.directions(town.lon_lat, profile="cycling", alternatives=2)
    assert 1 <= len(ways) <= 3 and ways[0].raw["risk"]["exposure_s"] >= 0


def test_matrix_gives_seconds_and_metres(town, osrm):
    from dashboard.views.defaults import default_place

    lat, lon = default_place(town.library.area("coquimbo"))
    points = [*town.lon_lat, [lon, lat]]
    matrix = osrm.matrix(points, profile="driving-fastest")
    way = osrm.directions(points[:2], profile="driving-fastest")
    assert matrix.durations[0][1] == pytest.approx(way.duration, abs=1)
    assert matrix.distances[0][1] == pytest.approx(way.distance, abs=1)
    assert [matrix.durations[k][k] for k in range(3)] == [0, 0, 0]
    part = osrm.matrix(points, profile="driving-fastest", sources=[0], destinations=[1, 2])
    assert part.durations == [matrix.durations[0][1:]]


def test_nearest_is_on_a_street(town):
    lon, lat = town.lon_lat[0]
    answer = requests.get(f"{town.api}/osrm/nearest/v1/foot/{lon + 1e-4},{lat}", timeout=30).json()
    (found,) = answer["waypoints"]
    assert answer["code"] == "Ok" and found["distance"] < 15 and len(found["nodes"]) == 2


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("route/v1/foot/0,0;1,1", "NoSegment"),
        ("route/v1/foot/1,2", "InvalidQuery"),
        ("route/v1/foot/one;two", "InvalidQuery"),
        ("route/v1/dragon/0,0;1,1", "InvalidValue"),
        ("route/v1/foot/0,0;1,1?exclude=motorway", "InvalidOptions"),
        ("table/v1/foot/0,0;1,1?sources=7", "InvalidOptions"),
        ("route/v1/foot/polyline(~~)", "InvalidQuery"),
    ],
)
def test_errors_are_osrms_own(town, path, code):
    answer = requests.get(f"{town.api}/osrm/{path}", timeout=30)
    assert answer.status_code == 400 and answer.json()["code"] == code and answer.json()["message"]


def test_client_understands_the_error(town, osrm):
    with pytest.raises(RouterApiError):
        osrm.directions([[0, 0], [1, 1]], profile="foot")


def test_a_point_farther_than_its_radius_is_refused(town, osrm):
    lon, lat = town.lon_lat[0]
    off = [lon + 0.0004, lat + 0.0004]
    with pytest.raises(RouterApiError, match="NoSegment"):
        osrm.directions([off, town.lon_lat[1]], profile="foot", radiuses=[1, 1])
