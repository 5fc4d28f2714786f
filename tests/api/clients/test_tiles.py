"""Tiles and cut-outs, read by GDAL and rasterio."""

import json
import subprocess
import sys

import numpy as np
import pytest
import requests
from rasterio.io import MemoryFile

from risk_core.state.level import Layer, code_to_risk

READ = """
import json, sys, pyogrio
table = pyogrio.read_dataframe(sys.argv[1], layer="streets")
print(json.dumps([len(table), sorted(table.columns), float(table["risk"].max()), list(table.total_bounds)]))
"""


def tile_of(lat, lon, zoom):
    x = int((lon + 180) / 360 * 2**zoom)
    y = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**zoom)
    return zoom, x, y


def test_tilejson_leads_to_tiles_gdal_reads(town):
    told = requests.get(f"{town.api}/v1/fields/rain/streets.json", timeout=30).json()
    assert told["tilejson"] == "3.0.0" and told["vector_layers"][0]["id"] == "streets"
    z, x, y = tile_of(*town.ends[0], 14)
    address = told["tiles"][0].format(z=z, x=x, y=y)
    answer = requests.get(address, timeout=30)
    assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert "immutable" in answer.headers["Cache-Control"]
    path = town.library.settings.home / "tile.mvt"
    path.write_bytes(answer.content)
    run = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stderr
    n_row, columns, top, bounds = json.loads(run.stdout)
    assert n_row > 50 and {"risk", "level", "street", "class"} <= set(columns) and 0 < top <= 1
    assert bounds[0] > -200 and bounds[2] < 4096 + 4000


def test_raster_tilejson_leads_to_pictures(town):
    told = requests.get(f"{town.api}/v1/fields/combined/tiles.json", timeout=30).json()
    z, x, y = tile_of(*town.ends[0], 12)
    picture = requests.get(told["tiles"][0].format(z=z, x=x, y=y), timeout=30)
    assert picture.headers["Content-Type"] == "image/png" and picture.content.startswith(b"\x89PNG")
    assert told["bounds"] == list(town.library.area("coquimbo").grid.bounds)


def test_geotiff_is_the_field_itself(town):
    assessment, area = town.assessment, town.library.area("coquimbo")
    data = requests.get(f"{town.api}/v1/fields/rain/cut.tif", timeout=30).content
    with MemoryFile(data) as memory, memory.open() as file:
        assert file.crs.to_epsg() == 4326 and file.descriptions == ("risk", "risk_low", "risk_high")
        assert file.bounds == pytest.approx(area.grid.bounds)
        assert file.tags()["SIMULATED"] == "true"
        risk = file.read(1)
    wanted = code_to_risk(assessment.layers[Layer.RAIN].risk[assessment.step_now])
    np.testing.assert_array_equal(risk, wanted)


def test_cut_of_a_box_is_that_part_of_the_field(town):
    (lat, lon), grid = town.ends[0], town.library.area("coquimbo").grid
    box = f"{lon - 0.003},{lat - 0.003},{lon + 0.003},{lat + 0.003}"
    body = requests.get(f"{town.api}/v1/fields/rain/cut.json", params={"bbox": box}, timeout=30).json()
    x, y = body["domain"]["axes"]["x"], body["domain"]["axes"]["y"]
    shape = body["ranges"]["risk"]["shape"]
    assert shape == [1, y["num"], x["num"]] and len(body["ranges"]["risk"]["values"]) == x["num"] * y["num"]
    col, row = (x["start"] - grid.lon_min_deg) / grid.d_lon_deg, (grid.lat_max_deg - y["start"]) / grid.d_lat_deg
    assert col % 1 == pytest.approx(0.5, abs=1e-6) and row % 1 == pytest.approx(0.5, abs=1e-6)
    codes = town.assessment.layers[Layer.RAIN].risk[town.assessment.step_now]
    first = code_to_risk(codes[int(row) : int(row) + 1, int(col)])[0]
    assert body["ranges"]["risk"]["values"][0] == pytest.approx(float(first), abs=1e-3)
    far = requests.get(f"{town.api}/v1/fields/rain/cut.tif?bbox=0,0,1,1", timeout=30)
    assert far.status_code == 422 and far.json()["code"] == "outside_area"


def test_value_is_that_of_the_risk(town):
    lat, lon = town.ends[0]
    value = requests.get(f"{town.api}/v1/fields/combined/value?lat={lat}&lon={lon}", timeout=30).json()
    risk = requests.get(f"{town.api}/v1/risk?lat={lat}&lon={lon}", timeout=30).json()
    assert value["risk"] == pytest.approx(risk["risk"], abs=1e-6) and value["level"] == risk["level"]
