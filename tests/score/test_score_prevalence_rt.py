"""`score prevalence` and `score rt`, from words to figures."""

import json

import numpy as np
import pytest

from dashboard.cli import EXIT_INPUT, main
from dashboard.score.epidemic.event_risk import score_prevalence
from dashboard.score.epidemic.reproduction import score_file, score_known
from dashboard.score.epidemic.waves import WaveOptions, simulate_waves
from risk_core.hazards.epidemic.delays import infectious_share, report_share
from risk_core.hazards.epidemic.serial import serial_share

START = np.datetime64("2026-01-01")


def run(tmp_path, *words):
    return main(["--home", str(tmp_path / "home"), "score", *words], {})


def test_waves_are_the_same_for_a_seed_and_hold_together():
    one, two, other = (simulate_waves(seed, 20, WaveOptions()) for seed in (5, 5, 6))
    assert np.array_equal(one.report, two.report) and not np.array_equal(one.report, other.report)
    phi = infectious_share()
    by_hand = sum(one.infection[100 - s] * phi[s] for s in range(len(phi)))
    np.testing.assert_allclose(one.infectious[100], by_hand, rtol=1e-9)
    share = serial_share(4.7, 2.9)
    force = sum(one.infection[100 - s] * share[s] for s in range(1, len(share)))
    miss = (one.infection[100] - one.reproduction[100] * force) / np.sqrt(one.reproduction[100] * force + 1)
    assert np.abs(miss).max() < 4.5
    delayed = sum(one.infection[t - s] * report_share()[s] for t in range(80, 150) for s in range(45))
    ratio = one.infections_per_report * one.report[80:].sum(axis=0) / delayed
    assert np.median(ratio) == pytest.approx(1.0, abs=0.1)


def test_infections_per_report_are_drawn_from_the_prior():
    drawn = simulate_waves(1, 3000, WaveOptions(n_day=12)).infections_per_report
    assert np.median(drawn) == pytest.approx(4.0, rel=0.05)
    assert np.log(drawn).std() == pytest.approx(WaveOptions().ascertainment.log_sd, rel=0.1)


def test_prevalence_beats_the_rule_and_its_intervals_hold():
    """Bounds of a small run; the figures of the full one are those of the command."""
    body = score_prevalence(range(201, 204), 40)
    known, prior, evidence = body["known"], body["prior"], body["evidence"]
    assert known["ratio"] < 0.6 and 0.84 < known["coverage_90"] < 0.96
    assert known["median_abs_log_error"]["ours"] < min(
        value for name, value in known["median_abs_log_error"].items() if name.startswith("filter")
    )
    assert 0.84 < prior["coverage_90"] < 0.96 and prior["ratio"] >= prior["least_ratio"] - 0.05
    assert evidence["ratio"] < prior["ratio"] and evidence["coverage_90"] > 0.88
    assert set(known["by_phase"]) == {"growing", "level", "falling"}
    sizes = known["by_reports_per_day"]
    assert sum(one["n_row"] for one in sizes.values()) == known["n_row"] == body["n_row"]
    assert sizes["20 or more"]["median_abs_log_error"]["ours"] < sizes["under 5"]["median_abs_log_error"]["ours"]
    assert body["evidence_drifted"]["coverage_90"] < evidence["coverage_90"]


def test_prevalence_in_words_and_json(tmp_path, capsys):
    words = ("prevalence", "--seed", "7", "--n-seed", "1", "--n-place", "12")
    assert run(tmp_path, *words) == 0
    assert "event" not in (told := capsys.readouterr().out) and "evidence" in told
    assert run(tmp_path, *words, "--json") == 0
    body = json.loads(capsys.readouterr().out)
    assert body["seeds"] == [7] and body["known"]["n_row"] == body["n_row"] > 0


def test_rt_against_a_known_r():
    scores = score_known(range(301, 303), 30)["scores"]
    direct = scores["infections: Cori Poisson"]
    assert direct["median_abs_log_error"] < 0.05 and 0.85 < direct["coverage_90"] < 0.95
    paper, learnt = (scores[f"reports, R 10 days ago: {name}"] for name in ("Cori Poisson", "Cori"))
    assert paper["coverage_90"] < 0.75 < learnt["coverage_90"]
    growth = scores["reports, R now: growth"]
    assert growth["median_abs_log_error"] < scores["reports, R now: Cori"]["median_abs_log_error"]


def written(tmp_path, mean=60, n_day=80):
    rng = np.random.default_rng(2)
    path = tmp_path / "cases.csv"
    rows = [f"{place},{START + day},{rng.poisson(mean)}" for day in range(n_day) for place in "abc"]
    path.write_text("\n".join(["gu,date,value", *rows]) + "\n", "utf-8")
    return path


def test_rt_on_a_file_in_words_and_json(tmp_path, capsys):
    words = ("rt", "--cases", str(written(tmp_path)), "--map-column", "gu=location", "--every", "2")
    assert run(tmp_path, *words) == 0
    assert "next day inside" in capsys.readouterr().out
    assert run(tmp_path, *words, "--json") == 0
    body = json.loads(capsys.readouterr().out)
    assert body["n_row"] > 40 and body["median_abs_log_gap"] < 0.15
    assert body["next_day_coverage"]["Cori Poisson"]["90"] == pytest.approx(0.9, abs=0.1)


def test_no_later_report_is_read(tmp_path):
    count = np.random.default_rng(3).poisson(80, (60, 3)).astype(float)
    before = score_file(count[:56], 3)
    count[56:] = 1e6
    assert score_file(count[:56], 3) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["prevalence", "--n-place", "0"], "--n-place"),
        (["rt", "--n-seed", "0"], "--n-seed"),
        (["rt", "--every", "0"], "--every"),
        (["rt", "--cases", "CASES", "--map-column", "gu"], "THEIRS=OURS"),
        (["rt", "--cases", "CASES", "--map-column", "gu=location", "--every", "60"], "102 days"),
        (["rt", "--cases", "FEW", "--map-column", "gu=location"], "20 cases"),
    ],
)
def test_words_that_do_not_fit_are_told(tmp_path, capsys, words, told):
    mean = 0.01 if "FEW" in words else 60
    path = written(tmp_path, mean)
    words = [str(path) if word in ("CASES", "FEW") else word for word in words]
    assert run(tmp_path, *words) == EXIT_INPUT
    assert told in capsys.readouterr().err


@pytest.mark.shared
def test_cori_and_growth_agree_on_seoul(shared_data):
    from dashboard.score.epidemic.table import read_daily

    path = shared_data / "epidemic" / "seoul_gu_daily.csv.gz"
    table = read_daily(path, {"gu_en": "location", "cases": "value"})
    body = score_file(table.count, 10)
    assert body["n_row"] > 300 and body["median_abs_log_gap"] < 0.2 and body["intervals_apart_share"] < 0.1
