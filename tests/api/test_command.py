import json
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.cli import main
from tests.answers.small_world import EMPTY_ID, NOW_S, make_library, write_next
from tests.tiny import node_position

A, B = node_position(0), node_position(5)
FROM, TO = f"{A[0]},{A[1]}", f"{B[0]},{B[1]}"
ISLAND = ",".join(str(part) for part in node_position(36))
CHECKOUT = Path(__file__).resolve().parents[2]


def route(home, *words, origin=FROM, destination=TO):
    ends = ["--from", origin, "--to", destination]
    return main(["--home", str(home), "route", "--area", "tiny", *ends, *words], {})


def test_json_is_the_body_of_the_api(library, capsys):
    assert route(library.settings.home, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    client = create_api(library, Answers(library)).test_client()
    assert printed == client.get("/v1/routes", query_string={"from": FROM, "to": TO, "lang": "ko"}).get_json()


def test_kinds_profile_and_language(library, capsys):
    words = ("--json", "--kinds", "safest", "--profile", "car", "--lang", "en")
    assert route(library.settings.home, *words) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["profile"] == "car"
    assert [f["properties"]["kind"] for f in body["features"]] == ["safest"]
    assert "Row" in body["features"][0]["properties"]["steps"][0]["text"]


def test_areas_of_a_file_are_avoided_and_wrong_files_refused(library, tmp_path, capsys):
    assert route(library.settings.home, "--json") == 0
    line = json.loads(capsys.readouterr().out)["features"][0]["geometry"]["coordinates"]
    lon, lat = line[len(line) // 2]
    ring = [[lon + x, lat + y] for x, y in ((-2e-4, -2e-4), (2e-4, -2e-4), (2e-4, 2e-4), (-2e-4, -2e-4))]
    file = tmp_path / "avoid.geojson"
    geometry = {"type": "Polygon", "coordinates": [ring]}
    file.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": geometry}), encoding="utf-8")
    assert route(library.settings.home, "--json", "--avoid", str(file)) == 0
    assert [lon, lat] not in json.loads(capsys.readouterr().out)["features"][0]["geometry"]["coordinates"]
    for content in ("{", '{"type": "Point", "coordinates": [1, 2]}', "[]"):
        file.write_text(content, encoding="utf-8")
        assert route(library.settings.home, "--avoid", str(file)) == 2
        assert "wanted a GeoJSON Polygon or MultiPolygon" in capsys.readouterr().err
    assert route(library.settings.home, "--avoid", str(tmp_path / "missing")) == 2


def test_summary_tells_a_person_minutes_metres_and_turns(library, capsys):
    assert route(library.settings.home, "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Demo data")
    assert "Fastest: " in printed and "Safest: " in printed and " min" in printed and "  1. " in printed
    assert printed.rstrip().endswith("Invented for tests")


def test_without_a_snapshot_the_store_is_assessed(tmp_path, capsys):
    library = make_library(tmp_path)
    assert route(tmp_path, "--json") == 0
    body = json.loads(capsys.readouterr().out)
    assert body["version"] == "" and len(body["features"]) == 2
    assert body["simulated"] is False
    assert library.snapshots.version("tiny") is None


def test_without_a_snapshot_stored_closures_are_avoided(tmp_path, capsys):
    from dashboard.api.command import newest_assessment
    from dashboard.store.kinds import Kind

    library = make_library(tmp_path)
    (lat, west), (_, east) = node_position(2), node_position(3)
    line = {"type": "LineString", "coordinates": [[west, lat], [east, lat]]}
    record = {
        "closure_id": "c1",
        "reason": "flood",
        "name": "Row 0",
        "from": NOW_S - 60,
        "until": NOW_S + 3600,
        "geometry": json.dumps(line),
    }
    report = library.observations.ingest(
        Kind.CLOSURES, "tiny", [record], source="test", simulated=False, received_s=NOW_S
    )
    assessment = newest_assessment(library, library.area("tiny"), NOW_S)
    assert assessment.closed_mask.any(), report


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ({"origin": "0,0"}, ("from", "0,0")),
        ({"destination": f"{B[1]},{B[0]}"}, ("to", "Latitude comes first")),
        ({"origin": "nan,nan"}, ("from", "nan,nan")),
        ({"origin": "nan,-71.3"}, ("from", "finite")),
        ({"destination": ISLAND}, ("to",)),
        ({"origin": "here"}, ("from", "LAT,LON")),
        ({"origin": "1,2,3"}, ("from", "LAT,LON")),
        ({"origin": "0,0", "destination": "there"}, ("to", "LAT,LON")),
    ],
)
def test_points_that_do_not_fit_end_with_status_2(library, capsys, ends, words):
    assert route(library.settings.home, "--json", **ends) == 2
    told = capsys.readouterr()
    assert told.out == "" and all(word in told.err for word in words)


def test_pair_without_a_way_ends_with_status_2(tmp_path, capsys):
    from tests.answers.small_world import cut_off

    write_next(make_library(tmp_path), 10.0, cut_off())
    assert route(tmp_path) == 2
    assert "way" in capsys.readouterr().err


def test_all_faults_of_the_words_at_once(library, capsys):
    assert route(library.settings.home, "--profile", "dragon", "--kinds", "scenic", origin="x", destination="y") == 2
    told = capsys.readouterr().err
    assert all(word in told for word in ("from", "to", "dragon", "scenic"))


def test_areas_that_do_not_fit(library, capsys):
    home = str(library.settings.home)
    for area, told in (("atlantis", "atlantis"), ("../tiny", "installed"), (EMPTY_ID, "streets")):
        assert main(["--home", home, "route", "--area", area, "--from", FROM, "--to", TO], {}) == 2
        assert told in capsys.readouterr().err


def test_default_area_is_that_of_the_settings(library, capsys):
    words = ["--home", str(library.settings.home), "route", "--from", FROM, "--to", TO, "--json"]
    assert main(words, {"ANSIMGIL_AREA": "tiny"}) == 0
    assert json.loads(capsys.readouterr().out)["area"] == "tiny"


def test_in_a_process_of_its_own(library):
    words = ["--home", str(library.settings.home), "route", "--area", "tiny", "--from", FROM, "--to", TO, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", *words], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["type"] == "FeatureCollection"
