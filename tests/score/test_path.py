import json

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.store.bundles import Manifest, write_bundle
from risk_core.movement.match_plane import street_plane
from risk_core.state.profile import Profile
from tests.benchmarks.simulated_tracks import simulate_routes, simulate_track
from tests.tiny import tiny_area


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    write_bundle(folder, tiny_area(), Manifest())
    return folder


@pytest.fixture(scope="module")
def tracks(tmp_path_factory):
    """People who go the same few ways again and again, slowly, with a ping every 20 s."""
    streets = street_plane(tiny_area().network, Profile.CAR)
    routes = simulate_routes(streets, 4, 3, least_m=700.0)
    frames = []
    for i in range(60):
        track = simulate_track(streets, routes[i % 4], 20.0, 4.0, i, pace=0.09)
        columns = {"who": i % 4, "when": 1.6e9 + 3600.0 * i + track.time_s, "lat": track.lat_deg, "lon": track.lon_deg}
        frames.append(pd.DataFrame(columns))
    path = tmp_path_factory.mktemp("tracks") / "tracks.csv.gz"
    pd.concat(frames).to_csv(path, index=False)
    return path


NAMES = ["--map-column", "who=user", "--map-column", "when=time"]


def run(path, home, *words):
    return main(["score", "path", "--tracks", str(path), *NAMES, *words], {"ANSIMGIL_HOME": str(home)})


def test_the_foreseen_place_beats_dead_reckoning_on_ways_gone_before(tracks, home, capsys):
    words = ("--queries", "60", "--horizons", "1,5", "--network", "tiny", "--shares", "0.5,1", "--json")
    assert run(tracks, home, *words) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["n_train"], body["n_test"], body["n_user"]) == (48, 12, 4)
    one, five, end = body["horizons"]
    assert [one["minute"], five["minute"], end["minute"]] == [1, 5, None]
    assert five["models"]["ours"]["median_m"] < 0.7 * five["models"]["constant velocity"]["median_m"]
    assert five["models"]["ours"]["energy_score_m"] <= five["models"]["ours"]["mean_m"]
    assert end["models"]["ours"]["median_m"] < end["models"]["stay"]["median_m"]
    assert 0.5 < five["share_of_path"] <= 1.0
    assert [one["share"] for one in body["shares"]] == [0.5, 1.0]
    assert body["shares"][1]["energy_score_m"]["5"] <= 1.2 * body["shares"][0]["energy_score_m"]["5"]


def test_figures_are_told_in_words_and_the_same_each_time(tracks, home, capsys):
    texts = []
    for _ in range(2):
        assert run(tracks, home, "--queries", "20", "--horizons", "2", "--online", "--own") == 0
        texts.append(capsys.readouterr().out)
    assert "constant velocity" in texts[0]
    assert [line for line in texts[0].splitlines() if " ms each" not in line] == [
        line for line in texts[1].splitlines() if " ms each" not in line
    ]


def test_bad_rows_are_refused_and_counted(tracks, home, tmp_path, capsys):
    frame = pd.read_csv(tracks)
    bad = frame.head(6).copy()
    bad["when"] = bad["when"].astype(object)
    bad.loc[bad.index[:5], "lat"] = [np.nan, 200.0, np.inf, -95.0, 89.5]
    mixed = pd.concat([frame, bad]).sample(frac=1.0, random_state=1)
    mixed.to_csv(tmp_path / "mixed.csv", index=False)
    assert run(tmp_path / "mixed.csv", home, "--queries", "20", "--horizons", "2", "--json") == 0
    body = json.loads(capsys.readouterr().out)
    assert body["n_refused"] == 6
    assert body["n_train"] == 48


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--horizons", "0"), "--horizons"),
        (("--horizons", "soon"), "--horizons"),
        (("--train-until", "1999-01-01"), "--train-until"),
        (("--train-until", "yesterday"), "--train-until"),
        (("--map-column", "lat=breadth"), "lat"),
        (("--network", "nowhere"), "nowhere"),
    ],
)
def test_bad_options_are_told(tracks, home, capsys, words, told):
    assert run(tracks, home, *words) != 0
    assert told in capsys.readouterr().err


def test_a_file_that_is_none_is_told(home, tmp_path, capsys):
    (tmp_path / "none.csv").write_text("")
    assert run(tmp_path / "none.csv", home) != 0
    assert "--tracks" in capsys.readouterr().err


@pytest.mark.shared
@pytest.mark.slow
def test_raw_geolife_is_foreseen_better_than_by_constant_velocity(shared_data, home, capsys):
    path = shared_data / "mobility" / "geolife_points_users_1_5.csv.gz"
    names = ["--map-column", "uid=user", "--map-column", "datetime=time", "--map-column", "lng=lon"]
    words = ["--zone-h", "8", "--own", "--online", "--queries", "400", "--horizons", "5", "--json"]
    assert main(["score", "path", "--tracks", str(path), *names, *words], {"ANSIMGIL_HOME": str(home)}) == 0
    models = json.loads(capsys.readouterr().out)["horizons"][0]["models"]
    for figure in ("median_m", "mean_m"):
        assert models["ours"][figure] <= 0.75 * models["constant velocity"][figure]
