import pytest

from tests.tiny import node_position

A, B = node_position(0), node_position(5)
POINTS = [{"lat": A[0], "lon": A[1]}, {"lat": 0.0, "lon": 0.0}, {"lat": B[0], "lon": B[1]}]


def ring(lat, lon, half=3e-4):
    corners = ((-half, -half), (half, -half), (half, half), (-half, half), (-half, -half))
    return [[lon + x, lat + y] for x, y in corners]


def polygon(coordinates):
    return {"geometry": {"type": "Polygon", "coordinates": coordinates}}


def test_each_point_has_the_answer_it_has_alone_and_one_at_fault_spoils_none(client):
    results = client.post("/v1/risk/batch", json={"points": POINTS}).get_json()["results"]
    assert [one["position"] for one in results] == [0, 1, 2]
    assert results[1]["fault"]["code"] == "outside_area" and results[1]["risk"] is None
    for one, point in ((results[0], A), (results[2], B)):
        alone = client.get(f"/v1/risk?lat={point[0]}&lon={point[1]}").get_json()
        assert one["fault"] is None and one["level"] == alone["level"]
        assert (one["risk"], one["risk_low"], one["risk_high"]) == tuple(
            alone[name] for name in ("risk", "risk_low", "risk_high")
        )


def test_a_district_and_its_people(client, library):
    area = library.area("tiny")
    district = area.districts[0].district_id
    answer = client.get(f"/v1/risk/area?district={district}")
    body = answer.get_json()
    assert body["district"]["district_id"] == district and body["n_cell"] == int((area.district == 0).sum())
    for layer in body["layers"]:
        assert sum(layer["residents"].values()) == pytest.approx(body["residents"], abs=1)
        assert layer["risk_mean"] <= layer["risk_max"]
    assert (
        client.get(f"/v1/risk/area?district={district}", headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )
    assert client.get("/v1/risk/area?district=nowhere").status_code == 404


def test_a_polygon_is_its_cells(client, library):
    area = library.area("tiny")
    west, south, east, north = area.grid.bounds
    whole = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    body = client.post("/v1/risk/area", json=polygon([whole])).get_json()
    assert body["n_cell"] == area.grid.n_cell
    assert body["residents"] == pytest.approx(float(area.population.sum()), abs=1)
    small = client.post("/v1/risk/area", json=polygon([ring(*A, 1e-6)])).get_json()
    assert small["n_cell"] == 1 and small["layers"][0]["risk_mean"] is not None


@pytest.mark.parametrize(
    "rings",
    [
        [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]],
        [ring(0.0, 0.0)],
        [ring(*A)[:-1]],
        [[[500, 0], [501, 0], [501, 1], [500, 0]]],
    ],
)
def test_wrong_polygons_are_refused_never_repaired(client, rings):
    answer = client.post("/v1/risk/area", json=polygon(rings))
    assert answer.status_code == 422 and answer.get_json()["faults"][0]["argument"] == "geometry"


def test_routes_as_polyline_and_gpx(client):
    from dashboard.api.polyline import decode_polyline

    asked = {"from": f"{A[0]},{A[1]}", "to": f"{B[0]},{B[1]}"}
    plain = client.get("/v1/routes", query_string=asked).get_json()["features"][0]
    told = client.get("/v1/routes", query_string=asked | {"format": "polyline"}).get_json()["features"][0]
    assert told["geometry"] is None
    for (lat, lon), (x, y) in zip(
        decode_polyline(told["properties"]["polyline"]), plain["geometry"]["coordinates"], strict=True
    ):
        assert (lat, lon) == pytest.approx((y, x), abs=1e-5)
    gpx = client.get("/v1/routes", query_string=asked | {"format": "gpx"})
    assert gpx.mimetype == "application/gpx+xml" and gpx.data.count(b"<trkpt") == 2 * len(
        plain["geometry"]["coordinates"]
    )
