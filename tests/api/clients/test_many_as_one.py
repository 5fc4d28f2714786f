"""Tables and outlines tell what single ways tell, on the streets of coquimbo in the middle of its drill."""

import numpy as np
import pytest
import requests
import shapely

N_NEAR, N_FAR = 8, 11
"""Places of a table answered as the hazard is met, and of one that is too large for it."""
SLACK_S = 2.0
"""Roundings of some hundred streets."""
FOOT_M_PER_S = 0.7
"""Nobody on foot is slower on the streets of this town but where water stands."""


@pytest.fixture(scope="module")
def places(town):
    """(lat, lon) of junctions round the middle of both ends of the drill, where streets close and water rises."""
    network, rng = town.library.area("coquimbo").network, np.random.default_rng(8)
    middle = np.mean(town.ends, axis=0)
    far = np.hypot(network.node_lat_deg - middle[0], network.node_lon_deg - middle[1])
    near = np.flatnonzero(far < 0.03)
    ways = [town.ends[0], town.ends[1]]
    nodes = rng.choice(near, N_FAR - len(ways), replace=False)
    return [*ways, *((float(network.node_lat_deg[k]), float(network.node_lon_deg[k])) for k in nodes)]


def ask(town, path, body):
    answer = requests.post(f"{town.api}/{path}", json=body, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def points(places):
    return [{"lat": lat, "lon": lon} for lat, lon in places]


def way_s(town, one, other, profile, kind):
    """Seconds of a single way, or None where none leads."""
    body = {"from": points([one])[0], "to": points([other])[0], "profile": profile, "kinds": [kind]}
    answer = requests.post(f"{town.api}/v1/routes", json=body, timeout=60)
    if answer.status_code == 422 and answer.json()["code"] == "unreachable":
        return None
    (found,) = [one for one in answer.json()["features"] if one["properties"]["kind"] == kind]
    return found["properties"]["duration_s"]


def ways_s(town, places, profile, kind):
    rows = [[0.0 if a == b else way_s(town, a, b, profile, kind) for b in places] for a in places]
    return np.array(rows, dtype=np.float64)


def table_s(town, places, profile, kind):
    ends = points(places)
    told = ask(town, "v1/matrix", {"origins": ends, "destinations": ends, "profile": profile, "kind": kind})
    return told["priced_at"], np.array(told["duration_s"], dtype=np.float64)


@pytest.mark.parametrize("profile", ["walk", "wheelchair", "car"])
@pytest.mark.parametrize("kind", ["fastest", "balanced", "safest"])
def test_a_table_is_one_way_after_the_other(town, places, profile, kind):
    priced_at, told = table_s(town, places[:N_NEAR], profile, kind)
    assert priced_at == "arrival"
    wanted = ways_s(town, places[:N_NEAR], profile, kind)
    np.testing.assert_allclose(told, wanted, atol=0.1)
    assert np.isfinite(wanted).sum() > 2 * N_NEAR


def test_a_large_table_looks_at_the_departure_and_is_never_quicker(town, places):
    priced_at, told = table_s(town, places, "walk", "fastest")
    assert priced_at == "departure"
    wanted = ways_s(town, places, "walk", "fastest")
    both = np.isfinite(told) & np.isfinite(wanted)
    assert not (np.isfinite(told) & ~np.isfinite(wanted)).any() and both.sum() >= 0.8 * np.isfinite(wanted).sum()
    assert (told[both] >= wanted[both] - SLACK_S).all()
    assert (told[both] <= 1.5 * wanted[both] + SLACK_S).all()


@pytest.mark.parametrize("kind", ["fastest", "safest"])
def test_tables_of_the_faces_are_their_ways(town, places, kind):
    some = places[:4]
    lon_lat = [[round(lon, 6), round(lat, 6)] for lat, lon in some]
    in_path = ";".join(f"{lon},{lat}" for lon, lat in lon_lat)
    asked = {"annotations": "duration,distance", "kind": kind}
    table = requests.get(f"{town.api}/osrm/table/v1/foot/{in_path}", params=asked, timeout=60).json()
    matrix = ask(town, f"ors/v2/matrix/foot-{kind}", {"locations": lon_lat, "metrics": ["duration", "distance"]})
    for i, j in ((0, 1), (1, 2), (2, 3), (3, 0)):
        pair = ";".join(f"{lon},{lat}" for lon, lat in (lon_lat[i], lon_lat[j]))
        way = requests.get(f"{town.api}/osrm/route/v1/foot/{pair}", params={"kind": kind}, timeout=60).json()["routes"][
            0
        ]
        assert table["durations"][i][j] == pytest.approx(way["duration"], abs=0.2)
        assert table["distances"][i][j] == pytest.approx(way["distance"], abs=0.2)
        way = ask(town, f"ors/v2/directions/foot-{kind}", {"coordinates": [lon_lat[i], lon_lat[j]]})["routes"][0][
            "summary"
        ]
        assert matrix["durations"][i][j] == pytest.approx(way["duration"], abs=0.2)
        assert matrix["distances"][i][j] == pytest.approx(way["distance"], abs=0.2)


def test_what_lies_inside_an_outline_is_reached_as_soon(town, places):
    area, limit_s = town.library.area("coquimbo"), 900.0
    told = ask(town, "v1/reach", {"from": points(places)[0], "limits_s": [limit_s], "profile": "walk"})
    shape = shapely.geometry.shape(told["features"][0]["geometry"])
    network, rng = area.network, np.random.default_rng(5)
    node_at = shapely.points(network.node_lon_deg, network.node_lat_deg)
    inside = np.flatnonzero(shapely.covers(shape, node_at))
    cell_s = 2.0**0.5 * told["cell_m"] / FOOT_M_PER_S
    n = 0
    for node in rng.choice(inside, 25, replace=False):
        at = float(network.node_lat_deg[node]), float(network.node_lon_deg[node])
        found_s = way_s(town, places[0], at, "walk", "fastest")
        if found_s is not None:
            assert found_s <= limit_s + cell_s
            n += 1
    assert n >= 15
