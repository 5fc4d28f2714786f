import numpy as np
import pytest

from dashboard.views.raster import MISSING_INDEX, level_index
from risk_core.fields.raster import overlay_codes, tile_codes
from risk_core.state.level import Layer
from tests.answers.small_world import EMPTY_ID
from tests.tiny import node_position
from tests.views.test_raster import decode

LAT, LON = node_position(14)


def tile_of(zoom: int) -> tuple[int, int]:
    y = (1 - np.arcsinh(np.tan(np.radians(LAT))) / np.pi) / 2
    return int((LON + 180) / 360 * 2**zoom), int(y * 2**zoom)


def test_list_of_layers_steps_and_legend(client, library):
    body, assessment = client.get("/v1/fields?area=tiny").get_json(), library.assessment("tiny")
    assert body["version"] == assessment.version
    assert [step["lead_s"] for step in body["steps"]] == assessment.lead_s.tolist()
    assert body["step_now"] == assessment.step_now == 1
    assert [layer["layer"] for layer in body["layers"]] == ["rain", "combined"]
    assert [level["risk_from"] for level in body["legend"]] == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert body["legend"][4] == {
        "code": "serious",
        "name": {"ko": "심각", "en": "Serious"},
        "color": "#a50f2d",
        "risk_from": 0.8,
    }


def test_addresses_of_the_list_lead_to_pictures(client):
    layer = client.get("/v1/fields").get_json()["layers"][0]
    x, y = tile_of(14)
    for url in (layer["overlay_url"], layer["tiles_url"], layer["streets_url"]):
        path = url.replace("{step}", "2").replace("{z}", "14").replace("{x}", str(x)).replace("{y}", str(y))
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("step", [0, 3])
def test_overlay_holds_the_levels_of_the_record(client, library, step):
    area, assessment = library.area("tiny"), library.assessment("tiny")
    index, _, _ = decode(client.get(f"/v1/fields/combined/overlay.png?step={step}").data)
    code = overlay_codes(assessment.layers[Layer.COMBINED].risk[step], area.grid)
    assert (index == level_index(code)).all()
    assert (index != MISSING_INDEX).any()


def test_tile_holds_the_levels_of_the_record(client, library):
    area, assessment = library.area("tiny"), library.assessment("tiny")
    x, y = tile_of(15)
    index, _, _ = decode(client.get(f"/v1/fields/rain/tiles/15/{x}/{y}.png").data)
    code = tile_codes(assessment.layers[Layer.RAIN].risk[assessment.step_now], area.grid, 15, x, y)
    assert (index == level_index(code)).all()
    assert (index != MISSING_INDEX).any()


def test_tile_elsewhere_is_empty(client):
    index, _, _ = decode(client.get("/v1/fields/rain/tiles/15/0/0.png").data)
    assert index.shape == (256, 256) and (index == MISSING_INDEX).all()


def test_layer_without_data_is_transparent(client):
    index, _, _ = decode(client.get("/v1/fields/typhoon/overlay.png").data)
    assert (index == MISSING_INDEX).all()


def test_street_bytes_are_the_record(client, library):
    area, assessment = library.area("tiny"), library.assessment("tiny")
    data = np.frombuffer(client.get("/v1/fields/rain/streets.bin?step=3").data, dtype=np.uint8)
    n_street = area.network.n_street
    assert data[:n_street].tolist() == assessment.street_risk[Layer.RAIN][3].tolist()
    assert data[n_street:].sum() > 0 and len(data) == 2 * n_street


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/fields/lava/overlay.png", 404),
        ("/v1/fields/lava/streets.bin", 404),
        ("/v1/fields/lava/tiles/1/0/0.png", 404),
        ("/v1/fields/rain/tiles/99/0/0.png", 404),
        ("/v1/fields/rain/tiles/2/4/0.png", 404),
        ("/v1/fields/rain/tiles/-1/0/0.png", 404),
        (f"/v1/fields/rain/tiles/{'9' * 300}/0/0.png", 404),
        ("/v1/fields/rain/overlay.png?step=4", 422),
        ("/v1/fields/rain/overlay.png?step=-1", 422),
        ("/v1/fields/rain/overlay.png?step=x", 422),
        ("/v1/fields/rain/overlay.png?v=../../etc", 422),
        (f"/v1/fields/rain/overlay.png?area={EMPTY_ID}", 503),
        (f"/v1/fields?area={EMPTY_ID}", 503),
    ],
)
def test_picture_that_does_not_exist(client, path, status):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_newest_picture_is_asked_for_again_with_its_tag(client):
    answer = client.get("/v1/fields/rain/overlay.png")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get("/v1/fields/rain/overlay.png", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    other = client.get("/v1/fields/rain/overlay.png?step=3", headers={"If-None-Match": answer.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("what", ["overlay.png", "streets.bin", "tiles/14/4950/9632.png"])
def test_a_snapshot_no_longer_kept_leads_to_the_newest(client, what):
    answer = client.get(f"/v1/fields/rain/{what}?v=7-000000000000&step=0")
    assert answer.status_code == 302 and answer.headers["Cache-Control"] == "no-store"
    newest = client.get("/v1/version").json["version"]
    assert f"v={newest}" in answer.headers["Location"] and "step=0" in answer.headers["Location"]
    assert client.get(answer.headers["Location"]).status_code == 200


def test_values_and_cuts_are_asked_without_an_address_too(client):
    lat, lon = node_position(0)
    shown = client.get(f"/v1/fields/rain/value?lat={lat}&lon={lon}")
    asked = client.post("/v1/fields/rain/value", json={"lat": lat, "lon": lon})
    assert shown.get_json() == asked.get_json() and asked.get_json()["risk"] is not None
    box = [lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002]
    for kind in ("json", "tif"):
        shown = client.get(f"/v1/fields/rain/cut.{kind}?bbox={','.join(map(str, box))}")
        asked = client.post(f"/v1/fields/rain/cut.{kind}", json={"bbox": box})
        assert (shown.status_code, asked.status_code) == (200, 200) and shown.data == asked.data
        assert asked.headers["Cache-Control"] == "private, no-store" and "ETag" not in asked.headers
        assert client.post(f"/v1/fields/rain/cut.{kind}", json={}).status_code == 200
        for wrong in ([1, 2, 3], [1, 2, 3, "4"], [0, 91, 0, 92], [0, 2, 0, 1]):
            told = client.post(f"/v1/fields/rain/cut.{kind}", json={"bbox": wrong})
            assert told.status_code == 422 and told.get_json()["faults"][0]["argument"].startswith("bbox")
