"""`score small-area`, from files to figures."""

import dataclasses
import json

import numpy as np
import pytest

from dashboard.cli import EXIT_INPUT, main
from dashboard.score.small_area.models import AreaData, ScorePlan, score_models
from dashboard.score.small_area.table import orders_of, read_long_counts
from tests.naive import endemic as naive

SIDE = 4
N_PLACE, N_STEP = SIDE * SIDE, 150
AT = np.stack(np.divmod(np.arange(N_PLACE), SIDE), axis=1)
ORDER = np.abs(AT[:, None] - AT[None]).sum(axis=2).astype(float)
PEOPLE = np.random.default_rng(2).integers(5_000, 60_000, N_PLACE).astype(float)
NAMES = [f"gu{k:02d}" for k in range(N_PLACE)]
START = np.datetime64("2023-01-02")
ONCE = ("--held-out", "30", "--refit-every", "0", "--harmonics", "0")


def simulated(seed=5):
    """Counts that spread to touching areas far more than within."""
    rng = np.random.default_rng(seed)
    weights = naive.order_weights(ORDER, 3.0)[0]
    common = np.array([np.log(0.15), np.log(0.75), 0.0, np.log(3.0), 0.0, 0.0, np.log(20.0)])
    count = np.zeros((N_STEP, N_PLACE))
    for t in range(1, N_STEP):
        last = count[t - 1 : t]
        share = PEOPLE / PEOPLE.sum()
        mean = naive.endemic_mean(last, last @ weights, np.ones((1, 1)), share, common, np.zeros((3, N_PLACE)))[0]
        count[t] = rng.negative_binomial(3.0, 3.0 / (3.0 + mean))
    return count


COUNT = simulated()


def table(head, rows):
    return "\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n"


def long_files(folder, count=COUNT, step_day=7, touching_only=False):
    """Tidy files; with `touching_only` just the pairs that share a border, each once."""
    cases = [(NAMES[a], START + step_day * t, int(count[t, a])) for t in range(len(count)) for a in range(N_PLACE)]
    pairs = [(NAMES[b], NAMES[a], int(ORDER[b, a])) for b in range(N_PLACE) for a in range(N_PLACE)]
    if touching_only:
        pairs = [one for one in pairs if one[2] == 1 and one[0] < one[1]]
    texts = {
        "cases": table("location,date,value", cases),
        "neighbours": table("location,neighbour,value", pairs),
        "population": table("location,population", reversed(list(zip(NAMES, PEOPLE, strict=True)))),
    }
    return written(folder, texts)


def wide_files(folder, count=COUNT, people=PEOPLE[None]):
    head = ",".join(NAMES)
    texts = {
        "cases": table(head, count.astype(int)),
        "neighbours": table(head, ORDER.astype(int)),
        "population": table(head, people),
    }
    return written(folder, texts)


def written(folder, texts):
    words = []
    for name, text in texts.items():
        path = folder / f"{name}.csv"
        path.write_text(text, "utf-8")
        words += [f"--{name}", str(path)]
    return words


def run(folder, *words):
    return main(["--home", str(folder / "home"), "score", "small-area", *words], {})


def body_of(folder, capsys, *words):
    assert run(folder, *words, "--json") == 0
    body = json.loads(capsys.readouterr().out)
    for one in body["models"]:
        assert one.pop("fit_s") >= 0
    return body


def test_neighbours_help_where_cases_come_from_them(tmp_path, capsys):
    body = body_of(tmp_path, capsys, *long_files(tmp_path), *ONCE)
    models = {one["model"]: one for one in body["models"]}
    assert list(models) == ["plain", "shrunken", "no neighbours", "last count"]
    assert (body["n_place"], body["n_step"], body["n_held_out"]) == (16, 150, 30)
    assert body["first_held_out"] == str(START + 7 * 120)
    assert all(one["n_row"] == 480 for one in models.values())
    assert models["plain"]["relative_log_score"] == 1.0
    assert models["no neighbours"]["relative_log_score_interval"][0] > 1.01
    assert models["last count"]["log_score"] > models["plain"]["log_score"]
    assert models["shrunken"]["relative_log_score"] < 1.02


def test_wide_files_give_the_same_figures(tmp_path, capsys):
    long = body_of(tmp_path, capsys, *long_files(tmp_path), *ONCE)
    every_step = np.tile(PEOPLE, (N_STEP, 1))
    wide = body_of(tmp_path, capsys, *wide_files(tmp_path, people=every_step), *ONCE, "--layout", "wide")
    assert wide.pop("first_held_out") == "row 121" and wide.pop("last_held_out") == "row 150"
    assert wide == {name: value for name, value in long.items() if "_held_out" not in name} | {"n_held_out": 30}


def test_borders_alone_give_the_orders(tmp_path, capsys):
    whole = body_of(tmp_path, capsys, *long_files(tmp_path), *ONCE)
    assert body_of(tmp_path, capsys, *long_files(tmp_path, touching_only=True), *ONCE) == whole
    assert np.array_equal(orders_of((ORDER == 1).astype(float)), ORDER)


