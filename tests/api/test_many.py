"""Travel times, outlines of what can be reached, nearest shelters: bodies are the records, and routes agree."""

import numpy as np
import pytest
import shapely
from shapely.geometry import Point, shape

from dashboard.answers import Answers
from dashboard.answers.many import MatrixQuestion, ReachQuestion
from dashboard.api.schemas.many import ReachBody
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.tiny import node_position

A, B, C = node_position(0), node_position(5), node_position(14)
FROM = f"{A[0]},{A[1]}"
ISLAND = node_position(36)


def as_points(*places):
    return [{"lat": lat, "lon": lon} for lat, lon in places]


def routes(client, a, b, **more):
    query = {"from": f"{a[0]},{a[1]}", "to": f"{b[0]},{b[1]}"} | more
    return client.get("/v1/routes", query_string=query).get_json()["features"]


@pytest.mark.parametrize("kind", ["fastest", "safest"])
@pytest.mark.parametrize("profile", ["walk", "car"])
def test_a_matrix_agrees_with_routes(client, kind, profile):
    asked = {"origins": as_points(A, B), "destinations": as_points(C, A, B), "kind": kind, "profile": profile}
    body = client.post("/v1/matrix", json=asked).get_json()
    assert [len(body["origins"]), len(body["destinations"])] == [2, 3]
    for i, origin in enumerate((A, B)):
        for j, destination in enumerate((C, A, B)):
            if origin == destination:
                assert body["duration_s"][i][j] == pytest.approx(0.0, abs=0.1)
                continue
            way = routes(client, origin, destination, kinds=kind, profile=profile)[0]["properties"]
            assert body["duration_s"][i][j] == pytest.approx(way["duration_s"], abs=1.0)
            assert body["objective_s"][i][j] >= body["duration_s"][i][j] - 1.0 or profile == "car"


def test_a_matrix_names_every_point_it_cannot_use(client):
    asked = {"origins": as_points(A, ISLAND), "destinations": as_points(ISLAND, B)}
    refused = client.post("/v1/matrix", json=asked)
    assert refused.status_code == 422
    assert [fault["argument"] for fault in refused.get_json()["faults"]] == ["origins[1]", "destinations[0]"]
    many = as_points(*[A] * 60)
    refused = client.post("/v1/matrix", json={"origins": many, "destinations": many})
    assert refused.status_code == 422 and "3500" in refused.get_data(as_text=True)


def test_outlines_hold_what_is_reached_and_grow(client, library):
    body = client.get("/v1/reach", query_string={"from": FROM, "limits_s": "600,60,240"}).get_json()
    shapes = [shape(one["geometry"]) for one in body["features"]]
    assert [one["properties"]["limit_s"] for one in body["features"]] == [60, 240, 600]
    assert all(one.is_valid for one in shapes) and shapes[0].buffer(1e-7).contains(Point(A[1], A[0]))
    assert shapes[0].area < shapes[1].area < shapes[2].area and shapely.covers(shapes[2], shapes[1].buffer(-1e-7))
    areas = [one["properties"]["area_m2"] for one in body["features"]]
    assert areas == sorted(areas)
    record = Answers(library).reach(ReachQuestion("tiny", A, Profile.WALK))
    grid = library.area("tiny").grid
    lon, lat = np.meshgrid(grid.col_lon_deg, grid.row_lat_deg)
    assert (shapely.contains_xy(shapes[1], lon, lat) == (record.cost_s <= 240)).all()
    by_post = client.post("/v1/reach", json={"from": as_points(A)[0], "limits_s": [60, 240, 600]})
    assert by_post.get_json() == body


def test_by_danger_what_is_safe_is_reached_at_no_cost(client):
    asked = {"from": FROM, "by": "danger", "limits_s": "0.5,3600"}
    by_danger = [one["properties"] for one in client.get("/v1/reach", query_string=asked).get_json()["features"]]
    assert by_danger[0]["area_m2"] <= by_danger[1]["area_m2"] and by_danger[1]["area_m2"] > 0


@pytest.mark.parametrize("limits", ["", "0", "-5", "nan", "1,2,3,4,5,6", "9000", "a"])
def test_limits_that_do_not_fit_are_refused(client, limits):
    refused = client.get("/v1/reach", query_string={"from": FROM, "limits_s": limits})
    assert refused.status_code == 422 and "limits_s" in refused.get_data(as_text=True)


def test_the_nearest_shelter_comes_with_the_safest_way_there(client):
    body = client.get("/v1/shelters/nearest", query_string={"from": FROM}).get_json()
    assert body["features"]
    for one in body["features"]:
        known = one["properties"]
        place = known["shelter"]["lat_deg"], known["shelter"]["lon_deg"]
        way = routes(client, A, place, kinds="safest")[0]["properties"]
        assert known["kind"] == "safest" and known["duration_s"] == pytest.approx(way["duration_s"], abs=1.0)
        assert known["steps"] and known["level_length_m"] == pytest.approx(way["level_length_m"], abs=1.0)
    asked = {"from": as_points(A)[0]}
    assert client.post("/v1/shelters/nearest", json=asked).get_json() == body
    refused = client.get("/v1/shelters/nearest", query_string={"from": FROM, "n": 0})
    assert refused.status_code == 422


def test_a_later_departure_is_answered_with_the_slice_it_falls_in(client, library):
    answers, assessment = Answers(library), library.assessment("tiny")
    step = int(np.flatnonzero(assessment.lead_s == 3600)[0])
    later = {"from": FROM, "by": "danger", "limits_s": "60,600", "t": "3600"}
    body = client.get("/v1/reach", query_string=later).get_json()
    question = ReachQuestion("tiny", A, Profile.WALK, by_danger=True, step=step)
    wanted = ReachBody.from_answer(answers.reach(question), "danger", [60, 600], library.area("tiny"), assessment)
    assert body == wanted.model_dump(mode="json", by_alias=True)
    points = [A, B], [C]
    asked = {"origins": as_points(A, B), "destinations": as_points(C), "kind": "safest", "t": "3600"}
    table = client.post("/v1/matrix", json=asked).get_json()
    found = answers.matrix(MatrixQuestion("tiny", *map(tuple, points), Profile.WALK, RouteKind.SAFEST, step))
    np.testing.assert_allclose(table["objective_s"], found.objective_s, atol=0.1)
    assert found.on.valid_s == assessment.now_s + 3600
    now = client.post("/v1/matrix", json={**asked, "t": "0"}).get_json()
    assert now["valid_at"] != table["valid_at"]
