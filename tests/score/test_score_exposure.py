"""`score exposure`, from a file to figures. All is invented unless shared."""

import json

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import EXIT_INPUT, main
from risk_core.hazards.flood.exposure_index import exposure_index


def places(n=800, seed=3):
    """Places that flood with the chance the index says, and twice-told columns under other names."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({
        "underpass_m": rng.exponential(150.0, n), "brook": rng.exponential(300.0, n),
        "basement_share": rng.uniform(0.0, 0.2, n),
    })  # fmt: skip
    table.loc[::7, "basement_share"] = np.nan
    chance = exposure_index(*(table[name].to_numpy() for name in table))
    return table.assign(flooded=(rng.uniform(size=n) < chance).astype(int), flooded_before=rng.integers(0, 3, n))


def told(capsys, *words):
    assert main(["score", "exposure", *map(str, words), "--json"], {}) == 0
    return json.loads(capsys.readouterr().out)


def test_floods_of_the_index_are_found_and_floods_at_random_are_not(tmp_path, capsys):
    table = places()
    table.to_csv(tmp_path / "p.csv", index=False)
    body = told(capsys, "--places", tmp_path / "p.csv", "--map-column", "brook=stream_m")
    ranks = body["average_precision"]
    assert set(ranks) == {"ours", "underpass_m", "stream_m", "basement_share", "flooded_before", "chance"}
    assert ranks["ours"] == max(ranks.values()) > 1.3 * ranks["chance"]
    assert body["top_tenth_flooded"] > 1.5 * ranks["chance"] and body["mean_gap"] < 0.08
    assert body["brier"]["ours"] < body["brier"]["share_of_all"]
    mixed = table.assign(flooded=np.random.default_rng(1).permutation(table["flooded"]))
    mixed.to_csv(tmp_path / "m.csv", index=False)
    other = told(capsys, "--places", tmp_path / "m.csv", "--map-column", "brook=stream_m")
    assert other["over_chance"] == pytest.approx(1.0, abs=0.15) and other["brier"]["ours"] > 0.2


def test_words_tell_the_same_figures(tmp_path, capsys):
    places().to_csv(tmp_path / "p.csv", index=False)
    assert main(["score", "exposure", "--places", str(tmp_path / "p.csv"), "--map-column", "brook=stream_m"], {}) == 0
    said = capsys.readouterr().out
    assert said.startswith("800 places, ") and "chance 0." in said and "Brier" in said


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda t: t.drop(columns="flooded"), "flooded and one or more"),
        (lambda t: t[["flooded"]], "flooded and one or more"),
        (lambda t: t.assign(basement_share=2.0), "a share of 0..1"),
        (lambda t: t.assign(underpass_m=-1.0), "a number of 0 or more"),
        (lambda t: t.assign(underpass_m="near"), "a number of 0 or more"),
        (lambda t: t.assign(flooded=""), "a number of 0 or more"),
        (lambda t: t.assign(flooded=1), "places that did and that did not"),
        (lambda t: t.iloc[:0], "at least one row"),
    ],
)
def test_bad_files_are_refused_by_name(tmp_path, capsys, change, named):
    change(places(20)).to_csv(tmp_path / "p.csv", index=False)
    assert main(["score", "exposure", "--places", str(tmp_path / "p.csv")], {}) == EXIT_INPUT
    assert named in capsys.readouterr().err


@pytest.mark.shared
def test_underpasses_known_in_norfolk_do_not_tell_which_places_flood_again(shared_data):
    """A miss that is told: the term's sign is right or it says nothing; earlier floods tell more."""
    from dashboard.score.flood.exposure import score_exposure
    from tests.benchmarks.bench_exposure import norfolk
    from tests.benchmarks.results import RESULTS

    found = score_exposure(norfolk(shared_data / "rain_flood" / "norfolk_flood_reports_2010_2015.csv"))
    kept = json.loads(RESULTS.read_text("utf-8"))["D-exposure"]["Norfolk, places reported again from 2013 on"]
    assert found["average_precision"] == pytest.approx(kept["average_precision"])
    assert found["average_precision"]["flooded_before"] > found["average_precision"]["chance"]


@pytest.mark.shared
def test_the_stream_term_ranks_houses_of_san_salvador_well_above_chance(shared_data):
    pytest.importorskip("h5py", reason="h5py reads the depth maps")
    pytest.importorskip("openpyxl", reason="openpyxl reads the houses")
    from dashboard.score.flood.exposure import score_exposure
    from tests.benchmarks.bench_exposure import san_salvador

    found = score_exposure(san_salvador(shared_data / "geo" / "flood_san_salvador"))
    assert found["over_chance"] > 1.6 and found["brier"]["ours"] < found["brier"]["share_of_all"]
