"""Our reproduction number against EpiEstim 2.2-4 on series of our own (`tests/reference/epiestim.R`)."""

import csv
from pathlib import Path

import numpy as np
import pytest

from risk_core.hazards.epidemic.cori_2013 import growth_to_reproduction, infer_reproduction
from risk_core.hazards.epidemic.serial import serial_share

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
LEVELS = ("0.025", "0.05", "0.25", "0.5", "0.75", "0.95", "0.975")
TOLERANCE = 1e-5


def read(name):
    with (REFERENCE / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


SERIES = [name for name in read("epiestim_series.csv")[0] if name != "day"]
TABLE = read("epiestim_reproduction.csv")


@pytest.mark.parametrize("name", SERIES)
def test_mean_spread_and_quantiles_are_those_of_epiestim(name):
    count = np.array([[float(row[name])] for row in read("epiestim_series.csv")])
    found = infer_reproduction(count, dispersion=1.0)
    told = np.flatnonzero(np.isfinite(found.mean[:, 0]))
    theirs = {int(row["t_end"]) - 1: row for row in TABLE if row["series"] == name}
    assert len(told) > 100 and set(told) <= set(theirs)
    ours = {"mean": found.mean, "sd": np.sqrt(found.shape) * found.scale}
    ours |= {f"q{level}": found.quantile(float(level)) for level in LEVELS}
    for column, value in ours.items():
        wanted = [float(theirs[int(day)][column]) for day in told]
        np.testing.assert_allclose(value[told, 0], wanted, rtol=0, atol=TOLERANCE, err_msg=column)


def test_a_learnt_dispersion_keeps_the_mean_and_widens_the_rest():
    count = np.array([[float(row["swinging"])] for row in read("epiestim_series.csv")])
    paper, learnt = infer_reproduction(count, dispersion=1.0), infer_reproduction(count)
    assert learnt.dispersion[0] > 5
    np.testing.assert_allclose(learnt.mean, paper.mean, rtol=1e-12)
    wide = learnt.quantile(0.95) - learnt.quantile(0.05)
    narrow = paper.quantile(0.95) - paper.quantile(0.05)
    assert np.nanmin(wide / narrow) > 2


def test_growth_and_reproduction_agree_on_a_steady_growth():
    for growth in (-0.06, 0.0, 0.04):
        count = 1e6 * np.exp(growth * np.arange(80.0))[:, None]
        told = infer_reproduction(count, dispersion=1.0).mean[-1, 0]
        assert growth_to_reproduction(np.array([growth]))[0] == pytest.approx(told, rel=2e-3)


def test_growth_map_is_the_sum_written_out():
    share = serial_share(4.7, 2.9)
    by_hand = sum(share) / sum(w * np.exp(-0.1 * s) for s, w in enumerate(share))
    assert growth_to_reproduction(np.array([0.1]))[0] == pytest.approx(by_hand, rel=1e-12)


def test_the_first_case_after_a_silence_is_no_wild_scatter():
    count = np.zeros((90, 1))
    count[[3, 24, 45, 70], 0] = 1.0
    assert infer_reproduction(count).dispersion[0] == pytest.approx(1.0, abs=0.5)
