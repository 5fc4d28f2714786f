"""What we give for the inputs of `tests.reference.peers` against what other programs gave for them."""

import csv
import math

import numpy as np
import pytest

from risk_core.hazards.rain.kriging import Covariance, krige, krige_mean
from risk_core.hazards.typhoon import holland_1980, holland_2008
from risk_core.hazards.typhoon.storm import CORIOLIS_PER_S
from risk_core.kernels.nowcast_rain import extrapolate_rain
from risk_core.scores.field import compare_fractions
from tests.reference import peers


def table(name):
    with (peers.HERE / peers.TABLES[name][0]).open(encoding="utf-8") as lines:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(lines)]


def test_kriging_is_pykriges():
    """PyKrige's range of the exponential model is three lengths."""
    *stations, px, py = peers.gauges()
    model = Covariance(sill=peers.SILL, nugget=0.0, length_m=peers.RANGE_M / 3)
    told = table("kriging")
    mean, variance = krige(*stations, px, py, model)
    assert len(told) == peers.N_POINT
    np.testing.assert_allclose(mean, [row["mean"] for row in told], atol=1e-9)
    np.testing.assert_allclose(variance, [row["variance"] for row in told], atol=1e-9)
    np.testing.assert_allclose(krige_mean(*stations, px, py, model), mean, atol=1e-9)


def test_the_extrapolation_of_rain_is_pysteps():
    u, v = (np.full((peers.N_CELL, peers.N_CELL), one, np.float32) for one in peers.MOTION)
    ours = extrapolate_rain(peers.rain(), u, v, peers.N_LEAD, 1)
    told = table("nowcast")
    theirs = np.array([row["mm_per_h"] for row in told])
    mine = np.array([ours[int(row["lead"]), int(row["row"]), int(row["col"])] for row in told])
    known = np.isfinite(theirs) & np.isfinite(mine)
    assert known.mean() > 0.75 and (np.isfinite(theirs) == np.isfinite(mine)).mean() > 0.98
    assert (theirs[known] > 1).mean() > 0.1
    assert np.abs(mine - theirs)[known].mean() < 1e-3 and np.abs(mine - theirs)[known].max() < 0.02


def test_the_fractions_skill_score_is_pysteps():
    seen = peers.rain().astype(np.float64)
    forecast = np.roll(seen, (3, -5), axis=(0, 1))
    told = table("fractions")
    assert len(told) == len(peers.THRESHOLDS) * len(peers.WINDOWS)
    for row in told:
        found = compare_fractions(forecast, seen, row["threshold_mm_per_h"], int(row["window_cells"])).fss
        assert found == pytest.approx(row["fss"], abs=5e-4)


def test_the_profile_of_holland_is_climadas():
    """Shape by Holland 2008 and gradient wind by Holland 1980 of the same storms and radii: mean difference < 0.02 m/s.

    The peer keeps the shape in 1-2.5 and we in 0.8-2.2, so storms are compared whose shape lies in both.
    """
    compared, differences = 0, []
    for row, (lat, hpa, change, speed, radius) in zip(table("holland"), peers.storms().tolist(), strict=True):
        drop = peers.ENVIRONMENT_HPA - hpa
        b = holland_2008.shape_b(drop, change, lat, speed)
        if not 1.0 < b < 2.2:
            continue
        compared += 1
        assert b == pytest.approx(row["shape_b"], abs=1e-6)
        coriolis = CORIOLIS_PER_S * math.sin(math.radians(lat))
        wind = holland_1980.gradient_wind_m_per_s(peers.RADII_M, b, drop, radius, coriolis)
        differences.append(np.abs(wind - [row[f"wind_{r / 1000:.0f}_km"] for r in peers.RADII_M]))
    assert compared > 15
    assert np.mean(differences) < 0.02, np.mean(differences, axis=0)