def test_table_in_words_with_columns_mapped_and_flows(tmp_path, capsys):
    words = long_files(tmp_path)
    for path, ours in ((words[1], "value"), (words[5], "population")):
        text = (tmp_path / path).read_text("utf-8")
        (tmp_path / path).write_text(text.replace(ours, f"my {ours}", 1), "utf-8")
    maps = ("--map-column", "my value=value", "--map-column", "my population=population")
    flow = np.random.default_rng(1).integers(1, 1000, (N_PLACE, N_PLACE))
    pairs = [(NAMES[b], NAMES[a], flow[b, a]) for b in range(N_PLACE) for a in range(N_PLACE)]
    (tmp_path / "flows.csv").write_text(table("location,neighbour,value", pairs), "utf-8")
    assert run(tmp_path, *words, *ONCE, *maps, "--flows", str(tmp_path / "flows.csv")) == 0
    told = capsys.readouterr().out
    assert "16 places, 150 steps; 30 held out" in told and "weights by order" in told and "last count" in told


def test_true_flows_are_taken(tmp_path):
    weights = naive.order_weights(ORDER, 3.0)[0]
    data = AreaData(COUNT, PEOPLE, np.where(ORDER > 0, 1.0, 0.0), weights)
    assert score_models(data, ScorePlan(30, 0, 52.0, 0))["weights"] == "flow"


def test_nothing_after_the_origin_is_read():
    """Counts planted from the last step on change only what is scored there."""
    plan = ScorePlan(20, 1, 52.0, 0)
    data = AreaData(COUNT, PEOPLE, ORDER, ORDER + 1.0)
    before = score_models(dataclasses.replace(data, count=COUNT[:-1]), dataclasses.replace(plan, n_held_out=19))
    planted = COUNT.copy()
    planted[-1] = np.nan
    after = score_models(dataclasses.replace(data, count=planted), plan)
    for one, other in zip(before["models"], after["models"], strict=True):
        assert one["log_score"] == other["log_score"] and one["n_row"] == other["n_row"]
    planted[-1] = 900
    assert (
        score_models(dataclasses.replace(data, count=planted), plan)["weights_log_score"]
        == (after["weights_log_score"])
    )


def test_missing_steps_stay_missing_and_the_step_is_that_of_the_days(tmp_path):
    words = long_files(tmp_path)
    path = tmp_path / "cases.csv"
    lines = [one for one in path.read_text("utf-8").splitlines() if str(START + 21) not in one]
    path.write_text("\n".join([*lines, f"gu03,{START + 7 * N_STEP},-2"]) + "\n", "utf-8")
    found = read_long_counts(path, {})
    assert words[0] == "--cases" and found.step_day == 7 and len(found.step) == N_STEP
    assert np.isnan(found.count[3]).all() and np.isfinite(found.count[4]).all() and found.n_negative == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--held-out", "150"], "1..148"),
        (["--held-out", "30", "--refit-every", "-1"], "--refit-every"),
        (["--held-out", "60"], "Give --harmonics 0"),
        (["--held-out", "30", "--period", "0"], "period_step"),
        ([*ONCE, "--map-column", "cases=value"], "a column of one of the files"),
        ([*ONCE, "--map-column", "value"], "THEIRS=OURS"),
        ([*ONCE, "--layout", "wide"], "the same places as in the cases"),
    ],
)
def test_words_that_do_not_fit_are_told(tmp_path, capsys, words, told):
    assert run(tmp_path, *long_files(tmp_path), *words) == EXIT_INPUT
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("neighbours", "neighbour,value", "to,value", "--map-column THEIRS=neighbour"),
        ("neighbours", "gu00,gu01,1\n", "gu00,gu01,1\ngu00,gu01,1\n", "each pair once"),
        ("neighbours", "gu00,gu01,1\n", "gu00,gu01,-1\n", "a number from 0"),
        ("population", "gu15,", "gu99,", "gu15"),
        ("population", "gu15,", "gu14,", "each place once"),
        ("cases", "gu00,2023-01-09,", "gu00,2023-01-09,0.", "whole numbers"),
    ],
)
def test_rows_that_do_not_fit_are_named(tmp_path, capsys, name, old, new, told):
    words = long_files(tmp_path)
    path = tmp_path / f"{name}.csv"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert run(tmp_path, *words, *ONCE) == EXIT_INPUT
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("cases", "\n", "\nmany,", "cases.csv:2"),
        ("population", "gu15", "gu99", "gu15, gu99"),
        ("population", "\n", "\n\n" + ",".join(["1"] * N_PLACE) + "\n", "1 or 150"),
    ],
)
def test_cells_of_wide_files_that_do_not_fit_are_named(tmp_path, capsys, name, old, new, told):
    words = wide_files(tmp_path)
    path = tmp_path / f"{name}.csv"
    text = path.read_text("utf-8").replace(old, new, 1)
    path.write_text(text.replace(",0", "", 1) if "many" in new else text, "utf-8")
    assert run(tmp_path, *words, *ONCE, "--layout", "wide") == EXIT_INPUT
    assert told in capsys.readouterr().err


@pytest.mark.shared
def test_influenza_of_two_german_states(shared_data, tmp_path, capsys):
    """The shrunken model beats the plain one surely; each part that is left out costs."""
    files = {"--cases": "obs", "--neighbours": "nb", "--population": "pop"}
    words = [str(shared_data / "epidemic" / f"flubybw_{one}.csv.gz") for one in files.values()]
    options = [word for pair in zip(files, words, strict=True) for word in pair]
    body = body_of(tmp_path, capsys, *options, "--layout", "wide", "--refit-every", "26")
    plain, shrunken, alone, last = body["models"]
    assert body["first_held_out"] == "row 365"
    assert plain["log_score"] == pytest.approx(0.610, abs=0.003)
    assert shrunken["log_score"] <= 0.585 and shrunken["relative_log_score_interval"][1] < 0.99
    assert plain["log_score"] < alone["log_score"] < last["log_score"]
