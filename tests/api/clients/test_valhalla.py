"""Unmodified Valhalla client: routingpy."""

import pytest
import requests
from routingpy import Valhalla
from routingpy.exceptions import RouterApiError


@pytest.fixture
def valhalla(town):
    return Valhalla(base_url=town.api + "/valhalla", retry_over_query_limit=False)


def box_round(lon, lat, half=3e-4):
    return [[lon + x, lat + y] for x, y in ((-half, -half), (half, -half), (half, half), (-half, half), (-half, -half))]


def test_directions_keep_out_of_danger_and_say_so(town, valhalla):
    safest = valhalla.directions(town.lon_lat, profile="pedestrian", instructions=True)
    fastest = valhalla.directions(town.lon_lat, profile="pedestrian", options={"kind": "fastest"})
    risks = [one.raw["trip"]["risk"]["exposure_s"] for one in (safest, fastest)]
    assert risks[0] < risks[1] and fastest.duration < safest.duration
    (leg,) = safest.raw["trip"]["legs"]
    assert leg["maneuvers"][0]["type"] == 1 and leg["maneuvers"][-1]["type"] == 4
    assert all(one["instruction"] for one in leg["maneuvers"])
    assert sum(one["time"] for one in leg["maneuvers"]) == pytest.approx(leg["summary"]["time"], abs=0.1)
    assert leg["maneuvers"][-1]["end_shape_index"] == len(safest.geometry) - 1


def test_avoided_polygons_are_kept_out_of(town, valhalla):
    plain = valhalla.directions(town.lon_lat, profile="pedestrian")
    lon, lat = plain.geometry[len(plain.geometry) // 2]
    around = valhalla.directions(town.lon_lat, profile="pedestrian", avoid_polygons=[box_round(lon, lat)])
    assert not any(abs(x - lon) < 3e-4 and abs(y - lat) < 3e-4 for x, y in around.geometry)
    assert around.distance != plain.distance


def test_units_and_language(town, valhalla):
    km = valhalla.directions(town.lon_lat, profile="auto", units="km").raw["trip"]
    miles = valhalla.directions(town.lon_lat, profile="auto", units="mi", language="ko-KR", instructions=True).raw[
        "trip"
    ]
    assert km["summary"]["length"] == pytest.approx(miles["summary"]["length"] * 1.609344, rel=1e-2)
    said = miles["legs"][0]["maneuvers"][0]["instruction"]
    assert miles["language"] == "ko-KR" and any("가" <= letter <= "힣" for letter in said)


def test_asked_in_the_address(town):
    import json

    (lon_a, lat_a), (lon_b, lat_b) = town.lon_lat
    body = {"locations": [{"lat": lat_a, "lon": lon_a}, {"lat": lat_b, "lon": lon_b}], "costing": "bicycle"}
    address = f"{town.api}/valhalla/route"
    got = requests.get(address, params={"json": json.dumps(body)}, timeout=30).json()
    assert got == requests.post(address, json=body, timeout=30).json()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"locations": [{"lat": 0, "lon": 0}, {"lat": 1, "lon": 1}]}, 171),
        ({"costing": "rocket"}, 125),
        ({"locations": []}, 110),
        ({"costing_options": {"auto": {"shortest": True}}}, 125 + 5),
    ],
)
def test_errors_are_valhallas_own(town, changes, code):
    body = {"locations": [{"lat": -29.9, "lon": -71.25}, {"lat": -29.91, "lon": -71.25}], "costing": "auto"} | changes
    answer = requests.post(f"{town.api}/valhalla/route", json=body, timeout=30)
    told = answer.json()
    assert answer.status_code == 400 and told["error_code"] == code, told
    assert set(told) == {"error_code", "error", "status_code", "status"} and told["status"] == "Bad Request"


def test_client_understands_the_error(town, valhalla):
    with pytest.raises(RouterApiError):
        valhalla.directions([[0, 0], [1, 1]], profile="auto")
