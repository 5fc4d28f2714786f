"""Unmodified OGC API Features clients: OWSLib, and GDAL's OAPIF driver through pyogrio."""

import json
import subprocess
import sys

import pytest
import requests
from openapi_spec_validator import OpenAPIV30SpecValidator
from owslib.ogcapi.features import Features

from dashboard.api.listings import LISTINGS


@pytest.fixture
def ogc(town):
    return Features(town.api + "/ogc")


def test_owslib_finds_every_collection(ogc):
    assert set(ogc.feature_collections()) == set(LISTINGS)
    assert ogc.collection("closures")["extent"]["spatial"]["bbox"][0][0] < -71
    assert any(one.endswith("/conf/core") for one in ogc.conformance()["conformsTo"])


def test_owslib_reads_the_description(ogc):
    document = ogc.api()
    assert document["openapi"] == "3.0.3"
    OpenAPIV30SpecValidator(document).validate()


def test_items_are_what_the_snapshot_holds(town, ogc):
    closures = ogc.collection_items("closures", limit=1000)
    assert closures["numberMatched"] == len(town.assessment.closures)
    assert {one["id"] for one in closures["features"]} == {one.closure_id for one in town.assessment.closures}
    shelters = ogc.collection_items("shelters")
    assert shelters["numberMatched"] == len(town.assessment.shelters) > 0
    alerts = ogc.collection_items("alerts")["features"]
    assert alerts[0]["properties"]["event"] == "Heavy rain warning"
    one = ogc.collection_item("closures", closures["features"][0]["id"])
    assert one["properties"] == closures["features"][0]["properties"]


def test_districts_carry_their_level_and_can_be_asked_for_by_it(ogc):
    every = ogc.collection_items("districts", limit=500)["features"]
    levels = {one["properties"]["level"] for one in every}
    assert len(levels) > 1 and all(one["geometry"] for one in every)
    assert set(ogc.collection_queryables("districts")["properties"]["level"]["enum"]) == levels
    for level in levels:
        some = ogc.collection_items("districts", limit=500, level=level)
        assert some["numberMatched"] == sum(one["properties"]["level"] == level for one in every) > 0


def test_box_and_time(town, ogc):
    lat, lon = town.ends[0]
    box = [lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002]
    near = ogc.collection_items("streets", bbox=box, limit=1000)
    assert 0 < near["numberMatched"] < town.library.area("coquimbo").network.n_street
    assert ogc.collection_items("closures", datetime_="1999-01-01T00:00:00Z")["numberMatched"] == 0
    assert ogc.collection_items("closures", datetime_="../..")["numberMatched"] > 0


READ = """
import json, sys, pyogrio
source, layer, box = json.loads(sys.argv[1])
table = pyogrio.read_dataframe(source, layer=layer, bbox=box and tuple(box))
kinds = sorted(set(table.geometry.geom_type.dropna()))
top = float(table["risk"].max()) if "risk" in table else None
print(json.dumps([sorted(pyogrio.list_layers(source)[:, 0]), len(table), kinds, top]))
"""


def gdal(town, layer, box=None):
    """Layers, number of rows, kinds of geometry and highest risk, read by GDAL in a process of its own.

    GDAL waits for the answer while it holds the interpreter's lock, so it cannot share a process with the server.
    """
    asked = json.dumps([f"OAPIF:{town.api}/ogc", layer, box])
    run = subprocess.run([sys.executable, "-c", READ, asked], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_gdal_pages_through_every_street(town):
    layers, n_row, kinds, top = gdal(town, "streets")
    assert set(layers) == set(LISTINGS) and kinds == ["LineString"]
    assert n_row == town.library.area("coquimbo").network.n_street and top > 0.6
    lat, lon = town.ends[0]
    _, n_near, _, _ = gdal(town, "streets", (lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002))
    assert 0 < n_near < n_row


@pytest.mark.parametrize("layer", ["closures", "districts", "shelters"])
def test_gdal_reads_the_others(town, layer):
    assert gdal(town, layer)[1] > 0


def test_unchanged_pages_are_not_sent_again(town):
    address = f"{town.api}/ogc/collections/closures/items"
    first = requests.get(address, timeout=30)
    again = requests.get(address, headers={"If-None-Match": first.headers["ETag"]}, timeout=30)
    assert again.status_code == 304 and not again.content


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("collections/nothing", 404, "NotFound"),
        ("collections/closures/items/nothing", 404, "NotFound"),
        ("collections/closures/items?bbox=1,2,3", 400, "InvalidParameterValue"),
        ("collections/closures/items?datetime=yesterday", 400, "InvalidParameterValue"),
        ("collections/closures/items?level=alert", 400, "InvalidParameterValue"),
        ("collections/closures/items?colour=red", 400, "InvalidParameterValue"),
        ("collections/closures/items?cursor=AAAA", 400, "InvalidParameterValue"),
    ],
)
def test_errors_are_the_standards_own(town, path, status, code):
    answer = requests.get(f"{town.api}/ogc/{path}", timeout=30)
    assert answer.status_code == status and answer.json()["code"] == code and answer.json()["description"]
