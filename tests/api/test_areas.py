import gzip

from tests.answers.small_world import EMPTY_ID, OUTLINES
from tests.views.test_streets_binary import decode


def test_list_of_areas(client):
    body = client.get("/v1/areas").get_json()
    assert body["default_area"] == "tiny"
    assert [area["area"] for area in body["areas"]] == ["tiny", EMPTY_ID]


def test_one_area_tells_what_it_has(client, library):
    body, area = client.get("/v1/areas/tiny").get_json(), library.area("tiny")
    west, south, east, north = area.grid.bounds
    assert body["bounds"] == {"west_deg": west, "south_deg": south, "east_deg": east, "north_deg": north}
    assert (body["n_street"], body["n_edge"]) == (area.network.n_street, area.network.n_edge)
    assert body["content_hash"] == area.content_hash and body["attribution"] == area.attribution
    assert body["is_sample"] is True and body["has_network"] is True
    assert body["layers"] == ["rain", "combined"]
    assert body["name_ko"] == "작은 마을" and body["n_place"] == {"shelter": 1}


def test_area_without_streets_and_snapshot(client):
    body = client.get(f"/v1/areas/{EMPTY_ID}").get_json()
    assert body["has_network"] is False and body["streets_url"] is None and body["layers"] == []
    assert client.get(f"/v1/areas/{EMPTY_ID}/streets.bin").status_code == 422


def test_unknown_area(client):
    for path in ("atlantis", "atlantis/streets.bin", "atlantis/districts.geojson", "..%2Ftiny", "%00"):
        answer = client.get(f"/v1/areas/{path}")
        assert answer.status_code == 404 and answer.mimetype == "application/problem+json"


def test_streets_file_is_the_network_and_kept_for_ever(client, library):
    network = library.area("tiny").network
    url = client.get("/v1/areas/tiny").get_json()["streets_url"]
    answer = client.get(url)
    assert answer.mimetype == "application/octet-stream"
    assert decode(answer.data)["first"].tolist() == network.street_first_point.tolist()
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_streets_file_under_an_old_hash_is_not_kept(client):
    assert client.get("/v1/areas/tiny/streets.bin?v=abc").headers["Cache-Control"] == "no-cache"
    assert client.get("/v1/areas/tiny/streets.bin?v=../x").status_code == 422


def test_streets_file_is_compressed_where_wanted(client):
    plain = client.get("/v1/areas/tiny/streets.bin").data
    small = client.get("/v1/areas/tiny/streets.bin", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip" and gzip.decompress(small.data) == plain


def test_districts(client):
    answer = client.get("/v1/areas/tiny/districts.geojson")
    assert answer.mimetype == "application/geo+json" and answer.data == OUTLINES
