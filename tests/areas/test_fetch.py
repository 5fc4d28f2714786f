import argparse
import io
import sys

import osmium
import pytest

from dashboard.areas import command
from dashboard.areas.download import Downloader
from dashboard.areas.fetch import FetchRequest, korean_districts, plan_fetch, run_fetch
from dashboard.settings import Settings
from dashboard.store.bundles import bundle_path, list_bundles, read_bundle, read_bundle_manifest
from risk_core.errors import InputError, UnavailableError
from tests.areas.files import BOUNDS, osm_lattice, write_text
from tests.areas.stub_server import serving

pytestmark = pytest.mark.slow


@pytest.fixture()
def stub(tmp_path):
    """A server that gives the lattice as every extract."""
    text, pbf = write_text(tmp_path / "town.osm", osm_lattice()), tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(pbf)) as writer:
        for one in osmium.FileProcessor(str(text)):
            writer.add(one)
    with serving(pbf.read_bytes()) as server:
        yield server


def run(tmp_path, *words, answer=""):
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    args = parser.parse_args(["area", *words])
    sys.stdin = io.StringIO(answer)
    try:
        return args.run(args, Settings(home=tmp_path / "home"))
    finally:
        sys.stdin = sys.__stdin__


def test_a_city_in_one_command(tmp_path, stub, capsys):
    stub.drop_at = [200]
    words = ("fetch", "Seoul", "--bbox=126.97,37.56,126.98,37.57", "--base-url", stub.url, "--yes")
    assert run(tmp_path, *words) == 0
    out, err = capsys.readouterr()
    assert [(method, path) for method, path, _ in stub.asked][:2] == [
        ("HEAD", "/asia/south-korea-latest.osm.pbf"),
        ("GET", "/asia/south-korea-latest.osm.pbf"),
    ]
    assert stub.asked[2][2] == "bytes=200-"
    assert "South Korea: 0.0 MB from http://127.0.0.1" in err and "[100%] done" in err
    assert "seoul is ready: " in out and "serve --area seoul" in out
    home = tmp_path / "home"
    area = read_bundle(bundle_path(home, "seoul"))
    assert area.network.n_street > 0
    assert area.grid.bounds[0] == BOUNDS[0]
    assert "OpenStreetMap contributors (ODbL 1.0)" in area.attribution
    (extract, _) = sorted((home / "extracts").iterdir())
    assert extract.name == "asia-south-korea-latest.osm.pbf"
    credit = read_bundle_manifest(bundle_path(home, "seoul"))["sources"][0]
    assert "Geofabrik" in credit["name"] and credit["licence"] == "ODbL 1.0"


def test_districts_of_korea_come_along(tmp_path, stub):
    run(tmp_path, "fetch", "Seoul", "--bbox=126.97,37.56,126.98,37.57", "--base-url", stub.url, "--yes")
    area = read_bundle(bundle_path(tmp_path / "home", "seoul"))
    assert any(one.name_ko.startswith("서울 중구 ") for one in area.districts)
    assert (area.district >= 0).mean() > 0.99
    assert korean_districts((10.0, 50.0, 10.1, 50.1)) is None


def test_the_download_is_asked_for_first(tmp_path, stub, capsys):
    words = ("fetch", "Seoul", "--bbox=126.97,37.56,126.98,37.57", "--base-url", stub.url)
    assert run(tmp_path, *words, answer="n\n") == 1
    assert run(tmp_path, *words) == 1
    assert {method for method, _, _ in stub.asked} == {"HEAD"}
    assert list_bundles(tmp_path / "home") == ()
    assert "Nothing was done" in capsys.readouterr().err
    assert run(tmp_path, *words, answer="y\n") == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("fetch", "Atlantis"), "--bbox WEST,SOUTH,EAST,NORTH"),
        (("fetch", "Seoul", "--bbox=1,2,3"), "--bbox is '1,2,3'"),
        (("fetch", "강남", "--bbox=126.97,37.56,126.98,37.57"), "Name the area with --id"),
        (("fetch", "Seoul", "--id", "NOT GOOD", "--bbox=126.97,37.56,126.98,37.57"), "a lower-case letter"),
        (("fetch", "France"), "--cell-m"),
        (("fetch", "Seoul", "--base-url", "file:///etc"), "an address beginning https://"),
    ],
)
def test_a_wrong_question_asks_no_server(tmp_path, stub, words, message):
    with pytest.raises(InputError) as caught:
        run(tmp_path, *words)
    assert message in str(caught.value)
    assert stub.asked == []


def test_a_failed_download_installs_nothing(tmp_path, stub):
    stub.status = 404
    with pytest.raises(UnavailableError, match="status 404"):
        run(tmp_path, "fetch", "Andorra", "--base-url", stub.url, "--yes")
    assert stub.asked[0][1] == "/europe/andorra-latest.osm.pbf"
    assert list_bundles(tmp_path / "home") == ()


def test_an_extract_that_does_not_hold_the_box_is_told(tmp_path, stub):
    downloader = Downloader(wait=lambda seconds: None, allow_http=True)
    request = FetchRequest("Test", bounds=(127.5, 36.5, 127.51, 36.51), base_url=stub.url)
    plan = plan_fetch(request, tmp_path, downloader)
    assert plan.area_id == "test"
    with pytest.raises(InputError, match="streets"):
        run_fetch(plan, request, tmp_path, downloader, lambda had, total: None, lambda name, share: None)
    assert list_bundles(tmp_path) == ()


def test_the_publishers_own_host_is_the_default(tmp_path):
    asked = []

    class Listener(Downloader):
        def ask(self, url):
            asked.append(url)
            raise UnavailableError()

    for publisher in ("geofabrik", "bbbike"):
        with pytest.raises(UnavailableError):
            plan_fetch(FetchRequest("서울", publisher=publisher), tmp_path, Listener(wait=lambda seconds: None))
    assert asked == [
        "https://download.geofabrik.de/asia/south-korea-latest.osm.pbf",
        "https://download.bbbike.org/osm/bbbike/Seoul/Seoul.osm.pbf",
    ]
