import numpy as np
import pytest

from risk_core.kernels import storm_rain
from tests.naive import storm_rain as naive

KNOTS = np.array([[15.0, 30, 50, 72, 100], [30, 60, 90, 120, 180], [55, 110, 180, 250, 350]])


def case(lat, lon, n_member=7, n_hour=9):
    rng = np.random.default_rng(2)
    centre = np.stack([lat + 0.3 * np.arange(n_hour), (lon + 0.2 * np.arange(n_hour) + 180) % 360 - 180], axis=1)
    centre[0] = np.nan
    terms = np.empty((n_member, n_hour, 4))
    terms[..., 0], terms[..., 1] = 8.0, rng.uniform(10, 30, (n_member, n_hour))
    terms[..., 2], terms[..., 3] = rng.uniform(2e4, 6e4, (n_member, n_hour)), 1.2e5
    rows, cols = lat + np.linspace(4, -3, 5), lon + np.linspace(-4, 4, 6)
    shift = rng.normal(0, 5e4, (n_member, n_hour, 2))
    return rows, cols, centre, shift, terms, 4e5, np.array([1, 3, 12]), KNOTS, np.array([0.1, 0.5, 0.9])


@pytest.mark.parametrize(("lat", "lon"), [(33.0, 127.0), (-18.0, 179.5)])
def test_codes_equal_their_twin(lat, lon):
    found, expected = storm_rain.member_rain_codes(*case(lat, lon)), naive.member_rain_codes(*case(lat, lon))
    assert found.max() > 60
    assert np.abs(found.astype(int) - expected).max() <= 1
    assert (found == expected).mean() > 0.999


def test_quantiles_rise_and_no_storm_brings_no_rain():
    given = list(case(33.0, 127.0))
    found = storm_rain.member_rain_codes(*given)
    assert (np.diff(found.astype(int), axis=0) >= 0).all()
    assert not found[:, 0].any()
    given[2] = np.full_like(given[2], np.nan)
    assert not storm_rain.member_rain_codes(*given).any()


@pytest.mark.parametrize("far_m", [0.0, 1e4, 3e4, 2e5])
def test_rate_equals_its_twin(far_m):
    term = np.array([8.0, 20.0, 3e4, 1.2e5])
    assert storm_rain.rain_at(term, far_m) == pytest.approx(naive.rain_at(term, far_m))
