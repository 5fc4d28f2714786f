import argparse
import io
import json
import sys

import pytest

from dashboard.areas.command import parse_bbox, register
from dashboard.settings import Settings
from dashboard.store.bundles import bundle_path, list_bundles, read_bundle
from risk_core.errors import InputError, NotFoundError
from tests.areas.files import osm_lattice, two_districts, write_geojson, write_text


def run(tmp_path, *words, answer=""):
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    args = parser.parse_args(["area", *(str(word) for word in words)])
    sys.stdin = io.StringIO(answer)
    try:
        return args.run(args, Settings(home=tmp_path / "home"))
    finally:
        sys.stdin = sys.__stdin__


@pytest.fixture()
def built(tmp_path, capsys):
    streets = write_text(tmp_path / "town.osm", osm_lattice())
    districts = write_geojson(tmp_path / "d.geojson", two_districts())
    shelters = write_text(tmp_path / "s.csv", "title,lat,lon,seats\n학교,37.565,126.975,300\n유령,,,5\n", "cp949")
    words = ("build", "my-town", "--streets", streets, "--districts", districts, "--shelters", shelters)
    options = ("--map-column", "capacity=seats", "--bbox=126.97,37.56,126.98,37.57", "--cell-m", 100)
    assert run(tmp_path, *words, *options, "--name-ko", "우리 동네", "--name-en", "My Town") == 0
    return tmp_path, capsys.readouterr()


def test_build_says_what_it_made_and_what_was_wrong(built):
    tmp_path, (out, err) = built
    area = read_bundle(bundle_path(tmp_path / "home", "my-town"))
    assert (area.grid.cell_m, area.name_ko, area.places[0].capacity_persons) == (100.0, "우리 동네", 300.0)
    assert f"my-town is ready: {area.network.n_street:,} streets, 500 people, 2 districts, 1 places" in out
    assert "s.csv, line 3: position is missing" in err
    assert "[  0%] reading streets" in err and "[100%] done" in err


def test_list_and_show(built, capsys):
    tmp_path, _ = built
    assert run(tmp_path, "list") == 0
    assert "my-town" in capsys.readouterr().out
    assert run(tmp_path, "show", "my-town") == 0
    shown = capsys.readouterr().out
    for word in ("우리 동네 / My Town (city)", "500 people", "source: town.osm", "s.csv, line 3", "EPSG:4326"):
        assert word in shown
    assert run(tmp_path, "show", "my-town", "--json") == 0
    facts = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert facts["area_id"] == "my-town" and facts["counts"]["n_person"] == 500.0
    assert facts["built_at_s"] > 1.6e9


def test_remove_asks_first(built, capsys):
    tmp_path, _ = built
    assert run(tmp_path, "remove", "my-town", answer="no\n") == 1
    assert len(list_bundles(tmp_path / "home")) == 1
    assert run(tmp_path, "remove", "my-town", answer="yes\n") == 0
    assert "my-town is removed" in capsys.readouterr().out
    assert list_bundles(tmp_path / "home") == ()
    with pytest.raises(NotFoundError, match="'my-town'; wanted an installed area"):
        run(tmp_path, "remove", "my-town", "--yes")


def test_listing_nothing_prints_nothing(tmp_path, capsys):
    assert run(tmp_path, "list") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("word", ["", "a,b,c,d", "1,2,3", "2,1,1,2", "1,95,2,96", "nan,1,2,3", "1,2,3,4,5"])
def test_a_wrong_box_is_refused(word):
    with pytest.raises(InputError, match="WEST,SOUTH,EAST,NORTH in degrees"):
        parse_bbox(word)


def test_wrong_words_are_refused_before_anything_is_read(tmp_path):
    with pytest.raises(InputError, match="area name is 'My_Town'"):
        run(tmp_path, "build", "My_Town", "--streets", "nowhere.osm")
    with pytest.raises(InputError, match="--map-column is 'seats'"):
        run(tmp_path, "build", "my-town", "--map-column", "seats")
    with pytest.raises(NotFoundError, match="'nope'"):
        run(tmp_path, "show", "nope")


def test_help_lists_the_columns(capsys):
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["area", "build", "--help"])
    assert "columns of --shelters:" in capsys.readouterr().out
